/* The state machine of every lesson: no word lies on a box, on another word or over the edge, and every edge
 * that a lesson takes has its words. And whose token stands where, and what has been taken by then. */
#define _XOPEN_SOURCE 700 /* glob, in shelf.h */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sim/figure/states.h"
#include "sim/report/i18n.h"
#include "tests/support/shelf.h"

static struct model *model_of(const struct session *run, enum figure_lang lang)
{
    struct model_options o = {.lang = lang};

    return model_new(session_header(run), session_log(run), &o);
}

static struct model *lesson_of(const struct shelf *s, const char *name)
{
    for (size_t i = 0; i < s->files.gl_pathc; i++)
        if (strstr(s->files.gl_pathv[i], name))
            return model_of(s->run[i], FIGURE_EN);
    fail_msg("there is no lesson %s", name);
    return NULL;
}

/* ---- nothing lies on anything ---- */

static bool meet(struct rect a, struct rect b)
{
    const double hair = .01;

    return a.x + hair < b.x + b.w && b.x + hair < a.x + a.w && a.y + hair < b.y + b.h &&
           b.y + hair < a.y + a.h;
}

static bool inside(struct rect r, double w, double h)
{
    return r.x >= -.01 && r.y >= -.01 && r.x + r.w <= w + .01 && r.y + r.h <= h + .01;
}

static void look_at_names(const struct states *s, const char *what)
{
    for (unsigned i = 0; i < STATES_NODES; i++) {
        const struct states_node *n = &s->node[i];

        if (n->shown && (n->px < 3 || n->name.x < n->r.x || n->name.y < n->r.y - n->px * .3))
            fail_msg("%s: the name of state %u does not fit its box", what, i);
    }
}

static void look_for_collisions(const struct states *s, const char *what)
{
    static const char *const kinds[] = {"state", "arrow", "label", "title"};

    for (size_t i = 0; i < s->n_boxes; i++) {
        const struct states_box *a = &s->box[i];

        if (!inside(a->r, s->width, s->height))
            fail_msg("%s: a %s (%u) is over the edge", what, kinds[a->kind], a->index);
        if (a->kind == STATES_BOX_ARROW) {
            if (s->arrow[a->index].taken && s->arrow[a->index].px <= 0)
                fail_msg("%s: the edge from state %u to %u is taken and has no words", what,
                         s->arrow[a->index].from, s->arrow[a->index].to);
            continue;
        }
        for (size_t k = 0; k < i; k++)
            if (s->box[k].kind != STATES_BOX_ARROW && meet(a->r, s->box[k].r))
                fail_msg("%s: a %s (%u) lies on a %s (%u)", what, kinds[a->kind], a->index,
                         kinds[s->box[k].kind], s->box[k].index);
    }
    look_at_names(s, what);
}

static void look_at_tokens(const struct states *s, struct paint *p, const char *what)
{
    struct states_token token[STATES_TOKENS];

    for (size_t i = 0; i < s->model->n_spans; i++) {
        unsigned n = states_tokens(s, p, s->model->span[i].from, token);

        for (unsigned k = 0; k < n; k++) {
            if (!inside(token[k].r, s->width, s->height))
                fail_msg("%s: token %s is over the edge", what, token[k].text);
            for (unsigned j = 0; j < k; j++)
                if (meet(token[k].r, token[j].r))
                    fail_msg("%s: token %s lies on %s", what, token[k].text, token[j].text);
            for (size_t b = 0; b < s->n_boxes; b++)
                if (s->box[b].kind == STATES_BOX_LABEL && meet(token[k].r, s->box[b].r))
                    fail_msg("%s: token %s lies on label %u", what, token[k].text, s->box[b].index);
        }
    }
}

