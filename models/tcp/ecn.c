/* ecn.c: explicit congestion notification (RFC 3168 sec 6.1): who agrees on it, how the receiver tells of CE
 * and how the sender heeds it. The network's part is models/net's, the window's arithmetic models/cc's. */
#include "models/tcp/tcb.h"

#define ECN_SETUP (TCP_ECE | TCP_CWR)

static seq32 ecn_end(const struct tcp_ctx *x, const struct tcb *t)
{
    return ((const struct settings *)world_at(x->w, t->own))->ecn_end;
}

/* --- 6.1.1, TCP Initialization --- */

uint8_t ecn_syn_ctl(struct tcp_ctx *x, struct tcb *t, bool again)
{
    if (t->state != TCP_SYN_SENT) /* a SYN,ACK says ECE alone, or the echo of a broken stack would count */
        return t->flags & TF_ECN ? TCP_ECE : 0;
    if (again && x->opt->ecn_fallback > 0 && t->retx_count >= x->opt->ecn_fallback)
        t->flags &= ~TF_ECN_ASK;
    if (t->flags & TF_ECN_ASK)
        return ECN_SETUP;
    t->flags |= TF_ECN_OFF;
    return 0;
}

static bool is_setup(const struct segment *s)
{
    return (s->ctl & ECN_SETUP) == ((s->ctl & TCP_ACK) ? TCP_ECE : ECN_SETUP);
}

/* Who has asked once and been answered must heed CE, even if a later SYN asked no more; but sends no ECT
 * then. */
void ecn_agree(struct tcp_ctx *x, struct tcb *t, const struct segment *s)
{
    if (!x->opt->ecn)
        return;
    if (t->state == TCP_SYN_SENT && !x->opt->ecn_ask)
        return;
    if (!is_setup(s)) {
        t->flags |= TF_ECN_OFF;
        if (t->state == TCP_SYN_SENT)
            cite(x, t, C_ECN_REFUSED);
        return;
    }
    t->flags |= TF_ECN_ECHO;
    if (t->flags & TF_ECN_OFF)
        return;
    t->flags |= TF_ECN;
    cite(x, t, C_ECN_AGREED);
}

void ecn_syn_again(struct tcb *t, const struct segment *s)
{
    if ((t->flags & TF_ECN) && t->state == TCP_SYN_RECEIVED && seq_eq(s->seq, t->rcv.irs) && !is_setup(s))
        t->flags = (t->flags & ~TF_ECN) | TF_ECN_OFF;
}

/* --- 6.1.3, The TCP Receiver --- */

void ecn_arrived(struct tcp_ctx *x, struct tcb *t, const struct arrival *a)
{
    unsigned ecn = a->tos & ECN_MASK;
    if (ecn != ECN_NOT_ECT)
        t->flags |= TF_ECN_SEEN;
    if (!(t->flags & TF_ECN_ECHO))
        return;
    if ((a->s.ctl & TCP_CWR) && (t->flags & TF_ECE)) {
        t->flags &= ~TF_ECE;
        cite(x, t, C_ECN_CWR_SEEN);
    }
    if (ecn == ECN_CE && a->s.len > 0 && !(t->flags & TF_ECE)) {
        t->flags |= TF_ECE;
        cite(x, t, C_ECN_CE_SEEN);
    }
}

/* --- 6.1.2, The TCP Sender --- */

static void reduced(struct tcp_ctx *x, struct tcb *t)
{
    own_settings(x, t)->ecn_end = t->snd.nxt;
    t->flags |= TF_CWR | TF_CWR_STATE;
}

void ecn_on_ack(struct tcp_ctx *x, struct tcb *t, const struct segment *s)
{
    t->flags &= ~TF_ECE_IN;
    if ((t->flags & TF_CWR_STATE) && seq_gt(s->ack, ecn_end(x, t)))
        t->flags &= ~TF_CWR_STATE;
    if (!(t->flags & TF_ECN) || !(s->ctl & TCP_ECE) || seq_lt(s->ack, t->snd.una))
        return;
    t->flags |= TF_ECE_IN; /* SHOULD NOT increase cwnd in response to it */
    if (t->flags & TF_CWR_STATE) {
        if (!(t->flags & TF_CWR)) /* told once: until CWR has gone ECE must come again */
            cite(x, t, C_ECN_ONCE);
        return;
    }
    if (t->cc.cwnd <= t->cc.smss)
        t->flags |= TF_ECN_HELD;
    cite(x, t, C_ECN_REDUCE);
    cc_get((enum cc_kind)x->opt->congestion)->on_ecn(&t->cc, flight_size(t), world_now(x->w));
    reduced(x, t);
}

void ecn_hold(struct tcp_ctx *x, struct tcb *t)
{
    if (!(t->flags & TF_ECN_HELD) || !(t->flags & TF_ECE_IN))
        return;
    if (t->snd.sent.n > 0) { /* that fills the window, and its timer starts anew */
        t->flags &= ~TF_ECN_HELD;
        cite(x, t, C_ECN_HELD);
    }
    timer_set(x, t, TM_RETX, rto_now(x, t));
}

void ecn_reduced(struct tcp_ctx *x, struct tcb *t)
{
    if (t->flags & TF_ECN)
        reduced(x, t);
}

uint32_t ecn_flight(const struct tcp_ctx *x, const struct tcb *t)
{
    if ((t->flags & TF_CWR_STATE) && seq_le(t->snd.una, ecn_end(x, t)) && t->cc.ssthresh < UINT32_MAX / 2)
        return 2 * t->cc.ssthresh;
    return flight_size(t);
}

uint8_t ecn_of_text(struct tcp_ctx *x, struct tcb *t, struct segment *s)
{
    if (!(t->flags & TF_ECN))
        return ECN_NOT_ECT;
    if (t->flags & TF_CWR) {
        t->flags &= ~TF_CWR;
        s->ctl |= TCP_CWR;
        cite(x, t, C_ECN_CWR_OUT);
    }
    return ECN_ECT0;
}
