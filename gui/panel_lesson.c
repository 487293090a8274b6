/* The lesson's questions, and what comes next: predict, then see.
 *
 * A question of the lesson comes at its moment, and playing stops there. In prediction mode the next segment
 * is asked for before it leaves; the right answer lets it go. Answered wrongly, one may try again. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/app.h"
#include "sim/report/i18n.h"

enum { ANSWERS = 4, QUESTIONS_MOST = 128, WORDS = 320 };

struct answer {
    char text[2][WORDS]; /* English, Chinese */
    bool right;
};

struct question {
    uint64_t id; /* of the record it is about; 0: no question */
    bool next;   /* about the segment that comes next */
    char text[2][WORDS], why[2][2 * WORDS];
    struct answer answer[ANSWERS];
    unsigned n;
};

struct tried { /* what has been answered to a question */
    uint64_t id;
    unsigned answers; /* bit by answer */
    bool right;
};

struct lesson_view {
    uint64_t generation;
    struct tried tried[QUESTIONS_MOST];
    size_t n;
    struct question q; /* of the present moment */
    uint64_t stopped;  /* the question for which playing has stopped */
    vtime seen;        /* the playhead at the last tick */
    unsigned right, wrong;
};

static void *make(void)
{
    struct lesson_view *v = calloc(1, sizeof *v);

    CHECK(v);
    return v;
}

static struct lesson_view *view_of(const struct app *a)
{
    return scene_state(a, PANEL_panel_lesson);
}

static bool wants(const struct app *a)
{
    return a->doc != NULL;
}

/* ---- what has been answered ---- */

static struct tried *tried_of(struct lesson_view *v, uint64_t id)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->tried[i].id == id)
            return &v->tried[i];
    return NULL;
}

static const struct tried *has_tried(const struct lesson_view *v, uint64_t id)
{
    static const struct tried none = {0};

    for (size_t i = 0; i < v->n; i++)
        if (v->tried[i].id == id)
            return &v->tried[i];
    return &none;
}

/* ---- the question of the lesson ---- */

static void copy_text(char to[2][WORDS], struct trace_text t)
{
    snprintf(to[0], WORDS, "%s", t.en ? t.en : "");
    snprintf(to[1], WORDS, "%s", t.zh ? t.zh : t.en ? t.en : "");
}

static void of_lesson(const struct source_question *from, struct question *q)
{
    memset(q, 0, sizeof *q);
    q->id = from->record;
    copy_text(q->text, from->question);
    snprintf(q->why[0], sizeof q->why[0], "%s", from->why.en ? from->why.en : "");
    snprintf(q->why[1], sizeof q->why[1], "%s", from->why.zh ? from->why.zh : q->why[0]);
    for (unsigned i = 0; i < from->n_answers && i < ANSWERS; i++) {
        copy_text(q->answer[i].text, from->answer[i].text);
        q->answer[i].right = from->answer[i].right;
        q->n++;
    }
}

/* The last one whose moment has come; NULL: none. */
static const struct source_question *lessons_question(const struct app *a)
{
    const struct source_question *q, *last = NULL;
    size_t n;

    q = source_questions(a->doc->source, &n);
    for (size_t i = 0; i < n && q[i].record && q[i].at <= a->at; i++)
        last = &q[i];
    return last;
}

/* ---- what comes next ---- */

static const struct model_flight *next_flight(const struct app *a)
{
    const struct model *m = app_model(a);

    const struct index_table *t = &m->index->flight;

    for (size_t i = index_before(t, a->at + 1); i < t->n; i++)
        if (!(t->item[i].flags & INDEX_COPY) && t->item[i].hue != HUE_ICMP)
            return &m->flight[t->item[i].i];
    return NULL;
}

/* Answers that are wrong: other flags with the same numbers, and the same flags with the numbers of the
 * segment before. All differ from each other and from the right one. */
