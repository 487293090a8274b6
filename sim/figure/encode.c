#include "sim/figure/encode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS = 40, SAMPLES = 12 };

struct encoder {
    pid_t pid;
    int to; /* frames go in here */
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

/* False: *d says why. */
static bool encoder_start(struct encoder *e, const char *const *argv, struct diag *d)
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
    if (e->pid > 0 && wrong == ENOENT)
        return diag_set(d, NULL, 0, 0,
                        "films are made by ffmpeg, which was not found; install it, or draw .png pictures");
    errno = wrong ? wrong : errno;
refused:
    return diag_set(d, NULL, 0, 0, "ffmpeg cannot be started: %s", strerror(errno));
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

/* Gives the encoder every frame, or only some that have seen all colours. */
static enum encode_end run_encoder(const struct encode_job *j, const char *const *argv, bool samples,
                                   struct diag *d)
{
    size_t all = film_frames(j->film), n = samples && all > SAMPLES ? SAMPLES : all;
    struct encoder e = {0, -1}; /* gcc cannot see that diag_set is always false */
    bool listens = true;

    if (!encoder_start(&e, argv, d))
        return ENCODE_FAILED;
    for (size_t i = 0; i < n && listens; i++) {
        const unsigned char *frame = film_frame(j->film, n < all ? (i + 1) * (all - 1) / n : i);

        if (j->stop && *j->stop) {
            encoder_stop(&e);
            return ENCODE_STOPPED;
        }
        listens = encoder_feed(&e, frame, film_frame_bytes(j->film));
        if (!samples && listens && j->progress)
            j->progress(j->ctx, i + 1, all);
    }
    if (encoder_end(&e) && listens)
        return ENCODE_WELL;
    if (j->stop && *j->stop)
        return ENCODE_STOPPED;
    diag_set(d, j->name, 0, 0, "ffmpeg could not make it");
    return ENCODE_FAILED;
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

static enum encode_end make_mp4(const struct encode_job *j, struct diag *d)
{
    struct arguments a = {.n = 0};

    say_input(&a, j->o);
    say(&a, (const char *const[]){"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt",
                                  "yuv420p", "-movflags", "+faststart", NULL});
    say_output(&a, "mp4", j->to);
    return run_encoder(j, a.a, false, d);
}

/* Two passes: the colours of some frames first, then all frames in them. */
static enum encode_end make_gif(const struct encode_job *j, struct diag *d)
{
    struct arguments a = {.n = 0}, b = {.n = 0};
    enum encode_end end;

    say_input(&a, j->o);
    say(&a, (const char *const[]){"-vf", "palettegen=stats_mode=full:reserve_transparent=0", "-frames:v", "1",
                                  "-update", "1", "-c:v", "png", NULL});
    say_output(&a, "image2", j->palette);
    end = run_encoder(j, a.a, true, d);
    if (end != ENCODE_WELL)
        return end;
    say_input(&b, j->o);
    say(&b, (const char *const[]){"-f", "png_pipe", "-i", j->palette, "-lavfi",
                                  "paletteuse=dither=none:diff_mode=rectangle", NULL});
    say_output(&b, "gif", j->to);
    return run_encoder(j, b.a, false, d);
}

enum encode_end encode_film(const struct encode_job *j, struct diag *d)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    enum encode_end end;

    sigaction(SIGPIPE, &ignore, &before); /* an encoder that ends early is told by write */
    end = j->palette ? make_gif(j, d) : make_mp4(j, d);
    sigaction(SIGPIPE, &before, NULL);
    return end;
}

bool encode_possible(void)
{
    const char *path = getenv("PATH");
    char file[4096];

    while (path && *path) {
        size_t n = strcspn(path, ":");

        snprintf(file, sizeof file, "%.*s/ffmpeg", (int)n, path);
        if (n && n < sizeof file - 8 && access(file, X_OK) == 0)
            return true;
        path += n + (path[n] == ':');
    }
    return false;
}
