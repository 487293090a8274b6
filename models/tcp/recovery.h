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

/* A segment with ACK has been processed up to its acknowledgment: its SACK blocks, and what follows from them
 * (RFC 6675 sec 5; RFC 2883 sec 5). Nothing without SACK. */
void recovery_blocks(struct tcp_ctx *x, struct tcb *t, const struct arrival *a);
/* SND.UNA has moved from `before`, and the retransmission queue has not yet been cut: RFC 6582 sec 4's
 * heuristics. */
void recovery_remember(struct tcp_ctx *x, struct tcb *t, const struct segment *s, seq32 before);
/* SND.UNA has moved: the scoreboard; the end of a SACK recovery. */
void recovery_advance(struct tcp_ctx *x, struct tcb *t);
/* A duplicate ACK by RFC 5681's definition (not with SACK). */
void recovery_dupack(struct tcp_ctx *x, struct tcb *t);
/* A retransmission time-out: what has to be sent again, and what is forgotten. The first segment goes again
 * at once; its end is `from`. */
void recovery_timeout(struct tcp_ctx *x, struct tcb *t, seq32 from);
/* Everything from `from` on goes again, as cwnd grows, without a time-out of its own (RFC 5681 sec 3.1). */
void recovery_resend(struct tcp_ctx *x, struct tcb *t, seq32 from);
/* [from, to) is being sent again. */
void recovery_sent_again(struct tcp_ctx *x, struct tcb *t, seq32 from, seq32 to);
/* Octets taken to be in the network where no SACK recovery runs: they count against cwnd. */
uint32_t recovery_pipe(const struct tcp_ctx *x, const struct tcb *t);
/* Output in a SACK recovery: step (C). Returns what holds the rest, C_NONE if nothing is left. */
enum tcp_clause recovery_send(struct tcp_ctx *x, struct tcb *t);
/* After what cwnd admits: the segments that duplicate ACKs admit beyond it (RFC 3042). */
void recovery_limited(struct tcp_ctx *x, struct tcb *t);
/* After a time-out: the rest of the lost window, as cwnd grows (RFC 5681 sec 3.1), without what has been
 * SACKed since. False: something is left. */
bool recovery_resend_lost(struct tcp_ctx *x, struct tcb *t);
static inline bool in_sack_recovery(const struct tcb *t)
{
    return (t->flags & (TF_SACK | TF_RECOVERY | TF_RTO_RECOVERY)) == (TF_SACK | TF_RECOVERY);
}

#endif
