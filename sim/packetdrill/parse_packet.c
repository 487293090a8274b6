/* Packets: their frame, TCP's own fields, UDP. */
#include <string.h>

#include "sim/packetdrill/internal.h"

/* What stands where a packet's protocol may, and is not spoken here. */
static const struct {
    const char *word, *what;
} refused[] = {
    {"ipv4", "a packet within an IPv4 packet"},
    {"ipv6", "a packet within an IPv6 packet"},
    {"gre", "GRE encapsulation"},
    {"GREv0", "GRE encapsulation"},
    {"mpls", "MPLS labels"},
    {"psp", "PSP encapsulation"},
    {"encap", "PSP encapsulation"},
    {"sctp", "SCTP"},
    {"udplite", "UDP-Lite"},
};

static bool refuse_protocol(struct parser *p)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if (token_is_word(p, refused[i].word)) {
            parse_refuse(p, p->t.at, "%s", refused[i].what);
            return true;
        }
    return false;
}

bool parse_seq(struct parser *p, struct pkt_seq *q)
{
    const struct pkt_place at = p->t.at;
    int64_t seq = 0, end = 0, len;

    *q = (struct pkt_seq){0};
    if (p->t.kind == TOKEN_ELLIPSIS) {
        q->any = true;
        lex_next(p);
    } else if (!token_number(p, "a sequence number", 0, UINT32_MAX, &seq) ||
               !token_need(p, ':', ": and the number behind the last octet") ||
               !token_number(p, "a sequence number", 0, UINT32_MAX, &end)) {
        return false;
    }
    if (!token_need(p, '(', "( and the number of octets") || !token_number(p, "a length", 0, 65535, &len) ||
        !token_need(p, ')', ")"))
        return false;
    if (!q->any && (uint32_t)end != (uint32_t)(seq + len))
        return parse_fail(p, at, "%lld plus %lld octet%s is %lu, not %lld", (long long)seq, (long long)len,
                          len == 1 ? "" : "s", (unsigned long)(uint32_t)(seq + len), (long long)end);
    q->seq = (uint32_t)seq;
    q->len = (uint32_t)len;
    q->end = q->seq + q->len;
    if (!q->any && token_take(p, '!'))
        q->absolute = true;
    return p->outcome == SCRIPT_OK;
}

/* ---- flags ---- */

static int letter_bit(char c)
{
    static const char letters[] = "FSRP.UEWA";
    const char *at = c ? strchr(letters, c) : NULL;

    return at ? 1 << (at - letters) : 0;
}

static bool add_flag(struct parser *p, struct pkt_packet *k, char c, bool *has_ecn)
{
    const bool ecn = c == 'E' || c == 'W' || c == 'A';

    if (c >= '0' && c <= '7') {
        const int ace = c - '0';
        if (k->ace || *has_ecn)
            return parse_fail(p, p->t.at,
                              "the digit stands for the flags A, W and E; expected one of the two");
        k->ace = true;
        k->flags |= (uint16_t)((ace & 1 ? PKT_ECE : 0) | (ace & 2 ? PKT_CWR : 0) | (ace & 4 ? PKT_AE : 0));
        return true;
    }
    if (letter_bit(c) == 0)
        return parse_expected(p, "TCP flags (of FSRPUEWA and ., or - for none), udp or icmp");
    if (ecn && k->ace)
        return parse_fail(p, p->t.at, "the digit stands for the flags A, W and E; expected one of the two");
    *has_ecn |= ecn;
    k->flags |= (uint16_t)letter_bit(c);
    return true;
}

static bool parse_flags(struct parser *p, struct pkt_packet *k)
{
    bool any = false, has_ecn = false;

    if (token_take(p, '-'))
        return p->outcome == SCRIPT_OK;
    while (p->t.kind == TOKEN_WORD || token_is(p, '.') ||
           (p->t.kind == TOKEN_DECIMAL && p->t.raw[0] == '.')) {
        for (size_t i = 0; i < p->t.raw_len; i++)
            if (!add_flag(p, k, p->t.raw[i], &has_ecn))
                return false;
        any = true;
        if (!lex_next(p))
            return false;
    }
    return any || parse_expected(p, "TCP flags (of FSRPUEWA and ., or - for none), udp or icmp");
}

