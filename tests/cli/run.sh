#!/bin/bash
# tcplab run: every option, exit codes, where output goes.
. tests/cli/lib.sh
lesson=$TMPDIR/small.json
small_lesson >"$lesson"
small_lesson '{"delivered": "client", "is": 99}' >"$TMPDIR/fails.json"

says "a lesson that passes" 0 'All [0-9]+ expectations met' "" "$TCPLAB" run "$lesson"
cp "$TMPDIR/out" "$TMPDIR/ladder"
check "the ladder names states" grep -q 'FIN-WAIT-1' "$TMPDIR/ladder"
says "one that fails" 1 '1 of 2 expectations not met' "^$TMPDIR/fails.json:[0-9]+:[0-9]+: " "$TCPLAB" run "$TMPDIR/fails.json"
says "--quiet says nothing where all is well" 0 "" "" "$TCPLAB" run --quiet "$lesson"
says "--quiet says what failed" 1 "" "^$TMPDIR/fails.json:" "$TCPLAB" run --quiet "$TMPDIR/fails.json"
"$TCPLAB" run - <"$lesson" >"$TMPDIR/stdin"
check "- is standard input, and the ladder is the same but for the name" \
    diff <(sed "s/stdin/small/g" "$TMPDIR/stdin") "$TMPDIR/ladder"
says "again gives the same" 0 'FIN' "" "$TCPLAB" run "$lesson"
check "byte for byte" cmp "$TMPDIR/out" "$TMPDIR/ladder"

says "--trace FILE" 0 'expectations met' "" "$TCPLAB" run "$lesson" --trace "$TMPDIR/a.json"
check "with the same ladder" cmp "$TMPDIR/out" "$TMPDIR/ladder"
says "--trace -" 0 '^{"header":' "" "$TCPLAB" run "$lesson" --trace -
check "prints the trace and nothing else" cmp "$TMPDIR/out" "$TMPDIR/a.json"
check "which is JSON" "$PYTHON" -c 'import json, sys; json.load(open(sys.argv[1]))' "$TMPDIR/a.json"
check "no temporary file is left" test -z "$(ls "$TMPDIR" | grep -E 'a\.json\.|tmp')"
says "--trace - with a failure" 1 '^{"header":' 'fails.json:' "$TCPLAB" run "$TMPDIR/fails.json" --trace -
says "a trace that cannot be written" 2 "" '/nowhere/a.json: cannot write' "$TCPLAB" run "$lesson" --trace "$TMPDIR/nowhere/a.json"
if [ -w /dev/full ]; then
    says "a trace to a full disk" 2 "" '^/dev/full: ' "$TCPLAB" run "$lesson" --trace /dev/full
    # shellcheck disable=SC2016
    says "a trace to a full standard output" 2 "" 'cannot write' sh -c '"$0" run "$1" --trace - >/dev/full' "$TCPLAB" "$lesson"
    # shellcheck disable=SC2016
    says "a ladder to a full standard output" 2 "" '^tcplab: standard output: ' \
        sh -c '"$0" run "$1" >/dev/full' "$TCPLAB" "$lesson"
fi

header() # FILE KEY
{
    "$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["header"][sys.argv[2]])' "$1" "$2"
}
"$TCPLAB" run "$lesson" --quiet --seed 18446744073709551615 --trace "$TMPDIR/b.json"
check "--seed is the seed" test "$(header "$TMPDIR/b.json" seed)" = 18446744073709551615
check "without it, the lesson's" test "$(header "$TMPDIR/a.json" seed)" = 7
"$TCPLAB" run "$lesson" --quiet --set /links/0/delay=50ms --set '/seed=9' --trace "$TMPDIR/c.json"
check "--set is in the header" test "$(header "$TMPDIR/c.json" sets)" = "['/links/0/delay=50ms', '/seed=9']"
check "and takes effect" test "$(header "$TMPDIR/c.json" seed)" = 9
says "--set that does not exist" 2 "" '^--set' "$TCPLAB" run "$lesson" --set /nothing/here=1
says "--set with a wrong value" 2 "" '^--set.*/links/0/delay' "$TCPLAB" run "$lesson" --set /links/0/delay=fast
says "--set without =" 2 "" '^--set' "$TCPLAB" run "$lesson" --set /seed
says "--until later than the end" 0 'All' "" "$TCPLAB" run "$lesson" --until 1h
says "--until cuts the run" 1 'Cut by --until: 1 of 1 ' "" "$TCPLAB" run "$lesson" --until 15ms
says "also quietly" 1 "" '^Cut by --until' "$TCPLAB" run "$lesson" --quiet --until 15ms --trace "$TMPDIR/d.json"
check "at that time" test "$("$PYTHON" -c 'import json, sys; f = json.load(open(sys.argv[1]))["footer"]; print(f["end"], f["at"])' \
    "$TMPDIR/d.json")" = "until 15000000"

