#include "sim/lesson/expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/core/sbuf.h"
#include "sim/lesson/units.h"
#include "sim/lesson/view.h"

#define SHOWN 6 /* of what happened instead, in a message */

/* One expectation being judged: the sentence grows in b; nothing in it means that all is well. */
struct judge {
    struct view v;
    struct sbuf b;
    vtime at; /* when it was decided */
    uint64_t record;
};

#define BIT(kind) (UINT64_C(1) << REC_##kind)

uint64_t lesson_grade_kinds(const struct lesson *l)
{
    uint64_t kinds = BIT(SCRIPT) | BIT(END) | BIT(INVARIANT);

    for (size_t i = 0; i < l->n_expect; i++) {
        const struct expectation *e = &l->expect[i];

        switch (e->kind) {
        case EXPECT_STATES:
        case EXPECT_FINAL: kinds |= BIT(CONN) | BIT(STATE) | BIT(HOSTEV); break;
        case EXPECT_SEGMENTS:
            kinds |= BIT(SEND) | BIT(DROP) | BIT(DUPLICATE) | BIT(DATA) | BIT(SYMBOL);
            break;
        case EXPECT_COUNT: kinds |= event_kinds(&e->event) | BIT(DUPLICATE); break;
        case EXPECT_TIME:
            kinds |= event_kinds(&e->event) | BIT(DUPLICATE);
            if (e->has_since)
                kinds |= event_kinds(&e->since);
            break;
        case EXPECT_DELIVERED: kinds |= BIT(DELIVER) | BIT(DATA) | BIT(CONN) | BIT(STATE); break;
        case EXPECT_VAR: kinds |= BIT(VARS) | BIT(CONN) | BIT(STATE); break;
        case EXPECT_SCRIPT:
        case EXPECT_KINDS: break;
        }
    }
    for (size_t i = 0; i < l->n_notes; i++) /* a trace says where they came */
        if (l->note[i].moment.when)
            kinds |= event_kinds(l->note[i].moment.when);
    return kinds;
}

/* --- words --- */

static void put_time(struct sbuf *b, vtime t)
{
    char text[UNITS_TIME_MAX];

    units_format_time(t, text);
    sbuf_puts(b, text);
}

/* A number, or a time, as text. */
static const char *value_text(int64_t value, bool is_time, char out[UNITS_TIME_MAX])
{
    if (is_time)
        units_format_time(value, out);
    else
        snprintf(out, UNITS_TIME_MAX, "%" PRId64, value);
    return out;
}

/* "3", "at least 3", "from 3 to 5" */
static const char *bounds_text(const struct bounds *w, bool is_time, char *out, size_t size)
{
    char min[UNITS_TIME_MAX], max[UNITS_TIME_MAX];

    value_text(w->min, is_time, min);
    value_text(w->max, is_time, max);
    if (w->min == w->max)
        snprintf(out, size, "%s", min);
    else if (w->max == INT64_MAX)
        snprintf(out, size, tr("at least %s"), min);
    else if (w->min == INT64_MIN)
        snprintf(out, size, tr("at most %s"), max);
    else
        snprintf(out, size, tr("from %s to %s"), min, max);
    return out;
}
#define BOUNDS_MAX 160

static bool within(const struct bounds *b, int64_t value)
{
    return value >= b->min && value <= b->max;
}

static void put_states(struct sbuf *b, const enum tcp_state *s, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        sbuf_printf(b, "%s%s", i ? ", " : "", name_state(s[i]));
}

static void put_path(struct judge *j, const struct view_conn *c)
{
    if (c->path_n == 0) {
        sbuf_puts(&j->b, tr("no state at all"));
        return;
    }
    for (uint32_t i = 0; i <= c->path_n; i++) {
        sbuf_printf(&j->b, "%s%s", i ? ", " : "", name_state(view_state(&j->v, c, i)));
        if (i > 0) {
            sbuf_lit(&j->b, " (");
            put_time(&j->b, view_state_at(&j->v, c, i));
            sbuf_putc(&j->b, ')');
        }
    }
    if (c->gone) {
        sbuf_puts(&j->b, tr("; forgotten in a crash at "));
        put_time(&j->b, c->gone_at);
    }
}

