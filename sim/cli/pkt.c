#define _XOPEN_SOURCE 700 /* sysconf */
#include "sim/cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/core/sbuf.h"
#include "sim/packetdrill/verdict.h"
#include "sim/run/batch.h"
#include "sim/run/gather.h"
#include "sim/run/results.h"

enum { OPT_DEFINE = 256, OPT_TRACE, OPT_VERBOSE, OPT_DRY, OPT_TAP, OPT_STRICT, OPT_STACK, OPT_SEED };
static const struct cli_option options[] = {
    {OPT_DEFINE, "--define", "NAME=VALUE",
     "a word that #ifdef asks for and the script's text may use; may be "
     "given several times"},
    {OPT_TRACE, "--trace", "FILE", "write the trace (of one script); - : to standard output"},
    {OPT_VERBOSE, "--verbose", NULL, "tell each event as it is carried out"},
    {OPT_DRY, "--dry-run", NULL, "read the scripts, and run nothing"},
    {OPT_TAP, "--tap", NULL, "print the results in the Test Anything Protocol"},
    {'j', "-j", "N", "run so many at once; otherwise as many as there are processors"},
    {OPT_STRICT, "--strict-options", NULL, "TCP options must stand in the order written"},
    {OPT_STACK, "--stack", "NAME",
     "whose habits TCP takes: rfc, linux or freebsd; otherwise the script's own"},
    {OPT_SEED, "--seed", "N", "of the initial sequence numbers"},
};

enum { JOB_SECONDS = 60 };

struct pkt {
    struct gathering scripts;
    struct pkt_verdict_options o;
    const char **define;
    size_t n_defines;
    bool tap;
    uint64_t workers;
    bool output_failed;
};

int cli_pkt_status(enum pkt_verdict v)
{
    switch (v) {
    case PKT_V_PASSED: return CLI_WELL;
    case PKT_V_FAILED: return CLI_FAILED;
    case PKT_V_REFUSED:
    case PKT_V_WRONG: return CLI_USAGE;
    case PKT_V_STOPPED: return CLI_INTERRUPTED;
    case PKT_V_INTERNAL: break;
    }
    return CLI_INTERNAL;
}

enum batch_outcome cli_pkt_outcome(enum pkt_verdict v)
{
    switch (v) {
    case PKT_V_PASSED: return BATCH_PASSED;
    case PKT_V_FAILED: return BATCH_FAILED;
    case PKT_V_REFUSED: return BATCH_SKIPPED;
    case PKT_V_WRONG: return BATCH_REFUSED;
    case PKT_V_STOPPED:
    case PKT_V_INTERNAL: break;
    }
    return BATCH_FAILED;
}

/* ---------------------------------------------------------------- one script */

static int run_one(struct pkt *p, const char *path)
{
    struct sbuf text = SBUF_INIT, account = SBUF_INIT;
    enum pkt_verdict v;

    p->o.run.stop = cli_catch_interrupts();
    v = pkt_judge(path, &p->o, &text, &account, NULL);
    (void)sbuf_flush(&account, p->o.trace && strcmp(p->o.trace, "-") == 0 ? stderr : stdout);
    fflush(stdout);
    (void)sbuf_flush(&text, stderr);
    sbuf_free(&text);
    sbuf_free(&account);
    return cli_pkt_status(v);
}

/* ---------------------------------------------------------------- many */

static void job(void *ctx, size_t i, struct batch_reply *reply)
{
    const struct pkt *p = ctx;
    const struct gathered *item = &p->scripts.item[i];

    if (item->error) {
        sbuf_printf(&reply->text, "%s: %s\n", item->path, item->error);
        reply->outcome = BATCH_REFUSED;
        return;
    }
    reply->outcome = cli_pkt_outcome(pkt_judge(item->path, &p->o, &reply->text, NULL, &reply->time));
}

static void result(void *ctx, size_t i, const struct batch_result *r)
{
    struct pkt *p = ctx;
    struct sbuf out = SBUF_INIT;

    if (p->tap)
        results_tap(&out, i, p->scripts.item[i].path, r);
    else if (r->outcome != BATCH_NOT_RUN)
        results_text(&out, p->scripts.item[i].path, r);
    if (sbuf_flush(&out, stdout) != 0 || fflush(stdout) != 0)
        p->output_failed = true;
    sbuf_free(&out);
}

