/* The frame of a script: flags, shell line, events, shell line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/packetdrill/host_option.h"
#include "sim/packetdrill/internal.h"
#include "sim/packetdrill/run.h"

/* ---- the head ---- */

enum flag_use { USED, IGNORED, REFUSED };

static const struct known_flag {
    const char *name;
    bool has_value;
    enum flag_use use;
    const char *why; /* REFUSED: what it asks for */
} known_flags[] = {
    {"ip_version", true, USED, NULL},
    {"tolerance_usecs", true, USED, NULL},
    {"tolerance_percent", true, USED, NULL},
    {"mtu", true, USED, NULL},
    {"mss", true, IGNORED, NULL},
    {"bind_port", true, USED, NULL},
    {"connect_port", true, USED, NULL},
    {"tcp_ts_tick_usecs", true, USED, NULL},
    {"tcp_ts_ecr_scaled", false, USED, NULL},
    {"local_ip", true, USED, NULL},
    {"remote_ip", true, USED, NULL},
    {"strict_segments", false, USED, NULL},
    {"non_fatal", true, USED, NULL},
    {"send_omit_free", false, USED, NULL},
    {"define", true, USED, NULL},
    {"stack", true, USED, NULL}, /* this one and the next are additions of ours */
    {"tcp", true, USED, NULL},
    {"code_command", true, IGNORED, NULL},
    {"code_format", true, IGNORED, NULL},
    {"code_sockopt", true, IGNORED, NULL},
    {"local_linklocal_ip", true, IGNORED, NULL},
    {"gateway_ip", true, IGNORED, NULL},
    {"gateway_linklocal_ip", true, IGNORED, NULL},
    {"netmask_ip", true, IGNORED, NULL},
    {"speed", true, IGNORED, NULL},
    {"dry_run", false, IGNORED, NULL},
    {"is_anyip", false, IGNORED, NULL},
    {"debug", false, IGNORED, NULL},
    {"verbose", false, IGNORED, NULL},
    {"tun_dev", true, IGNORED, NULL},
    {"persistent_tun_dev", false, IGNORED, NULL},
    {"no_cleanup", false, IGNORED, NULL},
    {"init_scripts", true, REFUSED, "scripts to be run first"},
    {"wire_client", false, REFUSED, "tests over a wire"},
    {"wire_server", false, REFUSED, "tests over a wire"},
    {"wire_server_ip", true, REFUSED, "tests over a wire"},
    {"wire_server_at", true, REFUSED, "tests over a wire"},
    {"wire_server_port", true, REFUSED, "tests over a wire"},
    {"wire_client_dev", true, REFUSED, "tests over a wire"},
    {"wire_server_dev", true, REFUSED, "tests over a wire"},
    {"so_filename", true, REFUSED, "a library under test"},
    {"so_flags", true, REFUSED, "a library under test"},
    {"tcp_md5_secret", true, REFUSED, "TCP-MD5 (RFC 2385)"},
    {"udp_encapsulation", true, REFUSED, "TCP in UDP"},
    {"psp_udp_port", true, REFUSED, "PSP"},
};

static bool flag_number(struct parser *p, const struct pkt_flag *f, int64_t least, int64_t most,
                        int64_t *value)
{
    char *end;
    long long v;

    errno = 0;
    v = strtoll(f->value, &end, 10);
    if (errno != 0 || end == f->value || *end || v < least || v > most)
        return parse_fail(p, f->value_at, "expected a number from %lld to %lld behind --%s=, not \"%s\"",
                          (long long)least, (long long)most, f->name, f->value);
    *value = v;
    return true;
}

static bool flag_family(struct parser *p, const struct pkt_flag *f)
{
    enum pkt_family *family = &p->s->config.family;

    if (strcmp(f->value, "ipv4") == 0)
        *family = PKT_IPV4;
    else if (strcmp(f->value, "ipv6") == 0)
        *family = PKT_IPV6;
    else if (strcmp(f->value, "ipv4-mapped-ipv6") == 0 || strcmp(f->value, "ipv4_mapped_ipv6") == 0)
        *family = PKT_MAPPED;
    else
        return parse_fail(p, f->value_at, "expected ipv4, ipv6 or ipv4-mapped-ipv6, not \"%s\"", f->value);
    return true;
}

