/* script: a packetdrill script as a tree, of either dialect (google's and nplab's), read from text.
 *
 * A struct script owns all memory of its tree (script_free gives everything back at once); every pointer
 * below points into it and lives as long. Nothing here knows a world, a TCP or a socket: the tree says what
 * is written, the interpreter gives it its meaning. Reading never changes anything outside the script, runs
 * no command, opens no file (script_load apart), and ends for every input: size, events and nesting are
 * bounded.
 *
 * The same struct pkt_packet describes a packet that a script injects, one that it expects, and one that was
 * really seen (the interpreter fills it in), so that one function prints them all and fields compare one to
 * one.
 *
 * What a script may hold but this laboratory does not speak of (SCTP, GRE, MPLS, PSP, TCP-MD5, AccECN
 * counters, IP in IP ...) is refused while reading, with its place and its name: SCRIPT_REFUSED, not
 * SCRIPT_WRONG. */
#ifndef TCPLAB_PACKETDRILL_SCRIPT_H
#define TCPLAB_PACKETDRILL_SCRIPT_H

#include "sim/core/base.h"
#include "sim/core/diag.h"
#include "sim/core/sbuf.h"
#include "sim/packetdrill/names.h"

enum {
    SCRIPT_BYTES_MAX = 1 << 20, /* of source text */
    SCRIPT_EVENTS_MAX = 20000,  /* events in one script */
    SCRIPT_NODES_MAX = 400000,  /* expressions, options, words: bounds the memory of a script */
    SCRIPT_NESTING_MAX = 32,    /* brackets in brackets, #ifdef in #ifdef, parentheses in code */
    PKT_OPTION_BYTES_MAX = 40,  /* TCP options of one packet */
    PKT_SACK_BLOCKS_MAX = 4,
};

/* Where something begins in the source, both from 1; the column in characters. */
struct pkt_place {
    int line, column;
};

/* ---- when ---- */

enum pkt_time_kind {
    PKT_TIME_ABSOLUTE, /* `1.5`: at from, counted from the script's start */
    PKT_TIME_RELATIVE, /* `+.1`: from after the event before (for an expected packet: after its due time) */
    PKT_TIME_ANY,      /* `*`: whenever it comes; only for expected packets */
    PKT_TIME_ABSOLUTE_RANGE, /* `1~2`: between from and to; only for expected packets */
    PKT_TIME_RELATIVE_RANGE, /* `+1~+2`: the same, counted from the event before */
};

struct pkt_time {
    enum pkt_time_kind kind;
    vtime from, to; /* nanoseconds, 0 <= from <= to; to == from unless a range */
};

/* ---- packets ---- */

enum pkt_protocol {
    PKT_TCP,
    PKT_UDP,
    PKT_ICMP, /* ICMP or ICMPv6, by the script's family */
};

enum pkt_direction {
    PKT_IN,  /* `<`: injected by the script, arrives at the TCP under test */
    PKT_OUT, /* `>`: must be sent by the TCP under test */
};

enum { /* TCP flags, as on the wire (RFC 9293 3.1; AE: RFC 9768) */
       PKT_FIN = 0x01,
       PKT_SYN = 0x02,
       PKT_RST = 0x04,
       PKT_PSH = 0x08,
       PKT_ACK = 0x10,
       PKT_URG = 0x20,
       PKT_ECE = 0x40,
       PKT_CWR = 0x80,
       PKT_AE = 0x100,
};

enum { /* values of the two ECN bits (RFC 3168) */
       PKT_NOT_ECT = 0,
       PKT_ECT1 = 1,
       PKT_ECT0 = 2,
       PKT_CE = 3,
};

enum pkt_option_kind {
    PKT_OPT_EOL,
    PKT_OPT_NOP,
    PKT_OPT_MSS,
    PKT_OPT_WSCALE,
    PKT_OPT_SACKOK,
    PKT_OPT_SACK,
    PKT_OPT_TS,
    PKT_OPT_FO,      /* TCP Fast Open, kind 34; n bytes of cookie, 0: a request */
    PKT_OPT_FOEXP,   /* the experimental one, kind 254 with 0xf989 */
    PKT_OPT_EXP,     /* kind 254 with another identifier: `exp-XXXX hex` */
    PKT_OPT_GENERIC, /* any kind by number: `gen-N hex`, n bytes after kind and length */
    PKT_OPT_RAW,     /* the whole option field as hex: `<020405b4>`, n bytes; the only element then */
};

