#include "tests/support/sample_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/wire/segment.h"
#include "sim/report/names.h"

#define MS NS_PER_MS

static const char *const client_address[] = {"10.0.0.1"}, *const server_address[] = {"10.0.0.2"};
static const struct trace_host two_hosts[] = {
    {.name = "client",
     .label = {"client", "用戶端"},
     .address = client_address,
     .n_addresses = 1,
     .processing_delay = 20 * MS,
     .msl = 30 * NS_PER_S},
    {.name = "server",
     .label = {"server", "伺服器"},
     .address = server_address,
     .n_addresses = 1,
     .processing_delay = 20 * MS,
     .msl = 30 * NS_PER_S},
};
static const struct trace_link one_link[] = {{{0, 1}, {{0, 20 * MS}, {0, 20 * MS}}}};

static void begin(struct sample *s)
{
    *s = (struct sample){.header = {.lesson = "sample",
                                    .hash = "0123456789abcdef",
                                    .seed = 1,
                                    .program = "tcplab test",
                                    .title = {"Four-way close", "四次揮手"},
                                    .host = two_hosts,
                                    .n_hosts = 2,
                                    .link = one_link,
                                    .n_links = 1}};
    log_init(&s->log, TRACE_ALL_KINDS, trace_record_size);
}

static uint64_t put(struct sample *s, struct rec_head *h, enum rec_kind kind, uint16_t host, uint32_t conn)
{
    h->id = ++s->id;
    h->at = s->at;
    h->cause = s->cause;
    h->kind = (uint16_t)kind;
    h->host = host;
    h->conn = conn;
    log_put(&s->log, h);
    return h->id;
}

static void conn(struct sample *s, uint16_t host, uint32_t id, uint16_t open)
{
    bool passive = open == OPEN_PASSIVE, client = host % 2 == 1;
    struct rec_conn r = {.pair = passive ? 0 : 1,
                         .local = s->header.host[host - 1].address[0],
                         .local_port = client ? 40000 : 80,
                         .open = open,
                         .stream = id};

    if (!passive) {
        r.remote = s->header.host[client ? host : host - 2].address[0];
        r.remote_port = client ? 80 : 40000;
    }
    put(s, &r.head, REC_CONN, host, id);
}

static void state(struct sample *s, uint16_t host, uint32_t id, enum report_edge edge)
{
    struct rec_state r = {.edge = (uint16_t)edge,
                          .from = (uint16_t)report_edges[edge].from,
                          .to = (uint16_t)report_edges[edge].to};

    put(s, &r.head, REC_STATE, host, id);
}

static void call(struct sample *s, uint16_t host, uint32_t id, uint16_t what)
{
    struct rec_call r = {.call = what, .result = RESULT_OK, .passive = what == CALL_OPEN && host % 2 == 0};

    put(s, &r.head, REC_CALL, host, id);
}

struct spec {
    uint16_t from;
    uint32_t conn;
    uint8_t ctl;
    uint32_t seq, ack, len;
    uint64_t retx_of;
    enum report_clause why;
};

static uint64_t send_segment(struct sample *s, struct spec p)
{
    bool client = p.from % 2 == 1, syn = p.ctl & TCP_SYN;
    uint16_t to = client ? (uint16_t)(p.from + 1) : (uint16_t)(p.from - 1);
    struct rec_send r = {.to = to,
                         .src = s->header.host[p.from - 1].address[0],
                         .dst = s->header.host[to - 1].address[0],
                         .sport = client ? 40000 : 80,
                         .dport = client ? 80 : 40000,
                         .ctl = p.ctl,
                         .seq = {p.seq},
                         .ack = {p.ack},
                         .wnd = 65535,
                         .len = p.len,
                         .stream = p.len ? p.conn : 0,
                         .mss = syn ? 1460 : 0,
                         .ttl = 64,
                         .retx_of = p.retx_of,
                         .why = (uint16_t)p.why};

    return put(s, &r.head, REC_SEND, p.from, p.conn);
}

