/* encode: a film into a file, an mp4 or a GIF: feeds its frames to ffmpeg, which is looked for on the PATH
 * and started without a shell, and waits for it.
 *
 * Never prints. The file that is written is a temporary one of the caller's, who gives it its name. */
#ifndef TCPLAB_FIGURE_ENCODE_H
#define TCPLAB_FIGURE_ENCODE_H

#include <signal.h>

#include "sim/core/diag.h"
#include "sim/figure/film.h"

struct encode_job {
    struct film *film;
    const struct film_options *o;      /* that the film was made with */
    const char *name;                  /* of the file as the user calls it: for diagnoses */
    const char *to;                    /* where to; it is there already, and empty */
    const char *palette;               /* GIF: another such file, for its colours; NULL: an mp4 (H.264) */
    const volatile sig_atomic_t *stop; /* when this becomes non-zero, it is given up; may be NULL */
    void (*progress)(void *ctx, size_t done, size_t all); /* frames; may be NULL */
    void *ctx;
};

/* Whether there is an ffmpeg on the PATH. */
bool encode_possible(void);

enum encode_end { ENCODE_WELL, ENCODE_FAILED, ENCODE_STOPPED };
/* FAILED: *d says why. */
enum encode_end encode_film(const struct encode_job *j, struct diag *d);

#endif
