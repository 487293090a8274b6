/* Values of snippets: arithmetic, comparison and text as in Python, but with integers of 64 bits, which never
 * wrap around silently. */
#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/code_internal.h"

static bool is_whole(const struct value *v)
{
    return v->kind == VALUE_INT || v->kind == VALUE_BOOL;
}

static bool is_number(const struct value *v)
{
    return is_whole(v) || v->kind == VALUE_FLOAT;
}

static double real_of(const struct value *v)
{
    return v->kind == VALUE_FLOAT ? v->d : (double)v->i;
}

static const char *kind_word(const struct value *v)
{
    switch (v->kind) {
    case VALUE_NONE: return "None";
    case VALUE_BOOL: return "a truth value";
    case VALUE_INT: return "an integer";
    case VALUE_FLOAT: return "a fraction";
    case VALUE_TEXT: return "a text";
    case VALUE_LIST: return v->tuple ? "a tuple" : "a list";
    }
    return "";
}

bool value_true(const struct value *v)
{
    switch (v->kind) {
    case VALUE_NONE: return false;
    case VALUE_BOOL:
    case VALUE_INT: return v->i != 0;
    case VALUE_FLOAT: return v->d < 0 || v->d > 0;
    case VALUE_TEXT:
    case VALUE_LIST: return v->n > 0;
    }
    return false;
}

/* -1, 0, 1; of two numbers. */
static int order_numbers(const struct value *a, const struct value *b)
{
    if (is_whole(a) && is_whole(b))
        return (a->i > b->i) - (a->i < b->i);
    return (real_of(a) > real_of(b)) - (real_of(a) < real_of(b));
}

static int order_texts(const struct value *a, const struct value *b)
{
    const size_t n = a->n < b->n ? a->n : b->n;
    const int order = n > 0 ? memcmp(a->s, b->s, n) : 0;

    return order != 0 ? order : (a->n > b->n) - (a->n < b->n);
}

static bool equal(const struct value *a, const struct value *b)
{
    if (is_number(a) && is_number(b))
        return order_numbers(a, b) == 0;
    if (a->kind != b->kind)
        return false;
    if (a->kind == VALUE_TEXT)
        return order_texts(a, b) == 0;
    if (a->kind == VALUE_LIST) {
        if (a->n != b->n || a->tuple != b->tuple)
            return false;
        for (size_t i = 0; i < a->n; i++)
            if (!equal(&a->item[i], &b->item[i]))
                return false;
    }
    return true;
}

/* ---- printing ---- */

static void print_real(double d, struct sbuf *b)
{
    char s[40];
    int digits = 1;

    if (d > -1e16 && d < 1e16 && !(d < (double)(int64_t)d) && !(d > (double)(int64_t)d)) {
        snprintf(s, sizeof s, "%.1f", d);
        sbuf_puts(b, s);
        return;
    }
    do /* the shortest that reads back as the same */
        snprintf(s, sizeof s, "%.*g", digits, d);
    while (digits++ < 17 && (strtod(s, NULL) < d || strtod(s, NULL) > d));
    sbuf_puts(b, s);
    if (!strpbrk(s, ".en"))
        sbuf_lit(b, ".0");
}

static void print_quoted(const struct value *v, struct sbuf *b)
{
    sbuf_putc(b, '\'');
    for (size_t i = 0; i < v->n; i++) {
        if (v->s[i] == '\n') {
            sbuf_lit(b, "\\n");
            continue;
        }
        if (v->s[i] == '\'' || v->s[i] == '\\')
            sbuf_putc(b, '\\');
        sbuf_putc(b, v->s[i]);
    }
    sbuf_putc(b, '\'');
}

void value_print(const struct value *v, bool quote, struct sbuf *b)
{
    switch (v->kind) {
    case VALUE_NONE: sbuf_lit(b, "None"); return;
    case VALUE_BOOL: sbuf_puts(b, v->i ? "True" : "False"); return;
    case VALUE_INT: sbuf_i64(b, v->i); return;
    case VALUE_FLOAT: print_real(v->d, b); return;
    case VALUE_TEXT:
        if (quote)
            print_quoted(v, b);
        else
            sbuf_put(b, v->s, v->n);
        return;
    case VALUE_LIST:
        sbuf_putc(b, v->tuple ? '(' : '[');
        for (size_t i = 0; i < v->n && b->len < CODE_STRING_MAX; i++) {
            if (i > 0)
                sbuf_lit(b, ", ");
            value_print(&v->item[i], true, b);
        }
        if (v->tuple && v->n == 1)
            sbuf_putc(b, ',');
        sbuf_putc(b, v->tuple ? ')' : ']');
        return;
    }
}

