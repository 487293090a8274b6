#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE, madvise */
#include "sim/core/arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define IS_POISONED(p) __asan_address_is_poisoned(p)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define IS_POISONED(p) ((void)(p), 0)
#endif

#define KIB ((size_t)1024)
#define MIB (KIB * KIB)
#define FINE_CLASSES 64u /* multiples of a granule up to 1 KiB */
#define FINE_MAX (FINE_CLASSES * ARENA_GRANULE)
#define RESERVE_MIN (64 * MIB)
#define MARGIN MIB           /* kept touchable beyond what is used, for when the system refuses more memory */
#define HUGE_FROM (16 * MIB) /* small worlds must not pay for zeroing a huge page */
#define HUGE_PAGE (2 * MIB)

static size_t align_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

/* Which class a block of n bytes belongs to, and how large the blocks of that class are. */
static unsigned class_of(size_t n, size_t *size)
{
    size_t step;
    unsigned power = 10; /* n lies in (2^power, 2^(power + 1)] */

    if (n <= FINE_MAX) {
        *size = align_up(n, ARENA_GRANULE);
        return (unsigned)(*size / ARENA_GRANULE - 1);
    }
    while (n - 1 >= (size_t)2 << power)
        power++;
    step = (size_t)1 << (power - 2);
    *size = align_up(n, step);
    return FINE_CLASSES + (power - 10) * 4 + (unsigned)(*size / step - 5);
}

static size_t class_size(unsigned class)
{
    if (class < FINE_CLASSES)
        return (class + 1) * ARENA_GRANULE;
    class -= FINE_CLASSES;
    return (size_t)(5 + class % 4) << (10 + class / 4 - 2);
}

/* Makes the first `want` bytes touchable. Grows in steps, larger ones for larger arenas, never beyond the
 * reservation. */
static bool commit(struct arena *a, size_t want)
{
    size_t to, from = a->committed;

    if (want <= a->committed)
        return true;
    if (want > a->reserved)
        return false;
    to = align_up(want + a->committed / 8, want >= HUGE_FROM ? HUGE_PAGE : 256 * KIB);
    if (to > a->reserved)
        to = a->reserved;
    if (mprotect(a->base + from, to - from, PROT_READ | PROT_WRITE) != 0) {
        to = align_up(want, 64 * KIB);
        if (to > a->reserved || mprotect(a->base + from, to - from, PROT_READ | PROT_WRITE) != 0)
            return false;
    }
    a->committed = to;
#ifdef MADV_HUGEPAGE
    if (to >= 2 * HUGE_FROM && from < to) {
        size_t start = from < HUGE_FROM ? HUGE_FROM : from;

        (void)madvise(a->base + start, to - start, MADV_HUGEPAGE); /* a wish; without it only speed is lost */
    }
#endif
    return true;
}

/* The process may be allowed less than the caller thinks, and others in it need some too. */
static size_t allowed(size_t limit)
{
    struct rlimit data;

    if (getrlimit(RLIMIT_DATA, &data) == 0 && data.rlim_cur != RLIM_INFINITY && limit > data.rlim_cur / 4 * 3)
        limit = (size_t)data.rlim_cur / 4 * 3;
    return limit > 64 * KIB ? limit : 64 * KIB;
}

/* How much address space to ask for. Where the process may have little of it, others need some too. */
static size_t reservation(size_t limit, size_t most)
{
    size_t want = align_up(limit + (limit > RESERVE_MIN ? limit : RESERVE_MIN), HUGE_PAGE);
    struct rlimit space;

    if (limit > most / 2 || want > most)
        want = most;
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY && want > space.rlim_cur / 4)
        want = (size_t)space.rlim_cur / 4 / HUGE_PAGE * HUGE_PAGE;
    return want > 2 * HUGE_PAGE ? want : 2 * HUGE_PAGE;
}

