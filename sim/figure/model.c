#include "sim/figure/model.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/figure/paint.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder_scan.h"
#include "sim/report/packet_bytes.h"

struct maker {
    struct model *m;
    struct scan scan;
    struct ladder_options options;
    struct fold_map flight_of; /* packet id -> index + 1 of the flight that is still on its way */
    struct fold_map first_of;  /* packet id -> index of its first flight */
    struct {
        uint32_t last, most;
    } wnd[2048];       /* by connection, to tell what is new; last: one more, 0: nothing said yet */
    size_t showing[8]; /* by lane: index + 1 of the span that goes on */
};

/* ---- languages ---- */

int figure_lang_find(const char *name)
{
    static const char *const names[] = {[FIGURE_EN] = "en", [FIGURE_ZH] = "zh-Hant", [FIGURE_BOTH] = "both"};

    for (int i = 0; i < 3; i++)
        if (!strcmp(names[i], name))
            return i;
    return -1;
}

struct trace_text figure_words(const char *message)
{
    return (struct trace_text){message, i18n_text(i18n_languages[1], message)};
}

const char *figure_first(enum figure_lang lang, struct trace_text t)
{
    if (lang == FIGURE_ZH)
        return t.zh ? t.zh : t.en;
    return t.en ? t.en : t.zh;
}

const char *figure_second(enum figure_lang lang, struct trace_text t)
{
    return lang == FIGURE_BOTH && t.en && t.zh && strcmp(t.en, t.zh) != 0 ? t.zh : NULL;
}

/* ---- lanes ---- */

int model_lane_of(const struct model *m, uint16_t host)
{
    for (unsigned i = 0; i < m->n_lanes; i++)
        if (m->lane[i].host == host && host)
            return (int)i;
    return -1;
}

static bool speaks_icmp(const struct log *log, uint16_t host)
{
    for (size_t i = 0; i < log_count(log); i++)
        if (log_at(log, i)->kind == REC_ICMP && log_at(log, i)->host == host)
            return true;
    return false;
}

static void add_lane(struct maker *k, uint16_t host)
{
    const struct trace_host *h = &k->m->header->host[host - 1];
    struct model_lane *l = &k->m->lane[k->m->n_lanes++];

    *l = (struct model_lane){
        .host = host, .name = h->label, .router = h->router, .raw = h->raw, .states = !h->raw && !h->router};
    if (!l->name.en && !l->name.zh)
        l->name.en = h->name;
}

/* The first and the last host with a TCP stand at the edges, where there is room for their states; raw peers
 * and routers between them. */
static void make_lanes(struct maker *k)
{
    const struct trace_header *h = k->m->header;
    uint16_t take[8], first = 0, last = 0;
    unsigned n = 0;

    for (uint16_t i = 1; i <= h->n_hosts && n < ARRAY_LEN(take); i++)
        if (k->scan.takes_part[i - 1] || (h->host[i - 1].router && speaks_icmp(k->scan.log, i)))
            take[n++] = i;
    for (unsigned i = 0; i < n; i++) {
        const struct trace_host *t = &h->host[take[i] - 1];

        if (t->raw || t->router)
            continue;
        first = first ? first : take[i];
        last = take[i];
    }
    if (first == last && n > 1) { /* one TCP, or none */
        last = first ? first : take[n - 1];
        first = take[0] == last ? 0 : take[0];
    }
    if (first == 0 && n)
        first = take[0] == last && n > 1 ? take[1] : take[0];
    if (first)
        add_lane(k, first);
    for (unsigned i = 0; i < n; i++)
        if (take[i] != first && take[i] != last)
            add_lane(k, take[i]);
    if (last && last != first)
        add_lane(k, last);
}

/* ---- labels ---- */

static void append(char *out, size_t size, const char *fmt, const char *a, const char *b)
{
    size_t n = strlen(out);

    if (n + 1 < size && snprintf(out + n, size - n, fmt, a, b) < 0) /* what does not fit is left out */
        out[n] = '\0';
}

/* "seq=u" as people set it: "seq = <i>u</i>". */
static void append_value(char *out, size_t size, const char *token)
{
    const char *eq = strchr(token, '=');
    char name[24], value[160];
    bool symbol;

    if (!eq)
        return;
    snprintf(name, sizeof name, "%.*s", (int)(eq - token), token);
    paint_escape(value, sizeof value, eq + 1);
    symbol = isalpha((unsigned char)value[0]) != 0;
    if (*out)
        append(out, size, "%s%s", "   ", "");
    if (symbol) {
        size_t n = strcspn(value, "+");

        append(out, size, "%s = <i>", name, "");
        if (strlen(out) + n + 1 < size)
            strncat(out, value, n);
        append(out, size, "</i>%s%s", value + n, "");
    } else {
        append(out, size, "%s = %s", name, value);
    }
}

