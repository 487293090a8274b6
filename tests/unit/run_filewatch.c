/* The file watch: silent while nothing happens, tells of a write, of a file that takes another's place, and
 * not of one that is only gone; and files opened lately. */
#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/core/base.h"
#include "sim/run/lessons.h"
#include "sim/run/filewatch.h"

struct path {
    char s[256];
};

static struct path in(void **folder, const char *name)
{
    struct path p;

    snprintf(p.s, sizeof p.s, "%s/%s", (const char *)*folder, name);
    return p;
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* Polls for at most so many milliseconds. */
static bool told(struct filewatch *w, int ms)
{
    const struct timespec t = {.tv_nsec = 10 * 1000000};

    for (int i = 0; i <= ms; i += 10) {
        if (filewatch_changed(w))
            return true;
        nanosleep(&t, NULL);
    }
    return false;
}

static void test_watch(void **state)
{
    const struct path at = in(state, "l.json"), other = in(state, "other");
    const char *path = at.s;
    struct filewatch *w;

    put(path, "one");
    w = filewatch_new(path);
    assert_non_null(w);
    assert_false(told(w, 100));
    put(path, "three");
    assert_true(told(w, 3000));
    put(other.s, "another text");
    assert_int_equal(rename(other.s, path), 0);
    assert_true(told(w, 3000));
    assert_int_equal(unlink(path), 0);
    assert_false(told(w, 700));
    put(path, "back again");
    assert_true(told(w, 3000));
    filewatch_free(w);
    assert_false(filewatch_changed(NULL));
}

static void test_recent(void **state)
{
    const struct path place = in(state, "a/b/recent"), fifth = in(state, "f5"), last = in(state, "f12");
    char **list, name[32];
    struct path file;
    size_t n;

    assert_null(recent_read(place.s, &n));
    for (int i = 0; i < RECENT_MOST + 3; i++) {
        snprintf(name, sizeof name, "f%d", i);
        file = in(state, name);
        put(file.s, "x");
        recent_add(place.s, file.s);
    }
    recent_add(place.s, fifth.s);
    assert_int_equal(unlink(last.s), 0);
    list = recent_read(place.s, &n);
    assert_int_equal(n, RECENT_MOST - 1); /* what is gone is not shown */
    assert_non_null(strstr(list[0], "/f5"));
    assert_non_null(strstr(list[1], "/f11"));
    for (size_t i = 0; i < n; i++) {
        assert_true(i == 0 || !strstr(list[i], "/f5")); /* once */
        free(list[i]);
    }
    free(list);
}

static int make_folder(void **state)
{
    static const char pattern[] = "/tmp/tcplab-watch.XXXXXX";
    char *folder = calloc(1, sizeof pattern);

    if (!folder)
        return 1;
    memcpy(folder, pattern, sizeof pattern);
    *state = folder;
    return mkdtemp(folder) == NULL;
}

static int drop_folder(void **state)
{
    char command[64];

    snprintf(command, sizeof command, "rm -rf '%s'", (const char *)*state);
    free(*state);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_watch), cmocka_unit_test(test_recent)};

    return cmocka_run_group_tests_name("run_filewatch", tests, make_folder, drop_folder);
}
