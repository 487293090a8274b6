/* The lines of the state machine's arrows, and places for their labels. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/figure/states_parts.h"

enum { LABEL_LEAST = 8, FORMS = 3, MOMENTS = 300 };

/* ---- tokens ---- */

unsigned states_corner(const struct states *s, uint16_t lane)
{
    unsigned n = s->model->n_lanes;

    if (lane == 0)
        return 0;
    return lane + 1u == n ? 1 : lane % 2 ? 2 : 3;
}

/* How large a token is. */
static double token_radius(const struct states *s)
{
    const struct states_node *n = NULL;
    double pitch = s->height,
           between = s->model->n_lanes > 2 ? .5 : .9; /* of two boxes' tokens, or of one's */

    for (unsigned i = 0; i < STATES_NODES; i++) {
        for (unsigned k = 0; k < STATES_NODES; k++)
            if (s->node[i].shown && s->node[k].shown && s->node[k].r.y > s->node[i].r.y)
                pitch = fmin(pitch, s->node[k].r.y - s->node[i].r.y);
        n = s->node[i].shown ? &s->node[i] : n;
    }
    return n ? fmax(fmin(15 * s->scale, fmin(n->r.h * .42, (pitch - n->r.h) * between)), 4) : 5;
}

struct rect states_token_rect(const struct states *s, struct paint *p, unsigned node, uint16_t lane,
                              const char *text)
{
    struct rect b = s->node[node].r;
    double r = token_radius(s), w = fmax(2 * r, paint_measure(p, FACE_BOLD, r * 1.2, text).w + r);
    unsigned corner = states_corner(s, lane);
    double x = corner % 2 ? b.x + b.w - r * .9 : b.x + r * .9 - w, y = corner / 2 ? b.y + b.h - r : b.y - r;

    return (struct rect){x, y, w, 2 * r};
}

/* ---- lines ---- */

static struct point middle(struct rect r)
{
    return (struct point){r.x + r.w / 2, r.y + r.h / 2};
}

static bool opposite(const struct states *s, const struct states_arrow *a)
{
    for (size_t i = 0; i < s->n_arrows; i++)
        if (s->arrow[i].from == a->to && s->arrow[i].to == a->from)
            return true;
    return false;
}

/* Whether a line keeps clear of all boxes but the arrow's own, and of where tokens stand at their sides. */
static bool clear(const struct states *s, const struct states_arrow *a, struct point from, struct point to)
{
    for (unsigned i = 0; i < STATES_NODES; i++) {
        const struct states_node *n = &s->node[i];
        double aside = n->corners ? 20 * s->scale : 5 * s->scale;
        struct rect r = rect_grown(n->r, 5 * s->scale);

        r.x = n->r.x - aside;
        r.w = n->r.w + 2 * aside;
        if (n->shown && i != a->from && i != a->to && line_meets_rect(from, to, r))
            return false;
    }
    return true;
}

static void add(struct states_arrow *a, double x, double y)
{
    CHECK(a->n_points < STATES_BENDS);
    a->point[a->n_points++] = (struct point){x, y};
}

static bool straight(const struct states *s, struct states_arrow *a)
{
    struct rect f = s->node[a->from].r, t = s->node[a->to].r;
    double reach = f.w * .3, x0 = middle(f).x, x1 = middle(t).x, apart = opposite(s, a) ? 11 * s->scale : 0;

    a->n_points = 0;
    if (s->node[a->from].rank == s->node[a->to].rank) {
        bool right = x1 > x0;

        add(a, right ? f.x + f.w : f.x, middle(f).y + apart);
        add(a, right ? t.x : t.x + t.w, middle(t).y + apart);
    } else {
        bool down = t.y > f.y;
        double from = fmin(fmax(x1, x0 - reach), x0 + reach), to = fmin(fmax(x0, x1 - reach), x1 + reach);

        if (fabs(x1 - x0) < f.w * .6 && from != to)
            from = to = (x0 + x1) / 2;
        from += down ? apart : -apart;
        to += down ? apart : -apart;
        add(a, from, down ? f.y + f.h : f.y);
        add(a, to, down ? t.y : t.y + t.h);
    }
    return clear(s, a, a->point[0], a->point[1]);
}

