/* fsm.c: the table of edges and the one place where a state is written. */
#include "models/tcp/fsm.h"

#include "models/tcp/clause.h"
#include "models/tcp/tcb.h"

static const struct tcp_edge_row edges[EDGE_COUNT] = {
    [EDGE_NONE] = {"NONE", TCP_CLOSED, TCP_CLOSED, "", ""},
#define EDGE(id, from, to, what, section) [EDGE_##id] = {#id, TCP_##from, TCP_##to, what, section},
#include "models/tcp/fsm.def"
#undef EDGE
};

static const struct tcp_clause_row clauses[C_COUNT] = {
    [C_NONE] = {"NONE", "", "", ""},
#define CLAUSE(id, rfc, section, text) [C_##id] = {#id, rfc, section, text},
#include "models/tcp/clause.def"
#undef CLAUSE
};

const struct tcp_edge_row *tcp_edge(enum tcp_edge e)
{
    CHECK(e < EDGE_COUNT);
    return &edges[e];
}

const struct tcp_clause_row *tcp_clause(enum tcp_clause c)
{
    CHECK(c < C_COUNT);
    return &clauses[c];
}

void fsm_born(struct tcb *t, enum tcp_state s)
{
    CHECK(t->state == TCP_CLOSED);
    t->state = (uint8_t)s;
}

void fsm_fire(struct tcp_ctx *x, struct tcb *t, enum tcp_edge e)
{
    CHECK(e > EDGE_NONE && e < EDGE_COUNT);
    CHECK(t->state == edges[e].from);
    t->state = (uint8_t)edges[e].to;
    uint64_t id = rec_next(x->w);
    if (rec_wanted(x->w, REC_STATE)) {
        struct rec_state r = {
            .edge = (uint16_t)e, .from = (uint16_t)edges[e].from, .to = (uint16_t)edges[e].to};
        rec_put(x->w, &r.head, id, REC_STATE, t->conn, x->host);
    }
    if (x->ops->entered)
        x->ops->entered(x, t, edges[e].to);
}

#define BY_STATE(suffix)                                                                                     \
    [TCP_ESTABLISHED] = EDGE_EST_##suffix, [TCP_FIN_WAIT_1] = EDGE_FW1_##suffix,                             \
    [TCP_CLOSE_WAIT] = EDGE_CW_##suffix, [TCP_CLOSING] = EDGE_CLOSING_##suffix,                              \
    [TCP_LAST_ACK] = EDGE_LAST_ACK_##suffix

enum tcp_edge edge_of(enum edge_group g, enum tcp_state s)
{
    static const enum tcp_edge row[][TCP_STATES] = {
        [EG_RST] = {BY_STATE(RST), [TCP_FIN_WAIT_2] = EDGE_FW2_RST, [TCP_SYN_SENT] = EDGE_SYN_SENT_RST,
                    [TCP_SYN_RECEIVED] = EDGE_SYN_RCVD_RST_ACTIVE, [TCP_TIME_WAIT] = EDGE_TIME_WAIT_RST},
        [EG_SYN] = {BY_STATE(SYN), [TCP_FIN_WAIT_2] = EDGE_FW2_SYN,
                    [TCP_SYN_RECEIVED] = EDGE_SYN_RCVD_SYN_ACTIVE, [TCP_TIME_WAIT] = EDGE_TIME_WAIT_SYN},
        [EG_ABORT] = {BY_STATE(ABORT), [TCP_FIN_WAIT_2] = EDGE_FW2_ABORT, [TCP_LISTEN] = EDGE_LISTEN_ABORT,
                      [TCP_SYN_SENT] = EDGE_SYN_SENT_ABORT, [TCP_SYN_RECEIVED] = EDGE_SYN_RCVD_ABORT,
                      [TCP_TIME_WAIT] = EDGE_TIME_WAIT_ABORT},
        [EG_TIMEOUT] = {BY_STATE(TIMEOUT), [TCP_FIN_WAIT_2] = EDGE_FW2_TIMEOUT,
                        [TCP_SYN_SENT] = EDGE_SYN_SENT_TIMEOUT, [TCP_SYN_RECEIVED] = EDGE_SYN_RCVD_TIMEOUT},
        [EG_ICMP] = {BY_STATE(ICMP), /* in FIN-WAIT-2 nothing is in flight that an error could quote */
                     [TCP_SYN_SENT] = EDGE_SYN_SENT_ICMP, [TCP_SYN_RECEIVED] = EDGE_SYN_RCVD_ICMP},
    };
    return row[g][s];
}
