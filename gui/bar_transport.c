/* The bar below all: play, steps, the scrub bar with the segments as marks, the speed. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/panel.h"
#include "sim/report/i18n.h"

struct mark {
    double x;
    size_t flight;
    bool tick; /* it would lie on another one */
};

struct marks { /* one a segment, from left to right */
    struct mark *mark;
    size_t n;
    double d; /* radius */
    uint64_t made_for;
};

static void *make(void)
{
    return panel_memory(sizeof(struct marks));
}

static void discard(void *state)
{
    struct marks *m = state;

    free(m->mark);
    free(m);
}

/* ---- where things are ---- */

static struct rect track(const struct app *a, struct rect r)
{
    double u = a->scene.u, left = r.x + 424 * u, right = r.x + r.w - 468 * u;

    if (right - left < 300 * u) /* a narrow window: the step's number gives way */
        right = r.x + r.w - 280 * u;
    return (struct rect){left, r.y + r.h / 2 - 4 * u, fmax(60 * u, right - left), 8 * u};
}

static double place_of(const struct app *a, struct rect t, vtime shown)
{
    vtime all = pace_length(a->doc->pace);

    return t.x + (all > 0 ? t.w * (double)shown / (double)all : 0);
}

static void put(struct app *a, const char *name, enum command c, int64_t arg, struct rect r, double radius)
{
    panel_put(a, PANEL_bar_transport, r, ROLE_BUTTON, name, c, arg)->radius = radius;
}

struct marking { /* where the last mark and the last tick are; how far off the next must be */
    double last, tick, d, least;
};

static bool is_apart(const struct marking *g, double x)
{
    return x - g->last >= g->d * 2.25 || x - g->tick >= g->least;
}

static double number_x(const struct app *a, struct rect t, size_t number)
{
    const struct model_flight *f = document_numbered(a->doc, (unsigned)number);

    return place_of(a, t, pace_presentation(a->doc->pace, f->leave));
}

/* The first segment with this number or a later one that is apart. They stand in order, so that of thousands
 * few are looked at. */
static size_t next_apart(const struct app *a, struct rect t, const struct marking *g, size_t i)
{
    size_t n = a->doc->n_numbered + 1, step = 1, high;

    if (i >= n || is_apart(g, number_x(a, t, i)))
        return i;
    while (i + step < n && !is_apart(g, number_x(a, t, i + step))) {
        i += step;
        step *= 2;
    }
    high = i + step < n ? i + step : n;
    for (i++; i < high;) {
        size_t mid = i + (high - i) / 2;

        if (is_apart(g, number_x(a, t, mid)))
            high = mid;
        else
            i = mid + 1;
    }
    return high;
}

/* Where marks would touch, the later ones are ticks below the track, as many as can be told apart. */
static void make_marks(struct app *a, struct rect t)
{
    struct marks *k = scene_state(a, PANEL_bar_transport);
    const struct model *m = app_model(a);
    double u = a->scene.u, gap = t.w / (double)(m->n_flights + 1);
    struct marking g = {-1e9, -1e9, fmin(17 * u, fmax(8 * u, gap * .8)), 4 * u};
    uint64_t made = stamp_add(stamp_add(41, a->doc->generation), (uint64_t)t.x << 32 | (uint64_t)t.w);

    if (k->made_for == made)
        return;
    k->made_for = made;
    free(k->mark);
    k->mark = calloc(m->n_flights + 1, sizeof *k->mark);
    CHECK(k->mark);
    k->n = 0;
    k->d = g.d;
    for (size_t i = next_apart(a, t, &g, 1); i <= a->doc->n_numbered; i = next_apart(a, t, &g, i + 1)) {
        size_t flight = a->doc->numbered[i];
        double x = number_x(a, t, i);

        if (x - g.last >= g.d * 2.25) {
            g.last = x;
            k->mark[k->n++] = (struct mark){x, flight, false};
        } else {
            g.tick = x;
            k->mark[k->n++] = (struct mark){x, flight, true};
        }
    }
}

static void layout(struct app *a, struct rect r)
{
    static const int speeds[] = {1, 2, 3, 4};
    double u = a->scene.u, y = r.y + r.h / 2, x = r.x + r.w - 270 * u;
    struct rect t = track(a, r);
    char name[WIDGET_NAME];

    make_marks(a, t);

    put(a, "home", CMD_HOME, 0, (struct rect){r.x + 44 * u, y - 26 * u, 44 * u, 52 * u}, 0);
    put(a, "previous", CMD_PREVIOUS, 0, (struct rect){r.x + 102 * u, y - 26 * u, 48 * u, 52 * u}, 0);
    put(a, "play", CMD_PLAY, 0, (struct rect){r.x + 169 * u, y - 36 * u, 72 * u, 72 * u}, 36 * u);
    put(a, "next", CMD_NEXT, 0, (struct rect){r.x + 262 * u, y - 26 * u, 48 * u, 52 * u}, 0);
    put(a, "end", CMD_END, 0, (struct rect){r.x + 324 * u, y - 26 * u, 44 * u, 52 * u}, 0);
    scene_put(a, PANEL_bar_transport, (struct rect){t.x - 8 * u, y - 26 * u, t.w + 16 * u, 52 * u},
              ROLE_SLIDER, "scrub")
        ->radius = 8 * u;
    for (size_t i = 0; i < ARRAY_LEN(speeds); i++) {
        snprintf(name, sizeof name, "speed %d/8", 1 << speeds[i]);
        put(a, name, CMD_SPEED, speeds[i], (struct rect){x + (double)i * 60 * u, y - 18 * u, 54 * u, 38 * u},
            8 * u);
    }
}

