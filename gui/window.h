/* window: SDL's window, events and presentation around an app. Together with main.c the only file that knows
 * SDL (and audience.c, its second window).
 *
 * Every pixel is drawn by the app with Cairo, straight into the window's own surface; where there is none
 * (some drivers), into a texture's. Sleeps while nothing moves. */
#ifndef TCPLAB_GUI_WINDOW_H
#define TCPLAB_GUI_WINDOW_H

#include "gui/app.h"

struct window;

/* Opens a window of the app's size. NULL: *error says why (static or SDL's text, good until the next call).
 */
struct window *window_open(struct app *a, const char **error);
void window_close(struct window *w); /* NULL is allowed */
/* Runs until the user quits. shown (NULL: none) is called with `with` after each frame that changed what is
 * to be seen. */
void window_run(struct window *w, void (*shown)(void *with), void *with);
/* Takes what events there are, lets ns pass, draws and presents one frame. False: the user quits. For tests
 * and measurements, which have a clock of their own. */
bool window_frame(struct window *w, int64_t ns);
/* What is on the screen; the window's own, and another one after each change of size. */
cairo_surface_t *window_canvas(const struct window *w);
/* What the audience sees on a window of its own; NULL: there is none. */
cairo_surface_t *window_audience(const struct window *w);
/* For audience.c and window.c: destroys a window, NULL allowed. For each event that ends a wait, SDL on X11
 * sends a window a message over a second connection; an X server under load reads it later than what comes
 * over the first, and a message to a window that is gone ends the program with an error. So the window is
 * hidden at once and destroyed 50 ms later. */
struct SDL_Window;
void window_destroy(struct SDL_Window *window);

#endif
