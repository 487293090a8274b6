/* The layout of the state machine: which states, in which layer, on which side. */
#include "sim/figure/states.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/states_parts.h"
#include "sim/figure/sequence_parts.h"
#include "sim/report/fsm_report.h"
#include "sim/report/i18n.h"

enum { PANEL_WIDTH = 680, PANEL_HEIGHT = 378, LEAST_PX = 7 };

/* ---- geometry ---- */

bool rects_meet(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

struct rect rect_grown(struct rect r, double by)
{
    return (struct rect){r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by};
}

bool line_meets_rect(struct point a, struct point b, struct rect r)
{
    double t0 = 0, t1 = 1;
    const double d[2] = {b.x - a.x, b.y - a.y}, p[2] = {a.x, a.y}, lo[2] = {r.x, r.y},
                 hi[2] = {r.x + r.w, r.y + r.h};

    for (int i = 0; i < 2; i++) {
        double u, v;

        if (fabs(d[i]) < 1e-9) {
            if (p[i] <= lo[i] || p[i] >= hi[i])
                return false;
            continue;
        }
        u = (lo[i] - p[i]) / d[i];
        v = (hi[i] - p[i]) / d[i];
        t0 = fmax(t0, fmin(u, v));
        t1 = fmin(t1, fmax(u, v));
    }
    return t0 < t1;
}

/* ---- which states ---- */

static void visit(struct states *s, unsigned node, uint16_t lane, double *sum, unsigned *n)
{
    s->node[node].shown = s->node[node].visited = true;
    sum[node] += lane == 0 ? -1 : lane + 1u == s->model->n_lanes ? 1 : 0;
    n[node]++;
    s->node[node].corners |= 1u << states_corner(s, lane);
}

/* All states that some connection stands in, from o.from on; and on whose side they are. */
static void find_nodes(struct states *s)
{
    struct states_token token[STATES_TOKENS];
    double sum[STATES_NODES] = {0};
    unsigned n[STATES_NODES] = {0}, k;
    size_t before = 0;

    while (before < s->n_events && s->event[before].at < s->o.from)
        before++;
    k = states_standing(s, before, token);
    for (unsigned i = 0; i < k; i++)
        if (token[i].node != STATES_END) /* over before it began here, unless it ends here too */
            visit(s, token[i].node, token[i].lane, sum, n);
    for (size_t i = before; i < s->n_events && s->event[i].at <= s->o.to; i++) {
        if (s->event[i].edge != ED_NONE)
            visit(s, s->event[i].from, s->event[i].lane, sum, n);
        visit(s, s->event[i].to, s->event[i].lane, sum, n);
    }
    for (unsigned i = 0; i < STATES_NODES; i++) {
        s->node[i].side = n[i] ? sum[i] / n[i] : 0;
        s->node[i].shown |= s->o.whole;
    }
}

/* ---- layers ---- */

static bool joined(unsigned from, unsigned to)
{
    for (unsigned e = 1; e < ED_COUNT; e++)
        if (report_edges[e].from == from && report_edges[e].to == to)
            return true;
    return false;
}

/* The table names the states in the order in which a connection goes through them, so an edge to a later one
 * leads downwards. Whatever CLOSED leads to stands right below it; CLOSED as the end below all others. */
static void find_ranks(struct states *s)
{
    unsigned most = 0;
    bool any = s->node[ST_CLOSED].shown;

    for (unsigned b = 1; b < ST_COUNT; b++) {
        struct states_node *n = &s->node[b];

        if (!n->shown)
            continue;
        n->rank = joined(ST_CLOSED, b) && s->node[ST_CLOSED].shown;
        for (unsigned a = 1; a < b && !joined(ST_CLOSED, b); a++)
            if (s->node[a].shown && joined(a, b))
                n->rank = n->rank > s->node[a].rank + 1 ? n->rank : s->node[a].rank + 1;
        most = n->rank > most ? n->rank : most;
        any = true;
    }
    s->node[STATES_END].rank = any ? most + 1 : 0;
    s->n_ranks = (any ? most + 1 : 0) + s->node[STATES_END].shown;
}

/* Where all stand on the same side there is no other: they take the middle. */
static void use_middle(struct states *s)
{
    double least = 1, most = -1;

    for (unsigned i = 0; i < STATES_NODES; i++)
        if (s->node[i].visited) {
            least = fmin(least, s->node[i].side);
            most = fmax(most, s->node[i].side);
        }
    for (unsigned i = 0; i < STATES_NODES && most - least < .01; i++)
        s->node[i].side = 0;
}

/* States that no host goes through stand where those do that lead to them; where nothing tells, side by side.
 */
static void find_sides(struct states *s)
{
    unsigned shown = 0;

    for (unsigned rank = 0; rank < s->n_ranks; rank++) {
        unsigned member[STATES_NODES], n = 0, told = 0;

        for (unsigned i = 0; i < STATES_NODES; i++) {
            struct states_node *b = &s->node[i];
            double sum = 0;
            unsigned from = 0;

            if (!b->shown || b->rank != rank)
                continue;
            member[n++] = i;
            if (b->visited) {
                told += fabs(b->side) > .01;
                continue;
            }
            for (unsigned a = 1; a < ST_COUNT && i < ST_COUNT; a++)
                if (s->node[a].shown && s->node[a].rank < rank && joined(a, i)) {
                    sum += s->node[a].side;
                    from++;
                }
            b->side = from ? sum / from : 0;
            told += fabs(b->side) > .01;
        }
        for (unsigned k = 0; k < n && n > 1 && !told; k++)
            s->node[member[k]].side = -1 + 2. * k / (n - 1);
        for (unsigned k = 0; k < n && n == 2 && told == 1; k++) /* one is on a side: the other on the other */
            if (fabs(s->node[member[k]].side) <= .01 && !s->node[member[k]].visited)
                s->node[member[k]].side = -s->node[member[1 - k]].side;
    }
    for (unsigned i = 0; i < STATES_NODES; i++)
        shown += s->node[i].shown;
    for (unsigned i = 0; i < STATES_NODES && shown == s->n_ranks && shown <= 3; i++)
        s->node[i].side = 0; /* a few below each other */
}

/* ---- places ---- */

struct room { /* for the boxes */
    double left, right, top, bottom, bw, bh;
};

/* Puts the boxes of a rank as near as may be to where they want to be, without touching. */
static void place_rank(struct states *s, unsigned rank, const struct room *r, double gap)
{
    unsigned member[STATES_NODES], n = 0;
    double want[STATES_NODES], x[STATES_NODES], mid = (r->left + r->right) / 2,
                                                half = (r->right - r->left - r->bw) / 2, sep = r->bw + gap;

    for (unsigned i = 0; i < STATES_NODES; i++) {
        unsigned k = n;

        if (!s->node[i].shown || s->node[i].rank != rank)
            continue;
        for (; k > 0 && s->node[member[k - 1]].side > s->node[i].side + 1e-9; k--)
            member[k] = member[k - 1];
        member[k] = i;
        n++;
    }
    for (unsigned i = 0; i < n; i++) {
        want[i] = mid + s->node[member[i]].side * half * .84;
        x[i] = want[i];
    }
    for (unsigned i = 0; i < n;) { /* those that would touch move apart about their middle */
        unsigned end = i + 1;
        double sum = want[i];

        while (end < n && x[end - 1] + sep > want[end] + 1e-9) {
            sum += want[end++];
            for (unsigned k = i; k < end; k++)
                x[k] = sum / (end - i) + (k - i - (end - i - 1) / 2.) * sep;
        }
        i = end;
    }
    for (unsigned i = 0; i < n; i++)
        x[i] = fmax(x[i], i ? x[i - 1] + sep : r->left + r->bw / 2);
    for (unsigned i = n; i-- > 0;)
        x[i] = fmin(x[i], i + 1 < n ? x[i + 1] - sep : r->right - r->bw / 2);
    for (unsigned i = 0; i < n; i++) {
        double pitch = s->n_ranks > 1 ? (r->bottom - r->top - r->bh) / (s->n_ranks - 1) : 0,
               y = s->n_ranks > 1 ? r->top + pitch * rank : (r->top + r->bottom - r->bh) / 2;

        s->node[member[i]].r = (struct rect){x[i] - r->bw / 2, y, r->bw, r->bh};
    }
}

void states_name(const struct states *s, unsigned node, char *first, char *second, size_t size)
{
    struct model_span span = {.state = node == STATES_END ? ST_CLOSED : (enum report_state)node};

    seq_state_words(s->model, &span, first, second, size);
}

static unsigned widest_rank(const struct states *s)
{
    unsigned most = 1;

    for (unsigned rank = 0; rank < s->n_ranks; rank++) {
        unsigned n = 0;

        for (unsigned i = 0; i < STATES_NODES; i++)
            n += s->node[i].shown && s->node[i].rank == rank;
        most = n > most ? n : most;
    }
    return most;
}

/* The widest name, of those shown. */
static double name_width(const struct states *s, struct paint *p, double px, bool translated)
{
    double most = 0;

    for (unsigned i = 0; i < STATES_NODES; i++) {
        char first[64], second[64];

        states_name(s, i, first, second, sizeof first);
        if (s->node[i].shown)
            most = fmax(
                most,
                paint_measure(p, translated ? FACE_PLAIN : FACE_BOLD, px, translated ? second : first).w);
    }
    return most;
}

struct sizes { /* of a box and its words */
    double px, second_px, bw, bh;
    bool beside; /* the second name stands beside the first, else under it */
};

static struct sizes find_sizes(const struct states *s, struct paint *p, double width, double height,
                               double gap)
{
    double u = s->scale, pitch = height / (s->n_ranks - 1 + .64 > 1 ? s->n_ranks - .36 : 1), wide, second,
           most = (width - gap * (widest_rank(s) - 1)) / widest_rank(s);
    struct sizes z = {.bh = fmin(pitch * (pitch < 37 * u   ? .68
                                          : pitch < 58 * u ? .55
                                                           : .62),
                                 62 * u)}; /* of many, the names matter */

    z.px = fmin(z.bh * (pitch < 37 * u ? .66 : .6), 23 * u);
    most = fmin(most, width * .46);
    wide = name_width(s, p, z.px, false);
    if (wide + z.px * 1.5 > most)
        z.px *= (most - z.px * 1.5 > 10 ? most - z.px * 1.5 : 10) / wide;
    wide = name_width(s, p, z.px, false);
    if (s->model->lang != FIGURE_EN &&
        z.px >= (s->o.scale > 0 ? 17 : 11) * u) { /* smaller, nobody reads a second name */
        z.second_px = z.px * .78;
        second = name_width(s, p, z.second_px, true);
        z.beside = z.px * 1.3 + z.second_px * 1.35 > z.bh;
        if (z.beside && wide + z.px * 2 + second > most && wide + z.px * 2 + second < most * 1.3) {
            double k = most / (wide + z.px * 2 + second); /* both, a little smaller */

            z.px *= k;
            z.second_px *= k;
            wide = name_width(s, p, z.px, false);
            second = name_width(s, p, z.second_px, true);
        }
        if (z.beside && wide + z.px * 2 + second > most + .5)
            z.second_px = 0;
        else if (z.beside)
            wide += z.px * .5 + second;
        else
            wide = fmax(wide, second);
    }
    z.bh = fmin(z.bh, z.px * (z.second_px > 0 && !z.beside ? 3 : 2.1));
    z.bw = fmin(fmax(wide + z.px * 1.5, z.bh * 2.4), most);
    return z;
}

static void name_boxes(struct states *s, struct paint *p, const struct sizes *z)
{
    for (unsigned i = 0; i < STATES_NODES; i++) {
        struct states_node *n = &s->node[i];
        char first[64], second[64];
        struct extent e, f = {0};
        double mid = n->r.x + n->r.w / 2, w, y = n->r.y + n->r.h / 2;

        states_name(s, i, first, second, sizeof first);
        e = paint_measure(p, FACE_BOLD, z->px, first);
        n->px = z->px;
        n->second_px = *second ? z->second_px : 0;
        if (n->second_px > 0)
            f = paint_measure(p, FACE_PLAIN, n->second_px, second);
        if (n->second_px > 0 && !z->beside) {
            n->name = (struct point){mid - e.w / 2, y - (e.h + f.h * .88) / 2};
            n->second = (struct point){mid - f.w / 2, n->name.y + e.h * .9};
            continue;
        }
        w = e.w + (n->second_px > 0 ? z->px * .5 + f.w : 0);
        n->name = (struct point){mid - w / 2, y - e.h / 2};
        n->second = (struct point){mid + w / 2 - f.w, n->name.y + e.baseline - f.baseline};
    }
}

static void lay_title(struct states *s, struct paint *p)
{
    struct trace_text t = figure_words(TR_MARK("State machine"));
    double u = s->scale, x = 22 * u, w;
    const char *second = figure_second(s->model->lang, t);
    char text[256] = "";

    if (s->o.untitled)
        return;
    s->title_px = 27 * u;
    w = paint_measure(p, FACE_BOLD, s->title_px, figure_first(s->model->lang, t)).w;
    if (second)
        w += 16 * u + paint_measure(p, FACE_PLAIN, 23 * u, second).w;
    s->title = (struct rect){x, 12 * u, w, 38 * u};
    if (x + w > s->width - x) {
        s->title_px *= (s->width - 2 * x) / w;
        s->title.w = s->width - 2 * x;
    }
    for (unsigned i = 0; i < s->model->n_lanes; i++)
        if (s->model->lane[i].states) {
            char name[96];

            paint_escape(name, sizeof name, figure_first(s->model->lang, s->model->lane[i].name));
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s<b>%s</b> %s", *text ? "   " : "",
                     s->letter[i], name);
        }
    s->legend_px = 19 * u;
    w = paint_measure(p, FACE_PLAIN, s->legend_px, text).w + 28 * u;
    s->legend = (struct rect){s->width - x - w, 15 * u, w, 32 * u};
    if (!*text || s->legend.x < s->title.x + s->title.w + 12 * u)
        s->legend_px = 0;
}

