/* sim/core/world and timer: the run loop, settle, limits, wakes, and copies of a world that go on alike. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/core/choose.h"
#include "sim/core/timer.h"
#include "sim/core/world.h"

/* ---- A model that writes down what happens ---- */

enum { NOTES = 64 };

struct diary { /* the model's root */
    uint32_t n;
    uint32_t settles_left; /* settle() pushes an event at the same instant so many times, and asks again */
    uint32_t settled;
    uint32_t after;
    struct {
        vtime at;
        uint32_t what, b; /* what: kind of the event, or SETTLED */
    } note[NOTES];
};

enum { PLAIN = 1, ASKS_SETTLE, STOPS, BREAKS, HOARDS, FOR_EVER, WAKE, SETTLED = 100 };

static struct diary *diary(const struct world *w)
{
    return world_at(w, w->core->model);
}

static void note(struct world *w, uint32_t what, uint32_t b)
{
    struct diary *d = diary(w);

    if (d->n == NOTES)
        return;
    d->note[d->n].at = world_now(w);
    d->note[d->n].what = what;
    d->note[d->n++].b = b;
}

static void diary_dispatch(struct world *w, const struct event *e)
{
    assert_true(e->at == world_now(w));
    assert_int_equal(w->core->cause, 0);
    w->core->cause = 77;
    note(w, event_kind(e), e->b);
    if (event_kind(e) == ASKS_SETTLE)
        world_settle(w);
    if (event_kind(e) == STOPS)
        world_stop(w, RUN_STOPPED);
    if (event_kind(e) == HOARDS)
        (void)arena_alloc(&w->mem, 1 << 20);
    if (event_kind(e) == FOR_EVER)
        world_push(w, e->at, FOR_EVER, 0, 0);
}

static void diary_settle(struct world *w)
{
    struct diary *d = diary(w);

    assert_int_equal(w->core->cause, 0);
    d->settled++;
    note(w, SETTLED, 0);
    if (d->settles_left) {
        d->settles_left--;
        world_push(w, world_now(w), PLAIN, 0, 1000 + d->settles_left);
        world_settle(w);
    }
}

static void diary_after(struct world *w)
{
    struct diary *d = diary(w);

    d->after++;
    if (d->n && d->note[d->n - 1].what == BREAKS)
        world_stop(w, RUN_INVARIANT);
}

static const struct world_ops diary_ops = {diary_dispatch, diary_settle, diary_after};

static void start(struct world *w, const struct limits *limits)
{
    assert_true(world_init(w, 1, limits, &diary_ops, NULL));
    w->core->model = arena_ref(&w->mem, arena_at(&w->mem, arena_alloc(&w->mem, sizeof(struct diary))));
}

static void expect(const struct world *w, uint32_t i, vtime at, uint32_t what, uint32_t b)
{
    const struct diary *d = diary(w);

    assert_true(i < d->n);
    assert_int_equal(d->note[i].at, at);
    assert_int_equal(d->note[i].what, what);
    assert_int_equal(d->note[i].b, b);
}

/* ---- The run loop ---- */

static void order_and_until(void **state)
{
    struct world w;
    uint64_t reserved;

    (void)state;
    start(&w, NULL);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_IDLE);
    assert_int_equal(world_now(&w), 0);
    world_push(&w, 30, PLAIN, 0, 3);
    reserved = world_seq(&w);
    world_push(&w, 10, PLAIN, 0, 1);
    world_push(&w, 20, PLAIN, 0, 2);
    world_push(&w, 10, PLAIN, 0, 4);
    world_push_seq(&w, 10, reserved, PLAIN, 5, 5); /* scheduled last, but its place was taken first */
    assert_int_equal(world_next_at(&w), 10);
    assert_int_equal(world_run(&w, 9), RUN_UNTIL);
    assert_int_equal(world_now(&w), 9);
    assert_int_equal(diary(&w)->n, 0);
    assert_int_equal(world_run(&w, 20), RUN_UNTIL);
    assert_int_equal(diary(&w)->n, 4);
    expect(&w, 0, 10, PLAIN, 5);
    expect(&w, 1, 10, PLAIN, 1);
    expect(&w, 2, 10, PLAIN, 4);
    expect(&w, 3, 20, PLAIN, 2);
    assert_int_equal(world_run(&w, 5),
                     RUN_UNTIL); /* a bound in the past: nothing, and time does not go back */
    assert_int_equal(world_now(&w), 20);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_IDLE);
    assert_int_equal(world_now(&w), 30);
    assert_int_equal(world_run(&w, 100), RUN_IDLE);
    assert_int_equal(world_now(&w), 100);
    assert_int_equal(w.core->events, 5);
    assert_int_equal(diary(&w)->after, 5);
    assert_true(world_next_at(&w) == VTIME_NEVER);
    world_free(&w);
}

