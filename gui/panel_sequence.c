/* The sequence diagram: scrolls with the playhead, keeps the hosts above, and lets segments be chosen.
 *
 * Where the whole conversation fits, it is stretched to the panel; else it keeps its own height, and the view
 * stands still until the playhead comes near its edge, then glides on. Of a trace with thousands of segments
 * only a window of time is laid out, as long as the zoom says, which moves on with the playhead. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gui/panel.h"
#include "sim/figure/sequence.h"

#define GLIDE (300 * NS_PER_MS)
#define EASE (250 * NS_PER_MS) /* a new state comes out of the background, fast at first */
enum { MOST_WIDGETS = 400, MANY = 1500 };

struct view {
    struct sequence *s;
    uint64_t made_for;
    double scroll, goal; /* pixels of the figure above the window; where it glides to */
    int64_t gliding;     /* ns left */
    vtime followed;      /* the playhead for which goal was chosen */
    bool free;           /* the user has scrolled: the view stays until the playhead moves */
    vtime from; /* of many segments: where the window of time begins, and the playhead it was chosen for */
    vtime seen;
    vtime ticked, eased; /* the playhead at the last tick; states after this time are easing in */
    int64_t easing;      /* ns left */
    bool moving;         /* time went on by itself at the last tick */
};

static void *make(void)
{
    struct view *v = panel_memory(sizeof *v);

    v->followed = -1;
    return v;
}

static void discard(void *state)
{
    struct view *v = state;

    sequence_free(v->s);
    free(v);
}

static struct view *view_of(const struct app *a)
{
    return scene_state(a, PANEL_panel_sequence);
}

/* ---- the layout, when size, language or document have changed ---- */

static uint64_t layout_stamp(const struct app *a, struct rect r)
{
    return stamp_add(stamp_add(panel_layout_stamp(a, r), (uint64_t)a->axis), (uint64_t)(a->zoom * 1024));
}

static bool many(const struct app *a)
{
    return app_model(a)->n_flights > MANY;
}

/* How long a window of time is shown. */
static vtime window_of(const struct app *a)
{
    return (vtime)fmax(1000, (double)(app_model(a)->end + 1) / fmax(1, a->zoom));
}

/* Where the window begins: as it did while the playhead is seen, or the user looks elsewhere. */
static vtime window_from(const struct app *a, const struct view *v)
{
    vtime all = app_model(a)->end, window = window_of(a), from = v->from;

    if (a->at != v->seen && (a->at < from || a->at > from + window / 10 * 9))
        from = a->at - window / 5;
    return max_i64(0, min_i64(from, all - window + 1));
}

static void remake_window(struct app *a, struct rect r, uint64_t made)
{
    struct view *v = view_of(a);
    struct sequence_options o = {.width = r.w, .height = r.h, .scale = a->scene.u, .axis = a->axis};

    o.from = window_from(a, v);
    o.to = min_i64(o.from + window_of(a), app_model(a)->end);
    made = stamp_add(made, (uint64_t)o.from);
    v->from = o.from;
    v->seen = a->at;
    if (v->s && v->made_for == made)
        return;
    v->made_for = made;
    sequence_free(v->s);
    v->s = sequence_new(app_model(a), a->scene.paint, &o);
    v->scroll = v->goal = 0;
    v->gliding = 0;
    v->followed = a->at;
}

static void remake(struct app *a, struct rect r)
{
    struct view *v = view_of(a);
    const struct model *m = app_model(a);
    struct sequence_options o = {.width = r.w, .scale = a->scene.u, .axis = a->axis, .to = VTIME_NEVER};
    uint64_t made = layout_stamp(a, r);

    if (many(a)) {
        remake_window(a, r, made);
        return;
    }
    if (v->s && v->made_for == made)
        return;
    v->made_for = made;
    sequence_free(v->s);
    v->s = sequence_new(m, a->scene.paint, &o);
    if (v->s->height <= r.h || a->zoom != 1.0) {
        o.height = fmax(r.h, v->s->height * a->zoom);
        sequence_free(v->s);
        v->s = sequence_new(m, a->scene.paint, &o);
    }
    v->followed = -1;
    v->free = false;
}

/* ---- scrolling ---- */

