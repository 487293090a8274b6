#!/bin/bash
# The runner itself: what it counts as passed, failed and skipped, in a small tree of its own.
. tests/build/lib.sh
tree=$TMPDIR/tree
mkdir -p "$tree/tests/tools" "$tree/tests/a" "$tree/build"
cp tests/tools/runner.py "$tree/tests/tools/"
cd "$tree" || exit 1

printf 'exit 0\n' >tests/a/good.sh
printf 'echo broken on purpose; exit 3\n' >tests/a/bad.sh
printf 'echo no such tool; exit 77\n' >tests/a/absent.sh
printf 'exit 1\n' >tests/a/_helper.sh
printf 'exit 1\n' >tests/a/lib.sh
printf 'exit 1\n' >tests/tools/tool.sh
printf 'echo 1..3; echo ok 1 - one; echo "ok 2 - two # SKIP why"; echo not ok 3 - three; exit 1\n' >tests/a/tap.sh
printf 'echo 1..2; echo ok 1 - first\n' >tests/a/short.sh
printf '# runner: timeout=1\nsleep 30\n' >tests/a/hang.sh
printf '# runner: last\ngrep -q "^pass.a/good$" build/test-names.txt\n' >tests/a/after.sh
printf 'kill -9 $$\n' >tests/a/killed.sh

BUILD=build python3 tests/tools/runner.py >out 2>&1
status=$?
names=build/test-names.txt
has() { grep -qxF "$1	$2" "$names"; }

check "a failure gives exit status 1" test $status = 1
check "the last line is the count" test "$(tail -n 1 out)" = "4 passed, 5 failed, 2 skipped"
check "exit 0 passes" has pass a/good
check "another exit status fails" has fail a/bad
check "the output of what failed is shown" grep -q "broken on purpose" out
check "exit 77 skips" has skip a/absent
check "a TAP line is a test" has pass a/tap:one
check "a TAP skip is a skip" has skip a/tap:two
check "a TAP failure is a failure" has fail a/tap:three
check "fewer tests than planned is a failure" has fail a/short
check "a hang is a failure" has fail a/hang
check "a signal is a failure" has fail a/killed
check "the last program sees the others' names" has pass a/after
check "helpers are not run" sh -c "! grep -Eq 'helper|lib|tool' $names"
BUILD=build python3 tests/tools/runner.py a/good >out 2>&1
check "one test by its name" test "$? $(tail -n 1 out)" = "0 1 passed, 0 failed"
done_testing
