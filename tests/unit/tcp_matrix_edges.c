/* Every edge of models/tcp/fsm.def is taken by a row of its own; a row that is missing is named. Also what
 * else makes a state change: time-outs (RFC 9293 sec 3.10.8) and ICMP errors (3.9.2.2). */
#include "tests/support/tcp_rig.h"

#include <stdio.h>
#include <string.h>

#define E(id, section, script)                                                                               \
    {                                                                                                        \
        "edge_" #id, section, script "; edge " #id                                                           \
    }
#define RST_ON(state, n) "at " state "; > <SEQ=" #n "><CTL=RST>; ! any; = CLOSED; = gone"
#define SYN_ON(state, n)                                                                                     \
    "opt rfc5961_syn 0; at " state "; > <SEQ=" #n "><CTL=SYN>; < any 1; ! connection reset; "                \
    "= CLOSED; = gone"
#define ABORT_ON(state, n) "at " state "; ABORT -> ok; < <SEQ=" #n "><CTL=RST>; = CLOSED; = gone"
#define TIMEOUT_ON(state)                                                                                    \
    "opt user_timeout 5s; at " state "; timer user 5s; RECEIVE 5; wait 5s; < any *; "                        \
    "! connection aborted due to user timeout; & connection aborted due to user timeout; = CLOSED; "         \
    "= gone; wait 1000s"
#define ICMP_ON(state) "at " state "; icmp 3 3; ! hard error; ? ICMP_HARD; = CLOSED; = gone; wait 1000s"

