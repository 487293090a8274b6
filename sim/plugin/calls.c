/* calls.c: the system calls of the table, as calls of the socket layer. */
#define _GNU_SOURCE
#include "sim/plugin/info.h"
#include "sim/plugin/plugin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---------------------------------------------------------------- numbers and descriptors */

/* Ours for a real descriptor; -1: none of ours. */
static int inner(const struct plugin *p, int fd)
{
    return fd >= 0 && fd < PLUGIN_FDS ? p->fd[fd] - 1 : -1;
}

/* A real descriptor, so that the caller's own tables agree; -1: there is none left. */
static int outer(struct plugin *p, int ours)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (fd < 0 || fd >= PLUGIN_FDS) {
        if (fd >= 0)
            close(fd);
        errno = EMFILE;
        return -1;
    }
    p->fd[fd] = ours + 1;
    return fd;
}

/* Makes the call; its result, with errno set. */
static int64_t make(struct plugin *p, struct sock_call *c)
{
    plugin_call(p, c);
    if (c->result < 0) {
        int64_t e = pkt_errno_value(c->error, PLUGIN_OS);

        errno = e > 0 ? (int)e : EINVAL;
    }
    return c->result;
}

static int64_t locked(struct plugin *p, struct sock_call *c)
{
    int64_t result;

    pthread_mutex_lock(&p->lock);
    result = make(p, c);
    pthread_mutex_unlock(&p->lock);
    return result;
}

static int fails(int why)
{
    errno = why;
    return -1;
}

/* ---------------------------------------------------------------- addresses */

static bool take_address(struct plugin *p, const struct sockaddr *sa, socklen_t n, bool local,
                         struct sock_addr *a)
{
    struct ip_addr ip = {0};
    const struct sockaddr_in *in = (const void *)sa;
    const struct sockaddr_in6 *in6 = (const void *)sa;

    memset(a, 0, sizeof *a);
    if (sa && sa->sa_family == AF_INET && n >= sizeof *in) {
        ip.family = 4;
        memcpy(ip.b, &in->sin_addr, 4);
        a->port = ntohs(in->sin_port);
    } else if (sa && sa->sa_family == AF_INET6 && n >= sizeof *in6) {
        bool mapped = IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);

        ip.family = mapped ? 4 : 6;
        memcpy(ip.b, in6->sin6_addr.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 16);
        a->port = ntohs(in6->sin6_port);
        a->v6 = true;
    } else {
        return false;
    }
    if (ip_is_unspecified(&ip))
        return true;
    a->address = plugin_address(p, &ip, local);
    return a->address != 0;
}

static void give_address(const struct plugin *p, const struct sock_addr *a, struct sockaddr *sa, socklen_t *n)
{
    struct sockaddr_storage made;
    struct sockaddr_in *in = (void *)&made;
    struct sockaddr_in6 *in6 = (void *)&made;
    const struct ip_addr *ip = &p->address[a->address].ip;
    socklen_t size = a->v6 ? sizeof *in6 : sizeof *in;

    if (!sa || !n)
        return;
    memset(&made, 0, sizeof made);
    if (!a->v6) {
        in->sin_family = AF_INET;
        in->sin_port = htons(a->port);
        memcpy(&in->sin_addr, ip->b, 4);
    } else {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(a->port);
        if (a->address && ip->family == 4) {
            memcpy(in6->sin6_addr.s6_addr, "\0\0\0\0\0\0\0\0\0\0\377\377", 12);
            memcpy(in6->sin6_addr.s6_addr + 12, ip->b, 4);
        } else {
            memcpy(in6->sin6_addr.s6_addr, ip->b, 16);
        }
    }
    memcpy(sa, &made, *n < size ? *n : size);
    *n = size;
}

/* ---------------------------------------------------------------- connections */

