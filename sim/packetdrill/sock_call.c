/* sock_call.c: the calls of sockets, made of the RFC's user calls. */
#include <string.h>

#include "models/wire/stream.h"
#include "sim/packetdrill/sock_internal.h"

static bool blocks(const struct sock *k, const struct sock_call *c)
{
    return !k->nonblock && !(c->flags & SOCK_F_DONTWAIT);
}

static struct sc_step open_step(const struct socks *s, const struct sock *k, enum sc_action what,
                                struct tcp_preset *preset)
{
    struct sc_step step;

    memset(&step, 0, sizeof step);
    step.action = what;
    step.local_port = k->local.port;
    step.local = k->local.address;
    step.v6 = k->v6 && s->set.local6;
    step.dscp = 0xff;
    step.user_timeout = -1;
    step.preset = preset;
    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (k->set[i])
            preset[step.n_preset++] = (struct tcp_preset){(enum tcp_setting)i, k->setting[i]};
    return step;
}

/* --- socket, bind, listen --- */

static enum sock_outcome do_socket(struct socks *s, struct sock_call *c)
{
    int fd = sock_new(s, c->dgram ? SOCK_UDP : SOCK_TCP);

    if (fd < 0)
        return sock_fail(c, PKT_EMFILE);
    s->sock[fd]->v6 = c->v6;
    s->sock[fd]->nonblock = c->nonblock;
    return sock_ok(c, fd);
}

static bool is_local(const struct socks *s, uint16_t address)
{
    return !address || net_scenario(s->set.w)->address[address].host == s->set.host;
}

static enum sock_outcome do_bind(struct socks *s, struct sock *k, struct sock_call *c)
{
    if (k->bound)
        return sock_fail(c, PKT_EINVAL);
    if (!is_local(s, c->addr.address))
        return sock_fail(c, PKT_EADDRNOTAVAIL);
    for (int fd = 0; fd < SOCKS_MAX; fd++) {
        const struct sock *o = s->sock[fd];

        if (o && o != k && o->bound && o->kind == k->kind && o->local.port == c->addr.port && c->addr.port &&
            (o->phase == PHASE_LISTEN || o->phase == PHASE_NEW) &&
            (!o->local.address || !c->addr.address || o->local.address == c->addr.address))
            return sock_fail(c, PKT_EADDRINUSE);
    }
    k->local = c->addr;
    k->bound = true;
    return sock_ok(c, 0);
}

static enum sock_outcome do_listen(struct socks *s, struct sock *k, struct sock_call *c)
{
    struct tcp_preset preset[SETTING_COUNT];
    struct sc_step step;
    struct app_call up;

    if (k->kind != SOCK_TCP)
        return sock_fail(c, PKT_EOPNOTSUPP);
    if (k->phase == PHASE_LISTEN)
        return sock_ok(c, 0);
    if (k->phase != PHASE_NEW)
        return sock_fail(c, PKT_EINVAL);
    step = open_step(s, k, DO_LISTEN, preset);
    step.backlog = (uint16_t)(c->backlog > 0 && c->backlog < 4096 ? c->backlog + 1
                              : c->backlog > 0                    ? 4096
                                                                  : 1);
    up = (struct app_call){.step = &step};
    if (sock_up(s, CALL_OPEN, 0, &up) != RESULT_OK)
        return sock_fail(c, PKT_EADDRINUSE);
    k->conn = up.opened;
    k->phase = PHASE_LISTEN;
    return sock_ok(c, 0);
}

/* --- connect, accept --- */

static enum sock_outcome refused_open(struct sock_call *c, enum tcp_result r)
{
    switch (r) {
    case RESULT_EXISTS:
    case RESULT_NO_RESOURCES: return sock_fail(c, PKT_EADDRNOTAVAIL);
    case RESULT_BAD_ADDRESS: return sock_fail(c, PKT_ENETUNREACH);
    default: return sock_fail(c, PKT_EINVAL); /* the other answers of OPEN: a socket half named */
    }
}

/* The first call dials; a blocking one, and one that asks again, looks how it went. */
static enum sock_outcome connect_result(struct socks *s, struct sock *k, struct sock_call *c)
{
    const struct sock_conn *n = sock_conn_at(s, k->conn);
    enum pkt_errno e;

