/* tcp_script.c: scripts of the bench (tcp_rig.h says what each line does). */
#include "tests/support/tcp_rig.h"
#include "models/tcp/scoreboard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGS 8

struct words {
    int n;
    char *at[ARGS];
    char text[256];
};

static void bad(struct rig *r, const char *why)
{
    fail_msg("%s: at `%s`: %s", r->label ? r->label : "script", r->line, why);
}

static void split(struct words *w, const char *line)
{
    snprintf(w->text, sizeof w->text, "%s", line);
    w->n = 0;
    for (char *p = strtok(w->text, " "); p && w->n < ARGS; p = strtok(NULL, " "))
        w->at[w->n++] = p;
}

static bool has(const struct words *w, const char *word)
{
    for (int i = 1; i < w->n; i++)
        if (strcmp(w->at[i], word) == 0)
            return true;
    return false;
}

static int64_t parse_time(const char *s)
{
    char *end;
    int64_t n = strtoll(s, &end, 0);
    if (strcmp(end, "s") == 0)
        return n * NS_PER_S;
    if (strcmp(end, "ms") == 0)
        return n * NS_PER_MS;
    if (strcmp(end, "us") == 0)
        return n * NS_PER_US;
    CHECK(*end == '\0');
    return n;
}

#define SET_TIME(o, v) (o) = parse_time(v)
#define SET_BYTES(o, v) (o) = parse_time(v)
#define SET_INT(o, v) (o) = parse_time(v)
#define SET_ISS(o, v) (o) = parse_time(v)
#define SET_BOOL(o, v) (o) = parse_time(v) != 0
#define SET_CC(o, v) (o) = cc_find(v)
#define SET_IW(o, v) (o) = cc_iw_find(v)

