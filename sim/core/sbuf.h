/* A growable byte buffer for building text, quick enough for one JSON record in far less than a microsecond.
 *
 * The caller owns the struct, sbuf_free releases its bytes. A zeroed struct is a valid empty buffer. The
 * bytes may hold anything, NUL too. Running out of memory ends the program (it is a programmer's or machine's
 * fault, not the user's). Pointers into the bytes hold until the next call that may grow. Never formats by
 * locale except in sbuf_printf, which is therefore given no floating point. */
#ifndef TCPLAB_CORE_SBUF_H
#define TCPLAB_CORE_SBUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct sbuf {
    char *s;    /* len bytes of content; NULL while nothing was ever stored. Not terminated: see sbuf_str */
    size_t len; /* may be lowered by the caller to cut the content */
    size_t cap;
};

#define SBUF_INIT ((struct sbuf){0})

#if defined(__GNUC__)
#define SBUF_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define SBUF_PRINTF(fmt, args)
#endif

void sbuf_init(struct sbuf *b);

/* Releases the bytes; the buffer is empty and usable again. */
void sbuf_free(struct sbuf *b);

/* Makes room for at least more bytes beyond len, by doubling. */
void sbuf_grow(struct sbuf *b, size_t more);

/* printf at the end. */
void sbuf_printf(struct sbuf *b, const char *fmt, ...) SBUF_PRINTF(2, 3);
void sbuf_vprintf(struct sbuf *b, const char *fmt, va_list ap) SBUF_PRINTF(2, 0);

/* Appends a number in decimal, or in lower case hexadecimal padded with zeros to at least digits (1 to 16)
 * places. */
void sbuf_u64(struct sbuf *b, uint64_t v);
void sbuf_i64(struct sbuf *b, int64_t v);
void sbuf_hex(struct sbuf *b, uint64_t v, int digits);

/* The content as a C string: terminates it without counting the NUL. Never NULL. */
char *sbuf_str(struct sbuf *b);

/* Hands the content over as a C string that the caller releases with free; the buffer is empty afterwards. */
char *sbuf_detach(struct sbuf *b);

/* a and then b as one C string that the caller releases with free; with b "" a copy of a. */
char *sbuf_join(const char *a, const char *b);

/* Writes the content to f and empties the buffer. Returns 0, or -1 if f failed (errno is set; the content is
 * dropped). */
int sbuf_flush(struct sbuf *b, FILE *f);

/* Empties the buffer and keeps its memory. */
static inline void sbuf_clear(struct sbuf *b)
{
    b->len = 0;
}

static inline void sbuf_reserve(struct sbuf *b, size_t more)
{
    if (b->cap - b->len < more)
        sbuf_grow(b, more);
}

static inline void sbuf_putc(struct sbuf *b, char c)
{
    sbuf_reserve(b, 1);
    b->s[b->len++] = c;
}

/* Appends n bytes; p may be NULL if n is 0, and must not point into the buffer itself. */
static inline void sbuf_put(struct sbuf *b, const void *p, size_t n)
{
    if (n == 0)
        return;
    sbuf_reserve(b, n);
    memcpy(b->s + b->len, p, n);
    b->len += n;
}

static inline void sbuf_puts(struct sbuf *b, const char *s)
{
    sbuf_put(b, s, strlen(s));
}

/* Appends a string literal; its length is known to the compiler. */
#define sbuf_lit(b, literal) sbuf_put((b), "" literal, sizeof(literal) - 1)

/* Appends c n times. */
static inline void sbuf_fill(struct sbuf *b, char c, size_t n)
{
    if (n == 0)
        return;
    sbuf_reserve(b, n);
    memset(b->s + b->len, c, n);
    b->len += n;
}

#endif
