/* What the commands of commands.def do that belong to no panel. */
#include "gui/app.h"

#include "sim/report/i18n.h"

#define GLIDE (350 * NS_PER_MS) /* a step back takes so long */

/* ---- time ---- */

void command_play(struct app *a, int64_t arg)
{
    (void)arg;
    if (!a->doc)
        return;
    a->goal = VTIME_NEVER;
    if (!a->playing && a->shown >= pace_length(a->doc->pace))
        app_seek(a, 0);
    a->playing = !a->playing;
}

/* Steps to a beat. Who steps again before it is reached is there at once. */
static void step_to(struct app *a, vtime shown)
{
    a->playing = false;
    if (a->reduced_motion) {
        app_seek_shown(a, shown);
        return;
    }
    a->goal = shown;
    a->gliding = GLIDE;
}

/* The beat after the playhead, or before it; of a step that is under way, after or before its end. */
static const struct pace_beat *beat_from_here(struct app *a, bool after)
{
    if (a->goal != VTIME_NEVER)
        app_seek_shown(a, a->goal);
    return after ? pace_beat_after(a->doc->pace, a->at) : pace_beat_before(a->doc->pace, a->at);
}

void command_next(struct app *a, int64_t arg)
{
    const struct pace_beat *b = a->doc ? beat_from_here(a, true) : NULL;

    (void)arg;
    if (a->doc)
        step_to(a, b ? pace_presentation(a->doc->pace, b->at) : pace_length(a->doc->pace));
}

void command_previous(struct app *a, int64_t arg)
{
    const struct pace_beat *b = a->doc ? beat_from_here(a, false) : NULL;

    (void)arg;
    if (a->doc)
        step_to(a, b ? pace_presentation(a->doc->pace, b->at) : 0);
}

void command_nudge(struct app *a, int64_t by)
{
    app_seek(a, a->at + by);
}

void command_home(struct app *a, int64_t arg)
{
    (void)arg;
    app_seek(a, 0);
}

void command_end(struct app *a, int64_t arg)
{
    (void)arg;
    if (a->doc)
        app_seek_shown(a, pace_length(a->doc->pace));
    a->playing = false;
}

void command_faster(struct app *a, int64_t by)
{
    command_speed(a, a->speed + by);
}

void command_speed(struct app *a, int64_t arg)
{
    if (arg >= 0 && arg < SPEEDS)
        a->speed = (int)arg;
}

/* ---- why ---- */

void command_select(struct app *a, int64_t arg)
{
    app_select(a, (uint64_t)arg, false);
}

static uint64_t starting_point(const struct app *a)
{
    if (a->selected || !app_segment(a))
        return a->selected;
    return app_segment(a)->pkt;
}

static void follow(struct app *a, uint64_t (*which)(const struct document *d, uint64_t record))
{
    uint64_t from = starting_point(a), to = from ? which(a->doc, from) : 0;

    if (to)
        app_select(a, to, true);
}

void command_cause(struct app *a, int64_t arg)
{
    (void)arg;
    follow(a, document_cause);
}

void command_consequence(struct app *a, int64_t arg)
{
    (void)arg;
    follow(a, document_consequence);
}

/* ---- getting around ---- */

void command_focus(struct app *a, int64_t way)
{
    scene_focus_next(a, (int)way);
}

void command_back(struct app *a, int64_t arg)
{
    (void)arg;
    if (diag_is_set(&a->diag))
        diag_clear(&a->diag);
    else if (a->overlay != PANEL_NONE)
        app_overlay(a, PANEL_NONE);
    else if (a->scene.focus.panel != PANEL_NONE && a->scene.focus_seen)
        a->scene.focus.panel = PANEL_NONE;
    else if (a->selected)
        a->selected = 0;
    else if (a->spot != PANEL_NONE)
        a->spot = PANEL_NONE;
    else
        a->fullscreen = false;
}

/* ---- looks ---- */

/* The panel of an area, seen or not: the spotlight also finds what a small window hides. */
static enum panel_id in_area(const struct app *a, enum area area)
{
    if (area == AREA_BOTTOM)
        return a->scene.tab;
    for (enum panel_id i = 0; i < PANEL_COUNT; i++)
        if (panel_get(i)->area == area && panel_wanted(a, i))
            return i;
    return PANEL_NONE;
}

void command_spot(struct app *a, int64_t area)
{
    enum panel_id id = in_area(a, (enum area)area);

    if (id != PANEL_NONE)
        a->spot = a->spot == id ? PANEL_NONE : id;
}

void command_tab(struct app *a, int64_t arg)
{
    if (arg < 0 || arg >= PANEL_COUNT || panel_get((enum panel_id)arg)->area != AREA_BOTTOM)
        return;
    a->scene.tab = (enum panel_id)arg;
    if (a->spot != PANEL_NONE && panel_get(a->spot)->area == AREA_BOTTOM)
        a->spot = a->scene.tab;
}

void command_theme(struct app *a, int64_t arg)
{
    (void)arg;
    a->theme = (enum theme_id)((a->theme + 1) % THEME_COUNT);
}

void command_lang(struct app *a, int64_t arg)
{
    (void)arg;
    a->lang = (enum figure_lang)((a->lang + 1) % (FIGURE_BOTH + 1));
}

/* The two buttons are switches; one of them is always on. */
void command_lang_en(struct app *a, int64_t arg)
{
    (void)arg;
    a->lang = a->lang == FIGURE_BOTH ? FIGURE_ZH : a->lang == FIGURE_ZH ? FIGURE_BOTH : FIGURE_EN;
}

void command_lang_zh(struct app *a, int64_t arg)
{
    (void)arg;
    a->lang = a->lang == FIGURE_BOTH ? FIGURE_EN : a->lang == FIGURE_EN ? FIGURE_BOTH : FIGURE_ZH;
}

void command_larger(struct app *a, int64_t by)
{
    int text = a->text + (int)by;

    if (text >= 0 && text < TEXT_STEPS)
        a->text = text;
}

void command_motion(struct app *a, int64_t arg)
{
    (void)arg;
    a->reduced_motion = !a->reduced_motion;
}

void command_axis(struct app *a, int64_t arg)
{
    (void)arg;
    a->axis = (enum axis_mode)((a->axis + 1) % (AXIS_LINEAR + 1));
}

void command_fullscreen(struct app *a, int64_t arg)
{
    (void)arg;
    a->fullscreen = !a->fullscreen;
}

void command_audience(struct app *a, int64_t arg)
{
    (void)arg;
    a->audience = !a->audience;
    if (a->overlay != PANEL_NONE)
        app_overlay(a, PANEL_NONE);
}

void command_help(struct app *a, int64_t arg)
{
    (void)arg;
    app_overlay(a, a->overlay == PANEL_overlay_help ? PANEL_NONE : PANEL_overlay_help);
}

void command_quit(struct app *a, int64_t arg)
{
    (void)arg;
    a->quit = true;
}
