#include "sim/lesson/internal.h"

#include <stdio.h>
#include <string.h>

/* --- segments as expectations describe them --- */

/* 1, "u", "u+1" or "w-2" */
static bool read_seq(struct load *ld, const struct json_value *v, struct number *out)
{
    const char *s = json_string(v), *sign;
    char name[16];
    int64_t n = 0;
    size_t len;

    if (!s) {
        if (json_type(v) != JSON_NUMBER)
            return json_error(ld->d, v, "expected a relative number or a symbol such as \"u+1\", found %s",
                              json_type_name(json_type(v)));
        if (!json_want_int(v, INT32_MIN, UINT32_MAX, &n, ld->d))
            return false;
        *out = (struct number){.kind = NUMBER_RELATIVE, .value = (uint32_t)n};
        return true;
    }
    sign = strpbrk(s, "+-");
    len = sign ? (size_t)(sign - s) : strlen(s);
    for (size_t i = 1; sign && (sign[i] || i == 1); i++) {
        if (sign[i] < '0' || sign[i] > '9' || i > 9)
            return json_error(ld->d, v, "expected a symbol such as \"u\" or \"u+1\", found \"%.60s\"", s);
        n = n * 10 + (sign[i] - '0');
    }
    for (uint32_t i = 0; i < ld->symbols.n; i++) {
        if (strlen(ld->symbols.name[i]) == len && strncmp(ld->symbols.name[i], s, len) == 0) {
            *out = (struct number){
                .kind = NUMBER_SYMBOL, .symbol = i, .value = (uint32_t)(sign && *sign == '-' ? -n : n)};
            return true;
        }
    }
    snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), s);
    if (ld->symbols.n == 0)
        return json_error(ld->d, v, "unknown symbol \"%s\"; this lesson has no \"symbols\"", name);
    return json_error(ld->d, v, "unknown symbol \"%s\"; the first of this lesson's \"symbols\" is \"%s\"",
                      name, ld->symbols.name[0]);
}

static bool read_number(struct load *ld, const struct json_value *obj, const char *relative,
                        const char *absolute, struct number *out)
{
    const struct json_value *r = json_get(obj, relative), *a = json_get(obj, absolute);
    int64_t n;

    if (r && a)
        return json_key_error(ld->d, a, "\"%s\" and \"%s\" exclude each other", relative, absolute);
    if (r)
        return read_seq(ld, r, out);
    if (!a)
        return true;
    if (!json_want_int(a, 0, UINT32_MAX, &n, ld->d))
        return false;
    *out = (struct number){.kind = NUMBER_ABSOLUTE, .value = (uint32_t)n};
    return true;
}

/* An option's value, or null: there is no such option. */
static bool read_option(struct load *ld, const struct json_value *obj, const char *key, int64_t max,
                        int64_t *out)
{
    const struct json_value *v = json_get(obj, key);

    if (v && json_type(v) == JSON_NULL) {
        *out = -2;
        return true;
    }
    return read_int(ld, obj, key, 0, max, out);
}

static bool read_either(struct load *ld, const struct json_value *obj, const char *key, int8_t *out)
{
    bool b = false;

    if (!json_get(obj, key))
        return true;
    if (!read_bool(ld, obj, key, &b))
        return false;
    *out = b;
    return true;
}

bool load_segment_want(struct load *ld, const struct json_value *v, bool exact, struct segment_want *out)
{
    *out = (struct segment_want){.win = -1,
                                 .up = -1,
                                 .len = -1,
                                 .mss = -1,
                                 .ws = -1,
                                 .lost = -1,
                                 .ts = -1,
                                 .sack_ok = -1,
                                 .at = VTIME_NEVER};
    return READ_KEYS(ld, v, SEGMENT_KEYS) && load_match(ld, v, exact, false, &out->match) &&
           read_number(ld, v, "seq", "absolute_seq", &out->seq) &&
           read_number(ld, v, "ack", "absolute_ack", &out->ack) &&
           read_int(ld, v, "win", 0, 65535, &out->win) && read_int(ld, v, "up", 0, 65535, &out->up) &&
           read_int(ld, v, "len", 0, 65535, &out->len) && read_option(ld, v, "mss", 65535, &out->mss) &&
           read_option(ld, v, "window_scale", 255, &out->ws) && read_either(ld, v, "timestamps", &out->ts) &&
           read_either(ld, v, "sack_permitted", &out->sack_ok) && read_either(ld, v, "lost", &out->lost) &&
           read_time(ld, v, "at", 0, VTIME_MAX, &out->at) &&
           read_bytes(ld, v, 65535, &out->text, &out->text_n);
}

/* --- which connections --- */

bool load_who(struct load *ld, const struct json_value *v, struct who *out)
{
    const struct json_value *host = json_get(v, "host"), *app = json_get(v, "app");
    int i;

    *out = (struct who){.host = SC_ANY};
    if (host && !read_host(ld, host, &out->host))
        return false;
    if (app) {
        i = read_choice(ld, app, "app", ld->apps.name, ld->apps.n);
        if (i < 0)
            return false;
        out->app = ld->apps.name[i];
    }
    return read_u32(ld, v, "conn", 1, UINT32_MAX, &out->conn) && read_bool(ld, v, "listener", &out->listener);
}

/* --- events --- */

static const char *const event_names[EVENT_KINDS] = {"segment", "state",   "signal",     "timer",
                                                     "clause",  "edge",    "reject",     "drop",
                                                     "call",    "deliver", "host_event", "end"};

