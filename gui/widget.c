#include "gui/widget.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct rect rect_grow(struct rect r, double by)
{
    return (struct rect){r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by};
}

struct rect rect_whole(struct rect r)
{
    double x = floor(r.x), y = floor(r.y);

    return (struct rect){x, y, ceil(r.x + r.w) - x, ceil(r.y + r.h) - y};
}

bool rect_meets(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

struct rect rect_common(struct rect a, struct rect b)
{
    double x = fmax(a.x, b.x), y = fmax(a.y, b.y);

    return (struct rect){x, y, fmax(0, fmin(a.x + a.w, b.x + b.w) - x),
                         fmax(0, fmin(a.y + a.h, b.y + b.h) - y)};
}

/* ---- looks ---- */

void draw_card(struct paint *p, struct rect r, double u, colour stripe)
{
    const struct theme *t = paint_theme(p);
    cairo_t *cr = paint_cairo(p);

    r.h -= 4 * u; /* the shadow's, which is seen only below the card and at its lower corners */
    cairo_save(cr);
    cairo_rectangle(cr, floor(r.x), floor(r.y + r.h - 13 * u), ceil(r.w) + 1, ceil(17 * u) + 1);
    cairo_clip(cr);
    for (int i = 3; i > 0; i--)
        paint_fill(p, (struct rect){r.x, r.y + i * u, r.w, r.h}, 13 * u, colour_alpha(t->line, 90));
    cairo_restore(cr);
    paint_fill(p, r, 13 * u, t->card);
    if (stripe & 255) {
        cairo_save(cr);
        cairo_rectangle(cr, r.x, r.y, 12 * u, r.h);
        cairo_clip(cr);
        paint_fill(p, (struct rect){r.x, r.y, 40 * u, r.h}, 13 * u, stripe);
        cairo_restore(cr);
    }
    paint_frame(p, r, 13 * u, fmax(1, 1.4 * u * t->stroke), t->line, false);
}

void draw_centred(struct paint *p, enum face f, double px, colour c, struct rect r, const char *markup)
{
    struct extent e = paint_measure(p, f, px, markup);

    if (e.w > r.w && e.w > 0) {
        px *= r.w / e.w;
        e = paint_measure(p, f, px, markup);
    }
    paint_text(p, f, px, c, r.x + (r.w - e.w) / 2, r.y + (r.h - e.h) / 2, markup);
}

void draw_button(struct paint *p, const struct widget *w, double u, double px, const char *markup)
{
    const struct theme *t = paint_theme(p);
    double radius = w->radius > 0 ? w->radius : 11 * u;
    colour ink = w->on ? t->card : t->ink2;

    paint_fill(p, w->r, radius, w->on ? t->ink1 : t->background);
    if (!w->on)
        paint_frame(p, w->r, radius, fmax(1, 1.6 * u * t->stroke), t->line, false);
    draw_centred(p, FACE_BOLD, px, w->disabled ? colour_alpha(ink, 110) : ink,
                 (struct rect){w->r.x + 4 * u, w->r.y, w->r.w - 8 * u, w->r.h}, markup);
}

double draw_cut(struct paint *p, enum face f, double px, colour c, double x, double y, const char *text,
                double w)
{
    char escaped[1024], part[1024];
    size_t n;
    struct extent e;

    paint_escape(escaped, sizeof escaped, text);
    e = paint_measure(p, f, px, escaped);
    if (e.w <= w) {
        paint_text(p, f, px, c, x, y, escaped);
        return e.w;
    }
    snprintf(part, sizeof part - 8, "%s", text);
    for (n = strlen(part); n > 0;) {
        while (n > 0 && ((unsigned char)part[--n] & 0xc0) == 0x80)
            ;
        part[n] = '\0';
        paint_escape(escaped, sizeof escaped - 4, part);
        strcat(escaped, "…");
        e = paint_measure(p, f, px, escaped);
        if (e.w <= w)
            break;
    }
    if (n > 0)
        paint_text(p, f, px, c, x, y, escaped);
    return n > 0 ? e.w : 0;
}

double draw_both(struct paint *p, enum figure_lang lang, struct trace_text t, double px, double second_px,
                 double x, double y, double w)
{
    const struct theme *look = paint_theme(p);
    const char *first = figure_first(lang, t), *second = figure_second(lang, t);
    double used = draw_cut(p, FACE_BOLD, px, look->ink1, x, y, first ? first : "", w);
    char text[512];
    struct extent e, f;

    if (!second)
        return used;
    paint_escape(text, sizeof text, second);
    e = paint_measure(p, FACE_BOLD, px, "x");
    f = paint_measure(p, FACE_PLAIN, second_px, text);
    if (used + px * .6 + f.w > w)
        return used;
    paint_text(p, FACE_PLAIN, second_px, look->ink2, x + used + px * .6, y + e.baseline - f.baseline, text);
    return used + px * .6 + f.w;
}
