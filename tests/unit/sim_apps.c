/* models/app: what sets a step off, the order of steps, reading, the ready-made behaviours, calls out of
 * turn; and the world as a value. */
#include "models/state.h"
#include "tests/support/scene.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

enum { CLIENT, SERVER };
enum { CLIENT_IP = 1, SERVER_IP };

#define TEXT(s) .text = (const uint8_t *)(s), .text_n = sizeof(s) - 1

static const struct sc_step serve[] = {LISTEN_AT(0, 80), STEP(.on = ON_CLOSING, .action = DO_CLOSE)};

static void two(struct scene *c)
{
    scene_init(c);
    scene_host(c, "client", "10.0.0.1");
    scene_host(c, "server", "10.0.0.2");
    scene_link(c, CLIENT, SERVER, MS(10));
    c->s.limits.time = 1000 * NS_PER_S;
}

/* The calls of one host, as letters: O OPEN, S SEND, R RECEIVE, C CLOSE, A ABORT, ? STATUS, = SET, F FLUSH.
 */
static void calls_of(const struct scene *c, uint32_t host, bool receives, char *out)
{
    static const char letter[] = "-OSRCA?=F-";
    const struct rec_call *r;

    for (unsigned n = 1; (r = scene_rec(c, REC_CALL, n)); n++)
        if (r->head.host == host + 1 && (receives || r->call != CALL_RECEIVE))
            *out++ = letter[r->call];
    *out = '\0';
}

static vtime call_time(const struct scene *c, unsigned call, unsigned nth)
{
    const struct rec_call *r;

    for (unsigned n = 1; (r = scene_rec(c, REC_CALL, n)); n++)
        if (r->call == call && --nth == 0)
            return r->head.at;
    fail_msg("no such call");
    return 0;
}

/* --- triggers --- */

/* One step of the client, DO_STATUS, set off in different ways; the times at which it happens (ms), at most
 * three. The link takes 10 ms: established at 20, the server's text "0123456789" sent at 30 and there at 40,
 * its FIN sent at 100. */
static void triggers(void **state)
{
    static const struct sc_step server[] = {
        LISTEN_AT(0, 80), STEP(.on = ON_ESTABLISHED, .action = DO_SEND, TEXT("01234"), .push = false),
        STEP(.on = ON_THEN, .action = DO_SEND, TEXT("56789")),
        STEP(.on = ON_AT, .time = MS(100), .action = DO_CLOSE)};
    static const struct {
        struct sc_step step;
        int at[3]; /* ms, 0: no more */
    } row[] = {
        {STEP(.on = ON_AT, .time = MS(7)), {7}},
        {STEP(.on = ON_ESTABLISHED), {20}},
        {STEP(.on = ON_ESTABLISHED, .time = MS(3)), {23}},
        {STEP(.on = ON_STATE, .state = TCP_SYN_SENT, .time = MS(1)), {1}},
        {STEP(.on = ON_STATE, .state = TCP_CLOSE_WAIT), {110}},
        {STEP(.on = ON_DATA, .amount = 10), {40}},
        {STEP(.on = ON_DATA, .amount = 11), {0}},
        {STEP(.on = ON_DATA, .amount = 1, .time = MS(1)), {41}},
        {STEP(.on = ON_PUSH), {40}},
        {STEP(.on = ON_CLOSING), {110}},
        {STEP(.on = ON_CLOSED), {0}},
        {STEP(.on = ON_RESET), {0}},
        {STEP(.on = ON_URGENT), {0}},
        {STEP(.on = ON_TIMEOUT), {0}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct sc_step client[] = {OPEN_AT(0, SERVER_IP, 80), row[i].step};
        struct scene c;

        client[1].action = DO_STATUS;
        two(&c);
        SCENE_APP(&c, "server", SERVER, server);
        SCENE_APP(&c, "client", CLIENT, client);
        scene_run(&c, NS_PER_S);
        for (unsigned k = 0; k < 3 && row[i].at[k]; k++)
            if (call_time(&c, CALL_STATUS, k + 1) != MS(row[i].at[k]))
                fail_msg("row %u: at %lld ns", (unsigned)i, (long long)call_time(&c, CALL_STATUS, k + 1));
        if (!row[i].at[0])
            assert_int_equal(scene_calls(&c, CALL_STATUS, RESULT_OK), 0);
        scene_end(&c);
    }
}

/* A FIN that acknowledges ours leads through FIN-WAIT-2 at one instant; the step finds what is there
 * afterwards. */
static void state_of_no_duration(void **state)
{
    static const struct sc_step client[] = {
        OPEN_AT(0, SERVER_IP, 80), STEP(.on = ON_AT, .time = MS(100), .action = DO_CLOSE),
        STEP(.on = ON_STATE, .state = TCP_FIN_WAIT_2, .action = DO_STATUS),
        STEP(.on = ON_STATE, .state = TCP_TIME_WAIT, .action = DO_FLUSH)};
    static const struct sc_step server[] = {LISTEN_AT(0, 80), STEP(.on = ON_CLOSING, .action = DO_CLOSE)};
    struct scene c;
    char got[16];

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, server);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, NS_PER_S);
    assert_int_equal(call_time(&c, CALL_STATUS, 1), MS(120));
    assert_int_equal(call_time(&c, CALL_FLUSH, 1), MS(120));
    calls_of(&c, CLIENT, false, got);
    assert_string_equal(got, "OC?F");
    scene_end(&c);
}

