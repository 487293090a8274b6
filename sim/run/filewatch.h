/* filewatch: tells when a file on disk has changed: was written, replaced by another, or has come back.
 *
 * Stands on libev's stat watcher (inotify where there is one, else it looks now and then); nothing waits:
 * whoever wants to know polls. Owns its event loop. One file, one watch. */
#ifndef TCPLAB_RUN_FILEWATCH_H
#define TCPLAB_RUN_FILEWATCH_H

#include <stdbool.h>

struct filewatch;

/* Begins. NULL: nothing can be watched here. */
struct filewatch *filewatch_new(const char *path);
void filewatch_free(struct filewatch *w); /* NULL is allowed */
/* Whether it has changed since the last call that said so, and can be read; never waits. A file that is gone
 * is not told until it is back: that is how editors save. NULL is allowed: no. */
bool filewatch_changed(struct filewatch *w);

#endif
