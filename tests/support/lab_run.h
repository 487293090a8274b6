/* lab_run: one run of a random scenario, watched and judged. */
#ifndef TCPLAB_TESTS_LAB_RUN_H
#define TCPLAB_TESTS_LAB_RUN_H

#include "tests/support/lab.h"
#include "tests/support/watch.h"

struct lab_result {
    bool ok;
    char wrong[WATCH_WHY];
    uint64_t opened, established; /* connections */
    uint64_t segments, bytes, compared, events;
    vtime ended;
};

/* The world's table of streams, for stream_read. */
ref lab_streams(const struct world *w);
/* Runs to the end, making the lab's user calls on the way. next: the first call not made yet. */
enum run_end lab_run_until(struct world *w, const struct lab *l, uint32_t *next, vtime until);
/* Runs the scenario of l from its beginning to its end. trace: file to write, NULL: none. */
void lab_run(struct lab *l, const char *trace, struct lab_result *r);

#endif
