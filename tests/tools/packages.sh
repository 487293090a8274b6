#!/bin/sh
# Installs what is missing of the named sections of tests/packages.txt.
#
#   sh tests/tools/packages.sh SECTION...
#
# On Debian, as root or with sudo, it installs. Anywhere else it prints the names and attempts nothing.
# Exit: 0 nothing is missing (any more); 1 something is, and it was named on stderr.
set -u

list=${TCPLAB_PACKAGES:-tests/packages.txt}
os_release=${TCPLAB_OS_RELEASE:-/etc/os-release}
here=$(dirname "$0")

probe() # KIND:WHAT -> 0 if it is there
{
    case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
    header:*) command -v gcc >/dev/null 2>&1 && printf '#include <stddef.h>\n#include <stdarg.h>\n#include <setjmp.h>
#include <stdint.h>\n#include <%s>\n' "${1#header:}" | gcc -E -x c - >/dev/null 2>&1 ;;
    py:*) "$(sh "$here/python.sh")" -c "import ${1#py:}" >/dev/null 2>&1 ;;
    *) return 1 ;;
    esac
}

installed() # PACKAGE -> 0 if dpkg has it
{
    command -v dpkg-query >/dev/null 2>&1 &&
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for wanted in "$@"; do
    while IFS='|' read -r section package probe _; do
        section=$(echo $section) package=$(echo $package) probe=$(echo $probe)
        [ "$section" = "$wanted" ] || continue
        installed "$package" || probe "$probe" || missing="$missing $package"
    done <"$list"
done
[ -n "$missing" ] || exit 0
missing=${missing# }

id=$(sed -n 's/^ID=//p' "$os_release" 2>/dev/null | tr -d \"\')
if [ "$id" != debian ] || ! command -v apt-get >/dev/null 2>&1; then
    # Without dpkg a package that has no probe cannot be told present from absent: mention it, but do not stop for it.
    echo "tcplab: this is not Debian, so nothing is installed; Debian calls what was not found here: $missing" >&2
    for package in $missing; do
        grep -Eq "\\| *$package *\\| *- *\\|" "$list" || exit 1
    done
    exit 0
fi

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    echo "tcplab: neither root nor sudo; please install: $missing" >&2
    exit 1
fi

echo "tcplab: installing $missing"
apt="env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0"
# shellcheck disable=SC2086 # words are meant to be split
if ! $as_root $apt install --no-install-recommends $missing >/dev/null 2>&1; then
    # A fresh machine has no package lists yet, or old ones.
    $as_root $apt update >/dev/null && $as_root $apt install --no-install-recommends $missing || {
        echo "tcplab: could not install: $missing" >&2
        exit 1
    }
fi
