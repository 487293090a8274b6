/* One diagnosis of bad input: where it is, and in one line what is wrong and what was expected.
 *
 * A plain value that the caller owns (mostly on the stack) and that points to nothing. Whoever finds the
 * fault fills it and returns failure; only main prints it and exits. Only one fault is held: the first. Never
 * allocates. */
#ifndef TCPLAB_CORE_DIAG_H
#define TCPLAB_CORE_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

enum {
    DIAG_PATH_MAX = 1024,   /* bytes with the terminating NUL; a longer path keeps its tail, behind "..." */
    DIAG_MESSAGE_MAX = 512, /* a longer message is cut at a character, and ends in "..." */
    DIAG_POINTER_MAX = 256, /* a longer pointer keeps its tail, behind "..." */
    /* What diag_format needs at most: any byte may become six, as in \u001b. */
    DIAG_TEXT_MAX = 6 * (DIAG_PATH_MAX + DIAG_MESSAGE_MAX + DIAG_POINTER_MAX) + 64,
};

struct diag {
    char path[DIAG_PATH_MAX];       /* file name, "<stdin>", "--set" ...; "" if none */
    int line;                       /* from 1; 0: no line is meant (the file as a whole) */
    int column;                     /* from 1, in characters (code points); 0: no column is meant */
    char message[DIAG_MESSAGE_MAX]; /* no newline, no full stop; "" while nothing is wrong */
    char pointer[DIAG_POINTER_MAX]; /* JSON pointer (RFC 6901); "" for the whole document or where JSON is not
                                       meant */
};

#if defined(__GNUC__)
#define DIAG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define DIAG_PRINTF(fmt, args)
#endif

/* Empties d: diag_is_set is false afterwards. */
void diag_clear(struct diag *d);

/* Whether d holds a fault. */
bool diag_is_set(const struct diag *d);

/* Fills all of d with a fault that has no JSON pointer; path may be NULL. Always returns false, so that a
 * function that fails can `return diag_set(d, ...);`. d may be NULL: the caller does not care. The arguments
 * may point into *d. */
bool diag_set(struct diag *d, const char *path, int line, int column, const char *fmt, ...) DIAG_PRINTF(5, 6);
bool diag_vset(struct diag *d, const char *path, int line, int column, const char *fmt, va_list ap)
    DIAG_PRINTF(5, 0);

/* Stores the JSON pointer in a diag already set; d may be NULL. */
void diag_set_pointer(struct diag *d, const char *pointer);

/* Writes the diagnosis to buf as one line without a newline:
 *     file:line:column: message (at /json/pointer)
 * Parts that are absent are left out. Control characters become \n, \t or \u001b, and bytes that are no UTF-8
 * become \xff, so that it stays one line and cannot steer a terminal. Cut at size - 1 bytes (DIAG_TEXT_MAX
 * always fits). Returns the length written. */
size_t diag_format(const struct diag *d, char *buf, size_t size);

/* diag_format, and a newline, to f. */
void diag_print(FILE *f, const struct diag *d);

#endif
