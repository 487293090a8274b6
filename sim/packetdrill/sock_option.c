/* sock_option.c: options of sockets, on TCP's settings where it has one; and what TCP_INFO shows. */
#include <string.h>

#include "sim/packetdrill/sock_internal.h"

/* --- settings of TCP --- */

static bool is_open(const struct socks *s, const struct sock *k)
{
    return app_up_tcb(s->set.w, k->conn) != NULL;
}

/* From now on, and for the OPEN to come. */
static void apply(struct socks *s, struct sock *k, enum tcp_setting what, int64_t value)
{
    struct app_call up = {.setting = what, .value = value};

    k->set[what] = true;
    k->setting[what] = value;
    if (is_open(s, k))
        sock_up(s, CALL_SET, k->conn, &up);
}

static int64_t setting(const struct socks *s, const struct sock *k, enum tcp_setting what)
{
    int64_t v = 0;

    if (k->set[what])
        return k->setting[what];
    if (!sim_tcp_get(s->set.w, s->set.host, is_open(s, k) ? k->conn : 0, what, &v))
        v = 0;
    return v;
}

/* --- options that are only remembered --- */

static struct sock_kept *kept(struct sock *k, enum pkt_name level, enum pkt_name what)
{
    for (uint32_t i = 0; i < k->n_kept; i++)
        if (k->kept[i].level == level && k->kept[i].what == what)
            return &k->kept[i];
    return NULL;
}

int64_t sock_kept(const struct sock *k, enum pkt_name level, enum pkt_name what, int64_t otherwise)
{
    for (uint32_t i = 0; i < k->n_kept; i++)
        if (k->kept[i].level == level && k->kept[i].what == what)
            return k->kept[i].value;
    return otherwise;
}

static enum sock_outcome keep(struct sock *k, struct sock_call *c)
{
    struct sock_kept *o = kept(k, c->level, c->what);

    if (!o && k->n_kept < SOCK_KEPT_MAX)
        o = &k->kept[k->n_kept++];
    if (o)
        *o = (struct sock_kept){c->level, c->what, c->value};
    return sock_ok(c, 0);
}

static enum sock_outcome remembered(struct sock *k, struct sock_call *c)
{
    const struct sock_kept *o = kept(k, c->level, c->what);

    c->value = o ? o->value : 0;
    return sock_ok(c, 0);
}

/* --- buffers --- */

/* Linux counts its own overhead as much as the text; FreeBSD gives whole segments once it knows their size.
 */
static int64_t buffer_shown(const struct socks *s, const struct sock *k, enum tcp_setting what)
{
    int64_t v = setting(s, k, what), mss;
    const struct sock_conn *n = sock_conn_at(s, k->conn);

    if (is_linux(s))
        return k->set[what] ? max_i64(2 * v, what == SET_SND_BUFFER ? 4608 : 2304) : v;
    if (what != SET_RCV_BUFFER || !n || n->state < TCP_ESTABLISHED)
        return s->set.rcv_shown && !k->set[what] ? s->set.rcv_shown : v;
    mss = n->var[VAR_SND_MSS];
    return mss > 0 ? (v + mss - 1) / mss * mss : v;
}

/* --- SOL_SOCKET --- */

static enum sock_outcome set_socket(struct socks *s, struct sock *k, struct sock_call *c)
{
    switch ((int)c->what) { /* one group of a large enumeration */
    case PKT_N_SO_KEEPALIVE: apply(s, k, SET_KEEPALIVE, c->value != 0); return keep(k, c);
    case PKT_N_SO_LINGER: k->linger = c->linger; return sock_ok(c, 0);
    case PKT_N_SO_RCVBUF:
    case PKT_N_SO_RCVBUFFORCE: apply(s, k, SET_RCV_BUFFER, max_i64(c->value, 1)); return sock_ok(c, 0);
    case PKT_N_SO_SNDBUF:
    case PKT_N_SO_SNDBUFFORCE: apply(s, k, SET_SND_BUFFER, max_i64(c->value, 1)); return sock_ok(c, 0);
    case PKT_N_SO_ERROR:
    case PKT_N_SO_TYPE:
    case PKT_N_SO_ACCEPTCONN:
    case PKT_N_SO_DOMAIN:
    case PKT_N_SO_PROTOCOL: return sock_fail(c, PKT_ENOPROTOOPT);
    default: return keep(k, c);
    }
}

