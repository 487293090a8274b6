/* wire: real packets: IPv4, IPv6, TCP with all its options, ICMP and ICMPv6, with their checksums (RFC 9293
 * sec 3.1, RFC 791, 8200, 792, 4443). Pure functions between bytes and structs; used for corruption, raw
 * peers, pcapng, the inspector. Never keeps anything. */
#ifndef TCPLAB_MODELS_WIRE_WIRE_H
#define TCPLAB_MODELS_WIRE_WIRE_H

#include "models/wire/segment.h"

struct ip_addr {
    uint8_t family; /* 4 or 6 */
    uint8_t b[16];  /* v4 in the first four */
};
#define IP_TEXT_MAX 46

/* "10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1" and nothing else: no leading zeros, zones, prefixes or blanks.
 * False: a is as it was. */
bool ip_parse(const char *text, struct ip_addr *a);
void ip_format(const struct ip_addr *a, char out[IP_TEXT_MAX]); /* RFC 5952 */
bool ip_equal(const struct ip_addr *a, const struct ip_addr *b);
bool ip_is_multicast(const struct ip_addr *a);
bool ip_is_broadcast(const struct ip_addr *a); /* 255.255.255.255, and x.x.x.255 of the lab's /24 networks */
bool ip_is_unspecified(const struct ip_addr *a);

#define WIRE_TCP_HEADER_MAX 60
#define WIRE_PACKET_MAX 65575
#define WIRE_ICMP_MAX 96 /* what wire_put_icmp writes at most */

struct wire_packet { /* a decoded packet */
    struct ip_addr src, dst;
    uint8_t proto, ttl, tos; /* proto: as on the wire, but ICMPv6 is PROTO_ICMP too */
    struct segment seg; /* payload: len only; its bytes at payload. ICMP: quoted ports and sequence number */
    struct seg_ext ext; /* SACK blocks; option bytes as they stood */
    const uint8_t *payload;                /* into the bytes decoded */
    struct icmp_error icmp;                /* with version 4 numbers */
    struct ip_addr quoted_src, quoted_dst; /* ICMP: of the segment quoted */
    bool ip_checksum_ok, checksum_ok;      /* IPv6 has no header checksum: true */
};

/* Bytes of options that the segment's encoding takes, padding included (a multiple of 4; SEG_RAW_OPT bytes
 * are padded with zeros). ext may be NULL unless SEG_SACK or SEG_RAW_OPT is set. More than SEG_OPT_MAX cannot
 * be encoded: with timestamps there is room for three SACK blocks. */
uint32_t wire_options_length(const struct segment *s, const struct seg_ext *ext);
/* Encodes the options in their usual order (see options.c), or as SEG_RAW_OPT has them. Returns bytes written
 * (multiple of 4, at most SEG_OPT_MAX). */
uint32_t wire_put_options(uint8_t *out, const struct segment *s, const struct seg_ext *ext);
/* Reads option bytes into s (opts, mss, ws, tsval ...) and ext->sack, as they stand: that an option counts
 * only on a SYN is for TCP to say. Of two alike the last counts. Unknown options with a length are skipped;
 * after EOL nothing is read; an illegal length (0, 1, beyond the end, not what the kind has) sets SEG_BAD_OPT
 * and stops (MUST-6, MUST-7, MUST-64, MUST-68). */
void wire_get_options(const uint8_t *opt, uint32_t n, struct segment *s, struct seg_ext *ext);

/* Encodes a TCP segment with payload into out (header + payload bytes; pseudo-header checksum included).
 * SEG_RAW: payload points to the ext->raw_n bytes of the whole segment, which are taken as they are, checksum
 * too. payload may be NULL if there is none. Returns its length. */
uint32_t wire_put_tcp(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst,
                      const struct segment *s, const struct seg_ext *ext, const uint8_t *payload);
/* A whole IP packet around it. id: IPv4 identification (the packet says "don't fragment"). Returns its
 * length. */
uint32_t wire_put_packet(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl,
                         uint8_t tos, uint16_t id, const struct segment *s, const struct seg_ext *ext,
                         const uint8_t *payload);
/* An ICMP or ICMPv6 error quoting the start (IP header and 8 bytes, RFC 792) of a TCP packet from `qsrc` to
 * `qdst` with s's ports, sequence number and length. Returns its length; 0: ICMPv6 has no such error (source
 * quench). */
uint32_t wire_put_icmp(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl,
                       const struct icmp_error *e, const struct ip_addr *qsrc, const struct ip_addr *qdst,
                       const struct segment *s);
/* Decodes TCP bytes (no IP header). False: not a TCP segment (too short, bad data offset); why (may be NULL)
 * gets a word. All of p is written; addresses are unknown, so checksum_ok stays false: see wire_tcp_checksum.
 * Option bytes go to p->ext.opt; SEG_RAW_OPT is set where they are not the usual encoding, so that encoding
 * again gives the same bytes. */
bool wire_get_tcp(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why);
/* The same for an IP packet; bytes beyond its length are ignored. False also: fragments, other protocols and
 * ICMP messages that are not errors about TCP. A wrong checksum alone does not make it false. Also when it is
 * false, the two checksum flags are right for the headers that were there to be read. */
bool wire_get_packet(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why);
/* The RFC 1071 checksum of bytes (an odd one at the end is the high half of a word); start: sum so far, 0 at
 * first. */
uint16_t wire_checksum(const uint8_t *bytes, uint32_t n, uint32_t start);
/* TCP checksum over pseudo-header and the segment's bytes (0 when the stored one is right). */
uint16_t wire_tcp_checksum(const struct ip_addr *src, const struct ip_addr *dst, const uint8_t *tcp,
                           uint32_t n);

/* Corruption. Bit 0 is the highest of the packet's first byte. From this bit to the packet's end every single
 * bit is covered by a checksum: in IPv4 all behind version and header length (which say what the checksum
 * covers), in IPv6 the addresses (pseudo-header) and all behind them. */
static inline uint32_t wire_first_covered_bit(bool v6)
{
    return v6 ? 64u : 8u;
}
/* Whether the checksums still hold after one covered bit of the encoded packet is flipped: never, unless a
 * raw peer's segment came with a wrong one. */
bool wire_survives_flip(const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl, uint8_t tos,
                        const struct segment *s, const struct seg_ext *ext, const uint8_t *payload,
                        uint32_t bit);

/* IP header + TCP header + options + payload, in bytes: what a link has to carry. (A SEG_RAW segment: the IP
 * header and ext->raw_n bytes.) */
static inline uint32_t wire_size(const struct segment *s, uint32_t options, bool v6)
{
    return (v6 ? 40u : 20u) + 20u + options + s->len;
}
/* The same for what wire_put_icmp makes. */
static inline uint32_t wire_icmp_size(bool v6)
{
    return v6 ? 96u : 56u;
}
/* "SYN,ACK": names in the order of the bits (FIN SYN RST PSH ACK URG ECE CWR), "" for none. out holds at
 * least 40 characters. Back: names in any order, each once; false: none of these. */
void ctl_format(uint8_t ctl, char *out);
bool ctl_parse(const char *text, uint8_t *ctl);

#endif
