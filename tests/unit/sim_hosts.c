/* models/host: whose segment it is, ports and initial sequence numbers, bad addresses, the processing delay,
 * ICMP errors on their way to a connection, crashes, new incarnations. */
#include "tests/support/scene.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

enum { CLIENT, SERVER };
enum { CLIENT_IP = 1, SERVER_IP };

static const struct sc_step listen_80[] = {LISTEN_AT(0, 80), STEP(.on = ON_CLOSING, .action = DO_CLOSE)};
static const struct sc_step open_80[] = {OPEN_AT(MS(1), SERVER_IP, 80)};
static const struct sc_step open_and_close[] = {
    OPEN_AT(MS(1), SERVER_IP, 80), STEP(.on = ON_ESTABLISHED, .time = MS(100), .action = DO_CLOSE)};

static void two(struct scene *c)
{
    scene_init(c);
    scene_host(c, "client", "10.0.0.1");
    scene_host(c, "server", "10.0.0.2");
    scene_link(c, CLIENT, SERVER, MS(10));
    c->s.limits.time = 600 * NS_PER_S;
}

static const struct rec_conn *conn(const struct scene *c, unsigned n)
{
    const struct rec_conn *r = scene_rec(c, REC_CONN, n);

    assert_non_null(r);
    return r;
}

static uint32_t iss_of(const struct scene *c, unsigned nth_syn)
{
    const struct rec_send *s;

    for (unsigned n = 1; (s = scene_rec(c, REC_SEND, n)); n++)
        if ((s->ctl & TCP_SYN) && --nth_syn == 0)
            return s->seq.v;
    fail_msg("no such SYN");
    return 0;
}

/* --- sockets --- */

static void the_most_specific_listener(void **state)
{
    enum { OTHER_IP = 3 };
    static const struct sc_step any[] = {LISTEN_AT(0, 80)};
    static const struct sc_step here[] = {
        STEP(.on = ON_AT, .action = DO_LISTEN, .local_port = 80, .local = OTHER_IP)};
    static const struct sc_step him[] = {
        STEP(.on = ON_AT, .action = DO_LISTEN, .local_port = 80, .to = CLIENT_IP, .to_port = 5000)};
    static const struct sc_step open[] = {STEP(.on = ON_AT, .time = MS(1), .action = DO_OPEN, .to = SERVER_IP,
                                               .to_port = 80, .local_port = 5000),
                                          OPEN_AT(MS(2), SERVER_IP, 80), OPEN_AT(MS(3), OTHER_IP, 80)};
    static const char *const owner[] = {"him", "any", "here"};
    struct scene c;

    (void)state;
    two(&c);
    scene_address(&c, SERVER, "10.0.0.3");
    SCENE_APP(&c, "any", SERVER, any);
    SCENE_APP(&c, "here", SERVER, here);
    SCENE_APP(&c, "him", SERVER, him);
    for (uint32_t i = 0; i < 3; i++)
        scene_app(&c, "client", CLIENT, &open[i], 1);
    scene_run(&c, VTIME_NEVER);
    for (unsigned i = 0; i < 3; i++) { /* three listeners, three clients, three children */
        assert_int_equal(conn(&c, 7 + i)->open, OPEN_CHILD);
        assert_string_equal(conn(&c, 7 + i)->app, owner[i]);
        assert_int_equal(conn(&c, 7 + i)->pair, conn(&c, 4 + i)->pair);
    }
    assert_int_equal(scene_calls(&c, CALL_OPEN, RESULT_OK), 6);
    scene_end(&c);
}

static void taken_sockets(void **state)
{
    static const struct sc_step twice[] = {LISTEN_AT(0, 80), LISTEN_AT(MS(1), 80)};
    static const struct sc_step other[] = {LISTEN_AT(MS(2), 80)};
    static const struct sc_step same[] = {
        STEP(.on = ON_AT, .time = MS(3), .action = DO_OPEN, .to = SERVER_IP, .to_port = 80, .local_port = 7)};
    struct scene c;

    (void)state;
    two(&c);
    SCENE_APP(&c, "a", SERVER, twice);
    SCENE_APP(&c, "b", SERVER, other);
    SCENE_APP(&c, "c", CLIENT, same)->count = 2;
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_calls(&c, CALL_OPEN, RESULT_EXISTS), 3);
    scene_end(&c);
}

