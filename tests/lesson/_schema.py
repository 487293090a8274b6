"""Makes lessons/lesson.schema.json: the shape is written here, names and bounds come from the tree's .def files.

    python3 tests/lesson/_schema.py > lessons/lesson.schema.json

tests/lesson/schema.py compares the file with what this prints, so that it cannot lag behind the tables.
"""

import json
import os
import re

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
MAX_INT = 2 ** 53
CONSTANTS = {"NS_PER_US": 10 ** 3, "NS_PER_MS": 10 ** 6, "NS_PER_S": 10 ** 9, "UINT32_MAX": 2 ** 32 - 1}


def source(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)


def table(name):
    """The names of a table of models/tables.def, without row 0."""
    text = source("models/tables.def").replace("\\\n", " ")
    line = re.search(rf"^#define TABLE_{name}\(R\)(.*)$", text, re.M).group(1)
    return [row for row in re.findall(r'R\(\w+,\s*"([^"]*)"\)', line)][1:]


def states():
    return re.findall(r'^STATE\(\w+, "([^"]+)"', source("models/tcp/fsm.def"), re.M)


def dashed(ids):
    """EST_CLOSE reads est-close in traces and lessons."""
    return [name.lower().replace("_", "-") for name in ids]


def edges():
    return dashed(re.findall(r"^EDGE\((\w+),", source("models/tcp/fsm.def"), re.M))


def clauses():
    return dashed(re.findall(r"^CLAUSE\((\w+),", source("models/tcp/clause.def"), re.M))


def variables():
    text = source("models/record.def").replace("\\\n", " ")
    return re.findall(r"V\(\w+, (\w+),", re.search(r"^#define REC_VARS\(V\)(.*)$", text, re.M).group(1))


def congestion_controls():
    text = source("models/cc/cc.h")
    names = re.search(r"enum cc_kind \{(.*?)CC_COUNT", text, re.S).group(1)
    return [n.lower() for n in re.findall(r"CC_(\w+)", names)]


def number(expression):
    for name, value in CONSTANTS.items():
        expression = expression.replace(name, str(value))
    expression = re.sub(r"CC_\w+(\s*-\s*1)?", "0", expression)
    if not re.fullmatch(r"[-+*() 0-9]+", expression):
        raise SystemExit(f"option.def: cannot read {expression}")
    return eval(expression)     # digits and operators only, as checked


def iw_rules():
    return re.findall(r'R\(\w+, "(rfc\d+)"\)', source("models/cc/cc.h"))


def options():
    """(type, name, default, min, max, RFC, what it does) of each row."""
    for row in re.findall(r'^OPTION\((\w+), (\w+), (.*?), "([^"]*)", "([^"]*)"\)$', source("models/tcp/option.def"), re.M):
        kind, name, numbers, rfc, what = row
        default, least, most = (number(n) for n in numbers.split(", "))
        yield kind, name, default, least, most, rfc, what


def settings():
    """(type, name, min, max, RFC, what it does) of each row of setting.def."""
    for row in re.findall(r'^SETTING\(\w+, (\w+), (\w+), (.*?), "([^"]*)", "([^"]*)"\)$',
                          source("models/tcp/setting.def"), re.M):
        name, kind, numbers, rfc, what = row
        least, most = (number(n) for n in numbers.split(", "))
        yield kind, name, least, most, rfc, what


# ---- quantities ----

DECIMAL = r"(0|[1-9][0-9]*)(\.[0-9]+)? ?"
ABOVE_ZERO = r"(?=.*[1-9])"
TIME_UNITS = "(ns|us|ms|s|min|h)"
SIZE_UNITS = "(B|kB|MB|GB|KiB|MiB|GiB)"
FLAG = "(FIN|SYN|RST|PSH|ACK|URG|ECE|CWR)"


def pattern(regex, what, **more):
    return {"type": "string", "pattern": f"^{regex}$", "description": what, **more}


def time(what, above_zero=False, **more):
    return pattern((ABOVE_ZERO if above_zero else "") + DECIMAL + TIME_UNITS, what, **more)


