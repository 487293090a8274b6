/* app.c: instances of applications: how they come and go, what they hear, how they read. */
#include "models/app/app.h"
#include "models/wire/stream.h"

#define NOTES_FIRST 8u
#define NOTES_AT_ONCE                                                                                        \
    100000u /* more at one instant go on as an event of its own, so that the event limit sees them */
#define SPACE_SHARE 4 /* a blocked SEND goes on when this part of the buffer is free */

static uint32_t replicas(const struct sc_app *a)
{
    return max_u32(a->count, 1);
}

void apps_init(struct world *w, struct apps *apps, ref streams)
{
    const struct scenario *s = app_scenario(w);

    apps->streams = streams;
    apps->app = arena_alloc(&w->mem, (s->n_apps + 1) * sizeof(struct app_state));
    for (uint32_t i = 0; i < s->n_apps; i++) {
        struct app_state *a = app_state_of(w, apps, i);

        for (uint32_t k = 0; k < s->app[i].n_steps; k++)
            a->interest |= 1u << s->app[i].step[k].on;
        world_push(w, 0, APP_EV_START, i, 0);
    }
    raws_new(w, apps);
}

/* --- instances --- */

/* At the end of a list. */
static ref inst_new(struct world *w, uint32_t app, ref *first, ref *last)
{
    ref r = arena_alloc(&w->mem, sizeof(struct inst));
    struct inst *i = inst_at(w, r);

    i->app = (uint16_t)app;
    i->prev = *last;
    if (*last)
        inst_at(w, *last)->next = r;
    else
        *first = r;
    *last = r;
    return r;
}

static void inst_free(struct world *w, struct apps *apps, ref r)
{
    struct inst *i = inst_at(w, r);
    struct app_state *a = app_state_of(w, apps, i->app);
    ref owner = inst_owner(i);
    ref *first = owner ? &inst_at(w, owner)->up : &a->first;
    ref *last = owner ? &inst_at(w, owner)->last : &a->last;

    if (i->prev)
        inst_at(w, i->prev)->next = i->next;
    else
        *first = i->next;
    if (i->next)
        inst_at(w, i->next)->prev = i->prev;
    else
        *last = i->prev;
    script_forget(w, i);
    arena_free(&w->mem, i->fifo, i->fifo_cap * sizeof(uint16_t));
    arena_free(&w->mem, r, sizeof *i);
    if (owner)
        inst_settle(w, apps, owner);
}

void inst_settle(struct world *w, struct apps *apps, ref r)
{
    const struct inst *i = inst_at(w, r);
    bool waits = !inst_owner(i) && (app_state_of(w, apps, i->app)->interest & 1u << ON_REBOOT);

    if (i->refs == 0 && i->conn == 0 && inst_first_child(i) == 0 && !waits)
        inst_free(w, apps, r);
}

void inst_reset(struct inst *i)
{
    i->conn = 0;
    i->last_state = TCP_CLOSED;
    i->left = i->put = i->delivered = i->seen = 0;
    i->rounds = 0;
    i->next_read = 0;
    i->step = 0;
    i->fifo_n = 0;
}

ref apps_child(struct world *w, struct apps *apps, ref owner, uint32_t conn)
{
    struct inst *o = inst_at(w, owner);
    ref r = inst_new(w, o->app, &o->up, &o->last);

    (void)apps;
    inst_at(w, r)->flags = INST_CHILD;
    inst_at(w, r)->up = owner;
    inst_at(w, r)->conn = conn;
    return r;
}

/* --- notes --- */

