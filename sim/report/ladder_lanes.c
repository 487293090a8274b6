/* Life-lines side by side. A segment leaves its life-line in one row and reaches the other in a later one;
 * between the two a vertical line (its track) stands for the way, so that crossing segments are seen to
 * cross. */
#include <stdlib.h>
#include <string.h>

#include "sim/core/utf8.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder_draw.h"
#include "sim/report/text_width.h"

enum { LABEL_LINES = 6, SPAN_MIN = 26, SPAN_MAX = 100, BLANK_AFTER_S = 1 };

enum row_kind { ROW_NONE, ROW_LEAVE, ROW_REACH, ROW_OTHER };

struct glyphs {
    const char *life, *gap, *silent, *across, *down, *cross, *out_right, *out_left, *leave_right, *leave_left,
        *reach_right, *reach_left, *branch_right, *branch_left, *right, *left, *lost, *open_right, *open_left,
        *bullet;
};
static const struct glyphs unicode = {"│", "┊", "┆", "─", "│", "┼", "├", "┤", "╮", "╭",
                                      "╰", "╯", "├", "┤", "▶", "◀", "╳", "╌", "╌", "•"};
static const struct glyphs ascii = {"|", ":", ".", "-", "|", "+", "|", "|", ".", ".",
                                    "`", "'", "|", "|", ">", "<", "X", "~", "~", "*"};

struct lanes {
    struct drawing d;
    const struct glyphs *g;
    struct canvas c;
    int x[LANES_MAX]; /* of the life-lines */
    unsigned n;
    bool silent[LANES_MAX];
    bool margins; /* two lanes: the states stand beside them */
    struct {      /* the row being made */
        enum row_kind kind;
        vtime at;
        uint16_t host;
        struct packet *packet;
        bool has_state[LANES_MAX];
        bool explains; /* it says why, or is a note's later line: no place for a state */
    } row;
    vtime printed; /* time of the last row that showed one; -1: none */
    struct {       /* a state not shown yet: it waits for the segment that its change sends */
        bool waits;
        vtime at;
        char text[LABEL_TOKEN];
    } state[LANES_MAX];
    struct { /* by column */
        struct packet *packet;
        enum style style;
    } * track;
    struct { /* what is left of a label for the rows after the segment's first */
        struct packet *packet;
        int lane, toward; /* +1: the arrow goes to the right */
        struct label label;
        unsigned from[LABEL_LINES + 1], lines, next;
    } rest;
};

static struct lanes *lanes_of(struct drawing *d)
{
    return (struct lanes *)(void *)d;
}

static int lane_of(const struct lanes *l, uint16_t host)
{
    for (unsigned i = 0; i < l->n; i++)
        if (l->d.scan->lane[i] == host)
            return (int)i;
    return -1;
}

/* ---- rows ---- */

static void emit(struct lanes *l)
{
    canvas_emit(&l->c, l->d.out, l->d.scan->options->colour);
    l->d.rows++;
}

static void draw_lines(struct lanes *l, const char *life)
{
    canvas_clear(&l->c);
    for (int x = 0; x < l->c.width; x++)
        if (l->track[x].packet)
            canvas_put(&l->c, x, life == l->g->gap ? l->g->gap : l->g->down, l->track[x].style);
    for (unsigned i = 0; i < l->n; i++)
        canvas_put(&l->c, l->x[i], l->silent[i] ? l->g->silent : life, STYLE_PLAIN);
}

static void flush_row(struct lanes *l)
{
    if (l->row.kind == ROW_NONE)
        return;
    emit(l);
    l->row.kind = ROW_NONE;
}

static void show_time(struct lanes *l, vtime at)
{
    char text[40];

    if (at == l->printed)
        return;
    format_time(text, sizeof text, l->d.scan, at);
    canvas_put(&l->c, l->d.scan->time_width - text_columns(text), text, STYLE_DIM);
    l->printed = at;
}

static void put_state(struct lanes *l, int lane, const char *text)
{
    int w = l->d.scan->state_width;
    size_t n = text_fit(text, w);

    if (lane == 0)
        canvas_put_n(&l->c, l->x[0] - 1 - text_columns_n(text, n), text, n, STYLE_STATE);
    else
        canvas_put_n(&l->c, l->x[lane] + 2, text, n, STYLE_STATE);
    l->row.has_state[lane] = true;
}

