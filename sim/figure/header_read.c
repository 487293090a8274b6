/* What the inspector says of a segment: bytes, values, names, and what is new. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/figure/header_parts.h"
#include "sim/figure/index.h"
#include "sim/report/i18n.h"
#include "sim/report/packet_bytes.h"

enum { FIXED = 20, FLIGHTS_LOOKED_AT = 4096 };

static const struct rec_send *send_at(const struct log *log, size_t i)
{
    const struct rec_head *r = log_at(log, i);

    return r->kind == REC_SEND ? (const void *)r : NULL;
}

uint64_t header_packet_at(const struct model *m, vtime at)
{
    for (size_t i = at == VTIME_NEVER ? log_count(m->log) : log_after_time(m->log, at); i-- > 0;)
        if (log_at(m->log, i)->kind == REC_SEND)
            return log_at(m->log, i)->id;
    return 0;
}

/* ---- names of numbers ---- */

/* Whether the symbol's numbers are those of this address (or host), as the ladder decides it: those of the
 * address whose segment bound it. */
static bool names_address(const struct log *log, const struct rec_symbol *y, const char *address,
                          uint16_t host)
{
    const struct rec_head *cause = y->head.cause ? log_find(log, y->head.cause) : NULL;
    const struct rec_send *r = cause && cause->kind == REC_SEND ? (const void *)cause : NULL;

    if (!r)
        return y->head.host == host;
    return !strcmp(y->head.host == r->head.host ? r->src : r->dst, address);
}

/* "u", "u+1", else how far it is from the initial sequence number: "ISS+120"; "" if that is not known. */
static void name_number(struct header *h, enum header_field f, const struct rec_send *r, bool is_ack)
{
    const struct model *m = h->model;
    const char *address = is_ack ? r->dst : r->src;
    uint16_t host = is_ack ? r->to : r->head.host, sport = is_ack ? r->dport : r->sport,
             dport = is_ack ? r->sport : r->dport;
    uint32_t number = is_ack ? r->ack.v : r->seq.v;
    const struct rec_send *syn = NULL;

    for (size_t i = m->n_landmarks; i-- > 0;) {
        const struct rec_head *q = m->landmark[i];
        const struct rec_symbol *y = (const void *)q;
        const struct rec_send *s = (const void *)q;

        if (q->kind == REC_SYMBOL && (q->id < r->head.id || q->cause == r->head.id) &&
            number - y->value.v <= 1 && names_address(m->log, y, address, host)) {
            char name[48];

            paint_escape(name, sizeof name, y->name);
            snprintf(h->named[f], HEADER_TEXT, "<i>%s</i>%s", name, number == y->value.v ? "" : "+1");
            return;
        }
        if (!syn && q->kind == REC_SEND && q->id <= r->head.id && s->ctl & TCP_SYN && s->sport == sport &&
            s->dport == dport && !strcmp(s->src, address))
            syn = s;
    }
    if (syn && number - syn->seq.v < UINT32_C(0x80000000)) {
        uint32_t n = number - syn->seq.v;

        snprintf(h->named[f], HEADER_TEXT, n ? "<i>%s</i>+%lu" : "<i>%s</i>", is_ack ? "IRS" : "ISS",
                 (unsigned long)n);
    }
}

/* ---- options ---- */

static uint32_t get(const uint8_t *b, unsigned n)
{
    uint32_t v = 0;

    while (n--)
        v = v << 8 | *b++;
    return v;
}

static void put_row(struct header *h, unsigned from, unsigned n, const char *format, unsigned long a,
                    unsigned long b)
{
    struct trace_text t = figure_words(format);
    struct header_row *row;

    if (h->n_rows == HEADER_ROWS)
        return;
    row = &h->row[h->n_rows++];
    *row = (struct header_row){.from = from, .n = n};
    snprintf(row->text[0], HEADER_TEXT, t.en, a, b);
    snprintf(row->text[1], HEADER_TEXT, t.zh, a, b);
}

static void put_sack(struct header *h, unsigned at, unsigned n)
{
    struct header_row *row;

    put_row(h, at, n, TR_MARK("SACK: received %lu to %lu"), get(h->bytes + at + 2, 4),
            get(h->bytes + at + 6, 4));
    row = &h->row[h->n_rows - 1];
    for (unsigned k = 10; k + 8 <= n; k += 8)
        for (int lang = 0; lang < 2; lang++) {
            size_t len = strlen(row->text[lang]);

            snprintf(row->text[lang] + len, HEADER_TEXT - len, ", %lu\xe2\x80\x93%lu",
                     (unsigned long)get(h->bytes + at + k, 4), (unsigned long)get(h->bytes + at + k + 4, 4));
        }
}

