/* The charts of every lesson: their points are the records' values, acknowledgments only rise, no word lies
 * on another or over the edge, a click finds the record, and a wait of hours does not flatten the rest. */
#define _XOPEN_SOURCE 700 /* glob, in shelf.h */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/figure/cwnd.h"
#include "sim/figure/seqplot.h"
#include "sim/report/i18n.h"
#include "tests/support/shelf.h"

typedef struct chart *(*maker)(const struct model *m, struct paint *p, const struct chart_options *o);
static const maker makers[] = {seqplot_new, cwnd_new};

static struct model *model_of(const struct shelf *s, const char *name, enum figure_lang lang)
{
    struct model_options o = {.lang = lang};

    for (size_t i = 0; i < s->files.gl_pathc; i++)
        if (strstr(s->files.gl_pathv[i], name))
            return model_new(session_header(s->run[i]), session_log(s->run[i]), &o);
    fail_msg("there is no lesson %s", name);
    return NULL;
}

static const struct chart_options usual = {.width = 1280, .height = 720};

/* ---- words ---- */

static void look_for_collisions(const struct chart *c, const char *what)
{
    for (size_t i = 0; i < c->n_boxes; i++) {
        struct rect a = c->box[i].r;

        if (a.x < 0 || a.y < 0 || a.x + a.w > c->o.width || a.y + a.h > c->o.height)
            fail_msg("%s: words of kind %d are over the edge, at %.0f,%.0f", what, (int)c->box[i].kind, a.x,
                     a.y);
        for (size_t k = 0; k < i; k++) {
            struct rect b = c->box[k].r;

            if (a.x + .5 < b.x + b.w && b.x + .5 < a.x + a.w && a.y + .5 < b.y + b.h && b.y + .5 < a.y + a.h)
                fail_msg("%s: words of kind %d lie on those of kind %d, at %.0f,%.0f", what,
                         (int)c->box[i].kind, (int)c->box[k].kind, a.x, a.y);
        }
    }
}

static void no_collisions(void **state)
{
    static const struct {
        double width, height;
    } size[] = {{1280, 720}, {1920, 1080}, {3840, 2160}, {900, 640}};
    const struct shelf *s = *state;

    for (size_t i = 0; i < s->files.gl_pathc; i++)
        for (unsigned lang = 0; lang < 3; lang++) {
            struct model *m = model_of(s, s->files.gl_pathv[i], (enum figure_lang)lang);

            for (size_t k = 0; k < ARRAY_LEN(size) * 2; k++) {
                struct chart_options o = {.width = size[k / 2].width, .height = size[k / 2].height};
                struct chart *c = makers[k % 2](m, s->paint, &o);
                char what[160];

                if (!c)
                    continue;
                snprintf(what, sizeof what, "%s, figure %zu, %.0fx%.0f, language %u", s->files.gl_pathv[i],
                         k % 2, o.width, o.height, lang);
                look_for_collisions(c, what);
                for (unsigned p = 0; p < c->n_panels; p++)
                    assert_true(c->panel[p].plot.h > 40 && c->panel[p].plot.w > 300);
                chart_free(c);
            }
            model_free(m);
        }
}

/* ---- values ---- */

static const void *record_of(const struct model *m, const struct chart_point *p, enum rec_kind kind)
{
    const struct rec_head *r = log_find(m->log, p->record);

    assert_non_null(r);
    assert_int_equal(r->kind, kind);
    assert_int_equal(r->at, p->at);
    return r;
}

static void look_at_segments(const struct model *m, const struct chart_panel *p, enum chart_role role)
{
    const struct chart_series *s = &p->series[role], *all = &p->series[CURVE_SEGMENT];

    for (size_t i = 0; i < s->n; i++) {
        const struct rec_send *r = record_of(m, &s->point[i], REC_SEND);
        const struct rec_send *first = (const void *)log_find(m->log, all->point[0].record);

        assert_int_equal(s->point[i].high - s->point[i].low,
                         r->len + !!(r->ctl & TCP_SYN) + !!(r->ctl & TCP_FIN));
        assert_int_equal((uint32_t)(s->point[i].low - all->point[0].low), r->seq.v - first->seq.v);
        assert_int_equal(role == CURVE_AGAIN, r->retx_of != 0);
    }
}

