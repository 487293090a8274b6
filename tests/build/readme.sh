#!/bin/bash
# The README tells the truth: its ladder is the one that is printed, and what it names is there.
. tests/build/lib.sh

for target in run test headless install uninstall; do
    check "make $target, as the README has it" sh -c "grep -q 'make $target' README.md && make -n $target >/dev/null"
done
for name in $(grep -oE '\]\([A-Za-z][^)#:]*\)' README.md | tr -d '])(' | sort -u); do
    check "$name, to which the README points" test -e "$name"
done
check "the README has a row for each package of the build" sh -c '
    awk -F"|" "/^(build|test) / { gsub(/ /, \"\", \$2); print \$2 }" tests/packages.txt | while read -r package; do
        grep -qF "$package" README.md || { echo "$package is not in the README"; exit 1; }
    done'
check "the licence stands at its end" sh -c 'tail -n 22 README.md | grep -q "Permission is hereby granted"'

if [ -x "$TCPLAB_RELEASE" ] && ls lessons/*-four-way-close.json >/dev/null 2>&1; then
    "$TCPLAB_RELEASE" run lessons/*-four-way-close.json | sed 's/[[:space:]]*$//' >"$TMPDIR/now"
    sh tests/tools/readme.sh --print >"$TMPDIR/shown"
    check "its ladder is the one that is printed (make readme)" diff "$TMPDIR/shown" "$TMPDIR/now"
else
    skip "its ladder is the one that is printed (make readme)" "no tcplab yet"
fi
done_testing
