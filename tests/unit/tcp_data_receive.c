/* Receiving (RFC 9293 sec 3.4, 3.8.5, 3.8.6.3, 3.9.1.3, 3.10.7.4): reassembly, delayed ACKs, RECEIVE, urgent
 * data.
 *
 * Proves: MUST-30 MUST-31 MUST-32 MUST-33 MUST-40 MUST-58 MUST-59 MUST-62; SHLD-18 SHLD-19 SHLD-31; MAY-13
 * MAY-17. The rig checks that what is delivered is the stream that was handed in, each octet once, in order.
 */
#include "tests/support/tcp_rig.h"

#include <stdio.h>

/* Acknowledge at once, with windows. */
#define NOW "opt delayed_ack 0; at ESTABLISHED;"

static const struct rig_row rows[] = {
    /* --- reassembly --- */
    {"in_order", "9293 3.10.7.4-7",
     NOW "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=11><CTL=ACK>; RECEIVE 10; + 10"},
    {"out_of_order", "9293 3.10.7.4",
     NOW "RECEIVE 20; > <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=1><CTL=ACK>;"
         "? ACK_OUT_OF_ORDER; var ranges 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 20;"
         "< <SEQ=1><ACK=21><CTL=ACK>; ? ACK_GAP_FILLED; var ranges 0"},
    {"three_out_of_order", "9293 3.10.7.4",
     NOW "RECEIVE 40; > <SEQ=31><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=11><ACK=1><CTL=ACK><LEN=10>;"
         "< any 1; var ranges 2; > <SEQ=21><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=1><CTL=ACK>;"
         "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 40; < <SEQ=1><ACK=41><CTL=ACK>"},
    {"neighbours_become_one_range", "9293 3.10.7.4",
     NOW "> <SEQ=31><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=41><ACK=1><CTL=ACK><LEN=10>; < any 1;"
         "var ranges 1; > <SEQ=21><ACK=1><CTL=ACK><LEN=10>; < any 1; var ranges 1;"
         "> <SEQ=11><ACK=1><CTL=ACK><LEN=5>; < any 1; var ranges 2; > <SEQ=16><ACK=1><CTL=ACK><LEN=5>;"
         "< any 1; var ranges 1; RECEIVE 50; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 50; < any 1"},
    {"gap_filled_in_part", "5681 4.2",
     NOW "> <SEQ=21><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>;"
         "< <SEQ=1><ACK=11><CTL=ACK>; > <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=31><CTL=ACK>"},
    {"overlap_old_and_new", "9293 3.10.7.4-1",
     NOW "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=20>;"
         "? TRIMMED_LEFT; < <SEQ=1><ACK=21><CTL=ACK>; RECEIVE 20; + 20"},
    {"overlap_front_of_a_range", "9293 3.10.7.4",
     NOW "> <SEQ=21><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=11><ACK=1><CTL=ACK><LEN=15>; < any 1;"
         "RECEIVE 30; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 30; < <SEQ=1><ACK=31><CTL=ACK>"},
    {"overlap_back_of_a_range", "9293 3.10.7.4",
     NOW "> <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=16><ACK=1><CTL=ACK><LEN=15>; < any 1;"
         "RECEIVE 30; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 30; < <SEQ=1><ACK=31><CTL=ACK>"},
    {"overlap_inside_a_range", "9293 3.10.7.4",
     NOW "> <SEQ=11><ACK=1><CTL=ACK><LEN=20>; < any 1; > <SEQ=15><ACK=1><CTL=ACK><LEN=5>;"
         "< <SEQ=1><ACK=1><CTL=ACK>; reject DUPLICATE_TEXT; RECEIVE 30;"
         "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 30; < any 1"},
    {"overlap_around_a_range", "9293 3.10.7.4",
     NOW "> <SEQ=15><ACK=1><CTL=ACK><LEN=5>; < any 1; > <SEQ=11><ACK=1><CTL=ACK><LEN=20>; < any 1;"
         "RECEIVE 30; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 30; < <SEQ=1><ACK=31><CTL=ACK>"},
    {"overlap_around_three_ranges", "9293 3.10.7.4",
     NOW "> <SEQ=15><ACK=1><CTL=ACK><LEN=5>; < any 1; > <SEQ=25><ACK=1><CTL=ACK><LEN=5>; < any 1;"
         "> <SEQ=35><ACK=1><CTL=ACK><LEN=5>; < any 1; > <SEQ=11><ACK=1><CTL=ACK><LEN=40>; < any 1;"
         "RECEIVE 50; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 50; < <SEQ=1><ACK=51><CTL=ACK>"},
    {"overlap_filling_text_reaches_into_ranges", "9293 3.10.7.4",
     NOW "> <SEQ=11><ACK=1><CTL=ACK><LEN=5>; < any 1; > <SEQ=21><ACK=1><CTL=ACK><LEN=10>; < any 1;"
         "RECEIVE 30; > <SEQ=1><ACK=1><CTL=ACK><LEN=25>; + 30; < <SEQ=1><ACK=31><CTL=ACK>"},
    {"same_text_twice_out_of_order", "9293 3.10.7.4",
     NOW "> <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=11><ACK=1><CTL=ACK><LEN=10>;"
         "< <SEQ=1><ACK=1><CTL=ACK>; ? TEXT_DUPLICATE; var ranges 1"},
    {"old_text", "9293 3.10.7.4-1",
     NOW "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>;"
         "< <SEQ=1><ACK=11><CTL=ACK>; reject OUT_OF_WINDOW; var unread 10"},
    {"other_boundaries", "9293 3.10.7.4-1",
     NOW "RECEIVE 100; > <SEQ=1><ACK=1><CTL=ACK><LEN=30>; < any 1; > <SEQ=11><ACK=1><CTL=ACK><LEN=30>;"
         "< any 1; > <SEQ=6><ACK=1><CTL=ACK><LEN=50>; < any 1; > <SEQ=51><ACK=1><CTL=ACK><LEN=50>;"
         "+ 100; < <SEQ=1><ACK=101><CTL=ACK>"},
    {"ranges_bounded", "9293 3.10.7.4",
     "opt reassembly_ranges 2;" NOW
     "> <SEQ=11><ACK=1><CTL=ACK><LEN=1>; < any 1; > <SEQ=21><ACK=1><CTL=ACK><LEN=1>; < any 1;"
     "> <SEQ=31><ACK=1><CTL=ACK><LEN=1>; < <SEQ=1><ACK=1><CTL=ACK>; reject NO_ROOM;"
     "? REASSEMBLY_FULL; var ranges 2; > <SEQ=12><ACK=1><CTL=ACK><LEN=1>; < any 1; var ranges 2;"
     "> <SEQ=20><ACK=1><CTL=ACK><LEN=1>; < any 1; var ranges 2; > <SEQ=1><ACK=1><CTL=ACK><LEN=31>;"
     "< <SEQ=1><ACK=32><CTL=ACK>; RECEIVE 31; + 31"},
    {"ranges_none", "9293 3.10.7.4",
     "opt reassembly_ranges 0;" NOW
     "> <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=1><CTL=ACK>; reject NO_ROOM;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=11><CTL=ACK>"},
    {"trimmed_on_the_right", "9293 3.10.7.4-1",
     "show wnd; opt rcv_buffer 100;" NOW
     "> <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=150>; ? TRIMMED_RIGHT; < <SEQ=1><ACK=101><CTL=ACK><WND=0>;"
     "= ESTABLISHED; RECEIVE 100; + 100; < <SEQ=1><ACK=101><CTL=ACK><WND=100>;"
     "> <SEQ=101><ACK=1><CTL=FIN,ACK><LEN=50>; ! connection closing;"
     "< <SEQ=1><ACK=152><CTL=ACK><WND=50>; = CLOSE-WAIT"},
    {"trimmed_on_the_right_out_of_order", "9293 3.10.7.4-1",
     "opt rcv_buffer 100;" NOW "> <SEQ=51><ACK=1><CTL=ACK><LEN=100>; < any 1; RECEIVE 100;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=50>; + 100; < <SEQ=1><ACK=101><CTL=ACK>"},
    {"around_the_whole_window",
     "9293 3.4", /* by Table 6 neither its first nor its last octet is in the window */
     "opt rcv_buffer 100;" NOW
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=500>;"
     "< <SEQ=1><ACK=11><CTL=ACK>; reject OUT_OF_WINDOW; var unread 10"},
    {"beyond_the_window", "9293 3.10.7.4-1",
     "opt rcv_buffer 100;" NOW
     "> <SEQ=101><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=1><CTL=ACK>; reject OUT_OF_WINDOW;"
     "var ranges 0"},
    {"text_with_syn_ack_is_trimmed", "9293 3.10.7.3",
     "opt rcv_buffer 10; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK,FIN><LEN=50>;"
     "! connection established; < <SEQ=1><ACK=11><CTL=ACK>; = ESTABLISHED; RECEIVE 10; + 10;"
     "< any 1"},
    {"text_with_syn_ack", "9293 3.10.7.3",
     "OPEN active; < any 1; RECEIVE 5; > <SEQ=0><ACK=1><CTL=SYN,ACK,FIN><LEN=5>;"
     "! connection established; + 5; ! connection closing; < <SEQ=1><ACK=7><CTL=ACK>; = CLOSE-WAIT"},
    {"text_with_syn", "9293 3.10.7.2",
     "opt delayed_ack 0; at LISTEN; > <SEQ=0><CTL=SYN><LEN=5>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; RECEIVE 5;"
     "> <SEQ=1><ACK=1><CTL=ACK>; ! connection established; + 5; < <SEQ=1><ACK=6><CTL=ACK>"},
    {"text_with_syn_ack_may_wait", "9293 3.8.6.3",
     "at LISTEN; > <SEQ=0><CTL=SYN><LEN=5>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; RECEIVE 5;"
     "> <SEQ=1><ACK=1><CTL=ACK>; ! connection established; + 5; wait 200ms;"
     "< @200ms <SEQ=1><ACK=6><CTL=ACK>"},
    {"text_with_syn_and_close_before_established", "9293 3.10.7.2",
     "opt delayed_ack 0; at LISTEN; > <SEQ=0><CTL=SYN><LEN=5>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; RECEIVE 5; "
     "CLOSE;"
     "< <SEQ=1><ACK=1><CTL=FIN,ACK>; > <SEQ=1><ACK=2><CTL=ACK>; ! close acknowledged; + 5;"
     "< <SEQ=2><ACK=6><CTL=ACK>; > <SEQ=1><ACK=2><CTL=ACK><LEN=5>; < <SEQ=2><ACK=6><CTL=ACK>"},

    /* --- FIN and PSH out of order --- */
    {"fin_out_of_order", "9293 3.10.7.4-8",
     NOW "> <SEQ=11><ACK=1><CTL=FIN,ACK>; < <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED; RECEIVE 20;"
         "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; ! connection closing; + 10 push;"
         "< <SEQ=1><ACK=12><CTL=ACK>; = CLOSE-WAIT"},
    {"fin_with_text_out_of_order", "9293 3.10.7.4-8",
     NOW "> <SEQ=11><ACK=1><CTL=FIN,ACK><LEN=5>; < <SEQ=1><ACK=1><CTL=ACK>; RECEIVE 15;"
         "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 15; ! connection closing; < <SEQ=1><ACK=17><CTL=ACK>;"
         "= CLOSE-WAIT"},
    {"fin_twice", "9293 3.10.7.4-8",
     NOW "> <SEQ=1><ACK=1><CTL=FIN,ACK>; < any 1; ! connection closing; > <SEQ=1><ACK=1><CTL=FIN,ACK>;"
         "< <SEQ=1><ACK=2><CTL=ACK>; = CLOSE-WAIT"},
    {"fin_again_with_text_that_is_old", "9293 3.10.7.4-1",
     NOW "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=10>;"
         "! connection closing; < <SEQ=1><ACK=12><CTL=ACK>; = CLOSE-WAIT"},
    {"fin_earlier_than_held_text", "9293 3.10.7.4-8", /* a broken peer: text where its FIN stood */
     NOW "> <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=10>; < any 1;"
         "wait 10s"},
    {"fin_then_held_text_beyond", "9293 3.10.7.4-8",
     NOW "> <SEQ=12><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=10>;"
         "! connection closing; < any 1; = CLOSE-WAIT; var ranges 0"},
    {"push_out_of_order", "9293 3.9.1.3",
     NOW "RECEIVE 100; > <SEQ=11><ACK=1><CTL=PSH,ACK><LEN=10>; < any 1;"
         "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; + 20 push; < any 1"},
    {"push_before_the_gap", "9293 3.9.1.3",
     NOW "RECEIVE 100; > <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < any 1;"
         "> <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>; + 20 push; < any 1"},

    /* --- delayed ACK (3.8.6.3) --- */
    {"delack_alone", "9293 3.8.6.3",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1460>; ? ACK_HELD; timer delayed-ack 200ms;"
     "wait 200ms; < @200ms <SEQ=1><ACK=1461><CTL=ACK>; timer delayed-ack off"},
    {"delack_second_full_segment", "9293 3.8.6.3",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1460>; > <SEQ=1461><ACK=1><CTL=ACK><LEN=1460>;"
     "< <SEQ=1><ACK=2921><CTL=ACK>; ? ACK_SECOND; timer delayed-ack off;"
     "> <SEQ=2921><ACK=1><CTL=ACK><LEN=1460>; timer delayed-ack 200ms"},
    {"ack_keeps_its_reason_when_reading_opens_the_window", "9293 3.8.6.3",
     "opt rcv_buffer 4000; at ESTABLISHED; RECEIVE 2920; > <SEQ=1><ACK=1><CTL=ACK><LEN=1460>;"
     "> <SEQ=1461><ACK=1><CTL=ACK><LEN=1460>; + 2920; < <SEQ=1><ACK=2921><CTL=ACK>; ? ACK_SECOND;"
     "?! ACK_WINDOW"},
    {"ack_keeps_its_reason_when_the_filled_gap_is_read", "9293 3.10.7.4-7",
     "opt rcv_buffer 1000; at ESTABLISHED; RECEIVE 1000; > <SEQ=501><ACK=1><CTL=ACK><LEN=500>; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=500>; + 1000; < <SEQ=1><ACK=1001><CTL=ACK>; ? ACK_GAP_FILLED;"
     "?! ACK_WINDOW"},
    {"delack_two_rmss_in_small_ones", "9293 3.8.6.3",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1460>; > <SEQ=1461><ACK=1><CTL=ACK><LEN=1000>;"
     "> <SEQ=2461><ACK=1><CTL=ACK><LEN=460>; < <SEQ=1><ACK=2921><CTL=ACK>"},
    {"delack_timer_counts_from_the_first", "9293 3.8.6.3",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1460>; wait 150ms;"
     "> <SEQ=1461><ACK=1><CTL=ACK><LEN=10>; wait 50ms; < @50ms <SEQ=1><ACK=1471><CTL=ACK>"},
    {"delack_rides_on_text", "9293 3.8.6.3",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; SEND 5 push;"
     "< <SEQ=1><ACK=11><CTL=PSH,ACK><LEN=5>; timer delayed-ack off; wait 900ms"},
    {"delack_configured", "9293 3.8.6.3",
     "opt delayed_ack 499ms; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; wait 499ms;"
     "< @499ms <SEQ=1><ACK=11><CTL=ACK>"},
    {"delack_every_fourth", "9293 3.8.6.3",
     "opt ack_every 4; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=1000>;"
     "> <SEQ=1001><ACK=1><CTL=ACK><LEN=1000>; > <SEQ=2001><ACK=1><CTL=ACK><LEN=1000>;"
     "> <SEQ=3001><ACK=1><CTL=ACK><LEN=1000>; < <SEQ=1><ACK=4001><CTL=ACK>"},
    {"delack_not_for_a_gap", "5681 4.2",
     "at ESTABLISHED; > <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=1><CTL=ACK>;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=21><CTL=ACK>"},
    {"delack_not_for_a_fin", "9293 3.10.7.4-8",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=10>; ! connection closing;"
     "< <SEQ=1><ACK=12><CTL=ACK>; timer delayed-ack off"},
    {"delack_pending_when_old_text_comes", "9293 3.10.7.4-1",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>;"
     "< <SEQ=1><ACK=11><CTL=ACK>; timer delayed-ack off"},
    {"acks_of_one_instant_are_one", "9293 3.10.7.4",
     NOW ">> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; >> <SEQ=11><ACK=1><CTL=ACK><LEN=10>;"
         ">> <SEQ=21><ACK=1><CTL=ACK><LEN=10>; settle; < <SEQ=1><ACK=31><CTL=ACK>"},
    {"gap_filled_within_one_instant",
     "9293 3.10.7.4", /* no duplicate ACKs of the new number: they would tell of a loss */
     NOW ">> <SEQ=11><ACK=1><CTL=ACK><LEN=10>; >> <SEQ=21><ACK=1><CTL=ACK><LEN=10>;"
         ">> <SEQ=31><ACK=1><CTL=ACK><LEN=10>; >> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; settle;"
         "< <SEQ=1><ACK=41><CTL=ACK>"},
    {"duplicate_acks_one_for_each", "5681 4.2",
     NOW ">> <SEQ=11><ACK=1><CTL=ACK><LEN=10>; >> <SEQ=21><ACK=1><CTL=ACK><LEN=10>;"
         ">> <SEQ=31><ACK=1><CTL=ACK><LEN=10>; settle; < <SEQ=1><ACK=1><CTL=ACK>;"
         "< <SEQ=1><ACK=1><CTL=ACK>; < <SEQ=1><ACK=1><CTL=ACK>"},

    /* --- RECEIVE (3.9.1.3) --- */
    {"receive_full", "9293 3.9.1.3",
     NOW "RECEIVE 10; > <SEQ=1><ACK=1><CTL=ACK><LEN=25>; + 10; < any 1; RECEIVE 10; + 10; RECEIVE 10;"
         "> <SEQ=26><ACK=1><CTL=ACK><LEN=5>; + 10; < any 1"},
    {"receive_waits_without_push", "9293 3.9.1.3",
     NOW "RECEIVE 100; > <SEQ=1><ACK=1><CTL=ACK><LEN=25>; ? PUSH_WAIT; < any 1; wait 1000s;"
         "> <SEQ=26><ACK=1><CTL=PSH,ACK><LEN=5>; + 30 push; < any 1"},
    {"receive_push_seen_earlier", "9293 3.9.1.3",
     NOW "> <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=25>; < any 1; RECEIVE 100; + 25 push"},
    {"receive_push_then_unpushed", "9293 3.9.1.3",
     NOW "> <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=25>; < any 1; RECEIVE 100; + 25 push;"
         "> <SEQ=26><ACK=1><CTL=ACK><LEN=25>; < any 1; RECEIVE 100; ? PUSH_WAIT"},
    {"receive_any", "9293 3.9.1.3", NOW "RECEIVE 100 any; > <SEQ=1><ACK=1><CTL=ACK><LEN=25>; + 25; < any 1"},
    {"receive_fin_pushes", "9293 3.10.7.4-8",
     NOW "RECEIVE 100; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=25>; ! connection closing; + 25 push;"
         "< any 1; RECEIVE 5 -> connection closing"},
    {"receive_fin_alone", "9293 3.10.7.4-8",
     NOW "RECEIVE 100; > <SEQ=1><ACK=1><CTL=FIN,ACK>; ! connection closing; & connection closing;"
         "< any 1"},
    {"receive_no_more_room", "9293 3.9.1.3", /* else the window stays shut and no push can come */
     "opt rcv_buffer 1000;" NOW
     "RECEIVE 5000; > <SEQ=1><ACK=1><CTL=ACK><LEN=1000>; + 1000; < <SEQ=1><ACK=1001><CTL=ACK>"},
    {"receive_rest_at_the_end", "9293 3.10.7.4-5", /* closed before all was read */
     NOW "> <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=25>; ! connection closing; < any 1; RECEIVE 5; + 5; CLOSE;"
         "< any 1; = LAST-ACK; > <SEQ=27><ACK=2><CTL=ACK>; + 20 push; ! connection closed; = gone"},
    {"receive_after_close", "9293 3.9.1.4",
     "at FIN-WAIT-2; RECEIVE 5; > <SEQ=1><ACK=2><CTL=PSH,ACK><LEN=5>; + 5 push; wait 1s; < any 1"},

    /* --- urgent data (3.8.5) --- */
    {"urg_notice", "9293 3.8.5",
     NOW "> <SEQ=1><ACK=1><CTL=ACK,URG><LEN=5><UP=5>; ! urgent data 5; ? URGENT_NOTICE; < any 1;"
         "RECEIVE 5; + 5; ! urgent data all read"},
    {"urg_notice_before_the_text", "9293 3.8.5",
     NOW "> <SEQ=1><ACK=1><CTL=ACK,URG><UP=500>; ! urgent data 500;"
         "> <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=100>; < any 1; RECEIVE 100; + 100 push;"
         "> <SEQ=101><ACK=1><CTL=ACK,URG><LEN=400><UP=400>; < any 1; RECEIVE 400; + 400;"
         "! urgent data all read"},
    {"urg_every_advance", "9293 3.8.5",
     NOW "> <SEQ=1><ACK=1><CTL=ACK,URG><UP=500>; ! urgent data 500;"
         "> <SEQ=1><ACK=1><CTL=ACK,URG><UP=500>; > <SEQ=1><ACK=1><CTL=ACK,URG><UP=501>;"
         "! urgent data 501; > <SEQ=1><ACK=1><CTL=ACK,URG><UP=400>; var rcv.up 502"},
    {"urg_again_after_it_was_read", "9293 3.8.5",
     NOW "> <SEQ=1><ACK=1><CTL=ACK,URG><LEN=5><UP=5>; ! urgent data 5; < any 1; RECEIVE 5; + 5;"
         "! urgent data all read; > <SEQ=6><ACK=1><CTL=ACK,URG><LEN=5><UP=5>; ! urgent data 5; < any 1"},
    {"urg_old_pointer_in_a_retransmission", "9293 3.8.5", /* pointer at 6, all up to 11 read: nothing new */
     NOW "> <SEQ=1><ACK=1><CTL=ACK,URG><LEN=10><UP=5>; ! urgent data 5; < any 1; RECEIVE 6; + 6;"
         "! urgent data all read; > <SEQ=1><ACK=1><CTL=ACK,URG><LEN=20><UP=5>; < any 1"},
    {"urg_pointer_survives_trimming", "9293 3.8.5",
     NOW "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=ACK,URG><LEN=20><UP=15>;"
         "! urgent data 15; var rcv.up 16; < any 1"},
    {"urg_pointer_on_a_syn_ack", "9293 3.8.5", /* counts from SEG.SEQ, which is the SYN's */
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK,URG><LEN=5><UP=4>;"
     "! connection established; ! urgent data 3; var rcv.up 4; < any 1"},
    {"urg_status", "9293 3.8.5",
     NOW "> <SEQ=1><ACK=1><CTL=ACK,URG><UP=500>; ! urgent data 500; var rcv.up 501"},
    {"urg_completes_a_receive", "9293 3.8.5",
     NOW "RECEIVE 100; > <SEQ=1><ACK=1><CTL=ACK,URG><LEN=5><UP=5>; ! urgent data 5; + 5;"
         "! urgent data all read; < any 1"},
    {"urg_last_octet_convention", "1122 4.2.2.4",
     "opt urgent_last_octet 1;" NOW
     "> <SEQ=1><ACK=1><CTL=ACK,URG><LEN=5><UP=4>; ! urgent data 5; var rcv.up 6; < any 1;"
     "SEND 5 push urgent; < <SEQ=1><ACK=6><CTL=PSH,ACK,URG><LEN=5><UP=4>"},
    {"urg_pointer_zero", "9293 3.8.5", NOW "> <SEQ=1><ACK=1><CTL=ACK,URG><LEN=5><UP=0>; < any 1"},
    {"urg_out_of_order", "9293 3.8.5",
     NOW "> <SEQ=11><ACK=1><CTL=ACK,URG><LEN=5><UP=5>; ! urgent data 15; < any 1"},
    {"urg_ignored_after_fin", "9293 3.10.7.4-6",
     "at CLOSE-WAIT; > <SEQ=2><ACK=1><CTL=ACK,URG><UP=5>; reject URG_IGNORED; ? URG_IGNORED"},
    {"urg_sent_next_octet", "9293 3.8.5",
     "at ESTABLISHED; SEND 5 push urgent; < <SEQ=1><ACK=1><CTL=PSH,ACK,URG><LEN=5><UP=5>;"
     "? URGENT_SEND; var snd.up 6; > <SEQ=1><ACK=6><CTL=ACK>; SEND 5 push;"
     "< <SEQ=6><ACK=1><CTL=PSH,ACK><LEN=5>"},
    {"urg_sent_behind_a_closed_window", "9293 3.8.5",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 50 push urgent;"
     "< <SEQ=1><ACK=1><CTL=ACK,URG><UP=50>; wait 1s;"
     "< @1s <SEQ=1><ACK=1><CTL=ACK,URG><LEN=1><UP=50>; > <SEQ=1><ACK=1><CTL=ACK><WND=0>;"
     "SEND 50 push urgent; < <SEQ=2><ACK=1><CTL=ACK,URG><UP=99>;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=500>; < <SEQ=1><ACK=1><CTL=PSH,ACK,URG><LEN=100><UP=100>;"
     "> <SEQ=1><ACK=101><CTL=ACK>; SEND 1 push; < any 1"},
    {"urg_sent_held_by_nagle", "9293 3.8.5",
     "at ESTABLISHED; SEND 5 push; < any 1; SEND 5 push urgent;"
     "< <SEQ=6><ACK=1><CTL=ACK,URG><UP=5>; > <SEQ=1><ACK=6><CTL=ACK>;"
     "< <SEQ=6><ACK=1><CTL=PSH,ACK,URG><LEN=5><UP=5>"},
    {"urg_sent_again_by_retransmission", "9293 3.8.5",
     "at ESTABLISHED; SEND 5 push urgent; < any 1; wait 1s;"
     "< @1s <SEQ=1><ACK=1><CTL=PSH,ACK,URG><LEN=5><UP=5>"},
    {"urg_sent_text_after_it_is_not_urgent", "9293 3.8.5",
     "opt nagle 0; at ESTABLISHED; SEND 5 push urgent; < any 1; SEND 5 push;"
     "< <SEQ=6><ACK=1><CTL=PSH,ACK><LEN=5>"},
    {"urg_sent_queued_before_established", "9293 3.8.5",
     "at SYN-SENT; SEND 5 push urgent; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK,URG><LEN=5><UP=5>"},
    {"urg_sent_more_than_the_pointer_says", "9293 3.8.5",
     "opt congestion none; wnd 1072; at ESTABLISHED; SEND 70000 push urgent;"
     "< <SEQ=1><ACK=1><CTL=ACK,URG><LEN=536><UP=65535>;"
     "< <SEQ=537><ACK=1><CTL=ACK,URG><LEN=536><UP=65535>; var snd.up 70001"},
};

