#include "sim/cli/cli.h"

#include <string.h>

#include "sim/lesson/lesson.h"
#include "sim/report/trace_read.h"
#include "sim/run/gather.h"

static bool is_trace(const char *path)
{
    static const char begin[] = "{\"header\":";
    char head[sizeof begin] = "";
    FILE *f = strcmp(path, "-") == 0 ? NULL : fopen(path, "r");
    size_t n;

    if (!f)
        return false;
    n = fread(head, 1, sizeof begin - 1, f);
    fclose(f);
    return n == sizeof begin - 1 && strcmp(head, begin) == 0;
}

static bool check(const struct gathered *item)
{
    struct diag d;

    diag_clear(&d);
    if (item->error) {
        diag_set(&d, item->path, 0, 0, "%s", item->error);
    } else if (item->script) {
        struct script *script;

        (void)script_load(item->path, NULL, &script, &d);
        script_free(script);
    } else if (is_trace(item->path)) {
        trace_file_free(trace_read(item->path, &d));
    } else {
        lesson_free(lesson_load(item->path, NULL, 0, &d));
    }
    if (diag_is_set(&d))
        diag_print(stderr, &d);
    else
        printf("%s: ok\n", strcmp(item->path, "-") == 0 ? "<stdin>" : item->path);
    return !diag_is_set(&d);
}

static int run(struct cli_args *a)
{
    struct gathering g = {NULL, 0};
    int id, status = CLI_WELL;
    const char *value;

    while ((id = cli_next(a, &value)) > 0)
        ;
    if (id == CLI_STOP)
        return a->status;
    if (!cli_words(a, 1, -1))
        return CLI_USAGE;
    for (int i = 0; i < a->argc; i++) {
        size_t before = g.n;

        if (!gather(&g, a->argv[i]))
            return CLI_INTERNAL;
        if (g.n == before) {
            cli_error("check", "%s: no lessons in this folder", a->argv[i]);
            status = CLI_USAGE;
        }
    }
    for (size_t i = 0; i < g.n; i++)
        if (!check(&g.item[i]))
            status = CLI_USAGE;
    gathering_free(&g);
    return status;
}

const struct cli_command cli_check = {
    .name = "check",
    .synopsis = "PATH...",
    .summary = "Validate lessons (and traces) without running them",
    .more = "A folder means all lessons in it. PATH may be - for standard input.\n",
    .run = run,
};
