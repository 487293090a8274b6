/* profile.c: whose habits our TCP takes: its options as Linux's, FreeBSD's or the RFCs' defaults, and the
 * sysctl names of both systems on them. */
#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/run_internal.h"

/* What both have since long: RFC 7323, 2018, 6928, 3042. */
static void modern(struct tcp_options *o)
{
    o->timestamps = true;
    o->sack = true;
    o->dsack = true;
    o->limited_transmit = true;
    o->abc = 2;
    o->ecn = true; /* agreed to, not asked for */
    o->ecn_ask = false;
    o->initial_window = 10;
    o->msl = 30 * NS_PER_S;
    o->reset_with_ack = true;
    o->delayed_ack = 40 * NS_PER_MS;
    o->challenge_ack_limit = 0;
    o->time_wait_reuse = true;
    o->syn_ack_again = true;
    o->syn_received_resets = true;
    o->half_duplex_close = true;
}

static void linux_options(struct tcp_options *o)
{
    modern(o);
    o->window_scale = 8;
    o->rcv_buffer = 270000;
    o->snd_buffer = 4194304;
    o->rto_min = 200 * NS_PER_MS;
    o->granularity = 200 * NS_PER_MS; /* RTO is SRTT + max(200 ms, 4 RTTVAR) */
    o->probe_old = true;
    o->rto_max = 120 * NS_PER_S;
    o->quickack = 16;
    o->cwnd_validation = false;
    o->orphan_timeout = 60 * NS_PER_S;
    o->r2 = 924 * NS_PER_S;
}

static void freebsd_options(struct tcp_options *o, enum pkt_family family)
{
    uint32_t mss = family == PKT_IPV6 ? 1440 : 1460;

    modern(o);
    o->sack_fin = false;
    o->window_scale = 6;
    o->rcv_buffer = (65536 + mss - 1) / mss * mss; /* whole segments */
    o->snd_buffer = 32768;
    o->ack_small = true;
    o->window_follows = true;
    o->accept_beyond = true;
    o->ack_of_old = true;
    o->close_discards = true;
    o->rfc1337 = true;
    o->fin_again = true;
    o->rto_min = 230 * NS_PER_MS;
    o->rto_max = 64 * NS_PER_S;
}

void profile_options(enum pkt_stack stack, enum pkt_family family, struct tcp_options *o)
{
    tcp_options_default(o);
    switch (stack) {
    case PKT_STACK_GUESS:
    case PKT_STACK_RFC: break;
    case PKT_STACK_LINUX: linux_options(o); break;
    case PKT_STACK_FREEBSD: freebsd_options(o, family); break;
    }
}

/* --- sysctl --- */

enum unit { U_BOOL, U_NOT, U_INT, U_MS, U_S, U_US, U_THIRD };

static const struct {
    const char *name;
    enum unit unit;
    const char *option;
} mapped[] = {
#define MAP(name, unit, option) {name, U_##unit, #option},
#include "sim/packetdrill/sysctl.def"
#undef MAP
};

static const char *const zero[] = {
#define ZERO(name) name,
#include "sim/packetdrill/sysctl.def"
#undef ZERO
};

static const char *const skipped[] = {
#define SKIP(prefix) prefix,
#include "sim/packetdrill/sysctl.def"
#undef SKIP
};

/* Sets an option by its name, within its bounds. */
static void put(struct tcp_options *o, const char *option, int64_t v)
{
#define OPTION(type, id, otherwise, least, most, rfc, what)                                                  \
    if (strcmp(option, #id) == 0)                                                                            \
        o->id = (OPT_T_##type)max_i64(least, min_i64(v, most));
#include "models/tcp/option.def"
#undef OPTION
}

static bool numbers(const char *text, int64_t *v, int n)
{
    int got = 0;
    char *end;

    while (got < n) {
        v[got] = strtoll(text, &end, 0);
        if (end == text)
            break;
        got++;
        text = end + strspn(end, " \t");
    }
    return got > 0 && *text == '\0';
}

static int64_t in_unit(enum unit u, const int64_t *v)
{
    switch (u) {
    case U_BOOL: return v[0] != 0;
    case U_NOT: return v[0] == 0;
    case U_INT: return v[0];
    case U_MS: return v[0] * NS_PER_MS;
    case U_S: return v[0] * NS_PER_S;
    case U_US: return v[0] * NS_PER_US;
    case U_THIRD: return v[2] ? v[2] : v[0];
    }
    return 0;
}

/* Those that set more than one option, or one by its value. */
static bool special(struct tcp_options *o, const char *name, int64_t v)
{
    if (strcmp(name, "net.inet.tcp.rfc1323") == 0) {
        o->timestamps = v == 1 || v == 3;
        o->window_scale = v == 1 || v == 2 ? 6 : -1;
    } else if (strcmp(name, "net.inet.tcp.ecn.enable") == 0 || strcmp(name, "net.ipv4.tcp_ecn") == 0) {
        o->ecn = v != 0;
        o->ecn_ask = v == 1;
    } else if (strcmp(name, "net.ipv4.tcp_window_scaling") == 0) {
        o->window_scale = v ? 8 : -1;
    } else if (strcmp(name, "net.inet.tcp.delayed_ack") == 0) {
        o->delayed_ack = v ? 40 * NS_PER_MS : 0;
    } else if (strcmp(name, "net.inet.tcp.rfc3465") == 0) {
        o->abc = v ? 2 : 0;
    } else if (strcmp(name, "net.inet.tcp.recvspace") == 0) {
        int64_t mss = o->rcv_buffer % 1440 == 0 ? 1440 : 1460;

        if (v > 0)
            o->rcv_buffer = (v + mss - 1) / mss * mss;
    } else {
        return false;
    }
    return true;
}

static bool among(const char *name, const char *const *list, size_t n, bool prefix)
{
    for (size_t i = 0; i < n; i++)
        if (prefix ? strncmp(name, list[i], strlen(list[i])) == 0 : strcmp(name, list[i]) == 0)
            return true;
    return false;
}

enum profile_answer profile_sysctl(struct tcp_options *o, const char *name, const char *value)
{
    int64_t v[3] = {0, 0, 0};
    bool good = numbers(value, v, 3) && v[0] >= 0 && v[0] <= INT32_MAX && v[2] >= 0 && v[2] <= INT32_MAX;

    if (among(name, zero, ARRAY_LEN(zero), false))
        return good && v[0] == 0 ? PROFILE_MAPPED : PROFILE_BAD_VALUE;
    if (good && special(o, name, v[0]))
        return PROFILE_MAPPED;
    for (size_t i = 0; i < ARRAY_LEN(mapped); i++)
        if (strcmp(mapped[i].name, name) == 0) {
            if (!good)
                return PROFILE_BAD_VALUE;
            put(o, mapped[i].option, in_unit(mapped[i].unit, v));
            return PROFILE_MAPPED;
        }
    return among(name, skipped, ARRAY_LEN(skipped), true) ? PROFILE_IGNORED : PROFILE_UNKNOWN;
}
