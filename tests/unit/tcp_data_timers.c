/* Timers: RTO (RFC 6298), excessive retransmissions (RFC 9293 sec 3.8.3), the user timeout (3.10.8, RFC
 * 5482), keep-alive (3.8.4).
 *
 * Proves: MUST-18 MUST-19 (back-off) MUST-20 MUST-21 MUST-22 MUST-23 MUST-24 MUST-25 MUST-26 MUST-27 MUST-28
 * MUST-29; SHLD-9 SHLD-10 SHLD-11 SHLD-12 SHLD-20; MAY-5 MAY-6. Numbers are worked out by hand in nanoseconds
 * with truncating division. */
#include "tests/support/tcp_rig.h"

/* An active OPEN whose SYN is answered after so long: the first measurement. */
#define RTT(ms)                                                                                              \
    "OPEN active; < any 1; wait " ms "; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; < any 1;"
#define OUT(seq) "SEND 10 push; < <SEQ=" seq "><ACK=1><CTL=PSH,ACK><LEN=10>;"
#define IDLE                                                                                                 \
    "opt keepalive 1; opt keepalive_idle 100s; opt keepalive_interval 10s; opt keepalive_probes 3; at "      \
    "ESTABLISHED;"
#define PROBE "<SEQ=0><ACK=1><CTL=ACK>"

