#include "gui/gallery.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/mini.h"
#include "sim/core/sbuf.h"
#include "sim/report/i18n.h"
#include "sim/run/lessons.h"

enum { FILTER = 64, GROUPS = 8, GROUP_RECENT = 0, GROUP_OTHERS = GROUPS - 1 };

struct entry { /* a file */
    char *name, *path;
    char title[2][LESSON_TITLE_BYTES];
    struct mini *mini;
    bool tried; /* there is a picture, or there will be none */
};

struct card {
    size_t entry;
    int group;
    struct rect r; /* as it stands; not cut at the edges */
};

struct heading {
    int group;
    double y;
};

struct gallery {
    struct entry *entry; /* the shelf; only in the menu's */
    size_t n_entries;
    struct card *all; /* every card there could be */
    size_t n_all;
    uint64_t filled; /* how often it was */
    /* the view */
    struct card *card; /* those shown by the filter */
    size_t n_cards, current;
    struct heading heading[GROUPS];
    size_t n_headings;
    struct rect r, window; /* of everything; of the cards alone */
    double scroll, height; /* how much lies above the window; how high all is */
    int columns;
    size_t made; /* pictures, so far */
    char filter[FILTER];
    bool search;
};

/* In the order of the lessons' numbers: each group up to this one. */
static const struct {
    int last;
    const char *title;
} groups[GROUPS] = {
    {0, TR_MARK("Opened lately")},
    {7, TR_MARK("Opening and closing")},
    {17, TR_MARK("When something goes wrong")},
    {26, TR_MARK("Data, windows, timers")},
    {42, TR_MARK("Defences and special cases")},
    {49, TR_MARK("Recovery from loss")},
    {999, TR_MARK("Congestion and performance")},
    {0, TR_MARK("Others")},
};

void *gallery_make(void)
{
    struct gallery *g = calloc(1, sizeof *g);

    CHECK(g);
    return g;
}

static void clear_shelf(struct gallery *g)
{
    for (size_t i = 0; i < g->n_entries; i++) {
        free(g->entry[i].name);
        free(g->entry[i].path);
        mini_free(g->entry[i].mini);
    }
    free(g->entry);
    free(g->all);
    g->entry = NULL;
    g->all = NULL;
    g->n_entries = g->n_all = 0;
}

void gallery_free(void *gallery)
{
    struct gallery *g = gallery;

    clear_shelf(g);
    free(g->card);
    free(g);
}

static struct gallery *view_of(const struct app *a, enum panel_id id)
{
    return scene_state(a, id);
}

static struct gallery *shelf_of(const struct app *a)
{
    return scene_state(a, PANEL_overlay_menu);
}

/* ---- the shelf ---- */

/* Takes name and path over. */
static size_t add_entry(struct gallery *s, char *name, char *path)
{
    struct entry *e;

    s->entry = realloc(s->entry, (s->n_entries + 1) * sizeof *s->entry);
    CHECK(s->entry);
    e = &s->entry[s->n_entries];
    *e = (struct entry){.name = name, .path = path};
    if (!lessons_title(path, e->title[0], e->title[1]))
        for (int i = 0; i < 2; i++)
            snprintf(e->title[i], sizeof e->title[i], "%s", name);
    return s->n_entries++;
}

static void add_card(struct gallery *s, size_t entry, int group)
{
    s->all = realloc(s->all, (s->n_all + 1) * sizeof *s->all);
    CHECK(s->all);
    s->all[s->n_all++] = (struct card){.entry = entry, .group = group};
}

static int group_of(const char *name)
{
    int number = 0;
    const char *at = name;

    while (*at >= '0' && *at <= '9' && number < 1000)
        number = number * 10 + (*at++ - '0');
    if (at == name || *at != '-')
        return GROUP_OTHERS;
    for (int g = 1; g < GROUP_OTHERS; g++)
        if (number <= groups[g].last)
            return g;
    return GROUP_OTHERS;
}