static void no_collisions_at(const struct shelf *s, double width, double height, bool whole, bool late)
{
    static const char *const langs[] = {"en", "zh-Hant", "both"};

    for (size_t i = 0; i < s->files.gl_pathc; i++)
        for (int lang = 0; lang < 3; lang++) {
            struct model *m = model_of(s->run[i], (enum figure_lang)lang);
            struct states_options o = {.width = width,
                                       .height = height,
                                       .whole = whole,
                                       .untitled = lang == 1,
                                       .from = late ? log_at(m->log, log_count(m->log) / 2)->at : 0};
            struct states *q = states_new(m, s->paint, &o);
            char what[160];

            snprintf(what, sizeof what, "%s, %.0fx%.0f, %s%s", s->files.gl_pathv[i], width, height,
                     langs[lang], whole ? ", whole" : "");
            look_for_collisions(q, what);
            look_at_tokens(q, s->paint, what);
            states_free(q);
            model_free(m);
        }
}

static void smallest(void **state)
{
    no_collisions_at(*state, 480, 270, false, false);
    no_collisions_at(*state, 480, 270, true, false);
}

static void panel(void **state)
{
    no_collisions_at(*state, 680, 378, false, false);
    no_collisions_at(*state, 680, 378, true, false);
}

static void second_half(void **state)
{
    no_collisions_at(*state, 680, 378, false, true);
}

static void narrow(void **state)
{
    no_collisions_at(*state, 400, 640, false, false);
}

static void spotlight(void **state)
{
    no_collisions_at(*state, 1920, 1080, false, false);
    no_collisions_at(*state, 1920, 1080, true, false);
}

/* Of a lesson with one connection the window's panel shows how it opens, then the rest: the labels are of a
 * size, none so small that nobody reads it, and none touches the card's edge. */
static void the_windows_parts(void **state)
{
    const struct shelf *shelf = *state;

    for (size_t i = 0; i < shelf->files.gl_pathc; i++)
        for (int k = 0; k < 4; k++) {
            struct model *m = model_of(shelf->run[i], k % 2 ? FIGURE_ZH : FIGURE_EN);
            struct states_options o = {.width = 678, .height = 342, .scale = 1};
            struct states *s;
            unsigned ends = 0;
            vtime open = 0;

            for (size_t n = 0; n < m->n_spans; n++)
                if (m->span[n].state == ST_ESTABLISHED) {
                    open = max_i64(open, m->span[n].from);
                    ends++;
                }
            if (k < 2)
                o.to = open;
            else
                o.from = open + 1;
            s = states_new(m, shelf->paint, &o);
            for (size_t n = 0; n < s->n_arrows && ends == 2; n++) {
                const struct states_arrow *a = &s->arrow[n];

                if (a->taken && (a->px < 13 || a->label.x < 9 || a->label.x + a->label.w > s->width - 9))
                    fail_msg("%s, %s: \"%s\" is %.1f px high, from %.0f to %.0f", shelf->files.gl_pathv[i],
                             k < 2 ? "opening" : "then", a->text[0], a->px, a->label.x,
                             a->label.x + a->label.w);
            }
            states_free(s);
            model_free(m);
        }
}

/* ---- what it shows ---- */

/* "C:TIME-WAIT S:LAST-ACK" */
static void expect_tokens(const struct states *s, struct paint *p, vtime at, const char *wanted)
{
    struct states_token token[STATES_TOKENS];
    unsigned n = states_tokens(s, p, at, token);
    char text[256] = "";

    for (unsigned i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s:%s", i ? " " : "", token[i].text,
                 token[i].node == STATES_END ? "end" : report_states[token[i].node]);
    assert_string_equal(text, wanted);
}

/* Which arrows have been taken by then: "ESTABLISHED>FIN-WAIT-1 ..." in the table's order. */
static void expect_path(const struct states *s, vtime at, const char *wanted)
{
    char text[1024] = "";

    for (size_t i = 0; i < s->n_arrows; i++)
        if (states_taken(s, i, at))
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s>%s", *text ? " " : "",
                     report_states[s->arrow[i].from],
                     s->arrow[i].to == STATES_END ? "end" : report_states[s->arrow[i].to]);
    assert_string_equal(text, wanted);
}

