/* The layout of the header inspector, and what its fields are for. */
#include "sim/figure/header.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/header_parts.h"
#include "sim/report/i18n.h"

/* Heights in pixels at 1080p. */
enum {
    TITLE = 52,
    RULER = 24,
    ROW = 37,
    GRID_ROW = 46,
    OPTION = 32,
    HEX = 27,
    PAD = 12,
    SIDE = 22,
    COMPACT_WIDTH = 680
};
enum { FIXED = 20, PER_LINE = 20, GRID_PER_LINE = 20 };

/* ---- words ---- */

static const struct {
    const char *name, *brief, *what;
    const char *rfc, *section;
} fields[HEADER_FIELDS] = {
    [HEADER_SPORT] =
        {TR_MARK("source port"), NULL,
         TR_MARK("The port of the sender: with both addresses and the other port it names the connection."),
         "9293", "3.1"},
    [HEADER_DPORT] = {TR_MARK("destination port"), NULL,
                      TR_MARK("The port that the segment is for: it tells which program there is meant."),
                      "9293", "3.1"},
    [HEADER_SEQ] = {TR_MARK("sequence number"), NULL,
                    TR_MARK(
                        "The number of the first octet of data here; in a SYN, the initial sequence number."),
                    "9293", "3.1"},
    [HEADER_ACK] =
        {TR_MARK("acknowledgment number"), NULL,
         TR_MARK("The next sequence number that the sender of this segment expects. Counts only with ACK."),
         "9293", "3.1"},
    [HEADER_OFFSET] = {TR_MARK("data offset"), TR_MARK("len"),
                       TR_MARK("The length of the header in words of 32 bits: where the data begins."),
                       "9293", "3.1"},
    [HEADER_RESERVED] = {TR_MARK("reserved"), TR_MARK("rsv"),
                         TR_MARK("Bits for later use: sent as zero, ignored on receipt."), "9293", "3.1"},
    [HEADER_CWR] = {"CWR", NULL,
                    TR_MARK("Congestion window reduced: the sender has heard of the congestion."), "3168",
                    "6.1"},
    [HEADER_ECE] = {"ECE", NULL,
                    TR_MARK("ECN echo: a packet came with a mark of congestion; in a SYN: able to do so."),
                    "3168", "6.1"},
    [HEADER_URG] = {"URG", NULL, TR_MARK("The urgent pointer counts."), "9293", "3.1"},
    [HEADER_ACK_BIT] = {"ACK", NULL,
                        TR_MARK("The acknowledgment number counts: so in every segment but the first."),
                        "9293", "3.1"},
    [HEADER_PSH] = {"PSH", NULL, TR_MARK("Push: hand the data to the program now."), "9293", "3.9.1.2"},
    [HEADER_RST] = {"RST", NULL, TR_MARK("Reset the connection."), "9293", "3.5.2"},
    [HEADER_SYN] = {"SYN", NULL, TR_MARK("Synchronize sequence numbers: opens a connection."), "9293", "3.5"},
    [HEADER_FIN] = {"FIN", NULL, TR_MARK("No more data from the sender: closes its direction."), "9293",
                    "3.6"},
    [HEADER_WINDOW] = {TR_MARK("window"), NULL,
                       TR_MARK("How many octets, from the acknowledgment number on, the sender will take."),
                       "9293", "3.1"},
    [HEADER_CHECKSUM] = {TR_MARK("checksum"), NULL,
                         TR_MARK("Over header, data and the addresses: tells damaged segments."), "9293",
                         "3.1"},
    [HEADER_URGENT] =
        {TR_MARK("urgent pointer"), TR_MARK("urgent"),
         TR_MARK("From the sequence number on, the octet behind the urgent data. Counts only with URG."),
         "9293", "3.8.2"},
    [HEADER_OPTIONS] = {TR_MARK("options"), NULL, TR_MARK("What the fixed fields have no room for."), "9293",
                        "3.2"},
    [HEADER_PAYLOAD] = {TR_MARK("data"), NULL, TR_MARK("The octets that the segment carries."), "9293",
                        "3.1"},
};

