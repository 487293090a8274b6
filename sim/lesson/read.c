#include "sim/lesson/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/lesson/units.h"

#define ALPHABET_BYTES 65535u
#define LIST_BYTES 300 /* of names listed in a diagnosis */

bool read_keys(struct load *ld, const struct json_value *v, const char *const *keys, size_t n)
{
    return json_want(v, JSON_OBJECT, ld->d) && !json_unknown_key(ld->d, v, keys, n);
}

bool read_array(struct load *ld, const struct json_value *v, size_t min, size_t max, const char *what)
{
    size_t n;

    if (!json_want(v, JSON_ARRAY, ld->d))
        return false;
    n = json_length(v);
    if (n < min)
        return json_error(ld->d, v, "too few %s: expected at least %zu, found %zu", what, min, n);
    if (n > max)
        return json_error(ld->d, v, "too many %s: expected at most %zu, found %zu", what, max, n);
    return true;
}

/* "a", "b" or "c", as far as they fit. */
static void list_names(struct sbuf *b, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (b->len + strlen(names[i]) > LIST_BYTES) {
            sbuf_printf(b, " and %zu more", n - i);
            return;
        }
        sbuf_printf(b, "%s\"%s\"", i == 0 ? "" : i + 1 < n ? ", " : " or ", names[i]);
    }
}

int read_choice(struct load *ld, const struct json_value *v, const char *what, const char *const *names,
                size_t n)
{
    const char *word, *near;
    struct sbuf list = SBUF_INIT;

    if (!json_want_string(v, &word, ld->d))
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word, names[i]) == 0)
            return (int)i;
    }
    near = json_nearest(word, names, n);
    list_names(&list, names, n);
    if (near)
        json_error(ld->d, v, "unknown %s \"%.60s\"; did you mean \"%s\"?", what, word, near);
    else if (n == 0)
        json_error(ld->d, v, "unknown %s \"%.60s\"; this lesson has none", what, word);
    else
        json_error(ld->d, v, "unknown %s \"%.60s\"; expected %s", what, word, sbuf_str(&list));
    sbuf_free(&list);
    return -1;
}

int read_row(struct load *ld, const struct json_value *v, const char *what, const char *(*name)(unsigned),
             unsigned count, unsigned first)
{
    const char *word = json_string(v), **names;
    int row;

    for (unsigned i = first; word && i < count; i++) {
        if (strcmp(word, name(i)) == 0)
            return (int)i;
    }
    names = NEW(ld->m, count, const char *); /* for the diagnosis only: a lesson may name many rows */
    for (unsigned i = first; i < count; i++)
        names[i - first] = name(i);
    row = read_choice(ld, v, what, names, count - first);
    CHECK(row < 0);
    return row;
}

bool read_host(struct load *ld, const struct json_value *v, uint16_t *out)
{
    int i = read_choice(ld, v, "host", ld->hosts.name, ld->hosts.n);

    if (i < 0)
        return false;
    *out = (uint16_t)i;
    return true;
}

bool read_int(struct load *ld, const struct json_value *obj, const char *key, int64_t min, int64_t max,
              int64_t *out)
{
    const struct json_value *v = json_get(obj, key);

    return !v || json_want_int(v, min, max, out, ld->d);
}

bool read_u32(struct load *ld, const struct json_value *obj, const char *key, uint32_t min, uint32_t max,
              uint32_t *out)
{
    int64_t n = *out;

    if (!read_int(ld, obj, key, min, max, &n))
        return false;
    *out = (uint32_t)n;
    return true;
}

bool read_u16(struct load *ld, const struct json_value *obj, const char *key, uint16_t min, uint16_t max,
              uint16_t *out)
{
    uint32_t n = *out;

    if (!read_u32(ld, obj, key, min, max, &n))
        return false;
    *out = (uint16_t)n;
    return true;
}

bool read_u8(struct load *ld, const struct json_value *obj, const char *key, uint8_t min, uint8_t max,
             uint8_t *out)
{
    uint32_t n = *out;

    if (!read_u32(ld, obj, key, min, max, &n))
        return false;
    *out = (uint8_t)n;
    return true;
}

bool read_bool(struct load *ld, const struct json_value *obj, const char *key, bool *out)
{
    const struct json_value *v = json_get(obj, key);

    return !v || json_want_bool(v, out, ld->d);
}

bool read_string(struct load *ld, const struct json_value *obj, const char *key, const char **out)
{
    const struct json_value *v = json_get(obj, key);

    return !v || json_want_string(v, out, ld->d);
}