static int do_socket(void *userdata, int domain, int type, int protocol)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_socket};
    int fd = -1;

    c.v6 = domain == AF_INET6;
    c.dgram = (type & 0xf) == SOCK_DGRAM;
    c.nonblock = (type & SOCK_NONBLOCK) != 0;
    if ((domain != AF_INET && domain != AF_INET6) || c.dgram || (protocol && protocol != IPPROTO_TCP))
        return fails(EPROTONOSUPPORT);
    pthread_mutex_lock(&p->lock);
    if (make(p, &c) >= 0)
        fd = outer(p, (int)c.result);
    pthread_mutex_unlock(&p->lock);
    return fd;
}

static int with_address(struct plugin *p, enum pkt_syscall call, int fd, const struct sockaddr *sa,
                        socklen_t n)
{
    struct sock_call c = {.call = call, .fd = inner(p, fd), .has_addr = true};

    if (!take_address(p, sa, n, call == PKT_SYS_bind, &c.addr))
        return fails(call == PKT_SYS_connect ? ENETUNREACH : EADDRNOTAVAIL);
    return (int)locked(p, &c);
}

static int do_bind(void *userdata, int fd, const struct sockaddr *sa, socklen_t n)
{
    return with_address(userdata, PKT_SYS_bind, fd, sa, n);
}

static int do_connect(void *userdata, int fd, const struct sockaddr *sa, socklen_t n)
{
    return with_address(userdata, PKT_SYS_connect, fd, sa, n);
}

static int do_listen(void *userdata, int fd, int backlog)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_listen, .fd = inner(p, fd), .backlog = backlog};

    return (int)locked(p, &c);
}

static int do_accept(void *userdata, int fd, struct sockaddr *sa, socklen_t *n)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_accept, .fd = inner(p, fd)};
    int got = -1;

    pthread_mutex_lock(&p->lock);
    if (make(p, &c) >= 0) {
        got = outer(p, (int)c.result);
        give_address(p, &c.addr, sa, n);
    }
    pthread_mutex_unlock(&p->lock);
    return got;
}

static int do_close(void *userdata, int fd)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_close, .fd = inner(p, fd)};
    int64_t result;

    if (c.fd < 0)
        return fails(EBADF);
    pthread_mutex_lock(&p->lock);
    result = make(p, &c);
    p->fd[fd] = 0;
    close(fd);
    pthread_mutex_unlock(&p->lock);
    return (int)result;
}

static int do_shutdown(void *userdata, int fd, int how)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_shutdown, .fd = inner(p, fd)};

    c.what = pkt_name_of(PKT_GROUP_SHUT, how, PLUGIN_OS);
    return c.what ? (int)locked(p, &c) : fails(EINVAL);
}

/* ---------------------------------------------------------------- reading and writing */

static unsigned flags_of(int flags)
{
    static const struct {
        int theirs;
        unsigned ours;
    } map[] = {
        {MSG_DONTWAIT, SOCK_F_DONTWAIT}, {MSG_PEEK, SOCK_F_PEEK},   {MSG_OOB, SOCK_F_OOB},
        {MSG_WAITALL, SOCK_F_WAITALL},   {MSG_TRUNC, SOCK_F_TRUNC},
#ifdef MSG_MORE
        {MSG_MORE, SOCK_F_MORE},
#endif
#ifdef MSG_EOF
        {MSG_EOF, SOCK_F_EOF},
#endif
    };
    unsigned out = 0;

    for (size_t i = 0; i < ARRAY_LEN(map); i++)
        if (flags & map[i].theirs)
            out |= map[i].ours;
    return out;
}

static ssize_t receive(struct plugin *p, int fd, void *bytes, size_t n, int flags, struct sockaddr *sa,
                       socklen_t *sa_n)
{
    struct sock_call c = {
        .call = PKT_SYS_recv, .fd = inner(p, fd), .len = n, .buffer = bytes, .flags = flags_of(flags)};
    int64_t got = locked(p, &c);

    if (got >= 0 && sa)
        give_address(p, &c.addr, sa, sa_n);
    return (ssize_t)got;
}

