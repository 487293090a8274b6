/* sequence_parts: what stands beside the arrows: blocks of states, chips, ticks, the half-closed band.
 * Private to the layout of the sequence diagram, whose struct owns everything. */
#ifndef TCPLAB_FIGURE_SEQUENCE_PARTS_H
#define TCPLAB_FIGURE_SEQUENCE_PARTS_H

#include "sim/figure/sequence.h"

/* Finds when a connection is half closed; before the axis is placed, since a band needs room. */
void seq_find_bands(struct sequence *s);
void seq_lay_title(struct sequence *s, struct paint *p);
void seq_lay_ticks(struct sequence *s, struct paint *p);
void seq_lay_blocks(struct sequence *s, struct paint *p);
void seq_lay_chips(struct sequence *s, struct paint *p);
void seq_lay_bands(struct sequence *s, struct paint *p);

/* A note's words, in the first language; the second one or NULL. */
const char *seq_note_first(const struct model *m, const struct model_note *n);
const char *seq_note_second(const struct model *m, const struct model_note *n);

#endif
