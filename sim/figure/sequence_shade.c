/* Drawing what the layout has counted: shades of many segments, and marks of their losses. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/sequence_parts.h"

enum { DEGREES = 10, FAINT = 26, STRONG = 235, BAND = 64 };

struct seq_plate {            /* the shades as pixels */
    cairo_surface_t *surface; /* as wide as the figure, from its top to its bottom; NULL: none so far */
    const struct theme *theme;
    int top, done; /* rows of the figure: the first one, and the first that is not yet drawn */
};

/* 0 to DEGREES - 1: twice as many are a constant number of degrees more. */
static int degree_of(const struct sequence *s, uint32_t n)
{
    double part = s->most > 1 ? log((double)n) / log((double)s->most) : 1;
    int d = (int)(part * (DEGREES - 1) + .5);

    return d < 0 ? 0 : d >= DEGREES ? DEGREES - 1 : d;
}

static unsigned alpha_of(int degree)
{
    return (unsigned)(FAINT + (STRONG - FAINT) * degree / (DEGREES - 1));
}

/* How strong a segment's shade is along its way: this is the direction's arrow head. */
static double strength(double part)
{
    return part < .35 ? .12 + .18 * part / .35 : .3 + .7 * (part - .35) / .65;
}

static void clear_plate(struct seq_plate *plate)
{
    if (plate->surface)
        cairo_surface_destroy(plate->surface);
    *plate = (struct seq_plate){0};
}

static bool seen(const struct seq_shade *q, double y0, double y1)
{
    return fmin(q->y0, q->y1) < y1 && fmax(q->y0, q->y1) + q->h > y0;
}

struct way { /* shades begin..end-1, which go from x0 to x1 */
    size_t begin, end;
    double x0, x1;
    colour c;
};

static struct way way_at(const struct sequence *s, const struct theme *t, size_t begin)
{
    const struct seq_shade *first = &s->shade[begin];
    struct way w = {.begin = begin, .end = begin, .x0 = s->lane[first->from].x, .x1 = s->lane[first->to].x};
    double half = 7 * s->scale;
    uint64_t n = 0, data = 0;

    for (; w.end < s->n_shades && s->shade[w.end].from == first->from && s->shade[w.end].to == first->to;
         w.end++) {
        n += s->shade[w.end].n;
        data += s->shade[w.end].data;
    }
    w.c = t->hue[data * 2 >= n ? HUE_DATA : HUE_ACK].line;
    half = w.x1 > w.x0 ? half : -half;
    w.x0 += half;
    w.x1 -= half;
    return w;
}

/* ---- as shapes, for pictures without pixels ---- */

static void add_stop(cairo_pattern_t *g, double at, colour c)
{
    cairo_pattern_add_color_stop_rgba(g, at, (double)(c >> 24) / 255, (double)(c >> 16 & 255) / 255,
                                      (double)(c >> 8 & 255) / 255, (double)(c & 255) / 255 * strength(at));
}

static void fill_way(cairo_t *cr, const struct way *w, colour c)
{
    cairo_pattern_t *g = cairo_pattern_create_linear(w->x0, 0, w->x1, 0);

    add_stop(g, 0, c);
    add_stop(g, .35, c);
    add_stop(g, 1, c);
    cairo_set_source(cr, g);
    cairo_fill(cr);
    cairo_pattern_destroy(g);
}

static void draw_shapes(const struct sequence *s, struct paint *p, const struct way *w, double y0, double y1)
{
    cairo_t *cr = paint_cairo(p);

    for (int degree = 0; degree < DEGREES; degree++) {
        cairo_new_path(cr);
        for (size_t i = w->begin; i < w->end; i++) {
            const struct seq_shade *q = &s->shade[i];

            if (degree_of(s, q->n) != degree || !seen(q, y0, y1))
                continue;
            cairo_move_to(cr, w->x0, q->y0);
            cairo_line_to(cr, w->x1, q->y1);
            cairo_line_to(cr, w->x1, q->y1 + q->h);
            cairo_line_to(cr, w->x0, q->y0 + q->h);
            cairo_close_path(cr);
        }
        fill_way(cr, w, colour_alpha(w->c, alpha_of(degree)));
    }
}

/* ---- as pixels: many times faster ---- */

struct strip { /* of a plate: the pixels of one way from (x, y) on */
    int x, y, w, h;
    uint32_t *cover; /* of one way: opacity times 256, with a row above and one below; more than all is all */
    uint32_t *strength; /* of each column, times 256 */
    uint32_t *pixel;    /* premultiplied, as Cairo's ARGB32 */
    int stride;         /* in pixels */
};

/* Adds to pixels from..to-1 of a row and of the one below it; share: how much of 65536 goes below, at the
 * first. */