/* Around the others, along the margin on one side: out of the box, down, and in again. False: something is in
 * the way. */
static bool around(const struct states *s, struct states_arrow *a, bool right)
{
    struct rect f = s->node[a->from].r, t = s->node[a->to].r;
    double u = s->scale, x = right ? s->width - 14 * u : 14 * u, gap = 9 * u, out = right ? f.x + f.w : f.x,
           in = right ? t.x + t.w : t.x, fy = middle(f).y, ty = middle(t).y;
    bool side_out = clear(s, a, (struct point){out, fy}, (struct point){x, fy}),
         side_in = clear(s, a, (struct point){in, ty}, (struct point){x, ty});

    a->n_points = 0;
    if (side_out) {
        add(a, out, fy);
        add(a, x, fy);
    } else {
        out = middle(f).x + (right ? 1 : -1) * f.w * .3;
        add(a, out, f.y + f.h);
        add(a, out, f.y + f.h + gap);
        add(a, x, f.y + f.h + gap);
    }
    if (side_in) {
        add(a, x, ty);
        add(a, in, ty);
    } else {
        in = middle(t).x + (right ? 1 : -1) * t.w * .3;
        add(a, x, t.y - gap);
        add(a, in, t.y - gap);
        add(a, in, t.y);
    }
    for (unsigned i = 1; i < a->n_points; i++)
        if (!clear(s, a, a->point[i - 1], a->point[i]))
            return false;
    return true;
}

unsigned states_route(struct states *s, const double margin[2])
{
    unsigned needs = 0;

    for (size_t i = 0; i < s->n_arrows; i++) {
        struct states_arrow *a = &s->arrow[i];
        bool right = middle(s->node[a->from].r).x > s->width / 2 - 1;

        if (straight(s, a))
            continue;
        if (margin[0] <= 0 && margin[1] <= 0) { /* first find out that there must be one */
            needs |= right ? 2 : 1;
            continue;
        }
        if (margin[right] <= 0)
            right = !right;
        if (around(s, a, right) || (margin[!right] > 0 && around(s, a, !right)))
            continue;
        (void)around(s, a, right);
    }
    return needs;
}

/* ---- labels ---- */

struct writing { /* one way of writing a label */
    char line[2][96];
    unsigned lines;
};

/* Where the text can be cut in two: its first comma that is no list of flags. */
static const char *cut(const char *text, size_t *comma)
{
    const char *chinese = strstr(text, "\xef\xbc\x8c"), *plain = strstr(text, ", ");

    if (chinese && (!plain || chinese < plain)) {
        *comma = 3;
        return chinese;
    }
    *comma = 2;
    return plain;
}

/* In one line, in two, or only what matters: what is received, else what is done. */
static unsigned write_forms(const struct states *s, const struct states_arrow *a, struct writing *out)
{
    struct trace_text t = figure_words(report_edges[a->edge].what);
    const char *text = figure_first(s->model->lang, t), *at;
    size_t comma, n;

    memset(out, 0, FORMS * sizeof *out);
    snprintf(out[0].line[0], sizeof out[0].line[0], "%s", text);
    out[0].lines = 1;
    at = cut(text, &comma);
    if (!at)
        return 1;
    n = (size_t)(at - text);
    snprintf(out[1].line[0], sizeof out[1].line[0], "%.*s", (int)(n + comma - (comma == 2)), text);
    snprintf(out[1].line[1], sizeof out[1].line[1], "%s", at + comma);
    out[1].lines = 2;
    if (!strncmp(t.en, "CLOSE, ", 7)) /* the FIN is what is seen */
        snprintf(out[2].line[0], sizeof out[2].line[0], "%s", at + comma);
    else
        snprintf(out[2].line[0], sizeof out[2].line[0], "%.*s", (int)n, text);
    out[2].lines = 1;
    return 3;
}

