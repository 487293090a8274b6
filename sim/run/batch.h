/* batch: many jobs in worker processes, one process a job, so that a job that crashes, hangs or eats all
 * memory harms nobody else.
 *
 * Supervised by libev: a child watcher and a pipe for each worker, a timer for its wall time, signal watchers
 * for an interrupt. The caller says what a job is (a function, run in the worker) and what becomes of a
 * result (a function, run in the supervisor, called in the order of the jobs, so that nothing shows how many
 * workers there were). Owns no lesson and prints nothing. Uses libev's default loop, so only one batch runs
 * in a process at a time. */
#ifndef TCPLAB_RUN_BATCH_H
#define TCPLAB_RUN_BATCH_H

#include "sim/core/base.h"
#include "sim/core/sbuf.h"

enum batch_outcome {
    BATCH_NOT_RUN, /* the batch was interrupted before this job had ended */
    BATCH_PASSED,
    BATCH_FAILED,  /* an expectation was not met, a limit of the lesson was reached */
    BATCH_REFUSED, /* could not be loaded */
    BATCH_SKIPPED, /* nothing that this program can run */
    /* The outcomes below are found by the supervisor; a job does not report them. */
    BATCH_CRASHED,  /* ended by a signal, or without a report */
    BATCH_TIME_OUT, /* more wall time than allowed */
    BATCH_MEMORY,   /* more memory than allowed */
    BATCH_OUTCOMES
};

struct batch_reply { /* what a job says of itself */
    enum batch_outcome outcome;
    vtime time;       /* virtual time at its end */
    struct sbuf text; /* lines about what went wrong; cut at BATCH_TEXT_MAX */
};
#define BATCH_TEXT_MAX ((size_t)256 * 1024)

struct batch_result {
    enum batch_outcome outcome;
    vtime time;       /* virtual; 0 if the job made no report */
    const char *text; /* the job's lines, or what the supervisor found; each ends in a newline. Never NULL */
    size_t text_n;
};

/* Runs in the worker: fills the reply, whose outcome is BATCH_CRASHED until it does. */
typedef void (*batch_job)(void *ctx, size_t i, struct batch_reply *reply);

struct batch_options {
    unsigned workers;       /* at once; 0: 1 */
    uint32_t time_limit_ms; /* wall time of a job; 0: none */
    uint64_t memory_bytes;  /* of a worker, beyond what this process holds already; 0: no limit */
    batch_job job;
    /* Told of each result, in the order of the jobs, as soon as all before it are known. */
    void (*result)(void *ctx, size_t i, const struct batch_result *r);
    /* Told whenever a job has ended; NULL: nobody wants to know. */
    void (*progress)(void *ctx, size_t ended, size_t n);
    void *ctx;
};

struct batch_summary {
    size_t count[BATCH_OUTCOMES];
    bool interrupted; /* SIGINT or SIGTERM came: jobs not ended by then are BATCH_NOT_RUN */
};

/* Runs jobs 0 .. n - 1. False: the machine gave no pipe, process or event loop (errno is set); results may be
 * missing. */
bool batch_run(size_t n, const struct batch_options *o, struct batch_summary *summary);

/* "passed", "failed", "refused", "crashed" ... */
const char *batch_outcome_name(enum batch_outcome o);

/* What `tcplab batch` exits with: 130 interrupted, else 2 if anything was refused, else 1 if anything failed,
 * else 0. A job that was skipped says of itself that it is not for this program: that is 2 where nothing else
 * was run. */
int batch_exit_status(const struct batch_summary *s);

#endif
