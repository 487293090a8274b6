/* ack.c: the fifth step, check the ACK field (RFC 9293 sec 3.10.7.4): what is acknowledged, the send window,
 * RTT, and the events of congestion control (RFC 5681, 6582) whose arithmetic is models/cc's. */
#include "models/tcp/recovery.h"

#define MSS_FLOOR 48u /* a smaller MSS option counts as this: room for options and some text */

static const struct cc_ops *cc(const struct tcp_ctx *x)
{
    return cc_get((enum cc_kind)x->opt->congestion);
}

/* The options of the peer's SYN: MSS (3.7.1), window scale and timestamps (RFC 7323). */
void agree_options(struct tcp_ctx *x, struct tcb *t, const struct segment *s)
{
    uint32_t mss = t->e.v6 ? 1220 : 536;
    if (s->opts & SEG_MSS)
        mss = s->mss;
    else
        cite(x, t, C_MSS_DEFAULT);
    uint32_t path = (uint32_t)max_i64(x->opt->mtu - (t->e.v6 ? 60 : 40), 1);
    uint32_t clamp = settings(x, t).mss;
    if (clamp > 0)
        path = min_u32(path, max_u32(clamp, MSS_FLOOR));
    t->snd.mss = (uint16_t)min_u32(max_u32(mss, MSS_FLOOR), path);
    if ((s->opts & SEG_WS) && offers_scale(x)) {
        t->flags |= TF_SCALE;
        t->snd.wscale = (uint8_t)min_i64(s->ws, 14);
        t->rcv.wscale = own_shift(x, t);
        cite(x, t, C_SCALE_AGREED);
    }
    if ((s->opts & SEG_TS) && x->opt->timestamps) {
        t->flags |= TF_TS;
        t->ts_recent = s->tsval;
        t->ts_recent_at = world_now(x->w);
        cite(x, t, C_TIMESTAMPS_AGREED);
    }
    if ((s->opts & SEG_SACK_PERM) && x->opt->sack) {
        t->flags |= TF_SACK;
        cite(x, t, C_SACK_AGREED);
    }
    const struct cc_iw iw = initial_window(x);
    cc(x)->init(&t->cc, eff_mss(t), &iw, false);
    ecn_agree(x, t, s);
}

/* Our SYN is acknowledged: the RTO of RFC 6298 5.7, the initial window, keep-alives. */
static void begin(struct tcp_ctx *x, struct tcb *t)
{
    cite(x, t, C_CWND_INIT);
    /* RFC 6928 sec 2: one lost SYN may have been an RTO that was too short */
    const struct cc_iw iw = initial_window(x);
    uint64_t lost = iw.segments == 0 && iw.rule == CC_IW_RFC6928 ? TF_SYN_TWICE : TF_SYN_RETX;
    cc(x)->init(&t->cc, eff_mss(t), &iw, t->flags & lost);
    if ((t->flags & TF_SYN_RETX) && t->rto < 3 * NS_PER_S) {
        cite(x, t, C_RTO_SYN);
        t->rto = min_i64(3 * NS_PER_S, x->opt->rto_max);
        t->backoff = 0;
    }
    t->snd.recover = t->snd.iss;
}

/* The connection is ESTABLISHED: the user; then what waited for this. */
void established(struct tcp_ctx *x, struct tcb *t)
{
    begin(x, t);
    tell(x, t, SIGNAL_ESTABLISHED, 0);
    keepalive_update(x, t);
    if (t->state == TCP_ESTABLISHED && (t->flags & TF_CLOSE_QUEUED))
        fsm_fire(x, t, EDGE_EST_CLOSE);
    drain_held(x, t);
    if (snd_waiting(t) > 0 || (t->flags & TF_CLOSE_QUEUED))
        owe(x, t);
}

/* Segments entirely acknowledged leave the retransmission queue; one that is partly is cut. */
static void dequeue(struct tcp_ctx *x, struct tcb *t, seq32 ack)
{
    while (t->snd.sent.n > 0) {
        struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, 0);
        if (seq_le(sent_end(e), ack)) {
            ring_pop(x, &t->snd.sent, sizeof *e);
            continue;
        }
        if (seq_lt(e->seq, ack)) {
            uint32_t cut = ack.v - e->seq.v;
            e->seq = ack;
            e->len -= min_u32(cut, e->len);
            if (e->len == 0)
                e->ctl &= (uint8_t)~TCP_PSH; /* its text is acknowledged, its FIN is not */
        }
        return;
    }
}

