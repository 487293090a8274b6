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

/* From here on nothing is drawn on the words of segments that have come and lie in this arrow's way. */
void seq_clip_words(const struct sequence *s, struct paint *p, const struct seq_arrow *a, vtime now);
/* The line at the present moment: it passes behind words; times it would half cover give way. */
void seq_draw_playhead(const struct sequence *s, struct paint *p, vtime now);

#define TYPE_EXTRA 0.8 /* of a label's type: what stands behind it and can be left out */

/* Strips of equal height, and what lies in each: so that a look for free room is a look at what is near. A
 * thing is named by a number and lies in all strips from y0 to y1. */
struct seq_rows *seq_rows_new(double strip);
void seq_rows_free(struct seq_rows *r); /* NULL is allowed */
void seq_rows_clear(struct seq_rows *r);
void seq_rows_put(struct seq_rows *r, uint32_t thing, double y0, double y1);
/* Walks over the things that lie in the strips from y0 to y1, each once. */
struct seq_rows_walk {
    const struct seq_rows *rows;
    size_t first, row, last, at;
};
struct seq_rows_walk seq_rows_walk(const struct seq_rows *r, double y0, double y1);
bool seq_rows_next(struct seq_rows_walk *w, uint32_t *thing);

/* Of SEQ_DENSITY: the axis; which flights keep their arrow, and shades of the others; which states and notes
 * are shown; round times; the legend; numbers beside marks of losses. */
void seq_density_axis(struct sequence *s, double room);
void seq_density_flights(struct sequence *s, struct paint *p);
void seq_density_spans(struct sequence *s);
void seq_density_notes(struct sequence *s);
size_t seq_density_ticks(const struct sequence *s, vtime *out, size_t max);
void seq_density_legend(struct sequence *s, struct paint *p);
void seq_density_crosses(struct sequence *s, struct paint *p);
/* Draws shades and marks of what happened before `until`, between two heights. */
void seq_density_draw(const struct sequence *s, struct paint *p, vtime until, double y0, double y1);
void seq_density_draw_legend(const struct sequence *s, struct paint *p);
/* Where it keeps what it has drawn. */
struct seq_plate *seq_plate_new(void);
void seq_plate_free(struct seq_plate *plate); /* NULL is allowed */
/* 0: a crash ... 3: a call that went well. */
int seq_note_rank(const struct model_note *n);

/* A note's words, in the first language; the second one or NULL. */
const char *seq_note_first(const struct model *m, const struct model_note *n);
const char *seq_note_second(const struct model *m, const struct model_note *n);

#endif
