#include "sim/figure/caption.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/figure/header_parts.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder_scan.h"

/* ---- putting sentences together ---- */

struct part { /* a piece of a sentence, in both languages */
    char text[2][CAPTION_TEXT];
};

static bool chinese(const char *s)
{
    return (unsigned char)*s >= 0xe3;
}

/* Between Chinese characters there is no space: what was put in may have been one, or none. */
static void close_up(char *text)
{
    char *to = text;

    for (const char *s = text; *s; s++)
        if (*s != ' ' || to - text < 3 || !chinese(to - 3) || !chinese(s + 1))
            *to++ = *s;
    *to = '\0';
}

/* What is put into a sentence: the places of the Chinese one come in the same order, or have numbers. */
static void say(char out[2][CAPTION_TEXT], const char *message, const struct part *a, const struct part *b,
                const struct part *c, const struct part *d)
{
    static const struct part nothing = {{"", ""}};
    struct trace_text t = figure_words(message);
    const struct part *part[4] = {a ? a : &nothing, b ? b : &nothing, c ? c : &nothing, d ? d : &nothing};

    for (int i = 0; i < 2; i++)
        snprintf(out[i], CAPTION_TEXT, i ? t.zh : t.en, part[0]->text[i], part[1]->text[i], part[2]->text[i],
                 part[3]->text[i]);
    close_up(out[1]);
}

/* A reason that has a colon of its own stands behind a dash. */
static void dash(char *text, const char *colon, const char *with)
{
    char *first = strstr(text, colon), rest[CAPTION_TEXT];

    if (!first || !strstr(first + strlen(colon), colon))
        return;
    snprintf(rest, sizeof rest, "%s", first + strlen(colon));
    snprintf(first, CAPTION_TEXT - (size_t)(first - text), "%s%s", with, rest);
}

static void say_why(char out[2][CAPTION_TEXT], const char *message, const struct part *who,
                    const struct part *what, const struct part *why)
{
    say(out, message, who, what, why, NULL);
    dash(out[0], ": ", " \u2013 ");
    dash(out[1], "\uff1a", "\u2014\u2014");
}

static struct part plain(const char *text)
{
    struct part p;

    snprintf(p.text[0], CAPTION_TEXT, "%s", text ? text : "");
    snprintf(p.text[1], CAPTION_TEXT, "%s", text ? text : "");
    return p;
}

static struct part words(const char *message)
{
    struct trace_text t = figure_words(message);
    struct part p;

    snprintf(p.text[0], CAPTION_TEXT, "%s", t.en);
    snprintf(p.text[1], CAPTION_TEXT, "%s", t.zh);
    return p;
}

/* A sentence of its own, as it stands behind a colon: "an active OPEN sends ..." */
static struct part after_colon(const char *message)
{
    struct part p = words(message);
    char *s = p.text[0];

    if (isupper((unsigned char)s[0]) && (islower((unsigned char)s[1]) || s[1] == ' ') &&
        strncmp(s, "Nagle", 5))
        s[0] = (char)tolower((unsigned char)s[0]);
    return p;
}

static struct part host_part(const struct model *m, uint16_t host)
{
    struct part p = plain("?");
    struct trace_text t;

    if (!host || host > m->header->n_hosts)
        return p;
    t = m->header->host[host - 1].label;
    snprintf(p.text[0], CAPTION_TEXT, "%s", t.en ? t.en : t.zh ? t.zh : m->header->host[host - 1].name);
    snprintf(p.text[1], CAPTION_TEXT, "%s", t.zh ? t.zh : p.text[0]);
    return p;
}

/* "FIN,ACK", "100 bytes" */
static struct part segment_part(const struct rec_head *r)
{
    const struct rec_send *s = (const void *)r;
    const struct rec_icmp *e = (const void *)r;
    struct part p = plain(""), n;
    char text[64];

