/* clause: the decisions TCP explains, as ids; the rows with RFC, section and text are in clause.def. */
#ifndef TCPLAB_MODELS_TCP_CLAUSE_H
#define TCPLAB_MODELS_TCP_CLAUSE_H

enum tcp_clause {
    C_NONE,
#define CLAUSE(id, rfc, section, text) C_##id,
#include "models/tcp/clause.def"
#undef CLAUSE
    C_COUNT
};

struct tcp_clause_row {
    const char *id; /* as in clause.def */
    const char *rfc, *section, *text;
};
const struct tcp_clause_row *tcp_clause(enum tcp_clause c);

#endif
