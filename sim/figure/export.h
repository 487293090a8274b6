/* export: a figure into a file, headless: SVG, PNG or PDF; the sequence diagram also as Mermaid or text.
 *
 * The same header, log and options give the same bytes. Never opens a display, never looks at a clock. */
#ifndef TCPLAB_FIGURE_EXPORT_H
#define TCPLAB_FIGURE_EXPORT_H

#include <stdio.h>

#include "sim/figure/sequence.h"

enum figure_format {
    FIGURE_SVG,
    FIGURE_PNG,
    FIGURE_PDF,
    FIGURE_MERMAID,
    FIGURE_TEXT,
    FIGURE_MP4, /* films, which film.h makes: not for figure_export */
    FIGURE_GIF
};
/* The format that a file's ending asks for; false: none that we know. */
bool figure_format(const char *path, enum figure_format *out);

/* What can be drawn; export.c has a row for each. */
enum figure_kind {
    FIGURE_SEQUENCE,
    FIGURE_STATES,
    FIGURE_HEADER,
    FIGURE_CAPTION,
    FIGURE_SEQPLOT,
    FIGURE_CWND,
    FIGURE_KINDS
};
/* As the command line calls them: "sequence" ... */
const char *figure_name(enum figure_kind k);
/* Whether a figure can be written as this: Mermaid, text and films are the sequence
 * diagram's. */
bool figure_can(enum figure_kind k, enum figure_format format);

enum { FIGURE_LEAST = 200, FIGURE_MOST = 16384 };

struct figure_options {
    enum figure_kind figure;
    enum figure_format format;
    double width, height; /* 0: what suits */
    enum theme_id theme;
    enum figure_lang lang;
    enum axis_mode axis;
    vtime from, to;
    bool absolute;
    vtime at;        /* the moment to show; VTIME_NEVER: everything, or the end */
    bool whole;      /* states: the whole table, not only what the trace goes through */
    uint64_t packet; /* the id of the segment that is meant; 0: none, or the last one */
};

/* Draws the figure into f. NULL, or what went wrong (static text). A failure of f itself is f's. */
const char *figure_export(FILE *f, const struct trace_header *h, const struct log *log,
                          const struct figure_options *o);

#endif
