/* handout: a lesson to print: A4 pages with the diagram in which some flags, numbers and states are left out,
 * the narration, the lesson's questions, and on the last page the solution.
 *
 * What is left out is chosen by rule, from the lesson's name: the same lesson is the same sheet, byte for
 * byte. Draws a PDF into a file that the caller owns; reads no clock. What stands in the lesson and not in
 * its trace comes from the caller. */
#ifndef TCPLAB_FIGURE_HANDOUT_H
#define TCPLAB_FIGURE_HANDOUT_H

#include <stdio.h>

#include "sim/figure/sequence.h"

struct handout_note {
    struct trace_text text;
    vtime at; /* VTIME_NEVER: its moment did not come */
};

enum { HANDOUT_ANSWERS = 4 };
struct handout_question {
    struct trace_text question, why; /* why: may be empty */
    struct {
        struct trace_text text;
        bool right;
    } answer[HANDOUT_ANSWERS];
    unsigned n_answers;
};

struct handout_options {
    enum figure_lang lang;
    enum axis_mode axis;
    vtime from, to; /* to: 0 or VTIME_NEVER: to the end */
    bool absolute;
    struct trace_text summary;
    const struct handout_note *note;
    size_t n_notes;
    const struct handout_question *question;
    size_t n_questions;
};

/* NULL, or what went wrong (static text). A failure of f itself is f's. pages, if not NULL, gets their
 * number.
 */
const char *handout_print(FILE *f, const struct trace_header *h, const struct log *log,
                          const struct handout_options *o, unsigned *pages);

/* Leaves out what is to be predicted: every host's first state and the first segment stay, as an example.
 * Returns how many things were left out. */
size_t handout_blank(struct model *m);

#endif
