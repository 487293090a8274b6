/* trace_diff: where do two runs first part, and what led there? */
#ifndef TCPLAB_REPORT_TRACE_DIFF_H
#define TCPLAB_REPORT_TRACE_DIFF_H

#include <stdio.h>

#include "sim/report/trace_read.h"

/* Compares the records of two traces and prints, in the present language, the first that differ, which of
 * their fields do, and the chain of causes that leads to each; and how the headers differ (seed, lesson,
 * sets), since that may be why. Prints one line if they are the same. name_a, name_b: what to call them.
 * Returns whether all records are the same. */
bool trace_diff(FILE *out, const char *name_a, const struct trace_file *a, const char *name_b,
                const struct trace_file *b);

#endif
