/* tcb: the inside of a connection, for models/tcp alone. Names are RFC 9293's: SND.UNA is t->snd.una.
 *
 * A TCB lives in the world's arena. Its queues are blocks of their own: sent (the retransmission queue, one
 * entry a segment, covering [SND.UNA, SND.NXT) without gaps), unread (slices in order that the user has not
 * read) and ooo (ranges that came out of order). Text is never copied: an entry names a slice of a stream. */
#ifndef TCPLAB_MODELS_TCP_TCB_H
#define TCPLAB_MODELS_TCP_TCB_H

#include "models/cc/cc.h"
#include "models/tcp/tcp.h"
#include "sim/core/timer.h"

#include <string.h>

/* t->flags */
#define TF_SYN_PENDING (UINT64_C(1) << 0)  /* our SYN or SYN,ACK has yet to be emitted; SND.NXT counts it */
#define TF_PASSIVE (UINT64_C(1) << 1)      /* came from LISTEN */
#define TF_CLOSE_QUEUED (UINT64_C(1) << 2) /* CLOSE was called: FIN after the last queued octet */
#define TF_FIN_SENT (UINT64_C(1) << 3)
#define TF_FIN_HELD (UINT64_C(1) << 4) /* a FIN came out of order; its number is rcv.fin */
#define TF_SETTLE (UINT64_C(1) << 5)   /* ops->want_settle was called, tcp_settle has not run yet */
#define TF_ACK_NOW (UINT64_C(1) << 6)
#define TF_ACK_DELAYED (UINT64_C(1) << 7) /* an ACK is owed; the timer or the next segment carries it */
#define TF_TS (UINT64_C(1) << 8)          /* timestamps agreed */
#define TF_SCALE (UINT64_C(1) << 9)       /* window scale agreed */
#define TF_NAGLE (UINT64_C(1) << 10)
#define TF_KEEPALIVE (UINT64_C(1) << 11)
#define TF_BROKEN (UINT64_C(1) << 12) /* a law was broken in passing (check.c) */
#define TF_ORPHAN (UINT64_C(1) << 13)
#define TF_DEAD (UINT64_C(1) << 14)     /* CLOSED; freed when the present call ends */
#define TF_SYN_RETX (UINT64_C(1) << 15) /* our SYN was sent more than once */
#define TF_RECOVERY (UINT64_C(1) << 16) /* fast recovery until snd.recover */
#define TF_RTT (UINT64_C(1) << 17)      /* a segment is being timed: rtt_seq, rtt_at */
#define TF_RTO_RECOVERY                                                                                      \
    (UINT64_C(1) << 18)                    /* a time-out: [rec.rtx, rec.rtx_end) has still to be sent again */
#define TF_URG_OUT (UINT64_C(1) << 19)     /* snd.up is ahead of what has been acknowledged */
#define TF_URG_IN (UINT64_C(1) << 20)      /* urgent mode: rcv.up is ahead of what the user has read */
#define TF_OVERRIDE (UINT64_C(1) << 21)    /* the SWS override timer has fired: the small segment may go */
#define TF_READ_CLOSED (UINT64_C(1) << 22) /* MAY-1: the user has given up reading */
#define TF_SACK (UINT64_C(1) << 23)        /* selective acknowledgment agreed */
#define TF_RECEIVE (UINT64_C(1) << 24)     /* a RECEIVE is pending */
#define TF_RECEIVE_ANY (UINT64_C(1) << 25)
#define TF_PEER_FIN (UINT64_C(1) << 26)   /* RCV.NXT has passed the peer's FIN */
#define TF_WANT_SPACE (UINT64_C(1) << 27) /* a SEND was cut short: signal room */
#define TF_PROBING (UINT64_C(1) << 28)    /* the only thing outstanding is a window probe */
#define TF_R1_TOLD (UINT64_C(1) << 29)
#define TF_SENDS (UINT64_C(1) << 30)       /* a SEND was issued (3.10.4, SYN-RECEIVED) */
#define TF_PARTIAL (UINT64_C(1) << 31)     /* a partial ACK came in this recovery (RFC 6582) */
#define TF_CORK (UINT64_C(1) << 32)        /* only full segments go */
#define TF_CORK_WAIT (UINT64_C(1) << 33)   /* the spare timer is the cork's */
#define TF_ORPHAN_WAIT (UINT64_C(1) << 34) /* the spare timer is the orphan's */
#define TF_QUICK (UINT64_C(1) << 35)       /* some segments are still acknowledged at once: settings.quick */

