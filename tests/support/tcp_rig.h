/* tcp_rig: one TCP alone on a bench; the test is the network, the user and the other side.
 *
 * A rig owns a world and the connections (TCBs) of one host in it, and plays the owner's part of
 * models/tcp/tcp.h: it registers TCBs, hands in segments and wake events, calls tcp_settle at the end of an
 * instant, and writes down all that TCP does: segments emitted, signals, deliveries, user calls completed
 * later, edges taken, clauses cited. It never drops anything it has written down: what a test does not expect
 * makes the test fail (rig_quiet, called by all that goes on). After every step tcp_check_full is asked about
 * every live TCB.
 *
 * Sequence numbers in texts are relative: of a segment TCP emits SEQ counts from r->iss, ACK from r->irs; of
 * a segment handed in SEQ counts from r->irs, ACK from r->iss. So the SYNs are SEQ=0, the first octet of text
 * SEQ=1. "!n" is a raw number. Both initial numbers lie just below 2^32 by default, so that every walk
 * crosses the wrap. In a segment handed in SEQ=E is the right edge of the receive window (E-1: the last octet
 * in it).
 *
 *   <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>        also <WND=n> <UP=n> <MSS=n> <WS=n> <TS=val/ecr> <BADOPT=1> <SACKOK>
 *   <SACK=1001-2001,3001-4001>: at the end; of a segment handed in relative to r->iss, else to r->irs
 *
 * In a segment handed in, what is missing is: CTL none, ACK 0 (raw), WND r->peer_wnd, LEN 0, no options.
 * Segments emitted are printed with SEQ, ACK (if the bit is on), CTL, LEN (if not 0), UP (if URG), and, by
 * r->show, WND and options. The text of segments handed in is stream RIG_PEER at offset SEQ-1; the rig checks
 * that what is delivered is this stream without a gap or a repetition, and that text emitted has the offset
 * its number says. */
#ifndef TCPLAB_TESTS_TCP_RIG_H
#define TCPLAB_TESTS_TCP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/tcp/tcb.h"

#define RIG_PEER 900u /* stream of the text handed in */
#define RIG_CONNS 8
#define RIG_LINES 1024
#define RIG_LINE 120

enum rig_show { RIG_WND = 1, RIG_OPTIONS = 2, RIG_WHY = 4 /* "why=clause" behind the segment */ };

struct rig_list { /* lines written down; head: the first that no test has looked at */
    uint32_t n, head;
    vtime at[RIG_LINES];
    char text[RIG_LINES][RIG_LINE];
};

struct rig_conn {
    ref tcb; /* 0: never, or gone */
    bool gone, wants_settle;
    enum tcp_state state; /* the last one, when gone */
    uint64_t delivered;   /* octets */
};

struct rig {
    struct world w;
    struct tcp_options opt; /* change before rig_reach, or while it runs if the option may change */
    uint32_t iss, irs;      /* 0xfffffff0 and 0xfffffff8 */
    bool v6;
    uint16_t peer_wnd;        /* window field of segments handed in that name none: 65535 */
    unsigned show;            /* enum rig_show */
    uint64_t mute;            /* signals not written down (bit per enum tcp_signal): SEND_OK and SEND_SPACE */
    bool refuse_children;     /* new_child answers "no room" */
    int challenges_left;      /* challenge ACKs still allowed; -1: any number */
    uint32_t bad_routes;      /* times IP got negative advice */
    uint8_t tos_in;           /* IP octet of segments handed in */
    uint8_t open_dscp;        /* what OPEN asks for: 0xff, the host's */
    vtime open_timeout;       /* user timeout OPEN asks for: -1, the host's */
    struct tcp_out last_out;  /* beside the last segment emitted */
    struct tcp_status status; /* the last answer to STATUS */
    struct segment last;      /* the last segment emitted */

