#include "sim/cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/sbuf.h"
#include "sim/json/json.h"
#include "sim/lesson/units.h"
#include "sim/run/source.h"

#ifdef TCPLAB_CAIRO
#include "sim/cli/film.h"
#include "sim/figure/export.h"
#include "sim/figure/handout.h"
#include "sim/report/i18n.h"

enum {
    OPT_FIGURE = 256,
    OPT_AT,
    OPT_PACKET,
    OPT_WHOLE,
    OPT_FROM,
    OPT_TO,
    OPT_THEME,
    OPT_DRAW_LANG,
    OPT_SIZE,
    OPT_AXIS,
    OPT_FPS,
    OPT_HANDOUT,
    OPT_DRAW_ABSOLUTE
};
static const struct cli_option options[] = {
    {'o', "-o", "FILE",
     "where to: .svg, .png, .pdf, .mmd (Mermaid), .txt (the ladder), .mp4 or .gif (a film)"},
    {OPT_FIGURE, "--figure", "NAME", "what to draw: sequence, states, header, caption, seqplot or cwnd"},
    {OPT_AT, "--at", "TIME", "the moment to show, such as 240ms; otherwise everything, or the end"},
    {OPT_PACKET, "--packet", "ID", "the segment that is meant, by the id of its record in the trace"},
    {OPT_WHOLE, "--whole", NULL, "states: the whole table, not only what the lesson goes through"},
    {OPT_FROM, "--from", "TIME", "from this virtual time, such as 1s"},
    {OPT_TO, "--to", "TIME", "to this virtual time"},
    {OPT_THEME, "--theme", "NAME", "light, dark or projector"},
    {OPT_DRAW_LANG, "--lang", "LANGUAGE", "en, zh-Hant or both"},
    {OPT_SIZE, "--size", "WxH", "pixels, such as 1920x1080; otherwise as high as it takes"},
    {OPT_AXIS, "--axis", "NAME", "broken (long waits are cut short), linear, or step (one row an instant)"},
    {OPT_FPS, "--fps", "N", "a film's frames a second: 30, in a GIF 20"},
    {OPT_HANDOUT, "--handout", NULL, "a PDF to print: the diagram with blanks, questions, the solution last"},
    {OPT_DRAW_ABSOLUTE, "--absolute", NULL, "sequence numbers as they stand in the segments"},
};

/* What an option is of use for: which figures, and which kinds of file. */
#define AS(f) (1u << (f))
#define PICTURE (AS(FIGURE_SVG) | AS(FIGURE_PNG) | AS(FIGURE_PDF))
#define FILM (AS(FIGURE_MP4) | AS(FIGURE_GIF))
#define SHEET AS(31) /* --handout */
#define CHART (AS(FIGURE_SEQPLOT) | AS(FIGURE_CWND))
#define ANY UINT32_MAX
static const struct use {
    int option;
    uint32_t figures, files;
    const char *where;
} uses[] = {
    {OPT_FPS, ANY, FILM, "films"},
    {OPT_WHOLE, AS(FIGURE_STATES), ANY, "--figure states"},
    {OPT_AT, ANY, PICTURE, "pictures: .svg, .png and .pdf"},
    {OPT_PACKET, AS(FIGURE_SEQUENCE) | AS(FIGURE_HEADER) | CHART, PICTURE,
     "pictures of --figure sequence, header, seqplot and cwnd"},
    {OPT_FROM, ~(AS(FIGURE_HEADER) | AS(FIGURE_CAPTION)), ~AS(FIGURE_TEXT),
     "figures of a stretch of time: sequence, states, seqplot and cwnd, but .txt"},
    {OPT_THEME, ANY, PICTURE | FILM, "pictures and films on a screen"},
    {OPT_SIZE, ANY, PICTURE | FILM, "pictures and films on a screen"},
    {OPT_AXIS, AS(FIGURE_SEQUENCE) | CHART, PICTURE | FILM | SHEET,
     "--figure sequence, seqplot and cwnd, but .mmd and .txt"},
};

