/* What the reports say besides the ladder: the state diagram, coverage, explanations, the difference of two
 * traces, and the tables behind them. */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/fields.h"
#include "sim/report/fold.h"
#include "sim/report/fsm_report.h"
#include "sim/report/i18n.h"
#include "sim/report/text_width.h"
#include "sim/report/trace_diff.h"
#include "sim/report/trace_write.h"
#include "tests/support/sample_trace.h"

static void expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in\n%s", part, text);
}

static void check_width(const char *text, int width)
{
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");

        if (text_columns_n(line, n) > width)
            fail_msg("wider than %d: %.*s", width, (int)n, line);
        line += n + (line[n] != '\0');
    }
}

static char *print_fsm(enum fsm_format format, const struct fsm_coverage *c, int width, unsigned *missing)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    unsigned m = 0;

    assert_non_null(f);
    if (c)
        m = fsm_coverage_print(f, format, c, width);
    else
        fsm_print(f, format, width);
    fclose(f);
    if (missing)
        *missing = m;
    return text;
}

/* Every state, edge and clause stands in every format; the text keeps to its width in both languages. */
static void test_fsm(void **state)
{
    (void)state;
    for (enum fsm_format format = FSM_TEXT; format <= FSM_JSON; format++) {
        char *text = print_fsm(format, NULL, 80, NULL);

        for (unsigned s = 0; s < ST_COUNT; s++)
            expect(text, name_state(s));
        for (unsigned e = 1; e < ED_COUNT; e++)
            expect(text, format == FSM_DOT ? report_edges[e].what : name_edge(e));
        for (unsigned k = 1; k < CL_COUNT && format == FSM_JSON; k++)
            expect(text, name_clause(k));
        free(text);
    }
    for (int lang = 0; lang < 2; lang++) {
        i18n_use(i18n_languages[lang]);
        for (int width = 80; width <= 120; width += 40) {
            char *text = print_fsm(FSM_TEXT, NULL, width, NULL);

            check_width(text, width);
            free(text);
        }
    }
    i18n_use("en");
    assert_int_equal(fsm_format_find("dot"), FSM_DOT);
    assert_int_equal(fsm_format_find("png"), -1);
}

static void test_coverage(void **state)
{
    struct fsm_coverage *c = calloc(1, sizeof *c);
    struct sample s;
    char *text;
    unsigned missing;
    (void)state;

    assert_non_null(c);
    sample_close(&s, true);
    fsm_coverage_add(c, &s.log);
    fsm_coverage_add(c, &s.log);
    assert_int_equal(c->traces, 2);
    assert_int_equal(c->edge[ED_EST_CLOSE], 2);
    assert_int_equal(c->clause[CL_RETRANSMIT], 2);
    assert_int_equal(c->edge[ED_EST_RST], 0);
    text = print_fsm(FSM_TEXT, c, 100, &missing);
    check_width(text, 100);
    expect(text, "est-close                    2  ESTABLISHED -> FIN-WAIT-1: CLOSE, send FIN (3.10.4)");
    expect(text, "Edges never taken");
    expect(strstr(text, "Edges never taken"), "est-rst");
    assert_int_equal(missing, ED_COUNT - 1 - 12 + CL_COUNT - 1 - 6);
    free(text);
    text = print_fsm(FSM_JSON, c, 80, NULL);
    expect(text, "\"count\":2");
    free(text);
    sample_free(&s);
    free(c);
}

static char *explain(const char *name, bool *found)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);

    assert_non_null(f);
    *found = fsm_explain(f, name, 80);
    fclose(f);
    return text;
}

static void test_explain(void **state)
{
    size_t n = 0;
    const char *name, *said;
    bool found;
    char *text;
    (void)state;

    while ((name = fsm_explain_name(n, &said))) {
        n++;
        assert_true(said && *said);
        text = explain(name, &found);
        if (!found)
            fail_msg("%s is not explained", name);
        expect(text, "RFC ");
        check_width(text, 80);
        free(text);
    }
    assert_int_equal(n, ST_COUNT + ED_COUNT - 1 + CL_COUNT - 1);
    text = explain("Est-Fin", &found);
    assert_true(found);
    expect(text, "receive FIN, send ACK");
    expect(text, "收到 FIN，送出 ACK");
    expect(text, "RFC 9293 section 3.10.7.4, step 8");
    free(text);
    text = explain("no-such", &found);
    assert_false(found);
    assert_string_equal(text, "");
    free(text);
    assert_string_equal(i18n_language(), "en");
}

