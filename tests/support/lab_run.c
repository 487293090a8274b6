/* lab_run.c: runs a random scenario to its end. */
#include "tests/support/lab_run.h"

#include <stdio.h>
#include <string.h>

#include "models/state.h"
#include "sim/report/trace_write.h"

ref lab_streams(const struct world *w)
{
    return sim_state(w)->streams;
}

/* Which records are packets in flight is not to be seen from outside: the newest ones are tried. */
static void meddle(struct world *w, const struct lab_call *c)
{
    enum { TRIED = 200 };
    uint64_t newest = w->core->last_record;

    for (uint64_t id = newest; id > 0 && newest - id < TRIED; id--)
        if (sim_packet_fate(w, id, &c->fault))
            return;
}

enum run_end lab_run_until(struct world *w, const struct lab *l, uint32_t *next, vtime until)
{
    while (*next < l->n_calls && l->call[*next].at <= until) {
        const struct lab_call *c = &l->call[*next];
        enum run_end end = sim_run(w, c->at);
        uint32_t n = sim_conn_count(w), conn;

        if (end != RUN_UNTIL && end != RUN_IDLE)
            return end;
        ++*next;
        conn = n ? 1 + c->conn % n : 0;
        if (c->meddle)
            meddle(w, c);
        else if (conn && sim_tcb(w, conn))
            sim_user_call(w, conn, &c->step);
    }
    return sim_run(w, until);
}

void lab_run(struct lab *l, const char *trace, struct lab_result *r)
{
    struct world w;
    struct watch v;
    struct trace_writer *writer = NULL;
    struct diag d;
    uint32_t next = 0;
    struct sim_totals totals;

    memset(r, 0, sizeof *r);
    l->sc.full_checks = lab_pick(l, "full checks", 0, 4) == 0;
    CHECK(sim_init(&w, &l->sc));
    watch_init(&v, &w, lab_streams(&w));
    trace_add_sink(&w.trace, watch_sink(&v));
    diag_clear(&d);
    if (trace) {
        writer = trace_writer_open(trace, &l->header, &d);
        if (writer)
            trace_add_sink(&w.trace, trace_writer_sink(writer));
    }
    lab_run_until(&w, l, &next, VTIME_NEVER);
    sim_totals(&w, &totals);
    r->ok = watch_judge(&v, l);
    memcpy(r->wrong, v.wrong, sizeof r->wrong);
    if (r->ok && totals.bytes_delivered != v.bytes) {
        r->ok = false;
        snprintf(r->wrong, sizeof r->wrong, "the totals count %llu bytes delivered, the records %llu",
                 (unsigned long long)totals.bytes_delivered, (unsigned long long)v.bytes);
    }
    watch_count(&v, &r->opened, &r->established);
    r->segments = totals.segments_delivered;
    r->bytes = v.bytes;
    r->compared = v.compared;
    r->events = w.core->events;
    r->ended = v.last_at;
    if (trace && (!writer || !trace_writer_close(writer, &d)))
        diag_print(stderr, &d);
    watch_free(&v);
    world_free(&w);
}