bool arena_init(struct arena *a, size_t limit)
{
    const size_t most =
        sizeof(void *) > 4 ? (size_t)((uint64_t)64 * 1024 * MIB) : 2047 * MIB; /* what a ref reaches */
    size_t want;
    void *base;

    memset(a, 0, sizeof *a);
    if (limit == 0)
        limit = sizeof(void *) > 4 ? (size_t)((uint64_t)16 * 1024 * MIB) : 512 * MIB;
    if (limit > most)
        limit = most;
    limit = allowed(limit);
    want = reservation(limit, most);
    while ((base = mmap(NULL, want, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) ==
           MAP_FAILED) {
        want = want / 2 / HUGE_PAGE * HUGE_PAGE;
        if (want < HUGE_PAGE)
            return false;
    }
    a->base = base;
    a->reserved = want;
    a->limit = limit < want ? limit : want / 2;
    if (!commit(a, sizeof(struct arena_head) + MARGIN)) {
        munmap(base, want);
        a->base = NULL;
        return false;
    }
    arena_head(a)->used = align_up(sizeof(struct arena_head), ARENA_GRANULE);
    return true;
}

void arena_free_all(struct arena *a)
{
    if (a->base) {
        UNPOISON(a->base, a->committed);
        munmap(a->base, a->reserved);
    }
    memset(a, 0, sizeof *a);
}

/* Memory never used before, which is zero already; returns where it starts. */
static size_t take_fresh(struct arena *a, size_t size)
{
    struct arena_head *h = arena_head(a);
    size_t at = (size_t)h->used;

    CHECK(size <= a->reserved); /* an absurd request, not a full arena */
    if (at + size > a->limit)
        a->exhausted = true;
    if (at + size + MARGIN > a->committed && !commit(a, at + size + MARGIN)) {
        a->exhausted = true;
        if (at + size > a->committed && !commit(a, at + size))
            check_failed("memory for the arena: no more is granted, and the reserve is used up", __FILE__,
                         __LINE__);
    }
    h->used = at + size;
    return at;
}

ref arena_alloc(struct arena *a, size_t n)
{
    struct arena_head *h = arena_head(a);
    size_t size;
    unsigned class = class_of(n, &size);
    ref r;

    CHECK(n > 0);
    CHECK(class < ARENA_CLASSES);
    r = h->free_list[class];
    if (r) {
        void *p = arena_at(a, r);

        UNPOISON(p, size);
        h->free_list[class] = *(ref *)p;
        memset(p, 0, size);
    } else {
        r = (ref)(take_fresh(a, size) / ARENA_GRANULE);
    }
    POISON(a->base + (size_t)r * ARENA_GRANULE + n, size - n);
    h->live += size;
    return r;
}

void arena_free(struct arena *a, ref r, size_t n)
{
    struct arena_head *h = arena_head(a);
    size_t size;
    unsigned class;
    void *p;

    if (!r)
        return;
    class = class_of(n, &size);
    CHECK(class < ARENA_CLASSES && (size_t)r * ARENA_GRANULE + size <= h->used);
    p = arena_at(a, r);
    CHECK(!IS_POISONED(p)); /* freed already */
    UNPOISON(p, sizeof(ref));
    *(ref *)p = h->free_list[class];
    h->free_list[class] = r;
    h->live -= size;
    POISON(p, size);
}

ref arena_resize(struct arena *a, ref r, size_t old_n, size_t new_n)
{
    struct arena_head *h = arena_head(a);
    size_t old_size, new_size;
    ref fresh;

    if (!r)
        return arena_alloc(a, new_n);
    (void)class_of(old_n, &old_size);
    (void)class_of(new_n, &new_size);
    if (new_size > old_size && (size_t)r * ARENA_GRANULE + old_size == h->used) {
        (void)take_fresh(a, new_size - old_size); /* the last block of all grows where it stands */
        h->live += new_size - old_size;
    } else if (new_size != old_size) {
        fresh = arena_alloc(a, new_n);
        memcpy(arena_at(a, fresh), arena_at(a, r), old_n < new_n ? old_n : new_n);
        arena_free(a, r, old_n);
        return fresh;
    }
    UNPOISON(arena_at(a, r), new_n);
    if (new_n < old_n) /* what is cut off must be zero when the block grows into it again */
        memset((unsigned char *)arena_at(a, r) + new_n, 0, old_n - new_n);
    POISON((unsigned char *)arena_at(a, r) + new_n, new_size - new_n);
    return r;
}

/* Whole-arena work reads freed blocks too: the sanitizer's marks are lifted around it. */
static void open_all(const struct arena *a)
{
    UNPOISON(a->base, a->committed);
}

static void close_freed(const struct arena *a)
{
#ifdef ARENA_ASAN
    for (unsigned class = 0; class < ARENA_CLASSES; class ++)
        for (ref r = arena_head(a)->free_list[class]; r;) {
            ref next = *(ref *)arena_at(a, r);

            POISON(arena_at(a, r), class_size(class));
            r = next;
        }
#else
    (void)a;
    (void)class_size;
#endif
}

bool arena_save(const struct arena *a, struct arena_snapshot *s)
{
    s->n = (size_t)arena_head(a)->used;
    s->bytes = malloc(s->n);
    if (!s->bytes) {
        s->n = 0;
        return false;
    }
    open_all(a);
    memcpy(s->bytes, a->base, s->n);
    close_freed(a);
    return true;
}

void arena_restore(struct arena *a, const struct arena_snapshot *s)
{
    size_t used = (size_t)arena_head(a)->used;

    CHECK(commit(a, s->n));
    open_all(a);
    memcpy(a->base, s->bytes, s->n);
    if (used > s->n)
        memset(a->base + s->n, 0, used - s->n);
    a->exhausted = s->n > a->limit;
    close_freed(a);
}

bool arena_fork(const struct arena *a, struct arena *copy)
{
    size_t used = (size_t)arena_head(a)->used;

    if (!arena_init(copy, a->limit))
        return false;
    if (!commit(copy, used + MARGIN)) {
        arena_free_all(copy);
        return false;
    }
    open_all(a);
    memcpy(copy->base, a->base, used);
    close_freed(a);
    close_freed(copy);
    copy->exhausted = a->exhausted;
    return true;
}

uint64_t arena_hash(const struct arena *a)
{
    uint64_t h;

    open_all(a);
    h = hash_bytes(0, a->base, (size_t)arena_head(a)->used);
    close_freed(a);
    return h;
}

bool arena_equal(const struct arena *a, const struct arena *b)
{
    bool equal;

    if (arena_head(a)->used != arena_head(b)->used)
        return false;
    open_all(a);
    open_all(b);
    equal = memcmp(a->base, b->base, (size_t)arena_head(a)->used) == 0;
    close_freed(a);
    close_freed(b);
    return equal;
}

void arena_snapshot_free(struct arena_snapshot *s)
{
    free(s->bytes);
    s->bytes = NULL;
    s->n = 0;
}