static bool is(const char *token, const char *name)
{
    size_t n = strlen(name);

    return !strncmp(token, name, n) && token[n] == '=';
}

static enum hue hue_of(const struct rec_send *r)
{
    if (r->ctl & TCP_RST)
        return HUE_RST;
    if (r->ctl & TCP_SYN)
        return HUE_SYN;
    if (r->ctl & TCP_FIN)
        return HUE_FIN;
    return r->len ? HUE_DATA : HUE_ACK;
}

static void set_badge(struct model_flight *f, const struct rec_send *r, const char *flags)
{
    if (f->hue == HUE_DATA && !(r->ctl & TCP_URG)) {
        snprintf(f->badge, sizeof f->badge, "DATA");
        return;
    }
    if (f->hue == HUE_DATA) {
        snprintf(f->badge, sizeof f->badge, "DATA URG");
        return;
    }
    snprintf(f->badge, sizeof f->badge, "%s", flags);
    for (char *c = f->badge; *c; c++)
        if (*c == ',')
            *c = ' ';
}

/* "sack=501-1001" and more without a name: the first block tells what has just come; that there are more,
 * dots. */
static void append_blocks(struct model_flight *f, const struct label *l, unsigned i)
{
    const char *t = l->token[i].text + 5, *dash = strchr(t + 1, '-');
    char left[24];

    if (!dash)
        return;
    snprintf(left, sizeof left, "%.*s", (int)(dash - t), t);
    append(f->extra, sizeof f->extra, "%sSACK", *f->extra ? "   " : "", "");
    append(f->extra, sizeof f->extra, " %s\xe2\x80\x93%s", left, dash + 1);
    if (i + 1 < l->n && isdigit((unsigned char)l->token[i + 1].text[0]))
        append(f->extra, sizeof f->extra, "%s%s", " \xe2\x80\xa6", "");
    f->blocks = true;
}

/* A window is worth a word where it becomes small, is shut, or opens again. */
static bool wnd_is_news(struct maker *k, const struct rec_send *r)
{
    size_t i = r->head.conn % ARRAY_LEN(k->wnd);
    uint32_t now = (uint32_t)r->wnd << (r->wscale & 15), last = k->wnd[i].last;

    if (r->ctl & TCP_RST)
        return false;
    k->wnd[i].last = now + 1;
    k->wnd[i].most = max_u32(k->wnd[i].most, now);
    return now == 0 ||
           (last && last != now + 1 && (now <= k->wnd[i].most / 4 || last - 1 <= k->wnd[i].most / 4));
}

static void label_segment(struct maker *k, struct model_flight *f, const struct rec_send *r,
                          const struct label *l)
{
    bool news = wnd_is_news(k, r), pure = f->hue == HUE_ACK;
    char escaped[LABEL_TOKEN * 3];

    for (unsigned i = 0; i < l->n; i++) {
        const char *t = l->token[i].text;

        if (t[0] == '#')
            f->talk = (uint32_t)strtoul(t + 1, NULL, 10), snprintf(f->extra, sizeof f->extra, "%s", t);
        else if (is(t, "seq") && !pure)
            append_value(f->text, sizeof f->text, t);
        else if (is(t, "ack") && (pure || f->hue != HUE_DATA) &&
                 !(f->hue == HUE_FIN && !strchr(f->badge, ' ')))
            append_value(f->text, sizeof f->text, t);
        else if (is(t, "len"))
            append_value(f->text, sizeof f->text, t);
        else if (is(t, "win") && news)
            append_value(pure ? f->text : f->extra, MODEL_TEXT, t);
        else if (is(t, "urg") || is(t, "ts") || is(t, "ws"))
            append_value(f->extra, sizeof f->extra, t);
        else if (is(t, "sack"))
            append_blocks(f, l, i);
        else if (l->token[i].style == STYLE_BAD && r->raw.n) {
            paint_escape(escaped, sizeof escaped, t);
            append(f->extra, sizeof f->extra, "%s%s", *f->extra ? "   " : "", escaped);
        } else if (!f->badge[0]) /* the flags come first */
            set_badge(f, r, t);
    }
}