static void acknowledged(void **state)
{
    static const struct sc_step client[] = {
        OPEN_AT(0, SERVER_IP, 80), STEP(.on = ON_ESTABLISHED, .action = DO_SEND, .bytes = 3000),
        STEP(.on = ON_ACKED, .action = DO_STATUS),
        STEP(.on = ON_ACKED, .amount = 1460, .action = DO_SET, .setting = SET_NAGLE),
        STEP(.on = ON_ACKED, .amount = 3001, .action = DO_ABORT)};
    struct scene c;
    char got[16];

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, serve);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, NS_PER_S);
    calls_of(&c, CLIENT, false, got);
    assert_string_equal(got, "OS=?");
    scene_end(&c);
}

static void refused_reset_timeout(void **state)
{
    static const struct sc_step client[] = {OPEN_AT(0, SERVER_IP, 80),
                                            STEP(.on = ON_REFUSED, .action = DO_NOTHING),
                                            STEP(.on = ON_THEN, .action = DO_STATUS),
                                            STEP(.on = ON_RESET, .action = DO_SET),
                                            STEP(.on = ON_TIMEOUT, .action = DO_FLUSH),
                                            STEP(.on = ON_CLOSED, .action = DO_CLOSE)};
    static const struct sc_step abort_it[] = {LISTEN_AT(0, 80),
                                              STEP(.on = ON_ESTABLISHED, .action = DO_ABORT)};
    struct scene c;
    char got[16];

    (void)state;
    two(&c);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    calls_of(&c, CLIENT, false, got);
    assert_string_equal(got, "O?C");
    scene_end(&c);

    two(&c);
    SCENE_APP(&c, "server", SERVER, abort_it);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    calls_of(&c, CLIENT, false, got);
    assert_string_equal(got, "O=C");
    scene_end(&c);

    two(&c);
    c.link[0].path[0].loss_ppm = 1000000;
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    calls_of(&c, CLIENT, false, got);
    assert_string_equal(got, "OFC");
    scene_end(&c);
}

/* `every`: each time; without it once for a connection's life. Forty more steps than fit a word still work.
 */
static void every_time(void **state)
{
    static struct sc_step many[104];
    struct scene c;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = (struct sc_step)STEP(.on = ON_RESET, .action = DO_NOTHING);
    many[0] = (struct sc_step)OPEN_AT(0, SERVER_IP, 80);
    many[1] = (struct sc_step)STEP(.on = ON_REFUSED, .every = true, .time = MS(5), .action = DO_OPEN,
                                   .to = SERVER_IP, .to_port = 80);
    many[103] = (struct sc_step)STEP(.on = ON_REFUSED, .action = DO_STATUS);
    two(&c);
    SCENE_APP(&c, "client", CLIENT, many);
    scene_run(&c, MS(25 * 4 - 1));
    assert_int_equal(scene_calls(&c, CALL_OPEN, RESULT_OK), 4);
    assert_int_equal(scene_calls(&c, CALL_STATUS, RESULT_NO_CONNECTION), 1);
    scene_end(&c);
}

/* --- order --- */

