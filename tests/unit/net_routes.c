/* models/net: who is reached over which link, and what routers say when they cannot: TTL, MTU, no route. */
#include "tests/support/scene.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

enum { A, R1, R2, R3, B };

/* a -- r1 -- r2 -- b, and r1 -- r3 -- b: two ways of three hops; the link made first wins. */
static void diamond(struct scene *c, bool v6)
{
    scene_init(c);
    scene_raw_host(c, "a", v6 ? "2001:db8::1" : "10.0.1.1");
    scene_router(c, "r1", v6 ? "2001:db8::11" : "10.0.1.11");
    scene_router(c, "r2", v6 ? "2001:db8::12" : "10.0.1.12");
    scene_router(c, "r3", v6 ? "2001:db8::13" : "10.0.1.13");
    scene_raw_host(c, "b", v6 ? "2001:db8::2" : "10.0.2.2");
    scene_link(c, A, R1, MS(1));
    scene_link(c, R1, R3, MS(1)); /* 1 */
    scene_link(c, R1, R2, MS(1)); /* 2 */
    scene_link(c, R2, B, MS(1));  /* 3 */
    scene_link(c, R3, B, MS(1));  /* 4 */
}

static void links_taken(const struct scene *c, char *out)
{
    const struct rec_arrive *r;

    for (unsigned n = 1; (r = scene_rec(c, REC_ARRIVE, n)); n++)
        *out++ = (char)('0' + r->link);
    *out = '\0';
}

static void fewest_hops(void **state)
{
    static const struct sc_raw_step one[] = {RAW_OUT(TCP_SYN, 0, 0)};
    static const struct sc_raw_step echo[] = {RAW_IN(TCP_SYN, 0, 0), RAW_OUT(TCP_SYN | TCP_ACK, 0, 1)};
    struct scene c;
    char got[32];

    (void)state;
    diamond(&c, false);
    SCENE_RAW(&c, A, 1000, 5, 2000, one);
    SCENE_RAW(&c, B, 2000, 0, 0, echo);
    scene_run(&c, VTIME_NEVER);
    links_taken(&c, got);
    assert_string_equal(got, "014320");
    scene_end(&c);
}

static void shorter_way_wins(void **state)
{
    static const struct sc_raw_step one[] = {RAW_OUT(TCP_SYN, 0, 0)};
    struct scene c;
    char got[32];

    (void)state;
    diamond(&c, false);
    scene_link(&c, R1, B, MS(50)); /* 5: slow, but one hop less */
    SCENE_RAW(&c, A, 1000, 5, 2000, one);
    scene_run(&c, VTIME_NEVER);
    links_taken(&c, got);
    assert_string_equal(got, "05");
    scene_end(&c);
}

/* A host that is no router does not pass on, however short the way through it would be. */
static void hosts_do_not_forward(void **state)
{
    static const struct sc_raw_step one[] = {RAW_OUT(TCP_SYN, 0, 0)};
    struct scene c;
    const struct rec_icmp *r;

    (void)state;
    diamond(&c, false);
    c.host[R3].router = false;
    SCENE_RAW(&c, A, 1000, 5, 2000, one);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(((const struct rec_arrive *)scene_rec(&c, REC_ARRIVE, 2))->link, 2);
    scene_end(&c);

    diamond(&c, false);
    c.host[R3].router = c.host[R2].router = false;
    SCENE_RAW(&c, A, 1000, 5, 2000, one);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_NO_ROUTE), 1);
    r = scene_rec(&c, REC_ICMP, 1);
    assert_int_equal(r->type, 3);
    assert_int_equal(r->code, 0);
    assert_int_equal(r->head.host, R1 + 1);
    assert_int_equal(r->to, A + 1);
    scene_end(&c);
}

static void time_to_live(void **state)
{
    static const uint8_t ttl[] = {1, 2, 3};
    static const unsigned dropped_at[] = {R1, R3, SC_ANY};

    (void)state;
    for (unsigned v6 = 0; v6 < 2; v6++)
        for (size_t i = 0; i < ARRAY_LEN(ttl); i++) {
            const struct sc_raw_step one[] = {RAW(.op = RAW_SEND, .ctl = TCP_SYN, .ttl = ttl[i])};
            struct scene c;
            const struct rec_icmp *r;

            diamond(&c, v6);
            SCENE_RAW(&c, A, 1000, 5, 2000, one);
            scene_run(&c, VTIME_NEVER);
            r = scene_rec(&c, REC_ICMP, 1);
            if (dropped_at[i] == SC_ANY) {
                assert_null(r);
                assert_int_equal(scene_totals(&c).segments_delivered, 1);
            } else {
                assert_int_equal(scene_drops(&c, DROP_TTL), 1);
                assert_int_equal(r->type, 11);
                assert_int_equal(r->head.host, dropped_at[i] + 1);
                assert_int_equal(r->sport, 1000);
                assert_int_equal(r->seq.v, 0xffffff00u);
            }
            scene_end(&c);
        }
}

