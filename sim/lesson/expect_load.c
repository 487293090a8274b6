#include "sim/lesson/internal.h"

#include <string.h>

#define STATES_MAX 1000
#define SEGMENTS_MAX 10000

#define BOUND_KEYS "is", "min", "max"
#define COMMON_KEYS "name", "comment"

/* --- bounds --- */

enum bound_type { BOUND_COUNT, BOUND_BYTES, BOUND_TIME, BOUND_SEQ };

static bool read_bound(struct load *ld, const struct json_value *v, enum bound_type type, int64_t *out)
{
    uint64_t size = 0;

    switch (type) {
    case BOUND_COUNT: return json_want_int(v, 0, JSON_MAX_INT, out, ld->d);
    case BOUND_SEQ: return json_want_int(v, INT32_MIN, UINT32_MAX, out, ld->d);
    case BOUND_TIME: return read_time_of(ld, v, 0, VTIME_MAX, out);
    case BOUND_BYTES:
        if (!read_size_of(ld, v, 0, (uint64_t)JSON_MAX_INT, &size))
            return false;
        *out = (int64_t)size;
        return true;
    }
    return false;
}

/* "is", or "min" and "max", or one of these. */
static bool load_bounds(struct load *ld, const struct json_value *v, enum bound_type type, struct bounds *b)
{
    const struct json_value *is = json_get(v, "is"), *min = json_get(v, "min"), *max = json_get(v, "max");

    *b = (struct bounds){.min = INT64_MIN, .max = INT64_MAX, .given = is || min || max};
    if (is && (min || max))
        return json_key_error(ld->d, min ? min : max,
                              "\"is\" says all: \"min\" and \"max\" do not go with it");
    if (is) {
        if (!read_bound(ld, is, type, &b->min))
            return false;
        b->max = b->min;
        return true;
    }
    if ((min && !read_bound(ld, min, type, &b->min)) || (max && !read_bound(ld, max, type, &b->max)))
        return false;
    if (b->min > b->max)
        return json_error(ld->d, max, "\"max\" is below \"min\"");
    return true;
}

static bool need_bounds(struct load *ld, const struct json_value *v, enum bound_type type, struct bounds *b)
{
    if (!load_bounds(ld, v, type, b))
        return false;
    return b->given || json_error(ld->d, v, "expected one of the keys \"is\", \"min\" or \"max\"");
}

/* --- the kinds --- */

static bool expect_states(struct load *ld, const struct json_value *v, struct expectation *e)
{
    const struct json_value *list = json_get(v, "states");
    enum tcp_state *state;

    if (!READ_KEYS(ld, v, COMMON_KEYS, "states", WHO_KEYS, "exact") || !load_who(ld, v, &e->who) ||
        !read_bool(ld, v, "exact", &e->exact) || !read_array(ld, list, 1, STATES_MAX, "states"))
        return false;
    if (e->who.host == SC_ANY && !e->who.app)
        return json_error(ld->d, v, "expected the key \"host\" or \"app\": whose states?");
    e->state = state = NEW(ld->m, json_length(list), enum tcp_state);
    JSON_EACH(one, list)
    {
        int row = read_row(ld, one, "state", name_state, count_state(), 0);

        if (row < 0)
            return false;
        state[e->n_states++] = (enum tcp_state)row;
    }
    return true;
}

static bool expect_final(struct load *ld, const struct json_value *v, struct expectation *e)
{
    const struct json_value *map = json_get(v, "final");
    enum tcp_state *state;
    uint16_t *host;

    if (!READ_KEYS(ld, v, COMMON_KEYS, "final") || !read_keys(ld, map, ld->hosts.name, ld->hosts.n))
        return false;
    if (json_length(map) == 0)
        return json_error(ld->d, map, "expected hosts and their final states");
    e->state = state = NEW(ld->m, json_length(map), enum tcp_state);
    e->host = host = NEW(ld->m, json_length(map), uint16_t);
    JSON_EACH(one, map)
    {
        int row = read_row(ld, one, "state", name_state, count_state(), 0);

        if (row < 0)
            return false;
        for (uint16_t i = 0; i < ld->hosts.n; i++) {
            if (strcmp(ld->hosts.name[i], json_key(one)) == 0)
                host[e->n_states] = i;
        }
        state[e->n_states++] = (enum tcp_state)row;
    }
    return true;
}

