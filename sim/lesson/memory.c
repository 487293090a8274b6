#include "sim/lesson/internal.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)16 * 1024)
#define ALIGN ((size_t)16)

struct lesson_block {
    struct lesson_block *older;
    size_t used, cap;
    _Alignas(16) unsigned char bytes[];
};

struct lesson_memory *lesson_memory_new(void)
{
    struct lesson_memory *m = calloc(1, sizeof *m);

    CHECK(m != NULL);
    return m;
}

void lesson_memory_free(struct lesson_memory *m)
{
    if (!m)
        return;
    while (m->last) {
        struct lesson_block *older = m->last->older;

        free(m->last);
        m->last = older;
    }
    json_free(m->doc);
    free(m);
}

void *lesson_alloc(struct lesson_memory *m, size_t n, size_t size)
{
    struct lesson_block *b = m->last;
    size_t bytes;

    CHECK(size > 0 && n < SIZE_MAX / 4 / size);
    bytes = (n * size + ALIGN - 1) / ALIGN * ALIGN;
    if (!b || b->cap - b->used < bytes) {
        size_t cap = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;

        b = calloc(1, sizeof *b + cap);
        CHECK(b != NULL);
        b->cap = cap;
        b->older = m->last;
        m->last = b;
    }
    b->used += bytes;
    return b->bytes + b->used - bytes;
}

char *lesson_strdup(struct lesson_memory *m, const char *s)
{
    size_t n = strlen(s) + 1;

    return memcpy(lesson_alloc(m, n, 1), s, n);
}
