/* scenario: everything that is fixed before a run starts, as plain data: hosts, links, applications, raw
 * peers, faults, events. The lesson loader (or a test, a benchmark, a fuzzer) fills it; models/sim.h runs it;
 * nobody changes it during a run, and forks share it. All strings and arrays belong to whoever made the
 * scenario. Index fields count from 0 unless said otherwise; a host's name in a record is index + 1. */
#ifndef TCPLAB_MODELS_SCENARIO_H
#define TCPLAB_MODELS_SCENARIO_H

#include "models/tcp/fsm.h"
#include "models/tcp/options.h"
#include "models/tcp/tcp.h"
#include "models/wire/wire.h"
#include "sim/core/world.h"

#define SC_ANY 0xffffu /* any host, any link, any app */
#define SC_HOSTS_MAX 1024
#define SC_LINKS_MAX 4096

struct sc_address {
    struct ip_addr ip;
    char text[IP_TEXT_MAX];
    uint16_t host; /* owner, SC_ANY: nobody's (a forged or multicast address) */
};

struct sc_host {
    const char *name;             /* unique key, ASCII */
    const char *label, *label_zh; /* for people; NULL: the name */
    struct tcp_options tcp;
    vtime processing_delay;      /* from the arrival of a segment to the reply to it */
    uint16_t address4, address6; /* index in scenario.address; 0: none. (Index 0 of that table is unused.) */
    bool router;                 /* forwards; answers TTL 0 and lack of route with ICMP */
    bool raw;                    /* no TCP here: its raw script speaks */
};

struct sc_path {       /* one direction of a link */
    uint64_t rate_bps; /* 0: infinite */
    vtime delay;
    vtime jitter; /* uniform extra delay in [0, jitter]; keeps order unless reorder_ppm lets a packet pass */
    uint32_t queue_packets, queue_bytes; /* 0: no such limit; the packet being sent counts */
    uint32_t mark_packets, mark_bytes; /* a packet that would not fit a queue of this limit is marked CE if it
                                          may be (RFC 3168); 0: no such limit */
    uint32_t loss_ppm, duplicate_ppm, corrupt_ppm, reorder_ppm;
    vtime reorder_delay; /* how much later a reordered packet arrives; 0: one propagation delay */
};
struct sc_link {
    uint16_t host[2];
    struct sc_path path[2]; /* [0]: from host[0] to host[1] */
    uint32_t mtu; /* largest IP packet, 0: none; larger ones are dropped with ICMP "fragmentation needed" by a
                     router */
};

/* Which segments: every field must agree. */
struct sc_match {
    uint16_t from, to;          /* hosts, SC_ANY */
    uint8_t ctl_set, ctl_clear; /* these bits set, those clear */
    bool ctl_exact;             /* ctl == ctl_set */
    int8_t data;                /* 1: carries text, 0: carries none, -1: either */
    int8_t retransmission;      /* likewise: sent before */
    uint16_t port;              /* either port; 0: any */
    uint32_t nth_from, nth_to;  /* of the segments that agree so far, counting from 1; 0, 0: all; nth_to
                                   UINT32_MAX: from then on */
    vtime after, before;        /* sent within [after, before); VTIME_NEVER: no bound */
};

enum sc_fault_kind {
    FAULT_DROP,
    FAULT_DELAY,
    FAULT_DUPLICATE,
    FAULT_CORRUPT,
    FAULT_MARK /* CE, if it may be */
};
struct sc_fault { /* applies where the segment enters its first link */
    enum sc_fault_kind kind;
    struct sc_match match;
    vtime amount;    /* DELAY: extra; DUPLICATE: how much later the copy arrives */
    uint32_t copies; /* DUPLICATE: 1 or more */
    uint32_t bit; /* CORRUPT: which bit (from 0) of the TCP header and text; UINT32_MAX: chosen by chance */
    const char *name; /* as the lesson names it, for records */
};

enum sc_event_kind {               /* things that happen to the world at a time */
                     EVENT_CRASH,  /* host forgets everything and answers nothing */
                     EVENT_REBOOT, /* host is up again, its applications start anew where their steps say so
                                    */
                     EVENT_CUT,    /* host is silently partitioned: frames to and from it are lost */
                     EVENT_JOIN,
                     EVENT_LINK, /* link parameters change: path is the new one */
                     EVENT_LINK_DOWN,
                     EVENT_LINK_UP,
                     EVENT_ICMP /* a host sends an ICMP error about the newest segment of `app` */
};
struct sc_event {
    vtime at;
    enum sc_event_kind kind;
    uint16_t host, link;
    uint8_t dir; /* 0, 1; 2: both */
    struct sc_path path;
    struct icmp_error icmp; /* EVENT_ICMP: host is its sender; */
    uint16_t to;            /* the host whose connection it is about */
    int32_t seq_offset;     /* quoted sequence number = SND.UNA + this */
};

