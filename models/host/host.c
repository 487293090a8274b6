/* host.c: segments and ICMP errors that reach a host, the replies owed, crashes, the laws. */
#include "models/host/host.h"
#include "models/state.h"

#include <string.h>

static struct tcb *tcb_of(const struct world *w, const struct conn *c)
{
    return c && c->tcb ? world_at(w, c->tcb) : NULL;
}

static uint32_t host_count(const struct world *w)
{
    return net_scenario(w)->n_hosts;
}

static struct host_state *host_state(const struct world *w, const struct hosts *h, uint32_t host)
{
    return (struct host_state *)world_at(w, h->host) + host;
}

/* --- after a call of TCP --- */

/* The laws of a connection. While a reply is owed at this very instant it is not done with what has come: it
 * is looked at after the reply, except where every queue is walked anyway. */
static inline void look(struct world *w, const struct host_call *c, const struct conn *n)
{
    const struct tcb *t = tcb_of(w, n);
    const char *law;

    if (!t || (c->owes && !c->s->full_checks))
        return;
    law = tcp_check(&c->x, t);
    if (!law && c->s->full_checks)
        law = tcp_check_full(&c->x, t);
    if (law)
        host_broken(w, n->host, n->id, law, NULL);
}

void host_look(struct world *w, struct host_call *c, struct conn *n)
{
    look(w, c, n);
    if ((n->flags & CONN_WATCHED) && n->inst)
        apps_state(w, &c->s->apps, n->inst, tcp_state(tcb_of(w, n)));
}

/* --- arrivals --- */

static COLD void reject_address(struct world *w, uint32_t host, const struct frame *f)
{
    uint64_t id = rec_next(w);
    struct rec_reject r;

    if (!rec_wanted(w, REC_REJECT))
        return;
    memset(&r, 0, sizeof r);
    r.pkt = f->id;
    r.why = REJECT_BAD_ADDRESS;
    r.clause = C_SYN_BAD_SOURCE;
    rec_put(w, &r.head, id, REC_REJECT, 0, host + 1);
}

