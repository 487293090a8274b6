/* A script's memory: blocks that only grow, given back all at once. */
#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/internal.h"

enum { BLOCK = 1 << 15, ALIGN = 16 };

struct block {
    struct block *before;
    size_t used, size;
};

struct script_memory {
    struct block *last;
    size_t nodes;
};

#define HEAD ((sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN)

struct script_memory *memory_new(void)
{
    struct script_memory *m = calloc(1, sizeof *m);

    CHECK(m);
    return m;
}

void memory_free(struct script_memory *m)
{
    if (!m)
        return;
    for (struct block *b = m->last, *before; b; b = before) {
        before = b->before;
        free(b);
    }
    free(m);
}

static struct block *block_new(struct script_memory *m, size_t n)
{
    const size_t size = n > BLOCK ? n : BLOCK;
    struct block *b = calloc(1, HEAD + size);

    CHECK(b);
    b->size = size;
    b->before = m->last;
    m->last = b;
    return b;
}

void *memory_get(struct script_memory *m, size_t n)
{
    struct block *b = m->last;
    unsigned char *at;

    n = (n + ALIGN - 1) / ALIGN * ALIGN;
    m->nodes++;
    if (!b || b->size - b->used < n)
        b = block_new(m, n);
    at = (unsigned char *)b + HEAD + b->used;
    b->used += n;
    return at;
}

char *memory_text(struct script_memory *m, const char *text, size_t n)
{
    char *copy = memory_get(m, n + 1);

    if (n > 0)
        memcpy(copy, text, n);
    return copy;
}

void *memory_more(struct script_memory *m, void *array, size_t n, size_t *cap, size_t size)
{
    void *larger;

    if (n < *cap)
        return array;
    *cap = *cap ? 2 * *cap : 4;
    larger = memory_get(m, *cap * size);
    if (n > 0)
        memcpy(larger, array, n * size);
    return larger;
}

bool memory_full(const struct script_memory *m)
{
    return m->nodes > SCRIPT_NODES_MAX;
}