static uint64_t stamp(const struct app *a)
{
    uint64_t h = stamp_add(11, (uint64_t)a->playing << 8 | (uint64_t)a->speed);
    size_t n;

    return stamp_add(h, document_beat(a->doc, a->at, &n));
}

/* ---- icons ---- */

static void triangle(struct paint *p, double x, double y, double w, double h, colour c)
{
    cairo_t *cr = paint_cairo(p);

    cairo_new_path(cr);
    cairo_move_to(cr, x, y - h / 2);
    cairo_line_to(cr, x + w, y);
    cairo_line_to(cr, x, y + h / 2);
    cairo_close_path(cr);
    paint_colour(p, c);
    cairo_fill(cr);
}

static void draw_jump(struct app *a, struct paint *p, struct rect r, int way, bool far)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u, x = r.x + r.w / 2, y = r.y + r.h / 2;

    if (far) {
        triangle(p, x + way * -6 * u, y, way * 18 * u, 25 * u, t->ink2);
        triangle(p, x - way * 10 * u, y, way * 18 * u, 25 * u, t->ink2);
        paint_fill(p, (struct rect){x + way * 14 * u - 2 * u, y - 13 * u, 4 * u, 26 * u}, 1.5 * u, t->ink2);
        return;
    }
    triangle(p, x - way * 4 * u, y, way * 20 * u, 28 * u, t->ink2);
    paint_fill(p, (struct rect){x - way * 13 * u - 2.5 * u, y - 13 * u, 5 * u, 26 * u}, 1.5 * u, t->ink2);
}

static void draw_play(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u, x = r.x + r.w / 2, y = r.y + r.h / 2;

    paint_fill(p, r, r.w / 2, t->focus);
    if (a->playing) {
        paint_fill(p, (struct rect){x - 13 * u, y - 15 * u, 9 * u, 30 * u}, 2 * u, t->on_focus);
        paint_fill(p, (struct rect){x + 4 * u, y - 15 * u, 9 * u, 30 * u}, 2 * u, t->on_focus);
    } else {
        triangle(p, x - 9 * u, y, 26 * u, 32 * u, t->on_focus);
    }
}

/* ---- the track ---- */

static void draw_mark(struct app *a, struct paint *p, struct point at, double d, size_t flight, bool past)
{
    const struct theme *t = app_theme(a);
    const struct theme_hue *h = &t->hue[app_model(a)->flight[flight].hue];
    double u = a->scene.u;
    struct rect hollow = {at.x - d * .8, at.y - d * .8, d * 1.6, d * 1.6};

    if (d < 11 * u) {
        paint_fill(p, (struct rect){at.x - d / 2, at.y - d / 2, d, d}, d / 2, past ? h->line : t->ink3);
    } else if (past) {
        paint_number(p, at, d, a->doc->number[flight], t->card, h->badge, t->on_badge);
    } else {
        paint_fill(p, hollow, d, t->card);
        paint_frame(p, hollow, d, 2 * u * t->stroke, t->ink3, false);
    }
}

