/* run_call.c: the script's calls: their arguments for the socket layer, their results judged. */
#include <string.h>

#include "sim/packetdrill/run_internal.h"

/* --- values --- */

static enum pkt_os os_of(const struct pkt_run *r)
{
    return r->s->os;
}

static int64_t number(const struct pkt_run *r, enum pkt_name n)
{
    int64_t v = pkt_name_value(n, os_of(r));

    return v == PKT_NO_VALUE ? 0 : v;
}

static bool has_flag(const struct pkt_run *r, const struct pkt_expr *e, enum pkt_name n)
{
    int64_t v = number(r, n);

    return e->known && v && (e->value & v) == v;
}

static bool refuse(struct pkt_run *r, const struct pkt_expr *e, const char *what)
{
    return run_fail(r, PKT_REFUSED, &e->at, "not supported: %s", what);
}

/* A plain number; `otherwise` for "..."; false: refused. */
static bool integer(struct pkt_run *r, const struct pkt_expr *e, int64_t otherwise, int64_t *v)
{
    if (e->kind == PKT_EXPR_ELLIPSIS || e->kind == PKT_EXPR_NULL || e->kind == PKT_EXPR_ANY) {
        *v = otherwise;
        return true;
    }
    if (e->kind == PKT_EXPR_LIST && e->n == 1)
        return integer(r, e->item[0], otherwise, v);
    if (e->kind == PKT_EXPR_APPLY && !e->known) {
        *v = otherwise; /* sizeof(...) */
        return true;
    }
    if (!e->known)
        return refuse(r, e, "this value, where a number is meant");
    *v = e->value;
    return true;
}

static bool descriptor(struct pkt_run *r, const struct pkt_expr *e, int *fd)
{
    int64_t v;

    if (!integer(r, e, -1, &v))
        return false;
    *fd = v >= 0 && v < FD_MAX && r->fd[v] ? r->fd[v] - 1 : -1;
    return true;
}

/* --- addresses --- */

static const struct pkt_expr *text_of(const struct pkt_expr *e)
{
    if (!e || e->kind == PKT_EXPR_STRING)
        return e;
    for (size_t i = 0; i < e->n; i++) {
        const struct pkt_expr *t = text_of(e->item[i]);

        if (t)
            return t;
    }
    return NULL;
}

static bool find_address(struct pkt_run *r, const struct pkt_expr *e, struct sock_addr *a)
{
    struct ip_addr ip;

    if (!ip_parse(e->text, &ip))
        return run_fail(r, PKT_REFUSED, &e->at, "'%s' is no IP address", e->text);
    if (ip_is_unspecified(&ip)) {
        a->address = 0;
        return true;
    }
    if (ip.family == 6 && memcmp(ip.b, "\0\0\0\0\0\0\0\0\0\0\377\377", 12) == 0) { /* mapped */
        memmove(ip.b, ip.b + 12, 4);
        memset(ip.b + 4, 0, 12);
        ip.family = 4;
    }
    for (uint16_t i = 1; i < ADDRESSES; i++)
        if (ip_equal(&ip, &r->address[i].ip)) {
            a->address = i;
            return true;
        }
    return run_fail(r, PKT_REFUSED, &e->at, "not supported: the address %s; there are %s and %s", e->text,
                    r->t_address[HOST_TCP], r->t_address[HOST_SCRIPT]);
}

