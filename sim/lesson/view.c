#include "sim/lesson/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/stream.h"
#include "sim/lesson/units.h"
#include "sim/lesson/view.h"

#define COPIES_DEEP 32 /* a copy of a copy of a copy ... of another stream's bytes */

/* --- counting and filling --- */

static const struct rec_head *at(const struct log *log, size_t i, enum rec_kind kind)
{
    const struct rec_head *h = log_at(log, i);

    return h->kind == kind ? h : NULL;
}

static uint32_t count_kind(const struct log *log, enum rec_kind kind)
{
    uint32_t n = 0;

    for (size_t i = 0; i < log_count(log); i++)
        n += log_at(log, i)->kind == kind;
    return n;
}

struct id_row {
    uint64_t id;
    uint32_t index;
};

static int compare_ids(const void *a, const void *b)
{
    const struct id_row *x = a, *y = b;

    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* First row with this id; n if there is none. */
static uint32_t find_id(const struct id_row *row, uint32_t n, uint64_t id)
{
    uint32_t from = 0, to = n;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (row[middle].id < id)
            from = middle + 1;
        else
            to = middle;
    }
    return from < n && row[from].id == id ? from : n;
}

/* --- connections --- */

/* A connection may be announced again when its remote socket becomes known; the first announcement counts. */
static void find_conns(struct view *v)
{
    uint32_t n = count_kind(v->log, REC_CONN), k = 0;
    struct id_row *row = NEW(v->m, n, struct id_row);
    const struct rec_conn **rec = NEW(v->m, n, const struct rec_conn *);

    for (size_t i = 0; i < log_count(v->log); i++) {
        const struct rec_head *h = at(v->log, i, REC_CONN);

        if (h) {
            rec[k] = (const struct rec_conn *)(const void *)h;
            row[k] = (struct id_row){h->conn, k};
            k++;
        }
    }
    qsort(row, n, sizeof *row, compare_ids);
    v->conn_id = row;
    v->conn = NEW(v->m, n, struct view_conn);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0 && row[i].id == row[i - 1].id)
            rec[row[i].index] = NULL;
    }
    for (uint32_t i = 0; i < n;
         i++) { /* index: from the announcement's to the connection's, in order of appearance */
        if (rec[i])
            v->conn[v->n_conns++].rec = rec[i];
    }
    k = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i == 0 || row[i].id != row[i - 1].id)
            row[k++].id = row[i].id;
    }
    for (uint32_t i = 0; i < v->n_conns; i++)
        v->conn_id[find_id(v->conn_id, k, v->conn[i].rec->head.conn)].index = i;
}

uint32_t view_conn(const struct view *v, uint32_t conn_id)
{
    uint32_t i = find_id(v->conn_id, v->n_conns, conn_id);

    return i < v->n_conns ? v->conn_id[i].index : v->n_conns;
}

static void find_paths(struct view *v)
{
    uint32_t from = 0;

    v->path = NEW(v->m, count_kind(v->log, REC_STATE), const struct rec_state *);
    for (size_t i = 0; i < log_count(v->log); i++) {
        const struct rec_head *h = at(v->log, i, REC_STATE);
        uint32_t c = h ? view_conn(v, h->conn) : v->n_conns;

        if (c < v->n_conns)
            v->conn[c].path_n++;
    }
    for (uint32_t c = 0; c < v->n_conns; c++) {
        v->conn[c].path_from = from;
        from += v->conn[c].path_n;
        v->conn[c].path_n = 0;
        v->conn[c].listener = true;
    }
    for (size_t i = 0; i < log_count(v->log); i++) {
        const struct rec_state *s = (const struct rec_state *)(const void *)at(v->log, i, REC_STATE);
        uint32_t c = s ? view_conn(v, s->head.conn) : v->n_conns;

        if (c == v->n_conns)
            continue;
        v->path[v->conn[c].path_from + v->conn[c].path_n++] = s;
        if (s->to != TCP_LISTEN && s->to != TCP_CLOSED)
            v->conn[c].listener = false;
    }
    for (uint32_t c = 0; c < v->n_conns;
         c++) /* a raw peer's, or one that was refused at once, listens to nobody */
        v->conn[c].listener = v->conn[c].listener && v->conn[c].rec->open == OPEN_PASSIVE;
}

enum tcp_state view_state(const struct view *v, const struct view_conn *c, uint32_t i)
{
    if (c->path_n == 0)
        return TCP_CLOSED;
    return (enum tcp_state)(i == 0 ? v->path[c->path_from]->from : v->path[c->path_from + i - 1]->to);
}

