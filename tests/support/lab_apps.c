/* lab_apps.c: what the users of a random scenario do. */
#include "tests/support/lab.h"

#include <stdio.h>
#include <string.h>

struct flow {
    struct lab *l;
    uint32_t i;      /* number of this flow: all its draws have it */
    uint16_t client; /* host */
    uint16_t port;
    uint32_t count;
    bool v6;
    vtime start;
    uint64_t up, down; /* bytes from the client, from the server */
};

static uint64_t pick(const struct flow *f, const char *what, uint64_t bound)
{
    return lab_pick(f->l, what, f->i, bound);
}
static bool chance(const struct flow *f, const char *what, uint32_t percent)
{
    return pick(f, what, 100) < percent;
}

static uint16_t address_of(const struct flow *f, uint32_t host)
{
    const struct sc_host *h = &f->l->host[host];

    return f->v6 ? h->address6 : h->address4;
}

/* --- building --- */

static struct sc_app *app_new(struct flow *f, uint32_t host, const char *name, enum sc_behaviour b)
{
    struct lab *l = f->l;
    uint32_t i = l->sc.n_apps++;
    struct sc_app *a = &l->app[i];

    CHECK(i < MAX_LAB_APPS);
    snprintf(l->app_name[i], sizeof l->app_name[i], "%.8s%u", name, (unsigned)(f->i % 100));
    *a = (struct sc_app){
        .name = l->app_name[i], .host = (uint16_t)host, .behaviour = b, .step = &l->step[l->n_steps]};
    a->read = (struct sc_read){.kind = READ_AUTO, .mode = RECEIVE_ANY, .buffer = 16384};
    return a;
}

/* Steps belong to the app made last. */
static struct sc_step *step_new(struct flow *f, struct sc_app *a, enum sc_trigger on, enum sc_action action)
{
    struct lab *l = f->l;
    struct sc_step *s = &l->step[l->n_steps++];

    CHECK(l->n_steps <= MAX_LAB_STEPS && &l->app[l->sc.n_apps - 1] == a);
    *s = (struct sc_step){.on = on, .action = action, .push = true, .dscp = 0xff, .user_timeout = -1};
    a->n_steps++;
    return s;
}

static void send_new(struct flow *f, struct sc_app *a, enum sc_trigger on, uint64_t bytes)
{
    if (bytes == 0 && on != ON_THEN) { /* a step that does nothing keeps what follows it in order */
        step_new(f, a, on, DO_NOTHING);
        return;
    }
    if (bytes == 0)
        return;
    struct sc_step *s = step_new(f, a, on, DO_SEND);
    if (bytes <= sizeof f->l->text && chance(f, "literal", 50)) {
        s->text = f->l->text;
        s->text_n = (uint32_t)bytes;
    } else {
        s->bytes = bytes;
    }
    s->push = !chance(f, "unpushed", 15);
}

static void open_new(struct flow *f, struct sc_app *a, vtime at)
{
    struct sc_step *s = step_new(f, a, ON_AT, DO_OPEN);

    s->time = at;
    s->to = address_of(f, f->l->server);
    s->to_port = f->port;
}

static void listen_new(struct flow *f, struct sc_app *a)
{
    struct sc_step *s = step_new(f, a, ON_AT, DO_LISTEN);

    s->local_port = f->port;
    s->local = chance(f, "listen local", 50) ? address_of(f, f->l->server) : 0;
    s->v6 = f->v6;
    s->time = chance(f, "late listener", 10) ? (vtime)pick(f, "listen at", 2000) * NS_PER_MS : 0;
    s->backlog = chance(f, "small backlog", 10) ? 1 : 0;
    if (chance(f, "listen again", 50)) {
        *step_new(f, a, ON_REBOOT, DO_LISTEN) = *s;
        f->l->step[f->l->n_steps - 1].on = ON_REBOOT;
        f->l->step[f->l->n_steps - 1].time = 0;
    }
}

static void close_at_last(struct flow *f, struct sc_app *a)
{
    step_new(f, a, ON_AT, DO_CLOSE)->time = f->l->close_at;
}

