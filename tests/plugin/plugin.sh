#!/bin/sh
# The library that packetdrill loads, driven by a host of our own; and, where a packetdrill binary is found, by that:
# our scripts that use neither a shell nor code (its code asks the kernel, not the library).
library=$BUILD/asan/libtcplab-packetdrill.so
host=$BUILD/asan/tests/plugin/host
if [ ! -e "$library" ] || [ ! -x "$host" ]; then
    echo "1..0 # SKIP not built"
    exit 77
fi
"$host" "$library" || exit 1
packetdrill=${PACKETDRILL:-$(command -v packetdrill)}
[ -n "$packetdrill" ] || exit 0
# It loads the library in a way that the sanitizers refuse, so it gets the one without.
make -s V=release BUILD="$BUILD" packetdrill || exit 1
status=0
for script in $(grep -LE '%\{|`|l_onoff|\.\.\.[0-9]' tests/pkt/*/*.pkt); do
    grep -q '^// *library: no' "$script" && continue
    "$packetdrill" --so_filename="$BUILD/libtcplab-packetdrill.so" "$script" || { echo "# $script"; status=1; }
done
exit $status