def size(what, least=0, most=MAX_INT):
    text = {"type": "string", "pattern": f"^{ABOVE_ZERO if least else ''}{DECIMAL}{SIZE_UNITS}$"}
    return {"description": what, "anyOf": [{"type": "integer", "minimum": least, "maximum": most}, text]}


def integer(least, most, what="", **more):
    return {"type": "integer", "minimum": least, "maximum": most, **({"description": what} if what else {}), **more}


def boolean(what, **more):
    return {"type": "boolean", "description": what, **more}


def choice(names, what=""):
    return {"enum": list(names), **({"description": what} if what else {})}


def array(items, least, most, what=""):
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, **({"description": what} if what else {})}


def ref(name):
    return {"$ref": f"#/$defs/{name}"}


def keys(properties, required=(), **more):
    """An object with these keys and no others."""
    made = {"type": "object", "properties": properties, "additionalProperties": False, **more}
    if required:
        made["required"] = list(required)
    return made


COMMENT = {"comment": {"description": "ignored"}}
SHARE = {"type": "string", "pattern": f"^{DECIMAL}(%|ppm)$"}
TEXT_BYTES = {"type": "string", "minLength": 1}
HEX = {"type": "string", "pattern": "^[0-9a-fA-F]{2}( ?[0-9a-fA-F]{2})*$"}
PORT = integer(1, 65535)
RELATIVE = integer(-2 ** 31, 2 ** 32 - 1)
ABSOLUTE = integer(0, 2 ** 32 - 1)
NAME = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,31}$"}


def not_both(*pairs):
    return [{"not": {"required": list(pair)}} for pair in pairs]


def one_key_of(names):
    """Exactly one of these keys."""
    return {"oneOf": [{"required": [n]} for n in names]}


# ---- parts ----

def tcp_option(kind, default, least, most, rfc, what):
    what = f"{what} (RFC {rfc})"
    if kind == "TIME":
        return time(what, above_zero=least > 0, **{"x-min-ns": least, "x-max-ns": most, "x-default-ns": default})
    if kind == "BYTES":
        return {**size(what, least, most), "default": default}
    if kind == "BOOL":
        return boolean(what, default=bool(default))
    if kind == "ISS":
        return integer(0, most, what)
    if kind == "CC":
        return choice(congestion_controls(), what)
    if kind == "IW":
        return choice(iw_rules(), what)
    return integer(least, most, what, default=default)


def setting_value(kind, least, most, rfc, what):
    what = f"{what} (RFC {rfc})"
    if kind == "TIME":
        return time(what, above_zero=least > 0, **{"x-min-ns": least, "x-max-ns": most})
    if kind == "BYTES":
        return size(what, least, most)
    if kind == "BOOL":
        return boolean(what)
    return integer(least, most, what)


def tcp():
    return keys({name: tcp_option(kind, default, least, most, rfc, what)
                 for kind, name, default, least, most, rfc, what in options()})


def path():
    limit = {"type": "string",
             "pattern": f"^({ABOVE_ZERO}{DECIMAL}packets?|{ABOVE_ZERO}{DECIMAL}{SIZE_UNITS})$"}
    return {
        "rate": {"description": "default: unlimited", "anyOf": [
            {"const": "unlimited"}, {"type": "string", "pattern": f"^{ABOVE_ZERO}{DECIMAL}[kMGT]?bit/s$"}]},
        "delay": time("propagation delay"),
        "jitter": time("uniform extra delay of 0 to this; default 0s"),
        "queue": {"description": "limit of the queue at the sending end; default: none",
                  "anyOf": [limit, array(limit, 1, 2)]},
        "mark": {"description": "a packet that does not fit this much of the queue is marked CE if it is ECN-capable; default: none",
                 "anyOf": [limit, array(limit, 1, 2)]},
        "loss": {**SHARE, "description": "chance that a packet is lost"},
        "duplicate": {**SHARE, "description": "chance that a packet arrives twice"},
        "corrupt": {**SHARE, "description": "chance that one bit of a packet flips"},
        "reorder": {**SHARE, "description": "chance that a packet is held back and overtaken"},
        "reorder_delay": time("how long; default: one propagation delay"),
    }


