/* ladder: the sequence diagram as text: time runs downwards, hosts stand side by side, each segment is an
 * arrow.
 *
 * A pure function of a header and a log of records: what `run` prints and what `show` prints from the trace
 * is the same text. Two hosts with TCP get two life-lines with their states beside them; any other number, a
 * column per host if the width allows, else a list. Sequence numbers count from each direction's initial one,
 * as Wireshark shows them, unless symbols (u, v, w) were given by the lesson or raw ones are asked for. */
#ifndef TCPLAB_REPORT_LADDER_H
#define TCPLAB_REPORT_LADDER_H

#include <stdio.h>

#include "sim/report/trace_file.h"

#define LADDER_ROWS 4000 /* the default for ladder_options.rows */

enum ladder_colour { LADDER_COLOUR_AUTO, LADDER_COLOUR_NEVER, LADDER_COLOUR_ALWAYS };

struct ladder_options {
    int width;     /* columns, 40 at least (less counts as 40) */
    bool ascii;    /* arrows and lines of ASCII only (texts in Chinese remain) */
    bool colour;   /* ANSI escapes */
    bool absolute; /* raw sequence numbers */
    bool why;      /* clauses and edges, with their RFC sections */
    uint32_t pair; /* only this connection (the conn record's pair); 0: all */
    uint32_t rows; /* most to be drawn; 0: no such limit */
};

/* Defaults for a stream: the terminal's width (80 where it is none); colour by the enum: AUTO means on a
 * terminal, unless NO_COLOR is set or TERM is "dumb". */
struct ladder_options ladder_options(FILE *out, enum ladder_colour colour);

/* Prints the ladder in the current language (i18n.h). False: out failed, errno says why. */
bool ladder_print(FILE *out, const struct trace_header *h, const struct log *log,
                  const struct ladder_options *o);

#endif
