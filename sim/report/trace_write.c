#define _XOPEN_SOURCE 700 /* realpath */

#include "sim/report/trace_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/core/newfile.h"
#include "sim/report/trace_line.h"

enum { BLOCK = 256 * 1024 }; /* bytes kept back before they go to the file */

struct trace_writer {
    struct sbuf own; /* the lines not yet written; where only the fingerprint is wanted, the last one */
    struct sbuf *b;  /* own, or the caller's */
    int fd;          /* -1: memory or nothing */
    bool close_fd;   /* a file of ours */
    bool keep;       /* the lines are kept or written */
    int error;       /* errno of the first failure */
    char *temporary; /* NULL: fd is the file itself */
    char *target;    /* what the temporary file will be called, through symbolic links */
    char *path;      /* as given, for diagnoses */
    size_t unhashed; /* where in b the text begins that the fingerprint does not cover yet */
    const struct trace_header *header;
    struct line_words words;
    struct trace_footer footer; /* its fingerprint: of the text up to unhashed */
};

/* ---- the header ---- */

static void put_text(struct sbuf *b, const char *key, struct trace_text t)
{
    if (!t.en && !t.zh)
        return;
    sbuf_puts(b, key);
    sbuf_putc(b, '{');
    if (t.en) {
        sbuf_lit(b, "\"en\":");
        line_put_string(b, t.en);
    }
    if (t.zh) {
        sbuf_puts(b, t.en ? ",\"zh-Hant\":" : "\"zh-Hant\":");
        line_put_string(b, t.zh);
    }
    sbuf_putc(b, '}');
}

static void put_integer(struct sbuf *b, const char *key, uint64_t v)
{
    sbuf_puts(b, key);
    if (v > (uint64_t)VTIME_MAX)
        sbuf_putc(b, '"');
    sbuf_u64(b, v);
    if (v > (uint64_t)VTIME_MAX)
        sbuf_putc(b, '"');
}

static void put_host(struct sbuf *b, const struct trace_host *h)
{
    sbuf_lit(b, "{\"name\":");
    line_put_string(b, h->name);
    put_text(b, ",\"label\":", h->label);
    sbuf_lit(b, ",\"addresses\":[");
    for (uint32_t i = 0; i < h->n_addresses; i++) {
        if (i)
            sbuf_putc(b, ',');
        line_put_string(b, h->address[i]);
    }
    sbuf_putc(b, ']');
    put_integer(b, ",\"processing_delay\":", (uint64_t)h->processing_delay);
    if (h->msl)
        put_integer(b, ",\"msl\":", (uint64_t)h->msl);
    if (h->router)
        sbuf_lit(b, ",\"router\":true");
    if (h->raw)
        sbuf_lit(b, ",\"raw\":true");
    sbuf_putc(b, '}');
}

static void put_link(struct sbuf *b, const struct trace_header *h, const struct trace_link *l)
{
    sbuf_lit(b, "{\"hosts\":[");
    for (int side = 0; side < 2; side++) {
        CHECK(l->host[side] < h->n_hosts);
        if (side)
            sbuf_putc(b, ',');
        line_put_string(b, h->host[l->host[side]].name);
    }
    sbuf_lit(b, "],\"paths\":[");
    for (int side = 0; side < 2; side++) {
        put_integer(b, side ? ",{\"rate\":" : "{\"rate\":", l->path[side].rate_bps);
        put_integer(b, ",\"delay\":", (uint64_t)l->path[side].delay);
        sbuf_putc(b, '}');
    }
    sbuf_lit(b, "]}");
}

static void put_header(struct sbuf *b, const struct trace_header *h)
{
    sbuf_lit(b, "{\"header\":{\"format\":\"" TRACE_FORMAT "\",\"version\":1,\"lesson\":");
    _Static_assert(TRACE_VERSION == 1, "the version above");
    line_put_string(b, h->lesson ? h->lesson : "");
    sbuf_lit(b, ",\"hash\":");
    line_put_string(b, h->hash ? h->hash : "");
    sbuf_lit(b, ",\"seed\":\"");
    sbuf_u64(b, h->seed);
    sbuf_lit(b, "\",\"program\":");
    line_put_string(b, h->program ? h->program : "");
    sbuf_lit(b, ",\"sets\":[");
    for (uint32_t i = 0; i < h->n_sets; i++) {
        if (i)
            sbuf_putc(b, ',');
        line_put_string(b, h->set[i]);
    }
    sbuf_putc(b, ']');
    put_text(b, ",\"title\":", h->title);
    sbuf_lit(b, ",\"hosts\":[");
    for (uint32_t i = 0; i < h->n_hosts; i++) {
        if (i)
            sbuf_putc(b, ',');
        put_host(b, &h->host[i]);
    }
    sbuf_lit(b, "],\"links\":[");
    for (uint32_t i = 0; i < h->n_links; i++) {
        if (i)
            sbuf_putc(b, ',');
        put_link(b, h, &h->link[i]);
    }
    sbuf_lit(b, "],\"notes\":[");
    for (uint32_t i = 0; i < h->n_notes; i++) {
        if (i)
            sbuf_putc(b, ',');
        if (h->note[i].en || h->note[i].zh)
            put_text(b, "", h->note[i]);
        else
            sbuf_lit(b, "{}");
    }
    sbuf_lit(b, "]},\"records\":[\n");
}

