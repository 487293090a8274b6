"""The arrows between the rooms: who may include whom, and words that some rooms must not use.

One TAP test per room and rule. A folder that is not in ROOMS fails, so that a new one is thought about.
"""

import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import report

# What everybody but the engine may read: the names, kinds and fields of trace records.
RECORDS = ("models/record.h", "models/record.def", "models/tables.h", "models/tables.def")

# Room: prefixes of the files of ours that it may include, besides its own folder.
ROOMS = {
    "sim/core": (),
    "sim/json": ("sim/core/",),
    "sim/lesson": ("sim/core/", "sim/json/", "models/"),
    "sim/report": ("sim/core/", "sim/json/", "models/wire/", ".def") + RECORDS,
    "sim/figure": ("sim/core/", "sim/report/", "models/wire/wire.h", ".def") + RECORDS,
    "sim/packetdrill": ("sim/core/", "sim/report/trace_", "models/") + RECORDS,
    "sim/plugin": ("sim/packetdrill/", "sim/report/packet_bytes.h", "sim/core/", "models/"),
    "sim/run": ("sim/packetdrill/", "sim/core/", "sim/lesson/", "sim/report/", "models/"),
    "sim/cli": ("sim/", "models/"),
    "models": ("sim/core/", "models/"),     # the files at its root tie the models together
    "models/wire": ("sim/core/",) + RECORDS,
    "models/cc": ("sim/core/",) + RECORDS,
    "models/net": ("sim/core/", "models/wire/", "models/scenario.h") + RECORDS,
    "models/tcp": ("sim/core/", "models/wire/", "models/cc/", "models/scenario.h") + RECORDS,
    "models/app": ("sim/core/", "models/wire/", "models/tcp/tcp.h", "models/scenario.h") + RECORDS,
    "models/host": ("sim/core/", "models/") + RECORDS,
    "gui": ("sim/core/", "sim/report/", "sim/figure/", "sim/run/session.h", "sim/run/source.h", "sim/run/lessons.h", "sim/run/filewatch.h", "sim/run/loader.h",
            "sim/lesson/units.h",
            ".def") + RECORDS,
}

# Other people's libraries, by the pattern of their headers, and the only rooms that may use them.
LIBRARIES = (
    ("cJSON", re.compile(r"cjson", re.I), ("sim/json",)),
    ("libev", re.compile(r"^ev(\+\+)?\.h$"), ("sim/run",)),
    ("SDL", re.compile(r"^SDL"), ("gui",)),
    ("Cairo and Pango", re.compile(r"^(cairo|pango)"), ("sim/figure", "gui")),
)

# The engine and the models run the same everywhere: no libm, no clock, no locale, no chance but choose().
PURE = ("sim/core", "models")
IMPURE_HEADERS = {"math.h", "tgmath.h", "complex.h", "fenv.h", "float.h", "time.h", "sys/time.h", "locale.h",
                  "pthread.h", "threads.h", "stdatomic.h", "signal.h"}
IMPURE_WORDS = re.compile(
    r"\b(float|double|_Atomic|_Thread_local)\b|"
    r"\b(time|clock|clock_gettime|gettimeofday|rand|rand_r|srand|random|drand48|arc4random|getrandom|getenv|setlocale|"
    r"strtod|strtof|strtold|atof)\s*\(")

