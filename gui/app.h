/* app: everything that the window shows, as plain state; and how inputs and time change it.
 *
 * Pure: no SDL, no clock, no files but those the user opens. The same inputs give the same state and, through
 * the scene, the same pixels; tests drive it with a script. The window (window.c) owns one of these, feeds it
 * and shows its frames. Panels read it and change it through commands. */
#ifndef TCPLAB_GUI_APP_H
#define TCPLAB_GUI_APP_H

#include "gui/command.h"
#include "gui/document.h"
#include "gui/scene.h"
#include "sim/figure/axis.h"

enum { TEXT_STEPS = 3, SPEEDS = 7, SPEED_ONE = 3 };

struct app_options {
    enum theme_id theme;
    enum figure_lang lang;
    int width, height;
    bool reduced_motion;
    const char *recent; /* where files opened lately are kept (sim/run/lessons.h); NULL: nowhere */
    int patience; /* ms that opening may hold up the window until progress is shown; 0: until it is open */
};

struct opening {           /* a file that is being opened, while the window goes on */
    struct loader *loader; /* NULL: none */
    char *path;
    bool again;        /* it is the one that is open, and has changed */
    vtime at;          /* where the playhead goes then */
    unsigned permille; /* done */
};

struct app {
    /* what is shown */
    struct document *doc; /* NULL: nothing */
    bool predict;         /* the next segment is asked for before it leaves */
    bool twins;           /* beside the run, the one without the user's acts */
    char message[256];    /* said for a while; empty: none */
    int64_t message_ns;   /* left of it */
    struct diag diag;     /* why the last file could not be opened; the previous document stays */
    struct opening opening;
    int patience;
    uint64_t generations; /* given to documents so far */

    /* when: presentation time is the viewer's, at speed 1; virtual time the trace's (sim/figure/pace.h) */
    vtime at;    /* the playhead */
    vtime shown; /* the same as presentation time */
    bool playing;
    vtime goal;      /* presentation time at which a step ends; VTIME_NEVER: no step */
    int64_t gliding; /* ns left of a step back */
    int speed;       /* SPEED_ONE + k: 2^k times */

    /* what is chosen */
    uint64_t selected;     /* a record: a packet, a change of state; 0: nothing */
    enum panel_id spot;    /* the only panel shown; PANEL_NONE: all */
    enum panel_id overlay; /* the one that is open; PANEL_NONE: none */

    /* how */
    enum theme_id theme;
    enum figure_lang lang;
    enum axis_mode axis;
    int text; /* 0, 1, 2: times 1, 1.25, 1.5 */
    bool reduced_motion, fullscreen, quit;
    bool audience; /* a second window for the audience is open */
    double zoom;   /* of the axis of time */

    const char *recent;      /* as in the options */
    struct filewatch *watch; /* of the open file; NULL: none */
    struct film_child *film; /* being made (export.h); NULL: none */
    struct scene scene;
    bool opened_by_key; /* an overlay: what that key types is not for it */
};

void app_init(struct app *a, const struct app_options *o);
void app_free(struct app *a);

/* Opens a lesson or a trace on a thread of its own. True: it is open, or after the patience of the options
 * still being opened; app_tick goes on with it, and until then what was open stays. False: a.diag says why,
 * and what was open stays, as it does when it turns out later. (opening.c) */
bool app_open(struct app *a, const char *path);
/* The same, with the playhead at this time. */
bool app_open_at(struct app *a, const char *path, vtime at);
/* Opens the same file again, since it has changed; playhead, selection and the acts that still fit stay. */
bool app_reload(struct app *a);
/* No longer opens what is being opened. */
void app_give_up(struct app *a);
/* Waits at most so many ms for what is being opened. True: nothing is. */
bool app_opened(struct app *a, int ms);
/* Takes one input, INPUT_TICK too. */
void app_input(struct app *a, const struct input *in);
/* ns of the clock have passed. True: something moves, so call again soon. */
bool app_tick(struct app *a, int64_t ns);
/* The state as lines of key=value. */
void app_describe(const struct app *a, struct sbuf *out);
/* The window's title, to be freed. */
char *app_title(const struct app *a);

/* ---- between the application's files ---- */

/* A document that was read again takes the place of the one it was. (reload.c) */
void app_replace(struct app *a, struct document *doc);

/* ---- for panels and commands ---- */

const struct theme *app_theme(const struct app *a);
/* The model in the present language; NULL: no document. */
const struct model *app_model(const struct app *a);
/* Puts the playhead to a virtual time, or a presentation time; playing goes on. Stops a step. */
void app_seek(struct app *a, vtime at);
void app_seek_shown(struct app *a, vtime shown);
/* Selects a record (0: nothing); with follow, the playhead goes to it. */
void app_select(struct app *a, uint64_t record, bool follow);
/* The segment that the inspector shows: the selected one, else the one that left last. NULL: none. */
const struct model_flight *app_segment(const struct app *a);
/* Opens an overlay (PANEL_NONE: closes); the focus goes into it. */
void app_overlay(struct app *a, enum panel_id id);
/* The first "%s" of a pattern replaced: what comes from the catalogue, printf must not see. */
void app_fill(char *out, size_t size, const char *pattern, const char *with);
/* Shows a message (a pattern marked for the catalogue, its "%s" replaced) for a while. */
void app_say(struct app *a, const char *pattern, const char *with);
/* The document's session has changed (an act, an undo): makes everything anew, the playhead stays. */
void app_renew(struct app *a);
/* Whether a word is to be shown in this language. */
const char *app_first(const struct app *a, struct trace_text t);
const char *app_second(const struct app *a, struct trace_text t);

#endif
