/* run_shell.c: the script's shell lines, of which no shell ever hears: sysctl, listings of sockets through
 * grep and its like, and what sets a kernel up and means nothing here. */
#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/run_internal.h"

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool not_supported(struct pkt_run *r, const struct pkt_word *w)
{
    return run_fail(r, PKT_REFUSED, &w->at, "not supported: line %d: the command '%s'", w->at.line, w->text);
}

/* --- sysctl --- */

static bool assign(struct pkt_run *r, const struct pkt_word *w, const char *name, const char *value)
{
    char dotted[128];
    size_t n = strlen(name);

    if (n >= sizeof dotted)
        return not_supported(r, w);
    for (size_t i = 0; i <= n; i++)
        dotted[i] = name[i] == '/' ? '.' : name[i];
    switch (profile_sysctl(&r->host[HOST_TCP].tcp, dotted, value)) {
    case PROFILE_MAPPED:
    case PROFILE_IGNORED: return true;
    case PROFILE_BAD_VALUE:
        return run_fail(r, PKT_REFUSED, &w->at, "not supported: line %d: '%s' for %s", w->at.line, value,
                        dotted);
    case PROFILE_UNKNOWN: break;
    }
    return run_fail(r, PKT_REFUSED, &w->at, "not supported: line %d: the variable %s", w->at.line, dotted);
}

/* NAME=VALUE, or a variable that is only looked at. */
static bool variable(struct pkt_run *r, const struct pkt_word *w, const char *text)
{
    const char *eq = strchr(text, '=');
    char name[128];

    if (!eq || (size_t)(eq - text) >= sizeof name)
        return eq == NULL;
    memcpy(name, text, (size_t)(eq - text));
    name[eq - text] = '\0';
    return assign(r, w, name, eq + 1);
}

/* -e and -i: what is not there is passed over. */
static bool unknown_too(const struct pkt_run *r, const struct pkt_command *c, size_t i)
{
    struct tcp_options scratch = r->host[HOST_TCP].tcp;
    char name[128];
    const char *eq = strchr(c->word[i].text, '=');
    size_t n = eq ? (size_t)(eq - c->word[i].text) : sizeof name;

    if (n >= sizeof name || c->word[1].text[0] != '-' || !strpbrk(c->word[1].text, "ei"))
        return false;
    memcpy(name, c->word[i].text, n);
    name[n] = '\0';
    return profile_sysctl(&scratch, name, eq + 1) == PROFILE_UNKNOWN;
}

static bool do_sysctl(struct pkt_run *r, const struct pkt_command *c)
{
    for (size_t i = 1; i < c->n; i++)
        if (!c->word[i].redirect && c->word[i].text[0] != '-' && !unknown_too(r, c, i) &&
            !variable(r, &c->word[i], c->word[i].text))
            return false;
    return true;
}

/* google's set_sysctls.py: /proc/sys/net/ipv4/tcp_x=value ... */
static bool do_set_sysctls(struct pkt_run *r, const struct pkt_command *c)
{
    static const char proc[] = "/proc/sys/";

    for (size_t i = 1; i < c->n; i++) {
        const char *t = c->word[i].text;

        if (strncmp(t, proc, sizeof proc - 1) == 0)
            t += sizeof proc - 1;
        if (!c->word[i].redirect && !variable(r, &c->word[i], t))
            return false;
    }
    return true;
}

/* --- listings --- */

static void put_listing(struct pkt_run *r, bool freebsd, struct sbuf *b)
{
    for (uint32_t i = 1; i <= sock_conn_count(r->socks); i++) {
        enum tcp_state state = sock_state(r->socks, i);
        struct tcp_endpoints e;
        char name[32];

        if (state == TCP_CLOSED || !sock_endpoints(r->socks, i, &e))
            continue;
        snprintf(name, sizeof name, "%s", name_state(state));
        for (char *p = name; *p; p++)
            if (*p == '-')
                *p = '_';
        if (freebsd) { /* as sockstat and netstat name the states */
            if (state == TCP_SYN_RECEIVED)
                strcpy(name, "SYN_RCVD");
            sbuf_printf(b, "root packetdrill 1 3 tcp%c %s:%u %s:%u %s\n", e.v6 ? '6' : '4',
                        r->address[e.local].text, e.local_port, e.remote ? r->address[e.remote].text : "*",
                        e.remote_port, name);
        } else {
            sbuf_printf(b, "%s 0 0 %s:%u %s:%u users:((\"packetdrill\",pid=1,fd=3))\n",
                        state == TCP_ESTABLISHED ? "ESTAB" : name, r->address[e.local].text, e.local_port,
                        e.remote ? r->address[e.remote].text : "*", e.remote_port);
        }
    }
}

