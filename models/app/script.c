/* script.c: an app's steps: what sets them off, the order in which they are done, the user calls they make.
 */
#include "models/app/app.h"
#include "models/wire/stream.h"

#define SEND_CHUNK (1u << 30)
#define FIFO_FIRST 4u
#define WORD_STEPS 64u

/* --- which steps have been set off --- */

static size_t bitmap_bytes(const struct sc_app *a)
{
    return (a->n_steps + 7) / 8;
}

/* Marks the step; says whether it had been marked. */
static bool mark_fired(struct world *w, struct inst *i, uint32_t step)
{
    const struct sc_app *a = app_of(w, i);
    uint8_t *byte, bit = (uint8_t)(1u << step % 8);
    bool was;

    if (a->n_steps <= WORD_STEPS) {
        was = i->fired >> step & 1u;
        i->fired |= UINT64_C(1) << step;
        return was;
    }
    if (!i->fired)
        i->fired = arena_alloc(&w->mem, bitmap_bytes(a));
    byte = (uint8_t *)world_at(w, (ref)i->fired) + step / 8;
    was = *byte & bit;
    *byte |= bit;
    return was;
}

void script_forget(struct world *w, struct inst *i)
{
    const struct sc_app *a = app_of(w, i);

    if (a->n_steps > WORD_STEPS)
        arena_free(&w->mem, (ref)i->fired, bitmap_bytes(a));
    i->fired = 0;
}

/* --- scheduling --- */

void script_schedule(struct world *w, ref r, uint32_t what, vtime after)
{
    ref d = arena_alloc(&w->mem, sizeof(struct app_due));
    struct app_due *due = world_at(w, d);
    struct inst *i = inst_at(w, r);

    due->inst = r;
    due->boot = i->boot;
    due->what = what;
    due->cause = w->core->cause;
    i->refs++;
    world_push(w, world_now(w) + after, APP_EV_STEP, 0, d);
}

static bool agrees(const struct world *w, const struct inst *i, const struct sc_step *s, uint64_t arg)
{
    const struct tcb *t;

    switch (s->on) {
    case ON_STATE: return s->state == (enum tcp_state)arg;
    case ON_DATA:
        if (s->every && s->amount > 1)
            return i->delivered / s->amount > i->seen / s->amount;
        return i->delivered >= s->amount;
    case ON_ACKED:
        if (s->amount)
            return arg >= s->amount;
        t = app_up_tcb(w, i->conn);
        return i->left == 0 && t && arg > 0 && arg >= tcp_send_offset(t);
    case ON_THEN:
    case ON_AT:
    case ON_ESTABLISHED:
    case ON_PUSH:
    case ON_URGENT:
    case ON_CLOSING:
    case ON_CLOSED:
    case ON_RESET:
    case ON_REFUSED:
    case ON_TIMEOUT:
    case ON_SOFT_ERROR:
    case ON_REBOOT:
    case ON_TRIGGERS: return true;
    }
    return false;
}

/* Whether the step's call is the owner's (its listener's, or one that makes a connection) rather than the
 * child's. */
static bool is_owners(const struct sc_step *s)
{
    return s->on_listener || s->action == DO_LISTEN || s->action == DO_OPEN;
}

void script_set_off(struct world *w, struct apps *apps, ref r, enum sc_trigger on, uint64_t arg)
{
    const struct sc_app *a = app_of(w, inst_at(w, r));

    for (uint32_t k = 0; k < a->n_steps; k++) {
        const struct sc_step *s = &a->step[k];
        struct inst *i = inst_at(w, r);

        if (s->on != on || !agrees(w, i, s, arg))
            continue;
        if ((i->flags & INST_LISTENING) &&
            !is_owners(s)) /* what happens to the listener is not for its children */
            continue;
        if (mark_fired(w, i, k) && !s->every)
            continue;
        if (s->time > 0)
            script_schedule(w, r, k, s->time);
        else
            script_run(w, apps, r, k);
    }
}

/* --- doing --- */

