/* sim/core/arena: blocks are zeroed, apart and reused; the limit; copies; resize against a reference. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/core/arena.h"

static uint64_t next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

/* Any size the classes must cope with, small ones more often. */
static size_t some_size(uint64_t *x)
{
    static const size_t most[] = {16, 100, 1024, 1100, 5000, 70000};

    return 1 + (size_t)(next(x) % most[next(x) % ARRAY_LEN(most)]);
}

static bool all_are(const unsigned char *p, size_t n, unsigned char value)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != value)
            return false;
    return true;
}

struct block {
    ref r;
    size_t n;
    unsigned char fill;
};

static void check_new(const struct arena *a, const struct block *b)
{
    assert_true(b->r != 0);
    assert_int_equal((uintptr_t)arena_at(a, b->r) % ARENA_GRANULE, 0);
    assert_int_equal(arena_ref(a, arena_at(a, b->r)), b->r);
}

/* Random allocation, freeing and resizing: every block is zeroed when it comes and untouched by the others.
 */
static void blocks_random(void **state)
{
    enum { BLOCKS = 300, STEPS = 30000 };
    static struct block block[BLOCKS];
    struct arena a;
    uint64_t x = 4711;

    (void)state;
    memset(block, 0, sizeof block);
    assert_true(arena_init(&a, 0));
    for (int step = 0; step < STEPS; step++) {
        struct block *b = &block[next(&x) % BLOCKS];
        size_t n = some_size(&x);

        if (b->r)
            assert_true(all_are(arena_at(&a, b->r), b->n, b->fill));
        if (!b->r) {
            b->r = arena_alloc(&a, n);
            check_new(&a, b);
            assert_true(all_are(arena_at(&a, b->r), n, 0));
            b->n = n;
        } else if (next(&x) % 3) {
            arena_free(&a, b->r, b->n);
            b->r = 0;
            continue;
        } else {
            size_t kept = b->n < n ? b->n : n;

            b->r = arena_resize(&a, b->r, b->n, n);
            check_new(&a, b);
            assert_true(all_are(arena_at(&a, b->r), kept, b->fill));
            assert_true(all_are((unsigned char *)arena_at(&a, b->r) + kept, n - kept, 0));
            b->n = n;
        }
        b->fill = (unsigned char)(1 + step % 255);
        memset(arena_at(&a, b->r), b->fill, b->n);
    }
    for (int i = 0; i < BLOCKS; i++)
        arena_free(&a, block[i].r, block[i].n);
    assert_int_equal(arena_head(&a)->live, 0);
    assert_false(a.exhausted);
    arena_free_all(&a);
}

static void freed_blocks_come_back_last_first(void **state)
{
    struct arena a;
    ref one, two;
    uint64_t used;

    (void)state;
    assert_true(arena_init(&a, 0));
    for (size_t n = 1; n < 20000; n += n < 2000 ? 7 : 333) {
        one = arena_alloc(&a, n);
        two = arena_alloc(&a, n);
        used = arena_head(&a)->used;
        arena_free(&a, one, n);
        arena_free(&a, two, n);
        assert_int_equal(arena_alloc(&a, n), two);
        assert_int_equal(arena_alloc(&a, n), one);
        assert_int_equal(arena_head(&a)->used, used);
    }
    arena_free(&a, 0, 10); /* nothing */
    arena_free_all(&a);
}

/* A block of the last place in the arena grows where it stands; cut-off bytes come back as zero. */
static void resize_in_place(void **state)
{
    struct arena a;
    ref r;
    unsigned char *p;

    (void)state;
    assert_true(arena_init(&a, 0));
    r = arena_alloc(&a, 40);
    memset(arena_at(&a, r), 9, 40);
    assert_int_equal(arena_resize(&a, r, 40, 3000), r);
    assert_int_equal(arena_resize(&a, r, 3000, 3001), r); /* the same class */
    p = arena_at(&a, r);
    assert_true(all_are(p, 40, 9));
    assert_true(all_are(p + 40, 3001 - 40, 0));
    memset(p, 7, 3001);
    assert_int_equal(arena_resize(&a, r, 3001, 2990), r);
    assert_int_equal(arena_resize(&a, r, 2990, 3001), r);
    assert_true(all_are(p, 2990, 7));
    assert_true(all_are(p + 2990, 11, 0));
    arena_free_all(&a);
}

static void limit_is_told_not_suffered(void **state)
{
    struct arena a;
    ref r;

    (void)state;
    assert_true(arena_init(&a, 1 << 20));
    for (int i = 0; i < 15; i++)
        (void)arena_alloc(&a, 65536);
    assert_false(a.exhausted);
    for (int i = 0; i < 30; i++) { /* the reserve serves on */
        r = arena_alloc(&a, 65536);
        assert_true(r != 0);
        assert_true(all_are(arena_at(&a, r), 65536, 0));
        memset(arena_at(&a, r), 1, 65536);
    }
    assert_true(a.exhausted);
    arena_free_all(&a);
}

