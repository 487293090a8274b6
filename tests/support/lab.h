/* lab: random scenarios for the property tests: a topology, impaired links, TCP options, applications,
 * faults, crashes, user calls at random times. A scenario is a pure function of (seed, features left out):
 * every draw is keyed by what it decides, so leaving a feature out changes nothing else, and a failing seed
 * can be shrunk.
 *
 * A struct lab owns everything its scenario points to. It never runs anything. All links heal at `heal` and
 * every application closes at `close_at` at the latest; `strict` says that then nothing but the orderly end
 * of every connection is right. */
#ifndef TCPLAB_TESTS_LAB_H
#define TCPLAB_TESTS_LAB_H

#include "models/sim.h"
#include "sim/report/trace_file.h"

/* What --without takes: FEATURE(ID, "name") */
#define LAB_FEATURES(FEATURE)                                                                                \
    FEATURE(LOSS, "loss")                                                                                    \
    FEATURE(DUP, "dup")                                                                                      \
    FEATURE(CORRUPT, "corrupt")                                                                              \
    FEATURE(REORDER, "reorder")                                                                              \
    FEATURE(JITTER, "jitter")                                                                                \
    FEATURE(QUEUE, "queue")                                                                                  \
    FEATURE(RATE, "rate")                                                                                    \
    FEATURE(MTU, "mtu")                                                                                      \
    FEATURE(FAULTS, "faults")                                                                                \
    FEATURE(TOPOLOGY, "topology")                                                                            \
    FEATURE(V6, "v6")                                                                                        \
    FEATURE(ISS, "iss")                                                                                      \
    FEATURE(BUFFERS, "buffers")                                                                              \
    FEATURE(MSS, "mss")                                                                                      \
    FEATURE(SCALE, "scale")                                                                                  \
    FEATURE(STAMPS, "timestamps")                                                                            \
    FEATURE(TIMING, "timing")                                                                                \
    FEATURE(CC, "cc")                                                                                        \
    FEATURE(RFC5961, "rfc5961")                                                                              \
    FEATURE(KEEPALIVE, "keepalive")                                                                          \
    FEATURE(ODDITIES, "oddities")                                                                            \
    FEATURE(READERS, "readers")                                                                              \
    FEATURE(URGENT, "urgent")                                                                                \
    FEATURE(ABORT, "abort")                                                                                  \
    FEATURE(CRASH, "crash")                                                                                  \
    FEATURE(CUT, "cut")                                                                                      \
    FEATURE(DOWN, "down")                                                                                    \
    FEATURE(ICMP, "icmp")                                                                                    \
    FEATURE(CALLS, "calls")                                                                                  \
    FEATURE(MEDDLE, "meddle")                                                                                \
    FEATURE(FLOWS, "flows")                                                                                  \
    FEATURE(BULK, "bulk")                                                                                    \
    FEATURE(DELAY, "delay")                                                                                  \
    FEATURE(THINKING, "thinking")

enum lab_feature {
#define FEATURE(id, name) LAB_##id,
    LAB_FEATURES(FEATURE)
#undef FEATURE
        LAB_COUNT
};
const char *lab_feature_name(enum lab_feature f);
int lab_feature_find(const char *name, size_t n); /* -1: none */

enum {
    MAX_LAB_HOSTS = 14,
    MAX_LAB_LINKS = 14,
    MAX_LAB_FLOWS = 12,
    MAX_LAB_APPS = 2 * MAX_LAB_FLOWS,
    MAX_LAB_STEPS = 16 * MAX_LAB_APPS,
    MAX_LAB_FAULTS = 6,
    MAX_LAB_EVENTS = 96,
    MAX_LAB_CALLS = 12
};

struct lab_call { /* a user call out of turn, or a hand laid on a packet in flight */
    vtime at;
    uint32_t conn; /* modulo the connections there have been */
    bool meddle;   /* the newest packet in flight meets with this fault */
    struct sc_step step;
    struct sc_fault fault;
};

struct lab {
    uint64_t seed, without;
    struct scenario sc;
    bool strict; /* every connection that came to be must end in order, with all bytes delivered */
    bool ghosts; /* old duplicates may make connections that nobody opened, since initial numbers are fixed */
    vtime heal, close_at;
    bool exits; /* some application exits: then nobody reads, and a peer must not be made to send much */
    uint32_t n_calls;
    struct lab_call call[MAX_LAB_CALLS];
    struct sc_address address[2 * MAX_LAB_HOSTS + 1];
    struct sc_host host[MAX_LAB_HOSTS];
    struct sc_link link[MAX_LAB_LINKS];
    struct sc_app app[MAX_LAB_APPS];
    struct sc_step step[MAX_LAB_STEPS];
    struct sc_fault fault[MAX_LAB_FAULTS];
    struct sc_event event[MAX_LAB_EVENTS];
    uint8_t text[256];
    char name[MAX_LAB_HOSTS][8], app_name[MAX_LAB_APPS][16];
    uint32_t first_router, n_clients,
        server; /* hosts [0, n_clients) are clients, then the server, then routers */
    uint32_t n_steps;
    uint64_t slowest_bps; /* of all links, 0: infinite */
    vtime path_delay;     /* propagation one way, faults not counted */
    bool tiny, blunt;     /* some window is tiny, some host has no congestion control: little is sent then */
    /* the same for trace_write */
    struct trace_header header;
    struct trace_host header_host[MAX_LAB_HOSTS];
    struct trace_link header_link[MAX_LAB_LINKS];
    const char *header_address[MAX_LAB_HOSTS][2];
    char lesson[32];
};

/* Fills l (the caller's; large: not for the stack) for this seed. without: a bit per feature left out. */
void lab_make(struct lab *l, uint64_t seed, uint64_t without);

/* --- for lab's own files --- */
/* A number in [0, bound), a function of (seed, what, which) alone. */
uint64_t lab_pick(const struct lab *l, const char *what, uint64_t which, uint64_t bound);
static inline bool lab_chance(const struct lab *l, const char *what, uint64_t which, uint32_t percent)
{
    return lab_pick(l, what, which, 100) < percent;
}
static inline bool lab_has(const struct lab *l, enum lab_feature f)
{
    return !((l->without >> f) & 1u);
}
void lab_network(struct lab *l);
void lab_apps(struct lab *l);

#endif
