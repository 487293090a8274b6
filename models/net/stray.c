/* stray.c: frames that have left the order of their way, each with a block and an event of its own; and what
 * frames own. */
#include "models/net/net.h"

void net_frame_free(struct world *w, const struct frame *f)
{
    const struct seg_ext *ext;

    if (!f->seg.ext)
        return;
    ext = world_at(w, f->seg.ext);
    if (ext->raw)
        arena_free(&w->mem, ext->raw, ext->raw_n);
    arena_free(&w->mem, f->seg.ext, sizeof *ext);
}

void net_frame_copy(struct world *w, struct frame *to, const struct frame *from)
{
    const struct seg_ext *old;
    struct seg_ext *ext;

    *to = *from;
    if (!from->seg.ext)
        return;
    to->seg.ext = arena_alloc(&w->mem, sizeof *ext);
    old = world_at(w, from->seg.ext);
    ext = world_at(w, to->seg.ext);
    *ext = *old;
    if (!old->raw)
        return;
    ext->raw = arena_alloc(&w->mem, old->raw_n);
    for (uint32_t i = 0; i < old->raw_n; i++)
        ((uint8_t *)world_at(w, ext->raw))[i] = ((const uint8_t *)world_at(w, old->raw))[i];
}

static ref *list_of(const struct world *w, struct net *net, uint32_t way)
{
    return way == NET_NO_WAY ? &net->loop_strays : &net_ways(w, net)[way].strays;
}

struct stray *net_stray(struct world *w, struct net *net, uint32_t way, const struct packet *p, vtime at,
                        uint64_t seq)
{
    ref *list = list_of(w, net, way), r = arena_alloc(&w->mem, sizeof(struct stray));
    struct stray *s = world_at(w, r);

    s->p = *p;
    s->p.arrive = at;
    s->p.seq = seq;
    s->way = way;
    s->what = STRAY_ARRIVES;
    s->next = *list;
    if (s->next)
        ((struct stray *)world_at(w, s->next))->prev = r;
    *list = r;
    world_push_seq(w, at, seq, NET_EV_STRAY, 0, r);
    return s;
}

void net_stray_event(struct world *w, struct net *net, const struct event *e)
{
    const struct stray s = *(const struct stray *)world_at(w, e->b);
    const struct sc_address *address = net_scenario(w)->address;

    if (s.next)
        ((struct stray *)world_at(w, s.next))->prev = s.prev;
    if (s.prev)
        ((struct stray *)world_at(w, s.prev))->next = s.next;
    else
        *list_of(w, net, s.way) = s.next;
    arena_free(&w->mem, e->b, sizeof s);
    switch ((enum stray_what)s.what) {
    case STRAY_ARRIVES:
        net_arrive(w, net, s.way, s.way == NET_NO_WAY ? address[s.p.f.dst].host : net_ways(w, net)[s.way].to,
                   &s.p.f);
        break;
    case STRAY_LOST:
        net_drop(w, net, s.way, &s.p.f, s.why, s.fault, s.would_arrive);
        net_frame_free(w, &s.p.f);
        break;
    case STRAY_VOID: break;
    }
}
