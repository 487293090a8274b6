#define _XOPEN_SOURCE 700 /* fdopen, sigaction */
#include "sim/cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/core/newfile.h"
#include "sim/core/sbuf.h"

bool cli_flush(void)
{
    int error = 0;

    errno = 0;
    if (fflush(stdout) != 0)
        error = errno ? errno : EIO;
    else if (ferror(stdout))
        error = EIO;
    if (!error)
        return true;
    cli_error(NULL, "standard output: %s", strerror(error));
    return false;
}

static void file_free(struct cli_file *o)
{
    free(o->path);
    free(o->temporary);
    *o = (struct cli_file){NULL, NULL, NULL};
}

static bool refused(struct cli_file *o)
{
    cli_error(NULL, "%s: cannot be written: %s", o->path, strerror(errno));
    if (o->f)
        fclose(o->f);
    newfile_drop(&o->temporary);
    file_free(o);
    return false;
}

bool cli_file_open(struct cli_file *o, const char *path)
{
    struct stat st;
    int fd;

    *o = (struct cli_file){NULL, sbuf_join(path, ""), NULL};
    if (strcmp(path, "-") == 0) {
        o->f = stdout;
        return true;
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* a pipe or device: nothing to be put in its place */
        o->f = fopen(path, "w");
        return o->f ? true : refused(o);
    }
    fd = newfile_open(path, 0666, &o->temporary);
    if (fd < 0)
        return refused(o);
    o->f = fdopen(fd, "w");
    if (!o->f)
        close(fd);
    return o->f ? true : refused(o);
}

bool cli_file_close(struct cli_file *o)
{
    FILE *f = o->f;
    bool failed;

    if (f == stdout) {
        file_free(o);
        return cli_flush();
    }
    failed = fflush(f) != 0 || ferror(f);
    if (failed)
        return refused(o);
    o->f = NULL;
    if (fclose(f) != 0 || (o->temporary && !newfile_place(&o->temporary, o->path)))
        return refused(o);
    file_free(o);
    return true;
}

void cli_file_drop(struct cli_file *o)
{
    if (o->f && o->f != stdout)
        fclose(o->f);
    newfile_drop(&o->temporary);
    file_free(o);
}

/* ---------------------------------------------------------------- interrupts */

static volatile sig_atomic_t interrupted; /* a signal handler has nowhere else to write to */

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

const volatile sig_atomic_t *cli_catch_interrupts(void)
{
    struct sigaction a = {.sa_flags = (int)SA_RESETHAND};

    a.sa_handler = on_interrupt;
    sigemptyset(&a.sa_mask);
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    return &interrupted;
}
