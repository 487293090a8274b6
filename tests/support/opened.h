/* opened: a lesson as a program opens it, for tests of what is made of it. The test includes cmocka.h before.
 */
#ifndef TCPLAB_TESTS_SUPPORT_OPENED_H
#define TCPLAB_TESTS_SUPPORT_OPENED_H

#include "sim/report/i18n.h"
#include "sim/run/source.h"

/* A group's setup: both languages are there, English is spoken. */
static inline int speak(void **state)
{
    (void)state;
    assert_true(i18n_init("zh-Hant", NULL));
    i18n_use("en");
    return 0;
}

/* The caller closes it. */
static inline struct source *opened(const char *path)
{
    struct diag d = {0};
    struct source *s = source_open(path, NULL, &d);

    if (!s)
        fail_msg("%s:%d:%d: %s", path, d.line, d.column, d.message);
    return s;
}

#endif
