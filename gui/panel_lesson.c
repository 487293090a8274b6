/* The lesson's questions, and what comes next: predict, then see.
 *
 * A question of the lesson comes at its moment, and playing stops there. In prediction mode the next segment
 * is asked for before it leaves; the right answer lets it go. Answered wrongly, one may try again. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/panel.h"
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
    return panel_memory(sizeof(struct lesson_view));
}

static struct lesson_view *view_of(const struct app *a)
{
    return scene_state(a, PANEL_panel_lesson);
}

/* ---- what has been answered ---- */

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
    for (int k = 0; k < 2; k++)
        app_fill(q->text[k], WORDS, k && pattern.zh ? pattern.zh : pattern.en,
                 k && name.zh ? name.zh : name.en);
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
    const struct tried *known = has_tried(v, v->q.id);
    struct tried *t;

    if (!a->doc || !v->q.id || arg < 0 || (unsigned)arg >= v->q.n || known->right)
        return;
    if (known->id) {
        t = &v->tried[known - v->tried];
    } else {
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

/* ---- how large the words are ----
 * All words of a question have room, whatever their number: the question and the answers take as much height
 * as they need, at the largest type at which that is no more than there is. */

#define LEAST 17.0 /* type, at 1080 lines */
#define GAP 5.0    /* between answers */

struct setting {
    double px[2];         /* of the question: first and second language; 0: no such line */
    double bottom;        /* where the question ends */
    double answer;        /* type of the answers; 0: none are shown */
    double high[ANSWERS]; /* of each answer; 0: not shown */
    bool second;          /* answers in both languages */
};

/* How wide words that begin at y may be: beside the button, or below it. */
static double room_for_words(const struct app *a, struct rect r, double y)
{
    return r.w - (y < r.y + 48 * a->scene.u ? 190 : 46) * a->scene.u;
}

static void question_words(const struct question *q, int k, char *out, size_t size)
{
    paint_escape(out, size, q->text[k]);
}

/* The words of an answer as markup. */
static void answer_words(const struct app *a, const struct question *q, unsigned i, bool second, char *out,
                         size_t size)
{
    const char *first = q->answer[i].text[a->lang == FIGURE_ZH], *other = q->answer[i].text[1];

    if (q->next)
        snprintf(out, size, "%s", first);
    else
        paint_escape(out, size, first);
    if (second && a->lang == FIGURE_BOTH && strcmp(first, other) != 0) {
        size_t n = strlen(out);

        if (n + 8 < size) {
            snprintf(out + n, size - n, "%s", "\xe3\x80\x80"); /* an ideographic space */
            paint_escape(out + n + 3, size - n - 3, other);
        }
    }
}

/* Once the right answer has been given it stands alone, with its reason. */
static bool answer_is_shown(const struct lesson_view *v, unsigned i)
{
    const struct tried *t = has_tried(v, v->q.id);

    return !t->right || !*v->q.why[0] || v->q.answer[i].right;
}

static double answers_room(const struct app *a, struct rect r)
{
    return r.w - 46 * a->scene.u - 54 * a->scene.u - 40 * a->scene.u;
}

/* Sets the answers at this size; false: they are higher than the room. */
static bool try_answers(const struct app *a, struct rect r, double px, bool second, double room,
                        struct setting *set)
{
    const struct lesson_view *v = view_of(a);
    double u = a->scene.u, sum = 0;
    char text[4 * WORDS];

    for (unsigned i = 0; i < v->q.n; i++) {
        set->high[i] = 0;
        if (!answer_is_shown(v, i))
            continue;
        answer_words(a, &v->q, i, second, text, sizeof text);
        set->high[i] =
            fmax(paint_measure_wrapped(a->scene.paint, FACE_PLAIN, px, text, answers_room(a, r)).h + 4 * u,
                 30 * u);
        sum += set->high[i] + (sum > 0 ? GAP * u : 0);
    }
    set->answer = px;
    set->second = second;
    if (sum > room)
        return false;
    for (unsigned i = 0; i < v->q.n && sum < room; i++) /* what is left over makes them easier to hit */
        if (set->high[i] > 0)
            set->high[i] += fmin((room - sum) / v->q.n, 12 * u);
    return true;
}

static double set_question(const struct app *a, struct rect r, double first, double second,
                           struct setting *set)
{
    const struct lesson_view *v = view_of(a);
    double u = a->scene.u, y = r.y + 10 * u;
    bool two = a->lang == FIGURE_BOTH && strcmp(v->q.text[0], v->q.text[1]) != 0;
    char text[4 * WORDS];

    set->px[0] = first;
    set->px[1] = two ? second : 0;
    question_words(&v->q, a->lang == FIGURE_ZH, text, sizeof text);
    y += paint_measure_wrapped(a->scene.paint, FACE_BOLD, first, text, room_for_words(a, r, y)).h;
    if (two) {
        question_words(&v->q, 1, text, sizeof text);
        y += paint_measure_wrapped(a->scene.paint, FACE_PLAIN, second, text, room_for_words(a, r, y)).h;
    }
    set->bottom = fmax(y + 4 * u, r.y + 52 * u);
    return set->bottom;
}

/* The largest type at which all finds room; where nothing helps, a little less than what can be read from
 * the last row. */
static struct setting set_words(const struct app *a, struct rect r)
{
    static const double size[][3] = {/* question, its translation, answers */
                                     {25, 21, 22},       {23, 19, 20},       {21, 18, 19},    {20, 18, 18},
                                     {20, LEAST, LEAST}, {19, LEAST, LEAST}, {18, 16, LEAST}, {LEAST, 16, 16},
                                     {16, 15, 15},       {15, 14, 14}};
    const struct lesson_view *v = view_of(a);
    const struct tried *t = has_tried(v, v->q.id);
    struct setting set = {.answer = 0};
    double u = a->scene.u, end = r.y + r.h - 10 * u;

    if (t->right && *v->q.why[0]) {
        char text[4 * WORDS];

        paint_escape(text, sizeof text, v->q.why[a->lang == FIGURE_ZH]);
        end -= fmin(paint_measure_wrapped(a->scene.paint, FACE_PLAIN, 19 * u, text, r.w - 50 * u).h + 6 * u,
                    r.h * .5);
    }
    for (int second = 1; second >= 0; second--)
        for (size_t i = 0; i < (second ? 5 : ARRAY_LEN(size)); i++)
            if (try_answers(a, r, size[i][2] * u, second != 0,
                            end - set_question(a, r, size[i][0] * u, size[i][1] * u, &set), &set))
                return set;
    return set;
}

static void layout(struct app *a, struct rect r)
{
    struct lesson_view *v = view_of(a);
    double u = a->scene.u, y;
    struct setting set;
    struct widget *p;

    renew(a);
    set = set_words(a, r);
    y = set.bottom;
    for (unsigned i = 0; i < v->q.n && r.h > 60 * u; i++) {
        char name[WIDGET_NAME];
        struct widget *b;

        if (set.high[i] <= 0)
            continue;
        snprintf(name, sizeof name, "answer %c", 'A' + (int)i);
        b = scene_put(a, PANEL_panel_lesson, (struct rect){r.x + 28 * u, y, r.w - 46 * u, set.high[i]},
                      ROLE_CHOICE, name);
        b->command = CMD_ANSWER_QUIZ;
        b->arg = i;
        b->radius = 8 * u;
        y += set.high[i] + GAP * u;
    }
    p = panel_put(a, PANEL_panel_lesson, (struct rect){r.x + r.w - 148 * u, r.y + 12 * u, 130 * u, 36 * u},
                  ROLE_TOGGLE, "predict", CMD_PREDICT, 0);
    p->on = a->predict;
    p->radius = 8 * u;
}

static void draw_answer(struct app *a, struct paint *p, const struct widget *w, const struct setting *set)
{
    const struct theme *t = app_theme(a);
    const struct lesson_view *v = view_of(a);
    const struct tried *tried = has_tried(v, v->q.id);
    const struct answer *answer = &v->q.answer[w->arg];
    bool chosen = tried->answers & 1u << w->arg, shown = chosen || (tried->right && answer->right);
    colour edge = !shown ? t->line : answer->right ? t->hue[HUE_SYN].line : t->hue[HUE_RST].line;
    double u = a->scene.u, side = fmin(34 * u, w->r.h - 6 * u);
    struct rect plate = {w->r.x + 8 * u, w->r.y + (w->r.h - side) / 2, side, side};
    double x = w->r.x + 54 * u, room = w->r.w - 94 * u;
    char text[4 * WORDS], letter[2] = {(char)('A' + w->arg), 0};
    struct extent e;

    paint_fill(p, w->r, 8 * u, t->background);
    paint_frame(p, w->r, 8 * u, (shown ? 3 : 1.4) * u * t->stroke, edge, false);
    paint_fill(p, plate, 6 * u, shown ? edge : t->ink2);
    draw_centred(p, FACE_BOLD, side * .62, t->card, plate, letter);
    answer_words(a, &v->q, (unsigned)w->arg, set->second, text, sizeof text);
    e = paint_measure_wrapped(p, FACE_PLAIN, set->answer, text, room);
    paint_text_wrapped(p, FACE_PLAIN, set->answer, t->ink1, x, w->r.y + (w->r.h - e.h) / 2, text, room);
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

static void draw_question(struct app *a, struct paint *p, struct rect r, const struct setting *set)
{
    const struct theme *t = app_theme(a);
    const struct question *q = &view_of(a)->q;
    double u = a->scene.u, y = r.y + 10 * u, w = room_for_words(a, r, y);
    char text[4 * WORDS];

    question_words(q, a->lang == FIGURE_ZH, text, sizeof text);
    paint_text_wrapped(p, FACE_BOLD, set->px[0], t->ink1, r.x + 28 * u, y, text, w);
    if (set->px[1] <= 0)
        return;
    y += paint_measure_wrapped(p, FACE_BOLD, set->px[0], text, w).h;
    question_words(q, 1, text, sizeof text);
    paint_text_wrapped(p, FACE_PLAIN, set->px[1], t->ink2, r.x + 28 * u, y, text, room_for_words(a, r, y));
}

/* Before the first question: what the lesson is about. */
static void draw_no_question(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    struct trace_text none = scene_word(a, TR_MARK("No question so far. P: predict what comes next.")),
                      about = source_summary(a->doc->source);
    const char *words = app_first(a, about);
    double u = a->scene.u;

    draw_fitted(p, FACE_PLAIN, words && *words ? 18 * u : 22 * u, t->ink2,
                (struct rect){r.x + 28 * u, r.y + 14 * u, room_for_words(a, r, r.y), 38 * u},
                app_first(a, none));
    if (words && *words)
        draw_fitted(p, FACE_PLAIN, 22 * u, t->ink1,
                    (struct rect){r.x + 28 * u, r.y + 58 * u, r.w - 50 * u, r.h - 68 * u}, words);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct lesson_view *v = view_of(a);
    const struct place *place = &a->scene.place[PANEL_panel_lesson];
    struct setting set = set_words(a, r);
    bool done = has_tried(v, v->q.id)->right;
    const char *why = v->q.why[a->lang == FIGURE_ZH];
    double u = a->scene.u, y = set.bottom;

    draw_card(p, r, u, !v->q.id ? 0 : done ? t->hue[HUE_SYN].line : t->phase[PHASE_WAITING].bar);
    if (v->q.id)
        draw_question(a, p, r, &set);
    else
        draw_no_question(a, p, r);
    for (size_t i = 0; i < place->n_widgets; i++) {
        const struct widget *b = &place->widget[i];

        if (b->command == CMD_ANSWER_QUIZ && b->arg < v->q.n) {
            draw_answer(a, p, b, &set);
            y = fmax(y, b->r.y + b->r.h);
        } else if (b->command == CMD_PREDICT) {
            panel_button(a, p, b, 18 * u, TR_MARK("Predict"));
        }
    }
    if (done && *why)
        draw_fitted(p, FACE_PLAIN, 22 * u, t->ink1,
                    (struct rect){r.x + 28 * u, y + 6 * u, r.w - 50 * u, r.y + r.h - y - 12 * u}, why);
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
    .wants = panel_wants_document,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .tick = tick,
    .input = input,
    .describe = describe,
};
