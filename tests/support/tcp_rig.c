/* tcp_rig.c: the bench itself: the owner's part of models/tcp/tcp.h, texts of segments, walks to each state.
 */
#include "tests/support/tcp_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"

enum { EVENT_WAKE = 1 };

/* --- lists --- */

static void put(struct rig *r, struct rig_list *l, const char *text)
{
    if (l->head == l->n)
        l->head = l->n = 0;
    CHECK(l->n < RIG_LINES);
    l->at[l->n] = world_now(&r->w);
    snprintf(l->text[l->n++], RIG_LINE, "%s", text);
}

static void fail_at(struct rig *r, const char *what, const char *expected, const char *found)
{
    fail_msg("%s: at `%s`: %s: expected `%s`, found `%s`", r->label ? r->label : "rig",
             r->line ? r->line : "", what, expected, found);
}

static void next_is(struct rig *r, struct rig_list *l, const char *what, const char *expected)
{
    if (l->head == l->n)
        fail_at(r, what, expected, "nothing");
    const char *found = l->text[l->head++];
    if (strcmp(found, expected) != 0)
        fail_at(r, what, expected, found);
}

void rig_sent(struct rig *r, const char *segment)
{
    next_is(r, &r->sent, "segment emitted", segment);
}
void rig_told(struct rig *r, const char *signal)
{
    next_is(r, &r->told, "signal", signal);
}
void rig_got(struct rig *r, const char *delivery)
{
    next_is(r, &r->got, "delivery", delivery);
}
void rig_returned(struct rig *r, const char *result)
{
    next_is(r, &r->returned, "answer to a pending call", result);
}

void rig_quiet(struct rig *r)
{
    struct rig_list *lists[] = {&r->sent, &r->told, &r->got, &r->returned};
    static const char *const what[] = {"segment emitted", "signal", "delivery", "answer to a pending call"};
    for (size_t i = 0; i < ARRAY_LEN(lists) && !r->lenient; i++)
        if (lists[i]->head != lists[i]->n)
            fail_at(r, what[i], "nothing", lists[i]->text[lists[i]->head]);
}

void rig_skip(struct rig *r)
{
    struct rig_list *lists[] = {&r->sent, &r->told, &r->got, &r->returned};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        lists[i]->head = lists[i]->n;
}

/* --- the owner's part --- */

static void print_options(const struct segment *s, char *out, size_t size)
{
    size_t n = strlen(out);
    if (s->opts & SEG_MSS)
        n += (size_t)snprintf(out + n, size - n, "<MSS=%u>", s->mss);
    if (s->opts & SEG_WS)
        n += (size_t)snprintf(out + n, size - n, "<WS=%u>", s->ws);
    if (s->opts & SEG_SACK_PERM)
        n += (size_t)snprintf(out + n, size - n, "<SACKOK>");
    if (s->opts & SEG_TS)
        snprintf(out + n, size - n, "<TS=%u/%u>", s->tsval, s->tsecr);
}

/* Blocks say what is held of our text: numbers count from the peer's first. */
static void print_blocks(const struct rig *r, const struct segment *s, char *out, size_t size)
{
    const struct seg_ext *ext = world_at(&r->w, s->ext);
    size_t n = strlen(out);
    for (unsigned i = 0; i < ext->n_sack && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%d-%d",
                              i ? "," : "<SACK=", (int)(int32_t)(ext->sack[i].left.v - r->irs),
                              (int)(int32_t)(ext->sack[i].right.v - r->irs));
    if (n < size)
        snprintf(out + n, size - n, ">");
}

static void print_segment(const struct rig *r, const struct segment *s, char *out, size_t size)
{
    char ctl[40];
    ctl_format(s->ctl, ctl);
    size_t n;
    if (s->ctl == (TCP_RST | TCP_ACK)) /* not a number of ours: 3.10.7.1 says 0 */
        n = (size_t)snprintf(out, size, "<SEQ=!%u>", s->seq.v);
    else
        n = (size_t)snprintf(out, size, "<SEQ=%d>", (int)(int32_t)(s->seq.v - r->iss));
    if (s->ctl & TCP_ACK)
        n += (size_t)snprintf(out + n, size - n, "<ACK=%d>", (int)(int32_t)(s->ack.v - r->irs));
    n += (size_t)snprintf(out + n, size - n, "<CTL=%s>", ctl);
    if (s->len)
        n += (size_t)snprintf(out + n, size - n, "<LEN=%u>", s->len);
    if (s->ctl & TCP_URG)
        n += (size_t)snprintf(out + n, size - n, "<UP=%u>", s->up);
    if (r->show & RIG_WND)
        snprintf(out + n, size - n, "<WND=%u>", s->wnd);
    if (r->show & RIG_OPTIONS)
        print_options(s, out, size);
    if (s->opts & SEG_SACK)
        print_blocks(r, s, out, size);
}

