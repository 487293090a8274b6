/* recovery.c: losses found and repaired: RFC 6675 with SACK, RFC 5681 and RFC 6582 without; RFC 3042; what is
 * sent again after a time-out. */
#include "models/tcp/scoreboard.h"

struct recovery *recovery_make(struct tcp_ctx *x, struct tcb *t)
{
    if (!t->rec)
        t->rec = arena_alloc(&x->w->mem, sizeof(struct recovery));
    return world_at(x->w, t->rec);
}

void recovery_free(struct world *w, struct tcb *t)
{
    if (!t->rec)
        return;
    struct recovery *r = world_at(w, t->rec);
    ring_free(w, &r->board, sizeof(struct span));
    ring_free(w, &r->reports, sizeof(struct report));
    arena_free(&w->mem, t->rec, sizeof *r);
    t->rec = 0;
}

void recovery_release(struct tcp_ctx *x, struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    bool used = (t->flags & (TF_RTO_RECOVERY | TF_RECOVERY)) || x->opt->newreno_ack_heuristic ||
                x->opt->newreno_timestamp_heuristic;
    if (r && !used && t->rcv.ooo.n == 0 && r->board.n == 0 && r->reports.n == 0 && r->n_rxt == 0)
        recovery_free(x->w, t);
}

static const struct cc_ops *cc(const struct tcp_ctx *x)
{
    return cc_get((enum cc_kind)x->opt->congestion);
}

/* --- duplicates that the peer reports (RFC 2883 sec 5) --- */

/* "the sender should compare the sequence space in the first SACK block to the cumulative ACK which is
 * carried IN THE SAME PACKET", then to the second block. */
static bool is_dsack(const struct tcb *t, const struct arrival *a)
{
    const struct seg_ext *e = a->ext;
    struct span b = {e->sack[0].left, e->sack[0].right};
    if (seq_ge(b.left, b.right) || seq_gt(b.right, t->snd.nxt) ||
        t->snd.nxt.v - b.left.v > t->snd.nxt_off + 1)
        return false; /* never sent */
    if (seq_le(b.right, a->s.ack))
        return true;
    return e->n_sack > 1 && seq_le(e->sack[1].left, b.left) && seq_ge(e->sack[1].right, b.right);
}

/* One of our retransmissions was not needed; or, if it was never sent again, the network made a copy. */
static void learn_dsack(struct tcp_ctx *x, struct tcb *t, const struct arrival *a)
{
    struct recovery *r = recovery_of(x, t);
    struct span b = {a->ext->sack[0].left, a->ext->sack[0].right};
    for (uint32_t i = 0; r && i < r->n_rxt; i++) {
        if (seq_ge(b.left, r->rxt[i].right) || seq_le(b.right, r->rxt[i].left))
            continue;
        r->rxt[i].right = r->rxt[i].left; /* told: a further duplicate is not ours */
        cite(x, t, C_DSACK_SPURIOUS);
        return;
    }
    cite(x, t, C_DSACK_NETWORK);
}

void recovery_sent_again(struct tcp_ctx *x, struct tcb *t, seq32 from, seq32 to)
{
    if (!(t->flags & TF_SACK) || !synchronized(t))
        return;
    struct recovery *r = recovery_make(x, t);
    r->rxt[r->rxt_at] = (struct span){from, to};
    r->rxt_at = (uint8_t)((r->rxt_at + 1u) % RXT_MAX);
    if (r->n_rxt < RXT_MAX)
        r->n_rxt++;
}

/* --- SACK-based loss recovery (RFC 6675 sec 5) --- */

static uint32_t flight_at_loss(const struct tcp_ctx *x, const struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    uint32_t flight = ecn_flight(x, t), limited = r ? r->limited : 0;
    return flight > limited ? flight - limited : flight;
}

