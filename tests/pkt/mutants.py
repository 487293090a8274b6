"""Every script of this folder can fail: with its last expectation changed (a packet's flags, an assertion turned round, a
call's result) it is not passed any more."""
# runner: release
import glob
import os
import re
import subprocess
import sys
import tempfile

TCPLAB = os.environ.get("TCPLAB", "build/tcplab")


def changed(line):
    """The line with another expectation, None if it expects nothing that can be turned round."""
    packet = re.match(r"(\S+\s+> (?:\[[^]]*\] )?)(\S+)( .*)$", line)
    if packet and packet[2] != "udp":
        return packet[1] + ("R" if packet[2] != "R" else "F") + packet[3]
    if "%{" in line and " == " in line:
        return line.replace(" == ", " != ", 1)
    call = re.match(r"(\S+\s+(?!accept|socket)\w+\(.*\) = )(-?\d+)\b.*$", line)
    if call and "%{" not in line:
        return call[1] + str(int(call[2]) + 3)
    return None


def mutant(text):
    lines = text.split("\n")
    for i in range(len(lines) - 1, -1, -1):
        if lines[i].startswith(("//", "--")):
            continue
        other = changed(lines[i])
        if other is not None:
            return "\n".join(lines[:i] + [other] + lines[i + 1:])
    return None


def main():
    if not os.access(TCPLAB, os.X_OK):
        print("1..0 # SKIP no tcplab yet")
        return 77
    program = os.path.abspath(TCPLAB)
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    scripts = sorted(glob.glob("tests/pkt/**/*.pkt", recursive=True))
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        name = {}
        for i, script in enumerate(scripts):
            with open(script, encoding="utf-8") as f:
                text = mutant(f.read())
            if text is None:
                bad.append(script + " expects nothing")
                continue
            path = os.path.join(folder, "%04d.pkt" % i)
            name[path] = script
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        said = subprocess.run([program, "pkt", folder], capture_output=True, text=True, check=False).stdout
    outcome = dict(reversed(line.split(None, 1)) for line in said.split("\n")
                   if re.match(r"(passed|failed|refused) ", line))
    bad += [name[p] + " is " + outcome.get(p, "not run") + " with its last expectation changed"
            for p in name if outcome.get(p) != "failed"]
    print("1..1")
    for line in bad:
        print("# " + line)
    print("%s 1 - each of %d scripts fails with its last expectation changed"
          % ("not ok" if bad or not scripts else "ok", len(scripts)))
    return 1 if bad or not scripts else 0


if __name__ == "__main__":
    sys.exit(main())
