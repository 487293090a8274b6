/* The scanner: RFC 8259 and nothing more lenient, iterative, with a place for every value and key. */
#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"
#include "sim/core/utf8.h"
#include "sim/json/internal.h"

enum {
    CJSON_NUMBER_MAX = 63, /* characters of a number that cJSON reads as one; it cuts longer ones in two */
    WORD_SHOWN_MAX = 24,   /* characters of a faulty word or number that a message repeats */
};

/* An array or object that is open. */
struct level {
    size_t mark;     /* of the container */
    size_t index;    /* of the element being read */
    const char *key; /* of the member being read, behind the opening quote; NULL before it is known */
    size_t key_len;  /* raw, without the quotes */
};

struct scan {
    const char *name;
    const char *text, *end, *p;
    struct json_marks *out;
    struct diag *d;
    /* Column of p = p - line_start - continuation + 1. */
    const char *line_start;
    size_t continuation; /* bytes of this line that only continue a character */
    uint32_t line, first_column;
    struct json_place key; /* of the member whose value comes next; line 0: none */
    int depth;
    struct level level[JSON_MAX_DEPTH];
};

static struct json_place place(const struct scan *s, const char *at)
{
    return (struct json_place){s->line,
                               (uint32_t)((size_t)(at - s->line_start) - s->continuation) + s->first_column};
}

/* ---- Diagnoses ---- */

static void pointer_of_levels(const struct scan *s, struct sbuf *b)
{
    for (int i = 0; i < s->depth; i++) {
        const struct level *l = &s->level[i];
        if (s->out->mark[l->mark].type == JSON_ARRAY) {
            sbuf_putc(b, '/');
            sbuf_u64(b, l->index);
        } else if (l->key) {
            cJSON *key = cJSON_ParseWithLength(l->key - 1, l->key_len + 2); /* undoes the key's own escapes */
            if (key)
                json_pointer_token(b, key->valuestring, strlen(key->valuestring));
            cJSON_Delete(key);
        }
    }
}

static bool fail_at(struct scan *s, struct json_place at, const char *fmt, ...) DIAG_PRINTF(3, 4);
static bool fail_at(struct scan *s, struct json_place at, const char *fmt, ...)
{
    if (!s->d)
        return false;
    struct sbuf pointer = SBUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    diag_vset(s->d, s->name, (int)at.line, (int)at.column, fmt, ap);
    va_end(ap);
    pointer_of_levels(s, &pointer);
    diag_set_pointer(s->d, sbuf_str(&pointer));
    sbuf_free(&pointer);
    return false;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-' || c == '.';
}

/* "expected ..., found ...": what stands at p, in a form that fits into a message. */
static bool fail_expected(struct scan *s, const char *p, const char *expected)
{
    char found[64];
    uint32_t cp;
    size_t left = (size_t)(s->end - p), n = 0;

    if (left == 0) {
        snprintf(found, sizeof found, "the end of the text");
    } else if (utf8_decode(p, left, &cp) == 0) {
        snprintf(found, sizeof found, "the byte 0x%02X", (unsigned)(unsigned char)*p);
    } else if (is_word(*p)) {
        while (n < left && is_word(p[n]))
            n++;
        snprintf(found, sizeof found, "%.*s%s", n > WORD_SHOWN_MAX ? WORD_SHOWN_MAX : (int)n, p,
                 n > WORD_SHOWN_MAX ? "..." : "");
    } else if (cp > 0x20 && cp < 0x7f) {
        snprintf(found, sizeof found, "'%c'%s", *p, *p == '/' || *p == '#' ? " (JSON has no comments)" : "");
    } else {
        snprintf(found, sizeof found, "the character U+%04X", (unsigned)cp);
    }
    if (left == 0 && s->depth > 0) {
        const struct json_mark *open = &s->out->mark[s->level[s->depth - 1].mark];
        return fail_at(s, place(s, p), "expected %s, found %s; %s that was opened at %u:%u is not closed",
                       expected, found, open->type == JSON_ARRAY ? "the array" : "the object",
                       (unsigned)open->at.line, (unsigned)open->at.column);
    }
    return fail_at(s, place(s, p), "expected %s, found %s", expected, found);
}

/* ---- Strings ---- */

/* What a string holds as it is: all but the control characters, the quote, the backslash, and bytes beyond
 * ASCII. */
static bool is_plain(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 0x20 && u < 0x80 && u != '"' && u != '\\';
}

/* The four hexadecimal digits after "\u" at p, or -1. */
static int32_t hex4(const struct scan *s, const char *p)
{
    int32_t v = 0;
    if (s->end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_value(p[i]);
        if (digit < 0)
            return -1;
        v = v * 16 + digit;
    }
    return v;
}

