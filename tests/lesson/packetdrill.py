"""lessons/packetdrill.md: its example passes, and it names every call and flag."""
# runner: release

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import report

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
TCPLAB = os.environ.get("TCPLAB", os.path.join(ROOT, "build", "tcplab"))


def example(text):
    script = re.search(r"^```$\n(.*?)^```$", text, re.M | re.S).group(1)
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), "packetdrill-example.pkt")
    with open(path, "w", encoding="utf-8") as f:
        f.write(script)
    done = subprocess.run([TCPLAB, "pkt", path], capture_output=True, text=True, check=False)
    os.remove(path)
    if done.returncode:
        yield f"exit status {done.returncode}: {done.stdout}{done.stderr}"


def calls(text):
    with open("sim/packetdrill/calls.def", encoding="utf-8") as f:
        names = re.findall(r"^X\((\w+),", f.read(), re.M)
    if not names:
        yield "sim/packetdrill/calls.def names no call"
    for name in names:
        if f"`{name}`" not in text:
            yield f"the call {name} is not named"


def flags(text):
    with open("sim/packetdrill/parse.c", encoding="utf-8") as f:
        known = re.findall(r'\{"(\w+)", (?:true|false), (USED|IGNORED|REFUSED),', f.read())
    if not known:
        yield "sim/packetdrill/parse.c knows no flag"
    for name, _ in known:
        if f"--{name}" not in text and not (name.startswith("wire_") and "--wire_..." in text):
            yield f"the flag --{name} is not named"


def main():
    os.chdir(ROOT)
    with open("lessons/packetdrill.md", encoding="utf-8") as f:
        text = f.read()
    tests = [("the example passes", list(example(text))), ("every call is named", list(calls(text))),
             ("every flag is named", list(flags(text)))]
    report(tests)


if __name__ == "__main__":
    main()
