/* sim/run/session: slices, interventions, undo, going back, forks, saving: all ways lead to the same run. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

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

static void save_and_load(void **state)
{
    static const char *const broken[] = {
        "", "tcplab-session 1 t 0 5\n", "at 1 record 0 fingerprint 0 drop 1\n",
        "at 1 record 0 fingerprint 0 fly 1 0\n",
        "at 5 record 0 fingerprint 0 drop 1 0\nat 4 record 0 fingerprint 0 drop 1 0\n"};
    struct lesson *l = load();
    struct session *s = session_open(l, &interactive), *again = session_open(l, &interactive);
    struct sbuf saved = SBUF_INIT, copy = SBUF_INIT;
    struct diag d;
    uint64_t f;
    size_t n;

    (void)state;
    drop_something(s, 60 * NS_PER_MS);
    assert_true(session_post(s, (struct session_act){ACT_CUT, 0, 0}));
    session_run_until(s, 2 * NS_PER_S);
    assert_true(session_post(s, (struct session_act){ACT_JOIN, 0, 0}));
    f = finish(s);
    assert_true(f != reference(l));
    session_save(s, &saved);
    assert_true(session_load(again, "saved", saved.s, saved.len, &d));
    assert_true(finish(again) == f);
    session_save(again, &copy);
    assert_string_equal(sbuf_str(&saved), sbuf_str(&copy));
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        sbuf_clear(&copy);
        if (i > 1)
            sbuf_put(&copy, saved.s, (size_t)(strchr(saved.s, '\n') - saved.s) + 1);
        sbuf_puts(&copy, broken[i]);
        assert_false(session_load(again, "saved", copy.s, copy.len, &d));
        assert_int_equal(d.line, i < 2 ? 1 : i < 4 ? 2 : 3);
        session_interventions(again, &n);
        assert_int_equal(n, 0);
    }
    assert_true(finish(again) == reference(l));
    sbuf_free(&saved);
    sbuf_free(&copy);
    session_close(s);
    session_close(again);
    lesson_free(l);
}

static void all_acts(void **state)
{
    struct lesson *l = load();

    (void)state;
    for (int kind = 0; kind < ACT_KINDS; kind++) {
        struct session *s = session_open(l, &interactive);
        bool of_link = kind == ACT_LINK_DOWN || kind == ACT_LINK_UP;
        bool of_host = kind >= ACT_CRASH && kind <= ACT_JOIN;
        struct session_act a = {(enum session_act_kind)kind, 0, 1000};
        uint64_t f;

        assert_int_equal(session_act_find(session_act_name(a.kind)), kind);
        session_run_until(s, 75 * NS_PER_MS);
        if (kind <= ACT_CORRUPT)
            a.target = newest_send(s);
        else if (!of_link && !of_host)
            a.target = 2;
        if (!session_post(s, a) && kind > ACT_CORRUPT)
            fail_msg("%s was refused", session_act_name(a.kind));
        f = finish(s);
        session_rewind(s, 10 * NS_PER_MS);
        assert_true(finish(s) == f);
        assert_false(session_post(s, a)); /* over */
        session_close(s);
    }
    assert_int_equal(session_act_find("fly"), -1);
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
        cmocka_unit_test(save_and_load),
        cmocka_unit_test(all_acts),
        cmocka_unit_test(cuts),
        cmocka_unit_test(broken_law),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