static void measure(struct tcp_ctx *x, struct tcb *t, const struct segment *s)
{
    vtime now = world_now(x->w);
    if ((t->flags & TF_RTT) && seq_ge(s->ack, t->snd.rtt_seq)) {
        t->flags &= ~TF_RTT;
        rtt_sample(x, t, now - t->rtt_at);
    } else if (!(t->flags & TF_RTT) && (t->flags & TF_TS) && (s->opts & SEG_TS) && s->tsecr != 0) {
        uint32_t ms = (uint32_t)(now / NS_PER_MS) -
                      s->tsecr; /* RFC 7323 sec 4: unambiguous even for a retransmission */
        if (ms < 0x7fffffffu)
            rtt_sample(x, t, max_i64((vtime)ms * NS_PER_MS, 1));
    }
}

static void cite_growth(struct tcp_ctx *x, struct tcb *t, bool slow_start)
{
    enum tcp_clause c = slow_start ? C_SLOW_START : C_CONGESTION_AVOIDANCE;
    if (t->growth != (uint8_t)c)
        cite(x, t, c);
    t->growth = (uint8_t)c;
}

static void congestion_on_ack(struct tcp_ctx *x, struct tcb *t, uint32_t acked)
{
    vtime now = world_now(x->w);
    if (t->flags & TF_RECOVERY) {
        bool over = seq_ge(t->snd.una, t->snd.recover);
        if (over)
            t->flags &= ~TF_RECOVERY;
        if (t->flags & TF_SACK) {
            if (over)
                cite(x, t, C_SACK_RECOVERY_OVER);
        } else if (over) {
            cc(x)->exit_recovery(&t->cc, flight_size(t), now);
            cite(x, t, C_RECOVERY_OVER);
        } else {
            t->flags |= TF_PARTIAL;
            cc(x)->on_partial(&t->cc, acked);
            if (t->snd.sent.n > 0)
                retransmit(x, t, 0, C_PARTIAL_ACK);
        }
        return;
    }
    if (seq_gt(t->snd.una, t->snd.recover))
        t->snd.recover = seq_sub(t->snd.una, 1); /* it must not fall behind by half the number space */
    if (acked == 0 || (t->flags & TF_ECE_IN))
        return;
    cite_growth(x, t, t->cc.cwnd < t->cc.ssthresh);
    const struct cc_ack a = {.acked = acked,
                             .flight = flight_size(t) + acked,
                             .limit = (uint32_t)x->opt->abc,
                             .unused_cwnd =
                                 x->opt->cwnd_validation && flight_size(t) + acked < t->cc.cwnd / 2,
                             .now = now};
    cc(x)->on_ack(&t->cc, &a);
}

/* done: octets of text that had been acknowledged before. */
static void tell_acknowledged(struct tcp_ctx *x, struct tcb *t, uint64_t done)
{
    uint64_t now = t->snd.nxt_off - text_in_flight(t);
    if (now == done) /* SYN or FIN only */
        return;
    if (now == t->snd.queued)
        tell(x, t, SIGNAL_SEND_OK, now);
    else
        x->ops->signal(x, t, SIGNAL_SEND_OK, now);
    /* The wish ends with the next SEND: until then what waits counts as pushed, even if the user waits for
     * more room. */
    if (t->flags & TF_WANT_SPACE)
        x->ops->signal(x, t, SIGNAL_SEND_SPACE, 0);
}

/* SND.UNA < SEG.ACK =< SND.NXT: SND.UNA <- SEG.ACK. */
void ack_advance(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    uint64_t done = t->snd.nxt_off - text_in_flight(t);
    seq32 before = t->snd.una;
    t->snd.una = a->s.ack;
    uint32_t acked = (uint32_t)(t->snd.nxt_off - text_in_flight(t) - done); /* SYN and FIN do not grow cwnd */
    t->flags &= ~(TF_PROBING | TF_SYN_PENDING | TF_R1_TOLD);
    recovery_remember(x, t, &a->s, before);
    dequeue(x, t, a->s.ack);
    recovery_advance(x, t);
    measure(x, t, &a->s);
    t->retx_count = 0;
    t->snd.dupacks = 0;
    if ((t->flags & TF_URG_OUT) && seq_ge(t->snd.una, t->snd.up))
        t->flags &= ~TF_URG_OUT;
    if (t->flags & TF_RTO_RECOVERY) {
        struct recovery *r = recovery_of(x, t);
        r->rtx = seq_max(r->rtx, t->snd.una);
        if (seq_ge(t->snd.una, r->rtx_end))
            t->flags &= ~TF_RTO_RECOVERY;
    }
    bool restart =
        !(t->flags & TF_PARTIAL) ||
        x->opt
            ->newreno_slow_but_steady; /* RFC 6298 5.3; RFC 6582: in recovery by the first partial ACK only */
    congestion_on_ack(x, t, acked);
    retx_timer_update(x, t, restart || !(t->flags & TF_RECOVERY));
    user_timer_update(x, t, true);
    if (t->rec)
        recovery_release(x, t);
    if (synchronized(t))
        tell_acknowledged(x, t, done);
}

