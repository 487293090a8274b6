/* TCP option lists. */
#include <string.h>

#include "sim/packetdrill/internal.h"

/* Octets in hexadecimal, if the token is such; it looks like a word or like a number. */
static bool is_blob(const struct parser *p)
{
    if ((p->t.kind != TOKEN_WORD && p->t.kind != TOKEN_INT) || p->t.raw[0] == '-')
        return false;
    for (size_t i = 0; i < p->t.raw_len; i++)
        if (hex_value(p->t.raw[i]) < 0)
            return false;
    return true;
}

static bool parse_blob(struct parser *p, struct pkt_option *o)
{
    const char *s = p->t.raw;

    if (!is_blob(p))
        return true;
    if (p->t.raw_len % 2 != 0)
        return parse_fail(p, p->t.at, "expected two hexadecimal digits for each octet, not %s",
                          token_shown(p));
    if (p->t.raw_len / 2 > PKT_OPTION_BYTES_MAX)
        return parse_fail(p, p->t.at, "too many octets; the options of a packet have room for %d",
                          PKT_OPTION_BYTES_MAX);
    o->u.data.n = (uint8_t)(p->t.raw_len / 2);
    for (size_t i = 0; i < o->u.data.n; i++)
        o->u.data.byte[i] = (uint8_t)(hex_value(s[2 * i]) * 16 + hex_value(s[2 * i + 1]));
    return lex_next(p);
}

static bool parse_sack(struct parser *p, struct pkt_option *o)
{
    int64_t left, right;

    o->kind = PKT_OPT_SACK;
    while (p->t.kind == TOKEN_INT) {
        if (o->u.sack.n == PKT_SACK_BLOCKS_MAX)
            return parse_fail(p, p->t.at, "too many SACK blocks; at most %d", PKT_SACK_BLOCKS_MAX);
        if (!token_number(p, "a left edge", 0, UINT32_MAX, &left) ||
            !token_need(p, ':', ": and the right edge") ||
            !token_number(p, "a right edge", 0, UINT32_MAX, &right))
            return false;
        o->u.sack.block[o->u.sack.n].left = (uint32_t)left;
        o->u.sack.block[o->u.sack.n++].right = (uint32_t)right;
    }
    return p->outcome == SCRIPT_OK && (o->u.sack.n > 0 || parse_expected(p, "a SACK block (left:right)"));
}

static bool parse_ts(struct parser *p, const struct pkt_packet *k, struct pkt_option *o)
{
    int64_t val = 0, ecr;

    o->kind = PKT_OPT_TS;
    if (!token_take_word(p, "val"))
        return parse_expected(p, "val and a time stamp");
    if (p->t.kind == TOKEN_ELLIPSIS) {
        if (k->direction == PKT_IN)
            return parse_fail(p, p->t.at, "... for a time stamp is for expected packets (>) only");
        o->u.ts.val_any = true;
        lex_next(p);
    } else if (!token_number(p, "a time stamp", 0, UINT32_MAX, &val)) {
        return false;
    }
    if (!token_take_word(p, "ecr"))
        return parse_expected(p, "ecr and a time stamp");
    if (!token_number(p, "a time stamp", 0, UINT32_MAX, &ecr))
        return false;
    o->u.ts.val = (uint32_t)val;
    o->u.ts.ecr = (uint32_t)ecr;
    o->u.ts.ecr_absolute = token_take(p, '!');
    return p->outcome == SCRIPT_OK;
}

/* gen-KIND and exp-XXXX with their octets. */
static bool parse_numbered(struct parser *p, struct pkt_option *o)
{
    const bool generic = p->t.text[0] == 'g';
    unsigned v = 0;

    for (const char *s = p->t.text + 4; *s; s++) {
        const int digit = hex_value(*s);
        if (digit < 0 || (generic && digit > 9))
            return parse_expected(p, "gen- and a kind, or exp- and four hexadecimal digits");
        v = v * (generic ? 10u : 16u) + (unsigned)digit;
        if (v > (generic ? 255u : 65535u))
            return parse_fail(p, p->t.at, "%s is too large; at most %s", token_shown(p),
                              generic ? "255" : "ffff");
    }
    o->kind = generic ? PKT_OPT_GENERIC : PKT_OPT_EXP;
    o->u.data.id = (uint16_t)v;
    return lex_next(p) && parse_blob(p, o);
}

static bool refused_option(struct parser *p)
{
    static const struct {
        const char *word, *what;
    } refused[] = {
        {"md5", "TCP-MD5 (RFC 2385)"},     {"ECN", "AccECN options (RFC 9768)"},
        {"AccECN0", "AccECN options"},     {"AccECN1", "AccECN options"},
        {"exp-AccECN0", "AccECN options"}, {"exp-AccECN1", "AccECN options"},
        {"exp-tarr", "the TARR option"},
    };

    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if (token_is_word(p, refused[i].word)) {
            parse_refuse(p, p->t.at, "%s", refused[i].what);
            return true;
        }
    return false;
}

