/* scoreboard: what the peer has said it holds beyond SND.UNA (RFC 2018 sec 5, RFC 6675 sec 3 and 4): spans of
 * sequence numbers, sorted, apart from each other, all within (SND.UNA, SND.NXT]. Octets count, not segments,
 * as in RFC 6675. SACK information is advisory: nothing here touches the retransmission queue. */
#ifndef TCPLAB_MODELS_TCP_SCOREBOARD_H
#define TCPLAB_MODELS_TCP_SCOREBOARD_H

#include "models/tcp/recovery.h"

enum { BOARD_MAX = 8000 }; /* spans; what a peer says beyond that is not kept */

/* Update (): marks what of s lies in (SND.UNA, SND.NXT]. A span that does not lie in [SND.UNA, SND.NXT] marks
 * nothing. Returns the octets that were not marked before. */
uint32_t board_mark(struct tcp_ctx *x, struct tcb *t, struct span s);
/* SND.UNA has moved: what lies before it is no longer of interest. False: SND.UNA lies inside a span, so the
 * peer has dropped what it had SACKed (RFC 2018 sec 8). */
bool board_advance(struct tcp_ctx *x, struct tcb *t);
void board_clear(struct tcp_ctx *x, struct tcb *t);
/* Octets marked in [from, to). */
uint32_t board_count(const struct tcp_ctx *x, const struct tcb *t, seq32 from, seq32 to);
/* The first number from s on that is not marked. */
seq32 board_skip(const struct tcp_ctx *x, const struct tcb *t, seq32 s);
/* Where the hole that s lies in ends: the next marked number, or SND.NXT. */
seq32 board_hole_end(const struct tcp_ctx *x, const struct tcb *t, seq32 s);
/* The highest number below SND.NXT that is not marked, and one more. */
seq32 board_top(const struct tcp_ctx *x, const struct tcb *t);
/* One more than the highest octet marked; SND.UNA if there is none. */
seq32 board_highest(const struct tcp_ctx *x, const struct tcb *t);
/* IsLost (S) is true for every S before this number that is not marked, and false from it on. */
seq32 board_lost_below(const struct tcp_ctx *x, const struct tcb *t);
/* SetPipe (): the octets still in the network. */
uint32_t board_pipe(const struct tcp_ctx *x, const struct tcb *t);
/* The laws of the scoreboard; NULL: all hold. */
const char *board_check(const struct tcp_ctx *x, const struct tcb *t);

#endif
