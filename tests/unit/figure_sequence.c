/* The sequence diagram of every lesson, laid out at the sizes that matter in every language: no word lies on
 * another, on an arrow's head or over the edge. And what becomes of segments, states and the axis of time. */
#define _XOPEN_SOURCE 700 /* glob, in shelf.h */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/figure/export.h"
#include "sim/report/i18n.h"
#include "tests/support/shelf.h"

/* The lesson whose file's name has this in it. */
static const struct session *lesson_of(const struct shelf *s, const char *name)
{
    for (size_t i = 0; i < s->files.gl_pathc; i++)
        if (strstr(s->files.gl_pathv[i], name))
            return s->run[i];
    fail_msg("there is no lesson %s", name);
    return NULL;
}

static struct model *model_of(const struct session *run, enum figure_lang lang)
{
    struct model_options o = {.lang = lang};

    return model_new(session_header(run), session_log(run), &o);
}

/* ---- nothing lies on anything ---- */

static const char *const kinds[] = {
    [SEQ_LABEL] = "label", [SEQ_HEAD] = "head", [SEQ_NUMBER] = "number", [SEQ_NAME] = "name",
    [SEQ_CHIP] = "chip",   [SEQ_TICK] = "tick", [SEQ_PILL] = "pill",     [SEQ_CROSS] = "cross"};

static bool words(enum seq_box_kind kind)
{
    return kind != SEQ_HEAD && kind != SEQ_NUMBER && kind != SEQ_CROSS;
}

static void look_for_collisions(const struct sequence *s, const char *what)
{
    for (size_t i = 0; i < s->n_boxes; i++) {
        const struct seq_box *a = &s->box[i];
        double w = (fabs(cos(a->angle)) * a->w + fabs(sin(a->angle)) * a->h) / 2;
        double h = (fabs(sin(a->angle)) * a->w + fabs(cos(a->angle)) * a->h) / 2;

        if (words(a->kind) &&
            (a->at.x - w < 0 || a->at.x + w > s->width || a->at.y - h < 0 || a->at.y + h > s->height))
            fail_msg("%s: a %s is over the edge, at %.0f,%.0f", what, kinds[a->kind], a->at.x, a->at.y);
        for (unsigned n = 0; n < s->model->n_lanes && a->kind == SEQ_LABEL; n++)
            if (s->lane[n].side && fabs(a->at.x - s->lane[n].x) < w + 6 * s->scale)
                fail_msg("%s: a label lies on a host's line, at %.0f,%.0f", what, a->at.x, a->at.y);
        if (s->o.axis != AXIS_LINEAR && a->kind == SEQ_LABEL && a->at.y - h < sequence_head(s) - s->scale)
            fail_msg("%s: a label reaches under the hosts' names, at %.0f,%.0f", what, a->at.x, a->at.y);
        for (size_t k = 0; k < i; k++) {
            const struct seq_box *b = &s->box[k];
            struct seq_box wide = *a;

            wide.w += a->h * .2;
            if (a->kind == SEQ_LABEL && b->kind == SEQ_LABEL && a->angle != 0 && b->angle != 0 &&
                seq_boxes_meet(&wide, b))
                fail_msg("%s: two labels stand as one, at %.0f,%.0f", what, a->at.x, a->at.y);

            if ((words(a->kind) || words(b->kind)) && seq_boxes_meet(a, b))
                fail_msg("%s: a %s lies on a %s, at %.0f,%.0f and %.0f,%.0f", what, kinds[a->kind],
                         kinds[b->kind], a->at.x, a->at.y, b->at.x, b->at.y);
        }
    }
}

/* scale: of type; 0: what suits the size. */
static void no_collisions_at(const struct shelf *s, double width, double height, double scale,
                             enum axis_mode axis)
{
    static const char *const langs[] = {"en", "zh-Hant", "both"};

    for (size_t i = 0; i < s->files.gl_pathc; i++)
        for (int lang = 0; lang < 3; lang++) {
            struct model *m = model_of(s->run[i], (enum figure_lang)lang);
            struct sequence_options o = {.width = width,
                                         .height = height,
                                         .scale = scale,
                                         .axis = axis,
                                         .to = VTIME_NEVER,
                                         .title = lang != 1};
            struct sequence *q = sequence_new(m, s->paint, &o);
            char what[160];

            snprintf(what, sizeof what, "%s, %.0fx%.0f, %s", s->files.gl_pathv[i], width, height,
                     langs[lang]);
            look_for_collisions(q, what);
            sequence_free(q);
            model_free(m);
        }
}

static void small(void **state)
{
    no_collisions_at(*state, 1280, 720, 0, AXIS_BROKEN);
}

static void middle(void **state)
{
    no_collisions_at(*state, 1920, 1080, 0, AXIS_BROKEN);
}

static void large(void **state)
{
    no_collisions_at(*state, 3840, 2160, 0, AXIS_BROKEN);
}

