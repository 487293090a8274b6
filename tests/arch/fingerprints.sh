#!/bin/bash
# runner: timeout=600
# The same runs give the same traces whatever compiled them: prints TAP, one line for each way of building.
#
#   tests/arch/fingerprints.sh           gcc and clang, -O0 and -O2, and the sanitizers (part of make test)
#   tests/arch/fingerprints.sh --cross   aarch64, armhf and s390x too, under qemu-user (make check-arch)
#
# The program is tests/arch/*.c with the engine, the models, the trace's writer and random scenarios, nothing else; it prints "scenario fingerprint" lines.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=${BUILD:-build}/arch
mkdir -p "$work"
cross=${1:-}

sources=$(ls tests/arch/*.c sim/core/*.c models/*.c models/*/*.c tests/support/{lab,watch}*.c \
    sim/report/{trace_write,trace_line,trace_quick,trace_strings,fields,names}.c 2>/dev/null)
if ! ls tests/arch/*.c >/dev/null 2>&1; then
    echo "1..0 # SKIP tests/arch has no program yet"
    exit 77
fi
flags="-std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror -I."

# name | compiler and its flags | what runs the program
ways="gcc -O0|gcc -O0|
gcc -O2|gcc -O2|
clang -O0|clang -O0|
clang -O2|clang -O2|
gcc -O1 under ASan and UBSan|gcc -O1 -Wno-sign-conversion -fsanitize=address,undefined -fno-sanitize-recover=all|"
if [ "$cross" = --cross ]; then
    ways="$ways
aarch64|aarch64-linux-gnu-gcc -O2 -static|qemu-aarch64
armhf|arm-linux-gnueabihf-gcc -O2 -static|qemu-arm
s390x, big-endian|s390x-linux-gnu-gcc -O2 -static|qemu-s390x"
fi

file_of() { echo "$work/$(echo "$1" | tr -c 'A-Za-z0-9\n' '-')"; }

build_and_run() # NAME COMPILER RUNNER: leaves .out and .log
{
    local file
    file=$(file_of "$1")
    rm -f "$file" "$file.out"
    # shellcheck disable=SC2086
    $2 $flags -o "$file" $sources >"$file.log" 2>&1 && $3 "$file" >"$file.out" 2>>"$file.log" && echo done >>"$file.log"
}

n=0
bad=0
reference=
running=0
jobs=$(nproc 2>/dev/null || echo 2)
while IFS='|' read -r name compiler run; do
    command -v "${compiler%% *}" >/dev/null || continue
    build_and_run "$name" "$compiler" "$run" &
    running=$((running + 1))
    if [ $running -ge "$jobs" ]; then
        wait -n
        running=$((running - 1))
    fi
done <<<"$ways"
wait

while IFS='|' read -r name compiler _; do
    n=$((n + 1))
    file=$(file_of "$name")
    if ! command -v "${compiler%% *}" >/dev/null; then
        if [ "$cross" = --cross ]; then
            bad=1
            echo "not ok $n - $name: no ${compiler%% *} here"
        else
            echo "ok $n - $name # SKIP no ${compiler%% *} here"
        fi
    elif [ "$(tail -n 1 "$file.log")" != done ] || [ ! -s "$file.out" ]; then
        bad=1
        echo "not ok $n - $name"
        tail -n 20 "$file.log" | sed 's/^/# /'
    elif [ -z "$reference" ]; then
        reference=$file.out
        echo "ok $n - $name"
        echo "# $(wc -l <"$reference") scenarios"
    elif cmp -s "$reference" "$file.out"; then
        echo "ok $n - $name"
    else
        bad=1
        echo "not ok $n - $name"
        diff "$reference" "$file.out" | head -n 10 | sed 's/^/# /'
    fi
done <<<"$ways"
echo "1..$n"
exit $bad
