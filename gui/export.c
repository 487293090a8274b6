#define _XOPEN_SOURCE 700 /* open_memstream */
#include "gui/export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/ask.h"
#include "gui/film_child.h"
#include "sim/figure/encode.h"
#include "sim/figure/export.h"
#include "sim/report/i18n.h"
#include "sim/report/pcapng.h"
#include "sim/report/trace_write.h"

static const struct {
    const char *word, *name, *endings;
    int figure; /* enum figure_kind; -1: none */
} rows[EXPORT_KINDS] = {
    [EXPORT_SEQUENCE] = {TR_MARK("Sequence diagram"), "sequence", "svg, png, pdf, mmd, txt", FIGURE_SEQUENCE},
    [EXPORT_STATES] = {TR_MARK("State machine"), "states", "svg, png, pdf", FIGURE_STATES},
    [EXPORT_HEADER] = {TR_MARK("Segment header"), "header", "svg, png, pdf", FIGURE_HEADER},
    [EXPORT_SEQPLOT] = {TR_MARK("Sequence numbers over time"), "seqplot", "svg, png, pdf", FIGURE_SEQPLOT},
    [EXPORT_CWND] = {TR_MARK("Congestion window over time"), "cwnd", "svg, png, pdf", FIGURE_CWND},
    [EXPORT_WINDOW] = {TR_MARK("The window as it is"), "window", "png", -1},
    [EXPORT_TRACE] = {TR_MARK("The trace, as JSON"), "trace", "json", -1},
    [EXPORT_PACKETS] = {TR_MARK("The packets, for Wireshark"), "packets", "pcapng", -1},
    [EXPORT_FILM] = {TR_MARK("A film"), "film", "mp4, gif", -1},
};

const char *export_word(enum export_kind k)
{
    return rows[k].word;
}

const char *export_endings(enum export_kind k)
{
    return rows[k].endings;
}

const char *export_name(enum export_kind k)
{
    return rows[k].name;
}

bool export_possible(const struct app *a, enum export_kind k)
{
    return a->doc && (k != EXPORT_FILM || encode_possible());
}

/* ---- into memory, then into the file ---- */

/* The ending must be one of those listed. */
static bool ending_fits(const char *path, const char *endings)
{
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    size_t n = dot ? strlen(dot + 1) : 0;

    if (!n || (slash && slash > dot))
        return false;
    for (const char *at = endings; *at; at += strspn(at, ", ")) {
        size_t length = strcspn(at, ",");

        if (length == n && !strncmp(at, dot + 1, n))
            return true;
        at += length;
    }
    return false;
}

static const char *put_figure(struct app *a, FILE *f, enum export_kind k, const char *path)
{
    struct figure_options o = {.figure = (enum figure_kind)rows[k].figure,
                               .theme = a->theme,
                               .lang = a->lang,
                               .axis = a->axis,
                               .to = VTIME_NEVER,
                               .at = VTIME_NEVER};
    const struct model_flight *segment = app_segment(a);

    if (!figure_format(path, &o.format))
        return "unknown kind of file"; /* cannot be: the ending fits */
    if (k == EXPORT_STATES)
        o.at = a->at;
    if (k == EXPORT_HEADER && segment)
        o.packet = segment->pkt;
    return figure_export(f, a->doc->header, a->doc->log, &o);
}

static cairo_status_t put_bytes(void *file, const unsigned char *bytes, unsigned n)
{
    return fwrite(bytes, 1, n, file) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* The window's picture, drawn once more. */
static const char *put_window(struct app *a, FILE *f)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, a->scene.width, a->scene.height);
    cairo_status_t status;

    a->scene.all = true;
    scene_frame(a, s);
    a->scene.all = true; /* the window's own surface has not seen this */
    status = cairo_surface_write_to_png_stream(s, put_bytes, f);
    cairo_surface_destroy(s);
    return status == CAIRO_STATUS_SUCCESS ? NULL : cairo_status_to_string(status);
}

static bool write_memory(struct app *a, enum export_kind k, const char *path, struct diag *d)
{
    char *bytes = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&bytes, &n);
    struct sbuf b = SBUF_INIT;
    const char *wrong;
    bool well;

    if (!f)
        return diag_set(d, path, 0, 0, "%s", strerror(errno));
    if (k == EXPORT_WINDOW)
        wrong = put_window(a, f);
    else if (k == EXPORT_PACKETS)
        wrong = pcapng_write(f, a->doc->header, a->doc->log) ? NULL : strerror(errno);
    else
        wrong = put_figure(a, f, k, path);
    if (fclose(f) != 0 && !wrong)
        wrong = strerror(errno);
    if (!wrong)
        sbuf_put(&b, bytes, n);
    well = wrong ? diag_set(d, path, 0, 0, "%s", wrong) : ask_write(path, &b, d);
    sbuf_free(&b);
    free(bytes);
    return well;
}

static bool write_trace(const struct app *a, const char *path, struct diag *d)
{
    struct trace_writer *w = trace_writer_open(path, a->doc->header, d);

    if (!w)
        return false;
    for (size_t i = 0; i < log_count(a->doc->log); i++)
        trace_writer_put(w, log_at(a->doc->log, i));
    return trace_writer_close(w, d);
}

static bool begin_film(struct app *a, const char *path, struct diag *d)
{
    bool gif = strlen(path) > 4 && !strcmp(path + strlen(path) - 4, ".gif");
    struct film_options o = {.width = gif ? 960 : 1280,
                             .height = gif ? 540 : 720,
                             .fps = gif ? 20 : 30,
                             .theme = a->theme,
                             .lang = a->lang,
                             .axis = a->axis,
                             .to = VTIME_NEVER};

    if (a->film)
        return diag_set(d, path, 0, 0, "%s",
                        app_first(a, scene_word(a, TR_MARK("A film is being made already."))));
    a->film = film_child_start(path, gif, a->doc->header, a->doc->log, &o, d);
    return a->film != NULL;
}

bool export_to(struct app *a, enum export_kind k, const char *path)
{
    struct diag d = {0};
    bool well;

    if (!export_possible(a, k))
        return false;
    if (!ending_fits(path, rows[k].endings)) {
        struct trace_text t = scene_word(a, TR_MARK("The name must end in one of these: "));

        return diag_set(&a->diag, path, 0, 0, "%s%s", app_first(a, t), rows[k].endings);
    }
    if (k == EXPORT_FILM)
        well = begin_film(a, path, &d);
    else
        well = k == EXPORT_TRACE ? write_trace(a, path, &d) : write_memory(a, k, path, &d);
    if (!well)
        a->diag = d;
    else if (k != EXPORT_FILM)
        app_say(a, TR_MARK("Written: %s"), path);
    return well;
}

/* ---- the film ---- */

bool export_tick(struct app *a)
{
    struct diag d = {0};
    char text[DIAG_PATH_MAX + 16];
    int percent = 0;

    if (!a->film)
        return false;
    switch (film_child_poll(a->film, &percent, &d)) {
    case FILM_WORKING:
        snprintf(text, sizeof text, "%d %%", percent);
        app_say(a, TR_MARK("The film is being made: %s"), text);
        return true;
    case FILM_DONE:
        snprintf(text, sizeof text, "%s", film_child_path(a->film));
        app_say(a, TR_MARK("Written: %s"), text);
        break;
    case FILM_FAILED:
        a->diag = d;
        a->message[0] = '\0';
        break;
    }
    film_child_end(a->film);
    a->film = NULL;
    return true;
}

void export_stop(struct film_child *f)
{
    film_child_end(f);
}
