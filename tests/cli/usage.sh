#!/bin/bash
# Commands and options: help, version, and one line with a suggestion for what is not known.
. tests/cli/lib.sh

says "--version" 0 '^tcplab [0-9]+\.[0-9]+' "" "$TCPLAB" --version
says "help" 0 '^  batch ' "" "$TCPLAB" help
says "--help" 0 '^  batch ' "" "$TCPLAB" --help
says "-h" 0 '^  batch ' "" "$TCPLAB" -h
for command in run batch pkt show draw diff check list explain fsm; do
    says "help $command" 0 "^usage: tcplab $command " "" "$TCPLAB" help $command
    cp "$TMPDIR/out" "$TMPDIR/help"
    says "$command --help" 0 "^usage: tcplab $command " "" "$TCPLAB" $command --help
    check "both say the same of $command" cmp "$TMPDIR/out" "$TMPDIR/help"
    says "$command --nonsense" 2 "" "^tcplab: $command: unknown option --nonsense" "$TCPLAB" $command --nonsense
    says "$command -X" 2 "" "^tcplab: $command: unknown option -X" "$TCPLAB" $command -X
    check "that is one line" one_line "$TMPDIR/err"
done

says "no command" 2 "" '^tcplab: no command' "$TCPLAB"
says "unknown command" 2 "" "^tcplab: unknown command 'rnu'; did you mean run\?$" "$TCPLAB" rnu
check "that is one line" one_line "$TMPDIR/err"
says "a command like no other" 2 "" "^tcplab: unknown command 'xyzzy'; see tcplab help$" "$TCPLAB" xyzzy
says "help of an unknown command" 2 "" "did you mean batch\?" "$TCPLAB" help bach
says "unknown option instead of a command" 2 "" "did you mean --version\?" "$TCPLAB" --vresion
says "control characters are shown, not obeyed" 2 "" 'u001b' "$TCPLAB" "$(printf 'a\033[1mb')"

says "unknown option with a suggestion" 2 "" 'unknown option --trcae; did you mean --trace\?$' "$TCPLAB" run --trcae x y
says "the value is no part of the option" 2 "" 'unknown option --sede; did you mean --seed\?$' "$TCPLAB" run --sede=3 y
says "a value is missing" 2 "" 'option --seed needs a value' "$TCPLAB" run lesson --seed
says "-j without a value" 2 "" 'option -j needs a value' "$TCPLAB" batch -j
says "a value too many" 2 "" 'option --quiet takes no value' "$TCPLAB" run --quiet=yes x
says "run without a lesson" 2 "" 'usage: tcplab run' "$TCPLAB" run
says "run with two lessons" 2 "" "'b' is too much" "$TCPLAB" run a b
says "diff with one trace" 2 "" 'usage: tcplab diff' "$TCPLAB" diff a
says "list takes no words" 2 "" "'a' is too much" "$TCPLAB" list a
says "diff of standard input with itself" 2 "" 'only one' "$TCPLAB" diff - -

says "--seed -1" 2 "" '^tcplab: --seed: expected a number' "$TCPLAB" run x --seed -1
says "--seed 1e3" 2 "" '^tcplab: --seed: expected a number' "$TCPLAB" run x --seed 1e3
says "--seed 2^64" 2 "" '^tcplab: --seed: expected a number' "$TCPLAB" run x --seed 18446744073709551616
says "--until soon" 2 "" "--until: 'soon': " "$TCPLAB" run x --until soon
says "--lang de" 2 "" "unknown language 'de'; expected en or zh-Hant" "$TCPLAB" run x --lang de
says "--lang zh-Hnat" 2 "" "did you mean zh-Hant\?" "$TCPLAB" list --lang zh-Hnat
says "--color red" 2 "" "expected auto, always or never" "$TCPLAB" show x --color red
says "--width 7" 2 "" "^tcplab: --width: expected a number from 40" "$TCPLAB" show x --width 7
says "--width wide" 2 "" "^tcplab: --width: expected a number" "$TCPLAB" show x --width wide
says "-j 0" 2 "" "^tcplab: -j: expected a number from 1" "$TCPLAB" batch -j 0 x
says "--format svg" 2 "" "--format: unknown format 'svg'; " "$TCPLAB" fsm --format svg
says "--format jsn" 2 "" "did you mean json\?" "$TCPLAB" fsm --format jsn

for command in "help" "list" "fsm" "explain"; do
    if [ -w /dev/full ]; then
        # shellcheck disable=SC2016
        says "a full disk is noticed by $command" 2 "" '^tcplab: standard output: ' \
            sh -c '"$0" $1 >/dev/full' "$TCPLAB" "$command"
    fi
done
# shellcheck disable=SC2016
says "a closed standard output is noticed" 2 "" '^tcplab: standard output: ' sh -c '"$0" fsm >&-' "$TCPLAB"
# shellcheck disable=SC2016
says "a closed pipe is noticed" 0 '^2$' '^tcplab: standard output: ' \
    bash -c '{ "$0" fsm; echo $? >"$TMPDIR/piped"; } | :; cat "$TMPDIR/piped"' "$TCPLAB"
done_testing
