/* Fuzz target: one host's TCP, driven by arbitrary segments, user calls, ICMP errors and steps of time. After
 * each of them all laws hold (tcp_check_full), and what TCP does is judged from outside too: octets are
 * delivered once and in order, nothing is sent past the window or larger than the MSS, the promised right
 * edge never moves left, nothing goes on for ever. The numbers of segments count from the connection's own,
 * so that most come near its windows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/tcp/tcb.h"
#include "models/wire/wire.h"

enum { EVENT_WAKE = 1, CONNS = 6, PEER = 900, OPS = 400, EVENTS = 300000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct conn {
    ref tcb;
    bool wants_settle, edge_known;
    seq32 edge;    /* right edge promised to the peer */
    seq32 allowed; /* right edge the peer has promised, ever */
    bool allowed_known;
    uint64_t got;
};

struct bench {
    struct world w;
    struct tcp_options opt;
    struct conn conn[CONNS + 1];
    uint32_t n, at; /* connections there have been; the one that is acted upon */
    const uint8_t *p, *end;
};

static uint8_t byte(struct bench *b)
{
    return b->p < b->end ? *b->p++ : 0;
}

static uint32_t word(struct bench *b)
{
    uint32_t hi = byte(b);
    return hi << 8 | byte(b);
}

static struct tcb *tcb_of(struct bench *b, uint32_t i)
{
    return i && i <= b->n && b->conn[i].tcb ? world_at(&b->w, b->conn[i].tcb) : NULL;
}

/* --- the owner's part --- */

static void judge_text(const struct conn *c, const struct tcb *t, const struct segment *s,
                       const struct tcp_out *o)
{
    bool beyond = o->why == C_PROBE_OUT || o->why == C_KEEPALIVE_OUT || o->why == C_RETRANSMIT;
    if (s->len == 0 || o->why == C_KEEPALIVE_OUT)
        return;
    CHECK(s->len <= eff_mss(t));
    CHECK(s->stream == t->conn);
    CHECK((uint32_t)s->off == s->seq.v - t->snd.iss.v - 1);
    CHECK(seq_le(seq_add(s->seq, s->len), t->snd.nxt));
    if (c->allowed_known && !beyond && o->retx_of == 0)
        CHECK(seq_le(seq_add(s->seq, s->len), c->allowed));
}

static uint64_t op_emit(struct tcp_ctx *x, struct tcb *t, const struct segment *s, const struct tcp_out *o)
{
    struct bench *b = x->owner;
    if (s->ext) {
        const struct seg_ext *ext = world_at(&b->w, s->ext);
        CHECK(t && (t->flags & TF_SACK) && !(s->ctl & TCP_SYN) && ext->n_sack > 0);
        CHECK(s->len + wire_options_length(s, ext) <= max_u32(t->snd.mss, SEG_OPT_MAX));
        arena_free(&b->w.mem, s->ext, sizeof *ext);
    }
    if (t && !(s->ctl & TCP_RST) && t->state > TCP_LISTEN) {
        struct conn *c = &b->conn[t->conn];
        judge_text(c, t, s, o);
        CHECK(!(s->ctl & TCP_ACK) || seq_eq(s->ack, t->rcv.nxt));
        seq32 edge = seq_add(s->ack, (uint32_t)s->wnd << o->wscale);
        if ((s->ctl & (TCP_ACK | TCP_SYN)) == TCP_ACK) {
            CHECK(!c->edge_known || seq_ge(edge, c->edge));
            c->edge = edge;
            c->edge_known = true;
        }
        CHECK(!(s->opts & SEG_MSS) || (s->ctl & TCP_SYN)); /* MUST-65 */
    }
    return rec_next(&b->w);
}

static void op_signal(struct tcp_ctx *x, struct tcb *t, enum tcp_signal what, uint64_t value)
{
    CHECK(x->owner && t && what != SIGNAL_NONE);
    (void)value;
}

