/* emit.c: what TCP asks of its host (struct tcp_ops), and the way of a segment to IP. */
#include "models/host/host.h"
#include "models/state.h"

#include <string.h>

#define ISS_TICK (4 * NS_PER_US) /* RFC 9293 sec 3.4.1 */

struct later { /* a segment that TCP has formed and that waits for the processing delay */
    struct segment s;
    uint64_t cause, retx_of;
    uint32_t conn, boot;
    uint16_t src, dst;
    uint16_t why;
    uint8_t ttl, tos;
};

static struct conn *conn_of(const struct tcp_ctx *x, struct tcb *t)
{
    return world_at(x->w, *tcp_user(t));
}

static struct host_call *call_of(const struct tcp_ctx *x)
{
    return x->owner;
}

static struct host_state *host_of(const struct tcp_ctx *x)
{
    return (struct host_state *)world_at(x->w, call_of(x)->s->hosts.host) + (x->host - 1);
}

/* --- segments on their way out --- */

/* Bytes that a record shows live as long as the world. */
static struct rec_bytes lasting(struct world *w, const uint8_t *bytes, uint32_t n)
{
    struct rec_bytes b = {.n = n};

    if (n) {
        uint8_t *copy = world_at(w, arena_alloc(&w->mem, n));

        memcpy(copy, bytes, n);
        b.p = copy;
    }
    return b;
}

static COLD void odd_bytes(struct world *w, const struct segment *s, struct rec_bytes *opt,
                           struct rec_bytes *raw)
{
    const struct seg_ext *ext = world_at(w, s->ext);
    uint8_t options[SEG_OPT_MAX];

    if (s->opts & SEG_RAW)
        *raw = lasting(w, world_at(w, ext->raw), ext->raw_n);
    else if (s->opts & SEG_RAW_OPT)
        *opt = lasting(w, ext->opt, ext->n_opt);
    else if (s->opts & SEG_SACK)
        *opt = lasting(w, options, wire_put_options(options, s, ext));
}

static COLD void send_rec(struct world *w, uint32_t host, uint32_t conn, const struct segment *s,
                          const struct tcp_out *o, uint64_t id, const struct rec_bytes *opt,
                          const struct rec_bytes *raw)
{
    const struct sc_address *a = net_scenario(w)->address;
    struct rec_send r;

    memset(&r, 0, sizeof r);
    r.to = a[o->dst].host == SC_ANY ? 0 : (uint16_t)(a[o->dst].host + 1);
    r.src = a[o->src].text;
    r.dst = a[o->dst].text;
    r.sport = s->sport;
    r.dport = s->dport;
    r.ctl = s->ctl;
    r.seq = s->seq;
    r.ack = s->ack;
    r.wnd = s->wnd;
    r.wscale = o->wscale;
    r.up = s->up;
    r.len = s->len;
    if (s->len) {
        r.stream = s->stream;
        r.off = s->off;
    }
    r.mss = s->opts & SEG_MSS ? s->mss : 0;
    r.has_ws = s->opts & SEG_WS;
    r.ws = r.has_ws ? s->ws : 0;
    r.sack_ok = s->opts & SEG_SACK_PERM;
    r.has_ts = s->opts & SEG_TS;
    r.tsval = r.has_ts ? s->tsval : 0;
    r.tsecr = r.has_ts ? s->tsecr : 0;
    r.opt = *opt;
    r.raw = *raw;
    r.rsvd = s->rsvd;
    r.ttl = o->ttl;
    r.tos = o->tos;
    r.retx_of = o->retx_of;
    r.why = (uint16_t)o->why;
    rec_put(w, &r.head, id, REC_SEND, conn, host + 1);
}

static HOT_INLINE uint64_t emit_now(struct world *w, struct hosts *h, struct net *net, uint32_t host,
                                    uint32_t conn, const struct segment *s, const struct tcp_out *o)
{
    struct frame f = {
        .seg = *s, .src = o->src, .dst = o->dst, .proto = PROTO_TCP, .ttl = o->ttl, .tos = o->tos};
    struct rec_bytes opt = {NULL, 0}, raw = {NULL, 0};
    uint64_t cause = w->core->cause;

    f.id = rec_next(w);
    h->segments_sent++;
    if (rec_wanted(w, REC_SEND)) {
        if (s->ext)
            odd_bytes(w, s, &opt, &raw);
        send_rec(w, host, conn, s, o, f.id, &opt, &raw);
    }
    w->core->cause = f.id;
    net_send(w, net, host, &f, conn, o->retx_of != 0);
    w->core->cause = cause;
    return f.id;
}