/* The step before is done: the next one follows if it says so. */
static void chain(struct world *w, struct apps *apps, ref r, uint32_t step)
{
    const struct sc_app *a = app_of(w, inst_at(w, r));

    if (++step >= a->n_steps || a->step[step].on != ON_THEN)
        return;
    if (a->step[step].time > 0)
        script_schedule(w, r, step, a->step[step].time);
    else
        script_run(w, apps, r, step);
}

static void wait_in_line(struct world *w, struct inst *i, uint32_t step)
{
    if (i->fifo_n == i->fifo_cap) {
        uint16_t cap = (uint16_t)(i->fifo_cap ? min_u32(2u * i->fifo_cap, UINT16_MAX) : FIFO_FIRST);

        if (i->fifo_n == UINT16_MAX)
            return; /* so many steps wait for one SEND that the rest are let go */
        i->fifo = arena_resize(&w->mem, i->fifo, i->fifo_cap * sizeof(uint16_t), cap * sizeof(uint16_t));
        i->fifo_cap = cap;
    }
    ((uint16_t *)world_at(w, i->fifo))[i->fifo_n++] = (uint16_t)step;
}

static void do_step(struct world *w, struct apps *apps, ref context, ref target, uint32_t step)
{
    const struct sc_app *a = app_of(w, inst_at(w, target));

    script_act(w, apps, target, &a->step[step], step + 1);
    if (inst_at(w, target)->step == step + 1 && a->step[step].action == DO_SEND)
        return; /* SEND goes on when there is room */
    chain(w, apps, context, step);
}

static void in_turn(struct world *w, struct apps *apps, ref r, uint32_t step)
{
    struct inst *i = inst_at(w, r);
    enum sc_action action = app_of(w, i)->step[step].action;
    bool waits = action == DO_SEND || action == DO_CLOSE || action == DO_EXIT;

    if (waits && (i->step || i->left || i->fifo_n))
        wait_in_line(w, i, step);
    else
        do_step(w, apps, r, r, step);
}

void script_run(struct world *w, struct apps *apps, ref r, uint32_t step)
{
    const struct inst *i = inst_at(w, r);
    const struct sc_step *s = &app_of(w, i)->step[step];
    ref next;

    if (is_owners(s)) {
        do_step(w, apps, r, inst_owner(i) ? inst_owner(i) : r, step);
    } else if (!inst_owner(i) && ((i->flags & INST_LISTENING) || inst_first_child(i))) {
        for (ref c = inst_first_child(i); c; c = next) {
            inst_at(w, c)->refs++;
            if (!(inst_at(w, c)->flags & INST_DEAD))
                in_turn(w, apps, c, step);
            next = inst_at(w, c)->next;
            inst_at(w, c)->refs--;
            inst_settle(w, apps, c);
        }
    } else {
        in_turn(w, apps, r, step);
    }
}

/* --- SEND --- */

/* Puts a SEND's literal text where SEND will find it: behind everything given so far. */
static void put_text(struct world *w, struct apps *apps, struct inst *i, const struct sc_step *s)
{
    const struct tcb *t = app_up_tcb(w, i->conn);
    struct tcp_endpoints e;
    uint64_t off;

    if (!t || !s->text_n)
        return;
    tcp_endpoints(t, &e);
    if (tcp_state(t) == TCP_LISTEN && !e.remote)
        return; /* SEND will be refused */
    off = tcp_send_offset(t) + i->left;
    if (off < i->put) /* after a FLUSH: the text put there before stands */
        return;
    stream_put_bytes(w, apps->streams, i->conn, off, s->text, s->text_n);
    i->put = off + s->text_n;
}

/* True: nothing is left. */
static bool send_left(struct world *w, struct inst *i, const struct sc_step *s, enum tcp_result *first)
{
    bool push = !s || s->push, urgent = s && s->urgent;

    *first = RESULT_NONE;
    do {
        struct app_call c = {.call = CALL_SEND, .conn = i->conn, .host = app_of(w, i)->host};
        enum tcp_result answer;

        c.len = (uint32_t)(i->left < SEND_CHUNK ? i->left : SEND_CHUNK);
        c.flags = (push && c.len == i->left ? SEND_PUSH : 0u) | (urgent ? SEND_URGENT : 0u);
        answer = app_up_call(w, &c);
        if (*first == RESULT_NONE)
            *first = answer;
        i->left -= min_u32(c.taken, c.len);
        if (answer == RESULT_FULL || answer == RESULT_NO_RESOURCES) {
            i->flags |= INST_BLOCKED;
            return false;
        }
        if (answer != RESULT_OK && answer != RESULT_QUEUED)
            i->left = 0; /* no room will come */
    } while (i->left);
    return true;
}

