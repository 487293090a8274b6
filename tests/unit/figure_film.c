/* Boards and films: the same moment is the same picture whatever was shown before, the playhead never leaves
 * the window, nothing lies on anything, and every lesson's film begins at its beginning and ends at its end.
 */
#define _XOPEN_SOURCE 700 /* glob */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <string.h>

#include "sim/figure/film.h"
#include "tests/support/opened.h"

static struct film *film_of(const struct source *s, int width, int height, enum theme_id theme)
{
    struct film_options o = {
        .width = width, .height = height, .fps = 30, .theme = theme, .lang = FIGURE_BOTH, .to = VTIME_NEVER};

    return film_new(source_header(s), source_log(s), &o);
}

static uint64_t frame_hash(struct film *f, size_t frame)
{
    return hash_bytes(0, film_frame(f, frame), film_frame_bytes(f));
}

static void a_moment_is_a_picture(void **state)
{
    struct source *s = opened("lessons/08-last-ack-lost.json");
    struct film *a = film_of(s, 960, 540, THEME_DARK), *b = film_of(s, 960, 540, THEME_DARK);
    size_t n = film_frames(a), step = n / 9;
    uint64_t before[9];

    (void)state;
    assert_int_equal(n, film_frames(b));
    for (size_t i = 0; i < 9; i++)
        before[i] = frame_hash(a, i * step + 7);
    for (size_t i = 9; i-- > 0;)
        assert_true(frame_hash(b, i * step + 7) == before[i]);
    for (size_t i = 1; i < 9; i++)
        assert_true(before[i] != before[i - 1]);
    film_free(a);
    film_free(b);
    source_close(s);
}

static void from_beginning_to_end(void **state)
{
    struct source *s = opened("lessons/02-four-way-close.json");
    struct film *f = film_of(s, 640, 360, THEME_LIGHT);
    size_t n = film_frames(f);
    vtime last = 0;

    (void)state;
    assert_in_range(n, 300, 30 * 120);
    assert_int_equal(film_time(f, 0), 0);
    assert_int_equal(film_time(f, n - 1), log_at(source_log(s), log_count(source_log(s)) - 1)->at);
    for (size_t i = 0; i < n; i++) {
        assert_true(film_time(f, i) >= last);
        last = film_time(f, i);
    }
    film_free(f);
    source_close(s);
}

/* Every sentence of the lesson stands long enough to be read: a second and a sixteenth of one a letter. */
static void time_to_read(void **state)
{
    struct source *s = opened("lessons/02-four-way-close.json");
    struct film_options o = {.width = 640, .height = 360, .fps = 30, .lang = FIGURE_EN, .to = VTIME_NEVER};
    struct film *f = film_new(source_header(s), source_log(s), &o);
    struct model_options mo = {.lang = FIGURE_EN};
    struct model *m = model_new(source_header(s), source_log(s), &mo);
    struct caption last = {.told = false}, now;
    size_t since = 0, seen = 0;

    (void)state;
    for (size_t i = 0; i < film_frames(f); i++) {
        caption_at(m, film_time(f, i), &now);
        if (!strcmp(now.text[0], last.text[0]))
            continue;
        if (last.told && strlen(last.text[0]) < 80) {
            assert_true((double)(i - since) / 30 >= .9 + (double)strlen(last.text[0]) / 16.5);
            seen++;
        }
        last = now;
        since = i;
    }
    assert_true(seen >= 4);
    model_free(m);
    film_free(f);
    source_close(s);
}

static void only_a_part(void **state)
{
    struct source *s = opened("lessons/02-four-way-close.json");
    struct film_options o = {
        .width = 640, .height = 360, .fps = 10, .from = NS_PER_S, .to = 1200 * NS_PER_MS, .alone = true};
    struct film *f = film_new(source_header(s), source_log(s), &o);

    (void)state;
    assert_int_equal(film_time(f, 0), NS_PER_S);
    assert_true(film_time(f, film_frames(f) - 1) <= 1200 * NS_PER_MS);
    assert_true(film_time(f, film_frames(f) - 1) > 1100 * NS_PER_MS);
    film_free(f);
    source_close(s);
}

/* ---- the board's layout ---- */

static bool apart(struct rect a, struct rect b)
{
    return a.w <= 0 || b.w <= 0 || a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y ||
           b.y + b.h <= a.y;
}

static void look_at_layout(const struct board *b, double width, double height)
{
    const struct board_layout *l = board_layout(b);
    const struct rect all[] = {l->title, l->diagram, l->states, l->header, l->caption};

    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        assert_true(all[i].x >= 0 && all[i].y >= 0 && all[i].x + all[i].w <= width + .01 &&
                    all[i].y + all[i].h <= height + .01);
        for (size_t k = 0; k < i; k++)
            assert_true(apart(all[i], all[k]));
    }
}

/* At every instant the playhead lies in the window, below the hosts. */
static void look_at_pages(const struct board *b, const char *name)
{
    const struct sequence *s = board_sequence(b);

    for (size_t i = 0; i < s->axis.n; i++) {
        vtime at = s->axis.point[i].at;
        double y = axis_y(&s->axis, at) - board_scroll(b, at);

        if (y < s->top - 1 || y > board_layout(b)->diagram.h)
            fail_msg("%s: the playhead at instant %zu is at %.0f of %.0f", name, i, y,
                     board_layout(b)->diagram.h);
    }
}

static void boards_of_all_lessons(void **state)
{
    static const struct {
        double width, height;
        bool wide;
    } size[] = {{1280, 720, true}, {1920, 1080, true}, {1024, 768, false}};
    struct paint *p = paint_new(theme_get(THEME_LIGHT), true);
    glob_t files;

    (void)state;
    assert_int_equal(glob("lessons/[0-9]*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct source *s = opened(files.gl_pathv[i]);
        struct model_options mo = {.lang = FIGURE_EN};
        struct model *m = model_new(source_header(s), source_log(s), &mo);

        for (size_t k = 0; k < ARRAY_LEN(size); k++) {
            struct board_options o = {.width = size[k].width, .height = size[k].height, .to = VTIME_NEVER};
            struct board *b = board_new(m, p, &o);

            look_at_layout(b, o.width, o.height);
            look_at_pages(b, files.gl_pathv[i]);
            assert_int_equal(board_layout(b)->states.w > 0, size[k].wide);
            board_free(b);
        }
        model_free(m);
        source_close(s);
    }
    globfree(&files);
    paint_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_a_picture), cmocka_unit_test(from_beginning_to_end),
        cmocka_unit_test(time_to_read),          cmocka_unit_test(only_a_part),
        cmocka_unit_test(boards_of_all_lessons),
    };

    return cmocka_run_group_tests(tests, speak, NULL);
}
