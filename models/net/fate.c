/* fate.c: what befalls a frame: chance, scripted faults, and how either is carried out. */
#include "models/net/net.h"
#include "models/wire/stream.h"

#include <string.h>

#define IPV4_HEADER_BYTES 20u
#define IPV6_HEADER_BYTES 40u

/* One draw for this frame; every purpose has the frame's number on this way as its ordinal, whether it is
 * drawn or not. */
static uint64_t draw(struct world *w, const struct way *y, enum way_asker purpose, uint64_t bound)
{
    struct asker a = {.label = y->label[purpose], .ordinal = y->entered};

    return choose(w, &a, bound);
}

static bool draw_ppm(struct world *w, const struct way *y, enum way_asker purpose, uint32_t ppm)
{
    struct asker a = {.label = y->label[purpose], .ordinal = y->entered};

    return choose_ppm(w, &a, ppm);
}

static struct fate *want(struct world *w, ref *fate)
{
    if (!*fate)
        *fate = arena_alloc(&w->mem, sizeof(struct fate));
    return world_at(w, *fate);
}

static uint32_t ip_header(const struct world *w, const struct net *net, const struct frame *f)
{
    return net_addr(w, net, f->src)->flags & ADDR_V6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;
}

void net_corrupt(struct world *w, const struct net *net, const struct way *y, struct frame *f, uint32_t bit)
{
    uint32_t first = ip_header(w, net, f) * 8, bits = net_frame_size(w, net, f) * 8;

    if (bits <= first)
        return;
    if (bit != UINT32_MAX)
        bit %= bits - first;
    else if (y)
        bit = (uint32_t)draw(w, y, ASK_BIT, bits - first);
    else
        bit = 0;
    f->corrupt_bit = 1 + first + bit;
}

bool net_mark(struct frame *f)
{
    unsigned ecn = f->tos & ECN_MASK;

    if (ecn == ECN_NOT_ECT || ecn == ECN_CE)
        return false;
    f->tos |= ECN_CE;
    return true;
}

/* Chance alone may also hit the IP header, as far as a checksum covers it. */
static void corrupt_by_chance(struct world *w, const struct net *net, const struct way *y, struct frame *f)
{
    uint32_t first = wire_first_covered_bit(net_addr(w, net, f->src)->flags & ADDR_V6);
    uint32_t bits = net_frame_size(w, net, f) * 8;

    f->corrupt_bit = 1 + first + (uint32_t)draw(w, y, ASK_BIT, bits - first);
}

ref net_draw(struct world *w, const struct net *net, const struct way *y, struct frame *f, ref fate)
{
    const struct sc_path *p = &y->path;

    if (draw_ppm(w, y, ASK_LOSS, p->loss_ppm) && !(fate && want(w, &fate)->drop))
        want(w, &fate)->drop = DROP_LOSS;
    if (draw_ppm(w, y, ASK_DUPLICATE, p->duplicate_ppm))
        want(w, &fate)->copies++;
    if (draw_ppm(w, y, ASK_CORRUPT, p->corrupt_ppm) && !f->corrupt_bit) {
        corrupt_by_chance(w, net, y, f);
        want(w, &fate)->corrupted = 1;
    }
    if (draw_ppm(w, y, ASK_REORDER, p->reorder_ppm)) {
        struct fate *t = want(w, &fate);

        t->reordered = 1;
        t->extra += p->reorder_delay ? p->reorder_delay : y->delay;
    }
    if (p->jitter) {
        vtime jitter = (vtime)draw(w, y, ASK_JITTER, (uint64_t)p->jitter + 1);

        if (jitter)
            want(w, &fate)->jitter = jitter;
    }
    return fate;
}

static const char *fault_name(const struct world *w, uint32_t fault)
{
    return fault ? net_scenario(w)->fault[fault - 1].name : NULL;
}

static void way_names(const struct world *w, const struct net *net, uint32_t way, uint16_t *link,
                      uint8_t *dir)
{
    const struct way *y = way == NET_NO_WAY ? NULL : net_ways(w, net) + way;

    *link = y ? y->link : NET_LOOP;
    *dir = y ? y->dir : 0;
}

