#include "gui/audience.h"

#include <stdlib.h>

#include "gui/window.h"
#include "sim/figure/board.h"

enum { WIDTH = 1280, HEIGHT = 720 };

struct audience {
    struct app *app;
    SDL_Window *window, *beside; /* its own, and the lecturer's */
    Uint32 id;
    cairo_surface_t *canvas;
    int width, height;
    struct paint *paint;
    struct board *board; /* NULL: nothing is open */
    uint64_t made_for;   /* document, language, theme, axis, size: what the board depends on */
    uint64_t drawn;      /* the stamp of what is on the canvas */
    bool stale;          /* the screen has lost it */
};

static void place(struct audience *w)
{
    int own = SDL_GetWindowDisplayIndex(w->beside), other = own == 0 ? 1 : 0;
    bool second = SDL_GetNumVideoDisplays() > 1;
    int at = second ? (int)SDL_WINDOWPOS_CENTERED_DISPLAY((unsigned)other) : (int)SDL_WINDOWPOS_UNDEFINED;

    w->window =
        SDL_CreateWindow("tcplab", at, at, WIDTH, HEIGHT,
                         SDL_WINDOW_RESIZABLE | (second ? (unsigned)SDL_WINDOW_FULLSCREEN_DESKTOP : 0u));
}

struct audience *audience_open(struct app *a, SDL_Window *beside)
{
    struct audience *w = calloc(1, sizeof *w);

    CHECK(w);
    w->app = a;
    w->beside = beside;
    place(w);
    if (!w->window || !SDL_GetWindowSurface(w->window)) {
        audience_close(w);
        return NULL;
    }
    w->id = SDL_GetWindowID(w->window);
    w->paint = paint_new(app_theme(a), true);
    SDL_SetWindowMinimumSize(w->window, 320, 200);
    SDL_RaiseWindow(beside);
    return w;
}

void audience_close(struct audience *w)
{
    if (!w)
        return;
    board_free(w->board);
    paint_free(w->paint);
    if (w->canvas)
        cairo_surface_destroy(w->canvas);
    window_destroy(w->window);
    free(w);
}

static bool own_mouse(const struct audience *w, const SDL_Event *e)
{
    return (e->type == SDL_MOUSEMOTION && e->motion.windowID == w->id) ||
           ((e->type == SDL_MOUSEBUTTONDOWN || e->type == SDL_MOUSEBUTTONUP) &&
            e->button.windowID == w->id) ||
           (e->type == SDL_MOUSEWHEEL && e->wheel.windowID == w->id);
}

/* Its display has been switched off and it has come to lie, as large as the screen, upon the lecturer's
 * window. */
static bool covers(const struct audience *w, int x, int y)
{
    SDL_Point at = {x, y};
    SDL_Rect own;

    return SDL_GetWindowFlags(w->window) & SDL_WINDOW_FULLSCREEN &&
           SDL_GetDisplayBounds(SDL_GetWindowDisplayIndex(w->beside), &own) == 0 &&
           SDL_PointInRect(&at, &own);
}

bool audience_takes(struct audience *w, const SDL_Event *e)
{
    if (e->type != SDL_WINDOWEVENT || e->window.windowID != w->id)
        return own_mouse(w, e);
    if (e->window.event == SDL_WINDOWEVENT_CLOSE)
        w->app->audience = false;
    if (e->window.event == SDL_WINDOWEVENT_MOVED && covers(w, e->window.data1, e->window.data2)) {
        int at = (int)SDL_WINDOWPOS_CENTERED_DISPLAY((unsigned)SDL_GetWindowDisplayIndex(w->beside));

        SDL_SetWindowFullscreen(w->window, 0);
        SDL_SetWindowPosition(w->window, at, at);
        SDL_RaiseWindow(w->beside);
    }
    w->stale = true;
    return true;
}

/* ---- its picture ---- */

static uint64_t made_for(const struct audience *w)
{
    const struct app *a = w->app;
    uint64_t h = stamp_add(1, a->doc ? a->doc->generation : 0);

    h = stamp_add(h, (uint64_t)a->lang << 32 | (uint64_t)a->theme << 16 | (uint64_t)a->axis);
    return stamp_add(h, (uint64_t)w->width << 32 | (uint64_t)w->height);
}

static void renew(struct audience *w)
{
    struct app *a = w->app;
    struct board_options o = {.width = w->width, .height = w->height, .axis = a->axis, .to = VTIME_NEVER};

    board_free(w->board);
    w->board = NULL;
    paint_use(w->paint, app_theme(a));
    if (a->doc)
        w->board = board_new(app_model(a), w->paint, &o);
    w->drawn = 0;
}

static void draw(struct audience *w)
{
    cairo_t *cr = cairo_create(w->canvas);
    struct rect all = {0, 0, w->width, w->height};

    paint_on(w->paint, cr);
    paint_fill(w->paint, all, 0, app_theme(w->app)->background);
    if (w->board)
        board_draw(w->board, cr, w->app->at);
    else
        draw_centred(w->paint, FACE_BOLD, w->height / 9.0, app_theme(w->app)->ink2, all, "tcplab");
    paint_on(w->paint, NULL);
    cairo_destroy(cr);
    cairo_surface_flush(w->canvas);
}

/* The canvas onto the window, whatever its format. */
static void present(const struct audience *w)
{
    SDL_Surface *to = SDL_GetWindowSurface(w->window);
    SDL_Surface *from =
        SDL_CreateRGBSurfaceFrom(cairo_image_surface_get_data(w->canvas), w->width, w->height, 32,
                                 cairo_image_surface_get_stride(w->canvas), 0xff0000, 0xff00, 0xff, 0);

    if (to && from) {
        SDL_BlitSurface(from, NULL, to, NULL);
        SDL_UpdateWindowSurface(w->window);
    }
    SDL_FreeSurface(from);
}

void audience_frame(struct audience *w)
{
    uint64_t stamp, want;
    int width, height;

    SDL_GetWindowSize(w->window, &width, &height);
    if (!w->canvas || width != w->width || height != w->height) {
        if (w->canvas)
            cairo_surface_destroy(w->canvas);
        w->width = width;
        w->height = height;
        w->canvas = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
        w->made_for = 0;
    }
    want = made_for(w);
    if (w->made_for != want) {
        w->made_for = want;
        renew(w);
    }
    stamp = stamp_add(want, w->board ? board_stamp(w->board, w->app->at) : 0);
    if (stamp == w->drawn && !w->stale)
        return;
    if (stamp != w->drawn)
        draw(w);
    w->drawn = stamp;
    w->stale = false;
    present(w);
}

cairo_surface_t *audience_canvas(const struct audience *w)
{
    return w->canvas;
}
