/* The state machine: what the trace goes through, with a token for every host where it stands now. */
#include <stdio.h>
#include <stdlib.h>

#include "gui/panel.h"
#include "sim/figure/states.h"
#include "sim/report/i18n.h"

struct picture {
    struct states *s;
    uint64_t made_for;
};

static void *make(void)
{
    return panel_memory(sizeof(struct picture));
}

static void discard(void *state)
{
    struct picture *p = state;

    states_free(p->s);
    free(p);
}

struct part {
    vtime from, to; /* to: 0: to the end */
};

/* What of the machine is shown: of a lone connection first how it opens, and when it is open at both ends and
 * the playhead is past that, what comes then. All at once would be too small for the last row. */
static struct part shown(const struct app *a)
{
    const struct model *m = app_model(a);
    vtime open = 0, last = 0;
    unsigned ends = 0;

    for (size_t i = 0; i < m->n_spans; i++) {
        if (m->span[i].state == ST_ESTABLISHED) {
            open = max_i64(open, m->span[i].from);
            ends++;
        }
        last = max_i64(last, m->span[i].from);
        if (m->span[i].down)
            return (struct part){0, 0};
    }
    if (ends != 2 || last <= open)
        return (struct part){0, 0};
    return a->at > open ? (struct part){open + 1, 0} : (struct part){0, open};
}

/* The latest time before now at which a connection came into this state: its record. 0: never so far. */
static uint64_t entered(const struct app *a, unsigned node)
{
    const struct model *m = app_model(a);
    uint64_t record = 0;
    vtime latest = -1;

    for (size_t i = 0; i < m->n_spans; i++) {
        const struct model_span *s = &m->span[i];

        if (s->record && s->from <= a->at && s->from >= latest &&
            (unsigned)s->state == (node == STATES_END ? (unsigned)ST_CLOSED : node)) {
            latest = s->from;
            record = s->record;
        }
    }
    return record;
}

static void layout(struct app *a, struct rect r)
{
    struct picture *p = scene_state(a, PANEL_panel_states);
    struct part part = shown(a);
    uint64_t made = stamp_add(panel_layout_stamp(a, r), (uint64_t)part.from);
    struct states_options o = {.width = r.w,
                               .height = r.h,
                               .scale = a->spot == PANEL_panel_states ? 0 : a->scene.u,
                               .from = part.from,
                               .to = part.to};

    if (!p->s || p->made_for != made) {
        states_free(p->s);
        p->s = states_new(app_model(a), a->scene.paint, &o);
        p->made_for = made;
    }
    for (size_t i = 0; i < p->s->n_boxes; i++) {
        const struct states_box *b = &p->s->box[i];
        char name[WIDGET_NAME];
        uint64_t record;
        struct widget *w;

        if (b->kind != STATES_BOX_STATE && b->kind != STATES_BOX_LABEL)
            continue;
        if (b->kind == STATES_BOX_LABEL)
            snprintf(name, sizeof name, "edge %u", b->index);
        else if (b->index == STATES_END)
            snprintf(name, sizeof name, "state %s again", report_states[ST_CLOSED]);
        else
            snprintf(name, sizeof name, "state %s", report_states[b->index]);
        w = scene_put(a, PANEL_panel_states, (struct rect){r.x + b->r.x, r.y + b->r.y, b->r.w, b->r.h},
                      ROLE_ITEM, name);
        w->label = states_words(p->s, (int)i, NULL);
        w->radius = b->kind == STATES_BOX_STATE ? b->r.h / 2 : 4 * a->scene.u;
        w->unfocusable = b->kind != STATES_BOX_STATE;
        record = b->kind == STATES_BOX_STATE ? entered(a, b->index) : 0;
        if (record) {
            w->command = CMD_SELECT;
            w->arg = (int64_t)record;
        }
    }
}

/* Which states have been entered by now. */
static uint64_t stamp(const struct app *a)
{
    const struct model *m = app_model(a);
    uint64_t n = 0;

    for (size_t i = 0; i < m->n_spans; i++)
        n += (m->span[i].from <= a->at ? 1u : 0u) + (m->span[i].to <= a->at ? 1u : 0u);
    return stamp_add(n, a->selected);
}

static int selected(const struct app *a, const struct picture *p)
{
    const struct rec_state *r = a->selected ? (const void *)log_find(a->doc->log, a->selected) : NULL;

    if (!r || r->head.kind != REC_STATE)
        return -1;
    for (size_t i = 0; i < p->s->n_boxes; i++) {
        const struct states_box *b = &p->s->box[i];

        if (b->kind == STATES_BOX_STATE &&
            b->index == (r->to == ST_CLOSED ? (unsigned)STATES_END : (unsigned)r->to))
            return (int)i;
    }
    return -1;
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct picture *pic = scene_state(a, PANEL_panel_states);
    struct states_view v = {.at = a->at, .selected = selected(a, pic)};
    cairo_t *cr = paint_cairo(p);

    draw_card(p, r, a->scene.u, 0);
    cairo_save(cr);
    cairo_translate(cr, r.x, r.y);
    states_draw(pic->s, p, &v);
    cairo_restore(cr);
}

const struct panel panel_states = {
    .name = "states",
    .title = TR_MARK("State machine"),
    .area = AREA_TOP,
    .make = make,
    .free = discard,
    .wants = panel_wants_document,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
};