/* The window's panel at 1280x720, 1920x1080, 3840x2160 and 1024x640: as wide as what the panels on the right
 * leave, as high as it takes, with type of the window's size. */
static void the_windows_panel(void **state)
{
    static const struct {
        double width, height, scale;
    } window[] = {{800, 0, .667}, {1200, 0, 1}, {2400, 0, 2}, {640, 0, .533}, {1872, 0, 1.5}};

    for (size_t i = 0; i < ARRAY_LEN(window); i++)
        no_collisions_at(*state, window[i].width, window[i].height, window[i].scale, AXIS_BROKEN);
}

/* Every file is looked at: those that come later, too. */
static void no_lesson_is_left_out(void **state)
{
    const struct shelf *s = *state;
    glob_t all;

    assert_int_equal(glob("lessons/*.json", 0, NULL, &all), 0);
    assert_int_equal(s->files.gl_pathc, all.gl_pathc - 2); /* but for the two schemas */
    globfree(&all);
}

static void as_high_as_it_takes(void **state)
{
    no_collisions_at(*state, 1600, 0, 0, AXIS_BROKEN);
}

static void step_by_step(void **state)
{
    no_collisions_at(*state, 1920, 1080, 0, AXIS_STEP);
}

static void to_scale(void **state)
{
    no_collisions_at(*state, 1024, 640, 0, AXIS_LINEAR);
}

/* Where there is room, nothing is left out: every segment has its full label, every state its name. */
static void everything_is_said(void **state)
{
    const struct shelf *s = *state;
    static const char *const lessons[] = {"01-", "02-", "03-", "08-", "09-", "10-", "12-", "13-", "34-"};

    for (size_t i = 0; i < ARRAY_LEN(lessons); i++) {
        struct model *m = model_of(lesson_of(s, lessons[i]), FIGURE_BOTH);
        struct sequence_options o = {.width = 1600, .to = VTIME_NEVER, .title = true};
        struct sequence *q = sequence_new(m, s->paint, &o);

        for (size_t k = 0; k < q->n_arrows; k++)
            if (q->arrow[k].detail <= 0 || !q->arrow[k].text ||
                (q->arrow[k].number_r <= 0 && !m->flight[q->arrow[k].flight].copy))
                fail_msg("%s: arrow %u lacks words", lessons[i], q->arrow[k].number);
        for (size_t k = 0; k < q->n_blocks; k++)
            if (q->block[k].px <= 0 || q->block[k].second_px <= 0)
                fail_msg("%s: a state lacks its names", lessons[i]);
        sequence_free(q);
        model_free(m);
    }
}

/* ---- the model ---- */

static const struct model_flight *flight(const struct model *m, const char *badge, int nth)
{
    for (size_t i = 0; i < m->n_flights; i++)
        if (!strcmp(m->flight[i].badge, badge) && nth-- == 0)
            return &m->flight[i];
    fail_msg("no such segment: %s", badge);
    return NULL;
}

static void labels_are_the_textbooks(void **state)
{
    struct model *m = model_of(lesson_of(*state, "02-"), FIGURE_EN);

    assert_int_equal(m->n_lanes, 2);
    assert_int_equal(m->n_flights, 7);
    assert_string_equal(flight(m, "SYN", 0)->text, "seq = 0");
    assert_string_equal(flight(m, "SYN ACK", 0)->text, "seq = 0   ack = 1");
    assert_string_equal(flight(m, "FIN", 0)->text, "seq = <i>u</i>");
    assert_string_equal(flight(m, "ACK", 1)->text, "ack = <i>u</i>+1");
    assert_string_equal(flight(m, "FIN", 1)->text, "seq = <i>w</i>");
    assert_string_equal(flight(m, "ACK", 2)->text, "ack = <i>w</i>+1");
    assert_int_equal(m->n_waits, 1);
    assert_true(m->wait[0].due - m->wait[0].from == 60 * NS_PER_S);
    assert_int_equal(m->n_symbols, 3);
    model_free(m);
}

static void the_lost_and_the_sent_again(void **state)
{
    struct model *m = model_of(lesson_of(*state, "08-"), FIGURE_BOTH);

    assert_true(flight(m, "ACK", 2)->lost);
    assert_true(flight(m, "ACK", 2)->reach < 1);
    assert_string_equal(flight(m, "ACK", 2)->why.en, "lost");
    assert_false(flight(m, "FIN", 1)->again);
    assert_true(flight(m, "FIN", 2)->again);
    assert_false(flight(m, "FIN", 2)->lost);
    model_free(m);
}

/* What was open before a crash does not cover the listener of the host that has come up again. */
static void a_crash_forgets(void **state)
{
    struct model *m = model_of(lesson_of(*state, "13-"), FIGURE_EN);
    const struct model_span *last = NULL;

    for (size_t i = 0; i < m->n_spans; i++)
        if (m->span[i].lane == 1)
            last = &m->span[i];
    assert_non_null(last);
    assert_int_equal(last->state, ST_LISTEN);
    model_free(m);
}

