/* arena: one stretch of memory that holds all the mutable state of a run.
 *
 * Everything in it is named by a 32-bit ref (16-byte granules), so a copy of the bytes is a copy of the
 * state: snapshot, restore, fork, hash and compare are memcpy, memcpy, memcpy, hash, memcmp. The base never
 * moves while the arena lives (address space is reserved ahead, memory is committed as it grows), so a
 * pointer got with arena_at() stays good until the block is freed. Freed blocks go to a list per size class
 * and are reused last-in first-out, which is deterministic. Blocks are handed out zeroed; memory beyond
 * `used` is zero at all times. Never stores a pointer inside itself. What is put in a block should have no
 * unnamed padding: hash and compare see every byte. */
#ifndef TCPLAB_CORE_ARENA_H
#define TCPLAB_CORE_ARENA_H

#include "sim/core/base.h"

#define ARENA_GRANULE 16u
#define ARENA_CLASSES 168

struct arena_head { /* lies at the start of the memory itself; a snapshot therefore includes it */
    uint64_t used;  /* bytes handed out or in free lists, this head included */
    uint64_t live;  /* bytes in blocks not freed */
    ref free_list[ARENA_CLASSES];
};

struct arena {
    unsigned char *base;
    size_t committed; /* bytes that may be touched */
    size_t reserved;  /* bytes of address space */
    size_t limit;     /* an allocation past it still succeeds (from the reserve) but sets exhausted */
    bool exhausted;
};

/* Reserves address space for `limit` bytes (0: the default, 16 GiB on 64-bit, 512 MiB on 32-bit) and a
 * reserve beyond; less where the process's own limits (RLIMIT_AS, RLIMIT_DATA) or the system allow less.
 * False: no memory. */
bool arena_init(struct arena *a, size_t limit);
void arena_free_all(struct arena *a);

/* A zeroed block of n bytes (n > 0), 16-byte aligned. Past the limit: sets exhausted and returns a block of
 * the reserve beyond it, so callers need not check; the run loop ends the run after the present event (limit
 * "memory"). When even the reserve is used up (as large as the limit, at least 64 MiB; where the system
 * grants less than the limit, 1 MiB): a failed check. */
ref arena_alloc(struct arena *a, size_t n);
/* Gives a block back; n must be what it was allocated with. r == 0 is allowed. */
void arena_free(struct arena *a, ref r, size_t n);
/* A block of new_n bytes with the old contents (up to the smaller size); the rest zeroed. r == 0: alloc. */
ref arena_resize(struct arena *a, ref r, size_t old_n, size_t new_n);

static inline struct arena_head *arena_head(const struct arena *a)
{
    return (struct arena_head *)(void *)a->base;
}
static inline void *arena_at(const struct arena *a, ref r)
{
    return a->base + (size_t)r * ARENA_GRANULE;
}
static inline ref arena_ref(const struct arena *a, const void *p)
{
    return p ? (ref)((size_t)((const unsigned char *)p - a->base) / ARENA_GRANULE) : 0;
}

/* A frozen copy of an arena. */
struct arena_snapshot {
    unsigned char *bytes;
    size_t n;
};
/* s is filled; release it with arena_snapshot_free. False: no memory. */
bool arena_save(const struct arena *a, struct arena_snapshot *s);
/* a becomes exactly what it was when s was saved (from it or from another arena). */
void arena_restore(struct arena *a, const struct arena_snapshot *s);
/* copy is initialised here, equal to a. False: no memory. */
bool arena_fork(const struct arena *a, struct arena *copy);
uint64_t arena_hash(const struct arena *a);
bool arena_equal(const struct arena *a, const struct arena *b);
void arena_snapshot_free(struct arena_snapshot *s);

#endif
