/* What a user does to a run in progress: posting, taking back, and writing it down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lesson/lesson.h"
#include "sim/run/session_internal.h"

#define SAVE_WORD "tcplab-session"
#define SAVE_VERSION 1

static const char *const act_names[ACT_KINDS] = {
#define ACT_NAME(id, name, target, amount) name,
    SESSION_ACTS(ACT_NAME)
#undef ACT_NAME
};

const char *session_act_name(enum session_act_kind kind)
{
    return kind < ACT_KINDS ? act_names[kind] : "?";
}

int session_act_find(const char *name)
{
    for (int i = 0; i < ACT_KINDS; i++)
        if (strcmp(act_names[i], name) == 0)
            return i;
    return -1;
}

/* ---------------------------------------------------------------- acting */

static bool call(struct session *s, const struct session_act *a, enum sc_action action)
{
    struct sc_step step = {.on = ON_THEN, .action = action, .push = true, .user_timeout = -1, .dscp = 0xff};

    if (a->target == 0 || a->target > sim_conn_count(&s->world) || a->amount < 0)
        return false;
    step.bytes = (uint64_t)a->amount;
    if (!sim_tcb(&s->world, (uint32_t)a->target))
        return false;
    (void)sim_user_call(&s->world, (uint32_t)a->target, &step); /* what TCP answers is in the trace */
    return true;
}

static bool host_event(struct session *s, const struct session_act *a, enum sc_event_kind kind)
{
    struct sc_event e = {.at = session_now(s), .kind = kind, .dir = 2};

    if (a->target >= s->scenario.n_hosts)
        return false;
    e.host = (uint16_t)a->target;
    sim_event(&s->world, &e);
    return true;
}

static bool link_event(struct session *s, const struct session_act *a, enum sc_event_kind kind)
{
    struct sc_event e = {.at = session_now(s), .kind = kind, .dir = 2};

    if (a->target >= s->scenario.n_links)
        return false;
    e.link = (uint16_t)a->target;
    sim_event(&s->world, &e);
    return true;
}

static bool packet_fate(struct session *s, const struct session_act *a, enum sc_fault_kind kind)
{
    struct sc_fault f = {.kind = kind, .copies = 1, .name = "user"};

    if (a->amount < 0)
        return false;
    if (kind == FAULT_CORRUPT)
        f.bit = (uint32_t)min_i64(a->amount, UINT32_MAX);
    else
        f.amount = a->amount;
    return sim_packet_fate(&s->world, a->target, &f);
}

static bool act(struct session *s, const struct session_act *a)
{
    s->world.core->cause = 0; /* nobody but the user is the cause */
    switch (a->kind) {
    case ACT_DROP: return packet_fate(s, a, FAULT_DROP);
    case ACT_DELAY: return packet_fate(s, a, FAULT_DELAY);
    case ACT_DUPLICATE: return packet_fate(s, a, FAULT_DUPLICATE);
    case ACT_CORRUPT: return packet_fate(s, a, FAULT_CORRUPT);
    case ACT_SEND: return call(s, a, DO_SEND);
    case ACT_RECEIVE: return call(s, a, DO_RECEIVE);
    case ACT_CLOSE: return call(s, a, DO_CLOSE);
    case ACT_ABORT: return call(s, a, DO_ABORT);
    case ACT_CRASH: return host_event(s, a, EVENT_CRASH);
    case ACT_REBOOT: return host_event(s, a, EVENT_REBOOT);
    case ACT_CUT: return host_event(s, a, EVENT_CUT);
    case ACT_JOIN: return host_event(s, a, EVENT_JOIN);
    case ACT_LINK_DOWN: return link_event(s, a, EVENT_LINK_DOWN);
    case ACT_LINK_UP: return link_event(s, a, EVENT_LINK_UP);
    case ACT_KINDS: break;
    }
    return false;
}

void session_apply_next(struct session *s)
{
    struct session_intervention *p = &s->post[s->next_post];

    if (!s->over)
        session_move_to(s, p->at);
    (void)session_checkpoint(s); /* without it undoing takes longer, no more */
    s->next_post++;
    if (s->over || session_now(s) != p->at || s->world.core->last_record != p->record ||
        session_fingerprint(s) != p->fingerprint)
        p->state = ACT_STALE;
    else
        p->state = act(s, &p->act) ? ACT_APPLIED : ACT_REFUSED;
}

/* ---------------------------------------------------------------- the list */

static bool insert(struct session *s, size_t i, const struct session_intervention *p)
{
    struct session_intervention *grown = realloc(s->post, (s->n_posts + 1) * sizeof *grown);

    if (!grown)
        return false;
    s->post = grown;
    memmove(&grown[i + 1], &grown[i], (s->n_posts - i) * sizeof *grown);
    grown[i] = *p;
    s->n_posts++;
    return true;
}

