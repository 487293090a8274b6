/* run_compare.c: a segment that was sent beside the one expected, field by field; option bytes; reasons. */
#include <string.h>

#include "models/state.h"
#include "models/tcp/clause.h"
#include "sim/packetdrill/run_internal.h"

enum { KIND_FO = 34, KIND_EXP = 254, FOEXP_ID = 0xf989, WHY_MAX = 12, NEWEST_MAX = 6 };

/* --- option bytes --- */

static uint8_t *put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
    return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
    return put16(put16(p, v >> 16), v & 0xffff);
}

static uint32_t get16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) << 16 | get16(p + 2);
}

static uint8_t *head(uint8_t *p, unsigned kind, unsigned length)
{
    p[0] = (uint8_t)kind;
    p[1] = (uint8_t)length;
    return p + 2;
}

/* What the script's echo reply is in live numbers: that of the time stamp it echoes. */
static uint32_t live_ecr(const struct pkt_run *r, const struct pkt_option *o)
{
    const struct flow *f = &r->flow;

    if (o->u.ts.ecr_absolute || !f->n_ts)
        return o->u.ts.ecr;
    for (size_t i = f->n_ts; i-- > 0;)
        if (f->ts[i].script == o->u.ts.ecr)
            return f->ts[i].live;
    return o->u.ts.ecr - f->ts[0].script + f->ts[0].live;
}

static uint8_t *put_data(uint8_t *p, const struct pkt_option *o)
{
    memcpy(p, o->u.data.byte, o->u.data.n);
    return p + o->u.data.n;
}

static uint8_t *put_option(const struct pkt_run *r, const struct pkt_packet *pkt, const struct pkt_option *o,
                           uint8_t *p)
{
    uint32_t ack = (pkt->flags & PKT_ACK) || r->flow.local_known ? r->flow.local : 0;

    switch (o->kind) {
    case PKT_OPT_EOL: *p = 0; return p + 1;
    case PKT_OPT_NOP: *p = 1; return p + 1;
    case PKT_OPT_MSS: return put16(head(p, 2, 4), o->u.mss);
    case PKT_OPT_WSCALE:
        p = head(p, 3, 3);
        *p = o->u.wscale;
        return p + 1;
    case PKT_OPT_SACKOK: return head(p, 4, 2);
    case PKT_OPT_SACK:
        p = head(p, 5, 2 + 8u * o->u.sack.n);
        for (unsigned i = 0; i < o->u.sack.n; i++) {
            p = put32(p, o->u.sack.block[i].left + ack);
            p = put32(p, o->u.sack.block[i].right + ack);
        }
        return p;
    case PKT_OPT_TS:
        p = put32(head(p, 8, 10), o->u.ts.val);
        return put32(p, (pkt->flags & PKT_ACK) ? live_ecr(r, o) : o->u.ts.ecr);
    case PKT_OPT_FO: return put_data(head(p, KIND_FO, 2u + o->u.data.n), o);
    case PKT_OPT_FOEXP: return put_data(put16(head(p, KIND_EXP, 4u + o->u.data.n), FOEXP_ID), o);
    case PKT_OPT_EXP: return put_data(put16(head(p, KIND_EXP, 4u + o->u.data.n), o->u.data.id), o);
    case PKT_OPT_GENERIC: return put_data(head(p, o->u.data.id, 2u + o->u.data.n), o);
    case PKT_OPT_RAW: return put_data(p, o);
    }
    return p;
}

bool run_encode_options(const struct pkt_run *r, const struct pkt_packet *p, uint8_t *out, uint32_t *n)
{
    uint8_t *to = out;

    for (size_t i = 0; i < p->n_options; i++) {
        if ((size_t)(to - out) + pkt_option_bytes(&p->option[i]) > PKT_OPTION_BYTES_MAX)
            return false;
        to = put_option(r, p, &p->option[i], to);
    }
    *n = (uint32_t)(to - out);
    return true;
}

/* One option that has a length. */
static void get_option(const uint8_t *p, unsigned length, uint32_t ack, struct pkt_option *o)
{
    const uint8_t *data = p + 2;
    unsigned n = length - 2;

    if (p[0] == 2 && n == 2) {
        o->kind = PKT_OPT_MSS;
        o->u.mss = (uint16_t)get16(data);
    } else if (p[0] == 3 && n == 1) {
        o->kind = PKT_OPT_WSCALE;
        o->u.wscale = *data;
    } else if (p[0] == 4 && n == 0) {
        o->kind = PKT_OPT_SACKOK;
    } else if (p[0] == 5 && n % 8 == 0 && n / 8 <= PKT_SACK_BLOCKS_MAX) {
        o->kind = PKT_OPT_SACK;
        o->u.sack.n = (uint8_t)(n / 8);
        for (unsigned i = 0; i < n / 8; i++) {
            o->u.sack.block[i].left = get32(data + 8 * i) - ack;
            o->u.sack.block[i].right = get32(data + 8 * i + 4) - ack;
        }
    } else if (p[0] == 8 && n == 8) {
        o->kind = PKT_OPT_TS;
        o->u.ts.val = get32(data);
        o->u.ts.ecr = get32(data + 4);
    } else {
        o->kind = p[0] == KIND_FO ? PKT_OPT_FO : PKT_OPT_GENERIC;
        o->u.data.id = p[0];
        o->u.data.n = (uint8_t)n;
        memcpy(o->u.data.byte, data, n);
    }
}