static void wrong_answers(const struct app *a, const struct model_flight *f, struct question *q)
{
    static const char *const flags[] = {"ACK", "FIN", "SYN ACK", "RST", "SYN", "FIN ACK"};
    const struct model *m = app_model(a);
    const struct model_flight *before = NULL;
    char text[WORDS];

    for (size_t i = (size_t)(f - m->flight); i-- > 0 && !before;)
        if (!m->flight[i].copy && strcmp(m->flight[i].text, f->text) != 0 && *m->flight[i].text)
            before = &m->flight[i];
    for (size_t k = 0; k <= ARRAY_LEN(flags) && q->n < ANSWERS; k++) {
        bool known = false;

        if (k == 0 && !before)
            continue;
        if (k == 0)
            snprintf(text, sizeof text, "<b>%s</b>  %s", f->badge, before->text);
        else
            snprintf(text, sizeof text, "<b>%s</b>  %s", flags[(k - 1 + f->pkt) % ARRAY_LEN(flags)], f->text);
        for (unsigned i = 0; i < q->n; i++)
            known = known || !strcmp(q->answer[i].text[0], text);
        if (known)
            continue;
        copy_text(q->answer[q->n].text, (struct trace_text){text, text});
        q->n++;
    }
}

static void of_next(struct app *a, const struct model_flight *f, struct question *q)
{
    const struct model *m = app_model(a);
    struct trace_text pattern = scene_word(a, TR_MARK("%s sends a segment next. Which one?"));
    struct trace_text name = m->lane[f->from].name;
    struct answer swap;
    unsigned at;

    memset(q, 0, sizeof *q);
    q->id = f->pkt;
    q->next = true;
    for (int k = 0; k < 2; k++) {
        const char *p = k && pattern.zh ? pattern.zh : pattern.en, *s = strstr(p, "%s");
        const char *who = k && name.zh ? name.zh : name.en;

        if (s)
            snprintf(q->text[k], WORDS, "%.*s%s%s", (int)(s - p), p, who, s + 2);
    }
    snprintf(q->answer[0].text[0], WORDS, "<b>%s</b>  %s", f->badge, f->text);
    memcpy(q->answer[0].text[1], q->answer[0].text[0], WORDS);
    q->answer[0].right = true;
    q->n = 1;
    wrong_answers(a, f, q);
    at = (unsigned)(hash_mix(f->pkt, 7) % q->n); /* no place is the right one's own */
    swap = q->answer[at];
    q->answer[at] = q->answer[0];
    q->answer[0] = swap;
}

/* ---- which question ---- */

static void renew(struct app *a)
{
    struct lesson_view *v = view_of(a);
    const struct source_question *l = lessons_question(a);
    const struct model_flight *f = a->predict ? next_flight(a) : NULL;

    if (v->generation != a->doc->generation) {
        v->generation = a->doc->generation;
        v->n = 0;
        v->right = v->wrong = 0;
        v->stopped = 0;
    }
    if (f && !(l && !has_tried(v, l->record)->right)) {
        if (v->q.id != f->pkt || !v->q.next)
            of_next(a, f, &v->q);
    } else if (l) {
        of_lesson(l, &v->q);
    } else {
        memset(&v->q, 0, sizeof v->q);
    }
}

/* Playing stops where a question comes; in prediction mode, before each segment. */
static bool tick(struct app *a, int64_t ns)
{
    struct lesson_view *v = view_of(a);
    const struct source_question *q;
    vtime before = v->seen;

    (void)ns;
    v->seen = a->at;
    if (!a->doc || !(a->playing || a->goal != VTIME_NEVER) || a->at < before)
        return false;
    q = lessons_question(a);
    if (q && q->at > before && !has_tried(v, q->record)->right && v->stopped != q->record) {
        v->stopped = q->record;
        a->playing = false;
        a->goal = VTIME_NEVER;
        a->scene.tab = PANEL_panel_lesson;
    }
    return false;
}

/* ---- answering ---- */

void command_answer_quiz(struct app *a, int64_t arg)
{
    struct lesson_view *v = view_of(a);
    struct tried *t;

    if (!a->doc || !v->q.id || arg < 0 || (unsigned)arg >= v->q.n || has_tried(v, v->q.id)->right)
        return;
    t = tried_of(v, v->q.id);
    if (!t) {
        if (v->n == QUESTIONS_MOST) { /* the oldest answer is forgotten */
            memmove(v->tried, v->tried + 1, (QUESTIONS_MOST - 1) * sizeof *v->tried);
            v->n--;
        }
        t = &v->tried[v->n++];
        *t = (struct tried){.id = v->q.id};
    }
    if (t->answers & 1u << arg)
        return;
    if (!t->answers && v->q.answer[arg].right)
        v->right++;
    else if (!t->answers)
        v->wrong++;
    t->answers |= 1u << arg;
    t->right = v->q.answer[arg].right;
    if (t->right && v->q.next)
        command_run(a, CMD_NEXT, 0);
}

