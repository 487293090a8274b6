/* models/net: scripted faults and symbols, what happens to links and packets while the world runs, copies of
 * the world. */
#include "tests/support/scene.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

/* SYN, three data segments, FIN, 1 ms apart, from a raw host to another. */
static const struct sc_raw_step five[] = {
    RAW_OUT(TCP_SYN, 0, 0),
    RAW(.op = RAW_SEND, .ctl = TCP_ACK | TCP_PSH, .payload = (const uint8_t *)"one", .payload_n = 3,
        .after = MS(1)),
    RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 4, .after = MS(1)),
    RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 5, .after = MS(1)),
    RAW(.op = RAW_SEND, .ctl = TCP_ACK | TCP_FIN, .after = MS(1)),
};

static void five_segments(struct scene *c)
{
    scene_init(c);
    scene_raw_host(c, "a", "10.0.0.1");
    scene_raw_host(c, "b", "10.0.0.2");
    scene_link(c, 0, 1, MS(10));
    SCENE_RAW(c, 0, 1000, 2, 2000, five);
}

/* Numbers of the segments in the order in which they arrive, as digits; a copy is a letter. */
static void arrivals(const struct scene *c, char *out)
{
    const struct rec_arrive *r;
    const struct rec_send *s;

    for (unsigned n = 1; (r = scene_rec(c, REC_ARRIVE, n)); n++)
        for (unsigned k = 1; (s = scene_rec(c, REC_SEND, k)); k++)
            if (s->head.id == r->pkt)
                *out++ = (char)((r->copy ? 'a' : '1') + (int)k - 1);
    *out = '\0';
}

