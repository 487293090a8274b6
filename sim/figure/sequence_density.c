/* Many segments in little room: where arrows would melt together, how many there are is told by a shade, for
 * each direction and each row of pixels. What is rare, or weighs more than its number, keeps its arrow or its
 * mark. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/sequence_parts.h"
#include "sim/report/i18n.h"

enum {
    SLICES = 1024, /* of the window of time, to find where nothing happens */
    QUIET = 40,    /* slices: a longer silence is not to scale */
    LONE = 3,      /* so few segments around keep their arrows */
    MOST_ARROWS = 160,
    WAYS = 64
};

struct maker {
    struct sequence *s;
    struct paint *p;
    double row;      /* px of a row of shades */
    size_t rows;     /* of three heights: the one shown, and one above and below */
    uint32_t *leave; /* how many leave above each row */
    struct seq_shade *way[WAYS];
    size_t piece; /* of the axis, where the last time was looked for */
    uint32_t *chosen;
    size_t n_chosen;
    double last_weighty;
};

/* ---- the axis ---- */

static size_t slice_of(const struct sequence *s, vtime at)
{
    double part = (double)(at - s->o.from) / (double)(s->o.to - s->o.from);

    return part <= 0 ? 0 : part >= 1 ? SLICES - 1 : (size_t)(part * SLICES);
}

static vtime slice_begins(const struct sequence *s, size_t slice)
{
    return s->o.from + (vtime)((double)(s->o.to - s->o.from) * ((double)slice / SLICES));
}

static void mark_busy(const struct sequence *s, uint8_t *busy)
{
    const struct index_table *const tables[] = {&s->model->index->flight, &s->model->index->note};

    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        struct index_walk w = index_walk(tables[t], s->o.from, s->o.to);
        const struct index_item *item;

        while ((item = index_next(&w)) != NULL) {
            busy[slice_of(s, item->from)] = 1;
            busy[slice_of(s, item->to)] = 1;
        }
    }
}

/* To scale where something happens; long silences are short, unless the whole is to be to scale. */
void seq_density_axis(struct sequence *s, double room)
{
    uint8_t busy[SLICES + 1] = {0};
    struct axis_point *point = calloc(SLICES + 2, sizeof *point);
    size_t n = 0, quiet = 0, gaps = 0, silent = 0;
    double pause = 46 * s->scale, each, y = s->top + 34 * s->scale;

    CHECK(point);
    mark_busy(s, busy);
    busy[0] = busy[SLICES - 1] = 1;
    point[n++] = (struct axis_point){.at = s->o.from};
    for (size_t i = 1; i < SLICES && s->o.axis != AXIS_LINEAR && s->o.to - s->o.from > SLICES; i++) {
        quiet = busy[i] ? 0 : quiet + 1;
        if (quiet < QUIET || !busy[i + 1])
            continue;
        point[n++] = (struct axis_point){.at = slice_begins(s, i + 1 - quiet), .broken = true};
        point[n++] = (struct axis_point){.at = slice_begins(s, i + 1)};
        gaps++;
        silent += quiet;
    }
    point[n++] = (struct axis_point){.at = max_i64(s->o.to, s->o.from + 1)};
    if (pause * (double)gaps > room / 2)
        pause = room / 2 / (double)gaps;
    each = (room - pause * (double)gaps) / (double)(SLICES - silent);
    for (size_t i = 0; i < n; i++) {
        double part = i ? (double)(point[i].at - point[i - 1].at) / (double)(s->o.to - s->o.from) : 0;

        y += !i ? 0 : point[i - 1].broken ? pause : part * SLICES * each;
        point[i].y = y;
    }
    axis_free(&s->axis);
    s->axis = (struct axis){.mode = s->o.axis == AXIS_LINEAR ? AXIS_LINEAR : AXIS_BROKEN,
                            .point = point,
                            .n = n,
                            .px_per_ns = each * SLICES / (double)max_i64(s->o.to - s->o.from, 1)};
}

/* Where a time lies; beyond the window as if all were to scale there. The times that are asked for mostly
 * grow. */