    uint32_t conn; /* the connection under test, 0: none; a child becomes it when it is born */
    uint32_t n_conns;
    struct rig_conn conns[RIG_CONNS + 1];
    struct rig_list sent, told, got, returned; /* segments, signals, deliveries, RECEIVEs completed later */
    uint8_t edges[EDGE_COUNT];                 /* times each edge was taken */
    uint8_t cited[C_COUNT];                    /* times each clause stood in any record */
    uint8_t cited_now[C_COUNT];                /* the same since the last stimulus */
    uint8_t rejected_now[32];                  /* reasons of REJECT records since the last stimulus */
    bool calling;                              /* a user call is running: its own record is no later answer */
    vtime mark;                                /* time of the last stimulus (segment or call) */
    bool lenient;                              /* what comes out need not be looked at */
    const char *label;                         /* for messages */
    const char *line;                          /* of the script, for messages */
};

/* A rig at time 0 with the default options, delayed ACK on, no connection. */
void rig_init(struct rig *r);
void rig_free(struct rig *r);
/* For one call into TCP by hand. */
struct tcp_ctx rig_ctx(struct rig *r);
/* The TCB under test, NULL if there is none (any more). */
struct tcb *rig_tcb(struct rig *r);
/* Its state; of one that is gone the last, which may be LISTEN (a passive open that went back); with none
 * CLOSED. */
enum tcp_state rig_state(struct rig *r);

/* Where a walk can end. A walk is made of real calls and segments; afterwards nothing is left to look at.
 *   SYN-RECEIVED came from LISTEN (rig_reach leaves the listener as connection 1), ..._ACTIVE from SYN-SENT
 * (simultaneous open). ESTABLISHED and what follows was opened actively. SND.NXT is then 1, RCV.NXT 1; a FIN
 * counts 1 more on its side. */
void rig_reach(struct rig *r, enum tcp_state s);
void rig_reach_syn_received_active(struct rig *r);
void rig_reach_passive(struct rig *r); /* ESTABLISHED by way of LISTEN */

/* --- stimuli. Each but rig_hand_in ends with the settle of the instant. --- */
/* Hands in a segment without settling: several at one instant. */
void rig_hand_in(struct rig *r, const char *segment);
void rig_in(struct rig *r, const char *segment);
void rig_settle(struct rig *r);
/* Lets virtual time pass. */
void rig_wait(struct rig *r, vtime d);
/* User calls of the connection under test (NULL TCB if there is none). */
enum tcp_result rig_open(struct rig *r, bool passive, bool remote_known);
uint32_t rig_send(struct rig *r, uint32_t len, unsigned flags, enum tcp_result *result); /* octets taken */
enum tcp_result rig_receive(struct rig *r, uint32_t len, enum tcp_receive_mode mode);
enum tcp_result rig_close(struct rig *r);
enum tcp_result rig_shutdown(struct rig *r);
enum tcp_result rig_abort(struct rig *r);
enum tcp_result rig_flush(struct rig *r);
enum tcp_result rig_status(struct rig *r, struct tcp_status *s);
enum tcp_result rig_set(struct rig *r, enum tcp_setting what, int64_t value);
void rig_icmp(struct rig *r, uint8_t type, uint8_t code, uint16_t mtu,
              int64_t quoted); /* quoted: relative to ISS */

/* --- expectations: the next line of a list must be this (and is then done with) --- */
void rig_sent(struct rig *r, const char *segment);
void rig_told(struct rig *r, const char *signal);     /* name, with " value" where the record has one */
void rig_got(struct rig *r, const char *delivery);    /* "10 push", "5" */
void rig_returned(struct rig *r, const char *result); /* "connection reset" */
/* Nothing is left in any list. */
void rig_quiet(struct rig *r);
/* Throws away what is in the lists. */
void rig_skip(struct rig *r);
/* tcp_check_full of every live TCB. */
void rig_check(struct rig *r);

