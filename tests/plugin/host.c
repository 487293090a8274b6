/* A small host of the library that packetdrill loads: drives its table of functions as packetdrill does, with
 * packets made here, and prints TAP.
 *
 *     host LIBRARY */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "models/wire/wire.h"
#include "sim/plugin/interface.h"

static struct packetdrill_interface ifc;
static int test, failed;

static void check(bool ok, const char *what)
{
    test++;
    failed += !ok;
    printf("%sok %d - %s\n", ok ? "" : "not ", test, what);
}

/* ---------------------------------------------------------------- packets */

enum { LOCAL_PORT = 8080, REMOTE_PORT = 40000 };
static struct ip_addr local, remote;

/* A segment of the other side: flags, numbers, so many bytes. */
static void in(unsigned ctl, uint32_t seq_no, uint32_t ack_no, uint32_t len)
{
    static const uint8_t text[4096];
    struct segment g;
    uint8_t packet[8192];
    uint32_t n;

    memset(&g, 0, sizeof g);
    g.ctl = (uint8_t)ctl;
    g.seq = seq(seq_no);
    g.ack = seq(ack_no);
    g.wnd = 65535;
    g.sport = REMOTE_PORT;
    g.dport = LOCAL_PORT;
    g.len = (uint16_t)len;
    if (ctl & TCP_SYN) {
        g.opts = SEG_MSS;
        g.mss = 1000;
    }
    n = wire_put_packet(packet, &remote, &local, 64, 0, 1, &g, NULL, text);
    if (ifc.netdev_send(ifc.userdata, packet, n) != 0)
        check(false, "a packet is taken");
}

/* The next packet that the library sends, and when (microseconds from the start). */
static struct wire_packet out(long long *at_us)
{
    static uint8_t packet[65536];
    struct wire_packet p;
    size_t n = sizeof packet;
    long long at = 0;

    memset(&p, 0, sizeof p);
    if (ifc.netdev_receive(ifc.userdata, packet, &n, &at) != 0 ||
        !wire_get_packet(packet, (uint32_t)n, &p, NULL))
        p.seg.ctl = 0xff; /* no packet */
    else if (!p.checksum_ok || !p.ip_checksum_ok)
        check(false, "checksums are right");
    if (at_us)
        *at_us = at;
    return p;
}

static long long now_us(void)
{
    struct timeval tv;

    ifc.gettimeofday(ifc.userdata, &tv, NULL);
    return tv.tv_sec * 1000000LL + tv.tv_usec;
}

/* ---------------------------------------------------------------- cases */

static void addresses(struct sockaddr_in *a, const char *ip, uint16_t port)
{
    memset(a, 0, sizeof *a);
    a->sin_family = AF_INET;
    a->sin_port = htons(port);
    inet_pton(AF_INET, ip, &a->sin_addr);
}

static uint32_t iss; /* of the library's end */

static int passive_open(void)
{
    struct sockaddr_in a, peer;
    socklen_t n = sizeof peer;
    int fd = ifc.socket(ifc.userdata, AF_INET, SOCK_STREAM, IPPROTO_TCP), got;
    struct wire_packet p;

    addresses(&a, "192.168.7.9", LOCAL_PORT);
    check(fd >= 0 && fcntl(fd, F_GETFD) >= 0, "a socket is a real descriptor");
    check(ifc.bind(ifc.userdata, fd, (struct sockaddr *)&a, sizeof a) == 0,
          "bind takes the address that the caller has");
    check(ifc.listen(ifc.userdata, fd, 5) == 0, "listen");
    in(TCP_SYN, 0xfffffff0u, 0, 0);
    p = out(NULL);
    iss = p.seg.seq.v;
    check(p.seg.ctl == (TCP_SYN | TCP_ACK) && p.seg.ack.v == 0xfffffff1u, "SYN,ACK answers a SYN");
    in(TCP_ACK, 0xfffffff1u, iss + 1, 0);
    got = ifc.accept(ifc.userdata, fd, (struct sockaddr *)&peer, &n);
    check(got >= 0 && n == sizeof peer && ntohs(peer.sin_port) == REMOTE_PORT &&
              peer.sin_addr.s_addr == inet_addr("192.0.2.1"),
          "accept fills the peer's address");
    ifc.close(ifc.userdata, fd);
    return got;
}

static void data(int fd)
{
    char text[2000];
    int pending = 0;
    struct iovec part[2] = {{text, 600}, {text + 600, 600}};
    struct wire_packet p;

    memset(text, 'x', sizeof text);
    check(ifc.write(ifc.userdata, fd, text, sizeof text) == 2000, "write takes all");
    p = out(NULL);
    check(p.seg.seq.v == iss + 1 && p.seg.len == 1000 && p.payload[0] == 'x',
          "the first segment holds what was written");
    p = out(NULL);
    check(p.seg.seq.v == iss + 1001 && p.seg.len == 1000 && (p.seg.ctl & TCP_PSH),
          "the second one is pushed");
    check(ifc.ioctl(ifc.userdata, fd, TIOCOUTQ, &pending) == 0 && pending == 2000,
          "SIOCOUTQ counts what is unacknowledged");
    in(TCP_ACK, 0xfffffff1u, iss + 2001, 0);
    in(TCP_ACK | TCP_PSH, 0xfffffff1u, iss + 2001, 1200); /* over the end of sequence numbers */
    check(ifc.ioctl(ifc.userdata, fd, FIONREAD, &pending) == 0 && pending == 1200,
          "SIOCINQ counts what can be read");
    check(ifc.readv(ifc.userdata, fd, part, 2) == 1200, "readv reads it");
    errno = 0;
    check(ifc.recv(ifc.userdata, fd, text, 10, MSG_DONTWAIT) == -1 && errno == EAGAIN,
          "nothing left: EAGAIN");
}

