#include "models/wire/internal.h"

#include <string.h>

/* Digits without a leading zero, 0 to 255; moves *p behind them. */
static bool parse_octet(const char **p, uint8_t *out)
{
    const char *s = *p;
    unsigned v = 0;

    if (*s < '0' || *s > '9' || (*s == '0' && s[1] >= '0' && s[1] <= '9'))
        return false;
    for (; *s >= '0' && *s <= '9'; s++) {
        v = v * 10 + (unsigned)(*s - '0');
        if (v > 255)
            return false;
    }
    *out = (uint8_t)v;
    *p = s;
    return true;
}

/* Four octets and the end of the text. */
static bool parse_v4(const char *s, uint8_t out[4])
{
    for (int i = 0; i < 4; i++) {
        if (i > 0 && *s++ != '.')
            return false;
        if (!parse_octet(&s, &out[i]))
            return false;
    }
    return *s == '\0';
}

/* One to four hexadecimal digits; moves *p behind them. */
static bool parse_group(const char **p, uint32_t *out)
{
    int digits = 0;

    for (*out = 0; digits < 5 && hex_value(**p) >= 0; digits++, ++*p)
        *out = *out << 4 | (uint32_t)hex_value(**p);
    return digits >= 1 && digits <= 4;
}

/* RFC 4291 sec 2.2: eight groups, one "::" for one or more of them, the last two perhaps as IPv4. */
static bool parse_v6(const char *s, uint8_t out[16])
{
    enum { NOWHERE = 99 };
    uint8_t b[16] = {0};
    uint32_t n = 0, gap = NOWHERE, group; /* n: bytes so far; gap: where the "::" stands */

    if (s[0] == ':') {
        if (s[1] != ':')
            return false;
        gap = 0;
        s += 2;
    }
    while (*s) {
        if (n <= 12 && parse_v4(s, b + n)) {
            n += 4;
            break;
        }
        if (n == 16 || !parse_group(&s, &group))
            return false;
        put_be16(b + n, group);
        n += 2;
        if (*s == '\0')
            break;
        if (*s++ != ':')
            return false;
        if (*s == ':') {
            if (gap != NOWHERE)
                return false;
            gap = n;
            s++;
        } else if (*s == '\0') {
            return false;
        }
    }
    if (gap == NOWHERE ? n != 16 : n > 14)
        return false;
    if (gap == NOWHERE)
        gap = n;
    memset(out, 0, 16);
    memcpy(out, b, gap);
    memcpy(out + 16 - (n - gap), b + gap, n - gap);
    return true;
}

bool ip_parse(const char *text, struct ip_addr *a)
{
    struct ip_addr r = {0};

    if (strchr(text, ':')) {
        r.family = 6;
        if (!parse_v6(text, r.b))
            return false;
    } else {
        r.family = 4;
        if (!parse_v4(text, r.b))
            return false;
    }
    *a = r;
    return true;
}

static char *format_v4(char *out, const uint8_t *b)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            *out++ = '.';
        if (b[i] >= 100)
            *out++ = (char)('0' + b[i] / 100);
        if (b[i] >= 10)
            *out++ = (char)('0' + b[i] / 10 % 10);
        *out++ = (char)('0' + b[i] % 10);
    }
    return out;
}

static char *format_group(char *out, uint32_t v)
{
    int shift = v > 0xfff ? 12 : v > 0xff ? 8 : v > 0xf ? 4 : 0;

    for (; shift >= 0; shift -= 4)
        *out++ = "0123456789abcdef"[v >> shift & 0xfu];
    return out;
}

/* RFC 5952 sec 4: lower case, no leading zeros, "::" for the longest run of at least two zero groups, the
 * first of equals; sec 5: IPv4-mapped addresses show their IPv4 part. */
static char *format_v6(char *out, const uint8_t b[16])
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    int best = 8, best_n = 1, groups = memcmp(b, mapped, 12) == 0 ? 6 : 8;

    for (int i = 0, n = 0; i < groups; i++) {
        n = get_be16(b + 2 * i) == 0 ? n + 1 : 0;
        if (n > best_n) {
            best_n = n;
            best = i - n + 1;
        }
    }
    for (int i = 0; i < groups; i++) {
        if (i == best) {
            *out++ = ':';
            i += best_n - 1;
            if (i == groups - 1)
                *out++ = ':';
            continue;
        }
        if (i > 0)
            *out++ = ':';
        out = format_group(out, get_be16(b + 2 * i));
    }
    if (groups == 6) {
        *out++ = ':';
        out = format_v4(out, b + 12);
    }
    return out;
}

void ip_format(const struct ip_addr *a, char out[IP_TEXT_MAX])
{
    CHECK(a->family == 4 || a->family == 6);
    *(a->family == 4 ? format_v4(out, a->b) : format_v6(out, a->b)) = '\0';
}

bool ip_equal(const struct ip_addr *a, const struct ip_addr *b)
{
    return a->family == b->family && memcmp(a->b, b->b, a->family == 6 ? 16 : 4) == 0;
}

bool ip_is_multicast(const struct ip_addr *a)
{
    return a->family == 6 ? a->b[0] == 0xff : a->b[0] >> 4 == 0xe;
}

bool ip_is_broadcast(const struct ip_addr *a)
{
    return a->family == 4 && a->b[3] == 0xff;
}

bool ip_is_unspecified(const struct ip_addr *a)
{
    static const uint8_t zero[16];

    return memcmp(a->b, zero, a->family == 6 ? 16 : 4) == 0;
}