static void settle_ends_the_instant(void **state)
{
    struct world w;

    (void)state;
    start(&w, NULL);
    diary(&w)->settles_left = 1;
    world_push(&w, 10, ASKS_SETTLE, 0, 1);
    world_push(&w, 10, ASKS_SETTLE, 0, 2); /* asks twice, settled once */
    world_push(&w, 10, PLAIN, 0, 3);
    world_push(&w, 11, PLAIN, 0, 4);
    world_push(&w, 12, ASKS_SETTLE, 0, 5);
    assert_int_equal(world_run(&w, 10), RUN_UNTIL); /* the settle belongs to the bound's instant */
    expect(&w, 0, 10, ASKS_SETTLE, 1);
    expect(&w, 1, 10, ASKS_SETTLE, 2);
    expect(&w, 2, 10, PLAIN, 3);
    expect(&w, 3, 10, SETTLED, 0);
    expect(&w, 4, 10, PLAIN, 1000); /* pushed by settle at the same instant */
    expect(&w, 5, 10, SETTLED, 0);  /* asked for again */
    assert_int_equal(diary(&w)->n, 6);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_IDLE);
    expect(&w, 6, 11, PLAIN, 4);
    expect(&w, 7, 12, ASKS_SETTLE, 5);
    expect(&w, 8, 12, SETTLED, 0); /* also with nothing left to happen */
    assert_int_equal(diary(&w)->n, 9);
    assert_int_equal(diary(&w)->after, 9);
    world_settle(&w);
    assert_int_equal(world_run(&w, 11), RUN_IDLE); /* a bound in the past leaves it owed */
    assert_int_equal(diary(&w)->n, 9);
    assert_int_equal(world_run(&w, 12), RUN_IDLE);
    assert_int_equal(diary(&w)->n, 10);
    world_free(&w);
}

static void one_step(void **state)
{
    struct world w;

    (void)state;
    start(&w, NULL);
    assert_false(world_step(&w));
    world_settle(&w); /* asked for from outside, before anything happens */
    world_push(&w, 10, ASKS_SETTLE, 0, 1);
    world_push(&w, 10, PLAIN, 0, 2);
    world_push(&w, 20, PLAIN, 0, 3);
    assert_true(world_step(&w));
    assert_int_equal(diary(&w)->n, 2);
    expect(&w, 0, 0, SETTLED, 0);
    expect(&w, 1, 10, ASKS_SETTLE, 1);
    assert_true(world_step(&w));
    assert_int_equal(diary(&w)->n, 4);
    expect(&w, 2, 10, PLAIN, 2);
    expect(&w, 3, 10, SETTLED, 0);
    assert_true(world_step(&w));
    assert_false(world_step(&w));
    assert_int_equal(world_now(&w), 20);
    world_free(&w);
}

static void stops(void **state)
{
    struct world w;

    (void)state;
    start(&w, NULL);
    world_push(&w, 1, STOPS, 0, 0);
    world_push(&w, 2, PLAIN, 0, 0);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_STOPPED);
    assert_int_equal(world_now(&w), 1);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_STOPPED);
    assert_false(world_step(&w));
    assert_int_equal(diary(&w)->n, 1);
    world_free(&w);

    start(&w, NULL);
    world_push(&w, 1, BREAKS, 0, 0); /* after() finds it */
    world_push(&w, 1, PLAIN, 0, 0);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_INVARIANT);
    assert_int_equal(diary(&w)->n, 1);
    world_free(&w);
}

/* ---- Limits ---- */