static void set_option(struct rig *r, const char *option, const char *value)
{
#define OPTION(type, name, def, min, max, rfc, doc)                                                          \
    if (strcmp(option, #name) == 0) {                                                                        \
        SET_##type(r->opt.name, value);                                                                      \
        return;                                                                                              \
    }
#include "models/tcp/option.def"
#undef OPTION
    bad(r, "no such option");
}

/* --- walking and looking at the state --- */

static void go_to(struct rig *r, const char *name)
{
    if (strcmp(name, "SYN-RECEIVED-ACTIVE") == 0) {
        rig_reach_syn_received_active(r);
    } else if (strcmp(name, "ESTABLISHED-PASSIVE") == 0) {
        rig_reach_passive(r);
    } else {
        int s = find_state(name);
        if (s < 0)
            bad(r, "no such state");
        rig_reach(r, (enum tcp_state)s);
    }
}

static void expect_state(struct rig *r, const char *name)
{
    if (strcmp(name, "gone") == 0) {
        if (rig_tcb(r))
            bad(r, "the TCB is still there");
        return;
    }
    if (strcmp(name_state(rig_state(r)), name) != 0)
        fail_msg("%s: at `%s`: state is %s", r->label, r->line, name_state(rig_state(r)));
}

static int64_t rel(seq32 s, uint32_t base)
{
    return (int32_t)(s.v - base);
}

static bool read_var(struct rig *r, const char *name, int64_t *v)
{
    struct tcb *t = rig_tcb(r);
    struct tcp_ctx x = rig_ctx(r);
    static const struct recovery none = {.sacked = 0};
    const struct recovery *v6675 = recovery_of(&x, t) ? recovery_of(&x, t) : &none;
    const struct {
        const char *name;
        int64_t value;
    } vars[] = {
        {"pipe", board_pipe(&x, t)},
        {"sacked", v6675->sacked},
        {"high_rxt", rel(v6675->high_rxt, r->iss)},
        {"recover", rel(t->snd.recover, r->iss)},
        {"dupacks", t->snd.dupacks},
        {"snd.una", rel(t->snd.una, r->iss)},
        {"snd.nxt", rel(t->snd.nxt, r->iss)},
        {"snd.wnd", t->snd.wnd},
        {"snd.max_wnd", t->snd.max_wnd},
        {"snd.mss", eff_mss(t)},
        {"snd.up", rel(t->snd.up, r->iss)},
        {"rcv.nxt", rel(t->rcv.nxt, r->irs)},
        {"rcv.wnd", rcv_wnd(t)},
        {"rcv.up", rel(t->rcv.up, r->irs)},
        {"cwnd", t->cc.cwnd},
        {"ssthresh", t->cc.ssthresh},
        {"rto", rto_now(&x, t)},
        {"srtt", t->srtt},
        {"rttvar", t->rttvar},
        {"unread", t->rcv.unread},
        {"queued", (int64_t)snd_waiting(t)},
        {"backoff", t->backoff},
        {"flight", flight_size(t)},
        {"bad_routes", r->bad_routes},
        {"ttl", r->last_out.ttl},
        {"tos", r->last_out.tos},
        {"snd.wl1", rel(t->snd.wl1, r->irs)},
        {"snd.wl2", rel(t->snd.wl2, r->iss)},
        {"ranges", t->rcv.ooo.n},
        {"status.dscp", r->status.dscp_received},
        {"status.unread", r->status.unread},
        {"status.unacked", r->status.unacked},
        {"status.urgent", r->status.urgent_left},
        {"status.rcv_wnd", r->status.rcv_wnd},
        {"status.snd_wnd", r->status.snd_wnd},
    };
    for (size_t i = 0; i < ARRAY_LEN(vars); i++) {
        if (strcmp(vars[i].name, name) == 0) {
            *v = vars[i].value;
            return true;
        }
    }
    return false;
}

static void expect_var(struct rig *r, const char *name, const char *value)
{
    int64_t v = 0;
    if (!rig_tcb(r))
        bad(r, "no TCB");
    if (!read_var(r, name, &v))
        bad(r, "no such variable");
    if (v != parse_time(value))
        fail_msg("%s: at `%s`: it is %lld", r->label, r->line, (long long)v);
}

static void expect_timer(struct rig *r, const char *name, const char *value)
{
    static const struct {
        const char *name;
        enum tcp_timer timer;
        uint64_t role;
    } row[] = {{"retransmission", TM_RETX, 0},
               {"persist", TM_PERSIST, 0},
               {"delayed-ack", TM_DELACK, 0},
               {"time-wait", TM_TIMEWAIT, 0},
               {"keepalive", TM_KEEPALIVE, 0},
               {"user", TM_USER, 0},
               {"sws", TM_SPARE, 0},
               {"orphan", TM_SPARE, TF_ORPHAN_WAIT},
               {"cork", TM_SPARE, TF_CORK_WAIT}};
    struct tcb *t = rig_tcb(r);
    if (!t)
        bad(r, "no TCB");
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        if (strcmp(row[i].name, name) != 0)
            continue;
        bool on = timer_on(t, row[i].timer) &&
                  (row[i].timer != TM_SPARE || (t->flags & (TF_ORPHAN_WAIT | TF_CORK_WAIT)) == row[i].role);
        vtime left = on ? t->due[row[i].timer] - world_now(&r->w) : -1;
        if (strcmp(value, "off") == 0 ? on : left != parse_time(value))
            fail_msg("%s: at `%s`: %s, %lld ns left", r->label, r->line, on ? "armed" : "off",
                     (long long)left);
        return;
    }
    bad(r, "no such timer");
}

static void expect_cited(struct rig *r, const char *name, bool wanted)
{
    for (unsigned i = 1; i < C_COUNT; i++) {
        if (strcmp(tcp_clause((enum tcp_clause)i)->id, name) == 0) {
            if ((r->cited_now[i] != 0) != wanted)
                bad(r, wanted ? "the clause was not cited" : "the clause was cited");
            return;
        }
    }
    bad(r, "no such clause");
}

static void expect_edge(struct rig *r, const char *name)
{
    for (unsigned i = 1; i < EDGE_COUNT; i++) {
        if (strcmp(tcp_edge((enum tcp_edge)i)->id, name) == 0) {
            if (!r->edges[i])
                bad(r, "the edge was not taken");
            return;
        }
    }
    bad(r, "no such edge");
}

static void expect_reject(struct rig *r, const char *name)
{
    static const char *const ids[] = {
#define ID(id, text) #id,
        TABLE_reject(ID)
#undef ID
    };
    for (unsigned i = 0; i < ARRAY_LEN(ids); i++) {
        if (strcmp(ids[i], name) == 0) {
            if (!r->rejected_now[i])
                bad(r, "it was not rejected so");
            return;
        }
    }
    bad(r, "no such reason");
}