static void faults_by_match(void **state)
{
    static const struct {
        enum sc_fault_kind kind;
        struct sc_match match;
        vtime amount;
        uint32_t copies;
        const char *arrive;
    } row[] = {
        {FAULT_DROP, ANY_SEGMENT, 0, 0, ""},
        {FAULT_DROP, MATCH(.ctl_set = TCP_SYN), 0, 0, "2345"},
        {FAULT_DROP, MATCH(.ctl_set = TCP_FIN), 0, 0, "1234"},
        {FAULT_DROP, MATCH(.ctl_set = TCP_ACK, .ctl_exact = true), 0, 0, "125"},
        {FAULT_DROP, MATCH(.ctl_set = TCP_ACK, .ctl_clear = TCP_FIN), 0, 0, "15"},
        {FAULT_DROP, MATCH(.data = 1), 0, 0, "15"},
        {FAULT_DROP, MATCH(.data = 0), 0, 0, "234"},
        {FAULT_DROP, MATCH(.data = 1, .nth_from = 2, .nth_to = 2), 0, 0, "1245"},
        {FAULT_DROP, MATCH(.data = 1, .nth_from = 2), 0, 0, "1245"},
        {FAULT_DROP, MATCH(.nth_from = 2, .nth_to = 4), 0, 0, "15"},
        {FAULT_DROP, MATCH(.nth_from = 4, .nth_to = UINT32_MAX), 0, 0, "123"},
        {FAULT_DROP, MATCH(.from = 0, .to = 1, .nth_from = 1, .nth_to = 1), 0, 0, "2345"},
        {FAULT_DROP, MATCH(.from = 1), 0, 0, "12345"},
        {FAULT_DROP, MATCH(.to = 0), 0, 0, "12345"},
        {FAULT_DROP, MATCH(.port = 2000, .nth_from = 5), 0, 0, "1234"},
        {FAULT_DROP, MATCH(.port = 7), 0, 0, "12345"},
        {FAULT_DROP, MATCH(.retransmission = 1), 0, 0, "12345"},
        {FAULT_DROP, MATCH(.after = NS_PER_MS, .before = 3 * NS_PER_MS), 0, 0, "145"},
        {FAULT_DELAY, MATCH(.nth_from = 2, .nth_to = 2), 2500 * NS_PER_US, 0, "13425"},
        {FAULT_DELAY, MATCH(.nth_from = 5, .nth_to = 5), 300 * NS_PER_MS, 0, "12345"},
        {FAULT_DUPLICATE, MATCH(.nth_from = 3, .nth_to = 3), 0, 1, "123c45"},
        {FAULT_DUPLICATE, MATCH(.nth_from = 1, .nth_to = 1), 1500 * NS_PER_US, 3, "12a3a45a"},
        {FAULT_CORRUPT, MATCH(.nth_from = 2, .nth_to = 2), 0, 0, "12345"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct sc_fault *f;
        struct scene c;
        char got[32];

        five_segments(&c);
        f = scene_fault(&c, row[i].kind, row[i].match);
        f->amount = row[i].amount;
        f->copies = row[i].copies;
        scene_run(&c, VTIME_NEVER);
        arrivals(&c, got);
        if (strcmp(got, row[i].arrive) != 0)
            fail_msg("row %u: arrivals %s, expected %s", (unsigned)i, got, row[i].arrive);
        assert_int_equal(scene_drops(&c, DROP_BAD_CHECKSUM), row[i].kind == FAULT_CORRUPT);
        if (scene_drops(&c, DROP_FAULT))
            assert_string_equal(((const struct rec_drop *)scene_rec(&c, REC_DROP, 1))->fault, "fault");
        scene_end(&c);
    }
}

/* Two faults on one segment both count it; a fault does not shift what chance does to the others. */
static void faults_together(void **state)
{
    struct scene c;
    char got[32];

    (void)state;
    five_segments(&c);
    scene_fault(&c, FAULT_DROP, (struct sc_match)MATCH(.data = 1, .nth_from = 1, .nth_to = 1));
    scene_fault(&c, FAULT_DROP, (struct sc_match)MATCH(.data = 1, .nth_from = 2, .nth_to = 2));
    scene_run(&c, VTIME_NEVER);
    arrivals(&c, got);
    assert_string_equal(got, "145");
    scene_end(&c);
}

/* The bit that a script names is one of the TCP header and text. */
static void fault_names_the_bit(void **state)
{
    struct scene c;

    (void)state;
    five_segments(&c);
    scene_fault(&c, FAULT_CORRUPT, (struct sc_match)MATCH(.nth_from = 2, .nth_to = 2))->bit = 13 * 8;
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(((const struct rec_fault *)scene_rec(&c, REC_FAULT, 1))->bit, 1 + (20 + 13) * 8);
    assert_int_equal(scene_drops(&c, DROP_BAD_CHECKSUM), 1);
    scene_end(&c);
}

/* The mark comes at its number; a packet that is not ECN-capable keeps its bits, and no record says
 * otherwise. */
static void fault_marks(void **state)
{
    static const struct sc_raw_step out[] = {
        RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 4, .tos = ECN_ECT0, .after = MS(1)),
        RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 4, .tos = ECN_ECT0, .after = MS(1)),
        RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 4, .tos = 4, .after = MS(1)),
    };
    static const struct sc_raw_step in[] = {
        RAW(.op = RAW_EXPECT, .tos = ECN_ECT0, .within = NS_PER_S),
        RAW(.op = RAW_EXPECT, .tos = ECN_CE, .within = NS_PER_S),
        RAW(.op = RAW_EXPECT, .tos = 4, .within = NS_PER_S),
    };
    struct scene c;

    (void)state;
    scene_init(&c);
    scene_raw_host(&c, "a", "10.0.0.1");
    scene_raw_host(&c, "b", "10.0.0.2");
    scene_link(&c, 0, 1, MS(10));
    SCENE_RAW(&c, 0, 1000, 2, 2000, out);
    SCENE_RAW(&c, 1, 2000, 1, 1000, in);
    scene_fault(&c, FAULT_MARK, (struct sc_match)MATCH(.nth_from = 2, .nth_to = 3));
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 3);
    assert_int_equal(scene_count(&c, REC_FAULT), 1);
    assert_string_equal(((const struct rec_fault *)scene_rec(&c, REC_FAULT, 1))->fault, "fault");
    scene_end(&c);
}

