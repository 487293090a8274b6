/* The menu of what can be done at this moment: to a segment, to the hosts' users, to hosts and links.
 *
 * Opened upon a segment it shows the segment's fates alone, and their keys work only there. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gui/acts.h"
#include "gui/panel.h"
#include "models/record.h"
#include "sim/report/i18n.h"

enum { ITEMS_MOST = 48, COLUMNS_MOST = 5 };

struct item {
    struct session_act act;
    struct trace_text label;
    uint32_t key; /* 0: none */
    int column;
};

struct menu {
    bool full;
    uint64_t pkt; /* the segment; 0: none */
    struct item item[ITEMS_MOST];
    size_t n;
    int columns;
    char title[COLUMNS_MOST][2][ACTS_TEXT];
};

static void *make(void)
{
    return panel_memory(sizeof(struct menu));
}

static struct menu *menu_of(const struct app *a)
{
    return scene_state(a, PANEL_overlay_act);
}

/* ---- what there is ---- */

static void add(struct app *a, struct menu *m, const char *what, uint32_t key, enum act_kind kind,
                uint64_t target, int64_t amount)
{
    if (m->n < ITEMS_MOST)
        m->item[m->n++] = (struct item){{kind, target, amount}, scene_word(a, what), key, m->columns - 1};
}

static void begin(struct menu *m, const char *en, const char *zh)
{
    int c = m->columns++;

    snprintf(m->title[c][0], ACTS_TEXT, "%s", en);
    snprintf(m->title[c][1], ACTS_TEXT, "%s", zh ? zh : en);
}

/* Whether the newest act of two kinds upon this target before the playhead is of the first: it is held and
 * has not been let go. */
static bool is_on(const struct app *a, uint64_t target, enum act_kind on, enum act_kind off)
{
    const struct session_intervention *list;
    bool is = false;
    size_t n;

    list = acts_list(a, &n);
    for (size_t i = 0; i < n; i++)
        if (list[i].act.target == target && list[i].act.at <= a->at && list[i].state == ACT_APPLIED)
            is = list[i].act.kind == on || (is && list[i].act.kind != off);
    return is;
}

static void add_segment(struct app *a, struct menu *m)
{
    struct trace_text title = scene_word(a, TR_MARK("Segment %s"));
    char number[16];

    if (!m->pkt)
        return;
    snprintf(number, sizeof number, "%u", document_number(a->doc, m->pkt));
    begin(m, "", NULL);
    app_fill(m->title[m->columns - 1][0], ACTS_TEXT, title.en, number);
    app_fill(m->title[m->columns - 1][1], ACTS_TEXT, title.zh ? title.zh : title.en, number);
    add(a, m, TR_MARK("Drop it"), 'd', ACT_DROP, m->pkt, 0);
    add(a, m, TR_MARK("Delay it by 200 ms"), 'l', ACT_DELAY, m->pkt, 200 * NS_PER_MS);
    add(a, m, TR_MARK("Delay it by 2 s"), 'm', ACT_DELAY, m->pkt, 2 * NS_PER_S);
    add(a, m, TR_MARK("Duplicate it"), 'u', ACT_DUPLICATE, m->pkt, 20 * NS_PER_MS);
    add(a, m, TR_MARK("Corrupt a bit of it"), 'c', ACT_CORRUPT, m->pkt, 40);
    if (is_on(a, m->pkt, ACT_HOLD, ACT_RELEASE))
        add(a, m, TR_MARK("Let it go"), 'h', ACT_RELEASE, m->pkt, 0);
    else
        add(a, m, TR_MARK("Hold it"), 'h', ACT_HOLD, m->pkt, 0);
}

static void add_host(struct app *a, struct menu *m, uint32_t host)
{
    const struct fold *f = fold_at(a->doc->folds, a->at);
    struct trace_text name = document_host(a->doc, host + 1);
    uint32_t conn = acts_connection(a, host);
    bool crashed = host + 1 < f->n_hosts && f->host[host + 1].down,
         cut = host + 1 < f->n_hosts && f->host[host + 1].cut,
         deaf = is_on(a, conn, ACT_STOP_READING, ACT_RESUME_READING);

    begin(m, name.en, name.zh);
    if (conn && !crashed) {
        add(a, m, TR_MARK("SEND 1000 bytes"), 0, ACT_SEND, conn, 1000);
        add(a, m, TR_MARK("CLOSE"), 0, ACT_CLOSE, conn, 0);
        add(a, m, TR_MARK("ABORT"), 0, ACT_ABORT, conn, 0);
        if (deaf)
            add(a, m, TR_MARK("Read again"), 0, ACT_RESUME_READING, conn, 0);
        else
            add(a, m, TR_MARK("Stop reading"), 0, ACT_STOP_READING, conn, 0);
    }
    add(a, m, crashed ? TR_MARK("Start the host again") : TR_MARK("Crash the host"), 0,
        crashed ? ACT_REBOOT : ACT_CRASH, host, 0);
    add(a, m, cut ? TR_MARK("Join the network again") : TR_MARK("Cut it off"), 0, cut ? ACT_JOIN : ACT_CUT,
        host, 0);
}

