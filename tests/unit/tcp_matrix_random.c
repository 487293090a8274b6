/* One TCP under a peer and a user without manners: random segments around the windows, random calls, random
 * waits, in every state. The rig asks the invariants after each step and looks that every octet is delivered
 * once and in order; here nothing else is expected but that it goes on. A failure names the walk; RIG_WALK=n
 * runs that one alone, line by line. */
#include "tests/support/tcp_rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/wire.h"

enum { WALKS = 2000, STEPS = 120 };

struct dice {
    uint64_t s;
};

static uint32_t roll(struct dice *d, uint32_t n) /* 0 .. n-1 */
{
    d->s = hash_mix(d->s, 0x9e3779b97f4a7c15u);
    return (uint32_t)(d->s >> 33) % n;
}

static bool chance(struct dice *d, uint32_t percent)
{
    return roll(d, 100) < percent;
}

static void random_options(struct rig *r, struct dice *d)
{
    static const int64_t buffers[] = {1, 5, 100, 1460, 5000, 65535, 1000000};
    r->opt.rcv_buffer = buffers[roll(d, ARRAY_LEN(buffers))];
    r->opt.snd_buffer = buffers[roll(d, ARRAY_LEN(buffers))];
    r->opt.rfc5961_rst = chance(d, 50);
    r->opt.rfc5961_syn = chance(d, 50);
    r->opt.rfc5961_ack = chance(d, 50);
    r->opt.rfc1337 = chance(d, 30);
    r->opt.nagle = chance(d, 70);
    r->opt.window_scale = chance(d, 30) ? (int64_t)roll(d, 15) : -1;
    r->opt.timestamps = chance(d, 30);
    r->opt.keepalive = chance(d, 20);
    r->opt.keepalive_idle = 10 * NS_PER_S;
    r->opt.user_timeout = chance(d, 20) ? 20 * NS_PER_S : 0;
    r->opt.delayed_ack = chance(d, 70) ? 200 * NS_PER_MS : 0;
    r->opt.half_duplex_close = chance(d, 20);
    r->opt.time_wait_reuse = chance(d, 30);
    r->opt.urgent_last_octet = chance(d, 20);
    r->opt.reassembly_ranges = chance(d, 80) ? 256 : (int64_t)roll(d, 3);
    r->opt.congestion = chance(d, 80) ? CC_RENO : CC_NONE;
    r->opt.orphan_timeout = chance(d, 20) ? 30 * NS_PER_S : 0;
    r->opt.msl = 5 * NS_PER_S;
    r->v6 = chance(d, 20);
    r->challenges_left = chance(d, 20) ? (int)roll(d, 5) : -1;
    r->refuse_children = chance(d, 5);
    r->mute = ~UINT64_C(0);
    r->iss = chance(d, 50) ? 0u - roll(d, 3000) : roll(d, UINT32_MAX);
    r->irs = chance(d, 50) ? 0u - roll(d, 3000) : roll(d, UINT32_MAX);
}

static uint32_t random_length(struct dice *d)
{
    static const uint32_t usual[] = {0, 0, 0, 1, 2, 10, 100, 536, 1460, 3000};
    return usual[roll(d, ARRAY_LEN(usual))];
}

static uint8_t random_ctl(struct dice *d)
{
    static const uint8_t usual[] = {TCP_ACK, TCP_ACK | TCP_PSH, TCP_SYN, TCP_SYN | TCP_ACK,
                                    TCP_FIN | TCP_ACK};
    if (chance(d, 90))
        return (uint8_t)(usual[chance(d, 85) ? roll(d, 2) : roll(d, ARRAY_LEN(usual))] |
                         (chance(d, 5) ? TCP_URG : 0));
    return (uint8_t)(roll(d, 64) & (chance(d, 70) ? ~(unsigned)TCP_RST : ~0u));
}

static int64_t near_number(struct dice *d, int64_t a, int64_t b)
{
    int64_t base = chance(d, 70) ? a : b;
    return chance(d, 75) ? base : base + (int64_t)roll(d, 3000) - 1500;
}

