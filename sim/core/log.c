#include "sim/core/log.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_FIRST ((size_t)4096)
#define CHUNK_LAST ((size_t)256 * 1024) /* chunks double up to here */
#define ALIGN ((size_t)16)

struct log_chunk {
    struct log_chunk *older;
    size_t used, cap; /* of bytes[] */
    _Alignas(16) unsigned char bytes[];
};

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

void log_init(struct log *l, uint64_t kinds, log_size_fn size)
{
    memset(l, 0, sizeof *l);
    l->kinds = kinds;
    l->size = size;
}

void log_free(struct log *l)
{
    while (l->last) {
        struct log_chunk *older = l->last->older;

        free(l->last);
        l->last = older;
    }
    free(l->index);
    log_init(l, l->kinds, l->size);
}

static void put(void *ctx, const struct rec_head *r)
{
    log_put(ctx, r);
}

struct trace_sink log_sink(struct log *l)
{
    return (struct trace_sink){.kinds = l->kinds, .put = put, .ctx = l};
}

/* Room for n bytes at the end of the last chunk, NULL: no memory. */
static void *room(struct log *l, size_t n)
{
    struct log_chunk *c = l->last;

    if (!c || c->cap - c->used < n) {
        size_t cap = c ? c->cap * 2 : CHUNK_FIRST;

        if (cap > CHUNK_LAST)
            cap = CHUNK_LAST;
        if (cap < n)
            cap = n;
        c = malloc(sizeof *c + cap);
        if (!c)
            return NULL;
        c->older = l->last;
        c->used = 0;
        c->cap = cap;
        l->last = c;
    }
    c->used += n;
    return c->bytes + c->used - n;
}

static bool index_room(struct log *l)
{
    size_t cap = l->cap ? l->cap * 2 : 64;
    const struct rec_head **index;

    if (l->n < l->cap)
        return true;
    index = realloc(l->index, cap * sizeof *index);
    if (!index)
        return false;
    l->index = index;
    l->cap = cap;
    return true;
}

void log_put(struct log *l, const struct rec_head *r)
{
    size_t n = l->size(r);
    struct rec_head *copy;

    CHECK(n >= sizeof *r && n <= LOG_RECORD_MAX);
    CHECK(!l->n || (l->index[l->n - 1]->id < r->id && l->index[l->n - 1]->at <= r->at));
    if (l->full)
        return;
    if ((l->max_bytes && l->bytes + aligned(n) > l->max_bytes) || !index_room(l) ||
        !(copy = room(l, aligned(n)))) {
        l->full = true;
        return;
    }
    memcpy(copy, r, n);
    l->bytes += aligned(n);
    l->index[l->n++] = copy;
}

size_t log_after(const struct log *l, uint64_t id)
{
    size_t from = 0, to = l->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (l->index[middle]->id > id)
            to = middle;
        else
            from = middle + 1;
    }
    return from;
}

size_t log_after_time(const struct log *l, vtime at)
{
    size_t from = 0, to = l->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (l->index[middle]->at > at)
            to = middle;
        else
            from = middle + 1;
    }
    return from;
}

const struct rec_head *log_find(const struct log *l, uint64_t id)
{
    size_t i = log_after(l, id);

    return i > 0 && l->index[i - 1]->id == id ? l->index[i - 1] : NULL;
}

void log_truncate(struct log *l, uint64_t id)
{
    size_t n = log_after(l, id);

    if (n == l->n)
        return;
    for (size_t i = l->n; i > n; i--) { /* newest first: each was at the end of the last chunk when it came */
        size_t size = aligned(l->size(l->index[i - 1]));

        l->last->used -= size;
        l->bytes -= size;
        if (!l->last->used) {
            struct log_chunk *older = l->last->older;

            free(l->last);
            l->last = older;
        }
    }
    l->n = n;
    l->full = false; /* the records to come find room again, and none is missing between */
}