static void fault_rec(struct world *w, struct net *net, uint32_t way, const struct packet *p, unsigned fate,
                      uint32_t fault)
{
    uint64_t id = rec_next(w);
    struct rec_fault r;

    if (!rec_wanted(w, REC_FAULT))
        return;
    memset(&r, 0, sizeof r);
    r.pkt = p->f.id;
    way_names(w, net, way, &r.link, &r.dir);
    r.fate = (uint16_t)fate;
    r.fault = fault_name(w, fault);
    r.arrives = p->arrive;
    r.bit = fate == FATE_CORRUPT ? p->f.corrupt_bit : 0;
    net_put(w, &r.head, id, REC_FAULT, p->f.id, 0);
}

void net_drop(struct world *w, struct net *net, uint32_t way, const struct frame *f, unsigned why,
              uint32_t fault, vtime would_arrive)
{
    uint64_t id = rec_next(w);
    struct rec_drop r;

    net->dropped++;
    if (!rec_wanted(w, REC_DROP))
        return;
    memset(&r, 0, sizeof r);
    r.pkt = f->id;
    way_names(w, net, way, &r.link, &r.dir);
    r.why = (uint16_t)why;
    r.fault = fault_name(w, fault);
    r.would_arrive = would_arrive;
    net_put(w, &r.head, id, REC_DROP, f->id, 0);
}

static void copy_out(struct world *w, struct net *net, uint32_t way, const struct packet *p, vtime at,
                     uint32_t fault)
{
    struct packet copy = *p;
    uint64_t id = rec_next(w);

    net_frame_copy(w, &copy.f, &p->f);
    copy.f.flags |= FRAME_COPY;
    copy.fate = 0;
    if (rec_wanted(w, REC_DUPLICATE)) {
        struct rec_duplicate r;

        memset(&r, 0, sizeof r);
        r.pkt = p->f.id;
        way_names(w, net, way, &r.link, &r.dir);
        r.fault = fault_name(w, fault);
        r.arrives = at;
        net_put(w, &r.head, id, REC_DUPLICATE, p->f.id, 0);
    }
    net_stray(w, net, way, &copy, at, world_seq(w));
}

/* Takes p out of the ring's order: its stray carries on with what it owns. */
static struct stray *leave_order(struct world *w, struct net *net, uint32_t way, struct packet *p, vtime at)
{
    struct packet moved = *p;

    p->size = 0;
    p->f.seg.ext = 0;
    p->fate = 0;
    moved.fate = 0;
    return net_stray(w, net, way, &moved, at, moved.seq);
}

void net_befall(struct world *w, struct net *net, uint32_t way, struct packet *p, vtime gone)
{
    const struct fate t = *(const struct fate *)world_at(w, p->fate);

    arena_free(&w->mem, p->fate, sizeof t);
    p->fate = 0;
    if (t.drop) {
        vtime would = p->arrive + t.extra;
        struct stray *s = leave_order(w, net, way, p, gone + (p->arrive - gone) / 2);

        s->what = STRAY_LOST;
        s->why = t.drop;
        s->fault = t.drop_fault;
        s->would_arrive = would;
        return;
    }
    if (t.jitter)
        fault_rec(w, net, way, p, FATE_JITTER, 0);
    if (t.corrupted)
        fault_rec(w, net, way, p, FATE_CORRUPT, t.corrupt_fault);
    if (t.marked)
        fault_rec(w, net, way, p, FATE_MARK, t.mark_fault);
    for (uint32_t i = 1; i <= t.copies; i++)
        copy_out(w, net, way, p, p->arrive + t.copy_later * (vtime)i, t.copy_fault);
    if (t.extra) {
        p->arrive += t.extra;
        fault_rec(w, net, way, p, t.reordered ? FATE_REORDER : FATE_DELAY, t.delay_fault);
        leave_order(w, net, way, p, p->arrive);
    }
}

bool net_corrupted(const struct world *w, const struct net *net, const struct frame *f)
{
    const struct sc_address *a = net_scenario(w)->address;
    const struct seg_ext *ext = f->seg.ext ? world_at(w, f->seg.ext) : NULL;
    uint8_t text[WIRE_PACKET_MAX];

    if (!f->corrupt_bit)
        return false;
    if (f->proto == PROTO_ICMP) { /* encoded with no text of its own: any single bit is covered, as in TCP */
        return true;
    }
    if (f->seg.opts & SEG_RAW)
        memcpy(text, world_at(w, ext->raw), ext->raw_n);
    else
        stream_read(w, net->streams, f->seg.stream, f->seg.off, text, f->seg.len);
    return !wire_survives_flip(&a[f->src].ip, &a[f->dst].ip, f->ttl, f->tos, &f->seg, ext, text,
                               f->corrupt_bit - 1);
}
