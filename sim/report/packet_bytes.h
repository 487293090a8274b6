/* packet_bytes: the bytes of the packets that a trace's records describe, made from the trace alone: headers
 * and checksums by models/wire, payload from the streams. What pcapng writes and the inspector shows.
 *
 * Owns an index of the DATA records; borrows the log, which must outlive it. */
#ifndef TCPLAB_REPORT_PACKET_BYTES_H
#define TCPLAB_REPORT_PACKET_BYTES_H

#include "models/record.h"
#include "sim/core/log.h"

struct packet_bytes;

struct packet_bytes *packet_bytes_new(const struct log *log);
void packet_bytes_free(struct packet_bytes *b); /* NULL is allowed */

/* The IP packet of a SEND record, in memory that the caller frees; NULL: its addresses are none that have
 * bytes. ip_id: IPv4's identification. *n: its length; *tcp (may be NULL): where the TCP segment begins. */
uint8_t *packet_bytes_make(const struct packet_bytes *b, const struct rec_send *r, uint16_t ip_id,
                           uint32_t *n, uint32_t *tcp);

#endif
