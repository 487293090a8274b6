/* interface: the table of functions by which a packetdrill binary drives a TCP that it has loaded from a
 * shared library (its option --so_filename), declared from its documented signatures. Every function gets
 * `userdata` first and answers as the system call of its name does: -1 and errno where it fails.
 *
 * netdev_send: an IP packet goes to the TCP under test. netdev_receive: the next IP packet that it sends: the
 * bytes in buf, *count of them (room at first), and when it was sent. All time is what gettimeofday and
 * usleep say. */
#ifndef TCPLAB_PLUGIN_INTERFACE_H
#define TCPLAB_PLUGIN_INTERFACE_H

#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

struct packetdrill_interface {
    void *userdata;
    void (*free)(void *userdata);
    int (*socket)(void *userdata, int domain, int type, int protocol);
    int (*bind)(void *userdata, int fd, const struct sockaddr *address, socklen_t n);
    int (*listen)(void *userdata, int fd, int backlog);
    int (*accept)(void *userdata, int fd, struct sockaddr *address, socklen_t *n);
    int (*connect)(void *userdata, int fd, const struct sockaddr *address, socklen_t n);
    ssize_t (*read)(void *userdata, int fd, void *bytes, size_t n);
    ssize_t (*readv)(void *userdata, int fd, const struct iovec *part, int parts);
    ssize_t (*recv)(void *userdata, int fd, void *bytes, size_t n, int flags);
    ssize_t (*recvfrom)(void *userdata, int fd, void *bytes, size_t n, int flags, struct sockaddr *from,
                        socklen_t *from_n);
    ssize_t (*recvmsg)(void *userdata, int fd, struct msghdr *message, int flags);
    ssize_t (*write)(void *userdata, int fd, const void *bytes, size_t n);
    ssize_t (*writev)(void *userdata, int fd, const struct iovec *part, int parts);
    ssize_t (*send)(void *userdata, int fd, const void *bytes, size_t n, int flags);
    ssize_t (*sendto)(void *userdata, int fd, const void *bytes, size_t n, int flags,
                      const struct sockaddr *to, socklen_t to_n);
    ssize_t (*sendmsg)(void *userdata, int fd, const struct msghdr *message, int flags);
    int (*fcntl)(void *userdata, int fd, int command, ...);
    int (*ioctl)(void *userdata, int fd, unsigned long request, ...);
    int (*close)(void *userdata, int fd);
    int (*shutdown)(void *userdata, int fd, int how);
    int (*getsockopt)(void *userdata, int fd, int level, int option, void *value, socklen_t *n);
    int (*setsockopt)(void *userdata, int fd, int level, int option, const void *value, socklen_t n);
    int (*poll)(void *userdata, struct pollfd *list, nfds_t n, int timeout_ms);
    int (*netdev_send)(void *userdata, const void *bytes, size_t n);
    int (*netdev_receive)(void *userdata, void *bytes, size_t *n, long long *time_us);
    int (*usleep)(void *userdata, unsigned us);
    int (*gettimeofday)(void *userdata, struct timeval *now, void *zone);
    int (*epoll_create)(void *userdata, int size);
    int (*epoll_ctl)(void *userdata, int set, int what, int fd, struct epoll_event *event);
    int (*epoll_wait)(void *userdata, int set, struct epoll_event *events, int most, int timeout_ms);
    int (*pipe)(void *userdata, int fd[2]);
    int (*splice)(void *userdata, int from, int64_t *from_at, int to, int64_t *to_at, size_t n,
                  unsigned flags);
};

/* What the library exports. flags: words of --so_flags with commas between them: "linux" (the default),
 * "freebsd", "rfc"; "local=ADDRESS", "remote=ADDRESS" where they are not packetdrill's own. */
void packetdrill_interface_init(const char *flags, struct packetdrill_interface *out);

#endif