static bool scan_escape(struct scan *s)
{
    static const char simple[] = "\"\\/bfnrt";
    const char *p = s->p;

    if (s->end - p < 2)
        return fail_at(s, place(s, p), "the text ends within an escape");
    if (memchr(simple, p[1], sizeof simple - 1)) {
        s->p += 2;
        return true;
    }
    if (p[1] != 'u')
        return fail_at(s, place(s, p),
                       "invalid escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
    int32_t v = hex4(s, p);
    if (v < 0)
        return fail_at(s, place(s, p), "invalid escape; expected four hexadecimal digits after \\u");
    if (v == 0)
        return fail_at(s, place(s, p), "\\u0000 is not allowed in a string");
    if (v >= 0xdc00 && v <= 0xdfff)
        return fail_at(s, place(s, p), "lone low surrogate \\u%04X; expected a high one before it",
                       (unsigned)v);
    if (v >= 0xd800 && v <= 0xdbff) {
        int32_t low = hex4(s, p + 6);
        if (low < 0xdc00 || low > 0xdfff)
            return fail_at(s, place(s, p),
                           "lone high surrogate \\u%04X; expected \\uDC00 to \\uDFFF after it", (unsigned)v);
        s->p += 6;
    }
    s->p += 6;
    return true;
}

/* At the opening quote. */
static bool scan_string(struct scan *s)
{
    struct json_place start = place(s, s->p);

    s->p++;
    for (;;) {
        while (s->p < s->end && is_plain(*s->p))
            s->p++;
        if (s->p == s->end)
            return fail_at(s, start, "this string is not closed; expected '\"' before the end of the text");
        unsigned char c = (unsigned char)*s->p;
        if (c == '"') {
            s->p++;
            return true;
        }
        if (c == '\\') {
            if (!scan_escape(s))
                return false;
        } else if (c >= 0x80) {
            size_t n = utf8_decode(s->p, (size_t)(s->end - s->p), NULL);
            if (n == 0)
                return fail_at(s, place(s, s->p), "invalid UTF-8 in a string: the byte 0x%02X", c);
            s->p += n;
            s->continuation += n - 1;
        } else if (c == '\n' || c == '\r') {
            return fail_at(s, place(s, s->p),
                           "line break within a string; expected '\"' before it, or write \\n");
        } else {
            return fail_at(s, place(s, s->p), "control character within a string; write \\u%04x", c);
        }
    }
}

/* ---- Numbers ---- */

/* The value is mantissa * 10^exponent; the mantissa's last digit is not 0, unless all is. */
struct decimal {
    uint64_t mantissa; /* valid only up to 18 digits */
    int64_t exponent;
    size_t digits;              /* significant ones, without zeros in front and behind */
    size_t seen;                /* all that were read */
    size_t first_sig, last_sig; /* counted as seen is */
    bool plain;                 /* neither fraction nor exponent were written */
};

static bool is_digit(const struct scan *s, const char *p)
{
    return p < s->end && *p >= '0' && *p <= '9';
}

static const char *take_digits(const struct scan *s, const char *p, struct decimal *n)
{
    for (; is_digit(s, p); p++, n->seen++) {
        if (*p == '0')
            continue;
        size_t before = n->digits;
        if (before == 0)
            n->first_sig = n->seen;
        n->last_sig = n->seen;
        n->digits = n->last_sig - n->first_sig + 1;
        if (n->digits <= 18) {
            for (size_t i = before; i < n->digits; i++)
                n->mantissa *= 10;
            n->mantissa += (uint64_t)(*p - '0');
        }
    }
    return p;
}

/* Reads a number's syntax; the end is s->p. */
static bool scan_decimal(struct scan *s, struct decimal *n)
{
    const int64_t huge = 1000 * 1000 * 1000; /* beyond anything that 16 MiB of digits can balance */
    const char *p = s->p;
    int64_t written = 0;

    n->plain = true;
    if (*p == '-')
        p++;
    if (!is_digit(s, p))
        return fail_expected(s, p, "a digit");
    if (*p == '0' && is_digit(s, p + 1))
        return fail_at(s, place(s, p), "a number must not start with a zero followed by a digit");
    p = take_digits(s, p, n);
    size_t whole = n->seen;
    if (p < s->end && *p == '.') {
        n->plain = false;
        if (!is_digit(s, p + 1))
            return fail_expected(s, p + 1, "a digit after the decimal point");
        p = take_digits(s, p + 1, n);
    }
    if (p < s->end && (*p == 'e' || *p == 'E')) {
        n->plain = false;
        p++;
        bool minus = p < s->end && *p == '-';
        if (minus || (p < s->end && *p == '+'))
            p++;
        if (!is_digit(s, p))
            return fail_expected(s, p, "a digit in the exponent");
        for (; is_digit(s, p); p++)
            written = written < huge ? written * 10 + (*p - '0') : huge;
        written = minus ? -written : written;
    }
    n->exponent = n->digits ? (int64_t)whole - (int64_t)n->last_sig - 1 + written : 0;
    s->p = p;
    return true;
}

static uint64_t times_ten(uint64_t v, int64_t times)
{
    while (times-- > 0)
        v *= 10;
    return v;
}

/* Whether a double holds the number just as it is written (up to 15 digits always survive, sec 6 of RFC 8259
 * warns of the rest). start is its first character, for the message. */
static bool check_precision(struct scan *s, const char *start, const struct decimal *n)
{
    /* DBL_MAX and DBL_MIN, first 15 digits, rounded inwards. */
    const uint64_t largest = UINT64_C(179769313486231), smallest = UINT64_C(222507385850721);
    const int64_t lead = n->exponent + (int64_t)n->digits - 1; /* the value is d.ddd * 10^lead */
    int shown = s->p - start > WORD_SHOWN_MAX ? WORD_SHOWN_MAX : (int)(s->p - start);
    const char *more = s->p - start > WORD_SHOWN_MAX ? "..." : "";

    if (n->digits == 0)
        return true;
    if (n->exponent >= 0 && lead <= 15 && times_ten(n->mantissa, n->exponent) <= (uint64_t)JSON_MAX_INT)
        return true;
    if (n->plain)
        return fail_at(s, place(s, start), "the integer %.*s%s lies beyond 2^53 and would lose precision",
                       shown, start, more);
    if (n->digits > JSON_MAX_DIGITS)
        return fail_at(
            s, place(s, start),
            "the number %.*s%s has %zu significant digits and would lose precision; expected at most %d",
            shown, start, more, n->digits, JSON_MAX_DIGITS);
    uint64_t front = times_ten(n->mantissa, JSON_MAX_DIGITS - (int64_t)n->digits);
    if (lead > 308 || (lead == 308 && front > largest))
        return fail_at(s, place(s, start), "the number %.*s%s is too large; expected less than 1.8e308",
                       shown, start, more);
    if (lead < -308 || (lead == -308 && front < smallest))
        return fail_at(s, place(s, start),
                       "the number %.*s%s is too close to zero; expected more than 2.2e-308", shown, start,
                       more);
    return true;
}

/* Writes the same number into a copy of the text in a form that cJSON takes whole, and fills up with spaces.
 */
static void rewrite_number(struct scan *s, const char *start, const struct decimal *n)
{
    struct sbuf b = SBUF_INIT;
    size_t len = (size_t)(s->end - s->text);

    if (!s->out->rewritten) {
        s->out->rewritten = malloc(len);
        CHECK(s->out->rewritten && "out of memory");
        memcpy(s->out->rewritten, s->text, len);
    }
    if (*start == '-')
        sbuf_putc(&b, '-');
    sbuf_u64(&b, n->mantissa);
    sbuf_putc(&b, 'e');
    sbuf_i64(&b, n->exponent);
    CHECK(b.len <= CJSON_NUMBER_MAX);
    sbuf_fill(&b, ' ', (size_t)(s->p - start) - b.len);
    memcpy(s->out->rewritten + (start - s->text), b.s, b.len);
    sbuf_free(&b);
}

static bool scan_number(struct scan *s)
{
    const char *start = s->p;
    struct decimal n = {0};

    if (!scan_decimal(s, &n))
        return false;
    if (s->p < s->end && is_word(*s->p))
        return fail_expected(s, start, "a number");
    if (!check_precision(s, start, &n))
        return false;
    if (s->p - start > CJSON_NUMBER_MAX)
        rewrite_number(s, start, &n);
    return true;
}

/* ---- Structure ---- */

static void skip_space(struct scan *s)
{
    for (; s->p < s->end; s->p++) {
        if (*s->p == '\n') {
            s->line++;
            s->line_start = s->p + 1;
            s->continuation = 0;
            s->first_column = 1;
        } else if (*s->p != ' ' && *s->p != '\t' && *s->p != '\r') {
            break;
        }
    }
}

static bool add_mark(struct scan *s, enum json_type type)
{
    struct json_marks *m = s->out;
    struct json_place at = place(s, s->p);

    if (m->count == JSON_MAX_VALUES)
        return fail_at(s, at, "too many values; expected at most %d", JSON_MAX_VALUES);
    GROW(m->mark, m->count, m->cap);
    m->mark[m->count++] = (struct json_mark){at, s->key.line ? s->key : at, type};
    s->key.line = 0;
    return true;
}

static bool scan_word(struct scan *s, const char *word, enum json_type type)
{
    size_t n = strlen(word);

    if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0 || (s->p + n < s->end && is_word(s->p[n])))
        return fail_expected(s, s->p, "a value");
    if (!add_mark(s, type))
        return false;
    s->p += n;
    return true;
}

