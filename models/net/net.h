/* net: links between hosts, the frames on them, routing, faults and chance.
 *
 * Owns, in the world's arena: the links' directions ("ways") with the frames queued and in flight, the
 * routes, the counters of scripted faults and symbols. Knows hosts only as numbers and addresses as indexes
 * of the scenario's table. A frame that has reached the host it is for goes up by net_up_input, which whoever
 * stands above supplies (models/host, or a test). Never looks into a TCB; never draws chance but through
 * choose(), one asker per way and purpose.
 *
 * A way keeps its frames in one ring, in the order in which they entered: first those in flight, then those
 * that wait for the line. Only the first in flight has an event in the world's queue (with the place in the
 * total order that it got on entry), and only the first that waits has one for the start of its transmission;
 * so a frame costs one push a hop, two if it had to wait. A frame that leaves the order of its way (delayed
 * by a fault, reordered, a copy, one that is about to be lost) is taken from the ring and gets a block and an
 * event of its own: a "stray". */
#ifndef TCPLAB_MODELS_NET_NET_H
#define TCPLAB_MODELS_NET_NET_H

#include "models/record.h"
#include "models/scenario.h"
#include "models/wire/segment.h"
#include "sim/core/choose.h"
#include "sim/core/world.h"

enum net_event_kind {
    NET_EV_ARRIVE = 1,
    NET_EV_TRANSMIT,
    NET_EV_STRAY
}; /* event kinds of the world's queue */

#define NET_LOOP 0xffffu /* the way of a host to itself, as a link index in records */
#define NET_NO_WAY 0xffffffffu

/* What befalls one frame on one link other than to arrive unharmed, once and in order. In the arena, rare. */
struct fate {
    vtime extra;  /* later than its turn: out of the FIFO's order */
    vtime jitter; /* later, within the order */
    vtime copy_later;
    uint32_t copies;
    uint16_t drop;                                                           /* enum drop: lost on the way */
    uint16_t drop_fault, delay_fault, copy_fault, corrupt_fault, mark_fault; /* scripted: index + 1 */
    uint8_t reordered;
    uint8_t corrupted;
    uint8_t marked; /* its CE codepoint was set here */
};

struct packet { /* an entry of a way's ring */
    struct frame f;
    vtime arrive; /* in flight: when it reaches the other end */
    uint64_t seq; /* its place in the total order, given on entry */
    ref fate;
    uint32_t size; /* bytes of the IP packet; 0: this entry has left the ring's order */
};

enum way_asker { ASK_LOSS, ASK_DUPLICATE, ASK_CORRUPT, ASK_BIT, ASK_REORDER, ASK_JITTER, ASK_COUNT };

struct way {           /* one direction of a link */
    vtime busy_until;  /* the line is free from then on */
    vtime last_arrive; /* no frame of the ring arrives before this */
    vtime delay;
    uint64_t rate_bps;
    ref ring; /* struct packet[cap] */
    uint32_t cap, head, flight, wait;
    uint32_t wait_bytes, line_bytes; /* waiting; on the line until busy_until */
    uint32_t queue_packets, queue_bytes;
    uint32_t mark_packets, mark_bytes;
    uint32_t mtu;
    uint16_t from, to; /* hosts */
    uint16_t link;
    uint8_t dir;
    uint8_t odd; /* loss, jitter, duplication, corruption, reordering or a link that is down: the long way
                    round */
    uint8_t down;
    uint8_t pad[3];
    uint32_t tx_size; /* the last transmission time computed: most frames are alike */
    vtime tx_time;
    uint64_t armed;   /* seq of the frame in flight whose arrival stands in the world's queue, 0: none */
    uint64_t entered; /* frames so far: the ordinal of everything drawn for the next one */
    uint32_t stamp;   /* of the valid NET_EV_TRANSMIT */
    ref strays;       /* list */
    struct sc_path path;
    uint64_t label[ASK_COUNT];
};

enum stray_what { STRAY_ARRIVES, STRAY_LOST, STRAY_VOID };
struct stray {
    struct packet p;
    vtime would_arrive; /* STRAY_LOST */
    uint32_t way;       /* NET_NO_WAY: a host to itself */
    ref prev, next;     /* of the same way */
    uint32_t pad2;
    uint16_t what, why, fault, pad;
};

enum node_flag { NODE_DOWN = 1, NODE_CUT = 2, NODE_ROUTER = 4 };
struct node {     /* a host as the network sees it */
    ref route;    /* uint16_t[n_hosts]: way + 1; 0: only one way leads out (or none) */
    uint16_t way; /* lowest way out + 1; 0: no link */
    uint8_t flags;
    uint8_t ways; /* how many lead out, at most 255 */
};

enum addr_flag {
    ADDR_BAD_SOURCE = 1 /* multicast, broadcast, unspecified */,
    ADDR_GROUP = 2 /* multicast, broadcast */,
    ADDR_V6 = 4
};
struct net_addr {
    uint16_t host; /* SC_ANY: nobody's */
    uint16_t flags;
};

struct net {
    ref way, node, addr;
    ref count;       /* uint32_t[n_faults + n_symbols]: segments that agreed so far */
    ref streams;     /* of the world, for packets that are really encoded */
    ref loop_strays; /* hosts to themselves */
    uint32_t n_ways, n_hosts, n_addresses;
    uint32_t rules; /* faults and symbols */
    uint64_t dropped;
};