/* A SEND larger than the buffer goes on as room comes; what follows waits, what is out of turn does not. */
static void send_in_pieces(void **state)
{
    static const struct sc_step client[] = {
        OPEN_AT(0, SERVER_IP, 80), STEP(.on = ON_ESTABLISHED, .action = DO_SEND, .bytes = 50000),
        STEP(.on = ON_THEN, .action = DO_SEND, TEXT("tail")), STEP(.on = ON_THEN, .action = DO_CLOSE),
        STEP(.on = ON_AT, .time = MS(50), .action = DO_STATUS)};
    struct scene c;
    const struct rec_call *r;
    uint64_t taken = 0, before_close = 0;
    bool status = false;

    (void)state;
    two(&c);
    c.host[CLIENT].tcp.snd_buffer = 8000;
    SCENE_APP(&c, "server", SERVER, serve);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    for (unsigned n = 1; (r = scene_rec(&c, REC_CALL, n)); n++) {
        if (r->head.host != CLIENT + 1)
            continue;
        if (r->call == CALL_SEND)
            taken += r->len;
        if (r->call == CALL_CLOSE)
            before_close = taken;
        if (r->call == CALL_STATUS)
            status = taken > 0 && taken < 50000;
    }
    assert_int_equal(before_close, 50004);
    assert_true(status);
    assert_true(scene_calls(&c, CALL_SEND, RESULT_FULL) > 3);
    assert_int_equal(scene_totals(&c).bytes_delivered, 50004);
    scene_end(&c);
}

/* A CLOSE at a time comes behind a SEND that is under way; an ABORT does not wait. */
static void out_of_turn(void **state)
{
    static const struct sc_step close_it[] = {OPEN_AT(0, SERVER_IP, 80),
                                              STEP(.on = ON_ESTABLISHED, .action = DO_SEND, .bytes = 50000),
                                              STEP(.on = ON_AT, .time = MS(30), .action = DO_CLOSE)};
    static const struct sc_step abort_it[] = {OPEN_AT(0, SERVER_IP, 80),
                                              STEP(.on = ON_ESTABLISHED, .action = DO_SEND, .bytes = 50000),
                                              STEP(.on = ON_AT, .time = MS(30), .action = DO_ABORT)};
    struct scene c;

    (void)state;
    two(&c);
    c.host[CLIENT].tcp.snd_buffer = 8000;
    SCENE_APP(&c, "server", SERVER, serve);
    SCENE_APP(&c, "client", CLIENT, close_it);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_totals(&c).bytes_delivered, 50000);
    scene_end(&c);

    two(&c);
    c.host[CLIENT].tcp.snd_buffer = 8000;
    SCENE_APP(&c, "server", SERVER, serve);
    SCENE_APP(&c, "client", CLIENT, abort_it);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(call_time(&c, CALL_ABORT, 1), MS(30));
    assert_true(scene_totals(&c).bytes_delivered < 50000);
    scene_end(&c);
}

static void calls_without_a_connection(void **state)
{
    static const struct sc_step client[] = {STEP(.on = ON_AT, .action = DO_SEND, .bytes = 5),
                                            STEP(.on = ON_THEN, .action = DO_RECEIVE, .bytes = 5),
                                            STEP(.on = ON_THEN, .action = DO_CLOSE),
                                            STEP(.on = ON_THEN, .action = DO_ABORT),
                                            STEP(.on = ON_THEN, .action = DO_STATUS),
                                            STEP(.on = ON_THEN, .action = DO_FLUSH),
                                            STEP(.on = ON_THEN, .action = DO_SET),
                                            STEP(.on = ON_THEN, .action = DO_EXIT)};
    struct scene c;
    char got[16];

    (void)state;
    two(&c);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    calls_of(&c, CLIENT, true, got);
    assert_string_equal(got, "SRCA?F=C");
    for (unsigned call = CALL_SEND; call <= CALL_FLUSH; call++)
        assert_int_equal(scene_calls(&c, call, RESULT_NO_CONNECTION), call == CALL_CLOSE ? 2 : 1);
    scene_end(&c);
}

/* --- listeners and children --- */

