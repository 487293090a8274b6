#include "sim/report/packet_bytes.h"

#include <stdlib.h>
#include <string.h>

#include "models/wire/stream.h"
#include "models/wire/wire.h"

enum { FROM_DEPTH = 16 };

struct packet_bytes {
    const struct rec_data **data; /* what streams hold other than their pattern, by stream and offset */
    size_t n_data, cap_data;
};

/* ---- payload ---- */

static int by_place(const void *a, const void *b)
{
    const struct rec_data *x = *(const struct rec_data *const *)a, *y = *(const struct rec_data *const *)b;

    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    return x->off < y->off ? -1 : x->off > y->off;
}

/* The first extent of the stream that ends behind off. */
static size_t find_extent(const struct packet_bytes *c, uint32_t stream, uint64_t off)
{
    size_t lo = 0, hi = c->n_data;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const struct rec_data *d = c->data[mid];

        if (d->stream < stream || (d->stream == stream && d->off + d->len <= off))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void read_stream(const struct packet_bytes *c, uint32_t stream, uint64_t off, uint8_t *out, size_t n,
                        int depth)
{
    for (size_t i = 0; i < n; i++)
        out[i] = stream_pattern(stream, off + i);
    for (size_t k = find_extent(c, stream, off); k < c->n_data; k++) {
        const struct rec_data *d = c->data[k];
        uint64_t from = d->off > off ? d->off : off,
                 to = d->off + d->len < off + n ? d->off + d->len : off + n;

        if (d->stream != stream || from >= to)
            break;
        if (d->bytes.n >= d->len)
            memcpy(out + (from - off), d->bytes.p + (from - d->off), (size_t)(to - from));
        else if (d->from_stream && depth < FROM_DEPTH)
            read_stream(c, d->from_stream, d->from_off + (from - d->off), out + (from - off),
                        (size_t)(to - from), depth + 1);
    }
}

/* ---- packets ---- */

struct packet_bytes *packet_bytes_new(const struct log *log)
{
    struct packet_bytes *b = calloc(1, sizeof *b);

    CHECK(b);
    for (size_t i = 0; i < log_count(log); i++) {
        if (log_at(log, i)->kind != REC_DATA)
            continue;
        GROW(b->data, b->n_data, b->cap_data);
        b->data[b->n_data++] = (const void *)log_at(log, i);
    }
    if (b->n_data)
        qsort((void *)b->data, b->n_data, sizeof *b->data, by_place);
    return b;
}

void packet_bytes_free(struct packet_bytes *b)
{
    if (!b)
        return;
    free((void *)b->data);
    free(b);
}

uint8_t *packet_bytes_make(const struct packet_bytes *b, const struct rec_send *r, uint16_t ip_id,
                           uint32_t *n, uint32_t *tcp)
{
    struct segment s = {.seq = r->seq,
                        .ack = r->ack,
                        .wnd = r->wnd,
                        .up = r->up,
                        .sport = r->sport,
                        .dport = r->dport,
                        .tsval = r->tsval,
                        .tsecr = r->tsecr,
                        .mss = r->mss,
                        .ctl = r->ctl,
                        .ws = r->ws,
                        .rsvd = r->rsvd,
                        .len = r->len,
                        .stream = r->stream,
                        .off = r->off};
    struct seg_ext ext = {.n_opt = 0};
    struct ip_addr src, dst;
    const uint8_t *payload = r->raw.p;
    uint8_t *out, *text = NULL;

    if (!ip_parse(r->src, &src) || !ip_parse(r->dst, &dst) || src.family != dst.family ||
        r->raw.n > UINT16_MAX / 2 || r->len > UINT16_MAX - 128)
        return NULL;
    s.opts = (uint8_t)((r->mss ? SEG_MSS : 0) | (r->has_ws ? SEG_WS : 0) | (r->sack_ok ? SEG_SACK_PERM : 0) |
                       (r->has_ts ? SEG_TS : 0));
    if (r->opt.n && r->opt.n <= SEG_OPT_MAX) {
        s.opts |= SEG_RAW_OPT;
        ext.n_opt = (uint8_t)r->opt.n;
        memcpy(ext.opt, r->opt.p, r->opt.n);
    }
    if (r->raw.n) {
        s.opts = SEG_RAW;
        ext.raw_n = (uint16_t)r->raw.n;
    } else if (r->len) {
        text = malloc(r->len);
        CHECK(text);
        read_stream(b, r->stream, r->off, text, r->len, 0);
        payload = text;
    }
    out = malloc(WIRE_PACKET_MAX);
    CHECK(out);
    *n = wire_put_packet(out, &src, &dst, r->ttl, r->tos, ip_id, &s, &ext, payload);
    if (tcp)
        *tcp = src.family == 4 ? 20 : 40;
    free(text);
    return out;
}
