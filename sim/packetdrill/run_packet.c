/* run_packet.c: packets in and out: the flow they belong to, the injection, the expectation. */
#include <stdlib.h>
#include <string.h>

#include "models/app/app.h"
#include "models/state.h"
#include "sim/packetdrill/run_internal.h"

/* --- the flow --- */

/* The connection of TCP with the flow's four numbers, 0: none (any more). */
static uint32_t flow_conn(const struct pkt_run *r)
{
    struct tcp_endpoints e;

    for (uint32_t i = sock_conn_count(r->socks); i > 0; i--)
        if (sock_endpoints(r->socks, i, &e) && e.local == r->flow.e.local &&
            e.local_port == r->flow.e.local_port && e.remote == r->flow.e.remote &&
            e.remote_port == r->flow.e.remote_port)
            return i;
    return 0;
}

/* A packet of no connection known so far: as one from a new peer to the port that was bound. */
static void begin_flow(struct pkt_run *r, bool v6)
{
    struct tcp_endpoints *e = &r->flow.e;
    uint32_t conn = sock_conn(r->socks, r->newest_fd);
    struct tcp_endpoints own;

    r->flow.known = true;
    e->v6 = v6;
    e->local = v6 ? ADDR_LOCAL6 : ADDR_LOCAL4;
    e->remote = v6 ? ADDR_REMOTE6 : ADDR_REMOTE4;
    e->local_port = r->bound_port ? r->bound_port : PORT_DEFAULT;
    e->remote_port = r->next_port++;
    if (conn && sock_endpoints(r->socks, conn, &own) && own.remote_port) { /* the socket that has dialled */
        *e = own;
        r->flow.dialled = true;
    }
}

static void announce(struct pkt_run *r)
{
    const struct tcp_endpoints *e = &r->flow.e;
    struct tcp_endpoints mirror = {.local = e->remote,
                                   .remote = e->local,
                                   .local_port = e->remote_port,
                                   .remote_port = e->local_port,
                                   .v6 = e->v6};

    if (r->flow.raw_conn)
        return;
    r->w.core->cause = 0;
    r->flow.raw_conn = app_up_raw_conn(&r->w, HOST_SCRIPT, &mirror, "script");
}

/* Live number less the script's, of what TCP sends: known from the first SYN expected; before that as the
 * connection's own initial number. */
static uint32_t local_offset(const struct pkt_run *r)
{
    const struct rec_head *h;

    if (r->flow.local_known)
        return r->flow.local;
    for (size_t i = 0; i < log_count(&r->log); i++) {
        h = log_at(&r->log, i);
        if (h->kind == REC_SEND && h->host == HOST_TCP + 1) {
            const struct rec_send *s = (const struct rec_send *)(const void *)h;

            if ((s->ctl & TCP_SYN) && s->sport == r->flow.e.local_port && s->dport == r->flow.e.remote_port)
                return s->seq.v;
        }
    }
    return 0;
}

/* --- in --- */

static bool options(struct pkt_run *r, const struct pkt_packet *p, struct segment *g)
{
    struct seg_ext *ext;
    uint8_t bytes[PKT_OPTION_BYTES_MAX + 4];
    uint32_t n = 0;

    if (!run_encode_options(r, p, bytes, &n))
        return run_fail(r, PKT_REFUSED, &p->at, "the TCP options take more than 40 bytes");
    if (!n)
        return true;
    g->ext = arena_alloc(&r->w.mem, sizeof *ext);
    ext = world_at(&r->w, g->ext);
    ext->n_opt = (uint8_t)n;
    memcpy(ext->opt, bytes, n);
    wire_get_options(bytes, n, g, ext);
    g->opts |= SEG_RAW_OPT;
    return true;
}

static bool inject_tcp(struct pkt_run *r, const struct pkt_packet *p)
{
    const struct tcp_endpoints *e = &r->flow.e;
    struct tcp_out o = {.src = e->remote, .dst = e->local, .ttl = 64, .tos = p->ip.tos};
    struct segment g;

    memset(&g, 0, sizeof g);
    g.ctl = (uint8_t)(p->flags & 0xff);
    g.rsvd = (p->flags & PKT_AE) ? 1 : 0;
    g.seq = seq(p->seq.seq);
    g.ack = seq((p->flags & PKT_ACK) ? p->ack + local_offset(r) : p->ack);
    g.wnd = p->win;
    g.up = p->urg;
    g.sport = p->src_port ? p->src_port : e->remote_port;
    g.dport = p->dst_port ? p->dst_port : e->local_port;
    g.len = p->seq.len;
    if (!options(r, p, &g))
        return false;
    if (g.len) { /* the same number is always the same octet */
        g.stream = r->flow.raw_conn;
        g.off = (p->flags & PKT_SYN) ? p->seq.seq : p->seq.seq - 1u;
    }
    if (p->ip.ttl >= 0)
        o.ttl = (uint8_t)p->ip.ttl;
    r->w.core->cause = 0;
    app_up_emit(&r->w, HOST_SCRIPT, r->flow.raw_conn, &g, &o);
    return true;
}

