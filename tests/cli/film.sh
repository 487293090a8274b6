#!/bin/bash
# tcplab draw -o FILE.mp4|gif: a film, the same bytes again, and what happens without ffmpeg.
. tests/cli/lib.sh

try "$TCPLAB" draw -o "$TMPDIR/a.svg" x
if grep -q 'built without Cairo' "$TMPDIR/err"; then
    echo "1..0 # SKIP built without Cairo"
    exit 77
fi
if ! command -v ffmpeg >/dev/null; then
    echo "1..0 # SKIP ffmpeg is not installed"
    exit 77
fi
lesson=$TMPDIR/small.json
small_lesson >"$lesson"
"$TCPLAB" run --quiet "$lesson" --trace "$TMPDIR/trace.json"

small="--size 641x361 --fps 4"
for kind in mp4 gif; do
    # shellcheck disable=SC2086
    says "$kind" 0 "" "" "$TCPLAB" draw "$lesson" -o "$TMPDIR/a.$kind" $small
    check "$kind: something is in it" test -s "$TMPDIR/a.$kind"
    # shellcheck disable=SC2086
    says "$kind again, from the trace" 0 "" "" "$TCPLAB" draw "$TMPDIR/trace.json" -o "$TMPDIR/b.$kind" $small
    check "$kind: the same bytes" cmp "$TMPDIR/a.$kind" "$TMPDIR/b.$kind"
    ffmpeg -nostdin -v info -i "$TMPDIR/a.$kind" -f null - 2>"$TMPDIR/info" >/dev/null
    check "$kind: even width and height" grep -q '640x360' "$TMPDIR/info"
    check "$kind: at least ten seconds at four frames" sh -c 'test "$(grep -o "frame= *[0-9]*" "$0" | tail -n 1 | tr -dc 0-9)" -ge 40' "$TMPDIR/info"
done
check "an MP4 is one" sh -c 'head -c 8 "$0" | grep -q ftyp' "$TMPDIR/a.mp4"
check "a GIF is one" sh -c 'head -c 6 "$0" | grep -q GIF89a' "$TMPDIR/a.gif"

# shellcheck disable=SC2086
says "a part" 0 "" "" "$TCPLAB" draw "$lesson" -o "$TMPDIR/c.mp4" $small --from 20ms --to 60ms --theme dark --lang zh-Hant
check "is another film" sh -c '! cmp -s "$0" "$1"' "$TMPDIR/a.mp4" "$TMPDIR/c.mp4"

mkdir "$TMPDIR/empty"
says "without ffmpeg" 2 "" '^tcplab: draw: films are made by ffmpeg, which was not found; install it, or draw .png pictures$' \
    env PATH="$TMPDIR/empty" "$TCPLAB" draw "$lesson" -o "$TMPDIR/d.mp4"
check "that is one line" one_line "$TMPDIR/err"
check "and no file is left" test ! -e "$TMPDIR/d.mp4"
says "nor for a GIF" 2 "" 'films are made by ffmpeg' env PATH="$TMPDIR/empty" "$TCPLAB" draw "$lesson" -o "$TMPDIR/d.gif"
printf '#!/bin/sh\nexit 3\n' >"$TMPDIR/empty/ffmpeg"
chmod +x "$TMPDIR/empty/ffmpeg"
says "an encoder that fails" 2 "" 'd.mp4: ffmpeg could not make it$' env PATH="$TMPDIR/empty:/bin:/usr/bin" "$TCPLAB" draw "$lesson" -o "$TMPDIR/d.mp4"
says "other figures are no films" 2 "" 'states can be .svg, .png or .pdf' "$TCPLAB" draw "$lesson" --figure states -o "$TMPDIR/d.mp4"
says "no frames" 2 "" "^tcplab: --fps: " "$TCPLAB" draw "$lesson" -o "$TMPDIR/d.mp4" --fps 0
check "no temporary file is left" test -z "$(ls "$TMPDIR" | grep -E '\.(mp4|gif)\.|^d\.')"
done_testing
