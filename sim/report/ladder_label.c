/* What stands on the ladder's arrows. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/wire/wire.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder_scan.h"

static void SBUF_PRINTF(3, 4) add(struct label *l, enum style style, const char *fmt, ...)
{
    va_list ap;

    if (l->n == LABEL_TOKENS)
        return;
    va_start(ap, fmt);
    vsnprintf(l->token[l->n].text, LABEL_TOKEN, fmt, ap);
    va_end(ap);
    l->token[l->n++].style = style;
}

static enum style style_of(uint8_t ctl, uint32_t len)
{
    if (ctl & TCP_RST)
        return STYLE_RST;
    if (ctl & TCP_SYN)
        return STYLE_SYN;
    if (ctl & TCP_FIN)
        return STYLE_FIN;
    return len ? STYLE_DATA : STYLE_ACK;
}

/* The symbol that names this number of the address's (and host's) sequence space at the time of r: the newest
 * whose value it is, or one more. A symbol is bound by a segment, and its record may stand right after that
 * segment's. */
static struct symbol *symbol_of(struct scan *s, const char *address, uint16_t host, uint32_t number,
                                const struct rec_head *r)
{
    for (uint32_t i = s->n_symbols; i-- > 0;) {
        struct symbol *y = &s->symbol[i];
        bool ours = y->address ? !strcmp(y->address, address) : y->r->head.host == host;

        if (ours && number - y->r->value.v <= 1 && (y->r->head.id < r->id || y->r->head.cause == r->id))
            return y;
    }
    return NULL;
}

static void relative_text(char *out, size_t size, uint32_t v, const struct talk *t, int dir)
{
    uint32_t relative = v - t->isn[dir];

    if (!t->has_isn[dir])
        snprintf(out, size, "%lu", (unsigned long)v);
    else if (relative >= UINT32_C(0xff000000)) /* from before this connection: an old duplicate */
        snprintf(out, size, "-%lu", (unsigned long)(uint32_t)(0 - relative));
    else
        snprintf(out, size, "%lu", (unsigned long)relative);
}

/* A sequence number of one side of a talk as it is shown: symbolic (returns true), relative or raw. */
static bool number_text(struct scan *s, char *out, size_t size, uint32_t v, const struct rec_send *r,
                        bool is_ack)
{
    int dir;
    const struct talk *t = scan_talk(s, r, &dir);
    struct symbol *y = NULL;

    dir = is_ack ? !dir : dir;
    if (s->options->absolute) {
        snprintf(out, size, "%lu", (unsigned long)v);
        return false;
    }
    y = symbol_of(s, is_ack ? r->dst : r->src, is_ack ? r->to : r->head.host, v, &r->head);
    if (!y) {
        relative_text(out, size, v, t, dir);
        return false;
    }
    snprintf(out, size, v == y->r->value.v ? "%.40s" : "%.40s+1", y->r->name);
    if (!y->shown && t->has_isn[dir]) {
        y->shown = true;
        relative_text(y->relative, sizeof y->relative, y->r->value.v, t, dir);
    }
    return true;
}

static void add_numbers(struct scan *s, const struct rec_send *r, struct label *l, bool brief)
{
    int dir;
    const struct talk *t = scan_talk(s, r, &dir);
    char seq_text[48], ack_text[48], flags[40];
    bool named = number_text(s, seq_text, sizeof seq_text, r->seq.v, r, false);
    uint8_t ctl = r->ctl;

    if (scan_many(s))
        add(l, STYLE_DIM, "#%lu", (unsigned long)t->number);
    if (named &&
        ctl == (TCP_FIN | TCP_ACK)) /* as textbooks with named numbers write it: ack= says the rest */
        ctl = TCP_FIN;
    ctl_format(ctl, flags);
    add(l, l->style, "%s", *flags ? flags : tr("no flags"));
    add(l, STYLE_PLAIN, "seq=%s", seq_text);
    if (brief)
        return;
    if (r->ctl & TCP_ACK) {
        number_text(s, ack_text, sizeof ack_text, r->ack.v, r, true);
        add(l, STYLE_PLAIN, "ack=%s", ack_text);
    }
}

/* SACK blocks, in the numbers of the side whose text they are about. False: the bytes say something else,
 * too. */
static bool add_blocks(struct scan *s, struct label *l, const struct rec_send *r)
{
    struct segment seg = {.opts = 0};
    struct seg_ext ext = {.n_sack = 0};
    uint8_t usual[SEG_OPT_MAX];

    wire_get_options(r->opt.p, (uint32_t)r->opt.n, &seg, &ext);
    if (!(seg.opts & SEG_SACK) || (seg.opts & SEG_BAD_OPT) || wire_put_options(usual, &seg, &ext) != r->opt.n)
        return false;
    for (unsigned i = 0; i < ext.n_sack; i++) {
        char left[24], right[24];
        int dir;
        const struct talk *t = scan_talk(s, r, &dir);

        if (s->options->absolute) {
            snprintf(left, sizeof left, "%lu", (unsigned long)ext.sack[i].left.v);
            snprintf(right, sizeof right, "%lu", (unsigned long)ext.sack[i].right.v);
        } else {
            relative_text(left, sizeof left, ext.sack[i].left.v, t, !dir);
            relative_text(right, sizeof right, ext.sack[i].right.v, t, !dir);
        }
        add(l, STYLE_ACK, "%s%s-%s", i ? "" : "sack=", left, right);
    }
    return true;
}

