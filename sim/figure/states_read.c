/* What the state machine shows of a trace: the connections' paths, and where they stand at a time. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figure/states_parts.h"
#include "sim/report/fold.h"

enum { NUMBERS_SHOWN = 3 };

/* The number that the picture gives a connection; 0: none. */
static uint32_t talk_of(const struct fold_map *talks, uint32_t conn)
{
    uint32_t talk;

    return fold_map_get(talks, conn, &talk) ? talk : 0;
}

static void learn_talks(const struct model *m, struct fold_map *talks)
{
    if (!m->many)
        return;
    for (size_t i = 0; i < m->n_flights; i++)
        if (m->flight[i].conn && m->flight[i].talk)
            fold_map_put(talks, m->flight[i].conn, m->flight[i].talk);
    for (size_t i = 0; i < m->n_spans; i++)
        if (m->span[i].conn && m->span[i].talk)
            fold_map_put(talks, m->span[i].conn, m->span[i].talk);
}

static struct states_event *add_event(struct states *s, size_t *cap, const struct rec_head *r, int lane)
{
    GROW(s->event, s->n_events, *cap);
    s->event[s->n_events] = (struct states_event){
        .at = r->at, .record = r->id, .conn = r->conn, .lane = (uint16_t)lane, .to = STATES_END};
    return &s->event[s->n_events++];
}

void states_read(struct states *s)
{
    const struct model *m = s->model;
    struct fold_map talks = {0};
    size_t cap = 0;

    learn_talks(m, &talks);
    for (size_t i = 0; i < m->n_landmarks; i++) {
        const struct rec_head *r = m->landmark[i];
        const struct rec_state *state = (const void *)r;
        int lane = r->kind == REC_STATE || r->kind == REC_HOSTEV ? model_lane_of(m, r->host) : -1;
        struct states_event *e;

        if (lane < 0)
            continue;
        if (r->kind == REC_HOSTEV) {
            if (((const struct rec_host_event *)(const void *)r)->event == HOST_EVENT_CRASH)
                add_event(s, &cap, r, lane);
            continue;
        }
        if (state->edge == ED_NONE || state->edge >= ED_COUNT)
            continue;
        e = add_event(s, &cap, r, lane);
        e->talk = talk_of(&talks, r->conn);
        e->edge = (uint16_t)state->edge;
        e->from = (uint8_t)state->from;
        e->to = state->to == ST_CLOSED ? STATES_END : (uint8_t)state->to;
    }
    fold_map_free(&talks);
}

/* ---- where they stand ---- */

struct standing { /* the connections of one lane */
    struct {
        uint32_t conn, talk;
        unsigned node;
    } alive[256];
    unsigned n;
    unsigned last; /* node of the one that changed last */
    bool any;
};

static void move(struct standing *l, const struct states_event *e)
{
    unsigned i;

    l->any = true;
    l->last = e->to;
    if (e->edge == ED_NONE) {
        l->n = 0;
        return;
    }
    for (i = 0; i < l->n && l->alive[i].conn != e->conn; i++)
        ;
    if (e->to == STATES_END || e->to == ST_LISTEN) {
        if (i < l->n)
            l->alive[i] = l->alive[--l->n];
        return;
    }
    if (i == l->n) {
        if (l->n == ARRAY_LEN(l->alive))
            return;
        l->n++;
    }
    l->alive[i].conn = e->conn;
    l->alive[i].talk = e->talk;
    l->alive[i].node = e->to;
}

/* "C", "C1,2", "C x5" */
static void write_token(const struct states *s, const struct standing *l, struct states_token *t)
{
    uint32_t talk[NUMBERS_SHOWN + 1];
    unsigned n = 0;
    size_t at;

    for (unsigned i = 0; i < l->n; i++) {
        unsigned k = n;

        if (l->alive[i].node != t->node)
            continue;
        t->n++;
        if (n > NUMBERS_SHOWN)
            continue;
        for (; k > 0 && talk[k - 1] > l->alive[i].talk; k--)
            talk[k] = talk[k - 1];
        talk[k] = l->alive[i].talk;
        n += n < NUMBERS_SHOWN + 1;
        if (n == NUMBERS_SHOWN + 1)
            break;
    }
    at = (size_t)snprintf(t->text, sizeof t->text, "%s", s->letter[t->lane]);
    if (!s->model->many || !t->n)
        return;
    t->n = 0;
    for (unsigned i = 0; i < l->n; i++)
        t->n += l->alive[i].node == t->node;
    if (t->n > NUMBERS_SHOWN) {
        snprintf(t->text + at, sizeof t->text - at, " \xc3\x97%u", t->n);
        return;
    }
    for (unsigned i = 0; i < n; i++)
        if (talk[i] && at < sizeof t->text)
            at += (size_t)snprintf(t->text + at, sizeof t->text - at, i ? ",%u" : "%u", talk[i]);
}