    if (n && n->was_open) {
        k->phase = PHASE_OPEN;
        return sock_ok(c, 0);
    }
    if (!n || n->gone || n->error) {
        bool soft = n && !n->gone;

        if (soft)
            return sock_blocked(c, VTIME_NEVER);
        e = sock_take_error(s, k);
        k->phase = PHASE_NEW;
        k->conn = 0;
        return sock_fail(c, e ? e : PKT_ECONNABORTED);
    }
    return sock_blocked(c, VTIME_NEVER);
}

static enum sock_outcome dial(struct socks *s, struct sock *k, struct sock_call *c)
{
    struct tcp_preset preset[SETTING_COUNT];
    struct sc_step step = open_step(s, k, DO_OPEN, preset);
    struct app_call up = {.step = &step};
    enum tcp_result r;

    step.to = c->addr.address;
    step.to_port = c->addr.port;
    r = sock_up(s, CALL_OPEN, 0, &up);
    if (r != RESULT_OK)
        return refused_open(c, r);
    k->conn = up.opened;
    k->phase = PHASE_CONNECTING;
    if (!blocks(k, c))
        return sock_fail(c, PKT_EINPROGRESS);
    c->begun = true;
    return sock_blocked(c, VTIME_NEVER);
}

static enum sock_outcome do_connect(struct socks *s, struct sock *k, struct sock_call *c)
{
    enum sock_outcome o;

    if (c->begun)
        return connect_result(s, k, c);
    switch (k->phase) {
    case PHASE_NEW: return dial(s, k, c);
    case PHASE_LISTEN: return sock_fail(c, is_linux(s) ? PKT_EISCONN : PKT_EOPNOTSUPP);
    case PHASE_OPEN: return sock_fail(c, PKT_EISCONN);
    case PHASE_CONNECTING: break;
    }
    c->begun = true;
    o = connect_result(s, k, c);
    if (o == SOCK_BLOCKED && !blocks(k, c))
        return sock_fail(c, PKT_EALREADY);
    if (o == SOCK_DONE && c->result == 0 && !is_linux(s))
        return sock_fail(c, PKT_EISCONN); /* FreeBSD: the first one has done it */
    return o;
}

static enum sock_outcome do_accept(struct socks *s, struct sock *k, struct sock_call *c)
{
    struct sock_conn *n;
    struct sock *child;
    uint32_t conn;
    int fd;

    if (k->phase != PHASE_LISTEN)
        return sock_fail(c, PKT_EINVAL);
    conn = sock_waiting(s, k);
    if (!conn)
        return blocks(k, c) ? sock_blocked(c, VTIME_NEVER) : sock_fail(c, PKT_EAGAIN);
    fd = sock_new(s, SOCK_TCP);
    if (fd < 0)
        return sock_fail(c, PKT_EMFILE);
    n = sock_conn_at(s, conn);
    n->waiting = false;
    child = s->sock[fd];
    *child = *k;
    child->n_watch = 0;
    child->nonblock = c->nonblock || (!is_linux(s) && k->nonblock);
    child->phase = PHASE_OPEN;
    child->conn = conn;
    child->error = PKT_ERRNO_NONE;
    child->local = (struct sock_addr){.address = n->e.local, .port = n->e.local_port, .v6 = k->v6};
    c->addr = (struct sock_addr){.address = n->e.remote, .port = n->e.remote_port, .v6 = k->v6};
    return sock_ok(c, fd);
}

/* --- reading --- */

/* Takes up to n bytes of those TCP handed over unasked. */
static uint64_t take_kept(struct socks *s, struct sock_conn *c, uint64_t n, uint8_t *to, bool peek)
{
    uint64_t got = 0;
    uint32_t i = 0;

    while (i < c->n_slices && got < n) {
        struct sock_slice *x = &c->slice[i];
        uint32_t part = n - got < x->len ? (uint32_t)(n - got) : x->len;

        if (to)
            stream_read(s->set.w, sim_state(s->set.w)->streams, x->stream, x->off, to + got, part);
        got += part;
        if (!peek) {
            x->off += part;
            x->len -= part;
        }
        if (peek || x->len == 0)
            i++;
    }
    if (!peek && i > 0) {
        memmove(c->slice, c->slice + i, (c->n_slices - i) * sizeof *c->slice);
        c->n_slices -= i;
    }
    return got;
}

