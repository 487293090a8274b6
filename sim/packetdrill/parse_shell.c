/* Shell lines, cut into commands and words. Nothing is expanded and nothing is run. */
#include <string.h>

#include "sim/packetdrill/internal.h"

struct shell {
    struct parser *p;
    const char *s;
    size_t n, i;
    struct pkt_place here;
    char *out; /* where the next word's letters go; there is room for all, and a NUL for each */
};

static char at(const struct shell *h, size_t k)
{
    return h->n - h->i > k ? h->s[h->i + k] : '\0';
}

static void go(struct shell *h, size_t k)
{
    while (k-- > 0 && h->i < h->n) {
        if (h->s[h->i++] == '\n') {
            h->here.line++;
            h->here.column = 1;
        } else if (((unsigned char)at(h, 0) & 0xc0) != 0x80) {
            h->here.column++;
        }
    }
}

/* White space within a line, continued lines and comments. */
static void skip(struct shell *h)
{
    for (;;) {
        if (at(h, 0) == ' ' || at(h, 0) == '\t' || at(h, 0) == '\r') {
            go(h, 1);
        } else if (at(h, 0) == '\\' && at(h, 1) == '\n') {
            go(h, 2);
        } else if (at(h, 0) == '#') {
            while (h->i < h->n && at(h, 0) != '\n')
                go(h, 1);
        } else {
            return;
        }
    }
}

static bool ends_word(char c)
{
    return c == '\0' || strchr(" \t\r\n;&|<>()", c) != NULL;
}

/* $(...), $((...)) and ${...} with all that is inside. */
static bool dollar(struct shell *h, char *to, size_t *n)
{
    const struct pkt_place from = h->here;
    size_t depth = 0;

    to[(*n)++] = at(h, 0);
    go(h, 1);
    if (at(h, 0) != '(' && at(h, 0) != '{')
        return true;
    do {
        const char c = at(h, 0);
        if (h->i >= h->n)
            return parse_fail(h->p, from, "this $ has no end; expected ) or }");
        depth += c == '(' || c == '{';
        depth -= c == ')' || c == '}';
        to[(*n)++] = c;
        go(h, 1);
    } while (depth > 0);
    return true;
}

static bool quoted(struct shell *h, char *to, size_t *n)
{
    const struct pkt_place from = h->here;
    const char quote = at(h, 0);

    for (go(h, 1); at(h, 0) != quote;) {
        if (h->i >= h->n)
            return parse_fail(h->p, from, "these quotes have no end; expected %c", quote);
        if (quote == '"' && at(h, 0) == '$') {
            if (!dollar(h, to, n))
                return false;
            continue;
        }
        if (quote == '"' && at(h, 0) == '\\' && h->i + 1 < h->n && strchr("\"\\$`", at(h, 1)))
            go(h, 1);
        to[(*n)++] = at(h, 0);
        go(h, 1);
    }
    go(h, 1);
    return true;
}

/* The letters of one word behind what to holds already. */
static bool letters(struct shell *h, char *to, size_t *n, bool *was_quoted)
{
    while (!ends_word(at(h, 0))) {
        if (at(h, 0) == '\'' || at(h, 0) == '"') {
            *was_quoted = true;
            if (!quoted(h, to, n))
                return false;
        } else if (at(h, 0) == '$') {
            if (!dollar(h, to, n))
                return false;
        } else {
            if (at(h, 0) == '\\' && h->i + 1 < h->n)
                go(h, 1);
            to[(*n)++] = at(h, 0);
            go(h, 1);
        }
    }
    return true;
}

