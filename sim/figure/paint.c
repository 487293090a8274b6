#define _XOPEN_SOURCE 700 /* strdup, M_PI */
#include "sim/figure/paint.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"

/* A text may stand in any of the WAYS slots of its set, so that two that are drawn in every frame do not
 * drive each other out; a newcomer takes the slot that was not used for the longest time. */
enum { WAYS = 8, SETS = 256, SLOTS = WAYS * SETS, MASK_BYTES = 32 << 20, RECENT = 1000 };

/* Every text is laid out in letters of this size and then scaled: without hints and grid all sizes are alike,
 * and the letters, whose loading takes most of the time, are loaded only once. */
#define EM 64.0

struct cached { /* a text that was laid out */
    char *markup;
    enum face face;
    int width; /* to which it is wrapped, of letters of size EM, in Pango's units; 0: not wrapped */
    PangoLayout *layout;
    uint64_t used; /* when, by the paint's count; 0: an empty slot */
};

struct mask { /* a text as it lies on a raster, to be drawn again at another place */
    char *markup;
    enum face face;
    double px, width;
    bool rim;           /* the rim around its letters */
    cairo_matrix_t way; /* how it is turned and scaled; without its place */
    cairo_surface_t *surface;
    int x, y; /* of its upper left corner, from the text's */
    size_t bytes;
    uint64_t used;
};

struct paint {
    const struct theme *theme;
    cairo_t *cr;
    bool raster;
    PangoFontMap *fonts;
    PangoContext *context;
    PangoFontDescription *face[FACE_COUNT];
    struct cached cache[SLOTS];
    struct mask mask[SLOTS];
    size_t mask_bytes;
    uint64_t uses; /* of both, counted */
};

/* ---- text ---- */

struct paint *paint_new(const struct theme *theme, bool raster)
{
    static const char *const family[FACE_COUNT] = {
        [FACE_PLAIN] = "Noto Sans,Noto Sans CJK TC,sans-serif",
        [FACE_BOLD] = "Noto Sans,Noto Sans CJK TC,sans-serif",
        [FACE_MONO] = "Noto Sans Mono,Noto Sans Mono CJK TC,monospace",
        [FACE_MONO_BOLD] = "Noto Sans Mono,Noto Sans Mono CJK TC,monospace",
    };
    struct paint *p = calloc(1, sizeof *p);
    cairo_font_options_t *o = cairo_font_options_create();

    CHECK(p);
    p->theme = theme;
    p->raster = raster;
    p->fonts = pango_cairo_font_map_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(p->fonts), 96);
    p->context = pango_font_map_create_context(p->fonts);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(p->context, o);
    cairo_font_options_destroy(o);
    pango_context_set_round_glyph_positions(p->context, FALSE);
    pango_context_set_language(p->context, pango_language_from_string("zh-TW"));
    for (int i = 0; i < FACE_COUNT; i++) {
        p->face[i] = pango_font_description_new();
        pango_font_description_set_family_static(p->face[i], family[i]);
        if (i == FACE_BOLD || i == FACE_MONO_BOLD)
            pango_font_description_set_weight(p->face[i], PANGO_WEIGHT_BOLD);
        pango_font_description_set_absolute_size(p->face[i], EM * PANGO_SCALE);
    }
    return p;
}

static void forget(struct cached *c)
{
    free(c->markup);
    if (c->layout)
        g_object_unref(c->layout);
    *c = (struct cached){0};
}

static void forget_mask(struct paint *p, struct mask *m)
{
    p->mask_bytes -= m->bytes;
    free(m->markup);
    if (m->surface)
        cairo_surface_destroy(m->surface);
    *m = (struct mask){0};
}

/* All that were not used since then. */
static void forget_masks(struct paint *p, uint64_t since)
{
    for (int i = 0; i < SLOTS; i++)
        if (p->mask[i].used <= since)
            forget_mask(p, &p->mask[i]);
}

void paint_free(struct paint *p)
{
    if (!p)
        return;
    for (int i = 0; i < SLOTS; i++)
        forget(&p->cache[i]);
    forget_masks(p, UINT64_MAX);
    for (int i = 0; i < FACE_COUNT; i++)
        pango_font_description_free(p->face[i]);
    g_object_unref(p->context);
    g_object_unref(p->fonts);
    free(p);
}

