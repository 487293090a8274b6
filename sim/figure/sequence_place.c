/* Where the words on the arrows stand. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/sequence_parts.h"

enum { MOST_WEIGHTY = 60 }; /* labels where only those of weight have one */
#define STRIP 48.0          /* px: about a label's height */

/* ---- turned rectangles ---- */

struct axes {
    struct point u, v; /* half the width, half the height */
};

static struct axes axes_of(const struct seq_box *b)
{
    double c, s;

    if (fabs(b->angle) < 1e-12) /* most are */
        return (struct axes){{b->w / 2, 0}, {0, b->h / 2}};
    c = cos(b->angle);
    s = sin(b->angle);
    return (struct axes){{c * b->w / 2, s * b->w / 2}, {-s * b->h / 2, c * b->h / 2}};
}

static double dot(struct point a, struct point b)
{
    return a.x * b.x + a.y * b.y;
}

/* Whether the shadows on this direction part. */
static bool parted(struct point n, struct point d, struct axes a, struct axes b)
{
    double reach = fabs(dot(a.u, n)) + fabs(dot(a.v, n)) + fabs(dot(b.u, n)) + fabs(dot(b.v, n));
    double length = sqrt(dot(n, n));

    return fabs(dot(d, n)) >= reach - 0.25 * length;
}

static bool meet(struct point d, struct axes x, struct axes y)
{
    return !parted(x.u, d, x, y) && !parted(x.v, d, x, y) && !parted(y.u, d, x, y) && !parted(y.v, d, x, y);
}

static double diagonal(const struct seq_box *b)
{
    return sqrt(b->w * b->w + b->h * b->h);
}

bool seq_boxes_meet(const struct seq_box *a, const struct seq_box *b)
{
    struct point d = {b->at.x - a->at.x, b->at.y - a->at.y};
    double far = (diagonal(a) + diagonal(b)) / 2;

    if (fabs(d.x) > far || fabs(d.y) > far)
        return false;
    return meet(d, axes_of(a), axes_of(b));
}

/* A box with what is asked of it again and again. */
struct target {
    const struct seq_box *box;
    struct axes axes;
    double far; /* no line that passes farther from its middle meets it */
};

static struct target target_of(const struct seq_box *b)
{
    return (struct target){b, axes_of(b), diagonal(b) / 2 + 1};
}

/* A line is a box one pixel high. Most lines pass far away: told without a root. */
static bool line_meets(struct point a, struct point b, const struct target *t)
{
    struct point way = {b.x - a.x, b.y - a.y}, at = t->box->at,
                 d = {at.x - (a.x + b.x) / 2, at.y - (a.y + b.y) / 2};
    double aside = d.x * way.y - d.y * way.x, length;

    if (fabs(d.y) > t->far + fabs(way.y) / 2 || fabs(d.x) > t->far + fabs(way.x) / 2 ||
        aside * aside > t->far * t->far * dot(way, way))
        return false;
    length = sqrt(dot(way, way));
    if (length <= 0)
        way = (struct point){1, 0};
    else
        way = (struct point){way.x / length, way.y / length};
    return meet(d, (struct axes){{way.x * length / 2, way.y * length / 2}, {-way.y / 2, way.x / 2}}, t->axes);
}

bool seq_line_meets(struct point a, struct point b, const struct seq_box *box)
{
    struct target t = target_of(box);

    return line_meets(a, b, &t);
}

/* Half of how high a turned rectangle is. */
static double half_height(const struct seq_box *b)
{
    struct axes x = axes_of(b);

    return fabs(x.u.y) + fabs(x.v.y);
}

void seq_put(struct sequence *s, enum seq_box_kind kind, size_t owner, struct point at, double w, double h,
             double angle)
{
    struct seq_box *b;
    double half;

    GROW(s->box, s->n_boxes, s->cap_boxes);
    if (!s->rows)
        s->rows = seq_rows_new(STRIP);
    b = &s->box[s->n_boxes];
    *b = (struct seq_box){kind, owner, at, w, h, angle};
    half = half_height(b);
    seq_rows_put(s->rows, (uint32_t)s->n_boxes++, at.y - half, at.y + half);
}

void seq_clear(struct sequence *s)
{
    s->n_boxes = 0;
    if (s->rows)
        seq_rows_clear(s->rows);
}

static bool inside(const struct sequence *s, const struct seq_box *b)
{
    struct axes x = axes_of(b);
    double w = fabs(x.u.x) + fabs(x.v.x), h = fabs(x.u.y) + fabs(x.v.y);

    return b->at.x - w >= 1 && b->at.x + w <= s->width - 1 && b->at.y - h >= 1 &&
           b->at.y + h <= s->height - 1;
}

