"""Loader and JSON Schema must agree on what a lesson is.

Every lesson of the tree passes both. Broken ones, made by changing one thing in tests/lesson/everything.json and by hand,
are refused by both, except for the classes below, which no schema can see; and the schema never refuses what the loader
accepts.
"""
# runner: release

import concurrent.futures
import copy
import glob
import json
import os
import re
import subprocess
import sys

import jsonschema

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import _schema

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import report

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
TCPLAB = os.environ.get("TCPLAB", os.path.join(ROOT, "build", "tcplab"))
TMP = os.environ.get("TMPDIR", "/tmp")
SCHEMA = os.path.join(ROOT, "lessons", "lesson.schema.json")

# What only the loader refuses: its words, and why a schema cannot say it.
ONLY_THE_LOADER = (
    (r"unknown (host|app|link|symbol|key) ", "a reference: the names stand elsewhere in the same file"),
    (r"another (host|app|link) is named|has a raw script already", "uniqueness across objects"),
    (r"belongs to host|cannot be a host's own address|has an IPv\d address already|expected an address|"
     r"expected a host or an address|is no address of IPv", "the grammar and ownership of addresses"),
    (r"two different hosts", "two values that must differ"),
    (r"does not come to a whole|is not a whole number|more than 100%|is too (long|fast|large)|too many packets|"
     r"expected a time from|expected from \d+ to \d+ bytes|expected a queue limit", "the range of a quantity that has a unit"),
    (r"expected an integer from \d+ to|is below \"min\"|not later than \"after\"|is above \"rto_max\"|"
     r"payload given has|the same flag is both|from 2\^53", "two values of one object that must fit each other"),
    (r"is a raw peer|is no raw peer|has no raw peer|is a router: it cannot", "what a host is, is said elsewhere"),
)
# The same for texts that are no RFC 8259 JSON, or say something twice: a JSON library hides it from the schema.
NOT_JSON = (
    ("a duplicate key", '{"format": "tcplab-lesson", "version": 1, "title": "a", "title": "b", "hosts": [{"name": "a"}]}'),
    ("a trailing comma", '{"format": "tcplab-lesson", "version": 1, "title": "a", "hosts": [{"name": "a"},]}'),
    ("text behind the end", '{"format": "tcplab-lesson", "version": 1, "title": "a", "hosts": [{"name": "a"}]} x'),
    ("a comment", '{"format": "tcplab-lesson", /* one */ "version": 1, "title": "a", "hosts": [{"name": "a"}]}'),
    ("a leading zero", '{"format": "tcplab-lesson", "version": 01, "title": "a", "hosts": [{"name": "a"}]}'),
    ("NaN", '{"format": "tcplab-lesson", "version": 1, "seed": NaN, "title": "a", "hosts": [{"name": "a"}]}'),
    ("a control character", '{"format": "tcplab-lesson", "version": 1, "title": "a\tb", "hosts": [{"name": "a"}]}'),
    ("U+0000", '{"format": "tcplab-lesson", "version": 1, "title": "a\\u0000b", "hosts": [{"name": "a"}]}'),
    ("a lone surrogate", '{"format": "tcplab-lesson", "version": 1, "title": "\\ud800", "hosts": [{"name": "a"}]}'),
    ("a byte order mark", '\ufeff{"format": "tcplab-lesson", "version": 1, "title": "a", "hosts": [{"name": "a"}]}'),
    ("a number that loses precision",
     '{"format": "tcplab-lesson", "version": 1, "seed": 9007199254740993, "title": "a", "hosts": [{"name": "a"}]}'),
    ("an unfinished text", '{"format": "tcplab-lesson", "version": 1, "title": "a", "hosts": [{"name": "a"}]'),
    ("an empty text", ""),
)

