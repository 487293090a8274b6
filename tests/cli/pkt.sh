#!/bin/bash
# packetdrill scripts: what pkt says and exits with; that run, draw, check and show take them, too.
. tests/cli/lib.sh

dir=$TMPDIR/scripts
mkdir -p "$dir/deeper"
cat >"$dir/good.pkt" <<'END'
// A connection comes, sends 1000 octets and goes.
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+.1 < S 0:0(0) win 32792 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
+.1 < . 1:1(0) ack 1 win 257
+0 accept(3, ..., ...) = 4
+0 < P. 1:1001(1000) ack 1 win 257
+0 > . 1:1(0) ack 1001
+0 read(4, ..., 2000) = 1000
+0 close(4) = 0
+0 > F. 1:1(0) ack 1001
END
sed 's/^+0 > . 1:1(0) ack 1001$/+0 > . 1:1(0) ack 1002/' "$dir/good.pkt" >"$dir/wrong.pkt"
sed 's/ read(4, ..., 2000) = 1000/ read(4, ..., 2000) = 999/' "$dir/good.pkt" >"$dir/deeper/read.pkt"
sed 's/^+0 > F.*/+.2 > F. 1:1(0) ack 1001/' "$dir/good.pkt" >"$dir/deeper/early.pkt"
sed 's/^+0 > F.*/+0 > R. 1:1(0) ack 1001/' "$dir/good.pkt" >"$dir/deeper/flags.pkt"
echo '0 socket(..., SOCK_SEQPACKET, IPPROTO_SCTP) = 3' >"$TMPDIR/sctp.pkt"
echo '0 socket(..., SOCK_STREAM' >"$TMPDIR/broken.pkt"
echo '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = FD' >"$TMPDIR/define.pkt"
printf '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 `rm -rf /`\n' >"$TMPDIR/shell.pkt"
printf '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n+0 accept(3, ..., ...) = 4\n' >"$TMPDIR/hang.pkt"
mkdir -p "$TMPDIR/hang2"
sed 's/^+0 accept/+0...0.5 accept/' "$TMPDIR/hang.pkt" >"$TMPDIR/hang2/hang.pkt"
cp "$dir/good.pkt" "$TMPDIR/late.pkt"
echo '+0 > F. 1:1(0) ack 1003' >>"$TMPDIR/late.pkt"
sed -n 2,5p "$dir/good.pkt" >"$TMPDIR/octets.pkt"
cp "$TMPDIR/octets.pkt" "$TMPDIR/octets1.pkt"
echo '+0 > S. 0:0(0) ack 1 <020405b4>' >>"$TMPDIR/octets.pkt"
echo '+0 > S. 0:0(0) ack 1 <020405b5>' >>"$TMPDIR/octets1.pkt"
sed 's/^+0 listen/.5 listen/; s/^+0 bind/1 bind/' "$TMPDIR/hang.pkt" | sed '1a\
' >"$TMPDIR/past.pkt"
sed -n 2,5p "$dir/good.pkt" | sed 's/^+.1 </1 </' >"$TMPDIR/past1.pkt"
echo '.5 > S. 0:0(0) ack 1 <mss 1460>' >>"$TMPDIR/past1.pkt"