vtime view_state_at(const struct view *v, const struct view_conn *c, uint32_t i)
{
    return i == 0 ? c->rec->head.at : v->path[c->path_from + i - 1]->head.at;
}

static void find_crashes(struct view *v)
{
    for (size_t i = 0; i < log_count(v->log); i++) {
        const struct rec_host_event *e =
            (const struct rec_host_event *)(const void *)at(v->log, i, REC_HOSTEV);

        for (uint32_t c = 0; e && e->event == HOST_EVENT_CRASH && c < v->n_conns; c++) {
            struct view_conn *conn = &v->conn[c];

            if (conn->rec->head.host == e->head.host && conn->rec->head.id < e->head.id && !conn->gone) {
                conn->gone = true;
                conn->gone_at = e->head.at;
            }
        }
    }
}

static bool of_app(const struct rec_conn *c, const struct who *w)
{
    if (w->host != SC_ANY && c->head.host != w->host + 1)
        return false;
    return c->open != OPEN_RAW && (!w->app || (c->app && strcmp(c->app, w->app) == 0));
}

bool view_is(const struct view *v, const struct who *w, uint32_t conn_index)
{
    const struct view_conn *c = &v->conn[conn_index];
    uint32_t nth = 1;

    if (!of_app(c->rec, w) || c->listener != w->listener)
        return false;
    for (uint32_t i = 0; w->conn && i < conn_index; i++)
        nth += v->conn[i].listener == w->listener && of_app(v->conn[i].rec, w);
    return !w->conn || nth == w->conn;
}

/* --- segments --- */

struct flow {                  /* one direction between two sockets */
    const struct rec_send *of; /* NULL: free */
    bool reverse;              /* of's other direction is meant */
    bool known;
    uint32_t base;
};
struct flows {
    struct flow *row;
    uint32_t n, cap; /* cap: a power of two */
};

static uint64_t flow_hash(const struct rec_send *s, bool reverse)
{
    uint64_t ports = reverse ? (uint64_t)s->dport << 16 | s->sport : (uint64_t)s->sport << 16 | s->dport;
    const char *src = reverse ? s->dst : s->src, *dst = reverse ? s->src : s->dst;

    return hash_bytes(hash_bytes(ports, src, strlen(src)), dst, strlen(dst));
}

static bool flow_is(const struct flow *f, const struct rec_send *s, bool reverse)
{
    bool crossed = f->reverse != reverse;

    return strcmp(f->of->src, crossed ? s->dst : s->src) == 0 &&
           strcmp(f->of->dst, crossed ? s->src : s->dst) == 0 &&
           f->of->sport == (crossed ? s->dport : s->sport) && f->of->dport == (crossed ? s->sport : s->dport);
}

static struct flow *flow_slot(struct flows *f, const struct rec_send *s, bool reverse)
{
    uint32_t i = (uint32_t)flow_hash(s, reverse) & (f->cap - 1);

    while (f->row[i].of && !flow_is(&f->row[i], s, reverse))
        i = (i + 1) & (f->cap - 1);
    return &f->row[i];
}

static struct flow *flow_of(struct view *v, struct flows *f, const struct rec_send *s, bool reverse)
{
    struct flow *slot;

    if (2 * f->n >= f->cap) {
        struct flows more = {.n = f->n, .cap = f->cap ? 2 * f->cap : 64};

        more.row = NEW(v->m, more.cap, struct flow);
        for (uint32_t i = 0; i < f->cap; i++) {
            if (f->row[i].of)
                *flow_slot(&more, f->row[i].of, f->row[i].reverse) = f->row[i];
        }
        *f = more;
    }
    slot = flow_slot(f, s, reverse);
    if (!slot->of) {
        *slot = (struct flow){.of = s, .reverse = reverse};
        f->n++;
    }
    return slot;
}

/* What Wireshark counts from: the SYN's number; where no SYN was seen, one less than the first number. */
static void segment_bases(struct view *v, struct flows *f, struct view_segment *s)
{
    const struct rec_send *r = s->rec;
    struct flow *forward, *back;

    (void)flow_of(v, f, r, true); /* both exist before either is pointed at: a new row may move the table */
    forward = flow_of(v, f, r, false);
    back = flow_of(v, f, r, true);
    if ((r->ctl & TCP_SYN) && (!forward->known || forward->base != r->seq.v)) {
        if (!(r->ctl & TCP_ACK))
            back->known = false; /* a new connection */
        forward->base = r->seq.v;
        forward->known = true;
    }
    if (!forward->known) {
        forward->base = r->seq.v - 1;
        forward->known = true;
    }
    if (!back->known && (r->ctl & TCP_ACK)) {
        back->base = r->ack.v - 1;
        back->known = true;
    }
    s->seq_base = forward->base;
    s->ack_base = back->known ? back->base : 0;
}

