/* session: one run of a lesson: its world, the log of its records, the header of its trace, and what a user
 * did to it.
 *
 * A run is a function of (lesson, seed, interventions); a lesson may come with interventions of its own, its
 * "acts". So undoing an intervention, or going back in time, is
 * running again: from the start, or from a snapshot taken on the way. The lesson is borrowed and must outlive
 * the session; log, header and world are the session's. Never prints, never looks at a clock. The window and
 * the command line both stand on this. */
#ifndef TCPLAB_RUN_SESSION_H
#define TCPLAB_RUN_SESSION_H

#include <signal.h>

#include "models/record.h"
#include "sim/core/diag.h"
#include "sim/core/log.h"
#include "sim/core/sbuf.h"
#include "sim/lesson/act.h"
#include "sim/report/trace_file.h"

struct lesson;
struct grade;
struct session;

struct session_options {
    bool has_seed; /* else the lesson's */
    uint64_t seed;
    bool has_until;        /* else the lesson's */
    vtime until;           /* where the run is cut */
    uint64_t kinds;        /* of records that the log keeps; 0, or interactive: all */
    uint64_t memory_bytes; /* most for the world, and for the log; 0: as the lesson says */
    bool interactive; /* interventions, undo and going back are wanted: costs a fingerprint of every record */
    const volatile sig_atomic_t *stop; /* the run ends when this becomes non-zero; NULL: nobody asks */
};

/* A session at time 0, before its first event. NULL: no memory. */
struct session *session_open(const struct lesson *l, const struct session_options *o);
/* NULL is allowed. The lesson stays. */
void session_close(struct session *s);
/* A second session that goes on from here on its own, with the same interventions. Other sinks stay behind.
 * NULL: no memory. */
struct session *session_fork(const struct session *s);

/* Another sink for the records to come. It cannot be taken back what it has been told, so a session with one
 * never goes back. */
void session_add_sink(struct session *s, struct trace_sink sink);

/* Runs until `at` (everything that happens at this time included), to the end if that comes first; applies on
 * the way the interventions whose time comes. VTIME_NEVER: to the end. Going back in time is session_rewind.
 */
void session_run_until(struct session *s, vtime at);
/* Whether the run is over for good (an END record has been written), and why. */
bool session_over(const struct session *s);
enum run_end session_end(const struct session *s);
vtime session_now(const struct session *s);

/* Finds at which records the lesson's notes come, so far: the header's `noted`. */
void session_find_notes(struct session *s);
/* Runs to the end and judges the lesson's expectations; grade_free (sim/lesson/expect.h) releases g. */
void session_finish(struct session *s, struct grade *g);

const struct lesson *session_lesson(const struct session *s);
const struct trace_header *session_header(const struct session *s);
const struct log *session_log(const struct session *s);
struct world *session_world(struct session *s);

/* --- interventions --- */

struct session_act {
    enum act_kind kind;
    uint64_t target; /* a send record's id; a connection's number; the index of a host or link, from 0 */
    int64_t amount;  /* delay or lateness of the copy in ns; bytes; which bit; parts per million */
};

enum session_state { ACT_WAITING, ACT_APPLIED, ACT_REFUSED, ACT_STALE };
/* WAITING: its time has not come (again). REFUSED: nothing to act upon, as a packet no longer in flight.
 * STALE: what happened before it is no longer what happened when it was posted, so it was not applied. */
struct session_intervention {
    struct lesson_act act;
    enum session_state state;
    uint64_t order; /* the later it was posted, the higher */
};

/* Acts now (after everything that happens now), and notes it down. False, and nothing is noted: the run is
 * over, or there is nothing to act upon. */
bool session_post(struct session *s, struct session_act act);
/* All interventions in the order of their times; *n gets how many. Good until the next post, undo or load. */
const struct session_intervention *session_interventions(const struct session *s, size_t *n);
/* Takes the i-th intervention back and runs again to the present time. False: i is beyond the last. */
bool session_undo(struct session *s, size_t i);
/* Puts what was last taken back in its place again, and runs again to the present time. False: nothing has
 * been taken back since the last post. */
bool session_redo(struct session *s);
size_t session_undone(const struct session *s); /* how many could be put back */
/* What its user calls the i-th intervention, cut to ACT_NOTE_BYTES. */
void session_note(struct session *s, size_t i, const char *text);
/* Goes back (or forth) to this time. Interventions later than that wait until their time comes again. */
void session_rewind(struct session *s, vtime at);
/* Fingerprint of all records so far (of an interactive session): two sessions with the same one went the same
 * way. */
uint64_t session_fingerprint(const struct session *s);

/* The lesson's file with the interventions in it ("acts"): a lesson that goes the same way by itself. False,
 * with *d filled: the file is gone, or is not the one that was run; or this session has another seed or other
 * settings than the file says. */
bool session_save_lesson(const struct session *s, struct sbuf *out, struct diag *d);

#endif
