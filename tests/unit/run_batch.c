/* sim/run/batch: jobs that pass, fail, crash, hang, eat all memory; an interrupt; and the reports made of the
 * results. */
#define _XOPEN_SOURCE 700 /* kill, getppid, usleep's place nanosleep */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/run/batch.h"
#include "sim/run/results.h"

enum kind {
    PASS,
    FAIL,
    REFUSE,
    SKIP,
    SEGV,
    CHECK_FAILS,
    SILENT,
    HANG,
    DEAF,
    EAT,
    LOUD,
    SLOW,
    INTERRUPT,
    HALF
};

struct plan {
    const enum kind *kind;
    struct sbuf told; /* a line for each result, in the order told */
    enum batch_outcome outcome[32];
    char *text[32];
    size_t n, progress;
};

static volatile char *volatile sink;

static void rest(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&t, NULL);
}

static void eat(void)
{
    for (;;) {
        char *p = malloc(1 << 20);

        CHECK(p && "out of memory");
        memset(p, 1, 1 << 20);
        sink = p;
    }
}

static void job(void *ctx, size_t i, struct batch_reply *reply)
{
    const struct plan *p = ctx;

    reply->time = (vtime)i * 1000;
    switch (p->kind[i]) {
    case PASS: break;
    case FAIL:
        reply->outcome = BATCH_FAILED;
        sbuf_printf(&reply->text, "job %zu failed\nin two lines", i);
        return;
    case REFUSE:
        reply->outcome = BATCH_REFUSED;
        sbuf_lit(&reply->text, "a.json:1:2: no");
        return;
    case SKIP:
        reply->outcome = BATCH_SKIPPED;
        sbuf_lit(&reply->text, "not this one");
        return;
    case SEGV:
        signal(SIGSEGV, SIG_DFL); /* a sanitizer would catch it */
        raise(SIGSEGV);
        break;
    case CHECK_FAILS: CHECK(1 + 1 == 3); break;
    case SILENT: _exit(0);
    case DEAF:
        signal(SIGTERM, SIG_IGN);
        close(STDERR_FILENO);
        for (;;)
            rest(1000);
    case HANG:
        for (;;)
            sink = NULL;
    case EAT: eat(); break;
    case LOUD:
        for (int k = 0; k < 100000; k++)
            fprintf(stderr, "much is said \033[1m %d\n", k);
        for (int k = 0; k < 100000; k++)
            sbuf_lit(&reply->text, "\xe4\xb8\x89 and much is reported\n");
        break;
    case SLOW: rest(100); break;
    case INTERRUPT:
        rest(100);
        kill(getppid(), SIGINT);
        rest(5000);
        break;
    case HALF: fprintf(stderr, "half\n"); exit(5);
    }
    reply->outcome = BATCH_PASSED;
}

static void result(void *ctx, size_t i, const struct batch_result *r)
{
    struct plan *p = ctx;

    assert_int_equal(i, p->n);
    p->outcome[i] = r->outcome;
    p->text[i] = strdup(r->text);
    assert_int_equal(strlen(r->text), r->text_n);
    results_text(&p->told, "job", r);
    results_tap(&p->told, i, "a#job", r);
    results_junit(&p->told, "<job>", r);
    p->n++;
}

static void progress(void *ctx, size_t ended, size_t n)
{
    struct plan *p = ctx;

    assert_int_equal(ended, ++p->progress);
    assert_true(ended <= n);
}

static struct batch_summary run(struct plan *p, size_t n, const enum kind *kind, unsigned workers)
{
    struct batch_options o = {
        .workers = workers,
        .time_limit_ms = 2500,
        .memory_bytes = UINT64_C(300) << 20,
        .job = job,
        .result = result,
        .progress = progress,
        .ctx = p,
    };
    struct batch_summary summary;

    memset(p, 0, sizeof *p);
    p->kind = kind;
    assert_true(batch_run(n, &o, &summary));
    assert_int_equal(p->n, n);
    return summary;
}

static void finish(struct plan *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->text[i]);
    sbuf_free(&p->told);
}

static void every_end(void **state)
{
    static const enum kind kinds[] = {PASS,        SEGV,   FAIL, HANG, PASS, EAT, REFUSE,
                                      CHECK_FAILS, SILENT, SKIP, DEAF, LOUD, HALF};
    static const enum batch_outcome expected[] = {
        BATCH_PASSED,   BATCH_CRASHED, BATCH_FAILED,  BATCH_TIME_OUT, BATCH_PASSED,
        BATCH_MEMORY,   BATCH_REFUSED, BATCH_CRASHED, BATCH_CRASHED,  BATCH_SKIPPED,
        BATCH_TIME_OUT, BATCH_PASSED,  BATCH_CRASHED};
    struct plan p;
    struct batch_summary s = run(&p, ARRAY_LEN(kinds), kinds, 4);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (p.outcome[i] != expected[i])
            fail_msg("job %zu: %s, not %s: %s", i, batch_outcome_name(p.outcome[i]),
                     batch_outcome_name(expected[i]), p.text[i]);
    assert_string_equal(p.text[0], "");
    assert_non_null(strstr(p.text[1], "signal 11"));
    assert_string_equal(p.text[2], "job 2 failed\nin two lines\n");
    assert_string_equal(p.text[3], "no end after 2.500 s\n");
    assert_string_equal(p.text[5], "needed more than 300 MB of memory\n");
    assert_string_equal(p.text[6], "a.json:1:2: no\n");
    assert_non_null(strstr(p.text[7], "check failed: 1 + 1 == 3"));
    assert_non_null(strstr(p.text[8], "without a report"));
    assert_true(strlen(p.text[11]) > BATCH_TEXT_MAX - 8 && strlen(p.text[11]) < BATCH_TEXT_MAX + 64);
    assert_non_null(strstr(p.text[12], "exit status 5)\nhalf\n"));
    assert_int_equal(s.count[BATCH_PASSED], 3);
    assert_int_equal(s.count[BATCH_CRASHED], 4);
    assert_false(s.interrupted);
    assert_int_equal(batch_exit_status(&s), 2);
    finish(&p);
}