static void steps_of_children(void **state)
{
    static const struct sc_step server[] = {
        LISTEN_AT(0, 80), STEP(.on = ON_ESTABLISHED, .action = DO_SEND, TEXT("hi")),
        STEP(.on = ON_AT, .time = MS(100), .action = DO_STATUS),                     /* each child alive */
        STEP(.on = ON_AT, .time = MS(200), .action = DO_CLOSE, .on_listener = true), /* the listener */
        STEP(.on = ON_AT, .time = MS(300), .action = DO_CLOSE)};
    static const struct sc_step client[] = {OPEN_AT(0, SERVER_IP, 80),
                                            STEP(.on = ON_CLOSING, .action = DO_CLOSE)};
    static const struct sc_step late[] = {OPEN_AT(MS(250), SERVER_IP, 80)};
    struct scene c;
    char got[64];

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, server);
    SCENE_APP(&c, "client", CLIENT, client)->count = 3;
    SCENE_APP(&c, "late", CLIENT, late);
    scene_run(&c, VTIME_NEVER);
    calls_of(&c, SERVER, false, got);
    assert_string_equal(got, "OSSS???CCCC");
    assert_int_equal(scene_signals(&c, SIGNAL_REFUSED), 1);
    assert_int_equal(scene_totals(&c).bytes_delivered, 6);
    assert_int_equal(scene_totals(&c).closed, scene_totals(&c).opened);
    scene_states(&c, 1, got, sizeof got);
    assert_string_equal(got, "LISTEN CLOSED");
    scene_end(&c);
}

static void a_listener_turns_active(void **state)
{
    static const struct sc_step open[] = {LISTEN_AT(0, 80), OPEN_AT(MS(10), SERVER_IP, 80),
                                          STEP(.on = ON_ESTABLISHED, .action = DO_CLOSE)};
    static const struct sc_step send[] = {
        STEP(.on = ON_AT, .action = DO_LISTEN, .local_port = 80, .to = SERVER_IP, .to_port = 80),
        STEP(.on = ON_AT, .time = MS(10), .action = DO_SEND, TEXT("first"), .on_listener = true),
        STEP(.on = ON_ESTABLISHED, .time = MS(500), .action = DO_CLOSE)};
    struct scene c;
    char got[128];

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, serve);
    SCENE_APP(&c, "client", CLIENT, open);
    scene_run(&c, VTIME_NEVER);
    scene_states(&c, 2, got, sizeof got);
    assert_string_equal(got, "LISTEN SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED");
    assert_int_equal(scene_count(&c, REC_CONN), 4); /* the client's is told again, with its remote socket */
    assert_int_equal(((const struct rec_conn *)scene_rec(&c, REC_CONN, 3))->pair,
                     ((const struct rec_conn *)scene_rec(&c, REC_CONN, 4))->pair);
    scene_end(&c);

    two(&c);
    SCENE_APP(&c, "server", SERVER, serve);
    SCENE_APP(&c, "client", CLIENT, send);
    scene_run(&c, VTIME_NEVER);
    scene_states(&c, 2, got, sizeof got);
    assert_string_equal(got, "LISTEN SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED");
    assert_int_equal(scene_totals(&c).bytes_delivered, 5);
    scene_end(&c);
}

static void simultaneous_open(void **state)
{
    static const struct sc_step a[] = {
        STEP(.on = ON_AT, .action = DO_OPEN, .to = SERVER_IP, .to_port = 2, .local_port = 1),
        STEP(.on = ON_ESTABLISHED, .time = MS(100), .action = DO_CLOSE)};
    static const struct sc_step b[] = {
        STEP(.on = ON_AT, .action = DO_OPEN, .to = CLIENT_IP, .to_port = 1, .local_port = 2),
        STEP(.on = ON_ESTABLISHED, .time = MS(100), .action = DO_CLOSE)};
    struct scene c;
    char got[128];

    (void)state;
    two(&c);
    SCENE_APP(&c, "a", CLIENT, a);
    SCENE_APP(&c, "b", SERVER, b);
    scene_run(&c, VTIME_NEVER);
    for (uint32_t end = 1; end <= 2; end++) {
        scene_states(&c, end, got, sizeof got);
        assert_string_equal(got, "SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 CLOSING TIME-WAIT CLOSED");
        assert_int_equal(((const struct rec_conn *)scene_rec(&c, REC_CONN, end))->pair, 1);
    }
    scene_end(&c);
}