static double place_on(const struct axis *a, size_t *piece, vtime at)
{
    const struct axis_point *p;

    if (at < a->point[0].at)
        return a->point[0].y - (double)(a->point[0].at - at) * a->px_per_ns;
    if (at > a->point[a->n - 1].at)
        return a->point[a->n - 1].y + (double)(at - a->point[a->n - 1].at) * a->px_per_ns;
    while (*piece + 2 < a->n && a->point[*piece + 1].at <= at)
        (*piece)++;
    while (*piece > 0 && a->point[*piece].at > at)
        (*piece)--;
    p = &a->point[*piece];
    return p->y + (p[1].y - p->y) * ((double)(at - p->at) / (double)(p[1].at - p->at));
}

static double place(struct maker *k, vtime at)
{
    return place_on(&k->s->axis, &k->piece, at);
}

/* ---- who keeps an arrow ---- */

static size_t row_of(const struct maker *k, double y)
{
    double i = (y + k->s->height) / k->row;

    return i <= 0 ? 0 : i >= (double)(k->rows - 1) ? k->rows - 1 : (size_t)i;
}

static void count_leaving(struct maker *k)
{
    struct index_walk w = index_walk(&k->s->model->index->flight, k->s->o.from, k->s->o.to);
    const struct index_item *item;

    while ((item = index_next(&w)) != NULL)
        k->leave[row_of(k, place(k, item->from)) + 1]++;
    for (size_t i = 0; i < k->rows; i++)
        k->leave[i + 1] += k->leave[i];
}

static bool keeps_arrow(struct maker *k, const struct index_item *item, double y0, double y1)
{
    double air = 9 * k->s->scale;
    bool lone;

    if (k->n_chosen == MOST_ARROWS || item->from < k->s->o.from)
        return false;
    lone = k->leave[row_of(k, y1 + air) + 1] - k->leave[row_of(k, y0 - air)] <= LONE;
    if (!lone && (!(item->flags & INDEX_WEIGHTY) || y0 - k->last_weighty < 26 * k->s->scale))
        return false;
    if (item->flags & INDEX_WEIGHTY)
        k->last_weighty = y0;
    return true;
}

/* ---- shades ---- */

static void shade(struct maker *k, const struct index_item *item, double y0, double y1)
{
    struct seq_shade **way = &k->way[(item->lane & 7) * 8 + (item->other & 7)], *row;

    if (!*way) {
        *way = calloc(k->rows, sizeof **way);
        CHECK(*way);
    }
    row = &(*way)[row_of(k, y0)];
    row->from = item->lane;
    row->to = item->other;
    row->n++;
    row->again += (item->flags & INDEX_AGAIN) != 0;
    row->data += item->hue == HUE_DATA;
    row->y0 += y0;
    row->y1 += y1;
}

static void collect_shades(struct maker *k)
{
    struct sequence *s = k->s;
    size_t n = 0;

    for (size_t w = 0; w < WAYS; w++)
        for (size_t i = 0; k->way[w] && i < k->rows; i++)
            n += k->way[w][i].n > 0;
    s->shade = calloc(n + 1, sizeof *s->shade);
    CHECK(s->shade);
    for (size_t w = 0; w < WAYS; w++)
        for (size_t i = 0; k->way[w] && i < k->rows; i++) {
            struct seq_shade *row = &k->way[w][i];

            if (!row->n)
                continue;
            row->y1 = (row->y1 - row->y0) / row->n;
            row->y0 = (double)i * k->row - s->height;
            row->y1 += row->y0;
            row->h = k->row;
            s->shade[s->n_shades++] = *row;
            s->shaded += row->n;
            s->most = row->n > s->most ? row->n : s->most;
        }
}

const struct model_flight *sequence_dense_flight(const struct sequence *s, struct point at, vtime until)
{
    double near = 9 * s->scale;
    struct index_walk w = index_walk(&s->model->index->flight, axis_time(&s->axis, at.y - near),
                                     axis_time(&s->axis, at.y + near));
    const struct model_flight *found = NULL;
    const struct index_item *item;
    size_t piece = 0;

    if (s->level != SEQ_DENSITY || at.y < s->top || at.y > s->bottom)
        return NULL;
    while ((item = index_next(&w)) != NULL) {
        const struct model_flight *f = &s->model->flight[item->i];
        double x0 = s->lane[f->from].x, x1 = s->lane[f->to].x, y0 = place_on(&s->axis, &piece, item->from),
               y1 = place_on(&s->axis, &piece, item->to),
               part = x1 > x0 || x1 < x0 ? (at.x - x0) / (x1 - x0) : -1,
               d = fabs(y0 + (y1 - y0) * part - at.y);

        if (f->leave > until || part < 0 || part > f->reach || d >= near)
            continue;
        near = d;
        found = f;
    }
    return found;
}

