/* Packets in the dialect's notation. */
#include <string.h>

#include "sim/packetdrill/script.h"

static void print_u32(struct sbuf *b, const char *before, uint32_t v)
{
    sbuf_puts(b, before);
    sbuf_u64(b, v);
}

void pkt_print_flags(uint16_t flags, bool ace, struct sbuf *b)
{
    static const struct {
        char letter;
        uint16_t bit;
    } letters[] = {{'S', PKT_SYN}, {'F', PKT_FIN}, {'R', PKT_RST}, {'P', PKT_PSH},
                   {'U', PKT_URG}, {'E', PKT_ECE}, {'W', PKT_CWR}, {'A', PKT_AE}};
    const bool digit = ace && (flags & PKT_ACK) != 0; /* behind a dot only, or it would look like a port */

    for (size_t i = 0; i < ARRAY_LEN(letters) - (digit ? 3 : 0); i++)
        if (flags & letters[i].bit)
            sbuf_putc(b, letters[i].letter);
    if (flags & PKT_ACK)
        sbuf_putc(b, '.');
    if (digit)
        sbuf_putc(b, (char)('0' + (flags & PKT_AE ? 4 : 0) + (flags & PKT_CWR ? 2 : 0) +
                            (flags & PKT_ECE ? 1 : 0)));
    if (flags == 0)
        sbuf_putc(b, '-');
}

/* 1:1001(1000) */
static void print_seq(const struct pkt_seq *q, struct sbuf *b)
{
    if (q->any) {
        sbuf_lit(b, "...");
    } else {
        sbuf_u64(b, q->seq);
        print_u32(b, ":", q->end);
    }
    print_u32(b, "(", q->len);
    sbuf_putc(b, ')');
    if (q->absolute)
        sbuf_putc(b, '!');
}

static void print_bytes(const struct pkt_option *o, const char *before, struct sbuf *b)
{
    if (o->u.data.n > 0)
        sbuf_puts(b, before);
    for (size_t i = 0; i < o->u.data.n; i++)
        sbuf_hex(b, o->u.data.byte[i], 2);
}

static void print_ts(const struct pkt_option *o, struct sbuf *b)
{
    sbuf_lit(b, "TS val ");
    if (o->u.ts.val_any)
        sbuf_lit(b, "...");
    else
        sbuf_u64(b, o->u.ts.val);
    print_u32(b, " ecr ", o->u.ts.ecr);
    if (o->u.ts.ecr_absolute)
        sbuf_putc(b, '!');
}

void pkt_print_option(const struct pkt_option *o, struct sbuf *b)
{
    switch (o->kind) {
    case PKT_OPT_EOL: sbuf_lit(b, "eol"); return;
    case PKT_OPT_NOP: sbuf_lit(b, "nop"); return;
    case PKT_OPT_MSS: print_u32(b, "mss ", o->u.mss); return;
    case PKT_OPT_WSCALE: print_u32(b, "wscale ", o->u.wscale); return;
    case PKT_OPT_SACKOK: sbuf_lit(b, "sackOK"); return;
    case PKT_OPT_SACK:
        sbuf_lit(b, "sack");
        for (size_t i = 0; i < o->u.sack.n; i++) {
            print_u32(b, " ", o->u.sack.block[i].left);
            print_u32(b, ":", o->u.sack.block[i].right);
        }
        return;
    case PKT_OPT_TS: print_ts(o, b); return;
    case PKT_OPT_FO:
        sbuf_lit(b, "FO");
        print_bytes(o, " ", b);
        return;
    case PKT_OPT_FOEXP:
        sbuf_lit(b, "FOEXP");
        print_bytes(o, " ", b);
        return;
    case PKT_OPT_EXP:
        sbuf_lit(b, "exp-");
        sbuf_hex(b, o->u.data.id, 4);
        print_bytes(o, " ", b);
        return;
    case PKT_OPT_GENERIC:
        print_u32(b, "gen-", o->u.data.id);
        print_bytes(o, " ", b);
        return;
    case PKT_OPT_RAW: print_bytes(o, "", b); return;
    }
}

/* mss 1460,nop,wscale 7 */
static void print_options(const struct pkt_option *o, size_t n, struct sbuf *b)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            sbuf_putc(b, ',');
        pkt_print_option(&o[i], b);
    }
}