/* ICMPv6's numbers as those of version 4, which is what frames carry. */
static bool icmp_numbers(const struct pkt_run *r, const struct pkt_packet *p, struct icmp_error *e)
{
    static const uint8_t unreachable[] = {0, 10, 1, 1, 3}; /* no route, prohibited, scope, address, port */

    e->type = p->icmp_type;
    e->code = p->icmp_code;
    e->mtu = p->icmp_mtu > 0 && p->icmp_mtu <= 0xffff ? (uint16_t)p->icmp_mtu : 0;
    if (r->s->config.family != PKT_IPV6)
        return p->icmp_type == 3 || p->icmp_type == 4 || p->icmp_type == 11 || p->icmp_type == 12;
    switch (p->icmp_type) {
    case 1:
        e->type = 3;
        e->code = p->icmp_code < sizeof unreachable ? unreachable[p->icmp_code] : 1;
        return true;
    case 2:
        e->type = 3;
        e->code = 4;
        return true;
    case 3: e->type = 11; return true;
    case 4:
        e->type = p->icmp_code == 1 ? 3 : 12; /* an unknown next header: the protocol is unreachable */
        e->code = p->icmp_code == 1 ? 2 : 0;
        return true;
    default: return false;
    }
}

static bool inject_icmp(struct pkt_run *r, const struct pkt_packet *p)
{
    const struct tcp_endpoints *e = &r->flow.e;
    struct icmp_error error;
    struct frame about;

    if (!icmp_numbers(r, p, &error))
        return run_fail(r, PKT_REFUSED, &p->at, "not supported: ICMP messages that are not errors about TCP");
    memset(&about, 0, sizeof about);
    about.proto = PROTO_TCP;
    about.src = e->local;
    about.dst = e->remote;
    about.seg.sport = e->local_port;
    about.seg.dport = e->remote_port;
    about.seg.seq = seq(p->quoted.seq + local_offset(r));
    if (p->quote != PKT_QUOTE_TCP) {
        const struct tcb *t = app_up_tcb(&r->w, flow_conn(r));

        if (t)
            about.seg.seq = tcp_snd_una(t);
    }
    r->w.core->cause = 0;
    net_icmp(&r->w, sim_net(&r->w), HOST_SCRIPT, &about, &error);
    return true;
}

/* Options of what this TCP does not have. */
static bool options_beyond(struct pkt_run *r, const struct pkt_packet *p)
{
    for (size_t i = 0; i < p->n_options; i++)
        if (p->option[i].kind == PKT_OPT_FO || p->option[i].kind == PKT_OPT_FOEXP)
            return !run_fail(r, PKT_REFUSED, &p->option[i].at, "not supported: TCP Fast Open");
    return false;
}

bool run_inject(struct pkt_run *r, const struct pkt_packet *p)
{
    bool ok = false;

    if (!r->flow.known)
        begin_flow(r, r->s->config.family == PKT_IPV6);
    announce(r);
    switch (p->protocol) {
    case PKT_TCP: ok = inject_tcp(r, p); break;
    case PKT_ICMP: ok = inject_icmp(r, p); break;
    case PKT_UDP: return run_fail(r, PKT_REFUSED, &p->at, "not supported: UDP packets");
    }
    return ok && run_to(r, run_now(r));
}

/* --- out --- */

/* The next segment that TCP has sent, from r->next_out on. */
static const struct rec_send *next_sent(struct pkt_run *r)
{
    for (; r->next_out < log_count(&r->log); r->next_out++) {
        const struct rec_head *h = log_at(&r->log, r->next_out);

        if (h->kind == REC_SEND && h->host == HOST_TCP + 1)
            return (const struct rec_send *)(const void *)h;
    }
    return NULL;
}

/* A segment has been sent that no expectation has taken. */
static bool has_out(struct pkt_run *r)
{
    return next_sent(r) != NULL;
}

