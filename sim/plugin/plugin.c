/* plugin.c: the world under test: its clock, its packets, who waits for what. */
#define _GNU_SOURCE /* pthread */
#include "sim/plugin/plugin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/app/app.h"
#include "models/state.h"
#include "models/wire/wire.h"
#include "sim/report/packet_bytes.h"

/* ---------------------------------------------------------------- the clock */

/* What a sleeping call waits for may have come. */
static void serve(struct plugin *p)
{
    if (!p->waiter.on || sock_call(p->socks, p->waiter.call) == SOCK_BLOCKED)
        return;
    p->waiter.on = false;
    p->waiter.owes_time = true;
    p->now = max_i64(p->now, world_now(&p->w));
    pthread_cond_broadcast(&p->changed);
    while (p->waiter.owes_time) /* time must not run on before it knows what time it is */
        pthread_cond_wait(&p->changed, &p->lock);
}

static void step(struct plugin *p, vtime at)
{
    (void)sim_run(&p->w, at);
    serve(p);
}

/* When something happens next; VTIME_NEVER: nothing will. */
static vtime next_at(const struct plugin *p)
{
    vtime at = world_next_at(&p->w);

    if (p->waiter.on)
        at = min_i64(at, max_i64(p->waiter.call->deadline, world_now(&p->w)));
    return at;
}

void plugin_advance(struct plugin *p, vtime at)
{
    for (vtime next = next_at(p); next <= at && next != VTIME_NEVER; next = next_at(p)) {
        p->now = max_i64(p->now, next);
        step(p, next);
        if (next_at(p) == next && world_next_at(&p->w) > next) /* a deadline that brings nothing */
            break;
    }
    p->now = max_i64(p->now, at);
    step(p, p->now);
}

void plugin_call(struct plugin *p, struct sock_call *c)
{
    vtime limit = p->now + PLUGIN_WAIT_MOST;

    if (sock_call(p->socks, c) == SOCK_DONE) {
        step(p, p->now);
        return;
    }
    if (!pthread_equal(pthread_self(), p->owner) && !p->waiter.on) {
        p->waiter.call = c;
        p->waiter.on = true;
        while (p->waiter.on)
            pthread_cond_wait(&p->changed, &p->lock);
        return;
    }
    do {
        vtime next = min_i64(world_next_at(&p->w), c->deadline);

        if (next == VTIME_NEVER || next > limit) { /* it would wait for ever */
            c->result = -1;
            c->error = PKT_EAGAIN;
            return;
        }
        plugin_advance(p, max_i64(next, p->now));
    } while (sock_call(p->socks, c) == SOCK_BLOCKED);
    step(p, p->now);
}

static int tell_time(void *userdata, struct timeval *tv, void *zone)
{
    struct plugin *p = userdata;

    (void)zone;
    pthread_mutex_lock(&p->lock);
    if (p->waiter.owes_time) { /* the one that was woken asks: everybody else waits for that */
        p->waiter.owes_time = false;
        pthread_cond_broadcast(&p->changed);
    } else { /* who waits for a time asks again and again */
        plugin_advance(p, p->now + NS_PER_US);
    }
    tv->tv_sec = PLUGIN_EPOCH_S + p->now / NS_PER_S;
    tv->tv_usec = p->now % NS_PER_S / NS_PER_US;
    pthread_mutex_unlock(&p->lock);
    return 0;
}

static int sleep_for(void *userdata, unsigned us)
{
    struct plugin *p = userdata;

    pthread_mutex_lock(&p->lock);
    plugin_advance(p, p->now + (vtime)us * NS_PER_US);
    pthread_mutex_unlock(&p->lock);
    return 0;
}

/* ---------------------------------------------------------------- packets in */

uint16_t plugin_address(struct plugin *p, const struct ip_addr *ip, bool local)
{
    uint16_t slot =
        ip->family == 6 ? (local ? PLUGIN_LOCAL6 : PLUGIN_REMOTE6) : (local ? PLUGIN_LOCAL4 : PLUGIN_REMOTE4);

    for (uint16_t i = 1; i < PLUGIN_ADDRESSES; i++)
        if (ip_equal(ip, &p->address[i].ip)) {
            p->settled[i] = true;
            return i;
        }
    if (p->settled[slot])
        return 0;
    p->settled[slot] = true;
    p->address[slot].ip = *ip;
    ip_format(ip, p->address[slot].text);
    return slot;
}

/* The other side's end of the connection, in the trace. NULL: too many. */
static struct plugin_flow *flow_of(struct plugin *p, uint16_t src, uint16_t dst, const struct segment *g)
{
    struct tcp_endpoints e = {.local = src, .remote = dst, .local_port = g->sport, .remote_port = g->dport};
    struct plugin_flow *f;

