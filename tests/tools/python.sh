#!/bin/sh
# Prints the Python to use: the first that can import jsonschema, else the first there is.
# (A python3 put before Debian's on the PATH does not see Debian's python3-jsonschema.)
for python in "${PYTHON:-python3}" python3 /usr/bin/python3; do
    "$python" -c 'import jsonschema' >/dev/null 2>&1 && echo "$python" && exit 0
done
echo "${PYTHON:-python3}"