/* A fresh row, the one before being finished. */
static void fresh_row(struct lanes *l, vtime at, enum row_kind kind, uint16_t host, struct packet *p)
{
    flush_row(l);
    if (l->printed >= 0 && at - l->printed >= BLANK_AFTER_S * NS_PER_S) {
        draw_lines(l, l->g->gap);
        emit(l);
    }
    draw_lines(l, l->g->life);
    memset(&l->row, 0, sizeof l->row);
    l->row.kind = kind;
    l->row.at = at;
    l->row.host = host;
    l->row.packet = p;
    show_time(l, at);
}

/* Whether the present row is where a waiting state belongs. */
static bool row_suits(const struct lanes *l, int lane)
{
    return l->row.kind != ROW_NONE && l->row.at == l->state[lane].at &&
           l->row.host == l->d.scan->lane[lane] && !l->row.has_state[lane] && !l->row.explains;
}

/* Shows a state that has waited long enough: in the present row, if it suits, else in its own. */
static void settle_state(struct lanes *l, int lane)
{
    l->state[lane].waits = false;
    if (!row_suits(l, lane))
        fresh_row(l, l->state[lane].at, ROW_OTHER, l->d.scan->lane[lane], NULL);
    put_state(l, lane, l->state[lane].text);
}

static void put_label_line(struct lanes *l, unsigned line);

static void begin_row(struct lanes *l, vtime at, enum row_kind kind, uint16_t host, struct packet *p)
{
    int mine = -1;

    for (unsigned i = 0; i < l->n; i++)
        if (l->state[i].waits) {
            if (l->state[i].at == at && l->d.scan->lane[i] == host &&
                (kind == ROW_LEAVE || !row_suits(l, (int)i)))
                mine = (int)i;
            else
                settle_state(l, (int)i);
        }
    while (l->rest.next < l->rest.lines) { /* of a label; its last line may stand beside the arrival */
        if (kind == ROW_REACH && p == l->rest.packet && l->rest.next + 1 == l->rest.lines)
            break;
        flush_row(l);
        draw_lines(l, l->g->life);
        put_label_line(l, l->rest.next++);
        emit(l);
    }
    fresh_row(l, at, kind, host, p);
    if (mine >= 0) {
        l->state[mine].waits = false;
        put_state(l, mine, l->state[mine].text);
    }
    if (l->rest.next < l->rest.lines)
        put_label_line(l, l->rest.next++);
}

/* ---- arrows ---- */

/* Splits the label into lines of at most `columns`. */
static void split_label(struct lanes *l, const struct label *label, int columns)
{
    int used = 0;

    l->rest.label = *label;
    l->rest.from[0] = 0;
    l->rest.lines = 1;
    for (unsigned i = 0; i < label->n; i++) {
        int w = text_columns(label->token[i].text);

        if (used && used + 1 + w > columns && l->rest.lines < LABEL_LINES) {
            l->rest.from[l->rest.lines++] = i;
            used = 0;
        }
        used += (used ? 1 : 0) + w;
    }
    l->rest.from[l->rest.lines] = label->n;
    l->rest.next = 1;
}

static int line_columns(const struct lanes *l, unsigned line)
{
    int w = 0;

    for (unsigned i = l->rest.from[line]; i < l->rest.from[line + 1]; i++)
        w += (w ? 1 : 0) + text_columns(l->rest.label.token[i].text);
    return w;
}

/* Puts a line of the label at its life-line. Sets the columns it takes. */
static void put_label_at(struct lanes *l, unsigned line, int *first, int *end)
{
    int w = line_columns(l, line), x;

    *first = l->rest.toward > 0 ? l->x[l->rest.lane] + 3 : l->x[l->rest.lane] - 2 - w;
    *end = x = *first;
    for (unsigned i = l->rest.from[line]; i < l->rest.from[line + 1]; i++) {
        if (x > *first)
            x = canvas_put(&l->c, x, " ", STYLE_PLAIN);
        x = canvas_put(&l->c, x, l->rest.label.token[i].text, l->rest.label.token[i].style);
    }
    *end = x;
}

static void put_label_line(struct lanes *l, unsigned line)
{
    int first, end;

    put_label_at(l, line, &first, &end);
}

