#include "sim/lesson/internal.h"

#include <string.h>

#define STEPS_MAX 10000
#define TEXT_MAX_BYTES ((uint32_t)JSON_MAX_BYTES)

#define STEP_KEYS "at", "when", "after", "every", "listener", "do", "comment"

static const char *const action_names[] = {"open",  "listen", "send",  "receive", "read", "close",
                                           "abort", "status", "flush", "set",     "exit", "nothing"};
enum setting_type { SETTING_TIME, SETTING_BYTES, SETTING_INT, SETTING_BOOL };

static const struct {
    const char *name;
    enum setting_type type;
    int64_t min, max;
} setting_rows[SETTING_COUNT] = {
#define SETTING(ID, name, type, min, max, rfc, doc) [SET_##ID] = {#name, SETTING_##type, min, max},
#include "models/tcp/setting.def"
#undef SETTING
};

/* --- reading --- */

static bool read_mode(struct load *ld, const struct json_value *v, struct sc_read *r)
{
    static const char *const modes[] = {"push", "any", "none"};
    int i = read_choice(ld, v, "way of reading", modes, ARRAY_LEN(modes));

    if (i < 0)
        return false;
    r->kind = i == 2 ? READ_NONE : READ_AUTO;
    r->mode = i == 1 ? RECEIVE_ANY : RECEIVE_PUSH;
    return true;
}

/* "push", or {"mode": "push", "buffer": 4096, "every": "100ms"} */
static bool load_read(struct load *ld, const struct json_value *v, struct sc_read *r)
{
    const struct json_value *mode = json_get(v, "mode");
    uint64_t size = 4096;

    *r = (struct sc_read){.kind = READ_AUTO, .mode = RECEIVE_PUSH, .buffer = (uint32_t)size};
    if (!v)
        return true;
    if (json_type(v) == JSON_STRING)
        return read_mode(ld, v, r);
    if (json_type(v) != JSON_OBJECT)
        return json_error(ld->d, v, "expected \"push\", \"any\", \"none\", or an object, found %s",
                          json_type_name(json_type(v)));
    if (!READ_KEYS(ld, v, "mode", "buffer", "every") || (mode && !read_mode(ld, mode, r)) ||
        !read_size(ld, v, "buffer", 1, UINT64_C(1) << 30, &size) ||
        !read_time(ld, v, "every", 1, VTIME_MAX, &r->interval))
        return false;
    r->buffer = (uint32_t)size;
    if (json_get(v, "every") && r->kind == READ_NONE)
        return json_error(ld->d, json_get(v, "every"), "who reads nothing reads nothing every so often");
    if (json_get(v, "every"))
        r->kind = READ_PACED;
    return true;
}

/* --- when --- */

static bool when_object(struct load *ld, const struct json_value *v, struct sc_step *s)
{
    static const char *const keys[] = {"state", "data", "acked"};
    int which, row;

    if (!read_keys(ld, v, keys, ARRAY_LEN(keys)) || (which = read_one_of(ld, v, keys, ARRAY_LEN(keys))) < 0)
        return false;
    if (which == 0) {
        row = read_row(ld, json_get(v, "state"), "state", name_state, TCP_STATES, 0);
        s->on = ON_STATE;
        s->state = (enum tcp_state)row;
        return row >= 0;
    }
    s->on = which == 1 ? ON_DATA : ON_ACKED;
    return read_size_of(ld, json_get(v, keys[which]), 1, (uint64_t)JSON_MAX_INT, &s->amount);
}

