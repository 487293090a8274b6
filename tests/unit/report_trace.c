/* Traces as JSON: written, read back, written again; what is refused and where; the fingerprint. */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/trace_read.h"
#include "sim/report/trace_write.h"
#include "tests/support/sample_trace.h"

static void write_log(struct sbuf *out, const struct trace_header *h, const struct log *log)
{
    struct trace_writer *w = trace_writer_memory(out, h);

    for (size_t i = 0; i < log_count(log); i++)
        trace_writer_put(w, log_at(log, i));
    assert_true(trace_writer_close(w, NULL));
}

static void check_round_trip(struct sample *s)
{
    struct sbuf first = SBUF_INIT, second = SBUF_INIT;
    struct trace_file *t;
    struct diag d;
    char line[DIAG_TEXT_MAX];

    write_log(&first, &s->header, &s->log);
    t = trace_read_text("sample", first.s, first.len, &d);
    if (!t) {
        diag_format(&d, line, sizeof line);
        fail_msg("%s", line);
    }
    assert_int_equal(log_count(&t->log), log_count(&s->log));
    assert_int_equal(t->footer.records, log_count(&s->log));
    write_log(&second, &t->header, &t->log);
    assert_string_equal(sbuf_str(&second), sbuf_str(&first));
    trace_file_free(t);
    sbuf_free(&first);
    sbuf_free(&second);
    sample_free(s);
}

static void test_round_trip(void **state)
{
    struct sample s;
    (void)state;

    sample_close(&s, false);
    check_round_trip(&s);
    sample_close(&s, true);
    check_round_trip(&s);
    sample_crossing(&s);
    check_round_trip(&s);
    sample_everything(&s);
    check_round_trip(&s);
    sample_flows(&s, 150);
    check_round_trip(&s);
}

/* Every kind of record stands in the sample that is read back. */
static void test_every_kind(void **state)
{
    struct sample s;
    bool seen[REC_KINDS] = {false};
    (void)state;

    sample_everything(&s);
    for (size_t i = 0; i < log_count(&s.log); i++)
        seen[log_at(&s.log, i)->kind] = true;
    for (unsigned k = 1; k < REC_KINDS; k++)
        if (!seen[k])
            fail_msg("kind %u is missing", k);
    sample_free(&s);
}

static void test_fingerprint(void **state)
{
    struct sample a, b;
    struct sbuf text = SBUF_INIT;
    struct trace_writer *x, *y;
    (void)state;

    sample_flows(&a, 150); /* several chunks of text */
    b = a;
    b.header.seed = 7;
    b.header.program = "another";
    x = trace_writer_memory(&text, &a.header);
    y = trace_writer_fingerprint_only(&b.header);
    for (size_t i = 0; i < log_count(&a.log); i++) {
        struct trace_footer f;
        uint64_t before = trace_writer_footer(x).fingerprint;

        trace_writer_put(x, log_at(&a.log, i));
        trace_writer_put(y, log_at(&a.log, i));
        f = trace_writer_footer(x);
        assert_true(f.fingerprint == trace_writer_footer(y).fingerprint);
        assert_true(f.fingerprint == trace_writer_footer(x).fingerprint); /* asking changes nothing */
        assert_true(f.fingerprint != before);
        assert_int_equal(f.records, i + 1);
    }
    assert_int_equal(trace_writer_footer(y).end, END_UNTIL);
    assert_true(trace_writer_close(x, NULL));
    assert_true(trace_writer_close(y, NULL));
    sbuf_free(&text);
    sample_free(&a);
}

/* Puts `with` for the first `what` (and everything after it stays). */
static char *replaced(const char *text, const char *what, const char *with)
{
    struct sbuf b = SBUF_INIT;
    const char *at = strstr(text, what);

    assert_non_null(at);
    sbuf_put(&b, text, (size_t)(at - text));
    sbuf_puts(&b, with);
    sbuf_puts(&b, at + strlen(what));
    return sbuf_detach(&b);
}