/* (4) "Invoke fast retransmit and enter loss recovery". */
static void enter_sack(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_make(x, t);
    t->flags = (t->flags & ~TF_PARTIAL) | TF_RECOVERY;
    t->snd.recover = t->snd.nxt;                                      /* (4.1) */
    cc(x)->enter_sack(&t->cc, flight_at_loss(x, t), world_now(x->w)); /* (4.2) */
    ecn_reduced(x, t);
    r->high_rxt = retransmit_range(x, t, t->snd.una, board_hole_end(x, t, t->snd.una), C_SACK_RETRANSMIT);
    r->rescue = r->high_rxt; /* (4.3); (4.4) and (C) follow at the end of the instant */
    r->limited = 0;
    r->credit = 0;
    owe(x, t);
}

void recovery_blocks(struct tcp_ctx *x, struct tcb *t, const struct arrival *a)
{
    const struct seg_ext *e = a->ext;
    if (!(t->flags & TF_SACK) || !(a->s.opts & SEG_SACK) || !e || e->n_sack == 0 || a->new_syn)
        return;
    if (is_dsack(t, a))
        learn_dsack(x, t, a);
    uint32_t fresh = 0;
    for (unsigned i = 0; i < e->n_sack; i++) /* Update () */
        fresh += board_mark(x, t, (struct span){e->sack[i].left, e->sack[i].right});
    if (fresh == 0)
        return;
    owe(x, t);
    if (t->flags & (TF_RECOVERY | TF_RTO_RECOVERY))
        return;
    if (t->snd.dupacks < UINT8_MAX)
        t->snd.dupacks++;
    if (seq_lt(t->snd.una, t->snd.recover))
        return; /* sec 5.1: not before all that was outstanding at the time-out is acknowledged */
    if (t->snd.dupacks >= DUPACK_THRESHOLD || seq_gt(board_lost_below(x, t), t->snd.una)) {
        enter_sack(x, t);
    } else if (x->opt->limited_transmit) {
        recovery_make(x, t)->credit = 1; /* (3) */
    }
}

void recovery_advance(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_of(x, t);
    if (!r)
        return;
    r->limited = 0;
    r->credit = 0;
    if (!board_advance(x, t)) {
        cite(x, t, C_SACK_RENEGED);
        board_clear(x, t);
    }
    if (t->flags & TF_RECOVERY)
        r->high_rxt = seq_max(r->high_rxt, t->snd.una);
}

/* NextSeg () rule (4): the last segment that is not SACKed, once in a recovery. */
static uint32_t rescue(struct tcp_ctx *x, struct tcb *t, struct recovery *r, uint32_t smss)
{
    seq32 top = board_top(x, t);
    const struct sent *e = ring_at(x, &t->snd.sent, sizeof *e, find_sent(x, t, top) - 1u);
    seq32 from = board_skip(x, t, seq_max(seq_max(e->seq, seq_sub(top, smss)), t->snd.una));
    r->rescue = t->snd.recover;
    return retransmit_range(x, t, from, top, C_NEXTSEG_RESCUE).v - from.v;
}

/* One segment by NextSeg (); returns its octets, 0: none. *held: why no new text goes. */
static uint32_t send_next(struct tcp_ctx *x, struct tcb *t, struct recovery *r, uint32_t smss,
                          enum tcp_clause *held)
{
    seq32 s = board_skip(x, t, seq_max(r->high_rxt, t->snd.una)), edge = seq_add(t->snd.una, t->snd.wnd);
    seq32 to = seq_min(board_hole_end(x, t, s), seq_add(s, smss));
    bool hole = seq_lt(s, board_highest(x, t)) && seq_le(to, edge); /* (1.a), (1.b) */
    bool lost = hole && seq_lt(s, board_lost_below(x, t));          /* (1.c) */
    if (!lost) {
        uint32_t len;
        bool fin;
        *held = new_segment(x, t, &len, &fin); /* (2) */
        if (*held == C_NONE && (len > 0 || fin)) {
            send_text(x, t, len, fin, C_NONE);
            return len + (fin ? 1u : 0u);
        }
    }
    if (hole) { /* (1) or (3) */
        r->high_rxt = retransmit_range(x, t, s, to, lost ? C_NEXTSEG_LOST : C_NEXTSEG_UNSURE);
        return r->high_rxt.v - s.v;
    }
    if (seq_gt(t->snd.una, r->rescue) && seq_le(board_top(x, t), edge))
        return rescue(x, t, r, smss); /* (4) */
    return 0;
}