/* "..." stands for the usual one of that side. */
static bool address(struct pkt_run *r, const struct pkt_expr *e, bool remote, struct sock_addr *a)
{
    const struct pkt_config *c = &r->s->config;
    bool v6 = c->family == PKT_IPV6;
    int32_t port = remote ? c->connect_port : c->bind_port;
    const struct pkt_expr *p, *ip;

    memset(a, 0, sizeof *a);
    a->v6 = c->family != PKT_IPV4;
    a->port = port > 0 ? (uint16_t)port : PORT_DEFAULT;
    a->address = remote ? (v6 ? ADDR_REMOTE6 : ADDR_REMOTE4) : (v6 ? ADDR_LOCAL6 : ADDR_LOCAL4);
    if (e->kind == PKT_EXPR_ELLIPSIS || e->kind == PKT_EXPR_NULL)
        return true;
    if (e->kind != PKT_EXPR_STRUCT)
        return refuse(r, e, "this address");
    p = pkt_expr_field(e, "sin_port");
    if (!p)
        p = pkt_expr_field(e, "sin6_port");
    if (p && p->kind != PKT_EXPR_ELLIPSIS) {
        int64_t v = 0;

        if (!integer(r, p, a->port, &v))
            return false;
        a->port = (uint16_t)v;
    }
    ip = pkt_expr_field(e, "sin_addr");
    if (!ip)
        ip = pkt_expr_field(e, "sin6_addr");
    if (!ip || ip->kind == PKT_EXPR_ELLIPSIS)
        return true;
    if (ip->kind == PKT_EXPR_NAME || (ip->known && ip->value == 0)) {
        a->address = 0; /* INADDR_ANY */
        return true;
    }
    ip = text_of(ip);
    return !ip || find_address(r, ip, a);
}

/* --- arguments --- */

static unsigned message_flags(const struct pkt_run *r, const struct pkt_expr *e)
{
    static const struct {
        enum pkt_name name;
        unsigned flag;
    } flag[] = {{PKT_N_MSG_DONTWAIT, SOCK_F_DONTWAIT},
                {PKT_N_MSG_PEEK, SOCK_F_PEEK},
                {PKT_N_MSG_OOB, SOCK_F_OOB},
                {PKT_N_MSG_WAITALL, SOCK_F_WAITALL},
                {PKT_N_MSG_MORE, SOCK_F_MORE},
                {PKT_N_MSG_TRUNC, SOCK_F_TRUNC},
                {PKT_N_MSG_EOF, SOCK_F_EOF}};
    unsigned f = 0;

    for (size_t i = 0; i < ARRAY_LEN(flag); i++)
        if (has_flag(r, e, flag[i].name))
            f |= flag[i].flag;
    return f;
}

/* The lengths of an iovec's parts together. */
static bool vector(struct pkt_run *r, const struct pkt_expr *e, struct sock_call *c)
{
    if (e->kind != PKT_EXPR_LIST)
        return refuse(r, e, "this vector");
    for (size_t i = 0; i < e->n; i++) {
        const struct pkt_expr *part = e->item[i];
        int64_t n = 0;

        if (part->kind != PKT_EXPR_STRUCT || part->n < 2)
            return refuse(r, part, "this part of a vector");
        if (!integer(r, part->item[1], 0, &n))
            return false;
        c->len += n > 0 ? (uint64_t)n : 0;
        if (part->item[0]->kind == PKT_EXPR_NULL && n > 0) { /* what stands before it is taken */
            c->fault = c->len == (uint64_t)n;
            c->len -= (uint64_t)n;
            c->len += c->fault ? (uint64_t)n : 0;
            return true;
        }
    }
    return true;
}

static bool size(struct pkt_run *r, const struct pkt_expr *e, uint64_t *len)
{
    int64_t n = 0;

    if (!integer(r, e, 0, &n))
        return false;
    *len = n > 0 ? (uint64_t)n : 0;
    return true;
}

/* Flags of what this TCP does not have. */
static bool flags_beyond(struct pkt_run *r, const struct pkt_expr *e)
{
    if (has_flag(r, e, PKT_N_MSG_FASTOPEN))
        return !refuse(r, e, "TCP Fast Open");
    if (has_flag(r, e, PKT_N_MSG_ZEROCOPY))
        return !refuse(r, e, "zero copy");
    if (has_flag(r, e, PKT_N_MSG_ERRQUEUE))
        return !refuse(r, e, "the error queue");
    return false;
}

