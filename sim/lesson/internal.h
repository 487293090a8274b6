/* internal: what the files of sim/lesson share: memory, the state of a load in progress, readers of single
 * values, and what moments and expectations look like once read. Nobody outside sim/lesson includes it.
 *
 * Readers are called read_...; they return false with the load's diagnosis filled. Where they take a key, a
 * missing member leaves *out as it was and is well. */
#ifndef TCPLAB_LESSON_INTERNAL_H
#define TCPLAB_LESSON_INTERNAL_H

#include <libintl.h>

#include "models/record.h"
#include "models/scenario.h"
#include "sim/json/json.h"
#include "sim/lesson/expect.h"
#include "sim/lesson/lesson.h"

/* A sentence for people, in the language of the process. */
#define tr(message) dgettext("tcplab", message)

/* --- memory.c: blocks that live and die together --- */

struct lesson_memory {
    struct lesson_block *last;
    struct json_doc *doc; /* strings and places point into it; NULL for a grade's memory */
};
struct lesson_memory *lesson_memory_new(void);
void lesson_memory_free(struct lesson_memory *m); /* NULL is allowed */
/* n zeroed elements; never NULL, not even for n = 0. Out of memory ends the program. */
void *lesson_alloc(struct lesson_memory *m, size_t n, size_t size);
char *lesson_strdup(struct lesson_memory *m, const char *s);
#define NEW(m, n, type) ((type *)lesson_alloc((m), (n), sizeof(type)))

/* --- a load in progress --- */

struct names { /* of things that a lesson can refer to, in the order of their numbers */
    const char **name;
    size_t n;
};

struct load {
    struct lesson *l;
    struct lesson_memory *m;
    struct diag *d;
    struct names hosts, apps, links, symbols;
    struct sc_host *host;
    struct sc_link *link;
    struct sc_address *address;
    uint32_t n_addresses, address_cap;
    const uint8_t *alphabet; /* payload of so many "bytes"; NULL: not needed so far */
};

/* --- read.c --- */