static bool parse_option(struct parser *p, const struct pkt_packet *k, struct pkt_option *o)
{
    int64_t v;

    o->at = p->t.at;
    if (refused_option(p))
        return false;
    if (token_take_word(p, "nop") || token_is_word(p, "eol")) {
        o->kind = token_take_word(p, "eol") ? PKT_OPT_EOL : PKT_OPT_NOP;
    } else if (token_take_word(p, "mss")) {
        o->kind = PKT_OPT_MSS;
        if (!token_number(p, "a segment size", 0, 65535, &v))
            return false;
        o->u.mss = (uint16_t)v;
    } else if (token_take_word(p, "wscale")) {
        o->kind = PKT_OPT_WSCALE;
        if (!token_number(p, "a shift", 0, 255, &v))
            return false;
        o->u.wscale = (uint8_t)v;
    } else if (token_take_word(p, "sackOK")) {
        o->kind = PKT_OPT_SACKOK;
    } else if (token_take_word(p, "sack")) {
        return parse_sack(p, o);
    } else if (token_take_word(p, "TS")) {
        return parse_ts(p, k, o);
    } else if (token_take_word(p, "FO")) {
        o->kind = PKT_OPT_FO;
        return parse_blob(p, o);
    } else if (token_take_word(p, "FOEXP") || token_take_word(p, "exp-FO") || token_take_word(p, "EXP-FO")) {
        o->kind = PKT_OPT_FOEXP;
        return parse_blob(p, o);
    } else if (p->t.kind == TOKEN_WORD &&
               (strncmp(p->t.text, "gen-", 4) == 0 || strncmp(p->t.text, "exp-", 4) == 0)) {
        return parse_numbered(p, o);
    } else {
        return parse_expected(
            p, "a TCP option (mss, wscale, sackOK, sack, TS, nop, eol, FO, FOEXP, gen-N, exp-X)");
    }
    return p->outcome == SCRIPT_OK;
}

size_t pkt_option_bytes(const struct pkt_option *o)
{
    switch (o->kind) {
    case PKT_OPT_EOL:
    case PKT_OPT_NOP: return 1;
    case PKT_OPT_MSS: return 4;
    case PKT_OPT_WSCALE: return 3;
    case PKT_OPT_SACKOK: return 2;
    case PKT_OPT_SACK: return 2 + 8 * (size_t)o->u.sack.n;
    case PKT_OPT_TS: return 10;
    case PKT_OPT_GENERIC:
    case PKT_OPT_FO: return 2 + (size_t)o->u.data.n;
    case PKT_OPT_FOEXP:
    case PKT_OPT_EXP: return 4 + (size_t)o->u.data.n;
    case PKT_OPT_RAW: return o->u.data.n;
    }
    return 0;
}

static bool list_fits(struct parser *p, struct pkt_place at, const struct pkt_packet *k)
{
    size_t n = 0;

    for (size_t i = 0; i < k->n_options; i++)
        n += pkt_option_bytes(&k->option[i]);
    if (n > PKT_OPTION_BYTES_MAX)
        return parse_fail(p, at, "these options take %zu octets; a packet has room for %d", n,
                          PKT_OPTION_BYTES_MAX);
    if (n % 4 != 0)
        return parse_fail(
            p, at, "these options take %zu octet%s; expected a multiple of four (fill up with nop or eol)", n,
            n == 1 ? "" : "s");
    return true;
}

bool parse_options(struct parser *p, struct pkt_packet *k)
{
    const struct pkt_place at = p->t.at;
    struct pkt_option *o = NULL;
    size_t cap = 0;

    lex_next(p);
    if (p->t.kind == TOKEN_ELLIPSIS) {
        if (k->direction == PKT_IN)
            return parse_fail(p, at, "<...> is for expected packets (>) only");
        k->options_any = true;
        lex_next(p);
        return token_need(p, '>', ">");
    }
    if (is_blob(p)) {
        o = memory_get(p->m, sizeof *o);
        o->at = p->t.at;
        o->kind = PKT_OPT_RAW;
        k->option = o;
        k->n_options = 1;
        return parse_blob(p, o) && token_need(p, '>', ">") && list_fits(p, at, k);
    }
    do {
        if (k->n_options > 0)
            lex_next(p);
        o = memory_more(p->m, o, k->n_options, &cap, sizeof *o);
        k->option = o;
        memset(&o[k->n_options], 0, sizeof *o);
        if (!parse_option(p, k, &o[k->n_options]))
            return false;
        if (++k->n_options > PKT_OPTION_BYTES_MAX)
            return parse_fail(p, at, "too many options; a packet has room for %d octets",
                              PKT_OPTION_BYTES_MAX);
    } while (token_is(p, ','));
    return token_need(p, '>', ", or >") && list_fits(p, at, k);
}
