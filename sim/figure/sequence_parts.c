#include "sim/figure/sequence_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/i18n.h"
#include "sim/report/ladder_scan.h"

void seq_time_text(char *out, size_t size, vtime t)
{
    format_duration(out, size, t);
    if (t == 0)
        snprintf(out, size, "0 ms");
}

/* ---- title, named numbers ---- */

void seq_lay_title(struct sequence *s, struct paint *p)
{
    const struct trace_text *t = &s->model->header->title;
    const char *first = figure_first(s->model->lang, *t), *second = figure_second(s->model->lang, *t);
    double u = s->scale, px = TYPE_TITLE * u, w;
    char escaped[512];

    if (!s->o.title)
        return;
    for (int i = 0; i < 12; i++, px *= .92) {
        paint_escape(escaped, sizeof escaped, first ? first : "");
        w = paint_measure(p, FACE_BOLD, px, escaped).w;
        if (second) {
            paint_escape(escaped, sizeof escaped, second);
            w += px * .7 + paint_measure(p, FACE_PLAIN, px * .72, escaped).w;
        }
        if (w <= s->width - 48 * u)
            break;
    }
    s->title_px = px;
    s->title = (struct point){24 * u, 18 * u};
    seq_put(s, SEQ_TICK, 0, (struct point){24 * u + w / 2, 18 * u + px * .7}, w, px * 1.4, 0);
    s->legend_px = s->model->n_symbols ? TYPE_SMALL * u : 0;
    s->legend = (struct point){s->gutter + 4 * u, s->height - 42 * u};
}

/* ---- ticks ---- */

static bool tick_free(const struct sequence *s, const struct seq_box *b)
{
    double air = 2 * s->scale;
    struct seq_rows_walk w = seq_rows_walk(s->rows, b->at.y - b->h / 2 - air, b->at.y + b->h / 2 + air);
    uint32_t i;

    while (seq_rows_next(&w, &i)) {
        struct seq_box other = s->box[i];

        if (other.kind == SEQ_TICK) { /* a little air between two */
            other.h += air;
            if (seq_boxes_meet(b, &other))
                return false;
        }
    }
    return b->at.y + b->h / 2 < s->height && b->at.x - b->w / 2 >= 1;
}

static void label_tick(struct sequence *s, struct paint *p, struct seq_tick *t, vtime at)
{
    double u = s->scale, px = 19 * u, room = s->gutter - 22 * u;
    struct extent e;
    struct seq_box box;

    seq_time_text(t->text, sizeof t->text, at);
    e = paint_measure(p, FACE_PLAIN, px, t->text);
    if (e.w > room) {
        px *= room / e.w;
        e = paint_measure(p, FACE_PLAIN, px, t->text);
    }
    box = (struct seq_box){SEQ_TICK, 0, {s->gutter - 18 * u - e.w / 2, t->y}, e.w, px * 1.1, 0};
    if (!tick_free(s, &box))
        return;
    t->px = px;
    t->at = (struct point){box.at.x - e.w / 2, t->y - e.h / 2};
    seq_put(s, SEQ_TICK, 0, box.at, box.w, box.h, 0);
}

static void mark(const struct sequence *s, uint8_t *rank, vtime at, int bit)
{
    size_t i;

    if (at >= s->o.from && at <= s->o.to && axis_find_point(&s->axis, at, &i))
        rank[i] |= (uint8_t)(1u << bit);
}

/* Only where something is seen to happen: not where a lost segment would have come. Bit 0: something begins,
 * bit 1: something comes. */
static uint8_t *rank_points(const struct sequence *s)
{
    const struct model *m = s->model;
    uint8_t *rank = calloc(s->axis.n + 1, 1);

    CHECK(rank);
    for (size_t i = 0; i < s->n_arrows; i++) {
        const struct model_flight *f = &m->flight[s->arrow[i].flight];

        if (!f->copy)
            mark(s, rank, f->leave, 0);
        if (!f->lost)
            mark(s, rank, f->end, 1);
    }
    for (size_t i = 0; i < s->n_spans; i++)
        if (m->span[s->span[i]].from > 0)
            mark(s, rank, m->span[s->span[i]].from, 0);
    for (size_t i = 0; i < s->n_notes; i++)
        mark(s, rank, m->note[s->note[i]].at, 1);
    return rank;
}