static void limit_of_events(void **state)
{
    struct limits limits = {.events = 1000};
    struct world w;

    (void)state;
    start(&w, &limits);
    world_push(&w, 5, FOR_EVER, 0, 0);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_LIMIT_EVENTS);
    assert_int_equal(w.core->events, 1000);
    assert_false(world_step(&w));
    world_free(&w);

    limits.events = 2; /* exactly as many as there are: no limit was in the way */
    start(&w, &limits);
    world_push(&w, 5, PLAIN, 0, 0);
    world_push(&w, 6, PLAIN, 0, 0);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_IDLE);
    world_free(&w);

    limits.events = 1000; /* settle that asks for itself for ever */
    start(&w, &limits);
    diary(&w)->settles_left = UINT32_MAX;
    world_settle(&w);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_LIMIT_EVENTS);
    assert_int_equal(world_now(&w), 0);
    world_free(&w);
}

static void limit_of_time(void **state)
{
    struct limits limits = {.time = 100};
    struct world w;

    (void)state;
    start(&w, &limits);
    world_push(&w, 100, PLAIN, 0, 1);
    world_push(&w, 101, PLAIN, 0, 2);
    assert_int_equal(world_run(&w, 50), RUN_UNTIL);
    assert_int_equal(world_run(&w, 100), RUN_UNTIL);
    assert_int_equal(world_run(&w, 1000), RUN_LIMIT_TIME);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_LIMIT_TIME);
    assert_false(world_step(&w));
    assert_int_equal(world_now(&w), 100);
    assert_int_equal(diary(&w)->n, 1);
    world_free(&w);

    start(&w, NULL); /* the end of all times */
    world_push(&w, VTIME_MAX, PLAIN, 0, 1);
    world_push(&w, VTIME_MAX + 1, PLAIN, 0, 2);
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_LIMIT_TIME);
    assert_true(world_now(&w) == VTIME_MAX);
    assert_int_equal(diary(&w)->n, 1);
    world_free(&w);
}

static void limit_of_memory(void **state)
{
    struct limits limits = {.memory_bytes = 8 << 20};
    struct arena_snapshot early;
    struct world w;

    (void)state;
    start(&w, &limits);
    for (vtime at = 1; at < 100; at++)
        world_push(&w, at, HOARDS, 0, 0);
    assert_int_equal(world_run(&w, 3), RUN_UNTIL);
    assert_true(world_save(&w, &early));
    assert_int_equal(world_run(&w, VTIME_NEVER), RUN_LIMIT_MEMORY);
    assert_in_range(world_now(&w), 7, 9);
    world_restore(&w, &early);
    assert_int_equal(world_run(&w, 5), RUN_UNTIL);
    assert_int_equal(world_now(&w), 5);
    arena_snapshot_free(&early);
    world_free(&w);
}

/* ---- Wakes ---- */

struct sleeper {
    struct wake wake;
    uint32_t woken;
    vtime last;
};

static void sleeper_dispatch(struct world *w, const struct event *e)
{
    struct sleeper *s = world_at(w, event_a(e));

    assert_int_equal(event_kind(e), WAKE);
    if (wake_due(w, &s->wake, e)) {
        s->woken++;
        s->last = world_now(w);
    }
}

static const struct world_ops sleeper_ops = {sleeper_dispatch, NULL, NULL};

static struct sleeper *sleeper_start(struct world *w, ref *r)
{
    struct sleeper *s;

    assert_true(world_init(w, 1, NULL, &sleeper_ops, NULL));
    *r = arena_alloc(&w->mem, sizeof *s);
    s = world_at(w, *r);
    wake_init(&s->wake, 10);
    return s;
}

