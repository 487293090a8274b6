/* seqplot: sequence numbers over time, in the manner of tcptrace, as the sender sees them: each segment a bar
 * from its first number to its last one at the moment it is sent; below them the stairs of what has been
 * acknowledged, above them the edge of the window; R: a retransmission, a cross: it got lost, and SYN, FIN,
 * RST and U (urgent) by their letters. A panel for each direction in which bytes go.
 *
 * All values come from the records; numbers count from the initial sequence number. */
#ifndef TCPLAB_FIGURE_SEQPLOT_H
#define TCPLAB_FIGURE_SEQPLOT_H

#include "sim/figure/chart.h"

/* A chart, to be freed with chart_free. NULL: no segment was ever sent. Measures with p. */
struct chart *seqplot_new(const struct model *m, struct paint *p, const struct chart_options *o);

#endif
