/* Why: what is selected, the clause that made it so, what gave rise to it, and what it caused. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gui/panel.h"
#include "models/record.h"
#include "sim/report/i18n.h"

enum { WORDS = 512 };

/* The record that is explained: the selected one, else the segment that left last. */
static uint64_t subject(const struct app *a)
{
    const struct model_flight *f = app_segment(a);

    return a->selected ? a->selected : f ? f->pkt : 0;
}

/* ---- in words ---- */

static const char *row_name(const char *table, unsigned row)
{
    const struct report_table *t = report_table(table);

    return t && row < t->count() ? t->row(row) : "";
}

/* One line about a record: who, and what. Markup. */
static void line_of(struct app *a, uint64_t record, char out[WORDS])
{
    const struct rec_head *r = record ? log_find(a->doc->log, record) : NULL;
    const struct model_flight *f = document_flight(a->doc, record);
    char who[96];

    *out = '\0';
    if (!r)
        return;
    paint_escape(who, sizeof who, app_first(a, document_host(a->doc, r->host)));
    if (f)
        snprintf(out, WORDS, "%u  <b>%s</b>  %s  (%s)", document_number(a->doc, record), f->badge, f->text,
                 who);
    else if (r->kind == REC_STATE)
        snprintf(out, WORDS, "%s: %s → <b>%s</b>", who,
                 report_states[((const struct rec_state *)(const void *)r)->from],
                 report_states[((const struct rec_state *)(const void *)r)->to]);
    else if (r->kind == REC_CALL)
        snprintf(out, WORDS, "%s: <b>%s</b>", who,
                 row_name("call", ((const struct rec_call *)(const void *)r)->call));
    else if (r->kind == REC_TIMER)
        snprintf(out, WORDS, "%s: <b>%s</b> %s", who,
                 app_first(
                     a, scene_word(a, row_name("timer", ((const struct rec_timer *)(const void *)r)->timer))),
                 app_first(a, scene_word(
                                  a, row_name("timer_op", ((const struct rec_timer *)(const void *)r)->op))));
    else
        snprintf(out, WORDS, "%s #%" PRIu64, who, record);
}

struct reason {
    const char *rfc, *section;
    struct trace_text text;
};

static struct reason clause(struct app *a, unsigned row)
{
    const struct report_clause_row *c = row < CL_COUNT ? &report_clauses[row] : NULL;

    if (!c || !row)
        return (struct reason){NULL, NULL, {NULL, NULL}};
    return (struct reason){c->rfc, c->section, scene_word(a, c->text)};
}

/* What the record says of its reason. */
static struct reason reason_of(struct app *a, const struct rec_head *r)
{
    if (r->kind == REC_SEND)
        return clause(a, ((const struct rec_send *)(const void *)r)->why);
    if (r->kind == REC_REJECT)
        return clause(a, ((const struct rec_reject *)(const void *)r)->clause);
    if (r->kind == REC_CITE)
        return clause(a, ((const struct rec_cite *)(const void *)r)->clause);
    if (r->kind == REC_STATE) {
        unsigned edge = ((const struct rec_state *)(const void *)r)->edge;

        if (edge && edge < ED_COUNT)
            return (struct reason){"9293", report_edges[edge].section,
                                   scene_word(a, report_edges[edge].what)};
    }
    return (struct reason){NULL, NULL, {NULL, NULL}};
}

/* ---- the panel ---- */

static uint64_t stamp(const struct app *a)
{
    return stamp_add(31, subject(a));
}

static void layout(struct app *a, struct rect r)
{
    double u = a->scene.u, h = fmin(56 * u, r.h * .24), y = r.y + r.h - h - 14 * u, each = (r.w - 48 * u) / 2;
    uint64_t record = subject(a);
    static const enum command commands[] = {CMD_CAUSE, CMD_CONSEQUENCE};
    static const char *const names[] = {"cause", "consequence"};

    for (int i = 0; i < 2; i++) {
        uint64_t to = !record ? 0 : i ? document_consequence(a->doc, record) : document_cause(a->doc, record);
        struct widget *w =
            panel_put(a, PANEL_panel_why, (struct rect){r.x + 20 * u + i * (each + 8 * u), y, each, h},
                      ROLE_BUTTON, names[i], commands[i], (int64_t)to);

        w->disabled = !to;
        w->radius = 9 * u;
    }
}

