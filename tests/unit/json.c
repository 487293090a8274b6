/* sim/json: which texts are refused and where, reading, --set, suggestions, writing. The rows cover the
 * classes of faults that the public suites of JSON parsers know. */
#define _POSIX_C_SOURCE 200809L /* mkstemp */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"
#include "sim/json/json.h"

struct text {
    const char *s;
    size_t len;
};

#define T(literal)                                                                                           \
    {                                                                                                        \
        literal, sizeof(literal) - 1                                                                         \
    }

/* ---- Texts that are accepted ---- */

static const struct text valid[] = {
    /* structure */
    T("[]"),
    T("{}"),
    T(" [] "),
    T("\t\r\n[\n]\n"),
    T("[[]   ]"),
    T("[[],[[]],{}]"),
    T("[1\n]"),
    T(" [1] "),
    T("[1,null,null,null,2]"),
    T("[null, 1, \"1\", {}]"),
    T("{\"a\":1}"),
    T("{\"a\" : [ ] , \"b\":{ } }"),
    T("{\"a\":{\"b\":{\"c\":{}}}}"),
    T("{\"\":0}"),
    T("{\"a\":\"b\",\"A\":\"c\"}"),
    T("{\"a/b\":1,\"a~b\":2,\"a\\u002fc\":3}"),
    T("{\"min\":-1.0e+28,\"max\":1.0e+28}"),
    T("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,"
      "\"m\":1}"),
    /* a scalar alone */
    T("null"),
    T("true"),
    T("false"),
    T("42"),
    T("-0.1"),
    T("\"asd\""),
    T("\"\""),
    T(" \" \" "),
    T("0"),
    /* numbers */
    T("[-0]"),
    T("[-0.0]"),
    T("[-0e5]"),
    T("[-1]"),
    T("[-123]"),
    T("[123e65]"),
    T("[0e+1]"),
    T("[0e1]"),
    T("[20e1]"),
    T("[1E22]"),
    T("[1E-2]"),
    T("[1E+2]"),
    T("[123e45]"),
    T("[123.456e78]"),
    T("[1e-2]"),
    T("[123.456789]"),
    T("[0.000001]"),
    T("[9007199254740991]"),
    T("[9007199254740992]"),
    T("[-9007199254740992]"),
    T("[9007199254740991.0]"),
    T("[0.123456789012345]"),
    T("[123456789012345e-20]"),
    T("[1.79769313486231e308]"),
    T("[2.22507385850721e-308]"),
    T("[0e999999999999]"),
    T("[0.0e-99999999999]"),
    T("[1.50000000000000000000000]"),
    T("[1000000000000000000e-18]"),
    T("[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]"),
    T("[10000000000000000000000000000000000000000000000000000000000000000000000000000e-70,7]"),
    T("[0.00000000000000000000000000000000000000000000000000000000000000000000000000000,7]"),
    /* strings */
    T("[\"\\u0060\\u012a\\u12AB\"]"),
    T("[\"\\uD801\\udc37\"]"),
    T("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"),
    T("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
    T("[\"\\\\u0000\"]"),
    T("[\"a/*b*/c/*d//e\"]"),
    T("[\"\\\\a\"]"),
    T("[\"\\u0001\\u001F\"]"),
    T("[\"\\uFFFF\"]"),
    T("[\"\\uDBFF\\uDFFF\"]"),
    T("[\"\\uDBFF\\uDFFE\"]"),
    T("[\"new\\u00A0line\"]"),
    T("[\"\x7f\"]"),
    T("[\"\xc2\x80\"]"),
    T("[\"\xdf\xbf\"]"),
    T("[\"\xe0\xa0\x80\"]"),
    T("[\"\xed\x9f\xbf\"]"),
    T("[\"\xee\x80\x80\"]"),
    T("[\"\xef\xbf\xbf\"]"),
    T("[\"\xf0\x90\x80\x80\"]"),
    T("[\"\xf4\x8f\xbf\xbf\"]"),
    T("[\"\xe2\x80\xa8\xe2\x80\xa9\"]"),
    T("[\"\xe4\xb8\x89\xe6\xac\xa1\xe6\x8f\xa1\xe6\x89\x8b\"]"),
    T("{\"\xe6\x8f\xa1\":\"\xe6\x89\x8b\"}"),
};

static void test_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
        struct diag d = {0};
        /* An exact copy, so that a sanitizer sees one byte too many. */
        char *copy = malloc(valid[i].len);
        assert_non_null(copy);
        memcpy(copy, valid[i].s, valid[i].len);
        struct json_doc *doc = json_parse("t", copy, valid[i].len, &d);
        free(copy);
        if (!doc)
            fail_msg("%s: %d:%d: %s", valid[i].s, d.line, d.column, d.message);

        /* What is written reads back, and is then written the same. */
        struct sbuf once = SBUF_INIT, twice = SBUF_INIT;
        json_put_value(&once, json_root(doc));
        struct json_doc *again = json_parse("t", once.s, once.len, &d);
        if (!again)
            fail_msg("%s written as %s: %s", valid[i].s, sbuf_str(&once), d.message);
        json_put_value(&twice, json_root(again));
        assert_string_equal(sbuf_str(&once), sbuf_str(&twice));
        sbuf_free(&once);
        sbuf_free(&twice);
        json_free(again);
        json_free(doc);
    }
}

/* ---- Texts that are refused ---- */

