/* Addresses: strict parsing, RFC 5952 text, and what kind of address one is. */
#include "models/wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct {
    const char *text, *shown; /* shown NULL: the same */
} good[] = {
    {"0.0.0.0", NULL},
    {"10.0.0.1", NULL},
    {"192.168.100.255", NULL},
    {"255.255.255.255", NULL},
    {"::", NULL},
    {"::1", NULL},
    {"1::", NULL},
    {"2001:db8::1", NULL},
    {"2001:DB8::1", "2001:db8::1"},
    {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
    {"2001:db8:0:1:1:1:1:1", NULL},                  /* one zero group is not shortened */
    {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* though it may be written so */
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},         /* the longest run */
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},   /* the first of two */
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"1:0:0:0:0:0:0:0", "1::"},
    {"fe80::0123:0045", "fe80::123:45"},
    {"::ffff:10.1.2.3", NULL},
    {"::ffff:a01:203", "::ffff:10.1.2.3"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
};

static const char *const bad[] = {
    "",
    " ",
    ".",
    ":",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.4.",
    ".1.2.3.4",
    "1..2.3",
    "1.2.3.256",
    "1.2.3.1000",
    "01.2.3.4",
    "1.2.3.04",
    "00.0.0.0",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.-4",
    "1.2.3.+4",
    "1.2.3.0x4",
    "a.b.c.d",
    "1.2.3.4/24",
    "1.2.3.99999999999999999999",
    ":::",
    "::1::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8:",
    ":1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "00001::",
    "g::",
    "fe80::1%eth0",
    "2001:db8::/32",
    "[::1]",
    "::1.2.3",
    "::1.2.3.4.5",
    "::1.2.3.4:1",
    "1.2.3.4::",
    "::01.2.3.4",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:1.2.3.4",
    "::-1",
    "1: :2",
    "1:",
    ":1",
};

static void text_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct ip_addr a, b;
        char out[IP_TEXT_MAX];

        if (!ip_parse(good[i].text, &a))
            fail_msg("%s is refused", good[i].text);
        ip_format(&a, out);
        assert_string_equal(out, good[i].shown ? good[i].shown : good[i].text);
        assert_true(ip_parse(out, &b));
        assert_true(ip_equal(&a, &b));
    }
}

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct ip_addr a = {.family = 4, .b = {9, 8, 7, 6}}, before = a;

        if (ip_parse(bad[i], &a))
            fail_msg("'%s' is taken for an address", bad[i]);
        assert_memory_equal(&a, &before, sizeof a);
    }
}

/* Every way in which zero groups can stand in an address: the text is at most IP_TEXT_MAX and parses to the
 * same. */
static void every_run_of_zeros(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 256; mask++) {
        struct ip_addr a = {.family = 6}, b;
        char out[IP_TEXT_MAX];

        for (unsigned i = 0; i < 8; i++)
            if (mask >> i & 1u) {
                a.b[2 * i] = 0xab;
                a.b[2 * i + 1] = (uint8_t)i;
            }
        ip_format(&a, out);
        assert_true(ip_parse(out, &b));
        assert_true(ip_equal(&a, &b));
    }
}

static void kinds(void **state)
{
    static const struct {
        const char *text;
        bool multicast, broadcast, unspecified;
    } row[] = {
        {"10.0.0.1", false, false, false},   {"224.0.0.1", true, false, false},
        {"239.255.1.2", true, false, false}, {"223.255.255.254", false, false, false},
        {"240.0.0.1", false, false, false},  {"10.0.0.255", false, true, false},
        {"0.0.0.0", false, false, true},     {"0.0.0.1", false, false, false},
        {"::", false, false, true},          {"::1", false, false, false},
        {"ff02::1", true, false, false},     {"fe80::ff", false, false, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct ip_addr a;

        assert_true(ip_parse(row[i].text, &a));
        assert_int_equal(ip_is_multicast(&a), row[i].multicast);
        assert_int_equal(ip_is_broadcast(&a), row[i].broadcast);
        assert_int_equal(ip_is_unspecified(&a), row[i].unspecified);
    }
}

static void equality(void **state)
{
    struct ip_addr a = {.family = 4, .b = {1, 2, 3, 4, 99}}, b = {.family = 4, .b = {1, 2, 3, 4}}, c = b;

    (void)state;
    assert_true(ip_equal(&a, &b)); /* bytes beyond the four mean nothing */
    c.family = 6;
    assert_false(ip_equal(&b, &c));
    b.b[3] = 5;
    assert_false(ip_equal(&a, &b));
}

static void control_bits(void **state)
{
    static const char *const wrong[] = {"SYN,",   ",SYN", "SYN,,ACK", "SYN,SYN", "syn",      "SYN ACK",
                                        "SYNACK", "XYZ",  ",",        "SY",      "SYN, ACK", "none"};
    char out[40];
    uint8_t ctl;

    (void)state;
    for (unsigned bits = 0; bits < 256; bits++) {
        ctl_format((uint8_t)bits, out);
        assert_true(strlen(out) < sizeof out);
        assert_true(ctl_parse(out, &ctl));
        assert_int_equal(ctl, bits);
    }
    ctl_format(TCP_SYN | TCP_ACK, out);
    assert_string_equal(out, "SYN,ACK");
    ctl_format(TCP_ACK | TCP_FIN | TCP_PSH, out);
    assert_string_equal(out, "FIN,PSH,ACK");
    ctl_format(0, out);
    assert_string_equal(out, "");
    assert_true(ctl_parse("ACK,SYN", &ctl));
    assert_int_equal(ctl, TCP_SYN | TCP_ACK);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_false(ctl_parse(wrong[i], &ctl));
}

static void sequence_numbers(void **state)
{
    (void)state;
    assert_int_equal(seq_add(seq(0xfffffff0u), 0x20).v, 0x10);
    assert_int_equal(seq_diff(seq(5), seq(0xfffffffbu)), 10);
    assert_int_equal(seq_diff(seq(0xfffffffbu), seq(5)), -10);
    assert_true(seq_lt(seq(0xffffffffu), seq(0)));
    assert_false(seq_lt(seq(7), seq(7)));
    assert_true(seq_le(seq(7), seq(7)));
    assert_true(seq_gt(seq(0), seq(0x80000001u)));
    assert_true(seq_ge(seq(0), seq(0xffffffffu)));
    assert_int_equal(seq_max(seq(0xffffffffu), seq(3)).v, 3);
    assert_int_equal(seq_min(seq(0xffffffffu), seq(3)).v, 0xffffffffu);
    assert_true(seq_in(seq(1), seq(0xfffffffeu), 4));
    assert_false(seq_in(seq(2), seq(0xfffffffeu), 4));
    assert_false(seq_in(seq(9), seq(9), 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_back),      cmocka_unit_test(refused),
        cmocka_unit_test(every_run_of_zeros), cmocka_unit_test(kinds),
        cmocka_unit_test(equality),           cmocka_unit_test(control_bits),
        cmocka_unit_test(sequence_numbers),
    };

    return cmocka_run_group_tests_name("wire_address", tests, NULL, NULL);
}
