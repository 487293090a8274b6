/* names: the rows of the tables that stand in records, as the report sees them: from the .def files alone.
 *
 * A row has the name that JSON uses (a state's "FIN-WAIT-1", an edge's "EST_CLOSE") and a text for people, in
 * English; tr() of i18n.h translates it. Row 0 of every table but the states' is "none". */
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
    const char *id;
    enum report_state from, to;
    const char *what, *section; /* RFC 9293's */
};
struct report_clause_row {
    const char *id, *rfc, *section, *text;
};
extern const struct report_edge_row report_edges[ED_COUNT];
extern const struct report_clause_row report_clauses[CL_COUNT];
extern const char *const report_states[ST_COUNT];

/* One table of models/tables.def, or of the states, edges or clauses. */
struct report_table {
    const char *name;       /* "drop", "state" ... */
    const char *const *row; /* the names that JSON uses */
    unsigned n;
};
/* Every table, sorted as declared; *n gets how many. */
const struct report_table *report_tables(size_t *n);
/* The table of this name; NULL if there is none. */
const struct report_table *report_table(const char *name);
/* The row of this name; -1 if there is none. */
int report_row(const struct report_table *t, const char *name);

#endif
