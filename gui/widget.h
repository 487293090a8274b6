/* widget: the things of a panel that can be pointed at, clicked or reached by Tab, and how buttons and cards
 * look.
 *
 * A widget is plain data, made anew whenever its panel changes: who keeps one over that keeps its widget_id.
 * What it does is a command (command.h) with an argument, so that pointer, keyboard and tests do the same. */
#ifndef TCPLAB_GUI_WIDGET_H
#define TCPLAB_GUI_WIDGET_H

#include "sim/figure/model.h"
#include "sim/figure/paint.h"

struct app;

enum widget_role {
    ROLE_BUTTON,
    ROLE_TOGGLE, /* on or off */
    ROLE_CHOICE, /* one of several: a speed, a tab, an answer */
    ROLE_SLIDER, /* the scrub bar */
    ROLE_ITEM    /* something in a picture: a segment, a state */
};

enum { WIDGET_NAME = 32 };

struct widget_id { /* panel -1: none */
    int panel;
    char name[WIDGET_NAME];
};

struct widget {
    struct widget_id id;
    struct rect r;
    enum widget_role role;
    struct trace_text label; /* what it is, for tooltips; may be empty */
    int command;             /* enum command; 0: none */
    int64_t arg;
    bool disabled, unfocusable, on;
    double radius;
};

static inline bool rect_has(struct rect r, double x, double y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}
/* Grown by so much on all sides; to whole pixels. */
struct rect rect_grow(struct rect r, double by);
struct rect rect_whole(struct rect r);
bool rect_meets(struct rect a, struct rect b);
struct rect rect_common(struct rect a, struct rect b);

/* ---- looks; u: the scale ---- */

/* A white card with a soft shadow, both within r; stripe: of this colour along its left side (0: none). */
void draw_card(struct paint *p, struct rect r, double u, colour stripe);
/* A button's plate with a text in its middle; filled when on. */
void draw_button(struct paint *p, const struct widget *w, double u, double px, const char *markup);
/* Text in the middle of a rectangle; its size is lowered until it fits. */
void draw_centred(struct paint *p, enum face f, double px, colour c, struct rect r, const char *markup);
/* The two languages beside each other, the second one smaller; as much as fits into w. Escapes. Returns the
 * width. */
double draw_both(struct paint *p, enum figure_lang lang, struct trace_text t, double px, double second_px,
                 double x, double y, double w);
/* A text at most w wide, cut with an ellipsis. Escapes. */
double draw_cut(struct paint *p, enum face f, double px, colour c, double x, double y, const char *text,
                double w);

#endif
