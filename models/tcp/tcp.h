/* tcp: the protocol of RFC 9293. This is all that hosts and applications see of it; a TCB's inside is
 * tcb.h's.
 *
 * TCP owns its TCBs (in the world's arena) from tcp_open or the arrival of a SYN until it calls ops->gone. It
 * reaches the world only through struct tcp_ctx: time, records, the arena and a wake event come from the
 * world; everything else through ops. It never finds a connection by address: whoever owns it (models/host, a
 * test, a bridge) demultiplexes.
 *
 * Output happens at three places: in a user call (unless a reply is pending anyway), in tcp_wake, and in
 * tcp_settle, which the owner calls at the end of the instant (or processing_delay later) for every TCB that
 * asked by ops->want_settle; so all segments that arrive at one instant are processed before any ACK leaves
 * (MUST-59). */
#ifndef TCPLAB_MODELS_TCP_TCP_H
#define TCPLAB_MODELS_TCP_TCP_H

#include "models/record.h"
#include "models/tcp/clause.h"
#include "models/tcp/fsm.h"
#include "models/tcp/options.h"
#include "models/wire/segment.h"
#include "sim/core/world.h"

struct tcb;
struct tcp_ctx;

struct tcp_endpoints {
    uint16_t local, remote; /* address indexes; remote 0: unspecified (index 0 is never an address) */
    uint16_t local_port, remote_port;
    bool v6;
    uint8_t pad; /* named, since TCBs lie in the arena */
};

struct tcp_out { /* what goes beside a segment to IP */
    uint16_t src, dst;
    uint8_t ttl, tos;
    uint64_t retx_of; /* id of the send record repeated, 0: none */
    enum tcp_clause why;
    uint8_t wscale; /* shift in force for seg.wnd (for the trace) */
};

struct tcp_ops {
    /* Hands a segment to IP. t is NULL for a reset that belongs to no connection. Returns the id of its send
     * record. */
    uint64_t (*emit)(struct tcp_ctx *x, struct tcb *t, const struct segment *s, const struct tcp_out *o);
    /* Tells the user. value: see the signal record. The callee may not call back into TCP for this TCB now;
     * it notes it and acts after the present call returns. */
    void (*signal)(struct tcp_ctx *x, struct tcb *t, enum tcp_signal what, uint64_t value);
    /* Bytes for the user: a completed RECEIVE's slice (one contiguous slice a call; `last` with the final
     * one). */
    void (*deliver)(struct tcp_ctx *x, struct tcb *t, uint32_t stream, uint64_t off, uint32_t len, bool push,
                    bool last);
    /* Wants tcp_settle: a reply is owed. Called at most once until tcp_settle runs. */
    void (*want_settle)(struct tcp_ctx *x, struct tcb *t);
    /* A new TCB for a SYN that came to a LISTEN (RFC 9293 3.10.7.2). The owner registers it, gives it an id,
     * and emits its conn record. 0: backlog full or no room. */
    uint32_t (*new_child)(struct tcp_ctx *x, struct tcb *listener, ref child, const struct tcp_endpoints *e);
    /* The remote socket of a TCB has become known or changed (LISTEN turned active). */
    void (*bound)(struct tcp_ctx *x, struct tcb *t, const struct tcp_endpoints *e);
    /* The TCB has entered CLOSED and is about to be freed: forget it. `reason`: the signal the user got last.
     */
    void (*gone)(struct tcp_ctx *x, struct tcb *t);
    /* Initial send sequence number of this connection (RFC 6528), unless the host's options name one. */
    uint32_t (*iss)(struct tcp_ctx *x, const struct tcp_endpoints *e);
    /* May this host send a challenge ACK now (RFC 5961 sec 7)? Counts it. */
    bool (*challenge_ok)(struct tcp_ctx *x);
    /* Negative advice to IP after R1 retransmissions (MUST-20). */
    void (*bad_route)(struct tcp_ctx *x, struct tcb *t);
    /* May be NULL. The connection has entered this state; the last record says so. */
    void (*entered)(struct tcp_ctx *x, struct tcb *t, enum tcp_state s);
};

struct tcp_ctx { /* made on the stack for each call */
    struct world *w;
    const struct tcp_options *opt; /* the host's */
    const struct tcp_ops *ops;
    void *owner;
    uint32_t host;      /* index + 1, for records */
    uint32_t wake_kind; /* event kind whose a is a connection id: the owner hands it to tcp_wake */
};

/* --- user calls (RFC 9293 sec 3.9.1 and 3.10). Each emits a CALL record and returns the RFC's answer. t
 * NULL: no such connection ("connection does not exist"). --- */