/* Nothing that stands in a record is left without a Chinese name, and none is its own by accident. */
static void test_translations(void **state)
{
    size_t n;
    const struct report_table *tables = report_tables(&n);
    (void)state;

    i18n_use("zh-Hant");
    for (size_t t = 0; t < n; t++)
        for (unsigned i = 1; i < tables[t].count(); i++) {
            const char *name = tables[t].row(i);

            if (strcmp(tables[t].name, "edge") != 0 && strcmp(tables[t].name, "clause") != 0 &&
                strcmp(tables[t].name, "call") != 0 && !strcmp(tr(name), name))
                fail_msg("%s: %s", tables[t].name, name);
            assert_int_equal(tables[t].find(name), i);
        }
    for (unsigned k = 1; k < CL_COUNT; k++)
        if (!strcmp(tr(report_clauses[k].text), report_clauses[k].text))
            fail_msg("%s", report_clauses[k].text);
    i18n_use("en");
}

static struct trace_file *reread(struct sample *s)
{
    struct sbuf b = SBUF_INIT;
    struct trace_writer *w = trace_writer_memory(&b, &s->header);
    struct trace_file *t;

    for (size_t i = 0; i < log_count(&s->log); i++)
        trace_writer_put(w, log_at(&s->log, i));
    assert_true(trace_writer_close(w, NULL));
    t = trace_read_text("sample", b.s, b.len, NULL);
    assert_non_null(t);
    sbuf_free(&b);
    sample_free(s);
    return t;
}

static char *diff(const struct trace_file *a, const struct trace_file *b, bool *same)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);

    assert_non_null(f);
    *same = trace_diff(f, "A", a, "B", b);
    fclose(f);
    return text;
}

static void test_diff(void **state)
{
    struct sample s;
    struct trace_file *a, *b;
    struct rec_send *r;
    char *text;
    bool same;
    (void)state;

    sample_close(&s, false);
    a = reread(&s);
    sample_close(&s, true);
    s.header.seed = 2;
    b = reread(&s);
    text = diff(a, a, &same);
    assert_true(same);
    expect(text, "records are the same");
    free(text);
    text = diff(a, b, &same);
    assert_false(same);
    expect(text, "The seeds differ: 1 / 2");
    expect(text, "at 1.000000 s");
    expect(text, "\"fault\":\"the first FIN\"");
    free(text);
    trace_file_free(b);

    sample_close(&s, false);
    b = reread(&s);
    for (size_t i = 0; i < log_count(&b->log); i++) /* the SYN,ACK with another window */
        if (log_at(&b->log, i)->kind == REC_SEND && log_at(&b->log, i)->host == 2) {
            r = (struct rec_send *)(uintptr_t)log_at(&b->log, i);
            r->wnd = 1;
            break;
        }
    text = diff(a, b, &same);
    assert_false(same);
    expect(text, "  wnd: 65535 / 1\n");
    expect(text, "What led there, in both:\n  {\"id\":");
    expect(text, "\"kind\":\"arrive\",\"host\":\"server\"");
    free(text);
    log_truncate(&b->log, 5);
    text = diff(a, b, &same);
    assert_false(same);
    expect(text, "B: the trace is at its end");
    free(text);
    trace_file_free(a);
    trace_file_free(b);
}

static void test_fold(void **state)
{
    struct sample s;
    struct fold f;
    const struct fold_conn *c;
    (void)state;

    sample_close(&s, false);
    fold_init(&f);
    fold_until(&f, &s.log, 0);
    assert_int_equal(f.n_conns, 2);
    assert_int_equal(fold_conn(&f, 1)->state, ST_LISTEN);
    assert_int_equal(fold_conn(&f, 2)->state, ST_SYN_SENT);
    assert_null(fold_conn(&f, 3));
    fold_free(&f);
    fold_until(&f, &s.log, VTIME_MAX);
    c = fold_conn(&f, 3);
    assert_non_null(c);
    assert_int_equal(c->state, ST_CLOSED);
    assert_int_equal(c->host, 2);
    assert_string_equal(c->remote, "10.0.0.1");
    fold_free(&f);
    sample_free(&s);
}

static int set_up(void **state)
{
    (void)state;
    if (!i18n_init("zh-Hant", NULL)) {
        print_error("no catalogue beside the program\n");
        return -1;
    }
    i18n_use("en");
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fsm),          cmocka_unit_test(test_coverage), cmocka_unit_test(test_explain),
        cmocka_unit_test(test_translations), cmocka_unit_test(test_diff),     cmocka_unit_test(test_fold),
    };

    return cmocka_run_group_tests_name("report_words", tests, set_up, NULL);
}