static void label_icmp(struct model_flight *f, const struct label *l)
{
    char escaped[LABEL_TOKEN * 3];

    f->hue = HUE_ICMP;
    snprintf(f->badge, sizeof f->badge, "ICMP");
    for (unsigned i = 1; i < l->n; i++) {
        if (is(l->token[i].text, "mtu")) {
            append_value(f->text, sizeof f->text, l->token[i].text);
            continue;
        }
        paint_escape(escaped, sizeof escaped, l->token[i].text);
        append(f->text, sizeof f->text, "%s%s", *f->text ? " " : "", escaped);
    }
}

/* ---- flights ---- */

static struct model_flight *flight_going(struct maker *k, uint64_t pkt)
{
    uint32_t i;

    return fold_map_get(&k->flight_of, pkt, &i) && i ? &k->m->flight[i - 1] : NULL;
}

static struct model_flight *add_flight(struct maker *k)
{
    GROW(k->m->flight, k->m->n_flights, k->m->cap_flights);
    k->m->flight[k->m->n_flights] = (struct model_flight){.reach = 1, .open = true, .end = VTIME_NEVER};
    return &k->m->flight[k->m->n_flights++];
}

static void see_packet(struct maker *k, const struct rec_head *r)
{
    const struct packet *p = scan_packet(&k->scan, r->id);
    const struct rec_send *send = (const void *)r;
    int from = model_lane_of(k->m, p->from), to = model_lane_of(k->m, p->to);
    struct model_flight *f;
    struct label l;

    scan_label(&k->scan, p, &l);
    if (from < 0)
        return;
    f = add_flight(k);
    f->pkt = r->id;
    f->conn = r->conn;
    f->leave = r->at;
    f->from = (uint16_t)from;
    f->to = (uint16_t)(to >= 0 ? to : from == 0 && k->m->n_lanes > 1 ? 1 : 0);
    if (r->kind == REC_SEND) {
        f->hue = hue_of(send);
        f->again = send->retx_of != 0;
        label_segment(k, f, send, &l);
    } else {
        label_icmp(f, &l);
    }
    f->corrupt = p->corrupted;
    f->late = p->delayed;
    fold_map_put(&k->flight_of, r->id, (uint32_t)k->m->n_flights);
    fold_map_put(&k->first_of, r->id, (uint32_t)k->m->n_flights);
}

/* The packet's flight that now ends: the one on its way, else a copy that nobody had told of. */
static struct model_flight *flight_ending(struct maker *k, uint64_t pkt, bool copy)
{
    struct model_flight *f = copy ? NULL : flight_going(k, pkt);
    uint32_t first;

    if (f) {
        fold_map_put(&k->flight_of, pkt, 0);
        return f;
    }
    if (!fold_map_get(&k->first_of, pkt, &first))
        return NULL;
    f = add_flight(k);
    *f = k->m->flight[first - 1];
    f->copy = true;
    f->lost = f->refused = false;
    f->n_via = 0;
    f->reach = 1;
    f->why = (struct trace_text){NULL, NULL};
    f->extra[0] = '\0';
    snprintf(f->text, sizeof f->text, "%s", figure_first(k->m->lang, figure_words(TR_MARK("copy"))));
    return f;
}

static void see_arrive(struct maker *k, const struct rec_arrive *r)
{
    const struct packet *p = scan_packet(&k->scan, r->pkt);
    struct model_flight *f;
    int lane = model_lane_of(k->m, r->head.host);

    if (!p)
        return;
    if (p->to != r->head.host) {
        f = flight_going(k, r->pkt);
        if (f && lane >= 0 && lane != f->to && f->n_via < MODEL_VIA && !r->copy) {
            f->via[f->n_via].lane = (uint16_t)lane;
            f->via[f->n_via++].at = r->head.at;
        }
        return;
    }
    f = flight_ending(k, r->pkt, r->copy);
    if (!f)
        return;
    f->end = r->head.at;
    f->open = false;
    f->corrupt |= r->corrupt;
}

static double reach_of(const struct rec_drop *r, const struct model_flight *f)
{
    if (r->head.at > f->leave)
        return f->n_via ? 1 : 0.8;
    return r->why == DROP_QUEUE_FULL || r->why == DROP_NO_ROUTE || r->why == DROP_TOO_BIG ? 0.22 : 0.62;
}

