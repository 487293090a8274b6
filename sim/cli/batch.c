#define _XOPEN_SOURCE 700 /* mkdir, isatty, glob */
#include "sim/cli/cli.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/core/sbuf.h"
#include "sim/lesson/expect.h"
#include "sim/packetdrill/verdict.h"
#include "sim/report/i18n.h"
#include "sim/report/trace_write.h"
#include "sim/run/batch.h"
#include "sim/run/gather.h"
#include "sim/run/results.h"
#include "sim/run/session.h"
#include "sim/run/verdict.h"

enum { OPT_JUNIT = 256, OPT_TAP, OPT_KEEP, OPT_TIME, OPT_MEMORY, OPT_SEED };
static const struct cli_option options[] = {
    {'j', "-j", "N", "run so many at once; otherwise as many as there are processors"},
    {OPT_JUNIT, "--junit", "FILE", "write the results as JUnit XML"},
    {OPT_TAP, "--tap", NULL, "print the results in the Test Anything Protocol"},
    {OPT_KEEP, "--keep-traces", "DIR", "keep the trace of each lesson in this folder"},
    {OPT_TIME, "--time-limit", "SECONDS", "wall time a lesson may take; 0: any (60)"},
    {OPT_MEMORY, "--memory-limit", "MB", "memory a lesson may take; 0: any (2048)"},
    {OPT_SEED, "--seed", "N", "this seed instead of the lessons'"},
};

struct batch {
    struct gathering lessons;
    const char *junit, *keep;
    bool tap, has_seed, bar;
    uint64_t seed, workers, seconds, megabytes;
    char **trace; /* where to keep the i-th lesson's trace; NULL where --keep-traces was not given */
    struct sbuf cases;
    vtime total;
    bool output_failed;
};

/* ---------------------------------------------------------------- in the worker */

static bool run_session(struct session *s, const struct verdict_again *again, const char *trace,
                        struct batch_reply *reply)
{
    struct trace_writer *w = NULL;
    struct grade g;
    struct diag d;

    if (trace) {
        w = trace_writer_open(trace, session_header(s), &d);
        if (!w)
            goto unwritten;
        session_add_sink(s, trace_writer_sink(w));
    }
    session_finish(s, &g);
    reply->time = session_now(s);
    reply->outcome = verdict_of(s, &g, again, &reply->text) == VERDICT_WELL ? BATCH_PASSED : BATCH_FAILED;
    grade_free(&g);
    if (trace_writer_close(w, &d))
        return true;
unwritten:
    reply->outcome = BATCH_REFUSED;
    sbuf_reserve(&reply->text, DIAG_TEXT_MAX);
    reply->text.len += diag_format(&d, reply->text.s + reply->text.len, DIAG_TEXT_MAX);
    return false;
}

static void refuse(struct batch_reply *reply, const struct diag *d)
{
    char line[DIAG_TEXT_MAX];

    diag_format(d, line, sizeof line);
    sbuf_puts(&reply->text, line);
    reply->outcome = BATCH_REFUSED;
}

static void script_job(const struct batch *b, const char *path, const char *trace, struct batch_reply *reply)
{
    struct pkt_verdict_options o = {.trace = trace, .run = {.seed = b->has_seed ? b->seed : 1}};

    o.run.memory_bytes = (b->megabytes << 20) / 8 * 3;
    reply->outcome = cli_pkt_outcome(pkt_judge(path, &o, &reply->text, NULL, &reply->time));
}

static void job(void *ctx, size_t i, struct batch_reply *reply)
{
    const struct batch *b = ctx;
    const struct gathered *item = &b->lessons.item[i];
    struct session_options o = {.has_seed = b->has_seed, .seed = b->seed};
    struct verdict_again again = {.path = item->path, .has_seed = b->has_seed, .seed = b->seed};
    struct lesson *l;
    struct session *s;
    struct diag d;

    diag_clear(&d);
    if (item->script) {
        script_job(b, item->path, b->trace ? b->trace[i] : NULL, reply);
        return;
    }
    if (item->error)
        diag_set(&d, item->path, 0, 0, "%s", item->error);
    l = item->error ? NULL : lesson_load(item->path, NULL, 0, &d);
    if (!l) {
        refuse(reply, &d);
        return;
    }
    o.memory_bytes =
        (b->megabytes << 20) / 8 * 3; /* each of world and log: so much is refused with a clear word */
    o.kinds = lesson_grade_kinds(l);
    s = session_open(l, &o);
    CHECK(s && "out of memory");
    (void)run_session(s, &again, b->trace ? b->trace[i] : NULL, reply);
    session_close(s);
    lesson_free(l);
}

