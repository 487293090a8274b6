/* canvas: one row of a text drawing, written cell by cell and then printed. Private to the report.
 *
 * Text that is put later covers what stood there. A wide character takes two cells; half of one is never
 * left. Control characters are passed over, so no text of a lesson can steer a terminal. */
#ifndef TCPLAB_REPORT_CANVAS_H
#define TCPLAB_REPORT_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/core/sbuf.h"

enum style { /* what a cell means; colours stand in canvas.c */
             STYLE_PLAIN,
             STYLE_DIM, /* lines, times */
             STYLE_TITLE,
             STYLE_STATE,
             STYLE_SYN,
             STYLE_FIN,
             STYLE_RST,
             STYLE_DATA,
             STYLE_ACK,
             STYLE_AGAIN, /* retransmissions, duplicates */
             STYLE_BAD,   /* losses, failures */
             STYLE_NOTE,
             STYLE_WHY
};

struct cell {
    char s[12];    /* UTF-8 of a character and the marks on it */
    uint8_t bytes; /* 0: the second half of a wide character, or nothing (a space) */
    uint8_t columns;
    uint8_t style;
};

struct canvas {
    struct cell *cell;
    int width;
};

void canvas_init(struct canvas *c, int width);
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c);
/* Puts text from column x on; what lies outside is cut off. Returns the column after it. */
int canvas_put(struct canvas *c, int x, const char *text, enum style style);
int canvas_put_n(struct canvas *c, int x, const char *text, size_t n, enum style style);
/* The character at x ("" : nothing, or the half of a wide one). */
const char *canvas_at(const struct canvas *c, int x);
/* Appends the row, without trailing spaces, and a newline. */
void canvas_emit(const struct canvas *c, struct sbuf *out, bool colour);

#endif
