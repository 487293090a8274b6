/* Timestamps and PAWS (RFC 7323 sec 3 to 5). Our clock ticks milliseconds of virtual time. */
#include "tests/support/tcp_rig.h"

/* Both sides offer timestamps; the peer's SYN,ACK carries TSval 100. Options are printed from here on. */
#define AGREED                                                                                               \
    "opt timestamps 1; opt delayed_ack 0; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460><TS=0/0>;"  \
    "> <SEQ=0><ACK=1><CTL=SYN,ACK><TS=100/0>; ! connection established; < "                                  \
    "<SEQ=1><ACK=1><CTL=ACK><TS=0/100>;"

static const struct rig_row rows[] = {
    /* --- negotiation (3.2) --- */
    {"ts_not_offered_by_default", "7323 3.2", "show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460>"},
    {"ts_agreed", "7323 3.2",
     AGREED "? TIMESTAMPS_AGREED; wait 5ms; SEND 10 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=10><TS=5/100>"},
    {"ts_agreed_passive", "7323 3.2",
     "opt timestamps 1; show options; at LISTEN; wait 7ms; > <SEQ=0><CTL=SYN><TS=100/0>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460><TS=7/100>; > <SEQ=1><ACK=1><CTL=ACK><TS=101/7>;"
     "! connection established; SEND 5 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5><TS=7/101>"},
    {"ts_simultaneous", "7323 3.2",
     "opt timestamps 1; show options; OPEN active; < any 1; > <SEQ=0><CTL=SYN><TS=100/0>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460><TS=0/100>; > <SEQ=0><ACK=1><CTL=SYN,ACK><TS=101/0>;"
     "! connection established; SEND 5 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5><TS=0/101>"},
    {"ts_the_peer_does_not_answer", "7323 3.2",
     "opt timestamps 1; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460><TS=0/0>;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK>; ! connection established; < <SEQ=1><ACK=1><CTL=ACK>"},
    {"ts_only_the_peer_offers", "7323 3.2",
     "show options; at LISTEN; > <SEQ=0><CTL=SYN><TS=100/0>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>; ?! TIMESTAMPS_AGREED"},
    {"ts_not_agreed_is_ignored_later", "7323 3.2",
     "at ESTABLISHED; > <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=100/0>;"
     "> <SEQ=6><ACK=1><CTL=ACK><LEN=5><TS=1/0>; < any 1; var unread 10"},
    {"ts_missing_is_dropped_in_silence", "7323 3.2",
     AGREED "> <SEQ=1><ACK=1><CTL=ACK><LEN=5>; reject PAWS; ? TS_MISSING; var unread 0"},
    {"ts_repeated_syn_tells_the_time", "7323 3.2",
     "opt timestamps 1; show options; OPEN active; < any 1; wait 1s;"
     "< <SEQ=0><CTL=SYN><MSS=1460><TS=1000/0>"},
    {"ts_retransmission_tells_the_time", "7323 3.3",
     AGREED "SEND 5 push; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5><TS=0/100>; wait 1s;"
            "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5><TS=1000/100>"},

    /* --- which timestamp is echoed (4.3) --- */
    {"tsrecent_in_order", "7323 4.3",
     AGREED "> <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=110/0>; < <SEQ=1><ACK=6><CTL=ACK><TS=0/110>"},
    {"tsrecent_of_the_earliest_delayed", "7323 4.3",
     AGREED "opt delayed_ack 200ms; > <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=110/0>;"
            "> <SEQ=6><ACK=1><CTL=ACK><LEN=5><TS=120/0>; < <SEQ=1><ACK=11><CTL=ACK><TS=0/110>"},
    {"tsrecent_not_from_beyond_a_gap", "7323 4.3",
     AGREED "> <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=110/0>; < any 1;"
            "> <SEQ=11><ACK=1><CTL=ACK><LEN=5><TS=130/0>; < <SEQ=1><ACK=6><CTL=ACK><TS=0/110>;"
            "> <SEQ=6><ACK=1><CTL=ACK><LEN=5><TS=120/0>; < <SEQ=1><ACK=16><CTL=ACK><TS=0/120>"},
    {"tsrecent_from_what_fills_the_gap", "7323 4.3",
     AGREED "> <SEQ=6><ACK=1><CTL=ACK><LEN=5><TS=110/0>; < <SEQ=1><ACK=1><CTL=ACK><TS=0/100>;"
            "> <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=140/0>; < <SEQ=1><ACK=11><CTL=ACK><TS=0/140>"},
    {"tsrecent_from_a_pure_ack", "7323 4.3",
     AGREED "> <SEQ=1><ACK=1><CTL=ACK><TS=170/0>; SEND 5 push;"
            "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=5><TS=0/170>"},
    {"tsrecent_not_from_outside_the_window", "7323 5.3",
     AGREED "> <SEQ=70000><ACK=1><CTL=ACK><LEN=5><TS=170/0>; < <SEQ=1><ACK=1><CTL=ACK><TS=0/100>"},
    {"tsrecent_not_from_a_reset", "7323 5.2", /* one in the window that is only challenged */
     AGREED "> <SEQ=2><CTL=RST><TS=99999/0>; < <SEQ=1><ACK=1><CTL=ACK><TS=0/100>;"
            "> <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=101/0>; < <SEQ=1><ACK=6><CTL=ACK><TS=0/101>"},

    /* --- PAWS (5.3) --- */
    {"paws_older_is_rejected", "7323 5.3",
     AGREED "> <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=99/0>; < <SEQ=1><ACK=1><CTL=ACK><TS=0/100>; reject PAWS;"
            "? PAWS_REJECT; var unread 0"},
    {"paws_same_is_fine", "7323 5.3",
     AGREED "> <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=100/0>; < any 1; var unread 5"},
    {"paws_wraps", "7323 5.3",
     "opt timestamps 1; opt delayed_ack 0; OPEN active; < any 1;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><TS=4294967290/0>; ! connection established; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=3/0>; < any 1; var unread 5;"
     "> <SEQ=6><ACK=1><CTL=ACK><LEN=5><TS=4294967291/0>; < any 1; reject PAWS; var unread 5"},
    {"paws_its_ack_does_not_count", "7323 5.3",
     AGREED "SEND 5 push; < any 1; > <SEQ=1><ACK=6><CTL=ACK><TS=99/0>; < any 1; var snd.una 1"},
    {"paws_before_the_window", "7323 5.3",
     AGREED "> <SEQ=70000><ACK=1><CTL=ACK><LEN=5><TS=99/0>; < any 1; reject PAWS"},
    {"paws_not_for_a_reset", "7323 5.2", AGREED "> <SEQ=1><CTL=RST><TS=1/0>; ! connection reset; = gone"},
    {"paws_reset_needs_no_timestamp", "7323 5.2", AGREED "> <SEQ=1><CTL=RST>; ! connection reset; = gone"},
    {"paws_24_days_still_count", "7323 5.5",
     AGREED "wait 2073600s; > <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=99/0>; < any 1; reject PAWS; var unread 0"},
    {"paws_after_24_days_ts_recent_is_invalid", "7323 5.5", /* and the new one is taken */
     AGREED "wait 2073601s; > <SEQ=1><ACK=1><CTL=ACK><LEN=5><TS=50/0>;"
            "< <SEQ=1><ACK=6><CTL=ACK><TS=2073601000/50>; var unread 5;"
            "> <SEQ=6><ACK=1><CTL=ACK><LEN=5><TS=49/0>; < any 1; reject PAWS;"
            "> <SEQ=6><ACK=1><CTL=ACK><LEN=5><TS=51/0>; < <SEQ=1><ACK=11><CTL=ACK><TS=2073601000/51>"},
    {"paws_in_syn_received", "7323 5.3",
     "opt timestamps 1; at LISTEN; > <SEQ=0><CTL=SYN><TS=100/0>; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><TS=99/0>; < any 1; = SYN-RECEIVED"},

    /* --- measuring (4.1) --- */
    {"rttm_by_echo_when_the_segment_was_repeated", "7323 4.1",
     AGREED "SEND 5 push; < any 1; wait 1s; < any 1; wait 100ms; > <SEQ=1><ACK=6><CTL=ACK><TS=150/1000>;"
            "var backoff 0; var srtt 12500000"},
    {"rttm_not_by_an_ack_of_nothing_new", "7323 4.1",
     AGREED "var srtt 1; wait 500ms; > <SEQ=1><ACK=1><CTL=ACK><TS=150/100>; var srtt 1"},
    {"rttm_from_an_echo_of_the_future", "7323 4.1", /* a peer that echoes nonsense does not poison the RTO */
     AGREED "SEND 5 push; < any 1; wait 1s; < any 1; > <SEQ=1><ACK=6><CTL=ACK><TS=150/99999999>;"
            "var srtt 1"},

    /* --- resets (5.2) --- */
    {"rst_of_abort_has_a_timestamp", "7323 5.2",
     AGREED "wait 9ms; ABORT; < <SEQ=1><CTL=RST><TS=9/0>; = gone"},
    {"rst_answers_a_timestamp", "7323 5.2",
     "opt timestamps 1; show options; at LISTEN; > <SEQ=5><ACK=5><CTL=ACK><TS=77/3>;"
     "< <SEQ=5><CTL=RST><TS=0/77>"},
    {"rst_answers_no_timestamp", "7323 5.2",
     "opt timestamps 1; show options; at LISTEN; > <SEQ=5><ACK=5><CTL=ACK>; < <SEQ=5><CTL=RST>"},
    {"keepalive_has_a_timestamp", "7323 3.2",
     "opt keepalive 1; opt keepalive_idle 1s;" AGREED "wait 1s; < <SEQ=0><ACK=1><CTL=ACK><TS=1000/100>"},
};

int main(void)
{
    return rig_run_table("tcp_data_stamps", rows, ARRAY_LEN(rows));
}
