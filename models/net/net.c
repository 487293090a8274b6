/* net.c: the network as a whole: made, sent into, passed through (routers), left. */
#include "models/net/net.h"

#include <string.h>

#define IPV4_HEADER_BITS 160u
#define ICMP_TTL 64

enum { ICMP_UNREACHABLE = 3, ICMP_TIME_EXCEEDED = 11 };

static void new_ways(struct world *w, struct net *net)
{
    static const char *const purpose[ASK_COUNT] = {
        [ASK_LOSS] = "loss", [ASK_DUPLICATE] = "duplicate", [ASK_CORRUPT] = "corrupt",
        [ASK_BIT] = "bit",   [ASK_REORDER] = "reorder",     [ASK_JITTER] = "jitter",
    };
    const struct scenario *s = net_scenario(w);

    for (uint32_t i = 0; i < net->n_ways; i++) {
        const struct sc_link *l = &s->link[i / 2];
        struct way *y = net_ways(w, net) + i;

        y->dir = i % 2;
        y->link = (uint16_t)(i / 2);
        y->from = l->host[i % 2];
        y->to = l->host[1 - i % 2];
        y->mtu = l->mtu;
        net_way_path(y, &l->path[i % 2]);
        for (unsigned k = 0; k < ASK_COUNT; k++)
            y->label[k] = choose_label("link", i, purpose[k]);
    }
}

static void new_addresses(struct world *w, struct net *net)
{
    const struct scenario *s = net_scenario(w);

    for (uint32_t i = 1; i < s->n_addresses; i++) {
        const struct sc_address *from = &s->address[i];
        struct net_addr *a = (struct net_addr *)world_at(w, net->addr) + i;
        bool group = ip_is_multicast(&from->ip) || ip_is_broadcast(&from->ip);

        a->host = from->host;
        a->flags = (uint16_t)((group ? ADDR_GROUP : 0) | (from->ip.family == 6 ? ADDR_V6 : 0) |
                              (group || ip_is_unspecified(&from->ip) ? ADDR_BAD_SOURCE : 0));
    }
}

bool net_init(struct world *w, struct net *net, ref streams)
{
    const struct scenario *s = net_scenario(w);

    net->streams = streams;
    net->n_ways = 2 * s->n_links;
    net->n_hosts = s->n_hosts;
    net->n_addresses = s->n_addresses;
    net->rules = s->n_faults + s->n_symbols;
    net->way = arena_alloc(&w->mem, (net->n_ways + 1) * sizeof(struct way));
    net->node = arena_alloc(&w->mem, (net->n_hosts + 1) * sizeof(struct node));
    net->addr = arena_alloc(&w->mem, (net->n_addresses + 1) * sizeof(struct net_addr));
    net->count = arena_alloc(&w->mem, (net->rules + 1) * sizeof(uint32_t));
    new_addresses(w, net);
    new_ways(w, net);
    return net_routes(w, net);
}

/* To the sender itself. */
static COLD void send_home(struct world *w, struct net *net, const struct frame *f, ref fate)
{
    struct packet p;

    memset(&p, 0, sizeof p);
    p.f = *f;
    p.arrive = world_now(w);
    p.seq = world_seq(w);
    p.size = net_frame_size(w, net, f);
    p.fate = fate;
    if (fate)
        net_befall(w, net, NET_NO_WAY, &p, world_now(w));
    if (p.size)
        net_stray(w, net, NET_NO_WAY, &p, p.arrive, p.seq);
}

static COLD ref lost_at_the_cut(struct world *w, ref fate)
{
    struct fate *t;

    if (!fate)
        fate = arena_alloc(&w->mem, sizeof(struct fate));
    t = world_at(w, fate);
    t->drop = DROP_LINK_DOWN;
    t->drop_fault = 0;
    return fate;
}

static inline void send_out(struct world *w, struct net *net, uint32_t host, const struct frame *f, ref fate)
{
    uint32_t way;

    if (net_addr(w, net, f->dst)->host == host) {
        send_home(w, net, f, fate);
        return;
    }
    way = net_route(w, net, host, f->dst);
    if (way == NET_NO_WAY) {
        net_drop(w, net, way, f, DROP_NO_ROUTE, 0, world_now(w));
        net_frame_free(w, f);
        arena_free(&w->mem, fate, sizeof(struct fate));
        return;
    }
    if (net_node(w, net, host)->flags & NODE_CUT)
        fate = lost_at_the_cut(w, fate);
    net_enter(w, net, way, f, fate);
}

void net_send(struct world *w, struct net *net, uint32_t host, const struct frame *f, uint32_t conn,
              bool retransmission)
{
    if (net->rules) {
        struct frame copy = *f;
        ref fate = net_rules(w, net, host, &copy, conn, retransmission);

        send_out(w, net, host, &copy, fate);
    } else {
        send_out(w, net, host, f, 0);
    }
}

