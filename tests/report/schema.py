"""lessons/trace.schema.json: made from models/record.def and the tables, and true of real traces.

`--rewrite` writes the schema anew. As a test it must be what --rewrite would write, the traces of all lessons must be valid by it,
and traces that were tampered with must not be, just as tcplab itself refuses them.
"""

import copy
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import report

SCHEMA = "lessons/trace.schema.json"
STRING = r'"((?:\\.|[^"\\])*)"'
SAFE = 2 ** 53 - 1


def read(path):
    with open(path, encoding="utf-8") as f:
        return re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S).replace("\\\n", " ")


def dashed(name):
    return name.lower().replace("_", "-")


def tables():
    found = {m[1]: re.findall(rf'R\(\w+,\s*{STRING}\)', m[2])
             for m in re.finditer(r"#define TABLE_(\w+)\(R\)([^\n]*)", read("models/tables.def"))}
    fsm = read("models/tcp/fsm.def")
    found["state"] = re.findall(rf"\bSTATE\(\w+,\s*{STRING}\)", fsm)
    found["edge"] = ["none"] + [dashed(i) for i in re.findall(r"\bEDGE\((\w+),", fsm)]
    found["clause"] = ["none"] + [dashed(i) for i in re.findall(r"\bCLAUSE\((\w+),", read("models/tcp/clause.def"))]
    return found


def kinds():
    """[(name, doc, [(type, table, field, doc)] or None for vars)], and [(variable, text)]"""
    text = read("models/record.def")
    rows = []
    for m in re.finditer(rf"\bKIND\((\w+),\s*(\w+),\s*{STRING}\)", text):
        body = re.search(rf"#define REC_FIELDS_{m[1]}\(F\)([^\n]*)", text)
        fields = body and [(f[1], f[2], f[3], f[4]) for f in
                           re.finditer(rf"\bF\((\w+)(?:\((\w+)\))?,\s*(\w+),\s*{STRING}\)", body[1])]
        rows.append((m[2], m[3], fields))
    variables = re.findall(rf"\bV\(\w+,\s*(\w+),\s*\w+,\s*{STRING}\)", re.search(r"#define REC_VARS\(V\)([^\n]*)", text)[1])
    return rows, variables


def unsigned(top):
    return {"type": "integer", "minimum": 0, "maximum": top}


SIMPLE = {
    "U32": unsigned(2 ** 32 - 1), "U16": unsigned(2 ** 16 - 1), "U8": unsigned(255), "SEQ": unsigned(2 ** 32 - 1),
    "U64": {"$ref": "#/$defs/u64"}, "TIME": {"$ref": "#/$defs/u64"}, "STR": {"type": "string"}, "HOSTN": {"type": "string"},
    "CTL": {"type": "string", "pattern": "^((FIN|SYN|RST|PSH|ACK|URG|ECE|CWR)(,(?!$)|$))*$"},
    "FLAG": {"const": True}, "HEX": {"type": "string", "pattern": "^([0-9a-f]{2})+$"},
}
ALIAS = {"O64": "U64", "O32": "U32", "O16": "U16", "O8": "U8", "OTIME": "TIME", "OSTR": "STR"}


def field_schema(kind, table, doc, all_tables):
    base = ALIAS.get(kind, kind)
    schema = {"enum": all_tables[table]} if base in ("ENUM", "OENUM") else copy.deepcopy(SIMPLE[base])
    if base in ("U32", "U16", "U8") and kind != base:
        schema["minimum"] = 1
    if base == "OENUM":
        schema = {"enum": all_tables[table][1:] if all_tables[table][0] == "none" else all_tables[table]}
    if doc:
        schema["description"] = doc
    return schema