static struct extent size_of(struct paint *p, double px, const struct writing *w)
{
    struct extent e = {.w = 0, .h = w->lines * px * 1.16};

    for (unsigned i = 0; i < w->lines; i++)
        e.w = fmax(e.w, paint_measure(p, FACE_PLAIN, px, w->line[i]).w);
    return e;
}

enum strictness {                /* what a label keeps clear of, besides boxes and other labels */
                  NEAREST_OWN,   /* all lines, and no other arrow is as near */
                  NEAREST_TAKEN, /* the lines that the trace takes, and none of those is as near */
                  CLEAR_OF_LINES,
                  CLEAR_OF_TAKEN,
                  CLEAR_OF_WORDS
};

static bool lines_in_the_way(const struct states *s, struct rect r, bool taken_only)
{
    for (size_t i = 0; i < s->n_arrows; i++) {
        const struct states_arrow *a = &s->arrow[i];

        for (unsigned k = 1; k < a->n_points && (a->taken || !taken_only); k++)
            if (line_meets_rect(a->point[k - 1], a->point[k], r))
                return true;
    }
    return false;
}

static struct rect wider(struct rect r, double by)
{
    return (struct rect){r.x - by, r.y, r.w + 2 * by, r.h};
}

static bool is_free(const struct states *s, struct rect r, enum strictness how)
{
    double u = s->scale;
    struct rect near = rect_grown(r, 1.2 * u);

    if (r.x < 10 * u || r.y < 2 * u || r.x + r.w > s->width - 10 * u || r.y + r.h > s->height - 3 * u)
        return false;
    if (s->title_px > 0 && r.y < s->title.y + s->title.h)
        return false;
    for (unsigned i = 0; i < STATES_NODES; i++) {
        const struct states_node *n = &s->node[i];

        if (!n->shown)
            continue;
        if (rects_meet(near, n->r))
            return false;
    }
    for (unsigned i = 0; i < s->n_zones; i++)
        if (rects_meet(r, s->zone[i]))
            return false;
    for (size_t i = 0; i < s->n_arrows; i++)
        if (s->arrow[i].px > 0 && rects_meet(near, wider(s->arrow[i].label, 9 * u)))
            return false; /* two beside each other are not read as one */
    return how == CLEAR_OF_WORDS || !lines_in_the_way(s, r, how == CLEAR_OF_TAKEN || how == NEAREST_TAKEN);
}

/* Rectangles of this size beside the line from a to b, at a part of the way: on its sides if it is steep,
 * else over and under it. which: 0, 1. */
static struct rect beside(struct point a, struct point b, double t, struct extent e, unsigned which,
                          double off)
{
    double dx = b.x - a.x, dy = b.y - a.y, x = a.x + dx * t, y = a.y + dy * t;
    bool steep = fabs(dy) * 3 > fabs(dx), outward = dx < 0;

    if (steep) { /* what slants to the left has its words on the left first */
        double away = e.w / 2 + off + (fabs(dy) > 1e-9 ? e.h / 2 * fabs(dx / dy) : 0);

        x += (which ^ outward) ? -away : away;
    } else {
        double away = e.h / 2 + off * .6 + e.w / 2 * fabs(dy / dx);

        y += which ? away : -away;
    }
    return (struct rect){x - e.w / 2, y - e.h / 2, e.w, e.h};
}

static double between(struct point a, struct point b, struct point q)
{
    double dx = b.x - a.x, dy = b.y - a.y, n = dx * dx + dy * dy,
           t = n > 0 ? fmin(fmax(((q.x - a.x) * dx + (q.y - a.y) * dy) / n, 0), 1) : 0;

    return hypot(a.x + t * dx - q.x, a.y + t * dy - q.y);
}