void script_go_on(struct world *w, struct apps *apps, ref r)
{
    struct inst *i = inst_at(w, r);
    enum tcp_result answer;
    uint32_t step;

    if (i->left && !send_left(w, i, i->step ? &app_of(w, i)->step[i->step - 1] : NULL, &answer))
        return;
    step = i->step;
    i->step = 0;
    if (step)
        chain(w, apps, r, step - 1);
    while (i->fifo_n && !i->step && !i->left) {
        uint16_t *fifo = world_at(w, i->fifo), next = fifo[0];

        i->fifo_n--;
        for (uint32_t k = 0; k < i->fifo_n; k++)
            fifo[k] = fifo[k + 1];
        do_step(w, apps, r, r, next);
    }
    if ((i->flags & INST_CLOSE_SENT) && !i->left && !i->step && i->conn) {
        struct app_call c = {.call = CALL_CLOSE, .conn = i->conn, .host = app_of(w, i)->host};

        i->flags &= (uint16_t)~INST_CLOSE_SENT;
        app_up_call(w, &c);
    }
}

static enum tcp_result act_send(struct world *w, struct apps *apps, ref r, const struct sc_step *s,
                                uint32_t step_plus_1)
{
    struct inst *i = inst_at(w, r);
    enum tcp_result answer;

    if (s->text)
        put_text(w, apps, i, s);
    i->left += s->text ? s->text_n : s->bytes;
    if (i->flags & INST_BLOCKED)
        return RESULT_QUEUED; /* out of turn: follows what is being sent */
    if (!send_left(w, i, s, &answer))
        i->step = (uint16_t)step_plus_1;
    return answer;
}

/* --- the other calls --- */

static enum tcp_result act_open(struct world *w, ref r, const struct sc_step *s)
{
    struct inst *i = inst_at(w, r);
    struct app_call c = {
        .call = CALL_OPEN, .conn = i->conn, .host = app_of(w, i)->host, .inst = r, .step = s};
    enum tcp_result answer = app_up_call(w, &c);

    if (c.opened) {
        inst_reset(i);
        i->conn = c.opened;
        i->flags &= INST_TICK | INST_CHILD;
    }
    if (answer == RESULT_OK && s->action == DO_LISTEN)
        i->flags |= INST_LISTENING;
    return answer;
}

static enum tcp_result act_receive(struct world *w, struct apps *apps, ref r, const struct sc_step *s)
{
    struct inst *i = inst_at(w, r);
    struct app_call c = {
        .call = CALL_RECEIVE, .conn = i->conn, .host = app_of(w, i)->host, .mode = s->read.mode};
    uint16_t was = i->flags & INST_RECEIVING;
    enum tcp_result answer;

    c.len = s->bytes ? (uint32_t)(s->bytes < UINT32_MAX ? s->bytes : UINT32_MAX) : APP_READ_BUFFER;
    i->flags |= INST_RECEIVING;
    answer = app_up_call(w, &c);
    if (answer == RESULT_OK || answer == RESULT_QUEUED)
        return answer;
    i->flags = (uint16_t)((i->flags & ~INST_RECEIVING) | was);
    if (answer == RESULT_CLOSING)
        app_eof(w, apps, r);
    return answer;
}

static enum tcp_result plain_call(struct world *w, uint32_t host, uint32_t conn, const struct sc_step *s,
                                  uint32_t call)
{
    struct app_call c = {.call = call, .conn = conn, .host = host, .setting = s->setting, .value = s->value};

    c.len = (uint32_t)(s->bytes < SEND_CHUNK ? s->bytes : SEND_CHUNK);
    c.flags = (s->push ? SEND_PUSH : 0u) | (s->urgent ? SEND_URGENT : 0u);
    c.mode = s->read.mode;
    return app_up_call(w, &c);
}