static uint64_t receive(struct socks *s, struct sock *k, struct sock_call *c, uint64_t want)
{
    struct sock_conn *n = sock_conn_at(s, k->conn);
    const struct tcb *t = app_up_tcb(s->set.w, k->conn);
    uint8_t *to = c->buffer ? c->buffer + c->done : NULL;
    uint64_t got = take_kept(s, n, want, to, c->flags & SOCK_F_PEEK), unread;
    struct app_call up = {.mode = RECEIVE_ANY};

    unread = t ? tcp_unread(t) : 0;
    if (unread > want - got)
        unread = want - got;
    if (!unread)
        return got;
    if (c->flags & SOCK_F_PEEK) {
        if (to)
            memset(to + got, 0, (size_t)unread);
        return got + unread;
    }
    up.len = (uint32_t)unread;
    s->into = to ? to + got : NULL;
    s->into_n = unread;
    sock_up(s, CALL_RECEIVE, k->conn, &up);
    return got + s->got;
}

/* The peer will send nothing more. */
static bool at_end(const struct sock_conn *n, const struct tcb *t)
{
    return n->gone || !t || n->peer_fin;
}

static enum sock_outcome read_nothing(struct socks *s, struct sock *k, struct sock_call *c,
                                      const struct sock_conn *n, const struct tcb *t)
{
    enum pkt_errno e;

    if (c->done) /* MSG_WAITALL, and not all has come */
        return at_end(n, t) || !blocks(k, c) ? sock_ok(c, (int64_t)c->done) : sock_blocked(c, VTIME_NEVER);
    e = n->peer_fin && is_linux(s) ? PKT_ERRNO_NONE : sock_take_error(s, k); /* Linux: first the end */
    if (e && e != PKT_EPIPE)
        return sock_fail(c, e);
    if (k->shut_rd)
        return sock_ok(c, 0);
    if (at_end(n, t)) {
        struct app_call up = {.mode = RECEIVE_ANY};

        up.len = (uint32_t)(c->len < UINT32_MAX ? c->len : UINT32_MAX);
        if (t && !(c->flags & SOCK_F_PEEK))
            sock_up(s, CALL_RECEIVE, k->conn, &up); /* answered "connection closing" */
        return sock_ok(c, 0);
    }
    return blocks(k, c) ? sock_blocked(c, VTIME_NEVER) : sock_fail(c, PKT_EAGAIN);
}

static enum sock_outcome do_read(struct socks *s, struct sock *k, struct sock_call *c)
{
    const struct sock_conn *n = sock_conn_at(s, k->conn);
    uint64_t got;

    if (k->phase == PHASE_LISTEN || k->phase == PHASE_NEW || !n) {
        enum pkt_errno e = sock_take_error(s, k);

        return sock_fail(c, e ? e : PKT_ENOTCONN);
    }
    if (c->flags & SOCK_F_OOB)
        return sock_fail(c, n->urgent ? PKT_EAGAIN : PKT_EINVAL);
    if (c->len == 0)
        return sock_ok(c, 0);
    if (c->fault && sock_readable(s, k) > 0)
        return sock_fail(c, PKT_EFAULT);
    if (sock_readable(s, k) == 0)
        return read_nothing(s, k, c, n, app_up_tcb(s->set.w, k->conn));
    got = receive(s, k, c, c->len - c->done);
    if (c->flags & SOCK_F_PEEK)
        return sock_ok(c, (int64_t)got);
    c->done += got;
    if ((c->flags & SOCK_F_WAITALL) && c->done < c->len && blocks(k, c) &&
        !at_end(n, app_up_tcb(s->set.w, k->conn)))
        return sock_blocked(c, VTIME_NEVER);
    return sock_ok(c, (int64_t)c->done);
}

/* --- writing --- */

static void put_bytes(const struct socks *s, const struct sock *k, const struct sock_call *c, uint32_t n)
{
    const struct tcb *t = app_up_tcb(s->set.w, k->conn);

    if (c->bytes && t)
        stream_put_bytes(s->set.w, sim_state(s->set.w)->streams, k->conn, tcp_send_offset(t),
                         c->bytes + c->done, n);
}

static enum sock_outcome cannot_write(struct socks *s, struct sock *k, struct sock_call *c)
{
    enum pkt_errno e;

    if (c->done)
        return sock_ok(c, (int64_t)c->done);
    e = sock_take_error(s, k);
    return sock_fail(c, e ? e : PKT_EPIPE);
}

