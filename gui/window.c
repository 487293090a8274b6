#include "gui/window.h"

#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/audience.h"
#include "gui/sign.h"

#define FRAME (NS_PER_S / 60)
#define LONGEST (100 * NS_PER_MS) /* after a pause of the machine the film goes on from where it was */

struct window {
    struct app *app;
    SDL_Window *window;
    SDL_Renderer *renderer; /* NULL: the window has a surface */
    SDL_Texture *texture;
    cairo_surface_t *canvas;
    void *pixels; /* that canvas was made for */
    int width, height;
    bool fullscreen;
    char *title;
    struct audience *audience; /* NULL: none */
};

/* ---- events ---- */

static uint32_t key_of(SDL_Keycode k)
{
    static const struct {
        SDL_Keycode from;
        uint32_t to;
    } keys[] = {
        {SDLK_RETURN, KEY_ENTER},   {SDLK_KP_ENTER, KEY_ENTER},      {SDLK_ESCAPE, KEY_ESCAPE},
        {SDLK_TAB, KEY_TAB},        {SDLK_BACKSPACE, KEY_BACKSPACE}, {SDLK_DELETE, KEY_DELETE},
        {SDLK_LEFT, KEY_LEFT},      {SDLK_RIGHT, KEY_RIGHT},         {SDLK_UP, KEY_UP},
        {SDLK_DOWN, KEY_DOWN},      {SDLK_HOME, KEY_HOME},           {SDLK_END, KEY_END},
        {SDLK_PAGEUP, KEY_PAGE_UP}, {SDLK_PAGEDOWN, KEY_PAGE_DOWN},  {SDLK_APPLICATION, KEY_MENU},
        {SDLK_SPACE, KEY_SPACE},
    };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (keys[i].from == k)
            return keys[i].to;
    if (k >= SDLK_F1 && k <= SDLK_F12)
        return KEY_F1 + (uint32_t)(k - SDLK_F1);
    return k > ' ' && k < 0x7f ? (uint32_t)k : (uint32_t)KEY_NONE;
}

static unsigned mods_of(unsigned m)
{
    return (m & KMOD_SHIFT ? (unsigned)MOD_SHIFT : 0u) | (m & KMOD_CTRL ? (unsigned)MOD_CTRL : 0u) |
           (m & KMOD_ALT ? (unsigned)MOD_ALT : 0u);
}

static bool from_mouse(const SDL_Event *e, struct input *in)
{
    int x, y;

    if (e->type == SDL_MOUSEMOTION) {
        in->kind = INPUT_MOVE;
        in->x = e->motion.x;
        in->y = e->motion.y;
        return true;
    }
    if (e->type == SDL_MOUSEWHEEL) {
        in->kind = INPUT_WHEEL;
        in->wheel = e->wheel.direction == SDL_MOUSEWHEEL_FLIPPED ? -e->wheel.preciseY : e->wheel.preciseY;
        if (e->wheel.mouseX || e->wheel.mouseY) {
            in->x = e->wheel.mouseX;
            in->y = e->wheel.mouseY;
        } else {
            SDL_GetMouseState(&x, &y);
            in->x = x;
            in->y = y;
        }
        return true;
    }
    in->kind = e->type == SDL_MOUSEBUTTONDOWN ? INPUT_PRESS : INPUT_RELEASE;
    in->x = e->button.x;
    in->y = e->button.y;
    in->clicks = e->button.clicks;
    in->button = e->button.button == SDL_BUTTON_LEFT    ? BUTTON_LEFT
                 : e->button.button == SDL_BUTTON_RIGHT ? BUTTON_RIGHT
                                                        : BUTTON_MIDDLE;
    return true;
}

static bool from_window(const SDL_Event *e, struct window *w, struct input *in)
{
    switch (e->window.event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        in->kind = INPUT_RESIZE;
        in->width = e->window.data1;
        in->height = e->window.data2;
        return true;
    case SDL_WINDOWEVENT_LEAVE: in->kind = INPUT_LEAVE; return true;
    case SDL_WINDOWEVENT_EXPOSED: w->app->scene.all = true; return false;
    case SDL_WINDOWEVENT_CLOSE: in->kind = INPUT_CLOSE; return true;
    }
    return false;
}

