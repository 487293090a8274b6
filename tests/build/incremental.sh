#!/bin/bash
# runner: timeout=300
# The Makefile in a small tree: what is rebuilt when, that variants stand side by side, and what must not leak.
. tests/build/lib.sh
root=$PWD
unset BUILD V CFLAGS LDFLAGS PREFIX DESTDIR    # the tree here has its own
tree=$TMPDIR/tree
mkdir -p "$tree/sim/core" "$tree/sim/cli" "$tree/lessons"
cp Makefile "$tree/"
cd "$tree" || exit 1
printf '#define ANSWER 42\n' >sim/core/a.h
printf '#include "sim/core/a.h"\nint a(void);\nint a(void) { return ANSWER; }\n' >sim/core/a.c
printf 'int b(void);\nint b(void) { return 1; }\n' >sim/core/b.c
printf '#include <stdio.h>\nint a(void);\nint main(void) { return printf("%%d %%s\\n", a(), __FILE__) < 0; }\n' \
    >sim/cli/main.c
printf '.TH TCPLAB 1\n' >sim/cli/tcplab.1
printf 'true\n' >sim/cli/completion.bash

built() { make --no-print-directory "$@" >log 2>&1; }
compiled() { grep -c '^CC' log; }

check "a first build" built
check "the release binary stands at build/tcplab" test "$(build/tcplab)" = "42 sim/cli/main.c"
built
check "nothing to do the second time" test "$(grep -c . log)" = 0
sleep 0.01; printf '#define ANSWER 43\n' >sim/core/a.h
built
check "a header rebuilds what includes it, and that only" test "$(compiled) $(build/tcplab)" = "1 43 sim/cli/main.c"
printf 'int c(void);\nint c(void) { return 2; }\n' >sim/core/c.c
built
check "a new file needs no edit" grep -q 'CC.*sim/core/c.o' log
rm sim/core/c.c
built
check "a file that is gone leaves the archive" sh -c '! ar t build/release/libtcplab.a | grep -q "^c.o"'
rm sim/core/a.h; printf '#define ANSWER 44\n' >sim/core/z.h; sed -i s/a.h/z.h/ sim/core/a.c
check "a header that is gone does not stop the build" built
check "a debug build beside it" built V=debug
check "each in its own folder" test -x build/debug/tcplab -a -x build/release/tcplab
built V=release
check "and neither disturbs the other" test "$(compiled)" = 0
built CFLAGS=-DX=1
check "other flags rebuild" test "$(compiled)" = 3
printf 'int b(void);\nint b(void) { long x = 1; int y = x; return y; }\n' >sim/core/b.c
check "a warning is an error" sh -c '! make >log 2>&1'
printf 'int b(void);\nint b(void) { return 1; }\n' >sim/core/b.c
check "an unknown variant is refused" sh -c '! make V=fast >log 2>&1'
built
check "no path of the builder is in the program" sh -c "! grep -q '$TMPDIR' build/tcplab build/release/obj/sim/core/a.o"
built V=debug
check "nor in one with debugging data" sh -c "! grep -q '$TMPDIR' build/debug/tcplab"
check "make help" make help
check "make clean" make clean
check "leaves nothing" test ! -e build
cd "$root" || exit 1
done_testing