static void add_options(struct scan *s, struct label *l, const struct rec_send *r)
{
    if (r->mss)
        add(l, STYLE_PLAIN, "mss=%u", r->mss);
    if (r->has_ws)
        add(l, STYLE_PLAIN, "ws=%u", r->ws);
    if (r->sack_ok)
        add(l, STYLE_PLAIN, "sack");
    if (r->has_ts && (r->ctl & TCP_SYN))
        add(l, STYLE_PLAIN, "ts=%lu:%lu", (unsigned long)r->tsval, (unsigned long)r->tsecr);
    if ((r->tos & ECN_MASK) == ECN_CE)
        add(l, STYLE_BAD, "[CE]");
    if (r->opt.n && !add_blocks(s, l, r))
        add(l, STYLE_PLAIN, tr("options=%luB"), (unsigned long)r->opt.n);
}

static void add_fates(struct label *l, const struct packet *p)
{
    if (p->corrupted)
        add(l, STYLE_BAD, "%s", tr("corrupted"));
    if (p->marked) /* the codepoint of RFC 3168: a name, not a word */
        add(l, STYLE_BAD, "[CE]");
    if (p->delayed)
        add(l, STYLE_AGAIN, "%s", tr("delayed"));
    if (p->duplicated)
        add(l, STYLE_AGAIN, "%s", tr("duplicated"));
}

const char *scan_icmp_text(uint8_t type, uint8_t code)
{
    static const struct {
        uint8_t type, code;
        const char *text;
    } names[] = {
        {3, 0, TR_MARK("network unreachable")},  {3, 1, TR_MARK("host unreachable")},
        {3, 2, TR_MARK("protocol unreachable")}, {3, 3, TR_MARK("port unreachable")},
        {3, 4, TR_MARK("fragmentation needed")}, {4, 0, TR_MARK("source quench")},
        {11, 0, TR_MARK("time exceeded")},       {12, 0, TR_MARK("parameter problem")},
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].type == type && names[i].code == code)
            return names[i].text;
    return NULL;
}

static void label_icmp(struct label *l, const struct rec_icmp *r)
{
    const char *text = scan_icmp_text(r->type, r->code);

    l->style = STYLE_RST;
    add(l, STYLE_RST, "ICMP");
    if (text)
        add(l, STYLE_PLAIN, "%s", tr(text));
    else
        add(l, STYLE_PLAIN, "type=%u code=%u", r->type, r->code);
    if (r->mtu)
        add(l, STYLE_PLAIN, "mtu=%u", r->mtu);
}

static void learn_isn(struct scan *s, const struct rec_send *r)
{
    int dir;
    struct talk *t = scan_talk(s, r, &dir);

    if (!(r->ctl & TCP_SYN) ||
        (t->has_isn[dir] && (t->host[dir] != r->head.host || t->conn[dir] == r->head.conn)))
        return;
    t->has_isn[dir] = true;
    t->isn[dir] = r->seq.v;
    t->conn[dir] = r->head.conn;
    t->host[dir] = r->head.host;
}

static void make_label(struct scan *s, const struct packet *p, struct label *l, bool brief)
{
    const struct rec_send *r = (const void *)p->r;

    l->n = 0;
    if (p->r->kind == REC_ICMP) {
        label_icmp(l, (const void *)p->r);
        return;
    }
    l->style = style_of(r->ctl, r->len);
    if (!brief)
        learn_isn(s, r);
    add_numbers(s, r, l, brief);
    if (brief)
        return;
    if (r->len)
        add(l, STYLE_PLAIN, "len=%lu", (unsigned long)r->len);
    if (!(r->ctl & TCP_RST))
        add(l, STYLE_PLAIN, "win=%lu", (unsigned long)r->wnd << (r->wscale & 15));
    if (r->ctl & TCP_URG)
        add(l, STYLE_RST, "urg=%u", r->up);
    add_options(s, l, r);
    if (r->raw.n)
        add(l, STYLE_BAD, tr("malformed,%luB"), (unsigned long)r->raw.n);
    if (r->retx_of) {
        add(l, STYLE_AGAIN, "%s", tr("retransmission"));
        l->style = STYLE_AGAIN;
    }
    add_fates(l, p);
}

void scan_label(struct scan *s, const struct packet *p, struct label *l)
{
    make_label(s, p, l, false);
}

void scan_short_label(struct scan *s, const struct packet *p, struct label *l)
{
    make_label(s, p, l, true);
}
