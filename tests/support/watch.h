/* watch: an observer of one run that reads nothing but its records, and judges it when it is over.
 *
 * Safety: every end of a connection is given a prefix of what the other end sent, each byte once, in order,
 * unharmed (a sample of the real bytes is compared with what the SENDs put there). Liveness: the run comes to
 * rest, and every end is CLOSED and its user knows why, but for the textbook's exception: an end with nothing
 * outstanding whose other end was lost by a crash, an abort or a time-out. Where the scenario says `strict`,
 * only the orderly end will do, with every byte delivered. Owns its tables; never changes the run. */
#ifndef TCPLAB_TESTS_WATCH_H
#define TCPLAB_TESTS_WATCH_H

#include "models/record.h"
#include "models/tcp/fsm.h"
#include "tests/support/lab.h"

struct watch_end { /* one end of a connection; index: its id */
    bool known, established, closing, aborted, crashed, orphan, gone, flushed;
    uint16_t host; /* index + 1 */
    uint16_t open; /* row of TABLE_open */
    uint16_t last_edge;
    uint16_t signal; /* the last one that ends a connection; SIGNAL_NONE */
    uint32_t state;  /* enum tcp_state */
    uint32_t pair, stream;
    const char *local, *remote; /* as in the record: addresses as text */
    const char *app;
    uint16_t local_port, remote_port;
    uint64_t sent, delivered;
    uint32_t from; /* stream of what was delivered, 0: nothing yet */
};

struct watch_extent { /* what a DATA record said */
    uint32_t stream, from;
    uint64_t off, from_off;
    uint32_t len;
    uint8_t *bytes; /* a copy; NULL: of stream `from` */
};

#define WATCH_WHY 400

struct watch {
    const struct world *w;
    ref streams;
    struct watch_end *end;
    uint32_t n, cap;
    struct watch_extent *extent;
    uint32_t n_extents, cap_extents;
    unsigned why_ended; /* row of TABLE_end, END_NONE: not over */
    uint64_t records, bytes, compared;
    vtime last_at;
    char wrong[WATCH_WHY]; /* the first thing that was wrong; "": nothing */
};

void watch_init(struct watch *v, const struct world *w, ref streams);
void watch_free(struct watch *v);
/* To be given to trace_add_sink; its ctx is the watch. */
struct trace_sink watch_sink(struct watch *v);
/* After the run: true if all is as it should be; else v->wrong says what is not. */
bool watch_judge(struct watch *v, const struct lab *l);
/* Connections that somebody opened actively, and those of them that both ends saw established. */
void watch_count(const struct watch *v, uint64_t *opened, uint64_t *established);

#endif