/* Nothing, if nothing is said. */
static void print_ip(const struct pkt_ip *ip, struct sbuf *b)
{
    static const char *const ecn[] = {"noecn", "ect1", "ect0", "ce"};
    const char *comma = "";

    if (ip->tos_mask == 0xff) {
        sbuf_lit(b, "tos 0x");
        sbuf_hex(b, ip->tos, 2);
        comma = ", ";
    } else if (ip->tos_mask & 0xfc) {
        sbuf_lit(b, "dscp 0x");
        sbuf_hex(b, ip->tos >> 2, 2);
        comma = ", ";
    } else if (ip->tos_mask & 3) {
        sbuf_puts(b, ecn[ip->tos & 3]);
        comma = ", ";
    }
    if (ip->ect01) {
        sbuf_puts(b, comma);
        sbuf_lit(b, "ect01");
        comma = ", ";
    }
    if (ip->ttl >= 0) {
        sbuf_puts(b, comma);
        print_u32(b, "ttl ", (uint32_t)ip->ttl);
        comma = ", ";
    }
    if (ip->flow_label >= 0) {
        sbuf_puts(b, comma);
        sbuf_lit(b, "flowlabel 0x");
        sbuf_hex(b, (uint32_t)ip->flow_label, 1);
    }
}

/* ---- whole packets ---- */

static void print_tcp(const struct pkt_packet *p, struct sbuf *b)
{
    pkt_print_flags(p->flags, p->ace, b);
    sbuf_putc(b, ' ');
    print_seq(&p->seq, b);
    if (p->has_ack)
        print_u32(b, " ack ", p->ack);
    if (p->has_win)
        print_u32(b, " win ", p->win);
    if (p->urg)
        print_u32(b, " urg ", p->urg);
    if (p->options_any) {
        sbuf_lit(b, " <...>");
    } else if (p->n_options > 0) {
        sbuf_lit(b, " <");
        print_options(p->option, p->n_options, b);
        sbuf_putc(b, '>');
    }
}

static const struct icmp_name {
    bool v6;
    const char *type_name, *code_name;
    uint8_t type, code;
} icmp_names[] = {
#define X(v6, type_name, type, code_name, code) {v6, type_name, code_name, type, code},
#include "sim/packetdrill/icmp.def"
#undef X
};

static void print_icmp_name(const struct pkt_packet *p, bool v6, struct sbuf *b)
{
    const char *type = NULL, *code = NULL;

    for (size_t i = 0; i < ARRAY_LEN(icmp_names); i++) {
        const struct icmp_name *n = &icmp_names[i];
        if (n->v6 != v6 || n->type != p->icmp_type)
            continue;
        type = n->type_name;
        if (!code && n->code_name && n->code == p->icmp_code)
            code = n->code_name;
    }
    if (type)
        sbuf_puts(b, type);
    else
        print_u32(b, "type_", p->icmp_type);
    if (code)
        sbuf_printf(b, " %s", code);
    else if (p->icmp_code != 0)
        print_u32(b, " code_", p->icmp_code);
}

static void print_icmp(const struct pkt_packet *p, enum pkt_family family, struct sbuf *b)
{
    sbuf_lit(b, "icmp ");
    print_icmp_name(p, family == PKT_IPV6, b);
    if (p->icmp_mtu >= 0)
        print_u32(b, " mtu ", (uint32_t)p->icmp_mtu);
    if (p->icmp_id >= 0)
        print_u32(b, " id ", (uint32_t)p->icmp_id);
    switch (p->quote) {
    case PKT_QUOTE_NONE: return;
    case PKT_QUOTE_TCP:
        sbuf_lit(b, " [");
        print_seq(&p->quoted, b);
        break;
    case PKT_QUOTE_UDP: print_u32(b, " [udp (", p->quoted.len); break;
    case PKT_QUOTE_RAW: print_u32(b, " [raw (", p->quoted.len); break;
    }
    sbuf_puts(b, p->quote == PKT_QUOTE_TCP ? "]" : ")]");
}

void pkt_print_packet(const struct pkt_packet *p, enum pkt_family family, struct sbuf *b)
{
    const bool ports = p->src_port != 0 || p->dst_port != 0;
    const size_t before = b->len;

    sbuf_puts(b, p->direction == PKT_IN ? "< [" : "> [");
    print_ip(&p->ip, b);
    if (b->len == before + 3)
        b->len--; /* nothing said: no brackets */
    else
        sbuf_lit(b, "] ");
    if (p->protocol == PKT_UDP)
        sbuf_lit(b, "udp ");
    if (ports && p->protocol != PKT_ICMP) {
        sbuf_u64(b, p->src_port);
        print_u32(b, " > ", p->dst_port);
        sbuf_putc(b, ' ');
    }
    switch (p->protocol) {
    case PKT_TCP: print_tcp(p, b); return;
    case PKT_UDP:
        print_u32(b, "(", p->udp_len);
        sbuf_putc(b, ')');
        return;
    case PKT_ICMP: print_icmp(p, family, b); return;
    }
}