def kind_schema(name, doc, fields, variables, all_tables):
    props = {"id": {"$ref": "#/$defs/id"}, "at": {"$ref": "#/$defs/time"}, "kind": {"const": name},
             "host": {"type": "string"}, "conn": {"type": "integer", "minimum": 1, "maximum": 2 ** 32 - 1},
             "cause": {"$ref": "#/$defs/id"}}
    required = ["id", "at", "kind"]
    if name == "vars":
        props.update({v: {"$ref": "#/$defs/i64", "description": text} for v, text in variables})
    for kind, table, field, field_doc in fields or []:
        props[field] = field_schema(kind, table, field_doc, all_tables)
        if kind[0] != "O" and kind not in ("FLAG", "HOSTN", "HEX"):
            required.append(field)
    return {"description": doc, "type": "object", "properties": props, "required": required, "additionalProperties": False}


def closed(props, required=None):
    return {"type": "object", "properties": props, "required": list(props) if required is None else required,
            "additionalProperties": False}


def build():
    all_tables = tables()
    rows, variables = kinds()
    text = closed({"en": {"type": "string"}, "zh-Hant": {"type": "string"}}, [])
    path = closed({"rate": {"$ref": "#/$defs/u64", "description": "bit/s; 0: infinite"}, "delay": {"$ref": "#/$defs/time"}})
    host = closed({"name": {"type": "string"}, "label": text, "addresses": {"type": "array", "items": {"type": "string"}},
                   "processing_delay": {"$ref": "#/$defs/time"}, "msl": {"$ref": "#/$defs/time"},
                   "router": {"type": "boolean"}, "raw": {"type": "boolean"}}, ["name", "addresses", "processing_delay"])
    header = closed({"format": {"const": "tcplab-trace"}, "version": {"const": 1}, "lesson": {"type": "string"},
                     "hash": {"type": "string", "description": "of the lesson's bytes"},
                     "seed": {"type": "string", "pattern": "^(0|[1-9][0-9]{0,19})$"}, "program": {"type": "string"},
                     "sets": {"type": "array", "items": {"type": "string"}, "description": "POINTER=VALUE of each --set"},
                     "title": text, "hosts": {"type": "array", "items": host},
                     "links": {"type": "array", "items": closed(
                         {"hosts": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
                          "paths": {"type": "array", "items": path, "minItems": 2, "maxItems": 2}})},
                     "notes": {"type": "array", "items": text}},
                    ["format", "version", "lesson", "hash", "seed", "program", "sets", "hosts", "links", "notes"])
    names = [name for name, _, _ in rows]
    record = {"type": "object", "required": ["id", "at", "kind"], "properties": {"kind": {"enum": names}},
              "allOf": [{"if": {"properties": {"kind": {"const": n}}}, "then": {"$ref": f"#/$defs/{n}"}} for n in names]}
    footer = closed({"records": {"$ref": "#/$defs/u64"}, "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
                     "end": {"enum": all_tables["end"]}, "at": {"$ref": "#/$defs/time"},
                     "notes": {"type": "array", "items": unsigned(SAFE),
                               "description": "of each of the header's notes, the record at which it came; 0: it did not, or "
                                              "a record of kind note tells when. Left out where all are 0"}},
                    ["records", "fingerprint", "end", "at"])
    big = {"type": "string", "pattern": "^[1-9][0-9]{15,19}$"}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tcplab-trace, version 1",
        "description": "What a run of tcplab writes down. Times are integer nanoseconds. In the file, the records stand one a "
                       "line. Made from models/record.def.",
        **closed({"header": header, "records": {"type": "array", "items": record}, "footer": footer}),
        "$defs": {
            "id": {"type": "integer", "minimum": 1, "maximum": SAFE},
            "time": unsigned(SAFE),
            "u64": {"anyOf": [unsigned(SAFE), big], "description": "in quotes above 2^53 - 1"},
            "i64": {"anyOf": [{"type": "integer", "minimum": -SAFE, "maximum": SAFE},
                              {"type": "string", "pattern": "^-?[1-9][0-9]{15,18}$"}]},
        },
    }
    for name, doc, fields in rows:
        schema["$defs"][name] = kind_schema(name, doc, fields, variables, all_tables)
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