static const struct refused {
    struct text text;
    int line, column;
    const char *says;    /* part of the message */
    const char *pointer; /* NULL: "" */
} refused[] = {
    /* empty */
    {T(""), 1, 1, "empty", NULL},
    {T(" "), 1, 2, "empty", NULL},
    {T("\n\n "), 3, 2, "empty", NULL},
    {T("\xef\xbb\xbf"), 1, 1, "byte order mark", NULL},
    {T("\xef\xbb\xbf{}"), 1, 1, "byte order mark", NULL},
    {T("\xff\xfe[\0]\0"), 1, 1, "byte 0xFF", NULL},
    {T("\0[\0\"\0\xe9\0\"\0]"), 1, 1, "U+0000", NULL},
    {T("\f[]"), 1, 1, "U+000C", NULL},
    {T("\xe2\x81\xa0[]"), 1, 1, "U+2060", NULL},
    {T("[]\v"), 1, 3, "nothing after the end", NULL},
    /* arrays */
    {T("["), 1, 2, "the array that was opened at 1:1", "/0"},
    {T("[1"), 1, 3, "expected ',' or ']'", "/0"},
    {T("[1,"), 1, 4, "the end of the text", "/1"},
    {T("[1,]"), 1, 3, "trailing comma before ']'", "/0"},
    {T("[1,,]"), 1, 4, "expected a value, found ','", "/1"},
    {T("[1,,2]"), 1, 4, "expected a value", "/1"},
    {T("[,1]"), 1, 2, "expected a value", "/0"},
    {T("[,]"), 1, 2, "expected a value", "/0"},
    {T("[\"\",]"), 1, 4, "trailing comma", "/0"},
    {T("[1 true]"), 1, 4, "expected ',' or ']', found true", "/0"},
    {T("[\"a\" 1]"), 1, 6, "expected ',' or ']', found 1", "/0"},
    {T("[3[4]]"), 1, 3, "expected ',' or ']', found '['", "/0"},
    {T("[1:2]"), 1, 3, "found ':'", "/0"},
    {T("[*]"), 1, 2, "found '*'", "/0"},
    {T("[1,\n1\n,1"), 3, 3, "opened at 1:1", "/2"},
    {T("[{}"), 1, 4, "the array that was opened at 1:1", "/0"},
    {T("[{}}"), 1, 4, "found '}'", "/0"},
    {T("]"), 1, 1, "expected a value, found ']'", NULL},
    /* objects */
    {T("{"), 1, 2, "the object that was opened at 1:1", NULL},
    {T("{\"a\":1"), 1, 7, "expected ',' or '}'", "/a"},
    {T("{\"a\""), 1, 5, "expected ':'", "/a"},
    {T("{\"a\":"), 1, 6, "expected a value", "/a"},
    {T("{\"a\" 1}"), 1, 6, "expected ':', found 1", "/a"},
    {T("{\"a\",1}"), 1, 5, "expected ':'", "/a"},
    {T("{\"a\"::1}"), 1, 6, "expected a value", "/a"},
    {T("{\"a\":1,}"), 1, 7, "trailing comma before '}'", "/a"},
    {T("{\"a\":1,,}"), 1, 8, "a key in double quotes, found ','", NULL},
    {T("{,}"), 1, 2, "a key in double quotes or '}'", NULL},
    {T("{a:1}"), 1, 2, "found a", NULL},
    {T("{'a':1}"), 1, 2, "found '''", NULL},
    {T("{1:1}"), 1, 2, "found 1", NULL},
    {T("{null:null}"), 1, 2, "found null", NULL},
    {T("{[1]:1}"), 1, 2, "found '['", NULL},
    {T("{\"a\":1 \"b\":2}"), 1, 8, "expected ',' or '}'", "/a"},
    {T("{\"a\":1 b}"), 1, 8, "found b", "/a"},
    {T("{\"a\":1]"), 1, 7, "found ']'", "/a"},
    {T("{\"a\":{\"b~/\":[0,{\"c\":x}]}}"), 1, 21, "expected a value, found x", "/a/b~0~1/1/c"},
    {T("{\"\\u0061\\n\":?}"), 1, 13, "found '?'", "/a\n"},
    /* behind the end */
    {T("{}}"), 1, 3, "nothing after the end of the document, found '}'", NULL},
    {T("[][]"), 1, 3, "nothing after", NULL},
    {T("{} {}"), 1, 4, "nothing after", NULL},
    {T("1 2"), 1, 3, "nothing after", NULL},
    {T("\"\"\"\""), 1, 3, "nothing after", NULL},
    {T("[]#"), 1, 3, "no comments", NULL},
    {T("{}// x"), 1, 3, "no comments", NULL},
    {T("{}\0"), 1, 3, "U+0000", NULL},
    {T("[1]\xe5"), 1, 4, "byte 0xE5", NULL},
    {T("/* x */ {}"), 1, 1, "no comments", NULL},
    {T("[/**/]"), 1, 2, "no comments", "/0"},
    {T("<null>"), 1, 1, "found '<'", NULL},
    /* words */
    {T("nul"), 1, 1, "found nul", NULL},
    {T("[tru]"), 1, 2, "found tru", "/0"},
    {T("[True]"), 1, 2, "found True", "/0"},
    {T("[TRUE]"), 1, 2, "found TRUE", "/0"},
    {T("[fals"), 1, 2, "found fals", "/0"},
    {T("[nulll]"), 1, 2, "found nulll", "/0"},
    {T("[truefalse]"), 1, 2, "found truefalse", "/0"},
    {T("[nan]"), 1, 2, "found nan", "/0"},
    {T("[NaN]"), 1, 2, "found NaN", "/0"},
    {T("[Infinity]"), 1, 2, "found Infinity", "/0"},
    {T("[undefined]"), 1, 2, "found undefined", "/0"},
    {T("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 1, 1, "found aaaaaaaaaaaaaaaaaaaaaaaa...", NULL},
    /* syntax of numbers */
    {T("[01]"), 1, 2, "start with a zero", "/0"},
    {T("[-01]"), 1, 3, "start with a zero", "/0"},
    {T("[00]"), 1, 2, "start with a zero", "/0"},
    {T("[012.3]"), 1, 2, "start with a zero", "/0"},
    {T("[-]"), 1, 3, "a digit, found ']'", "/0"},
    {T("-"), 1, 2, "a digit, found the end of the text", NULL},
    {T("[--1]"), 1, 3, "a digit", "/0"},
    {T("[-Infinity]"), 1, 3, "a digit, found Infinity", "/0"},
    {T("[- 1]"), 1, 3, "a digit", "/0"},
    {T("[+1]"), 1, 2, "found +1", "/0"},
    {T("[++1]"), 1, 2, "found ++1", "/0"},
    {T("[.5]"), 1, 2, "found .5", "/0"},
    {T("[-.5]"), 1, 3, "a digit", "/0"},
    {T("[1.]"), 1, 4, "after the decimal point", "/0"},
    {T("[1.e5]"), 1, 4, "after the decimal point", "/0"},
    {T("[0.e1]"), 1, 4, "after the decimal point", "/0"},
    {T("[1e]"), 1, 4, "in the exponent", "/0"},
    {T("[1e+]"), 1, 5, "in the exponent", "/0"},
    {T("[0E-"), 1, 5, "in the exponent", "/0"},
    {T("[1eE2]"), 1, 4, "in the exponent", "/0"},
    {T("[1.2.3]"), 1, 2, "expected a number, found 1.2.3", "/0"},
    {T("[1+2]"), 1, 2, "expected a number, found 1+2", "/0"},
    {T("[1a]"), 1, 2, "expected a number, found 1a", "/0"},
    {T("[0x42]"), 1, 2, "expected a number, found 0x42", "/0"},
    {T("[1 000]"), 1, 4, "expected ','", "/0"},
    {T("[0e1.5]"), 1, 2, "expected a number", "/0"},
    {T("[1\xef\xbc\x91]"), 1, 3, "U+FF11", "/0"},
    {T("[\xef\xbc\x91]"), 1, 2, "U+FF11", "/0"},
    {T("[1\xe5]"), 1, 3, "byte 0xE5", "/0"},
    /* numbers that a double does not hold */
    {T("[9007199254740993]"), 1, 2, "integer 9007199254740993 lies beyond 2^53", "/0"},
    {T("[-9007199254740993]"), 1, 2, "beyond 2^53", "/0"},
    {T("[10000000000000000]"), 1, 2, "beyond 2^53", "/0"},
    {T("[18446744073709551615]"), 1, 2, "beyond 2^53", "/0"},
    {T("[18446744073709551617]"), 1, 2, "beyond 2^53", "/0"},
    {T("[-123123123123123123123123123123]"), 1, 2, "-12312312312312312312312...", "/0"},
    {T("[100000000000000000000]"), 1, 2, "beyond 2^53", "/0"},
    {T("[9007199254740993.0]"), 1, 2, "16 significant digits", "/0"},
    {T("[0.1234567890123456]"), 1, 2, "16 significant digits", "/0"},
    {T("[3.14159265358979323846]"), 1, 2, "21 significant digits", "/0"},
    {T("[1.0000000000000001]"), 1, 2, "17 significant digits", "/0"},
    {T("[1e400]"), 1, 2, "too large", "/0"},
    {T("[-1e400]"), 1, 2, "too large", "/0"},
    {T("[1.8e308]"), 1, 2, "too large", "/0"},
    {T("[1e309]"), 1, 2, "too large", "/0"},
    {T("[0.4e00669999999999999999999999999999999999999999999]"), 1, 2, "too large", "/0"},
    {T("[1e-400]"), 1, 2, "too close to zero", "/0"},
    {T("[2.2e-308]"), 1, 2, "too close to zero", "/0"},
    {T("[123.456e-10000]"), 1, 2, "too close to zero", "/0"},
    /* strings */
    {T("\""), 1, 1, "not closed", NULL},
    {T("[\"a"), 1, 2, "not closed", "/0"},
    {T("{\"a"), 1, 2, "not closed", NULL},
    {T("[\"a]\n"), 1, 5, "line break within a string", "/0"},
    {T("[\"a\r\"]"), 1, 4, "line break within a string", "/0"},
    {T("[\"\t\"]"), 1, 3, "write \\u0009", "/0"},
    {T("[\"a\0a\"]"), 1, 4, "write \\u0000", "/0"},
    {T("[\"\x1f\"]"), 1, 3, "write \\u001f", "/0"},
    {T("['a']"), 1, 2, "found '''", "/0"},
    {T("[\xe2\x80\x9c"
       "a\xe2\x80\x9d]"),
     1, 2, "U+201C", "/0"},
    /* escapes */
    {T("[\"\\"), 1, 3, "ends within an escape", "/0"},
    {T("[\"\\x41\"]"), 1, 3, "invalid escape", "/0"},
    {T("[\"\\a\"]"), 1, 3, "invalid escape", "/0"},
    {T("[\"\\'\"]"), 1, 3, "invalid escape", "/0"},
    {T("[\"\\\0\"]"), 1, 3, "invalid escape", "/0"},
    {T("[\"\\\xf0\x9f\x8c\x80\"]"), 1, 3, "invalid escape", "/0"},
    {T("[\"\\U0041\"]"), 1, 3, "invalid escape", "/0"},
    {T("[\"\\u004\"]"), 1, 3, "four hexadecimal digits", "/0"},
    {T("[\"\\u00zz\"]"), 1, 3, "four hexadecimal digits", "/0"},
    {T("[\"\\u\"]"), 1, 3, "four hexadecimal digits", "/0"},
    {T("[\"\\u12"), 1, 3, "four hexadecimal digits", "/0"},
    {T("[\"\\u+123\"]"), 1, 3, "four hexadecimal digits", "/0"},
    {T("[\"\\u0000\"]"), 1, 3, "\\u0000 is not allowed", "/0"},
    {T("{\"foo\\u0000bar\":42}"), 1, 6, "\\u0000 is not allowed", NULL},
    {T("[\"\\uD800\"]"), 1, 3, "lone high surrogate \\uD800", "/0"},
    {T("[\"\\uD800\\n\"]"), 1, 3, "lone high surrogate", "/0"},
    {T("[\"\\uD800\\u0041\"]"), 1, 3, "lone high surrogate", "/0"},
    {T("[\"\\uD800\\uD800\\uDC00\"]"), 1, 3, "lone high surrogate", "/0"},
    {T("[\"\\uD800\\uDC0\"]"), 1, 3, "lone high surrogate", "/0"},
    {T("[\"\\uD834\\u"), 1, 3, "lone high surrogate", "/0"},
    {T("[\"\\udc00\"]"), 1, 3, "lone low surrogate \\uDC00", "/0"},
    {T("[\"\\uDd1e\\uD834\"]"), 1, 3, "lone low surrogate", "/0"},
    /* invalid UTF-8 */
    {T("[\"\x80\"]"), 1, 3, "byte 0x80", "/0"},
    {T("[\"\xff\"]"), 1, 3, "byte 0xFF", "/0"},
    {T("[\"\xfe\"]"), 1, 3, "byte 0xFE", "/0"},
    {T("[\"\xe9\"]"), 1, 3, "byte 0xE9", "/0"},
    {T("[\"\xc0\xaf\"]"), 1, 3, "byte 0xC0", "/0"},
    {T("[\"\xc1\xbf\"]"), 1, 3, "byte 0xC1", "/0"},
    {T("[\"\xe0\x80\xaf\"]"), 1, 3, "byte 0xE0", "/0"},
    {T("[\"\xe0\x9f\xbf\"]"), 1, 3, "byte 0xE0", "/0"},
    {T("[\"\xf0\x80\x80\x80\"]"), 1, 3, "byte 0xF0", "/0"},
    {T("[\"\xf0\x8f\xbf\xbf\"]"), 1, 3, "byte 0xF0", "/0"},
    {T("[\"\xed\xa0\x80\"]"), 1, 3, "byte 0xED", "/0"},
    {T("[\"\xed\xbf\xbf\"]"), 1, 3, "byte 0xED", "/0"},
    {T("[\"\xf4\x90\x80\x80\"]"), 1, 3, "byte 0xF4", "/0"},
    {T("[\"\xf5\x80\x80\x80\"]"), 1, 3, "byte 0xF5", "/0"},
    {T("[\"\xfc\x80\x80\x80\x80\x80\"]"), 1, 3, "byte 0xFC", "/0"},
    {T("[\"\xe4\xb8\"]"), 1, 3, "byte 0xE4", "/0"},
    {T("[\"\xe4\xb8"), 1, 3, "byte 0xE4", "/0"},
    {T("[\"\xf0\x9f\x92\"]"), 1, 3, "byte 0xF0", "/0"},
    {T("{\"\xb9\":\"0\"}"), 1, 3, "byte 0xB9", NULL},
    {T("[\xff]"), 1, 2, "byte 0xFF", "/0"},
    /* duplicate keys */
    {T("{\"a\":1,\"a\":1}"), 1, 8, "duplicate key \"a\"; it was already given at 1:2", "/a"},
    {T("{\"a\":1,\n \"\\u0061\":2}"), 2, 2, "already given at 1:2", "/a"},
    {T("[0,{\"x\":{\"\":1,\"y\":2,\"\":3}}]"), 1, 21, "duplicate key \"\"", "/1/x/"},
    {T("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\n"
       "\"z\":1,\"m\":1,\"z\":1,\"a\":1,\"z\":1}"),
     2, 13, "duplicate key \"z\"; it was already given at 2:1", "/z"},
    /* columns count characters, lines end in \n only */
    {T("[\"\xe4\xb8\x89\xe6\xac\xa1\", \"\xf0\x9f\x98\x80\", x]"), 1, 13, "found x", "/2"},
    {T("{\"\xe6\x8f\xa1\":\r\n\t\"\xc3\xa9\",\n \"b\": \"\xe6\x89\x8b\" 1}"), 3, 11, "found 1", "/b"},
    {T("{\"\xe6\x8f\xa1\": x}"), 1, 7, "found x", "/\xe6\x8f\xa1"},
};

/* Objects of any number of keys, and a duplicate of any two of them. */
static void test_duplicates(void **state)
{
    (void)state;
    for (int n = 1; n <= 70; n++) {
        for (int twice = 0; twice < n; twice++) {
            struct diag d = {0};
            struct sbuf b = SBUF_INIT;
            char says[64];
            for (int i = 0; i < n; i++)
                sbuf_printf(&b, "%c\n\"k%02d\":%d", i ? ',' : '{', i, i);
            sbuf_lit(&b, "}");
            json_free(json_parse("t", b.s, b.len, &d));
            assert_false(diag_is_set(&d));
            b.len--;
            sbuf_printf(&b, ",\n\"k%02d\":0,\n\"k00\":0}", twice);
            assert_null(json_parse("t", b.s, b.len, &d));
            snprintf(says, sizeof says, "duplicate key \"k%02d\"; it was already given at %d:1", twice,
                     twice + 2);
            assert_string_equal(d.message, says);
            assert_int_equal(d.line, n + 2);
            sbuf_free(&b);
        }
    }
}

static void check_refused(const struct refused *r, size_t row)
{
    struct diag d = {0};
    char *copy = malloc(r->text.len + 1);
    assert_non_null(copy);
    memcpy(copy, r->text.s, r->text.len);
    copy = realloc(copy, r->text.len ? r->text.len : 1);
    assert_non_null(copy);
    struct json_doc *doc = json_parse("t.json", copy, r->text.len, &d);
    if (doc)
        fail_msg("row %zu was accepted: %s", row, r->text.s);
    assert_null(json_parse("t.json", copy, r->text.len, NULL));
    free(copy);
    const char *pointer = r->pointer ? r->pointer : "";
    if (d.line != r->line || d.column != r->column || !strstr(d.message, r->says) ||
        strcmp(d.pointer, pointer) != 0)
        fail_msg("row %zu, %s: expected %d:%d: %s (at %s), got %d:%d: %s (at %s)", row, r->text.s, r->line,
                 r->column, r->says, pointer, d.line, d.column, d.message, d.pointer);
    assert_string_equal(d.path, "t.json");
}

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        check_refused(&refused[i], i);
}

/* Every text cut short, and every text with one byte changed, ends in a document or a diagnosis, never worse.
 */
static void test_damaged(void **state)
{
    static const char text[] =
        "{\"a\\n\xe6\x8f\xa1\":[1,-2.5e+3,\"\\uD83D\\uDE00\",true,null],\"b\":{\"c\":{}}}";
    static const char odd[] = "\0\t\"\\{}[]:,-+.0eEtu\x80\xc3\xed\xff ";
    struct diag d;
    (void)state;

    for (size_t n = 0; n < sizeof text - 1; n++) {
        char *cut = malloc(n ? n : 1);
        assert_non_null(cut);
        memcpy(cut, text, n);
        diag_clear(&d);
        assert_null(json_parse("t", cut, n, &d));
        assert_true(diag_is_set(&d) && d.line == 1 && d.column >= 1 && d.column <= (int)n + 1);
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < sizeof odd - 1; k++) {
                cut[i] = odd[k];
                json_free(json_parse("t", cut, n, &d));
            }
            cut[i] = text[i];
        }
        free(cut);
    }
}