# By hand: pointer into the skeleton, its new value.
BY_HAND = (
    ("/format", "tcplab-trace"), ("/version", 2), ("/version", "1"), ("/profile", "rfc793"), ("/title", {"de": "Titel"}),
    ("/title", {"zh-Hant": "標題"}), ("/seed", -1), ("/seed", "12x"), ("/seed", ""), ("/until", "0s"), ("/limits", {"time": "0s"}),
    ("/limits", {"events": 0}), ("/limits", {"memory": "1kB"}), ("/hosts", []), ("/hosts/0/name", "1st"), ("/hosts/0/name", ""),
    ("/hosts/0/name", "a" * 33), ("/hosts/0/name", "a b"), ("/hosts/0/router", "yes"), ("/hosts/0/processing_delay", "20"),
    ("/hosts/0/processing_delay", 20), ("/hosts/0/processing_delay", "-20ms"), ("/hosts/0/processing_delay", "+20ms"),
    ("/hosts/0/processing_delay", "20 min "), ("/hosts/0/processing_delay", "020ms"), ("/hosts/0/processing_delay", "20.ms"),
    ("/hosts/0/processing_delay", ".5ms"), ("/hosts/0/processing_delay", "1e3ms"), ("/hosts/0/processing_delay", "20MS"),
    ("/hosts/0/processing_delay", "20  ms"), ("/hosts/0/address", []), ("/hosts/0/address", ["10.1.1.1", "10.1.1.2", "10.1.1.3"]),
    ("/hosts/0/tcp", {"msll": "1s"}), ("/hosts/0/tcp", {"msl": "0s"}), ("/hosts/0/tcp", {"MSL": "1s"}),
    ("/hosts/0/tcp", {"mtu": 67}), ("/hosts/0/tcp", {"window_scale": -3}), ("/hosts/0/tcp", {"window_scale": 256}),
    ("/hosts/0/tcp", {"iss": 4294967296}), ("/hosts/0/tcp", {"iss": -1}), ("/hosts/0/tcp", {"nagle": 1}),
    ("/hosts/0/tcp", {"nagle": "off"}), ("/hosts/0/tcp", {"congestion": "vegas"}), ("/hosts/0/tcp", {"rcv_buffer": 0}),
    ("/hosts/0/tcp", {"r1": 0}), ("/hosts/0/tcp", {"ttl": 0}), ("/hosts/0/tcp", {"dscp": 64}),
    ("/hosts/0/tcp", {"delayed_ack": "200"}), ("/links/0/delay", None), ("/links/0/rate", "10Mbps"), ("/links/0/rate", "0Mbit/s"),
    ("/links/0/rate", 10000000), ("/links/0/rate", "10 MBit/s"), ("/links/0/loss", 0.5), ("/links/0/loss", "0.5"),
    ("/links/0/loss", "-1%"), ("/links/0/queue", "0 packets"), ("/links/0/queue", 100), ("/links/0/queue", "100"),
    ("/links/0/queue", []), ("/links/0/mtu", 67), ("/links/0/between", ["client"]),
    ("/links/0/between", ["client", "middle", "server"]), ("/links/0/forward", {"mtu": 1500}), ("/links/0/bandwidth", "1Mbit/s"),
    ("/symbols/longersymbol", {}), ("/symbols/2", {}), ("/symbols/u", {"nth": [1, 2]}), ("/symbols/u", {"number": "len"}),
    ("/symbols/u", {"exact": True}), ("/faults", [{}]), ("/faults", [{"drop": {}, "delay": {}, "by": "1s"}]),
    ("/faults", [{"delay": {}}]), ("/faults", [{"delay": {}, "by": "0s"}]), ("/faults", [{"drop": {}, "by": "1s"}]),
    ("/faults", [{"drop": {"nth": 0}}]), ("/faults", [{"drop": {"nth": [1]}}]), ("/faults", [{"drop": {"nth": [1, 2, 3]}}]),
    ("/faults", [{"drop": {"nth": [1, "last"]}}]), ("/faults", [{"drop": {"flags": "FIN|ACK"}}]),
    ("/faults", [{"drop": {"flags": "fin"}}]), ("/faults", [{"drop": {"flags": "FIN, ACK"}}]), ("/faults", [{"drop": {"flags": "FIN,"}}]),
    ("/faults", [{"drop": {"flags": "ACK,FIN,ACK"}}]), ("/faults", [{"drop": {"exact": True}}]), ("/faults", [{"drop": True}]),
    ("/faults", [{"drop": {"port": 0}}]), ("/faults", [{"corrupt": {}, "bit": -1}]), ("/faults", [{"duplicate": {}, "copies": 0}]),
    ("/events", [{"crash": "server"}]), ("/events", [{"at": "1s"}]), ("/events", [{"at": "1s", "crash": "server", "reboot": "server"}]),
    ("/events", [{"at": "1s", "link": "access"}]), ("/events", [{"at": "1s", "link_down": "access", "set": {}}]),
    ("/events", [{"at": "1s", "link_down": "access", "direction": "up"}]),
    ("/events", [{"at": "1s", "link": "access", "set": {"mtu": 500}}]), ("/events", [{"at": "1s", "icmp": {"type": "host unreachable"}}]),
    ("/events", [{"at": "1s", "icmp": {"type": "gone", "from": "middle", "to": "client"}}]),
    ("/events", [{"at": "1s", "icmp": {"type": "host unreachable", "code": 1, "from": "middle", "to": "client"}}]),
    ("/apps/0/script", []), ("/apps/0/script", [{"do": "sleep"}]), ("/apps/0/script", [{"at": "1s"}]),
    ("/apps/0/script", [{"do": "open", "to": "server"}]), ("/apps/0/script", [{"do": "open", "port": 80}]),
    ("/apps/0/script", [{"do": "open", "to": "server", "port": 0}]), ("/apps/0/script", [{"do": "open", "to": "server", "port": 65536}]),
    ("/apps/0/script", [{"do": "open", "to": "server", "port": "80"}]), ("/apps/0/script", [{"do": "listen"}]),
    ("/apps/0/script", [{"do": "listen", "port": 80, "to": "client"}]), ("/apps/0/script", [{"do": "listen", "port": 80, "remote_port": 1}]),
    ("/apps/0/script", [{"do": "listen", "port": 80, "family": 5}]), ("/apps/0/script", [{"do": "send"}]),
    ("/apps/0/script", [{"do": "send", "text": ""}]), ("/apps/0/script", [{"do": "send", "bytes": 0}]),
    ("/apps/0/script", [{"do": "send", "bytes": "0kB"}]), ("/apps/0/script", [{"do": "send", "hex": "0"}]),
    ("/apps/0/script", [{"do": "send", "hex": "0g"}]), ("/apps/0/script", [{"do": "send", "hex": ""}]),
    ("/apps/0/script", [{"do": "send", "text": "a", "bytes": 1}]), ("/apps/0/script", [{"do": "close", "at": "1s", "when": "closing"}]),
    ("/apps/0/script", [{"do": "close", "at": "1s", "after": "1s"}]), ("/apps/0/script", [{"do": "close", "every": True}]),
    ("/apps/0/script", [{"do": "close", "text": "bye"}]), ("/apps/0/script", [{"do": "close", "when": "open"}]),
    ("/apps/0/script", [{"do": "close", "when": {"state": "OPEN"}}]), ("/apps/0/script", [{"do": "close", "when": {}}]),
    ("/apps/0/script", [{"do": "close", "when": {"data": 1, "acked": 1}}]), ("/apps/0/script", [{"do": "close", "when": {"data": 0}}]),
    ("/apps/0/script", [{"do": "read"}]), ("/apps/0/script", [{"do": "read", "read": "some"}]),
    ("/apps/0/script", [{"do": "read", "read": {"mode": "none", "every": "1s"}}]), ("/apps/0/script", [{"do": "set", "setting": "nagle"}]),
    ("/apps/0/script", [{"do": "set", "setting": "nagle", "value": 1}]), ("/apps/0/script", [{"do": "set", "setting": "ttl", "value": 0}]),
    ("/apps/0/script", [{"do": "set", "setting": "ttl", "value": True}]), ("/apps/0/script", [{"do": "set", "setting": "mss", "value": 65496}]),
    ("/apps/0/behaviour", "chatter"), ("/apps/0/behaviour", "requester"), ("/apps/0/rounds", 3), ("/apps/0/count", 0),
    ("/raw/0/script", [{"send": {}}]), ("/raw/0/script", [{"send": {"flags": "SYN", "seq": 0, "absolute_seq": 0}}]),
    ("/raw/0/script", [{"send": {"flags": "SYN", "len": 1}}]), ("/raw/0/script", [{"send": {"flags": "SYN", "win": 65536}}]),
    ("/raw/0/script", [{"send": {"flags": "SYN", "options_hex": "01"}}]),
    ("/raw/0/script", [{"send": {"flags": "SYN", "options_hex": "01 01 01 01 " * 10 + "01 01 01 01"}}]),
    ("/raw/0/script", [{"send": {"flags": "SYN", "options": {"sack": []}}}]),
    ("/raw/0/script", [{"send": {"flags": "SYN", "options": {"sack": [[1, 2, 3]]}}}]),
    ("/raw/0/script", [{"send": {"flags": "SYN", "options": {"sack_ok": True}}}]),
    ("/raw/0/script", [{"send": {"segment_hex": "00", "flags": "SYN"}}]), ("/raw/0/script", [{"expect": {"bytes": 5}}]),
    ("/raw/0/script", [{"expect": {}, "silence": "1s"}]), ("/raw/0/script", [{"silence": "0s"}]), ("/raw/0/script", [{"silence": True}]),
    ("/raw/0/script", [{"wait": "1s", "after": "1s"}]), ("/raw/0/script", [{"send": {"flags": "SYN"}, "within": "1s"}]),
    ("/raw/0/script", [{"expect": {}, "within": 1}]), ("/raw/0/script", [{}]), ("/raw/0/port", None),
    ("/acts", [{"at_ns": 0, "record": 1, "fingerprint": "0123456789abcdef", "act": "fly", "target": 1}]),
    ("/acts", [{"at_ns": 0, "record": 1, "fingerprint": "0123456789ABCDEF", "act": "drop", "target": 1}]),
    ("/acts", [{"at_ns": 0, "record": 1, "fingerprint": "0123456789abcdef", "act": "drop"}]),
    ("/narration", [{"at": "1s"}]), ("/narration", [{"at": "1s", "when": {"end": "any"}, "text": "x"}]), ("/narration", [{"text": ""}]),
    ("/quiz", [{"question": "?", "answers": [{"text": "a"}, {"text": "b"}]}]),
    ("/quiz", [{"question": "?", "answers": [{"text": "a", "right": True}]}]),
    ("/expect", [{}]), ("/expect", [{"states": [], "host": "client"}]), ("/expect", [{"states": ["OPEN"], "host": "client"}]),
    ("/expect", [{"states": ["CLOSED"]}]), ("/expect", [{"states": ["CLOSED"], "final": {"client": "CLOSED"}, "host": "client"}]),
    ("/expect", [{"final": {}}]), ("/expect", [{"final": {"client": "closed"}}]), ("/expect", [{"segments": []}]),
    ("/expect", [{"segments": [{"flags": "SYN", "nth": 1}]}]), ("/expect", [{"segments": [{"seq": "u+"}]}]),
    ("/expect", [{"segments": [{"seq": "u*2"}]}]), ("/expect", [{"segments": [{"seq": True}]}]), ("/expect", [{"count": {"flags": "SYN"}}]),
    ("/expect", [{"count": {"flags": "SYN"}, "is": 1, "max": 1}]), ("/expect", [{"count": {"flags": "SYN"}, "is": "1"}]),
    ("/expect", [{"count": {"flags": "SYN"}, "is": -1}]), ("/expect", [{"time": {"end": "any"}}]),
    ("/expect", [{"time": {"end": "any"}, "is": 5}]), ("/expect", [{"time": {}, "is": "5s"}]),
    ("/expect", [{"time": {"segment": {}, "host": "client"}, "is": "5s"}]), ("/expect", [{"time": {"signal": "urgent data", "op": "fired"}, "is": "5s"}]),
    ("/expect", [{"delivered": "server"}]), ("/expect", [{"delivered": "server", "text": "a", "hex": "00"}]),
    ("/expect", [{"delivered": 5}]), ("/expect", [{"signal": "hello"}]), ("/expect", [{"signal": "urgent data", "nth": 2}]),
    ("/expect", [{"clause": "est-close"}]), ("/expect", [{"edge": "EST_CLOSE"}]), ("/expect", [{"drop": "loss", "host": "client"}]),
    ("/expect", [{"call": "close"}]), ("/expect", [{"timer": "retransmission", "result": "ok"}]), ("/expect", [{"var": "cwnd", "is": 1}]),
    ("/expect", [{"var": "cwnd", "host": "client"}]), ("/expect", [{"var": "window", "host": "client", "is": 1}]),
    ("/expect", [{"var": "rto", "host": "client", "is": 1000}]), ("/expect", [{"var": "cwnd", "host": "client", "is": "1s"}]),
    ("/expect", [{"var": "cwnd", "host": "client", "is": 1, "at": "later"}]), ("/expect", [{"script": "done"}]),
    ("/expect", {"final": {"client": "CLOSED"}}), ("/extra", 1), ("/Title", "x"),
    # only the loader can see these
    ("/hosts/1/name", "client"), ("/hosts/0/address", "10.0.0.300"), ("/hosts/0/address", "224.0.0.1"),
    ("/hosts/0/address", ["10.9.9.9", "10.9.9.8"]), ("/hosts/0/address", "192.0.2.254"), ("/links/0/between", ["client", "clint"]),
    ("/links/0/between", ["client", "client"]), ("/links/1/name", "access"), ("/links/0/loss", "101%"), ("/links/0/loss", "0.00001%"),
    ("/links/0/delay", "0.5ns"), ("/links/0/delay", "2h"), ("/links/0/rate", "1.5bit/s"), ("/links/0/queue", "1.5 packets"),
    ("/hosts/0/tcp", {"msl": "25h"}), ("/hosts/0/tcp", {"delayed_ack": "500ms"}), ("/hosts/0/tcp", {"rto_max": "500ms"}),
    ("/faults", [{"drop": {"from": "cleint"}}]), ("/faults", [{"drop": {"nth": [5, 2]}}]),
    ("/faults", [{"drop": {"after": "2s", "before": "1s"}}]), ("/faults", [{"drop": {"flags": "FIN", "not_flags": "FIN"}}]),
    ("/apps/0/host", "peer"), ("/hosts/3/tcp", {}), ("/apps/1/name", "web"), ("/events", [{"at": "1s", "link_down": "acess"}]),
    ("/expect", [{"segments": [{"seq": "v+1"}]}]), ("/expect", [{"count": {}, "min": 2, "max": 1}]),
    ("/expect", [{"script": "ok", "host": "client"}]), ("/seed", "99999999999999999999"),
    ("/apps/0/script", [{"do": "open", "to": "2001:db8::1", "family": 4, "port": 80}]),
)

