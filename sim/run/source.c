#include "sim/run/source.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lesson/lesson.h"
#include "sim/packetdrill/verdict.h"
#include "sim/report/trace_read.h"

struct source {
    char *path;
    struct lesson *lesson;
    struct session *session;
    struct trace_file *trace; /* instead of lesson and session */
    struct script *script;    /* likewise */
    struct pkt_run *run;
    struct source_note *note;
    size_t n_notes;
    struct source_question *question;
    size_t n_questions;
};

bool source_is_trace(const char *path)
{
    char head[64] = "";
    FILE *f = strcmp(path, "-") == 0 ? NULL : fopen(path, "r");

    if (!f)
        return false;
    head[fread(head, 1, sizeof head - 1, f)] = '\0';
    fclose(f);
    return strstr(head, "\"" TRACE_FORMAT "\"") != NULL;
}

/* ---- moments ---- */

static struct trace_text text_of(const struct lesson_text *t)
{
    return (struct trace_text){t->in[LESSON_EN], t->in[LESSON_ZH_HANT]};
}

static vtime time_of(const struct source *s, uint64_t record)
{
    const struct rec_head *r = record ? log_find(source_log(s), record) : NULL;

    return r ? r->at : VTIME_NEVER;
}

/* By moment; of the same moment, as in the file: the arrays are short, and sorted by insertion they stay so.
 */
static void sort_notes(struct source_note *n, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i;
             k > 0 && (n[k].at < n[k - 1].at || (n[k].at == n[k - 1].at && n[k].record < n[k - 1].record));
             k--) {
            struct source_note t = n[k];

            n[k] = n[k - 1];
            n[k - 1] = t;
        }
}

static void sort_questions(struct source_question *q, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && q[k].at < q[k - 1].at; k--) {
            struct source_question t = q[k];

            q[k] = q[k - 1];
            q[k - 1] = t;
        }
}

static void renew_lesson(struct source *s)
{
    const struct log *log = source_log(s);

    session_find_notes(s->session);
    for (size_t i = 0; i < s->n_notes; i++) {
        const struct lesson_note *from = &s->lesson->note[i];
        uint64_t record = lesson_moment_record(s->lesson, &from->moment, log);

        s->note[i] = (struct source_note){text_of(&from->text), record, time_of(s, record)};
    }
    for (size_t i = 0; i < s->n_questions; i++) {
        const struct lesson_quiz *from = &s->lesson->quiz[i];
        struct source_question *to = &s->question[i];

        *to = (struct source_question){.question = text_of(&from->question),
                                       .why = text_of(&from->why),
                                       .n_answers = from->n_answers,
                                       .record = lesson_moment_record(s->lesson, &from->moment, log)};
        for (unsigned k = 0; k < from->n_answers && k < SOURCE_ANSWERS; k++) {
            to->answer[k].text = text_of(&from->answer[k].text);
            to->answer[k].right = from->answer[k].right;
        }
        to->at = time_of(s, to->record);
    }
}

static void renew_trace(struct source *s)
{
    const struct trace_header *h = &s->trace->header;
    const struct log *log = &s->trace->log;

    for (size_t i = 0; i < s->n_notes; i++) {
        uint64_t record = h->noted ? h->noted[i] : 0;

        s->note[i] = (struct source_note){h->note[i], record, time_of(s, record)};
    }
    for (size_t i = 0; i < log_count(log); i++) {
        const struct rec_head *r = log_at(log, i);
        const struct rec_note *n = (const void *)r;

        if (r->kind == REC_NOTE && n->index < s->n_notes && !s->note[n->index].record) {
            s->note[n->index].record = r->id;
            s->note[n->index].at = r->at;
        }
    }
}

void source_renew(struct source *s)
{
    if (s->lesson)
        renew_lesson(s);
    else if (s->trace)
        renew_trace(s);
    sort_notes(s->note, s->n_notes);
    sort_questions(s->question, s->n_questions);
}

/* ---- opening ---- */

/* Runs a lesson to its end in slices of time, about SLICE records each, so that the watch is asked in
 * between. False: it has given up. */