static void symbols(void **state)
{
    static const struct sc_symbol symbol[] = {
        {.name = "u", .of = MATCH(.ctl_set = TCP_FIN)},
        {.name = "x", .of = MATCH(.data = 1, .nth_from = 2)},
        {.name = "a", .of = MATCH(.data = 1), .ack = true},
        {.name = "never", .of = MATCH(.ctl_set = TCP_RST)},
    };
    struct scene c;
    const struct rec_symbol *r;

    (void)state;
    five_segments(&c);
    c.s.symbol = symbol;
    c.s.n_symbols = ARRAY_LEN(symbol);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_count(&c, REC_SYMBOL), 3);
    r = scene_rec(&c, REC_SYMBOL, 1);
    assert_string_equal(r->name, "a");
    assert_int_equal(r->value.v, 0);
    r = scene_rec(&c, REC_SYMBOL, 2);
    assert_string_equal(r->name, "x");
    assert_int_equal(r->value.v, 0xffffff04u);
    r = scene_rec(&c, REC_SYMBOL, 3);
    assert_string_equal(r->name, "u");
    assert_int_equal(r->value.v, 0xffffff0du);
    assert_int_equal(r->head.host, 1);
    scene_end(&c);
}

/* --- links change --- */

static void link_goes_down(void **state)
{
    struct scene c;
    struct sc_event *e;
    char got[32];

    (void)state;
    five_segments(&c); /* sent at 0, 1 .. 4 ms; on the way for 10 */
    e = scene_event(&c, US(2500), EVENT_LINK_DOWN);
    e->dir = 2;
    e = scene_event(&c, US(3500), EVENT_LINK_UP);
    e->dir = 2;
    scene_run(&c, VTIME_NEVER);
    arrivals(&c, got);
    assert_string_equal(got, "5");
    assert_int_equal(scene_drops(&c, DROP_LINK_DOWN), 4); /* three in flight, one that came to a dead link */
    assert_int_equal(scene_count(&c, REC_LINKEV), 4);
    scene_end(&c);
}

static void link_changes(void **state)
{
    struct scene c;
    struct sc_event *e;
    const struct rec_link_event *r;
    const struct rec_arrive *a;

    (void)state;
    five_segments(&c);
    e = scene_event(&c, US(2500), EVENT_LINK);
    e->path.delay = MS(1); /* those behind must not pass those in front */
    e->path.loss_ppm = 0;
    scene_run(&c, VTIME_NEVER);
    r = scene_rec(&c, REC_LINKEV, 1);
    assert_int_equal(r->event, LINK_EVENT_DELAY);
    assert_int_equal(r->value, MS(1));
    assert_int_equal(scene_count(&c, REC_LINKEV), 1);
    for (unsigned n = 1; n <= 5; n++) {
        a = scene_rec(&c, REC_ARRIVE, n);
        assert_int_equal(a->pkt, ((const struct rec_send *)scene_rec(&c, REC_SEND, n))->head.id);
        assert_int_equal(a->head.at, n == 1 ? MS(10) : n == 2 ? MS(11) : MS(12));
    }
    scene_end(&c);
}

/* What waits when the rate changes goes at the new rate. */
static void rate_changes(void **state)
{
    static struct sc_raw_step burst[4];
    struct scene c;
    struct sc_event *e;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(burst); i++)
        burst[i] = (struct sc_raw_step)RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 960);
    five_segments(&c);
    c.raw[0].step = burst;
    c.raw[0].n_steps = ARRAY_LEN(burst);
    c.link[0].path[0].rate_bps = 1000000;
    e = scene_event(&c, MS(9), EVENT_LINK);
    e->path = c.link[0].path[0];
    e->path.rate_bps = 8000000;
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(((const struct rec_transmit *)scene_rec(&c, REC_TRANSMIT, 2))->until, MS(16));
    assert_int_equal(((const struct rec_transmit *)scene_rec(&c, REC_TRANSMIT, 3))->until, MS(17));
    assert_int_equal(((const struct rec_transmit *)scene_rec(&c, REC_TRANSMIT, 4))->until, MS(18));
    scene_end(&c);
}

