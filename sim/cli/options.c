#include "sim/cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"
#include "sim/core/sbuf.h"
#include "sim/json/json.h"
#include "sim/report/i18n.h"

#ifndef TCPLAB_LOCALEDIR
#define TCPLAB_LOCALEDIR NULL
#endif

void cli_error(const char *command, const char *fmt, ...)
{
    struct diag d;
    va_list ap;

    va_start(ap, fmt);
    diag_vset(&d, NULL, 0, 0, fmt, ap);
    va_end(ap);
    if (command)
        fprintf(stderr, "tcplab: %s: ", command);
    else
        fputs("tcplab: ", stderr);
    diag_print(stderr, &d);
}

/* ---------------------------------------------------------------- options */

/* What several commands take, and the bit in cli_command.view that says so. */
static const struct {
    unsigned bit;
    struct cli_option option;
} view_options[] = {
    {CLI_LANG,
     {OPT_LANG, "--lang", "LANGUAGE", "en or zh-Hant; otherwise as LC_ALL, LC_MESSAGES or LANG say"}},
    {CLI_LADDER, {OPT_ABSOLUTE, "--absolute", NULL, "sequence numbers as they stand in the segments"}},
    {CLI_LADDER, {OPT_WHY, "--why", NULL, "the clause of the RFC behind each step"}},
    {CLI_WIDTH, {OPT_WIDTH, "--width", "N", "columns of the output; otherwise the terminal's"}},
    {CLI_LADDER, {OPT_COLOR, "--color", "WHEN", "auto, always or never"}},
    {CLI_LADDER, {OPT_ASCII, "--ascii", NULL, "draw with ASCII characters only"}},
};

/* The i-th option of a command, from 0; NULL after the last. */
static const struct cli_option *option_at(const struct cli_command *c, size_t i)
{
    if (i < c->n_options)
        return &c->option[i];
    i -= c->n_options;
    for (size_t k = 0; k < ARRAY_LEN(view_options); k++)
        if ((c->view & view_options[k].bit) == view_options[k].bit && i-- == 0)
            return &view_options[k].option;
    return NULL;
}

static void begin(struct cli_args *a)
{
    const struct cli_option *o;
    char *s = a->shorts;
    size_t n = 0;

    *s++ = ':'; /* a missing value is told from an unknown option */
    *s++ = 'h';
    for (size_t i = 0; (o = option_at(a->command, i)); i++) {
        CHECK(i < CLI_OPTIONS_MAX);
        if (o->name[1] == '-') {
            a->longs[n++] =
                (struct option){o->name + 2, o->value ? required_argument : no_argument, NULL, o->id};
        } else {
            *s++ = o->name[1];
            if (o->value)
                *s++ = ':';
        }
    }
    a->longs[n++] = (struct option){"help", no_argument, NULL, 'h'};
    a->longs[n] = (struct option){NULL, 0, NULL, 0};
    *s = '\0';
    opterr = 0;
    optind = 0; /* getopt begins anew */
    a->begun = true;
}

static void unknown_option(const struct cli_args *a, const char *word)
{
    const char *names[CLI_OPTIONS_MAX + 1], *near;
    const struct cli_option *o;
    char name[64];
    size_t n = 0;

    if (optopt > ' ' &&
        optopt < 0x7f) { /* a letter, one of several in a word perhaps; long options have no such ids */
        cli_error(a->command->name, "unknown option -%c; see tcplab help %s", optopt, a->command->name);
        return;
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    for (size_t i = 0; (o = option_at(a->command, i)); i++)
        if (o->name[1] == '-')
            names[n++] = o->name;
    names[n++] = "--help";
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) { /* known, so it is the "=..." that is wrong */
            cli_error(a->command->name, "option %s takes no value", name);
            return;
        }
    near = json_nearest(name, names, n);
    if (near)
        cli_error(a->command->name, "unknown option %s; did you mean %s?", name, near);
    else
        cli_error(a->command->name, "unknown option %s; see tcplab help %s", name, a->command->name);
}

