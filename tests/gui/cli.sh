#!/bin/bash
# tcplab-gui's command line: help, wrong options and files, pictures without a display, no display at all.
. tests/cli/lib.sh

gui=$BUILD/asan/tcplab-gui
if [ ! -x "$gui" ]; then
    echo "1..0 # SKIP built without the window"
    exit 77
fi
export XDG_STATE_HOME=$TMPDIR/state
lesson=lessons/02-four-way-close.json

says "help" 0 '^usage: tcplab-gui' "" "$gui" --help
says "version" 0 '^tcplab-gui [0-9]' "" "$gui" --version
knows() # OPTION
{
    "$gui" --help | grep -q -e "$1" && sed 's/\\-/-/g' gui/tcplab-gui.1 | grep -q -e "$1" && grep -q -e "$1" gui/completion.bash
}
for option in at theme lang size fullscreen audience screenshot state help version; do
    check "--help, the manual page and the completion know --$option" knows "--$option"
done
says "an unknown option" 2 "" "^tcplab-gui: option: '--nothing': unknown" "$gui" --nothing
says "an option without its value" 2 "" "^tcplab-gui: option: '--at': needs a value$" "$gui" --at
says "a wrong time" 2 "" "^tcplab-gui: --at: 'soon': " "$gui" --at soon
says "a wrong theme" 2 "" "expected light, dark or projector$" "$gui" --theme pink
says "a wrong language" 2 "" "expected en, zh-Hant or both$" "$gui" --lang fr
says "a wrong size" 2 "" "expected WIDTHxHEIGHT" "$gui" --size 10x10
says "two files" 2 "" "one file at most$" "$gui" "$lesson" "$lesson"
says "no such file" 2 "" "^no-such.json: " "$gui" no-such.json
echo '{"format": "tcplab-lesson",' >"$TMPDIR/broken.json"
says "a broken file" 2 "" "broken.json:2:1: " "$gui" "$TMPDIR/broken.json"

for theme in light dark projector; do
    says "a picture, $theme" 0 "" "" "$gui" --screenshot "$TMPDIR/$theme.png" --theme $theme --size 1280x720 --at 1290ms "$lesson"
    check "it is a PNG" sh -c "head -c 4 '$TMPDIR/$theme.png' | grep -q PNG"
done
says "the same again" 0 "" "" "$gui" --screenshot "$TMPDIR/again.png" --theme dark --size 1280x720 --at 1290ms "$lesson"
check "is the same picture" cmp "$TMPDIR/dark.png" "$TMPDIR/again.png"
says "the welcome screen" 0 "" "" "$gui" --screenshot "$TMPDIR/welcome.png" --size 1280x720 --lang zh-Hant
check "is another" sh -c "! cmp -s '$TMPDIR/welcome.png' '$TMPDIR/light.png'"
says "what was shown" 0 "" "" "$gui" --screenshot "$TMPDIR/a.png" --state "$TMPDIR/s" --at 1290ms "$lesson"
check "is told" grep -qx 'playhead=1290000us' "$TMPDIR/s"
says "a picture that cannot be written" 2 "" "no-such-place" "$gui" --screenshot /no-such-place/a.png "$lesson"
check "pictures leave no trace in the list of files opened lately" test ! -e "$TMPDIR/state/tcplab/recent"
says "no display" 2 "" "^tcplab-gui: no window: .*; --screenshot needs none$" \
    env -u DISPLAY -u WAYLAND_DISPLAY SDL_VIDEODRIVER=x11 "$gui" "$lesson"
done_testing
