#include "sim/figure/index.h"

#include <stdlib.h>

#include "sim/figure/model.h"

enum { BLOCK = 64, SUPER = BLOCK * BLOCK };

static int compare(const void *a, const void *b)
{
    const struct index_item *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->i < y->i ? -1 : x->i > y->i;
}

static void table_init(struct index_table *t, size_t room)
{
    t->item = calloc(room + 1, sizeof *t->item);
    CHECK(t->item);
}

/* Items mostly come in order; only where they do not they are sorted. */
static void table_finish(struct index_table *t)
{
    bool sorted = true;

    for (size_t i = 1; i < t->n && sorted; i++)
        sorted = compare(&t->item[i - 1], &t->item[i]) < 0;
    if (!sorted)
        qsort(t->item, t->n, sizeof *t->item, compare);
    t->block = calloc(t->n / BLOCK + 1, sizeof *t->block);
    t->super = calloc(t->n / SUPER + 1, sizeof *t->super);
    CHECK(t->block && t->super);
    for (size_t i = 0; i < t->n; i++) {
        vtime to = t->item[i].to;

        if (i % BLOCK == 0 || to > t->block[i / BLOCK])
            t->block[i / BLOCK] = to;
        if (i % SUPER == 0 || to > t->super[i / SUPER])
            t->super[i / SUPER] = to;
    }
}

static void table_free(struct index_table *t)
{
    free(t->item);
    free(t->block);
    free(t->super);
}

static void add_flights(struct figure_index *x, const struct model *m)
{
    uint32_t number = 0;

    table_init(&x->flight, m->n_flights);
    x->number = calloc(m->n_flights + 1, sizeof *x->number);
    CHECK(x->number);
    for (size_t i = 0; i < m->n_flights; i++) {
        const struct model_flight *f = &m->flight[i];
        bool weighty = f->hue == HUE_SYN || f->hue == HUE_FIN || f->hue == HUE_RST || f->hue == HUE_ICMP;

        x->number[i] = f->copy ? 0 : ++number;
        x->flight.item[x->flight.n++] = (struct index_item){
            .from = f->leave,
            .to = f->end,
            .i = (uint32_t)i,
            .lane = (uint8_t)f->from,
            .other = (uint8_t)f->to,
            .hue = (uint8_t)f->hue,
            .flags = (uint8_t)((f->again ? INDEX_AGAIN : 0) | (f->lost ? INDEX_LOST : 0) |
                               (f->copy ? INDEX_COPY : 0) | (weighty ? INDEX_WEIGHTY : 0) |
                               (f->refused ? INDEX_REFUSED : 0))};
    }
    table_finish(&x->flight);
}

struct figure_index *figure_index_new(const struct model *m)
{
    struct figure_index *x = calloc(1, sizeof *x);

    CHECK(x);
    add_flights(x, m);
    table_init(&x->span, m->n_spans);
    for (size_t i = 0; i < m->n_spans; i++)
        x->span.item[x->span.n++] = (struct index_item){
            .from = m->span[i].from, .to = m->span[i].to, .i = (uint32_t)i, .lane = (uint8_t)m->span[i].lane};
    table_finish(&x->span);
    table_init(&x->note, m->n_notes);
    for (size_t i = 0; i < m->n_notes; i++)
        x->note.item[x->note.n++] = (struct index_item){
            .from = m->note[i].at, .to = m->note[i].at, .i = (uint32_t)i, .lane = (uint8_t)m->note[i].lane};
    table_finish(&x->note);
    table_init(&x->wait, m->n_waits);
    for (size_t i = 0; i < m->n_waits; i++)
        x->wait.item[x->wait.n++] = (struct index_item){.from = m->wait[i].from,
                                                        .to = m->wait[i].end,
                                                        .i = (uint32_t)i,
                                                        .lane = (uint8_t)m->wait[i].lane};
    table_finish(&x->wait);
    return x;
}

void figure_index_free(struct figure_index *x)
{
    if (!x)
        return;
    table_free(&x->flight);
    table_free(&x->span);
    table_free(&x->note);
    table_free(&x->wait);
    free(x->number);
    free(x);
}

size_t index_before(const struct index_table *t, vtime at)
{
    size_t lo = 0, hi = t->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (t->item[mid].from < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct index_walk index_walk(const struct index_table *t, vtime from, vtime to)
{
    return (struct index_walk){t, from, 0, to == VTIME_NEVER ? t->n : index_before(t, to + 1)};
}

const struct index_item *index_next(struct index_walk *w)
{
    const struct index_table *t = w->table;

    while (w->at < w->end) {
        size_t i = w->at;

        if (i % SUPER == 0 && t->super[i / SUPER] < w->from) {
            w->at += SUPER;
        } else if (i % BLOCK == 0 && t->block[i / BLOCK] < w->from) {
            w->at += BLOCK;
        } else {
            w->at++;
            if (t->item[i].to >= w->from)
                return &t->item[i];
        }
    }
    return NULL;
}
