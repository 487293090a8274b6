#include "sim/lesson/internal.h"

#include <string.h>

#define STEPS_MAX 10000
#define PAYLOAD_MAX 65495u
#define WITHIN_DEFAULT (5 * NS_PER_S)

#define RAW_KEYS                                                                                             \
    "from", "sport", "dport", "flags", "seq", "ack", "absolute_seq", "absolute_ack", "win", "up", "options", \
        "text", "hex", "tos", "ttl", "comment"

/* A number that counts from an initial sequence number, or one as it stands on the wire. Kept modulo 2^32. */
static bool read_number(struct load *ld, const struct json_value *v, const char *relative,
                        const char *absolute, enum raw_number *kind, uint32_t *out)
{
    const struct json_value *r = json_get(v, relative), *a = json_get(v, absolute);
    int64_t n = 0;

    if (r && a)
        return json_key_error(ld->d, a, "\"%s\" and \"%s\" exclude each other", relative, absolute);
    if (r && !json_want_int(r, INT32_MIN, UINT32_MAX, &n, ld->d))
        return false;
    if (a && !json_want_int(a, 0, UINT32_MAX, &n, ld->d))
        return false;
    if (r || a) {
        *kind = r ? RAW_RELATIVE : RAW_ABSOLUTE;
        *out = (uint32_t)n;
    }
    return true;
}

static bool read_timestamps(struct load *ld, const struct json_value *v, struct sc_raw_step *s)
{
    bool on;

    if (!v)
        return true;
    s->opts |= SEG_TS;
    if (json_bool(v, &on)) {
        if (!on)
            s->opts &= (uint8_t)~SEG_TS;
        return true;
    }
    if (json_type(v) != JSON_OBJECT)
        return json_error(ld->d, v, "expected true, or an object with \"value\" and \"echo\"");
    return READ_KEYS(ld, v, "value", "echo") && read_int(ld, v, "value", 0, UINT32_MAX, &s->tsval) &&
           read_int(ld, v, "echo", 0, UINT32_MAX, &s->tsecr);
}

static bool read_sack(struct load *ld, const struct json_value *v, struct sc_raw_step *s)
{
    if (!v)
        return true;
    if (!read_array(ld, v, 1, SEG_SACK_MAX, "blocks"))
        return false;
    s->opts |= SEG_SACK;
    JSON_EACH(block, v)
    {
        int64_t left, right;

        if (json_type(block) != JSON_ARRAY || json_length(block) != 2)
            return json_error(ld->d, block, "expected a block such as [1, 1461]");
        if (!json_want_int(json_at(block, 0), INT32_MIN, UINT32_MAX, &left, ld->d) ||
            !json_want_int(json_at(block, 1), INT32_MIN, UINT32_MAX, &right, ld->d))
            return false;
        s->sack[s->n_sack].left = (uint32_t)left;
        s->sack[s->n_sack++].right = (uint32_t)right;
    }
    return true;
}

static bool read_options(struct load *ld, const struct json_value *v, struct sc_raw_step *s)
{
    bool sack_ok = false;

    if (!v)
        return true;
    if (!READ_KEYS(ld, v, "mss", "window_scale", "timestamps", "sack_permitted", "sack") ||
        !read_u16(ld, v, "mss", 0, 65535, &s->mss) || !read_u8(ld, v, "window_scale", 0, 255, &s->ws) ||
        !read_bool(ld, v, "sack_permitted", &sack_ok))
        return false;
    s->opts_set = true;
    if (json_get(v, "mss"))
        s->opts |= SEG_MSS;
    if (json_get(v, "window_scale"))
        s->opts |= SEG_WS;
    if (sack_ok)
        s->opts |= SEG_SACK_PERM;
    return read_timestamps(ld, json_get(v, "timestamps"), s) && read_sack(ld, json_get(v, "sack"), s);
}

static bool read_i32(struct load *ld, const struct json_value *v, const char *key, int64_t max, int32_t *out)
{
    int64_t n = *out;

    if (!read_int(ld, v, key, 0, max, &n))
        return false;
    *out = (int32_t)n;
    return true;
}

