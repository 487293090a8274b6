#!/bin/bash
# The real program on a real X server (Xvfb, a process of ours) with a real pointer: the four-way close, a segment
# clicked, its menu, the segment dropped; undone by a key; a window for the audience beside it.
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
Xvfb -displayfd 3 -noreset -screen 0 2700x900x24 -nolisten tcp 3>"$dir/display" >"$dir/xvfb" 2>&1 &
server=$!
for _ in $(seq 100); do
    [ -s "$dir/display" ] && break
    sleep 0.1
done
[ -s "$dir/display" ] || bail "Xvfb has not started: $(tail -1 "$dir/xvfb")"
DISPLAY=:$(cat "$dir/display")
export DISPLAY

# The window keeps $dir/state at what it shows: each step waits until it shows what it should, a minute at most.
shows() # LINE
{
    for _ in $(seq 600); do
        grep -qx -- "$1" "$dir/state" 2>/dev/null && return 0
        kill -0 "$program" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

check() # NAME COMMAND...: the command succeeds
{
    local name=$1
    shift
    n=$((n + 1))
    if "$@"; then
        echo "ok $n - $name"
        return
    fi
    echo "not ok $n - $name"
    sed 's/^/# /' "$dir/state" "$dir/err" | grep -v '^# widget '
    failed=1
}

# Without a window manager windows lie upon each other: the audience's is moved away.
find_windows()
{
    local w
    window=''
    for w in $(xdotool search --onlyvisible --pid "$program" 2>/dev/null); do
        case $(xdotool getwindowname "$w") in
            *"Four-way close"*) window=$w ;;
            *) xdotool windowmove --sync "$w" 1400 0 ;;
        esac
    done
    [ -n "$window" ] || bail "there is no window with the lesson's title"
}

start() # [OPTION]...: until its lesson is there
{
    rm -f "$dir/state"
    "$gui" --size 1280x720 --lang en --state "$dir/state" "$@" 2>"$dir/err" &
    program=$!
    shows "widget segment 4=.*" || bail "the lesson has not been shown: $(cat "$dir/err")"
    find_windows
    xdotool windowfocus --sync "$window" || bail "the window takes no focus"
}

act() # xdotool's words
{
    xdotool "$@" || bail "xdotool $*"
}

place() # NAME: where a widget is, as xdotool wants it
{
    local at
    at=$(sed -n "s/^widget $1=//p" "$dir/state" | head -1)
    [ -n "$at" ] || bail "there is no $1"
    echo "$at"
}

click() # NAME BUTTON: on the middle of a widget
{
    local x y
    read -r x y <<<"$(place "$1")"
    act mousemove --window "$window" "$x" "$y" click "$2"
}

left() # the program goes, well, within a minute
{
    for _ in $(seq 600); do
        kill -0 "$program" 2>/dev/null || break
        sleep 0.1
    done
    kill -0 "$program" 2>/dev/null && return 1
    wait "$program"
    local status=$?
    program=''
    return $status
}

later() # the playhead has left the moment asked for
{
    ! grep -qx "playhead=1020000us" "$dir/state"
}

lesson=lessons/02-four-way-close.json
start $lesson --at 1020ms
check "it opens the lesson" shows "document=$lesson"
check "at the moment asked for" shows "playhead=1020000us"
act key e
check "a key opens the dialog" shows "overlay=export"
act key Escape
check "another closes it" shows "overlay=none"
click "segment 3" 1
check "a click selects a segment" shows "segment=3"
click "tab acts" 1
check "a click opens a tab" shows "tab=acts"
click "segment 4" 3
check "the other button opens a segment's menu" shows "overlay=act"
click "act drop" 1
check "the menu closes" shows "overlay=none"
check "the segment is dropped" shows "act 1=drop applied at 1020000 us"
check "and the run goes another way" shows "beat=7/17"
act key ctrl+z
check "a key takes it back" shows "acts=0"
check "and the run is the old one" shows "beat=7/15"
act key t
check "another changes the theme" shows "theme=dark"
act key Home
check "another goes to the beginning" shows "playhead=0us"
act key ctrl+q
check "another quits" left

start $lesson --at 1020ms --audience
check "the audience has its window" shows "audience=yes"
click play 1
check "a click plays" shows "playing=yes"
act key space
check "a key stops" shows "playing=no"
check "time has passed" later
act key ctrl+q
check "both windows go" left
echo "1..$n"
exit $failed
