#include "sim/core/queue.h"

#define DIGIT_BITS 6
#define SLOTS (1u << DIGIT_BITS)
#define LEVELS 11 /* of 6 bits: all of a 64-bit time */
#define CHUNK_EVENTS 21
#define HEAP_FIRST 32u
#define SPILL_MIN 512u      /* up to so many events the heap alone is as quick */
#define COLLAPSE_BELOW 256u /* so few far events are not worth buckets */
#define NEAR_MANY 32u       /* a bucket with more than this is split before it goes to the heap */
#define NEAR_FEW 8u         /* buckets are taken together until the heap has so many */

struct chunk { /* 512 bytes */
    ref next;
    uint32_t n;
    struct event event[CHUNK_EVENTS];
};

struct slot {
    ref chunk; /* the one being filled; full ones behind it */
    uint32_t n;
};

struct far {
    vtime cursor;    /* level and slot of an event come from its difference to this; near_last is cursor or
                        cursor - 1 */
    uint32_t levels; /* bit per level with any event */
    ref spare;       /* empty chunks */
    uint64_t map[LEVELS]; /* bit per slot with any event */
    struct slot slot[LEVELS][SLOTS];
};

/* ---------------------------------------------------------------- the heap */

static inline bool before(const struct event *a, const struct event *b)
{
#ifdef __SIZEOF_INT128__ /* two words compared without a branch */
    __extension__ typedef unsigned __int128 wide;

    return (((wide)(uint64_t)a->at << 64) | a->seq) < (((wide)(uint64_t)b->at << 64) | b->seq);
#else
    return a->at < b->at || (a->at == b->at && a->seq < b->seq);
#endif
}

/* Puts e where place i is free, which is not earlier than it may stand. */
static inline void sift_up(struct event *h, uint32_t i, struct event e)
{
    while (i > 0) {
        uint32_t parent = (i - 1) / 4;

        if (!before(&e, &h[parent]))
            break;
        h[i] = h[parent];
        i = parent;
    }
    h[i] = e;
}

/* Puts e in a heap of n whose root is free. */
static inline void sift_down(struct event *h, uint32_t n, struct event e)
{
    uint32_t i = 0;

    for (;;) {
        uint32_t c = 4 * i + 1, least;

        if (c + 3 < n) {
            uint32_t a = c + before(&h[c + 1], &h[c]);
            uint32_t b = c + 2 + before(&h[c + 3], &h[c + 2]);

            least = before(&h[b], &h[a]) ? b : a;
        } else if (c < n) {
            least = c;
            for (uint32_t k = c + 1; k < n; k++)
                if (before(&h[k], &h[least]))
                    least = k;
        } else {
            break;
        }
        if (!before(&h[least], &e))
            break;
        h[i] = h[least];
        i = least;
    }
    h[i] = e;
}

static inline struct event *heap_of(const struct arena *mem, const struct queue *q)
{
    return arena_at(mem, q->heap);
}

static void heap_grow(struct arena *mem, struct queue *q)
{
    uint32_t cap = q->heap_cap ? q->heap_cap * 2 : HEAP_FIRST;

    q->heap = arena_resize(mem, q->heap, (size_t)q->heap_cap * sizeof(struct event),
                           (size_t)cap * sizeof(struct event));
    q->heap_cap = cap;
}

static inline void heap_add(struct arena *mem, struct queue *q, const struct event *e)
{
    struct event copy = *e; /* e may lie in the heap */

    if (q->heap_n == q->heap_cap)
        heap_grow(mem, q);
    sift_up(heap_of(mem, q), q->heap_n++, copy);
}

static inline void fill_hole(const struct arena *mem, struct queue *q)
{
    struct event *h = heap_of(mem, q);

    q->hole = 0;
    if (--q->heap_n)
        sift_down(h, q->heap_n, h[q->heap_n]);
}

/* ------------------------------------------------------------- the buckets */

