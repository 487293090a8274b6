/* Diagnoses for loaders: what was expected at a value, and what is there instead. */
#include <string.h>

#include "sim/core/base.h"
#include "sim/json/internal.h"

enum { NAMES_SHOWN_MAX = 300 }; /* bytes of a list of names in a message */

static bool error_at(struct diag *d, const struct json_value *v, struct json_place at, const char *fmt,
                     va_list ap)
{
    char pointer[DIAG_POINTER_MAX];

    if (!d)
        return false;
    diag_vset(d, v->doc->name, (int)at.line, (int)at.column, fmt, ap);
    json_pointer(v, pointer, sizeof pointer);
    diag_set_pointer(d, pointer);
    return false;
}

bool json_error(struct diag *d, const struct json_value *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    error_at(d, v, v->at, fmt, ap);
    va_end(ap);
    return false;
}

bool json_key_error(struct diag *d, const struct json_value *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    error_at(d, v, v->key, fmt, ap);
    va_end(ap);
    return false;
}

/* The value itself where it is short, else its type. */
static void describe(const struct json_value *v, struct sbuf *b)
{
    enum { VALUE_SHOWN_MAX = 40 };
    enum json_type type = json_type(v);

    sbuf_puts(b, json_type_name(type));
    if (type == JSON_ARRAY || type == JSON_OBJECT || type == JSON_NULL)
        return;
    struct sbuf value = SBUF_INIT;
    json_put_value(&value, v);
    if (value.len <= VALUE_SHOWN_MAX) {
        if (type == JSON_BOOL)
            sbuf_clear(b);
        else
            sbuf_putc(b, ' ');
        sbuf_put(b, value.s, value.len);
    }
    sbuf_free(&value);
}

static bool expected(struct diag *d, const struct json_value *v, const char *what)
{
    struct sbuf found = SBUF_INIT;

    if (d) {
        describe(v, &found);
        json_error(d, v, "expected %s, found %s", what, sbuf_str(&found));
        sbuf_free(&found);
    }
    return false;
}

bool json_want(const struct json_value *v, enum json_type type, struct diag *d)
{
    return json_type(v) == type || expected(d, v, json_type_name(type));
}

bool json_want_string(const struct json_value *v, const char **out, struct diag *d)
{
    if (!json_want(v, JSON_STRING, d))
        return false;
    *out = json_string(v);
    return true;
}

bool json_want_bool(const struct json_value *v, bool *out, struct diag *d)
{
    return json_bool(v, out) || json_want(v, JSON_BOOL, d);
}

bool json_want_int(const struct json_value *v, int64_t min, int64_t max, int64_t *out, struct diag *d)
{
    char what[96];
    int64_t n;

    if (json_int(v, &n) && n >= min && n <= max) {
        *out = n;
        return true;
    }
    if (min <= -JSON_MAX_INT && max >= JSON_MAX_INT)
        return expected(d, v, "an integer");
    if (max >= JSON_MAX_INT)
        snprintf(what, sizeof what, "an integer of at least %lld", (long long)min);
    else if (min <= -JSON_MAX_INT)
        snprintf(what, sizeof what, "an integer of at most %lld", (long long)max);
    else
        snprintf(what, sizeof what, "an integer from %lld to %lld", (long long)min, (long long)max);
    return expected(d, v, what);
}

/* "a", "b" or "c", as far as they fit. */
static void list_names(struct sbuf *b, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (b->len + strlen(names[i]) > NAMES_SHOWN_MAX) {
            sbuf_printf(b, " and %zu more", n - i);
            return;
        }
        sbuf_puts(b, i == 0 ? "" : i + 1 < n ? ", " : " or ");
        json_put_string(b, names[i]);
    }
}

/* what "word"; did you mean ...? */
static void unknown(struct sbuf *b, const char *what, const char *word, const char *const *names, size_t n)
{
    const char *near = json_nearest(word, names, n);

    sbuf_puts(b, what);
    sbuf_putc(b, ' ');
    json_put_string(b, word);
    if (near) {
        sbuf_lit(b, "; did you mean ");
        json_put_string(b, near);
        sbuf_putc(b, '?');
    } else if (n == 0) {
        sbuf_lit(b, "; expected none");
    } else {
        struct sbuf list = SBUF_INIT;
        list_names(&list, names, n);
        sbuf_lit(b, "; expected ");
        sbuf_put(b, list.s, list.len);
        sbuf_free(&list);
    }
}

int json_want_name(const struct json_value *v, const char *const *names, size_t n, struct diag *d)
{
    const char *word;

    if (!json_want_string(v, &word, d))
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], word) == 0)
            return (int)i;
    }
    if (d) {
        struct sbuf b = SBUF_INIT;
        unknown(&b, "unknown name", word, names, n);
        json_error(d, v, "%s", sbuf_str(&b));
        sbuf_free(&b);
    }
    return -1;
}

const struct json_value *json_need(const struct json_value *obj, const char *key, struct diag *d)
{
    if (!json_want(obj, JSON_OBJECT, d))
        return NULL;
    const struct json_value *v = json_get(obj, key);
    if (!v)
        json_error(d, obj, "the key \"%s\" is missing", key);
    return v;
}

bool json_unknown_key(struct diag *d, const struct json_value *obj, const char *const *allowed, size_t n)
{
    JSON_EACH(member, obj)
    {
        const char *key = json_key(member);
        size_t i = 0;
        while (key && i < n && strcmp(allowed[i], key) != 0)
            i++;
        if (!key || i < n)
            continue;
        if (d) {
            struct sbuf b = SBUF_INIT;
            unknown(&b, "unknown key", key, allowed, n);
            json_key_error(d, member, "%s", sbuf_str(&b));
            sbuf_free(&b);
        }
        return true;
    }
    return false;
}