static ssize_t transmit(struct plugin *p, int fd, const void *bytes, size_t n, int flags,
                        const struct sockaddr *sa, socklen_t sa_n)
{
    struct sock_call c = {
        .call = PKT_SYS_send, .fd = inner(p, fd), .len = n, .bytes = bytes, .flags = flags_of(flags)};

    if (sa)
        c.has_addr = take_address(p, sa, sa_n, false, &c.addr);
    if (sa && !c.has_addr)
        return fails(ENETUNREACH);
    return (ssize_t)locked(p, &c);
}

static ssize_t do_read(void *userdata, int fd, void *bytes, size_t n)
{
    return receive(userdata, fd, bytes, n, 0, NULL, NULL);
}

static ssize_t do_recv(void *userdata, int fd, void *bytes, size_t n, int flags)
{
    return receive(userdata, fd, bytes, n, flags, NULL, NULL);
}

static ssize_t do_recvfrom(void *userdata, int fd, void *bytes, size_t n, int flags, struct sockaddr *from,
                           socklen_t *from_n)
{
    return receive(userdata, fd, bytes, n, flags, from, from_n);
}

static ssize_t do_write(void *userdata, int fd, const void *bytes, size_t n)
{
    return transmit(userdata, fd, bytes, n, 0, NULL, 0);
}

static ssize_t do_send(void *userdata, int fd, const void *bytes, size_t n, int flags)
{
    return transmit(userdata, fd, bytes, n, flags, NULL, 0);
}

static ssize_t do_sendto(void *userdata, int fd, const void *bytes, size_t n, int flags,
                         const struct sockaddr *to, socklen_t to_n)
{
    return transmit(userdata, fd, bytes, n, flags, to, to_n);
}

/* Parts of a message in one piece, or back again. NULL: they are too long. */
static uint8_t *in_one(const struct iovec *part, size_t parts, bool copy, size_t *n)
{
    size_t sum = 0;
    uint8_t *all;

    for (size_t i = 0; i < parts; i++) {
        if (part[i].iov_len > SIZE_MAX / 2 - sum)
            return NULL;
        sum += part[i].iov_len;
    }
    all = malloc(sum ? sum : 1);
    *n = sum;
    sum = 0;
    for (size_t i = 0; all && copy && i < parts; sum += part[i++].iov_len)
        memcpy(all + sum, part[i].iov_base, part[i].iov_len);
    return all;
}

static ssize_t receive_parts(struct plugin *p, int fd, const struct iovec *part, size_t parts, int flags)
{
    size_t n, at = 0;
    uint8_t *all = in_one(part, parts, false, &n);
    ssize_t got;

    if (!all)
        return fails(EINVAL);
    got = receive(p, fd, all, n, flags, NULL, NULL);
    for (size_t i = 0; got > 0 && i < parts && at < (size_t)got; i++) {
        size_t piece = (size_t)got - at < part[i].iov_len ? (size_t)got - at : part[i].iov_len;

        memcpy(part[i].iov_base, all + at, piece);
        at += piece;
    }
    free(all);
    return got;
}

static ssize_t transmit_parts(struct plugin *p, int fd, const struct iovec *part, size_t parts, int flags,
                              const struct sockaddr *sa, socklen_t sa_n)
{
    size_t n;
    uint8_t *all = in_one(part, parts, true, &n);
    ssize_t got;

    if (!all)
        return fails(EINVAL);
    got = transmit(p, fd, all, n, flags, sa, sa_n);
    free(all);
    return got;
}

static ssize_t do_readv(void *userdata, int fd, const struct iovec *part, int parts)
{
    return parts < 0 ? fails(EINVAL) : receive_parts(userdata, fd, part, (size_t)parts, 0);
}

static ssize_t do_writev(void *userdata, int fd, const struct iovec *part, int parts)
{
    return parts < 0 ? fails(EINVAL) : transmit_parts(userdata, fd, part, (size_t)parts, 0, NULL, 0);
}

