/* models/app/raw.c: hand-written segments and what is expected of the other side, against TCP and against
 * each other. */
#include "tests/support/scene.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

enum { TCP_HOST, RAW_HOST };
enum { SERVER = 1, PEER = 2 };

static const struct sc_step listen_80[] = {LISTEN_AT(0, 80)};

/* A TCP that listens on port 80, and a raw peer at port 1000, 1 ms away. */
static void against_tcp(struct scene *c, const struct sc_raw_step *step, uint32_t n)
{
    scene_init(c);
    scene_host(c, "server", "10.0.0.1");
    scene_raw_host(c, "peer", "10.0.0.2");
    scene_link(c, TCP_HOST, RAW_HOST, MS(1));
    SCENE_APP(c, "server", TCP_HOST, listen_80);
    scene_raw(c, RAW_HOST, 1000, SERVER, 80, step, n);
    c->host[TCP_HOST].tcp.iss = 0xfffffff0u;
    c->s.limits.time = 20 * NS_PER_S;
}
#define AGAINST_TCP(c, steps) against_tcp(c, steps, (uint32_t)ARRAY_LEN(steps))

static const char *script_text(const struct scene *c, unsigned n)
{
    const struct rec_script *r = scene_rec(c, REC_SCRIPT, n);

    assert_non_null(r);
    return r->text ? r->text : "";
}

static void handshake_and_text(void **state)
{
    static const struct sc_raw_step step[] = {
        RAW(.op = RAW_WAIT, .after = MS(1)),
        RAW(.op = RAW_SEND, .ctl = TCP_SYN, .seq_kind = RAW_RELATIVE, .opts = SEG_MSS | SEG_TS, .mss = 1000,
            .wnd = 4000),
        RAW(.op = RAW_EXPECT, .ctl = TCP_SYN | TCP_ACK, .ctl_set = true, .seq_kind = RAW_RELATIVE,
            .ack_kind = RAW_RELATIVE, .ack = 1, .opts = SEG_MSS, .opts_set = true, .mss = 1460, .len = 0,
            .wnd = 65535, .within = MS(10)),
        RAW_OUT(TCP_ACK, 1, 1),
        RAW(.op = RAW_SEND, .ctl = TCP_ACK | TCP_PSH, .payload = (const uint8_t *)"hello", .payload_n = 5),
        RAW(.op = RAW_EXPECT, .ctl = TCP_ACK, .ctl_set = true, .ack_kind = RAW_ABSOLUTE, .ack = 0xffffff06u,
            .within = MS(300)),
        RAW_OUT(TCP_FIN | TCP_ACK, 6, 1),
        RAW_IN(TCP_ACK, 1, 7),
        RAW(.op = RAW_SILENCE, .within = NS_PER_S),
    };
    struct scene c;
    const struct rec_conn *conn;

    (void)state;
    AGAINST_TCP(&c, step);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 4);
    conn = scene_rec(&c, REC_CONN, 2); /* the listener is the first */
    assert_int_equal(conn->open, OPEN_RAW);
    assert_string_equal(conn->app, "peer");
    assert_int_equal(((const struct rec_conn *)scene_rec(&c, REC_CONN, 3))->pair, conn->pair);
    assert_int_equal(((const struct rec_deliver *)scene_rec(&c, REC_DELIVER, 1))->stream, conn->head.conn);
    scene_end(&c);
}

