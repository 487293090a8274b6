/* input.c: SEGMENT ARRIVES, one function a state or a step (RFC 9293 sec 3.10.7). */
#include "models/tcp/sack.h"

enum verdict { NEXT, DROP };

/* 3.10.7.1 CLOSED STATE */
static void closed_arrives(struct tcp_ctx *x, struct arrival *a)
{
    if (a->s.ctl & TCP_RST) {
        rejected(x, NULL, a, REJECT_NO_CONNECTION, C_RST_IN_CLOSED);
        return;
    }
    rejected(x, NULL, a, REJECT_NO_CONNECTION, C_RST_CLOSED);
    reset_reply(x, NULL, a, C_RST_CLOSED);
}

static void first_window(struct tcb *t, const struct segment *s)
{
    t->snd.wnd = s->wnd; /* never scaled in a SYN (RFC 7323 sec 2.2) */
    t->snd.max_wnd = max_u32(t->snd.max_wnd, s->wnd);
    t->snd.wl1 = s->seq;
    t->snd.wl2 = s->ack;
}

static void learn_irs(const struct tcp_ctx *x, struct tcb *t, const struct segment *s)
{
    t->rcv.irs = s->seq;
    t->rcv.nxt = seq_add(s->seq, 1);
    t->rcv.adv = seq_add(t->rcv.nxt, min_u32(window_most(x, t), 65535)); /* what our SYN promises */
    t->rcv.edge_sent = t->rcv.nxt;
    t->rcv.up = t->rcv.nxt;
    t->last_ack_sent = t->rcv.nxt;
}

/* A connection of its own for the SYN: LISTEN itself stays. */
static void spawn(struct tcp_ctx *x, struct tcb *listener, struct arrival *a)
{
    ref r = tcp_new(x, 0, a->e);
    struct tcb *c = tcb_at(x, r);
    uint32_t conn = x->ops->new_child(x, listener, r, a->e);
    if (conn == 0) {
        rejected(x, listener, a, REJECT_BACKLOG, C_BACKLOG_FULL);
        arena_free(&x->w->mem, r, sizeof *c);
        return;
    }
    const uint64_t inherited = TF_NAGLE | TF_KEEPALIVE | TF_CORK | TF_QUICK;
    c->conn = conn;
    wake_init(&c->wake, conn);
    c->flags = TF_PASSIVE | (listener->flags & inherited);
    c->dscp = listener->dscp;
    c->dscp_in = a->tos >> 2;
    if (listener->own)
        *own_settings(x, c) = settings(x, listener);
    fsm_born(c, TCP_LISTEN);
    learn_irs(x, c, &a->s);
    first_window(c, &a->s);
    agree_options(x, c, &a->s);
    hold_with_syn(x, c, a);
    start_open(x, c, EDGE_LISTEN_SYN);
    owe(x, c);
    leave(x, c);
}

/* 3.10.7.2 LISTEN STATE */
static void listen_arrives(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    /* First, check for a RST */
    if (a->s.ctl & TCP_RST) {
        rejected(x, t, a, REJECT_RST_IGNORED, C_RST_IN_LISTEN);
        return;
    }
    /* Second, check for an ACK */
    if (a->s.ctl & TCP_ACK) {
        rejected(x, t, a, REJECT_BAD_ACK, C_RST_LISTEN_ACK);
        reset_reply(x, t, a, C_RST_LISTEN_ACK);
        return;
    }
    /* Third, check for a SYN (security and compartment: every segment of this network matches) */
    if (a->s.ctl & TCP_SYN) {
        spawn(x, t, a);
        return;
    }
    /* Fourth, other data or control */
    rejected(x, t, a, REJECT_NOT_SYN, C_LISTEN_OTHER);
}

/* "... the idealized segment that begins at RCV.NXT and does not exceed the window": cut what is old or too
 * far. */
