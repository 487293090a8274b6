/* recovery.c: the block of a connection in trouble. */
#include "models/tcp/recovery.h"

struct recovery *recovery_make(struct tcp_ctx *x, struct tcb *t)
{
    if (!t->rec)
        t->rec = arena_alloc(&x->w->mem, sizeof(struct recovery));
    return world_at(x->w, t->rec);
}

void recovery_free(struct world *w, struct tcb *t)
{
    if (!t->rec)
        return;
    struct recovery *r = world_at(w, t->rec);
    ring_free(w, &r->board, sizeof(struct span));
    ring_free(w, &r->reports, sizeof(struct report));
    arena_free(&w->mem, t->rec, sizeof *r);
    t->rec = 0;
}

void recovery_release(struct tcp_ctx *x, struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    bool used = t->flags & (TF_RTO_RECOVERY | TF_RECOVERY);
    if (r && !used && t->rcv.ooo.n == 0 && r->board.n == 0 && r->reports.n == 0 && r->n_rxt == 0)
        recovery_free(x->w, t);
}
