/* run.c: the world of a script, its clock, its events one after the other. */
#include "sim/packetdrill/run.h"

#include <stdlib.h>
#include <string.h>

#include "sim/core/version.h"
#include "sim/packetdrill/host_option.h"
#include "sim/packetdrill/run_internal.h"

enum { EVENTS_MAX = 20000000 };
#define MEMORY_MAX (UINT64_C(1) << 30) /* unless the options say otherwise */
#define TIME_MAX (400 * 86400 * NS_PER_S)
#define CALL_MAX (3600 * NS_PER_S) /* a call without an end in the script returns by then */
#define TOLERANCE_DEFAULT (4 * NS_PER_MS)
#define TOLERANCE_LINUX_PPM                                                                                  \
    125000 /* what its interpreter allows on top: timers of a kernel are that coarse */

int pkt_stack_find(const char *name)
{
    static const char *const stack[] = {
        [PKT_STACK_RFC] = "rfc", [PKT_STACK_LINUX] = "linux", [PKT_STACK_FREEBSD] = "freebsd"};

    for (int i = PKT_STACK_RFC; i <= PKT_STACK_FREEBSD; i++)
        if (strcmp(stack[i], name) == 0)
            return i;
    return -1;
}

/* --- how it ends --- */

bool run_fail(struct pkt_run *r, enum pkt_outcome o, const struct pkt_place *at, const char *fmt, ...)
{
    va_list ap;

    if (r->outcome != PKT_PASSED)
        return false; /* the first counts */
    if (!at)
        at = r->event < r->s->n_events ? &r->s->event[r->event].at : &(struct pkt_place){0, 0};
    r->outcome = o;
    va_start(ap, fmt);
    diag_vset(&r->diag, r->s->path, at->line, at->column, fmt, ap);
    va_end(ap);
    return false;
}

bool run_warn(struct pkt_run *r, const struct pkt_place *at, const char *text)
{
    sbuf_printf(&r->account, "%s:%d:%d: warning: %s\n", r->s->path, at->line, at->column, text);
    return true;
}

void run_put_time(struct sbuf *b, vtime t)
{
    sbuf_printf(b, "%lld.%06lld s", (long long)(t / NS_PER_S), (long long)(t % NS_PER_S / NS_PER_US));
}

vtime run_tolerance(const struct pkt_run *r, vtime due)
{
    const struct pkt_config *c = &r->s->config;
    vtime t = c->tolerance_ns >= 0 ? c->tolerance_ns : TOLERANCE_DEFAULT;
    int64_t ppm = c->tolerance_ppm >= 0     ? c->tolerance_ppm
                  : r->s->os == PKT_FREEBSD ? 0
                                            : TOLERANCE_LINUX_PPM;
    vtime since = due > r->last_due ? due - r->last_due : 0;

    return max_i64(t, since / 1000000 * ppm);
}

/* --- the clock --- */

static bool ended(struct pkt_run *r, enum run_end why)
{
    switch (why) {
    case RUN_IDLE:
    case RUN_UNTIL: return false;
    case RUN_INVARIANT:
        run_fail(r, PKT_INTERNAL, NULL, "a law of the simulation was broken, which is a fault of tcplab");
        return true;
    case RUN_STOPPED: run_fail(r, PKT_STOPPED, NULL, "interrupted"); return true;
    case RUN_LIMIT_EVENTS:
    case RUN_LIMIT_TIME:
    case RUN_LIMIT_MEMORY: break;
    }
    run_fail(r, PKT_LIMIT, NULL, "a limit was reached: the script makes too much happen");
    return true;
}

/* One instant of the world, and the calls that wait. */
static bool step(struct pkt_run *r, vtime at)
{
    if (r->o.stop && *r->o.stop)
        world_stop(&r->w, RUN_STOPPED);
    if (r->log.full)
        world_stop(&r->w, RUN_LIMIT_MEMORY);
    if (ended(r, sim_run(&r->w, at)))
        return false;
    return !r->call.on || run_retry(r);
}

/* When something happens next: in the world, or the deadline of a call. */
static vtime next_at(const struct pkt_run *r)
{
    vtime at = world_next_at(&r->w);

    if (r->call.on)
        at = min_i64(at, max_i64(r->call.c.deadline, run_now(r)));
    return at;
}

static bool never(struct pkt_run *r)
{
    (void)r;
    return false;
}

bool run_until(struct pkt_run *r, bool (*cond)(struct pkt_run *r), vtime limit)
{
    if (!step(r, run_now(r)))
        return false;
    while (!cond(r)) {
        vtime at = next_at(r);

        if (at == VTIME_NEVER || at > limit)
            return false;
        if (!step(r, at))
            return false;
    }
    return true;
}

