#include "sim/figure/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/chart_parts.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder_scan.h"

enum {
    BREAK = 20,         /* a wait so many times as long as all else is cut out */
    NEAR_LETTERS = 200, /* those before that a letter may lie on */
    BREAK_ROOM = 46,
    BREAKS = 4
};

/* ---- roles ---- */

struct chart_style chart_style(enum chart_role r)
{
    static const struct chart_style styles[CURVE_COUNT] = {
        [CURVE_FLIGHT] = {SHAPE_AREA, false, 1.6, TR_MARK("in flight")},
        [CURVE_WINDOW] = {SHAPE_STAIRS, false, 2, TR_MARK("edge of the window")},
        [CURVE_ACK] = {SHAPE_STAIRS, false, 4.4, TR_MARK("acknowledged")},
        [CURVE_ACK_TICK] = {SHAPE_TICKS, false, 2.2, NULL},
        [CURVE_SACK] = {SHAPE_BARS, false, 3.6, TR_MARK("SACK block")},
        [CURVE_SEGMENT] = {SHAPE_BARS, false, 3.2, TR_MARK("segment")},
        [CURVE_AGAIN] = {SHAPE_BARS, true, 4.2, TR_MARK("retransmission (R)")},
        [CURVE_RWND] = {SHAPE_STAIRS, true, 2.4, TR_MARK("peer's window")},
        [CURVE_SSTHRESH] = {SHAPE_STAIRS, true, 2.4, TR_MARK("ssthresh")},
        [CURVE_PIPE] = {SHAPE_STAIRS, false, 2.4, TR_MARK("pipe")},
        [CURVE_CWND] = {SHAPE_STAIRS, false, 3.8, TR_MARK("cwnd")},
        [CURVE_RTO] = {SHAPE_STAIRS, true, 2.4, TR_MARK("RTO")},
        [CURVE_SRTT] = {SHAPE_STAIRS, false, 3.2, TR_MARK("SRTT")},
        [CURVE_RTT] = {SHAPE_DOTS, false, 5, TR_MARK("RTT measured")},
        [CURVE_LOST] = {SHAPE_CROSSES, false, 3, TR_MARK("lost")},
        [CURVE_LETTER] = {SHAPE_WORDS, false, 0, NULL},
    };

    return styles[r];
}

colour chart_colour(const struct theme *t, enum chart_role r)
{
    switch (r) {
    case CURVE_FLIGHT: return t->phase[PHASE_HALF].border;
    case CURVE_WINDOW:
    case CURVE_RWND: return t->hue[HUE_SYN].line;
    case CURVE_ACK:
    case CURVE_ACK_TICK:
    case CURVE_SRTT: return t->hue[HUE_ACK].line;
    case CURVE_PIPE:
    case CURVE_SACK: return t->phase[PHASE_TIME_WAIT].border;
    case CURVE_AGAIN: return t->hue[HUE_RST].line;
    case CURVE_SSTHRESH: return t->hue[HUE_FIN].line;
    case CURVE_RTO: return t->hue[HUE_FIN].line;
    case CURVE_LOST: return t->loss;
    case CURVE_SEGMENT:
    case CURVE_CWND:
    case CURVE_RTT:
    case CURVE_LETTER: return t->hue[HUE_DATA].line;
    case CURVE_COUNT: break;
    }
    CHECK(0 && "a role");
    return 0;
}

/* ---- making ---- */

struct chart *chart_new(const struct model *m, const struct chart_options *o)
{
    struct chart *c = calloc(1, sizeof *c);

    CHECK(c);
    c->model = m;
    c->o = *o;
    if (c->o.to == 0)
        c->o.to = VTIME_NEVER;
    c->scale = o->scale > 0 ? o->scale : fmin(o->width / 1440, o->height / 810);
    return c;
}