static void arrive(struct sample *s, uint16_t host, uint64_t pkt)
{
    struct rec_arrive r = {.pkt = pkt, .dir = host == 1};

    s->cause = put(s, &r.head, REC_ARRIVE, host, 0);
}

static void symbol(struct sample *s, uint16_t host, const char *name, uint32_t value, uint64_t by)
{
    struct rec_symbol r = {.name = name, .value = {value}};
    uint64_t cause = s->cause;

    s->cause = by;
    put(s, &r.head, REC_SYMBOL, host, 0);
    s->cause = cause;
}

static void timer(struct sample *s, uint16_t host, uint32_t id, uint16_t what, uint16_t op, vtime due,
                  uint32_t backoff)
{
    struct rec_timer r = {.timer = what, .op = op, .due = due, .backoff = backoff};

    s->cause = put(s, &r.head, REC_TIMER, host, id);
}

static void end(struct sample *s, uint16_t why)
{
    struct rec_end r = {.why = why, .events = 42};

    s->cause = 0;
    put(s, &r.head, REC_END, 0, 0);
}

enum { ISN_C = 0xffffff00u, ISN_S = 5000 };

static void handshake(struct sample *s)
{
    uint64_t pkt;

    conn(s, 2, 1, OPEN_PASSIVE);
    call(s, 2, 1, CALL_OPEN);
    state(s, 2, 1, ED_OPEN_PASSIVE);
    conn(s, 1, 2, OPEN_ACTIVE);
    call(s, 1, 2, CALL_OPEN);
    state(s, 1, 2, ED_OPEN_ACTIVE);
    pkt = send_segment(s, (struct spec){1, 2, TCP_SYN, ISN_C, 0, 0, 0, CL_SYN_SENT_OUT});
    s->at += 20 * MS;
    arrive(s, 2, pkt);
    conn(s, 2, 3, OPEN_CHILD);
    state(s, 2, 3, ED_LISTEN_SYN);
    s->at += 20 * MS;
    pkt = send_segment(s, (struct spec){2, 3, TCP_SYN | TCP_ACK, ISN_S, ISN_C + 1, 0, 0, CL_SYN_ACK_OUT});
    s->at += 20 * MS;
    arrive(s, 1, pkt);
    state(s, 1, 2, ED_SYN_SENT_SYN_ACK);
    s->at += 20 * MS;
    pkt = send_segment(s, (struct spec){1, 2, TCP_ACK, ISN_C + 1, ISN_S + 1, 0, 0, CL_ACK_OF_SYN});
    s->at += 20 * MS;
    arrive(s, 2, pkt);
    state(s, 2, 3, ED_SYN_RCVD_ACK);
}

static uint64_t lose_fin(struct sample *s, uint64_t pkt)
{
    struct rec_drop r = {
        .pkt = pkt, .why = DROP_FAULT, .fault = "the first FIN", .would_arrive = s->at + 20 * MS};

    put(s, &r.head, REC_DROP, 1, 0);
    s->at += 1000 * MS;
    s->cause = 0;
    timer(s, 1, 2, TIMER_RETRANSMISSION, TIMER_OP_FIRED, VTIME_NEVER, 0);
    timer(s, 1, 2, TIMER_RETRANSMISSION, TIMER_OP_RESTARTED, s->at + 2000 * MS, 1);
    return send_segment(s,
                        (struct spec){1, 2, TCP_FIN | TCP_ACK, ISN_C + 1, ISN_S + 1, 0, pkt, CL_RETRANSMIT});
}

