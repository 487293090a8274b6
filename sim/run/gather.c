#define _DEFAULT_SOURCE /* scandir, lstat */
#include "sim/run/gather.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/core/sbuf.h"
#include "sim/lesson/lesson.h"

#define DEPTH_MAX 64 /* of folders within each other */

static bool ends_in(const char *name, const char *ending)
{
    size_t n = strlen(name), e = strlen(ending);

    return n > e && strcmp(name + n - e, ending) == 0;
}

static bool add(struct gathering *g, const char *path, const char *error)
{
    struct gathered *grown = realloc(g->item, (g->n + 1) * sizeof *grown), *item;

    if (!grown)
        return false;
    g->item = grown;
    item = &grown[g->n];
    *item = (struct gathered){.script = !error && ends_in(path, ".pkt")};
    item->path = strdup(path);
    item->error = error ? strdup(error) : NULL;
    g->n++;
    return item->path && (!error || item->error);
}

static int seen(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* strcmp, not the locale's order. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool folder(struct gathering *g, const char *path, int depth);

static bool entry(struct gathering *g, const char *path, int depth)
{
    struct stat st;
    struct diag d;

    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return folder(g, path, depth + 1);
    if (stat(path, &st) != 0 || S_ISDIR(st.st_mode))
        return true;
    if (ends_in(path, ".pkt"))
        return add(g, path, NULL);
    if (!ends_in(path, ".json"))
        return true;
    diag_clear(&d);
    if (lesson_is_one(path, &d) || diag_is_set(&d)) /* what cannot be read is reported when it is tried */
        return add(g, path, NULL);
    return true;
}

static bool folder(struct gathering *g, const char *path, int depth)
{
    struct dirent **found;
    struct sbuf name = SBUF_INIT;
    bool well = true;
    int n;

    if (depth > DEPTH_MAX)
        return add(g, path, "too many folders within each other");
    n = scandir(path, &found, seen, by_bytes);
    if (n < 0)
        return add(g, path, strerror(errno));
    for (int i = 0; i < n; i++) {
        sbuf_clear(&name);
        sbuf_puts(&name, path);
        if (name.len && name.s[name.len - 1] != '/')
            sbuf_putc(&name, '/');
        sbuf_puts(&name, found[i]->d_name);
        well = well && entry(g, sbuf_str(&name), depth);
        free(found[i]);
    }
    free(found);
    sbuf_free(&name);
    return well;
}

bool gather(struct gathering *g, const char *path)
{
    struct stat st;

    if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return folder(g, path, 0);
    return add(g, path, NULL);
}

void gathering_free(struct gathering *g)
{
    for (size_t i = 0; i < g->n; i++) {
        free(g->item[i].path);
        free(g->item[i].error);
    }
    free(g->item);
    *g = (struct gathering){NULL, 0};
}
