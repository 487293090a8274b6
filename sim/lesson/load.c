#include "sim/lesson/internal.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lesson/units.h"

#define FORMAT "tcplab-lesson"
#define FORMAT_VERSION 1
#define HASH_SEED UINT64_C(0x7463706c6162) /* "tcplab" */

static const char *const lang_names[LESSON_LANGS] = {"en", "zh-Hant"};

const char *lesson_lang_name(enum lesson_lang lang)
{
    return lang_names[lang];
}

/* --- the head --- */

static bool load_format(struct load *ld, const struct json_value *root)
{
    const struct json_value *format, *version;
    int64_t n;

    if (!json_want(root, JSON_OBJECT, ld->d) || !(format = json_need(root, "format", ld->d)))
        return false;
    if (!json_string(format) || strcmp(json_string(format), FORMAT) != 0)
        return json_error(ld->d, format, "this is no lesson: expected \"" FORMAT "\"");
    if (!(version = json_need(root, "version", ld->d)))
        return false;
    if (!json_int(version, &n) || n != FORMAT_VERSION)
        return json_error(ld->d, version, "expected %d, the only version of the format that there is",
                          FORMAT_VERSION);
    return true;
}

/* An integer, or decimal digits as a string: JSON's numbers end at 2^53. */
static bool load_seed(struct load *ld, const struct json_value *v, uint64_t *out)
{
    const char *s;
    uint64_t n = 0;
    int64_t i;

    if (!v)
        return true;
    if (json_int(v, &i) && i >= 0) {
        *out = (uint64_t)i;
        return true;
    }
    for (s = json_string(v); s && *s >= '0' && *s <= '9'; s++) {
        uint64_t d = (uint64_t)(*s - '0');

        if (n > (UINT64_MAX - d) / 10)
            break;
        n = n * 10 + d;
    }
    if (!s || *s || !*json_string(v))
        return json_error(ld->d, v,
                          "expected an integer from 0, or, from 2^53 to 2^64 - 1, its digits as a string");
    *out = n;
    return true;
}

static bool load_limits(struct load *ld, const struct json_value *v, struct limits *l)
{
    *l = (struct limits){.events = 10000000, .time = 86400 * NS_PER_S, .memory_bytes = UINT64_C(1) << 30};
    if (!v)
        return true;
    return READ_KEYS(ld, v, "time", "events", "memory", "comment") &&
           read_time(ld, v, "time", 1, VTIME_MAX, &l->time) &&
           read_size(ld, v, "memory", 1 << 20, UINT64_C(1) << 40, &l->memory_bytes) &&
           (!json_get(v, "events") ||
            json_want_int(json_get(v, "events"), 1, JSON_MAX_INT, (int64_t *)&l->events, ld->d));
}

static bool load_head(struct load *ld, const struct json_value *root)
{
    static const char *const profiles[] = {"rfc9293-v1"};
    const struct json_value *profile = json_get(root, "profile");
    struct lesson *l = ld->l;

    l->scenario.seed = 1;
    l->until = VTIME_NEVER;
    if (!json_need(root, "title", ld->d) || !read_text(ld, root, "title", &l->title) ||
        !read_text(ld, root, "summary", &l->summary) ||
        !load_seed(ld, json_get(root, "seed"), &l->scenario.seed) ||
        !load_limits(ld, json_get(root, "limits"), &l->scenario.limits) ||
        !read_time(ld, root, "until", 1, VTIME_MAX, &l->until))
        return false;
    return !profile || read_choice(ld, profile, "profile", profiles, ARRAY_LEN(profiles)) >= 0;
}

/* --- narration and questions --- */