says "one that passes" 0 "" "" "$TCPLAB" pkt "$dir/good.pkt"
says "one that fails" 1 "" 'wrong\.pkt:10:4: another packet was expected: ack: expected 1002, got 1001$' "$TCPLAB" pkt "$dir/wrong.pkt"
check "says what was expected" grep -q '^  expected: > \. 1:1(0) ack 1002$' "$TMPDIR/err"
check "what came" grep -q '^  came:     > \. 1:1(0) ack 1001 win ' "$TMPDIR/err"
check "and what TCP decided, with its clause" grep -q '(RFC [0-9]* sec .*, [A-Z_]*)$' "$TMPDIR/err"
says "a call that returns something else" 1 "" 'read\.pkt:11:4: read returned 1000, expected 999' "$TCPLAB" pkt "$dir/deeper/read.pkt"
says "a packet that comes early" 1 "" 'time: expected 0\.400000 s .*came at 0\.200000 s' "$TCPLAB" pkt "$dir/deeper/early.pkt"
says "other flags" 1 "" 'flags: expected R\., got F\.' "$TCPLAB" pkt "$dir/deeper/flags.pkt"
says "a call that never returns" 1 "" 'hang\.pkt:4:4: accept does not return' "$TCPLAB" pkt "$TMPDIR/hang.pkt"
check "says what to do about it, and what TCP decided" grep -q 'nothing ends that .* two times' "$TMPDIR/err"
says "nor by its second time" 1 "" 'hang\.pkt:4:10: accept does not return by 0\.500000 s' "$TCPLAB" pkt "$TMPDIR/hang2/hang.pkt"
says "a packet that comes late and is another" 1 "" 'late\.pkt:14:4: the packet came too late: time: ' "$TCPLAB" pkt "$TMPDIR/late.pkt"
check "tells every field" grep -q '^    ack: expected 1003, got 1001$' "$TMPDIR/err"
says "options as octets" 0 "" "" "$TCPLAB" pkt "$TMPDIR/octets.pkt"
says "that are others" 1 "" 'option expected: mss 1461, got mss 1460' "$TCPLAB" pkt "$TMPDIR/octets1.pkt"
says "a time that is over" 1 "" 'past\.pkt:4:1: this time is over: it is 1\.000000 s already' "$TCPLAB" pkt "$TMPDIR/past.pkt"
says "what should have come before it did" 1 "" 'past1\.pkt:5:4: another packet was expected: time: ' "$TCPLAB" pkt "$TMPDIR/past1.pkt"
says "standard input" 0 "" "" bash -c '"$0" pkt - <"$1"' "$TCPLAB" "$dir/good.pkt"

says "not supported" 2 "" 'sctp\.pkt:1:[0-9]+: ' "$TCPLAB" pkt "$TMPDIR/sctp.pkt"
check "that is one line" one_line "$TMPDIR/err"
says "no script" 2 "" 'broken\.pkt:[0-9]+:[0-9]+: ' "$TCPLAB" pkt "$TMPDIR/broken.pkt"
check "that is one line" one_line "$TMPDIR/err"
says "no shell is run" 2 "" "shell\.pkt:2:5: not supported: line 2: the command 'rm'" "$TCPLAB" pkt "$TMPDIR/shell.pkt"
says "none" 2 "" 'nothing\.pkt' "$TCPLAB" pkt "$TMPDIR/nothing.pkt"
mkdir -p "$TMPDIR/none"
says "a folder without scripts" 2 "" 'none: no packetdrill scripts in this folder' "$TCPLAB" pkt "$TMPDIR/none"
says "--trace of several" 2 "" '--trace: of one script only' "$TCPLAB" pkt --trace x "$dir"
says "--stack bsd" 2 "" "--stack: expected rfc, linux or freebsd, not 'bsd'" "$TCPLAB" pkt --stack bsd "$dir/good.pkt"
says "--stack rfc: an ACK may wait for 200 ms" 1 "" 'ACK_DELAYED' "$TCPLAB" pkt --stack rfc "$dir/good.pkt"
says "--strict-options" 0 "" "" "$TCPLAB" pkt --strict-options "$dir/good.pkt"
says "--define" 0 "" "" "$TCPLAB" pkt --define FD=3 "$TMPDIR/define.pkt"
says "without it" 1 "" 'define\.pkt:1:3: socket returned 3, expected FD' "$TCPLAB" pkt "$TMPDIR/define.pkt"
for word in =3 3=3 FD-3 "F D=3" ""; do
    says "--define '$word'" 2 "" "^tcplab: pkt: --define: expected NAME=VALUE, .*not '$word'" "$TCPLAB" pkt --define "$word" "$TMPDIR/define.pkt"