static const struct rig_row rows[] = {
    E(OPEN_PASSIVE, "9293 3.10.1", "OPEN passive -> ok; = LISTEN"),
    E(OPEN_ACTIVE, "9293 3.10.1", "OPEN active -> ok; < any 1; = SYN-SENT"),
    E(LISTEN_OPEN_ACTIVE, "9293 3.10.1", "at LISTEN; OPEN active -> ok; < any 1; = SYN-SENT"),
    E(LISTEN_SEND, "9293 3.10.2", "OPEN passive-known; SEND 1 -> ok; < any 1; = SYN-SENT"),
    E(LISTEN_SYN, "9293 3.10.7.2-3", "at LISTEN; > <SEQ=0><CTL=SYN>; < any 1; = SYN-RECEIVED"),
    E(SYN_SENT_SYN_ACK, "9293 3.10.7.3-4",
      "at SYN-SENT; > <SEQ=0><ACK=1><CTL=SYN,ACK>; < any 1; ! any; = ESTABLISHED"),
    E(SYN_SENT_SYN, "9293 3.10.7.3-4", "at SYN-SENT; > <SEQ=0><CTL=SYN>; < any 1; = SYN-RECEIVED"),
    E(SYN_RCVD_ACK, "9293 3.10.7.4-5", "at SYN-RECEIVED; > <SEQ=1><ACK=1><CTL=ACK>; ! any; = ESTABLISHED"),
    E(LISTEN_CLOSE, "9293 3.10.4", "at LISTEN; CLOSE -> ok; ! connection closed; = CLOSED; = gone"),
    E(LISTEN_ABORT, "9293 3.10.5", "at LISTEN; ABORT -> ok; = CLOSED; = gone"),
    E(SYN_SENT_CLOSE, "9293 3.10.4", "at SYN-SENT; CLOSE -> ok; ! connection closed; = CLOSED; = gone"),
    E(SYN_SENT_ABORT, "9293 3.10.5", "at SYN-SENT; ABORT -> ok; = CLOSED; = gone"),
    E(SYN_SENT_RST, "9293 3.10.7.3-2",
      "at SYN-SENT; > <SEQ=!0><ACK=1><CTL=RST,ACK>; ! any; = CLOSED; = gone"),
    E(SYN_RCVD_RST_PASSIVE, "9293 3.10.7.4-2", "at SYN-RECEIVED; > <SEQ=1><CTL=RST>; = LISTEN; = gone"),
    E(SYN_RCVD_RST_ACTIVE, "9293 3.10.7.4-2", RST_ON("SYN-RECEIVED-ACTIVE", 1)),
    E(SYN_RCVD_SYN_PASSIVE, "9293 3.10.7.4-4", "at SYN-RECEIVED; > <SEQ=1><CTL=SYN>; = LISTEN; = gone"),
    E(SYN_RCVD_CLOSE, "9293 3.10.4", "at SYN-RECEIVED; CLOSE -> ok; < any 1; = FIN-WAIT-1"),
    E(EST_CLOSE, "9293 3.10.4", "at ESTABLISHED; CLOSE -> ok; < any 1; = FIN-WAIT-1"),
    E(FW1_ACK, "9293 3.10.7.4-5", "at FIN-WAIT-1; > <SEQ=1><ACK=2><CTL=ACK>; ! any; = FIN-WAIT-2"),
    E(FW1_FIN, "9293 3.10.7.4-8", "at FIN-WAIT-1; > <SEQ=1><ACK=1><CTL=FIN,ACK>; < any 1; ! any; = CLOSING"),
    E(FW2_FIN, "9293 3.10.7.4-8",
      "at FIN-WAIT-2; > <SEQ=1><ACK=2><CTL=FIN,ACK>; < any 1; ! any; = TIME-WAIT"),
    E(CLOSING_ACK, "9293 3.10.7.4-5", "at CLOSING; > <SEQ=2><ACK=2><CTL=ACK>; = TIME-WAIT"),
    E(EST_FIN, "9293 3.10.7.4-8",
      "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,ACK>; < any 1; ! any; = CLOSE-WAIT"),
    E(CW_CLOSE, "9293 3.10.4", "at CLOSE-WAIT; CLOSE -> ok; < any 1; = LAST-ACK"),
    E(LAST_ACK_ACK, "9293 3.10.7.4-5", "at LAST-ACK; > <SEQ=2><ACK=2><CTL=ACK>; ! any; = CLOSED; = gone"),
    E(TIME_WAIT_OVER, "9293 3.10.8", "at TIME-WAIT; wait 240s; ! connection closed; = CLOSED; = gone"),
    /* reset by the peer */
    E(EST_RST, "9293 3.10.7.4-2", RST_ON("ESTABLISHED", 1)),
    E(FW1_RST, "9293 3.10.7.4-2", RST_ON("FIN-WAIT-1", 1)),
    E(FW2_RST, "9293 3.10.7.4-2", RST_ON("FIN-WAIT-2", 1)),
    E(CW_RST, "9293 3.10.7.4-2", RST_ON("CLOSE-WAIT", 2)),
    E(CLOSING_RST, "9293 3.10.7.4-2", RST_ON("CLOSING", 2)),
    E(LAST_ACK_RST, "9293 3.10.7.4-2", RST_ON("LAST-ACK", 2)),
    E(TIME_WAIT_RST, "9293 3.10.7.4-2", RST_ON("TIME-WAIT", 2)),
    /* a SYN in the window where RFC 5961 is off */
    E(SYN_RCVD_SYN_ACTIVE, "9293 3.10.7.4-4", SYN_ON("SYN-RECEIVED-ACTIVE", 1)),
    E(EST_SYN, "9293 3.10.7.4-4", SYN_ON("ESTABLISHED", 1)),
    E(FW1_SYN, "9293 3.10.7.4-4", SYN_ON("FIN-WAIT-1", 1)),
    E(FW2_SYN, "9293 3.10.7.4-4", SYN_ON("FIN-WAIT-2", 1)),
    E(CW_SYN, "9293 3.10.7.4-4", SYN_ON("CLOSE-WAIT", 2)),
    E(CLOSING_SYN, "9293 3.10.7.4-4", SYN_ON("CLOSING", 2)),
    E(LAST_ACK_SYN, "9293 3.10.7.4-4", SYN_ON("LAST-ACK", 2)),
    E(TIME_WAIT_SYN, "9293 3.10.7.4-4", SYN_ON("TIME-WAIT", 2)),
    E(TIME_WAIT_REUSE, "9293 3.6.1",
      "opt time_wait_reuse 1; at TIME-WAIT; > <SEQ=3><CTL=SYN>; ! connection closed; = CLOSED; = gone"),
    /* ABORT */
    E(SYN_RCVD_ABORT, "9293 3.10.5", ABORT_ON("SYN-RECEIVED", 1)),
    E(EST_ABORT, "9293 3.10.5", ABORT_ON("ESTABLISHED", 1)),
    E(FW1_ABORT, "9293 3.10.5", ABORT_ON("FIN-WAIT-1", 2)),
    E(FW2_ABORT, "9293 3.10.5", ABORT_ON("FIN-WAIT-2", 2)),
    E(CW_ABORT, "9293 3.10.5", ABORT_ON("CLOSE-WAIT", 1)),
    E(CLOSING_ABORT, "9293 3.10.5", "at CLOSING; ABORT -> ok; = CLOSED; = gone"),
    E(LAST_ACK_ABORT, "9293 3.10.5", "at LAST-ACK; ABORT -> ok; = CLOSED; = gone"),
    E(TIME_WAIT_ABORT, "9293 3.10.5", "at TIME-WAIT; ABORT -> ok; = CLOSED; = gone"),
    /* the user timeout */
    E(SYN_SENT_TIMEOUT, "9293 3.10.8", TIMEOUT_ON("SYN-SENT")),
    E(SYN_RCVD_TIMEOUT, "9293 3.10.8", TIMEOUT_ON("SYN-RECEIVED")),
    E(EST_TIMEOUT, "9293 3.10.8",
      "opt user_timeout 5s; at ESTABLISHED; SEND 5 push; < any 1; timer user 5s; RECEIVE 5; wait 5s; "
      "< any *; ! connection aborted due to user timeout; & connection aborted due to user timeout; "
      "= CLOSED; = gone"),
    E(FW1_TIMEOUT, "9293 3.10.8", TIMEOUT_ON("FIN-WAIT-1")),
    E(FW2_TIMEOUT, "9293 3.6", "opt orphan_timeout 60s; at FIN-WAIT-2; ORPHAN; wait 60s; = CLOSED; = gone"),
    E(CW_TIMEOUT, "9293 3.10.8",
      "opt user_timeout 5s; at CLOSE-WAIT; SEND 5 push; < any 1; timer user 5s; wait 5s; < any *; "
      "! connection aborted due to user timeout; = CLOSED; = gone"),
    E(CLOSING_TIMEOUT, "9293 3.10.8",
      "opt user_timeout 5s; at CLOSING; timer user 5s; wait 5s; < any *; "
      "! connection aborted due to user timeout; = gone"),
    E(LAST_ACK_TIMEOUT, "9293 3.10.8",
      "opt user_timeout 5s; at LAST-ACK; timer user 5s; wait 5s; < any *; "
      "! connection aborted due to user timeout; = gone"),
    /* a hard ICMP error */
    E(SYN_SENT_ICMP, "9293 3.9.2.2", ICMP_ON("SYN-SENT")),
    E(SYN_RCVD_ICMP, "9293 3.9.2.2", ICMP_ON("SYN-RECEIVED")),
    E(EST_ICMP, "9293 3.9.2.2",
      "at ESTABLISHED; SEND 5 push; < any 1; icmp 3 2; ! hard error; = CLOSED; = gone"),
    E(FW1_ICMP, "9293 3.9.2.2", ICMP_ON("FIN-WAIT-1")),
    E(CW_ICMP, "9293 3.9.2.2",
      "at CLOSE-WAIT; SEND 5 push; < any 1; icmp 3 3; ! hard error; = CLOSED; = gone"),
    E(CLOSING_ICMP, "9293 3.9.2.2", ICMP_ON("CLOSING")),
    E(LAST_ACK_ICMP, "9293 3.9.2.2", ICMP_ON("LAST-ACK")),
    /* RFC 9293 3.6.1 */
    E(FW1_TEXT_AFTER_CLOSE, "9293 3.6.1",
      "opt half_duplex_close 1; at FIN-WAIT-1; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; < any 1; ! any; "
      "= CLOSED; = gone"),
    E(FW2_TEXT_AFTER_CLOSE, "9293 3.6.1",
      "opt half_duplex_close 1; at FIN-WAIT-2; > <SEQ=1><ACK=2><CTL=ACK><LEN=5>; < any 1; ! any; "
      "= CLOSED; = gone"),
    E(EST_CLOSE_UNREAD, "9293 3.6.1",
      "opt half_duplex_close 1; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=5>; CLOSE -> ok; "
      "< any 1; = CLOSED; = gone"),
    E(CW_CLOSE_UNREAD, "9293 3.6.1",
      "opt half_duplex_close 1; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,ACK><LEN=5>; < any 1; ! any; "
      "CLOSE -> ok; < any 1; = CLOSED; = gone"),

    /* --- 3.10.8, what has no edge --- */
    {"timeout_retransmission", "9293 3.10.8",
     "at ESTABLISHED; SEND 5 push; < any 1; wait 1s; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5>; "
     "timer retransmission 2s; = ESTABLISHED"},
    {"timeout_user_set_later", "5482 4",
     "at ESTABLISHED; SEND 5 push; < any 1; SET user_timeout 3s -> ok; timer user 3s; "
     "> <SEQ=1><ACK=6><CTL=ACK>; timer user off; wait 1000s; = ESTABLISHED"},
    {"timeout_user_never_idle", "5482 3",
     "opt user_timeout 5s; at ESTABLISHED; timer user off; wait 1000s; = ESTABLISHED"},
    {"timeout_user_listen", "9293 3.10.8", "opt user_timeout 5s; at LISTEN; wait 1000s; = LISTEN"},
    {"timeout_user_time_wait", "9293 3.10.8",
     "opt user_timeout 5s; at TIME-WAIT; SET user_timeout 3s -> ok; wait 239s; = TIME-WAIT; wait 1s; "
     "! connection closed; = gone"},
    {"timeout_user_waiting_text", "5482 3",
     "opt user_timeout 5s; wnd 0; at ESTABLISHED; SEND 5 push; timer user 5s; wait 5s; < any *; "
     "! connection aborted due to user timeout; = gone"},
    {"timeout_r2_passive_open", "9293 3.8.3",
     "mute R1; at SYN-RECEIVED; wait 180s; < any *; = SYN-RECEIVED; wait 130s; < any *; "
     "! connection timed out; = CLOSED; = gone; conn 1; = LISTEN"},
    {"timeout_keepalive_fin_wait_2", "1122 4.2.3.6",
     "opt keepalive 1; opt keepalive_idle 10s; opt keepalive_interval 1s; opt keepalive_probes 2; "
     "at FIN-WAIT-2; wait 13s; < any 3; ! connection timed out; = CLOSED; = gone"},

    /* --- 3.9.2.2, what has no edge --- */
    {"icmp_soft_unreachable", "9293 3.9.2.2",
     "at FIN-WAIT-1; icmp 3 0; ! soft error 768; icmp 3 1; ! soft error 769; icmp 3 5; "
     "! soft error 773; = FIN-WAIT-1"},
    {"icmp_soft_time_exceeded", "9293 3.9.2.2",
     "at FIN-WAIT-1; icmp 11 0; ! soft error 2816; icmp 11 1; ! any; = FIN-WAIT-1"},
    {"icmp_soft_parameter_problem", "9293 3.9.2.2",
     "at FIN-WAIT-1; icmp 12 0; ! soft error 3072; = FIN-WAIT-1"},
    {"icmp_soft_syn_sent", "9293 3.9.2.2", "at SYN-SENT; icmp 3 1; ! soft error 769; = SYN-SENT"},
    {"icmp_source_quench", "9293 3.9.2.2",
     "at FIN-WAIT-1; icmp 4 0; ? ICMP_QUENCH; = FIN-WAIT-1; var cwnd 2144"},
    {"icmp_reports_off", "9293 3.9.1.8",
     "at FIN-WAIT-1; SET reports 0 -> ok; icmp 3 1; = FIN-WAIT-1; SET reports 1; icmp 3 1; ! any"},
    {"icmp_stale_below", "5927 4.1", "at FIN-WAIT-1; icmp 3 3 quoted 0; ? ICMP_STALE; = FIN-WAIT-1"},
    {"icmp_stale_above", "5927 4.1", "at FIN-WAIT-1; icmp 3 3 quoted 2; ? ICMP_STALE; = FIN-WAIT-1"},
    {"icmp_stale_fin_wait_2", "5927 4.1", "at FIN-WAIT-2; icmp 3 3; ? ICMP_STALE; = FIN-WAIT-2"},
    {"icmp_stale_listen", "5927 4.1", "at LISTEN; icmp 3 3 quoted 0; ? ICMP_STALE; = LISTEN"},
    {"icmp_stale_time_wait", "5927 4.1", "at TIME-WAIT; icmp 3 3 quoted 1; ? ICMP_STALE; = TIME-WAIT"},
    {"icmp_fragmentation_needed", "1191 3",
     "at SYN-SENT; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>; < any 1; ! any; SEND 1460 push; < any 1; "
     "icmp 3 4 1000; < <SEQ=1><ACK=1><CTL=ACK><LEN=960>; < any *; var snd.mss 960; = ESTABLISHED"},
    {"icmp_fragmentation_needed_larger", "1191 3",
     "at ESTABLISHED; SEND 5 push; < any 1; icmp 3 4 9000; var snd.mss 536; = ESTABLISHED"},
    {"icmp_fragmentation_needed_tiny", "1191 3",
     "at ESTABLISHED; SEND 5 push; < any 1; icmp 3 4 20; < any *; var snd.mss 28; = ESTABLISHED"},
    {"crash_says_nothing", "9293 3.5.1", "at ESTABLISHED; SEND 5 push; < any 1; CRASH; = gone; wait 1000s"},
};

