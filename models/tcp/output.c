/* output.c: what TCP sends and when (RFC 9293 sec 3.7.4, 3.8.3, 3.8.5, 3.8.6; 3.10.2, 3.10.4; RFC 5681; RFC
 * 7323). */
#include "models/tcp/sack.h"

#define TS_OPTION_BYTES 12u  /* two NOPs and ten octets */
#define SHIFT_OF_BUFFER (-2) /* option window_scale: as the buffer needs it */

uint16_t own_mss(const struct tcp_ctx *x, const struct tcb *t)
{
    int64_t fixed = t->e.v6 ? 60 : 40;
    int64_t fit = max_i64(x->opt->mtu - fixed, 1);
    int64_t mss = t->own ? ((const struct settings *)world_at(x->w, t->own))->mss : 0;
    if (mss == 0)
        mss = x->opt->mss;
    return (uint16_t)(mss ? min_i64(mss, 65535) : fit);
}

/* Eff.snd.MSS (RFC 9293 3.7.1): options of every segment come off. */
uint32_t eff_mss(const struct tcb *t)
{
    uint32_t options = (t->flags & TF_TS) ? TS_OPTION_BYTES : 0;
    return t->snd.mss > options ? t->snd.mss - options : 1;
}

/* The window to promise in units of 2^shift: SWS avoidance of 3.8.6.2.2; the right edge never moves left.
 * Room that the window field cannot express does not count. */
static uint32_t offer(const struct tcp_ctx *x, const struct tcb *t, uint8_t shift)
{
    uint32_t buffer = rcv_buffer(x, t), limit = window_most(x, t);
    uint32_t units =
        min_u32(min_u32(t->rcv.unread < buffer ? buffer - t->rcv.unread : 0, limit) >> shift, 65535);
    uint32_t room = units << shift;
    uint32_t now = rcv_wnd(t);
    if (room <= now)
        return now;
    uint32_t most = min_u32(limit >> shift, 65535) << shift;
    if (x->opt->window_follows && room >= min_u32(most / 4, own_mss(x, t)))
        return room;
    uint32_t step = min_u32(most / 2, own_mss(x, t));
    return room - now >= max_u32(step, 1) ? room : now;
}

uint32_t rcv_window(const struct tcp_ctx *x, const struct tcb *t)
{
    return offer(x, t, t->rcv.wscale);
}

/* The shift to offer: none above 14, and none so large that the buffer is less than one unit. */
uint8_t own_shift(const struct tcp_ctx *x, const struct tcb *t)
{
    uint32_t buffer = rcv_buffer(x, t);
    uint8_t shift = 0;
    if (x->opt->window_scale == SHIFT_OF_BUFFER) {
        while (shift < 14 && buffer >> shift > 65535)
            shift++;
        return shift;
    }
    shift = (uint8_t)min_i64(x->opt->window_scale, 14);
    while (shift > 0 && INT64_C(1) << shift > buffer)
        shift--;
    return shift;
}

bool offers_scale(const struct tcp_ctx *x)
{
    return x->opt->window_scale >= 0 || x->opt->window_scale == SHIFT_OF_BUFFER;
}

uint32_t window_most(const struct tcp_ctx *x, const struct tcb *t)
{
    uint32_t buffer = rcv_buffer(x, t);
    return x->opt->window_limit > 0 ? min_u32(buffer, (uint32_t)x->opt->window_limit) : buffer;
}

static uint16_t window_field(const struct tcp_ctx *x, struct tcb *t, bool syn)
{
    uint8_t shift = syn ? 0 : t->rcv.wscale;
    uint32_t wnd = offer(x, t, shift);
    uint32_t round = (1u << shift) - 1u;
    uint32_t field = wnd >> shift;
    if (seq_lt(seq_add(t->rcv.nxt, field << shift),
               t->rcv.adv)) /* cut by the shift: rather promise a little more */
        field = (wnd + round) >> shift;
    field = min_u32(field, 65535);
    seq32 edge = seq_add(t->rcv.nxt, field << shift);
    if (t->state != TCP_SYN_SENT) {
        if (seq_lt(edge, t->rcv.edge_sent) && !syn)
            t->flags |= TF_BROKEN;
        t->rcv.edge_sent = seq_max(t->rcv.edge_sent, edge);
        t->rcv.adv = seq_max(t->rcv.adv, edge);
    }
    return (uint16_t)field;
}

