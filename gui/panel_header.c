/* The header of the chosen segment, bit for bit. */
#include "gui/app.h"
#include "sim/report/i18n.h"

static bool wants(const struct app *a)
{
    return a->doc != NULL;
}

static uint64_t stamp(const struct app *a)
{
    return app_segment(a) ? app_segment(a)->pkt : 0;
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct model_flight *f = app_segment(a);
    double u = a->scene.u, w;

    draw_card(p, r, u, 0);
    w = draw_both(p, a->lang, scene_word(a, TR_MARK("Segment")), 26 * u, 22 * u, r.x + 22 * u, r.y + 12 * u,
                  r.w - 44 * u);
    if (f)
        paint_number(p, (struct point){r.x + w + 56 * u, r.y + 31 * u}, 19 * u,
                     document_number(a->doc, f->pkt), t->hue[f->hue].line, t->card, t->hue[f->hue].text);
}

const struct panel panel_header = {
    .name = "header",
    .title = TR_MARK("Segment"),
    .area = AREA_MIDDLE,
    .wants = wants,
    .stamp = stamp,
    .draw = draw,
};
