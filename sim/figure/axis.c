#include "sim/figure/axis.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct axis_point *x = a, *y = b;

    return x->at < y->at ? -1 : x->at > y->at;
}

void axis_init(struct axis *a, const vtime *at, size_t n)
{
    size_t m = 0;

    *a = (struct axis){.point = calloc(n + 1, sizeof *a->point)};
    CHECK(a->point);
    for (size_t i = 0; i < n; i++)
        a->point[i].at = at[i];
    if (n)
        qsort(a->point, n, sizeof *a->point, compare);
    for (size_t i = 0; i < n; i++)
        if (m == 0 || a->point[i].at != a->point[m - 1].at)
            a->point[m++] = a->point[i];
    a->n = m;
}

void axis_free(struct axis *a)
{
    free(a->point);
    *a = (struct axis){.point = NULL};
}

/* The last point not later than `at`; 0 if all are. */
static size_t before(const struct axis *a, vtime at)
{
    size_t lo = 0, hi = a->n;

    while (lo + 1 < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (a->point[mid].at <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

size_t axis_index(const struct axis *a, vtime at)
{
    size_t i = before(a, at);

    CHECK(a->n && a->point[i].at == at);
    return i;
}

bool axis_find_point(const struct axis *a, vtime at, size_t *i)
{
    *i = before(a, at);
    return a->n && a->point[*i].at == at;
}

static int compare_needs(const void *a, const void *b)
{
    const struct axis_need *x = a, *y = b;

    return x->b < y->b ? -1 : x->b > y->b;
}

/* What the mode alone gives a wait; *broken: whether it is not to scale. */
static double gap(const struct axis_options *o, vtime wait, bool *broken)
{
    double px = (double)wait * o->px_per_ns;

    *broken = false;
    switch (o->mode) {
    case AXIS_LINEAR: return px;
    case AXIS_STEP: return o->row;
    case AXIS_BROKEN: break;
    }
    *broken = px > o->most;
    if (*broken)
        return o->pause;
    return px < o->least ? o->least : px;
}

void axis_place(struct axis *a, const struct axis_options *o, const struct axis_need *need, size_t n_needs)
{
    struct axis_need *sorted = calloc(n_needs + 1, sizeof *sorted);
    size_t k = 0;

    CHECK(sorted);
    if (n_needs)
        memcpy(sorted, need, n_needs * sizeof *sorted);
    qsort(sorted, n_needs, sizeof *sorted, compare_needs);
    a->mode = o->mode;
    a->px_per_ns = o->px_per_ns;
    for (size_t i = 0; i < a->n; i++) {
        struct axis_point *p = &a->point[i];

        p->broken = false;
        p->y = i ? p[-1].y + gap(o, p->at - p[-1].at, &p[-1].broken) : 0;
        for (; k < n_needs && sorted[k].b <= i; k++)
            if (sorted[k].b == i && o->mode != AXIS_LINEAR && p->y < a->point[sorted[k].a].y + sorted[k].room)
                p->y = a->point[sorted[k].a].y + sorted[k].room;
    }
    free(sorted);
}

double axis_height(const struct axis *a)
{
    return a->n ? a->point[a->n - 1].y - a->point[0].y : 0;
}

void axis_scale(struct axis *a, double height)
{
    double now = axis_height(a);

    for (size_t i = 0; i < a->n && now > 0; i++)
        a->point[i].y *= height / now;
    if (now > 0)
        a->px_per_ns *= height / now;
}

double axis_y(const struct axis *a, vtime at)
{
    size_t i;
    const struct axis_point *p;

    if (!a->n)
        return 0;
    i = before(a, at);
    p = &a->point[i];
    if (at <= p->at)
        return p->y;
    if (i + 1 == a->n)
        return p->y;
    return p->y + (p[1].y - p->y) * ((double)(at - p->at) / (double)(p[1].at - p->at));
}

vtime axis_time(const struct axis *a, double y)
{
    size_t lo = 0, hi = a->n;
    const struct axis_point *p;

    if (!a->n)
        return 0;
    while (lo + 1 < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (a->point[mid].y <= y)
            lo = mid;
        else
            hi = mid;
    }
    p = &a->point[lo];
    if (y <= p->y || lo + 1 == a->n || p[1].y <= p->y)
        return p->at;
    return p->at + (vtime)((double)(p[1].at - p->at) * ((y - p->y) / (p[1].y - p->y)));
}
