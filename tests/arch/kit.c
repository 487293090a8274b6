/* kit.c: putting scenarios together. */
#include "tests/arch/kit.h"

#include <stdio.h>
#include <string.h>

void kit_init(struct kit *k, const char *name, uint64_t seed)
{
    memset(k, 0, sizeof *k);
    k->sc.name = name;
    k->sc.seed = seed;
    k->sc.limits = (struct limits){.events = 5000000, .time = 36000 * NS_PER_S, .memory_bytes = 64u << 20};
    k->sc.address = k->address;
    k->sc.n_addresses = 1;
    k->sc.host = k->host;
    k->sc.link = k->link;
    k->sc.app = k->app;
    k->sc.fault = k->fault;
    k->sc.event = k->event;
    k->sc.full_checks = true;
    k->header = (struct trace_header){
        .lesson = name, .hash = "", .seed = seed, .program = "tcplab", .host = k->header_host};
}

static uint16_t address(struct kit *k, uint16_t host, const char *format)
{
    struct sc_address *a = &k->address[k->sc.n_addresses];

    snprintf(a->text, sizeof a->text, format, (unsigned)(host + 1u)); /* a literal of this file */
    CHECK(ip_parse(a->text, &a->ip));
    a->host = host;
    return (uint16_t)k->sc.n_addresses++;
}

uint16_t kit_host(struct kit *k, const char *name, bool router)
{
    uint16_t h = (uint16_t)k->sc.n_hosts++;

    CHECK(h < KIT_HOSTS);
    k->host[h] = (struct sc_host){.name = name, .router = router};
    tcp_options_default(&k->host[h].tcp);
    k->host[h].tcp.msl = 30 * NS_PER_S;
    k->host[h].address4 = address(k, h, "10.0.0.%u");
    k->host[h].address6 = address(k, h, "2001:db8::%x");
    k->header_host[h] = (struct trace_host){.name = name, .router = router};
    k->header.n_hosts = k->sc.n_hosts;
    return h;
}

struct sc_link *kit_link(struct kit *k, uint16_t a, uint16_t b, uint64_t rate_bps, vtime delay)
{
    struct sc_link *l = &k->link[k->sc.n_links++];

    CHECK(k->sc.n_links <= KIT_LINKS);
    l->host[0] = a;
    l->host[1] = b;
    for (int d = 0; d < 2; d++)
        l->path[d] = (struct sc_path){.rate_bps = rate_bps, .delay = delay};
    return l;
}

struct sc_app *kit_app(struct kit *k, uint16_t host, const char *name)
{
    struct sc_app *a = &k->app[k->sc.n_apps++];

    CHECK(k->sc.n_apps <= KIT_APPS);
    *a = (struct sc_app){.name = name, .host = host, .step = &k->step[k->n_steps]};
    a->read = (struct sc_read){.kind = READ_AUTO, .mode = RECEIVE_ANY, .buffer = 4096};
    return a;
}

struct sc_step *kit_step(struct kit *k, enum sc_trigger on, enum sc_action action)
{
    struct sc_step *s = &k->step[k->n_steps++];

    CHECK(k->n_steps <= KIT_STEPS && k->sc.n_apps > 0);
    *s = (struct sc_step){.on = on, .action = action, .push = true, .dscp = 0xff, .user_timeout = -1};
    k->app[k->sc.n_apps - 1].n_steps++;
    return s;
}

struct sc_step *kit_open(struct kit *k, uint16_t to, bool v6, uint16_t port, vtime at)
{
    struct sc_step *s = kit_step(k, ON_AT, DO_OPEN);

    s->to = v6 ? k->host[to].address6 : k->host[to].address4;
    s->to_port = port;
    s->time = at;
    return s;
}

struct sc_step *kit_listen(struct kit *k, bool v6, uint16_t port)
{
    struct sc_step *s = kit_step(k, ON_AT, DO_LISTEN);

    s->v6 = v6;
    s->local_port = port;
    return s;
}

void kit_send(struct kit *k, enum sc_trigger on, uint64_t bytes)
{
    kit_step(k, on, DO_SEND)->bytes = bytes;
}

void kit_close(struct kit *k, enum sc_trigger on, vtime after)
{
    kit_step(k, on, DO_CLOSE)->time = after;
}

struct sc_fault *kit_fault(struct kit *k, enum sc_fault_kind kind, uint16_t from, uint8_t ctl, uint32_t nth)
{
    struct sc_fault *f = &k->fault[k->sc.n_faults++];

    CHECK(k->sc.n_faults <= KIT_FAULTS);
    *f = (struct sc_fault){
        .kind = kind, .name = "fault", .copies = 1, .amount = 100 * NS_PER_MS, .bit = UINT32_MAX};
    f->match = (struct sc_match){.from = from,
                                 .to = SC_ANY,
                                 .ctl_set = ctl,
                                 .data = -1,
                                 .retransmission = -1,
                                 .nth_from = nth,
                                 .nth_to = nth,
                                 .after = VTIME_NEVER,
                                 .before = VTIME_NEVER};
    return f;
}
