#include "sim/core/diag.h"

#include <string.h>

#include "sim/core/base.h"
#include "sim/core/utf8.h"

void diag_clear(struct diag *d)
{
    if (d)
        *d = (struct diag){0};
}

bool diag_is_set(const struct diag *d)
{
    return d->message[0] != '\0';
}

/* What stands last in a path or a pointer says most. */
static void copy_tail(char *to, size_t size, const char *from)
{
    size_t n = strlen(from);
    if (n < size) {
        memmove(to, from, n + 1);
        return;
    }
    size_t skip = n - (size - 4);
    while (((unsigned char)from[skip] & 0xc0) == 0x80)
        skip++;
    memmove(to + 3, from + skip, n - skip + 1);
    memcpy(to, "...", 3);
}

bool diag_vset(struct diag *d, const char *path, int line, int column, const char *fmt, va_list ap)
{
    if (!d)
        return false;
    /* Built aside, because the arguments may point into *d. */
    struct diag made = {.line = line, .column = column};
    int n = vsnprintf(made.message, sizeof made.message, fmt, ap);
    CHECK(n >= 0);
    if ((size_t)n >= sizeof made.message)
        memcpy(made.message + utf8_cut(made.message, sizeof made.message - 4), "...", 4);
    copy_tail(made.path, sizeof made.path, path ? path : "");
    *d = made;
    return false;
}

bool diag_set(struct diag *d, const char *path, int line, int column, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    diag_vset(d, path, line, column, fmt, ap);
    va_end(ap);
    return false;
}

void diag_set_pointer(struct diag *d, const char *pointer)
{
    if (d)
        copy_tail(d->pointer, sizeof d->pointer, pointer);
}

/* Appends to buf as much as fits; len goes on counting no further than size - 1. */
struct line {
    char *buf;
    size_t size;
    size_t len;
};

static void add(struct line *l, const char *s, size_t n)
{
    if (n <= l->size - 1 - l->len) {
        memcpy(l->buf + l->len, s, n);
        l->len += n;
    } else {
        l->size = l->len + 1; /* nothing that follows may slip in behind a part that did not fit */
    }
}

static void add_safe(struct line *l, const char *s)
{
    for (size_t left = strlen(s), n; left > 0; s += n, left -= n) {
        uint32_t cp = 0;
        char esc[8];
        n = utf8_decode(s, left, &cp);
        if (n == 0) {
            n = 1;
            snprintf(esc, sizeof esc, "\\x%02x", (unsigned)(unsigned char)*s);
        } else if (cp == '\n') {
            snprintf(esc, sizeof esc, "\\n");
        } else if (cp == '\t') {
            snprintf(esc, sizeof esc, "\\t");
        } else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029) {
            snprintf(esc, sizeof esc, "\\u%04x", (unsigned)cp);
        } else {
            add(l, s, n);
            continue;
        }
        add(l, esc, strlen(esc));
    }
}

static void add_number(struct line *l, int v)
{
    char text[16];
    int n = snprintf(text, sizeof text, "%d:", v);
    add(l, text, (size_t)n);
}

size_t diag_format(const struct diag *d, char *buf, size_t size)
{
    CHECK(size > 0);
    struct line l = {.buf = buf, .size = size};

    if (d->path[0]) {
        add_safe(&l, d->path);
        add(&l, ":", 1);
    }
    if (d->line > 0) {
        add_number(&l, d->line);
        if (d->column > 0)
            add_number(&l, d->column);
    }
    if (l.len > 0)
        add(&l, " ", 1);
    add_safe(&l, d->message);
    if (d->pointer[0]) {
        add(&l, " (at ", 5);
        add_safe(&l, d->pointer);
        add(&l, ")", 1);
    }
    buf[l.len] = '\0';
    return l.len;
}

void diag_print(FILE *f, const struct diag *d)
{
    char text[DIAG_TEXT_MAX];
    size_t n = diag_format(d, text, sizeof text - 1);
    text[n++] = '\n';
    fwrite(text, 1, n, f);
}
