#include "sim/core/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void check_failed(const char *what, const char *file, int line)
{
    fflush(stdout);
    fprintf(stderr, "%s:%d: check failed: %s\n", file, line, what);
    abort();
}

void *grow_to(void *array, size_t n, size_t each)
{
    CHECK(n > 0 && n <= SIZE_MAX / each);
    array = realloc(array, n * each);
    CHECK(array && "out of memory");
    return array;
}

uint64_t mulhi_u64(uint64_t a, uint64_t b, uint64_t *low)
{
    uint64_t al = a & 0xffffffffu, ah = a >> 32, bl = b & 0xffffffffu, bh = b >> 32;
    uint64_t ll = al * bl, lh = al * bh, hl = ah * bl;
    uint64_t mid = (ll >> 32) + (lh & 0xffffffffu) + (hl & 0xffffffffu);

    *low = (mid << 32) | (ll & 0xffffffffu);
    return ah * bh + (lh >> 32) + (hl >> 32) + (mid >> 32);
}

uint64_t muldiv_u64(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t low, rest = mulhi_u64(a, b, &low), quotient = 0;

    CHECK(c > 0 && c < UINT64_C(1) << 63);
    if (rest == 0)
        return low / c;
    CHECK(rest < c);                      /* else the quotient does not fit */
    for (int bit = 63; bit >= 0; bit--) { /* rest < c < 2^63, so doubling it cannot overflow */
        rest = (rest << 1) | ((low >> bit) & 1u);
        quotient <<= 1;
        if (rest >= c) {
            rest -= c;
            quotient |= 1u;
        }
    }
    return quotient;
}

static inline uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

/* Four odd numbers without pattern, drawn once. */
#define K0 UINT64_C(0xb5d1f04e6a2793cd)
#define K1 UINT64_C(0xe3a84d9b7c15f26b)
#define K2 UINT64_C(0x9c6ef5b1d3427a8f)
#define K3 UINT64_C(0xd2b74c83e95a1f65)

/* For a given a one-to-one in b and the other way round, so that neither seeds nor ordinals collide. */
uint64_t hash_mix(uint64_t a, uint64_t b)
{
    uint64_t x = (a + K0) * K1;

    x ^= rotate(x, 27) ^ rotate(x, 49);
    x ^= b;
    x ^= x >> 32;
    x *= K2;
    x ^= x >> 29;
    x *= K3;
    x ^= x >> 32;
    return x;
}

static inline uint64_t load_le(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint64_t lane[4] = {hash_mix(seed, 0), hash_mix(seed, 1), hash_mix(seed, 2), hash_mix(seed, 3)};
    size_t left = n;
    uint64_t h;

    for (; left >= 32; left -= 32, p += 32) /* four lanes that do not wait for each other */
        for (size_t k = 0; k < 4; k++) {
            lane[k] = (lane[k] ^ load_le(p + 8 * k)) * K1;
            lane[k] ^= lane[k] >> 29;
        }
    h = hash_mix(hash_mix(hash_mix(lane[0], lane[1]), lane[2]), lane[3]);
    for (; left >= 8; left -= 8, p += 8)
        h = hash_mix(h, load_le(p));
    if (left) {
        unsigned char tail[8] = {0};

        memcpy(tail, p, left);
        h = hash_mix(h, load_le(tail));
    }
    return hash_mix(h, n);
}
