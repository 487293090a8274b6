#include "sim/core/utf8.h"

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
    const unsigned char *p = (const unsigned char *)s;
    uint32_t c = p[0];
    size_t len = 1;
    /* The second byte's range is what excludes overlong forms, surrogates and code points beyond U+10FFFF. */
    unsigned lo = 0x80, hi = 0xbf;

    if (c >= 0x80) {
        if (c < 0xc2 || c > 0xf4)
            return 0;
        len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        if (c == 0xe0)
            lo = 0xa0;
        else if (c == 0xed)
            hi = 0x9f;
        else if (c == 0xf0)
            lo = 0x90;
        else if (c == 0xf4)
            hi = 0x8f;
        if (n < len || p[1] < lo || p[1] > hi)
            return 0;
        c &= 0x7fu >> len;
        for (size_t i = 1; i < len; i++) {
            if ((p[i] & 0xc0) != 0x80)
                return 0;
            c = c << 6 | (p[i] & 0x3fu);
        }
    }
    if (cp)
        *cp = c;
    return len;
}

size_t utf8_valid_prefix(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n) {
        size_t len = utf8_decode(s + i, n - i, NULL);
        if (len == 0)
            break;
        i += len;
    }
    return i;
}

size_t utf8_length(const char *s, size_t n)
{
    size_t chars = 0;
    for (size_t i = 0; i < n; chars++) {
        size_t len = utf8_decode(s + i, n - i, NULL);
        i += len ? len : 1;
    }
    return chars;
}

size_t utf8_cut(const char *s, size_t n)
{
    size_t cut = n;
    /* At most three continuation bytes can stand before the cut; more than that is no UTF-8, and may be cut
     * anywhere. */
    for (int back = 0; back < 4; back++) {
        if (((unsigned char)s[cut] & 0xc0) != 0x80)
            return cut;
        if (cut == 0)
            break;
        cut--;
    }
    return n;
}
