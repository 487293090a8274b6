/* JSON pointers (RFC 6901), and what --set does with them. */
#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"
#include "sim/core/utf8.h"
#include "sim/json/internal.h"

static const char set_name[] = "--set";

/* ---- From a value ---- */

void json_pointer_token(struct sbuf *b, const char *token, size_t n)
{
    sbuf_putc(b, '/');
    for (size_t i = 0; i < n; i++) {
        if (token[i] == '~')
            sbuf_lit(b, "~0");
        else if (token[i] == '/')
            sbuf_lit(b, "~1");
        else
            sbuf_putc(b, token[i]);
    }
}

void json_pointer(const struct json_value *v, char *buf, size_t size)
{
    const struct json_value *path[JSON_MAX_DEPTH + 1];
    struct sbuf b = SBUF_INIT;
    size_t n = 0;

    CHECK(size >= 8);
    for (; v->parent; v = v->parent) {
        CHECK(n < ARRAY_LEN(path));
        path[n++] = v;
    }
    while (n-- > 0) {
        const char *key = json_key(path[n]);
        if (key) {
            json_pointer_token(&b, key, strlen(key));
        } else {
            sbuf_putc(&b, '/');
            sbuf_u64(&b, path[n]->index);
        }
    }
    const char *s = sbuf_str(&b);
    if (b.len >= size) {
        s += b.len - (size - 4);
        while (((unsigned char)*s & 0xc0) == 0x80)
            s++;
        memcpy(buf, "...", 3);
        buf += 3;
    }
    memcpy(buf, s, strlen(s) + 1);
    sbuf_free(&b);
}

/* ---- To a value ---- */

/* A pointer on its way down. */
struct walk {
    const char *start, *p; /* p: at the "/" of the next token, or at the end */
    const char *token;     /* where the last token starts, for positions */
    struct sbuf name;      /* the last token, unescaped */
};

/* Takes the next token; NULL, or what is wrong with it. */
static const char *next_token(struct walk *w)
{
    if (*w->p != '/')
        return "a JSON pointer starts with \"/\"";
    sbuf_clear(&w->name);
    w->token = ++w->p;
    for (; *w->p && *w->p != '/'; w->p++) {
        if (*w->p != '~') {
            sbuf_putc(&w->name, *w->p);
        } else if (w->p[1] == '0' || w->p[1] == '1') {
            sbuf_putc(&w->name, *++w->p == '0' ? '~' : '/');
        } else {
            return "expected ~0 (for \"~\") or ~1 (for \"/\") after \"~\"";
        }
    }
    return NULL;
}

/* An array index has no leading zero and no sign; SIZE_MAX if name is none. */
static size_t array_index(const char *name)
{
    size_t v = 0, n = strlen(name);

    if (n == 0 || n > 9 || (n > 1 && name[0] == '0'))
        return SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        if (name[i] < '0' || name[i] > '9')
            return SIZE_MAX;
        v = v * 10 + (size_t)(name[i] - '0');
    }
    return v;
}

static struct json_value *child(struct json_value *v, const char *name)
{
    struct json_value *item = NULL;

    if (json_type(v) == JSON_OBJECT) {
        for (item = v->first; item && strcmp(item->node->string, name) != 0; item = item->next)
            continue;
    } else if (json_type(v) == JSON_ARRAY) {
        size_t i = array_index(name);
        for (item = v->first; item && item->index != i; item = item->next)
            continue;
    }
    return item;
}

const struct json_value *json_find(const struct json_doc *doc, const char *pointer)
{
    struct walk w = {.start = pointer, .p = pointer};
    struct json_value *v = doc->root;

    while (v && *w.p)
        v = next_token(&w) ? NULL : child(v, sbuf_str(&w.name));
    sbuf_free(&w.name);
    return v;
}

/* ---- --set ---- */

static bool fail_set(struct diag *d, const struct walk *w, const char *fmt, ...) DIAG_PRINTF(3, 4);
static bool fail_set(struct diag *d, const struct walk *w, const char *fmt, ...)
{
    const char *at = w->token ? w->token : w->start;
    va_list ap;

    va_start(ap, fmt);
    diag_vset(d, set_name, 1, (int)utf8_length(w->start, (size_t)(at - w->start)) + 1, fmt, ap);
    va_end(ap);
    if (*w->start == '/')
        diag_set_pointer(d, w->start);
    return false;
}

/* Says why v has no child of this name, with the nearest key it does have. */
static bool fail_missing(struct diag *d, struct walk *w, const struct json_value *v)
{
    const char *name = sbuf_str(&w->name);
    const char *near = NULL;

    if (json_type(v) == JSON_ARRAY && v->count == 0)
        return fail_set(d, w, "the array has no element \"%s\"; expected \"-\" to append one", name);
    if (json_type(v) == JSON_ARRAY)
        return fail_set(d, w, "the array has no element \"%s\"; expected 0 to %zu, or \"-\" to append one",
                        name, v->count - 1);
    if (json_type(v) != JSON_OBJECT)
        return fail_set(d, w, "there is no \"%s\" in %s; expected an array or an object", name,
                        json_type_name(json_type(v)));
    const char **keys = malloc((v->count + 1) * sizeof *keys);
    CHECK(keys && "out of memory");
    JSON_EACH(member, v)
    keys[member->index] = member->node->string;
    near = json_nearest(name, keys, v->count);
    free(keys);
    if (near)
        return fail_set(d, w, "there is no member \"%s\"; did you mean \"%s\"?", name, near);
    return fail_set(d, w, "there is no member \"%s\"", name);
}

