/* The loader: what it hands over is what opening at once gives; broken files are diagnosed; giving up is
 * noticed. */
#define _POSIX_C_SOURCE 200809L
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

#include "sim/report/fold_index.h"
#include "sim/report/trace_write.h"
#include "sim/run/loader.h"

static const char lesson[] = "lessons/25-slow-start.json";

static void nap(void)
{
    const struct timespec t = {.tv_nsec = 1000000};

    nanosleep(&t, NULL);
}

static enum loader_state wait_for(struct loader *l)
{
    unsigned permille, last = 0;

    while (loader_poll(l, &permille) == LOADER_WORKING) {
        assert_true(permille <= 1000);
        assert_true(permille >= last); /* it goes on, never back */
        last = permille;
        nap();
    }
    return loader_poll(l, &permille);
}

static uint64_t fingerprint(const struct source *s)
{
    struct trace_writer *w = trace_writer_fingerprint_only(source_header(s));
    uint64_t f;

    for (size_t i = 0; i < log_count(source_log(s)); i++)
        trace_writer_put(w, log_at(source_log(s), i));
    f = trace_writer_footer(w).fingerprint;
    trace_writer_discard(w);
    return f;
}

/* A lesson with many records, as a file that goes when the test is over. */
static char *write_large(uint64_t bytes)
{
    static const char text[] =
        "{\"format\": \"tcplab-lesson\", \"version\": 1, \"title\": \"t\", \"summary\": \"s\","
        " \"hosts\": [{\"name\": \"a\"}, {\"name\": \"b\"}],"
        " \"links\": [{\"between\": [\"a\", \"b\"], \"delay\": \"5ms\", \"rate\": \"50Mbit/s\"}],"
        " \"apps\": [{\"host\": \"b\", \"script\": [{\"do\": \"listen\", \"port\": 80}]},"
        "  {\"host\": \"a\", \"script\": [{\"do\": \"open\", \"to\": \"b\", \"port\": 80},"
        "   {\"when\": \"established\", \"do\": \"send\", \"bytes\": %llu}]}]}";
    char *path = strdup("/tmp/tcplab-loader-XXXXXX");
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");

    assert_non_null(f);
    fprintf(f, text, (unsigned long long)bytes);
    fclose(f);
    return path;
}

static void remove_file(char *path)
{
    unlink(path);
    free(path);
}

static void *make_index(void *ctx, struct source *s, const struct trace_watch *w)
{
    struct fold_index *x = fold_index_new(source_log(s));

    *(int *)ctx += 1;
    while (!fold_index_grow(x, 1000))
        if (!w->go_on(w->ctx, 500)) {
            fold_index_free(x);
            return NULL;
        }
    return x;
}

static void drop_index(void *x)
{
    fold_index_free(x);
}

static void the_same(const char *path)
{
    int made = 0;
    struct loader_work work = {make_index, drop_index, &made};
    struct loader *l = loader_start(path, &work);
    struct diag d;
    struct source *direct = source_open(path, NULL, &d), *loaded;
    void *product = NULL;
    unsigned permille;

    assert_non_null(l);
    assert_non_null(direct);
    assert_int_equal(wait_for(l), LOADER_READY);
    loader_poll(l, &permille);
    assert_int_equal(permille, 1000);
    loaded = loader_take(l, &product, &d);
    assert_non_null(loaded);
    assert_non_null(product);
    assert_int_equal(made, 1);
    assert_int_equal(log_count(source_log(loaded)), log_count(source_log(direct)));
    assert_true(fingerprint(loaded) == fingerprint(direct));
    fold_index_free(product);
    source_close(loaded);
    source_close(direct);
}

static void lesson_and_trace(void **state)
{
    char path[] = "/tmp/tcplab-loader-XXXXXX";
    int fd = mkstemp(path);
    struct diag d;
    struct source *s = source_open(lesson, NULL, &d);
    struct trace_writer *w;
    (void)state;

    close(fd);
    the_same(lesson);
    w = trace_writer_open(path, source_header(s), &d);
    assert_non_null(w);
    for (size_t i = 0; i < log_count(source_log(s)); i++)
        trace_writer_put(w, log_at(source_log(s), i));
    assert_true(trace_writer_close(w, &d));
    source_close(s);
    the_same(path);
    unlink(path);
}

/* In slices the run is the same. */
static void a_long_run(void **state)
{
    char *path = write_large(3000000);
    (void)state;

    the_same(path);
    remove_file(path);
}

static void broken_files(void **state)
{
    char path[] = "/tmp/tcplab-loader-XXXXXX";
    int fd = mkstemp(path);
    struct loader *l = loader_start("/nowhere/at/all.json", NULL);
    struct diag d = {0};
    (void)state;

    assert_int_equal(wait_for(l), LOADER_FAILED);
    assert_null(loader_take(l, NULL, &d));
    assert_non_null(strstr(d.message, "cannot open"));
    assert_int_equal(write(fd, "{\"format\": 7}", 13), 13);
    close(fd);
    l = loader_start(path, NULL);
    assert_int_equal(wait_for(l), LOADER_FAILED);
    diag_clear(&d);
    assert_null(loader_take(l, NULL, &d));
    assert_int_equal(d.line, 1);
    unlink(path);
}

static void giving_up(void **state)
{
    char *path = write_large(400000000); /* would take a while */
    time_t begin = time(NULL);
    int made = 0;
    struct loader_work work = {make_index, drop_index, &made};
    (void)state;

    for (int i = 0; i < 3; i++) {
        struct loader *l = loader_start(path, &work);

        for (int k = 0; k < i * 5; k++)
            nap();
        assert_int_equal(loader_poll(l, NULL), LOADER_WORKING);
        loader_cancel(l);
    }
    loader_abandon(loader_start(lesson, NULL));
    loader_cancel(NULL);
    loader_abandon(NULL);
    assert_int_equal(made, 0);
    assert_true(time(NULL) - begin < 5);
    nap(); /* the abandoned one finishes */
    remove_file(path);
}

/* Nobody takes what is ready: it is not lost. */
static void nobody_wants_it(void **state)
{
    int made = 0;
    struct loader_work work = {make_index, drop_index, &made};
    struct loader *l = loader_start(lesson, &work);
    (void)state;

    assert_int_equal(wait_for(l), LOADER_READY);
    loader_cancel(l);
    assert_int_equal(made, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(lesson_and_trace), cmocka_unit_test(a_long_run),      cmocka_unit_test(broken_files),
        cmocka_unit_test(giving_up),        cmocka_unit_test(nobody_wants_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