/* ---- losses ---- */

static void cross(struct maker *k, const struct index_item *item, double y0, double y1)
{
    struct sequence *s = k->s;
    const struct model_flight *f = &s->model->flight[item->i];
    double x0 = s->lane[item->lane].x, x1 = s->lane[item->other].x, near = 22 * s->scale;
    struct point at = {x0 + (x1 - x0) * f->reach, y0 + (y1 - y0) * f->reach};

    if (at.y < s->top || at.y > s->bottom)
        return;
    for (size_t i = s->n_crosses; i-- > 0 && s->cross[i].at.y > at.y - 4 * near;)
        if (hypot(s->cross[i].at.x - at.x, s->cross[i].at.y - at.y) < near) {
            s->cross[i].n++;
            return;
        }
    GROW(s->cross, s->n_crosses, s->cap_crosses);
    s->cross[s->n_crosses++] = (struct seq_cross){.at = at, .n = 1, .when = item->from};
}

/* ---- all together ---- */

static void see_flights(struct maker *k)
{
    struct index_walk w = index_walk(&k->s->model->index->flight, k->s->o.from, k->s->o.to);
    const struct index_item *item;

    while ((item = index_next(&w)) != NULL) {
        double y0 = place(k, item->from), y1 = place(k, item->to);

        if (keeps_arrow(k, item, y0, y1)) {
            k->chosen[k->n_chosen++] = item->i;
            continue;
        }
        shade(k, item, y0, y1);
        if (item->flags & (INDEX_LOST | INDEX_REFUSED))
            cross(k, item, y0, y1);
    }
}

static int compare_indexes(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

void seq_density_flights(struct sequence *s, struct paint *p)
{
    struct maker k = {.s = s, .p = p, .row = fmax(1, floor(s->height / 900)), .last_weighty = -1e9};

    k.rows = (size_t)(3 * s->height / k.row) + 2;
    k.leave = calloc(k.rows + 2, sizeof *k.leave);
    k.chosen = calloc(MOST_ARROWS, sizeof *k.chosen);
    CHECK(k.leave && k.chosen);
    count_leaving(&k);
    see_flights(&k);
    collect_shades(&k);
    for (size_t w = 0; w < WAYS; w++)
        free(k.way[w]);
    free(k.leave);
    qsort(k.chosen, k.n_chosen, sizeof *k.chosen, compare_indexes);
    s->flight = k.chosen;
    s->n_flights = k.n_chosen;
}

/* States that take a pixel at least. */
void seq_density_spans(struct sequence *s)
{
    struct maker k = {.s = s};
    struct index_walk w = index_walk(&s->model->index->span, s->o.from, s->o.to);
    const struct index_item *item;
    size_t cap = 0;

    while ((item = index_next(&w)) != NULL) {
        if (place(&k, min_i64(item->to, s->o.to)) - place(&k, max_i64(item->from, s->o.from)) < 2)
            continue;
        GROW(s->span, s->n_spans, cap);
        s->span[s->n_spans++] = item->i;
    }
    if (s->n_spans)
        qsort(s->span, s->n_spans, sizeof *s->span, compare_indexes);
}

/* Of the notes that would crowd, the one that weighs most. */
void seq_density_notes(struct sequence *s)
{
    struct maker k = {.s = s};
    double room = 40 * s->scale;
    size_t rows = (size_t)(s->height / room) + 2;
    uint32_t *best = calloc(rows * 8, sizeof *best); /* index + 1 */
    struct index_walk w = index_walk(&s->model->index->note, s->o.from, s->o.to);
    const struct index_item *item;

    CHECK(best);
    while ((item = index_next(&w)) != NULL) {
        double y = place(&k, item->from);
        uint32_t *b;

        if (y < 0 || y > s->height)
            continue;
        b = &best[(size_t)(y / room) * 8 + (item->lane & 7)];
        if (!*b || seq_note_rank(&s->model->note[item->i]) < seq_note_rank(&s->model->note[*b - 1]))
            *b = item->i + 1;
    }
    s->note = calloc(rows * 8, sizeof *s->note);
    CHECK(s->note);
    for (size_t i = 0; i < rows * 8; i++)
        if (best[i])
            s->note[s->n_notes++] = best[i] - 1;
    free(best);
    if (s->n_notes)
        qsort(s->note, s->n_notes, sizeof *s->note, compare_indexes);
}

/* 1, 2 or 5 times a power of ten: the least of them that is as long as that. */
static vtime round_step(double least)
{
    static const int times[] = {1, 2, 5};

    for (vtime unit = 1; unit <= VTIME_MAX / 10; unit *= 10)
        for (size_t i = 0; i < ARRAY_LEN(times); i++)
            if ((double)(unit * times[i]) >= least)
                return unit * times[i];
    return VTIME_MAX;
}

size_t seq_density_ticks(const struct sequence *s, vtime *out, size_t max)
{
    const struct axis *a = &s->axis;
    vtime step = round_step(64 * s->scale / fmax(a->px_per_ns, 1e-300));
    size_t n = 0;

    for (size_t i = 0; i + 1 < a->n; i++) {
        vtime at = a->point[i].at;

        if (a->point[i].broken)
            continue;
        for (at = (at + step - 1) / step * step; at <= a->point[i + 1].at && n < max; at += step)
            out[n++] = at;
    }
    return n;
}

/* "98,765" */
static void thousands(char *out, size_t size, uint64_t v)
{
    char digits[24];
    size_t n = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)v), k = 0;

    for (size_t i = 0; i < n && k + 2 < size; i++) {
        if (i && (n - i) % 3 == 0)
            out[k++] = ',';
        out[k++] = digits[i];
    }
    out[k] = '\0';
}

