/* tcplab: which subcommand is meant, and what becomes of its exit status. */
#define _XOPEN_SOURCE 700 /* _exit */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/cli.h"
#include "sim/core/base.h"
#include "sim/core/version.h"
#include "sim/json/json.h"

static const struct cli_command *const commands[] = {
    &cli_run,  &cli_batch,   &cli_show, &cli_diff, &cli_check,
    &cli_list, &cli_explain, &cli_fsm,  &cli_draw, &cli_pkt,
};

static const struct cli_command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static void usage(FILE *out)
{
    fputs("usage: tcplab COMMAND [OPTION]... [ARGUMENT]...\n\n"
          "Watch TCP think: a deterministic network simulator for teaching.\n\ncommands:\n",
          out);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("  help       What a command does and which options it takes\n\n"
          "tcplab help COMMAND, or tcplab COMMAND --help, says more; --version says which tcplab this is.\n",
          out);
}

static int unknown(const char *word)
{
    static const char *const more[] = {"help", "--help", "--version"};
    const char *names[ARRAY_LEN(commands) + ARRAY_LEN(more)], *near;
    const char *what = word[0] == '-' ? "option" : "command";
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        names[n++] = commands[i]->name;
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        names[n++] = more[i];
    near = json_nearest(word, names, n);
    if (near)
        cli_error(NULL, "unknown %s '%s'; did you mean %s?", what, word, near);
    else
        cli_error(NULL, "unknown %s '%s'; see tcplab help", what, word);
    return CLI_USAGE;
}

static int help(int argc, char **argv)
{
    if (argc == 0 || strcmp(argv[0], "help") == 0) {
        usage(stdout);
        return CLI_WELL;
    }
    if (!find(argv[0]))
        return unknown(argv[0]);
    cli_help(stdout, find(argv[0]));
    return CLI_WELL;
}

static int dispatch(int argc, char **argv)
{
    struct cli_args a = {.command = NULL};

    if (argc < 2) {
        cli_error(NULL, "no command was given; see tcplab help");
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "help") == 0)
        return help(argc - 2, argv + 2);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(0, NULL);
    if (strcmp(argv[1], "--version") == 0) {
        puts("tcplab " TCPLAB_VERSION);
        return CLI_WELL;
    }
    a.command = find(argv[1]);
    if (!a.command)
        return unknown(argv[1]);
    a.argc = argc - 1;
    a.argv = argv + 1;
    return a.command->run(&a);
}

/* A failed check has said what it has to say; 3 means that it is our fault. */
static void on_abort(int signal_number)
{
    (void)signal_number;
    _exit(CLI_INTERNAL);
}

int main(int argc, char **argv)
{
    int status;

    signal(SIGABRT, on_abort);
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of writing like any other, and is reported */
    status = dispatch(argc, argv);
    if (!cli_flush() && status == CLI_WELL)
        status = CLI_USAGE;
    return status;
}
