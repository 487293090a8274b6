"""Runs every test and counts.  `make test` calls it; `make test TESTS='unit/fsm lessons'` runs some.

A test program is one of
  build/asan/tests/unit/NAME       from tests/unit/NAME.c (cmocka, speaks TAP)            named unit/NAME
  build/asan/tests/property/NAME   from tests/property/NAME.c                             named property/NAME
  tcplab batch --tap lessons       every lesson's expectations                            named lessons
  tests/DIR/NAME.sh, NAME.py       any folder but tools and support                       named DIR/NAME
  tests/NAME.py                                                                           named NAME
  build/fuzz/tests/fuzz/NAME       for FUZZ_SHORT seconds (20), if clang is there         named fuzz/NAME
Files that begin with "_" or "lib" are helpers of others and are not run.

What a program prints as TAP counts line by line, as PROGRAM:LINE'S NAME. One that prints no TAP is one test: exit
status 0 passes, 77 skips, anything else fails. A comment near its top, "runner: WORD...", may ask for
  timeout=SECONDS   (600)      serial   nothing else runs meanwhile      release   TCPLAB is the release binary
  last              after all others (it may read build/test-names.txt)

Programs find: the root of the tree as working directory, TCPLAB (the sanitized binary), TCPLAB_RELEASE, BUILD, CC,
PYTHON, and TMPDIR, a folder of their own. build/test-names.txt gets "result<TAB>name" for each test as it ends.
"""

import concurrent.futures
import fnmatch
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ASAN = os.path.join(BUILD, "asan")
NAMES = os.path.join(BUILD, "test-names.txt")
LOGS = os.path.join(BUILD, "test-logs")
SHORT = int(os.environ.get("FUZZ_SHORT", "20"))
TAP_LINE = re.compile(r"^(not ok|ok)\b\s*(\d+)?\s*(?:-\s*)?(.*?)\s*$")
TAP_PLAN = re.compile(r"^1\.\.(\d+)(?:\s*#\s*skip\b\s*(.*))?\s*$", re.I)
TAP_SKIP = re.compile(r"(?:^|\s)#\s*skip\b:?\s*(.*)$", re.I)
KEPT_LINES = 120


class Program:
    """One thing to start: its name, its command, and what its "runner:" comment asks for."""

    def __init__(self, name, command, source=None):
        self.name = name
        self.command = command
        self.timeout = 600
        self.serial = self.last = self.release = False
        if source:
            self.read_wishes(source)

    def read_wishes(self, source):
        with open(source, encoding="utf-8", errors="replace") as f:
            head = f.read(4000)
        for wishes in re.findall(r"^[\s#/*]*runner:\s*(.*?)[\s*/]*$", head, re.M):
            for wish in wishes.split():
                if wish.startswith("timeout="):
                    self.timeout = int(wish[8:])
                elif wish in ("serial", "last", "release"):
                    setattr(self, wish, True)
                else:
                    sys.exit(f"{source}: runner: does not know '{wish}'")


def compiled(kind):
    for source in sorted(glob.glob(f"tests/{kind}/*.c")):
        name = os.path.splitext(os.path.basename(source))[0]
        yield Program(f"{kind}/{name}", [os.path.join(ASAN, "tests", kind, name)], source)


def scripts():
    found = glob.glob("tests/*/*.sh") + glob.glob("tests/*/*.py") + glob.glob("tests/*.py")
    for path in sorted(found):
        folder, base = os.path.split(path)
        if os.path.basename(folder) in ("tools", "support") or base.startswith(("_", "lib")):
            continue
        shell = ["bash"] if base.endswith(".sh") else [sys.executable]
        yield Program(os.path.splitext(path)[0][len("tests/"):], shell + [path], path)


def fuzzers():
    for source in sorted(glob.glob("tests/fuzz/*.c")):
        name = os.path.splitext(os.path.basename(source))[0]
        if os.path.exists(f"{BUILD}/fuzz/tests/fuzz/{name}"):
            yield Program(f"fuzz/{name}", ["sh", "tests/tools/fuzz.sh", BUILD, name, str(SHORT)])


def lessons():
    binary = os.path.join(ASAN, "tcplab")
    if os.path.exists(binary) and glob.glob("lessons/*.json"):
        yield Program("lessons", [binary, "batch", "--tap", "-j", str(os.cpu_count() or 1), "lessons"])


def everything():
    programs = list(compiled("unit")) + list(compiled("property")) + list(lessons()) + list(scripts())
    # The fuzzers take a fixed time and little attention: started first, they never end last.
    return list(fuzzers()) + programs


def chosen(programs, patterns):
    if not patterns:
        return programs
    kept = [p for p in programs
            if any(fnmatch.fnmatch(p.name, w) or p.name.startswith(w.rstrip("/") + "/") for w in patterns)]
    if not kept:
        sys.exit(f"no test is named {' or '.join(patterns)}")
    return kept


def environment(program):
    tmp = os.path.join(BUILD, "tmp", program.name.replace("/", "-"))
    shutil.rmtree(tmp, ignore_errors=True)
    os.makedirs(tmp)
    env = dict(os.environ)
    for inherited in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "V", "LANGUAGE"):
        env.pop(inherited, None)
    release = os.path.join(BUILD, "tcplab")
    env.update(
        BUILD=BUILD, TMPDIR=tmp, PYTHON=sys.executable, LC_ALL="C.UTF-8", TZ="UTC", NO_COLOR="1", TERM="dumb",
        PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0", CMOCKA_MESSAGE_OUTPUT="TAP",
        TCPLAB=release if program.release else os.path.join(ASAN, "tcplab"), TCPLAB_RELEASE=release,
        ASAN_OPTIONS="detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
        # fontconfig keeps what it has looked up until the process ends
        LSAN_OPTIONS=f"suppressions={os.path.abspath('tests/tools/leaks.txt')}:print_suppressions=0",
        UBSAN_OPTIONS="print_stacktrace=1")
    return env, tmp


