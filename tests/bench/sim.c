/* The simulator's own benchmarks: bulk, bulk_small, flows, churn, idle_conns, each a scenario built in C, run
 * without sinks, one line of JSON each. Segments delivered to hosts per CPU-second is the figure; set-up is
 * left out. Every case checks that the work was really done. */
#define _POSIX_C_SOURCE 200809L
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/sim.h"

struct work {
    const char *name;
    uint64_t rate_bps;
    vtime delay;
    uint32_t queue_packets;
    uint32_t flows;
    vtime stagger;
    int64_t buffer;
    int64_t window_scale;
    uint64_t bytes; /* bulk: per flow; 0: request and response of 100 bytes */
    bool idle;      /* open and hold */
    vtime msl, until;
    bool timestamps;
};

struct bench_scenario {
    struct sc_address address[3];
    struct sc_host host[2];
    struct sc_link link;
    struct sc_step client_step[3], server_step[2];
    struct sc_app app[2];
    struct scenario sc;
};

static void fill_hosts(struct bench_scenario *b, const struct work *k)
{
    for (unsigned i = 0; i < 2; i++) {
        struct sc_host *h = &b->host[i];
        h->name = i == 0 ? "client" : "server";
        tcp_options_default(&h->tcp);
        h->tcp.rcv_buffer = k->buffer;
        h->tcp.snd_buffer = k->buffer;
        h->tcp.window_scale = k->window_scale;
        h->tcp.timestamps = k->timestamps;
        h->tcp.msl = k->msl;
        h->address4 = (uint16_t)(i + 1);
        b->address[i + 1].ip = (struct ip_addr){.family = 4, .b = {10, 0, 0, (uint8_t)(i + 1)}};
        ip_format(&b->address[i + 1].ip, b->address[i + 1].text);
        b->address[i + 1].host = (uint16_t)i;
    }
}

static void fill_apps(struct bench_scenario *b, const struct work *k)
{
    static const struct sc_step blank = {.push = true, .dscp = 0xff, .user_timeout = -1};
    b->server_step[0] = b->client_step[0] = b->client_step[1] = b->client_step[2] = blank;
    b->server_step[0].action = DO_LISTEN;
    b->server_step[0].on = ON_AT;
    b->server_step[0].local_port = 80;
    b->server_step[0].backlog = 65535;
    b->client_step[0].action = DO_OPEN;
    b->client_step[0].on = ON_AT;
    b->client_step[0].to = 2;
    b->client_step[0].to_port = 80;
    b->client_step[1].action = DO_SEND;
    b->client_step[1].on = ON_ESTABLISHED;
    b->client_step[1].bytes = k->bytes;
    b->client_step[2].action = DO_CLOSE;
    b->client_step[2].on = ON_THEN;
    b->app[0] = (struct sc_app){.name = "server", .host = 1, .step = b->server_step, .n_steps = 1};
    b->app[1] = (struct sc_app){.name = "client", .host = 0, .step = b->client_step, .n_steps = 3};
    b->app[1].count = k->flows;
    b->app[1].stagger = k->stagger;
    for (unsigned i = 0; i < 2; i++)
        b->app[i].read = (struct sc_read){.kind = READ_AUTO, .mode = RECEIVE_ANY, .buffer = 65536};
    if (k->idle) {
        b->app[1].n_steps = 1;
    } else if (k->bytes == 0) {
        b->app[1].n_steps = 1;
        b->app[1].behaviour = APP_REQUESTER;
        b->app[1].rounds = 1;
        b->app[0].behaviour = APP_RESPONDER;
        for (unsigned i = 0; i < 2; i++)
            b->app[i].request = b->app[i].response = 100;
    } else {
        b->app[0].behaviour = APP_RESPONDER; /* closes when the other side does */
        b->app[0].request = UINT32_MAX;
    }
}

static void fill(struct bench_scenario *b, const struct work *k)
{
    memset(b, 0, sizeof *b);
    fill_hosts(b, k);
    fill_apps(b, k);
    b->link.host[1] = 1;
    for (unsigned i = 0; i < 2; i++) {
        b->link.path[i].rate_bps = k->rate_bps;
        b->link.path[i].delay = k->delay;
        b->link.path[i].queue_packets = k->queue_packets;
    }
    b->sc = (struct scenario){.name = k->name, .seed = 1, .address = b->address, .n_addresses = 3};
    b->sc.host = b->host;
    b->sc.n_hosts = 2;
    b->sc.link = &b->link;
    b->sc.n_links = 1;
    b->sc.app = b->app;
    b->sc.n_apps = 2;
    b->sc.limits.memory_bytes = (uint64_t)4 << 30;
}

static long rss_kb(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long size = 0, resident = 0;
    if (f) {
        if (fscanf(f, "%ld %ld", &size, &resident) != 2)
            resident = 0;
        fclose(f);
    }
    return resident * 4;
}

