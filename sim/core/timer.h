/* timer: cancellable deadlines for one owner, on top of a queue that cannot cancel.
 *
 * An owner (a TCB, an app ...) keeps any number of deadlines of its own and one struct wake. It asks to be
 * woken at the earliest of them; asking again for a later time costs nothing (the queued event finds that it
 * is early and is queued anew), asking for an earlier one queues a second event and makes the first stale. */
#ifndef TCPLAB_CORE_TIMER_H
#define TCPLAB_CORE_TIMER_H

#include "sim/core/world.h"

struct wake {
    vtime due;       /* when the owner wants to be woken, VTIME_NEVER: not */
    vtime queued_at; /* time of the valid queued event, VTIME_NEVER: none */
    uint32_t stamp;  /* the valid event's b; others are stale */
    uint32_t pad;
};

/* No wish, nothing queued. An owner that takes the place (a) of one that has gone must start from a stamp the
 * old events cannot carry: the old owner's last stamp + 1, or a count of owners in the upper bits. */
void wake_init(struct wake *k, uint32_t stamp);
/* Wants an event (kind, a) at `due` (in the past: now); replaces the wish before it. kind and a never change
 * for one wake. */
void wake_set(struct world *w, struct wake *k, vtime due, uint32_t kind, uint32_t a);
/* No event wanted. */
static inline void wake_cancel(struct wake *k)
{
    k->due = VTIME_NEVER;
}
/* To be called with each event of (kind, a): true if the owner is due now (its wish is then gone); false:
 * stale or early (then queued anew). */
bool wake_due(struct world *w, struct wake *k, const struct event *e);

#endif
