#include "sim/report/fold_index.h"

#include <stdlib.h>

enum {
    RECORDS = 2048, /* from one checkpoint to the next, at least */
    PER_CONN = 16   /* and so many for each connection, which is copied */
};

struct checkpoint {
    size_t n; /* records taken */
    struct fold fold;
};

struct fold_index {
    const struct log *log;
    struct checkpoint *checkpoint; /* by n */
    size_t n_checkpoints, cap;
    struct fold tip, view; /* after all records taken; what was asked for last */
    size_t tip_n, view_n;
};

struct fold_index *fold_index_new(const struct log *log)
{
    struct fold_index *x = calloc(1, sizeof *x);

    CHECK(x);
    x->log = log;
    fold_init(&x->tip);
    fold_init(&x->view);
    return x;
}

static void forget_after(struct fold_index *x, size_t n)
{
    while (x->n_checkpoints && x->checkpoint[x->n_checkpoints - 1].n > n)
        fold_free(&x->checkpoint[--x->n_checkpoints].fold);
}

void fold_index_free(struct fold_index *x)
{
    if (!x)
        return;
    while (x->n_checkpoints)
        fold_free(&x->checkpoint[--x->n_checkpoints].fold);
    free(x->checkpoint);
    fold_free(&x->tip);
    fold_free(&x->view);
    free(x);
}

static size_t last_checkpoint(const struct fold_index *x)
{
    return x->n_checkpoints ? x->checkpoint[x->n_checkpoints - 1].n : 0;
}

static void keep(struct fold_index *x)
{
    struct checkpoint *c;

    GROW(x->checkpoint, x->n_checkpoints, x->cap);
    c = &x->checkpoint[x->n_checkpoints++];
    c->n = x->tip_n;
    fold_init(&c->fold);
    fold_copy(&c->fold, &x->tip);
    fold_map_free(&c->fold.by_id); /* the view has its own */
}

bool fold_index_grow(struct fold_index *x, size_t most)
{
    size_t end = log_count(x->log);

    CHECK(end >= x->tip_n);
    if (end - x->tip_n > most)
        end = x->tip_n + most;
    while (x->tip_n < end) {
        fold_put(&x->tip, log_at(x->log, x->tip_n++));
        if (x->tip_n - last_checkpoint(x) >= RECORDS + PER_CONN * x->tip.n_conns)
            keep(x);
    }
    return x->tip_n == log_count(x->log);
}

/* The last checkpoint not after n; NULL: the start. */
static const struct checkpoint *before(const struct fold_index *x, size_t n)
{
    size_t lo = 0, hi = x->n_checkpoints;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (x->checkpoint[mid].n <= n)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo ? &x->checkpoint[lo - 1] : NULL;
}

/* Sets a fold back to a checkpoint; returns how many records it has taken then. */
static size_t set_back(struct fold *f, const struct checkpoint *c)
{
    static const struct fold nothing = {.beat = -1};

    fold_copy(f, c ? &c->fold : &nothing);
    return c ? c->n : 0;
}

void fold_index_cut(struct fold_index *x, size_t n)
{
    forget_after(x, n);
    if (x->view_n > n)
        x->view_n = set_back(&x->view, NULL);
    if (x->tip_n <= n)
        return;
    CHECK(n <= log_count(x->log));
    x->tip_n = set_back(&x->tip, before(x, n));
    while (x->tip_n < n)
        fold_put(&x->tip, log_at(x->log, x->tip_n++));
}

/* How things stand after the first n records. */
static const struct fold *at_record(struct fold_index *x, size_t n)
{
    const struct checkpoint *c;

    CHECK(n <= log_count(x->log));
    if (n > x->tip_n)
        fold_index_grow(x, n - x->tip_n);
    c = before(x, n);
    if (n < x->view_n || (c && c->n > x->view_n))
        x->view_n = set_back(&x->view, c);
    while (x->view_n < n)
        fold_put(&x->view, log_at(x->log, x->view_n++));
    return &x->view;
}

const struct fold *fold_at(struct fold_index *x, vtime t)
{
    return at_record(x, log_after_time(x->log, t));
}
