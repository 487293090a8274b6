#define _GNU_SOURCE /* strcasestr */
#include "sim/cli/cli.h"

#include <string.h>

#include "sim/core/sbuf.h"
#include "sim/json/json.h"
#include "sim/report/fsm_report.h"

enum { NAMES_MAX = 512, NAMES_TOLD = 8 };

/* Every name once, in the order of the tables; what is said of each in English. */
static size_t all_names(const char **names, const char **texts)
{
    size_t n = 0;

    for (size_t i = 0; n < NAMES_MAX && (names[n] = fsm_explain_name(i, &texts[n])); i++) {
        size_t k = 0;

        while (k < n && strcmp(names[k], names[n]) != 0)
            k++;
        n += k == n;
    }
    return n;
}

/* Appends the names that contain the word, or of which what is said contains it. */
static size_t put_related(struct sbuf *b, const char *word, const char *const *in, const char *const *names,
                          size_t n)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        if (strcasestr(in[i], word) && ++found <= NAMES_TOLD)
            sbuf_printf(b, "%s%s", found > 1 ? ", " : "", names[i]);
    if (found > NAMES_TOLD)
        sbuf_lit(b, ", ...");
    return found;
}

static int unknown(const char *word)
{
    const char *names[NAMES_MAX + 1], *texts[NAMES_MAX + 1];
    size_t n = all_names(names, texts);
    const char *near = json_nearest(word, names, n);
    struct sbuf related = SBUF_INIT;

    if (near)
        cli_error("explain", "nothing is called '%s'; did you mean %s?", word, near);
    else if (*word && put_related(&related, word, names, names, n))
        cli_error("explain", "nothing is called '%s'; there is %s", word, sbuf_str(&related));
    else if (*word && put_related(&related, word, texts, names, n))
        cli_error("explain", "nothing is called '%s'; it is spoken of in %s", word, sbuf_str(&related));
    else
        cli_error("explain", "nothing is called '%s'; tcplab explain alone lists all names", word);
    sbuf_free(&related);
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
        const char *names[NAMES_MAX + 1], *texts[NAMES_MAX + 1];
        size_t n = all_names(names, texts);

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