/* One case in this process. 0: done, and the totals are what they must be. */
static int run_case(const struct work *k)
{
    struct bench_scenario b;
    struct world w;
    fill(&b, k);
    long before = rss_kb();
    if (!sim_init(&w, &b.sc))
        return 1;
    double start = bench_cpu_s();
    sim_run(&w, k->until);
    double cpu = bench_cpu_s() - start;
    struct sim_totals t;
    sim_totals(&w, &t);
    long grown = rss_kb() - before;
    uint64_t bytes = k->idle ? 0 : k->bytes ? k->bytes * k->flows : 200ull * k->flows;
    bool ok = t.bytes_delivered == bytes && t.opened >= 2ull * k->flows;
    printf("{\"bench\":\"%s\",\"packets\":%llu,\"events\":%llu,\"cpu_s\":%.4f,\"pkts_per_cpu_s\":%.0f,"
           "\"sim_s\":%.3f,\"dropped\":%llu,\"n\":%u,\"peak_rss_kb\":%ld,\"rss_bytes_per_conn\":%.0f,\"ok\":%"
           "s}\n",
           k->name, (unsigned long long)t.segments_delivered, (unsigned long long)w.core->events, cpu,
           cpu > 0 ? (double)t.segments_delivered / cpu : 0.0, (double)world_now(&w) * 1e-9,
           (unsigned long long)t.packets_dropped, k->flows, bench_peak_rss_kb(),
           (double)grown * 1024.0 / k->flows, ok ? "true" : "false");
    fflush(stdout);
    world_free(&w);
    return ok ? 0 : 1;
}

#define GBIT UINT64_C(1000000000)

static const struct work bulk = {.name = "bulk",
                                 .rate_bps = GBIT,
                                 .delay = 10 * NS_PER_MS,
                                 .queue_packets = 1000,
                                 .flows = 1,
                                 .buffer = 3145728,
                                 .window_scale = 8,
                                 .bytes = 268435456,
                                 .msl = NS_PER_S,
                                 .until = VTIME_NEVER,
                                 .timestamps = true};
static const struct work bulk_small = {.name = "bulk_small",
                                       .rate_bps = GBIT,
                                       .delay = 100 * NS_PER_US,
                                       .queue_packets = 1000,
                                       .flows = 1,
                                       .buffer = 131072,
                                       .window_scale = 8,
                                       .bytes = 268435456,
                                       .msl = NS_PER_S,
                                       .until = VTIME_NEVER,
                                       .timestamps = true};
static const struct work flows = {.name = "flows",
                                  .rate_bps = GBIT,
                                  .delay = 10 * NS_PER_MS,
                                  .queue_packets = 1000,
                                  .flows = 100,
                                  .buffer = 131072,
                                  .window_scale = 8,
                                  .bytes = 4194304,
                                  .msl = NS_PER_S,
                                  .until = VTIME_NEVER,
                                  .timestamps = true};
static const struct work churn = {.name = "churn",
                                  .rate_bps = GBIT,
                                  .delay = 10 * NS_PER_MS,
                                  .queue_packets = 1000,
                                  .flows = 10000,
                                  .stagger = 100 * NS_PER_US,
                                  .buffer = 131072,
                                  .window_scale = -1,
                                  .msl = 50 * NS_PER_MS,
                                  .until = VTIME_NEVER};
static const struct work idle = {.name = "idle_conns",
                                 .rate_bps = GBIT,
                                 .delay = 10 * NS_PER_MS,
                                 .queue_packets = 1000,
                                 .flows = 10000,
                                 .stagger = 100 * NS_PER_US,
                                 .buffer = 131072,
                                 .window_scale = -1,
                                 .idle = true,
                                 .msl = 120 * NS_PER_S,
                                 .until = 10 * NS_PER_S};

int bench_bulk(void)
{
    return run_case(&bulk);
}
int bench_bulk_small(void)
{
    return run_case(&bulk_small);
}
int bench_flows(void)
{
    return run_case(&flows);
}
int bench_churn(void)
{
    return run_case(&churn);
}
int bench_idle(void)
{
    return run_case(&idle);
}

/* How the cost of a segment grows: 10 to 10,000 flows, 1k to 100k connections, small to large window. */
int bench_growth(void)
{
    int bad = 0;
    char name[32];
    for (uint32_t n = 10; n <= 10000; n *= 10) {
        struct work k = flows;
        snprintf(name, sizeof name, "flows_%u", n);
        k.name = name;
        k.flows = n;
        k.bytes = 419430400 / n;
        k.queue_packets = max_u32(1000, 10 * n);
        bad |= run_case(&k);
    }
    for (uint32_t n = 1000; n <= 100000; n *= 10) {
        struct work k = churn;
        snprintf(name, sizeof name, "churn_%u", n);
        k.name = name;
        k.flows = n;
        bad |= run_case(&k);
    }
    return bad;
}