static void order_and_workers(void **state)
{
    static const enum kind kinds[] = {SLOW, PASS, FAIL, SLOW, SEGV, PASS, SLOW, PASS, FAIL, PASS};
    struct plan one, many;
    struct batch_summary s;

    (void)state;
    s = run(&one, ARRAY_LEN(kinds), kinds, 1);
    assert_int_equal(batch_exit_status(&s), 1);
    for (unsigned workers = 2; workers < 20; workers += 5) {
        run(&many, ARRAY_LEN(kinds), kinds, workers);
        assert_string_equal(sbuf_str(&one.told), sbuf_str(&many.told));
        finish(&many);
    }
    finish(&one);
}

static void interrupted(void **state)
{
    static const enum kind kinds[] = {PASS, FAIL, INTERRUPT, PASS, PASS};
    struct plan p;
    struct batch_summary s = run(&p, ARRAY_LEN(kinds), kinds, 1);
    struct sbuf end = SBUF_INIT;

    (void)state;
    assert_true(s.interrupted);
    assert_int_equal(batch_exit_status(&s), 130);
    assert_int_equal(s.count[BATCH_PASSED], 1);
    assert_int_equal(s.count[BATCH_NOT_RUN], 3);
    results_text_end(&end, &s);
    assert_string_equal(sbuf_str(&end), "interrupted\n1 passed, 1 failed, 3 not run\n");
    sbuf_clear(&end);
    results_tap_end(&end, &s);
    assert_string_equal(sbuf_str(&end), "Bail out! interrupted\n");
    sbuf_free(&end);
    finish(&p);
}

static void nothing_and_statuses(void **state)
{
    static const struct {
        enum batch_outcome outcome;
        int status;
    } row[] = {{BATCH_PASSED, 0},  {BATCH_FAILED, 1},   {BATCH_REFUSED, 2}, {BATCH_SKIPPED, 0},
               {BATCH_CRASHED, 1}, {BATCH_TIME_OUT, 1}, {BATCH_MEMORY, 1}};
    struct plan p;
    struct batch_summary s = run(&p, 0, NULL, 3);

    (void)state;
    assert_int_equal(batch_exit_status(&s), 0);
    finish(&p);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        memset(&s, 0, sizeof s);
        s.count[BATCH_PASSED] = s.count[row[i].outcome] = 1;
        assert_int_equal(batch_exit_status(&s), row[i].status);
        s.count[BATCH_FAILED] = 1;
        assert_int_equal(batch_exit_status(&s), row[i].outcome == BATCH_REFUSED ? 2 : 1);
    }
    memset(&s, 0, sizeof s);
    s.count[BATCH_SKIPPED] = 1; /* nothing else was run */
    assert_int_equal(batch_exit_status(&s), 2);
}

static void reports(void **state)
{
    static const char nasty[] = "a\x01 \xff <&>\"\n b\n";
    const struct batch_result bad = {BATCH_FAILED, 1500000000, nasty, sizeof nasty - 1};
    const struct batch_result well = {BATCH_PASSED, 20, "", 0}, skipped = {BATCH_SKIPPED, 0, "why\n", 4};
    struct batch_summary s = {.count = {[BATCH_PASSED] = 1, [BATCH_FAILED] = 1, [BATCH_CRASHED] = 1}};
    struct sbuf b = SBUF_INIT, cases = SBUF_INIT;

    (void)state;
    results_tap_begin(&b, 3);
    results_tap(&b, 0, "a#1\\", &well);
    results_tap(&b, 1, "b\nc", &bad);
    results_tap(&b, 2, "c", &skipped);
    assert_string_equal(sbuf_str(&b), "TAP version 14\n1..3\nok 1 - a\\#1\\\\\nnot ok 2 - b?c\n  ---\n"
                                      "  outcome: failed\n  seconds: 1.500000000\n  message: |2\n"
                                      "    a\x01 \xff <&>\"\n     b\n  ...\nok 3 - c # SKIP why\n");
    sbuf_clear(&b);
    results_junit(&cases, "a\"b", &bad);
    results_junit(&cases, "c", &well);
    results_junit_end(&b, &cases, &s, 1500000020);
    assert_string_equal(
        sbuf_str(&b),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"tcplab\" tests=\"3\" failures=\"1\" errors=\"1\" time=\"1.500000020\">\n"
        "  <testsuite name=\"tcplab\" tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\" "
        "time=\"1.500000020\">\n"
        "    <testcase classname=\"tcplab\" name=\"a&quot;b\" time=\"1.500000000\">\n"
        "      <failure type=\"failed\" message=\"a\xef\xbf\xbd \xef\xbf\xbd &lt;&amp;&gt;&quot;\">"
        "a\xef\xbf\xbd \xef\xbf\xbd &lt;&amp;&gt;&quot;\n b\n</failure>\n    </testcase>\n"
        "    <testcase classname=\"tcplab\" name=\"c\" time=\"0.000000020\"/>\n  "
        "</testsuite>\n</testsuites>\n");
    sbuf_free(&b);
    sbuf_free(&cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end),   cmocka_unit_test(order_and_workers),
        cmocka_unit_test(interrupted), cmocka_unit_test(nothing_and_statuses),
        cmocka_unit_test(reports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
