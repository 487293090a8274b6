#ifdef TCPLAB_CAIRO
#define _XOPEN_SOURCE 700 /* pipe, fork, sigaction */
#include "sim/cli/film.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/cli/cli.h"

enum { ARGUMENTS = 40, SAMPLES = 12, BAR = 30 };

struct encoder {
    pid_t pid;
    int to; /* frames go in here */
};

struct job {
    const char *path; /* as the user named it */
    struct film *film;
    const struct film_options *o;
    const volatile sig_atomic_t *stop;
    bool bar;
    int percent; /* shown last */
};

/* ---- the encoder ---- */

/* In the child: what cannot be done is told through `say`. */
static _Noreturn void become(const char *const *argv, int in, int say)
{
    int wrong;

    if (dup2(in, STDIN_FILENO) >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) {
        signal(SIGPIPE, SIG_DFL);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
    }
    wrong = errno;
    if (write(say, &wrong, sizeof wrong) < 0)
        _exit(126);
    _exit(127);
}

static bool pipe_of_ours(int end[2])
{
    if (pipe(end) != 0)
        return false;
    fcntl(end[0], F_SETFD, FD_CLOEXEC);
    fcntl(end[1], F_SETFD, FD_CLOEXEC);
    return true;
}

/* False: reported. */
static bool encoder_start(struct encoder *e, const char *const *argv)
{
    int frames[2], said[2], wrong = 0;
    ssize_t n;

    if (!pipe_of_ours(frames))
        goto refused;
    if (!pipe_of_ours(said)) {
        close(frames[0]);
        close(frames[1]);
        goto refused;
    }
    e->pid = fork();
    if (e->pid == 0)
        become(argv, frames[0], said[1]);
    close(frames[0]);
    close(said[1]);
    n = e->pid < 0 ? 0 : read(said[0], &wrong, sizeof wrong);
    close(said[0]);
    if (e->pid > 0 && n != (ssize_t)sizeof wrong) { /* it runs */
        e->to = frames[1];
        return true;
    }
    close(frames[1]);
    if (e->pid > 0)
        waitpid(e->pid, NULL, 0);
    if (e->pid > 0 && wrong == ENOENT) {
        cli_error("draw", "films are made by ffmpeg, which was not found; install it, or draw .png pictures");
        return false;
    }
    errno = wrong ? wrong : errno;
refused:
    cli_error("draw", "ffmpeg cannot be started: %s", strerror(errno));
    return false;
}

/* False: the encoder does not listen any more. */
static bool encoder_feed(const struct encoder *e, const unsigned char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t k = write(e->to, bytes, n);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        bytes += k;
        n -= (size_t)k;
    }
    return true;
}