/* How an application reads: most at once, some slowly, some not at all until late. */
static void reading(struct flow *f, struct sc_app *a, const char *who)
{
    struct lab *l = f->l;
    uint64_t kind = lab_pick(l, who, f->i, 12), most = f->up > f->down ? f->up : f->down;

    a->read.mode = lab_pick(l, who, f->i + 100, 3) ? RECEIVE_ANY : RECEIVE_PUSH;
    if (!lab_has(l, LAB_READERS))
        return;
    if (kind < 3) {
        static const uint32_t buffer[] = {1, 64, 512, 2000, 65536, 1000000};

        a->read.buffer = buffer[lab_pick(l, who, f->i + 200, ARRAY_LEN(buffer))];
        if (a->read.buffer <
            most / 200) /* an echo of single bytes without Nagle would be thousands of segments */
            a->read.buffer = (uint32_t)(most / 200);
    } else if (kind == 3) {
        a->read.kind = READ_PACED;
        a->read.interval = (vtime)(1 + lab_pick(l, who, f->i + 300, 500)) * NS_PER_MS;
        a->read.buffer = (uint32_t)(1 + most / 20); /* all of it within ten seconds */
    } else if (kind == 4) {
        struct sc_step *s = step_new(f, a, ON_AT, DO_READ);

        a->read.kind = READ_NONE;
        s->time = f->start + (vtime)lab_pick(l, who, f->i + 400, 30000) * NS_PER_MS;
        s->read = (struct sc_read){.kind = READ_AUTO, .mode = RECEIVE_ANY, .buffer = 16384};
        s = step_new(f, a, ON_ESTABLISHED, DO_READ); /* of children that come later */
        s->time = 30 * NS_PER_S;
        s->read = (struct sc_read){.kind = READ_AUTO, .mode = RECEIVE_ANY, .buffer = 16384};
        s = step_new(f, a, ON_AT, DO_READ); /* of those that were closed before they were established */
        s->time = l->close_at + 40 * NS_PER_S;
        s->read = (struct sc_read){.kind = READ_AUTO, .mode = RECEIVE_ANY, .buffer = 16384};
    }
}

static struct sc_app *client_new(struct flow *f, enum sc_behaviour b)
{
    struct sc_app *a = app_new(f, f->client, "client", b);

    a->count = f->count;
    a->stagger = chance(f, "at once", 20) ? 0 : (vtime)pick(f, "stagger", 400) * NS_PER_MS;
    open_new(f, a, f->start);
    reading(f, a, "client reads");
    if (chance(f, "open again", 40)) {
        struct sc_step *s = step_new(f, a, ON_REBOOT, DO_OPEN);

        s->to = address_of(f, f->l->server);
        s->to_port = f->port;
    }
    return a;
}

static struct sc_app *server_new(struct flow *f, enum sc_behaviour b)
{
    struct sc_app *a = app_new(f, f->l->server, "server", b);

    listen_new(f, a);
    reading(f, a, "server reads");
    return a;
}

/* --- the kinds of flows --- */

static void plain_client(struct flow *f)
{
    struct sc_app *a = client_new(f, APP_SCRIPTED);

    send_new(f, a, ON_ESTABLISHED, f->up);
    step_new(f, a, ON_THEN, DO_CLOSE);
    close_at_last(f, a);
}

static void answering_server(struct flow *f)
{
    struct sc_app *a = server_new(f, APP_SCRIPTED);

    step_new(f, a, ON_CLOSING, DO_CLOSE);
    close_at_last(f, a);
}

static void flow_up(struct flow *f)
{
    plain_client(f);
    answering_server(f);
}

static void flow_down(struct flow *f)
{
    struct sc_app *a = client_new(f, APP_SCRIPTED);

    step_new(f, a, ON_CLOSING, DO_CLOSE);
    close_at_last(f, a);
    a = server_new(f, APP_SCRIPTED);
    send_new(f, a, ON_ESTABLISHED, f->down);
    step_new(f, a, ON_THEN, DO_CLOSE);
}

static void flow_both(struct flow *f)
{
    plain_client(f);
    struct sc_app *a = server_new(f, APP_SCRIPTED);
    send_new(f, a, ON_ESTABLISHED, f->down);
    step_new(f, a, ON_THEN, DO_CLOSE);
}

static void flow_half_close(struct flow *f)
{
    plain_client(f);
    struct sc_app *a = server_new(f, APP_SCRIPTED);
    send_new(f, a, ON_CLOSING, f->down);
    step_new(f, a, ON_THEN, DO_CLOSE);
}

static void flow_echo(struct flow *f)
{
    struct sc_app *a = client_new(f, APP_SCRIPTED);
    uint64_t parts = 1 + pick(f, "parts", 4);

    for (uint64_t i = 0; i < parts; i++)
        send_new(f, a, i ? ON_THEN : ON_ESTABLISHED, f->up / parts);
    if (f->up / parts > 0 && chance(f, "wait for the echo", 60))
        step_new(f, a, ON_DATA, DO_CLOSE)->amount = f->up / parts * parts;
    else
        step_new(f, a, ON_THEN, DO_CLOSE);
    close_at_last(f, a);
    server_new(f, APP_ECHO);
}