bool run_to(struct pkt_run *r, vtime at)
{
    (void)run_until(r, never, at);
    return r->outcome == PKT_PASSED && (at <= run_now(r) || step(r, at));
}

/* --- events --- */

static bool anchored(const struct pkt_event *e)
{
    return e->kind == PKT_EVENT_PACKET && e->u.packet->direction == PKT_IN;
}

/* A relative time counts from the present, that is, from when the event before was over; between packets that
 * come in from when the one before was due. */
static void resolve(struct pkt_run *r, const struct pkt_event *e)
{
    bool chained = r->event && anchored(e) && anchored(e - 1);
    vtime offset = 0;

    if (e->time.kind == PKT_TIME_RELATIVE || e->time.kind == PKT_TIME_RELATIVE_RANGE ||
        e->time.kind == PKT_TIME_ANY)
        offset = chained ? r->last_due : run_now(r);
    r->offset = offset;
    r->due = e->time.from + offset;
    r->due_end = e->time.to + offset;
}

static bool call_over(struct pkt_run *r)
{
    return !r->call.on;
}

static bool no_return(struct pkt_run *r, const struct pkt_call *p)
{
    struct sbuf due = SBUF_INIT;

    if (r->outcome != PKT_PASSED)
        return false;
    run_newest(r, &r->details);
    if (r->call.due == VTIME_NEVER) {
        run_fail(r, PKT_FAILED, &p->at,
                 "%s does not return: it blocks, and nothing ends that (what waits for a later line has two "
                 "times: +0...0.2)",
                 p->name);
    } else {
        run_put_time(&due, r->call.due);
        run_fail(r, PKT_FAILED, &p->at, "%s does not return by %s", p->name, sbuf_str(&due));
    }
    sbuf_free(&due);
    return false;
}

/* A call waits still: its thread must be back before another call can be made. */
static bool await_call(struct pkt_run *r)
{
    vtime limit;
    size_t event = r->call.event;

    if (!r->call.on)
        return true;
    limit = r->call.due == VTIME_NEVER ? run_now(r) + CALL_MAX
                                       : max_i64(run_now(r), r->call.due + run_tolerance(r, r->call.due));
    if (run_until(r, call_over, limit))
        return true;
    return no_return(r, r->s->event[event].u.call);
}

static bool code_name(void *ctx, const char *name, int64_t *value)
{
    struct pkt_run *r = ctx;
    uint32_t conn = 0;

    if (r->flow.known)
        for (uint32_t i = sock_conn_count(r->socks); i > 0 && !conn; i--) {
            struct tcp_endpoints e;

            if (sock_endpoints(r->socks, i, &e) && e.local_port == r->flow.e.local_port &&
                e.remote_port == r->flow.e.remote_port)
                conn = i;
        }
    if (!conn)
        conn = sock_conn(r->socks, r->newest_fd);
    return sock_info(r->socks, conn, r->newest_fd, name, value);
}

static bool run_code(struct pkt_run *r, const struct pkt_code *c)
{
    struct diag d;

    diag_clear(&d);
    switch (code_run(r->s, c, r->env, code_name, r, &r->account, &d)) {
    case CODE_OK: return true;
    case CODE_FAILED:
        r->outcome = PKT_FAILED;
        run_newest(r, &r->details);
        break;
    case CODE_ERROR: r->outcome = PKT_REFUSED; break;
    }
    r->diag = d;
    return false;
}

/* Absolute times only: a relative one counts from the present. What is expected may have come already. */
static bool is_over(struct pkt_run *r, const struct pkt_event *e)
{
    struct sbuf b = SBUF_INIT;
    bool over = r->due_end + run_tolerance(r, r->due) < run_now(r);

    if (over) {
        sbuf_lit(&b, "this time is over: it is ");
        run_put_time(&b, run_now(r));
        sbuf_lit(&b, " already");
        run_fail(r, PKT_FAILED, &e->at, "%s", sbuf_str(&b));
    }
    sbuf_free(&b);
    return over;
}

static void tell_event(struct pkt_run *r, const struct pkt_event *e)
{
    if (!r->o.verbose)
        return;
    run_put_time(&r->account, run_now(r));
    sbuf_lit(&r->account, "  ");
    script_print_event(r->s, e, &r->account);
    sbuf_putc(&r->account, '\n');
}

static bool carry_out(struct pkt_run *r, const struct pkt_event *e)
{
    resolve(r, e);
    if (e->kind == PKT_EVENT_PACKET && e->u.packet->direction == PKT_OUT)
        return run_expect(r, e->u.packet);
    if (e->kind == PKT_EVENT_CALL && !await_call(r))
        return false;
    if (is_over(r, e) || !run_to(r, r->due))
        return false;
    tell_event(r, e);
    switch (e->kind) {
    case PKT_EVENT_PACKET: return run_inject(r, e->u.packet);
    case PKT_EVENT_CALL:
        if (!run_call(r, e->u.call))
            return false;
        return e->u.call->blocking || await_call(r);
    case PKT_EVENT_SHELL: return run_shell(r, e->u.shell);
    case PKT_EVENT_CODE: return run_code(r, e->u.code);
    }
    return true;
}