def match(counted):
    made = {
        "from": ref("name"), "to": ref("name"),
        "flags": ref("flags"), "not_flags": ref("flags"),
        "exact": boolean("flags are exactly these, not at least these"),
        "data": boolean("carries text, or carries none"),
        "retransmission": boolean("sent before, or not"),
        "port": {**PORT, "description": "either port"},
    }
    if counted:
        made |= {"nth": ref("nth"), "after": time("sent at this time or later"), "before": time("sent before this time")}
    return made


def segment_values():
    return {
        "seq": ref("number"), "ack": ref("number"), "absolute_seq": ABSOLUTE, "absolute_ack": ABSOLUTE,
        "win": integer(0, 65535, "window field as on the wire"), "up": integer(0, 65535, "urgent pointer field"),
        "len": integer(0, 65535, "bytes of payload"),
        "mss": {"type": ["integer", "null"], "minimum": 0, "maximum": 65535, "description": "null: no MSS option"},
        "window_scale": {"type": ["integer", "null"], "minimum": 0, "maximum": 255, "description": "null: no such option"},
        "timestamps": boolean("has the option"), "sack_permitted": boolean("has the option"),
        "lost": boolean("did not arrive, or did"), "at": time("sent exactly then"), "text": TEXT_BYTES, "hex": HEX,
        **COMMENT,
    }


def segment():
    return keys(match(False) | segment_values(), dependentRequired={"exact": ["flags"]},
                allOf=not_both(("seq", "absolute_seq"), ("ack", "absolute_ack"), ("text", "hex")))


WHO = {"host": ref("name"), "app": ref("name"), "conn": integer(1, 2 ** 32 - 1, "the n-th of these connections"),
       "listener": boolean("a connection that only listens", default=False)}


def event_kinds():
    def row(names):
        return choice(["any"] + names)
    host_only = {"host": WHO["host"]}
    return {     # key: (its value, the other keys it goes with)
        "segment": (ref("segment"), {}),
        "state": (choice(states()), WHO),
        "signal": (row(table("signal")), WHO),
        "timer": (row(table("timer")), {"op": choice(table("timer_op")), **WHO}),
        "clause": (row(clauses()), WHO),
        "edge": (row(edges()), WHO),
        "reject": (row(table("reject")), WHO),
        "drop": (row(table("drop")), {}),
        "call": (row(table("call")), {"result": choice(table("result")), **WHO}),
        "deliver": (row(table("deliver")), WHO),
        "host_event": (row(table("host_event")), host_only),
        "end": (row(table("end")), {}),
    }


def event():
    return {"description": "something that happens in a run: one of the kinds, by its key",
            "oneOf": [keys({key: value, **others, "nth": integer(1, 10 ** 9, "which of them; default 1")}, [key])
                      for key, (value, others) in event_kinds().items()]}


MOMENT = {"at": time("at this time; default 0s"), "when": ref("event")}


def bounds(value):
    return {"is": value, "min": value, "max": value}


def bounded(properties, required, **more):
    """An object with is, or min and max, which must not be absent."""
    more["allOf"] = more.get("allOf", []) + not_both(("is", "min"), ("is", "max"))
    return keys(properties, required, **more)


NEED_BOUNDS = {"anyOf": [{"required": [k]} for k in ("is", "min", "max")]}
NEED_WHO = {"anyOf": [{"required": [k]} for k in ("host", "app")]}