static void app_note(struct world *w, struct apps *apps, ref inst, uint32_t what, uint64_t value,
                     uint64_t cause)
{
    struct app_note *ring;

    if (apps->note_n == apps->note_cap) {
        uint32_t cap = apps->note_cap ? 2 * apps->note_cap : NOTES_FIRST;
        ref mem = arena_alloc(&w->mem, cap * sizeof *ring);
        struct app_note *to = world_at(w, mem);

        ring = world_at(w, apps->note);
        for (uint32_t i = 0; i < apps->note_n; i++)
            to[i] = ring[(apps->note_head + i) & (apps->note_cap - 1)];
        arena_free(&w->mem, apps->note, apps->note_cap * sizeof *ring);
        apps->note = mem;
        apps->note_cap = cap;
        apps->note_head = 0;
    }
    ring = world_at(w, apps->note);
    ring[(apps->note_head + apps->note_n++) & (apps->note_cap - 1)] =
        (struct app_note){.inst = inst, .what = what, .value = value, .cause = cause};
    inst_at(w, inst)->refs++;
}

void apps_signal(const struct tcp_ctx *x, const struct tcb *t, struct apps *apps, ref inst,
                 enum tcp_signal what, uint64_t value)
{
    const struct inst *i = inst_at(x->w, inst);

    if (what == SIGNAL_SEND_OK) {
        if (app_state_of(x->w, apps, i->app)->interest & 1u << ON_ACKED)
            app_note(x->w, apps, inst, what, value, x->w->core->last_record);
        what = SIGNAL_SEND_SPACE;
    }
    if (what == SIGNAL_SEND_SPACE) {
        int64_t room, enough;

        if (!(i->flags & INST_BLOCKED))
            return;
        room = tcp_send_room(x, t);
        enough = x->opt->snd_buffer / SPACE_SHARE;
        if (room == 0 || (room < enough && room < min_i64((int64_t)(i->left & INT64_MAX), INT64_MAX)))
            return; /* SEND_OK comes again with every acknowledgment */
    }
    app_note(x->w, apps, inst, what, value, x->w->core->last_record);
}

void apps_deliver(struct world *w, struct apps *apps, ref inst, struct tcb *t, uint32_t stream, uint64_t off,
                  uint32_t len, bool push, bool last)
{
    struct inst *i = inst_at(w, inst);

    i->delivered += len;
    if (app_of(w, i)->behaviour == APP_ECHO) {
        uint64_t at = tcp_send_offset(t) + i->left;

        uint64_t from = at > i->put ? at : i->put; /* after a FLUSH: what was put there before stands */

        if (at + len > from) {
            stream_put_copy(w, apps->streams, i->conn, from, (uint32_t)(at + len - from), stream,
                            off + (from - at));
            i->put = at + len;
        }
        i->left += len;
    }
    if (!last)
        return;
    i->flags &= (uint16_t)~INST_RECEIVING;
    app_note(w, apps, inst, NOTE_RECEIVED, push, w->core->last_record);
}

void apps_gone(struct world *w, struct apps *apps, ref inst)
{
    app_note(w, apps, inst, NOTE_GONE, inst_at(w, inst)->conn, w->core->last_record);
}

void apps_bound(struct world *w, struct apps *apps, ref inst)
{
    (void)apps;
    inst_at(w, inst)->flags &= (uint16_t)~INST_LISTENING;
}

void apps_state(struct world *w, struct apps *apps, ref inst, enum tcp_state state)
{
    struct inst *i = inst_at(w, inst);

    if (i->last_state == state)
        return;
    i->last_state = (uint8_t)state; /* what was last seen of TCP's state, not the state itself */
    if (app_state_of(w, apps, i->app)->interest & 1u << ON_STATE)
        app_note(w, apps, inst, NOTE_STATE, state, w->core->last_record);
}

/* --- reading --- */

static const struct sc_read *reading_of(const struct world *w, const struct inst *i)
{
    static const struct sc_read none = {.kind = READ_NONE};
    const struct sc_app *a = app_of(w, i);

    if (i->flags & INST_DEAF)
        return &none;
    return i->read_step ? &a->step[i->read_step - 1].read : &a->read;
}

void app_eof(struct world *w, struct apps *apps, ref r)
{
    struct inst *i = inst_at(w, r);

    if (i->flags & INST_EOF)
        return;
    i->flags |= INST_EOF;
    i->flags &= (uint16_t)~INST_RECEIVING;
    script_trigger(w, apps, r, ON_CLOSING, 0);
    if (app_of(w, inst_at(w, r))->behaviour != APP_SCRIPTED) {
        inst_at(w, r)->flags |= INST_CLOSE_SENT;
        script_pump(w, apps, r);
    }
}

