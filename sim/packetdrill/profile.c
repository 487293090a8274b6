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
    o->half_duplex_close = true;
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

enum unit { U_BOOL, U_NOT, U_INT, U_MS, U_S, U_BYTES, U_THIRD /* the second of three numbers */, U_IGNORED };

#define AT(field) offsetof(struct tcp_options, field)
static const struct {
    const char *name;
    enum unit unit;
    size_t at;
    bool is_bool; /* the option's type; else int64_t */
} known[] = {
    /* FreeBSD */
    {"net.inet.tcp.rfc1323", U_IGNORED, 0, false}, /* below */
    {"net.inet.tcp.sack.enable", U_BOOL, AT(sack), true},
    {"net.inet.tcp.delacktime", U_MS, AT(delayed_ack), false},
    {"net.inet.tcp.rexmit_initial", U_MS, AT(rto_initial), false},
    {"net.inet.tcp.rexmit_min", U_MS, AT(rto_min), false},
    {"net.inet.tcp.insecure_rst", U_NOT, AT(rfc5961_rst), true},
    {"net.inet.tcp.insecure_syn", U_NOT, AT(rfc5961_syn), true},
    {"net.inet.tcp.drop_synfin", U_BOOL, AT(drop_syn_fin), true},
    {"net.inet.tcp.initcwnd_segments", U_INT, AT(initial_window), false},
    {"net.inet.tcp.sendspace", U_BYTES, AT(snd_buffer), false},
    {"net.inet.tcp.msl", U_MS, AT(msl), false},
    {"net.inet.tcp.keepidle", U_MS, AT(keepalive_idle), false},
    {"net.inet.tcp.keepintvl", U_MS, AT(keepalive_interval), false},
    {"net.inet.tcp.keepcnt", U_INT, AT(keepalive_probes), false},
    {"net.inet.tcp.always_keepalive", U_BOOL, AT(keepalive), true},
    {"net.inet.tcp.mssdflt", U_IGNORED, 0, false},
    /* Linux */
    {"net.ipv4.tcp_sack", U_BOOL, AT(sack), true},
    {"net.ipv4.tcp_dsack", U_BOOL, AT(dsack), true},
    {"net.ipv4.tcp_timestamps", U_BOOL, AT(timestamps), true},
    {"net.ipv4.tcp_slow_start_after_idle", U_BOOL, AT(restart_window), true},
    {"net.ipv4.tcp_wmem", U_THIRD, AT(snd_buffer), false},
    {"net.ipv4.tcp_rfc1337", U_BOOL, AT(rfc1337), true},
    {"net.ipv4.tcp_tw_reuse", U_BOOL, AT(time_wait_reuse), true},
    {"net.ipv4.tcp_fin_timeout", U_S, AT(orphan_timeout), false},
    {"net.ipv4.tcp_keepalive_time", U_S, AT(keepalive_idle), false},
    {"net.ipv4.tcp_keepalive_intvl", U_S, AT(keepalive_interval), false},
    {"net.ipv4.tcp_keepalive_probes", U_INT, AT(keepalive_probes), false},
    {"net.ipv4.tcp_syn_retries", U_INT, AT(syn_retries), false},
    {"net.ipv4.tcp_challenge_ack_limit", U_INT, AT(challenge_ack_limit), false},
    {"net.ipv4.ip_default_ttl", U_INT, AT(ttl), false},
    {"net.ipv4.tcp_rto_min_us", U_IGNORED, 0, false},
};

