/* tcplab-gui: the window on a lesson or a trace; with --screenshot a picture of it. */
#define _XOPEN_SOURCE 700 /* _exit */
#include <SDL.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gui/ask.h"
#include "gui/window.h"
#include "sim/core/version.h"
#include "sim/lesson/units.h"
#include "sim/report/i18n.h"
#include "sim/run/lessons.h"

enum { EXIT_WELL = 0, EXIT_BAD_USAGE = 2, EXIT_OURS = 3 };
enum { PATIENCE = 40 }; /* ms */
enum { LEAST_WIDTH = 640, LEAST_HEIGHT = 400, MOST = 16384 };

struct arguments {
    struct app_options o;
    const char *file, *screenshot, *state;
    vtime at; /* VTIME_NEVER: not given */
    bool fullscreen, audience, sized;
    int status;
};

static void complain(const char *what, const char *value, const char *expected)
{
    fprintf(stderr, "tcplab-gui: %s: '%s': %s\n", what, value, expected);
}

static const char usage[] =
    "usage: tcplab-gui [OPTION]... [FILE]\n\n"
    "Show a lesson or a trace in a window; without FILE, the lessons to choose from.\n\n"
    "options:\n"
    "  --at TIME              begin at this virtual time, such as 1290ms\n"
    "  --theme NAME           light, dark or projector\n"
    "  --lang LANGUAGE        en, zh-Hant or both\n"
    "  --size WxH             of the window, in pixels, such as 1280x720\n"
    "  --fullscreen           take the whole screen\n"
    "  --audience             open a second window for the audience, too\n"
    "  --screenshot FILE.png  write a picture of the window and leave; needs no display\n"
    "  --state FILE           keep in FILE, after each frame, what is shown as lines of key=value\n"
    "  -h, --help             this\n"
    "  --version              which tcplab-gui this is\n\n"
    "In the window, ? shows all keys.\n";

static bool take_size(const char *value, struct app_options *o)
{
    char *end;
    unsigned long w = strtoul(value, &end, 10), h = 0;

    if (*end == 'x' && end[1] >= '0' && end[1] <= '9')
        h = strtoul(end + 1, &end, 10);
    if (*value < '0' || *value > '9' || *end || w < LEAST_WIDTH || h < LEAST_HEIGHT || w > MOST || h > MOST) {
        complain("--size", value, "expected WIDTHxHEIGHT, at least 640x400 and at most 16384x16384");
        return false;
    }
    o->width = (int)w;
    o->height = (int)h;
    return true;
}

static bool take_option(struct arguments *args, int id, const char *value)
{
    const char *wrong;
    int i;

    switch (id) {
    case 'a':
        wrong = units_time(value, &args->at);
        if (wrong)
            complain("--at", value, wrong);
        return !wrong;
    case 't':
        i = theme_find(value);
        args->o.theme = (enum theme_id)(i < 0 ? 0 : i);
        if (i < 0)
            complain("--theme", value, "expected light, dark or projector");
        return i >= 0;
    case 'l':
        i = figure_lang_find(value);
        args->o.lang = (enum figure_lang)(i < 0 ? 0 : i);
        if (i < 0)
            complain("--lang", value, "expected en, zh-Hant or both");
        return i >= 0;
    case 's': args->sized = true; return take_size(value, &args->o);
    case 'd': args->state = value; return true;
    case 'p': args->screenshot = value; return true;
    case 'f': args->fullscreen = true; return true;
    case 'u': args->audience = true; return true;
    default: return false;
    }
}

