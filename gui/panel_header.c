/* The header of the chosen segment, bit for bit: the one selected, else the one that left last. */
#include <stdio.h>
#include <stdlib.h>

#include "gui/panel.h"
#include "sim/figure/header.h"
#include "sim/report/i18n.h"

struct inspector {
    struct header *h; /* NULL: no segment so far */
    uint64_t made_for;
};

static void *make(void)
{
    return panel_memory(sizeof(struct inspector));
}

static void discard(void *state)
{
    struct inspector *p = state;

    header_free(p->h);
    free(p);
}

static uint64_t packet(const struct app *a)
{
    const struct model_flight *f = app_segment(a);

    return f ? f->pkt : 0;
}

static void layout(struct app *a, struct rect r)
{
    struct inspector *p = scene_state(a, PANEL_panel_header);
    struct header_options o = {
        .width = r.w, .height = r.h, .scale = a->spot == PANEL_panel_header ? 0 : a->scene.u};
    uint64_t made = stamp_add(panel_layout_stamp(a, r), packet(a));

    if (p->made_for != made) {
        header_free(p->h);
        p->h = packet(a) ? header_new(app_model(a), a->scene.paint, packet(a), &o) : NULL;
        p->made_for = made;
    }
    for (unsigned i = 0; p->h && i < p->h->n_boxes; i++) {
        const struct header_box *b = &p->h->box[i];
        char name[WIDGET_NAME];
        struct widget *w;

        snprintf(name, sizeof name, "field %u", i);
        w = scene_put(a, PANEL_panel_header, (struct rect){r.x + b->r.x, r.y + b->r.y, b->r.w, b->r.h},
                      ROLE_ITEM, name);
        w->label = header_words(p->h, (int)i, NULL, NULL);
        w->radius = 4 * a->scene.u;
    }
}

static uint64_t stamp(const struct app *a)
{
    return packet(a);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct inspector *in = scene_state(a, PANEL_panel_header);
    struct header_view v = {.selected = -1};
    cairo_t *cr = paint_cairo(p);
    double u = a->scene.u;

    draw_card(p, r, u, 0);
    if (!in->h) {
        draw_both(p, a->lang, scene_word(a, TR_MARK("No segment so far")), 24 * u, 20 * u, r.x + 22 * u,
                  r.y + 14 * u, r.w - 44 * u);
        return;
    }
    cairo_save(cr);
    cairo_translate(cr, r.x, r.y);
    header_draw(in->h, p, &v);
    cairo_restore(cr);
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct inspector *in = scene_state(a, PANEL_panel_header);

    if (in->h)
        sbuf_printf(out, "header.seq=%s\nheader.ack=%s\nheader.window=%s\n", in->h->value[HEADER_SEQ],
                    in->h->value[HEADER_ACK], in->h->value[HEADER_WINDOW]);
}

const struct panel panel_header = {
    .name = "header",
    .title = TR_MARK("Segment"),
    .area = AREA_MIDDLE,
    .make = make,
    .free = discard,
    .wants = panel_wants_document,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .describe = describe,
};
