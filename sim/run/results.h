/* results: the report of a batch, as text, as TAP version 14, as JUnit XML. Each function appends to a buffer
 * of the caller's. Times are virtual, so a report depends neither on the machine nor on how many workers
 * there were. */
#ifndef TCPLAB_RUN_RESULTS_H
#define TCPLAB_RUN_RESULTS_H

#include "sim/run/batch.h"

/* Text: a line for each job, what went wrong indented below it, and "N passed, N failed" at the end. */
void results_text(struct sbuf *b, const char *name, const struct batch_result *r);
void results_text_end(struct sbuf *b, const struct batch_summary *s);

/* TAP: the plan first. i counts from 0. A job that was skipped is a SKIP. */
void results_tap_begin(struct sbuf *b, size_t n);
void results_tap(struct sbuf *b, size_t i, const char *name, const struct batch_result *r);
void results_tap_end(struct sbuf *b, const struct batch_summary *s);

/* JUnit: cases are collected in a buffer of their own, since the head says how many there are. */
void results_junit(struct sbuf *cases, const char *name, const struct batch_result *r);
void results_junit_end(struct sbuf *b, const struct sbuf *cases, const struct batch_summary *s, vtime total);

#endif
