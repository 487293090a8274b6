/* ask: one line of text from the user: a name, a file, a time; and a file written whole.
 *
 * While the question is open it takes all keys; Enter answers, Escape gives up. */
#ifndef TCPLAB_GUI_ASK_H
#define TCPLAB_GUI_ASK_H

#include "gui/app.h"

enum { ASK_BYTES = 1024 };

/* Opens the question (a text marked for the catalogue), with this text to begin with. `answer` is called
 * once, after it has closed, unless the user gives up; it may ask again. */
void ask_open(struct app *a, const char *question, const char *text,
              void (*answer)(struct app *a, const char *text, int64_t arg), int64_t arg);
/* Writes a file: to a temporary one beside it, which then takes its name. False: *d says why, nothing is
 * there. */
bool ask_write(const char *path, const struct sbuf *text, struct diag *d);

#endif