static void op_deliver(struct tcp_ctx *x, struct tcb *t, uint32_t stream, uint64_t off, uint32_t len,
                       bool push, bool last)
{
    struct bench *b = x->owner;
    struct conn *c = &b->conn[t->conn];
    (void)push, (void)last;
    CHECK(len > 0 && stream == PEER && (uint32_t)off == (uint32_t)c->got);
    c->got += len;
}

static void op_want_settle(struct tcp_ctx *x, struct tcb *t)
{
    struct bench *b = x->owner;
    CHECK(!b->conn[t->conn].wants_settle);
    b->conn[t->conn].wants_settle = true;
    world_settle(&b->w);
}

static uint32_t op_new_child(struct tcp_ctx *x, struct tcb *listener, ref child,
                             const struct tcp_endpoints *e)
{
    struct bench *b = x->owner;
    CHECK(listener && e->remote);
    if (b->n == CONNS)
        return 0;
    b->conn[++b->n] = (struct conn){.tcb = child};
    b->at = b->n;
    return b->n;
}

static void op_bound(struct tcp_ctx *x, struct tcb *t, const struct tcp_endpoints *e)
{
    CHECK(x->owner && t && e->remote);
}

static void op_gone(struct tcp_ctx *x, struct tcb *t)
{
    struct bench *b = x->owner;
    CHECK(b->conn[t->conn].tcb);
    b->conn[t->conn].tcb = 0;
    b->conn[t->conn].wants_settle = false;
}

static uint32_t op_iss(struct tcp_ctx *x, const struct tcp_endpoints *e)
{
    (void)e;
    return 0xffffff00u + (uint32_t)world_now(x->w) % 512;
}

static bool op_challenge_ok(struct tcp_ctx *x)
{
    return world_now(x->w) % 3 != 0;
}

static const struct tcp_ops ops = {op_emit,         op_signal, op_deliver, op_want_settle,
                                   op_new_child,    op_bound,  op_gone,    op_iss,
                                   op_challenge_ok, NULL,      NULL};

static struct tcp_ctx ctx(struct bench *b)
{
    return (struct tcp_ctx){
        .w = &b->w, .opt = &b->opt, .ops = &ops, .owner = b, .host = 1, .wake_kind = EVENT_WAKE};
}

static struct bench *bench_of(struct world *w)
{
    return (struct bench *)(void *)((char *)w - offsetof(struct bench, w));
}

static void settle(struct world *w)
{
    struct bench *b = bench_of(w);
    struct tcp_ctx x = ctx(b);
    for (uint32_t i = 1; i <= b->n; i++) {
        if (!b->conn[i].wants_settle)
            continue;
        b->conn[i].wants_settle = false;
        tcp_settle(&x, tcb_of(b, i));
    }
}

static void check(struct world *w)
{
    struct bench *b = bench_of(w);
    struct tcp_ctx x = ctx(b);
    for (uint32_t i = 1; i <= b->n; i++) {
        const char *broken = tcb_of(b, i) ? tcp_check_full(&x, tcb_of(b, i)) : NULL;
        if (broken) {
            fprintf(stderr, "broken: %s\n", broken);
            abort();
        }
    }
}

static void dispatch(struct world *w, const struct event *e)
{
    struct bench *b = bench_of(w);
    struct tcp_ctx x = ctx(b);
    if (tcb_of(b, event_a(e)))
        tcp_wake(&x, tcb_of(b, event_a(e)), e);
}

static const struct world_ops world_ops = {dispatch, settle, check};

/* --- what is done --- */

static struct tcp_endpoints endpoints(void)
{
    return (struct tcp_endpoints){.local = 1, .remote = 2, .local_port = 1000, .remote_port = 80};
}

/* A number near one that matters. */
static seq32 near(struct bench *b, const seq32 base[4])
{
    uint8_t how = byte(b);
    int32_t d = (int8_t)byte(b);
    if (how & 0x40)
        d *= 97;
    return seq(base[how & 3].v + ((how & 0x80) ? (uint32_t)d : 0));
}