OTHER_VALUES = ([], {"zzz": 1}, None, -1, 10 ** 15, 1.5, "", "zzz", "5 parsecs", "0", True)


def skeleton():
    whole = everything()
    keep = {k: whole[k] for k in ("format", "version", "title", "hosts", "links", "symbols")}
    keep["hosts"] = [{k: v for k, v in host.items() if k != "tcp"} for host in keep["hosts"]]
    keep["apps"] = [{"host": "server", "name": "web", "script": [{"do": "listen", "port": 80}]},
                    {"host": "client", "name": "browser", "script": [{"do": "open", "to": "server", "port": 80}]}]
    keep["raw"] = [{"host": "peer", "port": 1, "script": [{"wait": "1s"}]}]
    return keep


def everything():
    with open(os.path.join(ROOT, "tests/lesson/everything.json"), encoding="utf-8") as f:
        return json.load(f)


def parts():
    """(lesson, path into it): small lessons with one part of everything.json each, so that validating stays quick."""
    whole = everything()
    for key in ("profile", "title", "summary", "seed", "limits", "until", "defaults"):
        yield {**skeleton(), key: whole[key]}, (key,)
    for i in range(len(whole["hosts"])):
        lesson = skeleton()
        lesson["hosts"][i] = whole["hosts"][i]
        yield lesson, ("hosts", i)
    for i in range(len(whole["links"])):
        yield skeleton(), ("links", i)
    yield skeleton(), ("symbols",)
    for key in ("apps", "raw"):
        for one in whole[key]:
            yield {**skeleton(), key: [{**one, "script": one["script"][:1]}]}, (key, 0)
            for step in one["script"][1:]:
                yield {**skeleton(), key: [{**one, "script": [step]}]}, (key, 0, "script", 0)
    for key in ("faults", "events", "narration", "quiz", "expect", "acts"):
        for one in whole[key]:
            yield {**skeleton(), key: [one]}, (key, 0)


