#include "sim/lesson/internal.h"

#include <string.h>

#include "sim/lesson/units.h"

#define NTH_MAX 1000000000u

/* --- which segments --- */

/* 2, [2, 5], or [2, "end"] */
static bool read_nth(struct load *ld, const struct json_value *v, struct sc_match *m)
{
    const struct json_value *to;
    const char *end;
    int64_t a, b;

    if (!v)
        return true;
    if (json_int(v, &a)) {
        if (!json_want_int(v, 1, NTH_MAX, &a, ld->d))
            return false;
        m->nth_from = m->nth_to = (uint32_t)a;
        return true;
    }
    if (json_type(v) != JSON_ARRAY || json_length(v) != 2)
        return json_error(ld->d, v, "expected a number from 1, or a range such as [2, 5] or [2, \"end\"]");
    to = json_at(v, 1);
    if (!json_want_int(json_at(v, 0), 1, NTH_MAX, &a, ld->d))
        return false;
    end = json_string(to);
    if (end && strcmp(end, "end") == 0) {
        b = UINT32_MAX;
    } else if (!json_int(to, &b)) {
        return json_error(ld->d, to, "expected a number or \"end\"");
    } else if (!json_want_int(to, a, NTH_MAX, &b, ld->d)) {
        return false;
    }
    m->nth_from = (uint32_t)a;
    m->nth_to = (uint32_t)b;
    return true;
}

static bool read_either(struct load *ld, const struct json_value *obj, const char *key, int8_t *out)
{
    bool b = *out == 1;

    if (!json_get(obj, key))
        return true;
    if (!read_bool(ld, obj, key, &b))
        return false;
    *out = b;
    return true;
}

bool load_match(struct load *ld, const struct json_value *obj, bool exact, bool counted, struct sc_match *out)
{
    const struct json_value *from = json_get(obj, "from"), *to = json_get(obj, "to"),
                            *flags = json_get(obj, "flags");

    *out = (struct sc_match){.from = SC_ANY,
                             .to = SC_ANY,
                             .data = -1,
                             .retransmission = -1,
                             .after = VTIME_NEVER,
                             .before = VTIME_NEVER,
                             .ctl_exact = exact};
    if ((from && !read_host(ld, from, &out->from)) || (to && !read_host(ld, to, &out->to)))
        return false;
    if (!read_flags(ld, obj, "flags", &out->ctl_set) || !read_flags(ld, obj, "not_flags", &out->ctl_clear) ||
        !read_bool(ld, obj, "exact", &out->ctl_exact) || !read_either(ld, obj, "data", &out->data) ||
        !read_either(ld, obj, "retransmission", &out->retransmission) ||
        !read_u16(ld, obj, "port", 1, 65535, &out->port))
        return false;
    if (json_get(obj, "exact") && !flags)
        return json_error(ld->d, json_get(obj, "exact"),
                          "\"exact\" is about \"flags\", which this object does not have");
    if (!flags)
        out->ctl_exact = false;
    if (out->ctl_set & out->ctl_clear)
        return json_error(ld->d, json_get(obj, "not_flags"),
                          "the same flag is both in \"flags\" and in \"not_flags\"");
    if (!counted)
        return true;
    if (!read_nth(ld, json_get(obj, "nth"), out) || !read_time(ld, obj, "after", 0, VTIME_MAX, &out->after) ||
        !read_time(ld, obj, "before", 0, VTIME_MAX, &out->before))
        return false;
    if (out->after != VTIME_NEVER && out->before <= out->after)
        return json_error(ld->d, json_get(obj, "before"),
                          "\"before\" is not later than \"after\": no segment could agree");
    return true;
}

/* --- faults --- */

static bool load_fault(struct load *ld, const struct json_value *v, struct sc_fault *f)
{
    static const char *const kinds[] = {"drop", "delay", "duplicate", "corrupt", "mark"};
    static const enum sc_fault_kind kind_of[] = {FAULT_DROP, FAULT_DELAY, FAULT_DUPLICATE, FAULT_CORRUPT,
                                                 FAULT_MARK};
    const struct json_value *match;
    int kind;

    if (!json_want(v, JSON_OBJECT, ld->d))
        return false;
    kind = read_one_of(ld, v, kinds, ARRAY_LEN(kinds));
    if (kind < 0)
        return false;
    f->kind = kind_of[kind];
    f->bit = UINT32_MAX;
    f->copies = 1;
    switch (f->kind) {
    case FAULT_DROP:
        if (!READ_KEYS(ld, v, "drop", "name", "comment"))
            return false;
        break;
    case FAULT_DELAY:
        if (!READ_KEYS(ld, v, "delay", "by", "name", "comment") || !json_need(v, "by", ld->d) ||
            !read_time(ld, v, "by", 1, VTIME_MAX, &f->amount))
            return false;
        break;
    case FAULT_DUPLICATE:
        if (!READ_KEYS(ld, v, "duplicate", "copies", "by", "name", "comment") ||
            !read_u32(ld, v, "copies", 1, 1000, &f->copies) ||
            !read_time(ld, v, "by", 0, VTIME_MAX, &f->amount))
            return false;
        break;
    case FAULT_CORRUPT:
        if (!READ_KEYS(ld, v, "corrupt", "bit", "name", "comment") ||
            !read_u32(ld, v, "bit", 0, 524279, &f->bit))
            return false;
        break;
    case FAULT_MARK:
        if (!READ_KEYS(ld, v, "mark", "name", "comment"))
            return false;
        break;
    }
    match = json_get(v, kinds[kind]);
    if (!READ_KEYS(ld, match, MATCH_COUNTED_KEYS, "comment") ||
        !load_match(ld, match, false, true, &f->match) || !read_string(ld, v, "name", &f->name))
        return false;
    if (!f->name)
        f->name = kinds[kind];
    return true;
}