/* A horizontal line over columns [from, to); lines that stand there are crossed. */
static void put_across(struct lanes *l, int from, int to, enum style style)
{
    for (int x = from; x < to; x++) {
        const char *there = canvas_at(&l->c, x);
        bool crosses = !strcmp(there, l->g->down) || !strcmp(there, l->g->life);

        if (!*there || crosses || !strcmp(there, l->g->across))
            canvas_put(&l->c, x, crosses ? l->g->cross : l->g->across, style);
    }
}

static bool track_free(const struct lanes *l, int x)
{
    if (l->track[x].packet)
        return false;
    for (unsigned i = 0; i < l->n; i++)
        if (x >= l->x[i] - 1 && x <= l->x[i] + 1)
            return false;
    return true;
}

/* A free column in [lo, hi], as near to `want` as can be, on the side of the arrow's head first; -1: none. */
static int choose_track(const struct lanes *l, int lo, int hi, int want, int toward)
{
    for (int step = 2; step >= 1; step--)
        for (int turn = 0; turn < 2; turn++)
            for (int x = want; x >= lo && x <= hi; x += (turn ? -toward : toward) * step)
                if (track_free(l, x))
                    return x;
    return -1;
}

static int track_of(const struct lanes *l, const struct packet *p)
{
    for (int x = 0; x < l->c.width; x++)
        if (l->track[x].packet == p)
            return x;
    return -1;
}

/* The end of a segment that gets no farther than its first row. x: the column after its label, on the side of
 * the head. */
static void put_lost(struct lanes *l, int x, int toward, const char *why, enum style style)
{
    int w = text_columns(why);

    if (toward > 0) {
        put_across(l, x, x + 3, style);
        canvas_put(&l->c, x + 3, l->g->lost, STYLE_BAD);
        canvas_put(&l->c, x + 5, why, STYLE_BAD);
    } else {
        put_across(l, x - 2, x + 1, style);
        canvas_put(&l->c, x - 3, l->g->lost, STYLE_BAD);
        canvas_put(&l->c, x - 4 - w, why, STYLE_BAD);
    }
}

/* The way of a segment, from its label (x: the column behind it) to its track, which keeps clear of the
 * label's other lines. */
static void put_way(struct lanes *l, struct packet *p, int x, int to, int toward, enum style style)
{
    int lo, hi, middle = (l->x[l->rest.lane] + l->x[to]) / 2, want, t, widest = 0;

    for (unsigned i = 0; i < l->rest.lines; i++)
        if (line_columns(l, i) > widest)
            widest = line_columns(l, i);
    lo = toward > 0 ? l->x[l->rest.lane] + 3 + widest + 2 : l->x[to] + 4;
    hi = toward > 0 ? l->x[to] - 4 : l->x[l->rest.lane] - 3 - widest - 2;
    want = middle < lo ? lo : middle > hi ? hi : middle;
    t = lo <= hi && p->open ? choose_track(l, lo, hi, want, toward) : -1;
    if (t >= 0) {
        put_across(l, toward > 0 ? x : t + 1, toward > 0 ? t : x + 1, style);
        canvas_put(&l->c, t, toward > 0 ? l->g->leave_right : l->g->leave_left, style);
        l->track[t].packet = p;
        l->track[t].style = style;
    } else { /* no room for its way, or it is still under way when the trace ends */
        put_across(l, toward > 0 ? x : x - 1, toward > 0 ? x + 2 : x + 1, style);
        canvas_put(&l->c, toward > 0 ? x + 2 : x - 2, l->g->open_right, style);
        canvas_put(&l->c, toward > 0 ? x + 3 : x - 3, l->g->open_right, style);
    }
}

