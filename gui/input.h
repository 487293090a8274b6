/* input: what a user, the window or the clock tells the application, in words of our own.
 *
 * The window makes these from SDL's events, a test from a script; the application never sees anything else,
 * so the same inputs always give the same pictures. */
#ifndef TCPLAB_GUI_INPUT_H
#define TCPLAB_GUI_INPUT_H

#include <stdbool.h>
#include <stdint.h>

enum input_kind {
    INPUT_KEY,     /* a key goes down: a letter (lower case), a digit, or one of enum key */
    INPUT_TEXT,    /* characters were typed; commands on signs ('?', '+', '[') come this way, too */
    INPUT_MOVE,    /* the pointer is at x, y */
    INPUT_LEAVE,   /* the pointer has left the window */
    INPUT_PRESS,   /* a button goes down; clicks: 2 for a double click */
    INPUT_RELEASE, /* and up */
    INPUT_WHEEL,   /* wheel: notches, up is positive */
    INPUT_RESIZE,  /* the window is width x height pixels */
    INPUT_DROP,    /* a file was dropped on the window: path */
    INPUT_CLOSE,   /* the window shall close */
    INPUT_TICK     /* ns have passed */
};

enum key { /* keys without a character; above all of Unicode */
           KEY_NONE = 0,
           KEY_SPACE = ' ',
           KEY_FIRST = 0x110000,
           KEY_ENTER,
           KEY_ESCAPE,
           KEY_TAB,
           KEY_BACKSPACE,
           KEY_DELETE,
           KEY_LEFT,
           KEY_RIGHT,
           KEY_UP,
           KEY_DOWN,
           KEY_HOME,
           KEY_END,
           KEY_PAGE_UP,
           KEY_PAGE_DOWN,
           KEY_MENU,
           KEY_F1,
           KEY_F11 = KEY_F1 + 10,
           KEY_F12
};

enum { MOD_SHIFT = 1, MOD_CTRL = 2, MOD_ALT = 4 };
enum { BUTTON_LEFT = 1, BUTTON_MIDDLE = 2, BUTTON_RIGHT = 3 };

struct input {
    enum input_kind kind;
    uint32_t key;
    unsigned mods;
    char text[32];
    double x, y, wheel;
    int button, clicks, width, height;
    const char *path;
    int64_t ns;
};

/* The key of this name ("Space", "Left", "F11", "a", "?"); KEY_NONE: there is none such. */
uint32_t input_key(const char *name);
/* A key's name in words: "Ctrl+Left". out is always ended. */
void input_key_name(char *out, unsigned size, uint32_t key, unsigned mods);

#endif
