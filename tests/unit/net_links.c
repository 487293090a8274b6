/* models/net: rate, delay, queue, loss, jitter, duplication, reordering and corruption of links, with raw
 * peers that send trains of segments. */
#include "tests/support/scene.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

enum { TRAIN = 400, HEADERS = 40, TRAIN_TEXT = 1000 };

/* n segments of `text` bytes, `gap` apart; nobody answers. */
static struct sc_raw_step train[TRAIN];

static void fill_train(uint32_t n, int32_t text, vtime gap)
{
    for (uint32_t i = 0; i < n; i++)
        train[i] = (struct sc_raw_step)RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = text, .after = gap);
}

/* Two raw hosts on one link; from the first one the train. */
static struct sc_path *two_hosts(struct scene *c, uint32_t n, int32_t text, vtime gap)
{
    scene_init(c);
    scene_raw_host(c, "a", "10.0.0.1");
    scene_raw_host(c, "b", "10.0.0.2");
    scene_link(c, 0, 1, MS(10));
    fill_train(n, text, gap);
    scene_raw(c, 0, 1000, 2, 2000, train, n);
    return &c->link[0].path[0];
}

static vtime arrival(const struct scene *c, unsigned n)
{
    const struct rec_arrive *r = scene_rec(c, REC_ARRIVE, n);

    assert_non_null(r);
    return r->head.at;
}

static uint64_t packet(const struct scene *c, unsigned n) /* the n-th to arrive */
{
    return ((const struct rec_arrive *)scene_rec(c, REC_ARRIVE, n))->pkt;
}

static uint64_t sent(const struct scene *c, unsigned n)
{
    return ((const struct rec_send *)scene_rec(c, REC_SEND, n))->head.id;
}

static void rate_and_delay(void **state)
{
    struct scene c;
    const struct rec_transmit *t;

    (void)state;
    two_hosts(&c, 3, 960, 0)->rate_bps = 1000000; /* 1000 bytes: 8 ms on the line */
    assert_int_equal(scene_run(&c, VTIME_NEVER), RUN_IDLE);
    for (unsigned i = 1; i <= 3; i++) {
        t = scene_rec(&c, REC_TRANSMIT, i);
        assert_int_equal(t->head.at, MS(8) * (vtime)(i - 1));
        assert_int_equal(t->until, MS(8) * (vtime)i);
        assert_int_equal(t->arrives, MS(8) * (vtime)i + MS(10));
        assert_int_equal(arrival(&c, i), t->arrives);
        assert_int_equal(packet(&c, i), sent(&c, i));
    }
    assert_int_equal(scene_totals(&c).segments_delivered, 3);
    scene_end(&c);
}

static void infinite_rate(void **state)
{
    struct scene c;

    (void)state;
    two_hosts(&c, 3, 960, 0);
    scene_run(&c, VTIME_NEVER);
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(arrival(&c, i), MS(10));
        assert_int_equal(packet(&c, i), sent(&c, i));
    }
    scene_end(&c);
}

static void queue_limits(void **state)
{
    struct scene c;
    const struct rec_enqueue *q;

    (void)state;
    two_hosts(&c, 5, 960, 0)->rate_bps = 1000000;
    c.link[0].path[0].queue_packets = 2; /* the one being sent counts */
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_QUEUE_FULL), 3);
    assert_int_equal(scene_count(&c, REC_ARRIVE), 2);
    q = scene_rec(&c, REC_ENQUEUE, 2);
    assert_int_equal(q->queued_bytes, 2000);
    scene_end(&c);

    two_hosts(&c, 5, 960, MS(4))->rate_bps =
        1000000; /* a packet leaves the queue when its last bit has left */
    c.link[0].path[0].queue_bytes = 2999;
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_QUEUE_FULL),
                     1); /* at 0 4 8 12 16: only the fourth finds two before it */
    assert_int_equal(scene_count(&c, REC_ARRIVE), 4);
    scene_end(&c);
}

