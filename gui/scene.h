/* scene: how the window is divided into panels, and how their pictures become a frame.
 *
 * A panel is a file with one `const struct panel` and a row in panels.def. It draws two pictures: what has
 * settled, which is kept on a surface of its own until its stamp changes, and what moves, which is drawn over
 * that in every frame, in the few rectangles that it names. So a playing frame costs next to nothing, and no
 * panel ever says "I am dirty": whatever its picture depends on goes into its stamp.
 *
 * Owns surfaces, widgets and the panels' own state. No SDL, no clock. */
#ifndef TCPLAB_GUI_SCENE_H
#define TCPLAB_GUI_SCENE_H

#include "gui/input.h"
#include "gui/widget.h"
#include "sim/core/sbuf.h"

struct app;

enum area {                 /* where panels stand; sizes at 1920x1080 */
            AREA_TITLE,     /* the bar above all: 74 high */
            AREA_FIGURE,    /* left: the sequence diagram, or the twins */
            AREA_CAPTION,   /* left below: 98 */
            AREA_TOP,       /* the right column: 350 */
            AREA_MIDDLE,    /* 238 */
            AREA_TABS,      /* 44: which panel stands below */
            AREA_BOTTOM,    /* 214; one panel at a time, chosen by tabs */
            AREA_TRANSPORT, /* the bar below all: 100 */
            AREA_OVERLAY,   /* over everything, one at a time: menus, dialogs, help */
            AREA_COUNT
};

struct panel {
    const char *name;  /* of one word: in tests and descriptions */
    const char *title; /* for people, marked for the catalogue: on its tab, in spotlight; NULL: none */
    enum area area;
    /* What belongs to the panel alone, and lives as long as the application; NULL: nothing. */
    void *(*make)(void);
    void (*free)(void *state);
    /* Whether it wants its area now; NULL: always. Of several that want one, the first in panels.def gets it;
     * in AREA_BOTTOM the chosen tab, in AREA_OVERLAY the one that is open. */
    bool (*wants)(const struct app *a);
    /* Puts its widgets (scene_put) and makes what draw needs. Called when the stamp has changed, before
     * draw. */
    void (*layout)(struct app *a, struct rect r);
    /* A hash of all that layout and draw depend on, besides r, theme, language, size of text and document,
     * which the scene watches itself. NULL: nothing else. */
    uint64_t (*stamp)(const struct app *a);
    /* The settled picture, in the window's coordinates, clipped to r; the background is there already, but
     * where the panel says that it fills all of r itself. */
    void (*draw)(struct app *a, struct paint *p, struct rect r);
    bool fills;
    /* What moves: a hash of what it depends on; the rectangles that it covers now (at most max, how many is
     * returned); the drawing. NULL, all three: nothing moves. */
    uint64_t (*motion)(const struct app *a);
    size_t (*moves)(const struct app *a, struct rect r, struct rect *out, size_t max);
    void (*move)(struct app *a, struct paint *p, struct rect r);
    /* Time passes, whether it is shown or not: for animations of its own. True: there is more to come. NULL:
     * never. */
    bool (*tick)(struct app *a, int64_t ns);
    /* Takes an input that no widget took: the pointer's over it, keys while the focus is in it or it is an
     * overlay. True: taken. */
    bool (*input)(struct app *a, const struct input *in, struct rect r);
    /* Its state as lines of key=value, for tests. */
    void (*describe)(const struct app *a, struct sbuf *out);
};

enum panel_id {
#define PANEL(id) PANEL_##id,
#include "gui/panels.def"
#undef PANEL
    PANEL_COUNT,
    PANEL_NONE = -1
};
#define PANEL(id) extern const struct panel id;
#include "gui/panels.def"
#undef PANEL
const struct panel *panel_get(enum panel_id id);
/* Whether it would take its area now. */
bool panel_wanted(const struct app *a, enum panel_id id);
/* The panel of this name; PANEL_NONE: there is none. */
enum panel_id panel_find(const char *name);

