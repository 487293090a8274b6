/* What shall be exported. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gui/ask.h"
#include "gui/export.h"
#include "sim/report/i18n.h"

static struct rect card_of(const struct app *a, struct rect r)
{
    double u = a->scene.u, w = fmin(r.w - 40 * u, 900 * u),
           h = fmin(r.h - 20 * u, (112 + EXPORT_KINDS * 62) * u);

    return (struct rect){round(r.x + (r.w - w) / 2), round(r.y + (r.h - h) / 2), round(w), round(h)};
}

static void layout(struct app *a, struct rect r)
{
    double u = a->scene.u, row;
    struct rect c = card_of(a, r);

    row = (c.h - 108 * u) / EXPORT_KINDS;
    for (int k = 0; k < EXPORT_KINDS; k++) {
        char name[WIDGET_NAME];
        struct widget *w;

        snprintf(name, sizeof name, "export %s", export_name((enum export_kind)k));
        w = scene_put(a, PANEL_overlay_export,
                      (struct rect){c.x + 28 * u, c.y + 84 * u + k * row, c.w - 56 * u, row - 8 * u},
                      ROLE_BUTTON, name);
        w->command = CMD_EXPORT_THIS;
        w->arg = k;
        w->disabled = !export_possible(a, (enum export_kind)k);
    }
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct place *place = &a->scene.place[PANEL_overlay_export];
    double u = a->scene.u;
    struct rect c = card_of(a, r);

    draw_card(p, c, u, 0);
    draw_both(p, a->lang, scene_word(a, TR_MARK("Export")), 30 * u, 24 * u, c.x + 30 * u, c.y + 22 * u,
              c.w - 60 * u);
    for (size_t i = 0; i < place->n_widgets; i++) {
        const struct widget *w = &place->widget[i];
        enum export_kind k = (enum export_kind)w->arg;
        const char *ends = export_endings(k);
        char key[16], escaped[64];
        double side = w->r.h - 16 * u, x = w->r.x + 10 * u, px = fmin(22 * u, w->r.h * .45),
               y = w->r.y + w->r.h / 2;
        struct rect plate = {x, w->r.y + 8 * u, side, side};
        colour ink = w->disabled ? t->ink3 : t->ink1;
        double right;

        paint_fill(p, w->r, 10 * u, t->background);
        paint_frame(p, w->r, 10 * u, fmax(1, 1.4 * u * t->stroke), t->line, w->disabled);
        snprintf(key, sizeof key, "%d", (int)k + 1);
        paint_fill(p, plate, 7 * u, w->disabled ? t->line : t->ink2);
        draw_centred(p, FACE_BOLD, px * .9, t->card, plate, key);
        paint_escape(escaped, sizeof escaped, w->disabled && k == EXPORT_FILM ? "ffmpeg ?" : ends);
        right = paint_measure(p, FACE_MONO, px * .82, escaped).w;
        paint_text(p, FACE_MONO, px * .82, t->ink3, w->r.x + w->r.w - right - 16 * u, y - px * .62, escaped);
        x += side + 16 * u;
        if (a->lang == FIGURE_BOTH) {
            struct trace_text word = scene_word(a, export_word(k));
            double used =
                draw_cut(p, FACE_PLAIN, px, ink, x, y - px * .72, word.en, w->r.w - right - side - 60 * u);

            draw_cut(p, FACE_PLAIN, px * .85, t->ink2, x + used + 14 * u, y - px * .64,
                     word.zh ? word.zh : "", w->r.x + w->r.w - right - 40 * u - x - used);
        } else {
            draw_cut(p, FACE_PLAIN, px, ink, x, y - px * .72, app_first(a, scene_word(a, export_word(k))),
                     w->r.w - right - side - 60 * u);
        }
    }
}

static bool input(struct app *a, const struct input *in, struct rect r)
{
    (void)r;
    if (in->kind == INPUT_KEY && (in->key == KEY_DOWN || in->key == KEY_UP)) {
        scene_focus_next(a, in->key == KEY_DOWN ? 1 : -1);
        return true;
    }
    if (in->kind == INPUT_KEY && in->key >= '1' && in->key < '1' + EXPORT_KINDS && !in->mods) {
        command_export_this(a, in->key - '1');
        return true;
    }
    return false;
}

const struct panel overlay_export = {
    .name = "export",
    .title = TR_MARK("Export"),
    .area = AREA_OVERLAY,
    .layout = layout,
    .draw = draw,
    .input = input,
};

/* ---- commands ---- */

void command_export(struct app *a, int64_t arg)
{
    (void)arg;
    if (!a->doc)
        return;
    a->playing = false;
    app_overlay(a, PANEL_overlay_export);
}

static void write_it(struct app *a, const char *path, int64_t kind)
{
    if (*path && !export_to(a, (enum export_kind)kind, path))
        ask_open(a, TR_MARK("Under which name? Its ending says how."), path, write_it, kind);
}

void command_export_this(struct app *a, int64_t arg)
{
    enum export_kind k = (enum export_kind)arg;
    char name[512];

    if (a->overlay != PANEL_overlay_export || arg < 0 || arg >= EXPORT_KINDS || !export_possible(a, k))
        return;
    snprintf(name, sizeof name, "%s-%s.%.*s", a->doc->header->lesson ? a->doc->header->lesson : "tcplab",
             export_name(k), (int)strcspn(export_endings(k), ","), export_endings(k));
    ask_open(a, TR_MARK("Under which name? Its ending says how."), name, write_it, arg);
}
