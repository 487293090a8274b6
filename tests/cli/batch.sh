#!/bin/bash
# tcplab batch: which files, what is reported, the formats, -j, interrupts.
. tests/cli/lib.sh
dir=$TMPDIR/handed-in
mkdir -p "$dir/b" "$dir/a-b"
small_lesson >"$dir/one.json"
small_lesson '{"delivered": "client", "is": 99}' >"$dir/b/two.json"
small_lesson >"$dir/a-b/one.json"
small_lesson >"$dir/B.json"
echo '{"$id": "tcplab-lesson", "type": "object"}' >"$dir/lesson.schema.json"
echo 'not JSON at all' >"$dir/notes.json"
echo 'text' >"$dir/README.md"
echo '0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3' >"$TMPDIR/x.pkt"
mkdir "$dir/.hidden" && cp "$dir/one.json" "$dir/.hidden/"
order="$dir/B.json $dir/a-b/one.json $dir/b/two.json $dir/one.json"

says "a folder" 1 '^3 passed, 1 failed$' "" "$TCPLAB" batch "$dir"
check "in byte order" test "$(grep -oE "$dir[^ :]*json\$" "$TMPDIR/out" | tr '\n' ' ')" = "$order "
check "says what failed" grep -qE "^    $dir/b/two.json:[0-9]+:[0-9]+: " "$TMPDIR/out"
check "ends with the count" test "$(tail -n 1 "$TMPDIR/out")" = "3 passed, 1 failed"
cp "$TMPDIR/out" "$TMPDIR/first"
for j in 1 2 4 9; do
    says "-j $j" 1 'failed' "" "$TCPLAB" batch -j $j "$dir"
    check "prints the same" cmp "$TMPDIR/out" "$TMPDIR/first"
done
says "-j4 in one word" 1 'failed' "" "$TCPLAB" batch -j4 "$dir"
says "files" 0 '^2 passed, 0 failed$' "" "$TCPLAB" batch "$dir/one.json" "$dir/B.json"
mkdir "$TMPDIR/empty"
says "an empty folder" 2 "" "$TMPDIR/empty: no lessons" "$TCPLAB" batch "$TMPDIR/empty"
says "standard input" 0 '^1 passed' "" bash -c '"$0" batch - <"$1"' "$TCPLAB" "$dir/one.json"
says "--seed" 0 '^1 passed' "" "$TCPLAB" batch --seed 3 "$dir/one.json"

echo '{"format": "tcplab-lesson", "version": 1, "tilte": "x"}' >"$TMPDIR/bad.json"
says "one that cannot be loaded" 2 '^1 passed, 1 failed$' "^$TMPDIR/bad.json:1:[0-9]+: " "$TCPLAB" batch "$TMPDIR/bad.json" "$dir/one.json"
says "one that does not exist" 2 '^0 passed, 1 failed$' "nothing.json" "$TCPLAB" batch "$TMPDIR/nothing.json"
echo '{"format": "tcplab-lesson", ' >"$dir/zz.json"
says "a broken lesson in a folder is not passed over" 2 '^3 passed, 2 failed$' "zz.json:2:" "$TCPLAB" batch "$dir"
rm "$dir/zz.json"
says "a .pkt alone" 2 '1 skipped' "" "$TCPLAB" batch "$TMPDIR/x.pkt"
says "a .pkt that is refused among others" 0 '^1 passed, 0 failed, 1 skipped$' "" "$TCPLAB" batch "$TMPDIR/x.pkt" "$dir/one.json"
mkdir "$TMPDIR/pkt"
printf '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = 0\n' >"$TMPDIR/pkt/good.pkt"
says "a .pkt in a folder" 0 '^passed .*good\.pkt$' "" "$TCPLAB" batch "$TMPDIR/pkt"
printf '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = -1 EINVAL (Invalid argument)\n' >"$TMPDIR/pkt/bad.pkt"
says "a .pkt that fails" 1 'bad\.pkt:2:4: listen returned 0, expected -1 EINVAL' "" "$TCPLAB" batch "$TMPDIR/pkt"
echo '0 socket(' >"$TMPDIR/broken.pkt"
says "a .pkt that is none" 2 '^0 passed, 1 failed$' 'broken\.pkt:[0-9]+:' "$TCPLAB" batch "$TMPDIR/broken.pkt"
says "a .pkt in TAP" 2 '^ok 1 - .*x\.pkt # SKIP ' "" "$TCPLAB" batch --tap "$TMPDIR/x.pkt"

says "--tap" 1 '^TAP version 14$' "" "$TCPLAB" batch --tap "$dir"
check "plan" grep -qx '1..4' "$TMPDIR/out"
check "passes" test "$(grep -c '^ok ' "$TMPDIR/out")" = 3
check "failure with its reason" grep -A 9 "^not ok 3 - $dir/b/two.json" "$TMPDIR/out"
cp "$TMPDIR/out" "$TMPDIR/tap"
says "--tap -j 3" 1 TAP "" "$TCPLAB" batch -j 3 --tap "$dir"
check "prints the same" cmp "$TMPDIR/out" "$TMPDIR/tap"

