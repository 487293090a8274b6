/* ICMP and ICMPv6 errors. Inside the simulator an error has its version 4 numbers; on the wire each family
 * has its own. */
#include "models/wire/internal.h"

#include <string.h>

enum icmp_type {
    V4_UNREACHABLE = 3,
    V4_SOURCE_QUENCH = 4,
    V4_TIME_EXCEEDED = 11,
    V4_PARAMETER = 12,
    V4_TOO_BIG_CODE = 4, /* of V4_UNREACHABLE: fragmentation needed */
    V6_UNREACHABLE = 1,
    V6_TOO_BIG = 2,
    V6_TIME_EXCEEDED = 3,
    V6_PARAMETER = 4
};
enum { ICMP_HEADER = 8, QUOTED = 8, QUOTED_TTL = 64 };

/* Which errors say the same in both families (after RFC 7915 sec 4.2 and 5.2, but so that what TCP tells
 * apart comes back as it was). The first row that fits is taken in either direction. */
static const struct {
    uint8_t type4, code4, type6, code6;
} same_error[] = {
    {V4_UNREACHABLE, 0, V6_UNREACHABLE, 0}, /* net; no route */
    {V4_UNREACHABLE, 1, V6_UNREACHABLE, 3}, /* host; address */
    {V4_UNREACHABLE, 2, V6_PARAMETER, 1},   /* protocol; next header not recognised */
    {V4_UNREACHABLE, 3, V6_UNREACHABLE, 4}, /* port */
    {V4_UNREACHABLE, V4_TOO_BIG_CODE, V6_TOO_BIG, 0},
    {V4_UNREACHABLE, 13, V6_UNREACHABLE, 1}, /* forbidden by policy */
    {V4_UNREACHABLE, 9, V6_UNREACHABLE, 1},
    {V4_UNREACHABLE, 10, V6_UNREACHABLE, 1},
    {V4_UNREACHABLE, 15, V6_UNREACHABLE, 1},
    {V4_UNREACHABLE, 1, V6_UNREACHABLE, 2},
    {V4_UNREACHABLE, 13, V6_UNREACHABLE, 5},
    {V4_UNREACHABLE, 13, V6_UNREACHABLE, 6},
    {V4_PARAMETER, 0, V6_PARAMETER, 0},
};

/* False: version 6 has no such error. */
static bool to_v6(const struct icmp_error *e, uint8_t *type, uint8_t *code)
{
    for (size_t i = 0; i < ARRAY_LEN(same_error); i++)
        if (same_error[i].type4 == e->type && same_error[i].code4 == e->code) {
            *type = same_error[i].type6;
            *code = same_error[i].code6;
            return true;
        }
    *code = e->type == V4_TIME_EXCEEDED ? e->code : 0;
    *type = e->type == V4_UNREACHABLE     ? V6_UNREACHABLE
            : e->type == V4_TIME_EXCEEDED ? V6_TIME_EXCEEDED
                                          : V6_PARAMETER;
    return e->type == V4_UNREACHABLE || e->type == V4_TIME_EXCEEDED || e->type == V4_PARAMETER;
}

/* False: not an error message. */
static bool from_v6(uint8_t type, uint8_t code, struct icmp_error *e)
{
    for (size_t i = 0; i < ARRAY_LEN(same_error); i++)
        if (same_error[i].type6 == type && same_error[i].code6 == code) {
            e->type = same_error[i].type4;
            e->code = same_error[i].code4;
            return true;
        }
    switch (type) { /* codes without a row; a byte from the wire, any value */
    case V6_UNREACHABLE: *e = (struct icmp_error){.type = V4_UNREACHABLE, .code = 1}; return true;
    case V6_TOO_BIG: *e = (struct icmp_error){.type = V4_UNREACHABLE, .code = V4_TOO_BIG_CODE}; return true;
    case V6_TIME_EXCEEDED: *e = (struct icmp_error){.type = V4_TIME_EXCEEDED, .code = code}; return true;
    case V6_PARAMETER: *e = (struct icmp_error){.type = V4_PARAMETER, .code = 0}; return true;
    default: return false;
    }
}

