/* What a packet says of its IP header, and ICMP. */
#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/internal.h"

/* Code points of the Differentiated Services field (RFC 2474, 2597, 3246, 5865, 8622). */
static const struct {
    const char *word;
    uint8_t value;
} dscps[] = {
    {"cs0", 0},   {"cs1", 8},   {"cs2", 16},  {"cs3", 24},  {"cs4", 32},   {"cs5", 40},
    {"cs6", 48},  {"cs7", 56},  {"af11", 10}, {"af12", 12}, {"af13", 14},  {"af21", 18},
    {"af22", 20}, {"af23", 22}, {"af31", 26}, {"af32", 28}, {"af33", 30},  {"af41", 34},
    {"af42", 36}, {"af43", 38}, {"ef", 46},   {"le", 1},    {"voice", 44},
};

static bool give_tos(struct parser *p, struct pkt_place at, struct pkt_ip *ip, unsigned mask, int64_t value)
{
    if ((ip->tos_mask & mask) != 0 || (ip->ect01 && (mask & 3) != 0))
        return parse_fail(p, at, "these bits are given twice");
    ip->tos_mask = (uint8_t)(ip->tos_mask | mask);
    ip->tos = (uint8_t)(ip->tos | value);
    return true;
}

static bool parse_dscp(struct parser *p, struct pkt_place at, struct pkt_ip *ip)
{
    int64_t v;

    if (p->t.kind == TOKEN_WORD)
        for (size_t i = 0; i < ARRAY_LEN(dscps); i++)
            if (token_take_word(p, dscps[i].word)) {
                if (strcmp(dscps[i].word, "voice") == 0 &&
                    (!token_need(p, '-', "voice-admit") || !token_take_word(p, "admit")))
                    return parse_expected(p, "voice-admit");
                return give_tos(p, at, ip, 0xfc, dscps[i].value << 2);
            }
    return token_number(p, "a code point (a number, cs0 to cs7, af11 ..., ef, voice-admit or le)", 0, 63,
                        &v) &&
           give_tos(p, at, ip, 0xfc, v << 2);
}

static bool parse_ecn(struct parser *p, const struct pkt_packet *k, struct pkt_ip *ip)
{
    static const char *const words[] = {"noecn", "ect1", "ect0", "ce"}; /* as the bits count */
    const struct pkt_place at = p->t.at;

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (token_take_word(p, words[i]))
            return give_tos(p, at, ip, 3, (int64_t)i);
    if (!token_is_word(p, "ect01"))
        return parse_expected(
            p, "one of noecn, ect0, ect1, ect01, ce, ecn, tos, class, dscp, ttl, hlim, flowlabel");
    if (k->direction == PKT_IN)
        return parse_fail(p, at, "ect01 is for expected packets (>) only");
    if (ip->tos_mask & 3 || ip->ect01)
        return parse_fail(p, at, "these bits are given twice");
    ip->ect01 = true;
    return lex_next(p);
}

static bool parse_ip_item(struct parser *p, const struct pkt_packet *k, struct pkt_ip *ip)
{
    const struct pkt_place at = p->t.at;
    int64_t v;

    if (token_take_word(p, "tos") || token_take_word(p, "class"))
        return token_number(p, "eight bits", 0, 255, &v) && give_tos(p, at, ip, 0xff, v);
    if (token_take_word(p, "dscp"))
        return parse_dscp(p, at, ip);
    if (token_take_word(p, "ttl") || token_take_word(p, "hlim")) {
        if (!token_number(p, "a hop limit", 0, 255, &v))
            return false;
        ip->ttl = (int16_t)v;
        return true;
    }
    if (token_take_word(p, "flowlabel")) {
        if (!token_number(p, "a flow label", 0, 0xfffff, &v))
            return false;
        ip->flow_label = (int32_t)v;
        return true;
    }
    token_take_word(p, "ecn");
    return parse_ecn(p, k, ip);
}

bool parse_ip(struct parser *p, const struct pkt_packet *k, struct pkt_ip *ip)
{
    const char close = token_is(p, '(') ? ')' : ']';

    if (!token_is(p, '(') && !token_is(p, '['))
        return p->outcome == SCRIPT_OK;
    do {
        lex_next(p);
        if (!parse_ip_item(p, k, ip))
            return false;
    } while (token_is(p, ','));
    return token_need(p, close, close == ')' ? ", or )" : ", or ]");
}

/* ---- ICMP (RFC 792, 1122, 1191, 4443) ---- */

