/* sock.c: the layer itself: descriptors, and what the trace tells of the host's connections. */
#include "sim/packetdrill/sock.h"

#include <stdlib.h>
#include <string.h>

#include "models/wire/stream.h"
#include "sim/packetdrill/sock_internal.h"

#define HEARD                                                                                                \
    (UINT64_C(1) << REC_CONN | UINT64_C(1) << REC_STATE | UINT64_C(1) << REC_VARS |                          \
     UINT64_C(1) << REC_SIGNAL | UINT64_C(1) << REC_DELIVER | UINT64_C(1) << REC_SEND)

/* --- what the trace tells --- */

static struct sock_conn *place(struct socks *s, uint32_t conn)
{
    if (conn >= s->n_conns) {
        uint32_t n = 2 * conn + 16;

        s->conn = realloc(s->conn, n * sizeof *s->conn);
        CHECK(s->conn && "out of memory");
        memset(s->conn + s->n_conns, 0, (n - s->n_conns) * sizeof *s->conn);
        s->n_conns = n;
    }
    return &s->conn[conn];
}

static void heard_conn(struct socks *s, const struct rec_conn *r)
{
    struct sock_conn *c = place(s, r->head.conn);
    const struct conn *n = conn_by_id(s->set.w, sim_hosts(s->set.w), r->head.conn);

    c->known = true;
    c->child = r->open == OPEN_CHILD;
    c->parent = r->parent;
    if (r->open == OPEN_CHILD) {
        c->state = TCP_LISTEN;
        c->segs_in = 1; /* the SYN that it was born from */
    }
    if (!n)
        return;
    c->e.local = (uint16_t)(n->key >> 48);
    c->e.local_port = (uint16_t)(n->key >> 32);
    c->e.remote = (uint16_t)(n->key >> 16);
    c->e.remote_port = (uint16_t)n->key;
    c->e.v6 = net_scenario(s->set.w)->address[c->e.local].ip.family == 6;
}

static void heard_state(struct sock_conn *c, const struct rec_state *r)
{
    c->left = (enum tcp_state)r->from;
    c->state = (enum tcp_state)r->to;
    c->gone = r->to == TCP_CLOSED || (c->child && r->to == TCP_LISTEN);
    if (r->edge == EDGE_CLOSING_RST || r->edge == EDGE_LAST_ACK_RST)
        c->error = PKT_ECONNRESET; /* of these two RFC 9293 tells the user nothing; sockets do */
    if (r->to == TCP_ESTABLISHED) {
        c->was_open = true;
        c->waiting = c->child && !c->waiting;
    }
}

/* What a kernel calls the errors of ICMP (hard and soft alike). */
static enum pkt_errno icmp_errno(unsigned type, unsigned code)
{
    if (type != 3)
        return PKT_EPROTO;
    switch (code) {
    case 0:
    case 5:
    case 6:
    case 8:
    case 9:
    case 11: return PKT_ENETUNREACH;
    case 2: return PKT_ENOPROTOOPT;
    case 3: return PKT_ECONNREFUSED;
    default: return PKT_EHOSTUNREACH;
    }
}

static void heard_signal(const struct socks *s, struct sock_conn *c, const struct rec_signal *r)
{
    switch (r->signal) { /* SIGNAL_ of tables.def; the others change nothing here */
    case SIGNAL_RESET:
        c->error = s->set.reset_is_epipe && c->left == TCP_CLOSE_WAIT ? PKT_EPIPE : PKT_ECONNRESET;
        break;
    case SIGNAL_REFUSED: c->error = PKT_ECONNREFUSED; break;
    case SIGNAL_USER_TIMEOUT:
    case SIGNAL_TIMEOUT: c->error = c->soft && c->error ? c->error : PKT_ETIMEDOUT; break;
    case SIGNAL_SOFT_ERROR:
        c->error = icmp_errno((unsigned)(r->value >> 8), (unsigned)(r->value & 0xff));
        c->soft = true;
        return;
    case SIGNAL_HARD_ERROR: c->error = PKT_ECONNREFUSED; break;
    case SIGNAL_CLOSING:
        c->peer_fin = true;
        c->in_edges++;
        return;
    case SIGNAL_URGENT: c->urgent = true; return;
    case SIGNAL_URGENT_END: c->urgent = false; return;
    default: return;
    }
    c->soft = false;
}

