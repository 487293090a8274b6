/* view: a run's log put in order for the questions that expectations and moments ask: connections with their
 * paths through the states, segments with what their numbers count from, symbols. Lives in the memory given
 * to view_init and borrows lesson and log. Private to sim/lesson. */
#ifndef TCPLAB_LESSON_VIEW_H
#define TCPLAB_LESSON_VIEW_H

#include "sim/lesson/internal.h"

struct id_row;

struct view_conn {
    const struct rec_conn *rec;
    uint32_t path_from, path_n; /* its STATE records in view.path */
    bool listener;              /* never left LISTEN (except for CLOSED) */
    bool gone;                  /* its host crashed under it, at gone_at */
    vtime gone_at;
};
struct view_segment {
    const struct rec_send *rec;
    uint32_t seq_base, ack_base; /* what relative numbers count from */
    bool lost;
};
struct view {
    const struct lesson *l;
    const struct log *log;
    struct lesson_memory *m;
    struct view_conn *conn; /* in order of appearance */
    uint32_t n_conns;
    struct id_row *conn_id;        /* by id: index in conn */
    const struct rec_state **path; /* grouped by connection, in order of time */
    struct view_segment *segment;
    uint32_t n_segments;
    bool *symbol_known;
    uint32_t *symbol;
    vtime end; /* time of the last record */
    const struct rec_end *end_rec;
};
void view_init(struct view *v, const struct lesson *l, const struct log *log, struct lesson_memory *m);
/* The state of the i-th step of a connection's path: 0 is where it began, path_n the last. */
enum tcp_state view_state(const struct view *v, const struct view_conn *c, uint32_t i);
/* When it was entered. */
vtime view_state_at(const struct view *v, const struct view_conn *c, uint32_t i);
/* Whether a connection is one of those meant (conn and all); `who->conn` counts those of the same host and
 * app. */
bool view_is(const struct view *v, const struct who *w, uint32_t conn_index);
/* Index of the connection with this id, n_conns: none. */
uint32_t view_conn(const struct view *v, uint32_t conn_id);
/* Whether the i-th segment is as wanted; *why then names the first thing that differs. */
bool view_segment_is(const struct view *v, uint32_t i, const struct segment_want *w, const char **why);
/* Whether the i-th segment agrees with a match, whose nth is not looked at. */
bool view_match(const struct view *v, uint32_t i, const struct sc_match *m);
/* n bytes of a stream, from its DATA records and its generated pattern. */
void view_bytes(const struct view *v, uint32_t stream, uint64_t off, uint8_t *out, uint64_t n);
/* The record of the event's nth occurrence, NULL: it did not happen so often. *count, if not NULL: how often
 * in all. */
const struct rec_head *view_event(const struct view *v, const struct event_match *e, uint64_t *count);
/* Appends "0.04s client > server FIN,ACK seq=1 ack=1 win=65535 len=0". */
void view_put_segment(const struct view *v, uint32_t i, struct sbuf *b);
const char *view_host(const struct view *v, uint16_t host_plus_1);

#endif
