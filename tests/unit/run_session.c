/* sim/run/session: slices, interventions, undo, going back, forks, saving: all ways lead to the same run. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/lesson/expect.h"
#include "sim/lesson/lesson.h"
#include "sim/report/trace_write.h"
#include "sim/run/session.h"
#include "sim/run/verdict.h"

static const char text[] =
    "{\"format\": \"tcplab-lesson\", \"version\": 1, \"title\": {\"en\": \"t\", \"zh-Hant\": \"u\"},"
    " \"summary\": \"s\", \"seed\": 5, \"defaults\": {\"processing_delay\": \"1ms\", \"tcp\": {\"msl\": "
    "\"1s\"}},"
    " \"hosts\": [{\"name\": \"client\", \"label\": \"C\"}, {\"name\": \"server\"}],"
    " \"links\": [{\"between\": [\"client\", \"server\"], \"delay\": \"10ms\", \"loss\": \"5%\"}],"
    " \"apps\": [{\"host\": \"server\", \"script\": [{\"do\": \"listen\", \"port\": 80},"
    "   {\"when\": \"closing\", \"do\": \"close\"}]},"
    "  {\"host\": \"client\", \"script\": [{\"do\": \"open\", \"to\": \"server\", \"port\": 80},"
    "   {\"when\": \"established\", \"do\": \"send\", \"bytes\": \"40kB\"}, {\"do\": \"close\"}]}],"
    " \"narration\": [{\"at\": \"5ms\", \"text\": \"n\"}],"
    " \"expect\": [{\"delivered\": \"server\", \"is\": \"40kB\"}]}";

static struct lesson *load(void)
{
    struct diag d;
    struct lesson *l = lesson_parse("t.json", text, sizeof text - 1, NULL, 0, &d);

    if (!l)
        fail_msg("%d:%d: %s", d.line, d.column, d.message);
    return l;
}

static void write_file(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static const struct session_options interactive = {.interactive = true};

static uint64_t finish(struct session *s)
{
    session_run_until(s, VTIME_NEVER);
    assert_true(session_over(s));
    return session_fingerprint(s);
}

/* The whole run in one go. */
static uint64_t reference(const struct lesson *l)
{
    struct session *s = session_open(l, &interactive);
    uint64_t f = finish(s);

    session_close(s);
    return f;
}

/* The newest segment that a host sent. */
static uint64_t newest_send(const struct session *s)
{
    const struct log *log = session_log(s);

    for (size_t i = log_count(log); i-- > 0;)
        if (log_at(log, i)->kind == REC_SEND)
            return log_at(log, i)->id;
    return 0;
}

/* Runs until something is in flight after `at`, and drops it. */
static void drop_something(struct session *s, vtime at)
{
    for (int i = 0; i < 1000; i++) {
        session_run_until(s, at + i * NS_PER_MS);
        if (session_post(s, (struct session_act){ACT_DROP, newest_send(s), 0}))
            return;
    }
    fail_msg("nothing was in flight after %lld", (long long)at);
}

static void grades(void **state)
{
    struct lesson *l = load();
    struct session *s = session_open(l, &(struct session_options){.kinds = lesson_grade_kinds(l)});
    struct grade g;

    (void)state;
    session_finish(s, &g);
    assert_int_equal(g.failed, 0);
    assert_int_equal(g.n, 1);
    assert_int_equal(session_end(s), RUN_IDLE);
    assert_ptr_equal(session_lesson(s), l);
    grade_free(&g);
    session_close(s);
    session_close(NULL);
    lesson_free(l);
}