static void differences(void **state)
{
    static const struct {
        struct sc_raw_step expect;
        const char *text;
    } row[] = {
        {RAW_IN(TCP_SYN, 0, 0), "control bits: expected SYN, got SYN,ACK"},
        {RAW_IN(TCP_SYN | TCP_ACK, 1, 1), "seq: expected 1, got 0"},
        {RAW_IN(TCP_SYN | TCP_ACK, 0, 2), "ack: expected 2, got 1"},
        {RAW_IN(TCP_SYN | TCP_ACK, 7, 8), "seq: expected 7, got 0; ack: expected 8, got 1"},
        {RAW(.op = RAW_EXPECT, .within = NS_PER_S, .wnd = 1), "window: expected 1, got 65535"},
        {RAW(.op = RAW_EXPECT, .within = NS_PER_S, .up = 1), "urgent pointer: expected 1, got 0"},
        {RAW(.op = RAW_EXPECT, .within = NS_PER_S, .len = 4), "length: expected 4, got 0"},
        {RAW(.op = RAW_EXPECT, .within = NS_PER_S, .opts_set = true), "MSS option: expected none, got one"},
        {RAW(.op = RAW_EXPECT, .within = NS_PER_S, .opts_set = true, .opts = SEG_MSS | SEG_TS, .mss = 7),
         "timestamps option: expected one, got none; MSS: expected 7, got 1460"},
        {RAW(.op = RAW_EXPECT, .within = NS_PER_S, .sport = 81), "source port: expected 81, got 80"},
        {RAW(.op = RAW_EXPECT, .within = NS_PER_S, .ttl = 63), "TTL: expected 63, got 64"},
        {RAW(.op = RAW_EXPECT, .within = US(1500)), "expected a segment within 1500 us, got none"},
        {RAW(.op = RAW_SILENCE, .within = NS_PER_S),
         "expected silence, got SYN,ACK seq=0 ack=1 wnd=65535 len=0"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct sc_raw_step step[] = {RAW(.op = RAW_WAIT, .after = MS(1)), RAW_OUT(TCP_SYN, 0, 0),
                                     row[i].expect};
        struct scene c;

        AGAINST_TCP(&c, step);
        scene_run(&c, VTIME_NEVER);
        assert_int_equal(scene_totals(&c).script_failures, 1);
        if (strncmp(script_text(&c, 1), row[i].text, strlen(row[i].text)) != 0)
            fail_msg("row %u: %s, expected %s", (unsigned)i, script_text(&c, 1), row[i].text);
        assert_int_equal(((const struct rec_script *)scene_rec(&c, REC_SCRIPT, 1))->step, 2);
        scene_end(&c);
    }
}

/* Text, SACK blocks and timestamps between two raw peers; numbers learnt from what came. */
static void between_raw_peers(void **state)
{
    static const struct sc_raw_step left[] = {
        RAW(.op = RAW_SEND, .ctl = TCP_SYN, .opts = SEG_MSS | SEG_WS | SEG_TS | SEG_SACK_PERM, .mss = 9,
            .ws = 3, .tsval = 77),
        RAW(.op = RAW_EXPECT, .ctl = TCP_ACK, .ctl_set = true, .opts_set = true, .opts = SEG_SACK | SEG_TS,
            .n_sack = 2, .sack = {{1, 5}, {9, 12}}, .tsval = 3, .tsecr = 77, .within = NS_PER_S,
            .ack_kind = RAW_RELATIVE, .ack = 1),
        RAW(.op = RAW_SEND, .ctl = TCP_ACK | TCP_URG, .up = 3, .payload = (const uint8_t *)"abc",
            .payload_n = 3, .rsvd = 5, .tos = 0xb8, .ttl = 7),
    };
    static const struct sc_raw_step right[] = {
        RAW(.op = RAW_EXPECT, .ctl = TCP_SYN, .ctl_set = true, .within = NS_PER_S, .opts_set = true,
            .opts = SEG_MSS | SEG_WS | SEG_TS | SEG_SACK_PERM, .mss = 9, .ws = 3, .tsval = 77, .tsecr = 0),
        RAW(.op = RAW_SEND, .ctl = TCP_ACK, .opts = SEG_SACK | SEG_TS, .n_sack = 2, .sack = {{1, 5}, {9, 12}},
            .tsval = 3),
        RAW(.op = RAW_EXPECT, .ctl = TCP_ACK | TCP_URG, .ctl_set = true, .up = 3, .len = 3, .tos = 0xb8,
            .ttl = 7, .payload = (const uint8_t *)"abc", .payload_n = 3, .seq_kind = RAW_RELATIVE, .seq = 1,
            .within = NS_PER_S),
    };
    struct scene c;

    (void)state;
    scene_init(&c);
    scene_raw_host(&c, "left", "2001:db8::1");
    scene_raw_host(&c, "right", "2001:db8::2");
    scene_link(&c, 0, 1, MS(1));
    SCENE_RAW(&c, 0, 1000, 2, 2000, left);
    SCENE_RAW(&c, 1, 2000, 0, 0, right);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 3);
    assert_int_equal(((const struct rec_conn *)scene_rec(&c, REC_CONN, 1))->pair,
                     ((const struct rec_conn *)scene_rec(&c, REC_CONN, 2))->pair);
    assert_true(((const struct rec_send *)scene_rec(&c, REC_SEND, 2))->opt.n ==
                32); /* 12 of timestamps, 20 of blocks */
    scene_end(&c);
}

/* What no struct can say: bytes. */
static void bytes_and_checksums(void **state)
{
    static const uint8_t cut[] = {0x03, 0xe8, 0x00, 0x50, 0, 0, 0, 1};
    static const uint8_t offset[] = {0x03, 0xe8, 0x00, 0x50, 0, 0, 0, 1, 0, 0,
                                     0,    0,    0x40, 2,    0, 0, 0, 0, 0, 0};
    static const uint8_t wrong[] = {0x03, 0xe8, 0x00, 0x50, 0, 0, 0, 1, 0, 0,
                                    0,    0,    0x50, 2,    0, 0, 0, 0, 0, 0};
    static const struct sc_raw_step step[] = {
        RAW(.op = RAW_WAIT, .after = MS(1)),
        RAW(.op = RAW_SEND, .raw = cut, .raw_n = sizeof cut),
        RAW(.op = RAW_SEND, .raw = offset, .raw_n = sizeof offset),
        RAW(.op = RAW_SEND, .raw = wrong, .raw_n = sizeof wrong),
        RAW(.op = RAW_SEND, .ctl = TCP_SYN, .bad_checksum = true, .payload = (const uint8_t *)"x",
            .payload_n = 1),
        RAW(.op = RAW_SILENCE, .within = NS_PER_S),
    };
    struct scene c;
    const struct rec_send *s;

    (void)state;
    AGAINST_TCP(&c, step);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 1);
    assert_int_equal(scene_drops(&c, DROP_MALFORMED), 2);
    assert_int_equal(scene_drops(&c, DROP_BAD_CHECKSUM), 2);
    s = scene_rec(&c, REC_SEND, 1);
    assert_int_equal(s->raw.n, sizeof cut);
    assert_memory_equal(s->raw.p, cut, sizeof cut);
    s = scene_rec(&c, REC_SEND, 4);
    assert_int_equal(s->raw.n, 21);
    assert_int_equal(s->ctl, TCP_SYN);
    scene_end(&c);
}

