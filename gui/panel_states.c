/* The state machine, with a token for every host. */
#include "gui/app.h"
#include "sim/report/i18n.h"

static bool wants(const struct app *a)
{
    return a->doc != NULL;
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    double u = a->scene.u;

    draw_card(p, r, u, 0);
    draw_both(p, a->lang, scene_word(a, TR_MARK("State machine")), 26 * u, 22 * u, r.x + 22 * u, r.y + 12 * u,
              r.w - 44 * u);
}

const struct panel panel_states = {
    .name = "states",
    .title = TR_MARK("State machine"),
    .area = AREA_TOP,
    .wants = wants,
    .draw = draw,
};
