/* Text to tokens: comments, #ifdef and definitions are gone behind here. */
#include <string.h>

#include "sim/packetdrill/internal.h"

enum {
    SHOWN_MAX = 40,        /* bytes of a token that a message repeats */
    DEFINITIONS_MAX = 256, /* each word is looked up among them all */
};

bool parse_fail(struct parser *p, struct pkt_place at, const char *fmt, ...)
{
    va_list ap;

    if (p->outcome != SCRIPT_OK)
        return false;
    p->outcome = SCRIPT_WRONG;
    va_start(ap, fmt);
    diag_vset(p->d, p->s->path, at.line, at.column, fmt, ap);
    va_end(ap);
    return false;
}

bool parse_refuse(struct parser *p, struct pkt_place at, const char *fmt, ...)
{
    struct diag d;
    va_list ap;

    if (p->outcome != SCRIPT_OK)
        return false;
    p->outcome = SCRIPT_REFUSED;
    va_start(ap, fmt);
    diag_vset(&d, NULL, 0, 0, fmt, ap);
    va_end(ap);
    return diag_set(p->d, p->s->path, at.line, at.column, "not supported: %s", d.message);
}

const char *token_shown(struct parser *p)
{
    const struct token *t = &p->t;
    const size_t n = t->raw_len < SHOWN_MAX ? t->raw_len : SHOWN_MAX;
    char *s;

    if (t->kind == TOKEN_END)
        return "the end of the script";
    s = memory_get(p->m, n + 6);
    s[0] = '"';
    memcpy(s + 1, t->raw, n);
    memcpy(s + 1 + n, n < t->raw_len ? "...\"" : "\"", n < t->raw_len ? 5 : 2);
    return s;
}

bool parse_expected(struct parser *p, const char *what)
{
    return parse_fail(p, p->t.at, "expected %s, not %s", what, token_shown(p));
}

/* ---- characters ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The character at pos + i; NUL beyond the end. */
static char peek(const struct parser *p, size_t i)
{
    return p->n - p->pos > i ? p->text[p->pos + i] : '\0';
}

static void step(struct parser *p, size_t n)
{
    while (n-- > 0 && p->pos < p->n) {
        const unsigned char c = (unsigned char)p->text[p->pos++];
        if (c == '\n') {
            p->here.line++;
            p->here.column = 1;
        } else if (p->pos >= p->n || ((unsigned char)p->text[p->pos] & 0xc0) != 0x80) {
            p->here.column++; /* the next byte begins a character */
        }
    }
}

static bool looking_at(const struct parser *p, const char *word)
{
    const size_t n = strlen(word);

    return p->n - p->pos >= n && memcmp(p->text + p->pos, word, n) == 0;
}

static void step_line(struct parser *p)
{
    while (p->pos < p->n && p->text[p->pos] != '\n')
        step(p, 1);
}

/* ---- definitions ---- */

bool lex_define(struct parser *p, const char *name, size_t name_len, const char *value, size_t value_len)
{
    struct definition d = {memory_text(p->m, name, name_len), NULL, value_len};

    if (value)
        d.value = memory_text(p->m, value, value_len);
    for (size_t i = 0; i < p->n_defines; i++)
        if (strcmp(p->define[i].name, d.name) == 0) {
            p->define[i] = d;
            return true;
        }
    if (p->n_defines == DEFINITIONS_MAX)
        return parse_fail(p, p->here, "too many definitions; at most %d", DEFINITIONS_MAX);
    p->define = memory_more(p->m, p->define, p->n_defines, &p->define_cap, sizeof *p->define);
    p->define[p->n_defines++] = d;
    return true;
}

static const struct definition *defined(const struct parser *p, const char *name, size_t n)
{
    for (size_t i = 0; i < p->n_defines; i++)
        if (strlen(p->define[i].name) == n && memcmp(p->define[i].name, name, n) == 0)
            return &p->define[i];
    return NULL;
}

/* ---- #ifdef ---- */

static void step_blanks(struct parser *p)
{
    while (peek(p, 0) == ' ' || peek(p, 0) == '\t')
        step(p, 1);
}

static size_t word_length(const struct parser *p)
{
    size_t n = 0;

    while (is_word(peek(p, n)))
        n++;
    return n;
}