static double most_scroll(const struct view *v, struct rect r)
{
    return fmax(0, v->s->height - r.h);
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Chooses where the view goes for the present playhead; at once if the playhead has jumped. */
static void follow(struct app *a, struct rect r)
{
    struct view *v = view_of(a);
    double y = axis_y(&v->s->axis, a->at), top = v->s->top + 30 * v->s->scale, room = r.h - top;
    bool first = v->followed<0, seen = y - v->goal> top && y - v->goal < r.h - .16 * room;

    if (v->followed == a->at || many(a))
        return;
    v->followed = a->at;
    v->free = false;
    if (!first && seen)
        return;
    if (!first && (a->playing || a->goal != VTIME_NEVER) && !a->reduced_motion) {
        v->goal = clamp(round(y - top - .25 * room), 0, most_scroll(v, r));
        v->gliding = GLIDE;
        return;
    }
    v->goal = clamp(round(y - top - .55 * room), 0, most_scroll(v, r));
    v->scroll = v->goal;
    v->gliding = 0;
}

static bool eases(const struct view *v, const struct seq_block *b, vtime at)
{
    vtime from = v->s->model->span[b->span].from;

    return from > v->eased && from <= at;
}

/* Whether a state has come since the last tick, while time went on by itself; who jumps sees it at once. */
static void ease(struct app *a, int64_t ns)
{
    struct view *v = view_of(a);
    bool moving = a->playing || a->goal != VTIME_NEVER, on = (moving || v->moving) && a->at > v->ticked;

    v->easing = a->at < v->ticked || a->reduced_motion ? 0 : max_i64(0, v->easing - ns);
    for (size_t i = 0; i < v->s->n_blocks && on && !a->reduced_motion && !many(a); i++) {
        vtime from = v->s->model->span[v->s->block[i].span].from;

        if (from > v->ticked && from <= a->at) {
            v->eased = v->ticked;
            v->easing = EASE;
            break;
        }
    }
    v->ticked = a->at;
    v->moving = moving;
}

static bool glide(struct app *a, int64_t ns)
{
    struct view *v = view_of(a);
    double way;

    if (v->gliding <= 0)
        return false;
    way = v->goal - v->scroll;
    if (v->gliding > ns)
        v->scroll = round(v->scroll + way * fmin(1, 2.2 * (double)ns / (double)v->gliding));
    else
        v->scroll = v->goal;
    v->gliding -= ns;
    return v->gliding > 0;
}

static bool tick(struct app *a, int64_t ns)
{
    struct view *v = view_of(a);

    if (!v->s)
        return false;
    ease(a, ns);
    return glide(a, ns) || v->easing > 0;
}

static void scroll_by(struct app *a, double by)
{
    struct view *v = view_of(a);
    struct rect r = a->scene.place[PANEL_panel_sequence].r;

    if (!v->s || !a->scene.place[PANEL_panel_sequence].shown)
        return;
    if (many(a)) {
        v->from = max_i64(0, v->from + (vtime)(by / r.h * (double)window_of(a)));
        v->seen = a->at;
        return;
    }
    v->goal = clamp(round(v->goal + by), 0, most_scroll(v, r));
    v->scroll = v->goal;
    v->gliding = 0;
    v->free = true;
}

void command_scroll(struct app *a, int64_t way)
{
    scroll_by(a, (double)way * a->scene.place[PANEL_panel_sequence].r.h * .7);
}

void command_zoom(struct app *a, int64_t way)
{
    bool all = !a->doc || !many(a);

    if (way > 0)
        a->zoom = fmin(all ? 8 : (double)app_model(a)->n_flights / 20, a->zoom * 1.25);
    else
        a->zoom = fmax(all ? .25 : 1, a->zoom / 1.25);
}

/* ---- the panel ---- */

static struct sequence_view seen_now(const struct app *a)
{
    return (struct sequence_view){.at = a->at, .selected = a->selected};
}

static void put_segments(struct app *a, struct rect r)
{
    struct view *v = view_of(a);
    const struct model *m = v->s->model;
    unsigned n = 0;

    for (size_t i = 0; i < v->s->n_arrows && n < MOST_WIDGETS; i++) {
        const struct seq_arrow *arrow = &v->s->arrow[i];
        const struct model_flight *f = &m->flight[arrow->flight];
        double d = fmax(arrow->number_r, 9 * v->s->scale), x = r.x + arrow->start.x,
               y = r.y + arrow->start.y - v->scroll;
        struct widget *w;
        char name[WIDGET_NAME];

        if (f->copy || f->leave > a->at || y - d < r.y + v->s->top - 4 || y + d > r.y + r.h)
            continue;
        snprintf(name, sizeof name, "segment %u", arrow->number);
        w = scene_put(a, PANEL_panel_sequence, (struct rect){x - d, y - d, 2 * d, 2 * d}, ROLE_ITEM, name);
        w->command = CMD_SELECT;
        w->arg = (int64_t)f->pkt;
        w->radius = d;
        n++;
    }
}

static void layout(struct app *a, struct rect r)
{
    remake(a, r);
    follow(a, r);
    put_segments(a, r);
}

/* The scroll that follow would choose is part of what is drawn, so it is asked for here. */
static uint64_t stamp(const struct app *a)
{
    const struct view *v = view_of(a);
    struct rect r = a->scene.place[PANEL_panel_sequence].r;
    uint64_t h = layout_stamp(a, r);

    if (many(a))
        h = stamp_add(h, (uint64_t)window_from(a, v));
    if (!v->s || v->made_for != h)
        return stamp_add(h, 0);
    h = stamp_add(h, sequence_epoch(v->s, a->at));
    h = stamp_add(h, (uint64_t)(int64_t)v->scroll);
    h = stamp_add(h, v->followed < 0 || v->gliding > 0);
    return stamp_add(h, a->selected);
}

/* What the edge of the view would cut through fades away there: solid at y, nothing after h. */
static void fade(struct app *a, struct paint *p, struct rect r, double y, double h)
{
    colour c = app_theme(a)->background;
    cairo_pattern_t *g = cairo_pattern_create_linear(0, y, 0, y + h);
    cairo_t *cr = paint_cairo(p);

    for (int i = 0; i < 2; i++)
        cairo_pattern_add_color_stop_rgba(g, i, (c >> 24) / 255.0, (c >> 16 & 255) / 255.0,
                                          (c >> 8 & 255) / 255.0, 1 - i);
    cairo_rectangle(cr, r.x, fmin(y, y + h), r.w, fabs(h));
    cairo_set_source(cr, g);
    cairo_fill(cr);
    cairo_pattern_destroy(g);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    struct view *v = view_of(a);
    double head = sequence_head(v->s), u = a->scene.u;
    struct sequence_view now = seen_now(a);
    cairo_t *cr = paint_cairo(p);

    cairo_save(cr);
    cairo_translate(cr, r.x, r.y - v->scroll);
    sequence_draw_parts(v->s, p, &now, SEQ_PART_SETTLED);
    sequence_draw_names(v->s, p, a->at, v->scroll);
    cairo_restore(cr);
    if (v->scroll > 0)
        fade(a, p, r, r.y + head, 18 * u);
    if (v->scroll + r.h < v->s->height - 1)
        fade(a, p, r, r.y + r.h, -26 * u);
    paint_fill(p, (struct rect){r.x, r.y, r.w, head}, 0, app_theme(a)->background);
    cairo_save(cr);
    cairo_translate(cr, r.x, r.y);
    sequence_draw_parts(v->s, p, &now, SEQ_PART_HEADS);
    cairo_restore(cr);
}

static uint64_t motion(const struct app *a)
{
    return stamp_add(stamp_add((uint64_t)a->at, (uint64_t)a->shown), (uint64_t)view_of(a)->easing);
}

static struct rect body(const struct app *a, struct rect r)
{
    double top = sequence_head(view_of(a)->s);

    return (struct rect){r.x, r.y + top, r.w, r.h - top};
}

static size_t moves(const struct app *a, struct rect r, struct rect *out, size_t max)
{
    struct view *v = view_of(a);
    struct sequence_view now = seen_now(a);
    size_t n = sequence_moving(v->s, &now, out, max);

    for (size_t i = 0; i < v->s->n_blocks && v->easing > 0 && n < max; i++)
        if (eases(v, &v->s->block[i], a->at))
            out[n++] = rect_grow(v->s->block[i].r, 3 * v->s->scale);
    for (size_t i = 0; i < n; i++) {
        out[i].x += r.x;
        out[i].y += r.y - v->scroll;
        out[i] = rect_common(out[i], body(a, r));
    }
    return n;
}

static void move(struct app *a, struct paint *p, struct rect r)
{
    struct view *v = view_of(a);
    struct sequence_view now = seen_now(a);
    struct rect clip = body(a, r);
    cairo_t *cr = paint_cairo(p);

    cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
    cairo_clip(cr);
    cairo_translate(cr, r.x, r.y - v->scroll);
    for (size_t i = 0; i < v->s->n_blocks && v->easing > 0; i++) {
        double left = (double)v->easing / EASE;

        if (eases(v, &v->s->block[i], a->at))
            paint_fill(p, rect_grow(v->s->block[i].r, 3 * v->s->scale), 0,
                       colour_alpha(app_theme(a)->background, (unsigned)(255 * left * left)));
    }
    sequence_draw_parts(v->s, p, &now, SEQ_PART_MOVING);
}

/* ---- the pointer ---- */

static double distance(struct point a, struct point b, double x, double y)
{
    double dx = b.x - a.x, dy = b.y - a.y, l = dx * dx + dy * dy,
           t = l > 0 ? clamp(((x - a.x) * dx + (y - a.y) * dy) / l, 0, 1) : 0;

    return hypot(x - a.x - t * dx, y - a.y - t * dy);
}

/* The record of what is at a place of the figure; 0: nothing. */
static uint64_t hit(const struct app *a, double x, double y)
{
    const struct view *v = view_of(a);
    const struct model *m = v->s->model;
    double near = 16 * v->s->scale;
    uint64_t found = 0;

    for (size_t i = 0; i < v->s->n_arrows; i++) {
        const struct seq_arrow *arrow = &v->s->arrow[i];
        const struct model_flight *f = &m->flight[arrow->flight];
        struct rect label = {arrow->label.at.x - arrow->label.w / 2, arrow->label.at.y - arrow->label.h / 2,
                             arrow->label.w, arrow->label.h};
        double d = distance(arrow->from, arrow->tip, x, y);

        if (f->leave > a->at)
            continue;
        if (arrow->detail > 0 && rect_has(label, x, y))
            d = fmin(d, 6 * v->s->scale);
        if (d < near) {
            near = d;
            found = f->pkt;
        }
    }
    for (size_t i = 0; i < v->s->n_chips && !found; i++)
        if (rect_has(v->s->chip[i].r, x, y) && m->note[v->s->chip[i].note].at <= a->at)
            found = m->note[v->s->chip[i].note].record;
    for (size_t i = 0; i < v->s->n_blocks && !found; i++)
        if (rect_has(v->s->block[i].r, x, y) && m->span[v->s->block[i].span].from <= a->at)
            found = m->span[v->s->block[i].span].record;
    if (!found) {
        const struct model_flight *f = sequence_dense_flight(v->s, (struct point){x, y}, a->at);

        found = f ? f->pkt : 0;
    }
    return found;
}

static bool input(struct app *a, const struct input *in, struct rect r)
{
    struct view *v = view_of(a);

    if (!v->s)
        return false;
    if (in->kind == INPUT_WHEEL) {
        if (in->mods & MOD_CTRL)
            command_run(a, in->wheel > 0 ? CMD_ZOOM_IN : CMD_ZOOM_OUT, 0);
        else
            scroll_by(a, -in->wheel * 90 * a->scene.u);
        return true;
    }
    if (in->kind == INPUT_PRESS && in->button == BUTTON_LEFT) {
        double y = in->y - r.y;

        app_select(a, y < sequence_head(v->s) ? 0 : hit(a, in->x - r.x, y + v->scroll), false);
        return true;
    }
    if (in->kind == INPUT_PRESS && in->button == BUTTON_RIGHT) {
        double y = in->y - r.y;
        uint64_t record = y < sequence_head(v->s) ? 0 : hit(a, in->x - r.x, y + v->scroll);
        const struct widget *w = scene_hit(a, in->x, in->y);

        if (w && w->command == CMD_SELECT)
            record = (uint64_t)w->arg;
        app_select(a, record, false);
        command_run(a, document_flight(a->doc, record) ? CMD_FATES : CMD_INTERFERE, 0);
        return true;
    }
    return false;
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct view *v = view_of(a);

    if (v->s)
        sbuf_printf(out, "scroll=%" PRId64 "\nheight=%" PRId64 "\nzoom=%d%%\neasing=%s\n", (int64_t)v->scroll,
                    (int64_t)v->s->height, (int)(a->zoom * 100 + .5), v->easing > 0 ? "yes" : "no");
}

const struct panel panel_sequence = {
    .name = "sequence",
    .area = AREA_FIGURE,
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
    .tick = tick,
    .input = input,
    .describe = describe,
};