static void receive(struct world *w, struct apps *apps, ref r, const struct sc_read *how)
{
    struct inst *i = inst_at(w, r);
    uint32_t len = how->buffer ? how->buffer : APP_READ_BUFFER;
    enum tcp_result answer;

    i->flags |= INST_RECEIVING;
    answer = app_up_receive(w, app_of(w, i)->host, i->conn, len, how->mode);
    if (answer == RESULT_OK || answer == RESULT_QUEUED)
        return;
    i->flags &= (uint16_t)~INST_RECEIVING;
    if (answer == RESULT_CLOSING)
        app_eof(w, apps, r);
}

void app_read(struct world *w, struct apps *apps, ref r, bool tick)
{
    struct inst *i = inst_at(w, r);
    const struct sc_read *how = reading_of(w, i);

    if (!i->conn || !(i->flags & INST_OPEN) || (i->flags & (INST_RECEIVING | INST_EOF)))
        return;
    switch (how->kind) {
    case READ_NONE: break;
    case READ_AUTO:
        if (app_of(w, i)->behaviour == APP_ECHO &&
            i->left) /* reads on when all is echoed: the sender is held back */
            break;
        receive(w, apps, r, how);
        break;
    case READ_PACED:
        if (tick) {
            i->next_read = world_now(w) + max_i64(how->interval, 1);
            receive(w, apps, r, how);
        } else if (!(i->flags & INST_TICK)) {
            if (i->next_read == 0)
                i->next_read = world_now(w) + max_i64(how->interval, 1);
            i->flags |= INST_TICK;
            script_schedule(w, r, APP_TICK, max_i64(i->next_read - world_now(w), 0));
        }
        break;
    }
}

/* --- behaviours --- */

static void progress(struct world *w, struct apps *apps, ref r)
{
    struct inst *i = inst_at(w, r);
    const struct sc_app *a = app_of(w, i);

    if (!(i->flags & INST_OPEN))
        return;
    switch (a->behaviour) {
    case APP_SCRIPTED: return;
    case APP_ECHO: break;
    case APP_RESPONDER:
        if (a->request == 0)
            return;
        for (; i->delivered >= ((uint64_t)i->rounds + 1) * a->request; i->rounds++)
            i->left += a->response;
        break;
    case APP_REQUESTER: /* rounds: requests sent so far */
        if (a->rounds == 0)
            return;
        for (; i->rounds <= a->rounds && i->delivered >= (uint64_t)i->rounds * a->response; i->rounds++) {
            if (i->rounds < a->rounds)
                i->left += a->request;
            else
                i->flags |= INST_CLOSE_SENT;
        }
        break;
    }
    script_pump(w, apps, r);
}

/* --- what has been heard --- */

static void gone(struct world *w, struct apps *apps, ref r, uint32_t conn)
{
    struct inst *i = inst_at(w, r);
    bool told = i->last_state == TCP_CLOSED;

    if (i->conn == conn) { /* else another has been opened meanwhile */
        inst_reset(i);
        i->flags &=
            INST_TICK | INST_CHILD | INST_LISTENING; /* a listener's end is still a listener's event */
    }
    if (!told)
        script_trigger(w, apps, r, ON_STATE, TCP_CLOSED);
    script_trigger(w, apps, r, ON_CLOSED, 0);
    if (i->flags & INST_CHILD)
        i->flags |= INST_DEAD;
    else if (!i->conn) /* it may have opened again */
        i->flags &= INST_TICK | INST_CHILD;
}

static void established(struct world *w, struct apps *apps, ref r)
{
    inst_at(w, r)->flags |= INST_OPEN;
    app_read(w, apps, r, false);
    script_trigger(w, apps, r, ON_ESTABLISHED, 0);
    progress(w, apps, r);
}

