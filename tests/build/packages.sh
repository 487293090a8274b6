#!/bin/bash
# The installer of packages: silent where all is there, and nothing attempted where it has no business.
. tests/build/lib.sh
script=$PWD/tests/tools/packages.sh
fake=$TMPDIR/bin
mkdir -p "$fake"
for tool in apt-get sudo; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/called"\nexit 1\n' $tool "$TMPDIR" >"$fake/$tool"
    chmod +x "$fake/$tool"
done
cat >"$TMPDIR/list" <<'END'
# a comment
build | no-such-package-a | cmd:no-such-command-a  | why
build | no-such-package-b | header:no/such/file.h  | why
build | present-elsewhere | cmd:sh                 | why
other | no-such-package-c | cmd:no-such-command-c  | why
END
echo 'ID=fedora' >"$TMPDIR/fedora"
echo 'ID=debian' >"$TMPDIR/debian"
export TCPLAB_PACKAGES=$TMPDIR/list

PATH=$fake:$PATH TCPLAB_OS_RELEASE=$TMPDIR/fedora sh "$script" build >"$TMPDIR/out" 2>&1
status=$?
check "elsewhere: exit status 1" test $status = 1
check "elsewhere: the missing packages are named" grep -q 'no-such-package-a no-such-package-b$' "$TMPDIR/out"
check "elsewhere: nothing is attempted" test ! -e "$TMPDIR/called"
PATH=$fake:$PATH TCPLAB_OS_RELEASE=$TMPDIR/debian sh "$script" build >"$TMPDIR/out" 2>&1
check "on Debian: apt-get is asked for what is missing" \
    grep -q 'install.*no-such-package-a no-such-package-b$' "$TMPDIR/called"
check "on Debian: what cannot be had is named" grep -q 'could not install: no-such-package-a' "$TMPDIR/out"

unset TCPLAB_PACKAGES
check "every line of the list has four fields" \
    awk -F'|' '!/^#/ && NF && NF != 4 { print; bad = 1 } END { exit bad }' tests/packages.txt
check "what this build used is all there" sh "$script" build
check "shell scripts parse" sh -c 'for f in tests/tools/*.sh; do sh -n "$f" || exit 1; done; bash -n .ci/run'
done_testing
