/* names: the tables that stand in records, as the report sees them, and what the rows of the state diagram
 * and the clauses say.
 *
 * A row has a name that JSON uses (models/tables.h) and, if an edge or a clause, a text for people, in
 * English; tr() of i18n.h translates both. Row 0 of every table but the states' is "none". */
#ifndef TCPLAB_REPORT_NAMES_H
#define TCPLAB_REPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* The states, edges and clauses, in the order of models/tcp (whose headers no report may include). */
enum report_state {
#define STATE(id, name) ST_##id,
#include "models/tcp/fsm.def"
#undef STATE
    ST_COUNT
};

enum report_edge {
    ED_NONE,
#define EDGE(id, from, to, what, section) ED_##id,
#include "models/tcp/fsm.def"
#undef EDGE
    ED_COUNT
};

enum report_clause {
    CL_NONE,
#define CLAUSE(id, rfc, section, text) CL_##id,
#include "models/tcp/clause.def"
#undef CLAUSE
    CL_COUNT
};

struct report_edge_row {
    enum report_state from, to;
    const char *what, *section; /* RFC 9293's */
};
struct report_clause_row {
    const char *rfc, *section, *text;
};
extern const struct report_edge_row report_edges[ED_COUNT];
extern const struct report_clause_row report_clauses[CL_COUNT];
extern const char *const report_states[ST_COUNT];

/* One table of models/tables.h: its rows' names as JSON has them ("FIN-WAIT-1", "est-close"). */
struct report_table {
    const char *name; /* "drop", "state" ... */
    const char *(*row)(unsigned i);
    int (*find)(const char *row); /* -1: there is no such row */
    unsigned (*count)(void);
};
/* Every table, in the order of TABLE_NAMES; *n gets how many. */
const struct report_table *report_tables(size_t *n);
/* The table of this name; NULL if there is none. */
const struct report_table *report_table(const char *name);
#endif
