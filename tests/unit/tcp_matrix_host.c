/* What RFC 9293 asks of TCP together with its host and IP: addresses, checksums, options on the wire, initial
 * sequence numbers, ICMP errors finding their connection. Each row is a lesson; a raw peer is the other side.
 */
#define _GNU_SOURCE /* asprintf */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/record.h"
#include "sim/core/sbuf.h"
#include "sim/lesson/expect.h"
#include "sim/run/session.h"

/* Single quotes stand for double ones. a and b have TCP, p is written by hand. */
#define START                                                                                                \
    "{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{%s}},"                    \
    "{'name':'b','tcp':{%s}},{'name':'p'}],"                                                                 \
    "'links':[{'between':['a','b'],'delay':'10ms'},{'between':['p','b'],'delay':'10ms'},"                    \
    "{'between':['a','p'],'delay':'10ms'}],"
#define LISTENS "'apps':[{'host':'b','script':[{'do':'listen','port':80}]}],"
#define OPENS_TO_P(more) "'apps':[{'host':'a','script':[{'do':'open','to':'p','port':80" more "}"
#define RAW_TO_B(script) "'raw':[{'host':'p','port':5,'peer':'b','peer_port':80,'script':[" script "]}],"
#define RAW_FROM_A(script) "'raw':[{'host':'p','port':80,'iss':1000,'script':[" script "]}],"
#define HANDSHAKE "{'send':{'flags':'SYN'}},{'expect':{'flags':'SYN,ACK'}},{'send':{'flags':'ACK'}},"
#define ANSWER_SYN "{'expect':{'flags':'SYN'}},{'send':{'flags':'SYN,ACK'}},{'expect':{'flags':'ACK'}},"
#define SCRIPT_OK "'expect':[{'script':'ok'}]}"

struct row {
    const char *name, *section;
    const char *a, *b; /* options */
    const char *rest;
};