    if (r->kind == REC_ICMP) {
        const char *what = scan_icmp_text(e->type, e->code);

        n = what ? words(what) : plain("?");
        say(p.text, TR_MARK("an ICMP error (%s)"), &n, NULL, NULL, NULL);
        return p;
    }
    if (s->len && !(s->ctl & (TCP_SYN | TCP_FIN | TCP_RST))) {
        snprintf(text, sizeof text, "%lu", (unsigned long)s->len);
        n = plain(text);
        say(p.text, s->len == 1 ? TR_MARK("%s byte of data") : TR_MARK("%s bytes of data"), &n, NULL, NULL,
            NULL);
        return p;
    }
    ctl_format(s->ctl, text);
    return *text ? plain(text) : words(TR_MARK("a segment without flags"));
}

/* ---- the records of an instant ---- */

struct instant { /* the most telling records of one time, of the host that the last telling one is about */
    const struct rec_send *send;
    const struct rec_icmp *icmp;
    const struct rec_drop *drop;
    const struct rec_state *state;
    const struct rec_arrive *arrive;
    const struct rec_timer *timer;
    const struct rec_call *call;
    const struct rec_signal *signal;
    const struct rec_reject *reject;
    const struct rec_host_event *host;
    const struct rec_link_event *link;
    const struct rec_deliver *deliver;
    const struct rec_cite *cite;
};

static bool bad_signal(const struct rec_signal *r)
{
    return r->signal == SIGNAL_RESET || r->signal == SIGNAL_REFUSED || r->signal == SIGNAL_USER_TIMEOUT ||
           r->signal == SIGNAL_TIMEOUT || r->signal == SIGNAL_HARD_ERROR || r->signal == SIGNAL_SOFT_ERROR;
}

/* Takes the record if it is worth a sentence. */
static bool take(struct instant *in, const struct rec_head *r)
{
    const void *b = r;

    switch ((enum rec_kind)r->kind) {
    case REC_SEND: in->send = b; return true;
    case REC_ICMP: in->icmp = b; return true;
    case REC_DROP: in->drop = b; return true;
    case REC_STATE: in->state = b; return true;
    case REC_ARRIVE: in->arrive = b; return true;
    case REC_HOSTEV: in->host = b; return true;
    case REC_LINKEV: in->link = b; return true;
    case REC_DELIVER: in->deliver = b; return true;
    case REC_REJECT: in->reject = b; return true;
    case REC_CITE:
        if (((const struct rec_cite *)b)->clause != CL_WINDOW_UPDATE) /* so it is with almost every segment */
            in->cite = b;
        return false;
    case REC_TIMER:
        if (((const struct rec_timer *)b)->op != TIMER_OP_FIRED)
            return false;
        in->timer = b;
        return true;
    case REC_CALL:
        if (((const struct rec_call *)b)->call == CALL_RECEIVE)
            return false;
        in->call = b;
        return true;
    case REC_SIGNAL:
        if (!bad_signal(b))
            return false;
        in->signal = b;
        return true;
    case REC_CONN:
    case REC_DATA:
    case REC_ENQUEUE:
    case REC_TRANSMIT:
    case REC_DUPLICATE:
    case REC_FAULT:
    case REC_VARS:
    case REC_SYMBOL:
    case REC_SCRIPT:
    case REC_NOTE:
    case REC_INVARIANT:
    case REC_END:
    case REC_NONE:
    case REC_KINDS: break;
    }
    return false;
}

/* ---- sentences ---- */

static void about_packet(const struct model *m, const struct rec_head *r, struct caption *c)
{
    const struct model_flight *f = r ? header_flight(m, r->id, r->at, &c->number) : NULL;

    if (f)
        c->hue = f->hue;
}

static void cite(struct caption *c, unsigned clause)
{
    if (clause && clause < CL_COUNT) {
        c->rfc = report_clauses[clause].rfc;
        c->section = report_clauses[clause].section;
    }
}

static void say_send(const struct model *m, const struct rec_send *r, const struct rec_state *state,
                     struct caption *c)
{
    struct part who = host_part(m, r->head.host), what = segment_part(&r->head), where, why;
    bool told = r->why && r->why < CL_COUNT;