struct draw {
    struct figure_options o;
    uint64_t given; /* the options of this command that were given: bit option - OPT_FIGURE */
    const char *to_file, *lang;
    uint64_t fps; /* 0: what suits */
    bool handout;
    const volatile sig_atomic_t *stop;
};

/* One of some names; -1: reported. */
static int choice(const char *option, const char *value, const char *const *names, size_t n)
{
    const char *near;

    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], value) == 0)
            return (int)i;
    near = json_nearest(value, names, n);
    if (near) {
        cli_error(NULL, "%s: unknown name '%s'; did you mean %s?", option, value, near);
    } else {
        struct sbuf b = SBUF_INIT;

        for (size_t i = 0; i < n; i++)
            sbuf_printf(&b, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", names[i]);
        cli_error(NULL, "%s: unknown name '%s'; expected %s", option, value, sbuf_str(&b));
        sbuf_free(&b);
    }
    return -1;
}

static bool take_time(const char *option, const char *value, vtime *out)
{
    const char *wrong = units_time(value, out);

    if (wrong)
        cli_error("draw", "%s: '%s': %s", option, value, wrong);
    return !wrong;
}

static bool take_size(const char *value, struct figure_options *o)
{
    char *end;
    unsigned long w = strtoul(value, &end, 10), h = 0;

    if (*end == 'x' && end[1] >= '0' && end[1] <= '9')
        h = strtoul(end + 1, &end, 10);
    if (*value < '0' || *value > '9' || *end || w < FIGURE_LEAST || h < FIGURE_LEAST || w > FIGURE_MOST ||
        h > FIGURE_MOST) {
        cli_error("draw", "--size: expected WIDTHxHEIGHT, each from %d to %d, not '%s'", FIGURE_LEAST,
                  FIGURE_MOST, value);
        return false;
    }
    o->width = (double)w;
    o->height = (double)h;
    return true;
}

static bool take_figure(const char *value, struct figure_options *o)
{
    const char *names[FIGURE_KINDS];
    int i;

    for (i = 0; i < FIGURE_KINDS; i++)
        names[i] = figure_name((enum figure_kind)i);
    i = choice("--figure", value, names, ARRAY_LEN(names));
    o->figure = (enum figure_kind)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool take_packet(const char *value, struct figure_options *o)
{
    char *end;

    errno = 0;
    o->packet = strtoull(value, &end, 10);
    if (*value >= '0' && *value <= '9' && !*end && o->packet && !errno)
        return true;
    cli_error("draw", "--packet: expected the id of a segment's record, such as 12, not '%s'", value);
    return false;
}

static uint64_t bit_of(int option)
{
    return option >= OPT_FIGURE
               ? UINT64_C(1) << (option == OPT_TO ? OPT_FROM - OPT_FIGURE : option - OPT_FIGURE)
               : 0;
}

/* False: an option was given that this figure or this kind of file has no use for; reported. */
static bool all_of_use(const struct draw *d)
{
    uint32_t file = d->handout ? SHEET : AS(d->o.format);

    for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
        const struct use *u = &uses[i];
        size_t k = 0;

        if (!(d->given & bit_of(u->option)) || ((u->figures & AS(d->o.figure)) && (u->files & file)))
            continue;
        while (options[k].id != u->option)
            k++;
        cli_error("draw", "%s%s is for %s", options[k].name, u->option == OPT_FROM ? " (or --to)" : "",
                  u->where);
        return false;
    }
    return true;
}

