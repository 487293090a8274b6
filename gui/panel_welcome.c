/* What is there when nothing is open: the lessons. */
#include <math.h>

#include "gui/gallery.h"
#include "gui/sign.h"
#include "sim/report/i18n.h"

static bool wants(const struct app *a)
{
    return a->doc == NULL;
}

static void layout(struct app *a, struct rect r)
{
    double u = a->scene.u, side = fmax(40 * u, (r.w - 1760 * u) / 2);

    gallery_layout(a, PANEL_panel_welcome,
                   (struct rect){r.x + side, r.y + 150 * u, r.w - 2 * side + 26 * u, r.h - 150 * u}, false);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u, side = fmax(40 * u, (r.w - 1760 * u) / 2), x = r.x + side, w = r.w - 2 * side;
    struct trace_text hint = scene_word(a, TR_MARK("Choose a lesson, or drop a lesson or a trace here."));

    sign_draw(p, x, r.y + 36 * u, 86 * u);
    draw_both(p, a->lang, scene_word(a, TR_MARK("What shall we look at?")), 46 * u, 34 * u, x + 112 * u,
              r.y + 26 * u, w - 120 * u);
    draw_cut(p, FACE_PLAIN, 24 * u, t->ink2, x + 112 * u, r.y + 92 * u, app_first(a, hint), w - 120 * u);
    gallery_draw(a, PANEL_panel_welcome, p);
}

GALLERY_PANEL(PANEL_panel_welcome)

const struct panel panel_welcome = {
    .name = "welcome",
    .area = AREA_FIGURE,
    .wants = wants,
    .make = gallery_make,
    .free = gallery_free,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .tick = tick,
    .input = input,
    .describe = describe,
};
