/* The lessons themselves: each speaks both languages, asks something, expects something, and says everything it has to
 * say, in the order in which it stands in the file. (Whether its expectations hold, `tcplab batch lessons` tells.) */
#define _XOPEN_SOURCE 700 /* glob */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "sim/lesson/lesson.h"
#include "sim/run/session.h"

#define LESSONS_LEAST 23

struct shelf {
    glob_t files;
    struct lesson **lesson;
};

static int take_down(void **state)
{
    struct shelf *s = test_calloc(1, sizeof *s);
    struct diag d = {0};

    assert_int_equal(glob("lessons/[0-9]*.json", 0, NULL, &s->files), 0);
    s->lesson = test_calloc(s->files.gl_pathc, sizeof *s->lesson);
    for (size_t i = 0; i < s->files.gl_pathc; i++) {
        s->lesson[i] = lesson_load(s->files.gl_pathv[i], NULL, 0, &d);
        if (!s->lesson[i])
            fail_msg("%s:%d:%d: %s", s->files.gl_pathv[i], d.line, d.column, d.message);
    }
    *state = s;
    return 0;
}

static int put_back(void **state)
{
    struct shelf *s = *state;

    for (size_t i = 0; i < s->files.gl_pathc; i++)
        lesson_free(s->lesson[i]);
    globfree(&s->files);
    test_free(s->lesson);
    test_free(s);
    return 0;
}

static void bilingual(const struct lesson *l, const char *what, size_t i, const struct lesson_text *t)
{
    for (int k = 0; k < LESSON_LANGS; k++) {
        if (!t->in[k])
            fail_msg("%s: %s %zu says nothing in %s", l->path, what, i, lesson_lang_name((enum lesson_lang)k));
    }
    if (strcmp(t->in[LESSON_EN], t->in[LESSON_ZH_HANT]) == 0 && strcmp(what, "answer") != 0)
        fail_msg("%s: %s %zu is the same in both languages", l->path, what, i);
}

static void both_languages(void **state)
{
    const struct shelf *s = *state;

    for (size_t f = 0; f < s->files.gl_pathc; f++) {
        const struct lesson *l = s->lesson[f];

        bilingual(l, "title", 0, &l->title);
        bilingual(l, "summary", 0, &l->summary);
        for (size_t i = 0; i < l->n_notes; i++)
            bilingual(l, "narration", i, &l->note[i].text);
        for (size_t i = 0; i < l->n_quiz; i++) {
            bilingual(l, "question", i, &l->quiz[i].question);
            bilingual(l, "reason", i, &l->quiz[i].why);
            for (uint32_t k = 0; k < l->quiz[i].n_answers; k++)
                bilingual(l, "answer", k, &l->quiz[i].answer[k].text);
        }
    }
}

static void complete(void **state)
{
    const struct shelf *s = *state;

    assert_true(s->files.gl_pathc >= LESSONS_LEAST);
    for (size_t f = 0; f < s->files.gl_pathc; f++) {
        const struct lesson *l = s->lesson[f];

        if (l->n_notes == 0 || l->n_quiz == 0 || l->n_expect == 0)
            fail_msg("%s: %zu notes, %zu questions, %zu expectations", l->path, l->n_notes, l->n_quiz, l->n_expect);
    }
}

static void moments(const struct lesson *l, const struct log *log)
{
    uint64_t last = 0;

    for (size_t i = 0; i < l->n_notes; i++) {
        uint64_t record = lesson_moment_record(l, &l->note[i].moment, log);

        if (record == 0)
            fail_msg("%s: the moment of narration %zu never comes", l->path, i);
        if (record < last)
            fail_msg("%s: narration %zu comes before the one that stands before it", l->path, i);
        last = record;
    }
    for (size_t i = 0; i < l->n_quiz; i++) {
        if (lesson_moment_record(l, &l->quiz[i].moment, log) == 0)
            fail_msg("%s: the moment of question %zu never comes", l->path, i);
    }
}

static void everything_is_said(void **state)
{
    const struct shelf *s = *state;

    for (size_t f = 0; f < s->files.gl_pathc; f++) {
        struct session_options o = {0};
        struct session *run = session_open(s->lesson[f], &o);

        assert_non_null(run);
        session_run_until(run, VTIME_NEVER);
        moments(s->lesson[f], session_log(run));
        session_close(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages),
        cmocka_unit_test(complete),
        cmocka_unit_test(everything_is_said),
    };

    return cmocka_run_group_tests(tests, take_down, put_back);
}
