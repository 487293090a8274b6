/* TCP options: usual order, odd order, misaligned, unknown, cut off, with illegal lengths. */
#include "models/wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define BYTES(...) {__VA_ARGS__}, (uint32_t)sizeof((const uint8_t[]){__VA_ARGS__})

/* Options that are read, with what they say. */
static const struct {
    const char *name;
    uint8_t opt[SEG_OPT_MAX];
    uint32_t n;
    uint8_t opts, ws, n_sack;
    uint16_t mss;
    uint32_t tsval, tsecr;
} row[] = {
    {"nothing but padding", BYTES(0, 0, 0, 0), 0, 0, 0, 0, 0, 0},
    {"NOPs only", BYTES(1, 1, 1, 1), 0, 0, 0, 0, 0, 0},
    {"MSS", BYTES(2, 4, 5, 0xb4), SEG_MSS, 0, 0, 1460, 0, 0},
    {"MSS on an odd boundary", BYTES(1, 2, 4, 5, 0xb4, 0, 0, 0), SEG_MSS, 0, 0, 1460, 0, 0},
    {"WS without NOP", BYTES(3, 3, 14, 0), SEG_WS, 14, 0, 0, 0, 0},
    {"WS above 14 stands as it came", BYTES(3, 3, 200, 0), SEG_WS, 200, 0, 0, 0, 0},
    {"TS on an odd boundary", BYTES(1, 8, 10, 0x80, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0), SEG_TS, 0, 0, 0,
     0x80000001u, 0xffffffffu},
    {"TS before everything", BYTES(8, 10, 0, 0, 0, 5, 0, 0, 0, 6, 4, 2, 2, 4, 1, 0, 3, 3, 2, 1),
     SEG_TS | SEG_SACK_PERM | SEG_MSS | SEG_WS, 2, 0, 256, 5, 6},
    {"EOL, then what looks like an MSS", BYTES(3, 3, 1, 0, 2, 4, 5, 0xb4), SEG_WS, 1, 0, 0, 0, 0},
    {"EOL, then garbage", BYTES(0, 8, 0, 0xff, 2, 99, 3, 1), 0, 0, 0, 0, 0, 0},
    {"unknown option skipped", BYTES(253, 6, 2, 4, 9, 9, 2, 4, 2, 0x18, 1, 0), SEG_MSS, 0, 0, 536, 0, 0},
    {"unknown option of length 2", BYTES(99, 2, 4, 2), SEG_SACK_PERM, 0, 0, 0, 0, 0},
    {"unknown option up to the end", BYTES(99, 4, 0, 0), 0, 0, 0, 0, 0, 0},
    {"of two MSS the last", BYTES(2, 4, 0, 1, 2, 4, 0, 2), SEG_MSS, 0, 0, 2, 0, 0},
    {"one SACK block", BYTES(5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1), SEG_SACK, 0, 1, 0, 0, 0},
    {"MSS of 0", BYTES(2, 4, 0, 0), SEG_MSS, 0, 0, 0, 0, 0},
    {"length 0", BYTES(2, 4, 1, 0, 8, 0, 0, 0), SEG_MSS | SEG_BAD_OPT, 0, 0, 256, 0, 0},
    {"length 1", BYTES(3, 1, 7, 0), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"unknown with length 0", BYTES(77, 0, 0, 0), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"unknown with length 1", BYTES(77, 1, 3, 3, 3, 0, 0, 0), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"one byte beyond the end", BYTES(77, 5, 0, 0), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"far beyond the end", BYTES(2, 255, 5, 0xb4), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"kind without a length at the end", BYTES(3, 3, 7, 2), SEG_WS | SEG_BAD_OPT, 7, 0, 0, 0, 0},
    {"MSS of length 3", BYTES(2, 3, 5, 0), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"MSS of length 5", BYTES(2, 5, 5, 1, 1, 3, 3, 1), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"MSS cut off", BYTES(1, 2, 4, 5), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"WS of length 2", BYTES(3, 2, 1, 1), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"SACK-permitted of length 3", BYTES(4, 3, 0, 0), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"TS of length 9", BYTES(8, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"SACK without a block", BYTES(5, 2, 1, 1), SEG_BAD_OPT, 0, 0, 0, 0, 0},
    {"SACK with half a block", BYTES(5, 6, 0, 0, 0, 1, 1, 1), SEG_BAD_OPT, 0, 0, 0, 0, 0},
};

static void read_as_they_come(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct segment s = {0}, want = {.opts = row[i].opts,
                                        .ws = row[i].ws,
                                        .mss = row[i].mss,
                                        .tsval = row[i].tsval,
                                        .tsecr = row[i].tsecr};
        struct seg_ext ext = {0};

        wire_get_options(row[i].opt, row[i].n, &s, &ext);
        if (memcmp(&s, &want, sizeof s) != 0 || ext.n_sack != row[i].n_sack)
            fail_msg("%s", row[i].name);
    }
}