def walk(value, path):
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "comment":
                yield from walk(inner, path + (key,))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from walk(inner, path + (i,))


def at(lesson, path):
    for step in path:
        lesson = lesson[step]
    return lesson


def changed(lesson, path, value):
    lesson = copy.deepcopy(lesson)
    at(lesson, path[:-1])[path[-1]] = value
    return lesson


def mutants():
    """(name, lesson): each differs from a good lesson in one thing."""
    turn = 0
    for lesson, root in parts():
        for path, value in walk(at(lesson, root), root):
            name = "/" + "/".join(map(str, path))
            if isinstance(value, dict):
                yield f"{name} with an unknown key", changed(lesson, path + ("zzz",), 1)
            if isinstance(path[-1], str) and len(path) > 1:
                without = copy.deepcopy(lesson)
                del at(without, path[:-1])[path[-1]]
                yield f"{name} left out", without
            for other in OTHER_VALUES[turn % 4::4] if not isinstance(value, (dict, list)) else ("zzz", 7):
                if type(other) is not type(value) or other != value:
                    yield f"{name} = {json.dumps(other)}", changed(lesson, path, other)
            turn += 1


def by_hand():
    for pointer, value in BY_HAND:
        path = tuple(int(p) if p.isdigit() and i > 0 and pointer.split("/")[i] != "symbols" else p
                     for i, p in enumerate(pointer.split("/")[1:]))
        lesson = skeleton()
        if path[:1] == ("symbols",):
            lesson["symbols"][path[1]] = value
        else:
            at(lesson, path[:-1])[path[-1]] = value
        yield f"{pointer} = {json.dumps(value, ensure_ascii=False)[:90]}", lesson


