/* sock_poll.c: poll and epoll. */
#include <string.h>

#include "sim/packetdrill/sock_internal.h"

static unsigned ended_events(const struct sock *k, const struct sock_conn *n)
{
    unsigned e = SOCK_IN | SOCK_OUT | SOCK_RDHUP | SOCK_HUP;

    return n->error || k->error ? e | SOCK_ERR : e;
}

/* As much to read as SO_RCVLOWAT asks for. */
static bool enough(const struct socks *s, const struct sock *k)
{
    return (int64_t)sock_readable(s, k) >= max_i64(sock_kept(k, PKT_N_SOL_SOCKET, PKT_N_SO_RCVLOWAT, 1), 1);
}

/* Room to write, and less than TCP_NOTSENT_LOWAT waits to be sent. */
static bool writable(const struct socks *s, const struct sock *k, const struct sock_conn *n)
{
    int64_t limit = sock_kept(k, PKT_N_IPPROTO_TCP, PKT_N_TCP_NOTSENT_LOWAT, 0);
    bool yes = sock_room(s, k) > 0 && (limit <= 0 || n->var[VAR_QUEUED] < limit);

    if (!yes)
        s->conn[k->conn].no_room = true;
    return yes;
}

/* enum sock_event that hold now. */
static unsigned events_of(const struct socks *s, int fd)
{
    const struct sock *k = sock_at(s, fd);
    const struct sock_conn *n;
    unsigned e = 0;

    if (!k)
        return SOCK_NVAL;
    if (k->phase == PHASE_LISTEN)
        return sock_waiting(s, k) ? SOCK_IN : 0;
    n = sock_conn_at(s, k->conn);
    if (!n)
        return k->kind == SOCK_TCP ? SOCK_OUT | SOCK_HUP : SOCK_OUT;
    if (n->gone)
        return ended_events(k, n);
    if (k->phase == PHASE_CONNECTING && !n->was_open)
        return 0;
    if (enough(s, k) || n->peer_fin || k->shut_rd)
        e |= SOCK_IN;
    if (n->peer_fin || k->shut_rd)
        e |= SOCK_RDHUP;
    if ((n->peer_fin || k->shut_rd) && k->shut_wr)
        e |= SOCK_HUP;
    if (k->shut_wr || writable(s, k, n))
        e |= SOCK_OUT;
    if (n->urgent)
        e |= SOCK_PRI;
    if (n->error && !n->soft)
        e |= SOCK_ERR;
    return e;
}

#define ALWAYS (SOCK_ERR | SOCK_HUP | SOCK_NVAL) /* told whether asked for or not */

static enum sock_outcome wait(struct socks *s, struct sock_call *c)
{
    vtime now = world_now(s->set.w);

    if (!c->begun) {
        c->begun = true;
        c->done = c->timeout < 0 ? UINT64_MAX : (uint64_t)(now + c->timeout);
    }
    if (c->done != UINT64_MAX && (uint64_t)now >= c->done)
        return sock_ok(c, 0);
    return sock_blocked(c, c->done == UINT64_MAX ? VTIME_NEVER : (vtime)c->done);
}

enum sock_outcome sock_do_poll(struct socks *s, struct sock_call *c)
{
    int64_t n = 0;

    for (uint32_t i = 0; i < c->n_poll; i++) {
        struct sock_poll *p = &c->poll[i];

        p->revents = p->fd < 0 ? 0 : events_of(s, p->fd) & (p->events | ALWAYS);
        n += p->revents != 0;
    }
    return n ? sock_ok(c, n) : wait(s, c);
}

/* --- epoll --- */

static struct sock_poll *watched(struct sock *k, int fd)
{
    for (uint32_t i = 0; i < k->n_watch; i++)
        if (k->watch[i].fd == fd)
            return &k->watch[i];
    return NULL;
}

static enum sock_outcome control(struct socks *s, struct sock *k, struct sock_call *c)
{
    struct sock_poll *p;

    if (!sock_at(s, c->fd))
        return sock_fail(c, PKT_EBADF);
    p = watched(k, c->fd);
    switch ((int)c->what) { /* one group of a large enumeration */
    case PKT_N_EPOLL_CTL_ADD:
        if (p)
            return sock_fail(c, PKT_EEXIST);
        if (k->n_watch == SOCK_WATCH_MAX)
            return sock_fail(c, PKT_ENOSPC);
        p = &k->watch[k->n_watch++];
        break;
    case PKT_N_EPOLL_CTL_MOD:
        if (!p)
            return sock_fail(c, PKT_ENOENT);
        break;
    case PKT_N_EPOLL_CTL_DEL:
        if (!p)
            return sock_fail(c, PKT_ENOENT);
        *p = k->watch[--k->n_watch];
        return sock_ok(c, 0);
    default: return sock_fail(c, PKT_EINVAL);
    }
    if (!c->n_poll)
        return sock_fail(c, PKT_EFAULT);
    *p = (struct sock_poll){.fd = c->fd, .events = c->poll->events, .data = c->poll->data};
    return sock_ok(c, 0);
}

/* Of the events that hold, those to be told of: with EPOLLET only what is new since it was told last. */
static unsigned fresh_events(const struct socks *s, struct sock_poll *p, unsigned e)
{
    const struct sock_conn *n = sock_conn_at(s, sock_conn(s, p->fd));
    uint64_t in = n ? n->in_edges : 0, out = n ? n->out_edges : 0;
    unsigned fresh = e & ~p->revents;

    if (!(p->events & SOCK_ET))
        return e;
    fresh |= in != p->in_seen ? e & SOCK_IN : 0;
    fresh |= out != p->out_seen ? e & SOCK_OUT : 0;
    p->in_seen = in;
    p->out_seen = out;
    return fresh;
}

static enum sock_outcome epoll_wait(struct socks *s, struct sock *k, struct sock_call *c)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < k->n_watch && n < c->n_poll; i++) {
        struct sock_poll *p = &k->watch[i];
        unsigned e = sock_at(s, p->fd) ? events_of(s, p->fd) & (p->events | SOCK_ERR | SOCK_HUP) : 0;
        unsigned fresh = fresh_events(s, p, e);

        p->revents = e;
        if (!fresh)
            continue;
        c->poll[n++] = (struct sock_poll){.fd = p->fd, .events = p->events, .revents = e, .data = p->data};
        if (p->events & SOCK_ONESHOT)
            p->events = SOCK_ONESHOT;
    }
    return n ? sock_ok(c, n) : wait(s, c);
}

enum sock_outcome sock_do_epoll(struct socks *s, struct sock_call *c)
{
    struct sock *k;
    int fd;

    if (c->call == PKT_SYS_epoll_create || c->call == PKT_SYS_epoll_create1) {
        fd = sock_new(s, SOCK_EPOLL);
        return fd < 0 ? sock_fail(c, PKT_EMFILE) : sock_ok(c, fd);
    }
    k = sock_at(s, c->epoll_fd);
    if (!k)
        return sock_fail(c, PKT_EBADF);
    if (k->kind != SOCK_EPOLL)
        return sock_fail(c, PKT_EINVAL);
    return c->call == PKT_SYS_epoll_ctl ? control(s, k, c) : epoll_wait(s, k, c);
}
