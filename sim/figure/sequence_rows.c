/* What lies in which strip of the picture. */
#include <math.h>
#include <stdlib.h>

#include "sim/figure/sequence_parts.h"

enum { MOST_ROWS = 4096 };

struct row {
    uint32_t *thing;
    size_t *begins; /* in which strip each of them begins */
    size_t n, cap;
};

struct seq_rows {
    double strip;
    struct row *row;
    size_t n, cap; /* strips that hold, or held, something */
};

struct seq_rows *seq_rows_new(double strip)
{
    struct seq_rows *r = calloc(1, sizeof *r);

    CHECK(r && strip > 0);
    r->strip = strip;
    return r;
}

void seq_rows_free(struct seq_rows *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n; i++) {
        free(r->row[i].thing);
        free(r->row[i].begins);
    }
    free(r->row);
    free(r);
}

void seq_rows_clear(struct seq_rows *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->row[i].n = 0;
}

/* What lies above the picture, or far below, counts to the first strip or the last. */
static size_t strip_of(const struct seq_rows *r, double y)
{
    double i = floor(y / r->strip);

    return i > 0 ? i < MOST_ROWS ? (size_t)i : MOST_ROWS - 1 : 0;
}

static struct row *row_at(struct seq_rows *r, size_t i)
{
    if (i >= r->n) {
        if (i >= r->cap) {
            r->cap = i + 32;
            r->row = realloc(r->row, r->cap * sizeof *r->row);
            CHECK(r->row);
        }
        while (r->n <= i)
            r->row[r->n++] = (struct row){.n = 0};
    }
    return &r->row[i];
}

void seq_rows_put(struct seq_rows *r, uint32_t thing, double y0, double y1)
{
    size_t first = strip_of(r, y0), last = strip_of(r, y1);

    for (size_t i = first; i <= last; i++) {
        struct row *row = row_at(r, i);

        if (row->n == row->cap) {
            row->cap = row->cap ? row->cap * 2 : 16;
            row->thing = realloc(row->thing, row->cap * sizeof *row->thing);
            row->begins = realloc(row->begins, row->cap * sizeof *row->begins);
            CHECK(row->thing && row->begins);
        }
        row->thing[row->n] = thing;
        row->begins[row->n++] = first;
    }
}

struct seq_rows_walk seq_rows_walk(const struct seq_rows *r, double y0, double y1)
{
    size_t first = strip_of(r, y0);

    return (struct seq_rows_walk){r, first, first, strip_of(r, y1), 0};
}

bool seq_rows_next(struct seq_rows_walk *w, uint32_t *thing)
{
    for (; w->row <= w->last && w->row < w->rows->n; w->row++, w->at = 0) {
        const struct row *row = &w->rows->row[w->row];

        while (w->at < row->n) {
            size_t i = w->at++;

            if (w->row == w->first || row->begins[i] == w->row) { /* else it was seen in a strip above */
                *thing = row->thing[i];
                return true;
            }
        }
    }
    return false;
}