static bool load_narration(struct load *ld, const struct json_value *v)
{
    struct lesson_note *note;
    vtime *at;
    uint32_t i = 0;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, 1000, "notes"))
        return false;
    note = NEW(ld->m, json_length(v), struct lesson_note);
    at = NEW(ld->m, json_length(v), vtime);
    JSON_EACH(one, v)
    {
        if (!READ_KEYS(ld, one, "at", "when", "text", "comment") || !json_need(one, "text", ld->d) ||
            !load_moment(ld, one, &note[i].moment) || !read_text(ld, one, "text", &note[i].text))
            return false;
        at[i] = note[i].moment.at;
        i++;
    }
    ld->l->note = note;
    ld->l->n_notes = i;
    ld->l->scenario.note = at;
    ld->l->scenario.n_notes = i;
    return true;
}

static bool load_answers(struct load *ld, const struct json_value *v, struct lesson_quiz *q)
{
    uint32_t right = 0;

    if (!v || !read_array(ld, v, 2, LESSON_ANSWERS_MAX, "answers"))
        return false;
    JSON_EACH(one, v)
    {
        struct lesson_answer *a = &q->answer[q->n_answers++];

        if (!READ_KEYS(ld, one, "text", "right", "comment") || !json_need(one, "text", ld->d) ||
            !read_text(ld, one, "text", &a->text) || !read_bool(ld, one, "right", &a->right))
            return false;
        right += a->right;
    }
    return right > 0 || json_error(ld->d, v, "none of the answers is marked \"right\": true");
}

static bool load_quiz(struct load *ld, const struct json_value *v)
{
    struct lesson_quiz *q;
    uint32_t i = 0;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, 100, "questions"))
        return false;
    q = NEW(ld->m, json_length(v), struct lesson_quiz);
    JSON_EACH(one, v)
    {
        if (!READ_KEYS(ld, one, "at", "when", "question", "answers", "why", "comment") ||
            !json_need(one, "question", ld->d) || !load_moment(ld, one, &q[i].moment) ||
            !read_text(ld, one, "question", &q[i].question) || !read_text(ld, one, "why", &q[i].why) ||
            !load_answers(ld, json_need(one, "answers", ld->d), &q[i]))
            return false;
        i++;
    }
    ld->l->quiz = q;
    ld->l->n_quiz = i;
    return true;
}

/* --- the whole --- */

static bool raw_peers_have_no_tcp(struct load *ld, const struct json_value *hosts)
{
    size_t i = 0;

    JSON_EACH(host, hosts)
    {
        if (ld->host[i].raw && json_get(host, "tcp"))
            return json_key_error(ld->d, json_get(host, "tcp"),
                                  "\"%s\" is a raw peer: it has no TCP to set options of", ld->hosts.name[i]);
        i++;
    }
    return true;
}

static bool load_root(struct load *ld, const struct json_value *root)
{
    if (!load_format(ld, root) ||
        !READ_KEYS(ld, root, "$schema", "format", "version", "profile", "title", "summary", "comment", "seed",
                   "limits", "until", "defaults", "hosts", "links", "apps", "raw", "faults", "events",
                   "symbols", "narration", "quiz", "expect", "acts"))
        return false;
    if (!load_head(ld, root) || !load_hosts(ld, root) || !load_links(ld, json_get(root, "links")) ||
        !load_raw(ld, json_get(root, "raw")) || !raw_peers_have_no_tcp(ld, json_get(root, "hosts")) ||
        !load_apps(ld, json_get(root, "apps")) || !load_faults(ld, json_get(root, "faults")) ||
        !load_events(ld, json_get(root, "events")) || !load_symbols(ld, json_get(root, "symbols")) ||
        !load_narration(ld, json_get(root, "narration")) || !load_quiz(ld, json_get(root, "quiz")) ||
        !load_expect(ld, json_get(root, "expect")) || !load_acts(ld, json_get(root, "acts")))
        return false;
    ld->l->scenario.address = ld->address;
    ld->l->scenario.n_addresses = ld->n_addresses;
    return true;
}

static const char *base_name(struct lesson_memory *m, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = strlen(name);
    char *copy;

    if (strcmp(path, "<stdin>") == 0)
        return "stdin";
    copy = lesson_strdup(m, name);
    if (n > 5 && strcmp(name + n - 5, ".json") == 0)
        copy[n - 5] = '\0';
    return copy;
}

