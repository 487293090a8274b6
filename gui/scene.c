#include "gui/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gui/app.h"

static const struct panel *const panels[PANEL_COUNT] = {
#define PANEL(id) [PANEL_##id] = &(id),
#include "gui/panels.def"
#undef PANEL
};

const struct panel *panel_get(enum panel_id id)
{
    CHECK((int)id >= 0 && id < PANEL_COUNT);
    return panels[id];
}

bool panel_wanted(const struct app *a, enum panel_id id)
{
    return !panels[id]->wants || panels[id]->wants(a);
}

enum panel_id panel_find(const char *name)
{
    for (int i = 0; i < PANEL_COUNT; i++)
        if (!strcmp(panels[i]->name, name))
            return (enum panel_id)i;
    return PANEL_NONE;
}

void scene_init(struct scene *s)
{
    *s = (struct scene){.tab = PANEL_NONE, .all = true};
    s->focus.panel = s->hover.panel = s->pressed.panel = PANEL_NONE;
    for (int i = 0; i < PANEL_COUNT; i++)
        if (panels[i]->make)
            s->state[i] = panels[i]->make();
}

void scene_free(struct scene *s)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        if (panels[i]->free)
            panels[i]->free(s->state[i]);
        if (s->place[i].layer)
            cairo_surface_destroy(s->place[i].layer);
        free(s->place[i].widget);
    }
    paint_free(s->paint);
    free(s->word);
    *s = (struct scene){0};
}

void *scene_state(const struct app *a, enum panel_id id)
{
    return a->scene.state[id];
}

uint64_t stamp_add(uint64_t stamp, uint64_t value)
{
    return hash_mix(stamp, value);
}

/* ---- words ---- */

static size_t word_slot(const struct scene *s, const char *message)
{
    size_t i = (size_t)hash_bytes(0, message, strlen(message)) & (s->cap_words - 1);

    while (s->word[i].message && strcmp(s->word[i].message, message) != 0)
        i = (i + 1) & (s->cap_words - 1);
    return i;
}

struct trace_text scene_word(struct app *a, const char *message)
{
    struct scene *s = &a->scene;
    size_t i;

    if (2 * s->n_words >= s->cap_words) {
        struct scene old = *s;

        s->cap_words = old.cap_words ? 2 * old.cap_words : 128;
        s->word = calloc(s->cap_words, sizeof *s->word);
        CHECK(s->word);
        for (i = 0; i < old.cap_words; i++)
            if (old.word[i].message)
                s->word[word_slot(s, old.word[i].message)] = old.word[i];
        free(old.word);
    }
    i = word_slot(s, message);
    if (!s->word[i].message) {
        s->word[i] = (struct word){message, figure_words(message)};
        s->n_words++;
    }
    return s->word[i].text;
}

/* ---- where panels stand ---- */

/* The chosen tab, or the first that is there. */
static void choose_tab(struct app *a)
{
    struct scene *s = &a->scene;

    if (s->tab != PANEL_NONE && panel_wanted(a, s->tab))
        return;
    s->tab = PANEL_NONE;
    for (int i = 0; i < PANEL_COUNT && s->tab == PANEL_NONE; i++)
        if (panels[i]->area == AREA_BOTTOM && panel_wanted(a, (enum panel_id)i))
            s->tab = (enum panel_id)i;
}

static void divide(const struct scene *s, struct rect area[AREA_COUNT])
{
    double u = s->u, w = s->width, h = s->height, title = round(74 * u), transport = round(100 * u),
           gap = round(16 * u), right = s->narrow ? 0 : round(672 * u), caption = round(98 * u),
           left = w - (s->narrow ? gap : right + 3 * gap), top = title + round(18 * u),
           bottom = h - transport - round(14 * u), room = bottom - top - 2 * gap, tabs = round(44 * u),
           high = round(room * 344 / 842), middle = round(room * 222 / 842);
    double x = w - right - round(24 * u);

    memset(area, 0, AREA_COUNT * sizeof *area);
    area[AREA_TITLE] = (struct rect){0, 0, w, title};
    area[AREA_TRANSPORT] = (struct rect){0, h - transport, w, transport};
    area[AREA_CAPTION] = (struct rect){round(20 * u), bottom - caption, left - round(20 * u), caption};
    area[AREA_FIGURE] = (struct rect){0, title, left, bottom - caption - round(8 * u) - title};
    area[AREA_OVERLAY] = (struct rect){0, 0, w, h};
    if (s->narrow)
        return;
    area[AREA_TOP] = (struct rect){x, top, right, high};
    area[AREA_MIDDLE] = (struct rect){x, top + high + gap, right, middle};
    area[AREA_TABS] = (struct rect){x, top + high + middle + 2 * gap, right, tabs};
    area[AREA_BOTTOM] = (struct rect){x, top + high + middle + 2 * gap + tabs, right,
                                      bottom - (top + high + middle + 2 * gap + tabs)};
}

