/* acts: interfering with a run: what is done to a segment, a connection, a host or a link at a moment, taken
 * back, put back, named.
 *
 * Everything goes through the document's session, which forks the past: the run after the moment is computed
 * anew. Without a session (a trace, nothing open) nothing is done. Owns nothing. */
#ifndef TCPLAB_GUI_ACTS_H
#define TCPLAB_GUI_ACTS_H

#include "gui/app.h"

/* Whether there is a run to interfere with. */
bool acts_possible(const struct app *a);
/* What has been done, by time; *n: how many. */
const struct session_intervention *acts_list(const struct app *a, size_t *n);
/* Which of them was done last, whatever its time; 0, too, if there is none. */
size_t acts_newest(const struct app *a);
/* Does it, at this virtual time, and goes there. A fate of a packet (drop, delay ...) waits for no one: if
 * the packet is not in flight at that time, it is done when it left. False, and a message is shown: there was
 * nothing to act upon. */
bool acts_do(struct app *a, struct session_act act, vtime at);
/* Takes the i-th back. */
void acts_undo(struct app *a, size_t i);
void acts_note(struct app *a, size_t i, const char *text);

/* What an act is, in words: "Drop segment 4". Both are always ended. */
enum { ACTS_TEXT = 160 };
void acts_say(struct app *a, const struct lesson_act *act, char en[ACTS_TEXT], char zh[ACTS_TEXT]);

/* The connection of a host (its index) that lives at the playhead; 0: none. */
uint32_t acts_connection(const struct app *a, uint32_t host);

#endif