static void cover_run(struct strip *l, int row, int from, int to, uint32_t alpha, int32_t share,
                      int32_t slope)
{
    uint32_t *restrict up = l->cover + (ptrdiff_t)(row + 1) * l->w, *restrict down = up + l->w;
    const uint32_t *restrict strength = l->strength;

    if (row < -1 || row >= l->h)
        return;
    for (int x = from; x < to; x++) {
        uint32_t full = strength[x] * alpha,
                 below = full * ((uint32_t)(share + (x - from) * slope) >> 8 & 0xff) >> 8;

        up[x] += full - below;
        down[x] += below;
    }
}

/* A slanted line, one pixel high; the rows that it covers in part get a part. Runs of pixels lie in the same
 * two rows. */
static void cover_line(struct strip *l, double y, double slope, uint32_t alpha)
{
    int x = 0;

    while (x < l->w) {
        double at = y + slope * x, row = floor(at),
               run = fabs(slope) < 1e-9 ? l->w
                     : slope > 0        ? (row + 1 - at) / slope
                                        : (at - row) / -slope;
        int to = run < l->w - x ? x + (int)run + 1 : l->w;

        if (slope < 0 && to > x + 1 && y + slope * (to - 1) < row)
            to--;
        else if (slope > 0 && to > x + 1 && y + slope * (to - 1) >= row + 1)
            to--;
        if (row > -2 && row < l->h)
            cover_run(l, (int)row, x, to, alpha, (int32_t)((at - row) * 65535), (int32_t)(slope * 65535));
        x = to;
    }
}

static void cover_strip(struct strip *l, const struct seq_shade *q, const struct way *w, uint32_t alpha)
{
    double slope = (q->y1 - q->y0) / (w->x1 - w->x0), y = q->y0 + slope * (l->x + .5 - w->x0) - l->y;

    for (int i = 0; i < (int)q->h; i++)
        cover_line(l, y + i, slope, alpha);
}

static uint32_t part_of(uint32_t v, uint32_t a)
{
    v = v * a + 128;
    return (v + (v >> 8)) >> 8; /* / 255 */
}

static void lay_over(struct strip *l, colour c)
{
    uint32_t pixel[256];

    for (uint32_t a = 0; a < 256; a++)
        pixel[a] =
            a << 24 | part_of(c >> 24, a) << 16 | part_of(c >> 16 & 255, a) << 8 | part_of(c >> 8 & 255, a);
    for (int y = 0; y < l->h; y++) {
        const uint32_t *cover = l->cover + (ptrdiff_t)(y + 1) * l->w;
        uint32_t *out = l->pixel + (ptrdiff_t)y * l->stride;

        for (int x = 0; x < l->w; x++) {
            uint32_t a = cover[x] < 65280 ? cover[x] >> 8 : 255, old = out[x], rest = 255 - a;

            if (!old)
                out[x] = pixel[a];
            else
                out[x] = pixel[a] + (part_of(old >> 24, rest) << 24 | part_of(old >> 16 & 255, rest) << 16 |
                                     part_of(old >> 8 & 255, rest) << 8 | part_of(old & 255, rest));
        }
    }
}

static bool strip_init(struct strip *l, const struct way *w, const struct seq_plate *plate, int end)
{
    l->x = (int)floor(fmin(w->x0, w->x1));
    l->y = plate->done;
    l->w = (int)ceil(fmax(w->x0, w->x1)) - l->x;
    l->h = end - l->y;
    l->pixel = (void *)cairo_image_surface_get_data(plate->surface);
    l->stride = cairo_image_surface_get_stride(plate->surface) / 4;
    if (!l->pixel || l->w <= 0 || l->h <= 0)
        return false;
    l->pixel += (ptrdiff_t)(l->y - plate->top) * l->stride + l->x;
    l->cover = calloc((size_t)l->w * ((size_t)l->h + 3), sizeof *l->cover);
    l->strength = calloc((size_t)l->w, sizeof *l->strength);
    CHECK(l->cover && l->strength);
    for (int x = 0; x < l->w; x++) {
        double part = (l->x + x + .5 - w->x0) / (w->x1 - w->x0);

        l->strength[x] = (uint32_t)(256 * strength(fmin(1, fmax(0, part))));
    }
    return true;
}

/* Retransmissions of a way, as dashed lines, no two of them closer than can be seen. */
static void draw_again(const struct sequence *s, struct paint *p, const struct way *w, double y0, double y1)
{
    double u = s->scale, last = -1e9;

    for (size_t i = w->begin; i < w->end; i++) {
        const struct seq_shade *q = &s->shade[i];

        if (!q->again || q->y0 - last < 5 * u)
            continue;
        last = q->y0;
        if (seen(q, y0 - 2 * u, y1 + 2 * u))
            paint_dashed(p, (struct point){w->x0, q->y0 + q->h / 2}, (struct point){w->x1, q->y1 + q->h / 2},
                         1.8 * u, paint_theme(p)->hue[HUE_FIN].line, 9 * u, 6 * u);
    }
}

