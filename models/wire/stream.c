/* Streams. What was put in a stream is kept as extents: runs whose bytes lie in a block of the arena or are
 * the pattern of some stream. A copy is resolved when it is made: its extents name the literal blocks and
 * patterns that its source's extents name, never another copy, so reading takes one step however often bytes
 * were echoed. Extents that go on where the last one ended are joined, so a stream that echoes a gigabyte of
 * pattern has one. */
#include "models/record.h"
#include "models/wire/stream.h"

#include <string.h>

struct extent {
    uint64_t off, n;  /* where in the stream */
    uint64_t src_off; /* where in the block or the pattern */
    ref bytes;        /* the block of literal bytes, 0: pattern */
    uint32_t pattern; /* the stream whose pattern it is */
};
struct one_stream {
    uint32_t id;
    uint32_t n, cap; /* extents, in order, not overlapping */
    ref extents;
};
struct streams {
    uint32_t n, cap; /* streams, by id */
    ref list;
    uint32_t pad;
};

/* The eight bytes of the pattern from 8 * at, the first one lowest. */
static inline uint64_t pattern_word(uint32_t stream, uint64_t at)
{
    uint64_t x = (uint64_t)stream * UINT64_C(0xa24baed4963ee407) + at * UINT64_C(0x9fb21c651e98df25);

    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 29;
    x *= UINT64_C(0xc2b2ae3d27d4eb4f);
    return x ^ x >> 32;
}

uint8_t stream_pattern(uint32_t stream, uint64_t off)
{
    return (uint8_t)(pattern_word(stream, off / 8) >> 8 * (off % 8) & 0xffu);
}

static void read_pattern(uint32_t stream, uint64_t off, uint8_t *out, size_t n)
{
    for (; n > 0 && off % 8 != 0; n--)
        *out++ = stream_pattern(stream, off++);
    for (; n >= 8; n -= 8, off += 8, out += 8) {
        uint64_t x = pattern_word(stream, off / 8);

        out[0] = (uint8_t)(x & 0xffu); /* written out: compilers make one store of it */
        out[1] = (uint8_t)(x >> 8 & 0xffu);
        out[2] = (uint8_t)(x >> 16 & 0xffu);
        out[3] = (uint8_t)(x >> 24 & 0xffu);
        out[4] = (uint8_t)(x >> 32 & 0xffu);
        out[5] = (uint8_t)(x >> 40 & 0xffu);
        out[6] = (uint8_t)(x >> 48 & 0xffu);
        out[7] = (uint8_t)(x >> 56 & 0xffu);
    }
    for (; n > 0; n--)
        *out++ = stream_pattern(stream, off++);
}

ref streams_new(struct world *w)
{
    return arena_alloc(&w->mem, sizeof(struct streams));
}