static void expect_sent(struct rig *r, const char *rest)
{
    if (strncmp(rest, "any ", 4) == 0) {
        if (rest[4] == '*') {
            r->sent.head = r->sent.n;
            return;
        }
        uint32_t n = (uint32_t)strtoul(rest + 4, NULL, 10);
        if (r->sent.n - r->sent.head < n)
            bad(r, "fewer segments were emitted");
        r->sent.head += n;
        return;
    }
    vtime at = -1;
    if (*rest == '@') {
        char when[24];
        size_t n = strcspn(rest + 1, " ");
        snprintf(when, sizeof when, "%.*s", (int)n, rest + 1);
        at = parse_time(when);
        rest += n + 2;
    }
    uint32_t i = r->sent.head;
    rig_sent(r, rest);
    if (at >= 0 && r->sent.at[i] - r->mark != at)
        fail_msg("%s: at `%s`: emitted after %lld ns", r->label, r->line,
                 (long long)(r->sent.at[i] - r->mark));
}

/* --- user calls --- */

static void answer(struct rig *r, enum tcp_result got)
{
    const char *arrow = strstr(r->line, "-> ");
    if (arrow && strcmp(name_result(got), arrow + 3) != 0)
        fail_msg("%s: at `%s`: answered `%s`", r->label, r->line, name_result(got));
}

static void call_set(struct rig *r, const struct words *w)
{
    if (w->n < 3)
        bad(r, "SET needs a name and a value");
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(tcp_setting_name((enum tcp_setting)i), w->at[1]) == 0) {
            answer(r, rig_set(r, (enum tcp_setting)i, parse_time(w->at[2])));
            return;
        }
    }
    bad(r, "no such setting");
}

static void call_status(struct rig *r)
{
    r->status = (struct tcp_status){.state = TCP_CLOSED};
    enum tcp_result got = rig_status(r, &r->status);
    const char *arrow = strstr(r->line, "-> ");
    const char *found = got == RESULT_OK ? name_state(r->status.state) : name_result(got);
    if (arrow && strcmp(found, arrow + 3) != 0)
        fail_msg("%s: at `%s`: answered `%s`", r->label, r->line, found);
}

static void call_crash(struct rig *r)
{
    tcp_crash(&r->w, rig_tcb(r));
    r->conns[r->conn] = (struct rig_conn){.gone = true, .state = TCP_CLOSED};
}

static bool user_call(struct rig *r, const struct words *w)
{
    const char *call = w->at[0];
    uint32_t n = w->n > 1 ? (uint32_t)strtoul(w->at[1], NULL, 10) : 0;
    if (strcmp(call, "OPEN") == 0) {
        bool passive = has(w, "passive") || has(w, "passive-known");
        answer(r, rig_open(r, passive, has(w, "active") || has(w, "passive-known")));
    } else if (strcmp(call, "SEND") == 0) {
        enum tcp_result got;
        rig_send(r, n, (has(w, "push") ? SEND_PUSH : 0u) | (has(w, "urgent") ? SEND_URGENT : 0u), &got);
        answer(r, got);
    } else if (strcmp(call, "RECEIVE") == 0) {
        answer(r, rig_receive(r, n, has(w, "any") ? RECEIVE_ANY : RECEIVE_PUSH));
    } else if (strcmp(call, "CLOSE") == 0) {
        answer(r, rig_close(r));
    } else if (strcmp(call, "SHUTDOWN") == 0) {
        answer(r, rig_shutdown(r));
    } else if (strcmp(call, "ABORT") == 0) {
        answer(r, rig_abort(r));
    } else if (strcmp(call, "FLUSH") == 0) {
        answer(r, rig_flush(r));
    } else if (strcmp(call, "STATUS") == 0) {
        call_status(r);
    } else if (strcmp(call, "SET") == 0) {
        call_set(r, w);
    } else if (strcmp(call, "CRASH") == 0) {
        call_crash(r);
    } else if (strcmp(call, "ORPHAN") == 0) {
        struct tcp_ctx x = rig_ctx(r);
        tcp_orphan(&x, rig_tcb(r));
    } else {
        return false;
    }
    return true;
}