/* The furthest right edge TCP has taken from the peer. */
static void note_allowed(struct bench *b)
{
    for (uint32_t i = 1; i <= b->n; i++) {
        const struct tcb *t = tcb_of(b, i);
        if (!t || t->state < TCP_ESTABLISHED)
            continue;
        struct conn *c = &b->conn[i];
        seq32 edge = seq_add(t->snd.una, t->snd.wnd);
        c->allowed = c->allowed_known ? seq_max(c->allowed, edge) : edge;
        c->allowed_known = true;
    }
}

/* SACK blocks near what is outstanding: good ones, and any others. */
static void blocks(struct bench *b, const struct tcb *t, struct segment *s, struct seg_ext *ext)
{
    uint8_t how = byte(b);
    s->opts |= SEG_SACK;
    ext->n_sack = (uint8_t)(1 + (how & 3));
    for (unsigned i = 0; i < ext->n_sack; i++) {
        seq32 from = (how & 4) ? t->snd.nxt : (how & 8) ? t->rcv.nxt : t->snd.una;
        ext->sack[i].left = seq_add(from, (how & 16) ? word(b) - 500u : byte(b));
        ext->sack[i].right = seq_add(ext->sack[i].left, (how & 32) ? word(b) - 100u : byte(b));
        if ((how & 64) && seq_gt(ext->sack[i].right, t->snd.nxt))
            ext->sack[i].right = t->snd.nxt;
    }
}

static void segment(struct bench *b)
{
    struct tcp_ctx x = ctx(b);
    struct tcb *t = tcb_of(b, b->at);
    struct tcp_endpoints e = endpoints();
    static const uint8_t usual[8] = {TCP_ACK, TCP_ACK | TCP_PSH, TCP_ACK | TCP_FIN, TCP_ACK,
                                     TCP_SYN, TCP_SYN | TCP_ACK, TCP_RST,           TCP_ACK | TCP_URG};
    uint8_t how = byte(b);
    struct segment s = {.ctl = (how & 0x80) ? (uint8_t)(byte(b) & 0x3f) : usual[how & 7], .stream = PEER};
    seq32 zero[4] = {seq(0), seq(1), seq(0x7fffffff), seq(0xffffffffu)};
    seq32 in[4], out[4];
    memcpy(in, zero, sizeof in);
    memcpy(out, zero, sizeof out);
    if (t && t->state > TCP_LISTEN) {
        memcpy(in, (seq32[4]){t->rcv.nxt, t->rcv.irs, t->rcv.adv, seq_add(t->rcv.nxt, 300)}, sizeof in);
        memcpy(out, (seq32[4]){t->snd.nxt, t->snd.una, t->snd.iss, seq_add(t->snd.una, 1)}, sizeof out);
    }
    s.seq = near(b, in);
    if (s.ctl & TCP_ACK)
        s.ack = near(b, out);
    s.len = (how & 0x08) ? byte(b) : (how & 0x10) ? word(b) & 0x7fff : 0;
    s.wnd = (uint16_t)((how & 0x20) ? word(b) : (how & 0x40) ? byte(b) & 1 : 65535);
    uint8_t opts = byte(b);
    if (s.ctl & TCP_URG)
        s.up = (uint16_t)((opts & 0x80) ? word(b) : byte(b));
    if (opts & 1)
        s.opts |= SEG_MSS, s.mss = (uint16_t)((opts & 0x40) ? byte(b) & 1 : word(b));
    if (opts & 2)
        s.opts |= SEG_WS, s.ws = byte(b) & 31;
    if ((opts & 4) || (t && (t->flags & TF_TS) && (opts & 0x30) != 0x30)) {
        s.opts |= SEG_TS;
        s.tsval = (t ? t->ts_recent : 0) + (uint32_t)(int8_t)((opts & 4) ? byte(b) : 1);
        s.tsecr = (uint32_t)(world_now(&b->w) / NS_PER_MS) - ((opts & 8) ? byte(b) : 1u);
    }
    struct seg_ext ext = {.n_sack = 0};
    if (t && t->state > TCP_LISTEN && (opts & 0x41) == 0x40)
        blocks(b, t, &s, &ext);
    if ((opts & 0x38) == 0x38)
        s.opts |= SEG_BAD_OPT;
    bool unborn =
        !t ||
        t->state <=
            TCP_SYN_SENT; /* the text's place in the stream follows from the IRS, which this SYN tells */
    seq32 irs = unborn ? s.seq : t->rcv.irs;
    s.off = (uint64_t)(int64_t)((int32_t)(s.seq.v - irs.v) - ((s.ctl & TCP_SYN) ? 0 : 1));
    tcp_input(&x, t, &s, &ext, &e, rec_next(&b->w), byte(b));
    note_allowed(b);
}

