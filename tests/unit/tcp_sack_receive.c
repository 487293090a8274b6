/* Selective acknowledgment at the data receiver: agreement (RFC 2018 sec 2), which blocks an ACK carries (sec
 * 3, 4, 7 and 8), and duplicates (RFC 2883 sec 4 and its six examples).
 *
 * The RFCs' numbers are used as they are: the peer's first octet of text is 1 here, so their 5000 is reached
 * by an IRS of their number less one. */
#include "tests/support/tcp_rig.h"

#define SACK "opt sack 1; opt dsack 1; opt delayed_ack 0; opt rcv_buffer 60000;"
/* The peer's text begins at octet 1 of the RFC's numbers; the first `n` octets have been received. */
#define FROM(n)                                                                                              \
    SACK "irs 4294967295; OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000><SACKOK>;"            \
         "! connection established; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=" n ">; < any 1;"
#define SEG(seq, len) "> <SEQ=" seq "><ACK=1><CTL=ACK><LEN=" len ">;"
#define ACK(ack, ...) "< <SEQ=1><ACK=" ack "><CTL=ACK>" __VA_ARGS__ ";"

/* clang-format off */
static const struct rig_row rows[] = {
    /* --- agreement (2018 2) --- */
    {"syn_offers", "2018 2", "opt sack 1; show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460><SACKOK>"},
    {"syn_does_not_by_default", "2018 2", "show options; OPEN active; < <SEQ=0><CTL=SYN><MSS=1460>"},
    {"syn_ack_answers_an_offer", "2018 2", "opt sack 1; at LISTEN; show options; > <SEQ=0><CTL=SYN><MSS=1000><SACKOK>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460><SACKOK>; ? SACK_AGREED"},
    {"syn_ack_without_an_offer", "2018 2", "opt sack 1; at LISTEN; show options; > <SEQ=0><CTL=SYN><MSS=1000>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>; ?! SACK_AGREED"},
    {"syn_ack_of_one_that_does_not_want", "2018 2", "at LISTEN; show options; > <SEQ=0><CTL=SYN><MSS=1000><SACKOK>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460>"},
    {"simultaneous_open_agrees", "2018 2", "opt sack 1; OPEN active; < any 1; show options;"
     "> <SEQ=0><CTL=SYN><MSS=1000><SACKOK>; < <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1460><SACKOK>; ? SACK_AGREED;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000><SACKOK>; ! connection established;"
     "> <SEQ=11><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=1><CTL=ACK><SACK=11-21>"},
    {"no_blocks_without_agreement", "2018 4", "opt sack 1; at ESTABLISHED; > <SEQ=11><ACK=1><CTL=ACK><LEN=10>;"
     "< <SEQ=1><ACK=1><CTL=ACK>"},
    {"no_blocks_in_a_syn", "2018 3", "opt sack 1; opt delayed_ack 0;"
     "at LISTEN; > <SEQ=0><CTL=SYN><MSS=1000><SACKOK><LEN=10>;"
     "< <SEQ=0><ACK=1><CTL=SYN,ACK>; > <SEQ=1><ACK=1><CTL=ACK>; ! connection established; < <SEQ=1><ACK=11><CTL=ACK>"},

    /* --- RFC 2018 sec 7: the left window edge is 5000, segments of 500 --- */
    {"example_case_1", "2018 7", FROM("4999") SEG("5000", "500") ACK("5500") SEG("5500", "500") ACK("6000")
     SEG("6000", "500") ACK("6500") SEG("6500", "500") ACK("7000")},
    {"example_case_2", "2018 7", FROM("4999")
     SEG("5500", "500") ACK("5000", "<SACK=5500-6000>") SEG("6000", "500") ACK("5000", "<SACK=5500-6500>")
     SEG("6500", "500") ACK("5000", "<SACK=5500-7000>") SEG("7000", "500") ACK("5000", "<SACK=5500-7500>")
     SEG("7500", "500") ACK("5000", "<SACK=5500-8000>") SEG("8000", "500") ACK("5000", "<SACK=5500-8500>")
     SEG("8500", "500") ACK("5000", "<SACK=5500-9000>")},
    {"example_case_3", "2018 7", FROM("4999") SEG("5000", "500") ACK("5500")
     SEG("6000", "500") ACK("5500", "<SACK=6000-6500>")
     SEG("7000", "500") ACK("5500", "<SACK=7000-7500,6000-6500>")
     SEG("8000", "500") ACK("5500", "<SACK=8000-8500,7000-7500,6000-6500>")
     /* the 4th out of order, then the 2nd */
     SEG("6500", "500") ACK("5500", "<SACK=6000-7500,8000-8500>")
     SEG("5500", "500") ACK("7500", "<SACK=8000-8500>")},

    /* --- which blocks, how many (2018 3, 4) --- */
    {"four_blocks_at_most", "2018 3", FROM("4999") SEG("6000", "100") "< any 1;" SEG("7000", "100") "< any 1;"
     SEG("8000", "100") "< any 1;" SEG("9000", "100") ACK("5000", "<SACK=9000-9100,8000-8100,7000-7100,6000-6100>")
     SEG("10000", "100") ACK("5000", "<SACK=10000-10100,9000-9100,8000-8100,7000-7100>")},
    {"three_blocks_beside_timestamps", "2018 3", "opt timestamps 1;" SACK "OPEN active; < any 1;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000><TS=5/0><SACKOK>; ! connection established; < any 1;"
     "> <SEQ=101><ACK=1><CTL=ACK><LEN=10><TS=5/0>; < any 1; > <SEQ=201><ACK=1><CTL=ACK><LEN=10><TS=5/0>; < any 1;"
     "> <SEQ=301><ACK=1><CTL=ACK><LEN=10><TS=5/0>; < any 1; > <SEQ=401><ACK=1><CTL=ACK><LEN=10><TS=5/0>;"
     "< <SEQ=1><ACK=1><CTL=ACK><SACK=401-411,301-311,201-211>"},
    {"older_blocks_come_back", "2018 4", /* more is held than is told: what merges makes room for the others */
     FROM("4999") SEG("6000", "100") "< any 1;" SEG("7000", "100") "< any 1;" SEG("8000", "100") "< any 1;"
     SEG("9000", "100") "< any 1;" SEG("10000", "100") "< any 1;"
     SEG("9100", "900") ACK("5000", "<SACK=9000-10100,8000-8100,7000-7100,6000-6100>")},
    {"first_block_holds_the_newest", "2018 4", FROM("4999") SEG("6000", "100") "< any 1;" SEG("8000", "100") "< any 1;"
     SEG("6100", "100") ACK("5000", "<SACK=6000-6200,8000-8100>")},
    {"one_for_each_arrival_of_an_instant", "2018 4", FROM("4999") ">> <SEQ=6000><ACK=1><CTL=ACK><LEN=100>;"
     ">> <SEQ=7000><ACK=1><CTL=ACK><LEN=100>; settle;" ACK("5000", "<SACK=6000-6100,7000-7100>")
     ACK("5000", "<SACK=7000-7100,6000-6100>")},
    {"text_carries_blocks_too", "2018 4", FROM("4999") SEG("6000", "100") "< any 1; SEND 10 push;"
     "< <SEQ=1><ACK=5000><CTL=PSH,ACK><LEN=10><SACK=6000-6100>"},
    {"text_leaves_room_for_blocks", "9293 3.7.1", FROM("4999") SEG("6000", "100") "< any 1; SEND 3000;"
     "< <SEQ=1><ACK=5000><CTL=ACK><LEN=980><SACK=6000-6100>; < any *"},
    {"ack_of_all_has_none", "2018 4", FROM("4999") SEG("6000", "100") "< any 1;" SEG("5000", "1000") ACK("6100")},
    {"wrapped_numbers", "2018 3", SACK "irs 4294967290; OPEN active; < any 1;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><SACKOK>; ! connection established; < any 1;"
     "> <SEQ=3><ACK=1><CTL=ACK><LEN=10>; < <SEQ=1><ACK=1><CTL=ACK><SACK=3-13>"},
    {"fin_out_of_order", "2018 3", FROM("4999") "> <SEQ=6000><ACK=1><CTL=FIN,ACK>;" ACK("5000", "<SACK=6000-6001>")
     SEG("5500", "500") ACK("5000", "<SACK=5500-6001>") SEG("5000", "500") "! connection closing;"
     ACK("6001")},
    {"fin_with_text_out_of_order", "2018 3", FROM("4999") "> <SEQ=6000><ACK=1><CTL=FIN,ACK><LEN=100>;"
     ACK("5000", "<SACK=6000-6101>")},
    {"fin_out_of_order_untold", "2018 3", "opt sack_fin 0;" FROM("4999") "> <SEQ=6000><ACK=1><CTL=FIN,ACK>;" ACK("5000")
     SEG("5500", "500") ACK("5000", "<SACK=5500-6000>") SEG("5000", "500") "! connection closing;" ACK("6001")},
    {"text_not_kept_is_not_told", "2018 8", "opt reassembly_ranges 1;" FROM("4999") SEG("6000", "100") "< any 1;"
     SEG("7000", "100") "reject NO_ROOM;" ACK("5000", "<SACK=6000-6100>")},
    {"after_close", "2018 4", FROM("4999") "CLOSE; < <SEQ=1><ACK=5000><CTL=FIN,ACK>; > <SEQ=6000><ACK=2><CTL=ACK>"
     "<LEN=100>; ! close acknowledged; < <SEQ=2><ACK=5000><CTL=ACK><SACK=6000-6100>; = FIN-WAIT-2"},
    {"simultaneous_close", "2018 4", FROM("4999") "CLOSE; < any 1; > <SEQ=6000><ACK=1><CTL=FIN,ACK>;"
     "< <SEQ=2><ACK=5000><CTL=ACK><SACK=6000-6001>; > <SEQ=5000><ACK=1><CTL=ACK><LEN=1000>; ! connection closing;"
     "< <SEQ=2><ACK=6001><CTL=ACK>; = CLOSING"},
    {"keep_alive_tells_blocks", "2018 4", "opt keepalive 1; opt keepalive_idle 10000ms;" FROM("4999") SEG("6000", "100")
     "< any 1; wait 10s; < <SEQ=0><ACK=5000><CTL=ACK><SACK=6000-6100>"},

    /* --- RFC 2883 sec 4.1 --- */
    {"dsack_example_1", "2883 4.1.1", FROM("2999") SEG("3000", "500") "< any 1;" SEG("3500", "500") "< any 1;"
     SEG("3000", "500") ACK("4000", "<SACK=3000-3500>") "? DSACK_OUT"},
    {"dsack_example_2", "2883 4.1.2", FROM("2999") SEG("3000", "500") "< any 1;" SEG("3500", "500") "< any 1;"
     SEG("4500", "500") ACK("4000", "<SACK=4500-5000>") SEG("3000", "500") ACK("4000", "<SACK=3000-3500,4500-5000>")},
    {"dsack_example_3", "2883 4.1.3", FROM("3499") SEG("3500", "500") "< any 1;" SEG("4500", "500")
     ACK("4000", "<SACK=4500-5000>") SEG("5000", "500") ACK("4000", "<SACK=4500-5500>")
     SEG("5000", "500") ACK("4000", "<SACK=5000-5500,4500-5500>") "? DSACK_OUT"},
    /* --- sec 4.2 --- */
    {"dsack_example_4", "2883 4.2.1", FROM("499") SEG("500", "500") "< any 1;" SEG("2000", "500")
     ACK("1000", "<SACK=2000-2500>") SEG("1000", "500") ACK("1500", "<SACK=2000-2500>")
     SEG("1000", "1000") ACK("2500", "<SACK=1000-1500>")},
    {"dsack_example_5", "2883 4.2.2", FROM("499") SEG("500", "500") "< any 1;" SEG("3000", "500")
     ACK("1000", "<SACK=3000-3500>") SEG("1000", "500") ACK("1500", "<SACK=3000-3500>") SEG("2000", "500")
     ACK("1500", "<SACK=2000-2500,3000-3500>") SEG("1000", "1500") ACK("2500", "<SACK=1000-1500,3000-3500>")},
    {"dsack_example_6", "2883 4.2.3", /* the RFC's table means 2500-2999 where it says 2000-2499 received */
     FROM("499") SEG("500", "500") "< any 1;" SEG("3500", "500") ACK("1000", "<SACK=3500-4000>")
     SEG("1500", "500") ACK("1000", "<SACK=1500-2000,3500-4000>")
     SEG("2500", "500") ACK("1000", "<SACK=2500-3000,1500-2000,3500-4000>")
     SEG("1500", "1500") ACK("1000", "<SACK=1500-2000,1500-3000,3500-4000>")},
    /* --- what else comes twice --- */
    {"dsack_off", "2883 4", FROM("2999") "opt dsack 0;" SEG("2000", "500") ACK("3000")},
    {"dsack_in_line_over_what_is_held", "2883 4.2", FROM("999") SEG("2000", "500") "< any 1;"
     SEG("1000", "2000") ACK("3000", "<SACK=2000-2500>")},
    {"dsack_told_once", "2883 4", FROM("2999") SEG("2000", "500") ACK("3000", "<SACK=2000-2500>") SEG("3000", "10")
     ACK("3010")},
    {"dsack_each_of_an_instant", "2883 4", FROM("2999") ">> <SEQ=1000><ACK=1><CTL=ACK><LEN=500>;"
     ">> <SEQ=2000><ACK=1><CTL=ACK><LEN=500>; settle;" ACK("3000", "<SACK=1000-1500>") ACK("3000", "<SACK=2000-2500>")},
    {"dsack_at_once_in_spite_of_delayed_acks", "2883 4", FROM("2999") "opt delayed_ack 200ms;" SEG("2500", "600")
     ACK("3100", "<SACK=2500-3000>")},
    {"dsack_not_of_what_never_came", "2883 4", FROM("2999") "> <SEQ=!4294960000><ACK=1><CTL=ACK><LEN=10>;" ACK("3000")},
    {"dsack_of_a_fin", "2883 4", FROM("2999") "> <SEQ=3000><ACK=1><CTL=FIN,ACK><LEN=100>; ! connection closing;"
     ACK("3101") "> <SEQ=3000><ACK=1><CTL=FIN,ACK><LEN=100>;" ACK("3101", "<SACK=3000-3101>")},
    {"dsack_whatever_the_old_segment_acknowledges", "5961 5", /* its ACK is not looked at */
     FROM("2999") "> <SEQ=2000><ACK=!1><CTL=ACK><LEN=500>;" ACK("3000", "<SACK=2000-2500>")},
    {"text_of_a_syn_comes_again", "2883 4", "opt sack 1; opt dsack 1; opt delayed_ack 0; at LISTEN;"
     "> <SEQ=0><CTL=SYN><MSS=1000><SACKOK><LEN=10>; < any 1; > <SEQ=1><ACK=1><CTL=ACK>;"
     "! connection established; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=20>; < <SEQ=1><ACK=21><CTL=ACK><SACK=1-11>"},
    {"urgent_text_out_of_order", "9293 3.8.5", FROM("4999") "> <SEQ=6000><ACK=1><CTL=URG,ACK><LEN=100><UP=50>;"
     "! any; < <SEQ=1><ACK=5000><CTL=ACK><SACK=6000-6100>"},
    {"dsack_in_spite_of_paws", "2883 4.3", "opt timestamps 1;" SACK "OPEN active; < any 1;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000><TS=500/0><SACKOK>; ! connection established; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK><LEN=10><TS=500/0>; < any 1; > <SEQ=1><ACK=1><CTL=ACK><LEN=10><TS=400/0>;"
     "? PAWS_REJECT; < <SEQ=1><ACK=11><CTL=ACK><SACK=1-11>"},
    {"dsack_of_a_keep_alive", "2883 4", FROM("2999") "> <SEQ=2999><ACK=1><CTL=ACK><LEN=1>;"
     ACK("3000", "<SACK=2999-3000>")},
    {"empty_keep_alive_is_no_duplicate", "2883 4", FROM("2999") "> <SEQ=2999><ACK=1><CTL=ACK>;" ACK("3000")},
};
/* clang-format on */

int main(void)
{
    return rig_run_table("tcp_sack_receive", rows, ARRAY_LEN(rows));
}