/* The first mark that is not left of x. */
static size_t mark_from(const struct marks *m, double x)
{
    size_t low = 0, high = m->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (m->mark[mid].x < x)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Those from x0 to x1. */
static void draw_marks(struct app *a, struct paint *p, struct rect t, double x0, double x1)
{
    const struct marks *m = scene_state(a, PANEL_bar_transport);
    double u = a->scene.u;

    for (size_t i = mark_from(m, x0); i < m->n && m->mark[i].x <= x1; i++) {
        const struct mark *k = &m->mark[i];
        const struct model_flight *f = &app_model(a)->flight[k->flight];
        bool past = f->leave <= a->at;

        if (k->tick)
            paint_fill(p, (struct rect){k->x - 1.25 * u, t.y + t.h + 14 * u, 2.5 * u, 9 * u}, 1 * u,
                       past ? app_theme(a)->hue[f->hue].line : app_theme(a)->ink3);
        else
            draw_mark(a, p, (struct point){k->x, t.y + t.h / 2}, m->d, k->flight, past);
    }
}

/* Where the line ends that has settled: at the last beat. */
static double settled_end(const struct app *a, struct rect t)
{
    size_t n, beat = document_beat(a->doc, a->at, &n);

    return beat ? place_of(a, t, pace_presentation(a->doc->pace, pace_beats(a->doc->pace, &n)[beat - 1].at))
                : t.x;
}

static void draw_words(struct app *a, struct paint *p, struct rect r)
{
    static const char *const names[] = {"¼×", "½×", "1×", "2×"};
    const struct theme *t = app_theme(a);
    const struct place *place = &a->scene.place[PANEL_bar_transport];
    double u = a->scene.u, y = r.y + r.h / 2;
    size_t n, beat = document_beat(a->doc, a->at, &n);
    struct rect box = {r.x + r.w - 276 * u, y - 23 * u, 244 * u, 48 * u};
    struct rect words = {track(a, r).x + track(a, r).w + 14 * u, y - 20 * u, 0, 40 * u};
    char text[96];

    words.w = box.x - 14 * u - words.x;
    snprintf(text, sizeof text, "%s %zu / %zu", app_first(a, scene_word(a, TR_MARK("step"))), beat, n);
    if (words.w > 100 * u)
        draw_centred(p, FACE_BOLD, 24 * u, t->ink1, words, text);
    paint_fill(p, box, 12 * u, t->background);
    paint_frame(p, box, 12 * u, fmax(1, 1.6 * u * t->stroke), t->line, false);
    for (size_t i = 0; i < 4 && place->n_widgets >= 4; i++) {
        const struct widget *w = &place->widget[place->n_widgets - 4 + i];
        bool on = w->arg == a->speed;

        if (on)
            paint_fill(p, w->r, 8 * u, t->ink1);
        draw_centred(p, FACE_BOLD, 20 * u, on ? t->card : t->ink2, w->r, names[i]);
    }
    if (a->speed < 1 || a->speed > 4) { /* one that has no button */
        snprintf(text, sizeof text, a->speed < 1 ? "⅛×" : "%d×",
                 a->speed < 1 ? 0 : 1 << (a->speed - SPEED_ONE));
        paint_fill(p, (struct rect){box.x + box.w - 58 * u, y - 18 * u, 54 * u, 38 * u}, 8 * u, t->ink1);
        draw_centred(p, FACE_BOLD, 20 * u, t->card,
                     (struct rect){box.x + box.w - 58 * u, y - 18 * u, 54 * u, 38 * u}, text);
    }
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct place *place = &a->scene.place[PANEL_bar_transport];
    double u = a->scene.u;
    struct rect line = track(a, r);

    paint_fill(p, r, 0, t->card);
    paint_fill(p, (struct rect){r.x, r.y, r.w, fmax(1, 2 * u)}, 0, t->line);
    draw_jump(a, p, place->widget[0].r, -1, true);
    draw_jump(a, p, place->widget[1].r, -1, false);
    draw_play(a, p, place->widget[2].r);
    draw_jump(a, p, place->widget[3].r, 1, false);
    draw_jump(a, p, place->widget[4].r, 1, true);
    paint_fill(p, line, 4 * u, t->line);
    paint_fill(p, (struct rect){line.x, line.y, settled_end(a, line) - line.x, line.h}, 4 * u, t->focus);
    draw_marks(a, p, line, -1e9, 1e9);
    draw_words(a, p, r);
}

/* ---- what moves: the part that has passed, its marks and the thumb ---- */

static uint64_t motion(const struct app *a)
{
    return stamp_add((uint64_t)a->shown, (uint64_t)a->at);
}

static size_t moves(const struct app *a, struct rect r, struct rect *out, size_t max)
{
    double u = a->scene.u, x = place_of(a, track(a, r), a->shown), from = settled_end(a, track(a, r));

    (void)max;
    from = fmin(from, x);
    out[0] = (struct rect){from - 40 * u, r.y + 4 * u, x - from + 80 * u, r.h - 8 * u};
    return 1;
}

static void move(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u;
    struct rect line = track(a, r);
    double x = place_of(a, line, a->shown), from = settled_end(a, line);

    paint_fill(p, (struct rect){fmax(line.x, from - 5 * u), line.y, x - fmax(line.x, from - 5 * u), line.h},
               4 * u, t->focus);
    draw_marks(a, p, line, from - 40 * u, x);
    paint_fill(p, (struct rect){x - 8 * u, line.y - 21 * u, 16 * u, line.h + 42 * u}, 6 * u, t->card);
    paint_fill(p, (struct rect){x - 5 * u, line.y - 18 * u, 10 * u, line.h + 36 * u}, 4 * u, t->focus);
}

static bool input(struct app *a, const struct input *in, struct rect r)
{
    struct rect t = track(a, r);
    const struct widget_id *pressed = &a->scene.pressed;

    if ((in->kind == INPUT_PRESS || in->kind == INPUT_MOVE) && pressed->panel == PANEL_bar_transport &&
        !strcmp(pressed->name, "scrub") && t.w > 0) {
        double part = fmin(1, fmax(0, (in->x - t.x) / t.w));

        app_seek_shown(a, (vtime)(part * (double)pace_length(a->doc->pace)));
        return true;
    }
    return false;
}

const struct panel bar_transport = {
    .name = "transport",
    .area = AREA_TRANSPORT,
    .make = make,
    .free = discard,
    .wants = panel_wants_document,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .fills = true,
    .motion = motion,
    .moves = moves,
    .move = move,
    .input = input,
};
