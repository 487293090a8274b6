#!/bin/bash
# The window, driven by SDL events on the dummy driver: every script tests/gui/*.events (drive.c says what they
# may say), and what --screenshot and the command line do.
driver=$BUILD/asan/tests/gui/drive
if [ ! -x "$driver" ]; then
    echo "1..0 # SKIP built without the window"
    exit 77
fi
exec "$driver" tests/gui/*.events