/* ---- Bounds ---- */

static struct json_doc *parse_nested(int depth, struct diag *d)
{
    struct sbuf b = SBUF_INIT;
    for (int i = 0; i < depth; i++)
        sbuf_puts(&b, i % 2 ? "{\"k\":" : "[");
    sbuf_putc(&b, '7');
    for (int i = depth; i-- > 0;)
        sbuf_putc(&b, i % 2 ? '}' : ']');
    struct json_doc *doc = json_parse("t", b.s, b.len, d);
    sbuf_free(&b);
    return doc;
}

static void test_depth(void **state)
{
    struct diag d = {0};
    (void)state;
    struct json_doc *doc = parse_nested(JSON_MAX_DEPTH, &d);
    assert_non_null(doc);
    json_free(doc);
    assert_null(parse_nested(JSON_MAX_DEPTH + 1, &d));
    assert_non_null(strstr(d.message, "at most 64"));
    assert_int_equal(d.column, 32 + 32 * 5 + 1);
    assert_null(parse_nested(100000, &d));

    /* json_set must not go deeper either. */
    doc = parse_nested(JSON_MAX_DEPTH, &d);
    struct sbuf p = SBUF_INIT;
    for (int i = 0; i < JSON_MAX_DEPTH; i++)
        sbuf_puts(&p, i % 2 ? "/k" : "/0");
    assert_true(json_set(doc, sbuf_str(&p), "8", &d));
    assert_false(json_set(doc, sbuf_str(&p), "[]", &d));
    assert_non_null(strstr(d.message, "at most 64"));
    char pointer[8];
    json_pointer(json_find(doc, sbuf_str(&p)), pointer, sizeof pointer);
    assert_string_equal(pointer, ".../0/k");
    sbuf_free(&p);
    json_free(doc);
}

