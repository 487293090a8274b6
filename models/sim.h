/* sim: a scenario made to run in a world: hosts, links, applications wired together; the dispatcher of all
 * events. */
#ifndef TCPLAB_MODELS_SIM_H
#define TCPLAB_MODELS_SIM_H

#include "models/scenario.h"

/* Builds the world of a scenario at time 0 (nothing has run yet; no records are emitted before the first
 * event, so sinks may be added after this). The scenario must outlive the world and its forks. False: no
 * memory. */
bool sim_init(struct world *w, const struct scenario *s);

/* Runs until `until` (VTIME_NEVER: to the end), and, when the run is over for good (idle, a limit, an
 * invariant), emits the END record once. */
enum run_end sim_run(struct world *w, vtime until);
/* Emits the END record with `until` if none has been emitted (a run cut by --until). */
void sim_finish(struct world *w, enum run_end why);

/* --- interventions: what a user may do to a run in progress (the window, a property test). Each acts at the
 * present time and is recorded like the lesson's own. --- */
enum tcp_result sim_user_call(struct world *w, uint32_t conn, const struct sc_step *step);
void sim_event(struct world *w, const struct sc_event *e);
/* Fate of a packet in flight (its send record's id): drop it, delay it, duplicate it, corrupt it. False: not
 * in flight. */
bool sim_packet_fate(struct world *w, uint64_t pkt, const struct sc_fault *fault);
/* A packet that was delayed out of its order arrives now, with its copies. False: there is none. */
bool sim_packet_release(struct world *w, uint64_t pkt);
/* What one direction of a link is like at present. */
const struct sc_path *sim_link_path(const struct world *w, uint32_t link, unsigned dir);

/* --- looking (for tests, benchmarks and graders in the same process; the trace is the way for everybody
 * else) --- */
uint32_t sim_conn_count(const struct world *w);            /* ids 1 .. count have been used */
struct tcb *sim_tcb(const struct world *w, uint32_t conn); /* NULL: gone */
/* The inside of a connection; false: gone. */
bool sim_tcp_info(const struct world *w, uint32_t conn, struct tcp_info_view *v);
/* What a setting of it is at this moment; conn 0: the default of a host (index from 0). False: gone. */
bool sim_tcp_get(const struct world *w, uint32_t host, uint32_t conn, enum tcp_setting what, int64_t *value);
struct sim_totals {
    uint64_t segments_delivered; /* TCP segments handed to a host's TCP or raw peer */
    uint64_t segments_sent, packets_dropped;
    uint64_t bytes_delivered; /* to applications */
    uint64_t opened, closed;  /* connections (ends) */
    uint32_t script_failures; /* raw peers' expectations not met */
};
void sim_totals(const struct world *w, struct sim_totals *t);

#endif