struct trace_text header_name(enum header_field f, bool brief)
{
    return figure_words(brief && fields[f].brief ? fields[f].brief : fields[f].name);
}

struct trace_text header_words(const struct header *h, int box, const char **rfc, const char **section)
{
    const struct header_box *b = box >= 0 && (unsigned)box < h->n_boxes ? &h->box[box] : NULL;
    struct trace_text none = {NULL, NULL};

    if (rfc)
        *rfc = b ? fields[b->field].rfc : NULL;
    if (section)
        *section = b ? fields[b->field].section : NULL;
    return b ? figure_words(fields[b->field].what) : none;
}

int header_hit(const struct header *h, double x, double y)
{
    for (unsigned i = 0; i < h->n_boxes; i++) {
        struct rect r = h->box[i].r;

        if (x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h)
            return (int)i;
    }
    return -1;
}

/* ---- places ---- */

static void put(struct header *h, enum header_cell cell, enum header_field f, int row, struct rect r)
{
    CHECK(h->n_boxes < HEADER_BOXES);
    h->box[h->n_boxes++] = (struct header_box){f, cell, row, r};
}

struct plan {
    double y, left, right, row, option, hex;
    bool checksum; /* its row */
    unsigned options;
    bool summary; /* all options in one row */
    bool data;
    unsigned hex_lines;
};

static double title_height(const struct header *h)
{
    return h->o.untitled ? PAD : TITLE;
}

static unsigned hex_lines(unsigned bytes, unsigned per_line)
{
    return (bytes + per_line - 1) / per_line;
}

/* How high the whole grid is, at scale 1. */
static double grid_height(const struct header *h)
{
    return title_height(h) + RULER + 5 * GRID_ROW + 14 + h->n_rows * OPTION + (h->payload ? OPTION : 0) + 10 +
           hex_lines(h->n_bytes, GRID_PER_LINE) * HEX + PAD;
}

static double compact_height(const struct header *h)
{
    return title_height(h) + 4 * ROW + 8 + HEX + PAD;
}

static void choose_scale(struct header *h)
{
    double compact = fmin(h->o.width / COMPACT_WIDTH, h->o.height / compact_height(h)),
           grid = fmin(h->o.width / 720, h->o.height / grid_height(h));

    if (h->o.scale > 0) {
        h->scale = h->o.scale;
        h->grid = grid >= h->scale * .85;
        if (!h->grid && compact < h->scale)
            h->scale = compact;
        else if (h->grid && grid < h->scale)
            h->scale = grid;
        return;
    }
    h->grid = grid >= .9;
    h->scale = h->grid ? grid : compact;
}

/* What a rectangle between the two has room for, most important first. */
static void plan_compact(const struct header *h, struct plan *p)
{
    double room = h->o.height / h->scale - compact_height(h);

    p->row = ROW;
    p->option = OPTION;
    p->hex = HEX;
    p->hex_lines = 1;
    if (room >= ROW) {
        p->checksum = true;
        room -= ROW;
    }
    if (h->n_rows && room >= OPTION * h->n_rows) {
        p->options = h->n_rows;
        room -= OPTION * h->n_rows;
    } else if (h->n_rows && room >= OPTION) {
        p->summary = true;
        room -= OPTION;
    }
    if (h->payload && room >= OPTION) {
        p->data = true;
        room -= OPTION;
    }
    while (p->hex_lines < hex_lines(h->n_bytes, PER_LINE) && room >= HEX) {
        p->hex_lines++;
        room -= HEX;
    }
    room = fmin(room, 60);
    if (room > 0) /* a little air for the rows */
        p->row += room / (4 + p->checksum);
}

static void plan_grid(const struct header *h, struct plan *p)
{
    double room = fmin(h->o.height / h->scale - grid_height(h), 120);

    p->row = GRID_ROW + fmax(room, 0) / 6;
    p->option = OPTION;
    p->hex = HEX;
    p->checksum = p->data = true;
    p->data = h->payload > 0;
    p->options = h->n_rows;
    p->hex_lines = hex_lines(h->n_bytes, GRID_PER_LINE);
}