/* RFC 5681 sec 2: what counts as a duplicate ACK. */
static bool is_dupack(const struct tcb *t, const struct segment *s, uint32_t wnd)
{
    return flight_size(t) > 0 && s->len == 0 && !(s->ctl & (TCP_SYN | TCP_FIN)) &&
           seq_eq(s->ack, t->snd.una) && wnd == t->snd.wnd && !(t->flags & TF_PROBING) && wnd > 0;
}

/* The window opened while a probe was outstanding: the probe's octet goes again at once; in a larger segment,
 * if that is not a silly one (3.8.6.2.1). */
static void regrow_probe(struct tcp_ctx *x, struct tcb *t)
{
    t->flags &= ~TF_PROBING;
    t->retx_count = 0;
    t->backoff = 0;
    struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, 0);
    e->probe = 0;
    if (!(e->ctl & TCP_FIN) && t->snd.sent.n == 1) {
        uint32_t room = min_u32(eff_mss(t), t->snd.wnd);
        uint32_t more = (uint32_t)min_i64((int64_t)snd_waiting(t), room > e->len ? room - e->len : 0);
        if (more < snd_waiting(t) && e->len + more < eff_mss(t) && 2 * (e->len + more) < t->snd.max_wnd)
            more = 0;
        e->len += more;
        t->snd.nxt = seq_add(t->snd.nxt, more);
        t->snd.nxt_off += more;
        if (t->snd.push_first != 0 && t->snd.nxt_off >= t->snd.push_first) {
            e->ctl |= TCP_PSH;
            t->snd.push_first = t->snd.push > t->snd.nxt_off ? t->snd.push : 0;
        }
    }
    timer_off(x, t, TM_PERSIST);
    retransmit(x, t, 0, C_DATA_OUT);
    retx_timer_update(x, t, true);
}

/* The window opened again after it had been shrunk to nothing under what was outstanding (3.8.6): what
 * time-outs have sent into the closed window goes again at once, in output. */
static void resend_shrunk(struct tcp_ctx *x, struct tcb *t)
{
    t->retx_count = 0;
    t->backoff = 0;
    recovery_resend(x, t, t->snd.una);
    retx_timer_update(x, t, true);
}

/* DEVIATION: 3.10.7.4 leaves SND.WND alone where a segment acknowledges more but may not set the window (text
 * sent again, behind a later ACK). Its right edge would move on although the peer never said so, and what is
 * sent beyond the peer's own edge is refused, with all its ACKs, until a time-out. The edge stays where the
 * peer put it. */
static void keep_edge(struct tcb *t, seq32 ack)
{
    seq32 edge = seq_add(t->snd.wl2, t->snd.wnd);
    if (seq_le(ack, t->snd.wl2))
        return;
    t->snd.wnd = seq_gt(edge, ack) ? edge.v - ack.v : 0;
    t->snd.wl2 = ack;
}

/* SND.UNA =< SEG.ACK =< SND.NXT: the send window, unless the segment is older than the last that set it. */
static void update_window(struct tcp_ctx *x, struct tcb *t, const struct segment *s, uint32_t wnd)
{
    if (!(seq_lt(t->snd.wl1, s->seq) || (seq_eq(t->snd.wl1, s->seq) && seq_le(t->snd.wl2, s->ack)))) {
        if (wnd != t->snd.wnd)
            cite(x, t, C_WINDOW_OLD);
        keep_edge(t, s->ack);
        return;
    }
    seq32 edge = seq_add(t->snd.wl2, t->snd.wnd);
    if (seq_lt(seq_add(s->ack, wnd), edge))
        cite(x, t, C_WINDOW_SHRUNK);
    if (wnd != t->snd.wnd)
        cite(x, t, C_WINDOW_UPDATE);
    bool opened = wnd > 0 && t->snd.wnd == 0;
    t->snd.wnd = wnd;
    t->snd.max_wnd = max_u32(t->snd.max_wnd, wnd);
    t->snd.wl1 = s->seq;
    t->snd.wl2 = s->ack;
    if (opened && (t->flags & TF_PROBING))
        regrow_probe(x, t);
    else if (opened && t->retx_count > 0)
        resend_shrunk(x, t);
    else if (opened && timer_on(t, TM_PERSIST))
        t->backoff = 0;
}

/* The window this segment tells; that of a SYN is never scaled (RFC 7323 sec 2.2). */
static uint32_t seg_wnd(const struct tcb *t, const struct arrival *a)
{
    return a->new_syn ? a->s.wnd : (uint32_t)a->s.wnd << t->snd.wscale;
}