says "--junit" 1 '^3 passed, 1 failed$' "" "$TCPLAB" batch --junit "$TMPDIR/j.xml" "$dir"
check "is XML with the right counts" "$PYTHON" - "$TMPDIR/j.xml" <<'END'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
cases = suite.findall("testcase")
assert suite.get("tests") == "4" and suite.get("failures") == "1" and suite.get("errors") == "0", suite.attrib
assert len(cases) == 4 and len([c for c in cases if c.find("failure") is not None]) == 1
assert abs(sum(float(c.get("time")) for c in cases) - float(suite.get("time"))) < 1e-6
assert float(suite.get("time")) > 1
END
cp "$TMPDIR/j.xml" "$TMPDIR/j1.xml"
"$TCPLAB" batch -j 1 --junit "$TMPDIR/j.xml" "$dir" >/dev/null
check "and does not depend on -j" cmp "$TMPDIR/j.xml" "$TMPDIR/j1.xml"
says "a JUnit file that cannot be written" 2 "" 'nowhere/j.xml: cannot be written' "$TCPLAB" batch --junit "$TMPDIR/nowhere/j.xml" "$dir"
says "--junit -" 2 "" 'expected the name of a file' "$TCPLAB" batch --junit - "$dir"

says "--keep-traces" 1 'failed' "" "$TCPLAB" batch --keep-traces "$TMPDIR/traces" "$dir"
check "one for each, names told apart" test "$(cd "$TMPDIR/traces" && echo *)" = \
    "B.trace.json one-2.trace.json one.trace.json two.trace.json"
"$TCPLAB" run --quiet "$dir/one.json" --trace "$TMPDIR/one.json"
check "the same that run writes" cmp "$TMPDIR/one.json" "$TMPDIR/traces/one-2.trace.json"
says "a folder of traces that cannot be made" 2 "" 'keep-traces: ' "$TCPLAB" batch --keep-traces "$TMPDIR/no/where" "$dir"
if [ -w /dev/full ]; then
    # shellcheck disable=SC2016
    says "a full disk" 2 "" '^tcplab: standard output: ' sh -c '"$0" batch "$1" >/dev/full' "$TCPLAB" "$dir/one.json"
fi
if command -v script >/dev/null; then
    script -qec "'$TCPLAB' batch '$dir/one.json'" /dev/null </dev/null >"$TMPDIR/typed" 2>&1
    check "a progress bar on a terminal" grep -q '\[#*\.*\] [01]/1' "$TMPDIR/typed"
fi

# lessons that never end, or want all memory
sed 's/"hello"/"x"/; s/"delay": "10ms"/"delay": "10us"/; s/{"do": "close"}\]}\],/{"do": "nothing"}]}],/' "$dir/one.json" |
    sed 's/{"when": "established", "do": "send", "text": "x"}/{"when": "established", "do": "send", "bytes": "900000GB"}/' |
    sed 's/"20ms"/"0s"/; s/"seed": 7/"seed": 7, "limits": {"events": 9000000000, "time": "2000h", "memory": "4GB"}/' >"$TMPDIR/long.json"
says "a hang" 1 'no end after 1.000 s' "" "$TCPLAB" batch --time-limit 1 --keep-traces "$TMPDIR/cut" -j 2 "$TMPDIR/long.json" "$dir/one.json"
check "the other went on" grep -q '^1 passed, 1 failed$' "$TMPDIR/out"
check "no half trace is left" test "$(ls "$TMPDIR/cut")" = one.trace.json

sed 's/"expect": \[/"expect": [{"count": {"from": "client"}, "min": 1}, /' "$TMPDIR/long.json" >"$TMPDIR/large.json"
says "too much memory" 1 'memory' "" "$TCPLAB" batch --memory-limit 100 -j 2 "$TMPDIR/large.json" "$dir/one.json"
check "the other went on" grep -q '^1 passed, 1 failed$' "$TMPDIR/out"

"$TCPLAB" batch -j 1 "$dir/one.json" "$TMPDIR/long.json" "$dir/B.json" >"$TMPDIR/out" 2>"$TMPDIR/err" &
pid=$!
sleep 2
kill -INT $pid
wait $pid
status=$?
check "an interrupt exits with 130 and a report" _said interrupt 130 '^1 passed, 0 failed, 2 not run$' ""
"$TCPLAB" batch -j 2 --tap --junit "$TMPDIR/cut.xml" "$TMPDIR/long.json" "$dir/B.json" >"$TMPDIR/out" 2>"$TMPDIR/err" &
pid=$!
sleep 2
kill -TERM $pid
wait $pid
status=$?
check "so does SIGTERM, in TAP" _said interrupt 130 '^Bail out! ' ""
check "the one that was done is there" grep -q '^ok 2 - ' "$TMPDIR/out"
check "and in JUnit" grep -q 'skipped="1"' "$TMPDIR/cut.xml"
check "no worker is left" sh -c '! pgrep -P '$pid' >/dev/null 2>&1'
done_testing
