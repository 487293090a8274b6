#include "sim/cli/cli.h"

#include "sim/json/json.h"
#include "sim/report/fsm_report.h"

static int unknown(const char *word)
{
    size_t n;
    const char *const *names = fsm_explain_names(&n);
    const char *near = json_nearest(word, names, n);

    if (near)
        cli_error("explain", "nothing is called '%s'; did you mean %s?", word, near);
    else
        cli_error("explain", "nothing is called '%s'; tcplab explain alone lists all names", word);
    return CLI_USAGE;
}

static int run(struct cli_args *a)
{
    struct cli_view view = {.lang = NULL};
    const char *value;
    int id, width;

    while ((id = cli_next(a, &value)) > 0)
        if (cli_view_option(&view, id, value) < 0)
            return CLI_USAGE;
    if (id == CLI_STOP)
        return a->status;
    if (!cli_language(view.lang))
        return CLI_USAGE;
    width = cli_ladder_options(&view).width;
    if (!a->argc) {
        size_t n;
        const char *const *names = fsm_explain_names(&n);

        for (size_t i = 0; i < n; i++)
            puts(names[i]);
    }
    for (int i = 0; i < a->argc; i++) {
        if (i)
            putchar('\n');
        if (!fsm_explain(stdout, a->argv[i], width))
            return unknown(a->argv[i]);
    }
    return CLI_WELL;
}

const struct cli_command cli_explain = {
    .name = "explain",
    .synopsis = "[OPTION]... [NAME]...",
    .summary = "Say what a clause, an edge or a state means, and where the RFC has it",
    .more = "Without a name: list the names there are.\n",
    .view = CLI_LANG | CLI_WIDTH,
    .run = run,
};
