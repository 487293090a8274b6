#include "sim/report/names.h"

#include <string.h>

#include "models/tables.h"
#include "sim/core/base.h"

const char *const report_states[ST_COUNT] = {
#define STATE(id, name) name,
#include "models/tcp/fsm.def"
#undef STATE
};

const struct report_edge_row report_edges[ED_COUNT] = {
    {ST_CLOSED, ST_CLOSED, "", ""},
#define EDGE(id, from, to, what, section) {ST_##from, ST_##to, what, section},
#include "models/tcp/fsm.def"
#undef EDGE
};

const struct report_clause_row report_clauses[CL_COUNT] = {
    {"", "", ""},
#define CLAUSE(id, rfc, section, text) {rfc, section, text},
#include "models/tcp/clause.def"
#undef CLAUSE
};

#define TABLE_ENTRY(t) {#t, name_##t, find_##t, count_##t},
static const struct report_table tables[] = {TABLE_NAMES(TABLE_ENTRY)};

const struct report_table *report_tables(size_t *n)
{
    *n = ARRAY_LEN(tables);
    return tables;
}

const struct report_table *report_table(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        if (!strcmp(tables[i].name, name))
            return &tables[i];
    return NULL;
}
