/* Drawing the sequence diagram that the layout has made. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/figure/sequence_parts.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder_scan.h"

struct drawing_of {
    const struct sequence *s;
    struct paint *p;
    const struct theme *t;
    const struct sequence_view *v;
    vtime now;
    double u, stroke;    /* scale; width of an arrow's line */
    unsigned in_the_air; /* segments on their way now */
    bool moving_too;     /* what moves is drawn in its place among the rest */
    double y0, y1;       /* what lies beyond is not seen */
};

static bool is_seen(const struct drawing_of *d, double y0, double y1)
{
    return y0 < d->y1 && y1 > d->y0;
}

static bool arrow_is_seen(const struct drawing_of *d, const struct seq_arrow *a)
{
    double more = 44 * d->u + a->label.w / 2, low = fmin(a->start.y, a->tip.y),
           high = fmax(a->start.y, a->tip.y);

    if (a->detail > 0) {
        low = fmin(low, a->label.at.y);
        high = fmax(high, a->label.at.y);
    }
    if (a->why_px > 0) {
        low = fmin(low, a->why.y);
        high = fmax(high, a->why.y);
    }
    return is_seen(d, low - more, high + more);
}

/* ---- what moves ---- */

/* How far along the arrow's ink a time lies: 1 at its tip. */
static double progress(const struct drawing_of *d, const struct model_flight *f)
{
    double whole;

    if (d->now >= f->end || f->end <= f->leave)
        return 1;
    whole = (double)(d->now - f->leave) / (double)(f->end - f->leave);
    return f->reach > 0 && whole / f->reach < 1 ? whole / f->reach : 1;
}

static bool is_on_its_way(const struct drawing_of *d, const struct model_flight *f)
{
    return d->v->at != VTIME_NEVER && f->leave <= d->now && progress(d, f) < 1;
}

static bool runs_now(const struct drawing_of *d, const struct seq_block *b)
{
    const struct model_span *span = &d->s->model->span[b->span];

    return b->wait && d->v->at != VTIME_NEVER && span->from <= d->now &&
           d->s->model->wait[b->timer].end > d->now;
}

/* ---- time ---- */

static void draw_ticks(struct drawing_of *d)
{
    const struct sequence *s = d->s;
    double u = d->u;

    for (size_t i = 0; i < s->n_ticks; i++) {
        const struct seq_tick *k = &s->tick[i];

        if (!is_seen(d, k->y - 30 * u, k->y + 30 * u))
            continue;
        if (k->px > 0) {
            paint_line(d->p, (struct point){s->gutter - 12 * u, k->y},
                       (struct point){s->gutter - 3 * u, k->y}, 1.6 * u, d->t->ink3);
            paint_text(d->p, FACE_PLAIN, k->px, d->t->ink3, k->at.x, k->at.y, k->text);
        } else {
            paint_line(d->p, (struct point){s->gutter - 8 * u, k->y}, (struct point){s->gutter - 3 * u, k->y},
                       1.2 * u, d->t->ink3);
        }
    }
    for (size_t i = 0; i < s->n_pauses; i++) {
        const struct seq_pause *q = &s->pause[i];
        double x = s->gutter - 8 * u, mid = (q->y0 + q->y1) / 2, y0 = q->y0 + 9 * u, y1 = q->y1 - 9 * u,
               z = fmin(12 * u, (y1 - y0) / 3);
        cairo_t *cr = paint_cairo(d->p);

        if (y1 - y0 < 8 * u)
            continue;
        cairo_new_path(cr);
        cairo_move_to(cr, x, y0);
        cairo_line_to(cr, x, mid - z);
        cairo_line_to(cr, x - 8 * u, mid - z / 3);
        cairo_line_to(cr, x + 6 * u, mid + z / 3);
        cairo_line_to(cr, x, mid + z);
        cairo_line_to(cr, x, y1);
        paint_colour(d->p, d->t->ink3);
        cairo_set_line_width(cr, 1.5 * u);
        cairo_stroke(cr);
        if (q->px > 0)
            paint_text_wrapped(d->p, FACE_PLAIN, q->px, d->t->ink3, q->at.x, q->at.y, q->text,
                               s->gutter - 40 * u);
    }
}

/* ---- life-lines ---- */

