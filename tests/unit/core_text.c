/* The text tools of sim/core: sbuf, diag, utf8. */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"
#include "sim/core/diag.h"
#include "sim/core/sbuf.h"
#include "sim/core/utf8.h"

static void test_sbuf(void **state)
{
    struct sbuf b;
    (void)state;
    sbuf_init(&b);
    assert_string_equal(sbuf_str(&b), "");
    sbuf_put(&b, NULL, 0);
    static const int64_t numbers[] = {0, 9, 10, 99, 100, -1, 1234567, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        char expected[32];
        sbuf_clear(&b);
        sbuf_i64(&b, numbers[i]);
        snprintf(expected, sizeof expected, "%lld", (long long)numbers[i]);
        assert_string_equal(sbuf_str(&b), expected);
    }
    sbuf_clear(&b);
    sbuf_u64(&b, UINT64_MAX);
    sbuf_putc(&b, ' ');
    sbuf_hex(&b, 0xbeef, 2);
    sbuf_hex(&b, 10, 4);
    sbuf_hex(&b, UINT64_MAX, 1);
    sbuf_fill(&b, '-', 3);
    sbuf_printf(&b, "%s|%d", "x", 5);
    assert_string_equal(sbuf_str(&b), "18446744073709551615 beef000affffffffffffffff---x|5");

    sbuf_clear(&b);
    for (int i = 0; i < 1000; i++)
        sbuf_printf(&b, "%0*d", 100, i);
    assert_int_equal(b.len, 100000);
    sbuf_clear(&b);
    sbuf_printf(&b, "%5000s", "x"); /* longer than the room at hand */
    assert_int_equal(b.len, 5000);
    char *s = sbuf_detach(&b);
    assert_int_equal(strlen(s), 5000);
    assert_true(b.len == 0 && !b.s);
    free(s);

    FILE *f = tmpfile();
    assert_non_null(f);
    sbuf_lit(&b, "abc");
    assert_int_equal(sbuf_flush(&b, f), 0);
    assert_int_equal(b.len, 0);
    sbuf_lit(&b, "defg");
    assert_int_equal(sbuf_flush(&b, f), 0);
    rewind(f);
    char got[16] = "";
    assert_int_equal(fread(got, 1, sizeof got, f), 7);
    assert_string_equal(got, "abcdefg");
    fclose(f);
    sbuf_free(&b);
}

static void check_diag(const struct diag *d, const char *expected)
{
    char text[DIAG_TEXT_MAX];
    diag_format(d, text, sizeof text);
    assert_string_equal(text, expected);
}

static void test_diag(void **state)
{
    struct diag d = {0};
    char text[DIAG_TEXT_MAX], small[12];
    (void)state;

    assert_false(diag_is_set(&d));
    assert_false(diag_set(&d, NULL, 0, 0, "bare"));
    check_diag(&d, "bare");
    assert_true(diag_is_set(&d));
    diag_set(&d, "f", 0, 0, "whole file");
    check_diag(&d, "f: whole file");
    diag_set(&d, "f", 3, 0, "line");
    check_diag(&d, "f:3: line");
    diag_set(&d, "a\nb\x1b[31m\xff\xc2\x9b", 3, 4, "x\ty\x7f\xe2\x80\xa8%d", 5);
    diag_set_pointer(&d, "/p\r");
    check_diag(&d, "a\\nb\\u001b[31m\\xff\\u009b:3:4: x\\ty\\u007f\\u20285 (at /p\\u000d)");
    diag_set(&d, d.path, 1, 1, "was: %s", d.message); /* arguments may point into it */
    assert_string_equal(d.message, "was: x\ty\x7f\xe2\x80\xa8"
                                   "5");
    assert_string_equal(d.pointer, "");
    size_t len = diag_format(&d, small, sizeof small);
    assert_int_equal(len, strlen(small));
    assert_false(diag_set(NULL, "f", 1, 1, "nobody asks"));
    diag_set_pointer(NULL, "/x");

    struct sbuf b = SBUF_INIT;
    sbuf_putc(&b, 'a');
    for (int i = 0; i < 2000; i++)
        sbuf_lit(&b, "\xe4\xb8\x89");
    diag_set(&d, sbuf_str(&b), 1, 1, "%s", sbuf_str(&b));
    diag_set_pointer(&d, sbuf_str(&b));
    const char *part[] = {d.path, d.message, d.pointer};
    static const size_t size[] = {DIAG_PATH_MAX, DIAG_MESSAGE_MAX, DIAG_POINTER_MAX};
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(part[i]);
        assert_true(n < size[i] && n > size[i] - 5);
        assert_int_equal(utf8_valid_prefix(part[i], n), n);
    }
    assert_memory_equal(d.path, "...\xe4", 4);
    assert_string_equal(d.message + strlen(d.message) - 4, "\x89...");
    diag_format(&d, text, sizeof text);
    assert_int_equal(utf8_valid_prefix(text, strlen(text)), strlen(text));
    sbuf_free(&b);

    /* The most that formatting can make of anything fits. */
    memset(d.path, 1, sizeof d.path - 1);
    memset(d.message, 1, sizeof d.message - 1);
    memset(d.pointer, 1, sizeof d.pointer - 1);
    assert_true(diag_format(&d, text, sizeof text) < sizeof text - 1);
    assert_int_equal(text[strlen(text) - 1], ')');
}

static void test_utf8(void **state)
{
    uint32_t cp = 0;
    (void)state;
    assert_int_equal(utf8_decode("\xf0\x9f\x98\x80", 4, &cp), 4);
    assert_int_equal(cp, 0x1f600);
    assert_int_equal(utf8_decode("\xe4\xb8\x89", 3, &cp), 3);
    assert_int_equal(cp, 0x4e09);
    assert_int_equal(utf8_decode("\xc3\xa9", 2, &cp), 2);
    assert_int_equal(cp, 0xe9);
    assert_int_equal(utf8_decode("", 1, &cp), 1);
    assert_int_equal(cp, 0);
    assert_int_equal(utf8_decode("\xe4\xb8\x89", 2, &cp), 0);
    assert_int_equal(utf8_length("a\xe4\xb8\x89\xff\xe4\xb8", 7), 5);
    assert_int_equal(utf8_valid_prefix("a\xe4\xb8\x89\xff"
                                       "b",
                                       6),
                     4);
    assert_int_equal(utf8_cut("a\xe4\xb8\x89", 4), 4);
    assert_int_equal(utf8_cut("a\xe4\xb8\x89", 3), 1);
    assert_int_equal(utf8_cut("a\xe4\xb8\x89", 1), 1);
    assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 5), 5);

    /* All that can be encoded, and nothing else among two and three byte sequences, is taken. */
    size_t taken = 0;
    for (unsigned v = 0; v < 0x1000000; v++) {
        char s[3] = {(char)(v >> 16), (char)(v >> 8), (char)v};
        if ((unsigned char)s[0] < 0xc0)
            v |= 0xffff; /* no lead byte */
        else
            taken += utf8_decode(s, 3, NULL) == 3;
    }
    assert_int_equal(taken, 0x10000 - 0x800 - 0x800);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sbuf),
        cmocka_unit_test(test_diag),
        cmocka_unit_test(test_utf8),
    };
    return cmocka_run_group_tests_name("core_text", tests, NULL, NULL);
}