/* VALUE as a document of its own: JSON, or else a string. */
static struct json_doc *parse_value(const char *text, struct json_place at, struct walk *w, struct diag *d)
{
    struct json_doc *doc = json_parse_from(set_name, at, text, strlen(text), NULL);

    if (doc)
        return doc;
    if (utf8_valid_prefix(text, strlen(text)) != strlen(text)) {
        fail_set(d, w, "the value is not valid UTF-8");
        return NULL;
    }
    struct sbuf quoted = SBUF_INIT;
    json_put_string(&quoted, text);
    doc = json_parse_from(set_name, at, quoted.s, quoted.len, d);
    sbuf_free(&quoted);
    return doc;
}

static int height(const struct json_value *v)
{
    int most = 0;

    if (json_type(v) != JSON_ARRAY && json_type(v) != JSON_OBJECT)
        return 0;
    JSON_EACH(item, v)
    {
        int h = height(item);
        most = h > most ? h : most;
    }
    return most + 1;
}

/* Puts graft's root in the place of old (NULL: at the end) below parent, in both trees. */
static void hang(struct json_value *parent, struct json_value *old, struct json_value *v, const char *name)
{
    struct json_value **link = &parent->first;
    bool object = json_type(parent) == JSON_OBJECT, ok;

    while (*link && *link != old)
        link = &(*link)->next;
    v->parent = parent;
    v->next = old ? old->next : NULL;
    v->index = old ? old->index : parent->count++;
    *link = v;
    if (old)
        ok = object ? cJSON_ReplaceItemInObjectCaseSensitive(parent->node, name, v->node)
                    : cJSON_ReplaceItemViaPointer(parent->node, old->node, v->node);
    else
        ok = object ? cJSON_AddItemToObject(parent->node, name, v->node)
                    : cJSON_AddItemToArray(parent->node, v->node);
    CHECK(ok && "out of memory");
}

/* Finds the place: *parent (NULL for the root) and *old (NULL if it is to be added). */
static bool find_place(struct json_doc *doc, struct walk *w, struct json_value **parent,
                       struct json_value **old, int *depth, struct diag *d)
{
    *parent = NULL;
    *old = doc->root;
    *depth = 0;
    if (*w->p && *w->p != '/')
        return fail_set(d, w, "expected POINTER=VALUE with a pointer that starts with \"/\", found \"%s\"",
                        w->start);
    while (*w->p) {
        const char *wrong = next_token(w);
        if (wrong)
            return fail_set(d, w, "%s", wrong);
        *parent = *old;
        *old = child(*parent, sbuf_str(&w->name));
        ++*depth;
        if (*old)
            continue;
        bool object = json_type(*parent) == JSON_OBJECT;
        bool append = json_type(*parent) == JSON_ARRAY && strcmp(sbuf_str(&w->name), "-") == 0;
        if (*w->p || !(object || append))
            return fail_missing(d, w, *parent);
    }
    return true;
}

static bool set_at(struct json_doc *doc, struct walk *w, const char *value_text, struct diag *d)
{
    struct json_value *parent, *old;
    int depth;
    size_t len = strlen(w->start);

    if (utf8_valid_prefix(w->start, len) != len)
        return fail_set(d, w, "the pointer is not valid UTF-8");
    if (!find_place(doc, w, &parent, &old, &depth, d))
        return false;
    /* Positions count within POINTER=VALUE. */
    struct json_place at = {1, (uint32_t)utf8_length(w->start, len) + 2};
    struct json_doc *graft = parse_value(value_text, at, w, d);
    if (!graft)
        return false;
    struct json_value *v = graft->root;
    if (depth + height(v) > JSON_MAX_DEPTH) {
        json_free(graft);
        return fail_set(d, w, "nested too deeply; expected at most %d arrays and objects within each other",
                        JSON_MAX_DEPTH);
    }
    graft->tree = NULL;
    graft->graft = doc->graft;
    doc->graft = graft;
    if (parent) {
        v->key =
            json_type(parent) == JSON_OBJECT
                ? (struct json_place){1, (uint32_t)utf8_length(w->start, (size_t)(w->token - w->start)) + 1}
                : at;
        hang(parent, old, v, sbuf_str(&w->name));
    } else {
        cJSON_Delete(doc->tree);
        doc->tree = v->node;
        doc->root = v;
    }
    return true;
}

bool json_set(struct json_doc *doc, const char *pointer, const char *value_text, struct diag *d)
{
    struct walk w = {.start = pointer, .p = pointer};
    bool ok = set_at(doc, &w, value_text, d);
    sbuf_free(&w.name);
    return ok;
}

bool json_set_argument(struct json_doc *doc, const char *argument, struct diag *d)
{
    const char *equals = strchr(argument, '=');

    if (!equals)
        return diag_set(d, set_name, 1, 1, "expected POINTER=VALUE, found \"%s\"", argument);
    struct sbuf pointer = SBUF_INIT;
    sbuf_put(&pointer, argument, (size_t)(equals - argument));
    bool ok = json_set(doc, sbuf_str(&pointer), equals + 1, d);
    sbuf_free(&pointer);
    return ok;
}