def loader(number, text):
    """(accepted, what the loader says) by `tcplab check`."""
    path = os.path.join(TMP, f"lesson-{number}.json")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return check(path, remove=True)


def check(path, remove=False):
    done = subprocess.run([TCPLAB, "check", path], capture_output=True, text=True, check=False)
    if remove:
        os.remove(path)
    said = (done.stderr + done.stdout).strip()
    if done.returncode not in (0, 2):
        return None, f"exit status {done.returncode}: {said}"
    return done.returncode == 0, said


def option_bounds(schema):
    """Each row of option.def, read here without the generator, against the schema."""
    with open(os.path.join(ROOT, "models/tcp/option.def"), encoding="utf-8") as f:
        rows = re.findall(r"^OPTION\((\w+), (\w+), (.+?), \"", f.read(), re.M)
    made = schema["$defs"]["tcp"]["properties"]
    units = {"NS_PER_S": 10 ** 9, "NS_PER_MS": 10 ** 6, "UINT32_MAX": 2 ** 32 - 1, "CC_RENO": 1, "CC_COUNT": 2, "CC_IW_COUNT": 4}
    if sorted(made) != sorted(name for _, name, _ in rows):
        yield f"names differ: {sorted(set(made) ^ {name for _, name, _ in rows})}"
    for kind, name, numbers in rows:
        least, most = (eval(n, {}, units) for n in numbers.split(", ")[1:])
        found = made.get(name, {})
        if kind == "TIME":
            bounds = found.get("x-min-ns"), found.get("x-max-ns")
        elif kind == "BYTES":
            bounds = found["anyOf"][0]["minimum"], found["anyOf"][0]["maximum"]
        elif kind == "ISS":
            bounds, least = (found.get("minimum"), found.get("maximum")), 0
        elif kind == "INT":
            bounds = found.get("minimum"), found.get("maximum")
        else:
            continue
        if bounds != (least, most):
            yield f"{name}: schema {bounds}, option.def {(least, most)}"


