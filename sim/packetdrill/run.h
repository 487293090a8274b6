/* run: a packetdrill script is carried out in virtual time against one host of a small world, and judged.
 *
 * The world holds two hosts: "tcp", whose TCP is under test and whose user is the socket layer (sock.h), and
 * "script", a raw peer through which the script's packets come in. Time jumps to each event; what the script
 * injects arrives in that very instant; what it expects is taken from the trace's send records in the order
 * in which they were sent. Sequence numbers and time stamps are translated between the script's numbers and
 * the live ones. A run is a function of the script and the options, ends always (events, time and memory are
 * bounded), and leaves a trace header and a log as the run of a lesson does.
 *
 * Owns the world, the log and all texts; the script is borrowed and must outlive the run. Never prints. */
#ifndef TCPLAB_PACKETDRILL_RUN_H
#define TCPLAB_PACKETDRILL_RUN_H

#include <signal.h>

#include "sim/core/log.h"
#include "sim/core/sbuf.h"
#include "sim/packetdrill/script.h"
#include "sim/report/trace_file.h"

/* Whose habits the stack takes: options of the host (profile.h). */
enum pkt_stack { PKT_STACK_GUESS, PKT_STACK_RFC, PKT_STACK_LINUX, PKT_STACK_FREEBSD };
/* "rfc", "linux", "freebsd"; -1: none of them. */
int pkt_stack_find(const char *name);

struct pkt_run_options {
    enum pkt_stack stack;
    bool strict_options;               /* options must stand in the order written, NOP and EOL counted */
    bool verbose;                      /* an account of each event goes to pkt_run_account */
    uint64_t seed;                     /* of the world; initial sequence numbers come of it */
    uint64_t memory_bytes;             /* most for the world, and for the log; 0: a gigabyte */
    const volatile sig_atomic_t *stop; /* the run ends when this becomes non-zero; NULL: nobody asks */
};

enum pkt_outcome {
    PKT_PASSED,
    PKT_FAILED,  /* an expectation was not met */
    PKT_REFUSED, /* something in the script is not supported: found only when its turn came */
    PKT_LIMIT,   /* a bound of the run was reached */
    PKT_STOPPED, /* by *stop */
    PKT_INTERNAL /* a law of the simulation was broken */
};

struct pkt_run;

/* Carries the whole script out. NULL: no memory. */
struct pkt_run *pkt_run(const struct script *s, const struct pkt_run_options *o);
void pkt_run_free(struct pkt_run *r); /* NULL is allowed */

enum pkt_outcome pkt_run_outcome(const struct pkt_run *r);
/* Where and why it did not pass: path, line, column, one sentence. */
const struct diag *pkt_run_diag(const struct pkt_run *r);
/* The same at length: what was expected, what came, field by field, and what TCP decided: lines, each ended.
 * Empty where it passed. Good until pkt_run_free; *n gets its length. */
const char *pkt_run_details(const struct pkt_run *r, size_t *n);
/* Under `verbose`: a line for each event; and what the script's code printed. */
const char *pkt_run_account(const struct pkt_run *r, size_t *n);
/* Virtual time at the end. */
vtime pkt_run_time(const struct pkt_run *r);

const struct trace_header *pkt_run_header(const struct pkt_run *r);
const struct log *pkt_run_log(const struct pkt_run *r);

#endif
