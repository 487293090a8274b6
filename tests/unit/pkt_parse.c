/* sim/packetdrill: scripts of both dialects read as what they say; faults have their place and name what was
 * expected. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "sim/packetdrill/script.h"

static enum script_outcome read_text(const char *text, const struct script_options *o, struct script **s,
                                     struct diag *d)
{
    diag_clear(d);
    return script_parse("t.pkt", text, strlen(text), o, s, d);
}

static struct script *must_read(const char *text, const struct script_options *o)
{
    static char said[DIAG_TEXT_MAX];
    struct script *s;
    struct diag d;

    if (read_text(text, o, &s, &d) != SCRIPT_OK) {
        diag_format(&d, said, sizeof said);
        fail_msg("%s\n%s", said, text);
    }
    return s;
}

static void print_all(const struct script *s, struct sbuf *b)
{
    for (size_t i = 0; i < s->n_events; i++) {
        if (i > 0)
            sbuf_putc(b, '\n');
        script_print_event(s, &s->event[i], b);
    }
}

/* ---- events and their canonical text ---- */

struct row {
    const char *text, *print; /* print NULL: the same */
};

static void check_prints(const char *head, const struct row *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *wanted = row[i].print ? row[i].print : row[i].text;
        struct sbuf text = SBUF_INIT, found = SBUF_INIT;
        struct script *s;

        sbuf_printf(&text, "%s%s", head, row[i].text);
        s = must_read(sbuf_str(&text), NULL);
        print_all(s, &found);
        assert_string_equal(sbuf_str(&found), wanted);
        script_free(s);
        sbuf_free(&text);
        sbuf_free(&found);
    }
}

static void times(void **state)
{
    static const struct row rows[] = {
        {"0 close(3) = 0", NULL},
        {"  1.50   close(3)=0", "1.5 close(3) = 0"},
        {"+.1 close(3) = 0", "+0.1 close(3) = 0"},
        {"+0.000000001 close(3) = 0", NULL},
        {"+0.0000000019 close(3) = 0", "+0.000000001 close(3) = 0"},
        {"* > . 1:1(0) ack 1", NULL},
        {"1~2.25 > . 1:1(0) ack 1", NULL},
        {"+.1~+.2 > . 1:1(0) ack 1", "+0.1~+0.2 > . 1:1(0) ack 1"},
        {"0...1 accept(3, ..., ...) = 4", NULL},
        {"+.1...0.2 accept(3, ..., ...) = 4", "+0.1...0.2 accept(3, ..., ...) = 4"},
        {"+0....5 accept(3, ..., ...) = 4", "+0...0.5 accept(3, ..., ...) = 4"},
        {"+0...0.000 accept(3, ..., ...) = 4", "+0...0 accept(3, ..., ...) = 4"},
        {"9007199.254740991 close(3) = 0", NULL},
        {"123 close(3) = 0", NULL},
        {"1 close(3) = 0 2 close(4) = 0", "1 close(3) = 0\n2 close(4) = 0"},
    };

    (void)state;
    check_prints("", rows, ARRAY_LEN(rows));
}

static void packets(void **state)
{
    static const struct row rows[] = {
        {"0 < S 0:0(0) win 1000", NULL},
        {"0 <S. 0:0(0)ack 1 win 1000", "0 < S. 0:0(0) ack 1 win 1000"},
        {"0 > - 1:1(0)", NULL},
        {"0 > . 1:1(0)", NULL},
        {"0 > FPUSR. 1:1(0) ack 7 win 0 urg 9", "0 > SFRPU. 1:1(0) ack 7 win 0 urg 9"},
        {"0 > SEW 0:0(0)", NULL},
        {"0 > S.E 0:0(0) ack 1", "0 > SE. 0:0(0) ack 1"},
        {"0 > SEWA. 0:0(0) ack 1", NULL},
        {"0 > .5 1:1(0) ack 1", NULL},
        {"0 > S.0 0:0(0) ack 1", NULL},
        {"0 > S5 0:0(0)", "0 > SEA 0:0(0)"},
        {"0 > . 4294967295:0(1) ack 4294967295", NULL},
        {"0 > . 1:1(0)! ack 1", NULL},
        {"0 > . ...(10) ack 1", NULL},
        {"0 > . 1:1(0) ack 1 win *", "0 > . 1:1(0) ack 1"},
        {"0 > . 1:1(0) win 5 ack 1", "0 > . 1:1(0) ack 1 win 5"},
        {"0 > 8080 > 42000 . 1:1(0) ack 1", NULL},
        {"0 < 1 > 2 . 1:1(0) ack 1 win 5 <nop,nop,sack 1:2>", NULL},
        {"0 < udp (1000)", NULL},
        {"0 > [ect0] udp 53 > 42000 (1)", NULL},
    };

    (void)state;
    check_prints("", rows, ARRAY_LEN(rows));
}

