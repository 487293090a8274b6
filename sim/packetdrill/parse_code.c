/* Reads a snippet of code: a corner of Python. */
#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/code_internal.h"

enum code_token { CODE_END, CODE_LINE, CODE_INT, CODE_FLOAT, CODE_TEXT, CODE_NAME, CODE_SIGN };

struct reader {
    struct parser *p;
    const char *s;
    size_t n, i;
    struct pkt_place here;
    size_t open; /* brackets: a new line inside is only a blank */
    size_t nodes;
    int depth;
    /* the present token */
    enum code_token kind;
    struct pkt_place at;
    size_t from, end; /* of it in s; end of the token before: last_end */
    size_t last_end;
    int64_t value;
    double real;
    const char *text; /* NAME, TEXT, SIGN */
    size_t len;
    int indent; /* LINE: how far the next line is indented */
};

static struct node *expression(struct reader *r);

static char ahead(const struct reader *r, size_t k)
{
    return r->n - r->i > k ? r->s[r->i + k] : '\0';
}

static void go(struct reader *r, size_t k)
{
    while (k-- > 0 && r->i < r->n) {
        if (r->s[r->i++] == '\n') {
            r->here.line++;
            r->here.column = 1;
        } else if (((unsigned char)ahead(r, 0) & 0xc0) != 0x80) {
            r->here.column++;
        }
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool unexpected(struct reader *r, const char *wanted)
{
    const size_t n = r->end - r->from < 40 ? r->end - r->from : 40;

    if (r->kind == CODE_END || r->kind == CODE_LINE)
        return parse_fail(r->p, r->at, "in this code: expected %s, not the end of the %s", wanted,
                          r->kind == CODE_END ? "code" : "line");
    return parse_fail(r->p, r->at, "in this code: expected %s, not \"%.*s\"", wanted, (int)n, r->s + r->from);
}

/* ---- tokens ---- */

static bool read_number(struct reader *r)
{
    char buffer[64];
    char *end;
    size_t n = 0;
    bool real = false;

    if (ahead(r, 0) == '0' && (ahead(r, 1) == 'x' || ahead(r, 1) == 'X'))
        n = 2;
    while (is_digit(ahead(r, n)) || is_letter(ahead(r, n)) || (ahead(r, n) == '.' && ahead(r, 1) != 'x'))
        real |= ahead(r, n++) == '.';
    real |= ahead(r, 1) != 'x' && n < sizeof buffer && memchr(r->s + r->i, 'e', n) != NULL;
    if (n >= sizeof buffer)
        return parse_fail(r->p, r->at, "in this code: this number is too long");
    memcpy(buffer, r->s + r->i, n);
    buffer[n] = '\0';
    r->kind = real ? CODE_FLOAT : CODE_INT;
    if (real) {
        r->real = strtod(buffer, &end);
    } else {
        const unsigned long long v = strtoull(buffer, &end, buffer[1] == 'x' || buffer[1] == 'X' ? 16 : 10);
        if (v > INT64_MAX) { /* 2^64 - 1 stands for "no limit"; as a fraction it can still be compared */
            r->kind = CODE_FLOAT;
            r->real = strtod(buffer, &end);
        }
        r->value = v > INT64_MAX ? 0 : (int64_t)v;
    }
    if (*end == 'L' && end[1] == '\0') /* Python 2's long */
        end++;
    if (*end)
        return parse_fail(r->p, r->at, "in this code: expected a number, not \"%s\"", buffer);
    go(r, n);
    return true;
}

static bool read_text(struct reader *r)
{
    static const char from[] = "ntr0", to[] = "\n\t\r";
    const char quote = ahead(r, 0);
    char *out;
    size_t n = 0;

    if (ahead(r, 1) == quote && ahead(r, 2) == quote)
        return parse_refuse(r->p, r->at, "a text in triple quotes in code");
    for (n = 1; ahead(r, n) != quote && r->i + n < r->n && ahead(r, n) != '\n';)
        n += ahead(r, n) == '\\' ? 2 : 1;
    out = memory_get(r->p->m, n + 1);
    n = 0;
    for (go(r, 1); ahead(r, 0) != quote; go(r, 1)) {
        if (r->i >= r->n || ahead(r, 0) == '\n')
            return parse_fail(r->p, r->at, "in this code: this text has no end; expected %c", quote);
        if (ahead(r, 0) == '\\' && r->i + 1 < r->n) {
            const char *f;
            go(r, 1);
            f = ahead(r, 0) ? strchr(from, ahead(r, 0)) : NULL;
            out[n++] = f ? to[f - from] : ahead(r, 0);
        } else {
            out[n++] = ahead(r, 0);
        }
    }
    go(r, 1);
    r->kind = CODE_TEXT;
    r->text = out;
    r->len = n;
    return true;
}

static bool read_sign(struct reader *r)
{
    static const char *const signs[] = {"**=", "//=", "<<=", ">>=", "==", "!=", "<=", ">=", "**",
                                        "//",  "<<",  ">>",  "+=",  "-=", "*=", "/=", "%=", "+",
                                        "-",   "*",   "/",   "%",   "<",  ">",  "=",  "(",  ")",
                                        "[",   "]",   ",",   ":",   ";",  "&",  "|",  "^",  "~"};

    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (r->n - r->i >= strlen(signs[i]) && memcmp(r->s + r->i, signs[i], strlen(signs[i])) == 0) {
            r->kind = CODE_SIGN;
            r->text = signs[i];
            go(r, strlen(signs[i]));
            if (signs[i][0] == '(' || signs[i][0] == '[')
                r->open++;
            if ((signs[i][0] == ')' || signs[i][0] == ']') && r->open > 0)
                r->open--;
            return true;
        }
    if (strchr(".{}@`", ahead(r, 0)))
        return parse_refuse(r->p, r->at, "\"%c\" in code", ahead(r, 0));
    return parse_fail(r->p, r->at, "in this code: a character that has no place here");
}

/* Blanks, comments and, inside brackets, new lines. Empty lines count as one. True: a new line begins. */
static bool skip(struct reader *r)
{
    bool line = false;

    for (;;) {
        const char c = ahead(r, 0);
        if (c == '\n') {
            line |= r->open == 0;
            r->indent = 0;
            go(r, 1);
        } else if (c == '\\' && ahead(r, 1) == '\n') {
            go(r, 2);
        } else if (c == ' ' || c == '\t' || c == '\r') {
            r->indent += c == '\t' ? 8 : 1;
            go(r, 1);
        } else if (c == '#') {
            while (r->i < r->n && ahead(r, 0) != '\n')
                go(r, 1);
        } else {
            return line;
        }
    }
}

static bool next(struct reader *r)
{
    const struct pkt_place before = r->here;
    bool line;

    if (r->p->outcome != SCRIPT_OK) {
        r->kind = CODE_END;
        return false;
    }
    r->last_end = r->end;
    line = skip(r);
    r->at = line ? before : r->here;
    r->from = r->i;
    if (line || r->i == r->n) {
        r->kind = r->i == r->n ? CODE_END : CODE_LINE;
        r->end = r->i;
        return true;
    }
    if (is_digit(ahead(r, 0)) || (ahead(r, 0) == '.' && is_digit(ahead(r, 1)))) {
        if (!read_number(r))
            return false;
    } else if (is_letter(ahead(r, 0))) {
        size_t n = 0;
        while (is_letter(ahead(r, n)) || is_digit(ahead(r, n)))
            n++;
        r->kind = CODE_NAME;
        r->text = memory_text(r->p->m, r->s + r->i, n);
        go(r, n);
    } else if (ahead(r, 0) == '"' || ahead(r, 0) == '\'') {
        if (!read_text(r))
            return false;
    } else if (!read_sign(r)) {
        return false;
    }
    r->end = r->i;
    return true;
}

static bool is_sign(const struct reader *r, const char *sign)
{
    return r->kind == CODE_SIGN && strcmp(r->text, sign) == 0;
}

static bool is_name(const struct reader *r, const char *name)
{
    return r->kind == CODE_NAME && strcmp(r->text, name) == 0;
}

static bool take_sign(struct reader *r, const char *sign)
{
    return is_sign(r, sign) && (next(r), true);
}

static bool take_name(struct reader *r, const char *name)
{
    return is_name(r, name) && (next(r), true);
}

/* ---- expressions ---- */

static struct node *node_new(struct reader *r, enum node_kind kind)
{
    struct node *x = memory_get(r->p->m, sizeof *x);

    x->kind = kind;
    x->at = r->at;
    if (++r->nodes > CODE_NODES_MAX)
        parse_fail(r->p, r->at, "this code is too large: more than %d parts", CODE_NODES_MAX);
    return x;
}

static bool deeper(struct reader *r)
{
    if (r->depth >= 3 * SCRIPT_NESTING_MAX) /* a bracket passes here three times */
        return parse_fail(r->p, r->at, "in this code: too much in one another; at most %d",
                          SCRIPT_NESTING_MAX);
    r->depth++;
    return true;
}

static struct node *sound(const struct reader *r, struct node *x)
{
    return r->p->outcome == SCRIPT_OK ? x : NULL;
}

static bool add_item(struct reader *r, struct node ***item, size_t *n, size_t *cap, struct node *x)
{
    if (!x)
        return false;
    *item = memory_more(r->p->m, *item, *n, cap, sizeof **item);
    (*item)[(*n)++] = x;
    return true;
}

/* Expressions with commas, up to the closing sign, which is taken. *comma: there was one. */
static bool items(struct reader *r, const char *close, struct node ***item, size_t *n, bool *comma)
{
    size_t cap = 0;

    for (*comma = false; !is_sign(r, close);) {
        if (!add_item(r, item, n, &cap, expression(r)))
            return false;
        if (!take_sign(r, ","))
            break;
        *comma = true;
    }
    return take_sign(r, close) || unexpected(r, ", or the closing bracket");
}

static struct node *call(struct reader *r, const char *name, struct pkt_place at)
{
    static const char *const names[FUNCTIONS] = {"abs", "bool", "float", "int", "len",
                                                 "max", "min",  "round", "str"};
    struct node *x = node_new(r, NODE_CALL);
    bool comma;

    x->at = at;
    while (x->function < FUNCTIONS && strcmp(names[x->function], name) != 0)
        x->function++;
    if (x->function == FUNCTIONS) {
        parse_refuse(r->p, at, "the function %s in code", name);
        return NULL;
    }
    next(r);
    return items(r, ")", &x->item, &x->n, &comma) ? sound(r, x) : NULL;
}

static const char *const keywords[] = {"and",      "as",     "assert",   "async",  "await", "break",  "class",
                                       "continue", "def",    "del",      "elif",   "else",  "except", "exec",
                                       "finally",  "for",    "from",     "global", "if",    "import", "in",
                                       "is",       "lambda", "nonlocal", "not",    "or",    "pass",   "raise",
                                       "return",   "try",    "while",    "with",   "yield"};

static struct node *name_or_call(struct reader *r)
{
    struct node *x = node_new(r, NODE_NAME);

    x->text = r->text;
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
        if (strcmp(keywords[i], r->text) == 0) {
            if (strcmp(r->text, "lambda") == 0)
                parse_refuse(r->p, r->at, "\"lambda\" in code");
            unexpected(r, "a value");
            return NULL;
        }
    next(r);
    if (strcmp(x->text, "True") == 0 || strcmp(x->text, "False") == 0) {
        x->kind = NODE_VALUE;
        x->value = (struct value){.kind = VALUE_BOOL, .i = x->text[0] == 'T'};
    } else if (strcmp(x->text, "None") == 0) {
        x->kind = NODE_VALUE;
    } else if (is_sign(r, "(")) {
        return call(r, x->text, x->at);
    }
    return x;
}

static struct node *bracket(struct reader *r)
{
    const bool round = is_sign(r, "(");
    struct node *x = node_new(r, NODE_LIST);
    bool comma;

    if (!deeper(r))
        return NULL;
    x->tuple = round;
    next(r);
    if (!items(r, round ? ")" : "]", &x->item, &x->n, &comma))
        return NULL;
    r->depth--;
    return sound(r, round && x->n == 1 && !comma ? x->item[0] : x);
}

static struct node *atom(struct reader *r)
{
    struct node *x;

    if (r->kind == CODE_NAME)
        return name_or_call(r);
    if (is_sign(r, "(") || is_sign(r, "["))
        return bracket(r);
    if (r->kind != CODE_INT && r->kind != CODE_FLOAT && r->kind != CODE_TEXT) {
        unexpected(r, "a value");
        return NULL;
    }
    x = node_new(r, NODE_VALUE);
    if (r->kind == CODE_INT)
        x->value = (struct value){.kind = VALUE_INT, .i = r->value};
    else if (r->kind == CODE_FLOAT)
        x->value = (struct value){.kind = VALUE_FLOAT, .d = r->real};
    else
        x->value = (struct value){.kind = VALUE_TEXT, .s = r->text, .n = r->len};
    next(r);
    return x;
}

static struct node *power(struct reader *r)
{
    static const struct {
        const char *sign;
        enum code_op op;
    } unary[] = {{"-", OP_NEG}, {"+", OP_POS}, {"~", OP_INVERT}};
    struct node *x = NULL, *whole;

    if (!deeper(r))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(unary) && !x; i++)
        if (is_sign(r, unary[i].sign)) {
            x = node_new(r, NODE_UNARY);
            x->op = unary[i].op;
            next(r);
            x->a = power(r);
            if (!x->a)
                return NULL;
            r->depth--;
            return sound(r, x);
        }
    x = atom(r);
    if (x && is_sign(r, "[")) {
        parse_refuse(r->p, r->at, "an element of a list in code");
        return NULL;
    }
    if (x && is_sign(r, "**")) {
        whole = node_new(r, NODE_BINARY);
        whole->op = OP_POW;
        next(r);
        whole->a = x;
        whole->b = power(r);
        x = whole->b ? whole : NULL;
    }
    r->depth--;
    return sound(r, x);
}

/* The arithmetic signs by how tightly they bind. */
static const struct {
    const char *sign;
    enum code_op op;
    int level;
} binaries[] = {
    {"|", OP_BITOR, 1}, {"^", OP_BITXOR, 2}, {"&", OP_BITAND, 3}, {"<<", OP_SHL, 4},
    {">>", OP_SHR, 4},  {"+", OP_ADD, 5},    {"-", OP_SUB, 5},    {"*", OP_MUL, 6},
    {"/", OP_DIV, 6},   {"//", OP_FLOOR, 6}, {"%", OP_MOD, 6},
};

static size_t binary_at(const struct reader *r)
{
    for (size_t i = 0; i < ARRAY_LEN(binaries); i++)
        if (is_sign(r, binaries[i].sign))
            return i;
    return ARRAY_LEN(binaries);
}

static struct node *arithmetic(struct reader *r, int level)
{
    struct node *x = level > 6 ? power(r) : arithmetic(r, level + 1), *whole;
    size_t i;

    if (level > 6)
        return x;
    while (x && (i = binary_at(r)) < ARRAY_LEN(binaries) && binaries[i].level == level) {
        whole = node_new(r, NODE_BINARY);
        whole->op = binaries[i].op;
        next(r);
        whole->a = x;
        whole->b = arithmetic(r, level + 1);
        x = whole->b ? whole : NULL;
    }
    return sound(r, x);
}

/* A comparison's sign, taken, or OP_NONE. */
static enum code_op comparison_sign(struct reader *r)
{
    static const struct {
        const char *sign;
        enum code_op op;
    } signs[] = {{"==", OP_EQ}, {"!=", OP_NE}, {"<", OP_LT}, {"<=", OP_LE}, {">", OP_GT}, {">=", OP_GE}};

    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (take_sign(r, signs[i].sign))
            return signs[i].op;
    if (take_name(r, "in"))
        return OP_IN;
    if (take_name(r, "is"))
        return take_name(r, "not") ? OP_NE : OP_EQ;
    if (is_name(r, "not")) {
        next(r);
        if (take_name(r, "in"))
            return OP_NOT_IN;
        unexpected(r, "in");
    }
    return OP_NONE;
}

static struct node *comparison(struct reader *r)
{
    struct node *x = arithmetic(r, 1), *whole = NULL;
    const struct pkt_place at = r->at;
    enum code_op op;
    size_t cap = 0, ops_cap = 0;

    while (x && (op = comparison_sign(r)) != OP_NONE) {
        if (!whole) {
            whole = node_new(r, NODE_COMPARE);
            whole->at = at;
            add_item(r, &whole->item, &whole->n, &cap, x);
        }
        whole->ops = memory_more(r->p->m, whole->ops, whole->n - 1, &ops_cap, sizeof *whole->ops);
        whole->ops[whole->n - 1] = op;
        x = arithmetic(r, 1);
        if (!add_item(r, &whole->item, &whole->n, &cap, x))
            return NULL;
    }
    return sound(r, whole ? whole : x);
}

static struct node *negation(struct reader *r)
{
    struct node *x;

    if (!is_name(r, "not"))
        return comparison(r);
    if (!deeper(r))
        return NULL;
    x = node_new(r, NODE_UNARY);
    x->op = OP_NOT;
    next(r);
    x->a = negation(r);
    r->depth--;
    return x->a ? sound(r, x) : NULL;
}

/* `and` binds tighter than `or`. */
static struct node *logic(struct reader *r, bool or)
{
    struct node *x = or ? logic(r, false) : negation(r), *whole;

    while (x && is_name(r, or ? "or" : "and")) {
        whole = node_new(r, or ? NODE_OR : NODE_AND);
        next(r);
        whole->a = x;
        whole->b = or ? logic(r, false) : negation(r);
        x = whole->b ? whole : NULL;
    }
    return sound(r, x);
}

static struct node *expression(struct reader *r)
{
    struct node *x, *whole;

    if (!deeper(r) || !(x = logic(r, true)))
        return NULL;
    if (is_name(r, "if")) {
        whole = node_new(r, NODE_CHOICE);
        next(r);
        whole->a = x;
        if (!(whole->b = logic(r, true)))
            return NULL;
        if (!take_name(r, "else")) {
            unexpected(r, "else");
            return NULL;
        }
        if (!(whole->c = expression(r)))
            return NULL;
        x = whole;
    }
    r->depth--;
    return sound(r, x);
}

/* ---- statements ---- */

static struct statement *statement_new(struct reader *r, enum statement_kind kind)
{
    struct statement *x = memory_get(r->p->m, sizeof *x);

    x->kind = kind;
    x->at = r->at;
    if (++r->nodes > CODE_NODES_MAX)
        parse_fail(r->p, r->at, "this code is too large: more than %d parts", CODE_NODES_MAX);
    return x;
}

static struct statement *statement_assert(struct reader *r)
{
    struct statement *x = statement_new(r, STATEMENT_ASSERT);
    size_t from;

    next(r);
    from = r->from;
    if (!(x->a = expression(r)))
        return NULL;
    x->text = memory_text(r->p->m, r->s + from, r->last_end - from);
    if (take_sign(r, ",") && !(x->b = expression(r)))
        return NULL;
    return x;
}

static bool ends_statement(const struct reader *r)
{
    return r->kind == CODE_END || r->kind == CODE_LINE || is_sign(r, ";");
}

/* print(a, b) of Python 3 and print a, b of Python 2. */
static struct statement *statement_print(struct reader *r)
{
    struct statement *x = statement_new(r, STATEMENT_PRINT);
    size_t cap = 0;

    next(r);
    while (!ends_statement(r)) {
        if (!add_item(r, &x->item, &x->n, &cap, expression(r)))
            return NULL;
        if (!take_sign(r, ","))
            break;
    }
    if (x->n == 1 && x->item[0]->kind == NODE_LIST && x->item[0]->tuple) {
        x->n = x->item[0]->n;
        x->item = x->item[0]->item;
    }
    return x;
}

static struct statement *statement_value(struct reader *r)
{
    static const struct {
        const char *sign;
        enum code_op op;
    } assigns[] = {{"=", OP_NONE},    {"+=", OP_ADD}, {"-=", OP_SUB},  {"*=", OP_MUL},  {"/=", OP_DIV},
                   {"//=", OP_FLOOR}, {"%=", OP_MOD}, {"**=", OP_POW}, {"<<=", OP_SHL}, {">>=", OP_SHR}};
    struct statement *x = statement_new(r, STATEMENT_VALUE);

    if (!(x->a = expression(r)))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(assigns); i++)
        if (is_sign(r, assigns[i].sign)) {
            if (x->a->kind != NODE_NAME) {
                unexpected(r, "one name before =");
                return NULL;
            }
            next(r);
            x->kind = STATEMENT_ASSIGN;
            x->text = x->a->text;
            x->op = assigns[i].op;
            x->a = expression(r);
            return x->a ? x : NULL;
        }
    return x;
}