static double from_rect(struct rect r, struct point q)
{
    return hypot(fmax(fmax(r.x - q.x, q.x - r.x - r.w), 0), fmax(fmax(r.y - q.y, q.y - r.y - r.h), 0));
}

/* How far an arrow's line is from a rectangle that it does not cross. */
static double line_distance(const struct states_arrow *a, struct rect r)
{
    double least = 1e9;

    for (unsigned k = 1; k < a->n_points; k++) {
        struct point from = a->point[k - 1], to = a->point[k];

        for (int corner = 0; corner < 4; corner++)
            least = fmin(least,
                         between(from, to,
                                 (struct point){corner % 2 ? r.x + r.w : r.x, corner / 2 ? r.y + r.h : r.y}));
        least = fmin(least, fmin(from_rect(r, from), from_rect(r, to)));
    }
    return least;
}

/* Whether nobody can take the words for another arrow's. */
static bool belongs(const struct states *s, const struct states_arrow *a, struct rect r)
{
    double own = line_distance(a, r);

    for (size_t i = 0; i < s->n_arrows; i++)
        if (&s->arrow[i] != a && (s->arrow[i].taken || !a->taken) &&
            line_distance(&s->arrow[i], r) < own * 1.3)
            return false;
    return true;
}

enum { NEAR = 3, FAR = 10 }; /* how many of the distances below */

struct wish { /* how a label may be placed */
    double px;
    enum strictness how;
    size_t far;
};

static bool try_places(const struct states *s, struct states_arrow *a, struct extent e, enum strictness how,
                       double off, bool beyond)
{
    static const double part[] = {.5, .4, .6, .3, .7, .2, .8, .08, .92, -.1, 1.1, -.25, 1.25};
    const size_t within = 9;

    for (size_t i = beyond ? within : 0; i < (beyond ? ARRAY_LEN(part) : within); i++)
        for (unsigned k = 1; k < a->n_points; k++)
            for (unsigned which = 0; which < 2; which++) {
                struct rect r = beside(a->point[k - 1], a->point[k], part[i], e, which, off);

                if (!is_free(s, r, how) || (how <= NEAREST_TAKEN && !belongs(s, a, r)))
                    continue;
                a->label = r;
                return true;
            }
    return false;
}

/* Places an arrow's label in one of its forms: near the line rather than in full. */
static bool place_label(const struct states *s, struct paint *p, struct states_arrow *a, const struct wish *w)
{
    static const double away[FAR] = {8, 18, 30, 46, 64, 84, 104, 124, 144, 164};
    struct writing form[FORMS];
    unsigned n = write_forms(s, a, form);

    for (size_t k = 0; k < 2 * w->far * n; k++) { /* beside the line at every distance, then past its ends */
        size_t off = k / n % w->far, i = k % n;

        if (!try_places(s, a, size_of(p, w->px, &form[i]), w->how, away[off] * s->scale, k >= w->far * n))
            continue;
        a->px = w->px;
        a->lines = form[i].lines;
        for (unsigned line = 0; line < form[i].lines; line++)
            paint_escape(a->text[line], sizeof a->text[line], form[i].line[line]);
        return true;
    }
    return false;
}

static bool all_at(struct states *s, struct paint *p, const struct wish *w)
{
    for (size_t i = 0; i < s->n_arrows; i++)
        s->arrow[i].px = 0;
    for (size_t i = 0; i < s->n_arrows; i++)
        if (s->arrow[i].taken && !place_label(s, p, &s->arrow[i], w))
            return false;
    return true;
}

