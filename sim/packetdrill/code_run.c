/* Runs a snippet of code. */
#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/code_internal.h"

enum { NAMES_SHOWN = 6 }; /* of a failed assertion */

bool code_error(struct code_runner *r, struct pkt_place at, const char *fmt, ...)
{
    va_list ap;

    if (r->outcome != CODE_OK)
        return false;
    r->outcome = CODE_ERROR;
    va_start(ap, fmt);
    diag_vset(r->d, r->s->path, at.line, at.column, fmt, ap);
    va_end(ap);
    return false;
}

/* ---- names ---- */

static struct variable *variable(const struct code_env *env, const char *name)
{
    for (size_t i = 0; i < env->n; i++)
        if (strcmp(env->variable[i].name, name) == 0)
            return &env->variable[i];
    return NULL;
}

static bool name_value(struct code_runner *r, const char *name, struct value *v)
{
    const struct variable *x = variable(r->env, name);
    enum pkt_name id;

    *v = (struct value){.kind = VALUE_INT};
    if (x) {
        *v = x->value;
        return true;
    }
    if (r->lookup && r->lookup(r->ctx, name, &v->i))
        return true;
    id = pkt_name_find(name);
    v->i = id == PKT_NAME_NONE ? PKT_NO_VALUE : pkt_name_value(id, r->s->os);
    return v->i != PKT_NO_VALUE;
}

/* A copy that outlives the run. */
static struct value keep(struct code_env *env, const struct value *v)
{
    struct value k = *v;

    if (v->kind == VALUE_TEXT) {
        k.s = memory_text(env->memory, v->s, v->n);
        env->kept += v->n;
    }
    if (v->kind == VALUE_LIST) {
        struct value *item = memory_get(env->memory, v->n * sizeof *item);
        env->kept += v->n * sizeof *item;
        for (size_t i = 0; i < v->n; i++)
            item[i] = keep(env, &v->item[i]);
        k.item = item;
    }
    return k;
}

static bool assign(struct code_runner *r, const struct statement *s, const struct value *v)
{
    struct code_env *env = r->env;
    struct variable *x = variable(env, s->text);

    if (env->kept > CODE_KEPT_MAX)
        return code_error(r, s->at, "too much is kept; at most %d octets", CODE_KEPT_MAX);
    if (!x) {
        env->variable = memory_more(env->memory, env->variable, env->n, &env->cap, sizeof *x);
        x = &env->variable[env->n++];
        x->name = memory_text(env->memory, s->text, strlen(s->text));
    }
    x->value = keep(env, v);
    return true;
}

/* ---- expressions ---- */

static bool evaluate(struct code_runner *r, const struct node *x, struct value *v);

static bool evaluate_all(struct code_runner *r, const struct node *x, struct value **v)
{
    *v = memory_get(r->memory, x->n * sizeof **v);
    for (size_t i = 0; i < x->n; i++) {
        if (!evaluate(r, x->item[i], &(*v)[i]))
            return false;
        if (x->kind == NODE_LIST && (*v)[i].kind == VALUE_LIST) /* so that no copy can grow without bound */
            return code_error(r, x->item[i]->at, "a list in a list");
    }
    return true;
}

/* a < b < c: as soon as one does not hold, the rest is not looked at. */
static bool evaluate_comparison(struct code_runner *r, const struct node *x, struct value *v)
{
    struct value left, right;
    bool holds = true;

    if (!evaluate(r, x->item[0], &left))
        return false;
    for (size_t i = 1; i < x->n && holds; i++) {
        if (!evaluate(r, x->item[i], &right) ||
            !value_compare(r, x->item[i]->at, x->ops[i - 1], &left, &right, &holds))
            return false;
        left = right;
    }
    *v = (struct value){.kind = VALUE_BOOL, .i = holds};
    return true;
}

static bool evaluate_list(struct code_runner *r, const struct node *x, struct value *v)
{
    struct value *item;

    if (!evaluate_all(r, x, &item))
        return false;
    if (x->kind == NODE_CALL)
        return value_call(r, x->at, x->function, item, x->n, v);
    *v = (struct value){.kind = VALUE_LIST, .tuple = x->tuple, .item = item, .n = x->n};
    return true;
}

static bool evaluate(struct code_runner *r, const struct node *x, struct value *v)
{
    struct value a, b;

    switch (x->kind) {
    case NODE_VALUE: *v = x->value; return true;
    case NODE_NAME: return name_value(r, x->text, v) || code_error(r, x->at, "%s has no value here", x->text);
    case NODE_UNARY: return evaluate(r, x->a, &a) && value_unary(r, x->at, x->op, &a, v);
    case NODE_BINARY:
        return evaluate(r, x->a, &a) && evaluate(r, x->b, &b) && value_binary(r, x->at, x->op, &a, &b, v);
    case NODE_COMPARE: return evaluate_comparison(r, x, v);
    case NODE_AND:
    case NODE_OR:
        if (!evaluate(r, x->a, v))
            return false;
        return value_true(v) == (x->kind == NODE_OR) || evaluate(r, x->b, v);
    case NODE_CHOICE: return evaluate(r, x->b, &b) && evaluate(r, value_true(&b) ? x->a : x->c, v);
    case NODE_CALL:
    case NODE_LIST: return evaluate_list(r, x, v);
    }
    return false;
}

