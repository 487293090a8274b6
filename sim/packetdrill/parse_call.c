/* Calls and the expressions in them. */
#include <string.h>

#include "sim/packetdrill/internal.h"

static struct pkt_expr *parse_expr(struct parser *p);

static struct pkt_expr *expr_new(struct parser *p, enum pkt_expr_kind kind)
{
    struct pkt_expr *e = memory_get(p->m, sizeof *e);

    e->at = p->t.at;
    e->kind = kind;
    return e;
}

static void item_add(struct parser *p, struct pkt_expr ***item, size_t *n, size_t *cap, struct pkt_expr *e)
{
    *item = memory_more(p->m, *item, *n, cap, sizeof **item);
    (*item)[(*n)++] = e;
}

/* Expressions up to the closing bracket, which is taken too; there may be none. */
static bool parse_items(struct parser *p, char close, struct pkt_expr ***item, size_t *n)
{
    const char needed[] = {',', ' ', 'o', 'r', ' ', close, '\0'};
    struct pkt_expr *e;
    size_t cap = 0;

    *item = NULL;
    *n = 0;
    if (p->depth >= SCRIPT_NESTING_MAX)
        return parse_fail(p, p->t.at, "too many brackets in one another; at most %d", SCRIPT_NESTING_MAX);
    p->depth++;
    lex_next(p);
    while (p->outcome == SCRIPT_OK && (*n > 0 || !token_is(p, close))) {
        if (!(e = parse_expr(p)))
            return false;
        item_add(p, item, n, &cap, e);
        if (!token_take(p, ','))
            break;
    }
    p->depth--;
    return token_need(p, close, needed);
}

static void name_resolve(struct parser *p, struct pkt_expr *e)
{
    int64_t v = PKT_NO_VALUE;

    e->name = pkt_name_find(e->text);
    e->error = e->name == PKT_NAME_NONE ? pkt_errno_find(e->text) : PKT_ERRNO_NONE;
    if (e->name != PKT_NAME_NONE)
        v = pkt_name_value(e->name, p->s->os);
    else if (e->error != PKT_ERRNO_NONE)
        v = pkt_errno_value(e->error, p->s->os);
    if (v != PKT_NO_VALUE) {
        e->known = true;
        e->value = v;
    }
}

static void apply_resolve(struct pkt_expr *e)
{
    if (e->n == 1 && e->item[0]->known && (strcmp(e->text, "htons") == 0 || strcmp(e->text, "htonl") == 0)) {
        e->known = true;
        e->value = e->item[0]->value;
    }
}

/* field = value, and msg_iov(2) = value. */
static struct pkt_expr *parse_field(struct parser *p, struct pkt_expr *name, struct pkt_expr *extent)
{
    struct pkt_expr *e;

    if (p->depth >= SCRIPT_NESTING_MAX) {
        parse_fail(p, p->t.at, "too many = in one another; at most %d", SCRIPT_NESTING_MAX);
        return NULL;
    }
    p->depth++;
    lex_next(p);
    e = parse_expr(p);
    p->depth--;
    if (!e)
        return NULL;
    if (e->field) {
        parse_fail(p, e->at, "expected a value, not a second field name");
        return NULL;
    }
    e->field = name->text;
    e->extent = extent;
    e->at = name->at;
    return e;
}

static struct pkt_expr *parse_word(struct parser *p)
{
    struct pkt_expr *e = expr_new(p, PKT_EXPR_NAME);

    e->text = p->t.text;
    e->text_len = p->t.text_len;
    if (token_is_word(p, "NULL"))
        e->kind = PKT_EXPR_NULL;
    lex_next(p);
    if (token_is(p, '=') && e->kind == PKT_EXPR_NAME)
        return parse_field(p, e, NULL);
    if (token_is(p, '(') && e->kind == PKT_EXPR_NAME) {
        e->kind = PKT_EXPR_APPLY;
        if (!parse_items(p, ')', &e->item, &e->n))
            return NULL;
        if (token_is(p, '=') && e->n == 1)
            return parse_field(p, e, e->item[0]);
        apply_resolve(e);
    } else if (e->kind == PKT_EXPR_NAME) {
        name_resolve(p, e);
    }
    return e;
}

static struct pkt_expr *parse_number(struct parser *p)
{
    struct pkt_expr *e = expr_new(p, PKT_EXPR_INT);

    if (p->t.too_large) {
        parse_fail(p, p->t.at, "the number %s does not fit 64 bits", token_shown(p));
        return NULL;
    }
    e->known = true;
    e->value = p->t.value;
    e->hex = p->t.kind == TOKEN_HEX;
    lex_next(p);
    return e;
}

/* Texts side by side are one, as in C. */
static struct pkt_expr *parse_string(struct parser *p)
{
    struct pkt_expr *e = expr_new(p, PKT_EXPR_STRING);
    char *all = NULL;
    size_t cap = 0;