    about_packet(m, &r->head, c);
    c->record = r->head.id;
    cite(c, r->why);
    why = told ? after_colon(report_clauses[r->why].text) : plain("");
    if (state && state->head.host == r->head.host) {
        where = plain(report_states[state->to]);
        say(c->text, TR_MARK("%s sends %s and enters %s."), &who, &what, &where, NULL);
    } else if (r->retx_of && told) {
        say_why(c->text, TR_MARK("%s sends %s again: %s"), &who, &what, &why);
    } else if (r->retx_of) {
        say(c->text, TR_MARK("%s sends %s again."), &who, &what, NULL, NULL);
    } else if (told) {
        say_why(c->text, TR_MARK("%s sends %s: %s"), &who, &what, &why);
    } else {
        say(c->text, TR_MARK("%s sends %s."), &who, &what, NULL, NULL);
    }
}

static void say_drop(const struct model *m, const struct rec_drop *r, struct caption *c)
{
    const struct rec_head *pkt = log_find(m->log, r->pkt);
    struct part who, what, why = words(name_drop(r->why));

    c->record = r->head.id;
    if (!pkt || (pkt->kind != REC_SEND && pkt->kind != REC_ICMP)) {
        say(c->text, TR_MARK("A packet is lost (%s)."), &why, NULL, NULL, NULL);
        return;
    }
    about_packet(m, pkt, c);
    who = host_part(m, pkt->host);
    what = segment_part(pkt);
    if (r->why == DROP_BAD_CHECKSUM || r->why == DROP_MALFORMED || r->why == DROP_BAD_ADDRESS)
        say(c->text, TR_MARK("Thrown away on arrival from %s: %s (%s)."), &who, &what, &why, NULL);
    else if (r->why == DROP_LOSS || r->why == DROP_FAULT)
        say(c->text, TR_MARK("Lost on the way from %s: %s."), &who, &what, NULL, NULL);
    else
        say(c->text, TR_MARK("Lost on the way from %s: %s (%s)."), &who, &what, &why, NULL);
}

static void say_state(const struct model *m, const struct instant *in, struct caption *c)
{
    const struct rec_state *r = in->state;
    const struct rec_head *pkt = in->arrive ? log_find(m->log, in->arrive->pkt) : NULL;
    struct part who = host_part(m, r->head.host), where = plain(report_states[r->to]), what;
    bool told = r->edge && r->edge < ED_COUNT;

    c->record = r->head.id;
    if (told) {
        c->rfc = "9293";
        c->section = report_edges[r->edge].section;
    }
    if (pkt && pkt->kind == REC_SEND && in->arrive->head.host == r->head.host) {
        about_packet(m, pkt, c);
        what = segment_part(pkt);
        if (r->to == ST_TIME_WAIT)
            say(c->text, TR_MARK("%s receives %s and enters %s: it waits for 2 MSL."), &who, &what, &where,
                NULL);
        else
            say(c->text, TR_MARK("%s receives %s and enters %s."), &who, &what, &where, NULL);
        return;
    }
    what = told ? words(report_edges[r->edge].what) : plain("");
    say(c->text, told ? TR_MARK("%s enters %s: %s.") : TR_MARK("%s enters %s."), &who, &where, &what, NULL);
}

static void say_arrive(const struct model *m, const struct instant *in, struct caption *c)
{
    const struct rec_head *pkt = log_find(m->log, in->arrive->pkt);
    struct part who = host_part(m, in->arrive->head.host), what, from, why;
    bool told = in->cite && in->cite->clause < CL_COUNT && in->cite->clause &&
                in->cite->head.host == in->arrive->head.host;

    c->record = in->arrive->head.id;
    if (!pkt || (pkt->kind != REC_SEND && pkt->kind != REC_ICMP))
        return;
    about_packet(m, pkt, c);
    what = segment_part(pkt);
    from = host_part(m, pkt->host);
    if (in->reject && in->reject->head.host == in->arrive->head.host) {
        why = words(name_reject(in->reject->why));
        cite(c, in->reject->clause);
        say(c->text, TR_MARK("%s does not accept %s: %s."), &who, &what, &why, NULL);
    } else if (told) {
        why = after_colon(report_clauses[in->cite->clause].text);
        cite(c, in->cite->clause);
        say_why(c->text, TR_MARK("%s receives %s: %s"), &who, &what, &why);
    } else {
        say(c->text, TR_MARK("%s receives %s from %s."), &who, &what, &from, NULL);
    }
}