/* --- applications: what a host's user does with RFC 9293's calls --- */

enum sc_trigger {
    ON_THEN,        /* right after the step before it has been done */
    ON_AT,          /* at `time` */
    ON_ESTABLISHED, /* of this connection */
    ON_STATE,       /* state `state` is entered (it may be left again while the same segment is processed) */
    ON_DATA,        /* `amount` bytes in all have been delivered; every: each further `amount` */
    ON_PUSH,        /* a push was seen by a RECEIVE */
    ON_URGENT,      /* urgent notice */
    ON_ACKED,       /* `amount` bytes in all have been acknowledged; 0: everything sent so far */
    ON_CLOSING, /* the other side has sent its FIN ("connection closing") and its data has been delivered */
    ON_CLOSED,  /* the connection is CLOSED in any way */
    ON_RESET,
    ON_REFUSED,
    ON_TIMEOUT,
    ON_SOFT_ERROR,
    ON_REBOOT, /* the host comes up again */
    ON_TRIGGERS
};
enum sc_action {
    DO_OPEN, /* active: to, port. A connection that the user has closed already is left behind and another one
                made; one that is still open is TCP's to refuse; a listener turns active */
    DO_LISTEN,  /* passive: port, backlog; to/remote optional */
    DO_SEND,    /* text (bytes) or `bytes` of pattern; push, urgent. Larger than the send buffer: the rest
                   follows as room comes, and ON_THEN steps wait for it; so do other steps that SEND, CLOSE or
                   EXIT */
    DO_RECEIVE, /* one RECEIVE of `bytes` (0: 16384), in the mode of `read` */
    DO_READ,    /* change how the application reads: read */
    DO_CLOSE,
    DO_ABORT,
    DO_STATUS,
    DO_FLUSH,
    DO_SET,  /* setting, value */
    DO_EXIT, /* CLOSE and forget (orphan) */
    DO_NOTHING
};
enum sc_read_kind {
    READ_AUTO, /* a RECEIVE of `buffer` bytes (0: 16384) is always pending, from ESTABLISHED on */
    READ_NONE, /* only DO_RECEIVE reads */
    READ_PACED /* a RECEIVE of `buffer` bytes every `interval`, the first one that long after ESTABLISHED; the
                  next one waits for the one before to complete */
};
struct sc_read {
    enum sc_read_kind kind;
    enum tcp_receive_mode mode;
    uint32_t buffer;
    vtime interval;
};
struct sc_step {
    enum sc_trigger on;
    vtime time; /* ON_AT: when; others: how long after the trigger */
    uint64_t amount;
    enum tcp_state state;
    bool every;       /* at every such event, not only the first */
    bool on_listener; /* the call is for the listening connection itself, not for the child */
    enum sc_action action;
    uint16_t to, to_port, local_port; /* to: address index, 0 unspecified */
    uint16_t local;                   /* local address index; 0: the host's of the remote's family */
    uint16_t backlog;                 /* 0: 128 */
    bool v6;                          /* LISTEN without an address: family */
    uint64_t bytes;                   /* SEND of pattern, RECEIVE */
    const uint8_t *text;              /* SEND of these text_n bytes */
    uint32_t text_n;
    bool push, urgent; /* SEND; push is true unless a lesson says otherwise */
    struct sc_read read;
    enum tcp_setting setting;
    int64_t value;
    uint8_t dscp;                    /* OPEN; 0xff: host's */
    vtime user_timeout;              /* OPEN; -1: host's */
    const struct tcp_preset *preset; /* OPEN, LISTEN: settings from the beginning */
    uint32_t n_preset;
};
enum sc_behaviour {
    APP_SCRIPTED,
    APP_ECHO /* sends back what it receives, and closes when told "closing" */,
    APP_RESPONDER /* for every `request` bytes received sends `response` bytes; closes when told "closing" */,
    APP_REQUESTER /* sends `request` bytes, waits for `response` bytes, `rounds` times, then closes */
};
/* One user. It owns one connection at a time (an active one), or a listener and the children born from it:
 * then every step but DO_LISTEN and on_listener ones is carried out per child (ON_AT steps for all children
 * alive at that time). */
