#include "tests/support/scene.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static size_t size_of(const struct rec_head *h)
{
    return rec_size(h->kind);
}

void scene_init(struct scene *c)
{
    memset(c, 0, sizeof *c);
    c->s.name = "scene";
    c->s.seed = 1;
    c->s.address = c->address;
    c->s.n_addresses = 1;
    c->s.host = c->host;
    c->s.link = c->link;
    c->s.app = c->app;
    c->s.raw = c->raw;
    c->s.fault = c->fault;
    c->s.event = c->event;
    c->s.full_checks = true;
    c->s.limits.events = 1000000;
}

void scene_end(struct scene *c)
{
    if (!c->running)
        return;
    trace_remove_sink(&c->w.trace, &c->log);
    world_free(&c->w);
    log_free(&c->log);
    c->running = false;
}

uint16_t scene_address(struct scene *c, uint16_t host, const char *address)
{
    uint16_t i = (uint16_t)c->s.n_addresses++;

    assert_true(i < SCENE_ADDRESSES);
    assert_true(ip_parse(address, &c->address[i].ip));
    ip_format(&c->address[i].ip, c->address[i].text);
    c->address[i].host = host;
    if (host != SC_ANY && c->address[i].ip.family == 4 && !c->host[host].address4)
        c->host[host].address4 = i;
    if (host != SC_ANY && c->address[i].ip.family == 6 && !c->host[host].address6)
        c->host[host].address6 = i;
    return i;
}

uint16_t scene_host(struct scene *c, const char *name, const char *address)
{
    uint16_t i = (uint16_t)c->s.n_hosts++;

    assert_true(i < SCENE_HOSTS);
    c->host[i].name = name;
    tcp_options_default(&c->host[i].tcp);
    if (address)
        scene_address(c, i, address);
    return i;
}

uint16_t scene_raw_host(struct scene *c, const char *name, const char *address)
{
    uint16_t i = scene_host(c, name, address);

    c->host[i].raw = true;
    return i;
}

uint16_t scene_router(struct scene *c, const char *name, const char *address)
{
    uint16_t i = scene_host(c, name, address);

    c->host[i].router = true;
    return i;
}

struct sc_link *scene_link(struct scene *c, uint16_t a, uint16_t b, vtime delay)
{
    struct sc_link *l = &c->link[c->s.n_links++];

    assert_true(c->s.n_links <= SCENE_LINKS);
    l->host[0] = a;
    l->host[1] = b;
    l->path[0].delay = l->path[1].delay = delay;
    return l;
}

struct sc_app *scene_app(struct scene *c, const char *name, uint16_t host, const struct sc_step *step,
                         uint32_t n)
{
    struct sc_app *a = &c->app[c->s.n_apps++];

    assert_true(c->s.n_apps <= SCENE_APPS);
    a->name = name;
    a->host = host;
    a->step = step;
    a->n_steps = n;
    return a;
}

struct sc_raw *scene_raw(struct scene *c, uint16_t host, uint16_t port, uint16_t peer, uint16_t peer_port,
                         const struct sc_raw_step *step, uint32_t n)
{
    struct sc_raw *r = &c->raw[c->s.n_raw++];

    assert_true(c->s.n_raw <= SCENE_RAWS);
    r->host = host;
    r->name = c->host[host].name;
    r->iss = 0xffffff00u;
    r->port = port;
    r->peer = peer;
    r->peer_port = peer_port;
    r->step = step;
    r->n_steps = n;
    return r;
}

struct sc_fault *scene_fault(struct scene *c, enum sc_fault_kind kind, struct sc_match match)
{
    struct sc_fault *f = &c->fault[c->s.n_faults++];

    assert_true(c->s.n_faults <= SCENE_FAULTS);
    f->kind = kind;
    f->match = match;
    f->name = "fault";
    return f;
}

struct sc_event *scene_event(struct scene *c, vtime at, enum sc_event_kind kind)
{
    struct sc_event *e = &c->event[c->s.n_events++];

    assert_true(c->s.n_events <= SCENE_EVENTS);
    e->at = at;
    e->kind = kind;
    return e;
}

