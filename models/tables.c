#include "models/tables.h"

#include <stddef.h>
#include <string.h>

/* ---- names made of ids: EST_FIN reads "est-fin" ---- */

/* A character of a string literal as a constant, in lower case, '_' as '-'; 0 beyond its end. */
#define AT(s, i) ((i) < sizeof(s) ? (s)[(i) < sizeof(s) ? (i) : 0] : '\0')
#define DASHED(c) (char)((c) == '_' ? '-' : (c) >= 'A' && (c) <= 'Z' ? (c) - 'A' + 'a' : (c))
#define C1(s, i) DASHED(AT(s, i)),
#define C8(s, i)                                                                                             \
    C1(s, (i) + 0)                                                                                           \
    C1(s, (i) + 1) C1(s, (i) + 2) C1(s, (i) + 3) C1(s, (i) + 4) C1(s, (i) + 5) C1(s, (i) + 6) C1(s, (i) + 7)
#define ID_MAX 32 /* the terminating NUL included */
#define DASHED_ROW(s) {C8(s, 0) C8(s, 8) C8(s, 16) C8(s, 24)},

#define EDGE(id, from, to, what, section)                                                                    \
    _Static_assert(sizeof(#id) <= ID_MAX, "the name of edge " #id " is too long");
#define CLAUSE(id, rfc, section, text)                                                                       \
    _Static_assert(sizeof(#id) <= ID_MAX, "the name of clause " #id " is too long");
#include "models/tcp/clause.def"
#include "models/tcp/fsm.def"
#undef EDGE
#undef CLAUSE

static const char edge_names[][ID_MAX] = {
    "none",
#define EDGE(id, from, to, what, section) DASHED_ROW(#id)
#include "models/tcp/fsm.def"
#undef EDGE
};
static const char clause_names[][ID_MAX] = {
    "none",
#define CLAUSE(id, rfc, section, text) DASHED_ROW(#id)
#include "models/tcp/clause.def"
#undef CLAUSE
};

/* ---- names written out ---- */

static const char *const state_names[] = {
#define STATE(id, name) name,
#include "models/tcp/fsm.def"
#undef STATE
};

#define NAME(id, name) name,
static const char *const open_names[] = {TABLE_open(NAME)};
static const char *const drop_names[] = {TABLE_drop(NAME)};
static const char *const fate_names[] = {TABLE_fate(NAME)};
static const char *const reject_names[] = {TABLE_reject(NAME)};
static const char *const timer_names[] = {TABLE_timer(NAME)};
static const char *const timer_op_names[] = {TABLE_timer_op(NAME)};
static const char *const call_names[] = {TABLE_call(NAME)};
static const char *const result_names[] = {TABLE_result(NAME)};
static const char *const signal_names[] = {TABLE_signal(NAME)};
static const char *const deliver_names[] = {TABLE_deliver(NAME)};
static const char *const host_event_names[] = {TABLE_host_event(NAME)};
static const char *const link_event_names[] = {TABLE_link_event(NAME)};
static const char *const end_names[] = {TABLE_end(NAME)};

#define ROWS(t) ((unsigned)(sizeof t##_names / sizeof t##_names[0]))
#define TABLE_FUNCTIONS(t)                                                                                   \
    const char *name_##t(unsigned i)                                                                         \
    {                                                                                                        \
        return i < ROWS(t) ? t##_names[i] : "?";                                                             \
    }                                                                                                        \
    int find_##t(const char *name)                                                                           \
    {                                                                                                        \
        for (unsigned i = 0; i < ROWS(t); i++)                                                               \
            if (strcmp(t##_names[i], name) == 0)                                                             \
                return (int)i;                                                                               \
        return -1;                                                                                           \
    }                                                                                                        \
    unsigned count_##t(void)                                                                                 \
    {                                                                                                        \
        return ROWS(t);                                                                                      \
    }
TABLE_NAMES(TABLE_FUNCTIONS)