static bool expect_segments(struct load *ld, const struct json_value *v, struct expectation *e)
{
    const struct json_value *list = json_get(v, "segments"), *where = json_get(v, "where");
    const struct json_value **from;
    struct segment_want *w;

    if (!READ_KEYS(ld, v, COMMON_KEYS, "segments", "where", "exact") ||
        !read_bool(ld, v, "exact", &e->exact) || !read_array(ld, list, 1, SEGMENTS_MAX, "segments"))
        return false;
    if (where && !READ_KEYS(ld, where, MATCH_KEYS, "after", "before", "comment"))
        return false;
    if (!load_match(ld, where, false, true, &e->among))
        return false;
    e->segment = w = NEW(ld->m, json_length(list), struct segment_want);
    e->segment_json = from = NEW(ld->m, json_length(list), const struct json_value *);
    JSON_EACH(one, list)
    {
        from[e->n_segments] = one;
        if (!load_segment_want(ld, one, true, &w[e->n_segments++]))
            return false;
    }
    return true;
}

static bool expect_count(struct load *ld, const struct json_value *v, struct expectation *e)
{
    e->event.kind = EV_SEGMENT;
    e->event.who.host = SC_ANY;
    return READ_KEYS(ld, v, COMMON_KEYS, "count", BOUND_KEYS) &&
           load_segment_want(ld, json_get(v, "count"), false, &e->event.segment) &&
           need_bounds(ld, v, BOUND_COUNT, &e->bounds);
}

static bool expect_event(struct load *ld, const struct json_value *v, struct expectation *e)
{
    static const char *const keys[] = {COMMON_KEYS, "signal", "timer",  "clause",  "edge",
                                       "reject",    "drop",   "call",   "deliver", "host_event",
                                       "end",       "op",     "result", WHO_KEYS,  BOUND_KEYS};

    e->kind = EXPECT_COUNT;
    if (!read_keys(ld, v, keys, ARRAY_LEN(keys)) || !load_event_members(ld, v, &e->event) ||
        !load_bounds(ld, v, BOUND_COUNT, &e->bounds))
        return false;
    if (!e->bounds.given)
        e->bounds = (struct bounds){.min = 1, .max = INT64_MAX, .given = true};
    return true;
}

static bool expect_time(struct load *ld, const struct json_value *v, struct expectation *e)
{
    const struct json_value *since = json_get(v, "since");

    e->has_since = since != NULL;
    return READ_KEYS(ld, v, COMMON_KEYS, "time", "since", BOUND_KEYS) &&
           load_event(ld, json_get(v, "time"), &e->event) && (!since || load_event(ld, since, &e->since)) &&
           need_bounds(ld, v, BOUND_TIME, &e->bounds);
}

static bool expect_delivered(struct load *ld, const struct json_value *v, struct expectation *e)
{
    static const char *const what[] = {"text", "hex", "bytes"};

    if (!READ_KEYS(ld, v, COMMON_KEYS, "delivered", BOUND_KEYS, "text", "hex", "app", "conn"))
        return false;
    if (!load_who(ld, v, &e->who) || !read_host(ld, json_get(v, "delivered"), &e->who.host) ||
        !load_bounds(ld, v, BOUND_BYTES, &e->bounds))
        return false;
    if (!json_get(v, what[0]) && !json_get(v, what[1]))
        return e->bounds.given ||
               json_error(ld->d, v, "expected one of the keys \"is\", \"min\", \"max\", \"text\" or \"hex\"");
    return read_bytes(ld, v, (uint32_t)JSON_MAX_BYTES, &e->text, &e->text_n);
}

static bool expect_var_at(struct load *ld, const struct json_value *at, struct expectation *e)
{
    const char *s = at ? json_string(at) : NULL;

    e->at = VTIME_NEVER;
    if (!at || (s && strcmp(s, "end") == 0)) {
        e->when = VAR_AT_END;
    } else if (s && strcmp(s, "ever") == 0) {
        e->when = VAR_EVER;
    } else if (s && strcmp(s, "always") == 0) {
        e->when = VAR_ALWAYS;
    } else {
        e->when = VAR_AT_TIME;
        if (!s || s[0] < '0' || s[0] > '9')
            return json_error(ld->d, at,
                              "expected a time such as \"20ms\", or \"end\", \"ever\" or \"always\"");
        return read_time_of(ld, at, 0, VTIME_MAX, &e->at);
    }
    return true;
}

static bool expect_var(struct load *ld, const struct json_value *v, struct expectation *e)
{
    static const char *const names[VAR_COUNT] = {
#define V(id, name, meaning, text) #name,
        REC_VARS(V)
#undef V
    };
    enum bound_type type = BOUND_BYTES;
    int i;

    if (!READ_KEYS(ld, v, COMMON_KEYS, "var", WHO_KEYS, "at", BOUND_KEYS) || !load_who(ld, v, &e->who))
        return false;
    i = read_choice(ld, json_get(v, "var"), "variable", names, VAR_COUNT);
    if (i < 0 || !expect_var_at(ld, json_get(v, "at"), e))
        return false;
    if (e->who.host == SC_ANY && !e->who.app)
        return json_error(ld->d, v, "expected the key \"host\" or \"app\": whose variable?");
    e->var = (enum rec_var)i;
    switch (rec_var_meaning(e->var)) {
    case VAR_IS_SENT:
    case VAR_IS_RECEIVED: type = BOUND_SEQ; break;
    case VAR_IS_INITIAL: type = BOUND_COUNT; break;
    case VAR_IS_TIME: type = BOUND_TIME; break;
    case VAR_IS_NUMBER: break;
    }
    return need_bounds(ld, v, type, &e->bounds);
}

