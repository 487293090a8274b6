/* host: what lies between IP and the applications on every host: whose connection a segment belongs to, the
 * user calls on their way to TCP, the replies TCP owes, ports and initial sequence numbers, crashes.
 *
 * Owns, in the world's arena, one struct conn per connection end (TCP's or a raw peer's); TCP owns the TCB
 * itself. A connection is named by its id, given once. Never decides anything that RFC 9293 leaves to TCP. */
#ifndef TCPLAB_MODELS_HOST_HOST_H
#define TCPLAB_MODELS_HOST_HOST_H

#include "models/app/app.h"
#include "models/net/net.h"
#include "models/tcp/tcp.h"
#include "sim/core/world.h"

enum host_event_kind {
    HOST_EV_WAKE = 10,
    HOST_EV_SETTLE,
    HOST_EV_EMIT
}; /* event kinds of the world's queue */

#define HOST_PORT_FIRST 49152u /* ephemeral ports (RFC 6335) */

enum conn_kind { CONN_TCP, CONN_LISTEN, CONN_LISTEN_ANY /* on every address of the family */, CONN_RAW };
enum conn_flag {
    CONN_EMBRYO = 1,  /* counts in its listener's backlog */
    CONN_PAIRED = 2,  /* the other end is known */
    CONN_TAINTED = 8, /* text of a raw peer has got in: what is delivered need not be the peer's */
    CONN_WATCHED = 16 /* its application waits for states */
};

struct conn {
    uint64_t key;       /* local address, local port, remote address, remote port: 16 bits each */
    uint64_t delivered; /* bytes handed to the user */
    ref tcb;
    uint32_t id;
    ref inst;            /* its user, 0: nobody */
    uint32_t pair, peer; /* joins the ends; the other end's id, 0: not known */
    uint32_t parent;     /* the listener it was born from */
    uint16_t host;
    uint16_t backlog, embryos; /* a listener's */
    uint8_t kind, flags;
};

struct host_state {
    uint64_t secret;      /* of RFC 6528's function */
    vtime challenge_from; /* challenge ACKs: the present interval, and how many in it */
    uint32_t challenge_n;
    uint32_t iss_n; /* connections so far that took option iss */
    uint32_t boot;  /* counts crashes */
    uint16_t next_port;
    uint16_t raw;
};

struct hosts {
    ref host;  /* struct host_state[] */
    ref by_id; /* ref of the struct conn, [id]; 0: gone */
    ref table; /* struct slot[mask + 1] */
    ref owed;  /* ids that asked for tcp_settle */
    uint32_t ids, id_cap, pairs;
    uint32_t mask, used;
    uint32_t owed_n, owed_cap;
    uint32_t settling;
    uint64_t segments_delivered, segments_sent, bytes_delivered, opened, closed;
};

/* Fills *h, which is zeroed. */
void hosts_init(struct world *w, struct hosts *h);
/* Executes an event of enum host_event_kind. */
void hosts_event(struct world *w, const struct event *e);
/* The end of an instant: the replies owed. */
void hosts_settle(struct world *w);
/* Checks TCP's laws, every queue walked, for every connection (host_after does it for the one TCP has worked
 * on). */
void hosts_check_all(struct world *w);
/* The law `name` is broken: emits the invariant record and stops the run. */
void host_broken(struct world *w, uint32_t host, uint32_t conn, const char *name, const char *detail);

/* What happens to a host: CRASH, REBOOT, CUT, JOIN. */
void host_event(struct world *w, uint32_t host, enum sc_event_kind what);
/* Host `from` sends an ICMP error about the newest connection of host `to`. */
void host_icmp(struct world *w, uint32_t from, uint32_t to, const struct icmp_error *e, int32_t seq_offset);

/* --- within models/host --- */
struct host_call; /* models/state.h */
/* For host_after (models/state.h): the laws of n, and its state for whom it concerns. */
void host_look(struct world *w, struct host_call *c, struct conn *n);
void host_emit_event(struct world *w, const struct event *e);
/* Emits the send record and hands the segment to IP. */
uint64_t host_emit(struct world *w, uint32_t host, uint32_t conn, const struct segment *s,
                   const struct tcp_out *o);

/* demux.c */
static inline uint64_t conn_key(uint16_t local, uint16_t local_port, uint16_t remote, uint16_t remote_port)
{
    return (uint64_t)local << 48 | (uint64_t)local_port << 32 | (uint64_t)remote << 16 | remote_port;
}
struct conn *conn_by_id(const struct world *w, const struct hosts *h, uint32_t id);
struct conn *conn_find(const struct world *w, const struct hosts *h, uint64_t key, enum conn_kind kind);
/* The listener a segment with these endpoints is for: the most specific one. */
struct conn *conn_listener(const struct world *w, const struct hosts *h, uint32_t host,
                           const struct tcp_endpoints *e);
/* A new end with an id of its own; the caller registers it. */
struct conn *conn_new(struct world *w, struct hosts *h, uint32_t host, const struct tcp_endpoints *e,
                      enum conn_kind kind);
/* Can be found from now on; joins it to its other end, and emits the conn record. */
void conn_register(struct world *w, struct hosts *h, struct conn *c, unsigned open, const char *app);
/* Its remote socket has become known: a listener no more. */
void conn_rebind(struct world *w, struct hosts *h, struct conn *c, const struct tcp_endpoints *e,
                 const char *app);
void conn_free(struct world *w, struct hosts *h, struct conn *c);

extern const struct tcp_ops host_tcp_ops; /* emit.c */

#endif
