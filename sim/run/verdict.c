#include "sim/run/verdict.h"

#include <inttypes.h>
#include <string.h>

#include "sim/report/trace_write.h"

/* A word as a shell reads it back. */
static void put_word(struct sbuf *b, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:%@";

    sbuf_putc(b, ' ');
    if (*word && word[strspn(word, plain)] == '\0') {
        sbuf_puts(b, word);
        return;
    }
    sbuf_putc(b, '\'');
    for (; *word; word++)
        if (*word == '\'')
            sbuf_lit(b, "'\\''");
        else
            sbuf_putc(b, *word);
    sbuf_putc(b, '\'');
}

static void put_again(struct sbuf *b, const struct verdict_again *again)
{
    sbuf_lit(b, "tcplab run");
    put_word(b, again->path);
    if (again->has_seed)
        sbuf_printf(b, " --seed %" PRIu64, again->seed);
    for (size_t i = 0; i < again->n_sets; i++) {
        sbuf_lit(b, " --set");
        put_word(b, again->set[i].argument);
    }
    if (again->until) {
        sbuf_lit(b, " --until");
        put_word(b, again->until);
    }
    sbuf_putc(b, '\n');
}

static void put_invariants(const struct session *s, const struct verdict_again *again, struct sbuf *b)
{
    const struct log *log = session_log(s);

    for (size_t i = 0; i < log_count(log); i++) {
        const struct rec_head *r = log_at(log, i);

        if (r->kind != REC_INVARIANT)
            continue;
        sbuf_lit(b, "a law of the simulation was broken, which is a fault of tcplab:\n  ");
        trace_record_line(b, session_header(s), r);
        sbuf_lit(b, "\nthis shows it again: ");
        put_again(b, again);
    }
}

/* The lesson's acts that did not fit the run; how many. */
static size_t put_acts(const struct session *s, const struct verdict_again *again, struct sbuf *b)
{
    static const char *const why[] = {
        [ACT_WAITING] = "its time never came",
        [ACT_REFUSED] = "there was nothing to act upon",
        [ACT_STALE] = "what happened before it is not what happened when it was written down",
    };
    size_t n, bad = 0;
    const struct session_intervention *list = session_interventions(s, &n);

    for (size_t i = 0; i < n; i++)
        if (list[i].state != ACT_APPLIED) {
            sbuf_printf(b, "%s: act %zu (%s) was not carried out: %s\n", again->path, i + 1,
                        act_name(list[i].act.kind), why[list[i].state]);
            bad++;
        }
    return bad;
}

enum verdict verdict_of(const struct session *s, const struct grade *g, const struct verdict_again *again,
                        struct sbuf *b)
{
    size_t bad_acts;

    if (session_log(s)->full) { /* what was judged was not the whole */
        sbuf_printf(b, "%s: the records of this run need more memory than is allowed\n", again->path);
        return VERDICT_FAILED;
    }
    bad_acts = session_end(s) == RUN_STOPPED ? 0 : put_acts(s, again, b);
    for (size_t i = 0; i < g->n; i++)
        if (!g->result[i].ok)
            grade_format(&g->result[i], b);
    switch (session_end(s)) {
    case RUN_INVARIANT: put_invariants(s, again, b); return VERDICT_BROKEN;
    case RUN_LIMIT_EVENTS:
    case RUN_LIMIT_TIME:
    case RUN_LIMIT_MEMORY: return VERDICT_FAILED;
    case RUN_IDLE:
    case RUN_UNTIL:
    case RUN_STOPPED: break;
    }
    return g->failed || bad_acts ? VERDICT_FAILED : VERDICT_WELL;
}
