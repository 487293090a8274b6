/* source: what a view is opened on: a lesson, run to its end, a packetdrill script likewise, or a trace that
 * was written before.
 *
 * All give a header and a log of records; a lesson also its session (to act upon), its narration and its
 * questions, each with the record at which its moment comes. Owns all of it. Never prints, never looks at a
 * clock. After something was done to the session, source_renew finds the moments anew. */
#ifndef TCPLAB_RUN_SOURCE_H
#define TCPLAB_RUN_SOURCE_H

#include "sim/core/diag.h"
#include "sim/report/trace_file.h"
#include "sim/report/trace_read.h"
#include "sim/run/session.h"

struct source;

struct source_note { /* one sentence of the narration */
    struct trace_text text;
    uint64_t record; /* 0: its moment did not come */
    vtime at;        /* VTIME_NEVER: likewise */
};

enum { SOURCE_ANSWERS = 4 };
struct source_question {
    struct trace_text question, why; /* why: shown after an answer; may be empty */
    struct {
        struct trace_text text;
        bool right;
    } answer[SOURCE_ANSWERS];
    unsigned n_answers;
    uint64_t record; /* 0: its moment did not come */
    vtime at;        /* VTIME_NEVER: likewise */
};

/* Whether a file says in its first line that it is a trace. False for "-" and what cannot be read. */
bool source_is_trace(const char *path);

/* Opens and runs a lesson or a script (*.pkt), or reads a trace. stop: as in session_options, may be NULL.
 * NULL, with *d filled: a diagnosis of the file, or no memory. */
struct source *source_open(const char *path, const volatile sig_atomic_t *stop, struct diag *d);
/* The same, watched: what is told of a lesson's run is a guess, since nobody knows when it ends. NULL, too,
 * if it was given up; the diagnosis says so. */
struct source *source_open_watched(const char *path, const struct trace_watch *w, struct diag *d);
void source_close(struct source *s); /* NULL is allowed */

const char *source_path(const struct source *s);
const struct trace_header *source_header(const struct source *s);
const struct log *source_log(const struct source *s);
/* What can be acted upon; NULL: a trace, or a script. */
struct session *source_session(struct source *s);
/* The lesson's one-paragraph summary; empty for a trace. */
struct trace_text source_summary(const struct source *s);

/* In the order of their moments; those that did not come are last. */
const struct source_note *source_notes(const struct source *s, size_t *n);
const struct source_question *source_questions(const struct source *s, size_t *n);
/* The log has changed: finds the moments of notes and questions anew. */
void source_renew(struct source *s);

#endif
