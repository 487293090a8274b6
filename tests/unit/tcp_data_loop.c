/* Two TCPs and a pipe that loses, repeats, delays and reorders: whatever the options and the applications,
 * every octet arrives once, in order, and after the pipe has healed both ends come to their end. A failing
 * seed is named: `tcp_data_loop SEED` replays it.
 *
 * Proves: MUST-19 MUST-36 MUST-38 MUST-39 MUST-59 in company; "bytes delivered are a prefix of bytes sent".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/tcp/recovery.h"

enum { EVENT_WAKE = 1, EVENT_ARRIVE, EVENT_APP };
enum { SLOTS = 4096, SEEDS = 2000, LISTENER = 2 };

struct end {
    ref tcb;
    uint32_t conn;
    bool born, gone, wants_settle, app_due, closed, eof, reading, aborted;
    uint64_t sent, target, got;
    uint32_t chunk, want, mode, pause_ms;
};

struct pipe {
    struct world w;
    struct end end[3]; /* the third listens */
    struct tcp_options opt[2];
    uint64_t seed, draws;
    uint32_t loss, dup, jitter_ms, delay_ms; /* percent, percent */
    vtime heal;
    bool simultaneous;
    struct {
        struct segment s;
        struct seg_ext ext;
        uint8_t to;
        bool used;
    } slot[SLOTS];
    uint32_t next_slot;
    const char *broken;
};

static uint32_t pick(struct pipe *p, uint32_t n)
{
    return (uint32_t)(hash_mix(p->seed, ++p->draws) % n);
}

static int end_of(const struct pipe *p, const struct tcb *t)
{
    for (int i = 0; i < 3; i++)
        if (p->end[i].conn == tcp_conn(t) && p->end[i].born)
            return i;
    return LISTENER;
}

static void app_later(struct pipe *p, int i, vtime after)
{
    if (i == LISTENER || p->end[i].app_due)
        return;
    p->end[i].app_due = true;
    world_push(&p->w, world_now(&p->w) + after, EVENT_APP, (uint32_t)i, 0);
}

/* --- the owner's part --- */

static void fly(struct pipe *p, const struct segment *s, int to)
{
    while (p->slot[p->next_slot].used)
        p->next_slot = (p->next_slot + 1) % SLOTS;
    p->slot[p->next_slot].s = *s;
    p->slot[p->next_slot].s.ext = 0;
    p->slot[p->next_slot].ext = (struct seg_ext){.n_sack = 0};
    if (s->ext)
        p->slot[p->next_slot].ext = *(const struct seg_ext *)world_at(&p->w, s->ext);
    p->slot[p->next_slot].to = (uint8_t)to;
    p->slot[p->next_slot].used = true;
    bool rough = world_now(&p->w) < p->heal;
    vtime d = (p->delay_ms + (rough && p->jitter_ms ? pick(p, p->jitter_ms) : 0)) * NS_PER_MS;
    world_push(&p->w, world_now(&p->w) + d, EVENT_ARRIVE, p->next_slot, 0);
}

static uint64_t op_emit(struct tcp_ctx *x, struct tcb *t, const struct segment *s, const struct tcp_out *o)
{
    struct pipe *p = x->owner;
    (void)t, (void)o;
    int to = x->host == 1 ? 1 : 0;
    bool rough = world_now(&p->w) < p->heal;
    if (!rough || pick(p, 100) >= p->loss)
        fly(p, s, to);
    if (rough && pick(p, 100) < p->dup)
        fly(p, s, to);
    arena_free(&p->w.mem, s->ext, sizeof(struct seg_ext));
    return rec_next(&p->w);
}

static void op_signal(struct tcp_ctx *x, struct tcb *t, enum tcp_signal what, uint64_t value)
{
    struct pipe *p = x->owner;
    int i = end_of(p, t);
    (void)value;
    if (what == SIGNAL_CLOSING)
        p->end[i].eof = true;
    if (what == SIGNAL_RESET || what == SIGNAL_REFUSED || what == SIGNAL_TIMEOUT ||
        what == SIGNAL_USER_TIMEOUT)
        p->end[i].aborted = true;
    app_later(p, i, 0);
}

static void op_deliver(struct tcp_ctx *x, struct tcb *t, uint32_t stream, uint64_t off, uint32_t len,
                       bool push, bool last)
{
    struct pipe *p = x->owner;
    int i = end_of(p, t);
    (void)push;
    if (stream != p->end[1 - i].conn || off != p->end[i].got)
        p->broken = "octets out of order, twice, or of nobody";
    p->end[i].got += len;
    if (p->end[i].got > p->end[1 - i].sent)
        p->broken = "more delivered than sent";
    if (last)
        p->end[i].reading = false;
    app_later(p, i, p->end[i].pause_ms * NS_PER_MS);
}

