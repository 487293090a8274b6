#include "sim/figure/handout.h"

#include <cairo-pdf.h>
#include <math.h>
#include <string.h>

#include "sim/report/i18n.h"

/* A4 in our units, of which the text's width is 1000; a point is POINT of them. */
#define POINT (1155 / 595.28)
enum { PAGE_WIDTH = 1155, PAGE_HEIGHT = 1634, MARGIN = 78, WIDTH = 1000, BOTTOM = 1634 - 90 };
enum { MANY = 24 }; /* segments */
enum { PX_TITLE = 44, PX_HEAD = 30, PX_BODY = 23, PX_SMALL = 18 };

struct sheet {
    struct paint *p;
    const struct theme *t;
    cairo_surface_t *surface;
    cairo_t *cr;
    enum figure_lang lang;
    const char *title;
    double y;
    unsigned page;
};

/* ---- what is left out ---- */

/* "seq = 1   ack = 2" with room instead of the values. */
static void blank_values(char *text, size_t size)
{
    char out[MODEL_TEXT] = "";
    const char *s = text;
    size_t n = 0;

    while (*s) {
        const char *eq = strstr(s, " = "), *end = strstr(s, "   ");

        if (!eq || (end && end < eq))
            break;
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s = <u>%s</u>", n ? "   " : "", (int)(eq - s), s,
                              "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0");
        if (n >= sizeof out) /* no room: it is told */
            return;
        if (!end)
            break;
        s = end + 3;
    }
    if (n)
        snprintf(text, size, "%s", out);
}

static uint64_t seed_of(const struct model *m)
{
    const char *name = m->header->lesson ? m->header->lesson : "";

    return hash_bytes(0, name, strlen(name));
}

static size_t blank_flights(struct model *m, uint64_t seed)
{
    size_t n = 0;
    bool told = true; /* the one before */

    for (size_t i = 1; i < m->n_flights; i++) {
        struct model_flight *f = &m->flight[i];
        unsigned what = (unsigned)(hash_mix(seed, i) % 4); /* 0: told; 1: flags; 2: numbers; 3: both */

        if (f->copy || f->hue == HUE_ICMP)
            continue;
        if (m->n_flights > MANY) /* a few of many are enough to predict */
            what = hash_mix(seed + 1, i) % m->n_flights < MANY * 2 / 3 ? what : 0;
        else if (what == 0 && told)
            what = 1 + (unsigned)(hash_mix(seed, ~(uint64_t)i) % 2);
        told = what == 0;
        n += !told;
        if (what & 1) {
            f->blank = true;
            f->hue = HUE_DATA; /* its colour would tell */
            snprintf(f->badge, sizeof f->badge, "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0");
            f->extra[0] = '\0';
        }
        if (what & 2)
            blank_values(f->text, sizeof f->text);
    }
    return n;
}

static size_t blank_states(struct model *m, uint64_t seed)
{
    size_t seen[ARRAY_LEN(m->lane)] = {0}, n = 0;

    for (size_t i = 0; i < m->n_spans; i++) {
        struct model_span *s = &m->span[i];

        if (s->down || s->state == ST_CLOSED || seen[s->lane]++ == 0)
            continue;
        s->blank = hash_mix(seed, i + 1000) % 5 < 3 || seen[s->lane] == 2;
        n += s->blank;
    }
    return n;
}

size_t handout_blank(struct model *m)
{
    uint64_t seed = seed_of(m);

    return blank_flights(m, seed) + blank_states(m, seed);
}

/* ---- pages ---- */

static void foot(struct sheet *s)
{
    char text[32];
    struct extent e;

    snprintf(text, sizeof text, "%u", s->page);
    e = paint_measure(s->p, FACE_PLAIN, PX_SMALL, text);
    paint_text(s->p, FACE_PLAIN, PX_SMALL, s->t->ink3, MARGIN + WIDTH - e.w, BOTTOM + 26, text);
    paint_text(s->p, FACE_PLAIN, PX_SMALL, s->t->ink3, MARGIN, BOTTOM + 26, s->title);
}