/* clang-format off */
static const struct row rows[] = {
    /* --- checksums (MUST-2, MUST-3) --- */
    {"checksum_wrong_is_dropped", "9293 3.1", "", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','seq':0,'bad_checksum':true}},{'silence':'3s'},"
         "{'send':{'flags':'SYN','seq':0}},{'expect':{'flags':'SYN,ACK'}}")
     "'expect':[{'script':'ok'},{'drop':'bad checksum','is':1}]}"},
    {"checksum_catches_a_flipped_bit", "9293 3.1", "", "",
     "'apps':[{'host':'b','script':[{'do':'listen','port':80},{'when':'closing','do':'close'}]},"
     "{'host':'a','script':[{'do':'open','to':'b','port':80},{'when':'established','do':'send',"
     "'text':'unharmed'},{'when':'acked','do':'close'}]}],'faults':[{'corrupt':{'from':'a',"
     "'data':true,'nth':1},'bit':170}],'expect':[{'delivered':'b','text':'unharmed'},"
     "{'drop':'bad checksum','is':1},{'count':{'from':'a','retransmission':true},'is':1}]}"},

    /* --- addresses --- */
    {"syn_from_multicast_ignored", "9293 3.9.2.3", "", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','seq':0,'from':'224.0.0.5'}},{'silence':'3s'}")
     "'expect':[{'script':'ok'},{'reject':'invalid address','is':1},{'clause':'syn-bad-source','is':1},"
     "{'count':{'from':'b'},'is':0}]}"},
    {"syn_from_broadcast_ignored", "9293 3.9.2.3", "", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','seq':0,'from':'255.255.255.255'}},{'silence':'3s'}")
     "'expect':[{'script':'ok'},{'reject':'invalid address','is':1},{'count':{'from':'b'},'is':0}]}"},
    {"syn_to_multicast_discarded", "9293 3.9.2.3", "", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','seq':0,'to':'224.0.0.5'}},{'silence':'3s'}")
     "'expect':[{'script':'ok'},{'count':{'from':'b'},'is':0},{'count':{'from':'a'},'is':0}]}"},
    {"syn_to_broadcast_discarded", "9293 3.9.2.3", "", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','seq':0,'to':'255.255.255.255'}},{'silence':'3s'}")
     "'expect':[{'script':'ok'},{'count':{'from':'b'},'is':0},{'count':{'from':'a'},'is':0}]}"},
    {"open_to_broadcast_refused", "9293 3.9.1.1", "", "",
     "'apps':[{'host':'a','script':[{'do':'open','to':'255.255.255.255','port':80}]}],"
     "'expect':[{'call':'OPEN','result':'invalid remote address','is':1},{'count':{},'is':0}]}"},
    {"open_to_multicast_refused", "9293 3.9.1.1", "", "",
     "'apps':[{'host':'a','script':[{'do':'open','to':'224.0.0.9','port':80}]}],"
     "'expect':[{'call':'OPEN','result':'invalid remote address','is':1},{'count':{},'is':0}]}"},
    {"open_names_local_address", "9293 3.9.1.1", "", "",
     "'apps':[{'host':'b','script':[{'do':'open','to':'p','port':80,'family':6,'from':'2001:db8::2',"
     "'local_port':7}]}],"
     RAW_FROM_A("{'expect':{'flags':'SYN','from':'2001:db8::2','sport':7}}")
     SCRIPT_OK},
    {"listen_names_local_address", "9293 3.9.1.1", "", "",
     "'apps':[{'host':'b','script':[{'do':'listen','port':80,'family':6,'from':'2001:db8::2'}]}],"
     RAW_TO_B("{'send':{'flags':'SYN','seq':0}},{'expect':{'flags':'RST,ACK','from':'10.0.0.2'}},"
         "{'send':{'flags':'SYN','seq':0,'from':'2001:db8::3','to':'2001:db8::2'}},"
         "{'expect':{'flags':'SYN,ACK','from':'2001:db8::2'}}")
     SCRIPT_OK},
    {"open_from_a_strange_address_refused", "9293 3.9.1.1", "", "",
     "'apps':[{'host':'b','script':[{'do':'open','to':'p','port':80,'from':'10.0.0.1'}]}],"
     "'expect':[{'call':'OPEN','result':'invalid remote address','is':1},{'count':{},'is':0}]}"},
    {"open_lets_ip_choose_source", "9293 3.9.1.1", "", "",
     OPENS_TO_P("") ",{'when':'established','do':'send','text':'x'}]}],"
     RAW_FROM_A("{'expect':{'flags':'SYN','from':'10.0.0.1'}},{'send':{'flags':'SYN,ACK'}},"
         "{'expect':{'flags':'PSH,ACK','from':'10.0.0.1'}}")
     SCRIPT_OK},
    {"source_stays_that_of_the_connection", "9293 3.9.1.1", "", "",
     "'apps':[{'host':'b','script':[{'do':'listen','port':80},{'when':'established','do':'send',"
     "'text':'x'}]}],"
     RAW_TO_B("{'send':{'flags':'SYN','seq':0}},{'expect':{'flags':'SYN,ACK','from':'10.0.0.2'}},"
         "{'send':{'flags':'ACK'}},{'expect':{'flags':'PSH,ACK','from':'10.0.0.2'},'within':'1s'}")
     SCRIPT_OK},

    /* --- several connections at one port (MUST-41, MUST-42) --- */
    {"listen_goes_on_beside_connections", "9293 3.9.1.1", "", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','seq':0,'sport':5}},{'expect':{'flags':'SYN,ACK'}},"
         "{'send':{'flags':'ACK','seq':1,'ack':1,'sport':5}},{'send':{'flags':'SYN','seq':0,"
         "'sport':6}},{'expect':{'flags':'SYN,ACK'}},{'send':{'flags':'SYN','seq':0,'sport':7}},"
         "{'expect':{'flags':'SYN,ACK'}},{'send':{'flags':'RST','seq':1,'ack':1,'sport':7}}")
     "'until':'500ms','expect':[{'script':'ok'},{'edge':'listen-syn','is':3},{'states':['LISTEN'],"
     "'host':'b','listener':true,'exact':true},{'states':['SYN-RECEIVED','ESTABLISHED'],'host':'b',"
     "'conn':1}]}"},
    {"listen_leaves_others_alone", "9293 3.9.1.1", "", "",
     "'apps':[{'host':'b','name':'first','script':[{'do':'listen','port':80}]},{'host':'b',"
     "'name':'second','script':[{'at':'1s','do':'listen','port':81}]},{'host':'b','name':'third',"
     "'script':[{'at':'1s','do':'listen','port':80}]}],"
     RAW_TO_B(HANDSHAKE
         "{'at':'2s','send':{'flags':'PSH,ACK','text':'hello'}},{'expect':{'flags':'ACK','ack':6},"
         "'within':'1s'},{'send':{'flags':'SYN','absolute_seq':0,'sport':9,'dport':81}},"
         "{'expect':{'flags':'SYN,ACK'}}")
     "'until':'4s','expect':[{'script':'ok'},{'delivered':'b','text':'hello'},{'call':'OPEN',"
     "'result':'connection already exists','is':1}]}"},

    /* --- IP: TTL and Diffserv --- */
    {"ttl_on_the_wire", "9293 3.9.2", "'ttl':9", "",
     OPENS_TO_P("") "]}],"
     RAW_FROM_A("{'expect':{'flags':'SYN','ttl':9}}")
     SCRIPT_OK},
    {"diffserv_on_the_wire", "9293 3.9.1.9", "'dscp':10", "",
     OPENS_TO_P("")
     ",{'when':'established','do':'set','setting':'dscp','value':46},{'do':'send','text':'x'}]}],"
     RAW_FROM_A("{'expect':{'flags':'SYN','tos':40}},{'send':{'flags':'SYN,ACK'}},{'expect':{'flags':'PSH,"
         "ACK','tos':184}}")
     SCRIPT_OK},

    /* --- options on the wire --- */
    {"options_in_any_segment", "9293 3.1", "", "",
     LISTENS
     RAW_TO_B(HANDSHAKE "{'send':{'flags':'PSH,ACK','text':'hello','options':{'mss':100,'window_scale':3,"
         "'timestamps':true}}},{'expect':{'flags':'ACK','ack':6,'options':{}}}")
     "'expect':[{'script':'ok'},{'delivered':'b','text':'hello'}]}"},
    {"options_unknown_ignored", "9293 3.1", "", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','options_hex':'fe06aabbccdd0101'}},{'expect':{'flags':'SYN,ACK'}},"
         "{'send':{'flags':'ACK'}},{'send':{'flags':'PSH,ACK','text':'hello',"
         "'options_hex':'fd02fe040000 0000'}},{'expect':{'flags':'ACK','ack':6}}")
     "'expect':[{'script':'ok'},{'delivered':'b','text':'hello'}]}"},
    {"options_misaligned", "9293 3.2", "'mtu':1500", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','options_hex':'010204 0320 000000'}},{'expect':{'flags':'SYN,ACK'}},"
         "{'send':{'flags':'ACK'}}") "'expect':[{'script':'ok'},{'var':'snd_mss','host':'b','is':800}]}"},
    {"options_behind_eol_ignored", "9293 3.1", "", "",
     LISTENS
     RAW_TO_B("{'send':{'flags':'SYN','options_hex':'00020403 20000000'}},{'expect':{'flags':'SYN,ACK'}},"
         "{'send':{'flags':'ACK'}}") "'expect':[{'script':'ok'},{'var':'snd_mss','host':'b','is':536}]}"},
    {"options_illegal_length_resets", "9293 3.1", "", "",
     LISTENS
     RAW_TO_B(HANDSHAKE "{'send':{'flags':'ACK','options_hex':'02000000'}},{'expect':{'flags':'RST'}}")
     "'expect':[{'script':'ok'},{'reject':'illegal option length','is':1},"
     "{'signal':'connection reset','host':'b','is':1}]}"},
    {"options_padded_with_zeros", "9293 3.1", "'window_scale':2", "",
     OPENS_TO_P("") "]}],"
     RAW_FROM_A("{'expect':{'flags':'SYN','options':{'mss':1460,'window_scale':2}}}")
     SCRIPT_OK},
    {"malformed_dropped", "9293 3.1", "", "",
     LISTENS
     RAW_TO_B("{'send':{'segment_hex':'00050050000000000000000010020000'}},{'silence':'2s'}")
     "'expect':[{'script':'ok'},{'drop':'malformed','is':1}]}"},

    /* --- RFC 5961 section 7, counted for the host --- */
    {"challenges_throttled", "5961 7", "", "'challenge_ack_limit':2,'challenge_ack_interval':'5s'",
     LISTENS
     RAW_TO_B(HANDSHAKE "{'at':'1s','send':{'flags':'SYN','seq':1}},{'expect':{'flags':'ACK'}},"
         "{'send':{'flags':'SYN','seq':1}},{'expect':{'flags':'ACK'}},{'send':{'flags':'SYN',"
         "'seq':1}},{'silence':'1s'},{'at':'6s','send':{'flags':'SYN','seq':1}},"
         "{'expect':{'flags':'ACK'}}")
     "'until':'10s','expect':[{'script':'ok'},{'clause':'challenge-throttled','is':1}]}"},

    /* --- TIME-WAIT reused through the listener (MAY-2) --- */
    {"time_wait_gives_way_to_a_new_syn", "9293 3.6.1", "", "'time_wait_reuse':true",
     "'apps':[{'host':'b','script':[{'do':'listen','port':80},{'when':'established','do':'close'}]}],"
     RAW_TO_B("{'send':{'flags':'SYN','seq':0}},{'expect':{'flags':'SYN,ACK'}},{'send':{'flags':'ACK',"
         "'seq':1,'ack':1}},{'expect':{'flags':'FIN,ACK'}},{'send':{'flags':'FIN,ACK','seq':1,"
         "'ack':2}},{'expect':{'flags':'ACK','ack':2}},{'after':'1s','send':{'flags':'SYN',"
         "'seq':1000}},{'expect':{'flags':'SYN,ACK','ack':1001}}")
     "'until':'3s','expect':[{'script':'ok'},{'edge':'time-wait-reuse','is':1},{'edge':'listen-syn',"
     "'is':2}]}"},
    {"time_wait_reuse_begins_above_what_was_sent", "9293 3.6.1", "",
     "'time_wait_reuse':true,'iss':300,'iss_step':1",
     "'apps':[{'host':'b','script':[{'do':'listen','port':80},{'when':'established','do':'send',"
     "'bytes':500},{'do':'close'}]}],"
     RAW_TO_B("{'send':{'flags':'SYN','seq':0}},{'expect':{'flags':'SYN,ACK'}},{'send':{'flags':'ACK',"
         "'seq':1,'ack':1}},{'expect':{'flags':'PSH,ACK'}},{'expect':{'flags':'FIN,ACK','absolute_seq':801}},"
         "{'send':{'flags':'FIN,ACK','seq':1,'ack':502}},{'expect':{'flags':'ACK','ack':2}},"
         "{'after':'1s','send':{'flags':'SYN','seq':1000}},"
         "{'expect':{'flags':'SYN,ACK','absolute_seq':803,'ack':1001}}")
     "'until':'3s','expect':[{'script':'ok'},{'edge':'time-wait-reuse','is':1}]}"},
    {"time_wait_refuses_an_old_syn", "9293 3.6.1", "", "'time_wait_reuse':true",
     "'apps':[{'host':'b','script':[{'do':'listen','port':80},{'when':'established','do':'close'}]}],"
     RAW_TO_B("{'send':{'flags':'SYN','seq':0}},{'expect':{'flags':'SYN,ACK'}},{'send':{'flags':'ACK',"
         "'seq':1,'ack':1}},{'expect':{'flags':'FIN,ACK'}},{'send':{'flags':'FIN,ACK','seq':1,"
         "'ack':2}},{'expect':{'flags':'ACK','ack':2}},{'after':'1s','send':{'flags':'SYN','seq':0}},"
         "{'expect':{'flags':'ACK','ack':2}}")
     "'until':'3s','expect':[{'script':'ok'},{'edge':'time-wait-reuse','is':0}]}"},

    /* --- ICMP errors find their connection (MUST-54) --- */
    {"icmp_reaches_its_connection", "9293 3.9.2.2", "", "",
     "'apps':[{'host':'a','name':'one','script':[{'do':'open','to':'p','port':80}]},{'host':'a',"
     "'name':'two','script':[{'at':'1s','do':'open','to':'p','port':80}]}],"
     RAW_FROM_A("{'expect':{'flags':'SYN'}},{'at':'500ms','icmp':{'type':'host unreachable'}}")
     "'until':'3s','expect':[{'script':'ok'},{'signal':'soft error','app':'one','is':1},"
     "{'signal':'soft error','app':'two','is':0},{'states':['SYN-SENT'],'app':'one'}]}"},
    {"icmp_hard_error_aborts", "9293 3.9.2.2", "", "",
     OPENS_TO_P("") "]}],"
     RAW_FROM_A("{'expect':{'flags':'SYN'}},{'icmp':{'type':'port unreachable'}}")
     "'expect':[{'script':'ok'},{'signal':'hard error','host':'a','is':1},{'final':{'a':'CLOSED'}}]}"},
    {"icmp_source_quench_is_discarded", "9293 3.9.2.2", "", "",
     OPENS_TO_P("") "]}],"
     RAW_FROM_A(ANSWER_SYN "{'icmp':{'type':'source quench'}}")
     "'until':'3s','expect':[{'script':'ok'},{'signal':'soft error','is':0},"
     "{'final':{'a':'ESTABLISHED'}}]}"},

    /* --- crash and reboot: figure 10 --- */
    {"segment_for_nobody_is_reset", "9293 3.5.1", "", "",
     RAW_TO_B("{'send':{'flags':'ACK','seq':7,'absolute_ack':5,'text':'x'}},{'expect':{'flags':'RST'}},"
         "{'send':{'flags':'RST','seq':7}},{'silence':'1s'}")
     SCRIPT_OK},
};
/* clang-format on */

