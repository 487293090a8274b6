#!/bin/bash
# make install and uninstall of the real tree, into a folder of the test's own.
. tests/build/lib.sh
if [ ! -f sim/cli/main.c ]; then
    echo "tcplab has no main yet"
    exit 77
fi
to=$TMPDIR/dest
cp -r "$BUILD/release" "$TMPDIR/release" 2>/dev/null    # so that only what knows the prefix is compiled anew
mkdir -p "$TMPDIR/b" && mv "$TMPDIR/release" "$TMPDIR/b/release"
check "make install" make BUILD="$TMPDIR/b" DESTDIR="$to" PREFIX=/usr install
check "the program runs" "$to/usr/bin/tcplab" --version
check "its manual page" test -s "$to/usr/share/man/man1/tcplab.1"
check "bash completion" bash -n "$to/usr/share/bash-completion/completions/tcplab"
if [ -f gui/main.c ]; then
    for file in bin/tcplab-gui share/applications/tcplab-gui.desktop share/icons/hicolor/scalable/apps/tcplab.svg \
        share/man/man1/tcplab-gui.1 share/bash-completion/completions/tcplab-gui; do
        check "the window: $file" test -s "$to/usr/$file"
    done
    check "its completion" bash -n "$to/usr/share/bash-completion/completions/tcplab-gui"
fi
for file in lessons/*.json lessons/README.md lessons/packetdrill.md; do
    [ -f "$file" ] && check "$file" cmp "$file" "$to/usr/share/tcplab/$file"
done
# Cairo itself links to libX11 on Debian; the window is SDL's alone.
check "needs no window library" sh -c "! ldd '$to/usr/bin/tcplab' | grep -Ei 'libsdl|libwayland|libGL[.]'"
check "no path of the builder is in it" sh -c "! grep -qF '$PWD' '$to/usr/bin/tcplab'"
check "make uninstall" make BUILD="$TMPDIR/b" DESTDIR="$to" PREFIX=/usr uninstall
check "leaves no file" test -z "$(find "$to" -type f)"
done_testing