static void turn(struct sheet *s)
{
    foot(s);
    cairo_show_page(s->cr);
    s->page++;
    s->y = MARGIN;
}

/* A paragraph; a page is turned where it does not fit. */
static void put(struct sheet *s, enum face face, double px, colour c, double indent, const char *markup)
{
    struct extent e = paint_measure_wrapped(s->p, face, px, markup, WIDTH - indent);

    if (s->y + e.h > BOTTOM)
        turn(s);
    paint_text_wrapped(s->p, face, px, c, MARGIN + indent, s->y, markup, WIDTH - indent);
    s->y += e.h;
}

/* A text in the sheet's language, and under it in the second one. */
static void put_both(struct sheet *s, enum face face, double px, double indent, struct trace_text t)
{
    const char *first = figure_first(s->lang, t), *second = figure_second(s->lang, t);
    char text[2048];

    if (!first)
        return;
    paint_escape(text, sizeof text, first);
    put(s, face, px, s->t->ink1, indent, text);
    if (!second)
        return;
    paint_escape(text, sizeof text, second);
    put(s, FACE_PLAIN, px * .9, s->t->ink2, indent, text);
}

static void head(struct sheet *s, const char *message)
{
    if (s->y > MARGIN) {
        if (s->y + 200 > BOTTOM)
            turn(s);
        else
            s->y += 34;
    }
    put_both(s, FACE_BOLD, PX_HEAD, 0, figure_words(message));
    s->y += 8;
}

/* "Name ______ Date ______" */
static void name_line(struct sheet *s)
{
    static const struct {
        const char *what;
        double from, to;
    } part[] = {{TR_MARK("Name"), 0, 620}, {TR_MARK("Date"), 650, WIDTH}};
    struct extent e = {0};

    for (size_t i = 0; i < ARRAY_LEN(part); i++) {
        const char *what = figure_first(s->lang, figure_words(part[i].what));
        double x = MARGIN + part[i].from;

        e = paint_measure(s->p, FACE_PLAIN, PX_BODY, what);
        paint_text(s->p, FACE_PLAIN, PX_BODY, s->t->ink2, x, s->y, what);
        paint_line(s->p, (struct point){x + e.w + 12, s->y + e.h},
                   (struct point){MARGIN + part[i].to, s->y + e.h}, 1.5, s->t->ink3);
    }
    s->y += e.h + 18;
}

static void title(struct sheet *s, const struct model *m, const struct handout_options *o)
{
    struct trace_text t = m->header->title;

    if (!t.en && !t.zh)
        t.en = m->header->lesson ? m->header->lesson : "tcplab";
    put_both(s, FACE_BOLD, PX_TITLE, 0, t);
    s->y += 14;
    name_line(s);
    if (o->summary.en || o->summary.zh)
        put_both(s, FACE_PLAIN, PX_BODY, 0, o->summary);
    s->y += 10;
}

/* ---- the diagram ---- */

/* Whether words lie across a line. */
static unsigned cut_words(const struct sequence *q, double y)
{
    unsigned n = 0;

    for (size_t i = 0; i < q->n_boxes; i++) {
        const struct seq_box *b = &q->box[i];
        double h = (fabs(sin(b->angle)) * b->w + fabs(cos(b->angle)) * b->h) / 2;

        n += b->kind != SEQ_PILL && b->at.y - h < y && b->at.y + h > y;
    }
    return n;
}

/* Where to cut, at `most` at the latest: as low as possible among the places where fewest words are cut. */
static double cut(const struct sequence *q, double least, double most)
{
    double best = most;
    unsigned fewest = cut_words(q, most);

    for (double y = most; y > least && fewest; y -= 4)
        if (cut_words(q, y) < fewest) {
            fewest = cut_words(q, y);
            best = y;
        }
    return best;
}

static struct sequence *lay_diagram(struct sheet *s, const struct model *m, const struct handout_options *o,
                                    double height)
{
    struct sequence_options so = {.width = WIDTH,
                                  .height = height,
                                  .scale = .7,
                                  .axis = o->axis,
                                  .from = o->from,
                                  .to = o->to ? o->to : VTIME_NEVER};

    return sequence_new(m, s->p, &so);
}

