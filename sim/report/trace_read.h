/* trace_read: a trace file back into a header and a log of records; the inverse of trace_write, byte for
 * byte.
 *
 * As strict as the lesson loader (RFC 8259, no duplicate or unknown keys), and every fault is reported with
 * file:line:column. Reads line by line, so a trace of a million records is no trouble. */
#ifndef TCPLAB_REPORT_TRACE_READ_H
#define TCPLAB_REPORT_TRACE_READ_H

#include "sim/core/diag.h"
#include "sim/report/trace_file.h"

struct trace_strings;

struct trace_file {
    struct trace_header header;
    struct log log;
    struct trace_footer footer;    /* as written; checked: records and fingerprint agree with the records */
    struct trace_strings *strings; /* owns everything the others point to */
};

/* Asked now and then while something takes long; permille: how much is done. False: give up. */
struct trace_watch {
    bool (*go_on)(void *ctx, unsigned permille);
    void *ctx;
};

/* Reads a file; "-" is standard input. NULL, with *d filled, if it cannot be read or is no trace. */
struct trace_file *trace_read(const char *path_or_dash, struct diag *d);
/* The same, watched (w may be NULL). NULL, too, if it was given up; the diagnosis says so. */
struct trace_file *trace_read_watched(const char *path_or_dash, const struct trace_watch *w, struct diag *d);
/* The same for text in memory, called `name` in diagnoses. */
struct trace_file *trace_read_text(const char *name, const char *text, size_t len, struct diag *d);
/* NULL is allowed. */
void trace_file_free(struct trace_file *t);

#endif