static void say_timer(const struct model *m, const struct rec_timer *r, struct caption *c)
{
    struct part who = host_part(m, r->head.host), what = words(name_timer(r->timer));

    c->record = r->head.id;
    say(c->text, TR_MARK("%s: a timer expires (%s)."), &who, &what, NULL, NULL);
}

static void say_user(const struct model *m, const struct instant *in, struct caption *c)
{
    const struct rec_head *r = in->signal ? &in->signal->head
                               : in->call ? &in->call->head
                                          : &in->deliver->head;
    struct part who = host_part(m, r->host), what, n;
    char text[32];

    c->record = r->id;
    if (in->signal) {
        what = words(name_signal(in->signal->signal));
        say(c->text, TR_MARK("%s: the user is told \"%s\"."), &who, &what, NULL, NULL);
    } else if (in->call) {
        what = words(name_call(in->call->call));
        say(c->text, TR_MARK("%s: the user calls %s."), &who, &what, NULL, NULL);
    } else {
        snprintf(text, sizeof text, "%llu", (unsigned long long)in->deliver->len);
        n = plain(text);
        say(c->text,
            in->deliver->len == 1 ? TR_MARK("%s: the user gets %s byte.")
                                  : TR_MARK("%s: the user gets %s bytes."),
            &who, &n, NULL, NULL);
    }
}

static void say_world(const struct model *m, const struct instant *in, struct caption *c)
{
    static const char *const text[HOST_EVENT_COUNT] = {
        [HOST_EVENT_CRASH] = TR_MARK("%s crashes."),
        [HOST_EVENT_REBOOT] = TR_MARK("%s is up again."),
        [HOST_EVENT_CUT] = TR_MARK("%s is cut off."),
        [HOST_EVENT_JOIN] = TR_MARK("%s is connected again."),
    };
    struct part what;

    if (in->host && text[in->host->event]) {
        what = host_part(m, in->host->head.host);
        c->record = in->host->head.id;
        say(c->text, text[in->host->event], &what, NULL, NULL, NULL);
    } else if (in->link) {
        what = words(name_link_event(in->link->event));
        c->record = in->link->head.id;
        say(c->text, TR_MARK("The link changes (%s)."), &what, NULL, NULL, NULL);
    }
}

/* The most important of what happens at one instant. */
static void tell(const struct model *m, const struct instant *in, struct caption *c)
{
    const struct rec_state *state = in->state;

    if (in->drop) {
        say_drop(m, in->drop, c);
    } else if (in->host) {
        say_world(m, in, c);
    } else if (in->send && (!state || state->head.id < in->send->head.id)) {
        say_send(m, in->send, state, c);
    } else if (state) {
        say_state(m, in, c);
    } else if (in->icmp) {
        struct part who = host_part(m, in->icmp->head.host), what = segment_part(&in->icmp->head);

        about_packet(m, &in->icmp->head, c);
        c->record = in->icmp->head.id;
        say(c->text, TR_MARK("%s sends %s."), &who, &what, NULL, NULL);
    } else if (in->signal) {
        say_user(m, in, c);
    } else if (in->arrive) {
        say_arrive(m, in, c);
    } else if (in->timer) {
        say_timer(m, in->timer, c);
    } else if (in->reject) {
        struct part who = host_part(m, in->reject->head.host), why = words(name_reject(in->reject->why));

        c->record = in->reject->head.id;
        cite(c, in->reject->clause);
        say(c->text, TR_MARK("%s does not accept it: %s."), &who, &why, NULL, NULL);
    } else if (in->call || in->deliver) {
        say_user(m, in, c);
    } else {
        say_world(m, in, c);
    }
}

/* ---- the lesson's own words ---- */

/* The lesson's last word at or before a time: which of its notes, and when; -1: none yet. */
static int note_at(const struct model *m, vtime at, vtime *when, uint64_t *record)
{
    const struct trace_header *h = m->header;
    int found = -1;

    for (uint32_t i = 0; i < h->n_notes; i++) {
        const struct rec_head *r = h->noted && h->noted[i] ? log_find(m->log, h->noted[i]) : NULL;

        if (!r || r->at > at || (!h->note[i].en && !h->note[i].zh) || (found >= 0 && r->at < *when))
            continue;
        found = (int)i;
        *when = r->at;
        *record = r->id;
    }
    return found;
}

