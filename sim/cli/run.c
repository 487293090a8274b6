#define _XOPEN_SOURCE 700 /* stat */
#include "sim/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/core/sbuf.h"
#include "sim/lesson/expect.h"
#include "sim/lesson/units.h"
#include "sim/report/i18n.h"
#include "sim/report/pcapng.h"
#include "sim/report/trace_write.h"
#include "sim/run/session.h"
#include "sim/run/verdict.h"

enum { OPT_TRACE = 256, OPT_PCAPNG, OPT_SEED, OPT_SET, OPT_UNTIL, OPT_QUIET };
static const struct cli_option options[] = {
    {OPT_TRACE, "--trace", "FILE", "write the trace; - : to standard output, and no ladder"},
    {OPT_PCAPNG, "--pcapng", "FILE", "write the packets as a capture file, such as Wireshark reads"},
    {OPT_SEED, "--seed", "N", "this seed instead of the lesson's"},
    {OPT_SET, "--set", "POINTER=VALUE", "change a value of the lesson; may be given several times"},
    {OPT_UNTIL, "--until", "TIME", "stop at this virtual time, such as 1.5s"},
    {OPT_QUIET, "--quiet", NULL, "no ladder; only what failed"},
};

struct run {
    struct cli_view view;
    const char *trace;  /* NULL: none */
    const char *pcapng; /* NULL: none */
    bool quiet;
    vtime until;
    struct verdict_again again;
    struct lesson_set *set;
};

static bool add_set(struct run *r, const char *argument)
{
    r->set = realloc(r->set, (r->again.n_sets + 1) * sizeof *r->set);
    CHECK(r->set && "out of memory");
    r->set[r->again.n_sets++] = (struct lesson_set){argument};
    r->again.set = r->set;
    return true;
}

/* Takes one option; false: reported. */
static bool take(struct run *r, int id, const char *value)
{
    const char *wrong;

    switch (id) {
    case OPT_TRACE: r->trace = value; return true;
    case OPT_PCAPNG: r->pcapng = value; return true;
    case OPT_SEED:
        r->again.has_seed = true;
        return cli_number("--seed", value, 0, UINT64_MAX, &r->again.seed);
    case OPT_SET: return add_set(r, value);
    case OPT_UNTIL:
        r->again.until = value;
        wrong = units_time(value, &r->until);
        if (wrong)
            cli_error("run", "--until: '%s': %s", value, wrong);
        return !wrong;
    case OPT_QUIET: r->quiet = true; return true;
    default: return cli_view_option(&r->view, id, value) >= 0;
    }
}

static void print_verdict(const struct grade *g)
{
    if (!g->n)
        puts(tr("The lesson expects nothing."));
    else if (g->failed)
        printf(tr("%zu of %zu expectations not met."), g->failed, g->n);
    else
        printf(tr("All %zu expectations met."), g->n);
    if (g->n)
        putchar('\n');
}

