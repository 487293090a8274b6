/* sim.c: the parts wired together: one dispatcher for all events, the end of an instant, the laws after every
 * event. */
#include "models/sim.h"
#include "models/state.h"

#include <string.h>

#ifdef TCPLAB_FULL_CHECKS
#define FULL_CHECKS 1u /* every queue of the connections touched is walked */
#else
#define FULL_CHECKS 0u
#endif

static void note_event(struct world *w, uint32_t index)
{
    uint64_t id = rec_next(w);

    if (rec_wanted(w, REC_NOTE)) {
        struct rec_note r;

        memset(&r, 0, sizeof r);
        r.index = index;
        rec_put(w, &r.head, id, REC_NOTE, 0, 0);
    }
}

void sim_event(struct world *w, const struct sc_event *e)
{
    unsigned first = e->dir == 1 ? 1 : 0, last = e->dir == 0 ? 0 : 1;

    w->core->cause = 0;
    switch (e->kind) {
    case EVENT_CRASH:
    case EVENT_REBOOT:
    case EVENT_CUT:
    case EVENT_JOIN: host_event(w, e->host, e->kind); break;
    case EVENT_LINK:
        for (unsigned dir = first; dir <= last; dir++)
            net_link_path(w, sim_net(w), e->link, dir, &e->path);
        break;
    case EVENT_LINK_DOWN:
    case EVENT_LINK_UP:
        for (unsigned dir = first; dir <= last; dir++)
            net_link_down(w, sim_net(w), e->link, dir, e->kind == EVENT_LINK_DOWN);
        break;
    case EVENT_ICMP: host_icmp(w, e->host, e->to, &e->icmp, e->seq_offset); break;
    }
}

static void dispatch(struct world *w, const struct event *e)
{
    const struct scenario *s = w->config;

    switch (event_kind(e)) { /* a number from the queue */
    case NET_EV_ARRIVE:
    case NET_EV_TRANSMIT:
    case NET_EV_STRAY: net_event(w, sim_net(w), e); break;
    case HOST_EV_WAKE:
    case HOST_EV_SETTLE:
    case HOST_EV_EMIT: hosts_event(w, e); break;
    case APP_EV_START:
    case APP_EV_STEP:
    case APP_EV_RAW:
    case APP_EV_RUN: apps_event(w, sim_apps(w), e); break;
    case SIM_EV_WORLD: sim_event(w, &s->event[e->b]); break;
    case SIM_EV_NOTE: note_event(w, e->b); break;
    default: CHECK(0 && "a kind of event"); break;
    }
}

static const struct world_ops ops = {.dispatch = dispatch, .settle = hosts_settle};
static const struct world_ops ops_checking = {
    .dispatch = dispatch, .settle = hosts_settle, .after = hosts_check_all};

bool sim_init(struct world *w, const struct scenario *s)
{
    struct sim_state *root;

    if (!world_init(w, s->seed, &s->limits, s->full_checks ? &ops_checking : &ops, s))
        return false;
    w->core->model = arena_alloc(&w->mem, sizeof *root);
    root = sim_state(w);
    root->full_checks = s->full_checks || FULL_CHECKS;
    root->streams = streams_new(w);
    hosts_init(w, &root->hosts);
    if (!net_init(w, &root->net, root->streams)) {
        world_free(w);
        return false;
    }
    for (uint32_t i = 0; i < s->n_events; i++)
        world_push(w, s->event[i].at, SIM_EV_WORLD, 0, i);
    for (uint32_t i = 0; i < s->n_notes; i++)
        if (s->note[i] != VTIME_NEVER)
            world_push(w, s->note[i], SIM_EV_NOTE, 0, i);
    apps_init(w, &root->apps, root->streams);
    return true;
}