bool seq_free(const struct sequence *s, const struct seq_box *b)
{
    double half = half_height(b);
    struct seq_rows_walk w;
    uint32_t i;

    if (!inside(s, b))
        return false;
    if (!s->rows)
        return true;
    w = seq_rows_walk(s->rows, b->at.y - half, b->at.y + half);
    while (seq_rows_next(&w, &i))
        if (seq_boxes_meet(b, &s->box[i]))
            return false;
    return true;
}

/* ---- labels on arrows ---- */

/* The size of a label with so much detail. */
static struct extent label_extent(struct paint *p, const struct model_flight *f, double px, bool text,
                                  bool extra)
{
    struct extent badge = paint_measure(p, FACE_BOLD, px * 0.8, f->badge);
    struct extent e = {badge.w + px * 0.7, px * 1.36, 0};

    if (f->again)
        e.w += px * 0.95;
    if (text && *f->text)
        e.w += px * 0.38 + paint_measure(p, FACE_BOLD, px, f->text).w;
    if (extra && *f->extra)
        e.w += px * 0.5 + paint_measure(p, FACE_PLAIN, px * TYPE_EXTRA, f->extra).w;
    return e;
}

struct placing {
    struct sequence *s;
    struct paint *p;
    struct point a, b; /* of the straight part of the arrow that the label follows, from left to right */
    double angle, c, n, length; /* cosine and sine of the angle */
    size_t arrow;
};

/* How many other lines run through the label; more than `most` are not counted. */
static int crossed(const struct placing *pl, const struct seq_box *box, int most)
{
    const struct sequence *s = pl->s;
    double reach = (box->w + box->h) / 2;
    struct seq_rows_walk w = seq_rows_walk(s->lines, box->at.y - reach, box->at.y + reach);
    struct target t = target_of(box);
    uint32_t i;
    int n = 0;

    while (n <= most && seq_rows_next(&w, &i)) {
        const struct seq_arrow *a = &s->arrow[i];
        struct point at = a->from;

        if (i == pl->arrow || fmin(a->from.y, a->tip.y) > box->at.y + reach ||
            fmax(a->from.y, a->tip.y) < box->at.y - reach)
            continue;
        for (unsigned k = 0; k < a->n_bends; k++) {
            n += line_meets(at, a->bend[k], &t);
            at = a->bend[k];
        }
        n += line_meets(at, a->tip, &t);
    }
    for (unsigned k = 0; k < s->model->n_lanes; k++)
        n += s->lane[k].side == 0 &&
             line_meets((struct point){s->lane[k].x, s->top}, (struct point){s->lane[k].x, s->bottom}, &t);
    return n;
}

static struct seq_box candidate(const struct placing *pl, struct extent e, double along, bool below)
{
    double off = e.h / 2 + (pl->s->model->flight[pl->s->arrow[pl->arrow].flight].hue == HUE_RST ? 11 : 7) *
                               pl->s->scale;
    double x = pl->a.x + (pl->b.x - pl->a.x) * along, y = pl->a.y + (pl->b.y - pl->a.y) * along;

    off = below ? -off : off;
    return (struct seq_box){
        SEQ_LABEL, pl->s->arrow[pl->arrow].flight, {x + pl->n * off, y - pl->c * off}, e.w, e.h, pl->angle};
}

/* Whether words reach onto the bar that is a host's life-line. */
static bool on_rail(const struct sequence *s, const struct seq_box *b)
{
    struct axes x = axes_of(b);
    double w = fabs(x.u.x) + fabs(x.v.x);

    for (unsigned i = 0; i < s->model->n_lanes; i++)
        if (s->lane[i].side && fabs(b->at.x - s->lane[i].x) < w + 7 * s->scale)
            return true;
    return false;
}

/* Whether the words would be read as one with those before or behind them. */
static bool joins_another(const struct sequence *s, const struct seq_box *b, double air)
{
    double half = half_height(b);
    struct seq_box wide = *b;
    struct seq_rows_walk w;
    uint32_t i;

    wide.w += air;
    w = seq_rows_walk(s->rows, b->at.y - half, b->at.y + half);
    while (seq_rows_next(&w, &i))
        if (s->box[i].kind == SEQ_LABEL && seq_boxes_meet(&wide, &s->box[i]))
            return true;
    return false;
}