static bool open_level(struct scan *s, enum json_type type)
{
    if (s->depth == JSON_MAX_DEPTH)
        return fail_at(s, place(s, s->p),
                       "nested too deeply; expected at most %d arrays and objects within each other",
                       JSON_MAX_DEPTH);
    if (!add_mark(s, type))
        return false;
    s->level[s->depth++] = (struct level){.mark = s->out->count - 1};
    s->p++;
    return true;
}

/* What comes next. */
enum state { VALUE, FIRST_VALUE, KEY, FIRST_KEY, AFTER };

static bool next_is(const struct scan *s, char c)
{
    return s->p < s->end && *s->p == c;
}

static bool scan_value(struct scan *s, enum state *state)
{
    char c = s->p < s->end ? *s->p : '\0';

    *state = AFTER;
    switch (c) {
    case '{': *state = FIRST_KEY; return open_level(s, JSON_OBJECT);
    case '[': *state = FIRST_VALUE; return open_level(s, JSON_ARRAY);
    case '"': return add_mark(s, JSON_STRING) && scan_string(s);
    case 't': return scan_word(s, "true", JSON_BOOL);
    case 'f': return scan_word(s, "false", JSON_BOOL);
    case 'n': return scan_word(s, "null", JSON_NULL);
    default:
        if (c == '-' || (c >= '0' && c <= '9'))
            return add_mark(s, JSON_NUMBER) && scan_number(s);
        return fail_expected(s, s->p, "a value");
    }
}