static void largest_packet(void **state)
{
    static const struct sc_raw_step two[] = {RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 460),
                                             RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 461)};
    struct scene c;
    const struct rec_icmp *r;

    (void)state;
    diamond(&c, false);
    c.link[4].mtu = 500;
    SCENE_RAW(&c, A, 1000, 5, 2000, two);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_TOO_BIG), 1);
    assert_int_equal(scene_count(&c, REC_ICMP), 1);
    r = scene_rec(&c, REC_ICMP, 1);
    assert_int_equal(r->type, 3);
    assert_int_equal(r->code, 4);
    assert_int_equal(r->mtu, 500);
    assert_int_equal(r->head.host, R3 + 1);
    assert_int_equal(scene_totals(&c).segments_delivered, 1);
    scene_end(&c);
}

/* Nobody owns the address: the router says so; a host that gets what is not for it drops it. */
static void nobody_there(void **state)
{
    static const struct sc_raw_step one[] = {RAW_OUT(TCP_SYN, 0, 0)};
    struct scene c;
    uint16_t nobody;

    (void)state;
    diamond(&c, false);
    nobody = scene_address(&c, SC_ANY, "192.0.2.7");
    SCENE_RAW(&c, A, 1000, nobody, 2000, one);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_NO_ROUTE), 1);
    assert_int_equal(((const struct rec_icmp *)scene_rec(&c, REC_ICMP, 1))->code, 1);
    scene_end(&c);

    scene_init(&c);
    scene_raw_host(&c, "a", "10.0.0.1");
    scene_raw_host(&c, "b", "10.0.0.2");
    scene_link(&c, 0, 1, MS(1));
    nobody = scene_address(&c, SC_ANY, "192.0.2.7");
    SCENE_RAW(&c, 0, 1000, nobody, 2000, one);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_BAD_ADDRESS), 1);
    scene_end(&c);
}

/* Without any link, and to oneself. */
static void home(void **state)
{
    static const struct sc_raw_step one[] = {RAW_OUT(TCP_SYN, 0, 0)};
    struct scene c;

    (void)state;
    scene_init(&c);
    scene_raw_host(&c, "a", "10.0.0.1");
    scene_raw_host(&c, "b", "10.0.0.2");
    SCENE_RAW(&c, 0, 1000, 2, 2000, one);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_NO_ROUTE), 1);
    scene_end(&c);

    scene_init(&c);
    scene_raw_host(&c, "a", "10.0.0.1");
    SCENE_RAW(&c, 0, 1000, 1, 2000, one);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_totals(&c).segments_delivered, 1);
    assert_int_equal(((const struct rec_arrive *)scene_rec(&c, REC_ARRIVE, 1))->link, 0xffff);
    scene_end(&c);
}

/* The header's checksum is the router's business in version 4. */
static void corrupt_on_the_way(void **state)
{
    static struct sc_raw_step many[100];
    struct scene c;
    const struct rec_drop *r;
    unsigned at_router = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = (struct sc_raw_step)RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 20, .after = MS(1));
    diamond(&c, false);
    c.link[0].path[0].corrupt_ppm = 1000000;
    SCENE_RAW(&c, A, 1000, 5, 2000, many);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_drops(&c, DROP_BAD_CHECKSUM), 100);
    for (unsigned n = 1; (r = scene_rec(&c, REC_DROP, n)); n++)
        at_router += r->link == 0;
    assert_in_range(at_router, 10, 50); /* a quarter of the bits */
    scene_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fewest_hops),
        cmocka_unit_test(shorter_way_wins),
        cmocka_unit_test(hosts_do_not_forward),
        cmocka_unit_test(time_to_live),
        cmocka_unit_test(largest_packet),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(home),
        cmocka_unit_test(corrupt_on_the_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