enum tcp_setting {
#define SETTING(ID, name, type, min, max, rfc, doc) SET_##ID,
#include "models/tcp/setting.def"
#undef SETTING
    SETTING_COUNT
};
/* The setting's name in lessons and messages; NULL: there is no such. */
const char *tcp_setting_name(enum tcp_setting what);
/* What it is at this moment; t NULL: the host's default. */
int64_t tcp_get(const struct tcp_ctx *x, const struct tcb *t, enum tcp_setting what);

struct tcp_preset { /* a setting that holds from OPEN on */
    enum tcp_setting what;
    int64_t value;
};
struct tcp_open_args {
    struct tcp_endpoints e;
    bool passive;
    uint8_t dscp;                    /* 0xff: the host's */
    vtime user_timeout;              /* -1: the host's */
    const struct tcp_preset *preset; /* borrowed for the call; n_preset of them, in their order */
    uint32_t n_preset;
};
/* Makes a TCB. *out is its ref; the owner must have chosen conn (unique, never 0) and registered it by the
 * time this is called: open only fills it: so: ref r = tcp_new(x, conn, &args.e); register; then tcp_open(x,
 * t, &args). */
ref tcp_new(struct tcp_ctx *x, uint32_t conn, const struct tcp_endpoints *e);
/* CLOSED -> LISTEN or SYN-SENT; LISTEN + active -> SYN-SENT; others "connection already exists". */
/* A call that answers other than OK or EXISTS on a fresh TCB frees it (ops->gone is called first). */
enum tcp_result tcp_open(struct tcp_ctx *x, struct tcb *t, const struct tcp_open_args *a);

enum tcp_send_flags { SEND_PUSH = 1, SEND_URGENT = 2, SEND_MORE = 4 };
/* Takes up to len bytes of the connection's own stream, continuing where the last SEND ended (the caller has
 * put literal bytes there beforehand by stream_put_*; else it is pattern). *taken: bytes accepted; OK if all,
 * FULL if the send buffer had room for fewer (SEND_SPACE is signalled later), NO_RESOURCES if for none. */
enum tcp_result tcp_send(struct tcp_ctx *x, struct tcb *t, uint32_t len, unsigned flags, uint32_t *taken);
/* Where the next SEND's first byte will lie in the stream. */
uint64_t tcp_send_offset(const struct tcb *t);
/* Room in the send buffer. */
uint32_t tcp_send_room(const struct tcp_ctx *x, const struct tcb *t);

enum tcp_receive_mode {
    RECEIVE_PUSH, /* RFC 9293 3.9.1.3: completes when len bytes are there, or a push, urgent data's end or the
                     FIN is seen */
    RECEIVE_ANY   /* completes as soon as any byte is there, as sockets do */
};
/* Queues a RECEIVE of len bytes (one may be pending; a second answers NO_RESOURCES). QUEUED if it could not
 * be met at once. Bytes come by ops->deliver. */
enum tcp_result tcp_receive(struct tcp_ctx *x, struct tcb *t, uint32_t len, enum tcp_receive_mode mode);
enum tcp_result tcp_close(struct tcp_ctx *x, struct tcb *t);
/* CLOSE for sending only: the user goes on reading, option half_duplex_close or not; CLOSE may follow. */
enum tcp_result tcp_shutdown(struct tcp_ctx *x, struct tcb *t);
enum tcp_result tcp_abort(struct tcp_ctx *x, struct tcb *t);
enum tcp_result tcp_flush(struct tcp_ctx *x, struct tcb *t); /* MAY-14: unsent and unacknowledged SENDs */

struct tcp_status { /* STATUS (3.9.1.6) */
    enum tcp_state state;
    struct tcp_endpoints e;
    uint32_t snd_wnd, rcv_wnd;
    uint32_t unacked, unread; /* bytes */
    uint32_t urgent_left;     /* bytes of urgent data not yet read (MUST-33) */
    bool urgent;
    uint8_t dscp_received; /* MAY-9 */
};
enum tcp_result tcp_status(struct tcp_ctx *x, struct tcb *t, struct tcp_status *s);

/* Settings an application may change on its connection at any time; setting.def says which, and their bounds.
 * A listener's hold for the connections born from it. A value beyond its bounds counts as the bound. */
enum tcp_result tcp_set(struct tcp_ctx *x, struct tcb *t, enum tcp_setting what, int64_t value);
/* The application is gone: nobody will call again; FIN-WAIT-2 may be bounded (option orphan_timeout). */
void tcp_orphan(struct tcp_ctx *x, struct tcb *t);

