/* lesson: a lesson file read, checked and made ready to run: the scenario, the texts for people, the
 * expectations.
 *
 * A struct lesson owns everything reached from it (strings, arrays, the scenario's too) until lesson_free,
 * and never changes after lesson_load, except that a caller may set scenario.seed and scenario.full_checks
 * before a run. Never runs anything, never prints, never exits: the first fault of the file goes into the
 * caller's struct diag. The format is described in lessons/README.md and lessons/lesson.schema.json. */
#ifndef TCPLAB_LESSON_LESSON_H
#define TCPLAB_LESSON_LESSON_H

#include "models/scenario.h"
#include "sim/core/diag.h"
#include "sim/core/log.h"
#include "sim/core/sbuf.h"
#include "sim/lesson/act.h"

enum lesson_lang { LESSON_EN, LESSON_ZH_HANT, LESSON_LANGS };

/* A text for people; where a lesson gives no Chinese, the English stands for it. */
struct lesson_text {
    const char *in[LESSON_LANGS]; /* NULL in all languages: no such text */
};
static inline const char *lesson_text(const struct lesson_text *t, enum lesson_lang lang)
{
    return t->in[lang] ? t->in[lang] : t->in[LESSON_EN];
}
/* "en", "zh-Hant". */
const char *lesson_lang_name(enum lesson_lang lang);

struct event_match; /* what a moment is tied to: internal.h */

/* When something is said or asked: at a time, or when something happens. */
struct lesson_moment {
    vtime at;                       /* VTIME_NEVER: tied to `when` */
    const struct event_match *when; /* NULL: at `at` */
};
struct lesson_note {
    struct lesson_moment moment;
    struct lesson_text text;
};
struct lesson_answer {
    struct lesson_text text;
    bool right;
};
#define LESSON_ANSWERS_MAX 4
struct lesson_quiz {
    struct lesson_moment moment;      /* at 0 where the lesson says nothing */
    struct lesson_text question, why; /* why: shown after an answer; may be empty */
    struct lesson_answer answer[LESSON_ANSWERS_MAX];
    uint32_t n_answers;
};

struct expectation; /* expect.h */

/* One --set: "POINTER=VALUE", as on the command line. */
struct lesson_set {
    const char *argument;
};

struct lesson {
    const char *path;                  /* as given; "<stdin>" */
    const char *name;                  /* file name without folder and ".json"; "stdin" */
    struct lesson_text title, summary; /* title.in[LESSON_EN] is never NULL */
    uint64_t hash; /* of the file's bytes and of the sets, in order: tells which lesson a trace is of */
    const struct lesson_set *set; /* as applied */
    size_t n_sets;
    vtime until; /* the lesson's own end, a good one; VTIME_NEVER: when nothing is left to happen. --until
                    comes first */
    struct scenario scenario;       /* scenario.name == name; scenario.note[i] belongs to note[i] */
    const struct lesson_note *note; /* narration, in the order of the file */
    size_t n_notes;
    const struct lesson_quiz *quiz;
    size_t n_quiz;
    const struct expectation *expect;
    size_t n_expect;
    const struct lesson_act *act; /* what a user did to it before it was saved: by time */
    size_t n_acts;
    struct lesson_memory *memory; /* private */
};

/* Reads, changes by the sets, and validates. path "-": standard input. NULL on failure, with *d filled (file,
 * line, column, JSON pointer, one sentence). Only the first fault is told. */
struct lesson *lesson_load(const char *path, const struct lesson_set *sets, size_t n_sets, struct diag *d);
/* The same for a text in memory (a test, a fuzzer, an editor), named `name` in diagnoses. */
struct lesson *lesson_parse(const char *name, const char *text, size_t len, const struct lesson_set *sets,
                            size_t n_sets, struct diag *d);
void lesson_free(struct lesson *l); /* NULL is allowed */

/* Whether a JSON file says that it is a lesson ("format": "tcplab-lesson"), however wrong the rest: a batch
 * takes only these. False also for files that are no JSON at all and do not contain that word; a broken file
 * that does is taken, so that it is reported. *d: only set when the file cannot be read. */
bool lesson_is_one(const char *path, struct diag *d);

/* Title, for a list of lessons, without validating the rest. False: no lesson, or no title. The strings are
 * copies in out (at most size bytes, NUL included). */
bool lesson_peek_title(const char *path, enum lesson_lang lang, char *out, size_t size);

/* Appends the text of the lesson file at path with these acts in it, instead of those it holds; the rest
 * stays as it is written there, byte for byte. False, with *d filled: the file cannot be read, or is no JSON.
 */
bool lesson_with_acts(const char *path, const struct lesson_act *act, size_t n, struct sbuf *out,
                      struct diag *d);

/* The record at which a moment of the lesson comes in this run: its id, 0 if it has not come. */
uint64_t lesson_moment_record(const struct lesson *l, const struct lesson_moment *m, const struct log *log);

#endif
