/* chart: values over time: one to three panels above each other that share an axis of time, with ticks, units
 * and a legend. What a value means is its role: the role has a colour, a style of line and a name.
 *
 * Who makes a chart (seqplot, cwnd) puts points in, in order of time; each carries the record that it comes
 * from, so that a click on it leads there. Then the layout: round ticks, no word on another or over the edge;
 * a quiet wait much longer than everything else is cut out of the axis and marked. Then the drawing, of
 * everything or of what has happened up to a time: what falls into one column of pixels is drawn once, so
 * that a hundred thousand points cost no more than the picture is wide.
 *
 * Owns its points; borrows the model, which must outlive it. */
#ifndef TCPLAB_FIGURE_CHART_H
#define TCPLAB_FIGURE_CHART_H

#include "sim/figure/model.h"
#include "sim/figure/paint.h"

enum chart_role {                 /* in the order in which they are drawn */
                  CURVE_FLIGHT,   /* FlightSize */
                  CURVE_ACK,      /* what has been acknowledged */
                  CURVE_WINDOW,   /* up to where the sender may send: ACK + window */
                  CURVE_ACK_TICK, /* every ACK that came, duplicates too */
                  CURVE_SACK,     /* blocks that the receiver reports */
                  CURVE_SEGMENT,
                  CURVE_AGAIN, /* a retransmission */
                  CURVE_RWND,
                  CURVE_SSTHRESH,
                  CURVE_PIPE, /* what is estimated to be in the network (RFC 6675) */
                  CURVE_CWND,
                  CURVE_RTO,
                  CURVE_SRTT,
                  CURVE_RTT,    /* a measurement */
                  CURVE_LOST,   /* where a segment was sent that did not arrive */
                  CURVE_LETTER, /* SYN, FIN, RST, R, U */
                  CURVE_COUNT
};

struct chart_point {
    vtime at;
    int64_t low, high; /* the same but for bars */
    uint64_t record;
    const char *letter; /* static; CURVE_LETTER only */
};

struct chart_series {
    struct chart_point *point;
    size_t n, cap;
    bool off;     /* lies above the picture: only the legend tells */
    int64_t last; /* off: its last value */
};

enum chart_unit { CHART_BYTES, CHART_SEQUENCE, CHART_DURATION };

enum { CHART_PANELS = 3, CHART_TICKS = 64, CHART_PIECES = 8, CHART_WORD = 128 };

struct chart_tick {
    double at; /* x or y */
    double px;
    struct rect r;
    char text[32];
};

struct chart_legend {
    enum chart_role role;
    struct rect key, words;
    char text[CHART_WORD];
};

struct chart_panel {
    struct trace_text title;
    char who[CHART_WORD]; /* markup, behind the title: "client → server" */
    enum chart_unit unit;
    uint32_t base; /* CHART_SEQUENCE: what is added to the values shown (absolute numbers) */
    double weight; /* of its height */
    struct chart_series series[CURVE_COUNT];
    /* laid out */
    int64_t low, high;
    struct rect plot;
    char words[CHART_WORD]; /* title and unit */
    struct rect title_at;
    struct chart_legend legend[CURVE_COUNT];
    unsigned n_legend;
    struct chart_tick tick[CHART_TICKS];
    unsigned n_ticks;
};

struct chart_piece { /* a part of the axis of time that is to scale */
    vtime from, to;
    double x0, x1;
};

struct chart_letter { /* beside its point */
    unsigned panel;
    const struct chart_point *point;
    double px;
    struct rect r;
};

struct chart_options {
    double width, height;
    double scale;   /* of type and lines, 1 at 1080p; 0: what suits the size */
    vtime from, to; /* to: 0 or VTIME_NEVER: to the end */
    bool untitled;  /* without the title above */
    bool linear;    /* no wait is cut out */
    bool absolute;  /* sequence numbers as in the segments */
    uint32_t conn;  /* one end of the connection shown; 0: where most bytes are sent */
};

enum chart_box_kind { CHART_BOX_TITLE, CHART_BOX_TICK, CHART_BOX_LEGEND, CHART_BOX_LETTER };
struct chart_box { /* where words lie; for tests */
    enum chart_box_kind kind;
    struct rect r;
};

struct chart {
    const struct model *model;
    struct chart_options o;
    double scale;
    struct trace_text name; /* what it shows: "Sequence numbers over time" */
    char who[CHART_WORD];   /* markup: "client → server" */
    struct chart_panel panel[CHART_PANELS];
    unsigned n_panels;
    /* laid out */
    vtime from, to;
    struct chart_piece piece[CHART_PIECES];
    unsigned n_pieces;
    double title_px;
    struct rect title, subtitle;
    char title_text[512], subtitle_text[512];
    struct chart_tick tick[CHART_TICKS];
    unsigned n_ticks;
    char time_words[CHART_WORD];
    struct rect time_at;
    struct chart_letter *letter;
    size_t n_letters, cap_letters;
    struct chart_box *box;
    size_t n_boxes, cap_boxes;
};

/* ---- to make one ---- */

struct chart *chart_new(const struct model *m, const struct chart_options *o);
void chart_free(struct chart *c); /* NULL is allowed */
/* The panel must be one of the first n_panels. Points come in order of time. */
void chart_put(struct chart_panel *p, enum chart_role role, struct chart_point point);
/* Finds everything its place; once, when all points are in. */
void chart_lay(struct chart *c, struct paint *p);

/* ---- to use one ---- */

struct chart_view {
    vtime at;          /* what has happened until then; VTIME_NEVER: everything, and no playhead */
    uint64_t selected; /* a record whose points are marked; 0: none */
};
/* Draws on p's cairo_t, the upper left corner at (0, 0). */
void chart_draw(const struct chart *c, struct paint *p, const struct chart_view *v);

struct chart_hit {
    unsigned panel;
    enum chart_role role;
    const struct chart_point *point;
};
/* The point nearest to a place and not farther than `radius`, of those up to a time; false: there is none. */
bool chart_hit(const struct chart *c, double x, double y, double radius, vtime until, struct chart_hit *out);
/* What the point says, in the model's first language: "cwnd: 2,920 bytes, 1.25 s". */
void chart_say(const struct chart *c, const struct chart_hit *h, char *out, size_t size);

double chart_x(const struct chart *c, vtime at);
double chart_y(const struct chart_panel *p, int64_t value);
/* The time under a place. */
vtime chart_time(const struct chart *c, double x);

#endif
