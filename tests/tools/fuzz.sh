#!/bin/sh
# Runs one libFuzzer program, already built:  sh tests/tools/fuzz.sh BUILD NAME SECONDS
#
# Seeds come from tests/fuzz/NAME.seeds/ (for "lesson" also from lessons/), words from tests/fuzz/NAME.dict.
# What is found grows in BUILD/fuzz/corpus/NAME; an input that breaks something is kept in BUILD/fuzz/found/.
set -u
build=$1 name=$2 seconds=$3
program=$build/fuzz/tests/fuzz/$name
corpus=$build/fuzz/corpus/$name
found=$build/fuzz/found

if [ ! -x "$program" ]; then
    echo "tests/fuzz/$name.c: no such fuzz target" >&2
    exit 2
fi
mkdir -p "$corpus" "$found"
set -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$found/$name-"
[ -f "tests/fuzz/$name.dict" ] && set -- "$@" -dict="tests/fuzz/$name.dict"
set -- "$@" "$corpus"
[ -d "tests/fuzz/$name.seeds" ] && set -- "$@" "tests/fuzz/$name.seeds"
[ "$name" = lesson ] && [ -d lessons ] && set -- "$@" lessons
log=$build/fuzz/$name.log
"$program" "$@" >"$log" 2>&1
status=$?
grep -E '^(stat::|SUMMARY|ERROR|==[0-9]+==|Done)' "$log"
if [ $status -ne 0 ]; then
    tail -n 60 "$log"
    echo "fuzz-$name: broken; run $program on the file named above to see it again"
fi
exit $status
