#include "sim/cli/cli.h"

#include <string.h>

#include "sim/lesson/lesson.h"
#include "sim/report/i18n.h"
#include "sim/report/text_width.h"

static int run(struct cli_args *a)
{
    struct cli_view view = {.lang = NULL};
    enum lesson_lang lang = LESSON_EN;
    struct lesson_file *l;
    const char *value;
    int id, width = 0;
    size_t n;

    while ((id = cli_next(a, &value)) > 0)
        (void)cli_view_option(&view, id, value);
    if (id == CLI_STOP)
        return a->status;
    if (!cli_words(a, 0, 0) || !cli_language(view.lang))
        return CLI_USAGE;
    if (strcmp(view.lang ? view.lang : i18n_language(), "zh-Hant") == 0)
        lang = LESSON_ZH_HANT;
    l = cli_lessons(&n);
    if (!n) {
        cli_error("list", "no lessons were found, neither in ./lessons nor installed; TCPLAB_LESSONS may "
                          "name their folder");
        return CLI_USAGE;
    }
    for (size_t i = 0; i < n; i++)
        if (text_columns(l[i].name) > width)
            width = text_columns(l[i].name);
    for (size_t i = 0; i < n; i++) {
        char title[512];

        if (!lesson_peek_title(l[i].path, lang, title, sizeof title))
            title[0] = '\0';
        printf("%s%*s%s\n", l[i].name, title[0] ? width - text_columns(l[i].name) + 2 : 0, "", title);
    }
    lessons_free(l, n);
    return CLI_WELL;
}

const struct cli_command cli_list = {
    .name = "list",
    .synopsis = "[OPTION]...",
    .summary = "List the lessons that can be found, and their titles",
    .more =
        "A lesson is looked for in the folders that TCPLAB_LESSONS names, in ./lessons, and where tcplab is "
        "installed;\n"
        "tcplab run NAME finds it there, with or without its number.\n",
    .view = CLI_LANG,
    .run = run,
};