static void op_want_settle(struct tcp_ctx *x, struct tcb *t)
{
    struct pipe *p = x->owner;
    p->end[end_of(p, t)].wants_settle = true;
    world_settle(&p->w);
}

static uint32_t op_new_child(struct tcp_ctx *x, struct tcb *listener, ref child,
                             const struct tcp_endpoints *e)
{
    struct pipe *p = x->owner;
    (void)listener, (void)e;
    if (p->end[1].born)
        return 0;
    p->end[1].tcb = child;
    p->end[1].born = true;
    p->end[1].conn = 2;
    app_later(p, 1, 0);
    return 2;
}

static void op_bound(struct tcp_ctx *x, struct tcb *t, const struct tcp_endpoints *e)
{
    (void)x, (void)t, (void)e;
}

static void op_gone(struct tcp_ctx *x, struct tcb *t)
{
    struct pipe *p = x->owner;
    struct end *e = &p->end[end_of(p, t)];
    e->gone = true;
    e->tcb = 0;
    e->wants_settle = false;
}

static uint32_t op_iss(struct tcp_ctx *x, const struct tcp_endpoints *e)
{
    (void)e;
    return 0xfffff000u + x->host * 777u;
}

static bool op_challenge_ok(struct tcp_ctx *x)
{
    (void)x;
    return true;
}

static const struct tcp_ops ops = {op_emit,         op_signal, op_deliver, op_want_settle,
                                   op_new_child,    op_bound,  op_gone,    op_iss,
                                   op_challenge_ok, NULL,      NULL};

static struct tcp_ctx ctx(struct pipe *p, int i)
{
    int host = i == 0 ? 0 : 1;
    return (struct tcp_ctx){.w = &p->w,
                            .opt = &p->opt[host],
                            .ops = &ops,
                            .owner = p,
                            .host = (uint32_t)host + 1,
                            .wake_kind = EVENT_WAKE};
}

static struct tcb *tcb(struct pipe *p, int i)
{
    return p->end[i].tcb ? world_at(&p->w, p->end[i].tcb) : NULL;
}

static struct tcp_endpoints endpoints(int i)
{
    struct tcp_endpoints e = {.local = 1, .remote = 2, .local_port = 1000, .remote_port = 80};
    if (i != 0)
        e = (struct tcp_endpoints){.local = 2, .remote = 1, .local_port = 80, .remote_port = 1000};
    return e;
}

/* --- the application: sends its octets in chunks, reads, closes when all is sent --- */

static void app_send(struct pipe *p, int i)
{
    struct end *e = &p->end[i];
    while (e->sent < e->target && tcb(p, i)) {
        struct tcp_ctx x = ctx(p, i);
        uint32_t n = (uint32_t)min_i64((int64_t)(e->target - e->sent), 1 + pick(p, e->chunk)), taken;
        unsigned flags = pick(p, 3) ? SEND_PUSH : pick(p, 20) ? 0 : SEND_URGENT;
        enum tcp_result r = tcp_send(&x, tcb(p, i), n, flags, &taken);
        e->sent += taken;
        if (r != RESULT_OK)
            return; /* SEND_SPACE will tell */
        if (pick(p, 4) == 0) {
            app_later(p, i, pick(p, 50) * NS_PER_MS);
            return;
        }
    }
}

static void app(struct pipe *p, int i)
{
    struct end *e = &p->end[i];
    struct tcp_ctx x = ctx(p, i);
    e->app_due = false;
    if (!tcb(p, i))
        return;
    app_send(p, i);
    /* in SYN-SENT a CLOSE would throw all away (3.10.4) */
    if (tcb(p, i) && e->sent == e->target && !e->closed && tcp_state(tcb(p, i)) >= TCP_SYN_RECEIVED) {
        enum tcp_result r = tcp_close(&x, tcb(p, i));
        e->closed = r == RESULT_OK || r == RESULT_QUEUED;
    }
    for (int k = 0; tcb(p, i) && !e->reading && k < 3; k++) {
        e->reading = true;
        enum tcp_result r =
            tcp_receive(&x, tcb(p, i), 1 + pick(p, e->want), e->mode ? RECEIVE_ANY : RECEIVE_PUSH);
        if (r != RESULT_QUEUED)
            e->reading = false;
        if (r != RESULT_OK || e->pause_ms > 0)
            break;
    }
    if (tcb(p, i) && !e->reading && !e->eof)
        app_later(p, i, (1 + e->pause_ms) * NS_PER_MS);
}

