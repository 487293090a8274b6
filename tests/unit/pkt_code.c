/* sim/packetdrill/code: snippets mean what they mean in Python, or are refused; a failed assertion says why.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/packetdrill/code.h"

static bool lookup(void *ctx, const char *name, int64_t *value)
{
    static const struct {
        const char *name;
        int64_t value;
    } infos[] = {{"tcpi_snd_cwnd", 10}, {"tcpi_state", 4}, {"tcpi_rto", 200000}, {"tcpi_unacked", 0}};

    ++*(int *)ctx;
    for (size_t i = 0; i < ARRAY_LEN(infos); i++)
        if (strcmp(infos[i].name, name) == 0) {
            *value = infos[i].value;
            return true;
        }
    return false;
}

struct run {
    enum code_outcome outcome;
    struct sbuf printed;
    struct diag d;
    int asked;
};

/* Each `;;` in text begins a new snippet of the same script. */
static void run_text(const char *text, enum pkt_os os, struct run *r)
{
    const struct script_options o = {.os = os};
    struct code_env *env = code_env_new();
    struct sbuf b = SBUF_INIT;
    struct script *s;

    *r = (struct run){.outcome = CODE_OK};
    diag_clear(&r->d);
    sbuf_lit(&b, "0 %{ ");
    for (const char *at; (at = strstr(text, ";;")) != NULL; text = at + 2) {
        sbuf_put(&b, text, (size_t)(at - text));
        sbuf_lit(&b, " }% 0 %{ ");
    }
    sbuf_printf(&b, "%s\n}%%", text);
    if (script_parse("t.pkt", sbuf_str(&b), b.len, &o, &s, &r->d) != SCRIPT_OK)
        fail_msg("%s: %s", text, r->d.message);
    for (size_t i = 0; i < s->n_events && r->outcome == CODE_OK; i++)
        r->outcome = code_run(s, s->event[i].u.code, env, lookup, &r->asked, &r->printed, &r->d);
    script_free(s);
    code_env_free(env);
    sbuf_free(&b);
}

static void values(void **state)
{
    static const struct {
        const char *text, *prints; /* what print(text) prints */
    } rows[] = {
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"-7 // 2, -7 % 2, 7 // -2, 7 % -2", "-4 1 -4 -1"},
        {"7 / 2, 6 / 2, 1 / 3", "3.5 3.0 0.3333333333333333"},
        {"2 ** 10, -2 ** 2, 2 ** -1 if False else 0, 2 ** 3 ** 2", "1024 -4 0 512"},
        {"1 << 4, 255 >> 4, 6 & 3, 6 | 3, 6 ^ 3, ~5", "16 15 2 7 5 -6"},
        {"0x10, 1.5, .5, 1e3, 2L", "16 1.5 0.5 1000.0 2"},
        {"1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, 1 != 2, 2 >= 2, 3 <= 2", "True False True True True False"},
        {"not 1, not not 0, not 1 == 2", "False False True"},
        {"0 or 5, 0 and 5, 1 and 5, 1 or 5, '' or 'x'", "5 0 5 1 x"},
        {"1 in [1, 2], 3 in (1, 2), 3 not in (1,), 'b' in 'abc', 'd' in 'abc'", "True False True True False"},
        {"None, True, False, None is None, 1 is not None", "None True False True True"},
        {"[1, 'a', 2.5], (1,), ()", "[1, 'a', 2.5] (1,) ()"},
        {"'a' + 'b', 'ab' * 2, 3 * 'x', 'a' < 'b'", "ab abab xxx True"},
        {"'cwnd=%d' % tcpi_snd_cwnd", "cwnd=10"},
        {"'%5d|%-5d|%05d|%+d' % (1, 2, -3, 4)", "    1|2    |-0003|+4"},
        {"'%x %X %#x %o %i %u' % (255, 255, 255, 8, 1, 2)", "ff FF 0xff 10 1 2"},
        {"'%s %r %s %5s|%-3s|%.1s' % ('a', 'a', 1.0, 'b', 'c', 'xyz')", "a 'a' 1.0     b|c  |x"},
        {"'%.2f %6.1f %e %g' % (1, 2.25, 3, 0.5)", "1.00    2.2 3.000000e+00 0.5"},
        {"'100%% of %s' % [1]", "100% of [1]"},
        {"abs(-3), abs(2.5), min(3, 1, 2), max([4, 9]), len('abc'), len([1])", "3 2.5 1 9 3 1"},
        {"int(2.9), int(-2.9), int('12'), float(3), float('1.5'), str(5) + 'x', bool([])",
         "2 -2 12 3.0 1.5 5x False"},
        {"round(2.5), round(3.5), round(-2.5), round(2.4), round(7)", "2 4 -2 2 7"},
        {"1 if 0 else 2 if 0 else 3", "3"},
        {"tcpi_state == TCPI_ESTABLISHED, TCP_CORK if False else 1", "True 1"},
        {"9223372036854775807, -9223372036854775807 - 1", "9223372036854775807 -9223372036854775808"},
        {"18446744073709551615, 0xffffffffffffffff > 9223372036854775807", "1.8446744073709552e+19 True"},
        {"(1 +\n 2) # a comment\n", "3"},
        {"1 + \\\n 2", "3"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sbuf text = SBUF_INIT;
        struct run r;

        sbuf_printf(&text, "print(%s)", rows[i].text);
        run_text(sbuf_str(&text), PKT_FREEBSD, &r);
        if (r.outcome != CODE_OK)
            fail_msg("%s: %s", rows[i].text, r.d.message);
        r.printed.len -= r.printed.len > 0; /* the new line */
        assert_string_equal(sbuf_str(&r.printed), rows[i].prints);
        sbuf_free(&r.printed);
        sbuf_free(&text);
    }
}

