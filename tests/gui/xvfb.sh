#!/bin/bash
# runner: timeout=120 serial
# End to end: a display without a screen, a real pointer, real keys. The window must come, follow them and go.
. tests/build/lib.sh
GUI=$BUILD/asan/tcplab-gui
for tool in Xvfb xdotool; do
    if ! command -v $tool >/dev/null || [ ! -x "$GUI" ]; then
        echo "1..0 # SKIP no $tool, or built without the window"
        exit 77
    fi
done
exec 3>"$TMPDIR/number"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp >"$TMPDIR/xvfb" 2>&1 &
server=$!
for _ in $(seq 100); do
    [ -s "$TMPDIR/number" ] && break
    sleep .1
done
if [ ! -s "$TMPDIR/number" ]; then
    kill $server 2>/dev/null
    echo "1..0 # SKIP no display: $(head -n 1 "$TMPDIR/xvfb")"
    exit 77
fi
DISPLAY=:$(cat "$TMPDIR/number")
export DISPLAY LC_ALL=C.UTF-8
unset SDL_VIDEODRIVER

"$GUI" lessons/02-four-way-close.json --size 1280x720 --lang en >"$TMPDIR/out" 2>"$TMPDIR/err" &
gui=$!

title() { xdotool search --class tcplab-gui getwindowname 2>/dev/null | head -n 1; }
titled() # PATTERN: waits until the window's title is like this
{
    for _ in $(seq 150); do
        [[ $(title) == $1 ]] && return 0
        sleep .1
    done
    echo "the title is '$(title)'"
    return 1
}
gone() # waits until the program has ended well
{
    for _ in $(seq 100); do
        kill -0 $gui 2>/dev/null || break
        sleep .1
    done
    wait $gui
}

check "the window comes" titled 'Four-way close*tcplab'
window=$(xdotool search --class tcplab-gui | head -n 1)
xdotool windowfocus "$window" 2>/dev/null
xdotool key g
check "a key changes the language" titled '四次揮手*tcplab'
xdotool mousemove --window "$window" 972 25 click 1
check "the pointer switches English on" titled 'Four-way close 四次揮手*tcplab'
xdotool key --clearmodifiers ctrl+q
check "and Ctrl+Q ends it well" gone
check "without a word" test ! -s "$TMPDIR/err"
kill $server
done_testing
