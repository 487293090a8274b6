/* world: one run in progress: the arena with its state, the event queue, virtual time, the trace's sinks.
 *
 * Knows no protocol. Events are (kind, a, b) handed to the model's dispatch function in the total order (at,
 * seq). There is no cancel: an event carries what its owner needs to see that it is stale, and a stale event
 * is dropped in silence (this costs less than a queue that can find its members). Cancellable timers stand in
 * timer.h on top. The struct itself is a handle: it holds no simulation state, so a fork gets a fresh one. */
#ifndef TCPLAB_CORE_WORLD_H
#define TCPLAB_CORE_WORLD_H

#include "sim/core/arena.h"
#include "sim/core/base.h"
#include "sim/core/queue.h"
#include "sim/core/trace.h"

struct world;

static inline uint32_t event_kind(const struct event *e)
{
    return e->kind_a >> 28;
}
static inline uint32_t event_a(const struct event *e)
{
    return e->kind_a & 0x0fffffffu;
}

struct limits {
    uint64_t events; /* most events executed; 0: no such limit */
    vtime time; /* virtual time at which the run is cut; events at that very time still happen; 0: VTIME_MAX */
    uint64_t memory_bytes; /* of the arena; 0: the arena's own */
};

enum run_end {
    RUN_IDLE,
    RUN_UNTIL,
    RUN_LIMIT_EVENTS,
    RUN_LIMIT_TIME,
    RUN_LIMIT_MEMORY,
    RUN_INVARIANT,
    RUN_STOPPED
};
/* IDLE: nothing left to happen. UNTIL: world_run's own bound was reached; the run can go on. STOPPED:
 * world_stop. The others end the run for good: world_run returns the same again, until a restore goes back
 * before the end. */

struct core { /* all of it in the arena; world.core points at it */
    vtime now;
    uint64_t next_seq;
    uint64_t last_record; /* id of the newest record; ids start at 1 */
    uint64_t cause;       /* record id that provoked what is happening now; 0: the lesson itself */
    uint64_t seed;
    uint64_t events;      /* executed so far, calls of settle() included */
    struct limits limits; /* as given, with the defaults filled in */
    uint32_t stop;        /* enum run_end + 1 once asked to stop */
    ref model;            /* the models' root object */
    vtime settle_at;      /* instant at which settle() is owed, VTIME_NEVER: none */
    struct queue queue;
};

struct world_ops {
    /* Executes one event. */
    void (*dispatch)(struct world *w, const struct event *e);
    /* Called once per instant that asked for it (world_settle), after every event of the instant has run and
     * before time moves on. May push events at the same instant, which then run, and settle may be asked for
     * again. */
    void (*settle)(struct world *w);
    /* Called after every event and settle, for the invariants. May call world_stop(w, RUN_INVARIANT). NULL:
     * none. */
    void (*after)(struct world *w);
};

struct chooser;

struct world {
    struct arena mem;
    struct core *core;
    const struct world_ops *ops;
    struct trace trace;
    const struct chooser *chooser; /* NULL: the seeded driver */
    const void *config;            /* the models' immutable description of the run (shared by forks) */
};

/* A world at time 0 with nothing to do. ops and config stay the caller's. False: no memory. */
bool world_init(struct world *w, uint64_t seed, const struct limits *limits, const struct world_ops *ops,
                const void *config);
void world_free(struct world *w);

static inline vtime world_now(const struct world *w)
{
    return w->core->now;
}
static inline void *world_at(const struct world *w, ref r)
{
    return arena_at(&w->mem, r);
}

/* Reserves a place in the total order (see world_push_seq). */
static inline uint64_t world_seq(struct world *w)
{
    return ++w->core->next_seq;
}
/* Schedules an event; at >= now, kind < 16, a < 2^28. */
void world_push(struct world *w, vtime at, uint32_t kind, uint32_t a, uint32_t b);
/* The same with a place reserved earlier: a queue of things in order keeps only its head here. */
void world_push_seq(struct world *w, vtime at, uint64_t seq, uint32_t kind, uint32_t a, uint32_t b);
/* When the next event happens, VTIME_NEVER if none is pending. */
vtime world_next_at(const struct world *w);

/* Asks for ops->settle at the end of this instant. */
static inline void world_settle(struct world *w)
{
    w->core->settle_at = w->core->now;
}

/* Runs every event with at <= until (VTIME_NEVER: no bound) and the settles owed, then, if until is finite,
 * now = until (also when nothing is left to happen; at most the time limit). Returns why it stopped. Each
 * event and each settle starts with cause = 0. */
enum run_end world_run(struct world *w, vtime until);
/* Runs exactly one event, with the settles owed before it and, if the instant is over, after it. False: no
 * event happened, because nothing is pending or the run has ended. */
bool world_step(struct world *w);
/* The run ends after the present event with this reason; of several the first counts. */
void world_stop(struct world *w, enum run_end why);

/* Snapshot, restore, fork, hash, compare: the arena's, with the handle kept right. A fork shares ops and
 * config and has no sinks. */
bool world_save(const struct world *w, struct arena_snapshot *s);
void world_restore(struct world *w, const struct arena_snapshot *s);
bool world_fork(const struct world *w, struct world *copy);
uint64_t world_hash(const struct world *w);
bool world_equal(const struct world *a, const struct world *b);

#endif
