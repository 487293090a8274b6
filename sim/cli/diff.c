#include "sim/cli/cli.h"

#include <string.h>

#include "sim/report/trace_diff.h"

static int run(struct cli_args *a)
{
    struct cli_view view = {.lang = NULL};
    struct trace_file *t[2] = {NULL, NULL};
    const char *value;
    struct diag d;
    int id, status = CLI_USAGE;

    while ((id = cli_next(a, &value)) > 0)
        (void)cli_view_option(&view, id, value);
    if (id == CLI_STOP)
        return a->status;
    if (!cli_words(a, 2, 2) || !cli_language(view.lang))
        return CLI_USAGE;
    if (strcmp(a->argv[0], "-") == 0 && strcmp(a->argv[1], "-") == 0) {
        cli_error("diff", "only one of the two can be standard input");
        return CLI_USAGE;
    }
    for (int i = 0; i < 2; i++) {
        t[i] = trace_read(a->argv[i], &d);
        if (!t[i]) {
            diag_print(stderr, &d);
            break;
        }
    }
    if (t[0] && t[1])
        status = trace_diff(stdout, a->argv[0], t[0], a->argv[1], t[1]) ? CLI_WELL : CLI_FAILED;
    trace_file_free(t[0]);
    trace_file_free(t[1]);
    return status;
}

const struct cli_command cli_diff = {
    .name = "diff",
    .synopsis = "[OPTION]... A B",
    .summary = "Say where two traces first part, and what caused that",
    .more = "Exits with 0 if their records are the same, with 1 if not.\n",
    .view = CLI_LANG,
    .run = run,
};
