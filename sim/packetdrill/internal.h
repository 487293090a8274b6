/* internal: what the parts of the script reader share: a script's memory, its tokens, its complaints.
 *
 * Only the .c files of the reader include this. A struct parser lives on the stack of script_parse and
 * borrows everything. Functions that return bool return false once something is wrong; the first complaint
 * stays. */
#ifndef TCPLAB_PACKETDRILL_INTERNAL_H
#define TCPLAB_PACKETDRILL_INTERNAL_H

#include "sim/packetdrill/script.h"

/* ---- memory.c: all that a script holds ---- */

struct script_memory *memory_new(void);
void memory_free(struct script_memory *m);
/* n zeroed bytes (n may be 0), aligned for anything; they live as long as the script. */
void *memory_get(struct script_memory *m, size_t n);
char *memory_text(struct script_memory *m, const char *text, size_t n); /* a copy, NUL-terminated */
/* Makes room for one more element in an array of n that has room for *cap. */
void *memory_more(struct script_memory *m, void *array, size_t n, size_t *cap, size_t size);
bool memory_full(const struct script_memory *m); /* SCRIPT_NODES_MAX are used up: stop soon */

/* ---- lex.c: text to tokens ---- */

enum token_kind {
    TOKEN_END,
    TOKEN_INT,
    TOKEN_HEX,
    TOKEN_DECIMAL, /* .5, 1.25: a time, or a flag and the digit of ACE */
    TOKEN_WORD,
    TOKEN_STRING,
    TOKEN_SHELL,
    TOKEN_CODE,
    TOKEN_FLAG, /* --name */
    TOKEN_ELLIPSIS,
    TOKEN_CHAR,
};

struct token {
    enum token_kind kind;
    struct pkt_place at;
    const char *raw; /* in the source, or in a definition */
    size_t raw_len;
    char c;           /* CHAR */
    bool too_large;   /* INT, HEX: does not fit */
    int64_t value;    /* INT, HEX */
    vtime time;       /* INT, DECIMAL: as seconds; -1: negative or too large */
    const char *text; /* WORD; STRING (escapes resolved); SHELL and CODE (what is inside); FLAG (the name) */
    size_t text_len;
    struct pkt_place inside; /* SHELL, CODE: where text begins */
};

struct definition {
    const char *name, *value; /* value NULL: only there for #ifdef */
    size_t value_len;
};

struct parser {
    struct script *s;
    struct script_memory *m;
    struct diag *d;
    enum script_outcome outcome;
    /* The source and how far it is read; line and column of text[pos]. */
    const char *text;
    size_t n, pos;
    struct pkt_place here;
    struct pkt_place end; /* of the token before t */
    struct token t;       /* the present token */
    struct definition *define;
    size_t n_defines, define_cap;
    struct {
        struct pkt_place at;
        bool had_else;
    } open[SCRIPT_NESTING_MAX]; /* the #ifdef whose branch is being read */
    size_t n_open;
    int depth;
};

/* Both return false. */
bool parse_fail(struct parser *p, struct pkt_place at, const char *fmt, ...) DIAG_PRINTF(3, 4);
bool parse_refuse(struct parser *p, struct pkt_place at, const char *fmt, ...) DIAG_PRINTF(3, 4);
/* `expected WHAT, not TOKEN`. */
bool parse_expected(struct parser *p, const char *what);

/* Whether the source is text at all. */
bool lex_check(struct parser *p);
/* Reads the next token into p->t. After a complaint all that follows is TOKEN_END. */
bool lex_next(struct parser *p);
/* The rest of a flag's value: up to white space, quotes respected. p->t must be the FLAG; reads the token
 * after it. */
bool lex_flag_value(struct parser *p, const char **value, struct pkt_place *at);
/* The text up to the `)` that ends the parentheses begun by p->t, blanks joined; reads the token behind it.
 */
bool lex_note(struct parser *p, const char **text);
bool lex_define(struct parser *p, const char *name, size_t name_len, const char *value, size_t value_len);

/* What a message says of the present token; p's memory. */
const char *token_shown(struct parser *p);

static inline bool token_is(const struct parser *p, char c)
{
    return p->t.kind == TOKEN_CHAR && p->t.c == c;
}
bool token_is_word(const struct parser *p, const char *word);
/* Takes the token if it is this one. */
bool token_take(struct parser *p, char c);
bool token_take_word(struct parser *p, const char *word);
/* Takes it or complains. */
bool token_need(struct parser *p, char c, const char *what);
/* An INT from least to most (HEX too), named in complaints as `what`. */
bool token_number(struct parser *p, const char *what, int64_t least, int64_t most, int64_t *value);

/* ---- the parts of the grammar ---- */

struct pkt_packet *parse_packet(struct parser *p); /* parse_packet.c; p->t is `<` or `>` */
bool parse_ip(struct parser *p, const struct pkt_packet *k,
              struct pkt_ip *ip);                           /* parse_ip.c; `(` or `[`, or nothing */
bool parse_icmp(struct parser *p, struct pkt_packet *k);    /* parse_ip.c; behind `icmp` */
bool parse_seq(struct parser *p, struct pkt_seq *q);        /* parse_packet.c */
bool parse_options(struct parser *p, struct pkt_packet *k); /* parse_options.c; p->t is `<` */
struct pkt_call *parse_call(struct parser *p);              /* parse_call.c; p->t is the name */
struct pkt_shell *parse_shell(struct parser *p);            /* parse_shell.c; p->t is SHELL */
struct pkt_code *parse_code(struct parser *p);              /* parse_code.c; p->t is CODE */

#endif