static bool read_write(struct pkt_run *r, const struct pkt_call *p, struct sock_call *c)
{
    const struct pkt_expr *iov, *data = p->arg[1];
    bool message = p->id == PKT_SYS_recvmsg || p->id == PKT_SYS_sendmsg;

    if (message || p->n_args > 3)
        if (flags_beyond(r, p->arg[message ? 2 : 3]))
            return false;
    switch (p->id) {
    case PKT_SYS_readv:
    case PKT_SYS_writev: return vector(r, data, c);
    case PKT_SYS_recvmsg:
    case PKT_SYS_sendmsg:
        c->flags = message_flags(r, p->arg[2]);
        iov = data->kind == PKT_EXPR_STRUCT ? pkt_expr_field(data, "msg_iov") : NULL;
        return iov ? vector(r, iov, c) : refuse(r, data, "a message without msg_iov");
    default: break; /* those that have a buffer and its length */
    }
    if (!size(r, p->arg[2], &c->len))
        return false;
    c->fault = data->kind == PKT_EXPR_NULL && c->len > 0;
    if (data->kind == PKT_EXPR_STRING && !data->more && data->text_len >= c->len)
        c->bytes = (const uint8_t *)data->text;
    if (p->n_args > 3)
        c->flags = message_flags(r, p->arg[3]);
    if (c->flags & SOCK_F_EOF)
        return refuse(r, p->arg[3], "MSG_EOF");
    return true;
}

static bool new_socket(struct pkt_run *r, const struct pkt_call *p, struct sock_call *c)
{
    const struct pkt_expr *type = p->arg[1], *proto = p->arg[2];
    int64_t t = type->known ? type->value : number(r, PKT_N_SOCK_STREAM);

    t &= ~(number(r, PKT_N_SOCK_NONBLOCK) | number(r, PKT_N_SOCK_CLOEXEC));
    if (t != number(r, PKT_N_SOCK_STREAM))
        return refuse(r, type, "sockets other than SOCK_STREAM");
    if (proto->known && proto->value && proto->value != number(r, PKT_N_IPPROTO_TCP))
        return refuse(r, proto, "protocols other than TCP");
    c->nonblock = has_flag(r, type, PKT_N_SOCK_NONBLOCK);
    c->v6 =
        p->arg[0]->known ? p->arg[0]->value == number(r, PKT_N_AF_INET6) : r->s->config.family != PKT_IPV4;
    return true;
}

/* A part of a struct linger: by its name in C, by packetdrill's ("onoff", "linger"), or by its place. */
static const struct pkt_expr *linger_part(const struct pkt_expr *s, const char *name, size_t place)
{
    const struct pkt_expr *part = pkt_expr_field(s, name);

    if (!part)
        part = pkt_expr_field(s, name + strlen("l_"));
    if (!part && s->kind == PKT_EXPR_STRUCT && s->n == 2 && !s->item[place]->field)
        part = s->item[place];
    return part;
}

static bool option_value(struct pkt_run *r, const struct pkt_expr *e, struct sock_call *c)
{
    const struct pkt_expr *on, *linger;

    if (c->what == PKT_N_SO_LINGER && c->level == PKT_N_SOL_SOCKET) {
        const struct pkt_expr *s = e->kind == PKT_EXPR_LIST && e->n == 1 ? e->item[0] : e;
        int64_t n = 0, v = 0;

        on = linger_part(s, "l_onoff", 0);
        linger = linger_part(s, "l_linger", 1);
        if (!on || !linger)
            return refuse(r, e, "this SO_LINGER");
        if (!integer(r, on, 0, &v) || !integer(r, linger, 0, &n))
            return false;
        c->linger = (struct sock_linger){v != 0, (int32_t)n};
        return true;
    }
    if (text_of(e)) {
        c->text = text_of(e)->text;
        return true;
    }
    if (e->kind == PKT_EXPR_STRUCT)
        return refuse(r, e, "this option's structure");
    return integer(r, e, 0, &c->value);
}

