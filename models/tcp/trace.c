/* trace.c: the facts TCP tells: decisions, refusals, timers, calls, signals, changed variables. */
#include "models/tcp/scoreboard.h"

COLD void cite_rec(struct tcp_ctx *x, const struct tcb *t, enum tcp_clause c, uint64_t id)
{
    struct rec_cite r = {.clause = (uint16_t)c};
    rec_put(x->w, &r.head, id, REC_CITE, t ? t->conn : 0, x->host);
}

COLD void rejected(struct tcp_ctx *x, struct tcb *t, const struct arrival *a, unsigned why, enum tcp_clause c)
{
    uint64_t id = rec_next(x->w);
    if (!rec_wanted(x->w, REC_REJECT))
        return;
    struct rec_reject r = {.pkt = a->pkt, .why = (uint16_t)why, .clause = (uint16_t)c};
    rec_put(x->w, &r.head, id, REC_REJECT, t ? t->conn : 0, x->host);
}

/* What the trace was told of a connection; made when first needed, so that a run nobody listens to carries
 * none. */
struct told {
    int64_t value[VAR_COUNT];
    uint64_t armed[TM_COUNT];
    uint64_t reply_cause;
    uint64_t used;
};

static struct told *told_of(struct tcp_ctx *x, struct tcb *t)
{
    if (!t->shadow)
        t->shadow = arena_alloc(&x->w->mem, sizeof(struct told));
    return world_at(x->w, t->shadow);
}

uint64_t timer_armed_by(const struct tcp_ctx *x, const struct tcb *t, enum tcp_timer m)
{
    return t->shadow ? ((const struct told *)world_at(x->w, t->shadow))->armed[m] : 0;
}

void reply_cause_set(struct tcp_ctx *x, struct tcb *t)
{
    if (x->w->trace.wanted)
        told_of(x, t)->reply_cause = x->w->core->cause;
}

uint64_t reply_cause(const struct tcp_ctx *x, const struct tcb *t)
{
    return t->shadow ? ((const struct told *)world_at(x->w, t->shadow))->reply_cause : 0;
}

static unsigned spare_name(const struct tcb *t)
{
    return t->flags & TF_ORPHAN_WAIT ? TIMER_ORPHAN
           : t->flags & TF_CORK_WAIT ? TIMER_CORK
                                     : TIMER_SWS_OVERRIDE;
}

static COLD void timer_told(struct tcp_ctx *x, struct tcb *t, enum tcp_timer m, unsigned op, uint64_t id)
{
    static const uint16_t name[TM_COUNT] = {TIMER_RETRANSMISSION, TIMER_PERSIST,   TIMER_DELAYED_ACK,
                                            TIMER_TIME_WAIT,      TIMER_KEEPALIVE, TIMER_USER_TIMEOUT,
                                            TIMER_SWS_OVERRIDE};
    unsigned which = m != TM_SPARE ? name[m] : spare_name(t);
    if (op == TIMER_OP_ARMED || op == TIMER_OP_RESTARTED)
        told_of(x, t)->armed[m] = id;
    if (rec_wanted(x->w, REC_TIMER)) {
        struct rec_timer r = {.timer = (uint16_t)which, .op = (uint16_t)op, .due = t->due[m]};
        if (m == TM_RETX || m == TM_PERSIST)
            r.backoff = t->backoff;
        if (op == TIMER_OP_FIRED || op == TIMER_OP_CANCELLED)
            r.due = VTIME_NEVER;
        rec_put(x->w, &r.head, id, REC_TIMER, t->conn, x->host);
    }
}

void timer_rec(struct tcp_ctx *x, struct tcb *t, enum tcp_timer m, unsigned op)
{
    uint64_t id = rec_next(x->w);
    if (x->w->trace.wanted)
        timer_told(x, t, m, op, id);
    if (op == TIMER_OP_FIRED)
        x->w->core->cause = id;
}

static COLD void call_told(struct tcp_ctx *x, const struct tcb *t, const unsigned what[3], uint64_t len,
                           uint64_t off, uint64_t id)
{
    const unsigned call = what[0], flags = what[2];
    struct rec_call r = {.call = (uint16_t)call, .result = (uint16_t)what[1], .len = len, .off = off};
    if (call == CALL_SEND) {
        r.push = flags & SEND_PUSH;
        r.urgent = flags & SEND_URGENT;
    }
    if (call == CALL_OPEN)
        r.passive = flags & 1u;
    if (call == CALL_STATUS && t)
        r.state = t->state;
    rec_put(x->w, &r.head, id, REC_CALL, t ? t->conn : 0, x->host);
}

