/* header: the inspector: the TCP header of one segment, bit for bit, as RFC 9293 section 3.1 draws it.
 *
 * The bytes are made from the trace alone, by the code that also writes pcapng. In a small rectangle the rows
 * are those of the fields that matter, in a large one the grid of 32 bits with a ruler, every option and the
 * checksum. Fields that differ from the previous segment of the same direction are marked. Borrows model and
 * log, which must outlive it. */
#ifndef TCPLAB_FIGURE_HEADER_H
#define TCPLAB_FIGURE_HEADER_H

#include "sim/figure/model.h"
#include "sim/figure/paint.h"

enum header_field {
    HEADER_SPORT,
    HEADER_DPORT,
    HEADER_SEQ,
    HEADER_ACK,
    HEADER_OFFSET,
    HEADER_RESERVED,
    HEADER_CWR,
    HEADER_ECE,
    HEADER_URG,
    HEADER_ACK_BIT,
    HEADER_PSH,
    HEADER_RST,
    HEADER_SYN,
    HEADER_FIN,
    HEADER_WINDOW,
    HEADER_CHECKSUM,
    HEADER_URGENT,
    HEADER_OPTIONS,
    HEADER_PAYLOAD,
    HEADER_FIELDS
};

struct header_options {
    double width, height;
    double scale; /* of type and lines, 1 at 1080p; 0: what suits the size */
    bool untitled;
};

enum { HEADER_BYTES = 60, HEADER_ROWS = 20, HEADER_BOXES = 48, HEADER_TEXT = 96 };

struct header_row {   /* an option, decoded */
    unsigned from, n; /* its bytes, counted from the header's start */
    bool changed;
    char text[2][HEADER_TEXT]; /* "timestamps 12, echo 0"; English, Chinese: markup */
};

enum header_cell { HEADER_CELL, HEADER_CELL_BIT, HEADER_CELL_OPTION, HEADER_CELL_SUMMARY, HEADER_CELL_DATA };

struct header_box { /* what lies where */
    enum header_field field;
    enum header_cell cell;
    int row; /* HEADER_CELL_OPTION: which of them */
    struct rect r;
};

struct header {
    const struct model *model;
    struct header_options o;
    double scale;
    uint64_t pkt, previous; /* previous: the segment compared with; 0: there is none */
    unsigned number;        /* of the segment, as the sequence diagram has it; 0: not known */
    enum hue hue;
    bool damaged;                /* on its way */
    uint8_t bytes[HEADER_BYTES]; /* the header as it is sent */
    unsigned n_bytes;            /* all of it, options too; below 20: a stump that is no header */
    uint32_t payload;            /* bytes behind it */
    bool changed[HEADER_FIELDS], byte_changed[HEADER_BYTES];
    uint16_t computed;                      /* checksum that the bytes ought to have */
    bool verified;                          /* the one they have is that */
    char value[HEADER_FIELDS][HEADER_TEXT]; /* "2501"; "" where the bytes end before */
    char named[HEADER_FIELDS][HEADER_TEXT]; /* "<i>u</i>+1": markup; "": it has no name */
    struct header_row row[HEADER_ROWS];
    unsigned n_rows;
    bool grid; /* large enough for the whole grid */
    struct header_box box[HEADER_BOXES];
    unsigned n_boxes;
    struct rect title, ruler, hex; /* height 0: not there */
    double hex_px;
    unsigned hex_lines, hex_per_line;
};

/* The packet must be a SEND record of the model's log: else NULL. Measures with p. */
struct header *header_new(const struct model *m, struct paint *p, uint64_t pkt,
                          const struct header_options *o);
void header_free(struct header *h); /* NULL is allowed */

struct header_view {
    int selected; /* index of a box; -1: none */
};
/* Draws on p's cairo_t, the upper left corner at (0, 0). Leaves the paper under it as it is. */
void header_draw(const struct header *h, struct paint *p, const struct header_view *v);

/* The segment sent last at or before a time; 0: none yet. */
uint64_t header_packet_at(const struct model *m, vtime at);
/* The box at a place; -1: none. */
int header_hit(const struct header *h, double x, double y);
/* What a field is for, in both languages, and the section that says so ("9293", "3.1"). */
struct trace_text header_words(const struct header *h, int box, const char **rfc, const char **section);

#endif
