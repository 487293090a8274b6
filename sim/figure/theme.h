/* theme: the colours and sizes of everything that is drawn: three palettes of Okabe and Ito's colours.
 *
 * Plain constants. Every hue stands for one thing and is doubled by a word, a number or a style of line, so
 * nothing depends on seeing colours. Sizes are in pixels of a 1920x1080 window; a figure multiplies them by
 * its scale. */
#ifndef TCPLAB_FIGURE_THEME_H
#define TCPLAB_FIGURE_THEME_H

#include <stdint.h>

#include "sim/report/names.h"

typedef uint32_t colour; /* 0xRRGGBBAA */

/* The same colour with another opacity, 0 to 255. */
static inline colour colour_alpha(colour c, unsigned alpha)
{
    return (c & ~(colour)0xff) | (alpha & 0xff);
}

enum theme_id { THEME_LIGHT, THEME_DARK, THEME_PROJECTOR, THEME_COUNT };

/* What an arrow is, and so its colour. */
enum hue { HUE_SYN, HUE_FIN, HUE_RST, HUE_DATA, HUE_ACK, HUE_ICMP, HUE_COUNT };

/* What states have in common, and so their colour. */
enum phase {
    PHASE_CLOSED,
    PHASE_LISTEN,
    PHASE_OPENING,
    PHASE_OPEN,
    PHASE_WAITING,
    PHASE_HALF,
    PHASE_TIME_WAIT,
    PHASE_COUNT
};

struct theme_hue {
    colour line, text, badge; /* the arrow; words beside it; the plate behind its flags */
};

struct theme_phase {
    colour bar, fill, border;
};

struct theme {
    const char *name;
    colour background, card, line;
    colour ink1, ink2, ink3;
    colour on_badge; /* words on a plate */
    colour focus;    /* the playhead, what is selected */
    colour on_focus;
    colour loss; /* the X */
    struct theme_hue hue[HUE_COUNT];
    struct theme_phase phase[PHASE_COUNT];
    double stroke; /* lines are this much wider */
};

/* Sizes of type. */
enum {
    TYPE_TITLE = 36,
    TYPE_SEGMENT = 30,
    TYPE_STATE = 27,
    TYPE_PILL = 28,
    TYPE_SMALL = 20,
    TYPE_FLOOR = 17
};

const struct theme *theme_get(enum theme_id id);
/* The theme called "light", "dark" or "projector"; -1: there is none. */
int theme_find(const char *name);
enum phase theme_phase_of(enum report_state s);

#endif
