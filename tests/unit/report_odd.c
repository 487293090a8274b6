/* Logs that no run would make: records of the samples in any order, with any values their types allow.
 * Nothing that draws or counts may stumble over them, and the ladder keeps to its width. */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/fields.h"
#include "sim/report/fsm_report.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder.h"
#include "sim/report/pcapng.h"
#include "sim/report/text_width.h"
#include "tests/support/sample_trace.h"

enum { ROUNDS = 400 };

struct chance {
    uint64_t x;
};

static uint32_t draw(struct chance *c, uint32_t below)
{
    c->x ^= c->x << 13;
    c->x ^= c->x >> 7;
    c->x ^= c->x << 17;
    return (uint32_t)(c->x >> 32) % below;
}

static void change_field(struct chance *c, union rec_any *rec, const struct rec_field *f)
{
    void *at = rec->bytes + f->offset;

    if (!strcmp(f->name, "pkt")) {
        *(uint64_t *)at = draw(c, (uint32_t)rec->head.id + 2);
        return;
    }
    if (draw(c, 3))
        return;
    switch (f->type) {
    case FT_ENUM:
    case FT_OENUM: *(uint16_t *)at = (uint16_t)draw(c, report_table(f->table)->count()); break;
    case FT_HOSTN: *(uint16_t *)at = (uint16_t)draw(c, 3); break;
    case FT_CTL: *(uint8_t *)at = (uint8_t)draw(c, 256); break;
    case FT_FLAG: *(bool *)at = draw(c, 2); break;
    case FT_STR:
    case FT_OSTR:
    case FT_HEX: break;
    case FT_U64:
    case FT_U32:
    case FT_U16:
    case FT_U8:
    case FT_O64:
    case FT_O32:
    case FT_O16:
    case FT_O8:
    case FT_TIME:
    case FT_OTIME:
    case FT_SEQ:
        rec_field_store(at, f->type, draw(c, 3) ? draw(c, 5) : c->x & rec_field_max(f->type) & INT64_MAX);
        break;
    }
}

static void make_log(struct chance *c, const struct sample *samples, struct log *log)
{
    vtime at = 0;

    log_init(log, TRACE_ALL_KINDS, trace_record_size);
    for (uint64_t id = 1, n = 5 + draw(c, 120); id <= n; id++) {
        const struct log *from = &samples[draw(c, 3)].log;
        const struct rec_head *r = log_at(from, draw(c, (uint32_t)log_count(from)));
        struct rec_kind_row kind = rec_kind_row(r->kind);
        union rec_any rec;

        memset(&rec, 0, sizeof rec);
        memcpy(&rec, r, trace_record_size(r));
        at += draw(c, 4) ? 0 : draw(c, 3) ? (vtime)draw(c, 100000000) : (vtime)draw(c, 3000) * NS_PER_MS;
        rec.head.id = id;
        rec.head.at = at;
        rec.head.host = (uint16_t)draw(c, 3);
        rec.head.conn = draw(c, 5);
        rec.head.cause = draw(c, (uint32_t)id);
        for (unsigned f = 0; f < kind.n_fields; f++)
            change_field(c, &rec, &kind.field[f]);
        if (rec.head.kind == REC_SEND && draw(c, 2))
            rec.send.raw.n = 0;
        log_put(log, &rec.head);
    }
}

static void check_width(const char *text, int width)
{
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");

        if (text_columns_n(line, n) > width)
            fail_msg("wider than %d: %.*s", width, (int)n, line);
        line += n + (line[n] != '\0');
    }
}

static void test_odd_logs(void **state)
{
    struct chance c = {UINT64_C(88172645463325252)};
    struct sample samples[3];
    struct fsm_coverage *coverage = calloc(1, sizeof *coverage);
    FILE *nowhere = fopen("/dev/null", "w");
    (void)state;

    assert_true(coverage && nowhere);
    sample_close(&samples[0], true);
    sample_crossing(&samples[1]);
    sample_everything(&samples[2]);
    for (int round = 0; round < ROUNDS; round++) {
        struct ladder_options o = {.width = 30 + (int)draw(&c, 150),
                                   .ascii = draw(&c, 2),
                                   .absolute = draw(&c, 2),
                                   .why = draw(&c, 2),
                                   .pair = draw(&c, 5) == 0,
                                   .rows = draw(&c, 9) ? 0 : draw(&c, 30)};
        struct log log;
        char *text = NULL;
        size_t n;
        FILE *f = open_memstream(&text, &n);

        assert_non_null(f);
        i18n_use(i18n_languages[round % 2]);
        make_log(&c, samples, &log);
        assert_true(ladder_print(f, &samples[0].header, &log, &o));
        fclose(f);
        check_width(text, o.width < 40 ? 40 : o.width);
        free(text);
        assert_true(pcapng_write(nowhere, &samples[0].header, &log));
        fsm_coverage_add(coverage, &log);
        log_free(&log);
    }
    i18n_use("en");
    for (int i = 0; i < 3; i++)
        sample_free(&samples[i]);
    fclose(nowhere);
    free(coverage);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_odd_logs)};

    i18n_init("en", NULL);
    return cmocka_run_group_tests_name("report_odd", tests, NULL, NULL);
}
