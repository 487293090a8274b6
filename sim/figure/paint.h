/* paint: drawing with Cairo and Pango in the words of the figures: text, plates, arrows, icons.
 *
 * A paint owns its fonts and its cache of measured text; the cairo_t it draws on is borrowed and may be
 * changed. Without one it only measures, which is what a layout needs. The same text has the same size on
 * every surface: no hinting, no grid. Never reads a clock, an environment or a file but the fonts. */
#ifndef TCPLAB_FIGURE_PAINT_H
#define TCPLAB_FIGURE_PAINT_H

#include <cairo.h>
#include <stdbool.h>

#include "sim/figure/theme.h"

enum face { FACE_PLAIN, FACE_BOLD, FACE_MONO, FACE_MONO_BOLD, FACE_COUNT };

struct point {
    double x, y;
};
struct rect {
    double x, y, w, h;
};
struct extent {
    double w, h, baseline;
};

struct paint;

/* raster: glyphs are drawn as outlines, since Cairo 1.16 puts raster glyphs on whole pixels; false for SVG
 * and PDF. */
struct paint *paint_new(const struct theme *theme, bool raster);
void paint_free(struct paint *p); /* NULL is allowed */
/* Where to draw from now on; NULL: nowhere. */
void paint_on(struct paint *p, cairo_t *cr);
cairo_t *paint_cairo(const struct paint *p);
/* Whether it draws pixels, not shapes. */
bool paint_raster(const struct paint *p);
const struct theme *paint_theme(const struct paint *p);
/* Another theme from now on; letters and texts are kept. */
void paint_use(struct paint *p, const struct theme *theme);

/* Pango markup is understood in every text (<i>u</i>), so what comes from a lesson goes through paint_escape
 * first. out is filled and always ended; what does not fit is left out. */
void paint_escape(char *out, size_t size, const char *text);

/* The size of a line; of a text wrapped to width (0: not wrapped). */
struct extent paint_measure(struct paint *p, enum face f, double px, const char *markup);
struct extent paint_measure_wrapped(struct paint *p, enum face f, double px, const char *markup,
                                    double width);
/* Puts a text with its upper left corner at (x, y), in the present transformation. */
void paint_text(struct paint *p, enum face f, double px, colour c, double x, double y, const char *markup);
void paint_text_wrapped(struct paint *p, enum face f, double px, colour c, double x, double y,
                        const char *markup, double width);
/* The same with a rim of another colour around the letters, so that lines under it do not disturb. */
void paint_text_rim(struct paint *p, enum face f, double px, colour c, colour rim, double x, double y,
                    const char *markup);

void paint_colour(struct paint *p, colour c);
void paint_fill(struct paint *p, struct rect r, double radius, colour c);
void paint_frame(struct paint *p, struct rect r, double radius, double width, colour c, bool dashed);
void paint_line(struct paint *p, struct point a, struct point b, double width, colour c);
/* dash: lengths of the line and of the gap. */
void paint_dashed(struct paint *p, struct point a, struct point b, double width, colour c, double dash,
                  double gap);
/* Two lines side by side, distance apart. */
void paint_double(struct paint *p, struct point a, struct point b, double width, double distance, colour c);
/* An arrow's head of this length with its tip at `tip`, pointing from `from`. */
void paint_head(struct paint *p, struct point from, struct point tip, double length, colour c);
void paint_cross(struct paint *p, struct point at, double r, double width, colour c, colour rim);
/* A ring, of which the part from twelve o'clock on is full (0 to 1), the rest pale. */
void paint_ring(struct paint *p, struct point at, double r, double width, double part, colour c);
/* A circle with a number: filled, or hollow with a border. */
void paint_number(struct paint *p, struct point at, double r, unsigned n, colour border, colour fill,
                  colour ink);

enum icon { ICON_LAPTOP, ICON_SERVER, ICON_ROUTER, ICON_RAW, ICON_AGAIN, ICON_MAIL, ICON_TIMER, ICON_USER };
/* An icon in a square of this size. */
void paint_icon(struct paint *p, enum icon i, double x, double y, double size, colour c, colour paper);

#endif
