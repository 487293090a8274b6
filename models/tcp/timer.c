/* timer.c: TCP's timers and what happens when they run out (RFC 9293 sec 3.10.8, 3.8.1-3.8.4, 3.8.6; RFC
 * 6298). */
#include "models/tcp/recovery.h"

static void wake_update(struct tcp_ctx *x, struct tcb *t)
{
    vtime due = VTIME_NEVER;
    for (int i = 0; i < TM_COUNT; i++)
        due = min_i64(due, t->due[i]);
    if (due == VTIME_NEVER)
        wake_cancel(&t->wake);
    else
        wake_set(x->w, &t->wake, due, x->wake_kind, t->conn);
}

void timer_set(struct tcp_ctx *x, struct tcb *t, enum tcp_timer m, vtime after)
{
    bool was = timer_on(t, m);
    vtime now = world_now(x->w);
    t->due[m] = after > VTIME_MAX - now ? VTIME_MAX : now + after;
    timer_rec(x, t, m, was ? TIMER_OP_RESTARTED : TIMER_OP_ARMED);
    if (t->due[m] < t->wake.due || was)
        wake_update(x, t);
}

void timer_off(struct tcp_ctx *x, struct tcb *t, enum tcp_timer m)
{
    if (!timer_on(t, m))
        return;
    t->due[m] = VTIME_NEVER;
    timer_rec(x, t, m, TIMER_OP_CANCELLED);
    /* the wake may come early; that costs less than looking for the next deadline each time */
}

void spare_set(struct tcp_ctx *x, struct tcb *t, uint64_t role, vtime after)
{
    t->flags = (t->flags & ~(TF_CORK_WAIT | TF_ORPHAN_WAIT)) | role;
    timer_set(x, t, TM_SPARE, after);
}

/* --- RTO (RFC 6298) --- */

vtime rto_now(const struct tcp_ctx *x, const struct tcb *t)
{
    vtime max = max_i64(x->opt->rto_max, t->rto);
    vtime rto = t->rto;
    for (uint8_t i = 0; i < t->backoff && rto < max; i++)
        rto *= 2;
    return min_i64(rto, max);
}

void rtt_sample(struct tcp_ctx *x, struct tcb *t, vtime r)
{
    if (t->srtt == 0) {
        t->srtt = max_i64(r, 1);
        t->rttvar = r / 2;
    } else {
        vtime err = t->srtt > r ? t->srtt - r : r - t->srtt;
        t->rttvar = (3 * t->rttvar + err) / 4;
        t->srtt = max_i64((7 * t->srtt + r) / 8, 1);
    }
    vtime rto = t->srtt + max_i64(x->opt->granularity, 4 * t->rttvar);
    t->rto = min_i64(max_i64(rto, x->opt->rto_min), x->opt->rto_max);
    t->backoff = 0;
}

/* RFC 6298 5.1 to 5.3: runs while anything is outstanding, restarts when new data is acknowledged. */
void retx_timer_update(struct tcp_ctx *x, struct tcb *t, bool restart)
{
    if (t->snd.sent.n == 0 && snd_waiting(t) == 0)
        timer_off(x, t,
                  TM_PERSIST); /* the probe took the last of it; a FIN that waits arms it again in output */
    if (t->snd.sent.n == 0 || (t->flags & TF_PROBING)) {
        if (!(t->flags & TF_ECN_HELD))
            timer_off(x, t, TM_RETX);
        return;
    }
    timer_off(x, t, TM_PERSIST);
    if (restart || !timer_on(t, TM_RETX))
        timer_set(x, t, TM_RETX, rto_now(x, t));
}

void user_timer_update(struct tcp_ctx *x, struct tcb *t, bool progress)
{
    bool waiting = t->snd.sent.n != 0 || snd_waiting(t) != 0;
    vtime limit = settings(x, t).user_timeout;
    if (limit <= 0 || !waiting)
        timer_off(x, t, TM_USER);
    else if (progress || !timer_on(t, TM_USER))
        timer_set(x, t, TM_USER, limit);
}

