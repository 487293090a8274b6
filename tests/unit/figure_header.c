/* The header inspector and the caption, for every segment and every beat of every lesson: the bytes are those
 * that pcapng writes, the checksum is right, nothing lies over the edge, and there is always a sentence. */
#define _XOPEN_SOURCE 700 /* glob, in shelf.h */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/caption.h"
#include "sim/figure/header.h"
#include "sim/report/i18n.h"
#include "sim/report/pcapng.h"
#include "tests/support/shelf.h"

static struct model *model_of(const struct session *run, enum figure_lang lang)
{
    struct model_options o = {.lang = lang};

    return model_new(session_header(run), session_log(run), &o);
}

static struct model *lesson_of(const struct shelf *s, const char *name, enum figure_lang lang)
{
    for (size_t i = 0; i < s->files.gl_pathc; i++)
        if (strstr(s->files.gl_pathv[i], name))
            return model_of(s->run[i], lang);
    fail_msg("there is no lesson %s", name);
    return NULL;
}

/* ---- bytes ---- */

struct captured { /* a pcapng file in memory */
    uint8_t *bytes;
    size_t n, at;
};

static uint32_t le32(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static struct captured capture(const struct session *run)
{
    struct captured c = {.at = 0};
    FILE *f = tmpfile();
    long n;

    assert_non_null(f);
    assert_true(pcapng_write(f, session_header(run), session_log(run)));
    n = ftell(f);
    assert_true(n > 0);
    c.n = (size_t)n;
    c.bytes = test_malloc(c.n);
    rewind(f);
    assert_int_equal(fread(c.bytes, 1, c.n, f), c.n);
    fclose(f);
    return c;
}

/* The next TCP segment of the file; NULL: no more. */
static const uint8_t *next_segment(struct captured *c, uint32_t *n)
{
    while (c->at + 12 <= c->n) {
        const uint8_t *block = c->bytes + c->at, *ip = block + 28;
        uint32_t type = le32(block), length = le32(block + 4), header;

        c->at += length;
        if (type != 6)
            continue;
        header = ip[0] >> 4 == 4 ? 20 : 40;
        if ((header == 20 ? ip[9] : ip[6]) != 6)
            continue;
        *n = le32(block + 20) - header;
        return ip + header;
    }
    return NULL;
}

static void the_bytes_of_pcapng(void **state)
{
    struct shelf *s = *state;
    unsigned segments = 0;

    for (size_t i = 0; i < s->files.gl_pathc; i++) {
        struct model *m = model_of(s->run[i], FIGURE_EN);
        struct captured c = capture(s->run[i]);
        struct header_options o = {.width = 680, .height = 250};

        for (size_t k = 0; k < log_count(m->log); k++) {
            const struct rec_head *r = log_at(m->log, k);
            const uint8_t *bytes;
            struct header *h;
            uint32_t n;

            if (r->kind != REC_SEND)
                continue;
            bytes = next_segment(&c, &n);
            h = header_new(m, s->paint, r->id, &o);
            assert_non_null(bytes);
            assert_non_null(h);
            assert_int_equal(h->n_bytes + h->payload, n);
            assert_memory_equal(h->bytes, bytes, h->n_bytes);
            if (!((const struct rec_send *)(const void *)r)->raw.n && !h->verified)
                fail_msg("%s: the checksum of record %llu is wrong", s->files.gl_pathv[i],
                         (unsigned long long)r->id);
            if (h->verified)
                assert_int_equal(h->computed, h->bytes[16] << 8 | h->bytes[17]);
            header_free(h);
            segments++;
        }
        test_free(c.bytes);
        model_free(m);
    }
    assert_true(segments > 300);
}

/* ---- places ---- */

static bool meet(struct rect a, struct rect b)
{
    const double hair = .01;

    return a.x + hair < b.x + b.w && b.x + hair < a.x + a.w && a.y + hair < b.y + b.h &&
           b.y + hair < a.y + a.h;
}

static void check_places(const struct header *h, const char *what)
{
    for (unsigned i = 0; i < h->n_boxes; i++) {
        struct rect r = h->box[i].r;

        if (r.x < 0 || r.y < 0 || r.x + r.w > h->o.width || r.y + r.h > h->o.height + .01)
            fail_msg("%s: field %d is over the edge", what, (int)h->box[i].field);
        if (meet(r, h->hex) || (h->title.h > 0 && meet(r, h->title)) || (h->ruler.h > 0 && meet(r, h->ruler)))
            fail_msg("%s: field %d lies on the bytes, the ruler or the title", what, (int)h->box[i].field);
        for (unsigned k = 0; k < i; k++)
            if (meet(r, h->box[k].r))
                fail_msg("%s: field %d lies on field %d", what, (int)h->box[i].field, (int)h->box[k].field);
    }
    if (h->hex.y + h->hex.h > h->o.height + .01)
        fail_msg("%s: the bytes are over the edge", what);
}

static void nothing_over_the_edge(void **state)
{
    static const double sizes[][2] = {{480, 180}, {480, 270}, {680, 250},
                                      {680, 420}, {960, 540}, {1920, 1080}};
    struct shelf *s = *state;

    for (size_t i = 0; i < s->files.gl_pathc; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            struct model *m = model_of(s->run[i], (enum figure_lang)((i + k) % 3));
            struct header_options o = {.width = sizes[k][0], .height = sizes[k][1], .untitled = k == 1};

            for (size_t r = 0; r < log_count(m->log); r++) {
                char what[128];
                struct header *h;

                if (log_at(m->log, r)->kind != REC_SEND)
                    continue;
                h = header_new(m, s->paint, log_at(m->log, r)->id, &o);
                snprintf(what, sizeof what, "%s, record %llu, %.0fx%.0f", s->files.gl_pathv[i],
                         (unsigned long long)log_at(m->log, r)->id, o.width, o.height);
                check_places(h, what);
                header_free(h);
            }
            model_free(m);
        }
}

/* ---- values ---- */

#define MS ((vtime)1000000)

static void the_fourth_segment(void **state)
{
    struct shelf *s = *state;
    struct model *m = lesson_of(s, "02-four-way-close", FIGURE_EN);
    struct header_options o = {.width = 680, .height = 250};
    struct header *h = header_new(m, s->paint, header_packet_at(m, 1290 * MS), &o);
    const char *rfc, *section;
    int box;

    assert_non_null(h);
    assert_string_equal(h->value[HEADER_SPORT], "50000");
    assert_string_equal(h->value[HEADER_DPORT], "443");
    assert_string_equal(h->value[HEADER_SEQ], "2501");
    assert_string_equal(h->named[HEADER_SEQ], "<i>u</i>+1");
    assert_string_equal(h->value[HEADER_ACK], "7401");
    assert_string_equal(h->named[HEADER_ACK], "<i>w</i>+1");
    assert_string_equal(h->value[HEADER_OFFSET], "5");
    assert_string_equal(h->value[HEADER_ACK_BIT], "1");
    assert_string_equal(h->value[HEADER_FIN], "0");
    assert_int_equal(h->number, 7);
    assert_int_equal(h->hue, HUE_ACK);
    assert_true(h->previous); /* the client's FIN */
    assert_true(h->changed[HEADER_SEQ] && h->changed[HEADER_ACK] && h->changed[HEADER_FIN]);
    assert_false(h->changed[HEADER_SPORT] || h->changed[HEADER_WINDOW] || h->changed[HEADER_ACK_BIT]);
    assert_true(h->byte_changed[13] && !h->byte_changed[0]);
    box = header_hit(h, h->box[0].r.x + 5, h->box[0].r.y + 5);
    assert_int_equal(box, 0);
    assert_non_null(header_words(h, box, &rfc, &section).zh);
    assert_string_equal(section, "3.1");
    assert_int_equal(header_hit(h, -1, -1), -1);
    header_free(h);
    model_free(m);
}

static void options_one_per_row(void **state)
{
    struct shelf *s = *state;
    struct model *m = lesson_of(s, "33-window-scale", FIGURE_EN);
    struct header_options o = {.width = 1280, .height = 800};
    struct header *h;
    char all[512] = "";

    for (size_t i = 0; i < log_count(m->log) && !*all; i++) {
        const struct rec_send *r = (const void *)log_at(m->log, i);

        if (r->head.kind != REC_SEND || !r->has_ws || !r->has_ts)
            continue;
        h = header_new(m, s->paint, r->head.id, &o);
        assert_true(h->grid);
        for (unsigned k = 0; k < h->n_rows; k++)
            snprintf(all + strlen(all), sizeof all - strlen(all), "%s; ", h->row[k].text[0]);
        header_free(h);
    }
    assert_non_null(strstr(all, "MSS 1460; "));
    assert_non_null(strstr(all, "timestamp "));
    assert_non_null(strstr(all, "window scale "));
    model_free(m);
}

static void no_segment(void **state)
{
    struct shelf *s = *state;
    struct model *m = lesson_of(s, "02-four-way-close", FIGURE_EN);
    struct header_options o = {.width = 680, .height = 250};

    assert_null(header_new(m, s->paint, 1, &o)); /* a CONN record */
    assert_null(header_new(m, s->paint, 123456, &o));
    assert_int_equal(header_packet_at(m, -1), 0);
    assert_true(header_packet_at(m, VTIME_NEVER) > header_packet_at(m, 0));
    model_free(m);
}

/* ---- captions ---- */

static void always_a_sentence(void **state)
{
    struct shelf *s = *state;

    for (size_t i = 0; i < s->files.gl_pathc; i++) {
        struct model *m = model_of(s->run[i], FIGURE_BOTH);
        vtime last = -1;

        for (size_t k = 0; k < log_count(m->log); k++) {
            struct rect r = {0, 0, k % 2 ? 500 : 1180, k % 2 ? 70 : 98}, words[2];
            struct caption c;
            double px[2];

            if (log_at(m->log, k)->at == last)
                continue;
            last = log_at(m->log, k)->at;
            caption_at(m, last, &c);
            if (!c.text[0][0] || !c.text[1][0])
                fail_msg("%s: no caption at %lld", s->files.gl_pathv[i], (long long)last);
            if (strchr(c.text[0], '%') || strstr(c.text[0], "  ") || (!c.told && strstr(c.text[0], "..")))
                fail_msg("%s: at %lld: %s", s->files.gl_pathv[i], (long long)last, c.text[0]);
            caption_lay(s->paint, m, &c, r, k % 2 ? .5 : 1, words, px);
            if (words[0].y < 0 || words[1].y + words[1].h > r.h || px[0] < 5)
                fail_msg("%s: at %lld the caption does not fit: %s", s->files.gl_pathv[i], (long long)last,
                         c.text[0]);
        }
        model_free(m);
    }
}

static void captions_say_what_happens(void **state)
{
    struct shelf *s = *state;
    struct model *m = lesson_of(s, "02-four-way-close", FIGURE_BOTH);
    struct caption c;

    caption_at(m, 50 * MS, &c);
    assert_false(c.told);
    assert_string_equal(c.text[0], "Server receives SYN and enters SYN-RECEIVED.");
    assert_string_equal(c.text[1], "伺服器收到 SYN，進入 SYN-RECEIVED。");
    assert_int_equal(c.number, 1);
    assert_string_equal(c.section, "3.10.7.2-3");
    caption_at(m, 1290 * MS, &c);
    assert_true(c.told);
    assert_int_equal(c.number, 7);
    assert_string_equal(caption_first(m, &c),
                        "Fourth: the client acknowledges the server's FIN, then waits 2 MSL.");
    assert_non_null(caption_second(m, &c));
    caption_at(m, -1, &c); /* before all: the lesson's title */
    assert_string_equal(c.text[0], "Four-way close");
    model_free(m);
    m = lesson_of(s, "02-four-way-close", FIGURE_ZH);
    caption_at(m, 50 * MS, &c);
    assert_string_equal(caption_first(m, &c), "伺服器收到 SYN，進入 SYN-RECEIVED。");
    assert_null(caption_second(m, &c));
    model_free(m);
}

/* A note has the number of the segment that it is about, not of the last one of its instant; a sentence has
 * one colon; Chinese words stand in the order of Chinese. */
static void captions_read_well(void **state)
{
    struct shelf *s = *state;
    struct model *m = lesson_of(s, "42-two-losses", FIGURE_BOTH);
    struct caption c;

    caption_at(m, 500 * MS, &c);
    assert_true(c.told);
    assert_int_equal(c.number, 5); /* the second of seven segments that are sent at once */
    model_free(m);
    m = lesson_of(s, "26-silly-window", FIGURE_BOTH);
    caption_at(m, 1300 * MS, &c);
    assert_string_equal(c.text[0],
                        "Client receives ACK \u2013 the peer's window is zero: it will be probed.");
    assert_string_equal(c.text[1], "用戶端收到 ACK\u2014\u2014對方視窗為零：將加以探測。");
    caption_at(m, VTIME_NEVER, &c);
    assert_string_equal(c.text[1], "用戶端收到伺服器的 ACK。");
    model_free(m);
}

/* ---- drawing ---- */

static cairo_surface_t *drawn(struct paint *p, struct model *m, uint64_t pkt, double w, double h)
{
    struct header_options o = {.width = w, .height = h};
    struct header *header = header_new(m, p, pkt, &o);
    struct header_view v = {.selected = 3};
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h + 100);
    cairo_t *cr = cairo_create(s);
    struct caption c;

    assert_non_null(header);
    paint_on(p, cr);
    header_draw(header, p, &v);
    caption_at(m, log_find(m->log, pkt)->at, &c);
    caption_draw(p, m, &c, (struct rect){0, h, w, 98}, 1);
    assert_int_equal(cairo_status(cr), CAIRO_STATUS_SUCCESS);
    cairo_destroy(cr);
    cairo_surface_flush(s);
    header_free(header);
    return s;
}