/* Five at once through a slow line that marks from the third on; the bits as the other end sees them. */
static void marks(const char *sent_ecn, const char *seen_ecn, uint32_t packets, uint32_t bytes)
{
    static struct sc_raw_step expect[5];
    struct scene c;
    struct sc_path *p = two_hosts(&c, 5, 960, 0);
    unsigned marked = 0;

    p->rate_bps = 1000000;
    p->mark_packets = packets;
    p->mark_bytes = bytes;
    for (unsigned i = 0; i < 5; i++) {
        train[i].tos = (uint8_t)(8u << 2 | (unsigned)(sent_ecn[i] - '0'));
        expect[i] = (struct sc_raw_step)RAW_IN(TCP_ACK, 0, 0);
        expect[i].seq_kind = expect[i].ack_kind = RAW_UNSET;
        expect[i].tos = (uint8_t)(8u << 2 | (unsigned)(seen_ecn[i] - '0'));
        marked += sent_ecn[i] != seen_ecn[i];
    }
    scene_raw(&c, 1, 2000, 1, 1000, expect, 5);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 5);
    assert_int_equal(scene_count(&c, REC_FAULT), marked);
    for (unsigned n = 1; n <= marked; n++)
        assert_int_equal(((const struct rec_fault *)scene_rec(&c, REC_FAULT, n))->fate, FATE_MARK);
    assert_int_equal(scene_totals(&c).packets_dropped, 0);
    scene_end(&c);
}

/* RFC 3168 sec 5: CE is set on packets with ECT alone, DSCP stays; the packet being sent counts. */
static void queue_marks(void **state)
{
    (void)state;
    marks("22222", "22222", 0, 0);
    marks("22222", "22333", 2, 0);
    marks("22222", "22333", 0, 2999);
    marks("22222", "23333", 9, 1000);
    marks("01230", "03330", 1, 0);
}

static void loss_in_mid_flight(void **state)
{
    struct scene c;
    const struct rec_drop *d;

    (void)state;
    two_hosts(&c, 1, 960, 0)->loss_ppm = 1000000;
    c.link[0].path[0].rate_bps = 1000000;
    scene_run(&c, VTIME_NEVER);
    d = scene_rec(&c, REC_DROP, 1);
    assert_int_equal(d->why, DROP_LOSS);
    assert_int_equal(d->head.at, MS(8) + MS(5));
    assert_int_equal(d->would_arrive, MS(18));
    assert_int_equal(scene_count(&c, REC_ARRIVE), 0);
    assert_int_equal(scene_totals(&c).packets_dropped, 1);
    scene_end(&c);
}

/* Which of the train arrive, as a hash. */
static uint64_t fates(const struct scene *c)
{
    const struct rec_arrive *r;
    uint64_t h = 0;

    for (unsigned n = 1; (r = scene_rec(c, REC_ARRIVE, n)); n++)
        if (r->link == 0)
            h = hash_mix(h, r->pkt);
    return h;
}

static void loss_by_chance(void **state)
{
    struct scene c;
    uint64_t with, without;
    unsigned lost;

    (void)state;
    two_hosts(&c, TRAIN, 10, MS(1))->loss_ppm = 250000;
    scene_run(&c, VTIME_NEVER);
    lost = scene_drops(&c, DROP_LOSS);
    assert_in_range(lost, TRAIN / 4 - 40, TRAIN / 4 + 40);
    without = fates(&c);
    scene_end(&c);

    /* one purpose more takes nothing from the draws of another: every packet is also held up, none is lost
     * that was not */
    two_hosts(&c, TRAIN, 10, MS(1))->loss_ppm = 250000;
    c.link[0].path[0].duplicate_ppm = 0;
    c.link[0].path[1].loss_ppm = 500000; /* the other direction: not used */
    c.s.n_faults = 0;
    scene_run(&c, VTIME_NEVER);
    with = fates(&c);
    assert_int_equal(with, without);
    scene_end(&c);

    two_hosts(&c, TRAIN, 10, MS(1))->loss_ppm = 250000;
    c.link[0].path[0].jitter = US(1);
    c.link[0].path[0].corrupt_ppm = 100000;
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_LOSS), lost);
    scene_end(&c);

    two_hosts(&c, TRAIN, 10, MS(1))->loss_ppm = 250000;
    c.s.seed = 2;
    scene_run(&c, VTIME_NEVER);
    assert_int_not_equal(fates(&c), without);
    scene_end(&c);
}

