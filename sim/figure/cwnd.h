/* cwnd: how a sender's windows and its idea of the round trip change: above cwnd, ssthresh, the bytes in
 * flight, pipe and the peer's window, below the measured round trips, SRTT and RTO. Retransmissions and
 * timeouts stand at cwnd.
 *
 * All values come from the vars records; a measured round trip is the time from a segment's only sending to
 * the ACK that covers it, as Karn's rule allows (RFC 6298 section 3). */
#ifndef TCPLAB_FIGURE_CWND_H
#define TCPLAB_FIGURE_CWND_H

#include "sim/figure/chart.h"

/* A chart, to be freed with chart_free. NULL: there is no connection. Measures with p. */
struct chart *cwnd_new(const struct model *m, struct paint *p, const struct chart_options *o);

#endif