static enum sock_outcome get_socket(struct socks *s, struct sock *k, struct sock_call *c)
{
    struct sock_conn *n = sock_conn_at(s, k->conn);

    switch ((int)c->what) { /* one group of a large enumeration */
    case PKT_N_SO_ERROR:
        c->value = sock_take_error(s, k);
        if (!c->value && n && n->soft) {
            c->value = n->error;
            n->error = PKT_ERRNO_NONE;
            n->soft = false;
        }
        return sock_ok(c, 0);
    case PKT_N_SO_TYPE:
        c->value = pkt_name_value(k->kind == SOCK_UDP ? PKT_N_SOCK_DGRAM : PKT_N_SOCK_STREAM, s->set.numbers);
        return sock_ok(c, 0);
    case PKT_N_SO_ACCEPTCONN: c->value = k->phase == PHASE_LISTEN; return sock_ok(c, 0);
    case PKT_N_SO_DOMAIN:
        c->value = pkt_name_value(k->v6 ? PKT_N_AF_INET6 : PKT_N_AF_INET, s->set.numbers);
        return sock_ok(c, 0);
    case PKT_N_SO_PROTOCOL:
        c->value =
            pkt_name_value(k->kind == SOCK_UDP ? PKT_N_IPPROTO_UDP : PKT_N_IPPROTO_TCP, s->set.numbers);
        return sock_ok(c, 0);
    case PKT_N_SO_LINGER: c->linger = k->linger; return sock_ok(c, 0);
    case PKT_N_SO_RCVBUF: c->value = buffer_shown(s, k, SET_RCV_BUFFER); return sock_ok(c, 0);
    case PKT_N_SO_SNDBUF: c->value = buffer_shown(s, k, SET_SND_BUFFER); return sock_ok(c, 0);
    default: return remembered(k, c);
    }
}

/* --- IPPROTO_TCP --- */

/* FreeBSD's TCP_NOOPT: a connection without options. The host's, since a script has one connection. */
static void no_options(struct socks *s)
{
    s->set.opt->send_mss = false;
    s->set.opt->window_scale = -1;
    s->set.opt->timestamps = false;
    s->set.opt->sack = false;
}

static int64_t seconds(int64_t v)
{
    return v > 0 && v < 1000000 ? v * NS_PER_S : NS_PER_S;
}

/* What Linux takes; FreeBSD is less particular. */
static bool in_bounds(const struct socks *s, const struct sock_call *c)
{
    static const struct {
        enum pkt_name what;
        int64_t least, most;
    } bound[] = {{PKT_N_TCP_KEEPIDLE, 1, 32767}, {PKT_N_TCP_KEEPINTVL, 1, 32767},
                 {PKT_N_TCP_KEEPCNT, 1, 127},    {PKT_N_TCP_SYNCNT, 1, 127},
                 {PKT_N_TCP_MAXSEG, 88, 32767},  {PKT_N_TCP_USER_TIMEOUT, 0, INT32_MAX}};

    if (c->len != 0 && c->len < sizeof(int32_t))
        return false;
    for (size_t i = 0; is_linux(s) && i < ARRAY_LEN(bound); i++)
        if (bound[i].what == c->what)
            return (c->value >= bound[i].least && c->value <= bound[i].most) ||
                   (c->what == PKT_N_TCP_MAXSEG && c->value == 0);
    return true;
}