static uint64_t op_emit(struct tcp_ctx *x, struct tcb *t, const struct segment *s, const struct tcp_out *o)
{
    struct rig *r = x->owner;
    char line[RIG_LINE];
    print_segment(r, s, line, sizeof line);
    if (r->show & RIG_WHY)
        snprintf(line + strlen(line), sizeof line - strlen(line), " why=%s", tcp_clause(o->why)->id);
    if (s->len > 0) {
        CHECK(t && s->stream == t->conn);
        if (o->why != C_KEEPALIVE_OUT)
            CHECK((uint32_t)s->off == s->seq.v - r->iss - 1);
    }
    if (!(s->ctl & TCP_ACK))
        CHECK(s->ack.v == 0);
    if (s->ext) { /* the segment owns it */
        CHECK((s->opts & SEG_SACK) && wire_options_length(s, world_at(&r->w, s->ext)) <= SEG_OPT_MAX);
        arena_free(&r->w.mem, s->ext, sizeof(struct seg_ext));
    }
    r->last = *s;
    r->last_out = *o;
    if (r->cited[o->why] < UINT8_MAX)
        r->cited[o->why]++;
    r->cited_now[o->why] = 1;
    put(r, &r->sent, line);
    return rec_next(&r->w);
}

static void op_signal(struct tcp_ctx *x, struct tcb *t, enum tcp_signal what, uint64_t value)
{
    struct rig *r = x->owner;
    CHECK(t);
    if (r->mute >> what & 1)
        return;
    char line[RIG_LINE];
    if (value)
        snprintf(line, sizeof line, "%s %llu", name_signal(what), (unsigned long long)value);
    else
        snprintf(line, sizeof line, "%s", name_signal(what));
    put(r, &r->told, line);
}

static void op_deliver(struct tcp_ctx *x, struct tcb *t, uint32_t stream, uint64_t off, uint32_t len,
                       bool push, bool last)
{
    struct rig *r = x->owner;
    struct rig_conn *c = &r->conns[t->conn];
    uint64_t from = (uint64_t)(int64_t)(int32_t)(t->rcv.irs.v - r->irs);
    CHECK(len > 0 && stream == RIG_PEER && off == from + c->delivered); /* every octet once, in order */
    c->delivered += len;
    char line[RIG_LINE];
    snprintf(line, sizeof line, "%u%s%s", len, push ? " push" : "", last ? "" : " ...");
    put(r, &r->got, line);
}

static void op_want_settle(struct tcp_ctx *x, struct tcb *t)
{
    struct rig *r = x->owner;
    CHECK(!r->conns[t->conn].wants_settle);
    r->conns[t->conn].wants_settle = true;
    world_settle(&r->w);
}

static uint32_t register_tcb(struct rig *r, ref tcb)
{
    CHECK(r->n_conns < RIG_CONNS);
    r->conns[++r->n_conns] = (struct rig_conn){.tcb = tcb};
    r->conn = r->n_conns;
    return r->conn;
}

static uint32_t op_new_child(struct tcp_ctx *x, struct tcb *listener, ref child,
                             const struct tcp_endpoints *e)
{
    struct rig *r = x->owner;
    CHECK(listener && e->remote != 0);
    return r->refuse_children ? 0 : register_tcb(r, child);
}

static void op_bound(struct tcp_ctx *x, struct tcb *t, const struct tcp_endpoints *e)
{
    CHECK(x->owner && t && e->remote != 0);
}

static void op_gone(struct tcp_ctx *x, struct tcb *t)
{
    struct rig *r = x->owner;
    struct rig_conn *c = &r->conns[t->conn];
    CHECK(!c->gone && c->tcb);
    c->state = tcp_state(t);
    c->gone = true;
    c->tcb = 0;
    c->wants_settle = false;
}

static uint32_t op_iss(struct tcp_ctx *x, const struct tcp_endpoints *e)
{
    CHECK(e->local != 0);
    return ((struct rig *)x->owner)->iss;
}

