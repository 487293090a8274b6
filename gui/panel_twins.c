/* Twins: the run as the lesson has it and the run with the user's acts, side by side at the same time, and
 * where they first part. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gui/acts.h"
#include "gui/panel.h"
#include "models/record.h"
#include "sim/figure/sequence.h"
#include "sim/report/i18n.h"

struct twins {
    struct session *plain; /* the run without acts */
    struct model *model;   /* of plain */
    struct sequence *s[2]; /* plain, with acts */
    uint64_t made_for, laid_for;
    vtime parted; /* VTIME_NEVER: they do not */
};

static void *make(void)
{
    return panel_memory(sizeof(struct twins));
}

static struct twins *twins_of(const struct app *a)
{
    return scene_state(a, PANEL_panel_twins);
}

static void drop_layout(struct twins *t)
{
    for (int i = 0; i < 2; i++) {
        sequence_free(t->s[i]);
        t->s[i] = NULL;
    }
    t->laid_for = 0;
}

static void drop(struct twins *t)
{
    drop_layout(t);
    model_free(t->model);
    t->model = NULL;
    session_close(t->plain);
    t->plain = NULL;
    t->made_for = 0;
}

static void discard(void *state)
{
    drop(state);
    free(state);
}

static bool wants(const struct app *a)
{
    return a->twins && acts_possible(a);
}

/* ---- the other run ---- */

/* Where the logs first differ: the time of the first record that is not the same. */
static vtime parting(const struct log *a, const struct log *b)
{
    size_t n = log_count(a) < log_count(b) ? log_count(a) : log_count(b), i = 0;

    while (i < n) {
        const struct rec_head *x = log_at(a, i), *y = log_at(b, i);

        if (x->kind != y->kind || x->at != y->at || x->host != y->host || x->conn != y->conn ||
            x->cause != y->cause)
            break;
        i++;
    }
    if (i == n && log_count(a) == log_count(b))
        return VTIME_NEVER;
    if (i == n)
        return log_at(log_count(a) > n ? a : b, n)->at;
    return min_i64(log_at(a, i)->at, log_at(b, i)->at);
}

static bool run_plain(const struct app *a, struct twins *t)
{
    const struct session_options o = {.interactive = true};
    size_t n;

    t->plain = session_open(session_lesson(source_session(a->doc->source)), &o);
    if (!t->plain)
        return false;
    for (session_interventions(t->plain, &n); n; n--)
        (void)session_undo(t->plain, n - 1);
    session_run_until(t->plain, VTIME_NEVER);
    return true;
}

static void remake(struct app *a, struct rect r)
{
    struct twins *t = twins_of(a);
    uint64_t made = stamp_add(a->doc->generation, (uint64_t)a->lang) | 1, laid;
    double half = floor((r.w - 12 * a->scene.u) / 2);

    if (t->made_for != made) {
        struct model_options mo = {.lang = a->lang};

        drop(t);
        t->made_for = made;
        if (!run_plain(a, t))
            return;
        t->model = model_new(session_header(t->plain), session_log(t->plain), &mo);
        t->parted = parting(session_log(t->plain), a->doc->log);
    }
    laid = stamp_add(made, (uint64_t)(r.w * 16) << 32 | (uint64_t)(r.h * 16)) | 1;
    if (t->laid_for == laid || !t->model)
        return;
    drop_layout(t);
    t->laid_for = laid;
    for (int i = 0; i < 2; i++) {
        const struct model *m = i ? app_model(a) : t->model;
        struct sequence_options o = {.width = half,
                                     .height = r.h - 52 * a->scene.u,
                                     .scale = a->scene.u * .62,
                                     .axis = a->axis,
                                     .to = VTIME_NEVER};

        t->s[i] = sequence_new(m, a->scene.paint, &o);
    }
}

/* ---- the panel ---- */

static void layout(struct app *a, struct rect r)
{
    struct widget *w;
    double u = a->scene.u;

    remake(a, r);
    w = scene_put(a, PANEL_panel_twins, (struct rect){r.x + r.w - 62 * u, r.y + 8 * u, 40 * u, 40 * u},
                  ROLE_BUTTON, "close twins");
    w->command = CMD_TWINS;
    w->label = scene_word(a, TR_MARK("Close"));
}

static uint64_t stamp(const struct app *a)
{
    return stamp_add(stamp_add(a->doc->generation, (uint64_t)a->at), (uint64_t)a->axis);
}

