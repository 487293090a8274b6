/* What can be turned: the initial window by every RFC that gave a formula, byte counting (RFC 3465), idle and
 * unused windows (RFC 5681 sec 4.1), cork, quick ACKs, linger, SYN retries, SYN with FIN, the advertised
 * window, settings of a living connection, and what tcp_info says of it.
 *
 * Numbers are worked out by hand from the formulas. */
#include "tests/support/tcp_rig.h"

/* An active OPEN; the peer announces this MSS. */
#define OPENED(mss)                                                                                          \
    "OPEN active; < any 1; > <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=" mss ">; ! connection established; < any 1;"
#define SEG(seq) "< <SEQ=" seq "><ACK=1><CTL=ACK><LEN=1000>;"
#define ACK(n) "> <SEQ=1><ACK=" n "><CTL=ACK>;"
#define GIVE(seq) "> <SEQ=" seq "><ACK=1><CTL=ACK><LEN=1000>;"

/* clang-format off */
static const struct rig_row rows[] = {
    /* --- the initial window --- */
    {"iw_5681_small", "5681 3.1", OPENED("1095") "var cwnd 4380"},
    {"iw_5681_middle", "5681 3.1", OPENED("1096") "var cwnd 3288"},
    {"iw_5681_large", "5681 3.1", "opt mtu 9000;" OPENED("2191") "var cwnd 4382"},
    {"iw_2581", "5681 3.1", "opt initial_window_rule rfc2581;" OPENED("1460") "var cwnd 2920"},
    {"iw_3390_small", "3390", "opt initial_window_rule rfc3390;" OPENED("536") "var cwnd 2144"},
    {"iw_3390_middle", "3390", "opt initial_window_rule rfc3390;" OPENED("1460") "var cwnd 4380"},
    {"iw_3390_large", "3390", "opt mtu 9000; opt initial_window_rule rfc3390;" OPENED("2191") "var cwnd 4382"},
    {"iw_6928_ten", "6928 2", "opt initial_window_rule rfc6928;" OPENED("1460") "var cwnd 14600; SEND 20000;"
     "< any 10; ? HELD_BY_CWND"},
    {"iw_6928_small", "6928 2", "opt initial_window_rule rfc6928;" OPENED("536") "var cwnd 5360"},
    {"iw_6928_large", "6928 2", "opt mtu 9000; opt initial_window_rule rfc6928;" OPENED("8960") "var cwnd 17920"},
    {"iw_6928_between", "6928 2", "opt mtu 9000; opt initial_window_rule rfc6928;" OPENED("5000") "var cwnd 14600"},
    {"iw_count_wins", "5681 3.1",
     "opt initial_window_rule rfc6928; opt initial_window 3;" OPENED("1000") "var cwnd 3000"},
    {"iw_6928_after_one_lost_syn", "6928 2", /* it may have been a short RTO */
     "opt initial_window_rule rfc6928; OPEN active; < any 1; wait 1s; < any 1;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000>; ! connection established; < any 1; var cwnd 10000"},
    {"iw_6928_after_two_lost_syns", "6928 2",
     "opt initial_window_rule rfc6928; OPEN active; < any 1; wait 3s; < any 2;"
     "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000>; ! connection established; < any 1; var cwnd 1000"},
    {"loss_window_stays_one", "6928 2", "opt initial_window_rule rfc6928;" OPENED("1000") "SEND 1000; < any 1; wait 1s;"
     "< any 1; var cwnd 1000"},

    /* --- byte counting (3465) --- */
    {"abc_1_is_one_segment_an_ack", "3465 2.2",
     OPENED("1000") "SEND 20000; < any 4;" ACK("2001") "var cwnd 5000; < any *;"},
    {"abc_2_counts_both_segments", "3465 2.3", "opt abc 2;" OPENED("1000") "SEND 20000; < any 4;" ACK("2001")
     "var cwnd 6000; < any 4"},
    {"abc_2_is_the_limit", "3465 2.3",
     "opt abc 2;" OPENED("1000") "SEND 20000; < any 4;" ACK("4001") "var cwnd 6000; < any *"},
    {"abc_counts_octets_of_small_acks", "3465 2.2", OPENED("1000") "SEND 20000; < any 4;" ACK("101") "var cwnd 4100;"},
    {"abc_0_falls_for_split_acks", "3465 3.1", /* each of ten ACKs of 100 octets counts as a segment */
     "opt abc 0;" OPENED("1000") "SEND 50000; < any 4;" ACK("101") "var cwnd 5000; < any *;" ACK("201")
     "var cwnd 6000; < any *"},
    {"abc_2_after_rto_is_1", "3465 2.3", "opt abc 2;" OPENED("1000") "SEND 20000; < any 4; wait 1s; < any 1;"
     ACK("3001") "var cwnd 2000; < any *"},
    {"abc_2_again_after_that_slow_start", "3465 2.3", /* 1 to ssthresh 2, avoidance; then a new idle restart: L is 2 */
     "opt abc 2;" OPENED("1000") "SEND 3000; < any 3; wait 1s; < any 1; var ssthresh 2000;" ACK("3001") "var cwnd 2000;"
     "SEND 2000; < any 2;" ACK("5001") "var cwnd 3000"},
    {"avoidance_counts_octets", "3465 2.1", OPENED("1000") "SEND 20000; < any 4; wait 1s; < any 1;" ACK("4001")
     "var cwnd 2000; < any 2;" ACK("5001") "var cwnd 2000; < any 1;" ACK("6001") "var cwnd 3000; < any 2"},
    {"avoidance_without_counting", "5681 3.1", /* equation 3: 1000 * 1000 / 2000 */
     "opt abc 0;" OPENED("1000") "SEND 20000; < any 4; wait 1s; < any 1;" ACK("4001") "var cwnd 2000; < any 2;"
     ACK("5001") "var cwnd 2500; < any *"},

    /* --- idle and unused windows --- */
    {"restart_window", "5681 4.1", OPENED("1000") "SEND 20000; < any 4;" ACK("1001") "< any 2;" ACK("2001") "< any 2;"
     ACK("3001") "< any 2;" ACK("4001") "< any 2;" ACK("12001") "var cwnd 9000; < any 8;" ACK("20001") "wait 2s;"
     "SEND 10000;"
     "? CWND_AFTER_IDLE; var cwnd 4000; < any 4"},
    {"restart_window_is_the_initial_one", "5681 4.1", "opt initial_window 2;" OPENED("1000") "SEND 3000; < any 2;"
     ACK("1001") "< any 1;" ACK("2001") ACK("3001") "wait 2s; SEND 9000; ? CWND_AFTER_IDLE; var cwnd 2000; < any 2"},
    {"restart_window_never_raises", "5681 4.1", OPENED("1000") "SEND 1000; < any 1; wait 1s; < any 1;" ACK("1001")
     "var cwnd 2000; wait 9s; SEND 9000; var cwnd 2000; ?! CWND_AFTER_IDLE; < any 2"},
    {"idle_shorter_than_rto", "5681 4.1", OPENED("1000") "SEND 4000; < any 4;" ACK("4001") "var cwnd 5000; wait 900ms;"
     "SEND 9000; ?! CWND_AFTER_IDLE; < any 5"},
    {"restart_window_off", "5681 4.1", "opt restart_window 0;" OPENED("1000") "SEND 4000; < any 4;" ACK("4001")
     "wait 9s; SEND 9000; ?! CWND_AFTER_IDLE; < any 5"},
    {"restart_after_a_loss_is_3390s", "6928 2", "opt initial_window_rule rfc6928; opt restart_window 1;" OPENED("1000")
     "SEND 10000; < any 10;" ACK("1") ACK("1") ACK("1") "< any 1;" ACK("10001") "var cwnd 2000; SEND 2000; < any 2;"
     ACK("12001") "SEND 3000; < any 3;" ACK("15001") "SEND 4000; < any 4;" ACK("19001") "SEND 5000; < any 5;"
     ACK("24001")
     "var cwnd 6000; wait 5s; SEND 20000;"
     "? CWND_AFTER_IDLE; var cwnd 4000; < any 4"},
    {"unused_cwnd_does_not_grow", "7661 4.3", OPENED("1000") "SEND 1000; < any 1;" ACK("1001") "var cwnd 4000"},
    {"unused_cwnd_grows_if_asked", "5681 3.1", "opt cwnd_validation 0;" OPENED("1000") "SEND 1000; < any 1;" ACK("1001")
     "var cwnd 5000"},

    /* --- cork --- */
    {"cork_holds_the_rest", "9293 3.7.4",
     "opt nagle 0;" OPENED("1000") "SET cork 1; SEND 2500 push;" SEG("1") SEG("1001")
     "? HELD_BY_CORK; timer cork 200ms"},
    {"cork_off_sends_it", "9293 3.7.4", "opt nagle 0;" OPENED("1000") "SET cork 1; SEND 500 push; SET cork 0;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=500>; timer cork off"},
    {"cork_off_leaves_it_to_nagle", "9293 3.7.4", OPENED("1000") "SET cork 1; SEND 1500;" SEG("1") "SET cork 0;"
     "? HELD_BY_NAGLE;" ACK("1001") "< <SEQ=1001><ACK=1><CTL=PSH,ACK><LEN=500>"},
    {"cork_gives_way_in_time", "9293 3.7.4", "opt nagle 0;" OPENED("1000") "SET cork 1; SEND 500 push; wait 200ms;"
     "< @200ms <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=500>; ? CORK_OVER"},
    {"cork_gathers", "9293 3.7.4", "opt nagle 0;" OPENED("1000") "SET cork 1; SEND 500 push; SEND 600 push;"
     "< <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=1000>; SET cork 0; < <SEQ=1001><ACK=1><CTL=PSH,ACK><LEN=100>"},
    {"cork_for_ever", "9293 3.7.4",
     "opt cork_timeout 0; opt nagle 0;" OPENED("1000") "SET cork 1; SEND 500 push; wait 100s;"
     "timer cork off; SET cork 0; < <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=500>"},
    {"cork_does_not_hold_a_fin", "9293 3.7.4", OPENED("1000") "SET cork 1; SEND 500; CLOSE;"
     "< <SEQ=1><ACK=1><CTL=FIN,PSH,ACK><LEN=500>"},
    {"cork_of_the_host", "9293 3.7.4",
     "opt cork 1; opt nagle 0;" OPENED("1000") "SEND 500 push; ? HELD_BY_CORK; SET cork 0;"
     "< any 1"},

    /* --- quick ACKs --- */
    {"quickack_acknowledges_at_once", "5681 4.2", "opt quickack 2;" OPENED("1000") GIVE("1") "? ACK_QUICK;"
     "< <SEQ=1><ACK=1001><CTL=ACK>;" GIVE("1001") "< <SEQ=1><ACK=2001><CTL=ACK>;" GIVE("2001") "? ACK_HELD"},
    {"quickack_set_later", "5681 4.2", OPENED("1000") GIVE("1") "? ACK_HELD;" "SET quickack 1; < any *;" GIVE("1001")
     "? ACK_QUICK; < <SEQ=1><ACK=2001><CTL=ACK>;" GIVE("2001") "? ACK_HELD"},
    {"quickack_taken_back", "5681 4.2", "opt quickack 9;" OPENED("1000") "SET quickack 0;" GIVE("1") "? ACK_HELD"},

    /* --- linger --- */
    {"linger_zero_resets", "9293 3.9.1", "opt linger 0;" OPENED("1000") "CLOSE; < <SEQ=1><CTL=RST>; ? RST_LINGER;"
     "= CLOSED; edge EST_ABORT"},
    {"linger_set", "9293 3.9.1",
     OPENED("1000") "SET linger 0; SEND 3000; < any 3; CLOSE; < <SEQ=3001><CTL=RST>; = CLOSED"},
    {"linger_in_close_wait", "9293 3.9.1", "at CLOSE-WAIT; SET linger 0; CLOSE; < <SEQ=1><CTL=RST>; edge CW_ABORT"},
    {"linger_in_syn_received", "9293 3.9.1", "opt linger 0; at SYN-RECEIVED; CLOSE; < <SEQ=1><CTL=RST>; = CLOSED"},
    {"linger_some_time_is_orderly", "9293 3.9.1",
     "opt linger 5;" OPENED("1000") "CLOSE; < <SEQ=1><ACK=1><CTL=FIN,ACK>"},
    {"linger_is_late_after_close", "9293 3.9.1",
     "at FIN-WAIT-1; SET linger 0; CLOSE -> connection closing; = FIN-WAIT-1"},

    /* --- SYN --- */
    {"syn_retries", "9293 3.8.3",
     "mute R1; opt syn_retries 2; OPEN active; < any 1; wait 3s; < any 2; wait 4s; ? SYN_RETRIES;"
     "! connection timed out; = CLOSED"},
    {"syn_retries_of_a_syn_ack", "9293 3.8.3", "mute R1; opt syn_retries 1; at SYN-RECEIVED; wait 1s; < any 1; wait 2s;"
     "! connection timed out; ? SYN_RETRIES"},
    {"syn_retries_are_no_limit_for_text", "9293 3.8.3",
     "mute R1; opt syn_retries 1;" OPENED("1000") "SEND 10 push; < any 1;"
     "wait 20s; < any *; = ESTABLISHED"},
    {"syn_fin_is_taken", "9293 3.10.7.2", "at LISTEN; > <SEQ=0><CTL=FIN,SYN>; < <SEQ=0><ACK=1><CTL=SYN,ACK>"},
    {"syn_fin_is_dropped", "9293 3.10.7.2", "opt drop_syn_fin 1; at LISTEN; > <SEQ=0><CTL=FIN,SYN>; ? SYN_FIN_DROPPED;"
     "reject SYN_FIN; = LISTEN; > <SEQ=0><CTL=SYN>; < any 1"},
    {"syn_fin_is_dropped_everywhere", "9293 3.10.7",
     "opt drop_syn_fin 1; at ESTABLISHED; > <SEQ=1><ACK=1><CTL=FIN,SYN,ACK>;"
     "? SYN_FIN_DROPPED"},

    /* --- RFC 5961, each by itself --- */
    {"rst_check_off_alone", "5961 3.2",
     "opt rfc5961_rst 0; at ESTABLISHED; > <SEQ=5><CTL=RST>; ! connection reset; = CLOSED"},
    {"syn_check_off_alone", "5961 4.2",
     "opt rfc5961_syn 0; at ESTABLISHED; > <SEQ=5><CTL=SYN>; < <SEQ=!0><ACK=6><CTL=RST,ACK>;"
     "! connection reset; = CLOSED"},
    {"ack_check_off_alone", "5961 5.2",
     "opt rfc5961_ack 0; wnd 100; at ESTABLISHED; > <SEQ=1><ACK=!4294901760><CTL=ACK>;"
     "?! CHALLENGE_ACK; ? ACK_OLD"},

    /* --- the window told --- */
    {"window_limit", "9293 3.8.6", "opt window_limit 5000; show wnd; at SYN-SENT; > <SEQ=0><ACK=1><CTL=SYN,ACK>;"
     "! connection established; < <SEQ=1><ACK=1><CTL=ACK><WND=5000>"},
    {"window_limit_is_kept_when_read", "9293 3.8.6",
     "opt window_limit 3000; opt delayed_ack 0; show wnd; at ESTABLISHED;"
     GIVE("1") "< <SEQ=1><ACK=1001><CTL=ACK><WND=2000>; RECEIVE 1000 any; + 1000; " GIVE("1001")
     "< <SEQ=1><ACK=2001><CTL=ACK><WND=3000>"},
    {"shift_that_the_buffer_needs", "7323 2.3", "opt rcv_buffer 262143; opt window_scale -2; show options; OPEN active;"
     "< <SEQ=0><CTL=SYN><MSS=1460><WS=2>"},
    {"shift_that_a_small_buffer_needs", "7323 2.3", "opt window_scale -2; show options; OPEN active;"
     "< <SEQ=0><CTL=SYN><MSS=1460><WS=0>"},
    {"shift_of_the_largest_buffer", "7323 2.3",
     "opt rcv_buffer 1073741823; opt window_scale -2; show options; OPEN active;"
     "< <SEQ=0><CTL=SYN><MSS=1460><WS=14>"},
    {"rcv_buffer_set", "9293 3.8.6", "opt delayed_ack 0; show wnd; at ESTABLISHED; SET rcv_buffer 2000;" GIVE("1")
     "< <SEQ=1><ACK=1001><CTL=ACK><WND=64535>; RECEIVE 1000 any; + 1000; wait 1s"},
    {"snd_buffer_set", "9293 3.9.1", OPENED("1000") "SET snd_buffer 1500; SEND 4000 -> send buffer full; < any *"},
    {"mss_set_caps_what_is_sent", "9293 3.7.1",
     OPENED("1000") "SET mss 600; SEND 1200; < <SEQ=1><ACK=1><CTL=ACK><LEN=600>;"
     "< <SEQ=601><ACK=1><CTL=ACK><LEN=600>"},
    {"keepalive_interval_and_probes_set", "9293 3.8.4", "at ESTABLISHED; SET keepalive 1; SET keepalive_idle 10s;"
     "SET keepalive_interval 2s; SET keepalive_probes 2; wait 12s; < @10s <SEQ=0><ACK=1><CTL=ACK>;"
     "< @12s <SEQ=0><ACK=1><CTL=ACK>; wait 2s; < any 1; ? KEEPALIVE_DEAD; ! connection timed out; = CLOSED"},
    {"a_listeners_settings_are_inherited", "9293 3.9.1",
     "at LISTEN; SET cork 1; SET linger 0; > <SEQ=0><CTL=SYN>; < any 1;"
     "> <SEQ=1><ACK=1><CTL=ACK>; ! connection established; SEND 10 push; ? HELD_BY_CORK; CLOSE; < <SEQ=1><CTL=RST>"},
};
/* clang-format on */