/* One row of cells: fields, with the bits that each takes of the 32 (or its share, in the compact form). */
static void put_cells(struct header *h, struct plan *p, double height, unsigned n, const enum header_field *f,
                      const double *share)
{
    double x = p->left, all = p->right - p->left;

    for (unsigned i = 0; i < n; i++) {
        double w = all * share[i] / 32;

        put(h, f[i] >= HEADER_CWR && f[i] <= HEADER_FIN ? HEADER_CELL_BIT : HEADER_CELL, f[i], 0,
            (struct rect){x, p->y, w, height});
        x += w;
    }
    p->y += height;
}

static void put_fields(struct header *h, struct plan *p)
{
    static const enum header_field ports[] = {HEADER_SPORT, HEADER_DPORT}, seq[] = {HEADER_SEQ},
                                   ack[] = {HEADER_ACK},
                                   flags[] = {HEADER_OFFSET, HEADER_RESERVED, HEADER_CWR,   HEADER_ECE,
                                              HEADER_URG,    HEADER_ACK_BIT,  HEADER_PSH,   HEADER_RST,
                                              HEADER_SYN,    HEADER_FIN,      HEADER_WINDOW},
                                   sums[] = {HEADER_CHECKSUM, HEADER_URGENT};
    static const double halves[] = {16, 16}, whole[] = {32}, bits[] = {4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 16},
                        compact[] = {5, 4.2, 1, 1, 1, 1, 1, 1, 1, 1, 14.8};
    double row = p->row * h->scale;

    put_cells(h, p, row, 2, ports, halves);
    put_cells(h, p, row, 1, seq, whole);
    put_cells(h, p, row, 1, ack, whole);
    put_cells(h, p, h->grid ? row + 14 * h->scale : row, ARRAY_LEN(flags), flags, h->grid ? bits : compact);
    if (p->checksum)
        put_cells(h, p, row, 2, sums, halves);
}

static void lay_out(struct header *h, struct paint *paint)
{
    double s = h->scale;
    struct plan p = {.left = SIDE * s, .right = h->o.width - SIDE * s};
    struct extent e;

    if (h->grid)
        plan_grid(h, &p);
    else
        plan_compact(h, &p);
    if (!h->o.untitled)
        h->title = (struct rect){p.left, 10 * s, p.right - p.left, (TITLE - 14) * s};
    p.y = title_height(h) * s;
    if (h->grid) {
        h->ruler = (struct rect){p.left, p.y, p.right - p.left, RULER * s};
        p.y += RULER * s;
    }
    put_fields(h, &p);
    for (unsigned i = 0; i < p.options; i++, p.y += p.option * s)
        put(h, HEADER_CELL_OPTION, HEADER_OPTIONS, (int)i,
            (struct rect){p.left, p.y, p.right - p.left, p.option * s});
    if (p.summary) {
        put(h, HEADER_CELL_SUMMARY, HEADER_OPTIONS, 0,
            (struct rect){p.left, p.y, p.right - p.left, p.option * s});
        p.y += p.option * s;
    }
    if (p.data) {
        put(h, HEADER_CELL_DATA, HEADER_PAYLOAD, 0,
            (struct rect){p.left, p.y, p.right - p.left, p.option * s});
        p.y += p.option * s;
    }
    h->hex_lines = p.hex_lines;
    h->hex_per_line = h->grid ? GRID_PER_LINE : PER_LINE;
    h->hex_px = 18 * s;
    h->hex = (struct rect){p.left, p.y + 8 * s, p.right - p.left, p.hex_lines * p.hex * s};
    e = paint_measure(paint, FACE_MONO_BOLD, h->hex_px,
                      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    if (e.w > h->hex.w) /* 20 bytes at most */
        h->hex_px *= h->hex.w / e.w;
}

struct header *header_new(const struct model *m, struct paint *p, uint64_t pkt,
                          const struct header_options *o)
{
    struct header *h = calloc(1, sizeof *h);

    CHECK(h);
    h->model = m;
    h->o = *o;
    h->pkt = pkt;
    if (!header_read(h)) {
        free(h);
        return NULL;
    }
    choose_scale(h);
    lay_out(h, p);
    return h;
}

void header_free(struct header *h)
{
    free(h);
}