static void ip_headers(void **state)
{
    static const struct row rows[] = {
        {"0 > [noecn] . 1:1(0)", NULL},
        {"0 > (ect1) . 1:1(0)", "0 > [ect1] . 1:1(0)"},
        {"0 <[ce] . 1:1(0) win 1", "0 < [ce] . 1:1(0) win 1"},
        {"0 > [ect01] . 1:1(0)", NULL},
        {"0 > [ecn ect0, ttl 3] . 1:1(0)", "0 > [ect0, ttl 3] . 1:1(0)"},
        {"0 > [hlim 64, flowlabel 0xfffff] . 1:1(0)", "0 > [ttl 64, flowlabel 0xfffff] . 1:1(0)"},
        {"0 > [tos 0x5] . 1:1(0)", "0 > [tos 0x05] . 1:1(0)"},
        {"0 > [class 0xff] . 1:1(0)", "0 > [tos 0xff] . 1:1(0)"},
        {"0 > [dscp af11] . 1:1(0)", "0 > [dscp 0x0a] . 1:1(0)"},
        {"0 > [dscp voice-admit, ce] . 1:1(0)", "0 > [tos 0xb3] . 1:1(0)"},
        {"0 > [dscp 0x3f, ect01] . 1:1(0)", NULL},
    };

    (void)state;
    check_prints("", rows, ARRAY_LEN(rows));
}

static void option_lists(void **state)
{
    static const struct row rows[] = {
        {"0 > S 0:0(0) <mss 1460>", NULL},
        {"0 > S 0:0(0) < mss 1460 , sackOK, TS val 100 ecr 0, nop , wscale 7 >",
         "0 > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>"},
        {"0 > S 0:0(0) <...>", NULL},
        {"0 > . 1:1(0) <nop,nop,sack 1:2 3:4 5:6>", NULL},
        {"0 > . 1:1(0) <nop,nop,TS val ... ecr 5!>", NULL},
        {"0 > S 0:0(0) <FO,nop,nop>", NULL},
        {"0 > S 0:0(0) <FO 0102030405060708,nop,nop>", NULL},
        {"0 > S 0:0(0) <FOEXP>", NULL},
        {"0 > S 0:0(0) <exp-FO 01020304>", "0 > S 0:0(0) <FOEXP 01020304>"},
        {"0 > S 0:0(0) <gen-66 0102>", NULL},
        {"0 > S 0:0(0) <exp-1A AbcD,eol,eol>", "0 > S 0:0(0) <exp-001a abcd,eol,eol>"},
        {"0 > S 0:0(0) <020405b4>", NULL},
        {"0 > S 0:0(0) <02040514>", NULL},
        {"0 > S 0:0(0) <mss 65535,eol,eol,eol,eol>", NULL},
    };

    (void)state;
    check_prints("", rows, ARRAY_LEN(rows));
}

static void icmp_messages(void **state)
{
    static const struct row v4[] = {
        {"0 < icmp unreachable frag_needed mtu 1200 [1:1001(1000)]", NULL},
        {"0 < icmp unreachable host_unreachable [0:0(0)]", NULL},
        {"0 < icmp type_3 code_4 mtu 68 [1:2(1)]", "0 < icmp unreachable frag_needed mtu 68 [1:2(1)]"},
        {"0 < icmp source_quench [1:2(1)]", NULL},
        {"0 < icmp echo_request id 7 [raw (10)]", NULL},
        {"0 < icmp type_99 code_3", NULL},
        {"0 < [ttl 3] icmp time_exceeded [udp (8)]", NULL},
    };
    static const struct row v6[] = {
        {"0 < icmp packet_too_big mtu 1280 [1:1001(1000)]", NULL},
        {"0 < icmpv6 unreachable port_unreachable [0:0(0)]",
         "0 < icmp unreachable port_unreachable [0:0(0)]"},
        {"0 < icmp unreachable net_unreachable", "0 < icmp unreachable no_route"},
        {"0 < icmp parameter_problem code_9", NULL},
    };

    (void)state;
    check_prints("", v4, ARRAY_LEN(v4));
    check_prints("--ip_version=ipv6\n", v6, ARRAY_LEN(v6));
}

static void calls(void **state)
{
    static const struct row rows[] = {
        {"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3", NULL},
        {"0 connect(3, ..., ...) = -1 EINPROGRESS (Operation   now in progress)",
         "0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)"},
        {"0 connect(3, ..., ...) = -1 EINPROGRESS", NULL},
        {"0 fcntl(3, F_GETFL) = 0x02 (flags O_RDWR)", "0 fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)"},
        {"0 read(3, ..., 10) = -1 EAGAIN (Resource temporarily unavailable) (a note)", NULL},
        {"0 fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK|0x40) = 0",
         "0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK|0x40) = 0"},
        {"0 write(3, \"a\\n\\x01\\\"b\", 4) = ?", NULL},
        {"0 write(3, \"GET /\"..., 4) = 4", NULL},
        {"0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0", NULL},
        {"0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0", NULL},
        {"0 bind(3, {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr(\"192.0.2.1\")}, 16) "
         "= 0",
         "0 bind(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"192.0.2.1\")}, 16) = 0"},
        {"0 sendmsg(3, {msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=0}, 0) = 30", NULL},
        {"0 poll([{fd=3, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1", NULL},
        {"0 epoll_wait(7, {events=EPOLLIN, ptr=4}, 1, 0) = 1", NULL},
        {"0 readv(3, [], 0) = 0", NULL},
        {"0 ioctl(3, SIOCINQ, [NULL]) = 0", NULL},
    };

    (void)state;
    check_prints("", rows, ARRAY_LEN(rows));
}

