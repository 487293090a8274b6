/* sim/lesson: expectations judged over real runs: which hold, and what is said of those that do not. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "models/sim.h"
#include "sim/core/sbuf.h"
#include "sim/lesson/expect.h"

/* Single quotes stand for double ones. Client and server open, exchange ten bytes, and the client closes
 * first; its first FIN is lost. 50 ms each way, 20 ms to think, no delayed ACK. */
#define LESSON                                                                                               \
    "{'format':'tcplab-lesson','version':1,'title':'t',"                                                     \
    "'defaults':{'processing_delay':'20ms','tcp':{'msl':'30s','iss':4294967290,'delayed_ack':'0s'}},"        \
    "'hosts':[{'name':'client'},{'name':'server'},{'name':'peer'}],"                                         \
    "'links':[{'between':['client','server'],'delay':'50ms'},{'between':['peer','server'],'delay':'10ms'}]," \
    "'symbols':{'u':{'from':'client','flags':'FIN'}},"                                                       \
    "'faults':[{'drop':{'from':'client','flags':'FIN','nth':1},'name':'lost FIN'}],"                         \
    "'apps':[{'host':'server','name':'web','script':[{'do':'listen','port':80},{'when':'closing','after':'"  \
    "100ms','do':'close'}]},"                                                                                \
    "{'host':'client','script':[{'at':'1s','do':'open','to':'server','port':80},"                            \
    "{'when':'established','do':'send','text':'0123456789'},{'when':'acked','do':'close'}]}],"               \
    "'raw':[{'host':'peer','port':9,'peer':'server','peer_port':81,'script':[{'at':'5s','send':{'flags':'"   \
    "SYN','seq':0}},"                                                                                        \
    "{'expect':{'flags':'RST,ACK','ack':1},'within':'1s'}%s]}],"                                             \
    "'expect':[%s]}"

