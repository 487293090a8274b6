/* names: the constants that scripts call by name, with their numbers on Linux and FreeBSD, and errno.
 *
 * Pure tables (names.def, errno.def, calls.def) behind lookups; owns nothing. The interpreter switches over
 * the ids, never over numbers, since the two systems number many of them differently. */
#ifndef TCPLAB_PACKETDRILL_NAMES_H
#define TCPLAB_PACKETDRILL_NAMES_H

#include "sim/core/base.h"

enum pkt_os { PKT_OS_GUESS, PKT_LINUX, PKT_FREEBSD };

/* Groups, so that a value can be turned back into a name: 4 is POLLOUT among PKT_GROUP_POLL. */
enum pkt_group {
    PKT_GROUP_FAMILY, /* AF_, PF_ */
    PKT_GROUP_TYPE,   /* SOCK_ */
    PKT_GROUP_PROTO,  /* IPPROTO_ */
    PKT_GROUP_LEVEL,  /* SOL_ */
    PKT_GROUP_SOCKET, /* options of SOL_SOCKET: SO_ */
    PKT_GROUP_TCP,    /* options of IPPROTO_TCP */
    PKT_GROUP_IP,     /* options of IPPROTO_IP */
    PKT_GROUP_IPV6,   /* options of IPPROTO_IPV6 */
    PKT_GROUP_MSG,    /* MSG_ flags */
    PKT_GROUP_SHUT,   /* SHUT_ */
    PKT_GROUP_FCNTL,  /* F_ commands */
    PKT_GROUP_OPEN,   /* O_ flags */
    PKT_GROUP_IOCTL,  /* requests: SIOCINQ, FIONREAD ... */
    PKT_GROUP_POLL,   /* POLL events */
    PKT_GROUP_EPOLL,  /* EPOLL events and control operations */
    PKT_GROUP_STATE,  /* TCP_ESTABLISHED, TCPI_ESTABLISHED ...: for code, in the script's system's numbers */
    PKT_GROUP_INFO,   /* TCPI_OPT_ ... bits, TCP_CA_ states */
    PKT_GROUP_OTHER,
};

enum pkt_name {
    PKT_NAME_NONE,
#define X(group, name, linux_value, freebsd_value) PKT_N_##name,
#include "sim/packetdrill/names.def"
#undef X
    PKT_NAMES
};

enum pkt_errno {
    PKT_ERRNO_NONE,
#define X(name, linux_value, freebsd_value, text) PKT_##name,
#include "sim/packetdrill/errno.def"
#undef X
    PKT_ERRNOS
};

enum pkt_syscall {
    PKT_SYS_NONE,
#define X(name, least, most) PKT_SYS_##name,
#include "sim/packetdrill/calls.def"
#undef X
    PKT_SYSCALLS
};

#define PKT_NO_VALUE INT64_MIN /* the system does not have it */

/* By word; the id, or NONE. */
enum pkt_name pkt_name_find(const char *word);
enum pkt_errno pkt_errno_find(const char *word);
enum pkt_syscall pkt_syscall_find(const char *word);

/* The word of an id. */
const char *pkt_name_word(enum pkt_name n);
const char *pkt_errno_word(enum pkt_errno e);
const char *pkt_syscall_word(enum pkt_syscall c);

/* An id's number on a system (not PKT_OS_GUESS), or PKT_NO_VALUE. */
int64_t pkt_name_value(enum pkt_name n, enum pkt_os os);
int64_t pkt_errno_value(enum pkt_errno e, enum pkt_os os);
enum pkt_group pkt_name_group(enum pkt_name n); /* n is not NONE */

/* What strerror says on Linux. */
const char *pkt_errno_text(enum pkt_errno e);

/* The first id of the group with this number, or NONE. */
enum pkt_name pkt_name_of(enum pkt_group g, int64_t value, enum pkt_os os);
enum pkt_errno pkt_errno_of(int64_t value, enum pkt_os os);

/* How many arguments a call takes, at least and at most. */
void pkt_syscall_args(enum pkt_syscall c, size_t *least, size_t *most);

#endif
