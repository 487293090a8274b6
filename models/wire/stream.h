/* stream: the bytes that travel, without the bytes. A stream is append-only and named by a number (the id of
 * the connection end that sends it); where nothing else was said, byte i of stream s is its generated
 * pattern, a pure function of (s, i), so a gigabyte costs nothing. Literal text and copies of other streams'
 * slices are kept as extents in the arena for the life of the world. */
#ifndef TCPLAB_MODELS_WIRE_STREAM_H
#define TCPLAB_MODELS_WIRE_STREAM_H

#include "sim/core/world.h"

struct streams; /* in the arena: the table of streams that have extents */

/* The pattern's byte. */
uint8_t stream_pattern(uint32_t stream, uint64_t off);
/* An empty table. */
ref streams_new(struct world *w);
/* Literal bytes at [off, off+n) of a stream (stream > 0; off at or after every extent before it). Copies the
 * bytes; emits a DATA record (none if n is 0). */
void stream_put_bytes(struct world *w, ref streams, uint32_t stream, uint64_t off, const uint8_t *bytes,
                      uint32_t n);
/* The same, as a copy of another stream's slice (or of an earlier one of its own), as that stands now: what
 * is put there later does not show here. */
void stream_put_copy(struct world *w, ref streams, uint32_t stream, uint64_t off, uint32_t n, uint32_t from,
                     uint64_t from_off);
/* The n bytes at off. streams may be 0: pattern only. */
void stream_read(const struct world *w, ref streams, uint32_t stream, uint64_t off, uint8_t *out, size_t n);

#endif