unsigned states_standing(const struct states *s, size_t n, struct states_token *out)
{
    struct standing *lane = calloc(ARRAY_LEN(s->model->lane), sizeof *lane);
    unsigned found = 0;

    CHECK(lane);
    for (size_t i = 0; i < n; i++)
        move(&lane[s->event[i].lane], &s->event[i]);
    for (uint16_t k = 0; k < s->model->n_lanes; k++) {
        const struct standing *l = &lane[k];
        unsigned before = found;

        if (!s->model->lane[k].states)
            continue;
        for (unsigned i = 0; i < l->n && found < STATES_TOKENS; i++) {
            bool twice = false;

            for (unsigned t = before; t < found; t++)
                twice |= out[t].node == l->alive[i].node;
            if (twice)
                continue;
            out[found] = (struct states_token){.lane = k, .node = l->alive[i].node};
            write_token(s, l, &out[found++]);
        }
        if (!l->n && found < STATES_TOKENS) { /* nothing lives here: what was heard of last */
            out[found] = (struct states_token){.lane = k, .node = l->any ? l->last : (unsigned)ST_CLOSED};
            write_token(s, l, &out[found++]);
        }
    }
    free(lane);
    return found;
}

static size_t events_until(const struct states *s, vtime at)
{
    size_t n = 0;

    while (n < s->n_events && s->event[n].at <= at)
        n++;
    return n;
}

unsigned states_tokens(const struct states *s, struct paint *p, vtime at, struct states_token *out)
{
    unsigned n = states_standing(s, events_until(s, at == VTIME_NEVER ? s->o.to : at), out), kept = 0;

    for (unsigned i = 0; i < n; i++) {
        if (!s->node[out[i].node].shown)
            continue;
        out[i].r = states_token_rect(s, p, out[i].node, out[i].lane, out[i].text);
        out[kept++] = out[i];
    }
    return kept;
}

bool states_taken(const struct states *s, size_t arrow, vtime at)
{
    const struct states_arrow *a = &s->arrow[arrow];

    return a->taken && a->first <= (at == VTIME_NEVER ? s->o.to : at);
}

/* ---- arrows ---- */

void states_find_arrows(struct states *s)
{
    for (unsigned e = 1; e < ED_COUNT; e++) {
        unsigned from = report_edges[e].from,
                 to = report_edges[e].to == ST_CLOSED ? STATES_END : (unsigned)report_edges[e].to;
        struct states_arrow *a = NULL;
        bool taken = false;
        vtime first = 0;

        for (size_t i = 0; i < s->n_events && !taken; i++)
            if (s->event[i].edge == e && s->event[i].at >= s->o.from && s->event[i].at <= s->o.to) {
                taken = true;
                first = s->event[i].at;
            }
        if (!s->node[from].shown || !s->node[to].shown || (!taken && !s->o.whole))
            continue;
        for (size_t i = 0; i < s->n_arrows && !a; i++)
            if (s->arrow[i].from == from && s->arrow[i].to == to)
                a = &s->arrow[i];
        if (!a) {
            CHECK(s->n_arrows < STATES_ARROWS);
            a = &s->arrow[s->n_arrows++];
            *a = (struct states_arrow){.from = from, .to = to, .edge = (enum report_edge)e};
        }
        if (taken && (!a->taken || first < a->first)) {
            a->taken = true;
            a->first = first;
            a->edge = (enum report_edge)e;
        }
    }
}

/* ---- hit ---- */

static double distance_to(struct point a, struct point b, double x, double y)
{
    double dx = b.x - a.x, dy = b.y - a.y, n = dx * dx + dy * dy,
           t = n > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / n : 0;

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    dx = a.x + t * dx - x;
    dy = a.y + t * dy - y;
    return dx * dx + dy * dy;
}

int states_hit(const struct states *s, double x, double y)
{
    double near = 9 * s->scale * 9 * s->scale;
    int found = -1;

    for (size_t i = 0; i < s->n_boxes; i++) {
        const struct states_box *b = &s->box[i];

        if (b->kind != STATES_BOX_ARROW && x >= b->r.x && x < b->r.x + b->r.w && y >= b->r.y &&
            y < b->r.y + b->r.h)
            return (int)i;
    }
    for (size_t i = 0; i < s->n_boxes; i++) {
        const struct states_arrow *a = &s->arrow[s->box[i].index];

        if (s->box[i].kind != STATES_BOX_ARROW)
            continue;
        for (unsigned k = 1; k < a->n_points; k++) {
            double d = distance_to(a->point[k - 1], a->point[k], x, y);

            if (d < near) {
                near = d;
                found = (int)i;
            }
        }
    }
    return found;
}
