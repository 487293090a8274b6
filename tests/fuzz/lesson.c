/* Fuzz target: arbitrary bytes as a lesson. What is refused is refused with a place and a sentence; what
 * loads is run with small limits and full checks, judged, and its ladder drawn. Nothing crashes, hangs, leaks
 * or breaks a law of TCP. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>

#include "models/sim.h"
#include "sim/core/utf8.h"
#include "sim/lesson/expect.h"
#include "sim/lesson/lesson.h"
#include "sim/report/ladder.h"
#include "sim/run/session.h"

enum { EVENTS = 20000, LESSON_MAX = 1 << 16 };
#define MEMORY (UINT64_C(64) << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void lower(struct limits *l)
{
    if (l->events == 0 || l->events > EVENTS)
        l->events = EVENTS;
    if (l->memory_bytes == 0 || l->memory_bytes > MEMORY)
        l->memory_bytes = MEMORY;
}

static void look(struct session *s, const struct grade *g)
{
    const struct ladder_options o = {.width = 80, .why = true, .rows = 500};
    struct sbuf b = SBUF_INIT;
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);

    for (size_t i = 0; i < g->n; i++)
        grade_format(&g->result[i], &b);
    CHECK(utf8_valid_prefix(sbuf_str(&b), b.len) == b.len);
    sbuf_free(&b);
    CHECK(f && ladder_print(f, session_header(s), session_log(s), &o));
    fclose(f);
    CHECK(utf8_valid_prefix(text, n) == n);
    free(text);
}

static void run(struct lesson *l)
{
    const struct session_options o = {.memory_bytes = MEMORY};
    struct session *s;
    struct grade g;

    lower(&l->scenario.limits);
    l->scenario.full_checks = true;
    s = session_open(l, &o);
    if (!s) /* no memory for so large a lesson */
        return;
    session_finish(s, &g);
    CHECK(session_over(s) && session_end(s) != RUN_INVARIANT);
    look(s, &g);
    grade_free(&g);
    session_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag d;
    struct lesson *l;

    if (size > LESSON_MAX)
        return 0;
    diag_clear(&d);
    l = lesson_parse("fuzz", (const char *)data, size, NULL, 0, &d);
    CHECK((l != NULL) == !diag_is_set(&d));
    if (!l) {
        CHECK(d.line > 0 && d.column > 0 && d.message[0]);
        return 0;
    }
    run(l);
    lesson_free(l);
    return 0;
}