static size_t decode(const uint8_t *bytes, uint32_t n, struct pkt_option *out)
{
    size_t count = 0;

    for (uint32_t i = 0; i < n && count < RUN_OPTIONS_MAX; count++) {
        struct pkt_option *o = &out[count];

        memset(o, 0, sizeof *o);
        if (bytes[i] <= 1) {
            o->kind = bytes[i++] ? PKT_OPT_NOP : PKT_OPT_EOL;
            continue;
        }
        if (n - i < 2 || bytes[i + 1] < 2 || bytes[i + 1] > n - i)
            return count;
        get_option(bytes + i, bytes[i + 1], 0, o);
        i += bytes[i + 1];
    }
    return count;
}

/* --- the segment as the script would write it --- */

static uint32_t option_bytes(const struct rec_send *s, uint8_t *out)
{
    struct segment g;

    if (s->opt.n) {
        memcpy(out, s->opt.p, s->opt.n);
        return s->opt.n;
    }
    memset(&g, 0, sizeof g);
    g.opts = (uint8_t)((s->mss ? SEG_MSS : 0) | (s->has_ws ? SEG_WS : 0) | (s->sack_ok ? SEG_SACK_PERM : 0) |
                       (s->has_ts ? SEG_TS : 0));
    g.mss = s->mss;
    g.ws = s->ws;
    g.tsval = s->tsval;
    g.tsecr = s->tsecr;
    return wire_put_options(out, &g, NULL);
}

void run_seen(const struct pkt_run *r, const struct rec_send *s, struct pkt_packet *p,
              struct pkt_option *option)
{
    uint8_t bytes[SEG_OPT_MAX + 4];

    memset(p, 0, sizeof *p);
    p->direction = PKT_OUT;
    p->protocol = PKT_TCP;
    p->ip = (struct pkt_ip){.tos = s->tos, .tos_mask = s->tos ? 0xff : 0, .ttl = -1, .flow_label = -1};
    p->flags = (uint16_t)(s->ctl | (s->rsvd & 1 ? PKT_AE : 0));
    p->seq.seq = s->seq.v - r->flow.local;
    p->seq.len = s->len;
    p->seq.end = p->seq.seq + s->len;
    p->has_ack = s->ctl & TCP_ACK;
    p->ack = p->has_ack ? s->ack.v : 0;
    p->has_win = true;
    p->win = s->wnd;
    p->urg = s->up;
    p->icmp_mtu = -1;
    p->icmp_id = -1;
    p->option = option;
    p->n_options = decode(bytes, option_bytes(s, bytes), option);
}

/* --- field by field --- */

static void differ_n(struct sbuf *b, const char *field, int64_t want, int64_t got)
{
    if (want != got)
        sbuf_printf(b, "    %s: expected %lld, got %lld\n", field, (long long)want, (long long)got);
}

static uint16_t flags_compared(const struct pkt_run *r, const struct pkt_packet *want)
{
    uint16_t mask = 0x1ff;

    /* Where Linux puts PSH depends on how it hands its queue to the card; RFC 9293 sec 3.9.1.2 leaves it open
     * on all but the last segment of what is queued. */
    if (r->stack == PKT_STACK_LINUX && want->seq.len > 0)
        mask &= (uint16_t)~PKT_PSH;
    return mask;
}

static void compare_flags(const struct pkt_run *r, const struct pkt_packet *want,
                          const struct pkt_packet *got, struct sbuf *b)
{
    uint16_t mask = flags_compared(r, want);

    if (((want->flags ^ got->flags) & mask) == 0)
        return;
    sbuf_lit(b, "    flags: expected ");
    pkt_print_flags(want->flags, want->ace, b);
    sbuf_lit(b, ", got ");
    pkt_print_flags(got->flags, want->ace, b);
    sbuf_putc(b, '\n');
}

static void compare_ip(const struct pkt_packet *want, const struct pkt_packet *got, struct sbuf *b)
{
    uint8_t mask = want->ip.tos_mask;

    if (want->ip.ect01) {
        uint8_t ecn = got->ip.tos & 3;

        if (ecn != PKT_ECT0 && ecn != PKT_ECT1)
            sbuf_printf(b, "    ECN: expected ECT(0) or ECT(1), got %u\n", ecn);
        return;
    }
    if ((want->ip.tos ^ got->ip.tos) & mask)
        sbuf_printf(b, "    TOS: expected 0x%02x, got 0x%02x\n", want->ip.tos & mask, got->ip.tos & mask);
}

