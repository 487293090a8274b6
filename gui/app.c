#include "gui/app.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/export.h"
#include "sim/report/i18n.h"
#include "sim/run/filewatch.h"

void app_init(struct app *a, const struct app_options *o)
{
    *a = (struct app){.theme = o->theme,
                      .lang = o->lang,
                      .goal = VTIME_NEVER,
                      .speed = SPEED_ONE,
                      .spot = PANEL_NONE,
                      .overlay = PANEL_NONE,
                      .reduced_motion = o->reduced_motion,
                      .recent = o->recent,
                      .patience = o->patience,
                      .zoom = 1};
    scene_init(&a->scene);
    a->scene.width = o->width;
    a->scene.height = o->height;
}

void app_free(struct app *a)
{
    export_stop(a->film);
    a->film = NULL;
    loader_cancel(a->opening.loader);
    free(a->opening.path);
    a->opening = (struct opening){.loader = NULL};
    scene_free(&a->scene);
    document_close(a->doc);
    filewatch_free(a->watch);
    a->doc = NULL;
    a->watch = NULL;
}

/* ---- what is open ---- */

void app_renew(struct app *a)
{
    vtime at = a->at;

    if (!a->doc)
        return;
    document_renew(a->doc, a->lang, ++a->generations);
    if (a->selected && !log_find(a->doc->log, a->selected))
        a->selected = 0;
    app_seek(a, at);
}

const struct model *app_model(const struct app *a)
{
    return a->doc ? document_model(a->doc, a->lang) : NULL;
}

const struct theme *app_theme(const struct app *a)
{
    return theme_get(a->theme);
}

const char *app_first(const struct app *a, struct trace_text t)
{
    const char *s = figure_first(a->lang, t);

    return s ? s : "";
}

const char *app_second(const struct app *a, struct trace_text t)
{
    return figure_second(a->lang, t);
}

#define MESSAGE_FOR (4 * NS_PER_S)

void app_fill(char *out, size_t size, const char *pattern, const char *with)
{
    const char *at = strstr(pattern, "%s");

    if (at)
        snprintf(out, size, "%.*s%s%s", (int)(at - pattern), pattern, with, at + 2);
    else
        snprintf(out, size, "%s", pattern);
}

void app_say(struct app *a, const char *pattern, const char *with)
{
    app_fill(a->message, sizeof a->message, app_first(a, scene_word(a, pattern)), with);
    a->message_ns = MESSAGE_FOR;
}

char *app_title(const struct app *a)
{
    struct sbuf b = SBUF_INIT;

    if (a->doc) {
        struct trace_text t = document_title(a->doc);

        sbuf_puts(&b, app_first(a, t));
        if (app_second(a, t))
            sbuf_printf(&b, " %s", app_second(a, t));
        sbuf_puts(&b, " – ");
    }
    sbuf_puts(&b, "tcplab");
    return sbuf_detach(&b);
}

/* ---- time ---- */

static void place_playhead(struct app *a, vtime shown)
{
    a->shown = max_i64(0, min_i64(shown, pace_length(a->doc->pace)));
    a->at = pace_virtual(a->doc->pace, a->shown);
}

void app_seek_shown(struct app *a, vtime shown)
{
    if (!a->doc)
        return;
    a->goal = VTIME_NEVER;
    place_playhead(a, shown);
}

void app_seek(struct app *a, vtime at)
{
    if (!a->doc)
        return;
    a->goal = VTIME_NEVER;
    at = max_i64(0, min_i64(at, app_model(a)->end));
    a->shown = pace_presentation(a->doc->pace, at);
    a->at = at;
}

void app_select(struct app *a, uint64_t record, bool follow)
{
    const struct rec_head *r = record && a->doc ? log_find(a->doc->log, record) : NULL;

    a->selected = r ? record : 0;
    if (r && follow) {
        a->playing = false;
        app_seek(a, r->at);
    }
}

const struct model_flight *app_segment(const struct app *a)
{
    const struct model_flight *f;

    if (!a->doc)
        return NULL;
    f = document_flight(a->doc, a->selected);
    return f ? f : document_latest(a->doc, a->at);
}

/* Towards the goal of a step: forward as fast as it is played, back in a moment. */
static void step(struct app *a, vtime by, int64_t ns)
{
    if (a->goal >= a->shown) {
        place_playhead(a, min_i64(a->goal, a->shown + by));
    } else {
        vtime way = a->shown - a->goal;

        place_playhead(a, a->gliding > ns ? a->shown - way / a->gliding * ns : a->goal);
        a->gliding -= ns;
    }
    if (a->shown == a->goal)
        a->goal = VTIME_NEVER;
}