/* The levels have two names on Linux. */
static enum pkt_name level_of(const struct pkt_expr *e)
{
    switch ((int)e->name) { /* a few of a large enumeration */
    case PKT_N_SOL_TCP: return PKT_N_IPPROTO_TCP;
    case PKT_N_SOL_IP: return PKT_N_IPPROTO_IP;
    case PKT_N_SOL_IPV6: return PKT_N_IPPROTO_IPV6;
    default: return e->name;
    }
}

/* Options that a script sets because it is about what this TCP does not have. */
static const char *beyond(enum pkt_name option)
{
    switch ((int)option) { /* a few of a large enumeration */
    case PKT_N_TCP_FASTOPEN:
    case PKT_N_TCP_FASTOPEN_CONNECT:
    case PKT_N_TCP_FASTOPEN_KEY:
    case PKT_N_TCP_FASTOPEN_NO_COOKIE: return "TCP Fast Open";
    case PKT_N_TCP_MD5SIG: return "TCP-MD5";
    case PKT_N_TCP_REPAIR: return "TCP_REPAIR";
    case PKT_N_TCP_ULP: return "upper layer protocols (TCP_ULP)";
    case PKT_N_TCP_FUNCTION_BLK: return "another TCP stack (TCP_FUNCTION_BLK)";
    case PKT_N_TCP_ZEROCOPY_RECEIVE:
    case PKT_N_SO_ZEROCOPY: return "zero copy";
    case PKT_N_SO_TIMESTAMPING:
    case PKT_N_SO_TXTIME: return "time stamps of packets";
    case PKT_N_TCP_INQ: return "control messages (TCP_INQ)";
    case PKT_N_TCP_SAVE_SYN:
    case PKT_N_TCP_SAVED_SYN: return "saved SYNs";
    default: return NULL;
    }
}

static bool sockopt(struct pkt_run *r, const struct pkt_call *p, struct sock_call *c)
{
    c->level = level_of(p->arg[1]);
    c->what = p->arg[2]->name;
    if (c->what == PKT_NAME_NONE || c->level == PKT_NAME_NONE)
        return refuse(r, p->arg[2], "this option");
    if (beyond(c->what) && p->result->known && p->result->value == 0)
        return refuse(r, p->arg[2], beyond(c->what));
    if (p->id == PKT_SYS_getsockopt)
        return true;
    return option_value(r, p->arg[3], c) && (p->arg[4]->kind != PKT_EXPR_INT || size(r, p->arg[4], &c->len));
}

static const struct {
    enum pkt_name poll, epoll;
    unsigned event;
} event_name[] = {
    {PKT_N_POLLIN, PKT_N_EPOLLIN, SOCK_IN},
    {PKT_N_POLLPRI, PKT_N_EPOLLPRI, SOCK_PRI},
    {PKT_N_POLLOUT, PKT_N_EPOLLOUT, SOCK_OUT},
    {PKT_N_POLLERR, PKT_N_EPOLLERR, SOCK_ERR},
    {PKT_N_POLLHUP, PKT_N_EPOLLHUP, SOCK_HUP},
    {PKT_N_POLLRDHUP, PKT_N_EPOLLRDHUP, SOCK_RDHUP},
    {PKT_N_POLLNVAL, PKT_NAME_NONE, SOCK_NVAL},
    {PKT_NAME_NONE, PKT_N_EPOLLET, SOCK_ET},
    {PKT_NAME_NONE, PKT_N_EPOLLONESHOT, SOCK_ONESHOT},
};

static unsigned events(const struct pkt_run *r, const struct pkt_expr *e, bool epoll)
{
    unsigned v = 0;

    for (size_t i = 0; e && i < ARRAY_LEN(event_name); i++) {
        enum pkt_name n = epoll ? event_name[i].epoll : event_name[i].poll;

        if (n != PKT_NAME_NONE && has_flag(r, e, n))
            v |= event_name[i].event;
    }
    return v;
}

static bool poll_list(struct pkt_run *r, const struct pkt_call *p, struct sock_call *c,
                      struct sock_poll *poll)
{
    const struct pkt_expr *list = p->arg[0];
    int64_t ms = 0;