static void sort_packets(struct view *v, enum rec_kind kind, struct id_row **row, uint32_t *n)
{
    *n = 0;
    *row = NEW(v->m, count_kind(v->log, kind), struct id_row);
    for (size_t i = 0; i < log_count(v->log); i++) {
        const struct rec_head *h = at(v->log, i, kind);

        if (!h)
            continue;
        (*row)[*n].id = kind == REC_DROP ? ((const struct rec_drop *)(const void *)h)->pkt
                                         : ((const struct rec_duplicate *)(const void *)h)->pkt;
        (*row)[*n].index = *n;
        ++*n;
    }
    qsort(*row, *n, sizeof **row, compare_ids);
}

static uint32_t count_id(const struct id_row *row, uint32_t n, uint64_t id)
{
    uint32_t k = 0;

    for (uint32_t i = find_id(row, n, id); i < n && row[i].id == id; i++)
        k++;
    return k;
}

static void find_segments(struct view *v)
{
    struct id_row *drops, *copies;
    uint32_t n_drops, n_copies;
    struct flows flows = {0};

    v->segment = NEW(v->m, count_kind(v->log, REC_SEND), struct view_segment);
    sort_packets(v, REC_DROP, &drops, &n_drops);
    sort_packets(v, REC_DUPLICATE, &copies, &n_copies);
    for (size_t i = 0; i < log_count(v->log); i++) {
        const struct rec_send *r = (const struct rec_send *)(const void *)at(v->log, i, REC_SEND);
        struct view_segment *s = &v->segment[v->n_segments];

        if (!r)
            continue;
        s->rec = r;
        s->lost = count_id(drops, n_drops, r->head.id) > count_id(copies, n_copies, r->head.id);
        segment_bases(v, &flows, s);
        v->n_segments++;
    }
}

static void find_symbols(struct view *v)
{
    const struct scenario *s = &v->l->scenario;

    v->symbol = NEW(v->m, s->n_symbols, uint32_t);
    v->symbol_known = NEW(v->m, s->n_symbols, bool);
    for (size_t i = 0; i < log_count(v->log); i++) {
        const struct rec_symbol *r = (const struct rec_symbol *)(const void *)at(v->log, i, REC_SYMBOL);

        for (uint32_t k = 0; r && k < s->n_symbols; k++) {
            if (!v->symbol_known[k] && strcmp(s->symbol[k].name, r->name) == 0) {
                v->symbol_known[k] = true;
                v->symbol[k] = r->value.v;
            }
        }
    }
}

void view_init(struct view *v, const struct lesson *l, const struct log *log, struct lesson_memory *m)
{
    *v = (struct view){.l = l, .log = log, .m = m};
    if (log_count(log))
        v->end = log_at(log, log_count(log) - 1)->at;
    for (size_t i = 0; i < log_count(log); i++) {
        if (at(log, i, REC_END))
            v->end_rec = (const struct rec_end *)(const void *)log_at(log, i);
    }
    find_conns(v);
    find_paths(v);
    find_crashes(v);
    find_segments(v);
    find_symbols(v);
}

/* --- bytes --- */

static void read_stream(const struct view *v, uint32_t stream, uint64_t off, uint8_t *out, uint64_t n,
                        int deep)
{
    for (uint64_t i = 0; i < n; i++)
        out[i] = stream_pattern(stream, off + i);
    for (size_t i = 0; i < log_count(v->log) && deep > 0; i++) {
        const struct rec_data *d = (const struct rec_data *)(const void *)at(v->log, i, REC_DATA);
        uint64_t from, to;

        if (!d || d->stream != stream)
            continue;
        from = d->off > off ? d->off : off;
        to = d->off + d->len < off + n ? d->off + d->len : off + n;
        if (from >= to)
            continue;
        if (d->from_stream)
            read_stream(v, d->from_stream, d->from_off + (from - d->off), out + (from - off), to - from,
                        deep - 1);
        else if (d->bytes.n >= d->len)
            memcpy(out + (from - off), d->bytes.p + (from - d->off), (size_t)(to - from));
    }
}