static void lay_out(struct states *s, struct paint *p)
{
    double u = s->scale, margin[2] = {0, 0}, r = 15 * u, gap = 44 * u,
           top = s->o.untitled ? 12 * u + r : 56 * u + r * .7;
    unsigned bus = 0;

    if (widest_rank(s) > 2)
        gap = 32 * u;
    for (int again = 0; again < 3; again++) {
        struct room room = {.left = 18 * u + r + margin[0],
                            .right = s->width - 18 * u - r - margin[1],
                            .top = top,
                            .bottom = s->height - 16 * u};
        struct sizes z = find_sizes(s, p, room.right - room.left, room.bottom - room.top, gap);
        unsigned needs;

        room.bw = z.bw;
        room.bh = z.bh;
        for (unsigned rank = 0; rank < s->n_ranks; rank++)
            place_rank(s, rank, &room, gap);
        name_boxes(s, p, &z);
        needs = states_route(s, margin);
        if ((needs | bus) == bus)
            break;
        bus |= needs;
        for (int i = 0; i < 2; i++)
            margin[i] = bus & 1u << i ? 30 * u : 0;
    }
}

/* ---- letters ---- */

static const char *name_of(const struct model *m, unsigned lane)
{
    return m->lane[lane].name.en ? m->lane[lane].name.en : m->header->host[m->lane[lane].host - 1].name;
}