static void erase(struct session *s, size_t i)
{
    s->n_posts--;
    memmove(&s->post[i], &s->post[i + 1], (s->n_posts - i) * sizeof *s->post);
}

bool session_post(struct session *s, struct session_act a)
{
    struct session_intervention p = {.act = a};
    size_t i;

    CHECK(s->interactive);
    session_run_until(s, session_now(s)); /* a second run must be able to find this very place by its time */
    if (!s->over)
        session_move_to(s, session_now(s));
    if (s->over)
        return false;
    p.at = session_now(s);
    p.record = s->world.core->last_record;
    p.fingerprint = session_fingerprint(s);
    i = s->next_post;
    if (a.kind >= ACT_KINDS)
        return false;
    session_forget_after(s, i); /* snapshots of a future that now comes differently */
    if (!insert(s, i, &p))
        return false;
    session_apply_next(s);
    if (s->post[i].state == ACT_APPLIED)
        return true;
    s->next_post--;
    erase(s, i);
    return false;
}

const struct session_intervention *session_interventions(const struct session *s, size_t *n)
{
    *n = s->n_posts;
    return s->post;
}

bool session_undo(struct session *s, size_t i)
{
    vtime now = session_now(s);

    if (i >= s->n_posts)
        return false;
    session_forget_after(s, i);
    erase(s, i);
    session_rewind(s, now);
    return true;
}

/* ---------------------------------------------------------------- as text */

void session_save(const struct session *s, struct sbuf *out)
{
    sbuf_printf(out, SAVE_WORD " %d %s %s %llu\n", SAVE_VERSION, s->made.header.lesson, s->made.hash,
                (unsigned long long)s->scenario.seed);
    for (size_t i = 0; i < s->n_posts; i++) {
        const struct session_intervention *p = &s->post[i];

        sbuf_printf(out, "at %lld record %llu fingerprint %016llx %s %llu %lld\n", (long long)p->at,
                    (unsigned long long)p->record, (unsigned long long)p->fingerprint,
                    session_act_name(p->act.kind), (unsigned long long)p->act.target,
                    (long long)p->act.amount);
    }
}

/* One line of a saved session; false if it is not one. */
static bool read_line(const char *line, struct session_intervention *p)
{
    long long at, amount;
    unsigned long long record, fingerprint, target;
    char name[32];
    int end = 0, kind;

    if (sscanf(line, "at %lld record %llu fingerprint %16llx %31s %llu %lld%n", &at, &record, &fingerprint,
               name, &target, &amount, &end) != 6 ||
        line[end] != '\0')
        return false;
    kind = session_act_find(name);
    if (kind < 0 || at < 0 || at > VTIME_MAX || amount < 0)
        return false;
    *p = (struct session_intervention){.at = at, .record = record, .fingerprint = fingerprint};
    p->act = (struct session_act){(enum session_act_kind)kind, target, amount};
    return true;
}

static bool read_head(const struct session *s, const char *line, const char *name, struct diag *d)
{
    struct sbuf expected = SBUF_INIT;
    bool same;

    sbuf_printf(&expected, SAVE_WORD " %d %s %s %llu", SAVE_VERSION, s->made.header.lesson, s->made.hash,
                (unsigned long long)s->scenario.seed);
    same = strcmp(line, sbuf_str(&expected)) == 0;
    if (!same)
        diag_set(d, name, 1, 1, "expected \"%s\": the same lesson, with the same settings and seed",
                 sbuf_str(&expected));
    sbuf_free(&expected);
    return same;
}

bool session_load(struct session *s, const char *name, const char *text, size_t len, struct diag *d)
{
    struct sbuf line = SBUF_INIT;
    int number = 0;
    bool well = true;

    CHECK(s->interactive);
    session_forget_after(s, 0);
    s->n_posts = s->next_post = 0;
    while (well && (len || !number)) {
        const char *end = len ? memchr(text, '\n', len) : NULL;
        size_t n = end ? (size_t)(end - text) : len;
        struct session_intervention p;

        number++;
        sbuf_clear(&line);
        sbuf_put(&line, text, n);
        text += n + (end != NULL);
        len -= n + (end != NULL);
        if (number == 1)
            well = read_head(s, sbuf_str(&line), name, d);
        else if (!read_line(sbuf_str(&line), &p) || (s->n_posts && p.at < s->post[s->n_posts - 1].at))
            well =
                diag_set(d, name, number, 1, "expected an intervention, no earlier than the one before it");
        else if (!insert(s, s->n_posts, &p))
            well = diag_set(d, name, number, 1, "no memory");
    }
    sbuf_free(&line);
    if (!well)
        s->n_posts = 0;
    session_rewind(s, 0);
    return well;
}