static inline const struct scenario *net_scenario(const struct world *w)
{
    return w->config;
}
static inline struct way *net_ways(const struct world *w, const struct net *net)
{
    return world_at(w, net->way);
}
static inline struct node *net_node(const struct world *w, const struct net *net, uint32_t host)
{
    return (struct node *)world_at(w, net->node) + host;
}
static inline const struct net_addr *net_addr(const struct world *w, const struct net *net, uint32_t address)
{
    return (const struct net_addr *)world_at(w, net->addr) + address;
}

/* Builds the network of the world's scenario in *net, which is zeroed: routes by fewest hops, ties by the
 * lowest link index. False: no memory. */
bool net_init(struct world *w, struct net *net, ref streams);

/* A host hands a frame to IP: f.id is its send record (already emitted), f.seg.ext passes to the network.
 * conn and retransmission are what scripted matches and symbols look at. */
void net_send(struct world *w, struct net *net, uint32_t host, const struct frame *f, uint32_t conn,
              bool retransmission);
/* An ICMP error from a host about a frame (as its sender sent it): unless the rules forbid one (about ICMP,
 * to or about a group address; no address of the family). */
void net_icmp(struct world *w, struct net *net, uint32_t host, const struct frame *about,
              const struct icmp_error *e);
/* In a frame of proto ICMP: the destination of the quoted segment (its source is the frame's destination). */
static inline uint16_t icmp_quoted_dst(const struct frame *f)
{
    return f->seg.up;
}

/* Executes an event of enum net_event_kind. */
void net_event(struct world *w, struct net *net, const struct event *e);

/* Supplied by whoever stands above. A frame for this host (or a group it hears) has arrived; cause is its
 * arrive record. way: where it came from, for net_drop. The frame's ext still belongs to the network. */
void net_up_input(struct world *w, struct net *net, uint32_t host, const struct frame *f, uint32_t way);

/* Emits the drop record of a frame at this moment. fault: index + 1 of the scripted fault, 0: none. */
void net_drop(struct world *w, struct net *net, uint32_t way, const struct frame *f, unsigned why,
              uint32_t fault, vtime would_arrive);

/* The checksum that a frame with a wrong bit would fail: really encodes it, flips the bit and verifies. True:
 * harmed. */
bool net_corrupted(const struct world *w, const struct net *net, const struct frame *f);

/* --- things that happen to links (each emits its record) --- */
void net_link_path(struct world *w, struct net *net, uint32_t link, unsigned dir, const struct sc_path *path);
/* Down: what is queued and in flight is lost. */
void net_link_down(struct world *w, struct net *net, uint32_t link, unsigned dir, bool down);
/* Fate of the packets with this send record that are queued or in flight. False: there is none. */
bool net_packet_fate(struct world *w, struct net *net, uint64_t pkt, const struct sc_fault *fault);
/* Those of them that were delayed out of their way's order arrive now. False: there is none. */
bool net_packet_release(struct world *w, struct net *net, uint64_t pkt);

/* --- within models/net --- */

/* match.c: the faults that befall a segment on its first link, as a fate (0: none); f gets its wrong bit.
 * Emits the symbols that the segment names. Every segment that a host sends is shown here once: the rules
 * count. */
ref net_rules(struct world *w, struct net *net, uint32_t host, struct frame *f, uint32_t conn,
              bool retransmission);
/* route.c: the way a host takes to an address; NET_NO_WAY: none. */
uint32_t net_route(const struct world *w, const struct net *net, uint32_t host, uint32_t address);
/* route.c: fills every node's route. False: no memory. */
bool net_routes(struct world *w, struct net *net);
/* link.c: frame onto a way; fate 0, or one that a script has begun. Takes over f's ext and the fate. */
void net_enter(struct world *w, struct net *net, uint32_t way, const struct frame *f, ref fate);
/* link.c: new parameters of a way, without a record. */
void net_way_path(struct way *y, const struct sc_path *path);
/* stray.c: p leaves its way's order and arrives at `at` (or is lost then); seq: its place, p->seq or a new
 * one. Takes over what p owns. */
struct stray *net_stray(struct world *w, struct net *net, uint32_t way, const struct packet *p, vtime at,
                        uint64_t seq);
void net_stray_event(struct world *w, struct net *net, const struct event *e);
/* fate.c: draws everything a frame's stay on an odd way depends on; may make or change its fate, and f's
 * wrong bit. */
ref net_draw(struct world *w, const struct net *net, const struct way *y, struct frame *f, ref fate);
/* fate.c: flips bit `bit` of the TCP header and text (UINT32_MAX: one drawn by way y, NULL: the first), from
 * then on. */
void net_corrupt(struct world *w, const struct net *net, const struct way *y, struct frame *f, uint32_t bit);
/* fate.c: sets CE (RFC 3168 sec 5). False: the frame is not ECN-capable, or was marked before. */
bool net_mark(struct frame *f);
/* fate.c: what the fate of a frame says is done: p->arrive has its time in turn, jitter counted, `gone` is
 * when its last bit has left. If p leaves the ring's order, p->size becomes 0. The fate is freed. */
void net_befall(struct world *w, struct net *net, uint32_t way, struct packet *p, vtime gone);
/* Arrival of a frame at the end of a way (or at its own host). */
void net_arrive(struct world *w, struct net *net, uint32_t way, uint32_t host, const struct frame *f);
/* Frees what a frame owns. */
void net_frame_free(struct world *w, const struct frame *f);
void net_frame_copy(struct world *w, struct frame *to, const struct frame *from);
uint32_t net_frame_size(const struct world *w, const struct net *net, const struct frame *f);
/* A record about a packet: cause is its send record. */
void net_put(struct world *w, struct rec_head *h, uint64_t id, enum rec_kind kind, uint64_t cause,
             uint32_t host_plus_1);

#endif