void chart_free(struct chart *c)
{
    if (!c)
        return;
    for (unsigned i = 0; i < CHART_PANELS; i++)
        for (unsigned r = 0; r < CURVE_COUNT; r++)
            free(c->panel[i].series[r].point);
    free(c->letter);
    free(c->box);
    free(c);
}

void chart_put(struct chart_panel *p, enum chart_role role, struct chart_point point)
{
    struct chart_series *s = &p->series[role];

    CHECK(!s->n || s->point[s->n - 1].at <= point.at);
    GROW(s->point, s->n, s->cap);
    s->point[s->n++] = point;
}

size_t chart_until(const struct chart_series *s, vtime at)
{
    size_t lo = 0, hi = s->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (s->point[mid].at <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* ---- the axis of time ---- */

static int by_time(const void *a, const void *b)
{
    vtime x = *(const vtime *)a, y = *(const vtime *)b;

    return x < y ? -1 : x > y;
}

/* Longest first; of two as long the earlier one. */
struct gap {
    vtime from, to;
};
static int by_length(const void *a, const void *b)
{
    const struct gap *x = a, *y = b;
    vtime lx = x->to - x->from, ly = y->to - y->from;

    return lx > ly ? -1 : lx < ly ? 1 : x->from < y->from ? -1 : x->from > y->from;
}

static int by_from(const void *a, const void *b)
{
    const struct gap *x = a, *y = b;

    return x->from < y->from ? -1 : x->from > y->from;
}

/* The instants of all points within the range; the caller frees. */
static vtime *instants(const struct chart *c, size_t *n)
{
    size_t all = 0;
    vtime *at;

    *n = 0;
    for (unsigned i = 0; i < c->n_panels; i++)
        for (unsigned r = 0; r < CURVE_COUNT; r++)
            all += c->panel[i].series[r].n;
    at = malloc((all + 1) * sizeof *at);
    CHECK(at);
    for (unsigned i = 0; i < c->n_panels; i++)
        for (unsigned r = 0; r < CURVE_COUNT; r++)
            for (size_t k = 0; k < c->panel[i].series[r].n; k++) {
                vtime t = c->panel[i].series[r].point[k].at;

                if (t >= c->o.from && t <= c->o.to)
                    at[(*n)++] = t;
            }
    qsort(at, *n, sizeof *at, by_time);
    return at;
}

/* How many of the longest waits are cut out: as few as make each of them much longer than all the rest. */
static size_t count_breaks(const struct gap *gap, size_t n, vtime all)
{
    for (size_t k = 0; k + 1 < n && k < BREAKS; k++) {
        all -= gap[k].to - gap[k].from;
        if (all > 0 && (gap[k].to - gap[k].from) / BREAK >= all)
            return k + 1;
    }
    return 0;
}

static void find_pieces(struct chart *c)
{
    size_t n, n_gaps = 0, cuts;
    vtime *at = instants(c, &n), pad, all = 0;
    struct gap *gap = malloc((n + 1) * sizeof *gap);

    CHECK(gap);
    c->from = c->o.from ? c->o.from : n ? at[0] : 0;
    c->to = c->o.to != VTIME_NEVER ? c->o.to : n ? at[n - 1] : c->from;
    c->to = max_i64(c->to, c->from + NS_PER_MS);
    for (size_t i = 1; i < n; i++)
        if (at[i] != at[i - 1])
            gap[n_gaps++] = (struct gap){at[i - 1], at[i]};
    qsort(gap, n_gaps, sizeof *gap, by_length);
    cuts = c->o.linear ? 0 : count_breaks(gap, n_gaps, c->to - c->from);
    qsort(gap, cuts, sizeof *gap, by_from);
    all = c->to - c->from;
    for (size_t i = 0; i < cuts; i++)
        all -= gap[i].to - gap[i].from;
    pad = all / 25;
    c->piece[0].from = c->o.from ? c->from : c->from - pad;
    for (size_t i = 0; i < cuts; i++) {
        c->piece[i].to = gap[i].from + pad;
        c->piece[i + 1].from = gap[i].to - pad;
    }
    c->n_pieces = (unsigned)cuts + 1;
    c->piece[cuts].to = c->to + pad;
    free(at);
    free(gap);
}

static void place_pieces(struct chart *c, double x0, double x1)
{
    vtime all = 0;
    double room = BREAK_ROOM * c->scale, per_ns, x = x0;

    for (unsigned i = 0; i < c->n_pieces; i++)
        all += c->piece[i].to - c->piece[i].from;
    per_ns = fmax(1, x1 - x0 - room * (c->n_pieces - 1)) / (double)all;
    for (unsigned i = 0; i < c->n_pieces; i++) {
        c->piece[i].x0 = x;
        x += (double)(c->piece[i].to - c->piece[i].from) * per_ns;
        c->piece[i].x1 = x;
        x += room;
    }
}

double chart_x(const struct chart *c, vtime at)
{
    for (unsigned i = 0; i < c->n_pieces; i++) {
        const struct chart_piece *p = &c->piece[i];

        if (at < p->from && i) { /* within a wait that was cut out */
            double x = p[-1].x1;

            return x + (p->x0 - x) * ((double)(at - p[-1].to) / (double)(p->from - p[-1].to));
        }
        if (at <= p->to)
            return p->x0 + (p->x1 - p->x0) * ((double)(at - p->from) / (double)(p->to - p->from));
    }
    return c->piece[c->n_pieces - 1].x1;
}

vtime chart_time(const struct chart *c, double x)
{
    for (unsigned i = 0; i < c->n_pieces; i++) {
        const struct chart_piece *p = &c->piece[i];

        if (x < p->x0)
            return i ? p[-1].to + (vtime)((double)(p->from - p[-1].to) * (x - p[-1].x1) / (p->x0 - p[-1].x1))
                     : p->from;
        if (x <= p->x1)
            return p->from + (vtime)((double)(p->to - p->from) * (x - p->x0) / (p->x1 - p->x0));
    }
    return c->piece[c->n_pieces - 1].to;
}

double chart_y(const struct chart_panel *p, int64_t value)
{
    double part = 1 - (double)(value - p->low) / (double)(p->high - p->low);

    return p->plot.y + p->plot.h * fmin(fmax(part, -9), 10); /* Cairo's numbers end at 32767 */
}

/* ---- the axis of values ---- */

/* How far beyond what is sent a line may lie and still count, in parts of that. */
static double reach_of(enum chart_role r)
{
    switch (r) {
    case CURVE_WINDOW: return .7;
    case CURVE_RWND: return .25;
    case CURVE_SSTHRESH: return 1.2;
    case CURVE_RTO: return 1e6; /* backing off is what it is there for */
    case CURVE_FLIGHT:
    case CURVE_ACK:
    case CURVE_ACK_TICK:
    case CURVE_SACK:
    case CURVE_SEGMENT:
    case CURVE_AGAIN:
    case CURVE_PIPE:
    case CURVE_CWND:
    case CURVE_SRTT:
    case CURVE_RTT:
    case CURVE_LOST:
    case CURVE_LETTER:
    case CURVE_COUNT: break;
    }
    return 0;
}

/* Takes a series into the range, as far as it lies below the limit. */
static bool widen(struct chart_panel *p, const struct chart_series *s, vtime from, vtime to, int64_t limit)
{
    bool some = false;

    for (size_t i = 0; i < s->n; i++) {
        const struct chart_point *k = &s->point[i];

        if (k->at < from || k->at > to || k->high > limit)
            continue;
        p->low = min_i64(p->low, k->low);
        p->high = max_i64(p->high, k->high);
        some = true;
    }
    return some;
}

static void find_range(struct chart_panel *p, vtime from, vtime to)
{
    bool some = false;
    int64_t limit[CURVE_COUNT], span;

    p->low = p->unit == CHART_SEQUENCE ? INT64_MAX : 0;
    p->high = p->unit == CHART_SEQUENCE ? INT64_MIN : 0;
    for (unsigned r = 0; r < CURVE_COUNT; r++)
        if (reach_of((enum chart_role)r) <= 0)
            some |= widen(p, &p->series[r], from, to, INT64_MAX);
    span = some ? max_i64(p->high - p->low, 1) : 0;
    for (unsigned r = 0; r < CURVE_COUNT; r++)
        limit[r] = some ? p->high + (int64_t)((double)span * reach_of((enum chart_role)r)) : INT64_MAX;
    for (unsigned r = 0; r < CURVE_COUNT; r++) {
        struct chart_series *s = &p->series[r];

        if (reach_of((enum chart_role)r) <= 0 || !s->n)
            continue;
        s->off = !widen(p, s, from, to, limit[r]);
        s->last = s->point[s->n - 1].high;
    }
    if (p->low > p->high)
        p->low = p->high = 0;
    span = max_i64(p->high - p->low, 1);
    p->high += max_i64(span / 10, 1);
    if (p->unit == CHART_SEQUENCE)
        p->low -= span / 25;
}

static void group(char *out, size_t size, int64_t v)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)(v < 0 ? -v : v));
    size_t k = 0;

    if (v < 0 && size > 1)
        out[k++] = '-';
    for (int i = 0; i < n && k + 2 < size; i++) {
        out[k++] = digits[i];
        if (i + 1 < n && (n - i) % 3 == 1)
            out[k++] = ',';
    }
    out[k] = '\0';
}