static bool op_challenge_ok(struct tcp_ctx *x)
{
    struct rig *r = x->owner;
    if (r->challenges_left < 0)
        return true;
    if (r->challenges_left == 0)
        return false;
    r->challenges_left--;
    return true;
}

static void op_bad_route(struct tcp_ctx *x, struct tcb *t)
{
    CHECK(t);
    ((struct rig *)x->owner)->bad_routes++;
}

static const struct tcp_ops tcp_ops = {op_emit,         op_signal,    op_deliver, op_want_settle,
                                       op_new_child,    op_bound,     op_gone,    op_iss,
                                       op_challenge_ok, op_bad_route, NULL};

struct tcp_ctx rig_ctx(struct rig *r)
{
    return (struct tcp_ctx){
        .w = &r->w, .opt = &r->opt, .ops = &tcp_ops, .owner = r, .host = 1, .wake_kind = EVENT_WAKE};
}

static struct tcb *tcb_of(struct rig *r, uint32_t conn)
{
    return conn && r->conns[conn].tcb ? world_at(&r->w, r->conns[conn].tcb) : NULL;
}

struct tcb *rig_tcb(struct rig *r)
{
    return tcb_of(r, r->conn);
}

enum tcp_state rig_state(struct rig *r)
{
    struct tcb *t = rig_tcb(r);
    return t ? tcp_state(t) : r->conn ? r->conns[r->conn].state : TCP_CLOSED;
}

void rig_check(struct rig *r)
{
    struct tcp_ctx x = rig_ctx(r);
    for (uint32_t i = 1; i <= r->n_conns; i++) {
        const char *broken = tcb_of(r, i) ? tcp_check_full(&x, tcb_of(r, i)) : NULL;
        if (broken)
            fail_at(r, "invariant", broken, "broken");
    }
}

/* --- records: edges, clauses, calls completed later --- */

static void count(uint8_t *n)
{
    if (*n < UINT8_MAX)
        ++*n;
}

static void on_record(void *ctx, const struct rec_head *h)
{
    struct rig *r = ctx;
    if (h->kind == REC_STATE) {
        count(&r->edges[((const struct rec_state *)(const void *)h)->edge]);
    } else if (h->kind == REC_CITE) {
        unsigned c = ((const struct rec_cite *)(const void *)h)->clause;
        count(&r->cited[c]);
        r->cited_now[c] = 1;
    } else if (h->kind == REC_REJECT) {
        const struct rec_reject *j = (const void *)h;
        count(&r->cited[j->clause]);
        r->cited_now[j->clause] = 1;
        r->rejected_now[j->why] = 1;
    } else if (h->kind == REC_CALL) {
        const struct rec_call *c = (const void *)h;
        if (c->call == CALL_RECEIVE && !r->calling)
            put(r, &r->returned, name_result(c->result));
    }
}

/* --- the world --- */

static void settle_all(struct rig *r)
{
    struct tcp_ctx x = rig_ctx(r);
    bool again = true;
    for (unsigned rounds = 0; again; rounds++) {
        CHECK(rounds < 10);
        again = false;
        for (uint32_t i = 1; i <= r->n_conns; i++) {
            if (!r->conns[i].wants_settle)
                continue;
            r->conns[i].wants_settle = false;
            again = true;
            tcp_settle(&x, tcb_of(r, i));
        }
    }
}

static struct rig *rig_of(struct world *w)
{
    return (struct rig *)(void *)((char *)w - offsetof(struct rig, w));
}

static void world_dispatch(struct world *w, const struct event *e)
{
    struct rig *r = rig_of(w);
    CHECK(event_kind(e) == EVENT_WAKE);
    struct tcb *t = tcb_of(r, event_a(e));
    struct tcp_ctx x = rig_ctx(r);
    if (t)
        tcp_wake(&x, t, e);
}

static void world_settle_all(struct world *w)
{
    settle_all(rig_of(w));
}

static void world_after(struct world *w)
{
    rig_check(rig_of(w));
}

void rig_init(struct rig *r)
{
    static const struct world_ops ops = {world_dispatch, world_settle_all, world_after};
    static const struct limits limits = {.memory_bytes = 64 << 20};
    memset(r, 0, sizeof *r);
    CHECK(world_init(&r->w, 1, &limits, &ops, NULL));
    tcp_options_default(&r->opt);
    r->iss = 0xfffffff0u;
    r->irs = 0xfffffff8u;
    r->peer_wnd = 65535;
    r->challenges_left = -1;
    r->open_dscp = 0xff;
    r->open_timeout = -1;
    r->mute = UINT64_C(1) << SIGNAL_SEND_OK | UINT64_C(1) << SIGNAL_SEND_SPACE;
    trace_add_sink(&r->w.trace, (struct trace_sink){.kinds = ~UINT64_C(0), .put = on_record, .ctx = r});
}