bool load_faults(struct load *ld, const struct json_value *v)
{
    struct sc_fault *f;
    uint32_t i = 0;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, 10000, "faults"))
        return false;
    f = NEW(ld->m, json_length(v), struct sc_fault);
    JSON_EACH(fault, v)
    {
        if (!load_fault(ld, fault, &f[i++]))
            return false;
    }
    ld->l->scenario.fault = f;
    ld->l->scenario.n_faults = i;
    return true;
}

/* --- ICMP --- */

static const struct {
    const char *name;
    uint8_t type, code;
} icmp_types[] = {
    {"network unreachable", 3, 0},
    {"host unreachable", 3, 1},
    {"protocol unreachable", 3, 2},
    {"port unreachable", 3, 3},
    {"fragmentation needed", 3, 4},
    {"source route failed", 3, 5},
    {"administratively prohibited", 3, 13},
    {"source quench", 4, 0},
    {"time exceeded", 11, 0},
    {"reassembly time exceeded", 11, 1},
    {"parameter problem", 12, 0},
};

bool load_icmp(struct load *ld, const struct json_value *obj, struct icmp_error *out)
{
    const struct json_value *type = json_need(obj, "type", ld->d), *code = json_get(obj, "code");
    const char *names[ARRAY_LEN(icmp_types)];
    int i;

    if (!type || !read_u16(ld, obj, "mtu", 68, 65535, &out->mtu))
        return false;
    if (json_type(type) == JSON_NUMBER)
        return read_u8(ld, obj, "type", 0, 255, &out->type) && read_u8(ld, obj, "code", 0, 255, &out->code);
    for (size_t k = 0; k < ARRAY_LEN(icmp_types); k++)
        names[k] = icmp_types[k].name;
    i = read_choice(ld, type, "ICMP type", names, ARRAY_LEN(names));
    if (i < 0)
        return false;
    if (code)
        return json_error(ld->d, code, "\"code\" is for a type given as a number; \"%s\" says it all",
                          names[i]);
    out->type = icmp_types[i].type;
    out->code = icmp_types[i].code;
    return true;
}

/* --- events --- */

static const char *const event_kinds_names[] = {"crash", "reboot",    "cut",     "join",
                                                "link",  "link_down", "link_up", "icmp"};

static bool read_direction(struct load *ld, const struct json_value *v, uint8_t *out)
{
    static const char *const names[] = {"forward", "backward", "both"};
    const struct json_value *dir = json_get(v, "direction");
    int i = 2;

    if (dir)
        i = read_choice(ld, dir, "direction", names, ARRAY_LEN(names));
    *out = (uint8_t)i;
    return i >= 0;
}

static bool event_icmp(struct load *ld, const struct json_value *v, struct sc_event *e)
{
    const struct json_value *from, *to;
    int64_t seq = 0;

    if (!READ_KEYS(ld, v, ICMP_KEYS, "from", "to", "seq") || !load_icmp(ld, v, &e->icmp) ||
        !(from = json_need(v, "from", ld->d)) || !(to = json_need(v, "to", ld->d)) ||
        !read_host(ld, from, &e->host) || !read_host(ld, to, &e->to) ||
        !read_int(ld, v, "seq", INT32_MIN, INT32_MAX, &seq))
        return false;
    e->seq_offset = (int32_t)seq;
    return true;
}

