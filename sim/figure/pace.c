#include "sim/figure/pace.h"

#include <stdlib.h>

enum { KNOWN = 12, LEAST_TEMPO = 8 }; /* flights at full length; the least is an eighth */
#define STEADY (400 * NS_PER_MS)      /* who has moved as long as this pauses in full */
#define SHORT_PAUSE (60 * NS_PER_MS)  /* between the beats of a burst */
#define NO_FLIGHT (100 * NS_PER_MS)   /* how long a flight takes where there is none */
#define REMARKABLE (PACE_LOSS | PACE_AGAIN | PACE_TIMER | PACE_STATE_CHANGE | PACE_HOST)

struct stretch { /* from here to the next one: a pause, or a motion */
    vtime real, shown;
};

struct pace {
    struct pace_beat *beat;
    size_t n_beats;
    struct stretch *stretch; /* the last one is the end */
    size_t n;
};

/* ---- beats ---- */

static unsigned what_of(const struct model *m, const struct rec_head *r)
{
    const void *body = r;

    switch ((enum rec_kind)r->kind) {
    case REC_SEND: return PACE_SEND | (((const struct rec_send *)body)->retx_of ? PACE_AGAIN : 0u);
    case REC_ICMP: return PACE_SEND;
    case REC_ARRIVE: return model_lane_of(m, r->host) >= 0 ? PACE_ARRIVAL : 0;
    case REC_DROP: return PACE_LOSS;
    case REC_TIMER: return ((const struct rec_timer *)body)->op == TIMER_OP_FIRED ? PACE_TIMER : 0;
    case REC_CALL: {
        unsigned call = ((const struct rec_call *)body)->call;

        return call == CALL_RECEIVE || call == CALL_SET || call == CALL_STATUS ? 0 : PACE_CALL;
    }
    case REC_STATE: return PACE_STATE_CHANGE;
    case REC_HOSTEV: return PACE_HOST;
    case REC_NONE:
    case REC_CONN:
    case REC_DATA:
    case REC_ENQUEUE:
    case REC_TRANSMIT:
    case REC_DUPLICATE:
    case REC_FAULT:
    case REC_REJECT:
    case REC_CITE:
    case REC_SIGNAL:
    case REC_DELIVER:
    case REC_VARS:
    case REC_SYMBOL:
    case REC_LINKEV:
    case REC_SCRIPT:
    case REC_NOTE:
    case REC_INVARIANT:
    case REC_END:
    case REC_KINDS: break;
    }
    return 0;
}

static void find_beats(struct pace *p, const struct model *m)
{
    size_t n = log_count(m->log), cap = 0;

    for (size_t i = 0; i < n; i++) {
        const struct rec_head *r = log_at(m->log, i);
        unsigned what = what_of(m, r);

        if (!what)
            continue;
        if (p->n_beats && p->beat[p->n_beats - 1].at == r->at) {
            p->beat[p->n_beats - 1].what |= what;
            continue;
        }
        GROW(p->beat, p->n_beats, cap);
        p->beat[p->n_beats++] = (struct pace_beat){r->at, r->id, what};
    }
}

/* ---- the shortest flight in the air ---- */

struct flying {
    vtime takes, end;
};
struct air { /* a heap, the shortest on top; who has landed leaves when he comes to the top */
    struct flying *in;
    size_t n;
};

static void take_off(struct air *a, struct flying f)
{
    size_t i = a->n++;

    for (; i && a->in[(i - 1) / 2].takes > f.takes; i = (i - 1) / 2)
        a->in[i] = a->in[(i - 1) / 2];
    a->in[i] = f;
}

static void land(struct air *a)
{
    struct flying last = a->in[--a->n];
    size_t i = 0;

    for (size_t k = 1; k < a->n; i = k, k = 2 * i + 1) {
        if (k + 1 < a->n && a->in[k + 1].takes < a->in[k].takes)
            k++;
        if (a->in[k].takes >= last.takes)
            break;
        a->in[i] = a->in[k];
    }
    a->in[i] = last;
}

/* How long the shortest flight takes that is in the air after `now`; 0: there is none. */
static vtime shortest(struct air *a, vtime now)
{
    while (a->n && a->in[0].end <= now)
        land(a);
    return a->n ? a->in[0].takes : 0;
}

/* ---- stretches ---- */

