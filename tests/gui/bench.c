/* How long the window's frames take: `make bench-gui` prints a JSON line for each size and document.
 *
 *     bench FILE...      lessons or traces; software drawing into memory, no display
 *
 * frame: median and 99th percentile of what a playing frame takes, in microseconds; beat: the slowest one;
 * redraw: everything anew; first: from opening the file to the first picture. */
#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "gui/app.h"
#include "sim/report/i18n.h"

enum { FRAMES = 1500 };

static int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static void measure(const char *path, int width, int height)
{
    struct app_options o = {.width = width, .height = height, .lang = FIGURE_BOTH};
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    static int64_t took[FRAMES];
    int64_t from = now(), first, redraw;
    struct rusage use;
    struct app a;
    int n = 0;

    app_init(&a, &o);
    if (!app_open(&a, path)) {
        diag_print(stderr, &a.diag);
        exit(2);
    }
    scene_frame(&a, s);
    first = now() - from;
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
    qsort(took, (size_t)n, sizeof *took, compare);
    getrusage(RUSAGE_SELF, &use);
    printf("{\"file\": \"%s\", \"size\": \"%dx%d\", \"frames\": %d, \"frame_us\": {\"median\": %ld, \"p99\": "
           "%ld, \"most\": %ld}, "
           "\"redraw_us\": %ld, \"first_us\": %ld, \"memory_kb\": %ld}\n",
           path, width, height, n, (long)(took[n / 2] / 1000), (long)(took[n * 99 / 100] / 1000),
           (long)(took[n - 1] / 1000), (long)(redraw / 1000), (long)(first / 1000), use.ru_maxrss);
    app_free(&a);
    cairo_surface_destroy(s);
}

int main(int argc, char **argv)
{
    i18n_init("en", NULL);
    for (int i = 1; i < argc; i++) {
        measure(argv[i], 1920, 1080);
        measure(argv[i], 3840, 2160);
    }
    return 0;
}