    for (size_t i = p->n_flows; i-- > 0;) {
        f = &p->flow[i];
        if (f->src == src && f->dst == dst && f->sport == g->sport && f->dport == g->dport)
            return f;
    }
    if (p->n_flows == PLUGIN_FLOWS)
        return NULL;
    f = &p->flow[p->n_flows++];
    e.v6 = src >= PLUGIN_LOCAL6;
    p->w.core->cause = 0;
    *f = (struct plugin_flow){src,
                              dst,
                              g->sport,
                              g->dport,
                              app_up_raw_conn(&p->w, PLUGIN_SCRIPT, &e, "script"),
                              g->seq.v + ((g->ctl & TCP_SYN) ? 1u : 0u)};
    return f;
}

static bool inject_tcp(struct plugin *p, const struct wire_packet *in, uint16_t src, uint16_t dst)
{
    struct tcp_out o = {.src = src, .dst = dst, .ttl = in->ttl, .tos = in->tos};
    struct segment g = in->seg;
    struct plugin_flow *f = flow_of(p, src, dst, &g);

    if (!f || !in->checksum_ok)
        return f != NULL; /* a wrong checksum: nobody will ever know */
    g.ext = 0;
    if (in->ext.n_opt) {
        struct seg_ext *ext;

        g.ext = arena_alloc(&p->w.mem, sizeof *ext);
        ext = world_at(&p->w, g.ext);
        *ext = in->ext;
        ext->raw = 0;
        g.opts |= SEG_RAW_OPT;
    }
    if (g.len) { /* the same number is always the same octet */
        g.stream = f->conn;
        g.off = g.seq.v + ((g.ctl & TCP_SYN) ? 1u : 0u) - f->first;
    }
    p->w.core->cause = 0;
    app_up_emit(&p->w, PLUGIN_SCRIPT, f->conn, &g, &o);
    return true;
}

static bool inject_icmp(struct plugin *p, const struct wire_packet *in)
{
    struct frame about;

    memset(&about, 0, sizeof about);
    about.proto = PROTO_TCP;
    about.src = plugin_address(p, &in->quoted_src, true);
    about.dst = plugin_address(p, &in->quoted_dst, false);
    about.seg.sport = in->seg.sport;
    about.seg.dport = in->seg.dport;
    about.seg.seq = in->seg.seq;
    if (!about.src || !about.dst)
        return false;
    p->w.core->cause = 0;
    net_icmp(&p->w, sim_net(&p->w), PLUGIN_SCRIPT, &about, &in->icmp);
    return true;
}

static int packet_in(void *userdata, const void *bytes, size_t n)
{
    struct plugin *p = userdata;
    struct wire_packet in;
    uint16_t src, dst;
    bool well = false;

    pthread_mutex_lock(&p->lock);
    if (n <= WIRE_PACKET_MAX && wire_get_packet(bytes, (uint32_t)n, &in, NULL)) {
        plugin_advance(p, p->now);
        src = in.proto == PROTO_ICMP ? 0 : plugin_address(p, &in.src, false);
        dst = in.proto == PROTO_ICMP ? 0 : plugin_address(p, &in.dst, true);
        if (in.proto == PROTO_ICMP)
            well = inject_icmp(p, &in);
        else if (src && dst)
            well = inject_tcp(p, &in, src, dst);
        step(p, p->now);
    }
    pthread_mutex_unlock(&p->lock);
    errno = EINVAL;
    return well ? 0 : -1;
}

/* ---------------------------------------------------------------- packets out */

/* The next segment that our TCP has sent; NULL: none so far. */
static const struct rec_send *next_out(struct plugin *p)
{
    for (; p->next_out < log_count(&p->log); p->next_out++) {
        const struct rec_head *h = log_at(&p->log, p->next_out);

        if (h->kind == REC_SEND && h->host == PLUGIN_TCP + 1) {
            p->next_out++;
            return (const struct rec_send *)(const void *)h;
        }
    }
    return NULL;
}

/* What cannot be a packet, so that the caller gives up: it would ask for the next one for ever. */
static size_t no_packet(uint8_t *bytes, size_t room)
{
    static const uint8_t none[20] = {0x41}; /* version 4, a header of 4 octets */
    size_t n = room < sizeof none ? room : sizeof none;

    memcpy(bytes, none, n);
    return n;
}

/* Time runs on until a packet leaves, or nothing will ever happen again. */
static int packet_out(void *userdata, void *bytes, size_t *n, long long *time_us)
{
    struct plugin *p = userdata;
    vtime limit;
    const struct rec_send *s;
    uint32_t len = 0;

    pthread_mutex_lock(&p->lock);
    limit = p->now + PLUGIN_WAIT_MOST;
    plugin_advance(p, p->now);
    while (!(s = next_out(p))) {
        vtime next = next_at(p);

        if (next == VTIME_NEVER || next > limit)
            break;
        plugin_advance(p, max_i64(next, p->now + (next <= p->now ? NS_PER_US : 0)));
    }
    *time_us = (long long)PLUGIN_EPOCH_S * 1000000 + (s ? s->head.at : p->now) / NS_PER_US;
    if (s) {
        struct packet_bytes *b = packet_bytes_new(&p->log);
        uint8_t *made = b ? packet_bytes_make(b, s, 0, &len, NULL) : NULL;

        if (made && len <= *n)
            memcpy(bytes, made, len);
        else
            len = 0;
        free(made);
        packet_bytes_free(b);
    }
    *n = s ? len : no_packet(bytes, *n);
    pthread_mutex_unlock(&p->lock);
    return 0;
}