static void add_recent(struct gallery *s, const char *place, const struct lesson_file *l, size_t n_lessons)
{
    size_t n;
    char **list = recent_read(place, &n);

    for (size_t i = 0; i < n; i++) {
        const char *slash = strrchr(list[i], '/');
        size_t known = n_lessons;

        for (size_t k = 0; k < n_lessons && known == n_lessons; k++)
            if (recent_same(l[k].path, list[i]))
                known = k;
        if (known < n_lessons)
            free(list[i]);
        else
            known = add_entry(s, sbuf_join(slash ? slash + 1 : list[i], ""), list[i]);
        add_card(s, known, GROUP_RECENT);
    }
    free(list);
}

static void fill_shelf(struct app *a)
{
    struct gallery *s = shelf_of(a);
    size_t n;
    struct lesson_file *l = lessons_find(TCPLAB_DATADIR, &n);

    clear_shelf(s);
    for (size_t i = 0; i < n; i++)
        add_entry(s, sbuf_join(l[i].name, ""), sbuf_join(l[i].path, ""));
    if (a->recent)
        add_recent(s, a->recent, l, n);
    for (int g = 1; g < GROUPS; g++)
        for (size_t i = 0; i < n; i++)
            if (group_of(l[i].name) == g)
                add_card(s, i, g);
    lessons_free(l, n);
    s->filled++;
}

/* ---- the filter ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether a text has this word, of n bytes, whatever the case. */
static bool has_word(const char *text, const char *word, size_t n)
{
    for (; *text; text++) {
        size_t i = 0;

        while (i < n && lower(text[i]) == lower(word[i]))
            i++;
        if (i == n)
            return true;
    }
    return n == 0;
}

static bool matches(const struct entry *e, const char *filter)
{
    while (*filter) {
        size_t n = strcspn(filter, " ");

        if (!has_word(e->name, filter, n) && !has_word(e->title[0], filter, n) &&
            !has_word(e->title[1], filter, n))
            return false;
        filter += n;
        filter += strspn(filter, " ");
    }
    return true;
}

static void choose(struct app *a, struct gallery *v)
{
    const struct gallery *s = shelf_of(a);

    free(v->card);
    v->card = calloc(s->n_all + 1, sizeof *v->card);
    CHECK(v->card);
    v->n_cards = 0;
    for (size_t i = 0; i < s->n_all; i++)
        if (matches(&s->entry[s->all[i].entry], v->filter))
            v->card[v->n_cards++] = s->all[i];
    v->current = v->current < v->n_cards ? v->current : 0;
}

void gallery_begin(struct app *a, enum panel_id id)
{
    struct gallery *v = view_of(a, id);

    fill_shelf(a);
    v->filter[0] = '\0';
    v->scroll = 0;
    v->current = 0;
    choose(a, v);
}

/* ---- where cards stand ---- */

static double most_scroll(const struct gallery *v)
{
    return fmax(0, v->height - v->window.h);
}

static void place_cards(const struct app *a, struct gallery *v)
{
    double u = a->scene.u, gap = 22 * u, w, h, y = 0;
    int group = -1, column = 0;

    v->columns = (int)fmax(1, floor((v->window.w + gap) / (296 * u)));
    w = floor((v->window.w - gap * (v->columns - 1)) / v->columns);
    h = round(236 * u);
    v->n_headings = 0;
    for (size_t i = 0; i < v->n_cards; i++) {
        struct card *c = &v->card[i];

        if (c->group != group) {
            y += group < 0 ? 0 : h + gap + 14 * u;
            group = c->group;
            v->heading[v->n_headings++] = (struct heading){group, y};
            y += 52 * u;
            column = 0;
        } else if (column == v->columns) {
            y += h + gap;
            column = 0;
        }
        c->r = (struct rect){v->window.x + column++ * (w + gap), y, w, h};
    }
    v->height = y + (v->n_cards ? h + 24 * u : 0);
    v->scroll = fmax(0, fmin(v->scroll, most_scroll(v)));
}

static struct rect on_screen(const struct gallery *v, struct rect r)
{
    r.y = round(r.y + v->window.y - v->scroll);
    return r;
}

