/* SEGMENT ARRIVES in CLOSED, LISTEN, SYN-SENT and SYN-RECEIVED (RFC 9293 sec 3.10.7.1 to 3.10.7.4), and the
 * figures of section 3.5. */
#include "tests/support/tcp_rig.h"

static const struct rig_row rows[] = {
    /* --- 3.10.7.1 CLOSED --- */
    {"closed_rst", "9293 3.10.7.1", "> <SEQ=5><CTL=RST>; ? RST_IN_CLOSED; reject NO_CONNECTION"},
    {"closed_rst_ack", "9293 3.10.7.1", "> <SEQ=5><ACK=9><CTL=RST,ACK>; ? RST_IN_CLOSED"},
    {"closed_syn", "9293 3.10.7.1",
     "irs 100; > <SEQ=0><CTL=SYN>; < <SEQ=!0><ACK=1><CTL=RST,ACK>; ? RST_CLOSED"},
    {"closed_syn_text", "9293 3.10.7.1",
     "irs 100; > <SEQ=0><CTL=SYN><LEN=5>; < <SEQ=!0><ACK=6><CTL=RST,ACK>"},
    {"closed_syn_fin_text", "9293 3.10.7.1", "> <SEQ=0><CTL=FIN,SYN><LEN=5>; < <SEQ=!0><ACK=7><CTL=RST,ACK>"},
    {"closed_text", "9293 3.10.7.1", "> <SEQ=3><CTL=PSH><LEN=5>; < <SEQ=!0><ACK=8><CTL=RST,ACK>"},
    {"closed_nothing", "9293 3.10.7.1", "> <SEQ=3>; < <SEQ=!0><ACK=3><CTL=RST,ACK>"},
    {"closed_ack", "9293 3.10.7.1", "> <SEQ=3><ACK=77><CTL=ACK>; < <SEQ=77><CTL=RST>"},
    {"closed_syn_ack", "9293 3.10.7.1", "> <SEQ=3><ACK=77><CTL=SYN,ACK>; < <SEQ=77><CTL=RST>"},
    {"closed_fin_ack_text", "9293 3.10.7.1", "> <SEQ=3><ACK=77><CTL=FIN,ACK><LEN=9>; < <SEQ=77><CTL=RST>"},
    {"closed_bad_option", "9293 3.10.7.1", "> <SEQ=0><CTL=SYN><BADOPT=1>; < <SEQ=!0><ACK=1><CTL=RST,ACK>"},
    {"closed_after_gone", "9293 3.10.7.1",
     "at SYN-SENT; CLOSE -> ok; ! connection closed; = gone; > <SEQ=0><ACK=1><CTL=SYN,ACK>; "
     "< <SEQ=1><CTL=RST>"},

    /* --- 3.10.7.2 LISTEN --- */
    {"listen_rst", "9293 3.10.7.2-1", "at LISTEN; > <SEQ=5><CTL=RST>; ? RST_IN_LISTEN; = LISTEN"},
    {"listen_rst_ack", "9293 3.10.7.2-1", "at LISTEN; > <SEQ=5><ACK=1><CTL=RST,ACK>; = LISTEN"},
    {"listen_rst_syn", "9293 3.10.7.2-1", "at LISTEN; > <SEQ=5><CTL=SYN,RST>; ? RST_IN_LISTEN; = LISTEN"},
    {"listen_ack", "9293 3.10.7.2-2",
     "iss 0; at LISTEN; > <SEQ=5><ACK=77><CTL=ACK>; < <SEQ=77><CTL=RST>; ? RST_LISTEN_ACK; = LISTEN"},
    {"listen_syn_ack", "9293 3.10.7.2-2",
     "at LISTEN; > <SEQ=5><ACK=77><CTL=SYN,ACK>; < <SEQ=77><CTL=RST>; = LISTEN"},
    {"listen_ack_text", "9293 3.10.7.2-2",
     "at LISTEN; > <SEQ=5><ACK=77><CTL=ACK><LEN=5>; < <SEQ=77><CTL=RST>"},
    {"listen_fin_ack", "9293 3.10.7.2-2",
     "at LISTEN; > <SEQ=5><ACK=77><CTL=FIN,ACK>; < <SEQ=77><CTL=RST>; = LISTEN"},
    {"listen_syn", "9293 3.10.7.2-3",
     "at LISTEN; > <SEQ=0><CTL=SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; = SYN-RECEIVED; var snd.una 0; "
     "var snd.nxt 1; var rcv.nxt 1; timer retransmission 1s; conn 1; = LISTEN"},
    {"listen_syn_mss", "9293 3.7.1",
     "show options; at LISTEN; > <SEQ=0><CTL=SYN><MSS=800>; < <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>; "
     "var snd.mss 800"},
    {"listen_syn_window_unscaled", "7323 2.2",
     "opt window_scale 3; wnd 1000; at LISTEN; > <SEQ=0><CTL=SYN><WS=4>; < any 1; var snd.wnd 1000; "
     "> <SEQ=1><ACK=1><CTL=ACK>; ! connection established; var snd.wnd 16000"},
    {"listen_syn_again_other_child", "9293 3.10.7.2-3",
     "at LISTEN; > <SEQ=0><CTL=SYN>; < any 1; conn 1; > <SEQ=50><CTL=SYN>; "
     "< <SEQ=0><ACK=51><CTL=SYN,ACK>; = SYN-RECEIVED; conn 1; = LISTEN; conn 2; = SYN-RECEIVED"},
    {"listen_syn_text_waits", "9293 3.10.7.2-3",
     "opt delayed_ack 0; at LISTEN; > <SEQ=0><CTL=SYN><LEN=5>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; = "
     "SYN-RECEIVED; "
     "RECEIVE 5 -> queued; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established; + 5; "
     "< <SEQ=1><ACK=6><CTL=ACK>; = ESTABLISHED"},
    {"listen_syn_text_and_resent", "9293 3.10.7.2-3",
     "opt delayed_ack 0; at LISTEN; > <SEQ=0><CTL=SYN><LEN=5>; < any 1; RECEIVE 9 -> queued; "
     "> <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=9>; ! connection established; + 9 push; "
     "< <SEQ=1><ACK=10><CTL=ACK>; var unread 0"},
    {"listen_syn_text_beyond_the_window", "9293 3.10.7.2-3",
     "opt delayed_ack 0; opt window_limit 3; at LISTEN; > <SEQ=0><CTL=SYN><LEN=5>; < any 1; RECEIVE 5 -> "
     "queued; "
     "> <SEQ=1><ACK=1><CTL=ACK>; ! connection established; + 3; "
     "< <SEQ=1><ACK=4><CTL=ACK>; = ESTABLISHED"},
    {"listen_syn_fin", "9293 3.10.7.2-3",
     "at LISTEN; > <SEQ=0><CTL=FIN,SYN><LEN=5>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; = SYN-RECEIVED; "
     "> <SEQ=7><ACK=1><CTL=ACK>; ! connection established; ! connection closing; "
     "< <SEQ=1><ACK=7><CTL=ACK>; = CLOSE-WAIT; RECEIVE 9 -> ok; + 5 push"},
    {"listen_syn_urg", "9293 3.10.7.2-3",
     "opt delayed_ack 0; at LISTEN; > <SEQ=0><CTL=SYN,URG><LEN=5><UP=6>; < any 1; = SYN-RECEIVED; "
     "> <SEQ=1><ACK=1><CTL=ACK>; ! connection established; ! urgent data 5; < any 1"},
    {"listen_syn_beyond_buffer", "9293 3.10.7.2-3",
     "opt delayed_ack 0; opt rcv_buffer 100; at LISTEN; > <SEQ=0><CTL=SYN><LEN=400>; < any 1; > "
     "<SEQ=1><ACK=1><CTL=ACK>; "
     "! connection established; < <SEQ=1><ACK=101><CTL=ACK>; var unread 100"},
    {"listen_text_without_ack", "9293 3.10.7.2-4",
     "at LISTEN; > <SEQ=5><CTL=PSH><LEN=5>; ? LISTEN_OTHER; = LISTEN"},
    {"listen_fin_alone", "9293 3.10.7.2-4", "at LISTEN; > <SEQ=5><CTL=FIN>; ? LISTEN_OTHER; = LISTEN"},
    {"listen_nothing", "9293 3.10.7.2-4", "at LISTEN; > <SEQ=5>; ? LISTEN_OTHER; = LISTEN"},
    {"listen_no_room", "9293 3.10.7.2",
     "no-children; at LISTEN; > <SEQ=0><CTL=SYN>; ? BACKLOG_FULL; = LISTEN"},
    {"listen_iss_wrap", "9293 3.4",
     "iss 0xffffffff; at LISTEN; > <SEQ=0><CTL=SYN>; "
     "< <SEQ=0><ACK=1><CTL=SYN,ACK>; > <SEQ=1><ACK=!0><CTL=ACK>; "
     "! connection established; = ESTABLISHED"},

    /* --- 3.10.7.3 SYN-SENT --- */
    {"syn_sent_ack_of_iss", "9293 3.10.7.3-1",
     "at SYN-SENT; > <SEQ=0><ACK=0><CTL=ACK>; < <SEQ=0><CTL=RST>; ? RST_SYN_SENT_ACK; = SYN-SENT"},
    {"syn_sent_ack_too_high", "9293 3.10.7.3-1",
     "at SYN-SENT; > <SEQ=0><ACK=2><CTL=SYN,ACK>; < <SEQ=2><CTL=RST>; = SYN-SENT; var snd.una 0"},
    {"syn_sent_old_syn_ack", "9293 3.5 figure 8",
     "iss 100; at SYN-SENT; > <SEQ=0><ACK=!91><CTL=SYN,ACK>; < <SEQ=-9><CTL=RST>; = SYN-SENT; "
     "> <SEQ=0><ACK=1><CTL=SYN,ACK>; < any 1; ! connection established; = ESTABLISHED"},
    {"syn_sent_bad_ack_rst", "9293 3.10.7.3-1",
     "at SYN-SENT; > <SEQ=0><ACK=0><CTL=RST,ACK>; ? SYN_SENT_BAD_ACK_RST; = SYN-SENT"},
    {"syn_sent_bad_ack_rst_high", "9293 3.10.7.3-1",
     "at SYN-SENT; > <SEQ=0><ACK=2><CTL=RST,ACK>; = SYN-SENT"},
    {"syn_sent_refused", "9293 3.10.7.3-2",
     "at SYN-SENT; RECEIVE 5 -> queued; > <SEQ=!0><ACK=1><CTL=RST,ACK>; & connection refused; "
     "! connection refused; = CLOSED; = gone; wait 1000s"},
    {"syn_sent_refused_any_seq", "5961 3.2",
     "at SYN-SENT; > <SEQ=!0x12345678><ACK=1><CTL=RST,ACK>; ! connection refused; = gone"},
    {"syn_sent_refused_with_text", "9293 3.5.3",
     "at SYN-SENT; > <SEQ=!0><ACK=1><CTL=RST,ACK><LEN=9>; ! connection refused; = gone"},
    {"syn_sent_rst_no_ack", "9293 3.10.7.3-2", "at SYN-SENT; > <SEQ=0><CTL=RST>; ? RST_UNPROVEN; = SYN-SENT"},
    {"syn_sent_rst_syn_no_ack", "9293 3.10.7.3-2",
     "at SYN-SENT; > <SEQ=0><CTL=SYN,RST>; ? RST_UNPROVEN; = SYN-SENT"},
    {"syn_sent_syn_ack", "9293 3.10.7.3-4",
     "at SYN-SENT; > <SEQ=0><ACK=1><CTL=SYN,ACK>; < <SEQ=1><ACK=1><CTL=ACK>; "
     "! connection established; = ESTABLISHED; var snd.una 1; var snd.nxt 1; var rcv.nxt 1; "
     "var snd.wnd 65535; var snd.wl1 0; var snd.wl2 1; timer retransmission off"},
    {"syn_sent_syn_ack_text", "9293 3.10.7.3-4",
     "at SYN-SENT; RECEIVE 5 -> queued; > <SEQ=0><ACK=1><CTL=PSH,SYN,ACK><LEN=5>; "
     "! connection established; + 5 push; < <SEQ=1><ACK=6><CTL=ACK>; = ESTABLISHED"},
    {"syn_sent_syn_ack_urg", "9293 3.10.7.3-4",
     "at SYN-SENT; > <SEQ=0><ACK=1><CTL=SYN,ACK,URG><LEN=5><UP=6>; ! connection established; "
     "! urgent data 5; < <SEQ=1><ACK=6><CTL=ACK>"},
    {"syn_sent_syn_ack_fin", "9293 3.10.7.3-4",
     "at SYN-SENT; > <SEQ=0><ACK=1><CTL=FIN,SYN,ACK><LEN=5>; ! connection established; "
     "! connection closing; < <SEQ=1><ACK=7><CTL=ACK>; = CLOSE-WAIT"},
    {"syn_sent_syn_ack_beyond_buffer", "9293 3.10.7.3-4",
     "opt rcv_buffer 100; at SYN-SENT; > <SEQ=0><ACK=1><CTL=FIN,SYN,ACK><LEN=400>; "
     "! connection established; < <SEQ=1><ACK=101><CTL=ACK>; = ESTABLISHED; var unread 100"},
    {"syn_sent_data_rides_on_ack", "9293 3.10.7.3-4",
     "at SYN-SENT; SEND 5 push; CLOSE -> ok; ! connection closed; = gone"},
    {"syn_sent_syn", "9293 3.10.7.3-4",
     "at SYN-SENT; > <SEQ=0><CTL=SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; = SYN-RECEIVED; "
     "var snd.wnd 65535; var snd.wl1 0; var snd.una 0; var snd.nxt 1; ? SYN_ACK_SIMULTANEOUS"},
    {"syn_sent_syn_text_waits", "9293 3.10.7.3-4",
     "opt delayed_ack 0; at SYN-SENT; RECEIVE 5 -> queued; > <SEQ=0><CTL=SYN><LEN=5>; < "
     "<SEQ=0><ACK=1><CTL=SYN,ACK>; "
     "= SYN-RECEIVED; > <SEQ=6><ACK=1><CTL=ACK>; ! connection established; + 5; "
     "< <SEQ=1><ACK=6><CTL=ACK>; = ESTABLISHED"},
    {"syn_sent_syn_text_beyond_the_window", "9293 3.10.7.3-4",
     "opt delayed_ack 0; opt window_limit 3; at SYN-SENT; RECEIVE 5 -> queued; > "
     "<SEQ=0><CTL=FIN,SYN><LEN=5>; "
     "< any 1; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established; + 3; "
     "< <SEQ=1><ACK=4><CTL=ACK>; = ESTABLISHED"},
    {"syn_sent_syn_fin", "9293 3.10.7.3-4",
     "at SYN-SENT; > <SEQ=0><CTL=FIN,SYN>; < any 1; > <SEQ=2><ACK=1><CTL=ACK>; "
     "! connection established; ! connection closing; < <SEQ=1><ACK=2><CTL=ACK>; = CLOSE-WAIT"},
    {"syn_sent_neither", "9293 3.10.7.3-5",
     "at SYN-SENT; > <SEQ=0><CTL=PSH><LEN=5>; ? NO_SYN_NO_RST; = SYN-SENT"},
    {"syn_sent_good_ack_alone", "9293 3.10.7.3-5",
     "at SYN-SENT; > <SEQ=0><ACK=1><CTL=ACK>; ? NO_SYN_NO_RST; = SYN-SENT; var snd.una 0; "
     "timer retransmission 1s"},
    {"syn_sent_fin_ack", "9293 3.10.7.3-5",
     "at SYN-SENT; > <SEQ=0><ACK=1><CTL=FIN,ACK>; ? NO_SYN_NO_RST; = SYN-SENT"},
    {"syn_sent_iss_all_ones", "9293 3.4",
     "iss 0xffffffff; at SYN-SENT; > <SEQ=0><ACK=!0><CTL=SYN,ACK>; < <SEQ=1><ACK=1><CTL=ACK>; "
     "! connection established"},
    {"syn_sent_iss_top_bit", "9293 3.4",
     "iss 0x80000000; at SYN-SENT; > <SEQ=0><ACK=!0x80000001><CTL=SYN,ACK>; < any 1; "
     "! connection established"},
    {"syn_sent_iss_below_top_bit", "9293 3.4",
     "iss 0x7fffffff; at SYN-SENT; > <SEQ=0><ACK=!0x80000000><CTL=SYN,ACK>; < any 1; "
     "! connection established"},
    {"syn_sent_again", "9293 3.8.3",
     "OPEN active; < <SEQ=0><CTL=SYN>; wait 15s; < @1s <SEQ=0><CTL=SYN>; < @3s <SEQ=0><CTL=SYN>; "
     "< @7s <SEQ=0><CTL=SYN>; < @15s <SEQ=0><CTL=SYN>; ! excessive retransmissions 3; "
     "var bad_routes 1; = SYN-SENT"},
    {"syn_always_lost", "9293 3.8.3",
     "mute R1; at SYN-SENT; wait 180s; < any *; = SYN-SENT; wait 130s; < any *; "
     "! connection timed out; = CLOSED; = gone"},
    {"syn_lost_then_rto_3s", "6298 5.7",
     "at SYN-SENT; wait 1s; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK>; < any 1; "
     "! connection established; ? RTO_SYN; var rto 3s; var cwnd 536"},

    /* --- 3.10.7.4 SYN-RECEIVED, what no other state does --- */
    {"syn_received_ack", "9293 3.10.7.4-5",
     "at SYN-RECEIVED; > <SEQ=1><ACK=1><CTL=ACK><WND=777>; ! connection established; = ESTABLISHED; "
     "var snd.wnd 777; var snd.wl1 1; var snd.wl2 1; var snd.una 1; timer retransmission off"},
    {"syn_received_ack_text", "9293 3.10.7.4-5",
     "at SYN-RECEIVED; RECEIVE 5 -> queued; > <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5>; "
     "! connection established; + 5 push; = ESTABLISHED; wait 200ms; < <SEQ=1><ACK=6><CTL=ACK>"},
    {"syn_received_fin_ack", "9293 3.10.7.4-8",
     "at SYN-RECEIVED; > <SEQ=1><ACK=1><CTL=FIN,ACK>; ! connection established; ! connection closing; "
     "< <SEQ=1><ACK=2><CTL=ACK>; = CLOSE-WAIT"},
    {"syn_received_ack_low", "9293 3.10.7.4-5",
     "at SYN-RECEIVED; > <SEQ=1><ACK=0><CTL=ACK>; < <SEQ=0><CTL=RST>; ? RST_SYN_RCVD_ACK; "
     "= SYN-RECEIVED; var snd.una 0"},
    {"syn_received_ack_low_text", "9293 3.10.7.4-5",
     "at SYN-RECEIVED; > <SEQ=1><ACK=0><CTL=ACK><LEN=5>; < <SEQ=0><CTL=RST>; = SYN-RECEIVED; "
     "var rcv.nxt 1"},
    {"syn_received_ack_high", "5961 5.2",
     "at SYN-RECEIVED; > <SEQ=1><ACK=2><CTL=ACK>; < <SEQ=1><ACK=1><CTL=ACK>; ? ACK_FUTURE; = SYN-RECEIVED"},
    {"syn_received_ack_high_5961_off", "9293 3.10.7.4-5",
     "opt rfc5961_ack 0; at SYN-RECEIVED; > <SEQ=1><ACK=2><CTL=ACK>; < <SEQ=2><CTL=RST>; = SYN-RECEIVED"},
    {"syn_received_duplicate_syn", "9293 3.10.7.4-1",
     "at SYN-RECEIVED; > <SEQ=0><CTL=SYN>; < <SEQ=1><ACK=1><CTL=ACK>; = SYN-RECEIVED"},
    {"syn_received_duplicate_syn_active", "9293 3.10.7.4-1",
     "at SYN-RECEIVED-ACTIVE; > <SEQ=0><CTL=SYN>; < <SEQ=1><ACK=1><CTL=ACK>; = SYN-RECEIVED"},
    {"syn_received_new_syn_passive", "9293 3.10.7.4-4",
     "at SYN-RECEIVED; > <SEQ=9><CTL=SYN>; = LISTEN; = gone; conn 1; = LISTEN; wait 1000s"},
    {"syn_received_new_syn_active", "5961 4.2",
     "at SYN-RECEIVED-ACTIVE; > <SEQ=9><CTL=SYN>; < <SEQ=1><ACK=1><CTL=ACK>; ? CHALLENGE_SYN; "
     "= SYN-RECEIVED"},
    {"syn_received_new_syn_active_5961_off", "9293 3.10.7.4-4",
     "opt rfc5961_syn 0; at SYN-RECEIVED-ACTIVE; RECEIVE 5 -> queued; > <SEQ=9><CTL=SYN>; "
     "< <SEQ=!0><ACK=10><CTL=RST,ACK>; & connection reset; ! connection reset; = CLOSED; = gone"},
    {"syn_received_rst_passive", "9293 3.10.7.4-2",
     "at SYN-RECEIVED; > <SEQ=1><CTL=RST>; = LISTEN; = gone; conn 1; = LISTEN; wait 1000s"},
    {"syn_received_rst_active", "9293 3.10.7.4-2",
     "at SYN-RECEIVED-ACTIVE; RECEIVE 5 -> queued; > <SEQ=1><CTL=RST>; & connection refused; "
     "! connection refused; = CLOSED; = gone; wait 1000s"},
    {"syn_received_rst_in_window", "5961 3.2",
     "at SYN-RECEIVED; > <SEQ=2><CTL=RST>; < <SEQ=1><ACK=1><CTL=ACK>; ? CHALLENGE_RST; = SYN-RECEIVED"},
    {"syn_received_rst_in_window_5961_off", "9293 3.10.7.4-2",
     "opt rfc5961_rst 0; at SYN-RECEIVED; > <SEQ=2><CTL=RST>; = LISTEN; = gone"},
    {"syn_received_rst_outside", "9293 3.10.7.4-1",
     "at SYN-RECEIVED; > <SEQ=0><CTL=RST>; ? RST_OUTSIDE; = SYN-RECEIVED"},
    {"syn_received_resends", "9293 3.10.8",
     "at SYN-RECEIVED; wait 3s; < @1s <SEQ=0><ACK=1><CTL=SYN,ACK>; < @3s <SEQ=0><ACK=1><CTL=SYN,ACK>; "
     "= SYN-RECEIVED"},
    {"syn_received_fin_overtakes", "9293 3.10.4",
     "at LISTEN; > <SEQ=0><CTL=SYN>; < any 1; CLOSE -> ok; < <SEQ=1><ACK=1><CTL=FIN,ACK>; "
     "= FIN-WAIT-1; wait 1s; < <SEQ=0><ACK=1><CTL=SYN,ACK>; < any *; > <SEQ=1><ACK=1><CTL=ACK>; "
     "= FIN-WAIT-1; < any *; wait 2s; < any *; > <SEQ=1><ACK=2><CTL=FIN,ACK>; ! close acknowledged; "
     "! connection closing; < <SEQ=2><ACK=2><CTL=ACK>; = TIME-WAIT"},
    {"syn_received_closed_then_both_acked", "9293 3.10.4",
     "at SYN-RECEIVED; CLOSE -> ok; < any 1; > <SEQ=1><ACK=2><CTL=ACK>; ! close acknowledged; "
     "= FIN-WAIT-2; var snd.una 2"},
    {"syn_received_ooo_text_kept", "9293 3.10.7.4-7",
     "at SYN-RECEIVED; > <SEQ=6><ACK=1><CTL=ACK><LEN=5>; ! connection established; "
     "< <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; "
     "< <SEQ=1><ACK=11><CTL=ACK>; var unread 10"},

    /* --- simultaneous open --- */
    {"simultaneous_open", "9293 3.5 figure 7",
     "OPEN active; < <SEQ=0><CTL=SYN>; > <SEQ=0><CTL=SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; "
     "= SYN-RECEIVED; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; = ESTABLISHED; "
     "wait 1000s; = ESTABLISHED"},
    {"simultaneous_open_text_in_syn_ack", "9293 A.2",
     "at SYN-RECEIVED-ACTIVE; > <SEQ=0><ACK=1><CTL=SYN,ACK><LEN=5>; ! connection established; "
     "= ESTABLISHED; var rcv.nxt 6; wait 200ms; < <SEQ=1><ACK=6><CTL=ACK>"},
    {"simultaneous_open_syn_ack_again", "9293 3.10.7.4-1",
     "at SYN-RECEIVED-ACTIVE; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; "
     "> <SEQ=0><ACK=1><CTL=SYN,ACK>; < <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED"},
    {"simultaneous_open_plain_ack", "9293 3.10.7.4-5",
     "at SYN-RECEIVED-ACTIVE; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established; = ESTABLISHED"},
    {"simultaneous_open_bad_ack", "9293 3.10.7.4-5",
     "at SYN-RECEIVED-ACTIVE; > <SEQ=0><ACK=0><CTL=SYN,ACK>; < <SEQ=0><CTL=RST>; = SYN-RECEIVED"},
    {"simultaneous_open_then_syn_ack_in_flight", "9293 3.10.7.3",
     "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK>; < any 1; ! connection established; "
     "> <SEQ=0><CTL=SYN>; < <SEQ=1><ACK=1><CTL=ACK>; = ESTABLISHED"},

    /* --- segments say why they are sent --- */
    {"why_syn", "9293 3.10.1", "show why; OPEN active; < <SEQ=0><CTL=SYN> why=SYN_SENT_OUT"},
    {"why_syn_ack", "9293 3.10.7.2-3",
     "show why; at LISTEN; > <SEQ=0><CTL=SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK> why=SYN_ACK_OUT"},
    {"why_ack_of_syn", "9293 3.10.7.3-4",
     "show why; at SYN-SENT; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; "
     "< <SEQ=1><ACK=1><CTL=ACK> why=ACK_OF_SYN"},
    {"why_ack_of_text", "9293 3.10.7.4-7",
     "show why; opt delayed_ack 0; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; "
     "< <SEQ=1><ACK=6><CTL=ACK> why=ACK_OUT"},
    {"why_text", "9293 3.10.2",
     "show why; at ESTABLISHED; SEND 537 push; < <SEQ=1><ACK=1><CTL=ACK><LEN=536> why=DATA_OUT"},
    {"why_reset_of_abort", "9293 3.10.5",
     "show why; at ESTABLISHED; ABORT; < <SEQ=1><CTL=RST> why=RST_ABORT"},
    {"why_reset_of_bad_option", "9293 3.1",
     "show why; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><BADOPT=1>; ! any; < <SEQ=1><CTL=RST> "
     "why=RST_BAD_OPTION"},
    {"why_reset_of_keepalive", "1122 4.2.3.6",
     "opt keepalive 1; opt keepalive_idle 10s; opt keepalive_interval 1s; opt keepalive_probes 1; show why; "
     "at ESTABLISHED; wait 11s; < any 1; < <SEQ=1><CTL=RST> why=RST_KEEPALIVE; ! connection timed out; = "
     "gone"},
    {"why_override", "9293 3.8.6.2.1",
     "show why; wnd 1000; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><WND=100>; SEND 200 push; wait 200ms; "
     "< <SEQ=1><ACK=1><CTL=ACK><LEN=100> why=SWS_OVERRIDE_OUT"},

    /* --- figures 8 to 11 --- */
    {"figure_8_old_duplicate_syn", "9293 3.5 figure 8",
     "irs 90; at LISTEN; > <SEQ=0><CTL=SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; > <SEQ=1><CTL=RST>; "
     "= LISTEN; = gone; conn 1; > <SEQ=10><CTL=SYN>; < <SEQ=0><ACK=11><CTL=SYN,ACK>; "
     "> <SEQ=11><ACK=1><CTL=ACK>; ! connection established; = ESTABLISHED"},
    {"figure_9_survivor", "9293 3.5.1 figure 9",
     "iss 300; irs 100; at ESTABLISHED; > <SEQ=!400><CTL=SYN>; < <SEQ=1><ACK=1><CTL=ACK>; "
     "= ESTABLISHED; > <SEQ=1><CTL=RST>; ! connection reset; = CLOSED; = gone"},
    {"figure_9_rebooted", "9293 3.5.1 figure 9",
     "iss 400; irs 300; OPEN active; < <SEQ=0><CTL=SYN>; > <SEQ=0><ACK=!100><CTL=ACK>; "
     "< <SEQ=-300><CTL=RST>; = SYN-SENT; wait 1s; < <SEQ=0><CTL=SYN>"},
    {"figure_10_active_side_causes_discovery", "9293 3.5.1 figure 10",
     "> <SEQ=0><ACK=100><CTL=ACK><LEN=10>; < <SEQ=100><CTL=RST>; = CLOSED"},
    {"figure_11_old_syn_at_two_listeners", "9293 3.5.1 figure 11",
     "at LISTEN; > <SEQ=0><CTL=SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; > <SEQ=1><CTL=RST>; = LISTEN; "
     "= gone; conn 1; = LISTEN"},
    {"figure_11_other_listener", "9293 3.5.1 figure 11",
     "at LISTEN; > <SEQ=0><ACK=1><CTL=SYN,ACK>; < <SEQ=1><CTL=RST>; = LISTEN"},
};

int main(void)
{
    return rig_run_table("tcp_matrix_open", rows, ARRAY_LEN(rows));
}
