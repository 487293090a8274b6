/* A trace as a capture file: blocks that hang together, packets whose checksums hold and that say what the
 * trace says. */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/stream.h"
#include "models/wire/wire.h"
#include "sim/report/pcapng.h"
#include "tests/support/sample_trace.h"

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static const struct rec_send *next_send(const struct log *log, size_t *i)
{
    while (*i < log_count(log)) {
        const struct rec_head *r = log_at(log, (*i)++);

        if (r->kind == REC_SEND)
            return (const void *)r;
    }
    return NULL;
}

static void check_packet(const uint8_t *block, const struct rec_send *r)
{
    struct wire_packet p;
    const char *why = "";
    uint32_t n = le32(block + 20);

    assert_non_null(r);
    assert_int_equal(le32(block + 8), r->head.host - 1);
    assert_true(((uint64_t)le32(block + 12) << 32 | le32(block + 16)) == (uint64_t)r->head.at);
    assert_int_equal(n, le32(block + 24));
    if (!wire_get_packet(block + 28, n, &p, &why))
        fail_msg("%s", why);
    assert_true(p.checksum_ok);
    assert_true(p.ip_checksum_ok);
    assert_int_equal(p.seg.seq.v, r->seq.v);
    assert_int_equal(p.seg.ctl, r->ctl);
    assert_int_equal(p.seg.mss, r->mss);
    assert_int_equal(p.seg.len, r->len);
    for (uint32_t i = 0; i < r->len; i++)
        if (i < 3 && r->off == 0)
            assert_int_equal(p.payload[i], "abc"[i]);
        else
            assert_int_equal(p.payload[i], stream_pattern(r->stream, r->off + i));
}

static void check_capture(const struct sample *s, unsigned packets)
{
    char *text = NULL;
    size_t n, at = 0, i = 0;
    FILE *f = open_memstream(&text, &n);
    unsigned interfaces = 0, seen = 0;

    assert_non_null(f);
    assert_true(pcapng_write(f, &s->header, &s->log));
    fclose(f);
    while (at < n) {
        const uint8_t *block = (const uint8_t *)text + at;
        uint32_t length = le32(block + 4);

        assert_true(length % 4 == 0 && length >= 12 && at + length <= n);
        assert_int_equal(le32(block + length - 4), length);
        switch (le32(block)) {
        case 0x0a0d0d0a:
            assert_int_equal(at, 0);
            assert_int_equal(le32(block + 8), 0x1a2b3c4d);
            break;
        case 1: interfaces++; break;
        case 6:
            seen++;
            check_packet(block, next_send(&s->log, &i));
            break;
        default: fail_msg("block type %u", le32(block));
        }
        at += length;
    }
    assert_int_equal(interfaces, s->header.n_hosts);
    assert_int_equal(seen, packets);
    free(text);
}

static void test_capture(void **state)
{
    struct sample s;
    static const uint8_t bytes[] = "abc";
    struct rec_data d = {.head = {.id = 1000000, .kind = REC_DATA, .at = VTIME_MAX, .conn = 1, .host = 1},
                         .stream = 1,
                         .len = 3,
                         .bytes = {bytes, 3}};
    (void)state;

    sample_close(&s, true);
    check_capture(&s, 8);
    sample_free(&s);
    sample_crossing(&s);
    log_put(&s.log, &d.head); /* the first three bytes of the client's stream are not pattern */
    check_capture(&s, 9);
    sample_free(&s);
}

/* What a reader of files may come upon is written or left out, but never stumbled over. */
static void test_odd(void **state)
{
    struct sample s;
    FILE *f = fopen("/dev/null", "w");
    (void)state;

    assert_non_null(f);
    sample_everything(&s);
    assert_true(pcapng_write(f, &s.header, &s.log));
    fclose(f);
    sample_free(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_capture), cmocka_unit_test(test_odd)};

    return cmocka_run_group_tests_name("report_pcapng", tests, NULL, NULL);
}