/* --- states --- */

/* The first connection meant; where only listeners exist, they are. n_conns: none. */
static uint32_t find_conn(struct judge *j, const struct who *w)
{
    struct who listener = *w;

    for (uint32_t i = 0; i < j->v.n_conns; i++) {
        if (view_is(&j->v, w, i))
            return i;
    }
    listener.listener = true;
    for (uint32_t i = 0; i < j->v.n_conns; i++) {
        if (view_is(&j->v, &listener, i))
            return i;
    }
    return j->v.n_conns;
}

static bool no_conn(struct judge *j, const struct who *w)
{
    uint32_t others = 0;

    for (uint32_t i = 0; i < j->v.n_conns; i++)
        others += w->host == SC_ANY || j->v.conn[i].rec->head.host == w->host + 1;
    if (w->conn && others)
        sbuf_printf(&j->b, tr("there was no connection number %u of this kind, only %u"), w->conn, others);
    else
        sbuf_puts(&j->b, tr("there was no such connection"));
    return false;
}

/* Where a path may be passed over in an exact sequence: where it began, and states left at the instant they
 * were entered. */
static bool may_leave_out(struct judge *j, const struct view_conn *c, uint32_t i)
{
    if (i == 0)
        return true;
    return i < c->path_n && view_state_at(&j->v, c, i) == view_state_at(&j->v, c, i + 1);
}

static void judge_states(struct judge *j, const struct expectation *e)
{
    uint32_t index = find_conn(j, &e->who), k = 0;
    const struct view_conn *c = &j->v.conn[index];
    bool ok = true;

    if (index == j->v.n_conns) {
        no_conn(j, &e->who);
        return;
    }
    for (uint32_t i = 0; ok && c->path_n && i <= c->path_n; i++) {
        bool same = k < e->n_states && view_state(&j->v, c, i) == e->state[k];

        k += same;
        ok = same || !e->exact || may_leave_out(j, c, i);
        if (same || !ok) {
            j->at = view_state_at(&j->v, c, i);
            j->record = i ? j->v.path[c->path_from + i - 1]->head.id : c->rec->head.id;
        }
    }
    if (ok && k == e->n_states)
        return;
    sbuf_puts(&j->b,
              e->exact ? tr("expected exactly the states ") : tr("expected, in this order, the states "));
    put_states(&j->b, e->state, e->n_states);
    sbuf_printf(&j->b, tr("\nconnection %u of %s went through "), c->rec->head.conn,
                view_host(&j->v, c->rec->head.host));
    put_path(j, c);
}

/* What a host's connections have come to. *listening: how many listen; the last other one that is not CLOSED,
 * or NULL. */
static const struct view_conn *host_end(struct judge *j, uint16_t host, uint32_t *listening, uint32_t *others)
{
    const struct view_conn *open = NULL;

    *listening = *others = 0;
    for (uint32_t i = 0; i < j->v.n_conns; i++) {
        const struct view_conn *c = &j->v.conn[i];
        enum tcp_state s = view_state(&j->v, c, c->path_n);

        if (c->rec->head.host != host + 1 || c->gone || c->path_n == 0)
            continue;
        if (c->listener) {
            *listening += s == TCP_LISTEN;
        } else {
            ++*others;
            if (s != TCP_CLOSED)
                open = c;
        }
    }
    return open;
}