#define TF_SYN_TWICE (UINT64_C(1) << 39) /* more than twice */

/* Explicit congestion notification (ecn.c) */
#define TF_ECN_ASK (UINT64_C(1) << 40) /* our SYN says ECE and CWR */
#define TF_ECN_OFF                                                                                           \
    (UINT64_C(1) << 41)            /* a SYN of ours did not, or a SYN came that did not: no ECT any more */
#define TF_ECN (UINT64_C(1) << 42) /* agreed: text goes with ECT(0), ECE is heeded */
#define TF_ECN_ECHO (UINT64_C(1) << 43)  /* agreed: CE is answered with ECE */
#define TF_ECN_SEEN (UINT64_C(1) << 44)  /* a segment with ECT or CE has come */
#define TF_ECE (UINT64_C(1) << 45)       /* every ACK says ECE until CWR comes */
#define TF_CWR (UINT64_C(1) << 46)       /* the next new text says CWR */
#define TF_CWR_STATE (UINT64_C(1) << 47) /* reduced, up to settings.ecn_end */
#define TF_ECE_IN (UINT64_C(1) << 48)    /* the ACK that is being processed says ECE */
#define TF_ECN_HELD (UINT64_C(1) << 49)  /* nothing goes until the retransmission timer has run out */

enum tcp_timer {
    TM_RETX,
    TM_PERSIST,
    TM_DELACK,
    TM_TIMEWAIT,
    TM_KEEPALIVE,
    TM_USER,
    TM_SPARE, /* one of three that never run at once, as the flags say: SWS override, cork, orphan */
    TM_COUNT
};

struct sent { /* one segment on the retransmission queue */
    seq32 seq;
    uint32_t len;  /* octets of text */
    uint8_t ctl;   /* SYN, FIN, PSH */
    uint8_t probe; /* a window probe */
    uint16_t retx; /* times sent again */
    uint32_t pad;
    vtime at;     /* last time sent */
    uint64_t rec; /* record of its first sending */
};

/* The sequence number after the segment: text, SYN and FIN. */
static inline seq32 sent_end(const struct sent *e)
{
    return seq_add(e->seq, e->len + ((e->ctl & (TCP_SYN | TCP_FIN)) ? 1u : 0u));
}

struct slice { /* text in order, not yet read */
    uint64_t off;
    uint32_t stream, len;
};

struct range { /* text out of order */
    uint64_t off;
    uint32_t stream, len;
    seq32 seq;
    uint32_t push;
};

/* Bounds of the queues, so that no peer and no user can make them outgrow a ring (32768 entries): segments
 * outstanding; slices unread before another in-order segment is taken; ranges out of order (all may become
 * slices at once). */
enum { SENT_MAX = 32000, UNREAD_MAX = 16000, RANGES_MAX = 16000 };

/* An idle connection keeps no queue: small ones that have run empty are freed, large ones are likely to be
 * needed again, and tiny ones cost less than the work to free them. */
enum { RING_SMALL = 8 /* entries */, RING_KEPT = 32 /* bytes */ };

struct ring { /* a queue of fixed-size entries in the arena */
    ref mem;
    uint16_t head, n, cap, pad;
};

struct settings { /* as TCP's user may set them; and what only a connection in trouble has */
    vtime user_timeout, keep_idle, keep_interval;
    vtime r2;        /* 0: the host's */
    vtime rtx_since; /* when the present run of retransmissions began (R2) */
    int32_t r1;
    int32_t keep_probes;
    int32_t linger; /* seconds; -1: CLOSE is orderly */
    uint32_t rcv_buffer, snd_buffer;
    uint16_t no_reports; /* SHLD-20: soft errors are not told */
    uint16_t ttl;
    uint16_t mss; /* SET_MSS; 0: the host's */
    uint8_t syn_retries;
    uint8_t quick; /* segments that are still acknowledged at once */
    seq32 ecn_end; /* TF_CWR_STATE: SND.NXT when the window was reduced */
};

