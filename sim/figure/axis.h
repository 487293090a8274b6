/* axis: from times to places and back: a line through the instants at which something happens.
 *
 * Linear: true to scale. Step: one row an instant. Broken: true to scale where something happens, but a long
 * quiet wait takes a fixed room ("not to scale"), and instants that lie too close are moved apart until what
 * is written there fits. Plain numbers: knows no drawing. */
#ifndef TCPLAB_FIGURE_AXIS_H
#define TCPLAB_FIGURE_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/core/base.h"

enum axis_mode { AXIS_BROKEN, AXIS_STEP, AXIS_LINEAR };

struct axis_point {
    vtime at;
    double y;
    bool broken; /* the wait from here to the next point is not to scale */
};

struct axis_need { /* point b must lie at least this far below point a; a < b */
    size_t a, b;
    double room;
};

struct axis {
    enum axis_mode mode;
    struct axis_point *point;
    size_t n;
    double px_per_ns; /* of the parts that are to scale */
};

struct axis_options {
    enum axis_mode mode;
    double px_per_ns;
    double least; /* between two instants */
    double most;  /* a longer wait is broken */
    double pause; /* what a broken wait takes */
    double row;   /* step */
};

/* Takes the instants (any order, several times the same) and the needs, whose a and b are found by
 * axis_index. */
void axis_init(struct axis *a, const vtime *at, size_t n);
void axis_free(struct axis *a);
/* The point of this instant, which must be one of those given. */
size_t axis_index(const struct axis *a, vtime at);
/* The same for an instant that may be none of them; false: it is none. */
bool axis_find_point(const struct axis *a, vtime at, size_t *i);
/* Gives every point its place, from 0 on. */
void axis_place(struct axis *a, const struct axis_options *o, const struct axis_need *need, size_t n_needs);
/* Stretches, or shrinks, to this height. */
void axis_scale(struct axis *a, double height);
double axis_height(const struct axis *a);
double axis_y(const struct axis *a, vtime at);
vtime axis_time(const struct axis *a, double y);

#endif