static void draw_part(struct sheet *s, const struct sequence *q, double from, double to)
{
    struct sequence_view view = {.at = VTIME_NEVER};

    cairo_save(s->cr);
    cairo_rectangle(s->cr, MARGIN, s->y, WIDTH, q->top);
    cairo_clip(s->cr);
    cairo_translate(s->cr, MARGIN, s->y);
    sequence_draw_parts(q, s->p, &view, SEQ_PART_HEADS);
    cairo_restore(s->cr);
    cairo_save(s->cr);
    cairo_rectangle(s->cr, MARGIN, s->y + q->top, WIDTH, to - from);
    cairo_clip(s->cr);
    cairo_translate(s->cr, MARGIN, s->y + q->top - from);
    sequence_draw_parts(q, s->p, &view, SEQ_PART_SETTLED | SEQ_PART_MOVING);
    cairo_restore(s->cr);
    s->y += q->top + to - from;
}

/* Over as many pages as it takes; squeezed into what is left of this one if that is not much less. */
static void diagram(struct sheet *s, const struct model *m, const struct handout_options *o)
{
    struct sequence *q = lay_diagram(s, m, o, 0);
    double from = q->top, room = BOTTOM - s->y;

    if (q->height > room && q->height < room * 1.25) {
        sequence_free(q);
        q = lay_diagram(s, m, o, room);
        from = q->top;
    }
    while (from < q->height - 1) {
        double to = from + BOTTOM - s->y - q->top;

        to = to >= q->height ? q->height : cut(q, from + (to - from) * .7, to);
        draw_part(s, q, from, to);
        from = to;
        if (from < q->height - 1)
            turn(s);
    }
    sequence_free(q);
}

/* ---- words ---- */

static void narration(struct sheet *s, const struct handout_options *o)
{
    bool begun = false;

    for (size_t i = 0; i < o->n_notes; i++) {
        char when[32];
        double y;

        if (o->note[i].at == VTIME_NEVER)
            continue;
        if (!begun)
            head(s, TR_MARK("What happens"));
        begun = true;
        seq_time_text(when, sizeof when, o->note[i].at);
        if (s->y + 60 > BOTTOM)
            turn(s);
        y = s->y;
        put_both(s, FACE_PLAIN, PX_BODY, 130, o->note[i].text);
        if (s->y < y) /* it went to the next page */
            y = MARGIN;
        paint_text(s->p, FACE_BOLD, PX_BODY * .9, s->t->ink2, MARGIN, y + 1, when);
        s->y += 8;
    }
}

/* The number in front of a question, in the margin of its text. */
static void put_number(struct sheet *s, const char *text)
{
    if (s->y + 60 > BOTTOM)
        turn(s);
    paint_text(s->p, FACE_BOLD, PX_BODY, s->t->ink2, MARGIN, s->y, text);
}

static void questions(struct sheet *s, const struct handout_options *o)
{
    if (o->n_questions)
        head(s, TR_MARK("Questions"));
    for (size_t i = 0; i < o->n_questions; i++) {
        const struct handout_question *q = &o->question[i];
        char number[24];

        snprintf(number, sizeof number, "%zu", i + 1);
        if (s->y + 60 + 42 * (double)q->n_answers > BOTTOM)
            turn(s);
        put_number(s, number);
        put_both(s, FACE_BOLD, PX_BODY, 50, q->question);
        s->y += 6;
        for (unsigned k = 0; k < q->n_answers; k++) {
            char letter[2] = {(char)('A' + (int)k), '\0'};

            put_number(s, "");
            paint_frame(s->p, (struct rect){MARGIN + 50, s->y + 5, 22, 22}, 3, 1.8, s->t->ink2, false);
            paint_text(s->p, FACE_BOLD, PX_BODY, s->t->ink2, MARGIN + 86, s->y, letter);
            put_both(s, FACE_PLAIN, PX_BODY, 116, q->answer[k].text);
            s->y += 4;
        }
        s->y += 14;
    }
}

/* ---- the solution: one page ---- */

