#!/bin/bash
# All packetdrill scripts of this folder, through our interpreter, in one call: TAP. README.md says what they are, and which
# public ones do not pass and why.
TCPLAB=${TCPLAB:-build/tcplab}
LEAST=${PKT_LEAST:-150} # there were never fewer: an empty folder, or half of one, is no success
if [ ! -x "$TCPLAB" ]; then
    echo "1..0 # SKIP no tcplab yet"
    exit 77
fi
cd "$(dirname "$0")/../.." || exit 1
n=$(find tests/pkt -name '*.pkt' | wc -l)
if [ "$n" -lt "$LEAST" ]; then
    printf '1..1\nnot ok 1 - tests/pkt holds %d scripts, expected at least %d\n' "$n" "$LEAST"
    exit 1
fi
unnamed=$(grep -rL --include='*.pkt' -m1 '^// .*[A-Za-z]' tests/pkt)
if [ -n "$unnamed" ]; then
    printf '1..1\nnot ok 1 - these scripts do not say what they prove: %s\n' "${unnamed//$'\n'/ }"
    exit 1
fi
for topic in tests/pkt/*/; do
    topic=$(basename "$topic")
    if ! grep -q "^| \`$topic\` |" tests/pkt/README.md; then
        printf '1..1\nnot ok 1 - tests/pkt/README.md does not name the topic %s\n' "$topic"
        exit 1
    fi
done
exec "$TCPLAB" pkt --tap tests/pkt