/* What TCP has sent beyond the last packet expected is not judged, but told to who wants to know all. */
static void tell_rest(struct pkt_run *r)
{
    size_t n = 0;

    if (!r->o.verbose)
        return;
    for (size_t i = r->next_out; i < log_count(&r->log); i++)
        n += log_at(&r->log, i)->kind == REC_SEND && log_at(&r->log, i)->host == HOST_TCP + 1;
    if (n)
        sbuf_printf(&r->account, "%zu %s sent that no line expects\n", n,
                    n == 1 ? "segment was" : "segments were");
}

static void carry_out_all(struct pkt_run *r)
{
    if (r->s->init && !run_shell(r, r->s->init))
        return;
    for (; r->event < r->s->n_events; r->event++) {
        if (!carry_out(r, &r->s->event[r->event]))
            return;
        r->last_due = r->due;
    }
    r->event--;
    if (!await_call(r) || !run_to(r, run_now(r)))
        return;
    r->event++;
    if (r->s->cleanup)
        (void)run_shell(r, r->s->cleanup);
    tell_rest(r);
}

void flow_forget(struct pkt_run *r)
{
    free(r->flow.ts);
    memset(&r->flow, 0, sizeof r->flow);
}

/* --- the world --- */

static void put_address(struct pkt_run *r, unsigned i, const char *text, uint16_t host)
{
    struct sc_address *a = &r->address[i];

    CHECK(ip_parse(text, &a->ip)); /* what the script's head says was tried when it was read */
    ip_format(&a->ip, a->text);
    a->host = host;
}

static void addresses(struct pkt_run *r)
{
    const struct pkt_config *c = &r->s->config;
    bool v6 = c->family == PKT_IPV6;
    const char *local4 = c->local_ip && !v6 ? c->local_ip : "192.168.0.1";
    const char *remote4 = c->remote_ip && !v6 ? c->remote_ip : "192.0.2.1";
    const char *local6 = c->local_ip && v6 ? c->local_ip : "fd3d:fa7b:d17d::1";
    const char *remote6 = c->remote_ip && v6 ? c->remote_ip : "2001:db8::1";

    put_address(r, ADDR_LOCAL4, local4, HOST_TCP);
    put_address(r, ADDR_REMOTE4, remote4, HOST_SCRIPT);
    put_address(r, ADDR_LOCAL6, local6, HOST_TCP);
    put_address(r, ADDR_REMOTE6, remote6, HOST_SCRIPT);
}

static void hosts(struct pkt_run *r)
{
    struct sc_host *h = r->host;

    h[HOST_SCRIPT] = (struct sc_host){.name = "script",
                                      .label = "Script",
                                      .label_zh = "腳本",
                                      .address4 = ADDR_REMOTE4,
                                      .address6 = ADDR_REMOTE6,
                                      .raw = true};
    h[HOST_TCP] = (struct sc_host){.name = "tcp",
                                   .label = "TCP under test",
                                   .label_zh = "受測的 TCP",
                                   .address4 = ADDR_LOCAL4,
                                   .address6 = ADDR_LOCAL6};
    tcp_options_default(&h[HOST_SCRIPT].tcp);
    profile_options(r->stack, r->s->config.family, &h[HOST_TCP].tcp);
    for (size_t i = 0; i < r->s->n_flags; i++)
        if (strcmp(r->s->flag[i].name, "tcp") == 0)
            host_option_set(&h[HOST_TCP].tcp, r->s->flag[i].value);
    if (r->s->config.mtu > 0)
        h[HOST_TCP].tcp.mtu = r->s->config.mtu;
    r->link = (struct sc_link){.host = {HOST_SCRIPT, HOST_TCP}};
}

