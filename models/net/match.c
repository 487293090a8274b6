/* match.c: which segments a script means. One engine for faults and symbols; it counts in the arena. */
#include "models/net/net.h"

#include <string.h>

static bool agrees(const struct world *w, const struct net *net, const struct sc_match *m, uint32_t from,
                   const struct frame *f, bool retransmission)
{
    uint8_t ctl = f->seg.ctl;

    if (m->from != SC_ANY && m->from != from)
        return false;
    if (m->to != SC_ANY && m->to != net_addr(w, net, f->dst)->host)
        return false;
    if (m->ctl_exact ? ctl != m->ctl_set : (ctl & m->ctl_set) != m->ctl_set || (ctl & m->ctl_clear))
        return false;
    if (m->data >= 0 && (m->data != 0) != (f->seg.len > 0))
        return false;
    if (m->retransmission >= 0 && (m->retransmission != 0) != retransmission)
        return false;
    if (m->port && m->port != f->seg.sport && m->port != f->seg.dport)
        return false;
    if (m->after != VTIME_NEVER && world_now(w) < m->after)
        return false;
    return m->before == VTIME_NEVER || world_now(w) < m->before;
}

/* Does the segment agree, and is it one of those that m asks for? Counts it. */
static bool match(struct world *w, struct net *net, const struct sc_match *m, uint32_t rule, uint32_t from,
                  const struct frame *f, bool retransmission)
{
    uint32_t *count = (uint32_t *)world_at(w, net->count) + rule;

    if (!agrees(w, net, m, from, f, retransmission))
        return false;
    if (*count < UINT32_MAX)
        ++*count;
    if (m->nth_from == 0 && m->nth_to == 0)
        return true;
    return *count >= m->nth_from && *count <= max_u32(m->nth_to, m->nth_from);
}

static void befall(struct world *w, struct net *net, uint32_t host, struct frame *f, ref *fate, uint32_t i)
{
    const struct sc_fault *fault = &net_scenario(w)->fault[i];
    uint16_t name = (uint16_t)(i + 1);
    struct fate *t;

    if (!*fate)
        *fate = arena_alloc(&w->mem, sizeof(struct fate));
    t = world_at(w, *fate);
    switch (fault->kind) {
    case FAULT_DROP:
        t->drop = DROP_FAULT;
        t->drop_fault = name;
        break;
    case FAULT_DELAY:
        t->extra += fault->amount;
        t->delay_fault = name;
        break;
    case FAULT_DUPLICATE:
        t->copies += max_u32(fault->copies, 1);
        t->copy_later = fault->amount;
        t->copy_fault = name;
        break;
    case FAULT_CORRUPT: {
        uint32_t way = net_route(w, net, host, f->dst);

        net_corrupt(w, net, way == NET_NO_WAY ? NULL : net_ways(w, net) + way, f, fault->bit);
        t->corrupted = 1;
        t->corrupt_fault = name;
        break;
    }
    case FAULT_MARK:
        if (net_mark(f)) {
            t->marked = 1;
            t->mark_fault = name;
        }
        break;
    }
}

static void name_number(struct world *w, const struct sc_symbol *y, uint32_t host, const struct frame *f,
                        uint32_t conn)
{
    struct rec_symbol r;
    uint64_t id = rec_next(w), cause = w->core->cause;

    if (!rec_wanted(w, REC_SYMBOL))
        return;
    memset(&r, 0, sizeof r);
    r.name = y->name;
    r.value = y->ack ? f->seg.ack : f->seg.seq;
    w->core->cause = f->id;
    rec_put(w, &r.head, id, REC_SYMBOL, conn, host + 1);
    w->core->cause = cause;
}

ref net_rules(struct world *w, struct net *net, uint32_t host, struct frame *f, uint32_t conn,
              bool retransmission)
{
    const struct scenario *s = net_scenario(w);
    ref fate = 0;

    for (uint32_t i = 0; i < s->n_symbols; i++) {
        struct sc_match m = s->symbol[i].of;

        m.nth_to = m.nth_from = max_u32(m.nth_from, 1);
        if (match(w, net, &m, s->n_faults + i, host, f, retransmission))
            name_number(w, &s->symbol[i], host, f, conn);
    }
    for (uint32_t i = 0; i < s->n_faults; i++)
        if (match(w, net, &s->fault[i].match, i, host, f, retransmission))
            befall(w, net, host, f, &fate, i);
    return fate;
}
