#!/bin/bash
# The real program on a real X server (Xvfb, a process of ours) with a real pointer: the four-way close, a segment
# clicked, its menu, the segment dropped; undone by a key; the window closed as a window manager does.
gui=$BUILD/tcplab-gui
[ -x "$gui" ] || gui=$BUILD/asan/tcplab-gui
[ -x "$gui" ] || gui=$BUILD/debug/tcplab-gui
for program in Xvfb xdotool; do
    if ! command -v $program >/dev/null; then
        echo "1..0 # SKIP $program is not installed"
        exit 77
    fi
done
if [ ! -x "$gui" ]; then
    echo "1..0 # SKIP built without the window"
    exit 77
fi

dir=$(mktemp -d)
server='' program='' n=0 failed=0
finish()
{
    [ -n "$program" ] && kill "$program" 2>/dev/null
    [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    rm -rf "$dir"
}
trap finish EXIT
export XDG_STATE_HOME=$dir LC_ALL=C.UTF-8
unset WAYLAND_DISPLAY SDL_VIDEODRIVER

bail()
{
    echo "Bail out! $1"
    exit 1
}

# The server chooses a free display and says which; it lives on when its last client goes, or the next one might come
# while it begins anew.
Xvfb -displayfd 3 -noreset -screen 0 1400x900x24 -nolisten tcp 3>"$dir/display" >"$dir/xvfb" 2>&1 &
server=$!
for _ in $(seq 100); do
    [ -s "$dir/display" ] && break
    sleep 0.1
done
[ -s "$dir/display" ] || bail "Xvfb has not started: $(tail -1 "$dir/xvfb")"
DISPLAY=:$(cat "$dir/display")
export DISPLAY

start() # [OPTION]...: until its window is there
{
    "$gui" --size 1280x720 --lang en --state "$dir/state" "$@" 2>"$dir/err" &
    program=$!
    for _ in $(seq 600); do
        window=$(xdotool search --onlyvisible --pid $program 2>/dev/null | head -1)
        [ -n "$window" ] && break
        kill -0 $program 2>/dev/null || bail "the window has not opened: $(cat "$dir/err")"
        sleep 0.1
    done
    [ -n "$window" ] || bail "the window has not opened"
    for _ in $(seq 600); do # its title says that the lesson has been loaded
        case $(xdotool getwindowname "$window" 2>/dev/null) in *"Four-way close"*) break ;; esac
        kill -0 $program 2>/dev/null || bail "the window has gone: $(cat "$dir/err")"
        sleep 0.1
    done
    xdotool windowfocus "$window" 2>/dev/null
    sleep 1
}

act() # xdotool's words: then time for a frame
{
    xdotool "$@" || bail "xdotool $*"
    sleep 0.3
}

quit() # by a key; what was shown is in $dir/state then
{
    xdotool key --window 0 ctrl+q
    for _ in $(seq 600); do
        kill -0 $program 2>/dev/null || break
        sleep 0.1
    done
    kill -0 $program 2>/dev/null && bail "it does not quit"
    wait $program
    status=$?
    program=''
}

expect() # NAME LINE: the state has this line
{
    n=$((n + 1))
    if grep -qx -- "$2" "$dir/state"; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        echo "# wanted: $2; there is: $(grep -- "^${2%%=*}=" "$dir/state" | head -3 | tr '\n' ' ')"
        failed=1
    fi
}

place() # NAME: where a widget was, as xdotool wants it
{
    local at
    at=$(sed -n "s/^widget $1=//p" "$dir/state" | head -1)
    [ -n "$at" ] || bail "there is no $1"
    echo "$at"
}

click() # X Y BUTTON, in the window
{
    act mousemove --window "$window" "$1" "$2"
    act click "$3"
}

lesson=lessons/02-four-way-close.json
start $lesson --at 1020ms
act key e
quit
expect "it opens the lesson" "document=$lesson"
expect "at the moment asked for" "playhead=1020000us"
expect "a key opens the dialog" "overlay=export"

start $lesson --at 1020ms
quit
read -r x y <<<"$(place "segment 4")"
read -r tab_x tab_y <<<"$(place "tab acts")"
read -r play_x play_y <<<"$(place play)"

start $lesson --at 1020ms
click "$x" "$y" 1
quit
expect "a click selects a segment" "segment=4"

start $lesson --at 1020ms
click "$tab_x" "$tab_y" 1
click "$x" "$y" 3
quit
expect "the other button opens its menu" "overlay=act"
read -r drop_x drop_y <<<"$(place "act drop")"

start $lesson --at 1020ms
click "$tab_x" "$tab_y" 1
click "$x" "$y" 3
click "$drop_x" "$drop_y" 1
quit
expect "the menu closes" "overlay=none"
expect "the segment is dropped" "act 1=drop applied at 1020000 us"
expect "and the run goes another way" "beat=7/17"

start $lesson --at 1020ms
click "$tab_x" "$tab_y" 1
click "$x" "$y" 3
act key d
act key ctrl+z
act key t
act key Home
quit
expect "a key takes it back" "acts=0"
expect "another changes the theme" "theme=dark"
expect "another goes to the beginning" "playhead=0us"

start $lesson --at 1020ms --audience
click "$play_x" "$play_y" 1
sleep 1
act key space
quit
expect "it plays, and stops" "playing=no"
expect "the audience has its window" "audience=yes"
n=$((n + 1))
if grep -qx "playhead=1020000us" "$dir/state"; then
    echo "not ok $n - time has passed"
    failed=1
else
    echo "ok $n - time has passed"
fi
echo "1..$n"
exit $failed
