/* record: the kinds of trace records as structs, made from record.def; and the enums that stand in them.
 *
 * Every record begins with struct rec_head. Strings in records are borrowed: they live as long as the run's
 * scenario (or, for records read from a file, as long as the trace that owns them). */
#ifndef TCPLAB_MODELS_RECORD_H
#define TCPLAB_MODELS_RECORD_H

#include "models/record.def"
#include "models/tables.h"
#include "models/wire/seq.h"
#include "sim/core/trace.h"
#include "sim/core/world.h"

enum rec_kind {
    REC_NONE,
#define KIND(id, name, doc) REC_##id,
    RECORD_KINDS(KIND)
#undef KIND
        REC_KINDS
};

struct rec_bytes {
    const uint8_t *p;
    uint32_t n;
};

#define REC_T_U64 uint64_t
#define REC_T_U32 uint32_t
#define REC_T_U16 uint16_t
#define REC_T_U8 uint8_t
#define REC_T_O64 uint64_t
#define REC_T_O32 uint32_t
#define REC_T_O16 uint16_t
#define REC_T_O8 uint8_t
#define REC_T_TIME vtime
#define REC_T_OTIME vtime
#define REC_T_SEQ seq32
#define REC_T_STR const char *
#define REC_T_OSTR const char *
#define REC_T_FLAG bool
#define REC_T_HOSTN uint16_t
#define REC_T_CTL uint8_t
#define REC_T_ENUM(table) uint16_t
#define REC_T_OENUM(table) uint16_t
#define REC_T_HEX struct rec_bytes

#define REC_FIELD(type, name, doc) REC_T_##type name;
#define REC_STRUCT(ID, id)                                                                                   \
    struct rec_##id {                                                                                        \
        struct rec_head head;                                                                                \
        REC_FIELDS_##ID(REC_FIELD)                                                                           \
    };
REC_STRUCT(CONN, conn)
REC_STRUCT(DATA, data)
REC_STRUCT(SEND, send)
REC_STRUCT(ICMP, icmp)
REC_STRUCT(ENQUEUE, enqueue)
REC_STRUCT(TRANSMIT, transmit)
REC_STRUCT(ARRIVE, arrive)
REC_STRUCT(DROP, drop)
REC_STRUCT(DUPLICATE, duplicate)
REC_STRUCT(FAULT, fault)
REC_STRUCT(REJECT, reject)
REC_STRUCT(STATE, state)
REC_STRUCT(CITE, cite)
REC_STRUCT(TIMER, timer)
REC_STRUCT(CALL, call)
REC_STRUCT(SIGNAL, signal)
REC_STRUCT(DELIVER, deliver)
REC_STRUCT(SYMBOL, symbol)
REC_STRUCT(HOSTEV, host_event)
REC_STRUCT(LINKEV, link_event)
REC_STRUCT(SCRIPT, script)
REC_STRUCT(NOTE, note)
REC_STRUCT(INVARIANT, invariant)
REC_STRUCT(END, end)
#undef REC_STRUCT
#undef REC_FIELD

enum rec_var {
#define V(id, name, meaning, text) VAR_##id,
    REC_VARS(V)
#undef V
        VAR_COUNT
};
enum rec_var_meaning { VAR_IS_NUMBER, VAR_IS_TIME, VAR_IS_SENT, VAR_IS_RECEIVED, VAR_IS_INITIAL };
enum rec_var_meaning rec_var_meaning(enum rec_var var);
struct rec_vars {
    struct rec_head head;
    uint32_t changed; /* bit per enum rec_var */
    uint32_t pad;
    int64_t value[VAR_COUNT]; /* times in ns; sequence numbers raw; only those in the mask are meaningful */
};

/* Size of a record of this kind, head included; 0: no such kind. */
size_t rec_size(unsigned kind);

/* Takes the next record id and returns it; every record goes through here, wanted or not. */
static inline uint64_t rec_next(struct world *w)
{
    return ++w->core->last_record;
}
static inline bool rec_wanted(const struct world *w, enum rec_kind kind)
{
    return __builtin_expect(trace_wants(&w->trace, kind), 0); /* a run that is told takes the longer way */
}
/* Fills the head (id from rec_next, time, the world's present cause) and hands the record to the sinks. */
static inline void rec_put(struct world *w, struct rec_head *h, uint64_t id, enum rec_kind kind,
                           uint32_t conn, uint32_t host_plus_1)
{
    h->id = id;
    h->at = w->core->now;
    h->cause = w->core->cause;
    h->conn = conn;
    h->kind = (uint16_t)kind;
    h->host = (uint16_t)host_plus_1;
    trace_put(&w->trace, h);
}

#endif
