/* Sending (RFC 9293 sec 3.7, 3.8.6): the sliding window, the MSS, PSH, Nagle, and the sender's silly window
 * avoidance.
 *
 * Proves: MUST-1 MUST-14 MUST-15 MUST-16 MUST-17 MUST-34 MUST-38 MUST-65 MUST-67; REC-1 SHLD-5 SHLD-6 SHLD-7
 * SHLD-15 SHLD-16 SHLD-17 SHLD-27 SHLD-28; MAY-3 MAY-15 MAY-16. The rig's SYN,ACK carries no MSS option: the
 * MSS is 536. */
#include "tests/support/tcp_rig.h"

static const struct rig_row rows[] = {
    /* --- the window slides (3.4, 3.8.6) --- */
    {"window_slides", "9293 3.4",
     "opt congestion none; wnd 1072; at ESTABLISHED; SEND 2000 push -> ok;"
     "< <SEQ=1><ACK=1><CTL=ACK><LEN=536>; < <SEQ=537><ACK=1><CTL=ACK><LEN=536>; ? HELD_BY_WINDOW;"
     "var queued 928; > <SEQ=1><ACK=537><CTL=ACK>; < <SEQ=1073><ACK=1><CTL=ACK><LEN=536>;"
     "> <SEQ=1><ACK=1609><CTL=ACK>; < <SEQ=1609><ACK=1><CTL=PSH,ACK><LEN=392>; var queued 0;"
     "> <SEQ=1><ACK=2001><CTL=ACK>; var snd.una 2001; timer retransmission off; wait 1000s"},
    {"window_exactly_full", "9293 3.4",
     "opt congestion none; wnd 536; at ESTABLISHED; SEND 536 push; < any 1; SEND 1 push;"
     "? HELD_BY_WINDOW; > <SEQ=1><ACK=537><CTL=ACK>; < <SEQ=537><ACK=1><CTL=PSH,ACK><LEN=1>"},
    {"window_opens_without_ack", "9293 3.10.7.4-5",
     "opt congestion none; wnd 536; at ESTABLISHED; SEND 1072 push; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=1072>; ? WINDOW_UPDATE;"
     "< <SEQ=537><ACK=1><CTL=PSH,ACK><LEN=536>"},
    {"window_above_32767_is_unsigned", "9293 3.1",
     "opt congestion none; opt nagle 0; wnd 65535; at ESTABLISHED; SEND 65535 push; < any 123;"
     "var flight 65535; var queued 0"},
    {"window_reordered_older_segment", "9293 3.10.7.4-5",
     "at ESTABLISHED; > <SEQ=11><ACK=1><CTL=ACK><LEN=10><WND=4000>; < any 1; var snd.wnd 4000;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=10><WND=500>; < any 1; var snd.wnd 4000; ? WINDOW_OLD"},
    {"window_older_ack_same_seq", "9293 3.10.7.4-5",
     "at ESTABLISHED; SEND 20 push; < any 1; > <SEQ=1><ACK=21><CTL=ACK><WND=3000>; SEND 20 push;"
     "< any 1; > <SEQ=1><ACK=11><CTL=ACK><WND=500>; var snd.wnd 3000"},
    {"partial_ack_of_a_segment", "9293 3.4",
     "at ESTABLISHED; SEND 100 push; < any 1; > <SEQ=1><ACK=41><CTL=ACK>; var snd.una 41; wait 1s;"
     "< @1s <SEQ=41><ACK=1><CTL=PSH,ACK><LEN=60>; > <SEQ=1><ACK=101><CTL=ACK>;"
     "timer retransmission off"},
    {"send_buffer_frees_by_ack", "9293 3.10.2",
     "hear SEND_SPACE; opt snd_buffer 600; at ESTABLISHED; SEND 700 push -> send buffer full;"
     "< <SEQ=1><ACK=1><CTL=ACK><LEN=536>; SEND 10 -> insufficient resources;"
     "> <SEQ=1><ACK=537><CTL=ACK>; ! send buffer has room; < <SEQ=537><ACK=1><CTL=ACK><LEN=64>;"
     "SEND 100 push -> ok; > <SEQ=1><ACK=601><CTL=ACK>; < <SEQ=601><ACK=1><CTL=PSH,ACK><LEN=100>"},
    {"send_buffer_full_of_unpushed_is_sent", "9293 3.8.6.2.1",
     "opt snd_buffer 400; at ESTABLISHED; SEND 400; SEND 1 -> insufficient resources;"
     "< <SEQ=1><ACK=1><CTL=ACK><LEN=400>"},
    {"text_leaves_with_established", "9293 3.10.2",
     "at SYN-SENT; SEND 10 push; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>"},
    {"text_leaves_with_established_passive", "9293 3.10.2",
     "at SYN-RECEIVED; SEND 10 push; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>"},

    /* --- MSS (3.7.1) --- */
    {"mss_default_ipv4", "9293 3.7.1",
     "at ESTABLISHED; var snd.mss 536; SEND 600; < <SEQ=1><ACK=1><CTL=ACK><LEN=536>"},
    {"mss_default_ipv4_passive", "9293 3.7.1",
     "at LISTEN; > <SEQ=0><CTL=SYN>; < any 1; ? MSS_DEFAULT; var snd.mss 536"},
    {"mss_default_ipv6", "9293 3.7.1",
     "v6; at ESTABLISHED; var snd.mss 1220; SEND 1220; < <SEQ=1><ACK=1><CTL=ACK><LEN=1220>"},
    {"mss_option_active", "9293 3.7.1",
     "show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460>;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000>; ! connection established;"
     "< <SEQ=1><ACK=1><CTL=ACK>; var snd.mss 1000; SEND 1001; < <SEQ=1><ACK=1><CTL=ACK><LEN=1000>"},
    {"mss_option_passive", "9293 3.7.1",
     "show options; at LISTEN; > <SEQ=0><CTL=SYN><MSS=700>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>; var snd.mss 700"},
    {"mss_option_simultaneous", "9293 3.7.1",
     "show options; OPEN active; < any 1; > <SEQ=0><CTL=SYN><MSS=900>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=900>;"
     "! connection established; var snd.mss 900"},
    {"mss_option_ipv6", "9293 3.7.1", "v6; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1440>"},
    {"mss_option_follows_mtu", "9293 3.7.3",
     "opt mtu 9000; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=8960>"},
    {"mss_option_configured", "9293 3.7.1",
     "opt mss 600; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=600>"},
    {"mss_option_left_out", "9293 3.7.1", "opt send_mss 0; show options; OPEN active; < <SEQ=0><CTL=SYN>"},
    {"mss_option_in_repeated_syn", "9293 3.7.1",
     "show options; OPEN active; < any 1; wait 1s; < @1s <SEQ=0><CTL=SYN><MSS=1460>"},
    {"mss_option_outside_syn_ignored", "9293 3.2",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><MSS=100>; var snd.mss 536"},
    {"mss_is_bounded_by_own_mtu", "9293 3.7.1",
     "opt mtu 576; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>;"
     "! connection established; < any 1; var snd.mss 536"},
    {"mss_65535", "9293 3.7.1",
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=65535>; ! connection established;"
     "< any 1; var snd.mss 1460"},
    {"mss_zero_is_clamped", "9293 3.7.1",
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=0>; ! connection established;"
     "< any 1; var snd.mss 48; SEND 49; < <SEQ=1><ACK=1><CTL=ACK><LEN=48>"},
    {"mss_one_is_clamped", "9293 3.7.1",
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1>; ! connection established;"
     "< any 1; var snd.mss 48"},
    {"mss_one_with_timestamps", "9293 3.7.1",
     "opt timestamps 1; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1><TS=1/0>;"
     "! connection established; < any 1; var snd.mss 36"},
    {"mss_smallest_mtu", "9293 3.7.1", /* 68 octets of IP packet: 28 of text, 16 beside timestamps */
     "opt mtu 68; opt timestamps 1; OPEN active; < any 1;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460><TS=1/0>; ! connection established; < any 1;"
     "var snd.mss 16; SEND 17; < <SEQ=1><ACK=1><CTL=ACK><LEN=16>"},
    {"mss_options_come_off", "9293 3.7.1",
     "opt timestamps 1; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460><TS=1/0>;"
     "! connection established; < any 1; var snd.mss 1448; SEND 1448;"
     "< <SEQ=1><ACK=1><CTL=ACK><LEN=1448>"},

    /* --- PSH (3.9.1.2) --- */
    {"unpushed_text_may_wait", "9293 3.9.1.2",
     "at ESTABLISHED; SEND 100; ? HELD_BY_SWS; timer sws off; wait 1000s; var queued 100;"
     "SEND 1 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=101>"},
    {"unpushed_full_segments_go", "9293 3.9.1.2",
     "at ESTABLISHED; SEND 1100; < <SEQ=1><ACK=1><CTL=ACK><LEN=536>;"
     "< <SEQ=537><ACK=1><CTL=ACK><LEN=536>; var queued 28"},
    {"push_stands_on_the_last_segment", "9293 3.9.1.2",
     "opt nagle 0; at ESTABLISHED; SEND 1200 push; < <SEQ=1><ACK=1><CTL=ACK><LEN=536>;"
     "< <SEQ=537><ACK=1><CTL=ACK><LEN=536>; < <SEQ=1073><ACK=1><CTL=PSH,ACK><LEN=128>"},
    {"pushes_collapse", "9293 3.9.1.2",
     "at ESTABLISHED; SEND 10 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>; SEND 10 push;"
     "SEND 10 push; SEND 10 push; > <SEQ=1><ACK=11><CTL=ACK>;"
     "< <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=30>"},
    {"pushes_collapse_into_full_segments", "9293 3.9.1.2",
     "at ESTABLISHED; SEND 10 push; < any 1; SEND 300 push; SEND 300 push;"
     "< <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=536>; > <SEQ=1><ACK=547><CTL=ACK>;"
     "< <SEQ=547><ACK=1><CTL=PSH,ACK><LEN=64>"},
    {"pushed_text_before_unpushed_goes", "9293 3.8.6.2.1",
     "at ESTABLISHED; SEND 10 push; < any 1; SEND 20 push; SEND 30; > <SEQ=1><ACK=11><CTL=ACK>;"
     "< <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=50>; wait 900ms"},
    {"empty_push_pushes_what_waits", "9293 3.9.1.2",
     "at ESTABLISHED; SEND 100; SEND 0 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=100>"},
    {"close_pushes", "9293 3.10.4",
     "at ESTABLISHED; SEND 100; CLOSE; < <SEQ=1><ACK=1><CTL=FIN,PSH,ACK><LEN=100>"},
    {"close_fin_rides_on_the_last_segment", "9293 3.10.4",
     "at ESTABLISHED; SEND 100; SEND 536; < <SEQ=1><ACK=1><CTL=ACK><LEN=536>; CLOSE;"
     "< <SEQ=537><ACK=1><CTL=FIN,PSH,ACK><LEN=100>; var snd.nxt 638"},
    {"close_fin_needs_window", "9293 3.4",
     "opt congestion none; wnd 100; at ESTABLISHED; SEND 100; < any 1; CLOSE; ? HELD_BY_WINDOW;"
     "> <SEQ=1><ACK=101><CTL=ACK>; < <SEQ=101><ACK=1><CTL=FIN,ACK>"},

    /* --- Nagle (3.7.4) --- */
    {"nagle_holds_the_second_small_one", "9293 3.7.4",
     "at ESTABLISHED; SEND 10 push; < any 1; SEND 10 push; ? HELD_BY_NAGLE; SEND 20 push;"
     "wait 900ms; > <SEQ=1><ACK=11><CTL=ACK>; < <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=30>"},
    {"nagle_lets_full_segments_go", "9293 3.7.4",
     "at ESTABLISHED; SEND 10 push; < any 1; SEND 530 push; SEND 20 push;"
     "< <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=536>; var queued 14"},
    {"nagle_off_by_option", "9293 3.7.4",
     "opt nagle 0; at ESTABLISHED; SEND 10 push; < any 1; SEND 10 push;"
     "< <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=10>"},
    {"nagle_off_for_one_connection", "9293 3.7.4",
     "at ESTABLISHED; SET nagle 0; SEND 10 push; < any 1; SEND 10 push;"
     "< <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=10>"},
    {"nagle_switched_off_while_it_holds", "9293 3.7.4",
     "at ESTABLISHED; SEND 10 push; < any 1; SEND 10 push; SET nagle 0;"
     "< <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=10>"},
    {"nagle_switched_on", "9293 3.7.4",
     "opt nagle 0; at ESTABLISHED; SET nagle 1; SEND 10 push; < any 1; SEND 10 push;"
     "? HELD_BY_NAGLE"},
    {"nagle_does_not_hold_a_fin", "9293 3.7.4",
     "at ESTABLISHED; SEND 10 push; < any 1; SEND 10 push; CLOSE;"
     "< <SEQ=11><ACK=1><CTL=FIN,PSH,ACK><LEN=10>"},
    {"nagle_half_window_rule_waits_too", "9293 3.8.6.2.1",
     "wnd 1000; at ESTABLISHED; SEND 10 push; < any 1; SEND 500 push; ? HELD_BY_NAGLE;"
     "> <SEQ=1><ACK=11><CTL=ACK>; < <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=500>"},

    /* --- the sender's silly window avoidance (3.8.6.2.1) --- */
    {"sws_1_full_segment", "9293 3.8.6.2.1",
     "wnd 536; at ESTABLISHED; SEND 2000; < <SEQ=1><ACK=1><CTL=ACK><LEN=536>"},
    {"sws_2_pushed_and_all_fits", "9293 3.8.6.2.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=10>; SEND 10 push;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>"},
    {"sws_3_half_of_the_largest_window", "9293 3.8.6.2.1",
     "wnd 1000; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=500>; SEND 2000 push;"
     "< <SEQ=1><ACK=1><CTL=ACK><LEN=500>"},
    {"sws_3_unpushed", "9293 3.8.6.2.1",
     "wnd 1000; at ESTABLISHED; SEND 500; < <SEQ=1><ACK=1><CTL=ACK><LEN=500>"},
    {"sws_3_just_below", "9293 3.8.6.2.1", "wnd 1000; at ESTABLISHED; SEND 499; ? HELD_BY_SWS; wait 100s"},
    {"sws_4_override", "9293 3.8.6.2.1",
     "wnd 1000; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=400>; SEND 450 push; ? HELD_BY_SWS;"
     "timer sws 200ms; wait 200ms; < @200ms <SEQ=1><ACK=1><CTL=ACK><LEN=400>;"
     "> <SEQ=1><ACK=401><CTL=ACK><WND=400>; < <SEQ=401><ACK=1><CTL=PSH,ACK><LEN=50>; timer sws off"},
    {"sws_4_override_configured", "9293 3.8.6.2.1",
     "opt sws_override 1s; wnd 1000; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=400>;"
     "SEND 450 push; wait 1s; < @1s <SEQ=1><ACK=1><CTL=ACK><LEN=400>"},
    {"sws_4_unpushed_but_window_bound", "9293 3.8.6.2.1",
     "wnd 1000; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=400>; SEND 2000; ? HELD_BY_SWS;"
     "timer sws 200ms; wait 200ms; < @200ms <SEQ=1><ACK=1><CTL=ACK><LEN=400>"},
    {"sws_4_close_counts_as_push", "9293 3.8.6.2.1",
     "wnd 1000; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=400>; SEND 450; CLOSE;"
     "timer sws 200ms; wait 200ms; < @200ms <SEQ=1><ACK=1><CTL=ACK><LEN=400>"},
    {"sws_window_grows_before_override", "9293 3.8.6.2.1",
     "wnd 1000; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=400>; SEND 450 push; wait 100ms;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=450>; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=450>; timer sws off"},
    {"sws_no_override_while_data_is_out", "9293 3.8.6.2.1",
     "opt nagle 0; wnd 1000; at ESTABLISHED; SEND 450 push; < any 1; SEND 450 push; < any 1;"
     "SEND 450 push; ? HELD_BY_SWS; timer sws off; wait 900ms; > <SEQ=1><ACK=451><CTL=ACK>;"
     "< <SEQ=901><ACK=1><CTL=PSH,ACK><LEN=450>"},

    /* --- the peer shrinks its window (3.8.6) --- */
    {"shrink_no_new_data", "9293 3.8.6",
     "opt congestion none; wnd 2000; at ESTABLISHED; SEND 1608 push; < any 3;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=600>; ? WINDOW_SHRUNK; SEND 2000 push; var queued 2000;"
     "wait 900ms; > <SEQ=1><ACK=537><CTL=ACK><WND=600>; var queued 2000;"
     "> <SEQ=1><ACK=1609><CTL=ACK><WND=600>; < <SEQ=1609><ACK=1><CTL=ACK><LEN=536>"},
    {"shrink_old_data_is_sent_again", "9293 3.8.6",
     "opt congestion none; wnd 2000; at ESTABLISHED; SEND 1608 push; < any 3;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=600>; wait 1s; < @1s <SEQ=1><ACK=1><CTL=ACK><LEN=536>;"
     "> <SEQ=1><ACK=537><CTL=ACK><WND=600>; < <SEQ=537><ACK=1><CTL=ACK><LEN=536>;"
     "> <SEQ=1><ACK=1073><CTL=ACK><WND=600>; < <SEQ=1073><ACK=1><CTL=PSH,ACK><LEN=536>"},
    {"shrink_to_zero_is_probed", "9293 3.8.6",
     "opt congestion none; wnd 2000; at ESTABLISHED; SEND 536 push; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=0>; wait 1s; < @1s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=536>;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=0>; wait 2s; < any 1; > <SEQ=1><ACK=1><CTL=ACK><WND=2000>;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=536>; > <SEQ=1><ACK=537><CTL=ACK>; SEND 5 push; < any 1"},
};

/* SHLD-17: data past the right edge that is never acknowledged does not time the connection out while the
 * peer answers. */
static void shrink_does_not_time_out(struct rig *r)
{
    r->opt.congestion = CC_NONE;
    rig_script(
        r, "wnd 2000; mute R1; at ESTABLISHED; SEND 1608 push; < any 3; > <SEQ=1><ACK=1><CTL=ACK><WND=0>");
    for (int i = 0; i < 600; i++) {
        rig_wait(r, NS_PER_S);
        if (r->sent.n == r->sent.head)
            continue;
        rig_skip(r);
        rig_in(r, "<SEQ=1><ACK=1><CTL=ACK><WND=0>");
    }
    rig_script(r, "= ESTABLISHED; > <SEQ=1><ACK=1609><CTL=ACK><WND=2000>; SEND 5 push; < any 1");
}

static const struct rig_test tests[] = {{"shrink_does_not_time_out", shrink_does_not_time_out}};

int main(void)
{
    return rig_run_all("tcp_data_send", rows, ARRAY_LEN(rows), tests, ARRAY_LEN(tests));
}