static void judge_final(struct judge *j, const struct expectation *e)
{
    for (uint32_t i = 0; i < e->n_states; i++) {
        uint32_t listening, others;
        const struct view_conn *open = host_end(j, e->host[i], &listening, &others);
        enum tcp_state s = open ? view_state(&j->v, open, open->path_n) : TCP_CLOSED, want = e->state[i];
        bool ok = open ? s == want : want == TCP_LISTEN ? listening > 0 : want == TCP_CLOSED;

        if (ok)
            continue;
        if (open)
            j->record = j->v.path[open->path_from + open->path_n - 1]->head.id;
        if (j->b.len)
            sbuf_putc(&j->b, '\n');
        sbuf_printf(&j->b, tr("expected %s to end in %s"), j->v.l->scenario.host[e->host[i]].name,
                    name_state(want));
        if (open)
            sbuf_printf(&j->b, tr("; its connection %u ended in %s"), open->rec->head.conn, name_state(s));
        else if (listening)
            sbuf_puts(&j->b,
                      others ? tr("; all its connections are CLOSED, one listens") : tr("; it only listens"));
        else
            sbuf_puts(&j->b, others ? tr("; all its connections are CLOSED") : tr("; it has no connection"));
    }
}

/* --- segments --- */

/* Segments from i on that are of those meant, a few of them. */
static void put_segments_from(struct judge *j, uint32_t i, const struct sc_match *among)
{
    uint32_t shown = 0;

    for (; i < j->v.n_segments && shown <= SHOWN; i++) {
        if (!view_match(&j->v, i, among))
            continue;
        if (shown++ == SHOWN) {
            sbuf_puts(&j->b, "\n  ...");
            break;
        }
        sbuf_puts(&j->b, "\n  ");
        view_put_segment(&j->v, i, &j->b);
    }
    if (!shown)
        sbuf_puts(&j->b, tr("\n  nothing"));
}

static void put_wanted(struct judge *j, const struct expectation *e, uint32_t k)
{
    sbuf_printf(&j->b, tr("segment %u of %u, "), k + 1, e->n_segments);
    json_put_value(&j->b, e->segment_json[k]);
}

static void judge_segments(struct judge *j, const struct expectation *e)
{
    uint32_t k = 0, after = 0; /* after: behind the last one found */
    const char *why = NULL;

    for (uint32_t i = 0; i < j->v.n_segments; i++) {
        if (!view_match(&j->v, i, &e->among))
            continue;
        if (k < e->n_segments && view_segment_is(&j->v, i, &e->segment[k], &why)) {
            k++;
            after = i + 1;
            j->at = j->v.segment[i].rec->head.at;
            j->record = j->v.segment[i].rec->head.id;
            continue;
        }
        if (!e->exact)
            continue;
        j->at = j->v.segment[i].rec->head.at;
        j->record = j->v.segment[i].rec->head.id;
        if (k < e->n_segments) {
            put_wanted(j, e, k);
            sbuf_printf(&j->b, tr(", was expected here; what came differs in %s:"), why);
        } else {
            sbuf_printf(&j->b, tr("after the last of %u segments no more were expected, but there came:"),
                        e->n_segments);
        }
        put_segments_from(j, i, &e->among);
        return;
    }
    if (k == e->n_segments)
        return;
    put_wanted(j, e, k);
    sbuf_puts(&j->b, k ? tr(", did not come after the one before it; what came was:")
                       : tr(", did not come; what came was:"));
    put_segments_from(j, after, &e->among);
}

/* --- events --- */

static void put_event_of(struct judge *j, const struct rec_head *h, enum event_kind kind)
{
    put_time(&j->b, h->at);
    if (h->host)
        sbuf_printf(&j->b, " %s", view_host(&j->v, h->host));
#define AS(type) ((const struct rec_##type *)(const void *)h)
    switch (kind) {
    case EV_STATE:
    case EV_EDGE:
        sbuf_printf(&j->b, " %s > %s (%s)", name_state(AS(state)->from), name_state(AS(state)->to),
                    name_edge(AS(state)->edge));
        break;
    case EV_SIGNAL: sbuf_printf(&j->b, " %s", name_signal(AS(signal)->signal)); break;
    case EV_TIMER:
        sbuf_printf(&j->b, " %s %s", name_timer(AS(timer)->timer), name_timer_op(AS(timer)->op));
        break;
    case EV_REJECT: sbuf_printf(&j->b, " %s", name_reject(AS(reject)->why)); break;
    case EV_DROP: sbuf_printf(&j->b, " %s", name_drop(AS(drop)->why)); break;
    case EV_CALL:
        sbuf_printf(&j->b, " %s: %s", name_call(AS(call)->call), name_result(AS(call)->result));
        break;
    case EV_DELIVER: sbuf_printf(&j->b, " %s", name_deliver(AS(deliver)->why)); break;
    case EV_HOST_EVENT: sbuf_printf(&j->b, " %s", name_host_event(AS(host_event)->event)); break;
    case EV_END: sbuf_printf(&j->b, " %s", name_end(AS(end)->why)); break;
    case EV_SEGMENT:
    case EV_CLAUSE:
    case EVENT_KINDS: break;
    }
#undef AS
}

