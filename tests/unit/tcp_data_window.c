/* Windows (RFC 9293 sec 3.8.6, RFC 7323 sec 2): zero-window probing, window scale, the receiver's silly
 * window avoidance.
 *
 * Proves: MUST-35 MUST-36 MUST-37 MUST-39 MUST-66; SHLD-14 SHLD-29 SHLD-30; MAY-8. */
#include "tests/support/tcp_rig.h"

#include <stdio.h>

/* A connection in which both sides offered window scale; the peer's shift is 3. */
#define SCALED(ours)                                                                                         \
    "opt window_scale " ours "; show wnd; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><WS=3>;"        \
    "! connection established;"

static const struct rig_row rows[] = {
    /* --- probing a zero window (3.8.6.1) --- */
    {"zwp_first_after_rto", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; ? WINDOW_CLOSED;"
     "? HELD_BY_WINDOW; timer persist 1s; timer retransmission off; wait 1s;"
     "< @1s <SEQ=1><ACK=1><CTL=ACK><LEN=1>; timer persist 2s; timer retransmission off"},
    {"zwp_first_after_the_rto_in_force", "9293 3.8.6.1",
     "opt rto_min 0; OPEN active; < any 1; wait 100ms; > <SEQ=0><ACK=1><CTL=SYN,ACK><WND=0>;"
     "! connection established; < any 1; SEND 10 push; timer persist 300ms"},
    {"zwp_interval_doubles", "9293 3.8.6.1",
     "opt rto_max 8s; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 31s;"
     "< @1s <SEQ=1><ACK=1><CTL=ACK><LEN=1>; < @3s <SEQ=1><ACK=1><CTL=ACK><LEN=1>;"
     "< @7s <SEQ=1><ACK=1><CTL=ACK><LEN=1>; < @15s <SEQ=1><ACK=1><CTL=ACK><LEN=1>;"
     "< @23s <SEQ=1><ACK=1><CTL=ACK><LEN=1>; < @31s <SEQ=1><ACK=1><CTL=ACK><LEN=1>;"
     "! excessive retransmissions 3"},
    {"zwp_refused_then_opened", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 1s; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=0>; wait 2s; < @2s <SEQ=1><ACK=1><CTL=ACK><LEN=1>;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=5000>; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>;"
     "timer persist off; timer retransmission 1s; > <SEQ=1><ACK=11><CTL=ACK>;"
     "timer retransmission off; SEND 5 push; < <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=5>;"
     "timer retransmission 1s"},
    {"zwp_accepted_then_opened", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 1s; < any 1;"
     "> <SEQ=1><ACK=2><CTL=ACK><WND=5000>; < <SEQ=2><ACK=1><CTL=PSH,ACK><LEN=9>;"
     "timer persist off; timer retransmission 1s"},
    {"zwp_accepted_window_still_zero", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 3 push; wait 1s; < any 1;"
     "> <SEQ=1><ACK=2><CTL=ACK><WND=0>; wait 2s; < @2s <SEQ=2><ACK=1><CTL=ACK><LEN=1>;"
     "> <SEQ=1><ACK=3><CTL=ACK><WND=0>; wait 4s; < @4s <SEQ=3><ACK=1><CTL=PSH,ACK><LEN=1>;"
     "> <SEQ=1><ACK=4><CTL=ACK><WND=0>; timer persist off; wait 1000s"},
    {"zwp_opened_before_the_first", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 500ms;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=10>; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>; timer persist off"},
    {"zwp_opened_wide", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 1072 push; wait 1s; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=5000>; < <SEQ=1><ACK=1><CTL=ACK><LEN=536>;"
     "< <SEQ=537><ACK=1><CTL=PSH,ACK><LEN=536>"},
    {"zwp_opened_a_crack", "9293 3.8.6.2.1", /* no silly segment: the octet that is out goes alone */
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 1000 push; wait 1s; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=20>; < <SEQ=1><ACK=1><CTL=ACK><LEN=1>;"
     "> <SEQ=1><ACK=2><CTL=ACK><WND=536>; < <SEQ=2><ACK=1><CTL=ACK><LEN=536>"},
    {"zwp_lost_window_update", "9293 3.8.6.1", /* the answer to the probe brings it again */
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 7s; < any 3;"
     "> <SEQ=1><ACK=2><CTL=ACK><WND=65535>; < <SEQ=2><ACK=1><CTL=PSH,ACK><LEN=9>"},
    {"zwp_unpushed_too", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10; wait 1s; < any 1"},
    {"zwp_nothing_to_send", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; timer persist off; wait 1000s"},
    {"zwp_fin", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; CLOSE; timer persist 1s; wait 1s;"
     "< @1s <SEQ=1><ACK=1><CTL=FIN,ACK>; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; wait 2s;"
     "< @2s <SEQ=1><ACK=1><CTL=FIN,ACK>; > <SEQ=1><ACK=2><CTL=ACK><WND=0>; ! close acknowledged;"
     "= FIN-WAIT-2; timer persist off; wait 1000s"},
    {"zwp_fin_window_opens", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; CLOSE; wait 1s; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=1>; < <SEQ=1><ACK=1><CTL=FIN,ACK>; timer persist off;"
     "timer retransmission 1s"},
    {"zwp_more_text_and_close_while_probing", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 1s; < any 1;"
     "SEND 10 push; CLOSE; > <SEQ=1><ACK=1><CTL=ACK><WND=5000>;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=20>; < <SEQ=21><ACK=1><CTL=FIN,ACK>"},
    {"zwp_silent_peer_is_given_up", "9293 3.8.3",
     "mute R1; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 150s; < any *;"
     "! connection timed out; = CLOSED; = gone"},
    {"zwp_window_closes_again", "9293 3.8.6.1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 1072 push; wait 1s; < any 1;"
     "> <SEQ=1><ACK=2><CTL=ACK><WND=536>; < <SEQ=2><ACK=1><CTL=ACK><LEN=536>;"
     "> <SEQ=1><ACK=538><CTL=ACK><WND=0>; timer persist 1s; timer retransmission off; wait 1s;"
     "< @1s <SEQ=538><ACK=1><CTL=ACK><LEN=1>"},

    /* --- our own zero window (3.4, 3.10.7.4) --- */
    {"rzw_text_refused_ack_taken", "9293 3.10.7.4-1",
     "show wnd; opt rcv_buffer 1000; opt delayed_ack 0; at ESTABLISHED; SEND 10 push; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=1000>; < <SEQ=11><ACK=1001><CTL=ACK><WND=0>;"
     "timer retransmission 1s; > <SEQ=1001><ACK=11><CTL=ACK><LEN=1>;"
     "< <SEQ=11><ACK=1001><CTL=ACK><WND=0>; reject OUT_OF_WINDOW; ? ZERO_WINDOW_ALLOWANCE;"
     "var snd.una 11; timer retransmission off; var unread 1000"},
    {"rzw_ack_behind_a_refused_probe", "9293 3.10.7.4-1",
     "opt rcv_buffer 1000; opt delayed_ack 0; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1000>;"
     "< any 1; SEND 10 push; < any 1; > <SEQ=1002><ACK=11><CTL=ACK>; var snd.una 11"},
    {"rzw_urgent_is_processed", "9293 3.10.7.4-1",
     "opt rcv_buffer 1000; opt delayed_ack 0; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1000>;"
     "< any 1; > <SEQ=1001><ACK=1><CTL=ACK,URG><UP=5>; ! urgent data 1005"},
    {"rzw_urgent_with_text", "9293 3.10.7.4-1",
     "opt rcv_buffer 1000; opt delayed_ack 0; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1000>;"
     "< any 1; > <SEQ=1001><ACK=1><CTL=ACK,URG><LEN=5><UP=5>; ! urgent data 1005;"
     "< <SEQ=1><ACK=1001><CTL=ACK>"},
    {"rzw_reset_is_processed", "9293 3.4",
     "opt rcv_buffer 1000; opt delayed_ack 0; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1000>;"
     "< any 1; > <SEQ=1001><CTL=RST>; ! connection reset; = gone"},
    {"rzw_fin_refused_then_taken", "9293 3.10.7.4-1",
     "opt rcv_buffer 1000; opt delayed_ack 0; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1000>;"
     "< any 1; > <SEQ=1001><ACK=1><CTL=FIN,ACK>; < <SEQ=1><ACK=1001><CTL=ACK>; = ESTABLISHED;"
     "RECEIVE 1000; + 1000; < any 1; > <SEQ=1001><ACK=1><CTL=FIN,ACK>; ! connection closing;"
     "< <SEQ=1><ACK=1002><CTL=ACK>; = CLOSE-WAIT"},
    {"rzw_may_stay_closed", "9293 3.8.6.1",
     "opt rcv_buffer 1000; opt delayed_ack 0; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1000>;"
     "< any 1; wait 3600s; > <SEQ=1001><ACK=1><CTL=ACK><LEN=1>; < <SEQ=1><ACK=1001><CTL=ACK>;"
     "= ESTABLISHED"},

    /* --- the receiver's silly window avoidance (3.8.6.2.2): steps of min(buffer / 2, MSS) --- */
    {"rsws_half_a_small_buffer", "9293 3.8.6.2.2",
     "show wnd; opt rcv_buffer 2000; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=2000>; < <SEQ=1><ACK=2001><CTL=ACK><WND=0>; RECEIVE 999;"
     "+ 999; ? WINDOW_HELD; RECEIVE 1; + 1; < <SEQ=1><ACK=2001><CTL=ACK><WND=1000>"},
    {"rsws_one_segment_of_a_large_one", "9293 3.8.6.2.2",
     "show wnd; opt rcv_buffer 8000; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=8000>; < <SEQ=1><ACK=8001><CTL=ACK><WND=0>; RECEIVE 1459;"
     "+ 1459; RECEIVE 1; + 1; < <SEQ=1><ACK=8001><CTL=ACK><WND=1460>; RECEIVE 1460; + 1460;"
     "RECEIVE 1459; + 1459; RECEIVE 1; + 1; < <SEQ=1><ACK=8001><CTL=ACK><WND=4380>"},
    {"rsws_edge_held_while_text_arrives", "9293 3.8.6.2.2",
     "show wnd; opt rcv_buffer 8000; opt delayed_ack 0; at ESTABLISHED; RECEIVE 500;"
     "> <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=500>; + 500 push; < <SEQ=1><ACK=501><CTL=ACK><WND=7500>;"
     "RECEIVE 1000; > <SEQ=501><ACK=1><CTL=PSH,ACK><LEN=1000>; + 1000 push;"
     "< <SEQ=1><ACK=1501><CTL=ACK><WND=8000>"},
    {"rsws_buffer_larger_than_the_field", "9293 3.8.6.2.2", /* what can be promised counts: 65535 */
     "show wnd; opt rcv_buffer 1000000; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=1000>; < <SEQ=1><ACK=1001><CTL=ACK><WND=64535>;"
     "> <SEQ=1001><ACK=1><CTL=ACK><LEN=1000>; < <SEQ=1><ACK=2001><CTL=ACK><WND=65535>"},
    {"rsws_update_once_for_a_step", "9293 3.8.6.2.2",
     "show wnd; opt rcv_buffer 2000; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=2000>; < any 1; RECEIVE 1000; + 1000;"
     "< <SEQ=1><ACK=2001><CTL=ACK><WND=1000>; RECEIVE 999; + 999; wait 100s; RECEIVE 1; + 1;"
     "< <SEQ=1><ACK=2001><CTL=ACK><WND=2000>"},
    {"rsws_update_for_a_window_below_one_segment",
     "9293 3.8.6.2.2", /* a sender that waits for room is told of it */
     "show wnd; opt rcv_buffer 8000; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=7900>; < <SEQ=1><ACK=7901><CTL=ACK><WND=100>; RECEIVE 1460;"
     "+ 1460; < <SEQ=1><ACK=7901><CTL=ACK><WND=1560>"},
    {"rsws_tiny_buffer", "9293 3.8.6.2.2",
     "show wnd; opt rcv_buffer 1; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=1>; < <SEQ=1><ACK=2><CTL=ACK><WND=0>; RECEIVE 1; + 1;"
     "< <SEQ=1><ACK=2><CTL=ACK><WND=1>"},
    {"right_edge_never_moves_left",
     "9293 3.8.6", /* unread text takes of the room, not of what was promised */
     "show wnd; opt rcv_buffer 8000; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=3000>; < <SEQ=1><ACK=3001><CTL=ACK><WND=5000>;"
     "> <SEQ=3001><ACK=1><CTL=ACK><LEN=2000>; < <SEQ=1><ACK=5001><CTL=ACK><WND=3000>"},

    /* --- window scale (RFC 7323 sec 2) --- */
    {"ws_not_offered_by_default", "7323 2", "show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460>"},
    {"ws_offered", "7323 2",
     "opt window_scale 7; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460><WS=7>"},
    {"ws_both_offer", "7323 2.2",
     SCALED("7") "? SCALE_AGREED; < any 1; > <SEQ=1><ACK=1><CTL=ACK><WND=1000>; var snd.wnd 8000"},
    {"ws_windows_of_syns_are_not_scaled", "7323 2.2",
     "opt rcv_buffer 1000000; opt window_scale 7; show wnd; OPEN active;"
     "< <SEQ=0><CTL=SYN><WND=65535>; > <SEQ=0><ACK=1><CTL=SYN,ACK><WS=3><WND=1000>;"
     "! connection established; var snd.wnd 1000; < <SEQ=1><ACK=1><CTL=ACK><WND=7812>"},
    {"ws_windows_of_syns_are_not_scaled_passive", "7323 2.2",
     "opt rcv_buffer 1000000; opt window_scale 7; show wnd; show options; at LISTEN;"
     "> <SEQ=0><CTL=SYN><WS=3><WND=1000>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><WND=65535><MSS=1460><WS=7>; var snd.wnd 1000;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=1000>; ! connection established; var snd.wnd 8000"},
    {"ws_only_the_peer_offers", "7323 2.2",
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><WS=3>; ! connection established;"
     "< any 1; ?! SCALE_AGREED; > <SEQ=1><ACK=1><CTL=ACK><WND=1000>; var snd.wnd 1000"},
    {"ws_only_we_offer", "7323 2.2",
     "opt rcv_buffer 1000000; opt window_scale 7; show wnd; OPEN active; < any 1;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><WND=1000>; ! connection established;"
     "< <SEQ=1><ACK=1><CTL=ACK><WND=65535>; > <SEQ=1><ACK=1><CTL=ACK><WND=2000>; var snd.wnd 2000"},
    {"ws_answer_only_to_an_offer", "7323 2.2",
     "opt window_scale 7; show options; at LISTEN; > <SEQ=0><CTL=SYN>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>"},
    {"ws_simultaneous", "7323 2.2",
     "opt window_scale 7; show options; OPEN active; < any 1; > <SEQ=0><CTL=SYN><WS=2>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460><WS=7>; > <SEQ=0><ACK=1><CTL=SYN,ACK><WS=2><WND=100>;"
     "! connection established; var snd.wnd 100; > <SEQ=1><ACK=1><CTL=ACK><WND=100>;"
     "var snd.wnd 400"},
    {"ws_simultaneous_not_offered", "7323 2.2",
     "opt window_scale 7; show options; OPEN active; < any 1; > <SEQ=0><CTL=SYN>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>"},
    {"ws_above_14_is_14", "7323 2.3",
     "opt window_scale 0; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><WS=15>;"
     "! connection established; < any 1; > <SEQ=1><ACK=1><CTL=ACK><WND=1>; var snd.wnd 16384"},
    {"ws_255_is_14", "7323 2.3",
     "opt window_scale 0; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><WS=255>;"
     "! connection established; < any 1; > <SEQ=1><ACK=1><CTL=ACK><WND=65535>;"
     "var snd.wnd 1073725440"},
    {"ws_option_outside_syn_ignored", "7323 2.2",
     SCALED("7") "< any 1; > <SEQ=1><ACK=1><CTL=ACK><WS=9><WND=10>; var snd.wnd 80"},
    {"ws_zero_shift_is_an_offer", "7323 2.2",
     "opt window_scale 0; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460><WS=0>;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><WS=3>; ! connection established; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=10>; var snd.wnd 80"},
    {"ws_right_edge_does_not_move_left_by_rounding", "7323 2.4",
     "opt rcv_buffer 65535; opt delayed_ack 0;" SCALED(
         "7") "< <SEQ=1><ACK=1><CTL=ACK><WND=512>; var rcv.wnd 65536; > <SEQ=1><ACK=1><CTL=ACK><LEN=1>;"
              "< <SEQ=1><ACK=2><CTL=ACK><WND=512>; > <SEQ=2><ACK=1><CTL=ACK><LEN=127>;"
              "< <SEQ=1><ACK=129><CTL=ACK><WND=512>; > <SEQ=129><ACK=1><CTL=ACK><LEN=128>;"
              "< <SEQ=1><ACK=257><CTL=ACK><WND=511>"},
    {"ws_buffer_smaller_than_one_unit", "7323 2.3", /* such a window would stay zero for ever */
     "opt window_scale 7; opt rcv_buffer 100; opt delayed_ack 0; show wnd; show options;"
     "OPEN active; < <SEQ=0><CTL=SYN><WND=100><MSS=1460><WS=6>;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><WS=0>; ! connection established;"
     "< <SEQ=1><ACK=1><CTL=ACK><WND=2>; > <SEQ=1><ACK=1><CTL=ACK><LEN=128>;"
     "< <SEQ=1><ACK=129><CTL=ACK><WND=0>; RECEIVE 100; + 100; < <SEQ=1><ACK=129><CTL=ACK><WND=1>"},
    {"ws_above_14_with_a_small_buffer", "7323 2.3",
     "opt window_scale 20; opt rcv_buffer 100; show options; OPEN active;"
     "< <SEQ=0><CTL=SYN><MSS=1460><WS=6>"},
    {"ws_above_14_offered", "7323 2.3",
     "opt window_scale 20; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460><WS=20>"},
    {"ws_zero_window_is_really_zero", "7323 2.4",
     "opt rcv_buffer 1024; opt delayed_ack 0;" SCALED(
         "7") "< <SEQ=1><ACK=1><CTL=ACK><WND=8>; > <SEQ=1><ACK=1><CTL=ACK><LEN=1024>;"
              "< <SEQ=1><ACK=1025><CTL=ACK><WND=0>; RECEIVE 1024; + 1024;"
              "< <SEQ=1><ACK=1025><CTL=ACK><WND=8>"},
};

/* MUST-37: as long as probes are answered the connection stays, and nobody is told of excessive
 * retransmissions. Each interval is twice the one before, up to the largest RTO. */
static void zwp_for_hours(struct rig *r)
{
    rig_script(r, "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push");
    vtime last = world_now(&r->w), interval = NS_PER_S;
    for (int probes = 0; probes < 200; probes++) {
        rig_wait(r, interval - 1);
        rig_quiet(r);
        rig_wait(r, 1);
        rig_sent(r, "<SEQ=1><ACK=1><CTL=ACK><LEN=1>");
        assert_int_equal(world_now(&r->w) - last, interval);
        last = world_now(&r->w);
        interval = min_i64(2 * interval, 60 * NS_PER_S);
        rig_in(r, "<SEQ=1><ACK=1><CTL=ACK><WND=0>");
        rig_quiet(r);
    }
    rig_script(r, "= ESTABLISHED; var bad_routes 0; > <SEQ=1><ACK=1><CTL=ACK><WND=100>; < "
                  "<SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>");
}

/* The promised right edge with every shift, through text of odd lengths and reads of odd lengths, never moves
 * left; the rig checks tcp_check_full after each step, this test the field on the wire. */
static void ws_edge_by_shift(struct rig *r)
{
    for (unsigned shift = 0; shift <= 14; shift++) {
        rig_free(r);
        rig_init(r);
        r->opt.window_scale = shift;
        r->opt.rcv_buffer = 50000;
        r->opt.delayed_ack = 0;
        rig_script(
            r,
            "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><WS=0>; ! connection established; < any *");
        uint32_t edge = r->last.ack.v + ((uint32_t)r->last.wnd << shift), at = 1, n = 1;
        for (int i = 0; i < 400; i++) {
            uint32_t room = rcv_wnd(rig_tcb(r));
            n = min_u32(n * 7 % 997 + 1, room);
            char line[80];
            snprintf(line, sizeof line, "<SEQ=%u><ACK=1><CTL=ACK><LEN=%u>", at, n);
            rig_in(r, line);
            at += n;
            if (i % 3 == 2)
                rig_receive(r, 1 + n * 11 % 2500, RECEIVE_ANY);
            rig_skip(r);
            uint32_t now = r->last.ack.v + ((uint32_t)r->last.wnd << shift);
            assert_true((int32_t)(now - edge) >= 0);
            edge = now;
            n = n ? n : 1;
        }
    }
}

static const struct rig_test tests[] = {{"zwp_for_hours", zwp_for_hours},
                                        {"ws_edge_by_shift", ws_edge_by_shift}};

int main(void)
{
    return rig_run_all("tcp_data_window", rows, ARRAY_LEN(rows), tests, ARRAY_LEN(tests));
}
