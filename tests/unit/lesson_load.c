/* sim/lesson: what a lesson becomes in the scenario: defaults, units, directions, triggers, references. */
#define _DEFAULT_SOURCE 1 /* mkstemp, ftruncate, pwrite */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/lesson/lesson.h"

/* Single quotes stand for double ones. */
static struct lesson *parse(const char *rest)
{
    char text[4096], said[DIAG_TEXT_MAX];
    struct lesson *l;
    struct diag d;

    snprintf(text, sizeof text, "{'format':'tcplab-lesson','version':1,'title':{'en':'T','zh-Hant':'題'},%s}",
             rest);
    for (char *s = text; *s; s++) {
        if (*s == '\'')
            *s = '"';
    }
    diag_clear(&d);
    l = lesson_parse("folder/01-one.json", text, strlen(text), NULL, 0, &d);
    if (!l) {
        diag_format(&d, said, sizeof said);
        fail_msg("%s", said);
    }
    return l;
}

static void defaults(void **state)
{
    struct lesson *l =
        parse("'hosts':[{'name':'a'},{'name':'b'}],'links':[{'between':['a','b'],'delay':'1ms'}]");
    const struct scenario *s = &l->scenario;

    (void)state;
    assert_string_equal(l->name, "01-one");
    assert_string_equal(l->path, "folder/01-one.json");
    assert_ptr_equal(s->name, l->name);
    assert_string_equal(lesson_text(&l->title, LESSON_EN), "T");
    assert_string_equal(lesson_text(&l->title, LESSON_ZH_HANT), "題");
    assert_null(lesson_text(&l->summary, LESSON_ZH_HANT));
    assert_int_equal(s->seed, 1);
    assert_true(l->until == VTIME_NEVER);
    assert_int_equal(s->limits.time, 86400 * NS_PER_S);
    assert_int_equal(s->limits.events, 10000000);
    assert_int_equal(s->host[0].tcp.msl, 120 * NS_PER_S);
    assert_int_equal(s->host[0].tcp.iss, -1);
    assert_string_equal(s->address[s->host[1].address4].text, "10.0.0.2");
    assert_string_equal(s->address[s->host[1].address6].text, "2001:db8::2");
    assert_int_equal(s->address[s->host[1].address6].host, 1);
    assert_true(s->host[0].address4 > 0);
    assert_int_equal(s->link[0].path[1].delay, NS_PER_MS);
    assert_int_equal(s->link[0].path[1].rate_bps, 0);
    assert_int_equal(s->link[0].mtu, 0);
    lesson_free(l);
}

static void hosts_and_links(void **state)
{
    struct lesson *l = parse(
        "'defaults':{'processing_delay':'20ms','tcp':{'msl':'30s','nagle':false}},"
        "'hosts':[{'name':'a','tcp':{'msl':'10s'},'label':'A'},{'name':'b','processing_delay':'0s'},{'name':'"
        "r','router':true}],"
        "'links':[{'between':['a','r'],'delay':'1ms','loss':'1%','forward':{'loss':'2%'},'backward':{'delay':"
        "'3ms'}},"
        "{'between':['r','b'],'name':'x','delay':'1ms','queue':['10 packets','64kB'],'rate':'1.5Mbit/s'}],"
        "'events':[{'at':'2s','link':'a-r','set':{'loss':'50%'},'direction':'backward'},"
        "{'at':'1s','link':'a-r','set':{'delay':'7ms'}},{'at':'3s','link_down':'x'}]");
    const struct scenario *s = &l->scenario;

    (void)state;
    assert_int_equal(s->host[0].tcp.msl, 10 * NS_PER_S);
    assert_int_equal(s->host[1].tcp.msl, 30 * NS_PER_S);
    assert_false(s->host[0].tcp.nagle);
    assert_int_equal(s->host[0].processing_delay, 20 * NS_PER_MS);
    assert_int_equal(s->host[1].processing_delay, 0);
    assert_string_equal(s->host[0].label, "A");
    assert_null(s->host[0].label_zh);
    assert_true(s->host[2].router);
    assert_int_equal(s->link[0].path[0].loss_ppm, 20000);
    assert_int_equal(s->link[0].path[1].loss_ppm, 10000);
    assert_int_equal(s->link[0].path[1].delay, 3 * NS_PER_MS);
    assert_int_equal(s->link[1].path[0].queue_packets, 10);
    assert_int_equal(s->link[1].path[1].queue_bytes, 64000);
    assert_int_equal(s->link[1].path[1].rate_bps, 1500000);

    /* In the order of time, one for each direction that is set, each with what was set before. */
    assert_int_equal(s->n_events, 4);
    assert_int_equal(s->event[0].at, NS_PER_S);
    assert_int_equal(s->event[0].dir, 0);
    assert_int_equal(s->event[0].path.delay, 7 * NS_PER_MS);
    assert_int_equal(s->event[0].path.loss_ppm, 20000);
    assert_int_equal(s->event[1].dir, 1);
    assert_int_equal(s->event[1].path.loss_ppm, 10000);
    assert_int_equal(s->event[2].dir, 1);
    assert_int_equal(s->event[2].path.loss_ppm, 500000);
    assert_int_equal(s->event[2].path.delay, 7 * NS_PER_MS);
    assert_int_equal(s->event[3].kind, EVENT_LINK_DOWN);
    assert_int_equal(s->event[3].link, 1);
    assert_int_equal(s->event[3].dir, 2);
    lesson_free(l);
}