#if !defined(__SANITIZE_ADDRESS__)
#if !defined(__has_feature)
#define __has_feature(x) 0
#endif
#if !__has_feature(address_sanitizer)
#define LIMITS_WORK 1 /* the sanitizer's own memory counts against them */
#endif
#endif

#ifdef LIMITS_WORK
/* In a child under a limit of the system: does the arena notice, with room left for the event that is under
 * way? */
static int child_under(int resource, rlim_t bytes)
{
    struct rlimit limit = {bytes, bytes};
    struct arena a;
    void *volatile others;
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        if (setrlimit(resource, &limit) != 0 || !arena_init(&a, 0))
            _exit(2);
        while (!a.exhausted)
            (void)arena_alloc(&a, 10000);
        for (int i = 0; i < 50; i++)
            memset(arena_at(&a, arena_alloc(&a, 10000)), 1, 10000);
        others = malloc(1 << 20); /* the rest of the program can still report what happened */
        _exit(others && arena_head(&a)->used > (8 << 20) ? 0 : 3);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}
#endif

static void limit_of_the_system(void **state)
{
    (void)state;
#ifdef LIMITS_WORK
    assert_int_equal(child_under(RLIMIT_AS, 200 << 20), 0);
    assert_int_equal(child_under(RLIMIT_DATA, 50 << 20), 0);
#else
    skip();
#endif
}

static void fill_some(struct arena *a, uint64_t seed, int steps)
{
    uint64_t x = seed;
    ref kept[16] = {0};
    size_t size[16] = {0};

    for (int i = 0; i < steps; i++) {
        size_t k = (size_t)(next(&x) % 16);

        arena_free(a, kept[k], size[k]);
        size[k] = some_size(&x);
        kept[k] = arena_alloc(a, size[k]);
        memset(arena_at(a, kept[k]), (int)(next(&x) & 0xff), size[k]);
    }
}

static void copies_are_equal(void **state)
{
    struct arena a, b, fork;
    struct arena_snapshot early, late;
    uint64_t hash_early, hash_late;
    ref big;

    (void)state;
    assert_true(arena_init(&a, 0));
    assert_true(arena_init(&b, 0));
    assert_true(arena_equal(&a, &b));
    fill_some(&a, 5, 500);
    assert_false(arena_equal(&a, &b));
    fill_some(&b, 5, 500); /* the same history, other addresses */
    assert_true(arena_equal(&a, &b));
    assert_int_equal(arena_hash(&a), arena_hash(&b));

    hash_early = arena_hash(&a);
    assert_true(arena_save(&a, &early));
    fill_some(&a, 6, 2000);
    hash_late = arena_hash(&a);
    assert_true(hash_late != hash_early);
    assert_true(arena_save(&a, &late));

    arena_restore(&a, &early);
    assert_true(arena_equal(&a, &b));
    assert_int_equal(arena_hash(&a), hash_early);
    assert_true(arena_fork(&a, &fork));
    assert_true(arena_equal(&a, &fork));
    fill_some(&a, 6, 2000); /* memory beyond the restored end must be zero again when it is handed out */
    assert_int_equal(arena_hash(&a), hash_late);
    assert_true(arena_equal(&fork, &b));
    fill_some(&fork, 6, 2000);
    assert_true(arena_equal(&fork, &a));

    arena_restore(&a, &early);
    big = arena_alloc(&a, 3000000);
    assert_true(all_are(arena_at(&a, big), 3000000, 0));
    arena_restore(&b, &late); /* a snapshot larger than the arena it goes to */
    assert_true(arena_equal(&fork, &b));
    arena_snapshot_free(&early);
    arena_snapshot_free(&late);
    arena_free_all(&fork);
    arena_free_all(&b);
    arena_free_all(&a);
}

static void one_changed_byte_shows(void **state)
{
    struct arena a, b;
    ref r;

    (void)state;
    assert_true(arena_init(&a, 0));
    r = arena_alloc(&a, 5000);
    assert_true(arena_fork(&a, &b));
    ((unsigned char *)arena_at(&b, r))[4321] = 1;
    assert_false(arena_equal(&a, &b));
    assert_true(arena_hash(&a) != arena_hash(&b));
    arena_free_all(&a);
    arena_free_all(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_random),          cmocka_unit_test(freed_blocks_come_back_last_first),
        cmocka_unit_test(resize_in_place),        cmocka_unit_test(limit_is_told_not_suffered),
        cmocka_unit_test(limit_of_the_system),    cmocka_unit_test(copies_are_equal),
        cmocka_unit_test(one_changed_byte_shows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