/* Every segment of some lessons, small and large, in every theme and language: twice the same picture. */
static void the_same_picture_again(void **state)
{
    static const char *const lessons[] = {"02-four-way", "19-urgent", "31-corruption", "33-window-scale"};
    struct shelf *shelf = *state;

    for (size_t i = 0; i < sizeof lessons / sizeof *lessons; i++) {
        struct model *m = lesson_of(shelf, lessons[i], (enum figure_lang)(i % 3));
        struct paint *p = paint_new(theme_get((enum theme_id)(i % THEME_COUNT)), true);

        for (size_t k = 0; k < log_count(m->log); k++) {
            double w = k % 2 ? 680 : 960, h = k % 2 ? 250 : 600;
            cairo_surface_t *a, *b;

            if (log_at(m->log, k)->kind != REC_SEND)
                continue;
            a = drawn(p, m, log_at(m->log, k)->id, w, h);
            b = drawn(p, m, log_at(m->log, k)->id, w, h);
            assert_memory_equal(cairo_image_surface_get_data(a), cairo_image_surface_get_data(b),
                                (size_t)cairo_image_surface_get_stride(a) * (size_t)(h + 100));
            cairo_surface_destroy(a);
            cairo_surface_destroy(b);
        }
        paint_free(p);
        model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_of_pcapng),
        cmocka_unit_test(nothing_over_the_edge),
        cmocka_unit_test(the_fourth_segment),
        cmocka_unit_test(options_one_per_row),
        cmocka_unit_test(no_segment),
        cmocka_unit_test(always_a_sentence),
        cmocka_unit_test(captions_say_what_happens),
        cmocka_unit_test(captions_read_well),
        cmocka_unit_test(the_same_picture_again),
    };

    return cmocka_run_group_tests(tests, shelf_take_down, shelf_put_back);
}
