#include "models/wire/internal.h"

/* Sum of 16-bit words, the last odd byte as the high half of one; not yet folded. */
static uint64_t sum_words(const uint8_t *bytes, uint32_t n, uint64_t sum)
{
    for (; n >= 2; n -= 2, bytes += 2)
        sum += get_be16(bytes);
    return n ? sum + ((uint64_t)bytes[0] << 8) : sum;
}

static uint16_t fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffffu) + (sum >> 16);
    return (uint16_t)sum;
}

uint16_t wire_checksum(const uint8_t *bytes, uint32_t n, uint32_t start)
{
    return (uint16_t)(~fold(sum_words(bytes, n, start)) & 0xffffu);
}

/* Pseudo-header of RFC 9293 sec 3.1 (IPv4) or RFC 8200 sec 8.1, then the bytes. */
uint16_t wire_transport_checksum(const struct ip_addr *src, const struct ip_addr *dst, uint8_t next_header,
                                 const uint8_t *bytes, uint32_t n)
{
    uint32_t size = src->family == 6 ? 16u : 4u;
    uint64_t sum = (uint64_t)next_header + (n >> 16) + (n & 0xffffu);

    sum = sum_words(src->b, size, sum);
    sum = sum_words(dst->b, size, sum);
    return (uint16_t)(~fold(sum_words(bytes, n, sum)) & 0xffffu);
}

uint16_t wire_tcp_checksum(const struct ip_addr *src, const struct ip_addr *dst, const uint8_t *tcp,
                           uint32_t n)
{
    return wire_transport_checksum(src, dst, PROTO_TCP, tcp, n);
}
