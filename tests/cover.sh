#!/bin/bash
# Which state edges and clauses the lessons exercise. What no lesson does must be asserted by a row of a unit test (by its
# name), or have a written reason in tests/cover-reasons.tsv (name<TAB>reason). `make cover` prints the whole table first.
# Environment: TCPLAB, the program.  --quiet: only the TAP lines.
set -u
cd "$(dirname "$0")/.." || exit 2
tcplab=${TCPLAB:-build/tcplab}
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

"$tcplab" batch lessons --keep-traces "$dir/traces" >/dev/null || exit 1
"$tcplab" fsm --coverage --width 200 "$dir"/traces/*.json >"$dir/table" || exit 1
[ "${1:-}" = --quiet ] || cat "$dir/table"

# Rows: two spaces, a name, a count, the text.
awk '/^  [a-z0-9-]+ +[0-9]+ / { print $1, $2 }' "$dir/table" >"$dir/rows"
n=0 bad=0
total=$(wc -l <"$dir/rows")
echo "ok 1 - $(awk '$2 > 0' "$dir/rows" | wc -l) of $total edges and clauses are exercised by lessons"
n=1
[ "$total" -gt 100 ] || { echo "not ok 2 - the table was not understood ($total rows)"; echo 1..2; exit 1; }
while read -r name _; do
    n=$((n + 1))
    id=$(tr 'a-z-' 'A-Z_' <<<"$name")
    where=$(grep -lE "(\\b|C_|EDGE_)$id\\b" tests/unit/*.c | head -n 1)
    reason=$(awk -F '\t' -v name="$name" '$1 == name { print $2 }' tests/cover-reasons.tsv 2>/dev/null)
    if [ -n "$where" ]; then
        echo "ok $n - $name: a row of $where"
    elif [ -n "$reason" ]; then
        echo "ok $n - $name: $reason"
    else
        echo "not ok $n - $name: no lesson, no row, no reason"
        bad=1
    fi
done < <(awk '$2 == 0' "$dir/rows")
echo "1..$n"
exit $bad
