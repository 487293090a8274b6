#include "sim/report/trace_diff.h"

#include <string.h>

#include "sim/core/sbuf.h"
#include "sim/report/i18n.h"
#include "sim/report/trace_line.h"

enum { CHAIN_MAX = 12 }; /* links of a chain of causes that are shown */

struct side {
    const char *name;
    const struct trace_file *t;
    struct line_words words;
    struct sbuf line; /* of the record last made */
};

static void make_line(struct side *s, const struct rec_head *r)
{
    sbuf_clear(&s->line);
    line_put(&s->line, &s->words, r);
}

/* ---- members of a line ---- */

struct member { /* of a JSON object on one line, whose values are scalars */
    const char *key, *value;
    size_t key_n, value_n;
};

static const char *skip_string(const char *s)
{
    for (s++; *s != '"'; s++)
        if (*s == '\\')
            s++;
    return s + 1;
}

/* The member at *at, which moves behind it. False: there are no more. */
static bool next_member(const char **at, struct member *m)
{
    const char *s = *at;

    if (*s != '{' && *s != ',')
        return false;
    m->key = s + 2;
    s = skip_string(s + 1);
    m->key_n = (size_t)(s - 1 - m->key);
    m->value = s + 1;
    for (s++; *s != ',' && *s != '}';)
        s = *s == '"' ? skip_string(s) : s + 1;
    m->value_n = (size_t)(s - m->value);
    *at = s;
    return true;
}

static bool find_member(const char *line, const struct member *like, struct member *m)
{
    while (next_member(&line, m))
        if (m->key_n == like->key_n && !memcmp(m->key, like->key, m->key_n))
            return true;
    return false;
}

/* Prints the members that differ, as "key: a / b". */
static void print_differences(FILE *out, struct side *a, struct side *b)
{
    const char *line_a = sbuf_str(&a->line), *line_b = sbuf_str(&b->line), *at;
    struct member m, other;

    for (at = line_a; next_member(&at, &m);)
        if (!find_member(line_b, &m, &other))
            fprintf(out, "  %.*s: %.*s / -\n", (int)m.key_n, m.key, (int)m.value_n, m.value);
        else if (m.value_n != other.value_n || memcmp(m.value, other.value, m.value_n) != 0)
            fprintf(out, "  %.*s: %.*s / %.*s\n", (int)m.key_n, m.key, (int)m.value_n, m.value,
                    (int)other.value_n, other.value);
    for (at = line_b; next_member(&at, &m);)
        if (!find_member(line_a, &m, &other))
            fprintf(out, "  %.*s: - / %.*s\n", (int)m.key_n, m.key, (int)m.value_n, m.value);
}

/* ---- headers ---- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static void print_sets(FILE *out, const struct side *s)
{
    for (uint32_t i = 0; i < s->t->header.n_sets; i++)
        fprintf(out, "  %s: --set %s\n", s->name, s->t->header.set[i]);
}

static void print_header_differences(FILE *out, const struct side *a, const struct side *b)
{
    const struct trace_header *x = &a->t->header, *y = &b->t->header;
    bool sets = x->n_sets != y->n_sets;

    for (uint32_t i = 0; i < x->n_sets && !sets; i++)
        sets = !same_text(x->set[i], y->set[i]);
    if (!same_text(x->lesson, y->lesson))
        fprintf(out, tr("The lessons differ: %s / %s\n"), x->lesson, y->lesson);
    else if (!same_text(x->hash, y->hash))
        fprintf(out, tr("The lesson was changed in between (hash %s / %s).\n"), x->hash, y->hash);
    if (x->seed != y->seed)
        fprintf(out, tr("The seeds differ: %llu / %llu\n"), (unsigned long long)x->seed,
                (unsigned long long)y->seed);
    if (!same_text(x->program, y->program))
        fprintf(out, tr("The programs differ: %s / %s\n"), x->program, y->program);
    if (sets) {
        fputs(tr("What was set differs:\n"), out);
        print_sets(out, a);
        print_sets(out, b);
    }
}

/* ---- causes ---- */

/* Prints the chain that leads to a record, the first cause first. */
static void print_chain(FILE *out, struct side *s, const struct rec_head *r)
{
    const struct rec_head *chain[CHAIN_MAX];
    unsigned n = 0;

    while (r->cause && (r = log_find(&s->t->log, r->cause)) != NULL && n < CHAIN_MAX)
        chain[n++] = r;
    if (n == CHAIN_MAX)
        fputs("  ...\n", out);
    while (n-- > 0) {
        make_line(s, chain[n]);
        fprintf(out, "  %s\n", sbuf_str(&s->line));
    }
}

static void print_causes(FILE *out, struct side *a, const struct rec_head *x, struct side *b,
                         const struct rec_head *y)
{
    if (x && y && x->cause == y->cause) { /* what came before is the same in both */
        fputs(x->cause ? tr("What led there, in both:\n")
                       : tr("Nothing in the traces led there: it is the lesson's, or chance.\n"),
              out);
        print_chain(out, a, x);
        return;
    }
    if (x && x->cause) {
        fprintf(out, tr("What led there in %s:\n"), a->name);
        print_chain(out, a, x);
    }
    if (y && y->cause) {
        fprintf(out, tr("What led there in %s:\n"), b->name);
        print_chain(out, b, y);
    }
}

/* ---- the comparison ---- */

static const struct rec_head *record_at(const struct side *s, size_t i)
{
    return i < log_count(&s->t->log) ? log_at(&s->t->log, i) : NULL;
}

static void print_record(FILE *out, struct side *s, const struct rec_head *r)
{
    if (r)
        make_line(s, r);
    fprintf(out, "  %s: %s\n", s->name, r ? sbuf_str(&s->line) : tr("the trace is at its end"));
}

static size_t first_difference(struct side *a, struct side *b)
{
    size_t i = 0;

    for (;; i++) {
        const struct rec_head *x = record_at(a, i), *y = record_at(b, i);

        if (!x || !y)
            return i;
        make_line(a, x);
        make_line(b, y);
        if (a->line.len != b->line.len || memcmp(a->line.s, b->line.s, a->line.len) != 0)
            return i;
    }
}

static bool compare(FILE *out, struct side *a, struct side *b)
{
    size_t i = first_difference(a, b);
    const struct rec_head *x = record_at(a, i), *y = record_at(b, i);
    vtime at = x && (!y || x->at < y->at) ? x->at : y ? y->at : 0;

    print_header_differences(out, a, b);
    if (!x && !y) {
        fprintf(out, tr("The %zu records are the same.\n"), i);
        return true;
    }
    fprintf(out, tr("The first %zu records are the same. The next one differs, at %lld.%06lld s:\n"), i,
            (long long)(at / NS_PER_S), (long long)(at % NS_PER_S / NS_PER_US));
    print_record(out, a, x);
    print_record(out, b, y);
    if (x && y && x->kind == y->kind) {
        fputs(tr("They differ in:\n"), out);
        print_differences(out, a, b);
    }
    print_causes(out, a, x, b, y);
    return false;
}

bool trace_diff(FILE *out, const char *name_a, const struct trace_file *a, const char *name_b,
                const struct trace_file *b)
{
    struct side sides[2] = {{.name = name_a, .t = a}, {.name = name_b, .t = b}};
    bool same;

    for (int i = 0; i < 2; i++)
        line_words_init(&sides[i].words, &sides[i].t->header);
    same = compare(out, &sides[0], &sides[1]);
    for (int i = 0; i < 2; i++) {
        line_words_free(&sides[i].words);
        sbuf_free(&sides[i].line);
    }
    return same;
}
