/* Fuzz target: arbitrary bytes as an IP packet and as a TCP segment. Nothing crashes, and what was decoded,
 * encoded again, decodes to the same; a TCP segment even comes back as the same bytes, its checksum apart. */
#include "models/wire/wire.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_fields(const struct wire_packet *a, const struct wire_packet *b)
{
    CHECK(memcmp(&a->seg, &b->seg, sizeof a->seg) == 0);
    CHECK(memcmp(&a->ext, &b->ext, sizeof a->ext) == 0);
    CHECK(memcmp(&a->icmp, &b->icmp, sizeof a->icmp) == 0);
    CHECK(ip_equal(&a->src, &b->src) && ip_equal(&a->dst, &b->dst));
    CHECK(a->proto == b->proto && a->ttl == b->ttl);
}

static void try_segment(const uint8_t *bytes, uint32_t n, uint8_t *out)
{
    const struct ip_addr a = {.family = 4, .b = {10, 0, 0, 1}}, b = {.family = 4, .b = {10, 0, 0, 2}};
    struct wire_packet p;
    const char *why = NULL;

    if (!wire_get_tcp(bytes, n, &p, &why)) {
        CHECK(why);
        return;
    }
    CHECK(p.seg.len <= n && p.payload + p.seg.len == bytes + n);
    CHECK(wire_put_tcp(out, &a, &b, &p.seg, &p.ext, p.payload) == n);
    CHECK(memcmp(out, bytes, 16) == 0 && memcmp(out + 18, bytes + 18, n - 18) == 0);
    CHECK(wire_tcp_checksum(&a, &b, out, n) == 0);
}

static void try_packet(const uint8_t *bytes, uint32_t n, uint8_t *out)
{
    struct wire_packet p, q;
    const char *why = NULL;
    char text[IP_TEXT_MAX];
    struct ip_addr a;
    uint32_t m;

    if (!wire_get_packet(bytes, n, &p, &why)) {
        CHECK(why);
        return;
    }
    ip_format(&p.src, text);
    CHECK(ip_parse(text, &a) && ip_equal(&a, &p.src));
    if (p.proto == PROTO_TCP)
        m = wire_put_packet(out, &p.src, &p.dst, p.ttl, p.tos, 0, &p.seg, &p.ext, p.payload);
    else
        m = wire_put_icmp(out, &p.src, &p.dst, p.ttl, &p.icmp, &p.quoted_src, &p.quoted_dst, &p.seg);
    CHECK(m > 0 && m <= WIRE_PACKET_MAX);
    CHECK(wire_get_packet(out, m, &q, &why));
    CHECK(q.ip_checksum_ok && q.checksum_ok);
    same_fields(&p, &q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t out[WIRE_PACKET_MAX];

    if (size > 65535 - 20) /* no larger segment fits a packet of either family */
        return 0;
    try_segment(data, (uint32_t)size, out);
    try_packet(data, (uint32_t)size, out);
    return 0;
}
