/* Values over time: sequence numbers in the manner of tcptrace, or the congestion window and the round trip.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "gui/panel.h"
#include "sim/figure/cwnd.h"
#include "sim/figure/seqplot.h"
#include "sim/report/i18n.h"

struct chart_panel_state {
    struct chart *c;
    uint64_t made_for;
    bool windows; /* cwnd instead of sequence numbers */
};

static void *make(void)
{
    return panel_memory(sizeof(struct chart_panel_state));
}

static struct chart_panel_state *state_of(const struct app *a)
{
    return scene_state(a, PANEL_panel_chart);
}

static void discard(void *state)
{
    chart_free(((struct chart_panel_state *)state)->c);
    free(state);
}

static struct rect plot_of(const struct app *a, struct rect r)
{
    bool alone = a->spot == PANEL_panel_chart;
    double u = a->scene.u,
           top = (alone ? 44 : 6) * u, /* the button stands above the legend, else beside it */
        right = (!alone && state_of(a)->windows ? 118 : 6) * u;

    return (struct rect){r.x + 6 * u, r.y + top, r.w - right - 6 * u, r.h - top - 6 * u};
}

static void layout(struct app *a, struct rect r)
{
    struct chart_panel_state *s = state_of(a);
    struct rect in = plot_of(a, r);
    struct chart_options o = {.width = in.w,
                              .height = in.h,
                              .scale = a->spot == PANEL_panel_chart ? a->scene.u : a->scene.u * .62,
                              .untitled = true};
    uint64_t made = stamp_add(panel_layout_stamp(a, in), s->windows);
    struct rect button;
    struct widget *w;
    double u = a->scene.u;

    if (s->made_for != made) {
        chart_free(s->c);
        s->c = (s->windows ? cwnd_new : seqplot_new)(app_model(a), a->scene.paint, &o);
        s->made_for = made;
    }
    button = (struct rect){r.x + r.w - 116 * u, r.y + 8 * u, 104 * u, 32 * u};
    if (a->spot != PANEL_panel_chart && !s->windows) /* over the legend, not on it */
        button = (struct rect){r.x + r.w - 108 * u, r.y + 4 * u, 100 * u, 26 * u};
    w = panel_put(a, PANEL_panel_chart, button, ROLE_TOGGLE, "which chart", CMD_CHART, 0);
    w->on = s->windows;
    w->radius = 8 * u;
}

static uint64_t stamp(const struct app *a)
{
    return stamp_add(stamp_add(43, (uint64_t)a->at), stamp_add(a->selected, state_of(a)->windows));
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct chart_panel_state *s = state_of(a);
    const struct place *place = &a->scene.place[PANEL_panel_chart];
    struct rect in = plot_of(a, r);
    struct chart_view v = {.at = a->at, .selected = a->selected};
    cairo_t *cr = paint_cairo(p);

    draw_card(p, r, a->scene.u, 0);
    if (!s->c) {
        panel_says(a, p, r, TR_MARK("There is nothing to plot."));
    } else {
        cairo_save(cr);
        cairo_translate(cr, in.x, in.y);
        chart_draw(s->c, p, &v);
        cairo_restore(cr);
    }
    if (place->n_widgets)
        draw_button(p, &place->widget[0], a->scene.u, 17 * a->scene.u, s->windows ? "seq" : "cwnd");
}

/* A click on a point selects its record; elsewhere it puts the playhead there. */
static bool input(struct app *a, const struct input *in, struct rect r)
{
    const struct chart_panel_state *s = state_of(a);
    struct rect plot = plot_of(a, r);
    struct chart_hit hit;

    if (!s->c || in->kind != INPUT_PRESS || in->button != BUTTON_LEFT)
        return false;
    if (scene_hit(a, in->x, in->y))
        return false;
    if (chart_hit(s->c, in->x - plot.x, in->y - plot.y, 12 * a->scene.u, a->at, &hit) && hit.point->record)
        app_select(a, hit.point->record, true);
    else
        app_seek(a, chart_time(s->c, in->x - plot.x));
    return true;
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct chart_panel_state *s = state_of(a);

    sbuf_printf(out, "chart=%s\n", !s->c ? "none" : s->windows ? "cwnd" : "seqplot");
}

const struct panel panel_chart = {
    .name = "chart",
    .title = TR_MARK("Chart"),
    .area = AREA_BOTTOM,
    .make = make,
    .free = discard,
    .wants = panel_wants_document,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .input = input,
    .describe = describe,
};

void command_chart(struct app *a, int64_t arg)
{
    (void)arg;
    state_of(a)->windows = !state_of(a)->windows;
}