static void see_drop(struct maker *k, const struct rec_drop *r)
{
    struct model_flight *f = flight_going(k, r->pkt);
    uint32_t first;
    const char *why = r->why == DROP_LOSS || r->why == DROP_FAULT ? "lost" : name_drop(r->why);

    if (!f && fold_map_get(&k->first_of, r->pkt, &first)) { /* arrived, and thrown away there */
        for (size_t i = k->m->n_flights; i-- > 0 && !f;)
            if (k->m->flight[i].pkt == r->pkt && k->m->flight[i].end == r->head.at)
                f = &k->m->flight[i];
        if (f) {
            f->refused = true;
            f->why = figure_words(why);
            return;
        }
    }
    f = flight_ending(k, r->pkt, f == NULL);
    if (!f)
        return;
    f->lost = true;
    f->open = false;
    f->end = r->would_arrive > r->head.at ? r->would_arrive : r->head.at;
    f->reach = reach_of(r, f);
    if (f->n_via && f->reach >= 1) { /* at a router that has a lane: there it ends */
        f->to = f->via[f->n_via - 1].lane;
        f->end = f->via[--f->n_via].at;
        f->reach = .93;
    }
    f->why = figure_words(why);
}

static void see_transmit(struct maker *k, const struct rec_transmit *r)
{
    struct model_flight *f = flight_going(k, r->pkt);

    if (!f || !f->open)
        return;
    if (f->end == VTIME_NEVER && f->n_via == 0) /* out of the host's queue: only now it is on the wire */
        f->leave = r->head.at;
    f->end = r->arrives;
}

/* ---- states ---- */

static void show_state(struct maker *k, uint16_t lane, uint32_t conn, uint32_t talk, enum report_state state,
                       bool down, const struct rec_head *r)
{
    struct model *m = k->m;
    struct model_span *s = k->showing[lane] ? &m->span[k->showing[lane] - 1] : NULL;

    if (s && s->state == state && s->down == down && s->conn == conn)
        return;
    if (s && s->from != r->at) {
        s->to = r->at;
    } else if (s) { /* nobody sees a state of no duration */
        s->state = state;
        s->conn = conn;
        s->talk = talk;
        s->down = down;
        s->record = r->id;
        return;
    }
    GROW(m->span, m->n_spans, m->cap_spans);
    m->span[m->n_spans++] =
        (struct model_span){lane, conn, talk, state, down, r ? r->at : 0, VTIME_NEVER, r ? r->id : 0, false};
    k->showing[lane] = m->n_spans;
}

static uint32_t talk_number(struct maker *k, uint32_t conn)
{
    const struct talk *t = scan_talk_of_conn(&k->scan, conn);

    return t && scan_many(&k->scan) ? t->number : 0;
}

/* A listener, or a connection that is over, does not cover one that lives. */
static const struct fold_conn *alive_at(const struct maker *k, uint16_t host, uint32_t but)
{
    for (size_t i = k->scan.fold.n_conns; i-- > 0;) {
        const struct fold_conn *c = &k->scan.fold.conn[i];

        if (c->host == host && c->id != but && c->state != ST_CLOSED && c->state != ST_LISTEN)
            return c;
    }
    return NULL;
}

static void see_state(struct maker *k, const struct rec_state *r)
{
    int lane = model_lane_of(k->m, r->head.host);
    const struct fold_conn *other = NULL;

    if (lane < 0)
        return;
    k->m->lane[lane].states = true;
    if (r->to == ST_CLOSED || r->to == ST_LISTEN)
        other = alive_at(k, r->head.host, r->head.conn);
    if (other)
        show_state(k, (uint16_t)lane, other->id, talk_number(k, other->id), other->state, false, &r->head);
    else
        show_state(k, (uint16_t)lane, r->head.conn, talk_number(k, r->head.conn), (enum report_state)r->to,
                   false, &r->head);
}

static void begin_states(struct maker *k)
{
    static const struct rec_head start = {0};

    for (uint16_t i = 0; i < k->m->n_lanes; i++)
        if (k->m->lane[i].states)
            show_state(k, i, 0, 0, ST_CLOSED, false, &start);
}

/* ---- notes ---- */

static struct model_note *add_note(struct maker *k, enum model_note_kind kind, const struct rec_head *r)
{
    int lane = model_lane_of(k->m, r->host);

    if (lane < 0)
        return NULL;
    k->m->lane[lane].notes = true;
    GROW(k->m->note, k->m->n_notes, k->m->cap_notes);
    k->m->note[k->m->n_notes] =
        (struct model_note){.kind = kind, .lane = (uint16_t)lane, .at = r->at, .record = r->id};
    return &k->m->note[k->m->n_notes++];
}

