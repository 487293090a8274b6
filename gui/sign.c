#include "gui/sign.h"

#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"

void sign_draw(struct paint *p, double x, double y, double size)
{
    const struct theme *t = paint_theme(p);
    double w = size * .1, left = x + size * .08, right = x + size * .82;
    struct point from = {left + w * 1.3, y + size * .2}, to = {right - w * .1, y + size * .46};

    paint_fill(p, (struct rect){left, y, w, size}, w / 2, t->phase[PHASE_OPEN].bar);
    paint_fill(p, (struct rect){right, y, w, size}, w / 2, t->phase[PHASE_HALF].bar);
    paint_line(p, from, to, size * .075, t->hue[HUE_FIN].line);
    paint_head(p, from, to, size * .26, t->hue[HUE_FIN].line);
    from = (struct point){right - w * .3, y + size * .58};
    to = (struct point){left + w * 1.1, y + size * .84};
    paint_line(p, from, to, size * .075, t->hue[HUE_ACK].line);
    paint_head(p, from, to, size * .26, t->hue[HUE_ACK].line);
}

/* A part of a premultiplied pixel as it is without its alpha. */
static unsigned straight(unsigned part, unsigned alpha)
{
    return alpha ? (part * 255 + alpha / 2) / alpha : 0;
}

unsigned *sign_pixels(int size)
{
    struct paint *p = paint_new(theme_get(THEME_LIGHT), true);
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, size, size);
    cairo_t *cr = cairo_create(s);
    unsigned *out = calloc((size_t)size * (size_t)size, sizeof *out);

    CHECK(out && sizeof *out == 4);
    paint_on(p, cr);
    paint_fill(p, (struct rect){0, 0, size, size}, size * .2, theme_get(THEME_LIGHT)->card);
    sign_draw(p, size * .16, size * .14, size * .72);
    paint_on(p, NULL);
    cairo_destroy(cr);
    cairo_surface_flush(s);
    for (int y = 0; y < size; y++) {
        const unsigned char *row =
            cairo_image_surface_get_data(s) + (size_t)y * (size_t)cairo_image_surface_get_stride(s);

        for (int x = 0; x < size; x++) {
            unsigned c, a;

            memcpy(&c, row + 4 * x, sizeof c);
            a = c >> 24;
            out[y * size + x] = a << 24 | straight(c >> 16 & 255, a) << 16 | straight(c >> 8 & 255, a) << 8 |
                                straight(c & 255, a);
        }
    }
    cairo_surface_destroy(s);
    paint_free(p);
    return out;
}