/* Passes over a branch that is not taken; stops behind its #else (*at_else) or #endif. */
static bool skip_branch(struct parser *p, struct pkt_place from, bool *at_else)
{
    size_t inner = 0;

    for (*at_else = false; p->pos < p->n; step(p, 1)) {
        if (looking_at(p, "//"))
            step_line(p);
        if (looking_at(p, "#ifdef") || looking_at(p, "#ifndef")) {
            inner++;
        } else if (looking_at(p, "#endif")) {
            if (inner-- == 0) {
                step(p, 6);
                return true;
            }
        } else if (looking_at(p, "#else") && inner == 0) {
            step(p, 5);
            *at_else = true;
            return true;
        }
    }
    return parse_fail(p, from, "this branch has no #endif");
}

static bool directive_if(struct parser *p, struct pkt_place at, bool wanted)
{
    size_t n;
    bool take, at_else;

    while (is_space(peek(p, 0)))
        step(p, 1);
    n = word_length(p);
    if (n == 0 || is_digit(peek(p, 0)))
        return parse_fail(p, p->here, "expected a name behind #ifdef or #ifndef");
    take = (defined(p, p->text + p->pos, n) != NULL) == wanted;
    step(p, n);
    if (p->n_open == SCRIPT_NESTING_MAX)
        return parse_fail(p, at, "too many #ifdef in one another; at most %d", SCRIPT_NESTING_MAX);
    if (!take) {
        if (!skip_branch(p, at, &at_else))
            return false;
        if (!at_else)
            return true;
    }
    p->open[p->n_open].at = at;
    p->open[p->n_open++].had_else = !take;
    return true;
}

static bool directive_else(struct parser *p, struct pkt_place at)
{
    bool at_else;

    if (p->n_open == 0 || p->open[p->n_open - 1].had_else)
        return parse_fail(p, at, "this #else has no #ifdef");
    p->n_open--;
    if (!skip_branch(p, at, &at_else))
        return false;
    return !at_else || parse_fail(p, p->here, "a second #else; expected #endif");
}

static bool directive_define(struct parser *p)
{
    const char *name, *value;
    size_t n, m = 0;

    step_blanks(p);
    name = p->text + p->pos;
    n = word_length(p);
    if (n == 0 || is_digit(*name))
        return parse_fail(p, p->here, "expected a name behind #define");
    step(p, n);
    step_blanks(p);
    value = p->text + p->pos;
    while (p->n - p->pos > m && value[m] != '\n' && !(value[m] == '/' && peek(p, m + 1) == '/'))
        m++;
    step(p, m);
    while (m > 0 && is_space(value[m - 1]))
        m--;
    return lex_define(p, name, n, m > 0 ? value : NULL, m);
}

static bool directive(struct parser *p)
{
    const struct pkt_place at = p->here;

    step(p, 1);
    if (looking_at(p, "ifdef")) {
        step(p, 5);
        return directive_if(p, at, true);
    }
    if (looking_at(p, "ifndef")) {
        step(p, 6);
        return directive_if(p, at, false);
    }
    if (looking_at(p, "else")) {
        step(p, 4);
        return directive_else(p, at);
    }
    if (looking_at(p, "endif")) {
        step(p, 5);
        if (p->n_open == 0)
            return parse_fail(p, at, "this #endif has no #ifdef");
        p->n_open--;
        return true;
    }
    if (looking_at(p, "define")) {
        step(p, 6);
        return directive_define(p);
    }
    return parse_fail(p, at, "expected #ifdef, #ifndef, #else, #endif or #define (comments begin with //)");
}

/* ---- white space and comments ---- */

static bool comment(struct parser *p)
{
    const struct pkt_place at = p->here;

    for (step(p, 2); p->pos < p->n; step(p, 1))
        if (looking_at(p, "*/")) {
            step(p, 2);
            return true;
        }
    return parse_fail(p, at, "this comment has no end; expected */");
}

static bool skip_space(struct parser *p)
{
    for (;;) {
        if (p->pos == p->n)
            return true;
        if (is_space(peek(p, 0))) {
            step(p, 1);
        } else if (looking_at(p, "//")) {
            step_line(p);
        } else if (looking_at(p, "/*")) {
            if (!comment(p))
                return false;
        } else if (peek(p, 0) == '#') {
            if (!directive(p))
                return false;
        } else {
            return true;
        }
    }
}

/* ---- tokens ---- */

