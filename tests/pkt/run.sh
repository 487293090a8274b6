#!/bin/bash
# All packetdrill scripts of this folder, through our interpreter: TAP. README.md says what they are, and which public ones
# do not pass and why.
TCPLAB=${TCPLAB:-build/tcplab}
if [ ! -x "$TCPLAB" ]; then
    echo "1..0 # SKIP no tcplab yet"
    exit 77
fi
cd "$(dirname "$0")/../.." || exit 1
exec "$TCPLAB" pkt --tap tests/pkt