/* ---------------------------------------------------------------- beginning and end */

static bool put_address(struct plugin *p, unsigned i, const char *text, uint16_t host)
{
    struct sc_address *a = &p->address[i];

    if (!ip_parse(text, &a->ip))
        return false;
    ip_format(&a->ip, a->text);
    a->host = host;
    return true;
}

static void take_address(struct plugin *p, bool local, const char *text)
{
    struct ip_addr ip;

    if (ip_parse(text, &ip))
        (void)put_address(p,
                          ip.family == 6 ? (local ? PLUGIN_LOCAL6 : PLUGIN_REMOTE6)
                                         : (local ? PLUGIN_LOCAL4 : PLUGIN_REMOTE4),
                          text, local ? PLUGIN_TCP : PLUGIN_SCRIPT);
}

static void take_flags(struct plugin *p, const char *flags)
{
    char word[96];

    while (flags && *flags) {
        size_t n = strcspn(flags, ",");

        if (n < sizeof word) {
            int stack;

            memcpy(word, flags, n);
            word[n] = '\0';
            stack = pkt_stack_find(word);
            if (stack > 0)
                p->stack = (enum pkt_stack)stack;
            else if (strncmp(word, "local=", 6) == 0)
                take_address(p, true, word + 6);
            else if (strncmp(word, "remote=", 7) == 0)
                take_address(p, false, word + 7);
        }
        flags += n + (flags[n] == ',');
    }
}

static bool make_world(struct plugin *p)
{
    struct sock_setup set = {.w = &p->w,
                             .host = PLUGIN_TCP,
                             .local4 = PLUGIN_LOCAL4,
                             .local6 = PLUGIN_LOCAL6,
                             .os = p->stack == PKT_STACK_FREEBSD ? PKT_FREEBSD : PKT_LINUX,
                             .numbers = PLUGIN_OS,
                             .opt = &p->host[PLUGIN_TCP].tcp};

    p->host[PLUGIN_SCRIPT] = (struct sc_host){
        .name = "script", .address4 = PLUGIN_REMOTE4, .address6 = PLUGIN_REMOTE6, .raw = true};
    p->host[PLUGIN_TCP] =
        (struct sc_host){.name = "tcp", .address4 = PLUGIN_LOCAL4, .address6 = PLUGIN_LOCAL6};
    tcp_options_default(&p->host[PLUGIN_SCRIPT].tcp);
    profile_options(p->stack, PKT_IPV4, &p->host[PLUGIN_TCP].tcp);
    p->link = (struct sc_link){.host = {PLUGIN_SCRIPT, PLUGIN_TCP}};
    p->scenario = (struct scenario){.name = "packetdrill",
                                    .seed = 1,
                                    .limits = {UINT64_C(1) << 40, VTIME_MAX, 0},
                                    .address = p->address,
                                    .n_addresses = PLUGIN_ADDRESSES,
                                    .host = p->host,
                                    .n_hosts = PLUGIN_HOSTS,
                                    .link = &p->link,
                                    .n_links = 1};
    log_init(&p->log, TRACE_ALL_KINDS, trace_record_size);
    if (!sim_init(&p->w, &p->scenario))
        return false;
    p->has_world = true;
    trace_add_sink(&p->w.trace, log_sink(&p->log));
    if (p->stack == PKT_STACK_FREEBSD)
        set.rcv_shown = 65536;
    p->socks = socks_new(&set);
    return p->socks != NULL;
}

static void discard(void *userdata)
{
    struct plugin *p = userdata;

    if (!p)
        return;
    socks_free(p->socks);
    if (p->has_world)
        world_free(&p->w);
    log_free(&p->log);
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

__attribute__((visibility("default"))) void packetdrill_interface_init(const char *flags,
                                                                       struct packetdrill_interface *out)
{
    struct plugin *p = calloc(1, sizeof *p);

    CHECK(p && "out of memory");
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    p->owner = pthread_self();
    p->stack = PKT_STACK_LINUX;
    CHECK(put_address(p, PLUGIN_LOCAL4, "192.168.0.1", PLUGIN_TCP));
    CHECK(put_address(p, PLUGIN_REMOTE4, "192.0.2.1", PLUGIN_SCRIPT));
    CHECK(put_address(p, PLUGIN_LOCAL6, "fd3d:fa7b:d17d::1", PLUGIN_TCP));
    CHECK(put_address(p, PLUGIN_REMOTE6, "2001:db8::1", PLUGIN_SCRIPT));
    take_flags(p, flags);
    CHECK(make_world(p) && "out of memory");
    plugin_fill(out);
    out->userdata = p;
    out->free = discard;
    out->netdev_send = packet_in;
    out->netdev_receive = packet_out;
    out->usleep = sleep_for;
    out->gettimeofday = tell_time;
}
