/* panel: what panels share: when they are there, what their figures depend on, the widgets and words that all
 * of them have. Owns nothing; each function does for the panel what it would do itself. */
#ifndef TCPLAB_GUI_PANEL_H
#define TCPLAB_GUI_PANEL_H

#include "gui/app.h"

/* For struct panel: there is a document to look at. */
bool panel_wants_document(const struct app *a);
/* Zeroed memory for what `make` returns; free releases it. */
void *panel_memory(size_t bytes);
/* A hash of what the layout of every figure depends on: the document, the size, the scale, the language. */
uint64_t panel_layout_stamp(const struct app *a, struct rect r);

/* A widget that runs a command, and says so under the pointer. */
struct widget *panel_put(struct app *a, enum panel_id id, struct rect r, enum widget_role role,
                         const char *name, enum command c, int64_t arg);
/* A button with a word of ours, marked for the catalogue. */
void panel_button(struct app *a, struct paint *p, const struct widget *w, double px, const char *message);
/* A sentence of ours in the middle of r: why there is nothing else. */
void panel_says(struct app *a, struct paint *p, struct rect r, const char *message);

#endif