/* Duplicate ACKs (RFC 5681 sec 2), which chance alone would hardly make. */
static void duplicates(struct bench *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct tcp_ctx x = ctx(b);
        struct tcb *t = tcb_of(b, b->at);
        struct tcp_endpoints e = endpoints();
        if (!t || t->state <= TCP_SYN_SENT)
            return;
        struct segment s = {.seq = t->rcv.nxt, .ack = t->snd.una, .ctl = TCP_ACK, .stream = PEER};
        s.wnd = (uint16_t)(t->snd.wnd >> t->snd.wscale);
        if (t->flags & TF_TS) {
            s.opts = SEG_TS;
            s.tsval = t->ts_recent;
        }
        struct seg_ext ext = {.n_sack = 1};
        uint32_t flight = flight_size(t);
        if ((t->flags & TF_SACK) && flight > 4 * n) { /* with SACK only those that tell something new count */
            s.opts |= SEG_SACK;
            ext.sack[0].left = seq_add(t->snd.una, flight / (2 * n) * (2 * i + 1));
            ext.sack[0].right = seq_add(t->snd.una, flight / (2 * n) * (2 * i + 2));
        }
        tcp_input(&x, t, &s, &ext, &e, rec_next(&b->w), 0);
    }
}

static void user_open(struct bench *b)
{
    struct tcp_ctx x = ctx(b);
    uint8_t how = byte(b);
    struct tcp_open_args a = {.e = endpoints(), .passive = how & 1, .dscp = 0xff, .user_timeout = -1};
    if (how & 2)
        a.e.remote = a.e.remote_port = 0;
    if (how & 4)
        a.user_timeout = byte(b) * NS_PER_S;
    if (!tcb_of(b, b->at)) {
        if (b->n == CONNS)
            return;
        b->conn[++b->n] = (struct conn){.tcb = tcp_new(&x, b->n, &a.e)};
        b->at = b->n;
    }
    tcp_open(&x, tcb_of(b, b->at), &a);
}

static void user_send(struct bench *b, struct tcp_ctx *x, struct tcb *t)
{
    uint8_t how = byte(b);
    uint32_t n = (how & 8) ? word(b) : byte(b), taken;
    if (how & 16)
        n *= 64;
    tcp_send(x, t, n, how & 3, &taken);
    CHECK(taken <= n);
}

static void user_call(struct bench *b)
{
    struct tcp_ctx x = ctx(b);
    struct tcb *t = tcb_of(b, b->at);
    struct tcp_status s;
    uint8_t call = byte(b);
    switch (call % 10) {
    case 0:
    case 1:
    case 2: user_send(b, &x, t); break;
    case 3:
    case 4:
        tcp_receive(&x, t, (call & 0x80) ? word(b) : byte(b), (call & 0x40) ? RECEIVE_ANY : RECEIVE_PUSH);
        break;
    case 5: tcp_close(&x, t); break;
    case 6:
        if (call & 0x80)
            tcp_abort(&x, t);
        else
            tcp_flush(&x, t);
        break;
    case 7: tcp_status(&x, t, &s); break;
    case 8: {
        int what = byte(b) % SETTING_COUNT;
        int64_t v = byte(b);
        bool time = what == SET_R2 || what == SET_USER_TIMEOUT || what == SET_KEEPALIVE_IDLE ||
                    what == SET_KEEPALIVE_INTERVAL;
        tcp_set(&x, t, (enum tcp_setting)what, time ? v * NS_PER_S : v);
        break;
    }
    case 9:
        if (t && (call & 0x80))
            tcp_orphan(&x, t);
        break;
    }
}