static void draw_ring(struct drawing_of *d, const struct seq_block *b)
{
    const struct model_wait *w = &d->s->model->wait[b->timer];
    double u = d->u, part = 1, px;
    colour c = d->t->phase[PHASE_TIME_WAIT].bar;
    char text[32];
    struct extent e;
    struct trace_text timer = figure_words(TR_MARK("timer"));

    if (d->v->at != VTIME_NEVER && w->due > w->from)
        part = fmin(1, fmax(0, (double)(w->due - d->now) / (double)(w->due - w->from)));
    format_duration(text, sizeof text, w->due - w->from);
    if (!b->ring) {
        double x = b->name.x, y = b->second_px > 0 && b->second.y > b->name.y + b->px
                                      ? b->second.y + b->second_px * 1.4
                                      : b->name.y + b->px * 1.35;
        char line[48];

        if (y + 24 * u > b->r.y + b->r.h)
            return;
        snprintf(line, sizeof line, "2 MSL = %s", text);
        paint_text(d->p, FACE_PLAIN, 19 * u, d->t->ink2, x, y, line);
        return;
    }
    paint_ring(d->p, b->ring_at, b->ring_r - 5 * u, 8 * u, part, c);
    px = b->ring_r * .5;
    e = paint_measure(d->p, FACE_BOLD, px, text);
    if (e.w > b->ring_r * 1.45)
        px *= b->ring_r * 1.45 / e.w;
    e = paint_measure(d->p, FACE_BOLD, px, text);
    paint_text(d->p, FACE_BOLD, px, d->t->ink1, b->ring_at.x - e.w / 2, b->ring_at.y - e.h / 2, text);
    paint_text(d->p, FACE_BOLD, 25 * u, d->t->ink1, b->ring_at.x + b->ring_r + 14 * u, b->ring_at.y - 33 * u,
               "2 MSL");
    snprintf(text, sizeof text, "%s", figure_first(d->s->model->lang, timer));
    paint_text(d->p, FACE_PLAIN, 19 * u, d->t->ink2, b->ring_at.x + b->ring_r + 14 * u, b->ring_at.y + 1 * u,
               text);
}

static void draw_block(struct drawing_of *d, const struct seq_block *b)
{
    const struct model_span *span = &d->s->model->span[b->span];
    const struct theme_phase *c = &d->t->phase[span->blank ? PHASE_LISTEN : theme_phase_of(span->state)];
    const struct seq_lane *l = &d->s->lane[span->lane];
    double u = d->u;
    bool current = d->v->at != VTIME_NEVER && (span->to == VTIME_NEVER || span->to > d->now),
         closed = span->state == ST_CLOSED;
    char first[64], second[64];

    if (span->from > d->now || !is_seen(d, b->r.y - 12 * u, b->r.y + b->r.h + 12 * u))
        return;
    if (d->s->model->lane[span->lane].states)
        paint_fill(d->p, (struct rect){l->x - 6 * u, b->r.y, 12 * u, b->r.h}, 2 * u, c->bar);
    seq_state_words(d->s->model, span, first, second, sizeof first);
    if (!l->side) {
        if (b->px > 0) {
            struct extent e = paint_measure(d->p, FACE_BOLD, b->px, first);
            struct rect plate = {b->name.x - 8 * u, b->name.y - 1 * u, e.w + 16 * u, e.h + 2 * u};

            paint_fill(d->p, plate, 6 * u, closed ? d->t->background : c->fill);
            paint_frame(d->p, plate, 6 * u, 1.5 * u, c->border, closed);
            paint_text(d->p, FACE_BOLD, b->px, d->t->ink1, b->name.x, b->name.y, first);
        }
        return;
    }
    paint_fill(d->p, b->r, 9 * u, c->fill);
    if (span->down) {
        paint_fill(d->p, b->r, 9 * u, colour_alpha(d->t->hue[HUE_RST].line, 36));
        paint_frame(d->p, b->r, 9 * u, 2 * u, d->t->hue[HUE_RST].line, true);
    } else if (closed) {
        paint_frame(d->p, b->r, 9 * u, 1.6 * u * d->t->stroke, c->border, true);
    } else if (current) {
        paint_frame(d->p, b->r, 9 * u, 3.5 * u * d->t->stroke, c->border, false);
    }
    if (b->px > 0)
        paint_text(d->p, FACE_BOLD, b->px, closed && !span->down ? d->t->ink3 : d->t->ink1, b->name.x,
                   b->name.y, first);
    if (b->second_px > 0)
        paint_text(d->p, FACE_PLAIN, b->second_px, closed ? d->t->ink3 : d->t->ink2, b->second.x, b->second.y,
                   second);
    if (b->wait && (d->moving_too || !runs_now(d, b)))
        draw_ring(d, b);
}