enum { SCENE_MOVES = 48, SCENE_DIRTY = 128 };

struct place {        /* one panel's part of the window */
    bool shown, held; /* held: would be shown, but its turn has not come */
    struct rect r;    /* whole pixels */
    cairo_surface_t *layer;
    uint64_t stamp, motion;
    struct widget *widget;
    size_t n_widgets, cap_widgets;
    struct rect moved[SCENE_MOVES]; /* what moved in the last frame */
    size_t n_moved;
};

struct word { /* a text of ours in both languages */
    const char *message;
    struct trace_text text;
};

struct scene {
    int width, height;
    double u;    /* pixels of one pixel at 1080p: the smaller side's, times the size of text */
    double base; /* the same without the size of text: for bars and gaps */
    bool narrow; /* no right column */
    struct place place[PANEL_COUNT];
    void *state[PANEL_COUNT];
    struct paint *paint;
    enum panel_id tab; /* in AREA_BOTTOM */
    uint64_t made_for; /* size, theme, language ...: what all stamps include */
    bool all;          /* the whole window is to be drawn anew */
    struct widget_id focus, hover, pressed;
    bool focus_seen;     /* the focus came by keyboard: it has a ring */
    int64_t hovering;    /* ns on the same widget; for its tooltip */
    struct rect over[5]; /* what lay over the panels in the last frame, as scene_over.c numbers it */
    uint64_t over_stamp;
    struct word *word; /* a hashed set */
    size_t n_words, cap_words;
    struct rect dirty[SCENE_DIRTY]; /* to be drawn in the next frame */
    struct rect drawn[SCENE_DIRTY]; /* in the last frame */
    size_t n_dirty, n_drawn;
    bool turns; /* a long document has come: one panel is drawn anew a frame, so that none takes long */
    size_t frames, settled; /* for tests: how many frames, and layers drawn */
};

void scene_init(struct scene *s);
void scene_free(struct scene *s);

/* Brings places, widgets and layers up to date without drawing a frame; cheap when nothing has changed. */
void scene_update(struct app *a);
/* Draws what has changed since the last call into this surface, which must be as the last call left it (or
 * scene.all set), and lists the rectangles in scene.drawn. The surface has the window's size. */
void scene_frame(struct app *a, cairo_surface_t *onto);
/* Panels' own animations. True: there is more to come. */
bool scene_tick(struct app *a, int64_t ns);
/* Whether a tooltip is waiting to be shown. */
bool scene_waits(const struct app *a);

/* ---- for panels ---- */

/* What the panel has made for itself. */
void *scene_state(const struct app *a, enum panel_id id);
/* Adds a widget of this panel; it can be changed until the next one is put. */
struct widget *scene_put(struct app *a, enum panel_id id, struct rect r, enum widget_role role,
                         const char *name);
/* A text of ours in both languages: scene_word(a, TR_MARK("Play")). */
struct trace_text scene_word(struct app *a, const char *message);
uint64_t stamp_add(uint64_t stamp, uint64_t value);

/* ---- for the application ---- */

/* The widget under a point; NULL: none. Overlays hide what is below them. */
struct widget *scene_hit(const struct app *a, double x, double y);
/* Whether a point is on the diagnosis that lies over all. */
bool scene_on_diagnosis(const struct app *a, double x, double y);
/* The panel under a point; PANEL_NONE: none. */
enum panel_id scene_panel_at(const struct app *a, double x, double y);
struct widget *scene_find(const struct app *a, struct widget_id id);
/* The widget of this name, in any panel that is shown; NULL: none. */
struct widget *scene_named(const struct app *a, const char *name);
/* Moves the focus one on, or back, round all that can have it. */
void scene_focus_next(struct app *a, int way);
void scene_focus(struct app *a, const struct widget *w, bool seen);

/* ---- between the scene's files ---- */

void scene_dirty(struct scene *s, struct rect r);
/* What lies over the panels: the ring of the focus, the light under the pointer, tooltips, messages. */
void scene_over_gather(struct app *a);
void scene_over_draw(struct app *a);

#endif
