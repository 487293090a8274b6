/* Congestion control (RFC 5681, RFC 6582): slow start, congestion avoidance, fast retransmit and recovery,
 * time-outs, idle.
 *
 * Proves: MUST-19 (slow start, congestion avoidance), MAY-18 (another algorithm behind the same interface).
 * SMSS is 1000. */
#include "tests/support/tcp_rig.h"

#include <stdio.h>

#define OPENED                                                                                               \
    "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000>; ! connection established; < any 1;"
#define DUP "> <SEQ=1><ACK=1><CTL=ACK>;"
#define SEG(seq) "< <SEQ=" seq "><ACK=1><CTL=ACK><LEN=1000>;"
#define ACK(ack) "> <SEQ=1><ACK=" ack "><CTL=ACK>;"

/* clang-format off */
static const struct rig_row rows[] = {
    /* --- the initial window (5681 3.1) --- */
    {"iw_small_segments", "5681 3.1", "at ESTABLISHED; ? CWND_INIT; var snd.mss 536; var cwnd 2144"},
    {"iw_1095", "5681 3.1", "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1095>;"
     "! connection established; < any 1; var cwnd 4380"},
    {"iw_1096", "5681 3.1", "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1096>;"
     "! connection established; < any 1; var cwnd 3288"},
    {"iw_1460", "5681 3.1", "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>;"
     "! connection established; < any 1; var cwnd 4380"},
    {"iw_2190", "5681 3.1", "opt mtu 9000; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=2190>;"
     "! connection established; < any 1;"
                            "var cwnd 6570"},
    {"iw_2191", "5681 3.1", "opt mtu 9000; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=2191>;"
     "! connection established; < any 1;"
                            "var cwnd 4382"},
    {"iw_option", "6928 2", "opt initial_window 10;" OPENED "var cwnd 10000; SEND 20000; < any 10;"
     "? HELD_BY_CWND"},
    {"iw_after_a_lost_syn", "5681 3.1",
     "OPEN active; < any 1; wait 1s; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000>;"
     "! connection established; < any 1; var cwnd 1000"},
    {"iw_after_a_lost_syn_ack", "5681 3.1",
     "at LISTEN; > <SEQ=0><CTL=SYN><MSS=1000>; < any 1; wait 1s; < any 1; > <SEQ=1><ACK=1><CTL=ACK>;"
     "! connection established; var cwnd 1000"},
    {"iw_is_not_enlarged_by_the_syn_ack", "5681 3.1", OPENED "var cwnd 4000"},
    {"ack_of_the_syn_is_no_slow_start", "5681 3.1",
     "at SYN-RECEIVED; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established; ?! SLOW_START; ? CWND_INIT"},
    {"ack_of_the_syn_after_close_is_no_slow_start", "5681 3.1",
     "at SYN-RECEIVED; CLOSE; < any 1; > <SEQ=1><ACK=1><CTL=ACK>; ?! SLOW_START; = FIN-WAIT-1"},
    {"ack_of_the_fin_does_not_grow_cwnd", "5681 3.1", /* one segment after a lost SYN: every octet counts */
     "OPEN active; < any 1; wait 1s; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000>; ! connection "
     "established; < any 1; SEND 500 push; < any 1; CLOSE; < any 1;" ACK("502") "! close "
     "acknowledged; var cwnd 1500"},

    /* --- slow start, congestion avoidance (5681 3.1) --- */
    {"slow_start", "5681 3.1",
     OPENED "SEND 20000;" SEG("1") SEG("1001") SEG("2001") SEG("3001") "? HELD_BY_CWND;"
     ACK("1001") "? SLOW_START; var cwnd 5000;" SEG("4001") SEG("5001") ACK("3001") "var cwnd 6000;"
     SEG("6001") SEG("7001") SEG("8001")
     ACK("3501") "var cwnd 6500;" SEG("9001")},
    {"slow_start_at_most_one_segment_an_ack", "5681 3.1", OPENED "SEND 20000; < any 4;" ACK("4001")
     "var cwnd 5000; < any 5"},
    {"window_is_the_smaller", "5681 3.1", "wnd 2000;" OPENED "SEND 20000;" SEG("1") SEG("1001")
     "? HELD_BY_WINDOW; ?! HELD_BY_CWND"},
    {"no_growth_when_the_application_is_the_limit", "7661 4.3",
     OPENED "SEND 1000; < any 1;" ACK("1001") "var cwnd 4000; SEND 1000; < any 1;" ACK("2001")
     "var cwnd 4000"},
    {"no_growth_by_duplicates", "5681 3.1", OPENED "SEND 20000; < any 4;" DUP DUP "var cwnd 4000"},
    {"congestion_avoidance", "5681 3.1",
     /* ssthresh 2000 after a time-out; then one SMSS a window of acknowledged octets */
     OPENED "SEND 90000; < any 4; wait 1s; < any 1; var ssthresh 2000; var cwnd 1000;" ACK("1001")
     "? SLOW_START; var cwnd 2000; < any 2;"
     ACK("2001") "? CONGESTION_AVOIDANCE; var cwnd 2000; < any 1;" ACK("3001") "var cwnd 3000; < any 2;"
     ACK("4001") "var cwnd 3000; < any 1;"
     ACK("5001") "var cwnd 3000; < any 1;" ACK("6001") "var cwnd 4000; < any 2"},
    {"none_is_no_control", "9293 3.8.2", "opt congestion none;" OPENED "SEND 65000; < any 65;"
     "?! HELD_BY_CWND"},

    /* --- fast retransmit and fast recovery (5681 3.2, 6582 3.2) --- */
    {"fast_retransmit", "5681 3.2",
     OPENED "SEND 20000; < any 4; wait 300ms;" DUP DUP DUP SEG("1") "? FAST_RETRANSMIT; var ssthresh 2000;"
     "var cwnd 5000;" SEG("4001")
     "timer retransmission 700ms;" DUP "var cwnd 6000;" SEG("5001") ACK("4001") "? RECOVERY_OVER;"
     "var cwnd 2000; var flight 2000;"
     ACK("5001") "? CONGESTION_AVOIDANCE; var cwnd 2000;" SEG("6001") ACK("6001") "var cwnd 3000;"
     SEG("7001") SEG("8001")},
    {"fast_retransmit_two_duplicates_do_not", "5681 3.2", OPENED "SEND 20000; < any 4;" DUP DUP ACK("1001")
     "< any 2; ?! FAST_RETRANSMIT"},
    {"fast_retransmit_once", "5681 3.2", OPENED "SEND 4000; < any 4;" DUP DUP DUP "< any 1;" DUP DUP DUP DUP
     "?! FAST_RETRANSMIT"},
    {"fast_retransmit_of_the_fin", "5681 3.2",
     OPENED "SEND 1000; < any 1; SEND 1000; < any 1; CLOSE; < <SEQ=2001><ACK=1><CTL=FIN,ACK>;" DUP DUP DUP
     SEG("1")},
    {"ssthresh_is_at_least_two_segments", "5681 3.1", "opt nagle 0;" OPENED "SEND 2000; < any 2;" DUP DUP
     DUP "< any 1; var ssthresh 2000; var cwnd 5000"},
    {"inflation_waits_for_the_window", "5681 3.2", "wnd 4000;" OPENED "SEND 20000; < any 4;" DUP DUP DUP
     "< any 1;" DUP DUP "?! DATA_OUT"},
    {"new_data_while_inflated", "5681 3.2",
     "opt initial_window 8;" OPENED "SEND 40000; < any 8;" DUP DUP DUP SEG("1") "var ssthresh 4000;"
     "var cwnd 7000;" DUP DUP SEG("8001")
     DUP SEG("9001") "var cwnd 10000"},
    {"partial_ack", "6582 3.2", /* the first and the third of eight are lost */
     "opt initial_window 8;" OPENED "SEND 40000; < any 8;" DUP DUP DUP SEG("1") DUP DUP SEG("8001") DUP
     SEG("9001")
     ACK("2001") "? PARTIAL_ACK; var cwnd 9000;" SEG("2001") SEG("10001") "?! RECOVERY_OVER;"
     ACK("8001") "? RECOVERY_OVER; var cwnd 4000;" SEG("11001")},
    {"partial_ack_below_one_segment", "6582 3.2",
     "opt initial_window 8;" OPENED "SEND 8000; < any 8;" DUP DUP DUP "< any 1; var cwnd 7000;" ACK("501")
     "var cwnd 6500;"
     "< <SEQ=501><ACK=1><CTL=ACK><LEN=500>"},
    {"partial_ack_resets_the_timer_once", "6582 3.2",
     "opt initial_window 8;" OPENED "SEND 8000; < any 8;" DUP DUP DUP "< any 1; wait 300ms;" ACK("1001")
     "< any 1; timer retransmission 1s; wait 300ms;"
     ACK("2001") "< any 1; timer retransmission 700ms; wait 300ms;" ACK("8001") "timer retransmission off"},
    {"exit_with_little_in_flight", "6582 3.2", /* min(ssthresh, max(FlightSize, SMSS) + SMSS) */
     "opt initial_window 8;" OPENED "SEND 8000; < any 8;" DUP DUP DUP "< any 1;" ACK("8001")
     "var cwnd 2000; var ssthresh 4000"},
    {"no_second_recovery_for_one_window", "6582 3.2",
     /* after the exit, duplicates of what was sent before mean nothing */
     OPENED "SEND 20000; < any 4;" DUP DUP DUP "< any *;" ACK("4001") "< any *;" ACK("4001") ACK("4001")
     ACK("4001") "?! FAST_RETRANSMIT; < any *"},
    {"recovery_again_for_a_later_window", "6582 3.2",
     OPENED "SEND 90000; < any 4;" DUP DUP DUP "< any *;" ACK("4001") "< any *;" ACK("5001") "< any *;"
     ACK("5001") ACK("5001") ACK("5001")
     "? FAST_RETRANSMIT; < any *"},
    {"no_recovery_after_a_timeout", "6582 4",
     /* all had arrived: the duplicates come from what was sent again */
     OPENED "SEND 20000; < any 4; wait 1s; < any 1;" ACK("2001") "< any 2;" ACK("4001") "< any *;"
     ACK("4001") ACK("4001") ACK("4001")
     "?! FAST_RETRANSMIT; < any *"},
    {"timeout_ends_recovery", "6582 3.2",
     OPENED "SEND 20000; < any 4;" DUP DUP DUP "< any *; wait 1s;" SEG("1") "var cwnd 1000;"
     "var ssthresh 2500;" ACK("5001")
     "?! RECOVERY_OVER; var cwnd 2000; < any 2"},

    /* --- what is no duplicate ACK (5681 2) --- */
    {"dup_not_with_text", "5681 2",
     OPENED "SEND 20000; < any 4; > <SEQ=1><ACK=1><CTL=ACK><LEN=1>; > <SEQ=2><ACK=1><CTL=ACK><LEN=1>;"
     "< any *; > <SEQ=3><ACK=1><CTL=ACK><LEN=1>;"
            "> <SEQ=4><ACK=1><CTL=ACK><LEN=1>; ?! FAST_RETRANSMIT; < any *"},
    {"dup_not_a_window_update", "5681 2",
     OPENED "SEND 4000; < any 4; > <SEQ=1><ACK=1><CTL=ACK><WND=60000>; > <SEQ=1><ACK=1><CTL=ACK><WND=59000>;"
            "> <SEQ=1><ACK=1><CTL=ACK><WND=61000>; > <SEQ=1><ACK=1><CTL=ACK><WND=62000>; ?! FAST_RETRANSMIT"},
    {"dup_not_a_fin", "5681 2", OPENED "SEND 4000; < any 4;" DUP DUP "> <SEQ=1><ACK=1><CTL=FIN,ACK>;"
     "! connection closing; ?! FAST_RETRANSMIT; < any *"},
    {"dup_not_with_nothing_out", "5681 2", OPENED DUP DUP DUP DUP "?! FAST_RETRANSMIT; SEND 4000; < any 4;"
     DUP "?! FAST_RETRANSMIT"},
    {"dup_not_an_older_ack", "5681 2",
     OPENED "SEND 4000; < any 4;" ACK("2001") ACK("1001") ACK("1001") ACK("1001") ACK("1001")
     "?! FAST_RETRANSMIT; ? ACK_OLD"},
    {"dup_not_while_probing", "9293 3.8.6.1",
     OPENED "> <SEQ=1><ACK=1><CTL=ACK><WND=0>; SEND 10 push; wait 1s; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=0>;"
            "> <SEQ=1><ACK=1><CTL=ACK><WND=0>; > <SEQ=1><ACK=1><CTL=ACK><WND=0>;"
     "> <SEQ=1><ACK=1><CTL=ACK><WND=0>; ?! FAST_RETRANSMIT"},
    {"dup_need_not_follow_each_other", "5681 3.2",
     OPENED "SEND 4000; < any 4;" DUP DUP "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; > <SEQ=11><ACK=1><CTL=ACK>;"
     "? FAST_RETRANSMIT; < any *"},

    /* --- time-out (5681 3.1) --- */
    {"timeout_collapses", "5681 3.1",
     "opt initial_window 8;" OPENED "SEND 40000; < any 8; wait 1s;" SEG("1") "? CWND_AFTER_RTO;"
     "var cwnd 1000; var ssthresh 4000"},
    {"timeout_slow_start_sends_the_window_again", "5681 3.1",
     OPENED "SEND 20000; < any 4; wait 1s; < any 1;" ACK("1001") "? RETRANSMIT_NEXT; var cwnd 2000;"
     SEG("1001") SEG("2001")
     ACK("2001") "var cwnd 2000;" SEG("3001") ACK("3001") "var cwnd 3000;" SEG("4001") SEG("5001")},
    {"timeout_ack_shows_that_all_had_arrived", "5681 3.1", OPENED "SEND 6000; < any 4; wait 1s; < any 1;"
     ACK("4001") SEG("4001") SEG("5001")},
    {"timeout_again_keeps_ssthresh", "5681 3.1",
     "opt initial_window 8;" OPENED "SEND 40000; < any 8; wait 1s; < any 1; var ssthresh 4000; wait 2s;"
     "< any 1; var ssthresh 4000; var cwnd 1000"},
    {"timeout_after_fast_retransmit_lowers_ssthresh", "5681 3.1", /* that was not by the timer */
     "opt initial_window 10;" OPENED "SEND 40000; < any 10;" DUP DUP DUP "< any 1; var ssthresh 5000;" DUP
     DUP DUP SEG("10001")
     DUP SEG("11001") DUP SEG("12001") "var flight 13000; wait 1s; < any 1; var ssthresh 6500;"
     "var cwnd 1000"},

    /* --- idle (5681 4.1) --- */
    {"idle_restarts", "5681 4.1",
     OPENED "SEND 4000; < any 4;" ACK("4001") "var cwnd 5000; wait 1001ms; SEND 20000; ? CWND_AFTER_IDLE;"
     "var cwnd 4000; < any 4"},
    {"idle_for_less_than_the_rto", "5681 4.1", OPENED "SEND 4000; < any 4;" ACK("4001") "wait 1s;"
     "SEND 20000; ?! CWND_AFTER_IDLE; < any 5"},
    {"idle_although_acks_went_out", "5681 4.1", /* data counts, not what acknowledges the peer's */
     "opt delayed_ack 0;" OPENED "SEND 4000; < any 4;" ACK("4001") "wait 900ms;"
     "> <SEQ=1><ACK=4001><CTL=ACK><LEN=10>; < any 1; wait 900ms;"
     "SEND 20000; ? CWND_AFTER_IDLE; var cwnd 4000; < any 4"},
    {"idle_does_not_enlarge", "5681 4.1",
     OPENED "SEND 4000; < any 4; wait 1s; < any 1;" ACK("4001") "var cwnd 2000; wait 10s; SEND 10000;"
     "< any 2; var cwnd 2000"},
};
/* clang-format on */