static void add_link(struct app *a, struct menu *m, uint32_t link)
{
    const struct trace_header *h = a->doc->header;
    const struct fold *f = fold_at(a->doc->folds, a->at);
    struct trace_text title = scene_word(a, TR_MARK("Link"));
    bool down = 2 * link + 1 < f->n_paths && (f->path[2 * link].down || f->path[2 * link + 1].down);
    char ends[96];

    begin(m, title.en, title.zh);
    if (h->n_links > 1) {
        snprintf(ends, sizeof ends, " %s–%s", h->host[h->link[link].host[0]].name,
                 h->host[h->link[link].host[1]].name);
        for (int k = 0; k < 2; k++)
            snprintf(m->title[m->columns - 1][k], ACTS_TEXT, "%s%s", k && title.zh ? title.zh : title.en,
                     ends);
    }
    add(a, m, TR_MARK("No loss from here on"), 0, ACT_LINK_LOSS, link, 0);
    add(a, m, TR_MARK("Lose 20 % from here on"), 0, ACT_LINK_LOSS, link, 200000);
    add(a, m, TR_MARK("Lose everything from here on"), 0, ACT_LINK_LOSS, link, 1000000);
    add(a, m, TR_MARK("Delay 10 ms from here on"), 0, ACT_LINK_DELAY, link, 10 * NS_PER_MS);
    add(a, m, TR_MARK("Delay 500 ms from here on"), 0, ACT_LINK_DELAY, link, 500 * NS_PER_MS);
    add(a, m, down ? TR_MARK("Link up") : TR_MARK("Link down"), 0, down ? ACT_LINK_UP : ACT_LINK_DOWN, link,
        0);
}

static void gather(struct app *a, struct menu *m)
{
    const struct trace_header *h = a->doc->header;

    m->n = 0;
    m->columns = 0;
    add_segment(a, m);
    for (uint32_t i = 0; m->full && i < h->n_hosts && m->columns < COLUMNS_MOST - 1; i++)
        if (!h->host[i].router && !h->host[i].raw)
            add_host(a, m, i);
    for (uint32_t i = 0; m->full && i < h->n_links && m->columns < COLUMNS_MOST; i++)
        add_link(a, m, i);
}

/* ---- where it stands ---- */

static struct rect card_of(const struct app *a, struct rect r)
{
    const struct menu *m = menu_of(a);
    double u = a->scene.u, w = 28 * u + m->columns * (m->columns > 1 ? 372 : 470) * u, h = 96 * u, most = 0;
    size_t rows[COLUMNS_MOST] = {0};

    for (size_t i = 0; i < m->n; i++)
        most = fmax(most, (double)++rows[m->item[i].column]);
    h += most * 56 * u;
    w = fmin(w, r.w - 16 * u);
    return (struct rect){round(r.x + (r.w - w) / 2), round(r.y + (r.h - h) / 2), round(w), round(h)};
}

static void layout(struct app *a, struct rect r)
{
    struct menu *m = menu_of(a);
    double u = a->scene.u, row[COLUMNS_MOST] = {0}, width;
    struct rect card;

    if (!a->doc)
        return;
    gather(a, m);
    card = card_of(a, r);
    width = m->columns ? (card.w - 28 * u) / m->columns : 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct item *item = &m->item[i];
        char name[WIDGET_NAME];
        struct widget *w;

        snprintf(name, sizeof name, "act %s", act_name(item->act.kind));
        if (scene_named(a, name))
            snprintf(name, sizeof name, "act %s %zu", act_name(item->act.kind), i);
        w = scene_put(a, PANEL_overlay_act,
                      (struct rect){card.x + 20 * u + item->column * width,
                                    card.y + 72 * u + row[item->column] * 56 * u, width - 12 * u, 48 * u},
                      ROLE_BUTTON, name);
        w->command = CMD_ACT;
        w->arg = (int64_t)i;
        row[item->column]++;
    }
}

