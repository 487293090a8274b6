/* One line of text from the user. */
#define _XOPEN_SOURCE 700 /* write */
#include "gui/ask.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gui/panel.h"
#include "sim/core/newfile.h"
#include "sim/report/i18n.h"

struct ask {
    const char *question;
    char text[ASK_BYTES];
    size_t at; /* the cursor, in bytes */
    void (*answer)(struct app *a, const char *text, int64_t arg);
    int64_t arg;
};

static void *make(void)
{
    struct ask *k = panel_memory(sizeof *k);

    k->question = "";
    return k;
}

static struct ask *ask_of(const struct app *a)
{
    return scene_state(a, PANEL_overlay_ask);
}

void ask_open(struct app *a, const char *question, const char *text,
              void (*answer)(struct app *a, const char *text, int64_t arg), int64_t arg)
{
    struct ask *k = ask_of(a);

    a->playing = false;
    k->question = question;
    snprintf(k->text, sizeof k->text, "%s", text);
    k->at = strlen(k->text);
    k->answer = answer;
    k->arg = arg;
    app_overlay(a, PANEL_overlay_ask);
}

void command_answer(struct app *a, int64_t arg)
{
    struct ask *k = ask_of(a);
    char text[ASK_BYTES];

    (void)arg;
    if (a->overlay != PANEL_overlay_ask || !k->answer)
        return;
    memcpy(text, k->text, sizeof text);
    app_overlay(a, PANEL_NONE);
    k->answer(a, text, k->arg);
}

/* ---- editing ---- */

static bool inside(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static void put_text(struct ask *k, const char *text)
{
    size_t n = strlen(text), have = strlen(k->text);

    if (have + n >= sizeof k->text)
        return;
    memmove(k->text + k->at + n, k->text + k->at, have - k->at + 1);
    memcpy(k->text + k->at, text, n);
    k->at += n;
}

static void back(struct ask *k)
{
    size_t from = k->at;

    if (!from)
        return;
    for (from--; from > 0 && inside(k->text[from]); from--)
        ;
    memmove(k->text + from, k->text + k->at, strlen(k->text + k->at) + 1);
    k->at = from;
}

static void step(struct ask *k, int way)
{
    size_t n = strlen(k->text);

    do {
        if ((way < 0 && k->at == 0) || (way > 0 && k->at == n))
            return;
        k->at = way < 0 ? k->at - 1 : k->at + 1;
    } while (inside(k->text[k->at]));
}

static bool input(struct app *a, const struct input *in, struct rect r)
{
    struct ask *k = ask_of(a);

    (void)r;
    if (in->kind == INPUT_TEXT) {
        put_text(k, in->text);
        return true;
    }
    if (in->kind != INPUT_KEY)
        return false;
    switch (in->key) {
    case KEY_ENTER:
        if (a->scene.focus_seen)
            return false; /* the button that has the focus */
        command_answer(a, 0);
        break;
    case KEY_ESCAPE:
    case KEY_TAB: return false;
    case KEY_BACKSPACE: back(k); break;
    case KEY_DELETE:
        if (k->at < strlen(k->text)) {
            step(k, 1);
            back(k);
        }
        break;
    case KEY_LEFT: step(k, -1); break;
    case KEY_RIGHT: step(k, 1); break;
    case KEY_HOME: k->at = 0; break;
    case KEY_END: k->at = strlen(k->text); break;
    default: break; /* letters come as text */
    }
    return true;
}

/* ---- looks ---- */

static struct rect card_of(const struct app *a, struct rect r)
{
    double u = a->scene.u, w = fmin(r.w - 40 * u, 980 * u), h = 220 * u;

    return (struct rect){round(r.x + (r.w - w) / 2), round(r.y + (r.h - h) * .4), round(w), round(h)};
}

static void layout(struct app *a, struct rect r)
{
    struct rect c = card_of(a, r);
    double u = a->scene.u, y = c.y + c.h - 62 * u;
    struct widget *w = scene_put(a, PANEL_overlay_ask, (struct rect){c.x + c.w - 320 * u, y, 140 * u, 44 * u},
                                 ROLE_BUTTON, "answer");

    w->command = CMD_ANSWER;
    w = scene_put(a, PANEL_overlay_ask, (struct rect){c.x + c.w - 168 * u, y, 140 * u, 44 * u}, ROLE_BUTTON,
                  "give up");
    w->command = CMD_BACK;
}

static uint64_t stamp(const struct app *a)
{
    const struct ask *k = ask_of(a);

    return stamp_add(hash_bytes(k->at, k->text, strlen(k->text)),
                     hash_bytes(1, k->question, strlen(k->question)));
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    static const char *const words[] = {TR_MARK("All right"), TR_MARK("Give up")};
    const struct theme *t = app_theme(a);
    const struct place *place = &a->scene.place[PANEL_overlay_ask];
    struct ask *k = ask_of(a);
    struct rect c = card_of(a, r);
    double u = a->scene.u, x, before;
    struct rect field = {c.x + 28 * u, c.y + 72 * u, c.w - 56 * u, 56 * u};
    char text[6 * ASK_BYTES], part[ASK_BYTES];

    draw_card(p, c, u, 0);
    draw_both(p, a->lang, scene_word(a, k->question), 27 * u, 22 * u, c.x + 28 * u, c.y + 20 * u,
              c.w - 56 * u);
    paint_fill(p, field, 9 * u, t->background);
    paint_frame(p, field, 9 * u, 3 * u, t->focus, false);
    memcpy(part, k->text, k->at);
    part[k->at] = '\0';
    paint_escape(text, sizeof text, part);
    before = paint_measure(p, FACE_MONO, 24 * u, text).w;
    x = field.x + 16 * u - fmax(0, before - field.w + 40 * u); /* the cursor stays in sight */
    cairo_save(paint_cairo(p));
    cairo_rectangle(paint_cairo(p), field.x + 6 * u, field.y, field.w - 12 * u, field.h);
    cairo_clip(paint_cairo(p));
    paint_fill(p, (struct rect){x + before, field.y + 10 * u, fmax(2, 2.5 * u), field.h - 20 * u}, 0,
               t->focus);
    paint_escape(text, sizeof text, k->text);
    paint_text(p, FACE_MONO, 24 * u, t->ink1, x, field.y + 10 * u, text);
    cairo_restore(paint_cairo(p));
    for (size_t i = 0; i < place->n_widgets && i < ARRAY_LEN(words); i++)
        panel_button(a, p, &place->widget[i], 21 * u, words[i]);
}

static void describe(const struct app *a, struct sbuf *out)
{
    sbuf_printf(out, "question=%s\nanswer=%s\n", ask_of(a)->question, ask_of(a)->text);
}

const struct panel overlay_ask = {
    .name = "ask",
    .area = AREA_OVERLAY,
    .make = make,
    .free = free,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .input = input,
    .describe = describe,
};

/* ---- files ---- */

bool ask_write(const char *path, const struct sbuf *text, struct diag *d)
{
    char *temporary;
    int fd = newfile_open(path, 0666, &temporary);
    bool well = fd >= 0;

    for (size_t at = 0; well && at < text->len;) {
        ssize_t n = write(fd, text->s + at, text->len - at);

        well = n > 0 || errno == EINTR;
        at += n > 0 ? (size_t)n : 0;
    }
    well = fd >= 0 && close(fd) == 0 && well && newfile_place(&temporary, path);
    if (!well)
        diag_set(d, path, 0, 0, "%s", strerror(errno));
    newfile_drop(&temporary);
    return well;
}
