/* states_parts: what the pieces of the state machine's layout share. Private to it. */
#ifndef TCPLAB_FIGURE_STATES_PARTS_H
#define TCPLAB_FIGURE_STATES_PARTS_H

#include "sim/figure/states.h"

struct states_event {
    vtime at;
    uint64_t record; /* STATE, or the HOSTEV record of a crash */
    uint32_t conn, talk;
    uint16_t lane;
    uint8_t from, to; /* nodes */
    uint16_t edge;    /* ED_NONE: the host crashed, all its connections are gone */
};

/* Reads the connections' paths from the log; s->event. */
void states_read(struct states *s);
/* Where the connections of every lane stand after the first n events, without places. */
unsigned states_standing(const struct states *s, size_t n, struct states_token *out);
/* The arrows between the nodes that are shown, without places. */
void states_find_arrows(struct states *s);
/* Gives the arrows their lines; returns which margins they need: bit 0 left, bit 1 right. */
unsigned states_route(struct states *s, const double margin[2]);
void states_place_labels(struct states *s, struct paint *p);
/* The corner of a node at which a lane's token stands: 0 to 3, row by row. */
unsigned states_corner(const struct states *s, uint16_t lane);
struct rect states_token_rect(const struct states *s, struct paint *p, unsigned node, uint16_t lane,
                              const char *text);
/* A node's name as it is set, and its Chinese one, or "". */
void states_name(const struct states *s, unsigned node, char *first, char *second, size_t size);

bool rects_meet(struct rect a, struct rect b);
struct rect rect_grown(struct rect r, double by);
bool line_meets_rect(struct point a, struct point b, struct rect r);

#endif
