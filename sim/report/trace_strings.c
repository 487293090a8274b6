#include "sim/report/trace_strings.h"

#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"

enum { CHUNK = 64 * 1024 };

struct chunk {
    struct chunk *before;
    size_t used, size;
    max_align_t bytes[];
};

struct trace_strings {
    struct chunk *chunk;
    const char **slot; /* open addressing; NULL: free */
    size_t slots, strings;
};

struct trace_strings *trace_strings_new(void)
{
    struct trace_strings *t = calloc(1, sizeof *t);

    CHECK(t);
    t->slots = 64;
    t->slot = calloc(t->slots, sizeof *t->slot);
    CHECK(t->slot);
    return t;
}

void trace_strings_free(struct trace_strings *t)
{
    if (!t)
        return;
    while (t->chunk) {
        struct chunk *before = t->chunk->before;

        free(t->chunk);
        t->chunk = before;
    }
    free((void *)t->slot);
    free(t);
}

void *trace_strings_room(struct trace_strings *t, size_t n)
{
    const size_t align = sizeof(max_align_t);
    char *p;

    n = (n + align - 1) / align * align;
    if (!t->chunk || t->chunk->size - t->chunk->used < n) {
        size_t size = n > CHUNK ? n : CHUNK;
        struct chunk *c = calloc(1, sizeof *c + size);

        CHECK(c);
        c->before = t->chunk;
        c->size = size;
        t->chunk = c;
    }
    p = (char *)t->chunk->bytes + t->chunk->used;
    t->chunk->used += n;
    return p;
}

static size_t slot_of(const struct trace_strings *t, const char *s, size_t n)
{
    size_t i = (size_t)hash_bytes(0, s, n) & (t->slots - 1);

    while (t->slot[i] && strcmp(t->slot[i], s) != 0)
        i = (i + 1) & (t->slots - 1);
    return i;
}

static void grow(struct trace_strings *t)
{
    const char **old = t->slot;
    size_t n = t->slots;

    t->slots = n * 2;
    t->slot = calloc(t->slots, sizeof *t->slot);
    CHECK(t->slot);
    for (size_t i = 0; i < n; i++)
        if (old[i])
            t->slot[slot_of(t, old[i], strlen(old[i]))] = old[i];
    free((void *)old);
}

const char *trace_strings_intern(struct trace_strings *t, const char *s)
{
    size_t n = strlen(s), i = slot_of(t, s, n);
    char *copy;

    if (t->slot[i])
        return t->slot[i];
    if (++t->strings * 2 > t->slots) {
        grow(t);
        i = slot_of(t, s, n);
    }
    copy = trace_strings_room(t, n + 1);
    memcpy(copy, s, n + 1);
    t->slot[i] = copy;
    return copy;
}