/* A segment given as bytes with the right checksum reaches TCP like any other, text and all. */
static void bytes_that_are_right(void **state)
{
    uint8_t syn[64];
    struct ip_addr from, to;
    struct segment s = {.seq = {5},
                        .ctl = TCP_SYN,
                        .sport = 1000,
                        .dport = 80,
                        .wnd = 100,
                        .opts = SEG_MSS,
                        .mss = 700,
                        .len = 2};
    const struct sc_raw_step step[] = {
        RAW(.op = RAW_WAIT, .after = MS(1)),
        RAW(.op = RAW_SEND, .raw = syn, .raw_n = 26),
        RAW(.op = RAW_EXPECT, .ctl = TCP_SYN | TCP_ACK, .ctl_set = true, .ack_kind = RAW_ABSOLUTE, .ack = 6,
            .within = MS(10)),
    };
    struct scene c;

    (void)state;
    ip_parse("10.0.0.2", &from);
    ip_parse("10.0.0.1", &to);
    assert_int_equal(wire_put_tcp(syn, &from, &to, &s, NULL, (const uint8_t *)"hi"), 26);
    AGAINST_TCP(&c, step);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 1);
    assert_int_equal(scene_drops(&c, DROP_MALFORMED) + scene_drops(&c, DROP_BAD_CHECKSUM), 0);
    scene_end(&c);
}

static void option_bytes(void **state)
{
    static const uint8_t odd[] = {1, 2, 4, 2, 0x58, 99, 3, 7, 0}; /* NOP, MSS 600, an unknown one, EOL */
    static const struct sc_raw_step step[] = {
        RAW(.op = RAW_WAIT, .after = MS(1)),
        RAW(.op = RAW_SEND, .ctl = TCP_SYN, .raw_opt = odd, .raw_opt_n = sizeof odd),
        RAW_IN(TCP_SYN | TCP_ACK, 0, 1),
    };
    struct scene c;
    const struct rec_send *s;

    (void)state;
    AGAINST_TCP(&c, step);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 1);
    s = scene_rec(&c, REC_SEND, 1);
    assert_int_equal(s->opt.n, sizeof odd);
    assert_int_equal(s->mss, 600);
    scene_end(&c);
}

/* at, after, fresh: when steps happen. */
static void timing(void **state)
{
    static const struct sc_raw_step step[] = {
        RAW(.op = RAW_SEND, .ctl = TCP_SYN, .at = MS(5)), RAW(.op = RAW_WAIT, .after = MS(100)),
        RAW(.op = RAW_SEND, .ctl = TCP_SYN, .seq_kind = RAW_ABSOLUTE, .seq = 5, .sport = 1001, .at = MS(50)),
        RAW(.op = RAW_EXPECT, .fresh = true, .dport = 1001,
            .within = MS(10)), /* what came before is forgotten */
    };
    struct scene c;

    (void)state;
    AGAINST_TCP(&c, step);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 1);
    assert_int_equal(((const struct rec_send *)scene_rec(&c, REC_SEND, 1))->head.at, MS(5));
    assert_int_equal(((const struct rec_send *)scene_rec(&c, REC_SEND, 3))->head.at, MS(105));
    scene_end(&c);
}

static void no_peer(void **state)
{
    static const struct sc_raw_step step[] = {RAW(.op = RAW_SEND, .ctl = TCP_SYN), RAW(.op = RAW_ICMP)};
    struct scene c;

    (void)state;
    AGAINST_TCP(&c, step);
    c.raw[0].peer = 0;
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_totals(&c).script_failures, 2);
    assert_int_equal(scene_count(&c, REC_SEND), 0);
    scene_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handshake_and_text),
        cmocka_unit_test(differences),
        cmocka_unit_test(between_raw_peers),
        cmocka_unit_test(bytes_and_checksums),
        cmocka_unit_test(bytes_that_are_right),
        cmocka_unit_test(option_bytes),
        cmocka_unit_test(timing),
        cmocka_unit_test(no_peer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
