/* user.c: the user calls on their way from an application to TCP: sockets become connections here. */
#include "models/host/host.h"
#include "models/state.h"

#include <string.h>

struct tcb *app_up_tcb(const struct world *w, uint32_t conn)
{
    const struct conn *c = conn_by_id(w, sim_hosts(w), conn);

    return c && c->tcb ? world_at(w, c->tcb) : NULL;
}

bool app_up_running(const struct world *w, uint32_t host)
{
    return !(net_node(w, sim_net(w), host)->flags & NODE_DOWN);
}

/* An answer that TCP is not asked for. */
static enum tcp_result answer(struct world *w, const struct app_call *c, enum tcp_result result)
{
    uint64_t id = rec_next(w);
    struct rec_call r;

    if (!rec_wanted(w, REC_CALL))
        return result;
    memset(&r, 0, sizeof r);
    r.call = (uint16_t)c->call;
    r.result = (uint16_t)result;
    r.passive = c->step && c->step->action == DO_LISTEN;
    rec_put(w, &r.head, id, REC_CALL, 0, c->host + 1);
    return result;
}

/* --- OPEN --- */

static bool port_taken(const struct world *w, const struct hosts *h, uint32_t host,
                       const struct tcp_endpoints *e)
{
    return conn_find(w, h, conn_key(e->local, e->local_port, e->remote, e->remote_port), CONN_TCP) ||
           conn_listener(w, h, host, e);
}

/* Ephemeral ports count up; one that is listened on or that this remote socket is already connected to is
 * left out. */
static bool choose_port(struct world *w, struct hosts *h, uint32_t host, struct tcp_endpoints *e)
{
    struct host_state *s = (struct host_state *)world_at(w, h->host) + host;

    for (uint32_t i = HOST_PORT_FIRST; i <= UINT16_MAX; i++) {
        e->local_port = s->next_port;
        s->next_port = (uint16_t)(s->next_port == UINT16_MAX ? HOST_PORT_FIRST : s->next_port + 1u);
        if (!port_taken(w, h, host, e))
            return true;
    }
    return false;
}

/* The sockets an OPEN names. RESULT_OK: *e is filled, but for an ephemeral port (local_port 0). */
static enum tcp_result sockets(const struct world *w, const struct app_call *c, struct tcp_endpoints *e)
{
    const struct sc_step *s = c->step;
    const struct sc_host *h = &net_scenario(w)->host[c->host];
    const struct net *net = sim_net(w);

    memset(e, 0, sizeof *e);
    e->remote = s->to;
    e->remote_port = s->to ? s->to_port : 0;
    if (s->to)
        e->v6 = net_addr(w, net, s->to)->flags & ADDR_V6;
    else if (s->local)
        e->v6 = net_addr(w, net, s->local)->flags & ADDR_V6;
    else
        e->v6 = s->v6;
    e->local = s->local ? s->local : e->v6 ? h->address6 : h->address4;
    e->local_port = s->local_port;
    if (!e->local || net_addr(w, net, e->local)->host != c->host ||
        (net_addr(w, net, e->local)->flags & ADDR_V6) != (e->v6 ? ADDR_V6 : 0))
        return RESULT_BAD_ADDRESS;
    if (s->to && (net_addr(w, net, s->to)->flags & ADDR_BAD_SOURCE)) /* MUST-46 */
        return RESULT_BAD_ADDRESS;
    if (s->action == DO_OPEN && (!e->remote || !e->remote_port))
        return RESULT_UNSPECIFIED;
    return RESULT_OK;
}

static enum tcp_result open_new(struct world *w, struct host_call *call, struct app_call *c,
                                struct tcp_open_args *a, enum conn_kind kind)
{
    struct hosts *h = &call->s->hosts;
    struct conn *n = conn_new(w, h, c->host, &a->e, kind);
    const struct inst *i = c->inst ? inst_at(w, c->inst) : NULL;
    enum tcp_result result;

    n->inst = c->inst;
    n->backlog = c->step->backlog ? c->step->backlog : APP_BACKLOG;
    if (i && (app_state_of(w, &call->s->apps, i->app)->interest & 1u << ON_STATE))
        n->flags |= CONN_WATCHED;
    n->tcb = tcp_new(&call->x, n->id, &a->e);
    *tcp_user(world_at(w, n->tcb)) = arena_ref(&w->mem, n);
    c->opened = n->id;
    conn_register(w, h, n, a->passive ? OPEN_PASSIVE : OPEN_ACTIVE, i ? app_of(w, i)->name : NULL);
    result = tcp_open(&call->x, world_at(w, n->tcb), a);
    host_after(w, call, n);
    return result;
}

/* The user has closed this connection: its next OPEN is of another one, and this one ends without it. */
static bool left_behind(const struct world *w, struct conn *n)
{
    switch (tcp_state(world_at(w, n->tcb))) {
    case TCP_FIN_WAIT_1:
    case TCP_FIN_WAIT_2:
    case TCP_CLOSING:
    case TCP_LAST_ACK:
    case TCP_TIME_WAIT: n->inst = 0; return true;
    case TCP_CLOSED:
    case TCP_LISTEN:
    case TCP_SYN_SENT:
    case TCP_SYN_RECEIVED:
    case TCP_ESTABLISHED:
    case TCP_CLOSE_WAIT:
    case TCP_STATES: return false;
    }
    return false;
}

