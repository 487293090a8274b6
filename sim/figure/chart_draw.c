/* Drawing a chart that the layout has made, and finding the point under the pointer. */
#include <math.h>
#include <stdio.h>

#include "sim/figure/chart_parts.h"
#include "sim/figure/sequence.h"
#include "sim/report/i18n.h"

struct drawing_of {
    const struct chart *c;
    const struct chart_panel *panel;
    struct paint *p;
    const struct theme *t;
    const struct chart_view *v;
    vtime now;
    double u, end; /* scale; how far to the right things have happened */
};

/* ---- axes ---- */

static void draw_grid(struct drawing_of *d)
{
    const struct rect r = d->panel->plot;
    double u = d->u;

    paint_fill(d->p, r, 0, d->t->card);
    for (unsigned i = 0; i < d->panel->n_ticks; i++) {
        const struct chart_tick *k = &d->panel->tick[i];

        paint_line(d->p, (struct point){r.x, k->at}, (struct point){r.x + r.w, k->at}, 1 * u,
                   colour_alpha(d->t->line, 200));
        paint_line(d->p, (struct point){r.x - 8 * u, k->at}, (struct point){r.x, k->at}, 1.5 * u, d->t->ink3);
        paint_text(d->p, FACE_PLAIN, k->px, d->t->ink2, k->r.x, k->r.y, k->text);
    }
    for (unsigned i = 0; i < d->c->n_ticks; i++) {
        const struct chart_tick *k = &d->c->tick[i];

        paint_line(d->p, (struct point){k->at, r.y}, (struct point){k->at, r.y + r.h}, 1 * u,
                   colour_alpha(d->t->line, 120));
        paint_line(d->p, (struct point){k->at, r.y + r.h}, (struct point){k->at, r.y + r.h + 8 * u}, 1.5 * u,
                   d->t->ink3);
    }
}

/* Waits that were cut out: a hatched strip, and two strokes through the axis. */
static void draw_breaks(struct drawing_of *d)
{
    const struct rect r = d->panel->plot;
    double u = d->u;

    for (unsigned i = 1; i < d->c->n_pieces; i++) {
        double x0 = d->c->piece[i - 1].x1, x1 = d->c->piece[i].x0, mid = (x0 + x1) / 2;

        paint_fill(d->p, (struct rect){x0, r.y, x1 - x0, r.h}, 0, d->t->background);
        for (double x = x0; x <= x1 + .5; x += x1 - x0)
            paint_dashed(d->p, (struct point){x, r.y}, (struct point){x, r.y + r.h}, 1.4 * u, d->t->ink3,
                         5 * u, 5 * u);
        for (int k = -1; k <= 1; k += 2)
            paint_line(d->p, (struct point){mid + (4 * k - 4) * u, r.y + r.h + 9 * u},
                       (struct point){mid + (4 * k + 4) * u, r.y + r.h - 9 * u}, 2 * u, d->t->ink2);
    }
}

static void draw_frame(struct drawing_of *d)
{
    const struct rect r = d->panel->plot;
    double w = 1.8 * d->u * d->t->stroke;

    paint_line(d->p, (struct point){r.x, r.y}, (struct point){r.x, r.y + r.h}, w, d->t->ink3);
    for (unsigned i = 0; i < d->c->n_pieces; i++)
        paint_line(d->p, (struct point){d->c->piece[i].x0, r.y + r.h},
                   (struct point){d->c->piece[i].x1, r.y + r.h}, w, d->t->ink3);
}

/* ---- series ---- */