/* What there was of this kind, whatever its row: the nearest to what was wanted. */
static void put_events_like(struct judge *j, const struct event_match *e)
{
    struct event_match any = *e;
    const struct rec_head *h;

    if (e->kind == EV_CLAUSE)
        return;
    if (e->kind == EV_SEGMENT) {
        struct sc_match all = {.from = e->segment.match.from,
                               .to = e->segment.match.to,
                               .data = -1,
                               .retransmission = -1,
                               .after = VTIME_NEVER,
                               .before = VTIME_NEVER};

        sbuf_puts(&j->b, tr("; of the segments that could be meant there came:"));
        put_segments_from(j, 0, &all);
        return;
    }
    if (e->kind == EV_STATE) { /* every change of state */
        any.kind = EV_EDGE;
    }
    any.row = any.extra = 0;
    for (any.nth = 1; any.nth <= SHOWN + 1 && (h = view_event(&j->v, &any, NULL)); any.nth++) {
        sbuf_puts(&j->b, any.nth == 1 ? tr("; of that kind there was:\n  ") : "\n  ");
        if (any.nth > SHOWN)
            sbuf_puts(&j->b, "...");
        else
            put_event_of(j, h, any.kind);
    }
    if (any.nth == 1)
        sbuf_puts(&j->b, tr("; there was nothing of that kind"));
}

static void judge_count(struct judge *j, const struct expectation *e)
{
    char bounds[BOUNDS_MAX];
    uint64_t n;
    const struct rec_head *first = view_event(&j->v, &e->event, &n);

    if (first) {
        j->at = first->at;
        j->record = first->id;
    }
    if (within(&e->bounds, (int64_t)n))
        return;
    sbuf_printf(&j->b, tr("expected %s, found %llu"), bounds_text(&e->bounds, false, bounds, sizeof bounds),
                (unsigned long long)n);
    put_events_like(j, &e->event);
}

static void judge_time(struct judge *j, const struct expectation *e)
{
    char bounds[BOUNDS_MAX], took[UNITS_TIME_MAX], began[UNITS_TIME_MAX], happened[UNITS_TIME_MAX];
    uint64_t n;
    const struct rec_head *h = view_event(&j->v, &e->event, &n), *since = NULL;
    vtime from = 0;

    if (!h) {
        if (n)
            sbuf_printf(&j->b, tr("this happened %llu times only"), (unsigned long long)n);
        else
            sbuf_puts(&j->b, tr("this did not happen"));
        put_events_like(j, &e->event);
        return;
    }
    if (e->has_since) {
        since = view_event(&j->v, &e->since, NULL);
        if (!since) {
            sbuf_puts(&j->b, tr("what \"since\" counts from did not happen"));
            put_events_like(j, &e->since);
            return;
        }
        from = since->at;
    }
    j->at = h->at;
    j->record = h->id;
    if (h->at >= from && within(&e->bounds, h->at - from))
        return;
    bounds_text(&e->bounds, true, bounds, sizeof bounds);
    units_format_time(h->at >= from ? h->at - from : from - h->at, took);
    units_format_time(from, began);
    units_format_time(h->at, happened);
    if (!since)
        sbuf_printf(&j->b, tr("expected %s, found %s"), bounds, took);
    else if (h->at >= from)
        sbuf_printf(&j->b, tr("expected %s, found %s (from %s to %s)"), bounds, took, began, happened);
    else
        sbuf_printf(&j->b, tr("expected %s, but it happened at %s, %s before what \"since\" counts from"),
                    bounds, happened, took);
}