void gallery_layout(struct app *a, enum panel_id id, struct rect r, bool search)
{
    struct gallery *v = view_of(a, id), *s = shelf_of(a);
    double u = a->scene.u, top = search ? 76 * u : 0;

    if (!s->filled)
        fill_shelf(a);
    if (!v->card)
        choose(a, v);
    v->search = search;
    v->r = r;
    v->window = (struct rect){r.x, r.y + top, r.w - 26 * u, r.h - top};
    place_cards(a, v);
    for (size_t i = 0; i < v->n_cards; i++) {
        struct rect c = on_screen(v, v->card[i].r), seen = rect_common(c, v->window);
        const struct entry *e = &s->entry[v->card[i].entry];
        char name[WIDGET_NAME];
        struct widget *w;

        if (seen.h < 30 * u)
            continue;
        snprintf(name, sizeof name, "%s%.29s", v->card[i].group == GROUP_RECENT ? "r " : "", e->name);
        w = scene_put(a, id, seen, ROLE_BUTTON, name);
        w->command = CMD_OPEN_THIS;
        w->arg = (int64_t)i;
        w->radius = 13 * u;
        w->label = (struct trace_text){e->title[0], strcmp(e->title[0], e->title[1]) ? e->title[1] : NULL};
    }
}

/* Scrolls so that the chosen card is whole in sight, and gives it the focus. */
static void show_current(struct app *a, enum panel_id id)
{
    struct gallery *v = view_of(a, id);
    struct rect r;

    if (!v->n_cards)
        return;
    r = v->card[v->current].r;
    if (r.y - 60 * a->scene.u < v->scroll)
        v->scroll = fmax(0, r.y - 60 * a->scene.u);
    if (r.y + r.h + 24 * a->scene.u > v->scroll + v->window.h)
        v->scroll = r.y + r.h + 24 * a->scene.u - v->window.h;
    scene_update(a);
    for (size_t i = 0; i < a->scene.place[id].n_widgets; i++) {
        const struct widget *w = &a->scene.place[id].widget[i];

        if (w->command == CMD_OPEN_THIS && w->arg == (int64_t)v->current)
            scene_focus(a, w, true);
    }
}

/* The card above or below: the nearest of the next line. */
static size_t neighbour(const struct gallery *v, int way)
{
    struct rect from = v->card[v->current].r;
    double line = -1;
    size_t best = v->current;

    for (size_t k = v->current;;) {
        if ((way < 0 && k == 0) || (way > 0 && k + 1 >= v->n_cards))
            return best;
        k = way < 0 ? k - 1 : k + 1;
        if (fabs(v->card[k].r.y - from.y) < 1)
            continue;
        if (line >= 0 && fabs(v->card[k].r.y - line) > 1)
            return best;
        if (line < 0 || fabs(v->card[k].r.x - from.x) < fabs(v->card[best].r.x - from.x))
            best = k;
        line = v->card[k].r.y;
    }
}

/* ---- time ---- */

bool gallery_tick(struct app *a, enum panel_id id)
{
    struct gallery *v = view_of(a, id), *s = shelf_of(a);

    for (size_t i = 0; i < v->n_cards; i++) {
        struct entry *e = &s->entry[v->card[i].entry];

        if (e->tried || rect_common(on_screen(v, v->card[i].r), v->window).h <= 0)
            continue;
        e->mini = mini_make(e->path);
        e->tried = true;
        s->made++;
        return true;
    }
    return false;
}

uint64_t gallery_stamp(const struct app *a, enum panel_id id)
{
    const struct gallery *v = view_of(a, id), *s = shelf_of(a);
    uint64_t h = hash_bytes(11, v->filter, strlen(v->filter));

    h = stamp_add(stamp_add(h, s->filled), s->made);
    return stamp_add(h, (uint64_t)(v->scroll * 8));
}

/* ---- inputs ---- */

static void filter_changed(struct app *a, struct gallery *v)
{
    v->current = 0;
    v->scroll = 0;
    choose(a, v);
    scene_update(a);
}

