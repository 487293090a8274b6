/* One sentence about what happens now: the lesson's, or one made from the newest record. */
#include <stdlib.h>

#include "gui/panel.h"
#include "sim/figure/caption.h"

static void *make(void)
{
    return panel_memory(sizeof(struct caption));
}

/* What is said depends on how many records there have been. */
static uint64_t stamp(const struct app *a)
{
    return stamp_add(37, log_after_time(a->doc->log, a->at));
}

static void layout(struct app *a, struct rect r)
{
    struct caption *c = scene_state(a, PANEL_panel_caption);

    (void)r;
    caption_at(app_model(a), a->at, c);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct caption *c = scene_state(a, PANEL_panel_caption);

    r.h -= 4 * a->scene.u;
    caption_draw(p, app_model(a), c, r, a->scene.u);
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct caption *c = scene_state(a, PANEL_panel_caption);

    sbuf_printf(out, "caption=%s\n", caption_first(app_model(a), c));
}

const struct panel panel_caption = {
    .name = "caption",
    .area = AREA_CAPTION,
    .make = make,
    .free = free,
    .wants = panel_wants_document,
    .stamp = stamp,
    .layout = layout,
    .draw = draw,
    .describe = describe,
};
