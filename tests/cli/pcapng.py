"""`tcplab run --pcapng`: blocks that hang together, one interface a host, packets in order of time, checksums that hold.

A reader of its own, from the specification of the format: nothing here is shared with the program's writer.
"""

import glob
import json
import os
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tap import report

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
TCPLAB = os.environ.get("TCPLAB", "build/tcplab")


def total(data):
    data += b"\0" * (len(data) % 2)
    n = sum(struct.unpack(f">{len(data) // 2}H", data))
    while n >> 16:
        n = (n & 0xFFFF) + (n >> 16)
    return n


def packet_fault(p):
    """What is wrong with an IP packet, None: nothing."""
    if p[0] >> 4 == 4:
        head, size, proto = (p[0] & 15) * 4, struct.unpack(">H", p[2:4])[0], p[9]
        if total(p[:head]) != 0xFFFF:
            return "the IPv4 header's checksum"
        addresses = p[12:20]
    elif p[0] >> 4 == 6:
        head, size, proto, addresses = 40, 40 + struct.unpack(">H", p[4:6])[0], p[6], p[8:40]
    else:
        return f"IP version {p[0] >> 4}"
    if size != len(p):
        return f"length {size} of {len(p)} bytes"
    body = p[head:]
    if proto == 1:
        return None if total(body) == 0xFFFF else "the ICMP checksum"
    if total(addresses + struct.pack(">HH", proto, len(body)) + body) != 0xFFFF:
        return f"the checksum of protocol {proto}"
    return None


def blocks(data):
    at = 0
    while at < len(data):
        kind, size = struct.unpack("<II", data[at:at + 8])
        if size % 4 or size < 12 or data[at + size - 4:at + size] != data[at + 4:at + 8]:
            raise ValueError(f"block at {at}: length {size}")
        yield kind, data[at + 8:at + size - 4]
        at += size


def faults(data, trace):
    hosts = [h["name"] for h in trace["header"]["hosts"]]
    sent = [r for r in trace["records"] if r["kind"] in ("send", "icmp") and "host" in r]
    interfaces, packets, wrong = 0, [], []
    for i, (kind, body) in enumerate(blocks(data)):
        if i == 0 and (kind != SECTION or struct.unpack("<I", body[:4])[0] != 0x1A2B3C4D):
            return ["no section header"]
        if kind == INTERFACE:
            interfaces += 1
        elif kind == PACKET:
            who, high, low, kept, size = struct.unpack("<IIIII", body[:20])
            packets.append((hosts[who], high << 32 | low))
            fault = packet_fault(body[20:20 + kept])
            if kept != size or fault:
                wrong.append(f"packet {len(packets)}: {fault or 'cut'}")
    if interfaces != len(hosts):
        wrong.append(f"{interfaces} interfaces, {len(hosts)} hosts")
    if packets != [(r["host"], r["at"]) for r in sent]:
        wrong.append(f"{len(packets)} packets, the trace has sent {len(sent)}, or at other times")
    return wrong


def run(lesson, folder, *more):
    trace, capture = os.path.join(folder, "t.json"), os.path.join(folder, "t.pcapng")
    done = subprocess.run([TCPLAB, "run", "--quiet", "--trace", trace, "--pcapng", capture, lesson, *more],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"exit {done.returncode}: {done.stderr.strip()}"]
    with open(trace, encoding="utf-8") as t, open(capture, "rb") as c:
        return faults(c.read(), json.load(t))


def main():
    tests = []
    with tempfile.TemporaryDirectory() as folder:
        for lesson in sorted(glob.glob("lessons/[0-9]*.json")):
            tests.append((lesson, run(lesson, folder)))
        out = subprocess.run([TCPLAB, "run", "--pcapng", "-", lesson], capture_output=True, check=False)
        with open(os.path.join(folder, "t.pcapng"), "rb") as f:
            same = out.stdout == f.read()
        tests.append(("--pcapng - is the capture and nothing else", [] if same else ["they differ"]))
        for options, said in ((["--pcapng", lesson], "is the lesson itself"),
                              (["--pcapng", "-", "--trace", "-"], "only one of"),
                              (["--pcapng", os.path.join(folder, "no", "x")], "cannot be written")):
            out = subprocess.run([TCPLAB, "run", lesson, *options], capture_output=True, text=True, check=False)
            ok = out.returncode == 2 and said in out.stderr and out.stderr.count("\n") == 1
            tests.append((f"refused: {said}", [] if ok else [f"exit {out.returncode}: {out.stderr}"]))
    report(tests)


if __name__ == "__main__":
    main()
