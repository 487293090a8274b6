/* Laws of the codec over random segments with all options: what is encoded is decoded, and every flipped bit
 * is caught. */
#include "models/wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define SEGMENTS 4000
#define FLIPPED 60 /* each of these is tried with every bit it has */

struct dice {
    uint64_t n;
};

static uint32_t roll(struct dice *d, uint32_t bound)
{
    return (uint32_t)(hash_mix(20, d->n++) % bound);
}
static uint32_t roll32(struct dice *d)
{
    return (uint32_t)hash_mix(21, d->n++);
}

struct packet {
    struct ip_addr src, dst;
    struct segment seg;
    struct seg_ext ext;
    uint8_t ttl, tos;
    uint8_t payload[1500];
};

static void random_options(struct dice *d, struct packet *k)
{
    struct segment *s = &k->seg;

    k->ext.n_sack = (uint8_t)(1 + roll(d, SEG_SACK_MAX));
    do
        s->opts = (uint8_t)roll(d, 32); /* MSS, WS, TS, SACK_PERM, SACK */
    while (wire_options_length(s, &k->ext) > SEG_OPT_MAX);
    if (s->opts & SEG_MSS)
        s->mss = (uint16_t)roll32(d);
    if (s->opts & SEG_WS)
        s->ws = (uint8_t)roll32(d);
    if (s->opts & SEG_TS) {
        s->tsval = roll32(d);
        s->tsecr = roll32(d);
    }
    if (!(s->opts & SEG_SACK))
        k->ext.n_sack = 0;
    for (unsigned i = 0; i < k->ext.n_sack; i++) {
        k->ext.sack[i].left = seq(roll32(d));
        k->ext.sack[i].right = seq(roll32(d));
    }
}

static void random_packet(struct dice *d, struct packet *k)
{
    struct segment *s = &k->seg;

    memset(k, 0, sizeof *k);
    k->src.family = k->dst.family = roll(d, 2) ? 4 : 6;
    for (unsigned i = 0; i < (k->src.family == 4 ? 4u : 16u); i++) {
        k->src.b[i] = (uint8_t)roll32(d);
        k->dst.b[i] = (uint8_t)roll32(d);
    }
    k->ttl = (uint8_t)roll32(d);
    k->tos = (uint8_t)roll32(d);
    s->sport = (uint16_t)roll32(d);
    s->dport = (uint16_t)roll32(d);
    s->seq = seq(roll32(d));
    s->ack = seq(roll32(d));
    s->wnd = (uint16_t)roll32(d);
    s->up = (uint16_t)roll32(d);
    s->ctl = (uint8_t)roll32(d);
    s->rsvd = (uint8_t)roll(d, 16);
    s->len = roll(d, 3) == 0 ? 0 : roll(d, roll(d, 4) == 0 ? sizeof k->payload + 1 : 40);
    for (uint32_t i = 0; i < s->len; i++)
        k->payload[i] = (uint8_t)roll32(d);
    random_options(d, k);
}

static void comes_back(void **state)
{
    struct dice d = {0};
    struct packet k;
    struct wire_packet p;
    uint8_t bytes[2000], again[2000];

    (void)state;
    for (int i = 0; i < SEGMENTS; i++) {
        uint16_t id = (uint16_t)roll32(&d);
        uint32_t n;

        random_packet(&d, &k);
        n = wire_put_packet(bytes, &k.src, &k.dst, k.ttl, k.tos, id, &k.seg, &k.ext, k.payload);
        assert_int_equal(n, wire_size(&k.seg, wire_options_length(&k.seg, &k.ext), k.src.family == 6));
        assert_true(wire_get_packet(bytes, n, &p, NULL));
        assert_true(p.ip_checksum_ok && p.checksum_ok);
        assert_true(ip_equal(&p.src, &k.src) && ip_equal(&p.dst, &k.dst));
        assert_int_equal(p.ttl, k.ttl);
        assert_int_equal(p.tos, k.tos);
        assert_memory_equal(&p.seg, &k.seg, sizeof p.seg);
        assert_int_equal(p.ext.n_sack, k.ext.n_sack);
        assert_memory_equal(p.ext.sack, k.ext.sack, sizeof p.ext.sack);
        assert_memory_equal(p.payload, k.payload, k.seg.len);
        assert_int_equal(wire_put_packet(again, &p.src, &p.dst, p.ttl, p.tos, id, &p.seg, &p.ext, p.payload),
                         n);
        assert_memory_equal(bytes, again, n);
    }
}

static void every_flip_is_caught(void **state)
{
    struct dice d = {1000000};
    struct packet k;

    (void)state;
    for (int i = 0; i < FLIPPED; i++) {
        uint32_t bits;

        random_packet(&d, &k);
        if (k.seg.len > 40)
            k.seg.len = 41;
        bits = 8 * wire_size(&k.seg, wire_options_length(&k.seg, &k.ext), k.src.family == 6);
        for (uint32_t bit = wire_first_covered_bit(k.src.family == 6); bit < bits; bit++)
            if (wire_survives_flip(&k.src, &k.dst, k.ttl, k.tos, &k.seg, &k.ext, k.payload, bit))
                fail_msg("packet %d with bit %u flipped passes", i, bit);
    }
}

/* The largest packets of both families. */
static void largest(void **state)
{
    static uint8_t bytes[WIRE_PACKET_MAX], payload[UINT16_MAX];

    (void)state;
    for (uint8_t family = 4; family <= 6; family = (uint8_t)(family + 2)) {
        struct ip_addr a = {.family = family, .b = {10}}, b = {.family = family, .b = {11}};
        struct segment s = {.len = family == 4 ? 65495 : 65515};
        struct wire_packet p;
        uint32_t n;

        memset(payload, 0xff, sizeof payload);
        n = wire_put_packet(bytes, &a, &b, 1, 0, 0, &s, NULL, payload);
        assert_int_equal(n, family == 4 ? 65535 : 65575);
        assert_true(wire_get_packet(bytes, n, &p, NULL));
        assert_true(p.ip_checksum_ok && p.checksum_ok);
        assert_int_equal(p.seg.len, s.len);
    }
}

/* Short and arbitrary bytes: no crash, and what is taken for a segment comes back as the same bytes. */
static void arbitrary_bytes(void **state)
{
    struct dice d = {2000000};
    struct ip_addr a = {.family = 4}, b = {.family = 4};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[80], again[80];
        uint32_t n = roll(&d, sizeof bytes + 1);
        struct wire_packet p;

        for (uint32_t k = 0; k < n; k++) /* small numbers make options */
            bytes[k] = (uint8_t)roll(&d, roll(&d, 4) == 0 ? 256 : 11);
        wire_get_packet(bytes, n, &p, NULL);
        if (n > 12)
            bytes[12] = (uint8_t)(roll(&d, 16) << 4 | bytes[12]);
        if (!wire_get_tcp(bytes, n, &p, NULL))
            continue;
        assert_int_equal(wire_put_tcp(again, &a, &b, &p.seg, &p.ext, p.payload), n);
        memcpy(again + 16, bytes + 16, 2);
        assert_memory_equal(again, bytes, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),
        cmocka_unit_test(every_flip_is_caught),
        cmocka_unit_test(largest),
        cmocka_unit_test(arbitrary_bytes),
    };

    return cmocka_run_group_tests_name("wire_random", tests, NULL, NULL);
}