void paint_on(struct paint *p, cairo_t *cr)
{
    p->cr = cr;
}

cairo_t *paint_cairo(const struct paint *p)
{
    return p->cr;
}

bool paint_raster(const struct paint *p)
{
    return p->raster;
}

const struct theme *paint_theme(const struct paint *p)
{
    return p->theme;
}

void paint_use(struct paint *p, const struct theme *theme)
{
    p->theme = theme;
}

void paint_escape(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; *text; text++) {
        char one[2] = {*text, '\0'};
        const char *s = *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : *text == '&' ? "&amp;" : one;
        size_t k = strlen(s);

        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            s = " ", k = 1;
        if (n + k >= size)
            break;
        memcpy(out + n, s, k);
        n += k;
    }
    while (n > 0 && ((unsigned char)out[n - 1] & 0xc0) == 0x80 && *text) /* cut off within a character */
        n--;
    if (*text && n > 0 && (unsigned char)out[n - 1] >= 0xc0)
        n--;
    out[n] = '\0';
}

static PangoLayout *lay_out(struct paint *p, enum face f, double px, const char *markup, double width)
{
    int w = width > 0 && px > 0 ? (int)fmin(width * EM / px * PANGO_SCALE, 1 << 30) : 0;
    uint64_t h = hash_bytes((uint64_t)f * 7919 + (uint64_t)w * 104729, markup, strlen(markup));
    struct cached *set = &p->cache[hash_mix(0, h) % SETS * WAYS], *c = set;

    p->uses++;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].layout && set[i].face == f && set[i].width == w && !strcmp(set[i].markup, markup)) {
            set[i].used = p->uses;
            return set[i].layout;
        }
        c = set[i].used < c->used ? &set[i] : c;
    }
    forget(c);
    c->used = p->uses;
    c->markup = strdup(markup);
    CHECK(c->markup);
    c->face = f;
    c->width = w;
    c->layout = pango_layout_new(p->context);
    pango_layout_set_font_description(c->layout, p->face[f]);
    if (w > 0) {
        pango_layout_set_width(c->layout, w);
        pango_layout_set_wrap(c->layout, PANGO_WRAP_WORD_CHAR);
    }
    if (strchr(markup, '<') || strchr(markup, '&'))
        pango_layout_set_markup(c->layout, markup, -1);
    else
        pango_layout_set_text(c->layout, markup, -1);
    return c->layout;
}

struct extent paint_measure_wrapped(struct paint *p, enum face f, double px, const char *markup, double width)
{
    PangoLayout *l = lay_out(p, f, px, markup, width);
    double scale = px / EM / PANGO_SCALE;
    int w, h;

    pango_layout_get_size(l, &w, &h);
    return (struct extent){w * scale, h * scale, pango_layout_get_baseline(l) * scale};
}

struct extent paint_measure(struct paint *p, enum face f, double px, const char *markup)
{
    return paint_measure_wrapped(p, f, px, markup, 0);
}

/* The path of a text whose upper left corner is at (x, y); the size of a user's unit is that of EM after it,
 * until cairo_restore. */
static void text_path(struct paint *p, cairo_t *cr, PangoLayout *l, double px, double x, double y)
{
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, px / EM, px / EM);
    cairo_move_to(cr, 0, 0);
    if (p->raster)
        pango_cairo_layout_path(cr, l);
}

static void stroke_rim(cairo_t *cr)
{
    cairo_set_line_width(cr, EM * 0.28);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_FAST); /* the finest shades of a rim are not seen */
    cairo_stroke(cr);
}

/* The whole pixels around a rectangle after it was turned. */
static void around(const cairo_matrix_t *way, double x, double y, double w, double h, int out[4])
{
    double low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9};

    for (int i = 0; i < 4; i++) {
        double at[2] = {x + (i & 1 ? w : 0), y + (i & 2 ? h : 0)};

        cairo_matrix_transform_point(way, &at[0], &at[1]);
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], at[k]);
            high[k] = fmax(high[k], at[k]);
        }
    }
    for (int k = 0; k < 2; k++) {
        out[k] = (int)floor(low[k]) - 1;
        out[2 + k] = (int)ceil(high[k]) + 1 - out[k];
    }
}

