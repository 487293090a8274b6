/* Habits of other stacks that the RFCs leave room for, each an option: ACKs of small segments, a window that
 * moves at every ACK, a FIN that is sent again with an ACK; and SHUTDOWN, which ends sending alone. */
#include "tests/support/tcp_rig.h"

#define TEXT(seq, len) "> <SEQ=" seq "><ACK=1><CTL=ACK><LEN=" len ">;"

/* clang-format off */
static const struct rig_row rows[] = {
    /* --- ack_small --- */
    {"small_segments_wait_for_the_timer", "9293 3.8.6.3", "at ESTABLISHED;" TEXT("1", "10") TEXT("11", "20")
     "wait 200ms; < @200ms <SEQ=1><ACK=31><CTL=ACK>; ? ACK_DELAYED"},
    {"small_segments_two_are_enough", "1122 4.2.3.2", "opt ack_small 1; at ESTABLISHED;" TEXT("1", "10")
     TEXT("11", "20") "< <SEQ=1><ACK=31><CTL=ACK>; timer delayed-ack off"},
    {"small_segments_a_third_waits_again", "1122 4.2.3.2", "opt ack_small 1; at ESTABLISHED;" TEXT("1", "1")
     TEXT("2", "2") "< <SEQ=1><ACK=4><CTL=ACK>;" TEXT("4", "4") "wait 200ms; < @200ms <SEQ=1><ACK=8><CTL=ACK>"},

    /* --- window_follows --- */
    {"window_moves_in_steps", "9293 3.8.6.2.2", "show wnd; opt rcv_buffer 70000; opt delayed_ack 0; at ESTABLISHED;"
     TEXT("1", "100") "< <SEQ=1><ACK=101><CTL=ACK><WND=65435>"},
    {"window_follows_the_field", "1122 4.2.3.3", "show wnd; opt window_follows 1; opt rcv_buffer 70000;"
     "opt delayed_ack 0;"
     "at ESTABLISHED;" TEXT("1", "100") "< <SEQ=1><ACK=101><CTL=ACK><WND=65535>"},
    {"window_follows_what_is_read", "1122 4.2.3.3", "show wnd; opt window_follows 1; opt rcv_buffer 4000;"
     "opt delayed_ack 0;"
     "at ESTABLISHED;" TEXT("1", "100") "< <SEQ=1><ACK=101><CTL=ACK><WND=3900>; RECEIVE 50; + 50;"
     TEXT("101", "10") "< <SEQ=1><ACK=111><CTL=ACK><WND=3940>"},
    {"window_follows_never_silly", "9293 3.8.6.2.2", "show wnd; opt window_follows 1; opt rcv_buffer 4000;"
     "opt delayed_ack 0;"
     "at ESTABLISHED;" TEXT("1", "1000") "< any 1;" TEXT("1001", "1000") "< any 1;" TEXT("2001", "1000") "< any 1;"
     TEXT("3001", "1000") "< <SEQ=1><ACK=4001><CTL=ACK><WND=0>; RECEIVE 100; + 100; < any *; var rcv.wnd 0"},

    /* --- accept_beyond: the field tells 65535 of 70000 --- */
    {"rst_beyond_the_field_is_outside", "9293 3.10.7.4-1", "opt rfc5961_rst 0; opt rcv_buffer 70000; at ESTABLISHED;"
     "> <SEQ=65537><CTL=RST>; = ESTABLISHED"},
    {"rst_beyond_the_field", "7323 2.3", "opt accept_beyond 1; opt rfc5961_rst 0; opt rcv_buffer 70000;"
     "at ESTABLISHED; > <SEQ=70001><CTL=RST>; = ESTABLISHED; > <SEQ=70000><CTL=RST>; ! connection reset; = gone"},
    {"rst_beyond_the_field_challenged", "5961 3.2", "opt accept_beyond 1; opt rcv_buffer 70000;"
     "at ESTABLISHED; > <SEQ=70000><CTL=RST>; < <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED"},
    {"syn_beyond_the_field", "7323 2.3", "opt accept_beyond 1; opt rfc5961_syn 0; opt rcv_buffer 70000;"
     "at ESTABLISHED; > <SEQ=70000><CTL=SYN>; < any 1; ! connection reset; = gone"},
    {"beyond_the_buffer_that_is_free", "7323 2.3", "opt accept_beyond 1; opt rfc5961_rst 0; opt rcv_buffer 70000;"
     "opt delayed_ack 0; at ESTABLISHED;" TEXT("1", "1000") "< any 1; > <SEQ=70001><CTL=RST>; = ESTABLISHED;"
     "> <SEQ=70000><CTL=RST>; ! connection reset; = gone"},
    {"text_beyond_the_field_is_not_taken", "9293 3.10.7.4-1", "opt accept_beyond 1; opt rcv_buffer 70000;"
     "opt delayed_ack 0; at ESTABLISHED;" TEXT("65537", "10") "< <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED"},
    {"closed_window_not_judged_by_the_buffer", "9293 3.10.7.4-1", "opt accept_beyond 1; opt rfc5961_rst 0;"
     "opt rcv_buffer 1000; opt delayed_ack 0; at ESTABLISHED;" TEXT("1", "1000") "< any 1; RECEIVE 10; + 10; < any *;"
     "> <SEQ=1005><CTL=RST>; = ESTABLISHED"},

    /* --- ack_of_old: in CLOSING the peer's FIN comes again, and acknowledges ours --- */
    {"old_fin_is_dropped_with_its_ack", "9293 3.10.7.4-1", "at CLOSING; > <SEQ=1><ACK=2><CTL=FIN,ACK>;"
     "< <SEQ=2><ACK=2><CTL=ACK>; = CLOSING"},
    {"old_fin_whose_ack_counts", "9293 3.10.7.4-1", "opt ack_of_old 1; at CLOSING; > <SEQ=1><ACK=2><CTL=FIN,ACK>;"
     "< <SEQ=2><ACK=2><CTL=ACK>; = TIME-WAIT"},
    {"old_text_whose_ack_counts", "9293 3.10.7.4-1", "opt ack_of_old 1; opt delayed_ack 0; at ESTABLISHED;"
     TEXT("1", "10") "< any 1; SEND 100 push; < any 1; > <SEQ=1><ACK=101><CTL=ACK><LEN=10>;"
     "< <SEQ=101><ACK=11><CTL=ACK>; var snd.una 101"},
    {"old_text_is_no_duplicate_ack", "5681 2", "opt ack_of_old 1; opt delayed_ack 0; at ESTABLISHED;"
     TEXT("1", "10") "< any 1; SEND 100 push; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=10>;"
     "< <SEQ=101><ACK=11><CTL=ACK>; var snd.una 1"},
    {"old_and_new_text_as_ever", "9293 3.10.7.4-7", "opt ack_of_old 1; opt delayed_ack 0; at ESTABLISHED;"
     TEXT("1", "10") "< any 1;" TEXT("1", "20") "< <SEQ=1><ACK=21><CTL=ACK>"},

    /* --- syn_ack_again --- */
    {"syn_again_gets_an_ack", "9293 3.10.7.4-1", "at SYN-RECEIVED passive; > <SEQ=0><CTL=SYN>;"
     "< <SEQ=1><ACK=1><CTL=ACK>; = SYN-RECEIVED"},
    {"syn_again_gets_the_syn_ack", "9293 3.10.7.4-1", "opt syn_ack_again 1; at SYN-RECEIVED passive; wait 500ms;"
     "> <SEQ=0><CTL=SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; = SYN-RECEIVED; timer retransmission 1s"},
    {"another_syn_gets_none", "9293 3.10.7.4-4", "opt syn_ack_again 1; at SYN-RECEIVED passive; > <SEQ=70000><CTL=SYN>;"
     "< <SEQ=1><ACK=1><CTL=ACK>; = SYN-RECEIVED"},

    /* --- syn_received_resets --- */
    {"future_ack_in_syn_received_challenged", "5961 5.2", "at SYN-RECEIVED passive; > <SEQ=1><ACK=5><CTL=ACK>;"
     "< <SEQ=1><ACK=1><CTL=ACK>; = SYN-RECEIVED"},
    {"future_ack_in_syn_received_reset", "9293 3.10.7.4-5", "opt syn_received_resets 1; at SYN-RECEIVED passive;"
     "> <SEQ=1><ACK=5><CTL=ACK>; < <SEQ=5><CTL=RST>; = SYN-RECEIVED"},
    {"future_ack_later_challenged", "5961 5.2", "opt syn_received_resets 1; at ESTABLISHED;"
     "> <SEQ=1><ACK=5><CTL=ACK>; < <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED"},

    /* --- close_discards --- */
    {"unread_text_is_told_by_a_rst", "9293 3.6.1", "opt half_duplex_close 1; opt delayed_ack 0; at ESTABLISHED;"
     TEXT("1", "10") "< any 1; CLOSE; < <SEQ=1><CTL=RST>; = gone"},
    {"unread_text_is_thrown_away", "9293 3.6.1", "opt half_duplex_close 1; opt close_discards 1; opt delayed_ack 0;"
     "at ESTABLISHED;" TEXT("1", "10") "< any 1; CLOSE; < <SEQ=1><ACK=11><CTL=FIN,ACK>; = FIN-WAIT-1"},
    {"later_text_is_told_by_a_rst", "9293 3.6.1", "opt half_duplex_close 1; opt close_discards 1; at ESTABLISHED;"
     "CLOSE; < any 1; > <SEQ=1><ACK=2><CTL=ACK><LEN=5>; ! close acknowledged; < <SEQ=2><CTL=RST>;"
     "! connection reset; = gone"},

    /* --- fin_again --- */
    {"ack_of_a_fin_stands_alone", "9293 3.10.7.4-8", "at FIN-WAIT-1; > <SEQ=1><ACK=1><CTL=FIN,ACK>;"
     "! connection closing; < <SEQ=2><ACK=2><CTL=ACK>; = CLOSING"},
    {"ack_of_a_fin_carries_ours_again", "9293 3.10.4", "opt fin_again 1; at FIN-WAIT-1; > <SEQ=1><ACK=1><CTL=FIN,ACK>;"
     "! connection closing; < <SEQ=1><ACK=2><CTL=FIN,ACK>; = CLOSING"},
    {"fin_not_again_in_a_challenge", "5961 3.2", "opt fin_again 1; at FIN-WAIT-1; > <SEQ=5><CTL=RST>;"
     "< <SEQ=2><ACK=1><CTL=ACK>; > <SEQ=1><CTL=SYN>; < <SEQ=2><ACK=1><CTL=ACK>;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK>; < <SEQ=2><ACK=1><CTL=ACK>; = FIN-WAIT-1"},
    {"fin_again_not_behind_text", "9293 3.10.4", "opt fin_again 1; opt delayed_ack 0; at ESTABLISHED; SEND 100 push;"
     "< any 1; CLOSE; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; < <SEQ=102><ACK=6><CTL=ACK>"},

    /* --- reset_with_ack --- */
    {"reset_of_abort_has_no_ack", "9293 3.10.5", "at ESTABLISHED; ABORT; < <SEQ=1><CTL=RST>; = gone"},
    {"reset_of_abort_with_ack", "9293 3.10.5",
     "opt reset_with_ack 1; at ESTABLISHED; ABORT; < <SEQ=!4294967281><ACK=1><CTL=RST,ACK>; = gone"},
    {"reset_for_a_syn_takes_its_numbers", "9293 3.5.2",
     "opt rfc5961_syn 0; at ESTABLISHED; > <SEQ=1><CTL=SYN>; < <SEQ=!0><ACK=2><CTL=RST,ACK>;"
     "! connection reset; = gone"},
    {"reset_for_a_syn_with_our_numbers", "9293 3.10.7.4-4", "opt reset_with_ack 1; opt rfc5961_syn 0; at ESTABLISHED;"
     "> <SEQ=1><CTL=SYN>; < <SEQ=!4294967281><ACK=1><CTL=RST,ACK>; ! connection reset; = gone"},
    {"reset_in_answer_to_text_as_ever", "9293 3.5.2",
     "opt reset_with_ack 1; opt half_duplex_close 1; at ESTABLISHED; CLOSE; < any 1;"
     "> <SEQ=1><ACK=2><CTL=ACK><LEN=5>; ! close acknowledged; < <SEQ=2><CTL=RST>; ! connection reset; = gone"},

    /* --- probe_old --- */
    {"probe_of_an_old_number", "9293 3.8.6.1", "opt probe_old 1; wnd 100; at ESTABLISHED; SEND 200; < any *;"
     "> <SEQ=1><ACK=101><CTL=ACK><WND=0>; wait 1s; < @1s <SEQ=100><ACK=1><CTL=ACK>; ? PROBE_OUT;"
     "wait 2s; < <SEQ=100><ACK=1><CTL=ACK>"},
    {"probe_of_an_old_number_gives_up", "9293 3.8.3", "opt probe_old 1; opt r2 10s; wnd 100; at ESTABLISHED;"
     "SEND 200; < any *; > <SEQ=1><ACK=101><CTL=ACK><WND=0>; wait 15s; < any 3; ! connection timed out; ? R2_REACHED;"
     "= gone"},

    /* --- SHUTDOWN --- */
    {"shutdown_sends_a_fin", "9293 3.10.4", "at ESTABLISHED; SHUTDOWN -> ok; < <SEQ=1><ACK=1><CTL=FIN,ACK>;"
     "= FIN-WAIT-1; SHUTDOWN -> connection closing; SEND 5 -> connection closing"},
    {"shutdown_goes_on_reading", "9293 3.6.1", "opt half_duplex_close 1; opt delayed_ack 0; at ESTABLISHED;"
     "SHUTDOWN -> ok; < any 1; > <SEQ=1><ACK=2><CTL=ACK><LEN=5>; ! close acknowledged;"
     "< <SEQ=2><ACK=6><CTL=ACK>; = FIN-WAIT-2; RECEIVE 5 -> ok; + 5"},
    {"shutdown_with_unread_text", "9293 3.6.1", "opt half_duplex_close 1; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=5>; < any 1; SHUTDOWN -> ok; < <SEQ=1><ACK=6><CTL=FIN,ACK>; = FIN-WAIT-1;"
     "RECEIVE 5 -> ok; + 5"},
    {"close_after_shutdown_ends_reading", "9293 3.6.1", "opt half_duplex_close 1; opt delayed_ack 0; at ESTABLISHED;"
     "SHUTDOWN -> ok; < any 1; CLOSE -> ok; > <SEQ=1><ACK=2><CTL=ACK><LEN=5>; ! close acknowledged;"
     "< <SEQ=2><CTL=RST>; ! connection reset; = gone"},
    {"close_after_shutdown_unread", "9293 3.6.1", "opt half_duplex_close 1; opt delayed_ack 0; at ESTABLISHED;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=5>; < any 1; SHUTDOWN -> ok; < any 1; CLOSE -> ok; < <SEQ=2><CTL=RST>;"
     "? RST_UNREAD; = gone"},
    {"close_after_shutdown_full_duplex", "9293 3.10.4", "at ESTABLISHED; SHUTDOWN -> ok; < any 1;"
     "CLOSE -> connection closing; = FIN-WAIT-1"},
    {"shutdown_in_syn_received_waits", "9293 3.10.4", "at SYN-RECEIVED; SEND 5; SHUTDOWN -> queued"},
    {"shutdown_of_a_listener", "9293 3.10.4", "at LISTEN; SHUTDOWN -> ok; ! connection closed; = gone"},
};
/* clang-format on */

int main(void)
{
    return rig_run_all("tcp_habits", rows, ARRAY_LEN(rows), NULL, 0);
}
