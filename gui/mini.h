/* mini: a lesson's sequence diagram as small as a stamp: life-lines with the colours of their states, arrows
 * with those of their kind, and where something was lost. No words: they could not be read.
 *
 * Made once from a file; drawn at any size, in any theme. Owns what it holds, borrows nothing. */
#ifndef TCPLAB_GUI_MINI_H
#define TCPLAB_GUI_MINI_H

#include "sim/figure/paint.h"

struct mini;

/* Opens the file and runs it: some milliseconds. NULL: it cannot be opened, or is too large for that. */
struct mini *mini_make(const char *path);
void mini_free(struct mini *m); /* NULL is allowed */
/* u: the scale. */
void mini_draw(const struct mini *m, struct paint *p, struct rect r, double u);

#endif
