/* flow: one connection of a trace, and which of its two sides sends a segment; sequence numbers as 64-bit
 * positions that do not wrap. For those who draw one connection's numbers.
 *
 * Owns its maps; borrows the model. The connection is the one asked for by one of its ends, else that whose
 * end sends most bytes. A socket pair may be used again: each use has ends of its own. */
#ifndef TCPLAB_FIGURE_FLOW_H
#define TCPLAB_FIGURE_FLOW_H

#include "sim/figure/model.h"
#include "sim/report/ladder_scan.h"

struct flow_side {
    uint32_t conn;  /* 0: a raw peer's */
    uint16_t host;  /* index + 1 */
    uint64_t bytes; /* of payload that it sends */
    bool begun;
    uint32_t isn;
    int64_t next; /* the highest position sent, +1 */
    int64_t una;  /* of what it has sent, acknowledged; as it hears */
    int64_t edge; /* of the window it may send into */
};

struct flow {
    const struct model *model;
    struct scan scan;
    struct ladder_options options;
    struct fold ends;     /* all connection ends of the trace */
    struct fold_map fate; /* packet id -> 1: came, 2: got lost at last */
    const struct talk *talk;
    uint32_t pair; /* 0: not known */
    int turned;    /* which of the talk's directions is side 0's */
    struct flow_side side[2];
};

/* False: no segment is sent. flow_close is to be called anyhow. */
bool flow_open(struct flow *f, const struct model *m, uint32_t conn);
void flow_close(struct flow *f);
/* Which side sends this segment, 0 or 1; -1: it belongs to another connection. */
int flow_side(struct flow *f, const struct rec_send *r);
/* Takes a segment that a side sends, in order of time; returns the position of its first number, 0 for SYN.
 */
int64_t flow_send(struct flow *f, int side, const struct rec_send *r);
/* Takes an arrival. 0 or 1: this side has heard an acknowledgment, its una and edge are up to date; -1: not
 * of interest. */
int flow_hear(struct flow *f, const struct rec_arrive *r);
/* The SACK blocks of an arrival that flow_hear has taken, at most FLOW_SACKS: from, and behind the last.
 * Returns how many. */
enum { FLOW_SACKS = 4 };
unsigned flow_sacks(const struct flow *f, int side, const struct rec_arrive *r, int64_t block[][2]);
/* How many sequence numbers a segment takes. */
int64_t flow_length(const struct rec_send *r);
bool flow_lost(const struct flow *f, uint64_t pkt);
/* "client → server", markup. */
void flow_who(const struct flow *f, int side, char *out, size_t size);

#endif