static void wakes(void **state)
{
    struct world w;
    ref r;
    struct sleeper *s = sleeper_start(&w, &r);

    (void)state;
    wake_set(&w, &s->wake, 100, WAKE, r);
    wake_set(&w, &s->wake, 100, WAKE, r); /* the same once more, and later: nothing is queued */
    wake_set(&w, &s->wake, 300, WAKE, r);
    assert_int_equal(queue_count(&w.core->queue), 1);
    (void)world_run(&w, 299);
    assert_int_equal(s->woken, 0);
    (void)world_run(&w, 300);
    assert_int_equal(s->woken, 1);
    assert_int_equal(w.core->events, 2);

    wake_set(&w, &s->wake, 500, WAKE, r);
    wake_set(&w, &s->wake, 400, WAKE, r); /* earlier: the first event becomes stale */
    (void)world_run(&w, 450);
    assert_int_equal(s->woken, 2);
    assert_int_equal(s->last, 400);
    wake_set(&w, &s->wake, 500, WAKE, r); /* at the stale event's own time */
    (void)world_run(&w, 600);
    assert_int_equal(s->woken, 3);
    assert_int_equal(s->last, 500);

    wake_set(&w, &s->wake, 700, WAKE, r);
    wake_cancel(&s->wake);
    (void)world_run(&w, 800);
    assert_int_equal(s->woken, 3);
    assert_int_equal(queue_count(&w.core->queue), 0);

    wake_set(&w, &s->wake, 900, WAKE, r);
    wake_cancel(&s->wake);
    wake_set(&w, &s->wake, 950, WAKE, r); /* the cancelled one's event serves */
    assert_int_equal(queue_count(&w.core->queue), 1);
    (void)world_run(&w, 1000);
    assert_int_equal(s->woken, 4);
    assert_int_equal(s->last, 950);

    wake_set(&w, &s->wake, 1, WAKE, r); /* in the past: now */
    (void)world_run(&w, 1000);
    assert_int_equal(s->woken, 5);
    assert_int_equal(s->last, 1000);
    world_free(&w);
}

/* Against the obvious model: at most one deadline; woken exactly when it is reached. */
static void wakes_random(void **state)
{
    struct world w;
    ref r;
    struct sleeper *s = sleeper_start(&w, &r);
    uint64_t x = 5;
    vtime due = VTIME_NEVER;
    uint32_t woken = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint64_t roll = hash_mix(x++, 0);
        vtime to = world_now(&w) + (vtime)(roll >> 40) % 50;

        if (roll % 4 == 0) {
            wake_cancel(&s->wake);
            due = VTIME_NEVER;
        } else if (roll % 4 < 3) {
            due = world_now(&w) + 1 + (vtime)(roll >> 8) % 100;
            wake_set(&w, &s->wake, due, WAKE, r);
        }
        (void)world_run(&w, to);
        if (due <= to) {
            woken++;
            assert_int_equal(s->last, due);
            due = VTIME_NEVER;
        }
        assert_int_equal(s->woken, woken);
        assert_true(s->wake.due == due);
    }
    assert_true(woken > 2000);
    world_free(&w);
}

/* ---- Copies: a busy model whose every step depends on all before it ---- */

enum { AGENTS = 700, TICK = 1, KNOCK, ALARM };

struct agent {
    struct asker luck;
    struct wake wake;
    ref bag;
    uint32_t bag_n;
};

struct town {
    uint64_t digest;
    ref agents;
    uint32_t settled, pad;
};

static void town_dispatch(struct world *w, const struct event *e)
{
    struct town *t = world_at(w, w->core->model);
    uint32_t me = event_a(e);
    struct agent *g = (struct agent *)world_at(w, t->agents) + me;
    uint64_t roll;

    if (event_kind(e) == ALARM && !wake_due(w, &g->wake, e))
        return;
    t->digest = hash_mix(t->digest, hash_mix((uint64_t)e->at, (uint64_t)e->kind_a << 32 | e->b));
    if (event_kind(e) == KNOCK)
        return;
    roll = choose(w, &g->luck, 1000);
    if (roll < 300)
        world_push(w, e->at + (vtime)choose(w, &g->luck, 5000), KNOCK, (me + 1) % AGENTS, (uint32_t)roll);
    if (roll % 3 == 0)
        world_settle(w);
    if (roll % 5 == 0) {
        uint32_t n = 1 + (uint32_t)choose(w, &g->luck, 3000);

        if (roll % 2) {
            arena_free(&w->mem, g->bag, g->bag_n);
            g->bag = arena_alloc(&w->mem, n);
        } else {
            g->bag = arena_resize(&w->mem, g->bag, g->bag_n, n);
        }
        g->bag_n = n;
        memset(world_at(w, g->bag), (int)(roll & 0xff), n);
    }
    wake_set(w, &g->wake, e->at + 1 + (vtime)choose(w, &g->luck, 100000), ALARM, me);
    if (event_kind(e) == TICK)
        world_push(w, e->at + 1000 + (vtime)choose(w, &g->luck, 100000), TICK, me, 0);
}

