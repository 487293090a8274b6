#!/bin/bash
# tcplab draw: kinds of files, the same bytes again, and what it refuses.
. tests/cli/lib.sh

try "$TCPLAB" draw -o "$TMPDIR/a.svg" x
if grep -q 'built without Cairo' "$TMPDIR/err"; then
    echo "1..0 # SKIP built without Cairo"
    exit 77
fi
lesson=$TMPDIR/small.json
small_lesson >"$lesson"
"$TCPLAB" run --quiet "$lesson" --trace "$TMPDIR/trace.json"

for kind in svg png pdf mmd txt; do
    says "$kind" 0 "" "" "$TCPLAB" draw "$lesson" -o "$TMPDIR/a.$kind"
    check "$kind: something is in it" test -s "$TMPDIR/a.$kind"
    says "$kind again, from the trace" 0 "" "" "$TCPLAB" draw "$TMPDIR/trace.json" -o "$TMPDIR/b.$kind"
    check "$kind: the same bytes" cmp "$TMPDIR/a.$kind" "$TMPDIR/b.$kind"
done
check "an SVG is XML" grep -q '^<svg ' "$TMPDIR/a.svg"
check "whose unit is the pixel" grep -q 'width="1600px"' "$TMPDIR/a.svg"
check "a PNG is one" sh -c 'head -c 4 "$0" | grep -q PNG' "$TMPDIR/a.png"
check "a PDF is one" sh -c 'head -c 5 "$0" | grep -q %PDF-' "$TMPDIR/a.pdf"
check "Mermaid's diagram names the hosts and the segments" \
    sh -c 'grep -q "participant H0 as client" "$0" && grep -q "H0->>H1: (1) SYN seq = 0 \[0 ms - 10 ms\]" "$0"' "$TMPDIR/a.mmd"
check "the text is the ladder" grep -q 'SYN seq=0' "$TMPDIR/a.txt"
says "standard input" 0 "" "" sh -c '"$0" draw - -o "$1" <"$2"' "$TCPLAB" "$TMPDIR/stdin.svg" "$lesson"
check "gives the same" cmp "$TMPDIR/stdin.svg" "$TMPDIR/a.svg"

for option in "--theme dark" "--theme projector" "--lang zh-Hant" "--lang both" "--axis step" "--axis linear" "--size 1280x720" \
    "--from 20ms --to 100ms" "--absolute" "--at 15ms"; do
    # shellcheck disable=SC2086
    says "$option" 0 "" "" "$TCPLAB" draw "$lesson" -o "$TMPDIR/c.png" $option
    check "$option: makes a difference" sh -c '! cmp -s "$0" "$1"' "$TMPDIR/a.png" "$TMPDIR/c.png"
done

# What Cairo keeps of the fonts of a PDF is not ours to free.
leaky()
{
    LSAN_OPTIONS="suppressions=$PWD/tests/tools/leaks-pdf.txt:print_suppressions=0" "$@"
}

for figure in seqplot cwnd; do
    for kind in png svg pdf; do
        leaky says "--figure $figure, $kind" 0 "" "" "$TCPLAB" draw "$lesson" --figure $figure -o "$TMPDIR/f.$kind"
        leaky says "--figure $figure, $kind again" 0 "" "" "$TCPLAB" draw "$TMPDIR/trace.json" --figure $figure -o "$TMPDIR/g.$kind"
        check "--figure $figure, $kind: the same bytes" cmp "$TMPDIR/f.$kind" "$TMPDIR/g.$kind"
    done
    says "--figure $figure, a moment" 0 "" "" "$TCPLAB" draw "$lesson" --figure $figure --at 15ms -o "$TMPDIR/g.png"
    check "--figure $figure: shows the moment" sh -c '! cmp -s "$0" "$1"' "$TMPDIR/f.png" "$TMPDIR/g.png"
    says "--figure $figure is no text" 2 "" "can be .svg, .png or .pdf" "$TCPLAB" draw "$lesson" --figure $figure -o "$TMPDIR/g.txt"
done

# The other figures: each kind of picture, the same bytes again and from the trace, and what they have no use for.
for figure in states header caption; do
    for kind in svg png pdf; do
        leaky says "$figure, $kind" 0 "" "" "$TCPLAB" draw "$lesson" --figure $figure -o "$TMPDIR/f.$kind"
        leaky says "$figure, $kind again" 0 "" "" "$TCPLAB" draw "$TMPDIR/trace.json" --figure $figure -o "$TMPDIR/g.$kind"
        check "$figure, $kind: the same bytes" cmp "$TMPDIR/f.$kind" "$TMPDIR/g.$kind"
    done
    for option in "--theme dark" "--lang both" "--size 680x378" "--at 0s"; do
        # shellcheck disable=SC2086
        says "$figure $option" 0 "" "" "$TCPLAB" draw "$lesson" --figure $figure -o "$TMPDIR/g.png" $option
        check "$figure $option: makes a difference" sh -c '! cmp -s "$0" "$1"' "$TMPDIR/f.png" "$TMPDIR/g.png"
    done
    says "$figure is no text" 2 "" "^tcplab: draw: -o $TMPDIR/f.txt: --figure $figure can be .svg, .png or .pdf$" \
        "$TCPLAB" draw "$lesson" --figure $figure -o "$TMPDIR/f.txt"