static void ephemeral_ports(void **state)
{
    struct scene c;

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_APP(&c, "client", CLIENT, open_80)->count = 3;
    scene_run(&c, VTIME_NEVER);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(conn(&c, 2 + i)->local_port, 49152 + i);
    scene_end(&c);
}

static void initial_numbers(void **state)
{
    uint32_t first;
    struct scene c;

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_APP(&c, "client", CLIENT, open_80)->count = 2;
    c.host[CLIENT].tcp.iss = 0xffffffff;
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(iss_of(&c, 1), 0xffffffff);
    assert_int_equal(iss_of(&c, 2), 0xffffffffu + 64000u);
    first = iss_of(&c, 3);
    scene_end(&c);

    two(&c); /* by RFC 6528: another seed, other numbers; 4 us later, one more */
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_APP(&c, "client", CLIENT, open_80)->count = 2;
    c.host[CLIENT].tcp.iss = 0xffffffff;
    c.link[0].path[0].delay += US(40);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(iss_of(&c, 3), first + 10);
    scene_end(&c);

    two(&c);
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_APP(&c, "client", CLIENT, open_80)->count = 2;
    c.host[CLIENT].tcp.iss = 0xffffffff;
    c.s.seed = 2;
    scene_run(&c, VTIME_NEVER);
    assert_int_not_equal(iss_of(&c, 3), first);
    scene_end(&c);
}

/* --- addresses (MUST-46, MUST-57, MUST-63) --- */

static void open_to_bad_addresses(void **state)
{
    static const char *const bad[] = {"224.0.0.1", "255.255.255.255", "10.0.0.255",
                                      "0.0.0.0",   "ff02::1",         "::"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct sc_step open[] = {OPEN_AT(0, 3, 80)};
        struct scene c;

        two(&c);
        scene_address(&c, SC_ANY, bad[i]);
        SCENE_APP(&c, "client", CLIENT, open);
        scene_run(&c, VTIME_NEVER);
        assert_int_equal(scene_calls(&c, CALL_OPEN, RESULT_BAD_ADDRESS), 1);
        assert_int_equal(scene_count(&c, REC_CONN), 0);
        scene_end(&c);
    }
}

static void open_without_a_remote_socket(void **state)
{
    static const struct sc_step open[] = {OPEN_AT(0, 0, 0)};
    struct scene c;

    (void)state;
    two(&c);
    SCENE_APP(&c, "client", CLIENT, open);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_calls(&c, CALL_OPEN, RESULT_UNSPECIFIED), 1);
    scene_end(&c);
}

static void syn_from_and_to_bad_addresses(void **state)
{
    static const struct {
        const char *src, *dst; /* NULL: a good one */
    } row[] = {{"224.0.0.9", NULL},
               {"10.0.0.255", NULL},
               {"0.0.0.0", NULL},
               {NULL, "10.0.0.255"},
               {NULL, "224.0.0.9"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct sc_raw_step step[] = {RAW(.op = RAW_WAIT, .after = MS(1)), RAW(.op = RAW_SEND, .ctl = TCP_SYN),
                                     RAW(.op = RAW_SILENCE, .within = NS_PER_S)};
        struct scene c;

        two(&c);
        c.host[CLIENT].raw = true;
        if (row[i].src)
            step[1].src = scene_address(&c, SC_ANY, row[i].src);
        if (row[i].dst)
            step[1].dst = scene_address(&c, SC_ANY, row[i].dst);
        SCENE_APP(&c, "server", SERVER, listen_80);
        SCENE_RAW(&c, CLIENT, 1000, SERVER_IP, 80, step);
        scene_run(&c, VTIME_NEVER);
        scene_scripts_met(&c, 1);
        assert_int_equal(scene_rejects(&c, REJECT_BAD_ADDRESS), 1);
        scene_end(&c);
    }
}

/* --- replies --- */

static void no_connection_no_mercy(void **state)
{
    static const struct sc_raw_step step[] = {
        RAW_OUT(TCP_SYN, 0, 0),
        RAW(.op = RAW_EXPECT, .ctl = TCP_RST | TCP_ACK, .ctl_set = true, .ack_kind = RAW_RELATIVE, .ack = 1,
            .seq_kind = RAW_ABSOLUTE, .within = MS(25)),
        RAW_OUT(TCP_RST, 0, 0), RAW(.op = RAW_SILENCE, .within = NS_PER_S)};
    struct scene c;

    (void)state;
    two(&c);
    c.host[CLIENT].raw = true;
    SCENE_RAW(&c, CLIENT, 1000, SERVER_IP, 80, step);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 2);
    scene_end(&c);
}