/* --- bytes delivered --- */

/* Where the bytes delivered first differ from the text; -1: nowhere. */
static int64_t text_differs(struct judge *j, const struct expectation *e, const struct rec_deliver *d,
                            uint64_t total)
{
    uint8_t *bytes;
    uint64_t n = d->len;

    if (total >= e->text_n)
        return -1;
    if (n > e->text_n - total)
        n = e->text_n - total;
    bytes = NEW(j->v.m, n, uint8_t);
    view_bytes(&j->v, d->stream, d->off, bytes, n);
    for (uint64_t i = 0; i < n; i++) {
        if (bytes[i] != e->text[total + i])
            return (int64_t)(total + i);
    }
    return -1;
}

static bool delivered_to(struct judge *j, const struct rec_deliver *d, const struct who *w)
{
    uint32_t c;

    if (d->head.host != w->host + 1)
        return false;
    if (!w->app && !w->conn)
        return true;
    c = view_conn(&j->v, d->head.conn);
    return c < j->v.n_conns && view_is(&j->v, w, c);
}

static void judge_delivered(struct judge *j, const struct expectation *e)
{
    const char *host = j->v.l->scenario.host[e->who.host].name;
    char bounds[BOUNDS_MAX];
    uint64_t total = 0;
    int64_t differs = -1;

    for (size_t i = 0; i < log_count(j->v.log); i++) {
        const struct rec_deliver *d = (const struct rec_deliver *)(const void *)log_at(j->v.log, i);

        if (d->head.kind != REC_DELIVER || !delivered_to(j, d, &e->who))
            continue;
        if (e->text && differs < 0) {
            differs = text_differs(j, e, d, total);
            j->at = d->head.at;
            j->record = d->head.id;
        }
        total += d->len;
    }
    if (e->bounds.given && !within(&e->bounds, (int64_t)total))
        sbuf_printf(&j->b, tr("bytes delivered to %s: expected %s, found %llu"), host,
                    bounds_text(&e->bounds, false, bounds, sizeof bounds), (unsigned long long)total);
    else if (differs >= 0)
        sbuf_printf(&j->b,
                    tr("what was delivered to %s is not the text expected; it differs from byte %lld on"),
                    host, (long long)differs);
    else if (e->text && total != e->text_n)
        sbuf_printf(&j->b, tr("bytes delivered to %s: expected a text of %lu, found %llu"), host,
                    (unsigned long)e->text_n, (unsigned long long)total);
}

/* --- variables --- */

static int64_t var_value(const struct rec_vars *r, enum rec_var var, uint32_t iss, uint32_t irs)
{
    uint32_t raw = (uint32_t)r->value[var];

    switch (rec_var_meaning(var)) {
    case VAR_IS_SENT: return raw - iss;
    case VAR_IS_RECEIVED: return raw - irs;
    case VAR_IS_INITIAL:
    case VAR_IS_TIME:
    case VAR_IS_NUMBER: break;
    }
    return r->value[var];
}