/* Waits for its end; false: it failed. */
static bool encoder_end(struct encoder *e)
{
    int status = 0;

    close(e->to);
    while (waitpid(e->pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void encoder_stop(struct encoder *e)
{
    kill(e->pid, SIGTERM);
    (void)encoder_end(e);
}

/* ---- frames ---- */

static void progress(struct job *j, size_t done)
{
    size_t all = film_frames(j->film);
    int percent = (int)(done * 100 / all), full = percent * BAR / 100;

    if (!j->bar || percent == j->percent)
        return;
    j->percent = percent;
    fprintf(stderr, "\r%.*s%*s %3d%%  %zu/%zu ", full, "##############################", BAR - full, "",
            percent, done, all);
    if (done == all)
        fprintf(stderr, "\r%*s\r", BAR + 40, "");
    fflush(stderr);
}

static int interrupted(struct job *j, struct encoder *e)
{
    encoder_stop(e);
    if (j->bar)
        fputc('\n', stderr);
    cli_error("draw", "interrupted");
    return CLI_INTERRUPTED;
}

/* Gives the encoder every frame, or only some that have seen all colours. */
static int run_encoder(struct job *j, const char *const *argv, bool samples)
{
    size_t all = film_frames(j->film), n = samples && all > SAMPLES ? SAMPLES : all;
    struct encoder e;
    bool listens = true;

    if (!encoder_start(&e, argv))
        return CLI_USAGE;
    for (size_t i = 0; i < n && listens; i++) {
        const unsigned char *frame = film_frame(j->film, n < all ? (i + 1) * (all - 1) / n : i);

        if (j->stop && *j->stop)
            return interrupted(j, &e);
        listens = encoder_feed(&e, frame, film_frame_bytes(j->film));
        if (!samples && listens)
            progress(j, i + 1);
    }
    if (encoder_end(&e) && listens)
        return CLI_WELL;
    if (j->stop && *j->stop) {
        cli_error("draw", "interrupted");
        return CLI_INTERRUPTED;
    }
    cli_error("draw", "%s: ffmpeg could not make it", j->path);
    return CLI_USAGE;
}

/* ---- what ffmpeg is told ---- */

struct arguments {
    const char *a[ARGUMENTS];
    char size[32], fps[16];
    int n;
};

static void say(struct arguments *a, const char *const *words)
{
    for (; *words; words++) {
        CHECK(a->n + 1 < ARGUMENTS);
        a->a[a->n++] = *words;
    }
    a->a[a->n] = NULL;
}

/* Frames come in on standard input. Nothing that changes from run to run goes into the file. */
static void say_input(struct arguments *a, const struct film_options *o)
{
    static const uint16_t one = 1;
    const char *format = *(const unsigned char *)&one ? "bgr0" : "0rgb";

    snprintf(a->size, sizeof a->size, "%dx%d", o->width, o->height);
    snprintf(a->fps, sizeof a->fps, "%u", o->fps);
    say(a, (const char *const[]){"ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-f",
                                 "rawvideo", "-pixel_format", format, "-video_size", a->size, "-framerate",
                                 a->fps, "-i", "pipe:0", NULL});
}

static void say_output(struct arguments *a, const char *format, const char *path)
{
    say(a, (const char *const[]){"-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags",
                                 "+bitexact", "-f", format, path, NULL});
}

static int make_mp4(struct job *j, const char *to)
{
    struct arguments a = {.n = 0};

    say_input(&a, j->o);
    say(&a, (const char *const[]){"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt",
                                  "yuv420p", "-movflags", "+faststart", NULL});
    say_output(&a, "mp4", to);
    return run_encoder(j, a.a, false);
}

/* Two passes: the colours of some frames first, then all frames in them. */
static int make_gif(struct job *j, const char *to)
{
    struct arguments a = {.n = 0}, b = {.n = 0};
    struct cli_file palette;
    int status;

    if (!cli_file_open(&palette, j->path) || !palette.temporary)
        return CLI_USAGE;
    say_input(&a, j->o);
    say(&a, (const char *const[]){"-vf", "palettegen=stats_mode=full:reserve_transparent=0", "-frames:v", "1",
                                  "-update", "1", "-c:v", "png", NULL});
    say_output(&a, "image2", palette.temporary);
    status = run_encoder(j, a.a, true);
    if (status == CLI_WELL) {
        say_input(&b, j->o);
        say(&b, (const char *const[]){"-f", "png_pipe", "-i", palette.temporary, "-lavfi",
                                      "paletteuse=dither=none:diff_mode=rectangle", NULL});
        say_output(&b, "gif", to);
        status = run_encoder(j, b.a, false);
    }
    cli_file_drop(&palette);
    return status;
}

int film_save(const char *path, bool gif, const struct trace_header *h, const struct log *log,
              const struct film_options *o, const volatile sig_atomic_t *stop)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    struct job j = {.path = path, .o = o, .stop = stop, .bar = isatty(STDERR_FILENO) != 0, .percent = -1};
    struct cli_file file;
    int status;

    if (!cli_file_open(&file, path))
        return CLI_USAGE;
    if (!file.temporary) {
        cli_error("draw", "-o %s: a film can only be written to a file", path);
        cli_file_drop(&file);
        return CLI_USAGE;
    }
    sigaction(SIGPIPE, &ignore, &before); /* an encoder that ends early is told by write */
    j.film = film_new(h, log, o);
    status = gif ? make_gif(&j, file.temporary) : make_mp4(&j, file.temporary);
    film_free(j.film);
    sigaction(SIGPIPE, &before, NULL);
    if (status != CLI_WELL)
        cli_file_drop(&file);
    else if (!cli_file_close(&file))
        status = CLI_USAGE;
    return status;
}
#endif
