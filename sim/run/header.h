/* header: a trace's header made from a lesson. Private to sim/run's session. The arrays are the maker's;
 * strings stay the lesson's. */
#ifndef TCPLAB_RUN_HEADER_H
#define TCPLAB_RUN_HEADER_H

#include "sim/lesson/lesson.h"
#include "sim/report/trace_file.h"

struct header_made {
    struct trace_header header;
    struct trace_host *host;
    struct trace_link *link;
    struct trace_text *note;
    uint64_t *noted;
    const char **address, **set;
    char hash[17];
};

/* False: no memory. header_unmake releases what was made in both cases; m must not move. */
bool header_make(struct header_made *m, const struct lesson *l, uint64_t seed);
/* The run is over: which notes have come, and at which record. */
void header_note(struct header_made *m, const struct lesson *l, const struct log *log);
void header_unmake(struct header_made *m);

#endif