static void draw_mask(struct paint *p, struct mask *m, PangoLayout *l)
{
    PangoRectangle ink;
    double scale = m->px / EM / PANGO_SCALE, more = m->rim ? m->px * .14 : 0;
    int r[4];
    cairo_t *cr;

    pango_layout_get_extents(l, &ink, NULL);
    around(&m->way, ink.x * scale - more, ink.y * scale - more, ink.width * scale + 2 * more,
           ink.height * scale + 2 * more, r);
    m->x = r[0];
    m->y = r[1];
    m->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, r[2], r[3]);
    m->bytes = (size_t)r[2] * (size_t)r[3];
    p->mask_bytes += m->bytes;
    cr = cairo_create(m->surface);
    cairo_translate(cr, -m->x, -m->y);
    cairo_transform(cr, &m->way);
    text_path(p, cr, l, m->px, 0, 0);
    if (m->rim)
        stroke_rim(cr);
    else
        cairo_fill(cr);
    cairo_restore(cr);
    cairo_destroy(cr);
    cairo_surface_flush(m->surface);
}

static bool same_way(const cairo_matrix_t *a, const cairo_matrix_t *b)
{
    return fabs(a->xx - b->xx) < 1e-9 && fabs(a->yy - b->yy) < 1e-9 && fabs(a->xy - b->xy) < 1e-9 &&
           fabs(a->yx - b->yx) < 1e-9;
}

static bool same_mask(const struct mask *m, const struct mask *want)
{
    return m->surface && m->face == want->face && fabs(m->px - want->px) < 1e-9 &&
           fabs(m->width - want->width) < 1e-9 && m->rim == want->rim && same_way(&m->way, &want->way) &&
           !strcmp(m->markup, want->markup);
}

/* The text as it was drawn before, or draws it once by itself. */
static const struct mask *mask_of(struct paint *p, const struct mask *want)
{
    uint64_t h =
        hash_bytes((uint64_t)want->face * 7919 + (uint64_t)(want->px * 64) * 104729 +
                       (uint64_t)want->width * 2 + want->rim + (uint64_t)(int64_t)(want->way.yx * 65536) * 31,
                   want->markup, strlen(want->markup));
    struct mask *set = &p->mask[hash_mix(1, h) % SETS * WAYS], *m = set;

    p->uses++;
    for (int i = 0; i < WAYS; i++) {
        if (same_mask(&set[i], want)) {
            set[i].used = p->uses;
            return &set[i];
        }
        m = set[i].used < m->used ? &set[i] : m;
    }
    if (p->mask_bytes > MASK_BYTES)
        forget_masks(p, p->uses > RECENT ? p->uses - RECENT : 0);
    if (p->mask_bytes > MASK_BYTES)
        forget_masks(p, UINT64_MAX);
    forget_mask(p, m);
    *m = *want;
    m->used = p->uses;
    m->markup = strdup(want->markup);
    CHECK(m->markup);
    draw_mask(p, m, lay_out(p, m->face, m->px, m->markup, m->width));
    return m;
}

/* Puts it through its mask, to the nearest whole pixel; false: this cannot be done here. */
static bool put_mask(struct paint *p, struct mask *want, colour c, double x, double y)
{
    const struct mask *m;

    if (!p->raster || want->px > 160)
        return false;
    cairo_get_matrix(p->cr, &want->way);
    want->way.x0 = want->way.y0 = 0;
    cairo_user_to_device(p->cr, &x, &y);
    m = mask_of(p, want);
    paint_colour(p, c);
    cairo_save(p->cr);
    cairo_identity_matrix(p->cr);
    cairo_mask_surface(p->cr, m->surface, floor(x + .5) + m->x, floor(y + .5) + m->y);
    cairo_restore(p->cr);
    return true;
}

