/* The ladder: what it says, and that every row keeps its columns, in both languages and at any width. */
#define _DEFAULT_SOURCE /* strsep, open_memstream */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/utf8.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder.h"
#include "sim/report/text_width.h"
#include "tests/support/sample_trace.h"

static char *print_ladder(const struct sample *s, const struct ladder_options *o)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);

    assert_non_null(f);
    assert_true(ladder_print(f, &s->header, &s->log, o));
    fclose(f);
    return text;
}

/* The character at a column of a line; "" beyond its end. */
static const char *at_column(const char *line, int column)
{
    int x = 0;

    while (*line && x < column) {
        uint32_t c = '?';
        size_t n = utf8_decode(line, strlen(line), &c);

        x += char_columns(c);
        line += n ? n : 1;
    }
    return x == column ? line : "";
}

static bool is_lifeline(const char *s)
{
    static const char *const kinds[] = {"│", "┊", "┆", "├", "┤", "|", ":", "."};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (!strncmp(s, kinds[i], strlen(kinds[i])))
            return true;
    return false;
}

/* Every line fits, and the two life-lines stand in the same columns all the way down. */
static void check_columns(const char *text, int width, bool lanes)
{
    int first = -1, last = -1;
    char *copy = strdup(text), *rest = copy, *line;

    while ((line = strsep(&rest, "\n")) != NULL) {
        int columns = text_columns(line);

        if (columns > width)
            fail_msg("%d columns, not %d: %s", columns, width, line);
        if (first < 0) {
            const char *bar = strstr(line, "│") ? strstr(line, "│") : strstr(line, "|");

            if (!bar || !lanes)
                continue;
            first = text_columns_n(line, (size_t)(bar - line));
            for (const char *next = bar; next; next = strstr(next + 1, *bar == '|' ? "|" : "│"))
                last = text_columns_n(line, (size_t)(next - line));
        }
        if (*line == '\0' && first >= 0)
            break; /* the foot follows */
        if (!is_lifeline(at_column(line, first)) || !is_lifeline(at_column(line, last)))
            fail_msg("no life-line in column %d or %d: %s", first, last, line);
    }
    assert_true(!lanes || last > first);
    free(copy);
}

static char *without_escapes(const char *text)
{
    char *out = strdup(text), *to = out;

    for (const char *s = text; *s; s++)
        if (*s == '\033')
            s = strchr(s, 'm');
        else
            *to++ = *s;
    *to = '\0';
    return out;
}

static void make(struct sample *s, int which)
{
    switch (which) {
    case 0: sample_close(s, false); break;
    case 1: sample_close(s, true); break;
    case 2: sample_crossing(s); break;
    case 3: sample_flows(s, 12); break;
    default: sample_everything(s); break;
    }
}

static void test_columns(void **state)
{
    (void)state;
    for (int which = 0; which < 5; which++)
        for (int width = 20; width <= 200; width += width < 90 ? 7 : 20)
            for (int form = 0; form < 16; form++) {
                struct sample s;
                struct ladder_options o = {
                    .width = width, .ascii = form & 1, .why = form & 2, .absolute = form & 4};
                char *plain, *coloured, *stripped;

                i18n_use(form & 8 ? "zh-Hant" : "en");
                make(&s, which);
                plain = print_ladder(&s, &o);
                check_columns(plain, width < 40 ? 40 : width, which < 3 && width >= 80);
                if ((form & 9) == 1 && which < 3)
                    for (const char *c = plain; *c; c++)
                        assert_in_range((unsigned char)*c, '\n', '~');
                o.colour = true;
                coloured = print_ladder(&s, &o);
                stripped = without_escapes(coloured);
                assert_string_equal(stripped, plain);
                free(plain);
                free(coloured);
                free(stripped);
                sample_free(&s);
            }
    i18n_use("en");
}

static void expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in\n%s", part, text);
}

static void expect_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in\n%s", part, text);
}

static void test_close(void **state)
{
    static const char *const parts[] = {"Four-way close",
                                        "SYN seq=0 win=65535 mss=1460",
                                        "SYN,ACK seq=0 ack=1 win=65535",
                                        "ACK seq=1 ack=1",
                                        "FIN seq=u ack=1",
                                        "ACK seq=v ack=u+1",
                                        "FIN seq=w ack=u+1",
                                        "ACK seq=u+1 ack=w+1",
                                        "FIN-WAIT-1 ├─ FIN",
                                        "▶│ CLOSE-WAIT",
                                        "FIN-WAIT-2 │◀",
                                        "TIME-WAIT │◀",
                                        "▶│ CLOSED",
                                        "2 MSL timer: 60 s",
                                        "2 MSL timer expires",
                                        "u = 4294967041 (relative: 1, client)",
                                        "End at 61.160 s: nothing left to happen."};
    struct sample s;
    struct ladder_options o = {.width = 80};
    char *text;
    (void)state;

    i18n_use("en");
    sample_close(&s, false);
    text = print_ladder(&s, &o);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        expect(text, parts[i]);
    expect_not(text, "lost");
    expect_not(text, "RFC");
    free(text);
    o.absolute = true;
    text = print_ladder(&s, &o);
    expect(text, "FIN,ACK seq=4294967041 ack=5001");
    expect_not(text, "seq=u");
    free(text);
    o.absolute = false;
    o.why = true;
    o.width = 160;
    text = print_ladder(&s, &o);
    expect(text, "ESTABLISHED -> FIN-WAIT-1: CLOSE, send FIN (RFC 9293 3.10.4)");
    expect(text, "A FIN occupies one sequence number and is acknowledged. (RFC 9293 3.10.7.4-8)");
    free(text);
    sample_free(&s);
}