/* --- the world --- */

static struct pipe *pipe_of(struct world *w)
{
    return (struct pipe *)(void *)((char *)w - offsetof(struct pipe, w));
}

static void arrive(struct pipe *p, uint32_t at)
{
    struct segment s = p->slot[at].s;
    struct seg_ext ext = p->slot[at].ext;
    int i = p->slot[at].to;
    p->slot[at].used = false;
    if (i == 1 && !p->end[1].born)
        i = LISTENER;
    struct tcp_ctx x = ctx(p, i);
    struct tcp_endpoints e = endpoints(i);
    tcp_input(&x, tcb(p, i), &s, &ext, &e, 1, 0);
}

static void dispatch(struct world *w, const struct event *ev)
{
    struct pipe *p = pipe_of(w);
    if (event_kind(ev) == EVENT_ARRIVE) {
        arrive(p, event_a(ev));
    } else if (event_kind(ev) == EVENT_APP) {
        app(p, (int)event_a(ev));
    } else {
        for (int i = 0; i < 3; i++) {
            struct tcp_ctx x = ctx(p, i);
            if (p->end[i].born && p->end[i].conn == event_a(ev) && tcb(p, i))
                tcp_wake(&x, tcb(p, i), ev);
        }
    }
}

static void settle(struct world *w)
{
    struct pipe *p = pipe_of(w);
    for (int i = 0; i < 3; i++) {
        if (!p->end[i].wants_settle)
            continue;
        struct tcp_ctx x = ctx(p, i);
        p->end[i].wants_settle = false;
        tcp_settle(&x, tcb(p, i));
    }
}

/* What a sender takes for SACKed its peer holds indeed, or has had. */
static bool holds(const struct tcp_ctx *x, const struct tcb *t, struct span s)
{
    while (seq_lt(s.left, s.right)) {
        uint32_t i = first_beyond(x, t, s.left);
        const struct range *g = i < t->rcv.ooo.n ? ring_at(x, &t->rcv.ooo, sizeof *g, i) : NULL;
        if (seq_lt(s.left, t->rcv.nxt))
            s.left = t->rcv.nxt;
        else if (g && seq_le(g->seq, s.left))
            s.left = seq_add(g->seq, g->len);
        else if ((t->flags & TF_FIN_HELD) && seq_eq(s.left, t->rcv.fin))
            s.left = seq_add(s.left, 1);
        else
            return false;
    }
    return true;
}

static const char *scoreboard_is_true(struct pipe *p, int i)
{
    struct tcp_ctx x = ctx(p, i);
    const struct tcb *t = tcb(p, i), *peer = tcb(p, 1 - i);
    const struct recovery *r = t && peer ? recovery_of(&x, t) : NULL;
    for (uint32_t k = 0; r && k < r->board.n; k++)
        if (!holds(&x, peer, *(const struct span *)ring_at(&x, &r->board, sizeof(struct span), k)))
            return "the scoreboard names what the peer has not got";
    return NULL;
}

static void after(struct world *w)
{
    struct pipe *p = pipe_of(w);
    for (int i = 0; i < 2 && !p->broken; i++) {
        struct tcp_ctx x = ctx(p, i);
        if (tcb(p, i))
            p->broken = tcp_check_full(&x, tcb(p, i));
        if (!p->broken)
            p->broken = scoreboard_is_true(p, i);
    }
    if (p->broken)
        world_stop(w, RUN_INVARIANT);
}

static const struct world_ops world_ops = {dispatch, settle, after};

/* --- a seed --- */

static void choose_options(struct pipe *p, struct tcp_options *o)
{
    tcp_options_default(o);
    o->msl = 30 * NS_PER_S;
    o->rcv_buffer = pick(p, 4) ? 500 + pick(p, 20000) : 1 + pick(p, 100);
    o->snd_buffer = pick(p, 2) ? 100 + pick(p, 5000) : 1 << 20;
    o->mss = pick(p, 3) ? 0 : 48 + pick(p, 1400);
    o->window_scale = pick(p, 2) ? -1 : (int64_t)pick(p, 15);
    o->timestamps = pick(p, 2);
    o->nagle = pick(p, 3) != 0;
    o->delayed_ack = pick(p, 3) ? 200 * NS_PER_MS : 0;
    o->congestion = pick(p, 4) ? CC_RENO : CC_NONE;
    o->reassembly_ranges = pick(p, 3) ? 256 : pick(p, 4);
    o->urgent_last_octet = false;
    o->rfc5961_ack = o->rfc5961_rst = o->rfc5961_syn = pick(p, 4) != 0;
    o->rto_min = pick(p, 2) ? NS_PER_S : 200 * NS_PER_MS;
    o->rto_initial = pick(p, 2) ? NS_PER_S : 300 * NS_PER_MS;
    o->sack = pick(p, 3) != 0;
    o->dsack = pick(p, 3) != 0;
    o->sack_keep = pick(p, 3) == 0;
    o->limited_transmit = pick(p, 2);
    o->newreno_slow_but_steady = pick(p, 2);
    o->newreno_ack_heuristic = pick(p, 3) == 0;
    o->newreno_timestamp_heuristic = pick(p, 3) == 0;
}

