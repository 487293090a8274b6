/* ladder_scan: what the ladder must know of a whole trace before it draws the first row: who takes part, what
 * becomes of each packet, which numbers have names; and what a segment's label says. Private to the report.
 */
#ifndef TCPLAB_REPORT_LADDER_SCAN_H
#define TCPLAB_REPORT_LADDER_SCAN_H

#include "sim/report/canvas.h"
#include "sim/report/fold.h"
#include "sim/report/ladder.h"

struct packet {
    const struct rec_head *r; /* a SEND or ICMP record */
    uint16_t from, to;        /* host index + 1; 0: nobody's */
    uint16_t open;            /* arrivals and losses still to come */
    bool lost_at_once;        /* the network loses it as it is sent: one row */
    bool delayed, corrupted, duplicated, marked;
    const struct rec_drop *drop; /* the (first) record that says so */
    vtime arrived;               /* last; VTIME_NEVER: not yet */
};

struct symbol {
    const struct rec_symbol *r;
    const char *address; /* whose numbers it names; NULL: not known, so only the record's host */
    bool shown;
    char relative[24]; /* its value as a relative number, when it was first shown */
};

struct talk { /* two sockets that exchange segments; [0] and [1]: what one and the other sends */
    const char *address[2];
    uint16_t port[2];
    uint32_t number; /* 1, 2 ... in the order of their first segments */
    uint32_t pair;   /* of the conn record; 0: not known */
    bool has_isn[2];
    uint32_t isn[2];
    uint32_t conn[2]; /* whose SYN gave the isn */
    uint16_t host[2]; /* likewise: another host that borrows the address does not change it */
};

#define LANES_MAX 8

struct scan {
    const struct trace_header *header;
    const struct log *log;
    const struct ladder_options *options;
    struct fold fold; /* moves on while the rows are drawn */
    struct packet *packet;
    uint32_t n_packets, cap_packets;
    struct fold_map packet_by_id;
    struct talk *talk;
    uint32_t n_talks, cap_talks;
    struct fold_map talk_by_key;
    struct symbol *symbol;
    uint32_t n_symbols, cap_symbols;
    uint8_t *takes_part;      /* by host index */
    uint16_t lane[LANES_MAX]; /* host index + 1, in the order of the header */
    unsigned n_lanes;         /* hosts that take part; more than LANES_MAX: no lanes */
    unsigned decimals;        /* of the times: 3 or 6 */
    int time_width, state_width;
};

void scan_init(struct scan *s, const struct trace_header *h, const struct log *log,
               const struct ladder_options *o);
void scan_free(struct scan *s);

/* The packet that a record is about; NULL: none. */
struct packet *scan_packet(const struct scan *s, uint64_t id);
/* Whether the host throws the packet away on arrival, which was shown: no second way's end is to be drawn. */
bool scan_drop_after_arrival(const struct packet *p, const struct rec_drop *r);
/* The talk a SEND belongs to, made if new; *dir: which of its directions. */
struct talk *scan_talk(struct scan *s, const struct rec_send *r, int *dir);
/* The talk a connection end belongs to; NULL: none (a listener). */
struct talk *scan_talk_of_conn(const struct scan *s, uint32_t conn);
/* Whether several connections are shown, so that they need their numbers. */
bool scan_many(const struct scan *s);
/* Whether the options hide this connection end. */
bool scan_hides(const struct scan *s, uint32_t conn);
bool scan_hides_packet(struct scan *s, const struct packet *p);
/* "client", as people call it. index + 1. */
const char *scan_host_label(const struct scan *s, uint16_t host);

/* A state's name; where there is room, in both languages. */
void scan_state_text(const struct scan *s, unsigned state, char *out, size_t size);

enum { LABEL_TOKENS = 16, LABEL_TOKEN = 64 };
struct label { /* what stands on an arrow, in pieces that must not be broken */
    unsigned n;
    struct {
        char text[LABEL_TOKEN];
        enum style style;
    } token[LABEL_TOKENS];
    enum style style; /* of the arrow */
};
/* Fills the label; moves the talk's initial sequence numbers on, so it is called once a SEND, in order. */
void scan_label(struct scan *s, const struct packet *p, struct label *l);
/* Only the flags and the sequence number, for an arrow's far end. Changes nothing. */
void scan_short_label(struct scan *s, const struct packet *p, struct label *l);

/* What an ICMP error says (version 4 numbers), to be translated; NULL: nothing that we know. */
const char *scan_icmp_text(uint8_t type, uint8_t code);

/* A duration as people write it: "60 s", "200 ms", "1.5 s". */
void format_duration(char *out, size_t size, vtime t);
/* A time of day of the run, with the scan's decimals. */
void format_time(char *out, size_t size, const struct scan *s, vtime t);

#endif
