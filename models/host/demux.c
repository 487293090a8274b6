/* demux.c: the table of connections: found by id, by the four numbers of a segment, or by the port listened
 * on. */
#include "models/host/host.h"

#include <string.h>

#define IDS_FIRST 16u
#define TABLE_FIRST 16u

struct slot {
    uint32_t tag; /* low bits: where it wants to stand */
    ref conn;     /* 0: empty */
};

static inline uint32_t tag_of(uint64_t key, enum conn_kind kind)
{
    uint64_t h = (key ^ (uint64_t)kind << 62) * UINT64_C(0x9e3779b97f4a7c15);

    return (uint32_t)(h >> 32 ^ h >> 13);
}

static inline struct slot *slots(const struct world *w, const struct hosts *h)
{
    return world_at(w, h->table);
}

struct conn *conn_by_id(const struct world *w, const struct hosts *h, uint32_t id)
{
    ref r = id && id <= h->ids ? ((const ref *)world_at(w, h->by_id))[id] : 0;

    return r ? world_at(w, r) : NULL;
}

struct conn *conn_find(const struct world *w, const struct hosts *h, uint64_t key, enum conn_kind kind)
{
    uint32_t tag = tag_of(key, kind);
    const struct slot *t = slots(w, h);

    for (uint32_t i = tag & h->mask; t[i].conn; i = (i + 1) & h->mask) {
        struct conn *c;

        if (t[i].tag != tag)
            continue;
        c = world_at(w, t[i].conn);
        if (c->key == key && c->kind == kind)
            return c;
    }
    return NULL;
}

static uint16_t primary(const struct world *w, uint32_t host, bool v6)
{
    const struct sc_host *h = &net_scenario(w)->host[host];

    return v6 ? h->address6 : h->address4;
}

struct conn *conn_listener(const struct world *w, const struct hosts *h, uint32_t host,
                           const struct tcp_endpoints *e)
{
    uint16_t any = primary(w, host, e->v6);
    const uint16_t remote[] = {e->remote, e->remote, 0}, port[] = {e->remote_port, 0, 0};

    for (size_t i = 0; i < ARRAY_LEN(remote); i++) {
        struct conn *c = conn_find(w, h, conn_key(e->local, e->local_port, remote[i], port[i]), CONN_LISTEN);

        if (!c)
            c = conn_find(w, h, conn_key(any, e->local_port, remote[i], port[i]), CONN_LISTEN_ANY);
        if (c)
            return c;
    }
    return NULL;
}

static void put(struct slot *t, uint32_t mask, struct slot s)
{
    uint32_t i = s.tag & mask;

    while (t[i].conn)
        i = (i + 1) & mask;
    t[i] = s;
}

static void insert(struct world *w, struct hosts *h, struct conn *c)
{
    if (4 * (h->used + 1) > 3 * (h->mask + 1)) { /* at most three quarters full */
        uint32_t old = h->mask + 1, mask = 2 * old - 1;
        ref table = arena_alloc(&w->mem, (mask + 1) * sizeof(struct slot));

        for (uint32_t i = 0; i < old; i++)
            if (slots(w, h)[i].conn)
                put(world_at(w, table), mask, slots(w, h)[i]);
        arena_free(&w->mem, h->table, old * sizeof(struct slot));
        h->table = table;
        h->mask = mask;
    }
    h->used++;
    put(slots(w, h), h->mask,
        (struct slot){.tag = tag_of(c->key, (enum conn_kind)c->kind), .conn = arena_ref(&w->mem, c)});
}

static void take_out(struct world *w, struct hosts *h, const struct conn *c)
{
    ref r = arena_ref(&w->mem, c);
    struct slot *t = slots(w, h);
    uint32_t i = tag_of(c->key, (enum conn_kind)c->kind) & h->mask, hole;

    while (t[i].conn && t[i].conn != r)
        i = (i + 1) & h->mask;
    if (!t[i].conn)
        return;
    h->used--;
    for (hole = i;;) { /* those behind it that stand too far from their place move up */
        uint32_t home;

        i = (i + 1) & h->mask;
        if (!t[i].conn)
            break;
        home = t[i].tag & h->mask;
        if (((i - home) & h->mask) >= ((i - hole) & h->mask)) {
            t[hole] = t[i];
            hole = i;
        }
    }
    t[hole] = (struct slot){0, 0};
}