void paint_text_wrapped(struct paint *p, enum face f, double px, colour c, double x, double y,
                        const char *markup, double width)
{
    struct mask want = {.markup = (char *)(uintptr_t)markup, .face = f, .px = px, .width = width};

    if (px <= 0 || !*markup || put_mask(p, &want, c, x, y))
        return;
    paint_colour(p, c);
    text_path(p, p->cr, lay_out(p, f, px, markup, width), px, x, y);
    if (p->raster)
        cairo_fill(p->cr);
    else
        pango_cairo_show_layout(p->cr, lay_out(p, f, px, markup, width));
    cairo_restore(p->cr);
    cairo_new_path(p->cr);
}

void paint_text(struct paint *p, enum face f, double px, colour c, double x, double y, const char *markup)
{
    paint_text_wrapped(p, f, px, c, x, y, markup, 0);
}

void paint_text_rim(struct paint *p, enum face f, double px, colour c, colour rim, double x, double y,
                    const char *markup)
{
    struct mask want = {.markup = (char *)(uintptr_t)markup, .face = f, .px = px, .rim = true};

    if (px <= 0 || !*markup)
        return;
    if (!put_mask(p, &want, rim, x, y)) {
        paint_colour(p, rim);
        cairo_save(p->cr);
        cairo_new_path(p->cr);
        text_path(p, p->cr, lay_out(p, f, px, markup, 0), px, x, y);
        if (!p->raster)
            pango_cairo_layout_path(p->cr, lay_out(p, f, px, markup, 0));
        stroke_rim(p->cr);
        cairo_restore(p->cr);
        cairo_restore(p->cr);
    }
    paint_text(p, f, px, c, x, y, markup);
}

/* ---- shapes ---- */

void paint_colour(struct paint *p, colour c)
{
    cairo_set_source_rgba(p->cr, (double)(c >> 24) / 255, (double)(c >> 16 & 255) / 255,
                          (double)(c >> 8 & 255) / 255, (double)(c & 255) / 255);
}

static void trace_rect(cairo_t *cr, struct rect r, double radius)
{
    double most = fmin(r.w, r.h) / 2;

    radius = radius > most ? most : radius;
    cairo_new_path(cr);
    if (radius <= 0) {
        cairo_rectangle(cr, r.x, r.y, r.w, r.h);
        return;
    }
    cairo_arc(cr, r.x + r.w - radius, r.y + radius, radius, -M_PI_2, 0);
    cairo_arc(cr, r.x + r.w - radius, r.y + r.h - radius, radius, 0, M_PI_2);
    cairo_arc(cr, r.x + radius, r.y + r.h - radius, radius, M_PI_2, M_PI);
    cairo_arc(cr, r.x + radius, r.y + radius, radius, M_PI, M_PI * 1.5);
    cairo_close_path(cr);
}

void paint_fill(struct paint *p, struct rect r, double radius, colour c)
{
    if ((c & 255) == 0 || r.w <= 0 || r.h <= 0)
        return;
    trace_rect(p->cr, r, radius);
    paint_colour(p, c);
    cairo_fill(p->cr);
}

void paint_frame(struct paint *p, struct rect r, double radius, double width, colour c, bool dashed)
{
    const double dash[2] = {width * 4, width * 3};

    if (r.w <= width || r.h <= width)
        return;
    cairo_save(p->cr);
    trace_rect(p->cr, (struct rect){r.x + width / 2, r.y + width / 2, r.w - width, r.h - width}, radius);
    paint_colour(p, c);
    cairo_set_line_width(p->cr, width);
    if (dashed)
        cairo_set_dash(p->cr, dash, 2, 0);
    cairo_stroke(p->cr);
    cairo_restore(p->cr);
}

static void stroke(struct paint *p, struct point a, struct point b, double width, colour c)
{
    paint_colour(p, c);
    cairo_set_line_width(p->cr, width);
    cairo_move_to(p->cr, a.x, a.y);
    cairo_line_to(p->cr, b.x, b.y);
    cairo_stroke(p->cr);
}

void paint_line(struct paint *p, struct point a, struct point b, double width, colour c)
{
    cairo_save(p->cr);
    stroke(p, a, b, width, c);
    cairo_restore(p->cr);
}