/* SDL's event in our words; false: none of ours. */
static bool translate(struct window *w, const SDL_Event *e, struct input *in)
{
    *in = (struct input){.mods = mods_of((unsigned)SDL_GetModState())};
    switch (e->type) {
    case SDL_QUIT: in->kind = INPUT_CLOSE; return true;
    case SDL_KEYDOWN:
        in->kind = INPUT_KEY;
        in->key = key_of(e->key.keysym.sym);
        in->mods = mods_of(e->key.keysym.mod);
        return in->key != KEY_NONE;
    case SDL_TEXTINPUT:
        in->kind = INPUT_TEXT;
        snprintf(in->text, sizeof in->text, "%s", e->text.text);
        return true;
    case SDL_MOUSEMOTION:
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
    case SDL_MOUSEWHEEL: return from_mouse(e, in);
    case SDL_WINDOWEVENT: return from_window(e, w, in);
    case SDL_DROPFILE:
        in->kind = INPUT_DROP;
        in->path = e->drop.file;
        return true;
    }
    return false;
}

static void take(struct window *w, SDL_Event *e)
{
    struct input in;

    /* A projector has come or gone: the next frame opens the audience's window where it belongs now. */
    if (e->type == SDL_DISPLAYEVENT && e->display.event != SDL_DISPLAYEVENT_ORIENTATION) {
        audience_close(w->audience);
        w->audience = NULL;
    }
    if (w->audience && audience_takes(w->audience, e))
        return;
    if (translate(w, e, &in))
        app_input(w->app, &in);
    if (e->type == SDL_DROPFILE)
        SDL_free(e->drop.file);
}

/* ---- the surface ---- */

static void drop_canvas(struct window *w)
{
    if (w->canvas)
        cairo_surface_destroy(w->canvas);
    w->canvas = NULL;
    w->pixels = NULL;
}

static bool fits(const SDL_Surface *s)
{
    return s && s->format->BytesPerPixel == 4 && s->format->Rmask == 0xff0000 && s->format->Gmask == 0xff00 &&
           s->format->Bmask == 0xff;
}

/* The driver gives no surface that Cairo can draw on: a texture of our own. */
static bool use_texture(struct window *w)
{
    if (!w->renderer)
        w->renderer = SDL_CreateRenderer(w->window, -1, 0);
    if (!w->renderer)
        return false;
    if (w->texture)
        SDL_DestroyTexture(w->texture);
    w->texture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STREAMING,
                                   w->width, w->height);
    w->canvas = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w->width, w->height);
    return w->texture && cairo_surface_status(w->canvas) == CAIRO_STATUS_SUCCESS;
}

/* The canvas follows the window's surface, which is another one after each change of size. */
static bool prepare(struct window *w)
{
    SDL_Surface *s = w->renderer ? NULL : SDL_GetWindowSurface(w->window);
    int width, height;

    SDL_GetWindowSize(w->window, &width, &height);
    if (w->canvas && width == w->width && height == w->height && (!s || s->pixels == w->pixels))
        return true;
    drop_canvas(w);
    w->width = width;
    w->height = height;
    w->app->scene.all = true;
    if (!fits(s))
        return use_texture(w);
    w->pixels = s->pixels;
    w->canvas = cairo_image_surface_create_for_data(s->pixels, CAIRO_FORMAT_RGB24, s->w, s->h, s->pitch);
    return cairo_surface_status(w->canvas) == CAIRO_STATUS_SUCCESS;
}

static void present(struct window *w)
{
    const struct scene *s = &w->app->scene;
    SDL_Rect rects[SCENE_DIRTY];

    if (!s->n_drawn)
        return;
    for (size_t i = 0; i < s->n_drawn; i++)
        rects[i] = (SDL_Rect){(int)s->drawn[i].x, (int)s->drawn[i].y, (int)s->drawn[i].w, (int)s->drawn[i].h};
    if (!w->renderer) {
        SDL_UpdateWindowSurfaceRects(w->window, rects, (int)s->n_drawn);
        return;
    }
    SDL_UpdateTexture(w->texture, NULL, cairo_image_surface_get_data(w->canvas),
                      cairo_image_surface_get_stride(w->canvas));
    SDL_RenderCopy(w->renderer, w->texture, NULL, NULL);
    SDL_RenderPresent(w->renderer);
}

cairo_surface_t *window_canvas(const struct window *w)
{
    return w->canvas;
}

cairo_surface_t *window_audience(const struct window *w)
{
    return w->audience ? audience_canvas(w->audience) : NULL;
}

/* ---- the loop ---- */

