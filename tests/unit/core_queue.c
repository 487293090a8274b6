/* sim/core/queue: the order of events against sorted references, in every regime (heap, buckets, ties, gaps).
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "sim/core/queue.h"

static uint64_t next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

static int in_order(const void *pa, const void *pb)
{
    const struct event *a = pa, *b = pb;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

struct bed {
    struct arena mem;
    struct queue q;
    uint64_t x, seq;
    vtime now;
};

static void bed_init(struct bed *b, uint64_t seed)
{
    assert_true(arena_init(&b->mem, 0));
    queue_init(&b->q);
    b->x = seed;
    b->seq = 0;
    b->now = 0;
}

static struct event push(struct bed *b, vtime at)
{
    struct event e = {at, ++b->seq, (uint32_t)b->seq, (uint32_t)(b->seq * 7)};

    queue_push(&b->mem, &b->q, &e, b->now);
    return e;
}

static struct event pop(struct bed *b)
{
    vtime foretold = queue_next_at(&b->mem, &b->q);
    const struct event *next_event = queue_peek(&b->mem, &b->q);
    struct event e;

    assert_non_null(next_event);
    e = *next_event;
    assert_true(foretold == e.at && queue_next_at(&b->mem, &b->q) == e.at);
    queue_pop(&b->q);
    b->now = e.at;
    assert_true(e.kind_a == (uint32_t)e.seq && e.b == (uint32_t)(e.seq * 7));
    return e;
}

/* Everything pushed at once, then taken: the order is that of qsort. */
static void sorted(uint32_t n, uint64_t spread, uint64_t seed)
{
    struct event *reference = calloc(n, sizeof *reference);
    struct bed b;

    assert_non_null(reference);
    bed_init(&b, seed);
    for (uint32_t i = 0; i < n; i++)
        reference[i] = push(&b, (vtime)(next(&b.x) % spread));
    qsort(reference, n, sizeof *reference, in_order);
    for (uint32_t i = 0; i < n; i++) {
        struct event e = pop(&b);

        assert_memory_equal(&e, &reference[i], sizeof e);
        assert_int_equal(queue_count(&b.q), n - 1 - i);
    }
    assert_null(queue_peek(&b.mem, &b.q));
    assert_true(queue_next_at(&b.mem, &b.q) == VTIME_NEVER);
    free(reference);
    arena_free_all(&b.mem);
}

static void all_sizes_and_spreads(void **state)
{
    static const uint32_t n[] = {1, 2, 5, 100, 511, 512, 513, 3000, 40000};
    static const uint64_t spread[] = {1, 3, 100, 5000, 1000000, UINT64_C(1) << 40, UINT64_C(1) << 62};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(n); i++)
        for (size_t k = 0; k < ARRAY_LEN(spread); k++)
            sorted(n[i], spread[k], 17 + i * 10 + k);
}

static void two_hundred_thousand(void **state)
{
    (void)state;
    sorted(200000, 100000000, 3);
    sorted(200000, 1000, 4); /* 200 of every instant: seq decides */
}

/* An increment of some kind of traffic: near, at once, far off, or right at the edge of buckets. */
static vtime increment(struct bed *b, unsigned mood)
{
    switch (mood % 6) {
    case 0: return (vtime)(next(&b->x) % 1000);
    case 1: return 0;
    case 2: return (vtime)(next(&b->x) % NS_PER_S);
    case 3: return (vtime)((UINT64_C(1) << (next(&b->x) % 45)) - (uint64_t)(next(&b->x) % 2));
    case 4: return (vtime)(next(&b->x) >> (11 + next(&b->x) % 52));
    default: return ((b->now >> 12) + 1 + (vtime)(next(&b->x) % 3)) * 4096 - b->now;
    }
}

/* A plain binary heap, obviously right, as the reference for mixed use. */
struct reference {
    struct event *e;
    uint32_t n;
};

static void reference_push(struct reference *r, struct event e)
{
    uint32_t i = r->n++;

    for (; i && in_order(&e, &r->e[(i - 1) / 2]) < 0; i = (i - 1) / 2)
        r->e[i] = r->e[(i - 1) / 2];
    r->e[i] = e;
}

