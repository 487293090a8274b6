/* sack.c: SACK blocks of the receiver (RFC 2018 sec 3 and 4, RFC 2883 sec 4). */
#include "models/tcp/sack.h"

enum { OPTION_BYTES = 40, STAMP_BYTES = 12, HEAD_BYTES = 4, BLOCK_BYTES = 8 };

static bool is_empty(struct span s)
{
    return seq_ge(s.left, s.right);
}

static void push_report(struct tcp_ctx *x, struct tcb *t, struct report p)
{
    struct recovery *r = recovery_make(x, t);
    if (r->reports.n >= REPORTS_MAX)
        return;
    struct report *e = ring_push(x, &r->reports, sizeof *e);
    *e = p;
}

void sack_report(struct tcp_ctx *x, struct tcb *t, seq32 newest, struct span again)
{
    if (!(t->flags & TF_SACK))
        return;
    if (!x->opt->dsack)
        again.right = again.left;
    if (!is_empty(again))
        cite(x, t, C_DSACK_OUT);
    push_report(x, t, (struct report){.newest = newest, .again = again});
}

bool sack_again(struct tcp_ctx *x, struct tcb *t, seq32 from, seq32 to)
{
    struct span again = {from, seq_min(to, t->rcv.nxt)};
    if (!(t->flags & TF_SACK) || !x->opt->dsack || is_empty(again))
        return false;
    uint64_t received = t->rcv.total + ((t->flags & TF_PEER_FIN) ? 1u : 0u);
    if (t->rcv.nxt.v - from.v > received) /* from before the first octet: never received on this connection */
        return false;
    cite(x, t, C_DSACK_OUT);
    push_report(x, t, (struct report){.newest = t->rcv.irs, .again = again});
    return true;
}

void sack_moved(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_of(x, t);
    if (!r)
        return;
    for (uint32_t i = r->reports.n; i-- > 0;) {
        const struct report *p = ring_at(x, &r->reports, sizeof *p, i);
        if (is_empty(p->again))
            ring_remove(x, &r->reports, sizeof *p, i);
    }
}

/* A FIN came before its time. It has a number, but is no octet of data: some tell it, some do not. */
static bool fin_waits(const struct tcp_ctx *x, const struct tcb *t)
{
    return x->opt->sack_fin && (t->flags & TF_FIN_HELD) && seq_gt(t->rcv.fin, t->rcv.nxt);
}

/* The block of what is held that has octet s; a FIN that waits behind it belongs to it. */
static bool block_at(const struct tcp_ctx *x, const struct tcb *t, seq32 s, struct span *out)
{
    uint32_t i = first_beyond(x, t, s), n = t->rcv.ooo.n;
    bool fin = fin_waits(x, t);
    *out = (struct span){t->rcv.fin, seq_add(t->rcv.fin, 1)};
    if (fin && seq_eq(s, t->rcv.fin) && i == n) { /* behind all text; it may continue the last range */
        const struct range *last = n > 0 ? ring_at(x, &t->rcv.ooo, sizeof *last, n - 1) : NULL;
        if (last && seq_eq(seq_add(last->seq, last->len), s))
            i = n - 1;
        else
            return true;
    }
    if (i == n)
        return false;
    const struct range *g = ring_at(x, &t->rcv.ooo, sizeof *g, i);
    if (seq_gt(g->seq, s))
        return false;
    /* ranges whose numbers touch but whose text does not go on are one block */
    *out = (struct span){g->seq, seq_add(g->seq, g->len)};
    for (uint32_t k = i; k-- > 0;) {
        const struct range *p = ring_at(x, &t->rcv.ooo, sizeof *p, k);
        if (!seq_eq(seq_add(p->seq, p->len), out->left))
            break;
        out->left = p->seq;
    }
    for (uint32_t k = i + 1; k < n; k++) {
        const struct range *q = ring_at(x, &t->rcv.ooo, sizeof *q, k);
        if (!seq_eq(q->seq, out->right))
            break;
        out->right = seq_add(q->seq, q->len);
    }
    if (fin && seq_eq(out->right, t->rcv.fin))
        out->right = seq_add(out->right, 1);
    return true;
}

bool sack_pending(const struct tcp_ctx *x, const struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    return r && r->reports.n > 0;
}

void sack_settled(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_of(x, t);
    if (r && r->reports.n > 0)
        ring_free(x->w, &r->reports, sizeof(struct report));
}

static bool holds_any(const struct tcp_ctx *x, const struct tcb *t)
{
    return t->rcv.ooo.n > 0 || fin_waits(x, t);
}