/* The state changes when the segment arrives; what TCP answers leaves later, the reset too. */
static void processing_delay(void **state)
{
    struct scene c;
    const struct rec_send *s;
    const struct rec_state *t;

    (void)state;
    two(&c);
    c.host[SERVER].processing_delay = MS(20);
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_APP(&c, "client", CLIENT, open_and_close);
    scene_run(&c, VTIME_NEVER);
    t = scene_rec(&c, REC_STATE, 3); /* LISTEN, SYN-SENT, SYN-RECEIVED */
    assert_int_equal(t->to, TCP_SYN_RECEIVED);
    assert_int_equal(t->head.at, MS(11));
    s = scene_rec(&c, REC_SEND, 2);
    assert_int_equal(s->head.at, MS(31));
    assert_int_equal(s->head.cause, ((const struct rec_arrive *)scene_rec(&c, REC_ARRIVE, 1))->head.id);
    scene_end(&c);

    two(&c);
    c.host[SERVER].processing_delay = MS(20);
    SCENE_APP(&c, "client", CLIENT, open_80);
    scene_run(&c, VTIME_NEVER);
    s = scene_rec(&c, REC_SEND, 2);
    assert_int_equal(s->ctl, TCP_RST | TCP_ACK);
    assert_int_equal(s->head.at, MS(31));
    assert_int_equal(s->head.cause, ((const struct rec_arrive *)scene_rec(&c, REC_ARRIVE, 1))->head.id);
    scene_end(&c);
}

/* Everything that reaches a host at one instant is processed before an ACK leaves (MUST-59). */
static void one_instant_one_ack(void **state)
{
    static const struct sc_raw_step step[] = {RAW(.op = RAW_WAIT, .after = MS(1)),
                                              RAW_OUT(TCP_SYN, 0, 0),
                                              RAW_IN(TCP_SYN | TCP_ACK, 0, 1),
                                              RAW_OUT(TCP_ACK, 1, 1),
                                              RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 10),
                                              RAW(.op = RAW_SEND, .ctl = TCP_ACK, .len = 20),
                                              RAW(.op = RAW_SEND, .ctl = TCP_ACK | TCP_FIN, .len = 30),
                                              RAW_IN(TCP_ACK, 1, 62),
                                              RAW(.op = RAW_SILENCE, .within = MS(100))};
    static const struct sc_step just_listen[] = {LISTEN_AT(0, 80)};
    struct scene c;

    (void)state;
    two(&c);
    c.host[CLIENT].raw = true;
    SCENE_APP(&c, "server", SERVER, just_listen);
    SCENE_RAW(&c, CLIENT, 1000, SERVER_IP, 80, step);
    scene_run(&c, VTIME_NEVER);
    scene_scripts_met(&c, 3);
    scene_end(&c);
}

/* RFC 5961 section 7. */
static void challenge_budget(void **state)
{
    static struct sc_raw_step step[46];
    uint32_t n = 0;
    struct scene c;
    const struct rec_send *s;
    unsigned answers = 0;

    (void)state;
    step[n++] = (struct sc_raw_step)RAW(.op = RAW_WAIT, .after = MS(1));
    step[n++] = (struct sc_raw_step)RAW_OUT(TCP_SYN, 0, 0);
    step[n++] = (struct sc_raw_step)RAW_IN(TCP_SYN | TCP_ACK, 0, 1);
    step[n++] = (struct sc_raw_step)RAW_OUT(TCP_ACK, 1, 1);
    while (n < ARRAY_LEN(step)) {
        step[n] = (struct sc_raw_step)RAW_OUT(TCP_SYN, 1, 0);
        step[n++].after = MS(1);
    }
    two(&c);
    c.host[CLIENT].raw = true;
    c.host[SERVER].tcp.challenge_ack_limit = 7;
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_RAW(&c, CLIENT, 1000, SERVER_IP, 80, step);
    scene_run(&c, 2 * NS_PER_S);
    for (n = 1; (s = scene_rec(&c, REC_SEND, n)); n++)
        answers += s->head.host == SERVER + 1 && s->why == C_CHALLENGE_SYN;
    assert_int_equal(answers, 7);
    scene_end(&c);
}