static inline void start_segment(struct tcp_ctx *x, struct tcb *t, struct segment *s, seq32 sq, uint8_t ctl)
{
    if (t->flags & TF_ECE)
        ctl |= ctl & TCP_ACK ? TCP_ECE : 0;
    *s = (struct segment){.seq = sq, .ctl = ctl, .sport = t->e.local_port, .dport = t->e.remote_port};
    s->stream = t->conn;
    if (ctl & TCP_ACK)
        s->ack = t->rcv.nxt;
    s->wnd = window_field(x, t, ctl & TCP_SYN);
    if (t->flags & TF_TS) {
        s->opts |= SEG_TS;
        s->tsval = (uint32_t)(world_now(x->w) / NS_PER_MS);
        s->tsecr = (ctl & TCP_ACK) ? t->ts_recent : 0;
    }
}

/* Urgent pointer of 3.8.5: the octet after the urgent data (MUST-62), or its last one by the option. */
static void mark_urgent(const struct tcp_ctx *x, const struct tcb *t, struct segment *s)
{
    if (!(t->flags & TF_URG_OUT) || seq_le(t->snd.up, s->seq))
        return;
    uint32_t up = t->snd.up.v - s->seq.v;
    if (x->opt->urgent_last_octet)
        up--;
    s->ctl |= TCP_URG;
    s->up = (uint16_t)min_u32(up, 65535);
}

static HOT_INLINE uint64_t hand_over(struct tcp_ctx *x, struct tcb *t, const struct segment *s, uint8_t ecn,
                                     enum tcp_clause why, uint64_t retx_of)
{
    struct tcp_out o = {.src = t->e.local,
                        .dst = t->e.remote,
                        .ttl = (uint8_t)settings(x, t).ttl,
                        .tos = (uint8_t)(t->dscp << 2 | ecn),
                        .retx_of = retx_of,
                        .why = why,
                        .wscale = (s->ctl & TCP_SYN) ? 0 : t->rcv.wscale};
    struct segment with;
    if (s->ctl & TCP_ACK) {
        uint64_t told = TF_ACK_NOW | TF_ACK_DELAYED;
        if ((t->flags & TF_SACK) && !(s->ctl & TCP_SYN)) {
            with = *s;
            s = &with;
            sack_attach(x, t, &with);
            if (synchronized(t) && sack_pending(x, t)) /* each duplicate is told in an ACK of its own */
                told = TF_ACK_DELAYED;
        }
        t->flags &= ~told;
        t->last_ack_sent = t->rcv.nxt;
        t->rcv.unacked = 0;
        timer_off(x, t, TM_DELACK);
    }
    if (s->len > 0)
        t->sent_at = world_now(x->w);
    return x->ops->emit(x, t, s, &o);
}

/* Option fin_again: nothing is outstanding but a FIN. */
static bool fin_waits(const struct tcp_ctx *x, const struct tcb *t)
{
    return x->opt->fin_again && (t->flags & TF_FIN_SENT) && t->snd.sent.n == 1 && flight_size(t) == 1;
}

static HOT_INLINE void send_ack(struct tcp_ctx *x, struct tcb *t, enum tcp_clause why)
{
    struct segment s;
    bool challenge = why == C_CHALLENGE_RST || why == C_CHALLENGE_SYN || why == C_CHALLENGE_ACK;
    if (fin_waits(x, t) && !challenge) { /* RFC 5961: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, nothing else */
        retransmit(x, t, 0, why);
        return;
    }
    start_segment(x, t, &s, t->snd.nxt, TCP_ACK);
    mark_urgent(x, t, &s);
    hand_over(x, t, &s, ECN_NOT_ECT, why, 0);
}

/* --- SYN --- */

