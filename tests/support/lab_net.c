/* lab_net.c: topology and links of a random scenario. */
#include "tests/support/lab.h"

#include <stdio.h>
#include <string.h>

static uint16_t host_new(struct lab *l, char letter, uint32_t number, bool router)
{
    uint32_t h = l->sc.n_hosts++;

    CHECK(h < MAX_LAB_HOSTS);
    snprintf(l->name[h], sizeof l->name[h], "%c%u", letter, (unsigned)(number % 100));
    l->host[h] = (struct sc_host){.name = l->name[h], .router = router};
    return (uint16_t)h;
}

static uint16_t address_new(struct lab *l, uint16_t host, bool v6)
{
    struct sc_address *a = &l->address[++l->sc.n_addresses];

    if (v6)
        snprintf(a->text, sizeof a->text, "2001:db8::%x", (unsigned)(host + 1u));
    else
        snprintf(a->text, sizeof a->text, "10.0.0.%u", (unsigned)(host + 1u));
    CHECK(ip_parse(a->text, &a->ip));
    a->host = host;
    return (uint16_t)l->sc.n_addresses;
}

static void addresses(struct lab *l)
{
    for (uint16_t h = 0; h < l->sc.n_hosts; h++) {
        l->host[h].address4 = address_new(l, h, false);
        l->host[h].address6 = address_new(l, h, true);
    }
    l->sc.n_addresses++; /* [0] is unused and counted */
}

/* One impairment of a direction: 0, or one of the levels. */
static uint32_t level(const struct lab *l, enum lab_feature f, uint64_t which, const uint32_t *list,
                      uint32_t n)
{
    const char *name = lab_feature_name(f);

    if (!lab_has(l, f) || !lab_chance(l, name, 1000, 45))
        return 0;
    return list[lab_pick(l, name, which, n)];
}

static void impair(struct lab *l, struct sc_path *p, uint64_t which)
{
    static const uint32_t loss[] = {0, 0, 1000, 10000, 50000, 200000, 400000};
    static const uint32_t some[] = {0, 0, 1000, 20000, 100000, 300000};
    static const uint32_t jitter_us[] = {0, 1, 100, 2000, 50000};

    p->loss_ppm = level(l, LAB_LOSS, which, loss, ARRAY_LEN(loss));
    p->duplicate_ppm = level(l, LAB_DUP, which, some, ARRAY_LEN(some));
    p->corrupt_ppm = level(l, LAB_CORRUPT, which, some, ARRAY_LEN(some));
    p->reorder_ppm = level(l, LAB_REORDER, which, some, ARRAY_LEN(some));
    if (p->reorder_ppm && lab_chance(l, "reorder delay", which, 70))
        p->reorder_delay = (vtime)(1 + lab_pick(l, "reorder by", which, 300)) * NS_PER_MS;
    p->jitter = (vtime)level(l, LAB_JITTER, which, jitter_us, ARRAY_LEN(jitter_us)) * NS_PER_US;
}

static void path_fill(struct lab *l, struct sc_path *p, uint64_t which, bool bottleneck)
{
    static const uint64_t rate[] = {0, 0, 10000000, 100000000, 1000000000};
    static const uint64_t slow[] = {256000, 512000, 1000000, 2000000};
    static const uint32_t queue[] = {0, 4, 6, 10, 30, 100};
    static const uint32_t mark[] = {0, 0, 1, 3, 8, 20};
    static const int64_t delay_us[] = {0, 10, 100, 1000, 5000, 20000};
    static const int64_t far_us[] = {1, 1000, 5000, 10000, 50000, 150000};

    if (lab_has(l, LAB_RATE))
        p->rate_bps = bottleneck ? slow[lab_pick(l, "slow rate", which / 2, ARRAY_LEN(slow))]
                                 : rate[lab_pick(l, "rate", which / 2, ARRAY_LEN(rate))];
    if (p->rate_bps && (!l->slowest_bps || p->rate_bps < l->slowest_bps))
        l->slowest_bps = p->rate_bps;
    if (lab_has(l, LAB_QUEUE) && lab_chance(l, "queue limits", 0, 50)) {
        p->queue_packets = queue[lab_pick(l, "queue", which, ARRAY_LEN(queue))];
        if (lab_chance(l, "queue bytes", which, 20))
            p->queue_bytes = 6000 + (uint32_t)lab_pick(l, "queue size", which, 60000);
        p->mark_packets = mark[lab_pick(l, "mark", which, ARRAY_LEN(mark))];
    }
    p->delay = NS_PER_MS;
    if (lab_has(l, LAB_DELAY))
        p->delay = NS_PER_US * (bottleneck || lab_chance(l, "far", which / 2, 25)
                                    ? far_us[lab_pick(l, "far delay", which / 2, ARRAY_LEN(far_us))]
                                    : delay_us[lab_pick(l, "delay", which / 2, ARRAY_LEN(delay_us))]);
    if (lab_has(l, LAB_DELAY) && lab_chance(l, "lopsided", which, 10))
        p->delay += (vtime)lab_pick(l, "more delay", which, 30) * NS_PER_MS;
    impair(l, p, which);
}

static void link_new(struct lab *l, uint16_t a, uint16_t b, bool bottleneck)
{
    static const uint32_t mtu[] = {0, 1500, 1280, 1400};
    uint32_t i = l->sc.n_links++;
    struct sc_link *k = &l->link[i];

    CHECK(i < MAX_LAB_LINKS);
    k->host[0] = a;
    k->host[1] = b;
    for (uint32_t d = 0; d < 2; d++)
        path_fill(l, &k->path[d], 2u * i + d, bottleneck);
    l->path_delay += k->path[0].delay;
    /* a smaller MTU where a router can say so, not on a host's own link */
    if (lab_has(l, LAB_MTU) && l->host[a].router && l->host[b].router && lab_chance(l, "mtu", i, 25))
        k->mtu = mtu[lab_pick(l, "which mtu", i, ARRAY_LEN(mtu))];
}

void lab_network(struct lab *l)
{
    enum { DIRECT, CHAIN, DUMBBELL, STAR, SEPARATE, SHAPES };
    uint64_t shape = lab_has(l, LAB_TOPOLOGY) ? lab_pick(l, "shape", 0, SHAPES) : DIRECT;
    uint32_t routers = shape == CHAIN      ? 1 + (uint32_t)lab_pick(l, "routers", 0, 3)
                       : shape == DUMBBELL ? 2
                                           : shape == STAR;
    bool slow = lab_has(l, LAB_RATE) && lab_chance(l, "bottleneck", 0, 35);

    l->n_clients = shape == DIRECT || shape == CHAIN ? 1 : 2 + (uint32_t)lab_pick(l, "clients", 0, 4);
    for (uint32_t i = 0; i < l->n_clients; i++)
        host_new(l, 'c', i, false);
    l->server = host_new(l, 's', 0, false);
    l->first_router = l->sc.n_hosts;
    for (uint32_t i = 0; i < routers; i++)
        host_new(l, 'r', i, true);
    addresses(l);
    for (uint32_t i = 0; i < l->n_clients; i++) /* clients to the first router or to the server */
        link_new(l, (uint16_t)i, (uint16_t)(routers ? l->first_router : l->server), slow && !routers);
    for (uint32_t i = 0; i + 1 < routers; i++)
        link_new(l, (uint16_t)(l->first_router + i), (uint16_t)(l->first_router + i + 1), slow);
    if (routers)
        link_new(l, (uint16_t)(l->first_router + routers - 1), (uint16_t)l->server, slow && shape == STAR);
}
