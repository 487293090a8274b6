/* verdict: what is wrong with a session that has ended, in words, and how to see it again. A pure function of
 * the session and its grade; prints nothing. */
#ifndef TCPLAB_RUN_VERDICT_H
#define TCPLAB_RUN_VERDICT_H

#include "sim/core/sbuf.h"
#include "sim/lesson/expect.h"
#include "sim/run/session.h"

enum verdict {
    VERDICT_WELL,
    VERDICT_FAILED, /* an expectation was not met, or a limit was reached */
    VERDICT_BROKEN, /* a law of the simulation was broken: a fault of ours */
};

struct verdict_again { /* what was asked for, to say how to ask for it again */
    const char *path;
    bool has_seed;
    uint64_t seed;
    const char *until; /* NULL: the lesson's */
    const struct lesson_set *set;
    size_t n_sets;
};

/* Appends line by line what is wrong: expectations not met, limits reached, a broken law with its record and
 * the one command that shows it again. Nothing if all is well. */
enum verdict verdict_of(const struct session *s, const struct grade *g, const struct verdict_again *again,
                        struct sbuf *b);

#endif
