/* state: the root of all mutable state of a run, one block in the world's arena (core.model); each part
 * belongs to the module it is named after. And what a call of TCP needs, made from it. */
#ifndef TCPLAB_MODELS_STATE_H
#define TCPLAB_MODELS_STATE_H

#include "models/app/app.h"
#include "models/host/host.h"
#include "models/net/net.h"
#include "models/wire/stream.h"

enum sim_event_kind { SIM_EV_WORLD = 13, SIM_EV_NOTE }; /* beside those of net.h, app.h and host.h */

struct sim_state {
    struct net net;
    struct hosts hosts;
    struct apps apps;
    ref streams;
    uint32_t ended;       /* the END record has been emitted */
    uint32_t full_checks; /* walk the queues of whatever TCP has worked on */
    uint32_t pad;
};

static inline struct sim_state *sim_state(const struct world *w)
{
    return world_at(w, w->core->model);
}
static inline struct net *sim_net(const struct world *w)
{
    return &sim_state(w)->net;
}
static inline struct hosts *sim_hosts(const struct world *w)
{
    return &sim_state(w)->hosts;
}
static inline struct apps *sim_apps(const struct world *w)
{
    return &sim_state(w)->apps;
}

struct host_call { /* a call of TCP under way, on the stack; tcp_ctx.owner points to it */
    struct tcp_ctx x;
    struct sim_state *s;
    bool input; /* a segment is arriving: what TCP forms at once is subject to the processing delay */
    bool gone;  /* the connection it is about has ended in it */
    bool owes;  /* a reply is owed at the end of this instant */
    bool reuse; /* the SYN has ended a connection in TIME-WAIT: the new ISS must lie above `used` (MAY-2) */
    seq32 used; /* its SND.NXT */
    uint32_t entered;        /* the connection that has changed its state in this call, 0: none ... */
    enum tcp_state in_state; /* ... and the state it has entered last */
};

static inline void host_call_init(struct host_call *c, struct world *w, uint32_t host)
{
    c->x.w = w;
    c->x.opt = &net_scenario(w)->host[host].tcp;
    c->x.ops = &host_tcp_ops;
    c->x.owner = c;
    c->x.host = host + 1;
    c->x.wake_kind = HOST_EV_WAKE;
    c->s = sim_state(w);
    c->input = false;
    c->gone = false;
    c->owes = false;
    c->reuse = false;
    c->entered = 0;
}

/* After a call of TCP about n (NULL: about no connection). */
static inline void host_after(struct world *w, struct host_call *c, struct conn *n)
{
    if (n && !c->gone && (!c->owes || c->s->full_checks || (n->flags & CONN_WATCHED)))
        host_look(w, c, n);
    if (apps_pending(&c->s->apps))
        apps_run(w, &c->s->apps);
}

#endif
