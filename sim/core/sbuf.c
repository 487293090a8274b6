#include "sim/core/sbuf.h"

#include <stdlib.h>

#include "sim/core/base.h"

enum { SBUF_FIRST = 256 };

void sbuf_init(struct sbuf *b)
{
    *b = SBUF_INIT;
}

void sbuf_free(struct sbuf *b)
{
    free(b->s);
    *b = SBUF_INIT;
}

void sbuf_grow(struct sbuf *b, size_t more)
{
    CHECK(more <= SIZE_MAX / 4 && b->len <= SIZE_MAX / 4); /* so that doubling cannot overflow */
    size_t cap = b->cap ? b->cap : SBUF_FIRST;
    while (cap - b->len < more)
        cap *= 2;
    if (cap == b->cap)
        return;
    char *s = realloc(b->s, cap);
    CHECK(s && "out of memory");
    b->s = s;
    b->cap = cap;
}

void sbuf_vprintf(struct sbuf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    sbuf_reserve(b, 64);
    int n = vsnprintf(b->s + b->len, b->cap - b->len, fmt, ap);
    CHECK(n >= 0);
    if ((size_t)n >= b->cap - b->len) {
        sbuf_reserve(b, (size_t)n + 1);
        vsnprintf(b->s + b->len, b->cap - b->len, fmt, again);
    }
    b->len += (size_t)n;
    va_end(again);
}

void sbuf_printf(struct sbuf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    sbuf_vprintf(b, fmt, ap);
    va_end(ap);
}

/* Two digits per division: traces are mostly numbers. */
void sbuf_u64(struct sbuf *b, uint64_t v)
{
    static const char pairs[] =
        "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243"
        "4445464748495051525354555657585960616263646566676869707172737475767778798081828384858687"
        "888990919293949596979899";
    char digits[20];
    size_t at = sizeof digits;

    while (v >= 100) {
        size_t pair = (size_t)(v % 100) * 2;
        v /= 100;
        digits[--at] = pairs[pair + 1];
        digits[--at] = pairs[pair];
    }
    if (v >= 10) {
        digits[--at] = pairs[v * 2 + 1];
        digits[--at] = pairs[v * 2];
    } else {
        digits[--at] = (char)('0' + v);
    }
    sbuf_put(b, digits + at, sizeof digits - at);
}

void sbuf_i64(struct sbuf *b, int64_t v)
{
    if (v < 0) {
        sbuf_putc(b, '-');
        sbuf_u64(b, (uint64_t)0 - (uint64_t)v); /* INT64_MIN has no positive twin in int64_t */
    } else {
        sbuf_u64(b, (uint64_t)v);
    }
}

void sbuf_hex(struct sbuf *b, uint64_t v, int digits)
{
    CHECK(digits >= 1 && digits <= 16);
    while (digits < 16 && v >> (4 * digits))
        digits++;
    sbuf_reserve(b, (size_t)digits);
    while (digits-- > 0)
        b->s[b->len++] = "0123456789abcdef"[v >> (4 * digits) & 15];
}

char *sbuf_str(struct sbuf *b)
{
    sbuf_reserve(b, 1);
    b->s[b->len] = '\0';
    return b->s;
}

char *sbuf_detach(struct sbuf *b)
{
    char *s = sbuf_str(b);
    *b = SBUF_INIT;
    return s;
}

char *sbuf_join(const char *a, const char *b)
{
    struct sbuf s = SBUF_INIT;

    sbuf_puts(&s, a);
    sbuf_puts(&s, b);
    return sbuf_detach(&s);
}

int sbuf_flush(struct sbuf *b, FILE *f)
{
    size_t n = b->len;
    b->len = 0;
    return n == 0 || fwrite(b->s, 1, n, f) == n ? 0 : -1;
}