static void draw_link(struct app *a, struct paint *p, const struct widget *w, bool cause)
{
    uint64_t record = (uint64_t)w->arg; /* which was looked for when the widgets were put */
    const struct theme *t = app_theme(a);
    struct trace_text word = scene_word(a, cause ? TR_MARK("because of") : TR_MARK("led to"));
    double u = a->scene.u, x = w->r.x + 14 * u, room = w->r.w - 22 * u, px = 21 * u;
    char line[WORDS], text[WORDS + 128], escaped[96];
    struct extent e;

    paint_fill(p, w->r, 9 * u, t->background);
    paint_frame(p, w->r, 9 * u, fmax(1, 1.4 * u * t->stroke), t->line, false);
    paint_escape(escaped, sizeof escaped, app_first(a, word));
    if (record)
        line_of(a, record, line);
    else
        snprintf(line, sizeof line, "–");
    snprintf(text, sizeof text, "%s %s:  %s", cause ? "←" : "→", escaped, line);
    for (;; px *= .96) { /* in two lines rather than too small */
        e = paint_measure_wrapped(p, FACE_PLAIN, px, text, room);
        if (e.h <= w->r.h - 4 * u || px < 12 * u)
            break;
    }
    paint_text_wrapped(p, FACE_PLAIN, px, record ? t->ink1 : t->ink3, x, w->r.y + (w->r.h - e.h) / 2, text,
                       room);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct place *place = &a->scene.place[PANEL_panel_why];
    uint64_t record = subject(a);
    const struct rec_head *head = record ? log_find(a->doc->log, record) : NULL;
    double u = a->scene.u, y = r.y + 14 * u, room = r.w - 44 * u, px = 22 * u,
           below = r.y + r.h - fmin(56 * u, r.h * .24) - 20 * u;
    char line[WORDS], text[1024], second[1024] = "";
    struct extent e, f = {0, 0, 0};
    struct reason why;

    draw_card(p, r, u, t->focus);
    if (!head) {
        panel_says(a, p, r, TR_MARK("Nothing has been sent so far."));
        return;
    }
    line_of(a, record, line);
    paint_text(p, FACE_PLAIN, 23 * u, t->ink1, r.x + 26 * u, y, line);
    y += 36 * u;
    why = reason_of(a, head);
    if (why.text.en) {
        char words[800];

        paint_escape(words, sizeof words, app_first(a, why.text));
        snprintf(text, sizeof text, "%s  <b>RFC %s §%s</b>", words, why.rfc, why.section);
        if (app_second(a, why.text))
            paint_escape(second, sizeof second, app_second(a, why.text));
        for (;; px *= .95) {
            e = paint_measure_wrapped(p, FACE_PLAIN, px, text, room);
            f = *second ? paint_measure_wrapped(p, FACE_PLAIN, px * .86, second, room) : f;
            if (y + e.h + f.h <= below || px < 11 * u)
                break;
        }
        paint_text_wrapped(p, FACE_PLAIN, px, t->ink1, r.x + 26 * u, y, text, room);
        if (*second)
            paint_text_wrapped(p, FACE_PLAIN, px * .86, t->ink2, r.x + 26 * u, y + e.h, second, room);
    }
    for (size_t i = 0; i < place->n_widgets; i++)
        draw_link(a, p, &place->widget[i], i == 0);
}

static void describe(const struct app *a, struct sbuf *out)
{
    uint64_t record = subject(a);
    const struct rec_head *r = record ? log_find(a->doc->log, record) : NULL;
    struct app *same = (struct app *)(uintptr_t)a; /* looking up a word may remember it */
    char line[WORDS] = "";
    struct reason why = {NULL, NULL, {NULL, NULL}};

    if (r) {
        line_of(same, record, line);
        why = reason_of(same, r);
    }
    sbuf_printf(out, "why of=%s\nwhy=%s\nwhy clause=RFC %s %s\n", line, why.text.en ? why.text.en : "none",
                why.rfc ? why.rfc : "-", why.section ? why.section : "-");
}

const struct panel panel_why = {
    .name = "why",
    .title = TR_MARK("Why?"),
    .area = AREA_BOTTOM,
    .wants = panel_wants_document,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .describe = describe,
};
