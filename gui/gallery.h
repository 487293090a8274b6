/* gallery: the lessons as cards with a small picture and a title, in groups, with the files opened lately
 * before them; the same on the welcome screen and in the menu.
 *
 * What there is stands on a shelf, which belongs to the menu; each of the two has a view of its own: what it
 * filters, how far it is scrolled, which card it has chosen. Pictures are made one in a tick, those in sight
 * only.
 */
#ifndef TCPLAB_GUI_GALLERY_H
#define TCPLAB_GUI_GALLERY_H

#include "gui/app.h"

struct gallery;

void *gallery_make(void);
void gallery_free(void *gallery);
/* Looks what lessons and files there are, and begins with all of them. */
void gallery_begin(struct app *a, enum panel_id id);

/* Puts the cards into r. search: with a line that shows what is typed, and takes all typing. */
void gallery_layout(struct app *a, enum panel_id id, struct rect r, bool search);
void gallery_draw(struct app *a, enum panel_id id, struct paint *p);
uint64_t gallery_stamp(const struct app *a, enum panel_id id);
bool gallery_tick(struct app *a, enum panel_id id);
/* Arrows, pages, the wheel, typing. True: taken. */
bool gallery_input(struct app *a, enum panel_id id, const struct input *in);
void gallery_describe(const struct app *a, enum panel_id id, struct sbuf *out);

/* The rest of a panel that shows a gallery and whose name this is: what it is called for, said of itself. */
#define GALLERY_PANEL(id)                                                                                    \
    static uint64_t stamp(const struct app *a)                                                               \
    {                                                                                                        \
        return gallery_stamp(a, id);                                                                         \
    }                                                                                                        \
    static bool tick(struct app *a, int64_t ns)                                                              \
    {                                                                                                        \
        (void)ns;                                                                                            \
        return gallery_tick(a, id);                                                                          \
    }                                                                                                        \
    static bool input(struct app *a, const struct input *in, struct rect r)                                  \
    {                                                                                                        \
        (void)r;                                                                                             \
        return gallery_input(a, id, in);                                                                     \
    }                                                                                                        \
    static void describe(const struct app *a, struct sbuf *out)                                              \
    {                                                                                                        \
        gallery_describe(a, id, out);                                                                        \
    }

#endif