static void show(struct scene *s, int i, struct rect r)
{
    struct place *p = &s->place[i];

    p->shown = true;
    if (memcmp(&p->r, &r, sizeof r) == 0)
        return;
    p->r = r;
    p->stamp = 0;
    s->all = true;
    if (p->layer)
        cairo_surface_destroy(p->layer);
    p->layer = NULL;
}

static void spotlight(struct app *a, struct rect area[AREA_COUNT])
{
    struct scene *s = &a->scene;
    double u = s->u;
    struct rect r = {0, area[AREA_TITLE].h, s->width,
                     s->height - area[AREA_TITLE].h - area[AREA_TRANSPORT].h};

    for (int i = 0; i < AREA_COUNT; i++)
        if (i != AREA_TITLE && i != AREA_TRANSPORT && i != AREA_OVERLAY && i != AREA_CAPTION)
            area[i] = (struct rect){0, 0, 0, 0};
    area[AREA_CAPTION].w = s->width - 2 * area[AREA_CAPTION].x;
    r.h = area[AREA_CAPTION].y - round(10 * u) - r.y;
    if (panels[a->spot]->area != AREA_FIGURE)
        r = (struct rect){round(20 * u), r.y + round(16 * u), s->width - 2 * round(20 * u),
                          r.h - round(16 * u)};
    area[panels[a->spot]->area] = r;
}

static void place_panels(struct app *a)
{
    struct scene *s = &a->scene;
    static const double text[TEXT_STEPS] = {1, 1.25, 1.5};
    struct rect area[AREA_COUNT];
    bool taken[AREA_COUNT] = {false}, was[PANEL_COUNT];

    s->base = fmax(.56, fmin(s->width / 1920.0, s->height / 1080.0));
    s->u = s->base * text[a->text];
    s->narrow = a->text > 0 || s->width < s->height || !a->doc;
    choose_tab(a);
    divide(s, area);
    if (!a->doc) /* nothing to play */
        area[AREA_FIGURE] = (struct rect){0, area[AREA_TITLE].h, s->width, s->height - area[AREA_TITLE].h};
    if (a->spot != PANEL_NONE)
        spotlight(a, area);
    for (int i = 0; i < PANEL_COUNT; i++) {
        was[i] = s->place[i].shown || s->place[i].held;
        s->place[i].shown = s->place[i].held = false;
    }
    for (int i = 0; i < PANEL_COUNT; i++) {
        enum area where = panels[i]->area;
        bool there =
            area[where].w > 0 && area[where].h > 0 && !taken[where] && panel_wanted(a, (enum panel_id)i);

        if (where == AREA_OVERLAY)
            there = a->overlay == (enum panel_id)i;
        else if (where == AREA_BOTTOM)
            there = there && s->tab == (enum panel_id)i;
        if (there) {
            show(s, i, area[where]);
            taken[where] = true;
        }
        if (was[i] != s->place[i].shown)
            s->all = true;
    }
}

/* ---- widgets ---- */

struct widget *scene_put(struct app *a, enum panel_id id, struct rect r, enum widget_role role,
                         const char *name)
{
    struct place *p = &a->scene.place[id];
    struct widget *w;

    if (p->n_widgets == p->cap_widgets) {
        p->cap_widgets = p->cap_widgets ? 2 * p->cap_widgets : 16;
        p->widget = realloc(p->widget, p->cap_widgets * sizeof *p->widget);
        CHECK(p->widget);
    }
    w = &p->widget[p->n_widgets++];
    memset(w, 0, sizeof *w);
    w->id.panel = id;
    strncpy(w->id.name, name, sizeof w->id.name - 1);
    w->r = r;
    w->role = role;
    return w;
}

