#!/usr/bin/env python3
"""Runs the same work in ns-3, where its development package is installed, beside ours, and prints the ratios.

Usage: _ratios.py BENCH_PROGRAM BUILD_FOLDER.  One JSON line a case: medians of alternate runs of both programs on this
machine, CPU time of the run proper. Without ns-3 one line on stderr says so, and the exit code is 0: it is optional."""
import json
import os
import statistics
import subprocess
import sys

ROUNDS = 3
MODULES = ["core", "network", "internet", "point-to-point", "traffic-control"]
# ours, theirs, figure, whether more is better, goal (ratio)
CASES = [
    ("bulk", ["bulk", "--bytes=67108864"], "pkts_per_cpu_s", 150),
    ("bulk_small", ["bulk", "--delay=100us", "--buf=131072", "--bytes=67108864"], "pkts_per_cpu_s", 60),
    ("churn", ["conns", "--msl=0.05"], "pkts_per_cpu_s", 120),
    ("idle_conns", ["conns", "--idle=1", "--n=2000"], "rss_bytes_per_conn", None),
]


def build(folder):
    """Compiles the ns-3 programs; None where ns-3 is not installed."""
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ns3")
    out = os.path.join(folder, "ns3")
    os.makedirs(out, exist_ok=True)
    for name in ("bulk", "conns"):
        source, program = os.path.join(here, name + ".cc"), os.path.join(out, name)
        if os.path.exists(program) and os.path.getmtime(program) > os.path.getmtime(source):
            continue
        command = ["g++", "-O3", "-std=c++17", source, "-o", program, "-Wl,--no-as-needed"]
        command += ["-lns3-" + m for m in MODULES]
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        except FileNotFoundError:
            return None
        if done.returncode != 0:
            return None
    return out


def figure(command, key):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])[key]


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: _ratios.py BENCH_PROGRAM BUILD_FOLDER")
    bench, folder = sys.argv[1:]
    ns3 = build(folder)
    if ns3 is None:
        print("ns-3 (libns3-dev, g++) is not installed: no ratios", file=sys.stderr)
        return
    for ours, theirs, key, goal in CASES:
        mine, other = [], []
        for _ in range(ROUNDS):
            mine.append(figure([bench, ours], key))
            other.append(figure([os.path.join(ns3, theirs[0])] + theirs[1:], key))
        a, b = statistics.median(mine), statistics.median(other)
        row = {"bench": "ratio", "of": ours, "figure": key, "tcplab": a, "ns3": b, "ratio": round(a / b, 2)}
        if goal:
            row["goal"] = goal
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