static void judge_var(struct judge *j, const struct expectation *e)
{
    bool is_time = rec_var_meaning(e->var) == VAR_IS_TIME, known = false, ever = false;
    uint32_t index = find_conn(j, &e->who), iss = 0, irs = 0;
    char bounds[BOUNDS_MAX], found[UNITS_TIME_MAX], time[UNITS_TIME_MAX];
    int64_t value = 0;

    if (index == j->v.n_conns) {
        no_conn(j, &e->who);
        return;
    }
    for (size_t i = 0; i < log_count(j->v.log); i++) {
        const struct rec_vars *r = (const struct rec_vars *)(const void *)log_at(j->v.log, i);

        if (r->head.kind != REC_VARS || r->head.conn != j->v.conn[index].rec->head.conn ||
            (e->when == VAR_AT_TIME && r->head.at > e->at))
            continue;
        if (r->changed >> VAR_ISS & 1u)
            iss = (uint32_t)r->value[VAR_ISS];
        if (r->changed >> VAR_IRS & 1u)
            irs = (uint32_t)r->value[VAR_IRS];
        if (!(r->changed >> e->var & 1u))
            continue;
        value = var_value(r, e->var, iss, irs);
        known = true;
        j->at = r->head.at;
        j->record = r->head.id;
        ever = ever || within(&e->bounds, value);
        if ((e->when == VAR_ALWAYS && !within(&e->bounds, value)) || (e->when == VAR_EVER && ever))
            break;
    }
    if (!known) {
        sbuf_puts(&j->b, tr("this variable was not known by then"));
    } else if (e->when == VAR_EVER ? !ever : !within(&e->bounds, value)) {
        bounds_text(&e->bounds, is_time, bounds, sizeof bounds);
        units_format_time(j->at, time);
        value_text(value, is_time, found);
        if (e->when == VAR_EVER)
            sbuf_printf(&j->b, tr("expected %s at some time; the last value, since %s, was %s"), bounds, time,
                        found);
        else
            sbuf_printf(&j->b, tr("expected %s, found %s since %s"), bounds, found, time);
    }
}

/* --- raw peers --- */

static bool is_check(const struct sc_raw_step *s)
{
    return s->op == RAW_EXPECT || s->op == RAW_SILENCE;
}

static void judge_script(struct judge *j, const struct expectation *e)
{
    const struct scenario *s = &j->v.l->scenario;

    for (uint32_t k = 0; k < s->n_raw; k++) {
        uint32_t wanted = 0, met = 0;

        if (e->who.host != SC_ANY && e->who.host != s->raw[k].host)
            continue;
        for (uint32_t i = 0; i < s->raw[k].n_steps; i++)
            wanted += is_check(&s->raw[k].step[i]);
        for (size_t i = 0; i < log_count(j->v.log); i++) {
            const struct rec_script *r = (const struct rec_script *)(const void *)log_at(j->v.log, i);

            met += r->head.kind == REC_SCRIPT && r->head.host == s->raw[k].host + 1 && r->ok;
        }
        if (met < wanted)
            sbuf_printf(&j->b, tr("%s%u of %u expectations of raw peer %s were met"), j->b.len ? "\n" : "",
                        met, wanted, s->raw[k].name);
    }
}

/* --- all --- */

static void judge(struct judge *j, const struct expectation *e)
{
    switch (e->kind) {
    case EXPECT_STATES: judge_states(j, e); break;
    case EXPECT_FINAL: judge_final(j, e); break;
    case EXPECT_SEGMENTS: judge_segments(j, e); break;
    case EXPECT_COUNT: judge_count(j, e); break;
    case EXPECT_TIME: judge_time(j, e); break;
    case EXPECT_DELIVERED: judge_delivered(j, e); break;
    case EXPECT_VAR: judge_var(j, e); break;
    case EXPECT_SCRIPT: judge_script(j, e); break;
    case EXPECT_KINDS: break;
    }
}

static void place(struct expect_result *r, struct lesson_memory *m, const struct json_value *v)
{
    char pointer[DIAG_POINTER_MAX];

    json_position(v, &r->line, &r->column);
    json_pointer(v, pointer, sizeof pointer);
    r->pointer = lesson_strdup(m, pointer);
    r->source = json_source(v);
}

static const struct json_value *find(const struct lesson *l, const char *pointer)
{
    const struct json_value *v = json_find(l->memory->doc, pointer);

    return v ? v : json_root(l->memory->doc);
}

/* A raw peer's expectation that was not met. */
static void script_result(struct view *v, const struct rec_script *r, struct expect_result *out)
{
    const struct scenario *s = &v->l->scenario;
    char pointer[64], title[96];
    uint32_t k = 0;

    while (k < s->n_raw && s->raw[k].host + 1 != r->head.host)
        k++;
    snprintf(pointer, sizeof pointer, "/raw/%" PRIu32 "/script/%" PRIu32, k, r->step);
    snprintf(title, sizeof title, "step %" PRIu32 " of raw peer %s", r->step,
             k < s->n_raw ? s->raw[k].name : "?");
    place(out, v->m, find(v->l, pointer));
    out->kind = "script";
    out->title = lesson_strdup(v->m, title);
    out->message = lesson_strdup(v->m, r->text ? r->text : tr("this did not come"));
}

