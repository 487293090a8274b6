#include "sim/core/timer.h"

void wake_init(struct wake *k, uint32_t stamp)
{
    k->due = VTIME_NEVER;
    k->queued_at = VTIME_NEVER;
    k->stamp = stamp;
    k->pad = 0;
}

void wake_set(struct world *w, struct wake *k, vtime due, uint32_t kind, uint32_t a)
{
    if (due < world_now(w))
        due = world_now(w);
    k->due = due;
    if (k->queued_at <= due) /* the queued event will see that it is early; also when due is VTIME_NEVER */
        return;
    k->queued_at = due;
    world_push(w, due, kind, a, ++k->stamp);
}

bool wake_due(struct world *w, struct wake *k, const struct event *e)
{
    if (e->b != k->stamp || k->queued_at != e->at)
        return false;
    k->queued_at = VTIME_NEVER;
    if (k->due > e->at) {
        if (k->due != VTIME_NEVER)
            wake_set(w, k, k->due, event_kind(e), event_a(e));
        return false;
    }
    k->due = VTIME_NEVER;
    return true;
}