static void shell_and_code(void **state)
{
    static const struct row rows[] = {
        {"0 `true`", NULL},
        {"0 `echo \\` // no comment\n  x`", NULL},
        {"0 %{assert tcpi_snd_cwnd == 10}%", "0 %{ assert tcpi_snd_cwnd == 10 }%"},
        {"0 %{   }%", "0 %{  }%"},
        {"0 %{\nassert 1 // 2 == 0\n}%", "0 %{ \nassert 1 // 2 == 0 }%"},
    };

    (void)state;
    check_prints("", rows, ARRAY_LEN(rows));
}

/* ---- the tree ---- */

static void tree_of_a_call(void **state)
{
    static const char text[] = "+1...2 bind(-1, {sa_family=AF_INET6, sin_port=htons(0x50), x={a, b}}, "
                               "O_NONBLOCK|SOCK_STREAM) = -1 EAGAIN (t)";
    struct script *s = must_read(text, &(struct script_options){.os = PKT_FREEBSD});
    const struct pkt_call *c = s->event[0].u.call;
    const struct pkt_expr *port = pkt_expr_field(c->arg[1], "sin_port");

    (void)state;
    assert_int_equal(s->os, PKT_FREEBSD);
    assert_true(c->blocking);
    assert_int_equal(c->end, 2 * NS_PER_S);
    assert_int_equal(c->id, PKT_SYS_bind);
    assert_int_equal(c->n_args, 3);
    assert_int_equal(c->arg[0]->value, -1);
    assert_int_equal(pkt_expr_field(c->arg[1], "sa_family")->value, 28);
    assert_int_equal(pkt_expr_field(c->arg[1], "sa_family")->name, PKT_N_AF_INET6);
    assert_non_null(port);
    assert_int_equal(port->kind, PKT_EXPR_APPLY);
    assert_true(port->known);
    assert_int_equal(port->value, 0x50);
    assert_int_equal(port->at.column, 38);
    assert_null(pkt_expr_field(c->arg[1], "y"));
    assert_int_equal(pkt_expr_field(c->arg[1], "x")->n, 2);
    assert_false(pkt_expr_field(c->arg[1], "x")->item[0]->known);
    assert_int_equal(c->arg[2]->kind, PKT_EXPR_OR);
    assert_int_equal(c->arg[2]->value, 4 | 1);
    assert_int_equal(c->result->value, -1);
    assert_int_equal(c->error, PKT_EAGAIN);
    assert_int_equal(pkt_errno_value(c->error, s->os), 35);
    assert_string_equal(c->error_text, "t");
    script_free(s);
}

static void tree_of_a_packet(void **state)
{
    struct script *s = must_read("\n  +0 < SEW. 4294967295:4(5) ack 9 win 5 urg 2 <nop,nop,sack 1:2>", NULL);
    const struct pkt_event *e = &s->event[0];
    const struct pkt_packet *k = e->u.packet;

    (void)state;
    assert_int_equal(e->at.line, 2);
    assert_int_equal(e->at.column, 3);
    assert_int_equal(k->at.column, 6);
    assert_int_equal(e->end.column, 65);
    assert_int_equal(k->flags, PKT_SYN | PKT_ECE | PKT_CWR | PKT_ACK);
    assert_false(k->ace);
    assert_int_equal(k->seq.seq, UINT32_MAX);
    assert_int_equal(k->seq.end, 4);
    assert_int_equal(k->ip.tos_mask, 0);
    assert_int_equal(k->ip.ttl, -1);
    assert_int_equal(k->n_options, 3);
    assert_int_equal(k->option[2].at.column, 56);
    assert_int_equal(pkt_option_bytes(&k->option[2]), 10);
    script_free(s);
}

static void head_and_lines(void **state)
{
    static const char text[] =
        "// a comment\n--ip_version=ipv6 --tolerance_usecs=50\n--tolerance_percent=1.5 --mtu=1400\n"
        "--local_ip=2001:db8::1 --non_fatal=packet,syscall --strict_segments --verbose\n"
        "`first`\r\n/* two\nlines */ 0 close(3) = 0\n`last`";
    struct script *s = must_read(text, NULL);
    const char *line;
    size_t n;

    (void)state;
    assert_int_equal(s->config.family, PKT_IPV6);
    assert_int_equal(s->config.tolerance_ns, 50000);
    assert_int_equal(s->config.tolerance_ppm, 15000);
    assert_int_equal(s->config.mtu, 1400);
    assert_int_equal(s->config.bind_port, -1);
    assert_string_equal(s->config.local_ip, "2001:db8::1");
    assert_true(s->config.strict_segments && s->config.non_fatal_packet && s->config.non_fatal_syscall);
    assert_string_equal(script_flag(s, "mtu"), "1400");
    assert_string_equal(script_flag(s, "verbose"), "");
    assert_null(script_flag(s, "speed"));
    assert_int_equal(s->n_flags, 8);
    assert_string_equal(s->init->text, "first");
    assert_string_equal(s->cleanup->text, "last");
    assert_int_equal(s->n_events, 1);
    line = script_line(s, 5, &n);
    assert_int_equal(n, 7);
    assert_memory_equal(line, "`first`", n);
    script_line(s, 99, &n);
    assert_int_equal(n, 0);
    script_free(s);
}

