/* The ladder as a list, for more hosts than fit side by side: one line an event. */
#include <stdlib.h>
#include <string.h>

#include "sim/report/i18n.h"
#include "sim/report/ladder_draw.h"
#include "sim/report/text_width.h"

enum { HOST_MAX = 20 };

struct list {
    struct drawing d;
    struct canvas c;
    int host_width;
    vtime printed; /* -1: none */
};

static struct list *list_of(struct drawing *d)
{
    return (struct list *)(void *)d;
}

/* Begins a line: time and host. Returns the column where the text goes. */
static int begin_line(struct list *l, vtime at, uint16_t host)
{
    const struct scan *s = l->d.scan;
    char text[40];

    canvas_clear(&l->c);
    format_time(text, sizeof text, s, at);
    if (at != l->printed)
        canvas_put(&l->c, s->time_width - text_columns(text), text, STYLE_DIM);
    l->printed = at;
    if (host) {
        const char *label = scan_host_label(s, host);

        canvas_put_n(&l->c, s->time_width + 2, label, text_fit(label, l->host_width), STYLE_TITLE);
    }
    return s->time_width + 2 + l->host_width + 2;
}

static void emit(struct list *l)
{
    canvas_emit(&l->c, l->d.out, l->d.scan->options->colour);
    l->d.rows++;
}

/* Puts a label from column x on; what does not fit goes to further lines, under its beginning. */
static void put_label(struct list *l, int x, const struct label *label, const char *end)
{
    int start = x;

    for (unsigned i = 0; i <= label->n; i++) {
        const char *text = i < label->n ? label->token[i].text : end;
        enum style style = i < label->n ? label->token[i].style : STYLE_BAD;

        if (!text)
            break;
        if (x > start && x + 1 + text_columns(text) > l->c.width) {
            emit(l);
            canvas_clear(&l->c);
            x = start;
        }
        x = canvas_put(&l->c, x > start ? x + 1 : x, text, style);
    }
    emit(l);
}

static int put_arrow(struct list *l, int x, const char *arrow, uint16_t host, enum style style)
{
    const char *label = scan_host_label(l->d.scan, host);

    x = canvas_put(&l->c, x, arrow, style);
    canvas_put_n(&l->c, x + 1, label, text_fit(label, l->host_width), STYLE_PLAIN);
    return x + 1 + l->host_width + 2;
}

static void leave(struct drawing *d, vtime at, struct packet *p, const struct label *label, const char *lost)
{
    struct list *l = list_of(d);
    const char *arrow = d->scan->options->ascii ? (lost ? "-X" : "->") : lost ? "─╳" : "─▶";
    int x = begin_line(l, at, p->from);

    put_label(l, put_arrow(l, x, arrow, p->to, label->style), label, lost);
}

static void reach(struct drawing *d, vtime at, struct packet *p)
{
    struct list *l = list_of(d);
    struct label brief;
    int x = begin_line(l, at, p->to);

    scan_short_label(d->scan, p, &brief);
    put_label(l, put_arrow(l, x, d->scan->options->ascii ? "<-" : "◀─", p->from, brief.style), &brief, NULL);
}

static void lose(struct drawing *d, vtime at, struct packet *p, const char *why)
{
    struct list *l = list_of(d);
    struct label brief;
    int x = begin_line(l, at, p->from);

    scan_short_label(d->scan, p, &brief);
    put_label(l, put_arrow(l, x, d->scan->options->ascii ? "-X" : "─╳", p->to, STYLE_BAD), &brief, why);
}

static void note(struct drawing *d, vtime at, uint16_t host, enum style style, const char *text)
{
    struct list *l = list_of(d);
    const char *rest;

    for (const char *s = text; *s; s = rest) {
        int x = begin_line(l, at, s == text ? host : 0);
        size_t n = break_line(s, l->c.width - x, &rest);

        canvas_put_n(&l->c, x, s, n, style);
        emit(l);
    }
}

static void state(struct drawing *d, vtime at, uint16_t host, const char *text)
{
    note(d, at, host, STYLE_STATE, text);
}

static void silent(struct drawing *d, uint16_t host, bool is_silent)
{
    (void)d;
    (void)host;
    (void)is_silent;
}

static void finish(struct drawing *d)
{
    (void)d;
}

static const struct ladder_events list_events = {leave, reach, lose, state, note, silent, finish};

struct drawing *list_new(struct scan *s, struct sbuf *out)
{
    struct list *l = calloc(1, sizeof *l);
    const char *unit = tr("time/s"), *host = tr("host");

    CHECK(l);
    l->d = (struct drawing){&list_events, s, out, 0};
    l->printed = -1;
    l->host_width = text_columns(host);
    for (uint32_t i = 0; i < s->header->n_hosts; i++)
        if (s->takes_part[i]) {
            int w = text_columns(scan_host_label(s, (uint16_t)(i + 1)));

            l->host_width = w > l->host_width ? w : l->host_width;
        }
    if (l->host_width > HOST_MAX)
        l->host_width = HOST_MAX;
    canvas_init(&l->c, s->options->width);
    canvas_put(&l->c, s->time_width - text_columns(unit), unit, STYLE_DIM);
    canvas_put(&l->c, s->time_width + 2, host, STYLE_DIM);
    emit(l);
    return &l->d;
}

void list_free(struct drawing *d)
{
    struct list *l = list_of(d);

    canvas_free(&l->c);
    free(l);
}
