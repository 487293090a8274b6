/* lessons: which lessons there are, and where: in the folders that TCPLAB_LESSONS names, in ./lessons, beside
 * the program, and where `make install` puts them; and which files were opened lately.
 *
 * Owns what it returns until it is freed. Reads files and the environment; never prints. */
#ifndef TCPLAB_RUN_LESSONS_H
#define TCPLAB_RUN_LESSONS_H

#include <stdbool.h>
#include <stddef.h>

struct lesson_file {
    char *name; /* file name without ".json" */
    char *path;
};
/* All lessons in the folders where they are looked for, each name once, sorted by name. datadir: where the
 * program's data is installed, may be NULL. *n gets how many. NULL: none. */
struct lesson_file *lessons_find(const char *datadir, size_t *n);
void lessons_free(struct lesson_file *l, size_t n);

enum { LESSON_TITLE_BYTES = 160 };
/* A lesson's title in English and Chinese, without loading the rest; the same twice, if it has but one.
 * False: it has none. */
bool lessons_title(const char *path, char en[LESSON_TITLE_BYTES], char zh[LESSON_TITLE_BYTES]);

/* ---- lately opened ---- */

enum { RECENT_MOST = 10 };
/* The file in which they are kept: $XDG_STATE_HOME/tcplab/recent, or below ~/.local/state. To be freed. NULL:
 * there is no such place. */
char *recent_place(void);
/* The files that are kept there and can still be read, the newest first; *n gets how many. To be freed, the
 * array and each. NULL: none. */
char **recent_read(const char *place, size_t *n);
/* Puts a file first. What cannot be written is not kept: no fault of the user's. */
void recent_add(const char *place, const char *path);
/* Whether two paths are one file's. */
bool recent_same(const char *path, const char *other);

#endif