static bool load_when(struct load *ld, const struct json_value *v, struct sc_step *s)
{
    static const char *const names[] = {"established", "push",       "urgent", "acked",
                                        "closing",     "closed",     "reset",  "refused",
                                        "timeout",     "soft error", "reboot"};
    static const enum sc_trigger trigger[] = {ON_ESTABLISHED, ON_PUSH,       ON_URGENT, ON_ACKED,
                                              ON_CLOSING,     ON_CLOSED,     ON_RESET,  ON_REFUSED,
                                              ON_TIMEOUT,     ON_SOFT_ERROR, ON_REBOOT};
    int i;

    if (json_type(v) == JSON_OBJECT)
        return when_object(ld, v, s);
    if (json_type(v) != JSON_STRING)
        return json_error(
            ld->d, v,
            "expected a trigger such as \"established\", or an object with \"state\", \"data\" or \"acked\", "
            "found %s",
            json_type_name(json_type(v)));
    i = read_choice(ld, v, "trigger", names, ARRAY_LEN(names));
    if (i < 0)
        return false;
    s->on = trigger[i];
    return true;
}

static bool load_trigger(struct load *ld, const struct json_value *v, bool first, struct sc_step *s)
{
    const struct json_value *at = json_get(v, "at"), *when = json_get(v, "when"),
                            *after = json_get(v, "after");
    const struct json_value *every = json_get(v, "every");

    if (at && when)
        return json_key_error(ld->d, when, "\"at\" and \"when\" exclude each other");
    if (at && after)
        return json_key_error(ld->d, after,
                              "\"after\" counts from the step before or from \"when\", not from \"at\"");
    s->on = at || (first && !when) ? ON_AT
                                   : ON_THEN; /* the first step has none before it: it begins with the run */
    if (when && !load_when(ld, when, s))
        return false;
    if (!read_time(ld, v, "at", 0, VTIME_MAX, &s->time) ||
        !read_time(ld, v, "after", 0, VTIME_MAX, &s->time) || !read_bool(ld, v, "every", &s->every) ||
        !read_bool(ld, v, "listener", &s->on_listener))
        return false;
    if (every && !when)
        return json_key_error(ld->d, every, "\"every\" repeats a \"when\", which this step does not have");
    return true;
}

/* --- what --- */

static bool step_open(struct load *ld, const struct json_value *v, struct sc_step *s)
{
    const struct json_value *to, *from = json_get(v, "from");
    int family;

    if (!READ_KEYS(ld, v, STEP_KEYS, "to", "port", "local_port", "from", "family", "dscp", "user_timeout") ||
        !(to = json_need(v, "to", ld->d)) || !json_need(v, "port", ld->d) || !load_family(ld, v, &family) ||
        !load_address(ld, to, family, &s->to) || !read_u16(ld, v, "port", 1, 65535, &s->to_port) ||
        !read_u16(ld, v, "local_port", 1, 65535, &s->local_port) ||
        !read_u8(ld, v, "dscp", 0, 63, &s->dscp) ||
        !read_time(ld, v, "user_timeout", 0, 86400 * NS_PER_S, &s->user_timeout))
        return false;
    s->v6 = ld->address[s->to].ip.family == 6;
    return !from || load_address(ld, from, s->v6 ? 6 : 4, &s->local);
}

static bool step_listen(struct load *ld, const struct json_value *v, struct sc_step *s)
{
    const struct json_value *to = json_get(v, "to"), *from = json_get(v, "from"),
                            *remote = json_get(v, "remote_port");
    int family;

    if (!READ_KEYS(ld, v, STEP_KEYS, "port", "backlog", "family", "to", "remote_port", "from") ||
        !json_need(v, "port", ld->d) || !read_u16(ld, v, "port", 1, 65535, &s->local_port) ||
        !read_u16(ld, v, "backlog", 1, 65535, &s->backlog) || !load_family(ld, v, &family) ||
        (to && !load_address(ld, to, family, &s->to)) ||
        !read_u16(ld, v, "remote_port", 1, 65535, &s->to_port))
        return false;
    if (remote && !to)
        return json_key_error(ld->d, remote, "\"remote_port\" needs \"to\": a fully specified remote socket");
    if (to && !remote)
        return json_key_error(ld->d, to, "\"to\" needs \"remote_port\": a fully specified remote socket");
    s->v6 = to ? ld->address[s->to].ip.family == 6 : family == 6;
    return !from || load_address(ld, from, s->v6 ? 6 : 4, &s->local);
}

