/* Every user call in every state (RFC 9293 sec 3.10.1 to 3.10.6), one row a cell or a clause of it. */
#include "tests/support/tcp_rig.h"

#define UNOPENED (RIG_IN(LISTEN) | RIG_IN(SYN_SENT) | RIG_IN(SYN_RECEIVED))
#define RECEIVING (RIG_IN(ESTABLISHED) | RIG_IN(FIN_WAIT_1) | RIG_IN(FIN_WAIT_2))
#define NOT_SENDING                                                                                          \
    (RIG_IN(FIN_WAIT_1) | RIG_IN(FIN_WAIT_2) | RIG_IN(CLOSING) | RIG_IN(LAST_ACK) | RIG_IN(TIME_WAIT))
#define ABORTED_BY_RST                                                                                       \
    (RIG_IN(SYN_RECEIVED) | RIG_IN(ESTABLISHED) | RIG_IN(FIN_WAIT_1) | RIG_IN(FIN_WAIT_2) |                  \
     RIG_IN(CLOSE_WAIT))
#define PEER_DONE (RIG_IN(CLOSING) | RIG_IN(LAST_ACK) | RIG_IN(TIME_WAIT))
#define ALL_BUT_CLOSED (UNOPENED | RIG_SYNCHRONIZED)

static const struct rig_template templates[] = {
    /* OPEN */
    {"open_active_exists", "9293 3.10.1", (RIG_SYNCHRONIZED | RIG_IN(SYN_SENT) | RIG_IN(SYN_RECEIVED)),
     "at {S}; OPEN active -> connection already exists; = {S}"},
    {"open_passive_exists", "9293 3.10.1", ALL_BUT_CLOSED,
     "at {S}; OPEN passive -> connection already exists; = {S}"},
    /* SEND */
    {"send_when_closing", "9293 3.10.2", NOT_SENDING,
     "at {S}; SEND 5 push -> connection closing; = {S}; var queued 0; var snd.nxt {N}"},
    {"send_at_once", "9293 3.10.2", RIG_IN(ESTABLISHED) | RIG_IN(CLOSE_WAIT),
     "at {S}; SEND 5 push -> ok; < <SEQ=1><ACK={R}><CTL=PSH,ACK><LEN=5>; = {S}; var snd.nxt 6; "
     "var queued 0"},
    {"send_urgent", "9293 3.10.2", RIG_IN(ESTABLISHED) | RIG_IN(CLOSE_WAIT),
     "at {S}; SEND 5 push urgent -> ok; < <SEQ=1><ACK={R}><CTL=PSH,ACK,URG><LEN=5><UP=5>; var snd.up 6"},
    {"send_no_room", "9293 3.10.2", RIG_IN(ESTABLISHED) | RIG_IN(CLOSE_WAIT),
     "opt snd_buffer 5; at {S}; SEND 5 push -> ok; < any 1; SEND 1 -> insufficient resources; = {S}"},
    {"send_some_room", "9293 3.10.2", RIG_IN(ESTABLISHED) | RIG_IN(CLOSE_WAIT),
     "opt snd_buffer 5; at {S}; SEND 9 push -> send buffer full; < any *; wait 1s; < any *"},
    {"send_queued", "9293 3.10.2", RIG_IN(SYN_SENT) | RIG_IN(SYN_RECEIVED),
     "at {S}; SEND 5 push -> ok; ? HELD_UNTIL_ESTABLISHED; = {S}; var queued 5; var snd.nxt 1"},
    {"send_queue_full", "9293 3.10.2", RIG_IN(SYN_SENT) | RIG_IN(SYN_RECEIVED),
     "opt snd_buffer 5; at {S}; SEND 5 -> ok; SEND 1 -> insufficient resources; = {S}"},
    /* RECEIVE */
    {"receive_queued_early", "9293 3.10.3", UNOPENED,
     "at {S}; RECEIVE 5 -> queued; RECEIVE 5 -> insufficient resources; = {S}"},
    {"receive_waits_for_text", "9293 3.10.3", RECEIVING,
     "at {S}; RECEIVE 5 -> queued; > <SEQ=1><ACK={U}><CTL=ACK><LEN=3>; "
     "> <SEQ=4><ACK={U}><CTL=ACK><LEN=4>; + 5; var unread 2; var rcv.nxt 8; wait 200ms; "
     "< <SEQ={N}><ACK=8><CTL=ACK>"},
    {"receive_text_on_hand", "9293 3.10.3", RECEIVING,
     "at {S}; > <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; RECEIVE 5 -> ok; + 5; wait 200ms; < any 1"},
    {"receive_push_seen", "9293 3.10.3", RECEIVING,
     "at {S}; RECEIVE 100 -> queued; > <SEQ=1><ACK={U}><CTL=PSH,ACK><LEN=5>; + 5 push; wait 500ms; "
     "< any 1"},
    {"receive_second_refused", "9293 3.10.3", RECEIVING,
     "at {S}; RECEIVE 5 -> queued; RECEIVE 5 -> insufficient resources; = {S}"},
    {"receive_urgent_notice", "9293 3.10.3", RECEIVING,
     "at {S}; > <SEQ=1><ACK={U}><CTL=ACK,URG><LEN=5><UP=5>; ! urgent data 5; RECEIVE 5 -> ok; + 5; "
     "! urgent data all read; wait 500ms; < any 1"},
    {"receive_ack_of_delivery", "9293 3.10.3", RECEIVING,
     "opt delayed_ack 0; at {S}; RECEIVE 5 -> queued; > <SEQ=1><ACK={U}><CTL=ACK><LEN=5>; + 5; "
     "< <SEQ={N}><ACK=6><CTL=ACK>"},
    {"receive_nothing_left", "9293 3.10.3", RIG_IN(CLOSE_WAIT) | PEER_DONE,
     "at {S}; RECEIVE 5 -> connection closing; = {S}"},
    /* CLOSE */
    {"close_again", "9293 3.10.4", NOT_SENDING,
     "at {S}; CLOSE -> connection closing; = {S}; var snd.nxt {N}; ?! FIN_OUT"},
    {"close_unopened", "9293 3.10.4", RIG_IN(LISTEN) | RIG_IN(SYN_SENT),
     "at {S}; RECEIVE 5 -> queued; CLOSE -> ok; & connection closing; ! connection closed; = CLOSED; "
     "= gone"},
    /* ABORT */
    {"abort_rst", "9293 3.10.5", ABORTED_BY_RST,
     "at {S}; ABORT -> ok; < <SEQ={N}><CTL=RST>; = CLOSED; = gone; wait 1000s"},
    {"abort_flushes", "9293 3.10.5", RIG_IN(ESTABLISHED) | RIG_IN(CLOSE_WAIT),
     "wnd 3; at {S}; SEND 3 push; < any 1; SEND 9 push; ABORT -> ok; < <SEQ=4><CTL=RST>; = gone; "
     "wait 1000s"},
    {"abort_pending_receive", "9293 3.10.5", RECEIVING | RIG_IN(SYN_RECEIVED),
     "at {S}; RECEIVE 5 -> queued; ABORT -> ok; < <SEQ={N}><CTL=RST>; & connection reset; = gone"},
    {"abort_pending_receive_unopened", "9293 3.10.5", RIG_IN(LISTEN) | RIG_IN(SYN_SENT),
     "at {S}; RECEIVE 5 -> queued; ABORT -> ok; & connection reset; = CLOSED; = gone; wait 1000s"},
    {"abort_quiet", "9293 3.10.5", PEER_DONE, "at {S}; ABORT -> ok; = CLOSED; = gone; wait 1000s"},
    /* STATUS */
    {"status", "9293 3.10.6", ALL_BUT_CLOSED, "at {S}; STATUS -> {S}; = {S}"},
};

