/* tcb.c: birth and death of a TCB, and its rings. */
#include "models/tcp/recovery.h"

#include <string.h>

struct tcb *tcb_at(const struct tcp_ctx *x, ref r)
{
    return world_at(x->w, r);
}

ref tcp_new(struct tcp_ctx *x, uint32_t conn, const struct tcp_endpoints *e)
{
    ref r = arena_alloc(&x->w->mem, sizeof(struct tcb));
    struct tcb *t = tcb_at(x, r);
    t->conn = conn;
    t->e = *e;
    t->dscp = (uint8_t)x->opt->dscp;
    t->flags = (x->opt->nagle ? TF_NAGLE : 0u) | (x->opt->keepalive ? TF_KEEPALIVE : 0u) |
               (x->opt->cork ? TF_CORK : 0u) | (x->opt->quickack > 0 ? TF_QUICK : 0u);
    t->rto = x->opt->rto_initial;
    t->heard = t->sent_at = world_now(x->w);
    for (int i = 0; i < TM_COUNT; i++)
        t->due[i] = VTIME_NEVER;
    wake_init(&t->wake, conn);
    return r;
}

static void free_queues(struct world *w, struct tcb *t)
{
    ring_free(w, &t->snd.sent, sizeof(struct sent));
    ring_free(w, &t->rcv.queue, sizeof(struct slice));
    ring_free(w, &t->rcv.ooo, sizeof(struct range));
    recovery_free(w, t);
    vars_free(w, t);
    arena_free(&w->mem, t->own, sizeof(struct settings));
    t->own = 0;
}

struct settings *own_settings(struct tcp_ctx *x, struct tcb *t)
{
    if (!t->own) {
        struct settings from_host = settings(x, t);
        t->own = arena_alloc(&x->w->mem, sizeof from_host);
        *(struct settings *)world_at(x->w, t->own) = from_host;
    }
    return world_at(x->w, t->own);
}

void bury(struct tcp_ctx *x, struct tcb *t)
{
    x->ops->gone(x, t);
    free_queues(x->w, t);
    arena_free(&x->w->mem, arena_ref(&x->w->mem, t), sizeof *t);
}

void tcp_crash(struct world *w, struct tcb *t)
{
    free_queues(w, t);
    arena_free(&w->mem, arena_ref(&w->mem, t), sizeof *t);
}

void die(struct tcp_ctx *x, struct tcb *t, enum tcp_edge e, enum tcp_signal what)
{
    if (what == SIGNAL_CLOSED)
        hand_over_rest(x, t);
    fsm_fire(x, t, e);
    for (int i = 0; i < TM_COUNT; i++)
        timer_off(x, t, (enum tcp_timer)i);
    ring_free(x->w, &t->snd.sent, sizeof(struct sent));
    ring_free(x->w, &t->rcv.queue, sizeof(struct slice));
    ring_free(x->w, &t->rcv.ooo, sizeof(struct range));
    t->snd.una = t->snd.nxt;
    t->snd.nxt_off = t->snd.queued;
    t->rcv.unread = 0;
    if (t->flags & TF_RECEIVE) {
        enum tcp_result why = what == SIGNAL_REFUSED                                  ? RESULT_REFUSED
                              : what == SIGNAL_USER_TIMEOUT || what == SIGNAL_TIMEOUT ? RESULT_TIMEOUT
                              : what == SIGNAL_CLOSED                                 ? RESULT_CLOSING
                                                                                      : RESULT_RESET;
        uint64_t cause = x->w->core->cause;
        call_rec(x, t, CALL_RECEIVE, why, t->rcv.want, 0, 0);
        x->w->core->cause = cause;
    }
    t->flags =
        (t->flags & ~(TF_RECEIVE | TF_ACK_NOW | TF_ACK_DELAYED | TF_SYN_PENDING | TF_FIN_HELD)) | TF_DEAD;
    t->rcv.dup_owed = 0;
    if (what != SIGNAL_NONE)
        tell(x, t, what, 0);
}

/* --- rings --- */

void ring_grow(struct tcp_ctx *x, struct ring *r, size_t size)
{
    uint32_t cap = r->cap ? r->cap * 2u : 2u;
    CHECK(cap <= 32768);
    ref mem = arena_alloc(&x->w->mem, cap * size);
    for (uint32_t i = 0; i < r->n; i++)
        memcpy((unsigned char *)world_at(x->w, mem) + i * size, ring_at(x, r, size, i), size);
    arena_free(&x->w->mem, r->mem, r->cap * size);
    r->mem = mem;
    r->head = 0;
    r->cap = (uint16_t)cap;
}

void ring_free(struct world *w, struct ring *r, size_t size)
{
    arena_free(&w->mem, r->mem, r->cap * size);
    *r = (struct ring){0};
}

void *ring_insert(struct tcp_ctx *x, struct ring *r, size_t size, uint32_t i)
{
    ring_push(x, r, size);
    for (uint32_t k = r->n - 1u; k > i; k--)
        memcpy(ring_at(x, r, size, k), ring_at(x, r, size, k - 1), size);
    void *p = ring_at(x, r, size, i);
    memset(p, 0, size);
    return p;
}

void ring_remove(struct tcp_ctx *x, struct ring *r, size_t size, uint32_t i)
{
    for (uint32_t k = i; k + 1 < r->n; k++)
        memcpy(ring_at(x, r, size, k), ring_at(x, r, size, k + 1), size);
    if (--r->n == 0)
        ring_free(x->w, r, size);
}

/* --- looking --- */

enum tcp_state tcp_state(const struct tcb *t)
{
    return (enum tcp_state)t->state;
}
seq32 tcp_snd_una(const struct tcb *t)
{
    return t->snd.una;
}
uint32_t tcp_unread(const struct tcb *t)
{
    return t->rcv.unread;
}
uint32_t tcp_conn(const struct tcb *t)
{
    return t->conn;
}
void tcp_endpoints(const struct tcb *t, struct tcp_endpoints *e)
{
    *e = t->e;
}
uint32_t *tcp_user(struct tcb *t)
{
    return &t->user;
}