void command_predict(struct app *a, int64_t arg)
{
    (void)arg;
    a->predict = !a->predict;
    a->playing = false;
    if (a->predict)
        a->scene.tab = PANEL_panel_lesson;
}

static bool input(struct app *a, const struct input *in, struct rect r)
{
    (void)r;
    if (in->kind != INPUT_KEY || in->mods || in->key < 'a' || in->key >= 'a' + ANSWERS)
        return false;
    command_answer_quiz(a, (int64_t)in->key - 'a');
    return true;
}

/* ---- the panel ---- */

static uint64_t stamp(const struct app *a)
{
    const struct lesson_view *v = view_of(a);
    const struct source_question *l = lessons_question(a);
    const struct model_flight *f = a->predict ? next_flight(a) : NULL;
    uint64_t h = stamp_add(l ? l->record : 0, f ? f->pkt : 0);

    h = stamp_add(h, (uint64_t)a->predict << 1 | (uint64_t)v->n);
    for (size_t i = 0; i < v->n; i++)
        h = stamp_add(h, v->tried[i].answers);
    return h;
}

static double text_bottom(const struct rect r, double u)
{
    return r.y + 62 * u;
}

static void layout(struct app *a, struct rect r)
{
    struct lesson_view *v = view_of(a);
    double u = a->scene.u, top = text_bottom(r, u), gap = 8 * u, room = r.y + r.h - 12 * u - top;
    unsigned columns = v->q.n > 3 ? 2 : 1, rows;
    double w, h;
    struct widget *p;

    renew(a);
    columns = v->q.n > 3 ? 2 : 1;
    rows = (v->q.n + columns - 1) / columns;
    w = (r.w - 46 * u - (columns - 1) * gap) / columns;
    if (has_tried(v, v->q.id)->right)
        room -= 64 * u; /* the reason stands below */
    h = rows ? fmin(62 * u, (room - (rows - 1) * gap) / rows) : 0;
    for (unsigned i = 0; i < v->q.n && h > 8 * u; i++) {
        char name[WIDGET_NAME];
        struct widget *b;

        snprintf(name, sizeof name, "answer %c", 'A' + (int)i);
        b = scene_put(
            a, PANEL_panel_lesson,
            (struct rect){r.x + 28 * u + (i % columns) * (w + gap), top + (i / columns) * (h + gap), w, h},
            ROLE_CHOICE, name);
        b->command = CMD_ANSWER_QUIZ;
        b->arg = i;
        b->radius = 8 * u;
    }
    p = scene_put(a, PANEL_panel_lesson, (struct rect){r.x + r.w - 148 * u, r.y + 12 * u, 130 * u, 36 * u},
                  ROLE_TOGGLE, "predict");
    p->command = CMD_PREDICT;
    p->on = a->predict;
    p->radius = 8 * u;
    p->label = scene_word(a, command_get(CMD_PREDICT)->what);
}

static void draw_answer(struct app *a, struct paint *p, const struct widget *w)
{
    const struct theme *t = app_theme(a);
    const struct lesson_view *v = view_of(a);
    const struct tried *tried = has_tried(v, v->q.id);
    const struct answer *answer = &v->q.answer[w->arg];
    bool chosen = tried->answers & 1u << w->arg, shown = chosen || (tried->right && answer->right);
    colour edge = !shown ? t->line : answer->right ? t->hue[HUE_SYN].line : t->hue[HUE_RST].line;
    double u = a->scene.u, side = fmin(34 * u, w->r.h - 8 * u), px = fmin(22 * u, w->r.h * .6);
    struct rect plate = {w->r.x + 8 * u, w->r.y + (w->r.h - side) / 2, side, side};
    double x = plate.x + side + 12 * u, room = w->r.x + w->r.w - x - 40 * u;
    char text[2 * WORDS], letter[2] = {(char)('A' + w->arg), 0};
    const char *words = answer->text[a->lang == FIGURE_ZH];
    struct extent e;

    paint_fill(p, w->r, 8 * u, t->background);
    paint_frame(p, w->r, 8 * u, (shown ? 3 : 1.4) * u * t->stroke, edge, false);
    paint_fill(p, plate, 6 * u, shown ? edge : t->ink2);
    draw_centred(p, FACE_BOLD, side * .62, t->card, plate, letter);
    if (v->q.next)
        snprintf(text, sizeof text, "%s", words);
    else
        paint_escape(text, sizeof text, words);
    for (;; px *= .94) {
        e = paint_measure_wrapped(p, FACE_PLAIN, px, text, room);
        if (e.h <= w->r.h - 2 * u || px < 11 * u)
            break;
    }
    paint_text_wrapped(p, FACE_PLAIN, px, t->ink1, x, w->r.y + (w->r.h - e.h) / 2, text, room);
    if (shown && !answer->right)
        paint_cross(p, (struct point){w->r.x + w->r.w - 22 * u, w->r.y + w->r.h / 2}, 8 * u, 4 * u, edge,
                    t->background);
    else if (shown)
        draw_centred(p, FACE_BOLD, 24 * u, edge,
                     (struct rect){w->r.x + w->r.w - 40 * u, w->r.y, 34 * u, w->r.h}, "✓");
}

