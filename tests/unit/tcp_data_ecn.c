/* Explicit congestion notification (RFC 3168 sec 6.1): who agrees on it; ECT on new text alone; CE answered by
 * ECE until CWR comes; ECE heeded once a window; what a SYN without the bits does.
 *
 * Proves: the MUSTs and SHOULDs of RFC 3168 sec 6.1.1 to 6.1.6. Numbers are worked out by hand. */
#include "tests/support/tcp_rig.h"

/* A TCP that asks, and a peer that agrees: initial window 4 segments of 1000. */
#define ASK "opt ecn 1; opt nagle 0; OPEN active; < <SEQ=0><CTL=SYN,ECE,CWR>; var tos 0;"
#define AGREED                                                                                               \
    ASK "> <SEQ=0><ACK=1><CTL=SYN,ACK,ECE><MSS=1000>; ? ECN_AGREED; ! connection established;"               \
        "< <SEQ=1><ACK=1><CTL=ACK>; var tos 0;"
#define SEG(seq) "< <SEQ=" seq "><ACK=1><CTL=ACK><LEN=1000>;"
#define CWR(seq) "< <SEQ=" seq "><ACK=1><CTL=ACK,CWR><LEN=1000>;"
#define ACK(n) "> <SEQ=1><ACK=" n "><CTL=ACK>;"
#define ECE(n) "> <SEQ=1><ACK=" n "><CTL=ACK,ECE>;"
#define GIVE(seq) "> <SEQ=" seq "><ACK=1><CTL=ACK><LEN=100>;"
#define GIVE_CWR(seq) "> <SEQ=" seq "><ACK=1><CTL=ACK,CWR><LEN=100>;"