void keepalive_update(struct tcp_ctx *x, struct tcb *t)
{
    bool want = (t->flags & TF_KEEPALIVE) && (t->state >= TCP_ESTABLISHED && t->state <= TCP_CLOSE_WAIT);
    if (!want)
        timer_off(x, t, TM_KEEPALIVE);
    else if (!timer_on(t, TM_KEEPALIVE))
        timer_set(x, t, TM_KEEPALIVE, settings(x, t).keep_idle);
}

void enter_time_wait(struct tcp_ctx *x, struct tcb *t)
{
    for (int i = 0; i < TM_COUNT; i++)
        if (i != TM_TIMEWAIT && i != TM_DELACK)
            timer_off(x, t, (enum tcp_timer)i);
    timer_set(x, t, TM_TIMEWAIT, 2 * x->opt->msl);
}

/* --- time-outs --- */

static void give_up(struct tcp_ctx *x, struct tcb *t, enum tcp_clause why, enum tcp_signal what)
{
    cite(x, t, why);
    die(x, t, edge_of(EG_TIMEOUT, (enum tcp_state)t->state), what);
}

static vtime own_r2(const struct tcp_ctx *x, const struct tcb *t)
{
    vtime own = settings(x, t).r2;
    return own > 0 ? own : x->opt->r2;
}

/* R2 (RFC 9293 3.8.3). True: the connection is gone. */
static bool given_up(struct tcp_ctx *x, struct tcb *t)
{
    const struct sent *first = ring_at(x, &t->snd.sent, sizeof *first, 0);
    bool syn = first->ctl & TCP_SYN; /* also in FIN-WAIT-1, after a CLOSE in SYN-RECEIVED (MUST-23) */
    const struct settings own = settings(x, t);
    vtime r2 = own.r2 > 0 ? own.r2 : syn ? x->opt->r2_syn : x->opt->r2;
    if (syn)
        r2 = max_i64(r2, x->opt->r2_syn);
    /* While the peer answers and merely keeps its window shut, the connection stays (MUST-37, SHLD-17). */
    vtime since = t->snd.wnd == 0 && !syn ? max_i64(own.rtx_since, t->heard) : own.rtx_since;
    bool spent = t->state <= TCP_SYN_RECEIVED && own.syn_retries > 0 && t->retx_count >= own.syn_retries;
    if (!spent && (t->retx_count == 0 || world_now(x->w) - since < r2))
        return false;
    give_up(x, t, spent ? C_SYN_RETRIES : C_R2_REACHED, SIGNAL_TIMEOUT);
    return true;
}

/* One more retransmission, the R1-th is told (3.8.3). */
static void count_retransmission(struct tcp_ctx *x, struct tcb *t)
{
    if (t->retx_count < UINT8_MAX)
        t->retx_count++;
    if (t->retx_count < settings(x, t).r1 || (t->flags & TF_R1_TOLD))
        return;
    t->flags |= TF_R1_TOLD;
    cite(x, t, C_R1_REACHED);
    if (x->ops->bad_route)
        x->ops->bad_route(x, t);
    if (!settings(x, t).no_reports)
        tell(x, t, SIGNAL_R1, t->retx_count);
}

static void retransmission_timeout(struct tcp_ctx *x, struct tcb *t)
{
    if (t->flags & TF_ECN_HELD) {
        t->flags &= ~TF_ECN_HELD;
        output(x, t);
        return;
    }
    CHECK(t->snd.sent.n > 0);
    struct sent *first = ring_at(x, &t->snd.sent, sizeof *first, 0);
    if (t->retx_count == 0)
        own_settings(x, t)->rtx_since = first->at;
    if (given_up(x, t))
        return;
    bool again = t->retx_count > 0; /* by this timer (RFC 5681 sec 3.1); a fast retransmit does not count */
    count_retransmission(x, t);
    if (t->flags & TF_RTT) {
        t->flags &= ~TF_RTT; /* Karn: what is outstanding will be ambiguous */
        cite(x, t, C_KARN);
    }
    cite(x, t, C_RTO_BACKOFF);
    if (t->backoff < UINT8_MAX)
        t->backoff++;
    if (synchronized(t)) {
        cite(x, t, C_CWND_AFTER_RTO);
        cc_get((enum cc_kind)x->opt->congestion)->on_rto(&t->cc, ecn_flight(x, t), !again, world_now(x->w));
        ecn_reduced(x, t);
        recovery_timeout(x, t, sent_end(first));
    } else {
        t->flags |= t->flags & TF_SYN_RETX ? TF_SYN_TWICE : TF_SYN_RETX;
    }
    retransmit(x, t, 0, C_RETRANSMIT);
    timer_set(x, t, TM_RETX, rto_now(x, t));
}