/* What a segment to send and one to expect have in common. */
static bool load_segment(struct load *ld, const struct json_value *v, struct sc_raw_step *s)
{
    const struct json_value *from = json_get(v, "from"), *to = json_get(v, "to");

    if ((from && !load_address(ld, from, 0, &s->src)) || (to && !load_address(ld, to, 0, &s->dst)))
        return false;
    s->ctl_set = json_get(v, "flags") != NULL;
    return read_u16(ld, v, "sport", 1, 65535, &s->sport) && read_u16(ld, v, "dport", 1, 65535, &s->dport) &&
           read_flags(ld, v, "flags", &s->ctl) &&
           read_number(ld, v, "seq", "absolute_seq", &s->seq_kind, &s->seq) &&
           read_number(ld, v, "ack", "absolute_ack", &s->ack_kind, &s->ack) &&
           read_i32(ld, v, "win", 65535, &s->wnd) && read_i32(ld, v, "up", 65535, &s->up) &&
           read_u8(ld, v, "tos", 0, 255, &s->tos) && read_u8(ld, v, "ttl", 1, 255, &s->ttl) &&
           read_options(ld, json_get(v, "options"), s) &&
           read_bytes(ld, v, PAYLOAD_MAX, &s->payload, &s->payload_n);
}

static bool load_raw_send(struct load *ld, const struct json_value *v, struct sc_raw_step *s)
{
    const struct json_value *opt = json_get(v, "options_hex"), *whole = json_get(v, "segment_hex");
    uint32_t opt_n = 0;

    if (whole) {
        if (!READ_KEYS(ld, v, "segment_hex", "from", "to", "tos", "ttl", "comment"))
            return false;
    } else if (!READ_KEYS(ld, v, RAW_KEYS, "to", "bytes", "options_hex", "segment_hex", "reserved",
                          "bad_checksum") ||
               !json_need(v, "flags", ld->d)) {
        return false;
    }
    if (!load_segment(ld, v, s) || !read_hex(ld, v, "options_hex", SEG_OPT_MAX, &s->raw_opt, &opt_n) ||
        !read_hex(ld, v, "segment_hex", 65515, &s->raw, &s->raw_n) ||
        !read_u8(ld, v, "reserved", 0, 15, &s->rsvd) || !read_bool(ld, v, "bad_checksum", &s->bad_checksum))
        return false;
    s->raw_opt_n = (uint8_t)opt_n;
    if (opt && json_get(v, "options"))
        return json_key_error(ld->d, opt, "\"options\" and \"options_hex\" exclude each other");
    if (opt && opt_n % 4 != 0)
        return json_error(
            ld->d, opt, "expected a multiple of four bytes, as the data offset counts them, found %u", opt_n);
    return true;
}

static bool load_raw_expect(struct load *ld, const struct json_value *v, struct sc_raw_step *s)
{
    if (!READ_KEYS(ld, v, RAW_KEYS, "len") || !load_segment(ld, v, s) ||
        !read_i32(ld, v, "len", 65535, &s->len))
        return false;
    if (s->payload && s->len >= 0 && (uint32_t)s->len != s->payload_n)
        return json_error(ld->d, json_get(v, "len"), "the payload given has %u bytes", s->payload_n);
    return true;
}

static bool load_raw_icmp(struct load *ld, const struct json_value *v, struct sc_raw_step *s)
{
    int64_t seq = 0;

    if (!READ_KEYS(ld, v, ICMP_KEYS, "seq", "comment") || !load_icmp(ld, v, &s->icmp) ||
        !read_int(ld, v, "seq", INT32_MIN, INT32_MAX, &seq))
        return false;
    s->seq = (uint32_t)seq;
    s->seq_kind = RAW_RELATIVE;
    return true;
}