static void look_at_acks(const struct model *m, const struct chart_panel *p)
{
    const struct chart_series *s = &p->series[CURVE_ACK], *edge = &p->series[CURVE_WINDOW];
    int64_t last = INT64_MIN;

    assert_int_equal(s->n, edge->n);
    for (size_t i = 0; i < s->n; i++) {
        const struct rec_arrive *r = record_of(m, &s->point[i], REC_ARRIVE);
        const struct rec_send *ack = (const void *)log_find(m->log, r->pkt);

        if (s->point[i].high < last)
            fail_msg("an acknowledgment falls back, at record %llu", (unsigned long long)s->point[i].record);
        if (i)
            assert_int_equal((uint32_t)(s->point[i].high - s->point[i - 1].high),
                             ack->ack.v - ((const struct rec_send *)(const void *)log_find(
                                               m->log, ((const struct rec_arrive *)(const void *)log_find(
                                                            m->log, s->point[i - 1].record))
                                                           ->pkt))
                                              ->ack.v);
        assert_int_equal(edge->point[i].high - s->point[i].high, (int64_t)ack->wnd << ack->wscale);
        last = s->point[i].high;
    }
}

static void numbers_are_the_records(void **state)
{
    const struct shelf *s = *state;
    size_t bars = 0, acks = 0;

    for (size_t i = 0; i < s->files.gl_pathc; i++) {
        struct model *m = model_of(s, s->files.gl_pathv[i], FIGURE_EN);
        struct chart *c = seqplot_new(m, s->paint, &usual);

        for (unsigned p = 0; c && p < c->n_panels; p++) {
            look_at_segments(m, &c->panel[p], CURVE_SEGMENT);
            look_at_segments(m, &c->panel[p], CURVE_AGAIN);
            look_at_acks(m, &c->panel[p]);
            bars += c->panel[p].series[CURVE_SEGMENT].n;
            acks += c->panel[p].series[CURVE_ACK].n;
        }
        chart_free(c);
        model_free(m);
    }
    assert_true(bars > 100 && acks > 100);
}

static void windows_are_the_records(void **state)
{
    static const struct {
        enum chart_role role;
        enum rec_var var;
    } pair[] = {{CURVE_PIPE, VAR_PIPE},     {CURVE_CWND, VAR_CWND},    {CURVE_SSTHRESH, VAR_SSTHRESH},
                {CURVE_FLIGHT, VAR_FLIGHT}, {CURVE_RWND, VAR_SND_WND}, {CURVE_SRTT, VAR_SRTT},
                {CURVE_RTO, VAR_RTO}};
    const struct shelf *s = *state;
    size_t seen[CURVE_COUNT] = {0};

    for (size_t i = 0; i < s->files.gl_pathc; i++) {
        struct model *m = model_of(s, s->files.gl_pathv[i], FIGURE_EN);
        struct chart *c = cwnd_new(m, s->paint, &usual);

        for (unsigned p = 0; c && p < c->n_panels; p++)
            for (size_t k = 0; k < ARRAY_LEN(pair); k++) {
                const struct chart_series *q = &c->panel[p].series[pair[k].role];

                for (size_t n = 0; n < q->n; n++) {
                    const struct rec_vars *r = record_of(m, &q->point[n], REC_VARS);

                    assert_true(r->changed >> pair[k].var & 1u);
                    assert_int_equal(r->value[pair[k].var], q->point[n].high);
                    assert_true(n == 0 || q->point[n - 1].at < q->point[n].at);
                }
                seen[pair[k].role] += q->n;
            }
        chart_free(c);
        model_free(m);
    }
    for (size_t k = 0; k < ARRAY_LEN(pair); k++)
        assert_true(seen[pair[k].role] > 10);
}