/* ---- text % values ---- */

static void print_padded(struct sbuf *b, const char *s, size_t n, long width, bool left, char fill)
{
    const size_t pad = width > 0 && (size_t)width > n ? (size_t)width - n : 0;

    if (!left && fill == '0' && n > 0 && *s == '-') {
        sbuf_putc(b, '-');
        s++;
        n--;
    }
    if (!left)
        sbuf_fill(b, fill, pad);
    sbuf_put(b, s, n);
    if (left)
        sbuf_fill(b, ' ', pad);
}

struct conversion {
    bool left, zero, plus, alternate;
    long width, precision; /* precision -1: not given */
    char letter;
};

static long small_number(const char **s, const char *end)
{
    long v = 0;

    while (*s < end && **s >= '0' && **s <= '9' && v < 1000)
        v = v * 10 + (*(*s)++ - '0');
    return v;
}

static void read_conversion(const char **s, const char *end, struct conversion *c)
{
    *c = (struct conversion){.precision = -1};
    for (; *s < end && strchr("-0+# ", **s); (*s)++) {
        c->left |= **s == '-';
        c->zero |= **s == '0';
        c->plus |= **s == '+';
        c->alternate |= **s == '#';
    }
    c->width = small_number(s, end);
    if (*s < end && **s == '.') {
        ++*s;
        c->precision = small_number(s, end);
    }
    while (*s < end && strchr("lhL", **s))
        ++*s;
    c->letter = *s < end ? *(*s)++ : '\0';
}

static bool convert_number(struct code_runner *r, struct pkt_place at, const struct conversion *c,
                           const struct value *v, struct sbuf *b)
{
    char s[400];
    int64_t whole;
    int n;

    if (!is_number(v))
        return code_error(r, at, "%%%c needs a number, not %s", c->letter, kind_word(v));
    if (strchr("eEfFgG", c->letter)) {
        const char format[] = {'%', '.', '*', c->letter, '\0'};
        n = snprintf(s, sizeof s, format, (int)min_i64(c->precision < 0 ? 6 : c->precision, 60), real_of(v));
    } else {
        if (v->kind == VALUE_FLOAT && !(v->d > -9.2e18 && v->d < 9.2e18))
            return code_error(r, at, "this number does not fit 64 bits");
        whole = v->kind == VALUE_FLOAT ? (int64_t)v->d : v->i;
        if (strchr("xXo", c->letter)) {
            const char *prefix = !c->alternate      ? ""
                                 : c->letter == 'o' ? "0o"
                                 : c->letter == 'x' ? "0x"
                                                    : "0X";
            const unsigned long long size =
                whole < 0 ? 0 - (unsigned long long)whole : (unsigned long long)whole;
            const char *sign = whole < 0 ? "-" : "";
            n = c->letter == 'x'   ? snprintf(s, sizeof s, "%s%s%llx", sign, prefix, size)
                : c->letter == 'X' ? snprintf(s, sizeof s, "%s%s%llX", sign, prefix, size)
                                   : snprintf(s, sizeof s, "%s%s%llo", sign, prefix, size);
        } else {
            n = snprintf(s, sizeof s, c->plus ? "%+lld" : "%lld", (long long)whole);
        }
    }
    print_padded(b, s, n > 0 && n < (int)sizeof s ? (size_t)n : 0, c->width, c->left, c->zero ? '0' : ' ');
    return true;
}