static void syn_options(struct tcp_ctx *x, struct tcb *t, struct segment *s)
{
    bool answer = s->ctl & TCP_ACK; /* only what the other side offered */
    if (x->opt->send_mss) {
        s->opts |= SEG_MSS;
        s->mss = own_mss(x, t);
    }
    if (offers_scale(x) && (!answer || (t->flags & TF_SCALE))) {
        uint8_t shift = own_shift(x, t);
        s->opts |= SEG_WS;
        s->ws = shift < 14 ? shift : (uint8_t)max_i64(14, min_i64(x->opt->window_scale, 255));
    }
    if (x->opt->sack && (!answer || (t->flags & TF_SACK)))
        s->opts |= SEG_SACK_PERM;
    if (x->opt->timestamps && !answer) {
        s->opts |= SEG_TS;
        s->tsval = (uint32_t)(world_now(x->w) / NS_PER_MS);
    }
}

static enum tcp_clause syn_clause(const struct tcb *t)
{
    if (t->state == TCP_SYN_SENT)
        return C_SYN_SENT_OUT;
    return (t->flags & TF_PASSIVE) ? C_SYN_ACK_OUT : C_SYN_ACK_SIMULTANEOUS;
}

static COLD uint64_t put_syn(struct tcp_ctx *x, struct tcb *t, enum tcp_clause why, uint64_t retx_of)
{
    struct segment s;
    const struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, 0);
    start_segment(x, t, &s, t->snd.iss, (uint8_t)(t->state == TCP_SYN_SENT ? TCP_SYN : TCP_SYN | TCP_ACK));
    s.ctl |= ecn_syn_ctl(x, t, e->retx > 0);
    syn_options(x, t, &s);
    return hand_over(x, t, &s, ECN_NOT_ECT, why, retx_of);
}

static void send_syn(struct tcp_ctx *x, struct tcb *t)
{
    t->flags &= ~TF_SYN_PENDING;
    struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, 0);
    uint64_t rec = put_syn(x, t, syn_clause(t), 0);
    e->at = world_now(x->w);
    if (e->rec == 0) {
        e->rec = rec;
        t->flags |= TF_RTT;
        t->rtt_at = e->at;
        t->snd.rtt_seq = seq_add(t->snd.iss, 1);
    }
    retx_timer_update(x, t, true);
}

/* ISS chosen, SND.UNA and SND.NXT set, the SYN on the retransmission queue (3.10.1). */
void start_open(struct tcp_ctx *x, struct tcb *t, enum tcp_edge e)
{
    t->snd.iss = seq(x->opt->iss >= 0 && !x->ops->iss ? (uint32_t)x->opt->iss : x->ops->iss(x, &t->e));
    t->snd.una = t->snd.iss;
    t->snd.nxt = seq_add(t->snd.iss, 1);
    t->snd.recover = t->snd.iss;
    t->snd.up = t->snd.iss;
    struct sent *s = ring_push(x, &t->snd.sent, sizeof *s);
    s->seq = t->snd.iss;
    s->ctl = TCP_SYN;
    s->at = world_now(x->w);
    t->flags |= TF_SYN_PENDING | (x->opt->ecn && x->opt->ecn_ask ? TF_ECN_ASK : 0);
    fsm_fire(x, t, e);
}

/* --- text and FIN --- */

/* Sequence number of the first octet of text not yet segmentized. */
static seq32 text_nxt(const struct tcb *t)
{
    return seq_sub(t->snd.nxt, (t->flags & TF_FIN_SENT) ? 1u : 0u);
}

static void fill_text(const struct tcb *t, struct segment *s, const struct sent *e)
{
    s->len = e->len;
    s->off = t->snd.nxt_off - (text_nxt(t).v - e->seq.v);
    s->ctl |= e->ctl & (TCP_FIN | TCP_PSH);
}

static bool takes_push(struct tcb *t, uint64_t end)
{
    bool psh = t->snd.push_first != 0 && end >= t->snd.push_first;
    if (psh)
        t->snd.push_first = t->snd.push > end ? t->snd.push : 0;
    return psh;
}