static const struct {
    const char *expect;
    const char *says; /* NULL: it holds; else a part of the message */
} rows[] = {
    /* states */
    {"'states':['SYN-SENT','ESTABLISHED','FIN-WAIT-1','FIN-WAIT-2','TIME-WAIT','CLOSED'],'host':'client','"
     "exact':true",
     NULL},
    {"'states':['CLOSED','SYN-SENT','ESTABLISHED','FIN-WAIT-1','FIN-WAIT-2','TIME-WAIT','CLOSED'],'host':'"
     "client','exact':true",
     NULL},
    {"'states':['ESTABLISHED','TIME-WAIT'],'host':'client'", NULL},
    {"'states':['ESTABLISHED','TIME-WAIT'],'host':'client','exact':true",
     "expected exactly the states ESTABLISHED, TIME-WAIT\nconnection 2 of client went through CLOSED, "
     "SYN-SENT (1s), ESTABLISHED"},
    {"'states':['TIME-WAIT','ESTABLISHED'],'host':'client'",
     "expected, in this order, the states TIME-WAIT, ESTABLISHED"},
    {"'states':['SYN-RECEIVED','ESTABLISHED','CLOSE-WAIT','LAST-ACK','CLOSED'],'host':'server','exact':true",
     NULL},
    {"'states':['SYN-RECEIVED','ESTABLISHED','CLOSE-WAIT','LAST-ACK','CLOSED'],'app':'web','exact':true",
     NULL},
    {"'states':['LISTEN'],'host':'server','listener':true", NULL},
    {"'states':['ESTABLISHED'],'host':'server','conn':2", "there was no connection number 2 of this kind"},
    {"'states':['ESTABLISHED','CLOSING'],'host':'client'", "FIN-WAIT-1"},
    /* final */
    {"'final':{'client':'CLOSED','server':'LISTEN'}", NULL},
    {"'final':{'server':'CLOSED'}", NULL},
    {"'final':{'client':'LISTEN'}", "expected client to end in LISTEN; all its connections are CLOSED"},
    {"'final':{'client':'TIME-WAIT','server':'ESTABLISHED'}",
     "expected client to end in TIME-WAIT; all its connections are CLOSED\n"
     "expected server to end in ESTABLISHED; all its connections are CLOSED, one listens"},
    /* segments */
    {"'segments':[{'from':'client','flags':'SYN','seq':0},{'flags':'SYN,ACK','seq':0,'ack':1},{'flags':'PSH,"
     "ACK',"
     "'seq':1,'ack':1}]",
     NULL},
    {"'segments':[{'from':'client','flags':'SYN'},{'from':'client','flags':'SYN'}]",
     "segment 2 of 2, {\"from\":\"client\",\"flags\":\"SYN\"}, did not come after the one before it; what "
     "came was:\n"
     "  1.07s server > client SYN,ACK seq=0 ack=1 win=65535 len=0"},
    {"'segments':[{'flags':'FIN,ACK','from':'client','seq':11,'lost':true},{'flags':'FIN,ACK','from':'client'"
     ",'seq':'u',"
     "'retransmission':true,'lost':false},{'from':'server','flags':'ACK','ack':'u+1'}],'where':{'not_flags':'"
     "SYN'}",
     NULL},
    {"'segments':[{'from':'client'},{'from':'server'}],'where':{'flags':'SYN','port':80},'exact':true", NULL},
    {"'segments':[{'from':'client'}],'where':{'flags':'SYN','port':80},'exact':true",
     "after the last of 1 segments no more were expected, but there came:\n  1.07s server > client SYN,ACK"},
    {"'segments':[{'from':'client'},{'from':'server','ack':2}],'where':{'flags':'SYN','port':80},'exact':"
     "true",
     "was expected here; what came differs in ack:\n  1.07s server > client SYN,ACK seq=0 ack=1"},
    {"'segments':[{'from':'client','flags':'PSH,ACK','len':10,'text':'0123456789'}]", NULL},
    {"'segments':[{'from':'client','flags':'PSH,ACK','len':10,'text':'012345678X'}]",
     "did not come; what came was:"},
    {"'segments':[{'from':'client','flags':'SYN','absolute_seq':4294967290,'mss':1460,'window_scale':null,'"
     "at':'1s'}]",
     NULL},
    /* counts */
    {"'count':{'flags':'FIN','from':'client'},'is':2", NULL},
    {"'count':{'flags':'FIN','from':'client'},'is':1",
     "expected 1, found 2; of the segments that could be meant there came:\n  1s client > server SYN"},
    {"'count':{'retransmission':true},'min':1,'max':1", NULL},
    {"'count':{'lost':true},'min':2", "expected at least 2, found 1"},
    {"'count':{'data':true},'max':0", "expected at most 0, found 1"},
    /* times */
    {"'time':{'state':'ESTABLISHED','host':'client'},'is':'1.12s'", NULL},
    {"'time':{'state':'ESTABLISHED','host':'client'},'min':'2s','max':'3s'",
     "expected from 2s to 3s, found 1.12s"},
    {"'time':{'segment':{'flags':'SYN,ACK'}},'since':{'segment':{'flags':'SYN'}},'is':'70ms'", NULL},
    {"'time':{'segment':{'flags':'SYN'}},'since':{'segment':{'flags':'FIN'}},'max':'1s'",
     "before what \"since\" counts from"},
    {"'time':{'segment':{'flags':'FIN','from':'client'},'nth':2},'since':{'segment':{'flags':'FIN','from':'"
     "client'}},'min':'1s'",
     NULL},
    {"'time':{'segment':{'flags':'FIN','from':'client'},'nth':3},'max':'1h'", "this happened 2 times only"},
    {"'time':{'state':'CLOSING'},'max':'1h'", "this did not happen; of that kind there was:"},
    {"'time':{'state':'CLOSED','host':'client'},'since':{'state':'TIME-WAIT','host':'client'},'is':'1min'",
     NULL},
    /* bytes */
    {"'delivered':'server','is':10", NULL},
    {"'delivered':'server','text':'0123456789'", NULL},
    {"'delivered':'server','app':'web','conn':1,'hex':'30 31 32 33 34 35 36 37 38 39'", NULL},
    {"'delivered':'server','is':'1kB'", "bytes delivered to server: expected 1000, found 10"},
    {"'delivered':'server','text':'0123X56789'", "it differs from byte 4 on"},
    {"'delivered':'server','text':'01234'", "expected a text of 5, found 10"},
    {"'delivered':'client','is':0", NULL},
    /* other events */
    {"'signal':'connection closing','host':'server'", NULL},
    {"'signal':'connection refused'", "expected at least 1, found 0; of that kind there was:"},
    {"'edge':'est-close','host':'client','is':1", NULL},
    {"'edge':'open-passive','host':'server'", NULL},
    {"'edge':'fw1-fin','is':0", NULL},
    {"'clause':'retransmit','host':'client','is':1", NULL},
    {"'timer':'retransmission','op':'fired','host':'client','is':1", NULL},
    {"'timer':'persist'", "expected at least 1, found 0"},
    {"'drop':'fault','is':1", NULL},
    {"'call':'CLOSE','result':'ok','host':'client'", NULL},
    {"'call':'ABORT'", "found 0"},
    {"'reject':'outside the window','is':0", NULL},
    {"'end':'nothing left to happen'", NULL},
    {"'end':'until'", "nothing left to happen"},
    /* variables */
    {"'var':'snd_una','host':'client','is':12", NULL},
    {"'var':'snd_nxt','host':'client','at':'1.1s','is':1", NULL},
    {"'var':'iss','host':'client','is':4294967290", NULL},
    {"'var':'rto','host':'client','at':'ever','min':'1s','max':'1s'", NULL},
    {"'var':'cwnd','host':'client','at':'always','min':1", NULL},
    {"'var':'cwnd','host':'client','at':'ever','min':'1MB'",
     "expected at least 1000000 at some time; the last value"},
    {"'var':'snd_una','host':'client','is':1", "expected 1, found 12 since"},
    {"'var':'cwnd','host':'peer','is':1", "there was no such connection"},
    /* raw peers */
    {"'script':'ok'", NULL},
    {"'script':'ok','host':'peer'", NULL},
};

