/* sample_trace: traces made by hand, so that the reports can be tested without a simulation behind them. */
#ifndef TCPLAB_TESTS_SAMPLE_TRACE_H
#define TCPLAB_TESTS_SAMPLE_TRACE_H

#include "sim/report/trace_file.h"

struct sample {
    struct trace_header header;
    struct log log;
    uint64_t id; /* of the newest record */
    vtime at;
    uint64_t cause;
};

/* A handshake at 0 and a four-way close from 1 s on between "client" and "server", 20 ms apart, with u, v and
 * w bound. lossy: the first FIN is lost and sent again. The texts are in both languages. */
void sample_close(struct sample *s, bool lossy);
/* Two hosts that open at the same moment: their SYNs cross. */
void sample_crossing(struct sample *s);
/* `flows` connections between as many pairs of hosts, with a few segments each. */
void sample_flows(struct sample *s, unsigned flows);
/* One record of every kind, with every field filled with something odd. */
void sample_everything(struct sample *s);
void sample_free(struct sample *s);

#endif
