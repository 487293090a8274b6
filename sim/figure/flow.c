#include "sim/figure/flow.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/wire/wire.h"
#include "sim/figure/paint.h"

static const struct rec_send *sent(const struct flow *f, size_t i)
{
    const struct rec_head *r = log_at(f->model->log, i);

    return r->kind == REC_SEND ? (const void *)r : NULL;
}

static uint32_t pair_of(const struct flow *f, uint32_t conn)
{
    const struct fold_conn *c = fold_conn(&f->ends, conn);

    return c ? c->pair : 0;
}

/* What becomes of packets, and all connection ends. */
static void look_ahead(struct flow *f)
{
    const struct log *log = f->model->log;

    for (size_t i = 0; i < log_count(log); i++) {
        const struct rec_head *r = log_at(log, i);
        const void *body = r;

        fold_put(&f->ends, r);
        if (r->kind == REC_ARRIVE) {
            const struct rec_arrive *a = body;
            const struct packet *p = scan_packet(&f->scan, a->pkt);

            if (p && p->to == r->host)
                fold_map_put(&f->fate, a->pkt, 1);
        } else if (r->kind == REC_DROP) {
            fold_map_put(&f->fate, ((const struct rec_drop *)body)->pkt, 2);
        }
    }
}

/* Who sends: an end of a connection, or a raw peer's direction of a talk. */
static uint64_t sender_key(struct flow *f, const struct rec_send *r, int *dir)
{
    const struct talk *t = scan_talk(&f->scan, r, dir);

    return r->head.conn ? r->head.conn : (UINT64_C(1) << 40) + 2 * (uint64_t)t->number + (unsigned)*dir;
}

/* The first segment of the sender that is meant. */
static const struct rec_send *choose(struct flow *f, uint32_t conn)
{
    size_t n = log_count(f->model->log), n_senders = 0, cap = 0, best = 0;
    struct {
        uint64_t bytes;
        const struct rec_send *first;
    } *sender = NULL;
    struct fold_map index = {0};
    const struct rec_send *chosen = NULL;

    for (size_t i = 0; i < n && !chosen; i++) {
        const struct rec_send *r = sent(f, i);
        uint32_t k;
        uint64_t key;
        int dir;

        if (!r)
            continue;
        if (conn && r->head.conn == conn)
            chosen = r;
        key = sender_key(f, r, &dir);
        if (!fold_map_get(&index, key, &k)) {
            GROW(sender, n_senders, cap);
            k = (uint32_t)n_senders++;
            sender[k].bytes = 0;
            sender[k].first = r;
            fold_map_put(&index, key, k);
        }
        sender[k].bytes += r->retx_of ? 0 : r->len;
    }
    for (size_t i = 1; i < n_senders; i++)
        if (sender[i].bytes > sender[best].bytes)
            best = i;
    if (!chosen && n_senders)
        chosen = sender[best].first;
    free(sender);
    fold_map_free(&index);
    return chosen;
}

bool flow_open(struct flow *f, const struct model *m, uint32_t conn)
{
    const struct rec_send *first;

    *f = (struct flow){.model = m, .options = {.width = 80}};
    scan_init(&f->scan, m->header, m->log, &f->options);
    fold_init(&f->ends);
    look_ahead(f);
    first = choose(f, conn);
    if (!first)
        return false;
    f->talk = scan_talk(&f->scan, first, &f->turned);
    f->pair = pair_of(f, first->head.conn);
    f->side[0].conn = first->head.conn;
    f->side[0].host = first->head.host;
    for (size_t i = 0; i < log_count(m->log); i++) {
        const struct rec_send *r = sent(f, i);
        int side = r ? flow_side(f, r) : -1;

        if (side < 0)
            continue;
        f->side[side].bytes += r->retx_of ? 0 : r->len;
        if (side == 1 && !f->side[1].host) {
            f->side[1].host = r->head.host;
            f->side[1].conn = r->head.conn;
        }
    }
    return true;
}

void flow_close(struct flow *f)
{
    scan_free(&f->scan);
    fold_free(&f->ends);
    fold_map_free(&f->fate);
}

