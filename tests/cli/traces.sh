#!/bin/bash
# runner: timeout=600
# show, diff, check, explain, fsm: what is done with traces and tables. `show` prints what `run` printed, for every lesson.
. tests/cli/lib.sh

n=0
different=
for lesson in lessons/[0-9]*.json; do
    [ -e "$lesson" ] || continue
    n=$((n + 1))
    for options in "" "--why --absolute --width 120" "--lang zh-Hant --ascii --width 60"; do
        # shellcheck disable=SC2086
        "$TCPLAB" run $options "$lesson" --trace "$TMPDIR/t.json" 2>/dev/null >"$TMPDIR/run.txt"
        # shellcheck disable=SC2086
        "$TCPLAB" show $options "$TMPDIR/t.json" >"$TMPDIR/show.txt" 2>/dev/null
        # run adds an empty line and the verdict
        head -n -2 "$TMPDIR/run.txt" | cmp -s - "$TMPDIR/show.txt" || different="$different $lesson($options)"
    done
done
check "show prints the ladder of run, for all $n lessons" test -z "$different" -a "$n" -gt 0
[ -z "$different" ] || echo "# differ:$different"

small_lesson >"$TMPDIR/small.json"
"$TCPLAB" run --quiet "$TMPDIR/small.json" --trace "$TMPDIR/a.json"
"$TCPLAB" run --quiet "$TMPDIR/small.json" --trace "$TMPDIR/b.json"
"$TCPLAB" run --quiet "$TMPDIR/small.json" --set /links/0/delay=11ms --trace "$TMPDIR/c.json"
check "show of standard input" sh -c '"$0" show - <"$1" | cmp - "$2"' "$TCPLAB" "$TMPDIR/a.json" <("$TCPLAB" show "$TMPDIR/a.json")
says "show of a lesson" 2 "" '^lessons/.*\.json:1:' "$TCPLAB" show lessons/*-four-way-close.json
says "show of nothing" 2 "" 'nothing.json' "$TCPLAB" show "$TMPDIR/nothing.json"
head -c 3000 "$TMPDIR/a.json" >"$TMPDIR/cut.json"
says "show of half a trace" 2 "" '^[^:]*cut.json:[0-9]+:' "$TCPLAB" show "$TMPDIR/cut.json"

says "diff of the same" 0 . "" "$TCPLAB" diff "$TMPDIR/a.json" "$TMPDIR/b.json"
says "diff of others" 1 'delay' "" "$TCPLAB" diff "$TMPDIR/a.json" "$TMPDIR/c.json"
says "diff with standard input" 0 . "" bash -c '"$0" diff - "$1" <"$1"' "$TCPLAB" "$TMPDIR/a.json"
says "diff of nothing" 2 "" 'nothing.json' "$TCPLAB" diff "$TMPDIR/a.json" "$TMPDIR/nothing.json"
says "diff in Chinese" 1 . "" "$TCPLAB" diff --lang zh-Hant "$TMPDIR/a.json" "$TMPDIR/c.json"

says "check of a lesson" 0 'small.json: ok$' "" "$TCPLAB" check "$TMPDIR/small.json"
says "check of a trace" 0 'a.json: ok$' "" "$TCPLAB" check "$TMPDIR/a.json"
says "check of a broken trace" 2 "" 'cut.json:' "$TCPLAB" check "$TMPDIR/cut.json"
says "check of standard input" 0 '^<stdin>: ok$' "" bash -c '"$0" check - <"$1"' "$TCPLAB" "$TMPDIR/small.json"
echo '{"format": "tcplab-lesson", "version": 1, "titel": "x"}' >"$TMPDIR/bad.json"
says "check of good and bad" 2 'small.json: ok$' "bad.json:1:[0-9]+: .*title" "$TCPLAB" check "$TMPDIR/bad.json" "$TMPDIR/small.json"
says "check of a folder" 0 'four-way-close.json: ok$' "" "$TCPLAB" check lessons
says "check of no folder" 2 "" 'nothing' "$TCPLAB" check "$TMPDIR/nothing"
says "check of a .pkt" 2 "" 'a.pkt: ' "$TCPLAB" check "$TMPDIR/a.pkt"

says "explain an edge" 0 '3\.10\.7\.4' "" "$TCPLAB" explain EST_FIN
says "explain a clause" 0 '6298' "" "$TCPLAB" explain KARN
says "explain a state" 0 'TIME-WAIT' "" "$TCPLAB" explain time_wait
says "explain two" 0 '^karn' "" "$TCPLAB" explain KARN EST_FIN
says "explain nothing lists the names" 0 '^(karn|KARN)$' "" "$TCPLAB" explain
says "explain with a slip" 2 "" "did you mean karn\?" "$TCPLAB" explain KARM
says "explain a part of a name" 2 "" "nagle.; there is held-by-nagle\$" "$TCPLAB" explain nagle
says "explain a word of what is said" 2 "" "it is spoken of in .*held-by-cwnd" "$TCPLAB" explain "congestion window"
says "explain with an unknown name" 2 "" "nothing is called 'zzzzzzzz'" "$TCPLAB" explain zzzzzzzz
says "explain in Chinese" 0 . "" "$TCPLAB" explain --lang zh-Hant --width 60 KARN

says "fsm" 0 'FIN-WAIT-1' "" "$TCPLAB" fsm
says "fsm as dot" 0 '^digraph' "" "$TCPLAB" fsm --format dot
says "fsm as JSON" 0 'est-close' "" "$TCPLAB" fsm --format json
check "which is JSON" "$PYTHON" -c 'import json, sys; json.load(open(sys.argv[1]))' "$TMPDIR/out"
says "fsm --coverage" 0 'est-close' "" "$TCPLAB" fsm --coverage "$TMPDIR/a.json" "$TMPDIR/c.json"
says "fsm --coverage of nothing" 2 "" 'usage: tcplab fsm' "$TCPLAB" fsm --coverage
says "fsm --coverage of a lesson" 2 "" 'small.json:' "$TCPLAB" fsm --coverage "$TMPDIR/small.json"
says "fsm takes no words" 2 "" "is too much" "$TCPLAB" fsm a.json
done_testing
