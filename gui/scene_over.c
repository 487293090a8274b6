/* What lies over the panels: the ring of the focus, the light under the pointer, tooltips, messages. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gui/app.h"
#include "sim/report/i18n.h"

#define TIP_AFTER (600 * NS_PER_MS)

enum { OVER_RING, OVER_LIGHT, OVER_TIP, OVER_MESSAGE, OVER_PROGRESS, OVERS };

static const struct widget *tip_of(const struct app *a)
{
    const struct widget *w = a->scene.hovering >= TIP_AFTER ? scene_find(a, a->scene.hover) : NULL;

    return w && (w->label.en || w->label.zh) ? w : NULL;
}

bool scene_waits(const struct app *a)
{
    const struct widget *w = scene_find(a, a->scene.hover);

    return w && w->label.en && a->scene.hovering >= 0 && a->scene.hovering < TIP_AFTER;
}

static void tip_text(const struct app *a, const struct widget *w, char out[2][256])
{
    char key[48] = "", first[200];
    const char *second = app_second(a, w->label);
    uint32_t k = w->command ? command_get((enum command)w->command)->key : 0;

    if (k) {
        char name[32];

        input_key_name(name, sizeof name, k, command_get((enum command)w->command)->mods);
        snprintf(key, sizeof key, "   [%s]", name);
    }
    paint_escape(first, sizeof first, app_first(a, w->label));
    snprintf(out[0], 256, "%s%s", first, key);
    paint_escape(out[1], 256, second ? second : "");
}

static struct rect tip_rect(const struct app *a, const struct widget *w, char text[2][256])
{
    const struct scene *s = &a->scene;
    double u = s->u, px = 19 * u;
    struct extent e = paint_measure(s->paint, FACE_BOLD, px, text[0]),
                  f = *text[1] ? paint_measure(s->paint, FACE_PLAIN, px * .9, text[1])
                               : (struct extent){0, 0, 0};
    double width = fmax(e.w, f.w) + 28 * u, height = e.h + f.h + 16 * u, x = w->r.x + w->r.w / 2 - width / 2,
           y = w->r.y + w->r.h + 10 * u;

    if (y + height > s->height - 4 * u)
        y = w->r.y - height - 10 * u;
    x = fmax(6 * u, fmin(x, s->width - width - 6 * u));
    return (struct rect){x, fmax(4 * u, y), width, height};
}

static struct rect message_rect(const struct app *a, char text[DIAG_TEXT_MAX])
{
    const struct scene *s = &a->scene;
    char raw[DIAG_TEXT_MAX];
    double u = s->u, w = fmin(s->width - 80 * u, 1300 * u);
    struct extent e;

    if (diag_is_set(&a->diag))
        diag_format(&a->diag, raw, sizeof raw);
    else
        snprintf(raw, sizeof raw, "%s", a->message);
    paint_escape(text, DIAG_TEXT_MAX, raw);
    e = paint_measure_wrapped(s->paint, FACE_MONO, 20 * u, text, w - 130 * u);
    return (struct rect){(s->width - w) / 2, 90 * u, w, e.h + 40 * u};
}

static struct rect progress_rect(const struct app *a)
{
    const struct scene *s = &a->scene;
    double u = s->u, w = fmin(s->width - 80 * u, 760 * u), h = 150 * u;

    return (struct rect){(s->width - w) / 2, (s->height - h) / 2, w, h};
}

bool scene_on_diagnosis(const struct app *a, double x, double y)
{
    return diag_is_set(&a->diag) && rect_has(a->scene.over[OVER_MESSAGE], x, y);
}

void scene_over_gather(struct app *a)
{
    struct scene *s = &a->scene;
    const struct widget *focus = s->focus_seen ? scene_find(a, s->focus) : NULL,
                        *hover = scene_find(a, s->hover), *tip = tip_of(a);
    struct rect now[OVERS] = {{0, 0, 0, 0}};
    char text[2][256], message[DIAG_TEXT_MAX];
    uint64_t stamp = 3;

    if (focus)
        now[OVER_RING] = rect_grow(focus->r, 8 * s->u + 2);
    if (hover && hover->role != ROLE_ITEM)
        now[OVER_LIGHT] = rect_grow(hover->r, 2);
    if (tip) {
        tip_text(a, tip, text);
        now[OVER_TIP] = rect_grow(tip_rect(a, tip, text), 6 * s->u);
    }
    if (diag_is_set(&a->diag) || *a->message)
        now[OVER_MESSAGE] = rect_grow(message_rect(a, message), 8 * s->u);
    if (a->opening.loader)
        now[OVER_PROGRESS] = rect_grow(progress_rect(a), 8 * s->u);
    stamp = stamp_add(stamp, hash_bytes(7, now, sizeof now));
    stamp = stamp_add(stamp, a->opening.loader ? a->opening.permille / 4 + 1 : 0);
    stamp = stamp_add(stamp, hash_bytes(8, a->message, strlen(a->message)));
    if (stamp == s->over_stamp)
        return;
    s->over_stamp = stamp;
    for (size_t i = 0; i < ARRAY_LEN(now); i++) {
        scene_dirty(s, s->over[i]);
        scene_dirty(s, now[i]);
        s->over[i] = now[i];
    }
}

static void draw_message(struct app *a)
{
    struct scene *s = &a->scene;
    const struct theme *t = app_theme(a);
    double u = s->u;
    char text[DIAG_TEXT_MAX];
    struct rect r = message_rect(a, text);
    bool bad = diag_is_set(&a->diag);
    colour c = bad ? t->hue[HUE_RST].line : t->focus;

    draw_card(s->paint, r, u, c);
    paint_frame(s->paint, r, 13 * u, 2.5 * u, c, false);
    if (bad)
        paint_cross(s->paint, (struct point){r.x + 46 * u, r.y + r.h / 2}, 12 * u, 5 * u, c, t->card);
    if (bad) /* a click takes it away */
        paint_cross(s->paint, (struct point){r.x + r.w - 26 * u, r.y + 24 * u}, 6 * u, 3 * u, t->ink3,
                    t->card);
    paint_text_wrapped(s->paint, FACE_MONO, 20 * u, t->ink1, r.x + 80 * u, r.y + 20 * u, text, r.w - 130 * u);
}