static void icmp(struct rig *r, const struct words *w)
{
    int64_t quoted = rel(rig_tcb(r)->snd.una, r->iss);
    uint16_t mtu = 0;
    for (int i = 3; i < w->n; i++) {
        if (strcmp(w->at[i], "quoted") == 0 && i + 1 < w->n) {
            quoted = strtoll(w->at[i + 1], NULL, 0);
            break;
        }
        mtu = (uint16_t)strtoul(w->at[i], NULL, 0);
    }
    rig_icmp(r, (uint8_t)atoi(w->at[1]), (uint8_t)atoi(w->at[2]), mtu, quoted);
}

/* --- lines --- */

static void hear(struct rig *r, const char *name, bool mute)
{
    static const char *const ids[] = {
#define ID(id, text) #id,
        TABLE_signal(ID)
#undef ID
    };
    for (unsigned i = 0; i < ARRAY_LEN(ids); i++) {
        if (strcmp(ids[i], name) == 0) {
            r->mute = mute ? r->mute | UINT64_C(1) << i : r->mute & ~(UINT64_C(1) << i);
            return;
        }
    }
    bad(r, "no such signal");
}

static bool setting(struct rig *r, const struct words *w)
{
    const char *what = w->at[0];
    const char *a = w->n > 1 ? w->at[1] : "";
    if (strcmp(what, "opt") == 0)
        set_option(r, a, w->n > 2 ? w->at[2] : "");
    else if (strcmp(what, "iss") == 0)
        r->iss = (uint32_t)strtoul(a, NULL, 0);
    else if (strcmp(what, "irs") == 0)
        r->irs = (uint32_t)strtoul(a, NULL, 0);
    else if (strcmp(what, "wnd") == 0)
        r->peer_wnd = (uint16_t)strtoul(a, NULL, 0);
    else if (strcmp(what, "tos") == 0)
        r->tos_in = (uint8_t)strtoul(a, NULL, 0);
    else if (strcmp(what, "dscp") == 0)
        r->open_dscp = (uint8_t)strtoul(a, NULL, 0);
    else if (strcmp(what, "user-timeout") == 0)
        r->open_timeout = parse_time(a);
    else if (strcmp(what, "v6") == 0)
        r->v6 = true;
    else if (strcmp(what, "show") == 0)
        r->show |= strcmp(a, "wnd") == 0 ? RIG_WND : strcmp(a, "why") == 0 ? RIG_WHY : RIG_OPTIONS;
    else if (strcmp(what, "mute") == 0 || strcmp(what, "hear") == 0)
        hear(r, a, *what == 'm');
    else if (strcmp(what, "no-children") == 0)
        r->refuse_children = true;
    else if (strcmp(what, "challenges") == 0)
        r->challenges_left = atoi(a);
    else if (strcmp(what, "at") == 0)
        go_to(r, a);
    else if (strcmp(what, "conn") == 0)
        r->conn = (uint32_t)atoi(a);
    else
        return false;
    return true;
}

static bool expectation(struct rig *r, const struct words *w, const char *line)
{
    const char *what = w->at[0];
    const char *rest = line + strlen(what) + (w->n > 1 ? 1 : 0);
    if (strcmp(what, "<") == 0)
        expect_sent(r, rest);
    else if (strcmp(what, "!") == 0)
        strcmp(rest, "any") == 0 ? (void)(r->told.head += r->told.head < r->told.n) : rig_told(r, rest);
    else if (strcmp(what, "+") == 0)
        rig_got(r, rest);
    else if (strcmp(what, "&") == 0)
        rig_returned(r, rest);
    else if (strcmp(what, "=") == 0)
        expect_state(r, rest);
    else if (strcmp(what, "?") == 0)
        expect_cited(r, rest, true);
    else if (strcmp(what, "?!") == 0)
        expect_cited(r, rest, false);
    else if (strcmp(what, "edge") == 0)
        expect_edge(r, rest);
    else if (strcmp(what, "reject") == 0)
        expect_reject(r, rest);
    else if (strcmp(what, "var") == 0 && w->n == 3)
        expect_var(r, w->at[1], w->at[2]);
    else if (strcmp(what, "timer") == 0 && w->n == 3)
        expect_timer(r, w->at[1], w->at[2]);
    else
        return false;
    return true;
}