struct pkt_option {
    struct pkt_place at;
    enum pkt_option_kind kind;
    union {
        uint16_t mss;
        uint8_t wscale;
        struct {
            uint8_t n;
            struct {
                uint32_t left, right; /* relative to the direction's sequence space, as seq and ack */
            } block[PKT_SACK_BLOCKS_MAX];
        } sack;
        struct {
            uint32_t val, ecr;
            bool val_any;      /* `TS val ... ecr N`: val is not compared */
            bool ecr_absolute; /* `ecr N!`: the very number, no mapping from the script's time stamps */
        } ts;
        struct {
            uint16_t id; /* GENERIC: the kind; EXP: the 16-bit identifier */
            uint8_t n;
            uint8_t byte[PKT_OPTION_BYTES_MAX];
        } data; /* FO, FOEXP, EXP, GENERIC, RAW */
    } u;
};

/* Bytes the option takes in a header. */
size_t pkt_option_bytes(const struct pkt_option *o);

/* What is said about the IP header; all zero but ttl and flow_label (-1): nothing said. */
struct pkt_ip {
    uint8_t tos;        /* IPv4 TOS or IPv6 traffic class octet */
    uint8_t tos_mask;   /* which bits of it are given: 0xff tos, 0xfc dscp, 0x03 noecn, ect0, ect1, ce */
    bool ect01;         /* [ect01]: ECT(0) or ECT(1), either will do; only expected packets */
    int16_t ttl;        /* or the hop limit; -1: not given */
    int32_t flow_label; /* -1: not given */
};

/* A stretch of sequence numbers: `seq:end(len)`. Numbers are relative to the initial sequence number of the
 * sender of the packet (a SYN is 0), except where absolute says otherwise. end == seq + len always. */
struct pkt_seq {
    uint32_t seq, end;
    uint32_t len;
    bool absolute; /* `1:1(0)!`: seq is the number on the wire */
    bool any;      /* `...(len)`: seq is not compared */
};

enum pkt_quote { PKT_QUOTE_NONE, PKT_QUOTE_TCP, PKT_QUOTE_UDP, PKT_QUOTE_RAW };

struct pkt_packet {
    struct pkt_place at; /* of `<` or `>` */
    enum pkt_direction direction;
    enum pkt_protocol protocol;
    struct pkt_ip ip;
    uint16_t src_port, dst_port; /* `8080 > 42000`; 0: not given, the connection's own */

    /* PKT_TCP */
    uint16_t flags; /* PKT_FIN ...; all of them are meant, a bit that is 0 too */
    bool ace;       /* a digit stood for the three bits AE, CWR, ECE: print it that way */
    struct pkt_seq seq;
    bool has_ack; /* `ack N` stands there (it may, without the ACK flag, and the flag without it: then ack is
                     0) */
    uint32_t ack; /* relative to the other side's initial sequence number */
    bool has_win; /* always for inbound TCP packets. Not given or `win *`: not compared */
    uint16_t win; /* as in the header, not scaled */
    uint16_t urg; /* 0 if not given */
    bool options_any; /* `<...>`: not compared; only expected packets */
    const struct pkt_option *option;
    size_t n_options; /* 0: the packet has none (an absent list says so too) */

    /* PKT_UDP */
    uint32_t udp_len; /* payload bytes */

    /* PKT_ICMP */
    uint8_t icmp_type, icmp_code; /* numbers of the script's family */
    int64_t icmp_mtu;             /* -1: not given */
    int32_t icmp_id;              /* echo identifier; -1: not given */
    enum pkt_quote quote;         /* what of the offending packet is quoted, `[1:1001(1000)]` */
    struct pkt_seq quoted;        /* PKT_QUOTE_TCP; for the other two only len */
};

/* ---- calls ---- */

enum pkt_expr_kind {
    PKT_EXPR_ELLIPSIS, /* `...`: any value; as an argument, one that the interpreter supplies */
    PKT_EXPR_INT,      /* 17, -1, 0x1f */
    PKT_EXPR_STRING,   /* "text", or "text"... (more follows that is not compared) */
    PKT_EXPR_NAME,     /* SOCK_STREAM: text is the word, name its id, value its number if known */
    PKT_EXPR_OR,       /* a|b|c: item are the operands */
    PKT_EXPR_LIST,     /* [a, b, c] */
    PKT_EXPR_STRUCT,   /* {a, b} or {field=a, field=b} */
    PKT_EXPR_APPLY,    /* htons(8080), inet_addr("10.0.0.1"), sizeof(x): text is the function's name */
    PKT_EXPR_ANY,      /* `?`: as a result, whatever it is */
    PKT_EXPR_NULL,     /* NULL */
};

