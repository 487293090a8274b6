#ifdef TCPLAB_CAIRO
#define _XOPEN_SOURCE 700 /* isatty */
#include "sim/cli/film.h"

#include <unistd.h>

#include "sim/cli/cli.h"
#include "sim/figure/encode.h"

enum { BAR = 30 };

struct bar {
    bool shown;
    int percent; /* last */
};

static void progress(void *ctx, size_t done, size_t all)
{
    struct bar *b = ctx;
    int percent = (int)(done * 100 / all), full = percent * BAR / 100;

    if (!b->shown || percent == b->percent)
        return;
    b->percent = percent;
    fprintf(stderr, "\r%.*s%*s %3d%%  %zu/%zu ", full, "##############################", BAR - full, "",
            percent, done, all);
    if (done == all)
        fprintf(stderr, "\r%*s\r", BAR + 40, "");
    fflush(stderr);
}

static int report(enum encode_end end, const struct diag *d, const struct bar *b)
{
    switch (end) {
    case ENCODE_WELL: return CLI_WELL;
    case ENCODE_STOPPED:
        if (b->shown)
            fputc('\n', stderr);
        cli_error("draw", "interrupted");
        return CLI_INTERRUPTED;
    case ENCODE_FAILED: break;
    }
    cli_error("draw", "%s%s%s", d->path, *d->path ? ": " : "", d->message);
    return CLI_USAGE;
}

int film_save(const char *path, bool gif, const struct trace_header *h, const struct log *log,
              const struct film_options *o, const volatile sig_atomic_t *stop)
{
    struct bar bar = {.shown = isatty(STDERR_FILENO) != 0, .percent = -1};
    struct encode_job j = {.o = o, .name = path, .stop = stop, .progress = progress, .ctx = &bar};
    struct cli_file file, palette = {NULL, NULL, NULL};
    struct diag d = {0};
    int status;

    if (!cli_file_open(&file, path))
        return CLI_USAGE;
    if (!file.temporary) {
        cli_error("draw", "-o %s: a film can only be written to a file", path);
        cli_file_drop(&file);
        return CLI_USAGE;
    }
    if (gif && !cli_file_open(&palette, path)) {
        cli_file_drop(&file);
        return CLI_USAGE;
    }
    j.to = file.temporary;
    j.palette = palette.temporary;
    j.film = film_new(h, log, o);
    status = report(encode_film(&j, &d), &d, &bar);
    film_free(j.film);
    if (gif)
        cli_file_drop(&palette);
    if (status != CLI_WELL)
        cli_file_drop(&file);
    else if (!cli_file_close(&file))
        status = CLI_USAGE;
    return status;
}
#endif
