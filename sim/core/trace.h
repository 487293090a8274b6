/* trace: how facts leave the simulation. A record is a head and a body whose layout its kind decides
 * (models/record.h).
 *
 * Sinks are told of records as they happen and declare the kinds they want. Ids advance for every record,
 * wanted or not, so a run has the same ids whoever listens. The log is one sink: it keeps records in memory
 * for views and graders. */
#ifndef TCPLAB_CORE_TRACE_H
#define TCPLAB_CORE_TRACE_H

#include "sim/core/base.h"

struct rec_head {
    uint64_t id; /* 1, 2, 3 ... */
    vtime at;
    uint64_t cause; /* id of the record that provoked this one, 0: the lesson itself */
    uint32_t conn;  /* one end of a connection (one TCB), 0: none */
    uint16_t kind;  /* enum rec_kind of models/record.h; < 64 */
    uint16_t host;  /* index of the host + 1, 0: none */
};

struct trace_sink {
    uint64_t kinds;                                   /* bit per kind */
    void (*put)(void *ctx, const struct rec_head *r); /* the whole record follows the head in memory */
    void *ctx;
};

#define TRACE_SINKS_MAX 8

struct trace {
    uint64_t wanted; /* union of the sinks' kinds: one test tells a model that nobody listens */
    uint32_t n;
    struct trace_sink sink[TRACE_SINKS_MAX];
};

void trace_add_sink(struct trace *t, struct trace_sink sink);
void trace_remove_sink(struct trace *t, void *ctx);
void trace_put(struct trace *t, const struct rec_head *r);

static inline bool trace_wants(const struct trace *t, unsigned kind)
{
    return (t->wanted >> kind) & 1u;
}

#endif
