#include "sim/core/trace.h"

static void refresh_wanted(struct trace *t)
{
    t->wanted = 0;
    for (uint32_t i = 0; i < t->n; i++)
        t->wanted |= t->sink[i].kinds;
}

void trace_add_sink(struct trace *t, struct trace_sink sink)
{
    CHECK(t->n < TRACE_SINKS_MAX);
    t->sink[t->n++] = sink;
    refresh_wanted(t);
}

void trace_remove_sink(struct trace *t, void *ctx)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < t->n; i++)
        if (t->sink[i].ctx != ctx)
            t->sink[kept++] = t->sink[i];
    t->n = kept;
    refresh_wanted(t);
}

void trace_put(struct trace *t, const struct rec_head *r)
{
    for (uint32_t i = 0; i < t->n; i++)
        if ((t->sink[i].kinds >> r->kind) & 1u)
            t->sink[i].put(t->sink[i].ctx, r);
}