/* A text in its rectangle, smaller until it fits. */
static void draw_fitted(struct paint *p, enum face f, double px, colour c, struct rect r, const char *plain)
{
    char text[4 * WORDS];
    struct extent e;

    paint_escape(text, sizeof text, plain);
    for (;; px *= .94) {
        e = paint_measure_wrapped(p, f, px, text, r.w);
        if (e.h <= r.h || px < 10)
            break;
    }
    paint_text_wrapped(p, f, px, c, r.x, r.y, text, r.w);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct lesson_view *v = view_of(a);
    const struct place *place = &a->scene.place[PANEL_panel_lesson];
    bool done = has_tried(v, v->q.id)->right, zh = a->lang == FIGURE_ZH;
    double u = a->scene.u, w = r.w - 196 * u;
    char text[2 * WORDS + 8];

    draw_card(p, r, u, !v->q.id ? 0 : done ? t->hue[HUE_SYN].line : t->phase[PHASE_WAITING].bar);
    if (a->lang == FIGURE_BOTH && strcmp(v->q.text[0], v->q.text[1]) != 0) {
        draw_fitted(p, FACE_BOLD, 23 * u, t->ink1, (struct rect){r.x + 28 * u, r.y + 6 * u, w, 30 * u},
                    v->q.text[0]);
        draw_fitted(p, FACE_PLAIN, 19 * u, t->ink2, (struct rect){r.x + 28 * u, r.y + 35 * u, w, 26 * u},
                    v->q.text[1]);
    } else if (v->q.id) {
        draw_fitted(p, FACE_BOLD, 25 * u, t->ink1, (struct rect){r.x + 28 * u, r.y + 10 * u, w, 50 * u},
                    v->q.text[zh]);
    } else {
        struct trace_text none = scene_word(a, TR_MARK("No question so far. P: predict what comes next."));

        draw_fitted(p, FACE_PLAIN, 22 * u, t->ink2,
                    (struct rect){r.x + 28 * u, r.y + 14 * u, w, r.h - 24 * u}, app_first(a, none));
    }
    for (size_t i = 0; i < place->n_widgets; i++) {
        const struct widget *b = &place->widget[i];

        if (b->command == CMD_ANSWER_QUIZ && b->arg < v->q.n) {
            draw_answer(a, p, b);
        } else if (b->command == CMD_PREDICT) {
            paint_escape(text, sizeof text, app_first(a, scene_word(a, TR_MARK("Predict"))));
            draw_button(p, b, u, 18 * u, text);
        }
    }
    if (done && *v->q.why[zh])
        draw_fitted(p, FACE_PLAIN, 20 * u, t->ink1,
                    (struct rect){r.x + 28 * u, r.y + r.h - 68 * u, r.w - 50 * u, 58 * u}, v->q.why[zh]);
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct lesson_view *v = view_of(a);
    const struct tried *t = has_tried(v, v->q.id);

    sbuf_printf(out, "quiz=%s\nquiz answers=%u\nquiz state=%s\npredict=%s\nscore=%u right, %u wrong\n",
                v->q.id ? v->q.text[0] : "none", v->q.n,
                !v->q.id     ? "none"
                : t->right   ? "right"
                : t->answers ? "wrong"
                             : "open",
                a->predict ? "yes" : "no", v->right, v->wrong);
    for (unsigned i = 0; i < v->q.n; i++)
        if (v->q.answer[i].right)
            sbuf_printf(out, "right answer=%c\n", 'A' + (int)i);
}

const struct panel panel_lesson = {
    .name = "lesson",
    .title = TR_MARK("Question"),
    .area = AREA_BOTTOM,
    .make = make,
    .free = free,
    .wants = wants,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .tick = tick,
    .input = input,
    .describe = describe,
};