static void jitter_keeps_order(void **state)
{
    struct scene c;
    uint64_t before = 0;
    unsigned late = 0;

    (void)state;
    two_hosts(&c, TRAIN, 10, MS(1))->jitter = MS(5);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_count(&c, REC_ARRIVE), TRAIN);
    for (unsigned n = 1; n <= TRAIN; n++) {
        vtime took = arrival(&c, n) - MS(1) * (vtime)n; /* sent at n ms */

        assert_true(packet(&c, n) > before);
        before = packet(&c, n);
        assert_in_range(took, MS(10), MS(15));
        late += took > MS(12);
    }
    assert_in_range(late, TRAIN / 4, TRAIN);
    assert_true(scene_count(&c, REC_FAULT) > TRAIN / 2);
    scene_end(&c);
}

static void reordering(void **state)
{
    struct scene c;
    unsigned passed = 0;

    (void)state;
    two_hosts(&c, TRAIN, 10, MS(1))->reorder_ppm = 100000;
    c.link[0].path[0].reorder_delay = MS(3);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_count(&c, REC_ARRIVE), TRAIN);
    for (unsigned n = 2; n <= TRAIN; n++)
        passed += packet(&c, n) < packet(&c, n - 1);
    assert_in_range(passed, TRAIN / 20, TRAIN / 5);
    assert_int_equal(((const struct rec_fault *)scene_rec(&c, REC_FAULT, 1))->fate, FATE_REORDER);
    scene_end(&c);
}

static void duplication(void **state)
{
    struct scene c;
    const struct rec_arrive *r;
    unsigned copies = 0;

    (void)state;
    two_hosts(&c, TRAIN, 10, MS(1))->duplicate_ppm = 500000;
    scene_run(&c, VTIME_NEVER);
    for (unsigned n = 1; (r = scene_rec(&c, REC_ARRIVE, n)); n++)
        copies += r->copy;
    assert_int_equal(copies, scene_count(&c, REC_DUPLICATE));
    assert_in_range(copies, TRAIN / 3, TRAIN * 2 / 3);
    assert_int_equal(scene_count(&c, REC_ARRIVE), TRAIN + copies);
    scene_end(&c);
}

/* Any single bit is caught by the real checksums, in either family; a raw peer hears nothing of it. */
static void corruption(void **state)
{
    static const char *const addresses[][2] = {{"10.0.0.1", "10.0.0.2"}, {"2001:db8::1", "2001:db8::2"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        struct scene c;

        scene_init(&c);
        scene_raw_host(&c, "a", addresses[i][0]);
        scene_raw_host(&c, "b", addresses[i][1]);
        scene_link(&c, 0, 1, MS(1))->path[0].corrupt_ppm = 1000000;
        fill_train(200, 7, MS(1));
        scene_raw(&c, 0, 1000, 2, 2000, train, 200);
        scene_run(&c, VTIME_NEVER);
        assert_int_equal(scene_drops(&c, DROP_BAD_CHECKSUM), 200);
        assert_int_equal(scene_totals(&c).segments_delivered, 0);
        assert_int_equal(scene_count(&c, REC_FAULT), 200);
        assert_true(((const struct rec_arrive *)scene_rec(&c, REC_ARRIVE, 1))->corrupt);
        scene_end(&c);
    }
}

/* A plain link, a slow one and an odd one: the ring grows and wraps without losing anybody. */
static void long_queues(void **state)
{
    struct scene c;

    (void)state;
    two_hosts(&c, TRAIN, 100, US(100))->rate_bps = 5000000; /* 224 us each: the queue grows */
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_count(&c, REC_ARRIVE), TRAIN);
    for (unsigned n = 1; n <= TRAIN; n++)
        assert_int_equal(packet(&c, n), sent(&c, n));
    assert_int_equal(arrival(&c, TRAIN), US(100) + US(224) * TRAIN + MS(10));
    scene_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_and_delay), cmocka_unit_test(infinite_rate),
        cmocka_unit_test(queue_limits),   cmocka_unit_test(loss_in_mid_flight),
        cmocka_unit_test(loss_by_chance), cmocka_unit_test(jitter_keeps_order),
        cmocka_unit_test(reordering),     cmocka_unit_test(duplication),
        cmocka_unit_test(corruption),     cmocka_unit_test(long_queues),
        cmocka_unit_test(queue_marks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
