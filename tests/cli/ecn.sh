#!/bin/bash
# What RFC 3168's bits look like from outside: in the ladder, in the trace and in the bytes of the capture file.
. tests/cli/lib.sh

lesson=lessons/50-ecn.json

says "the ladder shows the mark" 0 'seq=1001 ack=1 len=1000 win=65535 \[CE\]' "" "$TCPLAB" run --width 130 "$lesson"
says "the ladder shows ECE" 0 'ACK,ECE seq=1 ack=2001' "" "$TCPLAB" run --width 130 "$lesson"
says "the ladder shows CWR" 0 'ACK,CWR seq=6001' "" "$TCPLAB" run --width 130 "$lesson"
check "nothing else is marked" test "$("$TCPLAB" run --width 130 "$lesson" | grep -c '\[CE\]')" = 1

# Packets of a capture by the ECN bits of their IP header: none, ECT(1), ECT(0), CE; then how many have the comment.
bits() # FILE
{
    "${PYTHON:-python3}" - "$1" <<'END'
import struct
import sys

bytes_, at, count, comments = open(sys.argv[1], "rb").read(), 0, [0, 0, 0, 0], 0
while at < len(bytes_):
    kind, n = struct.unpack_from("<II", bytes_, at)
    if kind == 6:
        packet = bytes_[at + 28:at + 28 + struct.unpack_from("<I", bytes_, at + 20)[0]]
        octet = packet[1] if packet[0] >> 4 == 4 else (packet[0] << 4 | packet[1] >> 4) & 255
        count[octet & 3] += 1
        comments += b"marked CE on its way" in bytes_[at:at + n]
    at += n
print(*count, comments)
END
}

for family in 4 6; do
    "$TCPLAB" run --quiet "$lesson" --set "/apps/0/script/0/family=$family" --set "/apps/1/script/0/family=$family" \
        --pcapng "$TMPDIR/ecn.pcapng" --trace "$TMPDIR/ecn.json"
    # SYN, SYN,ACK, ACK and ten ACKs of the server; ten segments of text
    check "IPv$family: ECT(0) on text alone" test "$(bits "$TMPDIR/ecn.pcapng")" = "13 0 10 0 1"
    check "IPv$family: the trace says so too" test "$(grep -c '"len":1000,.*"tos":2' "$TMPDIR/ecn.json")" = 10
    check "IPv$family: one mark" test "$(grep -c '"fate":"mark","fault":"a long queue in a router"' "$TMPDIR/ecn.json")" = 1
    check "IPv$family: nothing is lost" test "$(grep -c '"kind":"drop"' "$TMPDIR/ecn.json")" = 0
done

says "a queue that marks" 0 '\[CE\]' "" "$TCPLAB" run --width 130 "$lesson" --set '/faults=[]' --set '/links/0/mark="2 packets"' \
    --set '/expect=[]'
says "a queue limit that is none" 2 "" '/links/0/mark' "$TCPLAB" run "$lesson" --set '/links/0/mark="many"'

done_testing