static void header_of_a_trace(void **state)
{
    struct lesson *l = load();
    struct session *s = session_open(l, &(struct session_options){.has_seed = true, .seed = 77});
    const struct trace_header *h = session_header(s);

    (void)state;
    assert_string_equal(h->lesson, "t");
    assert_int_equal(h->seed, 77);
    assert_int_equal(strlen(h->hash), 16);
    assert_string_equal(h->title.zh, "u");
    assert_int_equal(h->n_hosts, 2);
    assert_string_equal(h->host[0].name, "client");
    assert_string_equal(h->host[0].label.en, "C");
    assert_int_equal(h->host[0].n_addresses, 2);
    assert_int_equal(h->host[1].msl, NS_PER_S);
    assert_int_equal(h->n_links, 1);
    assert_int_equal(h->link[0].path[1].delay, 10 * NS_PER_MS);
    assert_int_equal(h->n_notes, 1);
    assert_string_equal(h->note[0].en, "n");
    session_close(s);
    lesson_free(l);
}

/* The fingerprint is the one that a trace file has. */
static void fingerprint_of_the_file(void **state)
{
    struct lesson *l = load();
    struct session *s = session_open(l, &interactive);
    struct trace_writer *w = trace_writer_fingerprint_only(session_header(s));

    (void)state;
    session_add_sink(s, trace_writer_sink(w));
    assert_true(finish(s) == trace_writer_footer(w).fingerprint);
    trace_writer_discard(w);
    session_close(s);
    lesson_free(l);
}

static void slices(void **state)
{
    static const vtime slice[] = {NS_PER_MS / 3, NS_PER_MS, 7 * NS_PER_MS, 450 * NS_PER_MS};
    struct lesson *l = load();
    uint64_t f = reference(l);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(slice); i++) {
        struct session *s = session_open(l, &interactive);

        for (vtime at = 0; !session_over(s) && at < 100 * NS_PER_S; at += slice[i])
            session_run_until(s, at);
        assert_true(finish(s) == f);
        session_close(s);
    }
    lesson_free(l);
}

/* Dropping, cutting off, going back and taking back, for many seeds: always the run that was there before. */
static void many_seeds(void **state)
{
    struct lesson *l = load();

    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct session_options o = {.interactive = true, .has_seed = true, .seed = seed};
        struct session *s = session_open(l, &o), *plain = session_open(l, &o);
        uint64_t f = finish(plain), changed;
        vtime at = (vtime)(30 + seed * 2) * NS_PER_MS;
        size_t n;

        drop_something(s, at);
        session_run_until(s, at + 90 * NS_PER_MS);
        if (!session_post(s, (struct session_act){ACT_CUT, seed % 2, 0}))
            fail_msg("no cut with seed %llu", (unsigned long long)seed);
        session_run_until(s, at + 700 * NS_PER_MS);
        assert_true(session_post(s, (struct session_act){ACT_JOIN, seed % 2, 0}));
        changed = finish(s);
        for (vtime back = 0; back < 2 * NS_PER_S; back += 333 * NS_PER_MS) {
            session_rewind(s, back);
            assert_int_equal(session_now(s), back);
            assert_true(finish(s) == changed);
        }
        for (session_interventions(s, &n); n; n--)
            assert_true(session_undo(s, n - 1));
        assert_true(finish(s) == f);
        session_close(s);
        session_close(plain);
    }
    lesson_free(l);
}

static void undo(void **state)
{
    struct lesson *l = load();
    uint64_t f = reference(l), changed;
    struct session *s = session_open(l, &interactive);
    const struct session_intervention *list;
    size_t n;

    (void)state;
    session_run_until(s, 0);
    assert_false(session_post(s, (struct session_act){ACT_DROP, 1000000, 0}));
    assert_false(session_post(s, (struct session_act){ACT_CRASH, 2, 0}));
    drop_something(s, 60 * NS_PER_MS);
    list = session_interventions(s, &n);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].state, ACT_APPLIED);
    changed = finish(s);
    assert_true(changed != f);
    session_rewind(s, 0);
    assert_true(finish(s) == changed); /* applied again on the way */
    assert_false(session_undo(s, 1));
    assert_true(session_undo(s, 0));
    assert_true(finish(s) == f);
    session_interventions(s, &n);
    assert_int_equal(n, 0);
    session_close(s);
    lesson_free(l);
}