struct widget *scene_find(const struct app *a, struct widget_id id)
{
    const struct place *p;

    if (id.panel == PANEL_NONE || !a->scene.place[id.panel].shown)
        return NULL;
    p = &a->scene.place[id.panel];
    for (size_t i = 0; i < p->n_widgets; i++)
        if (!strcmp(p->widget[i].id.name, id.name))
            return &p->widget[i];
    return NULL;
}

struct widget *scene_named(const struct app *a, const char *name)
{
    for (int i = PANEL_COUNT - 1; i >= 0; i--) {
        struct widget_id id = {.panel = i};
        struct widget *w;

        strncpy(id.name, name, sizeof id.name - 1);
        w = scene_find(a, id);
        if (w)
            return w;
    }
    return NULL;
}

struct widget *scene_hit(const struct app *a, double x, double y)
{
    for (int i = PANEL_COUNT - 1; i >= 0; i--) {
        const struct place *p = &a->scene.place[i];

        if (!p->shown || (a->overlay != PANEL_NONE && i != (int)a->overlay))
            continue;
        for (size_t k = p->n_widgets; k-- > 0;)
            if (rect_has(p->widget[k].r, x, y))
                return &p->widget[k];
    }
    return NULL;
}

enum panel_id scene_panel_at(const struct app *a, double x, double y)
{
    if (a->overlay != PANEL_NONE)
        return a->overlay;
    for (int i = PANEL_COUNT - 1; i >= 0; i--)
        if (a->scene.place[i].shown && rect_has(a->scene.place[i].r, x, y))
            return (enum panel_id)i;
    return PANEL_NONE;
}

void scene_focus(struct app *a, const struct widget *w, bool seen)
{
    a->scene.focus = w->id;
    a->scene.focus_seen = seen;
}

static bool focusable(const struct app *a, int panel, const struct widget *w)
{
    return !w->unfocusable && !w->disabled && (a->overlay == PANEL_NONE || panel == (int)a->overlay);
}

void scene_focus_next(struct app *a, int way)
{
    struct scene *s = &a->scene;
    const struct widget *first = NULL, *last = NULL, *before = NULL, *after = NULL;
    bool passed = false;

    for (int i = 0; i < PANEL_COUNT; i++) {
        const struct place *p = &s->place[i];

        for (size_t k = 0; p->shown && k < p->n_widgets; k++) {
            const struct widget *w = &p->widget[k];

            if (!focusable(a, i, w))
                continue;
            if (!memcmp(&w->id, &s->focus, sizeof w->id)) {
                passed = true;
                continue;
            }
            first = first ? first : w;
            last = w;
            if (passed)
                after = after ? after : w;
            else
                before = w;
        }
    }
    if (way > 0)
        after = passed && after ? after : first;
    else
        after = passed && before ? before : last;
    if (after)
        scene_focus(a, after, true);
}

bool scene_tick(struct app *a, int64_t ns)
{
    bool more = a->scene.turns;

    if (a->scene.hover.panel != PANEL_NONE)
        a->scene.hovering += ns;
    for (int i = 0; i < PANEL_COUNT; i++)
        if (panels[i]->tick && panels[i]->tick(a, ns))
            more = true;
    return more;
}

/* ---- bringing up to date ---- */

static uint64_t common_stamp(const struct app *a)
{
    const struct scene *s = &a->scene;
    uint64_t h = 1;

    h = stamp_add(h, (uint64_t)s->width << 32 | (uint64_t)s->height);
    h = stamp_add(h, (uint64_t)a->theme << 32 | (uint64_t)a->lang << 16 | (uint64_t)a->text);
    return stamp_add(h, a->doc ? a->doc->generation : 0);
}

