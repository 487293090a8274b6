/* profile: whose habits our TCP takes when a packetdrill script judges it: its options as Linux's, FreeBSD's
 * or the RFCs' defaults, and the names that both systems give to them.
 *
 * Pure tables; owns nothing. */
#ifndef TCPLAB_PACKETDRILL_PROFILE_H
#define TCPLAB_PACKETDRILL_PROFILE_H

#include "models/scenario.h"
#include "sim/packetdrill/run.h"

/* The host's options that make our TCP behave as such a stack does. */
void profile_options(enum pkt_stack stack, enum pkt_family family, struct tcp_options *o);
/* The script's sysctl. */
enum profile_answer { PROFILE_MAPPED, PROFILE_IGNORED, PROFILE_UNKNOWN, PROFILE_BAD_VALUE };
enum profile_answer profile_sysctl(struct tcp_options *o, const char *name, const char *value);

#endif
