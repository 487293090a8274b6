/* One sentence about what happens now. */
#include <math.h>
#include <stdio.h>

#include "gui/app.h"

static bool wants(const struct app *a)
{
    return a->doc != NULL;
}

static uint64_t stamp(const struct app *a)
{
    const struct source_note *n = document_note(a->doc, a->at);

    return stamp_add(stamp_add(17, n ? n->record : 0), (uint64_t)document_number(a->doc, n ? n->record : 0));
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct source_note *n = document_note(a->doc, a->at);
    const struct model_flight *f = n ? document_flight(a->doc, n->record) : NULL;
    double u = a->scene.u, px = 31 * u, x = r.x + (f ? 102 : 34) * u, w = r.x + r.w - 24 * u - x;
    struct trace_text text = n ? n->text : source_summary(a->doc->source);
    const char *second = app_second(a, text);
    char first[1024], other[1024];
    struct extent e, o = {0, 0, 0};

    draw_card(p, (struct rect){r.x, r.y, r.w, r.h - 4 * u}, u, f ? t->hue[f->hue].line : t->focus);
    r.h -= 4 * u;
    if (f)
        paint_number(p, (struct point){r.x + 57 * u, r.y + r.h / 2}, 27 * u, document_number(a->doc, f->pkt),
                     t->hue[f->hue].badge, t->hue[f->hue].badge, t->on_badge);
    paint_escape(first, sizeof first, app_first(a, text));
    paint_escape(other, sizeof other, second ? second : "");
    for (;; px *= .94) { /* until both fit */
        e = paint_measure_wrapped(p, FACE_BOLD, px, first, w);
        o = *other ? paint_measure_wrapped(p, FACE_PLAIN, px * .84, other, w) : (struct extent){0, 0, 0};
        if (e.h + o.h <= r.h - 6 * u || px < 12 * u)
            break;
    }
    paint_text_wrapped(p, FACE_BOLD, px, t->ink1, x, r.y + (r.h - e.h - o.h) / 2, first, w);
    if (*other)
        paint_text_wrapped(p, FACE_PLAIN, px * .84, t->ink2, x, r.y + (r.h - e.h - o.h) / 2 + e.h, other, w);
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct source_note *n = document_note(a->doc, a->at);

    sbuf_printf(out, "caption=%s\n", n ? app_first(a, n->text) : "");
}

const struct panel panel_caption = {
    .name = "caption",
    .area = AREA_CAPTION,
    .wants = wants,
    .stamp = stamp,
    .draw = draw,
    .describe = describe,
};
