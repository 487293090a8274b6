#include "sim/report/ladder_scan.h"

#include <stdlib.h>
#include <string.h>

#include "sim/report/i18n.h"
#include "sim/report/text_width.h"

enum { BOTH_NAMES_FROM = 100 }; /* columns */

/* ---- packets ---- */

static void takes_part(struct scan *s, uint16_t host)
{
    if (host && host <= s->header->n_hosts)
        s->takes_part[host - 1] = 1;
}

static void add_packet(struct scan *s, const struct rec_head *r, uint16_t to)
{
    GROW(s->packet, s->n_packets, s->cap_packets);
    s->packet[s->n_packets] = (struct packet){.r = r, .from = r->host, .to = to, .arrived = VTIME_NEVER};
    fold_map_put(&s->packet_by_id, r->id, s->n_packets++);
    if (r->kind == REC_SEND) {
        takes_part(s, r->host);
        takes_part(s, to);
    }
}

struct packet *scan_packet(const struct scan *s, uint64_t id)
{
    uint32_t i;

    return fold_map_get(&s->packet_by_id, id, &i) ? &s->packet[i] : NULL;
}

bool scan_drop_after_arrival(const struct packet *p, const struct rec_drop *r)
{
    return p->arrived == r->head.at && (r->why == DROP_BAD_CHECKSUM || r->why == DROP_MALFORMED ||
                                        r->why == DROP_HOST_DOWN || r->why == DROP_BAD_ADDRESS);
}

static void scan_drop(struct scan *s, const struct rec_drop *r)
{
    struct packet *p = scan_packet(s, r->pkt);

    if (!p || scan_drop_after_arrival(p, r))
        return;
    p->open++;
    if (!p->drop && p->open == 1 && r->head.at == p->r->at) {
        p->drop = r;
        p->lost_at_once = true;
    }
}

static void scan_fate(struct scan *s, const struct rec_fault *r)
{
    struct packet *p = scan_packet(s, r->pkt);

    if (!p)
        return;
    p->corrupted |= r->fate == FATE_CORRUPT;
    p->marked |= r->fate == FATE_MARK;
    p->delayed |= r->fate == FATE_DELAY || r->fate == FATE_REORDER;
}

/* Whose numbers a symbol names: an address, since a raw peer may speak in another host's name. */
static const char *symbol_address(const struct scan *s, const struct rec_symbol *y)
{
    const struct packet *p = scan_packet(s, y->head.cause);
    const struct rec_send *r = p ? (const void *)p->r : NULL;

    if (!r || r->head.kind != REC_SEND)
        return NULL;
    return y->head.host == r->head.host ? r->src : r->dst;
}

static void scan_record(struct scan *s, const struct rec_head *r)
{
    const void *body = r;
    struct packet *p;

    switch (r->kind) {
    case REC_CONN: takes_part(s, r->host); break;
    case REC_SEND: add_packet(s, r, ((const struct rec_send *)body)->to); break;
    case REC_ICMP: add_packet(s, r, ((const struct rec_icmp *)body)->to); break;
    case REC_ARRIVE:
        p = scan_packet(s, ((const struct rec_arrive *)body)->pkt);
        if (p && p->to == r->host) {
            p->open++;
            p->arrived = r->at;
        }
        break;
    case REC_DROP: scan_drop(s, body); break;
    case REC_FAULT: scan_fate(s, body); break;
    case REC_DUPLICATE:
        p = scan_packet(s, ((const struct rec_duplicate *)body)->pkt);
        if (p)
            p->duplicated = true;
        break;
    case REC_SYMBOL:
        GROW(s->symbol, s->n_symbols, s->cap_symbols);
        s->symbol[s->n_symbols++] = (struct symbol){.r = body, .address = symbol_address(s, body)};
        break;
    default: break;
    }
}

/* ---- talks ---- */