static void cut(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    int32_t old = seq_diff(t->rcv.nxt, s->seq);
    if (old > 0) {
        uint32_t d = (uint32_t)old;
        if (s->ctl & TCP_SYN) {
            s->ctl &= (uint8_t)~TCP_SYN;
            d--;
        }
        uint32_t gone = min_u32(d, s->len);
        if (gone > 0)
            cite(x, t, C_TRIMMED_LEFT);
        if (gone > 0 && sack_again(x, t, seq_sub(t->rcv.nxt, d), t->rcv.nxt)) {
            a->again = true;
            owe_ack(x, t, C_DSACK_OUT); /* "in the most recent packet": at once */
        }
        s->len -= gone;
        s->off += gone;
        if (d > gone)
            s->ctl &= (uint8_t)~TCP_FIN;
        s->seq = t->rcv.nxt;
    }
    uint32_t room = t->rcv.adv.v - s->seq.v;
    if (seq_le(s->seq, t->rcv.adv) && seg_len(s) > room) {
        cite(x, t, C_TRIMMED_RIGHT);
        s->ctl &= (uint8_t)~TCP_FIN;
        s->len = min_u32(s->len, room);
    }
}

static inline void trim(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    if (!seq_eq(a->s.seq, t->rcv.nxt) || seg_len(&a->s) > t->rcv.adv.v - t->rcv.nxt.v)
        cut(x, t, a);
}

/* 3.10.7.3, fourth: check the SYN bit. */
static void syn_sent_syn(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    learn_irs(x, t, s);
    t->rcv.edge_sent = t->rcv.adv;
    agree_options(x, t, s);
    first_window(t, s);
    a->new_syn = true;
    if (s->ctl & TCP_ACK) {
        ack_advance(x, t, a);
        fsm_fire(x, t, EDGE_SYN_SENT_SYN_ACK);
        established(x, t);
        owe_ack(x, t, C_ACK_OF_SYN);
        s->seq = seq_add(s->seq, 1);
        s->ctl &= (uint8_t)~TCP_SYN;
        trim(x, t, a);
        /* sixth step and on, with what lies in the window */
        urg_step(x, t, a);
        text_step(x, t, a);
        fin_step(x, t, a);
        return;
    }
    fsm_fire(x, t, EDGE_SYN_SENT_SYN);
    t->flags |= TF_SYN_PENDING;
    hold_with_syn(x, t, a);
    owe(x, t);
}

/* RFC 3168 sec 6.1.1.1: the reset may come from a box that takes the bits for an attack. */
static void without_ecn(struct tcp_ctx *x, struct tcb *t)
{
    t->flags &= ~TF_ECN_ASK;
    retransmit(x, t, 0, C_SYN_WITHOUT_ECN);
    retx_timer_update(x, t, true);
}

/* 3.10.7.3 SYN-SENT STATE */
static void syn_sent_arrives(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    bool ack_ok = false;
    /* First, check the ACK bit */
    if (s->ctl & TCP_ACK) {
        if (seq_le(s->ack, t->snd.iss) || seq_gt(s->ack, t->snd.nxt)) {
            if (s->ctl & TCP_RST) {
                rejected(x, t, a, REJECT_BAD_ACK, C_SYN_SENT_BAD_ACK_RST);
                return;
            }
            rejected(x, t, a, REJECT_BAD_ACK, C_RST_SYN_SENT_ACK);
            reset_reply(x, t, a, C_RST_SYN_SENT_ACK);
            return;
        }
        ack_ok = true;
    }
    /* Second, check the RST bit */
    if (s->ctl & TCP_RST) {
        if (ack_ok && (t->flags & TF_ECN_ASK) && x->opt->ecn_rst_retry)
            without_ecn(x, t);
        else if (ack_ok)
            die(x, t, EDGE_SYN_SENT_RST, SIGNAL_REFUSED);
        else
            rejected(x, t, a, REJECT_RST_IGNORED, C_RST_UNPROVEN);
        return;
    }
    /* Third, security: every segment matches. Fourth, check the SYN bit */
    if (s->ctl & TCP_SYN)
        syn_sent_syn(x, t, a);
    else /* Fifth */
        rejected(x, t, a, REJECT_NOT_SYN, C_NO_SYN_NO_RST);
}

/* --- 3.10.7.4, the other states --- */

/* Not older than TS.Recent; that counts no longer when it is older than 24 days (RFC 7323 sec 5.5). */
static bool ts_fresh(const struct tcp_ctx *x, const struct tcb *t, uint32_t tsval)
{
    return (int32_t)(tsval - t->ts_recent) >= 0 ||
           world_now(x->w) - t->ts_recent_at > INT64_C(24) * 86400 * NS_PER_S;
}

