/* app: the users of TCP: scripted, echo, responder, requester; and raw peers, which write their segments by
 * hand.
 *
 * Owns, in the world's arena, one instance per user: an "owner" (one replica of an app, with its active
 * connection or its listener) or a child of an owner (one accepted connection). Reaches TCP only through the
 * calls of RFC 9293, which go through app_up_call, and hears from it only what TCP tells its user. What is
 * heard is noted (TCP is in the middle of something) and acted on by apps_run, in the same instant, in the
 * order in which it was heard. Functions named app_up_ are supplied by whoever stands below: models/host, or
 * a test. */
#ifndef TCPLAB_MODELS_APP_APP_H
#define TCPLAB_MODELS_APP_APP_H

#include "models/record.h"
#include "models/scenario.h"
#include "models/tcp/tcp.h"
#include "models/wire/segment.h"
#include "sim/core/world.h"

enum app_event_kind {
    APP_EV_START = 6,
    APP_EV_STEP,
    APP_EV_RAW,
    APP_EV_RUN
}; /* event kinds of the world's queue */

#define APP_READ_BUFFER 16384u /* a RECEIVE's size where the scenario says 0 */
#define APP_BACKLOG 128u

struct app_state {     /* one app of the scenario */
    ref first, last;   /* owners */
    uint32_t interest; /* bit per enum sc_trigger that a step waits for */
    uint32_t pad;
};

struct app_note { /* something TCP said, not yet acted on */
    ref inst;
    uint32_t what; /* enum tcp_signal, or enum app_note_kind */
    uint64_t value;
    uint64_t cause;
};
enum app_note_kind { NOTE_RECEIVED = SIGNAL_COUNT, NOTE_GONE, NOTE_STATE };

struct apps {
    ref app;  /* struct app_state[n_apps] */
    ref raw;  /* struct raw_state[n_raw] */
    ref note; /* ring of struct app_note */
    uint32_t note_head, note_n, note_cap;
    uint32_t running; /* apps_run is under way */
    ref streams;
    uint32_t script_failures;
    uint32_t pad;
    uint64_t bytes_delivered;
};

enum inst_flag {
    INST_LISTENING = 1,   /* an owner whose connection is a listener */
    INST_RECEIVING = 2,   /* a RECEIVE is pending */
    INST_EOF = 4,         /* all has been read, and the peer's FIN has come */
    INST_OPEN = 8,        /* established */
    INST_BLOCKED = 16,    /* waits for SEND_SPACE */
    INST_CLOSE_SENT = 32, /* CLOSE once everything is sent (a behaviour's own) */
    INST_DEAD = 64,       /* freed once nothing names it */
    INST_TICK = 128,      /* a paced reader's next RECEIVE is scheduled */
    INST_CHILD = 512,     /* owned by an instance, not the app's own */
    INST_DEAF = 1024,     /* the user of the window has stopped its reading */
    INST_FIN = 256        /* "connection closing" was heard; text may still be unread */
};

struct inst {                 /* one for each end of a connection at least: kept small */
    uint64_t fired;           /* bit per step; more than 64 steps: the ref of a bitmap */
    uint64_t delivered, seen; /* bytes read; as ON_DATA saw them last */
    uint64_t left;            /* bytes still to be given to SEND */
    uint64_t put;             /* end of the text put into the stream */
    vtime next_read;
    uint32_t conn;   /* 0: none */
    uint32_t refs;   /* notes and scheduled steps that name it */
    uint32_t rounds; /* behaviours: requests or responses so far */
    ref up;          /* a child: its owner; an owner: its first child */
    ref last;        /* an owner: its last child */
    ref prev, next;  /* owners of the app, children of the owner */
    ref fifo;        /* uint16_t[]: steps that wait for the SEND under way */
    uint16_t app;
    uint16_t flags;
    uint16_t step;      /* 1 + the SEND under way */
    uint16_t read_step; /* 1 + the DO_READ in force */
    uint16_t fifo_n, fifo_cap;
    uint16_t boot;      /* counts crashes: steps scheduled before one are void */
    uint8_t last_state; /* enum tcp_state as last seen */
    uint8_t pad;
};