static void steps(void **state)
{
    struct lesson *l = parse(
        "'hosts':[{'name':'a'},{'name':'b'}],'apps':[{'host':'a','script':["
        "{'after':'5ms','do':'open','to':'b','port':80,'family':6},{'do':'send','text':'hi'},"
        "{'when':{'acked':2},'after':'1s','do':'send','bytes':'1MB','push':false},{'at':'9s','do':'close'}]},"
        "{'host':'b','name':'web','script':[{'when':'reboot','do':'listen','port':80}],'read':{'mode':'any','"
        "every':'1s'}}]");
    const struct scenario *s = &l->scenario;
    const struct sc_step *step = s->app[0].step;

    (void)state;
    assert_string_equal(s->app[0].name, "a");
    assert_int_equal(s->app[0].count, 1);
    assert_int_equal(s->app[0].n_steps, 4);
    assert_int_equal(step[0].on, ON_AT);
    assert_int_equal(step[0].time, 5 * NS_PER_MS);
    assert_int_equal(step[0].to, s->host[1].address6);
    assert_int_equal(step[0].to_port, 80);
    assert_true(step[0].v6);
    assert_int_equal(step[0].dscp, 0xff);
    assert_int_equal(step[0].user_timeout, -1);
    assert_int_equal(step[1].on, ON_THEN);
    assert_int_equal(step[1].text_n, 2);
    assert_memory_equal(step[1].text, "hi", 2);
    assert_true(step[1].push);
    assert_int_equal(step[2].on, ON_ACKED);
    assert_int_equal(step[2].amount, 2);
    assert_int_equal(step[2].time, NS_PER_S);
    assert_int_equal(step[2].bytes, 1000000);
    assert_null(step[2].text);
    assert_false(step[2].push);
    assert_int_equal(step[3].on, ON_AT);
    assert_int_equal(s->app[0].read.kind, READ_AUTO);
    assert_int_equal(s->app[0].read.mode, RECEIVE_PUSH);
    assert_int_equal(s->app[1].read.kind, READ_PACED);
    assert_int_equal(s->app[1].read.interval, NS_PER_S);
    assert_int_equal(s->app[1].step[0].on, ON_REBOOT);
    lesson_free(l);
}

static void raw_and_faults(void **state)
{
    struct lesson *l = parse(
        "'hosts':[{'name':'a'},{'name':'b'}],'raw':[{'host':'a','port':5,'iss':7,'peer':'b','script':["
        "{'send':{'flags':'SYN','seq':-1,'from':'192.0.2.9','options':{'mss':0,'sack':[[1,2]]}}},"
        "{'expect':{'absolute_ack':4294967295,'options':{}}},{'silence':'2s'},{'wait':'1s'}]}],"
        "'faults':[{'drop':{'from':'a','flags':'FIN','nth':[2,'end']}},{'delay':{'data':false},'by':'1s'}],"
        "'symbols':{'w':{'flags':'FIN','number':'ack'}},'narration':[{'at':'1s','text':'x'},{'when':{'end':'"
        "any'},'text':'y'}]");
    const struct scenario *s = &l->scenario;
    const struct sc_raw_step *step = s->raw[0].step;

    (void)state;
    assert_true(s->host[0].raw);
    assert_int_equal(s->raw[0].peer, s->host[1].address4);
    assert_int_equal(step[0].seq_kind, RAW_RELATIVE);
    assert_int_equal(step[0].seq, UINT32_MAX);
    assert_int_equal(step[0].ack_kind, RAW_UNSET);
    assert_string_equal(s->address[step[0].src].text, "192.0.2.9");
    assert_int_equal(s->address[step[0].src].host, SC_ANY);
    assert_int_equal(step[0].opts, SEG_MSS | SEG_SACK);
    assert_int_equal(step[0].wnd, -1);
    assert_int_equal(step[1].ack_kind, RAW_ABSOLUTE);
    assert_true(step[1].opts_set);
    assert_false(step[1].ctl_set);
    assert_int_equal(step[1].within, 5 * NS_PER_S);
    assert_int_equal(step[2].within, 2 * NS_PER_S);
    assert_int_equal(step[3].after, NS_PER_S);
    assert_int_equal(s->fault[0].match.nth_from, 2);
    assert_true(s->fault[0].match.nth_to == UINT32_MAX);
    assert_int_equal(s->fault[0].match.to, SC_ANY);
    assert_int_equal(s->fault[0].match.data, -1);
    assert_int_equal(s->fault[1].match.data, 0);
    assert_int_equal(s->fault[1].amount, NS_PER_S);
    assert_int_equal(s->fault[1].match.nth_from, 0);
    assert_int_equal(s->symbol[0].of.nth_from, 1);
    assert_true(s->symbol[0].ack);
    assert_int_equal(s->note[0], NS_PER_S);
    assert_true(s->note[1] == VTIME_NEVER);
    lesson_free(l);
}

