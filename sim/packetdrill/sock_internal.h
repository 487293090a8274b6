/* sock_internal: what the parts of the socket layer share. Private to sock*.c. */
#ifndef TCPLAB_PACKETDRILL_SOCK_INTERNAL_H
#define TCPLAB_PACKETDRILL_SOCK_INTERNAL_H

#include "models/host/host.h"
#include "models/state.h"
#include "sim/packetdrill/sock.h"

enum { SOCKS_MAX = 1024, SOCK_FD_FIRST = 3, SOCK_WATCH_MAX = 64, SOCK_KEPT_MAX = 48 };

enum sock_kind { SOCK_TCP, SOCK_UDP, SOCK_EPOLL };
enum sock_phase { PHASE_NEW, PHASE_LISTEN, PHASE_CONNECTING, PHASE_OPEN };

struct sock_slice { /* text that TCP handed over without being asked: the connection had ended */
    uint64_t off;
    uint32_t stream, len;
};

struct sock_conn { /* a connection of the host as the trace has told of it; its index is its id */
    bool known, child, gone;
    bool waiting;  /* born from a listener, established, not accepted yet */
    bool was_open; /* has been ESTABLISHED */
    bool peer_fin, urgent;
    bool soft;                  /* the error is a soft one: the connection lives */
    enum tcp_state state, left; /* left: the state before */
    enum pkt_errno error;
    uint32_t parent;
    uint32_t n_slices, cap_slices;
    struct sock_slice *slice;
    struct tcp_endpoints e;
    int64_t var[VAR_COUNT];
    vtime text_at; /* when RCV.NXT moved last */
    uint64_t in_edges,
        out_edges; /* how often there was more to read; room again after there was too little */
    bool no_room;  /* a writer, or one who asked, found too little room */
    uint64_t retransmits, segs_out, data_segs_out, bytes_sent, bytes_retrans;
    uint64_t segs_in, data_segs_in;
    uint32_t advmss;
};

struct sock_kept { /* an option that is only remembered */
    enum pkt_name level, what;
    int64_t value;
};

struct sock {
    enum sock_kind kind;
    enum sock_phase phase;
    bool v6, nonblock, bound, shut_rd, shut_wr;
    struct sock_addr local;
    uint32_t conn;
    enum pkt_errno error; /* of the socket itself, told once */
    bool set[SETTING_COUNT];
    int64_t setting[SETTING_COUNT]; /* where set: given to OPEN */
    struct sock_linger linger;
    char congestion[16];
    struct sock_kept kept[SOCK_KEPT_MAX];
    uint32_t n_kept;
    struct sock_poll watch[SOCK_WATCH_MAX]; /* of an epoll descriptor; revents: as last told (edges) */
    uint32_t n_watch;
};

struct socks {
    struct sock_setup set;
    struct sock *sock[SOCKS_MAX]; /* by descriptor */
    struct sock_conn *conn;       /* by id */
    uint32_t n_conns;             /* ids below have a place */
    bool receiving;               /* a RECEIVE is under way: what is handed over goes to `into` */
    uint8_t *into;                /* NULL: nowhere */
    uint64_t into_n, got;
};

static inline struct sock *sock_at(const struct socks *s, int fd)
{
    return fd >= 0 && fd < SOCKS_MAX ? s->sock[fd] : NULL;
}
/* A connection's entry; NULL: none of this host. */
static inline struct sock_conn *sock_conn_at(const struct socks *s, uint32_t conn)
{
    return conn && conn < s->n_conns && s->conn[conn].known ? &s->conn[conn] : NULL;
}
static inline bool is_linux(const struct socks *s)
{
    return s->set.os != PKT_FREEBSD;
}

/* A user call on a connection. */
enum tcp_result sock_up(struct socks *s, uint32_t call, uint32_t conn, struct app_call *c);
/* Bytes that a read could have now. */
uint64_t sock_readable(const struct socks *s, const struct sock *k);
/* Whether accept could give one; its connection. */
uint32_t sock_waiting(const struct socks *s, const struct sock *k);
/* Takes the error that is pending; told once. */
enum pkt_errno sock_take_error(struct socks *s, struct sock *k);
/* Room for text in the send buffer; 0 where nothing can be sent. */
uint64_t sock_room(const struct socks *s, const struct sock *k);
/* A new descriptor, -1: too many. */
int sock_new(struct socks *s, enum sock_kind kind);
void sock_drop(struct socks *s, int fd);

static inline enum sock_outcome sock_fail(struct sock_call *c, enum pkt_errno e)
{
    c->result = -1;
    c->error = e;
    return SOCK_DONE;
}
static inline enum sock_outcome sock_ok(struct sock_call *c, int64_t result)
{
    c->result = result;
    c->error = PKT_ERRNO_NONE;
    return SOCK_DONE;
}
static inline enum sock_outcome sock_blocked(struct sock_call *c, vtime deadline)
{
    c->deadline = deadline;
    return SOCK_BLOCKED;
}

/* sock_option.c */
/* An option that is only remembered; `otherwise` where it was never set. */
int64_t sock_kept(const struct sock *k, enum pkt_name level, enum pkt_name what, int64_t otherwise);
enum sock_outcome sock_getsockopt(struct socks *s, struct sock *k, struct sock_call *c);
enum sock_outcome sock_setsockopt(struct socks *s, struct sock *k, struct sock_call *c);
enum sock_outcome sock_ioctl(struct socks *s, struct sock *k, struct sock_call *c);
/* sock_poll.c */
enum sock_outcome sock_do_poll(struct socks *s, struct sock_call *c);
enum sock_outcome sock_do_epoll(struct socks *s, struct sock_call *c);

#endif