/* What fast retransmit is about: the lost segment, four duplicates or more, and one retransmission. */
static void fast_retransmit(void **state)
{
    const struct shelf *s = *state;
    struct model *m = model_of(s, "fast-retransmit", FIGURE_EN);
    struct chart *c = seqplot_new(m, s->paint, &usual);
    const struct chart_series *q = c->panel[0].series;
    unsigned same = 0;

    assert_int_equal(c->n_panels, 1);
    assert_int_equal(q[CURVE_LOST].n, 1);
    assert_int_equal(q[CURVE_AGAIN].n, 1);
    assert_int_equal(q[CURVE_AGAIN].point[0].low, q[CURVE_LOST].point[0].low);
    for (size_t i = 1; i < q[CURVE_ACK].n; i++)
        same += q[CURVE_ACK].point[i].high == q[CURVE_LOST].point[0].low &&
                q[CURVE_ACK].point[i - 1].high == q[CURVE_ACK].point[i].high;
    assert_true(same >= 3);
    chart_free(c);
    c = cwnd_new(m, s->paint, &usual);
    assert_int_equal(c->panel[0].series[CURVE_LETTER].n, 1);
    assert_string_equal(c->panel[0].series[CURVE_LETTER].point[0].letter, "R");
    assert_true(c->panel[1].series[CURVE_RTT].n >= 3); /* never of what was sent twice */
    chart_free(c);
    model_free(m);
}

/* What the receiver has beyond a hole: blocks above what is acknowledged, of what was sent. */
static void sack_blocks(void **state)
{
    const struct shelf *s = *state;
    struct model *m = model_of(s, "sack-recovery", FIGURE_EN);
    struct chart *c = seqplot_new(m, s->paint, &usual);
    const struct chart_series *q = c->panel[0].series, *sack = &q[CURVE_SACK];
    int64_t most = 0;

    for (size_t i = 0; i < q[CURVE_SEGMENT].n; i++)
        most = q[CURVE_SEGMENT].point[i].high > most ? q[CURVE_SEGMENT].point[i].high : most;
    assert_true(sack->n > 8);
    for (size_t i = 0; i < sack->n; i++) {
        size_t k = 0;

        record_of(m, &sack->point[i], REC_ARRIVE);
        while (q[CURVE_ACK].point[k].record != sack->point[i].record)
            k++;
        assert_true(sack->point[i].low > q[CURVE_ACK].point[k].high);
        assert_true(sack->point[i].high > sack->point[i].low && sack->point[i].high <= most);
    }
    chart_free(c);
    c = cwnd_new(m, s->paint, &usual);
    assert_true(c->panel[0].series[CURVE_PIPE].n > 4);
    chart_free(c);
    model_free(m);
}

/* ---- time ---- */

static void there_and_back(void **state)
{
    const struct shelf *s = *state;
    const char *const names[] = {"keep-alive", "rto-backoff", "slow-start"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct model *m = model_of(s, names[i], FIGURE_EN);
        struct chart *c = seqplot_new(m, s->paint, &usual);
        double last = -1;

        for (int k = 0; k <= 1000; k++) {
            vtime t = c->from + (c->to - c->from) / 1000 * k;
            double x = chart_x(c, t);

            assert_true(x >= last);
            assert_true(x >= c->panel[0].plot.x && x <= c->panel[0].plot.x + c->panel[0].plot.w + 1);
            last = x;
            assert_true(llabs(chart_time(c, x) - t) <= (c->to - c->from) / 1000 + 1);
        }
        assert_int_equal(c->n_pieces > 1, i == 0); /* two hours of silence, but not the backing off */
        chart_free(c);
        model_free(m);
    }
}

static void only_a_part(void **state)
{
    const struct shelf *s = *state;
    struct model *m = model_of(s, "slow-start", FIGURE_EN);
    struct chart_options o = {.width = 1280, .height = 720, .from = 600 * NS_PER_MS, .to = 900 * NS_PER_MS};
    struct chart *c = seqplot_new(m, s->paint, &o);

    assert_int_equal(c->from, 600 * NS_PER_MS);
    assert_int_equal(c->to, 900 * NS_PER_MS);
    assert_true(fabs(chart_x(c, c->from) - c->panel[0].plot.x) < 1);
    chart_free(c);
    model_free(m);
}

/* ---- drawing and the pointer ---- */