/* Seconds, as `12`, `.5` or `1.25`, in nanoseconds; digits beyond them are dropped. */
static vtime seconds(const char *s, size_t n)
{
    vtime t = 0, unit = NS_PER_S;
    bool fraction = false;

    if (n > 0 && s[0] == '-')
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '.') {
            fraction = true;
        } else if (fraction) {
            unit /= 10;
            t += (s[i] - '0') * unit;
        } else {
            if (t > VTIME_MAX / 10)
                return -1;
            t = t * 10 + (s[i] - '0') * NS_PER_S;
        }
        if (t > VTIME_MAX)
            return -1;
    }
    return t;
}

static void number_value(struct token *t, bool hex)
{
    const bool negative = t->raw[0] == '-';
    uint64_t v = 0;

    for (size_t i = hex ? 2 : negative; i < t->raw_len; i++) {
        const unsigned digit = (unsigned)hex_value(t->raw[i]), base = hex ? 16 : 10;
        if (v > (UINT64_MAX - digit) / base)
            t->too_large = true;
        v = v * base + digit;
    }
    if (v > INT64_MAX && !(hex && !t->too_large))
        t->too_large = true;
    if (t->too_large)
        v = INT64_MAX;
    t->value = negative ? -(int64_t)v : (int64_t)v;
}

/* How long the number at s is, 0 if there is none; what kind it is. */
static size_t number_length(const char *s, size_t n, enum token_kind *kind)
{
    size_t i = 0;

    *kind = TOKEN_INT;
    if (n > 2 && s[0] == '0' && s[1] == 'x' && hex_value(s[2]) >= 0) {
        *kind = TOKEN_HEX;
        for (i = 2; i < n && hex_value(s[i]) >= 0;)
            i++;
        return i;
    }
    if (n > 0 && s[0] == '-')
        i++;
    while (i < n && is_digit(s[i]))
        i++;
    if (i + 1 < n && s[i] == '.' && is_digit(s[i + 1])) {
        *kind = TOKEN_DECIMAL;
        for (i++; i < n && is_digit(s[i]);)
            i++;
        return i;
    }
    return i > 0 && is_digit(s[i - 1]) ? i : 0;
}

static void set_raw(struct parser *p, enum token_kind kind, size_t n)
{
    p->t.kind = kind;
    p->t.raw = p->text + p->pos;
    p->t.raw_len = n;
    step(p, n);
}

static void finish_number(struct token *t)
{
    if (t->kind != TOKEN_DECIMAL)
        number_value(t, t->kind == TOKEN_HEX);
    t->time = t->kind == TOKEN_HEX ? -1 : seconds(t->raw, t->raw_len);
}

static char escape(const char *s, size_t n, size_t *used)
{
    static const char from[] = "abfnrtv0", to[] = "\a\b\f\n\r\t\v";
    const char *f;

    *used = 1;
    if (s[0] == 'x' && n >= 3 && hex_value(s[1]) >= 0 && hex_value(s[2]) >= 0) {
        *used = 3;
        return (char)(hex_value(s[1]) * 16 + hex_value(s[2]));
    }
    f = strchr(from, s[0]);
    return s[0] && f ? to[f - from] : s[0];
}

static void resolve_string(struct parser *p, const char *s, size_t n)
{
    char *to = memory_get(p->m, n + 1);
    size_t used;

    p->t.text = to;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\' && i + 1 < n) {
            *to++ = escape(s + i + 1, n - i - 1, &used);
            i += used;
        } else {
            *to++ = s[i];
        }
    }
    p->t.text_len = (size_t)(to - p->t.text);
}

/* "..." or `...`, with \ before a quote of its own kind. */
static bool lex_quoted(struct parser *p, char quote)
{
    const size_t from = p->pos;
    size_t n;

    step(p, 1);
    p->t.inside = p->here;
    while (p->pos < p->n && peek(p, 0) != quote) {
        if (quote == '"' && peek(p, 0) == '\n')
            break;
        step(p, peek(p, 0) == '\\' ? 2 : 1);
    }
    if (p->pos >= p->n || peek(p, 0) != quote)
        return parse_fail(p, p->t.at,
                          quote == '"' ? "this string has no end; expected \" on the same line"
                                       : "this shell line has no end; expected `");
    n = p->pos - from - 1;
    step(p, 1);
    p->t.raw = p->text + from;
    p->t.raw_len = n + 2;
    p->t.kind = quote == '"' ? TOKEN_STRING : TOKEN_SHELL;
    if (quote == '"') {
        resolve_string(p, p->t.raw + 1, n);
    } else {
        p->t.text = memory_text(p->m, p->t.raw + 1, n);
        p->t.text_len = n;
    }
    return true;
}