static int run_many(struct pkt *p)
{
    struct batch_options o = {
        .workers = p->workers ? (unsigned)p->workers : (unsigned)sysconf(_SC_NPROCESSORS_ONLN),
        .time_limit_ms = JOB_SECONDS * 1000,
        .job = job,
        .result = result,
        .ctx = p,
    };
    struct batch_summary summary;
    struct sbuf out = SBUF_INIT;
    int status;

    if (p->tap)
        results_tap_begin(&out, p->scripts.n);
    (void)sbuf_flush(&out, stdout);
    fflush(stdout);
    if (!batch_run(p->scripts.n, &o, &summary)) {
        cli_error("pkt", "cannot run worker processes: %s", strerror(errno));
        return CLI_INTERNAL;
    }
    status = batch_exit_status(&summary);
    if (p->tap)
        results_tap_end(&out, &summary);
    else
        results_text_end(&out, &summary);
    if ((sbuf_flush(&out, stdout) != 0 || p->output_failed) && status != CLI_INTERRUPTED)
        status = CLI_USAGE;
    sbuf_free(&out);
    return status;
}

/* ---------------------------------------------------------------- the command line */

static bool is_name(const char *s, size_t n)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

    return n > 0 && strspn(s, letters) >= n && !(*s >= '0' && *s <= '9');
}

static bool add_define(struct pkt *p, const char *value)
{
    if (!is_name(value, strcspn(value, "="))) {
        cli_error("pkt", "--define: expected NAME=VALUE, where NAME has letters, digits and _, not '%s'",
                  value);
        return false;
    }
    p->define = realloc(p->define, (p->n_defines + 1) * sizeof *p->define);
    CHECK(p->define && "out of memory");
    p->define[p->n_defines++] = value;
    return true;
}

static bool take_stack(struct pkt *p, const char *value)
{
    int stack = pkt_stack_find(value);

    if (stack < 0)
        cli_error("pkt", "--stack: expected rfc, linux or freebsd, not '%s'", value);
    else
        p->o.run.stack = (enum pkt_stack)stack;
    return stack >= 0;
}

/* Takes one option; false: reported. */
static bool take(struct pkt *p, int id, const char *value)
{
    switch (id) {
    case OPT_DEFINE: return add_define(p, value);
    case OPT_TRACE: p->o.trace = value; return true;
    case OPT_VERBOSE: p->o.run.verbose = true; return true;
    case OPT_DRY: p->o.parse_only = true; return true;
    case OPT_TAP: p->tap = true; return true;
    case 'j': return cli_number("-j", value, 1, 256, &p->workers);
    case OPT_STRICT: p->o.run.strict_options = true; return true;
    case OPT_STACK: return take_stack(p, value);
    case OPT_SEED: return cli_number("--seed", value, 0, UINT64_MAX, &p->o.run.seed);
    default: return true;
    }
}

/* A folder's scripts, without its lessons. */
static void only_scripts(struct gathering *g, size_t from)
{
    size_t n = from;

    for (size_t i = from; i < g->n; i++)
        if (g->item[i].script || g->item[i].error)
            g->item[n++] = g->item[i];
        else
            free(g->item[i].path);
    g->n = n;
}

static bool is_folder(const struct gathering *g, size_t from, const char *word)
{
    return g->n != from + 1 || strcmp(g->item[from].path, word) != 0;
}

static bool gather_all(struct pkt *p, const struct cli_args *a)
{
    if (!cli_words(a, 1, -1))
        return false;
    for (int i = 0; i < a->argc; i++) {
        size_t before = p->scripts.n;

        CHECK(gather(&p->scripts, a->argv[i]) && "out of memory");
        if (is_folder(&p->scripts, before, a->argv[i]))
            only_scripts(&p->scripts, before);
        if (p->scripts.n == before) {
            cli_error("pkt", "%s: no packetdrill scripts in this folder", a->argv[i]);
            return false;
        }
    }
    if (p->o.trace && p->scripts.n > 1) {
        cli_error("pkt", "--trace: of one script only");
        return false;
    }
    return true;
}

static int run(struct cli_args *a)
{
    struct pkt p = {.o = {.run = {.seed = 1}}};
    const char *value;
    int id, status = CLI_USAGE;

    while ((id = cli_next(a, &value)) > 0)
        if (!take(&p, id, value))
            goto out;
    p.o.define = p.define;
    p.o.n_defines = p.n_defines;
    if (id == CLI_STOP)
        status = a->status;
    else if (cli_language(NULL) && gather_all(&p, a))
        status = p.scripts.n == 1 && !p.tap && !p.scripts.item[0].error ? run_one(&p, p.scripts.item[0].path)
                                                                        : run_many(&p);
out:
    gathering_free(&p.scripts);
    free(p.define);
    return status;
}

const struct cli_command cli_pkt = {
    .name = "pkt",
    .synopsis = "[OPTION]... SCRIPT...",
    .summary = "Run packetdrill scripts in virtual time, and judge TCP by them",
    .more = "A SCRIPT is a file, - for standard input, or a folder: all *.pkt in it.\n"
            "Exits with 0 if all went as the scripts say, 1 if not, 2 if a script cannot be read or asks for "
            "what\nis not supported (one among others is only skipped).\n",
    .option = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