static void back_and_forth(void **state)
{
    struct lesson *l = load();
    uint64_t f = reference(l), at_half;
    struct session *s = session_open(l, &interactive);
    size_t records;

    (void)state;
    session_run_until(s, 70 * NS_PER_MS);
    at_half = session_fingerprint(s);
    records = log_count(session_log(s));
    for (int i = 0; i < 3; i++) {
        assert_true(finish(s) == f);
        session_rewind(s, 70 * NS_PER_MS);
        assert_false(session_over(s));
        assert_int_equal(session_now(s), 70 * NS_PER_MS);
        assert_true(session_fingerprint(s) == at_half);
        assert_int_equal(log_count(session_log(s)), records);
    }
    session_close(s);
    lesson_free(l);
}

static void stale_after_undo(void **state)
{
    struct lesson *l = load();
    struct session *s = session_open(l, &interactive);
    const struct session_intervention *list;
    uint64_t both;
    size_t n;

    (void)state;
    drop_something(s, 50 * NS_PER_MS);
    drop_something(s, 300 * NS_PER_MS);
    both = finish(s);
    assert_true(session_undo(s, 0));
    list = session_interventions(s, &n);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].state, ACT_STALE);
    assert_true(finish(s) != both);
    session_close(s);
    lesson_free(l);
}

static void forks(void **state)
{
    struct lesson *l = load();
    uint64_t f = reference(l), changed;
    struct session *s = session_open(l, &interactive), *twin;

    (void)state;
    session_run_until(s, 60 * NS_PER_MS);
    twin = session_fork(s);
    assert_true(session_fingerprint(twin) == session_fingerprint(s));
    drop_something(twin, session_now(twin));
    changed = finish(twin);
    assert_true(finish(s) == f);
    assert_true(changed != f);
    session_close(s); /* the twin needs nothing of it */
    session_rewind(twin, 20 * NS_PER_MS);
    assert_true(finish(twin) == changed);
    assert_true(session_undo(twin, 0));
    assert_true(finish(twin) == f);
    session_close(twin);
    lesson_free(l);
}

/* Dropping and cutting off, written into the lesson's file, go the same way by themselves. */
static void save_as_lesson(void **state)
{
    char path[64];
    struct session *s, *again;
    struct sbuf saved = SBUF_INIT, twice = SBUF_INIT;
    const struct session_intervention *list;
    struct lesson *l, *with;
    struct diag d;
    uint64_t f;
    size_t n;

    (void)state;
    snprintf(path, sizeof path, "acts-%ld.json", (long)getpid());
    write_file(path, text, sizeof text - 1);
    l = lesson_load(path, NULL, 0, &d);
    assert_non_null(l);
    s = session_open(l, &interactive);
    drop_something(s, 60 * NS_PER_MS);
    session_note(s, 0, "the \"lost\" one \xe9\x81\xba\xe5\xa4\xb1");
    assert_true(session_post(s, (struct session_act){ACT_CUT, 0, 0}));
    session_run_until(s, 2 * NS_PER_S);
    assert_true(session_post(s, (struct session_act){ACT_JOIN, 0, 0}));
    f = finish(s);
    assert_true(f != reference(l));
    if (!session_save_lesson(s, &saved, &d))
        fail_msg("%s", d.message);
    with = lesson_parse("saved.json", saved.s, saved.len, NULL, 0, &d);
    if (!with)
        fail_msg("%d:%d: %s in %s", d.line, d.column, d.message, sbuf_str(&saved));
    again = session_open(with, &(struct session_options){.kinds = 1});
    assert_true(finish(again) == f);
    list = session_interventions(again, &n);
    assert_int_equal(n, 3);
    assert_string_equal(list[0].act.note, "the \"lost\" one \xe9\x81\xba\xe5\xa4\xb1");
    for (size_t i = 0; i < n; i++)
        assert_int_equal(list[i].state, ACT_APPLIED);
    /* What is saved once more is the same; without its acts it goes its first way. */
    write_file(path, saved.s, saved.len);
    assert_true(lesson_with_acts(path, with->act, with->n_acts, &twice, &d));
    assert_string_equal(sbuf_str(&saved), sbuf_str(&twice));
    sbuf_clear(&twice);
    assert_true(lesson_with_acts(path, NULL, 0, &twice, &d));
    session_close(again);
    lesson_free(with);
    with = lesson_parse("bare.json", twice.s, twice.len, NULL, 0, &d);
    assert_non_null(with);
    assert_true(reference(with) == reference(l));
    sbuf_clear(&twice);
    assert_false(session_save_lesson(s, &twice, &d)); /* the file is another one by now */
    unlink(path);
    assert_false(session_save_lesson(s, &twice, &d));
    lesson_free(with);
    sbuf_free(&saved);
    sbuf_free(&twice);
    session_close(s);
    lesson_free(l);
}

