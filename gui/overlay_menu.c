/* The menu: lessons, files opened lately, a file by its name, and what else has no button of its own. */
#include <math.h>
#include <string.h>

#include "gui/ask.h"
#include "gui/gallery.h"
#include "gui/panel.h"
#include "sim/report/i18n.h"

static const struct {
    const char *name, *word;
    enum command command;
} buttons[] = {
    /* from the right */
    {"audience", TR_MARK("Audience window"), CMD_AUDIENCE},
    {"open file", TR_MARK("Open a file"), CMD_OPEN_FILE},
};

static struct rect card_of(const struct app *a, struct rect r)
{
    double u = a->scene.base, w = fmin(r.w - 60 * u, 1760 * u);

    return (struct rect){round(r.x + (r.w - w) / 2), round(r.y + 34 * u), round(w), round(r.h - 68 * u)};
}

static void layout(struct app *a, struct rect r)
{
    double u = a->scene.u, x;
    struct rect c = card_of(a, r);
    struct widget *w;
    char text[128];

    gallery_layout(a, PANEL_overlay_menu,
                   (struct rect){c.x + 36 * u, c.y + 82 * u, c.w - 60 * u, c.h - 98 * u}, true);
    w = scene_put(a, PANEL_overlay_menu, (struct rect){c.x + c.w - 66 * u, c.y + 20 * u, 46 * u, 46 * u},
                  ROLE_BUTTON, "close");
    w->command = CMD_BACK;
    w->label = scene_word(a, TR_MARK("Close"));
    x = c.x + c.w - 90 * u;
    for (size_t i = 0; i < ARRAY_LEN(buttons); i++) {
        double width;

        paint_escape(text, sizeof text, app_first(a, scene_word(a, buttons[i].word)));
        width = paint_measure(a->scene.paint, FACE_BOLD, 21 * u, text).w + 40 * u;
        x -= width;
        panel_put(a, PANEL_overlay_menu, (struct rect){x, c.y + 20 * u, width, 46 * u}, ROLE_BUTTON,
                  buttons[i].name, buttons[i].command, 0);
        x -= 14 * u;
    }
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u, left;
    struct rect c = card_of(a, r);

    draw_card(p, c, u, 0);
    left = c.x + c.w;
    for (size_t i = 0; i < ARRAY_LEN(buttons); i++) {
        const struct widget *w = scene_named(a, buttons[i].name);

        if (!w)
            continue;
        panel_button(a, p, w, 21 * u, buttons[i].word);
        left = fmin(left, w->r.x);
    }
    draw_both(p, a->lang, scene_word(a, TR_MARK("Lessons")), 34 * u, 26 * u, c.x + 36 * u, c.y + 20 * u,
              left - c.x - 60 * u);
    paint_cross(p, (struct point){c.x + c.w - 43 * u, c.y + 43 * u}, 9 * u, 4 * u, t->ink2, t->card);
    gallery_draw(a, PANEL_overlay_menu, p);
}

GALLERY_PANEL(PANEL_overlay_menu)

const struct panel overlay_menu = {
    .name = "menu",
    .title = TR_MARK("Lessons"),
    .area = AREA_OVERLAY,
    .make = gallery_make,
    .free = gallery_free,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .tick = tick,
    .input = input,
    .describe = describe,
};

/* ---- commands ---- */

void command_menu(struct app *a, int64_t arg)
{
    (void)arg;
    a->playing = false;
    gallery_begin(a, PANEL_overlay_menu);
    app_overlay(a, PANEL_overlay_menu);
}

static void open_named(struct app *a, const char *text, int64_t arg)
{
    (void)arg;
    if (*text)
        app_open(a, text);
}

void command_open_file(struct app *a, int64_t arg)
{
    (void)arg;
    ask_open(a, TR_MARK("Which file shall be opened?"), a->doc ? source_path(a->doc->source) : "", open_named,
             0);
}
