#!/bin/bash
# tcplab-gui's command line: what it refuses, and the picture it writes without a display.
. tests/cli/lib.sh
GUI=$BUILD/asan/tcplab-gui
if [ ! -x "$GUI" ]; then
    echo "1..0 # SKIP built without the window"
    exit 77
fi
export SDL_VIDEODRIVER=dummy
lesson=lessons/02-four-way-close.json
says "--version" 0 '^tcplab-gui [0-9.]+$' "" "$GUI" --version
says "--help" 0 '^usage: tcplab-gui ' "" "$GUI" --help
says "an unknown option" 2 "" "^tcplab-gui: option: '--nonsense': unknown" "$GUI" --nonsense
says "an option without its value" 2 "" "^tcplab-gui: option: '--at': needs a value" "$GUI" --at
says "a time that is none" 2 "" "^tcplab-gui: --at: 'soon': expected a time" "$GUI" --at soon
says "a theme that is none" 2 "" "^tcplab-gui: --theme: 'pink': expected light, dark or projector$" "$GUI" --theme pink
says "a language that is none" 2 "" "^tcplab-gui: --lang: 'fr': expected en, zh-Hant or both$" "$GUI" --lang fr
for size in 12 12x 300x200 99999x99999 x 640x; do
    says "a size that is none: $size" 2 "" "^tcplab-gui: --size: '$size': expected WIDTHxHEIGHT" "$GUI" --size "$size"
done
says "two files" 2 "" "^tcplab-gui: argument: 'b': one file at most$" "$GUI" a b
says "a file that is not there" 2 "" '^nowhere.json: ' "$GUI" nowhere.json
echo '{' >"$TMPDIR/broken.json"
says "a broken file" 2 "" "broken.json:[0-9]+:[0-9]+: " "$GUI" "$TMPDIR/broken.json" --screenshot "$TMPDIR/x.png"
check "leaves no picture" test ! -e "$TMPDIR/x.png"
says "a picture where none can be" 2 "" "^tcplab-gui: --screenshot: '/nowhere/x.png': " "$GUI" $lesson --screenshot /nowhere/x.png

says "a picture" 0 "" "" "$GUI" $lesson --at 1290ms --screenshot "$TMPDIR/a.png"
check "is a PNG" sh -c 'head -c 4 "$0" | grep -q PNG' "$TMPDIR/a.png"
says "the same again" 0 "" "" "$GUI" $lesson --at 1290ms --screenshot "$TMPDIR/b.png"
check "gives the same bytes" cmp "$TMPDIR/a.png" "$TMPDIR/b.png"
for option in "--theme dark" "--theme projector" "--lang zh-Hant" "--lang both" "--size 1024x640" "--at 1s"; do
    # shellcheck disable=SC2086
    says "$option" 0 "" "" "$GUI" $lesson --at 1290ms $option --screenshot "$TMPDIR/c.png"
    check "$option: makes a difference" sh -c '! cmp -s "$0" "$1"' "$TMPDIR/a.png" "$TMPDIR/c.png"
done
says "nothing open" 0 "" "" "$GUI" --screenshot "$TMPDIR/d.png"
check "welcomes" test -s "$TMPDIR/d.png"
done_testing