/* clang-format off */
static const struct rig_row rows[] = {
    /* --- computing RTO (RFC 6298 sec 2) --- */
    {"rto_before_any_measurement", "6298 2.1", "OPEN active; < any 1; var rto 1s; timer retransmission 1s"},
    {"rto_initial_option", "6298 2.1", "opt rto_initial 3s; OPEN active; < any 1; timer retransmission 3s"},
    {"rto_first_measurement", "6298 2.2",
     "opt rto_min 0;" RTT("100ms") "var srtt 100ms; var rttvar 50ms; var rto 300ms"},
    {"rto_later_measurements", "6298 2.3", /* R' = 60, then 200 ms */
     "opt rto_min 0;" RTT("100ms") OUT("1") "wait 60ms; > <SEQ=1><ACK=11><CTL=ACK>; var rttvar 47500us;"
     "var srtt 95ms; var rto 285ms;"
     OUT("11") "wait 200ms; > <SEQ=1><ACK=21><CTL=ACK>; var rttvar 61875us; var srtt 108125us;"
     "var rto 355625us"},
    {"rto_divisions_truncate", "6298 2.3", /* 7, then 4: rttvar (3*3 + 3) / 4, srtt (7*7 + 4) / 8 */
     "opt rto_min 0; opt granularity 1;" RTT("7") "var srtt 7; var rttvar 3; var rto 19;" OUT("1")
     "wait 4; > <SEQ=1><ACK=11><CTL=ACK>; var rttvar 3; var srtt 6; var rto 18"},
    {"rto_lower_bound", "6298 2.4", RTT("100ms") "var srtt 100ms; var rto 1s"},
    {"rto_upper_bound", "6298 2.5",
     "opt rto_initial 10s; opt rto_max 15s; " RTT("8s") "var srtt 8s; var rto 15s"},
    {"rto_granularity", "6298 2.3", /* a variance of nothing still counts G */
     "opt rto_min 0; opt granularity 5ms; at ESTABLISHED; var srtt 1; var rttvar 0; var rto 5000001"},
    {"rto_one_sample_a_round_trip", "6298 3",
     "opt rto_min 0; opt nagle 0;" RTT("100ms") OUT("1") "wait 30ms;" OUT("11") "wait 30ms;"
     "> <SEQ=1><ACK=11><CTL=ACK>;"
     "var srtt 95ms; wait 30ms; > <SEQ=1><ACK=21><CTL=ACK>; var srtt 95ms"},

    /* --- Karn, back-off (RFC 6298 sec 3, 5) --- */
    {"timer_starts_with_text", "6298 5.1", RTT("100ms") "timer retransmission off;" OUT("1")
     "timer retransmission 1s"},
    {"timer_is_not_restarted_by_more_text", "6298 5.1",
     "opt nagle 0; at ESTABLISHED;" OUT("1") "wait 300ms;" OUT("11") "timer retransmission 700ms"},
    {"timer_stops_when_all_is_acknowledged", "6298 5.2", "at ESTABLISHED;" OUT("1")
     "> <SEQ=1><ACK=11><CTL=ACK>; timer retransmission off"},
    {"timer_restarts_with_new_data_acknowledged", "6298 5.3",
     "opt nagle 0; at ESTABLISHED;" OUT("1") OUT("11") "wait 300ms; > <SEQ=1><ACK=11><CTL=ACK>;"
     "timer retransmission 1s"},
    {"timer_is_not_restarted_by_duplicates", "6298 5.3",
     "at ESTABLISHED;" OUT("1") "wait 300ms; > <SEQ=1><ACK=1><CTL=ACK>; timer retransmission 700ms"},
    {"timeout_sends_the_earliest", "6298 5.4",
     "opt nagle 0; at ESTABLISHED;" OUT("1") OUT("11") "wait 1s; < @1s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>;"
     "? RETRANSMIT; ? RTO_BACKOFF;"
     "timer retransmission 2s"},
    {"timeout_doubles", "6298 5.5",
     "mute R1; at ESTABLISHED;" OUT("1") "wait 63s; < @1s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>;"
     "< @3s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>;"
     "< @7s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>; < @15s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>;"
     "< @31s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>; < @63s <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>;"
     "timer retransmission 60s"},
    {"karn_no_sample_from_a_retransmission", "6298 3",
     "opt rto_min 0;" RTT("100ms") OUT("1") "wait 300ms; < any 1; ? KARN; wait 10ms;"
     "> <SEQ=1><ACK=11><CTL=ACK>; var srtt 100ms;"
     "var rttvar 50ms; var rto 600ms"},
    {"karn_back_off_is_kept_for_new_text", "6298 5.7",
     "opt rto_min 0;" RTT("100ms") OUT("1") "wait 300ms; < any 1; > <SEQ=1><ACK=11><CTL=ACK>;" OUT("11")
     "timer retransmission 600ms; wait 100ms; > <SEQ=1><ACK=21><CTL=ACK>; var backoff 0; var srtt 100ms;"
     "var rto 250ms"},
    {"karn_timestamps_tell_them_apart", "7323 4.1",
     "opt rto_min 0; opt timestamps 1; OPEN active; < any 1; wait 100ms;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><TS=1/0>; ! connection established;"
     "< any 1;" OUT("1") "wait 300ms; < any 1; wait 100ms; > <SEQ=1><ACK=11><CTL=ACK><TS=2/400>;"
     "var backoff 0; var srtt 100ms"},
    {"syn_timer_fired_rto_is_3s", "6298 5.7",
     "OPEN active; < any 1; wait 1s; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established;"
     "< any 1; ? RTO_SYN; var rto 3s;"
     OUT("1") "timer retransmission 3s; wait 100ms; > <SEQ=1><ACK=11><CTL=ACK>; var rto 1s"},
    {"syn_ack_timer_fired_rto_is_3s", "6298 5.7",
     "at SYN-RECEIVED; wait 1s; < @1s <SEQ=0><ACK=1><CTL=SYN,ACK>; > <SEQ=1><ACK=1><CTL=ACK>;"
     "! connection established; ? RTO_SYN; var rto 3s"},
    {"syn_timer_fired_larger_rto_stays", "6298 5.7",
     "opt rto_initial 4s; OPEN active; < any 1; wait 4s; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK>;"
     "! connection established; < any 1;"
     "?! RTO_SYN; var rto 8s"},
    {"fin_is_retransmitted", "6298 5.4",
     "at FIN-WAIT-1; wait 1s; < @1s <SEQ=1><ACK=1><CTL=FIN,ACK>; wait 2s; < @3s <SEQ=1><ACK=1><CTL=FIN,ACK>"},
    {"fin_alone_when_its_text_is_acknowledged", "9293 3.4",
     "at ESTABLISHED; SEND 10; CLOSE; < <SEQ=1><ACK=1><CTL=FIN,PSH,ACK><LEN=10>;"
     "> <SEQ=1><ACK=11><CTL=ACK>; = FIN-WAIT-1; wait 1s;"
     "< @1s <SEQ=11><ACK=1><CTL=FIN,ACK>"},

    /* --- R1 and R2 (3.8.3) --- */
    {"r1_is_told", "9293 3.8.3",
     "at ESTABLISHED;" OUT("1") "wait 3s; < any 2; wait 4s; < any 1; ! excessive retransmissions 3;"
     "? R1_REACHED; var bad_routes 1;"
     "wait 24s; < any 2; var bad_routes 1"},
    {"r1_set_by_the_application", "9293 3.8.3",
     "at ESTABLISHED; SET r1 5;" OUT("1") "wait 15s; < any 4; wait 16s; < any 1;"
     "! excessive retransmissions 5"},
    {"r1_reports_switched_off", "9293 3.9.1.8", "at ESTABLISHED; SET reports 0;" OUT("1") "wait 31s;"
     "< any *; var bad_routes 1"},
    {"r1_again_after_progress", "9293 3.8.3",
     "opt nagle 0; at ESTABLISHED;" OUT("1") "wait 7s; < any 3; ! excessive retransmissions 3;"
     "> <SEQ=1><ACK=11><CTL=ACK>;" OUT("11")
     "wait 100s; < any *; ! excessive retransmissions 3; var bad_routes 2"},
    {"r2_closes", "9293 3.8.3", /* at 1, 3, 7, 15, 31, 63 it is sent again; at 123 s R2 of 100 s has passed */
     "mute R1; at ESTABLISHED;" OUT("1") "RECEIVE 5; wait 122s; < any 6; = ESTABLISHED; wait 2s;"
     "! connection timed out;"
     "& connection aborted due to user timeout; = CLOSED; = gone"},
    {"r2_at_least_100_s", "9293 3.8.3", "mute R1; opt rto_max 1s; at ESTABLISHED;" OUT("1") "wait 99s;"
     "< any 99; = ESTABLISHED; wait 1s;"
                                        "! connection timed out; = gone"},
    {"r2_set_by_the_application", "9293 3.8.3",
     "mute R1; at ESTABLISHED; SET r2 20s;" OUT("1") "wait 30s; < any 4; = ESTABLISHED; wait 1s;"
     "! connection timed out; = gone"},
    {"r2_of_a_syn_is_three_minutes", "9293 3.8.3",
     "mute R1; OPEN active; < any 1; wait 182s; < any 7; = SYN-SENT; wait 1s; ! connection timed out;"
     "= CLOSED; = gone"},
    {"r2_of_a_syn_cannot_be_less", "9293 3.8.3",
     "mute R1; OPEN active; < any 1; SET r2 20s; wait 182s; < any 7; = SYN-SENT; wait 1s;"
     "! connection timed out; = gone"},
    {"r2_of_a_syn_ack", "9293 3.8.3", "mute R1; at SYN-RECEIVED; wait 182s; < any 7; = SYN-RECEIVED;"
     "wait 1s; < any *; ! connection timed out; = gone"},
    {"r2_of_a_syn_ack_after_close", "9293 3.8.3",
     "mute R1; at SYN-RECEIVED; CLOSE; < any 1; wait 182s; < any 7; = FIN-WAIT-1; wait 1s; < any *;"
     "! connection timed out; = gone"},
    {"r1_of_a_syn_is_told", "9293 3.8.3", "OPEN active; < any 1; wait 7s; < any 3;"
     "! excessive retransmissions 3; var bad_routes 1"},
    {"r2_counts_anew_after_progress", "9293 3.8.3",
     "mute R1; opt rto_max 1s; opt nagle 0; at ESTABLISHED;" OUT("1") OUT("11") "wait 90s; < any 90;"
     "> <SEQ=1><ACK=11><CTL=ACK>;"
     "< any *; wait 90s; < any *; = ESTABLISHED; wait 12s; < any *; ! connection timed out; = gone"},

    /* --- the user timeout (3.10.8, RFC 5482) --- */
    {"user_timeout_established", "9293 3.10.8",
     "opt user_timeout 5s; at ESTABLISHED;" OUT("1") "timer user 5s; RECEIVE 5; wait 5s; < any 2;"
     "! connection aborted due to user timeout;"
     "& connection aborted due to user timeout; = CLOSED; = gone"},
    {"user_timeout_syn_sent", "9293 3.10.8",
     "opt user_timeout 5s; OPEN active; < any 1; wait 5s; < any 2;"
     "! connection aborted due to user timeout; = gone"},
    {"user_timeout_nothing_outstanding", "5482 1", "opt user_timeout 5s; at ESTABLISHED; timer user off;"
     "wait 1000s; = ESTABLISHED"},
    {"user_timeout_progress", "5482 1",
     "opt user_timeout 5s; opt nagle 0; at ESTABLISHED;" OUT("1") OUT("11") "wait 4s; < any *;"
     "> <SEQ=1><ACK=11><CTL=ACK>; < any *;"
     "timer user 5s; wait 4s; < any *; > <SEQ=1><ACK=21><CTL=ACK>; timer user off"},
    {"user_timeout_set_later", "9293 3.9.1.1",
     "at ESTABLISHED;" OUT("1") "SET user_timeout 10s; timer user 10s; SET user_timeout 0; timer user off"},
    {"user_timeout_shorter_than_r2_of_syn", "9293 3.8.3",
     "OPEN active; < any 1; SET user_timeout 2s; wait 2s; < any 1;"
     "! connection aborted due to user timeout; = gone"},

    /* --- keep-alive (3.8.4) --- */
    {"keepalive_off_by_default", "9293 3.8.4", "at ESTABLISHED; timer keepalive off; wait 100000s"},
    {"keepalive_two_hours", "9293 3.8.4", "opt keepalive 1; at ESTABLISHED; timer keepalive 7200s;"
     "wait 7199s; wait 1s; < @7200s " PROBE},
    {"keepalive_switched_on_for_one", "9293 3.8.4", "at ESTABLISHED; SET keepalive 1;"
     "timer keepalive 7200s; SET keepalive 0; timer keepalive off"},
    {"keepalive_interval_set", "9293 3.8.4", "at ESTABLISHED; SET keepalive 1; SET keepalive_idle 30s;"
     "wait 30s; < @30s " PROBE},
    {"keepalive_interval_has_a_floor", "9293 3.8.4",
     "at ESTABLISHED; SET keepalive 1; SET keepalive_idle 0; timer keepalive 1ms;" OUT("1")
     "wait 1ms; timer keepalive 1s"},
    {"keepalive_no_data_unanswered", "9293 3.8.4",
     IDLE "wait 100s; < @100s " PROBE "; ? KEEPALIVE_OUT; wait 10s; < @110s " PROBE "; wait 10s; < @120s "
     PROBE "; = ESTABLISHED;"
          "RECEIVE 5; wait 10s; < @10s <SEQ=1><CTL=RST>; ! connection timed out;"
     "& connection aborted due to user timeout; = gone"},
    {"keepalive_tolerates_lost_answers", "9293 3.8.4",
     IDLE "wait 120s; < any 3; > <SEQ=1><ACK=1><CTL=ACK>; wait 99s; wait 1s; < @100s " PROBE "; wait 20s;"
     "< any 2;"
          "> <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED"},
    {"keepalive_answered_for_ever", "9293 3.8.4",
     IDLE "wait 100s; < any 1; > <SEQ=1><ACK=1><CTL=ACK>; wait 100s; < @100s " PROBE ";"
     "> <SEQ=1><ACK=1><CTL=ACK>; wait 100s;"
          "< @100s " PROBE "; > <SEQ=1><ACK=1><CTL=ACK>; wait 100s; < @100s " PROBE ";"
     "> <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED"},
    {"keepalive_only_when_idle", "9293 3.8.4",
     IDLE "wait 60s; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; wait 99s; < <SEQ=1><ACK=6><CTL=ACK>; wait 1s;"
     "< @100s <SEQ=0><ACK=6><CTL=ACK>"},
    {"keepalive_not_while_data_is_out", "9293 3.8.4", IDLE "SET r2 1000s; mute R1; wait 60s;" OUT("1")
     "wait 200s; < any *; ?! KEEPALIVE_OUT"},
    {"keepalive_after_data_was_acknowledged", "9293 3.8.4",
     IDLE "wait 60s;" OUT("1") "> <SEQ=1><ACK=11><CTL=ACK>; wait 100s; < @100s <SEQ=10><ACK=1><CTL=ACK>"},
    {"keepalive_garbage_octet", "9293 3.8.4", "opt keepalive_garbage 1;" IDLE "wait 100s;"
     "< @100s <SEQ=0><ACK=1><CTL=ACK><LEN=1>"},
    {"keepalive_dead_peer_that_resets", "9293 3.8.4", IDLE "wait 100s; < any 1; > <SEQ=1><CTL=RST>;"
     "! connection reset; = gone"},
    {"keepalive_in_close_wait", "9293 3.8.4",
     "opt keepalive 1; opt keepalive_idle 100s; at CLOSE-WAIT; wait 100s; < @100s <SEQ=0><ACK=2><CTL=ACK>"},
    {"keepalive_in_fin_wait_2", "9293 3.8.4",
     "opt keepalive 1; opt keepalive_idle 100s; at FIN-WAIT-2; wait 100s; < @100s <SEQ=1><ACK=1><CTL=ACK>"},
    {"keepalive_child_inherits", "9293 3.8.4",
     "opt keepalive 1; at LISTEN; SET keepalive 0; > <SEQ=0><CTL=SYN>; < any 1; > <SEQ=1><ACK=1><CTL=ACK>;"
     "! connection established;"
     "timer keepalive off"},
    {"keepalive_of_the_peer_is_answered", "9293 3.8.4", "at ESTABLISHED; > <SEQ=0><ACK=1><CTL=ACK>;"
     "< <SEQ=1><ACK=1><CTL=ACK>"},
    {"keepalive_of_the_peer_with_garbage", "9293 3.8.4",
     "at ESTABLISHED; > <SEQ=0><ACK=1><CTL=ACK><LEN=1>; < <SEQ=1><ACK=1><CTL=ACK>; var unread 0"},
};
/* clang-format on */

int main(void)
{
    return rig_run_table("tcp_data_timers", rows, ARRAY_LEN(rows));
}