static void run_line(struct rig *r, const char *line)
{
    struct words w;
    split(&w, line);
    if (w.n == 0 || setting(r, &w) || expectation(r, &w, line))
        return;
    rig_quiet(r);
    if (strcmp(w.at[0], ">") == 0)
        rig_in(r, line);
    else if (strcmp(w.at[0], ">>") == 0)
        rig_hand_in(r, line);
    else if (strcmp(w.at[0], "settle") == 0)
        rig_settle(r);
    else if (strcmp(w.at[0], "wait") == 0)
        rig_wait(r, parse_time(w.at[1]));
    else if (strcmp(w.at[0], "icmp") == 0)
        icmp(r, &w);
    else if (!user_call(r, &w))
        bad(r, "not a line of a script");
}

void rig_script(struct rig *r, const char *script)
{
    char line[256];
    if (!r->label)
        r->label = "script";
    for (const char *p = script; *p;) {
        p += strspn(p, " \n;");
        size_t n = strcspn(p, "\n;");
        if (n == 0)
            break;
        size_t len = n;
        while (len > 0 && p[len - 1] == ' ')
            len--;
        CHECK(len < sizeof line);
        memcpy(line, p, len);
        line[len] = '\0';
        r->line = line;
        run_line(r, line);
        p += n;
    }
    r->line = "the end";
    rig_quiet(r);
    r->line = NULL;
}

/* --- templates --- */

#define SCRIPT_MAX 2000

static int value_in(enum tcp_state s, char what)
{
    static const struct {
        int n, u, r;
    } at[TCP_STATES] = {
        [TCP_LISTEN] = {0, 0, 0},      [TCP_SYN_SENT] = {1, 0, 0},   [TCP_SYN_RECEIVED] = {1, 0, 1},
        [TCP_ESTABLISHED] = {1, 1, 1}, [TCP_FIN_WAIT_1] = {2, 1, 1}, [TCP_FIN_WAIT_2] = {2, 2, 1},
        [TCP_CLOSE_WAIT] = {1, 1, 2},  [TCP_CLOSING] = {2, 1, 2},    [TCP_LAST_ACK] = {2, 1, 2},
        [TCP_TIME_WAIT] = {2, 2, 2},
    };
    CHECK(what == 'N' || what == 'U' || what == 'R');
    return what == 'N' ? at[s].n : what == 'U' ? at[s].u : at[s].r;
}

static void expand(const char *script, enum tcp_state s, char *out)
{
    size_t n = 0;
    for (const char *p = script; *p; p++) {
        CHECK(n < SCRIPT_MAX - 40);
        if (*p != '{') {
            out[n++] = *p;
        } else if (p[1] == 'S') {
            n += (size_t)snprintf(out + n, 40, "%s", name_state(s));
            p += 2;
        } else {
            int v = value_in(s, p[1]) + (p[2] == '}' ? 0 : (int)strtol(p + 2, NULL, 0));
            n += (size_t)snprintf(out + n, 40, "%d", v);
            p = strchr(p, '}');
        }
    }
    out[n] = '\0';
}

static bool template_has(const struct rig_template *t, unsigned s)
{
    return t->states >> s & 1;
}

int rig_run_templates(const char *program, const struct rig_template *templates, size_t n_templates,
                      const struct rig_row *rows, size_t n_rows)
{
    struct text {
        char name[80], script[SCRIPT_MAX];
    };
    size_t n = n_rows;
    for (size_t i = 0; i < n_templates; i++)
        for (unsigned s = 0; s < TCP_STATES; s++)
            n += template_has(&templates[i], s);
    struct text *texts = calloc(n, sizeof *texts);
    struct rig_row *all = calloc(n, sizeof *all);
    CHECK(texts && all);
    size_t k = 0;
    for (size_t i = 0; i < n_templates; i++) {
        for (unsigned s = 0; s < TCP_STATES; s++) {
            if (!template_has(&templates[i], s))
                continue;
            snprintf(texts[k].name, sizeof texts[k].name, "%s-%s", templates[i].name, name_state(s));
            expand(templates[i].script, (enum tcp_state)s, texts[k].script);
            all[k] = (struct rig_row){texts[k].name, templates[i].section, texts[k].script};
            k++;
        }
    }
    for (size_t i = 0; i < n_rows; i++)
        all[k++] = rows[i];
    int failed = rig_run_table(program, all, n);
    free(all);
    free(texts);
    return failed;
}