/* Takes one option; false: reported. */
static bool take(struct draw *d, int id, const char *value)
{
    static const char *const themes[] = {"light", "dark", "projector"},
                             *const langs[] = {"en", "zh-Hant", "both"},
                             *const axes[] = {"broken", "step", "linear"};
    int i;

    d->given |= bit_of(id);
    switch (id) {
    case 'o': d->to_file = value; return true;
    case OPT_FIGURE: return take_figure(value, &d->o);
    case OPT_AT: return take_time("--at", value, &d->o.at);
    case OPT_WHOLE: d->o.whole = true; return true;
    case OPT_PACKET: return take_packet(value, &d->o);
    case OPT_FROM: return take_time("--from", value, &d->o.from);
    case OPT_TO: return take_time("--to", value, &d->o.to);
    case OPT_THEME:
        i = choice("--theme", value, themes, ARRAY_LEN(themes));
        d->o.theme = (enum theme_id)(i < 0 ? 0 : i);
        return i >= 0;
    case OPT_DRAW_LANG:
        i = choice("--lang", value, langs, ARRAY_LEN(langs));
        d->o.lang = (enum figure_lang)(i < 0 ? 0 : i);
        d->lang = i == FIGURE_BOTH ? "en" : value;
        return i >= 0;
    case OPT_SIZE: return take_size(value, &d->o);
    case OPT_AXIS:
        i = choice("--axis", value, axes, ARRAY_LEN(axes));
        d->o.axis = (enum axis_mode)(i < 0 ? 0 : i);
        return i >= 0;
    case OPT_FPS: return cli_number("--fps", value, 1, 120, &d->fps);
    case OPT_HANDOUT: d->handout = true; return true;
    case OPT_DRAW_ABSOLUTE: d->o.absolute = true; return true;
    default: return false;
    }
}

static int save_film(const struct draw *d, const struct trace_header *h, const struct log *log)
{
    bool gif = d->o.format == FIGURE_GIF;
    int width = d->o.width > 0 ? (int)d->o.width : gif ? 960 : 1280;
    int height = d->o.height > 0 ? (int)d->o.height : gif ? 540 : 720;
    struct film_options o = {.width = width - width % 2,
                             .height = height - height % 2,
                             .fps = d->fps ? (unsigned)d->fps
                                    : gif  ? 20
                                           : 30,
                             .theme = d->o.theme,
                             .lang = d->o.lang,
                             .axis = d->o.axis,
                             .from = d->o.from,
                             .to = d->o.to,
                             .absolute = d->o.absolute};

    return film_save(d->to_file, gif, h, log, &o, d->stop);
}

static const char *print_handout(FILE *f, const struct draw *d, const struct source *s)
{
    size_t n_notes, n_questions;
    const struct source_note *note = source_notes(s, &n_notes);
    const struct source_question *question = source_questions(s, &n_questions);
    struct handout_note *notes = calloc(n_notes + 1, sizeof *notes);
    struct handout_question *questions = calloc(n_questions + 1, sizeof *questions);
    struct handout_options o = {.lang = d->o.lang,
                                .axis = d->o.axis,
                                .from = d->o.from,
                                .to = d->o.to,
                                .absolute = d->o.absolute,
                                .summary = source_summary(s),
                                .note = notes,
                                .n_notes = n_notes,
                                .question = questions,
                                .n_questions = n_questions};
    const char *wrong = "not enough memory";

    for (size_t i = 0; notes && i < n_notes; i++)
        notes[i] = (struct handout_note){note[i].text, note[i].at};
    for (size_t i = 0; questions && i < n_questions; i++) {
        questions[i] = (struct handout_question){question[i].question, question[i].why,
                                                 .n_answers = question[i].n_answers};
        for (unsigned k = 0; k < question[i].n_answers && k < HANDOUT_ANSWERS; k++) {
            questions[i].answer[k].text = question[i].answer[k].text;
            questions[i].answer[k].right = question[i].answer[k].right;
        }
    }
    if (notes && questions)
        wrong = handout_print(f, source_header(s), source_log(s), &o, NULL);
    free(notes);
    free(questions);
    return wrong;
}

static int save(const struct draw *d, const struct source *s)
{
    struct cli_file file;
    const char *wrong;

    if (d->o.format == FIGURE_MP4 || d->o.format == FIGURE_GIF)
        return save_film(d, source_header(s), source_log(s));
    if (!cli_file_open(&file, d->to_file))
        return CLI_USAGE;
    wrong = d->handout ? print_handout(file.f, d, s)
                       : figure_export(file.f, source_header(s), source_log(s), &d->o);
    if (!wrong)
        return cli_file_close(&file) ? CLI_WELL : CLI_USAGE;
    cli_error("draw", "%s: %s", d->to_file, wrong);
    cli_file_drop(&file);
    return CLI_USAGE;
}

