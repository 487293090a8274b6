/* scoreboard.c: RFC 6675 sec 4: Update, IsLost, SetPipe. */
#include "models/tcp/scoreboard.h"

static struct span *at(const struct tcp_ctx *x, const struct recovery *r, uint32_t i)
{
    return ring_at(x, &r->board, sizeof(struct span), i);
}

/* Index of the first span that ends behind s. */
static uint32_t first_behind(const struct tcp_ctx *x, const struct recovery *r, seq32 s)
{
    uint32_t lo = 0, hi = r->board.n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (seq_le(at(x, r, mid)->right, s))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static uint32_t length(struct span s)
{
    return s.right.v - s.left.v;
}

/* Joins s with all spans from i on that it reaches; returns the octets they had together. */
static uint32_t swallow(struct tcp_ctx *x, struct recovery *r, uint32_t i, struct span *s)
{
    uint32_t had = 0;
    while (i < r->board.n && seq_le(at(x, r, i)->left, s->right)) {
        const struct span p = *at(x, r, i);
        s->left = seq_min(s->left, p.left);
        s->right = seq_max(s->right, p.right);
        had += length(p);
        ring_remove(x, &r->board, sizeof p, i);
    }
    return had;
}

uint32_t board_mark(struct tcp_ctx *x, struct tcb *t, struct span s)
{
    if (seq_le(s.left, t->snd.una) || seq_gt(s.right, t->snd.nxt) || seq_ge(s.left, s.right))
        return 0;
    struct recovery *r = recovery_make(x, t);
    uint32_t i = first_behind(x, r, seq_sub(s.left, 1)); /* one that ends where s begins goes on in it */
    if (i < r->board.n && seq_le(at(x, r, i)->left, s.left) && seq_ge(at(x, r, i)->right, s.right))
        return 0;
    uint32_t had = 0;
    if (i < r->board.n && seq_le(at(x, r, i)->left, s.right))
        had = swallow(x, r, i, &s);
    else if (r->board.n >= BOARD_MAX)
        return 0;
    struct span *e = ring_insert(x, &r->board, sizeof s, i);
    *e = s;
    r->sacked += length(s) - had;
    return length(s) - had;
}

bool board_advance(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_of(x, t);
    while (r && r->board.n > 0 && seq_le(at(x, r, 0)->right, t->snd.una)) {
        r->sacked -= length(*at(x, r, 0));
        ring_remove(x, &r->board, sizeof(struct span), 0);
    }
    return !r || r->board.n == 0 || seq_gt(at(x, r, 0)->left, t->snd.una);
}

void board_clear(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_of(x, t);
    if (!r)
        return;
    ring_free(x->w, &r->board, sizeof(struct span));
    r->sacked = 0;
}

uint32_t board_count(const struct tcp_ctx *x, const struct tcb *t, seq32 from, seq32 to)
{
    const struct recovery *r = recovery_of(x, t);
    uint32_t n = 0;
    if (!r || r->board.n == 0 || seq_ge(from, to))
        return 0;
    for (uint32_t i = first_behind(x, r, from); i < r->board.n && seq_lt(at(x, r, i)->left, to); i++)
        n += seq_min(at(x, r, i)->right, to).v - seq_max(at(x, r, i)->left, from).v;
    return n;
}

seq32 board_skip(const struct tcp_ctx *x, const struct tcb *t, seq32 s)
{
    const struct recovery *r = recovery_of(x, t);
    uint32_t i = r ? first_behind(x, r, s) : 0;
    return r && i < r->board.n && seq_le(at(x, r, i)->left, s) ? at(x, r, i)->right : s;
}

seq32 board_hole_end(const struct tcp_ctx *x, const struct tcb *t, seq32 s)
{
    const struct recovery *r = recovery_of(x, t);
    uint32_t i = r ? first_behind(x, r, s) : 0;
    return r && i < r->board.n ? at(x, r, i)->left : t->snd.nxt;
}

seq32 board_top(const struct tcp_ctx *x, const struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    const struct span *last = r && r->board.n > 0 ? at(x, r, r->board.n - 1u) : NULL;
    return last && seq_eq(last->right, t->snd.nxt) ? last->left : t->snd.nxt;
}

seq32 board_highest(const struct tcp_ctx *x, const struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    return r && r->board.n > 0 ? at(x, r, r->board.n - 1u)->right : t->snd.una;
}

/* "... either DupThresh discontiguous SACKed sequences have arrived above 'SeqNum' or more than (DupThresh -
 * 1) * SMSS bytes with sequence numbers greater than 'SeqNum' have been SACKed": from the top, three spans at
 * most. */
seq32 board_lost_below(const struct tcp_ctx *x, const struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    uint32_t spans = 0, octets = 0, enough = (DUPACK_THRESHOLD - 1) * eff_mss(t);
    for (uint32_t i = r ? r->board.n : 0; i-- > 0;) {
        octets += length(*at(x, r, i));
        if (++spans >= DUPACK_THRESHOLD || octets > enough)
            return at(x, r, i)->left;
    }
    return t->snd.una;
}

static uint32_t unmarked(const struct tcp_ctx *x, const struct tcb *t, seq32 from, seq32 to)
{
    return seq_lt(from, to) ? to.v - from.v - board_count(x, t, from, to) : 0;
}

uint32_t board_pipe(const struct tcp_ctx *x, const struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    if (!r)
        return flight_size(t);
    bool recovers = (t->flags & TF_SACK) && (t->flags & TF_RECOVERY);
    /* (a) what is not lost, (b) what has been sent again */
    return unmarked(x, t, board_lost_below(x, t), t->snd.nxt) +
           unmarked(x, t, t->snd.una, recovers ? r->high_rxt : t->snd.una);
}

const char *board_check(const struct tcp_ctx *x, const struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    seq32 end = t->snd.una;
    uint32_t n = 0;
    if (!r)
        return NULL;
    for (uint32_t i = 0; i < r->board.n; i++) {
        const struct span s = *at(x, r, i);
        if (!seq_gt(s.left, end) || !seq_gt(s.right, s.left))
            return "the scoreboard is in order, and begins behind SND.UNA";
        end = s.right;
        n += length(s);
    }
    if (seq_gt(end, t->snd.nxt))
        return "the scoreboard ends with SND.NXT";
    if (n != r->sacked)
        return "the scoreboard adds up to the octets SACKed";
    if (board_pipe(x, t) > 2 * (uint64_t)flight_size(t))
        return "pipe is at most twice what is outstanding";
    if ((t->flags & TF_SACK) && (t->flags & TF_RECOVERY) &&
        (seq_gt(r->high_rxt, t->snd.nxt) || seq_gt(t->snd.recover, t->snd.nxt)))
        return "HighRxt and RecoveryPoint have been sent";
    return NULL;
}