enum tcp_clause recovery_send(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_of(x, t);
    enum tcp_clause held = C_NONE;
    uint32_t smss = eff_mss(t), pipe = board_pipe(x, t), n = 1;
    while (n > 0 && t->snd.sent.n > 0) {
        if (t->cc.cwnd < pipe || t->cc.cwnd - pipe < smss)
            return snd_waiting(t) > 0 ? C_HELD_BY_CWND : C_NONE;
        n = send_next(x, t, r, smss, &held);
        pipe += n;
    }
    return held;
}

/* --- without SACK: NewReno (RFC 6582), limited transmit (RFC 3042) --- */

void recovery_remember(struct tcp_ctx *x, struct tcb *t, const struct segment *s, seq32 before)
{
    bool wanted = x->opt->newreno_ack_heuristic || x->opt->newreno_timestamp_heuristic;
    if (!wanted || (t->flags & TF_SACK) || seq_gt(before, t->snd.recover))
        return;
    struct recovery *r = recovery_make(x, t);
    uint32_t i = find_sent(x, t, t->snd.una);
    r->prev_ack = before;
    r->same_echo = 0;
    if (i > 0 && (t->flags & TF_TS) && (s->opts & SEG_TS)) {
        const struct sent *last = ring_at(x, &t->snd.sent, sizeof *last, i - 1);
        r->same_echo = s->tsecr == (uint32_t)(last->at / NS_PER_MS);
    }
}

/* RFC 6582 sec 4: three duplicate ACKs that do not cover more than recover: a retransmission lost, or three
 * that were not needed? C_NONE: the latter, or it cannot be told. */
static enum tcp_clause heuristic(const struct tcp_ctx *x, const struct tcb *t)
{
    const struct recovery *r = recovery_of(x, t);
    uint32_t smss = eff_mss(t);
    if (!r)
        return C_NONE;
    if (x->opt->newreno_ack_heuristic && t->cc.cwnd > smss && t->snd.una.v - r->prev_ack.v <= 4 * smss)
        return C_ACK_HEURISTIC;
    return x->opt->newreno_timestamp_heuristic && r->same_echo ? C_TIMESTAMP_HEURISTIC : C_NONE;
}

void recovery_dupack(struct tcp_ctx *x, struct tcb *t)
{
    if (t->flags & TF_RECOVERY) {
        cc(x)->on_dupack(&t->cc);
        owe(x, t);
        return;
    }
    if (t->snd.dupacks < UINT8_MAX)
        t->snd.dupacks++;
    if (t->snd.dupacks < DUPACK_THRESHOLD && x->opt->limited_transmit) {
        struct recovery *r = recovery_make(x, t);
        r->credit = (uint8_t)min_u32(r->credit + 1u, DUPACK_THRESHOLD - 1);
        owe(x, t);
    }
    if (t->snd.dupacks != DUPACK_THRESHOLD)
        return;
    if (seq_le(t->snd.una, t->snd.recover) || (t->flags & TF_RTO_RECOVERY)) {
        /* RFC 6582 sec 3.2: only an ACK of more than was outstanding at the last loss */
        enum tcp_clause why = heuristic(x, t);
        if (why == C_NONE)
            return;
        cite(x, t, why);
    }
    t->flags = (t->flags & ~(TF_PARTIAL | TF_RTO_RECOVERY)) | TF_RECOVERY;
    t->snd.recover = t->snd.nxt;
    cc(x)->enter_recovery(&t->cc, flight_at_loss(x, t), world_now(x->w));
    ecn_reduced(x, t);
    if (t->rec)
        recovery_of(x, t)->limited = recovery_of(x, t)->credit = 0;
    retransmit(x, t, 0, C_FAST_RETRANSMIT);
    owe(x, t); /* the timer runs on: RFC 6298 sec 5 restarts it for new data acknowledged only */
}

