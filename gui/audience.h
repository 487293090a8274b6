/* audience: a second window, for the audience: the board at the same playhead, without questions, answers and
 * controls; on the second display where there is one, filling it.
 *
 * Owns its SDL window and everything drawn there; borrows the app. It takes no input but its own size and
 * closing: keys go to the app as if the first window had the focus. */
#ifndef TCPLAB_GUI_AUDIENCE_H
#define TCPLAB_GUI_AUDIENCE_H

#include <SDL.h>

#include "gui/app.h"

struct audience;

/* beside: the first window. NULL: SDL gives none; SDL_GetError says why. */
struct audience *audience_open(struct app *a, SDL_Window *beside);
void audience_close(struct audience *w); /* NULL is allowed */
/* Whether the event is this window's own, and has been dealt with. Closing it clears app.audience. */
bool audience_takes(struct audience *w, const SDL_Event *e);
/* Draws what has changed. */
void audience_frame(struct audience *w);
/* What is on it. */
cairo_surface_t *audience_canvas(const struct audience *w);

#endif
