#include "sim/report/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "sim/core/base.h"
#include "sim/core/utf8.h"
#include "sim/report/text_width.h"

static const char *const escape[] = {
    [STYLE_PLAIN] = "",  [STYLE_DIM] = "2",    [STYLE_TITLE] = "1",  [STYLE_STATE] = "1;36",
    [STYLE_SYN] = "32",  [STYLE_FIN] = "35",   [STYLE_RST] = "1;31", [STYLE_DATA] = "34",
    [STYLE_ACK] = "36",  [STYLE_AGAIN] = "33", [STYLE_BAD] = "31",   [STYLE_NOTE] = "2",
    [STYLE_WHY] = "2;3",
};

void canvas_init(struct canvas *c, int width)
{
    CHECK(width > 0);
    c->width = width;
    c->cell = calloc((size_t)width, sizeof *c->cell);
    CHECK(c->cell);
}

void canvas_free(struct canvas *c)
{
    free(c->cell);
    *c = (struct canvas){0};
}

void canvas_clear(struct canvas *c)
{
    memset(c->cell, 0, (size_t)c->width * sizeof *c->cell);
}

/* Empties the cell, and the other half of the wide character it belongs to. */
static void wipe(struct canvas *c, int x)
{
    static const struct cell empty = {.bytes = 0, .columns = 1};

    if (c->cell[x].columns == 2 && x + 1 < c->width)
        c->cell[x + 1] = empty;
    if (c->cell[x].columns == 0 && x > 0 && c->cell[x - 1].columns == 2)
        c->cell[x - 1] = empty;
    c->cell[x] = empty;
}

static void put_character(struct canvas *c, int x, const char *s, size_t n, int columns, enum style style)
{
    struct cell *cell;

    if (x < 0 || x + columns > c->width)
        return;
    for (int i = 0; i < columns; i++)
        wipe(c, x + i);
    cell = &c->cell[x];
    memcpy(cell->s, s, n);
    cell->s[n] = '\0';
    cell->bytes = (uint8_t)n;
    cell->columns = (uint8_t)columns;
    cell->style = (uint8_t)style;
    if (columns == 2) {
        c->cell[x + 1] = (struct cell){.style = (uint8_t)style};
        c->cell[x + 1].columns = 0;
    }
}

/* A mark that stands on the character before. */
static void put_mark(struct canvas *c, int x, const char *s, size_t n)
{
    struct cell *cell;

    if (x < 1 || x > c->width)
        return;
    cell = &c->cell[x - 1];
    if (cell->columns == 0 && x > 1)
        cell--;
    if (cell->bytes && cell->bytes + n < sizeof cell->s) {
        memcpy(cell->s + cell->bytes, s, n);
        cell->bytes = (uint8_t)(cell->bytes + n);
        cell->s[cell->bytes] = '\0';
    }
}

int canvas_put_n(struct canvas *c, int x, const char *text, size_t n, enum style style)
{
    while (n) {
        uint32_t code;
        size_t k = utf8_decode(text, n, &code);

        if (k == 0) {
            put_character(c, x++, "?", 1, 1, style);
            k = 1;
        } else {
            int columns = char_columns(code);

            if (columns)
                put_character(c, x, text, k, columns, style);
            else if (code >= 0xa0 && (code < 0x2028 || code > 0x206f)) /* no control character */
                put_mark(c, x, text, k);
            x += columns;
        }
        text += k;
        n -= k;
    }
    return x;
}

int canvas_put(struct canvas *c, int x, const char *text, enum style style)
{
    return canvas_put_n(c, x, text, strlen(text), style);
}

const char *canvas_at(const struct canvas *c, int x)
{
    return x >= 0 && x < c->width && c->cell[x].bytes ? c->cell[x].s : "";
}

static bool is_half(const struct canvas *c, int x)
{
    return x > 0 && c->cell[x].bytes == 0 && c->cell[x - 1].columns == 2;
}

void canvas_emit(const struct canvas *c, struct sbuf *out, bool colour)
{
    int end = c->width;
    const char *on = "";

    while (end > 0 && c->cell[end - 1].bytes == 0 && !is_half(c, end - 1))
        end--;
    for (int x = 0; x < end; x++) {
        const struct cell *cell = &c->cell[x];

        if (is_half(c, x))
            continue;
        if (colour) {
            const char *want = cell->bytes ? escape[cell->style] : on;

            if (strcmp(want, on) != 0) {
                if (*on)
                    sbuf_lit(out, "\033[0m");
                if (*want)
                    sbuf_printf(out, "\033[%sm", want);
                on = want;
            }
        }
        if (cell->bytes)
            sbuf_put(out, cell->s, cell->bytes);
        else
            sbuf_putc(out, ' ');
    }
    if (*on)
        sbuf_lit(out, "\033[0m");
    sbuf_putc(out, '\n');
}