/* grep [-c] [-v] [-q] [-i] [-F] [-E] WORD: plain words only. */
static bool do_grep(struct pkt_run *r, const struct pkt_command *c, struct sbuf *io, bool *ok)
{
    bool count = false, invert = false;
    const char *pattern = NULL;
    struct sbuf out = SBUF_INIT;
    size_t hits = 0, at = 0;

    for (size_t i = 1; i < c->n; i++) {
        const char *t = c->word[i].text;

        if (c->word[i].redirect)
            continue;
        if (t[0] == '-' && t[1] && !pattern) {
            count = count || strchr(t, 'c');
            invert = invert || strchr(t, 'v');
        } else if (!pattern) {
            pattern = t;
        } else {
            return not_supported(r, &c->word[i]);
        }
    }
    if (!pattern)
        return not_supported(r, c->word);
    while (at < io->len) {
        const char *line = io->s + at, *end = memchr(line, '\n', io->len - at);
        size_t n = end ? (size_t)(end - line) : io->len - at;
        bool found = false;

        for (size_t k = 0; k + strlen(pattern) <= n && !found; k++)
            found = memcmp(line + k, pattern, strlen(pattern)) == 0;
        if (found != invert) {
            hits++;
            if (!count) {
                sbuf_put(&out, line, n);
                sbuf_putc(&out, '\n');
            }
        }
        at += n + 1;
    }
    if (count)
        sbuf_printf(&out, "%zu\n", hits);
    sbuf_free(io);
    *io = out;
    *ok = hits > 0;
    return true;
}

/* --- the commands --- */

static bool is_word(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, list[i]) == 0)
            return true;
    return false;
}

/* Carries one command out; *ok: its exit status is 0. io: its input, then its output. False: not supported.
 */
static bool command(struct pkt_run *r, const struct pkt_command *c, struct sbuf *io, bool *ok)
{
    static const char *const nothing[] = {
        "true",   ":",        "echo",     "tc",        "ip",      "ifconfig",  "ethtool", "sync",
        "export", "modprobe", "iptables", "ip6tables", "kldload", "kldunload", "cd",      "sh",
        "bash",   "route",    "arp",      "ndp",       "mkdir",   "chmod",     "dd",      "truncate",
        "ulimit", "set",      "exit",     "nft",       "rmmod"};
    const char *name = c->word[0].text, *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;

    *ok = true;
    if (strcmp(base, "sysctl") == 0)
        return do_sysctl(r, c);
    if (strcmp(base, "set_sysctls.py") == 0)
        return do_set_sysctls(r, c);
    if (ends_in(base, "defaults.sh") || strncmp(base, "sysctl_restore", 14) == 0)
        return true; /* the profile has said so already */
    if (strcmp(base, "sockstat") == 0 || strcmp(base, "netstat") == 0 || strcmp(base, "ss") == 0) {
        io->len = 0;
        put_listing(r, strcmp(base, "ss") != 0, io);
        return true;
    }
    if (strcmp(base, "grep") == 0)
        return do_grep(r, c, io, ok);
    if (strcmp(base, "false") == 0) {
        *ok = false;
        return true;
    }
    if (is_word(base, nothing, ARRAY_LEN(nothing)))
        return true;
    return not_supported(r, c->word);
}

bool run_shell(struct pkt_run *r, const struct pkt_shell *s)
{
    struct sbuf io = SBUF_INIT;
    bool ok = true, supported = true;

    for (size_t i = 0; i < s->n && supported; i++) {
        enum pkt_joint before = i ? s->command[i - 1].joint : PKT_JOINT_END;

        if ((before == PKT_JOINT_AND && !ok) || (before == PKT_JOINT_OR && ok))
            continue;
        if (before != PKT_JOINT_PIPE)
            io.len = 0;
        supported = command(r, &s->command[i], &io, &ok);
    }
    sbuf_free(&io);
    if (!supported)
        return false;
    return ok || run_fail(r, PKT_FAILED, &s->at, "the command line fails: %s", s->text);
}