static inline void input_segment(struct world *w, struct host_call *c, uint32_t host, const struct frame *f,
                                 const struct seg_ext *ext)
{
    const struct tcp_endpoints e = {.local = f->dst,
                                    .remote = f->src,
                                    .local_port = f->seg.dport,
                                    .remote_port = f->seg.sport,
                                    .v6 = net_addr(w, &c->s->net, f->src)->flags & ADDR_V6};
    struct conn *n =
        conn_find(w, &c->s->hosts, conn_key(e.local, e.local_port, e.remote, e.remote_port), CONN_TCP);
    bool syn = (f->seg.ctl & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN, reuse;

    if (!n) { /* a connection's own addresses are good ones (MUST-57, MUST-63) */
        if ((net_addr(w, &c->s->net, f->src)->flags & ADDR_BAD_SOURCE) ||
            net_addr(w, &c->s->net, f->dst)->host != host) {
            reject_address(w, host, f);
            return;
        }
        n = conn_listener(w, &c->s->hosts, host, &e);
    }
    reuse = syn && n && n->kind == CONN_TCP && tcp_state(tcb_of(w, n)) == TCP_TIME_WAIT;
    if (reuse)
        c->used = tcp_snd_una(tcb_of(w, n)); /* all it sent is acknowledged */
    tcp_input(&c->x, tcb_of(w, n), &f->seg, ext, &e, f->id, f->tos);
    if (reuse && c->gone && c->x.opt->time_wait_reuse) {
        n = conn_listener(w, &c->s->hosts, host, &e); /* the old incarnation has made way */
        c->gone = false;
        c->reuse = true;
        tcp_input(&c->x, tcb_of(w, n), &f->seg, ext, &e, f->id, f->tos);
    }
    c->input = false;
    host_after(w, c, n);
}

static void input_icmp(struct world *w, struct host_call *c, const struct frame *f)
{
    uint64_t key = conn_key(f->dst, f->seg.sport, icmp_quoted_dst(f), f->seg.dport);
    struct conn *n = conn_find(w, &c->s->hosts, key, CONN_TCP);

    if (!n)
        return; /* about nothing that is here (RFC 5927 sec 4) */
    tcp_icmp(&c->x, tcb_of(w, n), &f->icmp, f->seg.seq);
    host_after(w, c, n);
}

/* A segment written as bytes: what they mean, once the checksum has been verified. True: it may go on. */
static bool decode(struct world *w, struct net *net, uint32_t way, struct frame *f, struct wire_packet *p)
{
    const struct seg_ext *ext = world_at(w, f->seg.ext);
    const struct sc_address *a = net_scenario(w)->address;
    const uint8_t *bytes = world_at(w, ext->raw);
    struct segment *s = &p->seg;

    if (!wire_get_tcp(bytes, ext->raw_n, p, NULL)) {
        net_drop(w, net, way, f, DROP_MALFORMED, 0, world_now(w));
        return false;
    }
    if (wire_tcp_checksum(&a[f->src].ip, &a[f->dst].ip, bytes, ext->raw_n) != 0) {
        net_drop(w, net, way, f, DROP_BAD_CHECKSUM, 0, world_now(w));
        return false;
    }
    s->stream = f->seg.stream; /* its text was put there when it was sent */
    s->off = f->seg.off;
    s->ext = 0;
    f->seg = *s;
    return true;
}

/* What needs a look at real bytes. */
static COLD void input_odd(struct world *w, struct net *net, struct host_call *c, uint32_t host,
                           const struct frame *f, uint32_t way)
{
    const struct seg_ext *ext = f->seg.ext ? world_at(w, f->seg.ext) : NULL;
    struct frame copy = *f;
    struct wire_packet p;

    if (net_corrupted(w, net, f)) {
        net_drop(w, net, way, f, DROP_BAD_CHECKSUM, 0, world_now(w));
        return;
    }
    if (f->proto == PROTO_ICMP) {
        if (!host_state(w, &c->s->hosts, host)->raw)
            input_icmp(w, c, f);
        return;
    }
    if (f->seg.opts & SEG_RAW) {
        if (!decode(w, net, way, &copy, &p))
            return;
        ext = &p.ext;
    }
    c->s->hosts.segments_delivered++;
    if (host_state(w, &c->s->hosts, host)->raw)
        raw_input(w, &c->s->apps, host, &copy);
    else
        input_segment(w, c, host, &copy, ext);
}

void net_up_input(struct world *w, struct net *net, uint32_t host, const struct frame *f, uint32_t way)
{
    struct host_call c;

    host_call_init(&c, w, host);
    c.input = true;
    if (f->corrupt_bit || f->proto != PROTO_TCP || (f->seg.opts & SEG_RAW)) {
        input_odd(w, net, &c, host, f, way);
        return;
    }
    c.s->hosts.segments_delivered++;
    if (host_state(w, &c.s->hosts, host)->raw)
        raw_input(w, &c.s->apps, host, f);
    else
        input_segment(w, &c, host, f, f->seg.ext ? world_at(w, f->seg.ext) : NULL);
}

/* --- replies --- */

static inline void settle_conn(struct world *w, struct conn *n)
{
    struct host_call c;

    host_call_init(&c, w, n->host);
    tcp_settle(&c.x, tcb_of(w, n));
    host_after(w, &c, n);
}

static void settle_event(struct world *w, uint32_t id)
{
    struct conn *n = conn_by_id(w, sim_hosts(w), id);

    if (n)
        settle_conn(w, n);
}

void hosts_settle(struct world *w)
{
    struct hosts *h = sim_hosts(w);

    h->settling = 1;
    for (uint32_t i = 0; i < h->owed_n; i++) { /* it may grow meanwhile */
        uint32_t id = ((const uint32_t *)world_at(w, h->owed))[i];
        struct conn *n = conn_by_id(w, h, id);
        vtime delay;

        if (!n)
            continue;
        delay = net_scenario(w)->host[n->host].processing_delay;
        if (delay > 0)
            world_push(w, world_now(w) + delay, HOST_EV_SETTLE, n->host, id);
        else
            settle_conn(w, n);
    }
    h->owed_n = 0;
    h->settling = 0;
}

static void wake(struct world *w, const struct event *e)
{
    struct conn *n = conn_by_id(w, sim_hosts(w), event_a(e));
    struct host_call c;

    if (!n)
        return;
    host_call_init(&c, w, n->host);
    tcp_wake(&c.x, tcb_of(w, n), e);
    host_after(w, &c, n);
}

void hosts_event(struct world *w, const struct event *e)
{
    switch (event_kind(e)) { /* a number from the queue */
    case HOST_EV_WAKE: wake(w, e); break;
    case HOST_EV_SETTLE: settle_event(w, e->b); break;
    case HOST_EV_EMIT: host_emit_event(w, e); break;
    default: CHECK(0 && "an event of the hosts"); break;
    }
}

/* --- laws --- */

void hosts_check_all(struct world *w)
{
    const struct hosts *h = sim_hosts(w);

    for (uint32_t id = 1; id <= h->ids; id++) {
        const struct conn *n = conn_by_id(w, h, id);
        struct host_call c;

        if (!n)
            continue;
        host_call_init(&c, w, n->host);
        look(w, &c, n);
    }
}

COLD void host_broken(struct world *w, uint32_t host, uint32_t conn, const char *name, const char *detail)
{
    uint64_t id = rec_next(w);
    struct rec_invariant r;

    world_stop(w, RUN_INVARIANT);
    if (!rec_wanted(w, REC_INVARIANT))
        return;
    memset(&r, 0, sizeof r);
    r.name = name;
    r.detail = detail;
    rec_put(w, &r.head, id, REC_INVARIANT, conn, host + 1);
}

/* --- what happens to hosts --- */

static void host_rec(struct world *w, uint32_t host, unsigned event)
{
    uint64_t id = rec_next(w);

    if (rec_wanted(w, REC_HOSTEV)) {
        struct rec_host_event r;

        memset(&r, 0, sizeof r);
        r.event = (uint16_t)event;
        rec_put(w, &r.head, id, REC_HOSTEV, 0, host + 1);
    }
    w->core->cause = id;
}

static void crash(struct world *w, uint32_t host)
{
    struct hosts *h = sim_hosts(w);

    for (uint32_t id = 1; id <= h->ids; id++) {
        struct conn *c = conn_by_id(w, h, id);

        if (!c || c->host != host || c->kind == CONN_RAW)
            continue;
        tcp_crash(w, tcb_of(w, c));
        conn_free(w, h, c);
    }
    host_state(w, h, host)->boot++;
    apps_crash(w, sim_apps(w), host);
}

void host_event(struct world *w, uint32_t host, enum sc_event_kind what)
{
    struct node *n = net_node(w, sim_net(w), host);

    CHECK(host < host_count(w));
    switch (what) {
    case EVENT_CRASH:
        if (n->flags & NODE_DOWN)
            return;
        n->flags |= NODE_DOWN;
        host_rec(w, host, HOST_EVENT_CRASH);
        crash(w, host);
        break;
    case EVENT_REBOOT:
        if (!(n->flags & NODE_DOWN))
            return;
        n->flags &= (uint8_t)~NODE_DOWN;
        host_rec(w, host, HOST_EVENT_REBOOT);
        apps_reboot(w, sim_apps(w), host);
        break;
    case EVENT_CUT:
        n->flags |= NODE_CUT;
        host_rec(w, host, HOST_EVENT_CUT);
        break;
    case EVENT_JOIN:
        n->flags &= (uint8_t)~NODE_CUT;
        host_rec(w, host, HOST_EVENT_JOIN);
        break;
    case EVENT_LINK:
    case EVENT_LINK_DOWN:
    case EVENT_LINK_UP:
    case EVENT_ICMP: CHECK(0 && "an event of a host"); break;
    }
}

void host_icmp(struct world *w, uint32_t from, uint32_t to, const struct icmp_error *e, int32_t seq_offset)
{
    const struct hosts *h = sim_hosts(w);
    const struct conn *c = NULL;
    struct tcp_endpoints ends;
    struct frame about;

    for (uint32_t id = h->ids; id > 0; id--) {
        c = conn_by_id(w, h, id);
        if (c && c->host == to && c->kind == CONN_TCP)
            break;
        c = NULL;
    }
    if (!c)
        return;
    tcp_endpoints(tcb_of(w, c), &ends);
    memset(&about, 0, sizeof about);
    about.proto = PROTO_TCP;
    about.src = ends.local;
    about.dst = ends.remote;
    about.seg.sport = ends.local_port;
    about.seg.dport = ends.remote_port;
    about.seg.seq = seq_add(tcp_snd_una(tcb_of(w, c)), (uint32_t)seq_offset);
    net_icmp(w, sim_net(w), from, &about, e);
}