/* ---- the rest ---- */

static bool parse_ports(struct parser *p, struct pkt_packet *k)
{
    int64_t src, dst;

    if (p->t.kind != TOKEN_INT)
        return true;
    if (!token_number(p, "a source port", 0, 65535, &src) ||
        !token_need(p, '>', "> and the destination port (or TCP flags before the sequence numbers)") ||
        !token_number(p, "a destination port", 0, 65535, &dst))
        return false;
    k->src_port = (uint16_t)src;
    k->dst_port = (uint16_t)dst;
    return true;
}

static bool parse_fields(struct parser *p, struct pkt_packet *k)
{
    int64_t v;
    bool has_urg = false;

    for (;;) {
        if (!k->has_ack && token_take_word(p, "ack")) {
            if (!token_number(p, "an acknowledgment number", 0, UINT32_MAX, &v))
                return false;
            k->has_ack = true;
            k->ack = (uint32_t)v;
        } else if (!k->has_win && token_take_word(p, "win")) {
            if (token_take(p, '*'))
                continue;
            if (!token_number(p, "a window", 0, 65535, &v))
                return false;
            k->has_win = true;
            k->win = (uint16_t)v;
        } else if (!has_urg && token_take_word(p, "urg")) {
            if (!token_number(p, "an urgent pointer", 0, 65535, &v))
                return false;
            has_urg = true;
            k->urg = (uint16_t)v;
        } else {
            return p->outcome == SCRIPT_OK;
        }
    }
}

static bool parse_tcp(struct parser *p, struct pkt_packet *k)
{
    if (!parse_ports(p, k) || refuse_protocol(p) || !parse_flags(p, k) || !parse_seq(p, &k->seq) ||
        !parse_fields(p, k))
        return false;
    if (k->direction == PKT_IN && k->seq.any)
        return parse_fail(p, k->at, "...(len) for the sequence number is for expected packets (>) only");
    if (k->direction == PKT_IN && !k->has_win)
        return parse_fail(p, p->t.at, "expected win and a window: an injected packet must have one");
    if (token_is(p, '<') && !parse_options(p, k))
        return false;
    if (token_is(p, '['))
        return parse_refuse(p, p->t.at, "a reason carried by a RST");
    if (token_is(p, '/'))
        return parse_refuse(p, p->t.at, "TCP in UDP");
    return p->outcome == SCRIPT_OK;
}

static bool parse_udp(struct parser *p, struct pkt_packet *k)
{
    int64_t n;

    k->protocol = PKT_UDP;
    if (!parse_ports(p, k) || !token_need(p, '(', "( and the number of octets") ||
        !token_number(p, "a length", 0, 65507, &n) || !token_need(p, ')', ")"))
        return false;
    k->udp_len = (uint32_t)n;
    return true;
}

struct pkt_packet *parse_packet(struct parser *p)
{
    struct pkt_packet *k = memory_get(p->m, sizeof *k);
    bool ok;

    k->at = p->t.at;
    k->direction = token_is(p, '<') ? PKT_IN : PKT_OUT;
    k->ip = (struct pkt_ip){.ttl = -1, .flow_label = -1};
    k->icmp_mtu = k->icmp_id = -1;
    lex_next(p);
    if (refuse_protocol(p) || !parse_ip(p, k, &k->ip) || refuse_protocol(p))
        return NULL;
    if (token_take_word(p, "udp"))
        ok = parse_udp(p, k);
    else if (token_is_word(p, "icmp") || token_is_word(p, "icmpv6"))
        ok = parse_icmp(p, k);
    else
        ok = parse_tcp(p, k);
    return ok ? k : NULL;
}
