#include "sim/report/fold.h"

#include <stdlib.h>
#include <string.h>

/* ---- map ---- */

static size_t slot_of(const struct fold_map *m, uint64_t key)
{
    size_t i = (size_t)hash_mix(0, key) & (m->slots - 1);

    while (m->key[i] && m->key[i] != key)
        i = (i + 1) & (m->slots - 1);
    return i;
}

void fold_map_put(struct fold_map *m, uint64_t key, uint32_t value)
{
    size_t i;

    CHECK(key);
    if ((m->n + 1) * 2 > m->slots) {
        struct fold_map old = *m;

        m->slots = old.slots ? old.slots * 2 : 64;
        m->key = calloc(m->slots, sizeof *m->key);
        m->value = calloc(m->slots, sizeof *m->value);
        CHECK(m->key && m->value);
        for (size_t k = 0; k < old.slots; k++)
            if (old.key[k]) {
                i = slot_of(m, old.key[k]);
                m->key[i] = old.key[k];
                m->value[i] = old.value[k];
            }
        free(old.key);
        free(old.value);
    }
    i = slot_of(m, key);
    m->n += m->key[i] == 0;
    m->key[i] = key;
    m->value[i] = value;
}

bool fold_map_get(const struct fold_map *m, uint64_t key, uint32_t *value)
{
    size_t i;

    if (!m->slots || !key)
        return false;
    i = slot_of(m, key);
    *value = m->value[i];
    return m->key[i] != 0;
}

void fold_map_free(struct fold_map *m)
{
    free(m->key);
    free(m->value);
    *m = (struct fold_map){0};
}

/* ---- connections ---- */

void fold_init(struct fold *f)
{
    *f = (struct fold){.beat = -1};
}

void fold_free(struct fold *f)
{
    free(f->conn);
    free(f->host);
    free(f->path);
    fold_map_free(&f->by_id);
    fold_init(f);
}

struct fold_conn *fold_conn(const struct fold *f, uint32_t id)
{
    uint32_t i;

    /* A fold that was set back keeps its map: what that knows of the future does not count. */
    return fold_map_get(&f->by_id, id, &i) && i < f->n_conns && f->conn[i].id == id ? &f->conn[i] : NULL;
}

/* Makes room for n elements; new ones are zero. */
static void *grown(void *array, size_t *n, size_t want, size_t each)
{
    char *a = array;

    if (want <= *n)
        return a;
    a = grow_to(a, want, each);
    memset(a + *n * each, 0, (want - *n) * each);
    *n = want;
    return a;
}

void fold_copy(struct fold *to, const struct fold *from)
{
    if (from->n_conns > to->cap) {
        to->cap = from->n_conns;
        to->conn = grow_to(to->conn, to->cap, sizeof *to->conn);
    }
    if (from->n_conns)
        memcpy(to->conn, from->conn, from->n_conns * sizeof *to->conn);
    to->n_conns = from->n_conns;
    for (size_t i = 0; i < to->n_conns; i++)
        if (fold_conn(to, to->conn[i].id) != &to->conn[i])
            fold_map_put(&to->by_id, to->conn[i].id, (uint32_t)i);
    to->host = grown(to->host, &to->n_hosts, from->n_hosts, sizeof *to->host);
    if (from->n_hosts)
        memcpy(to->host, from->host, from->n_hosts * sizeof *to->host);
    for (size_t i = from->n_hosts; i < to->n_hosts; i++)
        to->host[i] = (struct fold_host){0};
    to->path = grown(to->path, &to->n_paths, from->n_paths, sizeof *to->path);
    if (from->n_paths)
        memcpy(to->path, from->path, from->n_paths * sizeof *to->path);
    for (size_t i = from->n_paths; i < to->n_paths; i++)
        to->path[i] = (struct fold_path){0};
    to->now = from->now;
    to->beat = from->beat;
    to->record = from->record;
}

static struct fold_conn *conn_of(struct fold *f, const struct rec_head *r)
{
    struct fold_conn *c = fold_conn(f, r->conn);

    if (c)
        return c;
    GROW(f->conn, f->n_conns, f->cap);
    fold_map_put(&f->by_id, r->conn, (uint32_t)f->n_conns);
    c = &f->conn[f->n_conns++];
    *c = (struct fold_conn){.id = r->conn, .host = r->host, .local = "", .state_since = r->at};
    return c;
}

static void put_conn(struct fold_conn *c, const struct rec_conn *r)
{
    c->pair = r->pair;
    c->local = r->local;
    c->local_port = r->local_port;
    c->remote = r->remote;
    c->remote_port = r->remote_port;
    c->open = r->open;
}

