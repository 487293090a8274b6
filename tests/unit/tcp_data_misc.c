/* ICMP (RFC 9293 sec 3.9.2.2, RFC 5927, RFC 1191), FLUSH, STATUS, SET, half-duplex close, and the bounds of
 * queues.
 *
 * Proves: MUST-47 MUST-48 MUST-54 MUST-55 MUST-56; SHLD-20 SHLD-25 SHLD-26; MAY-1 SHLD-3 MAY-9 MAY-14. */
#include "tests/support/tcp_rig.h"

#include <stdio.h>

#define OUT "SEND 10 push; < any 1;"

static const struct rig_row rows[] = {
    /* --- ICMP --- */
    {"icmp_net_unreachable_is_soft", "9293 3.9.2.2",
     "at ESTABLISHED;" OUT "icmp 3 0; ! soft error 768; ? ICMP_SOFT; = ESTABLISHED"},
    {"icmp_host_unreachable_is_soft", "9293 3.9.2.2",
     "at ESTABLISHED;" OUT "icmp 3 1; ! soft error 769; = ESTABLISHED"},
    {"icmp_source_route_failed_is_soft", "9293 3.9.2.2",
     "at ESTABLISHED;" OUT "icmp 3 5; ! soft error 773; = ESTABLISHED"},
    {"icmp_time_exceeded_is_soft", "9293 3.9.2.2",
     "at ESTABLISHED;" OUT "icmp 11 0; ! soft error 2816; = ESTABLISHED"},
    {"icmp_parameter_problem_is_soft", "9293 3.9.2.2",
     "at ESTABLISHED;" OUT "icmp 12 0; ! soft error 3072; = ESTABLISHED"},
    {"icmp_soft_in_syn_sent", "9293 3.9.2.2",
     "at SYN-SENT; icmp 3 1; ! soft error 769; = SYN-SENT; wait 1s; < any 1"},
    {"icmp_soft_reports_switched_off", "9293 3.9.1.8",
     "at ESTABLISHED; SET reports 0;" OUT "icmp 3 1; ? ICMP_SOFT; = ESTABLISHED"},
    {"icmp_soft_reports_switched_on_again", "9293 3.9.1.8",
     "at ESTABLISHED; SET reports 0; SET reports 1;" OUT "icmp 3 1; ! soft error 769"},
    {"icmp_protocol_unreachable_is_hard", "9293 3.9.2.2",
     "at ESTABLISHED;" OUT "icmp 3 2; ! hard error; ? ICMP_HARD; = CLOSED; = gone"},
    {"icmp_port_unreachable_is_hard", "9293 3.9.2.2",
     "at SYN-SENT; icmp 3 3; ! hard error; = CLOSED; = gone"},
    {"icmp_hard_ends_a_receive", "9293 3.9.2.2",
     "at SYN-SENT; RECEIVE 5; icmp 3 3; & connection reset; ! hard error; = gone"},
    {"icmp_source_quench", "9293 3.9.2.2",
     "at ESTABLISHED;" OUT "var cwnd 2144; icmp 4 0; ? ICMP_QUENCH; var cwnd 2144; = ESTABLISHED"},
    {"icmp_about_what_was_acknowledged", "5927 4.1",
     "at ESTABLISHED;" OUT "> <SEQ=1><ACK=11><CTL=ACK>; icmp 3 3 quoted 5; ? ICMP_STALE; = ESTABLISHED"},
    {"icmp_about_what_was_never_sent", "5927 4.1",
     "at ESTABLISHED;" OUT "icmp 3 3 quoted 11; ? ICMP_STALE; = ESTABLISHED"},
    {"icmp_about_the_last_octet_in_flight", "5927 4.1",
     "at ESTABLISHED;" OUT "icmp 3 3 quoted 10; ! hard error; = gone"},
    {"icmp_with_nothing_in_flight", "5927 4.1",
     "at ESTABLISHED; icmp 3 3 quoted 1; ? ICMP_STALE; = ESTABLISHED"},
    {"icmp_in_listen", "5927 4.1", "at LISTEN; icmp 3 3 quoted 0; ? ICMP_STALE; = LISTEN"},
    {"icmp_in_time_wait", "5927 4.1", "at TIME-WAIT; icmp 3 3 quoted 1; ? ICMP_STALE; = TIME-WAIT"},

    /* --- path MTU (RFC 1191) --- */
    {"pmtu_lowers_the_mss", "1191 3",
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>; ! connection established;"
     "< any 1; SEND 2920; < any 2; icmp 3 4 1000; ? ICMP_MTU; var snd.mss 960;"
     "< <SEQ=1><ACK=1><CTL=ACK><LEN=960>; < <SEQ=961><ACK=1><CTL=ACK><LEN=500>;"
     "< <SEQ=1461><ACK=1><CTL=ACK><LEN=960>; < <SEQ=2421><ACK=1><CTL=ACK><LEN=500>;"
     "> <SEQ=1><ACK=2921><CTL=ACK>; SEND 960; < <SEQ=2921><ACK=1><CTL=ACK><LEN=960>"},
    {"pmtu_with_fin_and_push", "1191 3",
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>; ! connection established;"
     "< any 1; SEND 1460; < any 1; SEND 1000; CLOSE; < any 1; > <SEQ=1><ACK=1461><CTL=ACK>;"
     "icmp 3 4 576; < <SEQ=1461><ACK=1><CTL=ACK><LEN=536>;"
     "< <SEQ=1997><ACK=1><CTL=FIN,PSH,ACK><LEN=464>; > <SEQ=1><ACK=2462><CTL=ACK>;"
     "! close acknowledged; = FIN-WAIT-2"},
    {"pmtu_does_not_raise", "1191 3", "at ESTABLISHED;" OUT "icmp 3 4 9000; var snd.mss 536; ?! ICMP_MTU"},
    {"pmtu_absurd_is_clamped", "5927 7.2", "at ESTABLISHED;" OUT "icmp 3 4 20; var snd.mss 28; < any 1"},
    {"pmtu_ipv6_is_at_least_1280", "8201 4",
     "v6; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1440>; ! connection established;"
     "< any 1; SEND 1440; < any 1; icmp 3 4 600; var snd.mss 1220; < any 2"},
    {"pmtu_is_no_congestion", "1191 6.3", "at ESTABLISHED;" OUT "icmp 3 4 300; < any 1; var cwnd 2144"},
    {"pmtu_stale", "5927 7.2", "at ESTABLISHED; icmp 3 4 300 quoted 1; ? ICMP_STALE; var snd.mss 536"},
    {"pmtu_in_syn_received", "1191 3",
     "at SYN-RECEIVED; icmp 3 4 300 quoted 0; = SYN-RECEIVED; wait 1s; < any 1"},

    /* --- FLUSH (3.9.1.7) --- */
    {"flush_what_was_not_sent", "9293 3.9.1.7",
     "at ESTABLISHED; SEND 100; FLUSH -> ok; var queued 0; wait 100s; SEND 5 push;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5>"},
    {"flush_keeps_what_has_a_number", "9293 3.9.1.7",
     "at ESTABLISHED;" OUT "SEND 10 push; FLUSH; wait 1s; < @1s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>;"
     "> <SEQ=1><ACK=11><CTL=ACK>; wait 10s"},
    {"flush_a_closed_window", "9293 3.9.1.7",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; timer persist 1s; FLUSH;"
     "timer persist off; wait 100s"},
    {"flush_while_probing", "9293 3.9.1.7",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 1s; < any 1; FLUSH;"
     "timer persist 2s; > <SEQ=1><ACK=1><CTL=ACK><WND=500>; < <SEQ=1><ACK=1><CTL=ACK><LEN=1>;"
     "> <SEQ=1><ACK=2><CTL=ACK>; wait 100s"},
    {"flush_and_close", "9293 3.9.1.7",
     "at ESTABLISHED;" OUT "SEND 10; FLUSH; CLOSE; < <SEQ=11><ACK=1><CTL=FIN,ACK>"},
    {"flush_urgent", "9293 3.9.1.7",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 50 push urgent; < any 1; FLUSH;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=500>; SEND 5 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5>"},
    {"flush_makes_room", "9293 3.9.1.7",
     "hear SEND_SPACE; opt snd_buffer 100; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>;"
     "SEND 150 push -> send buffer full; FLUSH; ! send buffer has room; SEND 100 -> ok"},
    {"flush_ends_the_user_timeout", "9293 3.9.1.7",
     "opt user_timeout 5s; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push;"
     "timer user 5s; FLUSH; timer user off"},

    /* --- SET --- */
    {"set_dscp", "9293 3.9.1.9",
     "at ESTABLISHED; SET dscp 46;" OUT "var tos 184; > <SEQ=1><ACK=11><CTL=ACK>; SET dscp 0;" OUT
     "var tos 0"},
    {"set_dscp_of_a_child", "9293 3.9.1.9",
     "opt dscp 10; at LISTEN; > <SEQ=0><CTL=SYN>; < any 1; var tos 40"},
    {"set_ttl", "9293 3.9.2",
     "opt ttl 9; at ESTABLISHED;" OUT "var ttl 9; > <SEQ=1><ACK=11><CTL=ACK>; SET ttl 300;" OUT
     "var ttl 255"},

    /* --- half-duplex close (3.6.1) --- */
    {"half_duplex_unread_text", "9293 3.6.1",
     "opt half_duplex_close 1; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=5>; < any 1; CLOSE -> ok; < <SEQ=1><CTL=RST>; ? RST_UNREAD;"
     "= CLOSED; = gone"},
    {"half_duplex_text_later", "9293 3.6.1",
     "opt half_duplex_close 1; at ESTABLISHED; CLOSE -> ok; < any 1;"
     "> <SEQ=1><ACK=2><CTL=ACK><LEN=5>; ! close acknowledged; < <SEQ=2><CTL=RST>;"
     "! connection reset; = gone"},
    {"half_duplex_nothing_unread", "9293 3.6.1",
     "opt half_duplex_close 1; opt delayed_ack 0; at ESTABLISHED; RECEIVE 5;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=5>; + 5; < any 1; CLOSE -> ok; < <SEQ=1><ACK=6><CTL=FIN,ACK>;"
     "= FIN-WAIT-1"},
    {"half_duplex_text_out_of_order_later", "9293 3.6.1",
     "opt half_duplex_close 1; at ESTABLISHED; CLOSE -> ok; < any 1;"
     "> <SEQ=11><ACK=2><CTL=ACK><LEN=5>; ! close acknowledged; < <SEQ=2><CTL=RST>;"
     "! connection reset; = gone"},
};

static void status_tells(struct rig *r)
{
    struct tcp_status s;
    r->tos_in = 0xb8;
    rig_script(r, "opt nagle 0; opt rcv_buffer 5000; opt congestion none; wnd 600; at ESTABLISHED; SEND 500 "
                  "push; < any 1; SEND 150;"
                  "> <SEQ=1><ACK=1><CTL=ACK,URG><LEN=30><UP=20>; ! urgent data 20; RECEIVE 5; + 5");
    assert_int_equal(rig_status(r, &s), RESULT_OK);
    assert_int_equal(s.state, TCP_ESTABLISHED);
    assert_int_equal(s.e.local_port, 1000);
    assert_int_equal(s.e.remote_port, 80);
    assert_int_equal(s.snd_wnd, 600);
    assert_int_equal(s.rcv_wnd, 4970);
    assert_int_equal(s.unacked, 650);
    assert_int_equal(s.unread, 25);
    assert_true(s.urgent);
    assert_int_equal(s.urgent_left, 15);
    assert_int_equal(s.dscp_received, 46); /* MAY-9 */
    rig_skip(r);
}

/* By hand: rig_in would walk the queues each time. */
static void hand_in(struct rig *r, const struct segment *s)
{
    struct tcp_ctx x = rig_ctx(r);
    struct tcb *t = rig_tcb(r);
    struct tcp_endpoints e;
    tcp_endpoints(t, &e);
    tcp_input(&x, t, s, NULL, &e, 1, 0);
    assert_null(tcp_check(&x, t));
    if (r->conns[r->conn].wants_settle) {
        r->conns[r->conn].wants_settle = false;
        tcp_settle(&x, t);
    }
    rig_skip(r);
}

/* Text of a peer whose every octet is a segment of another stream cannot be joined: the queue's bound refuses
 * what is too much. */
static void slices_bounded(struct rig *r)
{
    rig_script(r, "opt rcv_buffer 1000000; opt window_scale 7; opt delayed_ack 0; OPEN active; < any 1;"
                  "> <SEQ=0><ACK=1><CTL=SYN,ACK><WS=0>; ! connection established; < any 1");
    struct tcp_ctx x = rig_ctx(r);
    struct tcb *t = rig_tcb(r);
    for (uint32_t i = 0; i < 40000; i++) {
        struct segment s = {
            .seq = t->rcv.nxt, .ack = t->snd.nxt, .ctl = TCP_ACK, .wnd = 1000, .len = 1, .stream = 5 + i % 2};
        hand_in(r, &s);
    }
    assert_null(tcp_check_full(&x, t));
    assert_int_equal(t->rcv.queue.n, UNREAD_MAX);
}

/* The same out of order: every second octet. */
static void ranges_bounded_by_the_ring(struct rig *r)
{
    rig_script(r, "opt rcv_buffer 1000000; opt window_scale 7; opt delayed_ack 0; opt reassembly_ranges "
                  "65535; OPEN active; < any 1;"
                  "> <SEQ=0><ACK=1><CTL=SYN,ACK><WS=0>; ! connection established; < any 1");
    struct tcp_ctx x = rig_ctx(r);
    struct tcb *t = rig_tcb(r);
    for (uint32_t i = 0; i < 20000; i++) {
        struct segment s = {.seq = seq_add(t->rcv.nxt, 2 * i + 1),
                            .ack = t->snd.nxt,
                            .ctl = TCP_ACK,
                            .wnd = 1000,
                            .len = 1,
                            .stream = 5};
        hand_in(r, &s);
    }
    assert_null(tcp_check_full(&x, t));
    assert_int_equal(t->rcv.ooo.n, RANGES_MAX);
}

/* What is outstanding as many segments, when the path's MTU becomes the smallest there is. */
static void sent_bounded(struct rig *r)
{
    rig_script(r, "opt snd_buffer 100000000; opt nagle 0; opt window_scale 14; OPEN active; < any 1;"
                  "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460><WS=14>; ! connection established; < any 1;"
                  "> <SEQ=1><ACK=1><CTL=ACK>");
    struct tcb *t = rig_tcb(r);
    struct tcp_ctx x = rig_ctx(r);
    enum tcp_result got;
    t->cc.cwnd = 1 << 29;
    for (int i = 0; i < 40; i++) {
        rig_send(r, 1000 * 1460, SEND_PUSH, &got);
        rig_skip(r);
    }
    assert_int_equal(t->snd.sent.n, SENT_MAX);
    t->cc.cwnd = 100000;
    rig_icmp(r, 3, 4, 68, 1);
    assert_int_equal(eff_mss(t), 28);
    rig_skip(r);
    for (int i = 0; i < 200; i++) {
        char line[80];
        snprintf(line, sizeof line, "<SEQ=1><ACK=%u><CTL=ACK>", t->snd.una.v - r->iss + 500);
        rig_in(r, line);
        rig_skip(r);
    }
    assert_null(tcp_check_full(&x, t));
    assert_true(t->snd.sent.n <= SENT_MAX);
}

static const struct rig_test tests[] = {
    {"status_tells", status_tells},
    {"slices_bounded", slices_bounded},
    {"ranges_bounded_by_the_ring", ranges_bounded_by_the_ring},
    {"sent_bounded", sent_bounded},
};

int main(void)
{
    return rig_run_all("tcp_data_misc", rows, ARRAY_LEN(rows), tests, ARRAY_LEN(tests));
}