void send_text(struct tcp_ctx *x, struct tcb *t, uint32_t len, bool fin, enum tcp_clause why)
{
    bool probe = why == C_PROBE_OUT;
    if (fin) {
        if (t->state == TCP_CLOSE_WAIT)
            fsm_fire(x, t, EDGE_CW_CLOSE);
    }
    struct sent *e = ring_push(x, &t->snd.sent, sizeof *e);
    e->seq = t->snd.nxt;
    e->len = len;
    e->at = world_now(x->w);
    e->probe = probe;
    t->snd.nxt_off += len;
    t->snd.nxt = seq_add(t->snd.nxt, len + (fin ? 1u : 0u));
    bool psh = len > 0 && takes_push(t, t->snd.nxt_off);
    if (fin)
        t->flags |= TF_FIN_SENT;
    e->ctl = (uint8_t)((fin ? TCP_FIN : 0) | (psh || (fin && len > 0) ? TCP_PSH : 0));
    struct segment s;
    start_segment(x, t, &s, e->seq, TCP_ACK);
    fill_text(t, &s, e);
    mark_urgent(x, t, &s);
    uint8_t ecn = len > 0 && !probe ? ecn_of_text(x, t, &s) : ECN_NOT_ECT;
    if (!(t->flags & TF_RTT) && !probe) {
        t->flags |= TF_RTT;
        t->rtt_at = e->at;
        t->snd.rtt_seq = t->snd.nxt;
    }
    if (why == C_NONE)
        why = fin                        ? C_FIN_OUT
              : (t->flags & TF_OVERRIDE) ? ((t->flags & TF_CORK_WAIT) ? C_CORK_OVER : C_SWS_OVERRIDE_OUT)
              : psh                      ? C_DATA_PUSHED
                                         : C_DATA_OUT;
    e->rec = hand_over(x, t, &s, ecn, why, 0);
}

/* The entry no longer fits (the path's MTU shrank): cut it in two. */
static COLD void split(struct tcp_ctx *x, struct tcb *t, uint32_t index, uint32_t len)
{
    struct sent *rest = ring_insert(x, &t->snd.sent, sizeof *rest, index + 1);
    struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, index);
    *rest = *e;
    rest->seq = seq_add(e->seq, len);
    rest->len = e->len - len;
    e->len = len;
    e->ctl &= (uint8_t) ~(TCP_FIN | TCP_PSH);
}

void retransmit(struct tcp_ctx *x, struct tcb *t, uint32_t index, enum tcp_clause why)
{
    struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, index);
    if (e->len > eff_mss(t) && synchronized(t) && t->snd.sent.n < SENT_MAX) {
        split(x, t, index, eff_mss(t));
        e = ring_at(x, &t->snd.sent, sizeof *e, index);
    }
    if (e->retx < UINT16_MAX)
        e->retx++;
    e->at = world_now(x->w);
    t->flags &= ~TF_RTT;
    recovery_sent_again(x, t, e->seq, sent_end(e));
    if (e->ctl & TCP_SYN) {
        t->flags &= ~TF_SYN_PENDING;
        put_syn(x, t, why, e->rec);
        return;
    }
    struct segment s;
    start_segment(x, t, &s, e->seq, TCP_ACK);
    fill_text(t, &s, e);
    if (s.len > eff_mss(t)) { /* too many entries to cut it: its front goes, an ACK of that cuts the entry */
        s.len = eff_mss(t);
        s.ctl &= (uint8_t) ~(TCP_FIN | TCP_PSH);
    }
    mark_urgent(x, t, &s);
    hand_over(x, t, &s, ECN_NOT_ECT, why, e->rec);
}

uint32_t cwnd_room(const struct tcp_ctx *x, const struct tcb *t)
{
    if (x->opt->congestion == CC_NONE)
        return UINT32_MAX;
    uint32_t p = recovery_pipe(x, t);
    return t->cc.cwnd > p ? t->cc.cwnd - p : 0;
}

uint32_t find_sent(const struct tcp_ctx *x, const struct tcb *t, seq32 s)
{
    uint32_t lo = 0, hi = t->snd.sent.n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        const struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, mid);
        if (seq_lt(e->seq, s))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

seq32 retransmit_range(struct tcp_ctx *x, struct tcb *t, seq32 from, seq32 to, enum tcp_clause why)
{
    uint32_t i = find_sent(x, t, seq_add(from, 1)) - 1u;
    struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, i);
    if (seq_lt(e->seq, from) && t->snd.sent.n < SENT_MAX) {
        split(x, t, i++, from.v - e->seq.v);
        e = ring_at(x, &t->snd.sent, sizeof *e, i);
    }
    if (seq_gt(sent_end(e), to) && t->snd.sent.n < SENT_MAX)
        split(x, t, i, to.v - e->seq.v);
    retransmit(x, t, i, why);
    e = ring_at(x, &t->snd.sent, sizeof *e, i);
    return sent_end(e);
}