static struct event reference_pop(struct reference *r)
{
    struct event least = r->e[0], last = r->e[--r->n];
    uint32_t i = 0, c;

    while ((c = 2 * i + 1) < r->n) {
        if (c + 1 < r->n && in_order(&r->e[c + 1], &r->e[c]) < 0)
            c++;
        if (in_order(&r->e[c], &last) >= 0)
            break;
        r->e[i] = r->e[c];
        i = c;
    }
    r->e[i] = last;
    return least;
}

/* Phases of growth, holding and shrinking with changing kinds of increments; peeks at other times as a run's
 * end does. */
static void mixed_use(void **state)
{
    enum { MOST = 60000 };
    struct reference r = {calloc(MOST, sizeof(struct event)), 0};

    (void)state;
    assert_non_null(r.e);
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct bed b;

        bed_init(&b, seed * 977);
        for (unsigned phase = 0; phase < 40; phase++) {
            unsigned mood = (unsigned)next(&b.x), grow = 1 + (unsigned)(next(&b.x) % 9);
            uint32_t steps = (uint32_t)(next(&b.x) % 4000);

            for (uint32_t i = 0; i < steps; i++) {
                if (r.n && next(&b.x) % 10 >= grow) {
                    struct event e = pop(&b), expected = reference_pop(&r);

                    assert_memory_equal(&e, &expected, sizeof e);
                } else if (r.n < MOST) {
                    reference_push(&r, push(&b, b.now + increment(&b, mood + (i % 5 == 0))));
                }
                if (next(&b.x) % 16 == 0 && r.n) {
                    const struct event *e = queue_peek(&b.mem, &b.q);

                    assert_int_equal(e->seq, r.e[0].seq);
                    if (next(&b.x) % 4 == 0) /* time moves on without an event */
                        b.now += (e->at - b.now) / 2;
                }
            }
            assert_int_equal(queue_count(&b.q), r.n);
        }
        while (r.n) {
            struct event e = pop(&b), expected = reference_pop(&r);

            assert_memory_equal(&e, &expected, sizeof e);
        }
        arena_free_all(&b.mem);
    }
    free(r.e);
}

/* A place reserved early and used late still stands before what was scheduled in between. */
static void seq_decides_ties(void **state)
{
    struct bed b;
    struct event early = {50, 0, 0, 0};

    (void)state;
    bed_init(&b, 1);
    for (int i = 0; i < 2000; i++)
        (void)push(&b, 50);
    early.seq = 0;
    queue_push(&b.mem, &b.q, &early, 0);
    for (uint64_t i = 0; i <= 2000; i++) {
        assert_int_equal(queue_peek(&b.mem, &b.q)->seq, i);
        queue_pop(&b.q);
    }
    assert_null(queue_peek(&b.mem, &b.q));
    arena_free_all(&b.mem);
}

/* Copies of the arena and the struct continue alike, whatever the state of hole and buckets. */
static void copies_continue_alike(void **state)
{
    struct bed b, copy;

    (void)state;
    bed_init(&b, 8);
    for (int i = 0; i < 30000; i++)
        (void)push(&b, (vtime)(next(&b.x) % 1000000));
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 1000; i++)
            (void)pop(&b);
        copy = b;
        assert_true(arena_fork(&b.mem, &copy.mem));
        for (int i = 0; i < 300; i++) {
            struct event one = pop(&b), two = pop(&copy);

            assert_memory_equal(&one, &two, sizeof one);
            if (i % 2) {
                (void)push(&b, b.now + 5000);
                (void)push(&copy, copy.now + 5000);
            }
        }
        assert_true(arena_equal(&b.mem, &copy.mem));
        assert_memory_equal(&b.q, &copy.q, sizeof b.q);
        arena_free_all(&copy.mem);
    }
    arena_free_all(&b.mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_sizes_and_spreads),
        cmocka_unit_test(two_hundred_thousand),
        cmocka_unit_test(mixed_use),
        cmocka_unit_test(seq_decides_ties),
        cmocka_unit_test(copies_continue_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
