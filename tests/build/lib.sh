# Sourced by the scripts of this folder: prints TAP. Each check is a name and a command that must succeed.
tap_n=0
tap_failed=0

check() # NAME COMMAND...
{
    local name=$1 out
    shift
    tap_n=$((tap_n + 1))
    if out=$("$@" 2>&1); then
        echo "ok $tap_n - $name"
    else
        tap_failed=1
        echo "not ok $tap_n - $name"
        printf '%s\n' "$out" | tail -n 25 | sed 's/^/# /'
    fi
}

skip() # NAME WHY
{
    tap_n=$((tap_n + 1))
    echo "ok $tap_n - $1 # SKIP $2"
}

done_testing()
{
    echo "1..$tap_n"
    exit $tap_failed
}