static inline struct chunk *chunk_at(const struct arena *mem, ref r)
{
    return arena_at(mem, r);
}

static inline unsigned level_of(uint64_t difference)
{
    return difference ? (63u - (unsigned)__builtin_clzll(difference)) / DIGIT_BITS : 0;
}

static ref new_chunk(struct arena *mem, struct far *f, ref next)
{
    ref r = f->spare;

    if (r)
        f->spare = chunk_at(mem, r)->next;
    else
        r = arena_alloc(mem, sizeof(struct chunk));
    chunk_at(mem, r)->next = next;
    chunk_at(mem, r)->n = 0;
    return r;
}

static inline void far_add(struct arena *mem, struct far *f, const struct event *e)
{
    unsigned level = level_of((uint64_t)e->at ^ (uint64_t)f->cursor);
    unsigned s = (unsigned)((uint64_t)e->at >> (level * DIGIT_BITS)) & (SLOTS - 1);
    struct slot *slot = &f->slot[level][s];
    struct chunk *c;

    if (!slot->chunk || chunk_at(mem, slot->chunk)->n == CHUNK_EVENTS)
        slot->chunk = new_chunk(mem, f, slot->chunk);
    c = chunk_at(mem, slot->chunk);
    c->event[c->n++] = *e;
    slot->n++;
    f->map[level] |= UINT64_C(1) << s;
    f->levels |= 1u << level;
}

/* Empties a slot and gives its chunks. */
static ref take_slot(struct far *f, unsigned level, unsigned s)
{
    ref chunks = f->slot[level][s].chunk;

    f->slot[level][s] = (struct slot){0, 0};
    f->map[level] &= ~(UINT64_C(1) << s);
    if (!f->map[level])
        f->levels &= ~(1u << level);
    return chunks;
}

/* Moves the events of a list of chunks to the heap (or to the buckets again) and the chunks to the spare
 * ones. */
static void scatter(struct arena *mem, struct queue *q, struct far *f, ref chunks, bool to_heap)
{
    while (chunks) {
        struct chunk *c = chunk_at(mem, chunks);
        ref next = c->next;

        for (uint32_t i = 0; i < c->n; i++)
            if (to_heap)
                heap_add(mem, q, &c->event[i]);
            else
                far_add(mem, f, &c->event[i]);
        if (to_heap)
            q->far_n -= c->n;
        c->next = f->spare;
        f->spare = chunks;
        chunks = next;
    }
}

/* Few far events are left: the heap takes them all. */
static void collapse(struct arena *mem, struct queue *q, struct far *f)
{
    while (f->levels) {
        unsigned level = (unsigned)__builtin_ctz(f->levels);

        scatter(mem, q, f, take_slot(f, level, (unsigned)__builtin_ctzll(f->map[level])), true);
    }
    q->near_last = VTIME_NEVER;
    q->spill_at = SPILL_MIN;
}

/* The heap is empty, the buckets are not: the heap gets the earliest ones. Lower levels are earlier, and in a
 * level lower slots; all of a level above 0 is later than the cursor's own slot there. */
static void refill(struct arena *mem, struct queue *q)
{
    struct far *f = arena_at(mem, q->far);

    if (q->far_n < COLLAPSE_BELOW) {
        collapse(mem, q, f);
        return;
    }
    while (q->far_n) {
        unsigned level = (unsigned)__builtin_ctz(f->levels), shift = level * DIGIT_BITS;
        unsigned s = (unsigned)__builtin_ctzll(f->map[level]);
        uint32_t n = f->slot[level][s].n;
        uint64_t width = UINT64_C(1) << shift;
        uint64_t above =
            ~(width * SLOTS - 1); /* digits above this level; none for the last one (0 - 1 there) */
        uint64_t start = ((uint64_t)f->cursor & above) | (uint64_t)s << shift;

        if (q->heap_n && q->heap_n + n > NEAR_MANY)
            break;
        if (n <= NEAR_MANY || level == 0) {
            f->cursor = q->near_last = (vtime)(start + width - 1);
            scatter(mem, q, f, take_slot(f, level, s), true);
            if (q->heap_n >= NEAR_FEW)
                break;
        } else {
            f->cursor = (vtime)start;
            q->near_last = (vtime)start - 1;
            scatter(mem, q, f, take_slot(f, level, s), false);
        }
    }
    q->spill_at = max_u32(SPILL_MIN, q->far_n / 8);
}

