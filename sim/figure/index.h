/* index: which flights are in the air, which states hold, which notes and waits there are in a window of
 * time, without a look at the others: a trace may have a hundred thousand.
 *
 * Made by model_new with the model, owned by it, never changed. Knows no pixels. */
#ifndef TCPLAB_FIGURE_INDEX_H
#define TCPLAB_FIGURE_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/core/base.h"

struct model;

enum { INDEX_AGAIN = 1, INDEX_LOST = 2, INDEX_COPY = 4, INDEX_WEIGHTY = 8, INDEX_REFUSED = 16 };

struct index_item {
    vtime from, to; /* of a flight: leave and end; of a note: both when it happens */
    uint32_t i;     /* into the model's array */
    uint8_t lane, other, hue,
        flags; /* of a flight: from, to, its hue, INDEX_*; of the others only the lane */
};

struct index_table {
    struct index_item *item; /* by from, then by i */
    size_t n;
    vtime *block, *super; /* the latest end among 64 items, among 64 blocks */
};

struct figure_index {
    struct index_table flight, span, note, wait;
    uint32_t *number; /* of each flight: which of those that are no copies it is, from 1; 0: a copy */
};

struct figure_index *figure_index_new(const struct model *m);
void figure_index_free(struct figure_index *x); /* NULL is allowed */

/* Walks over the items that share at least an instant with [from, to], in the order of their beginning. */
struct index_walk {
    const struct index_table *table;
    vtime from;
    size_t at, end;
};
struct index_walk index_walk(const struct index_table *t, vtime from, vtime to);
/* The next one; NULL: no more. */
const struct index_item *index_next(struct index_walk *w);
/* How many items begin before this time; they are the first so many. */
size_t index_before(const struct index_table *t, vtime at);

#endif