struct pacer {
    struct pace *p;
    const struct model *m;
    vtime *cut; /* where speed may change: beats, and ends of flights */
    size_t n_cuts;
    const struct model_flight **flight; /* those that take time, as they leave */
    size_t n_flights, next;
    struct air air;
    size_t next_beat;
    vtime last_takes;  /* of the flight that last set the speed */
    uint64_t seen;     /* flights since something remarkable */
    vtime moved;       /* since the last pause */
    size_t known_from; /* the stretch from which on everything may be pressed; 0: none yet */
};

static int by_time(const void *a, const void *b)
{
    vtime x = *(const vtime *)a, y = *(const vtime *)b;

    return x < y ? -1 : x > y;
}

static int by_leave(const void *a, const void *b)
{
    const struct model_flight *const *x = a, *const *y = b;

    if ((*x)->leave != (*y)->leave)
        return (*x)->leave < (*y)->leave ? -1 : 1;
    return *x < *y ? -1 : *x > *y; /* both in one array */
}

static void find_cuts(struct pacer *k)
{
    const struct model *m = k->m;
    size_t n = 0;

    k->cut = malloc((2 * m->n_flights + k->p->n_beats + 2) * sizeof *k->cut);
    k->flight = malloc((m->n_flights + 1) * sizeof *k->flight);
    k->air.in = malloc((m->n_flights + 1) * sizeof *k->air.in);
    CHECK(k->cut && k->flight && k->air.in);
    k->cut[n++] = 0;
    k->cut[n++] = m->end;
    for (size_t i = 0; i < k->p->n_beats; i++)
        k->cut[n++] = k->p->beat[i].at;
    for (size_t i = 0; i < m->n_flights; i++) {
        const struct model_flight *f = &m->flight[i];

        if (f->end <= f->leave || f->leave >= m->end)
            continue;
        k->flight[k->n_flights++] = f;
        k->cut[n++] = f->leave;
        k->cut[n++] = min_i64(f->end, m->end);
    }
    qsort(k->cut, n, sizeof *k->cut, by_time);
    qsort(k->flight, k->n_flights, sizeof *k->flight, by_leave);
    for (size_t i = 0; i < n; i++)
        if (!k->n_cuts || k->cut[i] != k->cut[k->n_cuts - 1])
            k->cut[k->n_cuts++] = k->cut[i];
    k->last_takes = k->n_flights ? k->flight[0]->end - k->flight[0]->leave : NO_FLIGHT;
}

static vtime scaled(vtime part, vtime of, vtime whole)
{
    return (vtime)muldiv_u64((uint64_t)part, (uint64_t)of, (uint64_t)whole);
}

/* Of those that have seen this before: less. */
static vtime hurried(const struct pacer *k, vtime t)
{
    return k->seen > KNOWN ? max_i64(t * KNOWN / (vtime)k->seen, t / LEAST_TEMPO) : t;
}

/* Ends what goes on at `real` after `shown` more. */
static void stretch(struct pacer *k, vtime real, vtime shown)
{
    struct pace *p = k->p;

    p->stretch[p->n] = (struct stretch){real, p->stretch[p->n - 1].shown + shown};
    p->n++;
}

static void pause_at(struct pacer *k, vtime now)
{
    const struct pace_beat *b = k->next_beat < k->p->n_beats ? &k->p->beat[k->next_beat] : NULL;
    vtime still;

    if (!b || b->at != now)
        return;
    k->next_beat++;
    if (b->what & REMARKABLE)
        k->seen = 0;
    still = k->moved >= STEADY ? PACE_PAUSE : max_i64(scaled(PACE_PAUSE, k->moved, STEADY), SHORT_PAUSE);
    still = max_i64(hurried(k, still), b->what & PACE_STATE_CHANGE ? PACE_STATE : 0);
    stretch(k, now, still);
    k->moved = 0;
}

static void move_to(struct pacer *k, vtime now, vtime then)
{
    vtime takes = shortest(&k->air, now), shown;

    if (takes)
        shown = hurried(k, scaled(then - now, PACE_FLIGHT, k->last_takes = takes));
    else if (then - now > k->last_takes * 2) /* 1.6 s : last = 3.2 s : 2 * last */
        shown = PACE_WAIT;
    else
        shown = min_i64(hurried(k, scaled(then - now, PACE_FLIGHT, k->last_takes)), PACE_WAIT);
    shown = max_i64(shown, 1);
    k->moved += shown;
    stretch(k, then, shown);
}

