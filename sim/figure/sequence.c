/* The layout of the sequence diagram: columns, the axis of time, arrows. */
#include "sim/figure/sequence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/sequence_parts.h"

enum { LEAST_SCALE_PERCENT = 62, TWIN = 46, TWINS_NEAR = 64 };

/* ---- columns ---- */

static double pill_width(const struct sequence *s, struct paint *p, unsigned lane, bool second_too)
{
    const struct model_lane *l = &s->model->lane[lane];
    const char *second = figure_second(s->model->lang, l->name),
               *first = figure_first(s->model->lang, l->name);
    double u = s->scale, w = 96 * u + paint_measure(p, FACE_BOLD, TYPE_PILL * u, first).w;

    if (second && second_too)
        w += 24 * u + paint_measure(p, FACE_PLAIN, TYPE_PILL * .8 * u, second).w;
    return w;
}

static bool wants_column(const struct model *m, unsigned lane)
{
    return m->lane[lane].states || m->lane[lane].notes;
}

static void lay_columns(struct sequence *s, struct paint *p)
{
    const struct model *m = s->model;
    double u = s->scale, left, right,
           column = fmin(fmax(280 * u, fmin(s->width * .21, 400 * u)), s->width * .24),
           y = s->o.title ? 84 * u : 14 * u;
    unsigned n = m->n_lanes;

    if (n > 3) /* the arrows need the room more than the states */
        column = fmin(column, 250 * u);
    s->gutter = fmin(118 * u, s->width * .1);
    left = s->gutter + 4 * u + (n && wants_column(m, 0) ? column : 90 * u) + 8 * u;
    right = s->width - 20 * u - (n > 1 && wants_column(m, n - 1) ? column : 90 * u) - 8 * u;
    for (unsigned i = 0; i < n; i++) {
        struct seq_lane *l = &s->lane[i];
        double w = pill_width(s, p, i, true), most = n > 1 ? (right - left) / (n - 1) * .94 : right - left;

        l->side = i == 0 ? -1 : i + 1 == n ? 1 : 0;
        l->x = n > 1 ? left + (right - left) * i / (n - 1) : left;
        if (l->side == -1)
            l->column = s->gutter + 4 * u;
        else
            l->column = l->x + 8 * u;
        l->width = l->side ? (wants_column(m, i) ? column : 0) : 0;
        if (n > 2 && w > most)
            w = pill_width(s, p, i, false);
        if (n > 1)
            w = fmin(w, most); /* the name is set smaller */
        l->pill = (struct rect){l->x - w / 2, y, w, 56 * u};
        if (l->pill.x < 4 * u)
            l->pill.x = 4 * u;
        if (l->pill.x + w > s->width - 4 * u)
            l->pill.x = s->width - 4 * u - w;
        seq_put(s, SEQ_PILL, i, (struct point){l->pill.x + w / 2, y + 28 * u}, w, 56 * u, 0);
    }
    s->top = y + 56 * u + 12 * u;
}

/* ---- which instants ---- */

static bool shown(const struct sequence *s, vtime at)
{
    return at >= s->o.from && at <= s->o.to;
}

struct happening { /* at a life-line, for the needs of room */
    vtime at;
    uint16_t lane;
    bool leaves;
};

static int compare_happenings(const void *a, const void *b)
{
    const struct happening *x = a, *y = b;

    if (x->lane != y->lane)
        return (int)x->lane - (int)y->lane;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (int)y->leaves - (int)x->leaves;
}

struct instants {
    vtime *at;
    size_t n;
    struct happening *happening;
    size_t n_happenings;
    struct axis_need *need;
    size_t n_needs;
};