static void icmp(struct bench *b)
{
    struct tcp_ctx x = ctx(b);
    struct tcb *t = tcb_of(b, b->at);
    if (!t)
        return;
    uint8_t how = byte(b);
    struct icmp_error e = {.type = (uint8_t)((how & 7) == 7   ? 11
                                             : (how & 7) == 6 ? 4
                                                              : 3),
                           .code = (uint8_t)((how & 7) % 6)};
    if ((e.code == 2 || e.code == 3) && (how & 0x80) == 0) /* it would end most runs */
        e.code = 4;
    e.mtu = (uint16_t)word(b);
    tcp_icmp(&x, t, &e, seq_add(t->snd.una, (how & 8) ? byte(b) : 0));
}

static void pass_time(struct bench *b)
{
    static const vtime unit[8] = {1,        NS_PER_US,     NS_PER_MS,     10 * NS_PER_MS, 100 * NS_PER_MS,
                                  NS_PER_S, 10 * NS_PER_S, 100 * NS_PER_S};
    uint8_t how = byte(b);
    enum run_end end = world_run(&b->w, world_now(&b->w) + unit[how & 7] * (1 + (how >> 3)));
    CHECK(end == RUN_IDLE || end == RUN_UNTIL || end == RUN_LIMIT_TIME);
}

static void options(struct bench *b)
{
    uint8_t f = byte(b), g = byte(b), h = byte(b), k = byte(b);
    struct tcp_options *o = &b->opt;
    tcp_options_default(o);
    o->timestamps = f & 1;
    o->window_scale = (f & 2) ? byte(b) % 32 : -1;
    o->rcv_buffer = (f & 4) ? 1u + byte(b) : (f & 8) ? 1 + word(b) * 16 : 65535u;
    o->snd_buffer = (f & 16) ? 1 + word(b) : 1 << 20;
    o->nagle = !(f & 32);
    o->delayed_ack = (f & 64) ? 0 : 200 * NS_PER_MS;
    o->congestion = (f & 128) ? CC_NONE : CC_RENO;
    o->mtu = (g & 1) ? 68 + byte(b) : 1500;
    o->rfc5961_ack = !(g & 2);
    o->rfc5961_rst = !(g & 4);
    o->rfc5961_syn = !(g & 8);
    o->half_duplex_close = (g & 0x70) == 0x70;
    o->urgent_last_octet = g & 128;
    o->reassembly_ranges = (h & 1) ? byte(b) & 3 : 256;
    o->time_wait_reuse = h & 2;
    o->rfc1337 = h & 4;
    o->keepalive = h & 8;
    o->keepalive_idle = o->keepalive_interval = (h & 16) ? 10 * NS_PER_S : 7200 * NS_PER_S;
    o->keepalive_garbage = h & 32;
    o->orphan_timeout = (h & 64) ? 5 * NS_PER_S : 0;
    o->user_timeout = (h & 128) ? 30 * NS_PER_S : 0;
    o->discard_illegal_option = o->rfc1337;
    o->sack = k & 1;
    o->dsack = k & 2;
    o->sack_keep = k & 4;
    o->limited_transmit = k & 8;
    o->newreno_slow_but_steady = k & 16;
    o->newreno_ack_heuristic = k & 32;
    o->newreno_timestamp_heuristic = k & 64;
    o->rto_min = (g & 16) ? 0 : NS_PER_S;
    if (!(k & 128))
        return;
    uint8_t m = byte(b), n = byte(b);
    o->ecn = m & 1;
    o->ecn_fallback = m >> 1 & 1;
    o->ecn_rst_retry = m & 4;
    o->abc = (m >> 3 & 3) % 3;
    o->initial_window_rule = m >> 5 & 3;
    o->cwnd_validation = m & 128;
    o->cork = n & 1;
    o->quickack = n & 2 ? 3 : 0;
    o->linger = n & 4 ? 0 : -1;
    o->drop_syn_fin = n & 8;
    o->window_limit = n & 16 ? 1000 : 0;
    o->window_scale = n & 32 ? -2 : o->window_scale;
    o->syn_retries = n & 64 ? 2 : 0;
    o->restart_window = n & 128;
}