says "--lang zh-Hant" 0 '一個小教案' "" "$TCPLAB" run "$lesson" --lang zh-Hant
says "--absolute shows other numbers" 0 'FIN' "" "$TCPLAB" run "$lesson" --absolute
check "than those that count from 0" sh -c '! cmp -s "$0" "$1"' "$TMPDIR/out" "$TMPDIR/ladder"
says "--why cites sections" 0 '3\.10\.7' "" "$TCPLAB" run "$lesson" --why
says "--ascii" 0 'FIN' "" "$TCPLAB" run "$lesson" --ascii
check "has no other characters" sh -c '! LC_ALL=C grep -q "[^ -~]" "$0"' "$TMPDIR/out"
for width in 80 120; do
    says "--width $width" 0 'FIN' "" "$TCPLAB" run "$lesson" --width $width
    check "fits $width columns" sh -c '! LC_ALL=C.UTF-8 grep -qE "^.{'$((width + 1))'}" "$0"' "$TMPDIR/out"
done
says "--color always" 0 "$(printf '\033')\\[" "" env -u NO_COLOR "$TCPLAB" run "$lesson" --color always
says "--color never" 0 'FIN' "" env -u NO_COLOR "$TCPLAB" run "$lesson" --color never
check "has no colours" cmp "$TMPDIR/out" "$TMPDIR/ladder"
if command -v script >/dev/null; then
    colours() { script -qec "$1 run $lesson --width 80" /dev/null </dev/null | grep -q "$(printf '\033')\\[[0-9;]*m"; }
    check "a terminal gets colours" colours "env -u NO_COLOR TERM=xterm $TCPLAB"
    check "not with NO_COLOR" sh -c '! "$@"' sh bash -c "$(declare -f colours); lesson=$lesson; colours 'env NO_COLOR=1 TERM=xterm $TCPLAB'"
    check "not on a dumb one" sh -c '! "$@"' sh bash -c "$(declare -f colours); lesson=$lesson; colours 'env -u NO_COLOR TERM=dumb $TCPLAB'"
fi

echo '{"format": "tcplab-lesson", "version": 1, "title": "x", "hosts": [], }' >"$TMPDIR/bad.json"
says "bad JSON" 2 "" "^$TMPDIR/bad.json:1:[0-9]+: " "$TCPLAB" run "$TMPDIR/bad.json"
check "one line" one_line "$TMPDIR/err"
says "no such file" 2 "" '/nothing.json' "$TCPLAB" run "$TMPDIR/nothing.json"
says "a trace in the lesson's place" 2 "" 'is the lesson itself' "$TCPLAB" run "$lesson" --trace "$TMPDIR/./small.json"
check "leaves the lesson alone" diff "$lesson" <(small_lesson)
says "a .pkt that is none" 2 "" 'x.pkt: ' "$TCPLAB" run "$TMPDIR/x.pkt"
says "a folder" 2 "" "$TMPDIR" "$TCPLAB" run "$TMPDIR/"
says "empty name" 2 "" . "$TCPLAB" run ""
sed 's/"seed": 7/"seed": 7, "limits": {"events": 9}/' "$lesson" >"$TMPDIR/limit.json"
says "a limit" 1 "" '[Ll]imit' "$TCPLAB" run --quiet "$TMPDIR/limit.json"

# by name
mkdir -p "$TMPDIR/shelf"
cp "$lesson" "$TMPDIR/shelf/91-tiny-lesson.json"
export TCPLAB_LESSONS=$TMPDIR/shelf
says "by full name" 0 'expectations met' "" "$TCPLAB" run 91-tiny-lesson
says "without its number" 0 'expectations met' "" "$TCPLAB" run tiny-lesson
says "with .json" 0 'expectations met' "" "$TCPLAB" run tiny-lesson.json
says "a name that is nearly one" 2 "" 'did you mean tiny-lesson\?' "$TCPLAB" run tiny-leson
says "a part of a name" 2 "" 'did you mean tiny-lesson\?' "$TCPLAB" run lesson
says "list has it" 0 '^91-tiny-lesson +A small one$' "" "$TCPLAB" list
says "list in Chinese" 0 '^91-tiny-lesson +一個小教案$' "" "$TCPLAB" list --lang zh-Hant

# an interrupt: a lesson that would go on for long
sed 's/"hello"/"x"/; s/"delay": "10ms"/"delay": "10us"/; s/{"do": "close"}\]}\],/{"do": "nothing"}]}],/' "$lesson" |
    sed 's/{"when": "established", "do": "send", "text": "x"}/{"when": "established", "do": "send", "bytes": "900000GB"}/' |
    sed 's/"20ms"/"0s"/; s/"seed": 7/"seed": 7, "limits": {"events": 9000000000, "memory": "4GB"}/' >"$TMPDIR/long.json"
"$TCPLAB" run --quiet "$TMPDIR/long.json" --trace "$TMPDIR/long-trace" >"$TMPDIR/out" 2>"$TMPDIR/err" &
pid=$!
sleep 0.7
kill -INT $pid
wait $pid
status=$?
check "an interrupt exits with 130" _said interrupt 130 "" "interrupted"
check "and the trace has its end" sh -c 'tail -n 1 "$0" | grep -q "\"end\":\"stopped\""' "$TMPDIR/long-trace"
done_testing