static void test_size(void **state)
{
    struct diag d = {0};
    struct sbuf b = SBUF_INIT;
    (void)state;
    sbuf_lit(&b, "[1]");
    sbuf_fill(&b, ' ', JSON_MAX_BYTES - 3);
    struct json_doc *doc = json_parse("t", b.s, b.len, &d);
    assert_non_null(doc);
    json_free(doc);
    sbuf_putc(&b, ' ');
    assert_null(json_parse("t", b.s, b.len, &d));
    assert_non_null(strstr(d.message, "at most 16777216 bytes"));

    sbuf_clear(&b);
    sbuf_putc(&b, '[');
    for (int i = 0; i < JSON_MAX_VALUES; i++)
        sbuf_lit(&b, "0,");
    assert_null(json_parse("t", b.s, b.len, &d));
    assert_non_null(strstr(d.message, "too many values; expected at most 1000000"));
    sbuf_free(&b);
}

/* ---- Reading ---- */

static struct json_doc *parse(const char *text)
{
    struct diag d = {0};
    struct json_doc *doc = json_parse("t.json", text, strlen(text), &d);
    if (!doc)
        fail_msg("%s: %d:%d: %s", text, d.line, d.column, d.message);
    return doc;
}

static void test_access(void **state)
{
    struct json_doc *doc =
        parse("{\"n\": -0, \"a/b\": [10, \"\\u4e09\\\"\", true],\n  \"~\": {\"\": null}, \"N\": 1e3}");
    const struct json_value *root = json_root(doc), *list = json_get(root, "a/b"), *v;
    int64_t n = 9;
    double x = 9;
    bool yes = false;
    int line, column;
    char pointer[64];
    (void)state;

    assert_int_equal(json_type(root), JSON_OBJECT);
    assert_int_equal(json_length(root), 4);
    assert_true(json_int(json_get(root, "n"), &n) && n == 0);
    assert_true(json_real(json_get(root, "n"), &x) && 1 / x > 0);
    assert_true(json_int(json_get(root, "N"), &n) && n == 1000);
    assert_null(json_get(root, "A/B"));
    assert_null(json_get(list, "0"));
    assert_null(json_get(NULL, "n"));
    assert_int_equal(json_length(list), 3);
    assert_string_equal(json_string(json_at(list, 1)), "\xe4\xb8\x89\"");
    assert_null(json_string(json_at(list, 0)));
    assert_true(json_bool(json_at(list, 2), &yes) && yes);
    assert_false(json_bool(json_at(list, 0), &yes));
    assert_false(json_int(json_at(list, 1), &n));
    assert_null(json_at(list, 3));
    assert_null(json_key(root));
    assert_null(json_key(json_at(list, 0)));
    assert_string_equal(json_key(list), "a/b");
    assert_ptr_equal(json_parent(list), root);
    assert_null(json_parent(root));
    assert_int_equal(json_index(json_get(root, "~")), 2);

    v = json_first(json_get(root, "~"));
    json_position(v, &line, &column);
    assert_true(line == 2 && column == 13);
    json_key_position(v, &line, &column);
    assert_true(line == 2 && column == 9);
    json_pointer(v, pointer, sizeof pointer);
    assert_string_equal(pointer, "/~0/");
    assert_ptr_equal(json_find(doc, "/~0/"), v);
    json_pointer(json_at(list, 2), pointer, sizeof pointer);
    assert_string_equal(pointer, "/a~1b/2");
    assert_ptr_equal(json_find(doc, pointer), json_at(list, 2));
    json_pointer(root, pointer, sizeof pointer);
    assert_string_equal(pointer, "");
    assert_ptr_equal(json_find(doc, ""), root);
    assert_null(json_find(doc, "/a~1b/02"));
    assert_null(json_find(doc, "/a~1b/-"));
    assert_null(json_find(doc, "/a~1b/3"));
    assert_null(json_find(doc, "/a~2b"));
    assert_null(json_find(doc, "n"));
    assert_null(json_find(doc, "/n/0"));

    size_t count = 0;
    JSON_EACH(item, list)
    assert_int_equal(json_index(item), count++);
    assert_int_equal(count, 3);
    JSON_EACH(item, (const struct json_value *)NULL)
    fail();
    json_free(doc);
    json_free(NULL);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        bool integer;
        int64_t n;
    } row[] = {
        {"1.0", true, 1},
        {"-12e2", true, -1200},
        {"9007199254740992", true, JSON_MAX_INT},
        {"-9007199254740992", true, -JSON_MAX_INT},
        {"1e16", false, 0},
        {"0.5", false, 0},
        {"1e-300", false, 0},
        {"1e300", false, 0},
        {"10000000000000000000000000000000000000000000000000000000000000000000000000000e-70", true, 1000000},
        {"0.0000000000000000000000000000000000000000000000000000000000000000000000000001e77", true, 10},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct json_doc *doc = parse(row[i].text);
        int64_t n = 0;
        assert_int_equal(json_int(json_root(doc), &n), row[i].integer);
        assert_int_equal(n, row[i].n);
        json_free(doc);
    }
    struct json_doc *doc = parse("0.1");
    double x = 0;
    assert_true(json_real(json_root(doc), &x));
    assert_true(x >= 0.1 && x <= 0.1);
    json_free(doc);
}