/* --- running --- */

static struct lesson *load(const struct row *row)
{
    char *text, *filled;
    struct diag d = {0};

    assert_true(asprintf(&text, START "%s", row->a, row->b, row->rest) > 0);
    filled = text;
    for (char *p = filled; *p; p++)
        if (*p == '\'')
            *p = '"';
    struct lesson *l = lesson_parse(row->name, filled, strlen(filled), NULL, 0, &d);
    if (!l)
        fail_msg("%s: %d:%d: %s: %.60s", row->name, d.line, d.column, d.message,
                 filled + max_i64(d.column - 20, 0));
    free(text);
    return l;
}

static void run_row(void **state)
{
    const struct row *row = *state;
    struct lesson *l = load(row);
    struct session *s = session_open(l, &(struct session_options){.kinds = 0});
    struct grade g;
    struct sbuf b = {0};

    session_finish(s, &g);
    for (size_t i = 0; i < g.n; i++)
        if (!g.result[i].ok)
            grade_format(&g.result[i], &b);
    size_t failed = g.failed;
    if (failed)
        print_error("%s (RFC %s):\n%s\n", row->name, row->section, sbuf_str(&b));
    sbuf_free(&b);
    grade_free(&g);
    session_close(s);
    lesson_free(l);
    assert_int_equal(failed, 0);
}

