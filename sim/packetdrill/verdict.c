#include "sim/packetdrill/verdict.h"

#include <string.h>

#include "sim/report/trace_write.h"

bool pkt_is_script(const char *path)
{
    size_t n = strlen(path);

    return n > 4 && strcmp(path + n - 4, ".pkt") == 0;
}

static void put_diag(struct sbuf *b, const struct diag *d)
{
    char line[DIAG_TEXT_MAX];

    if (!b)
        return;
    diag_format(d, line, sizeof line);
    sbuf_puts(b, line);
    sbuf_putc(b, '\n');
}

static enum pkt_verdict verdict_of(enum pkt_outcome o)
{
    switch (o) {
    case PKT_PASSED: return PKT_V_PASSED;
    case PKT_FAILED:
    case PKT_LIMIT: return PKT_V_FAILED;
    case PKT_REFUSED: return PKT_V_REFUSED;
    case PKT_STOPPED: return PKT_V_STOPPED;
    case PKT_INTERNAL: break;
    }
    return PKT_V_INTERNAL;
}

enum pkt_verdict pkt_load_and_run(const char *path, const struct pkt_verdict_options *o, struct script **s,
                                  struct pkt_run **r, struct sbuf *text)
{
    struct script_options so = {.define = o->define, .n_defines = o->n_defines};
    struct diag d;
    const char *details;
    size_t n;

    *r = NULL;
    diag_clear(&d);
    switch (script_load(path, &so, s, &d)) {
    case SCRIPT_OK: break;
    case SCRIPT_WRONG: put_diag(text, &d); return PKT_V_WRONG;
    case SCRIPT_REFUSED: put_diag(text, &d); return PKT_V_REFUSED;
    }
    if (o->parse_only)
        return PKT_V_PASSED;
    *r = pkt_run(*s, &o->run);
    CHECK(*r && "out of memory");
    if (pkt_run_outcome(*r) != PKT_PASSED) {
        put_diag(text, pkt_run_diag(*r));
        details = pkt_run_details(*r, &n);
        if (text && n)
            sbuf_put(text, details, n);
    }
    return verdict_of(pkt_run_outcome(*r));
}

bool pkt_write_trace(const struct pkt_run *r, const char *path, struct diag *d)
{
    struct trace_writer *w = trace_writer_open(path, pkt_run_header(r), d);
    const struct log *log = pkt_run_log(r);

    if (!w)
        return false;
    for (size_t i = 0; i < log_count(log); i++)
        trace_writer_put(w, log_at(log, i));
    return trace_writer_close(w, d);
}

enum pkt_verdict pkt_judge(const char *path, const struct pkt_verdict_options *o, struct sbuf *text,
                           struct sbuf *account, vtime *time)
{
    struct script *s;
    struct pkt_run *r;
    enum pkt_verdict v = pkt_load_and_run(path, o, &s, &r, text);
    struct diag d;
    size_t n;

    if (r && account) {
        const char *told = pkt_run_account(r, &n);

        if (n)
            sbuf_put(account, told, n);
    }
    if (time)
        *time = r ? pkt_run_time(r) : 0;
    if (r && o->trace && !pkt_write_trace(r, o->trace, &d)) {
        put_diag(text, &d);
        v = PKT_V_WRONG;
    }
    pkt_run_free(r);
    script_free(s);
    return v;
}