/* New data is acknowledged; or our SYN, where CLOSE in SYN-RECEIVED has led past ESTABLISHED (3.10.4). */
static void advance(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    bool syn = seq_eq(t->snd.una, t->snd.iss);
    ack_advance(x, t, a);
    if (!syn)
        return;
    begin(x, t);
    keepalive_update(x, t);
    drain_held(x, t);
}

/* The processing all synchronized states share. False: drop. */
static bool common_ack(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    const struct segment *s = &a->s;
    if (seq_gt(s->ack, t->snd.nxt)) {
        rejected(x, t, a, REJECT_BAD_ACK, C_ACK_FUTURE);
        owe_ack(x, t, C_ACK_FUTURE);
        return false;
    }
    uint32_t wnd = seg_wnd(t, a);
    if (t->flags & TF_PROBING)
        t->retx_count = 0; /* the probe was answered: MUST-37 */
    ecn_on_ack(x, t, s);
    if (seq_gt(s->ack, t->snd.una))
        advance(x, t, a);
    else if (!(t->flags & TF_SACK) && is_dupack(t, s, wnd))
        recovery_dupack(x, t);
    else if (seq_lt(s->ack, t->snd.una))
        cite(x, t, C_ACK_OLD);
    if (t->flags & TF_SACK)
        recovery_blocks(x, t, a);
    if (seq_ge(s->ack, t->snd.una))
        update_window(x, t, s, wnd);
    ecn_hold(x, t);
    if (snd_waiting(t) > 0 || (t->flags & (TF_RTO_RECOVERY | TF_RECOVERY)) ||
        ((t->flags & TF_CLOSE_QUEUED) && !(t->flags & TF_FIN_SENT)))
        owe(x, t);
    return true;
}

static bool fin_acked(const struct tcb *t)
{
    return (t->flags & TF_FIN_SENT) && seq_eq(t->snd.una, t->snd.nxt);
}

static bool syn_received_ack(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    const struct segment *s = &a->s;
    if (!seq_lt(t->snd.una, s->ack) || !seq_le(s->ack, t->snd.nxt)) {
        rejected(x, t, a, REJECT_BAD_ACK, C_RST_SYN_RCVD_ACK);
        reset_reply(x, t, a, C_RST_SYN_RCVD_ACK);
        return false;
    }
    fsm_fire(x, t, EDGE_SYN_RCVD_ACK);
    t->snd.wnd = seg_wnd(t, a);
    t->snd.max_wnd = max_u32(t->snd.max_wnd, t->snd.wnd);
    t->snd.wl1 = s->seq;
    t->snd.wl2 = s->ack;
    ack_advance(x, t, a);
    established(x, t);
    return true;
}

/* RFC 5961 sec 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT. */
static bool rfc5961_ack_ok(const struct tcb *t, const struct segment *s)
{
    return seq_le(s->ack, t->snd.nxt) && seq_ge(s->ack, seq_sub(t->snd.una, t->snd.max_wnd));
}

bool ack_step(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    if (!(a->s.ctl & TCP_ACK)) {
        rejected(x, t, a, REJECT_NO_ACK, C_ACK_BIT_OFF);
        return false;
    }
    bool bounded = x->opt->rfc5961_ack && !(x->opt->syn_received_resets && t->state == TCP_SYN_RECEIVED);
    if (bounded && !rfc5961_ack_ok(t, &a->s)) {
        enum tcp_clause why = seq_gt(a->s.ack, t->snd.nxt) ? C_ACK_FUTURE : C_CHALLENGE_ACK;
        rejected(x, t, a, REJECT_BAD_ACK, why);
        challenge(x, t, why);
        return false;
    }
    if (t->state == TCP_SYN_RECEIVED)
        return syn_received_ack(x, t, a);
    if (t->state == TCP_TIME_WAIT)
        return true;
    if (!common_ack(x, t, a))
        return false;
    if (!fin_acked(t))
        return true;
    if (t->state == TCP_FIN_WAIT_1) {
        fsm_fire(x, t, EDGE_FW1_ACK);
        tell(x, t, SIGNAL_CLOSE_OK, 0);
        if ((t->flags & TF_ORPHAN) && x->opt->orphan_timeout > 0)
            spare_set(x, t, TF_ORPHAN_WAIT, x->opt->orphan_timeout);
    } else if (t->state == TCP_CLOSING) {
        fsm_fire(x, t, EDGE_CLOSING_ACK);
        enter_time_wait(x, t);
    } else if (t->state == TCP_LAST_ACK) {
        die(x, t, EDGE_LAST_ACK_ACK, SIGNAL_CLOSED);
        return false;
    }
    return true;
}