/* Builds the apps of the world's scenario in *apps, which is zeroed, and schedules their beginnings. */
void apps_init(struct world *w, struct apps *apps, ref streams);
/* Executes an event of enum app_event_kind. */
void apps_event(struct world *w, struct apps *apps, const struct event *e);
/* Acts on what has been noted. To be called after every call into TCP; does nothing while it is under way. */
void apps_run(struct world *w, struct apps *apps);
static inline bool apps_pending(const struct apps *apps)
{
    return apps->note_n > 0 && !apps->running;
}

/* --- what TCP's owner passes on, during a call of TCP --- */
void apps_signal(const struct tcp_ctx *x, const struct tcb *t, struct apps *apps, ref inst,
                 enum tcp_signal what, uint64_t value);
void apps_deliver(struct world *w, struct apps *apps, ref inst, struct tcb *t, uint32_t stream, uint64_t off,
                  uint32_t len, bool push, bool last);
/* A connection born from the owner's listener; returns its instance. */
ref apps_child(struct world *w, struct apps *apps, ref owner, uint32_t conn);
void apps_gone(struct world *w, struct apps *apps, ref inst);
/* The listener has turned into an active connection. */
void apps_bound(struct world *w, struct apps *apps, ref inst);
/* After a call of TCP: the state the connection is in now. */
void apps_state(struct world *w, struct apps *apps, ref inst, enum tcp_state state);

/* --- what happens to hosts --- */
void apps_crash(struct world *w, struct apps *apps, uint32_t host);
void apps_reboot(struct world *w, struct apps *apps, uint32_t host);

/* One user call out of turn, on this connection (inst may be 0: nobody's). */
enum tcp_result apps_call(struct world *w, struct apps *apps, uint32_t host, uint32_t conn, ref inst,
                          const struct sc_step *step);

/* --- raw peers (raw.c) --- */
struct raw_got {    /* a segment that has come and was not expected yet */
    struct frame f; /* its ext belongs to the raw peer */
};
struct raw_state {
    struct frame last; /* the newest segment received (no ext); id 0: none */
    vtime ready;       /* when the step before was done */
    vtime begun;       /* EXPECT, SILENCE: when it began; VTIME_NEVER: not yet */
    uint64_t sent;     /* bytes of its stream so far */
    uint32_t conn;     /* 0: not announced yet */
    uint32_t step, stamp;
    uint32_t tsval; /* last one seen */
    seq32 irs, snd_nxt, rcv_nxt;
    uint16_t local, remote, port, remote_port;
    uint32_t heard; /* irs and rcv_nxt are known */
    ref got;        /* struct raw_got[] */
    uint32_t got_n, got_cap;
    uint32_t pad;
};
void raws_new(struct world *w, struct apps *apps);
void raw_event(struct world *w, struct apps *apps, const struct event *e);
/* A TCP segment has reached a raw host. */
void raw_input(struct world *w, struct apps *apps, uint32_t host, const struct frame *f);

/* --- supplied from below --- */
struct app_call {
    uint32_t call; /* CALL_OPEN ...; APP_ORPHAN */
    uint32_t conn; /* 0: none */
    uint32_t host;
    ref inst;                   /* OPEN: who will own it */
    const struct sc_step *step; /* OPEN */
    uint32_t len, flags;        /* SEND, RECEIVE */
    enum tcp_receive_mode mode;
    enum tcp_setting setting;
    int64_t value;
    uint32_t taken;  /* SEND: answer */
    uint32_t opened; /* OPEN: answer: the connection, 0: none was made */
};
#define APP_ORPHAN 0x100u /* the connection is left alone; its instance is forgotten */
enum tcp_result app_up_call(struct world *w, struct app_call *c);
/* RECEIVE the short way: most calls are one. */
enum tcp_result app_up_receive(struct world *w, uint32_t host, uint32_t conn, uint32_t len,
                               enum tcp_receive_mode mode);
