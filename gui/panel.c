#include "gui/panel.h"

#include <stdlib.h>

bool panel_wants_document(const struct app *a)
{
    return a->doc != NULL;
}

void *panel_memory(size_t bytes)
{
    void *state = calloc(1, bytes);

    CHECK(state);
    return state;
}

uint64_t panel_layout_stamp(const struct app *a, struct rect r)
{
    uint64_t h = stamp_add(5, a->doc->generation);

    h = stamp_add(h, (uint64_t)(r.w * 16) << 32 | (uint64_t)(r.h * 16));
    return stamp_add(h, (uint64_t)(a->scene.u * 4096) << 8 | (uint64_t)a->lang);
}

struct widget *panel_put(struct app *a, enum panel_id id, struct rect r, enum widget_role role,
                         const char *name, enum command c, int64_t arg)
{
    struct widget *w = scene_put(a, id, r, role, name);

    w->command = (int)c;
    w->arg = arg;
    w->label = scene_word(a, command_get(c)->what);
    return w;
}

void panel_button(struct app *a, struct paint *p, const struct widget *w, double px, const char *message)
{
    char text[128];

    paint_escape(text, sizeof text, app_first(a, scene_word(a, message)));
    draw_button(p, w, a->scene.u, px, text);
}

void panel_says(struct app *a, struct paint *p, struct rect r, const char *message)
{
    char text[256];

    paint_escape(text, sizeof text, app_first(a, scene_word(a, message)));
    draw_centred(p, FACE_PLAIN, 22 * a->scene.u, app_theme(a)->ink2, r, text);
}