static bool step_send(struct load *ld, const struct json_value *v, struct sc_step *s)
{
    static const char *const what[] = {"text", "hex", "bytes"};

    s->push = true;
    if (!READ_KEYS(ld, v, STEP_KEYS, "text", "hex", "bytes", "push", "urgent") ||
        read_one_of(ld, v, what, ARRAY_LEN(what)) < 0 || !read_bool(ld, v, "push", &s->push) ||
        !read_bool(ld, v, "urgent", &s->urgent))
        return false;
    if (json_get(v, "bytes")) /* the generated pattern: costs no memory, so it may be long */
        return read_size(ld, v, "bytes", 1, UINT64_C(1) << 50, &s->bytes);
    return read_bytes(ld, v, TEXT_MAX_BYTES, &s->text, &s->text_n);
}

static bool setting_value(struct load *ld, const struct json_value *v, struct sc_step *s)
{
    int64_t min = setting_rows[s->setting].min, max = setting_rows[s->setting].max;
    uint64_t size = 0;
    bool b = false;

    switch (setting_rows[s->setting].type) {
    case SETTING_BOOL:
        if (!json_want_bool(v, &b, ld->d))
            return false;
        s->value = b;
        return true;
    case SETTING_BYTES:
        if (!read_size_of(ld, v, (uint64_t)min, (uint64_t)max, &size))
            return false;
        s->value = (int64_t)size;
        return true;
    case SETTING_TIME: return read_time_of(ld, v, min, max, &s->value);
    case SETTING_INT: return json_want_int(v, min, max, &s->value, ld->d);
    }
    return false;
}

static bool step_set(struct load *ld, const struct json_value *v, struct sc_step *s)
{
    const struct json_value *setting, *value;
    const char *names[SETTING_COUNT];
    int i;

    for (unsigned k = 0; k < SETTING_COUNT; k++)
        names[k] = setting_rows[k].name;

    if (!READ_KEYS(ld, v, STEP_KEYS, "setting", "value") || !(setting = json_need(v, "setting", ld->d)) ||
        !(value = json_need(v, "value", ld->d)))
        return false;
    i = read_choice(ld, setting, "setting", names, SETTING_COUNT);
    s->setting = (enum tcp_setting)i;
    return i >= 0 && setting_value(ld, value, s);
}

static bool load_step(struct load *ld, const struct json_value *v, bool first, struct sc_step *s)
{
    const struct json_value *what, *size;
    int action;

    s->dscp = 0xff;
    s->user_timeout = -1;
    if (!(what = json_need(v, "do", ld->d)) ||
        (action = read_choice(ld, what, "action", action_names, ARRAY_LEN(action_names))) < 0 ||
        !load_trigger(ld, v, first, s))
        return false;
    s->action = (enum sc_action)action;
    switch (s->action) {
    case DO_OPEN: return step_open(ld, v, s);
    case DO_LISTEN: return step_listen(ld, v, s);
    case DO_SEND: return step_send(ld, v, s);
    case DO_RECEIVE:
        size = json_get(v, "bytes");
        s->bytes = 4096;
        return READ_KEYS(ld, v, STEP_KEYS, "bytes") &&
               (!size || read_size_of(ld, size, 1, UINT64_C(1) << 30, &s->bytes));
    case DO_READ:
        return READ_KEYS(ld, v, STEP_KEYS, "read") && json_need(v, "read", ld->d) &&
               load_read(ld, json_get(v, "read"), &s->read);
    case DO_SET: return step_set(ld, v, s);
    case DO_CLOSE:
    case DO_ABORT:
    case DO_STATUS:
    case DO_FLUSH:
    case DO_EXIT:
    case DO_NOTHING: break;
    }
    return READ_KEYS(ld, v, STEP_KEYS);
}

/* --- applications --- */

