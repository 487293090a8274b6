/* raw.c: raw peers: hosts without TCP that send hand-written segments and say what they expect. One step
 * after the other; every expectation leaves a script record. */
#include "models/app/app.h"
#include "models/wire/stream.h"
#include "sim/core/sbuf.h"

#include <string.h>

#define RAW_TTL 64
#define RAW_WINDOW 65535
#define GOT_FIRST 4u
#define TCP_CHECKSUM_AT 16u

static const struct sc_raw *raw_of(const struct world *w, uint32_t k)
{
    return &app_scenario(w)->raw[k];
}

static struct raw_state *state_of(const struct world *w, const struct apps *apps, uint32_t k)
{
    return (struct raw_state *)world_at(w, apps->raw) + k;
}

void raws_new(struct world *w, struct apps *apps)
{
    const struct scenario *s = app_scenario(w);

    apps->raw = arena_alloc(&w->mem, (s->n_raw + 1) * sizeof(struct raw_state));
    for (uint32_t k = 0; k < s->n_raw; k++) {
        struct raw_state *r = state_of(w, apps, k);

        r->begun = VTIME_NEVER;
        r->snd_nxt = seq(s->raw[k].iss);
        r->port = s->raw[k].port;
        r->remote = s->raw[k].peer;
        r->remote_port = s->raw[k].peer_port;
        world_push(w, 0, APP_EV_RAW, k, r->stamp);
    }
}

static bool is_v6(const struct world *w, uint16_t address)
{
    return app_scenario(w)->address[address].ip.family == 6;
}

static void announce(struct world *w, uint32_t k, struct raw_state *r)
{
    const struct sc_raw *c = raw_of(w, k);
    struct tcp_endpoints e = {
        .local = r->local, .remote = r->remote, .local_port = r->port, .remote_port = r->remote_port};

    if (r->conn)
        return;
    e.v6 = is_v6(w, e.local);
    r->conn = app_up_raw_conn(w, c->host, &e, c->name);
}

/* --- what an expectation has to say --- */

static void said(struct world *w, struct apps *apps, uint32_t k, bool ok, uint64_t pkt, struct sbuf *text)
{
    const struct raw_state *r = state_of(w, apps, k);
    uint64_t id = rec_next(w);
    ref copy = 0;

    if (!ok)
        apps->script_failures++;
    if (text->len) { /* kept whether anybody listens or not: the world must not depend on it */
        copy = arena_alloc(&w->mem, text->len + 1);
        memcpy(world_at(w, copy), text->s, text->len);
    }
    sbuf_free(text);
    if (!rec_wanted(w, REC_SCRIPT))
        return;
    struct rec_script rec;
    memset(&rec, 0, sizeof rec);
    rec.ok = ok;
    rec.step = r->step;
    rec.pkt = pkt;
    rec.text = copy ? world_at(w, copy) : NULL;
    rec_put(w, &rec.head, id, REC_SCRIPT, r->conn, raw_of(w, k)->host + 1u);
}

static void fail(struct world *w, struct apps *apps, uint32_t k, const char *why)
{
    struct sbuf text = SBUF_INIT;

    sbuf_puts(&text, why);
    said(w, apps, k, false, 0, &text);
}

static void describe(struct sbuf *b, const struct raw_state *r, uint32_t iss, const struct segment *s)
{
    char ctl[40];

    ctl_format(s->ctl, ctl);
    sbuf_printf(b, "%s seq=%u", s->ctl ? ctl : "no control bits", (unsigned)(s->seq.v - r->irs.v));
    if (s->ctl & TCP_ACK)
        sbuf_printf(b, " ack=%u", (unsigned)(s->ack.v - iss));
    sbuf_printf(b, " wnd=%u len=%u", s->wnd, (unsigned)s->len);
}

static void differs(struct sbuf *b, const char *field, int64_t want, int64_t got)
{
    if (want == got)
        return;
    sbuf_printf(b, "%s%s: expected %lld, got %lld", b->len ? "; " : "", field, (long long)want,
                (long long)got);
}

