/* recovery: what a connection knows only while, or since, something went wrong: for models/tcp alone.
 *
 * struct recovery is a block of its own in the arena, made when first needed (t->rec), so that a connection
 * without trouble does not carry it. It holds the scoreboard (scoreboard.h), what the ACKs owed will report
 * (sack.h), and the variables of loss recovery: RFC 6675 (SACK), RFC 6582's heuristics, RFC 3042 (limited
 * transmit). What is sent next in recovery is decided here; by how much cwnd changes is models/cc's, and
 * never done here. */
#ifndef TCPLAB_MODELS_TCP_RECOVERY_H
#define TCPLAB_MODELS_TCP_RECOVERY_H

#include "models/tcp/tcb.h"

#define DUPACK_THRESHOLD 3 /* DupThresh */

struct span { /* octets left =< s < right; SYN and FIN count as one each */
    seq32 left, right;
};

enum { RECENT_MAX = 8, RXT_MAX = 8, REPORTS_MAX = 250 };

struct report {        /* what one of the ACKs owed will say */
    seq32 newest;      /* the first block holds this octet (RFC 2018 sec 4); RCV.NXT or less: none */
    struct span again; /* came twice (RFC 2883); empty: nothing did */
};

struct recovery {
    struct ring board;   /* struct span: what the peer has SACKed; scoreboard.h */
    struct ring reports; /* struct report, oldest first; sack.h */
    uint32_t sacked;     /* octets in board */
    seq32 rtx, rtx_end;  /* TF_RTO_RECOVERY: [rtx, rtx_end) has still to be sent again */
    seq32 high_rxt;      /* HighRxt + 1 */
    seq32 rescue;        /* RescueRxt + 1 */
    uint32_t limited;    /* octets sent by limited transmit: no part of FlightSize when a loss is found */
    seq32 prev_ack;      /* RFC 6582 sec 4.1: prev_highest_ack */
    seq32 recent[RECENT_MAX]; /* an octet of each block reported first lately, newest first */
    struct span rxt[RXT_MAX]; /* the last retransmissions, to know them in a D-SACK */
    uint8_t n_recent, n_rxt, rxt_at;
    uint8_t credit;    /* segments that limited transmit may send now */
    uint8_t same_echo; /* RFC 6582 sec 4.2: the last ACK echoed the timestamp of the last segment it
                          acknowledges */
    uint8_t pad[3];
};

/* The block; made if there is none. The pointer is good until the next call that may free it. */
struct recovery *recovery_make(struct tcp_ctx *x, struct tcb *t);
/* The block, NULL if there is none. */
static inline struct recovery *recovery_of(const struct tcp_ctx *x, const struct tcb *t)
{
    return t->rec ? world_at(x->w, t->rec) : NULL;
}
/* Nothing in it is needed any more: frees it. */
void recovery_release(struct tcp_ctx *x, struct tcb *t);
void recovery_free(struct world *w, struct tcb *t);

#endif