static void leave(struct drawing *d, vtime at, struct packet *p, const struct label *label, const char *lost)
{
    struct lanes *l = lanes_of(d);
    int from = lane_of(l, p->from), to = lane_of(l, p->to), first, end, toward, room;

    if (from < 0 || from == to) /* a router's word: it will be seen to arrive */
        return;
    if (to < 0)
        to = from == 0 ? 1 : 0;
    toward = to > from ? 1 : -1;
    room = abs(l->x[to] - l->x[from]) - 1 - 3 - (lost ? 5 + text_columns(lost) : 6);
    begin_row(l, at, ROW_LEAVE, p->from, p);
    l->rest.packet = p;
    l->rest.lane = from;
    l->rest.toward = toward;
    split_label(l, label, room);
    put_label_at(l, 0, &first, &end);
    canvas_put(&l->c, l->x[from], toward > 0 ? l->g->out_right : l->g->out_left, STYLE_PLAIN);
    canvas_put(&l->c, l->x[from] + toward, l->g->across, label->style);
    canvas_put(&l->c, l->x[from] + 2 * toward, " ", STYLE_PLAIN);
    canvas_put(&l->c, toward > 0 ? end : first - 1, " ", STYLE_PLAIN);
    if (lost)
        put_lost(l, toward > 0 ? end + 1 : first - 2, toward, lost, label->style);
    else
        put_way(l, p, toward > 0 ? end + 1 : first - 2, to, toward, label->style);
}

/* Ends a track in the present row (or lets a copy branch off from it). */
static int end_track(struct lanes *l, const struct packet *p, int toward)
{
    int t = track_of(l, p);

    if (t < 0)
        return -1;
    if (p->open) {
        canvas_put(&l->c, t, toward > 0 ? l->g->branch_right : l->g->branch_left, l->track[t].style);
    } else {
        canvas_put(&l->c, t, toward > 0 ? l->g->reach_right : l->g->reach_left, l->track[t].style);
        l->track[t].packet = NULL;
    }
    return t;
}

/* The head of an arrow without a track: a piece of line with a short label before it. */
static int put_head(struct lanes *l, struct packet *p, int to, int toward)
{
    struct label brief;
    int w = 0, x, start;

    scan_short_label(l->d.scan, p, &brief);
    for (unsigned i = 0; i < brief.n; i++)
        w += 1 + text_columns(brief.token[i].text);
    start = toward > 0 ? l->x[to] - 6 - w : l->x[to] + 6;
    x = canvas_put(&l->c, start - (toward > 0 ? 2 : 0), toward > 0 ? l->g->open_right : "", brief.style);
    for (unsigned i = 0; i < brief.n; i++) {
        x = canvas_put(&l->c, x, toward > 0 || i ? " " : "", STYLE_PLAIN);
        x = canvas_put(&l->c, x, brief.token[i].text, brief.token[i].style);
    }
    if (toward < 0)
        canvas_put(&l->c, x + 1, l->g->open_left, brief.style);
    return toward > 0 ? x + 1 : start - 2;
}

static void reach(struct drawing *d, vtime at, struct packet *p)
{
    struct lanes *l = lanes_of(d);
    int from = lane_of(l, p->from), to = lane_of(l, p->to), toward, t, x;
    enum style style;

    if (to < 0)
        return;
    if (from < 0)
        from = to == 0 ? 1 : 0;
    toward = to > from ? 1 : -1;
    t = track_of(l, p);
    style = t >= 0 ? l->track[t].style : STYLE_PLAIN;
    begin_row(l, at, ROW_REACH, p->to, p);
    t = end_track(l, p, toward);
    x = t >= 0 ? t + toward : put_head(l, p, to, toward);
    if (toward > 0) {
        put_across(l, x, l->x[to] - 1, style);
        canvas_put(&l->c, l->x[to] - 1, l->g->right, style);
    } else {
        put_across(l, l->x[to] + 2, x + 1, style);
        canvas_put(&l->c, l->x[to] + 1, l->g->left, style);
    }
}

/* The end of a segment on its way: from its track a bit farther, the reason where there is room for it. */
static void put_loss(struct lanes *l, int t, int to, int toward, const char *why, enum style style)
{
    int w = text_columns(why), beyond = abs(l->x[to] - t) - 1, line;

    line = beyond - 2 - w - 1;
    line = line > 3 ? 3 : line < 0 ? 0 : line;
    if (beyond < w + 3) { /* no room before the life-line: on this side of the track */
        line = beyond > 4 ? 3 : beyond - 1;
        canvas_put(&l->c, toward > 0 ? t - 1 - w : t + 2, why, STYLE_BAD);
    } else {
        canvas_put(&l->c, toward > 0 ? t + line + 3 : t - line - 2 - w, why, STYLE_BAD);
    }
    put_across(l, toward > 0 ? t + 1 : t - line, toward > 0 ? t + 1 + line : t, style);
    canvas_put(&l->c, t + toward * (line + 1), l->g->lost, STYLE_BAD);
}