    if (list->kind != PKT_EXPR_LIST || list->n > 64)
        return refuse(r, list, "this list of descriptors");
    c->poll = poll;
    c->n_poll = (uint32_t)list->n;
    for (size_t i = 0; i < list->n; i++) {
        const struct pkt_expr *fd = pkt_expr_field(list->item[i], "fd");

        poll[i].events = events(r, pkt_expr_field(list->item[i], "events"), false);
        if (!fd || !descriptor(r, fd, &poll[i].fd))
            return refuse(r, list->item[i], "this structure");
        poll[i].data = i;
    }
    if (!integer(r, p->arg[2], -1, &ms))
        return false;
    c->timeout = ms < 0 ? -1 : ms * NS_PER_MS;
    return true;
}

/* The caller's own word in a struct epoll_event; NULL: none is written. */
static const struct pkt_expr *word_of(const struct pkt_expr *event)
{
    static const char *const name[] = {"fd", "ptr", "u32", "u64"};

    for (size_t i = 0; i < ARRAY_LEN(name); i++)
        if (pkt_expr_field(event, name[i]))
            return pkt_expr_field(event, name[i]);
    return NULL;
}

static bool epoll(struct pkt_run *r, const struct pkt_call *p, struct sock_call *c, struct sock_poll *poll)
{
    int64_t v = 0;

    c->poll = poll;
    if (!descriptor(r, p->arg[0], &c->epoll_fd))
        return false;
    if (p->id == PKT_SYS_epoll_ctl) {
        c->what = p->arg[1]->name;
        c->n_poll = 1;
        if (!descriptor(r, p->arg[2], &c->fd))
            return false;
        poll->fd = c->fd;
        poll->data = (uint64_t)(p->arg[2]->known ? p->arg[2]->value : 0);
        if (p->arg[3]->kind == PKT_EXPR_STRUCT) {
            poll->events = events(r, pkt_expr_field(p->arg[3], "events"), true);
            if (word_of(p->arg[3]) && word_of(p->arg[3])->known)
                poll->data = (uint64_t)word_of(p->arg[3])->value;
        }
        return true;
    }
    if (!integer(r, p->arg[2], 1, &v))
        return false;
    c->n_poll = v < 1 ? 1 : v > 64 ? 64 : (uint32_t)v;
    if (!integer(r, p->arg[3], -1, &v))
        return false;
    c->timeout = v < 0 ? -1 : v * NS_PER_MS;
    return true;
}

static bool small(struct pkt_run *r, const struct pkt_call *p, struct sock_call *c)
{
    int64_t v = 0;

    switch (p->id) {
    case PKT_SYS_listen:
        if (!integer(r, p->arg[1], 128, &v))
            return false;
        c->backlog = (int)v;
        return true;
    case PKT_SYS_shutdown:
        c->what =
            p->arg[1]->known ? pkt_name_of(PKT_GROUP_SHUT, p->arg[1]->value, os_of(r)) : p->arg[1]->name;
        return true;
    case PKT_SYS_accept4: c->nonblock = has_flag(r, p->arg[3], PKT_N_SOCK_NONBLOCK); return true;
    case PKT_SYS_fcntl:
        c->what = p->arg[1]->name;
        if (p->n_args > 2)
            c->value = has_flag(r, p->arg[2], PKT_N_O_NONBLOCK);
        return true;
    case PKT_SYS_ioctl:
        c->what = p->arg[1]->name;
        if (c->what == PKT_NAME_NONE && p->arg[1]->known)
            c->what = pkt_name_of(PKT_GROUP_IOCTL, p->arg[1]->value, os_of(r));
        return p->n_args < 3 || c->what != PKT_N_FIONBIO || integer(r, p->arg[2], 0, &c->value);
    default: return true; /* nothing more to read */
    }
}

static bool arguments(struct pkt_run *r, const struct pkt_call *p, struct sock_call *c,
                      struct sock_poll *poll)
{
    bool first = p->id != PKT_SYS_socket && p->id != PKT_SYS_poll && p->id != PKT_SYS_epoll_create &&
                 p->id != PKT_SYS_epoll_create1 && p->id != PKT_SYS_epoll_ctl && p->id != PKT_SYS_epoll_wait;

