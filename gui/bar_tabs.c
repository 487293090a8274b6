/* The tabs above the third panel of the right column. */
#include "gui/panel.h"

static bool is_tab(const struct app *a, int i)
{
    const struct panel *p = panel_get((enum panel_id)i);

    return p->area == AREA_BOTTOM && p->title && panel_wanted(a, (enum panel_id)i);
}

static void layout(struct app *a, struct rect r)
{
    double u = a->scene.u, x = r.x, w;
    int n = 0;

    for (int i = 0; i < PANEL_COUNT; i++)
        n += is_tab(a, i);
    w = n ? (r.w - (n - 1) * 8 * u) / n : 0;
    w = w > 170 * u ? 170 * u : w;
    for (int i = 0; i < PANEL_COUNT; i++) {
        const struct panel *p = panel_get((enum panel_id)i);
        char name[WIDGET_NAME];
        struct widget *tab;

        if (!is_tab(a, i))
            continue;
        snprintf(name, sizeof name, "tab %s", p->name);
        tab = scene_put(a, PANEL_bar_tabs, (struct rect){x, r.y, w, r.h - 8 * u}, ROLE_CHOICE, name);
        tab->command = CMD_TAB;
        tab->arg = i;
        tab->on = a->scene.tab == (enum panel_id)i;
        tab->radius = 9 * u;
        x += w + 8 * u;
    }
}

static uint64_t stamp(const struct app *a)
{
    uint64_t h = stamp_add(23, (uint64_t)a->scene.tab);

    for (int i = 0; i < PANEL_COUNT; i++)
        h = stamp_add(h, is_tab(a, i));
    return h;
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct place *place = &a->scene.place[PANEL_bar_tabs];

    (void)r;
    for (size_t i = 0; i < place->n_widgets; i++) {
        const struct widget *w = &place->widget[i];

        panel_button(a, p, w, 19 * a->scene.u, panel_get((enum panel_id)w->arg)->title);
    }
}

const struct panel bar_tabs = {
    .name = "tabs",
    .area = AREA_TABS,
    .wants = panel_wants_document,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
};