void view_bytes(const struct view *v, uint32_t stream, uint64_t off, uint8_t *out, uint64_t n)
{
    read_stream(v, stream, off, out, n, COPIES_DEEP);
}

/* --- is it the one? --- */

/* The first thing in which a segment does not agree with a match; NULL: it agrees. */
static const char *match_differs(const struct rec_send *r, const struct sc_match *m)
{
    if (m->from != SC_ANY && r->head.host != m->from + 1)
        return "from";
    if (m->to != SC_ANY && r->to != m->to + 1)
        return "to";
    if (m->ctl_exact ? r->ctl != m->ctl_set : (r->ctl & m->ctl_set) != m->ctl_set)
        return "flags";
    if (r->ctl & m->ctl_clear)
        return "flags";
    if (m->data >= 0 && (r->len > 0) != (m->data > 0))
        return "data";
    if (m->retransmission >= 0 && (r->retx_of != 0) != (m->retransmission > 0))
        return "retransmission";
    if (m->port && r->sport != m->port && r->dport != m->port)
        return "port";
    if ((m->after != VTIME_NEVER && r->head.at < m->after) || r->head.at >= m->before)
        return "time";
    return NULL;
}

bool view_match(const struct view *v, uint32_t i, const struct sc_match *m)
{
    return !match_differs(v->segment[i].rec, m);
}

static bool number_is(const struct view *v, const struct number *n, uint32_t value, uint32_t base)
{
    switch (n->kind) {
    case NUMBER_ANY: return true;
    case NUMBER_RELATIVE: return value - base == n->value;
    case NUMBER_ABSOLUTE: return value == n->value;
    case NUMBER_SYMBOL: return v->symbol_known[n->symbol] && value == v->symbol[n->symbol] + n->value;
    }
    return false;
}

static bool payload_is(const struct view *v, const struct rec_send *r, const struct segment_want *w)
{
    uint8_t *bytes;

    if (r->len != w->text_n)
        return false;
    bytes = NEW(v->m, r->len, uint8_t);
    view_bytes(v, r->stream, r->off, bytes, r->len);
    return memcmp(bytes, w->text, r->len) == 0;
}

bool view_segment_is(const struct view *v, uint32_t i, const struct segment_want *w, const char **why)
{
    const struct view_segment *s = &v->segment[i];
    const struct rec_send *r = s->rec;
    bool has_ack = r->ctl & TCP_ACK, is = false;
    const char *differs = match_differs(r, &w->match);

    if (differs)
        ;
    else if (!number_is(v, &w->seq, r->seq.v, s->seq_base))
        differs = "seq";
    else if (w->ack.kind != NUMBER_ANY && (!has_ack || !number_is(v, &w->ack, r->ack.v, s->ack_base)))
        differs = "ack";
    else if (w->win >= 0 && w->win != r->wnd)
        differs = "win";
    else if (w->up >= 0 && w->up != r->up)
        differs = "up";
    else if (w->len >= 0 && w->len != (int64_t)r->len)
        differs = "len";
    else if (w->mss != -1 && w->mss != (r->mss ? (int64_t)r->mss : -2))
        differs = "mss";
    else if (w->ws != -1 && w->ws != (r->has_ws ? (int64_t)r->ws : -2))
        differs = "window_scale";
    else if (w->ts >= 0 && r->has_ts != (w->ts > 0))
        differs = "timestamps";
    else if (w->sack_ok >= 0 && r->sack_ok != (w->sack_ok > 0))
        differs = "sack_permitted";
    else if (w->lost >= 0 && s->lost != (w->lost > 0))
        differs = "lost";
    else if (w->at != VTIME_NEVER && r->head.at != w->at)
        differs = "at";
    else if (w->text && !payload_is(v, r, w))
        differs = "payload";
    else
        is = true;
    if (!is && why)
        *why = differs;
    return is;
}

/* --- events --- */

static bool event_of(const struct view *v, const struct rec_head *h, const struct who *w)
{
    uint32_t c;

    if (w->host != SC_ANY && h->host != w->host + 1)
        return false;
    if (!w->app && !w->conn && !w->listener)
        return true;
    c = view_conn(v, h->conn);
    if (c == v->n_conns)
        return false;
    return w->conn || w->listener ? view_is(v, w, c) : of_app(v->conn[c].rec, w);
}

#define AS(type) ((const struct rec_##type *)(const void *)h)

