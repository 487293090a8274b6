/* SEGMENT ARRIVES, other states (RFC 9293 sec 3.10.7.4): each step in each state, RFC 5961 on and off. */
#include "tests/support/tcp_rig.h"

#define OTHER (RIG_IN(SYN_RECEIVED) | RIG_SYNCHRONIZED)
#define TAKES_TEXT (RIG_IN(ESTABLISHED) | RIG_IN(FIN_WAIT_1) | RIG_IN(FIN_WAIT_2))
#define PEER_DONE (RIG_IN(CLOSE_WAIT) | RIG_IN(CLOSING) | RIG_IN(LAST_ACK) | RIG_IN(TIME_WAIT))
#define LATE (RIG_IN(CLOSING) | RIG_IN(LAST_ACK) | RIG_IN(TIME_WAIT))
#define TOLD_OF_RST (TAKES_TEXT | RIG_IN(CLOSE_WAIT))
#define NOT_TIME_WAIT (RIG_SYNCHRONIZED & ~RIG_IN(TIME_WAIT))
#define EXPECTED "< <SEQ={N}><ACK={R}><CTL=ACK>"

/* TIME-WAIT after a connection with timestamps; the peer's last was 6. */
#define STAMPED_TIME_WAIT                                                                                    \
    "opt timestamps 1; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><TS=5/0>; < any 1;"                \
    "! connection established; CLOSE; < any 1; > <SEQ=1><ACK=2><CTL=FIN,ACK><TS=6/0>; < any 1;"              \
    "! close acknowledged; ! connection closing; = TIME-WAIT;"