/* False: the program ends with args->status. */
static bool parse(int argc, char **argv, struct arguments *args)
{
    static const struct option options[] = {
        {"at", required_argument, NULL, 'a'},
        {"theme", required_argument, NULL, 't'},
        {"lang", required_argument, NULL, 'l'},
        {"size", required_argument, NULL, 's'},
        {"screenshot", required_argument, NULL, 'p'},
        {"fullscreen", no_argument, NULL, 'f'},
        {"state", required_argument, NULL, 'd'},
        {"audience", no_argument, NULL, 'u'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int id;

    args->status = EXIT_BAD_USAGE;
    opterr = 0;
    while ((id = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (id == 'h' || id == 'v') {
            fputs(id == 'h' ? usage : "tcplab-gui " TCPLAB_VERSION "\n", stdout);
            args->status = fflush(stdout) == 0 ? EXIT_WELL : EXIT_BAD_USAGE;
            return false;
        }
        if (id == ':' || id == '?') {
            complain("option", argv[optind - 1],
                     id == ':' ? "needs a value" : "unknown; see tcplab-gui --help");
            return false;
        }
        if (!take_option(args, id, optarg))
            return false;
    }
    if (argc - optind > 1) {
        complain("argument", argv[optind + 1], "one file at most");
        return false;
    }
    args->file = argv[optind];
    return true;
}

/* ---- what it does ---- */

static int screenshot(struct app *a, const char *path)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, a->scene.width, a->scene.height);
    cairo_status_t status;

    scene_frame(a, s);
    status = cairo_surface_write_to_png(s, path);
    cairo_surface_destroy(s);
    if (status == CAIRO_STATUS_SUCCESS)
        return EXIT_WELL;
    complain("--screenshot", path, errno ? strerror(errno) : cairo_status_to_string(status));
    return EXIT_BAD_USAGE;
}

/* Lets panels make what they make bit by bit. */
static void settle(struct app *a)
{
    enum { MOST_TICKS = 500 };

    scene_update(a);
    for (int i = 0; i < MOST_TICKS && scene_tick(a, 0); i++)
        ;
}

/* What was shown, for tests. */
static int write_state(const struct app *a, const char *path)
{
    struct sbuf b = SBUF_INIT;
    struct diag d = {0};
    bool well;

    app_describe(a, &b);
    for (int i = 0; i < PANEL_COUNT; i++)
        for (size_t k = 0; a->scene.place[i].shown && k < a->scene.place[i].n_widgets; k++) {
            const struct widget *w = &a->scene.place[i].widget[k];

            sbuf_printf(&b, "widget %s=%d %d\n", w->id.name, (int)(w->r.x + w->r.w / 2),
                        (int)(w->r.y + w->r.h / 2));
        }
    well = ask_write(path, &b, &d);
    if (!well)
        complain("--state", path, d.message);
    sbuf_free(&b);
    return well ? EXIT_WELL : EXIT_BAD_USAGE;
}

struct state_file {
    const struct app *app;
    const char *path;
    int status;
};

static void keep_state(void *with)
{
    struct state_file *f = with;

    if (f->status == EXIT_WELL) /* complains once */
        f->status = write_state(f->app, f->path);
}

static int window(struct app *a, const char *state)
{
    struct state_file file = {a, state, EXIT_WELL};
    const char *error = NULL;
    struct window *w = window_open(a, &error);

    if (!w) {
        fprintf(stderr, "tcplab-gui: no window: %s; --screenshot needs none\n", error);
        return EXIT_BAD_USAGE;
    }
    window_run(w, state ? keep_state : NULL, &file);
    window_close(w);
    return file.status;
}

static int run(struct arguments *args)
{
    struct app a;
    char *recent = args->screenshot ? NULL : recent_place();
    int status;

    args->o.recent = recent;
    args->o.patience = args->screenshot ? 0 : PATIENCE;
    app_init(&a, &args->o);
    a.fullscreen = args->fullscreen;
    a.audience = args->audience;
    if (args->file && !app_open_at(&a, args->file, args->at != VTIME_NEVER ? args->at : 0)) {
        diag_print(stderr, &a.diag);
        app_free(&a);
        free(recent);
        return EXIT_BAD_USAGE;
    }
    if (args->screenshot)
        settle(&a);
    status = args->screenshot ? screenshot(&a, args->screenshot) : window(&a, args->state);
    if (args->state && status == EXIT_WELL)
        status = write_state(&a, args->state);
    app_free(&a);
    free(recent);
    return status;
}

/* A failed check has said what it has to say; 3 means that it is our fault. */
static void on_abort(int signal_number)
{
    (void)signal_number;
    _exit(EXIT_OURS);
}

int main(int argc, char **argv)
{
    struct arguments args = {.o = {.width = 1920, .height = 1080}, .at = VTIME_NEVER};

    signal(SIGABRT, on_abort);
    if (!setlocale(LC_CTYPE, "C.UTF-8")) /* else SDL cannot give the window a Chinese title */
        setlocale(LC_CTYPE, "");
    i18n_init(NULL, TCPLAB_LOCALEDIR);
    args.o.lang = strcmp(i18n_language(), i18n_languages[1]) == 0 ? FIGURE_ZH : FIGURE_EN;
    if (!parse(argc, argv, &args))
        return args.status;
    return run(&args);
}