static void icmp_rec(struct world *w, struct net *net, uint32_t host, const struct frame *f, uint64_t id)
{
    const struct sc_address *a = net_scenario(w)->address;
    uint16_t to = net_addr(w, net, f->dst)->host;
    struct rec_icmp r;

    memset(&r, 0, sizeof r);
    r.to = to == SC_ANY ? 0 : (uint16_t)(to + 1);
    r.src = a[f->src].text;
    r.dst = a[f->dst].text;
    r.type = f->icmp.type;
    r.code = f->icmp.code;
    r.mtu = f->icmp.mtu;
    r.sport = f->seg.sport;
    r.dport = f->seg.dport;
    r.seq = f->seg.seq;
    net_put(w, &r.head, id, REC_ICMP, w->core->cause, host + 1);
}

void net_icmp(struct world *w, struct net *net, uint32_t host, const struct frame *about,
              const struct icmp_error *e)
{
    const struct sc_host *h = &net_scenario(w)->host[host];
    uint16_t from = net_addr(w, net, about->src)->flags & ADDR_V6 ? h->address6 : h->address4;
    struct frame f;

    if (about->proto != PROTO_TCP || !from || (net_addr(w, net, about->src)->flags & ADDR_BAD_SOURCE) ||
        (net_addr(w, net, about->dst)->flags & ADDR_GROUP))
        return;
    memset(&f, 0, sizeof f);
    f.src = from;
    f.dst = about->src;
    f.proto = PROTO_ICMP;
    f.ttl = ICMP_TTL;
    f.icmp = *e;
    f.seg.sport = about->seg.sport;
    f.seg.dport = about->seg.dport;
    f.seg.seq = about->seg.seq;
    f.seg.up = about->dst;
    f.id = rec_next(w);
    if (rec_wanted(w, REC_ICMP))
        icmp_rec(w, net, host, &f, f.id);
    w->core->cause = f.id;
    send_out(w, net, host, &f, 0);
}

/* The frame ends here, at a router that has to say so (RFC 1812 sec 4.3.3, 5.2.7, 5.3.1). */
static void refuse(struct world *w, struct net *net, uint32_t way, uint32_t host, const struct frame *f,
                   unsigned why, uint8_t type, uint8_t code)
{
    struct icmp_error e = {.type = type, .code = code};

    net_drop(w, net, way, f, why, 0, world_now(w));
    w->core->cause = w->core->last_record;
    net_icmp(w, net, host, f, &e);
    net_frame_free(w, f);
}

static void forward(struct world *w, struct net *net, uint32_t way, uint32_t host, const struct frame *f)
{
    bool v6 = net_addr(w, net, f->src)->flags & ADDR_V6;
    struct frame copy = *f;
    uint32_t next;

    if (f->corrupt_bit && !v6 && f->corrupt_bit <= IPV4_HEADER_BITS && net_corrupted(w, net, f)) {
        net_drop(w, net, way, f, DROP_BAD_CHECKSUM, 0, world_now(w));
        net_frame_free(w, f);
        return;
    }
    if (f->ttl <= 1) {
        refuse(w, net, way, host, f, DROP_TTL, ICMP_TIME_EXCEEDED, 0);
        return;
    }
    next = net_route(w, net, host, f->dst);
    if (next == NET_NO_WAY) {
        refuse(w, net, way, host, f, DROP_NO_ROUTE, ICMP_UNREACHABLE,
               net_addr(w, net, f->dst)->host == SC_ANY ? 1 : 0);
        return;
    }
    copy.ttl--;
    net_enter(w, net, next, &copy, 0);
}

static COLD void arrive_rec(struct world *w, const struct net *net, uint32_t way, uint32_t host,
                            const struct frame *f, uint64_t id)
{
    const struct way *y = way == NET_NO_WAY ? NULL : net_ways(w, net) + way;
    struct rec_arrive r;

    memset(&r, 0, sizeof r);
    r.pkt = f->id;
    r.link = y ? y->link : NET_LOOP;
    r.dir = y ? y->dir : 0;
    r.copy = f->flags & FRAME_COPY;
    r.corrupt = f->corrupt_bit != 0;
    net_put(w, &r.head, id, REC_ARRIVE, f->id, host + 1);
}

void net_arrive(struct world *w, struct net *net, uint32_t way, uint32_t host, const struct frame *f)
{
    const struct net_addr *dst = net_addr(w, net, f->dst);
    const struct node *n = net_node(w, net, host);
    uint64_t id;

    if (n->flags & (NODE_DOWN | NODE_CUT)) {
        net_drop(w, net, way, f, n->flags & NODE_DOWN ? DROP_HOST_DOWN : DROP_LINK_DOWN, 0, world_now(w));
        net_frame_free(w, f);
        return;
    }
    id = rec_next(w);
    if (rec_wanted(w, REC_ARRIVE))
        arrive_rec(w, net, way, host, f, id);
    w->core->cause = id;
    if (dst->host == host || (dst->flags & ADDR_GROUP)) {
        net_up_input(w, net, host, f, way);
        if (f->seg.ext)
            net_frame_free(w, f);
    } else if (n->flags & NODE_ROUTER) {
        forward(w, net, way, host, f);
    } else {
        net_drop(w, net, way, f, DROP_BAD_ADDRESS, 0, world_now(w));
        net_frame_free(w, f);
    }
}
