#define _POSIX_C_SOURCE 200809L /* pthread */

#include "sim/run/loader.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct loader {
    pthread_t thread;
    struct loader_work work;
    char *path;
    atomic_uint permille;
    atomic_bool give_up;
    atomic_int state; /* what follows is the worker's until this is no longer LOADER_WORKING */
    struct source *source;
    void *product;
    struct diag diag;
    atomic_int owners; /* the worker and the one who asked: the last one frees it */
};

/* Reading or running takes most of the time. */
enum { SOURCE_PART = 600 };

static bool read_on(void *ctx, unsigned permille)
{
    struct loader *l = ctx;

    atomic_store(&l->permille, permille * SOURCE_PART / 1000);
    return !atomic_load(&l->give_up);
}

static bool make_on(void *ctx, unsigned permille)
{
    struct loader *l = ctx;

    atomic_store(&l->permille, SOURCE_PART + permille * (1000 - SOURCE_PART) / 1000);
    return !atomic_load(&l->give_up);
}

static void drop(struct loader *l)
{
    if (l->product && l->work.drop)
        l->work.drop(l->product);
    source_close(l->source);
    l->product = NULL;
    l->source = NULL;
}

static void release(struct loader *l)
{
    if (atomic_fetch_sub(&l->owners, 1) > 1)
        return;
    drop(l);
    free(l->path);
    free(l);
}

static void *work(void *arg)
{
    struct loader *l = arg;
    const struct trace_watch reading = {read_on, l}, making = {make_on, l};

    l->source = source_open_watched(l->path, &reading, &l->diag);
    if (l->source && l->work.make) {
        l->product = l->work.make(l->work.ctx, l->source, &making);
        if (!l->product) {
            diag_set(&l->diag, l->path, 0, 0, "opening was given up");
            drop(l);
        }
    }
    if (l->source)
        atomic_store(&l->permille, 1000);
    atomic_store(&l->state, l->source ? LOADER_READY : LOADER_FAILED);
    release(l);
    return NULL;
}

struct loader *loader_start(const char *path, const struct loader_work *w)
{
    struct loader *l = calloc(1, sizeof *l);

    CHECK(l);
    if (w)
        l->work = *w;
    l->path = calloc(1, strlen(path) + 1);
    CHECK(l->path);
    memcpy(l->path, path, strlen(path));
    atomic_init(&l->state, LOADER_WORKING);
    atomic_init(&l->owners, 2);
    if (pthread_create(&l->thread, NULL, work, l) == 0)
        return l;
    free(l->path);
    free(l);
    return NULL;
}

enum loader_state loader_poll(struct loader *l, unsigned *permille)
{
    if (permille)
        *permille = atomic_load(&l->permille);
    return (enum loader_state)atomic_load(&l->state);
}

/* In short naps: a condition would need the clock that is set by hand, or one that not all systems have. */
bool loader_wait(struct loader *l, int ms)
{
    const struct timespec nap = {.tv_nsec = 1000000};

    while (loader_poll(l, NULL) == LOADER_WORKING && ms-- > 0)
        nanosleep(&nap, NULL);
    return loader_poll(l, NULL) != LOADER_WORKING;
}

struct source *loader_take(struct loader *l, void **product, struct diag *d)
{
    struct source *s;

    pthread_join(l->thread, NULL);
    s = l->source;
    if (!s && d)
        *d = l->diag;
    if (product) {
        *product = l->product;
        l->product = NULL;
    }
    l->source = NULL;
    release(l);
    return s;
}

void loader_abandon(struct loader *l)
{
    if (!l)
        return;
    atomic_store(&l->give_up, true);
    pthread_detach(l->thread);
    release(l);
}

void loader_cancel(struct loader *l)
{
    if (!l)
        return;
    atomic_store(&l->give_up, true);
    pthread_join(l->thread, NULL);
    release(l);
}