static enum sock_outcome set_tcp(struct socks *s, struct sock *k, struct sock_call *c)
{
    if (c->what != PKT_N_TCP_CONGESTION && !in_bounds(s, c))
        return sock_fail(c, PKT_EINVAL);
    switch ((int)c->what) { /* one group of a large enumeration */
    case PKT_N_TCP_NODELAY: apply(s, k, SET_NAGLE, c->value == 0); return keep(k, c);
    case PKT_N_TCP_CORK:
    case PKT_N_TCP_NOPUSH: apply(s, k, SET_CORK, c->value != 0); return keep(k, c);
    case PKT_N_TCP_MAXSEG:
        if (c->value < 0 || c->value > 65495)
            return sock_fail(c, PKT_EINVAL);
        apply(s, k, SET_MSS, c->value);
        return sock_ok(c, 0);
    case PKT_N_TCP_KEEPIDLE: apply(s, k, SET_KEEPALIVE_IDLE, seconds(c->value)); return keep(k, c);
    case PKT_N_TCP_KEEPINTVL: apply(s, k, SET_KEEPALIVE_INTERVAL, seconds(c->value)); return keep(k, c);
    case PKT_N_TCP_KEEPCNT: apply(s, k, SET_KEEPALIVE_PROBES, c->value); return keep(k, c);
    case PKT_N_TCP_USER_TIMEOUT: apply(s, k, SET_USER_TIMEOUT, c->value * NS_PER_MS); return keep(k, c);
    case PKT_N_TCP_QUICKACK: apply(s, k, SET_QUICKACK, c->value ? 16 : 0); return keep(k, c);
    case PKT_N_TCP_SYNCNT: apply(s, k, SET_SYN_RETRIES, c->value); return keep(k, c);
    case PKT_N_TCP_CONGESTION:
        if (!c->text || !*c->text || strlen(c->text) >= sizeof k->congestion)
            return sock_fail(c, PKT_ENOENT);
        strcpy(k->congestion, c->text);
        return sock_ok(c, 0);
    case PKT_N_TCP_NOOPT:
        if (c->value)
            no_options(s);
        return keep(k, c);
    case PKT_N_TCP_INFO:
    case PKT_N_TCP_MD5SIG:
    case PKT_N_TCP_REPAIR:
    case PKT_N_TCP_ULP: return sock_fail(c, PKT_ENOPROTOOPT);
    default: return keep(k, c);
    }
}

static int64_t maxseg(const struct socks *s, const struct sock *k)
{
    const struct sock_conn *n = sock_conn_at(s, k->conn);

    if (n && n->state >= TCP_ESTABLISHED && n->var[VAR_SND_MSS] > 0)
        return n->var[VAR_SND_MSS];
    if (k->set[SET_MSS] && k->setting[SET_MSS])
        return k->setting[SET_MSS];
    return 536;
}

static enum sock_outcome get_tcp(struct socks *s, struct sock *k, struct sock_call *c)
{
    switch ((int)c->what) { /* one group of a large enumeration */
    case PKT_N_TCP_MAXSEG: c->value = maxseg(s, k); return sock_ok(c, 0);
    case PKT_N_TCP_NODELAY: c->value = !setting(s, k, SET_NAGLE); return sock_ok(c, 0);
    case PKT_N_TCP_KEEPIDLE: c->value = setting(s, k, SET_KEEPALIVE_IDLE) / NS_PER_S; return sock_ok(c, 0);
    case PKT_N_TCP_KEEPINTVL:
        c->value = setting(s, k, SET_KEEPALIVE_INTERVAL) / NS_PER_S;
        return sock_ok(c, 0);
    case PKT_N_TCP_KEEPCNT: c->value = setting(s, k, SET_KEEPALIVE_PROBES); return sock_ok(c, 0);
    case PKT_N_TCP_CONGESTION: c->text = k->congestion[0] ? k->congestion : "reno"; return sock_ok(c, 0);
    case PKT_N_TCP_INFO: return sock_ok(c, 0);
    case PKT_N_TCP_MD5SIG:
    case PKT_N_TCP_REPAIR:
    case PKT_N_TCP_ULP: return sock_fail(c, PKT_ENOPROTOOPT);
    default: return remembered(k, c);
    }
}

/* --- IPPROTO_IP, IPPROTO_IPV6 --- */

static enum sock_outcome set_ip(struct socks *s, struct sock *k, struct sock_call *c)
{
    if (c->what == PKT_N_IP_TOS || c->what == PKT_N_IPV6_TCLASS)
        apply(s, k, SET_DSCP, (c->value & 0xff) >> 2);
    else if (c->what == PKT_N_IP_TTL || c->what == PKT_N_IPV6_UNICAST_HOPS)
        apply(s, k, SET_TTL, c->value > 0 ? c->value : 64);
    return keep(k, c);
}

static enum sock_outcome get_ip(struct socks *s, struct sock *k, struct sock_call *c)
{
    if ((c->what == PKT_N_IP_TTL || c->what == PKT_N_IPV6_UNICAST_HOPS) && !kept(k, c->level, c->what)) {
        c->value = setting(s, k, SET_TTL);
        return sock_ok(c, 0);
    }
    if (c->what == PKT_N_IP_MTU || c->what == PKT_N_IPV6_MTU) {
        c->value = s->set.opt->mtu;
        return sock_ok(c, 0);
    }
    return remembered(k, c);
}