void paint_dashed(struct paint *p, struct point a, struct point b, double width, colour c, double dash,
                  double gap)
{
    const double d[2] = {dash, gap};

    cairo_save(p->cr);
    cairo_set_dash(p->cr, d, 2, 0);
    stroke(p, a, b, width, c);
    cairo_restore(p->cr);
}

void paint_double(struct paint *p, struct point a, struct point b, double width, double distance, colour c)
{
    double dx = b.x - a.x, dy = b.y - a.y, n = hypot(dx, dy);
    double ox = n > 0 ? -dy / n * distance / 2 : 0, oy = n > 0 ? dx / n * distance / 2 : 0;

    cairo_save(p->cr);
    stroke(p, (struct point){a.x + ox, a.y + oy}, (struct point){b.x + ox, b.y + oy}, width, c);
    stroke(p, (struct point){a.x - ox, a.y - oy}, (struct point){b.x - ox, b.y - oy}, width, c);
    cairo_restore(p->cr);
}

void paint_head(struct paint *p, struct point from, struct point tip, double length, colour c)
{
    cairo_t *cr = p->cr;

    cairo_save(cr);
    cairo_translate(cr, tip.x, tip.y);
    cairo_rotate(cr, atan2(tip.y - from.y, tip.x - from.x));
    cairo_move_to(cr, 0, 0);
    cairo_line_to(cr, -length, length * 0.42);
    cairo_line_to(cr, -length * 0.72, 0);
    cairo_line_to(cr, -length, -length * 0.42);
    cairo_close_path(cr);
    paint_colour(p, c);
    cairo_fill(cr);
    cairo_restore(cr);
}

void paint_cross(struct paint *p, struct point at, double r, double width, colour c, colour rim)
{
    cairo_save(p->cr);
    cairo_set_line_cap(p->cr, CAIRO_LINE_CAP_ROUND);
    for (int i = 0; i < 2; i++) {
        double w = i ? width : width * 2.2;

        stroke(p, (struct point){at.x - r, at.y - r}, (struct point){at.x + r, at.y + r}, w, i ? c : rim);
        stroke(p, (struct point){at.x - r, at.y + r}, (struct point){at.x + r, at.y - r}, w, i ? c : rim);
        if (i == 0)
            continue;
    }
    cairo_restore(p->cr);
}

void paint_ring(struct paint *p, struct point at, double r, double width, double part, colour c)
{
    cairo_save(p->cr);
    cairo_set_line_width(p->cr, width);
    cairo_new_path(p->cr);
    cairo_arc(p->cr, at.x, at.y, r, 0, 2 * M_PI);
    paint_colour(p, colour_alpha(c, 70));
    cairo_stroke(p->cr);
    cairo_arc(p->cr, at.x, at.y, r, -M_PI_2, -M_PI_2 + 2 * M_PI * part);
    paint_colour(p, c);
    cairo_stroke(p->cr);
    cairo_restore(p->cr);
}

void paint_number(struct paint *p, struct point at, double r, unsigned n, colour border, colour fill,
                  colour ink)
{
    double width = fmax(1.5, r * 0.14), px = n < 10 ? r * 1.25 : n < 100 ? r * 1.05 : r * 0.8;
    char text[16];
    struct extent e;

    snprintf(text, sizeof text, "%u", n);
    cairo_save(p->cr);
    cairo_new_path(p->cr);
    cairo_arc(p->cr, at.x, at.y, r - width / 2, 0, 2 * M_PI);
    paint_colour(p, fill);
    cairo_fill_preserve(p->cr);
    paint_colour(p, border);
    cairo_set_line_width(p->cr, width);
    cairo_stroke(p->cr);
    cairo_restore(p->cr);
    e = paint_measure(p, FACE_BOLD, px, text);
    paint_text(p, FACE_BOLD, px, ink, at.x - e.w / 2, at.y - e.h / 2, text);
}

/* ---- icons, drawn in a square of 24 ---- */

static void icon_laptop(struct paint *p, colour c)
{
    paint_frame(p, (struct rect){4, 4.5, 16, 11.5}, 1.8, 2, c, false);
    paint_fill(p, (struct rect){1, 18, 22, 2.4}, 1.2, c);
}