static void learn(struct pkt_run *r, const struct pkt_packet *want, const struct rec_send *s)
{
    struct flow *f = &r->flow;

    if (!f->known) {
        begin_flow(r, r->s->config.family == PKT_IPV6);
        f->e.local_port = s->sport;
        f->e.remote_port = s->dport;
    }
    announce(r);
    if (!f->local_known && (want->flags & s->ctl & PKT_SYN) && !want->seq.any) {
        f->local = s->seq.v - want->seq.seq;
        f->local_known = true;
    } else if (!f->local_known) {
        f->local = local_offset(r);
    }
}

static void learn_ts(struct pkt_run *r, const struct pkt_packet *want, const struct pkt_packet *got)
{
    const struct pkt_option *w = NULL, *g = NULL;

    for (size_t i = 0; i < want->n_options; i++)
        if (want->option[i].kind == PKT_OPT_TS && !want->option[i].u.ts.val_any)
            w = &want->option[i];
    for (size_t i = 0; i < got->n_options; i++)
        if (got->option[i].kind == PKT_OPT_TS)
            g = &got->option[i];
    if (!w || !g)
        return;
    if (!r->flow.ts)
        r->flow.ts = calloc(TS_MAX, sizeof *r->flow.ts);
    CHECK(r->flow.ts && "out of memory");
    if (r->flow.n_ts < TS_MAX)
        r->flow.ts[r->flow.n_ts++] = (struct ts_pair){w->u.ts.val, g->u.ts.val};
}

static void put_lines(struct sbuf *to, const struct pkt_run *r, const struct pkt_packet *want,
                      const struct pkt_packet *got, vtime at)
{
    enum pkt_family family = r->s->config.family;

    sbuf_lit(to, "  expected: ");
    pkt_print_packet(want, family, to);
    sbuf_lit(to, "\n  came:     ");
    if (got) {
        pkt_print_packet(got, family, to);
        sbuf_lit(to, "   at ");
        run_put_time(to, at);
    } else {
        sbuf_lit(to, "nothing");
    }
    sbuf_putc(to, '\n');
}

/* A record that says so, for whoever reads the trace. */
static void script_rec(struct pkt_run *r, bool ok, uint64_t pkt, const char *text)
{
    uint64_t id = rec_next(&r->w);
    struct rec_script s;
    char *copy = NULL;

    if (text) {
        copy = world_at(&r->w, arena_alloc(&r->w.mem, (uint32_t)strlen(text) + 1));
        strcpy(copy, text);
    }
    memset(&s, 0, sizeof s);
    s.ok = ok;
    s.step = (uint32_t)r->event;
    s.pkt = pkt;
    s.text = copy;
    r->w.core->cause = pkt;
    rec_put(&r->w, &s.head, id, REC_SCRIPT, r->flow.raw_conn, HOST_SCRIPT + 1);
    r->w.core->cause = 0;
}

/* The packet is not the one expected. True: the script says that this is no failure. */
static bool mismatch(struct pkt_run *r, const struct pkt_packet *want, const struct pkt_packet *got,
                     const struct rec_send *s, const struct sbuf *fields, const char *what)
{
    struct sbuf first = SBUF_INIT;
    const char *end = fields->len ? memchr(fields->s, '\n', fields->len) : NULL;

    sbuf_puts(&first, what);
    if (end) {
        const char *from = fields->s;

        while (*from == ' ')
            from++;
        sbuf_lit(&first, ": ");
        sbuf_put(&first, from, (size_t)(end - from));
    }
    sbuf_putc(&first, '\0');
    script_rec(r, false, s ? s->head.id : 0, first.s);
    if (s && r->s->config.non_fatal_packet) {
        run_warn(r, &want->at, first.s);
        sbuf_free(&first);
        return true;
    }
    put_lines(&r->details, r, want, got, s ? s->head.at : 0);
    sbuf_put(&r->details, fields->s, fields->len);
    if (s)
        run_why(r, &s->head, &r->details);
    else
        run_newest(r, &r->details);
    run_fail(r, PKT_FAILED, &want->at, "%s", first.s);
    sbuf_free(&first);
    return false;
}

static void put_when(struct sbuf *b, const struct pkt_run *r, vtime tolerance)
{
    sbuf_lit(b, "    time: expected ");
    run_put_time(b, r->due);
    if (r->due_end != r->due) {
        sbuf_lit(b, " to ");
        run_put_time(b, r->due_end);
    }
    if (tolerance) {
        sbuf_lit(b, " (give or take ");
        run_put_time(b, tolerance);
        sbuf_putc(b, ')');
    }
}