static bool load_raw_step(struct load *ld, const struct json_value *v, struct sc_raw_step *s)
{
    static const char *const ops[] = {"send", "expect", "silence", "icmp", "wait"};
    const struct json_value *what;
    int op;

    if (!json_want(v, JSON_OBJECT, ld->d) || (op = read_one_of(ld, v, ops, ARRAY_LEN(ops))) < 0)
        return false;
    if (op == RAW_EXPECT ? !READ_KEYS(ld, v, "expect", "within", "fresh", "at", "after", "comment")
                         : !READ_KEYS(ld, v, ops[op], "at", "after", "comment"))
        return false;
    *s = (struct sc_raw_step){
        .op = (enum raw_op)op, .at = VTIME_NEVER, .wnd = -1, .up = -1, .len = -1, .tsval = -1, .tsecr = -1};
    if (!read_time(ld, v, "at", 0, VTIME_MAX, &s->at) || !read_time(ld, v, "after", 0, VTIME_MAX, &s->after))
        return false;
    if (json_get(v, "at") && json_get(v, "after"))
        return json_key_error(ld->d, json_get(v, "after"), "\"at\" and \"after\" exclude each other");
    what = json_get(v, ops[op]);
    switch (s->op) {
    case RAW_SEND: return load_raw_send(ld, what, s);
    case RAW_EXPECT:
        s->within = WITHIN_DEFAULT;
        return read_time(ld, v, "within", 0, VTIME_MAX, &s->within) && read_bool(ld, v, "fresh", &s->fresh) &&
               load_raw_expect(ld, what, s);
    case RAW_SILENCE: return read_time_of(ld, what, 1, VTIME_MAX, &s->within);
    case RAW_ICMP: return load_raw_icmp(ld, what, s);
    case RAW_WAIT:
        if (json_get(v, "after"))
            return json_key_error(ld->d, json_get(v, "after"),
                                  "\"wait\" and \"after\" say the same: use one of them");
        return read_time_of(ld, what, 0, VTIME_MAX, &s->after);
    }
    return false;
}

static bool load_raw_one(struct load *ld, const struct json_value *v, struct sc_raw *r)
{
    const struct json_value *host, *peer = json_get(v, "peer"), *name = json_get(v, "name"), *script;
    struct sc_raw_step *step;
    int family;

    if (!READ_KEYS(ld, v, "host", "name", "iss", "port", "peer", "peer_port", "family", "script", "comment"))
        return false;
    if (!(host = json_need(v, "host", ld->d)) || !read_host(ld, host, &r->host))
        return false;
    if (ld->host[r->host].raw)
        return json_error(ld->d, host, "host \"%s\" has a raw script already", ld->hosts.name[r->host]);
    if (ld->host[r->host].router)
        return json_error(ld->d, host, "host \"%s\" is a router: it cannot be a raw peer",
                          ld->hosts.name[r->host]);
    ld->host[r->host].raw = true;
    r->name = ld->hosts.name[r->host];
    if ((name && !read_name(ld, name, &r->name)) || !read_u32(ld, v, "iss", 0, UINT32_MAX, &r->iss) ||
        !json_need(v, "port", ld->d) || !read_u16(ld, v, "port", 1, 65535, &r->port) ||
        !load_family(ld, v, &family) || (peer && !load_address(ld, peer, family, &r->peer)) ||
        !read_u16(ld, v, "peer_port", 1, 65535, &r->peer_port))
        return false;
    if (!(script = json_need(v, "script", ld->d)) || !read_array(ld, script, 1, STEPS_MAX, "steps"))
        return false;
    step = NEW(ld->m, json_length(script), struct sc_raw_step);
    JSON_EACH(one, script)
    {
        if (!load_raw_step(ld, one, &step[r->n_steps]))
            return false;
        r->n_steps++;
    }
    r->step = step;
    return true;
}

bool load_raw(struct load *ld, const struct json_value *v)
{
    struct sc_raw *r;
    uint32_t i = 0;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, SC_HOSTS_MAX, "raw peers"))
        return false;
    r = NEW(ld->m, json_length(v), struct sc_raw);
    JSON_EACH(one, v)
    {
        if (!load_raw_one(ld, one, &r[i++]))
            return false;
    }
    ld->l->scenario.raw = r;
    ld->l->scenario.n_raw = i;
    return true;
}