struct sc_app {
    const char *name;
    uint16_t host;
    enum sc_behaviour behaviour;
    uint32_t request, response, rounds;
    uint32_t count; /* this many instances (0: 1) ... */
    vtime stagger;  /* ... the i-th with all its times i * stagger later */
    struct sc_read read;
    const struct sc_step *step;
    uint32_t n_steps;
};

/* --- raw peers: hand-written segments --- */

enum raw_number { RAW_UNSET, RAW_RELATIVE, RAW_ABSOLUTE };
/* EXPECT takes the first segment that has come and was not expected yet: it must be the one. Each EXPECT and
 * SILENCE leaves a script record, and the script goes on whether it was met or not. A segment to a raw host
 * is for the raw peer whose port and peer it fits best. */
enum raw_op { RAW_SEND, RAW_EXPECT, RAW_SILENCE, RAW_ICMP, RAW_WAIT };
struct sc_raw_step { /* carried out one after the other */
    enum raw_op op;
    vtime at;     /* not before this time, VTIME_NEVER: at once */
    vtime after;  /* this long after the step before it; 0: at once */
    vtime within; /* EXPECT: the segment must come within this; SILENCE: how long nothing may come; */
    bool fresh;   /* EXPECT, SILENCE: throw away what has come and was not expected so far */
    /* the segment: for EXPECT only the fields that are set are compared */
    uint16_t src, dst;                  /* address indexes; 0: the raw host's own, and its peer's */
    uint16_t sport, dport;              /* 0: the raw host's port, and the one the peer last used */
    enum raw_number seq_kind, ack_kind; /* relative: to the raw peer's iss for its own numbers, to the peer's
                                           ISS (learnt from its SYN) for the peer's */
    uint32_t seq, ack;
    uint8_t ctl;
    bool ctl_set;
    int32_t wnd, up, len; /* -1: not set (SEND: 65535, 0, payload's) */
    uint8_t opts;         /* SEG_MSS ... to send or expect */
    bool opts_set;
    uint16_t mss;
    uint8_t ws;
    int64_t tsval, tsecr; /* -1: not set (SEND with SEG_TS: now in ms, and the last TSval seen) */
    uint8_t n_sack;
    struct {
        uint32_t left, right;
    } sack[SEG_SACK_MAX];   /* absolute or relative like ack */
    const uint8_t *raw_opt; /* option bytes instead */
    uint8_t raw_opt_n;
    const uint8_t *payload;
    uint32_t payload_n;
    const uint8_t *raw; /* the whole TCP segment instead, checksum included */
    uint32_t raw_n;
    uint8_t rsvd, tos, ttl; /* ttl 0: 64 */
    bool bad_checksum;
    struct icmp_error icmp; /* RAW_ICMP: quotes the last segment received, its sequence number plus seq */
};
struct sc_raw {
    uint16_t host;
    const char *name;
    uint32_t iss;             /* what relative own numbers count from */
    uint16_t port;            /* its own port */
    uint16_t peer, peer_port; /* address index and port it speaks to; 0: learnt from what arrives */
    const struct sc_raw_step *step;
    uint32_t n_steps;
};

struct sc_symbol { /* a textbook's u, v, w */
    const char *name;
    struct sc_match of; /* the first segment that agrees (nth_from) gives its number */
    bool ack;           /* its acknowledgment number instead of its sequence number */
};

struct scenario {
    const char *name;
    uint64_t seed;
    struct limits limits;
    const struct sc_address *address; /* [0] unused */
    uint32_t n_addresses;
    const struct sc_host *host;
    uint32_t n_hosts;
    const struct sc_link *link;
    uint32_t n_links;
    const struct sc_app *app;
    uint32_t n_apps;
    const struct sc_raw *raw;
    uint32_t n_raw;
    const struct sc_fault *fault;
    uint32_t n_faults;
    const struct sc_event *event;
    uint32_t n_events;
    const struct sc_symbol *symbol;
    uint32_t n_symbols;
    const vtime *note; /* narration: a NOTE record at each of these times (VTIME_NEVER: tied to something else
                          by the reader) */
    uint32_t n_notes;
    bool full_checks; /* walk every queue after every event (test builds) */
};

#endif
