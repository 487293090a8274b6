#include "sim/figure/board.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CAPTION_HEIGHT = 104, TITLE_HEIGHT = 78, GAP = 18, SIDE = 620, LEAST_SIDE = 300 };

struct page { /* from `from` to `to` the diagram glides from one scroll to the next, then stands */
    vtime from, to;
    double before, after;
};

struct board {
    const struct model *m;
    struct paint *p;
    struct board_options o;
    double u;
    struct board_layout at;
    struct sequence *sequence;
    struct states *states;
    struct header *header;
    uint64_t header_of; /* the packet of `header` */
    struct page *page;
    size_t n_pages, cap_pages;
    cairo_surface_t *still; /* what stands still ... */
    uint64_t still_stamp;   /* ... at this stamp; 0: nothing is kept */
};

/* ---- layout ---- */

static void lay_out(struct board *b)
{
    double u = b->u, w = b->o.width, h = b->o.height, gap = GAP * u, side = SIDE * u;
    double top = TITLE_HEIGHT * u, bottom = h - gap - CAPTION_HEIGHT * u, left = gap, right = w - gap;
    bool wide = !b->o.alone && w / h > 1.45 && side >= LEAST_SIDE;

    b->at.title = (struct rect){left, 0, right - left, top};
    b->at.caption = (struct rect){left, bottom, right - left, CAPTION_HEIGHT * u};
    bottom -= gap;
    if (wide) {
        double split = top + (bottom - top) * .58;

        b->at.states = (struct rect){right - side, top, side, split - top - gap / 2};
        b->at.header = (struct rect){right - side, split + gap / 2, side, bottom - split - gap / 2};
        right -= side + gap;
    }
    b->at.diagram = (struct rect){left, top, right - left, bottom - top};
}

static void make_sequence(struct board *b)
{
    struct rect r = b->at.diagram;
    struct sequence_options o = {
        .width = r.w, .scale = b->u, .axis = b->o.axis, .from = b->o.from, .to = b->o.to};

    b->sequence = sequence_new(b->m, b->p, &o);
    if (b->sequence->height > r.h)
        return;
    o.height = r.h; /* all of it fits: use the room */
    sequence_free(b->sequence);
    b->sequence = sequence_new(b->m, b->p, &o);
}

/* ---- pages ---- */

static double window(const struct board *b)
{
    return b->at.diagram.h - b->sequence->top;
}

static void turn_page(struct board *b, vtime from, vtime to, double before, double after)
{
    GROW(b->page, b->n_pages, b->cap_pages);
    b->page[b->n_pages++] = (struct page){from, to, before, after};
}

/* Walks over the instants: where the next one lies too low, the diagram glides on before it comes. */
static void make_pages(struct board *b)
{
    const struct sequence *s = b->sequence;
    double scroll = 0, most = fmax(0, ceil(s->height - b->at.diagram.h));

    for (size_t i = 1; i < s->axis.n; i++) {
        double y = axis_y(&s->axis, s->axis.point[i].at) - s->top, next;

        if (y - scroll < .84 * window(b) || scroll >= most)
            continue;
        next = axis_y(&s->axis, s->axis.point[i - 1].at) - s->top - .2 * window(b);
        next = fmin(most, fmax(round(next), scroll + .3 * window(b)));
        turn_page(b, s->axis.point[i - 1].at, s->axis.point[i].at, scroll, next);
        scroll = next;
    }
}

double board_scroll(const struct board *b, vtime at)
{
    size_t low = 0, high = b->n_pages; /* the first that begins later */
    const struct page *g;
    double part;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (b->page[mid].from <= at)
            low = mid + 1;
        else
            high = mid;
    }
    if (!low)
        return 0;
    g = &b->page[low - 1];
    if (at >= g->to)
        return g->after;
    part = (double)(at - g->from) / (double)(g->to - g->from);
    return round(g->before + (g->after - g->before) * part * part * (3 - 2 * part));
}

/* ---- making ---- */

struct board *board_new(const struct model *m, struct paint *p, const struct board_options *o)
{
    struct board *b = calloc(1, sizeof *b);

    CHECK(b);
    b->m = m;
    b->p = p;
    b->o = *o;
    if (b->o.to == 0)
        b->o.to = VTIME_NEVER;
    b->u = o->scale > 0 ? o->scale : fmin(o->width / 1920, o->height / 1080);
    lay_out(b);
    make_sequence(b);
    make_pages(b);
    if (b->at.states.w > 0) {
        struct states_options so = {.width = b->at.states.w,
                                    .height = b->at.states.h,
                                    .scale = b->u,
                                    .from = b->o.from,
                                    .to = b->o.to};

        b->states = states_new(m, p, &so);
    }
    return b;
}

void board_free(struct board *b)
{
    if (!b)
        return;
    sequence_free(b->sequence);
    states_free(b->states);
    header_free(b->header);
    if (b->still)
        cairo_surface_destroy(b->still);
    free(b->page);
    free(b);
}

const struct board_layout *board_layout(const struct board *b)
{
    return &b->at;
}

const struct sequence *board_sequence(const struct board *b)
{
    return b->sequence;
}

/* ---- what stands still ---- */

static struct caption caption_of(const struct board *b, vtime at)
{
    struct caption c;

    caption_at(b->m, at, &c);
    return c;
}

static uint64_t packet_of(const struct board *b, vtime at)
{
    return b->at.header.w > 0 ? header_packet_at(b->m, at) : 0;
}

