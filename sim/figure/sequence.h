/* sequence: the sequence diagram: time runs downwards, hosts are life-lines, segments slanted arrows between
 * them.
 *
 * First the layout: every block, arrow and word gets its place, and no word lies on another, on an arrow's
 * head or over the edge: labels move along their arrow, and are shortened or left out where nothing helps.
 * Then the drawing, of everything or of what has happened up to a time. The layout is a pure function of
 * (model, fonts, options); it borrows the model, which must outlive it. */
#ifndef TCPLAB_FIGURE_SEQUENCE_H
#define TCPLAB_FIGURE_SEQUENCE_H

#include "sim/figure/axis.h"
#include "sim/figure/model.h"
#include "sim/figure/paint.h"

struct sequence_options {
    double width, height; /* height 0: as much as it takes */
    double scale;         /* of type and lines, 1 at 1080p; 0: what suits the size */
    enum axis_mode axis;
    vtime from, to; /* to: VTIME_NEVER: to the end */
    bool title;     /* with the lesson's title above and the named numbers below */
};

enum seq_box_kind { /* what lies where; for tests, and to find what was clicked */
                    SEQ_LABEL,
                    SEQ_HEAD,
                    SEQ_NUMBER,
                    SEQ_NAME,
                    SEQ_CHIP,
                    SEQ_TICK,
                    SEQ_PILL,
                    SEQ_CROSS
};

struct seq_box { /* a rectangle turned about its middle */
    enum seq_box_kind kind;
    size_t owner; /* index of the flight, span, note ... in the model */
    struct point at;
    double w, h, angle;
};

struct seq_lane {
    double x;             /* of the bar's middle */
    struct rect pill;     /* with icon and name */
    double column, width; /* of the states; width 0: none */
    int side;             /* -1: column to the left, 1: to the right, 0: among the arrows */
};

struct seq_block {
    size_t span;
    struct rect r;
    double px; /* of the name; 0: no room for it */
    struct point name, second;
    double second_px; /* 0: none */
    bool ring, wait;  /* a 2 MSL timer as a ring; as words only */
    size_t timer;     /* index of the wait */
    struct point ring_at;
    double ring_r;
};

struct seq_arrow {
    size_t flight;
    unsigned number;
    double number_r;               /* 0: only a dot */
    struct point from, tip, start; /* start: middle of the number; from: where the line begins */
    unsigned n_bends;
    struct point bend[MODEL_VIA];
    bool cut;               /* goes on beyond the time shown */
    bool entered;           /* left before the time shown: start and from lie on its upper edge */
    double detail;          /* size of the label's type; 0: no label */
    bool text, extra, over; /* over: another line runs behind the label */
    struct seq_box label;
    size_t box;    /* the label's, in the sequence's boxes */
    double why_px; /* what is said beside the X; 0: nothing */
    struct point why;
};

struct seq_chip {
    size_t note;
    struct rect r;
    double px, y; /* y: where it happens */
    double second_px;
};

struct seq_tick {
    double y;
    double px; /* 0: a tick without a label */
    struct point at;
    char text[32];
};

struct seq_pause { /* a wait that is not to scale */
    double y0, y1;
    double px;
    struct point at;
    char text[40];
};

struct seq_band { /* half closed */
    vtime from, to;
    uint16_t talker; /* the lane that may still send */
    char text[2][2][160];
    double w[2], gap[2];
    struct rect r;
    double px, second_px;
    struct point first, second;
};

struct seq_shade {     /* the segments of one direction that leave within a row of pixels */
    uint16_t from, to; /* lanes */
    double y0, y1, h;  /* where the row begins at the one life-line and at the other; its height */
    uint32_t n, again, data;
};

struct seq_cross { /* losses that lie together */
    struct point at;
    uint32_t n;
    vtime when; /* the first of them was sent */
    double px;  /* of their number beside the mark; 0: nothing */
    struct point text;
};

/* How much is drawn of each segment: what the room lets be read. */
enum seq_level {
    SEQ_FULL,   /* arrows with their labels */
    SEQ_ARROWS, /* arrows; words only on those that open, close or break a connection, are lost or sent again
                 */
    SEQ_DENSITY /* where arrows would melt together, their number as a shade */
};

struct seq_rows; /* what lies in each strip of the picture */