static void compare_number(struct sbuf *b, const char *field, enum raw_number kind, uint32_t want, seq32 got,
                           uint32_t base)
{
    if (kind == RAW_RELATIVE)
        differs(b, field, want, got.v - base);
    else if (kind == RAW_ABSOLUTE)
        differs(b, field, want, got.v);
}

static void compare_ctl(struct sbuf *b, uint8_t want, uint8_t got)
{
    char a[40], c[40];

    if (want == got)
        return;
    ctl_format(want, a);
    ctl_format(got, c);
    sbuf_printf(b, "control bits: expected %s, got %s", want ? a : "none", got ? c : "none");
}

static void compare_options(struct sbuf *b, const struct sc_raw_step *s, const struct segment *g)
{
    const uint8_t known = SEG_MSS | SEG_WS | SEG_TS | SEG_SACK_PERM | SEG_SACK;
    static const struct {
        uint8_t bit;
        const char *name;
    } option[] = {{SEG_MSS, "MSS option"},
                  {SEG_WS, "window scale option"},
                  {SEG_TS, "timestamps option"},
                  {SEG_SACK_PERM, "SACK-permitted option"},
                  {SEG_SACK, "SACK option"}};

    if (!s->opts_set)
        return;
    for (size_t i = 0; i < ARRAY_LEN(option); i++)
        if ((s->opts ^ g->opts) & known & option[i].bit)
            sbuf_printf(b, "%s%s: expected %s, got %s", b->len ? "; " : "", option[i].name,
                        s->opts & option[i].bit ? "one" : "none", g->opts & option[i].bit ? "one" : "none");
    if ((s->opts & g->opts & SEG_MSS) && s->mss)
        differs(b, "MSS", s->mss, g->mss);
    if (s->opts & g->opts & SEG_WS)
        differs(b, "window scale", s->ws, g->ws);
    if ((s->opts & g->opts & SEG_TS) && s->tsval >= 0)
        differs(b, "TSval", s->tsval, g->tsval);
    if ((s->opts & g->opts & SEG_TS) && s->tsecr >= 0)
        differs(b, "TSecr", s->tsecr, g->tsecr);
}

static void compare_sack(const struct world *w, struct sbuf *b, const struct sc_raw_step *s,
                         const struct segment *g, uint32_t iss)
{
    const struct seg_ext *ext = g->ext ? world_at(w, g->ext) : NULL;
    uint32_t base = s->ack_kind == RAW_ABSOLUTE ? 0 : iss;

    if (!s->opts_set || !(s->opts & g->opts & SEG_SACK) || !ext)
        return;
    differs(b, "SACK blocks", s->n_sack, ext->n_sack);
    for (unsigned i = 0; i < s->n_sack && i < ext->n_sack; i++) {
        differs(b, "SACK left edge", s->sack[i].left, ext->sack[i].left.v - base);
        differs(b, "SACK right edge", s->sack[i].right, ext->sack[i].right.v - base);
    }
}

static void compare_text(const struct world *w, const struct apps *apps, struct sbuf *b,
                         const struct sc_raw_step *s, const struct segment *g)
{
    uint8_t part[512];

    if (s->len >= 0)
        differs(b, "length", s->len, g->len);
    if (!s->payload)
        return;
    differs(b, "length", s->payload_n, g->len);
    for (uint32_t done = 0; done < s->payload_n && done < g->len; done += (uint32_t)sizeof part) {
        uint32_t n = min_u32((uint32_t)sizeof part, min_u32(s->payload_n, g->len) - done);

        stream_read(w, apps->streams, g->stream, g->off + done, part, n);
        for (uint32_t i = 0; i < n; i++)
            if (part[i] != s->payload[done + i]) {
                sbuf_printf(b, "%sbyte %u of the text: expected 0x%02x, got 0x%02x", b->len ? "; " : "",
                            (unsigned)(done + i), s->payload[done + i], part[i]);
                return;
            }
    }
}

