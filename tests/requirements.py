# runner: last
"""Every requirement of RFC 9293 (its appendix B: MUST-1 to MUST-69 and so on) has one row in tests/rfc9293.tsv, which names
the function that meets it and the tests that prove it; those tests have run and passed. Every clause is asserted.

Columns: id, level, section, what it asks (in our words), file:function, tests as the runner prints them, divided by
spaces. A requirement that does not apply to a simulator has `-` for a function and the reason instead of tests; there
are few.
"""

import glob
import os
import re
import sys

TABLE = "tests/rfc9293.tsv"
SERIES = {"MUST": 69, "SHLD": 31, "MAY": 18, "REC": 1}
LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY")
EXCUSED_MOST = 12


def rows():
    with open(TABLE, encoding="utf-8") as f:
        lines = f.read().splitlines()
    return [(n, line.split("\t")) for n, line in enumerate(lines[1:], 2)]


def every_id_once(table):
    wanted = [f"{kind}-{n}" for kind, most in SERIES.items() for n in range(1, most + 1)]
    found = [row[0] for _, row in table]
    for i in wanted:
        if found.count(i) != 1:
            yield f"{i} has {found.count(i)} rows"
    for i in sorted(set(found) - set(wanted)):
        yield f"{i} is no requirement of RFC 9293"


def well_formed(table):
    for n, row in table:
        if len(row) != 6 or not all(row):
            yield f"{TABLE}:{n}: {len([c for c in row if c])} columns; expected 6"
        elif row[1] not in LEVELS or not re.fullmatch(r"3(\.\d+)+", row[2]):
            yield f"{TABLE}:{n}: level or section"


def functions_exist(table):
    texts = {}
    for n, row in table:
        if len(row) != 6 or row[4] == "-":
            continue
        path, _, name = row[4].partition(":")
        if path not in texts:
            texts[path] = open(path, encoding="utf-8").read() if os.path.isfile(path) else ""
        if not re.search(rf"^[A-Za-z][^;\n]*\b{re.escape(name)}\([^;]*?\)\n{{", texts[path], re.M):
            yield f"{TABLE}:{n}: {row[0]}: {path} has no function {name}"


def tests_passed(table, results):
    for n, row in table:
        if len(row) != 6 or row[4] == "-":
            continue
        for test in row[5].split(" "):
            if results.get(test) != "pass":
                yield f"{TABLE}:{n}: {row[0]}: {test}: {results.get(test, 'no such test ran')}"


def clauses_asserted():
    """A clause is asserted by `? ID` or `why=ID` in a script of the bench, or by its name in a lesson (of lessons/ or a test)."""
    with open("models/tcp/clause.def", encoding="utf-8") as f:
        clauses = re.findall(r"^CLAUSE\((\w+),", f.read(), re.M)
    text = ""
    for path in sorted(glob.glob("tests/unit/*.c") + glob.glob("lessons/*.json")):
        if not path.endswith(".schema.json"):
            with open(path, encoding="utf-8") as f:
                text += f.read()
    for clause in clauses:
        dashed = clause.lower().replace("_", "-")
        if not re.search(rf"\? {clause}\b|why={clause}\b|[\"']{dashed}[\"']", text):
            yield f"no test and no lesson asserts {clause}"


def excuses(table):
    excused = [row for _, row in table if len(row) == 6 and row[4] == "-"]
    if len(excused) > EXCUSED_MOST:
        yield f"{len(excused)} requirements are not met; at most {EXCUSED_MOST}"
    for row in excused:
        if len(row[5].split()) < 5:
            yield f"{row[0]}: no reason"


def read_results():
    path = os.path.join(os.environ.get("BUILD", "build"), "test-names.txt")
    results = {}
    if os.path.isfile(path):
        with open(path, encoding="utf-8") as f:
            for line in f:
                result, _, name = line.rstrip("\n").partition("\t")
                results[name] = result if results.get(name, "pass") == "pass" else results[name]
    return results


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    table, results = rows(), read_results()
    checks = [("every requirement has one row", every_id_once(table)), ("rows are well formed", well_formed(table)),
              ("every function named exists", functions_exist(table)),
              ("what does not apply has a reason", excuses(table)),
              ("every clause is asserted somewhere", clauses_asserted()),
              ("every test named has passed", tests_passed(table, results))]
    alone = not any(name.startswith("unit/") for name in results)
    print(f"1..{len(checks)}")
    bad = False
    for n, (name, found) in enumerate(checks, 1):
        if n == len(checks) and alone:
            print(f"ok {n} - {name} # SKIP run all tests: this looks at their results")
            continue
        faults = list(found)
        bad = bad or bool(faults)
        print(f"{'not ok' if faults else 'ok'} {n} - {name}")
        for fault in faults:
            print(f"# {fault}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