/* --- initial sequence numbers (MUST-8, SHLD-1, MUST-9) --- */

enum { SYNS = 4 };

/* The numbers of the SYNs that a lesson's host a sends, in order. */
static size_t syn_numbers(const char *apps, uint64_t seed, uint32_t out[SYNS])
{
    const struct row row = {.name = "isn", .a = "", .b = "", .rest = apps};
    struct lesson *l = load(&row);
    struct session *s = session_open(l, &(struct session_options){.has_seed = true, .seed = seed});
    size_t n = 0;

    session_run_until(s, VTIME_NEVER);
    for (size_t i = 0; i < log_count(session_log(s)) && n < SYNS; i++) {
        const struct rec_head *h = log_at(session_log(s), i);
        const struct rec_send *r = (const struct rec_send *)(const void *)h;

        if (h->kind == REC_SEND && h->host == 1 && r->ctl == TCP_SYN && r->retx_of == 0)
            out[n++] = r->seq.v;
    }
    session_close(s);
    lesson_free(l);
    return n;
}

#define TWICE(port)                                                                                          \
    "'apps':[{'host':'a','name':'x','script':[{'do':'open','to':'b','port':80,'local_port':7}]},"            \
    "{'host':'a','name':'y','script':[{'at':'1s','do':'open','to':'b','port':80,'local_port':" #port "}]}]," \
    "'expect':[]}"