static void settings_are_read_back(struct rig *r)
{
    static const struct {
        enum tcp_setting what;
        int64_t put, got;
    } row[] = {{SET_NAGLE, 0, 0},
               {SET_KEEPALIVE, 1, 1},
               {SET_USER_TIMEOUT, 5 * NS_PER_S, 5 * NS_PER_S},
               {SET_DSCP, 8, 8},
               {SET_R1, 101, 100},
               {SET_R2, 0, NS_PER_MS},
               {SET_REPORTS, 0, 0},
               {SET_KEEPALIVE_IDLE, 0, NS_PER_MS},
               {SET_TTL, 300, 255},
               {SET_KEEPALIVE_INTERVAL, NS_PER_S, NS_PER_S},
               {SET_KEEPALIVE_PROBES, 3, 3},
               {SET_CORK, 1, 1},
               {SET_QUICKACK, 16, 16},
               {SET_LINGER, 7, 7},
               {SET_MSS, 536, 536},
               {SET_RCV_BUFFER, 0, 1},
               {SET_SND_BUFFER, 4096, 4096},
               {SET_SYN_RETRIES, 6, 6}};
    struct tcp_ctx x;

    assert_int_equal(ARRAY_LEN(row), SETTING_COUNT);
    rig_reach(r, TCP_ESTABLISHED);
    x = rig_ctx(r);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int64_t before = tcp_get(&x, NULL, row[i].what);

        assert_int_equal(tcp_get(&x, rig_tcb(r), row[i].what), before);
        assert_int_equal(rig_set(r, row[i].what, row[i].put), RESULT_OK);
        assert_int_equal(tcp_get(&x, rig_tcb(r), row[i].what), row[i].got);
        assert_int_equal(tcp_get(&x, NULL, row[i].what), before);
    }
    rig_skip(r);
}

