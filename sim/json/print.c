/* JSON out. */
#include <string.h>

#include "sim/core/base.h"
#include "sim/core/utf8.h"
#include "sim/json/internal.h"

void json_put_string_n(struct sbuf *b, const char *s, size_t n)
{
    size_t done = 0, i = 0;

    sbuf_putc(b, '"');
    while (i < n) {
        unsigned char c = (unsigned char)s[i];
        size_t len = 1;
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            i++;
            continue;
        }
        if (c >= 0x80) {
            len = utf8_decode(s + i, n - i, NULL);
            if (len > 0) {
                i += len;
                continue;
            }
        }
        sbuf_put(b, s + done, i - done);
        done = ++i;
        switch (c) {
        case '"': sbuf_lit(b, "\\\""); break;
        case '\\': sbuf_lit(b, "\\\\"); break;
        case '\n': sbuf_lit(b, "\\n"); break;
        case '\t': sbuf_lit(b, "\\t"); break;
        case '\r': sbuf_lit(b, "\\r"); break;
        default:
            if (c >= 0x80) {
                sbuf_lit(b, "\xef\xbf\xbd");
            } else {
                sbuf_lit(b, "\\u");
                sbuf_hex(b, c, 4);
            }
        }
    }
    sbuf_put(b, s + done, n - done);
    sbuf_putc(b, '"');
}

void json_put_string(struct sbuf *b, const char *s)
{
    json_put_string_n(b, s, strlen(s));
}

void json_print_string(FILE *f, const char *s)
{
    struct sbuf b = SBUF_INIT;
    json_put_string(&b, s);
    sbuf_flush(&b, f);
    sbuf_free(&b);
}

static void put_number(struct sbuf *b, const struct json_value *v)
{
    int64_t n;
    double x = 0;
    char text[40];

    if (json_int(v, &n)) {
        sbuf_i64(b, n);
        return;
    }
    json_real(v, &x);
    snprintf(text, sizeof text, "%.*g", JSON_MAX_DIGITS, x);
    for (const char *p = text; *p; p++) {
        if (strchr("0123456789+-e", *p))
            sbuf_putc(b, *p);
        else if (b->s[b->len - 1] != '.') /* the locale's decimal point, which may have several bytes */
            sbuf_putc(b, '.');
    }
}

void json_put_value(struct sbuf *b, const struct json_value *v)
{
    enum json_type type = json_type(v);
    bool yes = false;

    switch (type) {
    case JSON_NULL: sbuf_lit(b, "null"); return;
    case JSON_BOOL:
        json_bool(v, &yes);
        sbuf_puts(b, yes ? "true" : "false");
        return;
    case JSON_NUMBER: put_number(b, v); return;
    case JSON_STRING: json_put_string(b, json_string(v)); return;
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    sbuf_putc(b, type == JSON_ARRAY ? '[' : '{');
    JSON_EACH(item, v)
    {
        if (item->index > 0)
            sbuf_putc(b, ',');
        if (type == JSON_OBJECT) {
            json_put_string(b, json_key(item));
            sbuf_putc(b, ':');
        }
        json_put_value(b, item);
    }
    sbuf_putc(b, type == JSON_ARRAY ? ']' : '}');
}
