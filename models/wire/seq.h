/* seq: sequence numbers modulo 2^32 (RFC 9293 sec 3.4). A struct, so that a raw `<` does not compile. */
#ifndef TCPLAB_MODELS_WIRE_SEQ_H
#define TCPLAB_MODELS_WIRE_SEQ_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t v;
} seq32;

static inline seq32 seq(uint32_t v)
{
    return (seq32){v};
}
static inline seq32 seq_add(seq32 a, uint32_t n)
{
    return (seq32){a.v + n};
}
static inline seq32 seq_sub(seq32 a, uint32_t n)
{
    return (seq32){a.v - n};
}
/* a - b as a signed distance: positive if a is after b; meaningful while they are less than 2^31 apart. */
static inline int32_t seq_diff(seq32 a, seq32 b)
{
    return (int32_t)(a.v - b.v);
}
static inline bool seq_eq(seq32 a, seq32 b)
{
    return a.v == b.v;
}
static inline bool seq_lt(seq32 a, seq32 b)
{
    return seq_diff(a, b) < 0;
}
static inline bool seq_le(seq32 a, seq32 b)
{
    return seq_diff(a, b) <= 0;
}
static inline bool seq_gt(seq32 a, seq32 b)
{
    return seq_diff(a, b) > 0;
}
static inline bool seq_ge(seq32 a, seq32 b)
{
    return seq_diff(a, b) >= 0;
}
static inline seq32 seq_max(seq32 a, seq32 b)
{
    return seq_lt(a, b) ? b : a;
}
static inline seq32 seq_min(seq32 a, seq32 b)
{
    return seq_lt(a, b) ? a : b;
}
/* lo =< s < lo + n */
static inline bool seq_in(seq32 s, seq32 lo, uint32_t n)
{
    return s.v - lo.v < n;
}

#endif