static void every_edge_has_a_row(struct rig *r)
{
    (void)r;
    char missing[400] = "";
    for (unsigned e = 1; e < EDGE_COUNT; e++) {
        char name[64];
        bool found = false;
        snprintf(name, sizeof name, "edge_%s", tcp_edge((enum tcp_edge)e)->id);
        for (size_t i = 0; i < ARRAY_LEN(rows) && !found; i++)
            found = strcmp(rows[i].name, name) == 0;
        if (!found && strlen(missing) < sizeof missing - 70)
            snprintf(missing + strlen(missing), 70, " %s", name + 5);
    }
    if (*missing)
        fail_msg("no row takes%s", missing);
}

/* The table itself: the edges lead where section 3.3.2's figure and 3.10 lead; nothing leaves CLOSED but
 * OPEN. */
static void edges_are_sound(struct rig *r)
{
    (void)r;
    for (unsigned e = 1; e < EDGE_COUNT; e++) {
        const struct tcp_edge_row *row = tcp_edge((enum tcp_edge)e);
        assert_true(row->from != row->to);
        assert_true(*row->what && *row->section);
        if (row->from == TCP_CLOSED)
            assert_int_equal(strncmp(row->id, "OPEN_", 5), 0);
        if (row->from == TCP_TIME_WAIT || row->from == TCP_LAST_ACK)
            assert_true(row->to == TCP_CLOSED);
    }
}

static const struct rig_test tests[] = {{"every_edge_has_a_row", every_edge_has_a_row},
                                        {"edges_are_sound", edges_are_sound}};

int main(void)
{
    return rig_run_all("tcp_matrix_edges", rows, ARRAY_LEN(rows), tests, ARRAY_LEN(tests));
}