/* --- ICMP --- */

static void icmp_reaches_its_connection(void **state)
{
    static const struct {
        struct icmp_error e;
        int32_t offset;
        unsigned soft, hard;
    } row[] = {
        {{.type = 3, .code = 1}, 0, 1, 0},  {{.type = 11}, 0, 1, 0},
        {{.type = 3, .code = 3}, 0, 0, 1},  {{.type = 3, .code = 3}, 50000, 0, 0},
        {{.type = 3, .code = 3}, -1, 0, 0}, {{.type = 4}, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct scene c;
        struct sc_event *e;

        two(&c);
        c.link[0].path[0].loss_ppm = 1000000; /* the SYN stays unanswered: it is in flight */
        SCENE_APP(&c, "client", CLIENT, open_80)->count = 2;
        e = scene_event(&c, MS(500), EVENT_ICMP);
        e->host = SERVER;
        e->to = CLIENT;
        e->icmp = row[i].e;
        e->seq_offset = row[i].offset;
        scene_run(&c, NS_PER_S);
        assert_int_equal(scene_signals(&c, SIGNAL_SOFT_ERROR), row[i].soft);
        assert_int_equal(scene_signals(&c, SIGNAL_HARD_ERROR), row[i].hard);
        assert_non_null(sim_tcb(&c.w, 1)); /* the other connection is not meant */
        assert_int_equal(sim_tcb(&c.w, 2) == NULL, row[i].hard);
        scene_end(&c);
    }
}

/* The path is narrower than the interface: the sender learns it from the router and goes on. */
static void path_mtu(void **state)
{
    static const struct sc_step send[] = {OPEN_AT(MS(1), SERVER_IP, 80),
                                          STEP(.on = ON_ESTABLISHED, .action = DO_SEND, .bytes = 20000),
                                          STEP(.on = ON_THEN, .action = DO_CLOSE)};
    struct scene c;

    (void)state;
    scene_init(&c);
    scene_host(&c, "client", "10.0.0.1");
    scene_host(&c, "server", "10.0.0.2");
    scene_router(&c, "router", "10.0.0.3");
    scene_link(&c, 0, 2, MS(5));
    scene_link(&c, 2, 1, MS(5))->mtu = 600;
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_APP(&c, "client", CLIENT, send);
    scene_run(&c, VTIME_NEVER);
    assert_true(scene_count(&c, REC_ICMP) >= 1);
    assert_int_equal(scene_totals(&c).bytes_delivered, 20000);
    assert_int_equal(scene_totals(&c).closed, 2); /* the listener stays */
    scene_end(&c);
}

/* --- the end of a host, and its return --- */

static void crash_and_reboot(void **state)
{
    static const struct sc_step server[] = {
        LISTEN_AT(0, 80), STEP(.on = ON_REBOOT, .time = MS(5), .action = DO_LISTEN, .local_port = 80)};
    static const struct sc_step client[] = {
        OPEN_AT(MS(1), SERVER_IP, 80), STEP(.on = ON_AT, .time = MS(300), .action = DO_SEND, .bytes = 5),
        STEP(.on = ON_RESET, .time = MS(100), .action = DO_OPEN, .to = SERVER_IP, .to_port = 80)};
    struct scene c;

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, server);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_event(&c, MS(100), EVENT_CRASH)->host = SERVER;
    scene_event(&c, MS(200), EVENT_REBOOT)->host = SERVER;
    scene_run(&c, 5 * NS_PER_S);
    assert_int_equal(scene_count(&c, REC_HOSTEV), 2);
    assert_int_equal(scene_signals(&c, SIGNAL_RESET), 1); /* the half-open connection is found out */
    assert_int_equal(scene_signals(&c, SIGNAL_ESTABLISHED), 4);
    assert_int_not_equal(conn(&c, 3)->pair, conn(&c, 6)->pair); /* a new incarnation is a new pair */
    assert_int_equal(conn(&c, 5)->pair, conn(&c, 6)->pair);
    assert_int_equal(conn(&c, 5)->open, OPEN_ACTIVE);
    scene_end(&c);

    two(&c); /* while it is down nobody answers */
    SCENE_APP(&c, "server", SERVER, server);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_event(&c, MS(100), EVENT_CRASH)->host = SERVER;
    scene_run(&c, NS_PER_S);
    assert_true(scene_drops(&c, DROP_HOST_DOWN) >= 1);
    assert_int_equal(scene_signals(&c, SIGNAL_RESET), 0);
    scene_end(&c);
}