static void put_footer(struct sbuf *b, const struct trace_footer *f, const struct trace_header *h)
{
    sbuf_puts(b, f->records ? "\n],\"footer\":{" : "],\"footer\":{");
    put_integer(b, "\"records\":", f->records);
    sbuf_lit(b, ",\"fingerprint\":\"");
    sbuf_hex(b, f->fingerprint, 16);
    sbuf_lit(b, "\",\"end\":");
    line_put_string(b, name_end(f->end));
    put_integer(b, ",\"at\":", (uint64_t)f->at);
    for (uint32_t i = 0; h->noted && i < h->n_notes; i++)
        put_integer(b, i ? "," : ",\"notes\":[", h->noted[i]);
    sbuf_puts(b, h->noted && h->n_notes ? "]}}\n" : "}}\n");
}

/* ---- writing ---- */

static void flush(struct trace_writer *w)
{
    size_t done = 0;

    while (done < w->b->len && !w->error) {
        ssize_t n = write(w->fd, w->b->s + done, w->b->len - done);

        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            w->error = errno;
    }
    sbuf_clear(w->b);
}

void trace_writer_put(struct trace_writer *w, const struct rec_head *r)
{
    struct sbuf *b = w->b;

    if (w->footer.records++) {
        sbuf_reserve(b, 2);
        b->s[b->len++] = ',';
        b->s[b->len++] = '\n';
    }
    line_put(b, &w->words, r);
    w->footer.at = r->at;
    if (r->kind == REC_END)
        w->footer.end = ((const struct rec_end *)(const void *)r)->why;
    if (b->len - w->unhashed < FINGERPRINT_CHUNK)
        return;
    w->footer.fingerprint = hash_bytes(w->footer.fingerprint, b->s + w->unhashed, b->len - w->unhashed);
    if (!w->keep)
        sbuf_clear(b);
    else if (w->fd >= 0 && b->len >= BLOCK)
        flush(w);
    w->unhashed = b->len;
}

static void sink_put(void *ctx, const struct rec_head *r)
{
    trace_writer_put(ctx, r);
}

struct trace_sink trace_writer_sink(struct trace_writer *w)
{
    return (struct trace_sink){TRACE_ALL_KINDS, sink_put, w};
}

struct trace_footer trace_writer_footer(const struct trace_writer *w)
{
    struct trace_footer f = w->footer;
    size_t n = w->b->len - w->unhashed;

    if (n)
        f.fingerprint = hash_bytes(f.fingerprint, w->b->s + w->unhashed, n);
    return f;
}

/* ---- beginning and end ---- */

static struct trace_writer *writer_new(const struct trace_header *h)
{
    struct trace_writer *w = calloc(1, sizeof *w);

    CHECK(w);
    w->b = &w->own;
    w->fd = -1;
    line_words_init(&w->words, h);
    w->header = h;
    return w;
}

static void writer_free(struct trace_writer *w)
{
    line_words_free(&w->words);
    sbuf_free(&w->own);
    free(w->temporary);
    free(w->target);
    free(w->path);
    free(w);
}

struct trace_writer *trace_writer_fingerprint_only(const struct trace_header *h)
{
    return writer_new(h);
}

struct trace_writer *trace_writer_memory(struct sbuf *out, const struct trace_header *h)
{
    struct trace_writer *w = writer_new(h);

    w->b = out;
    w->keep = true;
    put_header(out, h);
    w->unhashed = out->len;
    return w;
}

static bool open_file(struct trace_writer *w)
{
    struct stat st;

    w->close_fd = true;
    if (stat(w->path, &st) == 0 &&
        !S_ISREG(st.st_mode)) { /* a pipe or device: nothing to be put in its place */
        w->fd = open(w->path, O_WRONLY | O_CLOEXEC);
        return w->fd >= 0;
    }
    w->target = realpath(w->path, NULL);
    if (!w->target)
        w->target = sbuf_join(w->path, "");
    w->fd = newfile_open(w->target, 0666, &w->temporary);
    return w->fd >= 0;
}

struct trace_writer *trace_writer_open(const char *path_or_dash, const struct trace_header *h, struct diag *d)
{
    struct trace_writer *w = writer_new(h);

    w->keep = true;
    w->path = sbuf_join(path_or_dash, "");
    if (!strcmp(path_or_dash, "-")) {
        w->fd = STDOUT_FILENO;
    } else if (!open_file(w)) {
        diag_set(d, path_or_dash, 0, 0, "cannot write the trace: %s", strerror(errno));
        writer_free(w);
        return NULL;
    }
    put_header(w->b, h);
    w->unhashed = w->b->len;
    return w;
}

bool trace_writer_close(struct trace_writer *w, struct diag *d)
{
    bool ok;

    if (!w)
        return true;
    if (w->keep) {
        struct trace_footer f = trace_writer_footer(w);

        put_footer(w->b, &f, w->header);
    }
    if (w->fd >= 0) {
        flush(w);
        if (w->close_fd && close(w->fd) != 0 && !w->error)
            w->error = errno;
        if (!w->error && w->temporary && !newfile_place(&w->temporary, w->target))
            w->error = errno;
    }
    ok = w->error == 0;
    if (!ok) {
        diag_set(d, w->path, 0, 0, "cannot write the trace: %s", strerror(w->error));
        newfile_drop(&w->temporary);
    }
    writer_free(w);
    return ok;
}

void trace_writer_discard(struct trace_writer *w)
{
    if (!w)
        return;
    if (w->close_fd)
        close(w->fd);
    newfile_drop(&w->temporary);
    writer_free(w);
}

/* ---- for others ---- */

void trace_record_line(struct sbuf *b, const struct trace_header *h, const struct rec_head *r)
{
    struct line_words words;

    line_words_init(&words, h);
    line_put(b, &words, r);
    line_words_free(&words);
}

size_t trace_record_size(const struct rec_head *r)
{
    return rec_size(r->kind);
}
