/* session_internal: what session.c and interventions.c share. Private to sim/run. */
#ifndef TCPLAB_RUN_SESSION_INTERNAL_H
#define TCPLAB_RUN_SESSION_INTERNAL_H

#include "models/sim.h"
#include "sim/report/trace_write.h"
#include "sim/run/header.h"
#include "sim/run/session.h"

struct checkpoint { /* the world as it was at a time, before intervention next_post */
    struct arena_snapshot snapshot;
    vtime at;
    size_t next_post;
};

struct watch { /* a sink's context: each sink needs an address of its own */
    struct session *session;
};

struct session {
    const struct lesson *lesson;
    struct scenario
        scenario; /* the lesson's, with this session's seed and limits; its arrays are the lesson's */
    struct world world;
    bool has_world, interactive, has_foreign_sink;
    bool over;
    enum run_end end;
    vtime until; /* the run is cut here, VTIME_NEVER: nowhere */
    vtime
        position; /* where the user is; the world's own time stands at the last thing that happened before */
    struct log log;
    struct header_made made;
    const volatile sig_atomic_t *stop;
    struct trace_writer *fingerprint; /* of an interactive session; else NULL */
    struct watch watch;
    struct session_intervention *post;   /* by time */
    size_t n_posts, next_post;           /* those before next_post have had their time */
    struct session_intervention *undone; /* the last one taken back stands last */
    size_t n_undone;
    uint64_t posted;               /* so far */
    struct checkpoint *checkpoint; /* by time; [0] is the start */
    size_t n_checkpoints;
};

/* Takes a snapshot of the present, unless there is one. False: no memory. */
bool session_checkpoint(struct session *s);
bool session_copy_checkpoint(struct session *s, const struct checkpoint *from);
/* Drops the snapshots in which intervention `post` (an index) has had its time. */
void session_forget_after(struct session *s, size_t post);
/* Moves the world's own time to `at`, up to which all has happened; the run may be over by that. */
void session_move_to(struct session *s, vtime at);
/* The lesson's own acts are the first interventions. False: no memory. */
bool session_take_acts(struct session *s);
/* The session stands at the time of post[next_post]: applies it, or says why not. */
void session_apply_next(struct session *s);

#endif