static void lay_pause(struct sequence *s, struct paint *p, size_t i)
{
    struct seq_pause *q = &s->pause[s->n_pauses++];
    double u = s->scale, px = 17 * u;
    struct extent e;
    struct seq_box box;

    q->y0 = s->axis.point[i].y;
    q->y1 = s->axis.point[i + 1].y;
    snprintf(q->text, sizeof q->text, "%s",
             figure_first(s->model->lang, figure_words(TR_MARK("not to scale"))));
    e = paint_measure_wrapped(p, FACE_PLAIN, px, q->text, s->gutter - 40 * u);
    box = (struct seq_box){SEQ_TICK, 0, {s->gutter - 30 * u - e.w / 2, (q->y0 + q->y1) / 2}, e.w, e.h, 0};
    if (!tick_free(s, &box))
        return;
    q->px = px;
    q->at = (struct point){box.at.x - e.w / 2, box.at.y - e.h / 2};
    seq_put(s, SEQ_TICK, 0, box.at, box.w, box.h, 0);
}

static void lay_beats(struct sequence *s, struct paint *p)
{
    uint8_t *ranks = rank_points(s);

    for (int rank = 0; rank < 2; rank++)
        for (size_t i = 0; i < s->axis.n; i++) {
            if (ranks[i] == 0 || (rank ? ranks[i] & 1 : !(ranks[i] & 1)))
                continue;
            s->tick[s->n_ticks].y = s->axis.point[i].y;
            label_tick(s, p, &s->tick[s->n_ticks++], s->axis.point[i].at);
        }
    free(ranks);
}

static void lay_round_times(struct sequence *s, struct paint *p, size_t max)
{
    vtime *at = calloc(max, sizeof *at);
    size_t n;

    CHECK(at);
    n = seq_density_ticks(s, at, max);
    for (size_t i = 0; i < n; i++) {
        s->tick[s->n_ticks].y = axis_y(&s->axis, at[i]);
        label_tick(s, p, &s->tick[s->n_ticks++], at[i]);
    }
    free(at);
}

void seq_lay_ticks(struct sequence *s, struct paint *p)
{
    enum { ROUND_TIMES = 400 };
    size_t max = s->level == SEQ_DENSITY ? ROUND_TIMES : s->axis.n + 1;

    s->tick = calloc(max, sizeof *s->tick);
    s->pause = calloc(s->axis.n + 1, sizeof *s->pause);
    CHECK(s->tick && s->pause);
    if (s->level == SEQ_DENSITY)
        lay_round_times(s, p, max);
    else
        lay_beats(s, p);
    for (size_t i = 0; i + 1 < s->axis.n; i++)
        if (s->axis.point[i].broken && s->axis.point[i + 1].y - s->axis.point[i].y > 20 * s->scale)
            lay_pause(s, p, i);
}

/* ---- blocks ---- */

void seq_state_words(const struct model *m, const struct model_span *span, char *first, char *second,
                     size_t size)
{
    struct trace_text t = figure_words(span->down ? TR_MARK("crashed") : report_states[span->state]);
    size_t n = 0;

    if (span->talk && span->state != ST_CLOSED && span->state != ST_LISTEN && !span->down)
        n = (size_t)snprintf(first, size, "#%u ", span->talk);
    for (const char *c = span->down ? figure_first(m->lang, t) : t.en; *c && n + 4 < size; c++)
        if (*c == '-') { /* Pango would break the line there */
            memcpy(first + n, "\xe2\x80\x91", 3);
            n += 3;
        } else {
            first[n++] = *c;
        }
    first[n] = '\0';
    second[0] = '\0';
    if (span->blank)
        snprintf(first, size, "%s", MODEL_BLANK);
    else if (m->lang != FIGURE_EN && t.zh && strcmp(t.zh, t.en) != 0 &&
             (!span->down || m->lang == FIGURE_BOTH))
        snprintf(second, size, "%s", t.zh);
}