void sample_close(struct sample *s, bool lossy)
{
    uint64_t pkt;

    begin(s);
    handshake(s);
    s->at = 1000 * MS;
    s->cause = 0;
    call(s, 1, 2, CALL_CLOSE);
    state(s, 1, 2, ED_EST_CLOSE);
    pkt = send_segment(s, (struct spec){1, 2, TCP_FIN | TCP_ACK, ISN_C + 1, ISN_S + 1, 0, 0, CL_FIN_OUT});
    symbol(s, 1, "u", ISN_C + 1, pkt);
    if (lossy)
        pkt = lose_fin(s, pkt);
    s->at += 20 * MS;
    arrive(s, 2, pkt);
    state(s, 2, 3, ED_EST_FIN);
    s->at += 20 * MS;
    pkt = send_segment(s, (struct spec){2, 3, TCP_ACK, ISN_S + 1, ISN_C + 2, 0, 0, CL_ACK_OF_FIN});
    symbol(s, 2, "v", ISN_S + 1, pkt);
    s->at += 20 * MS;
    arrive(s, 1, pkt);
    state(s, 1, 2, ED_FW1_ACK);
    s->at += 80 * MS;
    s->cause = 0;
    call(s, 2, 3, CALL_CLOSE);
    state(s, 2, 3, ED_CW_CLOSE);
    pkt = send_segment(s, (struct spec){2, 3, TCP_FIN | TCP_ACK, ISN_S + 1, ISN_C + 2, 0, 0, CL_FIN_OUT});
    symbol(s, 2, "w", ISN_S + 1, pkt);
    s->at += 20 * MS;
    arrive(s, 1, pkt);
    state(s, 1, 2, ED_FW2_FIN);
    timer(s, 1, 2, TIMER_TIME_WAIT, TIMER_OP_ARMED, s->at + 60 * NS_PER_S, 0);
    s->at += 20 * MS;
    pkt = send_segment(s, (struct spec){1, 2, TCP_ACK, ISN_C + 2, ISN_S + 2, 0, 0, CL_ACK_OF_FIN});
    s->at += 20 * MS;
    arrive(s, 2, pkt);
    state(s, 2, 3, ED_LAST_ACK_ACK);
    s->at += 60 * NS_PER_S - 40 * MS;
    s->cause = 0;
    timer(s, 1, 2, TIMER_TIME_WAIT, TIMER_OP_FIRED, VTIME_NEVER, 0);
    state(s, 1, 2, ED_TIME_WAIT_OVER);
    end(s, END_IDLE);
}

void sample_crossing(struct sample *s)
{
    uint64_t a, b;

    begin(s);
    conn(s, 1, 1, OPEN_ACTIVE);
    call(s, 1, 1, CALL_OPEN);
    state(s, 1, 1, ED_OPEN_ACTIVE);
    a = send_segment(s, (struct spec){1, 1, TCP_SYN, 100, 0, 0, 0, CL_SYN_SENT_OUT});
    conn(s, 2, 2, OPEN_ACTIVE);
    state(s, 2, 2, ED_OPEN_ACTIVE);
    b = send_segment(s, (struct spec){2, 2, TCP_SYN, 300, 0, 0, 0, CL_SYN_SENT_OUT});
    s->at += 20 * MS;
    arrive(s, 2, a);
    state(s, 2, 2, ED_SYN_SENT_SYN);
    arrive(s, 1, b);
    state(s, 1, 1, ED_SYN_SENT_SYN);
    a = send_segment(s, (struct spec){1, 1, TCP_SYN | TCP_ACK, 100, 301, 0, 0, CL_SYN_ACK_SIMULTANEOUS});
    b = send_segment(s, (struct spec){2, 2, TCP_SYN | TCP_ACK, 300, 101, 0, 0, CL_SYN_ACK_SIMULTANEOUS});
    s->at += 20 * MS;
    arrive(s, 2, a);
    state(s, 2, 2, ED_SYN_RCVD_ACK);
    arrive(s, 1, b);
    state(s, 1, 1, ED_SYN_RCVD_ACK);
    for (uint32_t i = 0; i < 5; i++) {
        a = send_segment(s, (struct spec){1, 1, TCP_ACK, 101 + i * 536, 301, 536, 0, CL_DATA_OUT});
        (void)a;
        s->at += 1 * MS;
    }
    s->at += 15 * MS;
    for (uint64_t i = 0; i < 5; i++) {
        arrive(s, 2, a - 4 + i);
        s->at += 1 * MS;
    }
    end(s, END_IDLE);
}