/* Leaves in b what differs; nothing: the segment is the one expected. */
static void compare(const struct world *w, const struct apps *apps, uint32_t k, const struct sc_raw_step *s,
                    const struct frame *f, struct sbuf *b)
{
    const struct raw_state *r = state_of(w, apps, k);
    const struct segment *g = &f->seg;
    uint32_t iss = raw_of(w, k)->iss;

    if (s->ctl_set)
        compare_ctl(b, s->ctl, g->ctl);
    compare_number(b, "seq", s->seq_kind, s->seq, g->seq, r->irs.v);
    compare_number(b, "ack", s->ack_kind, s->ack, g->ack, iss);
    if (s->wnd >= 0)
        differs(b, "window", s->wnd, g->wnd);
    if (s->up >= 0)
        differs(b, "urgent pointer", s->up, g->up);
    if (s->sport)
        differs(b, "source port", s->sport, g->sport);
    if (s->dport)
        differs(b, "destination port", s->dport, g->dport);
    if (s->src && s->src != f->src)
        sbuf_printf(b, "%ssource: expected %s, got %s", b->len ? "; " : "",
                    app_scenario(w)->address[s->src].text, app_scenario(w)->address[f->src].text);
    if (s->ttl)
        differs(b, "TTL", s->ttl, f->ttl);
    if (s->tos)
        differs(b, "TOS", s->tos, f->tos);
    compare_text(w, apps, b, s, g);
    compare_options(b, s, g);
    compare_sack(w, b, s, g, iss);
}

/* --- what has come --- */

static void free_ext(struct world *w, const struct frame *f)
{
    if (f->seg.ext)
        arena_free(&w->mem, f->seg.ext, sizeof(struct seg_ext));
}

static void keep(struct world *w, struct raw_state *r, const struct frame *f)
{
    struct raw_got *g;

    if (r->got_n == r->got_cap) {
        uint32_t cap = r->got_cap ? 2 * r->got_cap : GOT_FIRST;

        r->got = arena_resize(&w->mem, r->got, r->got_cap * sizeof *g, cap * sizeof *g);
        r->got_cap = cap;
    }
    g = (struct raw_got *)world_at(w, r->got) + r->got_n++;
    g->f = *f;
    if (!f->seg.ext)
        return;
    g->f.seg.ext = arena_alloc(&w->mem, sizeof(struct seg_ext));
    *(struct seg_ext *)world_at(w, g->f.seg.ext) = *(const struct seg_ext *)world_at(w, f->seg.ext);
    ((struct seg_ext *)world_at(w, g->f.seg.ext))->raw =
        0; /* bytes of a malformed segment are not compared */
}

static struct frame take(struct world *w, struct raw_state *r)
{
    struct raw_got *g = world_at(w, r->got);
    struct frame f = g[0].f;

    memmove(g, g + 1, --r->got_n * sizeof *g);
    return f;
}

static void throw_away(struct world *w, struct raw_state *r)
{
    while (r->got_n) {
        struct frame f = take(w, r);

        free_ext(w, &f);
    }
}

/* --- sending --- */

static seq32 number(enum raw_number kind, uint32_t given, uint32_t base, seq32 otherwise)
{
    switch (kind) {
    case RAW_UNSET: return otherwise;
    case RAW_RELATIVE: return seq(base + given);
    case RAW_ABSOLUTE: return seq(given);
    }
    return otherwise;
}

static struct seg_ext *want_ext(struct world *w, struct segment *s)
{
    if (!s->ext)
        s->ext = arena_alloc(&w->mem, sizeof(struct seg_ext));
    return world_at(w, s->ext);
}

