/* ladder_draw: the two ways of drawing what the ladder's walk over the trace comes upon: life-lines side by
 * side, or a list. Private to the report. */
#ifndef TCPLAB_REPORT_LADDER_DRAW_H
#define TCPLAB_REPORT_LADDER_DRAW_H

#include "sim/report/ladder_scan.h"

struct drawing; /* one of the two */

struct ladder_events { /* what the walk tells; `at` never goes back; hosts are index + 1 */
    /* A segment leaves. lost: it gets no farther, and why; NULL: it is on its way. */
    void (*leave)(struct drawing *d, vtime at, struct packet *p, const struct label *l, const char *lost);
    /* It, or a copy of it, arrives. p->open says how many more will come of it. */
    void (*reach)(struct drawing *d, vtime at, struct packet *p);
    /* It is lost on its way. */
    void (*lose)(struct drawing *d, vtime at, struct packet *p, const char *why);
    void (*state)(struct drawing *d, vtime at, uint16_t host, const char *text);
    /* Something to be said of a host; 0: of everybody. */
    void (*note)(struct drawing *d, vtime at, uint16_t host, enum style style, const char *text);
    /* A host falls silent, or speaks again. */
    void (*silent)(struct drawing *d, uint16_t host, bool silent);
    void (*finish)(struct drawing *d);
};

struct drawing {
    const struct ladder_events *events;
    struct scan *scan;
    struct sbuf *out;
    uint32_t rows; /* printed so far */
};

/* Life-lines, if there is room for them; NULL if not. */
struct drawing *lanes_new(struct scan *s, struct sbuf *out);
struct drawing *list_new(struct scan *s, struct sbuf *out);
void lanes_free(struct drawing *d);
void list_free(struct drawing *d);

/* Breaks text at spaces, or between wide characters, so that a line takes at most `columns`: returns the
 * bytes of the first line, and sets *next to where the second begins. */
size_t break_line(const char *text, int columns, const char **next);

#endif
