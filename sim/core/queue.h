/* queue: the pending events of one world, in the total order (at, seq). Used by world.c alone (and its
 * tests).
 *
 * Near events stand in a 4-ary heap whose root may be a hole: a pop leaves it, the next push fills it, so the
 * usual pair costs one sift. With many events pending the far ones lie unsorted in buckets (64 a level, each
 * level 64 times as wide as the one below, chosen by the highest 6-bit digit in which a time differs from the
 * cursor), and are sorted only when their time comes: every event is moved a few times in sequence instead of
 * many times at random. All of it lies in the arena and its shape depends on the history alone. */
#ifndef TCPLAB_CORE_QUEUE_H
#define TCPLAB_CORE_QUEUE_H

#include "sim/core/arena.h"
#include "sim/core/base.h"

struct event {
    vtime at;
    uint64_t seq;    /* the tie-breaker: unique, given in the order of world_seq() calls */
    uint32_t kind_a; /* kind in the top 4 bits, a (a ref or an index below 2^28) in the others: event_make,
                        event_kind */
    uint32_t b;
};

struct queue {
    vtime near_last; /* every pending event at or before this is in the heap; VTIME_NEVER: all are */
    ref heap;        /* struct event[heap_cap] */
    uint32_t heap_n; /* a hole counted */
    uint32_t heap_cap;
    uint32_t hole;     /* 1: the root has been popped and not been replaced yet */
    uint32_t spill_at; /* heap size at which the far ones are moved to buckets */
    uint32_t far_n;    /* events in buckets */
    ref far;           /* struct far; made when first needed */
};

void queue_init(struct queue *q);
/* now: the present instant, at or before every pending event. e->at >= now. */
void queue_push(struct arena *mem, struct queue *q, const struct event *e, vtime now);
/* Fills the hole, and an empty heap from the buckets; NULL if nothing is pending. For queue_peek. */
const struct event *queue_tidy(struct arena *mem, struct queue *q);
/* The earliest event, NULL if none. Good until the next push or pop. */
static inline const struct event *queue_peek(struct arena *mem, struct queue *q)
{
    return q->heap_n && !q->hole ? arena_at(mem, q->heap) : queue_tidy(mem, q);
}
/* Removes what queue_peek has just returned (not NULL); the pointer stays good until the next push. */
static inline void queue_pop(struct queue *q)
{
    q->hole = 1;
}
/* Time of the earliest event without touching anything, VTIME_NEVER if none. */
vtime queue_next_at(const struct arena *mem, const struct queue *q);
static inline uint64_t queue_count(const struct queue *q)
{
    return (uint64_t)q->heap_n - q->hole + q->far_n;
}

#endif
