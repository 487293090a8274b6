/* fold: what is known at a moment: records are put in one after the other, and the connections, their states
 * and variables can be looked up. The ladder, the window's panels and whoever asks "how did things stand at
 * time t?" read this. */
#ifndef TCPLAB_REPORT_FOLD_H
#define TCPLAB_REPORT_FOLD_H

#include "sim/core/log.h"
#include "sim/report/names.h"

#include "models/record.h"

struct fold_conn { /* one end of a connection */
    uint32_t id, pair;
    uint16_t host; /* index + 1 */
    uint16_t local_port, remote_port;
    const char *local, *remote; /* addresses; remote NULL: unspecified. Borrowed from the records */
    unsigned open;              /* row of TABLE_open */
    enum report_state state;
    uint64_t delivered; /* bytes handed to the user */
    uint32_t known;     /* bit per enum rec_var: value[] is known */
    int64_t value[VAR_COUNT];
};

struct fold_map { /* numbers to indexes; hashed, but never walked, so its order is nobody's */
    uint64_t *key;
    uint32_t *value;
    size_t slots, n;
};

struct fold {
    struct fold_conn *conn; /* in the order in which they came to be */
    size_t n_conns, cap;
    struct fold_map by_id;
};

void fold_init(struct fold *f);
void fold_free(struct fold *f);
/* Takes one record. A record about a connection that no conn record announced makes one. */
void fold_put(struct fold *f, const struct rec_head *r);
/* Takes all records of the log up to and including time `at`. */
void fold_until(struct fold *f, const struct log *log, vtime at);
/* The connection end of this id; NULL: none yet. Good until the next fold_put. */
struct fold_conn *fold_conn(const struct fold *f, uint32_t id);

/* A map from numbers (not 0) to indexes. A zeroed struct is empty. */
void fold_map_put(struct fold_map *m, uint64_t key, uint32_t value);
bool fold_map_get(const struct fold_map *m, uint64_t key, uint32_t *value);
void fold_map_free(struct fold_map *m);

#endif