/* The peer has sent its FIN, and everything before it has been read. */
static void look_for_end(struct world *w, struct apps *apps, ref r)
{
    const struct inst *i = inst_at(w, r);
    const struct tcb *t = i->flags & INST_FIN ? app_up_tcb(w, i->conn) : NULL;

    if (t && tcp_unread(t) == 0)
        app_eof(w, apps, r);
}

static void received(struct world *w, struct apps *apps, ref r, bool push)
{
    script_trigger(w, apps, r, ON_DATA, 0);
    inst_at(w, r)->seen = inst_at(w, r)->delivered;
    if (push)
        script_trigger(w, apps, r, ON_PUSH, 0);
    progress(w, apps, r);
    look_for_end(w, apps, r);
    app_read(w, apps, r, false);
}

static void closing(struct world *w, struct apps *apps, ref r)
{
    inst_at(w, r)->flags |= INST_FIN;
    look_for_end(w, apps, r);
}

static void hear(struct world *w, struct apps *apps, const struct app_note *n)
{
    ref r = n->inst;

    switch (n->what) { /* enum tcp_signal and enum app_note_kind */
    case SIGNAL_ESTABLISHED: established(w, apps, r); break;
    case SIGNAL_CLOSING: closing(w, apps, r); break;
    case SIGNAL_RESET: script_trigger(w, apps, r, ON_RESET, 0); break;
    case SIGNAL_REFUSED: script_trigger(w, apps, r, ON_REFUSED, 0); break;
    case SIGNAL_USER_TIMEOUT:
    case SIGNAL_TIMEOUT: script_trigger(w, apps, r, ON_TIMEOUT, 0); break;
    case SIGNAL_SOFT_ERROR: script_trigger(w, apps, r, ON_SOFT_ERROR, 0); break;
    case SIGNAL_URGENT: script_trigger(w, apps, r, ON_URGENT, 0); break;
    case SIGNAL_SEND_OK: script_trigger(w, apps, r, ON_ACKED, n->value); break;
    case SIGNAL_SEND_SPACE:
        inst_at(w, r)->flags &= (uint16_t)~INST_BLOCKED;
        script_pump(w, apps, r);
        app_read(w, apps, r, false);
        break;
    case NOTE_RECEIVED: received(w, apps, r, n->value); break;
    case NOTE_STATE: script_trigger(w, apps, r, ON_STATE, (uint32_t)n->value); break;
    case NOTE_GONE: gone(w, apps, r, (uint32_t)n->value); break;
    default: break; /* told for the trace's sake */
    }
}

void apps_run(struct world *w, struct apps *apps)
{
    uint64_t cause = w->core->cause;

    if (apps->running)
        return;
    apps->running = 1;
    for (uint32_t n = 0; apps->note_n > 0; n++) {
        const struct app_note *ring = world_at(w, apps->note);
        const struct app_note note = ring[apps->note_head];

        if (n == NOTES_AT_ONCE) {
            world_push(w, world_now(w), APP_EV_RUN, 0, 0);
            break;
        }
        apps->note_head = (apps->note_head + 1) & (apps->note_cap - 1);
        apps->note_n--;
        w->core->cause = note.cause;
        if (!(inst_at(w, note.inst)->flags & INST_DEAD))
            hear(w, apps, &note);
        inst_at(w, note.inst)->refs--;
        inst_settle(w, apps, note.inst);
    }
    apps->running = 0;
    w->core->cause = cause;
}

/* --- events --- */

/* One replica begins: its steps at a time are scheduled, and the next replica's beginning. */
static void begin(struct world *w, struct apps *apps, uint32_t app, uint32_t replica)
{
    const struct sc_app *a = &app_scenario(w)->app[app];
    struct app_state *state = app_state_of(w, apps, app);
    ref r = inst_new(w, app, &state->first, &state->last);

    inst_at(w, r)->refs++;
    for (uint32_t k = 0; k < a->n_steps; k++) {
        if (a->step[k].on == ON_AT)
            script_schedule(w, r, k, a->step[k].time);
        else if (a->step[k].on == ON_THEN && k == 0)
            script_schedule(w, r, k, 0);
    }
    inst_at(w, r)->refs--;
    inst_settle(w, apps, r);
    if (replica + 1 < replicas(a))
        world_push(w, world_now(w) + a->stagger, APP_EV_START, app, replica + 1);
}