/* Whether a plate would lie on words or on an arrow. */
static bool plate_is_free(const struct sequence *s, const struct seq_box *plate)
{
    if (!seq_free(s, plate))
        return false;
    for (size_t i = 0; i < s->n_arrows; i++)
        if (seq_line_meets(s->arrow[i].from, s->arrow[i].tip, plate))
            return false;
    return true;
}

/* A line where the two part, and its name on it or beside it, where nothing is covered. */
static void draw_parting(struct app *a, struct paint *p, const struct sequence *s, vtime parted)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u, y = axis_y(&s->axis, parted), middle = s->width / 2;
    struct trace_text word = scene_word(a, TR_MARK("first difference"));
    struct extent e;
    struct seq_box plate;
    char text[96];

    paint_dashed(p, (struct point){8 * u, y}, (struct point){s->width - 8 * u, y}, 3 * u * t->stroke,
                 t->hue[HUE_RST].line, 12 * u, 8 * u);
    paint_escape(text, sizeof text, app_first(a, word));
    e = paint_measure(p, FACE_BOLD, 18 * u, text);
    plate = (struct seq_box){SEQ_LABEL, 0, {middle, y}, e.w + 20 * u, e.h + 6 * u, 0};
    for (int k = 0; k < 3 * 40; k++) { /* on the line, below it, above it; from the middle outwards */
        struct seq_box at = plate;

        at.at.y += (k / 40 == 0 ? 0 : k / 40 == 1 ? 1 : -1) * (plate.h / 2 + 4 * u);
        at.at.x += (k % 2 ? 1 : -1) * ((k % 40) / 2) * s->width / 40;
        if (at.at.x + at.w / 2 < s->width - 8 * u && at.at.x - at.w / 2 > s->gutter &&
            plate_is_free(s, &at)) {
            plate = at;
            break;
        }
    }
    paint_fill(p, (struct rect){plate.at.x - plate.w / 2, plate.at.y - plate.h / 2, plate.w, plate.h},
               plate.h / 2, t->hue[HUE_RST].badge);
    paint_text(p, FACE_BOLD, 18 * u, t->on_badge, plate.at.x - e.w / 2, plate.at.y - e.h / 2, text);
}

static void draw_half(struct app *a, struct paint *p, struct rect r, int which)
{
    static const char *const titles[] = {TR_MARK("As the lesson has it"), TR_MARK("With your acts")};
    struct twins *t = twins_of(a);
    struct sequence *s = t->s[which];
    struct sequence_view now = {.at = min_i64(a->at, s->model->end), .selected = which ? a->selected : 0};
    double u = a->scene.u;
    cairo_t *cr = paint_cairo(p);

    draw_both(p, a->lang, scene_word(a, titles[which]), 24 * u, 20 * u, r.x + 30 * u, r.y + 10 * u,
              r.w - 100 * u);
    cairo_save(cr);
    cairo_translate(cr, r.x, r.y + 52 * u);
    sequence_draw(s, p, &now);
    if (t->parted != VTIME_NEVER && t->parted <= a->at && t->parted <= s->model->end)
        draw_parting(a, p, s, t->parted);
    cairo_restore(cr);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    struct twins *t = twins_of(a);
    const struct place *place = &a->scene.place[PANEL_panel_twins];
    double half = floor((r.w - 12 * a->scene.u) / 2);

    if (!t->s[0] || !t->s[1])
        return;
    for (int i = 0; i < 2; i++)
        draw_half(a, p, (struct rect){r.x + i * (half + 12 * a->scene.u), r.y, half, r.h}, i);
    paint_fill(p,
               (struct rect){r.x + half + 5 * a->scene.u, r.y + 10 * a->scene.u, 2 * a->scene.u,
                             r.h - 20 * a->scene.u},
               0, app_theme(a)->line);
    if (place->n_widgets)
        paint_cross(p,
                    (struct point){place->widget[0].r.x + place->widget[0].r.w / 2,
                                   place->widget[0].r.y + place->widget[0].r.h / 2},
                    9 * a->scene.u, 4 * a->scene.u, app_theme(a)->ink2, app_theme(a)->background);
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct twins *t = twins_of(a);

    if (t->parted == VTIME_NEVER)
        sbuf_puts(out, "parted=never\n");
    else
        sbuf_printf(out, "parted=%lldus\n", (long long)(t->parted / NS_PER_US));
}

const struct panel panel_twins = {
    .name = "twins",
    .area = AREA_FIGURE,
    .make = make,
    .free = discard,
    .wants = wants,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .describe = describe,
};

void command_twins(struct app *a, int64_t arg)
{
    (void)arg;
    if (acts_possible(a))
        a->twins = !a->twins;
}
