#include "sim/report/pcapng.h"

#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/core/sbuf.h"
#include "sim/report/fold.h"
#include "sim/report/packet_bytes.h"

/* Block and option numbers of the pcapng format. */
enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6, LINKTYPE_RAW = 101 };
enum { OPT_END = 0, OPT_COMMENT = 1, OPT_NAME = 2, OPT_FLAGS = 2, OPT_PROGRAM = 4, OPT_TSRESOL = 9 };
enum { FLUSH_AT = 256 * 1024 };

struct capture {
    const struct trace_header *header;
    const struct log *log;
    struct sbuf b;
    struct packet_bytes *bytes;
    struct fold_map lost;   /* packet's id: 1 */
    struct fold_map marked; /* likewise */
    uint16_t ip_id;
};

/* ---- blocks ---- */

static void put16(struct sbuf *b, uint32_t v)
{
    sbuf_putc(b, (char)(v & 0xff));
    sbuf_putc(b, (char)(v >> 8 & 0xff));
}

static void put32(struct sbuf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

static void pad(struct sbuf *b, size_t n)
{
    sbuf_fill(b, '\0', (4 - n % 4) % 4);
}

static void put_option(struct sbuf *b, uint32_t code, const void *value, size_t n)
{
    put16(b, code);
    put16(b, (uint32_t)n);
    sbuf_put(b, value, n);
    pad(b, n);
}

/* Begins a block; its length is filled in by end_block, which is given what this returns. */
static size_t begin_block(struct sbuf *b, uint32_t type)
{
    put32(b, type);
    put32(b, 0);
    return b->len - 8;
}

static void end_block(struct sbuf *b, size_t start)
{
    uint32_t n = (uint32_t)(b->len - start + 4);

    put32(b, n);
    for (unsigned i = 0; i < 4; i++)
        b->s[start + 4 + i] = (char)(n >> (8 * i) & 0xff);
}

static void put_head(struct capture *c)
{
    const struct trace_header *h = c->header;
    size_t start = begin_block(&c->b, BLOCK_SECTION);

    put32(&c->b, 0x1a2b3c4d);
    put16(&c->b, 1);
    put16(&c->b, 0);
    put32(&c->b, UINT32_MAX);
    put32(&c->b, UINT32_MAX); /* length of the section: not said */
    if (h->program)
        put_option(&c->b, OPT_PROGRAM, h->program, strlen(h->program));
    put_option(&c->b, OPT_END, NULL, 0);
    end_block(&c->b, start);
    for (uint32_t i = 0; i < h->n_hosts; i++) {
        start = begin_block(&c->b, BLOCK_INTERFACE);
        put16(&c->b, LINKTYPE_RAW);
        put16(&c->b, 0);
        put32(&c->b, 0);
        put_option(&c->b, OPT_NAME, h->host[i].name, strlen(h->host[i].name));
        put_option(&c->b, OPT_TSRESOL, "\x09", 1); /* nanoseconds */
        put_option(&c->b, OPT_END, NULL, 0);
        end_block(&c->b, start);
    }
}

static void put_packet(struct capture *c, const struct rec_head *r, const uint8_t *bytes, uint32_t n)
{
    size_t start = begin_block(&c->b, BLOCK_PACKET);
    uint32_t lost;

    put32(&c->b, r->host ? r->host - 1u : 0);
    put32(&c->b, (uint32_t)((uint64_t)r->at >> 32));
    put32(&c->b, (uint32_t)((uint64_t)r->at & UINT32_MAX));
    put32(&c->b, n);
    put32(&c->b, n);
    sbuf_put(&c->b, bytes, n);
    pad(&c->b, n);
    if (fold_map_get(&c->lost, r->id, &lost))
        put_option(&c->b, OPT_COMMENT, "lost", 4);
    if (fold_map_get(&c->marked, r->id, &lost)) /* the capture shows packets as they were sent */
        put_option(&c->b, OPT_COMMENT, "marked CE on its way", 20);
    put_option(&c->b, OPT_FLAGS, "\x02\0\0", 4); /* outbound */
    put_option(&c->b, OPT_END, NULL, 0);
    end_block(&c->b, start);
}

/* ---- packets ---- */

static void capture_send(struct capture *c, const struct rec_send *r)
{
    uint32_t n;
    uint8_t *bytes = packet_bytes_make(c->bytes, r, (uint16_t)(c->ip_id + 1), &n, NULL);

    if (!bytes)
        return;
    c->ip_id++;
    put_packet(c, &r->head, bytes, n);
    free(bytes);
}

/* The segment that an ICMP error quotes: the newest with its ports that its receiver sent. */
static const struct rec_send *quoted(const struct capture *c, const struct rec_icmp *r, size_t i)
{
    while (i-- > 0) {
        const struct rec_send *s = (const void *)log_at(c->log, i);

        if (s->head.kind == REC_SEND && s->sport == r->sport && s->dport == r->dport &&
            !strcmp(s->src, r->dst))
            return s;
    }
    return NULL;
}

static void capture_icmp(struct capture *c, const struct rec_icmp *r, size_t i)
{
    const struct rec_send *q = quoted(c, r, i);
    struct segment s = {.seq = r->seq, .sport = r->sport, .dport = r->dport, .len = q ? q->len : 0};
    struct icmp_error e = {.type = r->type, .code = r->code, .mtu = r->mtu};
    struct ip_addr src, dst, target;
    uint8_t out[128];
    uint32_t n;

    if (!ip_parse(r->src, &src) || !ip_parse(r->dst, &dst) || src.family != dst.family ||
        !ip_parse(q ? q->dst : r->src, &target) || target.family != dst.family)
        return;
    n = wire_put_icmp(out, &src, &dst, 64, &e, &dst, &target, &s);
    if (n)
        put_packet(c, &r->head, out, n);
}

static void look_ahead(struct capture *c)
{
    for (size_t i = 0; i < log_count(c->log); i++) {
        const void *r = log_at(c->log, i);

        if (log_at(c->log, i)->kind == REC_DROP && ((const struct rec_drop *)r)->pkt)
            fold_map_put(&c->lost, ((const struct rec_drop *)r)->pkt, 1);
        if (log_at(c->log, i)->kind == REC_FAULT && ((const struct rec_fault *)r)->fate == FATE_MARK)
            fold_map_put(&c->marked, ((const struct rec_fault *)r)->pkt, 1);
    }
}

bool pcapng_write(FILE *out, const struct trace_header *h, const struct log *log)
{
    struct capture c = {.header = h, .log = log};
    bool ok = true;

    c.bytes = packet_bytes_new(log);
    look_ahead(&c);
    put_head(&c);
    for (size_t i = 0; i < log_count(log) && ok; i++) {
        const void *r = log_at(log, i);

        if (log_at(log, i)->kind == REC_SEND)
            capture_send(&c, r);
        else if (log_at(log, i)->kind == REC_ICMP)
            capture_icmp(&c, r, i);
        if (c.b.len >= FLUSH_AT)
            ok = sbuf_flush(&c.b, out) == 0;
    }
    ok = ok && sbuf_flush(&c.b, out) == 0;
    sbuf_free(&c.b);
    packet_bytes_free(c.bytes);
    fold_map_free(&c.lost);
    fold_map_free(&c.marked);
    return ok;
}
