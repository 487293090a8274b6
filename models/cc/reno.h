/* reno: slow start, congestion avoidance, fast retransmit and fast recovery of RFC 5681 with RFC 6582's
 * partial ACKs. */
#ifndef TCPLAB_MODELS_CC_RENO_H
#define TCPLAB_MODELS_CC_RENO_H

#include "models/cc/cc.h"

extern const struct cc_ops cc_reno;

#endif