static void statements(void **state)
{
    static const struct {
        const char *text, *prints;
    } rows[] = {
        {"print 1, 2", "1 2\n"},
        {"print('a'); print('b')", "a\nb\n"},
        {"print", "\n"},
        {"pass", ""},
        {"x = 5; x += 2; x *= 3; x -= 1; x //= 3; print(x)", "6\n"},
        {"x = 5;;print(x)", "5\n"},
        {"x = [1, 'a'];;y = x;;x = 0;;print(x, y)", "0 [1, 'a']\n"},
        {"tcpi_rto = 1; print(tcpi_rto)", "1\n"},
        {"if 1: print(1); print(2)", "1\n2\n"},
        {"if 0: print(1)\nelse: print(2)", "2\n"},
        {"if 0:\n  print(1)\nelif 1:\n  print(2)\n  print(3)\nelse:\n  print(4)\nprint(5)", "2\n3\n5\n"},
        {"if 1:\n  if 0:\n    print(1)\n  else:\n    print(2)\n  print(3)\nelse:\n  print(4)", "2\n3\n"},
        {"if 0:\n  if 1:\n    print(1)\n  print(2)\nprint(3)", "3\n"},
        {"\n  assert 1\n\n  assert tcpi_snd_cwnd == 10, 'no'\n  print(1)", "1\n"},
        {"assert (tcpi_snd_cwnd\n == 10)", ""},
        {"assert 5 < tcpi_snd_cwnd <= 10 and not tcpi_unacked", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run r;

        run_text(rows[i].text, PKT_FREEBSD, &r);
        if (r.outcome != CODE_OK)
            fail_msg("%s: %s", rows[i].text, r.d.message);
        assert_string_equal(sbuf_str(&r.printed), rows[i].prints);
        sbuf_free(&r.printed);
    }
}

static void complaints(void **state)
{
    static const struct {
        const char *text;
        enum code_outcome outcome;
        int column; /* in the line of text it is in; the first begins in column 6 */
        const char *says;
    } rows[] = {
        {"assert tcpi_snd_cwnd == 9", CODE_FAILED, 6,
         "assert tcpi_snd_cwnd == 9 does not hold: tcpi_snd_cwnd is 10"},
        {"assert tcpi_snd_cwnd == 9, 'cwnd=%d' % tcpi_snd_cwnd", CODE_FAILED, 6,
         "assert tcpi_snd_cwnd == 9 does not hold: tcpi_snd_cwnd is 10 (cwnd=10)"},
        {"assert 0, nothing", CODE_FAILED, 6, "assert 0 does not hold"},
        {"x = 2; assert x > tcpi_rto or x == TCPI_LISTEN", CODE_FAILED, 13,
         "assert x > tcpi_rto or x == TCPI_LISTEN does not hold: x is 2, tcpi_rto is 200000"},
        {"assert tcpi_nothing == 1", CODE_ERROR, 13, "tcpi_nothing has no value here"},
        {"assert TCP_CA_Open == 0", CODE_ERROR, 13, "TCP_CA_Open has no value here"},
        {"x += 1", CODE_ERROR, 6, "x has no value here"},
        {"1 // 0", CODE_ERROR, 8, "division by zero"},
        {"1 / 0", CODE_ERROR, 8, "division by zero"},
        {"1 % 0.0", CODE_ERROR, 8, "division by zero"},
        {"9223372036854775807 + 1", CODE_ERROR, 26, "the result does not fit 64 bits"},
        {"-(-9223372036854775807 - 1)", CODE_ERROR, 6, "the result does not fit 64 bits"},
        {"(-9223372036854775807 - 1) // -1", CODE_ERROR, 33, "the result does not fit 64 bits"},
        {"2 ** 63", CODE_ERROR, 8, "the result does not fit 64 bits"},
        {"3 << 62", CODE_ERROR, 8, "the result does not fit 64 bits"},
        {"1 << 64", CODE_ERROR, 8, "a shift by 64; expected 0 to 63"},
        {"1 + 'a'", CODE_ERROR, 8, "this cannot be done with an integer and a text"},
        {"1 < 'a'", CODE_ERROR, 10, "this cannot be done with an integer and a text"},
        {"-'a'", CODE_ERROR, 6, "this cannot be done with a text"},
        {"'%d %d' % 1", CODE_ERROR, 14, "this text asks for more values than stand behind its %"},
        {"'%d' % (1, 2)", CODE_ERROR, 11, "more values stand behind % than this text asks for"},
        {"'%d' % 'a'", CODE_ERROR, 11, "%d needs a number, not a text"},
        {"'%q' % 1", CODE_ERROR, 11, "expected %d, %s, %x, %f ... in this text, not \"%q\""},
        {"'%' % 1", CODE_ERROR, 10, "expected %d, %s, %x, %f ... in this text, not \"%%\""},
        {"'x' * 100000", CODE_ERROR, 10, "this text becomes too long; at most 65536 octets"},
        {"len(5)", CODE_ERROR, 6, "an integer has no length"},
        {"abs(1, 2)", CODE_ERROR, 6, "this function takes one value, not 2"},
        {"min()", CODE_ERROR, 6, "the least or greatest of nothing"},
        {"int('x')", CODE_ERROR, 6, "this text is no number"},
        {"[[1]]", CODE_ERROR, 7, "a list in a list"},
        {"int(1e300)", CODE_ERROR, 6, "the result does not fit 64 bits"},
        {"pass\nassert 0", CODE_FAILED, 1, "assert 0 does not hold"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run r;

        run_text(rows[i].text, PKT_FREEBSD, &r);
        assert_string_equal(r.d.message, rows[i].says);
        assert_int_equal(r.outcome, rows[i].outcome);
        assert_int_equal(r.d.column, rows[i].column);
        assert_int_equal(r.d.line, rows[i].column == 1 ? 2 : 1);
        assert_string_equal(r.d.path, "t.pkt");
        sbuf_free(&r.printed);
    }
}

/* What is not needed is not asked for: the right side of `or`, and comparisons behind one that does not hold.
 */
static void asks_only_what_it_needs(void **state)
{
    struct run r;

    (void)state;
    run_text("assert 1 or tcpi_rto", PKT_FREEBSD, &r);
    assert_int_equal(r.asked, 0);
    run_text("print(2 < 1 < tcpi_rto)", PKT_FREEBSD, &r);
    assert_int_equal(r.asked, 0);
    sbuf_free(&r.printed);
    run_text("x = tcpi_rto and tcpi_unacked", PKT_FREEBSD, &r);
    assert_int_equal(r.asked, 2);
}

static void constants_by_system(void **state)
{
    struct run r;

    (void)state;
    run_text("assert TCPI_ESTABLISHED == 4", PKT_FREEBSD, &r);
    assert_int_equal(r.outcome, CODE_OK);
    run_text("assert TCPI_ESTABLISHED == TCP_ESTABLISHED == 1 and TCP_CA_Loss == 4", PKT_LINUX, &r);
    assert_int_equal(r.outcome, CODE_OK);
}

/* However often a snippet keeps or prints, it cannot fill the machine. */
static void bounded(void **state)
{
    struct sbuf b = SBUF_INIT;
    struct run r;

    (void)state;
    sbuf_puts(&b, "x = 'x' * 60000");
    for (int i = 0; i < 300; i++)
        sbuf_puts(&b, ";y = x");
    run_text(sbuf_str(&b), PKT_LINUX, &r);
    assert_int_equal(r.outcome, CODE_ERROR);
    assert_string_equal(r.d.message, "too much is kept; at most 16777216 octets");
    sbuf_clear(&b);
    sbuf_puts(&b, "x = 'x' * 60000");
    for (int i = 0; i < 300; i++)
        sbuf_puts(&b, ";print(x)");
    run_text(sbuf_str(&b), PKT_LINUX, &r);
    assert_int_equal(r.outcome, CODE_OK);
    assert_true(r.printed.len < 1200000);
    sbuf_free(&r.printed);
    sbuf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(statements),
        cmocka_unit_test(complaints),
        cmocka_unit_test(asks_only_what_it_needs),
        cmocka_unit_test(constants_by_system),
        cmocka_unit_test(bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
