#include "sim/report/trace_line.h"

#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/core/utf8.h"

/* ---- the names ---- */

enum line_table {
#define T(t) LINE_##t,
    TABLE_NAMES(T)
#undef T
        LINE_TABLES
};

static const struct {
    const char *(*name)(unsigned i);
    unsigned (*count)(void);
} tables[LINE_TABLES] = {
#define T(t) {name_##t, count_##t},
    TABLE_NAMES(T)
#undef T
};

_Static_assert(LINE_TABLES <= ARRAY_LEN(((struct line_words *)0)->table), "room for every table");

static struct line_word word_add(struct sbuf *pool, const char *s)
{
    size_t start = pool->len;

    line_put_string(pool, s);
    return (struct line_word){NULL, pool->len - start};
}

void line_words_init(struct line_words *w, const struct trace_header *h)
{
    size_t total = h->n_hosts + 1, k = 0;
    const char *s;

    *w = (struct line_words){0};
    for (unsigned t = 0; t < LINE_TABLES; t++)
        total += w->rows[t] = tables[t].count();
    w->all = calloc(total, sizeof *w->all);
    CHECK(w->all);
    for (unsigned t = 0; t < LINE_TABLES; t++) {
        w->table[t] = w->all + k;
        for (unsigned i = 0; i < w->rows[t]; i++)
            w->all[k++] = word_add(&w->pool, tables[t].name(i));
    }
    w->host = w->all + k;
    w->n_hosts = h->n_hosts;
    w->all[k++] = word_add(&w->pool, "");
    for (uint32_t i = 0; i < h->n_hosts; i++)
        w->all[k++] = word_add(&w->pool, h->host[i].name);
    for (unsigned c = 0; c < 256; c++) {
        char text[40];

        ctl_format((uint8_t)c, text);
        w->ctl[c] = word_add(&w->pool, text);
    }
    s = w->pool.s; /* it moves no more */
    for (size_t i = 0; i < total; s += w->all[i++].n)
        w->all[i].s = s;
    for (unsigned c = 0; c < 256; s += w->ctl[c++].n)
        w->ctl[c].s = s;
}

void line_words_free(struct line_words *w)
{
    free(w->all);
    sbuf_free(&w->pool);
    *w = (struct line_words){0};
}

/* ---- strings ---- */

static const char hex_digit[] = "0123456789abcdef";

static void put_escaped(struct sbuf *b, unsigned char c)
{
    static const char with_letter[] = "\bb\tt\nn\ff\rr\"\"\\\\";

    for (size_t i = 0; i + 1 < sizeof with_letter; i += 2)
        if (with_letter[i] == (char)c) {
            sbuf_putc(b, '\\');
            sbuf_putc(b, with_letter[i + 1]);
            return;
        }
    sbuf_lit(b, "\\u00");
    sbuf_putc(b, hex_digit[c >> 4]);
    sbuf_putc(b, hex_digit[c & 15]);
}

void line_put_string(struct sbuf *b, const char *s)
{
    size_t n = strlen(s);

    sbuf_reserve(b, n + 2);
    sbuf_putc(b, '"');
    while (n) {
        size_t plain = 0, k;

        while (plain < n && (unsigned char)(s[plain] - 0x20) < 0x5f && s[plain] != '"' && s[plain] != '\\')
            plain++;
        sbuf_put(b, s, plain);
        s += plain;
        n -= plain;
        if (n == 0)
            break;
        if ((unsigned char)*s < 0x80) {
            if (*s == 0x7f)
                sbuf_putc(b, *s);
            else
                put_escaped(b, (unsigned char)*s);
            k = 1;
        } else if ((k = utf8_decode(s, n, NULL)) != 0) {
            sbuf_put(b, s, k);
        } else {
            sbuf_lit(b, "\xef\xbf\xbd");
            k = 1;
        }
        s += k;
        n -= k;
    }
    sbuf_putc(b, '"');
}

/* ---- numbers: p is where to write, and room was reserved; the new p is returned ---- */

static const char pairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243"
    "4445464748495051525354555657585960616263646566676869707172737475767778798081828384858687"
    "888990919293949596979899";

static inline char *put_2(char *p, uint32_t v)
{
    memcpy(p, pairs + 2 * v, 2);
    return p + 2;
}
static inline char *put_4(char *p, uint32_t v)
{
    return put_2(put_2(p, v / 100), v % 100);
}
static inline char *put_8(char *p, uint32_t v)
{
    return put_4(put_4(p, v / 10000), v % 10000);
}

