/* hold: n events pending; each step takes the earliest and schedules one at + an exponential increment. Once
 * on the bare queue (ns_per_hold) and once through world_run and a dispatch function (ns_per_event). */
#include "sim/core/queue.h"
#include "sim/core/world.h"
#include "tests/bench/bench.h"

#include <stdio.h>

#define TABLE 4096
#define MEAN_NS (1 << 24)
#define ROUNDS 5

struct source {
    uint64_t x;
    uint32_t table[TABLE];
};

/* -ln(x) for 0 < x < 1, without libm: powers of two out, then the series of the inverse hyperbolic tangent.
 */
static double minus_ln(double x)
{
    double ln = 0, z, zz, term;

    while (x < 0.5) {
        x *= 2;
        ln -= 0.69314718055994530942;
    }
    z = (x - 1) / (x + 1);
    zz = z * z;
    term = z;
    for (int k = 1; k < 40; k += 2, term *= zz)
        ln += 2 * term / k;
    return -ln;
}

static void source_init(struct source *s)
{
    s->x = UINT64_C(88172645463325252);
    for (int i = 0; i < TABLE; i++)
        s->table[i] = (uint32_t)(minus_ln((i + 0.5) / TABLE) * MEAN_NS);
}

static inline vtime increment(struct source *s)
{
    s->x ^= s->x << 13;
    s->x ^= s->x >> 7;
    s->x ^= s->x << 17;
    return (vtime)s->table[s->x >> 52] + (vtime)(s->x & 0xfff);
}

/* CPU seconds of `steps` holds on the bare queue; the first n are not timed. */
static double bare(uint32_t n, uint64_t steps, struct source *s, uint64_t *hash)
{
    struct arena mem;
    struct queue q;
    uint64_t seq = 0;
    double start = 0, end;

    if (!arena_init(&mem, 0))
        return -1;
    queue_init(&q);
    for (uint32_t i = 0; i < n; i++)
        queue_push(&mem, &q, &(struct event){increment(s), seq++, i, 0}, 0);
    for (uint64_t i = 0; i < n + steps; i++) {
        struct event e;
        vtime now;

        if (i == n)
            start = bench_cpu_s();
        e = *queue_peek(&mem, &q);
        queue_pop(&q);
        *hash = (*hash ^ (uint64_t)e.at ^ e.seq << 7) * UINT64_C(0x9e3779b97f4a7c15);
        now = e.at;
        e.at += increment(s);
        e.seq = seq++;
        queue_push(&mem, &q, &e, now);
    }
    end = bench_cpu_s();
    arena_free_all(&mem);
    return end - start;
}

static void dispatch(struct world *w, const struct event *e)
{
    /* the config is the benchmark's own source of increments, writable behind the const */
    struct source *s = *(struct source *const *)w->config;

    world_push(w, e->at + increment(s), event_kind(e), event_a(e), e->b);
}

static double through_world(uint32_t n, uint64_t steps, struct source *s)
{
    static const struct world_ops ops = {dispatch, NULL, NULL};
    struct world w;
    struct limits limits = {.events = n};
    double start, end;

    if (!world_init(&w, 1, &limits, &ops, &s))
        return -1;
    for (uint32_t i = 0; i < n; i++)
        world_push(&w, increment(s), 1, i, 0);
    (void)world_run(&w, VTIME_NEVER);
    w.core->limits.events += steps;
    start = bench_cpu_s();
    (void)world_run(&w, VTIME_NEVER);
    end = bench_cpu_s();
    world_free(&w);
    return end - start;
}

int bench_hold(void)
{
    static const uint32_t sizes[] = {1000, 10000, 100000, 1000000};

    for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
        uint64_t steps = 2000000, hash = 0;
        double best = 1e9, best_world = 1e9;

        for (int round = 0; round < ROUNDS; round++) {
            struct source s;
            double t;

            source_init(&s);
            hash = 0;
            t = bare(sizes[k], steps, &s, &hash);
            if (t < 0)
                return 1;
            best = t < best ? t : best;
            source_init(&s);
            t = through_world(sizes[k], steps, &s);
            if (t < 0)
                return 1;
            best_world = t < best_world ? t : best_world;
        }
        printf("{\"bench\":\"hold\",\"n\":%u,\"ops\":%llu,\"ns_per_hold\":%.1f,\"ns_per_event\":%.1f,"
               "\"peak_rss_kb\":%ld,\"hash\":\"%016llx\"}\n",
               (unsigned)sizes[k], (unsigned long long)steps, best * 1e9 / (double)steps,
               best_world * 1e9 / (double)steps, bench_peak_rss_kb(), (unsigned long long)hash);
        fflush(stdout);
    }
    return 0;
}