struct run {
    struct lesson *l;
    struct world w;
    struct log log;
    struct grade g;
};

static size_t size_of_record(const struct rec_head *r)
{
    return rec_size(r->kind);
}

/* Runs the lesson with these expectations (and more steps of the raw peer) and judges it. kinds 0: all
 * records. */
static void run(struct run *r, const char *steps, const char *expect, bool only_needed)
{
    char text[8192], said[DIAG_TEXT_MAX];
    struct diag d;

    snprintf(text, sizeof text, LESSON, steps, expect);
    for (char *s = text; *s; s++) {
        if (*s == '\'')
            *s = '"';
    }
    diag_clear(&d);
    r->l = lesson_parse("x.json", text, strlen(text), NULL, 0, &d);
    if (!r->l) {
        diag_format(&d, said, sizeof said);
        fail_msg("%s", said);
    }
    assert_true(sim_init(&r->w, &r->l->scenario));
    log_init(&r->log, only_needed ? lesson_grade_kinds(r->l) : UINT64_MAX, size_of_record);
    trace_add_sink(&r->w.trace, log_sink(&r->log));
    sim_run(&r->w, VTIME_NEVER);
    lesson_grade(r->l, &r->log, &r->g);
}

static void release(struct run *r)
{
    grade_free(&r->g);
    log_free(&r->log);
    world_free(&r->w);
    lesson_free(r->l);
}

static void each_row(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (int only_needed = 0; only_needed < 2; only_needed++) {
            char expect[512];
            const char *says;
            struct run r;

            snprintf(expect, sizeof expect, "{%s}", rows[i].expect);
            run(&r, "", expect, only_needed);
            assert_int_equal(r.g.n, 1);
            says = r.g.result[0].message;
            if (r.g.failed != (rows[i].says != NULL) || r.g.result[0].ok != !rows[i].says ||
                (rows[i].says && !strstr(says, rows[i].says))) {
                print_message("%s%s\n  expected: %s\n  found: %s\n", rows[i].expect,
                              only_needed ? " (needed records only)" : "",
                              rows[i].says ? rows[i].says : "that it holds", says ? says : "that it holds");
                wrong++;
            }
            release(&r);
        }
    }
    assert_int_equal(wrong, 0);
}

/* A raw peer's unmet expectation fails the run by itself, and is reported where it stands. */
static void raw_peer(void **state)
{
    struct sbuf b = SBUF_INIT;
    struct run r;

    (void)state;
    run(&r, ",{'silence':'1s'},{'expect':{'flags':'SYN'},'within':'10ms'}",
        "{'script':'ok'},{'final':{'client':'CLOSED'}}", false);
    assert_int_equal(r.g.n, 3);
    assert_int_equal(r.g.failed, 2);
    assert_string_equal(r.g.result[0].message, "2 of 3 expectations of raw peer peer were met");
    assert_true(r.g.result[1].ok);
    assert_string_equal(r.g.result[2].pointer, "/raw/0/script/3");
    assert_string_equal(r.g.result[2].kind, "script");
    assert_non_null(r.g.result[2].message);
    assert_string_equal(r.g.result[1].title, "final");
    assert_string_equal(r.g.result[1].pointer, "/expect/1");
    grade_format(&r.g.result[0], &b);
    assert_memory_equal(sbuf_str(&b), "x.json:1:", 9);
    assert_non_null(
        strstr(sbuf_str(&b), "script ok: 2 of 3 expectations of raw peer peer were met (at /expect/0)\n"));
    sbuf_free(&b);
    release(&r);
}

/* Moments: by time, and by what happens. */
static void moments(void **state)
{
    struct lesson_moment by_time = {.at = NS_PER_S}, never = {.at = 1000 * NS_PER_S};
    const struct rec_head *h;
    struct run r;

    (void)state;
    run(&r, "", "", false);
    h = log_find(&r.log, lesson_moment_record(r.l, &by_time, &r.log));
    assert_non_null(h);
    assert_int_equal(h->at, NS_PER_S);
    assert_int_equal(lesson_moment_record(r.l, &never, &r.log), 0);
    release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row),
        cmocka_unit_test(raw_peer),
        cmocka_unit_test(moments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
