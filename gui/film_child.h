/* film_child: a child process that makes a film of the trace as it is now, while its parent goes on.
 *
 * The child has a copy of all there is, tells through a pipe how far it is, and never returns; the file takes
 * its name when the film is complete. Ending one that is not yet ready kills it, and removes what there is.
 */
#ifndef TCPLAB_GUI_FILM_CHILD_H
#define TCPLAB_GUI_FILM_CHILD_H

#include "sim/core/diag.h"
#include "sim/figure/film.h"

struct film_child;

/* NULL, with *d filled: it cannot be begun. */
struct film_child *film_child_start(const char *path, bool gif, const struct trace_header *h,
                                    const struct log *log, const struct film_options *o, struct diag *d);
enum film_state { FILM_WORKING, FILM_DONE, FILM_FAILED };
/* Never waits. FAILED: *d says why. After DONE or FAILED only film_child_end may follow. */
enum film_state film_child_poll(struct film_child *f, int *percent, struct diag *d);
const char *film_child_path(const struct film_child *f);
void film_child_end(struct film_child *f); /* NULL is allowed */

#endif