static void header(struct pkt_run *r)
{
    const char *base = strrchr(r->s->path, '/');
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < r->s->source_len; i++)
        hash = (hash ^ (unsigned char)r->s->source[i]) * 1099511628211u;
    snprintf(r->hash, sizeof r->hash, "%016llx", (unsigned long long)hash);
    snprintf(r->name, sizeof r->name, "%s", base ? base + 1 : r->s->path);
    if (strlen(r->name) > 4 && strcmp(r->name + strlen(r->name) - 4, ".pkt") == 0)
        r->name[strlen(r->name) - 4] = '\0';
    for (unsigned i = 0; i < HOSTS; i++) {
        bool v6 = r->s->config.family == PKT_IPV6;
        unsigned a = i == HOST_TCP ? (v6 ? ADDR_LOCAL6 : ADDR_LOCAL4) : (v6 ? ADDR_REMOTE6 : ADDR_REMOTE4);

        r->t_address[i] = r->address[a].text;
        r->t_host[i] = (struct trace_host){.name = r->host[i].name,
                                           .label = {r->host[i].label, r->host[i].label_zh},
                                           .address = &r->t_address[i],
                                           .n_addresses = 1,
                                           .raw = r->host[i].raw,
                                           .msl = r->host[i].raw ? 0 : r->host[i].tcp.msl};
    }
    r->t_link = (struct trace_link){.host = {HOST_SCRIPT, HOST_TCP}};
    r->header = (struct trace_header){.lesson = r->name,
                                      .hash = r->hash,
                                      .seed = r->o.seed,
                                      .program = "tcplab " TCPLAB_VERSION,
                                      .title = {r->name, NULL},
                                      .host = r->t_host,
                                      .n_hosts = HOSTS,
                                      .link = &r->t_link,
                                      .n_links = 1};
}

static bool world(struct pkt_run *r)
{
    struct sock_setup set = {.w = &r->w,
                             .host = HOST_TCP,
                             .local4 = ADDR_LOCAL4,
                             .local6 = ADDR_LOCAL6,
                             .os = r->stack == PKT_STACK_FREEBSD ? PKT_FREEBSD : PKT_LINUX,
                             .numbers = r->s->os,
                             .reset_is_epipe = r->stack == PKT_STACK_LINUX,
                             .opt = &r->host[HOST_TCP].tcp};

    r->scenario = (struct scenario){.name = r->name,
                                    .seed = r->o.seed,
                                    .limits = {EVENTS_MAX, TIME_MAX, r->o.memory_bytes},
                                    .address = r->address,
                                    .n_addresses = ADDRESSES,
                                    .host = r->host,
                                    .n_hosts = HOSTS,
                                    .link = &r->link,
                                    .n_links = 1};
#ifdef TCPLAB_FULL_CHECKS
    r->scenario.full_checks = true;
#endif
    if (!sim_init(&r->w, &r->scenario))
        return false;
    r->has_world = true;
    trace_add_sink(&r->w.trace, log_sink(&r->log));
    if (r->stack == PKT_STACK_FREEBSD)
        set.rcv_shown = 65536;
    r->socks = socks_new(&set);
    r->env = code_env_new();
    return r->socks && r->env;
}

struct pkt_run *pkt_run(const struct script *s, const struct pkt_run_options *o)
{
    struct pkt_run *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->s = s;
    r->o = *o;
    if (!r->o.memory_bytes)
        r->o.memory_bytes = MEMORY_MAX;
    r->stack = o->stack;
    if (!r->stack && script_flag(s, "stack"))
        r->stack = (enum pkt_stack)pkt_stack_find(script_flag(s, "stack"));
    if (!r->stack)
        r->stack = s->os == PKT_FREEBSD ? PKT_STACK_FREEBSD : PKT_STACK_LINUX;
    r->next_port = PORT_REMOTE_FIRST;
    r->newest_fd = -1;
    diag_clear(&r->diag);
    log_init(&r->log, TRACE_ALL_KINDS, trace_record_size);
    r->log.max_bytes = r->o.memory_bytes;
    addresses(r);
    hosts(r);
    header(r);
    if (!world(r)) {
        pkt_run_free(r);
        return NULL;
    }
    carry_out_all(r);
    sim_finish(&r->w, r->outcome == PKT_STOPPED ? RUN_STOPPED : RUN_UNTIL);
    return r;
}

void pkt_run_free(struct pkt_run *r)
{
    if (!r)
        return;
    socks_free(r->socks);
    code_env_free(r->env);
    if (r->has_world)
        world_free(&r->w);
    log_free(&r->log);
    sbuf_free(&r->details);
    sbuf_free(&r->account);
    flow_forget(r);
    free(r);
}

enum pkt_outcome pkt_run_outcome(const struct pkt_run *r)
{
    return r->outcome;
}

const struct diag *pkt_run_diag(const struct pkt_run *r)
{
    return &r->diag;
}

const char *pkt_run_details(const struct pkt_run *r, size_t *n)
{
    *n = r->details.len;
    return r->details.s;
}

const char *pkt_run_account(const struct pkt_run *r, size_t *n)
{
    *n = r->account.len;
    return r->account.s;
}

vtime pkt_run_time(const struct pkt_run *r)
{
    return r->has_world ? run_now(r) : 0;
}

const struct trace_header *pkt_run_header(const struct pkt_run *r)
{
    return &r->header;
}

const struct log *pkt_run_log(const struct pkt_run *r)
{
    return &r->log;
}