static void make_stretches(struct pacer *k)
{
    struct pace *p = k->p;

    p->stretch = malloc((k->n_cuts + p->n_beats + 3) * sizeof *p->stretch);
    CHECK(p->stretch);
    p->stretch[p->n++] = (struct stretch){0, 0};
    k->moved = STEADY;
    for (size_t i = 0; i < k->n_cuts; i++) {
        while (k->next < k->n_flights && k->flight[k->next]->leave <= k->cut[i]) {
            const struct model_flight *f = k->flight[k->next++];

            take_off(&k->air, (struct flying){f->end - f->leave, f->end});
            k->seen++;
            if (!k->known_from && k->next > KNOWN)
                k->known_from = p->n - 1;
        }
        pause_at(k, k->cut[i]);
        if (i + 1 < k->n_cuts)
            move_to(k, k->cut[i], k->cut[i + 1]);
    }
}

/* Presses what comes from a stretch on into what PACE_MOST leaves. */
static void press(struct pace *p, size_t from)
{
    vtime before = p->stretch[from].shown, rest = p->stretch[p->n - 1].shown - before, room;

    if (before > PACE_MOST / 2) {
        from = 0;
        rest += before;
        before = 0;
    }
    room = PACE_MOST - PACE_END - before;
    if (rest <= room)
        return;
    for (size_t i = from; i < p->n; i++)
        p->stretch[i].shown = before + scaled(p->stretch[i].shown - before, room, rest);
}

struct pace *pace_new(const struct model *m)
{
    struct pacer k = {.m = m, .p = calloc(1, sizeof *k.p)};
    struct pace *p = k.p;
    vtime all;

    CHECK(p);
    find_beats(p, m);
    find_cuts(&k);
    make_stretches(&k);
    press(p, k.known_from);
    all = p->stretch[p->n - 1].shown;
    stretch(&k, m->end, max_i64(PACE_END, PACE_LEAST - all));
    free(k.cut);
    free(k.flight);
    free(k.air.in);
    return p;
}

void pace_free(struct pace *p)
{
    if (!p)
        return;
    free(p->beat);
    free(p->stretch);
    free(p);
}

/* ---- there and back ---- */

vtime pace_length(const struct pace *p)
{
    return p->stretch[p->n - 1].shown;
}

vtime pace_virtual(const struct pace *p, vtime presentation)
{
    size_t lo = 0, hi = p->n - 1; /* the last that begins at or before */
    const struct stretch *s;

    if (presentation <= 0)
        return 0;
    if (presentation >= pace_length(p))
        return p->stretch[p->n - 1].real;
    while (lo + 1 < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (p->stretch[mid].shown <= presentation)
            lo = mid;
        else
            hi = mid;
    }
    s = &p->stretch[lo];
    if (s[1].real == s[0].real)
        return s->real;
    return s->real + scaled(s[1].real - s->real, presentation - s->shown, s[1].shown - s->shown);
}

vtime pace_presentation(const struct pace *p, vtime virtual_time)
{
    size_t lo = 0, hi = p->n - 1; /* hi: the first that begins at or after it */
    const struct stretch *s;
    vtime part, t;

    if (virtual_time <= 0)
        return 0;
    virtual_time = min_i64(virtual_time, p->stretch[p->n - 1].real);
    while (lo + 1 < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (p->stretch[mid].real < virtual_time)
            lo = mid;
        else
            hi = mid;
    }
    s = &p->stretch[lo];
    part = virtual_time - s->real;
    if (part <= 0 || s[1].shown == s->shown)
        return s[part > 0].shown;
    t = scaled(part, s[1].shown - s->shown, s[1].real - s->real);
    if (scaled(s[1].real - s->real, t, s[1].shown - s->shown) < part) /* rounded down too far */
        t++;
    return s->shown + t;
}

const struct pace_beat *pace_beats(const struct pace *p, size_t *n)
{
    *n = p->n_beats;
    return p->beat;
}

/* How many beats come before this time; with `too`, or at it. */
static size_t beats_until(const struct pace *p, vtime at, bool too)
{
    size_t lo = 0, hi = p->n_beats;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (p->beat[mid].at < at || (too && p->beat[mid].at == at))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct pace_beat *pace_beat_after(const struct pace *p, vtime at)
{
    size_t i = beats_until(p, at, true);

    return i < p->n_beats ? &p->beat[i] : NULL;
}

const struct pace_beat *pace_beat_before(const struct pace *p, vtime at)
{
    size_t i = beats_until(p, at, false);

    return i ? &p->beat[i - 1] : NULL;
}