static const struct icmp_name {
    bool v6;
    const char *type_name, *code_name; /* code_name NULL: of the type alone */
    uint8_t type, code;
} icmp_names[] = {
#define X(v6, type_name, type, code_name, code) {v6, type_name, code_name, type, code},
#include "sim/packetdrill/icmp.def"
#undef X
};

/* "type_3", "code_4". */
static bool numbered(const char *word, const char *prefix, uint8_t *value)
{
    const size_t n = strlen(prefix);
    char *end;
    unsigned long v;

    if (strncmp(word, prefix, n) != 0 || word[n] < '0' || word[n] > '9')
        return false;
    v = strtoul(word + n, &end, 10);
    *value = (uint8_t)v;
    return *end == '\0' && v <= 255;
}

static bool icmp_type(struct parser *p, bool v6, struct pkt_packet *k)
{
    if (p->t.kind != TOKEN_WORD)
        return parse_expected(p, "an ICMP type");
    if (numbered(p->t.text, "type_", &k->icmp_type))
        return lex_next(p);
    for (size_t i = 0; i < ARRAY_LEN(icmp_names); i++)
        if (icmp_names[i].v6 == v6 && token_is_word(p, icmp_names[i].type_name)) {
            k->icmp_type = icmp_names[i].type;
            return lex_next(p);
        }
    return parse_expected(p,
                          v6 ? "an ICMPv6 type (unreachable, packet_too_big, time_exceeded ... or type_N)"
                             : "an ICMP type (unreachable, time_exceeded, parameter_problem ... or type_N)");
}

static bool icmp_code(struct parser *p, bool v6, struct pkt_packet *k)
{
    if (p->t.kind != TOKEN_WORD || token_is_word(p, "mtu") || token_is_word(p, "id"))
        return true;
    if (numbered(p->t.text, "code_", &k->icmp_code))
        return lex_next(p);
    for (size_t i = 0; i < ARRAY_LEN(icmp_names); i++)
        if (icmp_names[i].v6 == v6 && icmp_names[i].type == k->icmp_type && icmp_names[i].code_name &&
            token_is_word(p, icmp_names[i].code_name)) {
            k->icmp_code = icmp_names[i].code;
            return lex_next(p);
        }
    return parse_expected(p, "a code of this ICMP type (or code_N)");
}

static bool parse_quote(struct parser *p, struct pkt_packet *k)
{
    int64_t n;

    lex_next(p);
    if (token_is_word(p, "sctp") || token_is_word(p, "udplite"))
        return parse_refuse(p, p->t.at, "%s", token_is_word(p, "sctp") ? "SCTP" : "UDP-Lite");
    if (token_is_word(p, "udp") || token_is_word(p, "raw")) {
        k->quote = token_is_word(p, "udp") ? PKT_QUOTE_UDP : PKT_QUOTE_RAW;
        lex_next(p);
        if (!token_need(p, '(', "( and the number of octets") || !token_number(p, "a length", 0, 65535, &n) ||
            !token_need(p, ')', ")"))
            return false;
        k->quoted.len = (uint32_t)n;
    } else {
        k->quote = PKT_QUOTE_TCP;
        if (!parse_seq(p, &k->quoted))
            return false;
        if (token_is(p, '/'))
            return parse_refuse(p, p->t.at, "TCP in UDP");
    }
    return token_need(p, ']', "]");
}

bool parse_icmp(struct parser *p, struct pkt_packet *k)
{
    const bool v6 = p->s->config.family == PKT_IPV6;
    struct pkt_place at = p->t.at;
    int64_t v;

    if (token_is_word(p, "icmpv6") && !v6)
        return parse_fail(p, at,
                          "icmpv6 in a script of IPv4; expected icmp, or --ip_version=ipv6 in the head");
    k->protocol = PKT_ICMP;
    lex_next(p);
    if (!icmp_type(p, v6, k) || !icmp_code(p, v6, k))
        return false;
    at = p->t.at;
    if (token_take_word(p, "mtu")) {
        if (!token_number(p, "an MTU", 0, v6 ? UINT32_MAX : UINT16_MAX, &k->icmp_mtu))
            return false;
        if (v6 ? k->icmp_type != 2 : k->icmp_type != 3 || k->icmp_code != 4)
            return parse_fail(p, at, "only %s has an MTU", v6 ? "packet_too_big" : "unreachable frag_needed");
    }
    if (token_take_word(p, "id")) {
        if (!token_number(p, "an identifier", 0, UINT16_MAX, &v))
            return false;
        k->icmp_id = (int32_t)v;
    }
    return token_is(p, '[') ? parse_quote(p, k) : p->outcome == SCRIPT_OK;
}