static bool flag_non_fatal(struct parser *p, const struct pkt_flag *f)
{
    for (const char *v = f->value; *v;) {
        const size_t n = strcspn(v, ", ");
        if (n == 6 && memcmp(v, "packet", 6) == 0)
            p->s->config.non_fatal_packet = true;
        else if (n == 7 && memcmp(v, "syscall", 7) == 0)
            p->s->config.non_fatal_syscall = true;
        else
            return parse_fail(p, f->value_at, "expected packet or syscall, or both with a comma, not \"%s\"",
                              f->value);
        v += n;
        v += strspn(v, ", ");
    }
    return true;
}

/* tolerance_percent=1.5 in millionths. */
static bool flag_percent(struct parser *p, const struct pkt_flag *f)
{
    int64_t v = 0, unit = 10000;
    const char *s = f->value;
    bool digits = false;

    for (; *s >= '0' && *s <= '9' && v < 1000000; s++, digits = true)
        v = v * 10 + (*s - '0') * 10000;
    if (*s == '.')
        for (s++; *s >= '0' && *s <= '9'; s++, digits = true)
            v += (*s - '0') * (unit /= 10);
    if (!digits || *s || v > 1000000)
        return parse_fail(p, f->value_at, "expected a percentage from 0 to 100, not \"%s\"", f->value);
    p->s->config.tolerance_ppm = v;
    return true;
}

static bool names_something(const char *definition)
{
    return *definition && *definition != '=' && !(*definition >= '0' && *definition <= '9');
}

static bool flag_define(struct parser *p, const char *text)
{
    const char *equals = strchr(text, '=');

    if (equals)
        return lex_define(p, text, (size_t)(equals - text), equals + 1, strlen(equals + 1));
    return lex_define(p, text, strlen(text), NULL, 0);
}

static bool flag_stack(struct parser *p, const struct pkt_flag *f)
{
    if (pkt_stack_find(f->value) < 0)
        return parse_fail(p, f->value_at, "expected rfc, linux or freebsd, not \"%s\"", f->value);
    return true;
}

/* Tried here, used when the hosts are made. */
static bool flag_tcp(struct parser *p, const struct pkt_flag *f)
{
    struct tcp_options scratch;
    const char *expected;

    tcp_options_default(&scratch);
    expected = host_option_set(&scratch, f->value);
    if (expected)
        return parse_fail(p, f->value_at, "expected %s, not \"%s\"", expected, f->value);
    return true;
}

static bool use_flag(struct parser *p, const struct pkt_flag *f)
{
    struct pkt_config *c = &p->s->config;
    int64_t v = 0;
    bool ok = true;

    if (strcmp(f->name, "ip_version") == 0)
        return flag_family(p, f);
    if (strcmp(f->name, "non_fatal") == 0)
        return flag_non_fatal(p, f);
    if (strcmp(f->name, "tolerance_percent") == 0)
        return flag_percent(p, f);
    if (strcmp(f->name, "stack") == 0)
        return flag_stack(p, f);
    if (strcmp(f->name, "tcp") == 0)
        return flag_tcp(p, f);
    if (strcmp(f->name, "define") == 0)
        ok = names_something(f->value)
                 ? flag_define(p, f->value)
                 : parse_fail(p, f->value_at, "expected NAME=VALUE, not \"%s\"", f->value);
    else if (strcmp(f->name, "local_ip") == 0)
        c->local_ip = f->value;
    else if (strcmp(f->name, "remote_ip") == 0)
        c->remote_ip = f->value;
    else if (strcmp(f->name, "strict_segments") == 0)
        c->strict_segments = true;
    else if (strcmp(f->name, "tcp_ts_ecr_scaled") == 0)
        c->ts_ecr_scaled = true;
    else if (strcmp(f->name, "send_omit_free") == 0)
        c->send_omit_free = true;
    else if (strcmp(f->name, "tolerance_usecs") == 0 && (ok = flag_number(p, f, 0, 1000000000, &v)))
        c->tolerance_ns = v * NS_PER_US;
    else if (strcmp(f->name, "tcp_ts_tick_usecs") == 0 && (ok = flag_number(p, f, 0, 1000000, &v)))
        c->ts_tick_ns = v * NS_PER_US;
    else if (strcmp(f->name, "mtu") == 0 && (ok = flag_number(p, f, 68, 65535, &v)))
        c->mtu = (int32_t)v;
    else if (strcmp(f->name, "bind_port") == 0 && (ok = flag_number(p, f, 1, 65535, &v)))
        c->bind_port = (int32_t)v;
    else if (strcmp(f->name, "connect_port") == 0 && (ok = flag_number(p, f, 1, 65535, &v)))
        c->connect_port = (int32_t)v;
    return ok;
}