/* The first letter of the name's first or last word. */
static int initial(const struct model *m, unsigned lane, bool last)
{
    const char *name = name_of(m, lane), *word = last ? strrchr(name, ' ') : NULL;
    unsigned char c = (unsigned char)(word ? word[1] : *name);

    return isalpha(c) ? toupper(c) : 0;
}

static bool different(const struct model *m, bool last)
{
    for (unsigned i = 0; i < m->n_lanes; i++)
        for (unsigned k = 0; k <= i; k++)
            if (m->lane[i].states && m->lane[k].states &&
                (!initial(m, i, last) || (k < i && initial(m, i, last) == initial(m, k, last))))
                return false;
    return true;
}

/* A letter for each host: the first of its name, or of the name's last word, if that tells them apart. */
static void find_letters(struct states *s)
{
    const struct model *m = s->model;
    bool first = different(m, false), last = !first && different(m, true);

    for (unsigned i = 0; i < m->n_lanes; i++)
        if (first || last)
            snprintf(s->letter[i], sizeof s->letter[i], "%c", initial(m, i, last));
        else
            snprintf(s->letter[i], sizeof s->letter[i], "%c", 'A' + (char)i);
}

/* ---- boxes ---- */

static void put(struct states *s, enum states_box_kind kind, unsigned index, struct rect r)
{
    s->box[s->n_boxes++] = (struct states_box){kind, index, r};
}

