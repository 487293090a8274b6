/* fold_index: how things stand at any time of a long log, at once: the fold's state is kept every few
 * thousand records, and the way from there is walked.
 *
 * Borrows the log, which must outlive it and may grow; owns its checkpoints, whose memory is bounded by the
 * log's own (a checkpoint is made only after as many records as it costs). Pure function of the log: any way
 * of asking gives what folding from the start gives. One thread at a time. */
#ifndef TCPLAB_REPORT_FOLD_INDEX_H
#define TCPLAB_REPORT_FOLD_INDEX_H

#include "sim/report/fold.h"

struct fold_index;

struct fold_index *fold_index_new(const struct log *log);
void fold_index_free(struct fold_index *x); /* NULL is allowed */
/* Takes at most `most` records that the index does not know yet. True: it knows all that the log has. */
bool fold_index_grow(struct fold_index *x, size_t most);
/* The log was cut (an intervention was undone, the past was changed): only its first n records are as before.
 */
void fold_index_cut(struct fold_index *x, size_t n);

/* How things stand after everything that happens at time t and before. Borrowed, and good until the next call
 * with this index. Costs a few thousand records at most, and next to nothing for a time shortly after the one
 * asked for last. */
const struct fold *fold_at(struct fold_index *x, vtime t);

#endif