static void take_note(const struct model *m, const struct rec_head *r, int *note, vtime *when,
                      uint64_t *record)
{
    const struct rec_note *n = (const void *)r;

    if (r->kind != REC_NOTE || n->index >= m->header->n_notes || (*note >= 0 && *when >= r->at) ||
        (!m->header->note[n->index].en && !m->header->note[n->index].zh))
        return;
    *note = (int)n->index;
    *when = r->at;
    *record = r->id;
}

static void from_title(const struct model *m, struct caption *c)
{
    const struct trace_text *t = &m->header->title;
    struct part nothing = words(TR_MARK("Nothing has happened yet."));

    for (int i = 0; i < 2; i++) {
        const char *own = i ? t->zh : t->en;

        snprintf(c->text[i], CAPTION_TEXT, "%s", own ? own : nothing.text[i]);
    }
}

/* Which segment a note is about: the one that it waited for, not the last of its instant. */
static void about_noted(const struct model *m, uint64_t record, struct caption *c)
{
    const struct rec_head *r = record ? log_find(m->log, record) : NULL;

    if (r && r->kind == REC_NOTE)
        r = r->cause ? log_find(m->log, r->cause) : NULL;
    if (r && r->kind == REC_ARRIVE)
        r = log_find(m->log, ((const struct rec_arrive *)(const void *)r)->pkt);
    else if (r && r->kind == REC_DROP)
        r = log_find(m->log, ((const struct rec_drop *)(const void *)r)->pkt);
    if (r && (r->kind == REC_SEND || r->kind == REC_ICMP))
        about_packet(m, r, c);
}

void caption_at(const struct model *m, vtime at, struct caption *c)
{
    struct instant in = {.send = NULL};
    vtime told = -1, when = -1;
    uint64_t record = 0;
    int note = note_at(m, at, &told, &record);
    size_t i = at == VTIME_NEVER ? log_count(m->log) : log_after_time(m->log, at);

    *c = (struct caption){.hue = HUE_ACK};
    for (; i-- > 0;) { /* back to the newest instant that is worth a sentence, and all of that */
        const struct rec_head *r = log_at(m->log, i);
        struct instant one = {.send = NULL};

        if (when >= 0 && r->at < when)
            break;
        take_note(m, r, &note, &told, &record);
        if (take(&one, r) && when < 0)
            when = r->at;
    }
    for (i = when < 0 ? log_count(m->log) : log_after_time(m->log, when - 1);
         i < log_count(m->log) && log_at(m->log, i)->at == when; i++)
        (void)take(&in, log_at(m->log, i));
    c->at = when < 0 ? 0 : when;
    if (when >= 0)
        tell(m, &in, c);
    if (note >= 0 &&
        told >= when) { /* the number stays that of the segment, if the note is about its instant */
        if (told > when)
            *c = (struct caption){.hue = HUE_ACK};
        c->told = true;
        about_noted(m, record, c);
        c->record = record;
        c->at = told;
        for (int k = 0; k < 2; k++)
            snprintf(c->text[k], CAPTION_TEXT, "%s",
                     k ? (m->header->note[note].zh ? m->header->note[note].zh : "")
                       : (m->header->note[note].en ? m->header->note[note].en : ""));
    }
    if (!c->text[0][0] && !c->text[1][0])
        from_title(m, c);
}

const char *caption_first(const struct model *m, const struct caption *c)
{
    bool second = (m->lang == FIGURE_ZH && c->text[1][0]) || !c->text[0][0];

    return c->text[second];
}

const char *caption_second(const struct model *m, const struct caption *c)
{
    return m->lang == FIGURE_BOTH && c->text[0][0] && c->text[1][0] && strcmp(c->text[0], c->text[1]) != 0
               ? c->text[1]
               : NULL;
}

/* ---- drawing ---- */

enum { FIRST_PX = 31, SECOND_PX = 26, LEAST_PX = 6 };

static double badge_radius(struct rect r, double u)
{
    return fmin(27 * u, r.h * .36);
}