/* NULL: gone. */
struct tcb *app_up_tcb(const struct world *w, uint32_t conn);
bool app_up_running(const struct world *w, uint32_t host);
/* Announces a raw peer's end; returns its connection id. */
uint32_t app_up_raw_conn(struct world *w, uint32_t host, const struct tcp_endpoints *e, const char *name);
/* Emits the send record and hands the segment to IP; its ext passes on. Returns the record's id. */
uint64_t app_up_emit(struct world *w, uint32_t host, uint32_t conn, const struct segment *s,
                     const struct tcp_out *o);
/* Sends an ICMP error about a segment that reached this host. */
void app_up_icmp(struct world *w, uint32_t host, const struct frame *about, const struct icmp_error *e);

/* --- within models/app --- */
static inline const struct scenario *app_scenario(const struct world *w)
{
    return w->config;
}
static inline struct inst *inst_at(const struct world *w, ref r)
{
    return world_at(w, r);
}
/* 0: it is an owner itself. */
static inline ref inst_owner(const struct inst *i)
{
    return i->flags & INST_CHILD ? i->up : 0;
}
static inline ref inst_first_child(const struct inst *i)
{
    return i->flags & INST_CHILD ? 0 : i->up;
}
static inline const struct sc_app *app_of(const struct world *w, const struct inst *i)
{
    return &app_scenario(w)->app[i->app];
}
static inline struct app_state *app_state_of(const struct world *w, const struct apps *apps, uint32_t app)
{
    return (struct app_state *)world_at(w, apps->app) + app;
}
struct app_due { /* something scheduled */
    ref inst;
    uint32_t boot;
    uint32_t what; /* a step, or APP_TICK */
    uint32_t pad;
    uint64_t cause;
};
/* app.c: frees an instance if nothing names it any more and nothing can come of it. */
void inst_settle(struct world *w, struct apps *apps, ref r);
/* app.c: no connection any more. */
void inst_reset(struct inst *i);
/* script.c: the trigger has happened to this instance. */
void script_set_off(struct world *w, struct apps *apps, ref r, enum sc_trigger on, uint64_t arg);
static inline void script_trigger(struct world *w, struct apps *apps, ref r, enum sc_trigger on, uint64_t arg)
{
    if (app_state_of(w, apps, inst_at(w, r)->app)->interest & 1u << on)
        script_set_off(w, apps, r, on, arg);
}
/* script.c: a step is due. */
void script_run(struct world *w, struct apps *apps, ref r, uint32_t step);
/* script.c: in `after` from now; what: a step, or APP_TICK. */
#define APP_TICK 0xffffu
void script_schedule(struct world *w, ref r, uint32_t what, vtime after);
/* script.c: gives SEND what is left to send; when all is taken, goes on with what waited for that. */
void script_go_on(struct world *w, struct apps *apps, ref r);
static inline void script_pump(struct world *w, struct apps *apps, ref r)
{
    const struct inst *i = inst_at(w, r);
    if (!(i->flags & INST_BLOCKED) && (i->left || i->step || i->fifo_n || (i->flags & INST_CLOSE_SENT)))
        script_go_on(w, apps, r);
}
/* script.c: the user call of a step, right now. step_plus_1: its number, 0: it is not one of the script's. */
enum tcp_result script_act(struct world *w, struct apps *apps, ref r, const struct sc_step *s,
                           uint32_t step_plus_1);
/* script.c: the same for a connection without an instance. */
enum tcp_result script_call(struct world *w, struct apps *apps, uint32_t host, uint32_t conn,
                            const struct sc_step *s);
/* script.c: no step has fired yet; frees the bitmap. */
void script_forget(struct world *w, struct inst *i);
/* app.c: keeps reading as the way of reading in force says. */
void app_read(struct world *w, struct apps *apps, ref r, bool tick);
void app_eof(struct world *w, struct apps *apps, ref r);

#endif