static enum sock_outcome do_write(struct socks *s, struct sock *k, struct sock_call *c)
{
    const struct sock_conn *n = sock_conn_at(s, k->conn);
    struct app_call up = {.flags = (c->flags & SOCK_F_MORE) ? SEND_MORE : SEND_PUSH};
    uint64_t room, part;
    enum tcp_result r;

    if (k->phase == PHASE_NEW || k->phase == PHASE_LISTEN)
        return k->error ? cannot_write(s, k, c)
                        : sock_fail(c, is_linux(s) || k->shut_wr ? PKT_EPIPE : PKT_ENOTCONN);
    if (k->shut_wr || !n || n->gone || (n->error && !n->soft))
        return cannot_write(s, k, c);
    if (n->state == TCP_SYN_SENT || n->state == TCP_SYN_RECEIVED) {
        if (!n->was_open)
            return blocks(k, c) ? sock_blocked(c, VTIME_NEVER)
                                : sock_fail(c, is_linux(s) ? PKT_EAGAIN : PKT_ENOTCONN);
    }
    if (c->len == 0)
        return sock_ok(c, 0);
    if (c->fault)
        return sock_fail(c, PKT_EFAULT);
    room = sock_room(s, k);
    part = c->len - c->done < room ? c->len - c->done : room;
    if (part > UINT32_MAX / 2)
        part = UINT32_MAX / 2;
    if (part) {
        if (c->flags & SOCK_F_OOB)
            up.flags |= SEND_URGENT;
        put_bytes(s, k, c, (uint32_t)part);
        up.len = (uint32_t)part;
        r = sock_up(s, CALL_SEND, k->conn, &up);
        c->done += up.taken;
        if (r == RESULT_CLOSING || r == RESULT_NO_CONNECTION)
            return cannot_write(s, k, c);
    }
    if (c->done == c->len)
        return sock_ok(c, (int64_t)c->done);
    s->conn[k->conn].no_room = true;
    if (blocks(k, c))
        return sock_blocked(c, VTIME_NEVER);
    return c->done ? sock_ok(c, (int64_t)c->done) : sock_fail(c, PKT_EAGAIN);
}

/* --- shutdown, close --- */

static void close_sending(struct socks *s, struct sock *k)
{
    struct app_call up = {.call = CALL_SHUTDOWN};

    k->shut_wr = true;
    sock_up(s, CALL_SHUTDOWN, k->conn, &up);
}

static enum sock_outcome do_shutdown(struct socks *s, struct sock *k, struct sock_call *c)
{
    const struct sock_conn *n = sock_conn_at(s, k->conn);
    bool rd = c->what == PKT_N_SHUT_RD || c->what == PKT_N_SHUT_RDWR;
    bool wr = c->what == PKT_N_SHUT_WR || c->what == PKT_N_SHUT_RDWR;

    if (!rd && !wr)
        return sock_fail(c, PKT_EINVAL);
    if (!n || k->phase == PHASE_NEW || n->gone || n->state == TCP_TIME_WAIT)
        return sock_fail(c, PKT_ENOTCONN);
    if (k->phase == PHASE_LISTEN)
        return is_linux(s) ? sock_ok(c, 0) : sock_fail(c, PKT_ENOTCONN);
    if (rd)
        k->shut_rd = true;
    if (wr && !k->shut_wr)
        close_sending(s, k);
    return sock_ok(c, 0);
}

static void abort_conn(struct socks *s, uint32_t conn)
{
    struct app_call up = {.call = CALL_ABORT};

    sock_up(s, CALL_ABORT, conn, &up);
}

/* A listener goes, and with it the connections nobody has accepted. */
static void close_listener(struct socks *s, struct sock *k)
{
    struct app_call up = {.call = CALL_CLOSE};

    for (uint32_t i = 1; i < s->n_conns; i++)
        if (s->conn[i].known && s->conn[i].parent == k->conn && s->conn[i].waiting) {
            s->conn[i].waiting = false;
            if (!s->conn[i].gone)
                abort_conn(s, i);
        }
    sock_up(s, CALL_CLOSE, k->conn, &up);
}

static enum sock_outcome do_close(struct socks *s, struct sock *k, struct sock_call *c)
{
    const struct sock_conn *n = sock_conn_at(s, k->conn);
    struct app_call up = {.call = CALL_CLOSE};