/* What a segment of new text holds beside the options it will carry (3.7.1). */
static uint32_t text_mss(const struct tcp_ctx *x, const struct tcb *t)
{
    uint32_t mss = eff_mss(t), sack = t->rec ? sack_room(x, t) : 0;
    return mss > 2 * sack ? mss - sack : mss;
}

/* The user wants it gone: by a push, by CLOSE, or because no more fits the send buffer. */
static bool is_pushed(const struct tcb *t)
{
    bool closing = (t->flags & TF_CLOSE_QUEUED) && !(t->flags & TF_FIN_SENT);
    return t->snd.push_first != 0 || closing || (t->flags & TF_WANT_SPACE);
}

static uint32_t usable_window(const struct tcb *t)
{
    int32_t left = seq_diff(seq_add(t->snd.una, t->snd.wnd), t->snd.nxt);
    return left > 0 ? (uint32_t)left : 0;
}

/* Only the override timer gets this out (3.8.6.2.1, rule 4). Beyond the RFC: text that is not pushed but does
 * not fit a small window waits for it too, else a lost window update would leave it waiting for ever. */
static bool may_override(const struct tcb *t)
{
    return is_pushed(t) || snd_waiting(t) > usable_window(t);
}

/* SWS avoidance and Nagle (RFC 9293 3.8.6.2.1 and 3.7.4). C_NONE: send. */
static enum tcp_clause hold_back(const struct tcb *t, uint64_t waiting, uint32_t len, uint32_t usable,
                                 bool fin)
{
    if (len >= eff_mss(t) || (fin && len == waiting))
        return C_NONE;
    if (t->flags & TF_CORK)
        return (t->flags & TF_OVERRIDE) && (t->flags & TF_CORK_WAIT) ? C_NONE : C_HELD_BY_CORK;
    bool nagle_ok = !(t->flags & TF_NAGLE) || seq_eq(t->snd.una, t->snd.nxt);
    if (nagle_ok && ((is_pushed(t) && waiting <= usable) || (len > 0 && 2 * len >= t->snd.max_wnd)))
        return C_NONE;
    if ((t->flags & TF_OVERRIDE) && may_override(t))
        return C_NONE;
    return nagle_ok ? C_HELD_BY_SWS : C_HELD_BY_NAGLE;
}

static void restart_after_idle(struct tcp_ctx *x, struct tcb *t)
{
    if (x->opt->restart_window && t->snd.sent.n == 0 && t->srtt > 0 &&
        world_now(x->w) - t->sent_at > t->rto) {
        const struct cc_iw iw = initial_window(x);
        uint32_t before = t->cc.cwnd;
        cc_get((enum cc_kind)x->opt->congestion)->after_idle(&t->cc, &iw);
        if (t->cc.cwnd != before)
            cite(x, t, C_CWND_AFTER_IDLE);
    }
}

static inline enum tcp_clause next_segment(const struct tcp_ctx *x, const struct tcb *t, uint32_t *len,
                                           bool *fin)
{
    uint64_t waiting = snd_waiting(t);
    bool last = (t->flags & TF_CLOSE_QUEUED) && !(t->flags & TF_FIN_SENT);
    *len = 0;
    *fin = false;
    if (waiting == 0 && !last)
        return C_NONE;
    uint32_t usable = usable_window(t);
    if (t->flags & TF_ECN_HELD)
        return C_ECN_HELD;
    if (usable == 0 || (t->flags & TF_PROBING) || t->snd.sent.n >= SENT_MAX)
        return C_HELD_BY_WINDOW;
    uint32_t mss = text_mss(x, t);
    *len = min_u32((uint32_t)min_i64((int64_t)min_i64((int64_t)waiting, UINT32_MAX), mss), usable);
    *fin = last && *len == waiting && usable > *len;
    return *len >= mss ? C_NONE : hold_back(t, waiting, *len, usable, last);
}

enum tcp_clause new_segment(struct tcp_ctx *x, struct tcb *t, uint32_t *len, bool *fin)
{
    return next_segment(x, t, len, fin);
}

/* Sends what windows, Nagle and SWS avoidance admit. Returns what holds the rest, C_NONE if nothing is left.
 */
