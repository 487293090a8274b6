/* chart_parts: how the roles of a chart look and what they are called. Private to chart.c and chart_draw.c.
 */
#ifndef TCPLAB_FIGURE_CHART_PARTS_H
#define TCPLAB_FIGURE_CHART_PARTS_H

#include "sim/figure/chart.h"

enum chart_shape {
    SHAPE_STAIRS,
    SHAPE_AREA,
    SHAPE_LINE,
    SHAPE_BARS,
    SHAPE_DOTS,
    SHAPE_TICKS,
    SHAPE_CROSSES,
    SHAPE_WORDS
};

struct chart_style {
    enum chart_shape shape;
    bool dashed;
    double width; /* of its line, 1: as thin as a grid's */
    const char *name;
};

struct chart_style chart_style(enum chart_role r);
colour chart_colour(const struct theme *t, enum chart_role r);
/* A value with its unit's shape but without its unit: "2,920", "0.25". */
void chart_number(char *out, size_t size, const struct chart_panel *p, int64_t value);
/* The index of the first point later than `at`. */
size_t chart_until(const struct chart_series *s, vtime at);

#endif