struct pkt_expr {
    struct pkt_place at;
    enum pkt_expr_kind kind;
    const char
        *field; /* the name before `=`: `sin_port` of `sin_port = htons(80)`; NULL where there is none */
    struct pkt_expr *extent; /* the number in `msg_iov(2) = ...`, NULL elsewhere */
    const char *text;        /* STRING (escapes resolved), NAME, APPLY; else NULL. NUL-terminated */
    size_t text_len;         /* of text; a STRING may hold NULs */
    bool more;               /* STRING followed by `...` */
    bool hex;                /* INT was written in hexadecimal */
    bool known; /* value is good: INT, NAME in names.def or errno.def, OR of such, htons(INT), htonl(INT) */
    int64_t value;      /* in the numbers of the script's system (script.os); htons keeps the host's order */
    enum pkt_name name; /* NAME: its id in names.def, else PKT_NAME_NONE */
    enum pkt_errno error;   /* NAME: its id in errno.def, else PKT_ERRNO_NONE */
    struct pkt_expr **item; /* OR, LIST, STRUCT, APPLY */
    size_t n;
};

/* The item of a STRUCT that has this field name, or NULL. */
const struct pkt_expr *pkt_expr_field(const struct pkt_expr *e, const char *field);

/* `start...end name(args) = result ERRNO (text) (note)` */
struct pkt_call {
    struct pkt_place at; /* of the name */
    bool blocking;       /* `0...1 accept(...)`: may block, and must return at end */
    vtime end; /* counted as the event's own time: absolute if that is, else after the event before */
    enum pkt_syscall id; /* of calls.def; a name that is not in it is refused while reading */
    const char *name;
    struct pkt_expr **arg;
    size_t n_args;
    struct pkt_expr *result;
    struct pkt_place error_at;
    enum pkt_errno error;   /* PKT_ERRNO_NONE where no errno is named */
    const char *error_name; /* NULL likewise */
    const char *error_text; /* between its parentheses, spaces joined; NULL if not given. Not judged */
    const char *note;       /* the last parentheses, `(flags O_RDWR)`; NULL if not given. Not judged */
};

/* ---- shell lines ---- */

enum pkt_joint {                 /* what stands behind a command */
                 PKT_JOINT_END,  /* `;`, a new line, or the end */
                 PKT_JOINT_AND,  /* && */
                 PKT_JOINT_OR,   /* || */
                 PKT_JOINT_PIPE, /* | */
                 PKT_JOINT_BACK, /* & */
};

struct pkt_word {
    struct pkt_place at;
    const char *text; /* quotes removed; $, `*` and their like stay as they are written */
    bool quoted;      /* some of it was in quotes */
    bool redirect;    /* an operator with its target: `2>/dev/null`, `>file`, `2>&1` */
};

struct pkt_command {
    struct pkt_word *word; /* never 0 words */
    size_t n;
    enum pkt_joint joint;
};

struct pkt_shell {
    struct pkt_place at; /* of the first backquote */
    const char *text;    /* as written between the backquotes */
    struct pkt_command *command;
    size_t n; /* 0: only comments or nothing */
};

/* ---- code ---- */

struct code_program; /* sim/packetdrill/code.h */

struct pkt_code {
    struct pkt_place at;          /* of `%{` */
    struct pkt_place inside;      /* of the first character of text */
    const char *text;             /* between the brackets, blanks at both ends removed */
    struct code_program *program; /* ready to run: code_run */
};

/* ---- the script ---- */

enum pkt_event_kind { PKT_EVENT_PACKET, PKT_EVENT_CALL, PKT_EVENT_SHELL, PKT_EVENT_CODE };

struct pkt_event {
    struct pkt_place at;  /* of its time */
    struct pkt_place end; /* just behind its last character */
    struct pkt_time time;
    enum pkt_event_kind kind;
    union {
        struct pkt_packet *packet;
        struct pkt_call *call;
        struct pkt_shell *shell;
        struct pkt_code *code;
    } u;
};