void rig_free(struct rig *r)
{
    world_free(&r->w);
}

/* --- stimuli --- */

static void stimulus(struct rig *r)
{
    r->mark = world_now(&r->w);
    memset(r->cited_now, 0, sizeof r->cited_now);
    memset(r->rejected_now, 0, sizeof r->rejected_now);
    r->w.core->cause = rec_next(&r->w);
}

void rig_settle(struct rig *r)
{
    settle_all(r);
    rig_check(r);
}

static bool number(struct rig *r, const char *s, const char *key, uint32_t base, uint32_t *out)
{
    struct tcb *t = rig_tcb(r);
    char head[16];
    snprintf(head, sizeof head, "<%s=", key);
    const char *p = strstr(s, head);
    if (!p)
        return false;
    p += strlen(head);
    if (*p == '!')
        *out = (uint32_t)strtoul(p + 1, NULL, 0);
    else if (*p == 'E' && t)
        *out = t->rcv.adv.v + (uint32_t)strtol(p + 1, NULL, 0);
    else
        *out = base + (uint32_t)strtol(p, NULL, 0);
    return true;
}

/* <SACK=1001-2001,3001-4001>: numbers of ours. */
static void parse_blocks(const struct rig *r, const char *text, struct segment *s, struct seg_ext *ext)
{
    const char *p = strstr(text, "<SACK=");
    *ext = (struct seg_ext){.n_sack = 0};
    if (!p)
        return;
    s->opts |= SEG_SACK;
    for (p += 5; *p != '>';) {
        char *end;
        CHECK(ext->n_sack < SEG_SACK_MAX);
        ext->sack[ext->n_sack].left = seq(r->iss + (uint32_t)strtol(p + 1, &end, 0));
        CHECK(*end == '-');
        ext->sack[ext->n_sack++].right = seq(r->iss + (uint32_t)strtol(end + 1, &end, 0));
        CHECK(*end == '>' || *end == ',');
        p = end;
    }
}

static void parse_segment(struct rig *r, const char *text, struct segment *s)
{
    uint32_t n;
    *s = (struct segment){.wnd = r->peer_wnd, .stream = RIG_PEER, .sport = 80, .dport = 1000};
    s->seq = seq(number(r, text, "SEQ", r->irs, &n) ? n : 0);
    s->ack = seq(number(r, text, "ACK", r->iss, &n) ? n : 0);
    const char *ctl = strstr(text, "<CTL=");
    if (ctl) {
        char name[48];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(ctl + 5, ">"), ctl + 5);
        CHECK(ctl_parse(name, &s->ctl));
    }
    s->len = number(r, text, "LEN", 0, &n) ? n : 0;
    s->up = (uint16_t)(number(r, text, "UP", 0, &n) ? n : 0);
    s->wnd = (uint16_t)(number(r, text, "WND", 0, &n) ? n : s->wnd);
    if (number(r, text, "MSS", 0, &n)) {
        s->opts |= SEG_MSS;
        s->mss = (uint16_t)n;
    }
    if (number(r, text, "WS", 0, &n)) {
        s->opts |= SEG_WS;
        s->ws = (uint8_t)n;
    }
    if (number(r, text, "TS", 0, &n)) {
        s->opts |= SEG_TS;
        s->tsval = n;
        const char *slash = strchr(strstr(text, "<TS="), '/');
        s->tsecr = slash ? (uint32_t)strtoul(slash + 1, NULL, 0) : 0;
    }
    if (strstr(text, "<SACKOK>"))
        s->opts |= SEG_SACK_PERM;
    if (number(r, text, "BADOPT", 0, &n))
        s->opts |= SEG_BAD_OPT;
    s->off = (uint64_t)(int64_t)((int32_t)(s->seq.v - r->irs) - ((s->ctl & TCP_SYN) ? 0 : 1));
}

static struct tcp_endpoints endpoints(const struct rig *r)
{
    return (struct tcp_endpoints){
        .local = 1, .remote = 2, .local_port = 1000, .remote_port = 80, .v6 = r->v6};
}