static void name_block(struct sequence *s, struct paint *p, struct seq_block *b)
{
    double u = s->scale, pad = 20 * u, px = TYPE_STATE * u, h = b->r.h;
    char first[64], second[64];
    struct extent e, f;

    seq_state_words(s->model, &s->model->span[b->span], first, second, sizeof first);
    if (px * 1.3 > h - 2 * u)
        px = (h - 2 * u) / 1.3;
    if (px < 10 * fmin(1, u * 1.3))
        return;
    e = paint_measure(p, FACE_BOLD, px, first);
    if (e.w > b->r.w - pad * 1.4) {
        px *= (b->r.w - pad * 1.4) / e.w;
        e = paint_measure(p, FACE_BOLD, px, first);
    }
    b->px = px;
    b->name = (struct point){b->r.x + pad, b->r.y + fmin(8 * u, (h - e.h) / 2)};
    seq_put(s, SEQ_NAME, b->span, (struct point){b->name.x + e.w / 2, b->name.y + e.h / 2}, e.w, px * 1.1, 0);
    if (!*second)
        return;
    b->second_px = TYPE_SMALL * u * .95;
    f = paint_measure(p, FACE_PLAIN, b->second_px, second);
    b->second = (struct point){b->name.x, b->name.y + e.h * .93};
    if (b->second.y + f.h > b->r.y + h - 2 * u) /* beside the name, then, or not at all */
        b->second = (struct point){b->r.x + b->r.w - pad * .7 - f.w, b->name.y + e.baseline - f.baseline};
    if (b->second.y < b->name.y + e.h * .9 && b->second.x < b->name.x + e.w + 10 * u) {
        b->second_px = 0;
        return;
    }
    seq_put(s, SEQ_NAME, b->span, (struct point){b->second.x + f.w / 2, b->second.y + f.h / 2}, f.w,
            b->second_px * 1.1, 0);
}

/* The 2 MSL timer inside its block. */
static void lay_ring(struct sequence *s, struct seq_block *b)
{
    const struct model *m = s->model;
    const struct index_table *t = &m->index->wait;
    const struct model_span *span = &m->span[b->span];
    double u = s->scale, top;

    if (span->state != ST_TIME_WAIT || b->px <= 0)
        return;
    for (size_t k = index_before(t, span->from);
         k < t->n && t->item[k].from <= (span->to == VTIME_NEVER ? s->o.to : span->to); k++)
        if (t->item[k].lane == span->lane) {
            b->wait = true;
            b->timer = t->item[k].i;
        }
    if (!b->wait)
        return;
    top = (b->second_px > 0 && b->second.y > b->name.y + b->px ? b->second.y + b->second_px * 1.5
                                                               : b->name.y + b->px * 1.4);
    b->ring_r = fmin(42 * u, (b->r.y + b->r.h - top - 14 * u) / 2);
    if (b->ring_r < 24 * u)
        return;
    b->ring = true;
    b->ring_at = (struct point){b->r.x + 22 * u + b->ring_r,
                                fmax(top + b->ring_r + 4 * u, b->r.y + b->r.h - b->ring_r - 14 * u)};
    seq_put(s, SEQ_NAME, b->span, (struct point){b->ring_at.x + 58 * u, b->ring_at.y},
            b->ring_r * 2 + 116 * u, b->ring_r * 2, 0);
}

/* A state among the arrows: a small plate beside the bar. */
static void plate_block(struct sequence *s, struct paint *p, struct seq_block *b)
{
    double u = s->scale, px = 17 * u;
    char first[64], second[64];
    struct extent e;

    seq_state_words(s->model, &s->model->span[b->span], first, second, sizeof first);
    e = paint_measure(p, FACE_BOLD, px, first);
    for (int i = 0; i < 6; i++) {
        double x = s->lane[s->model->span[b->span].lane].x + (i % 2 ? -1 : 1) * (e.w / 2 + 24 * u),
               y = b->r.y + (16 + i / 2 * 14) * u;
        struct seq_box box = {SEQ_NAME, b->span, {x, y}, e.w + 16 * u, px * 1.5, 0};

        if (!seq_free(s, &box) || y + px > b->r.y + b->r.h + 20 * u)
            continue;
        b->px = px;
        b->name = (struct point){x - e.w / 2, y - e.h / 2};
        seq_put(s, SEQ_NAME, b->span, box.at, box.w, box.h, 0);
        return;
    }
}

