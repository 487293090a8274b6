/* sim/lesson: what the loader says of bad lessons, word for word, with line, column and pointer; and what
 * --set does. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/core/sbuf.h"
#include "sim/lesson/lesson.h"

/* Single quotes stand for double ones in the texts below. */
struct row {
    const char *text, *says;
};

static const struct row wholes[] = {
    {"", "1:1: the text is empty; expected a value"},
    {"[]", "1:1: expected an object, found an array"},
    {"'lesson'", "1:1: expected an object, found a string \"lesson\""},
    {"{}", "1:1: the key \"format\" is missing"},
    {"{'format':'tcplab-trace'}", "1:11: this is no lesson: expected \"tcplab-lesson\" (at /format)"},
    {"{'format':'tcplab-lesson'}", "1:1: the key \"version\" is missing"},
    {"{'format':'tcplab-lesson','version':2}",
     "1:37: expected 1, the only version of the format that there is (at /version)"},
    {"{'format':'tcplab-lesson','version':1}", "1:1: the key \"title\" is missing"},
    {"{'format':'tcplab-lesson','version':1,'title':'t'}", "1:1: the key \"hosts\" is missing"},
    {"{'format':'tcplab-lesson','version':1,'title':'','hosts':[{'name':'a'}]}",
     "1:47: expected some text, found \"\" (at /title)"},
    {"{'format':'tcplab-lesson','version':1,'title':{'zh-Hant':'x'},'hosts':[{'name':'a'}]}",
     "1:47: the key \"en\" is missing (at /title)"},
    {"{'format':'tcplab-lesson','version':1,'title':7,'hosts':[{'name':'a'}]}",
     "1:47: expected a text, or an object with \"en\" and \"zh-Hant\", found a number (at /title)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[]}",
     "1:59: too few hosts: expected at least 1, found 0 (at /hosts)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':{}}",
     "1:59: expected an array, found an object (at /hosts)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'nam':'a'}]}",
     "1:61: unknown key \"nam\"; did you mean \"name\"? (at /hosts/0/nam)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'label':'A'}]}",
     "1:60: the key \"name\" is missing (at /hosts/0)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t',\n 'hosts':[{'name':'a'},\n  {'name':'a'}]}",
     "3:11: another host is named \"a\" (at /hosts/1/name)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'9a'}]}",
     "1:68: expected a name: a letter, then letters, digits, \"-\", \"_\" or \".\", 32 in all "
     "at most, found \"9a\" (at /hosts/0/name)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','address':'10.0.0'}]}",
     "1:82: expected an address such as \"10.0.0.1\" or \"2001:db8::1\", found \"10.0.0\" (at "
     "/hosts/0/address)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','address':'224.0.0.5'}]}",
     "1:82: 224.0.0.5 cannot be a host's own address (at /hosts/0/address)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','address':'10.0.0.2'},"
     "{'name':'b'}]}",
     "1:94: this host needs an \"address\": 10.0.0.2, which it would get, belongs to host \"a\" "
     "(at /hosts/1)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','address':'10.0.0.5'},"
     "{'name':'b','address':'10.0.0.5'}]}",
     "1:116: 10.0.0.5 belongs to host \"a\" already (at /hosts/1/address)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','address':['10.0.0.5',"
     "'10.0.0.6']}]}",
     "1:94: this host has an IPv4 address already (at /hosts/0/address/1)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'msl':'30'}}]}",
     "1:85: expected a time such as \"20ms\" (ns, us, ms, s, min or h), found \"30\" (at /hosts/0/tcp/msl)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'msl':30}}]}",
     "1:85: expected a time such as \"20ms\" (ns, us, ms, s, min or h), found a number (at "
     "/hosts/0/tcp/msl)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'delayed_ack':"
     "'500ms'}}]}",
     "1:93: expected a time from 0s to 499.999999ms, found \"500ms\" (at /hosts/0/tcp/delayed_ack)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'nagel':false}}]}",
     "1:79: unknown key \"nagel\"; did you mean \"nagle\"? (at /hosts/0/tcp/nagel)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'nagle':0}}]}",
     "1:87: expected true or false, found a number 0 (at /hosts/0/tcp/nagle)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'mtu':20}}]}",
     "1:85: expected an integer from 68 to 65535, found a number 20 (at /hosts/0/tcp/mtu)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'rcv_buffer':"
     "'2GiB'}}]}",
     "1:92: expected from 1 to 1073741823 bytes, found 2147483648 (at /hosts/0/tcp/rcv_buffer)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'congestion':"
     "'renoo'}}]}",
     "1:92: unknown congestion control \"renoo\"; did you mean \"reno\"? (at /hosts/0/tcp/congestion)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a','tcp':{'rto_max':"
     "'10ms'}}]}",
     "1:78: \"rto_min\" is above \"rto_max\" (at /hosts/0/tcp)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t',\n 'hosts':[{'name':'a'},],}",
     "2:23: trailing comma before ']' (at /hosts/0)"},
    {"{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'a'}],\n 'title':'u'}",
     "2:2: duplicate key \"title\"; it was already given at 1:39 (at /title)"},
};