static void say(struct model_note *n, const char *message)
{
    struct trace_text t = figure_words(message);

    paint_escape(n->text[0], MODEL_TEXT, t.en);
    paint_escape(n->text[1], MODEL_TEXT, t.zh);
}

static void see_call(struct maker *k, const struct rec_call *r)
{
    struct model_note *n;
    bool fine = r->result == RESULT_OK || r->result == RESULT_QUEUED || r->result == RESULT_FULL;

    if (r->call == CALL_RECEIVE || r->call == CALL_SET || r->call == CALL_STATUS)
        return;
    n = add_note(k, NOTE_CALL, &r->head);
    if (!n)
        return;
    n->bad = !fine;
    for (int i = 0; i < 2; i++)
        if (r->len)
            snprintf(n->text[i], MODEL_TEXT, "%s %llu", name_call(r->call), (unsigned long long)r->len);
        else
            snprintf(n->text[i], MODEL_TEXT, "%s", name_call(r->call));
}

static void see_timer(struct maker *k, const struct rec_timer *r)
{
    static const char *const expires[TIMER_COUNT] = {
        [TIMER_RETRANSMISSION] = TR_MARK("RTO expires"),
        [TIMER_PERSIST] = TR_MARK("persist timer expires"),
        [TIMER_DELAYED_ACK] = TR_MARK("delayed-ACK timer expires"),
        [TIMER_KEEPALIVE] = TR_MARK("keep-alive timer expires"),
        [TIMER_USER_TIMEOUT] = TR_MARK("user timeout expires"),
    };
    struct model *m = k->m;
    int lane = model_lane_of(m, r->head.host);
    struct model_note *n;

    if (r->op == TIMER_OP_FIRED && expires[r->timer] && (n = add_note(k, NOTE_TIMER, &r->head)) != NULL)
        say(n, expires[r->timer]);
    if (r->timer != TIMER_TIME_WAIT || lane < 0)
        return;
    for (size_t i = m->n_waits; i-- > 0;)
        if (m->wait[i].lane == lane && m->wait[i].end == VTIME_NEVER)
            m->wait[i].end = r->head.at;
    if ((r->op != TIMER_OP_ARMED && r->op != TIMER_OP_RESTARTED) || r->due == VTIME_NEVER)
        return;
    GROW(m->wait, m->n_waits, m->cap_waits);
    m->wait[m->n_waits++] = (struct model_wait){(uint16_t)lane, r->head.at, r->due, VTIME_NEVER};
}

static void see_signal(struct maker *k, const struct rec_signal *r)
{
    struct model_note *n;

    if (r->signal != SIGNAL_RESET && r->signal != SIGNAL_REFUSED && r->signal != SIGNAL_USER_TIMEOUT &&
        r->signal != SIGNAL_TIMEOUT && r->signal != SIGNAL_HARD_ERROR && r->signal != SIGNAL_SOFT_ERROR &&
        !(r->signal == SIGNAL_URGENT && r->value))
        return;
    n = add_note(k, NOTE_SIGNAL, &r->head);
    if (!n)
        return;
    n->bad = r->signal != SIGNAL_URGENT;
    say(n, name_signal(r->signal));
}

static void see_reject(struct maker *k, const struct rec_reject *r)
{
    struct model_note *n;

    if (r->why == REJECT_OLD_ACK || r->why == REJECT_TRIMMED)
        return;
    n = add_note(k, NOTE_REJECT, &r->head);
    if (!n)
        return;
    n->bad = true;
    say(n, name_reject(r->why));
}

static void see_host_event(struct maker *k, const struct rec_host_event *r)
{
    static const char *const text[HOST_EVENT_COUNT] = {
        [HOST_EVENT_CRASH] = TR_MARK("the host crashes"),
        [HOST_EVENT_REBOOT] = TR_MARK("the host is up again"),
        [HOST_EVENT_CUT] = TR_MARK("the host is cut off"),
        [HOST_EVENT_JOIN] = TR_MARK("the host is connected again"),
    };
    struct model_note *n = text[r->event] ? add_note(k, NOTE_HOST, &r->head) : NULL;

    if (!n)
        return;
    n->bad = r->event == HOST_EVENT_CRASH || r->event == HOST_EVENT_CUT;
    say(n, text[r->event]);
    if (k->m->lane[n->lane].states && (r->event == HOST_EVENT_CRASH || r->event == HOST_EVENT_REBOOT))
        show_state(k, n->lane, 0, 0, ST_CLOSED, r->event == HOST_EVENT_CRASH, &r->head);
}