static bool read_event_row(struct load *ld, const struct json_value *v, enum event_kind kind, unsigned *out)
{
    const char *s = json_string(v);
    int row = -1;

    if (s && strcmp(s, "any") == 0 && kind != EV_STATE) {
        *out = 0;
        return true;
    }
    switch (kind) {
    case EV_STATE: row = read_row(ld, v, "state", name_state, count_state(), 0); break;
    case EV_SIGNAL: row = read_row(ld, v, "signal", name_signal, count_signal(), 1); break;
    case EV_TIMER: row = read_row(ld, v, "timer", name_timer, count_timer(), 1); break;
    case EV_CLAUSE: row = read_row(ld, v, "clause", name_clause, count_clause(), 1); break;
    case EV_EDGE: row = read_row(ld, v, "edge", name_edge, count_edge(), 1); break;
    case EV_REJECT: row = read_row(ld, v, "reason", name_reject, count_reject(), 1); break;
    case EV_DROP: row = read_row(ld, v, "reason", name_drop, count_drop(), 1); break;
    case EV_CALL: row = read_row(ld, v, "call", name_call, count_call(), 1); break;
    case EV_DELIVER: row = read_row(ld, v, "reason", name_deliver, count_deliver(), 1); break;
    case EV_HOST_EVENT: row = read_row(ld, v, "host event", name_host_event, count_host_event(), 1); break;
    case EV_END: row = read_row(ld, v, "end", name_end, count_end(), 1); break;
    case EV_SEGMENT:
    case EVENT_KINDS: break;
    }
    *out = (unsigned)row;
    return row >= 0;
}

/* Keys that only some kinds of events have. */
static bool check_event_keys(struct load *ld, const struct json_value *v, enum event_kind kind)
{
    static const char *const who[] = {WHO_KEYS};
    const struct json_value *op = json_get(v, "op"), *result = json_get(v, "result");

    if (op && kind != EV_TIMER)
        return json_key_error(ld->d, op, "\"op\" goes with \"timer\"");
    if (result && kind != EV_CALL)
        return json_key_error(ld->d, result, "\"result\" goes with \"call\"");
    for (size_t i = 0; i < ARRAY_LEN(who); i++) {
        const struct json_value *w = json_get(v, who[i]);

        if (w && kind == EV_SEGMENT)
            return json_key_error(
                ld->d, w, "\"%s\" does not go with \"segment\"; a segment has \"from\" and \"to\"", who[i]);
        if (w && (kind == EV_END || kind == EV_DROP || (i > 0 && kind == EV_HOST_EVENT)))
            return json_key_error(ld->d, w, "\"%s\" does not go with \"%s\"", who[i], event_names[kind]);
    }
    return true;
}

bool load_event_members(struct load *ld, const struct json_value *v, struct event_match *out)
{
    const struct json_value *op = json_get(v, "op"), *result = json_get(v, "result");
    int kind = read_one_of(ld, v, event_names, EVENT_KINDS), row = 0;

    *out = (struct event_match){.nth = 1};
    if (kind < 0)
        return false;
    out->kind = (enum event_kind)kind;
    if (!check_event_keys(ld, v, out->kind))
        return false;
    if (out->kind == EV_SEGMENT) {
        if (!load_segment_want(ld, json_get(v, "segment"), false, &out->segment))
            return false;
    } else if (!read_event_row(ld, json_get(v, event_names[kind]), out->kind, &out->row)) {
        return false;
    }
    if (op && (row = read_row(ld, op, "operation", name_timer_op, count_timer_op(), 1)) < 0)
        return false;
    if (result && (row = read_row(ld, result, "result", name_result, count_result(), 1)) < 0)
        return false;
    out->extra = (unsigned)row;
    return load_who(ld, v, &out->who) && read_u32(ld, v, "nth", 1, 1000000000, &out->nth);
}

bool load_event(struct load *ld, const struct json_value *v, struct event_match *out)
{
    return READ_KEYS(ld, v, EVENT_KEYS) && load_event_members(ld, v, out);
}

uint64_t event_kinds(const struct event_match *e)
{
#define BIT(kind) (UINT64_C(1) << REC_##kind)
    uint64_t who = BIT(CONN) | BIT(STATE); /* to tell a listener, and to count */

    switch (e->kind) {
    case EV_SEGMENT: return BIT(SEND) | BIT(DROP) | BIT(DATA) | BIT(SYMBOL);
    case EV_STATE: return who;
    case EV_SIGNAL: return BIT(SIGNAL) | who;
    case EV_TIMER: return BIT(TIMER) | who;
    case EV_CLAUSE: return BIT(CITE) | BIT(SEND) | BIT(REJECT) | who;
    case EV_EDGE: return who;
    case EV_REJECT: return BIT(REJECT) | who;
    case EV_DROP: return BIT(DROP);
    case EV_CALL: return BIT(CALL) | who;
    case EV_DELIVER: return BIT(DELIVER) | who;
    case EV_HOST_EVENT: return BIT(HOSTEV);
    case EV_END: return BIT(END);
    case EVENT_KINDS: break;
    }
    return 0;
#undef BIT
}

/* --- moments --- */

bool load_moment(struct load *ld, const struct json_value *v, struct lesson_moment *out)
{
    const struct json_value *at = json_get(v, "at"), *when = json_get(v, "when");
    struct event_match *e;

    *out = (struct lesson_moment){.at = at || !when ? 0 : VTIME_NEVER};
    if (at && when)
        return json_key_error(ld->d, when, "\"at\" and \"when\" exclude each other");
    if (!when)
        return read_time(ld, v, "at", 0, VTIME_MAX, &out->at);
    out->when = e = NEW(ld->m, 1, struct event_match);
    return load_event(ld, when, e);
}
