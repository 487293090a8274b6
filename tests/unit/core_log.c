/* sim/core/trace and log: who is told of what, and the records kept in memory. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "sim/core/log.h"

struct small {
    struct rec_head head;
    uint64_t x;
};

struct large {
    struct rec_head head;
    unsigned char bytes[3000];
};

struct huge {
    struct rec_head head;
    unsigned char bytes[400000];
};

enum { SMALL = 1, LARGE, HUGE_ONE, BARE };

static size_t size_of(const struct rec_head *r)
{
    switch (r->kind) {
    case SMALL: return sizeof(struct small);
    case LARGE: return sizeof(struct large);
    case HUGE_ONE: return sizeof(struct huge);
    default: return sizeof(struct rec_head);
    }
}

static void count(void *ctx, const struct rec_head *r)
{
    (void)r;
    ++*(int *)ctx;
}

static void sinks_get_what_they_want(void **state)
{
    struct trace t = {0};
    int all = 0, one = 0;
    struct rec_head r = {.kind = SMALL};

    (void)state;
    assert_false(trace_wants(&t, SMALL));
    trace_put(&t, &r);
    trace_add_sink(&t, (struct trace_sink){UINT64_MAX, count, &all});
    assert_true(trace_wants(&t, 63));
    trace_add_sink(&t, (struct trace_sink){UINT64_C(1) << LARGE, count, &one});
    trace_put(&t, &r);
    r.kind = LARGE;
    trace_put(&t, &r);
    assert_int_equal(all, 2);
    assert_int_equal(one, 1);
    trace_remove_sink(&t, &all);
    assert_false(trace_wants(&t, SMALL));
    assert_true(trace_wants(&t, LARGE));
    trace_put(&t, &r);
    assert_int_equal(all, 2);
    assert_int_equal(one, 2);
    trace_remove_sink(&t, &one);
    assert_int_equal(t.wanted, 0);
}

/* Record number i of a fixed series: ids with gaps, times with ties, kinds mixed. */
static uint64_t id_of(uint64_t i)
{
    return 1 + i * 3 + i % 2;
}

static void put(struct log *l, struct huge *room, uint64_t i)
{
    struct rec_head head = {.id = id_of(i), .at = (vtime)(i / 4), .kind = (uint16_t)(1 + i * i % 7 % 4)};

    if (i % 500 != 7 && head.kind == HUGE_ONE)
        head.kind = BARE;
    memset(room, (int)(i & 0xff), sizeof *room);
    room->head = head;
    log_put(l, &room->head);
}

static void check(const struct log *l, uint64_t i)
{
    const struct rec_head *r = log_at(l, i);
    const unsigned char *body = (const unsigned char *)(r + 1);
    size_t n = size_of(r) - sizeof *r;

    assert_int_equal(r->id, id_of(i));
    assert_int_equal((uintptr_t)r % 8, 0);
    for (size_t k = 0; k<n; k += n> 5000 ? 999 : 1)
        assert_int_equal(body[k], i & 0xff);
    assert_ptr_equal(log_find(l, r->id), r);
    assert_null(log_find(l, r->id + 1));
    assert_int_equal(log_after(l, r->id), i + 1);
    assert_int_equal(log_after(l, r->id - 1), i);
}

static void keeps_and_finds(void **state)
{
    enum { RECORDS = 20000 };
    struct huge *room = malloc(sizeof *room);
    const struct rec_head *first;
    struct log l;

    (void)state;
    assert_non_null(room);
    log_init(&l, UINT64_MAX, size_of);
    assert_int_equal(log_count(&l), 0);
    assert_null(log_find(&l, 1));
    assert_int_equal(log_after_time(&l, 0), 0);
    put(&l, room, 0);
    first = log_at(&l, 0);
    for (uint64_t i = 1; i < RECORDS; i++)
        put(&l, room, i);
    assert_ptr_equal(log_at(&l, 0), first); /* addresses stay */
    assert_int_equal(log_count(&l), RECORDS);
    for (uint64_t i = 0; i < RECORDS; i++)
        check(&l, i);
    assert_int_equal(log_after_time(&l, -1), 0);
    assert_int_equal(log_after_time(&l, 0), 4);
    assert_int_equal(log_after_time(&l, 100), 404);
    assert_int_equal(log_after_time(&l, VTIME_MAX), RECORDS);
    log_free(&l);
    free(room);
}

static void truncates(void **state)
{
    struct huge *room = malloc(sizeof *room);
    struct log l;
    uint64_t n = 0, bytes_once = 0;

    (void)state;
    assert_non_null(room);
    log_init(&l, UINT64_MAX, size_of);
    for (uint64_t round = 0; round < 60; round++) {
        uint64_t to = n + 900, back = hash_mix(round, 1) % 1000;

        for (; n < to; n++)
            put(&l, room, n);
        n = back < n ? n - back : 0;
        log_truncate(&l, n ? id_of(n - 1) + round % 2 : 0);
        assert_int_equal(log_count(&l), n);
        for (uint64_t i = 0; i < n; i += 37)
            check(&l, i);
        if (n)
            check(&l, n - 1);
    }
    log_truncate(&l, UINT64_MAX); /* nothing to forget */
    assert_int_equal(log_count(&l), n);
    log_truncate(&l, 0);
    assert_int_equal(log_count(&l), 0);
    assert_int_equal(l.bytes, 0);
    assert_null(l.last);
    put(&l, room, 5);
    bytes_once = l.bytes;
    assert_true(bytes_once > 0);
    log_free(&l);
    assert_int_equal(l.bytes, 0);
    free(room);
}

static void full_log_says_so(void **state)
{
    struct huge *room = malloc(sizeof *room);
    struct log l;
    uint64_t i = 0;

    (void)state;
    assert_non_null(room);
    log_init(&l, UINT64_MAX, size_of);
    l.max_bytes = 100000;
    while (!l.full)
        put(&l, room, i++);
    assert_true(l.bytes <= l.max_bytes);
    assert_int_equal(log_count(&l), i - 1);
    put(&l, room, i++);
    assert_int_equal(log_count(&l), i - 2);
    log_truncate(&l, id_of(2));
    assert_false(l.full);
    put(&l, room, 3);
    assert_int_equal(log_count(&l), 4);
    log_free(&l);
    free(room);
}

static void listens_as_a_sink(void **state)
{
    struct trace t = {0};
    struct log l;
    struct small s = {.head = {.id = 1, .kind = SMALL}, .x = 5};

    (void)state;
    log_init(&l, UINT64_C(1) << SMALL, size_of);
    trace_add_sink(&t, log_sink(&l));
    trace_put(&t, &s.head);
    s.head.kind = BARE;
    s.head.id = 2;
    trace_put(&t, &s.head);
    assert_int_equal(log_count(&l), 1);
    assert_int_equal(((const struct small *)(const void *)log_at(&l, 0))->x, 5);
    trace_remove_sink(&t, &l);
    assert_int_equal(t.n, 0);
    log_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sinks_get_what_they_want),
        cmocka_unit_test(keeps_and_finds),
        cmocka_unit_test(truncates),
        cmocka_unit_test(full_log_says_so),
        cmocka_unit_test(listens_as_a_sink),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