/* Once the head is read: only then is the family known that the addresses have to be of. */
static bool check_addresses(struct parser *p)
{
    const uint8_t family = p->s->config.family == PKT_IPV6 ? 6 : 4;
    struct ip_addr a;

    for (size_t i = 0; i < p->s->n_flags; i++) {
        const struct pkt_flag *f = &p->s->flag[i];

        if (strcmp(f->name, "local_ip") != 0 && strcmp(f->name, "remote_ip") != 0)
            continue;
        if (!ip_parse(f->value, &a) || a.family != family)
            return parse_fail(p, f->value_at, "expected an IPv%u address behind --%s=, not \"%s\"", family,
                              f->name, f->value);
    }
    return true;
}

static const struct known_flag *known_flag(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(known_flags); i++)
        if (strcmp(known_flags[i].name, name) == 0)
            return &known_flags[i];
    return NULL;
}

static bool parse_flag(struct parser *p, size_t *cap)
{
    struct pkt_flag f = {.at = p->t.at, .name = p->t.text};
    const struct known_flag *k = known_flag(f.name);

    if (!k)
        return parse_fail(p, f.at, "--%s is no flag of packetdrill", f.name);
    if (k->use == REFUSED)
        return parse_refuse(p, f.at, "--%s (%s)", f.name, k->why);
    if (!lex_flag_value(p, &f.value, &f.value_at))
        return false;
    if (k->has_value && !f.value)
        return parse_fail(p, f.value_at, "expected = and a value behind --%s", f.name);
    if (k->use == USED && !use_flag(p, &f))
        return false;
    p->s->flag = memory_more(p->m, p->s->flag, p->s->n_flags, cap, sizeof f);
    p->s->flag[p->s->n_flags++] = f;
    return true;
}

/* ---- times ---- */

static bool one_time(struct parser *p, vtime *t)
{
    *t = 0;
    if (p->t.kind != TOKEN_INT && p->t.kind != TOKEN_DECIMAL)
        return parse_expected(p, "a time in seconds");
    if (p->t.time < 0)
        return parse_fail(p, p->t.at, "expected a time from 0 to %lld seconds, not %s",
                          (long long)(VTIME_MAX / NS_PER_S), token_shown(p));
    *t = p->t.time;
    return lex_next(p);
}

static bool range_end(struct parser *p, struct pkt_time *t)
{
    const struct pkt_place at = p->t.at;

    if (t->kind == PKT_TIME_RELATIVE && !token_need(p, '+', "+ and a time (the range began with +)"))
        return false;
    if (!one_time(p, &t->to))
        return false;
    if (t->to < t->from)
        return parse_fail(p, at, "this range ends before it begins");
    t->kind = t->kind == PKT_TIME_RELATIVE ? PKT_TIME_RELATIVE_RANGE : PKT_TIME_ABSOLUTE_RANGE;
    return true;
}

/* A time; *end is -1, or where a blocking call ends. */
static bool parse_time(struct parser *p, struct pkt_time *t, vtime *end)
{
    *end = -1;
    if (token_take(p, '*')) {
        t->kind = PKT_TIME_ANY;
        return true;
    }
    t->kind = token_take(p, '+') ? PKT_TIME_RELATIVE : PKT_TIME_ABSOLUTE;
    if (p->t.kind != TOKEN_INT && p->t.kind != TOKEN_DECIMAL && t->kind == PKT_TIME_ABSOLUTE)
        return parse_expected(p, "an event (which begins with its time: 1.5, +.1, * or +0~+.2)");
    if (!one_time(p, &t->from))
        return false;
    t->to = t->from;
    if (token_take(p, '~'))
        return range_end(p, t);
    if (p->t.kind == TOKEN_ELLIPSIS) {
        lex_next(p);
        const struct pkt_place at = p->t.at;
        if (!one_time(p, end))
            return false;
        if (*end < t->from)
            return parse_fail(p, at, "this call would return before it begins");
    }
    return p->outcome == SCRIPT_OK;
}

/* ---- events ---- */