/* What ended the run before its time; false: nothing did. */
static bool end_result(struct view *v, const struct rec_head *h, struct expect_result *out)
{
    const struct rec_end *end = (const struct rec_end *)(const void *)h;
    char time[UNITS_TIME_MAX];
    struct sbuf b = SBUF_INIT;

    if (h->kind == REC_INVARIANT) {
        const struct rec_invariant *r = (const struct rec_invariant *)(const void *)h;

        sbuf_printf(&b, tr("a law of the simulation is broken: %s"), r->name);
        if (r->detail)
            sbuf_printf(&b, " (%s)", r->detail);
        out->kind = out->title = "invariant";
    } else if (h->kind == REC_END &&
               (end->why == END_EVENTS || end->why == END_TIME || end->why == END_MEMORY)) {
        units_format_time(h->at, time);
        sbuf_printf(&b, tr("the run was cut at %s, after %llu events: %s"), time,
                    (unsigned long long)end->events, name_end(end->why));
        out->kind = "limit";
        out->title = name_end(end->why);
    } else {
        return false;
    }
    place(out, v->m, find(v->l, "/limits"));
    if (!*out->pointer)
        out->pointer = "/limits";
    out->message = lesson_strdup(v->m, sbuf_str(&b));
    sbuf_free(&b);
    return true;
}

static void judge_implicit(struct view *v, struct grade *g)
{
    for (size_t i = 0; i < log_count(v->log); i++) {
        const struct rec_head *h = log_at(v->log, i);
        const struct rec_script *s = (const struct rec_script *)(const void *)h;
        struct expect_result *r = &g->result[g->n];

        if (h->kind == REC_SCRIPT && !s->ok)
            script_result(v, s, r);
        else if (!end_result(v, h, r))
            continue;
        r->at = h->at;
        r->record = h->id;
        g->n++;
        g->failed++;
    }
}

void lesson_grade(const struct lesson *l, const struct log *log, struct grade *g)
{
    struct judge j = {.b = SBUF_INIT};
    size_t implicit = 0;

    *g = (struct grade){.memory = lesson_memory_new()};
    view_init(&j.v, l, log, g->memory);
    for (size_t i = 0; i < log_count(log); i++) {
        unsigned kind = log_at(log, i)->kind;

        implicit += kind == REC_SCRIPT || kind == REC_INVARIANT || kind == REC_END;
    }
    g->result = NEW(g->memory, l->n_expect + implicit, struct expect_result);
    for (size_t i = 0; i < l->n_expect; i++) {
        struct expect_result *r = &g->result[g->n++];

        sbuf_clear(&j.b);
        j.at = j.v.end;
        j.record = 0;
        judge(&j, &l->expect[i]);
        place(r, g->memory, l->expect[i].where);
        r->kind = l->expect[i].key;
        r->title = l->expect[i].title;
        r->ok = j.b.len == 0;
        r->at = j.at;
        r->record = j.record;
        if (!r->ok) {
            r->message = lesson_strdup(g->memory, sbuf_str(&j.b));
            g->failed++;
        }
    }
    judge_implicit(&j.v, g);
    sbuf_free(&j.b);
}

void grade_free(struct grade *g)
{
    lesson_memory_free(g->memory);
    *g = (struct grade){0};
}

void grade_format(const struct expect_result *r, struct sbuf *b)
{
    const char *s = r->message ? r->message : tr("as expected");

    sbuf_printf(b, "%s:%d:%d: %s: ", r->source, r->line, r->column, r->title);
    for (; *s; s++) {
        sbuf_putc(b, *s);
        if (*s == '\n')
            sbuf_lit(b, "    ");
    }
    sbuf_printf(b, " (at %s)\n", r->pointer);
}