/* ---- statements ---- */

/* The names in x with their values, each once. */
static void show_names(struct code_runner *r, const struct node *x, const char **shown, size_t *n,
                       struct sbuf *b)
{
    struct value v;
    bool known = false;

    if (!x || *n == NAMES_SHOWN)
        return;
    if (x->kind == NODE_NAME) {
        for (size_t i = 0; i < *n; i++)
            known |= strcmp(shown[i], x->text) == 0;
        if (known || pkt_name_find(x->text) != PKT_NAME_NONE || !name_value(r, x->text, &v))
            return;
        sbuf_printf(b, "%s%s is ", *n > 0 ? ", " : "", x->text);
        value_print(&v, true, b);
        shown[(*n)++] = x->text;
        return;
    }
    show_names(r, x->a, shown, n, b);
    show_names(r, x->b, shown, n, b);
    show_names(r, x->c, shown, n, b);
    for (size_t i = 0; i < x->n; i++)
        show_names(r, x->item[i], shown, n, b);
}

static bool fail(struct code_runner *r, const struct statement *x)
{
    const char *shown[NAMES_SHOWN];
    struct sbuf b = SBUF_INIT;
    struct value message;
    size_t n = 0;

    sbuf_printf(&b, "assert %s does not hold", x->text);
    show_names(r, x->a, shown, &n, (sbuf_lit(&b, ": "), &b));
    if (n == 0)
        b.len -= 2;
    if (x->b && evaluate(r, x->b, &message)) {
        sbuf_lit(&b, " (");
        value_print(&message, false, &b);
        sbuf_lit(&b, ")");
    }
    r->outcome = CODE_OK; /* a message that cannot be made changes nothing */
    code_error(r, x->at, "%s", sbuf_str(&b));
    r->outcome = CODE_FAILED;
    sbuf_free(&b);
    return false;
}

static bool print(struct code_runner *r, const struct statement *x)
{
    struct value v;

    for (size_t i = 0; i < x->n; i++) {
        if (!evaluate(r, x->item[i], &v))
            return false;
        if (!r->out || r->out->len > CODE_PRINTED_MAX)
            continue;
        if (i > 0)
            sbuf_putc(r->out, ' ');
        value_print(&v, false, r->out);
    }
    if (r->out && r->out->len <= CODE_PRINTED_MAX)
        sbuf_putc(r->out, '\n');
    return true;
}

static bool run_assign(struct code_runner *r, const struct statement *x)
{
    struct value v, old;

    if (!evaluate(r, x->a, &v))
        return false;
    if (x->op != OP_NONE) {
        const struct value by = v;
        if (!name_value(r, x->text, &old))
            return code_error(r, x->at, "%s has no value here", x->text);
        if (!value_binary(r, x->at, x->op, &old, &by, &v))
            return false;
    }
    return assign(r, x, &v);
}

static bool run(struct code_runner *r, const struct statement *x)
{
    struct value v;

    for (; x; x = x->next) {
        switch (x->kind) {
        case STATEMENT_ASSERT:
            if (!evaluate(r, x->a, &v))
                return false;
            if (!value_true(&v))
                return fail(r, x);
            break;
        case STATEMENT_PRINT:
            if (!print(r, x))
                return false;
            break;
        case STATEMENT_ASSIGN:
            if (!run_assign(r, x))
                return false;
            break;
        case STATEMENT_VALUE:
            if (x->a && !evaluate(r, x->a, &v))
                return false;
            break;
        case STATEMENT_IF:
            if (!evaluate(r, x->a, &v) || !run(r, value_true(&v) ? x->body : x->otherwise))
                return false;
            break;
        }
    }
    return true;
}

/* ---- from outside ---- */

struct code_env *code_env_new(void)
{
    struct code_env *env = calloc(1, sizeof *env);

    CHECK(env);
    env->memory = memory_new();
    return env;
}

void code_env_free(struct code_env *env)
{
    if (env)
        memory_free(env->memory);
    free(env);
}

enum code_outcome code_run(const struct script *s, const struct pkt_code *c, struct code_env *env,
                           code_lookup *lookup, void *ctx, struct sbuf *out, struct diag *d)
{
    struct code_runner r = {.s = s, .env = env, .lookup = lookup, .ctx = ctx, .out = out, .d = d};

    r.memory = memory_new();
    run(&r, c->program->first);
    memory_free(r.memory);
    return r.outcome;
}
