/* The pace of a film: it never runs backwards, there and back is the same, it stops at every beat, a lesson
 * takes a sensible time, and nobody waits for 2 MSL. */
#define _XOPEN_SOURCE 700 /* glob */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <string.h>

#include "sim/figure/pace.h"
#include "sim/lesson/lesson.h"
#include "sim/run/session.h"

struct film {
    struct lesson *lesson;
    struct session *run;
    struct model *model;
    struct pace *pace;
};

static struct film film_of(const char *path)
{
    struct session_options o = {0};
    struct model_options mo = {.lang = FIGURE_EN};
    struct diag d = {0};
    struct film f = {.lesson = lesson_load(path, NULL, 0, &d)};

    if (!f.lesson)
        fail_msg("%s:%d:%d: %s", path, d.line, d.column, d.message);
    f.run = session_open(f.lesson, &o);
    session_run_until(f.run, VTIME_NEVER);
    f.model = model_new(session_header(f.run), session_log(f.run), &mo);
    f.pace = pace_new(f.model);
    return f;
}

static void film_free(struct film *f)
{
    pace_free(f->pace);
    model_free(f->model);
    session_close(f->run);
    lesson_free(f->lesson);
}

static void each_lesson(void (*look)(const struct film *f, const char *name))
{
    glob_t files;

    assert_int_equal(glob("lessons/[0-9]*.json", 0, NULL, &files), 0);
    assert_true(files.gl_pathc > 10);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct film f = film_of(files.gl_pathv[i]);

        look(&f, files.gl_pathv[i]);
        film_free(&f);
    }
    globfree(&files);
}

static void look_sensible(const struct film *f, const char *name)
{
    vtime length = pace_length(f->pace);

    if (length < 10 * NS_PER_S || length > 600 * NS_PER_S)
        fail_msg("%s takes %lld ms", name, (long long)(length / NS_PER_MS));
    assert_int_equal(pace_virtual(f->pace, 0), 0);
    assert_int_equal(pace_virtual(f->pace, -5), 0);
    assert_int_equal(pace_virtual(f->pace, length), f->model->end);
    assert_int_equal(pace_virtual(f->pace, VTIME_MAX), f->model->end);
    assert_int_equal(pace_presentation(f->pace, -1), 0);
    assert_true(pace_presentation(f->pace, VTIME_MAX) <= length);
}

static void sensible_length(void **state)
{
    (void)state;
    each_lesson(look_sensible);
}

static void look_monotone(const struct film *f, const char *name)
{
    vtime length = pace_length(f->pace), step = length / 4999 + 1, before = 0;

    for (vtime t = 0; t <= length; t += step) {
        vtime v = pace_virtual(f->pace, t), back = pace_presentation(f->pace, v);

        if (v < before)
            fail_msg("%s runs backwards at %lld", name, (long long)t);
        before = v;
        if (back > t || pace_virtual(f->pace, back) != v)
            fail_msg("%s: from %lld to %lld, back to %lld", name, (long long)t, (long long)v,
                     (long long)back);
    }
    before = 0;
    step = f->model->end / 4999 + 1;
    for (vtime v = 0; v <= f->model->end; v += step) {
        vtime t = pace_presentation(f->pace, v);

        if (t < before)
            fail_msg("%s: %lld is shown before what was earlier", name, (long long)v);
        before = t;
        if (pace_virtual(f->pace, t) < v || (t && pace_virtual(f->pace, t - 1) >= v))
            fail_msg("%s: %lld is not first shown at %lld", name, (long long)v, (long long)t);
    }
}

static void monotone_there_and_back(void **state)
{
    (void)state;
    each_lesson(look_monotone);
}

/* Every record that the contract counts lies at a beat, and the playhead stands still there. */
static void look_beats(const struct film *f, const char *name)
{
    size_t n, found = 0;
    const struct pace_beat *b = pace_beats(f->pace, &n);

    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        vtime t = pace_presentation(f->pace, b[i].at);
        const struct pace_beat *next = pace_beat_after(f->pace, b[i].at),
                               *last = pace_beat_before(f->pace, b[i].at);

        assert_true(b[i].what != 0);
        assert_int_equal(log_find(f->model->log, b[i].record)->at, b[i].at);
        assert_ptr_equal(next, i + 1 < n ? &b[i + 1] : NULL);
        assert_ptr_equal(last, i ? &b[i - 1] : NULL);
        if (pace_virtual(f->pace, t) != b[i].at || pace_virtual(f->pace, t + 10 * NS_PER_MS) != b[i].at)
            fail_msg("%s does not stop at %lld", name, (long long)b[i].at);
        if (b[i].what & PACE_STATE_CHANGE)
            assert_int_equal(pace_virtual(f->pace, t + PACE_STATE - 1), b[i].at);
    }
    for (size_t i = 0; i < log_count(f->model->log); i++) {
        const struct rec_head *r = log_at(f->model->log, i);

        if (r->kind != REC_SEND && r->kind != REC_DROP && r->kind != REC_STATE)
            continue;
        while (found < n && b[found].at < r->at)
            found++;
        if (found == n || b[found].at != r->at)
            fail_msg("%s: record %llu is at no beat", name, (unsigned long long)r->id);
    }
}

