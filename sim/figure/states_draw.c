/* Drawing the state machine that the layout has made. */
#include <math.h>

#include "sim/figure/states_parts.h"
#include "sim/report/i18n.h"

struct state_drawing {
    const struct states *s;
    struct paint *p;
    const struct theme *t;
    vtime now;
    int selected;
    double u;
    struct states_token token[STATES_TOKENS];
    unsigned n_tokens;
};

static double luminance(colour c)
{
    double sum = 0;
    static const double weight[3] = {.2126, .7152, .0722};

    for (int i = 0; i < 3; i++) {
        double v = (double)(c >> (24 - 8 * i) & 255) / 255;

        sum += weight[i] * (v <= .04045 ? v / 12.92 : pow((v + .055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(colour a, colour b)
{
    double x = luminance(a), y = luminance(b);

    return (fmax(x, y) + .05) / (fmin(x, y) + .05);
}

/* ---- arrows ---- */

static void trace_line(cairo_t *cr, const struct states_arrow *a, double radius, double shorter)
{
    unsigned n = a->n_points;
    struct point end = a->point[n - 1], before = a->point[n - 2];
    double dx = end.x - before.x, dy = end.y - before.y, len = hypot(dx, dy);

    if (len > shorter)
        end = (struct point){end.x - dx / len * shorter, end.y - dy / len * shorter};
    cairo_new_path(cr);
    cairo_move_to(cr, a->point[0].x, a->point[0].y);
    for (unsigned i = 1; i + 1 < n; i++) { /* round the bends */
        struct point q = a->point[i], from = a->point[i - 1], to = a->point[i + 1];
        double l0 = hypot(q.x - from.x, q.y - from.y), l1 = hypot(to.x - q.x, to.y - q.y),
               r = fmin(radius, fmin(l0, l1) / 2), k = r * .45;

        if (r < .5) {
            cairo_line_to(cr, q.x, q.y);
            continue;
        }
        cairo_line_to(cr, q.x - (q.x - from.x) / l0 * r, q.y - (q.y - from.y) / l0 * r);
        cairo_curve_to(cr, q.x - (q.x - from.x) / l0 * (r - k), q.y - (q.y - from.y) / l0 * (r - k),
                       q.x + (to.x - q.x) / l1 * (r - k), q.y + (to.y - q.y) / l1 * (r - k),
                       q.x + (to.x - q.x) / l1 * r, q.y + (to.y - q.y) / l1 * r);
    }
    cairo_line_to(cr, end.x, end.y);
}

/* 0: the trace never takes it; 1: not yet; 2: it has. */
static int how_far(const struct state_drawing *d, size_t i)
{
    return !d->s->arrow[i].taken ? 0 : states_taken(d->s, i, d->now) ? 2 : 1;
}

static void draw_arrow(struct state_drawing *d, size_t i, int far)
{
    const struct states_arrow *a = &d->s->arrow[i];
    static const double width[3] = {1.3, 1.8, 3.2}, head[3] = {9, 11, 15};
    colour ink = far == 0 ? d->t->line : far == 1 ? d->t->ink3 : d->t->ink2;
    double w = fmax(.8, width[far] * d->u * d->t->stroke), h = head[far] * d->u;
    cairo_t *cr = paint_cairo(d->p);
    const double dash[2] = {7 * d->u, 5 * d->u};

    cairo_save(cr);
    trace_line(cr, a, 9 * d->u, h * .7);
    if (d->selected >= 0 && d->s->box[d->selected].kind != STATES_BOX_STATE &&
        d->s->box[d->selected].kind != STATES_BOX_TITLE && d->s->box[d->selected].index == i) {
        paint_colour(d->p, colour_alpha(d->t->focus, 90));
        cairo_set_line_width(cr, w + 9 * d->u);
        cairo_stroke_preserve(cr);
    }
    paint_colour(d->p, ink);
    cairo_set_line_width(cr, w);
    if (far == 1)
        cairo_set_dash(cr, dash, 2, 0);
    cairo_stroke(cr);
    cairo_restore(cr);
    paint_head(d->p, a->point[a->n_points - 2], a->point[a->n_points - 1], h, ink);
}

static void draw_label(struct state_drawing *d, size_t i)
{
    const struct states_arrow *a = &d->s->arrow[i];
    int far = how_far(d, i);
    colour ink = far == 2 ? d->t->ink1 : far == 1 ? d->t->ink2 : d->t->ink3;

    if (a->px <= 0)
        return;
    for (unsigned k = 0; k < a->lines; k++) {
        struct extent e = paint_measure(d->p, FACE_PLAIN, a->px, a->text[k]);
        double line = a->label.h / a->lines;

        paint_text_rim(d->p, FACE_PLAIN, a->px, ink, d->t->card, a->label.x + (a->label.w - e.w) / 2,
                       a->label.y + line * k + (line - e.h) / 2, a->text[k]);
    }
}

/* ---- states ---- */

static void draw_glow(struct state_drawing *d, struct rect r, colour c)
{
    for (int i = 4; i > 0; i--)
        paint_fill(d->p, rect_grown(r, 2.2 * i * d->u), r.h, colour_alpha(c, 26));
}

static void draw_node(struct state_drawing *d, unsigned i)
{
    const struct states_node *n = &d->s->node[i];
    enum report_state state = i == STATES_END ? ST_CLOSED : (enum report_state)i;
    const struct theme_phase *c = &d->t->phase[theme_phase_of(state)];
    bool current = false;
    colour ink = n->visited ? d->t->ink1 : d->t->ink3, paper = n->visited ? d->t->card : 0;
    char first[64], second[64];
    double round = n->r.h / 2;

    for (unsigned k = 0; k < d->n_tokens; k++)
        current |= d->token[k].node == i;
    paint_fill(d->p, n->r, round, paper);
    if (current) {
        draw_glow(d, n->r, c->border);
        paint_fill(d->p, n->r, round, c->bar);
        paint_frame(d->p, n->r, round, 2.4 * d->u * d->t->stroke, c->border, false);
        ink = contrast(d->t->ink1, c->bar) > contrast(d->t->on_badge, c->bar) ? d->t->ink1 : d->t->on_badge;
    } else if (n->visited) {
        paint_fill(d->p, n->r, round, c->fill);
        paint_frame(d->p, n->r, round, 1.9 * d->u * d->t->stroke, c->border, false);
    } else {
        paint_fill(d->p, n->r, round, colour_alpha(d->t->line, 40));
        paint_frame(d->p, n->r, round, 1.3 * d->u * d->t->stroke, d->t->line, false);
    }
    if (d->selected >= 0 && d->s->box[d->selected].kind == STATES_BOX_STATE &&
        d->s->box[d->selected].index == i)
        paint_frame(d->p, rect_grown(n->r, 5 * d->u), round + 5 * d->u, 3 * d->u, d->t->focus, false);
    states_name(d->s, i, first, second, sizeof first);
    paint_text(d->p, FACE_BOLD, n->px, ink, n->name.x, n->name.y, first);
    if (n->second_px > 0)
        paint_text(d->p, FACE_PLAIN, n->second_px, ink, n->second.x, n->second.y, second);
}

static void draw_token(struct state_drawing *d, const struct states_token *t)
{
    double r = t->r.h / 2, px = r * 1.2;
    struct extent e = paint_measure(d->p, FACE_BOLD, px, t->text);

    paint_fill(d->p, rect_grown(t->r, 2 * d->u), r + 2 * d->u, d->t->card);
    paint_fill(d->p, t->r, r, d->t->ink1);
    paint_text(d->p, FACE_BOLD, px, d->t->card, t->r.x + (t->r.w - e.w) / 2, t->r.y + r - e.h / 2, t->text);
}

/* ---- title ---- */

static void draw_title(struct state_drawing *d)
{
    const struct states *s = d->s;
    struct trace_text t = figure_words(TR_MARK("State machine"));
    const char *first = figure_first(s->model->lang, t), *second = figure_second(s->model->lang, t);
    struct extent e, f;
    double x;

    if (s->title_px > 0) {
        double px = s->title_px;

        e = paint_measure(d->p, FACE_BOLD, px, first);
        paint_text(d->p, FACE_BOLD, px, d->t->ink1, s->title.x, s->title.y, first);
        if (second) {
            f = paint_measure(d->p, FACE_PLAIN, px * .85, second);
            paint_text(d->p, FACE_PLAIN, px * .85, d->t->ink2, s->title.x + e.w + px * .55,
                       s->title.y + e.baseline - f.baseline, second);
        }
    }
    if (s->legend_px <= 0)
        return;
    paint_fill(d->p, s->legend, s->legend.h / 2, d->t->background);
    x = s->legend.x + 14 * d->u;
    for (unsigned i = 0; i < s->model->n_lanes; i++) {
        char name[96];

        if (!s->model->lane[i].states)
            continue;
        paint_escape(name, sizeof name, figure_first(s->model->lang, s->model->lane[i].name));
        e = paint_measure(d->p, FACE_BOLD, s->legend_px, s->letter[i]);
        paint_text(d->p, FACE_BOLD, s->legend_px, d->t->ink1, x, s->legend.y + (s->legend.h - e.h) / 2,
                   s->letter[i]);
        x += e.w + 6 * d->u;
        e = paint_measure(d->p, FACE_PLAIN, s->legend_px, name);
        paint_text(d->p, FACE_PLAIN, s->legend_px, d->t->ink2, x, s->legend.y + (s->legend.h - e.h) / 2,
                   name);
        x += e.w + 16 * d->u;
    }
}

void states_draw(const struct states *s, struct paint *p, const struct states_view *v)
{
    struct state_drawing d = {.s = s,
                              .p = p,
                              .t = paint_theme(p),
                              .now = v->at == VTIME_NEVER ? s->o.to : v->at,
                              .selected = v->selected < (int)s->n_boxes ? v->selected : -1,
                              .u = s->scale};

    d.n_tokens = states_tokens(s, p, d.now, d.token);
    draw_title(&d);
    for (int far = 0; far < 3; far++)
        for (size_t i = 0; i < s->n_arrows; i++)
            if (how_far(&d, i) == far)
                draw_arrow(&d, i, far);
    for (unsigned i = 0; i < STATES_NODES; i++)
        if (s->node[i].shown)
            draw_node(&d, i);
    for (size_t i = 0; i < s->n_arrows; i++)
        draw_label(&d, i);
    for (unsigned i = 0; i < d.n_tokens; i++)
        draw_token(&d, &d.token[i]);
}
