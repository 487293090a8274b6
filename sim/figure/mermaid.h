/* mermaid: the sequence diagram as text in Mermaid's language, for documents that draw it themselves.
 *
 * Lossy: Mermaid knows no slanted arrows and no scale of time; a segment is one step, lost ones end in a
 * cross, and when something happened stands in the text. */
#ifndef TCPLAB_FIGURE_MERMAID_H
#define TCPLAB_FIGURE_MERMAID_H

#include "sim/core/sbuf.h"
#include "sim/figure/model.h"

/* Appends the diagram of what happens from `from` to `to` (VTIME_NEVER: the end). */
void mermaid_print(struct sbuf *out, const struct model *m, vtime from, vtime to);

#endif