    if (k->phase == PHASE_LISTEN) {
        close_listener(s, k);
    } else if (n && !n->gone) {
        if (k->linger.on && k->linger.seconds == 0) {
            abort_conn(s, k->conn);
        } else {
            sock_up(s, CALL_CLOSE, k->conn, &up);
            if (app_up_tcb(s->set.w, k->conn))
                sock_up(s, APP_ORPHAN, k->conn, &up);
        }
    }
    sock_drop(s, c->fd);
    return sock_ok(c, 0);
}

/* --- the small ones --- */

static enum sock_outcome do_fcntl(struct socks *s, struct sock *k, struct sock_call *c)
{
    (void)s;
    switch ((int)c->what) { /* one group of a large enumeration */
    case PKT_N_F_GETFL: c->value = k->nonblock; return sock_ok(c, 0);
    case PKT_N_F_SETFL: k->nonblock = c->value != 0; return sock_ok(c, 0);
    case PKT_N_F_GETFD:
    case PKT_N_F_SETFD: return sock_ok(c, 0);
    default: return sock_fail(c, PKT_EINVAL);
    }
}

static enum sock_outcome do_name(struct socks *s, struct sock *k, struct sock_call *c, bool peer)
{
    const struct sock_conn *n = sock_conn_at(s, k->conn);

    c->addr = (struct sock_addr){.v6 = k->v6};
    if (peer) {
        if (!n || n->gone || k->phase == PHASE_LISTEN || !n->was_open)
            return sock_fail(c, PKT_ENOTCONN);
        c->addr.address = n->e.remote;
        c->addr.port = n->e.remote_port;
    } else if (n) {
        c->addr.address = n->e.local;
        c->addr.port = n->e.local_port;
    } else {
        c->addr = k->local;
    }
    return sock_ok(c, 0);
}

static enum sock_outcome on_socket(struct socks *s, struct sock *k, struct sock_call *c)
{
    switch (c->call) {
    case PKT_SYS_bind: return do_bind(s, k, c);
    case PKT_SYS_listen: return do_listen(s, k, c);
    case PKT_SYS_accept:
    case PKT_SYS_accept4: return do_accept(s, k, c);
    case PKT_SYS_connect: return do_connect(s, k, c);
    case PKT_SYS_read:
    case PKT_SYS_readv:
    case PKT_SYS_recv:
    case PKT_SYS_recvfrom:
    case PKT_SYS_recvmsg: return do_read(s, k, c);
    case PKT_SYS_write:
    case PKT_SYS_writev:
    case PKT_SYS_send:
    case PKT_SYS_sendto:
    case PKT_SYS_sendmsg: return do_write(s, k, c);
    case PKT_SYS_close: return do_close(s, k, c);
    case PKT_SYS_shutdown: return do_shutdown(s, k, c);
    case PKT_SYS_fcntl: return do_fcntl(s, k, c);
    case PKT_SYS_ioctl: return sock_ioctl(s, k, c);
    case PKT_SYS_getsockopt: return sock_getsockopt(s, k, c);
    case PKT_SYS_setsockopt: return sock_setsockopt(s, k, c);
    case PKT_SYS_getsockname: return do_name(s, k, c, false);
    case PKT_SYS_getpeername: return do_name(s, k, c, true);
    case PKT_SYS_NONE:
    case PKT_SYS_socket:
    case PKT_SYS_poll:
    case PKT_SYS_epoll_create:
    case PKT_SYS_epoll_create1:
    case PKT_SYS_epoll_ctl:
    case PKT_SYS_epoll_wait:
    case PKT_SYSCALLS: break;
    }
    return sock_fail(c, PKT_ENOSYS);
}

enum sock_outcome sock_call(struct socks *s, struct sock_call *c)
{
    struct sock *k;

    c->error = PKT_ERRNO_NONE;
    c->deadline = VTIME_NEVER;
    switch ((int)c->call) { /* the others are about one socket */
    case PKT_SYS_socket: return do_socket(s, c);
    case PKT_SYS_poll: return sock_do_poll(s, c);
    case PKT_SYS_epoll_create:
    case PKT_SYS_epoll_create1:
    case PKT_SYS_epoll_ctl:
    case PKT_SYS_epoll_wait: return sock_do_epoll(s, c);
    default: break;
    }
    k = sock_at(s, c->fd);
    if (!k)
        return sock_fail(c, PKT_EBADF);
    if (k->kind == SOCK_EPOLL && c->call != PKT_SYS_close)
        return sock_fail(c, PKT_ENOTSOCK);
    return on_socket(s, k, c);
}
