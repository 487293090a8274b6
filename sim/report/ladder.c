#define _DEFAULT_SOURCE /* struct winsize */

#include "sim/report/ladder.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/report/i18n.h"
#include "sim/report/ladder_draw.h"
#include "sim/report/names.h"
#include "sim/report/text_width.h"

enum { WIDTH_MIN = 40, WIDTH_DEFAULT = 80, WIDTH_MOST = 1000, FLUSH_AT = 64 * 1024 };

struct walk {
    struct scan scan;
    struct drawing *d;
    const struct ladder_options *o;
    vtime at;
    size_t i; /* index of the present record */

    unsigned said_clause; /* the clause said last, and when: TCP may cite it for the same thing again */
    vtime said_at;
};

struct ladder_options ladder_options(FILE *out, enum ladder_colour colour)
{
    struct ladder_options o = {.width = WIDTH_DEFAULT};
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    bool terminal = isatty(fileno(out)) == 1;
    struct winsize size;

    if (terminal && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        o.width = size.ws_col;
    o.colour =
        colour == LADDER_COLOUR_ALWAYS || (colour == LADDER_COLOUR_AUTO && terminal &&
                                           !(no_color && *no_color) && term && strcmp(term, "dumb") != 0);
    o.rows = LADDER_ROWS;
    return o;
}

/* ---- saying things ---- */

static void SBUF_PRINTF(4, 5) say(struct walk *w, uint16_t host, enum style style, const char *fmt, ...)
{
    struct sbuf b = SBUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    sbuf_vprintf(&b, fmt, ap);
    va_end(ap);
    w->d->events->note(w->d, w->at, host, style, sbuf_str(&b));
    sbuf_free(&b);
}

/* Says why, once an instant. */
static void say_clause(struct walk *w, uint16_t host, unsigned clause)
{
    const struct report_clause_row *c;

    if (!w->o->why || clause == 0 || clause >= CL_COUNT || (w->said_clause == clause && w->said_at == w->at))
        return;
    w->said_clause = clause;
    w->said_at = w->at;
    c = &report_clauses[clause];
    say(w, host, STYLE_WHY, "%s (RFC %s %s)", tr(c->text), c->rfc, c->section);
}

/* ---- segments ---- */

static const char *drop_text(const struct rec_drop *r)
{
    return r->why == DROP_LOSS || r->why == DROP_FAULT ? tr("lost") : tr(name_drop(r->why));
}

static void walk_packet(struct walk *w, const struct rec_head *r)
{
    struct packet *p = scan_packet(&w->scan, r->id);
    const struct rec_send *send = (const void *)r;
    struct label label;

    if (scan_hides_packet(&w->scan, p))
        return;
    scan_label(&w->scan, p, &label);
    w->d->events->leave(w->d, w->at, p, &label, p->lost_at_once ? drop_text(p->drop) : NULL);
    if (p->lost_at_once && w->o->why && p->drop->fault)
        say(w, 0, STYLE_WHY, tr("the lesson's fault \"%s\""), p->drop->fault);
    if (r->kind == REC_SEND)
        say_clause(w, r->host, send->why);
}

static void walk_arrive(struct walk *w, const struct rec_arrive *r)
{
    struct packet *p = scan_packet(&w->scan, r->pkt);

    if (!p || p->to != r->head.host || scan_hides_packet(&w->scan, p))
        return;
    p->open--;
    p->arrived = w->at;
    w->d->events->reach(w->d, w->at, p);
}

static void walk_drop(struct walk *w, const struct rec_drop *r)
{
    struct packet *p = scan_packet(&w->scan, r->pkt);

    if (!p || scan_hides_packet(&w->scan, p))
        return;
    if (scan_drop_after_arrival(p, r)) {
        say(w, p->to, STYLE_BAD, "%s", drop_text(r));
        return;
    }
    p->open--;
    if (p->drop != r) /* else it was shown when it was sent */
        w->d->events->lose(w->d, w->at, p, drop_text(r));
}

static void walk_reject(struct walk *w, const struct rec_reject *r)
{
    if (r->why == REJECT_OLD_ACK && !w->o->why)
        return;
    say(w, r->head.host, STYLE_BAD, tr("not accepted: %s"), tr(name_reject(r->why)));
    say_clause(w, r->head.host, r->clause);
}

/* ---- states, timers ---- */

static void walk_state(struct walk *w, const struct rec_state *r)
{
    const struct talk *t = scan_talk_of_conn(&w->scan, r->head.conn);
    char text[LABEL_TOKEN];
    int n = 0;

    if (t && scan_many(&w->scan))
        n = snprintf(text, sizeof text, "#%lu ", (unsigned long)t->number);
    scan_state_text(&w->scan, r->to, text + n, sizeof text - (size_t)n);
    w->d->events->state(w->d, w->at, r->head.host, text);
    if (w->o->why && r->edge && r->edge < ED_COUNT)
        say(w, r->head.host, STYLE_WHY, "%s -> %s: %s (RFC 9293 %s)", name_state(r->from), name_state(r->to),
            tr(report_edges[r->edge].what), report_edges[r->edge].section);
}

static void walk_timer(struct walk *w, const struct rec_timer *r)
{
    static const char *const expires[TIMER_COUNT] = {
        [TIMER_RETRANSMISSION] = TR_MARK("retransmission timer expires"),
        [TIMER_PERSIST] = TR_MARK("persist timer expires: probe the window"),
        [TIMER_DELAYED_ACK] = TR_MARK("delayed-ACK timer expires"),
        [TIMER_TIME_WAIT] = TR_MARK("2 MSL timer expires"),
        [TIMER_KEEPALIVE] = TR_MARK("keep-alive timer expires"),
        [TIMER_USER_TIMEOUT] = TR_MARK("user timeout expires"),
        [TIMER_SWS_OVERRIDE] = TR_MARK("SWS override timer expires"),
        [TIMER_ORPHAN] = TR_MARK("orphan timer expires"),
    };
    bool starts = (r->op == TIMER_OP_ARMED || r->op == TIMER_OP_RESTARTED) && r->due != VTIME_NEVER;
    char wait[40];

    if (r->op == TIMER_OP_FIRED && expires[r->timer])
        say(w, r->head.host, STYLE_AGAIN, "%s", tr(expires[r->timer]));
    if (!starts)
        return;
    format_duration(wait, sizeof wait, r->due - w->at);
    if (r->timer == TIMER_TIME_WAIT)
        say(w, r->head.host, STYLE_NOTE, tr("2 MSL timer: %s"), wait);
    else if (r->timer == TIMER_PERSIST)
        say(w, r->head.host, STYLE_NOTE, tr("persist timer: %s"), wait);
    else if (r->timer == TIMER_RETRANSMISSION && (r->backoff || w->o->why))
        say(w, r->head.host, STYLE_NOTE, tr("RTO: %s"), wait);
}

/* ---- the user ---- */

/* "1 byte", "5 bytes" */
static const char *bytes_text(char out[48], unsigned long long n)
{
    snprintf(out, 48, n == 1 ? tr("%llu byte") : tr("%llu bytes"), n);
    return out;
}

static void walk_call(struct walk *w, const struct rec_call *r)
{
    struct sbuf b = SBUF_INIT;
    char bytes[48];
    bool fine = r->result == RESULT_OK || r->result == RESULT_QUEUED || r->result == RESULT_FULL;
    bool told = r->result == RESULT_CLOSING || r->result == RESULT_RESET || r->result == RESULT_REFUSED ||
                r->result == RESULT_TIMEOUT; /* by a signal, too */

    if (((r->call == CALL_RECEIVE && (fine || told)) || (r->call == CALL_SET && fine)) && !w->o->why)
        return;
    sbuf_puts(&b, tr(name_call(r->call)));
    if (r->call == CALL_OPEN)
        sbuf_printf(&b, tr(" (%s)"), r->passive ? tr("passive") : tr("active"));
    if (r->len)
        sbuf_printf(&b, " %s", bytes_text(bytes, r->len));
    if (r->urgent)
        sbuf_printf(&b, tr(", %s"), tr("urgent"));
    if (r->call == CALL_SEND && !r->push)
        sbuf_printf(&b, tr(", %s"), tr("no push"));
    if (r->call == CALL_STATUS)
        sbuf_printf(&b, tr(": %s"), tr(name_state(r->state)));
    if (!fine)
        sbuf_printf(&b, tr(": %s"), tr(name_result(r->result)));
    say(w, r->head.host, fine ? STYLE_NOTE : STYLE_BAD, tr("user: %s"), sbuf_str(&b));
    sbuf_free(&b);
}

static void walk_signal(struct walk *w, const struct rec_signal *r)
{
    char bytes[48];

    switch (r->signal) {
    case SIGNAL_ESTABLISHED:
    case SIGNAL_SEND_OK:
    case SIGNAL_SEND_SPACE:
    case SIGNAL_DATA:
    case SIGNAL_CHILD:
    case SIGNAL_CLOSE_OK:
    case SIGNAL_CLOSED:
        if (!w->o->why)
            return;
        break;
    default: break;
    }
    bool bad = r->signal == SIGNAL_RESET || r->signal == SIGNAL_REFUSED || r->signal == SIGNAL_USER_TIMEOUT ||
               r->signal == SIGNAL_TIMEOUT || r->signal == SIGNAL_HARD_ERROR;

    if (r->signal == SIGNAL_URGENT && r->value)
        say(w, r->head.host, STYLE_RST, tr("the user is told: %s (%s)"), tr(name_signal(r->signal)),
            bytes_text(bytes, r->value));
    else
        say(w, r->head.host, bad ? STYLE_BAD : STYLE_NOTE, tr("the user is told: %s"),
            tr(name_signal(r->signal)));
}

/* Deliveries that follow upon each other at one instant are one. */
static void walk_deliver(struct walk *w, const struct rec_deliver *r)
{
    unsigned long long len = r->len;
    unsigned why = r->why;
    char bytes[48];
    bool urgent = r->urgent;

    for (size_t i = w->i + 1; i < log_count(w->scan.log); i++) {
        const struct rec_head *h = log_at(w->scan.log, i);
        const struct rec_deliver *more = (const void *)h;

        if (h->at != r->head.at ||
            (h->kind != REC_DELIVER && h->kind != REC_VARS && h->kind != REC_CITE && h->kind != REC_CALL))
            break;
        if (h->kind != REC_DELIVER)
            continue;
        if (h->conn != r->head.conn || more->urgent != r->urgent)
            break;
        len += more->len;
        why = more->why;
        w->i = i; /* it is told with this one */
    }
    if (!len && !w->o->why)
        return;
    if (urgent)
        say(w, r->head.host, STYLE_RST, tr("the user gets %s, urgent"), bytes_text(bytes, len));
    else if (why == DELIVER_PUSH || why == DELIVER_FULL || why == DELIVER_FIN)
        say(w, r->head.host, STYLE_DATA, tr("the user gets %s (%s)"), bytes_text(bytes, len),
            tr(name_deliver(why)));
    else
        say(w, r->head.host, STYLE_DATA, tr("the user gets %s"), bytes_text(bytes, len));
}

/* ---- the world ---- */

static void walk_host_event(struct walk *w, const struct rec_host_event *r)
{
    static const char *const text[HOST_EVENT_COUNT] = {
        [HOST_EVENT_CRASH] = TR_MARK("the host crashes"),
        [HOST_EVENT_REBOOT] = TR_MARK("the host is up again"),
        [HOST_EVENT_CUT] = TR_MARK("the host is cut off"),
        [HOST_EVENT_JOIN] = TR_MARK("the host is connected again"),
    };

    if (!text[r->event])
        return;
    say(w, r->head.host, STYLE_BAD, "%s", tr(text[r->event]));
    w->d->events->silent(w->d, r->head.host, r->event == HOST_EVENT_CRASH || r->event == HOST_EVENT_CUT);
}

static void walk_link_event(struct walk *w, const struct rec_link_event *r)
{
    const struct trace_header *h = w->scan.header;
    const char *ends[2] = {"?", "?"};
    char value[48] = "";

    for (int i = 0; i < 2 && r->link < h->n_links; i++)
        ends[i] = scan_host_label(&w->scan, (uint16_t)(h->link[r->link].host[r->dir ? !i : i] + 1));
    switch (r->event) {
    case LINK_EVENT_DELAY:
    case LINK_EVENT_JITTER: format_duration(value, sizeof value, (vtime)r->value); break;
    case LINK_EVENT_RATE: snprintf(value, sizeof value, "%llu bit/s", (unsigned long long)r->value); break;
    case LINK_EVENT_LOSS:
    case LINK_EVENT_DUPLICATE:
    case LINK_EVENT_CORRUPT:
    case LINK_EVENT_REORDER:
        snprintf(value, sizeof value, "%llu.%02llu%%", (unsigned long long)r->value / 10000,
                 (unsigned long long)r->value % 10000 / 100);
        break;
    case LINK_EVENT_QUEUE:
    case LINK_EVENT_MARK: snprintf(value, sizeof value, "%llu", (unsigned long long)r->value); break;
    default: break;
    }
    say(w, 0, STYLE_NOTE, tr("link %s -> %s: %s %s"), ends[0], ends[1], tr(name_link_event(r->event)), value);
}

static void walk_script(struct walk *w, const struct rec_script *r)
{
    if (!r->ok)
        say(w, r->head.host, STYLE_BAD, tr("step %lu was not met: %s"), (unsigned long)r->step,
            r->text ? r->text : "");
    else if (w->o->why)
        say(w, r->head.host, STYLE_WHY, tr("step %lu was met"), (unsigned long)r->step);
}

static void walk_note(struct walk *w, const struct rec_note *r)
{
    const char *text = r->index < w->scan.header->n_notes ? i18n_pick(w->scan.header->note[r->index]) : NULL;

    if (text)
        say(w, 0, STYLE_PLAIN, "%s", text);
}

/* What the lesson says when this record comes. */
static void walk_moment(struct walk *w, uint64_t id)
{
    const struct trace_header *h = w->scan.header;

    for (uint32_t i = 0; h->noted && i < h->n_notes; i++)
        if (h->noted[i] == id && i18n_pick(h->note[i]))
            say(w, 0, STYLE_PLAIN, "%s", i18n_pick(h->note[i]));
}

static void walk_invariant(struct walk *w, const struct rec_invariant *r)
{
    say(w, 0, STYLE_BAD, tr("a law of the simulation is broken: %s%s%s"), r->name, r->detail ? ": " : "",
        r->detail ? r->detail : "");
}

static bool may_be_hidden(const struct rec_head *r)
{
    return r->kind != REC_SEND && r->kind != REC_ARRIVE && r->kind != REC_DROP && r->kind != REC_ICMP;
}

static void walk_record(struct walk *w, const struct rec_head *r)
{
    const void *body = r;

    w->at = r->at;
    fold_put(&w->scan.fold, r);
    if (may_be_hidden(r) && scan_hides(&w->scan, r->conn))
        return;
    switch ((enum rec_kind)r->kind) {
    case REC_SEND:
    case REC_ICMP: walk_packet(w, r); break;
    case REC_ARRIVE: walk_arrive(w, body); break;
    case REC_DROP: walk_drop(w, body); break;
    case REC_REJECT: walk_reject(w, body); break;
    case REC_STATE: walk_state(w, body); break;
    case REC_CITE: say_clause(w, r->host, ((const struct rec_cite *)body)->clause); break;
    case REC_TIMER: walk_timer(w, body); break;
    case REC_CALL: walk_call(w, body); break;
    case REC_SIGNAL: walk_signal(w, body); break;
    case REC_DELIVER: walk_deliver(w, body); break;
    case REC_HOSTEV: walk_host_event(w, body); break;
    case REC_LINKEV: walk_link_event(w, body); break;
    case REC_SCRIPT: walk_script(w, body); break;
    case REC_NOTE: walk_note(w, body); break;
    case REC_INVARIANT: walk_invariant(w, body); break;
    case REC_CONN:
    case REC_DATA:
    case REC_ENQUEUE:
    case REC_TRANSMIT:
    case REC_DUPLICATE:
    case REC_FAULT:
    case REC_VARS:
    case REC_SYMBOL:
    case REC_END:
    case REC_NONE:
    case REC_KINDS: break;
    }
}

/* ---- head and foot ---- */

static void put_line(struct walk *w, struct sbuf *out, const char *text, enum style style)
{
    struct canvas c;
    const char *rest;

    canvas_init(&c, w->o->width);
    for (const char *s = text; *s; s = rest) {
        size_t n = break_line(s, c.width, &rest);

        canvas_clear(&c);
        canvas_put_n(&c, 0, s, n, style);
        canvas_emit(&c, out, w->o->colour);
    }
    canvas_free(&c);
}

static void put_title(struct walk *w, struct sbuf *out)
{
    const struct trace_header *h = w->scan.header;
    const char *title = i18n_pick(h->title);
    struct sbuf b = SBUF_INIT;

    put_line(w, out, title ? title : h->lesson ? h->lesson : "", STYLE_TITLE);
    sbuf_printf(&b, tr("%s, seed %llu"), h->lesson ? h->lesson : "", (unsigned long long)h->seed);
    for (uint32_t i = 0; i < h->n_sets; i++)
        sbuf_printf(&b, ", %s", h->set[i]);
    put_line(w, out, sbuf_str(&b), STYLE_DIM);
    sbuf_putc(out, '\n');
    sbuf_free(&b);
}

/* What the named numbers stand for. */
static void put_symbols(struct walk *w, struct sbuf *out)
{
    for (uint32_t i = 0; i < w->scan.n_symbols && !w->o->absolute; i++) {
        const struct symbol *y = &w->scan.symbol[i];
        const char *host = scan_host_label(&w->scan, y->r->head.host);
        struct sbuf b = SBUF_INIT;

        if (y->shown && !strcmp(y->relative, "0"))
            sbuf_printf(&b, tr("%s = %lu (the initial sequence number of %s)"), y->r->name,
                        (unsigned long)y->r->value.v, host);
        else if (y->shown)
            sbuf_printf(&b, tr("%s = %lu (relative: %s, %s)"), y->r->name, (unsigned long)y->r->value.v,
                        y->relative, host);
        else
            sbuf_printf(&b, tr("%s = %lu (%s)"), y->r->name, (unsigned long)y->r->value.v, host);
        put_line(w, out, sbuf_str(&b), STYLE_DIM);
        sbuf_free(&b);
    }
}

static void put_end(struct walk *w, struct sbuf *out, bool cut)
{
    const struct log *log = w->scan.log;
    const struct rec_head *last = log_count(log) ? log_at(log, log_count(log) - 1) : NULL;
    const struct rec_end *end = last && last->kind == REC_END ? (const void *)last : NULL;
    char at[40];
    struct sbuf b = SBUF_INIT;

    sbuf_putc(out, '\n');
    if (cut)
        sbuf_printf(&b, tr("... and so on: only the first %lu rows are shown. "), (unsigned long)w->o->rows);
    if (end) {
        format_time(at, sizeof at, &w->scan, end->head.at);
        sbuf_printf(&b, tr("End at %s s: %s."), at,
                    end->why == END_UNTIL ? tr("the time that was asked for") : tr(name_end(end->why)));
        put_line(w, out, sbuf_str(&b), end->why == END_IDLE || end->why == END_UNTIL ? STYLE_DIM : STYLE_BAD);
    } else if (cut) {
        put_line(w, out, sbuf_str(&b), STYLE_DIM);
    }
    sbuf_free(&b);
    put_symbols(w, out);
}

bool ladder_print(FILE *out, const struct trace_header *h, const struct log *log,
                  const struct ladder_options *options)
{
    struct ladder_options o = *options;
    struct walk w = {.o = &o};
    struct sbuf b = SBUF_INIT;
    bool ok = true, lanes, cut;

    o.width = o.width < WIDTH_MIN ? WIDTH_MIN : o.width > WIDTH_MOST ? WIDTH_MOST : o.width;
    scan_init(&w.scan, h, log, &o);
    put_title(&w, &b);
    w.d = lanes_new(&w.scan, &b);
    lanes = w.d != NULL;
    if (!lanes)
        w.d = list_new(&w.scan, &b);
    for (w.i = 0; w.i < log_count(log) && ok && (!o.rows || w.d->rows < o.rows); w.i++) {
        walk_record(&w, log_at(log, w.i));
        walk_moment(&w, log_at(log, w.i)->id);
        if (b.len >= FLUSH_AT)
            ok = sbuf_flush(&b, out) == 0;
    }
    cut = w.i < log_count(log);
    w.d->events->finish(w.d);
    put_end(&w, &b, cut);
    ok = ok && sbuf_flush(&b, out) == 0;
    if (lanes)
        lanes_free(w.d);
    else
        list_free(w.d);
    scan_free(&w.scan);
    sbuf_free(&b);
    return ok;
}
