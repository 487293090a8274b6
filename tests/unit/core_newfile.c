/* A file stands under its name whole or not at all, with the permissions that were asked for. */
#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/core/newfile.h"
#include "sim/core/sbuf.h"

static char *folder;

static void put(const char *path, const char *text)
{
    char *name = NULL;
    int fd = newfile_open(path, 0666, &name);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    assert_true(newfile_place(&name, path));
    assert_null(name);
}

static void assert_holds(const char *path, const char *text)
{
    char found[32] = "";
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    (void)!fgets(found, sizeof found, f);
    fclose(f);
    assert_string_equal(found, text);
}

static void test_place_and_drop(void **state)
{
    char *path = sbuf_join(folder, "/a"), *one, *two;
    int fd, other;

    (void)state;
    put(path, "old");
    fd = newfile_open(path, 0666, &one);
    other = newfile_open(path, 0666, &two); /* a second one for the same place */
    assert_true(fd >= 0 && other >= 0);
    assert_string_not_equal(one, two);
    assert_int_equal(write(fd, "half", 4), 4);
    assert_holds(path, "old");
    errno = ENOSPC;
    newfile_drop(&one);
    assert_int_equal(errno, ENOSPC);
    assert_null(one);
    newfile_drop(&one); /* nothing to do */
    newfile_drop(&two);
    close(fd);
    close(other);
    assert_holds(path, "old");
    put(path, "new");
    assert_holds(path, "new");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else is left */
    assert_int_equal(mkdir(folder, 0700), 0);
    free(path);
}

static void test_permissions(void **state)
{
    char *path = sbuf_join(folder, "/b"), *name;
    mode_t mask = umask(027);
    struct stat st;

    (void)state;
    put(path, "");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    close(newfile_open(path, 0600, &name));
    assert_int_equal(stat(name, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    newfile_drop(&name);
    unlink(path);
    umask(mask);
    free(path);
}

static void test_refused(void **state)
{
    char *path = sbuf_join(folder, "/none/c"), *here = sbuf_join(folder, "/d"), *name;

    (void)state;
    assert_int_equal(newfile_open(path, 0666, &name), -1);
    assert_int_equal(errno, ENOENT);
    assert_null(name);
    close(newfile_open(here, 0666, &name));
    assert_false(newfile_place(&name, path)); /* there is no such place: nothing is left behind */
    assert_int_equal(errno, ENOENT);
    assert_null(name);
    assert_int_equal(rmdir(folder), 0);
    free(path);
    free(here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_place_and_drop),
                                       cmocka_unit_test(test_permissions), cmocka_unit_test(test_refused)};
    char pattern[] = "/tmp/tcplab-newfile-XXXXXX";

    folder = mkdtemp(pattern);
    return folder ? cmocka_run_group_tests_name("core_newfile", tests, NULL, NULL) : 1;
}
