/* expect: the expectations of a lesson, judged after a run over the records of its trace.
 *
 * Reads the log and the lesson, changes neither. What a result points at lives until grade_free. Sentences
 * are English, marked for gettext. Times are virtual. */
#ifndef TCPLAB_LESSON_EXPECT_H
#define TCPLAB_LESSON_EXPECT_H

#include "models/record.h"
#include "sim/core/log.h"
#include "sim/lesson/lesson.h"

struct expect_result {
    bool ok;
    int line, column;    /* of the expectation in the lesson (or in a --set) */
    const char *source;  /* the file, or "--set" */
    const char *pointer; /* JSON pointer: "/expect/3"; a raw peer's step: "/raw/0/script/2"; "/limits" */
    const char *kind;    /* "states", "segments" ...; "script"; "limit" */
    const char *title;   /* one line that names it in a report, the same in every run: "states of client" */
    const char *message; /* NULL if ok; else what was expected and what happened, one or more lines without
                            the last newline */
    vtime at;            /* when it was decided: the run's end where nothing closer is known */
    uint64_t record;     /* the record closest to what went wrong, 0: none */
};

struct grade {
    struct expect_result *result;
    size_t n, failed;
    struct lesson_memory *memory; /* private */
};

/* The kinds of records (bit per enum rec_kind) that lesson_grade needs in the log. */
uint64_t lesson_grade_kinds(const struct lesson *l);

/* Judges every expectation of the lesson, in order; then what fails a run by itself: each raw peer's
 * expectation that was not met, a limit (events, time, memory), a broken invariant. g is filled; g->failed ==
 * 0: all is well. */
void lesson_grade(const struct lesson *l, const struct log *log, struct grade *g);
void grade_free(struct grade *g);

/* "file:line:column: message (at /pointer)", several lines indented, appended to b with a newline. */
struct sbuf;
void grade_format(const struct expect_result *r, struct sbuf *b);

#endif