/* One option with a length; false: its length is illegal. */
static bool put_option(struct header *h, unsigned at, unsigned end)
{
    const uint8_t *b = h->bytes + at;
    unsigned n = at + 1 < end ? b[1] : 0;

    if (n < 2 || at + n > end) {
        put_row(h, at, end - at, TR_MARK("option %lu with an illegal length"), b[0], 0);
        return false;
    }
    if (b[0] == 2 && n == 4)
        put_row(h, at, n, TR_MARK("MSS %lu"), get(b + 2, 2), 0);
    else if (b[0] == 3 && n == 3)
        put_row(h, at, n, TR_MARK("window scale %lu: window times %lu"), b[2],
                1ul << (b[2] < 14 ? b[2] : 14));
    else if (b[0] == 4 && n == 2)
        put_row(h, at, n, TR_MARK("SACK permitted"), 0, 0);
    else if (b[0] == 8 && n == 10)
        put_row(h, at, n, TR_MARK("timestamp %lu, echo %lu"), get(b + 2, 4), get(b + 6, 4));
    else if (b[0] == 5 && n >= 10 && n % 8 == 2 && h->n_rows < HEADER_ROWS)
        put_sack(h, at, n);
    else
        put_row(h, at, n, TR_MARK("option %lu, %lu bytes"), b[0], n);
    return true;
}

static void read_options(struct header *h)
{
    unsigned end = h->n_bytes, n;

    for (unsigned at = FIXED; at < end; at += n) {
        if (h->bytes[at] == 0) {
            put_row(h, at, end - at, TR_MARK("end of options"), 0, 0);
            return;
        }
        if (h->bytes[at] == 1) { /* alike, and dull: those in a row are one */
            for (n = 1; at + n < end && h->bytes[at + n] == 1; n++)
                ;
            put_row(h, at, n, n > 1 ? TR_MARK("%lu NOP (padding)") : TR_MARK("NOP (padding)"), n, 0);
            continue;
        }
        if (!put_option(h, at, end))
            return;
        n = h->bytes[at + 1];
    }
}

/* ---- values ---- */

static void put_value(struct header *h, enum header_field f, const char *format, unsigned long v)
{
    snprintf(h->value[f], HEADER_TEXT, format, v);
}

static void read_values(struct header *h, const struct rec_send *r)
{
    static const struct {
        enum header_field f;
        unsigned at, n;
        const char *format;
    } whole[] = {
        {HEADER_SPORT, 0, 2, "%lu"},   {HEADER_DPORT, 2, 2, "%lu"},   {HEADER_SEQ, 4, 4, "%lu"},
        {HEADER_ACK, 8, 4, "%lu"},     {HEADER_WINDOW, 14, 2, "%lu"}, {HEADER_CHECKSUM, 16, 2, "0x%04lx"},
        {HEADER_URGENT, 18, 2, "%lu"},
    };

    for (size_t i = 0; i < ARRAY_LEN(whole); i++)
        if (whole[i].at + whole[i].n <= h->n_bytes)
            put_value(h, whole[i].f, whole[i].format, get(h->bytes + whole[i].at, whole[i].n));
    if (h->n_bytes > 13) {
        put_value(h, HEADER_OFFSET, "%lu", h->bytes[12] >> 4);
        put_value(h, HEADER_RESERVED, "%lu", h->bytes[12] & 15);
        for (int bit = 0; bit < 8; bit++)
            put_value(h, (enum header_field)(HEADER_CWR + bit), "%lu", h->bytes[13] >> (7 - bit) & 1);
    }
    if (h->n_bytes < FIXED)
        return;
    put_value(h, HEADER_OPTIONS, "%lu", h->n_bytes - FIXED);
    put_value(h, HEADER_PAYLOAD, "%lu", h->payload);
    if (r->raw.n)
        return;
    name_number(h, HEADER_SEQ, r, false);
    if (r->ctl & TCP_ACK)
        name_number(h, HEADER_ACK, r, true);
    if (r->wscale & 15 && r->wnd)
        snprintf(h->named[HEADER_WINDOW], HEADER_TEXT, "%lu \xc3\xb7 %lu",
                 (unsigned long)r->wnd << (r->wscale & 15), 1ul << (r->wscale & 15));
}