/* An option in a level that is not its own is none. */
static bool in_level(const struct sock_call *c, enum pkt_group g)
{
    return c->what != PKT_NAME_NONE && pkt_name_group(c->what) == g;
}

enum sock_outcome sock_setsockopt(struct socks *s, struct sock *k, struct sock_call *c)
{
    if (c->level == PKT_N_SOL_SOCKET && in_level(c, PKT_GROUP_SOCKET))
        return set_socket(s, k, c);
    if (c->level == PKT_N_IPPROTO_TCP && in_level(c, PKT_GROUP_TCP))
        return set_tcp(s, k, c);
    if ((c->level == PKT_N_IPPROTO_IP && in_level(c, PKT_GROUP_IP)) ||
        (c->level == PKT_N_IPPROTO_IPV6 && in_level(c, PKT_GROUP_IPV6)))
        return set_ip(s, k, c);
    return sock_fail(c, PKT_ENOPROTOOPT);
}

enum sock_outcome sock_getsockopt(struct socks *s, struct sock *k, struct sock_call *c)
{
    if (c->level == PKT_N_SOL_SOCKET && in_level(c, PKT_GROUP_SOCKET))
        return get_socket(s, k, c);
    if (c->level == PKT_N_IPPROTO_TCP && in_level(c, PKT_GROUP_TCP))
        return get_tcp(s, k, c);
    if ((c->level == PKT_N_IPPROTO_IP && in_level(c, PKT_GROUP_IP)) ||
        (c->level == PKT_N_IPPROTO_IPV6 && in_level(c, PKT_GROUP_IPV6)))
        return get_ip(s, k, c);
    return sock_fail(c, PKT_ENOPROTOOPT);
}

/* --- ioctl --- */

enum sock_outcome sock_ioctl(struct socks *s, struct sock *k, struct sock_call *c)
{
    const struct sock_conn *n = sock_conn_at(s, k->conn);
    int64_t waits = n && !n->gone ? n->var[VAR_QUEUED] : 0;
    int64_t outstanding = n && !n->gone ? n->var[VAR_FLIGHT] : 0;

    switch ((int)c->what) { /* one group of a large enumeration */
    case PKT_N_SIOCINQ:
    case PKT_N_FIONREAD:
        if (k->phase == PHASE_LISTEN)
            return sock_fail(c, PKT_EINVAL);
        c->value = (int64_t)sock_readable(s, k);
        return sock_ok(c, 0);
    case PKT_N_SIOCOUTQ:
    case PKT_N_TIOCOUTQ:
    case PKT_N_FIONWRITE:
        if (k->phase == PHASE_LISTEN)
            return sock_fail(c, PKT_EINVAL);
        c->value = waits + outstanding;
        return sock_ok(c, 0);
    case PKT_N_SIOCOUTQNSD: c->value = waits; return sock_ok(c, 0);
    case PKT_N_FIONSPACE: c->value = (int64_t)sock_room(s, k); return sock_ok(c, 0);
    case PKT_N_FIONBIO: k->nonblock = c->value != 0; return sock_ok(c, 0);
    case PKT_N_SIOCATMARK: c->value = 0; return sock_ok(c, 0);
    default: return sock_fail(c, is_linux(s) ? PKT_ENOTTY : PKT_EINVAL);
    }
}

/* --- TCP_INFO --- */

static int64_t state_number(const struct socks *s, enum tcp_state state)
{
    static const enum pkt_name name[TCP_STATES] = {
        [TCP_CLOSED] = PKT_N_TCPI_CLOSED,           [TCP_LISTEN] = PKT_N_TCPI_LISTEN,
        [TCP_SYN_SENT] = PKT_N_TCPI_SYN_SENT,       [TCP_SYN_RECEIVED] = PKT_N_TCPI_SYN_RECEIVED,
        [TCP_ESTABLISHED] = PKT_N_TCPI_ESTABLISHED, [TCP_FIN_WAIT_1] = PKT_N_TCPI_FIN_WAIT_1,
        [TCP_FIN_WAIT_2] = PKT_N_TCPI_FIN_WAIT_2,   [TCP_CLOSE_WAIT] = PKT_N_TCPI_CLOSE_WAIT,
        [TCP_CLOSING] = PKT_N_TCPI_CLOSING,         [TCP_LAST_ACK] = PKT_N_TCPI_LAST_ACK,
        [TCP_TIME_WAIT] = PKT_N_TCPI_TIME_WAIT,
    };

    return pkt_name_value(name[state], s->set.numbers);
}