static void note(struct drawing *d, vtime at, uint16_t host, enum style style, const char *text);

static void lose(struct drawing *d, vtime at, struct packet *p, const char *why)
{
    struct lanes *l = lanes_of(d);
    int t = track_of(l, p), to = lane_of(l, p->to), from = lane_of(l, p->from), toward = to >= from ? 1 : -1;
    enum style style;

    if (t < 0) { /* it has arrived (and was thrown away), or had no way of its own */
        note(d, at, p->to, STYLE_BAD, why);
        return;
    }
    style = l->track[t].style;
    begin_row(l, at, ROW_OTHER, 0, p);
    end_track(l, p, toward);
    put_loss(l, t, to < 0 ? (toward > 0 ? (int)l->n - 1 : 0) : to, toward, why, style);
}

/* ---- states and notes ---- */

static void state(struct drawing *d, vtime at, uint16_t host, const char *text)
{
    struct lanes *l = lanes_of(d);
    int lane = lane_of(l, host);
    char bracketed[LABEL_TOKEN + 4];

    if (lane < 0)
        return;
    if (!l->margins) {
        snprintf(bracketed, sizeof bracketed, "[%s]", text);
        note(d, at, host, STYLE_STATE, bracketed);
        return;
    }
    if (l->state[lane].waits)
        settle_state(l, lane);
    if (l->row.kind == ROW_REACH && l->row.at == at && l->row.host == host && !l->row.has_state[lane]) {
        put_state(l, lane, text);
        return;
    }
    l->state[lane].waits = true;
    l->state[lane].at = at;
    snprintf(l->state[lane].text, sizeof l->state[lane].text, "%s", text);
}

size_t break_line(const char *text, int columns, const char **next)
{
    size_t all = strlen(text), fit = text_fit(text, columns), at = fit;

    *next = text + all;
    if (fit == all)
        return all;
    if (fit == 0)
        fit = at = 1;
    while (at > 0 &&
           text[at] != ' ') { /* back to a space, or a place between two characters of which one is wide */
        size_t before = at - 1;
        uint32_t a = 0, b = 0;

        while (before > 0 && ((unsigned char)text[before] & 0xc0) == 0x80)
            before--;
        utf8_decode(text + before, all - before, &a);
        utf8_decode(text + at, all - at, &b);
        if (char_columns(a) == 2 && !(b < 0x80 || (b >= 0x3001 && b <= 0x3002) || b == 0xff0c ||
                                      b == 0xff1a || b == 0xff09 || b == 0x300d || b == 0xff1b))
            break;
        at = before;
    }
    if (at == 0)
        at = fit;
    *next = text + at + strspn(text + at, " ");
    return at;
}

/* A text beside a life-line, on the side where there is room; or, host 0, in the middle. */
static void note(struct drawing *d, vtime at, uint16_t host, enum style style, const char *text)
{
    struct lanes *l = lanes_of(d);
    int lane = lane_of(l, host), left = l->x[0], right = l->margins ? l->x[l->n - 1] : l->c.width, widest = 0;
    bool to_left = lane > 0 && (l->margins || lane + 1 == (int)l->n),
         bullet = lane >= 0 && style != STYLE_STATE;
    int room = (lane < 0 ? right - left : l->x[1] - l->x[0]) - 4 - 2 * bullet;
    const char *rest;

    for (const char *s = text; *s; s = rest) {
        int w = text_columns_n(s, break_line(s, room, &rest));

        widest = w > widest ? w : widest;
    }
    for (const char *s = text; *s; s = rest) {
        size_t n = break_line(s, room, &rest);
        int x = lane < 0  ? left + (right - left - widest) / 2
                : to_left ? l->x[lane] - 1 - 2 * bullet - widest
                          : l->x[lane] + 2 + 2 * bullet;

        begin_row(l, at, ROW_OTHER, host, NULL);
        l->row.explains = style == STYLE_WHY || s != text;
        if (bullet && s == text)
            canvas_put(&l->c, to_left ? l->x[lane] - 2 : l->x[lane] + 2, l->g->bullet, style);
        canvas_put_n(&l->c, x, s, n, style);
    }
}

