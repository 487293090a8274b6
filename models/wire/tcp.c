#include "models/wire/internal.h"

#include <string.h>

uint32_t wire_put_tcp(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst,
                      const struct segment *s, const struct seg_ext *ext, const uint8_t *payload)
{
    uint32_t header, n;

    if (s->opts & SEG_RAW) {
        CHECK(ext && (payload || ext->raw_n == 0));
        if (ext->raw_n)
            memcpy(out, payload, ext->raw_n);
        return ext->raw_n;
    }
    header = TCP_HEADER + wire_put_options(out + TCP_HEADER, s, ext);
    n = header + s->len;
    CHECK(s->len <= UINT16_MAX && n <= UINT16_MAX && (payload || s->len == 0));
    put_be16(out, s->sport);
    put_be16(out + 2, s->dport);
    put_be32(out + 4, s->seq.v);
    put_be32(out + 8, s->ack.v);
    out[12] = (uint8_t)(header / 4 << 4 | (s->rsvd & 0xfu));
    out[13] = s->ctl;
    put_be16(out + 14, s->wnd);
    put_be16(out + 16, 0);
    put_be16(out + 18, s->up);
    if (s->len)
        memcpy(out + header, payload, s->len);
    put_be16(out + 16, wire_tcp_checksum(src, dst, out, n));
    return n;
}

/* Whether the options' usual encoding is other than the bytes they came as. */
static bool unusual_options(const struct segment *s, const struct seg_ext *ext)
{
    uint8_t usual[SEG_OPT_MAX];

    if (wire_options_length(s, ext) != ext->n_opt)
        return true;
    wire_put_options(usual, s, ext);
    return memcmp(usual, ext->opt, ext->n_opt) != 0;
}

bool wire_get_segment(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why)
{
    struct segment *s = &p->seg;
    uint32_t header;

    if (n < TCP_HEADER) {
        *why = "TCP header cut off";
        return false;
    }
    header = 4u * (bytes[12] >> 4);
    if (header < TCP_HEADER || header > n) {
        *why = "data offset";
        return false;
    }
    s->sport = get_be16(bytes);
    s->dport = get_be16(bytes + 2);
    s->seq = seq(get_be32(bytes + 4));
    s->ack = seq(get_be32(bytes + 8));
    s->rsvd = bytes[12] & 0xfu;
    s->ctl = bytes[13];
    s->wnd = get_be16(bytes + 14);
    s->up = get_be16(bytes + 18);
    s->len = n - header;
    p->payload = bytes + header;
    p->ext.n_opt = (uint8_t)(header - TCP_HEADER);
    memcpy(p->ext.opt, bytes + TCP_HEADER, p->ext.n_opt);
    wire_get_options(p->ext.opt, p->ext.n_opt, s, &p->ext);
    if (unusual_options(s, &p->ext))
        s->opts |= SEG_RAW_OPT;
    return true;
}

bool wire_get_tcp(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why)
{
    const char *unheard;

    *p = (struct wire_packet){.proto = PROTO_TCP};
    return wire_get_segment(bytes, n, p, why ? why : &unheard);
}