static bool parse_action(struct parser *p, struct pkt_event *e)
{
    if (token_is(p, '<') || token_is(p, '>')) {
        e->kind = PKT_EVENT_PACKET;
        e->u.packet = parse_packet(p);
    } else if (p->t.kind == TOKEN_WORD) {
        e->kind = PKT_EVENT_CALL;
        e->u.call = parse_call(p);
    } else if (p->t.kind == TOKEN_SHELL) {
        e->kind = PKT_EVENT_SHELL;
        e->u.shell = parse_shell(p);
    } else if (p->t.kind == TOKEN_CODE) {
        e->kind = PKT_EVENT_CODE;
        e->u.code = parse_code(p);
    } else {
        return parse_expected(p, "a packet (< or >), a call, `a shell line` or %{ code }%");
    }
    return p->outcome == SCRIPT_OK;
}

static bool parse_event(struct parser *p, struct pkt_event *e)
{
    vtime end;
    bool outbound;

    e->at = p->t.at;
    if (!parse_time(p, &e->time, &end) || !parse_action(p, e))
        return false;
    e->end = p->end;
    outbound = e->kind == PKT_EVENT_PACKET && e->u.packet->direction == PKT_OUT;
    if (e->time.kind == PKT_TIME_ANY && !outbound)
        return parse_fail(p, e->at, "the time * is for expected packets (>) only");
    if (e->time.kind >= PKT_TIME_ABSOLUTE_RANGE && !outbound)
        return parse_fail(p, e->at, "a range of times is for expected packets (>) only");
    if (end >= 0 && e->kind != PKT_EVENT_CALL)
        return parse_fail(p, e->at, "start...end is for calls only");
    if (end >= 0) {
        e->u.call->blocking = true;
        e->u.call->end = end;
    }
    return true;
}

static bool parse_events(struct parser *p)
{
    struct script *s = p->s;
    size_t cap = 0;

    while (p->outcome == SCRIPT_OK && p->t.kind != TOKEN_END && p->t.kind != TOKEN_SHELL) {
        if (s->n_events == SCRIPT_EVENTS_MAX)
            return parse_fail(p, p->t.at, "too many events; at most %d", SCRIPT_EVENTS_MAX);
        s->event = memory_more(p->m, s->event, s->n_events, &cap, sizeof *s->event);
        if (!parse_event(p, &s->event[s->n_events]))
            return false;
        s->n_events++;
    }
    return p->outcome == SCRIPT_OK;
}

static bool parse_script(struct parser *p)
{
    struct script *s = p->s;
    size_t cap = 0;

    if (!lex_check(p) || !lex_next(p))
        return false;
    while (p->t.kind == TOKEN_FLAG)
        if (!parse_flag(p, &cap))
            return false;
    if (!check_addresses(p))
        return false;
    if (p->t.kind == TOKEN_SHELL && !(s->init = parse_shell(p)))
        return false;
    if (p->t.kind == TOKEN_SHELL)
        return parse_fail(p, p->t.at,
                          "a second shell line without a time; put both into one, or give it a time");
    if (p->t.kind == TOKEN_END)
        return parse_fail(p, p->t.at, "this script has no event");
    if (!parse_events(p))
        return false;
    if (p->t.kind == TOKEN_SHELL && !(s->cleanup = parse_shell(p)))
        return false;
    if (p->t.kind != TOKEN_END)
        return parse_expected(p, "the end (a shell line without a time stands first or last)");
    return p->outcome == SCRIPT_OK;
}

/* ---- from outside ---- */

static bool holds(const char *text, size_t n, const char *word)
{
    const size_t m = strlen(word);

    for (const char *at = text; n >= m && (at = memchr(at, word[0], n - (size_t)(at - text))); at++)
        if (n - (size_t)(at - text) < m)
            return false;
        else if (memcmp(at, word, m) == 0)
            return true;
    return false;
}

static bool holds_any(const char *text, size_t n, const char *const *word)
{
    for (; *word; word++)
        if (holds(text, n, *word))
            return true;
    return false;
}

/* By what shell lines name; else FreeBSD, if a name is used that only FreeBSD has. */
static enum pkt_os guess(const char *text, size_t n)
{
    static const char *const freebsd[] = {"net.inet.", "net.inet6.", "kern.ipc.", "sockstat", NULL};
    static const char *const is_linux[] = {"net.ipv4.", "net.ipv6.",   "net.core.",
                                           "net/ipv4/", "defaults.sh", NULL};
    static const char *const names[] = {"TCP_NOOPT",        "TCP_NOPUSH", "TCP_KEEPINIT", "TCP_MAXUNACKTIME",
                                        "TCP_FUNCTION_BLK", "FIONSPACE",  "SO_NOSIGPIPE", NULL};