static const struct rig_template templates[] = {
    /* --- First, check sequence number --- */
    {"seq_below", "9293 3.10.7.4-1", OTHER,
     "at {S}; > <SEQ={R-1}><ACK={N}><CTL=ACK>; " EXPECTED "; ? SEQ_UNACCEPTABLE; ? ACK_UNACCEPTABLE; "
     "reject OUT_OF_WINDOW; = {S}; "
     "var snd.una {U}; var rcv.nxt {R}"},
    {"seq_at_right_edge", "9293 3.10.7.4-1", OTHER,
     "at {S}; > <SEQ=E><ACK={N}><CTL=ACK>; " EXPECTED "; ? ACK_UNACCEPTABLE; = {S}; var snd.una {U}"},
    {"seq_far_beyond", "9293 3.10.7.4-1", OTHER,
     "at {S}; > <SEQ={R+0x7ffffff0}><ACK={N}><CTL=ACK>; " EXPECTED "; = {S}; var snd.una {U}"},
    {"seq_last_in_window", "9293 3.10.7.4-1", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ=E-1><ACK={U}><CTL=ACK>; ?! SEQ_UNACCEPTABLE; = {S}"},
    {"seq_text_all_old", "9293 3.10.7.4-1", OTHER,
     "at {S}; > <SEQ={R-10}><ACK={N}><CTL=ACK><LEN=10>; " EXPECTED
     "; ? ACK_UNACCEPTABLE; = {S}; var rcv.nxt {R}"},
    {"seq_text_beyond_edge", "9293 3.10.7.4-1", OTHER,
     "at {S}; > <SEQ=E><ACK={N}><CTL=ACK><LEN=10>; " EXPECTED "; ? ACK_UNACCEPTABLE; = {S}; var rcv.nxt {R}"},
    {"seq_both_ends_outside", "9293 3.10.7.4-1 table 6", TAKES_TEXT,
     "opt rcv_buffer 100; at {S}; > <SEQ=-9><ACK={U}><CTL=ACK><LEN=200>; " EXPECTED "; var rcv.nxt {R}"},
    {"seq_old_fin", "9293 3.10.7.4-1", PEER_DONE & ~RIG_IN(TIME_WAIT),
     "at {S}; > <SEQ={R-1}><ACK={U}><CTL=FIN,ACK>; " EXPECTED "; ? ACK_UNACCEPTABLE; = {S}; var rcv.nxt {R}"},
    {"seq_old_rst", "9293 3.10.7.4-1", OTHER, "at {S}; > <SEQ={R-1}><CTL=RST>; ? RST_OUTSIDE; = {S}"},
    {"seq_rst_at_right_edge", "9293 3.10.7.4-1", OTHER,
     "at {S}; > <SEQ=E><ACK={N}><CTL=RST,ACK>; ? RST_OUTSIDE; = {S}"},
    {"seq_old_rst_with_text", "9293 3.10.7.4-1", OTHER,
     "at {S}; > <SEQ={R-9}><CTL=RST><LEN=9>; ? RST_OUTSIDE; = {S}"},
    {"seq_straddles_left", "9293 3.10.7.4-1", TAKES_TEXT,
     "at {S}; RECEIVE 10 -> queued; > <SEQ={R-10}><ACK={U}><CTL=ACK><LEN=20>; ? TRIMMED_LEFT; + 10; "
     "var rcv.nxt {R+10}; wait 200ms; < <SEQ={N}><ACK={R+10}><CTL=ACK>; = {S}"},
    {"seq_straddles_right", "9293 3.10.7.4-1", TAKES_TEXT,
     "opt rcv_buffer 100; at {S}; > <SEQ=1><ACK={U}><CTL=FIN,ACK><LEN=105>; ? TRIMMED_RIGHT; "
     "var rcv.nxt {R+100}; var unread 100; wait 200ms; < any 1; = {S}"},
    {"seq_fin_alone_past_edge", "9293 3.10.7.4-1", TAKES_TEXT,
     "opt rcv_buffer 100; opt delayed_ack 0; at {S}; > <SEQ=1><ACK={U}><CTL=FIN,ACK><LEN=100>; "
     "? TRIMMED_RIGHT; < <SEQ={N}><ACK={R+100}><CTL=ACK>; = {S}; var rcv.wnd 0"},
    {"seq_held_for_later", "9293 3.10.7.4-1", TAKES_TEXT,
     "at {S}; > <SEQ=6><ACK={U}><CTL=ACK><LEN=5>; < <SEQ={N}><ACK=1><CTL=ACK>; ? ACK_OUT_OF_ORDER; "
     "RECEIVE 10 -> queued; > <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; ? ACK_GAP_FILLED; + 10; "
     "< <SEQ={N}><ACK=11><CTL=ACK>; = {S}"},
    {"seq_resegmented", "9293 3.10.7.4-1", TAKES_TEXT,
     "at {S}; RECEIVE 30 any -> queued; > <SEQ=1><ACK={U}><CTL=ACK><LEN=10>; + 10; "
     "RECEIVE 30 any -> queued; > <SEQ=6><ACK={U}><CTL=ACK><LEN=20>; + 15; < any *; "
     "RECEIVE 30 any -> queued; > <SEQ=1><ACK={U}><CTL=ACK><LEN=25>; < <SEQ={N}><ACK=26><CTL=ACK>; "
     "> <SEQ=1><ACK={U}><CTL=ACK><LEN=26>; + 1; wait 200ms; < <SEQ={N}><ACK=27><CTL=ACK>"},
    {"seq_several_before_one_ack", "9293 3.10.7.4-1", TAKES_TEXT,
     "at {S}; >> <SEQ=1><ACK={U}><CTL=ACK><LEN=500>; >> <SEQ=501><ACK={U}><CTL=ACK><LEN=500>; "
     ">> <SEQ=1001><ACK={U}><CTL=ACK><LEN=500>; >> <SEQ=1501><ACK={U}><CTL=ACK><LEN=500>; settle; "
     "< <SEQ={N}><ACK=2001><CTL=ACK>"},
    {"zero_window_text", "9293 3.10.7.4-1", TAKES_TEXT,
     "opt rcv_buffer 5; opt delayed_ack 0; at {S}; > <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; < any 1; "
     "var rcv.wnd 0; > <SEQ=6><ACK={U}><CTL=PSH,ACK><LEN=1>; < <SEQ={N}><ACK=6><CTL=ACK>; "
     "? ZERO_WINDOW_ALLOWANCE; var rcv.nxt 6; var unread 5; RECEIVE 5 -> ok; + 5; "
     "< <SEQ={N}><ACK=6><CTL=ACK>; var rcv.wnd 5"},
    {"zero_window_urg", "9293 3.4", TAKES_TEXT,
     "opt rcv_buffer 5; opt delayed_ack 0; at {S}; > <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; < any 1; "
     "> <SEQ=6><ACK={U}><CTL=ACK,URG><LEN=1><UP=9>; ! urgent data 14; < <SEQ={N}><ACK=6><CTL=ACK>; "
     "> <SEQ=6><ACK={U}><CTL=ACK,URG><UP=10>; ! urgent data 15"},
    {"zero_window_rst", "9293 3.4", TAKES_TEXT,
     "opt rcv_buffer 5; opt delayed_ack 0; at {S}; > <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; < any 1; "
     "> <SEQ=6><CTL=RST><LEN=9>; ! connection reset; = gone"},
    {"zero_window_rst_elsewhere", "9293 3.4", TAKES_TEXT,
     "opt rcv_buffer 5; opt delayed_ack 0; at {S}; > <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; < any 1; "
     "> <SEQ=7><CTL=RST>; ? RST_OUTSIDE; = {S}"},
    {"zero_window_fin", "9293 3.10.7.4-1", TAKES_TEXT,
     "opt rcv_buffer 5; opt delayed_ack 0; at {S}; > <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; < any 1; "
     "> <SEQ=6><ACK={U}><CTL=FIN,ACK>; < <SEQ={N}><ACK=6><CTL=ACK>; = {S}; RECEIVE 5 -> ok; + 5; "
     "< any 1; > <SEQ=6><ACK={U}><CTL=FIN,ACK>; ! connection closing; < <SEQ={N}><ACK=7><CTL=ACK>"},
    {"zero_window_syn", "9293 3.10.7.4-1", TAKES_TEXT,
     "opt rcv_buffer 5; opt delayed_ack 0; opt rfc5961_syn 0; at {S}; "
     "> <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; < any 1; > <SEQ=6><CTL=SYN>; < <SEQ={N}><ACK=6><CTL=ACK>; "
     "= {S}"},
    {"illegal_option", "9293 3.1", NOT_TIME_WAIT & ~LATE,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=ACK><BADOPT=1>; < <SEQ={N}><CTL=RST>; ! connection reset; = gone"},
    {"illegal_option_late", "9293 3.1", LATE,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=ACK><BADOPT=1>; < <SEQ={N}><CTL=RST>; ! connection reset; "
     "= CLOSED; = gone"},
    {"illegal_option_dropped", "9293 3.1", OTHER,
     "opt discard_illegal_option 1; at {S}; > <SEQ={R}><ACK={N}><CTL=ACK><LEN=5><BADOPT=1>; "
     "? OPTION_ILLEGAL; = {S}; var rcv.nxt {R}; var snd.una {U}"},
    {"illegal_option_outside", "9293 3.1", OTHER,
     "at {S}; > <SEQ={R-1}><ACK={N}><CTL=ACK><BADOPT=1>; " EXPECTED "; = {S}"},

    /* --- Second, check the RST bit --- */
    {"rst_exact", "9293 3.10.7.4-2", TOLD_OF_RST,
     "at {S}; > <SEQ={R}><CTL=RST>; ! connection reset; = CLOSED; = gone; wait 1000s"},
    {"rst_exact_late", "9293 3.10.7.4-2", LATE,
     "at {S}; > <SEQ={R}><CTL=RST>; ! connection closed; = CLOSED; = gone; wait 1000s"},
    {"rst_exact_ack", "9293 3.10.7.4-2", TOLD_OF_RST,
     "at {S}; > <SEQ={R}><ACK={N}><CTL=RST,ACK>; ! connection reset; = CLOSED; = gone"},
    {"rst_exact_text", "9293 3.5.3", TOLD_OF_RST,
     "at {S}; > <SEQ={R}><ACK={N}><CTL=RST,ACK><LEN=20>; ! connection reset; = CLOSED; = gone"},
    {"rst_pending_receive", "9293 3.10.7.4-2", TAKES_TEXT,
     "at {S}; RECEIVE 5 -> queued; > <SEQ={R}><CTL=RST>; & connection reset; ! connection reset; = gone"},
    {"rst_flushes_sends", "9293 3.10.7.4-2", RIG_IN(ESTABLISHED) | RIG_IN(CLOSE_WAIT),
     "at {S}; SEND 50 push -> ok; < any 1; SEND 50 push -> ok; > <SEQ={R}><CTL=RST>; "
     "! connection reset; = gone; wait 1000s"},
    {"rst_in_window", "5961 3.2", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ={R+1}><CTL=RST>; " EXPECTED "; ? CHALLENGE_RST; = {S}"},
    {"rst_last_in_window", "5961 3.2", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ=E-1><CTL=RST>; " EXPECTED "; ? CHALLENGE_RST; = {S}"},
    {"rst_straddles_left", "5961 3.2", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ={R-2}><CTL=RST><LEN=5>; " EXPECTED "; ? CHALLENGE_RST; = {S}"},
    {"rst_in_window_5961_off", "9293 3.10.7.4-2", TOLD_OF_RST,
     "opt rfc5961_rst 0; at {S}; > <SEQ=E-1><CTL=RST>; ! connection reset; = CLOSED; = gone"},
    {"rst_in_window_5961_off_late", "9293 3.10.7.4-2", LATE,
     "opt rfc5961_rst 0; at {S}; > <SEQ={R+1}><CTL=RST>; ! connection closed; = CLOSED; = gone"},
    {"rst_outside_5961_off", "9293 3.10.7.4-1", OTHER,
     "opt rfc5961_rst 0; at {S}; > <SEQ={R-1}><CTL=RST>; ? RST_OUTSIDE; = {S}"},
    {"rst_before_ack_check", "9293 3.10.7.4-2", TOLD_OF_RST,
     "at {S}; > <SEQ={R}><ACK={N+9}><CTL=RST,ACK>; ! connection reset; = gone"},
    {"rst_before_syn_check", "9293 3.10.7.4-2", TOLD_OF_RST,
     "at {S}; > <SEQ={R}><CTL=SYN,RST>; ! connection reset; = gone"},
    {"rst_throttled", "5961 7", RIG_SYNCHRONIZED,
     "challenges 1; at {S}; > <SEQ={R+1}><CTL=RST>; " EXPECTED "; > <SEQ={R+1}><CTL=RST>; "
     "? CHALLENGE_THROTTLED; = {S}; "
     "> <SEQ={R}><CTL=RST>; ! any; = gone"},

    /* --- Fourth, check the SYN bit --- */
    {"syn_in_window", "5961 4.2", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ={R}><CTL=SYN>; " EXPECTED
     "; ? CHALLENGE_SYN; reject SYN_IGNORED; = {S}; var rcv.nxt {R}"},
    {"syn_ack_in_window", "5961 4.2", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ={R+5}><ACK={N}><CTL=SYN,ACK><LEN=9>; " EXPECTED
     "; ? CHALLENGE_SYN; = {S}; var snd.una {U}"},
    {"syn_outside", "9293 3.10.7.4-1", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ=!0x70000000><CTL=SYN>; " EXPECTED "; = {S}"},
    {"syn_old_duplicate", "9293 3.10.7.4-1", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ=0><CTL=SYN>; " EXPECTED "; = {S}"},
    {"syn_ack_duplicate", "9293 3.10.7.4-1", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ=0><ACK=1><CTL=SYN,ACK>; " EXPECTED "; = {S}"},
    {"syn_outside_5961_off", "9293 3.10.7.4-1", RIG_SYNCHRONIZED,
     "opt rfc5961_syn 0; at {S}; > <SEQ={R-1}><CTL=SYN>; " EXPECTED "; = {S}"},
    {"syn_in_window_5961_off", "9293 3.10.7.4-4", RIG_SYNCHRONIZED,
     "opt rfc5961_syn 0; at {S}; > <SEQ={R+5}><CTL=SYN>; < <SEQ=!0><ACK={R+6}><CTL=RST,ACK>; "
     "! connection reset; = CLOSED; = gone; ? RST_SYN_IN_WINDOW; wait 1000s"},
    {"syn_ack_in_window_5961_off", "9293 3.10.7.4-4", RIG_SYNCHRONIZED,
     "opt rfc5961_syn 0; at {S}; > <SEQ={R}><ACK={N}><CTL=SYN,ACK>; < <SEQ={N}><CTL=RST>; "
     "! connection reset; = gone"},
    {"syn_pending_receive_5961_off", "9293 3.10.7.4-4", TAKES_TEXT,
     "opt rfc5961_syn 0; at {S}; RECEIVE 5 -> queued; > <SEQ={R}><CTL=SYN>; < any 1; "
     "& connection reset; ! connection reset; = gone"},
    {"syn_throttled", "5961 7", RIG_SYNCHRONIZED,
     "challenges 1; at {S}; > <SEQ={R}><CTL=SYN>; " EXPECTED
     "; > <SEQ={R}><CTL=SYN>; ? CHALLENGE_THROTTLED; = {S}"},

    /* --- Fifth, check the ACK field --- */
    {"ack_bit_off", "9293 3.10.7.4-5", OTHER,
     "at {S}; > <SEQ={R}><CTL=PSH><LEN=5>; ? ACK_BIT_OFF; reject NO_ACK; = {S}; var rcv.nxt {R}"},
    {"ack_bit_off_fin", "9293 3.10.7.4-5", OTHER,
     "at {S}; > <SEQ={R}><CTL=FIN>; ? ACK_BIT_OFF; = {S}; var rcv.nxt {R}"},
    {"ack_bit_off_urg", "9293 3.10.7.4-5", OTHER,
     "at {S}; > <SEQ={R}><CTL=URG><LEN=5><UP=5>; ? ACK_BIT_OFF; = {S}"},
    {"ack_future", "9293 3.10.7.4-5", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ={R}><ACK={N+1}><CTL=ACK><LEN=5>; " EXPECTED "; ? ACK_FUTURE; reject BAD_ACK; "
     "= {S}; var rcv.nxt {R}; "
     "var snd.una {U}"},
    {"ack_future_fin", "9293 3.10.7.4-5", RIG_SYNCHRONIZED,
     "at {S}; > <SEQ={R}><ACK={N+1}><CTL=FIN,ACK>; " EXPECTED "; = {S}; var rcv.nxt {R}"},
    {"ack_future_5961_off", "9293 3.10.7.4-5", NOT_TIME_WAIT,
     "opt rfc5961_ack 0; at {S}; > <SEQ={R}><ACK={N+1}><CTL=ACK><LEN=5>; " EXPECTED
     "; ? ACK_FUTURE; = {S}; var rcv.nxt {R}"},
    {"ack_too_old", "5961 5.2", RIG_SYNCHRONIZED,
     "wnd 100; at {S}; > <SEQ={R}><ACK={U-101}><CTL=ACK><LEN=5>; " EXPECTED
     "; ? CHALLENGE_ACK; = {S}; var rcv.nxt {R}"},
    {"ack_too_old_throttled", "5961 7", RIG_SYNCHRONIZED,
     "wnd 100; challenges 0; at {S}; > <SEQ={R}><ACK={U-101}><CTL=ACK><LEN=5>; ? CHALLENGE_THROTTLED; "
     "= {S}; var rcv.nxt {R}"},
    {"ack_oldest_allowed", "5961 5.2", TAKES_TEXT,
     "wnd 100; at {S}; > <SEQ={R}><ACK={U-100}><CTL=ACK><LEN=5>; ?! CHALLENGE_ACK; ? ACK_OLD; "
     "var rcv.nxt {R+5}; wait 200ms; < any 1"},
    {"ack_old_5961_off", "9293 3.10.7.4-5", TAKES_TEXT,
     "opt rfc5961_ack 0; wnd 100; at {S}; > <SEQ={R}><ACK={U-101}><CTL=ACK><LEN=5>; ? ACK_OLD; "
     "var rcv.nxt {R+5}; wait 200ms; < any 1"},
    {"ack_old_does_not_set_window", "9293 3.10.7.4-5", NOT_TIME_WAIT,
     "at {S}; > <SEQ={R}><ACK={U-1}><CTL=ACK><WND=9>; = {S}; var snd.wnd 65535; var snd.una {U}"},
    {"ack_duplicate_sets_window", "9293 3.10.7.4-5", NOT_TIME_WAIT,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=ACK><WND=9>; ? WINDOW_UPDATE; = {S}; var snd.wnd 9; "
     "var snd.wl1 {R}; var snd.wl2 {U}"},
    {"ack_older_wl1", "9293 3.10.7.4-5", NOT_TIME_WAIT,
     "at {S}; > <SEQ={R+9}><ACK={U}><CTL=ACK><WND=9>; var snd.wnd 9; "
     "> <SEQ={R}><ACK={U}><CTL=ACK><WND=777>; ? WINDOW_OLD; var snd.wnd 9; var snd.wl1 {R+9}"},
    {"ack_advances", "9293 3.10.7.4-5", RIG_IN(ESTABLISHED) | RIG_IN(CLOSE_WAIT),
     "hear SEND_OK; at {S}; mute SEND_OK; SEND 8 push; < any 1; hear SEND_OK; "
     "> <SEQ={R}><ACK=4><CTL=ACK>; ! send acknowledged 3; var snd.una 4; timer retransmission 1s; "
     "> <SEQ={R}><ACK=9><CTL=ACK>; ! send acknowledged 8; var snd.una 9; timer retransmission off"},
    {"ack_older_wl2", "9293 3.10.7.4-5", RIG_IN(ESTABLISHED) | RIG_IN(CLOSE_WAIT),
     "at {S}; SEND 8 push; < any 1; > <SEQ={R}><ACK=9><CTL=ACK><WND=9>; var snd.wnd 9; "
     "> <SEQ={R}><ACK=4><CTL=ACK><WND=777>; ? ACK_OLD; var snd.wnd 9; var snd.una 9"},

    /* --- Sixth, check the URG bit --- */
    {"urg", "9293 3.10.7.4-6", TAKES_TEXT,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=ACK,URG><LEN=5><UP=3>; ! urgent data 3; ? URGENT_NOTICE; "
     "var rcv.up {R+3}; wait 200ms; < any 1; > <SEQ={R+5}><ACK={U}><CTL=ACK,URG><LEN=1><UP=9>; "
     "! urgent data 14; RECEIVE 3 -> ok; + 3; RECEIVE 3 -> ok; + 3; wait 200ms; < any *; = {S}"},
    {"urg_same_pointer", "9293 3.10.7.4-6", TAKES_TEXT,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=ACK,URG><UP=9>; ! urgent data 9; "
     "> <SEQ={R}><ACK={U}><CTL=ACK,URG><UP=9>; = {S}"},
    {"urg_behind_consumed", "9293 3.10.7.4-6", TAKES_TEXT,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=ACK><LEN=9>; RECEIVE 9 -> ok; + 9; "
     "> <SEQ={R+9}><ACK={U}><CTL=ACK,URG><UP=0>; ?! URGENT_NOTICE; wait 200ms; < any 1"},
    {"urg_last_octet_option", "1122 4.2.2.4", TAKES_TEXT,
     "opt urgent_last_octet 1; at {S}; > <SEQ={R}><ACK={U}><CTL=ACK,URG><LEN=5><UP=2>; "
     "! urgent data 3; wait 200ms; < any 1"},
    {"urg_ignored", "9293 3.10.7.4-6", PEER_DONE,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=ACK,URG><UP=5>; ? URG_IGNORED; reject URG_IGNORED; = {S}"},

    /* --- Seventh, process the segment text --- */
    {"text", "9293 3.10.7.4-7", TAKES_TEXT,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=ACK><LEN=5>; var rcv.nxt {R+5}; var unread 5; "
     "timer delayed-ack 200ms; ? ACK_HELD; wait 200ms; < @200ms <SEQ={N}><ACK={R+5}><CTL=ACK>; "
     "var rcv.wnd 65530; = {S}"},
    {"text_edge_stays", "9293 3.10.7.4-7", TAKES_TEXT,
     "show wnd; opt delayed_ack 0; at {S}; > <SEQ=1><ACK={U}><CTL=ACK><LEN=100>; "
     "< <SEQ={N}><ACK=101><CTL=ACK><WND=65435>; > <SEQ=101><ACK={U}><CTL=ACK><LEN=100>; "
     "< <SEQ={N}><ACK=201><CTL=ACK><WND=65335>"},
    {"text_out_of_order", "9293 3.10.7.4-7", TAKES_TEXT,
     "at {S}; > <SEQ={R+7}><ACK={U}><CTL=ACK><LEN=5>; < <SEQ={N}><ACK={R}><CTL=ACK>; var rcv.nxt {R}; "
     "var ranges 1; = {S}"},
    {"text_ignored", "9293 3.10.7.4-7", PEER_DONE,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=PSH,ACK><LEN=5>; ? TEXT_IGNORED; = {S}; var rcv.nxt {R}; "
     "var unread 0"},
    {"text_refused_without_room", "9293 3.10.7.4-7", TAKES_TEXT,
     "opt reassembly_ranges 0; at {S}; > <SEQ={R+7}><ACK={U}><CTL=ACK><LEN=5>; "
     "< <SEQ={N}><ACK={R}><CTL=ACK>; ? REASSEMBLY_FULL; reject NO_ROOM; var ranges 0"},

    /* --- Eighth, check the FIN bit --- */
    {"fin_again_in_window", "9293 3.10.7.4-8", PEER_DONE,
     "at {S}; > <SEQ={R}><ACK={U}><CTL=FIN,ACK>; " EXPECTED "; = {S}; var rcv.nxt {R}"},
    {"fin_out_of_order", "9293 3.10.7.4-8", TAKES_TEXT,
     "at {S}; > <SEQ={R+5}><ACK={U}><CTL=FIN,ACK>; " EXPECTED "; = {S}; RECEIVE 9 -> queued; "
     "> <SEQ={R}><ACK={U}><CTL=ACK><LEN=5>; "
     "! connection closing; + 5 push; "
     "< <SEQ={N}><ACK={R+6}><CTL=ACK>; "
     "var rcv.nxt {R+6}"},
    {"fin_with_text_out_of_order", "9293 3.10.7.4-8", TAKES_TEXT,
     "at {S}; > <SEQ={R+5}><ACK={U}><CTL=FIN,ACK><LEN=5>; " EXPECTED "; = {S}; "
     "> <SEQ={R}><ACK={U}><CTL=ACK><LEN=5>; "
     "! connection closing; "
     "< <SEQ={N}><ACK={R+11}><CTL=ACK>; "
     "var unread 10"},
    {"fin_implies_push", "9293 3.10.7.4-8", TAKES_TEXT,
     "at {S}; RECEIVE 100 -> queued; > <SEQ={R}><ACK={U}><CTL=ACK><LEN=5>; "
     "> <SEQ={R+5}><ACK={U}><CTL=FIN,ACK>; ! connection closing; + 5 push; < any 1"},
};

static const struct rig_row rows[] = {
    /* --- Fifth step, by state --- */
    {"fin_wait_1_ack_of_text_only", "9293 3.10.7.4-5",
     "at ESTABLISHED; SEND 5 push; < any 1; CLOSE -> ok; < <SEQ=6><ACK=1><CTL=FIN,ACK>; "
     "> <SEQ=1><ACK=6><CTL=ACK>; = FIN-WAIT-1; var snd.una 6; > <SEQ=1><ACK=7><CTL=ACK>; "
     "! close acknowledged; = FIN-WAIT-2; timer retransmission off"},
    {"fin_wait_1_ack_of_fin", "9293 3.10.7.4-5",
     "at FIN-WAIT-1; > <SEQ=1><ACK=2><CTL=ACK>; ! close acknowledged; = FIN-WAIT-2; var snd.una 2; "
     "timer retransmission off; wait 10000s; = FIN-WAIT-2"},
    {"fin_wait_1_ack_with_fin", "9293 3.10.7.4-8",
     "at FIN-WAIT-1; > <SEQ=1><ACK=2><CTL=FIN,ACK>; ! close acknowledged; ! connection closing; "
     "< <SEQ=2><ACK=2><CTL=ACK>; = TIME-WAIT; timer time-wait 240s; timer retransmission off"},
    {"fin_wait_1_ack_with_text_and_fin", "9293 3.10.7.4-8",
     "at FIN-WAIT-1; RECEIVE 9 -> queued; > <SEQ=1><ACK=2><CTL=FIN,ACK><LEN=5>; ! close acknowledged; "
     "! connection closing; + 5 push; < <SEQ=2><ACK=7><CTL=ACK>; = TIME-WAIT"},
    {"fin_wait_1_fin", "9293 3.10.7.4-8",
     "at FIN-WAIT-1; > <SEQ=1><ACK=1><CTL=FIN,ACK>; ! connection closing; < <SEQ=2><ACK=2><CTL=ACK>; "
     "= CLOSING; timer time-wait off"},
    {"fin_wait_1_text_waits_for_window", "9293 3.10.7.4-5",
     "wnd 5; at ESTABLISHED; SEND 9 push; < any 1; CLOSE; = FIN-WAIT-1; > <SEQ=1><ACK=6><CTL=ACK>; "
     "< <SEQ=6><ACK=1><CTL=FIN,PSH,ACK><LEN=4>; = FIN-WAIT-1; > <SEQ=1><ACK=11><CTL=ACK>; "
     "! close acknowledged; = FIN-WAIT-2"},
    {"fin_wait_2_text_for_minutes", "9293 3.6",
     "at FIN-WAIT-2; wait 300s; > <SEQ=1><ACK=2><CTL=ACK><LEN=5>; wait 300s; "
     "< <SEQ=2><ACK=6><CTL=ACK>; = FIN-WAIT-2; > <SEQ=6><ACK=2><CTL=FIN,ACK>; ! connection closing; "
     "< <SEQ=2><ACK=7><CTL=ACK>; = TIME-WAIT"},
    {"fin_wait_2_fin", "9293 3.10.7.4-8",
     "at FIN-WAIT-2; > <SEQ=1><ACK=2><CTL=FIN,ACK>; ! connection closing; < <SEQ=2><ACK=2><CTL=ACK>; "
     "= TIME-WAIT; timer time-wait 240s"},
    {"fin_wait_2_orphan", "9293 3.6",
     "opt orphan_timeout 60s; at FIN-WAIT-2; ORPHAN; timer orphan 60s; wait 60s; = CLOSED; = gone"},
    {"fin_wait_1_orphan", "9293 3.6",
     "opt orphan_timeout 60s; at FIN-WAIT-1; ORPHAN; > <SEQ=1><ACK=2><CTL=ACK>; ! close acknowledged; "
     "timer orphan 60s; wait 60s; = CLOSED; = gone"},
    {"fin_wait_2_orphan_off", "9293 3.6", "at FIN-WAIT-2; ORPHAN; wait 10000s; = FIN-WAIT-2"},
    {"established_fin", "9293 3.10.7.4-8",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,ACK>; ! connection closing; < <SEQ=1><ACK=2><CTL=ACK>; "
     "= CLOSE-WAIT; var rcv.nxt 2"},
    {"established_text_and_fin", "9293 3.10.7.4-8",
     "at ESTABLISHED; RECEIVE 9 -> queued; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=5>; "
     "! connection closing; + 5 push; < <SEQ=1><ACK=7><CTL=ACK>; = CLOSE-WAIT; var rcv.nxt 7"},
    {"close_wait_sends_on", "9293 3.10.7.4-5",
     "at CLOSE-WAIT; SEND 5 push; < <SEQ=1><ACK=2><CTL=PSH,ACK><LEN=5>; > <SEQ=2><ACK=6><CTL=ACK>; "
     "var snd.una 6; = CLOSE-WAIT"},
    {"closing_ack_of_fin", "9293 3.10.7.4-5",
     "at CLOSING; > <SEQ=2><ACK=2><CTL=ACK>; = TIME-WAIT; timer time-wait 240s; timer retransmission off"},
    {"closing_ack_of_text_only", "9293 3.10.7.4-5",
     "at ESTABLISHED; SEND 5 push; < any 1; CLOSE; < any 1; > <SEQ=1><ACK=1><CTL=FIN,ACK>; "
     "! connection closing; < any 1; = CLOSING; > <SEQ=2><ACK=6><CTL=ACK>; = CLOSING; var snd.una 6; "
     "> <SEQ=2><ACK=7><CTL=ACK>; = TIME-WAIT"},
    {"closing_peers_fin_again", "9293 3.10.7.4-1",
     "at CLOSING; > <SEQ=1><ACK=1><CTL=FIN,ACK>; < <SEQ=2><ACK=2><CTL=ACK>; = CLOSING"},
    {"closing_fin_resent", "9293 3.10.8", "at CLOSING; wait 1s; < <SEQ=1><ACK=2><CTL=FIN,ACK>; = CLOSING"},
    {"last_ack_ack_of_fin", "9293 3.10.7.4-5",
     "at LAST-ACK; > <SEQ=2><ACK=2><CTL=ACK>; ! connection closed; = CLOSED; = gone; wait 1000s"},
    {"last_ack_ack_of_text_only", "9293 3.10.7.4-5",
     "at CLOSE-WAIT; SEND 5 push; < any 1; CLOSE -> ok; < any 1; = LAST-ACK; "
     "> <SEQ=2><ACK=6><CTL=ACK>; = LAST-ACK; var snd.una 6; > <SEQ=2><ACK=7><CTL=ACK>; "
     "! connection closed; = gone"},
    {"last_ack_fin_resent", "9293 3.10.8", "at LAST-ACK; wait 1s; < <SEQ=1><ACK=2><CTL=FIN,ACK>; = LAST-ACK"},
    {"last_ack_ack_with_old_fin", "9293 3.10.7.4-1",
     "at LAST-ACK; > <SEQ=1><ACK=2><CTL=FIN,ACK>; < <SEQ=2><ACK=2><CTL=ACK>; = LAST-ACK"},
    {"time_wait_fin_again", "9293 3.10.7.4-5",
     "at TIME-WAIT; wait 100s; timer time-wait 140s; > <SEQ=1><ACK=2><CTL=FIN,ACK>; "
     "< <SEQ=2><ACK=2><CTL=ACK>; ? ACK_TIME_WAIT; = TIME-WAIT; timer time-wait 240s"},
    {"time_wait_text_and_fin_again", "9293 3.10.7.4-5",
     "at FIN-WAIT-2; > <SEQ=1><ACK=2><CTL=FIN,ACK><LEN=5>; ! connection closing; < any 1; wait 100s; "
     "> <SEQ=1><ACK=2><CTL=FIN,ACK><LEN=5>; < <SEQ=2><ACK=7><CTL=ACK>; timer time-wait 240s"},
    {"time_wait_fin_in_window", "9293 3.10.7.4-8",
     "at TIME-WAIT; wait 100s; > <SEQ=2><ACK=2><CTL=FIN,ACK>; < <SEQ=2><ACK=2><CTL=ACK>; "
     "timer time-wait 240s"},
    {"time_wait_old_ack_keeps_timer", "9293 3.10.7.4-1",
     "at TIME-WAIT; wait 100s; > <SEQ=1><ACK=2><CTL=ACK>; < <SEQ=2><ACK=2><CTL=ACK>; timer time-wait 140s"},
    {"time_wait_ack_is_nothing", "9293 3.10.7.4-5",
     "at TIME-WAIT; wait 100s; > <SEQ=2><ACK=2><CTL=ACK>; = TIME-WAIT; timer time-wait 140s"},
    {"time_wait_over", "9293 3.10.8",
     "at TIME-WAIT; wait 239999ms; = TIME-WAIT; wait 1ms; ! connection closed; = CLOSED; = gone"},
    {"time_wait_msl_option", "9293 3.4.2",
     "opt msl 30s; at TIME-WAIT; timer time-wait 60s; wait 60s; ! connection closed; = gone"},
    {"time_wait_rfc1337", "1337 3",
     "opt rfc1337 1; at TIME-WAIT; wait 100s; > <SEQ=2><CTL=RST>; ? RST_TIME_WAIT; = TIME-WAIT; "
     "timer time-wait 140s"},
    {"time_wait_rfc1337_not_challenged", "1337 3",
     "opt rfc1337 1; at TIME-WAIT; wait 100s; > <SEQ=5><CTL=RST>; ? RST_TIME_WAIT; = TIME-WAIT; "
     "timer time-wait 140s"},
    {"time_wait_assassinated", "1337 1", "at TIME-WAIT; > <SEQ=2><CTL=RST>; ! connection closed; = gone"},
    {"time_wait_syn_reuse", "9293 3.6.1",
     "opt time_wait_reuse 1; at TIME-WAIT; > <SEQ=3><CTL=SYN>; ! connection closed; "
     "? TIME_WAIT_REUSE; = CLOSED; = gone"},
    {"time_wait_syn_reuse_next_number", "9293 3.6.1", /* the FIN's number, 1, is the greatest that was used */
     "opt time_wait_reuse 1; at TIME-WAIT; > <SEQ=2><CTL=SYN>; ! connection closed; ? TIME_WAIT_REUSE; = "
     "gone"},
    {"time_wait_syn_reuse_too_old", "9293 3.6.1",
     "opt time_wait_reuse 1; at TIME-WAIT; > <SEQ=1><CTL=SYN>; < <SEQ=2><ACK=2><CTL=ACK>; = TIME-WAIT"},
    {"time_wait_syn_reuse_timestamps", "9293 3.6.1",
     "opt time_wait_reuse 1; opt timestamps 1; OPEN active; < any 1; "
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><TS=5/0>; < any 1; ! connection established; CLOSE; < any 1; "
     "> <SEQ=1><ACK=2><CTL=FIN,ACK><TS=6/0>; < any 1; ! close acknowledged; ! connection closing; "
     "= TIME-WAIT; > <SEQ=-1000><CTL=SYN><TS=7/0>; ! connection closed; = gone"},
    /* RFC 6191 sec 2: timestamps decide where both incarnations have them */
    {"time_wait_reuse_not_for_an_older_timestamp", "9293 3.6.1",
     "opt time_wait_reuse 1;" STAMPED_TIME_WAIT "> <SEQ=1000><CTL=SYN><TS=5/0>;"
     "< <SEQ=2><ACK=2><CTL=ACK>; ?! TIME_WAIT_REUSE; = TIME-WAIT"},
    {"time_wait_reuse_same_timestamp_higher_number", "9293 3.6.1",
     "opt time_wait_reuse 1;" STAMPED_TIME_WAIT "> <SEQ=1000><CTL=SYN><TS=6/0>; ! connection closed; = gone"},
    {"time_wait_reuse_same_timestamp_next_number", "9293 3.6.1",
     "opt time_wait_reuse 1;" STAMPED_TIME_WAIT "> <SEQ=2><CTL=SYN><TS=6/0>; ! connection closed; = gone"},
    {"time_wait_reuse_not_for_the_same_timestamp_number_of_the_fin", "9293 3.6.1",
     "opt time_wait_reuse 1;" STAMPED_TIME_WAIT "> <SEQ=1><CTL=SYN><TS=6/0>; < <SEQ=2><ACK=2><CTL=ACK>;"
     "= TIME-WAIT"},
    {"time_wait_reuse_not_for_the_same_timestamp_lower_number", "9293 3.6.1",
     "opt time_wait_reuse 1;" STAMPED_TIME_WAIT "> <SEQ=-9><CTL=SYN><TS=6/0>; < <SEQ=2><ACK=2><CTL=ACK>;"
     "= TIME-WAIT"},
    {"time_wait_reuse_without_timestamps_by_number", "9293 3.6.1",
     "opt time_wait_reuse 1;" STAMPED_TIME_WAIT "> <SEQ=1000><CTL=SYN>; ! connection closed; = gone"},
    {"time_wait_reuse_timestamps_are_new",
     "9293 3.6.1", /* the old incarnation had none: any number will do */
     "opt time_wait_reuse 1; opt timestamps 1; at TIME-WAIT; > <SEQ=-1000><CTL=SYN><TS=7/0>;"
     "! connection closed; = gone"},
    {"time_wait_reuse_timestamps_we_do_not_do", "9293 3.6.1",
     "opt time_wait_reuse 1; at TIME-WAIT; > <SEQ=-1000><CTL=SYN><TS=7/0>; < <SEQ=2><ACK=2><CTL=ACK>;"
     "= TIME-WAIT"},
    {"time_wait_close_again_from_closing", "9293 3.10.7.4-5",
     "at CLOSING; > <SEQ=2><ACK=2><CTL=ACK>; = TIME-WAIT; wait 240s; ! connection closed; = gone"},
    /* the lost ACK of the peer's FIN */
    {"last_ack_lost", "9293 3.6",
     "at FIN-WAIT-2; > <SEQ=1><ACK=2><CTL=FIN,ACK>; ! connection closing; < <SEQ=2><ACK=2><CTL=ACK>; "
     "wait 1s; > <SEQ=1><ACK=2><CTL=FIN,ACK>; < <SEQ=2><ACK=2><CTL=ACK>; wait 240s; "
     "! connection closed; = gone"},
    {"ack_of_wrapped_numbers", "9293 3.4",
     "iss 0xffffffff; irs 0xffffffff; at ESTABLISHED; SEND 5 push; "
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5>; > <SEQ=1><ACK=!5><CTL=ACK>; var snd.una 6"},
    {"ack_in_same_instant_as_fin", "9293 3.10.7.4-1",
     "at FIN-WAIT-1; >> <SEQ=1><ACK=2><CTL=ACK><LEN=5>; ! close acknowledged; "
     ">> <SEQ=6><ACK=2><CTL=FIN,ACK>; ! connection closing; settle; < <SEQ=2><ACK=7><CTL=ACK>; "
     "= TIME-WAIT"},
    {"rst_in_same_instant_as_text", "9293 3.10.7.4-2",
     "at ESTABLISHED; >> <SEQ=6><ACK=1><CTL=ACK><LEN=5>; >> <SEQ=1><CTL=RST>; ! connection reset; "
     "settle; = gone"},
    {"figure_10_survivor", "9293 3.5.1 figure 10",
     "iss 300; irs 100; at ESTABLISHED; SEND 10 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10>; "
     "> <SEQ=1><CTL=RST>; ! connection reset; = gone"},
};

int main(void)
{
    return rig_run_templates("tcp_matrix_input", templates, ARRAY_LEN(templates), rows, ARRAY_LEN(rows));
}