uint64_t host_emit(struct world *w, uint32_t host, uint32_t conn, const struct segment *s,
                   const struct tcp_out *o)
{
    return emit_now(w, sim_hosts(w), sim_net(w), host, conn, s, o);
}

static COLD void emit_later(struct tcp_ctx *x, uint32_t conn, const struct segment *s,
                            const struct tcp_out *o, vtime delay)
{
    ref r = arena_alloc(&x->w->mem, sizeof(struct later));
    struct later *l = world_at(x->w, r);

    l->s = *s;
    l->cause = x->w->core->cause;
    l->retx_of = o->retx_of;
    l->conn = conn;
    l->boot = host_of(x)->boot;
    l->src = o->src;
    l->dst = o->dst;
    l->why = (uint16_t)o->why;
    l->ttl = o->ttl;
    l->tos = o->tos;
    world_push(x->w, world_now(x->w) + delay, HOST_EV_EMIT, x->host - 1, r);
}

void host_emit_event(struct world *w, const struct event *e)
{
    const struct later l = *(const struct later *)world_at(w, e->b);
    const struct host_state *h = (const struct host_state *)world_at(w, sim_hosts(w)->host) + event_a(e);
    struct tcp_out o = {.src = l.src,
                        .dst = l.dst,
                        .ttl = l.ttl,
                        .tos = l.tos,
                        .retx_of = l.retx_of,
                        .why = (enum tcp_clause)l.why};

    arena_free(&w->mem, e->b, sizeof l);
    if (h->boot != l.boot) {
        if (l.s.ext)
            arena_free(&w->mem, l.s.ext, sizeof(struct seg_ext));
        return;
    }
    w->core->cause = l.cause;
    host_emit(w, event_a(e), l.conn, &l.s, &o);
}

static uint64_t op_emit(struct tcp_ctx *x, struct tcb *t, const struct segment *s, const struct tcp_out *o)
{
    struct host_call *c = call_of(x);
    uint32_t conn = t ? tcp_conn(t) : 0;

    if (c->input) {
        vtime delay = net_scenario(x->w)->host[x->host - 1].processing_delay;

        if (delay > 0) {
            emit_later(x, conn, s, o, delay);
            return 0;
        }
    }
    return emit_now(x->w, &c->s->hosts, &c->s->net, x->host - 1, conn, s, o);
}

/* --- to the user --- */

static void op_signal(struct tcp_ctx *x, struct tcb *t, enum tcp_signal what, uint64_t value)
{
    struct conn *c = conn_of(x, t);

    if (what == SIGNAL_ESTABLISHED && (c->flags & CONN_EMBRYO)) {
        struct conn *parent = conn_by_id(x->w, &call_of(x)->s->hosts, c->parent);

        c->flags &= (uint8_t)~CONN_EMBRYO;
        if (parent)
            parent->embryos--;
    }
    if (c->inst)
        apps_signal(x, t, &call_of(x)->s->apps, c->inst, what, value);
}

/* A state that is left in the same call is told when the next one comes; the one that lasts, after the call.
 */
static void op_entered(struct tcp_ctx *x, struct tcb *t, enum tcp_state s)
{
    struct host_call *c = call_of(x);
    struct conn *n = *tcp_user(t) ? conn_of(x, t) : NULL;

    if (!n || !(n->flags & CONN_WATCHED) || !n->inst)
        return;
    if (c->entered == n->id && s != TCP_CLOSED)
        apps_state(x->w, &c->s->apps, n->inst, c->in_state);
    c->entered = n->id;
    c->in_state = s;
}

/* What a user gets is a prefix of what the other end's user sent; text that a raw peer has slipped in is not
 * judged. */
static void check_prefix(struct tcp_ctx *x, struct conn *c, uint32_t stream, uint64_t off)
{
    const struct hosts *h = &call_of(x)->s->hosts;
    const struct conn *sender;

    if (!c->peer || (c->flags & CONN_TAINTED) || (stream == c->peer && off == c->delivered))
        return;
    sender = conn_by_id(x->w, h, stream);
    if (sender && sender->kind == CONN_RAW)
        c->flags |= CONN_TAINTED;
    else
        host_broken(x->w, x->host - 1, c->id, "delivered bytes are a prefix of bytes sent", NULL);
}

static void op_deliver(struct tcp_ctx *x, struct tcb *t, uint32_t stream, uint64_t off, uint32_t len,
                       bool push, bool last)
{
    struct conn *c = conn_of(x, t);

    check_prefix(x, c, stream, off);
    c->delivered += len;
    call_of(x)->s->hosts.bytes_delivered += len;
    if (c->inst)
        apps_deliver(x->w, &call_of(x)->s->apps, c->inst, t, stream, off, len, push, last);
}