/* --- events --- */

/* SEGMENT ARRIVES (3.10.7). t NULL: CLOSED. world.core->cause is the arrival's record; the segment's options
 * are decoded; ext may be NULL. e: the endpoints as the receiver sees them (local = destination). tos: the IP
 * header's octet. */
void tcp_input(struct tcp_ctx *x, struct tcb *t, const struct segment *s, const struct seg_ext *ext,
               const struct tcp_endpoints *e, uint64_t pkt, uint8_t tos);
/* A wake event (kind wake_kind, a == conn id) for this TCB. */
void tcp_wake(struct tcp_ctx *x, struct tcb *t, const struct event *ev);
/* A reply owed: see above. */
void tcp_settle(struct tcp_ctx *x, struct tcb *t);
/* ICMP error for this connection (3.9.2.2, RFC 5927's sequence check). */
void tcp_icmp(struct tcp_ctx *x, struct tcb *t, const struct icmp_error *e, seq32 quoted);
/* The host crashes: the TCB is freed without a word, without ops->gone. */
void tcp_crash(struct world *w, struct tcb *t);

/* --- looking --- */
enum tcp_state tcp_state(const struct tcb *t);
uint32_t tcp_conn(const struct tcb *t);
/* SND.UNA (for an ICMP error that quotes what is in flight). */
seq32 tcp_snd_una(const struct tcb *t);
/* Bytes received in order and not read yet. */
uint32_t tcp_unread(const struct tcb *t);
void tcp_endpoints(const struct tcb *t, struct tcp_endpoints *e);
/* The owner's word kept in the TCB (an app's index, a hash link ...). */
uint32_t *tcp_user(struct tcb *t);

enum tcp_ca_state { /* how the sender stands towards loss, in the order and with the meaning Linux gives them
                     */
                    TCP_CA_OPEN,
                    TCP_CA_DISORDER, /* duplicate ACKs have come, not enough of them to act on */
                    TCP_CA_CWR,      /* reduced after congestion was marked (ECN) */
                    TCP_CA_RECOVERY, /* fast recovery */
                    TCP_CA_LOSS      /* after a time-out, until what was outstanding then is acknowledged */
};
enum tcp_info_option { /* what both ends agreed on */
                       TCP_INFO_TIMESTAMPS = 1,
                       TCP_INFO_SACK = 2,
                       TCP_INFO_WSCALE = 4,
                       TCP_INFO_ECN = 8,
                       TCP_INFO_ECN_SEEN = 16 /* a segment with an ECT or CE codepoint has come */
};
/* The inside of a connection as a debugger or a socket layer (TCP_INFO) would see it. Times in ns, "ago"
 * counted from now; what counts segments counts entries of the retransmission queue. */
struct tcp_info_view {
    enum tcp_state state;
    enum tcp_ca_state ca_state;
    uint32_t options; /* enum tcp_info_option */
    uint32_t snd_wscale, rcv_wscale;
    uint32_t retransmits;              /* time-outs in a row */
    uint32_t probes;                   /* unanswered keep-alives */
    uint32_t backoff;                  /* how many times the RTO has been doubled */
    vtime rto, ato;                    /* ato: the delay of ACKs */
    vtime srtt, rttvar;                /* srtt 0: no measurement yet */
    uint32_t snd_mss, rcv_mss, advmss; /* text per segment: of ours, the largest received, as announced */
    uint32_t pmtu;
    uint32_t cwnd_bytes, ssthresh_bytes; /* UINT32_MAX: no control; ssthresh 0x3fffffff: never reduced yet */
    uint32_t cwnd, ssthresh;             /* the same in segments, rounded down */
    uint32_t unacked, sacked, lost,
        retrans; /* segments outstanding; of them SACKed, taken for lost, sent again */
    uint32_t snd_wnd, rcv_wnd, rcv_space; /* rcv_space: the receive buffer */
    vtime last_data_sent, last_heard;     /* ago */
    uint64_t bytes_acked, bytes_received; /* text */
    uint64_t notsent_bytes;
    uint32_t unread; /* bytes received in order and not yet read */
    seq32 snd_una, snd_nxt, rcv_nxt;
};
void tcp_info(const struct tcp_ctx *x, const struct tcb *t, struct tcp_info_view *v);

/* --- invariants (check.c) --- */
/* Constant time; after every event for each touched TCB. NULL: all hold; else the name of the broken one. */
const char *tcp_check(const struct tcp_ctx *x, const struct tcb *t);
/* The whole of it: queues walked. */
const char *tcp_check_full(const struct tcp_ctx *x, const struct tcb *t);

#endif
