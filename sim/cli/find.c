/* A lesson by its name. */
#include "sim/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/core/base.h"
#include "sim/core/sbuf.h"
#include "sim/json/json.h"

#ifndef TCPLAB_DATADIR
#define TCPLAB_DATADIR NULL
#endif

static char *copy(const char *text)
{
    struct sbuf s = SBUF_INIT;

    sbuf_puts(&s, text);
    return sbuf_detach(&s);
}

struct lesson_file *cli_lessons(size_t *n)
{
    return lessons_find(TCPLAB_DATADIR, n);
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
    struct lesson_file *l = cli_lessons(&n);
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
            path = copy(l[i % n].path);
    near = path ? NULL : json_nearest(word, names, 2 * n);
    if (!path && !near)
        near = with_part(word, names + n, n);
    if (!path && near)
        cli_error(command, "%s: no such file, and no lesson of this name; did you mean %s?", word, near);
    else if (!path)
        cli_error(command, "%s: no such file, and no lesson of this name; see tcplab list", word);
    free(names);
    lessons_free(l, n);
    return path;
}

char *cli_find_lesson(const char *command, const char *word)
{
    struct stat st;

    if (strcmp(word, "-") == 0 || strchr(word, '/') || (stat(word, &st) == 0 && !S_ISDIR(st.st_mode)) ||
        !*word)
        return copy(word);
    return by_word(command, word);
}