/* CLOSE in SYN-RECEIVED leads past ESTABLISHED (3.10.4), of which the user is then never told: it reads from
 * now on. */
static enum tcp_result act_close(struct world *w, struct apps *apps, ref r, const struct sc_step *s)
{
    struct inst *i = inst_at(w, r);
    enum tcp_result answer = plain_call(w, app_of(w, i)->host, i->conn, s, CALL_CLOSE);
    const struct tcb *t = app_up_tcb(w, i->conn);

    if (t && !(i->flags & INST_OPEN) && tcp_state(t) == TCP_FIN_WAIT_1) {
        i->flags |= INST_OPEN;
        app_read(w, apps, r, false);
    }
    return answer;
}

static enum tcp_result act_exit(struct world *w, ref r, const struct sc_step *s)
{
    struct inst *i = inst_at(w, r);
    uint32_t host = app_of(w, i)->host, conn = i->conn;
    enum tcp_result answer = plain_call(w, host, conn, s, CALL_CLOSE);

    if (app_up_tcb(w, conn))
        plain_call(w, host, conn, s, APP_ORPHAN);
    i->conn = 0;
    i->flags |= i->flags & INST_CHILD ? INST_DEAD : 0;
    i->left = 0;
    i->fifo_n = 0;
    return answer;
}

enum tcp_result script_act(struct world *w, struct apps *apps, ref r, const struct sc_step *s,
                           uint32_t step_plus_1)
{
    struct inst *i = inst_at(w, r);
    uint32_t host = app_of(w, i)->host;

    switch (s->action) {
    case DO_OPEN:
    case DO_LISTEN: return act_open(w, r, s);
    case DO_SEND: return act_send(w, apps, r, s, step_plus_1);
    case DO_RECEIVE: return act_receive(w, apps, r, s);
    case DO_READ:
        if (step_plus_1)
            i->read_step = (uint16_t)step_plus_1;
        else if (s->read.kind == READ_NONE) /* an intervention; a RECEIVE that is pending still completes */
            i->flags |= INST_DEAF;
        else
            i->flags &= (uint16_t)~INST_DEAF;
        app_read(w, apps, r, false);
        return RESULT_OK;
    case DO_CLOSE: return act_close(w, apps, r, s);
    case DO_ABORT:
        i->left = 0;
        i->step = 0;
        i->fifo_n = 0;
        return plain_call(w, host, i->conn, s, CALL_ABORT);
    case DO_STATUS: return plain_call(w, host, i->conn, s, CALL_STATUS);
    case DO_FLUSH: return plain_call(w, host, i->conn, s, CALL_FLUSH);
    case DO_SET: return plain_call(w, host, i->conn, s, CALL_SET);
    case DO_EXIT: return act_exit(w, r, s);
    case DO_NOTHING: return RESULT_OK;
    }
    return RESULT_NONE;
}

enum tcp_result script_call(struct world *w, struct apps *apps, uint32_t host, uint32_t conn,
                            const struct sc_step *s)
{
    struct inst nobody = {.conn = conn};

    switch (s->action) {
    case DO_SEND: {
        struct sc_step sized = *s;

        if (s->text) {
            put_text(w, apps, &nobody, s);
            sized.bytes = s->text_n;
        }
        return plain_call(w, host, conn, &sized, CALL_SEND);
    }
    case DO_RECEIVE: return plain_call(w, host, conn, s, CALL_RECEIVE);
    case DO_CLOSE: return plain_call(w, host, conn, s, CALL_CLOSE);
    case DO_ABORT: return plain_call(w, host, conn, s, CALL_ABORT);
    case DO_STATUS: return plain_call(w, host, conn, s, CALL_STATUS);
    case DO_FLUSH: return plain_call(w, host, conn, s, CALL_FLUSH);
    case DO_SET: return plain_call(w, host, conn, s, CALL_SET);
    case DO_EXIT: {
        enum tcp_result answer = plain_call(w, host, conn, s, CALL_CLOSE);

        plain_call(w, host, conn, s, APP_ORPHAN);
        return answer;
    }
    case DO_OPEN:
    case DO_LISTEN:
    case DO_READ:
    case DO_NOTHING: break;
    }
    return RESULT_NONE;
}