static void put_boxes(struct states *s)
{
    for (unsigned i = 0; i < STATES_NODES; i++)
        if (s->node[i].shown)
            put(s, STATES_BOX_STATE, i, s->node[i].r);
    for (unsigned i = 0; i < s->n_arrows; i++) {
        const struct states_arrow *a = &s->arrow[i];
        double x0 = a->point[0].x, x1 = x0, y0 = a->point[0].y, y1 = y0;

        for (unsigned k = 1; k < a->n_points; k++) {
            x0 = fmin(x0, a->point[k].x);
            x1 = fmax(x1, a->point[k].x);
            y0 = fmin(y0, a->point[k].y);
            y1 = fmax(y1, a->point[k].y);
        }
        put(s, STATES_BOX_ARROW, i, (struct rect){x0, y0, x1 - x0, y1 - y0});
        if (a->px > 0)
            put(s, STATES_BOX_LABEL, i, a->label);
    }
    if (s->title_px > 0)
        put(s, STATES_BOX_TITLE, 0, s->title);
    if (s->legend_px > 0)
        put(s, STATES_BOX_TITLE, 1, s->legend);
}

struct states *states_new(const struct model *m, struct paint *p, const struct states_options *o)
{
    struct states *s = calloc(1, sizeof *s);

    CHECK(s);
    s->model = m;
    s->o = *o;
    s->o.to = o->to > 0 ? o->to : VTIME_NEVER;
    s->width = o->width;
    s->height = o->height;
    s->scale = o->scale > 0 ? o->scale : fmin(o->width / PANEL_WIDTH, o->height / PANEL_HEIGHT);
    find_letters(s);
    states_read(s);
    find_nodes(s);
    find_ranks(s);
    use_middle(s);
    find_sides(s);
    states_find_arrows(s);
    lay_title(s, p);
    lay_out(s, p);
    states_place_labels(s, p);
    put_boxes(s);
    return s;
}

void states_free(struct states *s)
{
    if (!s)
        return;
    free(s->event);
    free(s);
}

struct trace_text states_words(const struct states *s, int box, const char **section)
{
    const struct states_box *b = box >= 0 && (size_t)box < s->n_boxes ? &s->box[box] : NULL;
    const char *text = NULL, *from = NULL;

    if (b && b->kind == STATES_BOX_STATE) {
        (void)fsm_explain_name(b->index == STATES_END ? ST_CLOSED : b->index, &text);
        from = "3.3.2";
    } else if (b && b->kind != STATES_BOX_TITLE) {
        text = report_edges[s->arrow[b->index].edge].what;
        from = report_edges[s->arrow[b->index].edge].section;
    }
    if (section)
        *section = from;
    return text ? figure_words(text) : (struct trace_text){NULL, NULL};
}
