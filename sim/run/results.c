#include "sim/run/results.h"

#include <string.h>

#include "sim/core/utf8.h"

static bool is_failure(enum batch_outcome o)
{
    return o != BATCH_PASSED && o != BATCH_SKIPPED && o != BATCH_NOT_RUN;
}

static size_t failures(const struct batch_summary *s)
{
    size_t n = 0;

    for (int o = 0; o < BATCH_OUTCOMES; o++)
        if (is_failure((enum batch_outcome)o))
            n += s->count[o];
    return n;
}

static void put_seconds(struct sbuf *b, vtime t)
{
    sbuf_printf(b, "%lld.%09lld", (long long)(t / NS_PER_S), (long long)(t % NS_PER_S));
}

/* The text with `indent` before each line that holds something. */
static void put_indented(struct sbuf *b, const char *indent, const char *text, size_t n)
{
    while (n) {
        const char *end = memchr(text, '\n', n);
        size_t line = end ? (size_t)(end - text) : n;

        if (line)
            sbuf_puts(b, indent);
        sbuf_put(b, text, line);
        sbuf_putc(b, '\n');
        line += end != NULL;
        text += line;
        n -= line;
    }
}

/* A name on one line: control characters would end it, or steer a terminal. */
static void put_name(struct sbuf *b, const char *name, const char *escaped)
{
    for (; *name; name++) {
        if (strchr(escaped, *name))
            sbuf_putc(b, '\\');
        sbuf_putc(b, (unsigned char)*name < 0x20 || *name == 0x7f ? '?' : *name);
    }
}

/* ---------------------------------------------------------------- text */

void results_text(struct sbuf *b, const char *name, const struct batch_result *r)
{
    sbuf_puts(b, batch_outcome_name(r->outcome));
    sbuf_fill(b, ' ', 14 - strlen(batch_outcome_name(r->outcome)));
    put_name(b, name, "");
    sbuf_putc(b, '\n');
    put_indented(b, "    ", r->text, r->text_n);
}

void results_text_end(struct sbuf *b, const struct batch_summary *s)
{
    if (s->interrupted)
        sbuf_lit(b, "interrupted\n");
    sbuf_printf(b, "%zu passed, %zu failed", s->count[BATCH_PASSED], failures(s));
    if (s->count[BATCH_SKIPPED])
        sbuf_printf(b, ", %zu skipped", s->count[BATCH_SKIPPED]);
    if (s->count[BATCH_NOT_RUN])
        sbuf_printf(b, ", %zu not run", s->count[BATCH_NOT_RUN]);
    sbuf_putc(b, '\n');
}

/* ---------------------------------------------------------------- TAP */

void results_tap_begin(struct sbuf *b, size_t n)
{
    sbuf_printf(b, "TAP version 14\n1..%zu\n", n);
}

static void put_first_line(struct sbuf *b, const struct batch_result *r)
{
    const char *end = memchr(r->text, '\n', r->text_n);

    sbuf_put(b, r->text, end ? (size_t)(end - r->text) : r->text_n);
}

void results_tap(struct sbuf *b, size_t i, const char *name, const struct batch_result *r)
{
    if (r->outcome == BATCH_NOT_RUN)
        return; /* "Bail out!" says it for all */
    sbuf_printf(b, "%s %zu - ", is_failure(r->outcome) ? "not ok" : "ok", i + 1);
    put_name(b, name, "\\#");
    if (r->outcome == BATCH_SKIPPED) {
        sbuf_lit(b, " # SKIP ");
        put_first_line(b, r);
    }
    sbuf_putc(b, '\n');
    if (!is_failure(r->outcome))
        return;
    sbuf_printf(b, "  ---\n  outcome: %s\n  seconds: ", batch_outcome_name(r->outcome));
    put_seconds(b, r->time);
    sbuf_lit(b, "\n  message: |2\n"); /* 2: the indentation, told, since a line may begin with a space */
    put_indented(b, "    ", r->text, r->text_n);
    sbuf_lit(b, "  ...\n");
}

void results_tap_end(struct sbuf *b, const struct batch_summary *s)
{
    if (s->interrupted)
        sbuf_lit(b, "Bail out! interrupted\n");
}

/* ---------------------------------------------------------------- JUnit */

/* XML 1.0 knows neither most control characters nor bytes that are no UTF-8, not even escaped. */
static void put_xml(struct sbuf *b, const char *text, size_t n)
{
    while (n) {
        uint32_t c;
        size_t len = utf8_decode(text, n, &c);

        if (!len || (c < 0x20 && c != '\n' && c != '\t') || c == 0xfffe || c == 0xffff)
            sbuf_lit(b, "\xef\xbf\xbd");
        else if (c == '&')
            sbuf_lit(b, "&amp;");
        else if (c == '<')
            sbuf_lit(b, "&lt;");
        else if (c == '>')
            sbuf_lit(b, "&gt;");
        else if (c == '"')
            sbuf_lit(b, "&quot;");
        else
            sbuf_put(b, text, len);
        len = len ? len : 1;
        text += len;
        n -= len;
    }
}

static void put_xml_first_line(struct sbuf *b, const struct batch_result *r)
{
    const char *end = memchr(r->text, '\n', r->text_n);

    put_xml(b, r->text, end ? (size_t)(end - r->text) : r->text_n);
}

void results_junit(struct sbuf *cases, const char *name, const struct batch_result *r)
{
    const char *element = r->outcome == BATCH_FAILED ? "failure"
                          : is_failure(r->outcome)   ? "error"
                                                     : "skipped";

    sbuf_lit(cases, "    <testcase classname=\"tcplab\" name=\"");
    put_xml(cases, name, strlen(name));
    sbuf_lit(cases, "\" time=\"");
    put_seconds(cases, r->time);
    if (r->outcome == BATCH_PASSED) {
        sbuf_lit(cases, "\"/>\n");
        return;
    }
    sbuf_printf(cases, "\">\n      <%s ", element);
    if (is_failure(r->outcome))
        sbuf_printf(cases, "type=\"%s\" ", batch_outcome_name(r->outcome));
    sbuf_lit(cases, "message=\"");
    if (r->outcome == BATCH_NOT_RUN)
        sbuf_lit(cases, "not run: interrupted");
    else
        put_xml_first_line(cases, r);
    if (is_failure(r->outcome)) {
        sbuf_lit(cases, "\">");
        put_xml(cases, r->text, r->text_n);
        sbuf_printf(cases, "</%s>\n", element);
    } else {
        sbuf_lit(cases, "\"/>\n");
    }
    sbuf_lit(cases, "    </testcase>\n");
}

void results_junit_end(struct sbuf *b, const struct sbuf *cases, const struct batch_summary *s, vtime total)
{
    size_t n = 0, failed = s->count[BATCH_FAILED],
           skipped = s->count[BATCH_SKIPPED] + s->count[BATCH_NOT_RUN];
    static const char *const element[2] = {"testsuites", "testsuite"};

    for (int o = 0; o < BATCH_OUTCOMES; o++)
        n += s->count[o];
    sbuf_lit(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    for (int i = 0; i < 2; i++) {
        sbuf_printf(b, "%*s<%s name=\"tcplab\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" ", 2 * i, "",
                    element[i], n, failed, failures(s) - failed);
        if (i)
            sbuf_printf(b, "skipped=\"%zu\" ", skipped);
        sbuf_lit(b, "time=\"");
        put_seconds(b, total);
        sbuf_lit(b, "\">\n");
    }
    sbuf_put(b, cases->s, cases->len);
    sbuf_lit(b, "  </testsuite>\n</testsuites>\n");
}