static void keep_sets(struct lesson *l, const struct lesson_set *sets, size_t n_sets)
{
    struct lesson_set *copy = NEW(l->memory, n_sets, struct lesson_set);

    for (size_t i = 0; i < n_sets; i++) {
        copy[i].argument = lesson_strdup(l->memory, sets[i].argument);
        l->hash = hash_bytes(l->hash, copy[i].argument, strlen(copy[i].argument));
    }
    l->set = copy;
    l->n_sets = n_sets;
}

/* Takes doc over. */
static struct lesson *load(struct json_doc *doc, uint64_t hash, const struct lesson_set *sets, size_t n_sets,
                           struct diag *d)
{
    struct lesson_memory *m = lesson_memory_new();
    struct lesson *l = NEW(m, 1, struct lesson);
    struct load ld = {.l = l, .m = m, .d = d};

    m->doc = doc;
    l->memory = m;
    l->hash = hash;
    l->path = lesson_strdup(m, json_name(doc));
    l->name = l->scenario.name = base_name(m, l->path);
    keep_sets(l, sets, n_sets);
    for (size_t i = 0; i < n_sets; i++) {
        if (!json_set_argument(doc, sets[i].argument, d)) {
            lesson_memory_free(m);
            return NULL;
        }
    }
    if (!load_root(&ld, json_root(doc))) {
        lesson_memory_free(m);
        return NULL;
    }
    return l;
}

struct lesson *lesson_load(const char *path, const struct lesson_set *sets, size_t n_sets, struct diag *d)
{
    struct json_doc *doc = json_load(path, d);
    const char *bytes;
    size_t len;

    if (!doc)
        return NULL;
    bytes = json_bytes(doc, &len);
    return load(doc, hash_bytes(HASH_SEED, bytes, len), sets, n_sets, d);
}

struct lesson *lesson_parse(const char *name, const char *text, size_t len, const struct lesson_set *sets,
                            size_t n_sets, struct diag *d)
{
    struct json_doc *doc = json_parse(name, text, len, d);

    return doc ? load(doc, hash_bytes(HASH_SEED, text, len), sets, n_sets, d) : NULL;
}

void lesson_free(struct lesson *l)
{
    if (l)
        lesson_memory_free(l->memory);
}

/* --- without validating --- */

bool lesson_is_one(const char *path, struct diag *d)
{
    size_t len;
    char *text = json_read_bytes(path, &len, d);
    const struct json_value *v;
    struct json_doc *doc;
    const char *format;
    bool yes;

    if (!text)
        return false;
    doc = json_parse(path, text, len, NULL);
    v = doc ? json_get(json_root(doc), "format") : NULL;
    format = v ? json_string(v) : NULL;
    yes = doc ? format && strcmp(format, FORMAT) == 0 : strstr(text, FORMAT) != NULL;
    json_free(doc);
    free(text);
    return yes;
}

/* The string under a key of obj; NULL if there is none. */
static const char *string_under(const struct json_value *obj, const char *key)
{
    const struct json_value *v = json_get(obj, key);

    return v ? json_string(v) : NULL;
}

bool lesson_peek_title(const char *path, enum lesson_lang lang, char *out, size_t size)
{
    struct json_doc *doc = json_load(path, NULL);
    const struct json_value *root = doc ? json_root(doc) : NULL, *title = json_get(root, "title");
    const char *s = string_under(root, "title");
    size_t n;

    if (!s)
        s = string_under(title, lang_names[lang]);
    if (!s)
        s = string_under(title, lang_names[LESSON_EN]);
    if (s && size) {
        n = strlen(s) < size - 1 ? strlen(s) : size - 1;
        while (n > 0 && n < strlen(s) && ((unsigned char)s[n] & 0xc0) == 0x80) /* no half character */
            n--;
        memcpy(out, s, n);
        out[n] = '\0';
    }
    json_free(doc);
    return s != NULL;
}
