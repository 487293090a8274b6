#define _XOPEN_SOURCE 700 /* stat */
#include "gui/mini.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sim/figure/model.h"
#include "sim/figure/pace.h"
#include "sim/run/source.h"

enum { LANES = 5, ARROWS = 12, BARS = 40, LARGEST = 1 << 20 };

struct arrow {
    unsigned from, to;
    float leave, end; /* of the height */
    float reach;      /* of the way */
    enum hue hue;
    bool again, lost;
};

struct bar {
    unsigned lane;
    float from, to;
    enum phase phase;
};

struct mini {
    unsigned n_lanes;
    size_t n_arrows, n_bars;
    struct arrow arrow[ARROWS];
    struct bar bar[BARS];
};

/* ---- making ---- */

/* Where a time stands, from 0 to 1: as the film has it, so that long waits take little room. */
static float height_of(const struct pace *p, vtime at, vtime length)
{
    vtime shown = at == VTIME_NEVER ? length : pace_presentation(p, at);

    return length > 0 ? (float)fmin(1, (double)shown / (double)length) : 1;
}

static bool fits(const struct model_flight *f)
{
    return f->from < LANES && f->to < LANES && f->from != f->to;
}

static void add_arrows(struct mini *m, const struct model *of, const struct pace *p, vtime length)
{
    for (size_t i = 0; i < of->n_flights && m->n_arrows < ARROWS; i++) {
        const struct model_flight *f = &of->flight[i];

        if (fits(f))
            m->arrow[m->n_arrows++] = (struct arrow){f->from,
                                                     f->to,
                                                     height_of(p, f->leave, length),
                                                     height_of(p, f->end, length),
                                                     (float)f->reach,
                                                     f->hue,
                                                     f->again,
                                                     f->lost || f->refused};
    }
}

static void add_bars(struct mini *m, const struct model *of, const struct pace *p, vtime length)
{
    for (size_t i = 0; i < of->n_spans && m->n_bars < BARS; i++) {
        const struct model_span *s = &of->span[i];
        float from = height_of(p, s->from, length), to = height_of(p, s->to, length);

        if (s->lane < LANES && from < 1 && to > from)
            m->bar[m->n_bars++] =
                (struct bar){s->lane, from, to, s->down ? PHASE_CLOSED : theme_phase_of(s->state)};
    }
}

/* The film's length up to the end of the last arrow that there is room for. */
static vtime length_of(const struct model *of, const struct pace *p)
{
    vtime end = 0;
    size_t n = 0;

    for (size_t i = 0; i < of->n_flights && n < ARROWS; i++)
        if (fits(&of->flight[i])) {
            n++;
            end = max_i64(end, of->flight[i].end == VTIME_NEVER ? of->flight[i].leave : of->flight[i].end);
        }
    return n < ARROWS ? pace_length(p) : min_i64(pace_length(p), pace_presentation(p, end) + NS_PER_S);
}

struct mini *mini_make(const char *path)
{
    struct model_options o = {.lang = FIGURE_EN};
    struct diag d = {0};
    struct source *source;
    struct stat st;
    struct model *of;
    struct pace *p;
    struct mini *m;
    vtime length;

    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > LARGEST)
        return NULL;
    source = source_open(path, NULL, &d);
    if (!source)
        return NULL;
    m = calloc(1, sizeof *m);
    CHECK(m);
    of = model_new(source_header(source), source_log(source), &o);
    p = pace_new(of);
    length = length_of(of, p);
    m->n_lanes = of->n_lanes < LANES ? of->n_lanes : LANES;
    add_bars(m, of, p, length);
    add_arrows(m, of, p, length);
    pace_free(p);
    model_free(of);
    source_close(source);
    return m;
}

void mini_free(struct mini *m)
{
    free(m);
}

/* ---- drawing ---- */

static double lane_x(const struct mini *m, struct rect r, unsigned lane)
{
    double edge = m->n_lanes > 2 ? .14 : .22;

    return r.x + r.w * (m->n_lanes < 2 ? .5 : edge + (1 - 2 * edge) * lane / (m->n_lanes - 1));
}

static void draw_bar(const struct mini *m, struct paint *p, struct rect r, const struct bar *b, double u)
{
    const struct theme_phase *look = &paint_theme(p)->phase[b->phase];
    double x = lane_x(m, r, b->lane), y = r.y + b->from * r.h, h = (b->to - b->from) * r.h, w = 6 * u,
           column = .15 * r.w;
    bool left = b->lane == 0, right = b->lane == m->n_lanes - 1 && m->n_lanes > 1;

    if (left || right) {
        struct rect c = {left ? x - w / 2 - 2 * u - column : x + w / 2 + 2 * u, y + .5 * u, column,
                         fmax(1, h - 1.5 * u)};

        paint_fill(p, c, fmin(4 * u, c.h / 2), look->fill);
        if (c.h > 4 * u)
            paint_frame(p, c, fmin(4 * u, c.h / 2), fmax(.7, .8 * u), look->border, b->phase == PHASE_CLOSED);
    }
    paint_fill(p, (struct rect){x - w / 2, y, w, fmax(1, h - .8 * u)}, 0, look->bar);
}

static void draw_arrow(const struct mini *m, struct paint *p, struct rect r, const struct arrow *a, double u)
{
    const struct theme *t = paint_theme(p);
    double from = lane_x(m, r, a->from), to = lane_x(m, r, a->to), way = to > from ? 1 : -1,
           width = fmax(1.2, 2.4 * u * t->stroke);
    struct point tail = {from + way * 4 * u, r.y + a->leave * r.h},
                 tip = {to - way * 4 * u, r.y + a->end * r.h};
    colour c = t->hue[a->hue].line;

    if (a->lost) {
        tip.x = tail.x + (tip.x - tail.x) * a->reach;
        tip.y = tail.y + (tip.y - tail.y) * a->reach;
    }
    if (a->again)
        paint_dashed(p, tail, tip, width, c, 5 * u, 3.5 * u);
    else
        paint_line(p, tail, tip, width, c);
    if (a->lost)
        paint_cross(p, tip, 4.5 * u, 2.2 * u, t->loss, t->background);
    else
        paint_head(p, tail, tip, 9 * u, c);
}

void mini_draw(const struct mini *m, struct paint *p, struct rect r, double u)
{
    cairo_t *cr = paint_cairo(p);

    cairo_save(cr);
    cairo_rectangle(cr, r.x, r.y, r.w, r.h);
    cairo_clip(cr);
    for (size_t i = 0; i < m->n_bars; i++)
        draw_bar(m, p, r, &m->bar[i], u);
    for (size_t i = 0; i < m->n_arrows; i++)
        draw_arrow(m, p, r, &m->arrow[i], u);
    cairo_restore(cr);
}