/* What is wrong with a quantity, said in the same way for all units. */
static bool wrong_quantity(struct load *ld, const struct json_value *v, const char *wrong)
{
    const char *text = json_string(v);

    if (!text)
        return json_error(ld->d, v, "%s, found %s", wrong, json_type_name(json_type(v)));
    if (strncmp(wrong, "expected", 8) == 0)
        return json_error(ld->d, v, "%s, found \"%.60s\"", wrong, text);
    return json_error(ld->d, v, "\"%.60s\" %s%s", text, strncmp(wrong, "does", 4) == 0 ? "" : "is ", wrong);
}

bool read_time_of(struct load *ld, const struct json_value *v, vtime min, vtime max, vtime *out)
{
    char from[UNITS_TIME_MAX], to[UNITS_TIME_MAX];
    const char *wrong;
    vtime t;

    wrong = units_time(json_string(v), &t);
    if (wrong)
        return wrong_quantity(ld, v, wrong);
    if (t < min && min == 1)
        return json_error(ld->d, v, "expected a time above zero, found \"%.60s\"", json_string(v));
    if (t < min || t > max) {
        units_format_time(min, from);
        units_format_time(max, to);
        return json_error(ld->d, v, "expected a time from %s to %s, found \"%.60s\"", from, to,
                          json_string(v));
    }
    *out = t;
    return true;
}

bool read_time(struct load *ld, const struct json_value *obj, const char *key, vtime min, vtime max,
               vtime *out)
{
    const struct json_value *v = json_get(obj, key);

    return !v || read_time_of(ld, v, min, max, out);
}

bool read_share(struct load *ld, const struct json_value *obj, const char *key, uint32_t *ppm)
{
    const struct json_value *v = json_get(obj, key);
    const char *wrong = v ? units_share(json_string(v), ppm) : NULL;

    return !wrong || wrong_quantity(ld, v, wrong);
}

bool read_size_of(struct load *ld, const struct json_value *v, uint64_t min, uint64_t max, uint64_t *out)
{
    int64_t n;
    uint64_t size;

    if (json_int(v, &n) && n >= 0) {
        size = (uint64_t)n;
    } else {
        const char *wrong = units_size(json_string(v), &size);

        if (wrong)
            return wrong_quantity(ld, v, wrong);
    }
    if (size < min || size > max)
        return json_error(ld->d, v, "expected from %" PRIu64 " to %" PRIu64 " bytes, found %" PRIu64, min,
                          max, size);
    *out = size;
    return true;
}

bool read_size(struct load *ld, const struct json_value *obj, const char *key, uint64_t min, uint64_t max,
               uint64_t *out)
{
    const struct json_value *v = json_get(obj, key);

    return !v || read_size_of(ld, v, min, max, out);
}

static bool text_of(struct load *ld, const struct json_value *v, const char **out)
{
    if (!json_want_string(v, out, ld->d))
        return false;
    return **out || json_error(ld->d, v, "expected some text, found \"\"");
}

bool read_text(struct load *ld, const struct json_value *obj, const char *key, struct lesson_text *out)
{
    const struct json_value *v = json_get(obj, key), *en, *zh;

    if (!v)
        return true;
    if (json_type(v) == JSON_STRING)
        return text_of(ld, v, &out->in[LESSON_EN]);
    if (json_type(v) != JSON_OBJECT)
        return json_error(ld->d, v, "expected a text, or an object with \"en\" and \"zh-Hant\", found %s",
                          json_type_name(json_type(v)));
    if (!READ_KEYS(ld, v, "en", "zh-Hant") || !(en = json_need(v, "en", ld->d)))
        return false;
    zh = json_get(v, "zh-Hant");
    return text_of(ld, en, &out->in[LESSON_EN]) && (!zh || text_of(ld, zh, &out->in[LESSON_ZH_HANT]));
}