#define MS ((vtime)1000000)

static void four_way_close(void **state)
{
    struct shelf *shelf = *state;
    struct model *m = lesson_of(shelf, "02-four-way-close");
    struct states_options o = {.width = 680, .height = 378, .from = 1000 * MS};
    struct states *s = states_new(m, shelf->paint, &o);
    const struct states_node *n = s->node;

    assert_false(n[ST_CLOSED].shown); /* nobody is there, or will be, from 1 s on */
    assert_false(n[ST_CLOSING].shown);
    assert_true(n[ST_ESTABLISHED].shown && n[ST_TIME_WAIT].shown && n[STATES_END].shown);
    assert_true(n[ST_ESTABLISHED].r.y < n[ST_FIN_WAIT_1].r.y && n[ST_FIN_WAIT_1].r.y < n[ST_FIN_WAIT_2].r.y);
    assert_true(n[ST_FIN_WAIT_1].r.x < n[ST_CLOSE_WAIT].r.x); /* on the client's side */
    assert_true(n[ST_TIME_WAIT].r.y < n[STATES_END].r.y);
    expect_tokens(s, shelf->paint, 999 * MS, "C:ESTABLISHED S:ESTABLISHED");
    expect_tokens(s, shelf->paint, 1290 * MS, "C:TIME-WAIT S:LAST-ACK");
    expect_tokens(s, shelf->paint, VTIME_NEVER, "C:end S:end");
    expect_path(s, 999 * MS, "");
    expect_path(s, 1290 * MS,
                "ESTABLISHED>FIN-WAIT-1 FIN-WAIT-1>FIN-WAIT-2 FIN-WAIT-2>TIME-WAIT ESTABLISHED>CLOSE-WAIT "
                "CLOSE-WAIT>LAST-ACK");
    states_free(s);
    model_free(m);
}

static void closed_by_the_server(void **state)
{
    struct shelf *shelf = *state;
    struct model *m = lesson_of(shelf, "03-four-way-close-by-server");
    struct states_options o = {.width = 680, .height = 378, .from = 900 * MS};
    struct states *s = states_new(m, shelf->paint, &o);

    assert_true(s->node[ST_FIN_WAIT_1].r.x > s->node[ST_CLOSE_WAIT].r.x);
    states_free(s);
    model_free(m);
}

static void simultaneous_close(void **state)
{
    struct shelf *shelf = *state;
    struct model *m = lesson_of(shelf, "07-simultaneous-close");
    struct states_options o = {.width = 680, .height = 378};
    struct states *s = states_new(m, shelf->paint, &o);
    vtime closing = VTIME_NEVER;

    assert_true(s->node[ST_CLOSING].visited && !s->node[ST_CLOSE_WAIT].shown);
    for (size_t i = 0; i < m->n_spans; i++) /* the last one to get there */
        if (m->span[i].state == ST_CLOSING)
            closing = m->span[i].from;
    expect_tokens(s, shelf->paint, closing, "A:CLOSING B:CLOSING");
    states_free(s);
    model_free(m);
}

static void refused(void **state)
{
    struct shelf *shelf = *state;
    struct model *m = lesson_of(shelf, "12-connection-refused");
    struct states_options o = {.width = 680, .height = 378};
    struct states *s = states_new(m, shelf->paint, &o);
    bool found = false;

    for (size_t i = 0; i < s->n_arrows; i++)
        if (s->arrow[i].from == ST_SYN_SENT && s->arrow[i].to == STATES_END) {
            assert_int_equal(s->arrow[i].edge, ED_SYN_SENT_RST);
            assert_non_null(strstr(s->arrow[i].text[0], "receive RST"));
            found = true;
        }
    assert_true(found);
    states_free(s);
    model_free(m);
}

