/* runner: timeout=600
 *
 * Laws of determinism over random scenarios: the same seed gives the same trace however the run is cut into
 * pieces and whoever listens; a snapshot restored goes the same way again, to the same last byte of the
 * world's memory; so does a fork, and it does not disturb the world it came from.
 *
 *     determinism [--seeds N] [--first N] */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/report/trace_write.h"
#include "tests/support/lab_run.h"

#ifndef SEEDS
#define SEEDS 200
#endif

/* A run, or its part behind a point, as far as one can tell it from another. */
struct course {
    uint64_t fingerprint, records, last_record, events, hash;
    vtime at;
};

static bool same(const struct course *a, const struct course *b)
{
    return a->fingerprint == b->fingerprint && a->records == b->records && a->last_record == b->last_record &&
           a->events == b->events && a->hash == b->hash && a->at == b->at;
}

/* Leaves rubbish on the stack, so that a copied struct's unnamed padding cannot be equal by chance. */
static void dirty_stack(uint64_t salt)
{
    volatile uint8_t rubbish[16384];

    for (size_t i = 0; i < sizeof rubbish; i++)
        rubbish[i] = (uint8_t)(hash_mix(salt, i) | 1u);
}

/* Goes on from where w stands (calls from `next` on are still to be made) to the end, or to `until`. */
static struct course go(struct world *w, const struct lab *l, uint32_t *next, vtime until, uint64_t salt)
{
    struct trace_writer *writer = trace_writer_fingerprint_only(&l->header);
    struct course c;

    trace_add_sink(&w->trace, trace_writer_sink(writer));
    dirty_stack(salt);
    lab_run_until(w, l, next, until);
    trace_remove_sink(&w->trace, writer);
    c = (struct course){.fingerprint = trace_writer_footer(writer).fingerprint,
                        .records = trace_writer_footer(writer).records,
                        .last_record = w->core->last_record,
                        .events = w->core->events,
                        .hash = world_hash(w),
                        .at = world_now(w)};
    trace_writer_discard(writer);
    return c;
}

/* The whole run, stopping on the way `pieces` times; then everything but the time of the last stop is the
 * same. */
static struct course whole(struct lab *l, uint32_t pieces, uint64_t salt)
{
    struct world w;
    struct course c;
    uint32_t next = 0;
    struct trace_writer *writer = trace_writer_fingerprint_only(&l->header);

    dirty_stack(salt);
    CHECK(sim_init(&w, &l->sc));
    trace_add_sink(&w.trace, trace_writer_sink(writer));
    for (uint32_t i = 0; i < pieces; i++)
        lab_run_until(&w, l, &next, (vtime)i * l->close_at / pieces);
    lab_run_until(&w, l, &next, VTIME_NEVER);
    c = (struct course){.fingerprint = trace_writer_footer(writer).fingerprint,
                        .records = trace_writer_footer(writer).records,
                        .last_record = w.core->last_record,
                        .events = w.core->events,
                        .hash = world_hash(&w),
                        .at = world_now(&w)};
    trace_writer_discard(writer);
    world_free(&w);
    return c;
}

static void ignore(void *ctx, const struct rec_head *r)
{
    (void)ctx;
    (void)r;
}

/* Whoever listens, the ids are the same. */
static bool ids_same(struct lab *l, const struct course *want)
{
    static const uint64_t kinds[] = {0, UINT64_C(1) << REC_SEND, UINT64_C(1) << REC_VARS, TRACE_ALL_KINDS};
    bool ok = true;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct world w;
        uint32_t next = 0;
        struct trace_sink sink = {.kinds = kinds[i], .put = ignore, .ctx = l};

        CHECK(sim_init(&w, &l->sc));
        if (kinds[i])
            trace_add_sink(&w.trace, sink);
        lab_run_until(&w, l, &next, VTIME_NEVER);
        ok = ok && w.core->last_record == want->last_record && w.core->events == want->events &&
             world_now(&w) == want->at;
        world_free(&w);
    }
    return ok;
}

/* Snapshot and fork at a moment on the way. Returns what is wrong, NULL: nothing. */
static const char *from_the_middle(struct lab *l, vtime middle)
{
    struct world w, fork, other;
    struct arena_snapshot snapshot;
    uint32_t next = 0, again;
    struct course first, second, third;
    const char *wrong = NULL;

    CHECK(sim_init(&w, &l->sc));
    go(&w, l, &next, middle, 4);
    CHECK(world_save(&w, &snapshot) && world_fork(&w, &fork) && world_fork(&w, &other));
    if (!world_equal(&w, &fork))
        wrong = "a fork is not equal to its world";
    again = next;
    first = go(&w, l, &again, VTIME_NEVER, 5);
    again = next;
    second = go(&fork, l, &again, VTIME_NEVER, 6);
    if (!wrong && !same(&first, &second))
        wrong = "a fork goes another way";
    if (!wrong && !world_equal(&w, &fork))
        wrong = "a fork and its world end up different";
    world_restore(&w, &snapshot);
    if (!wrong && !world_equal(&w, &other))
        wrong = "a restored world is not what was saved";
    again = next;
    third = go(&w, l, &again, VTIME_NEVER, 7);
    if (!wrong && !same(&first, &third))
        wrong = "a restored world goes another way";
    if (!wrong && !world_equal(&w, &fork))
        wrong = "a restored world ends up different";
    arena_snapshot_free(&snapshot);
    world_free(&w);
    world_free(&fork);
    world_free(&other);
    return wrong;
}

static const char *laws(struct lab *l)
{
    struct course a = whole(l, 0, 1), b = whole(l, 0, 2), c = whole(l, 7, 3);
    const char *wrong;

    if (!same(&a, &b))
        return "the same seed gives two different runs";
    if (a.fingerprint != c.fingerprint || a.last_record != c.last_record || a.events != c.events)
        return "a run in pieces differs from one in a piece";
    if (!ids_same(l, &a))
        return "who listens changes the run";
    wrong = from_the_middle(l, (vtime)lab_pick(l, "middle", 0, (uint64_t)l->close_at));
    if (!wrong)
        wrong = from_the_middle(l, (vtime)lab_pick(l, "early middle", 0, 2000) * NS_PER_MS);
    return wrong;
}

int main(int argc, char **argv)
{
    uint64_t seeds = SEEDS, first = 1;
    unsigned failures = 0, n = 0;
    struct lab *l = malloc(sizeof *l);

    CHECK(l);
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--seeds"))
            seeds = strtoull(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--first"))
            first = strtoull(argv[i + 1], NULL, 10);
    }
    for (uint64_t seed = first; seed < first + seeds && failures < 10; seed++) {
        const char *wrong;

        lab_make(l, seed, UINT64_C(1) << LAB_BULK);
        wrong = laws(l);
        if (wrong) {
            failures++;
            printf("not ok %u - seed %llu: %s\n# again: %s --seeds 1 --first %llu\n", ++n,
                   (unsigned long long)seed, wrong, argv[0], (unsigned long long)seed);
        } else if ((seed + 1 - first) % 50 == 0 || seed + 1 == first + seeds) {
            printf("ok %u - seeds up to %llu\n", ++n, (unsigned long long)seed);
        }
    }
    printf("1..%u\n# %.1f s\n", n, (double)clock() / CLOCKS_PER_SEC);
    free(l);
    return failures ? 1 : 0;
}