static ssize_t do_recvmsg(void *userdata, int fd, struct msghdr *m, int flags)
{
    ssize_t got = receive_parts(userdata, fd, m->msg_iov, m->msg_iovlen, flags);

    if (got >= 0) {
        m->msg_namelen = 0;
        m->msg_controllen = 0;
        m->msg_flags = 0;
    }
    return got;
}

static ssize_t do_sendmsg(void *userdata, int fd, const struct msghdr *m, int flags)
{
    return transmit_parts(userdata, fd, m->msg_iov, m->msg_iovlen, flags, m->msg_name, m->msg_namelen);
}

/* ---------------------------------------------------------------- settings */

static int do_fcntl(void *userdata, int fd, int command, ...)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_fcntl, .fd = inner(p, fd)};
    int64_t result;
    va_list ap;

    c.what = pkt_name_of(PKT_GROUP_FCNTL, command, PLUGIN_OS);
    va_start(ap, command);
    if (c.what == PKT_N_F_SETFL)
        c.value = (va_arg(ap, int) & O_NONBLOCK) != 0;
    va_end(ap);
    if (!c.what)
        return fails(EINVAL);
    result = locked(p, &c);
    return result < 0 ? -1 : c.what == PKT_N_F_GETFL ? O_RDWR | (c.value ? O_NONBLOCK : 0) : (int)result;
}

static int do_ioctl(void *userdata, int fd, unsigned long request, ...)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_ioctl, .fd = inner(p, fd)};
    int *value;
    va_list ap;

    c.what = pkt_name_of(PKT_GROUP_IOCTL, (int64_t)request, PLUGIN_OS);
    va_start(ap, request);
    value = va_arg(ap, int *);
    va_end(ap);
    if (!c.what)
        return fails(ENOTTY);
    if (value)
        c.value = *value;
    if (locked(p, &c) < 0)
        return -1;
    if (value)
        *value = (int)c.value;
    return (int)c.result;
}

/* The option; false: there is none of this number. */
static bool take_option(int level, int option, struct sock_call *c)
{
    enum pkt_group group = PKT_GROUP_OTHER;

    if (level == SOL_SOCKET) {
        c->level = PKT_N_SOL_SOCKET;
        group = PKT_GROUP_SOCKET;
    } else if (level == IPPROTO_TCP) {
        c->level = PKT_N_IPPROTO_TCP;
        group = PKT_GROUP_TCP;
    } else if (level == IPPROTO_IP) {
        c->level = PKT_N_IPPROTO_IP;
        group = PKT_GROUP_IP;
    } else if (level == IPPROTO_IPV6) {
        c->level = PKT_N_IPPROTO_IPV6;
        group = PKT_GROUP_IPV6;
    }
    c->what = group == PKT_GROUP_OTHER ? PKT_NAME_NONE : pkt_name_of(group, option, PLUGIN_OS);
    return c->what != PKT_NAME_NONE;
}

static void give_bytes(const void *from, size_t n, void *to, socklen_t *room)
{
    socklen_t k = (socklen_t)n < *room ? (socklen_t)n : *room;

    memcpy(to, from, k);
    *room = k;
}

struct info_of {
    struct plugin *p;
    int fd;
};

static bool look_up(void *ctx, const char *field, int64_t *value)
{
    const struct info_of *of = ctx;

    return sock_info(of->p->socks, sock_conn(of->p->socks, of->fd), of->fd, field, value);
}

