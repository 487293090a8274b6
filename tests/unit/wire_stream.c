/* Streams: the pattern, literal text, copies, and the records they leave. */
#include "models/record.h"
#include "models/wire/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const struct world_ops no_ops; /* nothing runs here */

struct heard {
    unsigned n;
    struct rec_data last;
    uint8_t bytes[64];
};

static void hear(void *ctx, const struct rec_head *r)
{
    struct heard *h = ctx;

    h->n++;
    memcpy(&h->last, (const void *)r, sizeof h->last);
    if (h->last.bytes.n)
        memcpy(h->bytes, h->last.bytes.p, min_u32(h->last.bytes.n, sizeof h->bytes));
}

static void expect(const struct world *w, ref t, uint32_t stream, uint64_t off, const char *text)
{
    uint8_t out[64];

    stream_read(w, t, stream, off, out, strlen(text));
    assert_memory_equal(out, text, strlen(text));
}

static void expect_pattern(const struct world *w, ref t, uint32_t stream, uint64_t off, size_t n,
                           uint32_t from, uint64_t from_off)
{
    uint8_t out[64];

    assert_true(n <= sizeof out);
    stream_read(w, t, stream, off, out, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(out[i], stream_pattern(from, from_off + i));
}

/* The same on every machine, and as good in bulk, at any start and length, as byte by byte. */
static void pattern(void **state)
{
    static const uint64_t start[] = {0, UINT64_C(0xffffffff), UINT64_C(1) << 40};
    unsigned seen[256] = {0}, values = 0;
    struct world w = {0};
    uint8_t out[40];

    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(start); s++)
        for (uint64_t off = start[s]; off < start[s] + 17; off++)
            for (size_t n = 0; n <= 33; n++) {
                memset(out, 0x55, sizeof out);
                stream_read(&w, 0, 7, off, out, n);
                for (size_t i = 0; i < n; i++)
                    assert_int_equal(out[i], stream_pattern(7, off + i));
                assert_int_equal(out[n], 0x55);
            }
    for (unsigned i = 0; i < 4096; i++)
        seen[stream_pattern(1, i)]++;
    for (unsigned i = 0; i < 256; i++)
        values += seen[i] > 0;
    assert_int_equal(values, 256);
    assert_int_equal(stream_pattern(1, 0), 0x7c);
    assert_int_equal(stream_pattern(1, 5), 0xd9);
    assert_int_equal(stream_pattern(3, 1000003), 0xea);
}

static void literal_text(void **state)
{
    struct world w;
    ref t;

    (void)state;
    assert_true(world_init(&w, 1, NULL, &no_ops, NULL));
    t = streams_new(&w);
    stream_put_bytes(&w, t, 5, 10, (const uint8_t *)"hello", 5);
    stream_put_bytes(&w, t, 5, 15, (const uint8_t *)" world", 6);
    stream_put_bytes(&w, t, 5, 30, (const uint8_t *)"again", 5);
    stream_put_bytes(&w, t, 5, 40, NULL, 0);
    expect(&w, t, 5, 10, "hello world");
    expect(&w, t, 5, 12, "llo w");
    expect(&w, t, 5, 34, "n");
    expect_pattern(&w, t, 5, 0, 10, 5, 0);
    expect_pattern(&w, t, 5, 21, 9, 5, 21);
    expect_pattern(&w, t, 5, 35, 30, 5, 35);
    expect_pattern(&w, t, 4, 0, 60, 4, 0);
    expect_pattern(&w, t, 6, 0, 60, 6, 0);
    world_free(&w);
}

/* Many streams, made in no order. */
static void many_streams(void **state)
{
    struct world w;
    ref t;

    (void)state;
    assert_true(world_init(&w, 1, NULL, &no_ops, NULL));
    t = streams_new(&w);
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t id = i * 389 % 1000 + 1;
        uint8_t text[2] = {(uint8_t)(id & 0xff), (uint8_t)(id >> 8)};

        for (uint32_t k = 0; k < 5; k++)
            stream_put_bytes(&w, t, id, k * 3, text, 2);
    }
    for (uint32_t id = 1; id <= 1000; id++)
        for (uint32_t k = 0; k < 5; k++) {
            uint8_t out[3];

            stream_read(&w, t, id, k * 3, out, 3);
            assert_int_equal(out[0] | out[1] << 8, id);
            assert_int_equal(out[2], stream_pattern(id, k * 3 + 2));
        }
    world_free(&w);
}