static int compare_sockets(const char *a, uint16_t aport, const char *b, uint16_t bport)
{
    int c = strcmp(a, b);

    return c ? c : (int)aport - (int)bport;
}

static bool find_talk(const struct scan *s, const char *const address[2], const uint16_t port[2],
                      uint64_t *key, uint32_t *i)
{
    *key = hash_bytes(hash_bytes(port[0] * 65536u + port[1], address[0], strlen(address[0])), address[1],
                      strlen(address[1]));
    for (;; ++*key) {
        const struct talk *t;

        *key += *key == 0;
        if (!fold_map_get(&s->talk_by_key, *key, i))
            return false;
        t = &s->talk[*i];
        if (port[0] == t->port[0] && port[1] == t->port[1] && !strcmp(address[0], t->address[0]) &&
            !strcmp(address[1], t->address[1]))
            return true;
    }
}

struct talk *scan_talk(struct scan *s, const struct rec_send *r, int *dir)
{
    bool turned = compare_sockets(r->src, r->sport, r->dst, r->dport) > 0;
    const char *const address[2] = {turned ? r->dst : r->src, turned ? r->src : r->dst};
    const uint16_t port[2] = {turned ? r->dport : r->sport, turned ? r->sport : r->dport};
    uint64_t key;
    uint32_t i;
    struct fold_conn *c;

    *dir = turned;
    if (!find_talk(s, address, port, &key, &i)) {
        GROW(s->talk, s->n_talks, s->cap_talks);
        i = s->n_talks++;
        s->talk[i] =
            (struct talk){.address = {address[0], address[1]}, .port = {port[0], port[1]}, .number = i + 1};
        fold_map_put(&s->talk_by_key, key, i);
    }
    c = fold_conn(&s->fold, r->head.conn);
    if (c && c->pair)
        s->talk[i].pair = c->pair;
    return &s->talk[i];
}

struct talk *scan_talk_of_conn(const struct scan *s, uint32_t conn)
{
    const struct fold_conn *c = fold_conn(&s->fold, conn);
    bool turned;
    uint64_t key;
    uint32_t i;

    if (!c || !c->remote)
        return NULL;
    turned = compare_sockets(c->local, c->local_port, c->remote, c->remote_port) > 0;
    const char *const address[2] = {turned ? c->remote : c->local, turned ? c->local : c->remote};
    const uint16_t port[2] = {turned ? c->remote_port : c->local_port,
                              turned ? c->local_port : c->remote_port};
    return find_talk(s, address, port, &key, &i) ? &s->talk[i] : NULL;
}

bool scan_many(const struct scan *s)
{
    return s->n_talks > 1 && !s->options->pair;
}

bool scan_hides(const struct scan *s, uint32_t conn)
{
    const struct fold_conn *c = fold_conn(&s->fold, conn);

    return s->options->pair && c && c->pair && c->pair != s->options->pair;
}

bool scan_hides_packet(struct scan *s, const struct packet *p)
{
    int dir;

    if (!s->options->pair || p->r->kind != REC_SEND)
        return false;
    return scan_talk(s, (const void *)p->r, &dir)->pair != s->options->pair;
}

const char *scan_host_label(const struct scan *s, uint16_t host)
{
    const struct trace_host *h;
    const char *label;

    if (host == 0 || host > s->header->n_hosts)
        return "?";
    h = &s->header->host[host - 1];
    label = i18n_pick(h->label);
    return label ? label : h->name;
}

/* ---- the scan ---- */

static void find_lanes(struct scan *s)
{
    unsigned n = 0;

    for (uint32_t i = 0; i < s->header->n_hosts; i++)
        if (s->takes_part[i]) {
            if (n < LANES_MAX)
                s->lane[n] = (uint16_t)(i + 1);
            n++;
        }
    for (uint32_t i = 0; i < s->header->n_hosts && n < 2;
         i++) /* nobody spoke: the first hosts of the lesson */
        if (!s->takes_part[i] && !s->header->host[i].router) {
            s->takes_part[i] = 1;
            s->lane[n++] = (uint16_t)(i + 1);
        }
    s->n_lanes = n;
}

