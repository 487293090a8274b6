/* trace_write: the sink that writes a trace as JSON while it happens, one record a line, and its fingerprint.
 *
 *     {"header":{...},"records":[
 *     {"id":1,"at":0,"kind":"conn",...},
 *     ...
 *     ],"footer":{...}}
 *
 * Keys stand in the order of models/record.def, whose rows this is made of; the head's come first: id, at,
 * kind, host (its name; left out where there is none), conn, cause (both left out where 0). The fingerprint
 * is a 64-bit hash over the record lines, so neither header nor footer changes it. Depends on sim/core and
 * models' headers alone. Needs no more memory than a buffer, however long the run. */
#ifndef TCPLAB_REPORT_TRACE_WRITE_H
#define TCPLAB_REPORT_TRACE_WRITE_H

#include "sim/core/diag.h"
#include "sim/core/sbuf.h"
#include "sim/report/trace_file.h"

struct trace_writer;

/* Writes to a file: to a temporary one beside it, which takes its name when trace_writer_close succeeds; "-"
 * is standard output. The header must live until the writer is closed. NULL, with *d filled, if the file
 * cannot be made. */
struct trace_writer *trace_writer_open(const char *path_or_dash, const struct trace_header *h,
                                       struct diag *d);
/* Writes to memory: *out (the caller's) holds the whole trace after trace_writer_close. */
struct trace_writer *trace_writer_memory(struct sbuf *out, const struct trace_header *h);
/* Writes nowhere: only the fingerprint is wanted. Of the header only the hosts' names are used. */
struct trace_writer *trace_writer_fingerprint_only(const struct trace_header *h);

/* To be given to trace_add_sink: it wants every kind. Its ctx, for trace_remove_sink, is the writer. */
struct trace_sink trace_writer_sink(struct trace_writer *w);
/* Writes one record. (What the sink does; for records that come from a log.) */
void trace_writer_put(struct trace_writer *w, const struct rec_head *r);

/* The footer as it would be written now: its fingerprint is that of the records so far. */
struct trace_footer trace_writer_footer(const struct trace_writer *w);

/* Writes the footer and ends the file. NULL is allowed. False, with *d filled, if anything could not be
 * written: then the file of that name is as it was before. The writer is gone in both cases. */
bool trace_writer_close(struct trace_writer *w, struct diag *d);
/* Throws away what was written (the temporary file, too). NULL is allowed. */
void trace_writer_discard(struct trace_writer *w);

/* One record's JSON line, without a newline, at the end of b. */
void trace_record_line(struct sbuf *b, const struct trace_header *h, const struct rec_head *r);

#endif