/* ---------------------------------------------------------------- in the supervisor */

static void draw_bar(const struct batch *b, size_t ended, size_t n)
{
    enum { WIDTH = 40 };
    char bar[WIDTH + 1];
    size_t full = n ? ended * WIDTH / n : 0;

    if (!b->bar)
        return;
    memset(bar, '.', WIDTH);
    memset(bar, '#', full);
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r[%s] %zu/%zu\033[K", bar, ended, n);
}

static void wipe_bar(const struct batch *b)
{
    if (b->bar)
        fputs("\r\033[K", stderr);
}

static void progress(void *ctx, size_t ended, size_t n)
{
    draw_bar(ctx, ended, n);
}

/* A worker that was killed leaves its half of a trace behind, beside where it was to stand. */
static void sweep(const char *trace)
{
    struct sbuf pattern = SBUF_INIT;
    glob_t found;

    for (const char *p = trace; *p; p++) {
        if (strchr("*?[\\", *p))
            sbuf_putc(&pattern, '\\');
        sbuf_putc(&pattern, *p);
    }
    sbuf_lit(&pattern, ".[0-9]*.tmp");
    if (glob(sbuf_str(&pattern), GLOB_NOSORT, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            unlink(found.gl_pathv[i]);
        globfree(&found);
    }
    sbuf_free(&pattern);
}

static void result(void *ctx, size_t i, const struct batch_result *r)
{
    struct batch *b = ctx;
    const char *name = b->lessons.item[i].path;
    struct batch_result shown = *r;
    struct sbuf out = SBUF_INIT;

    if (r->outcome == BATCH_REFUSED) /* why, is said on standard error */
        shown.text_n = 0;

    wipe_bar(b);
    if (b->tap)
        results_tap(&out, i, name, r);
    else if (r->outcome != BATCH_NOT_RUN)
        results_text(&out, name, &shown);
    if (b->junit)
        results_junit(&b->cases, name, r);
    if (r->outcome == BATCH_REFUSED)
        fwrite(r->text, 1, r->text_n, stderr);
    if (b->trace && (r->outcome == BATCH_CRASHED || r->outcome == BATCH_TIME_OUT ||
                     r->outcome == BATCH_MEMORY || r->outcome == BATCH_NOT_RUN))
        sweep(b->trace[i]);
    b->total += r->time;
    if (sbuf_flush(&out, stdout) != 0 || fflush(stdout) != 0)
        b->output_failed = true;
    sbuf_free(&out);
}

/* ---------------------------------------------------------------- before and after */

static bool exists(char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Names are given beforehand, in the order of the lessons, so that they do not depend on who is ready first.
 */
static bool name_traces(struct batch *b)
{
    if (mkdir(b->keep, 0777) != 0 && errno != EEXIST) {
        cli_error("batch", "--keep-traces: %s: %s", b->keep, strerror(errno));
        return false;
    }
    b->trace = calloc(b->lessons.n ? b->lessons.n : 1, sizeof *b->trace);
    CHECK(b->trace && "out of memory");
    for (size_t i = 0; i < b->lessons.n; i++) {
        const char *path = b->lessons.item[i].path, *slash = strrchr(path, '/');
        const char *base = strcmp(path, "-") == 0 ? "stdin" : slash ? slash + 1 : path;
        size_t n = strlen(base);

        if (n > 5 && strcmp(base + n - 5, ".json") == 0)
            n -= 5;
        for (unsigned copy = 1; !b->trace[i]; copy++) {
            struct sbuf name = SBUF_INIT;

            sbuf_printf(&name, "%s/%.*s", b->keep, (int)n, base);
            if (copy > 1)
                sbuf_printf(&name, "-%u", copy);
            sbuf_lit(&name, ".trace.json");
            if (exists(b->trace, i, sbuf_str(&name)))
                sbuf_free(&name);
            else
                b->trace[i] = sbuf_detach(&name);
        }
    }
    return true;
}

/* Prints what stands at the end of the report and writes the JUnit file; the exit status. */
static int finish(struct batch *b, struct cli_file *junit, const struct batch_summary *summary)
{
    int status = batch_exit_status(summary);
    struct sbuf out = SBUF_INIT;

    wipe_bar(b);
    if (b->junit) {
        results_junit_end(&out, &b->cases, summary, b->total);
        (void)sbuf_flush(&out, junit->f); /* a failure stays with the file and is found when it is closed */
        if (!cli_file_close(junit) && status != CLI_INTERRUPTED)
            status = CLI_USAGE;
    }
    if (b->tap)
        results_tap_end(&out, summary);
    else
        results_text_end(&out, summary);
    if ((sbuf_flush(&out, stdout) != 0 || b->output_failed) && status != CLI_INTERRUPTED)
        status = CLI_USAGE;
    sbuf_free(&out);
    return status;
}

static int run_batch(struct batch *b)
{
    struct batch_options o = {
        .workers = b->workers ? (unsigned)b->workers : (unsigned)sysconf(_SC_NPROCESSORS_ONLN),
        .time_limit_ms = (uint32_t)b->seconds * 1000,
        .memory_bytes = b->megabytes << 20,
        .job = job,
        .result = result,
        .progress = progress,
        .ctx = b,
    };
    struct batch_summary summary;
    struct cli_file junit;
    struct sbuf out = SBUF_INIT;

    if (b->keep && !name_traces(b))
        return CLI_USAGE;
    if (b->junit && !cli_file_open(&junit, b->junit)) /* before the work, not after it */
        return CLI_USAGE;
    b->bar = isatty(STDERR_FILENO);
    if (b->tap)
        results_tap_begin(&out, b->lessons.n);
    (void)sbuf_flush(&out, stdout);
    fflush(stdout);
    sbuf_free(&out);
    draw_bar(b, 0, b->lessons.n);
    if (!batch_run(b->lessons.n, &o, &summary)) {
        wipe_bar(b);
        cli_error("batch", "cannot run worker processes: %s", strerror(errno));
        return CLI_INTERNAL;
    }
    return finish(b, &junit, &summary);
}

/* Takes one option; false: reported. */
static bool take(struct batch *b, int id, const char *value)
{
    switch (id) {
    case 'j': return cli_number("-j", value, 1, 256, &b->workers);
    case OPT_JUNIT: b->junit = value; return true;
    case OPT_TAP: b->tap = true; return true;
    case OPT_KEEP: b->keep = value; return true;
    case OPT_TIME: return cli_number("--time-limit", value, 0, 1000000, &b->seconds);
    case OPT_MEMORY: return cli_number("--memory-limit", value, 0, 1000000, &b->megabytes);
    case OPT_SEED: b->has_seed = true; return cli_number("--seed", value, 0, UINT64_MAX, &b->seed);
    default: return true;
    }
}

static bool gather_all(struct batch *b, const struct cli_args *a)
{
    if (!cli_words(a, 1, -1))
        return false;
    if (b->junit && strcmp(b->junit, "-") == 0) {
        cli_error("batch", "--junit: expected the name of a file");
        return false;
    }
    for (int i = 0; i < a->argc; i++) {
        size_t before = b->lessons.n;

        CHECK(gather(&b->lessons, a->argv[i]) && "out of memory");
        if (b->lessons.n == before) {
            cli_error("batch", "%s: no lessons in this folder", a->argv[i]);
            return false;
        }
    }
    return true;
}

static int run(struct cli_args *a)
{
    struct batch b = {.seconds = 60, .megabytes = 2048};
    const char *value;
    int id, status = CLI_USAGE;

    while ((id = cli_next(a, &value)) > 0)
        if (!take(&b, id, value))
            return CLI_USAGE;
    if (id == CLI_STOP)
        return a->status;
    if (cli_language(NULL) && gather_all(&b, a))
        status = run_batch(&b);
    for (size_t i = 0; b.trace && i < b.lessons.n; i++)
        free(b.trace[i]);
    free(b.trace);
    gathering_free(&b.lessons);
    sbuf_free(&b.cases);
    return status;
}

const struct cli_command cli_batch = {
    .name = "batch",
    .synopsis = "[OPTION]... PATH...",
    .summary = "Run many lessons, each in a process of its own",
    .more =
        "A folder means all lessons in it. A lesson that crashes, hangs or eats all memory harms no other.\n"
        "Exits with 0 if all passed, 1 if any failed, 2 if any could not be loaded, 130 if interrupted.\n",
    .option = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
