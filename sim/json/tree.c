/* Files, the join of the scanner's marks with cJSON's tree, and the read access to it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"
#include "sim/json/internal.h"

enum { FEW_KEYS = 32 }; /* up to so many, comparing pairs is quicker than sorting */

/* ---- Building ---- */

/* Hangs nodes on cJSON's in the order of the text. Recursive, no deeper than JSON_MAX_DEPTH. */
static struct json_value *attach(struct json_doc *doc, cJSON *node, struct json_value *parent, size_t *next,
                                 const struct json_marks *marks)
{
    CHECK(*next < marks->count);
    const struct json_mark *mark = &marks->mark[*next];
    struct json_value *v = &doc->value[(*next)++];
    struct json_value **link = &v->first;

    *v = (struct json_value){.doc = doc, .node = node, .parent = parent, .at = mark->at, .key = mark->key};
    CHECK(json_type(v) == mark->type); /* else scanner and cJSON read the same text differently */
    for (cJSON *child = node->child; child; child = child->next) {
        struct json_value *c = attach(doc, child, v, next, marks);
        c->index = v->count++;
        *link = c;
        link = &c->next;
    }
    return v;
}

static int by_key_then_order(const void *a, const void *b)
{
    const struct json_value *x = *(const struct json_value *const *)a,
                            *y = *(const struct json_value *const *)b;
    int c = strcmp(x->node->string, y->node->string);
    return c ? c : x->index < y->index ? -1 : x->index > y->index;
}

/* One of 64 bits, by all bytes of the key. */
static uint64_t key_bit(const char *key)
{
    uint32_t h = 0;
    while (*key)
        h = h * 31 + (unsigned char)*key++;
    return UINT64_C(1) << ((h ^ h >> 7) & 63);
}

/* For few keys: only those whose bit was set before are compared, with all before them. */
static struct json_value *find_duplicate_among_few(struct json_value *obj, struct json_value **first)
{
    uint64_t seen = 0;

    for (struct json_value *b = obj->first; b; b = b->next) {
        uint64_t bit = key_bit(b->node->string);
        for (struct json_value *a = obj->first; (seen & bit) && a != b; a = a->next) {
            if (strcmp(a->node->string, b->node->string) == 0) {
                *first = a;
                return b;
            }
        }
        seen |= bit;
    }
    return NULL;
}

/* The first member, in the order of the text, whose key stood before; *first is where. NULL if there is none.
 */
static struct json_value *find_duplicate(struct json_value *obj, struct json_value **first)
{
    struct json_value *found = NULL;

    if (obj->count <= FEW_KEYS)
        return find_duplicate_among_few(obj, first);
    struct json_value **sorted = malloc(obj->count * sizeof *sorted);
    CHECK(sorted && "out of memory");
    for (struct json_value *v = obj->first; v; v = v->next)
        sorted[v->index] = v;
    qsort(sorted, obj->count, sizeof *sorted, by_key_then_order);
    for (size_t i = 1; i < obj->count; i++) {
        if (strcmp(sorted[i - 1]->node->string, sorted[i]->node->string) == 0 &&
            (!found || sorted[i]->index < found->index)) {
            found = sorted[i];
            *first = sorted[i - 1];
        }
    }
    free(sorted);
    return found;
}

static bool check_keys(struct json_doc *doc, size_t count, struct diag *d)
{
    for (size_t i = 0; i < count; i++) {
        struct json_value *first = NULL, *again = NULL;
        if (json_type(&doc->value[i]) == JSON_OBJECT)
            again = find_duplicate(&doc->value[i], &first);
        if (again)
            return json_key_error(d, again, "duplicate key \"%s\"; it was already given at %u:%u",
                                  again->node->string, (unsigned)first->key.line,
                                  (unsigned)first->key.column);
    }
    return true;
}

static struct json_doc *build(const char *name, const char *text, size_t len, const struct json_marks *marks)
{
    size_t name_size = strlen(name) + 1;
    struct json_doc *doc = malloc(sizeof *doc + marks->count * sizeof doc->value[0] + name_size);
    cJSON *tree = cJSON_ParseWithLength(marks->rewritten ? marks->rewritten : text, len);
    size_t next = 0;

    CHECK(doc && "out of memory");
    CHECK(tree && "out of memory, or cJSON refuses what the scanner accepts");
    *doc = (struct json_doc){.tree = tree, .root = doc->value};
    doc->name = memcpy((char *)(doc->value + marks->count), name, name_size);
    attach(doc, tree, NULL, &next, marks);
    CHECK(next == marks->count);
    return doc;
}

struct json_doc *json_parse_from(const char *name, struct json_place start, const char *text, size_t len,
                                 struct diag *d)
{
    struct json_marks marks;
    struct json_doc *doc = NULL;

    if (json_scan(name, start, text, len, &marks, d)) {
        doc = build(name, text, len, &marks);
        if (!check_keys(doc, marks.count, d)) {
            json_free(doc);
            doc = NULL;
        }
    }
    json_marks_free(&marks);
    return doc;
}

struct json_doc *json_parse(const char *name, const char *text, size_t len, struct diag *d)
{
    return json_parse_from(name, (struct json_place){1, 1}, text, len, d);
}

struct json_doc *json_parse_line(const char *name, int line, const char *text, size_t len, struct diag *d)
{
    CHECK(line > 0);
    return json_parse_from(name, (struct json_place){(uint32_t)line, 1}, text, len, d);
}

