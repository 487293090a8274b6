/* scene: small scenarios built by hand, run, and looked at record by record. A struct scene owns everything
 * its scenario points to; it is zeroed by scene_init and released by scene_end. Fails the present cmocka test
 * when a limit of its own is passed. */
#ifndef TCPLAB_TESTS_SCENE_H
#define TCPLAB_TESTS_SCENE_H

#include "models/sim.h"
#include "sim/core/log.h"

enum {
    SCENE_HOSTS = 8,
    SCENE_LINKS = 12,
    SCENE_ADDRESSES = 24,
    SCENE_APPS = 8,
    SCENE_RAWS = 6,
    SCENE_FAULTS = 6,
    SCENE_EVENTS = 12
};

struct scene {
    struct scenario s;
    struct sc_address address[SCENE_ADDRESSES];
    struct sc_host host[SCENE_HOSTS];
    struct sc_link link[SCENE_LINKS];
    struct sc_app app[SCENE_APPS];
    struct sc_raw raw[SCENE_RAWS];
    struct sc_fault fault[SCENE_FAULTS];
    struct sc_event event[SCENE_EVENTS];
    struct world w;
    struct log log;
    bool running;
};

#define MS(n) ((vtime)(n)*NS_PER_MS)
#define US(n) ((vtime)(n)*NS_PER_US)

/* Defaults of steps, so that a test names only what matters; what it names comes later in the initializer and
 * counts. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define STEP(...)                                                                                            \
    {                                                                                                        \
        .dscp = 0xff, .user_timeout = -1, .push = true, __VA_ARGS__                                          \
    }
#define OPEN_AT(when, address, port)                                                                         \
    STEP(.on = ON_AT, .time = (when), .action = DO_OPEN, .to = (address), .to_port = (port))
#define LISTEN_AT(when, port) STEP(.on = ON_AT, .time = (when), .action = DO_LISTEN, .local_port = (port))
#define RAW(...)                                                                                             \
    {                                                                                                        \
        .at = VTIME_NEVER, .wnd = -1, .up = -1, .len = -1, .tsval = -1, .tsecr = -1, __VA_ARGS__             \
    }
#define RAW_OUT(c, q, a)                                                                                     \
    RAW(.op = RAW_SEND, .ctl = (c), .seq_kind = RAW_RELATIVE, .seq = (q), .ack_kind = RAW_RELATIVE,          \
        .ack = (a))
#define RAW_IN(c, q, a)                                                                                      \
    RAW(.op = RAW_EXPECT, .ctl = (c), .ctl_set = true, .seq_kind = RAW_RELATIVE, .seq = (q),                 \
        .ack_kind = (c)&TCP_ACK ? RAW_RELATIVE : RAW_UNSET, .ack = (a), .within = NS_PER_S)
#define ANY_SEGMENT                                                                                          \
    {                                                                                                        \
        .from = SC_ANY, .to = SC_ANY, .data = -1, .retransmission = -1, .after = VTIME_NEVER,                \
        .before = VTIME_NEVER                                                                                \
    }
#define MATCH(...)                                                                                           \
    {                                                                                                        \
        .from = SC_ANY, .to = SC_ANY, .data = -1, .retransmission = -1, .after = VTIME_NEVER,                \
        .before = VTIME_NEVER, __VA_ARGS__                                                                   \
    }

void scene_init(struct scene *c);
void scene_end(struct scene *c);
/* A host with this address (text of either family, or NULL: none); returns its index. Its TCP has the
 * defaults. */
uint16_t scene_host(struct scene *c, const char *name, const char *address);
uint16_t scene_raw_host(struct scene *c, const char *name, const char *address);
uint16_t scene_router(struct scene *c, const char *name, const char *address);
/* One more address (of host, SC_ANY: nobody's); returns its index. The first of a family is the host's own.
 */
uint16_t scene_address(struct scene *c, uint16_t host, const char *address);
/* A link of this delay, both ways, of infinite rate; to be changed in place. */
struct sc_link *scene_link(struct scene *c, uint16_t a, uint16_t b, vtime delay);
struct sc_app *scene_app(struct scene *c, const char *name, uint16_t host, const struct sc_step *step,
                         uint32_t n);
struct sc_raw *scene_raw(struct scene *c, uint16_t host, uint16_t port, uint16_t peer, uint16_t peer_port,
                         const struct sc_raw_step *step, uint32_t n);
struct sc_fault *scene_fault(struct scene *c, enum sc_fault_kind kind, struct sc_match match);
struct sc_event *scene_event(struct scene *c, vtime at, enum sc_event_kind kind);
#define SCENE_APP(c, name, host, steps) scene_app(c, name, host, steps, (uint32_t)ARRAY_LEN(steps))
#define SCENE_RAW(c, host, port, peer, peer_port, steps)                                                     \
    scene_raw(c, host, port, peer, peer_port, steps, (uint32_t)ARRAY_LEN(steps))

/* Makes the world (once), runs it, and fails the test if a law is broken. */
enum run_end scene_run(struct scene *c, vtime until);
/* Without running: to add sinks, or to look at the world. */
void scene_start(struct scene *c);

/* The n-th record of a kind, from 1; NULL: there are fewer. And how many there are. */
const void *scene_rec(const struct scene *c, enum rec_kind kind, unsigned n);
unsigned scene_count(const struct scene *c, enum rec_kind kind);
/* The n-th state record of this connection (0: of any); the states passed through as "A B C". */
void scene_states(const struct scene *c, uint32_t conn, char *out, size_t size);
unsigned scene_calls(const struct scene *c, unsigned call, unsigned result);
unsigned scene_signals(const struct scene *c, unsigned signal);
unsigned scene_drops(const struct scene *c, unsigned why);
unsigned scene_rejects(const struct scene *c, unsigned why);
struct sim_totals scene_totals(const struct scene *c);
/* Every raw peer's expectation was met, and there were n of them. */
void scene_scripts_met(const struct scene *c, unsigned n);
/* A hash over all records, for comparison of runs. */
uint64_t scene_fingerprint(const struct scene *c);

#endif