    e->text = p->t.text;
    e->text_len = p->t.text_len;
    while (lex_next(p) && p->t.kind == TOKEN_STRING) {
        const size_t n = e->text_len + p->t.text_len;
        if (n >= cap) { /* twice as much as it takes, since there may be many */
            cap = 2 * n + 1;
            all = memcpy(memory_get(p->m, cap), e->text, e->text_len);
            e->text = all;
        }
        memcpy(all + e->text_len, p->t.text, p->t.text_len);
        all[n] = '\0';
        e->text_len = n;
    }
    if (p->t.kind == TOKEN_ELLIPSIS) {
        e->more = true;
        lex_next(p);
    }
    return e;
}

static struct pkt_expr *parse_brackets(struct parser *p, enum pkt_expr_kind kind, char close)
{
    struct pkt_expr *e = expr_new(p, kind);

    return parse_items(p, close, &e->item, &e->n) ? e : NULL;
}

static struct pkt_expr *parse_single(struct parser *p)
{
    struct pkt_expr *e;

    if (p->t.kind == TOKEN_INT || p->t.kind == TOKEN_HEX)
        return parse_number(p);
    if (p->t.kind == TOKEN_STRING)
        return parse_string(p);
    if (p->t.kind == TOKEN_WORD)
        return parse_word(p);
    if (token_is(p, '['))
        return parse_brackets(p, PKT_EXPR_LIST, ']');
    if (token_is(p, '{'))
        return parse_brackets(p, PKT_EXPR_STRUCT, '}');
    if (p->t.kind == TOKEN_ELLIPSIS || token_is(p, '?')) {
        e = expr_new(p, p->t.kind == TOKEN_ELLIPSIS ? PKT_EXPR_ELLIPSIS : PKT_EXPR_ANY);
        lex_next(p);
        return e;
    }
    if (token_is(p, '('))
        parse_refuse(p, p->t.at, "a value in parentheses (an MPLS label)");
    else
        parse_expected(p, "a value (a number, a name, \"text\", ..., [list] or {structure})");
    return NULL;
}

static void or_resolve(struct pkt_expr *e)
{
    e->known = true;
    for (size_t i = 0; i < e->n; i++) {
        e->known &= e->item[i]->known;
        e->value |= e->item[i]->value;
    }
    if (!e->known)
        e->value = 0;
}

static struct pkt_expr *parse_expr(struct parser *p)
{
    struct pkt_expr *e = parse_single(p), *whole;
    size_t cap = 0;

    if (!e || !token_is(p, '|') || e->field)
        return p->outcome == SCRIPT_OK ? e : NULL;
    whole = expr_new(p, PKT_EXPR_OR);
    whole->at = e->at;
    item_add(p, &whole->item, &whole->n, &cap, e);
    while (token_take(p, '|')) {
        if (!(e = parse_single(p)))
            return NULL;
        if (e->field) {
            parse_fail(p, e->at, "expected a value, not a field name");
            return NULL;
        }
        item_add(p, &whole->item, &whole->n, &cap, e);
    }
    or_resolve(whole);
    return p->outcome == SCRIPT_OK ? whole : NULL;
}

const struct pkt_expr *pkt_expr_field(const struct pkt_expr *e, const char *field)
{
    for (size_t i = 0; i < e->n; i++)
        if (e->item[i]->field && strcmp(e->item[i]->field, field) == 0)
            return e->item[i];
    return NULL;
}

/* ---- calls ---- */

static bool check_count(struct parser *p, const struct pkt_call *c)
{
    size_t least, most;

    pkt_syscall_args(c->id, &least, &most);
    if (c->n_args >= least && c->n_args <= most)
        return true;
    if (least == most)
        return parse_fail(p, c->at, "%s takes %zu argument%s, not %zu", c->name, least, least == 1 ? "" : "s",
                          c->n_args);
    return parse_fail(p, c->at, "%s takes %zu to %zu arguments, not %zu", c->name, least, most, c->n_args);
}

/* ERRNO (text) (note), each if it is there. */
static bool parse_outcome(struct parser *p, struct pkt_call *c)
{
    if (p->t.kind == TOKEN_WORD) {
        c->error_at = p->t.at;
        c->error_name = p->t.text;
        c->error = pkt_errno_find(p->t.text);
        if (c->error == PKT_ERRNO_NONE)
            return parse_expected(p, "the name of an error (EINPROGRESS ...), or the next event's time");
        lex_next(p);
        if (token_is(p, '(') && !lex_note(p, &c->error_text))
            return false;
    }
    return !token_is(p, '(') || lex_note(p, &c->note);
}

struct pkt_call *parse_call(struct parser *p)
{
    struct pkt_call *c = memory_get(p->m, sizeof *c);

    c->at = p->t.at;
    c->name = p->t.text;
    c->id = pkt_syscall_find(c->name);
    lex_next(p);
    if (!token_is(p, '(')) {
        parse_expected(p, "( and the arguments of a call");
        return NULL;
    }
    if (c->id == PKT_SYS_NONE) {
        parse_refuse(p, c->at, "the call %s", c->name);
        return NULL;
    }
    p->depth = 0;
    if (!parse_items(p, ')', &c->arg, &c->n_args) || !token_need(p, '=', "= and the result"))
        return NULL;
    if (!(c->result = parse_single(p)) || !parse_outcome(p, c) || !check_count(p, c))
        return NULL;
    return p->outcome == SCRIPT_OK ? c : NULL;
}
