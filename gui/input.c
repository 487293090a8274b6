#include "gui/input.h"

#include <stdio.h>
#include <string.h>

#include "sim/core/base.h"

static const struct {
    uint32_t key;
    const char *name, *sign; /* sign: as help shows it */
} names[] = {
    {KEY_SPACE, "Space", NULL},    {KEY_ENTER, "Enter", "⏎"},          {KEY_ESCAPE, "Escape", "Esc"},
    {KEY_TAB, "Tab", NULL},        {KEY_BACKSPACE, "Backspace", NULL}, {KEY_DELETE, "Delete", "Del"},
    {KEY_LEFT, "Left", "←"},       {KEY_RIGHT, "Right", "→"},          {KEY_UP, "Up", "↑"},
    {KEY_DOWN, "Down", "↓"},       {KEY_HOME, "Home", NULL},           {KEY_END, "End", NULL},
    {KEY_PAGE_UP, "PageUp", NULL}, {KEY_PAGE_DOWN, "PageDown", NULL},  {KEY_MENU, "Menu", NULL},
};

uint32_t input_key(const char *name)
{
    unsigned f;
    char rest;

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!strcmp(names[i].name, name))
            return names[i].key;
    if (sscanf(name, "F%u%c", &f, &rest) == 1 && f >= 1 && f <= 12)
        return KEY_F1 + f - 1;
    return name[0] > ' ' && name[0] < 0x7f && !name[1] ? (uint32_t)name[0] : (uint32_t)KEY_NONE;
}

void input_key_name(char *out, unsigned size, uint32_t key, unsigned mods)
{
    const char *name = NULL;
    char one[8];

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].key == key)
            name = names[i].sign ? names[i].sign : names[i].name;
    if (!name) {
        if (key >= KEY_F1 && key <= KEY_F12)
            snprintf(one, sizeof one, "F%u", (unsigned)(key - KEY_F1 + 1) % 100);
        else
            snprintf(one, sizeof one, "%c",
                     key >= 'a' && key <= 'z' ? (int)(key - 'a' + 'A') : (int)(key & 0x7f));
        name = one;
    }
    snprintf(out, size, "%s%s%s%s", mods & MOD_CTRL ? "Ctrl+" : "", mods & MOD_ALT ? "Alt+" : "",
             mods & MOD_SHIFT ? "Shift+" : "", name);
}
