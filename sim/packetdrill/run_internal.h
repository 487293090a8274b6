/* run_internal: a run in progress, as the parts of the runner share it. Private to sim/packetdrill/run*.c and
 * profile.c. */
#ifndef TCPLAB_PACKETDRILL_RUN_INTERNAL_H
#define TCPLAB_PACKETDRILL_RUN_INTERNAL_H

#include "models/sim.h"
#include "sim/packetdrill/code.h"
#include "sim/packetdrill/profile.h"
#include "sim/packetdrill/run.h"
#include "sim/packetdrill/sock.h"

enum { HOST_SCRIPT, HOST_TCP, HOSTS }; /* index in the scenario */
enum { ADDR_NONE, ADDR_LOCAL4, ADDR_REMOTE4, ADDR_LOCAL6, ADDR_REMOTE6, ADDRESSES };
enum { FD_MAX = 1024, TS_MAX = 4096, PORT_REMOTE_FIRST = 40000, PORT_DEFAULT = 8080 };

struct ts_pair { /* an outbound time stamp: as the script wrote it, as it was */
    uint32_t script, live;
};

struct flow { /* the connection that the script's packets are of */
    bool known;
    bool dialled;           /* ours is the active side */
    struct tcp_endpoints e; /* local: of the TCP under test */
    uint32_t raw_conn;      /* the script's end in the trace; 0: not announced yet */
    bool local_known;       /* `local` holds */
    uint32_t local;         /* live sequence number less the script's, of what TCP sends */
    struct ts_pair *ts;
    size_t n_ts;
};

struct waiting_call { /* a call that has not returned yet */
    bool on;
    size_t event;
    struct sock_call c;
    struct sock_poll poll[64];
    vtime due; /* when it must return, VTIME_NEVER: nothing said */
};

struct pkt_run {
    const struct script *s;
    struct pkt_run_options o;
    enum pkt_stack stack;
    enum pkt_outcome outcome;
    struct diag diag;
    struct sbuf details, account;

    struct scenario scenario;
    struct sc_host host[HOSTS];
    struct sc_address address[ADDRESSES];
    struct sc_link link;
    struct world w;
    bool has_world;
    struct log log;
    struct socks *socks;
    struct code_env *env;

    size_t event;        /* its index */
    vtime due, due_end;  /* of the event under way, resolved */
    vtime last_due;      /* of the event before */
    vtime offset;        /* what a relative time counts from */
    int fd[FD_MAX];      /* the script's descriptor: ours + 1; 0: none */
    int newest_fd;       /* ours */
    uint16_t bound_port; /* by the newest bind */
    uint16_t next_port;  /* of the script's side */
    struct flow flow;
    struct waiting_call call;
    size_t next_out;   /* in the log: where the search for the next segment sent begins */
    uint32_t out_done; /* bytes of the segment there that an expectation has taken */

    struct trace_host t_host[HOSTS];
    struct trace_link t_link;
    const char *t_address[ADDRESSES];
    char name[128], hash[17];
    struct trace_header header;
};

/* --- run.c --- */
/* Runs the world up to this time; calls that wait are tried after each instant. False: the run has ended. */
bool run_to(struct pkt_run *r, vtime at);
/* Runs until something is in `cond`'s favour, at most to `limit`. True: it is. */
bool run_until(struct pkt_run *r, bool (*cond)(struct pkt_run *r), vtime limit);
static inline vtime run_now(const struct pkt_run *r)
{
    return world_now(&r->w);
}
/* How far from a due time something may happen. */
vtime run_tolerance(const struct pkt_run *r, vtime due);
/* Ends the run here; always false. at NULL: the event's place. */
bool run_fail(struct pkt_run *r, enum pkt_outcome o, const struct pkt_place *at, const char *fmt, ...)
    DIAG_PRINTF(4, 5);
/* What the script's --non_fatal lets pass, into the account; always true. */
bool run_warn(struct pkt_run *r, const struct pkt_place *at, const char *text);
void run_put_time(struct sbuf *b, vtime t);
/* The flow starts anew: another socket is under test. */
void flow_forget(struct pkt_run *r);

/* --- run_packet.c --- */
bool run_inject(struct pkt_run *r, const struct pkt_packet *p);
bool run_expect(struct pkt_run *r, const struct pkt_packet *p);

/* --- run_compare.c --- */
/* The segment of a send record in the script's numbers; option holds RUN_OPTIONS_MAX. */
enum { RUN_OPTIONS_MAX = 40 };
struct rec_send;
void run_seen(const struct pkt_run *r, const struct rec_send *s, struct pkt_packet *p,
              struct pkt_option *option);
/* What differs goes to b, a line each; nothing: it is the one expected. */
void run_compare(const struct pkt_run *r, const struct pkt_packet *want, const struct pkt_packet *got,
                 struct sbuf *b);
/* Option bytes of a script's packet; false: too long. */
bool run_encode_options(const struct pkt_run *r, const struct pkt_packet *p, uint8_t *out, uint32_t *n);
/* Why TCP did what the record says: the chain of its causes, clause by clause. */
void run_why(const struct pkt_run *r, const struct rec_head *rec, struct sbuf *b);
/* The newest decisions of TCP, where nothing came. */
void run_newest(const struct pkt_run *r, struct sbuf *b);

/* --- run_call.c --- */
bool run_call(struct pkt_run *r, const struct pkt_call *c);
/* A call that waits is tried again. False: the run has ended. */
bool run_retry(struct pkt_run *r);

/* --- run_shell.c --- */
bool run_shell(struct pkt_run *r, const struct pkt_shell *s);

#endif