done
says "the whole table" 0 "" "" "$TCPLAB" draw "$lesson" --figure states --whole -o "$TMPDIR/w.svg"
check "is another picture" sh -c '! cmp -s "$0" "$1"' "$TMPDIR/f.svg" "$TMPDIR/w.svg"
first=$(grep -m 1 '"kind":"send"' "$TMPDIR/trace.json" | sed 's/.*"id":\([0-9]*\),.*/\1/')
says "a segment by its id" 0 "" "" "$TCPLAB" draw "$lesson" --figure header --packet "$first" -o "$TMPDIR/g.svg"
says "the one that is sent at the start" 0 "" "" "$TCPLAB" draw "$lesson" --figure header --at 0s -o "$TMPDIR/h.svg"
check "is the same" cmp "$TMPDIR/g.svg" "$TMPDIR/h.svg"
says "no such segment" 2 "" '^tcplab: draw: .*/n.svg: --packet: no segment has this id$' \
    "$TCPLAB" draw "$lesson" --figure header --packet 99999 -o "$TMPDIR/n.svg"
check "leaves no file" test ! -e "$TMPDIR/n.svg"

check "in whatever figure" sh -c '! "$0" draw "$1" --packet 99999 -o "$2" 2>/dev/null && test ! -e "$2"' "$TCPLAB" "$lesson" "$TMPDIR/n.svg"

# An option that the figure or the file has no use for is not passed over in silence.
while read -r of options; do
    # shellcheck disable=SC2086
    says "$options" 2 "" "^tcplab: draw: --[a-z]+( \(or --to\))? is for .*$of" "$TCPLAB" draw "$lesson" $options
done <<END
films --fps 30 -o $TMPDIR/n.svg
states --whole -o $TMPDIR/n.svg
pictures --at 15ms -o $TMPDIR/n.txt
pictures --at 15ms -o $TMPDIR/n.mp4
sequence,.header --figure states --packet $first -o $TMPDIR/n.svg
sequence,.states --figure header --from 1ms -o $TMPDIR/n.svg
sequence,.states --to 20ms -o $TMPDIR/n.txt
screen --theme dark -o $TMPDIR/n.mmd
screen --handout --size 640x480 -o $TMPDIR/n.pdf
sequence,.seqplot --figure caption --axis step -o $TMPDIR/n.svg
END
check "leaves no file" sh -c '! ls "$0"/n.* 2>/dev/null' "$TMPDIR"

leaky says "--handout" 0 "" "" "$TCPLAB" draw "$lesson" --handout -o "$TMPDIR/h.pdf"
check "--handout: a PDF" sh -c 'head -c 5 "$0" | grep -q %PDF-' "$TMPDIR/h.pdf"
leaky says "--handout again" 0 "" "" "$TCPLAB" draw "$lesson" --handout -o "$TMPDIR/i.pdf"
check "--handout: the same bytes" cmp "$TMPDIR/h.pdf" "$TMPDIR/i.pdf"
leaky says "--handout of a trace" 0 "" "" "$TCPLAB" draw "$TMPDIR/trace.json" --handout -o "$TMPDIR/i.pdf" --lang both
check "--handout: another language, another sheet" sh -c '! cmp -s "$0" "$1"' "$TMPDIR/h.pdf" "$TMPDIR/i.pdf"
says "--handout is a PDF" 2 "" "^tcplab: draw: --handout is a PDF" "$TCPLAB" draw "$lesson" --handout -o "$TMPDIR/h.png"
says "--handout is of the sequence diagram" 2 "" "^tcplab: draw: --handout is a PDF" "$TCPLAB" draw "$lesson" --handout --figure states -o "$TMPDIR/h.pdf"

says "no file" 2 "" '^tcplab: draw: say where to' "$TCPLAB" draw "$lesson"
says "an unknown kind of file" 2 "" 'unknown kind of file' "$TCPLAB" draw "$lesson" -o "$TMPDIR/a.jpg"
says "an unknown figure" 2 "" "^tcplab: --figure: unknown name 'sequense'; did you mean sequence\?$" "$TCPLAB" draw "$lesson" -o x.svg --figure sequense
for id in 0 x -1 1x 99999999999999999999; do
    says "--packet $id" 2 "" "^tcplab: draw: --packet: expected the id" "$TCPLAB" draw "$lesson" -o x.svg --packet=$id
done
says "an unknown theme" 2 "" "^tcplab: --theme: unknown name" "$TCPLAB" draw "$lesson" -o x.svg --theme blue
says "an unknown language" 2 "" "^tcplab: --lang: unknown name" "$TCPLAB" draw "$lesson" -o x.svg --lang de
says "an unknown axis" 2 "" "^tcplab: --axis: unknown name" "$TCPLAB" draw "$lesson" -o x.svg --axis log
for size in 1280 x 0x0 1280x 10x10 99999x99999 1280x720x2 -1x-1; do
    says "--size $size" 2 "" "^tcplab: draw: --size: expected" "$TCPLAB" draw "$lesson" -o x.svg --size=$size
done
says "a time that is none" 2 "" "^tcplab: draw: --from: 'soon'" "$TCPLAB" draw "$lesson" -o x.svg --from soon
says "an empty piece of time" 2 "" "^tcplab: draw: --to must be later" "$TCPLAB" draw "$lesson" -o x.svg --from 2s --to 1s
says "a folder that is not there" 2 "" '/nowhere/a.svg: cannot be written' "$TCPLAB" draw "$lesson" -o "$TMPDIR/nowhere/a.svg"
says "a lesson that is not there" 2 "" 'nothing.json' "$TCPLAB" draw nothing.json -o "$TMPDIR/d.svg"
check "and no file is left" test ! -e "$TMPDIR/d.svg"
printf '{"format": "tcplab-lesson"}' >"$TMPDIR/bad.json"
says "a lesson that is none" 2 "" '^.*bad.json:1:[0-9]+: ' "$TCPLAB" draw "$TMPDIR/bad.json" -o "$TMPDIR/d.svg"
check "that is one line" one_line "$TMPDIR/err"
check "no temporary file is left" test -z "$(ls "$TMPDIR" | grep -E '\.(svg|png|pdf|mmd|txt)\.')"
done_testing