bool read_hex(struct load *ld, const struct json_value *obj, const char *key, uint32_t max,
              const uint8_t **out, uint32_t *n)
{
    const struct json_value *v = json_get(obj, key);
    const char *s;
    uint8_t *bytes;
    uint32_t used = 0;

    if (!v)
        return true;
    if (!json_want_string(v, &s, ld->d))
        return false;
    bytes = NEW(ld->m, strlen(s) / 2 + 1, uint8_t);
    while (*s) {
        if (hex_value(s[0]) < 0 || hex_value(s[1]) < 0)
            break;
        bytes[used++] = (uint8_t)(hex_value(s[0]) << 4 | hex_value(s[1]));
        s += 2;
        if (*s == ' ' && s[1])
            s++;
    }
    if (*s || used == 0)
        return json_error(ld->d, v, "expected bytes in hexadecimal such as \"0a ff\"");
    if (used > max)
        return json_error(ld->d, v, "expected at most %" PRIu32 " bytes, found %" PRIu32, max, used);
    *out = bytes;
    *n = used;
    return true;
}

/* One for all: a lesson of many steps costs no more than its text. */
static const uint8_t *alphabet(struct load *ld)
{
    uint8_t *bytes;

    if (ld->alphabet)
        return ld->alphabet;
    ld->alphabet = bytes = NEW(ld->m, ALPHABET_BYTES, uint8_t);
    for (uint32_t i = 0; i < ALPHABET_BYTES; i++)
        bytes[i] = (uint8_t)('a' + i % 26);
    return bytes;
}

bool read_bytes(struct load *ld, const struct json_value *obj, uint32_t max, const uint8_t **out, uint32_t *n)
{
    static const char *const keys[] = {"text", "hex", "bytes"};
    const struct json_value *v;
    const char *text;
    uint64_t size;
    int which;

    *out = NULL;
    *n = 0;
    if (!json_get(obj, "text") && !json_get(obj, "hex") && !json_get(obj, "bytes"))
        return true;
    which = read_one_of(ld, obj, keys, ARRAY_LEN(keys));
    if (which < 0)
        return false;
    v = json_get(obj, keys[which]);
    if (which == 1)
        return read_hex(ld, obj, "hex", max, out, n);
    if (which == 2) {
        if (!read_size_of(ld, v, 1, max < ALPHABET_BYTES ? max : ALPHABET_BYTES, &size))
            return false;
        *n = (uint32_t)size;
        *out = alphabet(ld);
        return true;
    }
    if (!text_of(ld, v, &text))
        return false;
    if (strlen(text) > max)
        return json_error(ld->d, v, "expected at most %" PRIu32 " bytes, found %zu", max, strlen(text));
    *out = (const uint8_t *)text;
    *n = (uint32_t)strlen(text);
    return true;
}

bool read_flags(struct load *ld, const struct json_value *obj, const char *key, uint8_t *out)
{
    const struct json_value *v = json_get(obj, key);
    const char *text;

    if (!v)
        return true;
    if (!json_want_string(v, &text, ld->d))
        return false;
    return ctl_parse(text, out) ||
           json_error(
               ld->d, v,
               "expected flags such as \"SYN,ACK\" (FIN, SYN, RST, PSH, ACK, URG, ECE, CWR), found \"%.60s\"",
               text);
}

static bool name_char(char c, bool first)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return true;
    return !first && ((c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.');
}

bool read_name(struct load *ld, const struct json_value *v, const char **out)
{
    const char *s;
    size_t n = 0;

    if (!json_want_string(v, &s, ld->d))
        return false;
    while (s[n] && name_char(s[n], n == 0))
        n++;
    if (s[n] || n == 0 || n > 32)
        return json_error(ld->d, v,
                          "expected a name: a letter, then letters, digits, \"-\", \"_\" or \".\", "
                          "32 in all at most, found \"%.60s\"",
                          s);
    *out = s;
    return true;
}

int read_one_of(struct load *ld, const struct json_value *obj, const char *const *keys, size_t n)
{
    struct sbuf list = SBUF_INIT;
    const struct json_value *found = NULL;
    int which = -1;

    for (size_t i = 0; i < n; i++) {
        const struct json_value *v = json_get(obj, keys[i]);

        if (v && found) {
            json_key_error(ld->d, v, "\"%s\" and \"%s\" exclude each other", keys[which], keys[i]);
            return -1;
        }
        if (v) {
            found = v;
            which = (int)i;
        }
    }
    JSON_EACH(member, found ? NULL : obj)
    {
        const char *near = json_nearest(json_key(member), keys, n);

        if (near) {
            json_key_error(ld->d, member, "unknown key \"%.60s\"; did you mean \"%s\"?", json_key(member),
                           near);
            return -1;
        }
    }
    if (!found) {
        list_names(&list, keys, n);
        json_error(ld->d, obj, "expected one of the keys %s", sbuf_str(&list));
        sbuf_free(&list);
    }
    return which;
}
