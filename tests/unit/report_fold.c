/* The index of the fold: what it says of any time is what folding from the start says, of every lesson, of a
 * long trace with checkpoints, and after the past was changed. */
#define _XOPEN_SOURCE 700 /* glob */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <string.h>

#include "sim/lesson/lesson.h"
#include "sim/report/fold_index.h"
#include "sim/run/session.h"

enum { TIMES = 200 };

static const char many[] =
    "{\"format\": \"tcplab-lesson\", \"version\": 1, \"title\": \"t\", \"summary\": \"s\","
    " \"hosts\": [{\"name\": \"a\", \"tcp\": {\"msl\": \"100ms\"}}, {\"name\": \"b\"}],"
    " \"links\": [{\"name\": \"l\", \"between\": [\"a\", \"b\"], \"delay\": \"10ms\", \"rate\": "
    "\"10Mbit/s\", \"loss\": "
    "\"2%\"}],"
    " \"apps\": [{\"host\": \"b\", \"script\": [{\"do\": \"listen\", \"port\": 80},"
    "   {\"when\": \"closing\", \"do\": \"close\"}]},"
    "  {\"host\": \"a\", \"count\": 60, \"stagger\": \"40ms\", \"script\": [{\"do\": \"open\", \"to\": "
    "\"b\", "
    "\"port\": 80}, {\"when\": \"established\", \"do\": \"send\", \"bytes\": \"60kB\"}, {\"do\": "
    "\"close\"}]}],"
    " \"events\": [{\"at\": \"2900ms\", \"crash\": \"b\"}, {\"at\": \"3200ms\", \"reboot\": \"b\"},"
    "   {\"at\": \"3300ms\", \"link_down\": \"l\"}, {\"at\": \"3400ms\", \"link_up\": \"l\"}]}";

static uint64_t next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

static void same_conn(const struct fold_conn *a, const struct fold_conn *b)
{
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->pair, b->pair);
    assert_int_equal(a->host, b->host);
    assert_int_equal(a->local_port, b->local_port);
    assert_int_equal(a->remote_port, b->remote_port);
    assert_ptr_equal(a->local, b->local);
    assert_ptr_equal(a->remote, b->remote);
    assert_int_equal(a->open, b->open);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->state_was, b->state_was);
    assert_int_equal(a->state_since, b->state_since);
    assert_int_equal(a->state_record, b->state_record);
    assert_int_equal(a->delivered, b->delivered);
    assert_int_equal(a->known, b->known);
    assert_int_equal(a->had, b->had);
    assert_memory_equal(a->value, b->value, sizeof a->value);
    assert_memory_equal(a->since, b->since, sizeof a->since);
    assert_memory_equal(a->was, b->was, sizeof a->was);
    assert_memory_equal(a->record, b->record, sizeof a->record);
    for (int i = 0; i < TIMER_COUNT; i++) {
        const struct fold_timer *s = &a->timer[i], *t = &b->timer[i];

        assert_int_equal(s->running, t->running);
        assert_int_equal(s->armed, t->armed);
        assert_int_equal(s->due, t->due);
        assert_int_equal(s->backoff, t->backoff);
        assert_int_equal(s->fired, t->fired);
        assert_int_equal(s->fired_at, t->fired_at);
    }
}

static void same(const struct fold *a, const struct fold *b)
{
    static const struct fold_host well = {0};
    static const struct fold_path up = {0};

    assert_int_equal(a->n_conns, b->n_conns);
    assert_int_equal(a->now, b->now);
    assert_int_equal(a->beat, b->beat);
    assert_int_equal(a->record, b->record);
    for (size_t i = 0; i < a->n_conns; i++) {
        same_conn(&a->conn[i], &b->conn[i]);
        assert_ptr_equal(fold_conn(a, b->conn[i].id), &a->conn[i]);
    }
    for (size_t i = 0; i < a->n_hosts || i < b->n_hosts; i++) {
        const struct fold_host *h = i < a->n_hosts ? &a->host[i] : &well,
                               *g = i < b->n_hosts ? &b->host[i] : &well;

        assert_int_equal(h->down, g->down);
        assert_int_equal(h->cut, g->cut);
        assert_int_equal(h->since, g->since);
    }
    for (size_t i = 0; i < a->n_paths || i < b->n_paths; i++) {
        const struct fold_path *p = i < a->n_paths ? &a->path[i] : &up,
                               *q = i < b->n_paths ? &b->path[i] : &up;

        assert_int_equal(p->down, q->down);
        assert_int_equal(p->changed, q->changed);
        assert_int_equal(p->since, q->since);
        assert_memory_equal(p->value, q->value, sizeof p->value);
    }
}

static void compare_at(struct fold_index *x, const struct log *log, vtime t)
{
    struct fold plain;

    fold_init(&plain);
    fold_until(&plain, log, t);
    same(fold_at(x, t), &plain);
    fold_free(&plain);
}