/* The text as it is set: a number and its unit stay on one line. */
static void set(char *out, size_t size, const char *text)
{
    char kept[CAPTION_TEXT * 2];
    size_t n = 0;

    for (const char *s = text; *s && n + 3 < sizeof kept; s++) {
        const char *unit = s[1] == 'm' || s[1] == 'k' || s[1] == 'M' ? s + 2 : s + 1;

        if (*s == ' ' && s > text && isdigit((unsigned char)s[-1]) &&
            ((*unit == 's' && !isalpha((unsigned char)unit[1])) || !strncmp(s + 1, "MSL", 3) ||
             !strncmp(s + 1, "\u79d2", 3))) {
            kept[n++] = '\xc2';
            kept[n++] = '\xa0';
        } else {
            kept[n++] = *s;
        }
    }
    kept[n] = '\0';
    paint_escape(out, size, kept);
}

void caption_lay(struct paint *p, const struct model *m, const struct caption *c, struct rect r, double scale,
                 struct rect line[2], double px[2])
{
    char first[CAPTION_TEXT * 2], second[CAPTION_TEXT * 2] = "";
    double u = scale, x = r.x + 36 * u + (c->number ? 2 * badge_radius(r, u) + 18 * u : 0),
           most = r.x + r.w - 20 * u - x, room = r.h - 10 * u;
    struct extent e, f = {0};

    set(first, sizeof first, caption_first(m, c));
    if (caption_second(m, c))
        set(second, sizeof second, caption_second(m, c));
    for (double k = 1;; k *= .96) {
        px[0] = FIRST_PX * u * k;
        px[1] = SECOND_PX * u * k;
        e = paint_measure_wrapped(p, FACE_BOLD, px[0], first, most);
        if (*second)
            f = paint_measure_wrapped(p, FACE_PLAIN, px[1], second, most);
        if ((e.h + f.h <= room && e.w <= most + .5 && f.w <= most + .5) || px[0] < LEAST_PX)
            break;
    }
    line[0] = (struct rect){x, r.y + (r.h - e.h - f.h) / 2, most, e.h};
    line[1] = (struct rect){x, line[0].y + e.h, most, f.h};
}

void caption_draw(struct paint *p, const struct model *m, const struct caption *c, struct rect r,
                  double scale)
{
    const struct theme *t = paint_theme(p);
    const struct theme_hue *hue = &t->hue[c->hue];
    char text[CAPTION_TEXT * 2], number[16];
    struct rect line[2];
    double px[2], u = scale, radius = badge_radius(r, u);
    cairo_t *cr = paint_cairo(p);
    struct extent e;

    caption_lay(p, m, c, r, scale, line, px);
    paint_fill(p, (struct rect){r.x, r.y + 2 * u, r.w, r.h}, 16 * u, colour_alpha(t->line, 150));
    paint_fill(p, r, 16 * u, t->card);
    cairo_save(cr);
    cairo_rectangle(cr, r.x, r.y, 12 * u, r.h);
    cairo_clip(cr);
    paint_fill(p, r, 16 * u, c->number ? hue->line : t->focus);
    cairo_restore(cr);
    paint_frame(p, r, 16 * u, 1.4 * u * t->stroke, t->line, false);
    if (c->number) {
        double x = r.x + 30 * u + radius, y = r.y + r.h / 2, size = radius * 1.1;

        snprintf(number, sizeof number, "%u", c->number);
        paint_fill(p, (struct rect){x - radius, y - radius, 2 * radius, 2 * radius}, radius, hue->badge);
        e = paint_measure(p, FACE_BOLD, size, number);
        size *= fmin(1, radius * 1.6 / e.w);
        e = paint_measure(p, FACE_BOLD, size, number);
        paint_text(p, FACE_BOLD, size, t->on_badge, x - e.w / 2, y - e.h / 2, number);
    }
    set(text, sizeof text, caption_first(m, c));
    paint_text_wrapped(p, FACE_BOLD, px[0], t->ink1, line[0].x, line[0].y, text, line[0].w);
    if (line[1].h > 0 && caption_second(m, c)) {
        set(text, sizeof text, caption_second(m, c));
        paint_text_wrapped(p, FACE_PLAIN, px[1], t->ink2, line[1].x, line[1].y, text, line[1].w);
    }
}
