/* link.c: a way's queue, its line and its order: the path that every frame takes, kept short. */
#include "models/net/net.h"

#define RING_FIRST 4u
#define IPV4_ICMP_BYTES 56u /* IP, ICMP, quoted IP, eight quoted octets */
#define IPV6_ICMP_BYTES 96u
#define TS_OPTION_BYTES 12u

void net_put(struct world *w, struct rec_head *h, uint64_t id, enum rec_kind kind, uint64_t cause,
             uint32_t host_plus_1)
{
    h->id = id;
    h->at = w->core->now;
    h->cause = cause;
    h->conn = 0;
    h->kind = (uint16_t)kind;
    h->host = (uint16_t)host_plus_1;
    trace_put(&w->trace, h);
}

uint32_t net_frame_size(const struct world *w, const struct net *net, const struct frame *f)
{
    bool v6 = net_addr(w, net, f->src)->flags & ADDR_V6;
    const struct seg_ext *ext = f->seg.ext ? world_at(w, f->seg.ext) : NULL;

    if (f->proto == PROTO_ICMP)
        return v6 ? IPV6_ICMP_BYTES : IPV4_ICMP_BYTES;
    if (f->seg.opts == 0)
        return wire_size(&f->seg, 0, v6);
    if (f->seg.opts == SEG_TS)
        return wire_size(&f->seg, TS_OPTION_BYTES, v6);
    if (f->seg.opts & SEG_RAW)
        return (v6 ? 40u : 20u) + (ext ? ext->raw_n : 0);
    return wire_size(&f->seg, wire_options_length(&f->seg, ext), v6);
}

static inline struct packet *entry(const struct world *w, const struct way *y, uint32_t i)
{
    return (struct packet *)world_at(w, y->ring) + ((y->head + i) & (y->cap - 1));
}

static COLD void ring_grow(struct world *w, struct way *y)
{
    uint32_t cap = y->cap ? 2 * y->cap : RING_FIRST, n = y->flight + y->wait;
    ref ring = arena_alloc(&w->mem, cap * sizeof(struct packet));
    struct packet *to = world_at(w, ring);

    for (uint32_t i = 0; i < n; i++)
        to[i] = *entry(w, y, i);
    arena_free(&w->mem, y->ring, y->cap * sizeof(struct packet));
    y->ring = ring;
    y->cap = cap;
    y->head = 0;
}

static inline vtime transmission_time(struct way *y, uint32_t size)
{
    if (size != y->tx_size) {
        y->tx_size = size;
        y->tx_time = y->rate_bps ? (vtime)muldiv_u64((uint64_t)size * 8, NS_PER_S, y->rate_bps) : 0;
    }
    return y->tx_time;
}

/* The first frame in flight has its arrival in the world's queue; entries that left the order are dropped on
 * the way. */
static inline void arm(struct world *w, struct way *y, uint32_t way)
{
    struct packet *p;

    for (;;) {
        if (y->flight == 0) {
            y->armed = 0;
            return;
        }
        p = entry(w, y, 0);
        if (p->size)
            break;
        y->head = (y->head + 1) & (y->cap - 1);
        y->flight--;
    }
    if (y->armed == p->seq)
        return;
    y->armed = p->seq;
    world_push_seq(w, p->arrive, p->seq, NET_EV_ARRIVE, way, (uint32_t)p->seq);
}

static COLD void transmit_rec(struct world *w, const struct way *y, const struct packet *p, uint64_t id,
                              vtime arrives)
{
    struct rec_transmit r = {
        .pkt = p->f.id, .link = y->link, .dir = y->dir, .until = y->busy_until, .arrives = arrives};

    net_put(w, &r.head, id, REC_TRANSMIT, p->f.id, y->from + 1u);
}

/* The line is free: the first entry behind those in flight begins. */
static inline void start(struct world *w, struct net *net, struct way *y, uint32_t way)
{
    struct packet *p = entry(w, y, y->flight++);
    uint64_t id = rec_next(w);
    vtime arrives;

    y->busy_until = world_now(w) + transmission_time(y, p->size);
    y->line_bytes = p->size;
    arrives = y->busy_until + y->delay;
    if (rec_wanted(w, REC_TRANSMIT))
        transmit_rec(w, y, p, id, arrives);
    if (p->fate)
        arrives +=
            ((const struct fate *)world_at(w, p->fate))->jitter; /* of its own, never on top of another's */
    p->arrive = max_i64(arrives, y->last_arrive);
    if (p->fate)
        net_befall(w, net, way, p, y->busy_until);
    if (p->size)
        y->last_arrive = p->arrive;
    if (!y->armed)
        arm(w, y, way);
}