int flow_side(struct flow *f, const struct rec_send *r)
{
    int dir;

    if (scan_talk(&f->scan, r, &dir) != f->talk)
        return -1;
    if (r->head.conn && f->pair && pair_of(f, r->head.conn) != f->pair)
        return -1;
    if (dir == f->turned && f->side[0].conn && r->head.conn && r->head.conn != f->side[0].conn)
        return -1;
    return dir == f->turned ? 0 : 1;
}

/* The position nearest to where the side is. */
static int64_t position(const struct flow_side *s, uint32_t seq, int64_t near)
{
    return near + (int32_t)(seq - (uint32_t)((uint64_t)near + s->isn));
}

int64_t flow_length(const struct rec_send *r)
{
    return (int64_t)r->len + ((r->ctl & TCP_SYN) != 0) + ((r->ctl & TCP_FIN) != 0);
}

int64_t flow_send(struct flow *f, int side, const struct rec_send *r)
{
    struct flow_side *s = &f->side[side];
    int64_t at;

    if (!s->begun) {
        s->begun = true;
        s->isn = r->ctl & TCP_SYN ? r->seq.v : r->seq.v - 1;
        s->next = r->ctl & TCP_SYN ? 0 : 1;
    }
    at = position(s, r->seq.v, s->next);
    if (!(r->ctl & TCP_RST))
        s->next = max_i64(s->next, at + flow_length(r));
    return at;
}

int flow_hear(struct flow *f, const struct rec_arrive *r)
{
    const struct rec_head *head = log_find(f->model->log, r->pkt);
    const struct rec_send *p = head && head->kind == REC_SEND ? (const void *)head : NULL;
    int from = p ? flow_side(f, p) : -1;
    struct flow_side *s;
    int64_t ack;

    if (from < 0 || r->corrupt || r->head.host != p->to || !(p->ctl & TCP_ACK) || (p->ctl & TCP_RST))
        return -1;
    s = &f->side[1 - from];
    if (!s->begun || s->host != r->head.host)
        return -1;
    ack = position(s, p->ack.v, s->una);
    if (ack < s->una || ack > s->next) /* old, or of something never sent */
        return -1;
    s->una = ack;
    s->edge = ack + ((int64_t)p->wnd << (p->wscale & 15));
    return 1 - from;
}

unsigned flow_sacks(const struct flow *f, int side, const struct rec_arrive *r, int64_t block[][2])
{
    const struct rec_send *p = (const void *)log_find(f->model->log, r->pkt);
    const struct flow_side *s = &f->side[side];
    struct segment seg = {.ctl = TCP_ACK};
    struct seg_ext ext = {.n_sack = 0};
    unsigned n = 0;

    if (!p || !p->opt.n)
        return 0;
    wire_get_options(p->opt.p, p->opt.n, &seg, &ext);
    for (unsigned i = 0; i < ext.n_sack && n < FLOW_SACKS; i++) {
        int64_t from = position(s, ext.sack[i].left.v, s->una), to = position(s, ext.sack[i].right.v, s->una);

        if (from >= to || to > s->next) /* of something never sent */
            continue;
        block[n][0] = from;
        block[n++][1] = to;
    }
    return n;
}

bool flow_lost(const struct flow *f, uint64_t pkt)
{
    uint32_t fate;

    return fold_map_get(&f->fate, pkt, &fate) && fate == 2;
}

void flow_who(const struct flow *f, int side, char *out, size_t size)
{
    char name[2][48] = {"", ""};

    for (int i = 0; i < 2; i++) {
        uint16_t host = f->side[i ? 1 - side : side].host;
        int lane = model_lane_of(f->model, host);

        if (lane >= 0)
            paint_escape(name[i], sizeof name[i], figure_first(f->model->lang, f->model->lane[lane].name));
        else if (host)
            paint_escape(name[i], sizeof name[i], f->model->header->host[host - 1].name);
    }
    snprintf(out, size, "%s → %s", name[0], name[1]);
}