TAMPERED = (
    ("an unknown key", lambda t: t["records"][0].update(colour=1)),
    ("a kind that does not exist", lambda t: t["records"][0].update(kind="sent")),
    ("an id of 0", lambda t: t["records"][0].update(id=0)),
    ("a negative time", lambda t: t["records"][0].update(at=-1)),
    ("a port too large", lambda t: next(r for r in t["records"] if r["kind"] == "send").update(sport=65536)),
    ("a state that does not exist", lambda t: next(r for r in t["records"] if r["kind"] == "state").update(to="OPEN")),
    ("a missing field", lambda t: next(r for r in t["records"] if r["kind"] == "send").pop("seq")),
    ("a fraction", lambda t: next(r for r in t["records"] if r["kind"] == "send").update(seq=1.5)),
    ("another version", lambda t: t["header"].update(version=2)),
    ("a seed that is a number", lambda t: t["header"].update(seed=1)),
    ("no hosts", lambda t: t["header"].pop("hosts")),
    ("a third language", lambda t: t["header"]["title"].update(fr="x")),
    ("notes that came at no record", lambda t: t["footer"].update(notes=[-1] * len(t["header"]["notes"]))),
    ("no fingerprint", lambda t: t["footer"].pop("fingerprint")),
)


def layout(trace):
    """The text of a trace, one record a line."""
    def dump(v):
        return json.dumps(v, ensure_ascii=False, separators=(",", ":"))
    records = ",\n".join(dump(r) for r in trace["records"])
    return f'{{"header":{dump(trace["header"])},"records":[\n{records}\n],"footer":{dump(trace["footer"])}}}\n'


def traces(tcplab, folder):
    for lesson in sorted(glob.glob("lessons/[0-9]*.json")):
        path = os.path.join(folder, os.path.basename(lesson))
        run = subprocess.run([tcplab, "run", "--quiet", "--trace", path, lesson], capture_output=True, text=True, check=False)
        if run.returncode not in (0, 1):
            print(f"# {lesson}: {run.stderr.strip()}")
        elif os.path.exists(path):
            yield lesson, path


def check_lessons(tests, validator, tcplab, folder):
    last = None
    for lesson, path in traces(tcplab, folder):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        trace = json.loads(text)
        wrong = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(trace)][:5]
        if layout(trace) != text:
            wrong.append("the layout is not one record a line, or a key stands twice")
        tests.append((f"the trace of {os.path.basename(lesson)}", wrong))
        last = trace
    tests.append(("there were traces", [] if last else ["none"]))
    for name, tamper in TAMPERED if last else ():
        trace = copy.deepcopy(last)
        tamper(trace)
        path = os.path.join(folder, "tampered.json")
        with open(path, "w", encoding="utf-8") as f:
            f.write(layout(trace))
        shown = subprocess.run([tcplab, "show", path], capture_output=True, text=True, check=False)
        wrong = [] if not validator.is_valid(trace) else ["the schema lets it pass"]
        if shown.returncode != 2 or not re.match(r".*tampered\.json:\d+:\d+: ", shown.stderr):
            wrong.append(f"tcplab show: exit {shown.returncode}, {shown.stderr.strip()!r}")
        tests.append((f"refused: {name}", wrong))


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    made = build()
    if "--rewrite" in sys.argv:
        with open(SCHEMA, "w", encoding="utf-8") as f:
            f.write(made)
        return
    import jsonschema
    with open(SCHEMA, encoding="utf-8") as f:
        have = f.read()
    tests = [("the schema is what record.def says", [] if have == made else [f"run tests/report/schema.py --rewrite"])]
    jsonschema.Draft202012Validator.check_schema(json.loads(made))
    validator = jsonschema.Draft202012Validator(json.loads(made))
    with tempfile.TemporaryDirectory() as folder:
        check_lessons(tests, validator, os.environ.get("TCPLAB", "build/tcplab"), folder)
    report(tests)


if __name__ == "__main__":
    main()