void sample_flows(struct sample *s, unsigned flows)
{
    struct trace_host *host = calloc(2 * flows, sizeof *host);
    char(*text)[2][24] = calloc(2 * flows, sizeof *text);
    const char **address = calloc(2 * flows, sizeof *address);
    uint64_t *pkt = calloc(flows, sizeof *pkt);

    CHECK(host && text && address && pkt);
    begin(s);
    for (unsigned i = 0; i < 2 * flows; i++) {
        snprintf(text[i][0], sizeof text[i][0], "%c%u", i % 2 ? 'b' : 'a', i / 2);
        snprintf(text[i][1], sizeof text[i][1], "10.0.%u.%u", i / 100, i % 100 + 1);
        address[i] = text[i][1];
        host[i] = (struct trace_host){.name = text[i][0], .address = &address[i], .n_addresses = 1};
    }
    s->header.host = host;
    s->header.n_hosts = 2 * flows;
    for (unsigned i = 0; i < flows; i++) {
        uint16_t h = (uint16_t)(2 * i + 1);

        conn(s, h, 2 * i + 1, OPEN_ACTIVE);
        state(s, h, 2 * i + 1, ED_OPEN_ACTIVE);
        pkt[i] = send_segment(s, (struct spec){h, 2 * i + 1, TCP_SYN, i, 0, 0, 0, CL_SYN_SENT_OUT});
    }
    s->at += 20 * MS;
    for (unsigned i = 0; i < flows; i++) {
        uint16_t h = (uint16_t)(2 * i + 2);

        arrive(s, h, pkt[i]);
        conn(s, h, 2 * i + 2, OPEN_CHILD);
        state(s, h, 2 * i + 2, ED_LISTEN_SYN);
    }
    end(s, END_UNTIL);
    free(pkt);
}

/* Fills every byte behind the head with 1, then what must be a row, a pointer or a truth. */
#define ODD(id) memset((char *)&id + sizeof id.head, 1, sizeof id - sizeof id.head)

static void everything_sent(struct sample *s)
{
    static const uint8_t bytes[] = {0, 1, 0xfe, 0xff};
    struct rec_bytes four = {bytes, 4};
    struct rec_conn c;
    struct rec_data d;
    struct rec_send n;
    struct rec_icmp i;

    ODD(c), ODD(d), ODD(n), ODD(i);
    c.local = "2001:db8::1", c.remote = NULL, c.app = "a \"quoted\"\n\t\x01 name \xe4\xb8\xad\xff";
    c.open = OPEN_RAW;
    put(s, &c.head, REC_CONN, 1, 1);
    d.bytes = four;
    d.from_off = UINT64_MAX;
    put(s, &d.head, REC_DATA, 1, 1);
    n.src = "10.0.0.1", n.dst = "10.0.0.2", n.to = 2, n.opt = four, n.raw = four, n.why = CL_KARN;
    n.has_ws = n.sack_ok = true, n.has_ts = false, n.ctl = 0xff, n.seq.v = UINT32_MAX;
    put(s, &n.head, REC_SEND, 1, 1);
    i.src = "10.0.0.1", i.dst = "", i.to = 0;
    put(s, &i.head, REC_ICMP, 1, 1);
}