/* What came, cut to what the expectation may take of it. */
static void see(struct pkt_run *r, const struct rec_send *s, struct pkt_packet *p, struct pkt_option *option)
{
    run_seen(r, s, p, option);
    p->seq.seq += r->out_done;
    p->seq.len -= r->out_done;
}

/* Adds to `got` the segments behind it until they are as long as what is expected: a kernel hands such a
 * train to its network card as one. */
static void aggregate(struct pkt_run *r, const struct pkt_packet *want, struct pkt_packet *got, vtime limit)
{
    struct pkt_option option[RUN_OPTIONS_MAX];
    struct pkt_packet more;

    while (got->seq.len < want->seq.len && !(got->flags & PKT_FIN)) {
        const struct rec_send *s;

        if (!run_until(r, has_out, limit))
            return;
        s = next_sent(r);
        run_seen(r, s, &more, option);
        if (more.seq.seq != got->seq.end || more.seq.len == 0 || more.ack != got->ack ||
            ((more.flags ^ got->flags) & ~(PKT_PSH | PKT_FIN | PKT_CWR)) || more.n_options != got->n_options)
            return;
        if (more.seq.len > want->seq.len - got->seq.len) { /* its end is the next expectation's */
            r->out_done = want->seq.len - got->seq.len;
            got->seq.len = want->seq.len;
            got->seq.end = got->seq.seq + got->seq.len;
            return;
        }
        got->flags |= more.flags;
        got->win = more.win;
        got->seq.len += more.seq.len;
        got->seq.end = more.seq.end;
        r->next_out++;
    }
}

static bool expect_tcp(struct pkt_run *r, const struct pkt_packet *p)
{
    const struct pkt_event *e = &r->s->event[r->event];
    bool any = e->time.kind == PKT_TIME_ANY;
    vtime tolerance = any ? 0 : run_tolerance(r, r->due), limit = r->due_end + tolerance;
    struct pkt_option option[RUN_OPTIONS_MAX];
    const struct rec_send *s;
    struct sbuf fields = SBUF_INIT;
    struct pkt_packet got;
    bool ok;

    if (!run_until(r, has_out, any ? run_now(r) + 86400 * NS_PER_S : limit)) {
        if (r->outcome != PKT_PASSED)
            return false;
        run_until(r, has_out, limit + 600 * NS_PER_S); /* when it does come, for the message */
        s = next_sent(r);
        put_when(&fields, r, tolerance);
        if (s) {
            sbuf_lit(&fields, ", came at ");
            run_put_time(&fields, s->head.at);
            learn(r, p, s);
            see(r, s, &got, option);
        }
        sbuf_putc(&fields, '\n');
        if (s) {
            run_compare(r, p, &got, &fields);
            r->next_out++;
            r->out_done = 0;
        }
        ok = mismatch(r, p, s ? &got : NULL, s, &fields,
                      s ? "the packet came too late" : "the packet was not sent");
        sbuf_free(&fields);
        return ok;
    }
    s = next_sent(r);
    learn(r, p, s);
    see(r, s, &got, option);
    r->next_out++;
    r->out_done = 0;
    if (p->seq.len > got.seq.len && got.seq.len > 0 && !r->s->config.strict_segments)
        aggregate(r, p, &got, limit);
    run_compare(r, p, &got, &fields);
    if (!any && (s->head.at < r->due - tolerance || s->head.at > limit)) {
        put_when(&fields, r, tolerance);
        sbuf_lit(&fields, ", came at ");
        run_put_time(&fields, s->head.at);
        sbuf_putc(&fields, '\n');
    }
    ok = !fields.len;
    if (ok) {
        learn_ts(r, p, &got);
        script_rec(r, true, s->head.id, NULL);
    } else {
        mismatch(r, p, &got, s, &fields, "another packet was expected");
    }
    sbuf_free(&fields);
    return r->outcome == PKT_PASSED;
}

bool run_expect(struct pkt_run *r, const struct pkt_packet *p)
{
    bool ok;

    if (options_beyond(r, p))
        return false;
    switch (p->protocol) {
    case PKT_TCP: break;
    case PKT_UDP: return run_fail(r, PKT_REFUSED, &p->at, "not supported: UDP packets");
    case PKT_ICMP:
        return run_fail(r, PKT_REFUSED, &p->at, "not supported: ICMP messages sent by the TCP under test");
    }
    ok = expect_tcp(r, p);
    if (ok && r->o.verbose) {
        run_put_time(&r->account, run_now(r));
        sbuf_lit(&r->account, "  ");
        script_print_event(r->s, &r->s->event[r->event], &r->account);
        sbuf_putc(&r->account, '\n');
    }
    return ok;
}