/* What the crash leaves behind in the queue harms nobody. */
static void crash_with_replies_owed(void **state)
{
    struct scene c;

    (void)state;
    two(&c);
    c.host[SERVER].processing_delay = MS(20);
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_APP(&c, "client", CLIENT, open_80);
    scene_event(&c, MS(15), EVENT_CRASH)->host = SERVER; /* the SYN,ACK was to leave at 31 ms */
    scene_event(&c, MS(16), EVENT_REBOOT)->host = SERVER;
    scene_run(&c, MS(900));
    assert_int_equal(scene_count(&c, REC_SEND), 1);
    scene_end(&c);

    two(&c); /* likewise a reset that had been formed */
    c.host[SERVER].processing_delay = MS(20);
    SCENE_APP(&c, "client", CLIENT, open_80);
    scene_event(&c, MS(15), EVENT_CRASH)->host = SERVER;
    scene_event(&c, MS(16), EVENT_REBOOT)->host = SERVER;
    scene_run(&c, MS(900));
    assert_int_equal(scene_count(&c, REC_SEND), 1);
    scene_end(&c);
}

static void reuse(bool allowed)
{
    static const struct sc_step server[] = {LISTEN_AT(0, 80),
                                            STEP(.on = ON_ESTABLISHED, .time = MS(50), .action = DO_CLOSE)};
    static const struct sc_step client[] = {STEP(.on = ON_AT, .time = MS(1), .action = DO_OPEN,
                                                 .to = SERVER_IP, .to_port = 80, .local_port = 5000),
                                            STEP(.on = ON_CLOSING, .action = DO_CLOSE),
                                            STEP(.on = ON_AT, .time = NS_PER_S, .action = DO_OPEN,
                                                 .to = SERVER_IP, .to_port = 80, .local_port = 5000)};
    struct scene c;

    two(&c); /* the server closes first: TIME-WAIT is there */
    c.host[SERVER].tcp.time_wait_reuse = allowed;
    SCENE_APP(&c, "server", SERVER, server);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, 2 * NS_PER_S);
    assert_int_equal(scene_signals(&c, SIGNAL_ESTABLISHED), allowed ? 4 : 2);
    if (allowed) {
        assert_int_equal(conn(&c, 5)->open, OPEN_CHILD);
        assert_int_equal(conn(&c, 5)->pair, conn(&c, 4)->pair);
        assert_int_not_equal(conn(&c, 5)->pair, conn(&c, 2)->pair);
    }
    scene_end(&c);
}

static void time_wait_reuse(void **state)
{
    (void)state;
    reuse(true);
    reuse(false);
}

static void backlog(void **state)
{
    static const struct sc_step small[] = {
        STEP(.on = ON_AT, .action = DO_LISTEN, .local_port = 80, .backlog = 2)};
    struct scene c;

    (void)state;
    two(&c);
    c.link[0].path[1].loss_ppm = 1000000; /* no SYN,ACK arrives: all stay in SYN-RECEIVED */
    SCENE_APP(&c, "server", SERVER, small);
    SCENE_APP(&c, "client", CLIENT, open_80)->count = 5;
    scene_run(&c, MS(500));
    assert_int_equal(scene_rejects(&c, REJECT_BACKLOG), 3);
    assert_int_equal(sim_conn_count(&c.w), 1 + 5 + 2);
    scene_end(&c);
}