void rig_hand_in(struct rig *r, const char *segment)
{
    struct segment s;
    struct tcp_ctx x = rig_ctx(r);
    struct tcp_endpoints e = endpoints(r);
    struct seg_ext ext;
    parse_segment(r, segment, &s);
    parse_blocks(r, segment, &s, &ext);
    stimulus(r);
    tcp_input(&x, rig_tcb(r), &s, &ext, &e, r->w.core->cause, r->tos_in);
    rig_check(r);
}

void rig_in(struct rig *r, const char *segment)
{
    rig_hand_in(r, segment);
    rig_settle(r);
}

void rig_wait(struct rig *r, vtime d)
{
    world_run(&r->w, world_now(&r->w) + d);
    rig_check(r);
}

enum tcp_result rig_open(struct rig *r, bool passive, bool remote_known)
{
    struct tcp_ctx x = rig_ctx(r);
    struct tcp_open_args a = {
        .e = endpoints(r), .passive = passive, .dscp = r->open_dscp, .user_timeout = r->open_timeout};
    if (!remote_known)
        a.e.remote = a.e.remote_port = 0;
    stimulus(r);
    if (!rig_tcb(r)) {
        ref t = tcp_new(&x, r->n_conns + 1, &a.e);
        register_tcb(r, t);
    }
    enum tcp_result result = tcp_open(&x, rig_tcb(r), &a);
    rig_settle(r);
    return result;
}

/* A call of the user in the frame all of them share. */
#define CALL(r, call)                                                                                        \
    do {                                                                                                     \
        stimulus(r);                                                                                         \
        (r)->calling = true;                                                                                 \
        call;                                                                                                \
        (r)->calling = false;                                                                                \
        rig_settle(r);                                                                                       \
    } while (0)

uint32_t rig_send(struct rig *r, uint32_t len, unsigned flags, enum tcp_result *result)
{
    struct tcp_ctx x = rig_ctx(r);
    uint32_t taken = 0;
    CALL(r, *result = tcp_send(&x, rig_tcb(r), len, flags, &taken));
    return taken;
}

enum tcp_result rig_receive(struct rig *r, uint32_t len, enum tcp_receive_mode mode)
{
    struct tcp_ctx x = rig_ctx(r);
    enum tcp_result result;
    CALL(r, result = tcp_receive(&x, rig_tcb(r), len, mode));
    return result;
}

/* A RECEIVE that is pending may be answered by these: its record counts. */
enum tcp_result rig_close(struct rig *r)
{
    struct tcp_ctx x = rig_ctx(r);
    stimulus(r);
    enum tcp_result result = tcp_close(&x, rig_tcb(r));
    rig_settle(r);
    return result;
}

enum tcp_result rig_shutdown(struct rig *r)
{
    struct tcp_ctx x = rig_ctx(r);
    stimulus(r);
    enum tcp_result result = tcp_shutdown(&x, rig_tcb(r));
    rig_settle(r);
    return result;
}

enum tcp_result rig_abort(struct rig *r)
{
    struct tcp_ctx x = rig_ctx(r);
    stimulus(r);
    enum tcp_result result = tcp_abort(&x, rig_tcb(r));
    rig_settle(r);
    return result;
}

enum tcp_result rig_flush(struct rig *r)
{
    struct tcp_ctx x = rig_ctx(r);
    enum tcp_result result;
    CALL(r, result = tcp_flush(&x, rig_tcb(r)));
    return result;
}

enum tcp_result rig_status(struct rig *r, struct tcp_status *s)
{
    struct tcp_ctx x = rig_ctx(r);
    enum tcp_result result;
    CALL(r, result = tcp_status(&x, rig_tcb(r), s));
    return result;
}

enum tcp_result rig_set(struct rig *r, enum tcp_setting what, int64_t value)
{
    struct tcp_ctx x = rig_ctx(r);
    enum tcp_result result;
    CALL(r, result = tcp_set(&x, rig_tcb(r), what, value));
    return result;
}

void rig_icmp(struct rig *r, uint8_t type, uint8_t code, uint16_t mtu, int64_t quoted)
{
    struct tcp_ctx x = rig_ctx(r);
    struct icmp_error e = {.type = type, .code = code, .mtu = mtu};
    CHECK(rig_tcb(r));
    stimulus(r);
    tcp_icmp(&x, rig_tcb(r), &e, seq(r->iss + (uint32_t)quoted));
    rig_settle(r);
}

/* --- walks --- */