/* Index of the first stream of the list whose id is at least id. */
static uint32_t stream_place(const struct world *w, const struct streams *t, uint32_t id)
{
    const struct one_stream *list = world_at(w, t->list);
    uint32_t lo = 0, hi = t->n;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (list[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static const struct one_stream *find_stream(const struct world *w, ref streams, uint32_t id)
{
    const struct streams *t = world_at(w, streams);
    const struct one_stream *list = world_at(w, t->list);
    uint32_t i = stream_place(w, t, id);

    return i < t->n && list[i].id == id ? &list[i] : NULL;
}

/* The stream of that id, made if need be. Good until the next one is made. */
static struct one_stream *want_stream(struct world *w, ref streams, uint32_t id)
{
    struct streams *t = world_at(w, streams);
    struct one_stream *list = world_at(w, t->list);
    uint32_t i = stream_place(w, t, id);

    if (i < t->n && list[i].id == id)
        return &list[i];
    if (t->n == t->cap) {
        uint32_t cap = t->cap ? 2 * t->cap : 4;

        t->list = arena_resize(&w->mem, t->list, t->cap * sizeof *list, cap * sizeof *list);
        t->cap = cap;
        list = world_at(w, t->list);
    }
    memmove(list + i + 1, list + i, (t->n - i) * sizeof *list);
    list[i] = (struct one_stream){.id = id};
    t->n++;
    return &list[i];
}

/* Index of the first extent that ends behind off. */
static uint32_t extent_place(const struct extent *e, uint32_t n, uint64_t off)
{
    uint32_t lo = 0, hi = n;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (e[mid].off + e[mid].n <= off)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Extents stand in the order of their offsets; where the new one only goes on with the last one, that one
 * grows. */
static void append(struct world *w, struct one_stream *s, struct extent e)
{
    struct extent *list = world_at(w, s->extents);
    struct extent *last = s->n ? &list[s->n - 1] : NULL;

    CHECK(!last || e.off >= last->off + last->n);
    if (last && last->bytes == e.bytes && last->pattern == e.pattern && last->off + last->n == e.off &&
        last->src_off + last->n == e.src_off) {
        last->n += e.n;
        return;
    }
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? 2 * s->cap : 2;

        s->extents = arena_resize(&w->mem, s->extents, s->cap * sizeof *list, cap * sizeof *list);
        s->cap = cap;
        list = world_at(w, s->extents);
    }
    list[s->n++] = e;
}

/* The part of stream's content at [off, off + n) that its first extent or the pattern before it gives: an
 * extent of at most n bytes, n > 0. */
static struct extent content_at(const struct world *w, ref streams, uint32_t stream, uint64_t off, uint64_t n)
{
    struct extent r = {.off = off, .n = n, .src_off = off, .pattern = stream};
    const struct one_stream *s = streams ? find_stream(w, streams, stream) : NULL;
    const struct extent *e;
    uint32_t i;

    if (!s)
        return r;
    e = world_at(w, s->extents);
    i = extent_place(e, s->n, off);
    if (i == s->n)
        return r;
    e += i;
    if (off < e->off) {
        if (r.n > e->off - off)
            r.n = e->off - off;
        return r;
    }
    r.src_off = e->src_off + (off - e->off);
    r.bytes = e->bytes;
    r.pattern = e->pattern;
    if (r.n > e->off + e->n - off)
        r.n = e->off + e->n - off;
    return r;
}

void stream_put_bytes(struct world *w, ref streams, uint32_t stream, uint64_t off, const uint8_t *bytes,
                      uint32_t n)
{
    struct extent e = {.off = off, .n = n};
    struct rec_data r = {.stream = stream, .off = off, .len = n};
    uint64_t id;

    if (n == 0)
        return;
    e.bytes = arena_alloc(&w->mem, n);
    memcpy(world_at(w, e.bytes), bytes, n);
    append(w, want_stream(w, streams, stream), e);
    id = rec_next(w);
    if (!rec_wanted(w, REC_DATA))
        return;
    r.bytes.p = world_at(w, e.bytes);
    r.bytes.n = n;
    rec_put(w, &r.head, id, REC_DATA, 0, 0);
}

void stream_put_copy(struct world *w, ref streams, uint32_t stream, uint64_t off, uint32_t n, uint32_t from,
                     uint64_t from_off)
{
    struct rec_data r = {.stream = stream, .off = off, .len = n, .from_stream = from, .from_off = from_off};
    uint64_t id;

    if (n == 0)
        return;
    for (uint32_t done = 0; done < n;) {
        struct extent e = content_at(w, streams, from, from_off + done, n - done);

        e.off = off + done;
        done += (uint32_t)e.n;
        append(w, want_stream(w, streams, stream), e);
    }
    id = rec_next(w);
    if (!rec_wanted(w, REC_DATA))
        return;
    rec_put(w, &r.head, id, REC_DATA, 0, 0);
}

void stream_read(const struct world *w, ref streams, uint32_t stream, uint64_t off, uint8_t *out, size_t n)
{
    while (n > 0) {
        struct extent e = content_at(w, streams, stream, off, n);

        if (e.bytes)
            memcpy(out, (const uint8_t *)world_at(w, e.bytes) + e.src_off, (size_t)e.n);
        else
            read_pattern(e.pattern, e.src_off, out, (size_t)e.n);
        off += e.n;
        out += e.n;
        n -= (size_t)e.n;
    }
}
