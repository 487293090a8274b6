/* newfile: a file that stands under its name whole or not at all. It is written beside that place under
 * another name, and takes the right one when it is complete; until then what stood there stays.
 *
 * The caller owns the descriptor and the other name: newfile_place or newfile_drop releases it. Looks at
 * nothing but the folder; never prints. Not for pipes and devices: nothing can be put in their place. */
#ifndef TCPLAB_CORE_NEWFILE_H
#define TCPLAB_CORE_NEWFILE_H

#include <stdbool.h>

/* Opens an empty file for writing beside `path`, under a name that nobody has: PATH.PROCESS.NUMBER.tmp, by
 * which whoever cleans up after a killed process knows it. mode: as of open(), less the umask. Returns the
 * descriptor, closed on exec; -1, and *name NULL: errno says why. */
int newfile_open(const char *path, unsigned mode, char **name);
/* It takes its name. False: errno says why, and it is removed. Closing it first is the caller's part. In any
 * case *name is released, and NULL. */
bool newfile_place(char **name, const char *path);
/* It is removed, and *name released. errno stays. *name NULL: nothing is done. */
void newfile_drop(char **name);

#endif