static bool is_clause(const struct rec_head *h, unsigned row)
{
    return (h->kind == REC_CITE && AS(cite)->clause == row) ||
           (h->kind == REC_SEND && AS(send)->why == row) ||
           (h->kind == REC_REJECT && AS(reject)->clause == row);
}

static bool is_event(const struct rec_head *h, const struct event_match *e)
{
    unsigned row = e->row;

    switch (e->kind) {
    case EV_STATE: return h->kind == REC_STATE && AS(state)->to == row;
    case EV_SIGNAL: return h->kind == REC_SIGNAL && (!row || AS(signal)->signal == row);
    case EV_TIMER:
        return h->kind == REC_TIMER && (!row || AS(timer)->timer == row) &&
               (!e->extra || AS(timer)->op == e->extra);
    case EV_CLAUSE: return is_clause(h, row);
    case EV_EDGE: return h->kind == REC_STATE && (!row || AS(state)->edge == row);
    case EV_REJECT: return h->kind == REC_REJECT && (!row || AS(reject)->why == row);
    case EV_DROP: return h->kind == REC_DROP && (!row || AS(drop)->why == row);
    case EV_CALL:
        return h->kind == REC_CALL && (!row || AS(call)->call == row) &&
               (!e->extra || AS(call)->result == e->extra);
    case EV_DELIVER: return h->kind == REC_DELIVER && (!row || AS(deliver)->why == row);
    case EV_HOST_EVENT: return h->kind == REC_HOSTEV && (!row || AS(host_event)->event == row);
    case EV_END: return h->kind == REC_END && (!row || AS(end)->why == row);
    case EV_SEGMENT:
    case EVENT_KINDS: break;
    }
    return false;
}
#undef AS

const struct rec_head *view_event(const struct view *v, const struct event_match *e, uint64_t *count)
{
    const struct rec_head *found = NULL;
    uint64_t n = 0;

    if (e->kind == EV_SEGMENT) {
        for (uint32_t i = 0; i < v->n_segments; i++) {
            if (view_segment_is(v, i, &e->segment, NULL) && ++n == e->nth)
                found = &v->segment[i].rec->head;
        }
    }
    for (size_t i = 0; e->kind != EV_SEGMENT && i < log_count(v->log); i++) {
        const struct rec_head *h = log_at(v->log, i);

        if (is_event(h, e) && event_of(v, h, &e->who) && ++n == e->nth)
            found = h;
    }
    if (count)
        *count = n;
    return found;
}

uint64_t lesson_moment_record(const struct lesson *l, const struct lesson_moment *m, const struct log *log)
{
    struct lesson_memory *memory;
    const struct rec_head *h;
    struct view v;
    size_t i;
    uint64_t id = 0;

    if (!m->when) { /* the last thing that has happened when its time comes, if the run comes so far */
        i = log_after_time(log, m->at);
        if (i < log_count(log) || (i > 0 && log_at(log, i - 1)->at == m->at))
            id = i > 0 ? log_at(log, i - 1)->id : log_at(log, i)->id;
        return id;
    }
    memory = lesson_memory_new();
    view_init(&v, l, log, memory);
    h = view_event(&v, m->when, NULL);
    id = h ? h->id : 0;
    lesson_memory_free(memory);
    return id;
}

/* --- for messages --- */

const char *view_host(const struct view *v, uint16_t host_plus_1)
{
    return host_plus_1 && host_plus_1 <= v->l->scenario.n_hosts ? v->l->scenario.host[host_plus_1 - 1].name
                                                                : "?";
}

void view_put_segment(const struct view *v, uint32_t i, struct sbuf *b)
{
    const struct view_segment *s = &v->segment[i];
    const struct rec_send *r = s->rec;
    char time[UNITS_TIME_MAX], flags[40];

    units_format_time(r->head.at, time);
    ctl_format(r->ctl, flags);
    sbuf_printf(b, "%s %s > %s %s seq=%" PRIu32, time, view_host(v, r->head.host),
                r->to ? view_host(v, r->to) : r->dst, *flags ? flags : "(no flags)", r->seq.v - s->seq_base);
    if (r->ctl & TCP_ACK)
        sbuf_printf(b, " ack=%" PRIu32, r->ack.v - s->ack_base);
    sbuf_printf(b, " win=%u len=%" PRIu32, (unsigned)r->wnd, r->len);
    if (r->ctl & TCP_URG)
        sbuf_printf(b, " up=%u", (unsigned)r->up);
    if (r->retx_of)
        sbuf_puts(b, tr(" (sent again)"));
    if (s->lost)
        sbuf_puts(b, tr(" (lost)"));
}