/* How many characters the redirection here takes without its target: 2>, >>, <, &>, 2>&1; 0: none. */
static size_t redirection(const struct shell *h, bool *complete)
{
    size_t k = 0;

    *complete = false;
    while (at(h, k) >= '0' && at(h, k) <= '9')
        k++;
    if (k == 0 && at(h, 0) == '&' && at(h, 1) == '>')
        k = 1;
    if (at(h, k) != '<' && at(h, k) != '>')
        return 0;
    k += at(h, k) == at(h, k + 1) ? 2 : 1;
    if (at(h, k) == '&')
        for (k++, *complete = true; (at(h, k) >= '0' && at(h, k) <= '9') || at(h, k) == '-';)
            k++;
    return k;
}

static bool parse_shell_word(struct shell *h, struct pkt_word *w)
{
    char *to = h->out;
    bool complete;
    size_t n = 0, k = redirection(h, &complete);

    *w = (struct pkt_word){.at = h->here, .text = to, .redirect = k > 0};
    while (k-- > 0) {
        to[n++] = at(h, 0);
        go(h, 1);
    }
    if (w->redirect && !complete) {
        skip(h);
        if (ends_word(at(h, 0)))
            return parse_fail(h->p, h->here, "expected the file of this redirection");
    }
    if (!complete && !letters(h, to, &n, &w->quoted))
        return false;
    h->out += n + 1;
    return true;
}

/* What separates commands; false: nothing of the kind stands here. */
static bool joint(struct shell *h, enum pkt_joint *j)
{
    const char c = at(h, 0);
    const bool twice = c == at(h, 1);

    if (c == ';' || c == '\n')
        *j = PKT_JOINT_END;
    else if (c == '&')
        *j = twice ? PKT_JOINT_AND : PKT_JOINT_BACK;
    else if (c == '|')
        *j = twice ? PKT_JOINT_OR : PKT_JOINT_PIPE;
    else
        return false;
    go(h, (c == '&' || c == '|') && twice ? 2 : 1);
    return true;
}

static bool parse_command(struct shell *h, struct pkt_command *c)
{
    size_t cap = 0;
    bool complete;

    for (skip(h); h->i < h->n; skip(h)) {
        const struct pkt_place here = h->here;
        if (at(h, 0) == '(' || at(h, 0) == ')')
            return parse_refuse(h->p, here, "%c in a shell line", at(h, 0));
        if (redirection(h, &complete) == 0 && joint(h, &c->joint)) {
            if (c->n == 0 && c->joint != PKT_JOINT_END)
                return parse_fail(h->p, here, "expected a command before this");
            return true;
        }
        if (at(h, 0) == '<' && at(h, 1) == '<')
            return parse_refuse(h->p, here, "<< in a shell line");
        c->word = memory_more(h->p->m, c->word, c->n, &cap, sizeof *c->word);
        if (!parse_shell_word(h, &c->word[c->n]))
            return false;
        c->n++;
        if (memory_full(h->p->m))
            return parse_fail(h->p, here, "this script is too large: more than %d parts", SCRIPT_NODES_MAX);
    }
    c->joint = PKT_JOINT_END;
    return true;
}

struct pkt_shell *parse_shell(struct parser *p)
{
    struct pkt_shell *sh = memory_get(p->m, sizeof *sh);
    struct shell h = {p, p->t.text, p->t.text_len, 0, p->t.inside, memory_get(p->m, 2 * p->t.text_len + 2)};
    size_t cap = 0;

    sh->at = p->t.at;
    sh->text = p->t.text;
    while (h.i < h.n) {
        struct pkt_command c = {0};
        if (!parse_command(&h, &c))
            return NULL;
        if (c.n == 0)
            continue;
        sh->command = memory_more(p->m, sh->command, sh->n, &cap, sizeof c);
        sh->command[sh->n++] = c;
    }
    if (sh->n > 0 && sh->command[sh->n - 1].joint != PKT_JOINT_END &&
        sh->command[sh->n - 1].joint != PKT_JOINT_BACK) {
        parse_fail(p, h.here, "expected a command behind the last && or |");
        return NULL;
    }
    lex_next(p);
    return p->outcome == SCRIPT_OK ? sh : NULL;
}