static int draw_source(struct draw *d, const char *path)
{
    int status = CLI_INTERRUPTED;
    struct source *s;
    struct diag diag;

    d->stop = cli_catch_interrupts();
    s = source_open(path, d->stop, &diag);
    if (!s) {
        diag_print(stderr, &diag);
        return CLI_USAGE;
    }
    if (source_session(s) && session_end(source_session(s)) == RUN_STOPPED)
        cli_error("draw", "interrupted");
    else
        status = save(d, s);
    source_close(s);
    return status;
}

static int draw(struct draw *d, const char *word)
{
    int status;
    char *path;

    if (!d->to_file) {
        cli_error("draw", "say where to with -o FILE.svg, .png, .pdf, .mmd, .txt, .mp4 or .gif");
        return CLI_USAGE;
    }
    if (!figure_format(d->to_file, &d->o.format)) {
        cli_error("draw", "-o %s: unknown kind of file; expected .svg, .png, .pdf, .mmd, .txt, .mp4 or .gif",
                  d->to_file);
        return CLI_USAGE;
    }
    if (!figure_can(d->o.figure, d->o.format)) {
        cli_error("draw", "-o %s: --figure %s can be .svg, .png or .pdf", d->to_file,
                  figure_name(d->o.figure));
        return CLI_USAGE;
    }
    if (d->handout && (d->o.format != FIGURE_PDF || d->o.figure != FIGURE_SEQUENCE)) {
        cli_error("draw", "--handout is a PDF of the sequence diagram: -o FILE.pdf, and no other --figure");
        return CLI_USAGE;
    }
    if (!all_of_use(d))
        return CLI_USAGE;
    if (d->o.to <= d->o.from) {
        cli_error("draw", "--to must be later than --from");
        return CLI_USAGE;
    }
    if (!cli_language(d->lang))
        return CLI_USAGE;
    if (!d->lang && strcmp(i18n_language(), i18n_languages[1]) == 0)
        d->o.lang = FIGURE_ZH;
    if (source_is_trace(word))
        return draw_source(d, word);
    path = cli_find_lesson("draw", word);
    status = path ? draw_source(d, path) : CLI_USAGE;
    free(path);
    return status;
}

static int run(struct cli_args *a)
{
    struct draw d = {.o = {.to = VTIME_NEVER, .at = VTIME_NEVER}};
    const char *value;
    int id;

    while ((id = cli_next(a, &value)) > 0)
        if (!take(&d, id, value))
            return CLI_USAGE;
    if (id == CLI_STOP)
        return a->status;
    return cli_words(a, 1, 1) ? draw(&d, a->argv[0]) : CLI_USAGE;
}

#else /* built without Cairo */

static const struct cli_option options[] = {{'o', "-o", "FILE", "where to"}};

static int run(struct cli_args *a)
{
    for (int i = 1; i < a->argc; i++)
        if (strcmp(a->argv[i], "--help") == 0) {
            cli_help(stdout, a->command);
            return CLI_WELL;
        }
    cli_error("draw", "this tcplab was built without Cairo and Pango and cannot draw");
    return CLI_USAGE;
}
#endif

const struct cli_command cli_draw = {
    .name = "draw",
    .synopsis = "[OPTION]... -o FILE LESSON|TRACE",
    .summary = "Draw figures and films: SVG, PNG, PDF, Mermaid, text, MP4, GIF",
    .more = "LESSON is a file, - for standard input, or the name of a lesson that tcplab list shows.\n"
            "The same command gives the same bytes. Mermaid's diagrams are lossy: no slanted arrows, no "
            "scale of time. Films need ffmpeg.\n",
    .option = options,
    .n_options = sizeof options / sizeof *options,
    .run = run,
};
