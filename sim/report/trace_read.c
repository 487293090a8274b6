#define _POSIX_C_SOURCE 200809L /* fmemopen, getc_unlocked */

#include "sim/report/trace_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/core/sbuf.h"
#include "sim/json/json.h"
#include "sim/report/fields.h"
#include "sim/report/trace_line.h"
#include "sim/report/trace_quick.h"
#include "sim/report/trace_strings.h"

#define HEADER_OPEN "{\"header\":"
#define RECORDS_OPEN ",\"records\":["
#define FOOTER_OPEN "],\"footer\":"
#define MAX_FIELDS 64
enum { WATCH_EVERY = 4096 }; /* records */

struct reader {
    struct trace_file *t;
    FILE *f;
    const char *name; /* for diagnoses */
    int line;         /* of `text`, from 1 */
    struct sbuf text; /* the present line, without its newline */
    bool ended;       /* the file, after the present line */
    struct diag *d;
    struct sbuf unhashed; /* the records' text that the fingerprint does not cover yet */
    uint64_t fingerprint, records;
    const struct trace_watch *watch;
    uint64_t bytes, size; /* read so far; of the file, 0: unknown */
};

/* ---- lines ---- */

static bool fail(struct reader *r, int column, const char *message)
{
    return diag_set(r->d, r->name, r->line, column, "%s", message);
}

/* Reads the next line into r->text. False at the end of the file (nothing in the diagnosis) or at a fault. */
static bool next_line(struct reader *r)
{
    int c;

    sbuf_clear(&r->text);
    sbuf_reserve(&r->text, 1); /* a line without a character is still a text */
    r->line++;
    while ((c = getc_unlocked(r->f)) != EOF && c != '\n') {
        if (r->text.len >= JSON_MAX_BYTES)
            return fail(r, 0, "this line is too long: a trace has one record a line");
        sbuf_putc(&r->text, (char)c);
    }
    if (ferror(r->f))
        return diag_set(r->d, r->name, 0, 0, "cannot read the trace: %s", strerror(errno));
    r->ended = c == EOF;
    r->bytes += r->text.len + 1;
    return c != EOF || r->text.len;
}

static bool starts_with(const struct sbuf *b, const char *s)
{
    size_t n = strlen(s);

    return b->len >= n && !memcmp(b->s, s, n);
}
static bool ends_with(const struct sbuf *b, const char *s)
{
    size_t n = strlen(s);

    return b->len >= n && !memcmp(b->s + b->len - n, s, n);
}

/* Parses the line without its first `skip` and last `cut` bytes; columns are the line's own. */
static struct json_doc *parse_part(struct reader *r, size_t skip, size_t cut)
{
    memset(r->text.s, ' ', skip);
    return json_parse_line(r->name, r->line, r->text.s, r->text.len - cut, r->d);
}

/* ---- values ---- */

static bool want_known(struct reader *r, const struct json_value *v, const char *const *keys, size_t n)
{
    return json_want(v, JSON_OBJECT, r->d) && !json_unknown_key(r->d, v, keys, n);
}

static const char *keep(struct reader *r, const char *s)
{
    return trace_strings_intern(r->t->strings, s);
}

static bool need_string(struct reader *r, const struct json_value *obj, const char *key, const char **out)
{
    const struct json_value *v = json_need(obj, key, r->d);

    if (!v || !json_want_string(v, out, r->d))
        return false;
    *out = keep(r, *out);
    return true;
}