static void draw_life_lines(struct drawing_of *d)
{
    const struct sequence *s = d->s;

    for (unsigned i = 0; i < s->model->n_lanes; i++)
        if (!s->model->lane[i].states)
            paint_dashed(d->p, (struct point){s->lane[i].x, s->top}, (struct point){s->lane[i].x, s->bottom},
                         3 * d->u, d->t->ink3, 10 * d->u, 7 * d->u);
    for (size_t i = 0; i < s->n_blocks; i++)
        draw_block(d, &s->block[i]);
    for (size_t i = 0; i < s->n_pauses; i++) /* time was cut out here */
        for (unsigned k = 0; k < s->model->n_lanes; k++) {
            double y = (s->pause[i].y0 + s->pause[i].y1) / 2, x = s->lane[k].x, u = d->u;

            if (s->axis.mode == AXIS_BROKEN)
                for (int line = -1; line <= 1; line += 2)
                    paint_line(d->p, (struct point){x - 11 * u, y + (4 + line * 5) * u},
                               (struct point){x + 11 * u, y + (-4 + line * 5) * u}, 3.5 * u,
                               d->t->background);
        }
}

static enum icon host_icon(const struct model *m, unsigned lane)
{
    if (m->lane[lane].router)
        return ICON_ROUTER;
    if (m->lane[lane].raw)
        return ICON_RAW;
    return lane + 1 == m->n_lanes ? ICON_SERVER : ICON_LAPTOP;
}

static void draw_pills(struct drawing_of *d)
{
    const struct model *m = d->s->model;
    double u = d->u;

    for (unsigned i = 0; i < m->n_lanes; i++) {
        const struct model_lane *l = &m->lane[i];
        struct rect r = d->s->lane[i].pill;
        const char *second = figure_second(m->lang, l->name);
        double px = TYPE_PILL * u, x = r.x + 70 * u;
        char text[256];
        struct extent e, f;

        paint_fill(d->p, (struct rect){r.x, r.y + 2 * u, r.w, r.h}, r.h / 2, colour_alpha(d->t->line, 160));
        paint_fill(d->p, r, r.h / 2, d->t->card);
        paint_frame(d->p, r, r.h / 2, 1.6 * u * d->t->stroke, d->t->line, false);
        paint_escape(text, sizeof text, figure_first(m->lang, l->name));
        e = paint_measure(d->p, FACE_BOLD, px, text);
        if (e.w > r.w - 90 * u) { /* no room for the icon */
            px *= fmin(1, (r.w - 28 * u) / e.w);
            e = paint_measure(d->p, FACE_BOLD, px, text);
            x = r.x + (r.w - e.w) / 2;
        } else {
            paint_icon(d->p, host_icon(m, i), r.x + 18 * u, r.y + (r.h - 40 * u) / 2, 40 * u, d->t->ink1,
                       d->t->card);
        }
        paint_text(d->p, FACE_BOLD, px, d->t->ink1, x, r.y + (r.h - e.h) / 2, text);
        if (!second)
            continue;
        paint_escape(text, sizeof text, second);
        f = paint_measure(d->p, FACE_PLAIN, TYPE_PILL * .8 * u, text);
        if (e.w + f.w + 112 * u <= r.w + 24 * u)
            paint_text(d->p, FACE_PLAIN, TYPE_PILL * .8 * u, d->t->ink2, r.x + r.w - 26 * u - f.w,
                       r.y + (r.h - f.h) / 2, text);
    }
}

/* ---- arrows ---- */