static uint32_t blocks_max(const struct tcb *t)
{
    return (OPTION_BYTES - ((t->flags & TF_TS) ? STAMP_BYTES : 0) - HEAD_BYTES) / BLOCK_BYTES;
}

uint32_t sack_room(const struct tcp_ctx *x, const struct tcb *t)
{
    if (!(t->flags & TF_SACK) || !synchronized(t) || (!holds_any(x, t) && !sack_pending(x, t)))
        return 0;
    uint32_t blocks = t->rcv.ooo.n + 1u + (sack_pending(x, t) ? 1u : 0u);
    return HEAD_BYTES + BLOCK_BYTES * min_u32(blocks, blocks_max(t));
}

static bool put_block(struct seg_ext *e, uint32_t most, struct span s, bool distinct)
{
    for (uint32_t i = 0; i < e->n_sack && distinct; i++)
        if (seq_eq(e->sack[i].left, s.left) && seq_eq(e->sack[i].right, s.right))
            return true;
    if (e->n_sack == most)
        return false;
    e->sack[e->n_sack].left = s.left;
    e->sack[e->n_sack++].right = s.right;
    return true;
}

/* The block of octet s becomes the one reported first most recently. */
static void make_recent(const struct tcp_ctx *x, const struct tcb *t, struct recovery *r, seq32 s)
{
    struct span b;
    uint8_t n = 0;
    if (!block_at(x, t, s, &b))
        return; /* not kept */
    for (uint32_t i = 0; i < r->n_recent; i++)
        if (seq_lt(r->recent[i], b.left) || seq_ge(r->recent[i], b.right))
            r->recent[n++] = r->recent[i];
    n = (uint8_t)min_u32(n, RECENT_MAX - 1);
    for (uint32_t i = n; i > 0; i--)
        r->recent[i] = r->recent[i - 1];
    r->recent[0] = s;
    r->n_recent = (uint8_t)(n + 1);
}

/* "... filled out by repeating the most recently reported SACK blocks", then with what else is held. The
 * D-SACK, if any, is there already, and may equal the block behind it. */
static void fill(const struct tcp_ctx *x, const struct tcb *t, struct recovery *r, struct seg_ext *e,
                 uint32_t most)
{
    struct span b;
    struct seg_ext blocks = {.n_sack = 0};
    uint8_t kept = 0;
    for (uint32_t i = 0; i < r->n_recent; i++) {
        if (!block_at(x, t, r->recent[i], &b))
            continue; /* acknowledged by now */
        r->recent[kept++] = r->recent[i];
        put_block(&blocks, SEG_SACK_MAX, b, true);
    }
    r->n_recent = kept;
    for (uint32_t i = 0; i < t->rcv.ooo.n && blocks.n_sack < SEG_SACK_MAX; i++) {
        const struct range *g = ring_at(x, &t->rcv.ooo, sizeof *g, i);
        if (block_at(x, t, g->seq, &b))
            put_block(&blocks, SEG_SACK_MAX, b, true);
    }
    if (fin_waits(x, t) && block_at(x, t, t->rcv.fin, &b))
        put_block(&blocks, SEG_SACK_MAX, b, true);
    for (uint32_t i = 0; i < blocks.n_sack; i++)
        if (!put_block(e, most, (struct span){blocks.sack[i].left, blocks.sack[i].right}, false))
            return;
}

void sack_attach(struct tcp_ctx *x, struct tcb *t, struct segment *s)
{
    if (!synchronized(t) || (!holds_any(x, t) && !sack_pending(x, t)))
        return;
    uint32_t mss = eff_mss(t), beside = mss > s->len ? mss - s->len : 0;
    uint32_t most = s->len == 0           ? blocks_max(t)
                    : beside > HEAD_BYTES ? min_u32((beside - HEAD_BYTES) / BLOCK_BYTES, blocks_max(t))
                                          : 0;
    if (most == 0)
        return;
    struct recovery *r = recovery_make(x, t);
    struct seg_ext e = {.n_sack = 0};
    if (r->reports.n > 0) {
        const struct report p = *(const struct report *)ring_at(x, &r->reports, sizeof p, 0);
        ring_pop(x, &r->reports, sizeof p);
        if (!is_empty(p.again))
            put_block(&e, most, p.again, false);
        if (seq_gt(p.newest, t->rcv.nxt))
            make_recent(x, t, r, p.newest);
    }
    fill(x, t, r, &e, most);
    if (e.n_sack == 0)
        return;
    s->ext = arena_alloc(&x->w->mem, sizeof e);
    *(struct seg_ext *)world_at(x->w, s->ext) = e;
    s->opts |= SEG_SACK;
}