void recovery_limited(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_of(x, t);
    uint32_t smss = eff_mss(t);
    while (r->credit > 0) {
        uint32_t len, pipe = (t->flags & TF_SACK) ? board_pipe(x, t) : flight_size(t);
        bool fin;
        if (new_segment(x, t, &len, &fin) != C_NONE || len == 0)
            break;
        if (t->flags & TF_SACK) { /* RFC 6675 sec 5 (3.3) */
            if (t->cc.cwnd < pipe || t->cc.cwnd - pipe < smss)
                break;
        } else if (pipe + len > t->cc.cwnd + (DUPACK_THRESHOLD - 1) * smss) {
            break;
        } else {
            r->credit--;
        }
        r->limited += len;
        send_text(x, t, len, fin, C_LIMITED_TRANSMIT);
    }
    r->credit = 0;
}

/* --- time-outs --- */

void recovery_resend(struct tcp_ctx *x, struct tcb *t, seq32 from)
{
    struct recovery *r = recovery_make(x, t);
    t->flags |= TF_RTO_RECOVERY;
    r->rtx = from;
    r->rtx_end = t->snd.nxt;
}

void recovery_timeout(struct tcp_ctx *x, struct tcb *t, seq32 from)
{
    struct recovery *r = recovery_make(x, t);
    if (r->sacked > 0 && !x->opt->sack_keep) { /* RFC 2018 sec 5, RFC 6675 sec 5.1 */
        cite(x, t, C_SACK_CLEARED);
        board_clear(x, t);
    }
    r->limited = 0;
    r->credit = 0;
    t->flags &= ~TF_RECOVERY;
    t->snd.recover = t->snd.nxt;
    t->snd.dupacks = 0;
    recovery_resend(x, t, from);
}

uint32_t recovery_pipe(const struct tcp_ctx *x, const struct tcb *t)
{
    if (!(t->flags & TF_RTO_RECOVERY))
        return flight_size(t);
    const struct recovery *r = recovery_of(x, t);
    return (r->rtx.v - t->snd.una.v) - board_count(x, t, t->snd.una, r->rtx) + (t->snd.nxt.v - r->rtx_end.v) -
           board_count(x, t, r->rtx_end, t->snd.nxt);
}

/* The rest of the queue's entry that s lies in; s is the end of the queue if there is none. */
static seq32 entry_end(const struct tcp_ctx *x, const struct tcb *t, seq32 s)
{
    uint32_t i = find_sent(x, t, seq_add(s, 1));
    const struct sent *e = i > 0 ? ring_at(x, &t->snd.sent, sizeof *e, i - 1) : NULL;
    return e ? sent_end(e) : s;
}

bool recovery_resend_lost(struct tcp_ctx *x, struct tcb *t)
{
    struct recovery *r = recovery_of(x, t);
    while (t->flags & TF_RTO_RECOVERY) {
        r->rtx = board_skip(x, t, r->rtx);
        if (t->flags & TF_RECOVERY)
            r->high_rxt = seq_max(r->high_rxt, seq_min(r->rtx, t->snd.nxt));
        if (seq_ge(r->rtx, r->rtx_end)) {
            if (seq_ge(t->snd.una, r->rtx_end))
                t->flags &= ~TF_RTO_RECOVERY;
            return true;
        }
        seq32 to = seq_min(entry_end(x, t, r->rtx), board_hole_end(x, t, r->rtx));
        uint32_t len = min_u32(to.v - r->rtx.v, eff_mss(t));
        if (cwnd_room(x, t) < len || seq_gt(to, seq_add(t->snd.una, t->snd.wnd)))
            return false;
        r->rtx = retransmit_range(x, t, r->rtx, to, C_RETRANSMIT_NEXT);
    }
    return true;
}