void seq_lay_blocks(struct sequence *s, struct paint *p)
{
    const struct model *m = s->model;

    s->block = calloc(s->n_spans + 1, sizeof *s->block);
    CHECK(s->block);
    for (size_t k = 0; k < s->n_spans; k++) {
        size_t i = s->span[k];
        const struct model_span *span = &m->span[i];
        const struct seq_lane *l = &s->lane[span->lane];
        struct seq_block *b = &s->block[s->n_blocks];
        double y0 = span->from <= s->o.from ? s->top : axis_y(&s->axis, span->from);
        double y1 = span->to == VTIME_NEVER || span->to > s->o.to ? s->bottom : axis_y(&s->axis, span->to);

        if (span->from > s->o.to || (span->to != VTIME_NEVER && span->to <= s->o.from) || y1 - y0 < .5)
            continue;
        *b = (struct seq_block){.span = i, .r = {l->column, y0 + 1, l->width, y1 - y0 - 2}};
        s->n_blocks++;
        if (l->side) {
            name_block(s, p, b);
            lay_ring(s, b);
        } else {
            plate_block(s, p, b);
        }
    }
}

/* ---- chips ---- */

const char *seq_note_first(const struct model *m, const struct model_note *n)
{
    return n->text[m->lang == FIGURE_ZH];
}

const char *seq_note_second(const struct model *m, const struct model_note *n)
{
    return m->lang == FIGURE_BOTH && strcmp(n->text[0], n->text[1]) != 0 ? n->text[1] : NULL;
}

static bool try_chip(struct sequence *s, struct seq_chip *c, double w, double h, double y)
{
    const struct model_note *n = &s->model->note[c->note];
    const struct seq_lane *l = &s->lane[n->lane];
    double u = s->scale, x = l->side < 0 ? l->column + l->width - w - 8 * u
                             : l->side   ? l->column + 8 * u
                                         : l->x + 16 * u;
    struct seq_box box = {SEQ_CHIP, c->note, {x + w / 2, y}, w + 4 * u, h + 3 * u, 0};

    if (y - h / 2 < s->top || y + h / 2 > s->bottom || !seq_free(s, &box))
        return false;
    c->r = (struct rect){x, y - h / 2, w, h};
    seq_put(s, SEQ_CHIP, c->note, box.at, box.w, box.h, 0);
    return true;
}

static bool place_chip(struct sequence *s, struct paint *p, struct seq_chip *c)
{
    static const double shift[] = {0,  6,  12, 18, 24,  30,  -6,  -12, -18, 36,
                                   42, 48, 56, 64, -24, -30, -36, 72,  80};
    const struct model_note *n = &s->model->note[c->note];
    const struct seq_lane *l = &s->lane[n->lane];
    double u = s->scale, h, first, second = 0;
    const char *more = seq_note_second(s->model, n);

    c->px = 18 * u;
    h = 27 * u;
    first = paint_measure(p, FACE_PLAIN, c->px, seq_note_first(s->model, n)).w + 36 * u;
    if (l->width > 0 && first > l->width - 14 * u) {
        c->px *= (l->width - 50 * u) / (first - 36 * u);
        first = l->width - 14 * u;
        if (c->px < 11 * u)
            return false;
    }
    if (more) {
        second = paint_measure(p, FACE_PLAIN, c->px * .9, more).w + 10 * u;
        if (first + second > (l->width > 0 ? l->width - 14 * u : 400 * u))
            more = NULL;
    }
    c->y = axis_y(&s->axis, n->at);
    for (int with = more != NULL; with >= 0; with--)
        for (size_t i = 0; i < ARRAY_LEN(shift); i++) {
            c->second_px = with ? c->px * .9 : 0;
            if (try_chip(s, c, first + (with ? second : 0), h, c->y + shift[i] * u))
                return true;
        }
    return false;
}

int seq_note_rank(const struct model_note *n)
{
    switch (n->kind) {
    case NOTE_HOST: return 0;
    case NOTE_TIMER:
    case NOTE_REJECT: return 1;
    case NOTE_SIGNAL: return 2;
    case NOTE_CALL: return n->bad ? 2 : 3;
    }
    return 3;
}

void seq_lay_chips(struct sequence *s, struct paint *p)
{
    const struct model *m = s->model;

    s->chip = calloc(s->n_notes + 1, sizeof *s->chip);
    CHECK(s->chip);
    for (int rank = 0; rank < 4; rank++)
        for (size_t k = 0; k < s->n_notes; k++) {
            struct seq_chip *c = &s->chip[s->n_chips];
            size_t i = s->note[k];

            if (seq_note_rank(&m->note[i]) != rank || (s->lane[m->note[i].lane].width <= 0 && rank > 1))
                continue;
            c->note = i;
            if (place_chip(s, p, c))
                s->n_chips++;
        }
}