static bool expect_script(struct load *ld, const struct json_value *v, struct expectation *e)
{
    static const char *const names[] = {"ok"};
    const struct json_value *host = json_get(v, "host");

    e->who.host = SC_ANY;
    if (!READ_KEYS(ld, v, COMMON_KEYS, "script", "host") ||
        read_choice(ld, json_get(v, "script"), "outcome", names, 1) < 0 ||
        (host && !read_host(ld, host, &e->who.host)))
        return false;
    if (host && !ld->host[e->who.host].raw)
        return json_error(ld->d, host, "host \"%s\" is no raw peer", ld->hosts.name[e->who.host]);
    return ld->l->scenario.n_raw > 0 || json_error(ld->d, v, "this lesson has no raw peer");
}

/* --- titles --- */

static void put_who(struct sbuf *b, const struct load *ld, const struct who *w)
{
    if (w->app)
        sbuf_printf(b, " of %s", w->app);
    else if (w->host != SC_ANY)
        sbuf_printf(b, " of %s", ld->hosts.name[w->host]);
    if (w->conn)
        sbuf_printf(b, ", connection %u", w->conn);
}

static const char *make_title(const struct load *ld, const struct json_value *v, const struct expectation *e)
{
    const struct json_value *value = json_get(v, e->key);
    struct sbuf b = SBUF_INIT;
    const char *title;

    sbuf_puts(&b, e->key);
    if (json_type(value) == JSON_STRING)
        sbuf_printf(&b, " %s", json_string(value));
    if (e->kind == EXPECT_STATES || e->kind == EXPECT_VAR || e->kind == EXPECT_COUNT)
        put_who(&b, ld, e->kind == EXPECT_COUNT ? &e->event.who : &e->who);
    if (e->kind == EXPECT_TIME || (e->kind == EXPECT_COUNT && e->event.kind == EV_SEGMENT)) {
        sbuf_lit(&b, " ");
        json_put_value(&b, value);
    }
    title = lesson_strdup(ld->m, sbuf_str(&b));
    sbuf_free(&b);
    return title;
}

/* --- all of them --- */

static const struct {
    const char *key;
    enum expect_kind kind;
    bool (*load)(struct load *ld, const struct json_value *v, struct expectation *e);
} kinds[] = {
    {"states", EXPECT_STATES, expect_states},
    {"final", EXPECT_FINAL, expect_final},
    {"segments", EXPECT_SEGMENTS, expect_segments},
    {"count", EXPECT_COUNT, expect_count},
    {"time", EXPECT_TIME, expect_time},
    {"delivered", EXPECT_DELIVERED, expect_delivered},
    {"var", EXPECT_VAR, expect_var},
    {"script", EXPECT_SCRIPT, expect_script},
    {"signal", EXPECT_COUNT, expect_event},
    {"timer", EXPECT_COUNT, expect_event},
    {"clause", EXPECT_COUNT, expect_event},
    {"edge", EXPECT_COUNT, expect_event},
    {"reject", EXPECT_COUNT, expect_event},
    {"drop", EXPECT_COUNT, expect_event},
    {"call", EXPECT_COUNT, expect_event},
    {"deliver", EXPECT_COUNT, expect_event},
    {"host_event", EXPECT_COUNT, expect_event},
    {"end", EXPECT_COUNT, expect_event},
};

bool load_expect(struct load *ld, const struct json_value *v)
{
    const char *keys[ARRAY_LEN(kinds)];
    struct expectation *list;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, 10000, "expectations"))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        keys[i] = kinds[i].key;
    ld->l->expect = list = NEW(ld->m, json_length(v), struct expectation);
    JSON_EACH(one, v)
    {
        struct expectation *e = &list[ld->l->n_expect];
        int k;

        if (!json_want(one, JSON_OBJECT, ld->d) || (k = read_one_of(ld, one, keys, ARRAY_LEN(keys))) < 0)
            return false;
        e->kind = kinds[k].kind;
        e->key = kinds[k].key;
        e->where = one;
        if (!kinds[k].load(ld, one, e) || !read_string(ld, one, "name", &e->title))
            return false;
        if (!e->title)
            e->title = make_title(ld, one, e);
        ld->l->n_expect++;
    }
    return true;
}
