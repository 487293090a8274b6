/* Fuzz target: arbitrary bytes as a packetdrill script. What is refused is refused with a place and a
 * sentence; what is read prints as text that reads as the same again, its code runs to an end, and it is
 * played against the TCP. Nothing crashes, hangs, leaks or breaks a law of TCP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/code.h"
#include "sim/packetdrill/run.h"

enum { PLAYED_MAX = 1 << 12 }; /* octets of a script that is carried out, too */
#define MEMORY (UINT64_C(64) << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const heads[] = {
    [PKT_IPV4] = "", [PKT_IPV6] = "--ip_version=ipv6\n", [PKT_MAPPED] = "--ip_version=ipv4-mapped-ipv6\n"};

static void print_all(const struct script *s, struct sbuf *b)
{
    sbuf_puts(b, heads[s->config.family]);
    for (size_t i = 0; i < s->n_events; i++) {
        script_print_event(s, &s->event[i], b);
        sbuf_putc(b, '\n');
    }
}

static void read_again(const struct script *s)
{
    const struct script_options o = {.os = s->os};
    struct sbuf first = SBUF_INIT, second = SBUF_INIT;
    struct script *again = NULL;
    struct diag d;

    print_all(s, &first);
    diag_clear(&d);
    if (first.len <= SCRIPT_BYTES_MAX) { /* the canonical text may be longer than what was read */
        if (script_parse("again", sbuf_str(&first), first.len, &o, &again, &d) != SCRIPT_OK) {
            diag_print(stderr, &d);
            fputs(sbuf_str(&first), stderr);
            abort();
        }
        print_all(again, &second);
        CHECK(first.len == second.len && memcmp(first.s, second.s, first.len) == 0);
    }
    script_free(again);
    sbuf_free(&first);
    sbuf_free(&second);
}

static bool lookup(void *ctx, const char *name, int64_t *value)
{
    (void)ctx;
    *value = (int64_t)strlen(name);
    return strncmp(name, "tcpi_", 5) == 0;
}

static void run_code(const struct script *s)
{
    struct code_env *env = code_env_new();
    struct sbuf out = SBUF_INIT;
    struct diag d;

    for (size_t i = 0; i < s->n_events; i++) {
        if (s->event[i].kind != PKT_EVENT_CODE)
            continue;
        diag_clear(&d);
        if (code_run(s, s->event[i].u.code, env, lookup, NULL, &out, &d) != CODE_OK)
            CHECK(diag_is_set(&d) && d.line > 0 && d.column > 0);
    }
    sbuf_free(&out);
    code_env_free(env);
}

static void play(const struct script *s)
{
    const struct pkt_run_options o = {.memory_bytes = MEMORY};
    struct pkt_run *r = pkt_run(s, &o);

    if (!r)
        return;
    CHECK(pkt_run_outcome(r) != PKT_INTERNAL);
    CHECK(pkt_run_outcome(r) == PKT_PASSED || diag_is_set(pkt_run_diag(r)));
    pkt_run_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct script *s = NULL;
    struct diag d;
    size_t n;

    diag_clear(&d);
    if (script_parse("fuzz.pkt", (const char *)data, size, NULL, &s, &d) != SCRIPT_OK) {
        CHECK(!s && diag_is_set(&d) && d.message[0] && d.line > 0 && d.column > 0);
        return 0;
    }
    CHECK(s && !diag_is_set(&d));
    for (size_t i = 0; i < s->n_events; i++) {
        CHECK(s->event[i].at.line <= s->event[i].end.line);
        script_line(s, s->event[i].at.line, &n);
        CHECK(n > 0);
    }
    read_again(s);
    run_code(s);
    if (size <= PLAYED_MAX)
        play(s);
    script_free(s);
    return 0;
}