/* ---- half closed ---- */

void seq_find_bands(struct sequence *s)
{
    const struct model *m = s->model;
    size_t cap = 0;

    for (size_t i = 0; i < s->n_spans && m->n_lanes == 2; i++) {
        const struct model_span *a = &m->span[s->span[i]];
        const struct index_item *item;
        struct index_walk w;

        if (a->state != ST_FIN_WAIT_2)
            continue;
        w = index_walk(&m->index->span, max_i64(a->from, s->o.from), min_i64(a->to, s->o.to));
        while ((item = index_next(&w)) != NULL) {
            const struct model_span *b = &m->span[item->i];
            vtime from = max_i64(a->from, b->from), to = min_i64(a->to, b->to);

            if (b->state != ST_CLOSE_WAIT || a->lane == b->lane || from >= to || from < s->o.from ||
                to > s->o.to)
                continue;
            GROW(s->band, s->n_bands, cap);
            s->band[s->n_bands++] = (struct seq_band){.from = from, .to = to, .talker = b->lane};
        }
    }
}

/* "half-closed", and who may still send, in one language or both; returns the wider line's width. */
static double word_band(struct sequence *s, struct paint *p, struct seq_band *b)
{
    const struct model *m = s->model;
    struct trace_text half = figure_words(TR_MARK("half-closed")),
                      may = figure_words(TR_MARK("%s may still send data"));
    const struct trace_text *who = &m->lane[b->talker].name;
    const char *second = figure_second(m->lang, half);
    double u = s->scale, wide = 0;
    char name[96];

    snprintf(b->text[0][0], sizeof b->text[0][0], "%s", figure_first(m->lang, half));
    paint_escape(name, sizeof name, figure_first(m->lang, *who));
    snprintf(b->text[1][0], sizeof b->text[1][0], figure_first(m->lang, may), name);
    if (second) {
        snprintf(b->text[0][1], sizeof b->text[0][1], "%s", second);
        paint_escape(name, sizeof name, figure_first(FIGURE_ZH, *who));
        snprintf(b->text[1][1], sizeof b->text[1][1], may.zh, name);
    }
    for (int line = 0; line < 2; line++) {
        enum face f = line ? FACE_PLAIN : FACE_BOLD;
        double px = line ? TYPE_SMALL * u : 24 * u, w = paint_measure(p, f, px, b->text[line][0]).w;

        b->gap[line] = w + 14 * u;
        if (*b->text[line][1])
            w = b->gap[line] + paint_measure(p, f, px, b->text[line][1]).w;
        b->w[line] = w;
        wide = fmax(wide, w);
    }
    return wide;
}

void seq_lay_bands(struct sequence *s, struct paint *p)
{
    double u = s->scale;

    for (size_t i = 0; i < s->n_bands; i++) {
        struct seq_band *b = &s->band[i];
        double x0 = s->lane[0].x + 7 * u, x1 = s->lane[1].x - 7 * u, y0 = axis_y(&s->axis, b->from) + 6 * u,
               y1 = axis_y(&s->axis, b->to) - 6 * u;
        struct seq_box box = {SEQ_LABEL, i, {(x0 + x1) / 2, (y0 + y1) / 2}, word_band(s, p, b) + 8 * u,
                              62 * u,    0};
        bool taken = false;

        b->r = (struct rect){x0, y0, x1 - x0, y1 - y0};
        for (size_t k = 0; k < s->n_arrows; k++)
            taken |= seq_line_meets(s->arrow[k].from, s->arrow[k].tip, &box);
        if (taken || y1 - y0 < 60 * u || !seq_free(s, &box))
            continue;
        b->px = 24 * u;
        b->second_px = TYPE_SMALL * u;
        b->first = (struct point){box.at.x - b->w[0] / 2, box.at.y - 33 * u};
        b->second = (struct point){box.at.x - b->w[1] / 2, box.at.y + 2 * u};
        seq_put(s, SEQ_LABEL, i, box.at, box.w, box.h, 0);
    }
}