struct tcb { /* laid out without gaps: two of these are most of what a connection costs */
    struct wake wake;
    vtime due[TM_COUNT]; /* VTIME_NEVER: not armed */
    uint64_t flags;
    uint32_t conn, user;
    ref own;    /* struct settings; 0: the host's */
    ref shadow; /* struct told: what the trace was told; only while somebody listens */
    ref rec;    /* struct recovery: made when something goes wrong (recovery.h) */
    uint32_t spare;
    struct tcp_endpoints e;
    uint8_t state; /* enum tcp_state; written by fsm.c alone */
    uint8_t dscp, dscp_in;
    uint8_t backoff, retx_count, keep_count;
    uint8_t ack_why; /* enum tcp_clause of the ACK owed */
    uint8_t growth;  /* enum tcp_clause of the last increase of cwnd that was cited */
    uint8_t held;    /* enum tcp_clause that held text back last */
    uint8_t storm;   /* empty segments outside the window answered since one lay inside it */

    struct {
        seq32 una, nxt, wl1, wl2, iss, up, recover;
        uint32_t wnd, max_wnd;
        seq32 rtt_seq;    /* TF_RTT: the segment being timed is acknowledged by this */
        uint64_t queued;  /* octets the user has handed over, ever */
        uint64_t nxt_off; /* octets segmentized: where the stream goes on at SND.NXT */
        uint64_t push,
            push_first; /* last and first octet position (exclusive) that was pushed and not sent; 0: none */
        uint16_t mss;   /* SendMSS less nothing: see eff_mss() */
        uint8_t wscale; /* shift of the peer's window fields */
        uint8_t dupacks;
        struct ring sent;
    } snd;
    struct {
        seq32 nxt, adv, irs, up, fin; /* adv: the right edge last advertised */
        seq32 edge_sent;              /* the same as the segments sent say it: for the invariant */
        uint32_t unread;              /* octets in `queue` */
        uint32_t unacked;             /* octets received since the last ACK left */
        uint64_t total;               /* octets received in order, ever */
        uint64_t push;                /* total up to which a push was seen */
        uint32_t want;                /* size of the pending RECEIVE */
        uint16_t seen_mss;            /* largest text seen */
        uint8_t wscale;               /* shift of our window fields */
        uint8_t dup_owed;             /* duplicate ACKs owed for out-of-order arrivals */
        struct ring queue, ooo;
    } rcv;
    struct cc_state cc;
    vtime srtt, rttvar, rto; /* srtt 0: no measurement yet */
    vtime rtt_at;
    vtime ts_recent_at;
    vtime heard;   /* when the peer was last heard */
    vtime sent_at; /* when text was last sent */
    uint32_t ts_recent;
    seq32 last_ack_sent;
};

struct arrival { /* SEGMENT ARRIVES: the segment as it is whittled down by the steps */
    struct segment s;
    const struct seg_ext *ext;
    const struct tcp_endpoints *e;
    uint64_t pkt;
    uint8_t tos;
    seq32 up;     /* the urgent pointer as a sequence number, before anything is cut off (3.8.5) */
    bool new_syn; /* the segment's SYN made the connection: steps after it do not see it again */
    bool ooo;     /* its text does not begin at RCV.NXT */
    bool again;   /* a D-SACK is owed for it: for its first duplicate stretch only */
};

/* trace.c: facts */
void cite_rec(struct tcp_ctx *x, const struct tcb *t, enum tcp_clause c, uint64_t id);
static inline void cite(struct tcp_ctx *x, struct tcb *t, enum tcp_clause c)
{
    uint64_t id = rec_next(x->w);
    if (rec_wanted(x->w, REC_CITE))
        cite_rec(x, t, c, id);
}
void rejected(struct tcp_ctx *x, struct tcb *t, const struct arrival *a, unsigned why, enum tcp_clause c);
/* Record of the last arming of a timer (its firing's cause); 0 while nobody listened. */
uint64_t timer_armed_by(const struct tcp_ctx *x, const struct tcb *t, enum tcp_timer m);
void timer_rec(struct tcp_ctx *x, struct tcb *t, enum tcp_timer m, unsigned op);
enum tcp_result call_rec(struct tcp_ctx *x, struct tcb *t, unsigned call, enum tcp_result r, uint64_t len,
                         uint64_t off, unsigned flags);