/* An act of a lesson that no longer fits is told, and the run is not well. */
static void acts_that_do_not_fit(void **state)
{
    static const char act[] =
        ", \"acts\": [{\"at_ns\": 50000000, \"record\": 3, \"fingerprint\": \"0123456789abcdef\","
        " \"act\": \"drop\", \"target\": 3}]}";
    struct sbuf with = SBUF_INIT, said = SBUF_INIT;
    const struct verdict_again again = {.path = "t.json"};
    struct session *s;
    struct lesson *l;
    struct grade g;
    struct diag d;

    (void)state;
    sbuf_put(&with, text, sizeof text - 2);
    sbuf_puts(&with, act);
    l = lesson_parse("t.json", with.s, with.len, NULL, 0, &d);
    assert_non_null(l);
    s = session_open(l, &(struct session_options){.kinds = lesson_grade_kinds(l)});
    session_finish(s, &g);
    assert_int_equal(g.failed, 0);
    assert_int_equal(verdict_of(s, &g, &again, &said), VERDICT_FAILED);
    assert_string_equal(sbuf_str(&said),
                        "t.json: act 1 (drop) was not carried out: what happened before it is not "
                        "what happened when it was written down\n");
    grade_free(&g);
    session_close(s);
    lesson_free(l);
    sbuf_free(&with);
    sbuf_free(&said);
}

static void redo(void **state)
{
    struct lesson *l = load();
    struct session *s = session_open(l, &interactive);
    uint64_t f = reference(l), first, both;

    (void)state;
    drop_something(s, 60 * NS_PER_MS);
    first = finish(s);
    session_rewind(s, 300 * NS_PER_MS);
    drop_something(s, 300 * NS_PER_MS);
    both = finish(s);
    assert_false(session_redo(s));
    assert_true(session_undo(s, 1));
    assert_true(finish(s) == first);
    assert_true(session_undo(s, 0));
    assert_true(finish(s) == f);
    assert_int_equal(session_undone(s), 2);
    assert_true(session_redo(s));
    assert_true(finish(s) == first);
    assert_true(session_redo(s));
    assert_true(finish(s) == both);
    assert_false(session_redo(s));
    assert_true(session_undo(s, 1));
    session_rewind(s, 400 * NS_PER_MS);
    assert_true(
        session_post(s, (struct session_act){ACT_CUT, 0, 0})); /* another future: nothing to put back */
    assert_false(session_redo(s));
    session_close(s);
    lesson_free(l);
}

/* A held packet arrives when it is let go, a reader that has stopped gets nothing more until it reads again.
 */
