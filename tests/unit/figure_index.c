/* The index of a model's flights, states, notes and waits gives for any window of time what looking at all of
 * them gives. */
#define _XOPEN_SOURCE 700 /* glob */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <string.h>

#include "sim/figure/model.h"
#include "sim/lesson/lesson.h"
#include "sim/run/session.h"
#include "tests/support/large.h"

static const char large[] = LARGE_LESSON("120", "40ms");

static uint64_t next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

/* What of these shares an instant with the window: each found once, nothing else, in order. */
static void compare(const struct index_table *t, vtime from, vtime to, size_t brute)
{
    struct index_walk w = index_walk(t, from, to);
    const struct index_item *item, *last = NULL;
    size_t n = 0;

    while ((item = index_next(&w)) != NULL) {
        assert_true(item->from <= to && item->to >= from);
        assert_true(!last || last->from < item->from || (last->from == item->from && last->i < item->i));
        last = item;
        n++;
    }
    assert_int_equal(n, brute);
}

static void compare_all(const struct model *m, vtime from, vtime to)
{
    size_t n = 0;

    for (size_t i = 0; i < m->n_flights; i++)
        n += m->flight[i].leave <= to && m->flight[i].end >= from;
    compare(&m->index->flight, from, to, n);
    n = 0;
    for (size_t i = 0; i < m->n_spans; i++)
        n += m->span[i].from <= to && m->span[i].to >= from;
    compare(&m->index->span, from, to, n);
    n = 0;
    for (size_t i = 0; i < m->n_notes; i++)
        n += m->note[i].at <= to && m->note[i].at >= from;
    compare(&m->index->note, from, to, n);
    n = 0;
    for (size_t i = 0; i < m->n_waits; i++)
        n += m->wait[i].from <= to && m->wait[i].end >= from;
    compare(&m->index->wait, from, to, n);
}

static void check_model(const struct model *m, unsigned times, uint64_t seed)
{
    uint32_t number = 0;

    for (size_t i = 0; i < m->n_flights; i++)
        assert_int_equal(m->index->number[i], m->flight[i].copy ? 0 : ++number);
    for (size_t i = 0; i < m->index->flight.n; i++) {
        const struct index_item *item = &m->index->flight.item[i];
        const struct model_flight *f = &m->flight[item->i];

        assert_int_equal(item->lane, f->from);
        assert_int_equal(item->other, f->to);
        assert_int_equal(item->hue, f->hue);
        assert_int_equal((item->flags & INDEX_LOST) != 0, f->lost);
        assert_int_equal((item->flags & INDEX_AGAIN) != 0, f->again);
        assert_int_equal((item->flags & INDEX_COPY) != 0, f->copy);
    }
    compare_all(m, 0, VTIME_NEVER);
    compare_all(m, 0, 0);
    for (unsigned i = 0; i < times; i++) {
        vtime from = (vtime)(next(&seed) % (uint64_t)(m->end + 2)),
              to = from + (vtime)(next(&seed) % (uint64_t)(i % 2 ? m->end + 1 : m->end / 50 + 1));

        if (i % 5 == 0 && m->n_flights) /* the very instants */
            from = m->flight[next(&seed) % m->n_flights].end;
        compare_all(m, from, max_i64(from, to));
    }
}

static void run(struct lesson *l, unsigned times, uint64_t seed, size_t least)
{
    struct session_options o = {0};
    struct model_options mo = {.lang = FIGURE_EN};
    struct session *s = session_open(l, &o);
    struct model *m;

    session_run_until(s, VTIME_NEVER);
    m = model_new(session_header(s), session_log(s), &mo);
    assert_true(m->n_flights >= least);
    check_model(m, times, seed);
    model_free(m);
    session_close(s);
    lesson_free(l);
}

static void every_lesson(void **state)
{
    glob_t files;
    struct diag d;
    (void)state;

    assert_int_equal(glob("lessons/[0-9]*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        run(lesson_load(files.gl_pathv[i], NULL, 0, &d), 50, i + 1, 1);
    globfree(&files);
}

static void a_large_one(void **state)
{
    struct diag d;
    struct lesson *l = lesson_parse("large.json", large, sizeof large - 1, NULL, 0, &d);
    (void)state;

    if (!l)
        fail_msg("%d:%d: %s", d.line, d.column, d.message);
    run(l, 300, 99, 5000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(every_lesson), cmocka_unit_test(a_large_one)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
