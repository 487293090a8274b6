/* watch.c: what the records of a run say about every connection. */
#include "tests/support/watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/stream.h"
#include "sim/core/diag.h"

static void wrong(struct watch *v, const char *fmt, ...) DIAG_PRINTF(2, 3);
static void wrong(struct watch *v, const char *fmt, ...)
{
    va_list ap;

    if (v->wrong[0])
        return;
    va_start(ap, fmt);
    vsnprintf(v->wrong, sizeof v->wrong, fmt, ap);
    va_end(ap);
}

void watch_init(struct watch *v, const struct world *w, ref streams)
{
    memset(v, 0, sizeof *v);
    v->w = w;
    v->streams = streams;
}

void watch_free(struct watch *v)
{
    for (uint32_t i = 0; i < v->n_extents; i++)
        free(v->extent[i].bytes);
    free(v->extent);
    free(v->end);
    v->extent = NULL;
    v->end = NULL;
}

static struct watch_end *end_of(struct watch *v, uint32_t conn)
{
    if (conn >= v->cap) {
        uint32_t cap = v->cap ? v->cap : 64;

        while (cap <= conn)
            cap *= 2;
        v->end = realloc(v->end, cap * sizeof *v->end);
        CHECK(v->end);
        memset(v->end + v->cap, 0, (cap - v->cap) * sizeof *v->end);
        v->cap = cap;
    }
    if (conn >= v->n)
        v->n = conn + 1;
    return &v->end[conn];
}

/* --- bytes --- */

static void take_extent(struct watch *v, const struct rec_data *r)
{
    GROW(v->extent, v->n_extents, v->cap_extents);
    struct watch_extent *x = &v->extent[v->n_extents++];

    *x = (struct watch_extent){
        .stream = r->stream, .from = r->from_stream, .off = r->off, .from_off = r->from_off, .len = r->len};
    if (!r->from_stream) {
        x->bytes = malloc(r->len);
        CHECK(x->bytes && r->bytes.n == r->len);
        memcpy(x->bytes, r->bytes.p, r->len);
    }
}

/* What byte `off` of a stream is, from the records alone. Streams are append-only: of two extents the older
 * stands. */
static uint8_t byte_at(const struct watch *v, uint32_t stream, uint64_t off)
{
    for (uint32_t i = 0; i < v->n_extents; i++) {
        const struct watch_extent *x = &v->extent[i];

        if (x->stream == stream && off >= x->off && off - x->off < x->len)
            return x->bytes ? x->bytes[off - x->off] : byte_at(v, x->from, x->from_off + (off - x->off));
    }
    return stream_pattern(stream, off);
}

static void compare_bytes(struct watch *v, uint32_t conn, const struct rec_deliver *r)
{
    uint8_t got[64];
    uint32_t n = (uint32_t)(r->len < sizeof got ? r->len : sizeof got);
    uint64_t off = r->off + (r->len - n) / 2;

    if (v->n_extents > 200 || (r->head.id & 3) != 0)
        return;
    stream_read(v->w, v->streams, r->stream, off, got, n);
    for (uint32_t i = 0; i < n; i++)
        if (got[i] != byte_at(v, r->stream, off + i))
            wrong(v, "connection %u: byte %llu of stream %u is not what was sent", conn,
                  (unsigned long long)(off + i), r->stream);
    v->compared += n;
}

/* --- records --- */

static void take_conn(struct watch *v, const struct rec_conn *r)
{
    struct watch_end *e = end_of(v, r->head.conn);

    e->known = true;
    e->host = r->head.host;
    e->open = r->open;
    e->pair = r->pair;
    e->stream = r->stream;
    e->app = r->app;
    e->local = r->local;
    e->remote = r->remote;
    e->local_port = r->local_port;
    e->remote_port = r->remote_port;
}

static void take_call(struct watch *v, const struct rec_call *r)
{
    if (!r->head.conn)
        return;
    struct watch_end *e = end_of(v, r->head.conn);

    switch (r->call) { /* row of TABLE_call */
    case CALL_SEND:
        if (r->len == 0)
            break;
        if (r->off != e->sent && !e->flushed)
            wrong(v, "connection %u: a SEND begins at %llu, not where the last ended, %llu", r->head.conn,
                  (unsigned long long)r->off, (unsigned long long)e->sent);
        e->sent = r->off + r->len;
        break;
    case CALL_FLUSH:
        e->flushed = true;
        if (r->result == RESULT_OK)
            e->sent = r->off;
        break;
    case CALL_ABORT: e->aborted = true; break;
    default: break;
    }
}

static bool matches(const struct watch_end *a, const struct watch_end *b)
{
    return a->known && b->known && a->remote && b->remote && a->local_port == b->remote_port &&
           a->remote_port == b->local_port && !strcmp(a->local, b->remote) && !strcmp(a->remote, b->local);
}

