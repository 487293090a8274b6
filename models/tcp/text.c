/* text.c: the sixth to eighth step (RFC 9293 sec 3.10.7.4): URG, text and its acknowledgment, FIN;
 * reassembly; RECEIVE. */
#include "models/tcp/sack.h"

static bool may_receive_text(const struct tcb *t)
{
    return t->state == TCP_ESTABLISHED || t->state == TCP_FIN_WAIT_1 || t->state == TCP_FIN_WAIT_2;
}

/* The first octet the user has not read yet. */
static seq32 consumed(const struct tcb *t)
{
    return seq_sub(t->rcv.nxt, t->rcv.unread + ((t->flags & TF_PEER_FIN) ? 1u : 0u));
}

/* The octet after the urgent data (MUST-62). */
static seq32 urgent_end(const struct tcp_ctx *x, const struct arrival *a)
{
    return seq_add(a->up, x->opt->urgent_last_octet ? 1u : 0u);
}

/* Sixth step. DEVIATION: the step signals once for a continuous sequence of urgent data, MUST-32 whenever the
 * pointer advances: every advance is told. */
void urg_step(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    if (!(a->s.ctl & TCP_URG))
        return;
    if (!may_receive_text(t)) {
        rejected(x, t, a, REJECT_URG_IGNORED, C_URG_IGNORED);
        return;
    }
    seq32 up = urgent_end(x, a);
    seq32 known = (t->flags & TF_URG_IN) ? t->rcv.up : consumed(t);
    if (!seq_gt(up, known))
        return;
    t->rcv.up = up;
    t->flags |= TF_URG_IN;
    cite(x, t, C_URGENT_NOTICE);
    tell(x, t, SIGNAL_URGENT, up.v - consumed(t).v);
}

/* --- text --- */

static void append(struct tcp_ctx *x, struct tcb *t, uint32_t stream, uint64_t off, uint32_t len, bool push)
{
    struct slice *last = NULL;
    if (t->rcv.queue.n > 0)
        last = ring_at(x, &t->rcv.queue, sizeof *last, t->rcv.queue.n - 1u);
    if (last && last->stream == stream && last->off + last->len == off && last->len < UINT32_MAX - len) {
        last->len += len;
    } else {
        struct slice *s = ring_push(x, &t->rcv.queue, sizeof *s);
        *s = (struct slice){.off = off, .stream = stream, .len = len};
    }
    t->rcv.nxt = seq_add(t->rcv.nxt, len);
    t->rcv.unread += len;
    t->rcv.total += len;
    t->rcv.unacked += len;
    t->rcv.dup_owed =
        0; /* RCV.NXT moves: ACKs of the new number would be no duplicates of the old (MUST-58) */
    if (t->rec)
        sack_moved(x, t);
    if (push)
        t->rcv.push = t->rcv.total;
}

/* Ranges that RCV.NXT has reached move to the user's queue. */
static bool drain(struct tcp_ctx *x, struct tcb *t)
{
    bool any = false;
    while (t->rcv.ooo.n > 0) {
        struct range g = *(struct range *)ring_at(x, &t->rcv.ooo, sizeof g, 0);
        int32_t old = seq_diff(t->rcv.nxt, g.seq);
        if (old < 0)
            break;
        ring_remove(x, &t->rcv.ooo, sizeof g, 0);
        if ((uint32_t)old < g.len)
            append(x, t, g.stream, g.off + (uint32_t)old, g.len - (uint32_t)old, g.push);
        any = true;
    }
    return any;
}

static uint32_t ranges_max(const struct tcp_ctx *x)
{
    return (uint32_t)min_i64(x->opt->reassembly_ranges, RANGES_MAX);
}

/* b begins where a ends, in numbers and in text. */
static bool goes_on(const struct range *a, const struct range *b)
{
    return seq_eq(seq_add(a->seq, a->len), b->seq) && a->stream == b->stream && a->off + a->len == b->off;
}

/* Puts one stretch that overlaps nothing into the list at i, joining it to its neighbours where text and
 * numbers go on. */