static bool counts(const struct pkt_option *o, bool strict)
{
    return strict || (o->kind != PKT_OPT_NOP && o->kind != PKT_OPT_EOL);
}

static bool same_value(const struct pkt_run *r, const struct pkt_option *want, const struct pkt_option *got)
{
    vtime tick = r->s->config.ts_tick_ns;

    if (want->kind != got->kind)
        return false;
    switch (want->kind) {
    case PKT_OPT_EOL:
    case PKT_OPT_NOP:
    case PKT_OPT_SACKOK: return true;
    case PKT_OPT_MSS: return want->u.mss == got->u.mss;
    case PKT_OPT_WSCALE: return want->u.wscale == got->u.wscale;
    case PKT_OPT_SACK:
        if (want->u.sack.n != got->u.sack.n)
            return false;
        for (unsigned i = 0; i < want->u.sack.n; i++)
            if (want->u.sack.block[i].left != got->u.sack.block[i].left ||
                want->u.sack.block[i].right != got->u.sack.block[i].right)
                return false;
        return true;
    case PKT_OPT_TS:
        if (tick > 0 && r->flow.n_ts && !want->u.ts.val_any) {
            int32_t off =
                (int32_t)((got->u.ts.val - r->flow.ts[0].live) - (want->u.ts.val - r->flow.ts[0].script));

            if ((off < 0 ? -(vtime)off : off) * tick > run_tolerance(r, r->due))
                return false;
        }
        return want->u.ts.ecr == got->u.ts.ecr;
    case PKT_OPT_FO:
    case PKT_OPT_FOEXP:
    case PKT_OPT_EXP:
    case PKT_OPT_GENERIC:
    case PKT_OPT_RAW:
        return want->u.data.id == got->u.data.id && want->u.data.n == got->u.data.n &&
               memcmp(want->u.data.byte, got->u.data.byte, want->u.data.n) == 0;
    }
    return false;
}

static void differ_option(struct sbuf *b, const char *what, const struct pkt_option *o,
                          const struct pkt_option *other)
{
    sbuf_printf(b, "    option %s: ", what);
    pkt_print_option(o, b);
    if (other) {
        sbuf_lit(b, ", got ");
        pkt_print_option(other, b);
    }
    sbuf_putc(b, '\n');
}

static void compare_in_order(const struct pkt_run *r, const struct pkt_packet *want,
                             const struct pkt_packet *got, struct sbuf *b)
{
    size_t n = want->n_options > got->n_options ? want->n_options : got->n_options;

    for (size_t i = 0; i < n; i++) {
        if (i >= want->n_options)
            differ_option(b, "not expected", &got->option[i], NULL);
        else if (i >= got->n_options)
            differ_option(b, "missing", &want->option[i], NULL);
        else if (!same_value(r, &want->option[i], &got->option[i]))
            differ_option(b, "expected", &want->option[i], &got->option[i]);
    }
}

/* As sets: which kinds there are, and each one's value. */
static void compare_as_sets(const struct pkt_run *r, const struct pkt_packet *want,
                            const struct pkt_packet *got, struct sbuf *b)
{
    bool used[RUN_OPTIONS_MAX] = {false};

    for (size_t i = 0; i < want->n_options; i++) {
        const struct pkt_option *w = &want->option[i], *alike = NULL;
        size_t k;

        if (!counts(w, false))
            continue;
        for (k = 0; k < got->n_options; k++) {
            if (used[k] || got->option[k].kind != w->kind)
                continue;
            alike = &got->option[k];
            if (same_value(r, w, alike))
                break;
        }
        if (k < got->n_options) {
            used[k] = true;
            continue;
        }
        differ_option(b, alike ? "expected" : "missing", w, alike);
        if (alike)
            used[alike - got->option] = true;
    }
    for (size_t k = 0; k < got->n_options; k++)
        if (!used[k] && counts(&got->option[k], false))
            differ_option(b, "not expected", &got->option[k], NULL);
}

/* Options that the script writes as one field of octets, as what these octets say; `read` has room for
 * RUN_OPTIONS_MAX. Others stay as they are. */
static const struct pkt_packet *spell_out(const struct pkt_packet *want, struct pkt_packet *copy,
                                          struct pkt_option *read)
{
    if (want->n_options != 1 || want->option[0].kind != PKT_OPT_RAW)
        return want;
    *copy = *want;
    copy->n_options = decode(want->option[0].u.data.byte, want->option[0].u.data.n, read);
    copy->option = read;
    return copy;
}