enum tcp_result call_rec(struct tcp_ctx *x, struct tcb *t, unsigned call, enum tcp_result result,
                         uint64_t len, uint64_t off, unsigned flags)
{
    uint64_t id = rec_next(x->w);
    if (rec_wanted(x->w, REC_CALL))
        call_told(x, t, (const unsigned[]){call, (unsigned)result, flags}, len, off, id);
    x->w->core->cause = id;
    return result;
}

void tell(struct tcp_ctx *x, struct tcb *t, enum tcp_signal what, uint64_t value)
{
    uint64_t id = rec_next(x->w);
    if (rec_wanted(x->w, REC_SIGNAL)) {
        struct rec_signal r = {.signal = (uint16_t)what, .value = value};
        rec_put(x->w, &r.head, id, REC_SIGNAL, t->conn, x->host);
    }
    x->ops->signal(x, t, what, value);
}

/* Loss recovery: only where more is at work than the oldest profile knows, whose traces stay as they are. */
static void recovery_read(const struct tcp_ctx *x, const struct tcb *t, int64_t v[VAR_COUNT])
{
    const struct recovery *r = recovery_of(x, t);
    bool after_rto = t->flags & TF_RTO_RECOVERY, fast = t->flags & TF_RECOVERY;
    if (!(t->flags & TF_SACK) && !x->opt->limited_transmit && !x->opt->newreno_ack_heuristic &&
        !x->opt->newreno_timestamp_heuristic && !x->opt->newreno_slow_but_steady)
        return;
    v[VAR_RECOVERY] = after_rto ? 3 : fast ? 2 : t->snd.dupacks > 0;
    v[VAR_DUPACKS] = t->snd.dupacks;
    if (after_rto || fast)
        v[VAR_RECOVER] = t->snd.recover.v;
    if (!(t->flags & TF_SACK) || !r)
        return;
    v[VAR_SACKED] = r->sacked;
    if (fast)
        v[VAR_HIGH_RXT] = seq_sub(r->high_rxt, 1).v;
    if (fast || r->sacked > 0)
        v[VAR_PIPE] = after_rto ? recovery_pipe(x, t) : board_pipe(x, t);
}

static void vars_read(const struct tcp_ctx *x, const struct tcb *t, int64_t v[VAR_COUNT])
{
    v[VAR_SND_UNA] = t->snd.una.v;
    v[VAR_SND_NXT] = t->snd.nxt.v;
    v[VAR_SND_WND] = t->snd.wnd;
    v[VAR_RCV_NXT] = t->rcv.nxt.v;
    v[VAR_RCV_WND] = rcv_wnd(t);
    v[VAR_CWND] = t->cc.cwnd;
    v[VAR_SSTHRESH] = t->cc.ssthresh;
    v[VAR_FLIGHT] = flight_size(t);
    v[VAR_SRTT] = t->srtt;
    v[VAR_RTTVAR] = t->rttvar;
    v[VAR_RTO] = rto_now(x, t);
    v[VAR_SND_UP] = (t->flags & TF_URG_OUT) ? t->snd.up.v : 0;
    v[VAR_RCV_UP] = (t->flags & TF_URG_IN) ? t->rcv.up.v : 0;
    v[VAR_ISS] = t->snd.iss.v;
    v[VAR_IRS] = t->rcv.irs.v;
    v[VAR_SND_MSS] = t->snd.mss ? eff_mss(t) : 0;
    v[VAR_QUEUED] = (int64_t)snd_waiting(t);
    v[VAR_UNREAD] = t->rcv.unread;
    v[VAR_ECN] = (t->flags & TF_ECN ? 1 : 0) + (t->flags & TF_ECE ? 2 : 0) + (t->flags & TF_CWR ? 4 : 0) +
                 (t->flags & TF_CWR_STATE ? 8 : 0);
    recovery_read(x, t, v);
}

COLD void vars_rec(struct tcp_ctx *x, struct tcb *t, uint64_t id)
{
    struct told *old = told_of(x, t);
    struct rec_vars r = {.changed = 0}; /* and every value 0 */
    vars_read(x, t, r.value);
    for (unsigned i = 0; i < VAR_COUNT; i++)
        if (!old->used ? r.value[i] != 0 : r.value[i] != old->value[i])
            r.changed |= 1u << i;
    if (!r.changed)
        return;
    old->used = 1;
    for (unsigned i = 0; i < VAR_COUNT; i++)
        old->value[i] = r.value[i];
    rec_put(x->w, &r.head, id, REC_VARS, t->conn, x->host);
}

void vars_free(struct world *w, struct tcb *t)
{
    arena_free(&w->mem, t->shadow, sizeof(struct told));
    t->shadow = 0;
}