/* The paint draws onto this, moved so that the window's coordinates hold. */
static cairo_t *begin(struct app *a, const struct panel *panel, struct place *p)
{
    bool clear = panel->area == AREA_OVERLAY;
    cairo_t *cr;

    if (!p->layer)
        p->layer = cairo_image_surface_create(clear ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24, (int)p->r.w,
                                              (int)p->r.h);
    cr = cairo_create(p->layer);
    if (clear) {
        cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
        cairo_paint(cr);
        cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
    }
    cairo_translate(cr, -p->r.x, -p->r.y);
    paint_on(a->scene.paint, cr);
    if (!clear && !panel->fills)
        paint_fill(a->scene.paint, p->r, 0, app_theme(a)->background);
    return cr;
}

void scene_dirty(struct scene *s, struct rect r)
{
    r = rect_common(rect_whole(r), (struct rect){0, 0, s->width, s->height});
    if (r.w <= 0 || r.h <= 0)
        return;
    for (size_t i = 0; i < s->n_dirty; i++)
        if (rect_meets(s->dirty[i], r)) { /* kept apart, so that nothing is drawn twice */
            double x = fmin(r.x, s->dirty[i].x), y = fmin(r.y, s->dirty[i].y);

            r = (struct rect){x, y, fmax(r.x + r.w, s->dirty[i].x + s->dirty[i].w) - x,
                              fmax(r.y + r.h, s->dirty[i].y + s->dirty[i].h) - y};
            s->dirty[i] = s->dirty[--s->n_dirty];
            scene_dirty(s, r);
            return;
        }
    if (s->n_dirty == SCENE_DIRTY)
        s->all = true;
    else
        s->dirty[s->n_dirty++] = r;
}

static void update_place(struct app *a, int i, uint64_t stamp)
{
    struct scene *s = &a->scene;
    struct place *p = &s->place[i];
    cairo_t *cr;

    p->stamp = stamp;
    p->n_widgets = 0;
    p->motion = 0;
    if (panels[i]->layout)
        panels[i]->layout(a, p->r);
    if (panels[i]->draw) {
        cr = begin(a, panels[i], p);
        panels[i]->draw(a, s->paint, p->r);
        paint_on(s->paint, NULL);
        cairo_destroy(cr);
        cairo_surface_flush(p->layer);
    }
    s->settled++;
    scene_dirty(s, p->r);
}

static void update_places(struct app *a)
{
    struct scene *s = &a->scene;
    uint64_t common = common_stamp(a);
    bool drawn = false, held = false;

    for (int i = 0; i < PANEL_COUNT; i++) {
        struct place *p = &s->place[i];
        uint64_t stamp;

        if (!p->shown)
            continue;
        stamp = stamp_add(common, panels[i]->stamp ? panels[i]->stamp(a) : 0);
        if (p->stamp == stamp)
            continue;
        if (s->turns && drawn) {
            p->shown = false;
            p->held = held = true;
        } else {
            update_place(a, i, stamp);
            drawn = true;
        }
    }
    s->turns = held;
}

void scene_update(struct app *a)
{
    struct scene *s = &a->scene;

    if (!s->paint)
        s->paint = paint_new(theme_get(a->theme), true);
    if (paint_theme(s->paint) != theme_get(a->theme)) {
        paint_use(s->paint, theme_get(a->theme));
        s->all = true;
    }
    place_panels(a);
    update_places(a);
    if (s->focus.panel != PANEL_NONE && !scene_find(a, s->focus))
        s->focus.panel = PANEL_NONE;
    if (s->hover.panel != PANEL_NONE && !scene_find(a, s->hover))
        s->hover.panel = PANEL_NONE;
}

/* ---- what moves ---- */

static void gather_motion(struct app *a)
{
    struct scene *s = &a->scene;

    for (int i = 0; i < PANEL_COUNT; i++) {
        struct place *p = &s->place[i];
        struct rect now[SCENE_MOVES];
        uint64_t motion;
        size_t n;

        if (!p->shown || !panels[i]->motion)
            continue;
        motion = stamp_add(2, panels[i]->motion(a));
        if (motion == p->motion)
            continue;
        p->motion = motion;
        n = panels[i]->moves(a, p->r, now, SCENE_MOVES);
        for (size_t k = 0; k < p->n_moved; k++)
            scene_dirty(s, rect_common(p->moved[k], p->r));
        for (size_t k = 0; k < n; k++)
            scene_dirty(s, rect_common(now[k], p->r));
        memcpy(p->moved, now, n * sizeof *now);
        p->n_moved = n;
    }
}