/* --- settings and what is seen of a connection from outside --- */

/* Settings that come with LISTEN and OPEN hold from the SYN on; those of a listener for what is born from it.
 */
static void presets(void **state)
{
    static const struct tcp_preset of_server[] = {{SET_MSS, 600}, {SET_RCV_BUFFER, 5000}};
    static const struct tcp_preset of_client[] = {{SET_NAGLE, 0}, {SET_RCV_BUFFER, 7000}};
    static const struct sc_step server[] = {STEP(.on = ON_AT, .action = DO_LISTEN, .local_port = 80,
                                                 .preset = of_server, .n_preset = ARRAY_LEN(of_server))};
    static const struct sc_step client[] = {STEP(.on = ON_AT, .time = MS(1), .action = DO_OPEN,
                                                 .to = SERVER_IP, .to_port = 80, .preset = of_client,
                                                 .n_preset = ARRAY_LEN(of_client))};
    const struct rec_send *syn, *syn_ack;
    struct tcp_info_view v;
    struct scene c;
    int64_t value = -1;

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, server);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, MS(500));
    syn = scene_rec(&c, REC_SEND, 1);
    syn_ack = scene_rec(&c, REC_SEND, 2);
    assert_int_equal(syn->wnd, 7000);
    assert_int_equal(syn_ack->wnd, 5000);
    assert_int_equal(syn_ack->mss, 600);
    assert_true(sim_tcp_info(&c.w, 3, &v)); /* listener, client, child */
    assert_int_equal(v.state, TCP_ESTABLISHED);
    assert_int_equal(v.rcv_space, 5000);
    assert_int_equal(v.snd_mss, 600);
    assert_true(sim_tcp_get(&c.w, CLIENT, 2, SET_NAGLE, &value));
    assert_int_equal(value, 0);
    assert_true(sim_tcp_get(&c.w, CLIENT, 0, SET_NAGLE, &value)); /* the host's default */
    assert_int_equal(value, 1);
    assert_false(sim_tcp_info(&c.w, 99, &v));
    assert_false(sim_tcp_get(&c.w, CLIENT, 99, SET_NAGLE, &value));
    scene_end(&c);
}

/* --- many connections --- */

static void many_connections_and_none_left(void **state)
{
    enum { MANY = 500 };
    struct sim_totals t;
    struct scene c;
    uint64_t live;

    (void)state;
    two(&c);
    c.s.full_checks = false;
    c.host[CLIENT].tcp.msl = MS(10);
    SCENE_APP(&c, "server", SERVER, listen_80);
    SCENE_APP(&c, "client", CLIENT, open_and_close)->count = MANY;
    c.app[1].stagger = MS(5); /* some thirty at a time */
    scene_run(&c, 0);
    live = arena_head(&c.w.mem)->live;
    scene_run(&c, VTIME_NEVER);
    t = scene_totals(&c);
    assert_int_equal(t.opened, 2 * MANY + 1);
    assert_int_equal(t.closed, 2 * MANY);
    assert_true(arena_head(&c.w.mem)->live <
                live + 24 * 1024); /* the table of ids grows; nothing else stays */
    scene_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets),
        cmocka_unit_test(the_most_specific_listener),
        cmocka_unit_test(taken_sockets),
        cmocka_unit_test(ephemeral_ports),
        cmocka_unit_test(initial_numbers),
        cmocka_unit_test(open_to_bad_addresses),
        cmocka_unit_test(open_without_a_remote_socket),
        cmocka_unit_test(syn_from_and_to_bad_addresses),
        cmocka_unit_test(no_connection_no_mercy),
        cmocka_unit_test(processing_delay),
        cmocka_unit_test(one_instant_one_ack),
        cmocka_unit_test(challenge_budget),
        cmocka_unit_test(icmp_reaches_its_connection),
        cmocka_unit_test(path_mtu),
        cmocka_unit_test(crash_and_reboot),
        cmocka_unit_test(crash_with_replies_owed),
        cmocka_unit_test(time_wait_reuse),
        cmocka_unit_test(backlog),
        cmocka_unit_test(many_connections_and_none_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
