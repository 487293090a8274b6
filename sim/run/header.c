#include "sim/run/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/version.h"

static struct trace_text text_of(const struct lesson_text *t)
{
    return (struct trace_text){t->in[LESSON_EN], t->in[LESSON_ZH_HANT]};
}

/* calloc that gives something for 0 elements, too. */
static void *array(size_t n, size_t size)
{
    return calloc(n ? n : 1, size);
}

static void fill_hosts(struct header_made *m, const struct scenario *s)
{
    uint32_t used = 0;

    for (uint32_t i = 0; i < s->n_hosts; i++) {
        const struct sc_host *from = &s->host[i];
        struct trace_host *to = &m->host[i];

        to->name = from->name;
        to->label = (struct trace_text){from->label, from->label_zh};
        to->processing_delay = from->processing_delay;
        to->router = from->router;
        to->raw = from->raw;
        to->msl = from->router || from->raw ? 0 : from->tcp.msl;
        to->address = m->address + used;
        for (uint32_t a = 1; a < s->n_addresses; a++)
            if (s->address[a].host == i)
                m->address[used++] = s->address[a].text;
        to->n_addresses = (uint32_t)(m->address + used - to->address);
    }
}

static void fill_links(struct header_made *m, const struct scenario *s)
{
    for (uint32_t i = 0; i < s->n_links; i++)
        for (int end = 0; end < 2; end++) {
            m->link[i].host[end] = s->link[i].host[end];
            m->link[i].path[end].rate_bps = s->link[i].path[end].rate_bps;
            m->link[i].path[end].delay = s->link[i].path[end].delay;
        }
}

bool header_make(struct header_made *m, const struct lesson *l, uint64_t seed)
{
    const struct scenario *s = &l->scenario;

    memset(m, 0, sizeof *m);
    m->host = array(s->n_hosts, sizeof *m->host);
    m->link = array(s->n_links, sizeof *m->link);
    m->note = array(l->n_notes, sizeof *m->note);
    m->noted = array(l->n_notes, sizeof *m->noted);
    m->address = array(s->n_addresses, sizeof *m->address);
    m->set = array(l->n_sets, sizeof *m->set);
    if (!m->host || !m->link || !m->note || !m->noted || !m->address || !m->set)
        return false;
    fill_hosts(m, s);
    fill_links(m, s);
    for (size_t i = 0; i < l->n_notes; i++)
        m->note[i] = text_of(&l->note[i].text);
    for (size_t i = 0; i < l->n_sets; i++)
        m->set[i] = l->set[i].argument;
    snprintf(m->hash, sizeof m->hash, "%016llx", (unsigned long long)l->hash);
    m->header = (struct trace_header){
        .lesson = l->name,
        .hash = m->hash,
        .seed = seed,
        .program = "tcplab " TCPLAB_VERSION,
        .set = m->set,
        .n_sets = (uint32_t)l->n_sets,
        .title = text_of(&l->title),
        .host = m->host,
        .n_hosts = s->n_hosts,
        .link = m->link,
        .n_links = s->n_links,
        .note = m->note,
        .n_notes = (uint32_t)l->n_notes,
    };
    return true;
}

void header_note(struct header_made *m, const struct lesson *l, const struct log *log)
{
    m->header.noted = NULL;
    for (size_t i = 0; i < l->n_notes; i++) {
        m->noted[i] = l->note[i].moment.when ? lesson_moment_record(l, &l->note[i].moment, log) : 0;
        if (m->noted[i])
            m->header.noted = m->noted;
    }
}

void header_unmake(struct header_made *m)
{
    free(m->host);
    free(m->link);
    free(m->note);
    free(m->noted);
    free(m->address);
    free(m->set);
    memset(m, 0, sizeof *m);
}