/* Each is the second line of a lesson that is good so far. */
#define HEAD                                                                                                 \
    "{'format':'tcplab-lesson','version':1,'title':'t','hosts':[{'name':'client'},{'name':'server'}],\n"

static const struct row parts[] = {
    {"'link':[]", "2:1: unknown key \"link\"; did you mean \"links\"? (at /link)"},
    {"'seed':-1",
     "2:8: expected an integer from 0, or, from 2^53 to 2^64 - 1, its digits as a string (at /seed)"},
    {"'seed':'0x10'",
     "2:8: expected an integer from 0, or, from 2^53 to 2^64 - 1, its digits as a string (at /seed)"},
    {"'seed':1.5",
     "2:8: expected an integer from 0, or, from 2^53 to 2^64 - 1, its digits as a string (at /seed)"},
    {"'profile':'rfc793'", "2:11: unknown profile \"rfc793\"; expected \"rfc9293-v1\" (at /profile)"},
    {"'until':'0s'", "2:9: expected a time above zero, found \"0s\" (at /until)"},
    {"'limits':{'time':'1week'}",
     "2:18: expected a time such as \"20ms\" (ns, us, ms, s, min or h), found \"1week\" (at /limits/time)"},
    {"'limits':{'steps':5}",
     "2:11: unknown key \"steps\"; expected \"time\", \"events\", \"memory\" or \"comment\" (at "
     "/limits/steps)"},
    {"'links':[{'between':['client','server']}]", "2:10: the key \"delay\" is missing (at /links/0)"},
    {"'links':[{'between':['client','srver'],'delay':'1ms'}]",
     "2:31: unknown host \"srver\"; did you mean \"server\"? (at /links/0/between/1)"},
    {"'links':[{'between':['client'],'delay':'1ms'}]",
     "2:21: expected the names of two hosts, found 1 values (at /links/0/between)"},
    {"'links':[{'between':['client','client'],'delay':'1ms'}]",
     "2:31: a link joins two different hosts (at /links/0/between/1)"},
    {"'links':[{'between':['client','server'],'delay':'20 msec'}]",
     "2:49: expected a time such as \"20ms\" (ns, us, ms, s, min or h), found \"20 msec\" (at "
     "/links/0/delay)"},
    {"'links':[{'between':['client','server'],'delay':'0.5ns'}]",
     "2:49: \"0.5ns\" does not come to a whole number of nanoseconds (at /links/0/delay)"},
    {"'links':[{'between':['client','server'],'delay':'1ms','rate':'10Mb'}]",
     "2:62: expected a rate above zero such as \"10Mbit/s\" (bit/s, kbit/s, Mbit/s, Gbit/s or "
     "Tbit/s) or \"unlimited\", found \"10Mb\" (at /links/0/rate)"},
    {"'links':[{'between':['client','server'],'delay':'1ms','rate':'0.5bit/s'}]",
     "2:62: \"0.5bit/s\" does not come to a whole number of bits a second (at /links/0/rate)"},
    {"'links':[{'between':['client','server'],'delay':'1ms','loss':0.5}]",
     "2:62: expected a share such as \"0.5%\" or \"100ppm\", found a number (at /links/0/loss)"},
    {"'links':[{'between':['client','server'],'delay':'1ms','loss':'150%'}]",
     "2:62: \"150%\" is more than 100% (at /links/0/loss)"},
    {"'links':[{'between':['client','server'],'delay':'1ms','loss':'0.00005%'}]",
     "2:62: \"0.00005%\" does not come to a whole number of parts per million (at /links/0/loss)"},
    {"'links':[{'between':['client','server'],'delay':'1ms','queue':'many'}]",
     "2:63: expected a queue limit above zero such as \"100 packets\" or \"64kB\", found \"many\" "
     "(at /links/0/queue)"},
    {"'links':[{'between':['client','server'],'delay':'1ms'},\n  {'between':['client','server'],"
     "'delay':'1ms'}]",
     "3:3: another link is named \"client-server\" already; give this one a \"name\" (at /links/1)"},
    {"'links':[{'between':['client','server'],'delay':'1ms','forward':{'mtu':1}}]",
     "2:66: unknown key \"mtu\"; expected \"rate\", \"delay\", \"jitter\", \"queue\", \"mark\", \"loss\","
     " \"duplicate\", \"corrupt\", \"reorder\", \"reorder_delay\" or \"comment\" (at /links/0/forward/mtu)"},
    {"'apps':[{'host':'client'}]", "2:9: the key \"script\" is missing (at /apps/0)"},
    {"'apps':[{'script':[]}]", "2:9: the key \"host\" is missing (at /apps/0)"},
    {"'apps':[{'host':'client','script':[]}]",
     "2:35: too few steps: expected at least 1, found 0 (at /apps/0/script)"},
    {"'apps':[{'host':'client','script':[{'do':'opne'}]}]",
     "2:42: unknown action \"opne\"; did you mean \"open\"? (at /apps/0/script/0/do)"},
    {"'apps':[{'host':'client','script':[{'do':'open','to':'server'}]}]",
     "2:36: the key \"port\" is missing (at /apps/0/script/0)"},
    {"'apps':[{'host':'client','script':[{'do':'open','to':'sever','port':80}]}]",
     "2:54: unknown host \"sever\"; did you mean \"server\"? (at /apps/0/script/0/to)"},
    {"'apps':[{'host':'client','script':[{'do':'open','to':'10.0.0.256','port':80}]}]",
     "2:54: expected a host or an address such as \"10.0.0.2\" or \"2001:db8::2\", found \"10.0.0.256\" "
     "(at /apps/0/script/0/to)"},
    {"'apps':[{'host':'client','script':[{'do':'open','to':'server','port':80,'bytes':5}]}]",
     "2:73: unknown key \"bytes\"; expected \"at\", \"when\", \"after\", \"every\", \"listener\","
     " \"do\", \"comment\", \"to\", \"port\", \"local_port\", \"from\", \"family\", \"dscp\" or "
     "\"user_timeout\" (at /apps/0/script/0/bytes)"},
    {"'apps':[{'host':'client','script':[{'do':'open','to':'server','port':70000}]}]",
     "2:70: expected an integer from 1 to 65535, found a number 70000 (at /apps/0/script/0/port)"},
    {"'apps':[{'host':'client','script':[{'do':'close','when':'establised'}]}]",
     "2:57: unknown trigger \"establised\"; did you mean \"established\"? (at /apps/0/script/0/when)"},
    {"'apps':[{'host':'client','script':[{'do':'close','when':{'state':'FIN_WAIT_1'}}]}]",
     "2:66: unknown state \"FIN_WAIT_1\"; did you mean \"FIN-WAIT-1\"? (at /apps/0/script/0/when/state)"},
    {"'apps':[{'host':'client','script':[{'do':'close','when':5}]}]",
     "2:57: expected a trigger such as \"established\", or an object with \"state\", \"data\" "
     "or \"acked\", found a number (at /apps/0/script/0/when)"},
    {"'apps':[{'host':'client','script':[{'do':'close','at':'1s','when':'closing'}]}]",
     "2:60: \"at\" and \"when\" exclude each other (at /apps/0/script/0/when)"},
    {"'apps':[{'host':'client','script':[{'do':'close','at':'1s','after':'1s'}]}]",
     "2:60: \"after\" counts from the step before or from \"when\", not from \"at\" (at "
     "/apps/0/script/0/after)"},
    {"'apps':[{'host':'client','script':[{'do':'close','every':true}]}]",
     "2:50: \"every\" repeats a \"when\", which this step does not have (at /apps/0/script/0/every)"},
    {"'apps':[{'host':'client','script':[{'do':'send'}]}]",
     "2:36: expected one of the keys \"text\", \"hex\" or \"bytes\" (at /apps/0/script/0)"},
    {"'apps':[{'host':'client','script':[{'do':'send','text':'a','hex':'00'}]}]",
     "2:60: \"text\" and \"hex\" exclude each other (at /apps/0/script/0/hex)"},
    {"'apps':[{'host':'client','script':[{'do':'send','hex':'0'}]}]",
     "2:55: expected bytes in hexadecimal such as \"0a ff\" (at /apps/0/script/0/hex)"},
    {"'apps':[{'host':'client','script':[{'do':'send','bytes':-5}]}]",
     "2:57: expected a size in bytes, or such as \"64kB\" (B, kB, MB, GB of 1000, KiB, MiB, GiB "
     "of 1024), found a number (at /apps/0/script/0/bytes)"},
    {"'apps':[{'host':'client','script':[{'do':'set','setting':'nagle','value':'off'}]}]",
     "2:74: expected true or false, found a string \"off\" (at /apps/0/script/0/value)"},
    {"'apps':[{'host':'client','script':[{'do':'listen','port':80,'to':'server'}]}]",
     "2:61: \"to\" needs \"remote_port\": a fully specified remote socket (at /apps/0/script/0/to)"},
    {"'apps':[{'host':'client','behaviour':'requester','script':[{'do':'nothing'}]}]",
     "2:9: the key \"request\" is missing (at /apps/0)"},
    {"'apps':[{'host':'client','rounds':3,'script':[{'do':'nothing'}]}]",
     "2:26: \"rounds\" means nothing to a \"scripted\" app (at /apps/0/rounds)"},
    {"'apps':[{'host':'client','script':[{'do':'nothing'}]},\n {'host':'client','script':[{'do':"
     "'nothing'}]}]",
     "3:2: another app is named \"client\" already; give this one a \"name\" (at /apps/1)"},
    {"'raw':[{'host':'client','port':1,'script':[{'wait':'1s'}]}],\n'apps':[{'host':'client','script':"
     "[{'do':'nothing'}]}]",
     "3:17: \"client\" is a raw peer: it has a script of segments and no TCP for an app to call "
     "(at /apps/0/host)"},
    {"'raw':[{'host':'client','port':1,'script':[{'send':{'seq':0}}]}]",
     "2:52: the key \"flags\" is missing (at /raw/0/script/0/send)"},
    {"'raw':[{'host':'client','port':1,'script':[{'send':{'flags':'SYN+ACK'}}]}]",
     "2:61: expected flags such as \"SYN,ACK\" (FIN, SYN, RST, PSH, ACK, URG, ECE, CWR), found "
     "\"SYN+ACK\" (at /raw/0/script/0/send/flags)"},
    {"'raw':[{'host':'client','port':1,'script':[{'sned':{'flags':'SYN'}}]}]",
     "2:45: unknown key \"sned\"; did you mean \"send\"? (at /raw/0/script/0/sned)"},
    {"'raw':[{'host':'client','port':1,'script':[{'send':{'flags':'SYN','seq':0,'absolute_seq':"
     "0}}]}]",
     "2:75: \"seq\" and \"absolute_seq\" exclude each other (at /raw/0/script/0/send/absolute_seq)"},
    {"'raw':[{'host':'client','port':1,'script':[{'expect':{'falgs':'SYN'}}]}]",
     "2:55: unknown key \"falgs\"; did you mean \"flags\"? (at /raw/0/script/0/expect/falgs)"},
    {"'raw':[{'host':'client','port':1,'script':[{'send':{'flags':'','options_hex':'0101'}}]}]",
     "2:78: expected a multiple of four bytes, as the data offset counts them, found 2 (at "
     "/raw/0/script/0/send/options_hex)"},
    {"'raw':[{'host':'client','port':1,'script':[{'expect':{},'wait':'1s'}]}]",
     "2:57: \"expect\" and \"wait\" exclude each other (at /raw/0/script/0/wait)"},
    {"'faults':[{'drop':{'from':'client','nth':0}}]",
     "2:42: expected an integer from 1 to 1000000000, found a number 0 (at /faults/0/drop/nth)"},
    {"'faults':[{'drop':{'nth':[3,2]}}]",
     "2:29: expected an integer from 3 to 1000000000, found a number 2 (at /faults/0/drop/nth/1)"},
    {"'faults':[{'delay':{}}]", "2:11: the key \"by\" is missing (at /faults/0)"},
    {"'faults':[{'lose':{}}]",
     "2:11: expected one of the keys \"drop\", \"delay\", \"duplicate\", \"corrupt\" or \"mark\" (at /faults/0)"},
    {"'faults':[{'drop':{'flag':'FIN'}}]",
     "2:20: unknown key \"flag\"; did you mean \"flags\"? (at /faults/0/drop/flag)"},
    {"'faults':[{'drop':{'exact':true}}]",
     "2:28: \"exact\" is about \"flags\", which this object does not have (at /faults/0/drop/exact)"},
    {"'faults':[{'drop':{'after':'2s','before':'1s'}}]",
     "2:42: \"before\" is not later than \"after\": no segment could agree (at /faults/0/drop/before)"},
    {"'faults':[{'drop':{'flags':'FIN','not_flags':'FIN,RST'}}]",
     "2:46: the same flag is both in \"flags\" and in \"not_flags\" (at /faults/0/drop/not_flags)"},
    {"'events':[{'at':'1s','crash':'sevrer'}]",
     "2:30: unknown host \"sevrer\"; did you mean \"server\"? (at /events/0/crash)"},
    {"'events':[{'crash':'server'}]", "2:11: the key \"at\" is missing (at /events/0)"},
    {"'events':[{'at':'1s','link_down':'client-server'}]",
     "2:34: unknown link \"client-server\"; this lesson has none (at /events/0/link_down)"},
    {"'events':[{'at':'1s','icmp':{'type':'host unreachble','from':'client','to':'server'}}]",
     "2:37: unknown ICMP type \"host unreachble\"; did you mean \"host unreachable\"? (at "
     "/events/0/icmp/type)"},
    {"'symbols':{'u1+':{}}",
     "2:12: expected a symbol: a letter, then letters or digits, 8 in all at most, found \"u1+\" "
     "(at /symbols/u1+)"},
    {"'symbols':{'u':{'nth':[1,2]}}",
     "2:23: a symbol is the number of one segment: expected one number here (at /symbols/u/nth)"},
    {"'narration':[{'text':'a','when':{'stat':'CLOSED'}}]",
     "2:34: unknown key \"stat\"; did you mean \"state\"? (at /narration/0/when/stat)"},
    {"'quiz':[{'question':'q','answers':[{'text':'a'},{'text':'b'}]}]",
     "2:35: none of the answers is marked \"right\": true (at /quiz/0/answers)"},
    {"'expect':[{'stats':['CLOSED']}]",
     "2:12: unknown key \"stats\"; did you mean \"states\"? (at /expect/0/stats)"},
    {"'expect':[{'states':['CLOSED']}]",
     "2:11: expected the key \"host\" or \"app\": whose states? (at /expect/0)"},
    {"'expect':[{'states':['ESTABLISHD'],'host':'client'}]",
     "2:22: unknown state \"ESTABLISHD\"; did you mean \"ESTABLISHED\"? (at /expect/0/states/0)"},
    {"'expect':[{'final':{'clinet':'CLOSED'}}]",
     "2:21: unknown key \"clinet\"; did you mean \"client\"? (at /expect/0/final/clinet)"},
    {"'expect':[{'segments':[{'seq':'u+1'}]}]",
     "2:31: unknown symbol \"u\"; this lesson has no \"symbols\" (at /expect/0/segments/0/seq)"},
    {"'expect':[{'count':{'flags':'SYN'}}]",
     "2:11: expected one of the keys \"is\", \"min\" or \"max\" (at /expect/0)"},
    {"'expect':[{'count':{'flags':'SYN'},'is':1,'min':1}]",
     "2:43: \"is\" says all: \"min\" and \"max\" do not go with it (at /expect/0/min)"},
    {"'expect':[{'count':{},'min':3,'max':2}]", "2:37: \"max\" is below \"min\" (at /expect/0/max)"},
    {"'expect':[{'signal':'connection refuse'}]", "2:21: unknown signal \"connection refuse\"; did you mean "
                                                  "\"connection refused\"? (at /expect/0/signal)"},
    {"'expect':[{'clause':'syn-ack-outt'}]",
     "2:21: unknown clause \"syn-ack-outt\"; did you mean \"syn-ack-out\"? (at /expect/0/clause)"},
    {"'expect':[{'time':{'segment':{},'host':'client'},'is':'1s'}]",
     "2:33: \"host\" does not go with \"segment\"; a segment has \"from\" and \"to\" (at "
     "/expect/0/time/host)"},
    {"'expect':[{'var':'cwnd','host':'client','is':1,'at':'soon'}]",
     "2:53: expected a time such as \"20ms\", or \"end\", \"ever\" or \"always\" (at /expect/0/at)"},
    {"'expect':[{'script':'ok'}]", "2:11: this lesson has no raw peer (at /expect/0)"},
    {"'expect':[{'delivered':'server'}]",
     "2:11: expected one of the keys \"is\", \"min\", \"max\", \"text\" or \"hex\" (at /expect/0)"},
};