def start(program):
    """Returns (output, exit status or None when the time was up, seconds)."""
    env, tmp = environment(program)
    log = os.path.join(LOGS, program.name.replace("/", "-") + ".log")
    began = time.monotonic()
    with open(log, "wb") as out:
        try:
            child = subprocess.Popen(program.command, env=env, stdin=subprocess.DEVNULL, stdout=out,
                                     stderr=subprocess.STDOUT, start_new_session=True)
        except OSError as e:
            return f"{program.command[0]}: {e.strerror}", 127, 0.0
        try:
            status = child.wait(program.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            status = None
    with open(log, encoding="utf-8", errors="replace") as f:
        output = f.read()
    shutil.rmtree(tmp, ignore_errors=True)
    return output, status, time.monotonic() - began


def read_tap(output):
    """Returns ([(result, name)], number of tests planned or None, reason for skipping all or None)."""
    results, planned, skip_all = [], None, None
    for line in output.splitlines():
        plan = TAP_PLAN.match(line)
        if plan:
            planned = (planned or 0) + int(plan[1])
            if plan[1] == "0" and plan[2] is not None:
                skip_all = plan[2]
            continue
        match = TAP_LINE.match(line)
        if match:
            text = match[3]
            skip = TAP_SKIP.search(text)
            # cmocka writes the name of a skipped test behind "# SKIP".
            name = re.split(r"(?:^|\s)#", text)[0].strip().rstrip("-").strip() or (skip and skip[1]) or match[2] or "unnamed"
            results.append(("skip" if skip else "pass" if match[1] == "ok" else "fail", name))
    return results, planned, skip_all


def judge(program, output, status):
    """Returns ([(result, full name)], what is wrong with the program as a whole or None)."""
    results, planned, skip_all = read_tap(output)
    if status is None:
        wrong = f"no end after {program.timeout} s"
    elif status < 0:
        wrong = f"ended by signal {-status}"
    elif planned is None and not results:
        word = {0: "pass", 77: "skip"}.get(status, "fail")
        return [(word, program.name)], f"exit status {status}" if word == "fail" else None
    elif skip_all is not None and not results:
        return [("skip", program.name)], None
    elif planned is not None and planned != len(results):
        wrong = f"planned {planned} tests, ran {len(results)} (exit status {status})"
    elif status not in (0, 77) and not any(r == "fail" for r, _ in results):
        wrong = f"exit status {status}"
    else:
        wrong = None
    results = [(r, f"{program.name}:{n}") for r, n in results]
    if wrong:
        results.append(("fail", program.name))
    return results, wrong


class Report:
    """Prints each program as it ends and keeps the counts; one lock, since programs end in several threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.count = {"pass": 0, "fail": 0, "skip": 0}
        self.failed = []

    def take(self, program, output, status, seconds):
        results, wrong = judge(program, output, status)
        here = {"pass": 0, "fail": 0, "skip": 0}
        with self.lock, open(NAMES, "a", encoding="utf-8") as names:
            for result, name in results:
                here[result] += 1
                self.count[result] += 1
                names.write(f"{result}\t{name}\n")
                if result == "fail":
                    self.failed.append(name)
            word = "FAIL" if here["fail"] else "ok" if here["pass"] else "skip"
            parts = [f"{here[k]} {t}" for k, t in (("pass", "passed"), ("fail", "failed"), ("skip", "skipped"))
                     if here[k]]
            print(f"{word:<5} {program.name:<40} {', '.join(parts) or 'nothing ran'}  ({seconds:.1f} s)")
            if here["fail"]:
                self.show(program, output, wrong)
            elif word == "skip" and output.strip():
                print("      " + output.strip().splitlines()[-1][:200])
            sys.stdout.flush()

    @staticmethod
    def show(program, output, wrong):
        lines = output.splitlines()
        if len(lines) > KEPT_LINES:     # keep the failures and the end
            bad = [l for l in lines[:-KEPT_LINES // 2] if l.startswith("not ok")][:KEPT_LINES // 2]
            lines = bad + ["..."] + lines[-KEPT_LINES // 2:]
        for line in lines:
            print(f"    | {line}")
        if wrong:
            print(f"    {program.name}: {wrong}")
        print(f"    again: make test TESTS={program.name}")


def run(programs, report):
    def one(program):
        output, status, seconds = start(program)
        report.take(program, output, status, seconds)

    together = [p for p in programs if not p.serial and not p.last]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for done in concurrent.futures.as_completed([pool.submit(one, p) for p in together]):
            done.result()
    for program in [p for p in programs if p.serial and not p.last] + [p for p in programs if p.last]:
        one(program)


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    shutil.rmtree(LOGS, ignore_errors=True)
    os.makedirs(LOGS)
    open(NAMES, "w", encoding="utf-8").close()
    report = Report()
    programs = chosen(everything(), sys.argv[1:])
    if sys.argv[1:]:    # what judges the whole run makes sense after a whole run only
        programs = [p for p in programs if not p.last or p.name in sys.argv[1:]]
    began = time.monotonic()
    run(programs, report)
    print(f"\n{time.monotonic() - began:.0f} s; logs in {os.path.relpath(LOGS)}/, names in {os.path.relpath(NAMES)}")
    for name in report.failed:
        print(f"failed: {name}")
    skipped = f", {report.count['skip']} skipped" if report.count["skip"] else ""
    print(f"{report.count['pass']} passed, {report.count['fail']} failed{skipped}")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