/* Tries one size and amount of words at every place along the arrow, the middle first. */
static bool try_detail(struct placing *pl, double px, bool text, bool extra, int cross, bool below)
{
    static const double along[] = {.5, .46, .54, .42, .58, .38, .62, .34, .66, .3,
                                   .7, .26, .74, .22, .78, .18, .82, .14, .86};
    struct seq_arrow *a = &pl->s->arrow[pl->arrow];
    struct extent e = label_extent(pl->p, &pl->s->model->flight[a->flight], px, text, extra);
    double room = pl->length > 0 ? e.w / 2 / pl->length : 1;

    for (size_t i = 0; i < ARRAY_LEN(along); i++) {
        struct seq_box box;
        int lines;

        if (along[i] < room * 0.98 || along[i] > 1 - room * 0.98)
            continue;
        box = candidate(pl, e, along[i], below);
        if (on_rail(pl->s, &box) || !seq_free(pl->s, &box) || joins_another(pl->s, &box, px * .5))
            continue;
        lines = crossed(pl, &box, cross);
        if (lines > cross)
            continue;
        a->detail = px;
        a->over = lines > 0;
        a->text = text;
        a->extra = extra;
        a->label = box;
        a->box = pl->s->n_boxes;
        seq_put(pl->s, SEQ_LABEL, box.owner, box.at, box.w, box.h, box.angle);
        return true;
    }
    return false;
}

/* The longest straight part of the arrow. */
static void choose_part(struct placing *pl, const struct seq_arrow *a)
{
    struct point at = a->from;
    double most = -1;

    for (unsigned k = 0; k <= a->n_bends; k++) {
        struct point to = k < a->n_bends ? a->bend[k] : a->tip;
        double n = hypot(to.x - at.x, to.y - at.y);

        if (n > most) {
            most = n;
            pl->a = at.x <= to.x ? at : to;
            pl->b = at.x <= to.x ? to : at;
        }
        at = to;
    }
    pl->length = most;
    pl->angle = atan2(pl->b.y - pl->a.y, pl->b.x - pl->a.x);
    pl->c = cos(pl->angle);
    pl->n = sin(pl->angle);
}

/* Those that open, close or break a connection choose their places first. */
static bool weighty(const struct model_flight *f)
{
    return (f->hue != HUE_DATA && f->hue != HUE_ACK) || f->again || f->lost;
}

static int turn_of(const struct model_flight *f)
{
    return f->copy ? 2 : weighty(f) ? 0 : 1;
}

/* SACK blocks are what their segment is about: they may make the label smaller, and let a line run behind it.
 */
static bool place_blocks(struct placing *pl)
{
    static const double size[] = {1, .84, .7};
    static const int cross[] = {0, 1, 3}; /* lines that may run behind */

    for (size_t c = 0; c < ARRAY_LEN(cross); c++)
        for (size_t k = 0; k < 2 * ARRAY_LEN(size); k++) {
            double px = size[k / 2] * TYPE_SEGMENT * pl->s->scale;

            if (px >= 10 && try_detail(pl, px, true, true, cross[c], k % 2 != 0))
                return true;
        }
    return false;
}

static void place_label(struct sequence *s, struct paint *p, size_t i)
{
    static const struct {
        double size;
        bool text, extra, below;
        int cross; /* how many lines may run through it */
    } ways[] = {
        {1, 1, 1, 0, 0},  {1, 1, 0, 0, 0},   {.84, 1, 1, 0, 0}, {.84, 1, 0, 0, 0}, {.84, 1, 0, 1, 0},
        {.7, 1, 0, 0, 0}, {.7, 1, 0, 1, 0},  {.84, 1, 0, 0, 1}, {.7, 1, 0, 0, 1},  {.7, 1, 0, 1, 1},
        {.6, 1, 0, 0, 0}, {.84, 0, 0, 0, 0}, {.6, 1, 0, 0, 1},  {.6, 1, 0, 1, 1},  {.7, 0, 0, 0, 0},
        {.6, 0, 0, 0, 1}, {.7, 1, 0, 0, 3},  {.6, 1, 0, 1, 9},  {.6, 0, 0, 0, 9},  {1, 0, 0, 0, 1},
    };
    struct seq_arrow *a = &s->arrow[i];
    const struct model_flight *f = &s->model->flight[a->flight];
    struct placing pl = {.s = s, .p = p, .arrow = i};

    choose_part(&pl, a);
    if (f->blocks && !f->copy && place_blocks(&pl))
        return;
    for (size_t k = 0; k < ARRAY_LEN(ways); k++) {
        double px = ways[k].size * TYPE_SEGMENT * s->scale;

        if ((ways[k].extra && !*f->extra) || px < 10 || (ways[k].cross > 1 && !weighty(f)))
            continue;
        if (try_detail(&pl, px, ways[k].text, ways[k].extra, ways[k].cross, ways[k].below != f->copy))
            return;
    }
}