void scan_state_text(const struct scan *s, unsigned state, char *out, size_t size)
{
    const char *name = name_state(state), *ours = tr(name);

    if (s->options->width >= BOTH_NAMES_FROM && strcmp(name, ours) != 0)
        snprintf(out, size, "%s %s", name, ours);
    else
        snprintf(out, size, "%s", ours);
}

static void measure_states(struct scan *s)
{
    char text[64];

    scan_state_text(s, ST_CLOSED, text, sizeof text);
    s->state_width = text_columns(text);
    for (size_t i = 0; i < log_count(s->log); i++) {
        const struct rec_head *r = log_at(s->log, i);
        int w;

        if (r->kind != REC_STATE)
            continue;
        scan_state_text(s, ((const struct rec_state *)(const void *)r)->to, text, sizeof text);
        w = text_columns(text);
        if (w > s->state_width)
            s->state_width = w;
    }
    if (scan_many(s))
        s->state_width += s->n_talks > 9 ? 4 : 3;
}

void scan_init(struct scan *s, const struct trace_header *h, const struct log *log,
               const struct ladder_options *o)
{
    char last[40];
    bool whole = true;
    int dir;

    *s = (struct scan){.header = h, .log = log, .options = o};
    s->takes_part = calloc(h->n_hosts + 1, 1);
    CHECK(s->takes_part);
    for (size_t i = 0; i < log_count(log); i++) {
        const struct rec_head *r = log_at(log, i);

        scan_record(s, r);
        fold_put(&s->fold, r);
        if (r->kind == REC_SEND)
            scan_talk(s, (const void *)r, &dir);
        whole &= r->at % NS_PER_MS == 0;
    }
    find_lanes(s);
    measure_states(s);
    s->decimals = whole ? 3 : 6;
    format_time(last, sizeof last, s, log_count(log) ? log_at(log, log_count(log) - 1)->at : 0);
    s->time_width = (int)strlen(last) > 6 ? (int)strlen(last) : 6;
    for (uint32_t i = 0; i < s->n_packets; i++)
        s->packet[i].arrived = VTIME_NEVER;
    fold_free(&s->fold); /* the drawing starts at the beginning again */
}

void scan_free(struct scan *s)
{
    fold_free(&s->fold);
    fold_map_free(&s->packet_by_id);
    fold_map_free(&s->talk_by_key);
    free(s->packet);
    free(s->talk);
    free(s->symbol);
    free(s->takes_part);
}

void format_time(char *out, size_t size, const struct scan *s, vtime t)
{
    vtime unit = s->decimals == 3 ? NS_PER_MS : NS_PER_US;

    snprintf(out, size, "%lld.%0*lld", (long long)(t / NS_PER_S), (int)s->decimals,
             (long long)(t % NS_PER_S / unit));
}

void format_duration(char *out, size_t size, vtime t)
{
    static const struct {
        vtime ns;
        const char *name;
    } units[] = {{NS_PER_S, "s"}, {NS_PER_MS, "ms"}, {NS_PER_US, "us"}, {1, "ns"}};
    size_t u = 0;
    long long rest;
    int n;

    t = t < 0 ? 0 : t;
    while (u + 1 < ARRAY_LEN(units) && t < units[u].ns)
        u++;
    n = snprintf(out, size, "%lld", (long long)(t / units[u].ns));
    rest = u + 1 < ARRAY_LEN(units) ? (long long)(t % units[u].ns / (units[u].ns / 1000)) : 0;
    if (rest && n > 0 && (size_t)n < size) {
        n += snprintf(out + n, size - (size_t)n, ".%03lld", rest);
        while (out[n - 1] == '0')
            out[--n] = '\0';
    }
    if (n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, " %s", units[u].name);
}