/* The newest state change is an instant of the diagram, too: its epoch stands for the state machine's. */
static uint64_t stamp_of_still(const struct board *b, vtime at)
{
    struct caption c = caption_of(b, at);
    uint64_t h = hash_mix(sequence_epoch(b->sequence, at), (uint64_t)(int64_t)board_scroll(b, at));

    h = hash_mix(h, packet_of(b, at));
    h = hash_bytes(h, c.text[0], strlen(c.text[0]));
    h = hash_bytes(h, c.text[1], strlen(c.text[1]));
    return h ? h : 1;
}

static void draw_title(struct board *b)
{
    const struct theme *t = paint_theme(b->p);
    const struct trace_header *h = b->m->header;
    const char *first = figure_first(b->m->lang, h->title), *second = figure_second(b->m->lang, h->title);
    double px = TYPE_TITLE * 1.1 * b->u, room = b->at.title.w, x = b->at.title.x;
    char text[512];
    struct extent e, f = {0};

    paint_escape(text, sizeof text, first ? first : h->lesson ? h->lesson : "tcplab");
    e = paint_measure(b->p, FACE_BOLD, px, text);
    if (e.w > room) {
        px *= room / e.w;
        e = paint_measure(b->p, FACE_BOLD, px, text);
    }
    paint_text(b->p, FACE_BOLD, px, t->ink1, x, b->at.title.y + (b->at.title.h - e.h) / 2, text);
    if (!second)
        return;
    paint_escape(text, sizeof text, second);
    f = paint_measure(b->p, FACE_PLAIN, px * .8, text);
    if (e.w + f.w + px < room)
        paint_text(b->p, FACE_PLAIN, px * .8, t->ink2, x + e.w + px * .8,
                   b->at.title.y + (b->at.title.h - e.h) / 2 + e.baseline - f.baseline, text);
}

static void draw_card(struct board *b, struct rect r)
{
    const struct theme *t = paint_theme(b->p);

    paint_fill(b->p, r, 12 * b->u, t->card);
    paint_frame(b->p, r, 12 * b->u, 1.5 * b->u * t->stroke, t->line, false);
}

static void draw_side(struct board *b, vtime at)
{
    cairo_t *cr = paint_cairo(b->p);
    struct states_view sv = {.at = at, .selected = -1};
    struct header_view hv = {.selected = -1};
    uint64_t pkt = packet_of(b, at);

    if (b->states) {
        draw_card(b, b->at.states);
        cairo_save(cr);
        cairo_translate(cr, b->at.states.x, b->at.states.y);
        states_draw(b->states, b->p, &sv);
        cairo_restore(cr);
    }
    if (b->at.header.w <= 0)
        return;
    draw_card(b, b->at.header);
    if (pkt != b->header_of || !b->header) {
        struct header_options ho = {.width = b->at.header.w, .height = b->at.header.h, .scale = b->u};

        header_free(b->header);
        b->header = pkt ? header_new(b->m, b->p, pkt, &ho) : NULL;
        b->header_of = pkt;
    }
    if (!b->header)
        return;
    cairo_save(cr);
    cairo_translate(cr, b->at.header.x, b->at.header.y);
    header_draw(b->header, b->p, &hv);
    cairo_restore(cr);
}

static void clip_to_diagram(const struct board *b, cairo_t *cr, double below)
{
    const struct rect r = b->at.diagram;

    cairo_rectangle(cr, r.x, r.y + below, r.w, r.h - below);
    cairo_clip(cr);
}

static void draw_still(struct board *b, vtime at)
{
    cairo_t *cr = paint_cairo(b->p);
    struct sequence_view view = {.at = at};
    struct caption c = caption_of(b, at);

    paint_fill(b->p, (struct rect){0, 0, b->o.width, b->o.height}, 0, paint_theme(b->p)->background);
    draw_title(b);
    cairo_save(cr);
    clip_to_diagram(b, cr, sequence_head(b->sequence));
    cairo_translate(cr, b->at.diagram.x, b->at.diagram.y - board_scroll(b, at));
    sequence_draw_parts(b->sequence, b->p, &view, SEQ_PART_SETTLED);
    sequence_draw_names(b->sequence, b->p, at, board_scroll(b, at));
    cairo_restore(cr);
    cairo_save(cr);
    clip_to_diagram(b, cr, 0);
    cairo_translate(cr, b->at.diagram.x, b->at.diagram.y);
    sequence_draw_parts(b->sequence, b->p, &view, SEQ_PART_HEADS);
    cairo_restore(cr);
    draw_side(b, at);
    caption_draw(b->p, b->m, &c, b->at.caption, b->u);
}

/* ---- all of it ---- */

void board_draw(struct board *b, cairo_t *cr, vtime at)
{
    uint64_t stamp = stamp_of_still(b, at);
    struct sequence_view view = {.at = at};

    if (!b->still)
        b->still = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)b->o.width, (int)b->o.height);
    if (stamp != b->still_stamp) {
        cairo_t *on = cairo_create(b->still);

        paint_on(b->p, on);
        draw_still(b, at);
        cairo_destroy(on);
        b->still_stamp = stamp;
    }
    paint_on(b->p, cr);
    cairo_set_source_surface(cr, b->still, 0, 0);
    cairo_paint(cr);
    cairo_save(cr);
    clip_to_diagram(b, cr, sequence_head(b->sequence));
    cairo_translate(cr, b->at.diagram.x, b->at.diagram.y - board_scroll(b, at));
    sequence_draw_parts(b->sequence, b->p, &view, SEQ_PART_MOVING);
    cairo_restore(cr);
}

uint64_t board_stamp(const struct board *b, vtime at)
{
    return hash_mix(stamp_of_still(b, at), (uint64_t)at);
}