/* v is an object with no other keys than these. */
bool read_keys(struct load *ld, const struct json_value *v, const char *const *keys, size_t n);
#define READ_KEYS(ld, v, ...)                                                                                \
    read_keys(ld, v, (const char *const[]){__VA_ARGS__},                                                     \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
/* v is an array of min to max elements; what: "hosts". */
bool read_array(struct load *ld, const struct json_value *v, size_t min, size_t max, const char *what);
/* Index of the string v among the names; what says of what kind they are ("host"). -1 with a diagnosis. */
int read_choice(struct load *ld, const struct json_value *v, const char *what, const char *const *names,
                size_t n);
/* The same for a table of models/tables.h; row 0 is no choice unless it is the states'. */
int read_row(struct load *ld, const struct json_value *v, const char *what, const char *(*name)(unsigned),
             unsigned count, unsigned first);
bool read_host(struct load *ld, const struct json_value *v, uint16_t *out);

bool read_int(struct load *ld, const struct json_value *obj, const char *key, int64_t min, int64_t max,
              int64_t *out);
bool read_u32(struct load *ld, const struct json_value *obj, const char *key, uint32_t min, uint32_t max,
              uint32_t *out);
bool read_u16(struct load *ld, const struct json_value *obj, const char *key, uint16_t min, uint16_t max,
              uint16_t *out);
bool read_u8(struct load *ld, const struct json_value *obj, const char *key, uint8_t min, uint8_t max,
             uint8_t *out);
bool read_bool(struct load *ld, const struct json_value *obj, const char *key, bool *out);
bool read_string(struct load *ld, const struct json_value *obj, const char *key, const char **out);
bool read_time(struct load *ld, const struct json_value *obj, const char *key, vtime min, vtime max,
               vtime *out);
bool read_share(struct load *ld, const struct json_value *obj, const char *key, uint32_t *ppm);
/* A number of bytes as integer or "64kB". */
bool read_size(struct load *ld, const struct json_value *obj, const char *key, uint64_t min, uint64_t max,
               uint64_t *out);
bool read_size_of(struct load *ld, const struct json_value *v, uint64_t min, uint64_t max, uint64_t *out);
bool read_time_of(struct load *ld, const struct json_value *v, vtime min, vtime max, vtime *out);
/* A string, or an object with "en" and perhaps "zh-Hant". */
bool read_text(struct load *ld, const struct json_value *obj, const char *key, struct lesson_text *out);
/* The bytes that "text", "hex" or (a repeated alphabet) "bytes" name; at most max. None of them: *out NULL,
 * *n 0. */
bool read_bytes(struct load *ld, const struct json_value *obj, uint32_t max, const uint8_t **out,
                uint32_t *n);
bool read_hex(struct load *ld, const struct json_value *obj, const char *key, uint32_t max,
              const uint8_t **out, uint32_t *n);
/* "SYN,ACK" under a key. */
bool read_flags(struct load *ld, const struct json_value *obj, const char *key, uint8_t *out);
/* Letters, digits, "-", "_" and "."; begins with a letter. */
bool read_name(struct load *ld, const struct json_value *v, const char **out);
/* Exactly one of these keys stands in obj: its index; else -1 with a diagnosis. */
int read_one_of(struct load *ld, const struct json_value *obj, const char *const *keys, size_t n);

/* --- net.c, tcp.c --- */

bool load_hosts(struct load *ld, const struct json_value *root);
bool load_links(struct load *ld, const struct json_value *v);
/* Reads the parameters that a link's direction has; *p holds the values so far. */
#define PATH_KEYS                                                                                            \
    "rate", "delay", "jitter", "queue", "mark", "loss", "duplicate", "corrupt", "reorder", "reorder_delay"
bool load_path(struct load *ld, const struct json_value *obj, struct sc_path *p);
/* Index of the address that v names: an address, or a host's name (then the family's, 4 or 6, counts; 0: 4).
 */
bool load_address(struct load *ld, const struct json_value *v, int family, uint16_t *out);
bool load_tcp(struct load *ld, const struct json_value *v, struct tcp_options *o);

/* --- apps.c, raw.c, faults.c --- */

bool load_apps(struct load *ld, const struct json_value *v);
bool load_raw(struct load *ld, const struct json_value *v);
bool load_faults(struct load *ld, const struct json_value *v);
bool load_events(struct load *ld, const struct json_value *v);
bool load_symbols(struct load *ld, const struct json_value *v);
/* "family": 4 or 6; 0 if absent. */
bool load_family(struct load *ld, const struct json_value *obj, int *out);
bool load_icmp(struct load *ld, const struct json_value *obj, struct icmp_error *out);
#define ICMP_KEYS "type", "code", "mtu"

/* Which segments: the keys of a match, without nth, after and before unless `counted`. exact: what "exact" is
 * unless given. */
#define MATCH_KEYS "from", "to", "flags", "not_flags", "exact", "data", "retransmission", "port"
#define MATCH_COUNTED_KEYS MATCH_KEYS, "nth", "after", "before"
bool load_match(struct load *ld, const struct json_value *obj, bool exact, bool counted,
                struct sc_match *out);

/* --- moments and expectations, as read --- */

enum number_kind { NUMBER_ANY, NUMBER_RELATIVE, NUMBER_ABSOLUTE, NUMBER_SYMBOL };
struct number {
    enum number_kind kind;
    uint32_t value;  /* SYMBOL: what is added to it */
    uint32_t symbol; /* index */
};

struct segment_want { /* a segment as an expectation describes it */
    struct sc_match match;
    struct number seq, ack;
    int64_t win, up, len, mss, ws; /* -1: any; mss and ws: -2: no such option */
    int8_t lost, ts, sack_ok;      /* -1: either */
    vtime at;                      /* VTIME_NEVER: any */
    const uint8_t *text;           /* the payload, NULL: any */
    uint32_t text_n;
};
#define SEGMENT_KEYS                                                                                         \
    MATCH_KEYS, "seq", "ack", "absolute_seq", "absolute_ack", "win", "up", "len", "mss", "window_scale",     \
        "timestamps", "sack_permitted", "lost", "at", "text", "hex", "comment"

struct who {         /* which connections */
    uint16_t host;   /* SC_ANY */
    const char *app; /* NULL: any */
    uint32_t conn;   /* the n-th of those, from 1; 0: any */
    bool listener;   /* only connections that listen, else only others */
};
#define WHO_KEYS "host", "app", "conn", "listener"

enum event_kind {
    EV_SEGMENT,
    EV_STATE,
    EV_SIGNAL,
    EV_TIMER,
    EV_CLAUSE,
    EV_EDGE,
    EV_REJECT,
    EV_DROP,
    EV_CALL,
    EV_DELIVER,
    EV_HOST_EVENT,
    EV_END,
    EVENT_KINDS
};
struct event_match {
    enum event_kind kind;
    struct who who;
    struct segment_want segment;
    unsigned row;   /* of the kind's table; 0: any (DELIVER, END); a state may be 0 */
    unsigned extra; /* TIMER: op; CALL: result; 0: any */
    uint32_t nth;   /* which of them, from 1 */
};

struct bounds { /* of a number, or of a time in ns */
    int64_t min, max;
    bool given;
};

enum expect_kind {
    EXPECT_STATES,
    EXPECT_FINAL,
    EXPECT_SEGMENTS,
    EXPECT_COUNT, /* of segments, or of events */
    EXPECT_TIME,
    EXPECT_DELIVERED,
    EXPECT_VAR,
    EXPECT_SCRIPT,
    EXPECT_KINDS
};
enum var_when { VAR_AT_END, VAR_AT_TIME, VAR_EVER, VAR_ALWAYS };

struct expectation {
    enum expect_kind kind;
    const struct json_value *where;
    const char *key;   /* the key that names its kind: "states", "signal" ... */
    const char *title; /* from "name", or made */
    struct who who;
    const enum tcp_state *state; /* STATES: the sequence; FINAL: one per host in `host` */
    const uint16_t *host;
    uint32_t n_states;
    bool exact;
    const struct segment_want *segment; /* SEGMENTS */
    const struct json_value **segment_json;
    uint32_t n_segments;
    struct sc_match among; /* SEGMENTS: which segments the list is about */
    struct event_match event, since;
    bool has_since;
    struct bounds bounds;
    const uint8_t *text; /* DELIVERED */
    uint32_t text_n;
    enum rec_var var;
    enum var_when when;
    vtime at;
};

/* --- events.c, expect_load.c --- */

bool load_event(struct load *ld, const struct json_value *v, struct event_match *out);
/* The keys of an event, for objects that carry more beside it. */
#define EVENT_KEYS                                                                                           \
    "segment", "state", "signal", "timer", "clause", "edge", "reject", "drop", "call", "deliver",            \
        "host_event", "end", "op", "result", "nth", WHO_KEYS
/* The same, from an object whose keys have been looked at already. */
bool load_event_members(struct load *ld, const struct json_value *v, struct event_match *out);
bool load_who(struct load *ld, const struct json_value *v, struct who *out);
bool load_segment_want(struct load *ld, const struct json_value *v, bool exact, struct segment_want *out);
bool load_moment(struct load *ld, const struct json_value *v, struct lesson_moment *out);
bool load_acts(struct load *ld, const struct json_value *v); /* acts.c */
bool load_expect(struct load *ld, const struct json_value *v);

/* The kinds of records an event needs. */
uint64_t event_kinds(const struct event_match *e);

#endif
