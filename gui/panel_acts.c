/* What the user has done to the run: each act with its time, to be named and taken back. */
#include <stdio.h>

#include "gui/acts.h"
#include "gui/ask.h"
#include "gui/panel.h"
#include "sim/report/i18n.h"

enum { ROWS_MOST = 5 };

static const struct { /* from the right; before all other widgets */
    const char *name, *word;
    enum command command;
} buttons[] = {
    {"save acts", TR_MARK("Save"), CMD_SAVE},
    {"redo", TR_MARK("Redo"), CMD_REDO},
    {"undo", TR_MARK("Undo"), CMD_UNDO},
    {"twins", TR_MARK("Compare"), CMD_TWINS},
};

static bool wants(const struct app *a)
{
    return acts_possible(a);
}

static const char *state_word(enum session_state s)
{
    switch (s) {
    case ACT_APPLIED: return NULL;
    case ACT_WAITING: return TR_MARK("has not come");
    case ACT_REFUSED: return TR_MARK("found nothing to act upon");
    case ACT_STALE: return TR_MARK("does not fit any more");
    }
    return NULL;
}

/* The first row shown: the last ones, if there are too many. */
static size_t first_row(size_t n)
{
    return n > ROWS_MOST ? n - ROWS_MOST : 0;
}

static struct widget *put(struct app *a, struct rect r, const char *name, enum command c, int64_t arg)
{
    return panel_put(a, PANEL_panel_acts, r, ROLE_BUTTON, name, c, arg);
}

static void layout(struct app *a, struct rect r)
{
    double u = a->scene.u, y = r.y + 56 * u, row = 29 * u, x = r.x + r.w - 18 * u;
    char name[WIDGET_NAME];
    size_t n;

    (void)acts_list(a, &n);
    for (size_t i = 0; i < ARRAY_LEN(buttons); i++) {
        struct rect at = {x - (92 + 100 * (double)i) * u, r.y + 10 * u, 92 * u, 36 * u};
        struct widget *w = put(a, at, buttons[i].name, buttons[i].command, 0);

        w->disabled =
            buttons[i].command == CMD_REDO ? !session_undone(source_session(a->doc->source)) : n == 0;
    }
    for (size_t i = first_row(n); i < n; i++, y += row) {
        snprintf(name, sizeof name, "undo %zu", i + 1);
        put(a, (struct rect){x - 26 * u, y, 26 * u, 26 * u}, name, CMD_UNDO_THIS, (int64_t)i)->radius = 6 * u;
        snprintf(name, sizeof name, "name %zu", i + 1);
        put(a, (struct rect){r.x + 18 * u, y, r.w - 72 * u, 26 * u}, name, CMD_NAME, (int64_t)i)->radius =
            6 * u;
    }
}

static void draw_row(struct app *a, struct paint *p, struct rect r, const struct session_intervention *act)
{
    const struct theme *t = app_theme(a);
    char text[2][ACTS_TEXT], line[3 * ACTS_TEXT], time[32];
    const char *bad = state_word(act->state);
    double u = a->scene.u;

    acts_say(a, &act->act, text[0], text[1]);
    snprintf(time, sizeof time, "%.3f s", (double)act->act.at / NS_PER_S);
    draw_cut(p, FACE_MONO, 17 * u, t->ink2, r.x + 2 * u, r.y + 2 * u, time, 90 * u);
    snprintf(line, sizeof line, "%s%s%s%s%s", a->lang == FIGURE_ZH ? text[1] : text[0],
             *act->act.note ? " – " : "", act->act.note, bad ? " – " : "",
             bad ? app_first(a, scene_word(a, bad)) : "");
    draw_cut(p, FACE_PLAIN, 19 * u, bad ? t->ink3 : t->ink1, r.x + 100 * u, r.y + 1 * u, line, r.w - 104 * u);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct place *place = &a->scene.place[PANEL_panel_acts];
    const struct session_intervention *list;
    double u = a->scene.u;
    size_t n;

    list = acts_list(a, &n);
    draw_card(p, r, u, n ? t->phase[PHASE_WAITING].bar : 0);
    draw_both(p, a->lang, scene_word(a, TR_MARK("Your acts")), 24 * u, 20 * u, r.x + 26 * u, r.y + 12 * u,
              r.w - 440 * u);
    for (size_t i = 0; i < place->n_widgets; i++) {
        const struct widget *w = &place->widget[i];

        if (i < ARRAY_LEN(buttons)) {
            panel_button(a, p, w, 18 * u, buttons[i].word);
        } else if (w->command == CMD_UNDO_THIS) {
            paint_cross(p, (struct point){w->r.x + w->r.w / 2, w->r.y + w->r.h / 2}, 7 * u, 3 * u, t->ink2,
                        t->card);
        } else {
            draw_row(a, p, w->r, &list[w->arg]);
        }
    }
    if (!n)
        panel_says(a, p, (struct rect){r.x + 20 * u, r.y + 50 * u, r.w - 40 * u, r.h - 60 * u},
                   TR_MARK("Right-click a segment, or press I, to interfere."));
}

static uint64_t stamp(const struct app *a)
{
    const struct session_intervention *list;
    uint64_t h = 29;
    size_t n;

    list = acts_list(a, &n);
    for (size_t i = 0; i < n; i++)
        h = stamp_add(stamp_add(h, list[i].act.fingerprint),
                      hash_bytes(list[i].state, list[i].act.note, ACT_NOTE_BYTES));
    return stamp_add(h, acts_possible(a) ? session_undone(source_session(a->doc->source)) : 0);
}

static void describe(const struct app *a, struct sbuf *out)
{
    static const char *const states[] = {"waiting", "applied", "refused", "stale"};
    const struct session_intervention *list;
    size_t n;

    list = acts_list(a, &n);
    for (size_t i = 0; i < n; i++)
        sbuf_printf(out, "act %zu=%s %s at %lld us%s%s\n", i + 1, act_name(list[i].act.kind),
                    states[list[i].state], (long long)(list[i].act.at / NS_PER_US),
                    *list[i].act.note ? ": " : "", list[i].act.note);
    sbuf_printf(out, "acts=%zu\n", n);
}

const struct panel panel_acts = {
    .name = "acts",
    .title = TR_MARK("Acts"),
    .area = AREA_BOTTOM,
    .wants = wants,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .describe = describe,
};

/* ---- commands ---- */

void command_undo_this(struct app *a, int64_t arg)
{
    if (arg >= 0)
        acts_undo(a, (size_t)arg);
}

static void named(struct app *a, const char *text, int64_t arg)
{
    acts_note(a, (size_t)arg, text);
}

void command_name(struct app *a, int64_t arg)
{
    const struct session_intervention *list;
    size_t n;

    list = acts_list(a, &n);
    if (arg >= 0 && (size_t)arg < n)
        ask_open(a, TR_MARK("What is this act called?"), list[arg].act.note, named, arg);
}

static void save_as(struct app *a, const char *path, int64_t arg)
{
    struct sbuf text = SBUF_INIT;
    struct diag d = {0};

    (void)arg;
    if (!session_save_lesson(source_session(a->doc->source), &text, &d) || !ask_write(path, &text, &d))
        a->diag = d;
    else
        app_say(a, TR_MARK("Saved as %s"), path);
    sbuf_free(&text);
}

void command_save(struct app *a, int64_t arg)
{
    size_t n;
    char path[256];

    (void)arg;
    (void)acts_list(a, &n);
    if (!n)
        return;
    snprintf(path, sizeof path, "%s-acts.json", a->doc->header->lesson);
    ask_open(a, TR_MARK("Save the lesson with your acts as"), path, save_as, 0);
}