static bool convert(struct code_runner *r, struct pkt_place at, const struct conversion *c,
                    const struct value *v, struct sbuf *b)
{
    struct sbuf text = SBUF_INIT;

    if (c->letter && strchr("diuxXoeEfFgG", c->letter))
        return convert_number(r, at, c, v, b);
    if (!c->letter || !strchr("sra", c->letter))
        return code_error(r, at, "expected %%d, %%s, %%x, %%f ... in this text, not \"%%%c\"",
                          c->letter ? c->letter : '%');
    value_print(v, c->letter != 's', &text);
    if (c->precision >= 0 && (size_t)c->precision < text.len)
        text.len = (size_t)c->precision;
    print_padded(b, sbuf_str(&text), text.len, c->width, c->left, ' ');
    sbuf_free(&text);
    return true;
}

static bool text_value(struct code_runner *r, struct pkt_place at, struct sbuf *b, struct value *v)
{
    const bool fits = b->len <= CODE_STRING_MAX;

    if (fits)
        *v =
            (struct value){.kind = VALUE_TEXT, .s = memory_text(r->memory, sbuf_str(b), b->len), .n = b->len};
    sbuf_free(b);
    return fits || code_error(r, at, "this text becomes too long; at most %d octets", CODE_STRING_MAX);
}

static bool format(struct code_runner *r, struct pkt_place at, const struct value *a, const struct value *b,
                   struct value *v)
{
    const bool several = b->kind == VALUE_LIST && b->tuple;
    const struct value *arg = several ? b->item : b;
    const size_t n = several ? b->n : 1;
    const char *s = a->s, *end = a->s + a->n;
    struct sbuf out = SBUF_INIT;
    struct conversion c;
    size_t used = 0;
    bool ok = true;

    while (ok && s < end && out.len <= CODE_STRING_MAX) {
        if (*s != '%') {
            sbuf_putc(&out, *s++);
            continue;
        }
        s++;
        read_conversion(&s, end, &c);
        if (c.letter == '%')
            sbuf_putc(&out, '%');
        else if (used == n)
            ok = code_error(r, at, "this text asks for more values than stand behind its %%");
        else
            ok = convert(r, at, &c, &arg[used++], &out);
    }
    if (ok && used < n && s == end)
        ok = code_error(r, at, "more values stand behind %% than this text asks for");
    if (!ok)
        sbuf_free(&out);
    return ok && text_value(r, at, &out, v);
}

/* ---- arithmetic ---- */

static bool too_large(struct code_runner *r, struct pkt_place at)
{
    return code_error(r, at, "the result does not fit 64 bits");
}

