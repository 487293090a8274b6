/* segment: a TCP segment and the frame that carries it, as small structs with a virtual payload.
 *
 * A frame lives in the arena; its payload is a slice (stream, offset, length) of an append-only stream
 * (stream.h), so nothing is copied. Real bytes are made by wire.h only when somebody looks at them. */
#ifndef TCPLAB_MODELS_WIRE_SEGMENT_H
#define TCPLAB_MODELS_WIRE_SEGMENT_H

#include "models/wire/seq.h"
#include "sim/core/base.h"

enum tcp_ctl { /* the control bits of RFC 9293 sec 3.1 */
               TCP_FIN = 0x01,
               TCP_SYN = 0x02,
               TCP_RST = 0x04,
               TCP_PSH = 0x08,
               TCP_ACK = 0x10,
               TCP_URG = 0x20,
               TCP_ECE = 0x40,
               TCP_CWR = 0x80
};

enum seg_opt { /* which options a segment carries */
               SEG_MSS = 0x01,
               SEG_WS = 0x02,
               SEG_TS = 0x04,
               SEG_SACK_PERM = 0x08,
               SEG_SACK = 0x10,    /* blocks in ext */
               SEG_RAW_OPT = 0x20, /* ext holds the option bytes as they stand on the wire; the other bits say
                                      what they mean */
               SEG_RAW = 0x40,     /* ext holds the whole TCP segment as bytes (a raw peer's malformed one) */
               SEG_BAD_OPT = 0x80  /* an option had an illegal length (MUST-7) */
};

#define SEG_SACK_MAX 4
#define SEG_OPT_MAX 40

struct seg_ext { /* in the arena; belongs to the frame; rare */
    uint8_t n_sack;
    uint8_t n_opt;  /* bytes in opt[] (SEG_RAW_OPT) */
    uint16_t raw_n; /* SEG_RAW: bytes of the TCP segment in raw */
    ref raw;        /* SEG_RAW: block of raw_n bytes */
    struct {
        seq32 left, right;
    } sack[SEG_SACK_MAX];
    uint8_t opt[SEG_OPT_MAX];
};

struct segment {
    seq32 seq, ack;
    uint16_t wnd, up; /* as on the wire: wnd unscaled field, up relative to seq */
    uint16_t sport, dport;
    uint32_t tsval, tsecr;
    uint16_t mss;
    uint8_t ctl;  /* enum tcp_ctl */
    uint8_t opts; /* enum seg_opt */
    uint8_t ws;   /* window scale shift */
    uint8_t rsvd; /* the four reserved bits */
    uint16_t pad;
    uint32_t len; /* payload bytes */
    uint32_t stream;
    ref ext;
    uint32_t pad2; /* named, since frames lie in the arena */
    uint64_t off;  /* payload: len bytes at off of stream */
};

/* SEG.LEN: payload plus one each for SYN and FIN (RFC 9293 sec 3.4). */
static inline uint32_t seg_len(const struct segment *s)
{
    return s->len + ((s->ctl & TCP_SYN) ? 1u : 0u) + ((s->ctl & TCP_FIN) ? 1u : 0u);
}

enum ip_proto { PROTO_TCP = 6, PROTO_ICMP = 1 };

struct icmp_error { /* for proto ICMP the frame's segment holds the quoted ports and sequence number (as the
                       sender of the quoted segment sent it) */
    uint8_t type, code; /* of ICMPv4; v6 types are mapped to these (wire.h encodes per family) */
    uint16_t mtu;
};

struct frame {
    struct segment seg;
    uint64_t id;       /* record id of its send record: the packet's name over all hops and copies */
    uint16_t src, dst; /* address indexes (models/scenario.h) */
    uint8_t proto, ttl;
    uint8_t tos;   /* DSCP << 2 | ECN */
    uint8_t flags; /* enum frame_flag */
    struct icmp_error icmp;
    uint32_t corrupt_bit; /* 1 + index of the flipped bit of the encoded packet, 0: none */
};
enum ecn { /* the two low bits of tos (RFC 3168 sec 5) */
           ECN_NOT_ECT = 0,
           ECN_ECT1 = 1,
           ECN_ECT0 = 2,
           ECN_CE = 3,
           ECN_MASK = 3
};
enum frame_flag { FRAME_COPY = 0x01 /* a duplicate made by the network */ };

#endif
