/* fold: what is known at a moment: records are put in one after the other, and the connections, their states
 * and variables can be looked up. The ladder, the window's panels and whoever asks "how did things stand at
 * time t?" read this. */
#ifndef TCPLAB_REPORT_FOLD_H
#define TCPLAB_REPORT_FOLD_H

#include "sim/core/log.h"
#include "sim/report/names.h"

#include "models/record.h"

struct fold_timer {
    bool running;
    vtime armed, due; /* when it was (re)started; when it will fire, VTIME_NEVER: not said */
    uint32_t backoff; /* how many times it has been doubled */
    uint64_t fired;   /* the last record that said it fired; 0: never */
    vtime fired_at;
};

struct fold_conn { /* one end of a connection */
    uint32_t id, pair;
    uint16_t host; /* index + 1 */
    uint16_t local_port, remote_port;
    const char *local, *remote; /* addresses; remote NULL: unspecified. Borrowed from the records */
    unsigned open;              /* row of TABLE_open */
    enum report_state state;
    enum report_state state_was; /* before the instant of the last change */
    vtime state_since;           /* the last change; before the first one, when the connection came to be */
    uint64_t state_record;       /* the STATE record; 0: none yet */
    uint64_t delivered;          /* bytes handed to the user */
    uint32_t known;              /* bit per enum rec_var: value[] is known */
    int64_t value[VAR_COUNT];
    /* Of each known variable: when it changed last (marked where since == fold's beat), what it was before
     * that instant (bit of had: it was known then), and the record that says so. */
    vtime since[VAR_COUNT];
    int64_t was[VAR_COUNT];
    uint64_t record[VAR_COUNT];
    uint32_t had;
    struct fold_timer timer[TIMER_COUNT];
};

struct fold_host {
    bool down, cut; /* crashed; off the network */
    vtime since;    /* of the last change */
};

struct fold_path {    /* one direction of a link */
    uint32_t changed; /* bit per LINK_EVENT_*: value[] has been set by an event */
    uint64_t value[LINK_EVENT_COUNT];
    bool down;
    vtime since;
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
    struct fold_host *host; /* by index + 1; those beyond n_hosts: nothing befell them */
    struct fold_path *path; /* by link * 2 + direction; likewise */
    size_t n_hosts, n_paths;
    vtime now;  /* of the last record */
    vtime beat; /* of the last instant with a send, an arrival, a loss, a timer's expiry, a call or a change
                 * of state; -1: none yet */
    uint64_t record; /* the last record taken */
};

void fold_init(struct fold *f);
void fold_free(struct fold *f);
/* Takes one record. A record about a connection that no conn record announced makes one. */
void fold_put(struct fold *f, const struct rec_head *r);
/* Takes all records of the log up to and including time `at`. */
void fold_until(struct fold *f, const struct log *log, vtime at);
/* What the fold knows becomes what `from` knows. */
void fold_copy(struct fold *to, const struct fold *from);
/* The connection end of this id; NULL: none yet. Good until the next fold_put. */
struct fold_conn *fold_conn(const struct fold *f, uint32_t id);

/* A map from numbers (not 0) to indexes. A zeroed struct is empty. */
void fold_map_put(struct fold_map *m, uint64_t key, uint32_t value);
bool fold_map_get(const struct fold_map *m, uint64_t key, uint32_t *value);
void fold_map_free(struct fold_map *m);

#endif