/* "density: 98,765 segments": under the life-lines, with the shades from one to the most in a row. */
void seq_density_legend(struct sequence *s, struct paint *p)
{
    double u = s->scale, px = TYPE_SMALL * u, x = s->width - 24 * u;
    struct trace_text words = figure_words(TR_MARK("density: %s segments"));
    char number[32];
    struct extent e;

    if (!s->n_shades)
        return;
    thousands(number, sizeof number, s->shaded);
    snprintf(s->density_text[0], sizeof s->density_text[0], figure_first(s->model->lang, words), number);
    if (figure_second(s->model->lang, words))
        snprintf(s->density_text[1], sizeof s->density_text[1], figure_second(s->model->lang, words), number);
    thousands(s->density_most, sizeof s->density_most, s->most);
    s->density_px = px;
    e = paint_measure(p, FACE_PLAIN, px, s->density_most);
    x -= e.w;
    s->density_ramp = (struct rect){x - 128 * u, s->height - 40 * u, 120 * u, 18 * u};
    x = s->density_ramp.x - 22 * u;
    for (int i = 1; i >= 0; i--)
        if (*s->density_text[i]) {
            x -= paint_measure(p, FACE_PLAIN, px, s->density_text[i]).w + (i ? 0 : 14 * u);
            s->density_x[i] = x;
        }
    seq_put(s, SEQ_TICK, 0, (struct point){(x + s->width) / 2, s->height - 31 * u}, s->width - x, 26 * u, 0);
}

/* How often, beside a mark that stands for several losses. */
void seq_density_crosses(struct sequence *s, struct paint *p)
{
    double u = s->scale, px = 17 * u;

    for (size_t i = 0; i < s->n_crosses; i++) {
        struct seq_cross *c = &s->cross[i];
        char text[24];
        struct extent e;
        struct seq_box box;

        if (c->n < 2)
            continue;
        snprintf(text, sizeof text, "\xc3\x97%lu", (unsigned long)c->n);
        e = paint_measure(p, FACE_BOLD, px, text);
        box = (struct seq_box){SEQ_LABEL, 0, {c->at.x + 14 * u + e.w / 2, c->at.y}, e.w, px * 1.1, 0};
        if (!seq_free(s, &box))
            continue;
        c->px = px;
        c->text = (struct point){box.at.x - e.w / 2, box.at.y - e.h / 2};
        seq_put(s, SEQ_LABEL, 0, box.at, box.w, box.h, 0);
    }
}