static void follow_state(struct window *w)
{
    char *title = app_title(w->app);

    if (!w->title || strcmp(title, w->title) != 0)
        SDL_SetWindowTitle(w->window, title);
    free(w->title);
    w->title = title;
    if (w->fullscreen != w->app->fullscreen) {
        w->fullscreen = w->app->fullscreen;
        SDL_SetWindowFullscreen(w->window, w->fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    }
    if (w->app->audience != (w->audience != NULL)) {
        audience_close(w->audience);
        w->audience = w->app->audience ? audience_open(w->app, w->window) : NULL;
        if (w->app->audience && !w->audience)
            diag_set(&w->app->diag, NULL, 0, 0, "%s", SDL_GetError());
        w->app->audience = w->audience != NULL;
    }
}

static bool draw(struct window *w)
{
    follow_state(w);
    if (!prepare(w))
        return false;
    if (w->app->scene.width != w->width || w->app->scene.height != w->height) {
        struct input in = {.kind = INPUT_RESIZE, .width = w->width, .height = w->height};

        app_input(w->app, &in);
    }
    scene_frame(w->app, w->canvas);
    present(w);
    if (w->audience)
        audience_frame(w->audience);
    return !w->app->quit;
}

bool window_frame(struct window *w, int64_t ns)
{
    SDL_Event e;

    while (SDL_PollEvent(&e))
        take(w, &e);
    app_tick(w->app, ns);
    return draw(w);
}

void window_run(struct window *w, void (*shown)(void *with), void *with)
{
    const int64_t tick = (int64_t)SDL_GetPerformanceFrequency();
    int64_t before = (int64_t)SDL_GetPerformanceCounter();
    bool moving = false;

    while (draw(w)) {
        int64_t now = (int64_t)SDL_GetPerformanceCounter(),
                ns = (int64_t)((double)(now - before) * 1e9 / (double)tick);
        int wait = moving ? (int)((FRAME - ns) / NS_PER_MS) : scene_waits(w->app) ? 100 : 1000;
        SDL_Event e;

        if (shown && w->app->scene.n_drawn)
            shown(with);
        if (wait > 0 && SDL_WaitEventTimeout(&e, wait))
            do
                take(w, &e);
            while (SDL_PollEvent(&e));
        else
            while (SDL_PollEvent(&e))
                take(w, &e);
        now = (int64_t)SDL_GetPerformanceCounter();
        ns = (int64_t)((double)(now - before) * 1e9 / (double)tick);
        before = now;
        moving = app_tick(w->app, moving ? min_i64(ns, LONGEST) : scene_waits(w->app) ? ns : 0);
    }
}

static void put_icon(SDL_Window *window)
{
    enum { SIZE = 64 };
    unsigned *pixels = sign_pixels(SIZE);
    SDL_Surface *s =
        SDL_CreateRGBSurfaceFrom(pixels, SIZE, SIZE, 32, 4 * SIZE, 0xff0000, 0xff00, 0xff, 0xff000000);

    if (s)
        SDL_SetWindowIcon(window, s);
    SDL_FreeSurface(s);
    free(pixels);
}

struct window *window_open(struct app *a, const char **error)
{
    struct window *w = calloc(1, sizeof *w);

    CHECK(w);
    w->app = a;
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0"); /* else window surfaces go through a hidden OpenGL */
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        *error = SDL_GetError();
        free(w);
        return NULL;
    }
    w->fullscreen = a->fullscreen;
    w->window = SDL_CreateWindow(
        "tcplab", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, a->scene.width, a->scene.height,
        SDL_WINDOW_RESIZABLE | (a->fullscreen ? (unsigned)SDL_WINDOW_FULLSCREEN_DESKTOP : 0u));
    if (!w->window || !prepare(w)) {
        *error = SDL_GetError();
        window_close(w);
        return NULL;
    }
    SDL_SetWindowMinimumSize(w->window, 640, 400);
    put_icon(w->window);
    SDL_EventState(SDL_DROPFILE, SDL_ENABLE);
    SDL_StartTextInput();
    return w;
}

void window_destroy(struct SDL_Window *window)
{
    if (!window)
        return;
    SDL_HideWindow(window);
    SDL_Delay(50);
    SDL_DestroyWindow(window);
}

void window_close(struct window *w)
{
    if (!w)
        return;
    audience_close(w->audience);
    drop_canvas(w);
    if (w->texture)
        SDL_DestroyTexture(w->texture);
    if (w->renderer)
        SDL_DestroyRenderer(w->renderer);
    window_destroy(w->window);
    SDL_Quit();
    free(w->title);
    free(w);
}
