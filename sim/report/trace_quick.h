/* trace_quick: a record's line read straight into its struct, if it is laid out exactly as trace_write lays
 * it out. Whatever is not, or holds anything out of the ordinary, is left to the strict reader, so this one
 * never has to explain a fault. Private to the report. */
#ifndef TCPLAB_REPORT_TRACE_QUICK_H
#define TCPLAB_REPORT_TRACE_QUICK_H

#include "sim/report/fields.h"
#include "sim/report/trace_file.h"
#include "sim/report/trace_strings.h"

/* Reads line[0..n) into *rec. before: the record before it, NULL if it is the first. False: not the usual
 * layout, and nothing is known about the line. What is accepted here is accepted by the strict reader, with
 * the same result. */
bool trace_quick(const char *line, size_t n, const struct trace_header *h, const struct rec_head *before,
                 struct trace_strings *strings, union rec_any *rec);

#endif
