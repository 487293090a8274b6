/* fsm: the states and edges of fsm.def, and the one writer of a TCB's state. */
#ifndef TCPLAB_MODELS_TCP_FSM_H
#define TCPLAB_MODELS_TCP_FSM_H

#include "sim/core/base.h"

enum tcp_state {
#define STATE(id, name) TCP_##id,
#include "models/tcp/fsm.def"
#undef STATE
    TCP_STATES
};

enum tcp_edge {
    EDGE_NONE,
#define EDGE(id, from, to, what, section) EDGE_##id,
#include "models/tcp/fsm.def"
#undef EDGE
    EDGE_COUNT
};

struct tcp_edge_row {
    const char *id; /* as in fsm.def */
    enum tcp_state from, to;
    const char *what, *section;
};
/* The table; e from 1 to EDGE_COUNT - 1. */
const struct tcp_edge_row *tcp_edge(enum tcp_edge e);

struct tcp_ctx;
struct tcb;
/* Takes an edge: checks that it leaves the present state, writes the new one, emits the STATE record. */
/* The state in which a TCB begins its life if not in CLOSED: the child of a LISTEN begins there. No record.
 */
void fsm_born(struct tcb *t, enum tcp_state s);
void fsm_fire(struct tcp_ctx *x, struct tcb *t, enum tcp_edge e);

#endif