static void write_options(struct world *w, const struct sc_raw_step *s, const struct raw_state *r,
                          struct segment *g)
{
    g->opts = s->opts & (SEG_MSS | SEG_WS | SEG_TS | SEG_SACK_PERM | SEG_SACK);
    g->mss = s->mss;
    g->ws = s->ws;
    if (g->opts & SEG_TS) {
        g->tsval = s->tsval >= 0 ? (uint32_t)s->tsval : (uint32_t)(world_now(w) / NS_PER_MS);
        g->tsecr = s->tsecr >= 0 ? (uint32_t)s->tsecr : r->tsval;
    }
    if (g->opts & SEG_SACK) {
        struct seg_ext *ext = want_ext(w, g);
        uint32_t base = s->ack_kind == RAW_ABSOLUTE ? 0 : r->irs.v;

        ext->n_sack = s->n_sack;
        for (unsigned i = 0; i < s->n_sack; i++) {
            ext->sack[i].left = seq(base + s->sack[i].left);
            ext->sack[i].right = seq(base + s->sack[i].right);
        }
    }
    if (s->raw_opt) {
        struct seg_ext *ext = want_ext(w, g);

        ext->n_opt = (uint8_t)min_u32(s->raw_opt_n, SEG_OPT_MAX);
        memcpy(ext->opt, s->raw_opt, ext->n_opt);
        g->opts = 0;
        wire_get_options(ext->opt, ext->n_opt, g, ext);
        g->opts |= SEG_RAW_OPT;
    }
}

/* The whole segment as bytes, for what no struct can say. */
static void write_bytes(struct world *w, struct segment *g, const uint8_t *bytes, uint32_t n)
{
    struct seg_ext *ext = want_ext(w, g);

    g->opts |= SEG_RAW;
    ext->raw_n = (uint16_t)n;
    ext->raw = n ? arena_alloc(&w->mem, n) : 0;
    if (n)
        memcpy(world_at(w, ext->raw), bytes, n);
}

/* Payload goes to the peer's own stream, one SEND behind the other whatever the sequence numbers say. */
static void write_text(struct world *w, const struct apps *apps, struct raw_state *r, struct segment *g,
                       const uint8_t *text, uint32_t n)
{
    g->len = n;
    g->stream = r->conn;
    g->off = r->sent;
    if (text)
        stream_put_bytes(w, apps->streams, r->conn, r->sent, text, n);
    r->sent += n;
}

static void write_segment(struct world *w, struct apps *apps, uint32_t k, const struct sc_raw_step *s,
                          struct segment *g)
{
    struct raw_state *r = state_of(w, apps, k);

    memset(g, 0, sizeof *g);
    g->ctl = s->ctl;
    g->seq = number(s->seq_kind, s->seq, raw_of(w, k)->iss, r->snd_nxt);
    g->ack = number(s->ack_kind, s->ack, r->irs.v, s->ctl & TCP_ACK ? r->rcv_nxt : seq(0));
    g->wnd = (uint16_t)(s->wnd >= 0 ? s->wnd : RAW_WINDOW);
    g->up = (uint16_t)(s->up >= 0 ? s->up : 0);
    g->sport = s->sport ? s->sport : r->port;
    g->dport = s->dport ? s->dport : r->remote_port;
    g->rsvd = s->rsvd;
    write_options(w, s, r, g);
    if (s->raw) {
        struct wire_packet p;

        if (wire_get_tcp(s->raw, s->raw_n, &p, NULL)) {
            ref ext = g->ext;

            *g = p.seg;
            g->opts &= (uint8_t)~SEG_RAW_OPT;
            g->ext = ext;
            write_text(w, apps, r, g, p.payload, p.seg.len);
        }
        write_bytes(w, g, s->raw, s->raw_n);
    } else {
        write_text(w, apps, r, g, s->payload, s->payload ? s->payload_n : (uint32_t)max_i64(s->len, 0));
    }
}

static void spoil_checksum(struct world *w, struct apps *apps, struct segment *g, const struct tcp_out *o)
{
    const struct sc_address *a = app_scenario(w)->address;
    uint8_t text[WIRE_PACKET_MAX], bytes[WIRE_PACKET_MAX];
    uint32_t n;

    stream_read(w, apps->streams, g->stream, g->off, text, g->len);
    n = wire_put_tcp(bytes, &a[o->src].ip, &a[o->dst].ip, g, g->ext ? world_at(w, g->ext) : NULL, text);
    bytes[TCP_CHECKSUM_AT] ^= 0x55;
    write_bytes(w, g, bytes, n);
}