static void walk(struct rig *r, const char *segment)
{
    rig_in(r, segment);
    rig_skip(r);
}

static void open_actively(struct rig *r)
{
    rig_open(r, false, true);
    rig_skip(r);
}

void rig_reach_syn_received_active(struct rig *r)
{
    open_actively(r);
    walk(r, "<SEQ=0><CTL=SYN>");
    CHECK(rig_state(r) == TCP_SYN_RECEIVED);
}

void rig_reach_passive(struct rig *r)
{
    rig_reach(r, TCP_SYN_RECEIVED);
    walk(r, "<SEQ=1><ACK=1><CTL=ACK>");
    CHECK(rig_state(r) == TCP_ESTABLISHED);
}

static void close_here(struct rig *r)
{
    CHECK(rig_close(r) == RESULT_OK);
    rig_skip(r);
}

void rig_reach(struct rig *r, enum tcp_state s)
{
    switch (s) {
    case TCP_CLOSED:
    case TCP_STATES: break;
    case TCP_LISTEN: rig_open(r, true, false); break;
    case TCP_SYN_SENT: open_actively(r); break;
    case TCP_SYN_RECEIVED:
        rig_reach(r, TCP_LISTEN);
        walk(r, "<SEQ=0><CTL=SYN>");
        break;
    case TCP_ESTABLISHED:
        open_actively(r);
        walk(r, "<SEQ=0><ACK=1><CTL=SYN,ACK>");
        break;
    case TCP_FIN_WAIT_1:
        rig_reach(r, TCP_ESTABLISHED);
        close_here(r);
        break;
    case TCP_FIN_WAIT_2:
        rig_reach(r, TCP_FIN_WAIT_1);
        walk(r, "<SEQ=1><ACK=2><CTL=ACK>");
        break;
    case TCP_CLOSE_WAIT:
        rig_reach(r, TCP_ESTABLISHED);
        walk(r, "<SEQ=1><ACK=1><CTL=FIN,ACK>");
        break;
    case TCP_CLOSING:
        rig_reach(r, TCP_FIN_WAIT_1);
        walk(r, "<SEQ=1><ACK=1><CTL=FIN,ACK>");
        break;
    case TCP_LAST_ACK:
        rig_reach(r, TCP_CLOSE_WAIT);
        close_here(r);
        break;
    case TCP_TIME_WAIT:
        rig_reach(r, TCP_FIN_WAIT_2);
        walk(r, "<SEQ=1><ACK=2><CTL=FIN,ACK>");
        break;
    }
    if (rig_state(r) != s)
        fail_at(r, "walk", name_state(s), name_state(rig_state(r)));
}

/* --- tables --- */

struct entry {
    const struct rig_row *row;
    const struct rig_test *test;
    struct rig *rig;
};

static int before(void **state)
{
    struct entry *e = *state;
    e->rig = malloc(sizeof *e->rig);
    if (!e->rig)
        return -1;
    rig_init(e->rig);
    return 0;
}

static int after(void **state)
{
    struct entry *e = *state;
    rig_free(e->rig);
    free(e->rig);
    return 0;
}

static void run_entry(void **state)
{
    const struct entry *e = *state;
    if (e->row) {
        char label[160];
        snprintf(label, sizeof label, "%s (RFC %s)", e->row->name, e->row->section);
        e->rig->label = label;
        rig_script(e->rig, e->row->script);
    } else {
        e->rig->label = e->test->name;
        e->test->fn(e->rig);
    }
}

int rig_run_all(const char *program, const struct rig_row *rows, size_t n, const struct rig_test *tests,
                size_t n_tests)
{
    struct CMUnitTest *list = calloc(n + n_tests, sizeof *list);
    struct entry *entries = calloc(n + n_tests, sizeof *entries);
    CHECK(list && entries);
    for (size_t i = 0; i < n + n_tests; i++) {
        if (i < n)
            entries[i].row = rows + i;
        else
            entries[i].test = tests + (i - n);
        list[i] = (struct CMUnitTest){.name = i < n ? rows[i].name : tests[i - n].name,
                                      .test_func = run_entry,
                                      .setup_func = before,
                                      .teardown_func = after,
                                      .initial_state = &entries[i]};
    }
    int failed = _cmocka_run_group_tests(program, list, n + n_tests, NULL, NULL);
    free(list);
    free(entries);
    return failed;
}

int rig_run_table(const char *program, const struct rig_row *rows, size_t n)
{
    return rig_run_all(program, rows, n, NULL, 0);
}