/* As many decimals as a step needs. */
static void fraction(char *out, size_t size, int64_t value, int64_t unit, int64_t step)
{
    int decimals = 0;

    for (int64_t one = unit; one > 1 && step % one != 0; one /= 10)
        decimals++;
    snprintf(out, size, "%.*f", decimals, (double)value / (double)unit);
}

static int64_t time_unit(int64_t step)
{
    return step >= 10 * NS_PER_MS ? NS_PER_S : step >= 10 * NS_PER_US ? NS_PER_MS : NS_PER_US;
}

static const char *unit_name(int64_t unit)
{
    return unit == NS_PER_S ? TR_MARK("s") : unit == NS_PER_MS ? TR_MARK("ms") : TR_MARK("µs");
}

void chart_number(char *out, size_t size, const struct chart_panel *p, int64_t value)
{
    if (p->unit == CHART_DURATION)
        format_duration(out, size, value);
    else if (p->unit == CHART_SEQUENCE && p->base)
        group(out, size, (int64_t)(uint32_t)((uint64_t)value + p->base));
    else
        group(out, size, value);
}

/* The least of 1, 2, 5, 10, 20 ... that is not below it. */
static int64_t round_step(double least)
{
    int64_t step = 1;

    while (step < VTIME_MAX / 10 && (double)step < least) {
        if ((double)(step * 2) >= least)
            return step * 2;
        if ((double)(step * 5) >= least)
            return step * 5;
        step *= 10;
    }
    return step;
}