static void copies(void **state)
{
    struct world w;
    uint64_t used;
    ref t;

    (void)state;
    assert_true(world_init(&w, 1, NULL, &no_ops, NULL));
    t = streams_new(&w);
    stream_put_bytes(&w, t, 1, 4, (const uint8_t *)"request", 7);
    stream_put_copy(&w, t, 2, 100, 15, 1, 0); /* pattern, text, pattern */
    expect_pattern(&w, t, 2, 100, 4, 1, 0);
    expect(&w, t, 2, 104, "request");
    expect_pattern(&w, t, 2, 111, 4, 1, 11);
    expect_pattern(&w, t, 2, 115, 4, 2, 115);
    stream_put_copy(&w, t, 3, 0, 5, 2, 106); /* a copy of a copy */
    expect(&w, t, 3, 0, "quest");
    stream_put_copy(&w, t, 1, 50, 3, 3, 2); /* and back to where it came from */
    expect(&w, t, 1, 50, "est");
    stream_put_copy(&w, t, 1, 60, 7, 1, 4); /* from itself */
    expect(&w, t, 1, 60, "request");

    /* what comes later at the source does not show in the copy, so two copies of each other do not go round
     */
    stream_put_copy(&w, t, 8, 0, 10, 9, 0);
    stream_put_copy(&w, t, 9, 0, 10, 8, 0);
    expect_pattern(&w, t, 8, 0, 10, 9, 0);
    expect_pattern(&w, t, 9, 0, 10, 9, 0);

    /* a long echo in small pieces costs no more memory than one piece */
    stream_put_copy(&w, t, 11, 0, 1000, 10, 5);
    used = arena_head(&w.mem)->used;
    for (uint64_t off = 1000; off < 1000000; off += 1000)
        stream_put_copy(&w, t, 11, off, 1000, 10, off + 5);
    assert_int_equal(arena_head(&w.mem)->used, used);
    expect_pattern(&w, t, 11, 999980, 20, 10, 999985);
    expect_pattern(&w, t, 11, 1000000, 8, 11, 1000000);
    world_free(&w);
}

static void records(void **state)
{
    struct world w;
    struct heard h = {0};
    ref t;

    (void)state;
    assert_true(world_init(&w, 1, NULL, &no_ops, NULL));
    t = streams_new(&w);
    stream_put_bytes(&w, t, 5, 10, (const uint8_t *)"unheard", 7);
    assert_int_equal(w.core->last_record, 1); /* ids advance whoever listens */
    trace_add_sink(&w.trace, (struct trace_sink){UINT64_C(1) << REC_DATA, hear, &h});
    stream_put_bytes(&w, t, 5, 20, (const uint8_t *)"heard", 5);
    assert_int_equal(h.n, 1);
    assert_int_equal(h.last.head.id, 2);
    assert_int_equal(h.last.head.kind, REC_DATA);
    assert_int_equal(h.last.stream, 5);
    assert_int_equal(h.last.off, 20);
    assert_int_equal(h.last.len, 5);
    assert_int_equal(h.last.from_stream, 0);
    assert_int_equal(h.last.bytes.n, 5);
    assert_memory_equal(h.bytes, "heard", 5);
    stream_put_copy(&w, t, 6, 0, 9, 5, 12);
    assert_int_equal(h.n, 2);
    assert_int_equal(h.last.head.id, 3);
    assert_int_equal(h.last.from_stream, 5);
    assert_int_equal(h.last.from_off, 12);
    assert_int_equal(h.last.bytes.n, 0);
    stream_put_bytes(&w, t, 5, 30, NULL, 0);
    stream_put_copy(&w, t, 5, 30, 0, 1, 0);
    assert_int_equal(h.n, 2);
    assert_int_equal(w.core->last_record, 3);
    world_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pattern), cmocka_unit_test(literal_text), cmocka_unit_test(many_streams),
        cmocka_unit_test(copies),  cmocka_unit_test(records),
    };

    return cmocka_run_group_tests_name("wire_stream", tests, NULL, NULL);
}
