/* trace: what it costs to write a record as a line of JSON, fingerprint included: the records of a bulk
 * transfer in the proportions in which they come (a data segment, its way over one link, the changes at both
 * ends), written to /dev/null. */
#include "sim/report/trace_write.h"
#include "tests/bench/bench.h"

#include <stdio.h>

#define RECORDS UINT64_C(1000000)
#define ROUNDS 5

struct source {
    struct trace_writer *w;
    uint64_t id, x;
    vtime at;
    uint32_t seq, ack;
};

static uint32_t some(struct source *s, uint32_t below)
{
    s->x ^= s->x << 13;
    s->x ^= s->x >> 7;
    s->x ^= s->x << 17;
    return (uint32_t)(s->x >> 32) % below;
}

static struct rec_head head(struct source *s, enum rec_kind kind, uint16_t host)
{
    s->id++;
    return (struct rec_head){
        .id = s->id, .at = s->at, .cause = s->id - 1, .conn = host, .kind = (uint16_t)kind, .host = host};
}

static uint64_t put_send(struct source *s, bool data)
{
    uint16_t from = data ? 1 : 2;
    struct rec_send r = {.head = head(s, REC_SEND, from),
                         .to = data ? 2 : 1,
                         .src = data ? "10.0.0.1" : "10.0.0.2",
                         .dst = data ? "10.0.0.2" : "10.0.0.1",
                         .sport = data ? 49152 : 80,
                         .dport = data ? 80 : 49152,
                         .ctl = 0x10,
                         .seq = {data ? s->seq : 1},
                         .ack = {s->ack},
                         .wnd = 65535,
                         .wscale = 6,
                         .len = data ? 1448 : 0,
                         .stream = data ? 1 : 0,
                         .off = data ? s->seq : 0,
                         .has_ts = true,
                         .tsval = (uint32_t)(s->at / NS_PER_MS),
                         .tsecr = (uint32_t)(s->at / NS_PER_MS) - 10,
                         .ttl = 64,
                         .why = data ? 5 : 8};

    trace_writer_put(s->w, &r.head);
    return r.head.id;
}

static void put_way(struct source *s, uint64_t pkt, bool data)
{
    uint16_t from = data ? 1 : 2, to = data ? 2 : 1;
    struct rec_enqueue q = {
        .head = head(s, REC_ENQUEUE, from), .pkt = pkt, .dir = !data, .queued_bytes = some(s, 90000)};
    struct rec_transmit t = {.head = head(s, REC_TRANSMIT, from),
                             .pkt = pkt,
                             .dir = !data,
                             .until = s->at + 12000,
                             .arrives = s->at + 10012000};
    struct rec_arrive a = {.head = head(s, REC_ARRIVE, to), .pkt = pkt, .dir = !data};

    trace_writer_put(s->w, &q.head);
    trace_writer_put(s->w, &t.head);
    trace_writer_put(s->w, &a.head);
}

static void put_vars(struct source *s, uint16_t host)
{
    struct rec_vars v = {.head = head(s, REC_VARS, host)};

    v.changed =
        host == 1 ? 1u << VAR_SND_UNA | 1u << VAR_CWND | 1u << VAR_FLIGHT | 1u << VAR_SRTT | 1u << VAR_RTTVAR
                  : 1u << VAR_RCV_NXT | 1u << VAR_RCV_WND | 1u << VAR_UNREAD;
    for (unsigned i = 0; i < VAR_COUNT; i++)
        v.value[i] = (int64_t)some(s, 100000000);
    trace_writer_put(s->w, &v.head);
}

static void put_round(struct source *s)
{
    for (int i = 0; i < 2; i++) { /* two data segments, then their ACK */
        s->at += 12304;
        put_way(s, put_send(s, true), true);
        s->seq += 1448;
        put_vars(s, 1);
        put_vars(s, 2);
    }
    s->ack = s->seq;
    put_way(s, put_send(s, false), false);
    put_vars(s, 1);
}

int bench_trace(void)
{
    static const char *const address[] = {"10.0.0.1", "10.0.0.2"};
    static const struct trace_host host[] = {{.name = "client", .address = address, .n_addresses = 1},
                                             {.name = "server", .address = address + 1, .n_addresses = 1}};
    struct trace_header h = {
        .lesson = "bench", .hash = "", .seed = 1, .program = "", .host = host, .n_hosts = 2};
    double best = 1e9, best_hash = 1e9;
    struct trace_footer f = {0};

    for (int round = 0; round < 2 * ROUNDS; round++) {
        bool write = round % 2 == 0;
        struct source s = {.x = UINT64_C(88172645463325252), .seq = 1, .ack = 1};
        double start, ns;

        s.w = write ? trace_writer_open("/dev/null", &h, NULL) : trace_writer_fingerprint_only(&h);
        if (!s.w)
            return 1;
        start = bench_cpu_s();
        while (s.id < RECORDS)
            put_round(&s);
        ns = (bench_cpu_s() - start) * 1e9 / (double)s.id;
        f = trace_writer_footer(s.w);
        if (!trace_writer_close(s.w, NULL))
            return 1;
        if (write)
            best = ns < best ? ns : best;
        else
            best_hash = ns < best_hash ? ns : best_hash;
    }
    printf("{\"bench\":\"trace\",\"records\":%llu,\"ns_per_record\":%.1f,\"ns_per_record_fingerprint_only\":%"
           ".1f,"
           "\"fingerprint\":\"%016llx\"}\n",
           (unsigned long long)f.records, best, best_hash, (unsigned long long)f.fingerprint);
    fflush(stdout);
    return 0;
}