    memset(c, 0, sizeof *c);
    c->call = p->id;
    if (first && !descriptor(r, p->arg[0], &c->fd))
        return false;
    switch (p->id) {
    case PKT_SYS_socket: return new_socket(r, p, c);
    case PKT_SYS_bind: return address(r, p->arg[1], false, &c->addr);
    case PKT_SYS_connect: return address(r, p->arg[1], true, &c->addr);
    case PKT_SYS_read:
    case PKT_SYS_readv:
    case PKT_SYS_recv:
    case PKT_SYS_recvfrom:
    case PKT_SYS_recvmsg:
    case PKT_SYS_write:
    case PKT_SYS_writev:
    case PKT_SYS_send:
    case PKT_SYS_sendto:
    case PKT_SYS_sendmsg: return read_write(r, p, c);
    case PKT_SYS_getsockopt:
    case PKT_SYS_setsockopt: return sockopt(r, p, c);
    case PKT_SYS_poll: return poll_list(r, p, c, poll);
    case PKT_SYS_epoll_ctl:
    case PKT_SYS_epoll_wait: return epoll(r, p, c, poll);
    case PKT_SYS_listen:
    case PKT_SYS_shutdown:
    case PKT_SYS_accept:
    case PKT_SYS_accept4:
    case PKT_SYS_fcntl:
    case PKT_SYS_ioctl:
    case PKT_SYS_close:
    case PKT_SYS_epoll_create:
    case PKT_SYS_epoll_create1:
    case PKT_SYS_getsockname:
    case PKT_SYS_getpeername:
    case PKT_SYS_NONE:
    case PKT_SYSCALLS: return small(r, p, c);
    }
    return true;
}

/* --- results --- */

static void put_error(struct sbuf *b, enum pkt_errno e)
{
    sbuf_printf(b, "-1 %s (%s)", pkt_errno_word(e), pkt_errno_text(e));
}

static bool same_error(const struct pkt_run *r, enum pkt_errno a, enum pkt_errno b)
{
    return a == b || (a && b && pkt_errno_value(a, os_of(r)) == pkt_errno_value(b, os_of(r)));
}

static bool wrong(struct pkt_run *r, const struct pkt_call *p, struct sbuf *text)
{
    sbuf_putc(text, '\0');
    if (r->s->config.non_fatal_syscall)
        return run_warn(r, &p->at, text->s);
    run_newest(r, &r->details);
    return run_fail(r, PKT_FAILED, &p->at, "%s", text->s);
}

/* Whether the number returned is the one expected; descriptors get theirs. */
static bool judge_result(struct pkt_run *r, const struct pkt_call *p, const struct sock_call *c)
{
    bool makes = p->id == PKT_SYS_socket || p->id == PKT_SYS_accept || p->id == PKT_SYS_accept4 ||
                 p->id == PKT_SYS_epoll_create || p->id == PKT_SYS_epoll_create1;
    struct sbuf b = SBUF_INIT;
    int64_t got = c->result;
    bool ok;

    if (p->id == PKT_SYS_fcntl && c->what == PKT_N_F_GETFL && got == 0)
        got = number(r, PKT_N_O_RDWR) | (c->value ? number(r, PKT_N_O_NONBLOCK) : 0);
    if (makes && got >= 0) {
        r->newest_fd =
            p->id == PKT_SYS_epoll_create || p->id == PKT_SYS_epoll_create1 ? r->newest_fd : (int)got;
        if (p->result->known && p->result->value >= 0 && p->result->value < FD_MAX) {
            r->fd[p->result->value] = (int)got + 1;
            got = p->result->value;
        }
    }
    if (p->result->kind == PKT_EXPR_ANY || p->result->kind == PKT_EXPR_ELLIPSIS)
        return true;
    ok = p->error ? got == -1 && same_error(r, p->error, c->error)
                  : p->result->known && p->result->value == got;
    if (ok)
        return true;
    sbuf_printf(&b, "%s returned ", p->name);
    if (got == -1 && c->error)
        put_error(&b, c->error);
    else
        sbuf_printf(&b, "%lld", (long long)got);
    sbuf_lit(&b, ", expected ");
    if (p->error)
        put_error(&b, p->error);
    else
        pkt_print_expr(p->result, &b);
    ok = wrong(r, p, &b);
    sbuf_free(&b);
    return ok;
}

