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
    *f = (struct fold){0};
}

void fold_free(struct fold *f)
{
    free(f->conn);
    fold_map_free(&f->by_id);
    *f = (struct fold){0};
}

struct fold_conn *fold_conn(const struct fold *f, uint32_t id)
{
    uint32_t i;

    return fold_map_get(&f->by_id, id, &i) ? &f->conn[i] : NULL;
}

static struct fold_conn *conn_of(struct fold *f, const struct rec_head *r)
{
    struct fold_conn *c = fold_conn(f, r->conn);

    if (c)
        return c;
    if (f->n_conns == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 16;
        f->conn = realloc(f->conn, f->cap * sizeof *f->conn);
        CHECK(f->conn);
    }
    fold_map_put(&f->by_id, r->conn, (uint32_t)f->n_conns);
    c = &f->conn[f->n_conns++];
    *c = (struct fold_conn){.id = r->conn, .host = r->host, .local = ""};
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
    for (unsigned i = 0; i < VAR_COUNT; i++)
        if (r->changed >> i & 1u)
            c->value[i] = r->value[i];
    c->known |= r->changed;
}

void fold_put(struct fold *f, const struct rec_head *r)
{
    const void *body = r;
    struct fold_conn *c;

    if (!r->conn)
        return;
    c = conn_of(f, r);
    if (r->kind == REC_CONN)
        put_conn(c, body);
    else if (r->kind == REC_STATE)
        c->state = (enum report_state)((const struct rec_state *)body)->to;
    else if (r->kind == REC_DELIVER)
        c->delivered = ((const struct rec_deliver *)body)->total;
    else if (r->kind == REC_VARS)
        put_vars(c, body);
}

void fold_until(struct fold *f, const struct log *log, vtime at)
{
    for (size_t i = 0; i < log_count(log) && log_at(log, i)->at <= at; i++)
        fold_put(f, log_at(log, i));
}
