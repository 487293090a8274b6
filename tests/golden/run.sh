#!/bin/bash
# Traces and ladders of the lessons are what they were: prints TAP, one line for each lesson and each ladder.
#
#   tests/golden/run.sh             compare (part of make test)
#   tests/golden/run.sh --rewrite   write them anew (make golden); look at the difference before you commit it
#
# fingerprints.tsv has a line for each lesson: its name, the fingerprint of its trace, the number of records. A trace that
# has changed is shown by `tcplab diff OLD NEW`, the old one made by the program as it was. *.txt are ladders in full.
set -u
cd "$(dirname "$0")/../.." || exit 1
TCPLAB=${TCPLAB:-build/tcplab}
here=tests/golden
rewrite=${1:-}
if [ ! -x "$TCPLAB" ]; then
    echo "1..0 # SKIP no tcplab yet"
    exit 77
fi
if [ -n "$rewrite" ] && [ "$rewrite" != --rewrite ]; then
    echo "usage: tests/golden/run.sh [--rewrite]" >&2
    exit 2
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/golden.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
unset LC_ALL LC_MESSAGES LANG LANGUAGE NO_COLOR COLUMNS

# file | lesson | options: wide and narrow, both languages, clauses, raw numbers, two hosts and three
ladders="four-way-close|02-four-way-close|--width 80
four-way-close-zh|02-four-way-close|--width 80 --lang zh-Hant
last-ack-lost-why|08-last-ack-lost|--width 120 --why
last-ack-lost-why-zh|08-last-ack-lost|--width 120 --why --lang zh-Hant
old-duplicate-syn|14-old-duplicate-syn|--width 80 --absolute
old-duplicate-syn-ascii|14-old-duplicate-syn|--width 80 --ascii
zero-window|20-zero-window|--width 80
sequence-wrap|23-sequence-wrap|--width 120 --absolute
fast-retransmit|24-fast-retransmit|--width 100
sack|43-sack|--width 120
dsack-why-zh|45-dsack|--width 120 --why --lang zh-Hant"

# The footer of a trace: fingerprint and records.
footer() # TRACE
{
    tail -n 1 "$1" | sed -n 's/.*"records":\([0-9]*\),"fingerprint":"\([0-9a-f]*\)".*/\2\t\1/p'
}

fingerprints()
{
    local lesson name
    for lesson in lessons/[0-9]*.json; do
        name=$(basename "$lesson" .json)
        "$TCPLAB" run --quiet --trace "$work/$name.trace" "$lesson" >"$work/$name.log" 2>&1
        printf '%s\t%s\n' "$name" "$(footer "$work/$name.trace" 2>/dev/null)"
    done
}

ladder() # LESSON OPTIONS...
{
    local lesson=$1
    shift
    "$TCPLAB" run --color=never "$@" "lessons/$lesson.json" 2>&1 | sed 's/[[:space:]]*$//'
}

if [ -n "$rewrite" ]; then
    fingerprints >"$work/new" || exit 1
    if awk -F '\t' '$2 == "" { exit 1 }' "$work/new"; then
        cp "$work/new" "$here/fingerprints.tsv"
    else
        echo "a lesson leaves no trace:" >&2
        awk -F '\t' '$2 == "" { print $1 }' "$work/new" >&2
        exit 1
    fi
    while IFS='|' read -r file lesson options; do
        # shellcheck disable=SC2086
        ladder "$lesson" $options >"$here/$file.txt"
    done <<<"$ladders"
    echo "$(wc -l <"$here/fingerprints.tsv") fingerprints, $(wc -l <<<"$ladders") ladders"
    exit 0
fi

n=0
bad=0
ok()
{
    n=$((n + 1))
    echo "ok $n - $1"
}
not_ok()
{
    n=$((n + 1))
    bad=1
    echo "not ok $n - $1"
}

while IFS=$'\t' read -r name print records; do
    line=$(grep -P "^$name\t" "$here/fingerprints.tsv")
    if [ "$line" = "$name"$'\t'"$print"$'\t'"$records" ]; then
        ok "trace of $name"
    else
        not_ok "trace of $name"
        echo "# was: ${line:-unknown}"
        echo "# is:  $name	$print	$records"
        head -n 5 "$work/$name.log" | sed 's/^/# /'
    fi
done < <(fingerprints)

while IFS=$'\t' read -r name _; do
    [ -e "lessons/$name.json" ] || not_ok "lesson $name is gone, its fingerprint is still there"
done <"$here/fingerprints.tsv"

while IFS='|' read -r file lesson options; do
    # shellcheck disable=SC2086
    if ladder "$lesson" $options | diff -u "$here/$file.txt" - >"$work/diff"; then
        ok "ladder $file"
    else
        not_ok "ladder $file"
        head -n 30 "$work/diff" | sed 's/^/# /'
    fi
done <<<"$ladders"
echo "1..$n"
exit $bad
