/* sim/lesson/units: quantities come out exactly or not at all. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/lesson/units.h"

struct row {
    const char *text;
    int64_t value; /* -1: refused */
};

static int64_t time_of(const char *s)
{
    vtime t;

    return units_time(s, &t) ? -1 : t;
}
static int64_t rate_of(const char *s)
{
    uint64_t v;

    return units_rate(s, &v) ? -1 : (int64_t)v;
}
static int64_t size_of(const char *s)
{
    uint64_t v;

    return units_size(s, &v) ? -1 : (int64_t)v;
}
static int64_t share_of(const char *s)
{
    uint32_t v;

    return units_share(s, &v) ? -1 : (int64_t)v;
}
static int64_t packets_of(const char *s)
{
    uint32_t v;

    return units_packets(s, &v) ? -1 : (int64_t)v;
}

static void check(int64_t (*read)(const char *s), const struct row *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (read(row[i].text) != row[i].value)
            fail_msg("\"%s\": expected %lld, found %lld", row[i].text ? row[i].text : "(null)",
                     (long long)row[i].value, (long long)read(row[i].text));
    }
}

static void times(void **state)
{
    static const struct row rows[] = {
        {"0s", 0},
        {"1ns", 1},
        {"20ms", 20000000},
        {"1.5s", 1500000000},
        {"2min", 120000000000},
        {"1h", 3600000000000},
        {"100us", 100000},
        {"20 ms", 20000000},
        {"0.000000001s", 1},
        {"0.1us", 100},
        {"0.25h", 900000000000},
        {"0.0000000000000000000000s", 0},
        {"1.50000000000000000000000000s", 1500000000},
        {"9007199254740991ns", VTIME_MAX},
        {"9007199.254740991s", VTIME_MAX},
        {"0.1ns", -1},
        {"0.0000000001s", -1},
        {"9007199254740992ns", -1},
        {"99999999999999999999999999ns", -1},
        {"2502h", -1},
        {"20", -1},
        {"ms", -1},
        {"", -1},
        {NULL, -1},
        {"-1s", -1},
        {"+1s", -1},
        {"01s", -1},
        {"1.s", -1},
        {".5s", -1},
        {"1e3s", -1},
        {"1 s ", -1},
        {" 1s", -1},
        {"1  s", -1},
        {"1S", -1},
        {"1sec", -1},
        {"1,5s", -1},
        {"0.123456789012345678901s", -1},
        {"1m", -1},
        {"1\ts", -1},
    };

    (void)state;
    check(time_of, rows, ARRAY_LEN(rows));
}

static void others(void **state)
{
    static const struct row rates[] = {
        {"10Mbit/s", 10000000}, {"1Gbit/s", 1000000000},
        {"64kbit/s", 64000},    {"1bit/s", 1},
        {"1.5kbit/s", 1500},    {"1000Tbit/s", INT64_C(1000000000000000)},
        {"1001Tbit/s", -1},     {"0bit/s", -1},
        {"0.0Mbit/s", -1},      {"1.5bit/s", -1},
        {"10Mbps", -1},         {"10Mb/s", -1},
        {"10MBit/s", -1},       {"10", -1},
    };
    static const struct row sizes[] = {
        {"64kB", 64000}, {"64KiB", 65536},     {"0B", 0},        {"1.5kB", 1500},
        {"0.5KiB", 512}, {"1GiB", 1073741824}, {"1MB", 1000000}, {"1.0001kB", -1},
        {"64", -1},      {"64KB", -1},         {"64 kB", 64000}, {"2000000GiB", -1},
    };
    static const struct row shares[] = {
        {"0.5%", 5000}, {"100ppm", 100},  {"0%", 0},         {"100%", 1000000},
        {"0.0001%", 1}, {"0.00001%", -1}, {"100.0001%", -1}, {"1000001ppm", -1},
        {"0.5ppm", -1}, {"0.5", -1},      {"50 %", 500000},  {"-1%", -1},
    };
    static const struct row packets[] = {
        {"100 packets", 100}, {"1 packet", 1},    {"1packet", 1}, {"0 packets", -1},
        {"0.5 packets", -1},  {"2.0 packets", 2}, {"100", -1},    {"100 frames", -1},
    };

    (void)state;
    check(rate_of, rates, ARRAY_LEN(rates));
    check(size_of, sizes, ARRAY_LEN(sizes));
    check(share_of, shares, ARRAY_LEN(shares));
    check(packets_of, packets, ARRAY_LEN(packets));
}

/* What is written reads back as the same. */
static void written(void **state)
{
    static const struct {
        vtime t;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {1, "1ns"},
        {999, "999ns"},
        {1000, "1us"},
        {1500, "1.5us"},
        {20000000, "20ms"},
        {1250134400, "1.2501344s"},
        {3600000000000, "3600s"},
        {1000000001, "1.000000001s"},
        {VTIME_MAX, "9007199.254740991s"},
        {499999999, "499.999999ms"},
    };
    char text[UNITS_TIME_MAX];
    uint64_t x = 88172645463325252;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        units_format_time(rows[i].t, text);
        assert_string_equal(text, rows[i].text);
    }
    for (int i = 0; i < 100000; i++) {
        vtime t;

        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        t = (vtime)(x & (uint64_t)VTIME_MAX) >> (x >> 59);
        units_format_time(t, text);
        assert_int_equal(time_of(text), t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(others),
        cmocka_unit_test(written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