static struct statement *simple(struct reader *r)
{
    static const char *const refused[] = {"break", "class",  "continue", "def",   "del",    "exec", "for",
                                          "from",  "global", "import",   "raise", "return", "try",  "while",
                                          "with",  "yield",  "nonlocal", "async", "await"};

    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if (is_name(r, refused[i])) {
            parse_refuse(r->p, r->at, "\"%s\" in code", refused[i]);
            return NULL;
        }
    if (is_name(r, "assert"))
        return statement_assert(r);
    if (is_name(r, "print"))
        return statement_print(r);
    if (is_name(r, "pass")) {
        struct statement *x = statement_new(r, STATEMENT_PRINT); /* nothing to be done */
        x->kind = STATEMENT_VALUE;
        next(r);
        return x;
    }
    return statement_value(r);
}

static bool statements(struct reader *r, int indent, struct statement **first);

/* What stands behind `:`: the rest of the line, or the lines that are indented further. */
static bool suite(struct reader *r, struct statement **first)
{
    if (!take_sign(r, ":"))
        return unexpected(r, ":");
    if (r->kind == CODE_LINE) {
        const int indent = r->indent;
        next(r);
        return statements(r, indent, first);
    }
    for (;;) {
        struct statement *x = simple(r);
        if (!x || r->p->outcome != SCRIPT_OK)
            return false;
        *first = x;
        first = &x->next;
        if (!take_sign(r, ";"))
            break;
        if (ends_statement(r))
            break;
    }
    return ends_statement(r) || unexpected(r, "the end of the line");
}