/* clang-format off */
static const struct rig_row rows[] = {
    /* --- 6.1.1 --- */
    {"off_asks_for_nothing", "3168 6.1.1", "OPEN active; < <SEQ=0><CTL=SYN>"},
    {"off_answers_without", "3168 6.1.1", /* 9293: unknown bits are ignored */
     "at LISTEN; > <SEQ=0><CTL=SYN,ECE,CWR>; < <SEQ=0><ACK=1><CTL=SYN,ACK>"},
    {"asks_and_is_answered", "3168 6.1.1", AGREED "SEND 1000;" SEG("1") "var tos 2"},
    {"asks_and_is_refused", "3168 6.1.1",
     ASK "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000>; ? ECN_REFUSED; ! connection established; < any 1;"
     "SEND 1000;" SEG("1") "var tos 0"},
    {"an_echo_of_both_bits_is_no_answer", "3168 6.1.1.2",
     ASK "> <SEQ=0><ACK=1><CTL=SYN,ACK,ECE,CWR><MSS=1000>; ? ECN_REFUSED; ! connection established; < any 1;"
     "SEND 1000;" SEG("1") "var tos 0"},
    {"answers_with_ece_alone", "3168 6.1.1",
     "opt ecn 1; at LISTEN; > <SEQ=0><CTL=SYN,ECE,CWR><MSS=1000>; ? ECN_AGREED; < <SEQ=0><ACK=1><CTL=SYN,ACK,ECE>;"
     "var tos 0; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established; SEND 1000;" SEG("1") "var tos 2"},
    {"answers_who_does_not_ask_without", "3168 6.1.1",
     "opt ecn 1; at LISTEN; > <SEQ=0><CTL=SYN><MSS=1000>; < <SEQ=0><ACK=1><CTL=SYN,ACK>;"
     "> <SEQ=1><ACK=1><CTL=ACK>; ! connection established; SEND 1000;" SEG("1") "var tos 0"},
    {"one_bit_is_no_question", "3168 6.1.1",
     "opt ecn 1; at LISTEN; > <SEQ=0><CTL=SYN,ECE>; < <SEQ=0><ACK=1><CTL=SYN,ACK>"},
    {"may_only_answer", "3168 6.1.1", "opt ecn 1; opt ecn_ask 0; OPEN active; < <SEQ=0><CTL=SYN>;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK,ECE><MSS=1000>; ?! ECN_AGREED; ! connection established; < any 1;"
     "SEND 1000;" SEG("1") "var tos 0"},
    {"only_answering_does_answer", "3168 6.1.1", "opt ecn 1; opt ecn_ask 0; at LISTEN;"
     "> <SEQ=0><CTL=SYN,ECE,CWR>; < <SEQ=0><ACK=1><CTL=SYN,ACK,ECE>"},
    {"both_ask_at_once", "3168 6.1.1", ASK "> <SEQ=0><CTL=SYN,ECE,CWR><MSS=1000>; < <SEQ=0><ACK=1><CTL=SYN,ACK,ECE>;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK,ECE>; ! connection established; < any *; SEND 1000;" SEG("1") "var tos 2"},
    {"retransmitted_syn_asks_again", "3168 6.1.1.1", ASK "wait 1s; < @1s <SEQ=0><CTL=SYN,ECE,CWR>"},
    {"fallback_asks_no_longer", "3168 6.1.1.1",
     "opt ecn_fallback 1;" ASK "wait 1s; < @1s <SEQ=0><CTL=SYN>; wait 2s; < @3s <SEQ=0><CTL=SYN>"},
    {"fallback_after_two", "3168 6.1.1.1", "opt ecn_fallback 2;" ASK
     "wait 1s; < @1s <SEQ=0><CTL=SYN,ECE,CWR>; wait 2s; < @3s <SEQ=0><CTL=SYN>"},
    {"after_fallback_no_ect_though_agreed", "3168 6.1.1", /* "has sent no non-ECN-setup SYN"; CE is still heeded */
     "opt ecn_fallback 1; opt delayed_ack 0;" ASK "wait 1s; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK,ECE><MSS=1000>;"
     "! connection established; < any 1; SEND 1000;" SEG("1") "var tos 0; tos 3;" GIVE("1")
     "< <SEQ=1001><ACK=101><CTL=ACK,ECE>"},
    {"a_later_syn_without_withdraws_it", "3168 6.1.1.1", /* the scenario of four steps */
     "opt ecn 1; at LISTEN; > <SEQ=0><CTL=SYN,ECE,CWR><MSS=1000>; < <SEQ=0><ACK=1><CTL=SYN,ACK,ECE>;"
     "> <SEQ=0><CTL=SYN>; < <SEQ=1><ACK=1><CTL=ACK>; wait 1s; < @1s <SEQ=0><ACK=1><CTL=SYN,ACK>;"
     "> <SEQ=1><ACK=1><CTL=ACK>; ! connection established; SEND 1000; < any 1; var tos 0"},
    {"a_reset_ends_it_by_default", "3168 6.1.1.1", ASK "> <SEQ=0><ACK=1><CTL=RST,ACK>; ! connection refused; = CLOSED"},
    {"a_reset_may_mean_the_bits", "3168 6.1.1.1", "opt ecn_rst_retry 1;" ASK "> <SEQ=0><ACK=1><CTL=RST,ACK>;"
     "< <SEQ=0><CTL=SYN>; ? SYN_WITHOUT_ECN; > <SEQ=0><ACK=1><CTL=RST,ACK>; ! connection refused; = CLOSED"},

    /* --- 6.1.2, the sender --- */
    {"ect_with_a_diffserv_value", "3168 5", "opt dscp 8;" "opt ecn 1; OPEN active; < any 1; var tos 32;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK,ECE><MSS=1000>; ! connection established; < any 1; SEND 1000;" SEG("1")
     "var tos 34"},
    {"ece_halves_the_window", "3168 6.1.2", /* 4000 in flight */
     AGREED "SEND 20000; < any 4;" ECE("2001") "? ECN_REDUCE; ?! SLOW_START; var cwnd 2000; var ssthresh 2000;"
     /* 2000 in flight: full; the next ACK lets CWR out */ ACK("3001") CWR("4001") "? ECN_CWR_OUT; var tos 2;"
     ACK("4001") SEG("5001") SEG("6001") "var cwnd 3000"},
    {"ece_is_heeded_once_a_window", "3168 6.1.2",
     AGREED "SEND 20000; < any 4;" ECE("1001") "var cwnd 2000;" ECE("3001") CWR("4001") "? ECN_CWR_OUT;"
     ECE("4001") "? ECN_ONCE; var cwnd 2000;" SEG("5001")},
    {"ece_of_the_next_window_counts", "3168 6.1.2",
     AGREED "SEND 20000; < any 4;" ECE("1001") ACK("4001") CWR("4001") SEG("5001") SEG("6001") ECE("5001")
     "? ECN_REDUCE; var cwnd 1500; var ssthresh 2000"},
    {"ece_does_not_grow_the_window", "3168 6.1.2", AGREED "SEND 20000; < any 4;" ECE("1001") ECE("2001")
     "var cwnd 2000; ?! SLOW_START; ?! CONGESTION_AVOIDANCE"},
    {"not_agreed_ece_means_nothing", "3168 6.1.1",
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK,ECE><MSS=1000>; ! connection established; < any 1; SEND 4000;"
     "< any 4;" ECE("1001") "?! ECN_REDUCE; var cwnd 5000"},
    {"an_old_ack_with_ece_means_nothing", "3168 6.1.2", AGREED "SEND 4000; < any 4;" ACK("2001") ECE("1001")
     "?! ECN_REDUCE; var cwnd 5000"},
    {"a_duplicate_ack_with_ece_counts", "3168 6.1.2",
     AGREED "SEND 4000; < any 4;" ECE("1") "? ECN_REDUCE; var cwnd 2000"},
    {"window_of_one_waits_for_the_timer", "3168 6.1.2", /* one segment after a time-out, then none until the timer */
     AGREED "SEND 20000; < any 4; wait 1s; < any 1; var cwnd 1000;" ECE("4001") "?! ECN_REDUCE; var cwnd 1000;"
     CWR("4001") ECE("5001") "? ECN_REDUCE; ? ECN_HELD; var cwnd 1000; timer retransmission 1s;"
     "wait 1s; < @1s <SEQ=5001><ACK=1><CTL=ACK,CWR><LEN=1000>; ?! RETRANSMIT"},
    {"window_of_one_that_is_full_restarts_the_timer", "3168 6.1.2",
     AGREED "SEND 20000; < any 4; wait 1s; < any 1;" ECE("4001") CWR("4001") "wait 500ms;"
     ECE("4501") "? ECN_HELD; timer retransmission 2s"},
    {"loss_in_a_reduced_window_is_no_second_reason", "3168 6.1.2",
     AGREED "SEND 20000; < any 4;" ECE("1") "var ssthresh 2000;" ECE("1") ECE("1") SEG("1") "? FAST_RETRANSMIT;"
     "var ssthresh 2000; var cwnd 5000;" CWR("4001")},
    {"fast_retransmit_is_told_by_cwr", "3168 6.1.2",
     AGREED "SEND 8000; < any 4;" ACK("1") ACK("1") ACK("1") SEG("1") "var ssthresh 2000;"
     CWR("4001") "? ECN_CWR_OUT;" ACK("4001") "? RECOVERY_OVER;" SEG("5001")},
    {"ece_after_a_fast_retransmit_is_no_second_reason", "3168 6.1.2",
     AGREED "SEND 8000; < any 4;" ACK("1") ACK("1") ACK("1") SEG("1") CWR("4001") ECE("4001")
     "?! ECN_REDUCE; var ssthresh 2000;" SEG("5001")},
    {"timeout_is_told_by_cwr", "3168 6.1.2",
     AGREED "SEND 1000;" SEG("1") "wait 1s; < @1s <SEQ=1><ACK=1><CTL=ACK><LEN=1000>; var tos 0;" ACK("1001")
     "SEND 1000;" CWR("1001") "var tos 2"},
    {"window_probe_has_neither", "3168 6.1.6",
     AGREED "SEND 8000; < any 4;" ECE("2001") "var cwnd 2000; > <SEQ=1><ACK=4001><CTL=ACK><WND=0>; wait 1s;"
     "< @1s <SEQ=4001><ACK=1><CTL=ACK><LEN=1>; var tos 0; ? PROBE_OUT; ?! ECN_CWR_OUT"},
    {"fin_alone_has_no_ect", "3168 6.1.4", AGREED "CLOSE; < <SEQ=1><ACK=1><CTL=FIN,ACK>; var tos 0"},
    {"keepalive_has_no_ect", "3168 6.1.4", "opt keepalive 1; opt keepalive_idle 10s; opt keepalive_garbage 1;" AGREED
     "wait 10s; < @10s <SEQ=0><ACK=1><CTL=ACK><LEN=1>; var tos 0"},

    /* --- 6.1.3, the receiver --- */
    {"ce_is_answered_by_ece", "3168 6.1.3", "opt delayed_ack 0;" AGREED "tos 3;" GIVE("1") "? ECN_CE_SEEN;"
     "< <SEQ=1><ACK=101><CTL=ACK,ECE>; var tos 0"},
    {"ece_goes_on_until_cwr", "3168 6.1.3", "opt delayed_ack 0;" AGREED "tos 3;" GIVE("1") "< any 1; tos 2;"
     GIVE("101") "< <SEQ=1><ACK=201><CTL=ACK,ECE>; ?! ECN_CE_SEEN;"
     GIVE("201") "< <SEQ=1><ACK=301><CTL=ACK,ECE>;" GIVE_CWR("301") "? ECN_CWR_SEEN; < <SEQ=1><ACK=401><CTL=ACK>"},
    {"ece_on_text_too", "3168 6.1.3", "opt delayed_ack 0;" AGREED "tos 3;" GIVE("1") "< any 1; SEND 10 push;"
     "< <SEQ=1><ACK=101><CTL=PSH,ACK,ECE><LEN=10>; var tos 2"},
    {"ece_waits_with_a_delayed_ack", "3168 6.1.3", AGREED "tos 3;" GIVE("1") "? ACK_HELD; tos 2;"
     GIVE("101") "< <SEQ=1><ACK=201><CTL=ACK,ECE>"},
    {"cwr_with_ce_goes_on", "3168 6.1.3", "opt delayed_ack 0;" AGREED "tos 3;" GIVE("1") "< any 1;"
     GIVE_CWR("101") "? ECN_CWR_SEEN; ? ECN_CE_SEEN; < <SEQ=1><ACK=201><CTL=ACK,ECE>"},
    {"ce_out_of_order_counts", "3168 6.1.5",
     AGREED "tos 3;" GIVE("101") "? ECN_CE_SEEN; < <SEQ=1><ACK=1><CTL=ACK,ECE>"},
    {"ce_outside_the_window_does_not", "3168 6.1.5", "opt delayed_ack 0;" AGREED GIVE("1") "< any 1; tos 3;" GIVE("1")
     "?! ECN_CE_SEEN; < <SEQ=1><ACK=101><CTL=ACK>"},
    {"ce_on_a_pure_ack_does_not", "3168 6.1.4", AGREED "tos 3;" ACK("1") "?! ECN_CE_SEEN"},
    {"ce_on_a_window_probe_counts", "3168 6.1.6", "opt delayed_ack 0;" AGREED "tos 3; > <SEQ=1><ACK=1><CTL=ACK><LEN=1>;"
     "? ECN_CE_SEEN; < <SEQ=1><ACK=2><CTL=ACK,ECE>"},
    {"not_agreed_ce_means_nothing", "3168 6.1.1", "opt delayed_ack 0; at ESTABLISHED; tos 3;" GIVE("1")
     "?! ECN_CE_SEEN; < <SEQ=1><ACK=101><CTL=ACK>"},
    {"a_reset_has_no_bits", "3168 6.1.3", "opt delayed_ack 0;" AGREED "tos 3;" GIVE("1") "< any 1; ABORT;"
     "< <SEQ=1><CTL=RST>"},
};
/* clang-format on */

int main(void)
{
    return rig_run_table("tcp_data_ecn", rows, ARRAY_LEN(rows));
}