static void the_whole_table(void **state)
{
    struct shelf *shelf = *state;
    struct model *m = lesson_of(shelf, "01-three-way");
    struct states_options o = {.width = 1280, .height = 720, .whole = true};
    struct states *s = states_new(m, shelf->paint, &o);
    const char *section;
    unsigned edges = 0;

    for (unsigned i = 0; i < STATES_NODES; i++)
        assert_true(s->node[i].shown);
    for (unsigned from = 0; from < ST_COUNT; from++)
        for (unsigned to = 0; to < ST_COUNT; to++)
            for (unsigned e = 1; e < ED_COUNT; e++)
                if (report_edges[e].from == from && report_edges[e].to == to) {
                    edges++;
                    break;
                }
    assert_int_equal(s->n_arrows, edges);
    for (unsigned i = 0; i < STATES_NODES;
         i++) { /* every state is found where it stands, and says what it is */
        struct rect r = s->node[i].r;
        int box = states_hit(s, r.x + r.w / 2, r.y + r.h / 2);

        assert_true(box >= 0);
        assert_int_equal(s->box[box].kind, STATES_BOX_STATE);
        assert_int_equal(s->box[box].index, i);
        assert_non_null(states_words(s, box, &section).zh);
        assert_string_equal(section, "3.3.2");
    }
    for (size_t i = 0; i < s->n_arrows; i++) /* and every arrow */
        if (s->arrow[i].n_points == 2) {
            int box = states_hit(s, (s->arrow[i].point[0].x + s->arrow[i].point[1].x) / 2,
                                 (s->arrow[i].point[0].y + s->arrow[i].point[1].y) / 2);

            assert_true(box >= 0);
        }
    assert_int_equal(states_hit(s, -5, -5), -1);
    states_free(s);
    model_free(m);
}

/* Drawn twice it is the same, at another moment another picture, in every theme something is seen. */
static void the_same_picture_again(void **state)
{
    struct shelf *shelf = *state;
    struct model *m = lesson_of(shelf, "07-simultaneous-close");

    for (int theme = 0; theme < THEME_COUNT; theme++) {
        struct states_options o = {.width = 680, .height = 378, .whole = theme == THEME_DARK};
        struct paint *p = paint_new(theme_get((enum theme_id)theme), true);
        struct states *s = states_new(m, p, &o);
        cairo_surface_t *picture[3];
        size_t bytes = 0;

        for (int i = 0; i < 3; i++) {
            struct states_view v = {.at = i == 2 ? 60 * MS : VTIME_NEVER, .selected = theme};
            cairo_t *cr;

            picture[i] = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 680, 378);
            cr = cairo_create(picture[i]);
            paint_on(p, cr);
            states_draw(s, p, &v);
            assert_int_equal(cairo_status(cr), CAIRO_STATUS_SUCCESS);
            cairo_destroy(cr);
            cairo_surface_flush(picture[i]);
            bytes = (size_t)cairo_image_surface_get_stride(picture[i]) * 378;
        }
        assert_memory_equal(cairo_image_surface_get_data(picture[0]),
                            cairo_image_surface_get_data(picture[1]), bytes);
        assert_memory_not_equal(cairo_image_surface_get_data(picture[0]),
                                cairo_image_surface_get_data(picture[2]), bytes);
        for (int i = 0; i < 3; i++)
            cairo_surface_destroy(picture[i]);
        states_free(s);
        paint_free(p);
    }
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smallest),           cmocka_unit_test(panel),
        cmocka_unit_test(second_half),        cmocka_unit_test(narrow),
        cmocka_unit_test(spotlight),          cmocka_unit_test(the_windows_parts),
        cmocka_unit_test(four_way_close),     cmocka_unit_test(closed_by_the_server),
        cmocka_unit_test(simultaneous_close), cmocka_unit_test(refused),
        cmocka_unit_test(the_whole_table),    cmocka_unit_test(the_same_picture_again),
    };

    return cmocka_run_group_tests(tests, shelf_take_down, shelf_put_back);
}
