/* gather: which lesson files do the paths of a command line mean? Files and folders, folders searched in the
 * order of their names' bytes. Owns the list it makes; runs and validates nothing. */
#ifndef TCPLAB_RUN_GATHER_H
#define TCPLAB_RUN_GATHER_H

#include <stdbool.h>
#include <stddef.h>

struct gathered {
    char *path;
    bool script; /* a packetdrill script */
    char *error; /* why this folder could not be read; NULL: it is a file to be tried */
};
struct gathering {
    struct gathered *item;
    size_t n;
};

/* Adds what a path means: a folder's lessons (*.json files that say they are lessons) and packetdrill scripts
 * (*.pkt) with all its folders', or the file itself, whatever it holds and whether or not it can be read ("-":
 * standard input). Names that begin with a dot are passed over in folders, and links to folders not followed.
 * False: no memory. */
bool gather(struct gathering *g, const char *path);
void gathering_free(struct gathering *g);

#endif