static void draw_band(const struct sequence *s, struct paint *p, int end)
{
    struct seq_plate *plate = s->plate;
    cairo_t *was = paint_cairo(p), *cr;

    for (size_t i = 0; i < s->n_shades;) {
        struct way w = way_at(s, plate->theme, i);
        struct strip l;

        if (strip_init(&l, &w, plate, end)) {
            for (size_t k = w.begin; k < w.end; k++)
                if (seen(&s->shade[k], plate->done, end))
                    cover_strip(&l, &s->shade[k], &w, alpha_of(degree_of(s, s->shade[k].n)));
            lay_over(&l, w.c);
            free(l.cover);
            free(l.strength);
        }
        i = w.end;
    }
    cairo_surface_mark_dirty(plate->surface);
    cr = cairo_create(plate->surface);
    cairo_rectangle(cr, 0, plate->done - plate->top, ceil(s->width), end - plate->done);
    cairo_clip(cr);
    cairo_translate(cr, 0, -plate->top);
    paint_on(p, cr);
    for (size_t i = 0; i < s->n_shades;) {
        struct way w = way_at(s, plate->theme, i);

        draw_again(s, p, &w, plate->done, end);
        i = w.end;
    }
    paint_on(p, was);
    cairo_destroy(cr);
    plate->done = end;
}

/* Shades do not change while the playhead goes on: they are drawn once, as far down as they are needed, and
 * kept. */
static void draw_pixels(const struct sequence *s, struct paint *p, double until)
{
    struct seq_plate *plate = s->plate;
    cairo_t *cr = paint_cairo(p);
    int bottom = (int)ceil(s->bottom), end;

    if (plate->surface && plate->theme != paint_theme(p))
        clear_plate(plate);
    if (!plate->surface) {
        plate->theme = paint_theme(p);
        plate->top = plate->done = (int)floor(s->top);
        plate->surface =
            cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)ceil(s->width), bottom - plate->top);
    }
    end = (int)fmin(bottom, plate->top + ceil((until - plate->top) / BAND) * BAND);
    if (end > plate->done)
        draw_band(s, p, end);
    cairo_set_source_surface(cr, plate->surface, 0, plate->top);
    cairo_paint(cr);
}

struct seq_plate *seq_plate_new(void)
{
    struct seq_plate *plate = calloc(1, sizeof *plate);

    CHECK(plate);
    return plate;
}

void seq_plate_free(struct seq_plate *plate)
{
    if (plate)
        clear_plate(plate);
    free(plate);
}

/* ---- together ---- */

void seq_density_draw(const struct sequence *s, struct paint *p, vtime until, double y0, double y1)
{
    const struct theme *t = paint_theme(p);
    cairo_t *cr = paint_cairo(p);
    double u = s->scale;

    if (s->level != SEQ_DENSITY || y1 <= y0)
        return;
    y0 = fmax(y0, s->top);
    y1 = fmin(y1, s->bottom);
    if (y1 <= y0)
        return;
    cairo_save(cr);
    cairo_rectangle(cr, 0, y0, s->width, y1 - y0);
    cairo_clip(cr);
    if (paint_raster(p) && s->n_shades)
        draw_pixels(s, p, y1);
    for (size_t i = 0; i < s->n_shades && !paint_raster(p);) {
        struct way w = way_at(s, t, i);

        draw_shapes(s, p, &w, y0, y1);
        draw_again(s, p, &w, y0, y1);
        i = w.end;
    }
    for (size_t i = 0; i < s->n_crosses; i++) {
        const struct seq_cross *c = &s->cross[i];
        char text[24];

        if (c->when > until || c->at.y < y0 - 20 * u || c->at.y > y1 + 20 * u)
            continue;
        paint_cross(p, c->at, 8 * u, 3.6 * u * t->stroke, t->loss, t->background);
        if (c->px <= 0)
            continue;
        snprintf(text, sizeof text, "\xc3\x97%lu", (unsigned long)c->n);
        paint_text_rim(p, FACE_BOLD, c->px, t->ink1, t->background, c->text.x, c->text.y, text);
    }
    cairo_restore(cr);
}

void seq_density_draw_legend(const struct sequence *s, struct paint *p)
{
    const struct theme *t = paint_theme(p);
    struct rect r = s->density_ramp;
    double u = s->scale, px = s->density_px;
    struct extent e;

    if (s->level != SEQ_DENSITY || px <= 0)
        return;
    e = paint_measure(p, FACE_PLAIN, px, "1");
    for (int i = 0; i < 2; i++)
        if (*s->density_text[i])
            paint_text(p, FACE_PLAIN, px, i ? t->ink2 : t->ink1, s->density_x[i], r.y + r.h / 2 - e.h / 2,
                       s->density_text[i]);
    for (int i = 0; i < DEGREES; i++)
        paint_fill(p, (struct rect){r.x + r.w * i / DEGREES, r.y, r.w / DEGREES, r.h}, 0,
                   colour_alpha(t->hue[HUE_DATA].line, alpha_of(i)));
    paint_text(p, FACE_PLAIN, px, t->ink2, r.x - 8 * u - e.w, r.y + r.h / 2 - e.h / 2, "1");
    paint_text(p, FACE_PLAIN, px, t->ink2, r.x + r.w + 8 * u, r.y + r.h / 2 - e.h / 2, s->density_most);
}