static void shell_words(void **state)
{
    static const char text[] = "0 `sysctl -w a=\"b  c\" 2>&1 >/dev/null && x 'y z'\\ w; # no\n"
                               " t $((1 + 2)) ${P} | grep \"$(a b)\" > out || u &`";
    static const struct {
        const char *word;
        int command;
        bool quoted, redirect;
    } rows[] = {
        {"sysctl", 0, false, false}, {"-w", 0, false, false},        {"a=b  c", 0, true, false},
        {"2>&1", 0, false, true},    {">/dev/null", 0, false, true}, {"x", 1, false, false},
        {"y z w", 1, true, false},   {"t", 2, false, false},         {"$((1 + 2))", 2, false, false},
        {"${P}", 2, false, false},   {"grep", 3, false, false},      {"$(a b)", 3, true, false},
        {">out", 3, false, true},    {"u", 4, false, false},
    };
    static const enum pkt_joint joints[] = {PKT_JOINT_AND, PKT_JOINT_END, PKT_JOINT_PIPE, PKT_JOINT_OR,
                                            PKT_JOINT_BACK};
    struct script *s = must_read(text, NULL);
    const struct pkt_shell *sh = s->event[0].u.shell;
    size_t k = 0;

    (void)state;
    assert_int_equal(sh->n, ARRAY_LEN(joints));
    for (size_t c = 0; c < sh->n; c++) {
        assert_int_equal(sh->command[c].joint, joints[c]);
        for (size_t w = 0; w < sh->command[c].n; w++, k++) {
            assert_true(k < ARRAY_LEN(rows));
            assert_string_equal(sh->command[c].word[w].text, rows[k].word);
            assert_int_equal(c, rows[k].command);
            assert_int_equal(sh->command[c].word[w].quoted, rows[k].quoted);
            assert_int_equal(sh->command[c].word[w].redirect, rows[k].redirect);
        }
    }
    assert_int_equal(k, ARRAY_LEN(rows));
    assert_int_equal(sh->command[2].word[0].at.line, 2);
    assert_int_equal(sh->command[2].word[0].at.column, 2);
    script_free(s);
}

/* ---- definitions ---- */