done
printf -- '--define=3=4\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n' >"$TMPDIR/head.pkt"
says "nor in a script's head" 2 "" 'head\.pkt:1:10: expected NAME=VALUE, not "3=4"' "$TCPLAB" pkt "$TMPDIR/head.pkt"
for script in wrong late deeper/read; do
    path=$(ls "$dir/$script.pkt" "$TMPDIR/$script.pkt" 2>/dev/null)
    { echo '--non_fatal=packet,syscall'; cat "$path"; } >"$TMPDIR/warned.pkt"
    says "--non_fatal: $script" 0 'warned\.pkt:1[0-5]:4: warning: ' "" "$TCPLAB" pkt "$TMPDIR/warned.pkt"
done
says "--dry-run" 0 "" "" "$TCPLAB" pkt --dry-run "$dir/wrong.pkt"
says "--verbose" 0 '^0\.200000 s +\+0 > \. 1:1\(0\) ack 1001$' "" "$TCPLAB" pkt --verbose "$dir/good.pkt"

says "a folder" 1 '^1 passed, 4 failed$' "" "$TCPLAB" pkt "$dir"
cp "$TMPDIR/out" "$TMPDIR/one"
says "-j 3" 1 'failed' "" "$TCPLAB" pkt -j 3 "$dir"
check "prints the same" cmp "$TMPDIR/out" "$TMPDIR/one"
says "--tap" 1 '^not ok 5 - .*wrong\.pkt$' "" "$TCPLAB" pkt --tap "$dir"
check "plan" grep -qx '1..5' "$TMPDIR/out"
says "--tap of one that is refused" 2 '^ok 1 - .*sctp\.pkt # SKIP ' "" "$TCPLAB" pkt --tap "$TMPDIR/sctp.pkt"
says "one refused among others" 0 '^1 passed, 0 failed, 1 skipped$' "" "$TCPLAB" pkt "$dir/good.pkt" "$TMPDIR/sctp.pkt"

says "run" 0 '^All went as the script says\.$' "" "$TCPLAB" run --width 100 "$dir/good.pkt"
check "says why it ends" grep -q '^End at 0\.[0-9]* s: the time that was asked for\.' "$TMPDIR/out"
check "shows both sides" grep -q 'Script .*TCP under test' "$TMPDIR/out"
says "run, in Chinese" 0 '受測的 TCP' "" "$TCPLAB" run --lang zh-Hant --width 100 "$dir/good.pkt"
says "run of one that fails" 1 'another packet was expected' 'wrong\.pkt:10:4: ' "$TCPLAB" run --width 120 "$dir/wrong.pkt"
says "run --set" 2 "" '--set and --until are for lessons' "$TCPLAB" run --set /seed=3 "$dir/good.pkt"
says "pkt --trace" 0 "" "" "$TCPLAB" pkt --trace "$TMPDIR/a.json" "$dir/good.pkt"
says "run --trace" 0 "" "" "$TCPLAB" run --quiet --trace "$TMPDIR/b.json" "$dir/good.pkt"
check "are the same" cmp "$TMPDIR/a.json" "$TMPDIR/b.json"
says "show" 0 'TCP under test' "" "$TCPLAB" show --width 100 "$TMPDIR/a.json"
says "check of the trace" 0 ': ok$' "" "$TCPLAB" check "$TMPDIR/a.json"
says "check of the script" 0 ': ok$' "" "$TCPLAB" check "$dir/good.pkt"
says "check of a broken one" 2 "" 'broken\.pkt:' "$TCPLAB" check "$TMPDIR/broken.pkt"
says "run --pcapng" 0 "" "" "$TCPLAB" run --quiet --pcapng "$TMPDIR/a.pcapng" "$dir/good.pkt"
check "has packets" test -s "$TMPDIR/a.pcapng"

done_testing