def expectations():
    titled = {"name": {"type": "string", "description": "its name in a report"}, **COMMENT}
    count = bounds(integer(0, MAX_INT))
    a_time = bounds(time(""))
    state = choice(states())
    where = keys(match(False) | {"after": time(""), "before": time(""), **COMMENT}, dependentRequired={"exact": ["flags"]})
    seq_vars = ["snd_una", "snd_nxt", "rcv_nxt", "snd_up", "rcv_up"]
    time_vars = ["srtt", "rttvar", "rto"]
    raw_vars = ["iss", "irs"]
    other_vars = [v for v in variables() if v not in seq_vars + time_vars + raw_vars]
    var_at = {"anyOf": [choice(["end", "ever", "always"]), time("")], "description": "default: end"}

    kinds = [
        keys({**titled, "states": array(state, 1, 1000, "what a connection goes through, in this order"), **WHO,
              "exact": boolean("nothing else, except states left at once")}, ["states"], allOf=[NEED_WHO]),
        keys({**titled, "final": {"type": "object", "minProperties": 1, "propertyNames": NAME, "additionalProperties": state,
                                  "description": "host: the state its connections end in"}}, ["final"]),
        keys({**titled, "segments": array(ref("segment"), 1, 10000, "sent in this order; flags are exact here"),
              "where": where, "exact": boolean("no others are sent (among those of where)")}, ["segments"]),
        bounded({**titled, "count": ref("segment"), **count}, ["count"], allOf=[NEED_BOUNDS]),
        bounded({**titled, "time": ref("event"), "since": ref("event"), **a_time}, ["time"], allOf=[NEED_BOUNDS]),
        bounded({**titled, "delivered": ref("name"), "app": ref("name"), "conn": WHO["conn"], "text": TEXT_BYTES, "hex": HEX,
                 **bounds(size(""))}, ["delivered"],
                allOf=not_both(("text", "hex")) + [{"anyOf": [{"required": [k]} for k in ("is", "min", "max", "text", "hex")]}]),
        keys({**titled, "script": {"const": "ok"}, "host": ref("name")}, ["script"]),
    ]
    for names, value in ((seq_vars, RELATIVE), (time_vars, time("")), (raw_vars, integer(0, MAX_INT)), (other_vars, size(""))):
        kinds.append(bounded({**titled, "var": choice(names), **WHO, "at": var_at, **bounds(value)}, ["var"],
                             allOf=[NEED_BOUNDS, NEED_WHO]))
    for key, (value, others) in event_kinds().items():
        if key not in ("segment", "state"):
            kinds.append(bounded({**titled, key: value, **others, "nth": False, **count}, [key]))
    return {"oneOf": kinds}


def act():
    kinds = re.findall(r'ACT\(\w+, "([^"]+)"', source("sim/lesson/act.h"))
    return keys({"at_ns": integer(0, MAX_INT, "when, in nanoseconds"), "record": integer(0, MAX_INT, "the newest record then"),
                 "fingerprint": pattern("[0-9a-f]{16}", "of all records up to that one"), "act": choice(kinds),
                 "target": integer(0, MAX_INT, "a packet, connection, host or link"), "amount": integer(0, MAX_INT),
                 "note": {"type": "string", "maxLength": 63}, **COMMENT},
                ["at_ns", "record", "fingerprint", "act", "target"])


def steps():
    trigger = {
        "at": time("at this time"), "when": ref("when"), "after": time("this long after the step before, or after when"),
        "every": boolean("each time, not only the first"), "listener": boolean("the call is for the listening connection"),
        **COMMENT}
    rules = {"allOf": not_both(("at", "when"), ("at", "after")), "dependentRequired": {"every": ["when"]}}
    family = choice([4, 6], "of the address, where a host is named")
    data = {"text": TEXT_BYTES, "hex": HEX, "bytes": size("of a generated pattern", 1, 2 ** 50)}

    def step(name, properties, required=(), **more):
        rule = {**rules, "allOf": rules["allOf"] + more.pop("allOf", [])}
        rule["dependentRequired"] = rules["dependentRequired"] | more.pop("dependentRequired", {})
        return keys({"do": {"const": name}, **trigger, **properties}, ["do", *required], **rule, **more)

    made = [
        step("open", {"to": ref("address"), "port": PORT, "local_port": PORT, "from": ref("address"), "family": family,
                      "dscp": integer(0, 63), "user_timeout": time("")}, ["to", "port"]),
        step("listen", {"port": PORT, "backlog": integer(1, 65535), "family": family, "to": ref("address"),
                        "remote_port": PORT, "from": ref("address")}, ["port"],
             dependentRequired={"to": ["remote_port"], "remote_port": ["to"]}),
        step("send", {**data, "push": boolean("", default=True), "urgent": boolean("", default=False)},
             allOf=[one_key_of(data)]),
        step("receive", {"bytes": size("default 4096", 1, 2 ** 30)}),
        step("read", {"read": ref("read")}, ["read"]),
    ]
    made += [step(name, {}) for name in ("close", "abort", "status", "flush", "exit", "nothing")]
    made += [step("set", {"setting": {"const": name}, "value": setting_value(kind, least, most, rfc, what)},
                  ["setting", "value"]) for kind, name, least, most, rfc, what in settings()]
    return {"oneOf": made}


