#include "sim/report/trace_quick.h"

#include <string.h>

#include "models/wire/wire.h"

enum { STRING_MAX = 128 };

struct cursor {
    const char *p, *end;
    const struct trace_header *h;
    struct trace_strings *strings;
};

static bool literal(struct cursor *c, const char *s, size_t n)
{
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, s, n) != 0)
        return false;
    c->p += n;
    return true;
}
#define LITERAL(c, s) literal((c), s, sizeof(s) - 1)

/* ,"name": */
static bool key(struct cursor *c, const char *name)
{
    size_t n = strlen(name);
    const char *p = c->p;

    if ((size_t)(c->end - p) < n + 4 || p[0] != ',' || p[1] != '"' || memcmp(p + 2, name, n) != 0 ||
        p[n + 2] != '"' || p[n + 3] != ':')
        return false;
    c->p += n + 4;
    return true;
}

static bool number(struct cursor *c, uint64_t max, uint64_t *out)
{
    const char *start = c->p;
    uint64_t v = 0;

    while (c->p < c->end && *c->p >= '0' && *c->p <= '9' && c->p - start < 16)
        v = v * 10 + (uint64_t)(*c->p++ - '0');
    if (c->p == start || (*start == '0' && c->p - start > 1) || v > (uint64_t)VTIME_MAX || v > max)
        return false;
    *out = v;
    return true;
}

/* A short string of plain ASCII. */
static bool string(struct cursor *c, char out[STRING_MAX])
{
    size_t n = 0;

    if (!LITERAL(c, "\""))
        return false;
    while (c->p < c->end && *c->p != '"') {
        if (*c->p == '\\' || *c->p < 0x20 || *c->p > 0x7e || n + 1 == STRING_MAX)
            return false;
        out[n++] = *c->p++;
    }
    out[n] = '\0';
    return LITERAL(c, "\"");
}

static bool host(struct cursor *c, uint16_t *out)
{
    char name[STRING_MAX];

    if (!string(c, name))
        return false;
    for (uint32_t i = 0; i < c->h->n_hosts; i++)
        if (!strcmp(c->h->host[i].name, name)) {
            *out = (uint16_t)(i + 1);
            return true;
        }
    return false;
}

static bool row(struct cursor *c, const char *table, uint16_t *out)
{
    char name[STRING_MAX];
    int i;

    if (!string(c, name))
        return false;
    i = report_table(table)->find(name);
    *out = (uint16_t)i;
    return i >= 0;
}

static bool value(struct cursor *c, const struct rec_field *f, void *at)
{
    char text[STRING_MAX];
    uint64_t n;

    switch (f->type) {
    case FT_U64:
    case FT_U32:
    case FT_U16:
    case FT_U8:
    case FT_O64:
    case FT_O32:
    case FT_O16:
    case FT_O8:
    case FT_TIME:
    case FT_OTIME:
    case FT_SEQ:
        if (!number(c, rec_field_max(f->type), &n))
            return false;
        rec_field_store(at, f->type, n);
        return true;
    case FT_STR:
    case FT_OSTR:
        if (!string(c, text))
            return false;
        *(const char **)at = trace_strings_intern(c->strings, text);
        return true;
    case FT_FLAG: *(bool *)at = true; return LITERAL(c, "true");
    case FT_HOSTN: return host(c, at);
    case FT_CTL: return string(c, text) && ctl_parse(text, at);
    case FT_ENUM:
    case FT_OENUM: return row(c, f->table, at);
    case FT_HEX: return false;
    }
    return false;
}

static bool head(struct cursor *c, const struct rec_head *before, struct rec_head *r)
{
    char kind[STRING_MAX];
    uint64_t at, conn = 0;

    if (!LITERAL(c, "{\"id\":") || !number(c, UINT64_MAX, &r->id) || !LITERAL(c, ",\"at\":") ||
        !number(c, UINT64_MAX, &at) || !LITERAL(c, ",\"kind\":") || !string(c, kind))
        return false;
    r->at = (vtime)at;
    r->kind = (uint16_t)rec_kind_find(kind);
    if (!r->kind || (key(c, "host") && !host(c, &r->host)) ||
        (key(c, "conn") && !number(c, UINT32_MAX, &conn)) ||
        (key(c, "cause") && !number(c, UINT64_MAX, &r->cause)))
        return false;
    r->conn = (uint32_t)conn;
    return r->id > (before ? before->id : 0) && (!before || r->at >= before->at) && r->cause < r->id;
}

static bool variables(struct cursor *c, struct rec_vars *r)
{
    for (unsigned i = 0; i < VAR_COUNT; i++) {
        uint64_t n;

        if (!key(c, rec_var_rows[i].name))
            continue;
        if (!number(c, UINT64_MAX, &n))
            return false;
        r->value[i] = (int64_t)n;
        r->changed |= 1u << i;
    }
    return true;
}

static bool fields(struct cursor *c, union rec_any *rec)
{
    struct rec_kind_row kind = rec_kind_row(rec->head.kind);

    if (rec->head.kind == REC_VARS)
        return variables(c, &rec->vars);
    for (unsigned i = 0; i < kind.n_fields; i++) {
        const struct rec_field *f = &kind.field[i];
        void *at = rec->bytes + f->offset;

        if (key(c, f->name)) {
            if (!value(c, f, at))
                return false;
        } else if (!rec_field_optional(f->type)) {
            return false;
        } else if (f->type == FT_OTIME) {
            *(vtime *)at = VTIME_NEVER;
        }
    }
    return true;
}

bool trace_quick(const char *line, size_t n, const struct trace_header *h, const struct rec_head *before,
                 struct trace_strings *strings, union rec_any *rec)
{
    struct cursor c = {line, line + n, h, strings};

    memset(rec, 0, sizeof *rec);
    return head(&c, before, &rec->head) && fields(&c, rec) && LITERAL(&c, "}") && c.p == c.end;
}