static struct lesson *parse(const char *head, const char *text, const char *tail,
                            const struct lesson_set *sets, size_t n, struct diag *d)
{
    struct sbuf b = SBUF_INIT;
    struct lesson *l;

    sbuf_printf(&b, "%s%s%s", head, text, tail);
    for (size_t i = 0; i < b.len; i++) {
        if (b.s[i] == '\'')
            b.s[i] = '"';
    }
    diag_clear(d);
    l = lesson_parse("x.json", sbuf_str(&b), b.len, sets, n, d);
    sbuf_free(&b);
    return l;
}

static void check_rows(const struct row *row, size_t n, const char *head, const char *tail)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        char said[DIAG_TEXT_MAX];
        struct diag d;
        struct lesson *l = parse(head, row[i].text, tail, NULL, 0, &d);

        diag_format(&d, said, sizeof said);
        if (l || strncmp(said, "x.json:", 7) != 0 || strcmp(said + 7, row[i].says) != 0) {
            print_message("%s\n  expected %s\n  found    %s\n", row[i].text, row[i].says,
                          l ? "a lesson" : said);
            wrong++;
        }
        lesson_free(l);
    }
    assert_int_equal(wrong, 0);
}

static void whole_texts(void **state)
{
    (void)state;
    check_rows(wholes, ARRAY_LEN(wholes), "", "");
}