static void clip_to_dirty(const struct scene *s, cairo_t *cr)
{
    cairo_new_path(cr);
    for (size_t i = 0; i < s->n_dirty; i++)
        cairo_rectangle(cr, s->dirty[i].x, s->dirty[i].y, s->dirty[i].w, s->dirty[i].h);
    cairo_clip(cr);
}

static bool is_dirty(const struct scene *s, struct rect r)
{
    for (size_t i = 0; i < s->n_dirty; i++)
        if (rect_meets(s->dirty[i], r))
            return true;
    return false;
}

static void lay_over(cairo_t *cr, const struct place *p)
{
    cairo_set_source_surface(cr, p->layer, p->r.x, p->r.y);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
    cairo_rectangle(cr, p->r.x, p->r.y, p->r.w, p->r.h);
    cairo_fill(cr);
}

static cairo_rectangle_int_t pixels(struct rect r)
{
    return (cairo_rectangle_int_t){(int)r.x, (int)r.y, (int)r.w, (int)r.h};
}

/* Between the panels: what is laid over it needs no ground. */
static void draw_ground(struct app *a)
{
    struct scene *s = &a->scene;
    cairo_region_t *bare = cairo_region_create();
    cairo_rectangle_int_t r;

    for (size_t i = 0; i < s->n_dirty; i++) {
        r = pixels(s->dirty[i]);
        cairo_region_union_rectangle(bare, &r);
    }
    for (int i = 0; i < PANEL_COUNT; i++) {
        r = pixels(s->place[i].r);
        if (s->place[i].shown && s->place[i].layer && panels[i]->area != AREA_OVERLAY)
            cairo_region_subtract_rectangle(bare, &r);
    }
    for (int i = 0; i < cairo_region_num_rectangles(bare); i++) {
        cairo_region_get_rectangle(bare, i, &r);
        paint_fill(s->paint, (struct rect){r.x, r.y, r.width, r.height}, 0, app_theme(a)->background);
    }
    cairo_region_destroy(bare);
}

static void draw_places(struct app *a, cairo_t *cr)
{
    struct scene *s = &a->scene;

    for (int i = 0; i < PANEL_COUNT; i++) {
        struct place *p = &s->place[i];

        if (!p->shown || !is_dirty(s, p->r))
            continue;
        if (panels[i]->area == AREA_OVERLAY)
            paint_fill(s->paint, (struct rect){0, 0, s->width, s->height}, 0,
                       colour_alpha(app_theme(a)->background, 150));
        if (p->layer && panels[i]->draw)
            lay_over(cr, p);
        if (panels[i]->move) {
            cairo_save(cr);
            cairo_rectangle(cr, p->r.x, p->r.y, p->r.w, p->r.h);
            cairo_clip(cr);
            panels[i]->move(a, s->paint, p->r);
            cairo_restore(cr);
        }
    }
}

void scene_frame(struct app *a, cairo_surface_t *onto)
{
    struct scene *s = &a->scene;
    cairo_t *cr;

    scene_update(a);
    gather_motion(a);
    scene_over_gather(a);
    if (s->all) {
        s->n_dirty = 0;
        scene_dirty(s, (struct rect){0, 0, s->width, s->height});
        s->all = false;
    }
    s->frames++;
    s->n_drawn = 0;
    if (!s->n_dirty)
        return;
    cr = cairo_create(onto);
    clip_to_dirty(s, cr);
    paint_on(s->paint, cr);
    draw_ground(a);
    draw_places(a, cr);
    scene_over_draw(a);
    paint_on(s->paint, NULL);
    cairo_destroy(cr);
    cairo_surface_flush(onto);
    memcpy(s->drawn, s->dirty, s->n_dirty * sizeof *s->drawn);
    s->n_drawn = s->n_dirty;
    s->n_dirty = 0;
}
