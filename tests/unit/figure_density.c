/* Where arrows would melt together, the shades count what there is: every segment of the window of time is in
 * an arrow or in the row of pixels in which it leaves, as counting them one by one says; and a click finds
 * the segment that passes there. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "sim/figure/sequence.h"
#include "sim/lesson/lesson.h"
#include "sim/run/session.h"
#include "tests/support/large.h"

static const char large[] = LARGE_LESSON("60", "60ms");

struct shop {
    struct lesson *lesson;
    struct session *session;
    struct model *model;
    struct paint *paint;
};

static int set_up(void **state)
{
    struct session_options o = {0};
    struct model_options mo = {.lang = FIGURE_EN};
    struct shop *s = test_calloc(1, sizeof *s);
    struct diag d;

    s->lesson = lesson_parse("large.json", large, sizeof large - 1, NULL, 0, &d);
    if (!s->lesson)
        fail_msg("%d:%d: %s", d.line, d.column, d.message);
    s->session = session_open(s->lesson, &o);
    session_run_until(s->session, VTIME_NEVER);
    s->model = model_new(session_header(s->session), session_log(s->session), &mo);
    s->paint = paint_new(theme_get(THEME_LIGHT), true);
    *state = s;
    return 0;
}

static int put_back(void **state)
{
    struct shop *s = *state;

    paint_free(s->paint);
    model_free(s->model);
    session_close(s->session);
    lesson_free(s->lesson);
    test_free(s);
    return 0;
}

/* The height of a time, as if all were to scale beyond the window. */
static double height_of(const struct sequence *s, vtime at)
{
    const struct axis *a = &s->axis;
    const struct axis_point *first = &a->point[0], *last = &a->point[a->n - 1];

    if (at < first->at)
        return first->y - (double)(first->at - at) * a->px_per_ns;
    if (at > last->at)
        return last->y + (double)(at - last->at) * a->px_per_ns;
    return axis_y(a, at);
}

static bool has_arrow(const struct sequence *s, size_t flight)
{
    for (size_t i = 0; i < s->n_arrows; i++)
        if (s->arrow[i].flight == flight)
            return true;
    return false;
}

struct count {
    uint32_t n, again, data;
};

/* Those that leave within a row of pixels, counted one by one. */
static struct count count_row(const struct sequence *s, const struct seq_shade *row)
{
    const struct model *m = s->model;
    struct count c = {0, 0, 0};

    for (size_t i = 0; i < m->n_flights; i++) {
        const struct model_flight *f = &m->flight[i];
        double y = height_of(s, f->leave);

        if (f->leave > s->o.to || f->end < s->o.from || f->from != row->from || f->to != row->to ||
            y < row->y0 || y >= row->y0 + row->h || has_arrow(s, i))
            continue;
        c.n++;
        c.again += f->again;
        c.data += f->hue == HUE_DATA;
    }
    return c;
}

static void check_window(struct shop *shop, vtime from, vtime to)
{
    const struct model *m = shop->model;
    struct sequence_options o = {.width = 960, .height = 540, .from = from, .to = to};
    struct sequence *s = sequence_new(m, shop->paint, &o);
    size_t inside = 0;
    uint64_t sum = 0;

    assert_int_equal(s->level, SEQ_DENSITY);
    for (size_t i = 0; i < m->n_flights; i++)
        inside += m->flight[i].leave <= s->o.to && m->flight[i].end >= s->o.from;
    assert_true(s->n_shades > 10);
    for (size_t i = 0; i < s->n_shades; i++) {
        struct count c = count_row(s, &s->shade[i]);

        assert_int_equal(s->shade[i].n, c.n);
        assert_int_equal(s->shade[i].again, c.again);
        assert_int_equal(s->shade[i].data, c.data);
        assert_true(s->shade[i].n <= s->most);
        sum += c.n;
    }
    assert_int_equal(sum, s->shaded);
    assert_int_equal(sum + s->n_arrows, inside); /* none is forgotten, none is there twice */
    sequence_free(s);
}

static void counts(void **state)
{
    struct shop *s = *state;
    vtime end = s->model->end;

    check_window(s, 0, VTIME_NEVER);
    check_window(s, end / 10, end / 2);
    check_window(s, end / 3, end / 3 * 2);
}

/* A click half-way of a segment that is in a shade finds one that passes there. */
static void clicks(void **state)
{
    struct shop *shop = *state;
    struct sequence_options o = {.width = 960, .height = 540, .to = VTIME_NEVER};
    struct sequence *s = sequence_new(shop->model, shop->paint, &o);
    const struct model *m = shop->model;
    unsigned tried = 0;

    for (size_t i = 0; i < m->n_flights; i += 37) {
        const struct model_flight *f = &m->flight[i], *g;
        double y0 = height_of(s, f->leave), y1 = height_of(s, f->end), x0 = s->lane[f->from].x,
               x1 = s->lane[f->to].x, part;
        struct point at = {x0 + (x1 - x0) * .3, y0 + (y1 - y0) * .3};

        if (at.y < s->top || at.y > s->bottom || f->reach < .3)
            continue;
        g = sequence_dense_flight(s, at, VTIME_NEVER);
        assert_non_null(g);
        part = (at.x - s->lane[g->from].x) / (s->lane[g->to].x - s->lane[g->from].x);
        y0 = height_of(s, g->leave);
        assert_true(fabs(y0 + (height_of(s, g->end) - y0) * part - at.y) < .5);
        assert_true(!sequence_dense_flight(s, at, f->leave) ||
                    sequence_dense_flight(s, at, f->leave)->leave <=
                        f->leave); /* not what is still to come */
        tried++;
    }
    assert_true(tried > 50);
    assert_null(sequence_dense_flight(s, (struct point){480, s->top - 20}, VTIME_NEVER));
    assert_null(sequence_dense_flight(s, (struct point){2, (s->top + s->bottom) / 2}, VTIME_NEVER));
    sequence_free(s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(counts), cmocka_unit_test(clicks)};

    return cmocka_run_group_tests(tests, set_up, put_back);
}