static void transmit_event(struct world *w, struct net *net, const struct event *e)
{
    struct way *y = net_ways(w, net) + event_a(e);

    if (e->b != y->stamp)
        return;
    while (y->wait && !entry(w, y, y->flight)->size) {
        y->wait--;
        y->flight++;
    }
    if (y->wait) {
        y->wait--;
        y->wait_bytes -= entry(w, y, y->flight)->size;
        start(w, net, y, event_a(e));
    } else {
        arm(w, y, event_a(e));
    }
    if (y->wait)
        world_push(w, y->busy_until, NET_EV_TRANSMIT, event_a(e), y->stamp);
}

static COLD void enqueue_rec(struct world *w, const struct way *y, const struct packet *p, uint64_t id,
                             uint32_t queued)
{
    struct rec_enqueue r = {.pkt = p->f.id, .link = y->link, .dir = y->dir, .queued_bytes = queued};

    net_put(w, &r.head, id, REC_ENQUEUE, w->core->cause ? w->core->cause : p->f.id, y->from + 1u);
}

/* The queue is longer than the limit from which it marks instead of waiting for it to overflow. */
static bool too_long(const struct way *y, uint32_t packets, uint32_t bytes)
{
    return (y->mark_packets && packets >= y->mark_packets) || (y->mark_bytes && bytes > y->mark_bytes);
}

static COLD void mark(struct world *w, struct packet *p)
{
    if (!net_mark(&p->f))
        return;
    if (!p->fate)
        p->fate = arena_alloc(&w->mem, sizeof(struct fate));
    ((struct fate *)world_at(w, p->fate))->marked = 1;
}

static HOT_INLINE void enter(struct world *w, struct net *net, uint32_t way, const struct frame *f,
                             uint32_t size, ref fate)
{
    struct way *y = net_ways(w, net) + way;
    bool line = world_now(w) < y->busy_until, busy = line || y->wait;
    uint32_t queued = size + y->wait_bytes + (line ? y->line_bytes : 0);
    struct packet *p;
    uint64_t id;

    y->entered++;
    if ((y->queue_bytes && queued > y->queue_bytes) ||
        (y->queue_packets && y->wait + line >= y->queue_packets)) {
        net_drop(w, net, way, f, DROP_QUEUE_FULL, 0, y->busy_until + y->delay);
        arena_free(&w->mem, fate, sizeof(struct fate));
        net_frame_free(w, f);
        return;
    }
    if (y->flight + y->wait == y->cap)
        ring_grow(w, y);
    p = entry(w, y, y->flight + y->wait);
    p->f = *f;
    p->arrive = 0;
    p->seq = world_seq(w);
    p->fate = fate;
    p->size = size;
    if ((y->mark_packets || y->mark_bytes) && too_long(y, y->wait + line, queued))
        mark(w, p);
    id = rec_next(w);
    if (rec_wanted(w, REC_ENQUEUE))
        enqueue_rec(w, y, p, id, queued);
    if (!busy) {
        start(w, net, y, way);
        return;
    }
    y->wait_bytes += size;
    if (y->wait++ == 0)
        world_push(w, y->busy_until, NET_EV_TRANSMIT, way, y->stamp);
}

static COLD void enter_odd(struct world *w, struct net *net, uint32_t way, const struct frame *f,
                           uint32_t size, ref fate)
{
    struct way *y = net_ways(w, net) + way;
    struct frame copy = *f;

    fate = net_draw(w, net, y, &copy, fate);
    if (y->down) {
        y->entered++;
        net_drop(w, net, way, f, DROP_LINK_DOWN, 0, world_now(w) + y->delay);
        arena_free(&w->mem, fate, sizeof(struct fate));
        net_frame_free(w, f);
        return;
    }
    enter(w, net, way, &copy, size, fate);
}

