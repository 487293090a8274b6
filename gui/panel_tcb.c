/* The variables of the connection at the playhead, both ends beside each other; what the present beat changed
 * is marked. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gui/panel.h"
#include "models/record.h"
#include "sim/report/i18n.h"

enum { ENDS = 2, WORDS = 64 };
/* As high as it can be: nothing has been learned so far (RFC 5681 section 3.1). */
#define SSTHRESH_UNSET 1073725440

static const struct fold *fold_now(const struct app *a)
{
    return fold_at(a->doc->folds, a->at);
}

/* ---- which ends ---- */

/* The two ends of the connection that is looked at: the selected record's, else the one that something
 * happened to last. Either may be NULL. */
static void find_ends(const struct app *a, const struct fold *f, const struct fold_conn *end[ENDS])
{
    const struct rec_head *r = a->selected ? log_find(a->doc->log, a->selected) : NULL;
    const struct model_flight *flight = app_segment(a);
    const struct fold_conn *c = r && r->conn ? fold_conn(f, r->conn) : NULL;

    end[0] = end[1] = NULL;
    if (!c && flight && flight->conn)
        c = fold_conn(f, flight->conn);
    if (!c && f->n_conns)
        c = &f->conn[f->n_conns - 1];
    if (!c)
        return;
    end[0] = c;
    for (size_t i = 0; i < f->n_conns; i++)
        if (c->pair && f->conn[i].pair == c->pair && &f->conn[i] != c)
            end[1] = &f->conn[i];
    if (end[1] && end[1]->host < end[0]->host) {
        const struct fold_conn *t = end[0];

        end[0] = end[1];
        end[1] = t;
    }
}

/* ---- values in words ---- */

struct row { /* in the order in which they are shown */
    enum rec_var var;
    const char *name;
    bool minor; /* only where there is room */
};
static const struct row rows[] = {
    {VAR_SND_UNA, "SND.UNA", false},
    {VAR_SND_NXT, "SND.NXT", false},
    {VAR_SND_WND, "SND.WND", false},
    {VAR_RCV_NXT, "RCV.NXT", false},
    {VAR_RCV_WND, "RCV.WND", false},
    {VAR_CWND, "cwnd", false},
    {VAR_SSTHRESH, "ssthresh", false},
    {VAR_FLIGHT, "FlightSize", false},
    {VAR_RTO, "RTO", false},
    {VAR_SRTT, "SRTT", false},
    {VAR_RTTVAR, "RTTVAR", true},
    {VAR_SND_MSS, "MSS", true},
    {VAR_QUEUED, "unsent", true},
    {VAR_UNREAD, "unread", true},
    {VAR_SND_UP, "SND.UP", false},
    {VAR_RCV_UP, "RCV.UP", false},
    {VAR_RECOVER, "recover", false},
    {VAR_DUPACKS, "DupAcks", false},
    {VAR_SACKED, "SACKed", false},
    {VAR_PIPE, "pipe", false},
    {VAR_ISS, "ISS", true},
    {VAR_IRS, "IRS", true},
};

static bool known(const struct fold_conn *c, enum rec_var v)
{
    return c && c->known & 1u << v;
}

static void value_of(const struct fold_conn *c, enum rec_var v, char out[WORDS])
{
    int64_t x = c->value[v];

    switch (rec_var_meaning(v)) {
    case VAR_IS_SENT: x = (uint32_t)x - (uint32_t)(known(c, VAR_ISS) ? c->value[VAR_ISS] : 0); break;
    case VAR_IS_RECEIVED: x = (uint32_t)x - (uint32_t)(known(c, VAR_IRS) ? c->value[VAR_IRS] : 0); break;
    case VAR_IS_TIME: snprintf(out, WORDS, "%.3g s", (double)x / NS_PER_S); return;
    case VAR_IS_INITIAL:
    case VAR_IS_NUMBER: break;
    }
    if (v == VAR_SSTHRESH && x >= SSTHRESH_UNSET)
        snprintf(out, WORDS, "∞");
    else
        snprintf(out, WORDS, "%" PRId64, x);
}

/* Which variables are worth a row: those that either end knows; all of them only where there is room. */
static bool shown(const struct fold_conn *const end[ENDS], const struct row *row, bool roomy)
{
    return (roomy || !row->minor) && (known(end[0], row->var) || known(end[1], row->var));
}

/* ---- the panel ---- */

static uint64_t stamp(const struct app *a)
{
    const struct fold *f = fold_now(a);

    return stamp_add(stamp_add(41, f->record), a->selected);
}

static void draw_value(struct app *a, struct paint *p, const struct fold_conn *c, const struct fold *f,
                       enum rec_var v, struct rect r, double px)
{
    const struct theme *t = app_theme(a);
    bool changed = known(c, v) && c->since[v] == f->beat;
    char text[WORDS];
    struct extent e;