void tell(struct tcp_ctx *x, struct tcb *t, enum tcp_signal what, uint64_t value);
/* One record an event with what changed. */
void vars_rec(struct tcp_ctx *x, struct tcb *t, uint64_t id);
void vars_free(struct world *w, struct tcb *t);
/* The record that made the reply owed; kept only while somebody listens. */
void reply_cause_set(struct tcp_ctx *x, struct tcb *t);
uint64_t reply_cause(const struct tcp_ctx *x, const struct tcb *t);

/* tcb.c: life, rings */
struct tcb *tcb_at(const struct tcp_ctx *x, ref r);
/* What holds for this connection: its own settings if it has any, else the host's. */
static inline struct settings settings(const struct tcp_ctx *x, const struct tcb *t)
{
    if (t->own)
        return *(const struct settings *)world_at(x->w, t->own);
    return (struct settings){.user_timeout = x->opt->user_timeout,
                             .keep_idle = x->opt->keepalive_idle,
                             .keep_interval = x->opt->keepalive_interval,
                             .r1 = (int32_t)x->opt->r1,
                             .keep_probes = (int32_t)x->opt->keepalive_probes,
                             .linger = (int32_t)x->opt->linger,
                             .rcv_buffer = (uint32_t)x->opt->rcv_buffer,
                             .snd_buffer = (uint32_t)x->opt->snd_buffer,
                             .ttl = (uint16_t)x->opt->ttl,
                             .syn_retries = (uint8_t)x->opt->syn_retries,
                             .quick = (uint8_t)x->opt->quickack};
}
/* The same for what the hot path asks for. */
static inline uint32_t rcv_buffer(const struct tcp_ctx *x, const struct tcb *t)
{
    return t->own ? ((const struct settings *)world_at(x->w, t->own))->rcv_buffer
                  : (uint32_t)x->opt->rcv_buffer;
}
static inline uint32_t snd_buffer(const struct tcp_ctx *x, const struct tcb *t)
{
    return t->own ? ((const struct settings *)world_at(x->w, t->own))->snd_buffer
                  : (uint32_t)x->opt->snd_buffer;
}
/* Its own, made from the host's when first needed. */
struct settings *own_settings(struct tcp_ctx *x, struct tcb *t);
/* Hands a dead TCB back and frees it. */
void bury(struct tcp_ctx *x, struct tcb *t);
/* Ends every call into TCP: the vars record; a dead TCB is handed back and freed (t is invalid afterwards).
 */
static inline void leave(struct tcp_ctx *x, struct tcb *t)
{
    if (!t)
        return;
    uint64_t id = rec_next(x->w); /* whether anything has changed or not: ids do not depend on who listens */
    if (rec_wanted(x->w, REC_VARS))
        vars_rec(x, t, id);
    if (t->flags & TF_DEAD)
        bury(x, t);
}
/* Closes for good: the edge, the queues, the timers; then the user hears `what` (SIGNAL_NONE: nothing). */
void die(struct tcp_ctx *x, struct tcb *t, enum tcp_edge e, enum tcp_signal what);
void ring_grow(struct tcp_ctx *x, struct ring *r, size_t size);
void ring_free(struct world *w, struct ring *r, size_t size);
static inline void *ring_at(const struct tcp_ctx *x, const struct ring *r, size_t size, uint32_t i)
{
    return (unsigned char *)world_at(x->w, r->mem) + ((r->head + i) & (r->cap - 1u)) * size;
}
/* A zeroed entry at the end. */
static inline void *ring_push(struct tcp_ctx *x, struct ring *r, size_t size)
{
    if (r->n == r->cap)
        ring_grow(x, r, size);
    return memset(ring_at(x, r, size, r->n++), 0, size);
}
static inline void ring_pop(struct tcp_ctx *x, struct ring *r, size_t size)
{
    CHECK(r->n > 0);
    r->head = (uint16_t)((r->head + 1u) & (r->cap - 1u));
    if (--r->n == 0 && r->cap <= RING_SMALL && r->cap * size > RING_KEPT)
        ring_free(x->w, r, size);
}
/* Makes room at position i of a ring (for insertion in order). */
void *ring_insert(struct tcp_ctx *x, struct ring *r, size_t size, uint32_t i);
void ring_remove(struct tcp_ctx *x, struct ring *r, size_t size, uint32_t i);