static bool lex_code(struct parser *p)
{
    const char *from = p->text + p->pos, *text;
    size_t n;

    step(p, 2);
    step_blanks(p);
    p->t.inside = p->here;
    text = p->text + p->pos;
    while (p->pos < p->n && !looking_at(p, "}%"))
        step(p, 1);
    if (p->pos == p->n)
        return parse_fail(p, p->t.at, "this code has no end; expected }%%");
    n = (size_t)(p->text + p->pos - text);
    while (n > 0 && is_space(text[n - 1]))
        n--;
    step(p, 2);
    p->t.kind = TOKEN_CODE;
    p->t.raw = from;
    p->t.raw_len = (size_t)(p->text + p->pos - from);
    p->t.text = memory_text(p->m, text, n);
    p->t.text_len = n;
    return true;
}

/* Whether s is in quotes, with none of them inside. */
static bool is_quoted(const char *s, size_t n, char quote)
{
    if (n < 2 || s[0] != quote)
        return false;
    for (size_t i = 1; i < n; i++) {
        if (s[i] == quote || s[i] == '\n')
            return i == n - 1 && s[i] == quote;
        i += s[i] == '\\';
    }
    return false;
}

static bool is_all_word(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_word(s[i]))
            return false;
    return true;
}

/* A word that --define or #define gave a meaning takes it: a string, a shell line, a number or another word.
 */
static bool substitute(struct parser *p)
{
    const struct definition *d = defined(p, p->t.text, p->t.text_len);
    const size_t n = d ? d->value_len : 0;
    enum token_kind kind;

    if (!d || !d->value || n == 0)
        return true;
    p->t.raw = d->value;
    p->t.raw_len = n;
    if (is_quoted(d->value, n, '"')) {
        p->t.kind = TOKEN_STRING;
        resolve_string(p, d->value + 1, n - 2);
    } else if (is_quoted(d->value, n, '`')) {
        p->t.kind = TOKEN_SHELL;
        p->t.inside = p->t.at;
        p->t.text = memory_text(p->m, d->value + 1, n - 2);
        p->t.text_len = n - 2;
    } else if (number_length(d->value, n, &kind) == n) {
        p->t.kind = kind;
        finish_number(&p->t);
    } else if (is_all_word(d->value, n)) {
        p->t.text = d->value;
        p->t.text_len = n;
    } else {
        return parse_fail(p, p->t.at,
                          "%s is defined as %s; expected a number, a word, \"text\" or `a shell line`",
                          d->name, d->value);
    }
    return true;
}

/* Words may hold `-` in a few option names only: gen-5, exp-f989, exp-FO, exp-AccECN0. */
static size_t option_word(const struct parser *p, size_t n)
{
    const char *s = p->text + p->pos;

    if (n != 3 || peek(p, 3) != '-' || !is_word(peek(p, 4)) ||
        (memcmp(s, "gen", 3) != 0 && memcmp(s, "exp", 3) != 0 && memcmp(s, "EXP", 3) != 0))
        return n;
    for (n = 4; is_word(peek(p, n));)
        n++;
    return n;
}

static bool lex_word(struct parser *p)
{
    const size_t n = option_word(p, word_length(p));

    set_raw(p, TOKEN_WORD, n);
    p->t.text = memory_text(p->m, p->t.raw, n);
    p->t.text_len = n;
    return substitute(p);
}

static bool lex_token(struct parser *p)
{
    enum token_kind kind;
    const size_t number = number_length(p->text + p->pos, p->n - p->pos, &kind), word = word_length(p);

    if (looking_at(p, "...")) {
        set_raw(p, TOKEN_ELLIPSIS, 3);
    } else if (number > 0 && number >= word) {
        set_raw(p, kind, number);
        finish_number(&p->t);
    } else if (word > 0) {
        return lex_word(p);
    } else if (looking_at(p, "--") && is_word(peek(p, 2))) {
        size_t n = 2;
        while (is_word(peek(p, n)))
            n++;
        set_raw(p, TOKEN_FLAG, n);
        p->t.text = memory_text(p->m, p->t.raw + 2, n - 2);
        p->t.text_len = n - 2;
    } else if (peek(p, 0) == '"' || peek(p, 0) == '`') {
        return lex_quoted(p, peek(p, 0));
    } else if (looking_at(p, "%{")) {
        return lex_code(p);
    } else {
        size_t n = 1; /* a whole character, for messages */
        p->t.c = peek(p, 0);
        while ((peek(p, n) & 0xc0) == 0x80)
            n++;
        set_raw(p, TOKEN_CHAR, n);
    }
    return true;
}