static void town_settle(struct world *w)
{
    struct town *t = world_at(w, w->core->model);

    t->settled++;
    t->digest = hash_mix(t->digest, t->settled);
    if (t->settled % 7 == 0)
        world_push(w, world_now(w), KNOCK, t->settled % AGENTS, 1);
}

static const struct world_ops town_ops = {town_dispatch, town_settle, NULL};

static void town_start(struct world *w, uint64_t seed)
{
    struct town *t;

    assert_true(world_init(w, seed, NULL, &town_ops, NULL));
    w->core->model = arena_alloc(&w->mem, sizeof *t);
    t = world_at(w, w->core->model);
    t->agents = arena_alloc(&w->mem, AGENTS * sizeof(struct agent));
    for (uint32_t i = 0; i < AGENTS; i++) {
        struct agent *g = (struct agent *)world_at(w, t->agents) + i;

        asker_init(&g->luck, choose_label("agent", i, "all"));
        wake_init(&g->wake, 0);
        world_push(w, (vtime)(i % 10) * 1000, TICK, i, 0);
    }
}

static uint64_t digest(const struct world *w)
{
    return ((const struct town *)world_at(w, w->core->model))->digest;
}

static void copies_go_on_alike(void **state)
{
    const vtime middle = 5 * NS_PER_MS, end = 10 * NS_PER_MS;
    struct world a, b, fork;
    struct arena_snapshot s;
    uint64_t at_middle, at_end;

    (void)state;
    town_start(&a, 42);
    town_start(&b, 42);
    assert_int_equal(world_run(&a, end), RUN_UNTIL);
    at_end = digest(&a);
    assert_true(a.core->events > 50000);

    assert_int_equal(world_run(&b, middle), RUN_UNTIL);
    assert_false(world_equal(&a, &b));
    at_middle = world_hash(&b);
    assert_true(world_save(&b, &s));
    assert_true(world_fork(&b, &fork));
    assert_true(world_equal(&b, &fork));
    assert_int_equal(world_hash(&fork), at_middle);

    (void)world_run(&b, end); /* in two parts, and yet the same */
    assert_int_equal(digest(&b), at_end);
    assert_true(world_equal(&a, &b));
    assert_int_equal(world_hash(&a), world_hash(&b));
    assert_int_equal(world_hash(&fork), at_middle);

    world_restore(&a, &s); /* back from the end, in a world that lies elsewhere */
    assert_int_equal(world_hash(&a), at_middle);
    assert_true(world_equal(&a, &fork));
    while (world_next_at(&a) <= end) /* step by step now */
        assert_true(world_step(&a));
    (void)world_run(&fork, end);
    assert_int_equal(digest(&a), at_end);
    assert_int_equal(digest(&fork), at_end);
    (void)world_run(&a, end);
    assert_true(world_equal(&a, &fork));

    arena_snapshot_free(&s);
    world_free(&fork);
    world_free(&b);
    world_free(&a);
}

static void seeds_differ(void **state)
{
    struct world a, b;

    (void)state;
    town_start(&a, 1);
    town_start(&b, 2);
    (void)world_run(&a, NS_PER_MS);
    (void)world_run(&b, NS_PER_MS);
    assert_true(digest(&a) != digest(&b));
    world_free(&a);
    world_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_and_until), cmocka_unit_test(settle_ends_the_instant),
        cmocka_unit_test(one_step),        cmocka_unit_test(stops),
        cmocka_unit_test(limit_of_events), cmocka_unit_test(limit_of_time),
        cmocka_unit_test(limit_of_memory), cmocka_unit_test(wakes),
        cmocka_unit_test(wakes_random),    cmocka_unit_test(copies_go_on_alike),
        cmocka_unit_test(seeds_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
