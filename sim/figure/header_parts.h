/* header_parts: what the pieces of the header inspector share. Private to it. */
#ifndef TCPLAB_FIGURE_HEADER_PARTS_H
#define TCPLAB_FIGURE_HEADER_PARTS_H

#include "sim/figure/header.h"

/* Fills in what h says of its packet; false: it is no segment that has bytes. */
bool header_read(struct header *h);
/* A field's name: short where there is little room. */
struct trace_text header_name(enum header_field f, bool brief);

/* The flight of a packet that was sent at this time, and its number in the sequence diagram; NULL: the model
 * has none. */
const struct model_flight *header_flight(const struct model *m, uint64_t pkt, vtime sent, unsigned *number);

#endif