/* What became of it, beside the X. */
static void place_why(struct sequence *s, struct paint *p, size_t i)
{
    struct seq_arrow *a = &s->arrow[i];
    const struct model_flight *f = &s->model->flight[a->flight];
    const char *why = figure_first(s->model->lang, f->why);
    double px = TYPE_SMALL * s->scale, r = 22 * s->scale, way = a->tip.x >= a->from.x ? 1 : -1;
    struct extent e;
    const double place[][2] = {{way, 0.35}, {way, -0.6}, {0, 1.35}, {-way, 1}, {0, -1.35}, {way, 1}};

    if (!why || (!f->lost && !f->refused))
        return;
    e = paint_measure(p, FACE_BOLD, px, why);
    for (size_t k = 0; k < ARRAY_LEN(place); k++) {
        struct seq_box box = {
            SEQ_LABEL,
            a->flight,
            {a->tip.x + place[k][0] * (r + e.w / 2), a->tip.y + place[k][1] * (r * .5 + e.h / 2)},
            e.w,
            e.h,
            0};
        struct placing pl = {.s = s, .p = p, .arrow = i};

        if (on_rail(s, &box) || !seq_free(s, &box) || crossed(&pl, &box, 0))
            continue;
        a->why_px = px;
        a->why = (struct point){box.at.x - e.w / 2, box.at.y - e.h / 2};
        seq_put(s, SEQ_LABEL, a->flight, box.at, e.w, e.h, 0);
        return;
    }
}

static void index_lines(struct sequence *s)
{
    s->lines = seq_rows_new(STRIP);
    for (size_t i = 0; i < s->n_arrows; i++) {
        const struct seq_arrow *a = &s->arrow[i];

        seq_rows_put(s->lines, (uint32_t)i, fmin(a->from.y, a->tip.y), fmax(a->from.y, a->tip.y));
    }
}

/* The same label with smaller type, at the same distance from its line. */
static void shrink(struct sequence *s, struct paint *p, struct seq_arrow *a, double px)
{
    struct extent e = label_extent(p, &s->model->flight[a->flight], px, a->text, a->extra);
    struct seq_box *b = &s->box[a->box];
    double c = cos(b->angle), n = sin(b->angle), by = (b->h - e.h) / 2,
           above = (b->at.x - a->from.x) * n - (b->at.y - a->from.y) * c;

    by = above > 0 ? -by : by;
    b->at = (struct point){b->at.x + n * by, b->at.y - c * by};
    b->w = e.w;
    b->h = e.h;
    a->label = *b;
    a->detail = px;
}

/* Segments that follow each other the same way have type of about the same size: one that happens to have
 * more room does not shout. */
static void even_out(struct sequence *s, struct paint *p)
{
    double near = 110 * s->scale, *most = calloc(s->n_arrows + 1, sizeof *most);

    CHECK(most);
    for (size_t i = 0; i < s->n_arrows; i++) {
        const struct seq_arrow *a = &s->arrow[i];

        for (size_t k = i > 16 ? i - 16 : 0; k < s->n_arrows && k < i + 16; k++) {
            const struct seq_arrow *b = &s->arrow[k];

            if (k != i && b->detail > 0 && b->text &&
                s->model->flight[a->flight].from == s->model->flight[b->flight].from &&
                s->model->flight[a->flight].to == s->model->flight[b->flight].to &&
                fabs(a->start.y - b->start.y) < near)
                most[i] = fmax(most[i], b->detail);
        }
    }
    for (size_t i = 0; i < s->n_arrows; i++)
        if (s->arrow[i].text && most[i] > 0 && s->arrow[i].detail > most[i] * 1.2 && s->arrow[i].n_bends == 0)
            shrink(s, p, &s->arrow[i], most[i] * 1.2);
    free(most);
}

void seq_place_labels(struct sequence *s, struct paint *p)
{
    size_t tried = 0;

    index_lines(s);
    for (int pass = 0; pass < 3; pass++)
        for (size_t i = 0; i < s->n_arrows; i++)
            if (turn_of(&s->model->flight[s->arrow[i].flight]) == pass &&
                (s->level == SEQ_FULL || (pass == 0 && tried++ < MOST_WEIGHTY)))
                place_label(s, p, i);
    even_out(s, p);
    for (size_t i = 0; i < s->n_arrows; i++)
        place_why(s, p, i);
}