def app():
    common = {"host": ref("name"), "name": ref("name"), "count": integer(1, 1000000, "so many instances; default 1"),
              "stagger": time("each so much later than the one before; default 0s"), "read": ref("read"),
              "script": array(ref("step"), 1, 10000), **COMMENT}
    amount = size("", 1, 2 ** 32 - 1)
    sizes = {"request": amount, "response": amount}
    return {"oneOf": [
        keys({**common, "behaviour": choice(["scripted", "echo"])}, ["host", "script"]),
        keys({**common, "behaviour": {"const": "responder"}, **sizes}, ["host", "script", "behaviour", *sizes]),
        keys({**common, "behaviour": {"const": "requester"}, **sizes, "rounds": integer(1, 2 ** 32 - 1)},
             ["host", "script", "behaviour", *sizes]),
    ]}


def icmp():
    names = re.findall(r'\{"([a-z ]+)", \d+, \d+\}', source("sim/lesson/faults.c"))
    return {"type": {"anyOf": [choice(names), integer(0, 255)]}, "code": integer(0, 255), "mtu": integer(68, 65535)}


ICMP_RULE = {"if": {"properties": {"type": {"type": "string"}}}, "then": {"properties": {"code": False}}}


def raw_peer():
    common = {"from": ref("address"), "sport": PORT, "dport": PORT, "flags": ref("flags"),
              "seq": RELATIVE, "ack": RELATIVE, "absolute_seq": ABSOLUTE, "absolute_ack": ABSOLUTE,
              "win": integer(0, 65535), "up": integer(0, 65535), "options": ref("options"), "text": TEXT_BYTES, "hex": HEX,
              "tos": integer(0, 255), "ttl": integer(1, 255), **COMMENT}
    exclusive = not_both(("seq", "absolute_seq"), ("ack", "absolute_ack"), ("text", "hex"), ("text", "bytes"),
                         ("hex", "bytes"), ("options", "options_hex"))
    four_bytes = {"type": "string", "pattern": "^([0-9a-fA-F]{2} ?){3}[0-9a-fA-F]{2}( ?([0-9a-fA-F]{2} ?){3}[0-9a-fA-F]{2}){0,9}$"}
    send = {"oneOf": [
        keys({**common, "to": ref("address"), "bytes": size("", 1, 65495), "options_hex": four_bytes, "reserved": integer(0, 15),
              "bad_checksum": boolean("the checksum is wrong")}, ["flags"], allOf=exclusive),
        keys({"segment_hex": HEX, "from": ref("address"), "to": ref("address"), "tos": common["tos"], "ttl": common["ttl"],
              **COMMENT}, ["segment_hex"]),
    ]}
    expect = keys({**common, "len": integer(0, 65535)}, allOf=exclusive)
    when = {"at": time("not before this time"), "after": time("so long after the step before"), **COMMENT}
    rule = {"allOf": not_both(("at", "after"))}
    script = {"oneOf": [
        keys({"send": send, **when}, ["send"], **rule),
        keys({"expect": expect, "within": time("must come within this; default 5s"),
              "fresh": boolean("what came and was not expected so far does not count"), **when}, ["expect"], **rule),
        keys({"silence": time("nothing may come for so long", above_zero=True), **when}, ["silence"], **rule),
        keys({"icmp": keys({**icmp(), "seq": integer(-2 ** 31, 2 ** 31 - 1), **COMMENT}, ["type"],
                           allOf=[ICMP_RULE]), **when}, ["icmp"], **rule),
        keys({"wait": time(""), "at": when["at"], **COMMENT}, ["wait"]),
    ]}
    return keys({"host": ref("name"), "name": ref("name"), "iss": integer(0, 2 ** 32 - 1), "port": PORT,
                 "peer": ref("address"), "peer_port": PORT, "family": choice([4, 6]), "script": array(script, 1, 10000),
                 **COMMENT}, ["host", "port", "script"])