static void take_deliver(struct watch *v, const struct rec_deliver *r)
{
    uint32_t conn = r->head.conn;
    struct watch_end *e = end_of(v, conn);

    if (!e->from) {
        e->from = r->stream;
        if (r->stream >= v->n || !matches(e, &v->end[r->stream]))
            wrong(v, "connection %u is given bytes of stream %u, which is no peer's", conn, r->stream);
    }
    if (e->from != r->stream)
        wrong(v, "connection %u is given bytes of stream %u after those of stream %u", conn, r->stream,
              e->from);
    if (e->delivered != r->off)
        wrong(v, "connection %u is given byte %llu where %llu is next", conn, (unsigned long long)r->off,
              (unsigned long long)e->delivered);
    e->delivered = r->off + r->len;
    v->bytes += r->len;
    if (r->total != e->delivered)
        wrong(v, "connection %u: the record counts %llu bytes delivered, it is %llu", conn,
              (unsigned long long)r->total, (unsigned long long)e->delivered);
    if (r->stream < v->n && e->delivered > v->end[r->stream].sent && !v->end[r->stream].flushed)
        wrong(v, "connection %u is given %llu bytes of %llu sent", conn, (unsigned long long)e->delivered,
              (unsigned long long)v->end[r->stream].sent);
    compare_bytes(v, conn, r);
}

static void take_signal(struct watch *v, const struct rec_signal *r)
{
    struct watch_end *e = end_of(v, r->head.conn);

    switch (r->signal) { /* row of TABLE_signal */
    case SIGNAL_CLOSED:
    case SIGNAL_RESET:
    case SIGNAL_REFUSED:
    case SIGNAL_USER_TIMEOUT:
    case SIGNAL_TIMEOUT:
    case SIGNAL_HARD_ERROR: e->signal = r->signal; break;
    case SIGNAL_CLOSING: e->closing = true; break;
    default: break;
    }
}

static void take_state(struct watch *v, const struct rec_state *r)
{
    struct watch_end *e = end_of(v, r->head.conn);

    if (e->gone)
        wrong(v, "connection %u changes its state after it was CLOSED", r->head.conn);
    e->last_edge = r->edge;
    e->state = r->to;
    e->gone = r->to == TCP_CLOSED;
    if (r->to == TCP_ESTABLISHED)
        e->established = true;
}

static void crash(struct watch *v, uint16_t host)
{
    for (uint32_t i = 1; i < v->n; i++) {
        struct watch_end *e = &v->end[i];

        if (e->known && e->host == host && !e->gone) {
            e->crashed = e->gone = true;
            e->state = TCP_CLOSED;
        }
    }
}

static void put(void *ctx, const struct rec_head *h)
{
    struct watch *v = ctx;
    const void *r = h;

    if (h->at < v->last_at)
        wrong(v, "record %llu is earlier than the one before it", (unsigned long long)h->id);
    if (h->cause >= h->id)
        wrong(v, "record %llu has a cause that comes after it, %llu", (unsigned long long)h->id,
              (unsigned long long)h->cause);
    v->last_at = h->at;
    v->records++;
    switch (h->kind) { /* enum rec_kind */
    case REC_CONN: take_conn(v, r); break;
    case REC_DATA: take_extent(v, r); break;
    case REC_CALL: take_call(v, r); break;
    case REC_DELIVER: take_deliver(v, r); break;
    case REC_SIGNAL: take_signal(v, r); break;
    case REC_STATE: take_state(v, r); break;
    case REC_HOSTEV:
        if (((const struct rec_host_event *)r)->event == HOST_EVENT_CRASH)
            crash(v, h->host);
        break;
    case REC_INVARIANT:
        wrong(v, "connection %u: broken: %s %s", h->conn, ((const struct rec_invariant *)r)->name,
              ((const struct rec_invariant *)r)->detail ? ((const struct rec_invariant *)r)->detail : "");
        break;
    case REC_END: v->why_ended = ((const struct rec_end *)r)->why; break;
    default: break;
    }
}

#define BIT(kind) (UINT64_C(1) << (kind))
struct trace_sink watch_sink(struct watch *v)
{
    return (struct trace_sink){BIT(REC_CONN) | BIT(REC_DATA) | BIT(REC_CALL) | BIT(REC_DELIVER) |
                                   BIT(REC_SIGNAL) | BIT(REC_STATE) | BIT(REC_HOSTEV) | BIT(REC_INVARIANT) |
                                   BIT(REC_END),
                               put, v};
}

/* --- the judgement --- */

static bool silent_edge(unsigned edge)
{
    const char *name = name_edge(edge);

    return strstr(name, "-abort") || strstr(name, "-close-unread") || strstr(name, "-passive");
}

static bool orderly_edge(unsigned edge)
{
    return edge == EDGE_LAST_ACK_ACK || edge == EDGE_TIME_WAIT_OVER || edge == EDGE_TIME_WAIT_REUSE ||
           edge == EDGE_TIME_WAIT_RST || edge == EDGE_TIME_WAIT_ABORT;
}

/* How many ends of the same host have the same two sockets. */
static uint32_t incarnations(const struct watch *v, const struct watch_end *e)
{
    uint32_t n = 0;

    for (uint32_t i = 1; i < v->n; i++) {
        const struct watch_end *o = &v->end[i];

        n += o->known && o->host == e->host && o->local_port == e->local_port &&
             o->remote_port == e->remote_port && o->remote && e->remote && !strcmp(o->remote, e->remote) &&
             !strcmp(o->local, e->local);
    }
    return n;
}