static void test_loss(void **state)
{
    struct sample s;
    struct ladder_options o = {.width = 120};
    char *text;
    (void)state;

    i18n_use("en");
    sample_close(&s, true);
    text = print_ladder(&s, &o);
    expect(text, "FIN seq=u ack=1 win=65535 ───╳ lost");
    expect(text, "retransmission timer expires");
    expect(text, "RTO: 2 s");
    expect(text, "FIN seq=u ack=1 win=65535 retransmission ─");
    free(text);
    sample_free(&s);
}

static void test_chinese(void **state)
{
    struct sample s;
    struct ladder_options o = {.width = 80};
    char *text;
    (void)state;

    i18n_use("zh-Hant");
    assert_string_equal(i18n_language(), "zh-Hant");
    sample_close(&s, true);
    text = print_ladder(&s, &o);
    expect(text, "四次揮手");
    expect(text, "用戶端");
    expect(text, "終止等待 1 ├─ FIN");
    expect(text, "終止等待 2 │◀");
    expect(text, "╳ 遺失");
    expect(text, "重傳計時器到期");
    expect_not(text, "FIN-WAIT-1");
    free(text);
    o.width = 120;
    text = print_ladder(&s, &o);
    expect(text, "FIN-WAIT-1 終止等待 1");
    free(text);
    sample_free(&s);
    i18n_use("en");
    assert_string_equal(i18n_language(), "en");
    assert_string_equal(tr("lost"), "lost");
}

static void test_crossing(void **state)
{
    struct sample s;
    struct ladder_options o = {.width = 120};
    char *text;
    (void)state;

    i18n_use("en");
    sample_crossing(&s);
    text = print_ladder(&s, &o);
    expect(text, "┼"); /* the SYNs cross */
    expect(text, "len=536");
    free(text);
    o.pair = 1; /* the sample has no other */
    text = print_ladder(&s, &o);
    expect(text, "len=536");
    free(text);
    o.rows = 6;
    text = print_ladder(&s, &o);
    expect(text, "only the first 6 rows are shown");
    free(text);
    sample_free(&s);
}

static void test_many(void **state)
{
    struct sample s;
    struct ladder_options o = {.width = 80};
    char *text;
    (void)state;

    i18n_use("en");
    sample_flows(&s, 100);
    text = print_ladder(&s, &o);
    expect(text, "a0    ─▶ b0    #1 SYN seq=0");
    expect(text, "b99   #100 SYN-RECEIVED");
    free(text);
    sample_free(&s);
}

static void test_empty(void **state)
{
    struct sample s;
    struct ladder_options o = {.width = 80};
    struct log nothing;
    struct trace_header h = {.lesson = "empty"};
    char *text;
    (void)state;

    i18n_use("en");
    sample_close(&s, false);
    log_init(&nothing, TRACE_ALL_KINDS, trace_record_size);
    struct sample none = {.header = h, .log = nothing};
    text = print_ladder(&none, &o);
    expect(text, "empty, seed 0");
    free(text);
    none.header = s.header;
    text = print_ladder(&none, &o);
    expect(text, "client");
    free(text);
    sample_free(&s);
}

static void test_widths(void **state)
{
    static const struct {
        const char *text;
        int columns;
    } rows[] = {{"", 0},     {"abc", 3},  {"用戶端", 6}, {"─▶│", 3},      {"e\xcc\x81", 1},
                {"（）", 4}, {"한글", 4}, {"かな", 4},   {"\xff\xfe", 2}, {"a\033[1mb", 5},
                {"🙂", 2}, {"𠀀", 2},   {"…", 1},      {"ｱ", 1},        {"Ａ", 2}};
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_columns(rows[i].text) != rows[i].columns)
            fail_msg("%s: %d columns", rows[i].text, text_columns(rows[i].text));
    assert_int_equal(text_fit("用戶端", 5), 6);
    assert_int_equal(text_fit("abc", 2), 2);
    assert_int_equal(text_fit("abc", 9), 3);
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
        cmocka_unit_test(test_columns), cmocka_unit_test(test_close),    cmocka_unit_test(test_loss),
        cmocka_unit_test(test_chinese), cmocka_unit_test(test_crossing), cmocka_unit_test(test_many),
        cmocka_unit_test(test_empty),   cmocka_unit_test(test_widths),
    };

    return cmocka_run_group_tests_name("report_ladder", tests, set_up, NULL);
}