static bool edit(struct app *a, struct gallery *v, const struct input *in)
{
    size_t n = strlen(v->filter);

    if (in->kind == INPUT_TEXT) {
        if (n + strlen(in->text) < sizeof v->filter) {
            strcat(v->filter, in->text);
            filter_changed(a, v);
        }
        return true;
    }
    if (in->key == KEY_BACKSPACE) {
        while (n > 0 && ((unsigned char)v->filter[--n] & 0xc0) == 0x80)
            ;
        v->filter[n] = '\0';
        filter_changed(a, v);
        return true;
    }
    if (in->key == KEY_ENTER && !a->scene.focus_seen && v->n_cards) {
        command_open_this(a, (int64_t)v->current);
        return true;
    }
    return in->key > ' ' && in->key < 0x7f && !in->mods; /* it also comes as text */
}

static bool walk(struct app *a, enum panel_id id, uint32_t key)
{
    struct gallery *v = view_of(a, id);
    size_t n = v->n_cards, step = (size_t)v->columns * 2;
    bool begun = scene_find(a, a->scene.focus) && a->scene.focus.panel == (int)id && a->scene.focus_seen;

    if (!n)
        return false;
    switch (key) {
    case KEY_RIGHT: v->current += begun && v->current + 1 < n; break;
    case KEY_LEFT: v->current -= v->current > 0; break;
    case KEY_DOWN: v->current = begun ? neighbour(v, 1) : v->current; break;
    case KEY_UP: v->current = neighbour(v, -1); break;
    case KEY_PAGE_DOWN: v->current = v->current + step < n ? v->current + step : n - 1; break;
    case KEY_PAGE_UP: v->current -= v->current > step ? step : v->current; break;
    case KEY_HOME: v->current = 0; break;
    case KEY_END: v->current = n - 1; break;
    default: return false;
    }
    show_current(a, id);
    return true;
}

bool gallery_input(struct app *a, enum panel_id id, const struct input *in)
{
    struct gallery *v = view_of(a, id);

    if (in->kind == INPUT_WHEEL) {
        v->scroll = fmax(0, fmin(v->scroll - in->wheel * 110 * a->scene.u, most_scroll(v)));
        return true;
    }
    if (in->kind == INPUT_KEY && !in->mods && walk(a, id, in->key))
        return true;
    return v->search && (in->kind == INPUT_KEY || in->kind == INPUT_TEXT) && edit(a, v, in);
}

void command_open_this(struct app *a, int64_t arg)
{
    enum panel_id id = a->overlay == PANEL_overlay_menu ? PANEL_overlay_menu : PANEL_panel_welcome;
    const struct gallery *v = view_of(a, id), *s = shelf_of(a);
    char *path;

    if (!a->scene.place[id].shown || arg < 0 || (size_t)arg >= v->n_cards)
        return;
    path = sbuf_join(s->entry[v->card[arg].entry].path, "");
    if (!app_open(a, path) && a->overlay == PANEL_overlay_menu)
        app_overlay(a, PANEL_NONE);
    free(path);
}

/* ---- looks ---- */

static void draw_card_of(struct app *a, struct paint *p, const struct entry *e, struct rect r)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u, line = fmax(1, 1.2 * u), y = r.y + 160 * u;
    struct trace_text title = {e->title[0], strcmp(e->title[0], e->title[1]) ? e->title[1] : NULL};
    struct rect picture = {r.x + 12 * u, r.y + 10 * u, r.w - 24 * u, 142 * u};
    const char *second;
    char text[6 * LESSON_TITLE_BYTES];

    draw_card(p, r, u, 0);
    paint_fill(p, (struct rect){r.x + line, r.y + 10 * u, r.w - 2 * line, 142 * u}, 0,
               colour_alpha(t->background, 150));
    if (e->mini)
        mini_draw(e->mini, p, picture, u);
    else if (e->tried)
        paint_icon(p, ICON_MAIL, r.x + r.w / 2 - 28 * u, picture.y + 42 * u, 56 * u, t->ink3, t->card);
    second = app_second(a, title);
    paint_escape(text, sizeof text, app_first(a, title));
    if (!second && paint_measure(p, FACE_BOLD, 22 * u, text).w > r.w - 32 * u &&
        paint_measure_wrapped(p, FACE_BOLD, 20 * u, text, r.w - 32 * u).h < 66 * u) { /* two lines */
        paint_text_wrapped(p, FACE_BOLD, 20 * u, t->ink1, r.x + 16 * u, y, text, r.w - 32 * u);
        return;
    }
    draw_cut(p, FACE_BOLD, 22 * u, t->ink1, r.x + 16 * u, y, app_first(a, title), r.w - 32 * u);
    draw_cut(p, FACE_PLAIN, 18 * u, t->ink2, r.x + 16 * u, y + 36 * u, second ? second : e->name,
             r.w - 32 * u);
}