static unsigned end_of(enum run_end why)
{
    switch (why) {
    case RUN_IDLE: return END_IDLE;
    case RUN_UNTIL: return END_UNTIL;
    case RUN_LIMIT_EVENTS: return END_EVENTS;
    case RUN_LIMIT_TIME: return END_TIME;
    case RUN_LIMIT_MEMORY: return END_MEMORY;
    case RUN_INVARIANT: return END_INVARIANT;
    case RUN_STOPPED: return END_STOPPED;
    }
    return END_NONE;
}

void sim_finish(struct world *w, enum run_end why)
{
    uint64_t id;

    if (sim_state(w)->ended)
        return;
    sim_state(w)->ended = 1;
    id = rec_next(w);
    w->core->cause = 0;
    if (rec_wanted(w, REC_END)) {
        struct rec_end r;

        memset(&r, 0, sizeof r);
        r.why = (uint16_t)end_of(why);
        r.events = w->core->events;
        rec_put(w, &r.head, id, REC_END, 0, 0);
    }
}

enum run_end sim_run(struct world *w, vtime until)
{
    enum run_end why = world_run(w, until);

    if (why != RUN_UNTIL &&
        !(why == RUN_IDLE && until != VTIME_NEVER)) /* idle by `until`: the user may still act */
        sim_finish(w, why);
    return why;
}

/* --- interventions --- */

enum tcp_result sim_user_call(struct world *w, uint32_t conn, const struct sc_step *step)
{
    const struct conn *c = conn_by_id(w, sim_hosts(w), conn);
    enum tcp_result result;

    w->core->cause = 0;
    if (!c || c->kind == CONN_RAW)
        return RESULT_NO_CONNECTION;
    result = apps_call(w, sim_apps(w), c->host, conn, c->inst, step);
    return result;
}

bool sim_packet_fate(struct world *w, uint64_t pkt, const struct sc_fault *fault)
{
    w->core->cause = 0;
    return net_packet_fate(w, sim_net(w), pkt, fault);
}

bool sim_packet_release(struct world *w, uint64_t pkt)
{
    w->core->cause = 0;
    return net_packet_release(w, sim_net(w), pkt);
}

const struct sc_path *sim_link_path(const struct world *w, uint32_t link, unsigned dir)
{
    return &net_ways(w, sim_net(w))[2 * link + dir].path;
}

/* --- looking --- */

uint32_t sim_conn_count(const struct world *w)
{
    return sim_hosts(w)->ids;
}

struct tcb *sim_tcb(const struct world *w, uint32_t conn)
{
    return app_up_tcb(w, conn);
}

bool sim_tcp_info(const struct world *w, uint32_t conn, struct tcp_info_view *v)
{
    const struct conn *c = conn_by_id(w, sim_hosts(w), conn);
    struct world *looked_at =
        (struct world *)(uintptr_t)w; /* tcp_ctx is made for changes; nothing is changed */
    struct host_call call;

    if (!c || !c->tcb)
        return false;
    host_call_init(&call, looked_at, c->host);
    tcp_info(&call.x, world_at(w, c->tcb), v);
    return true;
}

bool sim_tcp_get(const struct world *w, uint32_t host, uint32_t conn, enum tcp_setting what, int64_t *value)
{
    const struct conn *c = conn_by_id(w, sim_hosts(w), conn);
    struct world *looked_at = (struct world *)(uintptr_t)w;
    struct host_call call;

    if (conn && (!c || !c->tcb))
        return false;
    host_call_init(&call, looked_at, c ? c->host : host);
    *value = tcp_get(&call.x, c ? world_at(w, c->tcb) : NULL, what);
    return true;
}

void sim_totals(const struct world *w, struct sim_totals *t)
{
    const struct hosts *h = sim_hosts(w);

    *t = (struct sim_totals){
        .segments_delivered = h->segments_delivered,
        .segments_sent = h->segments_sent,
        .packets_dropped = sim_net(w)->dropped,
        .bytes_delivered = h->bytes_delivered,
        .opened = h->opened,
        .closed = h->closed,
        .script_failures = sim_apps(w)->script_failures,
    };
}
