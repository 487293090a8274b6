"""lessons/README.md: its example is a lesson that passes, its tables are those of the .def files, and it names every key."""
# runner: release

import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import _readme

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import report

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
TCPLAB = os.environ.get("TCPLAB", os.path.join(ROOT, "build", "tcplab"))


def example(text):
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), "readme-example.json")
    with open(path, "w", encoding="utf-8") as f:
        f.write(re.search(r"^```json\n(\{.*?)^```$", text, re.M | re.S).group(1))
    done = subprocess.run([TCPLAB, "run", "--quiet", path], capture_output=True, text=True, check=False)
    os.remove(path)
    if done.returncode:
        yield f"exit status {done.returncode}: {done.stdout}{done.stderr}"


def tables(text):
    for name, make in _readme.PARTS.items():
        for line in make().split("\n"):
            if line not in text:
                yield f"{name}: missing or old: {line} (python3 tests/lesson/_readme.py prints the tables)"


def keys(text):
    """Every key of the schema stands in the text between backquotes, or quoted in one of its examples."""
    with open("lessons/lesson.schema.json", encoding="utf-8") as f:
        schema = json.load(f)
    found = set()

    def collect(node):
        if isinstance(node, dict):
            found.update(k for k, v in (node.get("properties") or {}).items() if v is not False)
            for inner in node.values():
                collect(inner)
        elif isinstance(node, list):
            for inner in node:
                collect(inner)

    collect(schema)
    for key in sorted(found):
        if f"`{key}`" not in text and f'"{key}"' not in text:
            yield f"{key} is not described"


def main():
    os.chdir(ROOT)
    with open("lessons/README.md", encoding="utf-8") as f:
        text = f.read()
    tests = [("the example runs and its expectations hold", list(example(text))),
             ("the tables are those of the .def files", list(tables(text))), ("every key is described", list(keys(text)))]
    report(tests)


if __name__ == "__main__":
    main()