static void info(struct rig *r)
{
    struct tcp_info_view v;
    struct tcp_ctx x;
    enum tcp_result got;

    rig_script(r, "opt timestamps 0; opt window_scale 2; OPEN active; < any 1; wait 50ms;"
                  "> <SEQ=0><ACK=1><CTL=SYN,ACK><MSS=1000><WS=3>; ! connection established; < any 1");
    rig_send(r, 9000, 0, &got);
    rig_skip(r);
    x = rig_ctx(r);
    tcp_info(&x, rig_tcb(r), &v);
    assert_int_equal(v.state, TCP_ESTABLISHED);
    assert_int_equal(v.ca_state, TCP_CA_OPEN);
    assert_int_equal(v.options, TCP_INFO_WSCALE);
    assert_int_equal(v.snd_wscale, 3);
    assert_int_equal(v.rcv_wscale, 2);
    assert_int_equal(v.srtt, 50 * NS_PER_MS);
    assert_int_equal(v.rto, NS_PER_S);
    assert_int_equal(v.snd_mss, 1000);
    assert_int_equal(v.advmss, 1460);
    assert_int_equal(v.cwnd, 4);
    assert_int_equal(v.cwnd_bytes, 4000);
    assert_int_equal(v.unacked, 4);
    assert_int_equal(v.retrans, 0);
    assert_int_equal(v.notsent_bytes, 5000);
    assert_int_equal(v.rcv_space, 65535);
    rig_script(r, "> <SEQ=1><ACK=1><CTL=ACK>"); /* the window is scaled from now on */
    rig_script(r, "> <SEQ=1><ACK=1><CTL=ACK>");
    tcp_info(&x, rig_tcb(r), &v);
    assert_int_equal(v.ca_state, TCP_CA_DISORDER);
    rig_script(r, "> <SEQ=1><ACK=1><CTL=ACK>; > <SEQ=1><ACK=1><CTL=ACK>; < any *");
    tcp_info(&x, rig_tcb(r), &v);
    assert_int_equal(v.ca_state, TCP_CA_RECOVERY);
    assert_int_equal(v.retrans, 1);
    assert_int_equal(v.lost, 1);
    assert_int_equal(v.ssthresh, 2);
    rig_script(
        r, "> <SEQ=1><ACK=4001><CTL=ACK>; < any *; > <SEQ=1><ACK=5001><CTL=ACK>; < any *; wait 1s; < any *");
    tcp_info(&x, rig_tcb(r), &v);
    assert_int_equal(v.ca_state, TCP_CA_LOSS);
    assert_int_equal(v.retransmits, 1);
    assert_int_equal(v.backoff, 1);
    assert_int_equal(v.bytes_acked, 5000);
}

static const struct rig_test tests[] = {{"settings_are_read_back", settings_are_read_back}, {"info", info}};

int main(void)
{
    return rig_run_all("tcp_data_knobs", rows, ARRAY_LEN(rows), tests, ARRAY_LEN(tests));
}
