#include "gui/command.h"

#include "gui/scene.h"
#include "sim/core/base.h"
#include "sim/report/i18n.h"

typedef void (*command_fn)(struct app *a, int64_t arg);

static const struct command_row rows[CMD_COUNT] = {
#define COMMAND(id, group, key, mods, what, function, arg) [CMD_##id] = {what, GROUP_##group, key, mods},
#define MORE(id, key, mods)
#include "gui/commands.def"
#undef COMMAND
#undef MORE
};

static const struct {
    command_fn run;
    int64_t arg; /* 0: the caller's */
} functions[CMD_COUNT] = {
#define COMMAND(id, group, key, mods, what, function, arg) [CMD_##id] = {function, arg},
#define MORE(id, key, mods)
#include "gui/commands.def"
#undef COMMAND
#undef MORE
};

static const struct {
    enum command command;
    uint32_t key;
    unsigned mods;
} more[] = {
#define COMMAND(id, group, key, mods, what, function, arg)
#define MORE(id, key, mods) {CMD_##id, key, mods},
#include "gui/commands.def"
#undef COMMAND
#undef MORE
};

const struct command_row *command_get(enum command c)
{
    CHECK(c > CMD_NONE && c < CMD_COUNT);
    return &rows[c];
}

const char *command_group_title(enum command_group g)
{
    switch (g) {
    case GROUP_TIME: return TR_MARK("Time");
    case GROUP_WHY: return TR_MARK("Why?");
    case GROUP_MOVE: return TR_MARK("Getting around");
    case GROUP_LOOK: return TR_MARK("Looks");
    case GROUP_ACT: return TR_MARK("Interfere");
    case GROUP_FILE: return TR_MARK("The rest");
    case GROUP_NONE:
    case GROUP_COUNT: break;
    }
    return "";
}

/* Signs come as text, whatever must be held down to type them; everything else as a key. */
static bool is_sign(uint32_t key)
{
    return key > ' ' && key < 0x7f && !(key >= '0' && key <= '9') && !(key >= 'a' && key <= 'z');
}

static bool calls(const struct input *in, uint32_t key, unsigned mods)
{
    if (!key)
        return false;
    if (in->kind == INPUT_TEXT)
        return is_sign(key) && in->text[0] == (char)key && !in->text[1];
    return in->kind == INPUT_KEY && !is_sign(key) && in->key == key && in->mods == mods;
}

enum command command_of(const struct input *in)
{
    for (enum command c = CMD_NONE + 1; c < CMD_COUNT; c++)
        if (calls(in, rows[c].key, rows[c].mods))
            return c;
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        if (calls(in, more[i].key, more[i].mods))
            return more[i].command;
    return CMD_NONE;
}

void command_run(struct app *a, enum command c, int64_t arg)
{
    if (c > CMD_NONE && c < CMD_COUNT)
        functions[c].run(a, functions[c].arg ? functions[c].arg : arg);
}