def options_of_segment():
    stamps = keys({"value": ABSOLUTE, "echo": ABSOLUTE})
    block = {"type": "array", "items": RELATIVE, "minItems": 2, "maxItems": 2}
    return keys({"mss": integer(0, 65535), "window_scale": integer(0, 255),
                 "timestamps": {"anyOf": [{"type": "boolean"}, stamps]}, "sack_permitted": {"type": "boolean"},
                 "sack": array(block, 1, 4)})


def faults():
    named = {"name": {"type": "string", "description": "for the trace"}, **COMMENT}
    which = ref("match")
    return {"oneOf": [
        keys({"drop": which, **named}, ["drop"]),
        keys({"delay": which, "by": time("", above_zero=True), **named}, ["delay", "by"]),
        keys({"duplicate": which, "copies": integer(1, 1000), "by": time("the copy arrives so much later"), **named},
             ["duplicate"]),
        keys({"mark": which, **named}, ["mark"]),
        keys({"corrupt": which, "bit": integer(0, 524279, "of TCP header and text; default: by chance"), **named},
             ["corrupt"]),
    ]}


def events():
    when = {"at": time(""), **COMMENT}
    direction = {"direction": choice(["forward", "backward", "both"])}
    made = [keys({k: ref("name"), **when}, [k, "at"]) for k in ("crash", "reboot", "cut", "join")]
    made += [keys({k: ref("name"), **direction, **when}, [k, "at"]) for k in ("link_down", "link_up")]
    made.append(keys({"link": ref("name"), "set": keys(path()), **direction, **when}, ["link", "set", "at"]))
    made.append(keys({"icmp": keys({**icmp(), "from": ref("name"), "to": ref("name"), "seq": integer(-2 ** 31, 2 ** 31 - 1)},
                                   ["type", "from", "to"], allOf=[ICMP_RULE]), **when}, ["icmp", "at"]))
    return {"oneOf": made}


def definitions():
    text = {"type": "string", "minLength": 1}
    nth_end = {"anyOf": [integer(1, 10 ** 9), {"const": "end"}]}
    symbol = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9]{0,7}([+-][0-9]{1,9})?$"}
    return {
        "text": {"description": "in English, or in both languages",
                 "anyOf": [text, keys({"en": text, "zh-Hant": text}, ["en"])]},
        "name": NAME,
        "address": {"type": "string", "minLength": 1, "description": "a host, or an IPv4 or IPv6 address"},
        "flags": {"type": "string", "pattern": f"^(?!.*{FLAG}.*\\1)({FLAG}(,{FLAG})*)?$"},
        "nth": {"description": "which of the segments that agree, from 1: 2, [2, 5] or [2, \"end\"]", "anyOf": [
            integer(1, 10 ** 9), {"type": "array", "prefixItems": [integer(1, 10 ** 9), nth_end], "minItems": 2, "maxItems": 2}]},
        "number": {"description": "relative as Wireshark shows it, or a symbol as \"u+1\"", "anyOf": [RELATIVE, symbol]},
        "tcp": tcp(),
        "match": keys(match(True) | COMMENT, dependentRequired={"exact": ["flags"]}),
        "segment": segment(),
        "event": event(),
        "read": {"anyOf": [choice(["push", "any", "none"]),
                           keys({"mode": choice(["push", "any"]), "buffer": size("", 1, 2 ** 30),
                                 "every": time("", above_zero=True)}),
                           keys({"mode": {"const": "none"}, "buffer": size("", 1, 2 ** 30)}, ["mode"])]},
        "when": {"anyOf": [
            choice(["established", "push", "urgent", "acked", "closing", "closed", "reset", "refused", "timeout",
                    "soft error", "reboot"]),
            keys({"state": choice(states())}, ["state"]),
            keys({"data": size("", 1)}, ["data"]), keys({"acked": size("", 1)}, ["acked"])]},
        "step": steps(),
        "options": options_of_segment(),
    }