/* A string of decimal digits. */
static bool digits(const char *s, uint64_t *out)
{
    uint64_t v = 0;

    if (!*s || (*s == '0' && s[1]))
        return false;
    for (; *s; s++) {
        unsigned digit = (unsigned)(*s - '0');

        if (digit > 9 || v > (UINT64_MAX - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *out = v;
    return true;
}

/* An integer from 0 to max; one beyond 2^53 stands as a string. */
static bool want_unsigned(struct reader *r, const struct json_value *v, uint64_t max, uint64_t *out)
{
    const char *s = json_string(v);
    int64_t n;

    if (max > (uint64_t)VTIME_MAX && s) {
        if (!digits(s, out) || *out <= (uint64_t)VTIME_MAX || *out > max)
            return json_error(r->d, v, "expected a number; only one above %lld stands in quotes",
                              (long long)VTIME_MAX);
        return true;
    }
    if (!json_want_int(v, 0, (int64_t)(max < (uint64_t)VTIME_MAX ? max : (uint64_t)VTIME_MAX), &n, r->d))
        return false;
    *out = (uint64_t)n;
    return true;
}

static bool want_signed(struct reader *r, const struct json_value *v, int64_t *out)
{
    const char *s = json_string(v);
    uint64_t n;

    if (!s)
        return json_want_int(v, -VTIME_MAX, VTIME_MAX, out, r->d);
    if (!digits(s + (*s == '-'), &n) || n <= (uint64_t)VTIME_MAX || n > (uint64_t)INT64_MAX)
        return json_error(r->d, v, "expected a number; only one beyond %lld stands in quotes",
                          (long long)VTIME_MAX);
    *out = *s == '-' ? -(int64_t)n : (int64_t)n;
    return true;
}

static bool need_unsigned(struct reader *r, const struct json_value *obj, const char *key, uint64_t max,
                          uint64_t *out)
{
    const struct json_value *v = json_need(obj, key, r->d);

    return v && want_unsigned(r, v, max, out);
}

static bool need_time(struct reader *r, const struct json_value *obj, const char *key, vtime *out)
{
    uint64_t n;

    if (!need_unsigned(r, obj, key, (uint64_t)VTIME_MAX, &n))
        return false;
    *out = (vtime)n;
    return true;
}

static bool get_flag(struct reader *r, const struct json_value *obj, const char *key, bool *out)
{
    const struct json_value *v = json_get(obj, key);

    *out = false;
    return !v || json_want_bool(v, out, r->d);
}

/* A host's name: its index + 1. */
static bool want_host(struct reader *r, const struct json_value *v, uint16_t *out)
{
    const struct trace_header *h = &r->t->header;
    const char *s;

    if (!json_want_string(v, &s, r->d))
        return false;
    for (uint32_t i = 0; i < h->n_hosts; i++)
        if (!strcmp(h->host[i].name, s)) {
            *out = (uint16_t)(i + 1);
            return true;
        }
    return json_error(r->d, v, "expected a host of the header; none is called \"%s\"", s);
}

/* ---- header ---- */

static bool read_text(struct reader *r, const struct json_value *v, struct trace_text *out)
{
    static const char *const keys[] = {"en", "zh-Hant"};

    *out = (struct trace_text){NULL, NULL};
    if (!v)
        return true;
    if (!want_known(r, v, keys, ARRAY_LEN(keys)))
        return false;
    return (!json_get(v, "en") || need_string(r, v, "en", &out->en)) &&
           (!json_get(v, "zh-Hant") || need_string(r, v, "zh-Hant", &out->zh));
}

/* An array of the header: its length, and room for it. */
static void *need_array(struct reader *r, const struct json_value *obj, const char *key, size_t max,
                        size_t each, uint32_t *n)
{
    const struct json_value *v = json_need(obj, key, r->d);

    if (!v || !json_want(v, JSON_ARRAY, r->d))
        return NULL;
    if (json_length(v) > max) {
        json_error(r->d, v, "expected at most %zu elements", max);
        return NULL;
    }
    *n = (uint32_t)json_length(v);
    return trace_strings_room(r->t->strings, (*n + 1) * each);
}

static bool read_strings(struct reader *r, const struct json_value *obj, const char *key,
                         const char *const **out, uint32_t *n)
{
    const char **s = need_array(r, obj, key, JSON_MAX_VALUES, sizeof *s, n);
    size_t i = 0;

    *out = s;
    if (!s)
        return false;
    JSON_EACH(v, json_get(obj, key))
    {
        if (!json_want_string(v, &s[i], r->d))
            return false;
        s[i] = keep(r, s[i]);
        i++;
    }
    return true;
}

static bool read_hosts(struct reader *r, const struct json_value *obj)
{
    static const char *const keys[] = {"name", "label",  "addresses", "processing_delay",
                                       "msl",  "router", "raw"};
    struct trace_header *h = &r->t->header;
    struct trace_host *host = need_array(r, obj, "hosts", UINT16_MAX - 1, sizeof *host, &h->n_hosts);

    h->host = host;
    if (!host)
        return false;
    JSON_EACH(v, json_get(obj, "hosts"))
    {
        if (!want_known(r, v, keys, ARRAY_LEN(keys)) || !need_string(r, v, "name", &host->name) ||
            !read_text(r, json_get(v, "label"), &host->label) ||
            !read_strings(r, v, "addresses", &host->address, &host->n_addresses) ||
            !need_time(r, v, "processing_delay", &host->processing_delay) ||
            (json_get(v, "msl") && !need_time(r, v, "msl", &host->msl)) ||
            !get_flag(r, v, "router", &host->router) || !get_flag(r, v, "raw", &host->raw))
            return false;
        for (const struct trace_host *o = h->host; o < host; o++)
            if (!strcmp(o->name, host->name))
                return json_error(r->d, json_get(v, "name"), "a second host of this name");
        host++;
    }
    return true;
}

static bool read_link(struct reader *r, const struct json_value *v, struct trace_link *l)
{
    static const char *const keys[] = {"hosts", "paths"}, *const path_keys[] = {"rate", "delay"};
    const struct json_value *hosts, *paths;

    if (!want_known(r, v, keys, ARRAY_LEN(keys)) || !(hosts = json_need(v, "hosts", r->d)) ||
        !json_want(hosts, JSON_ARRAY, r->d) || !(paths = json_need(v, "paths", r->d)) ||
        !json_want(paths, JSON_ARRAY, r->d))
        return false;
    if (json_length(hosts) != 2 || json_length(paths) != 2)
        return json_error(r->d, json_length(hosts) != 2 ? hosts : paths, "expected two elements, one a side");
    for (size_t side = 0; side < 2; side++) {
        const struct json_value *p = json_at(paths, side);

        if (!want_host(r, json_at(hosts, side), &l->host[side]) ||
            !want_known(r, p, path_keys, ARRAY_LEN(path_keys)) ||
            !need_unsigned(r, p, "rate", UINT64_MAX, &l->path[side].rate_bps) ||
            !need_time(r, p, "delay", &l->path[side].delay))
            return false;
        l->host[side]--;
    }
    return true;
}

static bool read_lists(struct reader *r, const struct json_value *obj)
{
    struct trace_header *h = &r->t->header;
    struct trace_link *link;
    struct trace_text *note;

    if (!(h->link = link = need_array(r, obj, "links", UINT16_MAX, sizeof *link, &h->n_links)))
        return false;
    JSON_EACH(v, json_get(obj, "links"))
    if (!read_link(r, v, link++))
        return false;
    if (!(h->note = note = need_array(r, obj, "notes", JSON_MAX_VALUES, sizeof *note, &h->n_notes)))
        return false;
    JSON_EACH(v, json_get(obj, "notes"))
    if (!read_text(r, v, note++))
        return false;
    return true;
}

static bool read_header_object(struct reader *r, const struct json_value *v)
{
    static const char *const keys[] = {"format", "version", "lesson", "hash",  "seed", "program",
                                       "sets",   "title",   "hosts",  "links", "notes"};
    struct trace_header *h = &r->t->header;
    const char *format, *seed;
    int64_t version;
    const struct json_value *at;

    if (!json_want(v, JSON_OBJECT, r->d) || !need_string(r, v, "format", &format))
        return false;
    if (strcmp(format, TRACE_FORMAT) != 0)
        return json_error(r->d, json_get(v, "format"), "expected \"" TRACE_FORMAT "\"");
    if (!(at = json_need(v, "version", r->d)) ||
        !json_want_int(at, TRACE_VERSION, TRACE_VERSION, &version, r->d) ||
        json_unknown_key(r->d, v, keys, ARRAY_LEN(keys)) || !need_string(r, v, "lesson", &h->lesson) ||
        !need_string(r, v, "hash", &h->hash) || !need_string(r, v, "seed", &seed) ||
        !need_string(r, v, "program", &h->program))
        return false;
    if (!digits(seed, &h->seed))
        return json_error(r->d, json_get(v, "seed"), "expected a string of decimal digits, below 2^64");
    return read_strings(r, v, "sets", &h->set, &h->n_sets) && read_text(r, json_get(v, "title"), &h->title) &&
           read_hosts(r, v) && read_lists(r, v);
}

static bool read_header(struct reader *r)
{
    struct json_doc *doc;
    bool ok;

    if (!next_line(r))
        return diag_is_set(r->d) ? false : fail(r, 0, "empty; expected a trace");
    if (!starts_with(&r->text, HEADER_OPEN))
        return fail(r, 1, "expected a trace, which starts with " HEADER_OPEN);
    if (!ends_with(&r->text, RECORDS_OPEN))
        return fail(r, 1, "expected a line with the trace's header, up to \"records\":[");
    doc = parse_part(r, strlen(HEADER_OPEN), strlen(RECORDS_OPEN));
    ok = doc && read_header_object(r, json_root(doc));
    json_free(doc);
    return ok;
}

/* ---- records ---- */

static bool read_hex(struct reader *r, const struct json_value *v, struct rec_bytes *out)
{
    const char *s;
    size_t n;
    uint8_t *p;

    if (!json_want_string(v, &s, r->d))
        return false;
    n = strlen(s);
    if (n == 0 || n % 2 || strspn(s, "0123456789abcdef") != n)
        return json_error(r->d, v, "expected bytes in lower-case hexadecimal, two digits each");
    p = trace_strings_room(r->t->strings, n / 2);
    out->p = p;
    out->n = (uint32_t)(n / 2);
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(s[i] <= '9' ? s[i] - '0' : s[i] - 'a' + 10);

        p[i / 2] = (uint8_t)((unsigned)p[i / 2] << 4 | digit);
    }
    return true;
}

static bool read_row(struct reader *r, const struct json_value *v, const char *table, uint16_t *out)
{
    const struct report_table *t = report_table(table);
    const char *s;
    int row;

    CHECK(t);
    if (!json_want_string(v, &s, r->d))
        return false;
    row = t->find(s);
    if (row < 0)
        return json_error(r->d, v, "no such %s as \"%s\"", table, s);
    *out = (uint16_t)row;
    return true;
}

static bool read_value(struct reader *r, const struct json_value *v, const struct rec_field *f, void *at)
{
    const char *s;
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
        if (!want_unsigned(r, v, rec_field_max(f->type), &n))
            return false;
        rec_field_store(at, f->type, n);
        return true;
    case FT_STR:
    case FT_OSTR:
        if (!json_want_string(v, &s, r->d))
            return false;
        *(const char **)at = keep(r, s);
        return true;
    case FT_FLAG: return json_want_bool(v, at, r->d);
    case FT_HOSTN: return want_host(r, v, at);
    case FT_CTL:
        if (!json_want_string(v, &s, r->d))
            return false;
        return ctl_parse(s, at) || json_error(r->d, v, "expected control bits such as \"SYN,ACK\"");
    case FT_ENUM:
    case FT_OENUM: return read_row(r, v, f->table, at);
    case FT_HEX: return read_hex(r, v, at);
    }
    return false;
}

static bool read_fields(struct reader *r, const struct json_value *obj, const struct rec_kind_row *kind,
                        char *rec)
{
    for (unsigned i = 0; i < kind->n_fields; i++) {
        const struct rec_field *f = &kind->field[i];
        const struct json_value *v = json_get(obj, f->name);
        void *at = rec + f->offset;

        if (v ? !read_value(r, v, f, at) : !rec_field_optional(f->type) && !json_need(obj, f->name, r->d))
            return false;
        if (!v && f->type == FT_OTIME)
            *(vtime *)at = VTIME_NEVER;
    }
    return true;
}

static bool read_vars(struct reader *r, const struct json_value *obj, struct rec_vars *rec)
{
    for (unsigned i = 0; i < VAR_COUNT; i++) {
        const struct json_value *v = json_get(obj, rec_var_rows[i].name);

        if (v && !want_signed(r, v, &rec->value[i]))
            return false;
        if (v)
            rec->changed |= 1u << i;
    }
    return true;
}

/* The keys that a record of this kind may have. */
static size_t known_keys(unsigned kind, const struct rec_kind_row *row, const char **keys)
{
    static const char *const head[] = {"id", "at", "kind", "host", "conn", "cause"};
    size_t n = ARRAY_LEN(head);

    memcpy(keys, head, sizeof head);
    for (unsigned i = 0; i < row->n_fields; i++)
        keys[n++] = row->field[i].name;
    for (unsigned i = 0; kind == REC_VARS && i < VAR_COUNT; i++)
        keys[n++] = rec_var_rows[i].name;
    CHECK(n <= MAX_FIELDS);
    return n;
}

static bool read_head(struct reader *r, const struct json_value *v, struct rec_head *h)
{
    const struct log *l = &r->t->log;
    const struct rec_head *before = log_count(l) ? log_at(l, log_count(l) - 1) : NULL;
    const struct json_value *host = json_get(v, "host"), *conn = json_get(v, "conn"),
                            *cause = json_get(v, "cause");
    const char *name;
    uint64_t n = 0;

    if (!json_want(v, JSON_OBJECT, r->d) || !need_string(r, v, "kind", &name))
        return false;
    h->kind = (uint16_t)rec_kind_find(name);
    if (!h->kind)
        return json_error(r->d, json_get(v, "kind"), "no such kind of record as \"%s\"", name);
    if (!need_unsigned(r, v, "id", (uint64_t)VTIME_MAX, &h->id) || !need_time(r, v, "at", &h->at) ||
        (host && !want_host(r, host, &h->host)) || (conn && !want_unsigned(r, conn, UINT32_MAX, &n)) ||
        (cause && !want_unsigned(r, cause, (uint64_t)VTIME_MAX, &h->cause)))
        return false;
    h->conn = (uint32_t)n;
    if (h->id <= (before ? before->id : 0))
        return json_error(r->d, json_get(v, "id"), "expected an id above the one before, %llu",
                          (unsigned long long)(before ? before->id : 0));
    if (before && h->at < before->at)
        return json_error(r->d, json_get(v, "at"), "expected a time not before the last one, %lld",
                          (long long)before->at);
    if (h->cause >= h->id)
        return json_error(r->d, cause, "expected the id of an earlier record");
    return true;
}

static bool read_record(struct reader *r, const struct json_value *v)
{
    union rec_any rec;
    const char *keys[MAX_FIELDS];
    struct rec_kind_row row;

    memset(&rec, 0, sizeof rec);
    if (!read_head(r, v, &rec.head))
        return false;
    CHECK(rec_size(rec.head.kind) <= sizeof rec);
    row = rec_kind_row(rec.head.kind);
    if (json_unknown_key(r->d, v, keys, known_keys(rec.head.kind, &row, keys)) ||
        !(rec.head.kind == REC_VARS ? read_vars(r, v, &rec.vars) : read_fields(r, v, &row, rec.bytes)))
        return false;
    log_put(&r->t->log, &rec.head);
    if (r->t->log.full)
        return fail(r, 0, "no memory for so long a trace");
    return true;
}

static void add_to_fingerprint(struct reader *r, size_t n)
{
    if (r->records++)
        sbuf_lit(&r->unhashed, ",\n");
    sbuf_put(&r->unhashed, r->text.s, n);
    if (r->unhashed.len < FINGERPRINT_CHUNK)
        return;
    r->fingerprint = hash_bytes(r->fingerprint, r->unhashed.s, r->unhashed.len);
    sbuf_clear(&r->unhashed);
}

/* Takes a record laid out as trace_write does it, without the detour over a JSON tree. */
static bool quick_record(struct reader *r, size_t n)
{
    union rec_any rec;
    struct log *l = &r->t->log;

    if (!trace_quick(r->text.s, n, &r->t->header, log_count(l) ? log_at(l, log_count(l) - 1) : NULL,
                     r->t->strings, &rec))
        return false;
    log_put(l, &rec.head);
    return !l->full;
}

/* False: nobody wants the trace any more. */
static bool watched(struct reader *r)
{
    uint64_t permille = r->size ? r->bytes * 1000 / r->size : 0;

    if (!r->watch || r->records % WATCH_EVERY ||
        r->watch->go_on(r->watch->ctx, (unsigned)(permille < 1000 ? permille : 1000)))
        return true;
    return diag_set(r->d, r->name, 0, 0, "reading was given up");
}

/* Reads records up to the footer's line, which is in r->text afterwards. */
static bool read_records(struct reader *r)
{
    bool comma = true;

    while (next_line(r)) {
        struct json_doc *doc;
        bool ok;

        if (starts_with(&r->text, FOOTER_OPEN))
            return (!comma || !r->records) || fail(r, 1, "expected a record, since a comma stands before");
        if (!comma)
            return fail(r, 1, "expected " FOOTER_OPEN " and the footer, since no comma stands before");
        comma = ends_with(&r->text, ",");
        add_to_fingerprint(r, r->text.len - comma);
        if (!watched(r))
            return false;
        if (quick_record(r, r->text.len - comma))
            continue;
        doc = parse_part(r, 0, comma);
        ok = doc && read_record(r, json_root(doc));
        json_free(doc);
        if (!ok)
            return false;
    }
    return diag_is_set(r->d) ? false
                             : fail(r, 0, "the trace breaks off; expected " FOOTER_OPEN " and the footer");
}

/* ---- footer ---- */

/* Where the notes came, if the trace says so. */
static bool read_noted(struct reader *r, const struct json_value *obj)
{
    struct trace_header *h = &r->t->header;
    const struct json_value *all = json_get(obj, "notes");
    uint64_t *noted;
    uint32_t n = 0;

    if (!all)
        return true;
    if (!(noted = need_array(r, obj, "notes", JSON_MAX_VALUES, sizeof *noted, &n)))
        return false;
    if (n != h->n_notes)
        return json_error(r->d, all, "the header has %lu notes", (unsigned long)h->n_notes);
    n = 0;
    JSON_EACH(v, all)
    if (!want_unsigned(r, v, (uint64_t)VTIME_MAX, &noted[n++]))
        return false;
    h->noted = noted;
    return true;
}

static bool read_footer_object(struct reader *r, const struct json_value *v)
{
    static const char *const keys[] = {"records", "fingerprint", "end", "at", "notes"};
    struct trace_footer *f = &r->t->footer;
    const char *text;
    char expected[17];
    uint16_t end = 0;

    if (!want_known(r, v, keys, ARRAY_LEN(keys)) ||
        !need_unsigned(r, v, "records", UINT64_MAX, &f->records) ||
        !need_string(r, v, "fingerprint", &text) || !json_need(v, "end", r->d) ||
        !read_row(r, json_get(v, "end"), "end", &end) || !need_time(r, v, "at", &f->at) || !read_noted(r, v))
        return false;
    f->end = end;
    if (f->records != r->records)
        return json_error(r->d, json_get(v, "records"), "the trace has %llu records",
                          (unsigned long long)r->records);
    if (r->unhashed.len)
        r->fingerprint = hash_bytes(r->fingerprint, r->unhashed.s, r->unhashed.len);
    f->fingerprint = r->fingerprint;
    snprintf(expected, sizeof expected, "%016llx", (unsigned long long)r->fingerprint);
    if (strcmp(text, expected) != 0)
        return json_error(r->d, json_get(v, "fingerprint"),
                          "the records' fingerprint is \"%s\": they were changed", expected);
    return true;
}

static bool read_footer(struct reader *r)
{
    struct json_doc *doc;
    bool ok;

    if (!ends_with(&r->text, "}"))
        return fail(r, 1, "expected the footer, and \"}\" at the end of its line");
    doc = parse_part(r, strlen(FOOTER_OPEN), 1);
    ok = doc && read_footer_object(r, json_root(doc));
    json_free(doc);
    if (!ok)
        return false;
    if (next_line(r))
        return fail(r, 1, "expected nothing after the footer");
    return !diag_is_set(r->d);
}

/* ---- the whole ---- */

/* Of a file that can be measured; 0: not of this one. */
static uint64_t size_of(FILE *f)
{
    long size = -1;

    if (fseek(f, 0, SEEK_END) == 0) {
        size = ftell(f);
        if (fseek(f, 0, SEEK_SET) != 0)
            return 0;
    }
    return size > 0 ? (uint64_t)size : 0;
}

static struct trace_file *read_stream(const char *name, FILE *f, const struct trace_watch *w, struct diag *d)
{
    struct diag own;
    struct reader r = {
        .f = f, .name = name, .d = d ? d : &own, .watch = w, .size = w && f != stdin ? size_of(f) : 0};
    bool ok;

    diag_clear(r.d);
    r.t = calloc(1, sizeof *r.t);
    CHECK(r.t);
    r.t->strings = trace_strings_new();
    log_init(&r.t->log, TRACE_ALL_KINDS, trace_record_size);
    ok = read_header(&r) && read_records(&r) && read_footer(&r);
    sbuf_free(&r.text);
    sbuf_free(&r.unhashed);
    if (ok)
        return r.t;
    trace_file_free(r.t);
    return NULL;
}

struct trace_file *trace_read(const char *path_or_dash, struct diag *d)
{
    return trace_read_watched(path_or_dash, NULL, d);
}

struct trace_file *trace_read_watched(const char *path_or_dash, const struct trace_watch *w, struct diag *d)
{
    struct trace_file *t;
    FILE *f;

    if (!strcmp(path_or_dash, "-"))
        return read_stream("<stdin>", stdin, w, d);
    f = fopen(path_or_dash, "r");
    if (!f) {
        diag_set(d, path_or_dash, 0, 0, "cannot read the trace: %s", strerror(errno));
        return NULL;
    }
    t = read_stream(path_or_dash, f, w, d);
    fclose(f);
    return t;
}

struct trace_file *trace_read_text(const char *name, const char *text, size_t len, struct diag *d)
{
    struct trace_file *t;
    FILE *f;

    if (len == 0) {
        diag_set(d, name, 1, 0, "empty; expected a trace");
        return NULL;
    }
    f = fmemopen((void *)(uintptr_t)text, len, "r");
    CHECK(f);
    t = read_stream(name, f, NULL, d);
    fclose(f);
    return t;
}

void trace_file_free(struct trace_file *t)
{
    if (!t)
        return;
    log_free(&t->log);
    trace_strings_free(t->strings);
    free(t);
}