bool app_tick(struct app *a, int64_t ns)
{
    vtime by = a->speed >= SPEED_ONE ? ns << (a->speed - SPEED_ONE) : ns >> (SPEED_ONE - a->speed);
    bool more = !app_opened(a, 0);

    if (!more && filewatch_changed(a->watch))
        app_reload(a);
    if (a->doc && a->goal != VTIME_NEVER) {
        step(a, by, ns);
    } else if (a->doc && a->playing) {
        place_playhead(a, a->shown + by);
        if (a->shown >= pace_length(a->doc->pace))
            a->playing = false;
    }
    more = scene_tick(a, ns) || more;
    more = export_tick(a) || more;
    if (a->message_ns > 0) {
        a->message_ns -= ns;
        more = true;
        if (a->message_ns <= 0)
            a->message[0] = '\0';
    }
    return more || a->playing || a->goal != VTIME_NEVER;
}

void app_overlay(struct app *a, enum panel_id id)
{
    a->overlay = id;
    a->scene.focus.panel = PANEL_NONE;
    a->scene.hover.panel = PANEL_NONE;
    a->scene.pressed.panel = PANEL_NONE;
    scene_update(a);
    if (id != PANEL_NONE)
        scene_focus_next(a, 1);
    a->scene.focus_seen = false;
}

/* ---- inputs ---- */

static void run_widget(struct app *a, const struct widget *w)
{
    if (w && w->command && !w->disabled)
        command_run(a, (enum command)w->command, w->arg);
}

void command_activate(struct app *a, int64_t arg)
{
    struct widget *w = scene_find(a, a->scene.focus);
    bool segment = w && w->command == CMD_SELECT; /* w may be gone after it has run */

    (void)arg;
    if (w)
        run_widget(a, w);
    if (segment || (!w && a->selected)) /* a segment: what could be done to it */
        command_run(a, CMD_FATES, 0);
}

static bool give(struct app *a, enum panel_id id, const struct input *in)
{
    const struct panel *p = id == PANEL_NONE ? NULL : panel_get(id);

    return p && p->input && a->scene.place[id].shown && p->input(a, in, a->scene.place[id].r);
}

static void pointer(struct app *a, const struct input *in)
{
    struct scene *s = &a->scene;
    struct widget *w = scene_hit(a, in->x, in->y);
    const struct widget_id none = {.panel = PANEL_NONE};
    enum panel_id under = scene_panel_at(a, in->x, in->y);

    if (in->kind == INPUT_MOVE && s->pressed.panel != PANEL_NONE) {
        give(a, (enum panel_id)s->pressed.panel, in); /* dragged, also beyond the panel */
        return;
    }
    if (memcmp(&s->hover, w ? &w->id : &none, sizeof s->hover)) {
        s->hover = w ? w->id : none;
        s->hovering = 0;
    }
    if (in->kind == INPUT_PRESS && scene_on_diagnosis(a, in->x, in->y)) {
        diag_clear(&a->diag);
    } else if (in->kind == INPUT_PRESS) {
        s->hovering = INT64_MIN / 2; /* no tooltip after a click */
        if (in->button == BUTTON_LEFT && w) {
            s->pressed = w->id;
            if (!w->unfocusable)
                scene_focus(a, w, false);
        } else if (a->overlay != PANEL_NONE && under != a->overlay) {
            app_overlay(a, PANEL_NONE);
            return;
        }
        give(a, under, in);
    } else if (in->kind == INPUT_RELEASE) {
        struct widget_id pressed = s->pressed;

        s->pressed = none;
        if (!give(a, under, in) && in->button == BUTTON_LEFT && w &&
            !memcmp(&pressed, &w->id, sizeof pressed))
            run_widget(a, w);
    } else {
        give(a, under, in);
    }
}

static void keyboard(struct app *a, const struct input *in)
{
    enum command c = command_of(in);
    enum panel_id focused = (enum panel_id)a->scene.focus.panel;

    if (a->opening.loader && in->kind == INPUT_KEY && in->key == KEY_ESCAPE) {
        app_give_up(a);
        return;
    }
    if (a->overlay != PANEL_NONE) {
        if (give(a, a->overlay, in))
            return;
        if (c != CMD_NONE && (command_get(c)->group == GROUP_MOVE || command_get(c)->group == GROUP_LOOK ||
                              command_get(c)->group == GROUP_FILE))
            command_run(a, c, 0);
        return;
    }
    if (focused != PANEL_NONE && give(a, focused, in))
        return;
    if (!a->doc && give(a, PANEL_panel_welcome, in)) /* cards can be walked at once */
        return;
    if (c != CMD_NONE)
        command_run(a, c, 0);
}