static bool put_range(struct tcp_ctx *x, struct tcb *t, uint32_t i, const struct range *n)
{
    struct ring *r = &t->rcv.ooo;
    struct range *p = i > 0 ? ring_at(x, r, sizeof *p, i - 1) : NULL;
    struct range *q = i < r->n ? ring_at(x, r, sizeof *q, i) : NULL;
    bool after = p && goes_on(p, n), before = q && goes_on(n, q);
    if (after) {
        p->len += n->len + (before ? q->len : 0);
        p->push |= n->push | (before ? q->push : 0);
        if (before)
            ring_remove(x, r, sizeof *q, i);
        return true;
    }
    if (before) {
        q->seq = n->seq;
        q->off = n->off;
        q->len += n->len;
        q->push |= n->push;
        return true;
    }
    if (r->n >= ranges_max(x))
        return false;
    struct range *g = ring_insert(x, r, sizeof *g, i);
    *g = *n;
    return true;
}

uint32_t first_beyond(const struct tcp_ctx *x, const struct tcb *t, seq32 s)
{
    uint32_t lo = 0, hi = t->rcv.ooo.n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        const struct range *g = ring_at(x, &t->rcv.ooo, sizeof *g, mid);
        if (seq_le(seq_add(g->seq, g->len), s))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The first stretch of [s, s + len) that is held already. */
static struct span held_already(const struct tcp_ctx *x, const struct tcb *t, seq32 s, uint32_t len)
{
    uint32_t i = first_beyond(x, t, s);
    if (i == t->rcv.ooo.n)
        return (struct span){s, s};
    const struct range *g = ring_at(x, &t->rcv.ooo, sizeof *g, i);
    return (struct span){seq_max(g->seq, s), seq_min(seq_add(g->seq, g->len), seq_add(s, len))};
}

/* A duplicate ACK is owed for what came out of order. */
static void owe_duplicate(struct tcp_ctx *x, struct tcb *t, seq32 newest, struct span again)
{
    if (t->rcv.dup_owed < UINT8_MAX) {
        t->rcv.dup_owed++;
        sack_report(x, t, newest, again);
    }
    owe(x, t);
}

/* Keeps what is new of [seq, seq+len); text already held wins over text that overlaps it. */
static bool hold(struct tcp_ctx *x, struct tcb *t, struct range n)
{
    bool kept = false;
    for (uint32_t i = first_beyond(x, t, n.seq); n.len > 0;) {
        struct range g = {.len = 0};
        bool end = i >= t->rcv.ooo.n;
        if (!end)
            g = *(struct range *)ring_at(x, &t->rcv.ooo, sizeof g, i);
        if (!end && seq_ge(n.seq, seq_add(g.seq, g.len))) {
            i++;
            continue;
        }
        uint32_t before = end ? n.len : seq_lt(n.seq, g.seq) ? min_u32(n.len, g.seq.v - n.seq.v) : 0;
        if (before > 0) {
            struct range part = n;
            part.len = before;
            if (!put_range(x, t, i, &part))
                return kept;
            kept = true;
            i = i > 0 ? i - 1 : 0; /* it may have become part of the one before */
        }
        uint32_t over = before;
        if (!end) {
            seq32 after = seq_add(g.seq, g.len);
            over = min_u32(n.len, after.v - n.seq.v);
        }
        n.seq = seq_add(n.seq, over);
        n.off += over;
        n.len -= over;
    }
    return kept;
}

/* Option and setting quickack: one of the segments that are acknowledged at once. */
static bool quick(struct tcp_ctx *x, struct tcb *t)
{
    if (!(t->flags & TF_QUICK))
        return false;
    if (own_settings(x, t)->quick > 0 && --own_settings(x, t)->quick == 0)
        t->flags &= ~TF_QUICK;
    return true;
}

static void acknowledge_text(struct tcp_ctx *x, struct tcb *t, bool filled)
{
    uint32_t full = min_u32(own_mss(x, t), max_u32(t->rcv.seen_mss, 1));
    if (filled)
        owe_ack(x, t, C_ACK_GAP_FILLED);
    else if (quick(x, t))
        owe_ack(x, t, C_ACK_QUICK);
    else if (x->opt->delayed_ack == 0)
        owe_ack(x, t, C_ACK_OUT);
    else if (t->rcv.unacked >= full * (uint32_t)x->opt->ack_every)
        owe_ack(x, t, C_ACK_SECOND); /* SHLD-19 */
    else if (x->opt->ack_small && (t->flags & TF_ACK_DELAYED))
        owe_ack(x, t, C_ACK_SECOND);
    else if (!(t->flags & TF_ACK_DELAYED)) {
        t->flags |= TF_ACK_DELAYED;
        cite(x, t, C_ACK_HELD);
        timer_set(x, t, TM_DELACK, x->opt->delayed_ack);
    }
}

/* Seventh, process the segment text. */
void text_step(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    if (s->len == 0)
        return;
    if (!may_receive_text(t)) {
        rejected(x, t, a, REJECT_TEXT_AFTER_FIN, C_TEXT_IGNORED);
        return;
    }
    if (t->flags & TF_READ_CLOSED) { /* MAY-1 */
        rejected(x, t, a, REJECT_TEXT_AFTER_FIN, C_RST_UNREAD);
        send_rst(x, t, t->snd.nxt, C_RST_UNREAD);
        die(x, t, t->state == TCP_FIN_WAIT_1 ? EDGE_FW1_TEXT_AFTER_CLOSE : EDGE_FW2_TEXT_AFTER_CLOSE,
            SIGNAL_RESET);
        return;
    }
    if (s->len > t->rcv.seen_mss)
        t->rcv.seen_mss = (uint16_t)min_u32(s->len, UINT16_MAX);
    bool push = s->ctl & TCP_PSH;
    if (!seq_eq(s->seq, t->rcv.nxt)) {
        a->ooo = true;
        struct range n = {.off = s->off, .stream = s->stream, .len = s->len, .seq = s->seq, .push = push};
        bool full = t->rcv.ooo.n >= ranges_max(x);
        struct span again = held_already(x, t, s->seq, s->len);
        if (!hold(x, t, n))
            rejected(x, t, a, full ? REJECT_NO_ROOM : REJECT_DUPLICATE_TEXT,
                     full ? C_REASSEMBLY_FULL : C_TEXT_DUPLICATE);
        owe_duplicate(x, t, s->seq, again);
        return;
    }
    if (t->rcv.queue.n >= UNREAD_MAX) {
        rejected(x, t, a, REJECT_NO_ROOM, C_REASSEMBLY_FULL);
        owe_ack(x, t, C_ACK_UNACCEPTABLE);
        return;
    }
    bool gap = t->rcv.ooo.n > 0;
    if (gap && !a->again) {
        struct span again = held_already(x, t, s->seq, s->len);
        if (seq_lt(again.left, again.right))
            sack_report(x, t, t->rcv.irs, again);
    }
    append(x, t, s->stream, s->off, s->len, push);
    if (gap)
        drain(x, t);
    acknowledge_text(x, t, gap);
    try_receive(x, t);
}

/* --- FIN --- */

static void consume_fin(struct tcp_ctx *x, struct tcb *t)
{
    t->flags = (t->flags & ~TF_FIN_HELD) | TF_PEER_FIN;
    t->rcv.push = t->rcv.total; /* FIN implies PUSH */
    t->rcv.nxt = seq_add(t->rcv.nxt, 1);
    t->rcv.dup_owed = 0;
    sack_moved(x, t);
    ring_free(x->w, &t->rcv.ooo, sizeof(struct range)); /* text beyond a FIN is none */
    t->rcv.adv =
        seq_add(t->rcv.adv, 1); /* a FIN takes a number but no room: the window offered stays as it was */
    switch ((enum tcp_state)t->state) {
    case TCP_ESTABLISHED: fsm_fire(x, t, EDGE_EST_FIN); break;
    case TCP_FIN_WAIT_1:
        fsm_fire(x, t,
                 EDGE_FW1_FIN); /* had our FIN been acknowledged, the fifth step would have left this state */
        break;
    case TCP_FIN_WAIT_2:
        fsm_fire(x, t, EDGE_FW2_FIN);
        enter_time_wait(x, t);
        break;
    case TCP_CLOSED:
    case TCP_LISTEN:
    case TCP_SYN_SENT:
    case TCP_SYN_RECEIVED:
    case TCP_CLOSE_WAIT:
    case TCP_CLOSING:
    case TCP_LAST_ACK:
    case TCP_TIME_WAIT:
    case TCP_STATES: break;
    }
    owe_ack(x, t, C_ACK_OF_FIN);
    tell(x, t, SIGNAL_CLOSING, 0);
    try_receive(x, t);
}

/* Eighth, check the FIN bit. A FIN ahead of missing text waits for it. */
void fin_step(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    if ((s->ctl & TCP_FIN) &&
        (t->flags & TF_PEER_FIN)) { /* a second one: the state remains, nothing lies beyond a FIN */
        if (t->state == TCP_TIME_WAIT)
            timer_set(x, t, TM_TIMEWAIT, 2 * x->opt->msl);
        owe_ack(x, t, t->state == TCP_TIME_WAIT ? C_ACK_TIME_WAIT : C_ACK_OF_FIN);
        return;
    }
    if (s->ctl & TCP_FIN) {
        t->rcv.fin = seq_add(s->seq, s->len);
        t->flags |= TF_FIN_HELD;
        if (seq_gt(t->rcv.fin, t->rcv.nxt) && s->len == 0) {
            owe_duplicate(x, t, t->rcv.fin, (struct span){t->rcv.fin, t->rcv.fin});
        }
    }
    if ((t->flags & TF_FIN_HELD) && seq_eq(t->rcv.fin, t->rcv.nxt) && may_receive_text(t))
        consume_fin(x, t);
}

/* 3.10.7.2: "any other control or text should be queued for processing later", what lies in the window that
 * our SYN tells. */
void hold_with_syn(struct tcp_ctx *x, struct tcb *t, const struct arrival *a)
{
    const struct segment *s = &a->s;
    uint32_t len = min_u32(s->len, t->rcv.adv.v - t->rcv.nxt.v);
    if (len > 0) {
        struct range n = {
            .off = s->off, .stream = s->stream, .len = len, .seq = t->rcv.nxt, .push = s->ctl & TCP_PSH};
        t->rcv.seen_mss = (uint16_t)min_u32(max_u32(len, t->rcv.seen_mss), UINT16_MAX);
        hold(x, t, n);
    }
    if ((s->ctl & TCP_FIN) && len == s->len) {
        t->rcv.fin = seq_add(t->rcv.nxt, len);
        t->flags |= TF_FIN_HELD;
    }
    seq32 up = urgent_end(x, a);
    if ((s->ctl & TCP_URG) && seq_gt(up, t->rcv.nxt)) {
        t->rcv.up = up;
        t->flags |= TF_URG_IN;
    }
}

void drain_held(struct tcp_ctx *x, struct tcb *t)
{
    if (t->flags & TF_URG_IN) {
        cite(x, t, C_URGENT_NOTICE);
        tell(x, t, SIGNAL_URGENT, t->rcv.up.v - t->rcv.nxt.v);
    }
    if (t->rcv.ooo.n > 0 && drain(x, t)) {
        acknowledge_text(x, t, false);
        try_receive(x, t);
    }
    if ((t->flags & TF_FIN_HELD) && seq_eq(t->rcv.fin, t->rcv.nxt) && may_receive_text(t))
        consume_fin(x, t);
}

/* --- RECEIVE --- */

static void deliver_slice(struct tcp_ctx *x, struct tcb *t, const struct slice *s, uint32_t n, bool last,
                          unsigned why)
{
    uint64_t read = t->rcv.total - t->rcv.unread + n;
    bool push = last && (why == DELIVER_PUSH || why == DELIVER_FIN || t->rcv.push == read);
    uint64_t id = rec_next(x->w);
    if (rec_wanted(x->w, REC_DELIVER)) {
        struct rec_deliver r = {
            .stream = s->stream, .off = s->off, .len = n, .push = push, .why = (uint16_t)why};
        r.urgent = t->flags & TF_URG_IN;
        r.total = read;
        rec_put(x->w, &r.head, id, REC_DELIVER, t->conn, x->host);
    }
    x->ops->deliver(x, t, s->stream, s->off, n, push, last);
}

static void hand_to_user(struct tcp_ctx *x, struct tcb *t, uint32_t n, unsigned why)
{
    t->flags &= ~TF_RECEIVE;
    while (n > 0) {
        struct slice *head = ring_at(x, &t->rcv.queue, sizeof *head, 0);
        uint32_t part = min_u32(n, head->len);
        struct slice s = *head;
        head->len -= part;
        head->off += part;
        if (head->len == 0)
            ring_pop(x, &t->rcv.queue, sizeof *head);
        deliver_slice(x, t, &s, part, part == n, why);
        t->rcv.unread -= part;
        n -= part;
    }
    if ((t->flags & TF_URG_IN) && seq_ge(consumed(t), t->rcv.up)) {
        t->flags &= ~TF_URG_IN;
        tell(x, t, SIGNAL_URGENT_END, 0);
    }
    if (t->flags &
        (TF_PEER_FIN | TF_ACK_NOW)) /* an ACK that is owed already will say it, for its own reason */
        return;
    /* tell the peer of the room, if it is worth a segment (3.8.6.2.2) */
    uint32_t was = rcv_wnd(t), now = rcv_window(x, t);
    uint32_t worth = min_u32(rcv_buffer(x, t) / 2, 2u * own_mss(x, t));
    if (now > was &&
        (now - was >= worth || was < own_mss(x, t))) /* below one segment the peer may be waiting */
        owe_ack(x, t, C_ACK_WINDOW);
    else if (now == was && t->rcv.unread < rcv_buffer(x, t) && was < worth)
        cite(x, t, C_WINDOW_HELD);
}

/* DEVIATION: 3.10.7.4 deletes the TCB when the FIN is acknowledged, read or not; text that was acknowledged
 * must not get lost, so a user who closed before he had read all gets the rest now. */
void hand_over_rest(struct tcp_ctx *x, struct tcb *t)
{
    if (t->rcv.unread > 0 && !(t->flags & (TF_READ_CLOSED | TF_ORPHAN)))
        hand_to_user(x, t, t->rcv.unread, DELIVER_FIN);
}

/* Completes the pending RECEIVE if it can be: RFC 9293 3.9.1.3. */
void try_receive(struct tcp_ctx *x, struct tcb *t)
{
    if (!(t->flags & TF_RECEIVE) || !(synchronized(t)))
        return;
    uint32_t n = min_u32(t->rcv.want, t->rcv.unread);
    if (t->rcv.unread == 0) {
        if (t->flags & TF_PEER_FIN) {
            t->flags &= ~TF_RECEIVE;
            uint64_t cause = x->w->core->cause;
            call_rec(x, t, CALL_RECEIVE, RESULT_CLOSING, 0, 0, 0);
            x->w->core->cause = cause;
        }
        return;
    }
    uint64_t read = t->rcv.total - t->rcv.unread;
    if (t->rcv.unread >= t->rcv.want)
        hand_to_user(x, t, n, DELIVER_FULL);
    else if (t->flags & TF_PEER_FIN)
        hand_to_user(x, t, n, DELIVER_FIN);
    else if (t->rcv.push > read)
        hand_to_user(x, t, n, DELIVER_PUSH);
    else if ((t->flags & TF_URG_IN) && seq_ge(t->rcv.nxt, t->rcv.up))
        hand_to_user(x, t, n, DELIVER_URGENT);
    else if (t->flags & TF_RECEIVE_ANY)
        hand_to_user(x, t, n, DELIVER_READ);
    else if (t->rcv.unread + own_mss(x, t) > rcv_buffer(x, t) || rcv_wnd(t) == 0)
        hand_to_user(x, t, n, DELIVER_ROOM);
    else
        cite(x, t, C_PUSH_WAIT);
}
