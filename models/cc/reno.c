/* reno.c: RFC 5681 sec 3 and 4.1, RFC 6582 sec 3.2; congestion avoidance counts bytes (RFC 5681 sec 3.1,
 * "recommended"). */
#include "models/cc/reno.h"

#define WINDOW_MAX UINT32_C(0x3fffffff)

static uint32_t add(uint32_t cwnd, uint32_t n)
{
    return n > WINDOW_MAX - min_u32(cwnd, WINDOW_MAX) ? WINDOW_MAX : cwnd + n;
}

/* RFC 5681 sec 3.1: 4, 3 or 2 segments by their size. */
static uint32_t initial_window(uint32_t smss, uint32_t segments)
{
    if (segments > 0)
        return smss * segments;
    return smss > 2190 ? 2 * smss : smss > 1095 ? 3 * smss : 4 * smss;
}

static void init(struct cc_state *c, uint32_t smss, uint32_t segments, bool syn_lost)
{
    *c = (struct cc_state){.smss = smss, .ssthresh = WINDOW_MAX};
    c->cwnd = syn_lost ? smss : initial_window(smss, segments);
}

static void on_ack(struct cc_state *c, uint32_t acked, uint32_t flight, vtime now)
{
    (void)now;
    if (flight <
        c->cwnd /
            2) /* the application, not the network, held the sender: nothing was learnt (RFC 5681 sec 4.1) */
        return;
    if (c->cwnd < c->ssthresh) {
        c->cwnd = add(c->cwnd, min_u32(acked, c->smss));
        return;
    }
    c->acked += acked;
    if (c->acked >= c->cwnd) {
        c->acked -= c->cwnd;
        c->cwnd = add(c->cwnd, c->smss);
    }
}

static uint32_t half(const struct cc_state *c, uint32_t flight)
{
    return max_u32(flight / 2, 2 * c->smss);
}

static void enter_recovery(struct cc_state *c, uint32_t flight, vtime now)
{
    (void)now;
    c->ssthresh = half(c, flight);
    c->cwnd = add(c->ssthresh, 3 * c->smss);
    c->acked = 0;
}

static void enter_sack(struct cc_state *c, uint32_t flight, vtime now)
{
    (void)now;
    c->cwnd = c->ssthresh = half(c, flight);
    c->acked = 0;
}

static void on_dupack(struct cc_state *c)
{
    c->cwnd = add(c->cwnd, c->smss);
}

static void on_partial(struct cc_state *c, uint32_t acked)
{
    c->cwnd = c->cwnd > acked ? c->cwnd - acked : 0;
    if (acked >= c->smss)
        c->cwnd = add(c->cwnd, c->smss);
    c->cwnd = max_u32(c->cwnd, c->smss);
}

static void exit_recovery(struct cc_state *c, uint32_t flight, vtime now)
{
    (void)now;
    c->cwnd = min_u32(c->ssthresh, add(max_u32(flight, c->smss), c->smss));
    c->acked = 0;
}

static void on_rto(struct cc_state *c, uint32_t flight, bool first, vtime now)
{
    (void)now;
    if (first)
        c->ssthresh = half(c, flight);
    c->cwnd = c->smss;
    c->acked = 0;
}

/* "the TCP source halves the congestion window"; what was in use of it, as with a loss. One segment is the
 * least. */
static void on_ecn(struct cc_state *c, uint32_t flight, vtime now)
{
    (void)now;
    c->ssthresh = half(c, flight);
    c->cwnd = max_u32(min_u32(c->cwnd, flight) / 2, c->smss);
    c->acked = 0;
}

static void after_idle(struct cc_state *c, uint32_t segments)
{
    c->cwnd = min_u32(c->cwnd, initial_window(c->smss, segments));
}

const struct cc_ops cc_reno = {.name = "reno",
                               .init = init,
                               .on_ack = on_ack,
                               .enter_recovery = enter_recovery,
                               .enter_sack = enter_sack,
                               .on_dupack = on_dupack,
                               .on_partial = on_partial,
                               .exit_recovery = exit_recovery,
                               .on_rto = on_rto,
                               .on_ecn = on_ecn,
                               .after_idle = after_idle};
