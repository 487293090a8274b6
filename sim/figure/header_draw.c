/* Drawing the header inspector that the layout has made. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/figure/header_parts.h"
#include "sim/report/i18n.h"

struct inspector {
    const struct header *h;
    struct paint *p;
    const struct theme *t;
    double u;
    enum figure_lang lang;
};

static const char *in_first(const struct inspector *d, const char *message)
{
    return figure_first(d->lang, figure_words(message));
}

/* Draws text with its middle at this height, shrunk to the width; returns how wide it is. right: ends at x.
 */
static double put_text(struct inspector *d, enum face f, double px, colour c, double x, double mid,
                       double most, bool right, const char *text)
{
    struct extent e = paint_measure(d->p, f, px, text);

    if (e.w > most && most > 0) {
        px *= most / e.w;
        e = paint_measure(d->p, f, px, text);
    }
    if (px < 3 || !*text)
        return 0;
    paint_text(d->p, f, px, c, right ? x - e.w : x, mid - e.h / 2, text);
    return e.w;
}

/* ---- title ---- */

static void draw_title(struct inspector *d)
{
    const struct header *h = d->h;
    struct trace_text t = figure_words(TR_MARK("Segment header"));
    const char *first = figure_first(d->lang, t), *second = figure_second(d->lang, t);
    const struct theme_hue *hue = &d->t->hue[h->hue];
    double u = d->u, mid = h->title.y + h->title.h / 2, x = h->title.x, right = h->title.x + h->title.w;
    char ports[HEADER_TEXT * 2 + 8];

    if (h->title.h <= 0)
        return;
    x += put_text(d, FACE_BOLD, 27 * u, d->t->ink1, x, mid, h->title.w * .5, false, first) + 12 * u;
    if (h->number) {
        paint_number(d->p, (struct point){x + 18 * u, mid}, 18 * u, h->number, hue->line, d->t->card,
                     hue->text);
        x += 48 * u;
    }
    snprintf(ports, sizeof ports, "%s \xe2\x86\x92 %s", h->value[HEADER_SPORT], h->value[HEADER_DPORT]);
    if (h->n_bytes >= 4)
        right -= put_text(d, FACE_MONO, 19 * u, d->t->ink2, right, mid, right - x, true, ports) + 14 * u;
    if (second && paint_measure(d->p, FACE_PLAIN, 22 * u, second).w < right - x)
        put_text(d, FACE_PLAIN, 22 * u, d->t->ink2, x, mid, 0, false, second);
}

static void draw_ruler(struct inspector *d)
{
    const struct header *h = d->h;
    double bit = h->ruler.w / 32, base = h->ruler.y + h->ruler.h;

    if (h->ruler.h <= 0)
        return;
    for (int i = 0; i < 32; i++) {
        char number[12];
        double x = h->ruler.x + bit * (i + .5), tick = i % 8 == 0 ? 8 : 4;
        struct extent e;

        snprintf(number, sizeof number, "%d", i);
        e = paint_measure(d->p, FACE_MONO, 13 * d->u, number);
        if (e.w < bit * .98 || i % 4 == 0)
            paint_text(d->p, FACE_MONO, 13 * d->u, d->t->ink3, x - e.w / 2, base - e.h - 3 * d->u, number);
        paint_line(d->p, (struct point){h->ruler.x + bit * i, base},
                   (struct point){h->ruler.x + bit * i, base - tick * d->u}, d->u, d->t->ink3);
    }
}

/* ---- cells ---- */

static bool changed(const struct header *h, const struct header_box *b)
{
    if (b->cell == HEADER_CELL_OPTION)
        return h->row[b->row].changed && h->previous;
    return h->changed[b->field];
}

static void draw_checksum(struct inspector *d, double right, double mid, double most)
{
    const struct header *h = d->h;
    double u = d->u, x;
    char text[HEADER_TEXT];
    const char *word;

    if (h->n_bytes < 20)
        return;
    x = right - put_text(d, h->changed[HEADER_CHECKSUM] ? FACE_MONO_BOLD : FACE_MONO, 19 * u, d->t->ink1,
                         right, mid, most, true, h->value[HEADER_CHECKSUM]);
    most -= right - x;
    if (h->verified) {
        word = in_first(d, TR_MARK("right"));
        snprintf(text, sizeof text, "\xe2\x9c\x93 %s", word);
    } else {
        word = in_first(d, TR_MARK("wrong: should be"));
        snprintf(text, sizeof text, "\xe2\x9c\x97 %s 0x%04x", word, h->computed);
    }
    if (most > 40 * u)
        put_text(d, FACE_PLAIN, 16 * u, d->t->hue[h->verified ? HUE_SYN : HUE_RST].text, x - 12 * u, mid,
                 most - 14 * u, true, text);
}

