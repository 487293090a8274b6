/* internal: what the files of models/wire share and nobody else includes: numbers in network byte order,
 * written and read a byte at a time so that every machine makes the same bytes, and the parts that packets
 * are put together from. */
#ifndef TCPLAB_MODELS_WIRE_INTERNAL_H
#define TCPLAB_MODELS_WIRE_INTERNAL_H

#include "models/wire/wire.h"

static inline void put_be16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8 & 0xffu);
    p[1] = (uint8_t)(v & 0xffu);
}
static inline void put_be32(uint8_t *p, uint32_t v)
{
    put_be16(p, v >> 16);
    put_be16(p + 2, v & 0xffffu);
}
static inline uint16_t get_be16(const uint8_t *p)
{
    return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}
static inline uint32_t get_be32(const uint8_t *p)
{
    return (uint32_t)get_be16(p) << 16 | get_be16(p + 2);
}

enum { NEXT_ICMPV6 = 58, IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20 };

/* Checksum with the pseudo-header of either family; 0 when the stored one is right. */
uint16_t wire_transport_checksum(const struct ip_addr *src, const struct ip_addr *dst, uint8_t next_header,
                                 const uint8_t *bytes, uint32_t n);
/* An IP header (no options) for n bytes that follow it. Returns its length. */
uint32_t wire_put_ip(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl,
                     uint8_t tos, uint16_t id, uint8_t protocol, uint32_t n);
/* The segment's fields out of TCP bytes into p->seg, p->ext, p->payload, which are zero before. */
bool wire_get_segment(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why);
/* An ICMP message into p->icmp, p->quoted_*, p->seg; p->src.family says of which version. */
bool wire_get_icmp(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why);

#endif