static void say_answers(const struct handout_question *q, char *out, size_t size)
{
    size_t n = 0;

    out[0] = '\0';
    for (unsigned k = 0; k < q->n_answers && n + 4 < size; k++)
        if (q->answer[k].right)
            n += (size_t)snprintf(out + n, size - n, "%s%c", n ? ", " : "", 'A' + (int)k);
}

static void answers(struct sheet *s, const struct handout_options *o, double px)
{
    for (size_t i = 0; i < o->n_questions; i++) {
        const struct handout_question *q = &o->question[i];
        const char *why = figure_first(s->lang, q->why);
        char right[24], escaped[1024] = "", text[1200];

        say_answers(q, right, sizeof right);
        if (why)
            paint_escape(escaped, sizeof escaped, why);
        snprintf(text, sizeof text, "<b>%zu  %s</b>   %s", i + 1, right, escaped);
        put(s, FACE_PLAIN, px, s->t->ink1, 0, text);
        s->y += 4;
    }
}

static double answers_height(struct sheet *s, const struct handout_options *o, double px)
{
    double h = 0;

    for (size_t i = 0; i < o->n_questions; i++) {
        const char *why = figure_first(s->lang, o->question[i].why);

        h += 4 + paint_measure_wrapped(s->p, FACE_PLAIN, px, why && *why ? why : "A", WIDTH - 70).h * 1.1;
    }
    return h;
}

static void solution(struct sheet *s, const struct model *m, const struct handout_options *o)
{
    double px = PX_SMALL * 1.1, words, room;
    struct sequence *q;

    turn(s);
    head(s, TR_MARK("Solution"));
    words = answers_height(s, o, px);
    room = BOTTOM - s->y - words - 30;
    q = lay_diagram(s, m, o, 0);
    if (q->height > room) {
        sequence_free(q);
        q = lay_diagram(s, m, o, room);
    }
    draw_part(s, q, q->top, q->height);
    sequence_free(q);
    s->y += 20;
    answers(s, o, px);
    foot(s);
}

/* ---- all together ---- */

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    return fwrite(data, 1, length, closure) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void begin(struct sheet *s, FILE *f, const struct model *m, const struct handout_options *o)
{
    const char *name = figure_first(o->lang, m->header->title);

    s->t = theme_get(THEME_PROJECTOR); /* white paper, black ink */
    s->p = paint_new(s->t, false);
    s->lang = o->lang;
    s->page = 1;
    s->y = MARGIN;
    s->surface = cairo_pdf_surface_create_for_stream(write_bytes, f, PAGE_WIDTH / POINT, PAGE_HEIGHT / POINT);
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_TITLE, name ? name : "tcplab");
    s->cr = cairo_create(s->surface);
    cairo_scale(s->cr, 1 / POINT, 1 / POINT);
    paint_on(s->p, s->cr);
}

const char *handout_print(FILE *f, const struct trace_header *h, const struct log *log,
                          const struct handout_options *o, unsigned *pages)
{
    struct model_options mo = {.lang = o->lang, .absolute = o->absolute};
    struct model *asked = model_new(h, log, &mo), *told = model_new(h, log, &mo);
    struct sheet s = {.y = 0};
    char name[512];
    cairo_status_t status;

    begin(&s, f, told, o);
    paint_escape(name, sizeof name, h->lesson ? h->lesson : "");
    s.title = name;
    title(&s, told, o);
    if (handout_blank(asked)) {
        put_both(&s, FACE_BOLD, PX_BODY, 0,
                 figure_words(TR_MARK("Fill in what is missing: flags, numbers and states.")));
        s.y += 12;
    }
    diagram(&s, asked, o);
    s.y += 10;
    narration(&s, o);
    questions(&s, o);
    solution(&s, told, o);
    if (pages)
        *pages = s.page;
    status = cairo_status(s.cr);
    cairo_destroy(s.cr);
    cairo_surface_finish(s.surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(s.surface);
    cairo_surface_destroy(s.surface);
    paint_free(s.p);
    model_free(asked);
    model_free(told);
    return status == CAIRO_STATUS_SUCCESS || ferror(f) ? NULL : cairo_status_to_string(status);
}