static void everything_on_the_way(struct sample *s)
{
    struct rec_enqueue q;
    struct rec_transmit t;
    struct rec_arrive a;
    struct rec_drop d;
    struct rec_duplicate u;
    struct rec_fault f;
    struct rec_reject j;

    ODD(q), ODD(t), ODD(a), ODD(d), ODD(u), ODD(f), ODD(j);
    put(s, &q.head, REC_ENQUEUE, 1, 0);
    t.until = VTIME_MAX, t.arrives = 7;
    put(s, &t.head, REC_TRANSMIT, 1, 0);
    a.copy = true, a.corrupt = false;
    put(s, &a.head, REC_ARRIVE, 2, 0);
    d.fault = "x", d.would_arrive = 9, d.why = DROP_TTL;
    put(s, &d.head, REC_DROP, 2, 0);
    u.fault = NULL, u.arrives = 1;
    put(s, &u.head, REC_DUPLICATE, 2, 0);
    f.fault = "", f.fate = FATE_JITTER, f.arrives = 0;
    put(s, &f.head, REC_FAULT, 2, 0);
    j.why = REJECT_PAWS, j.clause = 0;
    put(s, &j.head, REC_REJECT, 2, 1);
}

static void everything_of_tcp(struct sample *s)
{
    struct rec_cite c = {.clause = CL_COUNT - 1};
    struct rec_call l;
    struct rec_signal g = {.signal = SIGNAL_URGENT, .value = UINT64_C(1) << 60};
    struct rec_deliver d;
    struct rec_vars v = {.changed = (1u << VAR_COUNT) - 1};

    state(s, 1, 1, ED_COUNT - 1);
    put(s, &c.head, REC_CITE, 1, 1);
    timer(s, 1, 1, TIMER_ORPHAN, TIMER_OP_CANCELLED, VTIME_NEVER, 0);
    timer(s, 1, 1, TIMER_PERSIST, TIMER_OP_ARMED, 77, 3);
    ODD(l), ODD(d);
    l.call = CALL_STATUS, l.result = RESULT_FULL, l.state = ST_CLOSING, l.push = false,
    l.urgent = l.passive = true;
    put(s, &l.head, REC_CALL, 1, 1);
    put(s, &g.head, REC_SIGNAL, 1, 1);
    d.why = DELIVER_FIN, d.push = true, d.urgent = false;
    put(s, &d.head, REC_DELIVER, 1, 1);
    for (int i = 0; i < VAR_COUNT; i++)
        v.value[i] = i % 3 == 0 ? -1 - i : (int64_t)1 << (2 * i + 2);
    put(s, &v.head, REC_VARS, 1, 1);
}

void sample_everything(struct sample *s)
{
    static const struct trace_text notes[] = {{"one", "一"}, {NULL, NULL}, {"three", NULL}, {NULL, "四"}};
    static const char *const sets[] = {"/seed=3", "/title/en=a \"b\""};
    struct rec_host_event h = {.event = HOST_EVENT_CUT};
    struct rec_link_event l = {.link = 0, .dir = 1, .event = LINK_EVENT_RATE, .value = UINT64_MAX};
    struct rec_script c = {.ok = false, .step = 3, .pkt = 0, .text = "what \\ came"};
    struct rec_note n = {.index = 3};
    struct rec_invariant v = {.name = "SND.UNA <= SND.NXT", .detail = NULL};

    begin(s);
    s->header.seed = UINT64_MAX;
    s->header.note = notes;
    s->header.n_notes = 4;
    s->header.set = sets;
    s->header.n_sets = 2;
    everything_sent(s);
    s->at = 1;
    s->cause = 3;
    everything_on_the_way(s);
    s->at = VTIME_MAX;
    everything_of_tcp(s);
    symbol(s, 2, "w", 0, 3);
    put(s, &h.head, REC_HOSTEV, 2, 0);
    put(s, &l.head, REC_LINKEV, 0, 0);
    put(s, &c.head, REC_SCRIPT, 1, 0);
    put(s, &n.head, REC_NOTE, 0, 0);
    put(s, &v.head, REC_INVARIANT, 0, 0);
    end(s, END_INVARIANT);
}

void sample_free(struct sample *s)
{
    if (s->header.host != two_hosts) { /* of sample_flows */
        free((void *)(uintptr_t)s->header.host[0].name);
        free((void *)(uintptr_t)s->header.host[0].address);
        free((void *)(uintptr_t)s->header.host);
    }
    log_free(&s->log);
}