static void test_lines(void **state)
{
    struct diag d = {0};
    static const char text[] = "{\"id\":1,\n \"at\":x}";
    (void)state;
    assert_null(json_parse_line("trace.json", 41, text, sizeof text - 1, &d));
    assert_true(d.line == 42 && d.column == 7);
    struct json_doc *doc = json_parse_line("trace.json", 41, "{}", 2, &d);
    json_error(&d, json_root(doc), "no");
    assert_true(d.line == 41 && d.column == 1);
    json_free(doc);
}

/* ---- Files ---- */

static void test_load(void **state)
{
    struct diag d = {0};
    char text[DIAG_TEXT_MAX];
    char name[] = "/tmp/tcplab-json-XXXXXX";
    static const char content[] = "{\"a\":\n [1, 2,]}";
    size_t len;
    (void)state;

    int fd = mkstemp(name);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "wb");
    assert_non_null(f);
    fwrite(content, 1, sizeof content - 1, f);
    fflush(f);
    assert_null(json_load(name, &d));
    assert_string_equal(d.path, name);
    diag_format(&d, text, sizeof text);
    assert_string_equal(text + strlen(name), ":2:7: trailing comma before ']' (at /a/1)");

    fseek(f, (long)(sizeof content - 4), SEEK_SET);
    fputs(" ]}", f);
    fclose(f);
    struct json_doc *doc = json_load(name, &d);
    assert_non_null(doc);
    assert_string_equal(json_name(doc), name);
    assert_memory_equal(json_bytes(doc, &len), "{\"a\":\n [1, 2 ]}", 15);
    assert_int_equal(len, 15);
    json_free(doc);

    f = fopen(name, "wb");
    assert_non_null(f);
    assert_int_equal(fseek(f, JSON_MAX_BYTES, SEEK_SET), 0);
    fputc(' ', f);
    fclose(f);
    assert_null(json_load(name, &d));
    assert_non_null(strstr(d.message, "too large"));
    assert_int_equal(d.line, 0);
    remove(name);

    assert_null(json_load(name, &d));
    diag_format(&d, text, sizeof text);
    assert_string_equal(text + strlen(name), ": cannot open: No such file or directory");
    assert_null(json_load("/", &d));
    assert_non_null(strstr(d.message, "cannot read"));
}