/* MUST-31: urgent data of any length; each advance of the pointer is told, and how much is left. */
static void urg_any_length(struct rig *r)
{
    r->opt.delayed_ack = 0;
    rig_script(r, "opt rcv_buffer 200000; at ESTABLISHED");
    uint32_t at = 1, end = 1 + 150000;
    while (at < end) {
        char line[80], told[40];
        uint32_t up = min_u32(65535, end - at);
        bool news = at == 1 || up == 65535 || (at < end && at + 65535 - 1000 < end);
        snprintf(line, sizeof line, "<SEQ=%u><ACK=1><CTL=ACK,URG><LEN=1000><UP=%u>", at, up);
        rig_in(r, line);
        if (news) {
            snprintf(told, sizeof told, "urgent data %u", at + up - 1);
            rig_told(r, told);
        }
        rig_skip(r);
        at += 1000;
        struct tcp_status s;
        assert_int_equal(rig_status(r, &s), RESULT_OK);
        assert_true(s.urgent);
        assert_int_equal(s.urgent_left, at - 1000 + up - 1);
    }
    while (r->conns[r->conn].delivered < 150000) {
        rig_quiet(r);
        rig_receive(r, 999, RECEIVE_ANY);
        struct tcp_status s;
        rig_status(r, &s);
        assert_int_equal(s.urgent_left, 150000 - (uint32_t)r->conns[r->conn].delivered);
        assert_int_equal(s.urgent, s.urgent_left > 0);
        if (!s.urgent)
            rig_told(r, "urgent data all read");
        rig_skip(r);
    }
}

