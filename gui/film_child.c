#define _XOPEN_SOURCE 700 /* fork, kill */
#include "gui/film_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/core/base.h"
#include "sim/core/newfile.h"
#include "sim/core/sbuf.h"
#include "sim/figure/encode.h"

struct film_child {
    char *path, *temporary, *palette; /* the last two: NULL: none */
    pid_t pid;                        /* 0: it has ended */
    int from;                         /* what it tells */
    int percent;
    char said[DIAG_MESSAGE_MAX]; /* why it failed */
    size_t n_said;
};

struct telling {
    int to;
    int percent;
};

/* ---- in the child ---- */

/* How far it is: one byte, of 1 to 101; anything after a 0 is why it failed. */
static void tell(void *ctx, size_t done, size_t all)
{
    struct telling *t = ctx;
    int percent = (int)(done * 100 / all);
    unsigned char byte = (unsigned char)(percent + 1);

    if (percent == t->percent)
        return;
    t->percent = percent;
    if (write(t->to, &byte, 1) < 0)
        _exit(1); /* nobody is there any more */
}

static _Noreturn void work(const struct film_child *f, int to, const struct trace_header *h,
                           const struct log *log, const struct film_options *o)
{
    struct telling t = {to, -1};
    struct film *film = film_new(h, log, o);
    struct encode_job j = {.film = film,
                           .o = o,
                           .name = f->path,
                           .to = f->temporary,
                           .palette = f->palette,
                           .progress = tell,
                           .ctx = &t};
    struct diag d = {0};

    if (encode_film(&j, &d) == ENCODE_WELL)
        _exit(0);
    (void)!write(to, "", 1);
    (void)!write(to, d.message, strlen(d.message));
    _exit(1);
}

/* ---- in the parent ---- */

/* An empty file for the encoder, which opens it by its name. */
static bool make_temporary(const char *path, char **name)
{
    int fd = newfile_open(path, 0666, name);

    return fd >= 0 && close(fd) == 0;
}

struct film_child *film_child_start(const char *path, bool gif, const struct trace_header *h,
                                    const struct log *log, const struct film_options *o, struct diag *d)
{
    struct film_child *f = calloc(1, sizeof *f);
    int end[2] = {-1, -1};

    CHECK(f);
    f->from = -1;
    f->path = sbuf_join(path, "");
    if (!make_temporary(f->path, &f->temporary) || (gif && !make_temporary(f->path, &f->palette)) ||
        pipe(end) != 0)
        goto refused;
    f->from = end[0];
    fcntl(end[0], F_SETFD, FD_CLOEXEC);
    fcntl(end[1], F_SETFD, FD_CLOEXEC);
    fcntl(end[0], F_SETFL, O_NONBLOCK);
    f->pid = fork();
    if (f->pid == 0) {
        setpgid(0, 0); /* its encoder goes with it */
        work(f, end[1], h, log, o);
    }
    close(end[1]);
    if (f->pid > 0)
        return f;
    f->pid = 0;
refused:
    diag_set(d, path, 0, 0, "%s", strerror(errno));
    film_child_end(f);
    return NULL;
}

/* Takes what it has told. False: it will tell no more. */
static bool listen(struct film_child *f)
{
    char bytes[256];
    ssize_t n;

    while ((n = read(f->from, bytes, sizeof bytes)) > 0)
        for (ssize_t i = 0; i < n; i++) {
            if (f->n_said == 0 && bytes[i])
                f->percent = bytes[i] - 1;
            else if (f->n_said < sizeof f->said)
                f->said[f->n_said++] = bytes[i]; /* the first is the 0 */
        }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

enum film_state film_child_poll(struct film_child *f, int *percent, struct diag *d)
{
    int status = 0;
    bool more = listen(f);

    *percent = f->percent;
    if (more)
        return FILM_WORKING;
    while (waitpid(f->pid, &status, 0) < 0 && errno == EINTR)
        ;
    f->pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        if (f->n_said > 1)
            diag_set(d, f->path, 0, 0, "%.*s", (int)f->n_said - 1, f->said + 1);
        else
            diag_set(d, f->path, 0, 0, "the film could not be made");
        return FILM_FAILED;
    }
    if (!newfile_place(&f->temporary, f->path)) {
        diag_set(d, f->path, 0, 0, "%s", strerror(errno));
        return FILM_FAILED;
    }
    return FILM_DONE;
}

const char *film_child_path(const struct film_child *f)
{
    return f->path;
}

void film_child_end(struct film_child *f)
{
    if (!f)
        return;
    if (f->pid > 0) {
        if (kill(-f->pid, SIGTERM) != 0)
            kill(f->pid, SIGTERM);
        while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (f->from >= 0)
        close(f->from);
    newfile_drop(&f->temporary);
    newfile_drop(&f->palette);
    free(f->path);
    free(f);
}