static void a_click_finds_the_record(void **state)
{
    const struct shelf *s = *state;
    struct model *m = model_of(s, "slow-start", FIGURE_ZH);
    struct chart *c = seqplot_new(m, s->paint, &usual);
    const struct chart_panel *p = &c->panel[0];
    const struct chart_point *k = &p->series[CURVE_SEGMENT].point[5];
    struct chart_hit hit;
    char words[128];
    double x = chart_x(c, k->at), y = chart_y(p, (k->low + k->high) / 2);

    assert_true(chart_hit(c, x, y, 6, VTIME_NEVER, &hit));
    assert_int_equal(hit.point->at, k->at);
    assert_int_equal(hit.role, CURVE_SEGMENT);
    chart_say(c, &hit, words, sizeof words);
    assert_non_null(strstr(words, "區段"));
    assert_false(chart_hit(c, x, y, 6, k->at - 1, &hit)); /* has not happened yet */
    assert_false(chart_hit(c, p->plot.x + 3, p->plot.y + 3, 6, VTIME_NEVER, &hit));
    chart_free(c);
    model_free(m);
}

static uint64_t picture(const struct chart *c, enum theme_id theme, const struct chart_view *v)
{
    cairo_surface_t *to = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)c->o.width, (int)c->o.height);
    cairo_t *cr = cairo_create(to);
    struct paint *p = paint_new(theme_get(theme), true);
    uint64_t hash;

    paint_on(p, cr);
    chart_draw(c, p, v);
    assert_int_equal(cairo_status(cr), CAIRO_STATUS_SUCCESS);
    cairo_surface_flush(to);
    hash = hash_bytes(0, cairo_image_surface_get_data(to),
                      (size_t)cairo_image_surface_get_stride(to) * (size_t)c->o.height);
    paint_free(p);
    cairo_destroy(cr);
    cairo_surface_destroy(to);
    return hash;
}

static void drawn_up_to_the_playhead(void **state)
{
    const struct shelf *s = *state;
    struct model *m = model_of(s, "two-losses", FIGURE_BOTH);

    for (size_t k = 0; k < ARRAY_LEN(makers); k++) {
        struct chart *c = makers[k](m, s->paint, &usual);
        struct chart_view v = {.at = VTIME_NEVER};
        uint64_t all = picture(c, THEME_LIGHT, &v);

        assert_true(all == picture(c, THEME_LIGHT, &v));
        assert_true(all != picture(c, THEME_DARK, &v));
        v.at = 700 * NS_PER_MS;
        assert_true(all != picture(c, THEME_LIGHT, &v));
        chart_free(c);
    }
    model_free(m);
}

/* A hundred thousand segments: not a trace, only the points. */
static void many_points(void **state)
{
    const struct shelf *s = *state;
    struct model *m = model_of(s, "slow-start", FIGURE_EN);
    struct chart *c = chart_new(m, &usual);
    struct chart_panel *p = &c->panel[0];
    struct chart_view v = {.at = VTIME_NEVER};

    c->n_panels = 1;
    *p = (struct chart_panel){.title = {"numbers", NULL}, .unit = CHART_SEQUENCE, .weight = 1};
    c->name = p->title;
    for (int64_t i = 0; i < 100000; i++) {
        struct chart_point k = {i * NS_PER_MS, i * 1460, i * 1460 + 1460, (uint64_t)i + 1, "R"};

        chart_put(p, i % 10 ? CURVE_SEGMENT : CURVE_AGAIN, k);
        if (i % 10 == 0)
            chart_put(p, CURVE_LETTER, k);
        k.low = k.high = i * 1460;
        chart_put(p, CURVE_ACK, k);
        k.high += i % 7 * 9000;
        chart_put(p, CURVE_WINDOW, k);
    }
    chart_lay(c, s->paint);
    assert_true(c->n_letters > 10 && c->n_letters < 500);
    look_for_collisions(c, "many points");
    (void)picture(c, THEME_LIGHT, &v);
    chart_free(c);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_collisions),
        cmocka_unit_test(numbers_are_the_records),
        cmocka_unit_test(windows_are_the_records),
        cmocka_unit_test(fast_retransmit),
        cmocka_unit_test(sack_blocks),
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(only_a_part),
        cmocka_unit_test(a_click_finds_the_record),
        cmocka_unit_test(drawn_up_to_the_playhead),
        cmocka_unit_test(many_points),
    };

    return cmocka_run_group_tests(tests, shelf_take_down, shelf_put_back);
}