static bool app_name(struct load *ld, const struct json_value *v, struct sc_app *a)
{
    const struct json_value *name = json_get(v, "name");

    a->name = ld->hosts.name[a->host];
    if (name && !read_name(ld, name, &a->name))
        return false;
    for (size_t i = 0; i < ld->apps.n; i++) {
        if (strcmp(ld->apps.name[i], a->name) != 0)
            continue;
        if (name)
            return json_error(ld->d, name, "another app is named \"%s\"", a->name);
        return json_error(ld->d, v, "another app is named \"%s\" already; give this one a \"name\"", a->name);
    }
    ld->apps.name[ld->apps.n++] = a->name;
    return true;
}

static bool app_behaviour(struct load *ld, const struct json_value *v, struct sc_app *a)
{
    static const char *const names[] = {"scripted", "echo", "responder", "requester"};
    static const char *const needs[] = {"request", "response", "rounds"};
    const struct json_value *behaviour = json_get(v, "behaviour");
    uint64_t request = 0, response = 0;
    int i = 0;

    if (behaviour && (i = read_choice(ld, behaviour, "behaviour", names, ARRAY_LEN(names))) < 0)
        return false;
    a->behaviour = (enum sc_behaviour)i;
    for (int k = 0; k < 3; k++) {
        bool wanted = a->behaviour == APP_REQUESTER || (a->behaviour == APP_RESPONDER && k < 2);
        const struct json_value *given = json_get(v, needs[k]);

        if (given && !wanted)
            return json_key_error(ld->d, given, "\"%s\" means nothing to a \"%s\" app", needs[k], names[i]);
        if (wanted && k < 2 && !json_need(v, needs[k], ld->d))
            return false;
    }
    a->rounds = 1;
    if (!read_size(ld, v, "request", 1, UINT32_MAX, &request) ||
        !read_size(ld, v, "response", 1, UINT32_MAX, &response) ||
        !read_u32(ld, v, "rounds", 1, UINT32_MAX, &a->rounds))
        return false;
    a->request = (uint32_t)request;
    a->response = (uint32_t)response;
    if (a->behaviour != APP_REQUESTER)
        a->rounds = 0;
    return true;
}

static bool load_app(struct load *ld, const struct json_value *v, struct sc_app *a)
{
    const struct json_value *host, *script;
    struct sc_step *step;

    if (!READ_KEYS(ld, v, "host", "name", "behaviour", "request", "response", "rounds", "count", "stagger",
                   "read", "script", "comment"))
        return false;
    if (!(host = json_need(v, "host", ld->d)) || !read_host(ld, host, &a->host))
        return false;
    if (ld->host[a->host].raw)
        return json_error(ld->d, host,
                          "\"%s\" is a raw peer: it has a script of segments and no TCP for an app to call",
                          ld->hosts.name[a->host]);
    a->count = 1;
    if (!app_name(ld, v, a) || !app_behaviour(ld, v, a) || !read_u32(ld, v, "count", 1, 1000000, &a->count) ||
        !read_time(ld, v, "stagger", 0, VTIME_MAX, &a->stagger) ||
        !load_read(ld, json_get(v, "read"), &a->read))
        return false;
    if (!(script = json_need(v, "script", ld->d)) || !read_array(ld, script, 1, STEPS_MAX, "steps"))
        return false;
    step = NEW(ld->m, json_length(script), struct sc_step);
    JSON_EACH(one, script)
    {
        if (!json_want(one, JSON_OBJECT, ld->d) || !load_step(ld, one, a->n_steps == 0, &step[a->n_steps]))
            return false;
        a->n_steps++;
    }
    a->step = step;
    return true;
}

bool load_apps(struct load *ld, const struct json_value *v)
{
    struct sc_app *a;
    uint32_t i = 0;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, 10000, "apps"))
        return false;
    a = NEW(ld->m, json_length(v), struct sc_app);
    ld->apps.name = NEW(ld->m, json_length(v), const char *);
    JSON_EACH(app, v)
    {
        if (!load_app(ld, app, &a[i++]))
            return false;
    }
    ld->l->scenario.app = a;
    ld->l->scenario.n_apps = i;
    return true;
}