static int64_t floor_to(int64_t v, int64_t step)
{
    int64_t part = v % step;

    return v - (part < 0 ? part + step : part);
}

/* The ticks' values and words; returns the step. */
static int64_t find_ticks(struct chart_panel *p, struct paint *paint, double u)
{
    double px = TYPE_FLOOR * u;
    int64_t step = round_step((double)(p->high - p->low) * (52 * u / fmax(p->plot.h, 1)));
    int64_t base = p->unit == CHART_SEQUENCE ? p->base : 0;

    p->n_ticks = 0;
    for (int64_t v = floor_to(p->low + base + step - 1, step);
         v <= p->high + base && p->n_ticks < CHART_TICKS; v += step) {
        struct chart_tick *t = &p->tick[p->n_ticks];
        struct extent e;

        if (v < base && p->unit == CHART_SEQUENCE && v < 0) /* before the first number there is none */
            continue;
        if (p->unit == CHART_DURATION)
            fraction(t->text, sizeof t->text, v, time_unit(step), step);
        else
            chart_number(t->text, sizeof t->text, p, v - base);
        e = paint_measure(paint, FACE_PLAIN, px, t->text);
        t->px = px;
        t->at = chart_y(p, v - base);
        t->r = (struct rect){0, t->at - e.h / 2, e.w, e.h};
        if (t->r.y > p->plot.y - 9 * u && t->r.y + e.h < p->plot.y + p->plot.h + e.h * .6)
            p->n_ticks++;
    }
    return step;
}

