/* sim/core/choose: askers do not disturb each other, draws are even, drivers are interchangeable. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/core/choose.h"

static void nothing(struct world *w, const struct event *e)
{
    (void)w;
    (void)e;
}

static const struct world_ops ops = {nothing, NULL, NULL};

static void start(struct world *w, uint64_t seed)
{
    assert_true(world_init(w, seed, NULL, &ops, NULL));
}

static void labels_differ(void **state)
{
    static const char *const who[] = {"link", "host", "lin", "app"};
    static const char *const purpose[] = {"loss", "jitter", "kloss", ""};
    enum { WHICH = 50, ALL = 4 * 4 * WHICH };
    uint64_t label[ALL];
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++)
            for (uint64_t which = 0; which < WHICH; which++)
                label[n++] = choose_label(who[i], which, purpose[k]);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(label[i] != label[k]);
    assert_int_equal(choose_label("link", 3, "loss"), choose_label("link", 3, "loss"));
}

/* One asker draws more than before: the other sees the same numbers. */
static void askers_are_independent(void **state)
{
    enum { DRAWS = 200 };
    struct world w;
    struct asker one, two;
    uint64_t seen[DRAWS];

    (void)state;
    start(&w, 9);
    asker_init(&one, choose_label("link", 1, "loss"));
    asker_init(&two, choose_label("link", 2, "loss"));
    for (int i = 0; i < DRAWS; i++) {
        (void)choose(&w, &one, 10);
        seen[i] = choose(&w, &two, 1000);
    }
    asker_init(&one, choose_label("link", 1, "loss"));
    asker_init(&two, choose_label("link", 2, "loss"));
    for (int i = 0; i < DRAWS; i++) {
        for (int extra = 0; extra < i % 4; extra++)
            (void)choose(&w, &one, 77);
        assert_int_equal(choose(&w, &two, 1000), seen[i]);
        assert_int_equal(two.ordinal, i + 1);
    }
    world_free(&w);
}

static void pure_function_of_seed_label_ordinal(void **state)
{
    struct world w;
    struct asker a;

    (void)state;
    start(&w, 123);
    asker_init(&a, 55);
    a.ordinal = 17;
    assert_int_equal(choose(&w, &a, UINT64_C(1) << 63), choose_seeded(123, 55, 17) >> 1);
    assert_true(choose_seeded(123, 55, 17) != choose_seeded(124, 55, 17));
    assert_true(choose_seeded(123, 55, 17) != choose_seeded(123, 56, 17));
    assert_true(choose_seeded(123, 55, 17) != choose_seeded(123, 55, 18));
    world_free(&w);
}

static void draws_are_even(void **state)
{
    static const uint64_t bounds[] = {1, 2, 3, 7, 10, 100};
    enum { EACH = 10000 };
    struct world w;
    struct asker a;

    (void)state;
    start(&w, 3);
    asker_init(&a, choose_label("test", 0, "even"));
    for (size_t k = 0; k < ARRAY_LEN(bounds); k++) {
        uint32_t count[100] = {0};

        for (uint64_t i = 0; i < bounds[k] * EACH; i++) {
            uint64_t v = choose(&w, &a, bounds[k]);

            assert_true(v < bounds[k]);
            count[v]++;
        }
        for (uint64_t v = 0; v < bounds[k]; v++)
            assert_in_range(count[v], EACH - 500, EACH + 500); /* five standard deviations */
    }
    assert_true(choose(&w, &a, UINT64_MAX) < UINT64_MAX);
    world_free(&w);
}

static void parts_per_million(void **state)
{
    static const uint32_t ppm[] = {0, 1000, 10000, 500000, 999000, 1000000, 2000000};
    enum { TRIES = 200000 };
    struct world w;

    (void)state;
    start(&w, 4);
    for (size_t k = 0; k < ARRAY_LEN(ppm); k++) {
        struct asker a;
        uint64_t hits = 0, expected = min_u32(ppm[k], 1000000) * (uint64_t)TRIES / 1000000;

        asker_init(&a, choose_label("test", k, "ppm"));
        for (int i = 0; i < TRIES; i++)
            hits += choose_ppm(&w, &a, ppm[k]);
        assert_int_equal(a.ordinal, TRIES); /* one each, whatever the probability */
        if (ppm[k] == 0 || ppm[k] >= 1000000)
            assert_int_equal(hits, expected);
        else
            assert_in_range(hits + 1200, expected, expected + 2400);
    }
    world_free(&w);
}

static void scripted(void **state)
{
    const uint64_t loss = choose_label("link", 0, "loss"), jitter = choose_label("link", 0, "jitter");
    const struct scripted_draw script[] = {{loss, 1, 4}, {loss, 3, 1000}, {jitter, 0, 2}};
    struct scripted_chooser s;
    struct world w;
    struct asker a, b;

    (void)state;
    start(&w, 11);
    scripted_chooser_init(&s, script, ARRAY_LEN(script));
    w.chooser = &s.driver;
    asker_init(&a, loss);
    asker_init(&b, jitter);
    assert_int_equal(choose(&w, &b, 10), 2);
    for (uint64_t i = 0; i < 6; i++) {
        struct asker alone = {loss, i};
        uint64_t v = choose(&w, &a, 10), seeded;

        w.chooser = NULL;
        seeded = choose(&w, &alone, 10);
        w.chooser = &s.driver;
        if (i == 1)
            assert_int_equal(v, 4);
        else if (i == 3)
            assert_int_equal(v, 9); /* the largest allowed */
        else
            assert_int_equal(v, seeded); /* what the script does not say is as without it */
    }
    world_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_differ),
        cmocka_unit_test(askers_are_independent),
        cmocka_unit_test(pure_function_of_seed_label_ordinal),
        cmocka_unit_test(draws_are_even),
        cmocka_unit_test(parts_per_million),
        cmocka_unit_test(scripted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