/* To a listener of one's own, over no link at all. */
static void connection_to_oneself(void **state)
{
    static const struct sc_step client[] = {OPEN_AT(MS(1), CLIENT_IP, 80),
                                            STEP(.on = ON_ESTABLISHED, .action = DO_SEND, .bytes = 5000),
                                            STEP(.on = ON_THEN, .action = DO_CLOSE)};
    struct scene c;

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", CLIENT, serve);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_totals(&c).bytes_delivered, 5000);
    assert_int_equal(scene_totals(&c).closed, 2);
    assert_int_equal(scene_count(&c, REC_TRANSMIT), 0);
    scene_end(&c);
}

/* --- reading --- */

static void reading(void **state)
{
    static const struct sc_step client[] = {OPEN_AT(0, SERVER_IP, 80),
                                            STEP(.on = ON_ESTABLISHED, .action = DO_SEND, .bytes = 3000),
                                            STEP(.on = ON_THEN, .action = DO_CLOSE)};
    static const struct sc_step by_hand[] = {
        LISTEN_AT(0, 80), STEP(.on = ON_AT, .time = MS(200), .action = DO_RECEIVE, .bytes = 1000),
        STEP(.on = ON_AT, .time = MS(300), .action = DO_READ, .read = {.kind = READ_AUTO, .buffer = 500}),
        STEP(.on = ON_CLOSING, .action = DO_CLOSE)};
    struct scene c;
    const struct rec_deliver *d;

    (void)state;
    two(&c); /* paced: 1000 bytes every 100 ms */
    SCENE_APP(&c, "server", SERVER, serve)->read =
        (struct sc_read){.kind = READ_PACED, .buffer = 1000, .interval = MS(100)};
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    for (unsigned n = 1; n <= 3; n++) {
        d = scene_rec(&c, REC_DELIVER, n);
        assert_int_equal(d->head.at, MS(30) + MS(100) * (vtime)n);
        assert_int_equal(d->total, 1000 * n);
    }
    assert_int_equal(scene_totals(&c).closed, 2);
    scene_end(&c);

    two(&c);
    SCENE_APP(&c, "server", SERVER, by_hand)->read.kind = READ_NONE;
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    d = scene_rec(&c, REC_DELIVER, 1);
    assert_int_equal(d->head.at, MS(200));
    assert_int_equal(d->len, 1000);
    d = scene_rec(&c, REC_DELIVER, 2);
    assert_int_equal(d->head.at, MS(300));
    assert_int_equal(d->len, 500);
    assert_int_equal(scene_count(&c, REC_DELIVER), 5);
    scene_end(&c);
}

/* A stalled reader does not keep the world running. */
static void nothing_to_read(void **state)
{
    static const struct sc_step client[] = {OPEN_AT(0, SERVER_IP, 80)};
    struct scene c;

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, serve)->read =
        (struct sc_read){.kind = READ_PACED, .buffer = 10, .interval = MS(1)};
    SCENE_APP(&c, "client", CLIENT, client);
    assert_int_equal(scene_run(&c, VTIME_NEVER), RUN_IDLE);
    assert_true(world_now(&c.w) < 2 * NS_PER_S);
    scene_end(&c);
}

/* --- behaviours --- */

static void echo(void **state)
{
    static const struct sc_step client[] = {OPEN_AT(0, SERVER_IP, 80),
                                            STEP(.on = ON_ESTABLISHED, .action = DO_SEND, TEXT("ping!")),
                                            STEP(.on = ON_THEN, .action = DO_SEND, .bytes = 40000),
                                            STEP(.on = ON_DATA, .amount = 40005, .action = DO_CLOSE)};
    static const struct sc_step listen[] = {LISTEN_AT(0, 80)};
    struct scene c;
    const struct rec_deliver *d = NULL, *next;
    uint8_t sent[40005], got[40005];
    uint64_t n = 0;

    (void)state;
    two(&c);
    c.host[SERVER].tcp.snd_buffer = 5000; /* less than what comes: it is held back */
    SCENE_APP(&c, "server", SERVER, listen)->behaviour = APP_ECHO;
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, VTIME_NEVER);
    for (unsigned i = 1; (next = scene_rec(&c, REC_DELIVER, i)); i++)
        if (next->head.host == CLIENT + 1) {
            d = next;
            stream_read(&c.w, sim_state(&c.w)->streams, d->stream, d->off, got + n, (size_t)d->len);
            n += d->len;
        }
    assert_int_equal(n, sizeof got);
    stream_read(&c.w, sim_state(&c.w)->streams, 2, 0, sent, sizeof sent);
    assert_memory_equal(sent, "ping!", 5);
    assert_memory_equal(sent, got, sizeof sent);
    assert_int_equal(scene_totals(&c).closed, 2);
    scene_end(&c);
}