uint32_t wire_put_icmp(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl,
                       const struct icmp_error *e, const struct ip_addr *qsrc, const struct ip_addr *qdst,
                       const struct segment *s)
{
    bool v6 = src->family == 6;
    uint32_t header = v6 ? IPV6_HEADER : IPV4_HEADER, n;
    uint8_t *m = out + header, *q;
    uint8_t type = e->type, code = e->code;

    CHECK(src->family == qsrc->family);
    if (v6 && !to_v6(e, &type, &code))
        return 0;
    memset(m, 0, ICMP_HEADER);
    m[0] = type;
    m[1] = code;
    if (e->type == V4_UNREACHABLE && e->code == V4_TOO_BIG_CODE)
        put_be16(m + 6, e->mtu); /* RFC 1191 sec 4; in version 6 the field is the low half of a 32-bit one */
    q = m + ICMP_HEADER;
    q += wire_put_ip(q, qsrc, qdst, QUOTED_TTL, 0, 0, PROTO_TCP, TCP_HEADER + s->len);
    put_be16(q, s->sport);
    put_be16(q + 2, s->dport);
    put_be32(q + 4, s->seq.v);
    n = (uint32_t)(q + QUOTED - m);
    put_be16(m + 2, v6 ? wire_transport_checksum(src, dst, NEXT_ICMPV6, m, n) : wire_checksum(m, n, 0));
    return wire_put_ip(out, src, dst, ttl, 0, 0, v6 ? NEXT_ICMPV6 : PROTO_ICMP, n) + n;
}

/* The quoted packet's addresses, ports and sequence number. */
static bool get_quote(const uint8_t *q, uint32_t n, struct wire_packet *p)
{
    bool v6 = p->src.family == 6;
    uint32_t header = v6 ? IPV6_HEADER : IPV4_HEADER, size = v6 ? 16 : 4;

    if (n < header || q[0] >> 4 != p->src.family || q[v6 ? 6 : 9] != PROTO_TCP)
        return false;
    p->quoted_src.family = p->quoted_dst.family = p->src.family;
    memcpy(p->quoted_src.b, q + (v6 ? 8 : 12), size);
    memcpy(p->quoted_dst.b, q + (v6 ? 24 : 16), size);
    if (!v6)
        header = 4u * (q[0] & 0xfu);
    if (header < IPV4_HEADER || n < header + QUOTED)
        return false;
    p->seg.sport = get_be16(q + header);
    p->seg.dport = get_be16(q + header + 2);
    p->seg.seq = seq(get_be32(q + header + 4));
    return true;
}

bool wire_get_icmp(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why)
{
    bool v6 = p->src.family == 6;

    if (n < ICMP_HEADER) {
        *why = "ICMP header cut off";
        return false;
    }
    p->checksum_ok = (v6 ? wire_transport_checksum(&p->src, &p->dst, NEXT_ICMPV6, bytes, n)
                         : wire_checksum(bytes, n, 0)) == 0;
    p->icmp = (struct icmp_error){.type = bytes[0], .code = bytes[1]};
    if (v6 ? !from_v6(bytes[0], bytes[1], &p->icmp)
           : bytes[0] != V4_UNREACHABLE && bytes[0] != V4_SOURCE_QUENCH && bytes[0] != V4_TIME_EXCEEDED &&
                 bytes[0] != V4_PARAMETER) {
        *why = "not an ICMP error";
        return false;
    }
    if (p->icmp.type == V4_UNREACHABLE && p->icmp.code == V4_TOO_BIG_CODE)
        p->icmp.mtu = v6 && get_be16(bytes + 4) ? UINT16_MAX : get_be16(bytes + 6);
    if (!get_quote(bytes + ICMP_HEADER, n - ICMP_HEADER, p)) {
        *why = "no TCP segment quoted";
        return false;
    }
    return true;
}