static void definitions(void **state)
{
    static const char *const outside[] = {"N=7", "TEXT=\"x y\"", "LINE=`z`", "DEEP"};
    const struct script_options o = {.define = outside, .n_defines = ARRAY_LEN(outside)};
    static const struct row rows[] = {
        {"0 write(3, TEXT, N) = N", "0 write(3, \"x y\", 7) = 7"},
        {"N LINE", "7 `z`"},
        {"--define=N=0x10\n0 close(N) = 0", "0 close(0x10) = 0"},
        {"--define=OPT=SO_ERROR\n0 close(OPT) = 0", "0 close(SO_ERROR) = 0"},
        {"#define X -1 // what\n0 close(X) = 0", "0 close(-1) = 0"},
        {"#ifdef DEEP\n1 close(1) = 0\n#endif\n2 close(2) = 0", "1 close(1) = 0\n2 close(2) = 0"},
        {"#ifdef NO\n1 !!! #ifdef A #else #endif // #endif\n#endif\n2 close(2) = 0", "2 close(2) = 0"},
        {"#ifndef NO\n1 close(1) = 0\n#else\n2 close(2) = 0\n#endif", "1 close(1) = 0"},
        {"#ifdef NO\n1 close(1) = 0\n#else\n2 close(2) = 0\n#endif", "2 close(2) = 0"},
        {"#ifdef Linux\n1 close(1) = 0\n#endif\n#ifdef FreeBSD\n2 close(2) = 0\n#endif", "1 close(1) = 0"},
        {"0 `sysctl net.inet.tcp.x`\n#ifdef FreeBSD\n2 close(2) = 0\n#endif",
         "0 `sysctl net.inet.tcp.x`\n2 close(2) = 0"},
        {"0 ioctl(3, FIONSPACE, [1]) = 0\n#ifdef FreeBSD\n2 close(2) = 0\n#endif",
         "0 ioctl(3, FIONSPACE, [1]) = 0\n2 close(2) = 0"},
        {"0 `sysctl net.ipv4.x`\n#ifdef FreeBSD\nFIONSPACE\n#endif", "0 `sysctl net.ipv4.x`"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct script *s = must_read(rows[i].text, &o);
        struct sbuf b = SBUF_INIT;

        print_all(s, &b);
        assert_string_equal(sbuf_str(&b), rows[i].print);
        sbuf_free(&b);
        script_free(s);
    }
}

/* ---- faults ---- */

struct fault {
    const char *text, *says; /* behind "t.pkt:" */
};

static void check_faults(const struct fault *row, size_t n, enum script_outcome outcome)
{
    static char said[DIAG_TEXT_MAX];

    for (size_t i = 0; i < n; i++) {
        struct script *s;
        struct diag d;

        if (read_text(row[i].text, NULL, &s, &d) != outcome)
            fail_msg("not refused as it should be: %s", row[i].text);
        assert_null(s);
        diag_format(&d, said, sizeof said);
        assert_memory_equal(said, "t.pkt:", 6);
        assert_string_equal(said + 6, row[i].says);
    }
}

static const struct fault wrong_rows[] = {
    {"//only", "1:7: this script has no event"},
    {"0", "1:2: expected a packet (< or >), a call, `a shell line` or %{ code }%, not the end of the script"},
    {"0 5", "1:3: expected a packet (< or >), a call, `a shell line` or %{ code }%, not \"5\""},
    {"0 ~ close(3) = 0", "1:5: expected a time in seconds, not \"close\""},
    {"-1 close(3) = 0", "1:1: expected a time from 0 to 9007199 seconds, not \"-1\""},
    {"99999999 close(3) = 0", "1:1: expected a time from 0 to 9007199 seconds, not \"99999999\""},
    {"x", "1:1: expected an event (which begins with its time: 1.5, +.1, * or +0~+.2), not \"x\""},
    {"* close(3) = 0", "1:1: the time * is for expected packets (>) only"},
    {"0~1 close(3) = 0", "1:1: a range of times is for expected packets (>) only"},
    {"2~1 > . 1:1(0)", "1:3: this range ends before it begins"},
    {"+1~2 > . 1:1(0)", "1:4: expected + and a time (the range began with +), not \"2\""},
    {"0...1 > . 1:1(0)", "1:1: start...end is for calls only"},
    {"2...1 close(3) = 0", "1:5: this call would return before it begins"},
    {"0 > X 1:1(0)", "1:5: expected TCP flags (of FSRPUEWA and ., or - for none), udp or icmp, not \"X\""},
    {"0 > S5E 1:1(0)", "1:5: the digit stands for the flags A, W and E; expected one of the two"},
    {"0 > SE5 1:1(0)", "1:5: the digit stands for the flags A, W and E; expected one of the two"},
    {"0 > S 1:3(1)", "1:7: 1 plus 1 octet is 2, not 3"},
    {"0 > S 1:1", "1:10: expected ( and the number of octets, not the end of the script"},
    {"0 > S 1:1(70000)", "1:11: expected a length from 0 to 65535, not \"70000\""},
    {"0 > S 4294967296:0(0)", "1:7: expected a sequence number from 0 to 4294967295, not \"4294967296\""},
    {"0 < S 0:0(0)", "1:13: expected win and a window: an injected packet must have one"},
    {"0 < S 0:0(0) win 65536", "1:18: expected a window from 0 to 65535, not \"65536\""},
    {"0 < S 0:0(0) win 1 <...>", "1:20: <...> is for expected packets (>) only"},
    {"0 < S ...(0) win 1", "1:3: ...(len) for the sequence number is for expected packets (>) only"},
    {"0 < [ect01] S 0:0(0) win 1", "1:6: ect01 is for expected packets (>) only"},
    {"0 > [ect0, ce] . 1:1(0)", "1:12: these bits are given twice"},
    {"0 > [tos 0x100] . 1:1(0)", "1:10: expected eight bits from 0 to 255, not \"0x100\""},
    {"0 > [warm] . 1:1(0)", "1:6: expected one of noecn, ect0, ect1, ect01, ce, ecn, tos, class, dscp, "
                            "ttl, hlim, flowlabel, not \"warm\""},
    {"0 > [ect0 . 1:1(0)", "1:11: expected , or ], not \".\""},
    {"0 > 80 . 1:1(0)",
     "1:8: expected > and the destination port (or TCP flags before the sequence numbers), not \".\""},
    {"0 > 80 > 70000 . 1:1(0)", "1:10: expected a destination port from 0 to 65535, not \"70000\""},
    {"0 > S 0:0(0) <mss 1460", "1:23: expected , or >, not the end of the script"},
    {"0 > S 0:0(0) <mss>", "1:18: expected a segment size, not \">\""},
    {"0 > S 0:0(0) <>", "1:15: expected a TCP option (mss, wscale, sackOK, sack, TS, nop, eol, FO, "
                        "FOEXP, gen-N, exp-X), not \">\""},
    {"0 > S 0:0(0) <nop>",
     "1:14: these options take 1 octet; expected a multiple of four (fill up with nop or eol)"},
    {"0 > S 0:0(0) <mss 70000>", "1:19: expected a segment size from 0 to 65535, not \"70000\""},
    {"0 > S 0:0(0) <speed 5>", "1:15: expected a TCP option (mss, wscale, sackOK, sack, TS, nop, eol, "
                               "FO, FOEXP, gen-N, exp-X), not \"speed\""},
    {"0 > S 0:0(0) <sack 1:2 3:4 5:6 7:8 9:10>", "1:36: too many SACK blocks; at most 4"},
    {"0 > S 0:0(0) <sack>", "1:19: expected a SACK block (left:right), not \">\""},
    {"0 > S 0:0(0) <sack 1:2 3:4 5:6 7:8,TS val 1 ecr 1>",
     "1:14: these options take 44 octets; a packet has room for 40"},
    {"0 > S 0:0(0) <TS 1 2>", "1:18: expected val and a time stamp, not \"1\""},
    {"0 < S 0:0(0) win 1 <TS val ... ecr 0>", "1:28: ... for a time stamp is for expected packets (>) only"},
    {"0 > S 0:0(0) <FO 123>", "1:18: expected two hexadecimal digits for each octet, not \"123\""},
    {"0 > S 0:0(0) <gen-300>", "1:15: \"gen-300\" is too large; at most 255"},
    {"0 > S 0:0(0) <gen-5x>",
     "1:15: expected gen- and a kind, or exp- and four hexadecimal digits, not \"gen-5x\""},
    {"0 < icmp nothing", "1:10: expected an ICMP type (unreachable, time_exceeded, parameter_problem ... "
                         "or type_N), not \"nothing\""},
    {"0 < icmp unreachable nothing", "1:22: expected a code of this ICMP type (or code_N), not \"nothing\""},
    {"0 < icmp unreachable host_unreachable mtu 5", "1:39: only unreachable frag_needed has an MTU"},
    {"0 < icmpv6 unreachable",
     "1:5: icmpv6 in a script of IPv4; expected icmp, or --ip_version=ipv6 in the head"},
    {"0 < icmp unreachable [1:2]", "1:26: expected ( and the number of octets, not \"]\""},
    {"0 close 3", "1:9: expected ( and the arguments of a call, not \"3\""},
    {"0 close(3", "1:10: expected , or ), not the end of the script"},
    {"0 close(3)", "1:11: expected = and the result, not the end of the script"},
    {"0 close(3, 4) = 0", "1:3: close takes 1 argument, not 2"},
    {"0 fcntl(3) = 0", "1:3: fcntl takes 2 to 3 arguments, not 1"},
    {"0 close(,) = 0",
     "1:9: expected a value (a number, a name, \"text\", ..., [list] or {structure}), not \",\""},
    {"0 close([1,]) = 0",
     "1:12: expected a value (a number, a name, \"text\", ..., [list] or {structure}), not \"]\""},
    {"0 close({a=b=1}) = 0", "1:12: expected a value, not a second field name"},
    {"0 close(3) = -1 ENOTHING (what)",
     "1:17: expected the name of an error (EINPROGRESS ...), or the next event's time, not \"ENOTHING\""},
    {"0 close(3) = -1 EBADF (what", "1:23: these parentheses have no end; expected ) on the same line"},
    {"0 close(99999999999999999999) = 0", "1:9: the number \"99999999999999999999\" does not fit 64 bits"},
    {"0 close(\"abc) = 0", "1:9: this string has no end; expected \" on the same line"},
    {"0 `abc", "1:3: this shell line has no end; expected `"},
    {"0 /* abc", "1:3: this comment has no end; expected */"},
    {"0 %{ assert 1", "1:3: this code has no end; expected }%"},
    {"#endif", "1:1: this #endif has no #ifdef"},
    {"#else", "1:1: this #else has no #ifdef"},
    {"#ifdef A", "1:1: this branch has no #endif"},
    {"#ifdef 5", "1:8: expected a name behind #ifdef or #ifndef"},
    {"#other", "1:1: expected #ifdef, #ifndef, #else, #endif or #define (comments begin with //)"},
    {"0 close(3) = 0 `a` `b`",
     "1:20: expected the end (a shell line without a time stands first or last), not \"`b`\""},
    {"`a` `b` 0 close(3) = 0",
     "1:5: a second shell line without a time; put both into one, or give it a time"},
    {"--nothing=1 0 close(3) = 0", "1:1: --nothing is no flag of packetdrill"},
    {"--mtu 0 close(3) = 0", "1:6: expected = and a value behind --mtu"},
    {"--mtu=1 0 close(3) = 0", "1:7: expected a number from 68 to 65535 behind --mtu=, not \"1\""},
    {"--ip_version=ipv5 0 close(3) = 0", "1:14: expected ipv4, ipv6 or ipv4-mapped-ipv6, not \"ipv5\""},
    {"--tolerance_percent=101 0 close(3) = 0", "1:21: expected a percentage from 0 to 100, not \"101\""},
    {"--non_fatal=all 0 close(3) = 0", "1:13: expected packet or syscall, or both with a comma, not \"all\""},
    {"--stack=bsd 0 close(3) = 0", "1:9: expected rfc, linux or freebsd, not \"bsd\""},
    {"--tcp=sack 0 close(3) = 0",
     "1:7: expected NAME=VALUE, an option of a host and its value, not \"sack\""},
    {"--tcp=sacks=true 0 close(3) = 0",
     "1:7: expected the name of a host's option, as a lesson writes it, not \"sacks=true\""},
    {"--tcp=sack=1 0 close(3) = 0", "1:7: expected true or false, not \"sack=1\""},
    {"--tcp=msl=5 0 close(3) = 0",
     "1:7: expected a time within the option's limits, with ns, us, ms or s, not \"msl=5\""},
    {"--tcp=mtu=67 0 close(3) = 0", "1:7: expected a number within the option's limits, not \"mtu=67\""},
    {"--tcp=congestion=cubik 0 close(3) = 0",
     "1:7: expected a name that a lesson knows for this option, not \"congestion=cubik\""},
    {"--tcp=initial_window_rule=1 0 close(3) = 0",
     "1:7: expected a name that a lesson knows for this option, not \"initial_window_rule=1\""},
    {"--tcp=msl=-9223372036854775807s 0 close(3) = 0",
     "1:7: expected a time within the option's limits, with ns, us, ms or s, not "
     "\"msl=-9223372036854775807s\""},
    {"--mtu=1500\n--local_ip=foo 0 close(3) = 0",
     "2:12: expected an IPv4 address behind --local_ip=, not \"foo\""},
    {"--remote_ip=2001:db8::1 0 close(3) = 0",
     "1:13: expected an IPv4 address behind --remote_ip=, not \"2001:db8::1\""},
    {"--local_ip=10.0.0.1 --ip_version=ipv6 0 close(3) = 0",
     "1:12: expected an IPv6 address behind --local_ip=, not \"10.0.0.1\""},
    {"--define=A=a+b 0 close(A) = 0",
     "1:24: A is defined as a+b; expected a number, a word, \"text\" or `a shell line`"},
    {"0 `a &&`", "1:8: expected a command behind the last && or |"},
    {"0 `| a`", "1:4: expected a command before this"},
    {"0 `a \"b`", "1:6: these quotes have no end; expected \""},
    {"0 `a > `", "1:8: expected the file of this redirection"},
    {"0 `$(a`", "1:4: this $ has no end; expected ) or }"},
    {"0 @", "1:3: expected a packet (< or >), a call, `a shell line` or %{ code }%, not \"@\""},
    {"0 %{ assert }%", "1:12: in this code: expected a value, not the end of the code"},
    {"0 %{ assert 1 + }%", "1:16: in this code: expected a value, not the end of the code"},
    {"0 %{ x = = }%", "1:10: in this code: expected a value, not \"=\""},
    {"0 %{ 5 = x }%", "1:8: in this code: expected one name before =, not \"=\""},
    {"0 %{ if 1 }%", "1:10: in this code: expected :, not the end of the code"},
    {"0 %{ (1 }%", "1:8: in this code: expected , or the closing bracket, not the end of the code"},
    {"0 %{ 1 2 }%", "1:8: in this code: expected the end of the line, not \"2\""},
    {"0 %{ 'a }%", "1:6: in this code: this text has no end; expected '"},
    {"0 %{ 1 not 2 }%", "1:12: in this code: expected in, not \"2\""},
    {"0 > . 1:1(0)\n  é /* x */ y",
     "2:3: expected an event (which begins with its time: 1.5, +.1, * or +0~+.2), not \"é\""},
    {"0 `\n \"é\" x \"`", "2:8: these quotes have no end; expected \""},
    {"0 %{\n\n  assert é }%", "3:10: in this code: a character that has no place here"},
};

static void wrong(void **state)
{
    (void)state;
    check_faults(wrong_rows, ARRAY_LEN(wrong_rows), SCRIPT_WRONG);
}

static const struct fault refused_rows[] = {
    {"0 < sctp: INIT", "1:5: not supported: SCTP"},
    {"0 > gre: . 1:1(0)", "1:5: not supported: GRE encapsulation"},
    {"0 > ipv4 1.2.3.4 > 5.6.7.8: . 1:1(0)", "1:5: not supported: a packet within an IPv4 packet"},
    {"0 > mpls (label 1) . 1:1(0)", "1:5: not supported: MPLS labels"},
    {"0 > udplite (1, 2)", "1:5: not supported: UDP-Lite"},
    {"0 > S 0:0(0) <md5 00>", "1:15: not supported: TCP-MD5 (RFC 2385)"},
    {"0 > S 0:0(0) <AccECN0 ee0b 1>", "1:15: not supported: AccECN options"},
    {"0 > R 0:0(0) win 0 [code 1, pen 2]", "1:20: not supported: a reason carried by a RST"},
    {"0 > S 0:0(0) win 0 /udp(1 > 2)", "1:20: not supported: TCP in UDP"},
    {"0 < icmp unreachable [sctp (1)]", "1:23: not supported: SCTP"},
    {"0 sctp_sendmsg(3) = 0", "1:3: not supported: the call sctp_sendmsg"},
    {"0 sendfile(3, 4, 0, 1) = 0", "1:3: not supported: the call sendfile"},
    {"0 close({(label 1)}) = 0", "1:10: not supported: a value in parentheses (an MPLS label)"},
    {"--wire_client 0 close(3) = 0", "1:1: not supported: --wire_client (tests over a wire)"},
    {"--so_filename=x 0 close(3) = 0", "1:1: not supported: --so_filename (a library under test)"},
    {"0 `(a)`", "1:4: not supported: ( in a shell line"},
    {"0 `a <<E`", "1:6: not supported: << in a shell line"},
    {"0 %{ import os }%", "1:6: not supported: \"import\" in code"},
    {"0 %{ x.y }%", "1:7: not supported: \".\" in code"},
    {"0 %{ x[1] }%", "1:7: not supported: an element of a list in code"},
    {"0 %{ open(1) }%", "1:6: not supported: the function open in code"},
    {"0 %{ x = lambda: 1 }%", "1:10: not supported: \"lambda\" in code"},
    {"0 %{ for x in y: pass }%", "1:6: not supported: \"for\" in code"},
};

static void refused(void **state)
{
    (void)state;
    check_faults(refused_rows, ARRAY_LEN(refused_rows), SCRIPT_REFUSED);
}

/* ---- limits ---- */

static void repeat(struct sbuf *b, const char *text, size_t times)
{
    while (times-- > 0)
        sbuf_puts(b, text);
}

static void check_limit(const char *before, const char *again, size_t times, const char *behind,
                        const char *says)
{
    struct sbuf b = SBUF_INIT;
    struct script *s = NULL;
    enum script_outcome outcome;
    struct diag d;

    sbuf_puts(&b, before);
    repeat(&b, again, times);
    sbuf_puts(&b, behind);
    diag_clear(&d);
    outcome = script_parse("t.pkt", sbuf_str(&b), b.len, NULL, &s, &d);
    if (says) {
        assert_string_equal(d.message, says);
        assert_int_equal(outcome, SCRIPT_WRONG);
    } else {
        assert_string_equal(d.message, "");
        assert_int_equal(outcome, SCRIPT_OK);
    }
    script_free(s);
    sbuf_free(&b);
}

static void limits(void **state)
{
    (void)state;
    check_limit("0 close(", "[", SCRIPT_NESTING_MAX - 2, "3", "expected , or ], not the end of the script");
    check_limit("0 close(", "[", 100000, "3", "too many brackets in one another; at most 32");
    check_limit("0 close(", "a=", 100000, "3", "too many = in one another; at most 32");
    check_limit("0 close(", "a(", 100000, "3", "too many brackets in one another; at most 32");
    check_limit("", "0 close(3) = 0 ", SCRIPT_EVENTS_MAX, "", NULL);
    check_limit("", "0 close(3) = 0 ", SCRIPT_EVENTS_MAX + 1, "", "too many events; at most 20000");
    check_limit("0 close(0", "|0", 450000, ") = 0", "this script is too large: more than 400000 parts");
    check_limit("0 `", "a ", 300000, "`", NULL);
    check_limit("0 `", "a;", 450000, "`", "this script is too large: more than 400000 parts");
    check_limit("//", "x", SCRIPT_BYTES_MAX, "", "this script is too large: 1048578 bytes, at most 1048576");
    check_limit("#ifndef A\n", "#ifndef A\n", 40, "", "too many #ifdef in one another; at most 32");
    check_limit("", "#define A 1\n", 1000, "0 close(3) = 0", NULL);
    check_limit("0 %{ assert 1", "+1", 400, " }%", NULL);
    check_limit("0 %{ assert 1", "+1", 4000, " }%", "this code is too large: more than 1000 parts");
    check_limit("0 %{ ", "(", 20, "1", "this code has no end; expected }%");
    check_limit("0 %{ ", "(", 20, "1 }%",
                "in this code: expected , or the closing bracket, not the end of the code");
    check_limit("0 %{ ", "(", 50, "1 }%", "in this code: too much in one another; at most 32");
    check_limit("0 %{ ", "not ", 5000, "1 }%", "in this code: too much in one another; at most 32");
    check_limit("0 %{ ", "-", 5000, "1 }%", "in this code: too much in one another; at most 32");
    check_limit("0 %{ ", "1 if 1 else ", 5000, "1 }%", "in this code: too much in one another; at most 32");
    check_limit("0 %{ ", "2**", 5000, "1 }%", "in this code: too much in one another; at most 32");
}

static void nul_octets(void **state)
{
    struct script *s;
    struct diag d;

    (void)state;
    diag_clear(&d);
    assert_int_equal(script_parse("t.pkt", "0 close(3)\n = \0", 15, NULL, &s, &d), SCRIPT_WRONG);
    assert_string_equal(d.message, "expected a script, which is text, not a NUL octet");
    assert_int_equal(d.line, 2);
    assert_int_equal(d.column, 4);
}

static void missing_files(void **state)
{
    struct script *s;
    struct diag d;

    (void)state;
    diag_clear(&d);
    assert_int_equal(script_load("no/such.pkt", NULL, &s, &d), SCRIPT_WRONG);
    assert_string_equal(d.path, "no/such.pkt");
    assert_true(diag_is_set(&d));
}

/* ---- names ---- */

static void names(void **state)
{
    (void)state;
    for (int i = 1; i < PKT_NAMES; i++)
        assert_int_equal(pkt_name_find(pkt_name_word((enum pkt_name)i)), i);
    for (int i = 1; i < PKT_ERRNOS; i++)
        assert_int_equal(pkt_errno_find(pkt_errno_word((enum pkt_errno)i)), i);
    for (int i = 1; i < PKT_SYSCALLS; i++)
        assert_int_equal(pkt_syscall_find(pkt_syscall_word((enum pkt_syscall)i)), i);
    assert_int_equal(pkt_name_find("POLL"), PKT_NAME_NONE);
    assert_int_equal(pkt_name_value(PKT_N_O_NONBLOCK, PKT_LINUX), 0x800);
    assert_int_equal(pkt_name_value(PKT_N_O_NONBLOCK, PKT_FREEBSD), 4);
    assert_true(pkt_name_value(PKT_N_TCP_CORK, PKT_FREEBSD) == PKT_NO_VALUE);
    assert_int_equal(pkt_name_of(PKT_GROUP_POLL, 0x2000, PKT_LINUX), PKT_N_POLLRDHUP);
    assert_int_equal(pkt_name_of(PKT_GROUP_POLL, 0x999, PKT_LINUX), PKT_NAME_NONE);
    assert_int_equal(pkt_name_group(PKT_N_SHUT_RDWR), PKT_GROUP_SHUT);
    assert_int_equal(pkt_errno_of(61, PKT_FREEBSD), PKT_ECONNREFUSED);
    assert_int_equal(pkt_errno_of(11, PKT_LINUX), PKT_EAGAIN);
    assert_string_equal(pkt_errno_text(PKT_EPIPE), "Broken pipe");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(packets),
        cmocka_unit_test(ip_headers),
        cmocka_unit_test(option_lists),
        cmocka_unit_test(icmp_messages),
        cmocka_unit_test(calls),
        cmocka_unit_test(shell_and_code),
        cmocka_unit_test(tree_of_a_call),
        cmocka_unit_test(tree_of_a_packet),
        cmocka_unit_test(head_and_lines),
        cmocka_unit_test(shell_words),
        cmocka_unit_test(definitions),
        cmocka_unit_test(wrong),
        cmocka_unit_test(refused),
        cmocka_unit_test(limits),
        cmocka_unit_test(nul_octets),
        cmocka_unit_test(missing_files),
        cmocka_unit_test(names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
