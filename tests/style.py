"""The parts of the style that a machine can check without taste: one TAP test per rule.

clang-format's opinion is asked by `make format-check`; it is not a test, since it differs between its versions.
"""

import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import report

COLUMNS = {".c": 120, ".h": 120, ".def": 160}      # .clang-format aims at 110; a table row may need more
FUNCTION_LINES = 80                                # "about 70"
FILE_LINES = 1000                                  # "about 900"
TABLE_LINES = 1500                                 # tests are mostly tables
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
FUNCTION_END = re.compile(r"^}\s*$")


def tree(*endings):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() if listed.returncode == 0 else \
        [p for p in glob.glob("**/*", recursive=True) if not p.startswith("build/")]
    return sorted(n for n in names if n.endswith(endings) and os.path.isfile(n))


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def long_lines():
    for path in tree(".c", ".h", ".def"):
        for n, line in enumerate(read(path).split("\n"), 1):
            if len(line) > COLUMNS[os.path.splitext(path)[1]]:
                yield f"{path}:{n}: {len(line)} columns; at most {COLUMNS[os.path.splitext(path)[1]]}"


def stray_space():
    for path in tree(".c", ".h", ".def", ".py", ".sh", ".1", ".bash"):
        text = read(path)
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            yield f"{path}: ends in one newline, please"
        for n, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip():
                yield f"{path}:{n}: space at the end of the line"
            if "\t" in line and path.endswith((".c", ".h", ".def")):
                yield f"{path}:{n}: a tab"


def long_functions():
    for path in tree(".c"):
        start = None
        for n, line in enumerate(read(path).split("\n"), 1):
            if line == "{":
                start = n
            elif start and FUNCTION_END.match(line):
                if n - start - 1 > FUNCTION_LINES:
                    yield f"{path}:{start}: a function of {n - start - 1} lines; at most {FUNCTION_LINES}"
                start = None


def long_files():
    for path in tree(".c", ".h"):
        n = read(path).count("\n")
        most = TABLE_LINES if path.startswith("tests/") else FILE_LINES
        if n > most:
            yield f"{path}: {n} lines; at most {most}"


def unfinished():
    for path in tree(".c", ".h", ".def", ".py", ".sh", ".md", ".1", "Makefile"):
        for n, line in enumerate(read(path).split("\n"), 1):
            if UNFINISHED.search(line):
                yield f"{path}:{n}: unfinished: {line.strip()[:80]}"


def headers():
    for path in tree(".h"):
        text = read(path)
        if not text.startswith("/*"):
            yield f"{path}:1: the first comment says what the module is, who owns what, what it never does"
        if not re.search(r"^#ifndef (\w+)\n#define \1$", text, re.M):
            yield f"{path}: no include guard"


RULES = (
    ("lines fit", long_lines), ("no stray space", stray_space), ("functions fit a screen", long_functions),
    ("files fit a head", long_files), ("nothing is marked unfinished", unfinished),
    ("headers have a guard and a first comment", headers),
)


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    report((name, rule()) for name, rule in RULES)


if __name__ == "__main__":
    main()