static const struct rig_row rows[] = {
    /* OPEN */
    {"open_closed_active", "9293 3.10.1",
     "OPEN active -> ok; < <SEQ=0><CTL=SYN>; = SYN-SENT; var snd.una 0; var snd.nxt 1; "
     "timer retransmission 1s"},
    {"open_closed_passive", "9293 3.10.1", "OPEN passive -> ok; = LISTEN; wait 1000s; = LISTEN"},
    {"open_closed_passive_known", "9293 3.10.1", "OPEN passive-known -> ok; = LISTEN"},
    {"open_closed_unspecified", "9293 3.10.1",
     "OPEN active-unspecified -> remote socket unspecified; = CLOSED; = gone"},
    {"open_listen_active", "9293 3.10.1",
     "at LISTEN; OPEN active -> ok; < <SEQ=0><CTL=SYN>; = SYN-SENT; var snd.una 0; var snd.nxt 1; "
     "> <SEQ=0><ACK=1><CTL=SYN,ACK>; < <SEQ=1><ACK=1><CTL=ACK>; ! connection established; "
     "= ESTABLISHED"},
    {"open_listen_unspecified", "9293 3.10.1",
     "at LISTEN; OPEN active-unspecified -> remote socket unspecified; = LISTEN"},
    {"open_then_rst_is_active", "9293 3.10.7.3",
     "at LISTEN; OPEN active -> ok; < any 1; > <SEQ=0><CTL=SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK>; "
     "> <SEQ=1><ACK=1><CTL=RST>; ! connection refused; = CLOSED; = gone"},
    /* no connection */
    {"send_closed", "9293 3.10.2", "SEND 5 -> connection does not exist; = CLOSED"},
    {"receive_closed", "9293 3.10.3", "RECEIVE 5 -> connection does not exist; = CLOSED"},
    {"close_closed", "9293 3.10.4", "CLOSE -> connection does not exist; = CLOSED"},
    {"abort_closed", "9293 3.10.5", "ABORT -> connection does not exist; = CLOSED"},
    {"status_closed", "9293 3.10.6", "STATUS -> connection does not exist; = CLOSED"},
    {"flush_closed", "9293 3.9.1.7", "FLUSH -> connection does not exist; = CLOSED"},
    {"set_closed", "9293 3.9.1.9", "SET dscp 5 -> connection does not exist; = CLOSED"},
    {"calls_after_gone", "9293 3.10.2",
     "at SYN-SENT; CLOSE -> ok; ! connection closed; SEND 5 -> connection does not exist; "
     "CLOSE -> connection does not exist; STATUS -> connection does not exist"},
    /* SEND */
    {"send_listen_known", "9293 3.10.2",
     "OPEN passive-known -> ok; SEND 5 push -> ok; < <SEQ=0><CTL=SYN>; = SYN-SENT; var snd.una 0; "
     "var snd.nxt 1; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; "
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5>"},
    {"send_listen_urgent_kept", "9293 3.10.2",
     "OPEN passive-known -> ok; SEND 5 push urgent -> ok; < <SEQ=0><CTL=SYN>; "
     "> <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; "
     "< <SEQ=1><ACK=1><CTL=PSH,ACK,URG><LEN=5><UP=5>"},
    {"send_listen_unspecified", "9293 3.10.2", "at LISTEN; SEND 5 -> remote socket unspecified; = LISTEN"},
    {"send_syn_sent_goes_later", "9293 3.10.2",
     "at SYN-SENT; SEND 5 push -> ok; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; "
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5>"},
    {"send_syn_received_goes_later", "9293 3.10.2",
     "at SYN-RECEIVED; SEND 5 push -> ok; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established; "
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5>"},
    {"send_piggybacks_ack", "9293 3.10.2",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=7>; SEND 5 push -> ok; "
     "< <SEQ=1><ACK=8><CTL=PSH,ACK><LEN=5>; wait 500ms"},
    {"send_after_close_queued", "9293 3.10.2",
     "wnd 0; at CLOSE-WAIT; SEND 5 push -> ok; CLOSE -> ok; = CLOSE-WAIT; SEND 5 -> connection closing"},
    {"send_after_close_syn_received", "9293 3.10.2",
     "at SYN-RECEIVED; SEND 5 push -> ok; CLOSE -> queued; SEND 5 -> connection closing"},
    /* RECEIVE */
    {"receive_listen_for_child", "9293 3.10.3", "at LISTEN; RECEIVE 5 -> queued; STATUS -> LISTEN"},
    {"receive_syn_sent_served_later", "9293 3.10.3",
     "at SYN-SENT; RECEIVE 5 -> queued; > <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; "
     "< <SEQ=1><ACK=1><CTL=ACK>; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; + 5; wait 1s; < any 1"},
    {"receive_syn_received_served_later", "9293 3.10.3",
     "at SYN-RECEIVED; RECEIVE 5 -> queued; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; "
     "! connection established; + 5; wait 1s; < any 1"},
    {"receive_close_wait_rest", "9293 3.10.3",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=5>; < <SEQ=1><ACK=7><CTL=ACK>; "
     "! connection closing; = CLOSE-WAIT; RECEIVE 3 -> ok; + 3; RECEIVE 10 -> ok; + 2 push; "
     "RECEIVE 1 -> connection closing"},
    {"receive_pending_at_fin", "9293 3.10.7.4-8",
     "at ESTABLISHED; RECEIVE 9 -> queued; > <SEQ=1><ACK=1><CTL=FIN,ACK>; < any 1; "
     "! connection closing; & connection closing; = CLOSE-WAIT"},
    {"receive_pending_at_fin_with_text", "9293 3.10.7.4-8",
     "at ESTABLISHED; RECEIVE 9 -> queued; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=5>; < any 1; "
     "! connection closing; + 5 push; = CLOSE-WAIT"},
    /* the deviation noted in user.c: text on hand is not lost */
    {"receive_last_ack_text_on_hand", "9293 3.10.3",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=5>; < any 1; ! connection closing; "
     "CLOSE -> ok; < any 1; = LAST-ACK; RECEIVE 9 -> ok; + 5 push; RECEIVE 9 -> connection closing"},
    {"receive_time_wait_text_on_hand", "9293 3.10.3",
     "at FIN-WAIT-2; > <SEQ=1><ACK=2><CTL=FIN,ACK><LEN=5>; < any 1; ! connection closing; "
     "= TIME-WAIT; RECEIVE 9 -> ok; + 5 push; RECEIVE 9 -> connection closing"},
    /* CLOSE */
    {"close_syn_received", "9293 3.10.4",
     "at SYN-RECEIVED; CLOSE -> ok; < <SEQ=1><ACK=1><CTL=FIN,ACK>; = FIN-WAIT-1; var snd.nxt 2"},
    {"close_syn_received_active", "9293 3.10.4",
     "at SYN-RECEIVED-ACTIVE; CLOSE -> ok; < <SEQ=1><ACK=1><CTL=FIN,ACK>; = FIN-WAIT-1"},
    {"close_syn_received_after_send", "9293 3.10.4",
     "at SYN-RECEIVED; SEND 5 push -> ok; CLOSE -> queued; ? CLOSE_QUEUED; = SYN-RECEIVED; "
     "CLOSE -> connection closing; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established; "
     "< <SEQ=1><ACK=1><CTL=FIN,PSH,ACK><LEN=5>; = FIN-WAIT-1"},
    {"close_established", "9293 3.10.4",
     "at ESTABLISHED; CLOSE -> ok; < <SEQ=1><ACK=1><CTL=FIN,ACK>; = FIN-WAIT-1; var snd.nxt 2"},
    {"close_established_after_sends", "9293 3.10.4",
     "wnd 5; at ESTABLISHED; SEND 8 push -> ok; < <SEQ=1><ACK=1><CTL=ACK><LEN=5>; CLOSE -> ok; "
     "= FIN-WAIT-1; ? CLOSE_QUEUED; > <SEQ=1><ACK=6><CTL=ACK>; "
     "< <SEQ=6><ACK=1><CTL=FIN,PSH,ACK><LEN=3>; = FIN-WAIT-1; var snd.nxt 10"},
    {"close_close_wait", "9293 3.10.4",
     "at CLOSE-WAIT; CLOSE -> ok; < <SEQ=1><ACK=2><CTL=FIN,ACK>; = LAST-ACK; var snd.nxt 2"},
    {"close_close_wait_after_sends", "9293 3.10.4",
     "wnd 5; at CLOSE-WAIT; SEND 8 push -> ok; < <SEQ=1><ACK=2><CTL=ACK><LEN=5>; CLOSE -> ok; "
     "= CLOSE-WAIT; CLOSE -> connection closing; > <SEQ=2><ACK=6><CTL=ACK>; "
     "< <SEQ=6><ACK=2><CTL=FIN,PSH,ACK><LEN=3>; = LAST-ACK"},
    {"close_half_open_peer_may_send", "9293 3.6",
     "at ESTABLISHED; CLOSE -> ok; < any 1; RECEIVE 5 -> queued; > <SEQ=1><ACK=2><CTL=ACK><LEN=5>; "
     "! close acknowledged; + 5; = FIN-WAIT-2; wait 1s; < <SEQ=2><ACK=6><CTL=ACK>"},
    {"close_unread_is_kept", "9293 3.6",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; CLOSE -> ok; < <SEQ=1><ACK=6><CTL=FIN,ACK>; "
     "= FIN-WAIT-1; RECEIVE 5 -> ok; + 5"},
    /* MAY-1 and SHLD-3 */
    {"close_half_duplex_unread", "9293 3.6.1",
     "opt half_duplex_close 1; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; CLOSE -> ok; "
     "< <SEQ=1><CTL=RST>; = CLOSED; = gone"},
    {"close_half_duplex_unread_close_wait", "9293 3.6.1",
     "opt half_duplex_close 1; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=5>; < any 1; "
     "! connection closing; CLOSE -> ok; < <SEQ=1><CTL=RST>; = CLOSED; = gone"},
    {"close_half_duplex_later_text", "9293 3.6.1",
     "opt half_duplex_close 1; at FIN-WAIT-1; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; < <SEQ=2><CTL=RST>; "
     "! connection reset; = CLOSED; = gone"},
    {"close_half_duplex_later_text_fw2", "9293 3.6.1",
     "opt half_duplex_close 1; at FIN-WAIT-2; > <SEQ=1><ACK=2><CTL=FIN,ACK><LEN=5>; "
     "< <SEQ=2><CTL=RST>; ! connection reset; = CLOSED; = gone"},
    {"close_half_duplex_fin_is_fine", "9293 3.6.1",
     "opt half_duplex_close 1; at FIN-WAIT-2; > <SEQ=1><ACK=2><CTL=FIN,ACK>; "
     "< <SEQ=2><ACK=2><CTL=ACK>; ! connection closing; = TIME-WAIT"},
    /* ABORT before the SYN,ACK has left */
    {"abort_right_after_syn", "9293 3.10.5",
     "at LISTEN; >> <SEQ=0><CTL=SYN>; ABORT -> ok; < <SEQ=1><CTL=RST>; = gone; conn 1; = LISTEN; "
     "wait 1000s"},
    /* FLUSH */
    {"flush_unsent", "9293 3.9.1.7",
     "wnd 5; at ESTABLISHED; SEND 8 push -> ok; < <SEQ=1><ACK=1><CTL=ACK><LEN=5>; FLUSH -> ok; "
     "var queued 0; > <SEQ=1><ACK=6><CTL=ACK>; wait 1000s; = ESTABLISHED"},
    {"flush_in_syn_sent", "9293 3.9.1.7",
     "at SYN-SENT; SEND 8 push -> ok; FLUSH -> ok; > <SEQ=0><ACK=1><CTL=SYN,ACK>; "
     "! connection established; < <SEQ=1><ACK=1><CTL=ACK>"},
    /* 3.9.1: Diffserv, TTL */
    {"open_bad_diffserv", "9293 3.10.1",
     "dscp 64; OPEN active -> Diffserv value not allowed; = CLOSED; = gone"},
    {"open_bad_diffserv_passive", "9293 3.10.1",
     "dscp 64; OPEN passive -> Diffserv value not allowed; = gone"},
    {"open_bad_diffserv_listen", "9293 3.10.1",
     "at LISTEN; dscp 64; OPEN active -> Diffserv value not allowed; = LISTEN"},
    {"open_diffserv", "9293 3.9.1.9", "dscp 10; OPEN active -> ok; < any 1; var tos 40"},
    {"open_user_timeout", "9293 3.9.1.1",
     "mute R1; user-timeout 7s; OPEN active -> ok; < any 1; timer user 7s; wait 7s; < any *; "
     "! connection aborted due to user timeout; = CLOSED; = gone"},
    {"diffserv_received_in_status", "9293 3.9.1.9",
     "tos 0xb8; at ESTABLISHED; STATUS -> ESTABLISHED; var status.dscp 46; tos 0; "
     "> <SEQ=1><ACK=1><CTL=ACK>; STATUS; var status.dscp 0"},
    {"status_of_buffers", "9293 3.9.1.6",
     "wnd 5; at ESTABLISHED; SEND 8 push; < any 1; > <SEQ=1><ACK=1><CTL=ACK,URG><LEN=7><UP=4>; "
     "! urgent data 4; STATUS -> ESTABLISHED; var status.unacked 8; var status.unread 7; "
     "var status.urgent 4; var status.snd_wnd 5; var status.rcv_wnd 65528; wait 200ms; < any 1"},
    {"set_bad_diffserv", "9293 3.9.1.9",
     "at ESTABLISHED; SET dscp 64 -> Diffserv value not allowed; var tos 0"},
    {"diffserv_changes", "9293 3.9.1.9",
     "at ESTABLISHED; SET dscp 46 -> ok; SEND 5 push; < any 1; var tos 184; SET dscp 0; SEND 5 push; "
     "> <SEQ=1><ACK=6><CTL=ACK>; < any 1; var tos 0"},
    {"ttl_configurable", "9293 3.9.2",
     "opt ttl 9; at ESTABLISHED; SEND 5 push; < any 1; var ttl 9; SET ttl 33; "
     "> <SEQ=1><ACK=6><CTL=ACK>; SEND 1 push; < any 1; var ttl 33"},
};

int main(void)
{
    return rig_run_templates("tcp_matrix_calls", templates, ARRAY_LEN(templates), rows, ARRAY_LEN(rows));
}