void net_enter(struct world *w, struct net *net, uint32_t way, const struct frame *f, ref fate)
{
    const struct way *y = net_ways(w, net) + way;
    uint32_t size = net_frame_size(w, net, f);

    if (y->mtu && size > y->mtu) {
        struct icmp_error e = {.type = 3, .code = 4, .mtu = (uint16_t)min_u32(y->mtu, UINT16_MAX)};

        net_drop(w, net, way, f, DROP_TOO_BIG, 0, world_now(w) + y->delay);
        w->core->cause = w->core->last_record;
        net_icmp(w, net, y->from, f, &e);
        arena_free(&w->mem, fate, sizeof(struct fate));
        net_frame_free(w, f);
    } else if (y->odd || fate) {
        enter_odd(w, net, way, f, size, fate);
    } else {
        enter(w, net, way, f, size, 0);
    }
}

static void arrive_event(struct world *w, struct net *net, const struct event *e)
{
    uint32_t way = event_a(e);
    struct way *y = net_ways(w, net) + way;
    struct frame f;

    if ((uint32_t)y->armed != e->b || y->flight == 0)
        return; /* it was taken off the line meanwhile */
    f = entry(w, y, 0)->f;
    y->head = (y->head + 1) & (y->cap - 1);
    y->flight--;
    arm(w, y, way);
    net_arrive(w, net, way, y->to, &f);
}

void net_event(struct world *w, struct net *net, const struct event *e)
{
    switch (event_kind(e)) { /* a number from the queue */
    case NET_EV_ARRIVE: arrive_event(w, net, e); break;
    case NET_EV_TRANSMIT: transmit_event(w, net, e); break;
    case NET_EV_STRAY: net_stray_event(w, net, e); break;
    default: CHECK(0 && "an event of the network"); break;
    }
}

/* --- a link changes --- */

static void link_rec(struct world *w, const struct way *y, unsigned event, uint64_t value)
{
    struct rec_link_event r = {.link = y->link, .dir = y->dir, .event = (uint16_t)event, .value = value};
    uint64_t id = rec_next(w);

    if (rec_wanted(w, REC_LINKEV))
        net_put(w, &r.head, id, REC_LINKEV, w->core->cause, 0);
}

static void changed(struct world *w, const struct way *y, unsigned event, uint64_t from, uint64_t to)
{
    if (from != to)
        link_rec(w, y, event, to);
}

void net_way_path(struct way *y, const struct sc_path *path)
{
    y->path = *path;
    y->rate_bps = path->rate_bps;
    y->delay = path->delay;
    y->queue_packets = path->queue_packets;
    y->queue_bytes = path->queue_bytes;
    y->mark_packets = path->mark_packets;
    y->mark_bytes = path->mark_bytes;
    y->tx_size = 0;
    y->tx_time = 0;
    y->odd = y->down || path->loss_ppm || path->duplicate_ppm || path->corrupt_ppm || path->reorder_ppm ||
             path->jitter;
}

void net_link_path(struct world *w, struct net *net, uint32_t link, unsigned dir, const struct sc_path *path)
{
    struct way *y = net_ways(w, net) + 2 * link + dir;
    const struct sc_path old = y->path;

    net_way_path(y, path);
    changed(w, y, LINK_EVENT_RATE, old.rate_bps, path->rate_bps);
    changed(w, y, LINK_EVENT_DELAY, (uint64_t)old.delay, (uint64_t)path->delay);
    changed(w, y, LINK_EVENT_JITTER, (uint64_t)old.jitter, (uint64_t)path->jitter);
    changed(w, y, LINK_EVENT_LOSS, old.loss_ppm, path->loss_ppm);
    changed(w, y, LINK_EVENT_DUPLICATE, old.duplicate_ppm, path->duplicate_ppm);
    changed(w, y, LINK_EVENT_CORRUPT, old.corrupt_ppm, path->corrupt_ppm);
    changed(w, y, LINK_EVENT_REORDER, old.reorder_ppm, path->reorder_ppm);
    changed(w, y, LINK_EVENT_QUEUE, old.queue_packets, path->queue_packets);
    changed(w, y, LINK_EVENT_QUEUE, old.queue_bytes, path->queue_bytes);
    changed(w, y, LINK_EVENT_MARK, old.mark_packets, path->mark_packets);
    changed(w, y, LINK_EVENT_MARK, old.mark_bytes, path->mark_bytes);
}

static void lose(struct world *w, struct net *net, uint32_t way, struct packet *p, vtime would)
{
    if (!p->size)
        return;
    net_drop(w, net, way, &p->f, DROP_LINK_DOWN, 0, would);
    net_frame_free(w, &p->f);
    arena_free(&w->mem, p->fate, sizeof(struct fate));
    p->fate = 0;
    p->size = 0;
}

