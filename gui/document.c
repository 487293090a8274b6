#include "gui/document.h"

#include <stdlib.h>

/* Made for one language and used for all: flights and beats do not depend on it. */
static const struct model *any_model(const struct document *d)
{
    for (size_t i = 0; i < ARRAY_LEN(d->model); i++)
        if (d->model[i])
            return d->model[i];
    CHECK(0 && "a model");
    return NULL;
}

static void make(struct document *d, enum figure_lang lang)
{
    const struct model *m = document_model(d, lang);
    unsigned number = 0;

    d->pace = pace_new(m);
    d->folds = fold_index_new(d->log);
    d->number = calloc(m->n_flights + 1, sizeof *d->number);
    d->numbered = calloc(m->n_flights + 1, sizeof *d->numbered);
    CHECK(d->number && d->numbered);
    for (size_t i = 0; i < m->n_flights; i++) {
        if (m->flight[i].copy)
            continue;
        d->number[i] = ++number;
        d->numbered[number] = (uint32_t)i;
    }
    d->n_numbered = number;
}

static void drop(struct document *d)
{
    for (size_t i = 0; i < ARRAY_LEN(d->model); i++) {
        model_free(d->model[i]);
        d->model[i] = NULL;
    }
    pace_free(d->pace);
    fold_index_free(d->folds);
    d->pace = NULL;
    d->folds = NULL;
    free(d->number);
    free(d->numbered);
    d->number = NULL;
    d->numbered = NULL;
    d->n_numbered = 0;
}

/* ---- on the loader's thread ---- */

static void *make_of(void *ctx, struct source *source, const struct trace_watch *w)
{
    const enum figure_lang *lang = ctx;
    struct document *d = calloc(1, sizeof *d);

    CHECK(d);
    d->source = source;
    d->header = source_header(source);
    d->log = source_log(source);
    make(d, *lang);
    if (w->go_on(w->ctx, 800)) {
        fold_index_grow(d->folds, log_count(d->log));
        return d;
    }
    drop(d);
    free(d);
    return NULL;
}

static void drop_made(void *product)
{
    drop(product);
    free(product);
}

struct loader_work document_work(enum figure_lang lang)
{
    static const enum figure_lang langs[] = {FIGURE_EN, FIGURE_ZH, FIGURE_BOTH};

    return (struct loader_work){make_of, drop_made, (void *)(uintptr_t)&langs[lang]};
}

struct document *document_take(struct source *source, void *product, uint64_t generation)
{
    struct document *d = product;

    CHECK(d->source == source);
    d->generation = generation;
    return d;
}

void document_close(struct document *d)
{
    if (!d)
        return;
    drop(d);
    source_close(d->source);
    free(d);
}

void document_renew(struct document *d, enum figure_lang lang, uint64_t generation)
{
    drop(d);
    source_renew(d->source);
    d->header = source_header(d->source);
    d->log = source_log(d->source);
    d->generation = generation;
    make(d, lang);
}

const struct model *document_model(struct document *d, enum figure_lang lang)
{
    struct model_options o = {.lang = lang};

    if (!d->model[lang])
        d->model[lang] = model_new(d->header, d->log, &o);
    return d->model[lang];
}

struct trace_text document_title(const struct document *d)
{
    struct trace_text t = d->header->title;

    if (!t.en)
        t.en = t.zh ? t.zh : d->header->lesson ? d->header->lesson : source_path(d->source);
    return t;
}

struct trace_text document_host(const struct document *d, uint64_t host)
{
    const struct trace_host *h = host && host <= d->header->n_hosts ? &d->header->host[host - 1] : NULL;

    return h ? (struct trace_text){h->label.en ? h->label.en : h->name, h->label.zh}
             : (struct trace_text){NULL, NULL};
}

/* ---- flights ---- */

const struct model_flight *document_flight(const struct document *d, uint64_t pkt)
{
    const struct model *m = any_model(d);
    unsigned low = 1, high = d->n_numbered + 1;

    while (low < high) { /* packets are numbered in the order in which they leave */
        unsigned mid = low + (high - low) / 2;

        if (m->flight[d->numbered[mid]].pkt < pkt)
            low = mid + 1;
        else
            high = mid;
    }
    return pkt && low <= d->n_numbered && m->flight[d->numbered[low]].pkt == pkt
               ? &m->flight[d->numbered[low]]
               : NULL;
}

unsigned document_number(const struct document *d, uint64_t pkt)
{
    const struct model_flight *f = document_flight(d, pkt);

    return f ? d->number[f - any_model(d)->flight] : 0;
}

const struct model_flight *document_numbered(const struct document *d, unsigned number)
{
    return number && number <= d->n_numbered ? &any_model(d)->flight[d->numbered[number]] : NULL;
}

const struct model_flight *document_latest(const struct document *d, vtime at)
{
    const struct model *m = any_model(d);
    const struct index_table *t = &m->index->flight;
    size_t n = index_before(t, at + 1);

    while (n > 0 && m->flight[t->item[n - 1].i].copy)
        n--;
    return n ? &m->flight[t->item[n - 1].i] : NULL;
}

/* ---- moments ---- */

size_t document_beat(const struct document *d, vtime at, size_t *n)
{
    const struct pace_beat *beat = pace_beats(d->pace, n);
    size_t low = 0, high = *n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (beat[mid].at <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* ---- why ---- */

static bool is_shown(const struct rec_head *r)
{
    return r->kind == REC_SEND || r->kind == REC_ICMP || r->kind == REC_STATE || r->kind == REC_CALL ||
           r->kind == REC_TIMER;
}

/* An arrival is where a packet's story goes on: its packet is the cause. */
static uint64_t step_back(const struct rec_head *r)
{
    const struct rec_arrive *a = (const void *)r;

    return r->kind == REC_ARRIVE ? a->pkt : r->cause;
}

uint64_t document_cause(const struct document *d, uint64_t record)
{
    const struct rec_head *r = log_find(d->log, record);

    while (r) {
        uint64_t back = step_back(r);

        r = back && back < r->id ? log_find(d->log, back) : NULL;
        if (r && is_shown(r))
            return r->id;
    }
    return 0;
}

uint64_t document_consequence(const struct document *d, uint64_t record)
{
    enum { FAR = 100000 };
    size_t n = log_count(d->log), from = log_after(d->log, record);

    for (size_t i = from; i < n && i < from + FAR; i++) {
        const struct rec_head *r = log_at(d->log, i);

        if (is_shown(r) && document_cause(d, r->id) == record)
            return r->id;
    }
    return 0;
}