int cli_next(struct cli_args *a, const char **value)
{
    int id;

    if (!a->begun)
        begin(a);
    id = getopt_long(a->argc, a->argv, a->shorts, a->longs, NULL);
    *value = optarg;
    switch (id) {
    case -1:
        a->argc -= optind;
        a->argv += optind;
        return CLI_END;
    case 'h':
        cli_help(stdout, a->command);
        a->status = CLI_WELL;
        return CLI_STOP;
    case ':':
        cli_error(a->command->name, "option %s needs a value", a->argv[optind - 1]);
        a->status = CLI_USAGE;
        return CLI_STOP;
    case '?':
        unknown_option(a, a->argv[optind - 1]);
        a->status = CLI_USAGE;
        return CLI_STOP;
    default: return id;
    }
}

bool cli_words(const struct cli_args *a, int min, int max)
{
    if (a->argc < min)
        cli_error(a->command->name, "too little was given; usage: tcplab %s %s", a->command->name,
                  a->command->synopsis);
    else if (max >= 0 && a->argc > max)
        cli_error(a->command->name, "'%s' is too much; usage: tcplab %s %s", a->argv[max], a->command->name,
                  a->command->synopsis);
    else
        return true;
    return false;
}

void cli_help(FILE *out, const struct cli_command *c)
{
    const struct cli_option *o;

    fprintf(out, "usage: tcplab %s %s\n\n%s\n", c->name, c->synopsis, c->summary);
    fprintf(out, "\noptions:\n");
    for (size_t i = 0; (o = option_at(c, i)); i++) {
        char left[40];

        snprintf(left, sizeof left, "%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
        fprintf(out, "  %-22s %s\n", left, o->help);
    }
    fprintf(out, "  %-22s %s\n", "-h, --help", "this");
    if (c->more)
        fprintf(out, "\n%s", c->more);
}

bool cli_number(const char *option, const char *value, uint64_t min, uint64_t max, uint64_t *out)
{
    char *end;
    unsigned long long v;

    errno = 0;
    v = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || errno || v < min || v > max) {
        cli_error(NULL, "%s: expected a number from %" PRIu64 " to %" PRIu64 ", not '%s'", option, min, max,
                  value);
        return false;
    }
    *out = v;
    return true;
}

/* ---------------------------------------------------------------- views */

static int colour_of(struct cli_view *v, const char *value)
{
    static const char *const names[] = {"auto", "never", "always"};
    static const enum ladder_colour colours[] = {LADDER_COLOUR_AUTO, LADDER_COLOUR_NEVER,
                                                 LADDER_COLOUR_ALWAYS};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], value) == 0) {
            v->colour = colours[i];
            return 1;
        }
    cli_error(NULL, "--color: expected auto, always or never, not '%s'", value);
    return -1;
}

int cli_view_option(struct cli_view *v, int id, const char *value)
{
    uint64_t n;

    switch (id) {
    case OPT_LANG: v->lang = value; return 1;
    case OPT_ABSOLUTE: v->absolute = true; return 1;
    case OPT_WHY: v->why = true; return 1;
    case OPT_WIDTH:
        if (!cli_number("--width", value, 40, 1000, &n))
            return -1;
        v->width = (int)n;
        return 1;
    case OPT_COLOR: return colour_of(v, value);
    case OPT_ASCII: v->ascii = true; return 1;
    default: return 0;
    }
}

bool cli_language(const char *lang)
{
    const char *near;

    if (lang && !i18n_known(lang)) {
        near = json_nearest(lang, i18n_languages, ARRAY_LEN(i18n_languages));
        if (near)
            cli_error(NULL, "--lang: unknown language '%s'; did you mean %s?", lang, near);
        else
            cli_error(NULL, "--lang: unknown language '%s'; expected en or zh-Hant", lang);
        return false;
    }
    if (!i18n_init(lang, TCPLAB_LOCALEDIR) && lang)
        cli_error(NULL,
                  "no message catalogue of %s was found; only the lesson's own texts are in that language",
                  lang);
    return true;
}

struct ladder_options cli_ladder_options(const struct cli_view *v)
{
    struct ladder_options o = ladder_options(stdout, v->colour);

    if (v->width)
        o.width = v->width;
    o.ascii = v->ascii;
    o.absolute = v->absolute;
    o.why = v->why;
    return o;
}
