#include "sim/cli/cli.h"

#include <errno.h>
#include <string.h>

#include "sim/report/trace_read.h"

static int run(struct cli_args *a)
{
    struct cli_view view = {.lang = NULL};
    struct ladder_options o;
    struct trace_file *t;
    const char *value;
    struct diag d;
    int id;

    while ((id = cli_next(a, &value)) > 0)
        if (cli_view_option(&view, id, value) < 0)
            return CLI_USAGE;
    if (id == CLI_STOP)
        return a->status;
    if (!cli_words(a, 1, 1) || !cli_language(view.lang))
        return CLI_USAGE;
    t = trace_read(a->argv[0], &d);
    if (!t) {
        diag_print(stderr, &d);
        return CLI_USAGE;
    }
    o = cli_ladder_options(&view);
    (void)ladder_print(stdout, &t->header, &t->log, &o); /* a failure is stdout's, and found at the end */
    trace_file_free(t);
    return CLI_WELL;
}

const struct cli_command cli_show = {
    .name = "show",
    .synopsis = "[OPTION]... TRACE",
    .summary = "Print the ladder of a trace, as run printed it",
    .more = "TRACE may be - for standard input.\n",
    .view = CLI_LADDER,
    .run = run,
};