/* A flag of the script's head, `--mtu=1500`. Names are checked against the known ones of both dialects. */
struct pkt_flag {
    struct pkt_place at, value_at;
    const char *name;  /* without the dashes */
    const char *value; /* NULL: none was given */
};

enum pkt_family { PKT_IPV4, PKT_IPV6, PKT_MAPPED }; /* MAPPED: IPv6 sockets, IPv4 on the wire */

/* The head's flags that mean something here, read and in range; the others are only in flag[]. */
struct pkt_config {
    enum pkt_family family; /* --ip_version; IPv4 if not given */
    int64_t tolerance_ns;   /* --tolerance_usecs; -1: not given */
    int64_t tolerance_ppm;  /* --tolerance_percent, in millionths; -1 */
    int32_t mtu;            /* --mtu; -1 */
    int32_t bind_port;      /* --bind_port; -1 */
    int32_t connect_port;   /* --connect_port; -1 */
    int64_t ts_tick_ns;     /* --tcp_ts_tick_usecs; -1 */
    const char *local_ip;   /* of the TCP under test, an address of the family (as remote_ip is); NULL */
    const char *remote_ip;  /* NULL */
    bool strict_segments;   /* --strict_segments: no aggregation of expected packets */
    bool non_fatal_packet;  /* --non_fatal=packet */
    bool non_fatal_syscall; /* --non_fatal=syscall */
    bool ts_ecr_scaled;     /* --tcp_ts_ecr_scaled */
    bool send_omit_free;    /* --send_omit_free */
};

struct script {
    const char *path; /* as given; the file of every pkt_place */
    enum pkt_os os;   /* whose numbers and #ifdef name hold */
    struct pkt_config config;
    struct pkt_flag *flag;
    size_t n_flags;
    struct pkt_shell *init;    /* the backquotes before the first event, NULL if none */
    struct pkt_shell *cleanup; /* the backquotes after the last event, NULL if none; to be run in any case */
    struct pkt_event *event;
    size_t n_events;
    const char *source; /* the text, for quoting lines; NUL-terminated */
    size_t source_len;
    struct script_memory *memory; /* private */
};

struct script_options {
    enum pkt_os os;            /* PKT_OS_GUESS: by what the text's shell lines name */
    const char *const *define; /* "NAME=value" or "NAME", of --define; before the script's own */
    size_t n_defines;
};

enum script_outcome {
    SCRIPT_OK,
    SCRIPT_WRONG,   /* no packetdrill script: d says where and what was expected */
    SCRIPT_REFUSED, /* a packetdrill script, but asking for what is not supported: d says where and what */
};

/* Reads n bytes of text; path is used in diagnoses only (copied); o may be NULL. Not OK: *out is NULL, and d
 * says why (d may be NULL). Copies what it keeps. */
enum script_outcome script_parse(const char *path, const char *text, size_t n, const struct script_options *o,
                                 struct script **out, struct diag *d);

/* The same for a file; path "-" is the standard input. A file that cannot be read is SCRIPT_WRONG. */
enum script_outcome script_load(const char *path, const struct script_options *o, struct script **out,
                                struct diag *d);

void script_free(struct script *s); /* NULL is allowed */

/* The value of a flag of the head ("mtu"), the last if it is given twice; "" if it has none, NULL if absent.
 */
const char *script_flag(const struct script *s, const char *name);

/* The source line with this number, without its end; not terminated. Length 0 if there is no such line. */
const char *script_line(const struct script *s, int line, size_t *len);

/* ---- printing: the canonical text ---- */

/* An event as one line without a newline, its time first: `+0.1 > S. 0:0(0) ack 1 win 65535 <mss 1460>`. What
 * it prints, script_parse reads as the same event. */
void script_print_event(const struct script *s, const struct pkt_event *e, struct sbuf *b);

/* A packet in the dialect's notation: `< [ect0] . 1:1001(1000) ack 1 win 257 <nop,nop,TS val 1 ecr 2>`, for a
 * script's packets as well as for one that was seen. family names ICMP types (PKT_MAPPED as IPv4). */
void pkt_print_packet(const struct pkt_packet *p, enum pkt_family family, struct sbuf *b);

/* Its parts, for comparisons field by field: `S.`, `wscale 7`. */
void pkt_print_flags(uint16_t flags, bool ace, struct sbuf *b);
void pkt_print_option(const struct pkt_option *o, struct sbuf *b);

void pkt_print_expr(const struct pkt_expr *e, struct sbuf *b);

#endif
