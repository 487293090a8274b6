/* cc: congestion control behind one small interface (RFC 5681). The arithmetic of cwnd and ssthresh lives
 * here; when to retransmit what (recovery) belongs to TCP. Never sees a segment or a TCB. Integers only. */
#ifndef TCPLAB_MODELS_CC_CC_H
#define TCPLAB_MODELS_CC_CC_H

#include "sim/core/base.h"

enum cc_kind { CC_NONE, CC_RENO, CC_COUNT };

struct cc_state { /* in the TCB */
    uint32_t cwnd, ssthresh;
    uint32_t smss;
    uint32_t acked; /* bytes counted towards the next increase in congestion avoidance */
};

/* The formula of the initial window, as the RFC of that number has it. */
#define CC_IW_RULES(R) R(RFC5681, "rfc5681") R(RFC2581, "rfc2581") R(RFC3390, "rfc3390") R(RFC6928, "rfc6928")
enum cc_iw_rule {
#define CC_IW_ROW(ID, name) CC_IW_##ID,
    CC_IW_RULES(CC_IW_ROW)
#undef CC_IW_ROW
        CC_IW_COUNT
};
struct cc_iw {
    uint32_t segments; /* so many; 0: by the rule */
    enum cc_iw_rule rule;
};

struct cc_ack {             /* new data acknowledged outside recovery */
    uint32_t acked, flight; /* octets; FlightSize before the ACK */
    uint32_t limit;   /* segments that one ACK may add in slow start (RFC 3465's L); 0: ACKs are counted, not
                         octets */
    bool unused_cwnd; /* so little of cwnd was in use that nothing was learnt of the network (RFC 7661) */
    vtime now;
};

struct cc_ops {
    const char *name;
    /* smss known, connection established: the initial window. syn_lost: the SYN or SYN,ACK was retransmitted,
     * so the window is one segment (RFC 5681 sec 3.1). */
    void (*init)(struct cc_state *c, uint32_t smss, const struct cc_iw *iw, bool syn_lost);
    void (*on_ack)(struct cc_state *c, const struct cc_ack *a);
    /* Fast retransmit begins (third duplicate ACK): flight = FlightSize (RFC 5681 sec 3.2). */
    void (*enter_recovery)(struct cc_state *c, uint32_t flight, vtime now);
    /* The same where SACK counts what has left the network: ssthresh = cwnd (RFC 6675 sec 5, 4.2). */
    void (*enter_sack)(struct cc_state *c, uint32_t flight, vtime now);
    /* One more duplicate ACK while in recovery. */
    void (*on_dupack)(struct cc_state *c);
    /* A partial ACK of `acked` bytes during recovery (RFC 6582). */
    void (*on_partial)(struct cc_state *c, uint32_t acked);
    /* Recovery is over; flight after the ACK. */
    void (*exit_recovery)(struct cc_state *c, uint32_t flight, vtime now);
    /* Retransmission timeout; first: of this segment (later ones keep ssthresh). */
    void (*on_rto)(struct cc_state *c, uint32_t flight, bool first, vtime now);
    /* The network has marked congestion (RFC 3168 sec 6.1.2): halved as for a loss, but nothing was lost. */
    void (*on_ecn)(struct cc_state *c, uint32_t flight, vtime now);
    /* Idle for more than one RTO (RFC 5681 sec 4.1): the restart window. */
    void (*after_idle)(struct cc_state *c, const struct cc_iw *iw);
};

const struct cc_ops *cc_get(enum cc_kind kind);
/* Row of a name ("none", "reno"); -1: no such. */
int cc_find(const char *name);
/* The same for the rules of the initial window. */
const char *cc_iw_name(enum cc_iw_rule rule);
int cc_iw_find(const char *name);

#endif