static void flow_requests(struct flow *f)
{
    uint32_t request = 1 + (uint32_t)pick(f, "request", 800);
    uint32_t response = 1 + (uint32_t)pick(f, "response", 3000);
    uint32_t rounds = 1 + (uint32_t)pick(f, "rounds", 8);

    if (f->l->tiny) {
        request = 1 + request % 20;
        response = 1 + response % 20;
    }
    f->up = request * rounds; /* how slowly one may read depends on it */
    f->down = response * rounds;
    struct sc_app *a = client_new(f, APP_REQUESTER);
    a->request = request;
    a->response = response;
    a->rounds = rounds;
    close_at_last(f, a);
    a = server_new(f, APP_RESPONDER);
    a->request = request;
    a->response = response;
}

/* Text now and then, from both sides, pushed or not, urgent or not. */
static void chatter(struct flow *f, struct sc_app *a, const char *who)
{
    for (uint32_t k = 0; k < 1 + (uint32_t)lab_pick(f->l, who, f->i, 5); k++) {
        uint64_t n = f->i * 16 + k;
        struct sc_step *s = step_new(f, a, ON_ESTABLISHED, DO_SEND);

        s->time = (vtime)lab_pick(f->l, "chatter at", n, 1500) * NS_PER_MS;
        s->text = f->l->text + lab_pick(f->l, "chatter text", n, 100);
        s->text_n = 1 + (uint32_t)lab_pick(f->l, "chatter length", n, f->l->tiny ? 10 : 150);
        s->push = lab_chance(f->l, "chatter push", n, 70);
        s->urgent = lab_has(f->l, LAB_URGENT) && lab_chance(f->l, "chatter urgent", n, 30);
    }
}

static void flow_chat(struct flow *f)
{
    vtime end = (vtime)pick(f, "chat ends", 3000) * NS_PER_MS;
    struct sc_app *a = client_new(f, APP_SCRIPTED);

    chatter(f, a, "client talks");
    step_new(f, a, ON_ESTABLISHED, DO_CLOSE)->time = end;
    close_at_last(f, a);
    a = server_new(f, APP_SCRIPTED);
    chatter(f, a, "server talks");
    if (chance(f, "both close", 60))
        step_new(f, a, ON_ESTABLISHED, DO_CLOSE)->time = end;
    step_new(f, a, ON_CLOSING, DO_CLOSE);
}

/* Both OPEN actively, at about the same time. */
static void flow_simultaneous_open(struct flow *f)
{
    vtime apart = chance(f, "at the same time", 50) ? 0 : (vtime)pick(f, "apart", 300) * NS_PER_MS;

    for (int side = 0; side < 2; side++) {
        struct sc_app *a = app_new(f, side ? f->l->server : f->client, side ? "right" : "left", APP_SCRIPTED);
        struct sc_step *s = step_new(f, a, ON_AT, DO_OPEN);

        s->time = f->start + (side ? apart : 0);
        s->to = address_of(f, side ? f->client : f->l->server);
        s->local_port = (uint16_t)(f->port + 100 * side);
        s->to_port = (uint16_t)(f->port + 100 * !side);
        reading(f, a, side ? "right reads" : "left reads");
        send_new(f, a, ON_ESTABLISHED, side ? f->down : f->up);
        if (side && chance(f, "right waits", 50))
            step_new(f, a, ON_CLOSING, DO_CLOSE);
        else
            step_new(f, a, ON_THEN, DO_CLOSE);
        close_at_last(f, a);
    }
}

/* Nothing but an idle connection that both close at one instant. */
static void flow_simultaneous_close(struct flow *f)
{
    vtime at = f->start + (vtime)(2000 + pick(f, "close together", 3000)) * NS_PER_MS;
    struct sc_app *a = client_new(f, APP_SCRIPTED);

    a->stagger = 0;
    step_new(f, a, ON_AT, DO_CLOSE)->time = at;
    close_at_last(f, a);
    a = server_new(f, APP_SCRIPTED);
    send_new(f, a, ON_ESTABLISHED, f->down);
    step_new(f, a, ON_AT, DO_CLOSE)->time = at;
    step_new(f, a, ON_CLOSING, DO_CLOSE);
}

static void flow_abort(struct flow *f)
{
    struct sc_app *a = client_new(f, APP_SCRIPTED);
    vtime when = (vtime)pick(f, "abort after", 2000) * NS_PER_MS;
    bool client = chance(f, "client aborts", 50), early = chance(f, "abort at a time", 40);

    send_new(f, a, ON_ESTABLISHED, f->up);
    if (client && lab_has(f->l, LAB_ABORT))
        step_new(f, a, early ? ON_AT : ON_ESTABLISHED, DO_ABORT)->time = (early ? f->start : 0) + when;
    step_new(f, a, ON_THEN, DO_CLOSE);
    close_at_last(f, a);
    a = server_new(f, APP_SCRIPTED);
    send_new(f, a, ON_ESTABLISHED, f->down);
    if (!client && lab_has(f->l, LAB_ABORT))
        step_new(f, a, ON_ESTABLISHED, DO_ABORT)->time = when;
    step_new(f, a, ON_CLOSING, DO_CLOSE);
}