static void hold_and_release(void **state)
{
    struct lesson *l = load();
    struct session *s = session_open(l, &interactive);
    uint64_t syn, arrived = 0;

    (void)state;
    session_run_until(s, 3 * NS_PER_MS);
    syn = newest_send(s);
    assert_false(session_post(s, (struct session_act){ACT_RELEASE, syn, 0})); /* on its way in its order */
    assert_true(session_post(s, (struct session_act){ACT_HOLD, syn, 0}));
    session_run_until(s, 600 * NS_PER_MS);
    assert_true(session_post(s, (struct session_act){ACT_RELEASE, syn, 0}));
    assert_false(session_post(s, (struct session_act){ACT_RELEASE, syn, 0}));
    finish(s);
    for (size_t i = 0; i < log_count(session_log(s)); i++) {
        const struct rec_head *r = log_at(session_log(s), i);

        if (r->kind == REC_ARRIVE && ((const struct rec_arrive *)r)->pkt == syn) {
            assert_int_equal(r->at, 600 * NS_PER_MS);
            arrived++;
        }
    }
    assert_int_equal(arrived, 1);
    session_close(s);
    lesson_free(l);
}

static uint64_t delivered(const struct session *s)
{
    uint64_t n = 0;

    for (size_t i = 0; i < log_count(session_log(s)); i++) {
        const struct rec_head *r = log_at(session_log(s), i);

        if (r->kind == REC_DELIVER)
            n += ((const struct rec_deliver *)r)->len;
    }
    return n;
}

static void stop_reading(void **state)
{
    struct lesson *l = load();
    struct session *s = session_open(l, &interactive);
    uint64_t f, got;

    (void)state;
    session_run_until(s, 30 * NS_PER_MS);
    assert_true(session_post(s, (struct session_act){ACT_STOP_READING, 3, 0}));
    session_run_until(s, 20 * NS_PER_S);
    got = delivered(s);
    assert_true(got < 40000);
    assert_true(session_post(s, (struct session_act){ACT_RESUME_READING, 3, 0}));
    f = finish(s);
    assert_int_equal(delivered(s), 40000);
    session_rewind(s, 0);
    assert_true(finish(s) == f);
    session_close(s);
    lesson_free(l);
}

static void link_changes(void **state)
{
    struct lesson *l = load();
    struct session *s = session_open(l, &interactive);
    uint64_t f, dropped = 0;

    (void)state;
    session_run_until(s, 100 * NS_PER_MS);
    assert_false(session_post(s, (struct session_act){ACT_LINK_LOSS, 0, 1000001}));
    assert_false(session_post(s, (struct session_act){ACT_LINK_LOSS, 1, 1000}));
    assert_true(session_post(s, (struct session_act){ACT_LINK_DELAY, 0, 200 * NS_PER_MS}));
    assert_true(session_post(s, (struct session_act){ACT_LINK_LOSS, 0, 1000000}));
    f = finish(s);
    for (size_t i = 0; i < log_count(session_log(s)); i++)
        dropped += log_at(session_log(s), i)->kind == REC_DROP;
    assert_true(dropped > 5);
    session_rewind(s, 50 * NS_PER_MS);
    assert_true(finish(s) == f);
    assert_true(session_undo(s, 1));
    finish(s);
    assert_int_equal(delivered(s), 40000);
    session_close(s);
    lesson_free(l);
}

static void all_acts(void **state)
{
    struct lesson *l = load();

    (void)state;
    for (int kind = 0; kind < ACT_KINDS; kind++) {
        struct session *s = session_open(l, &interactive);
        bool of_link = kind >= ACT_LINK_DOWN;
        bool of_host = kind >= ACT_CRASH && kind <= ACT_JOIN;
        struct session_act a = {(enum act_kind)kind, 0, 1000};
        uint64_t f;

        assert_int_equal(act_find(act_name(a.kind)), kind);
        session_run_until(s, 75 * NS_PER_MS);
        if (kind <= ACT_RELEASE)
            a.target = newest_send(s);
        else if (!of_link && !of_host)
            a.target = 3;
        if (!session_post(s, a) && kind > ACT_RELEASE)
            fail_msg("%s was refused", act_name(a.kind));
        f = finish(s);
        session_rewind(s, 10 * NS_PER_MS);
        assert_true(finish(s) == f);
        assert_false(session_post(s, a)); /* over */
        session_close(s);
    }
    assert_int_equal(act_find("fly"), -1);
    lesson_free(l);
}