static bool judge_number(struct pkt_run *r, const struct pkt_call *p, const struct pkt_expr *e, int64_t got,
                         const char *what)
{
    struct sbuf b = SBUF_INIT;
    bool ok;

    if (e->kind == PKT_EXPR_LIST && e->n == 1)
        e = e->item[0];
    if (e->kind == PKT_EXPR_ELLIPSIS || e->kind == PKT_EXPR_ANY || !e->known || e->value == got)
        return true;
    sbuf_printf(&b, "%s: expected %lld, got %lld", what, (long long)e->value, (long long)got);
    ok = wrong(r, p, &b);
    sbuf_free(&b);
    return ok;
}

static bool judge_option(struct pkt_run *r, const struct pkt_call *p, const struct sock_call *c)
{
    const struct pkt_expr *e = p->arg[3], *one = e->kind == PKT_EXPR_LIST && e->n == 1 ? e->item[0] : e;
    const char *what = pkt_name_word(c->what);
    struct sbuf b = SBUF_INIT;
    bool ok;

    if (c->result != 0)
        return true;
    if (c->what == PKT_N_SO_ERROR && c->level == PKT_N_SOL_SOCKET) {
        enum pkt_errno got = (enum pkt_errno)c->value;

        if (one->error ? same_error(r, one->error, got)
                       : !one->known || one->value == (got ? pkt_errno_value(got, os_of(r)) : 0))
            return true;
        sbuf_lit(&b, "SO_ERROR: expected ");
        pkt_print_expr(one, &b);
        sbuf_printf(&b, ", got %s", got ? pkt_errno_word(got) : "0");
        ok = wrong(r, p, &b);
        sbuf_free(&b);
        return ok;
    }
    if (c->what == PKT_N_SO_LINGER && one->kind == PKT_EXPR_STRUCT) {
        const struct pkt_expr *on = linger_part(one, "l_onoff", 0), *l = linger_part(one, "l_linger", 1);

        return (!on || judge_number(r, p, on, c->linger.on, "l_onoff")) &&
               (!l || judge_number(r, p, l, c->linger.seconds, "l_linger"));
    }
    if (one->kind == PKT_EXPR_STRING && c->text) {
        if (strcmp(one->text, c->text) == 0)
            return true;
        sbuf_printf(&b, "%s: expected \"%s\", got \"%s\"", what, one->text, c->text);
        ok = wrong(r, p, &b);
        sbuf_free(&b);
        return ok;
    }
    return judge_number(r, p, e, c->value, what);
}

static bool judge_events(struct pkt_run *r, const struct pkt_call *p, const struct pkt_expr *e, unsigned got,
                         bool is_epoll)
{
    struct sbuf b = SBUF_INIT;
    unsigned want;
    bool ok;

    if (!e || e->kind == PKT_EXPR_ELLIPSIS)
        return true;
    want = events(r, e, is_epoll);
    if (want == got)
        return true;
    sbuf_lit(&b, "events: expected ");
    pkt_print_expr(e, &b);
    sbuf_lit(&b, ", got ");
    for (size_t i = 0, n = 0; i < ARRAY_LEN(event_name); i++)
        if (got & event_name[i].event)
            sbuf_printf(&b, "%s%s", n++ ? "|" : "",
                        pkt_name_word(is_epoll ? event_name[i].epoll : event_name[i].poll));
    if (!got)
        sbuf_putc(&b, '0');
    ok = wrong(r, p, &b);
    sbuf_free(&b);
    return ok;
}

