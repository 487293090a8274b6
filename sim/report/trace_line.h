/* trace_line: one record as a line of JSON, as fast as it can be made; and the texts it is put together from.
 *
 * Private to the report. The line has no newline. Straight code from record.def's rows, no formatting
 * functions: a record takes about 100 ns. */
#ifndef TCPLAB_REPORT_TRACE_LINE_H
#define TCPLAB_REPORT_TRACE_LINE_H

#include "sim/core/sbuf.h"
#include "sim/report/trace_file.h"

struct line_word { /* a name as JSON has it, with its quotes */
    const char *s;
    size_t n;
};

struct line_words { /* all the names that stand in records, ready to be copied */
    struct sbuf pool;
    struct line_word *all;
    const struct line_word *table[16]; /* by enum line_table of trace_line.c */
    unsigned rows[16];
    const struct line_word *host; /* by index + 1 */
    unsigned n_hosts;
    struct line_word ctl[256];
};

void line_words_init(struct line_words *w, const struct trace_header *h);
void line_words_free(struct line_words *w);

/* Appends the record's line. */
void line_put(struct sbuf *b, const struct line_words *w, const struct rec_head *r);

/* The fingerprint is a chain of hash_bytes over the text of the records, as it stands in the file between
 * "[\n" and "\n]", cut after the first line's end at or beyond this many bytes, and so on. (Line by line
 * would cost as much as writing the lines.) */
#define FINGERPRINT_CHUNK ((size_t)4096)

/* Appends a string with its quotes, escaped as JSON wants it; a byte that is no UTF-8 becomes U+FFFD. */
void line_put_string(struct sbuf *b, const char *s);

#endif