void net_link_down(struct world *w, struct net *net, uint32_t link, unsigned dir, bool down)
{
    uint32_t way = 2 * link + dir;
    struct way *y = net_ways(w, net) + way;
    const struct sc_path path = y->path;

    if (y->down == down)
        return;
    y->down = down;
    net_way_path(y, &path);
    link_rec(w, y, down ? LINK_EVENT_DOWN : LINK_EVENT_UP, 0);
    w->core->cause = w->core->last_record;
    if (!down)
        return;
    for (uint32_t i = 0; i < y->flight; i++)
        lose(w, net, way, entry(w, y, i), entry(w, y, i)->arrive);
    for (uint32_t i = y->flight; i < y->flight + y->wait; i++)
        lose(w, net, way, entry(w, y, i), world_now(w) + y->delay);
    for (ref r = y->strays; r;) {
        struct stray *s = world_at(w, r);

        if (s->what == STRAY_ARRIVES) {
            lose(w, net, way, &s->p, s->p.arrive);
            s->what = STRAY_VOID;
        }
        r = s->next;
    }
    y->flight = y->wait = y->wait_bytes = y->head = 0;
    y->busy_until = world_now(w);
    y->stamp++;
    arm(w, y, way);
}

/* --- a packet in flight is meddled with --- */

static void meddle(struct world *w, struct net *net, uint32_t way, struct packet *p,
                   const struct sc_fault *fault, bool waits)
{
    struct fate *t;

    if (!p->fate)
        p->fate = arena_alloc(&w->mem, sizeof(struct fate));
    t = world_at(w, p->fate);
    switch (fault->kind) {
    case FAULT_DROP: t->drop = DROP_FAULT; break;
    case FAULT_DELAY: t->extra += fault->amount; break;
    case FAULT_DUPLICATE:
        t->copies += max_u32(fault->copies, 1);
        t->copy_later = fault->amount;
        break;
    case FAULT_CORRUPT:
        net_corrupt(w, net, net_ways(w, net) + way, &p->f, fault->bit);
        t->corrupted = 1;
        break;
    case FAULT_MARK: t->marked |= net_mark(&p->f); break;
    }
    if (!waits)
        net_befall(w, net, way, p, world_now(w));
}

bool net_packet_fate(struct world *w, struct net *net, uint64_t pkt, const struct sc_fault *fault)
{
    bool found = false;

    for (uint32_t way = 0; way < net->n_ways; way++) {
        struct way *y = net_ways(w, net) + way;
        ref next;

        for (ref r = y->strays; r; r = next) { /* those there are now: the list may grow at its head */
            struct stray *s = world_at(w, r);

            next = s->next;
            if (s->what != STRAY_ARRIVES || s->p.f.id != pkt)
                continue;
            found = true;
            meddle(w, net, way, &s->p, fault, false);
            if (!s->p.size)
                s->what = STRAY_VOID;
        }
        for (uint32_t i = 0; i < y->flight + y->wait; i++) {
            struct packet *p = entry(w, y, i);

            if (!p->size || p->f.id != pkt)
                continue;
            found = true;
            if (i >= y->flight && fault->kind == FAULT_DROP) { /* it will not be sent: lost where it stands */
                y->wait_bytes -= p->size;
                p->arrive = world_now(w) + y->delay;
            }
            meddle(w, net, way, p, fault, i >= y->flight && fault->kind != FAULT_DROP);
        }
        arm(w, y, way);
    }
    return found;
}

bool net_packet_release(struct world *w, struct net *net, uint64_t pkt)
{
    bool found = false;

    for (uint32_t way = 0; way < net->n_ways; way++) {
        ref next;

        for (ref r = net_ways(w, net)[way].strays; r; r = next) {
            struct stray *s = world_at(w, r);
            struct sc_fault now = {.kind = FAULT_DELAY};

            next = s->next;
            if (s->what != STRAY_ARRIVES || s->p.f.id != pkt || s->p.arrive <= world_now(w))
                continue;
            found = true;
            now.amount = world_now(w) - s->p.arrive;
            meddle(w, net, way, &s->p, &now, false);
            s->what = STRAY_VOID;
        }
    }
    return found;
}