static int compare_indexes(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* The indexes of what shares an instant with the window of time. */
static uint32_t *list(const struct sequence *s, const struct index_table *t, bool begins, size_t *n)
{
    struct index_walk w = index_walk(t, s->o.from, s->o.to);
    const struct index_item *item;
    uint32_t *out = NULL;
    size_t cap = 0;

    while ((item = index_next(&w)) != NULL) {
        if (begins && item->from < s->o.from)
            continue;
        GROW(out, *n, cap);
        out[(*n)++] = item->i;
    }
    if (*n)
        qsort(out, *n, sizeof *out, compare_indexes);
    return out;
}

static void collect_visible(struct sequence *s)
{
    const struct figure_index *x = s->model->index;

    s->flight = list(s, &x->flight, s->o.from == 0, &s->n_flights);
    s->span = list(s, &x->span, false, &s->n_spans);
    s->note = list(s, &x->note, true, &s->n_notes);
    s->wait = list(s, &x->wait, false, &s->n_waits);
}

static void collect_flight(struct sequence *s, struct instants *in, const struct model_flight *f)
{
    if (shown(s, f->leave))
        in->at[in->n++] = f->leave;
    if (!f->copy && shown(s, f->leave))
        in->happening[in->n_happenings++] = (struct happening){f->leave, f->from, true};
    for (unsigned k = 0; k < f->n_via; k++)
        if (shown(s, f->via[k].at))
            in->at[in->n++] = f->via[k].at;
    if (!shown(s, f->end))
        return;
    in->at[in->n++] = f->end;
    if (!f->lost)
        in->happening[in->n_happenings++] = (struct happening){f->end, f->to, false};
}

static void collect(struct sequence *s, struct instants *in)
{
    const struct model *m = s->model;

    in->at = calloc(s->n_flights * (2 + MODEL_VIA) + s->n_spans * 2 + s->n_notes + s->n_waits * 2 + 2,
                    sizeof *in->at);
    in->happening = calloc(s->n_flights * 2 + 1, sizeof *in->happening);
    in->need = calloc(s->n_flights * 4 + s->n_spans * 3 + s->n_notes + 4, sizeof *in->need);
    CHECK(in->at && in->happening && in->need);
    in->at[in->n++] = s->o.from;
    for (size_t i = 0; i < s->n_flights; i++)
        collect_flight(s, in, &m->flight[s->flight[i]]);
    for (size_t i = 0; i < s->n_spans; i++)
        if (shown(s, m->span[s->span[i]].from))
            in->at[in->n++] = m->span[s->span[i]].from;
    for (size_t i = 0; i < s->n_notes; i++)
        in->at[in->n++] = m->note[s->note[i]].at;
    for (size_t i = 0; i < s->n_waits; i++)
        if (shown(s, m->wait[s->wait[i]].end))
            in->at[in->n++] = m->wait[s->wait[i]].end;
    qsort(in->happening, in->n_happenings, sizeof *in->happening, compare_happenings);
}

/* ---- what needs room ---- */

static void need(struct sequence *s, struct instants *in, vtime a, vtime b, double room)
{
    if (a < b && shown(s, a) && shown(s, b))
        in->need[in->n_needs++] = (struct axis_need){axis_index(&s->axis, a), axis_index(&s->axis, b), room};
}

/* Whether two segments would lie on each other: the same way at the same time; or, where a way takes no time
 * at all, the same way back. */
static bool same_way(const struct model_flight *f, const struct model_flight *g)
{
    bool there = f->from == g->from && f->to == g->to, back = f->from == g->to && f->to == g->from;

    return f->leave == g->leave && f->end == g->end && f->n_via == g->n_via &&
           (there || (back && f->leave == f->end));
}

/* Room down to whatever happens next. */
static void need_below(struct sequence *s, struct instants *in, vtime at, double room)
{
    size_t i;

    if (!shown(s, at))
        return;
    i = axis_index(&s->axis, at);
    if (i + 1 < s->axis.n)
        in->need[in->n_needs++] = (struct axis_need){i, i + 1, room};
}

/* How many segments leave and arrive together with this one, which would lie on each other; *which: how many
 * of them come before it. They follow one another in the list. */
static unsigned twins_of(const struct sequence *s, size_t i, unsigned *which)
{
    const struct model *m = s->model;
    const struct model_flight *f = &m->flight[i];
    size_t first = i, last = i;

    while (first > 0 && same_way(f, &m->flight[first - 1]))
        first--;
    while (last + 1 < m->n_flights && same_way(f, &m->flight[last + 1]))
        last++;
    if (which)
        *which = (unsigned)(i - first);
    return (unsigned)(last - first + 1);
}

static bool is_time_wait(const struct model *m, const struct model_span *span)
{
    const struct index_table *t = &m->index->wait;

    if (span->state != ST_TIME_WAIT)
        return false;
    for (size_t i = index_before(t, span->from); i < t->n && t->item[i].from < span->to; i++)
        if (t->item[i].lane == span->lane)
            return true;
    return false;
}

static void collect_needs(struct sequence *s, struct instants *in)
{
    const struct model *m = s->model;
    double u = s->scale;

    in->n_needs = 0;
    for (size_t i = 0; i < s->n_spans; i++) {
        const struct model_span *p = &m->span[s->span[i]];
        vtime from = max_i64(p->from, s->o.from);

        if (p->to != VTIME_NEVER && s->lane[p->lane].side)
            need(s, in, from, p->to, (is_time_wait(m, p) ? 176 : m->lang == FIGURE_EN ? 48 : 74) * u);
    }
    for (size_t i = 1; i < in->n_happenings; i++) {
        const struct happening *a = &in->happening[i - 1], *b = &in->happening[i];

        if (a->lane == b->lane)
            need(s, in, a->at, b->at, (a->leaves && b->leaves ? 46 : a->leaves || b->leaves ? 30 : 40) * u);
    }
    for (size_t i = 0; i < s->n_bands; i++)
        need(s, in, s->band[i].from, s->band[i].to, 88 * u);
    for (size_t i = 0; i < s->n_flights; i++) {
        const struct model_flight *f = &m->flight[s->flight[i]];
        unsigned twins = twins_of(s, s->flight[i], NULL);

        if (twins > 1) {
            need_below(s, in, f->leave, (TWIN * (twins - 1) + 30) * u);
            need_below(s, in, f->end, (TWIN * (twins - 1) + 30) * u);
        }
    }
}

/* ---- the axis ---- */

static int compare_times(const void *a, const void *b)
{
    const vtime *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* How long a segment usually is on its way. */
static vtime usual_flight(const struct sequence *s)
{
    const struct model *m = s->model;
    vtime *t = calloc(s->n_flights + 1, sizeof *t), median;
    size_t n = 0;

    CHECK(t);
    for (size_t i = 0; i < s->n_flights; i++) {
        const struct model_flight *f = &m->flight[s->flight[i]];

        if (f->end > f->leave && !f->copy)
            t[n++] = f->end - f->leave;
    }
    qsort(t, n, sizeof *t, compare_times);
    median = n ? t[n / 2] : 50 * NS_PER_MS;
    free(t);
    return median;
}

static double px_per_ns(const struct sequence *s, vtime flight, double room)
{
    vtime all = s->axis.n ? s->axis.point[s->axis.n - 1].at - s->axis.point[0].at : 0;

    if (s->o.axis != AXIS_LINEAR)
        return 66 * s->scale / (double)flight;
    return all > 0
               ? (room > 0 ? room : fmin(66 * s->scale / (double)flight * (double)all, 6000)) / (double)all
               : 1;
}

static void place_axis(struct sequence *s, struct instants *in, vtime flight, double room)
{
    struct axis_options o = {.mode = s->o.axis,
                             .px_per_ns = px_per_ns(s, flight, room),
                             .least = 8 * s->scale,
                             .most = 190 * s->scale,
                             .pause = 92 * s->scale,
                             .row = 52 * s->scale};

    collect_needs(s, in);
    axis_place(&s->axis, &o, in->need, in->n_needs);
}

static double lead(const struct sequence *s)
{
    return 34 * s->scale;
}

static double tail(const struct sequence *s)
{
    return (s->model->lang == FIGURE_EN ? 58 : 82) * s->scale;
}

static double foot(const struct sequence *s)
{
    return (s->o.title && s->model->n_symbols ? 52 : 16) * s->scale;
}

/* Finds the scale at which everything fits into the height asked for, or else the height. */
static void fit(struct sequence *s, struct paint *p, struct instants *in)
{
    vtime flight = usual_flight(s);
    double asked = s->scale, room, height;

    for (;; s->scale *= .94) {
        seq_clear(s);
        lay_columns(s, p);
        room = s->o.height > 0 ? s->o.height - s->top - lead(s) - tail(s) - foot(s) : 0;
        place_axis(s, in, flight, room);
        height = axis_height(&s->axis);
        if (s->o.height <= 0 || height <= room || s->scale * .94 < asked * LEAST_SCALE_PERCENT / 100)
            break;
    }
    if (s->o.height <= 0) {
        s->height = ceil(fmax(s->top + lead(s) + height + tail(s) + foot(s), 300 * s->scale));
    } else {
        s->height = s->o.height;
        room = fmax(room, 40);
        if (height > room)
            axis_scale(&s->axis, room);
        else if (height > 0)
            axis_scale(&s->axis, fmin(room, height * 1.7));
    }
    for (size_t i = 0; i < s->axis.n; i++)
        s->axis.point[i].y += s->top + lead(s);
    s->bottom = s->height - foot(s);
}

/* ---- arrows ---- */

static double lane_edge(const struct sequence *s, unsigned lane, double toward)
{
    double half = 7 * s->scale;

    return s->lane[lane].x + (toward > s->lane[lane].x ? half : -half);
}

/* How far below its time a segment is drawn, so that it does not lie on those that go the same way. */
static double beside_twins(const struct sequence *s, size_t flight)
{
    const struct model_flight *f = &s->model->flight[flight];
    unsigned which = 0, n = s->level == SEQ_DENSITY ? 1 : twins_of(s, flight, &which);
    double step = TWIN * s->scale;

    for (int end = 0; end < 2 && n > 1; end++) {
        size_t i;

        if (!shown(s, end ? f->end : f->leave))
            continue;
        i = axis_index(&s->axis, end ? f->end : f->leave);
        if (i + 1 < s->axis.n)
            step = fmin(step, (s->axis.point[i + 1].y - s->axis.point[i].y) * .9 / n);
        else
            step = fmin(step, (s->bottom - s->axis.point[i].y) * .9 / n);
    }
    return step * which;
}

/* How far below its time a segment leaves where others of this instant arrive beside each other: it answers
 * them all. */
static double after_arrivals(const struct sequence *s, size_t flight)
{
    const struct model_flight *f = &s->model->flight[flight];
    double most = 0;

    for (size_t k = flight, n = 0; k-- > 0 && n < TWINS_NEAR; n++) {
        const struct model_flight *g = &s->model->flight[k];

        if (g->end == f->leave && g->to == f->from && !g->lost && g->leave < g->end)
            most = fmax(most, beside_twins(s, k));
    }
    return most;
}

/* The point on a line from a to b at this part of the way. */
static struct point between(struct point a, struct point b, double part)
{
    return (struct point){a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part};
}

/* It left before the time shown: only what lies below the beginning is drawn. */
static void enter(const struct sequence *s, struct seq_arrow *a)
{
    const struct model_flight *f = &s->model->flight[a->flight];
    vtime before = f->leave, after = f->end;
    unsigned gone = 0; /* bends that lie above */
    double part;

    while (gone < a->n_bends && f->via[gone].at <= s->o.from)
        before = f->via[gone++].at;
    if (gone)
        a->from = a->bend[gone - 1];
    if (gone < a->n_bends)
        after = f->via[gone].at;
    memmove(a->bend, a->bend + gone, (a->n_bends - gone) * sizeof *a->bend);
    a->n_bends -= gone;
    part = after > before ? (double)(s->o.from - before) / (double)(after - before) : 1;
    a->from = between((struct point){a->from.x, axis_y(&s->axis, s->o.from)},
                      a->n_bends ? a->bend[0] : a->tip, part);
    a->from.y = axis_y(&s->axis, s->o.from);
    a->start = a->from;
    a->entered = true;
}

static void lay_arrow(struct sequence *s, struct seq_arrow *a)
{
    const struct model_flight *f = &s->model->flight[a->flight];
    struct point at, to;
    double part = f->reach, below = beside_twins(s, a->flight);

    a->start = (struct point){s->lane[f->from].x,
                              axis_y(&s->axis, f->leave) + fmax(below, after_arrivals(s, a->flight))};
    a->from = (struct point){lane_edge(s, f->from, s->lane[f->n_via ? f->via[0].lane : f->to].x), a->start.y};
    at = a->from;
    for (unsigned k = 0; k < f->n_via && shown(s, f->via[k].at); k++) {
        a->bend[a->n_bends++] =
            (struct point){s->lane[f->via[k].lane].x, axis_y(&s->axis, f->via[k].at) + below};
        at = a->bend[a->n_bends - 1];
    }
    to = (struct point){lane_edge(s, f->to, at.x), axis_y(&s->axis, f->end) + below};
    if (f->end > s->o.to) {
        vtime last = a->n_bends ? f->via[a->n_bends - 1].at : f->leave;

        a->cut = true;
        part = fmin(part, (double)(s->o.to - last) / (double)(f->end - last));
        to.y =
            axis_y(&s->axis, s->o.to) + (part > 0 ? (axis_y(&s->axis, s->o.to) - at.y) * (1 / part - 1) : 0);
    }
    a->cut |= f->open;
    a->tip = between(at, to, part);
    if (f->leave < s->o.from)
        enter(s, a);
}

struct start { /* where an arrow begins */
    uint16_t lane;
    double y;
    size_t arrow;
};

static int compare_starts(const void *a, const void *b)
{
    const struct start *x = a, *y = b;

    if (x->lane != y->lane)
        return (int)x->lane - (int)y->lane;
    return x->y < y->y ? -1 : x->y > y->y;
}

/* The first start on this lane not above y. */
static size_t start_from(const struct start *start, size_t n, uint16_t lane, double y)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (start[mid].lane < lane || (start[mid].lane == lane && start[mid].y < y))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Numbers as large as the distance to the neighbours on the same life-line lets them be. */
static void size_numbers(struct sequence *s, const struct start *start, size_t n)
{
    double most = 19 * s->scale;

    for (size_t i = 0; i < s->n_arrows; i++) {
        struct seq_arrow *a = &s->arrow[i];
        const struct model_flight *f = &s->model->flight[a->flight];
        double r = most;

        for (size_t k = start_from(start, n, f->from, a->start.y - 2 * most);
             k < n && start[k].lane == f->from && start[k].y - a->start.y < 2 * r; k++)
            if (start[k].arrow != i)
                r = fmin(r, fabs(start[k].y - a->start.y) / 2);
        a->number_r = f->copy || a->entered || r < 7 ? 0 : r;
    }
}

/* Lines begin at the rim of their number, and heads keep clear of other numbers. */
static void trim_arrows(struct sequence *s, const struct start *start, size_t n)
{
    double u = s->scale, most = 19 * u + 8 * u;

    for (size_t i = 0; i < s->n_arrows; i++) {
        struct seq_arrow *a = &s->arrow[i];
        const struct model_flight *f = &s->model->flight[a->flight];
        double way = a->tip.x >= a->from.x ? 1 : -1;

        for (size_t k = start_from(start, n, f->to, a->tip.y - most);
             k < n && start[k].lane == f->to && start[k].y < a->tip.y + most && !f->lost && !a->cut; k++) {
            const struct seq_arrow *b = &s->arrow[start[k].arrow];
            double dy = fabs(b->start.y - a->tip.y), rim = b->number_r + 3 * u;

            if (b->number_r > 0 && dy < rim + 5 * u) {
                double x =
                    s->lane[f->to].x - way * (sqrt(fmax(0, (rim + 5 * u) * (rim + 5 * u) - dy * dy)) + 2 * u);

                if ((x - a->tip.x) * way < 0)
                    a->tip.x = x;
            }
        }
        if (a->number_r > 0)
            a->from.x = s->lane[f->from].x + way * a->number_r;
    }
}

static void keep_clear(struct sequence *s)
{
    struct start *start = calloc(s->n_arrows + 1, sizeof *start);
    size_t n = 0;

    CHECK(start);
    for (size_t i = 0; i < s->n_arrows; i++) {
        const struct model_flight *f = &s->model->flight[s->arrow[i].flight];

        if (!f->copy && !s->arrow[i].entered)
            start[n++] = (struct start){f->from, s->arrow[i].start.y, i};
    }
    if (n)
        qsort(start, n, sizeof *start, compare_starts);
    size_numbers(s, start, n);
    trim_arrows(s, start, n);
    free(start);
}

static void put_arrow_boxes(struct sequence *s)
{
    double u = s->scale;

    for (size_t i = 0; i < s->n_arrows; i++) {
        const struct seq_arrow *a = &s->arrow[i];
        const struct model_flight *f = &s->model->flight[a->flight];
        struct point before = a->n_bends ? a->bend[a->n_bends - 1] : a->from;
        double angle = atan2(a->tip.y - before.y, a->tip.x - before.x);

        if (a->number_r > 0)
            seq_put(s, SEQ_NUMBER, a->flight, a->start, 2 * a->number_r, 2 * a->number_r, 0);
        if (f->lost || f->refused)
            seq_put(s, SEQ_CROSS, a->flight, a->tip, 26 * u, 26 * u, 0);
        else if (!a->cut)
            seq_put(s, SEQ_HEAD, a->flight,
                    (struct point){a->tip.x - cos(angle) * 11 * u, a->tip.y - sin(angle) * 11 * u}, 22 * u,
                    18 * u, angle);
    }
}

static void lay_arrows(struct sequence *s)
{
    s->arrow = calloc(s->n_flights + 1, sizeof *s->arrow);
    CHECK(s->arrow);
    for (size_t i = 0; i < s->n_flights; i++) {
        struct seq_arrow *a = &s->arrow[s->n_arrows++];

        a->flight = s->flight[i];
        a->number = s->model->index->number[a->flight];
        lay_arrow(s, a);
    }
    keep_clear(s);
    put_arrow_boxes(s);
}

/* ---- all together ---- */

static double suits(const struct sequence_options *o)
{
    double by_width = o->width / 1440;

    return o->height > 0 ? fmin(by_width, o->height / 900) : by_width;
}

/* So many pixels a segment needs at least; with words, of a figure at scale 1. */
#define PX_FULL 7.0
#define PX_ARROW 1.9
enum { MOST_FULL = 1500 }; /* of a figure that may be as high as it likes */

static void choose_level(struct sequence *s)
{
    const struct index_table *t = &s->model->index->flight;
    double n = (double)((s->o.to == VTIME_NEVER ? t->n : index_before(t, s->o.to + 1)) -
                        index_before(t, s->o.from)),
           room = s->o.height - 230 * s->scale;

    if (s->o.height <= 0)
        s->level = n <= MOST_FULL ? SEQ_FULL : SEQ_DENSITY;
    else
        s->level = n * PX_FULL * fmax(1, s->scale) <= room || n <= 100 ? SEQ_FULL
                   : n * PX_ARROW <= room                              ? SEQ_ARROWS
                                                                       : SEQ_DENSITY;
}

static void lay_all(struct sequence *s, struct paint *p)
{
    struct instants in = {.n = 0};

    collect_visible(s);
    collect(s, &in);
    axis_init(&s->axis, in.at, in.n);
    seq_find_bands(s);
    fit(s, p, &in);
    free(in.at);
    free(in.happening);
    free(in.need);
}

static void lay_dense(struct sequence *s, struct paint *p)
{
    if (s->o.height <= 0)
        s->o.height = ceil(s->width * .5625);
    s->height = s->o.height;
    lay_columns(s, p);
    s->bottom = s->height - 52 * s->scale;
    seq_density_axis(s, fmax(s->bottom - s->top - lead(s) - 20 * s->scale, 40));
    seq_density_flights(s, p);
    s->plate = seq_plate_new();
    seq_density_spans(s);
    seq_density_notes(s);
    seq_find_bands(s);
    seq_density_legend(s, p);
}

struct sequence *sequence_new(const struct model *m, struct paint *p, const struct sequence_options *o)
{
    struct sequence *s = calloc(1, sizeof *s);

    CHECK(s);
    s->model = m;
    s->o = *o;
    s->o.to = o->to == VTIME_NEVER ? max_i64(m->end, o->from) : max_i64(o->to, o->from);
    s->width = o->width;
    s->scale = o->scale > 0 ? o->scale : suits(o);
    choose_level(s);
    if (s->level == SEQ_DENSITY)
        lay_dense(s, p);
    else
        lay_all(s, p);
    lay_arrows(s);
    seq_lay_title(s, p);
    seq_lay_ticks(s, p);
    seq_lay_blocks(s, p);
    seq_lay_chips(s, p);
    seq_lay_bands(s, p);
    seq_place_labels(s, p);
    seq_density_crosses(s, p);
    return s;
}

void sequence_free(struct sequence *s)
{
    if (!s)
        return;
    axis_free(&s->axis);
    seq_clear(s);
    seq_rows_free(s->rows);
    seq_rows_free(s->lines);
    free(s->flight);
    free(s->span);
    free(s->note);
    free(s->wait);
    free(s->shade);
    free(s->cross);
    seq_plate_free(s->plate);
    free(s->block);
    free(s->arrow);
    free(s->chip);
    free(s->tick);
    free(s->pause);
    free(s->band);
    free(s->box);
    free(s);
}