static void open_end(struct pipe *p, int i, bool passive)
{
    struct tcp_ctx x = ctx(p, i);
    struct tcp_open_args a = {.e = endpoints(i), .passive = passive, .dscp = 0xff, .user_timeout = -1};
    p->end[i].conn = (uint32_t)i + 1;
    p->end[i].tcb = tcp_new(&x, p->end[i].conn, &a.e);
    p->end[i].born = true;
    tcp_open(&x, tcb(p, i), &a);
}

static void choose(struct pipe *p)
{
    for (int i = 0; i < 2; i++) {
        struct end *e = &p->end[i];
        choose_options(p, &p->opt[i]);
        e->target = pick(p, 5) ? pick(p, 60000) : 0;
        e->chunk = pick(p, 2) ? 200 : 4000;
        e->want = pick(p, 2) ? 3000 : 100;
        e->mode = pick(p, 2);
        e->pause_ms = pick(p, 3) ? 0 : pick(p, 200);
    }
    for (int i = 0; i < 2; i++) /* octet by octet would take long */
        if (p->opt[i].rcv_buffer < 200)
            p->end[1 - i].target /= 50;
    p->loss = pick(p, 3) ? pick(p, 15) : pick(p, 40);
    p->dup = pick(p, 2) ? 0 : pick(p, 20);
    p->delay_ms = pick(p, 100);
    p->jitter_ms = pick(p, 3) ? pick(p, 100) : 0;
    p->heal = (5 + pick(p, 20)) * NS_PER_S;
    p->simultaneous = pick(p, 4) == 0;
}

static const char *run_seed(struct pipe *p, uint64_t seed)
{
    static const struct limits limits = {.events = 2000000, .memory_bytes = 64 << 20};
    memset(p, 0, sizeof *p);
    p->seed = seed;
    CHECK(world_init(&p->w, seed, &limits, &world_ops, NULL));
    choose(p);
    if (!p->simultaneous)
        open_end(p, LISTENER, true);
    else
        open_end(p, 1, false);
    open_end(p, 0, false);
    app_later(p, 0, pick(p, 2) * 10 * NS_PER_MS);
    app_later(p, 1, pick(p, 2) * 10 * NS_PER_MS);
    enum run_end why = world_run(&p->w, 4000 * NS_PER_S);
    const char *broken = p->broken;
    if (!broken && why != RUN_IDLE)
        broken = "something goes on for ever";
    for (int i = 0; i < 2 && !broken; i++) {
        if (!p->end[i].gone)
            broken = "an end does not come to its end";
        else if (p->end[i].aborted)
            broken = "a connection was aborted";
        else if (p->end[i].got != p->end[1 - i].target)
            broken = "not all was delivered";
    }
    world_free(&p->w);
    return broken;
}

static void all_seeds(void **state)
{
    struct pipe *p = *state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        const char *broken = run_seed(p, seed);
        if (broken)
            fail_msg("seed %u: %s", (unsigned)seed, broken);
    }
}

int main(int argc, char **argv)
{
    struct pipe *p = malloc(sizeof *p);
    CHECK(p);
    int failed = 0;
    if (argc > 1) {
        const char *broken = run_seed(p, strtoull(argv[1], NULL, 10));
        printf("%s: %s\n", argv[1], broken ? broken : "all well");
        for (int i = 0; i < 2; i++)
            printf("end %d: sent %u of %u, got %u%s%s\n", i, (unsigned)p->end[i].sent,
                   (unsigned)p->end[i].target, (unsigned)p->end[i].got, p->end[i].gone ? ", gone" : "",
                   p->end[i].aborted ? ", aborted" : "");
        failed = broken != NULL;
    } else {
        const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(all_seeds, p)};
        failed = _cmocka_run_group_tests("tcp_data_loop", tests, ARRAY_LEN(tests), NULL, NULL);
    }
    free(p);
    return failed;
}