/* ---- all together ---- */

/* What is rare, and asked for often: whoever wants it need not walk over the whole log. */
static void see_landmark(struct model *m, const struct rec_head *r)
{
    if (r->kind != REC_STATE && r->kind != REC_HOSTEV && r->kind != REC_SYMBOL &&
        !(r->kind == REC_SEND && ((const struct rec_send *)(const void *)r)->ctl & TCP_SYN))
        return;
    GROW(m->landmark, m->n_landmarks, m->cap_landmarks);
    m->landmark[m->n_landmarks++] = r;
}

static void see(struct maker *k, const struct rec_head *r)
{
    const void *body = r;

    fold_put(&k->scan.fold, r);
    see_landmark(k->m, r);
    switch ((enum rec_kind)r->kind) {
    case REC_SEND:
    case REC_ICMP: see_packet(k, r); break;
    case REC_TRANSMIT: see_transmit(k, body); break;
    case REC_ARRIVE: see_arrive(k, body); break;
    case REC_DROP: see_drop(k, body); break;
    case REC_STATE: see_state(k, body); break;
    case REC_TIMER: see_timer(k, body); break;
    case REC_CALL: see_call(k, body); break;
    case REC_SIGNAL: see_signal(k, body); break;
    case REC_REJECT: see_reject(k, body); break;
    case REC_HOSTEV: see_host_event(k, body); break;
    case REC_CONN:
    case REC_DATA:
    case REC_ENQUEUE:
    case REC_DUPLICATE:
    case REC_FAULT:
    case REC_CITE:
    case REC_DELIVER:
    case REC_VARS:
    case REC_SYMBOL:
    case REC_LINKEV:
    case REC_SCRIPT:
    case REC_NOTE:
    case REC_INVARIANT:
    case REC_END:
    case REC_NONE:
    case REC_KINDS: break;
    }
}

static void make_symbols(struct maker *k)
{
    struct model *m = k->m;

    m->symbol = calloc(k->scan.n_symbols + 1, sizeof *m->symbol);
    CHECK(m->symbol);
    for (uint32_t i = 0; i < k->scan.n_symbols && !k->options.absolute; i++) {
        const struct symbol *y = &k->scan.symbol[i];
        char name[48];

        paint_escape(name, sizeof name, y->r->name);
        snprintf(m->symbol[m->n_symbols++], MODEL_TEXT, "<i>%s</i> = %lu", name,
                 (unsigned long)y->r->value.v);
    }
}

static void close_ends(struct model *m)
{
    for (size_t i = 0; i < m->n_flights; i++) {
        struct model_flight *f = &m->flight[i];

        if (f->end == VTIME_NEVER || f->end < f->leave) /* its fate is beyond the end of the trace */
            f->end = f->leave;
    }
    for (size_t i = 0; i < m->n_waits; i++)
        if (m->wait[i].end == VTIME_NEVER)
            m->wait[i].end = min_i64(m->wait[i].due, max_i64(m->end, m->wait[i].from));
}

struct model *model_new(const struct trace_header *h, const struct log *log, const struct model_options *o)
{
    struct maker *k = calloc(1, sizeof *k);
    struct model *m = calloc(1, sizeof *m);
    bool chinese = !strcmp(i18n_language(), i18n_languages[1]);

    CHECK(k && m);
    i18n_use(i18n_languages[o->lang == FIGURE_ZH]);
    *m = (struct model){.header = h, .log = log, .lang = o->lang};
    m->end = log_count(log) ? log_at(log, log_count(log) - 1)->at : 0;
    k->m = m;
    k->options = (struct ladder_options){.width = 80, .absolute = o->absolute};
    scan_init(&k->scan, h, log, &k->options);
    m->many = scan_many(&k->scan);
    make_lanes(k);
    begin_states(k);
    for (size_t i = 0; i < log_count(log); i++)
        see(k, log_at(log, i));
    make_symbols(k);
    m->bytes = packet_bytes_new(log);
    close_ends(m);
    m->index = figure_index_new(m);
    scan_free(&k->scan);
    fold_map_free(&k->flight_of);
    fold_map_free(&k->first_of);
    free(k);
    i18n_use(i18n_languages[chinese]);
    return m;
}

void model_free(struct model *m)
{
    if (!m)
        return;
    free(m->span);
    free(m->flight);
    free(m->note);
    free(m->wait);
    free(m->symbol);
    free((void *)m->landmark);
    packet_bytes_free(m->bytes);
    figure_index_free(m->index);
    free(m);
}
