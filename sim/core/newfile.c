#define _XOPEN_SOURCE 700 /* getpid, unlink */
#include "sim/core/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/core/sbuf.h"

enum { TRIES = 100 };

int newfile_open(const char *path, unsigned mode, char **name)
{
    for (unsigned i = 0; i < TRIES; i++) {
        struct sbuf b = SBUF_INIT;
        int fd;

        sbuf_printf(&b, "%s.%ld.%u.tmp", path, (long)getpid(), i);
        *name = sbuf_detach(&b);
        fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
        if (fd >= 0)
            return fd;
        free(*name);
        *name = NULL;
        if (errno != EEXIST)
            return -1;
    }
    errno = EEXIST;
    return -1;
}

bool newfile_place(char **name, const char *path)
{
    if (rename(*name, path) != 0) {
        newfile_drop(name);
        return false;
    }
    free(*name);
    *name = NULL;
    return true;
}

void newfile_drop(char **name)
{
    int error = errno;

    if (!*name)
        return;
    (void)unlink(*name);
    free(*name);
    *name = NULL;
    errno = error;
}
