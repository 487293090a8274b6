/* verdict: a script read, run and told about: what the command line, a batch and a test all want of one.
 *
 * Owns nothing beyond the call. Never prints: what went wrong goes as lines to the caller's buffer. */
#ifndef TCPLAB_PACKETDRILL_VERDICT_H
#define TCPLAB_PACKETDRILL_VERDICT_H

#include "sim/packetdrill/run.h"

enum pkt_verdict {
    PKT_V_PASSED,
    PKT_V_FAILED,  /* an expectation not met, or a limit reached */
    PKT_V_REFUSED, /* asks for what is not supported */
    PKT_V_WRONG,   /* no script, or one at fault; or its trace could not be written */
    PKT_V_STOPPED,
    PKT_V_INTERNAL
};

struct pkt_verdict_options {
    struct pkt_run_options run;
    const char *const *define; /* as script_options */
    size_t n_defines;
    const char *trace; /* where the trace goes; NULL: nowhere */
    bool parse_only;   /* the script is read, not run */
};

/* Whether a path names a packetdrill script: it ends in ".pkt". */
bool pkt_is_script(const char *path);

/* Reads and runs the script at path ("-": standard input). Lines about what went wrong are added to *text,
 * the account (under `verbose`, and what the script prints) to *account; *time gets the virtual time at its
 * end. Each may be NULL. */
enum pkt_verdict pkt_judge(const char *path, const struct pkt_verdict_options *o, struct sbuf *text,
                           struct sbuf *account, vtime *time);

/* The same in two steps, for who wants the trace: reads and runs; *s and *r are the caller's, to be freed by
 * pkt_run_free and script_free; both NULL where there is none. */
enum pkt_verdict pkt_load_and_run(const char *path, const struct pkt_verdict_options *o, struct script **s,
                                  struct pkt_run **r, struct sbuf *text);
/* Writes the run's trace ("-": standard output). False, with *d filled, if it cannot be written. */
bool pkt_write_trace(const struct pkt_run *r, const char *path, struct diag *d);

#endif
