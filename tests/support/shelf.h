/* shelf: every lesson, loaded and run to its end, for tests of figures: a group's setup and teardown. The
 * test includes cmocka.h before, and asks for glob with _XOPEN_SOURCE. The shelf owns all that is on it. */
#ifndef TCPLAB_TESTS_SUPPORT_SHELF_H
#define TCPLAB_TESTS_SUPPORT_SHELF_H

#include <glob.h>

#include "sim/figure/paint.h"
#include "sim/lesson/lesson.h"
#include "sim/report/i18n.h"
#include "sim/run/session.h"

struct shelf {
    glob_t files;
    struct lesson **lesson;
    struct session **run;
    struct paint *paint; /* its fonts take longer to find than all else */
};

static inline int shelf_take_down(void **state)
{
    struct shelf *s = test_calloc(1, sizeof *s);
    struct diag d = {0};

    assert_true(i18n_init("zh-Hant", NULL));
    i18n_use("en");
    assert_int_equal(glob("lessons/[0-9]*.json", 0, NULL, &s->files), 0);
    s->lesson = test_calloc(s->files.gl_pathc, sizeof *s->lesson);
    s->run = test_calloc(s->files.gl_pathc, sizeof *s->run);
    for (size_t i = 0; i < s->files.gl_pathc; i++) {
        struct session_options o = {0};

        s->lesson[i] = lesson_load(s->files.gl_pathv[i], NULL, 0, &d);
        if (!s->lesson[i])
            fail_msg("%s:%d:%d: %s", s->files.gl_pathv[i], d.line, d.column, d.message);
        s->run[i] = session_open(s->lesson[i], &o);
        session_run_until(s->run[i], VTIME_NEVER);
        session_find_notes(s->run[i]);
    }
    s->paint = paint_new(theme_get(THEME_LIGHT), true);
    *state = s;
    return 0;
}

static inline int shelf_put_back(void **state)
{
    struct shelf *s = *state;

    for (size_t i = 0; i < s->files.gl_pathc; i++) {
        session_close(s->run[i]);
        lesson_free(s->lesson[i]);
    }
    paint_free(s->paint);
    globfree(&s->files);
    test_free(s->run);
    test_free(s->lesson);
    test_free(s);
    return 0;
}

#endif