void scene_start(struct scene *c)
{
    if (c->running)
        return;
    assert_true(sim_init(&c->w, &c->s));
    log_init(&c->log, ~UINT64_C(0), size_of);
    trace_add_sink(&c->w.trace, log_sink(&c->log));
    c->running = true;
}

enum run_end scene_run(struct scene *c, vtime until)
{
    enum run_end why;

    scene_start(c);
    why = sim_run(&c->w, until);
    if (scene_count(c, REC_INVARIANT)) {
        const struct rec_invariant *r = scene_rec(c, REC_INVARIANT, 1);

        fail_msg("law broken: %s", r->name);
    }
    return why;
}

const void *scene_rec(const struct scene *c, enum rec_kind kind, unsigned n)
{
    for (size_t i = 0; i < log_count(&c->log); i++)
        if (log_at(&c->log, i)->kind == kind && --n == 0)
            return log_at(&c->log, i);
    return NULL;
}

unsigned scene_count(const struct scene *c, enum rec_kind kind)
{
    unsigned n = 0;

    for (size_t i = 0; i < log_count(&c->log); i++)
        n += log_at(&c->log, i)->kind == kind;
    return n;
}

void scene_states(const struct scene *c, uint32_t conn, char *out, size_t size)
{
    const struct rec_state *r;
    size_t at = 0;

    out[0] = '\0';
    for (unsigned n = 1; (r = scene_rec(c, REC_STATE, n)); n++)
        if (r->head.conn == conn && at < size)
            at += (size_t)snprintf(out + at, size - at, "%s%s", at ? " " : "", name_state(r->to));
}

unsigned scene_calls(const struct scene *c, unsigned call, unsigned result)
{
    const struct rec_call *r;
    unsigned found = 0;

    for (unsigned n = 1; (r = scene_rec(c, REC_CALL, n)); n++)
        found += r->call == call && r->result == result;
    return found;
}

unsigned scene_signals(const struct scene *c, unsigned signal)
{
    const struct rec_signal *r;
    unsigned found = 0;

    for (unsigned n = 1; (r = scene_rec(c, REC_SIGNAL, n)); n++)
        found += r->signal == signal;
    return found;
}

unsigned scene_drops(const struct scene *c, unsigned why)
{
    const struct rec_drop *r;
    unsigned found = 0;

    for (unsigned n = 1; (r = scene_rec(c, REC_DROP, n)); n++)
        found += r->why == why;
    return found;
}

unsigned scene_rejects(const struct scene *c, unsigned why)
{
    const struct rec_reject *r;
    unsigned found = 0;

    for (unsigned n = 1; (r = scene_rec(c, REC_REJECT, n)); n++)
        found += r->why == why;
    return found;
}

struct sim_totals scene_totals(const struct scene *c)
{
    struct sim_totals t;

    sim_totals(&c->w, &t);
    return t;
}

void scene_scripts_met(const struct scene *c, unsigned n)
{
    const struct rec_script *r;

    for (unsigned k = 1; (r = scene_rec(c, REC_SCRIPT, k)); k++)
        if (!r->ok)
            fail_msg("step %u: %s", (unsigned)r->step, r->text ? r->text : "");
    assert_int_equal(scene_count(c, REC_SCRIPT), n);
    assert_int_equal(scene_totals(c).script_failures, 0);
}

/* The common head of every record, and what the commonest ones say: enough to tell two runs apart. */
uint64_t scene_fingerprint(const struct scene *c)
{
    uint64_t h = 1;

    for (size_t i = 0; i < log_count(&c->log); i++) {
        const struct rec_head *r = log_at(&c->log, i);

        h = hash_mix(h, r->id);
        h = hash_mix(h, (uint64_t)r->at);
        h = hash_mix(h, r->cause);
        h = hash_mix(h, (uint64_t)r->conn << 32 | (uint32_t)r->kind << 16 | r->host);
        if (r->kind == REC_SEND) {
            const struct rec_send *s = (const struct rec_send *)(const void *)r;

            h = hash_mix(h, (uint64_t)s->seq.v << 32 | s->ack.v);
            h = hash_mix(h, (uint64_t)s->len << 8 | s->ctl);
        }
    }
    return h;
}