static void test_faults(void **state)
{
    static const struct {
        const char *what, *with, *diagnosis;
    } rows[] = {
        {"{\"header\":", "[", "t:1:1: expected a trace, which starts with {\"header\":"},
        {"\"records\":[", "\"records\":[ ",
         "t:1:1: expected a line with the trace's header, up to \"records\":["},
        {"tcplab-trace", "tcplab-lesson", "t:1:21: expected \"tcplab-trace\" (at /format)"},
        {"\"seed\":\"1\"", "\"seed\":\"01\"", "expected a string of decimal digits"},
        {"\"name\":\"server\"", "\"name\":\"client\"", "a second host of this name"},
        {"\"links\"", "\"linkz\"", "unknown key \"linkz\"; did you mean \"links\"?"},
        {"\"id\":2,", "\"id\":1,", "t:3:7: expected an id above the one before, 1 (at /id)"},
        {"\"at\":20000000", "\"at\":-1", "expected an integer from 0 to"},
        {"\"kind\":\"conn\"", "\"kind\":\"con\"", "t:2:23: no such kind of record as \"con\" (at /kind)"},
        {"\"local_port\":80", "\"local_port\":65536", "expected an integer from 0 to 65535"},
        {"\"local_port\":80", "\"local_port\":80,\"local_port\":80", "duplicate key"},
        {"\"local_port\":80", "\"localport\":80", "unknown key \"localport\"; did you mean \"local_port\"?"},
        {"\"local_port\":80,", "", "local_port"},
        {"\"open\":\"passive\"", "\"open\":\"pasive\"", "no such open as \"pasive\""},
        {"\"ctl\":\"SYN\"", "\"ctl\":\"SIN\"", "expected control bits such as \"SYN,ACK\""},
        {"\"host\":\"server\"", "\"host\":\"sever\"",
         "expected a host of the header; none is called \"sever\""},
        {",\n{\"id\":3", "\n{\"id\":3",
         "t:4:1: expected ],\"footer\": and the footer, since no comma stands before"},
        {"\n],\"footer\"", ",\n],\"footer\"", "expected a record, since a comma stands before"},
        {"\"records\":33", "\"records\":34", "the trace has 33 records"},
        {"\"wnd\":65535", "\"wnd\":65534", "the records' fingerprint is"},
        {"}}\n", "}}\n\n{}", "expected nothing after the footer"},
        {"\"cause\":", "\"cause\":99", "expected the id of an earlier record"},
    };
    struct sample s;
    struct sbuf good = SBUF_INIT;
    (void)state;

    sample_close(&s, false);
    write_log(&good, &s.header, &s.log);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *what = rows[i].what, *with = rows[i].with;
        char records[32], wrong[32], *bad, line[DIAG_TEXT_MAX] = "";
        struct trace_file *t;
        struct diag d;

        if (strstr(what, "\"records\":33")) { /* however many there are */
            snprintf(records, sizeof records, "\"records\":%zu,", log_count(&s.log));
            snprintf(wrong, sizeof wrong, "\"records\":%zu,", log_count(&s.log) + 1);
            what = records;
            with = wrong;
        }
        bad = replaced(sbuf_str(&good), what, with);
        t = trace_read_text("t", bad, strlen(bad), &d);
        if (!t)
            diag_format(&d, line, sizeof line);
        if (t || !strstr(line, strstr(rows[i].diagnosis, "33 records") ? "the trace has" : rows[i].diagnosis))
            fail_msg("row %zu: %s", i, t ? "accepted" : line);
        free(bad);
    }
    sbuf_free(&good);
    sample_free(&s);
}

/* Cut off anywhere, a trace is refused with a line, and nothing leaks or crashes. */
static void test_cut_short(void **state)
{
    struct sample s;
    struct sbuf good = SBUF_INIT;
    (void)state;

    sample_everything(&s);
    write_log(&good, &s.header, &s.log);
    for (size_t n = 0; n + 1 < good.len; n++) {
        struct diag d;

        assert_null(trace_read_text("t", good.s, n, &d));
        assert_true(diag_is_set(&d));
        assert_true(d.line > 0);
    }
    sbuf_free(&good);
    sample_free(&s);
}

static char *slurp(const char *path)
{
    struct sbuf b = SBUF_INIT;
    FILE *f = fopen(path, "r");
    int c;

    if (!f)
        return NULL;
    while ((c = getc(f)) != EOF)
        sbuf_putc(&b, (char)c);
    fclose(f);
    return sbuf_detach(&b);
}

static void test_files(void **state)
{
    const char *folder = getenv("TMPDIR");
    struct sample s;
    struct sbuf path = SBUF_INIT, text = SBUF_INIT;
    struct trace_writer *w;
    struct trace_file *t;
    struct diag d;
    char *now;
    (void)state;

    sbuf_printf(&path, "%s/report_trace.json", folder ? folder : "/tmp");
    sample_close(&s, true);
    write_log(&text, &s.header, &s.log);
    remove(sbuf_str(&path));
    w = trace_writer_open(sbuf_str(&path), &s.header, &d);
    assert_non_null(w);
    for (size_t i = 0; i < log_count(&s.log); i++)
        trace_writer_put(w, log_at(&s.log, i));
    assert_null(slurp(sbuf_str(&path))); /* not before it is whole */
    assert_true(trace_writer_close(w, &d));
    now = slurp(sbuf_str(&path));
    assert_non_null(now);
    assert_string_equal(now, sbuf_str(&text));
    free(now);

    w = trace_writer_open(sbuf_str(&path), &s.header, &d); /* given up: the old one stays */
    trace_writer_discard(w);
    t = trace_read(sbuf_str(&path), &d);
    assert_non_null(t);
    trace_file_free(t);
    remove(sbuf_str(&path));

    assert_null(trace_writer_open("/nonexistent/folder/x", &s.header, &d));
    assert_string_equal(d.path, "/nonexistent/folder/x");
    assert_null(trace_read("/nonexistent/file", &d));
    assert_null(trace_read("/", &d));
    w = trace_writer_open("/dev/full", &s.header, &d);
    if (w) {
        assert_false(trace_writer_close(w, &d));
        assert_non_null(strstr(d.message, "cannot write the trace"));
    }
    sbuf_free(&path);
    sbuf_free(&text);
    sample_free(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_fingerprint), cmocka_unit_test(test_faults),
        cmocka_unit_test(test_cut_short),   cmocka_unit_test(test_files),
    };

    return cmocka_run_group_tests_name("report_trace", tests, NULL, NULL);
}
