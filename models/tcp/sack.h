/* sack: the data receiver's half of selective acknowledgment: which blocks an ACK carries (RFC 2018 sec 4),
 * and duplicates reported once each (RFC 2883 sec 4). Keeps no text: blocks are read off the ranges held out
 * of order. */
#ifndef TCPLAB_MODELS_TCP_SACK_H
#define TCPLAB_MODELS_TCP_SACK_H

#include "models/tcp/recovery.h"

/* An ACK is owed because of octet `newest`, which is held out of order, and text may have come twice. Without
 * SACK: nothing. */
void sack_report(struct tcp_ctx *x, struct tcb *t, seq32 newest, struct span again);
/* Of [from, to) what lies before RCV.NXT came again. True: an ACK must tell it (the caller owes it). */
bool sack_again(struct tcp_ctx *x, struct tcb *t, seq32 from, seq32 to);
/* RCV.NXT has moved: duplicate ACKs that were owed will not be sent; D-SACKs they would have told wait for
 * the next. */
void sack_moved(struct tcp_ctx *x, struct tcb *t);
/* Bytes of options that an ACK would need now for what there is to report; 0: nothing. */
uint32_t sack_room(const struct tcp_ctx *x, const struct tcb *t);
/* Writes the option into a segment with ACK that is about to leave: as many blocks as fit beside its text. */
void sack_attach(struct tcp_ctx *x, struct tcb *t, struct segment *s);
/* Is there a report that no ACK has carried yet? */
bool sack_pending(const struct tcp_ctx *x, const struct tcb *t);
/* All ACKs owed have left. */
void sack_settled(struct tcp_ctx *x, struct tcb *t);

#endif
