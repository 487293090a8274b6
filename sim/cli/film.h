/* film: tcplab draw -o FILE.mp4|gif: feeds frames to ffmpeg, which is looked for on the PATH and started
 * without a shell. The file takes its name only when it is complete. */
#ifndef TCPLAB_CLI_FILM_H
#define TCPLAB_CLI_FILM_H

#include <signal.h>

#include "sim/figure/film.h"

/* Makes the film; gif: as a GIF, else as an mp4 (H.264). Returns an exit status; faults are reported. stop:
 * set by an interrupt. */
int film_save(const char *path, bool gif, const struct trace_header *h, const struct log *log,
              const struct film_options *o, const volatile sig_atomic_t *stop);

#endif