/* A file is being opened: which, how far, and how to give it up. */
static void draw_progress(struct app *a)
{
    struct paint *p = a->scene.paint;
    const struct theme *t = app_theme(a);
    const char *slash = strrchr(a->opening.path, '/');
    double u = a->scene.u;
    struct rect r = progress_rect(a), bar = {r.x + 32 * u, r.y + 78 * u, r.w - 64 * u, 16 * u};
    struct trace_text hint = scene_word(a, TR_MARK("Esc gives it up."));

    draw_card(p, r, u, t->focus);
    draw_cut(p, FACE_BOLD, 26 * u, t->ink1, bar.x, r.y + 26 * u, slash ? slash + 1 : a->opening.path, bar.w);
    paint_fill(p, bar, bar.h / 2, t->line);
    bar.w = fmax(bar.h, bar.w * a->opening.permille / 1000);
    paint_fill(p, bar, bar.h / 2, t->focus);
    draw_both(p, a->lang, hint, 19 * u, 18 * u, bar.x, r.y + 106 * u, r.w - 64 * u);
}

void scene_over_draw(struct app *a)
{
    struct scene *s = &a->scene;
    const struct theme *t = app_theme(a);
    const struct widget *focus = s->focus_seen ? scene_find(a, s->focus) : NULL,
                        *hover = scene_find(a, s->hover), *tip = tip_of(a);
    double u = s->u, width = fmax(2, 3 * u);

    if (hover && hover->role != ROLE_ITEM && !hover->disabled)
        paint_fill(s->paint, hover->r, hover->radius > 0 ? hover->radius : 11 * u,
                   colour_alpha(t->focus, 28));
    if (focus) {
        struct rect r = rect_grow(focus->r, 5 * u);

        paint_frame(s->paint, rect_grow(r, 1.5 * u), (focus->radius > 0 ? focus->radius : 11 * u) + 6 * u,
                    width + 3 * u, t->background, false);
        paint_frame(s->paint, r, (focus->radius > 0 ? focus->radius : 11 * u) + 5 * u, width, t->focus,
                    false);
    }
    if (diag_is_set(&a->diag) || *a->message)
        draw_message(a);
    if (a->opening.loader)
        draw_progress(a);
    if (tip) {
        char text[2][256];
        struct rect r;
        struct extent e;

        tip_text(a, tip, text);
        r = tip_rect(a, tip, text);
        e = paint_measure(s->paint, FACE_BOLD, 19 * u, text[0]);
        paint_fill(s->paint, r, 9 * u, t->ink1);
        paint_text(s->paint, FACE_BOLD, 19 * u, t->card, r.x + 14 * u, r.y + 8 * u, text[0]);
        if (*text[1])
            paint_text(s->paint, FACE_PLAIN, 19 * u * .9, colour_alpha(t->card, 220), r.x + 14 * u,
                       r.y + 8 * u + e.h, text[1]);
    }
}