void run_compare(const struct pkt_run *r, const struct pkt_packet *want, const struct pkt_packet *got,
                 struct sbuf *b)
{
    struct pkt_option read[RUN_OPTIONS_MAX];
    struct pkt_packet copy;

    compare_ip(want, got, b);
    compare_flags(r, want, got, b);
    if (!want->seq.any)
        differ_n(b, "seq", want->seq.seq, want->seq.absolute ? got->seq.seq + r->flow.local : got->seq.seq);
    differ_n(b, "length", want->seq.len, got->seq.len);
    if (want->flags & got->flags & PKT_ACK)
        differ_n(b, "ack", want->ack, got->ack);
    if (want->has_win)
        differ_n(b, "win", want->win, got->win);
    differ_n(b, "urg", want->urg, got->urg);
    if (want->src_port)
        differ_n(b, "source port", want->src_port, r->flow.e.local_port);
    if (want->dst_port)
        differ_n(b, "destination port", want->dst_port, r->flow.e.remote_port);
    if (want->options_any)
        return;
    want = spell_out(want, &copy, read);
    if (r->o.strict_options)
        compare_in_order(r, want, got, b);
    else
        compare_as_sets(r, want, got, b);
}

/* --- reasons --- */

static void put_clause(struct sbuf *b, unsigned clause)
{
    const struct tcp_clause_row *c;

    if (clause == C_NONE || clause >= C_COUNT)
        return;
    c = tcp_clause((enum tcp_clause)clause);
    sbuf_printf(b, "%s (RFC %s sec %s, %s)", c->text, c->rfc, c->section, c->id);
}

/* One record in a few words; false: it says nothing to a reader here. */
static bool put_reason(struct sbuf *b, const struct rec_head *h)
{
    switch (h->kind) { /* those that say why */
    case REC_SEND:
        if (h->host != HOST_TCP + 1) {
            sbuf_lit(b, "the script's packet came");
            return true;
        }
        sbuf_lit(b, "sent: ");
        put_clause(b, ((const struct rec_send *)(const void *)h)->why);
        return true;
    case REC_CITE: put_clause(b, ((const struct rec_cite *)(const void *)h)->clause); return true;
    case REC_REJECT: {
        const struct rec_reject *x = (const struct rec_reject *)(const void *)h;

        sbuf_printf(b, "not accepted, %s: ", name_reject(x->why));
        put_clause(b, x->clause);
        return true;
    }
    case REC_STATE: {
        const struct rec_state *x = (const struct rec_state *)(const void *)h;

        sbuf_printf(b, "%s to %s: %s", name_state(x->from), name_state(x->to), name_edge(x->edge));
        return true;
    }
    case REC_TIMER: {
        const struct rec_timer *x = (const struct rec_timer *)(const void *)h;

        sbuf_printf(b, "timer %s %s", name_timer(x->timer), name_timer_op(x->op));
        return true;
    }
    case REC_CALL: {
        const struct rec_call *x = (const struct rec_call *)(const void *)h;

        sbuf_printf(b, "user call %s: %s", name_call(x->call), name_result(x->result));
        return true;
    }
    case REC_SIGNAL:
        sbuf_printf(b, "the user is told: %s",
                    name_signal(((const struct rec_signal *)(const void *)h)->signal));
        return true;
    default: return false;
    }
}

static void put_line(struct sbuf *b, const struct rec_head *h)
{
    struct sbuf line = SBUF_INIT;

    if (put_reason(&line, h)) {
        sbuf_lit(b, "    ");
        run_put_time(b, h->at);
        sbuf_lit(b, "  ");
        sbuf_put(b, line.s, line.len);
        sbuf_putc(b, '\n');
    }
    sbuf_free(&line);
}

void run_why(const struct pkt_run *r, const struct rec_head *rec, struct sbuf *b)
{
    unsigned n = 0;

    sbuf_lit(b, "  because:\n");
    for (; rec && n < WHY_MAX; n++) {
        put_line(b, rec);
        rec = rec->cause ? log_find(&r->log, rec->cause) : NULL;
    }
}

void run_newest(const struct pkt_run *r, struct sbuf *b)
{
    const struct rec_head *line[NEWEST_MAX];
    unsigned n = 0;

    for (size_t i = log_count(&r->log); i-- > 0 && n < NEWEST_MAX;) {
        const struct rec_head *h = log_at(&r->log, i);

        if (h->host == HOST_TCP + 1 &&
            (h->kind == REC_CITE || h->kind == REC_REJECT || h->kind == REC_STATE || h->kind == REC_CALL ||
             h->kind == REC_SEND || h->kind == REC_SIGNAL))
            line[n++] = h;
    }
    if (n)
        sbuf_lit(b, "  what TCP decided last:\n");
    while (n-- > 0)
        put_line(b, line[n]);
}