/* The other end: the one it heard from, else the one with the sockets reversed. *n: how many there are of
 * these. */
static const struct watch_end *peer_of(const struct watch *v, const struct watch_end *e, uint32_t *n)
{
    const struct watch_end *found = NULL;

    *n = 0;
    for (uint32_t i = 1; i < v->n; i++)
        if (matches(e, &v->end[i])) {
            found = &v->end[i];
            ++*n;
        }
    if (e->from && e->from < v->n)
        found = &v->end[e->from];
    return found;
}

static bool any_peer_lives(const struct watch *v, const struct watch_end *e)
{
    for (uint32_t i = 1; i < v->n; i++)
        if (matches(e, &v->end[i]) && !v->end[i].gone)
            return true;
    return false;
}

/* An end that is still there when nothing is left to happen. */
static void judge_survivor(struct watch *v, const struct lab *l, uint32_t conn)
{
    const struct watch_end *e = &v->end[conn];
    uint32_t peers;
    const struct watch_end *p = peer_of(v, e, &peers);
    const struct tcp_options *o = &l->host[e->host - 1].tcp;

    if (e->state == TCP_LISTEN)
        return;
    if (any_peer_lives(v, e))
        wrong(v, "connection %u is left in %s for ever although its peer lives", conn, name_state(e->state));
    else if (e->state != TCP_ESTABLISHED && e->state != TCP_FIN_WAIT_2)
        wrong(v, "connection %u is left in %s for ever", conn, name_state(e->state));
    else if (o->keepalive)
        wrong(v, "connection %u is left in %s for ever although it sends keep-alives", conn,
              name_state(e->state));
    else if (p && peers == 1 && incarnations(v, e) == 1 && orderly_edge(p->last_edge) && !p->crashed)
        wrong(v, "connection %u is left in %s for ever although its peer ended in order", conn,
              name_state(e->state));
}

/* Whether its user takes all there is at once. One that reads slowly or not at all, and closes, may be gone
 * before it has read what has arrived. */
static bool reads_all(const struct lab *l, const struct watch_end *e)
{
    for (uint32_t i = 0; e->app && i < l->sc.n_apps; i++) {
        const struct sc_app *a = &l->app[i];

        if (strcmp(a->name, e->app) != 0 || a->host + 1u != e->host)
            continue;
        for (uint32_t k = 0; k < a->n_steps; k++)
            if (a->step[k].action == DO_EXIT)
                return false;
        return a->read.kind == READ_AUTO;
    }
    return false;
}

static void judge_strictly(struct watch *v, const struct lab *l, uint32_t conn)
{
    const struct watch_end *e = &v->end[conn];
    uint32_t peers;
    const struct watch_end *p = peer_of(v, e, &peers);

    /* A simultaneous open may be refused by a reset that was on its way before the other side opened. */
    if (p && !p->established && p->signal == SIGNAL_REFUSED)
        return;
    if (!e->established || e->aborted || (p && p->aborted) || peers != 1 || incarnations(v, e) != 1)
        return;
    if (!e->gone)
        wrong(v, "connection %u is left in %s for ever, and nothing excuses it", conn, name_state(e->state));
    else if (!orderly_edge(e->last_edge) && e->last_edge != EDGE_LAST_ACK_RST &&
             e->last_edge != EDGE_CLOSING_RST)
        wrong(v, "connection %u ended by %s, and nothing excuses it", conn, name_edge(e->last_edge));
    else if (e->delivered != p->sent && reads_all(l, e))
        wrong(v, "connection %u was given %llu of %llu bytes", conn, (unsigned long long)e->delivered,
              (unsigned long long)p->sent);
}

bool watch_judge(struct watch *v, const struct lab *l)
{
    if (v->why_ended != END_IDLE)
        wrong(v, "the run did not come to rest: %s", name_end(v->why_ended));
    for (uint32_t i = 1; i < v->n && !v->wrong[0]; i++) {
        const struct watch_end *e = &v->end[i];

        if (!e->known || e->open == OPEN_RAW)
            continue;
        if (!e->gone)
            judge_survivor(v, l, i);
        else if (!e->crashed && !e->orphan && e->signal == SIGNAL_NONE && !silent_edge(e->last_edge) &&
                 l->host[e->host - 1].tcp.orphan_timeout == 0)
            wrong(v, "connection %u ended by %s and its user was not told", i, name_edge(e->last_edge));
        if (l->strict)
            judge_strictly(v, l, i);
    }
    return !v->wrong[0];
}

void watch_count(const struct watch *v, uint64_t *opened, uint64_t *established)
{
    for (uint32_t i = 1; i < v->n; i++) {
        const struct watch_end *e = &v->end[i];
        uint32_t peers;
        const struct watch_end *p;

        if (!e->known || e->open != OPEN_ACTIVE)
            continue;
        p = peer_of(v, e, &peers);
        if (p && p->open == OPEN_ACTIVE && p < e) /* a simultaneous open is one connection */
            continue;
        ++*opened;
        *established += e->established && p && p->established;
    }
}
