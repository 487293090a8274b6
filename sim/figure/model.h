/* model: what a figure shows of a trace: who takes part, which states they go through, what becomes of each
 * segment, and what else is worth a word. Made once from (header, log, options), never changed, knows no
 * pixels.
 *
 * Owns its arrays; borrows header and log, which must outlive it. Numbers and names in labels are the
 * ladder's, since the ladder's scan makes them. */
#ifndef TCPLAB_FIGURE_MODEL_H
#define TCPLAB_FIGURE_MODEL_H

#include "sim/figure/index.h"
#include "sim/figure/theme.h"
#include "sim/report/trace_file.h"

enum figure_lang { FIGURE_EN, FIGURE_ZH, FIGURE_BOTH };
/* "en", "zh-Hant", "both"; -1: none of them. */
int figure_lang_find(const char *name);

/* A text of ours (marked with TR_MARK where it stands) in both languages. */
struct trace_text figure_words(const char *message);
/* The text that comes first, and the one under it: NULL if one language is enough, or both are the same. */
const char *figure_first(enum figure_lang lang, struct trace_text t);
const char *figure_second(enum figure_lang lang, struct trace_text t);

enum { MODEL_VIA = 6, MODEL_BADGE = 24, MODEL_TEXT = 128 };

/* Room to write into: underlined no-break spaces. */
#define MODEL_BLANK "<u>\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0</u>"

struct model_lane {
    uint16_t host; /* index + 1 */
    struct trace_text name;
    bool router, raw, states; /* states: has connections, so a column of states */
    bool notes;               /* something is noted there */
};

struct model_span { /* a host's connection is in a state */
    uint16_t lane;
    uint32_t conn, talk; /* talk: its number, 0: unknown or the only one */
    enum report_state state;
    bool down; /* the host has crashed: no state at all */
    vtime from, to;
    uint64_t record; /* the STATE record that began it; 0: so from the start */
    bool blank;      /* not told: a handout asks for it */
};

struct model_flight { /* a packet on its way; a copy made by the network is one of its own */
    uint64_t pkt;     /* its SEND or ICMP record */
    uint32_t conn, talk;
    uint16_t from, to; /* lanes */
    enum hue hue;
    bool again, copy, lost, refused, corrupt, late,
        open;         /* refused: thrown away on arrival; open: no end is known */
    vtime leave, end; /* end: when it arrives, or would have */
    double reach;     /* how much of the way it gets: 1 unless lost */
    unsigned n_via;
    struct {
        uint16_t lane;
        vtime at;
    } via[MODEL_VIA];
    char badge[MODEL_BADGE]; /* "SYN ACK" */
    char text[MODEL_TEXT];   /* "seq = <i>u</i>": markup */
    char extra[MODEL_TEXT];  /* what can be left out */
    bool blocks;             /* the extra are SACK blocks: rather smaller than left out */
    struct trace_text why;   /* lost: why */
    bool blank;              /* the badge is not told: a handout asks for it */
};

enum model_note_kind { NOTE_CALL, NOTE_TIMER, NOTE_SIGNAL, NOTE_REJECT, NOTE_HOST };
struct model_note { /* something that happens at a host */
    enum model_note_kind kind;
    bool bad;
    uint16_t lane;
    vtime at;
    uint64_t record;
    char text[2][MODEL_TEXT]; /* English, Chinese; escaped */
};

struct model_wait { /* a 2 MSL timer runs */
    uint16_t lane;
    vtime from, due, end; /* end: when it fired, was started anew or given up */
};

struct model {
    const struct trace_header *header;
    const struct log *log;
    enum figure_lang lang;
    struct model_lane lane[8];
    unsigned n_lanes;
    bool many; /* several connections: labels carry their numbers */
    struct model_span *span;
    size_t n_spans, cap_spans;
    struct model_flight *flight; /* in the order in which they leave; a copy comes after its original */
    size_t n_flights, cap_flights;
    struct model_note *note;
    size_t n_notes, cap_notes;
    struct model_wait *wait;
    size_t n_waits, cap_waits;
    char (*symbol)[MODEL_TEXT]; /* "u = 2500 ..." */
    size_t n_symbols;
    const struct rec_head **landmark; /* STATE, HOSTEV and SYMBOL records, and the SENDs of SYNs, in order */
    size_t n_landmarks, cap_landmarks;
    struct packet_bytes *bytes; /* to make any segment's */
    vtime end;                  /* of the trace */
    struct figure_index *index;
};

struct model_options {
    enum figure_lang lang;
    bool absolute; /* sequence numbers as in the segments */
};

/* May be called on any thread (i18n.h); changes the language of its own while it works, and puts it back. */
struct model *model_new(const struct trace_header *h, const struct log *log, const struct model_options *o);
void model_free(struct model *m); /* NULL is allowed */
/* The lane of a host (index + 1); -1: it has none. */
int model_lane_of(const struct model *m, uint16_t host);

#endif