static void cuts(void **state)
{
    struct lesson *l = load();
    volatile sig_atomic_t stop = 0;
    struct session *s;

    (void)state;
    s = session_open(l, &(struct session_options){.has_until = true, .until = 40 * NS_PER_MS});
    session_run_until(s, VTIME_NEVER);
    assert_true(session_over(s));
    assert_int_equal(session_end(s), RUN_UNTIL);
    assert_int_equal(session_now(s), 40 * NS_PER_MS);
    assert_int_equal(log_at(session_log(s), log_count(session_log(s)) - 1)->kind, REC_END);
    session_close(s);

    s = session_open(l, &(struct session_options){.stop = &stop});
    session_run_until(s, 40 * NS_PER_MS);
    assert_false(session_over(s));
    stop = 1;
    session_run_until(s, VTIME_NEVER);
    assert_true(session_over(s));
    assert_int_equal(session_end(s), RUN_STOPPED);
    session_close(s);

    s = session_open(l, &(struct session_options){.memory_bytes = 20000}); /* too little for the records */
    session_run_until(s, VTIME_NEVER);
    assert_int_equal(session_end(s), RUN_LIMIT_MEMORY);
    session_close(s);
    lesson_free(l);
}

/* A broken law is told with its record and with the command that shows it again. */
static void broken_law(void **state)
{
    const struct lesson_set set = {"/links/0/loss=it's 5%"};
    const struct verdict_again again = {
        .path = "a b.json", .has_seed = true, .seed = 3, .until = "1s", .set = &set, .n_sets = 1};
    struct lesson *l = load();
    struct session *s = session_open(l, &(struct session_options){.kinds = 1});
    struct world *w = session_world(s);
    struct rec_invariant r = {.name = "a law", .detail = "why"};
    struct sbuf b = SBUF_INIT;
    struct grade g;

    (void)state;
    session_run_until(s, 10 * NS_PER_MS);
    rec_put(w, &r.head, rec_next(w), REC_INVARIANT, 0, 1);
    world_stop(w, RUN_INVARIANT);
    session_finish(s, &g);
    assert_int_equal(session_end(s), RUN_INVARIANT);
    assert_int_equal(verdict_of(s, &g, &again, &b), VERDICT_BROKEN);
    assert_non_null(strstr(sbuf_str(&b), "\"name\":\"a law\",\"detail\":\"why\"}\n"));
    assert_non_null(strstr(sbuf_str(&b),
                           "tcplab run 'a b.json' --seed 3 --set '/links/0/loss=it'\\''s 5%' --until 1s\n"));
    sbuf_free(&b);
    grade_free(&g);
    session_close(s);
    lesson_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grades),
        cmocka_unit_test(header_of_a_trace),
        cmocka_unit_test(fingerprint_of_the_file),
        cmocka_unit_test(slices),
        cmocka_unit_test(many_seeds),
        cmocka_unit_test(undo),
        cmocka_unit_test(back_and_forth),
        cmocka_unit_test(stale_after_undo),
        cmocka_unit_test(forks),
        cmocka_unit_test(save_as_lesson),
        cmocka_unit_test(acts_that_do_not_fit),
        cmocka_unit_test(redo),
        cmocka_unit_test(hold_and_release),
        cmocka_unit_test(stop_reading),
        cmocka_unit_test(link_changes),
        cmocka_unit_test(all_acts),
        cmocka_unit_test(cuts),
        cmocka_unit_test(broken_law),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
