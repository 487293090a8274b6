/* check.c: laws that hold after every event. */
#include "models/tcp/scoreboard.h"

const char *tcp_check(const struct tcp_ctx *x, const struct tcb *t)
{
    if (t->flags & TF_BROKEN)
        return "the advertised right edge never moves left";
    if (t->state <= TCP_LISTEN)
        return NULL;
    if (seq_gt(t->snd.una, t->snd.nxt))
        return "SND.UNA =< SND.NXT";
    if ((t->snd.sent.n == 0) != seq_eq(t->snd.una, t->snd.nxt))
        return "the retransmission queue covers [SND.UNA, SND.NXT)";
    if (t->snd.nxt_off > t->snd.queued)
        return "no more is segmentized than was sent by the user";
    if (t->snd.sent.n > 0 && !(t->flags & TF_SYN_PENDING) && !timer_on(t, TM_RETX) &&
        !timer_on(t, TM_PERSIST))
        return "outstanding data or FIN has a timer armed";
    if (t->state == TCP_TIME_WAIT && !timer_on(t, TM_TIMEWAIT))
        return "TIME-WAIT has its timer armed";
    if (t->state >= TCP_SYN_RECEIVED && t->state != TCP_SYN_RECEIVED &&
        seq_gt(t->rcv.nxt, seq_add(t->rcv.adv, 1)))
        return "nothing beyond the advertised window is accepted";
    if (t->rcv.unread > t->rcv.total)
        return "no more is unread than was received";
    if ((t->flags & TF_RTO_RECOVERY) && !t->rec)
        return "what has to be sent again after a time-out is known";
    if (x->opt->congestion != CC_NONE && t->state >= TCP_ESTABLISHED && t->cc.cwnd == 0)
        return "cwnd is positive";
    return NULL;
}

static const char *check_sent(const struct tcp_ctx *x, const struct tcb *t)
{
    seq32 at = t->snd.una;
    for (uint32_t i = 0; i < t->snd.sent.n; i++) {
        const struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, i);
        if (!seq_eq(e->seq, at))
            return "the retransmission queue has no gaps";
        at = sent_end(e);
    }
    return seq_eq(at, t->snd.nxt) ? NULL : "the retransmission queue reaches SND.NXT";
}

static const char *check_received(const struct tcp_ctx *x, const struct tcb *t)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < t->rcv.queue.n; i++) {
        const struct slice *s = ring_at(x, &t->rcv.queue, sizeof *s, i);
        if (s->len == 0)
            return "no slice is empty";
        n += s->len;
    }
    if (n != t->rcv.unread)
        return "the slices add up to what is unread";
    seq32 at = t->rcv.nxt;
    for (uint32_t i = 0; i < t->rcv.ooo.n; i++) {
        const struct range *g = ring_at(x, &t->rcv.ooo, sizeof *g, i);
        if (g->len == 0 || seq_lt(g->seq, at))
            return "ranges out of order are sorted and apart";
        at = seq_add(g->seq, g->len);
    }
    return NULL;
}

const char *tcp_check_full(const struct tcp_ctx *x, const struct tcb *t)
{
    const char *broken = tcp_check(x, t);
    if (!broken && t->state > TCP_LISTEN && !(t->flags & TF_DEAD))
        broken = check_sent(x, t);
    if (!broken && t->rec && !(t->flags & TF_DEAD))
        broken = board_check(x, t);
    if (!broken && t->state > TCP_SYN_SENT)
        broken = check_received(x, t);
    return broken;
}