static void request_and_response(void **state)
{
    static const struct sc_step open[] = {OPEN_AT(0, SERVER_IP, 80)};
    static const struct sc_step listen[] = {LISTEN_AT(0, 80)};
    struct scene c;

    (void)state;
    two(&c);
    *SCENE_APP(&c, "server", SERVER, listen) = (struct sc_app){.name = "server",
                                                               .host = SERVER,
                                                               .behaviour = APP_RESPONDER,
                                                               .request = 100,
                                                               .response = 3000,
                                                               .step = listen,
                                                               .n_steps = 1};
    *SCENE_APP(&c, "client", CLIENT, open) = (struct sc_app){.name = "client",
                                                             .host = CLIENT,
                                                             .behaviour = APP_REQUESTER,
                                                             .request = 100,
                                                             .response = 3000,
                                                             .rounds = 5,
                                                             .count = 4,
                                                             .stagger = MS(7),
                                                             .step = open,
                                                             .n_steps = 1};
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_totals(&c).bytes_delivered, 4 * 5 * 3100);
    assert_int_equal(scene_totals(&c).closed, 8);
    assert_int_equal(call_time(&c, CALL_OPEN, 5), MS(21)); /* the listener's is the first */
    scene_end(&c);
}

/* --- from outside --- */

static void calls_out_of_turn(void **state)
{
    static const struct sc_step client[] = {OPEN_AT(0, SERVER_IP, 80)};
    const struct sc_step send = STEP(.action = DO_SEND, TEXT("by hand")), close_it = STEP(.action = DO_CLOSE);
    const struct sc_event cut = {.kind = EVENT_CUT, .host = SERVER},
                          join = {.kind = EVENT_JOIN, .host = SERVER};
    struct scene c;

    (void)state;
    two(&c);
    SCENE_APP(&c, "server", SERVER, serve);
    SCENE_APP(&c, "client", CLIENT, client);
    scene_run(&c, NS_PER_S);
    assert_int_equal(sim_user_call(&c.w, 2, &send), RESULT_OK);
    assert_int_equal(sim_user_call(&c.w, 99, &send), RESULT_NO_CONNECTION);
    scene_run(&c, 2 * NS_PER_S);
    assert_int_equal(scene_totals(&c).bytes_delivered, 7);
    sim_event(&c.w, &cut);
    assert_int_equal(sim_user_call(&c.w, 2, &close_it), RESULT_OK);
    scene_run(&c, 3 * NS_PER_S);
    assert_int_equal(scene_signals(&c, SIGNAL_CLOSING), 0);
    sim_event(&c.w, &join);
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(scene_totals(&c).closed, 2);
    scene_end(&c);
}

/* --- a world is a value --- */

static const struct sc_step busy_client[] = {
    OPEN_AT(MS(1), SERVER_IP, 80), STEP(.on = ON_ESTABLISHED, .action = DO_SEND, .bytes = 60000),
    STEP(.on = ON_THEN, .action = DO_SEND, TEXT("the end")), STEP(.on = ON_THEN, .action = DO_CLOSE)};

static void busy(struct scene *c)
{
    two(c);
    for (unsigned d = 0; d < 2; d++) {
        struct sc_path *p = &c->link[0].path[d];

        p->rate_bps = 3000000;
        p->queue_packets = 12;
        p->loss_ppm = p->duplicate_ppm = p->reorder_ppm = p->corrupt_ppm = 20000;
        p->jitter = MS(2);
    }
    c->host[SERVER].processing_delay = MS(1);
    c->host[CLIENT].tcp.snd_buffer = 20000;
    c->s.full_checks = false;
    SCENE_APP(c, "server", SERVER, serve)->behaviour = APP_ECHO;
    SCENE_APP(c, "client", CLIENT, busy_client)->count = 3;
    scene_fault(c, FAULT_DROP, (struct sc_match)MATCH(.data = 1, .nth_from = 5, .nth_to = 6));
}