/* --- the connection's life --- */

static void op_want_settle(struct tcp_ctx *x, struct tcb *t)
{
    struct hosts *h = &call_of(x)->s->hosts;

    if (h->owed_n == h->owed_cap) {
        uint32_t cap = h->owed_cap ? 2 * h->owed_cap : 8;

        h->owed = arena_resize(&x->w->mem, h->owed, h->owed_cap * sizeof(uint32_t), cap * sizeof(uint32_t));
        h->owed_cap = cap;
    }
    ((uint32_t *)world_at(x->w, h->owed))[h->owed_n++] = conn_of(x, t)->id;
    call_of(x)->owes = net_scenario(x->w)->host[x->host - 1].processing_delay == 0;
    if (!h->settling)
        world_settle(x->w);
}

static uint32_t op_new_child(struct tcp_ctx *x, struct tcb *listener, ref child,
                             const struct tcp_endpoints *e)
{
    struct conn *parent = conn_of(x, listener), *c;
    struct host_call *call = call_of(x);
    const char *app = NULL;

    if (parent->embryos >= parent->backlog)
        return 0;
    c = conn_new(x->w, &call->s->hosts, parent->host, e, CONN_TCP);
    c->tcb = child;
    c->parent = parent->id;
    c->flags = CONN_EMBRYO | (parent->flags & CONN_WATCHED);
    parent->embryos++;
    *tcp_user(world_at(x->w, child)) = arena_ref(&x->w->mem, c);
    if (parent->inst) {
        c->inst = apps_child(x->w, &call->s->apps, parent->inst, c->id);
        app = app_of(x->w, inst_at(x->w, c->inst))->name;
    }
    conn_register(x->w, &call->s->hosts, c, OPEN_CHILD, app);
    return c->id;
}

static void op_bound(struct tcp_ctx *x, struct tcb *t, const struct tcp_endpoints *e)
{
    struct conn *c = conn_of(x, t);
    const char *app = c->inst ? app_of(x->w, inst_at(x->w, c->inst))->name : NULL;

    if (c->inst)
        apps_bound(x->w, &call_of(x)->s->apps, c->inst);
    conn_rebind(x->w, &call_of(x)->s->hosts, c, e, app);
}

static void op_gone(struct tcp_ctx *x, struct tcb *t)
{
    struct conn *c = conn_of(x, t);

    if (c->inst)
        apps_gone(x->w, &call_of(x)->s->apps, c->inst);
    conn_free(x->w, &call_of(x)->s->hosts, c);
    call_of(x)->gone = true;
}

/* --- the host's own --- */

/* RFC 6528: a clock of 4 microseconds plus a keyed hash of the connection's four numbers. Option iss: the
 * first connection of the host has exactly that, the k-th further one iss + k * iss_step. */
static uint32_t op_iss(struct tcp_ctx *x, const struct tcp_endpoints *e)
{
    struct host_state *h = host_of(x);
    const struct host_call *c = call_of(x);
    uint64_t key = conn_key(e->local, e->local_port, e->remote, e->remote_port);
    uint32_t iss = (uint32_t)(world_now(x->w) / ISS_TICK) + (uint32_t)hash_mix(h->secret, key);

    if (x->opt->iss >= 0)
        iss = (uint32_t)x->opt->iss + (uint32_t)x->opt->iss_step * h->iss_n++;
    if (c->reuse && seq_le(seq(iss), c->used))
        iss = c->used.v + 1;
    return iss;
}

/* RFC 5961 sec 7. */
static bool op_challenge_ok(struct tcp_ctx *x)
{
    struct host_state *h = host_of(x);
    vtime now = world_now(x->w);

    if (x->opt->challenge_ack_limit == 0)
        return true;
    if (now - h->challenge_from >= x->opt->challenge_ack_interval) {
        h->challenge_from = now - now % x->opt->challenge_ack_interval;
        h->challenge_n = 0;
    }
    if (h->challenge_n >= x->opt->challenge_ack_limit)
        return false;
    h->challenge_n++;
    return true;
}

/* Routes here are fixed, and there is at most one of them: the advice has nothing to change (MUST-20 asks
 * that it is given). */
static void op_bad_route(struct tcp_ctx *x, struct tcb *t)
{
    (void)x;
    (void)t;
}

const struct tcp_ops host_tcp_ops = {
    .emit = op_emit,
    .signal = op_signal,
    .deliver = op_deliver,
    .want_settle = op_want_settle,
    .new_child = op_new_child,
    .bound = op_bound,
    .gone = op_gone,
    .iss = op_iss,
    .challenge_ok = op_challenge_ok,
    .bad_route = op_bad_route,
    .entered = op_entered,
};
