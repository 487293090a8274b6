/* TCP options. The usual encoding is that of widespread stacks, every option of more than a byte so placed
 * that its numbers lie on even boundaries: MSS | SACK-permitted, TS (or NOP, NOP, TS; or NOP, NOP,
 * SACK-permitted) | NOP, WS | NOP, NOP, SACK blocks */
#include "models/wire/internal.h"

#include <string.h>

enum opt_kind {
    OPT_EOL = 0,
    OPT_NOP = 1,
    OPT_MSS = 2,
    OPT_WS = 3,
    OPT_SACK_PERM = 4,
    OPT_SACK = 5,
    OPT_TS = 8
};
enum { MSS_LENGTH = 4, WS_LENGTH = 3, SACK_PERM_LENGTH = 2, TS_LENGTH = 10, SACK_BLOCK = 8 };

uint32_t wire_options_length(const struct segment *s, const struct seg_ext *ext)
{
    uint32_t n = 0;

    if (s->opts & SEG_RAW_OPT) {
        CHECK(ext && ext->n_opt <= SEG_OPT_MAX);
        return (ext->n_opt + 3u) & ~3u;
    }
    if (s->opts & SEG_MSS)
        n += 4;
    if (s->opts & SEG_TS)
        n += 12; /* SACK-permitted takes the place of its two NOPs */
    else if (s->opts & SEG_SACK_PERM)
        n += 4;
    if (s->opts & SEG_WS)
        n += 4;
    if (s->opts & SEG_SACK) {
        CHECK(ext && ext->n_sack >= 1 && ext->n_sack <= SEG_SACK_MAX);
        n += 4u + SACK_BLOCK * (uint32_t)ext->n_sack;
    }
    return n;
}

static uint8_t *put_head(uint8_t *p, uint8_t kind, uint8_t length)
{
    p[0] = kind;
    p[1] = length;
    return p + 2;
}

uint32_t wire_put_options(uint8_t *out, const struct segment *s, const struct seg_ext *ext)
{
    uint8_t *p = out;

    CHECK(wire_options_length(s, ext) <= SEG_OPT_MAX);
    if (s->opts & SEG_RAW_OPT) {
        memset(out, OPT_EOL, wire_options_length(s, ext));
        memcpy(out, ext->opt, ext->n_opt);
        return wire_options_length(s, ext);
    }
    if (s->opts & SEG_MSS) {
        p = put_head(p, OPT_MSS, MSS_LENGTH);
        put_be16(p, s->mss);
        p += 2;
    }
    if (s->opts & (SEG_TS | SEG_SACK_PERM))
        p = (s->opts & SEG_TS) && (s->opts & SEG_SACK_PERM) ? put_head(p, OPT_SACK_PERM, SACK_PERM_LENGTH)
                                                            : put_head(p, OPT_NOP, OPT_NOP);
    if (s->opts & SEG_TS) {
        p = put_head(p, OPT_TS, TS_LENGTH);
        put_be32(p, s->tsval);
        put_be32(p + 4, s->tsecr);
        p += 8;
    } else if (s->opts & SEG_SACK_PERM) {
        p = put_head(p, OPT_SACK_PERM, SACK_PERM_LENGTH);
    }
    if (s->opts & SEG_WS) {
        *p++ = OPT_NOP;
        p = put_head(p, OPT_WS, WS_LENGTH);
        *p++ = s->ws;
    }
    if (s->opts & SEG_SACK) {
        p = put_head(p, OPT_NOP, OPT_NOP);
        p = put_head(p, OPT_SACK, (uint8_t)(2 + SACK_BLOCK * ext->n_sack));
        for (unsigned i = 0; i < ext->n_sack; i++, p += SACK_BLOCK) {
            put_be32(p, ext->sack[i].left.v);
            put_be32(p + 4, ext->sack[i].right.v);
        }
    }
    return (uint32_t)(p - out);
}

/* One option of a kind that has a length; length is within the bytes there are, and at least 2. False: a
 * length that this kind cannot have. */
static bool get_option(const uint8_t *p, uint8_t length, struct segment *s, struct seg_ext *ext)
{
    switch (p[0]) { /* a byte from the wire, any value */
    case OPT_MSS:
        if (length != MSS_LENGTH)
            return false;
        s->opts |= SEG_MSS;
        s->mss = get_be16(p + 2);
        return true;
    case OPT_WS:
        if (length != WS_LENGTH)
            return false;
        s->opts |= SEG_WS;
        s->ws = p[2];
        return true;
    case OPT_SACK_PERM:
        if (length != SACK_PERM_LENGTH)
            return false;
        s->opts |= SEG_SACK_PERM;
        return true;
    case OPT_TS:
        if (length != TS_LENGTH)
            return false;
        s->opts |= SEG_TS;
        s->tsval = get_be32(p + 2);
        s->tsecr = get_be32(p + 6);
        return true;
    case OPT_SACK:
        if (length < 2 + SACK_BLOCK || length > 2 + SACK_BLOCK * SEG_SACK_MAX || (length - 2) % SACK_BLOCK)
            return false;
        s->opts |= SEG_SACK;
        ext->n_sack = (uint8_t)((length - 2) / SACK_BLOCK);
        for (unsigned i = 0; i < ext->n_sack; i++) {
            ext->sack[i].left = seq(get_be32(p + 2 + SACK_BLOCK * i));
            ext->sack[i].right = seq(get_be32(p + 6 + SACK_BLOCK * i));
        }
        return true;
    default: return true; /* unknown: skipped (MUST-6) */
    }
}

void wire_get_options(const uint8_t *opt, uint32_t n, struct segment *s, struct seg_ext *ext)
{
    uint32_t i = 0;

    while (i < n && opt[i] != OPT_EOL) {
        if (opt[i] == OPT_NOP) {
            i++;
            continue;
        }
        if (n - i < 2 || opt[i + 1] < 2 || opt[i + 1] > n - i || !get_option(opt + i, opt[i + 1], s, ext)) {
            s->opts |= SEG_BAD_OPT;
            return;
        }
        i += opt[i + 1];
    }
}
