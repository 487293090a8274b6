/* trace_strings: the memory of a trace that was read: strings, each kept once, and plain bytes. Grows only;
 * private to the report. */
#ifndef TCPLAB_REPORT_TRACE_STRINGS_H
#define TCPLAB_REPORT_TRACE_STRINGS_H

#include <stddef.h>

struct trace_strings;

struct trace_strings *trace_strings_new(void);
void trace_strings_free(struct trace_strings *t);
/* n zeroed bytes, aligned for anything; they live as long as t. */
void *trace_strings_room(struct trace_strings *t, size_t n);
/* The one copy of s. */
const char *trace_strings_intern(struct trace_strings *t, const char *s);

#endif