static void put_vars(struct fold_conn *c, const struct rec_vars *r)
{
    for (unsigned i = 0; i < VAR_COUNT; i++) {
        uint32_t bit = UINT32_C(1) << i;

        if (!(r->changed & bit))
            continue;
        if (!(c->known & bit) || c->since[i] != r->head.at) {
            c->had = (c->had & ~bit) | (c->known & bit);
            c->was[i] = c->known & bit ? c->value[i] : 0;
            c->since[i] = r->head.at;
        }
        c->value[i] = r->value[i];
        c->record[i] = r->head.id;
    }
    c->known |= r->changed;
}

static void put_state(struct fold_conn *c, const struct rec_state *r)
{
    if (!c->state_record || c->state_since != r->head.at)
        c->state_was = c->state;
    c->state = (enum report_state)r->to;
    c->state_since = r->head.at;
    c->state_record = r->head.id;
}

static void put_timer(struct fold_conn *c, const struct rec_timer *r)
{
    struct fold_timer *t = r->timer < TIMER_COUNT ? &c->timer[r->timer] : NULL;

    if (!t)
        return;
    t->running = r->op == TIMER_OP_ARMED || r->op == TIMER_OP_RESTARTED;
    t->backoff = r->backoff;
    if (t->running) {
        t->armed = r->head.at;
        t->due = r->due;
    }
    if (r->op == TIMER_OP_FIRED) {
        t->fired = r->head.id;
        t->fired_at = r->head.at;
    }
}

/* A crash takes all connections of its host with it, without a word of theirs. */
static void forget_conns(struct fold *f, uint16_t host)
{
    for (size_t i = 0; i < f->n_conns; i++)
        if (f->conn[i].host == host)
            f->conn[i].state = ST_CLOSED;
}

static void put_host(struct fold *f, const struct rec_host_event *r)
{
    struct fold_host *h;

    if (!r->head.host)
        return;
    f->host = grown(f->host, &f->n_hosts, (size_t)r->head.host + 1, sizeof *f->host);
    h = &f->host[r->head.host];
    h->since = r->head.at;
    if (r->event == HOST_EVENT_CRASH)
        forget_conns(f, r->head.host);
    if (r->event == HOST_EVENT_CRASH || r->event == HOST_EVENT_REBOOT)
        h->down = r->event == HOST_EVENT_CRASH;
    else
        h->cut = r->event == HOST_EVENT_CUT;
}

static void put_link(struct fold *f, const struct rec_link_event *r)
{
    size_t i = (size_t)r->link * 2 + (r->dir & 1);
    struct fold_path *p;

    if (r->event >= LINK_EVENT_COUNT)
        return;
    f->path = grown(f->path, &f->n_paths, ((size_t)r->link + 1) * 2, sizeof *f->path);
    p = &f->path[i];
    p->since = r->head.at;
    p->changed |= UINT32_C(1) << r->event;
    p->value[r->event] = r->value;
    if (r->event == LINK_EVENT_DOWN || r->event == LINK_EVENT_UP)
        p->down = r->event == LINK_EVENT_DOWN;
}

/* Whether a record makes its instant a beat. */
static bool is_beat(const struct rec_head *r)
{
    const void *body = r;

    return r->kind == REC_SEND || r->kind == REC_ICMP || r->kind == REC_ARRIVE || r->kind == REC_DROP ||
           r->kind == REC_CALL || r->kind == REC_STATE ||
           (r->kind == REC_TIMER && ((const struct rec_timer *)body)->op == TIMER_OP_FIRED);
}

void fold_put(struct fold *f, const struct rec_head *r)
{
    const void *body = r;
    struct fold_conn *c;

    f->now = r->at;
    f->record = r->id;
    if (is_beat(r))
        f->beat = r->at;
    if (r->kind == REC_HOSTEV)
        put_host(f, body);
    else if (r->kind == REC_LINKEV)
        put_link(f, body);
    if (!r->conn)
        return;
    c = conn_of(f, r);
    if (r->kind == REC_CONN)
        put_conn(c, body);
    else if (r->kind == REC_STATE)
        put_state(c, body);
    else if (r->kind == REC_DELIVER)
        c->delivered = ((const struct rec_deliver *)body)->total;
    else if (r->kind == REC_VARS)
        put_vars(c, body);
    else if (r->kind == REC_TIMER)
        put_timer(c, body);
}

void fold_until(struct fold *f, const struct log *log, vtime at)
{
    for (size_t i = 0; i < log_count(log) && log_at(log, i)->at <= at; i++)
        fold_put(f, log_at(log, i));
}