static void copies_fly_on_their_own(void **state)
{
    struct model *m = model_of(lesson_of(*state, "30-"), FIGURE_EN);
    size_t copies = 0;

    for (size_t i = 0; i < m->n_flights; i++)
        copies += m->flight[i].copy;
    assert_true(copies > 0);
    model_free(m);
}

/* ---- the axis ---- */

static void axis_goes_there_and_back(void **state)
{
    const vtime at[] = {5, 0, 100, 5, 10, 1000000};
    const struct axis_need need = {0, 1, 60};
    struct axis_options o = {
        .mode = AXIS_BROKEN, .px_per_ns = 1, .least = 8, .most = 200, .pause = 50, .row = 20};
    struct axis a;

    (void)state;
    axis_init(&a, at, ARRAY_LEN(at));
    assert_int_equal(a.n, 5);
    axis_place(&a, &o, &need, 1);
    assert_true(fabs(axis_y(&a, 5) - 60) < 1e-9);    /* needed */
    assert_true(fabs(axis_y(&a, 10) - 68) < 1e-9);   /* the least */
    assert_true(fabs(axis_y(&a, 100) - 158) < 1e-9); /* to scale */
    assert_true(a.point[3].broken && fabs(axis_y(&a, 1000000) - 208) < 1e-9);
    for (vtime t = 0; t <= 100; t += 7)
        assert_true(axis_time(&a, axis_y(&a, t) + 1e-6) == t);
    o.mode = AXIS_STEP;
    axis_place(&a, &o, NULL, 0);
    assert_true(fabs(axis_height(&a) - 80) < 1e-9);
    o.mode = AXIS_LINEAR;
    axis_place(&a, &o, &need, 1);
    assert_true(fabs(axis_y(&a, 50) - 50) < 1e-9);
    axis_scale(&a, 500000);
    assert_true(fabs(axis_y(&a, 100) - 50) < 1e-9);
    axis_free(&a);
}

static void turned_rectangles(void **state)
{
    struct seq_box a = {.at = {0, 0}, .w = 20, .h = 4}, b = {.at = {0, 5}, .w = 20, .h = 4},
                   c = {.at = {0, 5}, .w = 20, .h = 4, .angle = .5};

    (void)state;
    assert_false(seq_boxes_meet(&a, &b));
    assert_true(seq_boxes_meet(&a, &c));
    assert_true(seq_line_meets((struct point){-30, -1}, (struct point){30, 1}, &a));
    assert_false(seq_line_meets((struct point){-30, 4}, (struct point){30, 4}, &a));
}

/* ---- drawing ---- */

/* A picture up to a time, with a playhead and a segment chosen, is drawn without a fault; and twice the same.
 */
static void a_moment(void **state)
{
    struct model *m = model_of(lesson_of(*state, "02-"), FIGURE_BOTH);
    unsigned char *first = NULL;

    for (int i = 0; i < 2; i++) {
        struct paint *p = paint_new(theme_get(THEME_DARK), true);
        struct sequence_options o = {.width = 960, .height = 540, .from = NS_PER_S, .to = VTIME_NEVER};
        struct sequence *q = sequence_new(m, p, &o);
        struct sequence_view v = {.at = 1290 * NS_PER_MS, .selected = m->flight[6].pkt};
        cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 960, 540);
        cairo_t *cr = cairo_create(surface);
        size_t n = (size_t)cairo_image_surface_get_stride(surface) * 540;

        paint_on(p, cr);
        sequence_draw(q, p, &v);
        cairo_surface_flush(surface);
        assert_int_equal(cairo_status(cr), CAIRO_STATUS_SUCCESS);
        if (first) {
            assert_memory_equal(first, cairo_image_surface_get_data(surface), n);
        } else {
            first = test_malloc(n);
            memcpy(first, cairo_image_surface_get_data(surface), n);
        }
        cairo_destroy(cr);
        cairo_surface_destroy(surface);
        sequence_free(q);
        paint_free(p);
    }
    test_free(first);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small),
        cmocka_unit_test(middle),
        cmocka_unit_test(large),
        cmocka_unit_test(the_windows_panel),
        cmocka_unit_test(no_lesson_is_left_out),
        cmocka_unit_test(as_high_as_it_takes),
        cmocka_unit_test(step_by_step),
        cmocka_unit_test(to_scale),
        cmocka_unit_test(everything_is_said),
        cmocka_unit_test(labels_are_the_textbooks),
        cmocka_unit_test(the_lost_and_the_sent_again),
        cmocka_unit_test(a_crash_forgets),
        cmocka_unit_test(copies_fly_on_their_own),
        cmocka_unit_test(axis_goes_there_and_back),
        cmocka_unit_test(turned_rectangles),
        cmocka_unit_test(a_moment),
    };

    return cmocka_run_group_tests(tests, shelf_take_down, shelf_put_back);
}