static void raw_send(struct world *w, struct apps *apps, uint32_t k, const struct sc_raw_step *s)
{
    struct raw_state *r = state_of(w, apps, k);
    const struct sc_host *h = &app_scenario(w)->host[raw_of(w, k)->host];
    struct tcp_out o = {.dst = s->dst ? s->dst : r->remote, .ttl = s->ttl ? s->ttl : RAW_TTL, .tos = s->tos};
    struct segment g;

    if (!o.dst) {
        fail(w, apps, k, "no peer to send to: none is given, and none has been heard");
        return;
    }
    if (!r->local)
        r->local = is_v6(w, o.dst) ? h->address6 : h->address4;
    if (!r->remote)
        r->remote = o.dst;
    o.src = s->src ? s->src : r->local;
    if (!o.src || is_v6(w, o.src) != is_v6(w, o.dst)) {
        fail(w, apps, k, "no source address of the destination's family");
        return;
    }
    announce(w, k, r);
    write_segment(w, apps, k, s, &g);
    if (s->bad_checksum && !s->raw && g.len <= RAW_WINDOW - WIRE_TCP_HEADER_MAX)
        spoil_checksum(w, apps, &g, &o);
    if (s->seq_kind == RAW_UNSET || seq_gt(seq_add(g.seq, seg_len(&g)), r->snd_nxt))
        r->snd_nxt = seq_add(g.seq, seg_len(&g));
    app_up_emit(w, raw_of(w, k)->host, r->conn, &g, &o);
}

static void raw_icmp(struct world *w, struct apps *apps, uint32_t k, const struct sc_raw_step *s)
{
    const struct raw_state *r = state_of(w, apps, k);
    struct frame about = r->last;

    if (!about.id) {
        fail(w, apps, k, "no segment to send an ICMP error about: none has come");
        return;
    }
    about.seg.seq = seq_add(about.seg.seq, s->seq);
    app_up_icmp(w, raw_of(w, k)->host, &about, &s->icmp);
}

/* --- the script --- */

static void wake_at(struct world *w, struct raw_state *r, uint32_t k, vtime at)
{
    world_push(w, at, APP_EV_RAW, k, ++r->stamp);
}

static void done(const struct world *w, struct raw_state *r)
{
    r->ready = world_now(w);
    r->begun = VTIME_NEVER;
    r->step++;
}

static void begin(struct world *w, struct raw_state *r, const struct sc_raw_step *s)
{
    if (r->begun != VTIME_NEVER)
        return;
    r->begun = world_now(w);
    if (s->fresh)
        throw_away(w, r);
}

