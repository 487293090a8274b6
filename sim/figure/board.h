/* board: a whole lesson as one picture at a moment, as the frames of a film and the audience's window show
 * it: the title, the sequence diagram up to the playhead, what happens in one sentence, and, where the
 * picture is wide, the state machine and the newest segment's header.
 *
 * A pure function of (trace, playhead, theme, language, size): the same moment is the same picture, whatever
 * was shown before. A conversation longer than the picture is high is scrolled a page on, between two beats,
 * when the playhead comes near the edge. What stands still between two beats is kept and copied, so that a
 * frame costs little.
 *
 * Borrows the model, which must outlive it. */
#ifndef TCPLAB_FIGURE_BOARD_H
#define TCPLAB_FIGURE_BOARD_H

#include "sim/figure/caption.h"
#include "sim/figure/header.h"
#include "sim/figure/sequence.h"
#include "sim/figure/states.h"

struct board_options {
    double width, height;
    double scale; /* of type and lines, 1 at 1080p; 0: what suits the size */
    enum axis_mode axis;
    vtime from, to; /* to: 0 or VTIME_NEVER: to the end */
    bool alone;     /* the diagram alone, however wide the picture is */
};

struct board;

/* Measures, and later draws, with p, which must outlive it. */
struct board *board_new(const struct model *m, struct paint *p, const struct board_options *o);
void board_free(struct board *b); /* NULL is allowed */
/* Draws the moment onto cr, the upper left corner at (0, 0). */
void board_draw(struct board *b, cairo_t *cr, vtime at);
/* A number that differs if the picture does: equal moments need not be drawn again. */
uint64_t board_stamp(const struct board *b, vtime at);

/* ---- for tests ---- */

struct board_layout {
    struct rect title, diagram, states, header, caption; /* no width: not there */
};
const struct board_layout *board_layout(const struct board *b);
const struct sequence *board_sequence(const struct board *b);
/* How many pixels of the diagram lie above its window at this moment. */
double board_scroll(const struct board *b, vtime at);

#endif
