/* log: the sink that keeps records in memory, for views, graders and undo.
 *
 * Owns copies of the records (malloc, not the arena: a log outlives a restore of the world it listened to;
 * the caller truncates it to the restored core's last_record). A record's address holds until it is truncated
 * away or the log is freed. Copies are shallow: what a record points at must outlive the log. Knows no kind
 * of record: how large one is tells the function given at the start. */
#ifndef TCPLAB_CORE_LOG_H
#define TCPLAB_CORE_LOG_H

#include "sim/core/trace.h"

/* Bytes of a whole record, its head included. At least sizeof(struct rec_head), at most LOG_RECORD_MAX. */
typedef size_t (*log_size_fn)(const struct rec_head *r);

#define LOG_RECORD_MAX ((size_t)1 << 30)

struct log_chunk;

struct log {
    log_size_fn size;
    uint64_t kinds;
    const struct rec_head **index; /* in order of id */
    size_t n, cap;
    struct log_chunk *last; /* where the next record goes; a chain to the older ones */
    bool full;          /* no memory was left, or max_bytes reached: records are missing from the end on */
    uint64_t bytes;     /* held in records */
    uint64_t max_bytes; /* 0: no such limit */
};

/* An empty log of the kinds given (bit per kind). Allocates nothing yet. */
void log_init(struct log *l, uint64_t kinds, log_size_fn size);
void log_free(struct log *l);
/* To be given to trace_add_sink; its ctx, for trace_remove_sink, is the log itself. The log must not move. */
struct trace_sink log_sink(struct log *l);

/* Appends a copy of r, whose id must be above and whose time not before the last one's. */
void log_put(struct log *l, const struct rec_head *r);

static inline size_t log_count(const struct log *l)
{
    return l->n;
}
/* The i-th record, from 0; i < log_count. */
static inline const struct rec_head *log_at(const struct log *l, size_t i)
{
    CHECK(i < l->n);
    return l->index[i];
}
/* Index of the first record with an id above `id`; log_count if there is none. */
size_t log_after(const struct log *l, uint64_t id);
/* Index of the first record later than `at`; log_count if there is none. */
size_t log_after_time(const struct log *l, vtime at);
/* The record with this id, NULL if the log has none such. */
const struct rec_head *log_find(const struct log *l, uint64_t id);

/* Forgets every record with an id above `id`. */
void log_truncate(struct log *l, uint64_t id);

#endif