/* MUST-33 also when the peer has closed. */
static void urg_left_after_fin(struct rig *r)
{
    struct tcp_status s;
    rig_script(r, "opt delayed_ack 0; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,ACK,URG><LEN=10><UP=10>; ! "
                  "urgent data 10;"
                  "! connection closing; < any 1; RECEIVE 4; + 4");
    assert_int_equal(rig_status(r, &s), RESULT_OK);
    assert_true(s.urgent);
    assert_int_equal(s.urgent_left, 6);
    rig_script(r, "RECEIVE 6; + 6 push; ! urgent data all read");
}

/* Every way in which three segments of one stretch can come, overlaps and repetitions included: each octet is
 * delivered once, in order (the rig checks), and the last ACK names the end. */
static void reassembly_of_all_orders(struct rig *r)
{
    static const struct {
        int seq, len;
    } piece[] = {{1, 10}, {5, 10}, {11, 4}, {11, 20}, {20, 11}, {3, 2}, {14, 8}, {1, 30}};
    const unsigned n = ARRAY_LEN(piece);
    for (unsigned code = 0; code < n * n * n * n; code++) {
        rig_free(r);
        rig_init(r);
        rig_script(r, "opt delayed_ack 0; at ESTABLISHED; RECEIVE 30");
        bool have[31] = {false};
        for (unsigned i = 0, c = code; i < 5; i++, c /= n) {
            unsigned k = i < 4 ? c % n : n - 1;
            char line[80];
            snprintf(line, sizeof line, "<SEQ=%d><ACK=1><CTL=ACK><LEN=%d>", piece[k].seq, piece[k].len);
            rig_in(r, line);
            for (int o = piece[k].seq; o < piece[k].seq + piece[k].len; o++)
                have[o] = true;
            int next = 1;
            while (next <= 30 && have[next])
                next++;
            assert_int_equal(r->last.ack.v - r->irs, next);
        }
        assert_int_equal(r->conns[r->conn].delivered, 30);
    }
}

static const struct rig_test tests[] = {
    {"urg_any_length", urg_any_length},
    {"urg_left_after_fin", urg_left_after_fin},
    {"reassembly_of_all_orders", reassembly_of_all_orders},
};

int main(void)
{
    return rig_run_all("tcp_data_receive", rows, ARRAY_LEN(rows), tests, ARRAY_LEN(tests));
}