/* Many hosts: no address twice, none with a last octet of 0 or 255. */
static void many_hosts(void **state)
{
    static char rest[SC_HOSTS_MAX * 16];
    struct ip_addr all_ones;
    size_t n = 0;
    struct diag d;
    struct lesson *l;

    (void)state;
    n += (size_t)snprintf(rest, sizeof rest,
                          "{\"format\":\"tcplab-lesson\",\"version\":1,\"title\":\"t\",\"hosts\":[");
    for (int i = 0; i < 600; i++)
        n += (size_t)snprintf(rest + n, sizeof rest - n, "%s{\"name\":\"h%d\"}", i ? "," : "", i);
    n += (size_t)snprintf(rest + n, sizeof rest - n, "]}");
    diag_clear(&d);
    l = lesson_parse("many.json", rest, n, NULL, 0, &d);
    assert_non_null(l);
    assert_int_equal(l->scenario.n_addresses, 1201);
    assert_string_equal(l->scenario.address[l->scenario.host[254].address4].text, "10.0.1.1");
    assert_string_equal(l->scenario.address[l->scenario.host[599].address6].text, "2001:db8::258");
    for (uint32_t i = 1; i < l->scenario.n_addresses; i++) {
        all_ones = l->scenario.address[i].ip;
        assert_false(ip_is_broadcast(&all_ones));
    }
    lesson_free(l);
}

/* Which files a batch takes, and their titles for a list. */
static void files(void **state)
{
    static const struct {
        const char *text;
        bool lesson;
        const char *title; /* NULL: none */
    } rows[] = {
        {"{\"format\":\"tcplab-lesson\",\"title\":\"T\"}", true, "T"},
        {"{\"format\":\"tcplab-lesson\",\"title\":{\"en\":\"T\",\"zh-Hant\":\"題目\"}}", true, "題目"},
        {"{\"format\":\"tcplab-lesson\",\"title\":7}", true, NULL},
        {"{\"format\":\"tcplab-lesson\",", true, NULL},
        {"{\"format\":\"tcplab-trace\"}", false, NULL},
        {"{\"properties\":{\"format\":{\"const\":\"tcplab-lesson\"}}}", false, NULL},
        {"[1,2", false, NULL},
        {"", false, NULL},
    };
    char path[] = "/tmp/lesson-load-XXXXXX", title[16];
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct diag d;

        diag_clear(&d);
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, rows[i].text, strlen(rows[i].text), 0), (ssize_t)strlen(rows[i].text));
        assert_int_equal(lesson_is_one(path, &d), rows[i].lesson);
        assert_false(diag_is_set(&d));
        assert_int_equal(lesson_peek_title(path, LESSON_ZH_HANT, title, sizeof title), rows[i].title != NULL);
        if (rows[i].title)
            assert_string_equal(title, rows[i].title);
    }
    assert_int_equal(pwrite(fd, rows[1].text, strlen(rows[1].text), 0), (ssize_t)strlen(rows[1].text));
    assert_true(lesson_peek_title(path, LESSON_ZH_HANT, title, 5)); /* no half character */
    assert_string_equal(title, "題");
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),       cmocka_unit_test(hosts_and_links), cmocka_unit_test(steps),
        cmocka_unit_test(raw_and_faults), cmocka_unit_test(many_hosts),      cmocka_unit_test(files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