/* The labels of what the trace does have one size, if there is one at which all find room. */
static void place_taken(struct states *s, struct paint *p, double most)
{
    static const struct wish together[] = {{.8, NEAREST_OWN, NEAR},
                                           {.72, NEAREST_OWN, FAR},
                                           {.72, NEAREST_TAKEN, NEAR},
                                           {.66, NEAREST_TAKEN, FAR}},
                             single[] = {{.72, NEAREST_TAKEN, FAR},
                                         {.72, CLEAR_OF_LINES, FAR},
                                         {.66, CLEAR_OF_TAKEN, FAR},
                                         {.2, CLEAR_OF_WORDS, FAR}};
    struct wish w;

    for (size_t i = 0; i < ARRAY_LEN(together); i++)
        for (w = together[i], w.px = most; w.px >= fmax(most * together[i].px, LABEL_LEAST); w.px *= .94)
            if (all_at(s, p, &w))
                return;
    for (size_t i = 0; i < s->n_arrows; i++)
        s->arrow[i].px = 0;
    for (size_t k = 0; k < s->n_arrows; k++) /* each for itself, then */
        for (size_t i = 0; i < ARRAY_LEN(single) && s->arrow[k].taken; i++)
            for (w = single[i], w.px = most * .86; w.px >= most * single[i].px && s->arrow[k].px <= 0;
                 w.px *= .94)
                (void)place_label(s, p, &s->arrow[k], &w);
}

static unsigned edges_of(const struct states_arrow *a)
{
    unsigned n = 0;

    for (unsigned e = 1; e < ED_COUNT; e++)
        n += report_edges[e].from == a->from &&
             (report_edges[e].to == a->to || (report_edges[e].to == ST_CLOSED && a->to == STATES_END));
    return n;
}

static struct rect both(struct rect a, struct rect b)
{
    double x = fmin(a.x, b.x), y = fmin(a.y, b.y);

    return (struct rect){x, y, fmax(a.x + a.w, b.x + b.w) - x, fmax(a.y + a.h, b.y + b.h) - y};
}

static void keep_zone(struct states *s, struct rect r)
{
    for (unsigned i = 0; i < s->n_zones; i++)
        if (rects_meet(s->zone[i], r)) {
            s->zone[i] = both(s->zone[i], r);
            return;
        }
    if (s->n_zones < ARRAY_LEN(s->zone))
        s->zone[s->n_zones++] = r;
}

/* Where tokens come to stand: at every moment, but in long traces of many connections only to begin with. */
static void keep_zones(struct states *s, struct paint *p)
{
    struct states_token token[STATES_TOKENS];
    size_t n = s->n_events < MOMENTS ? s->n_events : MOMENTS;

    for (unsigned i = 0; i < STATES_NODES; i++)
        for (uint16_t lane = 0; lane < s->model->n_lanes; lane++)
            if (s->node[i].shown && s->node[i].corners & 1u << states_corner(s, lane))
                keep_zone(s, states_token_rect(s, p, i, lane, s->letter[lane]));
    for (size_t k = 0; k <= n && s->model->many; k++) {
        unsigned tokens = states_standing(s, k, token);

        for (unsigned i = 0; i < tokens; i++)
            if (s->node[token[i].node].shown)
                keep_zone(s, states_token_rect(s, p, token[i].node, token[i].lane, token[i].text));
    }
}

void states_place_labels(struct states *s, struct paint *p)
{
    double most = TYPE_SMALL * s->scale;

    keep_zones(s, p);

    for (unsigned i = 0; i < STATES_NODES; i++)
        if (s->node[i].shown)
            most = fmin(most, s->node[i].px);
    place_taken(s, p, most);
    for (size_t i = 0; i < s->n_arrows; i++) /* the rest does not speak louder */
        if (s->arrow[i].taken && s->arrow[i].px > 0)
            most = fmin(most, s->arrow[i].px * 1.1);
    for (size_t i = 0; i < s->n_arrows;
         i++) /* where many edges lead to the end, no one of them speaks for all */
        if (!s->arrow[i].taken && edges_of(&s->arrow[i]) <= 2)
            (void)place_label(s, p, &s->arrow[i], &(struct wish){most * .86, NEAREST_OWN, NEAR});
}