/* A time in the largest unit that shows it whole. */
static void put_time(struct sbuf *b, vtime t)
{
    static const struct {
        vtime ns;
        const char *name;
    } unit[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
    size_t i = 0;

    while (t % unit[i].ns != 0)
        i++;
    sbuf_printf(b, "%lld %s", (long long)(t / unit[i].ns), unit[i].name);
}

/* True: the step is over. */
static bool expect(struct world *w, struct apps *apps, uint32_t k, const struct sc_raw_step *s)
{
    struct raw_state *r = state_of(w, apps, k);
    struct sbuf text = SBUF_INIT;
    struct frame f;
    bool ok;

    begin(w, r, s);
    if (r->got_n == 0) {
        if (world_now(w) < r->begun + s->within) {
            wake_at(w, r, k, r->begun + s->within);
            return false;
        }
        sbuf_puts(&text, "expected a segment within ");
        put_time(&text, s->within);
        sbuf_puts(&text, ", got none");
        said(w, apps, k, false, 0, &text);
        return true;
    }
    f = take(w, r);
    compare(w, apps, k, s, &f, &text);
    ok = text.len == 0;
    if (!ok)
        sbuf_puts(&text, "; the segment: ");
    describe(&text, r, raw_of(w, k)->iss, &f.seg);
    said(w, apps, k, ok, f.id, &text);
    free_ext(w, &f);
    return true;
}

static bool silence(struct world *w, struct apps *apps, uint32_t k, const struct sc_raw_step *s)
{
    struct raw_state *r = state_of(w, apps, k);
    struct sbuf text = SBUF_INIT;
    struct frame f;

    begin(w, r, s);
    if (r->got_n == 0) {
        if (world_now(w) < r->begun + s->within) {
            wake_at(w, r, k, r->begun + s->within);
            return false;
        }
        said(w, apps, k, true, 0, &text);
        return true;
    }
    f = take(w, r);
    sbuf_puts(&text, "expected silence, got ");
    describe(&text, r, raw_of(w, k)->iss, &f.seg);
    said(w, apps, k, false, f.id, &text);
    free_ext(w, &f);
    throw_away(w, r);
    return true;
}

static void go_on(struct world *w, struct apps *apps, uint32_t k)
{
    const struct sc_raw *c = raw_of(w, k);
    struct raw_state *r = state_of(w, apps, k);

    for (; r->step < c->n_steps; done(w, r)) {
        const struct sc_raw_step *s = &c->step[r->step];
        vtime due = max_i64(s->at == VTIME_NEVER ? 0 : s->at, r->ready + s->after);
        bool over = true;

        if (world_now(w) < due) {
            wake_at(w, r, k, due);
            return;
        }
        switch (s->op) {
        case RAW_SEND: raw_send(w, apps, k, s); break;
        case RAW_EXPECT: over = expect(w, apps, k, s); break;
        case RAW_SILENCE: over = silence(w, apps, k, s); break;
        case RAW_ICMP: raw_icmp(w, apps, k, s); break;
        case RAW_WAIT: break;
        }
        if (!over)
            return;
    }
    throw_away(w, r); /* the script is over: what comes now is nobody's business */
}

void raw_event(struct world *w, struct apps *apps, const struct event *e)
{
    if (e->b == state_of(w, apps, event_a(e))->stamp)
        go_on(w, apps, event_a(e));
}

static void learn(struct raw_state *r, const struct frame *f)
{
    const struct segment *s = &f->seg;

    if (!r->local)
        r->local = f->dst;
    if (!r->port)
        r->port = s->dport;
    if (!r->remote)
        r->remote = f->src;
    r->remote_port = s->sport;
    if ((s->ctl & TCP_SYN) || !r->heard) {
        r->irs = s->seq;
        r->rcv_nxt = s->seq;
        r->heard = 1;
    }
    if (seq_eq(s->seq, r->rcv_nxt))
        r->rcv_nxt = seq_add(s->seq, seg_len(s));
    if (s->opts & SEG_TS)
        r->tsval = s->tsval;
    r->last = *f;
    r->last.seg.ext = 0;
}

void raw_input(struct world *w, struct apps *apps, uint32_t host, const struct frame *f)
{
    const struct scenario *s = app_scenario(w);
    uint32_t best = UINT32_MAX, best_rank = 0;
    struct raw_state *r;

    for (uint32_t k = 0; k < s->n_raw; k++) {
        uint32_t rank;

        r = state_of(w, apps, k);
        if (s->raw[k].host != host)
            continue;
        rank = 1u + (r->port == f->seg.dport ? 4u : 0u) + (r->remote == f->src ? 2u : 0u) +
               (r->remote_port == f->seg.sport ? 1u : 0u);
        if (rank > best_rank) {
            best_rank = rank;
            best = k;
        }
    }
    if (best == UINT32_MAX)
        return;
    r = state_of(w, apps, best);
    learn(r, f);
    announce(w, best, r);
    if (r->step < s->raw[best].n_steps)
        keep(w, r, f);
    go_on(w, apps, best);
}