/* timer.c */
void timer_set(struct tcp_ctx *x, struct tcb *t, enum tcp_timer m, vtime after);
void timer_off(struct tcp_ctx *x, struct tcb *t, enum tcp_timer m);
static inline bool timer_on(const struct tcb *t, enum tcp_timer m)
{
    return t->due[m] != VTIME_NEVER;
}
/* role: TF_CORK_WAIT, TF_ORPHAN_WAIT; 0: SWS override. */
void spare_set(struct tcp_ctx *x, struct tcb *t, uint64_t role, vtime after);
vtime rto_now(const struct tcp_ctx *x, const struct tcb *t); /* with back-off and bounds */
void rtt_sample(struct tcp_ctx *x, struct tcb *t, vtime r);
void retx_timer_update(struct tcp_ctx *x, struct tcb *t, bool restart);
void enter_time_wait(struct tcp_ctx *x, struct tcb *t);
void keepalive_update(struct tcp_ctx *x, struct tcb *t);
void user_timer_update(struct tcp_ctx *x, struct tcb *t, bool progress);

/* output.c */
void output(struct tcp_ctx *x, struct tcb *t);
/* After a user call: at once, or with the reply that is pending anyway. */
void output_call(struct tcp_ctx *x, struct tcb *t);
/* A reply is owed at the end of this instant. */
void owe(struct tcp_ctx *x, struct tcb *t);
void owe_ack(struct tcp_ctx *x, struct tcb *t, enum tcp_clause why);
void challenge(struct tcp_ctx *x, struct tcb *t, enum tcp_clause why);
void send_rst(struct tcp_ctx *x, struct tcb *t, seq32 s, enum tcp_clause why);
/* A reset in answer to a segment: by 3.10.7.1's rule. */
void reset_reply(struct tcp_ctx *x, struct tcb *t, const struct arrival *a, enum tcp_clause why);
void retransmit(struct tcp_ctx *x, struct tcb *t, uint32_t index, enum tcp_clause why);
/* Sends [from, to), or the front of it that one segment holds, again; cuts the queue's entries to fit.
 * Returns the number after what was sent. */
seq32 retransmit_range(struct tcp_ctx *x, struct tcb *t, seq32 from, seq32 to, enum tcp_clause why);
/* What cwnd leaves. */
uint32_t cwnd_room(const struct tcp_ctx *x, const struct tcb *t);
/* The next segment of new text that the peer's window, Nagle and SWS avoidance admit, cwnd aside: its length,
 * whether the FIN goes with it; both nothing if nothing waits. Else what holds it. */
enum tcp_clause new_segment(struct tcp_ctx *x, struct tcb *t, uint32_t *len, bool *fin);
/* Sends it. why: C_NONE, or for another reason than the text's own. */
void send_text(struct tcp_ctx *x, struct tcb *t, uint32_t len, bool fin, enum tcp_clause why);
/* Index of the first segment outstanding that begins at s or after it. */
uint32_t find_sent(const struct tcp_ctx *x, const struct tcb *t, seq32 s);
void start_open(struct tcp_ctx *x, struct tcb *t, enum tcp_edge e); /* active: ISS, SYN */
void send_probe(struct tcp_ctx *x, struct tcb *t);
void send_keepalive(struct tcp_ctx *x, struct tcb *t);
uint32_t eff_mss(const struct tcb *t);
uint32_t rcv_window(const struct tcp_ctx *x,
                    const struct tcb *t); /* what would be advertised now, unscaled */
/* The largest text of a segment that we take, as announced. */
uint16_t own_mss(const struct tcp_ctx *x, const struct tcb *t);
uint8_t own_shift(const struct tcp_ctx *x, const struct tcb *t);
bool offers_scale(const struct tcp_ctx *x);
/* The most that is ever advertised. */
uint32_t window_most(const struct tcp_ctx *x, const struct tcb *t);
/* Text queued and not yet segmentized. */
static inline uint64_t snd_waiting(const struct tcb *t)
{
    return t->snd.queued - t->snd.nxt_off;
}
static inline uint32_t flight_size(const struct tcb *t)
{
    return t->snd.nxt.v - t->snd.una.v;
}
/* The same without SYN and FIN. */
static inline uint32_t text_in_flight(const struct tcb *t)
{
    uint32_t n = flight_size(t) - ((t->flags & TF_FIN_SENT) && !seq_eq(t->snd.una, t->snd.nxt) ? 1u : 0u);
    return n > t->snd.nxt_off ? (uint32_t)t->snd.nxt_off : n; /* more than was ever segmentized: the SYN */
}
static inline uint32_t rcv_wnd(const struct tcb *t) /* RCV.WND: what was promised and not used */
{
    return seq_gt(t->rcv.adv, t->rcv.nxt) ? t->rcv.adv.v - t->rcv.nxt.v : 0;
}