    if (!known(c, v))
        return;
    value_of(c, v, text);
    e = paint_measure(p, changed ? FACE_MONO_BOLD : FACE_MONO, px, text);
    if (changed) {
        paint_fill(p, (struct rect){r.x + r.w - e.w - px * .4, r.y, e.w + px * .8, r.h}, px * .25,
                   colour_alpha(t->focus, 60));
        paint_fill(p, (struct rect){r.x + r.w - e.w - px * .4, r.y, px * .2, r.h}, 0, t->focus);
    }
    paint_text(p, changed ? FACE_MONO_BOLD : FACE_MONO, px, t->ink1, r.x + r.w - e.w, r.y + (r.h - e.h) / 2,
               text);
}

static void draw_heads(struct app *a, struct paint *p, const struct fold_conn *const end[ENDS], struct rect r,
                       double name_w, double value_w, double row)
{
    const struct theme *t = app_theme(a);

    for (int i = 0; i < ENDS; i++) {
        char text[160], name[96];

        if (!end[i])
            continue;
        paint_escape(name, sizeof name, app_first(a, document_host(a->doc, end[i]->host)));
        if (value_w > 150 * a->scene.u)
            snprintf(text, sizeof text, "<b>%s</b>  %s", name, report_states[end[i]->state]);
        else /* the state stands in the diagram, too */
            snprintf(text, sizeof text, "<b>%s</b>", name);
        draw_centred(p, FACE_PLAIN, row * .72,
                     end[i]->state_since == fold_now(a)->beat ? t->hue[HUE_ACK].text : t->ink2,
                     (struct rect){r.x + name_w + i * value_w, r.y, value_w - row * .3, row}, text);
    }
}

/* The type at which the longest name fits: none is cut. */
static double name_size(struct paint *p, const struct fold_conn *const end[ENDS], bool roomy, double px,
                        double width)
{
    double widest = 0;

    for (size_t k = 0; k < ARRAY_LEN(rows); k++)
        if (shown(end, &rows[k], roomy))
            widest = fmax(widest, paint_measure(p, FACE_BOLD, px, rows[k].name).w);
    return widest > width ? px * width / widest * .99 : px;
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct fold *f = fold_now(a);
    const struct fold_conn *end[ENDS];
    double u = a->scene.u, row, name_w, name_px, value_w, y;
    bool roomy = r.h > 400 * u;
    unsigned n = 0, columns, per, i = 0;
    struct rect in = {r.x + 20 * u, r.y + 10 * u, r.w - 40 * u, r.h - 18 * u};

    draw_card(p, r, u, 0);
    find_ends(a, f, end);
    for (size_t k = 0; k < ARRAY_LEN(rows); k++)
        n += shown(end, &rows[k], roomy);
    if (!n) {
        panel_says(a, p, r, TR_MARK("No connection so far."));
        return;
    }
    columns = in.h < 26 * u * (n + 1) ? 2 : 1;
    per = (n + columns - 1) / columns;
    row = fmin(40 * u, in.h / (per + 1));
    name_w = in.w / columns * (columns > 1 ? .35 : .3);
    name_px = name_size(p, end, roomy, fmin(row * .68, 22 * u), name_w - 6 * u);
    value_w = (in.w / columns - name_w - (columns > 1 ? 10 * u : 0)) / ENDS;
    for (unsigned c = 0; c < columns; c++)
        draw_heads(a, p, end, (struct rect){in.x + c * in.w / columns, in.y, in.w / columns, row}, name_w,
                   value_w, row);
    for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
        double x;

        if (!shown(end, &rows[k], roomy))
            continue;
        x = in.x + (i / per) * in.w / columns;
        y = in.y + (1 + i % per) * row;
        if (i % per % 2 == 0)
            paint_fill(p, (struct rect){x, y, in.w / columns - 8 * u, row}, 4 * u, t->background);
        paint_text(p, FACE_BOLD, name_px, t->ink2, x + 4 * u, y + (row - name_px * 1.36) / 2, rows[k].name);
        for (int e = 0; e < ENDS; e++)
            draw_value(a, p, end[e], f, rows[k].var,
                       (struct rect){x + name_w + e * value_w, y, value_w - row * .5, row},
                       fmin(row * .66, 22 * u));
        i++;
    }
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct fold *f = fold_now(a);
    const struct fold_conn *end[ENDS];

    find_ends(a, f, end);
    for (int e = 0; e < ENDS; e++)
        for (size_t k = 0; end[e] && k < ARRAY_LEN(rows); k++) {
            char text[WORDS];

            if (!known(end[e], rows[k].var))
                continue;
            value_of(end[e], rows[k].var, text);
            sbuf_printf(out, "tcb %s %s=%s%s\n", a->doc->header->host[end[e]->host - 1].name, rows[k].name,
                        text, end[e]->since[rows[k].var] == f->beat ? " (changed)" : "");
        }
}

const struct panel panel_tcb = {
    .name = "tcb",
    .title = TR_MARK("TCB"),
    .area = AREA_BOTTOM,
    .wants = panel_wants_document,
    .stamp = stamp,
    .draw = draw,
    .describe = describe,
};
