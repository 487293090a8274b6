/* Files are opened on a thread of their own (sim/run/loader.h): read or run, the model and the film made,
 * until there is nothing left to do but to show them. A short one is waited for; of a long one the window
 * shows how far it has come, and goes on with what it showed before. */
#include <stdlib.h>

#include "gui/app.h"
#include "sim/core/sbuf.h"
#include "sim/run/filewatch.h"
#include "sim/run/lessons.h"

/* A new document, seen from its beginning. */
static void show(struct app *a, struct document *doc, const char *path, vtime at)
{
    document_close(a->doc);
    filewatch_free(a->watch);
    a->doc = doc;
    a->watch = filewatch_new(path);
    a->at = a->shown = 0;
    a->goal = VTIME_NEVER;
    a->playing = false;
    a->selected = 0;
    a->spot = PANEL_NONE;
    a->overlay = PANEL_NONE;
    if (at > 0)
        app_seek(a, at);
    if (a->recent)
        recent_add(a->recent, path);
}

/* The loader is done, or is waited for. */
static bool finish(struct app *a)
{
    struct opening o = a->opening;
    struct diag d = {0};
    void *product = NULL;
    struct source *source = loader_take(o.loader, &product, &d);

    a->opening = (struct opening){.loader = NULL};
    if (!source) {
        a->diag = d;
    } else {
        struct document *doc = document_take(source, product, ++a->generations);

        diag_clear(&a->diag);
        if (o.again)
            app_replace(a, doc);
        else
            show(a, doc, o.path, o.at);
    }
    free(o.path);
    return source != NULL;
}

static bool begin(struct app *a, const char *path, bool again, vtime at)
{
    struct loader_work work = document_work(a->lang);
    char *copy = sbuf_join(path, "");

    app_give_up(a);
    a->opening = (struct opening){loader_start(copy, &work), copy, again, at, 0};
    if (!a->opening.loader) {
        app_give_up(a);
        diag_set(&a->diag, path, 0, 0, "not enough memory");
        return false;
    }
    if (!a->patience || loader_wait(a->opening.loader, a->patience))
        return finish(a);
    if (!again && a->overlay != PANEL_NONE) /* so that it is seen what goes on */
        app_overlay(a, PANEL_NONE);
    return true;
}

bool app_open(struct app *a, const char *path)
{
    return begin(a, path, false, 0);
}

bool app_open_at(struct app *a, const char *path, vtime at)
{
    return begin(a, path, false, at);
}

bool app_reload(struct app *a)
{
    return a->doc && begin(a, source_path(a->doc->source), true, 0);
}

void app_give_up(struct app *a)
{
    loader_abandon(a->opening.loader);
    free(a->opening.path);
    a->opening = (struct opening){.loader = NULL};
}

bool app_opened(struct app *a, int ms)
{
    struct opening *o = &a->opening;

    if (!o->loader)
        return true;
    if (!loader_wait(o->loader, ms)) {
        loader_poll(o->loader, &o->permille);
        return false;
    }
    a->scene.turns = !o->again;
    finish(a);
    return true;
}