/* ---- words ---- */

static void put_box(struct chart *c, enum chart_box_kind kind, struct rect r)
{
    GROW(c->box, c->n_boxes, c->cap_boxes);
    c->box[c->n_boxes++] = (struct chart_box){kind, r};
}

static bool meet(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/* A text in the model's language, or in both, as markup. */
static void say(const struct chart *c, char *out, size_t size, struct trace_text t)
{
    const char *second = figure_second(c->model->lang, t);
    char plain[256];

    snprintf(plain, sizeof plain, "%s%s%s", figure_first(c->model->lang, t), second ? " " : "",
             second ? second : "");
    paint_escape(out, size, plain);
}

/* A quantity and its unit: "time (s)". */
static void say_unit(const struct chart *c, char *out, size_t size, struct trace_text what, const char *unit)
{
    struct trace_text u = figure_words(unit);
    char text[CHART_WORD];

    say(c, text, sizeof text, what);
    snprintf(out, size, c->model->lang == FIGURE_ZH ? "%s（%s）" : "%s (%s)", text,
             figure_first(c->model->lang, u));
}

static double lay_title(struct chart *c, struct paint *p)
{
    const struct trace_header *h = c->model->header;
    double u = c->scale, most = c->o.width - 48 * u;
    struct extent e;
    char what[256];

    if (c->o.untitled)
        return 10 * u;
    say(c, c->title_text, sizeof c->title_text,
        h->title.en || h->title.zh ? h->title : (struct trace_text){h->lesson ? h->lesson : "tcplab", NULL});
    c->title_px = TYPE_TITLE * .9 * u;
    e = paint_measure(p, FACE_BOLD, c->title_px, c->title_text);
    if (e.w > most)
        c->title_px *= most / e.w;
    e = paint_measure(p, FACE_BOLD, c->title_px, c->title_text);
    c->title = (struct rect){24 * u, 16 * u, e.w, e.h};
    say(c, what, sizeof what, c->name);
    snprintf(c->subtitle_text, sizeof c->subtitle_text, "%s%s%s", what, *c->who ? "   " : "", c->who);
    e = paint_measure(p, FACE_PLAIN, TYPE_SMALL * u, c->subtitle_text);
    c->subtitle = (struct rect){24 * u, c->title.y + c->title.h + 2 * u, fmin(e.w, most), e.h};
    put_box(c, CHART_BOX_TITLE, c->title);
    put_box(c, CHART_BOX_TITLE, c->subtitle);
    return c->subtitle.y + e.h + 16 * u;
}

static void legend_words(const struct chart *c, const struct chart_panel *p, struct chart_legend *l)
{
    const struct chart_series *s = &p->series[l->role];
    char number[48];

    say(c, l->text, sizeof l->text, figure_words(chart_style(l->role).name));
    if (!s->off)
        return;
    chart_number(number, sizeof number, p, s->last);
    snprintf(l->text + strlen(l->text), sizeof l->text - strlen(l->text), " ↑ %s", number);
}

/* Puts the panel's title and legend from y on; returns where the plot may begin. */
static double lay_head(struct chart *c, struct chart_panel *p, struct paint *paint, double y)
{
    double u = c->scale, px = TYPE_FLOOR * 1.06 * u, left = 24 * u, right = c->o.width - 28 * u, x, all = 0;
    double key = 34 * u, gap = 8 * u, between = 24 * u;
    struct extent e = paint_measure(paint, FACE_BOLD, TYPE_SMALL * u, p->words);
    double row = e.h;

    p->title_at = (struct rect){left, y, e.w, e.h};
    put_box(c, CHART_BOX_TITLE, p->title_at);
    for (unsigned r = 0; r < CURVE_COUNT; r++) {
        struct chart_legend *l = &p->legend[p->n_legend];

        if (!p->series[r].n || !chart_style((enum chart_role)r).name)
            continue;
        l->role = (enum chart_role)r;
        legend_words(c, p, l);
        e = paint_measure(paint, FACE_PLAIN, px, l->text);
        l->words = (struct rect){0, 0, e.w, e.h};
        all += key + gap + e.w + (p->n_legend ? between : 0);
        p->n_legend++;
    }
    x = right - all;
    if (x < left + p->title_at.w + 2 * between) {
        x = left;
        y += row + 2 * u;
    }
    for (unsigned i = 0; i < p->n_legend; i++) {
        struct chart_legend *l = &p->legend[i];

        if (x > left && x + key + gap + l->words.w > right + 1) {
            x = left;
            y += l->words.h + 2 * u;
        }
        l->key = (struct rect){x, y + 2 * u, key, l->words.h};
        l->words.x = x + key + gap;
        l->words.y = y + 2 * u;
        put_box(c, CHART_BOX_LEGEND, (struct rect){x, l->words.y, key + gap + l->words.w, l->words.h});
        x = l->words.x + l->words.w + between;
    }
    return y + row + 10 * u;
}

/* ---- time's ticks ---- */

static void lay_time(struct chart *c, struct paint *p, double y)
{
    double u = c->scale, px = TYPE_FLOOR * u, w, end = -1;
    const struct chart_piece *first = &c->piece[0];
    double per_ns = (first->x1 - first->x0) / (double)(first->to - first->from);
    int64_t step;
    char text[32];
    struct extent e;

    fraction(text, sizeof text, c->to, NS_PER_MS, NS_PER_MS);
    w = paint_measure(p, FACE_PLAIN, px, text).w;
    step = round_step(fmax(w * 2, 90 * u) / per_ns);
    for (unsigned i = 0; i < c->n_pieces; i++)
        for (vtime t = floor_to(max_i64(c->piece[i].from, 0) + step - 1, step);
             t <= c->piece[i].to && c->n_ticks < CHART_TICKS; t += step) {
            struct chart_tick *k = &c->tick[c->n_ticks];

            fraction(k->text, sizeof k->text, t, time_unit(step), step);
            e = paint_measure(p, FACE_PLAIN, px, k->text);
            k->at = chart_x(c, t);
            k->px = px;
            k->r = (struct rect){k->at - e.w / 2, y + 13 * u, e.w, e.h};
            if (k->r.x < end + 10 * u || k->r.x + e.w > c->o.width - 4 * u)
                continue;
            end = k->r.x + e.w;
            put_box(c, CHART_BOX_TICK, k->r);
            c->n_ticks++;
        }
    say_unit(c, c->time_words, sizeof c->time_words, figure_words(TR_MARK("time")),
             unit_name(time_unit(step)));
    e = paint_measure(p, FACE_BOLD, TYPE_FLOOR * 1.06 * u, c->time_words);
    c->time_at = (struct rect){c->piece[c->n_pieces - 1].x1 - e.w, y + 37 * u, e.w, e.h};
    put_box(c, CHART_BOX_TITLE, c->time_at);
}

/* ---- letters ---- */

static bool letter_fits(const struct chart *c, const struct chart_panel *p, struct rect r)
{
    if (r.x < p->plot.x || r.x + r.w > p->plot.x + p->plot.w || r.y < p->plot.y ||
        r.y + r.h > p->plot.y + p->plot.h)
        return false;
    for (size_t n = 0; n < c->n_letters && n < NEAR_LETTERS; n++)
        if (meet(r, c->letter[c->n_letters - 1 - n].r))
            return false;
    return true;
}

static void lay_letter(struct chart *c, unsigned panel, const struct chart_point *k, struct paint *paint)
{
    struct chart_panel *p = &c->panel[panel];
    double u = c->scale, px = 18 * u, x = chart_x(c, k->at), top = chart_y(p, k->high),
           low = chart_y(p, k->low);
    struct extent e = paint_measure(paint, FACE_BOLD, px, k->letter);
    struct point at[] = {{x - e.w / 2, top - e.h - 5 * u},
                         {x - e.w / 2, low + 5 * u},
                         {x + 9 * u, top - e.h / 2},
                         {x - 9 * u - e.w, top - e.h / 2},
                         {x + 4 * u, top - e.h - 5 * u}};

    if (k->at < c->from || k->at > c->to)
        return;
    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        struct rect r = {at[i].x, at[i].y, e.w, e.h};

        if (!letter_fits(c, p, r))
            continue;
        GROW(c->letter, c->n_letters, c->cap_letters);
        c->letter[c->n_letters++] = (struct chart_letter){panel, k, px, r};
        put_box(c, CHART_BOX_LETTER, r);
        return;
    }
}