static bool run_watched(struct session *s, const struct trace_watch *w)
{
    enum { SLICE = 8192, HALF_WAY = 200000 };
    vtime at = 0, step = NS_PER_MS;

    while (!session_over(s)) {
        size_t before = log_count(session_log(s)), n;

        at = at > VTIME_MAX - step ? VTIME_NEVER : at + step;
        session_run_until(s, at);
        n = log_count(session_log(s));
        if (!w->go_on(w->ctx, (unsigned)(n * 1000 / (n + HALF_WAY))))
            return false;
        if (n - before < SLICE / 2 && step < VTIME_MAX / 4)
            step *= 2;
        else if (n - before > SLICE && step > NS_PER_US)
            step /= 2;
    }
    return true;
}

static bool open_lesson(struct source *s, const volatile sig_atomic_t *stop, const struct trace_watch *w,
                        struct diag *d)
{
    struct session_options o = {.interactive = true, .stop = stop};

    s->lesson = lesson_load(s->path, NULL, 0, d);
    if (!s->lesson)
        return false;
    s->session = session_open(s->lesson, &o);
    if (!s->session)
        return diag_set(d, s->path, 0, 0, "not enough memory");
    if (w && !run_watched(s->session, w))
        return diag_set(d, s->path, 0, 0, "the run was given up");
    session_run_until(s->session, VTIME_NEVER);
    s->n_notes = s->lesson->n_notes;
    s->n_questions = s->lesson->n_quiz;
    return true;
}

static bool open_trace(struct source *s, const struct trace_watch *w, struct diag *d)
{
    s->trace = trace_read_watched(s->path, w, d);
    if (!s->trace)
        return false;
    s->n_notes = s->trace->header.n_notes;
    return true;
}

/* A script whose expectations are not met is a view worth opening: it shows why. */
static bool open_script(struct source *s, const volatile sig_atomic_t *stop, struct diag *d)
{
    struct pkt_verdict_options o = {.run = {.seed = 1, .stop = stop}};
    enum script_outcome read = script_load(s->path, NULL, &s->script, d);

    if (read != SCRIPT_OK)
        return false;
    s->run = pkt_run(s->script, &o.run);
    return s->run != NULL || diag_set(d, s->path, 0, 0, "not enough memory");
}

static bool open_any(struct source *s, const volatile sig_atomic_t *stop, const struct trace_watch *w,
                     struct diag *d)
{
    if (source_is_trace(s->path))
        return open_trace(s, w, d);
    return pkt_is_script(s->path) ? open_script(s, stop, d) : open_lesson(s, stop, w, d);
}

static struct source *open_source(const char *path, const volatile sig_atomic_t *stop,
                                  const struct trace_watch *w, struct diag *d)
{
    struct source *s = calloc(1, sizeof *s);

    CHECK(s);
    s->path = calloc(1, strlen(path) + 1);
    CHECK(s->path);
    memcpy(s->path, path, strlen(path));
    if (!open_any(s, stop, w, d)) {
        source_close(s);
        return NULL;
    }
    s->note = calloc(s->n_notes + 1, sizeof *s->note);
    s->question = calloc(s->n_questions + 1, sizeof *s->question);
    CHECK(s->note && s->question);
    source_renew(s);
    return s;
}

struct source *source_open(const char *path, const volatile sig_atomic_t *stop, struct diag *d)
{
    return open_source(path, stop, NULL, d);
}

struct source *source_open_watched(const char *path, const struct trace_watch *w, struct diag *d)
{
    return open_source(path, NULL, w, d);
}

void source_close(struct source *s)
{
    if (!s)
        return;
    session_close(s->session);
    lesson_free(s->lesson);
    trace_file_free(s->trace);
    pkt_run_free(s->run);
    script_free(s->script);
    free(s->note);
    free(s->question);
    free(s->path);
    free(s);
}

/* ---- looking ---- */

const char *source_path(const struct source *s)
{
    return s->path;
}

const struct trace_header *source_header(const struct source *s)
{
    if (s->run)
        return pkt_run_header(s->run);
    return s->session ? session_header(s->session) : &s->trace->header;
}

const struct log *source_log(const struct source *s)
{
    if (s->run)
        return pkt_run_log(s->run);
    return s->session ? session_log(s->session) : &s->trace->log;
}

struct session *source_session(struct source *s)
{
    return s->session;
}

struct trace_text source_summary(const struct source *s)
{
    return s->lesson ? text_of(&s->lesson->summary) : (struct trace_text){NULL, NULL};
}

const struct source_note *source_notes(const struct source *s, size_t *n)
{
    *n = s->n_notes;
    return s->note;
}

const struct source_question *source_questions(const struct source *s, size_t *n)
{
    *n = s->n_questions;
    return s->question;
}