/* Text that came before is answered by an ACK, which may say so (RFC 2883). */
static void again(struct tcp_ctx *x, struct tcb *t, const struct segment *s)
{
    if (t->flags & TF_SACK)
        sack_again(x, t, seq_add(s->seq, (s->ctl & TCP_SYN) ? 1u : 0u), seq_add(s->seq, seg_len(s)));
}

/* RFC 7323 sec 5.3: R1. True: the segment is an old duplicate. */
static bool paws(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    if (!(t->flags & TF_TS) || (s->ctl & TCP_RST))
        return false;
    if (!(s->opts & SEG_TS)) {
        if (s->ctl & TCP_SYN)
            return false;
        rejected(x, t, a, REJECT_PAWS, C_TS_MISSING);
        return true;
    }
    if (ts_fresh(x, t, s->tsval))
        return false;
    rejected(x, t, a, REJECT_PAWS, C_PAWS_REJECT);
    again(x, t, s); /* RFC 2883 sec 4.3 */
    owe_ack(x, t, C_ACK_PAWS);
    return true;
}

/* Option accept_beyond: the window field cuts RCV.WND short (RFC 7323 sec 2.3), and what lies between may be
 * in the window all the same. Text and FINs are held to what was promised. */
static uint32_t window_of_control(const struct tcp_ctx *x, const struct tcb *t, const struct segment *s)
{
    uint32_t wnd = rcv_wnd(t), buffer = rcv_buffer(x, t);
    if (!x->opt->accept_beyond || wnd == 0 || buffer <= t->rcv.unread ||
        (seg_len(s) > 0 && !(s->ctl & (TCP_RST | TCP_SYN))))
        return wnd;
    return max_u32(wnd, buffer - t->rcv.unread);
}

/* Table 6: Segment Acceptability Tests. */
static bool acceptable(const struct tcp_ctx *x, const struct tcb *t, const struct segment *s)
{
    uint32_t len = seg_len(s), wnd = window_of_control(x, t, s);
    if (wnd == 0)
        return len == 0 && seq_eq(s->seq, t->rcv.nxt);
    if (len == 0)
        return seq_in(s->seq, t->rcv.nxt, wnd);
    return seq_in(s->seq, t->rcv.nxt, wnd) || seq_in(seq_add(s->seq, len - 1), t->rcv.nxt, wnd);
}

/* "If the RCV.WND is zero ... special allowance should be made to accept valid ACKs, URGs, and RSTs." The
 * segment may stand one octet ahead: that is the peer's own window probe, which was refused. Its text and FIN
 * are refused. */
static bool zero_window_allowance(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    if (rcv_wnd(t) != 0 || (s->ctl & TCP_SYN) || s->seq.v - t->rcv.nxt.v > 1)
        return false;
    if ((s->ctl & TCP_RST) && !seq_eq(s->seq, t->rcv.nxt))
        return false;
    cite(x, t, C_ZERO_WINDOW_ALLOWANCE);
    if (seg_len(s) > 0 && !(s->ctl & TCP_RST)) {
        rejected(x, t, a, REJECT_OUT_OF_WINDOW, C_SEQ_UNACCEPTABLE);
        owe_ack(x, t, C_ACK_UNACCEPTABLE);
    }
    s->len = 0;
    s->ctl &= (uint8_t)~TCP_FIN;
    return true;
}

static void timestamp_update(const struct tcp_ctx *x, struct tcb *t, const struct segment *s)
{
    if ((t->flags & TF_TS) && (s->opts & SEG_TS) && !(s->ctl & TCP_RST) && ts_fresh(x, t, s->tsval) &&
        seq_le(s->seq, t->last_ack_sent)) { /* R3; never from a RST (sec 5.2) */
        t->ts_recent = s->tsval;
        t->ts_recent_at = world_now(x->w);
    }
}

/* MAY-2: may this SYN begin a new incarnation of a connection in TIME-WAIT (3.6.1, RFC 6191 sec 2)? Where
 * both incarnations have timestamps these decide, and the sequence number only between equal ones; where only
 * the new one has them, none of the old one's segments can be taken for its own. The greatest number the peer
 * has used is its FIN's, one below RCV.NXT. A SYN that may not is treated as in any synchronized state (with
 * RFC 5961: an ACK), as 3.10.7.4 has it; RFC 6191, older, would drop it in silence. DEVIATION: what turns out
 * to be an old duplicate later does not bring TIME-WAIT back (MAY-2, second part). */