/* 1 to 4 digits */
static inline char *put_short(char *p, uint32_t v)
{
    if (v >= 100) {
        if (v >= 1000)
            return put_4(p, v);
        *p++ = (char)('0' + v / 100);
        return put_2(p, v % 100);
    }
    if (v >= 10)
        return put_2(p, v);
    *p++ = (char)('0' + v);
    return p;
}

static inline char *put_u32(char *p, uint32_t v)
{
    if (v < 10000)
        return put_short(p, v);
    if (v < 100000000)
        return put_4(put_short(p, v / 10000), v % 10000);
    return put_8(put_short(p, v / 100000000), v % 100000000);
}

static inline char *put_u64(char *p, uint64_t v)
{
    uint64_t high;

    if (v <= UINT32_MAX)
        return put_u32(p, (uint32_t)v);
    high = v / 100000000;
    if (high <= UINT32_MAX)
        return put_8(put_u32(p, (uint32_t)high), (uint32_t)(v % 100000000));
    p = put_u32(p, (uint32_t)(high / 100000000));
    return put_8(put_8(p, (uint32_t)(high % 100000000)), (uint32_t)(v % 100000000));
}

/* Beyond 2^53 a reader of JSON may round: such a value stands as a string. */
static inline char *put_big(char *p, uint64_t v)
{
    if (v <= (uint64_t)VTIME_MAX)
        return put_u64(p, v);
    *p++ = '"';
    p = put_u64(p, v);
    *p++ = '"';
    return p;
}

static inline char *put_i64(char *p, int64_t v)
{
    if (v >= 0)
        return put_big(p, (uint64_t)v);
    if (v >= -VTIME_MAX) {
        *p++ = '-';
        return put_u64(p, (uint64_t)-v);
    }
    *p++ = '"';
    *p++ = '-';
    p = put_u64(p, (uint64_t)0 - (uint64_t)v);
    *p++ = '"';
    return p;
}

/* ---- fields ---- */

/* More than all the keys and numbers of any record take; what may be longer reserves for itself, and this
 * much again. */
#define ROOM 1600

#define KEY(p, text) (memcpy((p), text, sizeof(text) - 1), (p) += sizeof(text) - 1)

static inline char *put_word(char *p, const struct line_word *w)
{
    memcpy(p, w->s, w->n);
    return p + w->n;
}

static char *put_string(struct sbuf *b, char *p, const char *s)
{
    char *start = p;

    *p++ = '"';
    for (size_t i = 0; i < 100; i++) { /* plain ASCII, as an address is */
        char c = s[i];

        if (c == '\0') {
            *p++ = '"';
            return p;
        }
        if ((unsigned char)(c - 0x20) >= 0x5f || c == '"' || c == '\\')
            break;
        *p++ = c;
    }
    b->len = (size_t)(start - b->s);
    line_put_string(b, s);
    sbuf_reserve(b, ROOM);
    return b->s + b->len;
}

static char *put_hex(struct sbuf *b, char *p, struct rec_bytes bytes)
{
    b->len = (size_t)(p - b->s);
    sbuf_reserve(b, 2 * (size_t)bytes.n + 2 + ROOM);
    p = b->s + b->len;
    *p++ = '"';
    for (uint32_t i = 0; i < bytes.n; i++) {
        *p++ = hex_digit[bytes.p[i] >> 4];
        *p++ = hex_digit[bytes.p[i] & 15];
    }
    *p++ = '"';
    return p;
}

static inline char *put_row(char *p, const struct line_words *w, enum line_table t, unsigned row)
{
    CHECK(row < w->rows[t]);
    return put_word(p, &w->table[t][row]);
}

/* How a field of each type is put, given `value`, and on what condition. */
#define IF_U64 true
#define IF_U32 true
#define IF_U16 true
#define IF_U8 true
#define IF_TIME true
#define IF_SEQ true
#define IF_CTL true
#define IF_STR true
#define IF_ENUM(t) true
#define IF_O64 value != 0
#define IF_O32 value != 0
#define IF_O16 value != 0
#define IF_O8 value != 0
#define IF_OTIME value != VTIME_NEVER
#define IF_OSTR value != NULL
#define IF_FLAG value
#define IF_HOSTN value != 0 && value <= w->n_hosts
#define IF_OENUM(t) value != 0
#define IF_HEX value.n != 0
#define PUT_U64 p = put_big(p, value)
#define PUT_U32 p = put_u32(p, value)
#define PUT_U16 p = put_u32(p, value)
#define PUT_U8 p = put_u32(p, value)
#define PUT_O64 p = put_big(p, value)
#define PUT_O32 p = put_u32(p, value)
#define PUT_O16 p = put_u32(p, value)
#define PUT_O8 p = put_u32(p, value)
#define PUT_TIME p = put_i64(p, value)
#define PUT_OTIME p = put_i64(p, value)
#define PUT_SEQ p = put_u32(p, value.v)
#define PUT_CTL p = put_word(p, &w->ctl[value])
#define PUT_STR p = put_string(b, p, value ? value : "")
#define PUT_OSTR p = put_string(b, p, value)
#define PUT_ENUM(t) p = put_row(p, w, LINE_##t, value)
#define PUT_OENUM(t) p = put_row(p, w, LINE_##t, value)
#define PUT_FLAG KEY(p, "true")
#define PUT_HOSTN p = put_word(p, &w->host[value])
#define PUT_HEX p = put_hex(b, p, value)