/* ---- Diagnoses of loaders ---- */

static void check_diag(const struct diag *d, const char *expected)
{
    char text[DIAG_TEXT_MAX];
    diag_format(d, text, sizeof text);
    assert_string_equal(text, expected);
}

static void test_want(void **state)
{
    struct json_doc *doc =
        parse("{\"s\": \"20ms\", \"n\": 70000,\n \"t\": true, \"o\": {}, \"z\": null, \"f\": 0.25}");
    const struct json_value *root = json_root(doc);
    static const char *const kinds[] = {"drop", "delay", "corrupt"};
    struct diag d = {0};
    const char *s = NULL;
    int64_t n = 3;
    bool b = false;
    (void)state;

    assert_true(json_want_string(json_get(root, "s"), &s, &d));
    assert_string_equal(s, "20ms");
    assert_false(json_want_string(json_get(root, "n"), &s, &d));
    check_diag(&d, "t.json:1:20: expected a string, found a number 70000 (at /n)");
    assert_false(json_want_int(json_get(root, "n"), 0, 65535, &n, &d));
    check_diag(&d, "t.json:1:20: expected an integer from 0 to 65535, found a number 70000 (at /n)");
    assert_int_equal(n, 3);
    assert_false(json_want_int(json_get(root, "t"), 1, INT64_MAX, &n, &d));
    check_diag(&d, "t.json:2:7: expected an integer of at least 1, found true (at /t)");
    assert_false(json_want_int(json_get(root, "f"), INT64_MIN, INT64_MAX, &n, &d));
    check_diag(&d, "t.json:2:38: expected an integer, found a number 0.25 (at /f)");
    assert_false(json_want_bool(json_get(root, "s"), &b, &d));
    check_diag(&d, "t.json:1:7: expected true or false, found a string \"20ms\" (at /s)");
    assert_true(json_want_bool(json_get(root, "t"), &b, &d) && b);
    assert_false(json_want(json_get(root, "o"), JSON_ARRAY, &d));
    check_diag(&d, "t.json:2:18: expected an array, found an object (at /o)");
    assert_false(json_want(json_get(root, "z"), JSON_OBJECT, &d));
    check_diag(&d, "t.json:2:27: expected an object, found null (at /z)");
    assert_null(json_need(root, "hosts", &d));
    check_diag(&d, "t.json:1:1: the key \"hosts\" is missing");
    assert_null(json_need(json_get(root, "s"), "x", &d));
    assert_non_null(json_need(root, "o", &d));
    assert_int_equal(json_want_name(json_get(root, "s"), kinds, 3, &d), -1);
    check_diag(&d, "t.json:1:7: unknown name \"20ms\"; expected \"drop\", \"delay\" or \"corrupt\" (at /s)");
    assert_false(json_want(json_get(root, "z"), JSON_OBJECT, NULL));
    json_free(doc);
}