/* One event; `set` is the object with a link's new parameters, read later, in the order of time. */
static bool load_event_row(struct load *ld, const struct json_value *v, struct sc_event *e,
                           const struct json_value **set)
{
    int k, link;

    if (!json_want(v, JSON_OBJECT, ld->d))
        return false;
    k = read_one_of(ld, v, event_kinds_names, ARRAY_LEN(event_kinds_names));
    if (k < 0)
        return false;
    e->kind = (enum sc_event_kind)k;
    *set = NULL;
    switch (e->kind) {
    case EVENT_CRASH:
    case EVENT_REBOOT:
    case EVENT_CUT:
    case EVENT_JOIN:
        if (!READ_KEYS(ld, v, "at", event_kinds_names[k], "comment") ||
            !read_host(ld, json_get(v, event_kinds_names[k]), &e->host))
            return false;
        break;
    case EVENT_LINK:
    case EVENT_LINK_DOWN:
    case EVENT_LINK_UP:
        if (e->kind == EVENT_LINK ? !READ_KEYS(ld, v, "at", "link", "set", "direction", "comment")
                                  : !READ_KEYS(ld, v, "at", event_kinds_names[k], "direction", "comment"))
            return false;
        link = read_choice(ld, json_get(v, event_kinds_names[k]), "link", ld->links.name, ld->links.n);
        if (link < 0 || !read_direction(ld, v, &e->dir))
            return false;
        e->link = (uint16_t)link;
        if (e->kind == EVENT_LINK &&
            (!(*set = json_need(v, "set", ld->d)) || !READ_KEYS(ld, *set, PATH_KEYS)))
            return false;
        break;
    case EVENT_ICMP:
        if (!READ_KEYS(ld, v, "at", "icmp", "comment") || !event_icmp(ld, json_get(v, "icmp"), e))
            return false;
        break;
    }
    return json_need(v, "at", ld->d) && read_time(ld, v, "at", 0, VTIME_MAX, &e->at);
}

struct event_row {
    struct sc_event e;
    const struct json_value *set;
};

/* By time; what stands first in the file comes first at the same time. */
static void sort_events(struct event_row *row, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        struct event_row r = row[i];
        uint32_t j = i;

        for (; j > 0 && row[j - 1].e.at > r.e.at; j--)
            row[j] = row[j - 1];
        row[j] = r;
    }
}

bool load_events(struct load *ld, const struct json_value *v)
{
    struct sc_link *now; /* the links as the events change them */
    struct event_row *row;
    struct sc_event *out;
    uint32_t n = 0, n_out = 0;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, 10000, "events"))
        return false;
    row = NEW(ld->m, json_length(v), struct event_row);
    out = NEW(ld->m, 2 * json_length(v), struct sc_event);
    JSON_EACH(event, v)
    {
        if (!load_event_row(ld, event, &row[n].e, &row[n].set))
            return false;
        n++;
    }
    sort_events(row, n);
    now = NEW(ld->m, ld->links.n, struct sc_link);
    if (ld->links.n)
        memcpy(now, ld->link, ld->links.n * sizeof *now);
    for (uint32_t i = 0; i < n; i++) {
        for (uint8_t dir = 0; row[i].set && dir < 2;
             dir++) { /* the two ways may differ in what is not set: two events */
            struct sc_path *p = &now[row[i].e.link].path[dir];

            if (row[i].e.dir != 2 && row[i].e.dir != dir)
                continue;
            if (!load_path(ld, row[i].set, p))
                return false;
            out[n_out] = row[i].e;
            out[n_out].dir = dir;
            out[n_out++].path = *p;
        }
        if (!row[i].set)
            out[n_out++] = row[i].e;
    }
    ld->l->scenario.event = out;
    ld->l->scenario.n_events = n_out;
    return true;
}

/* --- symbols --- */

static bool load_symbol(struct load *ld, const struct json_value *v, struct sc_symbol *s)
{
    static const char *const numbers[] = {"seq", "ack"};
    const struct json_value *number = json_get(v, "number");
    int i = 0;

    if (!READ_KEYS(ld, v, MATCH_COUNTED_KEYS, "number", "comment") || !load_match(ld, v, false, true, &s->of))
        return false;
    if (number && (i = read_choice(ld, number, "number", numbers, ARRAY_LEN(numbers))) < 0)
        return false;
    if (s->of.nth_from != s->of.nth_to)
        return json_error(ld->d, json_get(v, "nth"),
                          "a symbol is the number of one segment: expected one number here");
    if (s->of.nth_from == 0)
        s->of.nth_from = s->of.nth_to = 1;
    s->ack = i == 1;
    return true;
}

static bool symbol_name(struct load *ld, const struct json_value *v)
{
    const char *s = json_key(v);
    size_t n = 0;

    while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') ||
           (n > 0 && s[n] >= '0' && s[n] <= '9'))
        n++;
    if (s[n] || n == 0 || n > 8)
        return json_key_error(
            ld->d, v,
            "expected a symbol: a letter, then letters or digits, 8 in all at most, found \"%.60s\"", s);
    return true;
}

bool load_symbols(struct load *ld, const struct json_value *v)
{
    struct sc_symbol *s;
    uint32_t i = 0;

    if (!v)
        return true;
    if (!json_want(v, JSON_OBJECT, ld->d))
        return false;
    if (json_length(v) > 64)
        return json_error(ld->d, v, "expected at most 64 symbols, found %zu", json_length(v));
    s = NEW(ld->m, json_length(v), struct sc_symbol);
    ld->symbols.name = NEW(ld->m, json_length(v), const char *);
    JSON_EACH(symbol, v)
    {
        if (!symbol_name(ld, symbol) || !load_symbol(ld, symbol, &s[i]))
            return false;
        s[i].name = json_key(symbol);
        ld->symbols.name[i] = s[i].name;
        i++;
    }
    ld->symbols.n = i;
    ld->l->scenario.symbol = s;
    ld->l->scenario.n_symbols = i;
    return true;
}