static void host_is_cut_off(void **state)
{
    struct scene c;
    char got[32];

    (void)state;
    five_segments(&c);
    scene_event(&c, US(11500), EVENT_CUT)->host = 1; /* the first two have arrived */
    scene_event(&c, US(13500), EVENT_JOIN)->host = 1;
    scene_run(&c, VTIME_NEVER);
    arrivals(&c, got);
    assert_string_equal(got, "125");
    assert_int_equal(scene_drops(&c, DROP_LINK_DOWN), 2);
    assert_int_equal(scene_count(&c, REC_HOSTEV), 2);
    scene_end(&c);

    five_segments(&c);
    scene_event(&c, US(1500), EVENT_CUT)->host = 0;
    scene_event(&c, US(2500), EVENT_JOIN)->host = 0;
    scene_run(&c, VTIME_NEVER);
    arrivals(&c, got);
    assert_string_equal(got, "1245");
    scene_end(&c);
}

/* --- packets in flight --- */

static void fate_by_hand(void **state)
{
    static const struct {
        struct sc_fault fault;
        const char *arrive, *arrive_slow; /* on the way already; still waiting for the line */
    } row[] = {
        {{.kind = FAULT_DROP}, "1345", "1345"},
        {{.kind = FAULT_DELAY, .amount = 5 * NS_PER_MS}, "13452", "13245"},
        {{.kind = FAULT_DUPLICATE, .copies = 2, .amount = 10 * NS_PER_MS}, "12345bb", "1234b5b"},
        {{.kind = FAULT_CORRUPT, .bit = 3}, "12345", "12345"},
    };

    (void)state;
    for (unsigned waits = 0; waits < 2; waits++)
        for (size_t i = 0; i < ARRAY_LEN(row); i++) {
            struct scene c;
            uint64_t pkt;
            char got[32];

            five_segments(&c);
            if (waits)
                c.link[0].path[0].rate_bps = 100000; /* 3.2 ms and more each */
            scene_run(&c, US(1500));
            pkt = ((const struct rec_send *)scene_rec(&c, REC_SEND, 2))->head.id;
            assert_true(sim_packet_fate(&c.w, pkt, &row[i].fault));
            assert_false(sim_packet_fate(&c.w, pkt + 1, &row[i].fault));
            scene_run(&c, VTIME_NEVER);
            arrivals(&c, got);
            assert_string_equal(got, waits ? row[i].arrive_slow : row[i].arrive);
            assert_int_equal(scene_drops(&c, DROP_BAD_CHECKSUM), row[i].fault.kind == FAULT_CORRUPT);
            assert_false(sim_packet_fate(&c.w, pkt, &row[i].fault));
            scene_end(&c);
        }
}

/* --- a world is a value --- */

static void impaired(struct scene *c)
{
    struct sc_path *p;

    five_segments(c);
    p = &c->link[0].path[0];
    p->rate_bps = 200000;
    p->loss_ppm = p->duplicate_ppm = p->reorder_ppm = p->corrupt_ppm = 300000;
    p->jitter = MS(3);
}

static void copies_of_the_world(void **state)
{
    struct arena_snapshot saved;
    struct world fork;
    struct scene c;
    uint64_t end;

    (void)state;
    impaired(&c);
    scene_run(&c, VTIME_NEVER);
    end = world_hash(&c.w);
    scene_end(&c);

    impaired(&c);
    scene_run(&c, MS(3));
    assert_true(world_fork(&c.w, &fork));
    assert_true(world_save(&c.w, &saved));
    assert_true(world_equal(&c.w, &fork));
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(world_hash(&c.w), end);
    sim_run(&fork, VTIME_NEVER);
    assert_true(world_equal(&c.w, &fork));
    world_restore(&fork, &saved);
    assert_false(world_equal(&c.w, &fork));
    sim_run(&fork, VTIME_NEVER);
    assert_true(world_equal(&c.w, &fork));
    arena_snapshot_free(&saved);
    world_free(&fork);
    scene_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_by_match),
        cmocka_unit_test(faults_together),
        cmocka_unit_test(fault_marks),
        cmocka_unit_test(fault_names_the_bit),
        cmocka_unit_test(symbols),
        cmocka_unit_test(link_goes_down),
        cmocka_unit_test(link_changes),
        cmocka_unit_test(rate_changes),
        cmocka_unit_test(host_is_cut_off),
        cmocka_unit_test(fate_by_hand),
        cmocka_unit_test(copies_of_the_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
