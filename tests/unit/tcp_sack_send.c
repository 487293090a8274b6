/* Loss recovery at the data sender: the scoreboard and RFC 6675, with pipe after each ACK; what a time-out makes of
 * SACK blocks (RFC 2018 sec 5 and 8); D-SACKs (RFC 2883 sec 5); limited transmit (RFC 3042); what RFC 6582 leaves
 * open. SMSS is 1000, and the numbers wrap a few octets after the first of text. */
#include "tests/support/tcp_rig.h"

#define OPENED(window)                                                                                       \
    "opt sack 1; opt dsack 1; opt initial_window " window "; OPEN active; < any 1;"                          \
    "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000><SACKOK>; ! connection established; < any 1;"
#define PLAIN(window)                                                                                        \
    "opt initial_window " window "; OPEN active; < any 1;"                                                   \
    "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000>; ! connection established; < any 1;"
#define ACK(ack, ...) "> <SEQ=1><ACK=" ack "><CTL=ACK>" __VA_ARGS__ ";"
#define SEG(seq) "< <SEQ=" seq "><ACK=1><CTL=ACK><LEN=1000>;"
#define PART(seq, len) "< <SEQ=" seq "><ACK=1><CTL=ACK><LEN=" len ">;"
#define DUP ACK("1")

/* clang-format off */
static const struct rig_row rows[] = {
    /* --- Update (): the scoreboard (6675 4, 2018 5) --- */
    {"blocks_add_up", "6675 4", OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-2001>") "var sacked 1000;"
     ACK("1", "<SACK=3001-4001,1001-2001>") "var sacked 2000;" ACK("1", "<SACK=1501-2501>") "var sacked 2500; < any *"},
    {"blocks_that_touch_are_one", "6675 4", OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-1501>")
     ACK("1", "<SACK=1501-2001>") "var sacked 1000; var dupacks 2;" ACK("1", "<SACK=1001-2001>") "var dupacks 2"},
    {"blocks_outside_mark_nothing", "2018 5", OPENED("4") "SEND 4000; < any 4;" ACK("1", "<SACK=4001-5001>")
     ACK("1", "<SACK=3001-4002>") ACK("1", "<SACK=2001-1001>") ACK("1", "<SACK=2001-2001>") ACK("1", "<SACK=1-1001>")
     ACK("1", "<SACK=-500-1>") "var sacked 0; var dupacks 0"},
    {"blocks_without_agreement_mark_nothing", "2018 2", PLAIN("4") "SEND 4000; < any 4;" ACK("1", "<SACK=1001-2001>")
     "var sacked 0"},
    {"ack_takes_blocks_off", "6675 4", OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-2001,3001-4001>")
     ACK("2001") "var sacked 1000;" ACK("4001") "var sacked 0"},
    {"ack_cuts_no_block_in_two", "2018 8", /* SND.UNA within a block: the receiver has dropped the rest of it */
     OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-3001>") ACK("2001") "? SACK_RENEGED; var sacked 0"},
    {"reneging", "2018 8", OPENED("4") "SEND 4000; < any 4;" ACK("1", "<SACK=1001-4001>") "< any 1;" ACK("1001")
     "? SACK_RENEGED; var sacked 0; var flight 3000; < any *; wait 1s;" SEG("1001")},
    {"an_old_ack_is_heard_too", "6675 5", OPENED("10") "SEND 10000; < any 10;" ACK("2001")
     ACK("1001", "<SACK=3001-4001>") "var sacked 1000; ? ACK_OLD"},

    /* --- DupAcks and the way into recovery (6675 2, 5) --- */
    {"third_duplicate", "6675 5",
     OPENED("10") "SEND 20000; < any 10;" ACK("1", "<SACK=1001-2001>") "var dupacks 1;"
     ACK("1", "<SACK=1001-3001>") "var dupacks 2; ?! SACK_RETRANSMIT;" ACK("1", "<SACK=1001-4001>")
     "? SACK_RETRANSMIT;" SEG("1") "var recover 10001; var ssthresh 5000; var cwnd 5000;"
     "var high_rxt 1001; var pipe 7000"},
    {"duplicate_without_news_is_none", "6675 2", OPENED("10") "SEND 20000; < any 10;" DUP DUP DUP DUP "var dupacks 0;"
     ACK("1", "<SACK=1001-2001>") ACK("1", "<SACK=1001-2001>") ACK("1", "<SACK=1001-2001>") "var dupacks 1;"
     "?! SACK_RETRANSMIT"},
    {"duplicate_with_text_and_window", "6675 2", /* "even if it carries new data, changes the advertised window" */
     OPENED("10") "SEND 20000; < any 10; > <SEQ=1><ACK=1><CTL=ACK><LEN=10><SACK=1001-2001>;"
     "> <SEQ=11><ACK=1><CTL=ACK><WND=50000><SACK=1001-3001>; > <SEQ=11><ACK=1><CTL=ACK><SACK=1001-4001>; < any *;"
     "? SACK_RETRANSMIT"},
    {"duplicate_that_moves_the_ack", "6675 2", OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-2001>")
     "var dupacks 1;" ACK("2001", "<SACK=3001-4001>") "var dupacks 1"},
    {"many_octets_at_once", "6675 5", /* (2): IsLost (HighACK + 1) although DupAcks is 1 */
     OPENED("10") "SEND 20000; < any 10;" ACK("1", "<SACK=1001-3002>") "? SACK_RETRANSMIT;" SEG("1")},
    {"not_too_many_octets", "6675 4", OPENED("10") "SEND 20000; < any 10;" ACK("1", "<SACK=1001-3001>")
     "?! SACK_RETRANSMIT"},
    {"three_small_segments", "6675 5", /* (1): IsLost cannot tell, DupAcks can */
     "opt nagle 0;" OPENED("10") "SEND 10 push; < any 1; SEND 10 push; < any 1; SEND 10 push; < any 1; SEND 10 push;"
     "< any 1;" ACK("1", "<SACK=11-21>") ACK("1", "<SACK=11-31>") ACK("1", "<SACK=11-41>")
     "? SACK_RETRANSMIT; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>"},
    {"three_blocks_of_one_ack", "6675 4", /* DupThresh discontiguous sequences above: lost */
     OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-1101,3001-3101,5001-5101>")
     "? SACK_RETRANSMIT;" SEG("1")},

    /* --- SetPipe and NextSeg (6675 4), step (C) --- */
    {"one_loss_of_ten", "6675 5",
     OPENED("10") "SEND 30000; < any 10;" ACK("1", "<SACK=1001-2001>") ACK("1", "<SACK=1001-3001>")
     ACK("1", "<SACK=1001-4001>") SEG("1") "var pipe 7000;"
     ACK("1", "<SACK=1001-5001>") "var pipe 6000;" ACK("1", "<SACK=1001-6001>") "var pipe 5000;"
     ACK("1", "<SACK=1001-7001>") SEG("10001") "var pipe 5000;" /* rule 2 */
     ACK("1", "<SACK=1001-8001>") SEG("11001") ACK("1", "<SACK=1001-9001>") SEG("12001")
     ACK("1", "<SACK=1001-10001>") SEG("13001") "var pipe 5000;"
     ACK("10001") "? SACK_RECOVERY_OVER; var cwnd 5000; var flight 5000;" SEG("14001")
     ACK("11001") "? CONGESTION_AVOIDANCE;" SEG("15001")},
    {"two_losses", "6675 4", /* the first and the fourth of ten: rule 1 */
     OPENED("10") "SEND 30000; < any 10;" ACK("1", "<SACK=1001-2001>") ACK("1", "<SACK=1001-3001>")
     ACK("1", "<SACK=4001-5001,1001-3001>") SEG("1") "var pipe 7000;"
     ACK("1", "<SACK=4001-6001,1001-3001>") "var pipe 6000;"
     ACK("1", "<SACK=4001-7001,1001-3001>") "? NEXTSEG_LOST;" SEG("3001") "var high_rxt 4001; var pipe 5000;"
     ACK("1", "<SACK=4001-8001,1001-3001>") SEG("10001") ACK("3001", "<SACK=4001-8001>")
     "?! SACK_RECOVERY_OVER; ?! PARTIAL_ACK;" SEG("11001") "var pipe 5000"},
    {"two_losses_across_the_wrap", "6675 4", /* 2^32 lies in the hole at 3001 */
     "iss 4294963500;" OPENED("10") "SEND 30000; < any 10;" ACK("1", "<SACK=1001-2001>") ACK("1", "<SACK=1001-3001>")
     ACK("1", "<SACK=4001-5001,1001-3001>") SEG("1") "var pipe 7000;" ACK("1", "<SACK=4001-6001,1001-3001>")
     ACK("1", "<SACK=4001-7001,1001-3001>") "? NEXTSEG_LOST;" SEG("3001") "var pipe 5000;"
     ACK("3001", "<SACK=4001-7001>") "< any *;" ACK("10001") "? SACK_RECOVERY_OVER; < any *"},
    {"a_hole_is_filled_once", "6675 4", OPENED("10") "SEND 10000; < any 10;"
     ACK("1", "<SACK=4001-8001>") SEG("1") SEG("1001") SEG("2001") "var pipe 5000;"
     ACK("1", "<SACK=4001-9001>") SEG("3001") "var pipe 5000;" ACK("1", "<SACK=4001-10001>") "var pipe 4000"},
    {"a_hole_of_odd_size", "6675 4", /* blocks need not end with segments */
     OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1501-4001>") SEG("1") "var pipe 7000;"
     ACK("1", "<SACK=1501-6001>") "var pipe 5000;" ACK("1", "<SACK=1501-7001>") PART("1001", "500") "var pipe 4500"},
    {"rule_3", "6675 4", /* nothing new: a hole not yet lost */
     OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-8001>") SEG("1") "var pipe 3000;"
     ACK("1", "<SACK=9001-10001,1001-8001>") "? NEXTSEG_UNSURE;" SEG("8001") "var pipe 3000; var high_rxt 9001"},
    {"rule_4", "6675 4", /* the first and the last two are lost: one rescue */
     OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-8001>") SEG("1") ACK("8001") "? NEXTSEG_RESCUE;"
     SEG("9001") "var high_rxt 8001; var pipe 2000;" ACK("8001", "<SACK=9001-10001>") "? NEXTSEG_UNSURE;" SEG("8001")
     ACK("10001") "? SACK_RECOVERY_OVER"},
    {"rule_4_not_before_the_first_is_acknowledged", "6675 4", OPENED("10") "SEND 10000; < any 10;"
     ACK("1", "<SACK=1001-8001>") SEG("1") "?! NEXTSEG_RESCUE"},
    {"rule_4_once_a_recovery", "6675 4", OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-8001>") SEG("1")
     ACK("8001") SEG("9001") ACK("8501") "?! NEXTSEG_RESCUE"},
    {"window_of_the_peer_counts", "6675 4", "wnd 10000;" OPENED("10") "SEND 30000; < any 10;"
     ACK("1", "<SACK=1001-8001>") SEG("1") "?! DATA_OUT"},
    {"recovery_grows_no_window", "6675 5", OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=4001-10001>")
     SEG("1") SEG("1001") SEG("2001") SEG("3001") ACK("1001", "<SACK=4001-10001>") ACK("2001", "<SACK=4001-10001>")
     "? NEXTSEG_RESCUE;" SEG("3001") "var cwnd 5000; ?! SLOW_START;" ACK("10001") "var cwnd 5000"},
    {"blocks_outlive_recovery", "6675 5", /* (A): what is beyond the new HighACK SHOULD NOT be cleared */
     OPENED("10") "SEND 30000; < any 10;" ACK("1", "<SACK=1001-9001>") SEG("1") SEG("10001") SEG("11001") SEG("12001")
     ACK("1", "<SACK=1001-10001,11001-12001>") "< any *;" ACK("10001", "<SACK=11001-12001>") "? SACK_RECOVERY_OVER;"
     "var sacked 1000; < any *"},
    {"no_control_sends_all_holes", "6675 5", "opt congestion none;" OPENED("10") "SEND 10000; < any 10;"
     ACK("1", "<SACK=4001-10001>") SEG("1") SEG("1001") SEG("2001") SEG("3001")},
    {"fin_in_the_scoreboard", "6675 4", OPENED("10") "SEND 3000; < any 3; CLOSE; < <SEQ=3001><ACK=1><CTL=FIN,ACK>;"
     ACK("1", "<SACK=1001-3002>") "? SACK_RETRANSMIT;" SEG("1") ACK("3002") "! close acknowledged; = FIN-WAIT-2"},
    {"fin_is_a_hole", "6675 4", /* the FIN alone is lost behind what arrived: rule 4 */
     OPENED("10") "SEND 9000; < any 9; CLOSE; < any 1;" ACK("1", "<SACK=1001-9001>") SEG("1") ACK("9001")
     "? NEXTSEG_RESCUE; < <SEQ=9001><ACK=1><CTL=FIN,ACK>"},
    {"urgent_text_again", "9293 3.8.5", OPENED("10") "SEND 10000 urgent; < any 10;" ACK("1", "<SACK=1001-9001>")
     "< <SEQ=1><ACK=1><CTL=ACK,URG><LEN=1000><UP=10000>"},
    {"probes_are_no_losses", "9293 3.8.6.1", OPENED("4") ACK("1", "<WND=0>") "SEND 10 push; wait 1s; < any 1;"
     ACK("1", "<WND=0>") ACK("1", "<WND=0>") ACK("1", "<WND=0>") "?! SACK_RETRANSMIT; var dupacks 0"},
    {"a_closed_window_stops_recovery", "6675 4", OPENED("10") "SEND 10000; < any 10;"
     ACK("1", "<WND=0><SACK=2001-10001>") SEG("1") "var pipe 1000; ?! NEXTSEG_LOST;"
     ACK("1001", "<WND=9000><SACK=2001-10001>") SEG("1001")},
    {"simultaneous_close_in_recovery", "9293 3.6", OPENED("10") "SEND 3000; < any 3; CLOSE; < any 1;"
     ACK("1", "<SACK=1001-3002>") SEG("1") "> <SEQ=1><ACK=1><CTL=FIN,ACK><SACK=1001-3002>; ! connection closing;"
     "< any *; = CLOSING; > <SEQ=2><ACK=3002><CTL=ACK>; = TIME-WAIT"},
    {"timer_restarts_with_each_ack", "6675 6", OPENED("10") "SEND 10000; < any 10;" ACK("1", "<SACK=1001-5001>")
     SEG("1") "wait 300ms; timer retransmission 700ms;" ACK("1001", "<SACK=2001-5001>") "< any *;"
     "timer retransmission 1s; wait 300ms;" ACK("2001") "< any *; timer retransmission 1s"},

    /* --- time-outs (2018 5, 6675 5.1) --- */
    {"timeout_forgets_blocks", "2018 5", OPENED("4") "SEND 4000; < any 4;" ACK("1", "<SACK=2001-3001>") "wait 1s;"
     SEG("1") "? SACK_CLEARED; var sacked 0; var cwnd 1000;" ACK("1001") SEG("1001") SEG("2001")},
    {"timeout_keeps_blocks_if_told_to", "6675 5.1", "opt sack_keep 1;" OPENED("4") "SEND 4000; < any 4;"
     ACK("1", "<SACK=2001-3001>") "wait 1s;" SEG("1") "?! SACK_CLEARED;" ACK("1001") SEG("1001") SEG("3001")},
    {"timeout_sends_the_left_edge", "2018 5", "opt sack_keep 1;" OPENED("4") "SEND 4000; < any 4;"
     ACK("1", "<SACK=1001-2001>") "wait 1s;" SEG("1") "wait 2s;" SEG("1")},
    {"timeout_heeds_what_comes_later", "6675 5.1", OPENED("4") "SEND 4000; < any 4; wait 1s;" SEG("1")
     ACK("1001", "<SACK=2001-3001>") SEG("1001") SEG("3001")},
    {"timeout_ends_recovery", "6675 5.1", OPENED("10") "SEND 20000; < any 10;" ACK("1", "<SACK=1001-5001>") SEG("1")
     "wait 1s;" SEG("1") "var recover 10001; var cwnd 1000;" ACK("5001") "?! SACK_RECOVERY_OVER; < any *;"
     /* no new recovery before HighACK has reached RecoveryPoint */
     ACK("5001", "<SACK=6001-10001>") "?! SACK_RETRANSMIT; < any *"},
    {"recovery_after_a_timeout", "6675 5.1", OPENED("4") "SEND 30000; < any 4; wait 1s;" SEG("1") ACK("4001")
     "var cwnd 2000; < any 2;" ACK("5001") "< any 1;" ACK("6001") "< any 2;"
     "> <SEQ=1><ACK=6001><CTL=ACK><SACK=7001-7101,7201-7301,7401-7501>; ? SACK_RETRANSMIT; < any *"},

    /* --- D-SACK (2883 5) --- */
    {"dsack_of_a_needless_timeout", "2883 5.3", OPENED("4") "SEND 1000; < any 1; wait 1s; < any 1;"
     ACK("1001", "<SACK=1-1001>") "? DSACK_SPURIOUS"},
    {"dsack_of_a_needless_fast_retransmit", "2883 5.2", OPENED("10") "SEND 10000; < any 10;"
     ACK("1", "<SACK=1001-4001>") SEG("1") ACK("4001") "?! DSACK_SPURIOUS;" ACK("10001") ACK("10001", "<SACK=1-1001>")
     "? DSACK_SPURIOUS"},
    {"dsack_of_a_copy", "2883 5.1", OPENED("4") "SEND 1000; < any 1;" ACK("1001") ACK("1001", "<SACK=1-1001>")
     "? DSACK_NETWORK; ?! DSACK_SPURIOUS"},
    {"dsack_of_a_copy_above_the_ack", "2883 5", OPENED("4") "SEND 4000; < any 4;"
     ACK("1", "<SACK=2001-3001,2001-4001>") "? DSACK_NETWORK; var sacked 2000"},
    {"dsack_is_judged_by_its_own_ack", "2883 5", /* not by SND.UNA: ACKs may come in another order */
     OPENED("4") "SEND 4000; < any 4;" ACK("3001") ACK("1", "<SACK=1001-2001>") "?! DSACK_NETWORK; ?! DSACK_SPURIOUS"},
    {"dsack_of_what_was_never_sent", "2883 5", OPENED("4") "SEND 1000; < any 1;" ACK("1001", "<SACK=-50-1>")
     "?! DSACK_NETWORK"},

    /* --- limited transmit (3042 2, 5681 3.2, 6675 5 (3)) --- */
    {"limited_transmit", "3042 2", "opt limited_transmit 1;" PLAIN("4") "SEND 20000; < any 4;" DUP "? LIMITED_TRANSMIT;"
     SEG("4001") "var cwnd 4000;" DUP SEG("5001") "var cwnd 4000;" DUP "? FAST_RETRANSMIT;" SEG("1")
     "var ssthresh 2000; var cwnd 5000; var flight 6000;" DUP DUP SEG("6001")},
    {"limited_transmit_is_off", "3042 2", PLAIN("4") "SEND 20000; < any 4;" DUP DUP "?! LIMITED_TRANSMIT"},
    {"limited_transmit_needs_window", "3042 2", "wnd 5000; opt limited_transmit 1;" PLAIN("4") "SEND 20000; < any 4;"
     DUP SEG("4001") DUP "?! LIMITED_TRANSMIT"},
    {"limited_transmit_needs_text", "3042 2", "opt limited_transmit 1;" PLAIN("4") "SEND 4000; < any 4;" DUP DUP
     "?! LIMITED_TRANSMIT"},
    {"limited_transmit_loses_a_small_window", "3042 1", /* two outstanding: three duplicates come all the same */
     "opt limited_transmit 1;" PLAIN("2") "SEND 9000; < any 2;" DUP SEG("2001") DUP SEG("3001") DUP "? FAST_RETRANSMIT;"
     SEG("1") "< any *"},
    {"limited_transmit_after_reordering", "3042 2", "opt limited_transmit 1;" PLAIN("4") "SEND 20000; < any 4;" DUP
     SEG("4001") ACK("2001") "var cwnd 5000;" SEG("5001") SEG("6001")},
    {"limited_transmit_with_sack", "6675 5", "opt limited_transmit 1;" OPENED("4") "SEND 20000; < any 4;"
     ACK("1", "<SACK=1001-2001>") "? LIMITED_TRANSMIT;" SEG("4001") ACK("1", "<SACK=1001-3001>") SEG("5001")
     ACK("1", "<SACK=1001-4001>") "? SACK_RETRANSMIT; var ssthresh 2000; var cwnd 2000;" SEG("1")},
    {"limited_transmit_needs_news", "3042 2", /* "MUST NOT send ... that contain no new SACK information" */
     "opt limited_transmit 1;" OPENED("4") "SEND 20000; < any 4;" DUP DUP "?! LIMITED_TRANSMIT;"
     ACK("1", "<SACK=1001-2001>") SEG("4001") ACK("1", "<SACK=1001-2001>") "?! LIMITED_TRANSMIT"},

    /* --- NewReno (6582) --- */
    {"impatient", "6582 3.2", PLAIN("8") "SEND 8000; < any 8;" DUP DUP DUP "< any 1; wait 300ms;" ACK("1001")
     "< any 1; timer retransmission 1s; wait 300ms;" ACK("2001") "< any 1; timer retransmission 700ms"},
    {"slow_but_steady", "6582 3.2", "opt newreno_slow_but_steady 1;" PLAIN("8") "SEND 8000; < any 8;" DUP DUP DUP
     "< any 1; wait 300ms;" ACK("1001") "< any 1; timer retransmission 1s; wait 300ms;" ACK("2001")
     "< any 1; timer retransmission 1s"},
    {"ack_heuristic", "6582 4.1", /* a retransmission after the time-out is lost */
     "opt newreno_ack_heuristic 1;" PLAIN("8") "SEND 40000; < any 8; wait 1s; < any 1;" ACK("1001") "< any 2;"
     ACK("2001") "< any *;" ACK("2001") ACK("2001") "?! ACK_HEURISTIC;" ACK("2001") "? ACK_HEURISTIC;"
     "? FAST_RETRANSMIT;" SEG("2001") "var recover 8001; < any *"},
    {"ack_heuristic_of_needless_ones", "6582 4.1", /* the ACK jumps by more than four: all had arrived */
     "opt newreno_ack_heuristic 1;" PLAIN("8") "SEND 40000; < any 8; wait 1s; < any 1;" ACK("8001") "< any *;"
     ACK("8001") ACK("8001") ACK("8001") "?! FAST_RETRANSMIT; < any *"},
    {"ack_heuristic_with_one_segment", "6582 4.1", /* "immediately after a retransmit timeout": cwnd is SMSS */
     "opt newreno_ack_heuristic 1;" PLAIN("8") "SEND 40000; < any 8;" ACK("1001") "< any *; wait 1s; < any 1;"
     ACK("1001") ACK("1001") ACK("1001") "?! FAST_RETRANSMIT"},
    {"timestamp_heuristic", "6582 4.2", "opt timestamps 1; opt newreno_timestamp_heuristic 1; opt initial_window 8;"
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1012><TS=5/0>; ! connection established; < any 1;"
     "SEND 40000; < any 8; wait 1s;" SEG("1") "> <SEQ=1><ACK=1001><CTL=ACK><TS=6/1000>;" SEG("1001") SEG("2001")
     "> <SEQ=1><ACK=1001><CTL=ACK><TS=6/1000>; > <SEQ=1><ACK=1001><CTL=ACK><TS=6/1000>;"
     "> <SEQ=1><ACK=1001><CTL=ACK><TS=6/1000>; ? TIMESTAMP_HEURISTIC; ? FAST_RETRANSMIT;" SEG("1001") "< any *"},
    {"timestamp_heuristic_of_needless_ones", "6582 4.2", /* the ACK echoes the first transmission */
     "opt timestamps 1; opt newreno_timestamp_heuristic 1; opt initial_window 8;"
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1012><TS=5/0>; ! connection established; < any 1;"
     "SEND 40000; < any 8; wait 1s;" SEG("1") "> <SEQ=1><ACK=1001><CTL=ACK><TS=6/0>; < any *;"
     "> <SEQ=1><ACK=1001><CTL=ACK><TS=6/0>; > <SEQ=1><ACK=1001><CTL=ACK><TS=6/0>;"
     "> <SEQ=1><ACK=1001><CTL=ACK><TS=6/0>; ?! FAST_RETRANSMIT; < any *"},
};
/* clang-format on */

int main(void)
{
    return rig_run_table("tcp_sack_send", rows, ARRAY_LEN(rows));
}
