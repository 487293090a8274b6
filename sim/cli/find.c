/* Where lessons are looked for: TCPLAB_LESSONS, ./lessons, beside the program, and where `make install` puts
 * them. */
#define _XOPEN_SOURCE 700 /* realpath, readlink, scandir */
#include "sim/cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/core/base.h"
#include "sim/core/sbuf.h"
#include "sim/json/json.h"
#include "sim/lesson/lesson.h"

#define FOLDERS_MAX 16
#define PROGRAM_PATH_MAX 4096

struct folders {
    char *path[FOLDERS_MAX];
    size_t n;
};

struct lessons {
    struct cli_lesson *item;
    size_t n;
};

static char *join(const char *a, const char *b)
{
    struct sbuf s = SBUF_INIT;

    sbuf_puts(&s, a);
    sbuf_puts(&s, b);
    return sbuf_detach(&s);
}

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
        add_folder(f, join(program, places[i]));
}

static void find_folders(struct folders *f)
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
    add_folder(f, join("lessons", ""));
    add_beside_program(f);
#ifdef TCPLAB_DATADIR
    add_folder(f, join(TCPLAB_DATADIR, "/lessons"));
#endif
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
    struct cli_lesson item = {join(file, ""), NULL};
    struct cli_lesson *grown;
    char *slashed = join(folder, "/");

    item.name[strlen(item.name) - 5] = '\0';
    item.path = join(slashed, file);
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
    return strcmp(((const struct cli_lesson *)a)->name, ((const struct cli_lesson *)b)->name);
}

struct cli_lesson *cli_lessons(size_t *n)
{
    struct folders folders;
    struct lessons l = {NULL, 0};

    find_folders(&folders);
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

void cli_lessons_free(struct cli_lesson *l, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(l[i].name);
        free(l[i].path);
    }
    free(l);
}

/* "four-way-close" of "02-four-way-close". */
static const char *without_number(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits && name[digits] == '-' ? name + digits + 1 : name;
}

/* The first name of which the word is a part: "host-crash" for "crash". */
static const char *with_part(const char *word, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n && strlen(word) > 2; i++)
        if (strstr(names[i], word))
            return names[i];
    return NULL;
}

static char *by_word(const char *command, const char *word)
{
    size_t n, wanted = strlen(word);
    struct cli_lesson *l = cli_lessons(&n);
    const char **names = calloc(2 * n + 1, sizeof *names);
    char *path = NULL;
    const char *near;

    CHECK(names);
    if (wanted > 5 && strcmp(word + wanted - 5, ".json") == 0)
        wanted -= 5;
    for (size_t i = 0; i < n; i++) {
        names[i] = l[i].name;
        names[n + i] = without_number(l[i].name);
    }
    for (size_t i = 0; i < 2 * n && !path; i++) /* full names first */
        if (strlen(names[i]) == wanted && strncmp(names[i], word, wanted) == 0)
            path = join(l[i % n].path, "");
    near = path ? NULL : json_nearest(word, names, 2 * n);
    if (!path && !near)
        near = with_part(word, names + n, n);
    if (!path && near)
        cli_error(command, "%s: no such file, and no lesson of this name; did you mean %s?", word, near);
    else if (!path)
        cli_error(command, "%s: no such file, and no lesson of this name; see tcplab list", word);
    free(names);
    cli_lessons_free(l, n);
    return path;
}

char *cli_find_lesson(const char *command, const char *word)
{
    struct stat st;

    if (strcmp(word, "-") == 0 || strchr(word, '/') || (stat(word, &st) == 0 && !S_ISDIR(st.st_mode)) ||
        !*word)
        return join(word, "");
    return by_word(command, word);
}
