/* plugin: our TCP as a shared library that packetdrill loads: a small world with the TCP under test, driven
 * call by call and packet by packet from outside, in virtual time. Private to sim/plugin.
 *
 * Time stands still but for what the caller's usleep and gettimeofday give (each asking takes a microsecond,
 * since who waits for a time asks again and again), and while it waits for a packet or in a call. Calls that
 * wait on a second thread sleep until the first one's time brings what they wait for; the first is then held
 * until the woken one has asked what time it is. All state is under one lock. */
#ifndef TCPLAB_PLUGIN_PLUGIN_H
#define TCPLAB_PLUGIN_PLUGIN_H

#include <pthread.h>

#include "models/sim.h"
#include "sim/core/log.h"
#include "sim/packetdrill/profile.h"
#include "sim/packetdrill/sock.h"
#include "sim/plugin/interface.h"

/* Whose numbers the program speaks that loads the library. */
#ifdef __FreeBSD__
#define PLUGIN_OS PKT_FREEBSD
#else
#define PLUGIN_OS PKT_LINUX
#endif

enum { PLUGIN_SCRIPT, PLUGIN_TCP, PLUGIN_HOSTS };
enum { PLUGIN_NO_ADDRESS, PLUGIN_LOCAL4, PLUGIN_REMOTE4, PLUGIN_LOCAL6, PLUGIN_REMOTE6, PLUGIN_ADDRESSES };
enum { PLUGIN_FDS = 1024, PLUGIN_FLOWS = 256 };
#define PLUGIN_EPOCH_S 1000000 /* what gettimeofday says at virtual time 0 */
#define PLUGIN_WAIT_MOST (3600 * NS_PER_S)

struct plugin_flow { /* packets that come in, by their four numbers: whose they are in the trace */
    uint16_t src, dst, sport, dport;
    uint32_t conn;
    uint32_t first; /* sequence number of the first octet of text */
};

struct plugin {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t owner; /* the thread whose time it is */
    struct scenario scenario;
    struct sc_host host[PLUGIN_HOSTS];
    struct sc_address address[PLUGIN_ADDRESSES];
    bool settled[PLUGIN_ADDRESSES]; /* has been used: stays as it is */
    struct sc_link link;
    struct world w;
    bool has_world;
    struct log log;
    struct socks *socks;
    enum pkt_stack stack;
    vtime now;          /* the clock; never behind the world's */
    int fd[PLUGIN_FDS]; /* a real descriptor: ours + 1; 0: none */
    struct plugin_flow flow[PLUGIN_FLOWS];
    size_t n_flows;
    size_t next_out; /* in the log */
    struct {         /* the call that sleeps on another thread */
        bool on, owes_time;
        struct sock_call *call;
    } waiter;
};

/* --- plugin.c; the lock is held --- */

/* Runs the world to this time, waking whom it serves. */
void plugin_advance(struct plugin *p, vtime at);
/* The call to its end: on the owner's thread the time runs on, another one sleeps. */
void plugin_call(struct plugin *p, struct sock_call *c);

/* The index of an address. One unknown so far becomes ours, or the other side's, if none of that kind has
 * been used: the caller chooses its addresses by itself. 0: neither. */
uint16_t plugin_address(struct plugin *p, const struct ip_addr *ip, bool local);

/* --- calls.c --- */
void plugin_fill(struct packetdrill_interface *out);

#endif
