/* tables: the enumerations of trace records and their names. TABLE(drop) gives enum { DROP_NONE, DROP_LOSS
 * ... } style constants with the upper-case prefix listed below, and name_drop(i) / find_drop("loss"). state,
 * edge and clause come from models/tcp's .def files. */
#ifndef TCPLAB_MODELS_TABLES_H
#define TCPLAB_MODELS_TABLES_H

#include "models/tables.def"

#define OPEN_ROW(id, name) OPEN_##id,
enum { TABLE_open(OPEN_ROW) OPEN_COUNT };
#define DROP_ROW(id, name) DROP_##id,
enum { TABLE_drop(DROP_ROW) DROP_COUNT };
#define FATE_ROW(id, name) FATE_##id,
enum { TABLE_fate(FATE_ROW) FATE_COUNT };
#define REJECT_ROW(id, name) REJECT_##id,
enum { TABLE_reject(REJECT_ROW) REJECT_COUNT };
#define TIMER_ROW(id, name) TIMER_##id,
enum { TABLE_timer(TIMER_ROW) TIMER_COUNT };
#define TIMER_OP_ROW(id, name) TIMER_OP_##id,
enum { TABLE_timer_op(TIMER_OP_ROW) TIMER_OP_COUNT };
#define CALL_ROW(id, name) CALL_##id,
enum { TABLE_call(CALL_ROW) CALL_COUNT };
#define RESULT_ROW(id, name) RESULT_##id,
enum tcp_result { TABLE_result(RESULT_ROW) RESULT_COUNT };
#define SIGNAL_ROW(id, name) SIGNAL_##id,
enum tcp_signal { TABLE_signal(SIGNAL_ROW) SIGNAL_COUNT };
#define DELIVER_ROW(id, name) DELIVER_##id,
enum { TABLE_deliver(DELIVER_ROW) DELIVER_COUNT };
#define HOST_EVENT_ROW(id, name) HOST_EVENT_##id,
enum { TABLE_host_event(HOST_EVENT_ROW) HOST_EVENT_COUNT };
#define LINK_EVENT_ROW(id, name) LINK_EVENT_##id,
enum { TABLE_link_event(LINK_EVENT_ROW) LINK_EVENT_COUNT };
#define END_ROW(id, name) END_##id,
enum { TABLE_end(END_ROW) END_COUNT };

/* Name of row i ("?" if there is none), and the row with a name (-1 if none). For each table named above and
 * for state, edge, clause. */
#define TABLE_NAMES(T)                                                                                       \
    T(open)                                                                                                  \
    T(drop) T(fate) T(reject) T(timer) T(timer_op) T(call) T(result) T(signal) T(deliver) T(host_event)      \
        T(link_event) T(end) T(state) T(edge) T(clause)
#define TABLE_DECL(t)                                                                                        \
    const char *name_##t(unsigned i);                                                                        \
    int find_##t(const char *name);                                                                          \
    unsigned count_##t(void);
TABLE_NAMES(TABLE_DECL)
#undef TABLE_DECL

#endif