static bool judge_values(struct pkt_run *r, const struct pkt_call *p, const struct sock_call *c)
{
    switch (p->id) {
    case PKT_SYS_getsockopt: return judge_option(r, p, c);
    case PKT_SYS_ioctl:
        if (p->n_args < 3 || c->result != 0 || c->what == PKT_N_FIONBIO)
            return true;
        return judge_number(r, p, p->arg[2], c->value, pkt_name_word(c->what));
    case PKT_SYS_poll:
        for (uint32_t i = 0; i < c->n_poll; i++)
            if (!judge_events(r, p, pkt_expr_field(p->arg[0]->item[i], "revents"), c->poll[i].revents, false))
                return false;
        return true;
    case PKT_SYS_epoll_wait:
        if (c->result < 1 || p->arg[1]->kind != PKT_EXPR_STRUCT)
            return true;
        return judge_events(r, p, pkt_expr_field(p->arg[1], "events"), c->poll[0].revents, true) &&
               (!word_of(p->arg[1]) ||
                judge_number(r, p, word_of(p->arg[1]), (int64_t)c->poll[0].data, word_of(p->arg[1])->field));
    default: return true; /* nothing comes back but the result */
    }
}

static bool judge(struct pkt_run *r, const struct pkt_call *p, const struct sock_call *c)
{
    return judge_result(r, p, c) && judge_values(r, p, c);
}

/* --- what a call changes for the packets to come --- */

static void effects(struct pkt_run *r, const struct pkt_call *p, const struct sock_call *c)
{
    uint32_t conn;

    switch (p->id) {
    case PKT_SYS_socket: flow_forget(r); break;
    case PKT_SYS_bind:
        if (c->result == 0)
            r->bound_port = c->addr.port;
        break;
    case PKT_SYS_listen: flow_forget(r); break;
    case PKT_SYS_connect:
        conn = sock_conn(r->socks, c->fd);
        if (conn && !r->flow.dialled) {
            flow_forget(r);
            r->flow.known = sock_endpoints(r->socks, conn, &r->flow.e);
            r->flow.dialled = true;
        }
        break;
    case PKT_SYS_close:
        for (int i = 0; i < FD_MAX; i++)
            if (r->fd[i] == c->fd + 1)
                r->fd[i] = 0;
        break;
    default: break; /* the others change nothing there */
    }
}

static bool in_time(struct pkt_run *r, const struct pkt_call *p)
{
    vtime off = run_now(r) - r->call.due;
    struct sbuf b = SBUF_INIT;
    bool ok;

    if (r->call.due == VTIME_NEVER || (off < 0 ? -off : off) <= run_tolerance(r, r->call.due))
        return true;
    sbuf_printf(&b, "%s returned at ", p->name);
    run_put_time(&b, run_now(r));
    sbuf_lit(&b, ", expected at ");
    run_put_time(&b, r->call.due);
    ok = wrong(r, p, &b);
    sbuf_free(&b);
    return ok;
}

bool run_retry(struct pkt_run *r)
{
    const struct pkt_call *p = r->s->event[r->call.event].u.call;

    if (sock_call(r->socks, &r->call.c) == SOCK_BLOCKED)
        return true;
    r->call.on = false;
    effects(r, p, &r->call.c);
    return judge(r, p, &r->call.c) && in_time(r, p);
}

bool run_call(struct pkt_run *r, const struct pkt_call *p)
{
    struct waiting_call *w = &r->call;
    enum sock_outcome o;

    if (!arguments(r, p, &w->c, w->poll))
        return false;
    w->event = r->event;
    w->due = p->blocking ? r->offset + p->end : VTIME_NEVER;
    o = sock_call(r->socks, &w->c);
    effects(r, p, &w->c);
    if (o == SOCK_BLOCKED) {
        w->on = true;
        return run_to(r, run_now(r));
    }
    return judge(r, p, &w->c) && in_time(r, p) && run_to(r, run_now(r));
}
