/* fsm_report: the state diagram and the clauses, printed from their tables, with what traces have exercised
 * of them. */
#ifndef TCPLAB_REPORT_FSM_REPORT_H
#define TCPLAB_REPORT_FSM_REPORT_H

#include <stdio.h>

#include "sim/core/log.h"
#include "sim/report/names.h"

enum fsm_format { FSM_TEXT, FSM_DOT, FSM_JSON };

/* The format called "text", "dot" or "json"; -1: none of them. */
int fsm_format_find(const char *name);

/* Prints the states and edges. Text is in the present language, width columns wide. */
void fsm_print(FILE *out, enum fsm_format format, int width);

struct fsm_coverage {
    uint64_t traces;
    uint64_t edge[ED_COUNT], clause[CL_COUNT]; /* how often; zeroed at the start */
};

/* Counts the edges, and the clauses cited or given as reasons, in one trace. */
void fsm_coverage_add(struct fsm_coverage *c, const struct log *log);
/* Prints every edge and clause with its count, then those never exercised. Returns how many those are. */
unsigned fsm_coverage_print(FILE *out, enum fsm_format format, const struct fsm_coverage *c, int width);

/* Prints what a clause, an edge or a state means, in both languages, with its place in the RFC. The name is
 * compared without regard to case and to "-" or "_". False: there is none of this name, and nothing was
 * printed. */
bool fsm_explain(FILE *out, const char *name, int width);
/* The i-th name that fsm_explain knows, from 0, and what it says of it in English; NULL after the last. An
 * edge and a clause may have the same one. */
const char *fsm_explain_name(size_t i, const char **text);

#endif