/* The heap has become large: everything later than the present instant goes to the buckets, with the cursor
 * at now. */
static void spill(struct arena *mem, struct queue *q, vtime now)
{
    struct far *f;
    struct event *h;
    uint32_t n = q->heap_n, kept = 0;
    ref all = 0;

    if (!q->far)
        q->far = arena_alloc(mem, sizeof(struct far));
    f = arena_at(mem, q->far);
    while (f->levels) { /* what is in buckets already is placed by the old cursor: collect it */
        unsigned level = (unsigned)__builtin_ctz(f->levels);
        ref list = take_slot(f, level, (unsigned)__builtin_ctzll(f->map[level]));
        struct chunk *last = chunk_at(mem, list);

        while (last->next)
            last = chunk_at(mem, last->next);
        last->next = all;
        all = list;
    }
    f->cursor = q->near_last = now;
    scatter(mem, q, f, all, false);
    h = heap_of(mem, q);
    for (uint32_t i = 0; i < n; i++)
        if (h[i].at > now) {
            far_add(mem, f, &h[i]);
            q->far_n++;
        } else {
            sift_up(h, kept, h[i]);
            kept++;
        }
    q->heap_n = kept;
    q->spill_at = max_u32(max_u32(SPILL_MIN, 2 * kept), q->far_n / 8);
}

/* ------------------------------------------------------------ the interface */

void queue_init(struct queue *q)
{
    *q = (struct queue){.near_last = VTIME_NEVER, .spill_at = SPILL_MIN};
}

void queue_push(struct arena *mem, struct queue *q, const struct event *e, vtime now)
{
    if (e->at > q->near_last) {
        far_add(mem, arena_at(mem, q->far), e);
        q->far_n++;
    } else if (q->hole) {
        q->hole = 0;
        sift_down(heap_of(mem, q), q->heap_n, *e);
    } else {
        heap_add(mem, q, e);
        if (q->heap_n >= q->spill_at)
            spill(mem, q, now);
    }
}

const struct event *queue_tidy(struct arena *mem, struct queue *q)
{
    if (q->hole)
        fill_hole(mem, q);
    if (!q->heap_n) {
        if (!q->far_n)
            return NULL;
        refill(mem, q);
    }
    return heap_of(mem, q);
}

static vtime far_next_at(const struct arena *mem, const struct far *f)
{
    unsigned level = (unsigned)__builtin_ctz(f->levels);
    unsigned s = (unsigned)__builtin_ctzll(f->map[level]);
    vtime least = VTIME_NEVER;

    for (ref r = f->slot[level][s].chunk; r; r = chunk_at(mem, r)->next)
        for (uint32_t i = 0; i < chunk_at(mem, r)->n; i++)
            least = min_i64(least, chunk_at(mem, r)->event[i].at);
    return least;
}

vtime queue_next_at(const struct arena *mem, const struct queue *q)
{
    const struct event *h = heap_of(mem, q);
    vtime least = VTIME_NEVER;

    if (q->heap_n && !q->hole)
        return h[0].at;
    if (q->heap_n > 1) { /* below a hole: the root's children */
        for (uint32_t i = 1; i < q->heap_n && i < 5; i++)
            least = min_i64(least, h[i].at);
        return least;
    }
    return q->far_n ? far_next_at(mem, arena_at(mem, q->far)) : VTIME_NEVER;
}