void hosts_init(struct world *w, struct hosts *h)
{
    const struct scenario *s = net_scenario(w);

    h->host = arena_alloc(&w->mem, (s->n_hosts + 1) * sizeof(struct host_state));
    h->id_cap = IDS_FIRST;
    h->by_id = arena_alloc(&w->mem, IDS_FIRST * sizeof(ref));
    h->mask = TABLE_FIRST - 1;
    h->table = arena_alloc(&w->mem, TABLE_FIRST * sizeof(struct slot));
    for (uint32_t i = 0; i < s->n_hosts; i++) {
        struct host_state *o = (struct host_state *)world_at(w, h->host) + i;

        o->secret = choose_seeded(w->core->seed, choose_label("host", i, "initial sequence number"), 0);
        o->next_port = HOST_PORT_FIRST;
        o->raw = s->host[i].raw;
    }
}

struct conn *conn_new(struct world *w, struct hosts *h, uint32_t host, const struct tcp_endpoints *e,
                      enum conn_kind kind)
{
    ref r = arena_alloc(&w->mem, sizeof(struct conn));
    struct conn *c = world_at(w, r);

    CHECK(h->ids < (1u << 28) - 1);
    if (h->ids + 1 == h->id_cap) {
        h->by_id = arena_resize(&w->mem, h->by_id, h->id_cap * sizeof(ref), 2 * h->id_cap * sizeof(ref));
        h->id_cap *= 2;
    }
    c->id = ++h->ids;
    ((ref *)world_at(w, h->by_id))[c->id] = r;
    c->key = conn_key(e->local, e->local_port, e->remote, e->remote_port);
    c->kind = (uint8_t)kind;
    c->host = (uint16_t)host;
    h->opened += kind != CONN_RAW;
    return c;
}

/* The other end of a SYN still unanswered may have come and gone (refused, aborted): a second one takes its
 * place. */
static bool lost_its_peer(const struct world *w, const struct hosts *h, const struct conn *o)
{
    const struct tcb *t = app_up_tcb(w, o->id);

    return t && tcp_state(t) < TCP_ESTABLISHED && !conn_by_id(w, h, o->peer);
}

/* The other end has the same numbers the other way round. Once an end has been joined it stays so: a new
 * incarnation is a new pair. */
static void join(const struct world *w, struct hosts *h, struct conn *c)
{
    uint64_t mirror = c->key << 32 | c->key >> 32;
    struct conn *o = NULL;

    if (c->kind == CONN_TCP || c->kind == CONN_RAW) {
        o = conn_find(w, h, mirror, CONN_TCP);
        if (!o)
            o = conn_find(w, h, mirror, CONN_RAW);
    }
    if (o && o != c && (!(o->flags & CONN_PAIRED) || lost_its_peer(w, h, o))) {
        o->peer = c->id;
        o->flags |= CONN_PAIRED;
        c->peer = o->id;
        c->flags |= CONN_PAIRED;
        c->pair = o->pair;
    } else {
        c->pair = ++h->pairs;
    }
}

static void conn_rec(struct world *w, const struct conn *c, unsigned open, const char *app)
{
    const struct sc_address *a = net_scenario(w)->address;
    uint16_t remote = (uint16_t)(c->key >> 16);
    uint64_t id = rec_next(w);
    struct rec_conn r;

    if (!rec_wanted(w, REC_CONN))
        return;
    memset(&r, 0, sizeof r);
    r.pair = c->pair;
    r.local = a[c->key >> 48].text;
    r.local_port = (uint16_t)(c->key >> 32);
    r.remote = remote ? a[remote].text : NULL;
    r.remote_port = (uint16_t)c->key;
    r.open = (uint16_t)open;
    r.parent = c->parent;
    r.app = app;
    r.stream = c->id;
    rec_put(w, &r.head, id, REC_CONN, c->id, c->host + 1u);
}

void conn_register(struct world *w, struct hosts *h, struct conn *c, unsigned open, const char *app)
{
    join(w, h, c);
    insert(w, h, c);
    conn_rec(w, c, open, app);
}

void conn_rebind(struct world *w, struct hosts *h, struct conn *c, const struct tcp_endpoints *e,
                 const char *app)
{
    take_out(w, h, c);
    c->kind = CONN_TCP;
    c->key = conn_key(e->local, e->local_port, e->remote, e->remote_port);
    conn_register(w, h, c, OPEN_ACTIVE, app);
}

void conn_free(struct world *w, struct hosts *h, struct conn *c)
{
    struct conn *parent = conn_by_id(w, h, c->parent);

    if ((c->flags & CONN_EMBRYO) && parent)
        parent->embryos--;
    take_out(w, h, c);
    ((ref *)world_at(w, h->by_id))[c->id] = 0;
    h->closed++;
    arena_free(&w->mem, arena_ref(&w->mem, c), sizeof *c);
}