/* The usual way in, so that not every input has to find it. */
static void walk_in(struct bench *b)
{
    struct tcp_ctx x = ctx(b);
    struct tcp_endpoints e = endpoints();
    uint8_t how = byte(b);
    struct tcp_open_args a = {.e = e, .passive = how & 1, .dscp = 0xff, .user_timeout = -1};
    b->conn[++b->n] = (struct conn){.tcb = tcp_new(&x, 1, &e)};
    b->at = 1;
    tcp_open(&x, tcb_of(b, 1), &a);
    if (how & 0x80)
        return;
    struct segment s = {.seq = seq(0xffffffd0u),
                        .ctl = (uint8_t)(TCP_SYN | (b->opt.ecn ? TCP_ECE | TCP_CWR : 0)),
                        .wnd = 65535,
                        .mss = 1460,
                        .ws = 7,
                        .tsval = 5,
                        .stream = PEER};
    s.opts = (uint8_t)(((how & 2) ? SEG_MSS : 0) | ((how & 4) ? SEG_WS : 0) | ((how & 8) ? SEG_TS : 0) |
                       ((how & 16) ? SEG_SACK_PERM : 0));
    if (!a.passive) {
        s.ctl = (uint8_t)(TCP_SYN | TCP_ACK | (b->opt.ecn ? TCP_ECE : 0));
        s.ack = tcb_of(b, 1)->snd.nxt;
    }
    tcp_input(&x, tcb_of(b, 1), &s, NULL, &e, 1, 0);
    settle(&b->w);
    if (!a.passive || !tcb_of(b, 2))
        return;
    s.ctl = TCP_ACK;
    s.seq = seq_add(s.seq, 1);
    s.ack = tcb_of(b, 2)->snd.nxt;
    s.opts &= SEG_TS;
    tcp_input(&x, tcb_of(b, 2), &s, NULL, &e, 1, 0);
    settle(&b->w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct limits limits = {.memory_bytes = 128 << 20, .events = EVENTS};
    struct bench *b = calloc(1, sizeof *b);
    CHECK(b);
    CHECK(world_init(&b->w, 1, &limits, &world_ops, NULL));
    b->p = data;
    b->end = data + size;
    options(b);
    walk_in(b);
    for (int i = 0; i < OPS && b->p < b->end; i++) {
        uint8_t op = byte(b);
        switch (op & 15) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
        case 5:
        case 6: segment(b); break;
        case 7:
        case 8:
        case 9:
        case 10: user_call(b); break;
        case 11: icmp(b); break;
        case 12:
        case 13: pass_time(b); break;
        case 14: b->at = 1 + op / 16 % CONNS; break;
        default:
            if ((op & 0xf0) == 0xf0)
                user_open(b);
            else
                duplicates(b, op / 16);
            break;
        }
        if ((op & 0xe0) != 0xe0) /* else more happens at this instant */
            settle(&b->w);
        check(&b->w);
    }
    settle(&b->w);
    enum run_end end = world_run(&b->w, world_now(&b->w) + 1000 * NS_PER_S);
    CHECK(end == RUN_IDLE || end == RUN_UNTIL || end == RUN_LIMIT_TIME);
    world_free(&b->w);
    free(b);
    return 0;
}
