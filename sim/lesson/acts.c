/* The acts of a user, as a lesson holds them. */
#include "sim/lesson/internal.h"

#include <stdio.h>
#include <string.h>

static const char *const act_names[ACT_KINDS] = {
#define ACT_NAME(id, name, target, amount) name,
    LESSON_ACTS(ACT_NAME)
#undef ACT_NAME
};

const char *act_name(enum act_kind kind)
{
    return kind < ACT_KINDS ? act_names[kind] : "?";
}

enum act_upon act_upon(enum act_kind kind)
{
    static const enum act_upon upon[ACT_KINDS] = {
#define ACT_UPON(id, name, target, amount) UPON_##target,
        LESSON_ACTS(ACT_UPON)
#undef ACT_UPON
    };

    CHECK(kind < ACT_KINDS);
    return upon[kind];
}

int act_find(const char *name)
{
    for (int i = 0; i < ACT_KINDS; i++)
        if (strcmp(act_names[i], name) == 0)
            return i;
    return -1;
}

/* 16 hexadecimal digits. */
static bool read_fingerprint(struct load *ld, const struct json_value *v, uint64_t *out)
{
    const char *s = json_string(v);
    size_t n = 0;

    *out = 0;
    for (; s && s[n]; n++) {
        const char *digits = "0123456789abcdef", *d = strchr(digits, s[n]);

        if (!d || n == 16)
            break;
        *out = *out << 4 | (uint64_t)(d - digits);
    }
    if (!s || n != 16 || s[n])
        return json_error(ld->d, v, "expected a fingerprint: 16 hexadecimal digits");
    return true;
}

static bool load_act(struct load *ld, const struct json_value *v, struct lesson_act *a)
{
    const struct json_value *fingerprint, *kind;
    int64_t record = 0, target = 0, ns = 0;
    const char *note = "";
    int k;

    if (!READ_KEYS(ld, v, "at_ns", "record", "fingerprint", "act", "target", "amount", "note", "comment") ||
        !json_need(v, "at_ns", ld->d) || !json_need(v, "record", ld->d) || !json_need(v, "target", ld->d) ||
        !(fingerprint = json_need(v, "fingerprint", ld->d)) || !(kind = json_need(v, "act", ld->d)))
        return false;
    k = json_want_name(kind, act_names, ACT_KINDS, ld->d);
    if (k < 0 || !read_int(ld, v, "at_ns", 0, VTIME_MAX, &ns) ||
        !read_int(ld, v, "record", 0, JSON_MAX_INT, &record) ||
        !read_int(ld, v, "target", 0, JSON_MAX_INT, &target) ||
        !read_int(ld, v, "amount", 0, JSON_MAX_INT, &a->amount) ||
        !read_fingerprint(ld, fingerprint, &a->fingerprint) || !read_string(ld, v, "note", &note))
        return false;
    if (strlen(note) >= sizeof a->note)
        return json_error(ld->d, json_get(v, "note"), "expected at most %d bytes, found %zu",
                          ACT_NOTE_BYTES - 1, strlen(note));
    snprintf(a->note, sizeof a->note, "%s", note);
    a->kind = (enum act_kind)k;
    a->at = ns;
    a->record = (uint64_t)record;
    a->target = (uint64_t)target;
    return true;
}

bool load_acts(struct load *ld, const struct json_value *v)
{
    struct lesson_act *act;
    size_t i = 0;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, 10000, "acts"))
        return false;
    act = NEW(ld->m, json_length(v), struct lesson_act);
    JSON_EACH(one, v)
    {
        if (!load_act(ld, one, &act[i]))
            return false;
        if (i && act[i].at < act[i - 1].at)
            return json_error(ld->d, json_get(one, "at_ns"),
                              "expected a time not before that of the act before it");
        i++;
    }
    ld->l->act = act;
    ld->l->n_acts = i;
    return true;
}

/* --- writing --- */

static void put_act(struct sbuf *out, const struct lesson_act *a)
{
    sbuf_printf(out,
                "    {\"at_ns\": %lld, \"record\": %llu, \"fingerprint\": \"%016llx\", \"act\": \"%s\", "
                "\"target\": %llu",
                (long long)a->at, (unsigned long long)a->record, (unsigned long long)a->fingerprint,
                act_name(a->kind), (unsigned long long)a->target);
    if (a->amount)
        sbuf_printf(out, ", \"amount\": %lld", (long long)a->amount);
    if (a->note[0]) {
        sbuf_puts(out, ", \"note\": ");
        json_put_string(out, a->note);
    }
    sbuf_puts(out, "}");
}

/* Where line and column (in characters) of a text are. */
static const char *place(const char *text, const char *end, int line, int column)
{
    for (; line > 1 && text < end; text++)
        line -= *text == '\n';
    for (; column > 1 && text < end; column--)
        for (text++; text < end && ((unsigned char)*text & 0xc0) == 0x80; text++)
            ;
    return text;
}

/* Behind the array that begins here, in a text known to be JSON. */
static const char *behind(const char *p, const char *end)
{
    bool in_string = false;
    int depth = 0;

    for (; p < end; p++) {
        if (in_string && *p == '\\')
            p++;
        else if (*p == '"')
            in_string = !in_string;
        else if (!in_string && (*p == '[' || *p == '{'))
            depth++;
        else if (!in_string && (*p == ']' || *p == '}') && --depth == 0)
            return p + 1;
    }
    return end;
}

bool lesson_with_acts(const char *path, const struct lesson_act *act, size_t n, struct sbuf *out,
                      struct diag *d)
{
    struct json_doc *doc = json_load(path, d);
    const struct json_value *old;
    const char *text, *end, *from, *to;
    int line, column;
    size_t len;

    if (!doc)
        return false;
    text = json_bytes(doc, &len);
    end = text + len;
    old = json_get(json_root(doc), "acts");
    if (old) {
        json_position(old, &line, &column);
        from = place(text, end, line, column);
        to = behind(from, end);
    } else { /* the last member of the root */
        for (from = end; from > text && *from != '}';)
            from--;
        while (from > text && strchr(" \t\r\n", from[-1]))
            from--;
        to = from;
    }
    sbuf_put(out, text, (size_t)(from - text));
    sbuf_puts(out, old ? "[" : ",\n  \"acts\": [");
    for (size_t i = 0; i < n; i++) {
        sbuf_puts(out, i ? ",\n" : "\n");
        put_act(out, &act[i]);
    }
    sbuf_puts(out, n ? "\n  ]" : "]");
    sbuf_put(out, to, (size_t)(end - to));
    json_free(doc);
    return true;
}