static void same_run_same_bytes(void **state)
{
    struct scene c;
    uint64_t hash, print, records;

    (void)state;
    busy(&c);
    scene_run(&c, VTIME_NEVER);
    hash = world_hash(&c.w);
    print = scene_fingerprint(&c);
    records = c.w.core->last_record;
    assert_true(scene_totals(&c).bytes_delivered > 300000);
    scene_end(&c);

    busy(&c); /* in two parts, cut anywhere */
    scene_run(&c, MS(777));
    scene_run(&c, VTIME_NEVER);
    assert_int_equal(world_hash(&c.w), hash);
    assert_int_equal(scene_fingerprint(&c), print);
    scene_end(&c);

    busy(&c); /* nobody listens: the same ids */
    assert_true(sim_init(&c.w, &c.s));
    sim_run(&c.w, VTIME_NEVER);
    assert_int_equal(c.w.core->last_record, records);
    world_free(&c.w);

    busy(&c);
    c.s.seed = 2;
    scene_run(&c, VTIME_NEVER);
    assert_int_not_equal(scene_fingerprint(&c), print);
    scene_end(&c);
}

static void fork_and_restore(void **state)
{
    struct arena_snapshot saved;
    struct world fork;
    struct scene c;

    (void)state;
    busy(&c);
    assert_true(sim_init(&c.w, &c.s)); /* without sinks: a fork has none either */
    sim_run(&c.w, MS(500));
    assert_true(world_fork(&c.w, &fork));
    assert_true(world_save(&c.w, &saved));
    sim_run(&c.w, VTIME_NEVER);
    sim_run(&fork, VTIME_NEVER);
    assert_true(world_equal(&c.w, &fork));
    world_restore(&fork, &saved);
    assert_int_equal(world_now(&fork), MS(500));
    sim_run(&fork, VTIME_NEVER);
    assert_true(world_equal(&c.w, &fork));
    arena_snapshot_free(&saved);
    world_free(&fork);
    world_free(&c.w);
}

/* An idle connection, both ends, in bytes of the arena. */
static void small_when_idle(void **state)
{
    enum { MANY = 2000 };
    static const struct sc_step listen[] = {
        STEP(.on = ON_AT, .action = DO_LISTEN, .local_port = 80, .backlog = 5000)};
    static const struct sc_step open[] = {OPEN_AT(0, SERVER_IP, 80)};
    struct scene c;
    uint64_t before;

    (void)state;
    two(&c);
    c.s.full_checks = false;
    SCENE_APP(&c, "server", SERVER, listen);
    SCENE_APP(&c, "client", CLIENT, open)->count = MANY;
    c.app[1].stagger = US(100);
    assert_true(sim_init(&c.w, &c.s));
    before = arena_head(&c.w.mem)->live;
    sim_run(&c.w, 3 * NS_PER_S);
    assert_int_equal(sim_conn_count(&c.w), 2 * MANY + 1);
    print_message("idle connection: %u bytes\n", (unsigned)((arena_head(&c.w.mem)->live - before) / MANY));
    assert_in_range((arena_head(&c.w.mem)->live - before) / MANY, 1, 1400);
    world_free(&c.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(triggers),
        cmocka_unit_test(state_of_no_duration),
        cmocka_unit_test(acknowledged),
        cmocka_unit_test(refused_reset_timeout),
        cmocka_unit_test(every_time),
        cmocka_unit_test(send_in_pieces),
        cmocka_unit_test(out_of_turn),
        cmocka_unit_test(calls_without_a_connection),
        cmocka_unit_test(steps_of_children),
        cmocka_unit_test(a_listener_turns_active),
        cmocka_unit_test(simultaneous_open),
        cmocka_unit_test(connection_to_oneself),
        cmocka_unit_test(reading),
        cmocka_unit_test(nothing_to_read),
        cmocka_unit_test(echo),
        cmocka_unit_test(request_and_response),
        cmocka_unit_test(calls_out_of_turn),
        cmocka_unit_test(same_run_same_bytes),
        cmocka_unit_test(fork_and_restore),
        cmocka_unit_test(small_when_idle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
