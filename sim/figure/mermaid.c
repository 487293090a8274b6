#include "sim/figure/mermaid.h"

#include <stdio.h>
#include <string.h>

#include "sim/figure/sequence.h"

/* Words without markup, and without what Mermaid would take for its own. */
static void put_words(struct sbuf *out, const char *s)
{
    while (*s) {
        if (*s == '<') {
            while (*s && *s++ != '>')
                ;
            continue;
        }
        if (!strncmp(s, "&lt;", 4) || !strncmp(s, "&gt;", 4) || !strncmp(s, "&amp;", 5)) {
            sbuf_puts(out, s[1] == 'l' ? "#lt;" : s[1] == 'g' ? "#gt;" : "#amp;");
            s = strchr(s, ';') + 1;
            continue;
        }
        if (*s == ';' || *s == '#')
            sbuf_puts(out, *s == ';' ? "#59;" : "#35;");
        else
            sbuf_putc(out, *s);
        s++;
    }
}

static void put_flight(struct sbuf *out, const struct model *m, const struct model_flight *f, unsigned number)
{
    const char *arrow = f->lost ? (f->again ? "--x" : "-x") : f->again || f->copy ? "-->>" : "->>";
    const char *why = figure_first(m->lang, f->why);
    char at[32], end[32];

    seq_time_text(at, sizeof at, f->leave);
    seq_time_text(end, sizeof end, f->end);
    sbuf_printf(out, "    H%u%sH%u: ", f->from, arrow, f->to);
    if (number)
        sbuf_printf(out, "(%u) ", number);
    sbuf_puts(out, f->badge);
    if (*f->text) {
        sbuf_putc(out, ' ');
        put_words(out, f->text);
    }
    sbuf_printf(out, " [%s", at);
    if (f->lost && why) {
        sbuf_puts(out, ", ");
        put_words(out, why);
    } else if (!f->lost && f->end > f->leave) {
        sbuf_printf(out, " - %s", end);
    }
    sbuf_puts(out, "]\n");
}

static void put_state(struct sbuf *out, const struct model *m, const struct model_span *s)
{
    char first[64], second[64];

    seq_state_words(m, s, first, second, sizeof first);
    sbuf_printf(out, "    Note over H%u: ", s->lane);
    put_words(out, first);
    if (*second) {
        sbuf_putc(out, ' ');
        put_words(out, second);
    }
    sbuf_putc(out, '\n');
}

void mermaid_print(struct sbuf *out, const struct model *m, vtime from, vtime to)
{
    size_t s = 0;
    unsigned number = 0;

    sbuf_puts(out, "sequenceDiagram\n");
    for (unsigned i = 0; i < m->n_lanes; i++) {
        sbuf_printf(out, "    participant H%u as ", i);
        put_words(out, figure_first(m->lang, m->lane[i].name));
        sbuf_putc(out, '\n');
    }
    for (size_t i = 0; i <= m->n_flights; i++) {
        const struct model_flight *f = i < m->n_flights ? &m->flight[i] : NULL;

        for (; s < m->n_spans && (!f || m->span[s].from <= f->leave); s++)
            if (m->span[s].from >= from && m->span[s].from <= to)
                put_state(out, m, &m->span[s]);
        if (f && f->leave >= from && f->leave <= to)
            put_flight(out, m, f, f->copy ? 0 : ++number);
    }
}