static bool scan_key(struct scan *s, bool first, enum state *state)
{
    struct level *l = &s->level[s->depth - 1];

    if (!next_is(s, '"'))
        return fail_expected(s, s->p, first ? "a key in double quotes or '}'" : "a key in double quotes");
    struct json_place at = place(s, s->p);
    const char *start = s->p + 1;
    if (!scan_string(s))
        return false;
    l->key = start;
    l->key_len = (size_t)(s->p - 1 - start);
    skip_space(s);
    if (!next_is(s, ':'))
        return fail_expected(s, s->p, "':'");
    s->p++;
    s->key = at;
    *state = VALUE;
    return true;
}

/* Behind a value, or in an array or object that holds none: a comma or the end. */
static bool scan_after(struct scan *s, enum state *state)
{
    struct level *l = &s->level[s->depth - 1];
    bool array = s->out->mark[l->mark].type == JSON_ARRAY;

    if (next_is(s, array ? ']' : '}')) {
        s->p++;
        s->depth--;
        *state = AFTER;
        return true;
    }
    if (!next_is(s, ','))
        return fail_expected(s, s->p, array ? "',' or ']'" : "',' or '}'");
    struct json_place comma = place(s, s->p);
    s->p++;
    skip_space(s);
    if (next_is(s, array ? ']' : '}'))
        return fail_at(s, comma, "trailing comma before '%c'", *s->p);
    l->index++;
    l->key = NULL;
    *state = array ? VALUE : KEY;
    return true;
}

static bool scan_all(struct scan *s)
{
    enum state state = VALUE;

    do {
        bool ok = false;
        skip_space(s);
        switch (state) {
        case FIRST_VALUE: ok = next_is(s, ']') ? scan_after(s, &state) : scan_value(s, &state); break;
        case VALUE: ok = scan_value(s, &state); break;
        case FIRST_KEY: ok = next_is(s, '}') ? scan_after(s, &state) : scan_key(s, true, &state); break;
        case KEY: ok = scan_key(s, false, &state); break;
        case AFTER: ok = scan_after(s, &state); break;
        }
        if (!ok)
            return false;
    } while (s->depth > 0 || state != AFTER);
    skip_space(s);
    return s->p == s->end || fail_expected(s, s->p, "nothing after the end of the document");
}

bool json_scan(const char *name, struct json_place start, const char *text, size_t len,
               struct json_marks *marks, struct diag *d)
{
    struct scan s;
    /* Field by field: clearing the levels would cost more than scanning a short record. */
    s.name = name;
    s.text = s.p = s.line_start = text;
    s.end = text + len;
    s.out = marks;
    s.d = d;
    s.continuation = 0;
    s.line = start.line;
    s.first_column = start.column;
    s.key = (struct json_place){0, 0};
    s.depth = 0;
    *marks = (struct json_marks){0};

    if (len > JSON_MAX_BYTES)
        return fail_at(&s, (struct json_place){0, 0}, "too large; expected at most %d bytes", JSON_MAX_BYTES);
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return fail_at(&s, start, "byte order mark; expected UTF-8 without one");
    skip_space(&s);
    if (s.p == s.end)
        return fail_at(&s, place(&s, s.p), "the text is empty; expected a value");
    return scan_all(&s);
}

void json_marks_free(struct json_marks *marks)
{
    free(marks->mark);
    free(marks->rewritten);
    *marks = (struct json_marks){0};
}
