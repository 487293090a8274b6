/* arch: runs that are compiled in, so that machines without files, libraries or a JSON reader can make them.
 * Prints "name fingerprint" for each; tests/arch/fingerprints.sh compares compilers, levels and machines.
 * After the scenarios made by hand come random ones (tests/support/lab.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/sim.h"
#include "sim/report/trace_write.h"
#include "tests/arch/kit.h"
#include "tests/support/lab.h"

enum { RANDOM = 60 };

static void client_and_server(struct kit *k, uint64_t rate_bps, vtime delay)
{
    uint16_t c = kit_host(k, "client", false), s = kit_host(k, "server", false);

    k->host[c].tcp.iss = UINT32_C(0xfffffff0);
    k->host[s].tcp.iss = UINT32_C(0xffffff00);
    kit_link(k, c, s, rate_bps, delay);
}

static void echo_server(struct kit *k, bool v6)
{
    kit_app(k, 1, "server")->behaviour = APP_ECHO;
    kit_listen(k, v6, 80);
}

static void sink_server(struct kit *k, bool v6)
{
    kit_app(k, 1, "server");
    kit_listen(k, v6, 80);
    kit_close(k, ON_CLOSING, 0);
}

static void make_handshake(struct kit *k)
{
    client_and_server(k, 0, 10 * NS_PER_MS);
    k->host[0].processing_delay = k->host[1].processing_delay = 20 * NS_PER_MS;
    kit_app(k, 0, "client");
    kit_open(k, 1, false, 80, 0);
    kit_close(k, ON_ESTABLISHED, NS_PER_S);
    sink_server(k, false);
}

static void make_loss(struct kit *k)
{
    client_and_server(k, 10000000, 20 * NS_PER_MS);
    kit_app(k, 0, "client");
    kit_open(k, 1, false, 80, 0);
    kit_send(k, ON_ESTABLISHED, 20000);
    kit_close(k, ON_THEN, 0);
    sink_server(k, false);
    kit_fault(k, FAULT_DROP, 0, TCP_SYN, 1);
    kit_fault(k, FAULT_DROP, 1, TCP_SYN, 1);
    kit_fault(k, FAULT_DROP, 0, TCP_PSH, 1);
    kit_fault(k, FAULT_DROP, 0, TCP_FIN, 1)->match.nth_to = 3;
    kit_fault(k, FAULT_DUPLICATE, 1, TCP_ACK, 3);
    kit_fault(k, FAULT_CORRUPT, 0, TCP_ACK, 5);
    kit_fault(k, FAULT_DELAY, 0, TCP_ACK, 7);
}

static void make_simultaneous_open(struct kit *k)
{
    client_and_server(k, 0, 15 * NS_PER_MS);
    for (uint16_t side = 0; side < 2; side++) {
        kit_app(k, side, side ? "right" : "left");
        kit_open(k, 1 - side, false, side ? 1000 : 2000, side * NS_PER_MS)->local_port = side ? 2000 : 1000;
        kit_send(k, ON_ESTABLISHED, 3000 * (side + 1u));
        kit_close(k, ON_ESTABLISHED, NS_PER_S);
    }
}

static void make_bulk(struct kit *k)
{
    client_and_server(k, 20000000, 5 * NS_PER_MS);
    for (int d = 0; d < 2; d++) {
        struct sc_path *p = &k->link[0].path[d];

        p->loss_ppm = 20000;
        p->duplicate_ppm = 10000;
        p->corrupt_ppm = 10000;
        p->reorder_ppm = 10000;
        p->jitter = 300 * NS_PER_US;
        p->queue_packets = 30;
    }
    for (uint16_t h = 0; h < 2; h++) {
        k->host[h].tcp.window_scale = 4;
        k->host[h].tcp.timestamps = true;
        k->host[h].tcp.rcv_buffer = 500000;
    }
    kit_app(k, 0, "client");
    kit_open(k, 1, false, 80, 0);
    kit_send(k, ON_ESTABLISHED, 1000000);
    kit_close(k, ON_THEN, 0);
    kit_app(k, 1, "server");
    kit_listen(k, false, 80);
    kit_send(k, ON_ESTABLISHED, 300000);
    kit_close(k, ON_CLOSING, 0);
}

static void make_v6(struct kit *k)
{
    client_and_server(k, 1000000, 30 * NS_PER_MS);
    k->link[0].path[0].corrupt_ppm = 30000;
    kit_app(k, 0, "client");
    kit_open(k, 1, true, 80, 0);
    kit_send(k, ON_ESTABLISHED, 30000);
    kit_step(k, ON_DATA, DO_CLOSE)->amount = 30000;
    echo_server(k, true);
}

/* Two routers, the middle link with a smaller MTU: ICMP says so. */
static void make_routers(struct kit *k)
{
    uint16_t c = kit_host(k, "client", false), s = kit_host(k, "server", false);
    uint16_t r1 = kit_host(k, "r1", true), r2 = kit_host(k, "r2", true);

    kit_link(k, c, r1, 100000000, NS_PER_MS);
    kit_link(k, r1, r2, 2000000, 10 * NS_PER_MS)->mtu = 1300;
    kit_link(k, r2, s, 100000000, NS_PER_MS);
    kit_app(k, 0, "client");
    kit_open(k, 1, false, 80, 0);
    kit_send(k, ON_ESTABLISHED, 60000);
    kit_close(k, ON_THEN, 0);
    kit_app(k, 0, "stray");
    kit_open(k, 1, false, 81, NS_PER_S); /* refused */
    sink_server(k, false);
}