/* The bytes of the segment's header; false: it has none. */
static bool read_bytes(struct header *h, const struct packet_bytes *pb, const struct rec_send *r)
{
    struct ip_addr src, dst;
    uint32_t n, tcp, length;
    uint8_t *packet = packet_bytes_make(pb, r, 0, &n, &tcp), *bytes = packet ? packet + tcp : NULL;

    if (!packet)
        return false;
    n -= tcp;
    length = n < FIXED ? n : (uint32_t)(bytes[12] >> 4) * 4;
    length = length < FIXED ? FIXED : length;
    length = length > n ? n : length;
    h->n_bytes = length;
    h->payload = n - length;
    memcpy(h->bytes, bytes, length);
    CHECK(ip_parse(r->src, &src) && ip_parse(r->dst, &dst));
    h->verified = n >= FIXED && wire_tcp_checksum(&src, &dst, bytes, n) == 0;
    if (n >= FIXED) {
        bytes[16] = bytes[17] = 0;
        h->computed = wire_tcp_checksum(&src, &dst, bytes, n);
    }
    free(packet);
    return true;
}

/* ---- what is new ---- */

static const struct rec_send *previous_of(const struct log *log, const struct rec_send *r)
{
    for (size_t i = log_after(log, r->head.id - 1); i-- > 0;) {
        const struct rec_send *s = send_at(log, i);

        if (s && s->sport == r->sport && s->dport == r->dport && !strcmp(s->src, r->src) &&
            !strcmp(s->dst, r->dst))
            return s;
    }
    return NULL;
}

static void compare(struct header *h, const struct header *old)
{
    for (int f = 0; f < HEADER_FIELDS; f++)
        h->changed[f] = strcmp(h->value[f], old->value[f]) != 0;
    h->changed[HEADER_OPTIONS] =
        h->n_bytes != old->n_bytes ||
        (h->n_bytes > FIXED && memcmp(h->bytes + FIXED, old->bytes + FIXED, h->n_bytes - FIXED) != 0);
    for (unsigned i = 0; i < h->n_bytes; i++)
        h->byte_changed[i] = i < FIXED ? i >= old->n_bytes || h->bytes[i] != old->bytes[i]
                                       : h->n_bytes != old->n_bytes || h->bytes[i] != old->bytes[i];
    for (unsigned i = 0; i < h->n_rows; i++) {
        h->row[i].changed = true;
        for (unsigned k = 0; k < old->n_rows; k++)
            if (!strcmp(h->row[i].text[0], old->row[k].text[0]))
                h->row[i].changed = false;
    }
}

const struct model_flight *header_flight(const struct model *m, uint64_t pkt, vtime sent, unsigned *number)
{
    const struct index_table *t = &m->index->flight;
    size_t end = index_before(t, sent) + FLIGHTS_LOOKED_AT;

    for (size_t i = index_before(t, sent); i < t->n && i < end; i++)
        if (m->flight[t->item[i].i].pkt == pkt && !m->flight[t->item[i].i].copy) {
            *number = m->index->number[t->item[i].i];
            return &m->flight[t->item[i].i];
        }
    return NULL;
}

bool header_read(struct header *h)
{
    const struct log *log = h->model->log;
    const struct rec_head *head = log_find(log, h->pkt);
    const struct rec_send *r = head && head->kind == REC_SEND ? (const void *)head : NULL, *before;
    const struct model_flight *flight;
    const struct packet_bytes *pb = h->model->bytes;
    bool fine;

    if (!r)
        return false;
    fine = read_bytes(h, pb, r);
    before = fine ? previous_of(log, r) : NULL;
    if (fine) {
        read_values(h, r);
        read_options(h);
        flight = header_flight(h->model, h->pkt, r->head.at, &h->number);
        if (flight) {
            h->hue = flight->hue;
            h->damaged = flight->corrupt;
        }
    }
    if (before) {
        struct header *old = calloc(1, sizeof *old);

        CHECK(old);
        old->model = h->model;
        if (read_bytes(old, pb, before)) {
            h->previous = before->head.id;
            read_values(old, before);
            read_options(old);
            compare(h, old);
        }
        free(old);
    }
    return fine;
}