static void test_unknown_key(void **state)
{
    static const char *const known[] = {"name", "delay", "processing_delay", "loss"};
    struct json_doc *doc = parse("{\"name\": 1, \"sub\": {\"name\":1, \"delya\": 2}, \"x\\ny\": 3}");
    const struct json_value *root = json_root(doc);
    struct diag d = {0};
    (void)state;

    assert_true(json_unknown_key(&d, json_get(root, "sub"), known, 4));
    check_diag(&d, "t.json:1:31: unknown key \"delya\"; did you mean \"delay\"? (at /sub/delya)");
    assert_true(json_unknown_key(&d, root, known, 4));
    check_diag(
        &d,
        "t.json:1:13: unknown key \"sub\"; expected \"name\", \"delay\", \"processing_delay\" or \"loss\" "
        "(at /sub)");
    assert_true(json_unknown_key(NULL, root, known, 0));
    assert_true(json_unknown_key(&d, root, known, 0));
    check_diag(&d, "t.json:1:2: unknown key \"name\"; expected none (at /name)");
    assert_false(json_unknown_key(&d, json_get(root, "name"), known, 4));
    static const char *const more[] = {"name", "sub"};
    assert_true(json_unknown_key(&d, root, more, 2));
    check_diag(&d, "t.json:1:44: unknown key \"x\\ny\"; expected \"name\" or \"sub\" (at /x\\ny)");

    const char *many[60];
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = "a_rather_long_key_name";
    assert_true(json_unknown_key(&d, root, many, ARRAY_LEN(many)));
    assert_non_null(strstr(d.message, " and 49 more"));
    json_free(doc);
}

static void test_nearest(void **state)
{
    static const char *const names[] = {"delay",          "rate",  "loss", "processing_delay", "seed", "at",
                                        "four-way-close", "hosts", "host"};
    static const struct {
        const char *word, *nearest;
    } row[] = {
        {"delya", "delay"},
        {"Delay", "delay"},
        {"dealy", "delay"},
        {"dleay", "delay"},
        {"delays", "delay"},
        {"rat", "rate"},
        {"sead", "seed"},
        {"processingDelay", "processing_delay"},
        {"processing-delay", "processing_delay"},
        {"four_way_close", "four-way-close"},
        {"foru-way-close", "four-way-close"},
        {"hots", "hosts"},
        {"AT", "at"},
        {"ab", NULL},
        {"", NULL},
        {"jitter", NULL},
        {"speed", "seed"},
        {"los", "loss"},
        {"lsos", "loss"},
        {"zzzz", NULL},
        {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const char *got = json_nearest(row[i].word, names, ARRAY_LEN(names));
        const char *want = row[i].nearest;
        if (got != want && (!got || !want || strcmp(got, want) != 0))
            fail_msg("%s: expected %s, got %s", row[i].word, want ? want : "none", got ? got : "none");
    }
}

/* ---- --set ---- */

static const char set_base[] =
    "{\"seed\": 1, \"hosts\": [{\"name\": \"a\"}, {}], \"a/b\": {\"~\": 0}, \"none\": []}";

static void test_set(void **state)
{
    static const struct {
        const char *argument, *result;
    } row[] = {
        {"/seed=7", "{\"seed\":7,\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/seed=20ms", "{\"seed\":\"20ms\",\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/seed=", "{\"seed\":\"\",\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/seed=a=b", "{\"seed\":\"a=b\",\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/seed=1e999", "{\"seed\":\"1e999\",\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/Seed=2", "{\"seed\":1,\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0},\"none\":[],\"Seed\":2}"},
        {"/=null", "{\"seed\":1,\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0},\"none\":[],\"\":null}"},
        {"/hosts/0/name=\"b\"", "{\"seed\":1,\"hosts\":[{\"name\":\"b\"},{}],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/hosts/1/tcp={\"mss\":[1,{}]}", "{\"seed\":1,\"hosts\":[{\"name\":\"a\"},{\"tcp\":{\"mss\":[1,{}]}}"
                                          "],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/hosts/1=[]", "{\"seed\":1,\"hosts\":[{\"name\":\"a\"},[]],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/hosts/-=x", "{\"seed\":1,\"hosts\":[{\"name\":\"a\"},{},\"x\"],\"a/b\":{\"~\":0},\"none\":[]}"},
        {"/none/-=true", "{\"seed\":1,\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0},\"none\":[true]}"},
        {"/a~1b/~0=5", "{\"seed\":1,\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":5},\"none\":[]}"},
        {"/a~1b/-=5", "{\"seed\":1,\"hosts\":[{\"name\":\"a\"},{}],\"a/b\":{\"~\":0,\"-\":5},\"none\":[]}"},
        {"=[1]", "[1]"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct json_doc *doc = parse(set_base);
        struct diag d = {0};
        struct sbuf b = SBUF_INIT;
        if (!json_set_argument(doc, row[i].argument, &d))
            fail_msg("%s: %s", row[i].argument, d.message);
        json_put_value(&b, json_root(doc));
        assert_string_equal(sbuf_str(&b), row[i].result);
        sbuf_free(&b);
        json_free(doc);
    }
}

static void test_set_refused(void **state)
{
    static const struct {
        const char *argument, *says;
    } row[] = {
        {"seed", "--set:1:1: expected POINTER=VALUE, found \"seed\""},
        {"seed=7", "--set:1:1: expected POINTER=VALUE with a pointer that starts with \"/\", found \"seed\""},
        {"/host/0=7", "--set:1:2: there is no member \"host\"; did you mean \"hosts\"? (at /host/0)"},
        {"/xyz/0=7", "--set:1:2: there is no member \"xyz\" (at /xyz/0)"},
        {"/hosts/2=7",
         "--set:1:8: the array has no element \"2\"; expected 0 to 1, or \"-\" to append one (at /hosts/2)"},
        {"/hosts/00=7", "--set:1:8: the array has no element \"00\"; expected 0 to 1, or \"-\" to append one "
                        "(at /hosts/00)"},
        {"/hosts/-/x=7", "--set:1:8: the array has no element \"-\"; expected 0 to 1, or \"-\" to append one "
                         "(at /hosts/-/x)"},
        {"/none/0=7", "--set:1:7: the array has no element \"0\"; expected \"-\" to append one (at /none/0)"},
        {"/seed/x=7",
         "--set:1:7: there is no \"x\" in a number; expected an array or an object (at /seed/x)"},
        {"/a~2=7", "--set:1:2: expected ~0 (for \"~\") or ~1 (for \"/\") after \"~\" (at /a~2)"},
        {"/a~=7", "--set:1:2: expected ~0 (for \"~\") or ~1 (for \"/\") after \"~\" (at /a~)"},
        {"/\xe6\x8f\xa1/b=7", "--set:1:2: there is no member \"\xe6\x8f\xa1\" (at /\xe6\x8f\xa1/b)"},
        {"/seed=\xff", "--set:1:2: the value is not valid UTF-8 (at /seed)"},
        {"/\xff=1", "--set:1:1: the pointer is not valid UTF-8 (at /\\xff)"},
    };
    (void)state;
    struct json_doc *doc = parse(set_base);
    struct sbuf before = SBUF_INIT, after = SBUF_INIT;
    json_put_value(&before, json_root(doc));
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct diag d = {0};
        assert_false(json_set_argument(doc, row[i].argument, &d));
        check_diag(&d, row[i].says);
        assert_false(json_set_argument(doc, row[i].argument, NULL));
    }
    json_put_value(&after, json_root(doc));
    assert_string_equal(sbuf_str(&before), sbuf_str(&after));
    sbuf_free(&before);
    sbuf_free(&after);
    json_free(doc);
}