static void silent(struct drawing *d, uint16_t host, bool is_silent)
{
    struct lanes *l = lanes_of(d);
    int lane = lane_of(l, host);

    if (lane >= 0)
        l->silent[lane] = is_silent;
}

static void finish(struct drawing *d)
{
    struct lanes *l = lanes_of(d);

    for (unsigned i = 0; i < l->n; i++)
        if (l->state[i].waits)
            settle_state(l, (int)i);
    while (l->rest.next < l->rest.lines) {
        flush_row(l);
        draw_lines(l, l->g->life);
        put_label_line(l, l->rest.next++);
        emit(l);
    }
    flush_row(l);
}

/* ---- the frame ---- */

/* A text with its middle at column x, within the canvas. */
static void put_centred(struct lanes *l, int x, const char *text, int room, enum style style)
{
    size_t n = text_fit(text, room);
    int w = text_columns_n(text, n), start = x - w / 2;

    if (start + w > l->c.width)
        start = l->c.width - w;
    canvas_put_n(&l->c, start < 0 ? 0 : start, text, n, style);
}

/* The address by which a host takes part: that of its first segment, else its first. NULL: it has none. */
static const char *address_of(const struct scan *s, uint16_t host)
{
    const struct trace_host *h = &s->header->host[host - 1];

    for (uint32_t i = 0; i < s->n_packets; i++) {
        const struct rec_send *r = (const void *)s->packet[i].r;

        if (r->head.kind == REC_SEND && (s->packet[i].from == host || s->packet[i].to == host))
            return s->packet[i].from == host ? r->src : r->dst;
    }
    return h->n_addresses ? h->address[0] : NULL;
}

static void put_heads(struct lanes *l)
{
    const struct scan *s = l->d.scan;
    const char *unit = tr("time/s");
    int room = l->n > 1 ? l->x[1] - l->x[0] - 2 : l->c.width;
    bool addresses = false;

    canvas_clear(&l->c);
    canvas_put(&l->c, s->time_width - text_columns(unit), unit, STYLE_DIM);
    for (unsigned i = 0; i < l->n; i++) {
        put_centred(l, l->x[i], scan_host_label(s, s->lane[i]), room, STYLE_TITLE);
        addresses |= address_of(s, s->lane[i]) != NULL;
    }
    emit(l);
    canvas_clear(&l->c);
    for (unsigned i = 0; addresses && i < l->n; i++) {
        const char *address = address_of(s, s->lane[i]);

        if (address)
            put_centred(l, l->x[i], address, room, STYLE_DIM);
    }
    if (addresses)
        emit(l);
    draw_lines(l, l->g->life);
    for (unsigned i = 0; l->margins && i < l->n; i++)
        if (!s->header->host[s->lane[i] - 1].raw) {
            char text[LABEL_TOKEN];

            scan_state_text(s, ST_CLOSED, text, sizeof text);
            put_state(l, (int)i, text);
        }
    emit(l);
}

static const struct ladder_events lanes_events = {leave, reach, lose, state, note, silent, finish};

struct drawing *lanes_new(struct scan *s, struct sbuf *out)
{
    struct lanes *l;
    int width = s->options->width, left, span;

    if (s->n_lanes < 2 || s->n_lanes > LANES_MAX)
        return NULL;
    left = s->n_lanes == 2 ? s->time_width + s->state_width + 2 : s->time_width + 8;
    span = (width - left - (s->n_lanes == 2 ? s->state_width + 2 : 9)) / (int)(s->n_lanes - 1);
    if (span < SPAN_MIN)
        return NULL;
    if (span > SPAN_MAX)
        span = SPAN_MAX;
    l = calloc(1, sizeof *l);
    CHECK(l);
    l->d = (struct drawing){&lanes_events, s, out, 0};
    l->g = s->options->ascii ? &ascii : &unicode;
    l->n = s->n_lanes;
    l->margins = l->n == 2;
    l->printed = -1;
    for (unsigned i = 0; i < l->n; i++)
        l->x[i] = left + (int)i * span;
    canvas_init(&l->c, width);
    l->track = calloc((size_t)width, sizeof *l->track);
    CHECK(l->track);
    put_heads(l);
    return &l->d;
}

void lanes_free(struct drawing *d)
{
    struct lanes *l = lanes_of(d);

    canvas_free(&l->c);
    free(l->track);
    free(l);
}
