/* lab.c: the scenario as a whole: options of hosts, events, user calls. */
#include "tests/support/lab.h"

#include <stdio.h>
#include <string.h>

#include "sim/core/choose.h"

const char *lab_feature_name(enum lab_feature f)
{
    static const char *const name[LAB_COUNT] = {
#define FEATURE(id, text) [LAB_##id] = text,
        LAB_FEATURES(FEATURE)
#undef FEATURE
    };

    return name[f];
}

int lab_feature_find(const char *name, size_t n)
{
    for (int f = 0; f < LAB_COUNT; f++) {
        const char *s = lab_feature_name((enum lab_feature)f);

        if (strlen(s) == n && !memcmp(s, name, n))
            return f;
    }
    return -1;
}

uint64_t lab_pick(const struct lab *l, const char *what, uint64_t which, uint64_t bound)
{
    return choose_seeded(l->seed, choose_label("lab", which, what), 0) % bound;
}

static int64_t one_of(const struct lab *l, const char *what, uint64_t which, const int64_t *list, size_t n)
{
    return list[lab_pick(l, what, which, n)];
}
#define ONE_OF(l, what, which, ...)                                                                          \
    one_of(l, what, which, (const int64_t[]){__VA_ARGS__},                                                   \
           sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void sizes(struct lab *l, struct tcp_options *o, uint32_t h)
{
    if (lab_has(l, LAB_BUFFERS) && lab_chance(l, "small buffers", 0, 60)) {
        o->rcv_buffer =
            ONE_OF(l, "rcv_buffer", h, 65535, 65535, 262144, 32768, 16384, 8192, 4096, 2000, 1000);
        o->snd_buffer = ONE_OF(l, "snd_buffer", h, 1048576, 65536, 16384, 4096, 1000);
        if (lab_chance(l, "tiny window", 0, 8))
            o->rcv_buffer = ONE_OF(l, "tiny rcv_buffer", h, 1, 7, 50, 300);
        if (lab_chance(l, "tiny send buffer", 0, 5))
            o->snd_buffer = ONE_OF(l, "tiny snd_buffer", h, 1, 10, 200);
    }
    if (o->rcv_buffer < 1000 || o->snd_buffer < 1000)
        l->tiny = true;
    if (lab_has(l, LAB_MSS) && lab_chance(l, "odd mss", 0, 40)) {
        o->mss = ONE_OF(l, "mss", h, 0, 0, 1460, 1000, 536, 100, 48);
        o->send_mss = !lab_chance(l, "send_mss", h, 10);
        o->mtu = ONE_OF(l, "host mtu", h, 1500, 1500, 1500, 576, 1280, 4000);
    }
    if (lab_has(l, LAB_SCALE) && lab_chance(l, "scale", 0, 50))
        o->window_scale = ONE_OF(l, "window_scale", h, -1, 0, 1, 2, 4, 7, 10, 14);
    while (o->window_scale > 0 && (o->rcv_buffer >> o->window_scale) == 0)
        o->window_scale--; /* else no window could ever be told but zero */
    if (lab_has(l, LAB_STAMPS) && lab_chance(l, "stamps", 0, 50))
        o->timestamps = lab_chance(l, "timestamps", h, 80);
}

/* Knobs of sending and acknowledging that delay, but lose nothing. */
static void knobs(struct lab *l, struct tcp_options *o, uint32_t h)
{
    if (!lab_chance(l, "knobs", 0, 40))
        return;
    o->cork = lab_chance(l, "cork", h, 20);
    o->cork_timeout = ONE_OF(l, "cork timeout", h, 200 * NS_PER_MS, 50 * NS_PER_MS);
    o->quickack = ONE_OF(l, "quickack", h, 0, 1, 4, 16);
    o->drop_syn_fin = lab_chance(l, "drop syn fin", h, 30);
    if (lab_chance(l, "window limit", h, 20) && o->rcv_buffer > 4000)
        o->window_limit = o->rcv_buffer / 2;
    if (lab_chance(l, "scale of the buffer", h, 20))
        o->window_scale = -2;
}

static void timing(struct lab *l, struct tcp_options *o, uint32_t h)
{
    o->msl = ONE_OF(l, "msl", h, 10 * NS_PER_S, 30 * NS_PER_S, 120 * NS_PER_S);
    if (!lab_has(l, LAB_TIMING) || lab_chance(l, "plain timing", 0, 40))
        return;
    o->nagle = !lab_chance(l, "nagle", h, 40);
    o->delayed_ack = ONE_OF(l, "delayed_ack", h, 200 * NS_PER_MS, 40 * NS_PER_MS, 0, 499999999);
    o->ack_every = ONE_OF(l, "ack_every", h, 2, 2, 1, 3, 8);
    o->sws_override = ONE_OF(l, "sws_override", h, 200 * NS_PER_MS, 100 * NS_PER_MS, NS_PER_S);
    o->rto_initial = ONE_OF(l, "rto_initial", h, NS_PER_S, NS_PER_S, 3 * NS_PER_S, 200 * NS_PER_MS);
    o->rto_min = ONE_OF(l, "rto_min", h, NS_PER_S, NS_PER_S, 200 * NS_PER_MS, 10 * NS_PER_MS);
    o->rto_max = ONE_OF(l, "rto_max", h, 60 * NS_PER_S, 60 * NS_PER_S, 10 * NS_PER_S);
    o->granularity = ONE_OF(l, "granularity", h, NS_PER_MS, NS_PER_MS, 100 * NS_PER_MS, 1000);
    o->r1 = ONE_OF(l, "r1", h, 3, 3, 1, 8);
    knobs(l, o, h);
}

static void loss_recovery(struct lab *l, struct tcp_options *o, uint32_t h)
{
    o->sack = lab_chance(l, "sack", h, 70);
    o->dsack = lab_chance(l, "dsack", h, 70);
    o->sack_keep = lab_chance(l, "sack_keep", h, 30);
    o->sack_fin = lab_chance(l, "sack_fin", h, 70);
    o->limited_transmit = lab_chance(l, "limited_transmit", h, 50);
    o->newreno_slow_but_steady = lab_chance(l, "slow but steady", h, 30);
    o->newreno_ack_heuristic = lab_chance(l, "ack heuristic", h, 30);
    o->newreno_timestamp_heuristic = lab_chance(l, "timestamp heuristic", h, 30);
}

static void congestion(struct lab *l, struct tcp_options *o, uint32_t h)
{
    o->initial_window_rule = (int64_t)lab_pick(l, "window rule", h, CC_IW_COUNT);
    o->abc = ONE_OF(l, "abc", h, 1, 1, 2, 0);
    o->restart_window = !lab_chance(l, "no restart window", h, 20);
    o->cwnd_validation = !lab_chance(l, "no cwnd validation", h, 20);
    o->ecn = lab_chance(l, "ecn", h, 50);
    o->ecn_ask = !lab_chance(l, "ecn only answers", h, 20);
    o->ecn_fallback = ONE_OF(l, "ecn fallback", h, 0, 0, 1, 2);
    o->ecn_rst_retry = lab_chance(l, "ecn after a reset", h, 20);
}

static void oddities(struct lab *l, struct tcp_options *o, uint32_t h)
{
    if (lab_has(l, LAB_CC)) {
        o->congestion = lab_chance(l, "congestion", h, 25) ? CC_NONE : CC_RENO;
        l->blunt = l->blunt || o->congestion == CC_NONE;
        o->initial_window = ONE_OF(l, "initial_window", h, 0, 0, 0, 1, 2, 10);
        o->reassembly_ranges = ONE_OF(l, "reassembly", h, 256, 256, 256, 4, 1, 0);
        loss_recovery(l, o, h);
        congestion(l, o, h);
    }
    if (lab_has(l, LAB_RFC5961) && lab_chance(l, "rfc5961 varies", 0, 40)) {
        o->rfc5961_rst = lab_chance(l, "5961 rst", h, 50);
        o->rfc5961_syn = lab_chance(l, "5961 syn", h, 50);
        o->rfc5961_ack = lab_chance(l, "5961 ack", h, 50);
        o->challenge_ack_limit = ONE_OF(l, "challenges", h, 10, 1, 0, 100);
    }
    if (lab_has(l, LAB_KEEPALIVE) && lab_chance(l, "keepalives", 0, 20)) {
        o->keepalive = lab_chance(l, "keepalive", h, 60);
        o->keepalive_idle = ONE_OF(l, "keepalive_idle", h, 10 * NS_PER_S, 2 * NS_PER_S, 60 * NS_PER_S);
        o->keepalive_interval = ONE_OF(l, "keepalive_interval", h, 5 * NS_PER_S, NS_PER_S);
        o->keepalive_probes = ONE_OF(l, "keepalive_probes", h, 9, 3, 1);
        o->keepalive_garbage = lab_chance(l, "keepalive_garbage", h, 20);
        if (o->keepalive)
            l->strict = false; /* the probes may all be lost before the links heal */
    }
    if (!lab_has(l, LAB_ODDITIES) || !lab_chance(l, "oddities", 0, 30))
        return;
    o->rfc1337 = lab_chance(l, "rfc1337", h, 40);
    o->time_wait_reuse = lab_chance(l, "time_wait_reuse", h, 40);
    o->urgent_last_octet = lab_chance(l, "urgent_last_octet", 0, 40);
    o->orphan_timeout = ONE_OF(l, "orphan_timeout", h, 0, 0, 20 * NS_PER_S);
    o->ttl = ONE_OF(l, "ttl", h, 64, 255, 32);
    o->dscp = ONE_OF(l, "dscp", h, 0, 46);
    o->half_duplex_close = lab_chance(l, "half_duplex_close", h, 10);
    o->linger = lab_chance(l, "linger", h, 10) ? ONE_OF(l, "linger time", h, 0, 5) : -1;
    o->syn_retries = ONE_OF(l, "syn_retries", h, 0, 0, 0, 2);
    o->user_timeout = ONE_OF(l, "user_timeout", h, 0, 0, 0, 0, 30 * NS_PER_S);
    if (o->half_duplex_close || o->user_timeout || o->orphan_timeout || o->linger == 0 || o->syn_retries)
        l->strict = false;
}

static void initial_number(struct lab *l, struct tcp_options *o, uint32_t h)
{
    if (!lab_has(l, LAB_ISS))
        return;
    switch (lab_pick(l, "iss kind", h, 10)) {
    case 0:
    case 1: break; /* clock and hash */
    case 2: o->iss = (int64_t)(UINT32_C(0x80000000) - lab_pick(l, "iss half", h, 5000)); break;
    case 3: o->iss = UINT32_MAX; break;
    case 4: o->iss = 0; break;
    default: o->iss = (int64_t)(UINT32_MAX - lab_pick(l, "iss wrap", h, 30000)); break;
    }
    if (o->iss >= 0)
        l->ghosts = true;
}

static void options(struct lab *l)
{
    for (uint32_t h = 0; h < l->sc.n_hosts; h++) {
        struct tcp_options *o = &l->host[h].tcp;

        tcp_options_default(o);
        sizes(l, o, h);
        timing(l, o, h);
        oddities(l, o, h);
        initial_number(l, o, h);
        if (lab_has(l, LAB_THINKING) && lab_chance(l, "thinking", 0, 30))
            l->host[h].processing_delay =
                ONE_OF(l, "processing", h, 0, 20 * NS_PER_MS, NS_PER_US, 300 * NS_PER_MS);
    }
}

/* --- events: links heal; hosts crash; partitions; ICMP --- */

static struct sc_event *event_new(struct lab *l, enum sc_event_kind kind, vtime at)
{
    CHECK(l->sc.n_events < MAX_LAB_EVENTS);
    struct sc_event *e = &l->event[l->sc.n_events++];

    *e = (struct sc_event){.kind = kind, .at = at, .dir = 2};
    return e;
}

static vtime before(const struct lab *l, const char *what, uint64_t which, vtime end)
{
    return (vtime)lab_pick(l, what, which, (uint64_t)end);
}

static void heal(struct lab *l)
{
    for (uint32_t i = 0; i < l->sc.n_links; i++)
        for (uint8_t d = 0; d < 2; d++) {
            const struct sc_path *p = &l->link[i].path[d];

            if (!(p->loss_ppm | p->duplicate_ppm | p->corrupt_ppm | p->reorder_ppm) && !p->jitter)
                continue;
            struct sc_event *e = event_new(l, EVENT_LINK, l->heal);
            e->link = (uint16_t)i;
            e->dir = d;
            e->path = *p;
            e->path.loss_ppm = e->path.duplicate_ppm = e->path.corrupt_ppm = e->path.reorder_ppm = 0;
            e->path.jitter = 0;
        }
}

static void crashes(struct lab *l)
{
    if (!lab_has(l, LAB_CRASH) || !lab_chance(l, "crash", 0, 12))
        return;
    l->strict = false;
    for (uint64_t i = 0; i < 1 + lab_pick(l, "crash count", 0, 2); i++) {
        uint32_t host = (uint32_t)lab_pick(l, "crash host", i, l->n_clients + 1);
        vtime at = before(l, "crash at", i, l->close_at);

        event_new(l, EVENT_CRASH, at)->host = (uint16_t)host;
        if (lab_chance(l, "reboot", i, 75))
            event_new(l, EVENT_REBOOT,
                      min_i64(at + 1 + before(l, "reboot after", i, 20 * NS_PER_S), l->close_at - 1))
                ->host = (uint16_t)host;
    }
}

static void partitions(struct lab *l)
{
    bool cut = lab_has(l, LAB_CUT) && lab_chance(l, "cut", 0, 10);
    bool down = lab_has(l, LAB_DOWN) && lab_chance(l, "down", 0, 10);

    for (int k = 0; k < 2; k++) {
        if (!(k ? down : cut))
            continue;
        const char *what = k ? "link goes down" : "host is cut";
        vtime at = before(l, what, 1, l->heal);
        bool forever = lab_chance(l, what, 2, 15);
        struct sc_event *e = event_new(l, k ? EVENT_LINK_DOWN : EVENT_CUT, at);
        uint32_t which = (uint32_t)lab_pick(l, what, 3, k ? l->sc.n_links : l->n_clients + 1);
        uint8_t dir = k ? (uint8_t)lab_pick(l, what, 4, 3) : 2;

        e->host = e->link = (uint16_t)which;
        e->dir = dir;
        if (forever) {
            l->strict = false;
            continue;
        }
        e = event_new(l, k ? EVENT_LINK_UP : EVENT_JOIN, at + 1 + before(l, what, 5, l->heal - at));
        e->host = e->link = (uint16_t)which;
        e->dir = dir;
    }
}

static void icmp(struct lab *l)
{
    if (!lab_has(l, LAB_ICMP) || !lab_chance(l, "icmp", 0, 6))
        return;
    for (uint64_t i = 0; i < 1 + lab_pick(l, "icmp count", 0, 3); i++) {
        struct sc_event *e = event_new(l, EVENT_ICMP, before(l, "icmp at", i, l->heal));

        e->host = (uint16_t)lab_pick(l, "icmp from", i, l->sc.n_hosts);
        e->to = (uint16_t)lab_pick(l, "icmp to", i, l->n_clients + 1);
        e->icmp.type = (uint8_t)ONE_OF(l, "icmp type", i, 3, 3, 3, 4, 11, 12);
        e->icmp.code = e->icmp.type == 3 ? (uint8_t)ONE_OF(l, "icmp code", i, 0, 1, 2, 3, 4, 5) : 0;
        e->icmp.mtu = e->icmp.code == 4 ? (uint16_t)ONE_OF(l, "icmp mtu", i, 576, 1280, 68, 0) : 0;
        e->seq_offset = (int32_t)ONE_OF(l, "icmp seq", i, 0, 0, 1, -1, 100000);
        if (e->icmp.type == 3 && e->icmp.code >= 2 && e->icmp.code <= 4)
            l->strict = false;
    }
}

static void user_calls(struct lab *l)
{
    if (!lab_has(l, LAB_CALLS) || !lab_chance(l, "calls", 0, 25))
        return;
    l->n_calls = 1 + (uint32_t)lab_pick(l, "call count", 0, MAX_LAB_CALLS - 4);
    for (uint32_t i = 0; i < l->n_calls; i++) {
        struct lab_call *c = &l->call[i];
        struct sc_step *s = &c->step;

        c->at = before(l, "call at", i, lab_chance(l, "call early", i, 50) ? NS_PER_S : l->close_at);
        c->conn = (uint32_t)lab_pick(l, "call conn", i, 1u << 16);
        *s = (struct sc_step){.on = ON_AT, .push = true, .dscp = 0xff, .user_timeout = -1};
        s->action = (enum sc_action)ONE_OF(l, "call", i, DO_SEND, DO_SEND, DO_RECEIVE, DO_CLOSE, DO_STATUS,
                                           DO_FLUSH, DO_SET, DO_ABORT, DO_NOTHING);
        if (l->exits && s->action == DO_SEND)
            s->action = DO_STATUS;
        s->bytes =
            s->action == DO_SEND || s->action == DO_RECEIVE ? 1 + lab_pick(l, "call bytes", i, 3000) : 0;
        s->urgent = s->action == DO_SEND && lab_chance(l, "call urgent", i, 20);
        s->push = !lab_chance(l, "call push", i, 20);
        s->setting =
            (enum tcp_setting)ONE_OF(l, "call set", i, SET_NAGLE, SET_DSCP, SET_TTL, SET_REPORTS, SET_R1);
        s->value = ONE_OF(l, "call value", i, 0, 1, 40);
        if (s->setting == SET_TTL)
            s->value = 64;
        if (lab_chance(l, "call a newer set", i, 30)) {
            s->setting = (enum tcp_setting)ONE_OF(l, "call newer", i, SET_CORK, SET_QUICKACK, SET_MSS,
                                                  SET_RCV_BUFFER, SET_SND_BUFFER, SET_KEEPALIVE_INTERVAL);
            s->value = s->setting == SET_CORK         ? s->value != 0
                       : s->setting == SET_QUICKACK   ? s->value
                       : s->setting == SET_MSS        ? 400 + s->value
                       : s->setting == SET_RCV_BUFFER ? 3000 + s->value
                                                      : NS_PER_S;
        }
    }
}

/* Packets in flight are lost, delayed, doubled or harmed by hand. */
static void meddling(struct lab *l)
{
    if (!lab_has(l, LAB_MEDDLE) || !lab_chance(l, "meddling", 0, 15))
        return;
    for (uint32_t i = 0; i < 1 + (uint32_t)lab_pick(l, "hands", 0, 6) && l->n_calls < MAX_LAB_CALLS; i++) {
        struct lab_call *c = &l->call[l->n_calls++];

        *c = (struct lab_call){.meddle = true};
        c->at = before(l, "hand at", i, lab_chance(l, "hand early", i, 70) ? 3 * NS_PER_S : l->heal);
        c->fault.kind = (enum sc_fault_kind)lab_pick(l, "hand does", i, 4);
        c->fault.amount = (vtime)lab_pick(l, "hand amount", i, 2000) * NS_PER_MS;
        c->fault.copies = 1 + (uint32_t)lab_pick(l, "hand copies", i, 2);
        c->fault.bit = (uint32_t)lab_pick(l, "hand bit", i, 400);
    }
}

static void sort_calls(struct lab *l)
{
    for (uint32_t i = 1; i < l->n_calls; i++)
        for (uint32_t k = i; k > 0 && l->call[k].at < l->call[k - 1].at; k--) {
            struct lab_call t = l->call[k];

            l->call[k] = l->call[k - 1];
            l->call[k - 1] = t;
        }
}

static void faults(struct lab *l)
{
    if (!lab_has(l, LAB_FAULTS) || !lab_chance(l, "faults", 0, 30))
        return;
    for (uint32_t i = 0; i < 1 + (uint32_t)lab_pick(l, "fault count", 0, MAX_LAB_FAULTS); i++) {
        struct sc_fault *f = &l->fault[l->sc.n_faults++];

        *f = (struct sc_fault){.kind = (enum sc_fault_kind)lab_pick(l, "fault kind", i, 4), .name = "fault"};
        if (lab_chance(l, "fault marks", i, 15))
            f->kind = FAULT_MARK;
        f->match = (struct sc_match){.from = SC_ANY,
                                     .to = SC_ANY,
                                     .data = -1,
                                     .retransmission = -1,
                                     .after = VTIME_NEVER,
                                     .before = l->heal};
        f->match.ctl_set = (uint8_t)ONE_OF(l, "fault ctl", i, 0, TCP_SYN, TCP_FIN, TCP_SYN | TCP_ACK, TCP_ACK,
                                           TCP_RST, TCP_PSH);
        f->match.data = (int8_t)ONE_OF(l, "fault data", i, -1, -1, 0, 1);
        f->match.retransmission = (int8_t)ONE_OF(l, "fault retx", i, -1, -1, -1, 0, 1);
        if (lab_chance(l, "fault from", i, 50))
            f->match.from = (uint16_t)lab_pick(l, "fault host", i, l->n_clients + 1);
        f->match.nth_from = 1 + (uint32_t)lab_pick(l, "fault nth", i, 6);
        f->match.nth_to = f->match.nth_from + (uint32_t)lab_pick(l, "fault range", i, 3);
        f->amount = (vtime)lab_pick(l, "fault amount", i, 3000) * NS_PER_MS;
        f->copies = 1 + (uint32_t)lab_pick(l, "fault copies", i, 3);
        f->bit =
            lab_chance(l, "fault bit", i, 50) ? UINT32_MAX : (uint32_t)lab_pick(l, "fault which bit", i, 160);
    }
}

static void header(struct lab *l)
{
    struct trace_header *h = &l->header;

    *h = (struct trace_header){.lesson = l->lesson,
                               .hash = "0000000000000000",
                               .seed = l->sc.seed,
                               .program = "tcplab",
                               .title = {.en = "A random scenario"},
                               .host = l->header_host,
                               .link = l->header_link};
    h->n_hosts = l->sc.n_hosts;
    h->n_links = l->sc.n_links;
    for (uint32_t i = 0; i < h->n_hosts; i++) {
        l->header_address[i][0] = l->address[l->host[i].address4].text;
        l->header_address[i][1] = l->address[l->host[i].address6].text;
        l->header_host[i] = (struct trace_host){.name = l->name[i],
                                                .address = l->header_address[i],
                                                .n_addresses = 2,
                                                .processing_delay = l->host[i].processing_delay,
                                                .msl = l->host[i].tcp.msl,
                                                .router = l->host[i].router};
    }
    for (uint32_t i = 0; i < h->n_links; i++)
        for (int d = 0; d < 2; d++) {
            l->header_link[i].host[d] = l->link[i].host[d];
            l->header_link[i].path[d] = (struct trace_path){.rate_bps = l->link[i].path[d].rate_bps,
                                                            .delay = l->link[i].path[d].delay};
        }
}

void lab_make(struct lab *l, uint64_t seed, uint64_t without)
{
    memset(l, 0, sizeof *l);
    l->seed = seed;
    l->without = without;
    l->strict = true;
    l->heal = 5 * NS_PER_S + (vtime)lab_pick(l, "heal", 0, 30000) * NS_PER_MS;
    l->close_at = l->heal + 5 * NS_PER_S;
    for (uint32_t i = 0; i < sizeof l->text; i++)
        l->text[i] = (uint8_t)lab_pick(l, "text", i, 256);
    snprintf(l->lesson, sizeof l->lesson, "seed-%llu", (unsigned long long)seed);
    l->sc.name = l->lesson;
    l->sc.seed = seed;
    l->sc.address = l->address;
    l->sc.host = l->host;
    l->sc.link = l->link;
    l->sc.app = l->app;
    l->sc.fault = l->fault;
    l->sc.event = l->event;
    lab_network(l);
    options(l);
    lab_apps(l);
    heal(l);
    crashes(l);
    partitions(l);
    icmp(l);
    user_calls(l);
    meddling(l);
    sort_calls(l);
    faults(l);
    for (uint32_t i = 1; i < l->sc.n_events; i++) /* by time */
        for (uint32_t k = i; k > 0 && l->event[k].at < l->event[k - 1].at; k--) {
            struct sc_event t = l->event[k];

            l->event[k] = l->event[k - 1];
            l->event[k - 1] = t;
        }
    l->sc.limits = (struct limits){.events = 20000000, .time = 7200 * NS_PER_S, .memory_bytes = 256u << 20};
    header(l);
}
