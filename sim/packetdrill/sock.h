/* sock: a socket layer in virtual time over one host of a world: what a kernel puts between its applications
 * and its TCP. Descriptors, the calls of BSD sockets, their errors, their blocking.
 *
 * It stands outside the world, as the user of TCP that RFC 9293 sec 3.9.1 speaks of: it makes user calls on
 * connections that belong to no application of the scenario (models/host takes them with inst 0), and hears
 * what TCP tells its user as everybody does, from the trace, through a sink of its own. So nothing of it lies
 * in the arena: a world that is forked or taken back leaves its socket layer behind.
 *
 * Nobody sleeps in here. A call that would block says SOCK_BLOCKED and keeps what it has done so far in its
 * struct sock_call; its owner runs the world on and gives the same struct again after every instant in which
 * something happened, and at its deadline. Names of options and errors are ids of names.def and errno.def, so
 * that nothing here depends on how a system numbers them. Never prints, never runs the world. */
#ifndef TCPLAB_PACKETDRILL_SOCK_H
#define TCPLAB_PACKETDRILL_SOCK_H

#include "models/sim.h"
#include "sim/packetdrill/names.h"

struct socks;

struct sock_setup {
    struct world *w;         /* borrowed; must not move while the layer lives */
    uint32_t host;           /* index of its host in the scenario */
    uint16_t local4, local6; /* the host's addresses, as indexes of the scenario's table; 0: none */
    enum pkt_os os;          /* whose habits: PKT_LINUX or PKT_FREEBSD */
    enum pkt_os numbers;     /* whose numbers of states, families and types */
    bool reset_is_epipe;     /* a reset in CLOSE-WAIT is told as EPIPE, as Linux does */
    struct tcp_options *opt; /* the host's options, which a call without a setting of its own changes */
    int64_t rcv_shown;       /* SO_RCVBUF of a socket without connection; 0: the receive buffer itself */
};

/* A layer without sockets, listening to the world from now on. NULL: no memory. */
struct socks *socks_new(const struct sock_setup *s);
/* NULL is allowed. Connections stay as they are in the world. */
void socks_free(struct socks *s);

/* --- calls --- */

struct sock_addr {
    uint16_t address; /* index in the scenario's table; 0: any */
    uint16_t port;    /* 0: any */
    bool v6;          /* as the caller wrote it: an IPv4 address may be ::ffff:a.b.c.d */
};

enum sock_flag { /* flags of reading and writing calls */
                 SOCK_F_DONTWAIT = 0x01,
                 SOCK_F_PEEK = 0x02,
                 SOCK_F_OOB = 0x04,
                 SOCK_F_WAITALL = 0x08,
                 SOCK_F_MORE = 0x10,
                 SOCK_F_TRUNC = 0x20, /* what is read is thrown away */
                 SOCK_F_EOF = 0x40    /* FreeBSD: shuts the sending side down behind these bytes */
};

enum sock_event { /* of poll and epoll */
                  SOCK_IN = 0x01,
                  SOCK_PRI = 0x02,
                  SOCK_OUT = 0x04,
                  SOCK_ERR = 0x08,
                  SOCK_HUP = 0x10,
                  SOCK_NVAL = 0x20,
                  SOCK_RDHUP = 0x40,
                  SOCK_ET = 0x80, /* epoll: edge triggered */
                  SOCK_ONESHOT = 0x100
};

struct sock_poll {
    int fd;
    unsigned events, revents;   /* enum sock_event */
    uint64_t data;              /* epoll: the caller's own word */
    uint64_t in_seen, out_seen; /* epoll, edge triggered: what had happened when it was told last */
};

struct sock_linger {
    bool on;
    int32_t seconds;
};

enum sock_outcome { SOCK_DONE, SOCK_BLOCKED };

struct sock_call {
    enum pkt_syscall call; /* readv, recvmsg ...: as recv and send; len is the sum */
    int fd;
    bool v6, dgram, nonblock; /* socket; accept4: nonblock of the new one */
    struct sock_addr
        addr; /* bind, connect; sendto if has_addr. Out: accept, getsockname, getpeername, recvfrom */
    bool has_addr;
    uint64_t len;              /* bytes to read or write */
    unsigned flags;            /* enum sock_flag */
    const uint8_t *bytes;      /* to be sent; NULL: the connection's generated pattern */
    uint8_t *buffer;           /* where to put what is read, len bytes; NULL: it is not wanted */
    bool fault;                /* the caller's buffer is no memory of his */
    int backlog;               /* listen */
    enum pkt_name what;        /* shutdown: PKT_N_SHUT_RD ...; epoll_ctl: PKT_N_EPOLL_CTL_ADD ...; fcntl:
                                  PKT_N_F_GETFL ...; ioctl: the request; get- and        setsockopt: the option */
    enum pkt_name level;       /* PKT_N_SOL_SOCKET, PKT_N_IPPROTO_TCP, PKT_N_IPPROTO_IP, PKT_N_IPPROTO_IPV6 */
    int64_t value;             /* fcntl F_SETFL: 1 O_NONBLOCK, 0 not; ioctl, setsockopt: the value. Out: fcntl
                                  F_GETFL, ioctl, getsockopt; SO_ERROR: an enum pkt_errno */
    struct sock_linger linger; /* SO_LINGER, in and out */
    const char *text;          /* TCP_CONGESTION, in and out */
    struct sock_poll *poll;    /* poll, epoll_wait (out), epoll_ctl (one) */
    uint32_t n_poll;
    int epoll_fd;  /* epoll_ctl, epoll_wait */
    vtime timeout; /* poll, epoll_wait: -1 for ever */

    int64_t result; /* of the call, -1: failed */
    enum pkt_errno error;
    vtime deadline; /* BLOCKED: try again then at the latest, VTIME_NEVER: only events can end it */

    bool begun; /* the layer's own */
    uint64_t done;
};

/* Carries the call out as far as that goes now, in the world's present time. Acts of TCP that come of it lie
 * in the world's queue: run it. */
enum sock_outcome sock_call(struct socks *s, struct sock_call *c);

/* --- looking --- */

/* The connection of a socket, 0: none (any more). */
uint32_t sock_conn(const struct socks *s, int fd);
/* A field of struct tcp_info by its name ("tcpi_snd_cwnd"), in the units and numbers of the layer's system;
 * conn 0: of a socket without connection. False: no such field. */
bool sock_info(const struct socks *s, uint32_t conn, int fd, const char *field, int64_t *value);
/* State of a connection as last told; gone ones too. */
enum tcp_state sock_state(const struct socks *s, uint32_t conn);
/* Its addresses and ports. False: there never was one with this number. */
bool sock_endpoints(const struct socks *s, uint32_t conn, struct tcp_endpoints *e);
/* The number of the newest connection that is known; 0: there is none. */
uint32_t sock_conn_count(const struct socks *s);

#endif
