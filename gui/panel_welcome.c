/* What is there when nothing is open. */
#include "gui/app.h"
#include "sim/report/i18n.h"

static bool wants(const struct app *a)
{
    return a->doc == NULL;
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    double u = a->scene.u;
    struct trace_text hint = scene_word(a, TR_MARK("Drop a lesson or a trace here."));
    char text[256];

    draw_centred(p, FACE_BOLD, 72 * u, app_theme(a)->ink1, (struct rect){r.x, r.y, r.w, r.h * .8}, "tcplab");
    paint_escape(text, sizeof text, app_first(a, hint));
    draw_centred(p, FACE_PLAIN, 28 * u, app_theme(a)->ink2, (struct rect){r.x, r.y + r.h * .2, r.w, r.h * .6},
                 text);
}

const struct panel panel_welcome = {
    .name = "welcome",
    .area = AREA_FIGURE,
    .wants = wants,
    .draw = draw,
};
