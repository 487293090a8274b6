/* What passes behind words: the playhead, a line at the present moment with its time in the gutter, and what
 * is on its way over segments that have come. */
#include <math.h>

#include "sim/figure/sequence_parts.h"

/* Whether these words can be seen now. */
static bool words_are_seen(const struct sequence *s, const struct seq_box *b, vtime now)
{
    const struct model *m = s->model;

    switch (b->kind) {
    case SEQ_LABEL:
        return s->level != SEQ_DENSITY && b->owner < m->n_flights && m->flight[b->owner].leave <= now;
    case SEQ_NAME: return b->owner < m->n_spans && m->span[b->owner].from <= now;
    case SEQ_CHIP: return b->owner < m->n_notes && m->note[b->owner].at <= now;
    case SEQ_HEAD:
    case SEQ_NUMBER:
    case SEQ_TICK:
    case SEQ_PILL:
    case SEQ_CROSS: break;
    }
    return false;
}

static void add_box(cairo_t *cr, const struct seq_box *b, double air)
{
    double c = cos(b->angle), n = sin(b->angle), w = b->w / 2 + air, h = b->h / 2;

    cairo_move_to(cr, b->at.x - c * w + n * h, b->at.y - n * w - c * h);
    cairo_line_to(cr, b->at.x + c * w + n * h, b->at.y + n * w - c * h);
    cairo_line_to(cr, b->at.x + c * w - n * h, b->at.y + n * w + c * h);
    cairo_line_to(cr, b->at.x - c * w - n * h, b->at.y - n * w + c * h);
    cairo_close_path(cr);
}

static bool way_meets(const struct seq_arrow *a, const struct seq_box *b)
{
    struct point at = a->from;

    for (unsigned k = 0; k < a->n_bends; k++) {
        if (seq_line_meets(at, a->bend[k], b))
            return true;
        at = a->bend[k];
    }
    return seq_line_meets(at, a->tip, b);
}

void seq_clip_words(const struct sequence *s, struct paint *p, const struct seq_arrow *a, vtime now)
{
    cairo_t *cr = paint_cairo(p);
    struct seq_rows_walk w;
    bool any = false;
    uint32_t i;

    if (!s->rows)
        return;
    w = seq_rows_walk(s->rows, fmin(a->from.y, a->tip.y), fmax(a->from.y, a->tip.y));
    while (seq_rows_next(&w, &i)) {
        const struct seq_box *b = &s->box[i];

        if (b->kind != SEQ_LABEL || b->owner == a->flight || !words_are_seen(s, b, now) ||
            s->model->flight[b->owner].end > now || !way_meets(a, b))
            continue;
        if (!any) {
            cairo_set_fill_rule(cr, CAIRO_FILL_RULE_EVEN_ODD);
            cairo_new_path(cr);
            cairo_rectangle(cr, 0, 0, s->width, s->height);
            any = true;
        }
        add_box(cr, b, 2 * s->scale);
    }
    if (any)
        cairo_clip(cr);
}

/* The line passes behind words: it is not drawn where they are. */
static void draw_line(const struct sequence *s, struct paint *p, vtime now, double y)
{
    const struct theme *t = paint_theme(p);
    double u = s->scale, from = s->gutter, to = s->width - 20 * u, thick = 2 * u * t->stroke;
    cairo_t *cr = paint_cairo(p);
    struct seq_rows_walk w = {.rows = NULL};
    uint32_t i;

    cairo_save(cr);
    cairo_set_fill_rule(cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_new_path(cr);
    cairo_rectangle(cr, from, y - 2 * thick, to - from, 4 * thick);
    if (s->rows)
        w = seq_rows_walk(s->rows, y - thick, y + thick);
    while (s->rows && seq_rows_next(&w, &i))
        if (words_are_seen(s, &s->box[i], now))
            add_box(cr, &s->box[i], 2 * u);
    cairo_clip(cr);
    paint_line(p, (struct point){from, y}, (struct point){to, y}, thick, t->focus);
    cairo_restore(cr);
}

/* Times that the playhead's own would cover in part give way. */
static void hide_ticks(const struct sequence *s, struct paint *p, struct rect pill)
{
    struct seq_rows_walk w;
    uint32_t i;

    if (!s->rows)
        return;
    w = seq_rows_walk(s->rows, pill.y, pill.y + pill.h);
    while (seq_rows_next(&w, &i)) {
        const struct seq_box *b = &s->box[i];

        if (b->kind == SEQ_TICK && b->h < pill.h && b->at.x < s->gutter &&
            b->at.y - b->h / 2 < pill.y + pill.h && b->at.y + b->h / 2 > pill.y)
            paint_fill(p, (struct rect){b->at.x - b->w / 2 - 1, b->at.y - b->h / 2 - 2, b->w + 2, b->h + 4},
                       0, paint_theme(p)->background);
    }
}

void seq_draw_playhead(const struct sequence *s, struct paint *p, vtime now)
{
    const struct theme *t = paint_theme(p);
    double u = s->scale, y = axis_y(&s->axis, now), w, px = 20 * u;
    char text[32];
    struct extent e;
    struct rect pill;

    if (now < s->o.from || now > s->o.to)
        return;
    draw_line(s, p, now, y);
    seq_time_text(text, sizeof text, now);
    e = paint_measure(p, FACE_BOLD, px, text);
    if (e.w > s->gutter - 18 * u) { /* "14550.208 s" */
        px *= (s->gutter - 18 * u) / e.w;
        e = paint_measure(p, FACE_BOLD, px, text);
    }
    w = fmin(fmax(e.w + 20 * u, 60 * u), s->gutter - 4 * u);
    pill = (struct rect){s->gutter - w, y - 17 * u, w, 34 * u};
    hide_ticks(s, p, pill);
    paint_fill(p, pill, 7 * u, t->focus);
    paint_text(p, FACE_BOLD, px, t->on_focus, s->gutter - w / 2 - e.w / 2, y - e.h / 2, text);
}