static void random_segment(struct rig *r, struct dice *d, char *out, size_t size)
{
    struct tcb *t = rig_tcb(r);
    int64_t rcv = t ? (int32_t)(t->rcv.nxt.v - r->irs) : 0, edge = t ? (int32_t)(t->rcv.adv.v - r->irs) : 0;
    int64_t nxt = t ? (int32_t)(t->snd.nxt.v - r->iss) : 0, una = t ? (int32_t)(t->snd.una.v - r->iss) : 0;
    bool young = !t || tcp_state(t) <= TCP_SYN_SENT;
    int64_t s = young && chance(d, 95) ? 0 : near_number(d, rcv, edge);
    uint32_t len = random_length(d);
    char ctl[48];
    uint8_t bits = young && chance(d, 60) ? (uint8_t)(TCP_SYN | (nxt ? TCP_ACK : 0)) : random_ctl(d);
    ctl_format(bits, ctl);
    int n = snprintf(out, size, "<SEQ=%" PRId64 "><CTL=%s><LEN=%" PRIu32 "><WND=%" PRIu32 ">", s, ctl, len,
                     chance(d, 30) ? roll(d, 3) : roll(d, 65536));
    if (!*ctl)
        n = snprintf(out, size, "<SEQ=%" PRId64 "><LEN=%" PRIu32 ">", s, len);
    if (bits & TCP_ACK)
        n += snprintf(out + n, size - (size_t)n, "<ACK=%" PRId64 ">", near_number(d, nxt, una));
    if (bits & TCP_URG)
        n += snprintf(out + n, size - (size_t)n, "<UP=%" PRIu32 ">", roll(d, 200));
    if (chance(d, 30) && (bits & TCP_SYN))
        n += snprintf(out + n, size - (size_t)n, "<MSS=%" PRIu32 ">",
                      chance(d, 20) ? roll(d, 3) : roll(d, 3000));
    if (chance(d, 30) && (bits & TCP_SYN))
        n += snprintf(out + n, size - (size_t)n, "<WS=%" PRIu32 ">", roll(d, 20));
    if (r->opt.timestamps && chance(d, 90))
        n += snprintf(out + n, size - (size_t)n, "<TS=%" PRIu32 "/%" PRIu32 ">", 100 + roll(d, 5),
                      roll(d, 1000));
    if (chance(d, 1))
        snprintf(out + n, size - (size_t)n, "<BADOPT=1>");
}

static void random_call(struct dice *d, char *out, size_t size)
{
    static const char *const rare[] = {
        "CLOSE",       "ABORT",        "FLUSH",           "STATUS",          "ORPHAN",
        "SET nagle 0", "SET nagle 1",  "SET keepalive 1", "SET keepalive 0", "SET user_timeout 9s",
        "OPEN active", "OPEN passive", "icmp 3 4 600",    "icmp 3 1",        "icmp 3 3",
        "SET r2 5s"};
    if (chance(d, 40))
        snprintf(out, size, "SEND %" PRIu32 "%s%s", random_length(d) * (1 + roll(d, 4)),
                 chance(d, 60) ? " push" : "", chance(d, 10) ? " urgent" : "");
    else if (chance(d, 75))
        snprintf(out, size, "RECEIVE %" PRIu32 "%s", 1 + random_length(d), chance(d, 50) ? " any" : "");
    else
        snprintf(out, size, "%s", rare[chance(d, 30) ? roll(d, 2) : roll(d, ARRAY_LEN(rare))]);
}

static void random_step(struct rig *r, struct dice *d, char *out, size_t size)
{
    uint32_t what = roll(d, 100);
    if (what < 55) {
        size_t n = (size_t)snprintf(out, size, "%s ", chance(d, 80) ? ">" : ">>");
        random_segment(r, d, out + n, size - n);
    } else if (what < 80) {
        random_call(d, out, size);
    } else {
        static const char *const waits[] = {"1ms", "200ms", "1s", "3s", "20s"};
        snprintf(out, size, "wait %s", waits[roll(d, ARRAY_LEN(waits))]);
    }
    if ((strncmp(out, "icmp", 4) == 0 || strcmp(out, "ORPHAN") == 0) && !rig_tcb(r))
        snprintf(out, size, "STATUS");
}

static void walk(struct rig *r, unsigned seed, bool loud)
{
    static const char *const starts[] = {"CLOSED",       "LISTEN",      "SYN-SENT",
                                         "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
                                         "FIN-WAIT-2",   "CLOSE-WAIT",  "CLOSING",
                                         "LAST-ACK",     "TIME-WAIT",   "SYN-RECEIVED-ACTIVE",
                                         "ESTABLISHED",  "ESTABLISHED", "ESTABLISHED-PASSIVE"};
    struct dice d = {seed};
    char line[200];
    random_options(r, &d);
    bool refuse = r->refuse_children;
    r->refuse_children = false;
    snprintf(line, sizeof line, "at %s", starts[roll(&d, ARRAY_LEN(starts))]);
    if (strcmp(line, "at CLOSED") != 0 && !r->opt.timestamps)
        rig_script(r, line);
    r->refuse_children = refuse;
    for (int i = 0; i < STEPS; i++) {
        random_step(r, &d, line, sizeof line);
        if (loud)
            print_message("%s  [%s]\n", line, name_state(rig_state(r)));
        if (r->n_conns == RIG_CONNS)
            break;
        if (!rig_tcb(r) && r->n_conns && chance(&d, 30))
            r->conn = 1;
        rig_script(r, line);
        rig_skip(r);
    }
}

static void random_walks(struct rig *r)
{
    const char *only = getenv("RIG_WALK");
    unsigned from = only ? (unsigned)atoi(only) : 1, to = only ? from : WALKS;
    for (unsigned seed = from; seed <= to; seed++) {
        char label[40];
        snprintf(label, sizeof label, "walk %u", seed);
        rig_free(r);
        rig_init(r);
        r->label = label;
        r->lenient = true;
        walk(r, seed, only != NULL);
    }
}

static const struct rig_test tests[] = {{"random_walks", random_walks}};

int main(void)
{
    return rig_run_all("tcp_matrix_random", NULL, 0, tests, ARRAY_LEN(tests));
}