static void second_lines(void **state)
{
    (void)state;
    check_rows(parts, ARRAY_LEN(parts), HEAD, "}");
}

/* A lesson may be wrong only because of a --set, and the message says so. */
static void sets(void **state)
{
    static const struct lesson_set good[] = {{"/links/0/loss=10%"}, {"/hosts/0/tcp={\"msl\":\"30s\"}"}};
    static const struct lesson_set bad[] = {{"/links/0/loss=ten"}}, nowhere[] = {{"/links/7/loss=1%"}};
    static const char *const link = "'links':[{'between':['client','server'],'delay':'1ms'}]";
    char said[DIAG_TEXT_MAX];
    struct diag d;
    struct lesson *l = parse(HEAD, link, "}", good, 2, &d), *plain = parse(HEAD, link, "}", NULL, 0, &d);

    (void)state;
    assert_non_null(l);
    assert_non_null(plain);
    assert_int_equal(l->scenario.link[0].path[1].loss_ppm, 100000);
    assert_int_equal(l->scenario.host[0].tcp.msl, 30 * NS_PER_S);
    assert_int_equal(l->n_sets, 2);
    assert_string_equal(l->set[0].argument, good[0].argument);
    assert_true(l->hash != plain->hash);
    lesson_free(l);
    lesson_free(plain);

    assert_null(parse(HEAD, link, "}", bad, 1, &d));
    diag_format(&d, said, sizeof said);
    assert_string_equal(
        said,
        "--set:1:15: expected a share such as \"0.5%\" or \"100ppm\", found \"ten\" (at /links/0/loss)");
    assert_null(parse(HEAD, link, "}", nowhere, 1, &d));
    assert_string_equal(d.path, "--set");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_texts),
        cmocka_unit_test(second_lines),
        cmocka_unit_test(sets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