struct sequence {
    const struct model *model;
    struct sequence_options o;
    double width, height, scale;
    double top, bottom; /* of the life-lines */
    double gutter;      /* where the axis of time stands */
    struct axis axis;
    struct seq_lane lane[8];
    struct seq_block *block;
    struct seq_arrow *arrow;
    struct seq_chip *chip;
    struct seq_tick *tick;
    struct seq_pause *pause;
    struct seq_band *band;
    struct seq_box *box;
    /* What the window of time shows, as indexes into the model's arrays, ascending. */
    uint32_t *flight, *span, *note, *wait;
    size_t n_flights, n_spans, n_notes, n_waits;
    enum seq_level level;
    struct seq_rows *rows, *lines; /* of box[]; of arrow[] */
    /* Of SEQ_DENSITY only: arrow[] are the few that stand alone or weigh more. */
    struct seq_shade *shade;
    struct seq_cross *cross;
    struct seq_plate *plate; /* the shades as drawn so far; kept by the drawing */
    size_t n_shades, n_crosses, cap_crosses;
    uint64_t shaded; /* segments in all shades */
    uint32_t most;   /* in one */
    char density_text[2][96], density_most[24];
    double density_px, density_x[2];
    struct rect density_ramp;
    size_t n_blocks, n_arrows, n_chips, n_ticks, n_pauses, n_bands, n_boxes, cap_boxes;
    double title_px;
    struct point title, legend;
    double legend_px;
};

/* Measures with p. Costs what the window of time shows, not what the trace has. */
struct sequence *sequence_new(const struct model *m, struct paint *p, const struct sequence_options *o);
void sequence_free(struct sequence *s); /* NULL is allowed */
/* Down to where the hosts' names stand, when the rest is scrolled below them. */
static inline double sequence_head(const struct sequence *s)
{
    return s->top - 12 * s->scale;
}

struct sequence_view {
    vtime at;          /* what has happened until then; VTIME_NEVER: everything, and no playhead */
    uint64_t selected; /* a packet; 0: none */
};
/* Draws on p's cairo_t, the upper left corner at (0, 0). */
void sequence_draw(const struct sequence *s, struct paint *p, const struct sequence_view *v);

/* The same in parts, for a window that keeps what has settled and draws in each frame only what moves. */
enum seq_part {
    SEQ_PART_HEADS = 1,   /* title, pills: what stays above when the rest is scrolled */
    SEQ_PART_SETTLED = 2, /* background, and all that stands still until the next epoch */
    SEQ_PART_MOVING = 4,  /* segments on their way, rings of timers, the playhead */
    SEQ_PART_ALL = 7
};
void sequence_draw_parts(const struct sequence *s, struct paint *p, const struct sequence_view *v,
                         unsigned parts);
/* Where the diagram has been scrolled up by so much: names of states whose beginning has gone stand below the
 * heads, over what can still be seen of them. In the figure's own coordinates, after the settled part. */
void sequence_draw_names(const struct sequence *s, struct paint *p, vtime at, double scroll);
/* Two times of the same epoch have the same settled picture. */
size_t sequence_epoch(const struct sequence *s, vtime at);
/* The rectangles, at most max, that the moving part covers at v->at; returns how many. */
size_t sequence_moving(const struct sequence *s, const struct sequence_view *v, struct rect *out, size_t max);

/* Whether two turned rectangles share more than a hair's breadth. */
bool seq_boxes_meet(const struct seq_box *a, const struct seq_box *b);
/* Whether a line from a to b passes through the rectangle. */
bool seq_line_meets(struct point a, struct point b, const struct seq_box *box);

/* ---- between layout, placing and drawing ---- */

/* Remembers where something lies. */
void seq_put(struct sequence *s, enum seq_box_kind kind, size_t owner, struct point at, double w, double h,
             double angle);
/* Whether the rectangle is clear of everything put so far, and inside the figure. */
bool seq_free(const struct sequence *s, const struct seq_box *box);
/* Forgets all that was put. */
void seq_clear(struct sequence *s);
void seq_place_labels(struct sequence *s, struct paint *p);
/* "1.05 s", "50 ms" */
void seq_time_text(char *out, size_t size, vtime t);
/* The words on a block: a state's name as it is set (no break at its hyphens), and its translation. */
void seq_state_words(const struct model *m, const struct model_span *span, char *first, char *second,
                     size_t size);
/* Where arrows melt together (SEQ_DENSITY): the segment that passes nearest to a place, of those that left
 * until this time; NULL: none is near. */
const struct model_flight *sequence_dense_flight(const struct sequence *s, struct point at, vtime until);

#endif