def unused_keys(schema):
    """Keys that the schema allows and everything.json does not show."""
    used = {p for path, value in walk(everything(), ()) if isinstance(value, dict) for p in value}

    def allowed(node):
        if isinstance(node, dict):
            for name, inner in (node.get("properties") or {}).items():
                if inner is not False:
                    yield name
            for inner in node.values():
                yield from allowed(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from allowed(inner)

    return sorted(set(allowed(schema)) - used)


class Agreement:
    def __init__(self, validator):
        self.validator = validator
        self.wrong = []
        self.refused = 0
        self.accepted = []
        self.seen = set()

    def judge(self, name, lesson, accepted, said):
        valid = self.validator.is_valid(lesson)
        if accepted is None:
            self.wrong.append(f"{name}: {said}")
        elif accepted:
            self.accepted.append(name)
        else:
            self.refused += 1
        if accepted and not valid:
            error = jsonschema.exceptions.best_match(self.validator.iter_errors(lesson))
            self.wrong.append(f"{name}: only the schema refuses it: {error.json_path} {error.message[:150]}")
        if accepted is False and valid:
            reason = next((r for words, r in ONLY_THE_LOADER if re.search(words, said)), None)
            if reason:
                self.seen.add(reason)
            else:
                self.wrong.append(f"{name}: only the loader refuses it: {said}")

    def run(self, lessons):
        texts = [json.dumps(lesson, ensure_ascii=False) for _, lesson in lessons]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            verdicts = list(pool.map(loader, range(len(texts)), texts))
        for (name, lesson), (accepted, said) in zip(lessons, verdicts):
            self.judge(name, lesson, accepted, said)


def lessons_pass(validator):
    for path in sorted(glob.glob("lessons/*.json") + glob.glob("tests/lesson/*.json")):
        with open(path, encoding="utf-8") as f:
            lesson = json.load(f)
        if lesson.get("format") != "tcplab-lesson":
            continue
        for error in validator.iter_errors(lesson):
            yield f"{path}: {error.json_path}: {error.message[:200]}"
        accepted, said = check(path)
        if not accepted:
            yield said or path


def main():
    os.chdir(ROOT)
    with open(SCHEMA, encoding="utf-8") as f:
        text = f.read()
    schema = json.loads(text)
    validator = jsonschema.Draft202012Validator(schema)
    tests = []

    def test(name, wrong):
        tests.append((name, list(wrong)))

    test("the schema is what tests/lesson/_schema.py makes of the tables",
         [] if text == _schema.text() else ["python3 tests/lesson/_schema.py > lessons/lesson.schema.json"])
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
        test("the schema is a schema", [])
    except jsonschema.SchemaError as e:
        test("the schema is a schema", [e.message])
    test("every TCP option stands in the schema with its bounds", option_bounds(schema))
    test("everything.json shows every key of the schema", unused_keys(schema))
    test("every lesson passes schema and loader", lessons_pass(validator))

    good = Agreement(validator)
    good.run([("/".join(map(str, path)), lesson) for lesson, path in parts()])
    test("the good parts are good for both", good.wrong + ([f"{good.refused} refused"] if good.refused else []))

    hand = Agreement(validator)
    rows = list(by_hand())
    hand.run(rows)
    test(f"{len(rows)} broken lessons made by hand: both refuse, or the reason is known", hand.wrong)
    test("each of those is refused", hand.accepted)
    test("each reason why only the loader refuses has a lesson that shows it",
         sorted({r for _, r in ONLY_THE_LOADER} - hand.seen))

    made = Agreement(validator)
    rows = list(mutants())
    made.run(rows)
    test(f"{len(rows)} lessons with one thing changed, {made.refused} of them refused: both agree", made.wrong)
    test("enough of them are broken", [] if made.refused >= 150 else [str(made.refused)])

    for number, (name, broken) in enumerate(NOT_JSON):
        accepted, said = loader(f"text-{number}", broken)
        test(f"the loader refuses {name}", [] if accepted is False else [said or "accepted"])

    report([(name, wrong[:40]) for name, wrong in tests])


if __name__ == "__main__":
    main()