bool lex_check(struct parser *p)
{
    const char *nul = memchr(p->text, '\0', p->n);

    if (!nul)
        return true;
    step(p, (size_t)(nul - p->text) - p->pos);
    return parse_fail(p, p->here, "expected a script, which is text, not a NUL octet");
}

bool lex_next(struct parser *p)
{
    p->end = p->here;
    p->t = (struct token){.kind = TOKEN_END, .at = p->here};
    if (p->outcome != SCRIPT_OK || !skip_space(p))
        return false;
    p->t.at = p->here;
    if (memory_full(p->m))
        return parse_fail(p, p->here, "this script is too large: more than %d parts", SCRIPT_NODES_MAX);
    if (p->pos == p->n) {
        if (p->n_open > 0)
            return parse_fail(p, p->open[p->n_open - 1].at, "this branch has no #endif");
        return true;
    }
    if (!lex_token(p)) {
        p->t.kind = TOKEN_END;
        return false;
    }
    return true;
}

bool lex_flag_value(struct parser *p, const char **value, struct pkt_place *at)
{
    size_t from;
    char quote = '\0';

    *value = NULL;
    *at = p->here;
    if (peek(p, 0) != '=')
        return lex_next(p);
    step(p, 1);
    step_blanks(p);
    *at = p->here;
    for (from = p->pos; p->pos < p->n && (quote || !is_space(peek(p, 0))); step(p, 1)) {
        const char c = peek(p, 0);
        if (quote && (c == quote || c == '\n'))
            quote = '\0';
        else if (!quote && (c == '"' || c == '`'))
            quote = c;
        else if (!quote && looking_at(p, "//"))
            break;
    }
    if (p->pos == from)
        return parse_fail(p, *at, "expected the value of --%s", p->t.text);
    *value = memory_text(p->m, p->text + from, p->pos - from);
    return lex_next(p);
}

bool lex_note(struct parser *p, const char **text)
{
    char *to;
    size_t n = 0, from = p->pos;

    CHECK(token_is(p, '('));
    while (p->pos < p->n && peek(p, 0) != ')' && peek(p, 0) != '\n')
        step(p, 1);
    if (peek(p, 0) != ')')
        return parse_fail(p, p->t.at, "these parentheses have no end; expected ) on the same line");
    to = memory_get(p->m, p->pos - from + 1);
    for (; from < p->pos; from++) {
        const char c = p->text[from];
        if (!is_space(c))
            to[n++] = c;
        else if (n > 0 && to[n - 1] != ' ')
            to[n++] = ' ';
    }
    if (n > 0 && to[n - 1] == ' ')
        n--;
    to[n] = '\0';
    *text = to;
    step(p, 1);
    return lex_next(p);
}

/* ---- what the grammar asks of tokens ---- */

bool token_is_word(const struct parser *p, const char *word)
{
    return p->t.kind == TOKEN_WORD && strcmp(p->t.text, word) == 0;
}

bool token_take(struct parser *p, char c)
{
    if (!token_is(p, c))
        return false;
    lex_next(p);
    return true;
}

bool token_take_word(struct parser *p, const char *word)
{
    if (!token_is_word(p, word))
        return false;
    lex_next(p);
    return true;
}

bool token_need(struct parser *p, char c, const char *what)
{
    if (!token_is(p, c))
        return parse_expected(p, what);
    return lex_next(p);
}

bool token_number(struct parser *p, const char *what, int64_t least, int64_t most, int64_t *value)
{
    *value = least;
    if (p->t.kind != TOKEN_INT && p->t.kind != TOKEN_HEX)
        return parse_expected(p, what);
    if (p->t.too_large || p->t.value < least || p->t.value > most)
        return parse_fail(p, p->t.at, "expected %s from %lld to %lld, not %s", what, (long long)least,
                          (long long)most, token_shown(p));
    *value = p->t.value;
    return lex_next(p);
}
