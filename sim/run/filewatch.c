#include "sim/run/filewatch.h"

#include <ev.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"

#define INTERVAL 0.5 /* seconds between looks, where the system does not tell by itself */

struct filewatch {
    struct ev_loop *loop;
    ev_stat stat;
    char *path;
    bool changed;
};

static void on_change(struct ev_loop *loop, ev_stat *s, int events)
{
    struct filewatch *w = s->data;

    (void)loop;
    (void)events;
    if (s->attr.st_nlink) /* it is there */
        w->changed = true;
}

struct filewatch *filewatch_new(const char *path)
{
    struct filewatch *w = calloc(1, sizeof *w);

    CHECK(w);
    w->loop = ev_loop_new(EVFLAG_AUTO);
    if (!w->loop) {
        free(w);
        return NULL;
    }
    w->path = calloc(1, strlen(path) + 1);
    CHECK(w->path);
    memcpy(w->path, path, strlen(path));
    ev_stat_init(&w->stat, on_change, w->path, INTERVAL);
    w->stat.data = w;
    ev_stat_start(w->loop, &w->stat);
    return w;
}

void filewatch_free(struct filewatch *w)
{
    if (!w)
        return;
    ev_stat_stop(w->loop, &w->stat);
    ev_loop_destroy(w->loop);
    free(w->path);
    free(w);
}

bool filewatch_changed(struct filewatch *w)
{
    bool changed;

    if (!w)
        return false;
    ev_run(w->loop, EVRUN_NOWAIT);
    changed = w->changed;
    w->changed = false;
    return changed;
}