/* Names that change nothing here: speed, memory, what a card does, logging, what this TCP does not have. */
static const char *const ignored[] = {"kern.ipc.",
                                      "kern.",
                                      "net.core.",
                                      "net.inet.tcp.hostcache.",
                                      "net.inet.tcp.blackhole",
                                      "net.inet.tcp.rexmit_",
                                      "net.inet.tcp.syncookies",
                                      "net.inet.tcp.tso",
                                      "net.inet.tcp.log",
                                      "net.inet.tcp.functions",
                                      "net.inet.tcp.cc.",
                                      "net.inet.tcp.tolerate_missing_ts",
                                      "net.inet.tcp.syncache.",
                                      "net.inet.tcp.recvbuf",
                                      "net.inet.tcp.sendbuf",
                                      "net.inet.tcp.nolocaltimewait",
                                      "net.inet.tcp.path_mtu",
                                      "net.inet.tcp.pmtud",
                                      "net.inet.tcp.newcwv",
                                      "net.inet.tcp.do_prr",
                                      "net.inet.tcp.rack.",
                                      "net.inet.tcp.bbr.",
                                      "net.inet.tcp.do_tcpdrain",
                                      "net.inet.tcp.icmp_may_rst",
                                      "net.inet.tcp.finwait2",
                                      "net.inet.tcp.fast_finwait2",
                                      "net.inet.ip.",
                                      "net.inet6.",
                                      "net.inet.icmp.",
                                      "net.inet.tcp.minmss",
                                      "net.inet.tcp.v6mssdflt",
                                      "net.inet.tcp.delayed_ack",
                                      "net.inet.tcp.ack_war",
                                      "net.inet.tcp.fastopen",
                                      "net.ipv4.tcp_no_metrics_save",
                                      "net.ipv4.tcp_min_tso",
                                      "net.ipv4.tcp_tso",
                                      "net.ipv4.tcp_pacing",
                                      "net.ipv4.tcp_notsent_lowat",
                                      "net.ipv4.tcp_limit_output",
                                      "net.ipv4.tcp_moderate",
                                      "net.ipv4.tcp_fack",
                                      "net.ipv4.tcp_frto",
                                      "net.ipv4.tcp_early_retrans",
                                      "net.ipv4.tcp_recovery",
                                      "net.ipv4.tcp_congestion",
                                      "net.ipv4.tcp_syncookies",
                                      "net.ipv4.tcp_fastopen",
                                      "net.ipv4.tcp_autocorking",
                                      "net.ipv4.tcp_thin",
                                      "net.ipv4.tcp_mem",
                                      "net.ipv4.tcp_orphan",
                                      "net.ipv4.tcp_max",
                                      "net.ipv4.tcp_synack_retries",
                                      "net.ipv4.tcp_retries",
                                      "net.ipv4.tcp_adv_win_scale",
                                      "net.ipv4.tcp_app_win",
                                      "net.ipv4.tcp_invalid",
                                      "net.ipv4.tcp_comp_sack",
                                      "net.ipv4.tcp_min_rtt",
                                      "net.ipv4.tcp_probe",
                                      "net.ipv4.tcp_mtu_probing",
                                      "net.ipv4.tcp_base_mss",
                                      "net.ipv4.tcp_reflect",
                                      "net.ipv4.tcp_shrink",
                                      "net.ipv4.tcp_plb",
                                      "net.ipv4.tcp_abort",
                                      "net.ipv4.tcp_workaround",
                                      "net.ipv4.tcp_low_latency",
                                      "net.ipv4.tcp_stdurg",
                                      "net.ipv4.tcp_retrans_collapse",
                                      "net.ipv4.tcp_ecn_",
                                      "net.ipv4.ip_",
                                      "net.ipv4.route.",
                                      "net.ipv4.conf.",
                                      "net.ipv4.tcp_rto_min_us",
                                      "net.ipv6.",
                                      "net.ipv4.tcp_reordering",
                                      "net.ipv4.tcp_rmem",
                                      "net.ipv4.tcp_window_scaling",

                                      "net.inet.tcp.do_abc",
                                      "net.inet.tcp.ecn.",
                                      "net.ipv4.tcp_ecn",
                                      "net.inet.tcp.sack."};

static void put(struct tcp_options *o, size_t at, bool is_bool, int64_t v)
{
    if (is_bool) {
        bool b = v != 0;

        memcpy((char *)o + at, &b, sizeof b);
    } else {
        memcpy((char *)o + at, &v, sizeof v);
    }
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
    case U_INT:
    case U_BYTES: return v[0];
    case U_MS: return v[0] * NS_PER_MS;
    case U_S: return v[0] * NS_PER_S;
    case U_THIRD: return v[2] ? v[2] : v[0];
    case U_IGNORED: break;
    }
    return 0;
}

/* Those that set more than one option, or one by its value. */
static bool special(struct tcp_options *o, const char *name, int64_t v)
{
    if (strcmp(name, "net.inet.tcp.rfc1323") == 0) {
        o->timestamps = v == 1 || v == 3;
        o->window_scale = v == 1 || v == 2 ? 6 : -1;
        return true;
    }
    if (strcmp(name, "net.inet.tcp.ecn.enable") == 0 || strcmp(name, "net.ipv4.tcp_ecn") == 0) {
        o->ecn = v != 0;
        o->ecn_ask = v == 1;
        return true;
    }
    if (strcmp(name, "net.ipv4.tcp_window_scaling") == 0) {
        o->window_scale = v ? 8 : -1;
        return true;
    }
    if (strcmp(name, "net.inet.tcp.recvspace") == 0) {
        int64_t mss = o->rcv_buffer % 1440 == 0 ? 1440 : 1460;

        if (v > 0)
            o->rcv_buffer = (v + mss - 1) / mss * mss;
        return true;
    }
    return false;
}

enum profile_answer profile_sysctl(struct tcp_options *o, const char *name, const char *value)
{
    int64_t v[3] = {0, 0, 0};
    bool good = numbers(value, v, 3) && v[0] >= 0 && v[0] <= INT32_MAX;

    if (good && special(o, name, v[0]))
        return PROFILE_MAPPED;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i].name, name) == 0) {
            if (!good)
                return PROFILE_BAD_VALUE;
            if (known[i].unit == U_IGNORED)
                return PROFILE_IGNORED;
            put(o, known[i].at, known[i].is_bool, in_unit(known[i].unit, v));
            return PROFILE_MAPPED;
        }
    for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
        if (strncmp(name, ignored[i], strlen(ignored[i])) == 0)
            return PROFILE_IGNORED;
    return PROFILE_UNKNOWN;
}