static bool new_incarnation(const struct tcp_ctx *x, const struct tcb *t, const struct segment *s)
{
    if (t->state != TCP_TIME_WAIT || !x->opt->time_wait_reuse ||
        (s->ctl & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return false;
    if (x->opt->timestamps && (s->opts & SEG_TS)) {
        int32_t newer = (int32_t)(s->tsval - t->ts_recent);
        if (!(t->flags & TF_TS) || newer > 0)
            return true;
        if (newer < 0)
            return false;
    }
    return seq_ge(s->seq, t->rcv.nxt);
}

#define STORM_MAX 10

/* DEVIATION: every unacceptable segment should be answered by an ACK. Two ends that have both filled a window
 * and lost all of it would answer each other's ACKs for ever, on a link without delay at one instant: so of
 * empty segments in a row only the first ten are answered. What was lost is sent again soon, and ends the
 * row. */
static bool storm(struct tcb *t, const struct segment *s)
{
    if (seg_len(s) > 0)
        return false;
    if (t->storm == STORM_MAX)
        return true;
    t->storm++;
    return false;
}

/* Option syn_ack_again: the peer has not had our SYN,ACK, and says so. */
static bool syn_ack_again(struct tcp_ctx *x, struct tcb *t, const struct segment *s)
{
    if (!x->opt->syn_ack_again || t->state != TCP_SYN_RECEIVED || !(t->flags & TF_PASSIVE) ||
        (s->ctl & (TCP_SYN | TCP_ACK)) != TCP_SYN || !seq_eq(s->seq, t->rcv.irs) || t->snd.sent.n == 0)
        return false;
    retransmit(x, t, 0, C_SYN_ACK_OUT);
    retx_timer_update(x, t, true);
    return true;
}

/* Option ack_of_old: nothing of the segment is new but its acknowledgment, and that is. */
static bool only_ack_counts(const struct tcp_ctx *x, const struct tcb *t, struct segment *s)
{
    if (!x->opt->ack_of_old || !(s->ctl & TCP_ACK) || (s->ctl & (TCP_SYN | TCP_RST)) || seg_len(s) == 0 ||
        !seq_gt(s->ack, t->snd.una) || seq_gt(seq_add(s->seq, seg_len(s)), t->rcv.nxt))
        return false;
    s->seq = t->rcv.nxt;
    s->len = 0;
    s->up = 0;
    s->ctl &= (uint8_t) ~(TCP_FIN | TCP_URG);
    return true;
}

/* An unacceptable segment is answered by an ACK, whatever it is but a RST, and dropped. */
static enum verdict unacceptable(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    if (s->ctl & TCP_RST) {
        rejected(x, t, a, REJECT_RST_IGNORED, C_RST_OUTSIDE);
        return DROP;
    }
    if (s->ctl & TCP_SYN)
        ecn_syn_again(t, s);
    rejected(x, t, a, REJECT_OUT_OF_WINDOW, C_SEQ_UNACCEPTABLE);
    if (t->state == TCP_TIME_WAIT && (s->ctl & TCP_FIN)) {
        timer_set(x, t, TM_TIMEWAIT, 2 * x->opt->msl);
        again(x, t, s);
        owe_ack(x, t, C_ACK_TIME_WAIT);
    } else if (!syn_ack_again(x, t, s) && !storm(t, s)) {
        again(x, t, s);
        owe_ack(x, t, x->opt->fin_again && (s->ctl & TCP_SYN) ? C_CHALLENGE_SYN : C_ACK_UNACCEPTABLE);
    }
    return only_ack_counts(x, t, s) ? NEXT : DROP;
}

/* First, check sequence number */
static enum verdict step1_seq(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    if (new_incarnation(x, t, s)) {
        cite(x, t, C_TIME_WAIT_REUSE);
        die(x, t, EDGE_TIME_WAIT_REUSE, SIGNAL_CLOSED);
        return DROP;
    }
    if (t->state == TCP_SYN_RECEIVED && !(t->flags & TF_PASSIVE) && (s->ctl & TCP_SYN) &&
        (s->ctl & TCP_ACK) &&
        seq_eq(s->seq, t->rcv.irs)) { /* appendix A.2: the SYN,ACK of a simultaneous open, at RCV.NXT-1 */
        s->ctl &= (uint8_t)~TCP_SYN;
        s->seq = t->rcv.nxt;
        a->new_syn = true;
    }
    if (paws(x, t, a))
        return DROP;
    if (!acceptable(x, t, s) && !zero_window_allowance(x, t, a))
        return unacceptable(x, t, a);
    t->storm = 0;
    timestamp_update(x, t, s);
    if (!(s->ctl & (TCP_RST | TCP_SYN)))
        trim(x, t, a);
    if (s->opts & SEG_BAD_OPT) { /* MUST-7 */
        rejected(x, t, a, REJECT_BAD_OPTION, C_OPTION_ILLEGAL);
        if (x->opt->discard_illegal_option || (s->ctl & TCP_RST))
            return DROP;
        send_rst(x, t, t->snd.nxt, C_RST_BAD_OPTION);
        die(x, t, edge_of(EG_ABORT, (enum tcp_state)t->state), SIGNAL_RESET);
        return DROP;
    }
    return NEXT;
}

/* Second, check the RST bit */
static enum verdict step2_rst(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    struct segment *s = &a->s;
    if (!(s->ctl & TCP_RST))
        return NEXT;
    if (t->state == TCP_TIME_WAIT && x->opt->rfc1337) {
        rejected(x, t, a, REJECT_RST_IGNORED, C_RST_TIME_WAIT);
        return DROP;
    }
    if (x->opt->rfc5961_rst && !seq_eq(s->seq, t->rcv.nxt)) {
        rejected(x, t, a, REJECT_RST_IGNORED, C_CHALLENGE_RST);
        challenge(x, t, C_CHALLENGE_RST);
        return DROP;
    }
    if (t->state == TCP_SYN_RECEIVED && (t->flags & TF_PASSIVE)) {
        die(x, t, EDGE_SYN_RCVD_RST_PASSIVE, SIGNAL_NONE); /* the LISTEN it came from lives on */
        return DROP;
    }
    enum tcp_signal what = t->state == TCP_SYN_RECEIVED                                 ? SIGNAL_REFUSED
                           : t->state >= TCP_CLOSING /* CLOSING, LAST-ACK, TIME-WAIT */ ? SIGNAL_CLOSED
                                                                                        : SIGNAL_RESET;
    die(x, t, edge_of(EG_RST, (enum tcp_state)t->state), what);
    return DROP;
}

/* Third, check security: this network has no security labels, so every segment matches. */
static enum verdict step3_security(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    (void)x;
    (void)t;
    (void)a;
    return NEXT;
}

/* Fourth, check the SYN bit */
static enum verdict step4_syn(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    if (!(a->s.ctl & TCP_SYN))
        return NEXT;
    if (t->state == TCP_SYN_RECEIVED && (t->flags & TF_PASSIVE)) {
        rejected(x, t, a, REJECT_SYN_IGNORED, C_NONE);
        die(x, t, EDGE_SYN_RCVD_SYN_PASSIVE, SIGNAL_NONE);
        return DROP;
    }
    if (x->opt->rfc5961_syn) {
        rejected(x, t, a, REJECT_SYN_IGNORED, C_CHALLENGE_SYN);
        challenge(x, t, C_CHALLENGE_SYN);
        return DROP;
    }
    rejected(x, t, a, REJECT_SYN_IGNORED, C_RST_SYN_IN_WINDOW);
    if (x->opt->reset_with_ack) /* for a peer in a synchronized state; else for one in SYN-SENT (3.5.2) */
        send_rst(x, t, t->snd.nxt, C_RST_SYN_IN_WINDOW);
    else
        reset_reply(x, t, a, C_RST_SYN_IN_WINDOW);
    die(x, t, edge_of(EG_SYN, (enum tcp_state)t->state), SIGNAL_RESET);
    return DROP;
}

/* Fifth, check the ACK field */
static enum verdict step5_ack(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    if (!ack_step(x, t, a))
        return DROP;
    if (seq_lt(a->s.seq, t->rcv.nxt)) /* text that had come with the SYN counts since this ACK */
        trim(x, t, a);
    ecn_arrived(x, t, a);
    return NEXT;
}

/* Sixth, check the URG bit */
static enum verdict step6_urg(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    urg_step(x, t, a);
    return NEXT;
}

/* Seventh, process the segment text */
static enum verdict step7_text(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    text_step(x, t, a);
    return (t->flags & TF_DEAD) ? DROP : NEXT;
}

/* Eighth, check the FIN bit */
static enum verdict step8_fin(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    fin_step(x, t, a);
    return NEXT;
}

/* The eight steps; one that drops the segment is the last. */
static void steps(struct tcp_ctx *x, struct tcb *t, struct arrival *a)
{
    (void)(step1_seq(x, t, a) == NEXT && step2_rst(x, t, a) == NEXT && step3_security(x, t, a) == NEXT &&
           step4_syn(x, t, a) == NEXT && step5_ack(x, t, a) == NEXT && step6_urg(x, t, a) == NEXT &&
           step7_text(x, t, a) == NEXT && step8_fin(x, t, a) == NEXT);
}

void tcp_input(struct tcp_ctx *x, struct tcb *t, const struct segment *s, const struct seg_ext *ext,
               const struct tcp_endpoints *e, uint64_t pkt, uint8_t tos)
{
    struct arrival a = {.s = *s, .ext = ext, .e = e, .pkt = pkt, .tos = tos, .up = seq_add(s->seq, s->up)};
    if (x->opt->drop_syn_fin && (s->ctl & TCP_SYN) && (s->ctl & TCP_FIN)) {
        rejected(x, t, &a, REJECT_SYN_FIN, C_SYN_FIN_DROPPED);
        leave(x, t);
        return;
    }
    if (!t) {
        closed_arrives(x, &a);
        return;
    }
    if (t->state == TCP_CLOSED) {
        closed_arrives(x, &a);
        leave(x, t);
        return;
    }
    t->heard = world_now(x->w);
    t->keep_count = 0;
    if (t->state != TCP_LISTEN)
        t->dscp_in = tos >> 2;
    if (t->state == TCP_LISTEN) {
        listen_arrives(x, t, &a);
    } else if (t->state == TCP_SYN_SENT) {
        syn_sent_arrives(x, t, &a);
    } else {
        steps(x, t, &a);
    }
    leave(x, t);
}

/* --- ICMP (RFC 9293 3.9.2.2; RFC 5927 sec 4.1: the quoted number must be in flight) --- */

#define ICMP_UNREACHABLE 3
#define ICMP_SOURCE_QUENCH 4
#define ICMP_FRAG_NEEDED 4

static void lower_mss(struct tcp_ctx *x, struct tcb *t, uint16_t mtu)
{
    uint32_t fixed = t->e.v6 ? 60 : 40;
    uint32_t mss =
        max_u32(mtu, t->e.v6 ? 1280 : 68) - fixed; /* every path carries that much (RFC 1191 sec 3) */
    if (mtu == 0 || mss >= t->snd.mss)
        return;
    cite(x, t, C_ICMP_MTU);
    t->snd.mss = (uint16_t)mss;
    t->cc.smss = eff_mss(t);
    if (t->snd.sent.n > 0 && synchronized(t)) {
        retransmit(x, t, 0, C_ICMP_MTU);
        const struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, 0);
        recovery_resend(x, t, sent_end(e));
        retx_timer_update(x, t, true);
        output(x, t);
    }
}

void tcp_icmp(struct tcp_ctx *x, struct tcb *t, const struct icmp_error *e, seq32 quoted)
{
    bool in_flight = t->state >= TCP_SYN_SENT && seq_le(t->snd.una, quoted) && seq_lt(quoted, t->snd.nxt);
    bool hard = e->type == ICMP_UNREACHABLE && (e->code == 2 || e->code == 3);
    if (e->type == ICMP_SOURCE_QUENCH) {
        cite(x, t, C_ICMP_QUENCH);
    } else if (!in_flight || t->state == TCP_TIME_WAIT) {
        cite(x, t, C_ICMP_STALE);
    } else if (e->type == ICMP_UNREACHABLE && e->code == ICMP_FRAG_NEEDED) {
        lower_mss(x, t, e->mtu);
    } else if (hard) {
        cite(x, t, C_ICMP_HARD);
        die(x, t, edge_of(EG_ICMP, (enum tcp_state)t->state), SIGNAL_HARD_ERROR);
    } else {
        cite(x, t, C_ICMP_SOFT);
        if (!settings(x, t).no_reports)
            tell(x, t, SIGNAL_SOFT_ERROR, (uint64_t)(e->type << 8 | e->code));
    }
    leave(x, t);
}