/* Values set are diagnosed as such, can be set again, and what hangs below them too. */
static void test_set_positions(void **state)
{
    struct json_doc *doc = parse(set_base);
    struct diag d = {0};
    const char *s;
    (void)state;

    assert_true(json_set_argument(doc, "/hosts/-={\"\xe6\x8f\xa1\": {\"q\": 1}}", &d));
    const struct json_value *q = json_find(doc, "/hosts/2/\xe6\x8f\xa1/q");
    assert_non_null(q);
    assert_string_equal(json_source(q), "--set");
    assert_false(json_want_string(q, &s, &d));
    check_diag(&d, "--set:1:22: expected a string, found a number 1 (at /hosts/2/\xe6\x8f\xa1/q)");
    assert_true(json_unknown_key(&d, json_find(doc, "/hosts/2"), NULL, 0));
    check_diag(&d, "--set:1:11: unknown key \"\xe6\x8f\xa1\"; expected none (at /hosts/2/\xe6\x8f\xa1)");

    assert_true(json_set(doc, "/hosts/2/\xe6\x8f\xa1/q", "[[]]", &d));
    assert_true(json_set(doc, "/hosts/2/\xe6\x8f\xa1/q/0/-", "deep", &d));
    assert_string_equal(json_string(json_find(doc, "/hosts/2/\xe6\x8f\xa1/q/0/0")), "deep");
    assert_true(json_set(doc, "/hosts/2", "0", &d));
    assert_true(json_set(doc, "/hosts/0/nmae", "z", &d));
    static const char *const known[] = {"name"};
    assert_true(json_unknown_key(&d, json_find(doc, "/hosts/0"), known, 1));
    check_diag(&d, "--set:1:10: unknown key \"nmae\"; did you mean \"name\"? (at /hosts/0/nmae)");
    assert_true(json_set(doc, "", "{\"a\": 5}", &d));
    assert_true(json_set(doc, "/a", "6", &d));
    int64_t n = 0;
    assert_true(json_int(json_find(doc, "/a"), &n) && n == 6);
    assert_string_equal(json_source(json_root(doc)), "--set");
    assert_string_equal(json_name(doc), "t.json");
    json_free(doc);
}

/* ---- Writing ---- */

static void test_put_string(void **state)
{
    static const struct {
        struct text in;
        const char *out;
    } row[] = {
        {T(""), "\"\""},
        {T("plain"), "\"plain\""},
        {T("\"\\/\n\t\r\b\f\x1f\x7f"), "\"\\\"\\\\/\\n\\t\\r\\u0008\\u000c\\u001f\x7f\""},
        {T("\xe4\xb8\x89\xf0\x9f\x98\x80"), "\"\xe4\xb8\x89\xf0\x9f\x98\x80\""},
        {T("a\xff"
           "b\xc0\xaf"),
         "\"a\xef\xbf\xbd"
         "b\xef\xbf\xbd\xef\xbf\xbd\""},
        {T("\xe4\xb8"), "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {T("a\0b"), "\"a\\u0000b\""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct sbuf b = SBUF_INIT;
        json_put_string_n(&b, row[i].in.s, row[i].in.len);
        assert_string_equal(sbuf_str(&b), row[i].out);
        sbuf_free(&b);
    }
}

static void test_print_string(void **state)
{
    FILE *f = tmpfile();
    char got[16] = "";
    (void)state;
    assert_non_null(f);
    json_print_string(f, "a\n");
    rewind(f);
    assert_int_equal(fread(got, 1, sizeof got, f), 5);
    assert_string_equal(got, "\"a\\n\"");
    fclose(f);
}

/* A decimal comma of the user's locale must not leak in or out. */
static void test_locale(void **state)
{
    static const char *const comma[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "nl_NL.UTF-8"};
    struct sbuf b = SBUF_INIT;
    double x = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(comma) && !setlocale(LC_NUMERIC, comma[i]); i++)
        continue; /* where none is installed, this is the C locale's test */
    struct json_doc *doc = parse("[0.25,1e-300,123.456e78]");
    assert_true(json_real(json_at(json_root(doc), 0), &x) && x > 0.2 && x < 0.3);
    json_put_value(&b, json_root(doc));
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(sbuf_str(&b), "[0.25,1e-300,1.23456e+80]");
    sbuf_free(&b);
    json_free(doc);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_duplicates),  cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_depth),       cmocka_unit_test(test_size),
        cmocka_unit_test(test_access),      cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_lines),       cmocka_unit_test(test_load),
        cmocka_unit_test(test_want),        cmocka_unit_test(test_unknown_key),
        cmocka_unit_test(test_nearest),     cmocka_unit_test(test_set),
        cmocka_unit_test(test_set_refused), cmocka_unit_test(test_set_positions),
        cmocka_unit_test(test_put_string),  cmocka_unit_test(test_print_string),
        cmocka_unit_test(test_locale),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
