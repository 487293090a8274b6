/* What a user does to a run in progress: posting, taking back, and writing it down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lesson/lesson.h"
#include "sim/run/session_internal.h"

#define HOLD_FOR (3600 * NS_PER_S) /* longer than any lesson lasts; released before, or late */

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

static bool read_mode(struct session *s, const struct session_act *a, enum sc_read_kind kind)
{
    struct sc_step step = {
        .on = ON_THEN, .action = DO_READ, .user_timeout = -1, .dscp = 0xff, .read = {.kind = kind}};

    if (a->target == 0 || a->target > sim_conn_count(&s->world) || !sim_tcb(&s->world, (uint32_t)a->target))
        return false;
    return sim_user_call(&s->world, (uint32_t)a->target, &step) == RESULT_OK;
}

static bool link_path(struct session *s, const struct session_act *a)
{
    bool loss = a->kind == ACT_LINK_LOSS;

    if (a->target >= s->scenario.n_links || a->amount < 0 || a->amount > (loss ? 1000000 : VTIME_MAX / 2))
        return false;
    for (uint8_t dir = 0; dir < 2; dir++) {
        struct sc_event e = {
            .at = session_now(s), .kind = EVENT_LINK, .link = (uint16_t)a->target, .dir = dir};

        e.path = *sim_link_path(&s->world, e.link, dir);
        if (loss)
            e.path.loss_ppm = (uint32_t)a->amount;
        else
            e.path.delay = a->amount;
        sim_event(&s->world, &e);
    }
    return true;
}

static bool act(struct session *s, const struct session_act *a)
{
    s->world.core->cause = 0; /* nobody but the user is the cause */
    switch (a->kind) {
    case ACT_DROP: return packet_fate(s, a, FAULT_DROP);
    case ACT_DELAY: return packet_fate(s, a, FAULT_DELAY);
    case ACT_DUPLICATE: return packet_fate(s, a, FAULT_DUPLICATE);
    case ACT_CORRUPT: return packet_fate(s, a, FAULT_CORRUPT);
    case ACT_HOLD: return packet_fate(s, &(struct session_act){ACT_DELAY, a->target, HOLD_FOR}, FAULT_DELAY);
    case ACT_RELEASE: return sim_packet_release(&s->world, a->target);
    case ACT_STOP_READING: return read_mode(s, a, READ_NONE);
    case ACT_RESUME_READING: return read_mode(s, a, READ_AUTO);
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
    case ACT_LINK_LOSS:
    case ACT_LINK_DELAY: return link_path(s, a);
    case ACT_KINDS: break;
    }
    return false;
}

void session_apply_next(struct session *s)
{
    struct session_intervention *p = &s->post[s->next_post];

    if (!s->over)
        session_move_to(s, p->act.at);
    (void)session_checkpoint(s); /* without it undoing takes longer, no more */
    s->next_post++;
    if (s->over || session_now(s) != p->act.at || s->world.core->last_record != p->act.record ||
        session_fingerprint(s) != p->act.fingerprint)
        p->state = ACT_STALE;
    else
        p->state = act(s, &(struct session_act){p->act.kind, p->act.target, p->act.amount}) ? ACT_APPLIED
                                                                                            : ACT_REFUSED;
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
    struct session_intervention p = {.act = {.kind = a.kind, .target = a.target, .amount = a.amount}};
    size_t i;

    CHECK(s->interactive);
    session_run_until(s, session_now(s)); /* a second run must be able to find this very place by its time */
    if (!s->over)
        session_move_to(s, session_now(s));
    if (s->over)
        return false;
    p.order = ++s->posted;
    p.act.at = session_now(s);
    p.act.record = s->world.core->last_record;
    p.act.fingerprint = session_fingerprint(s);
    i = s->next_post;
    if (a.kind >= ACT_KINDS)
        return false;
    session_forget_after(s, i); /* snapshots of a future that now comes differently */
    if (!insert(s, i, &p))
        return false;
    session_apply_next(s);
    if (s->post[i].state == ACT_APPLIED) {
        s->n_undone = 0;
        return true;
    }
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
    struct session_intervention *grown;

    if (i >= s->n_posts)
        return false;
    grown = realloc(s->undone, (s->n_undone + 1) * sizeof *grown);
    if (!grown)
        return false;
    s->undone = grown;
    s->undone[s->n_undone++] = s->post[i];
    session_forget_after(s, i);
    erase(s, i);
    session_rewind(s, now);
    return true;
}

/* Before which intervention this one comes: by time, and by record. */
static size_t place_of(const struct session *s, const struct lesson_act *a)
{
    size_t i = 0;

    while (i < s->n_posts &&
           (s->post[i].act.at < a->at || (s->post[i].act.at == a->at && s->post[i].act.record <= a->record)))
        i++;
    return i;
}

bool session_redo(struct session *s)
{
    struct session_intervention p;
    vtime now = session_now(s);
    size_t i;

    if (!s->n_undone)
        return false;
    p = s->undone[s->n_undone - 1];
    i = place_of(s, &p.act);
    session_forget_after(s, i);
    if (!insert(s, i, &p))
        return false;
    s->n_undone--;
    session_rewind(s, now);
    return true;
}

size_t session_undone(const struct session *s)
{
    return s->n_undone;
}

void session_note(struct session *s, size_t i, const char *text)
{
    size_t n = strlen(text) < ACT_NOTE_BYTES ? strlen(text) : ACT_NOTE_BYTES - 1;
    char *to;

    CHECK(i < s->n_posts);
    to = s->post[i].act.note;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80) /* no half character */
        n--;
    memcpy(to, text, n);
    to[n] = '\0';
}

/* ---------------------------------------------------------------- as a lesson */

bool session_save_lesson(const struct session *s, struct sbuf *out, struct diag *d)
{
    const struct lesson *l = s->lesson;
    struct lesson_act *act;
    struct lesson *file;
    bool same, well;

    if (s->scenario.seed != l->scenario.seed || l->n_sets)
        return diag_set(d, l->path, 0, 0, "expected a run with the seed and the settings of the file");
    file = lesson_load(l->path, NULL, 0, d);
    if (!file)
        return false;
    same = file->hash == l->hash;
    lesson_free(file);
    if (!same)
        return diag_set(d, l->path, 0, 0,
                        "the file has changed since it was opened; expected the lesson that was run");
    act = calloc(s->n_posts + 1, sizeof *act);
    if (!act)
        return diag_set(d, l->path, 0, 0, "no memory");
    for (size_t i = 0; i < s->n_posts; i++)
        act[i] = s->post[i].act;
    well = lesson_with_acts(l->path, act, s->n_posts, out, d);
    free(act);
    return well;
}

bool session_take_acts(struct session *s)
{
    const struct lesson *l = s->lesson;

    if (!l->n_acts)
        return true;
    s->post = calloc(l->n_acts, sizeof *s->post);
    if (!s->post)
        return false;
    for (size_t i = 0; i < l->n_acts; i++)
        s->post[i] = (struct session_intervention){.act = l->act[i], .order = i + 1};
    s->n_posts = l->n_acts;
    s->posted = l->n_acts;
    return true;
}
