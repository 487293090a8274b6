/* kit: small scenarios put together by hand, without a lesson file: hosts on links, applications with steps,
 * faults.
 *
 * A struct kit owns all that its scenario points to, in tables of fixed size; it must not move once something
 * was added. Never runs anything. */
#ifndef TCPLAB_TESTS_ARCH_KIT_H
#define TCPLAB_TESTS_ARCH_KIT_H

#include "models/scenario.h"
#include "sim/report/trace_file.h"

enum { KIT_HOSTS = 8, KIT_LINKS = 8, KIT_APPS = 8, KIT_STEPS = 64, KIT_FAULTS = 8, KIT_EVENTS = 8 };

struct kit {
    struct scenario sc;
    struct sc_address address[2 * KIT_HOSTS + 1];
    struct sc_host host[KIT_HOSTS];
    struct sc_link link[KIT_LINKS];
    struct sc_app app[KIT_APPS];
    struct sc_step step[KIT_STEPS];
    struct sc_fault fault[KIT_FAULTS];
    struct sc_event event[KIT_EVENTS];
    uint32_t n_steps;
    struct trace_header header;
    struct trace_host header_host[KIT_HOSTS];
};

void kit_init(struct kit *k, const char *name, uint64_t seed);
/* A host with an IPv4 and an IPv6 address and the default options; returns its index. */
uint16_t kit_host(struct kit *k, const char *name, bool router);
/* A link, alike in both directions; returns it. */
struct sc_link *kit_link(struct kit *k, uint16_t a, uint16_t b, uint64_t rate_bps, vtime delay);
/* An application without steps, reading as sockets do. */
struct sc_app *kit_app(struct kit *k, uint16_t host, const char *name);
/* A step more for the application made last. */
struct sc_step *kit_step(struct kit *k, enum sc_trigger on, enum sc_action action);
struct sc_step *kit_open(struct kit *k, uint16_t to, bool v6, uint16_t port, vtime at);
struct sc_step *kit_listen(struct kit *k, bool v6, uint16_t port);
void kit_send(struct kit *k, enum sc_trigger on, uint64_t bytes);
void kit_close(struct kit *k, enum sc_trigger on, vtime after);
/* The nth segment with these control bits that comes from a host. */
struct sc_fault *kit_fault(struct kit *k, enum sc_fault_kind kind, uint16_t from, uint8_t ctl, uint32_t nth);

#endif