    if (holds_any(text, n, freebsd))
        return PKT_FREEBSD;
    if (holds_any(text, n, is_linux))
        return PKT_LINUX;
    return holds_any(text, n, names) ? PKT_FREEBSD : PKT_LINUX;
}

static void start(struct parser *p, const struct script_options *o)
{
    struct script *s = p->s;

    s->config = (struct pkt_config){.tolerance_ns = -1,
                                    .tolerance_ppm = -1,
                                    .mtu = -1,
                                    .bind_port = -1,
                                    .connect_port = -1,
                                    .ts_tick_ns = -1};
    s->os = o && o->os != PKT_OS_GUESS ? o->os : guess(p->text, p->n);
    flag_define(p, s->os == PKT_FREEBSD ? "FreeBSD" : "Linux");
    for (size_t i = 0; o && i < o->n_defines; i++)
        flag_define(p, o->define[i]);
    if (p->n >= 3 && memcmp(p->text, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
        p->pos = 3;
}

enum script_outcome script_parse(const char *path, const char *text, size_t n, const struct script_options *o,
                                 struct script **out, struct diag *d)
{
    struct script_memory *m;
    struct parser p;

    *out = NULL;
    if (n > SCRIPT_BYTES_MAX) {
        diag_set(d, path, 0, 0, "this script is too large: %zu bytes, at most %d", n, SCRIPT_BYTES_MAX);
        return SCRIPT_WRONG;
    }
    m = memory_new();
    p = (struct parser){.s = memory_get(m, sizeof *p.s), .m = m, .d = d, .n = n, .here = {1, 1}};
    p.s->memory = m;
    p.s->path = memory_text(m, path, strlen(path));
    p.s->source = p.text = memory_text(m, text, n);
    p.s->source_len = n;
    start(&p, o);
    if (!parse_script(&p)) {
        CHECK(p.outcome != SCRIPT_OK);
        memory_free(m);
        return p.outcome;
    }
    *out = p.s;
    return SCRIPT_OK;
}

static bool read_all(FILE *f, struct sbuf *b)
{
    size_t n;

    do {
        sbuf_reserve(b, 1 << 14);
        n = fread(b->s + b->len, 1, b->cap - b->len, f);
        b->len += n;
    } while (n > 0 && b->len <= SCRIPT_BYTES_MAX);
    return !ferror(f);
}

enum script_outcome script_load(const char *path, const struct script_options *o, struct script **out,
                                struct diag *d)
{
    const bool standard = strcmp(path, "-") == 0;
    enum script_outcome outcome = SCRIPT_WRONG;
    struct sbuf b = SBUF_INIT;
    FILE *f = standard ? stdin : fopen(path, "rb");

    *out = NULL;
    if (standard)
        path = "<stdin>";
    if (!f) {
        diag_set(d, path, 0, 0, "%s", strerror(errno));
        return SCRIPT_WRONG;
    }
    if (read_all(f, &b))
        outcome = script_parse(path, sbuf_str(&b), b.len, o, out, d);
    else
        diag_set(d, path, 0, 0, "%s", strerror(errno));
    if (!standard)
        fclose(f);
    sbuf_free(&b);
    return outcome;
}

void script_free(struct script *s)
{
    if (s)
        memory_free(s->memory);
}

const char *script_flag(const struct script *s, const char *name)
{
    for (size_t i = s->n_flags; i-- > 0;)
        if (strcmp(s->flag[i].name, name) == 0)
            return s->flag[i].value ? s->flag[i].value : "";
    return NULL;
}

const char *script_line(const struct script *s, int line, size_t *len)
{
    const char *at = s->source, *end = s->source + s->source_len, *stop;

    *len = 0;
    for (int i = 1; i < line && at < end; i++) {
        stop = memchr(at, '\n', (size_t)(end - at));
        at = stop ? stop + 1 : end;
    }
    if (line < 1 || at == end)
        return end;
    stop = memchr(at, '\n', (size_t)(end - at));
    *len = (size_t)((stop ? stop : end) - at);
    if (*len > 0 && at[*len - 1] == '\r')
        --*len;
    return at;
}
