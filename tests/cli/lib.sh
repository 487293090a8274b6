# Sourced by the scripts of this folder: TAP, and checks of what a command prints and exits with.
. tests/build/lib.sh

if [ ! -x "$TCPLAB" ]; then
    echo "1..0 # SKIP no tcplab yet"
    exit 77
fi
: "${TMPDIR:?}"

# Runs a command; its output is in $TMPDIR/out and $TMPDIR/err, its status in $status.
try() # COMMAND...
{
    "$@" >"$TMPDIR/out" 2>"$TMPDIR/err" </dev/null
    status=$?
}

_said() # NAME STATUS OUT-PATTERN ERR-PATTERN: patterns of grep -E; "" stands for "nothing at all"
{
    [ "$status" = "$2" ] || { echo "status $status, not $2"; cat "$TMPDIR/out" "$TMPDIR/err"; return 1; }
    _matches "$TMPDIR/out" "$3" "standard output" && _matches "$TMPDIR/err" "$4" "standard error"
}

_matches() # FILE PATTERN WHAT
{
    if [ -z "$2" ]; then
        [ ! -s "$1" ] || { echo "$3 should be empty:"; cat "$1"; return 1; }
    else
        grep -qE -- "$2" "$1" || { echo "$3 has no line like $2:"; cat "$1"; return 1; }
    fi
}

# What a command must exit with and print.
says() # NAME STATUS OUT-PATTERN ERR-PATTERN COMMAND...
{
    local name=$1 wanted=$2 out=$3 err=$4
    shift 4
    try "$@"
    check "$name" _said "$name" "$wanted" "$out" "$err"
}

one_line() # FILE
{
    test "$(wc -l <"$1")" = 1
}

# A small lesson that passes; with an argument, the last part of its "expect".
small_lesson() # [EXPECTATION]
{
    cat <<END
{"format": "tcplab-lesson", "version": 1,
 "title": {"en": "A small one", "zh-Hant": "一個小教案"},
 "seed": 7,
 "defaults": {"processing_delay": "20ms", "tcp": {"msl": "1s"}},
 "hosts": [{"name": "client"}, {"name": "server"}],
 "links": [{"between": ["client", "server"], "delay": "10ms"}],
 "apps": [
  {"host": "server", "script": [{"do": "listen", "port": 80}, {"when": "closing", "do": "close"}]},
  {"host": "client", "script": [{"do": "open", "to": "server", "port": 80},
                                {"when": "established", "do": "send", "text": "hello"}, {"do": "close"}]}],
 "expect": [{"delivered": "server", "text": "hello"}${1:+, $1}]}
END
}
