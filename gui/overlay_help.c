/* All keys, in both languages, from the table of commands. */
#include <math.h>
#include <stdio.h>

#include "gui/app.h"
#include "sim/report/i18n.h"

struct cursor { /* where the next line goes */
    struct rect card;
    double x, y, row, width;
    int column;
};

static struct rect card_of(const struct app *a, struct rect r)
{
    double u = a->scene.base, w = fmin(r.w - 40 * u, 1680 * u), h = fmin(r.h - 40 * u, 960 * u);

    return (struct rect){round(r.x + (r.w - w) / 2), round(r.y + (r.h - h) / 2), round(w), round(h)};
}

static void layout(struct app *a, struct rect r)
{
    double u = a->scene.base;
    struct rect c = card_of(a, r);
    struct widget *w =
        scene_put(a, PANEL_overlay_help, (struct rect){c.x + c.w - 66 * u, c.y + 18 * u, 46 * u, 46 * u},
                  ROLE_BUTTON, "close");

    w->command = CMD_BACK;
    w->label = scene_word(a, TR_MARK("Close"));
}

static void next_line(struct cursor *c, double rows)
{
    if (c->y + rows * c->row > c->card.y + c->card.h - c->row * .5) {
        c->column++;
        c->x += c->width;
        c->y = c->card.y + c->row * 2.6;
    }
}

static void draw_command(struct app *a, struct paint *p, struct cursor *c, const struct command_row *row)
{
    const struct theme *t = app_theme(a);
    struct trace_text what = scene_word(a, row->what);
    double px = c->row * .5, key_w = c->width * .25, w = c->width - key_w - c->row;
    char key[64], escaped[128];
    struct extent e;
    struct rect plate;

    input_key_name(key, sizeof key, row->key, row->mods);
    paint_escape(escaped, sizeof escaped, key);
    e = paint_measure(p, FACE_BOLD, px * .92, escaped);
    plate = (struct rect){c->x, c->y + c->row * .08, fmax(e.w + px, c->row), c->row * .8};
    paint_fill(p, plate, 6 * a->scene.base, t->background);
    paint_frame(p, plate, 6 * a->scene.base, fmax(1, 1.4 * a->scene.base), t->line, false);
    draw_centred(p, FACE_BOLD, px * .92, t->ink1, plate, escaped);
    if (a->lang == FIGURE_BOTH) {
        double used = draw_cut(p, FACE_PLAIN, px, t->ink1, c->x + key_w, c->y + c->row * .12, what.en, w);

        if (what.zh && used + px < w)
            draw_cut(p, FACE_PLAIN, px * .9, t->ink2, c->x + key_w + used + px * .6, c->y + c->row * .16,
                     what.zh, w - used - px * .6);
    } else {
        draw_cut(p, FACE_PLAIN, px, t->ink1, c->x + key_w, c->y + c->row * .12, app_first(a, what), w);
    }
    c->y += c->row;
}

static size_t count_rows(void)
{
    size_t n = 0;

    for (enum command_group g = GROUP_TIME; g < GROUP_COUNT; g++) {
        n += 2;
        for (enum command k = CMD_NONE + 1; k < CMD_COUNT; k++)
            n += command_get(k)->group == g && command_get(k)->key;
    }
    return n;
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.base;
    struct rect card = card_of(a, r);
    struct cursor c = {.card = card, .x = card.x + 36 * u, .y = card.y + 92 * u};

    c.row = fmin(44 * u, (card.h - 110 * u) / ((double)count_rows() / 2 + 2));
    c.width = (card.w - 60 * u) / 2;
    draw_card(p, card, u, 0);
    draw_both(p, a->lang, scene_word(a, TR_MARK("All keys")), 34 * u, 26 * u, card.x + 36 * u,
              card.y + 20 * u, card.w - 140 * u);
    paint_cross(p, (struct point){card.x + card.w - 43 * u, card.y + 41 * u}, 9 * u, 4 * u, t->ink2, t->card);
    for (enum command_group g = GROUP_TIME; g < GROUP_COUNT; g++) {
        bool any = false;

        for (enum command k = CMD_NONE + 1; k < CMD_COUNT; k++) {
            const struct command_row *row = command_get(k);

            if (row->group != g || !row->key)
                continue;
            next_line(&c, any ? 1 : 3);
            if (!any) {
                draw_both(p, a->lang, scene_word(a, command_group_title(g)), c.row * .56, c.row * .5, c.x,
                          c.y + c.row * .1, c.width);
                c.y += c.row;
                any = true;
            }
            draw_command(a, p, &c, row);
        }
        c.y += any ? c.row * .6 : 0;
    }
}

const struct panel overlay_help = {
    .name = "help",
    .title = TR_MARK("All keys"),
    .area = AREA_OVERLAY,
    .layout = layout,
    .draw = draw,
};