static void make_urgent(struct kit *k)
{
    static const uint8_t text[] = "stop now";

    client_and_server(k, 1000000, 10 * NS_PER_MS);
    kit_app(k, 0, "client");
    kit_open(k, 1, false, 80, 0);
    kit_send(k, ON_ESTABLISHED, 5000);
    for (vtime i = 0; i < 3; i++) {
        struct sc_step *s = kit_step(k, ON_ESTABLISHED, DO_SEND);

        s->time = i * 300 * NS_PER_MS;
        s->text = text;
        s->text_n = sizeof text - 1;
        s->urgent = true;
    }
    kit_close(k, ON_ESTABLISHED, 2 * NS_PER_S);
    sink_server(k, false);
    k->app[1].read = (struct sc_read){
        .kind = READ_PACED, .mode = RECEIVE_PUSH, .buffer = 900, .interval = 120 * NS_PER_MS};
}

static void make_churn(struct kit *k)
{
    client_and_server(k, 100000000, NS_PER_MS);
    k->host[0].tcp.iss = k->host[1].tcp.iss = -1;
    k->host[0].tcp.msl = k->host[1].tcp.msl = NS_PER_S;
    struct sc_app *a = kit_app(k, 0, "client");
    a->behaviour = APP_REQUESTER;
    a->request = 200;
    a->response = 1000;
    a->rounds = 1;
    a->count = 300;
    a->stagger = 7 * NS_PER_MS;
    kit_open(k, 1, false, 80, 0);
    a = kit_app(k, 1, "server");
    a->behaviour = APP_RESPONDER;
    a->request = 200;
    a->response = 1000;
    kit_listen(k, false, 80);
}

/* The reader sleeps: zero window, probes; then the client's host crashes, and the server finds out by
 * keep-alive. */
static void make_crash(struct kit *k)
{
    client_and_server(k, 1000000, 10 * NS_PER_MS);
    k->host[0].tcp.rcv_buffer = 4000;
    k->host[1].tcp.keepalive = true;
    k->host[1].tcp.keepalive_idle = 10 * NS_PER_S;
    kit_app(k, 0, "client")->read.kind = READ_NONE;
    kit_open(k, 1, false, 80, 0);
    struct sc_step *s = kit_step(k, ON_AT, DO_READ);
    s->time = 20 * NS_PER_S;
    s->read = (struct sc_read){.kind = READ_AUTO, .mode = RECEIVE_ANY, .buffer = 1000};
    kit_app(k, 1, "server");
    kit_listen(k, false, 80);
    kit_send(k, ON_ESTABLISHED, 20000);
    k->event[0] = (struct sc_event){.kind = EVENT_CRASH, .at = 30 * NS_PER_S, .host = 0, .dir = 2};
    k->event[1] = (struct sc_event){.kind = EVENT_REBOOT, .at = 50 * NS_PER_S, .host = 0, .dir = 2};
    k->sc.n_events = 2;
}

static void make_dead_link(struct kit *k)
{
    client_and_server(k, 1000000, 10 * NS_PER_MS);
    kit_app(k, 0, "client");
    kit_open(k, 1, false, 80, 0);
    kit_send(k, ON_ESTABLISHED, 100);
    kit_step(k, ON_AT, DO_SEND)->time = 2 * NS_PER_S;
    k->step[k->n_steps - 1].bytes = 5000;
    kit_app(k, 1, "server");
    kit_listen(k, false, 80);
    k->event[0] = (struct sc_event){.kind = EVENT_LINK_DOWN, .at = NS_PER_S, .dir = 2};
    k->sc.n_events = 1;
}

static uint64_t fingerprint(const struct scenario *sc, const struct trace_header *h)
{
    struct world w;
    struct trace_writer *writer = trace_writer_fingerprint_only(h);
    uint64_t f;

    CHECK(sim_init(&w, sc));
    trace_add_sink(&w.trace, trace_writer_sink(writer));
    sim_run(&w, VTIME_NEVER);
    f = trace_writer_footer(writer).fingerprint;
    trace_writer_discard(writer);
    world_free(&w);
    return f;
}

int main(void)
{
    static const struct {
        const char *name;
        void (*make)(struct kit *k);
    } made[] = {
        {"handshake", make_handshake}, {"loss", make_loss},   {"simultaneous-open", make_simultaneous_open},
        {"bulk", make_bulk},           {"ipv6", make_v6},     {"routers", make_routers},
        {"urgent", make_urgent},       {"churn", make_churn}, {"crash", make_crash},
        {"dead-link", make_dead_link},
    };
    struct kit *k = malloc(sizeof *k);
    struct lab *l = malloc(sizeof *l);

    CHECK(k && l);
    for (size_t i = 0; i < ARRAY_LEN(made); i++) {
        kit_init(k, made[i].name, 1 + i);
        made[i].make(k);
        printf("%s %016llx\n", made[i].name, (unsigned long long)fingerprint(&k->sc, &k->header));
    }
    for (uint64_t seed = 1; seed <= RANDOM; seed++) {
        lab_make(l, seed, UINT64_C(1) << LAB_BULK);
        printf("random-%llu %016llx\n", (unsigned long long)seed,
               (unsigned long long)fingerprint(&l->sc, &l->header));
    }
    free(k);
    free(l);
    return 0;
}