static void draw_field(struct inspector *d, const struct header_box *b)
{
    const struct header *h = d->h;
    double u = d->u, mid = b->r.y + b->r.h / 2, pad = fmin(10 * u, b->r.w * .08), x = b->r.x + pad,
           right = b->r.x + b->r.w - pad, w, full;
    bool brief = !h->grid || b->r.w < 150 * u, news = changed(h, b),
         ignored = (b->field == HEADER_ACK && h->n_bytes > 13 && !(h->bytes[13] & 0x10)) ||
                   (b->field == HEADER_URGENT && h->n_bytes > 13 && !(h->bytes[13] & 0x20));
    colour ink = ignored ? d->t->ink3 : d->t->ink1;
    const char *name = figure_first(d->lang, header_name(b->field, brief)), *value = h->value[b->field],
               *named = h->named[b->field];

    full = paint_measure(d->p, FACE_PLAIN, 17 * u, name).w;
    if (b->r.w < 110 * u && h->grid) { /* the name above the number */
        double half = b->r.h / 4;

        put_text(d, FACE_PLAIN, 15 * u, d->t->ink2, b->r.x + 4 * u, mid - half, b->r.w - 8 * u, false, name);
        put_text(d, FACE_MONO, 19 * u, ink, b->r.x + 4 * u, mid + half * .9, b->r.w - 8 * u, false, value);
        return;
    }
    x += put_text(d, FACE_PLAIN, 17 * u, d->t->ink2, x, mid, fmin(full, (right - x) * .62), false, name) +
         10 * u;
    if (b->field == HEADER_CHECKSUM) {
        draw_checksum(d, right, mid, right - x);
        return;
    }
    w = put_text(d, news ? FACE_MONO_BOLD : FACE_MONO, 20 * u, ink, right, mid, right - x, true,
                 *value ? value : "\xe2\x80\x94");
    right -= w;
    if (*named && right - x > 50 * u) {
        char text[HEADER_TEXT + 8];

        snprintf(text, sizeof text, "%s = ", named);
        put_text(d, news ? FACE_BOLD : FACE_PLAIN, 20 * u, ink, right, mid, right - x, true, text);
    }
}

static void draw_bit(struct inspector *d, const struct header_box *b)
{
    const struct header *h = d->h;
    const char *name = header_name(b->field, false).en;
    bool set = !strcmp(h->value[b->field], "1");
    double u = d->u, mid = b->r.x + b->r.w / 2, y, line;
    unsigned letters = h->grid ? (unsigned)strlen(name) : 1;
    colour ink = set ? d->t->on_badge : d->t->ink3;
    double px =
        fmin(h->grid ? 17 * u : 20 * u, fmin(b->r.w * (h->grid ? .8 : .95), b->r.h / (letters * 1.05)));

    if (set)
        paint_fill(d->p, b->r, 0, d->t->hue[h->hue].badge);
    line = h->grid ? px * 1.02 : 0;
    y = b->r.y + b->r.h / 2 - line * (letters - 1) / 2;
    for (unsigned i = 0; i < letters; i++) {
        char one[2] = {name[i], '\0'};
        struct extent e = paint_measure(d->p, FACE_MONO_BOLD, px, one);

        paint_text(d->p, set ? FACE_MONO_BOLD : FACE_MONO, px, ink, mid - e.w / 2, y - e.h / 2, one);
        y += line;
    }
}

static const char *row_text(const struct inspector *d, const struct header_row *r)
{
    return figure_first(d->lang, (struct trace_text){r->text[0], r->text[1]});
}

static void hex_of(const struct header *h, unsigned from, unsigned n, char *out, size_t size)
{
    size_t at = 0;

    for (unsigned i = from; i < from + n && at + 4 < size; i++)
        at += (size_t)snprintf(out + at, size - at, i > from ? " %02x" : "%02x", h->bytes[i]);
}

static void draw_option(struct inspector *d, const struct header_box *b)
{
    const struct header *h = d->h;
    const struct header_row *r = &h->row[b->row];
    double u = d->u, mid = b->r.y + b->r.h / 2, w;
    char hex[HEADER_BYTES * 3 + 4];

    w = put_text(d, changed(h, b) ? FACE_BOLD : FACE_PLAIN, 17 * u, d->t->ink1, b->r.x + 10 * u, mid,
                 b->r.w * .66, false, row_text(d, r));
    hex_of(h, r->from, r->n, hex, sizeof hex);
    if (paint_measure(d->p, FACE_MONO, 15 * u, hex).w < b->r.w - w - 34 * u)
        put_text(d, FACE_MONO, 15 * u, d->t->ink3, b->r.x + b->r.w - 10 * u, mid, 0, true, hex);
}

