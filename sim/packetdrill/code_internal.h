/* code_internal: the tree of a snippet, between its reader (parse_code.c) and its evaluator (code_run.c,
 * code_value.c). Lies in the script's memory. */
#ifndef TCPLAB_PACKETDRILL_CODE_INTERNAL_H
#define TCPLAB_PACKETDRILL_CODE_INTERNAL_H

#include "sim/packetdrill/code.h"
#include "sim/packetdrill/internal.h"

enum {
    CODE_NODES_MAX = 1000,      /* of one snippet; bounds how deep its evaluation goes */
    CODE_STRING_MAX = 1 << 16,  /* octets of a text that it makes */
    CODE_KEPT_MAX = 1 << 24,    /* octets that all assignments of a run may keep */
    CODE_PRINTED_MAX = 1 << 20, /* octets printed, after which the rest is dropped */
};

enum code_op {
    OP_NONE,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_FLOOR,
    OP_MOD,
    OP_POW,
    OP_BITAND,
    OP_BITOR,
    OP_BITXOR,
    OP_SHL,
    OP_SHR,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_IN,
    OP_NOT_IN,
    OP_NEG,
    OP_POS,
    OP_INVERT,
    OP_NOT,
};

enum code_function { FN_ABS, FN_BOOL, FN_FLOAT, FN_INT, FN_LEN, FN_MAX, FN_MIN, FN_ROUND, FN_STR, FUNCTIONS };

enum value_kind { VALUE_NONE, VALUE_BOOL, VALUE_INT, VALUE_FLOAT, VALUE_TEXT, VALUE_LIST };

struct value {
    enum value_kind kind;
    bool tuple;               /* LIST: written with ( ) */
    int64_t i;                /* BOOL, INT */
    double d;                 /* FLOAT */
    const char *s;            /* TEXT */
    const struct value *item; /* LIST */
    size_t n;                 /* of s or item */
};

enum node_kind {
    NODE_VALUE,   /* value */
    NODE_NAME,    /* text */
    NODE_UNARY,   /* op a */
    NODE_BINARY,  /* a op b */
    NODE_COMPARE, /* item[0] ops[0] item[1] ops[1] item[2] ... */
    NODE_AND,     /* a, b */
    NODE_OR,
    NODE_CHOICE, /* a if b else c */
    NODE_CALL,   /* function(item ...) */
    NODE_LIST,   /* [item ...] or (item ...) */
};

struct node {
    enum node_kind kind;
    struct pkt_place at;
    enum code_op op;
    enum code_function function;
    struct value value;
    const char *text;
    struct node *a, *b, *c;
    struct node **item;
    enum code_op *ops;
    size_t n;
    bool tuple;
};

enum statement_kind { STATEMENT_ASSERT, STATEMENT_PRINT, STATEMENT_ASSIGN, STATEMENT_VALUE, STATEMENT_IF };

struct statement {
    enum statement_kind kind;
    struct pkt_place at;
    struct node *a, *b; /* ASSERT: condition and message; ASSIGN: value; VALUE; IF: condition */
    const char *text;   /* ASSERT: the condition as written; ASSIGN: the name */
    enum code_op op;    /* ASSIGN: of +=; else NONE */
    struct node **item; /* PRINT */
    size_t n;
    struct statement *body, *otherwise; /* IF */
    struct statement *next;
};

struct code_program {
    struct statement *first;
};

/* One run of a snippet. */
struct code_env {
    struct script_memory *memory;
    struct variable {
        const char *name;
        struct value value;
    } * variable;
    size_t n, cap;
    size_t kept; /* octets */
};

struct code_runner {
    const struct script *s;
    struct code_env *env;
    struct script_memory *memory; /* of this run only */
    code_lookup *lookup;
    void *ctx;
    struct sbuf *out;
    struct diag *d;
    enum code_outcome outcome;
};

/* Complains, once, at a place; false. */
bool code_error(struct code_runner *r, struct pkt_place at, const char *fmt, ...) DIAG_PRINTF(3, 4);

/* code_value.c: what can be done with values. Results lie in r->memory. */
bool value_true(const struct value *v);
bool value_unary(struct code_runner *r, struct pkt_place at, enum code_op op, const struct value *a,
                 struct value *v);
bool value_binary(struct code_runner *r, struct pkt_place at, enum code_op op, const struct value *a,
                  const struct value *b, struct value *v);
/* Comparison and membership: a truth value. */
bool value_compare(struct code_runner *r, struct pkt_place at, enum code_op op, const struct value *a,
                   const struct value *b, bool *holds);
bool value_call(struct code_runner *r, struct pkt_place at, enum code_function f, const struct value *arg,
                size_t n, struct value *v);
/* As print() or %s (quote: as %r) would show it. */
void value_print(const struct value *v, bool quote, struct sbuf *b);

#endif
