/* states: the state machine: the states as boxes in layers, as RFC 9293 figure 5 has them, the edges of the
 * table as arrows, and where every connection stands and has been.
 *
 * First the layout, by rule from the edge table and from what the whole trace does, so that it stays put
 * while time runs: a state stands below those that lead to it, on the side of the host that goes through it.
 * CLOSED stands twice: where a connection comes from, and where it ends. Then the drawing, as things are at a
 * time. No word lies on a box, on another word or over the edge; words that find no room are left out, but
 * never those of an edge that the trace takes. Borrows the model, which must outlive it. */
#ifndef TCPLAB_FIGURE_STATES_H
#define TCPLAB_FIGURE_STATES_H

#include "sim/figure/model.h"
#include "sim/figure/paint.h"

struct states_options {
    double width, height;
    double scale;   /* of type and lines, 1 at 1080p; 0: what suits the size */
    bool whole;     /* all states and edges of the table; else those that the trace goes through */
    bool untitled;  /* without the line "State machine" and the hosts' letters above */
    vtime from, to; /* the part of the trace that counts; to: 0 or VTIME_NEVER: to its end */
};

/* A box of the picture: a state of the table, and CLOSED once more for where connections end. */
enum { STATES_END = ST_COUNT, STATES_NODES, STATES_ARROWS = 64, STATES_BENDS = 6, STATES_TOKENS = 24 };

struct states_node {
    bool shown, visited; /* visited: by the trace, sooner or later */
    unsigned rank;
    double side; /* -1: of the first lane, 1: of the last one */
    struct rect r;
    double px; /* of the name */
    struct point name, second;
    double second_px; /* 0: none */
    unsigned corners; /* bit per corner at which tokens may stand */
};

struct states_arrow {      /* all edges of the table from one state to another */
    unsigned from, to;     /* nodes */
    bool taken;            /* by the trace, sooner or later */
    vtime first;           /* when for the first time */
    enum report_edge edge; /* the one taken first, else the table's first */
    unsigned n_points;
    struct point point[STATES_BENDS];
    double px; /* of its label; 0: none */
    unsigned lines;
    char text[2][96]; /* the label's lines: markup */
    struct rect label;
};

enum states_box_kind { STATES_BOX_STATE, STATES_BOX_ARROW, STATES_BOX_LABEL, STATES_BOX_TITLE };

struct states_box { /* what lies where; for tests, and to find what was clicked */
    enum states_box_kind kind;
    unsigned index; /* of the node or the arrow */
    struct rect r;  /* of an arrow: around it */
};

struct states_token { /* where connections of a host stand */
    uint16_t lane;
    unsigned node;
    unsigned n; /* how many connections */
    struct rect r;
    char text[24];
};

struct states_event; /* a connection goes from one state to another */

struct states {
    const struct model *model;
    struct states_options o;
    double width, height, scale;
    struct states_node node[STATES_NODES];
    struct states_arrow arrow[STATES_ARROWS];
    struct states_box box[STATES_NODES + 2 * STATES_ARROWS + 4];
    struct rect zone[STATES_NODES * 4]; /* where tokens may come to stand */
    unsigned n_zones;
    struct states_event *event;
    size_t n_arrows, n_boxes, n_events;
    unsigned n_ranks;
    char letter[8][8]; /* of each lane */
    struct rect title, legend;
    double title_px, legend_px; /* 0: no room */
};

/* Measures with p. */
struct states *states_new(const struct model *m, struct paint *p, const struct states_options *o);
void states_free(struct states *s); /* NULL is allowed */

struct states_view {
    vtime at;     /* as things are then; VTIME_NEVER: at the end */
    int selected; /* index of a box; -1: none */
};
/* Draws on p's cairo_t, the upper left corner at (0, 0). Leaves the paper under it as it is. */
void states_draw(const struct states *s, struct paint *p, const struct states_view *v);

/* The box at a place; -1: none. */
int states_hit(const struct states *s, double x, double y);
/* What a box stands for, in both languages: the state's meaning, or what happens on the edge. section gets
 * RFC 9293's; either may be asked for alone. */
struct trace_text states_words(const struct states *s, int box, const char **section);
/* The tokens at a time, at most STATES_TOKENS; returns how many. */
unsigned states_tokens(const struct states *s, struct paint *p, vtime at, struct states_token *out);
/* Whether the trace has taken the arrow by then. */
bool states_taken(const struct states *s, size_t arrow, vtime at);

#endif