static enum tcp_clause send_new(struct tcp_ctx *x, struct tcb *t)
{
    for (;;) {
        uint32_t len;
        bool fin;
        enum tcp_clause held = next_segment(x, t, &len, &fin);
        if (held != C_NONE || (len == 0 && !fin))
            return held;
        if (cwnd_room(x, t) < len)
            return C_HELD_BY_CWND;
        send_text(x, t, len, fin, C_NONE);
    }
}

/* Something waits and nothing is outstanding: a timer must run (SHLD-29, MUST-38). */
static void arm_waiting(struct tcp_ctx *x, struct tcb *t, enum tcp_clause held)
{
    bool idle = t->snd.sent.n == 0 || (t->flags & TF_PROBING);
    if (held == C_HELD_BY_WINDOW && idle && t->snd.wnd == 0) {
        if (!timer_on(t, TM_PERSIST)) {
            cite(x, t, C_WINDOW_CLOSED);
            timer_set(x, t, TM_PERSIST, rto_now(x, t));
        }
    } else if (!(t->flags & TF_PROBING)) {
        timer_off(x, t, TM_PERSIST);
    }
    if (held == C_HELD_BY_CORK && x->opt->cork_timeout > 0) {
        if (!timer_on(t, TM_SPARE) || !(t->flags & TF_CORK_WAIT))
            spare_set(x, t, TF_CORK_WAIT, x->opt->cork_timeout);
    } else if (!idle || held != C_HELD_BY_SWS || !may_override(t)) {
        timer_off(x, t, TM_SPARE);
    } else if (!timer_on(t, TM_SPARE) || (t->flags & TF_CORK_WAIT)) {
        spare_set(x, t, 0, x->opt->sws_override);
    }
}

static bool may_send_text(const struct tcb *t)
{
    switch ((enum tcp_state)t->state) {
    case TCP_ESTABLISHED:
    case TCP_CLOSE_WAIT:
    case TCP_FIN_WAIT_1:
    case TCP_CLOSING:
    case TCP_LAST_ACK: return true;
    case TCP_CLOSED:
    case TCP_LISTEN:
    case TCP_SYN_SENT:
    case TCP_SYN_RECEIVED:
    case TCP_FIN_WAIT_2:
    case TCP_TIME_WAIT:
    case TCP_STATES: return false;
    }
    return false;
}

static void cite_held(struct tcp_ctx *x, struct tcb *t, enum tcp_clause held)
{
    if (held != C_NONE && held != (enum tcp_clause)t->held)
        cite(x, t, held);
    t->held = (uint8_t)held;
}

void output(struct tcp_ctx *x, struct tcb *t)
{
    if (t->flags & TF_DEAD)
        return;
    if (t->flags & TF_SYN_PENDING) {
        send_syn(x, t);
        user_timer_update(x, t, false);
    }
    if (t->state <= TCP_SYN_SENT)
        return;
    for (; t->rcv.dup_owed > 0; t->rcv.dup_owed--)
        send_ack(x, t, C_ACK_OUT_OF_ORDER);
    if (may_send_text(t)) {
        seq32 before = t->snd.nxt;
        restart_after_idle(x, t);
        enum tcp_clause held = (t->flags & TF_RTO_RECOVERY) && !recovery_resend_lost(x, t) ? C_HELD_BY_CWND
                               : in_sack_recovery(t) ? recovery_send(x, t)
                                                     : send_new(x, t);
        if (t->rec)
            recovery_limited(x, t);
        cite_held(x, t, held);
        if (!seq_eq(before, t->snd.nxt))
            retx_timer_update(x, t, false);
        arm_waiting(x, t, held);
        user_timer_update(x, t, false);
    }
    while (t->flags & TF_ACK_NOW) /* once; with D-SACK once for each duplicate (RFC 2883) */
        send_ack(x, t, (enum tcp_clause)t->ack_why);
    if (t->rec)
        sack_settled(x, t);
}

void output_call(struct tcp_ctx *x, struct tcb *t)
{
    if (!(t->flags & TF_SETTLE))
        output(x, t);
}

void owe(struct tcp_ctx *x, struct tcb *t)
{
    reply_cause_set(x, t);
    if (t->flags & (TF_SETTLE | TF_DEAD))
        return;
    t->flags |= TF_SETTLE;
    x->ops->want_settle(x, t);
}

