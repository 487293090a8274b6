/* cli: what the subcommands of tcplab share: their table, options, diagnostics, output, finding of lessons.
 *
 * Each subcommand is one file with one `const struct cli_command`. A command returns its exit status; only
 * main exits. Results go to standard output, everything else to standard error. */
#ifndef TCPLAB_CLI_CLI_H
#define TCPLAB_CLI_CLI_H

#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/core/diag.h"
#include "sim/packetdrill/verdict.h"
#include "sim/report/ladder.h"
#include "sim/run/batch.h"
#include "sim/run/lessons.h"

enum cli_status { CLI_WELL = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_INTERNAL = 3, CLI_INTERRUPTED = 130 };

struct cli_option {
    int id;            /* the letter's own code where it is a letter, else 256 or above */
    const char *name;  /* "--trace", or "-j" for one that has only a letter */
    const char *value; /* "FILE"; NULL: none */
    const char *help;
};
#define CLI_OPTIONS_MAX 24

struct cli_args;

struct cli_command {
    const char *name;
    const char *synopsis; /* what follows the name: "[OPTION]... LESSON" */
    const char *summary;  /* one line */
    const char *more;     /* lines below the options; NULL: none */
    const struct cli_option *option;
    size_t n_options;
    unsigned view; /* options shared with others: CLI_LANG ... */
    int (*run)(struct cli_args *a);
};

extern const struct cli_command cli_run, cli_batch, cli_show, cli_diff, cli_check, cli_list, cli_explain,
    cli_fsm, cli_draw, cli_pkt;

/* ---- options ---- */

struct cli_args {
    const struct cli_command *command;
    int argc;
    char **argv; /* after cli_next has come to the end: the words that are no options begin at argv[0] */
    int status;  /* what to exit with when cli_next says CLI_STOP */
    bool begun;
    struct option longs[CLI_OPTIONS_MAX + 2];
    char shorts[2 * CLI_OPTIONS_MAX + 4];
};

enum { CLI_END = 0, CLI_STOP = -1 };
/* The id of the next option, its value in *value; CLI_END: no more options; CLI_STOP: help was printed, or a
 * fault reported. */
int cli_next(struct cli_args *a, const char **value);
/* Checks how many words there are; false: reported. max < 0: any number. */
bool cli_words(const struct cli_args *a, int min, int max);
void cli_help(FILE *out, const struct cli_command *c);

/* Reads a number from min to max; false: reported, with the option's name. */
bool cli_number(const char *option, const char *value, uint64_t min, uint64_t max, uint64_t *out);

/* "tcplab: COMMAND: message" on standard error. */
void cli_error(const char *command, const char *fmt, ...) DIAG_PRINTF(2, 3);

/* ---- what commands that show a ladder have in common ---- */

struct cli_view {
    const char *lang;
    enum ladder_colour colour;
    int width; /* 0: the terminal's */
    bool ascii, absolute, why;
};
/* Which of those options a command takes (cli_command.view): the language; the width; all of them. */
enum { CLI_LANG = 1, CLI_WIDTH = 2, CLI_LADDER = 7 };
enum { /* their ids */
       OPT_LANG = 1000,
       OPT_ABSOLUTE,
       OPT_WHY,
       OPT_WIDTH,
       OPT_COLOR,
       OPT_ASCII
};
/* Takes one of those options. 1: taken, 0: not one of them, -1: its value is wrong, which was reported. */
int cli_view_option(struct cli_view *v, int id, const char *value);
/* Chooses the language; to be called before anything is printed. False: an unknown language, which was
 * reported. */
bool cli_language(const char *lang);
struct ladder_options cli_ladder_options(const struct cli_view *v);

/* ---- output ---- */

/* A file that takes its name only when it is complete. "-": standard output. */
struct cli_file {
    FILE *f;
    char *path, *temporary;
};
bool cli_file_open(struct cli_file *o, const char *path); /* false: reported */
bool cli_file_close(struct cli_file *o); /* false: reported, and the file is as it was before */
void cli_file_drop(struct cli_file *o);  /* instead of closing: the file is as it was before */

/* Whether all that was printed has reached standard output; if not, says why (once). */
bool cli_flush(void);

/* ---- finding lessons ---- */

/* The path of a lesson: a file's, "-", or that of an installed lesson of this name, with or without its
 * number and ".json". To be freed. NULL: there is none, which was reported. */
char *cli_find_lesson(const char *command, const char *word);

/* All lessons that can be found; lessons_free releases them. */
struct lesson_file *cli_lessons(size_t *n);

/* ---- packetdrill scripts ---- */

/* What a batch says of a script. */
enum batch_outcome cli_pkt_outcome(enum pkt_verdict v);
/* What a command exits with after one script. */
int cli_pkt_status(enum pkt_verdict v);

/* ---- interrupts ---- */

/* From now on SIGINT and SIGTERM set a flag, the first time; the second ends the program. */
const volatile sig_atomic_t *cli_catch_interrupts(void);

#endif
