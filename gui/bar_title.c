/* The bar above all: menu, title, languages, size of text, theme, help. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gui/panel.h"
#include "sim/report/i18n.h"

struct button {              /* from left to right */
    const char *name, *text; /* text NULL: marked one below */
    const char *word;
    enum command command;
    double width; /* at 1080p; 0: what the text takes */
    double gap;   /* to its right */
};

static const struct button buttons[] = {
    {"en", "EN", NULL, CMD_LANG_EN, 64, 8},
    {"zh", "中文", NULL, CMD_LANG_ZH, 78, 24},
    {"smaller", "A−", NULL, CMD_SMALLER, 60, 8},
    {"larger", "A+", NULL, CMD_LARGER, 60, 24},
    {"theme", NULL, TR_MARK("Theme"), CMD_THEME, 0, 12},
    {"export", NULL, TR_MARK("Export"), CMD_EXPORT, 0, 12},
    {"help", "?", NULL, CMD_HELP, 52, 24},
};

static const char *text_of(struct app *a, const struct button *b, char out[64])
{
    paint_escape(out, 64, b->text ? b->text : app_first(a, scene_word(a, b->word)));
    return out;
}

static double width_of(struct app *a, const struct button *b)
{
    char text[64];

    if (b->width > 0)
        return b->width * a->scene.u;
    return paint_measure(a->scene.paint, FACE_BOLD, 21 * a->scene.u, text_of(a, b, text)).w + 38 * a->scene.u;
}

static void layout(struct app *a, struct rect r)
{
    double u = a->scene.u, x = r.x + r.w;

    panel_put(a, PANEL_bar_title, (struct rect){r.x + 18 * u, r.y + 10 * u, 56 * u, 54 * u}, ROLE_BUTTON,
              "menu", CMD_MENU, 0);
    for (size_t i = 0; i < ARRAY_LEN(buttons); i++)
        x -= buttons[i].gap * u + width_of(a, &buttons[i]);
    for (size_t i = 0; i < ARRAY_LEN(buttons); i++) {
        const struct button *b = &buttons[i];
        double w = width_of(a, b);
        struct widget *widget =
            panel_put(a, PANEL_bar_title, (struct rect){x, r.y + 16 * u, w, 42 * u},
                      b->command == CMD_LANG_EN || b->command == CMD_LANG_ZH ? ROLE_TOGGLE : ROLE_BUTTON,
                      b->name, b->command, 0);

        widget->on = (b->command == CMD_LANG_EN && a->lang != FIGURE_ZH) ||
                     (b->command == CMD_LANG_ZH && a->lang != FIGURE_EN);
        widget->disabled = (b->command == CMD_LARGER && a->text == TEXT_STEPS - 1) ||
                           (b->command == CMD_SMALLER && a->text == 0) ||
                           (b->command == CMD_EXPORT && !a->doc);
        x += b->gap * u + w;
    }
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct place *place = &a->scene.place[PANEL_bar_title];
    double u = a->scene.u, left = r.x + r.w;
    struct trace_text title = a->doc ? document_title(a->doc) : (struct trace_text){"tcplab", NULL};
    struct extent e = paint_measure(p, FACE_BOLD, TYPE_TITLE * u, "X");
    char text[64];

    paint_fill(p, r, 0, t->card);
    paint_fill(p, (struct rect){r.x, r.y + r.h - fmax(1, 2 * u), r.w, fmax(1, 2 * u)}, 0, t->line);
    for (size_t i = 0; i < ARRAY_LEN(buttons); i++) {
        const struct widget *w = &place->widget[i + 1]; /* the menu's is the first */

        draw_button(p, w, u, 21 * u, text_of(a, &buttons[i], text));
        left = fmin(left, w->r.x);
    }
    draw_both(p, a->lang, title, TYPE_TITLE * u, 28 * u, r.x + 88 * u, r.y + (r.h - e.h) / 2 - 1 * u,
              left - r.x - 120 * u);
    for (int i = 0; i < 3; i++)
        paint_fill(p, (struct rect){r.x + 32 * u, r.y + (25 + i * 11) * u, 30 * u, 4 * u}, 2 * u, t->ink2);
}

const struct panel bar_title = {
    .name = "title",
    .area = AREA_TITLE,
    .layout = layout,
    .draw = draw,
    .fills = true,
};
