#include "sim/figure/film.h"

#include <stdlib.h>
#include <string.h>

enum { LETTERS = 16, SIGNS = 6, MOST_BEATS = 2000 }; /* read in a second: Latin letters, Chinese characters */
#define MOST_HOLD (6 * NS_PER_S)

struct hold { /* the film stands still while the lesson's sentence is read */
    vtime at, extra;
};

struct film {
    struct film_options o;
    struct model *model;
    struct pace *pace;
    struct paint *paint;
    struct board *board;
    unsigned char *pixels;
    cairo_surface_t *surface;
    cairo_t *cr;
    uint64_t shown; /* the stamp of what the pixels show; 0: nothing yet */
    vtime begin;    /* presentation time of the first frame */
    size_t n;
    struct hold *hold; /* in order */
    size_t n_holds;
};

/* How long people need for a text: the first language's, since the other one says the same. */
static vtime reading_time(const char *text)
{
    vtime t = NS_PER_S;

    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x80)
            t += NS_PER_S / LETTERS;
        else if (*c >= 0xc0)
            t += NS_PER_S / SIGNS;
    return t;
}

/* Who watches a film has nobody who waits for him: where the lesson says something, it stands until that can
 * have been read, unless it stays in sight for long enough anyhow. */
static void make_holds(struct film *f, vtime end)
{
    struct caption now, told = {.told = false};
    vtime since = 0;
    size_t n;
    const struct pace_beat *b = pace_beats(f->pace, &n);

    if (n > MOST_BEATS)
        return;
    f->hold = calloc(n + 1, sizeof *f->hold);
    CHECK(f->hold);
    for (size_t i = 0; i <= n; i++) {
        vtime t = i < n ? pace_presentation(f->pace, b[i].at) : end;

        if (i < n && (b[i].at < f->o.from || t > end))
            continue;
        if (i < n)
            caption_at(f->model, b[i].at, &now);
        if (i < n && !strcmp(now.text[0], told.text[0]) && !strcmp(now.text[1], told.text[1]))
            continue;
        if (told.told) {
            vtime extra = min_i64(reading_time(caption_first(f->model, &told)) - (t - since), MOST_HOLD);

            if (extra > 0)
                f->hold[f->n_holds++] = (struct hold){since, extra};
        }
        told = now;
        since = t;
    }
}

/* From the viewer's clock to the pace's. */
static vtime without_holds(const struct film *f, vtime clock)
{
    for (size_t i = 0; i < f->n_holds && clock > f->hold[i].at; i++)
        clock = max_i64(clock - f->hold[i].extra, f->hold[i].at);
    return clock;
}

static void make_surface(struct film *f)
{
    int w = f->o.width, h = f->o.height;

    f->pixels = calloc(film_frame_bytes(f), 1);
    CHECK(f->pixels);
    /* 32 bits a pixel: Cairo's rows have no gap, either. */
    CHECK(cairo_format_stride_for_width(CAIRO_FORMAT_RGB24, w) == w * 4);
    f->surface = cairo_image_surface_create_for_data(f->pixels, CAIRO_FORMAT_RGB24, w, h, w * 4);
    f->cr = cairo_create(f->surface);
}

struct film *film_new(const struct trace_header *h, const struct log *log, const struct film_options *o)
{
    struct film *f = calloc(1, sizeof *f);
    struct model_options mo = {.lang = o->lang, .absolute = o->absolute};
    struct board_options bo = {.width = o->width,
                               .height = o->height,
                               .axis = o->axis,
                               .from = o->from,
                               .to = o->to,
                               .alone = o->alone};
    vtime end;

    CHECK(f && o->fps > 0 && o->width > 0 && o->height > 0);
    f->o = *o;
    f->model = model_new(h, log, &mo);
    f->pace = pace_new(f->model);
    f->paint = paint_new(theme_get(o->theme), true);
    f->board = board_new(f->model, f->paint, &bo);
    make_surface(f);
    f->begin = pace_presentation(f->pace, o->from);
    end = o->to == 0 || o->to >= f->model->end ? pace_length(f->pace) : pace_presentation(f->pace, o->to);
    make_holds(f, end);
    for (size_t i = 0; i < f->n_holds; i++)
        end += f->hold[i].extra;
    f->n = (size_t)muldiv_u64((uint64_t)max_i64(end - f->begin, 0), o->fps, NS_PER_S) + 1;
    return f;
}

void film_free(struct film *f)
{
    if (!f)
        return;
    cairo_destroy(f->cr);
    cairo_surface_destroy(f->surface);
    free(f->pixels);
    free(f->hold);
    board_free(f->board);
    paint_free(f->paint);
    pace_free(f->pace);
    model_free(f->model);
    free(f);
}

size_t film_frames(const struct film *f)
{
    return f->n;
}

vtime film_time(const struct film *f, size_t frame)
{
    return pace_virtual(f->pace, without_holds(f, f->begin + (vtime)muldiv_u64(frame, NS_PER_S, f->o.fps)));
}

size_t film_frame_bytes(const struct film *f)
{
    return (size_t)f->o.width * (size_t)f->o.height * 4;
}

const unsigned char *film_frame(struct film *f, size_t frame)
{
    vtime at = film_time(f, frame);
    uint64_t stamp = board_stamp(f->board, at);

    if (stamp != f->shown)
        board_draw(f->board, f->cr, at);
    f->shown = stamp;
    cairo_surface_flush(f->surface);
    return f->pixels;
}