enum { SSTHRESH_NEVER = 0x3fffffff }; /* and above: never reduced yet */

struct field {
    const char *name;
    int64_t value;
};

static bool find(const struct field *f, size_t n, const char *name, int64_t *value)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].name, name) == 0) {
            *value = f[i].value;
            return true;
        }
    return false;
}

bool sock_info(const struct socks *s, uint32_t conn, int fd, const char *name, int64_t *value)
{
    bool segments = is_linux(s); /* Linux counts the windows in segments, FreeBSD in bytes */
    const struct sock_conn none = {.state = TCP_CLOSED}, *n = sock_conn_at(s, conn);
    struct tcp_info_view v;

    (void)fd;
    memset(&v, 0, sizeof v);
    if (!n || !sim_tcp_info(s->set.w, conn, &v))
        v.state = TCP_CLOSED;
    if (!n)
        n = &none;
    const struct field field[] = {
        {"tcpi_state", state_number(s, v.state)},
        {"tcpi_ca_state", v.ca_state},
        {"tcpi_retransmits", v.retransmits},
        {"tcpi_probes", v.probes},
        {"tcpi_backoff", v.backoff},
        {"tcpi_options", v.options},
        {"tcpi_snd_wscale", v.snd_wscale},
        {"tcpi_rcv_wscale", v.rcv_wscale},
        {"tcpi_rto", v.rto / NS_PER_US},
        {"tcpi_ato", v.ato / NS_PER_US},
        {"tcpi_snd_mss", v.snd_mss},
        {"tcpi_rcv_mss", v.rcv_mss},
        {"tcpi_advmss", v.advmss},
        {"tcpi_unacked", v.unacked},
        {"tcpi_sacked", v.sacked},
        {"tcpi_lost", v.lost},
        {"tcpi_retrans", v.retrans},
        {"tcpi_fackets", 0},
        {"tcpi_last_data_sent", v.last_data_sent / NS_PER_MS},
        {"tcpi_last_data_recv", (world_now(s->set.w) - n->text_at) / NS_PER_MS},
        {"tcpi_last_ack_recv", v.last_heard / NS_PER_MS},
        {"tcpi_pmtu", v.pmtu},
        {"tcpi_rtt", v.srtt / NS_PER_US},
        {"tcpi_rttvar", v.rttvar / NS_PER_US},
        {"tcpi_snd_ssthresh", v.ssthresh_bytes >= SSTHRESH_NEVER ? (segments ? INT32_MAX : 65535 << 14)
                              : segments                         ? v.ssthresh
                                                                 : v.ssthresh_bytes},
        {"tcpi_snd_cwnd", segments ? v.cwnd : v.cwnd_bytes},
        {"tcpi_reordering", 3},
        {"tcpi_rcv_space", v.rcv_space},
        {"tcpi_rcv_ssthresh", v.rcv_wnd},
        {"tcpi_snd_wnd", v.snd_wnd},
        {"tcpi_rcv_wnd", v.rcv_wnd},
        {"tcpi_total_retrans", (int64_t)n->retransmits},
        {"tcpi_snd_rexmitpack", (int64_t)n->retransmits},
        {"tcpi_bytes_acked", (int64_t)v.bytes_acked},
        {"tcpi_bytes_received", (int64_t)v.bytes_received},
        {"tcpi_bytes_sent", (int64_t)n->bytes_sent},
        {"tcpi_bytes_retrans", (int64_t)n->bytes_retrans},
        {"tcpi_segs_in", (int64_t)n->segs_in},
        {"tcpi_data_segs_in", (int64_t)n->data_segs_in},
        {"tcpi_delivered_ce", 0}, /* counted by AccECN only */
        {"tcpi_fastopen_client_fail", 0},
        {"tcpi_rehash", 0},
        {"tcpi_notsent_bytes", (int64_t)v.notsent_bytes},
        {"tcpi_segs_out", (int64_t)n->segs_out},
        {"tcpi_data_segs_out", (int64_t)n->data_segs_out},
        {"tcpi_snd_nxt", v.snd_nxt.v},
        {"tcpi_rcv_nxt", v.rcv_nxt.v},
    };
    return find(field, sizeof field / sizeof *field, name, value);
}
