/* caption: one sentence about what happens at a moment: the lesson's own words where it has any, else made
 * from the newest record that is worth a sentence. A pure function of (model, time); owns nothing. */
#ifndef TCPLAB_FIGURE_CAPTION_H
#define TCPLAB_FIGURE_CAPTION_H

#include "sim/figure/model.h"
#include "sim/figure/paint.h"

enum { CAPTION_TEXT = 512 };

struct caption {
    char text[2][CAPTION_TEXT]; /* English, Chinese (Traditional); plain text. One may be empty, not both */
    bool told;                  /* the lesson says so, else it was made from a record */
    unsigned number;            /* of the segment it is about, as the arrows have it; 0: about none */
    enum hue hue;               /* of the segment */
    uint64_t record;            /* what it is about; 0: nothing has happened yet */
    vtime at;                   /* when */
    const char *rfc, *section;  /* of the clause or edge; NULL: none */
};

/* at: VTIME_NEVER: the end. */
void caption_at(const struct model *m, vtime at, struct caption *out);
/* The words in the model's language, and under them those of the second one; NULL: none. */
const char *caption_first(const struct model *m, const struct caption *c);
const char *caption_second(const struct model *m, const struct caption *c);

/* Draws it as a bar that fills the rectangle. Words wrap, and shrink until they fit. scale: 1 at 1080p. */
void caption_draw(struct paint *p, const struct model *m, const struct caption *c, struct rect r,
                  double scale);
/* Where the words of caption_draw lie: first and second line; a height of 0: none. For tests. */
void caption_lay(struct paint *p, const struct model *m, const struct caption *c, struct rect r, double scale,
                 struct rect words[2], double px[2]);

#endif
