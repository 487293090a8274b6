#define _XOPEN_SOURCE 700 /* realpath, readlink, scandir, fdopen */
#include "sim/run/lessons.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/core/base.h"
#include "sim/core/newfile.h"
#include "sim/core/sbuf.h"
#include "sim/lesson/lesson.h"

#define FOLDERS_MAX 16
#define PROGRAM_PATH_MAX 4096

struct folders {
    char *path[FOLDERS_MAX];
    size_t n;
};

struct lessons {
    struct lesson_file *item;
    size_t n;
};

/* Takes the path over, unless it is no folder or there already (under another name, perhaps). */
static void add_folder(struct folders *f, char *path)
{
    char *real = realpath(path, NULL);
    bool known = !real || f->n == FOLDERS_MAX;
    struct stat st;

    for (size_t i = 0; i < f->n && !known; i++) {
        char *other = realpath(f->path[i], NULL);

        known = other && strcmp(other, real) == 0;
        free(other);
    }
    if (!known && stat(real, &st) == 0 && S_ISDIR(st.st_mode))
        f->path[f->n++] = path;
    else
        free(path);
    free(real);
}

/* Folders named relative to the one that holds the running program: an installed tree, and one that was built
 * in place. */
static void add_beside_program(struct folders *f)
{
    static const char *const places[] = {"/../share/tcplab/lessons", "/../lessons", "/../../lessons"};
    char program[PROGRAM_PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    if (n <= 0)
        return;
    program[n] = '\0';
    slash = strrchr(program, '/');
    if (!slash)
        return;
    *slash = '\0';
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        add_folder(f, sbuf_join(program, places[i]));
}

static void find_folders(struct folders *f, const char *datadir)
{
    const char *list = getenv("TCPLAB_LESSONS");

    f->n = 0;
    while (list && *list) { /* folders between colons, as in PATH */
        size_t n = strcspn(list, ":");
        struct sbuf s = SBUF_INIT;

        sbuf_put(&s, list, n);
        if (n)
            add_folder(f, sbuf_detach(&s));
        list += n + (list[n] == ':');
    }
    add_folder(f, sbuf_join("lessons", ""));
    add_beside_program(f);
    if (datadir)
        add_folder(f, sbuf_join(datadir, "/lessons"));
}

static void free_folders(struct folders *f)
{
    for (size_t i = 0; i < f->n; i++)
        free(f->path[i]);
}

/* ---------------------------------------------------------------- the lessons in them */

static int is_json(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return e->d_name[0] != '.' && n > 5 && strcmp(e->d_name + n - 5, ".json") == 0;
}

static void add_lesson(struct lessons *l, const char *folder, const char *file)
{
    struct lesson_file item = {sbuf_join(file, ""), NULL};
    struct lesson_file *grown;
    char *slashed = sbuf_join(folder, "/");

    item.name[strlen(item.name) - 5] = '\0';
    item.path = sbuf_join(slashed, file);
    free(slashed);
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->item[i].name, item.name) == 0) /* an earlier folder has one of this name */
            goto drop;
    if (!lesson_is_one(item.path, NULL))
        goto drop;
    grown = realloc(l->item, (l->n + 1) * sizeof *grown);
    CHECK(grown && "out of memory");
    l->item = grown;
    grown[l->n++] = item;
    return;
drop:
    free(item.name);
    free(item.path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct lesson_file *)a)->name, ((const struct lesson_file *)b)->name);
}

struct lesson_file *lessons_find(const char *datadir, size_t *n)
{
    struct folders folders;
    struct lessons l = {NULL, 0};

    find_folders(&folders, datadir);
    for (size_t f = 0; f < folders.n; f++) {
        struct dirent **found;
        int entries = scandir(folders.path[f], &found, is_json, NULL);

        for (int i = 0; i < entries; i++) {
            add_lesson(&l, folders.path[f], found[i]->d_name);
            free(found[i]);
        }
        if (entries >= 0)
            free(found);
    }
    free_folders(&folders);
    if (l.n)
        qsort(l.item, l.n, sizeof *l.item, by_name);
    *n = l.n;
    return l.item;
}

void lessons_free(struct lesson_file *l, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(l[i].name);
        free(l[i].path);
    }
    free(l);
}

bool lessons_title(const char *path, char en[LESSON_TITLE_BYTES], char zh[LESSON_TITLE_BYTES])
{
    return lesson_peek_title(path, LESSON_EN, en, LESSON_TITLE_BYTES) &&
           lesson_peek_title(path, LESSON_ZH_HANT, zh, LESSON_TITLE_BYTES);
}

/* ---------------------------------------------------------------- lately opened */

char *recent_place(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (state && *state == '/')
        return sbuf_join(state, "/tcplab/recent");
    return home && *home ? sbuf_join(home, "/.local/state/tcplab/recent") : NULL;
}

/* A line without its end; NULL: no more. */
static char *next_line(FILE *f)
{
    struct sbuf b = SBUF_INIT;
    int c = fgetc(f);

    if (c == EOF)
        return NULL;
    for (; c != EOF && c != '\n'; c = fgetc(f))
        sbuf_putc(&b, (char)c);
    return sbuf_detach(&b);
}

char **recent_read(const char *place, size_t *n)
{
    FILE *f = fopen(place, "r");
    char **list = NULL, *line;

    *n = 0;
    if (!f)
        return NULL;
    list = calloc(RECENT_MOST, sizeof *list);
    CHECK(list);
    while (*n < RECENT_MOST && (line = next_line(f)) != NULL) {
        if (*line == '/' && access(line, R_OK) == 0)
            list[(*n)++] = line;
        else
            free(line);
    }
    fclose(f);
    return list;
}

static void make_folders(const char *place)
{
    char *path = sbuf_join(place, "");

    for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        (void)mkdir(path, 0700); /* whether it is there shows when the file is made */
        *slash = '/';
    }
    free(path);
}

void recent_add(const char *place, const char *path)
{
    char *real = realpath(path, NULL), *temporary, **list;
    size_t n;
    FILE *f;
    int fd;

    if (!real || strchr(real, '\n')) {
        free(real);
        return;
    }
    list = recent_read(place, &n);
    make_folders(place);
    fd = newfile_open(place, 0600, &temporary);
    f = fd < 0 ? NULL : fdopen(fd, "w");
    if (f) {
        fprintf(f, "%s\n", real);
        for (size_t i = 0, kept = 1; i < n && kept < RECENT_MOST; i++)
            if (strcmp(list[i], real) != 0) {
                fprintf(f, "%s\n", list[i]);
                kept++;
            }
        if (fclose(f) == 0)
            (void)newfile_place(&temporary, place);
    } else if (fd >= 0) {
        close(fd);
    }
    newfile_drop(&temporary);
    for (size_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
    free(real);
}

bool recent_same(const char *path, const char *other)
{
    struct stat a, b;

    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}
