#!/bin/sh
# The ladder in README.md stands between two marks:  sh tests/tools/readme.sh --print | --rewrite <LADDER
set -eu
begin='<!-- ladder: begin; `make readme` writes it -->'
end='<!-- ladder: end -->'
case ${1:-} in
--print)
    sed -n "/^$begin\$/,/^$end\$/p" README.md | sed -n '/^```text$/,/^```$/p' | sed '1d;$d'
    ;;
--rewrite)
    new=$(mktemp)
    {
        sed "/^$begin\$/q" README.md
        printf '```text\n'
        sed 's/[[:space:]]*$//'
        printf '```\n'
        sed -n "/^$end\$/,\$p" README.md
    } >"$new"
    cat "$new" >README.md
    rm -f "$new"
    ;;
*)
    echo "usage: readme.sh --print | --rewrite" >&2
    exit 2
    ;;
esac