/* Whether standard output is taken by this file; then there is no ladder. */
static bool to_output(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

/* The run has ended: the ladder, then the verdict. */
static int report(struct run *r, struct session *s, const struct grade *g)
{
    bool shown = !r->quiet && !to_output(r->trace) && !to_output(r->pcapng);
    struct sbuf wrong = SBUF_INIT;
    bool cut = r->again.until && session_end(s) == RUN_UNTIL && g->failed;
    enum verdict verdict;

    if (shown) {
        struct ladder_options o = cli_ladder_options(&r->view);

        (void)ladder_print(stdout, session_header(s), session_log(s), &o); /* a failure is found at the end */
        putchar('\n');
        fflush(stdout); /* what failed comes after it, where both go to one terminal */
    }
    verdict = verdict_of(s, g, &r->again, &wrong);
    if (cut) { /* each of them would be told of what was not given the time to happen */
        fprintf(shown ? stdout : stderr, tr("Cut by --until: %zu of %zu expectations not met by then."),
                g->failed, g->n);
        fputc('\n', shown ? stdout : stderr);
    } else {
        (void)sbuf_flush(&wrong, stderr);
        if (shown)
            print_verdict(g);
    }
    sbuf_free(&wrong);
    return verdict == VERDICT_WELL ? CLI_WELL : verdict == VERDICT_FAILED ? CLI_FAILED : CLI_INTERNAL;
}

/* The run as a capture file; false: reported. */
static bool write_capture(const struct run *r, const struct trace_header *h, const struct log *log)
{
    struct cli_file to;

    if (!r->pcapng)
        return true;
    if (!cli_file_open(&to, r->pcapng))
        return false;
    (void)pcapng_write(to.f, h, log); /* a failure is found at the end */
    return cli_file_close(&to);
}

static int run_session(struct run *r, struct session *s)
{
    struct trace_writer *w = NULL;
    struct grade g;
    struct diag d;
    int status;

    if (r->trace) {
        w = trace_writer_open(r->trace, session_header(s), &d);
        if (!w) {
            diag_print(stderr, &d);
            return CLI_USAGE;
        }
        session_add_sink(s, trace_writer_sink(w));
    }
    session_finish(s, &g);
    if (!trace_writer_close(w, &d)) {
        diag_print(stderr, &d);
        status = CLI_USAGE;
    } else if (session_end(s) == RUN_STOPPED) {
        cli_error("run", "interrupted");
        status = CLI_INTERRUPTED;
    } else if (!write_capture(r, session_header(s), session_log(s))) {
        status = CLI_USAGE;
    } else {
        status = report(r, s, &g);
    }
    grade_free(&g);
    return status;
}

/* What cannot be run, or would be lost by running it; true: reported. */
static bool refused(const struct run *r, const char *path)
{
    const char *const to[] = {r->trace, r->pcapng};
    static const char *const option[] = {"--trace", "--pcapng"};
    struct stat lesson, file;

    if (pkt_is_script(path) && (r->again.n_sets || r->again.until)) {
        cli_error("run", "%s: --set and --until are for lessons, not for packetdrill scripts", path);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(to); i++)
        if (to[i] && stat(path, &lesson) == 0 && stat(to[i], &file) == 0 && lesson.st_dev == file.st_dev &&
            lesson.st_ino == file.st_ino) {
            cli_error("run", "%s: %s is the lesson itself", option[i], to[i]);
            return true;
        }
    if (to_output(r->trace) && to_output(r->pcapng)) {
        cli_error("run", "only one of --trace and --pcapng can go to standard output");
        return true;
    }
    return false;
}

/* The script has been run: trace, capture, ladder, then what went wrong. */
static int report_script(const struct run *r, const struct pkt_run *p, const struct sbuf *wrong, int status)
{
    bool shown = !r->quiet && !to_output(r->trace) && !to_output(r->pcapng);
    struct diag d;

    if (r->trace && !pkt_write_trace(p, r->trace, &d)) {
        diag_print(stderr, &d);
        return CLI_USAGE;
    }
    if (!write_capture(r, pkt_run_header(p), pkt_run_log(p)))
        return CLI_USAGE;
    if (shown) {
        struct ladder_options o = cli_ladder_options(&r->view);

        (void)ladder_print(stdout, pkt_run_header(p), pkt_run_log(p), &o); /* a failure is found at the end */
        putchar('\n');
        if (status == CLI_WELL)
            puts(tr("All went as the script says."));
        fflush(stdout);
    }
    fwrite(wrong->s ? wrong->s : "", 1, wrong->len, stderr);
    return status;
}

static int run_script(const struct run *r, const char *path)
{
    struct pkt_verdict_options o = {
        .run = {.seed = r->again.has_seed ? r->again.seed : 1, .stop = cli_catch_interrupts()}};
    struct sbuf wrong = SBUF_INIT;
    struct pkt_run *p;
    struct script *s;
    int status = cli_pkt_status(pkt_load_and_run(path, &o, &s, &p, &wrong));

    if (p)
        status = report_script(r, p, &wrong, status);
    else
        (void)sbuf_flush(&wrong, stderr);
    pkt_run_free(p);
    script_free(s);
    sbuf_free(&wrong);
    return status;
}

static int run_lesson(struct run *r, const char *word)
{
    struct session_options o = {.has_seed = r->again.has_seed, .seed = r->again.seed, .until = r->until};
    char *path = cli_find_lesson("run", word);
    int status = CLI_USAGE;
    struct lesson *l;
    struct session *s;
    struct diag d;

    if (!path)
        return CLI_USAGE;
    r->again.path = path;
    if (refused(r, path)) {
        free(path);
        return CLI_USAGE;
    }
    if (pkt_is_script(path)) {
        status = run_script(r, path);
        free(path);
        return status;
    }
    l = lesson_load(path, r->set, r->again.n_sets, &d);
    if (l) {
        o.has_until = r->again.until != NULL;
        if (!r->pcapng && (r->quiet || to_output(r->trace)))
            o.kinds = lesson_grade_kinds(l);
        o.stop = cli_catch_interrupts();
        s = session_open(l, &o);
        if (s)
            status = run_session(r, s);
        else
            cli_error("run", "%s: not enough memory", path);
        session_close(s);
        lesson_free(l);
    } else {
        diag_print(stderr, &d);
    }
    free(path);
    return status;
}

static int run(struct cli_args *a)
{
    struct run r = {.trace = NULL};
    const char *value;
    int id, status = CLI_USAGE;

    while ((id = cli_next(a, &value)) > 0)
        if (!take(&r, id, value))
            goto out;
    status = id == CLI_STOP ? a->status : CLI_USAGE;
    if (id == CLI_END && cli_words(a, 1, 1) && cli_language(r.view.lang))
        status = run_lesson(&r, a->argv[0]);
out:
    free(r.set);
    return status;
}

const struct cli_command cli_run = {
    .name = "run",
    .synopsis = "[OPTION]... LESSON",
    .summary = "Run one lesson, print its ladder, judge its expectations",
    .more =
        "LESSON is a file, - for standard input, or the name of a lesson that tcplab list shows; a file "
        "*.pkt is\n"
        "a packetdrill script (see tcplab help pkt).\n"
        "Exits with 0 if all went as expected, 1 if not or if a limit was reached, 2 if the lesson cannot be "
        "read.\n",
    .option = options,
    .n_options = sizeof options / sizeof *options,
    .view = CLI_LADDER,
    .run = run,
};