static int do_getsockopt(void *userdata, int fd, int level, int option, void *value, socklen_t *n)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_getsockopt, .fd = inner(p, fd)};
    int number_32, result;

    if (!take_option(level, option, &c))
        return fails(ENOPROTOOPT);
    pthread_mutex_lock(&p->lock);
    result = (int)make(p, &c);
    if (result >= 0 && c.what == PKT_N_TCP_INFO) {
        struct info_of of = {p, c.fd};

        plugin_info_make(look_up, &of, value, n);
    } else if (result >= 0 && c.what == PKT_N_SO_LINGER) {
        struct linger l = {.l_onoff = c.linger.on, .l_linger = c.linger.seconds};

        give_bytes(&l, sizeof l, value, n);
    } else if (result >= 0 && c.what == PKT_N_TCP_CONGESTION && c.text) {
        give_bytes(c.text, strlen(c.text) + 1, value, n);
    } else if (result >= 0) {
        int64_t v = c.what == PKT_N_SO_ERROR && c.value ? pkt_errno_value((enum pkt_errno)c.value, PLUGIN_OS)
                                                        : c.value;

        number_32 = (int)v;
        give_bytes(&number_32, sizeof number_32, value, n);
    }
    pthread_mutex_unlock(&p->lock);
    return result;
}

static int do_setsockopt(void *userdata, int fd, int level, int option, const void *value, socklen_t n)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_setsockopt, .fd = inner(p, fd)};
    char text[64] = "";

    if (!take_option(level, option, &c))
        return fails(ENOPROTOOPT);
    if (c.what == PKT_N_SO_LINGER) {
        struct linger l;

        if (n < sizeof l)
            return fails(EINVAL);
        memcpy(&l, value, sizeof l);
        c.linger = (struct sock_linger){l.l_onoff != 0, l.l_linger};
    } else if (c.what == PKT_N_TCP_CONGESTION) {
        memcpy(text, value, n < sizeof text ? n : sizeof text - 1);
        c.text = text;
    } else {
        int v = 0;

        memcpy(&v, value, n < sizeof v ? n : sizeof v);
        c.value = v;
    }
    return (int)locked(p, &c);
}

/* ---------------------------------------------------------------- waiting for several */

static const struct {
    short theirs;
    uint32_t epoll;
    unsigned ours;
} event_map[] = {
    {POLLIN, EPOLLIN, SOCK_IN},          {POLLPRI, EPOLLPRI, SOCK_PRI}, {POLLOUT, EPOLLOUT, SOCK_OUT},
    {POLLERR, EPOLLERR, SOCK_ERR},       {POLLHUP, EPOLLHUP, SOCK_HUP}, {POLLNVAL, 0, SOCK_NVAL},
#ifdef POLLRDHUP
    {POLLRDHUP, EPOLLRDHUP, SOCK_RDHUP},
#endif
};

static vtime timeout_of(int ms)
{
    return ms < 0 ? -1 : (vtime)ms * NS_PER_MS;
}

static int do_poll(void *userdata, struct pollfd *list, nfds_t n, int timeout_ms)
{
    struct plugin *p = userdata;
    struct sock_poll poll[64];
    struct sock_call c = {
        .call = PKT_SYS_poll, .poll = poll, .n_poll = (uint32_t)n, .timeout = timeout_of(timeout_ms)};
    int64_t got;

    if (n > ARRAY_LEN(poll))
        return fails(EINVAL);
    memset(poll, 0, sizeof poll);
    for (nfds_t i = 0; i < n; i++) {
        poll[i].fd = inner(p, list[i].fd);
        for (size_t k = 0; k < ARRAY_LEN(event_map); k++)
            if (list[i].events & event_map[k].theirs)
                poll[i].events |= event_map[k].ours;
    }
    got = locked(p, &c);
    for (nfds_t i = 0; got >= 0 && i < n; i++) {
        list[i].revents = 0;
        for (size_t k = 0; k < ARRAY_LEN(event_map); k++)
            if (poll[i].revents & event_map[k].ours)
                list[i].revents = (short)(list[i].revents | event_map[k].theirs);
    }
    return (int)got;
}