static enum tcp_result user_open(struct world *w, struct host_call *call, struct app_call *c)
{
    const struct sc_step *s = c->step;
    struct tcp_open_args a = {.passive = s->action == DO_LISTEN,
                              .dscp = s->dscp,
                              .user_timeout = s->user_timeout,
                              .preset = s->preset,
                              .n_preset = s->n_preset};
    enum conn_kind kind = !a.passive ? CONN_TCP : s->local ? CONN_LISTEN : CONN_LISTEN_ANY;
    struct conn *n = conn_by_id(w, &call->s->hosts, c->conn);
    enum tcp_result result = sockets(w, c, &a.e);

    if (result != RESULT_OK)
        return answer(w, c, result);
    if (n && left_behind(w, n))
        n = NULL;
    if (n && tcp_state(world_at(w, n->tcb)) == TCP_LISTEN && !a.e.local_port)
        a.e.local_port = (uint16_t)(n->key >> 32);
    if (!a.e.local_port && !choose_port(w, &call->s->hosts, c->host, &a.e))
        return answer(w, c, RESULT_NO_RESOURCES);
    if (!n)
        n = conn_find(w, &call->s->hosts, conn_key(a.e.local, a.e.local_port, a.e.remote, a.e.remote_port),
                      kind);
    else if (!a.passive && tcp_state(world_at(w, n->tcb)) == TCP_LISTEN &&
             conn_find(w, &call->s->hosts, conn_key(a.e.local, a.e.local_port, a.e.remote, a.e.remote_port),
                       CONN_TCP))
        return answer(w, c, RESULT_EXISTS); /* one of the listener's own children */
    if (!n)
        return open_new(w, call, c, &a, kind);
    c->conn = n->id; /* TCP says whether this is possible */
    result = tcp_open(&call->x, world_at(w, n->tcb), &a);
    host_after(w, call, n);
    return result;
}

/* --- the other calls --- */

static enum tcp_result user_send(struct world *w, struct host_call *call, struct app_call *c, struct conn *n,
                                 struct tcb *t)
{
    bool listening = n && (n->kind == CONN_LISTEN || n->kind == CONN_LISTEN_ANY);
    enum tcp_result result = tcp_send(&call->x, t, c->len, c->flags, &c->taken);
    struct tcp_endpoints e;

    if (listening && !call->gone && tcp_state(world_at(w, n->tcb)) != TCP_LISTEN && n->kind != CONN_TCP) {
        tcp_endpoints(world_at(w, n->tcb), &e); /* SEND has made an active connection of it (3.10.2) */
        host_tcp_ops.bound(&call->x, world_at(w, n->tcb), &e);
    }
    return result;
}

enum tcp_result app_up_call(struct world *w, struct app_call *c)
{
    enum tcp_result result = RESULT_NONE;
    uint64_t cause = w->core->cause;
    struct tcp_status status;
    struct host_call call;
    struct conn *n;
    struct tcb *t;

    c->taken = 0;
    c->opened = 0;
    host_call_init(&call, w, c->host);
    n = conn_by_id(w, &call.s->hosts, c->conn);
    t = n && n->tcb ? world_at(w, n->tcb) : NULL;
    if (!app_up_running(w, c->host))
        return RESULT_NO_CONNECTION;
    switch (c->call) { /* CALL_ of tables.def, APP_ORPHAN */
    case CALL_OPEN: result = user_open(w, &call, c); break;
    case CALL_SEND: result = user_send(w, &call, c, n, t); break;
    case CALL_RECEIVE: result = tcp_receive(&call.x, t, c->len, c->mode); break;
    case CALL_CLOSE: result = tcp_close(&call.x, t); break;
    case CALL_SHUTDOWN: result = tcp_shutdown(&call.x, t); break;
    case CALL_ABORT: result = tcp_abort(&call.x, t); break;
    case CALL_STATUS: result = tcp_status(&call.x, t, &status); break;
    case CALL_FLUSH: result = tcp_flush(&call.x, t); break;
    case CALL_SET: result = tcp_set(&call.x, t, c->setting, c->value); break;
    case APP_ORPHAN:
        if (t) {
            n->inst = 0;
            tcp_orphan(&call.x, t);
        }
        break;
    default: CHECK(0 && "a user call"); break;
    }
    if (c->call != CALL_OPEN)
        host_after(w, &call, n);
    w->core->cause = cause;
    return result;
}

enum tcp_result app_up_receive(struct world *w, uint32_t host, uint32_t conn, uint32_t len,
                               enum tcp_receive_mode mode)
{
    uint64_t cause = w->core->cause;
    enum tcp_result result;
    struct host_call call;
    struct conn *n;

    if (!app_up_running(w, host))
        return RESULT_NO_CONNECTION;
    host_call_init(&call, w, host);
    n = conn_by_id(w, &call.s->hosts, conn);
    result = tcp_receive(&call.x, n && n->tcb ? world_at(w, n->tcb) : NULL, len, mode);
    host_after(w, &call, n);
    w->core->cause = cause;
    return result;
}

/* --- raw peers --- */

uint32_t app_up_raw_conn(struct world *w, uint32_t host, const struct tcp_endpoints *e, const char *name)
{
    struct hosts *h = sim_hosts(w);
    struct conn *c = conn_new(w, h, host, e, CONN_RAW);

    conn_register(w, h, c, OPEN_RAW, name);
    return c->id;
}

uint64_t app_up_emit(struct world *w, uint32_t host, uint32_t conn, const struct segment *s,
                     const struct tcp_out *o)
{
    const struct frame f = {.seg = *s};

    if (app_up_running(w, host))
        return host_emit(w, host, conn, s, o);
    net_frame_free(w, &f);
    return 0;
}

void app_up_icmp(struct world *w, uint32_t host, const struct frame *about, const struct icmp_error *e)
{
    uint64_t cause = w->core->cause;

    if (app_up_running(w, host))
        net_icmp(w, sim_net(w), host, about, e);
    w->core->cause = cause;
}