static void retransmits(int fd)
{
    long long sent, again;
    char text[100] = "";
    struct wire_packet p = out(&sent); /* the acknowledgement of the text */

    check(p.seg.ctl == TCP_ACK && p.seg.ack.v == 0xfffffff1u + 1200, "the text is acknowledged");
    check(ifc.send(ifc.userdata, fd, text, sizeof text, 0) == 100, "send");
    (void)out(&sent);
    p = out(&again);
    check(p.seg.seq.v == iss + 2001 && p.seg.len == 100 && again - sent >= 200000 && again - sent < 400000,
          "what is not acknowledged comes again after the time-out, in virtual time");
    in(TCP_ACK, 0xfffffff1u + 1200, iss + 2101, 0);
}

struct reader {
    int fd;
    ssize_t got;
    long long back;
};

static void *block_in_read(void *arg)
{
    struct reader *r = arg;
    char text[64];

    r->got = ifc.read(ifc.userdata, r->fd, text, sizeof text);
    r->back = now_us();
    return NULL;
}

/* A call on a second thread sleeps until the first one's time brings what it waits for. */
static void blocks(int fd)
{
    struct reader r = {fd, -2, 0};
    pthread_t thread;
    long long from = now_us(), sent;

    pthread_create(&thread, NULL, block_in_read, &r);
    while (ifc.usleep(ifc.userdata, 1000) == 0 && now_us() < from + 50000)
        ;
    usleep(20000); /* really: the thread must have got into its call */
    ifc.usleep(ifc.userdata, 5000);
    check(r.got == -2, "read sleeps while nothing comes");
    sent = now_us();
    in(TCP_ACK | TCP_PSH, 0xfffffff1u + 1200, iss + 2101, 64);
    pthread_join(thread, NULL);
    check(r.got == 64, "read returns with what came");
    check(r.back - sent >= 0 && r.back - sent < 1000, "and is back at the time when it came");
}

static void polls(int fd)
{
    struct pollfd list = {.fd = fd, .events = POLLIN | POLLOUT};
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = 77}, got;
    int set = ifc.epoll_create(ifc.userdata, 1);

    check(ifc.poll(ifc.userdata, &list, 1, 0) == 1 && list.revents == POLLOUT,
          "poll: only writing is possible");
    check(ifc.epoll_ctl(ifc.userdata, set, EPOLL_CTL_ADD, fd, &e) == 0, "epoll_ctl");
    check(ifc.epoll_wait(ifc.userdata, set, &got, 1, 0) == 0, "epoll: nothing to read");
    in(TCP_ACK, 0xfffffff1u + 1264, iss + 2101, 10);
    check(ifc.epoll_wait(ifc.userdata, set, &got, 1, 0) == 1 && got.events == EPOLLIN && got.data.u64 == 77,
          "epoll: something to read");
    ifc.close(ifc.userdata, set);
}

static void options(int fd)
{
    int v = 1, got = 0;
    socklen_t n = sizeof got;
    struct linger l = {1, 0};

    check(ifc.setsockopt(ifc.userdata, fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &v, sizeof v) == 0 &&
              ifc.getsockopt(ifc.userdata, fd, IPPROTO_TCP, 1, &got, &n) == 0 && got == 1,
          "TCP_NODELAY is kept");
    errno = 0;
    check(ifc.setsockopt(ifc.userdata, fd, IPPROTO_TCP, 9999, &v, sizeof v) == -1 && errno == ENOPROTOOPT,
          "an unknown option is refused");
    check(ifc.fcntl(ifc.userdata, fd, F_SETFL, O_RDWR | O_NONBLOCK) == 0 &&
              (ifc.fcntl(ifc.userdata, fd, F_GETFL) & O_NONBLOCK),
          "O_NONBLOCK is kept");
    check(ifc.setsockopt(ifc.userdata, fd, SOL_SOCKET, SO_LINGER, &l, sizeof l) == 0, "SO_LINGER");
}

int main(int argc, char **argv)
{
    void (*init)(const char *flags, struct packetdrill_interface *out);
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    struct wire_packet p;
    int fd;

    if (!library) {
        printf("Bail out! %s\n", argc == 2 ? dlerror() : "usage: host LIBRARY");
        return 1;
    }
    *(void **)&init = dlsym(library, "packetdrill_interface_init");
    if (!init || !ip_parse("192.168.7.9", &local) || !ip_parse("192.0.2.1", &remote)) {
        printf("Bail out! no packetdrill_interface_init\n");
        return 1;
    }
    init("linux", &ifc);
    fd = passive_open();
    data(fd);
    retransmits(fd);
    blocks(fd);
    polls(fd);
    options(fd);
    ifc.close(ifc.userdata, fd); /* with text unread, and linger 0 */
    do
        p = out(NULL);
    while (p.seg.ctl == TCP_ACK);
    check(p.seg.ctl & TCP_RST && p.seg.ctl != 0xff, "close with linger 0 resets");
    p = out(NULL);
    check(p.seg.ctl == 0xff, "where nothing will ever come again, no packet is given");
    ifc.free(ifc.userdata);
    printf("1..%d\n", test);
    return failed != 0;
}