static void stops_at_beats(void **state)
{
    (void)state;
    each_lesson(look_beats);
}

/* Two beats in the same nanosecond are one. */
static void one_beat_an_instant(void **state)
{
    struct film f = film_of("lessons/02-four-way-close.json");
    size_t n;
    const struct pace_beat *b = pace_beats(f.pace, &n);

    (void)state;
    for (size_t i = 1; i < n; i++)
        assert_true(b[i].at > b[i - 1].at);
    film_free(&f);
}

static vtime takes(const struct film *f, vtime from, vtime to)
{
    return pace_presentation(f->pace, to) - pace_presentation(f->pace, from);
}

/* A flight alone in the air takes 1.6 s, and 0.8 s pass before it begins; 2 MSL take 3 s. */
static void as_the_design_says(void **state)
{
    struct film f = film_of("lessons/02-four-way-close.json");
    const struct model *m = f.model;
    unsigned alone = 0;
    vtime quiet;

    (void)state;
    for (size_t i = 0; i < m->n_flights; i++) {
        const struct model_flight *a = &m->flight[i];
        vtime all = takes(&f, a->leave, a->end);

        if (pace_beat_after(f.pace, a->leave)->at != a->end)
            continue;
        alone++;
        if (all > PACE_FLIGHT + PACE_PAUSE || all < PACE_FLIGHT)
            fail_msg("flight %zu takes %lld ms", i, (long long)(all / NS_PER_MS));
        assert_int_equal(pace_virtual(f.pace, pace_presentation(f.pace, a->end) - PACE_FLIGHT / 2),
                         a->leave + (a->end - a->leave) / 2);
    }
    assert_true(alone >= 4);
    assert_int_equal(m->n_waits, 1);
    assert_true(m->wait[0].end - m->wait[0].from > NS_PER_S);
    quiet = takes(&f, pace_beat_before(f.pace, m->wait[0].end)->at, m->wait[0].end);
    assert_in_range(quiet, PACE_WAIT + PACE_STATE, PACE_WAIT + PACE_PAUSE);
    film_free(&f);
}

/* ---- a trace made by hand: as many flights as wanted ---- */

static size_t size_of(const struct rec_head *r)
{
    return rec_size(r->kind);
}

static void many_flights(void **state)
{
    enum { FLIGHTS = 20000 };
    struct trace_host host[2] = {{.name = "a"}, {.name = "b"}};
    struct trace_header h = {.host = host, .n_hosts = 2};
    struct log log;
    struct model m = {.header = &h, .log = &log, .n_lanes = 2, .n_flights = FLIGHTS, .end = 0};
    struct pace *p;

    (void)state;
    m.lane[0].host = 1;
    m.lane[1].host = 2;
    log_init(&log, TRACE_ALL_KINDS, size_of);
    m.flight = test_calloc(FLIGHTS, sizeof *m.flight);
    for (int i = 0; i < FLIGHTS; i++) {
        struct rec_send s = {.head = {.id = (uint64_t)i + 1, .at = i * NS_PER_S, .kind = REC_SEND, .host = 1},
                             .to = 2};

        m.flight[i] = (struct model_flight){.leave = s.head.at, .end = s.head.at + 500 * NS_PER_MS};
        log_put(&log, &s.head);
    }
    m.end = FLIGHTS * NS_PER_S;
    p = pace_new(&m);
    assert_true(pace_length(p) <= PACE_MOST);
    assert_true(pace_length(p) > PACE_MOST / 2);
    /* The first ones are as long as ever. */
    assert_int_equal(pace_presentation(p, 500 * NS_PER_MS), PACE_PAUSE + PACE_FLIGHT);
    assert_true(pace_presentation(p, 5 * NS_PER_S) - pace_presentation(p, 4 * NS_PER_S) >= PACE_FLIGHT);
    for (vtime t = 0, last = 0; t < PACE_MOST; t += NS_PER_S / 30) {
        vtime v = pace_virtual(p, t);

        assert_true(v >= last);
        last = v;
    }
    pace_free(p);
    test_free(m.flight);
    log_free(&log);
}

/* Nothing at all happens: a film of nothing, not a crash. */
static void empty(void **state)
{
    struct trace_header h = {0};
    struct log log;
    struct model m = {.header = &h, .log = &log};
    struct pace *p;
    size_t n;

    (void)state;
    log_init(&log, TRACE_ALL_KINDS, size_of);
    p = pace_new(&m);
    assert_int_equal(pace_length(p), PACE_LEAST);
    assert_int_equal(pace_virtual(p, NS_PER_S), 0);
    assert_int_equal(pace_presentation(p, 7), 0);
    pace_beats(p, &n);
    assert_int_equal(n, 0);
    assert_null(pace_beat_after(p, 0));
    assert_null(pace_beat_before(p, 1));
    pace_free(p);
    log_free(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sensible_length),
        cmocka_unit_test(monotone_there_and_back),
        cmocka_unit_test(stops_at_beats),
        cmocka_unit_test(one_beat_an_instant),
        cmocka_unit_test(as_the_design_says),
        cmocka_unit_test(many_flights),
        cmocka_unit_test(empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
