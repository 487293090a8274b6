/* command: what the user can do, as a table (commands.def): keys, buttons, menus and the help all read it.
 *
 * A function does nothing where its command has no meaning (no document, no selection): callers need not
 * ask. */
#ifndef TCPLAB_GUI_COMMAND_H
#define TCPLAB_GUI_COMMAND_H

#include <stddef.h>

#include "gui/input.h"

struct app;

enum command_group {
    GROUP_NONE,
    GROUP_TIME,
    GROUP_WHY,
    GROUP_MOVE,
    GROUP_LOOK,
    GROUP_ACT,
    GROUP_FILE,
    GROUP_COUNT
};

enum command {
    CMD_NONE,
#define COMMAND(id, group, key, mods, what, function, arg) CMD_##id,
#define MORE(id, key, mods)
#include "gui/commands.def"
#undef COMMAND
#undef MORE
    CMD_COUNT
};

#define COMMAND(id, group, key, mods, what, function, arg) void function(struct app *a, int64_t);
#define MORE(id, key, mods)
#include "gui/commands.def"
#undef COMMAND
#undef MORE

struct command_row {
    const char *what; /* marked for the catalogue */
    enum command_group group;
    uint32_t key;
    unsigned mods;
};
const struct command_row *command_get(enum command c);
/* The heading of a group, marked for the catalogue. */
const char *command_group_title(enum command_group g);
/* The command that this input calls; CMD_NONE: none. */
enum command command_of(const struct input *in);
void command_run(struct app *a, enum command c, int64_t arg);

#endif
