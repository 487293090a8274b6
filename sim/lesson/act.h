/* act: what a user may do to a run in progress: the one table of its names, for the session that carries them
 * out and for lessons that hold a list of them ("acts").
 *
 * Plain constants; knows neither a run nor a file. */
#ifndef TCPLAB_LESSON_ACT_H
#define TCPLAB_LESSON_ACT_H

#include <stdint.h>

#include "sim/core/base.h"

/* ACT(id, name, what it is done to: enum act_upon, what the amount is) */
#define LESSON_ACTS(ACT)                                                                                     \
    ACT(DROP, "drop", PACKET, "")                                                                            \
    ACT(DELAY, "delay", PACKET, "ns")                                                                        \
    ACT(DUPLICATE, "duplicate", PACKET, "ns")                                                                \
    ACT(CORRUPT, "corrupt", PACKET, "bit")                                                                   \
    ACT(HOLD, "hold", PACKET, "")                                                                            \
    ACT(RELEASE, "release", PACKET, "")                                                                      \
    ACT(SEND, "send", CONNECTION, "bytes")                                                                   \
    ACT(RECEIVE, "receive", CONNECTION, "bytes")                                                             \
    ACT(STOP_READING, "stop-reading", CONNECTION, "")                                                        \
    ACT(RESUME_READING, "resume-reading", CONNECTION, "")                                                    \
    ACT(CLOSE, "close", CONNECTION, "")                                                                      \
    ACT(ABORT, "abort", CONNECTION, "")                                                                      \
    ACT(CRASH, "crash", HOST, "")                                                                            \
    ACT(REBOOT, "reboot", HOST, "")                                                                          \
    ACT(CUT, "cut", HOST, "")                                                                                \
    ACT(JOIN, "join", HOST, "")                                                                              \
    ACT(LINK_DOWN, "link-down", LINK, "")                                                                    \
    ACT(LINK_UP, "link-up", LINK, "")                                                                        \
    ACT(LINK_LOSS, "link-loss", LINK, "ppm")                                                                 \
    ACT(LINK_DELAY, "link-delay", LINK, "ns")
enum act_upon { UPON_PACKET, UPON_CONNECTION, UPON_HOST, UPON_LINK };
enum act_kind {
#define ACT_ID(id, name, target, amount) ACT_##id,
    LESSON_ACTS(ACT_ID)
#undef ACT_ID
        ACT_KINDS
};

/* "drop", "delay" ...; the kind of this name, -1: none. */
const char *act_name(enum act_kind kind);
int act_find(const char *name);
/* What an act of this kind is done to; the kind must be one. */
enum act_upon act_upon(enum act_kind kind);

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