/* ---- all together ---- */

static void name_panel(struct chart *c, struct chart_panel *p, int64_t step)
{
    if (p->unit == CHART_DURATION)
        say_unit(c, p->words, sizeof p->words, p->title, unit_name(time_unit(step)));
    else
        say_unit(c, p->words, sizeof p->words, p->title, TR_MARK("bytes"));
    if (*p->who)
        snprintf(p->words + strlen(p->words), sizeof p->words - strlen(p->words), "   %s", p->who);
}

void chart_lay(struct chart *c, struct paint *paint)
{
    double u = c->scale, y = lay_title(c, paint), bottom = c->o.height - 70 * u, weights = 0, left = 0, room;
    double head[CHART_PANELS] = {0};

    find_pieces(c);
    for (unsigned i = 0; i < c->n_panels; i++) {
        struct chart_panel *p = &c->panel[i];

        find_range(p, c->from, c->to);
        name_panel(c, p, round_step((double)(p->high - p->low) / 8));
        weights += p->weight;
    }
    room = bottom - y - 20 * u * (c->n_panels - 1);
    for (unsigned i = 0; i < c->n_panels; i++) {
        struct chart_panel *p = &c->panel[i];
        double height = room * p->weight / weights;
        size_t boxes = c->n_boxes;

        head[i] = lay_head(c, p, paint, y) - y;
        p->plot = (struct rect){0, y + head[i], 0, fmax(height - head[i], 20 * u)};
        name_panel(c, p, find_ticks(p, paint, u)); /* now its unit is known for certain */
        c->n_boxes = boxes;
        p->n_legend = 0;
        lay_head(c, p, paint, y);
        for (unsigned k = 0; k < p->n_ticks; k++)
            left = fmax(left, p->tick[k].r.w);
        y += height + 20 * u;
    }
    left += 24 * u + 14 * u;
    for (unsigned i = 0; i < c->n_panels; i++) {
        struct chart_panel *p = &c->panel[i];

        p->plot.x = left;
        p->plot.w = c->o.width - 28 * u - left;
        for (unsigned k = 0; k < p->n_ticks; k++) {
            p->tick[k].r.x = left - 14 * u - p->tick[k].r.w;
            put_box(c, CHART_BOX_TICK, p->tick[k].r);
        }
    }
    place_pieces(c, left, c->o.width - 28 * u);
    lay_time(c, paint, bottom);
    for (unsigned i = 0; i < c->n_panels; i++)
        for (size_t k = 0; k < c->panel[i].series[CURVE_LETTER].n; k++)
            lay_letter(c, i, &c->panel[i].series[CURVE_LETTER].point[k], paint);
}
