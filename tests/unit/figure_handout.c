/* Handouts of every lesson: something is left out and the first segment is not, the choice is the same each
 * time, the sheet has a page more than the questions need, and no leaf shows what the blanks ask for. */
#define _XOPEN_SOURCE 700 /* glob, open_memstream */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/handout.h"
#include "tests/support/opened.h"

/* Cairo 1.16 keeps memory of every Chinese font that it puts into a PDF; the leak checker's, where it runs.
 */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void each_lesson(void (*look)(const struct source *s, const char *name))
{
    glob_t files;

    assert_int_equal(glob("lessons/[0-9]*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct source *s = opened(files.gl_pathv[i]);

        look(s, files.gl_pathv[i]);
        source_close(s);
    }
    globfree(&files);
}

static struct model *model_of(const struct source *s)
{
    struct model_options o = {.lang = FIGURE_EN};

    return model_new(source_header(s), source_log(s), &o);
}

static bool numbers_left_out(const struct model_flight *f)
{
    return strstr(f->text, "<u>") != NULL;
}

static void look_at_blanks(const struct source *s, const char *name)
{
    struct model *told = model_of(s), *a = model_of(s), *b = model_of(s);
    size_t n = handout_blank(a), blank = 0;

    if (n == 0)
        fail_msg("%s: nothing is left out", name);
    assert_int_equal(handout_blank(b), n);
    assert_false(a->flight[0].blank || numbers_left_out(&a->flight[0]));
    for (size_t i = 0; i < a->n_flights; i++) {
        const struct model_flight *f = &a->flight[i], *t = &told->flight[i];

        assert_string_equal(f->text, b->flight[i].text);
        assert_string_equal(f->badge, b->flight[i].badge);
        if (f->blank) {
            assert_int_equal(f->hue, HUE_DATA); /* neither by a word nor by its colour */
            assert_null(strpbrk(f->badge, "SAFRDUIP"));
        } else {
            assert_string_equal(f->badge, t->badge);
        }
        if (!numbers_left_out(f))
            assert_string_equal(f->text, t->text);
        blank += f->blank || numbers_left_out(f);
    }
    for (size_t i = 0; i < a->n_spans; i++) {
        assert_int_equal(a->span[i].blank, b->span[i].blank);
        assert_int_equal(a->span[i].state, told->span[i].state);
        if (a->span[i].from == 0)
            assert_false(a->span[i].blank && a->span[i].state == ST_CLOSED);
        blank += a->span[i].blank;
    }
    assert_true(blank > 0);
    model_free(told);
    model_free(a);
    model_free(b);
}

static void something_is_left_out(void **state)
{
    (void)state;
    each_lesson(look_at_blanks);
}

static char *sheet_of(const struct source *s, enum figure_lang lang, size_t *size, unsigned *pages)
{
    size_t n_notes, n_questions;
    const struct source_note *note = source_notes(s, &n_notes);
    const struct source_question *question = source_questions(s, &n_questions);
    struct handout_note notes[64];
    struct handout_question questions[16];
    struct handout_options o = {.lang = lang,
                                .to = VTIME_NEVER,
                                .summary = source_summary(s),
                                .note = notes,
                                .n_notes = n_notes,
                                .question = questions,
                                .n_questions = n_questions};
    char *bytes = NULL;
    FILE *f = open_memstream(&bytes, size);

    assert_true(n_notes <= ARRAY_LEN(notes) && n_questions <= ARRAY_LEN(questions));
    for (size_t i = 0; i < n_notes; i++)
        notes[i] = (struct handout_note){note[i].text, note[i].at};
    for (size_t i = 0; i < n_questions; i++) {
        questions[i] = (struct handout_question){
            .question = question[i].question, .why = question[i].why, .n_answers = question[i].n_answers};
        for (unsigned k = 0; k < question[i].n_answers; k++) {
            questions[i].answer[k].text = question[i].answer[k].text;
            questions[i].answer[k].right = question[i].answer[k].right;
        }
    }
    if (lang != FIGURE_EN && __lsan_disable)
        __lsan_disable();
    assert_null(handout_print(f, source_header(s), source_log(s), &o, pages));
    if (lang != FIGURE_EN && __lsan_enable)
        __lsan_enable();
    fclose(f);
    return bytes;
}

static void the_same_bytes(void **state)
{
    struct source *s = opened("lessons/02-four-way-close.json");
    size_t n, again, zh;
    unsigned pages = 0;
    char *a = sheet_of(s, FIGURE_EN, &n, &pages), *b = sheet_of(s, FIGURE_EN, &again, NULL),
         *c = sheet_of(s, FIGURE_ZH, &zh, NULL);

    (void)state;
    assert_int_equal(n, again);
    assert_memory_equal(a, b, n);
    assert_true(n != zh || memcmp(a, c, n) != 0);
    assert_memory_equal(a, "%PDF-", 5);
    assert_in_range(pages, 2, 5);
    free(a);
    free(b);
    free(c);
    source_close(s);
}

static void look_at_pages(const struct source *s, const char *name)
{
    size_t n;
    unsigned count = 0;
    char *bytes = sheet_of(s, FIGURE_BOTH, &n, &count);

    if (count < 2 || count > 14)
        fail_msg("%s: %u pages", name, count);
    free(bytes);
}

static void every_lesson_can_be_printed(void **state)
{
    (void)state;
    each_lesson(look_at_pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(something_is_left_out),
        cmocka_unit_test(the_same_bytes),
        cmocka_unit_test(every_lesson_can_be_printed),
    };

    return cmocka_run_group_tests(tests, speak, NULL);
}
