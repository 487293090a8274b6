/* export: what is shown, into a file: a figure, the window, the trace, its packets, a film.
 *
 * Everything is written whole or not at all. A film is made by a child process while the window goes on;
 * there is at most one. Owns the child and its unfinished file. */
#ifndef TCPLAB_GUI_EXPORT_H
#define TCPLAB_GUI_EXPORT_H

#include "gui/app.h"

enum export_kind {
    EXPORT_SEQUENCE,
    EXPORT_STATES,
    EXPORT_HEADER,
    EXPORT_SEQPLOT,
    EXPORT_CWND,
    EXPORT_WINDOW,
    EXPORT_TRACE,
    EXPORT_PACKETS,
    EXPORT_FILM,
    EXPORT_KINDS
};

/* What it is, marked for the catalogue; the endings that it can have: "svg, png"; the file's name without
 * folder and ending, as we would call it. */
const char *export_word(enum export_kind k);
const char *export_endings(enum export_kind k);
const char *export_name(enum export_kind k);
/* Whether it can be done here and now. */
bool export_possible(const struct app *a, enum export_kind k);
/* Writes it, or begins to. False: a.diag says why. */
bool export_to(struct app *a, enum export_kind k, const char *path);

/* ---- the film that is being made ---- */

struct film_child;

/* Looks how far it is, without waiting, and says so. False: no film is being made. */
bool export_tick(struct app *a);
/* Gives it up; what there is of it is removed. NULL is allowed. */
void export_stop(struct film_child *f);

#endif
