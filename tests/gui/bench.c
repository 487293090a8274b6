/* How long the window's frames take: `make bench-gui` prints a JSON line for each size and document.
 *
 *     bench [--large FILE] [FILE...]     lessons or traces; software drawing into memory, no display
 *
 * --large writes a lesson of 100,000 segments to FILE and measures it, too. Times are in microseconds of the
 * window's thread. first: from nothing to the first picture, be it that a file is being opened (what the
 * window waits for, too); opening: of all threads, until it is open, and the slowest frame of the window
 * meanwhile; frame: median, 99th percentile and most of what a playing frame takes; redraw: everything anew;
 * scrub: the slowest frame while the playhead jumps about, with all of the trace in view and with a
 * thousandth of it. */
#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "gui/app.h"
#include "sim/report/i18n.h"

enum { FRAMES = 1500, SCRUBS = 120, PATIENCE = 40 };

static int64_t time_of(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static int64_t now(void)
{
    return time_of(CLOCK_THREAD_CPUTIME_ID);
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* A transfer of 73 MB over a link that loses one packet in a thousand: 50,000 segments there, 50,000 ACKs
 * back. */
static void write_large(const char *path)
{
    static const char text[] =
        "{\"format\": \"tcplab-lesson\", \"version\": 1,\n"
        " \"title\": {\"en\": \"A hundred thousand segments\", \"zh-Hant\": \"十萬個區段\"}, \"summary\": "
        "\"s\",\n"
        " \"hosts\": [{\"name\": \"client\", \"tcp\": {\"snd_buffer\": \"256kB\", \"rcv_buffer\": "
        "\"256kB\"}},\n"
        "  {\"name\": \"server\", \"tcp\": {\"snd_buffer\": \"256kB\", \"rcv_buffer\": \"256kB\","
        " \"delayed_ack\": \"0ms\"}}],\n"
        " \"links\": [{\"between\": [\"client\", \"server\"], \"delay\": \"20ms\", \"rate\": \"50Mbit/s\","
        " \"loss\": \"0.1%\"}],\n"
        " \"apps\": [{\"host\": \"server\", \"script\": [{\"do\": \"listen\", \"port\": 80},\n"
        "   {\"when\": \"closing\", \"do\": \"close\"}]},\n"
        "  {\"host\": \"client\", \"script\": [{\"do\": \"open\", \"to\": \"server\", \"port\": 80},\n"
        "   {\"when\": \"established\", \"do\": \"send\", \"bytes\": 73000000}, {\"do\": \"close\"}]}]}\n";
    FILE *f = fopen(path, "w");

    if (!f || fputs(text, f) == EOF || fclose(f) != 0) {
        perror(path);
        exit(2);
    }
}

/* The slowest frame while the playhead jumps about. */
static int64_t scrub(struct app *a, cairo_surface_t *s)
{
    int64_t most = 0;

    for (int i = 0; i < SCRUBS; i++) {
        int64_t from = now(), took;

        app_seek_shown(a, pace_length(a->doc->pace) / SCRUBS * (i * 37 % SCRUBS));
        app_tick(a, NS_PER_S / 60);
        scene_frame(a, s);
        took = now() - from;
        most = took > most ? took : most;
    }
    return most;
}

/* The slowest frame until the file is open and all of it shown. */
static int64_t open_up(struct app *a, cairo_surface_t *s)
{
    int64_t most = 0;
    bool more = a->opening.loader != NULL;

    while (more) {
        int64_t from = now(), took;

        app_tick(a, NS_PER_S / 60);
        scene_frame(a, s);
        took = now() - from;
        most = took > most ? took : most;
        more = a->opening.loader != NULL || a->scene.turns;
        if (a->opening.loader)
            loader_wait(a->opening.loader, NS_PER_S / 60 / NS_PER_MS);
    }
    return most;
}

static void measure(const char *path, int width, int height)
{
    struct app_options o = {.width = width, .height = height, .lang = FIGURE_BOTH, .patience = PATIENCE};
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    static int64_t took[FRAMES];
    int64_t from = time_of(CLOCK_PROCESS_CPUTIME_ID), own = now(), first, opening, slowest, redraw, far, near;
    struct rusage use;
    struct app a;
    int n = 0;

    app_init(&a, &o);
    if (!app_open(&a, path)) {
        diag_print(stderr, &a.diag);
        exit(2);
    }
    scene_frame(&a, s);
    first = a.opening.loader ? now() - own + PATIENCE * NS_PER_MS : time_of(CLOCK_PROCESS_CPUTIME_ID) - from;
    slowest = open_up(&a, s);
    opening = time_of(CLOCK_PROCESS_CPUTIME_ID) - from;
    command_play(&a, 0);
    for (; n < FRAMES && a.playing; n++) {
        from = now();
        app_tick(&a, NS_PER_S / 60);
        scene_frame(&a, s);
        took[n] = now() - from;
    }
    from = now();
    command_theme(&a, 0);
    scene_frame(&a, s);
    redraw = now() - from;
    a.playing = false;
    far = scrub(&a, s);
    if (app_model(&a)->n_flights > 10000)
        for (int i = 0; i < 31; i++) /* a thousandth */
            command_run(&a, CMD_ZOOM_IN, 0);
    near = scrub(&a, s);
    qsort(took, (size_t)n, sizeof *took, compare);
    getrusage(RUSAGE_SELF, &use);
    printf("{\"file\": \"%s\", \"size\": \"%dx%d\", \"frames\": %d, \"frame_us\": {\"median\": %ld, \"p99\": "
           "%ld, \"most\": %ld}, "
           "\"redraw_us\": %ld, \"scrub_us\": {\"all\": %ld, \"zoomed\": %ld}, \"first_us\": %ld, "
           "\"opening_us\": {\"all\": %ld, \"frame\": %ld}, "
           "\"memory_kb\": %ld}\n",
           path, width, height, n, (long)(took[n / 2] / 1000), (long)(took[n * 99 / 100] / 1000),
           (long)(took[n - 1] / 1000), (long)(redraw / 1000), (long)(far / 1000), (long)(near / 1000),
           (long)(first / 1000), (long)(opening / 1000), (long)(slowest / 1000), use.ru_maxrss);
    app_free(&a);
    cairo_surface_destroy(s);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    i18n_init("en", NULL);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--large") && i + 1 < argc)
            write_large(argv[++i]);
        measure(argv[i], 1920, 1080);
        measure(argv[i], 3840, 2160);
    }
    return 0;
}
