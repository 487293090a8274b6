/* loader: opens a lesson or a trace on a thread of its own, so that a window goes on meanwhile.
 *
 * What was opened is handed over when it is ready; until then it is the worker's alone. Whoever asked polls,
 * and may give up at any time without waiting: then the worker throws away what it has, as soon as it
 * notices. i18n_init must have been called before. */
#ifndef TCPLAB_RUN_LOADER_H
#define TCPLAB_RUN_LOADER_H

#include "sim/run/source.h"

struct loader;

/* What is to be made from the source on the worker, too: a model, an index ... NULLs: nothing. */
struct loader_work {
    void *(*make)(void *ctx, struct source *s, const struct trace_watch *w); /* NULL: given up */
    void (*drop)(void *product);                                             /* if nobody takes it */
    void *ctx;                                                               /* must outlive the worker */
};

enum loader_state { LOADER_WORKING, LOADER_READY, LOADER_FAILED };

/* Begins. NULL: no thread could be started. */
struct loader *loader_start(const char *path, const struct loader_work *work);
/* Never waits. *permille (may be NULL): how much is done. */
enum loader_state loader_poll(struct loader *l, unsigned *permille);
/* Waits until the worker is done, but not longer than so many milliseconds. True: it is. */
bool loader_wait(struct loader *l, int ms);
/* Waits for the worker, and ends the loader. The source, and in *product (may be NULL) what was made from it;
 * both are the caller's now. NULL, with *d filled: it failed. */
struct source *loader_take(struct loader *l, void **product, struct diag *d);
/* Gives up and ends the loader, without waiting. NULL is allowed. */
void loader_abandon(struct loader *l);
/* Gives up and waits until the worker has noticed: before the process ends. NULL is allowed. */
void loader_cancel(struct loader *l);

#endif
