#!/bin/bash
# The manual page and bash completion know the same commands and options as the program's own sources.
. tests/build/lib.sh
page=sim/cli/tcplab.1
completion=sim/cli/completion.bash

if command -v groff >/dev/null; then
    check "groff finds no fault in the page" sh -c "test -z \"\$(groff -man -Tutf8 -ww -z $page 2>&1)\""
else
    skip "groff finds no fault in the page" "no groff here"
fi
check "bash reads the completion" bash -n "$completion"

options=$(grep -hoE '"--[a-z][a-z-]+' sim/cli/*.c 2>/dev/null | tr -d '"' | sort -u)
plain=$(sed 's/\\-/-/g' "$page")
for option in $options; do
    check "$option is in the manual page" grep -qE -- "$option([^a-z-]|\$)" <<<"$plain"
    check "$option is completed" grep -qE -- "$option([^a-z-]|\$)" "$completion"
done
if [ -n "$options" ]; then
    for option in $(grep -oE -- '--[a-z][a-z-]+' <<<"$plain" | sort -u); do
        check "$option of the manual page exists" grep -qxF -- "$option" <<<"$options"
    done
fi

offered() # WORDS...: what completion offers for the last word
{
    # shellcheck disable=SC1090
    bash -c 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tcplab; echo "${COMPREPLY[*]}"' "$completion" "$@"
}
check "the commands are offered" test "$(offered tcplab b)" = batch
check "an option's values are offered" test "$(offered tcplab run --lang z)" = zh-Hant
check "files are offered" test "$(offered tcplab run --trace Makef)" = Makefile
done_testing