void json_free(struct json_doc *doc)
{
    while (doc) {
        struct json_doc *before = doc->graft;
        cJSON_Delete(doc->tree);
        free(doc->text);
        free(doc);
        doc = before;
    }
}

/* ---- Files ---- */

static const char *shown_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

char *json_read_bytes(const char *path, size_t *len, struct diag *d)
{
    const char *name = shown_name(path);
    FILE *f = name == path ? fopen(path, "rb") : stdin;
    struct sbuf b = SBUF_INIT;
    size_t got = 0;

    if (!f) {
        diag_set(d, name, 0, 0, "cannot open: %s", strerror(errno));
        return NULL;
    }
    errno = 0;
    do { /* one byte more than allowed is asked for, so that what is too large shows */
        sbuf_reserve(&b, 16 * 1024);
        size_t room = b.cap - b.len, allowed = (size_t)JSON_MAX_BYTES + 1 - b.len;
        got = fread(b.s + b.len, 1, room < allowed ? room : allowed, f);
        b.len += got;
    } while (got > 0 && b.len <= JSON_MAX_BYTES);
    int failed = ferror(f) ? errno : 0;
    if (f != stdin)
        fclose(f);
    if (failed)
        diag_set(d, name, 0, 0, "cannot read: %s", strerror(failed));
    else if (b.len > JSON_MAX_BYTES)
        diag_set(d, name, 0, 0, "too large; expected at most %d bytes", JSON_MAX_BYTES);
    if (failed || b.len > JSON_MAX_BYTES) {
        sbuf_free(&b);
        return NULL;
    }
    *len = b.len;
    return sbuf_detach(&b);
}

struct json_doc *json_load(const char *path, struct diag *d)
{
    size_t len;
    char *text = json_read_bytes(path, &len, d);

    if (!text)
        return NULL;
    struct json_doc *doc = json_parse(shown_name(path), text, len, d);
    if (doc) {
        doc->text = text;
        doc->text_len = len;
    } else {
        free(text);
    }
    return doc;
}

const char *json_bytes(const struct json_doc *doc, size_t *len)
{
    *len = doc->text_len;
    return doc->text;
}

const char *json_name(const struct json_doc *doc)
{
    return doc->name;
}

/* ---- Access ---- */

const struct json_value *json_root(const struct json_doc *doc)
{
    return doc->root;
}

enum json_type json_type(const struct json_value *v)
{
    switch (v->node->type & 0xff) {
    case cJSON_NULL: return JSON_NULL;
    case cJSON_False:
    case cJSON_True: return JSON_BOOL;
    case cJSON_Number: return JSON_NUMBER;
    case cJSON_String: return JSON_STRING;
    case cJSON_Array: return JSON_ARRAY;
    case cJSON_Object: return JSON_OBJECT;
    default: break;
    }
    check_failed("a node of cJSON that parsing cannot make", __FILE__, __LINE__);
}

const char *json_type_name(enum json_type type)
{
    static const char *const name[] = {
        [JSON_NULL] = "null",       [JSON_BOOL] = "true or false", [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a string", [JSON_ARRAY] = "an array",     [JSON_OBJECT] = "an object",
    };
    return name[type];
}

const struct json_value *json_get(const struct json_value *obj, const char *key)
{
    if (!obj || json_type(obj) != JSON_OBJECT)
        return NULL;
    JSON_EACH(member, obj)
    {
        if (strcmp(member->node->string, key) == 0)
            return member;
    }
    return NULL;
}

size_t json_length(const struct json_value *v)
{
    return v->count;
}

const struct json_value *json_at(const struct json_value *v, size_t i)
{
    const struct json_value *item = v->first;
    while (item && i-- > 0)
        item = item->next;
    return item;
}

const struct json_value *json_first(const struct json_value *v)
{
    return v ? v->first : NULL;
}

const struct json_value *json_next(const struct json_value *v)
{
    return v ? v->next : NULL;
}

const struct json_value *json_parent(const struct json_value *v)
{
    return v->parent;
}

const char *json_key(const struct json_value *v)
{
    return v->parent && json_type(v->parent) == JSON_OBJECT ? v->node->string : NULL;
}

size_t json_index(const struct json_value *v)
{
    return v->index;
}

const char *json_string(const struct json_value *v)
{
    return json_type(v) == JSON_STRING ? v->node->valuestring : NULL;
}

bool json_real(const struct json_value *v, double *out)
{
    if (json_type(v) != JSON_NUMBER)
        return false;
    double x = v->node->valuedouble;
    *out = x < 0 || x > 0 ? x : 0; /* -0 is 0 */
    return true;
}

bool json_int(const struct json_value *v, int64_t *out)
{
    double x;

    if (!json_real(v, &x) || x < -(double)JSON_MAX_INT || x > (double)JSON_MAX_INT)
        return false;
    int64_t n = (int64_t)x;
    if ((double)n < x || (double)n > x)
        return false;
    *out = n;
    return true;
}

bool json_bool(const struct json_value *v, bool *out)
{
    if (json_type(v) != JSON_BOOL)
        return false;
    *out = (v->node->type & 0xff) == cJSON_True;
    return true;
}

static void store_place(struct json_place at, int *line, int *column)
{
    if (line)
        *line = (int)at.line;
    if (column)
        *column = (int)at.column;
}

void json_position(const struct json_value *v, int *line, int *column)
{
    store_place(v->at, line, column);
}

void json_key_position(const struct json_value *v, int *line, int *column)
{
    store_place(v->key, line, column);
}

const char *json_source(const struct json_value *v)
{
    return v->doc->name;
}
