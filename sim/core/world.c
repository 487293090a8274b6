#include "sim/core/world.h"

#include <string.h>

bool world_init(struct world *w, uint64_t seed, const struct limits *limits, const struct world_ops *ops,
                const void *config)
{
    struct core *c;

    memset(w, 0, sizeof *w);
    if (!arena_init(&w->mem,
                    limits ? (size_t)min_i64((int64_t)(limits->memory_bytes & INT64_MAX), PTRDIFF_MAX) : 0))
        return false;
    c = arena_at(&w->mem, arena_alloc(&w->mem, sizeof *c));
    w->core = c;
    w->ops = ops;
    w->config = config;
    c->seed = seed;
    if (limits)
        c->limits = *limits;
    if (!c->limits.events)
        c->limits.events = UINT64_MAX;
    if (c->limits.time <= 0 || c->limits.time > VTIME_MAX)
        c->limits.time = VTIME_MAX;
    c->limits.memory_bytes = w->mem.limit;
    c->settle_at = VTIME_NEVER;
    queue_init(&c->queue);
    return true;
}

void world_free(struct world *w)
{
    arena_free_all(&w->mem);
    memset(w, 0, sizeof *w);
}

void world_push_seq(struct world *w, vtime at, uint64_t seq, uint32_t kind, uint32_t a, uint32_t b)
{
    struct core *c = w->core;
    struct event e = {at, seq, kind << 28 | a, b};

    CHECK(at >= c->now && kind < 16 && a < 1u << 28);
    queue_push(&w->mem, &c->queue, &e, c->now);
}

void world_push(struct world *w, vtime at, uint32_t kind, uint32_t a, uint32_t b)
{
    world_push_seq(w, at, world_seq(w), kind, a, b);
}

vtime world_next_at(const struct world *w)
{
    return queue_next_at(&w->mem, &w->core->queue);
}

void world_stop(struct world *w, enum run_end why)
{
    if (!w->core->stop) /* the first reason counts */
        w->core->stop = (uint32_t)why + 1;
}

/* True, with the reason, if the run may not go on at the present point. `more`: something waits to be
 * executed. */
static inline bool ended(const struct world *w, bool more, enum run_end *why)
{
    const struct core *c = w->core;

    if (c->stop)
        *why = (enum run_end)(c->stop - 1);
    else if (w->mem.exhausted)
        *why = RUN_LIMIT_MEMORY;
    else if (more && c->events >= c->limits.events)
        *why = RUN_LIMIT_EVENTS;
    else
        return false;
    return true;
}

/* The instant is over and has asked for settle(). */
static inline bool settle_owed(const struct core *c, const struct event *next)
{
    return c->settle_at == c->now && (!next || next->at > c->now);
}

static inline void execute(struct world *w, const struct event *next)
{
    struct event e = *next;
    struct core *c = w->core;

    queue_pop(&c->queue);
    c->now = e.at;
    c->events++;
    c->cause = 0;
    w->ops->dispatch(w, &e);
    if (w->ops->after)
        w->ops->after(w);
}

static void settle(struct world *w)
{
    struct core *c = w->core;

    c->settle_at = VTIME_NEVER;
    c->events++; /* counts, so that a settle that asks for itself for ever meets the limit */
    c->cause = 0;
    if (w->ops->settle)
        w->ops->settle(w);
    if (w->ops->after)
        w->ops->after(w);
}

/* Nothing more happens at or before `until` (never beyond the time limit): time moves there. */
static void rest_until(struct world *w, vtime until)
{
    struct core *c = w->core;

    if (until != VTIME_NEVER)
        c->now = max_i64(c->now, min_i64(until, c->limits.time));
}

enum run_end world_run(struct world *w, vtime until)
{
    struct core *c = w->core;
    const vtime bound = min_i64(until, c->limits.time);
    enum run_end why;

    for (;;) {
        const struct event *next = queue_peek(&w->mem, &c->queue);
        bool owed = settle_owed(c, next) && until >= c->now;
        bool more = next && next->at <= bound;

        if (ended(w, owed || more, &why))
            return why;
        if (owed) {
            settle(w);
        } else if (more) {
            execute(w, next);
        } else {
            rest_until(w, next ? bound : until);
            if (!next)
                return RUN_IDLE;
            return until <= c->limits.time ? RUN_UNTIL : RUN_LIMIT_TIME;
        }
    }
}

bool world_step(struct world *w)
{
    struct core *c = w->core;
    bool done = false;
    enum run_end why;

    for (;;) {
        const struct event *next = queue_peek(&w->mem, &c->queue);
        bool owed = settle_owed(c, next);
        bool more = !done && next && next->at <= c->limits.time;

        if (ended(w, owed || more, &why) || (!owed && !more))
            return done;
        if (owed) {
            settle(w);
        } else {
            execute(w, next);
            done = true;
        }
    }
}

bool world_save(const struct world *w, struct arena_snapshot *s)
{
    return arena_save(&w->mem, s);
}

void world_restore(struct world *w, const struct arena_snapshot *s)
{
    arena_restore(&w->mem, s);
}

bool world_fork(const struct world *w, struct world *copy)
{
    memset(copy, 0, sizeof *copy);
    if (!arena_fork(&w->mem, &copy->mem))
        return false;
    copy->core = arena_at(&copy->mem, arena_ref(&w->mem, w->core));
    copy->ops = w->ops;
    copy->chooser = w->chooser;
    copy->config = w->config;
    return true;
}

uint64_t world_hash(const struct world *w)
{
    return arena_hash(&w->mem);
}

bool world_equal(const struct world *a, const struct world *b)
{
    return arena_equal(&a->mem, &b->mem);
}