STATE_WRITER = "models/tcp/fsm.c"
STATE_WRITE = re.compile(r"->\s*state\s*=(?!=)")  # of a TCB, which is only held by pointer

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|' r"'(?:\\.|[^'\\\n])*'", re.S)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"\n]+)[>"]', re.M)


def blank(match):
    """Replaces a comment or a literal by spaces; an include's name must stay."""
    return re.sub(r"[^\n]", " ", match[0])


def code_only(text):
    return TOKEN.sub(blank, text)


def includes(text):
    """(line number, is it <>, name) of each include that is not inside a comment."""
    bare = re.sub(r"//[^\n]*|/\*.*?\*/", blank, text, flags=re.S)
    for match in INCLUDE.finditer(bare):
        yield bare.count("\n", 0, match.start(2)) + 1, match[1] == "<", match[2]


def room_of(path):
    folder = os.path.dirname(path)
    return folder if folder in ROOMS else None


def in_any(room, rooms):
    return any(room == r or room.startswith(r + "/") for r in rooms)


def allowed(room, name):
    if name.startswith(room + "/") and "/" not in name[len(room) + 1:]:
        return True
    return any(name.endswith(p) if p.startswith(".") else name.startswith(p) for p in ROOMS[room])


def complaints(path, text):
    room = room_of(path)
    if room is None:
        yield f"{path}: its folder is not in the table of rooms (tests/arrows.py)"
        return
    for line, angled, name in includes(text):
        here = f"{path}:{line}"
        for library, pattern, rooms in LIBRARIES:
            if pattern.search(name) and room not in rooms:
                yield f"{here}: {library} belongs to {', '.join(rooms)} only"
        if angled:
            if in_any(room, PURE) and name in IMPURE_HEADERS:
                yield f"{here}: <{name}> has no place in the engine and the models"
        elif not name.startswith(("sim/", "models/", "gui/")):
            if not any(pattern.search(name) for _, pattern, _ in LIBRARIES):
                yield f'{here}: "{name}" is not named from the root of the tree'
        elif not allowed(room, name):
            yield f'{here}: {room} may not include "{name}"'
    bare = code_only(text)
    if in_any(room, PURE):
        for match in IMPURE_WORDS.finditer(bare):
            yield f"{path}:{bare.count(chr(10), 0, match.start()) + 1}: '{match[0].strip(' (')}' in {room}"
    if in_any(room, ("models",)) and path != STATE_WRITER:
        for match in STATE_WRITE.finditer(bare):
            yield f"{path}:{bare.count(chr(10), 0, match.start()) + 1}: only {STATE_WRITER} writes a state"


SELF_TEST = (
    ("sim/core/a.c", '#include "sim/core/a.h"\n#include <stdio.h>\n', 0),
    ("sim/core/a.c", '#include "models/record.h"\n', 1),
    ("sim/core/a.c", '#include <time.h>\n', 1),
    ("sim/core/a.c", "/* double time() rand( */ char *s = \"float time(\"; int runtime(void);\n", 0),
    ("models/tcp/a.c", "double d; x = time(NULL);\n", 2),
    ("models/tcp/a.c", "if (t->state == A)\n    t->state = B;\n", 1),
    ("models/tcp/fsm.c", "t->state = B;\n", 0),
    ("models/tcp/a.c", '#include "models/net/link.h"\n', 1),
    ("models/app/a.c", '#include "models/tcp/tcp.h"\n#include "models/tcp/tcb.h"\n', 1),
    ("models/app/a.c", '// #include "models/tcp/tcb.h"\n', 0),
    ("sim/report/a.c", '#include "models/tcp/fsm.def"\n#include "models/tcp/tcp.h"\n', 1),
    ("sim/cli/a.c", '#include <cjson/cJSON.h>\n', 1),
    ("sim/json/a.c", '#include <cjson/cJSON.h>\n', 0),
    ("sim/run/a.c", "#include <SDL2/SDL.h>\n#include <ev.h>\n", 1),
    ("sim/cli/a.c", '#include "gui/window.h"\n', 1),
    ("sim/cli/a.c", '#include "a.h"\n', 1),
    ("models/fancy/a.c", "\n", 1),
)


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    wrong = [f"{path}: {text!r} gave {found}"
             for path, text, want in SELF_TEST
             for found in [list(complaints(path, text))] if len(found) != want]
    tests = [("the check itself tells right from wrong", wrong)]

    by_room = {room: [] for room in ROOMS}
    for path in sorted(p for top in ("sim", "models", "gui") for p in glob.glob(f"{top}/**/*.*", recursive=True)
                       if p.endswith((".c", ".h", ".def"))):
        with open(path, encoding="utf-8") as f:
            by_room.setdefault(room_of(path) or os.path.dirname(path), []).extend(complaints(path, f.read()))
    tests += [(f"arrows of {room}", found) for room, found in sorted(by_room.items())]

    report(tests)


if __name__ == "__main__":
    main()