/* Bytes that the user gets: into his buffer, or kept for the read that will ask. */
static void heard_deliver(struct socks *s, struct sock_conn *c, const struct rec_deliver *r)
{
    if (s->receiving) {
        if (s->into && s->got < s->into_n)
            stream_read(s->set.w, sim_state(s->set.w)->streams, r->stream, r->off, s->into + s->got,
                        (size_t)(r->len < s->into_n - s->got ? r->len : s->into_n - s->got));
        s->got += r->len;
        return;
    }
    GROW(c->slice, c->n_slices, c->cap_slices);
    c->slice[c->n_slices++] =
        (struct sock_slice){.off = r->off, .stream = r->stream, .len = (uint32_t)r->len};
}

static void heard_send(struct sock_conn *c, const struct rec_send *r)
{
    c->segs_out++;
    c->data_segs_out += r->len > 0;
    c->bytes_sent += r->len;
    c->retransmits += r->retx_of != 0;
    c->bytes_retrans += r->retx_of ? r->len : 0;
    if (r->mss)
        c->advmss = r->mss;
}

/* A segment from elsewhere, counted as one that arrives. */
static void heard_foreign(struct socks *s, const struct rec_send *r)
{
    for (uint32_t i = s->n_conns; i-- > 1;) {
        struct sock_conn *c = &s->conn[i];

        if (c->known && !c->gone && c->e.local_port == r->dport && c->e.remote &&
            c->e.remote_port == r->sport) {
            c->segs_in++;
            c->data_segs_in += r->len > 0;
            return;
        }
    }
}

static void heard_text(struct sock_conn *c, vtime at)
{
    c->text_at = at;
    c->in_edges++;
}

static void hear(void *ctx, const struct rec_head *r)
{
    struct socks *s = ctx;
    struct sock_conn *c;

    if (r->kind == REC_SEND && r->host != s->set.host + 1)
        heard_foreign(s, (const struct rec_send *)(const void *)r);
    if (r->host != s->set.host + 1 || !r->conn)
        return;
    if (r->kind == REC_CONN) {
        heard_conn(s, (const struct rec_conn *)(const void *)r);
        return;
    }
    c = sock_conn_at(s, r->conn);
    if (!c)
        return;
    switch (r->kind) { /* those of HEARD */
    case REC_STATE: heard_state(c, (const struct rec_state *)(const void *)r); break;
    case REC_SIGNAL: heard_signal(s, c, (const struct rec_signal *)(const void *)r); break;
    case REC_DELIVER: heard_deliver(s, c, (const struct rec_deliver *)(const void *)r); break;
    case REC_SEND: heard_send(c, (const struct rec_send *)(const void *)r); break;
    case REC_VARS: {
        const struct rec_vars *v = (const struct rec_vars *)(const void *)r;

        if (v->changed & 1u << VAR_RCV_NXT)
            heard_text(c, r->at);
        for (unsigned i = 0; i < VAR_COUNT; i++)
            if (v->changed & 1u << i)
                c->var[i] = v->value[i];
        if (c->no_room && v->changed & (1u << VAR_SND_UNA | 1u << VAR_QUEUED)) {
            c->no_room = false;
            c->out_edges++;
        }
        break;
    }
    default: break;
    }
}

/* --- the layer --- */

struct socks *socks_new(const struct sock_setup *set)
{
    struct socks *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->set = *set;
    trace_add_sink(&set->w->trace, (struct trace_sink){HEARD, hear, s});
    return s;
}