/* The way of a line of stairs, at most four corners a column of pixels: in, low, high, out. */
static void trace_stairs(struct drawing_of *d, const struct chart_series *s, bool back)
{
    cairo_t *cr = paint_cairo(d->p);
    size_t n = chart_until(s, d->now);
    double y = 0, column = -1e9, low = 0, high = 0;

    if (!n)
        return;
    if (back) { /* from the end to the beginning: only to close an area, so no column is saved */
        double next = d->end;

        for (size_t i = n; i-- > 0;) {
            y = chart_y(d->panel, s->point[i].high);
            cairo_line_to(cr, next, y);
            next = chart_x(d->c, s->point[i].at);
            cairo_line_to(cr, next, y);
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double x = chart_x(d->c, s->point[i].at), to = chart_y(d->panel, s->point[i].high);

        if (i == 0) {
            cairo_move_to(cr, x, to);
        } else if (x - column < 1) { /* the same column: remember how far it reaches */
            low = fmin(low, to);
            high = fmax(high, to);
        } else {
            if (high > low) {
                cairo_line_to(cr, column, low);
                cairo_line_to(cr, column, high);
                cairo_line_to(cr, column, y);
            }
            cairo_line_to(cr, x, y);
            cairo_line_to(cr, x, to);
        }
        if (x - column >= 1) {
            column = x;
            low = high = to;
        }
        y = to;
    }
    if (high > low) {
        cairo_line_to(cr, column, low);
        cairo_line_to(cr, column, high);
        cairo_line_to(cr, column, y);
    }
    cairo_line_to(cr, fmax(d->end, column), y);
}

/* So many points that their line is a surface: it must not hide what matters. */
static bool dense(const struct drawing_of *d, enum chart_role r)
{
    return (double)d->panel->series[r].n > d->panel->plot.w && r != CURVE_CWND && r != CURVE_ACK;
}

static void draw_stairs(struct drawing_of *d, enum chart_role r)
{
    const struct chart_series *s = &d->panel->series[r];
    struct chart_style style = chart_style(r);
    cairo_t *cr = paint_cairo(d->p);
    double w = style.width * d->u * d->t->stroke, dash[2] = {3.2 * w, 2 * w};

    if (!s->n || s->off)
        return;
    cairo_save(cr);
    cairo_new_path(cr);
    trace_stairs(d, s, false);
    cairo_set_line_width(cr, w);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    if (dense(d, r))
        cairo_set_line_width(cr, 1 * d->u);
    else if (style.dashed)
        cairo_set_dash(cr, dash, 2, 0);
    paint_colour(d->p, colour_alpha(chart_colour(d->t, r), dense(d, r) ? 80 : 255));
    cairo_stroke(cr);
    cairo_restore(cr);
}

/* What lies between two lines of stairs, or between one and the ground, in a pale colour. */
static void draw_area(struct drawing_of *d, enum chart_role upper, const struct chart_series *lower, colour c)
{
    const struct chart_series *s = &d->panel->series[upper];
    cairo_t *cr = paint_cairo(d->p);
    double ground = d->panel->plot.y + d->panel->plot.h;

    if (!chart_until(s, d->now) || s->off)
        return;
    cairo_new_path(cr);
    trace_stairs(d, s, false);
    if (lower) {
        trace_stairs(d, lower, true);
    } else {
        cairo_line_to(cr, d->end, ground);
        cairo_line_to(cr, chart_x(d->c, s->point[0].at), ground);
    }
    cairo_close_path(cr);
    paint_colour(d->p, c);
    cairo_fill(cr);
}

/* A bar from one number to another, with short strokes at its ends. */
static void draw_bar(struct drawing_of *d, enum chart_role r, double x, double low, double high)
{
    struct chart_style style = chart_style(r);
    double u = d->u, w = style.width * u * d->t->stroke, cap = 4.5 * u;
    colour c = chart_colour(d->t, r);

    if (style.dashed)
        paint_dashed(d->p, (struct point){x, low}, (struct point){x, high}, w, c, 6 * u, 3 * u);
    else
        paint_line(d->p, (struct point){x, low}, (struct point){x, high}, w, c);
    if (low - high > 7 * u || low - high < 1) {
        paint_line(d->p, (struct point){x - cap, low}, (struct point){x + cap, low}, w * .6, c);
        paint_line(d->p, (struct point){x - cap, high}, (struct point){x + cap, high}, w * .6, c);
    }
}

/* Bars that touch in one column of pixels become one. */
static void draw_bars(struct drawing_of *d, enum chart_role r)
{
    const struct chart_series *s = &d->panel->series[r];
    size_t n = chart_until(s, d->now);
    double at = 0, low = 0, high = 0;
    bool some = false;

    for (size_t i = 0; i < n; i++) {
        double x = chart_x(d->c, s->point[i].at), y0 = chart_y(d->panel, s->point[i].low),
               y1 = chart_y(d->panel, s->point[i].high);

        if (some && x - at < .7 && y0 >= high - 1 && y1 <= low + 1 && (y0 - y1 < 4 || low - high < 4)) {
            low = fmax(low, y0);
            high = fmin(high, y1);
            continue;
        }
        if (some)
            draw_bar(d, r, at, low, high);
        some = true;
        at = x;
        low = y0;
        high = y1;
    }
    if (some)
        draw_bar(d, r, at, low, high);
}

/* Dots, ticks and crosses: one a pixel. */
static void draw_marks(struct drawing_of *d, enum chart_role r)
{
    const struct chart_series *s = &d->panel->series[r];
    size_t n = chart_until(s, d->now);
    struct chart_style style = chart_style(r);
    double u = d->u, lx = -9, ly = -9, w = style.width * u * (dense(d, r) ? .5 : 1);
    colour c = chart_colour(d->t, r);

    for (size_t i = 0; i < n; i++) {
        double x = chart_x(d->c, s->point[i].at),
               y = chart_y(d->panel, style.shape == SHAPE_CROSSES ? (s->point[i].low + s->point[i].high) / 2
                                                                  : s->point[i].high);

        if (fabs(x - lx) < 1 && fabs(y - ly) < 1)
            continue;
        lx = x;
        ly = y;
        if (style.shape == SHAPE_CROSSES)
            paint_cross(d->p, (struct point){x, y}, 7 * u, w * d->t->stroke, c, d->t->card);
        else if (style.shape == SHAPE_DOTS)
            paint_fill(d->p, (struct rect){x - w, y - w, 2 * w, 2 * w}, w, c);
        else
            paint_line(d->p, (struct point){x, y}, (struct point){x, y + 9 * u}, w * d->t->stroke, c);
    }
}

static void draw_series(struct drawing_of *d, enum chart_role r)
{
    switch (chart_style(r).shape) {
    case SHAPE_AREA:
        draw_area(d, r, NULL, colour_alpha(chart_colour(d->t, r), 70));
        draw_stairs(d, r);
        break;
    case SHAPE_STAIRS:
    case SHAPE_LINE: draw_stairs(d, r); break;
    case SHAPE_BARS: draw_bars(d, r); break;
    case SHAPE_DOTS:
    case SHAPE_TICKS:
    case SHAPE_CROSSES: draw_marks(d, r); break;
    case SHAPE_WORDS: break;
    }
}

static void draw_selected(struct drawing_of *d)
{
    double u = d->u;

    for (unsigned r = 0; r < CURVE_COUNT && d->v->selected; r++) {
        const struct chart_series *s = &d->panel->series[r];

        for (size_t i = 0; i < s->n && s->point[i].at <= d->now; i++)
            if (s->point[i].record == d->v->selected && !s->off && r != CURVE_LETTER) {
                double x = chart_x(d->c, s->point[i].at), y0 = chart_y(d->panel, s->point[i].low),
                       y1 = chart_y(d->panel, s->point[i].high);
                struct rect ring = {x - 10 * u, y1 - 10 * u, 20 * u, y0 - y1 + 20 * u};

                paint_frame(d->p, ring, 10 * u, 3 * u, d->t->focus, false);
            }
    }
}

static void draw_plot(struct drawing_of *d)
{
    const struct rect r = d->panel->plot;
    const struct chart_series *ack = &d->panel->series[CURVE_ACK];
    cairo_t *cr = paint_cairo(d->p);

    draw_grid(d);
    cairo_save(cr);
    cairo_rectangle(cr, r.x, r.y - 1 * d->u, fmax(0, d->end - r.x) + 9 * d->u, r.h + 1 * d->u);
    cairo_clip(cr);
    if (ack->n)
        draw_area(d, CURVE_WINDOW, ack, colour_alpha(chart_colour(d->t, CURVE_WINDOW), 26));
    for (unsigned k = 0; k < CURVE_COUNT; k++)
        draw_series(d, (enum chart_role)k);
    draw_selected(d);
    cairo_restore(cr);
    draw_breaks(d);
    draw_frame(d);
}

/* ---- words ---- */

static void draw_key(struct drawing_of *d, const struct chart_legend *l)
{
    struct chart_style style = chart_style(l->role);
    double u = d->u, w = fmin(style.width, 4) * u * d->t->stroke, x = l->key.x, y = l->key.y + l->key.h / 2;
    double mid = x + l->key.w / 2;
    colour c = chart_colour(d->t, l->role);
    struct point a = {x, y}, b = {x + l->key.w, y};

    switch (style.shape) {
    case SHAPE_AREA:
        paint_fill(d->p, (struct rect){x, y - 8 * u, l->key.w, 16 * u}, 0, colour_alpha(c, 70));
        paint_line(d->p, (struct point){x, y - 8 * u}, (struct point){x + l->key.w, y - 8 * u}, w, c);
        break;
    case SHAPE_STAIRS:
    case SHAPE_LINE:
        if (style.dashed)
            paint_dashed(d->p, a, b, w, c, 3.2 * w, 2 * w);
        else
            paint_line(d->p, a, b, w, c);
        break;
    case SHAPE_BARS: draw_bar(d, l->role, mid, y + 10 * u, y - 10 * u); break;
    case SHAPE_DOTS: paint_fill(d->p, (struct rect){mid - 5 * u, y - 5 * u, 10 * u, 10 * u}, 5 * u, c); break;
    case SHAPE_CROSSES: paint_cross(d->p, (struct point){mid, y}, 7 * u, w, c, d->t->card); break;
    case SHAPE_TICKS:
    case SHAPE_WORDS: break;
    }
}

static void draw_words(struct drawing_of *d)
{
    const struct chart *c = d->c;
    double u = d->u;

    if (!c->o.untitled) {
        paint_text(d->p, FACE_BOLD, c->title_px, d->t->ink1, c->title.x, c->title.y, c->title_text);
        paint_text(d->p, FACE_PLAIN, TYPE_SMALL * u, d->t->ink2, c->subtitle.x, c->subtitle.y,
                   c->subtitle_text);
    }
    for (unsigned i = 0; i < c->n_panels; i++) {
        const struct chart_panel *p = &c->panel[i];

        paint_text(d->p, FACE_BOLD, TYPE_SMALL * u, d->t->ink1, p->title_at.x, p->title_at.y, p->words);
        for (unsigned k = 0; k < p->n_legend; k++) {
            draw_key(d, &p->legend[k]);
            paint_text(d->p, FACE_PLAIN, TYPE_FLOOR * 1.06 * u, d->t->ink2, p->legend[k].words.x,
                       p->legend[k].words.y, p->legend[k].text);
        }
    }
    for (unsigned i = 0; i < c->n_ticks; i++)
        paint_text(d->p, FACE_PLAIN, c->tick[i].px, d->t->ink2, c->tick[i].r.x, c->tick[i].r.y,
                   c->tick[i].text);
    paint_text(d->p, FACE_BOLD, TYPE_FLOOR * 1.06 * u, d->t->ink1, c->time_at.x, c->time_at.y, c->time_words);
    for (size_t i = 0; i < c->n_letters; i++) {
        const struct chart_letter *l = &c->letter[i];
        bool again = l->point->letter[0] == 'R';

        if (l->point->at <= d->now)
            paint_text_rim(d->p, FACE_BOLD, l->px, again ? d->t->hue[HUE_RST].text : d->t->ink1, d->t->card,
                           l->r.x, l->r.y, l->point->letter);
    }
}

static void draw_playhead(struct drawing_of *d)
{
    const struct chart *c = d->c;
    double u = d->u, x = d->end, bottom = c->panel[c->n_panels - 1].plot.y + c->panel[c->n_panels - 1].plot.h,
           w;
    char text[32];
    struct extent e;

    if (d->v->at == VTIME_NEVER || d->now < c->from || d->now > c->piece[c->n_pieces - 1].to)
        return;
    for (unsigned i = 0; i < c->n_panels; i++) { /* not through what is written between them */
        struct rect r = c->panel[i].plot;

        paint_line(d->p, (struct point){x, r.y}, (struct point){x, r.y + r.h}, 2 * u * d->t->stroke,
                   d->t->focus);
    }
    seq_time_text(text, sizeof text, d->now);
    e = paint_measure(d->p, FACE_BOLD, TYPE_FLOOR * u, text);
    w = e.w + 16 * u;
    x = fmin(fmax(x - w / 2, 0), c->o.width - w);
    paint_fill(d->p, (struct rect){x, bottom + 10 * u, w, e.h + 4 * u}, 6 * u, d->t->focus);
    paint_text(d->p, FACE_BOLD, TYPE_FLOOR * u, d->t->on_focus, x + 8 * u, bottom + 12 * u, text);
}

void chart_draw(const struct chart *c, struct paint *p, const struct chart_view *v)
{
    struct drawing_of d = {.c = c, .p = p, .t = paint_theme(p), .v = v, .u = c->scale};

    d.now = v->at == VTIME_NEVER ? c->to : min_i64(v->at, c->to);
    d.end = chart_x(c, v->at == VTIME_NEVER ? c->piece[c->n_pieces - 1].to
                                            : min_i64(v->at, c->piece[c->n_pieces - 1].to));
    paint_fill(p, (struct rect){0, 0, c->o.width, c->o.height}, 0, d.t->background);
    for (unsigned i = 0; i < c->n_panels; i++) {
        d.panel = &c->panel[i];
        draw_plot(&d);
    }
    draw_words(&d);
    draw_playhead(&d);
}

/* ---- the pointer ---- */

static double distance(const struct chart *c, const struct chart_panel *p, const struct chart_point *k,
                       double x, double y)
{
    double top = chart_y(p, k->high), low = chart_y(p, k->low);

    return hypot(x - chart_x(c, k->at), y < top ? top - y : y > low ? y - low : 0);
}

bool chart_hit(const struct chart *c, double x, double y, double radius, vtime until, struct chart_hit *out)
{
    vtime from = chart_time(c, x - radius), to = min_i64(chart_time(c, x + radius), until);
    double best = radius;
    bool found = false;

    for (unsigned i = 0; i < c->n_panels; i++)
        for (unsigned r = 0; r < CURVE_LETTER; r++) {
            const struct chart_series *s = &c->panel[i].series[r];

            if (s->off)
                continue;
            for (size_t k = chart_until(s, from - 1); k < s->n && s->point[k].at <= to; k++) {
                double far = distance(c, &c->panel[i], &s->point[k], x, y);

                if (far > best)
                    continue;
                best = far;
                *out = (struct chart_hit){i, (enum chart_role)r, &s->point[k]};
                found = true;
            }
        }
    return found;
}

void chart_say(const struct chart *c, const struct chart_hit *h, char *out, size_t size)
{
    const struct chart_panel *p = &c->panel[h->panel];
    const char *name = chart_style(h->role == CURVE_ACK_TICK ? CURVE_ACK : h->role).name;
    char low[48], high[48], when[32];

    chart_number(low, sizeof low, p, h->point->low);
    chart_number(high, sizeof high, p, h->point->high);
    seq_time_text(when, sizeof when, h->point->at);
    snprintf(out, size, "%s: %s%s%s, %s", name ? figure_first(c->model->lang, figure_words(name)) : "", low,
             h->point->low == h->point->high ? "" : " – ", h->point->low == h->point->high ? "" : high, when);
}