/* 3 GB through one connection, and then a loss: numbers more than 2^31 behind must not count as ahead (RFC
 * 6582 sec 5). */
static void recover_does_not_wrap(struct rig *r)
{
    rig_script(r, "opt congestion reno; opt window_scale 14; opt snd_buffer 1073741824; opt mtu 65535; OPEN "
                  "active; < any 1;"
                  "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=65495><WS=14>; ! connection established; < any 1;"
                  "> <SEQ=1><ACK=1><CTL=ACK>");
    enum tcp_result got;
    for (int i = 0; i < 6; i++) {
        rig_send(r, 500000000, SEND_PUSH, &got);
        assert_int_equal(got, RESULT_OK);
        while (snd_waiting(rig_tcb(r)) > 0 || rig_tcb(r)->snd.sent.n > 0) {
            char line[80];
            snprintf(line, sizeof line, "<SEQ=1><ACK=!%u><CTL=ACK>", rig_tcb(r)->snd.nxt.v);
            rig_in(r, line);
            rig_skip(r);
        }
    }
    rig_send(r, 1000000, SEND_PUSH, &got);
    rig_skip(r);
    for (int i = 0; i < 3; i++) {
        char line[80];
        snprintf(line, sizeof line, "<SEQ=1><ACK=!%u><CTL=ACK>", rig_tcb(r)->snd.una.v);
        rig_in(r, line);
    }
    assert_true(r->cited_now[C_FAST_RETRANSMIT]);
    rig_skip(r);
}

static const struct rig_test tests[] = {{"recover_does_not_wrap", recover_does_not_wrap}};

int main(void)
{
    return rig_run_all("tcp_data_congestion", rows, ARRAY_LEN(rows), tests, ARRAY_LEN(tests));
}