static int do_epoll_create(void *userdata, int size)
{
    struct plugin *p = userdata;
    struct sock_call c = {.call = PKT_SYS_epoll_create, .value = size};
    int fd = -1;

    if (size <= 0)
        return fails(EINVAL);
    pthread_mutex_lock(&p->lock);
    if (make(p, &c) >= 0)
        fd = outer(p, (int)c.result);
    pthread_mutex_unlock(&p->lock);
    return fd;
}

static int do_epoll_ctl(void *userdata, int set, int what, int fd, struct epoll_event *event)
{
    struct plugin *p = userdata;
    struct sock_poll poll = {.fd = inner(p, fd)};
    struct sock_call c = {
        .call = PKT_SYS_epoll_ctl, .fd = inner(p, fd), .epoll_fd = inner(p, set), .poll = &poll, .n_poll = 1};

    c.what = what == EPOLL_CTL_ADD   ? PKT_N_EPOLL_CTL_ADD
             : what == EPOLL_CTL_MOD ? PKT_N_EPOLL_CTL_MOD
             : what == EPOLL_CTL_DEL ? PKT_N_EPOLL_CTL_DEL
                                     : PKT_NAME_NONE;
    if (!c.what)
        return fails(EINVAL);
    for (size_t k = 0; event && k < ARRAY_LEN(event_map); k++)
        if (event->events & event_map[k].epoll)
            poll.events |= event_map[k].ours;
    if (event) {
        poll.events |=
            (event->events & EPOLLET ? SOCK_ET : 0u) | (event->events & EPOLLONESHOT ? SOCK_ONESHOT : 0u);
        poll.data = event->data.u64;
    }
    return (int)locked(p, &c);
}

static int do_epoll_wait(void *userdata, int set, struct epoll_event *events, int most, int timeout_ms)
{
    struct plugin *p = userdata;
    struct sock_poll poll[64];
    struct sock_call c = {.call = PKT_SYS_epoll_wait,
                          .epoll_fd = inner(p, set),
                          .poll = poll,
                          .timeout = timeout_of(timeout_ms)};
    int64_t got;

    if (most <= 0)
        return fails(EINVAL);
    c.n_poll = (uint32_t)(most < 64 ? most : 64);
    memset(poll, 0, sizeof poll);
    got = locked(p, &c);
    for (int64_t i = 0; i < got; i++) {
        events[i].events = 0;
        events[i].data.u64 = poll[i].data;
        for (size_t k = 0; k < ARRAY_LEN(event_map); k++)
            if (poll[i].revents & event_map[k].ours)
                events[i].events |= event_map[k].epoll;
    }
    return (int)got;
}

static int do_pipe(void *userdata, int fd[2])
{
    (void)userdata;
    (void)fd;
    return fails(ENOSYS);
}

static int do_splice(void *userdata, int from, int64_t *from_at, int to, int64_t *to_at, size_t n,
                     unsigned flags)
{
    (void)userdata;
    (void)from;
    (void)from_at;
    (void)to;
    (void)to_at;
    (void)n;
    (void)flags;
    return fails(ENOSYS);
}

void plugin_fill(struct packetdrill_interface *out)
{
    *out = (struct packetdrill_interface){
        .socket = do_socket,
        .bind = do_bind,
        .listen = do_listen,
        .accept = do_accept,
        .connect = do_connect,
        .read = do_read,
        .readv = do_readv,
        .recv = do_recv,
        .recvfrom = do_recvfrom,
        .recvmsg = do_recvmsg,
        .write = do_write,
        .writev = do_writev,
        .send = do_send,
        .sendto = do_sendto,
        .sendmsg = do_sendmsg,
        .fcntl = do_fcntl,
        .ioctl = do_ioctl,
        .close = do_close,
        .shutdown = do_shutdown,
        .getsockopt = do_getsockopt,
        .setsockopt = do_setsockopt,
        .poll = do_poll,
        .epoll_create = do_epoll_create,
        .epoll_ctl = do_epoll_ctl,
        .epoll_wait = do_epoll_wait,
        .pipe = do_pipe,
        .splice = do_splice,
    };
}
