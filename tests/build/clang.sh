#!/bin/bash
# runner: timeout=300
# Every source also compiles with the other compiler, with the same warnings as errors.
. tests/build/lib.sh
case ${CC:-gcc} in *clang*) other=gcc ;; *) other=clang ;; esac
if ! command -v $other >/dev/null; then
    echo "no $other here"
    exit 77
fi
sources=$(find sim models gui tests -name '*.c' | sort)
flags="-std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror -I. $(pkg-config --cflags libcjson cairo pangocairo sdl2 2>/dev/null)"
# shellcheck disable=SC2086
compile() { $other $flags -DTCPLAB_DATADIR='""' -DTCPLAB_LOCALEDIR='""' -fsyntax-only "$1"; }
for source in $sources; do
    check "$source" compile "$source"
done

# A header stands on its own: it compiles with nothing before it, and twice.
alone() # HEADER
{
    printf '#include "%s"\n#include "%s"\nextern int used;\n' "$1" "$1" >"$TMPDIR/alone.c" && compile "$TMPDIR/alone.c"
}
for header in $(find sim models gui -name '*.h' | sort); do
    check "$header alone" alone "$header"
done
done_testing