/* Nobody listens, or only later. */
static void flow_refused(struct flow *f)
{
    plain_client(f);
}

/* CLOSE and forget. */
static void flow_exit(struct flow *f)
{
    struct sc_app *a = client_new(f, APP_SCRIPTED);

    send_new(f, a, ON_ESTABLISHED, f->up);
    step_new(f, a, ON_THEN, DO_EXIT);
    f->l->exits = true;
    close_at_last(f, a);
    answering_server(f);
}

/* A LISTEN with its remote socket named turns active by SEND. */
static void flow_listen_send(struct flow *f)
{
    struct sc_app *a = app_new(f, f->client, "turner", APP_SCRIPTED);
    struct sc_step *s = step_new(f, a, ON_AT, DO_LISTEN);

    s->to = address_of(f, f->l->server);
    s->to_port = f->port;
    s->local_port = (uint16_t)(f->port + 100);
    s->v6 = f->v6;
    s = step_new(f, a, ON_AT, DO_SEND);
    s->time = f->start;
    s->on_listener = true;
    s->text = f->l->text;
    s->text_n = 1 + (uint32_t)pick(f, "first text", 60);
    step_new(f, a, ON_ESTABLISHED, DO_CLOSE)->time = (vtime)pick(f, "turner closes", 500) * NS_PER_MS;
    close_at_last(f, a);
    answering_server(f);
}

/* The listener itself is closed while its children live. */
static void flow_listener_closes(struct flow *f)
{
    plain_client(f);
    struct sc_app *a = server_new(f, APP_SCRIPTED);
    struct sc_step *s = step_new(f, a, ON_AT, DO_CLOSE);

    s->on_listener = true;
    s->time = f->start + (vtime)pick(f, "listener closes", 1500) * NS_PER_MS;
    send_new(f, a, ON_ESTABLISHED, f->down);
    step_new(f, a, ON_CLOSING, DO_CLOSE);
}

static uint64_t volume(const struct flow *f, const char *who)
{
    static const uint64_t bytes[] = {0, 1, 2, 100, 255, 536, 1000, 1460, 4000, 10000, 20000, 50000};
    const struct lab *l = f->l;
    uint64_t n = bytes[pick(f, who, ARRAY_LEN(bytes))];

    if (l->tiny)
        return n % 150;
    if (l->blunt) /* windows thrown at short queues: four segments get through each time-out */
        return n % 5000;
    if (n > 4000)
        n -= pick(f, "odd bytes", 2000);
    if (lab_has(l, LAB_BULK) && f->count <= 1 && n > 40000 &&
        (!l->slowest_bps || l->slowest_bps >= 10000000) && chance(f, "really bulk", 30))
        n *= 10;
    return l->slowest_bps && l->slowest_bps < 1000000 ? n / 3 : n;
}

void lab_apps(struct lab *l)
{
    static void (*const kind[])(struct flow *) = {
        flow_up,
        flow_up,
        flow_down,
        flow_both,
        flow_both,
        flow_half_close,
        flow_echo,
        flow_echo,
        flow_requests,
        flow_requests,
        flow_chat,
        flow_chat,
        flow_simultaneous_open,
        flow_simultaneous_close,
        flow_abort,
        flow_refused,
        flow_exit,
        flow_listen_send,
        flow_listener_closes,
    };
    uint32_t flows = 1 + (lab_has(l, LAB_FLOWS) ? (uint32_t)lab_pick(l, "flows", 0, MAX_LAB_FLOWS) : 0);

    for (uint32_t i = 0; i < flows; i++) {
        struct flow f = {.l = l, .i = i, .port = (uint16_t)(1000 + i), .count = 1};

        f.client = (uint16_t)lab_pick(l, "flow's client", i, l->n_clients);
        f.v6 = lab_has(l, LAB_V6) && chance(&f, "v6", 30);
        f.start = (vtime)pick(&f, "start", 1500) * NS_PER_MS;
        if (lab_has(l, LAB_FLOWS) && chance(&f, "several", 30))
            f.count = 1 + (uint32_t)pick(&f, "how many", 6);
        f.up = volume(&f, "up");
        f.down = volume(&f, "down");
        kind[pick(&f, "kind", ARRAY_LEN(kind))](&f);
    }
}
