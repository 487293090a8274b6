#include "sim/figure/export.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/caption.h"
#include "sim/figure/cwnd.h"
#include "sim/figure/header.h"
#include "sim/figure/mermaid.h"
#include "sim/figure/seqplot.h"
#include "sim/figure/states.h"
#include "sim/report/ladder.h"

enum { WIDTH = 1600, CHART_HEIGHT = 900, HIGHEST = 30000 }; /* Cairo's pictures end at 32767 */

bool figure_format(const char *path, enum figure_format *out)
{
    static const char *const endings[] = {
        [FIGURE_SVG] = ".svg",  [FIGURE_PNG] = ".png", [FIGURE_PDF] = ".pdf", [FIGURE_MERMAID] = ".mmd",
        [FIGURE_TEXT] = ".txt", [FIGURE_MP4] = ".mp4", [FIGURE_GIF] = ".gif"};
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < ARRAY_LEN(endings); i++)
        if (!strcmp(dot, endings[i])) {
            *out = (enum figure_format)i;
            return true;
        }
    return false;
}

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    return fwrite(data, 1, length, closure) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static cairo_surface_t *surface_new(FILE *f, enum figure_format format, double w, double h)
{
    cairo_surface_t *s;

    if (format == FIGURE_PNG)
        return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
    if (format == FIGURE_PDF) {
        s = cairo_pdf_surface_create_for_stream(write_bytes, f, w * .75, h * .75);
        cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
        cairo_surface_set_device_offset(s, 0, 0);
        return s;
    }
    s = cairo_svg_surface_create_for_stream(write_bytes, f, w, h);
    cairo_svg_surface_set_document_unit(s, CAIRO_SVG_UNIT_PX);
    return s;
}

/* ---- the figures ---- */

struct figure_row {
    const char *name;
    /* Lays the figure out; width and height of the picture go into size. NULL: nothing to draw, *wrong says
     * why. */
    void *(*make)(const struct model *m, struct paint *p, const struct figure_options *o, struct extent *size,
                  const char **wrong);
    void (*draw)(void *figure, struct paint *p, const struct figure_options *o);
    void (*drop)(void *figure);
    bool words; /* can also be Mermaid or text */
};

static void *sequence_make(const struct model *m, struct paint *p, const struct figure_options *o,
                           struct extent *size, const char **wrong)
{
    struct sequence_options so = {.width = o->width > 0 ? o->width : WIDTH,
                                  .height = o->height,
                                  .axis = o->axis,
                                  .from = o->from,
                                  .to = o->to,
                                  .title = true};
    struct sequence *s = sequence_new(m, p, &so);

    (void)wrong;
    if (ceil(s->height) > HIGHEST) {
        sequence_free(s);
        so.height = HIGHEST;
        s = sequence_new(m, p, &so);
    }
    *size = (struct extent){.w = s->width, .h = s->height};
    return s;
}

static void sequence_show(void *figure, struct paint *p, const struct figure_options *o)
{
    struct sequence_view view = {.at = o->at, .selected = o->packet};

    sequence_draw(figure, p, &view);
}

static void sequence_drop(void *figure)
{
    sequence_free(figure);
}

static void *states_make(const struct model *m, struct paint *p, const struct figure_options *o,
                         struct extent *size, const char **wrong)
{
    struct states_options so = {.width = o->width > 0 ? o->width : 1280,
                                .height = o->height > 0 ? o->height : 720,
                                .whole = o->whole,
                                .from = o->from,
                                .to = o->to};

    (void)wrong;
    *size = (struct extent){.w = so.width, .h = so.height};
    return states_new(m, p, &so);
}

static void states_show(void *figure, struct paint *p, const struct figure_options *o)
{
    const struct states *s = figure;
    struct states_view view = {.at = o->at, .selected = -1};

    paint_fill(p, (struct rect){0, 0, s->width, s->height}, 0, paint_theme(p)->card);
    states_draw(s, p, &view);
}

static void states_drop(void *figure)
{
    states_free(figure);
}

static void *header_make(const struct model *m, struct paint *p, const struct figure_options *o,
                         struct extent *size, const char **wrong)
{
    struct header_options ho = {.width = o->width > 0 ? o->width : 1280,
                                .height = o->height > 0 ? o->height : 720};
    uint64_t pkt = o->packet ? o->packet : header_packet_at(m, o->at);
    void *h = pkt ? header_new(m, p, pkt, &ho) : NULL;

    *size = (struct extent){.w = ho.width, .h = ho.height};
    if (!h)
        *wrong = o->packet ? "this segment cannot be read" : "no segment was sent until then";
    return h;
}

static void header_show(void *figure, struct paint *p, const struct figure_options *o)
{
    const struct header *h = figure;
    struct header_view view = {.selected = -1};

    (void)o;
    paint_fill(p, (struct rect){0, 0, h->o.width, h->o.height}, 0, paint_theme(p)->card);
    header_draw(h, p, &view);
}

static void header_drop(void *figure)
{
    header_free(figure);
}

static struct chart_options chart_options_of(const struct figure_options *o)
{
    return (struct chart_options){.width = o->width > 0 ? o->width : WIDTH,
                                  .height = o->height > 0 ? o->height : CHART_HEIGHT,
                                  .from = o->from,
                                  .to = o->to,
                                  .linear = o->axis == AXIS_LINEAR,
                                  .absolute = o->absolute};
}

