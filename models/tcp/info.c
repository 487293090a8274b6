/* info.c: the inside of a connection as a debugger or a socket layer sees it. Looks only. */
#include "models/tcp/scoreboard.h"

static enum tcp_ca_state ca_state(const struct tcb *t)
{
    if (t->flags & TF_RTO_RECOVERY)
        return TCP_CA_LOSS;
    if (t->flags & TF_RECOVERY)
        return TCP_CA_RECOVERY;
    if (t->flags & TF_CWR_STATE)
        return TCP_CA_CWR;
    return t->snd.dupacks > 0 ? TCP_CA_DISORDER : TCP_CA_OPEN;
}

static uint32_t agreed(const struct tcb *t)
{
    return (t->flags & TF_TS ? TCP_INFO_TIMESTAMPS : 0u) | (t->flags & TF_SCALE ? TCP_INFO_WSCALE : 0u) |
           (t->flags & TF_SACK ? TCP_INFO_SACK : 0u) | (t->flags & TF_ECN ? TCP_INFO_ECN : 0u) |
           (t->flags & TF_ECN_SEEN ? TCP_INFO_ECN_SEEN : 0u);
}

/* Segments outstanding: after a time-out, those that have not been sent again are taken for lost. */
static void count_segments(const struct tcp_ctx *x, const struct tcb *t, struct tcp_info_view *v)
{
    const struct recovery *r = recovery_of(x, t);
    v->unacked = t->snd.sent.n;
    for (uint32_t i = 0; i < t->snd.sent.n; i++) {
        const struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, i);
        bool sacked = r && seq_gt(sent_end(e), e->seq) &&
                      board_count(x, t, e->seq, sent_end(e)) == sent_end(e).v - e->seq.v;
        if (sacked)
            v->sacked++;
        else if (in_sack_recovery(t) && seq_lt(e->seq, board_lost_below(x, t)))
            v->lost++;
        if (e->retx > 0)
            v->retrans++;
        if ((t->flags & TF_RTO_RECOVERY) && seq_ge(e->seq, r->rtx) && seq_lt(e->seq, r->rtx_end) && !sacked)
            v->lost++;
    }
    if ((t->flags & TF_RECOVERY) && v->lost == 0 && v->unacked > 0)
        v->lost = 1; /* the one that the duplicate ACKs ask for */
}

static void count_bytes(const struct tcb *t, struct tcp_info_view *v)
{
    v->bytes_acked = t->snd.nxt_off - text_in_flight(t);
    v->bytes_received = t->rcv.total;
    v->notsent_bytes = snd_waiting(t);
    v->unread = t->rcv.unread;
    v->snd_una = t->snd.una;
    v->snd_nxt = t->snd.nxt;
    v->rcv_nxt = t->rcv.nxt;
}

void tcp_info(const struct tcp_ctx *x, const struct tcb *t, struct tcp_info_view *v)
{
    uint32_t mss = eff_mss(t);
    *v = (struct tcp_info_view){
        .state = (enum tcp_state)t->state,
        .ca_state = ca_state(t),
        .options = agreed(t),
        .snd_wscale = t->snd.wscale,
        .rcv_wscale = t->rcv.wscale,
        .retransmits = t->retx_count,
        .probes = t->keep_count,
        .backoff = t->backoff,
        .rto = rto_now(x, t),
        .ato = x->opt->delayed_ack,
        .srtt = t->srtt,
        .rttvar = t->rttvar,
        .snd_mss = mss,
        .rcv_mss = t->rcv.seen_mss,
        .advmss = own_mss(x, t),
        .pmtu = (uint32_t)x->opt->mtu,
        .cwnd_bytes = t->cc.cwnd,
        .ssthresh_bytes = t->cc.ssthresh,
        .cwnd = t->cc.cwnd == UINT32_MAX ? UINT32_MAX : t->cc.cwnd / mss,
        .ssthresh = t->cc.ssthresh == UINT32_MAX ? UINT32_MAX : t->cc.ssthresh / mss,
        .snd_wnd = t->snd.wnd,
        .rcv_wnd = rcv_wnd(t),
        .rcv_space = rcv_buffer(x, t),
        .last_data_sent = world_now(x->w) - t->sent_at,
        .last_heard = world_now(x->w) - t->heard,
    };
    count_segments(x, t, v);
    count_bytes(t, v);
}
