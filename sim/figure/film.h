/* film: the frames of a lesson's film, one after the other: boards at the moments that the pace chooses.
 * Where the lesson says something, the film stands still until that can have been read.
 *
 * Owns the model, the pace and the picture it draws into; borrows header and log. The same trace and options
 * give the same bytes. Starts no process and writes no file: who wants an mp4 feeds the frames to an encoder.
 */
#ifndef TCPLAB_FIGURE_FILM_H
#define TCPLAB_FIGURE_FILM_H

#include "sim/figure/board.h"
#include "sim/figure/pace.h"

struct film_options {
    int width, height; /* even numbers, as video codecs want them */
    unsigned fps;
    enum theme_id theme;
    enum figure_lang lang;
    enum axis_mode axis;
    vtime from, to;
    bool absolute, alone;
};

struct film;

struct film *film_new(const struct trace_header *h, const struct log *log, const struct film_options *o);
void film_free(struct film *f); /* NULL is allowed */
/* At least one. */
size_t film_frames(const struct film *f);
/* The virtual time that a frame shows. */
vtime film_time(const struct film *f, size_t frame);
/* The frame as rows of pixels from above, 32 bits each: 0, red, green, blue from the highest octet down, in
 * the machine's order; no gap between rows. Good until the next call. */
const unsigned char *film_frame(struct film *f, size_t frame);
size_t film_frame_bytes(const struct film *f);

#endif
