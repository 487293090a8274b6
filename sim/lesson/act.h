/* act: what a user may do to a run in progress: the one table of its names, for the session that carries them
 * out and for lessons that hold a list of them ("acts").
 *
 * Plain constants; knows neither a run nor a file. */
#ifndef TCPLAB_LESSON_ACT_H
#define TCPLAB_LESSON_ACT_H

#include <stdint.h>

#include "sim/core/base.h"

/* ACT(id, name, what the target is, what the amount is) */
#define LESSON_ACTS(ACT)                                                                                     \
    ACT(DROP, "drop", "packet", "")                                                                          \
    ACT(DELAY, "delay", "packet", "ns")                                                                      \
    ACT(DUPLICATE, "duplicate", "packet", "ns")                                                              \
    ACT(CORRUPT, "corrupt", "packet", "bit")                                                                 \
    ACT(HOLD, "hold", "packet", "")                                                                          \
    ACT(RELEASE, "release", "packet", "")                                                                    \
    ACT(SEND, "send", "connection", "bytes")                                                                 \
    ACT(RECEIVE, "receive", "connection", "bytes")                                                           \
    ACT(STOP_READING, "stop-reading", "connection", "")                                                      \
    ACT(RESUME_READING, "resume-reading", "connection", "")                                                  \
    ACT(CLOSE, "close", "connection", "")                                                                    \
    ACT(ABORT, "abort", "connection", "")                                                                    \
    ACT(CRASH, "crash", "host", "")                                                                          \
    ACT(REBOOT, "reboot", "host", "")                                                                        \
    ACT(CUT, "cut", "host", "")                                                                              \
    ACT(JOIN, "join", "host", "")                                                                            \
    ACT(LINK_DOWN, "link-down", "link", "")                                                                  \
    ACT(LINK_UP, "link-up", "link", "")                                                                      \
    ACT(LINK_LOSS, "link-loss", "link", "ppm")                                                               \
    ACT(LINK_DELAY, "link-delay", "link", "ns")
enum act_kind {
#define ACT_ID(id, name, target, amount) ACT_##id,
    LESSON_ACTS(ACT_ID)
#undef ACT_ID
        ACT_KINDS
};

/* "drop", "delay" ...; the kind of this name, -1: none. */
const char *act_name(enum act_kind kind);
int act_find(const char *name);

enum { ACT_NOTE_BYTES = 64 };

struct lesson_act {
    vtime at;             /* when; everything that happens at this time comes before it */
    uint64_t record;      /* the newest record then */
    uint64_t fingerprint; /* of all records up to that one */
    enum act_kind kind;
    uint64_t target; /* a send record's id; a connection's number; the index of a host or link, from 0 */
    int64_t amount;  /* delay or lateness of the copy in ns; bytes; which bit; parts per million */
    char note[ACT_NOTE_BYTES]; /* what its user calls it; may be empty */
};

#endif