/* settings.c: the setting takes effect; a value beyond its bounds counts as the bound. */
void setting_put(struct tcp_ctx *x, struct tcb *t, enum tcp_setting what, int64_t value);

/* ecn.c: explicit congestion notification (RFC 3168) */
/* Control bits that a SYN, or a SYN,ACK, of ours carries beside; again: it is sent again. */
uint8_t ecn_syn_ctl(struct tcp_ctx *x, struct tcb *t, bool again);
/* The peer's SYN, as options are agreed on; and one that comes again in SYN-RECEIVED. */
void ecn_agree(struct tcp_ctx *x, struct tcb *t, const struct segment *s);
void ecn_syn_again(struct tcb *t, const struct segment *s);
/* The receiver's part: CE and CWR of a segment in the window. */
void ecn_arrived(struct tcp_ctx *x, struct tcb *t, const struct arrival *a);
/* The sender's part: ECE of an ACK, before anything else is made of it. */
void ecn_on_ack(struct tcp_ctx *x, struct tcb *t, const struct segment *s);
/* After ECE in a window of one segment nothing goes until the timer runs out: starts it. */
void ecn_hold(struct tcp_ctx *x, struct tcb *t);
/* cwnd has been reduced for a loss: the next new text says so, and ECE of the same window means nothing more.
 */
void ecn_reduced(struct tcp_ctx *x, struct tcb *t);
/* What a reduction for a loss halves: FlightSize, or (ECE has reduced this window already) what leaves it so.
 */
uint32_t ecn_flight(const struct tcp_ctx *x, const struct tcb *t);
/* New text goes: may set CWR; returns the codepoint of its packet. */
uint8_t ecn_of_text(struct tcp_ctx *x, struct tcb *t, struct segment *s);

/* The initial window of this host's connections. */
static inline struct cc_iw initial_window(const struct tcp_ctx *x)
{
    return (struct cc_iw){(uint32_t)x->opt->initial_window, (enum cc_iw_rule)x->opt->initial_window_rule};
}

/* ack.c: the fifth step */
bool ack_step(struct tcp_ctx *x, struct tcb *t, struct arrival *a);
void ack_advance(struct tcp_ctx *x, struct tcb *t, struct arrival *a);
void agree_options(struct tcp_ctx *x, struct tcb *t, const struct segment *s);
void established(struct tcp_ctx *x, struct tcb *t);

/* text.c: the sixth to eighth step, and RECEIVE */
void urg_step(struct tcp_ctx *x, struct tcb *t, struct arrival *a);
void text_step(struct tcp_ctx *x, struct tcb *t, struct arrival *a);
void fin_step(struct tcp_ctx *x, struct tcb *t, struct arrival *a);
/* Text and FIN that came with a SYN wait for ESTABLISHED. */
void hold_with_syn(struct tcp_ctx *x, struct tcb *t, const struct arrival *a);
void drain_held(struct tcp_ctx *x, struct tcb *t);
/* Index of the first range out of order that ends behind s. */
uint32_t first_beyond(const struct tcp_ctx *x, const struct tcb *t, seq32 s);
void try_receive(struct tcp_ctx *x, struct tcb *t);
/* The connection has closed in order: what the user has not read is handed over. */
void hand_over_rest(struct tcp_ctx *x, struct tcb *t);

/* Edges by state, for the groups of fsm.def that exist for most states (EDGE_NONE where there is none). */
enum edge_group { EG_RST, EG_SYN, EG_ABORT, EG_TIMEOUT, EG_ICMP };
enum tcp_edge edge_of(enum edge_group g, enum tcp_state s);

static inline bool synchronized(const struct tcb *t)
{
    return t->state >= TCP_ESTABLISHED;
}

#endif