def schema():
    delay = time("from the arrival of a segment to the reply; default 0s; at most 1h")
    address = {"type": "string", "minLength": 2}
    host = keys({"name": ref("name"), "label": ref("text"), "address": {"anyOf": [address, array(address, 1, 2)]},
                 "router": boolean("forwards packets"), "processing_delay": delay, "tcp": ref("tcp"), **COMMENT}, ["name"])
    link = keys({"name": ref("name"), "between": array(ref("name"), 2, 2), **path(), "mtu": integer(68, 65575),
                 "forward": keys(path() | COMMENT), "backward": keys(path() | COMMENT), **COMMENT}, ["between", "delay"])
    symbol = keys({**match(True), "nth": integer(1, 10 ** 9), "number": choice(["seq", "ack"]), **COMMENT},
                  dependentRequired={"exact": ["flags"]})
    note = keys({**MOMENT, "text": ref("text"), **COMMENT}, ["text"], allOf=not_both(("at", "when")))
    answer = keys({"text": ref("text"), "right": boolean("default false"), **COMMENT}, ["text"])
    right = {"contains": {"properties": {"right": {"const": True}}, "required": ["right"]}}
    quiz = keys({**MOMENT, "question": ref("text"), "why": ref("text"), "answers": {**array(answer, 2, 4), **right}, **COMMENT},
                ["question", "answers"], allOf=not_both(("at", "when")))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tcplab:lesson:1",
        "title": "tcplab lesson, version 1",
        "description": "The format is described in lessons/README.md. Made by tests/lesson/_schema.py.",
        **keys({
            "$schema": {"type": "string"},
            "format": {"const": "tcplab-lesson"},
            "version": {"const": 1},
            "profile": choice(["rfc9293-v1"]),
            "title": ref("text"),
            "summary": ref("text"),
            "comment": COMMENT["comment"],
            "seed": {"anyOf": [integer(0, MAX_INT), {"type": "string", "pattern": "^[0-9]{1,20}$"}]},
            "limits": keys({"time": time("default 24h", above_zero=True), "events": integer(1, MAX_INT, "default 10000000"),
                            "memory": size("default 1GiB", 2 ** 20, 2 ** 40), **COMMENT}),
            "until": time("where the run ends, and that is well", above_zero=True),
            "defaults": keys({"processing_delay": delay, "tcp": ref("tcp"), **COMMENT}),
            "hosts": array(host, 1, 1024),
            "links": array(link, 0, 4096),
            "apps": array(app(), 0, 10000),
            "raw": array(raw_peer(), 0, 1024),
            "faults": array(faults(), 0, 10000),
            "events": array(events(), 0, 10000),
            "symbols": {"type": "object", "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9]{0,7}$"},
                        "additionalProperties": symbol, "maxProperties": 64},
            "narration": array(note, 0, 1000),
            "quiz": array(quiz, 0, 100),
            "expect": array(expectations(), 0, 10000),
            "acts": array(act(), 0, 10000, "what a user did, as the window saves it"),
        }, ["format", "version", "title", "hosts"]),
        "$defs": definitions(),
    }


def lay_out(value, indent=0):
    """JSON text: what fits a line stands on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if indent + len(flat) <= 118 or not isinstance(value, (dict, list)) or not value:
        return flat
    inner = " " * (indent + 1)
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + lay_out(v, indent + 1) for v in value) + "\n" + " " * indent + "]"
    rows = (f"{inner}{json.dumps(k)}: {lay_out(v, indent + 1)}" for k, v in value.items())
    return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"


def text():
    return lay_out(schema()) + "\n"


if __name__ == "__main__":
    print(text(), end="")