static void persist_timeout(struct tcp_ctx *x, struct tcb *t)
{
    if (t->backoff < UINT8_MAX)
        t->backoff++;
    if (t->retx_count == 0 && t->snd.sent.n == 0)
        own_settings(x, t)->rtx_since = world_now(x->w);
    if (t->snd.sent.n > 0) {
        if (given_up(x, t))
            return;
        count_retransmission(x, t);
    } else if (x->opt->probe_old && world_now(x->w) - t->heard >= own_r2(x, t)) { /* nothing answers */
        give_up(x, t, C_R2_REACHED, SIGNAL_TIMEOUT);
        return;
    }
    send_probe(x, t);
    timer_set(x, t, TM_PERSIST, rto_now(x, t));
}

static void keepalive_timeout(struct tcp_ctx *x, struct tcb *t)
{
    vtime keep_idle = settings(x, t).keep_idle, idle = world_now(x->w) - t->heard;
    if (idle < keep_idle || t->snd.sent.n != 0) { /* MUST-26 */
        t->keep_count = 0;
        vtime rest = keep_idle - idle;
        timer_set(x, t, TM_KEEPALIVE, rest > 0 ? rest : max_i64(keep_idle, rto_now(x, t)));
        return;
    }
    if (t->keep_count >= settings(x, t).keep_probes) {
        send_rst(x, t, t->snd.nxt, C_RST_KEEPALIVE);
        give_up(x, t, C_KEEPALIVE_DEAD, SIGNAL_TIMEOUT);
        return;
    }
    t->keep_count++;
    send_keepalive(x, t);
    timer_set(x, t, TM_KEEPALIVE, settings(x, t).keep_interval);
}

/* An application that is gone leaves FIN-WAIT-2; elsewhere the small segment may go after all. */
static void spare_timeout(struct tcp_ctx *x, struct tcb *t)
{
    if (t->flags & TF_ORPHAN_WAIT) {
        if (t->state == TCP_FIN_WAIT_2)
            give_up(x, t, C_USER_TIMEOUT, SIGNAL_NONE);
        return;
    }
    t->flags |= TF_OVERRIDE;
    output(x, t);
    t->flags &= ~TF_OVERRIDE;
}

static void fire(struct tcp_ctx *x, struct tcb *t, enum tcp_timer m)
{
    t->due[m] = VTIME_NEVER;
    x->w->core->cause = timer_armed_by(x, t, m);
    timer_rec(x, t, m, TIMER_OP_FIRED);
    switch (m) {
    case TM_RETX: retransmission_timeout(x, t); break;
    case TM_PERSIST: persist_timeout(x, t); break;
    case TM_DELACK:
        if (t->flags & TF_ACK_DELAYED) {
            t->flags |= TF_ACK_NOW;
            t->ack_why = C_ACK_DELAYED;
            output(x, t);
        }
        break;
    case TM_TIMEWAIT: die(x, t, EDGE_TIME_WAIT_OVER, SIGNAL_CLOSED); break;
    case TM_KEEPALIVE: keepalive_timeout(x, t); break;
    case TM_USER: give_up(x, t, C_USER_TIMEOUT, SIGNAL_USER_TIMEOUT); break;
    case TM_SPARE: spare_timeout(x, t); break;
    case TM_COUNT: break;
    }
}

void tcp_wake(struct tcp_ctx *x, struct tcb *t, const struct event *ev)
{
    if (!wake_due(x->w, &t->wake, ev))
        return;
    vtime now = world_now(x->w);
    for (int i = 0; i < TM_COUNT && !(t->flags & TF_DEAD); i++)
        if (t->due[i] <= now)
            fire(x, t, (enum tcp_timer)i);
    if (!(t->flags & TF_DEAD))
        wake_update(x, t);
    leave(x, t);
}