void socks_free(struct socks *s)
{
    if (!s)
        return;
    trace_remove_sink(&s->set.w->trace, s);
    for (uint32_t i = 0; i < s->n_conns; i++)
        free(s->conn[i].slice);
    for (int fd = 0; fd < SOCKS_MAX; fd++)
        free(s->sock[fd]);
    free(s->conn);
    free(s);
}

int sock_new(struct socks *s, enum sock_kind kind)
{
    for (int fd = SOCK_FD_FIRST; fd < SOCKS_MAX; fd++)
        if (!s->sock[fd]) {
            s->sock[fd] = calloc(1, sizeof **s->sock);
            if (!s->sock[fd])
                return -1;
            s->sock[fd]->kind = kind;
            return fd;
        }
    return -1;
}

void sock_drop(struct socks *s, int fd)
{
    free(s->sock[fd]);
    s->sock[fd] = NULL;
}

enum tcp_result sock_up(struct socks *s, uint32_t call, uint32_t conn, struct app_call *c)
{
    enum tcp_result r;

    c->call = call;
    c->conn = conn;
    c->host = s->set.host;
    s->set.w->core->cause = 0;
    s->receiving = call == CALL_RECEIVE;
    s->got = 0;
    r = app_up_call(s->set.w, c);
    s->receiving = false;
    return r;
}

/* --- looking --- */

uint32_t sock_conn(const struct socks *s, int fd)
{
    const struct sock *k = sock_at(s, fd);

    return k ? k->conn : 0;
}

uint32_t sock_conn_count(const struct socks *s)
{
    for (uint32_t i = s->n_conns; i-- > 1;)
        if (s->conn[i].known)
            return i;
    return 0;
}

enum tcp_state sock_state(const struct socks *s, uint32_t conn)
{
    const struct sock_conn *c = sock_conn_at(s, conn);

    return c && !c->gone ? c->state : TCP_CLOSED;
}

bool sock_endpoints(const struct socks *s, uint32_t conn, struct tcp_endpoints *e)
{
    const struct sock_conn *c = sock_conn_at(s, conn);

    if (c)
        *e = c->e;
    return c != NULL;
}

static uint64_t kept_bytes(const struct sock_conn *c)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < c->n_slices; i++)
        n += c->slice[i].len;
    return n;
}

uint64_t sock_readable(const struct socks *s, const struct sock *k)
{
    const struct sock_conn *c = sock_conn_at(s, k->conn);
    const struct tcb *t = c ? app_up_tcb(s->set.w, k->conn) : NULL;

    if (!c)
        return 0;
    return kept_bytes(c) + (t && tcp_state(t) >= TCP_ESTABLISHED ? tcp_unread(t) : 0);
}

uint32_t sock_waiting(const struct socks *s, const struct sock *k)
{
    if (k->phase != PHASE_LISTEN)
        return 0;
    for (uint32_t i = 1; i < s->n_conns; i++) /* ids in the order of their SYNs */
        if (s->conn[i].known && s->conn[i].waiting && s->conn[i].parent == k->conn)
            return i;
    return 0;
}

enum pkt_errno sock_take_error(struct socks *s, struct sock *k)
{
    struct sock_conn *c = sock_conn_at(s, k->conn);
    enum pkt_errno e = k->error;

    k->error = PKT_ERRNO_NONE;
    if (e == PKT_ERRNO_NONE && c && !c->soft) {
        e = c->error;
        c->error = PKT_ERRNO_NONE;
    }
    return e;
}

uint64_t sock_room(const struct socks *s, const struct sock *k)
{
    const struct tcb *t = app_up_tcb(s->set.w, k->conn);
    struct host_call call;

    if (!t || k->shut_wr)
        return 0;
    host_call_init(&call, s->set.w, s->set.host);
    return tcp_send_room(&call.x, t);
}
