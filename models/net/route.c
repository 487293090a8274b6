/* route.c: who can be reached over which link. Routes are computed once: by fewest hops through routers, ties
 * by the lowest link index. A host that is no router and has one link sends everything there; the others have
 * a table. */
#include "models/net/net.h"

#include <stdlib.h>

struct graph {
    uint32_t *first; /* [n_hosts + 1]: where a host's links begin in link[] */
    uint32_t *link;  /* links of each host, in order */
    uint32_t *hops, *queue;
};

static void graph_free(struct graph *g)
{
    free(g->first);
    free(g->link);
    free(g->hops);
    free(g->queue);
}

static bool graph_init(struct graph *g, const struct scenario *s)
{
    *g = (struct graph){
        .first = calloc((size_t)s->n_hosts + 2, sizeof *g->first),
        .link = calloc(2 * (size_t)s->n_links + 1, sizeof *g->link),
        .hops = calloc((size_t)s->n_hosts + 1, sizeof *g->hops),
        .queue = calloc((size_t)s->n_hosts + 1, sizeof *g->queue),
    };
    if (!g->first || !g->link || !g->hops || !g->queue)
        return false;
    for (uint32_t i = 0; i < s->n_links; i++) {
        g->first[s->link[i].host[0] + 2]++;
        g->first[s->link[i].host[1] + 2]++;
    }
    for (uint32_t i = 2; i <= s->n_hosts; i++)
        g->first[i] += g->first[i - 1];
    for (uint32_t i = 0; i < s->n_links;
         i++) { /* first[h + 1] runs from h's begin to its end, which is h + 1's begin */
        g->link[g->first[s->link[i].host[0] + 1]++] = i;
        g->link[g->first[s->link[i].host[1] + 1]++] = i;
    }
    return true;
}

static uint32_t other_end(const struct sc_link *l, uint32_t host)
{
    return l->host[0] == host ? l->host[1] : l->host[0];
}

/* Hops from everybody to `to`; UINT32_MAX: cannot be reached. Only routers pass on. */
static void spread(struct graph *g, const struct scenario *s, uint32_t to)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < s->n_hosts; i++)
        g->hops[i] = UINT32_MAX;
    g->hops[to] = 0;
    g->queue[n++] = to;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t h = g->queue[k];

        if (h != to && !s->host[h].router)
            continue;
        for (uint32_t i = g->first[h]; i < g->first[h + 1]; i++) {
            uint32_t o = other_end(&s->link[g->link[i]], h);

            if (g->hops[o] == UINT32_MAX) {
                g->hops[o] = g->hops[h] + 1;
                g->queue[n++] = o;
            }
        }
    }
}

static uint16_t next_way(const struct graph *g, const struct scenario *s, uint32_t from, uint32_t to)
{
    if (from == to || g->hops[from] == UINT32_MAX)
        return 0;
    for (uint32_t i = g->first[from]; i < g->first[from + 1]; i++) {
        const struct sc_link *l = &s->link[g->link[i]];
        uint32_t o = other_end(l, from);

        if (g->hops[o] == g->hops[from] - 1 && (o == to || s->host[o].router))
            return (uint16_t)(2 * g->link[i] + (l->host[0] == from ? 0 : 1) + 1);
    }
    return 0;
}

bool net_routes(struct world *w, struct net *net)
{
    const struct scenario *s = net_scenario(w);
    struct graph g;

    if (!graph_init(&g, s)) {
        graph_free(&g);
        return false;
    }
    for (uint32_t h = 0; h < s->n_hosts; h++) {
        struct node *n = net_node(w, net, h);
        uint32_t links = g.first[h + 1] - g.first[h];

        n->flags = s->host[h].router ? NODE_ROUTER : 0;
        n->ways = (uint8_t)min_u32(links, 255);
        if (links)
            n->way =
                (uint16_t)(2 * g.link[g.first[h]] + (s->link[g.link[g.first[h]]].host[0] == h ? 0 : 1) + 1);
        if (links > 1 || (links && s->host[h].router))
            n->route = arena_alloc(&w->mem, s->n_hosts * sizeof(uint16_t));
    }
    for (uint32_t to = 0; to < s->n_hosts; to++) {
        spread(&g, s, to);
        for (uint32_t h = 0; h < s->n_hosts; h++)
            if (net_node(w, net, h)->route)
                ((uint16_t *)world_at(w, net_node(w, net, h)->route))[to] = next_way(&g, s, h, to);
    }
    graph_free(&g);
    return true;
}

uint32_t net_route(const struct world *w, const struct net *net, uint32_t host, uint32_t address)
{
    const struct node *n = net_node(w, net, host);
    const struct net_addr *a = net_addr(w, net, address);
    uint16_t way = n->way;

    if (n->route && !(a->flags & ADDR_GROUP))
        way = a->host == SC_ANY ? 0 : ((const uint16_t *)world_at(w, n->route))[a->host];
    return way ? way - 1u : NET_NO_WAY;
}