/* --- scripts: one line or ';' an item. Before every stimulus and at the end nothing may be left to look at.
 *
 *   opt NAME VALUE          option of the host ("200ms", "1s" allowed for times); before `at`
 *   iss N | irs N | wnd N   initial numbers (0x.. allowed); window field of segments handed in
 *   v6                      IPv6
 *   show wnd | show options | show why
 *   mute NAME | hear NAME   signals to leave out (SEND_OK ...), or not
 *   tos N | dscp N | user-timeout TIME   IP octet of segments handed in; what OPEN asks for
 *   no-children             the listener's owner has no room
 *   challenges N            at most N challenge ACKs
 *   at STATE                walk there: a state's name, SYN-RECEIVED-ACTIVE, ESTABLISHED-PASSIVE, or CLOSED
 *   conn N                  the connection under test is N
 *   > SEGMENT               hand in, settle            >> SEGMENT    hand in, do not settle      settle
 *   < SEGMENT               emitted next               < @TIME SEGMENT   ... at that time after the last
 * stimulus < any N                 N segments, whatever they are            < any *      all there are !
 * SIGNAL                told next ("! urgent data 5"); "! any": whatever it is
 *   + N [push]              delivered next
 *   & RESULT                a pending RECEIVE was answered so
 *   = STATE                 of the connection under test; "= gone" additionally: freed
 *   OPEN active|passive|active-unspecified|passive-known -> RESULT
 *   SEND N [push] [urgent] [-> RESULT]      RECEIVE N [any] [-> RESULT]
 *   CLOSE | SHUTDOWN | ABORT | FLUSH | STATUS [-> RESULT]       SET NAME N
 *   CRASH                   tcp_crash
 *   ORPHAN                  tcp_orphan
 *   icmp TYPE CODE [MTU] [quoted N]
 *   wait TIME               "1s", "200ms", "5us", "7"
 *   ? CLAUSE                stood in a record since the last stimulus (or call)       ?! CLAUSE     did not
 *   edge ID                 this edge of fsm.def has been taken since the beginning
 *   reject NAME             a REJECT record gave this reason since then (OUT_OF_WINDOW ...)
 *   var NAME VALUE          snd.una snd.nxt snd.wnd snd.max_wnd pipe sacked high_rxt recover dupacks
 * snd.mss snd.up rcv.nxt rcv.wnd rcv.up cwnd
 * ssthresh rto srtt rttvar unread queued backoff flight bad_routes ttl tos (numbers of segments relative;
 * times as "1s") status.dscp status.unread status.unacked status.urgent status.rcv_wnd status.snd_wnd: of the
 * last STATUS timer NAME TIME | timer NAME off        retransmission persist delayed-ack time-wait keepalive
 * user sws orphan
 */
void rig_script(struct rig *r, const char *script);

struct rig_row {
    const char *name;    /* the test's name */
    const char *section; /* what it proves: "9293 3.10.7.4-1" */
    const char *script;
};
/* Runs every row as a test of its own (a fresh rig each); main returns this. */
int rig_run_table(const char *program, const struct rig_row *rows, size_t n);
/* The same with ordinary tests beside it: each finds a fresh rig, after rig_init, as *state. */
struct rig_test {
    const char *name;
    void (*fn)(struct rig *r);
};
int rig_run_all(const char *program, const struct rig_row *rows, size_t n, const struct rig_test *tests,
                size_t n_tests);

/* One script for several states: {S} becomes the state's name, {N} SND.NXT, {U} SND.UNA, {R} RCV.NXT in
 * the state the walk ends in, {R+5} and the like what they say. The test's name gets the state's appended:
 * "rst_exact-FIN-WAIT-1". */
struct rig_template {
    const char *name, *section;
    unsigned states; /* RIG_IN(state) joined by | */
    const char *script;
};
#define RIG_IN(s) (1u << TCP_##s)
#define RIG_SYNCHRONIZED                                                                                     \
    (RIG_IN(ESTABLISHED) | RIG_IN(FIN_WAIT_1) | RIG_IN(FIN_WAIT_2) | RIG_IN(CLOSE_WAIT) | RIG_IN(CLOSING) |  \
     RIG_IN(LAST_ACK) | RIG_IN(TIME_WAIT))
int rig_run_templates(const char *program, const struct rig_template *templates, size_t n_templates,
                      const struct rig_row *rows, size_t n_rows);

#endif