void app_input(struct app *a, const struct input *in)
{
    switch (in->kind) {
    case INPUT_KEY: {
        enum panel_id before = a->overlay;

        keyboard(a, in);
        a->opened_by_key = a->overlay != PANEL_NONE && a->overlay != before &&
                           !(in->mods & ~(unsigned)MOD_SHIFT) && in->key > ' ' && in->key < 0x7f;
        break;
    }
    case INPUT_TEXT:
        if (!a->opened_by_key)
            keyboard(a, in);
        a->opened_by_key = false;
        break;
    case INPUT_MOVE:
    case INPUT_PRESS:
    case INPUT_RELEASE:
    case INPUT_WHEEL: pointer(a, in); break;
    case INPUT_LEAVE: a->scene.hover.panel = PANEL_NONE; break;
    case INPUT_RESIZE:
        a->scene.width = in->width;
        a->scene.height = in->height;
        a->scene.all = true;
        break;
    case INPUT_DROP: app_open(a, in->path); break;
    case INPUT_CLOSE: a->quit = true; break;
    case INPUT_TICK: app_tick(a, in->ns); break;
    }
    if (in->kind != INPUT_TICK && in->kind != INPUT_MOVE)
        scene_update(a); /* so that the next input finds the widgets where they will be seen */
}

/* ---- for tests ---- */

void app_describe(const struct app *a, struct sbuf *out)
{
    static const char *const langs[] = {"en", "zh-Hant", "both"}, *const axes[] = {"broken", "step",
                                                                                   "linear"};
    const struct scene *s = &a->scene;
    size_t beats = 0, beat = a->doc ? document_beat(a->doc, a->at, &beats) : 0;
    char text[DIAG_TEXT_MAX];

    sbuf_printf(out, "document=%s\n", a->doc ? source_path(a->doc->source) : "none");
    *text = '\0';
    if (diag_is_set(&a->diag))
        diag_format(&a->diag, text, sizeof text);
    sbuf_printf(out, "opening=%s\n", a->opening.loader ? a->opening.path : "none");
    sbuf_printf(out, "diagnosis=%s\nmessage=%s\n", text, a->message);
    sbuf_printf(out, "playhead=%" PRId64 "us\nplaying=%s\nstepping=%s\nspeed=%d/8\nbeat=%zu/%zu\n",
                a->at / NS_PER_US, a->playing ? "yes" : "no", a->goal != VTIME_NEVER ? "yes" : "no",
                1 << a->speed, beat, beats);
    sbuf_printf(out, "selected=%" PRIu64 "\nsegment=%u\n", a->selected,
                app_segment(a) ? document_number(a->doc, app_segment(a)->pkt) : 0);
    sbuf_printf(
        out, "theme=%s\nlang=%s\ntext=%d\naxis=%s\nmotion=%s\nfullscreen=%s\naudience=%s\nsize=%dx%d\n",
        app_theme(a)->name, langs[a->lang], a->text, axes[a->axis], a->reduced_motion ? "reduced" : "full",
        a->fullscreen ? "yes" : "no", a->audience ? "yes" : "no", s->width, s->height);
    sbuf_printf(out, "spotlight=%s\noverlay=%s\ntab=%s\n",
                a->spot == PANEL_NONE ? "none" : panel_get(a->spot)->name,
                a->overlay == PANEL_NONE ? "none" : panel_get(a->overlay)->name,
                s->tab == PANEL_NONE ? "none" : panel_get(s->tab)->name);
    sbuf_printf(out, "focus=%s%s\n", s->focus.panel == PANEL_NONE ? "none" : s->focus.name,
                s->focus.panel != PANEL_NONE && s->focus_seen ? " (ring)" : "");
    sbuf_puts(out, "panels=");
    for (int i = 0; i < PANEL_COUNT; i++)
        if (s->place[i].shown)
            sbuf_printf(out, "%s ", panel_get((enum panel_id)i)->name);
    sbuf_putc(out, '\n');
    for (int i = 0; i < PANEL_COUNT; i++)
        if (s->place[i].shown && panel_get((enum panel_id)i)->describe)
            panel_get((enum panel_id)i)->describe(a, out);
    sbuf_printf(out, "quit=%s\n", a->quit ? "yes" : "no");
}