void owe_ack(struct tcp_ctx *x, struct tcb *t, enum tcp_clause why)
{
    t->flags |= TF_ACK_NOW;
    t->ack_why = (uint8_t)why;
    owe(x, t);
}

void tcp_settle(struct tcp_ctx *x, struct tcb *t)
{
    t->flags &= ~TF_SETTLE;
    x->w->core->cause = reply_cause(x, t);
    output(x, t);
    leave(x, t);
}

void challenge(struct tcp_ctx *x, struct tcb *t, enum tcp_clause why)
{
    if (x->ops->challenge_ok && !x->ops->challenge_ok(x))
        cite(x, t, C_CHALLENGE_THROTTLED);
    else
        owe_ack(x, t, why);
}

/* --- resets, probes, keep-alives --- */

void send_rst(struct tcp_ctx *x, struct tcb *t, seq32 s, enum tcp_clause why)
{
    struct segment r = {.seq = s, .ctl = TCP_RST, .sport = t->e.local_port, .dport = t->e.remote_port};
    if (x->opt->reset_with_ack && why != C_RST_BAD_OPTION && !(t->flags & TF_READ_CLOSED)) {
        r.ctl |= TCP_ACK;
        r.ack = t->rcv.nxt;
    }
    if (t->flags & TF_TS) { /* RFC 7323 sec 5.2 */
        r.opts = SEG_TS;
        r.tsval = (uint32_t)(world_now(x->w) / NS_PER_MS);
    }
    struct tcp_out o = {.src = t->e.local,
                        .dst = t->e.remote,
                        .ttl = (uint8_t)settings(x, t).ttl,
                        .tos = (uint8_t)(t->dscp << 2),
                        .why = why};
    x->ops->emit(x, t, &r, &o);
}

void reset_reply(struct tcp_ctx *x, struct tcb *t, const struct arrival *a, enum tcp_clause why)
{
    const struct segment *s = &a->s;
    struct segment r = {.sport = a->e->local_port, .dport = a->e->remote_port, .ctl = TCP_RST};
    if (s->ctl & TCP_ACK) {
        r.seq = s->ack;
    } else {
        r.ctl |= TCP_ACK;
        r.ack = seq_add(s->seq, seg_len(s));
    }
    if (x->opt->timestamps && (s->opts & SEG_TS)) { /* RFC 7323 sec 5.2 */
        r.opts = SEG_TS;
        r.tsecr = s->tsval;
    }
    struct tcp_out o = {.src = a->e->local, .dst = a->e->remote, .ttl = (uint8_t)x->opt->ttl, .why = why};
    x->ops->emit(x, t, &r, &o);
}

/* Zero-window probe (3.8.6.1): the next octet (or the FIN) although the window does not admit it; repeated
 * until answered. */
COLD void send_probe(struct tcp_ctx *x, struct tcb *t)
{
    if (t->snd.sent.n > 0) {
        retransmit(x, t, 0, C_PROBE_OUT);
        return;
    }
    bool fin = (t->flags & TF_CLOSE_QUEUED) && !(t->flags & TF_FIN_SENT);
    if (x->opt->probe_old) {
        struct segment s;
        start_segment(x, t, &s, seq_sub(t->snd.nxt, 1), TCP_ACK);
        hand_over(x, t, &s, ECN_NOT_ECT, C_PROBE_OUT, 0);
        return;
    }
    if (snd_waiting(t) > 0)
        send_text(x, t, 1, false, C_PROBE_OUT);
    else if (fin)
        send_text(x, t, 0, true, C_PROBE_OUT);
    else
        return;
    t->flags |= TF_PROBING;
}

COLD void send_keepalive(struct tcp_ctx *x, struct tcb *t)
{
    struct segment s;
    start_segment(x, t, &s, seq_sub(t->snd.nxt, 1), TCP_ACK);
    if (x->opt->keepalive_garbage) { /* MAY-6: one octet that was sent long ago */
        s.len = 1;
        s.off = t->snd.nxt_off > 0 ? t->snd.nxt_off - 1 : 0;
    }
    hand_over(x, t, &s, ECN_NOT_ECT, C_KEEPALIVE_OUT, 0);
}