static struct point part_of(struct point a, struct point b, double t)
{
    return (struct point){a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

static void draw_line(struct drawing_of *d, const struct model_flight *f, struct point a, struct point b)
{
    double w = d->stroke;
    colour c = d->t->hue[f->hue].line;

    if (f->hue == HUE_RST && !f->again)
        paint_double(d->p, a, b, w * .85, w * 2.1, c);
    else if (f->again)
        paint_dashed(d->p, a, b, w, c, 14 * d->u, 7 * d->u);
    else if (f->copy)
        paint_dashed(d->p, a, b, w * .8, c, 4 * d->u, 6 * d->u);
    else
        paint_line(d->p, a, b, w, c);
}

/* Envelopes are smaller where many are in the air. */
static double mail_size(const struct drawing_of *d)
{
    return d->in_the_air > 6 ? .5 : d->in_the_air > 3 ? .7 : 1;
}

static void draw_mail(struct drawing_of *d, const struct model_flight *f, struct point at, struct point to)
{
    double u = d->u, size = mail_size(d) * u;
    colour c = d->t->hue[f->hue].line;

    paint_dashed(d->p, at, to, d->stroke, colour_alpha(c, 120), 3 * u, 8 * u);
    paint_head(d->p, at, to, 22 * u, colour_alpha(c, 120));
    if (d->in_the_air <= 3) {
        paint_fill(d->p, (struct rect){at.x - 34 * u, at.y - 34 * u, 68 * u, 68 * u}, 34 * u,
                   colour_alpha(c, 50));
        paint_fill(d->p, (struct rect){at.x - 26 * u, at.y - 26 * u, 52 * u, 52 * u}, 26 * u,
                   colour_alpha(c, 60));
    }
    paint_icon(d->p, ICON_MAIL, at.x - 22 * size, at.y - 22 * size, 44 * size, c, d->t->card);
}

static void draw_arrow(struct drawing_of *d, const struct seq_arrow *a)
{
    const struct model_flight *f = &d->s->model->flight[a->flight];
    colour c = d->t->hue[f->hue].line;
    double u = d->u, way = progress(d, f), head = 24 * u * (0.6 + 0.4 * d->t->stroke);
    struct point at = a->from;

    if (d->v->selected && d->v->selected == f->pkt)
        paint_line(d->p, a->from, a->tip, d->stroke * 4.5, colour_alpha(d->t->focus, 60));
    for (unsigned k = 0; k < a->n_bends && way >= 1; k++) {
        draw_line(d, f, at, a->bend[k]);
        at = a->bend[k];
    }
    if (way < 1) {
        struct point now = part_of(at, a->tip, way);

        draw_line(d, f, at, now);
        draw_mail(d, f, now, a->tip);
        return;
    }
    if (f->lost) {
        draw_line(d, f, at, a->tip);
        paint_cross(d->p, a->tip, 11 * u, 5 * u * d->t->stroke, d->t->loss, d->t->background);
        return;
    }
    draw_line(d, f, at,
              a->cut ? a->tip
                     : part_of(at, a->tip, 1 - head * .7 / fmax(1, hypot(a->tip.x - at.x, a->tip.y - at.y))));
    if (!a->cut)
        paint_head(d->p, at, a->tip, head, c);
    if (f->refused)
        paint_cross(d->p, (struct point){a->tip.x, a->tip.y}, 10 * u, 4.5 * u * d->t->stroke, d->t->loss,
                    d->t->background);
}

static void draw_number(struct drawing_of *d, const struct seq_arrow *a)
{
    const struct model_flight *f = &d->s->model->flight[a->flight];
    const struct theme_hue *h = &d->t->hue[f->hue];

    if (a->entered)
        return;
    if (a->number_r > 0)
        paint_number(d->p, a->start, a->number_r, a->number, h->line, d->t->card, h->text);
    else if (!f->copy)
        paint_fill(d->p, (struct rect){a->start.x - 4 * d->u, a->start.y - 4 * d->u, 8 * d->u, 8 * d->u},
                   4 * d->u, h->line);
}

static void draw_label(struct drawing_of *d, const struct seq_arrow *a)
{
    const struct model_flight *f = &d->s->model->flight[a->flight];
    const struct theme_hue *h = &d->t->hue[f->hue];
    cairo_t *cr = paint_cairo(d->p);
    double px = a->detail, x = -a->label.w / 2, badge_h = a->label.h;
    struct extent e;

    if (a->why_px > 0 && progress(d, f) >= 1)
        paint_text_rim(d->p, FACE_BOLD, a->why_px, d->t->ink1, d->t->background, a->why.x, a->why.y,
                       figure_first(d->s->model->lang, f->why));
    if (px <= 0)
        return;
    cairo_save(cr);
    cairo_translate(cr, a->label.at.x, a->label.at.y);
    cairo_rotate(cr, a->label.angle);
    if (a->over)
        paint_fill(d->p, (struct rect){x - 2, -badge_h / 2, a->label.w + 4, badge_h}, px * .22,
                   colour_alpha(d->t->background, 235));
    e = paint_measure(d->p, FACE_BOLD, px * .8, f->badge);
    {
        double w = e.w + px * .7 + (f->again ? px * .95 : 0);

        paint_fill(d->p, (struct rect){x - 2, -badge_h / 2 - 2, w + 4, badge_h + 4}, px * .25,
                   colour_alpha(d->t->background, 190));
        paint_fill(d->p, (struct rect){x, -badge_h / 2, w, badge_h}, px * .22,
                   f->blank ? d->t->card : h->badge);
        if (f->blank)
            paint_frame(d->p, (struct rect){x, -badge_h / 2, w, badge_h}, px * .22, px * .06, d->t->ink2,
                        false);
        if (f->again)
            paint_icon(d->p, ICON_AGAIN, x + px * .24, -px * .42, px * .84, d->t->on_badge, h->badge);
        paint_text(d->p, FACE_BOLD, px * .8, d->t->on_badge, x + px * .35 + (f->again ? px * .9 : 0),
                   -e.h / 2, f->badge);
        x += w;
    }
    if (a->text && *f->text) {
        x += px * .38;
        e = paint_measure(d->p, FACE_BOLD, px, f->text);
        paint_text_rim(d->p, FACE_BOLD, px, h->text, d->t->background, x, -e.h / 2, f->text);
        x += e.w;
    }
    if (a->extra && *f->extra) {
        struct extent g = paint_measure(d->p, FACE_PLAIN, px * TYPE_EXTRA, f->extra);

        paint_text_rim(d->p, FACE_PLAIN, px * TYPE_EXTRA, d->t->ink2, d->t->background, x + px * .5,
                       -g.h / 2 + px * .06, f->extra);
    }
    cairo_restore(cr);
}

static void draw_arrows(struct drawing_of *d)
{
    const struct sequence *s = d->s;

    for (int layer = 0; layer < 3; layer++)
        for (size_t i = 0; i < s->n_arrows; i++) {
            const struct seq_arrow *a = &s->arrow[i];

            if (s->model->flight[a->flight].leave > d->now || !arrow_is_seen(d, a))
                continue;
            if (layer == 1)
                draw_number(d, a);
            else if (!d->moving_too && is_on_its_way(d, &s->model->flight[a->flight]))
                continue;
            else if (layer == 0)
                draw_arrow(d, a);
            else
                draw_label(d, a);
        }
}

/* ---- the rest ---- */

static void draw_bands(struct drawing_of *d)
{
    double u = d->u;

    for (size_t i = 0; i < d->s->n_bands; i++) {
        const struct seq_band *b = &d->s->band[i];
        const struct theme_phase *c = &d->t->phase[PHASE_HALF];

        if (b->from > d->now || b->r.h < 8 * u)
            continue;
        paint_fill(d->p, b->r, 0, colour_alpha(c->bar, 42));
        paint_dashed(d->p, (struct point){b->r.x, b->r.y}, (struct point){b->r.x + b->r.w, b->r.y},
                     1.6 * u * d->t->stroke, c->border, 8 * u, 5 * u);
        paint_dashed(d->p, (struct point){b->r.x, b->r.y + b->r.h},
                     (struct point){b->r.x + b->r.w, b->r.y + b->r.h}, 1.6 * u * d->t->stroke, c->border,
                     8 * u, 5 * u);
        if (b->px <= 0)
            continue;
        for (int line = 0; line < 2; line++) {
            struct point at = line ? b->second : b->first;
            enum face f = line ? FACE_PLAIN : FACE_BOLD;
            double px = line ? b->second_px : b->px;
            colour ink = line ? d->t->ink2 : d->t->ink1;

            paint_text(d->p, f, px, ink, at.x, at.y, b->text[line][0]);
            if (*b->text[line][1])
                paint_text(d->p, f, px, ink, at.x + b->gap[line], at.y, b->text[line][1]);
        }
    }
}

static enum icon note_icon(const struct model_note *n)
{
    return n->kind == NOTE_TIMER ? ICON_TIMER : n->kind == NOTE_HOST ? ICON_SERVER : ICON_USER;
}

/* From each chip to where it happens. */
static void draw_leaders(struct drawing_of *d)
{
    double u = d->u;

    for (size_t i = 0; i < d->s->n_chips; i++) {
        const struct seq_chip *c = &d->s->chip[i];
        const struct model_note *n = &d->s->model->note[c->note];
        const struct seq_lane *l = &d->s->lane[n->lane];
        double near = l->side < 0 ? c->r.x + c->r.w : c->r.x;
        colour ink = n->bad ? d->t->hue[HUE_RST].text : d->t->ink2;

        if (n->at <= d->now)
            paint_line(d->p, (struct point){near, c->r.y + c->r.h / 2},
                       (struct point){l->x + (l->side < 0 ? -6 : 6) * u, c->y}, 1.4 * u,
                       colour_alpha(ink, 150));
    }
}

static void draw_chips(struct drawing_of *d)
{
    const struct model *m = d->s->model;
    double u = d->u;

    for (size_t i = 0; i < d->s->n_chips; i++) {
        const struct seq_chip *c = &d->s->chip[i];
        const struct model_note *n = &m->note[c->note];
        const char *second = seq_note_second(m, n);
        colour ink = n->bad ? d->t->hue[HUE_RST].text : d->t->ink2;
        double x = c->r.x + 9 * u, mid = c->r.y + c->r.h / 2;
        struct extent e;

        if (n->at > d->now || !is_seen(d, c->r.y - 4 * u, c->r.y + c->r.h + 4 * u))
            continue;
        paint_fill(d->p, c->r, 7 * u, colour_alpha(d->t->card, 225));
        paint_frame(d->p, c->r, 7 * u, 1.3 * u * d->t->stroke, n->bad ? d->t->hue[HUE_RST].line : d->t->line,
                    false);
        if (n->bad && n->kind != NOTE_TIMER)
            paint_cross(d->p, (struct point){x + 8 * u, mid}, 5 * u, 2.6 * u, ink, d->t->card);
        else
            paint_icon(d->p, note_icon(n), x, mid - 8 * u, 16 * u, ink, d->t->card);
        e = paint_measure(d->p, FACE_PLAIN, c->px, seq_note_first(m, n));
        paint_text(d->p, FACE_PLAIN, c->px, n->bad ? ink : d->t->ink1, x + 21 * u, mid - e.h / 2,
                   seq_note_first(m, n));
        if (c->second_px > 0 && second) {
            struct extent f = paint_measure(d->p, FACE_PLAIN, c->second_px, second);

            paint_text(d->p, FACE_PLAIN, c->second_px, d->t->ink2, x + 29 * u + e.w, mid - f.h / 2, second);
        }
    }
}

static void draw_title(struct drawing_of *d)
{
    const struct sequence *s = d->s;
    const struct trace_text *t = &s->model->header->title;
    const char *first = figure_first(s->model->lang, *t), *second = figure_second(s->model->lang, *t);
    char text[512];
    struct extent e, f;
    double x = s->legend.x;

    if (!s->o.title)
        return;
    paint_escape(text, sizeof text, first ? first : s->model->header->lesson ? s->model->header->lesson : "");
    e = paint_measure(d->p, FACE_BOLD, s->title_px, text);
    paint_text(d->p, FACE_BOLD, s->title_px, d->t->ink1, s->title.x, s->title.y, text);
    if (second) {
        paint_escape(text, sizeof text, second);
        f = paint_measure(d->p, FACE_PLAIN, s->title_px * .72, text);
        paint_text(d->p, FACE_PLAIN, s->title_px * .72, d->t->ink2, s->title.x + e.w + s->title_px * .7,
                   s->title.y + e.baseline - f.baseline, text);
    }
    for (size_t i = 0; i < s->model->n_symbols && s->legend_px > 0; i++) {
        e = paint_measure(d->p, FACE_PLAIN, s->legend_px, s->model->symbol[i]);
        if (x + e.w > s->width - 20 * d->u)
            break;
        paint_text(d->p, FACE_PLAIN, s->legend_px, d->t->ink2, x, s->legend.y, s->model->symbol[i]);
        x += e.w + 36 * d->u;
    }
}

/* ---- in parts ---- */

static void playhead(struct drawing_of *d)
{
    if (d->v->at != VTIME_NEVER)
        seq_draw_playhead(d->s, d->p, d->now);
}

/* Where the settled shades end: in steps, so that the picture of them is made anew now and then only. */
static double shaded_until(const struct sequence *s, vtime at, bool exactly)
{
    double step = 24 * s->scale, y = axis_y(&s->axis, at);

    return exactly ? y : s->top + floor((y - s->top) / step) * step;
}

/* Shades come row by row, without instants of their own; the rest is little. */
static size_t epoch_of_density(const struct sequence *s, vtime at)
{
    size_t n = (size_t)fmax(0, shaded_until(s, at, false));

    for (size_t i = 0; i < s->n_arrows; i++) {
        const struct model_flight *f = &s->model->flight[s->arrow[i].flight];

        n = n * 3 + (f->leave <= at) + (f->end <= at);
    }
    for (size_t i = 0; i < s->n_blocks; i++) {
        const struct model_span *span = &s->model->span[s->block[i].span];

        n = n * 3 + (span->from <= at) + (span->to <= at);
    }
    for (size_t i = 0; i < s->n_chips; i++)
        n = n * 3 + (s->model->note[s->chip[i].note].at <= at);
    return n;
}

size_t sequence_epoch(const struct sequence *s, vtime at)
{
    size_t low = 0, high = s->axis.n;

    if (s->level == SEQ_DENSITY)
        return epoch_of_density(s, at);
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (s->axis.point[mid].at <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void draw_moving(struct drawing_of *d)
{
    const struct sequence *s = d->s;

    seq_density_draw(s, d->p, d->now, shaded_until(s, d->now, false), shaded_until(s, d->now, true));
    for (size_t i = 0; i < s->n_blocks; i++)
        if (runs_now(d, &s->block[i]))
            draw_ring(d, &s->block[i]);
    for (size_t i = 0; i < s->n_arrows; i++)
        if (is_on_its_way(d, &s->model->flight[s->arrow[i].flight])) {
            cairo_save(paint_cairo(d->p));
            seq_clip_words(s, d->p, &s->arrow[i], d->now);
            draw_arrow(d, &s->arrow[i]);
            cairo_restore(paint_cairo(d->p));
        }
    for (size_t i = 0; i < s->n_arrows; i++) /* words over the envelopes */
        if (is_on_its_way(d, &s->model->flight[s->arrow[i].flight]))
            draw_label(d, &s->arrow[i]);
    playhead(d);
}

static struct rect both(struct rect a, struct rect b)
{
    double x = fmin(a.x, b.x), y = fmin(a.y, b.y);

    return (struct rect){x, y, fmax(a.x + a.w, b.x + b.w) - x, fmax(a.y + a.h, b.y + b.h) - y};
}

static struct rect around(struct point a, struct point b, double more)
{
    return (struct rect){fmin(a.x, b.x) - more, fmin(a.y, b.y) - more, fabs(a.x - b.x) + 2 * more,
                         fabs(a.y - b.y) + 2 * more};
}

static struct drawing_of drawing(const struct sequence *s, struct paint *p, const struct sequence_view *v)
{
    struct drawing_of d = {
        .s = s, .p = p, .v = v, .now = v->at == VTIME_NEVER ? s->o.to : v->at, .u = s->scale};

    d.t = p ? paint_theme(p) : NULL;
    d.stroke = d.t ? fmax(1.4, 4.4 * s->scale * d.t->stroke) : 0;
    for (size_t i = 0; i < s->n_arrows && v->at != VTIME_NEVER; i++)
        d.in_the_air += is_on_its_way(&d, &s->model->flight[s->arrow[i].flight]);
    if (p) {
        double x0, x1;

        cairo_clip_extents(paint_cairo(p), &x0, &d.y0, &x1, &d.y1);
    }
    return d;
}

size_t sequence_moving(const struct sequence *s, const struct sequence_view *v, struct rect *out, size_t max)
{
    struct drawing_of d = drawing(s, NULL, v);
    double y = axis_y(&s->axis, d.now), u = s->scale;
    size_t n = 0;

    if (v->at == VTIME_NEVER || !max)
        return 0;
    out[n++] = (struct rect){0, y - 44 * u, s->width, 88 * u}; /* with the times that give way */
    if (s->level == SEQ_DENSITY) {                             /* the shades since the epoch */
        out[0].y = fmin(out[0].y, shaded_until(s, d.now, false));
        out[0].h = y + 44 * u - out[0].y;
    }
    for (size_t i = 0; i < s->n_blocks && n < max; i++)
        if (runs_now(&d, &s->block[i]))
            out[n++] = s->block[i].r;
    for (size_t i = 0; i < s->n_arrows; i++) {
        const struct seq_arrow *a = &s->arrow[i];
        struct rect r;

        if (!is_on_its_way(&d, &s->model->flight[a->flight]))
            continue;
        r = around(a->from, a->tip, 40 * u);
        if (a->detail > 0) {
            double w = (a->label.w * fabs(cos(a->label.angle)) + a->label.h * fabs(sin(a->label.angle))) / 2 +
                       6 * u,
                   h = (a->label.w * fabs(sin(a->label.angle)) + a->label.h * fabs(cos(a->label.angle))) / 2 +
                       6 * u;

            r = both(r, (struct rect){a->label.at.x - w, a->label.at.y - h, 2 * w, 2 * h});
        }
        if (n < max)
            out[n++] = r;
        else /* the last one grows */
            out[n - 1] = both(out[n - 1], r);
    }
    return n;
}

void sequence_draw_parts(const struct sequence *s, struct paint *p, const struct sequence_view *v,
                         unsigned parts)
{
    struct drawing_of d = drawing(s, p, v);

    d.moving_too = (parts & SEQ_PART_MOVING) != 0;
    if (parts & SEQ_PART_SETTLED) {
        paint_fill(p, (struct rect){0, 0, s->width, s->height}, 0, d.t->background);
        draw_ticks(&d);
        draw_life_lines(&d);
        draw_bands(&d);
        seq_density_draw(s, p, d.now, 0,
                         v->at == VTIME_NEVER ? s->bottom : shaded_until(s, d.now, d.moving_too));
        seq_density_draw_legend(s, p);
        draw_leaders(&d);
        draw_arrows(&d);
        draw_chips(&d);
    } else if (parts & SEQ_PART_MOVING) {
        draw_moving(&d);
    }
    if (parts & SEQ_PART_HEADS) {
        draw_title(&d);
        draw_pills(&d);
    }
    if ((parts & SEQ_PART_SETTLED) && (parts & SEQ_PART_MOVING))
        playhead(&d);
}

void sequence_draw(const struct sequence *s, struct paint *p, const struct sequence_view *v)
{
    sequence_draw_parts(s, p, v, SEQ_PART_ALL);
}

/* Of a name at this height what can still be seen, and the chips that pass there: they give way. */
static struct rect under_name(const struct sequence *s, const struct seq_block *b, uint16_t lane, double edge)
{
    double u = s->scale;
    double top = edge - (s->top - sequence_head(s)) - u;
    struct rect r = {b->r.x + 3 * u, fmax(top, b->r.y), b->r.w - 6 * u, 0};

    r.h = fmax(edge + b->px * 1.5, b->name.y + b->px * 3) - r.y;

    for (size_t k = 0; k < s->n_chips; k++) {
        const struct seq_chip *c = &s->chip[k];

        if (s->model->note[c->note].lane == lane && c->r.y < r.y + r.h && c->r.y + c->r.h > r.y)
            r.h = fmax(r.h, c->r.y + c->r.h + 2 * u - r.y);
    }
    return r;
}

void sequence_draw_names(const struct sequence *s, struct paint *p, vtime at, double scroll)
{
    const struct theme *t = paint_theme(p);
    double edge = scroll + s->top;

    for (size_t i = 0; i < s->n_blocks; i++) {
        const struct seq_block *b = &s->block[i];
        const struct model_span *span = &s->model->span[b->span];
        char first[64], second[64];
        struct rect words;

        if (b->px <= 0 || span->from > at || b->name.y >= edge || b->r.y + b->r.h < edge + 70 * s->scale ||
            !s->lane[span->lane].side)
            continue;
        seq_state_words(s->model, span, first, second, sizeof first);
        words = under_name(s, b, span->lane, edge);
        paint_fill(p, words, 0, t->background);
        paint_fill(p, words, 0, t->phase[theme_phase_of(span->state)].fill);
        if (span->down)
            paint_fill(p, words, 0, colour_alpha(t->hue[HUE_RST].line, 36));
        paint_text_rim(p, FACE_BOLD, b->px, t->ink2, t->phase[theme_phase_of(span->state)].fill, b->name.x,
                       edge + 4 * s->scale, first);
    }
}