#define FIELD(type, name, doc)                                                                               \
    {                                                                                                        \
        REC_T_##type value = r->name;                                                                        \
        if (IF_##type) {                                                                                     \
            KEY(p, ",\"" #name "\":");                                                                       \
            PUT_##type;                                                                                      \
        }                                                                                                    \
    }

#define LINE_OF(ID, id)                                                                                      \
    static char *line_##id(struct sbuf *b, char *p, const struct line_words *w, const struct rec_##id *r)    \
    {                                                                                                        \
        (void)b;                                                                                             \
        (void)w;                                                                                             \
        REC_FIELDS_##ID(FIELD) return p;                                                                     \
    }
LINE_OF(CONN, conn)
LINE_OF(DATA, data)
LINE_OF(SEND, send)
LINE_OF(ICMP, icmp)
LINE_OF(ENQUEUE, enqueue)
LINE_OF(TRANSMIT, transmit)
LINE_OF(ARRIVE, arrive)
LINE_OF(DROP, drop)
LINE_OF(DUPLICATE, duplicate)
LINE_OF(FAULT, fault)
LINE_OF(REJECT, reject)
LINE_OF(STATE, state)
LINE_OF(CITE, cite)
LINE_OF(TIMER, timer)
LINE_OF(CALL, call)
LINE_OF(SIGNAL, signal)
LINE_OF(DELIVER, deliver)
LINE_OF(SYMBOL, symbol)
LINE_OF(HOSTEV, host_event)
LINE_OF(LINKEV, link_event)
LINE_OF(SCRIPT, script)
LINE_OF(NOTE, note)
LINE_OF(INVARIANT, invariant)
LINE_OF(END, end)

static char *line_vars(struct sbuf *b, char *p, const struct line_words *w, const struct rec_vars *r)
{
    (void)b;
    (void)w;
#define V(ID, name, meaning, text)                                                                           \
    if (r->changed & 1u << VAR_##ID) {                                                                       \
        KEY(p, ",\"" #name "\":");                                                                           \
        p = put_i64(p, r->value[VAR_##ID]);                                                                  \
    }
    REC_VARS(V)
#undef V
    return p;
}

void line_put(struct sbuf *b, const struct line_words *w, const struct rec_head *r)
{
    char *p;

    sbuf_reserve(b, ROOM + w->pool.len);
    p = b->s + b->len;
    KEY(p, "{\"id\":");
    p = put_u64(p, r->id);
    KEY(p, ",\"at\":");
    p = put_u64(p, (uint64_t)r->at);

#define HEAD(name)                                                                                           \
    KEY(p, ",\"kind\":\"" #name "\"");                                                                       \
    if (r->host != 0 && r->host <= w->n_hosts) {                                                             \
        KEY(p, ",\"host\":");                                                                                \
        p = put_word(p, &w->host[r->host]);                                                                  \
    }                                                                                                        \
    if (r->conn) {                                                                                           \
        KEY(p, ",\"conn\":");                                                                                \
        p = put_u32(p, r->conn);                                                                             \
    }                                                                                                        \
    if (r->cause) {                                                                                          \
        KEY(p, ",\"cause\":");                                                                               \
        p = put_u64(p, r->cause);                                                                            \
    }
#define KIND(ID, id, doc)                                                                                    \
    case REC_##ID:                                                                                           \
        HEAD(id)                                                                                             \
        p = line_##id(b, p, w, (const void *)r);                                                             \
        break;
    switch (r->kind) {
        RECORD_KINDS(KIND)
    default: CHECK(r->kind < REC_KINDS && r->kind > 0);
    }
#undef KIND
#undef HEAD
    *p++ = '}';
    b->len = (size_t)(p - b->s);
}