static uint64_t stamp(const struct app *a)
{
    const struct menu *m = menu_of(a);

    return stamp_add(stamp_add((uint64_t)m->full, m->pkt), (uint64_t)a->at);
}

/* ---- how it looks ---- */

static void draw_item(struct app *a, struct paint *p, const struct item *item, const struct widget *w)
{
    const struct theme *t = app_theme(a);
    double u = a->scene.u, x = w->r.x + 14 * u, px = 22 * u;
    const char *second = app_second(a, item->label);
    double used;

    paint_fill(p, w->r, 10 * u, t->background);
    paint_frame(p, w->r, 10 * u, fmax(1, 1.4 * u * t->stroke), t->line, false);
    if (item->key) {
        struct rect plate = {x, w->r.y + 9 * u, 30 * u, 30 * u};
        char key[2] = {(char)(item->key - 'a' + 'A'), 0};

        paint_fill(p, plate, 7 * u, t->ink2);
        draw_centred(p, FACE_BOLD, 19 * u, t->card, plate, key);
        x += 44 * u;
    }
    used = draw_cut(p, FACE_PLAIN, px, t->ink1, x, w->r.y + 9 * u, app_first(a, item->label),
                    w->r.x + w->r.w - x - 8 * u);
    if (second)
        draw_cut(p, FACE_PLAIN, 18 * u, t->ink2, x + used + 12 * u, w->r.y + 12 * u, second,
                 w->r.x + w->r.w - x - used - 20 * u);
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct menu *m = menu_of(a);
    const struct place *place = &a->scene.place[PANEL_overlay_act];
    double u = a->scene.u, width;
    struct rect card;

    if (!a->doc)
        return;
    card = card_of(a, r);
    width = m->columns ? (card.w - 28 * u) / m->columns : 0;
    draw_card(p, card, u, 0);
    for (int c = 0; c < m->columns; c++)
        draw_both(p, a->lang, (struct trace_text){m->title[c][0], m->title[c][1]}, 27 * u, 22 * u,
                  card.x + 24 * u + c * width, card.y + 20 * u, width - 20 * u);
    for (size_t i = 0; i < place->n_widgets && i < m->n; i++)
        draw_item(a, p, &m->item[i], &place->widget[i]);
}

static bool input(struct app *a, const struct input *in, struct rect r)
{
    const struct menu *m = menu_of(a);

    (void)r;
    if (in->kind == INPUT_KEY && (in->key == KEY_DOWN || in->key == KEY_UP)) {
        scene_focus_next(a, in->key == KEY_DOWN ? 1 : -1);
        return true;
    }
    if (in->kind != INPUT_KEY || in->mods)
        return false;
    for (size_t i = 0; i < m->n; i++)
        if (m->item[i].key == in->key && in->key) {
            command_act(a, (int64_t)i);
            return true;
        }
    return false;
}

static void describe(const struct app *a, struct sbuf *out)
{
    const struct menu *m = menu_of(a);

    sbuf_puts(out, "menu=");
    for (size_t i = 0; i < m->n; i++)
        sbuf_printf(out, "%s%s", i ? ", " : "", m->item[i].label.en);
    sbuf_putc(out, '\n');
}

const struct panel overlay_act = {
    .name = "act",
    .title = TR_MARK("Interfere"),
    .area = AREA_OVERLAY,
    .make = make,
    .free = free,
    .layout = layout,
    .stamp = stamp,
    .draw = draw,
    .input = input,
    .describe = describe,
};

/* ---- commands ---- */

static void open_menu(struct app *a, bool full, uint64_t pkt)
{
    struct menu *m = menu_of(a);

    if (!acts_possible(a))
        return;
    a->playing = false;
    m->full = full;
    m->pkt = pkt;
    app_overlay(a, PANEL_overlay_act);
}

void command_fates(struct app *a, int64_t arg)
{
    const struct model_flight *f = a->doc ? app_segment(a) : NULL;

    (void)arg;
    if (f)
        open_menu(a, false, f->pkt);
}

void command_interfere(struct app *a, int64_t arg)
{
    const struct model_flight *f = a->doc ? app_segment(a) : NULL;

    (void)arg;
    open_menu(a, true, f ? f->pkt : 0);
}

void command_act(struct app *a, int64_t arg)
{
    const struct menu *m = menu_of(a);
    struct session_act act;

    if (a->overlay != PANEL_overlay_act || arg < 0 || (size_t)arg >= m->n)
        return;
    act = m->item[arg].act;
    app_overlay(a, PANEL_NONE);
    acts_do(a, act, a->at);
}
