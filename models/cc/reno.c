/* reno.c: RFC 5681 sec 3 and 4.1, RFC 6582 sec 3.2; congestion avoidance counts bytes (RFC 5681 sec 3.1,
 * "recommended"). */
#include "models/cc/reno.h"

#define WINDOW_MAX UINT32_C(0x3fffffff)

static uint32_t add(uint32_t cwnd, uint32_t n)
{
    return n > WINDOW_MAX - min_u32(cwnd, WINDOW_MAX) ? WINDOW_MAX : cwnd + n;
}

/* In slow start after a time-out `acked` has this value: its ACKs may be for much that had arrived long ago.
 */
#define AFTER_RTO UINT32_MAX

static uint32_t bounded(uint32_t smss, uint32_t segments, uint32_t octets)
{
    return min_u32(segments * smss, max_u32(2 * smss, octets));
}

static uint32_t initial_window(uint32_t smss, const struct cc_iw *iw)
{
    if (iw->segments > 0)
        return smss * iw->segments;
    switch (iw->rule) {
    case CC_IW_RFC5681: return smss > 2190 ? 2 * smss : smss > 1095 ? 3 * smss : 4 * smss;
    case CC_IW_RFC2581: return 2 * smss;
    case CC_IW_RFC3390: return bounded(smss, 4, 4380);
    case CC_IW_RFC6928: return bounded(smss, 10, 14600);
    case CC_IW_COUNT: break;
    }
    return smss;
}

static void init(struct cc_state *c, uint32_t smss, const struct cc_iw *iw, bool syn_lost)
{
    *c = (struct cc_state){.smss = smss, .ssthresh = WINDOW_MAX};
    c->cwnd = syn_lost ? smss : initial_window(smss, iw);
}

/* RFC 3465 sec 2.2, 2.3. With a limit of one segment it is what RFC 5681 sec 3.1 says. */
static void slow_start(struct cc_state *c, const struct cc_ack *a)
{
    uint32_t limit = c->acked == AFTER_RTO ? 1 : a->limit;
    c->cwnd = add(c->cwnd, a->limit == 0 ? c->smss : min_u32(a->acked, limit * c->smss));
}

static void on_ack(struct cc_state *c, const struct cc_ack *a)
{
    if (a->unused_cwnd)
        return;
    if (c->cwnd < c->ssthresh) {
        slow_start(c, a);
        return;
    }
    if (c->acked == AFTER_RTO)
        c->acked = 0;
    if (a->limit == 0) { /* RFC 5681 sec 3.1, equation 3 */
        c->cwnd = add(c->cwnd, max_u32((uint32_t)((uint64_t)c->smss * c->smss / c->cwnd), 1));
        return;
    }
    c->acked += a->acked;
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
    c->acked = AFTER_RTO;
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

/* RW = min(IW, cwnd); RFC 6928 sec 2: after a loss no more than RFC 3390's. */
static void after_idle(struct cc_state *c, const struct cc_iw *iw)
{
    struct cc_iw rw = *iw;
    if (rw.segments == 0 && rw.rule == CC_IW_RFC6928 && c->ssthresh < WINDOW_MAX)
        rw.rule = CC_IW_RFC3390;
    c->cwnd = min_u32(c->cwnd, initial_window(c->smss, &rw));
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