/* The same two sockets a second later: the clock has ticked 250,000 times. */
static void isn_is_clock_driven(void **state)
{
    uint32_t n[SYNS];

    (void)state;
    assert_int_equal(syn_numbers(TWICE(7), 5, n), 2);
    assert_int_equal(n[1] - n[0], 250000);
}

static void isn_differs_by_sockets(void **state)
{
    uint32_t n[SYNS];

    (void)state;
    assert_int_equal(syn_numbers(TWICE(8), 5, n), 2);
    assert_int_not_equal(n[1] - n[0], 250000);
}

/* The key comes from the seed: who does not know it cannot compute the number. */
static void isn_depends_on_the_secret(void **state)
{
    uint32_t one[SYNS], other[SYNS], again[SYNS];

    (void)state;
    assert_int_equal(syn_numbers(TWICE(7), 5, one), 2);
    assert_int_equal(syn_numbers(TWICE(7), 6, other), 2);
    assert_int_equal(syn_numbers(TWICE(7), 5, again), 2);
    assert_int_not_equal(one[0], other[0]);
    assert_int_equal(one[0], again[0]);
}

int main(void)
{
    static const struct CMUnitTest isn[] = {cmocka_unit_test(isn_is_clock_driven),
                                            cmocka_unit_test(isn_differs_by_sockets),
                                            cmocka_unit_test(isn_depends_on_the_secret)};
    struct CMUnitTest list[ARRAY_LEN(rows) + ARRAY_LEN(isn)];
    struct row copy[ARRAY_LEN(rows)];

    memcpy(copy, rows, sizeof copy);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        list[i] = (struct CMUnitTest){.name = rows[i].name, .test_func = run_row, .initial_state = &copy[i]};
    memcpy(list + ARRAY_LEN(rows), isn, sizeof isn);
    return _cmocka_run_group_tests("tcp_matrix_host", list, ARRAY_LEN(list), NULL, NULL);
}