static bool wrong_kinds(struct code_runner *r, struct pkt_place at, const struct value *a,
                        const struct value *b)
{
    return code_error(r, at, "this cannot be done with %s and %s", kind_word(a), kind_word(b));
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static bool whole_power(int64_t a, int64_t b, int64_t *v)
{
    bool over = false;

    for (*v = 1; b > 0 && !over; b--) {
        if (a >= -1 && a <= 1) { /* or it would take long */
            *v = a == -1 ? (b % 2 ? -1 : 1) : a;
            return true;
        }
        over = __builtin_mul_overflow(*v, a, v);
    }
    return !over;
}

static bool whole_binary(struct code_runner *r, struct pkt_place at, enum code_op op, int64_t a, int64_t b,
                         int64_t *v)
{
    bool over = false;

    if ((op == OP_FLOOR || op == OP_MOD) && b == 0)
        return code_error(r, at, "division by zero");
    if ((op == OP_SHL || op == OP_SHR) && (b < 0 || b > 63))
        return code_error(r, at, "a shift by %lld; expected 0 to 63", (long long)b);
    if (op == OP_ADD)
        over = __builtin_add_overflow(a, b, v);
    else if (op == OP_SUB)
        over = __builtin_sub_overflow(a, b, v);
    else if (op == OP_MUL)
        over = __builtin_mul_overflow(a, b, v);
    else if (op == OP_FLOOR && !(over = a == INT64_MIN && b == -1))
        *v = floor_div(a, b);
    else if (op == OP_MOD)
        *v = b == -1 ? 0 : a - floor_div(a, b) * b;
    else if (op == OP_POW)
        over = !whole_power(a, b, v);
    else if (op == OP_BITAND)
        *v = a & b;
    else if (op == OP_BITOR)
        *v = a | b;
    else if (op == OP_BITXOR)
        *v = a ^ b;
    else if (op == OP_SHR)
        *v = a >> b;
    else if (op == OP_SHL)
        over = b > 62 ? a != 0 : __builtin_mul_overflow(a, INT64_C(1) << b, v), *v = over || b > 62 ? 0 : *v;
    return !over || too_large(r, at);
}

static bool real_binary(struct code_runner *r, struct pkt_place at, enum code_op op, double a, double b,
                        double *v)
{
    if ((op == OP_DIV || op == OP_FLOOR || op == OP_MOD) && !(b < 0 || b > 0))
        return code_error(r, at, "division by zero");
    if (op == OP_ADD)
        *v = a + b;
    else if (op == OP_SUB)
        *v = a - b;
    else if (op == OP_MUL)
        *v = a * b;
    else if (op == OP_DIV)
        *v = a / b;
    else
        return code_error(r, at, "this cannot be done with fractions");
    return true;
}

static bool repeat(struct code_runner *r, struct pkt_place at, const struct value *text, int64_t times,
                   struct value *v)
{
    struct sbuf b = SBUF_INIT;

    for (; times > 0 && text->n > 0 && b.len <= CODE_STRING_MAX; times--)
        sbuf_put(&b, text->s, text->n);
    return text_value(r, at, &b, v);
}

bool value_binary(struct code_runner *r, struct pkt_place at, enum code_op op, const struct value *a,
                  const struct value *b, struct value *v)
{
    struct sbuf both = SBUF_INIT;

    *v = (struct value){.kind = VALUE_INT};
    if (a->kind == VALUE_TEXT && op == OP_MOD)
        return format(r, at, a, b, v);
    if (a->kind == VALUE_TEXT && b->kind == VALUE_TEXT && op == OP_ADD) {
        sbuf_put(&both, a->s, a->n);
        sbuf_put(&both, b->s, b->n);
        return text_value(r, at, &both, v);
    }
    if (op == OP_MUL && a->kind == VALUE_TEXT && is_whole(b))
        return repeat(r, at, a, b->i, v);
    if (op == OP_MUL && b->kind == VALUE_TEXT && is_whole(a))
        return repeat(r, at, b, a->i, v);
    if (!is_number(a) || !is_number(b))
        return wrong_kinds(r, at, a, b);
    if (is_whole(a) && is_whole(b) && op != OP_DIV && !(op == OP_POW && b->i < 0))
        return whole_binary(r, at, op, a->i, b->i, &v->i);
    v->kind = VALUE_FLOAT;
    return real_binary(r, at, op, real_of(a), real_of(b), &v->d);
}

bool value_unary(struct code_runner *r, struct pkt_place at, enum code_op op, const struct value *a,
                 struct value *v)
{
    *v = *a;
    if (op == OP_NOT) {
        *v = (struct value){.kind = VALUE_BOOL, .i = !value_true(a)};
        return true;
    }
    if (!is_number(a) || (op == OP_INVERT && !is_whole(a)))
        return code_error(r, at, "this cannot be done with %s", kind_word(a));
    if (a->kind == VALUE_FLOAT) {
        v->d = op == OP_NEG ? -a->d : a->d;
        return true;
    }
    v->kind = VALUE_INT;
    if (op == OP_NEG && a->i == INT64_MIN)
        return too_large(r, at);
    v->i = op == OP_NEG ? -a->i : op == OP_INVERT ? ~a->i : a->i;
    return true;
}

static bool is_in(struct code_runner *r, struct pkt_place at, const struct value *a, const struct value *b,
                  bool *holds)
{
    *holds = false;
    if (b->kind == VALUE_LIST) {
        for (size_t i = 0; i < b->n && !*holds; i++)
            *holds = equal(a, &b->item[i]);
        return true;
    }
    if (a->kind != VALUE_TEXT || b->kind != VALUE_TEXT)
        return wrong_kinds(r, at, a, b);
    for (size_t i = 0; a->n <= b->n && i <= b->n - a->n && !*holds; i++)
        *holds = a->n == 0 || memcmp(b->s + i, a->s, a->n) == 0;
    return true;
}

bool value_compare(struct code_runner *r, struct pkt_place at, enum code_op op, const struct value *a,
                   const struct value *b, bool *holds)
{
    int order;

    if (op == OP_EQ || op == OP_NE) {
        *holds = equal(a, b) == (op == OP_EQ);
        return true;
    }
    if (op == OP_IN || op == OP_NOT_IN) {
        const bool ok = is_in(r, at, a, b, holds);
        *holds = *holds == (op == OP_IN);
        return ok;
    }
    if (is_number(a) && is_number(b))
        order = order_numbers(a, b);
    else if (a->kind == VALUE_TEXT && b->kind == VALUE_TEXT)
        order = order_texts(a, b);
    else
        return wrong_kinds(r, at, a, b);
    *holds = op == OP_LT ? order < 0 : op == OP_LE ? order <= 0 : op == OP_GT ? order > 0 : order >= 0;
    return true;
}

/* ---- functions ---- */

static bool to_whole(struct code_runner *r, struct pkt_place at, double d, struct value *v)
{
    if (!(d > -9.2e18 && d < 9.2e18))
        return too_large(r, at);
    *v = (struct value){.kind = VALUE_INT, .i = (int64_t)d};
    return true;
}

/* v is d without its fraction; to the nearest, halves to even. */
static bool round_up(double d, struct value *v)
{
    const double part = d - (double)v->i;
    const bool odd = v->i % 2 != 0;

    if (part > 0.5 || (odd && !(part < 0.5)))
        v->i++;
    if (part < -0.5 || (odd && !(part > -0.5)))
        v->i--;
    return true;
}

static bool call_number(struct code_runner *r, struct pkt_place at, enum code_function f,
                        const struct value *a, struct value *v)
{
    if (a->kind == VALUE_TEXT && (f == FN_INT || f == FN_FLOAT)) {
        char *end;
        const double d = strtod(a->s, &end);
        if (end == a->s || *end)
            return code_error(r, at, "this text is no number");
        if (f == FN_INT)
            return to_whole(r, at, d, v);
        *v = (struct value){.kind = VALUE_FLOAT, .d = d};
        return true;
    }
    if (!is_number(a))
        return code_error(r, at, "this cannot be done with %s", kind_word(a));
    if (f == FN_FLOAT)
        *v = (struct value){.kind = VALUE_FLOAT, .d = real_of(a)};
    else if (f == FN_ABS)
        return (is_whole(a) ? a->i < 0 : a->d < 0) ? value_unary(r, at, OP_NEG, a, v)
                                                   : value_unary(r, at, OP_POS, a, v);
    else if (a->kind != VALUE_FLOAT)
        *v = (struct value){.kind = VALUE_INT, .i = a->i};
    else
        return to_whole(r, at, a->d, v) && (f != FN_ROUND || round_up(a->d, v));
    return true;
}

static bool call_extreme(struct code_runner *r, struct pkt_place at, enum code_function f,
                         const struct value *arg, size_t n, struct value *v)
{
    bool better = false;

    if (n == 1 && arg->kind == VALUE_LIST) {
        n = arg->n;
        arg = arg->item;
    }
    if (n == 0)
        return code_error(r, at, "the least or greatest of nothing");
    *v = arg[0];
    for (size_t i = 1; i < n; i++) {
        if (!value_compare(r, at, f == FN_MIN ? OP_LT : OP_GT, &arg[i], v, &better))
            return false;
        if (better)
            *v = arg[i];
    }
    return true;
}

bool value_call(struct code_runner *r, struct pkt_place at, enum code_function f, const struct value *arg,
                size_t n, struct value *v)
{
    struct sbuf b = SBUF_INIT;

    if (f == FN_MIN || f == FN_MAX)
        return call_extreme(r, at, f, arg, n, v);
    if (n != 1)
        return code_error(r, at, "this function takes one value, not %zu", n);
    if (f == FN_BOOL) {
        *v = (struct value){.kind = VALUE_BOOL, .i = value_true(arg)};
        return true;
    }
    if (f == FN_STR) {
        value_print(arg, false, &b);
        return text_value(r, at, &b, v);
    }
    if (f == FN_LEN) {
        if (arg->kind != VALUE_TEXT && arg->kind != VALUE_LIST)
            return code_error(r, at, "%s has no length", kind_word(arg));
        *v = (struct value){.kind = VALUE_INT, .i = (int64_t)arg->n};
        return true;
    }
    return call_number(r, at, f, arg, v);
}
