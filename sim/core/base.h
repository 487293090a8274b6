/* base: the few words every room shares: virtual time, arena references, CHECK.
 * Owns nothing; never includes anything but libc. */
#ifndef TCPLAB_CORE_BASE_H
#define TCPLAB_CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Virtual time or a duration, nanoseconds. A run starts at 0 and ends at VTIME_MAX at the latest. */
typedef int64_t vtime;
#define VTIME_MAX ((vtime)((INT64_C(1) << 53) - 1)) /* the largest integer every JSON reader keeps */
#define VTIME_NEVER INT64_MAX
#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)

/* Where something lies in a world's arena: an index of 16-byte granules. 0 is "nothing". */
typedef uint32_t ref;

/* Programmer errors. Always compiled in: a wrong simulator is worse than a stopped one. */
#define CHECK(cond) ((cond) ? (void)0 : check_failed(#cond, __FILE__, __LINE__))
_Noreturn void check_failed(const char *what, const char *file, int line);

/* On the path that every segment takes, in a function that is called from elsewhere too. */
#define HOT_INLINE inline __attribute__((always_inline))
/* Off the path that every segment takes: kept out of it, so that its callers stay small. */
#define COLD __attribute__((cold, noinline))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Room for one more at the end of an array on the heap that holds n and has room for cap (lvalues, any
 * integer type). Whoever owns the array frees it. Without memory the program stops. */
#define GROW(array, n, cap)                                                                                  \
    do {                                                                                                     \
        if ((n) == (cap)) {                                                                                  \
            (cap) = (cap) ? (cap)*2 : 32;                                                                    \
            (array) = grow_to((void *)(array), (cap), sizeof *(array));                                      \
        }                                                                                                    \
    } while (0)
void *grow_to(void *array, size_t n, size_t each);

static inline int64_t min_i64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
static inline int64_t max_i64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}
static inline uint32_t min_u32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}
static inline uint32_t max_u32(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* (a * b) / c without overflow for a, b, c < 2^63 and a quotient that fits; no 128-bit integers needed
 * (32-bit machines have none). */
uint64_t muldiv_u64(uint64_t a, uint64_t b, uint64_t c);

/* High half of the 128-bit product a * b; the low half goes to *low. */
uint64_t mulhi_u64(uint64_t a, uint64_t b, uint64_t *low);

/* 64-bit mixing hash (our own constants and rounds; the same on every machine). */
uint64_t hash_mix(uint64_t a, uint64_t b);
/* Hash of n bytes, reading them as little-endian words whatever the machine; seed starts it. */
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t n);

/* The value of a hexadecimal digit; -1: it is none. */
static inline int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

#endif