static void draw_search(struct app *a, const struct gallery *v, struct paint *p)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u, x;
    struct rect field = {v->r.x, v->r.y + 6 * u, fmin(v->r.w, 760 * u), 52 * u};

    paint_fill(p, field, 11 * u, t->background);
    paint_frame(p, field, 11 * u, fmax(1.5, 2.4 * u), t->focus, false);
    x = field.x + 18 * u;
    if (*v->filter)
        x += draw_cut(p, FACE_BOLD, 24 * u, t->ink1, x, field.y + 9 * u, v->filter, field.w - 40 * u);
    paint_fill(p, (struct rect){x + 2 * u, field.y + 11 * u, fmax(2, 2.5 * u), 30 * u}, 0, t->focus);
    if (!*v->filter)
        draw_cut(p, FACE_PLAIN, 22 * u, t->ink3, x + 14 * u, field.y + 10 * u,
                 app_first(a, scene_word(a, TR_MARK("Type to search"))), field.w - 50 * u);
}

void gallery_draw(struct app *a, enum panel_id id, struct paint *p)
{
    const struct gallery *v = view_of(a, id), *s = shelf_of(a);
    const struct theme *t = app_theme(a);
    cairo_t *cr = paint_cairo(p);
    double u = a->scene.u;

    if (v->search)
        draw_search(a, v, p);
    cairo_save(cr);
    cairo_rectangle(cr, v->window.x - 4 * u, v->window.y, v->window.w + 8 * u, v->window.h);
    cairo_clip(cr);
    for (size_t i = 0; i < v->n_headings; i++)
        draw_both(p, a->lang, scene_word(a, groups[v->heading[i].group].title), 25 * u, 21 * u,
                  v->window.x + 2 * u, v->window.y + v->heading[i].y - v->scroll + 6 * u, v->window.w);
    for (size_t i = 0; i < v->n_cards; i++) {
        struct rect r = on_screen(v, v->card[i].r);

        if (rect_meets(r, v->window))
            draw_card_of(a, p, &s->entry[v->card[i].entry], r);
    }
    if (!v->n_cards)
        draw_cut(p, FACE_PLAIN, 24 * u, t->ink2, v->window.x + 4 * u, v->window.y + 20 * u,
                 app_first(a, scene_word(a, TR_MARK("There is no such lesson."))), v->window.w);
    cairo_restore(cr);
    if (most_scroll(v) > 0) {
        double h = fmax(40 * u, v->window.h * v->window.h / v->height);

        paint_fill(p,
                   (struct rect){v->r.x + v->r.w - 12 * u,
                                 v->window.y + (v->window.h - h) * v->scroll / most_scroll(v), 8 * u, h},
                   4 * u, t->ink3);
    }
}

void gallery_describe(const struct app *a, enum panel_id id, struct sbuf *out)
{
    const struct gallery *v = view_of(a, id), *s = shelf_of(a);
    size_t pictures = 0;

    for (size_t i = 0; i < s->n_entries; i++)
        pictures += s->entry[i].mini != NULL;
    sbuf_printf(out, "cards=%zu\nfilter=%s\npictures=%zu\nscrolled=%s\n", v->n_cards, v->filter, pictures,
                v->scroll > 0 ? "yes" : "no");
    if (v->n_cards)
        sbuf_printf(out, "card=%s\n", s->entry[v->card[v->current].entry].name);
}