/* All options in a line; those that only pad are left out. */
static void draw_summary(struct inspector *d, const struct header_box *b)
{
    const struct header *h = d->h;
    double u = d->u, mid = b->r.y + b->r.h / 2, x = b->r.x + 10 * u;
    char text[512] = "";

    x += put_text(d, FACE_PLAIN, 17 * u, d->t->ink2, x, mid, 0, false,
                  figure_first(d->lang, header_name(HEADER_OPTIONS, true))) +
         12 * u;
    for (unsigned i = 0; i < h->n_rows; i++)
        if (h->bytes[h->row[i].from] > 1)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? " \xc2\xb7 " : "",
                     row_text(d, &h->row[i]));
    put_text(d, changed(h, b) ? FACE_BOLD : FACE_PLAIN, 17 * u, d->t->ink1, b->r.x + b->r.w - 10 * u, mid,
             b->r.x + b->r.w - 10 * u - x, true, text);
}

static void draw_data(struct inspector *d, const struct header_box *b)
{
    double mid = b->r.y + b->r.h / 2, u = d->u;
    char text[HEADER_TEXT];

    put_text(d, FACE_PLAIN, 17 * u, d->t->ink2, b->r.x + 10 * u, mid, b->r.w * .5, false,
             figure_first(d->lang, header_name(HEADER_PAYLOAD, false)));
    snprintf(text, sizeof text, in_first(d, TR_MARK("%lu bytes")), (unsigned long)d->h->payload);
    put_text(d, changed(d->h, b) ? FACE_BOLD : FACE_PLAIN, 19 * u, d->t->ink1, b->r.x + b->r.w - 10 * u, mid,
             b->r.w * .4, true, text);
}

static void draw_cell(struct inspector *d, const struct header_box *b)
{
    bool news = changed(d->h, b);

    if (news && b->cell != HEADER_CELL_BIT)
        paint_fill(d->p, b->r, 0, colour_alpha(d->t->focus, 44));
    switch (b->cell) {
    case HEADER_CELL: draw_field(d, b); break;
    case HEADER_CELL_BIT: draw_bit(d, b); break;
    case HEADER_CELL_OPTION: draw_option(d, b); break;
    case HEADER_CELL_SUMMARY: draw_summary(d, b); break;
    case HEADER_CELL_DATA: draw_data(d, b); break;
    }
}

static void draw_frames(struct inspector *d, int selected)
{
    const struct header *h = d->h;
    double w = fmax(1, 1.4 * d->u * d->t->stroke);

    for (unsigned i = 0; i < h->n_boxes; i++)
        paint_frame(
            d->p,
            (struct rect){h->box[i].r.x - w / 2, h->box[i].r.y - w / 2, h->box[i].r.w + w, h->box[i].r.h + w},
            0, w, d->t->line, false);
    for (unsigned i = 0; i < h->n_boxes; i++)
        if (changed(h, &h->box[i]))
            paint_frame(d->p, h->box[i].r, 0, 2.2 * d->u, d->t->focus, false);
    if (selected >= 0 && (unsigned)selected < h->n_boxes) {
        struct rect r = h->box[selected].r;

        paint_frame(d->p, (struct rect){r.x - 2 * d->u, r.y - 2 * d->u, r.w + 4 * d->u, r.h + 4 * d->u},
                    3 * d->u, 4 * d->u, d->t->focus, false);
    }
}

/* ---- bytes ---- */

static void draw_hex(struct inspector *d)
{
    const struct header *h = d->h;
    double px = h->hex_px, line = h->hex_lines ? h->hex.h / h->hex_lines : 0,
           step = paint_measure(d->p, FACE_MONO, px, "00").w * 1.5;

    for (unsigned i = 0; i < h->n_bytes && i < h->hex_lines * h->hex_per_line; i++) {
        char text[4];
        bool news = h->byte_changed[i];
        double x = h->hex.x + step * (i % h->hex_per_line), y = h->hex.y + line * (i / h->hex_per_line);

        snprintf(text, sizeof text, "%02x", h->bytes[i]);
        paint_text(d->p, news ? FACE_MONO_BOLD : FACE_MONO, px, news ? d->t->hue[HUE_ACK].text : d->t->ink2,
                   x, y, text);
    }
    if (h->grid && h->damaged) {
        double x = h->hex.x + step * h->hex_per_line;

        put_text(d, FACE_BOLD, 17 * d->u, d->t->hue[HUE_RST].text, h->hex.x + h->hex.w, h->hex.y + line / 2,
                 h->hex.x + h->hex.w - x, true, in_first(d, TR_MARK("as sent; damaged on its way")));
    }
}

void header_draw(const struct header *h, struct paint *p, const struct header_view *v)
{
    struct inspector d = {.h = h, .p = p, .t = paint_theme(p), .u = h->scale, .lang = h->model->lang};

    draw_title(&d);
    draw_ruler(&d);
    for (unsigned i = 0; i < h->n_boxes; i++)
        draw_cell(&d, &h->box[i]);
    draw_frames(&d, v->selected);
    draw_hex(&d);
}
