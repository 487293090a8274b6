#include "models/wire/internal.h"

#include <string.h>

uint32_t wire_put_ip(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl,
                     uint8_t tos, uint16_t id, uint8_t protocol, uint32_t n)
{
    CHECK(src->family == dst->family && (src->family == 4 || src->family == 6));
    if (src->family == 4) {
        CHECK(n <= UINT16_MAX - IPV4_HEADER);
        out[0] = 0x45;
        out[1] = tos;
        put_be16(out + 2, IPV4_HEADER + n);
        put_be16(out + 4, id);
        put_be16(out + 6, 0x4000); /* don't fragment: no router here would */
        out[8] = ttl;
        out[9] = protocol;
        put_be16(out + 10, 0);
        memcpy(out + 12, src->b, 4);
        memcpy(out + 16, dst->b, 4);
        put_be16(out + 10, wire_checksum(out, IPV4_HEADER, 0));
        return IPV4_HEADER;
    }
    CHECK(n <= UINT16_MAX);
    put_be32(out, 6u << 28 | (uint32_t)tos << 20);
    put_be16(out + 4, n);
    out[6] = protocol;
    out[7] = ttl;
    memcpy(out + 8, src->b, 16);
    memcpy(out + 24, dst->b, 16);
    return IPV6_HEADER;
}

uint32_t wire_put_packet(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl,
                         uint8_t tos, uint16_t id, const struct segment *s, const struct seg_ext *ext,
                         const uint8_t *payload)
{
    uint32_t header = src->family == 6 ? IPV6_HEADER : IPV4_HEADER;
    uint32_t n = wire_put_tcp(out + header, src, dst, s, ext, payload);

    return wire_put_ip(out, src, dst, ttl, tos, id, PROTO_TCP, n) + n;
}

/* An IPv4 header. Returns its length, and the bytes that follow it to *rest; 0: why says what is wrong. */
static uint32_t get_ipv4(const uint8_t *bytes, uint32_t n, struct wire_packet *p, uint32_t *rest,
                         const char **why)
{
    uint32_t header = 4u * (bytes[0] & 0xfu), total;

    if (n < IPV4_HEADER || header < IPV4_HEADER || header > n) {
        *why = "IP header length";
        return 0;
    }
    p->ip_checksum_ok = wire_checksum(bytes, header, 0) == 0;
    p->src.family = p->dst.family = 4;
    memcpy(p->src.b, bytes + 12, 4);
    memcpy(p->dst.b, bytes + 16, 4);
    p->tos = bytes[1];
    p->ttl = bytes[8];
    p->proto = bytes[9];
    total = get_be16(bytes + 2);
    if (total < header || total > n) {
        *why = "IP total length";
        return 0;
    }
    if (get_be16(bytes + 6) & 0x3fffu) {
        *why = "IP fragment";
        return 0;
    }
    *rest = total - header;
    return header;
}

/* An IPv6 header, likewise. Extension headers count as protocols we do not know. */
static uint32_t get_ipv6(const uint8_t *bytes, uint32_t n, struct wire_packet *p, uint32_t *rest,
                         const char **why)
{
    if (n < IPV6_HEADER) {
        *why = "IP header length";
        return 0;
    }
    p->ip_checksum_ok = true; /* there is none */
    p->src.family = p->dst.family = 6;
    memcpy(p->src.b, bytes + 8, 16);
    memcpy(p->dst.b, bytes + 24, 16);
    p->tos = (uint8_t)(get_be16(bytes) >> 4 & 0xffu);
    p->ttl = bytes[7];
    p->proto = bytes[6];
    *rest = get_be16(bytes + 4);
    if (*rest > n - IPV6_HEADER) {
        *why = "IP payload length";
        return 0;
    }
    return IPV6_HEADER;
}

bool wire_get_packet(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why)
{
    const char *unheard;
    uint32_t header, rest = 0;
    bool v6;

    why = why ? why : &unheard;
    *p = (struct wire_packet){0};
    if (n == 0 || (bytes[0] >> 4 != 4 && bytes[0] >> 4 != 6)) {
        *why = "IP version";
        return false;
    }
    v6 = bytes[0] >> 4 == 6;
    header = v6 ? get_ipv6(bytes, n, p, &rest, why) : get_ipv4(bytes, n, p, &rest, why);
    if (header == 0)
        return false;
    bytes += header;
    if (p->proto == PROTO_TCP) {
        p->checksum_ok = rest >= TCP_HEADER && wire_tcp_checksum(&p->src, &p->dst, bytes, rest) == 0;
        return wire_get_segment(bytes, rest, p, why);
    }
    if (p->proto == (v6 ? NEXT_ICMPV6 : PROTO_ICMP)) {
        p->proto = PROTO_ICMP;
        return wire_get_icmp(bytes, rest, p, why);
    }
    *why = "IP protocol";
    return false;
}

bool wire_survives_flip(const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl, uint8_t tos,
                        const struct segment *s, const struct seg_ext *ext, const uint8_t *payload,
                        uint32_t bit)
{
    uint8_t packet[WIRE_PACKET_MAX];
    uint32_t n = wire_put_packet(packet, src, dst, ttl, tos, 0, s, ext, payload);
    struct wire_packet p;

    CHECK(bit >= wire_first_covered_bit(src->family == 6) && bit / 8 < n);
    packet[bit / 8] = (uint8_t)(packet[bit / 8] ^ 0x80u >> bit % 8);
    wire_get_packet(packet, n, &p, NULL);
    return p.ip_checksum_ok && p.checksum_ok;
}