static void icon_server(struct paint *p, colour c, colour paper)
{
    for (int i = 0; i < 3; i++) {
        paint_fill(p, (struct rect){2, 2 + i * 7.0, 20, 6}, 1.4, c);
        paint_fill(p, (struct rect){5, 4 + i * 7.0, 2, 2}, 1, paper);
        paint_fill(p, (struct rect){9, 4.4 + i * 7.0, 8, 1.2}, 0.6, paper);
    }
}

static void icon_router(struct paint *p, colour c, colour paper)
{
    paint_fill(p, (struct rect){1, 6, 22, 12}, 6, c);
    paint_line(p, (struct point){5, 12}, (struct point){18, 12}, 1.6, paper);
    paint_head(p, (struct point){5, 12}, (struct point){20, 12}, 5, paper);
    paint_head(p, (struct point){19, 12}, (struct point){4, 12}, 5, paper);
}

static void icon_raw(struct paint *p, colour c, colour paper)
{
    paint_fill(p, (struct rect){3, 3, 18, 18}, 4, c);
    paint_line(p, (struct point){7, 9}, (struct point){11, 12.4}, 2, paper);
    paint_line(p, (struct point){11, 11.6}, (struct point){7, 15}, 2, paper);
    paint_line(p, (struct point){12.5, 15.5}, (struct point){17, 15.5}, 2, paper);
}

static void icon_again(struct paint *p, colour c)
{
    cairo_new_path(p->cr);
    cairo_arc(p->cr, 12, 12, 7.5, -M_PI * 0.25, M_PI * 1.45);
    paint_colour(p, c);
    cairo_set_line_width(p->cr, 3);
    cairo_stroke(p->cr);
    cairo_move_to(p->cr, 11, 0.5);
    cairo_line_to(p->cr, 18.5, 4.6);
    cairo_line_to(p->cr, 11, 9);
    cairo_close_path(p->cr);
    cairo_fill(p->cr);
}

static void icon_mail(struct paint *p, colour c, colour paper)
{
    paint_fill(p, (struct rect){1, 4, 22, 16}, 2.5, c);
    cairo_move_to(p->cr, 4, 8);
    cairo_line_to(p->cr, 12, 14);
    cairo_line_to(p->cr, 20, 8);
    paint_colour(p, paper);
    cairo_set_line_width(p->cr, 2);
    cairo_stroke(p->cr);
}

static void icon_timer(struct paint *p, colour c)
{
    cairo_new_path(p->cr);
    cairo_arc(p->cr, 12, 13.5, 8.5, 0, 2 * M_PI);
    paint_colour(p, c);
    cairo_set_line_width(p->cr, 2.4);
    cairo_stroke(p->cr);
    paint_line(p, (struct point){12, 13.5}, (struct point){12, 8.5}, 2.2, c);
    paint_line(p, (struct point){12, 13.5}, (struct point){15.5, 15.5}, 2.2, c);
    paint_line(p, (struct point){9, 2}, (struct point){15, 2}, 2.6, c);
}

static void icon_user(struct paint *p, colour c)
{
    cairo_new_path(p->cr);
    cairo_arc(p->cr, 12, 7.5, 5, 0, 2 * M_PI);
    paint_colour(p, c);
    cairo_fill(p->cr);
    cairo_arc(p->cr, 12, 22, 9, M_PI, 0);
    cairo_close_path(p->cr);
    cairo_fill(p->cr);
}

void paint_icon(struct paint *p, enum icon i, double x, double y, double size, colour c, colour paper)
{
    cairo_save(p->cr);
    cairo_translate(p->cr, x, y);
    cairo_scale(p->cr, size / 24, size / 24);
    switch (i) {
    case ICON_LAPTOP: icon_laptop(p, c); break;
    case ICON_SERVER: icon_server(p, c, paper); break;
    case ICON_ROUTER: icon_router(p, c, paper); break;
    case ICON_RAW: icon_raw(p, c, paper); break;
    case ICON_AGAIN: icon_again(p, c); break;
    case ICON_MAIL: icon_mail(p, c, paper); break;
    case ICON_TIMER: icon_timer(p, c); break;
    case ICON_USER: icon_user(p, c); break;
    }
    cairo_restore(p->cr);
}