static void step_event(struct world *w, struct apps *apps, const struct app_due *due)
{
    struct inst *i = inst_at(w, due->inst);
    bool at_time = due->what != APP_TICK && app_of(w, i)->step[due->what].on == ON_AT;

    i->refs--;
    w->core->cause = due->cause;
    if (due->what == APP_TICK)
        i->flags &= (uint16_t)~INST_TICK;
    if (!app_up_running(w, app_of(w, i)->host) || (!at_time && i->boot != due->boot)) {
        inst_settle(w, apps, due->inst);
        return;
    }
    apps->running = 1;
    i->refs++;
    if (due->what == APP_TICK)
        app_read(w, apps, due->inst, true);
    else
        script_run(w, apps, due->inst, due->what);
    inst_at(w, due->inst)->refs--;
    inst_settle(w, apps, due->inst);
    apps->running = 0;
    apps_run(w, apps);
}

void apps_event(struct world *w, struct apps *apps, const struct event *e)
{
    switch (event_kind(e)) { /* a number from the queue */
    case APP_EV_START: begin(w, apps, event_a(e), e->b); break;
    case APP_EV_STEP: {
        const struct app_due due = *(const struct app_due *)world_at(w, e->b);

        arena_free(&w->mem, e->b, sizeof due);
        step_event(w, apps, &due);
        break;
    }
    case APP_EV_RAW: raw_event(w, apps, e); break;
    case APP_EV_RUN: apps_run(w, apps); break;
    default: CHECK(0 && "an event of the applications"); break;
    }
}

/* --- what happens to hosts --- */

static void forget(struct world *w, struct inst *i)
{
    script_forget(w, i);
    inst_reset(i);
    i->flags &= INST_TICK | INST_CHILD;
    i->boot++;
    i->read_step = 0;
}

void apps_crash(struct world *w, struct apps *apps, uint32_t host)
{
    const struct scenario *s = app_scenario(w);
    ref next, child_next;

    for (uint32_t a = 0; a < s->n_apps; a++) {
        if (s->app[a].host != host)
            continue;
        for (ref r = app_state_of(w, apps, a)->first; r; r = next) {
            inst_at(w, r)->refs++;
            for (ref c = inst_first_child(inst_at(w, r)); c; c = child_next) {
                child_next = inst_at(w, c)->next;
                forget(w, inst_at(w, c));
                inst_at(w, c)->flags |= INST_DEAD;
                inst_settle(w, apps, c);
            }
            forget(w, inst_at(w, r));
            inst_at(w, r)->refs--;
            next = inst_at(w, r)->next;
            inst_settle(w, apps, r);
        }
    }
}

void apps_reboot(struct world *w, struct apps *apps, uint32_t host)
{
    const struct scenario *s = app_scenario(w);

    apps->running = 1;
    for (uint32_t a = 0; a < s->n_apps; a++) {
        if (s->app[a].host != host || !(app_state_of(w, apps, a)->interest & 1u << ON_REBOOT))
            continue;
        for (ref r = app_state_of(w, apps, a)->first; r; r = inst_at(w, r)->next)
            script_trigger(w, apps, r, ON_REBOOT, 0);
    }
    apps->running = 0;
    apps_run(w, apps);
}

enum tcp_result apps_call(struct world *w, struct apps *apps, uint32_t host, uint32_t conn, ref inst,
                          const struct sc_step *step)
{
    enum tcp_result answer;

    apps->running = 1;
    if (inst) {
        inst_at(w, inst)->refs++;
        answer = script_act(w, apps, inst, step, 0);
        inst_at(w, inst)->refs--;
        inst_settle(w, apps, inst);
    } else {
        answer = script_call(w, apps, host, conn, step);
    }
    apps->running = 0;
    apps_run(w, apps);
    return answer;
}
