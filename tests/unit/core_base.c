/* sim/core/base: muldiv against a slow reference, the hash against obvious weaknesses. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/core/base.h"

/* A plain generator of its own, so that the hash is not tested with itself. */
static uint64_t next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

/* a * b / c one bit of a at a time: quotient and rest of the part so far. False: the quotient does not fit.
 */
static bool slow_muldiv(uint64_t a, uint64_t b, uint64_t c, uint64_t *quotient)
{
    uint64_t q = 0, rest = 0, bq = b / c, br = b % c;

    for (int bit = 62; bit >= 0; bit--) {
        uint64_t add = (a >> bit) & 1u;

        if (q >> 62)
            return false;
        q = q * 2 + (rest * 2 >= c);
        rest = rest * 2 >= c ? rest * 2 - c : rest * 2;
        if (!add)
            continue;
        if (bq > UINT64_MAX - q - 1)
            return false;
        q += bq + (rest + br >= c);
        rest = rest + br >= c ? rest + br - c : rest + br;
    }
    *quotient = q;
    return true;
}

static void muldiv_known(void **state)
{
    (void)state;
    assert_int_equal(muldiv_u64(0, 5, 7), 0);
    assert_int_equal(muldiv_u64(7, 6, 5), 8);
    assert_int_equal(muldiv_u64(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
    assert_int_equal(muldiv_u64(INT64_MAX, 2, 1), UINT64_MAX - 1);
    assert_int_equal(muldiv_u64(UINT64_C(1) << 62, 1000000000, UINT64_C(1) << 61), 2000000000);
    /* 1500 bytes at 10 Mbit/s in ns */
    assert_int_equal(muldiv_u64(1500 * 8, 1000000000, 10000000), 1200000);
}

static void muldiv_random(void **state)
{
    uint64_t x = 12345, tried = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        uint64_t a = next(&x) >> (1 + next(&x) % 63), b = next(&x) >> (1 + next(&x) % 63);
        uint64_t c = (next(&x) >> (1 + next(&x) % 63)) | 1u, expected;

        if (!slow_muldiv(a, b, c, &expected))
            continue;
        tried++;
        assert_int_equal(muldiv_u64(a, b, c), expected);
    }
    assert_true(tried > 50000);
}

static void mulhi_parts(void **state)
{
    uint64_t low;

    (void)state;
    assert_int_equal(mulhi_u64(UINT64_MAX, UINT64_MAX, &low), UINT64_MAX - 1);
    assert_int_equal(low, 1);
    assert_int_equal(mulhi_u64(UINT64_C(1) << 32, UINT64_C(1) << 32, &low), 1);
    assert_int_equal(low, 0);
}

/* The same on every machine and in every version: traces depend on it. */
static void hash_is_fixed(void **state)
{
    static const unsigned char bytes[] = "the quick brown fox jumps over the lazy dog, twice if it must";

    (void)state;
    assert_int_equal(hash_mix(0, 0), UINT64_C(0x8737a7b2b17f95fb));
    assert_int_equal(hash_mix(1, 2), UINT64_C(0x574de8170a61b44c));
    assert_int_equal(hash_bytes(7, bytes, sizeof bytes - 1), UINT64_C(0x04d06c776755ce16));
    assert_int_equal(hash_bytes(7, bytes, 5), UINT64_C(0xa8ef3f6a3657c8eb));
}

/* Every input bit flips every output bit in about half of the cases. */
static void hash_avalanche(void **state)
{
    enum { CASES = 2000 };

    (void)state;
    for (int which = 0; which < 2; which++)
        for (int in = 0; in < 64; in++) {
            uint32_t flips[64] = {0};

            for (uint64_t i = 0; i < CASES; i++) {
                uint64_t bit = UINT64_C(1) << in, d = hash_mix(i, 3 * i);

                d ^= which ? hash_mix(i, (3 * i) ^ bit) : hash_mix(i ^ bit, 3 * i);
                for (int out = 0; out < 64; out++)
                    flips[out] += (uint32_t)(d >> out) & 1u;
            }
            for (int out = 0; out < 64; out++)
                assert_in_range(flips[out], CASES * 2 / 5, CASES * 3 / 5);
        }
}

static void hash_bytes_sees_all(void **state)
{
    unsigned char bytes[200];
    uint64_t x = 99;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)next(&x);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        uint64_t h = hash_bytes(1, bytes, n);

        assert_true(h != hash_bytes(2, bytes, n));
        for (size_t i = 0; i < n; i++) {
            bytes[i] ^= 0x40;
            assert_true(h != hash_bytes(1, bytes, n));
            bytes[i] ^= 0x40;
        }
        assert_true(n == 0 || h != hash_bytes(1, bytes, n - 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(muldiv_known),   cmocka_unit_test(muldiv_random),
        cmocka_unit_test(mulhi_parts),    cmocka_unit_test(hash_is_fixed),
        cmocka_unit_test(hash_avalanche), cmocka_unit_test(hash_bytes_sees_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