static struct statement *statement_if(struct reader *r, int indent)
{
    struct statement *x = statement_new(r, STATEMENT_IF);
    struct reader before;

    if (!deeper(r))
        return NULL;
    next(r);
    if (!(x->a = expression(r)) || !suite(r, &x->body))
        return NULL;
    before = *r;
    if (r->kind == CODE_LINE && (indent < 0 || r->indent >= indent))
        next(r);
    if (is_name(r, "elif")) {
        x->otherwise = statement_if(r, indent);
        if (!x->otherwise)
            return NULL;
    } else if (take_name(r, "else")) {
        if (!suite(r, &x->otherwise))
            return NULL;
    } else if (r->p->outcome == SCRIPT_OK) {
        *r = before;
    }
    r->depth--;
    return x;
}

/* Statements until a line is indented less than indent (-1: until the end). */
static bool statements(struct reader *r, int indent, struct statement **first)
{
    for (;;) {
        struct statement *x;
        while (r->kind == CODE_LINE && (indent < 0 || r->indent >= indent))
            next(r);
        if (r->kind == CODE_END || r->kind == CODE_LINE)
            return r->p->outcome == SCRIPT_OK;
        x = is_name(r, "if") ? statement_if(r, indent) : simple(r);
        if (!x || r->p->outcome != SCRIPT_OK)
            return false;
        *first = x;
        first = &x->next;
        if (!take_sign(r, ";") && !ends_statement(r))
            return unexpected(r, "the end of the line");
    }
}

struct pkt_code *parse_code(struct parser *p)
{
    struct pkt_code *c = memory_get(p->m, sizeof *c);
    struct reader r = {.p = p, .s = p->t.text, .n = p->t.text_len, .here = p->t.inside};

    c->at = p->t.at;
    c->inside = p->t.inside;
    c->text = p->t.text;
    c->program = memory_get(p->m, sizeof *c->program);
    next(&r);
    if (!statements(&r, -1, &c->program->first))
        return NULL;
    lex_next(p);
    return p->outcome == SCRIPT_OK ? c : NULL;
}
