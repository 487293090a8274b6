/* The canonical text of events: what is printed here reads as the same event again. */
#include <string.h>

#include "sim/packetdrill/script.h"

/* Seconds with as many decimals as it takes. */
static void print_seconds(vtime t, struct sbuf *b)
{
    vtime part = t % NS_PER_S, unit = NS_PER_S;

    sbuf_i64(b, t / NS_PER_S);
    if (part == 0)
        return;
    for (sbuf_putc(b, '.'); part > 0; part %= unit) {
        unit /= 10;
        sbuf_putc(b, (char)('0' + part / unit));
    }
}

static void print_time(const struct pkt_time *t, struct sbuf *b)
{
    switch (t->kind) {
    case PKT_TIME_ANY: sbuf_putc(b, '*'); return;
    case PKT_TIME_ABSOLUTE: print_seconds(t->from, b); return;
    case PKT_TIME_RELATIVE:
        sbuf_putc(b, '+');
        print_seconds(t->from, b);
        return;
    case PKT_TIME_ABSOLUTE_RANGE:
        print_seconds(t->from, b);
        sbuf_putc(b, '~');
        print_seconds(t->to, b);
        return;
    case PKT_TIME_RELATIVE_RANGE:
        sbuf_putc(b, '+');
        print_seconds(t->from, b);
        sbuf_lit(b, "~+");
        print_seconds(t->to, b);
        return;
    }
}

/* ---- calls ---- */

static void print_string(const char *s, size_t n, struct sbuf *b)
{
    static const char from[] = "\a\b\f\n\r\t\v", to[] = "abfnrtv";

    sbuf_putc(b, '"');
    for (size_t i = 0; i < n; i++) {
        const char *f = s[i] ? strchr(from, s[i]) : NULL;
        if (f) {
            sbuf_putc(b, '\\');
            sbuf_putc(b, to[f - from]);
        } else if ((unsigned char)s[i] < 32 || s[i] == 127) {
            sbuf_lit(b, "\\x");
            sbuf_hex(b, (unsigned char)s[i], 2);
        } else {
            if (s[i] == '"' || s[i] == '\\')
                sbuf_putc(b, '\\');
            sbuf_putc(b, s[i]);
        }
    }
    sbuf_putc(b, '"');
}

static void print_items(const struct pkt_expr *const *item, size_t n, const char *between, struct sbuf *b)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            sbuf_puts(b, between);
        pkt_print_expr(item[i], b);
    }
}

static void print_bracketed(const struct pkt_expr *e, char open, char close, struct sbuf *b)
{
    sbuf_putc(b, open);
    print_items((const struct pkt_expr *const *)e->item, e->n, ", ", b);
    sbuf_putc(b, close);
}

void pkt_print_expr(const struct pkt_expr *e, struct sbuf *b)
{
    if (e->field) {
        sbuf_puts(b, e->field);
        if (e->extent) {
            sbuf_putc(b, '(');
            pkt_print_expr(e->extent, b);
            sbuf_putc(b, ')');
        }
        sbuf_putc(b, '=');
    }
    switch (e->kind) {
    case PKT_EXPR_ELLIPSIS: sbuf_lit(b, "..."); return;
    case PKT_EXPR_ANY: sbuf_putc(b, '?'); return;
    case PKT_EXPR_NULL: sbuf_lit(b, "NULL"); return;
    case PKT_EXPR_NAME: sbuf_puts(b, e->text); return;
    case PKT_EXPR_INT:
        if (e->hex) {
            sbuf_lit(b, "0x");
            sbuf_hex(b, (uint64_t)e->value, 1);
        } else {
            sbuf_i64(b, e->value);
        }
        return;
    case PKT_EXPR_STRING:
        print_string(e->text, e->text_len, b);
        if (e->more)
            sbuf_lit(b, "...");
        return;
    case PKT_EXPR_OR: print_items((const struct pkt_expr *const *)e->item, e->n, "|", b); return;
    case PKT_EXPR_LIST: print_bracketed(e, '[', ']', b); return;
    case PKT_EXPR_STRUCT: print_bracketed(e, '{', '}', b); return;
    case PKT_EXPR_APPLY:
        sbuf_puts(b, e->text);
        print_bracketed(e, '(', ')', b);
        return;
    }
}

/* Without its time. */
static void print_call(const struct pkt_call *c, struct sbuf *b)
{
    sbuf_puts(b, c->name);
    sbuf_putc(b, '(');
    print_items((const struct pkt_expr *const *)c->arg, c->n_args, ", ", b);
    sbuf_lit(b, ") = ");
    pkt_print_expr(c->result, b);
    if (c->error_name)
        sbuf_printf(b, " %s", c->error_name);
    if (c->error_text)
        sbuf_printf(b, " (%s)", c->error_text);
    else if (c->error_name && c->note)
        sbuf_printf(b, " (%s)", pkt_errno_text(c->error));
    if (c->note)
        sbuf_printf(b, " (%s)", c->note);
}

/* ---- events ---- */

void script_print_event(const struct script *s, const struct pkt_event *e, struct sbuf *b)
{
    print_time(&e->time, b);
    if (e->kind == PKT_EVENT_CALL && e->u.call->blocking) {
        sbuf_lit(b, "...");
        print_seconds(e->u.call->end, b);
    }
    sbuf_putc(b, ' ');
    switch (e->kind) {
    case PKT_EVENT_PACKET: pkt_print_packet(e->u.packet, s->config.family, b); return;
    case PKT_EVENT_CALL: print_call(e->u.call, b); return;
    case PKT_EVENT_SHELL: sbuf_printf(b, "`%s`", e->u.shell->text); return;
    case PKT_EVENT_CODE: sbuf_printf(b, "%%{ %s }%%", e->u.code->text); return;
    }
}
