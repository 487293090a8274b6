/* wire: real packets: IPv4, IPv6, TCP with all its options, ICMP and ICMPv6, with their checksums (RFC 9293 sec 3.1,
 * RFC 791, 8200, 792, 4443). Pure functions between bytes and structs; used for corruption, raw peers, pcapng, the
 * inspector. Never keeps anything. */
#ifndef TCPLAB_MODELS_WIRE_WIRE_H
#define TCPLAB_MODELS_WIRE_WIRE_H

#include "models/wire/segment.h"

struct ip_addr {
    uint8_t family; /* 4 or 6 */
    uint8_t b[16];  /* v4 in the first four */
};
#define IP_TEXT_MAX 46

bool ip_parse(const char *text, struct ip_addr *a);     /* "10.0.0.1", "2001:db8::1" */
void ip_format(const struct ip_addr *a, char out[IP_TEXT_MAX]); /* RFC 5952 */
bool ip_equal(const struct ip_addr *a, const struct ip_addr *b);
bool ip_is_multicast(const struct ip_addr *a);
bool ip_is_broadcast(const struct ip_addr *a); /* 255.255.255.255, and x.x.x.255 of the lab's /24 networks */
bool ip_is_unspecified(const struct ip_addr *a);

#define WIRE_TCP_HEADER_MAX 60
#define WIRE_PACKET_MAX 65575

struct wire_packet { /* a decoded packet */
    struct ip_addr src, dst;
    uint8_t proto, ttl, tos;
    struct segment seg;    /* payload: len only; its bytes at payload */
    struct seg_ext ext;    /* SACK blocks; option bytes as they stood */
    const uint8_t *payload; /* into the bytes decoded */
    struct icmp_error icmp;
    bool ip_checksum_ok, checksum_ok;
};

/* Bytes of options that the segment's usual encoding takes, padding included (a multiple of 4). ext may be NULL unless a bit of opts needs it. */
uint32_t wire_options_length(const struct segment *s, const struct seg_ext *ext);
/* Encodes the options (NOP-padded as usual; exact bytes: see wire.c). Returns bytes written (multiple of 4). */
uint32_t wire_put_options(uint8_t *out, const struct segment *s, const struct seg_ext *ext);
/* Reads option bytes into s (opts, mss, ws, tsval ...) and ext->sack. Unknown options with a length are skipped; after EOL
 * nothing is read; an illegal length sets SEG_BAD_OPT and stops (MUST-6, MUST-7, MUST-64, MUST-68). */
void wire_get_options(const uint8_t *opt, uint32_t n, struct segment *s, struct seg_ext *ext);

/* Encodes a TCP segment with payload into out (header + payload bytes; pseudo-header checksum included). raw (SEG_RAW): those bytes are
 * taken as they are, and only the checksum is left as given. Returns its length. */
uint32_t wire_put_tcp(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, const struct segment *s,
                      const struct seg_ext *ext, const uint8_t *payload);
/* A whole IP packet around it. id: IPv4 identification. Returns its length. */
uint32_t wire_put_packet(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl, uint8_t tos,
                         uint16_t id, const struct segment *s, const struct seg_ext *ext, const uint8_t *payload);
/* An ICMP or ICMPv6 error quoting the start of a TCP packet from `qsrc` to `qdst` with s's ports and sequence number. */
uint32_t wire_put_icmp(uint8_t *out, const struct ip_addr *src, const struct ip_addr *dst, uint8_t ttl,
                       const struct icmp_error *e, const struct ip_addr *qsrc, const struct ip_addr *qdst,
                       const struct segment *s);
/* Decodes TCP bytes (no IP header). False: not a TCP segment (too short, bad data offset); why gets a word. */
bool wire_get_tcp(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why);
bool wire_get_packet(const uint8_t *bytes, uint32_t n, struct wire_packet *p, const char **why);
/* One's complement sum (RFC 1071). */
uint16_t wire_checksum(const uint8_t *bytes, uint32_t n, uint32_t start);
/* TCP checksum over pseudo-header and the segment's bytes (0 when the stored one is right). */
uint16_t wire_tcp_checksum(const struct ip_addr *src, const struct ip_addr *dst, const uint8_t *tcp, uint32_t n);

/* IP header + TCP header + options + payload, in bytes: what a link has to carry. */
static inline uint32_t wire_size(const struct segment *s, uint32_t options, bool v6)
{
    return (v6 ? 40u : 20u) + 20u + options + s->len;
}
/* "SYN,ACK" and back (letters S F R P . U E W are not used here). out holds at least 40 characters. */
void ctl_format(uint8_t ctl, char *out);
bool ctl_parse(const char *text, uint8_t *ctl);

#endif