/* A segment with these options, decoded and encoded again, is the same bytes. */
static void come_back(void **state)
{
    struct ip_addr a = {.family = 4, .b = {10, 0, 0, 1}}, b = {.family = 4, .b = {10, 0, 0, 2}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct segment s = {.opts = SEG_RAW_OPT, .ctl = TCP_SYN};
        struct seg_ext ext = {.n_opt = (uint8_t)row[i].n};
        uint8_t bytes[60], again[60];
        struct wire_packet p;
        uint32_t n;

        memcpy(ext.opt, row[i].opt, row[i].n);
        n = wire_put_tcp(bytes, &a, &b, &s, &ext, NULL);
        assert_int_equal(n, 20 + row[i].n);
        assert_memory_equal(bytes + 20, row[i].opt, row[i].n);
        assert_true(wire_get_tcp(bytes, n, &p, NULL));
        assert_int_equal(p.seg.opts & ~SEG_RAW_OPT, row[i].opts);
        assert_int_equal(wire_put_tcp(again, &a, &b, &p.seg, &p.ext, NULL), n);
        assert_memory_equal(bytes, again, n);
    }
}

/* Every set of options has its usual place, and is not marked as unusual when it comes back. */
static void every_set(void **state)
{
    static const uint8_t bit[] = {SEG_MSS, SEG_WS, SEG_TS, SEG_SACK_PERM, SEG_SACK};

    (void)state;
    for (unsigned mask = 0; mask < 32; mask++)
        for (uint8_t blocks = 1; blocks <= SEG_SACK_MAX; blocks++) {
            struct segment s = {.mss = 1234, .ws = 9, .tsval = 0x01020304, .tsecr = 0xa0b0c0d0u};
            struct seg_ext ext = {.n_sack = blocks};
            struct wire_packet p;
            uint8_t bytes[60] = {[12] = 0};
            uint32_t n;

            for (unsigned i = 0; i < ARRAY_LEN(bit); i++)
                if (mask >> i & 1u)
                    s.opts = (uint8_t)(s.opts | bit[i]);
            for (uint32_t i = 0; i < SEG_SACK_MAX; i++) {
                ext.sack[i].left = seq(i * 1000u);
                ext.sack[i].right = seq(i * 1000u + 500u);
            }
            n = wire_options_length(&s, &ext);
            assert_int_equal(n % 4, 0);
            if (n > SEG_OPT_MAX)
                continue;
            assert_int_equal(wire_put_options(bytes + 20, &s, &ext), n);
            bytes[12] = (uint8_t)((20 + n) / 4 << 4);
            assert_true(wire_get_tcp(bytes, 20 + n, &p, NULL));
            assert_int_equal(p.seg.opts, s.opts);
            assert_int_equal(p.ext.n_opt, n);
            assert_int_equal(p.seg.mss, s.opts & SEG_MSS ? s.mss : 0);
            assert_int_equal(p.seg.ws, s.opts & SEG_WS ? s.ws : 0);
            assert_int_equal(p.seg.tsval, s.opts & SEG_TS ? s.tsval : 0);
            assert_int_equal(p.seg.tsecr, s.opts & SEG_TS ? s.tsecr : 0);
            assert_int_equal(p.ext.n_sack, s.opts & SEG_SACK ? blocks : 0);
            assert_memory_equal(p.ext.sack, ext.sack, p.ext.n_sack * sizeof ext.sack[0]);
        }
}

/* Raw option bytes that end off a word are padded with zeros (MUST-69 wants them so). */
static void padding(void **state)
{
    struct segment s = {.opts = SEG_RAW_OPT};
    struct seg_ext ext = {.n_opt = 5, .opt = {1, 1, 3, 3, 7}};
    static const uint8_t want[8] = {1, 1, 3, 3, 7, 0, 0, 0};
    uint8_t out[SEG_OPT_MAX];

    (void)state;
    memset(out, 0xee, sizeof out);
    assert_int_equal(wire_put_options(out, &s, &ext), 8);
    assert_memory_equal(out, want, 8);
    ext.n_opt = 0;
    assert_int_equal(wire_options_length(&s, &ext), 0);
}

/* MSS, TS and three SACK blocks fit only without padding: the bytes are kept as they came. */
static void tightly_packed(void **state)
{
    static const uint8_t opt[40] = {2, 4, 5, 0xb4, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 5, 26, [39] = 9};
    struct ip_addr a = {.family = 4}, b = {.family = 4};
    uint8_t bytes[60] = {[12] = 0xf0}, again[60];
    struct wire_packet p;

    (void)state;
    memcpy(bytes + 20, opt, 40);
    assert_true(wire_get_tcp(bytes, 60, &p, NULL));
    assert_int_equal(p.seg.opts, SEG_MSS | SEG_TS | SEG_SACK | SEG_RAW_OPT);
    assert_int_equal(p.ext.n_sack, 3);
    assert_int_equal(p.ext.sack[2].right.v, 9);
    assert_int_equal(wire_put_tcp(again, &a, &b, &p.seg, &p.ext, NULL), 60);
    assert_memory_equal(again + 20, opt, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_as_they_come), cmocka_unit_test(come_back),      cmocka_unit_test(every_set),
        cmocka_unit_test(padding),           cmocka_unit_test(tightly_packed),
    };

    return cmocka_run_group_tests_name("wire_options", tests, NULL, NULL);
}
