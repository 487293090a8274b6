"""The tables of lessons/README.md that come from .def files.  tests/lesson/readme.py checks that they are there.

    python3 tests/lesson/_readme.py     prints them
"""

import _schema


def quantity(kind, default, least, most):
    if kind == "TIME":
        for name, unit in (("h", 3600 * 10 ** 9), ("min", 60 * 10 ** 9), ("s", 10 ** 9), ("ms", 10 ** 6), ("us", 1000), ("ns", 1)):
            if default and default % unit == 0:
                return f'time, `"{default // unit}{name}"`'
        return 'time, `"0s"`'
    if kind == "BYTES":
        return f"size up to {most}, `{default}`"
    if kind == "BOOL":
        return f"`{'true' if default else 'false'}`"
    if kind == "ISS":
        return f"0 to {most}, absent"
    if kind == "IW":
        return " or ".join(f'`"{n}"`' for n in _schema.iw_rules()) + ', `"rfc5681"`'
    if kind == "CC":
        return " or ".join(f'`"{n}"`' for n in _schema.congestion_controls()) + ', `"reno"`'
    return f"{least} to {most}, `{default}`"


def options():
    return "\n".join(f"| `{name}` | {quantity(kind, default, least, most)} | {what} (RFC {rfc}) |"
                     for kind, name, default, least, most, rfc, what in _schema.options())


def settings():
    def of(kind, least, most):
        if kind == "BOOL":
            return "true or false"
        return {"TIME": "time", "BYTES": f"size up to {most}"}.get(kind, f"{least} to {most}")
    return "\n".join(f"| `{name}` | {of(kind, least, most)} | {what} (RFC {rfc}) |"
                     for kind, name, least, most, rfc, what in _schema.settings())


def tables():
    kinds = (("states", _schema.states()),) + tuple(
        (f"`{key}`", _schema.table(name)) for key, name in (
            ("signal", "signal"), ("timer", "timer"), ("op", "timer_op"), ("call", "call"), ("result", "result"),
            ("reject", "reject"), ("deliver", "deliver"), ("drop", "drop"), ("host_event", "host_event"), ("end", "end")))
    return "\n".join(f"| {key} | {', '.join(f'`{n}`' for n in names)} |" for key, names in kinds)


def variables():
    return ", ".join(f"`{v}`" for v in _schema.variables())


PARTS = {"@OPTIONS@": options, "@SETTINGS@": settings, "@TABLES@": tables, "@VARS@": variables}

if __name__ == "__main__":
    for make in PARTS.values():
        print(make(), end="\n\n")