static void *chart_made(struct chart *c, struct extent *size, const char **wrong)
{
    if (!c)
        *wrong = "no TCP segment is sent: there is nothing to draw";
    else
        *size = (struct extent){.w = c->o.width, .h = c->o.height};
    return c;
}

static void *seqplot_make(const struct model *m, struct paint *p, const struct figure_options *o,
                          struct extent *size, const char **wrong)
{
    struct chart_options co = chart_options_of(o);

    return chart_made(seqplot_new(m, p, &co), size, wrong);
}

static void *cwnd_make(const struct model *m, struct paint *p, const struct figure_options *o,
                       struct extent *size, const char **wrong)
{
    struct chart_options co = chart_options_of(o);

    return chart_made(cwnd_new(m, p, &co), size, wrong);
}

static void chart_show(void *figure, struct paint *p, const struct figure_options *o)
{
    struct chart_view view = {.at = o->at, .selected = o->packet};

    chart_draw(figure, p, &view);
}

static void chart_drop(void *figure)
{
    chart_free(figure);
}

struct caption_picture {
    const struct model *model;
    struct caption caption;
    struct rect r;
};

static void *caption_make(const struct model *m, struct paint *p, const struct figure_options *o,
                          struct extent *size, const char **wrong)
{
    struct caption_picture *c = calloc(1, sizeof *c);

    (void)p;
    (void)wrong;
    CHECK(c);
    c->model = m;
    *size = (struct extent){.w = o->width > 0 ? o->width : 1200, .h = o->height > 0 ? o->height : 200};
    c->r = (struct rect){12, 12, size->w - 24, size->h - 24};
    caption_at(m, o->at, &c->caption);
    return c;
}

static void caption_show(void *figure, struct paint *p, const struct figure_options *o)
{
    const struct caption_picture *c = figure;

    (void)o;
    paint_fill(p, (struct rect){0, 0, c->r.w + 24, c->r.h + 24}, 0, paint_theme(p)->background);
    caption_draw(p, c->model, &c->caption, c->r, fmin(c->r.w / 1176, c->r.h / 98));
}

static const struct figure_row figures[FIGURE_KINDS] = {
    [FIGURE_SEQUENCE] = {"sequence", sequence_make, sequence_show, sequence_drop, true},
    [FIGURE_STATES] = {"states", states_make, states_show, states_drop, false},
    [FIGURE_HEADER] = {"header", header_make, header_show, header_drop, false},
    [FIGURE_SEQPLOT] = {"seqplot", seqplot_make, chart_show, chart_drop, false},
    [FIGURE_CWND] = {"cwnd", cwnd_make, chart_show, chart_drop, false},
    [FIGURE_CAPTION] = {"caption", caption_make, caption_show, free, false},
};

const char *figure_name(enum figure_kind k)
{
    return figures[k].name;
}

bool figure_can(enum figure_kind k, enum figure_format format)
{
    return figures[k].words || format == FIGURE_SVG || format == FIGURE_PNG || format == FIGURE_PDF;
}

static bool is_segment(const struct model *m, uint64_t id)
{
    const struct rec_head *head = log_find(m->log, id);

    return head && head->kind == REC_SEND;
}

/* One picture of a figure, which fills the file. */
static const char *draw_picture(FILE *f, const struct model *m, const struct figure_options *o)
{
    if (o->packet && !is_segment(m, o->packet))
        return "--packet: no segment has this id";

    const struct figure_row *row = &figures[o->figure];
    struct paint *p = paint_new(theme_get(o->theme), o->format == FIGURE_PNG);
    const char *wrong = NULL;
    struct extent size;
    void *figure = row->make(m, p, o, &size, &wrong);
    cairo_surface_t *surface;
    cairo_t *cr;
    cairo_status_t status;

    if (!figure) {
        paint_free(p);
        return wrong;
    }
    surface = surface_new(f, o->format, ceil(size.w), ceil(size.h));
    cr = cairo_create(surface);
    if (o->format == FIGURE_PDF) /* its unit is the point */
        cairo_scale(cr, .75, .75);
    paint_on(p, cr);
    row->draw(figure, p, o);
    status = cairo_status(cr);
    cairo_destroy(cr);
    if (o->format == FIGURE_PNG && status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface, write_bytes, f);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    row->drop(figure);
    paint_free(p);
    return status == CAIRO_STATUS_SUCCESS || ferror(f) ? NULL : cairo_status_to_string(status);
}

const char *figure_export(FILE *f, const struct trace_header *h, const struct log *log,
                          const struct figure_options *o)
{
    struct model_options mo = {.lang = o->lang, .absolute = o->absolute};
    const char *wrong = NULL;
    struct model *m;

    if (o->format == FIGURE_TEXT) {
        struct ladder_options lo = {.width = 100, .absolute = o->absolute};

        (void)ladder_print(f, h, log, &lo);
        return NULL;
    }
    m = model_new(h, log, &mo);
    if (o->format == FIGURE_MERMAID) {
        struct sbuf b = SBUF_INIT;

        mermaid_print(&b, m, o->from, o->to);
        (void)sbuf_flush(&b, f);
        sbuf_free(&b);
    } else {
        wrong = draw_picture(f, m, o);
    }
    model_free(m);
    return wrong;
}
