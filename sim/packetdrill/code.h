/* code: the small expression language between %{ and }%, which is a corner of Python.
 *
 * What there is: assert, print, pass, assignment (= += -= *=), several statements by new lines or `;`, `if`
 * (one line or indented, elif, else), and/or/not, in, chained comparisons, + - * / // % ** & | ^ ~ << >>,
 * parentheses, lists and tuples of values, "text" % values, a if c else b, True False None, and the functions
 * abs min max int float str len round. Names are looked up first among what the code itself assigned (struct
 * code_env, which lives over all snippets of a script, as in Python), then by the caller: tcpi_ fields, then
 * constants of names.def. Anything else is refused when the script is read, with its place. Owns nothing of
 * the caller's; bounded in steps and depth. */
#ifndef TCPLAB_PACKETDRILL_CODE_H
#define TCPLAB_PACKETDRILL_CODE_H

#include "sim/packetdrill/script.h"

/* Gives the number of a name ("tcpi_snd_cwnd"); false: there is none. */
typedef bool code_lookup(void *ctx, const char *name, int64_t *value);

struct code_env; /* what the snippets of one run assigned */
struct code_env *code_env_new(void);
void code_env_free(struct code_env *env);

enum code_outcome {
    CODE_OK,
    CODE_FAILED, /* an assertion does not hold: d has its place, its text with the values of its names, its
                    message */
    CODE_ERROR,  /* it cannot be carried out: an unknown name, a division by zero, a wrong type ... */
};

/* Runs one snippet. Constants of names.def have the numbers of s->os. What it prints is appended to out (may
 * be NULL). */
enum code_outcome code_run(const struct script *s, const struct pkt_code *c, struct code_env *env,
                           code_lookup *lookup, void *ctx, struct sbuf *out, struct diag *d);

#endif