static void compare_often(struct fold_index *x, const struct log *log, unsigned times, uint64_t seed)
{
    vtime end = log_at(log, log_count(log) - 1)->at;

    for (unsigned i = 0; i < times; i++) {
        vtime t = (vtime)(next(&seed) % (uint64_t)(end + 2));

        if (i % 3 == 0) /* the instants themselves, too */
            t = log_at(log, (size_t)(next(&seed) % log_count(log)))->at - (i % 2);
        compare_at(x, log, t);
    }
}

static void every_lesson(void **state)
{
    glob_t files;
    struct diag d;
    (void)state;

    assert_int_equal(glob("lessons/[0-9]*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct session_options o = {0};
        struct lesson *l = lesson_load(files.gl_pathv[i], NULL, 0, &d);
        struct session *s = session_open(l, &o);
        struct fold_index *x;

        session_run_until(s, VTIME_NEVER);
        x = fold_index_new(session_log(s));
        compare_often(x, session_log(s), TIMES, i + 1);
        fold_index_free(x);
        session_close(s);
        lesson_free(l);
    }
    globfree(&files);
}

static struct lesson *load_many(void)
{
    struct diag d;
    struct lesson *l = lesson_parse("many.json", many, sizeof many - 1, NULL, 0, &d);

    if (!l)
        fail_msg("%d:%d: %s", d.line, d.column, d.message);
    return l;
}

static void long_trace(void **state)
{
    struct lesson *l = load_many();
    struct session_options o = {0};
    struct session *s = session_open(l, &o);
    const struct log *log = session_log(s);
    struct fold_index *x;
    size_t downs = 0;
    (void)state;

    session_run_until(s, VTIME_NEVER);
    assert_in_range(log_count(log), 12000, 100000);
    x = fold_index_new(log);
    while (!fold_index_grow(x, 777))
        ;
    compare_often(x, log, 60, 7);
    for (vtime t = 0; t <= 4 * NS_PER_S; t += 100 * NS_PER_MS) { /* playing on */
        compare_at(x, log, t);
        downs += fold_at(x, t)->n_hosts > 2 && fold_at(x, t)->host[2].down;
        downs += fold_at(x, t)->n_paths && fold_at(x, t)->path[0].down;
    }
    assert_true(downs >= 3);
    fold_index_free(x);
    session_close(s);
    lesson_free(l);
}

/* The future is another one: what the index keeps of the old one does not shine through. */
static void another_future(void **state)
{
    struct lesson *l = load_many();
    struct session_options o = {.interactive = true};
    struct session *s = session_open(l, &o);
    const struct log *log = session_log(s);
    struct fold_index *x;
    size_t n;
    (void)state;

    session_run_until(s, VTIME_NEVER);
    x = fold_index_new(log);
    compare_often(x, log, 5, 3);
    session_rewind(s, 1700 * NS_PER_MS);
    n = log_count(log);
    fold_index_cut(x, n);
    assert_true(fold_index_grow(x, 0));
    compare_often(x, log, 5, 4);
    assert_true(session_post(s, (struct session_act){ACT_CRASH, 0, 0}));
    session_run_until(s, VTIME_NEVER);
    assert_true(log_count(log) > n);
    compare_often(x, log, 20, 5);
    fold_index_free(x);
    session_close(s);
    lesson_free(l);
}

/* Which variables changed at the beat, and what they were before. */
static void what_changed(void **state)
{
    struct session_options o = {0};
    struct diag d;
    struct lesson *l = lesson_load("lessons/02-four-way-close.json", NULL, 0, &d);
    struct session *s = session_open(l, &o);
    const struct log *log = session_log(s);
    struct fold_index *x;
    unsigned marked = 0;
    (void)state;

    session_run_until(s, VTIME_NEVER);
    x = fold_index_new(log);
    for (size_t i = 0; i < log_count(log); i++) {
        const struct rec_head *r = log_at(log, i);
        const struct rec_vars *v = (const void *)r;
        const struct fold *f;
        const struct fold_conn *c;

        if (r->kind != REC_VARS)
            continue;
        f = fold_at(x, r->at);
        c = fold_conn(f, r->conn);
        assert_non_null(c);
        for (unsigned k = 0; k < VAR_COUNT; k++)
            if (v->changed >> k & 1u) {
                assert_int_equal(c->since[k], r->at);
                marked += c->since[k] == f->beat;
                if (c->had >> k & 1u)
                    assert_true(c->was[k] == fold_conn(fold_at(x, r->at - 1), r->conn)->value[k]);
                f = fold_at(x, r->at);
                c = fold_conn(f, r->conn);
            }
    }
    assert_true(marked > 8);
    fold_index_free(x);
    session_close(s);
    lesson_free(l);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_lesson),
        cmocka_unit_test(long_trace),
        cmocka_unit_test(another_future),
        cmocka_unit_test(what_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
