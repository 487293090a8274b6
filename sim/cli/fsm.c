#include "sim/cli/cli.h"

#include <stdlib.h>

#include "sim/core/base.h"
#include "sim/json/json.h"
#include "sim/report/fsm_report.h"
#include "sim/report/trace_read.h"

enum { OPT_FORMAT = 256, OPT_COVERAGE };
static const struct cli_option options[] = {
    {OPT_FORMAT, "--format", "FORMAT", "text, dot (for Graphviz) or json"},
    {OPT_COVERAGE, "--coverage", NULL, "count what the TRACEs exercise; say what they do not"},
};

static int coverage(struct cli_args *a, enum fsm_format format, int width)
{
    struct fsm_coverage *c = calloc(1, sizeof *c);

    CHECK(c);
    for (int i = 0; i < a->argc; i++) {
        struct diag d;
        struct trace_file *t = trace_read(a->argv[i], &d);

        if (!t) {
            diag_print(stderr, &d);
            free(c);
            return CLI_USAGE;
        }
        fsm_coverage_add(c, &t->log);
        trace_file_free(t);
    }
    fsm_coverage_print(stdout, format, c, width);
    free(c);
    return CLI_WELL;
}

static int bad_format(const char *value)
{
    static const char *const formats[] = {"text", "dot", "json"};
    const char *near = json_nearest(value, formats, ARRAY_LEN(formats));

    if (near)
        cli_error("fsm", "--format: unknown format '%s'; did you mean %s?", value, near);
    else
        cli_error("fsm", "--format: unknown format '%s'; expected text, dot or json", value);
    return CLI_USAGE;
}

static int run(struct cli_args *a)
{
    struct cli_view view = {.lang = NULL};
    enum fsm_format format = FSM_TEXT;
    bool covered = false;
    const char *value;
    int id, width;

    while ((id = cli_next(a, &value)) > 0) {
        if (id == OPT_FORMAT) {
            if (fsm_format_find(value) < 0)
                return bad_format(value);
            format = (enum fsm_format)fsm_format_find(value);
        } else if (id == OPT_COVERAGE) {
            covered = true;
        } else if (cli_view_option(&view, id, value) < 0) {
            return CLI_USAGE;
        }
    }
    if (id == CLI_STOP)
        return a->status;
    if (!cli_words(a, covered ? 1 : 0, covered ? -1 : 0) || !cli_language(view.lang))
        return CLI_USAGE;
    width = cli_ladder_options(&view).width;
    if (covered)
        return coverage(a, format, width);
    fsm_print(stdout, format, width);
    return CLI_WELL;
}

const struct cli_command cli_fsm = {
    .name = "fsm",
    .synopsis = "[OPTION]... [--coverage TRACE...]",
    .summary = "Print the states of TCP and the named edges between them",
    .option = options,
    .n_options = sizeof options / sizeof *options,
    .view = CLI_LANG | CLI_WIDTH,
    .run = run,
};
