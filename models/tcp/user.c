/* user.c: the user's calls (RFC 9293 sec 3.10.1 to 3.10.6). */
#include "models/tcp/tcb.h"

static enum tcp_result no_connection(struct tcp_ctx *x, unsigned call)
{
    return call_rec(x, NULL, call, RESULT_NO_CONNECTION, 0, 0, 0);
}

uint64_t tcp_send_offset(const struct tcb *t)
{
    return t->snd.queued;
}

static uint32_t room(const struct tcp_ctx *x, const struct tcb *t)
{
    uint64_t held = snd_waiting(t) + text_in_flight(t);
    uint64_t size = snd_buffer(x, t);
    return held < size ? (uint32_t)(size - held) : 0;
}

uint32_t tcp_send_room(const struct tcp_ctx *x, const struct tcb *t)
{
    return room(x, t);
}

/* The answer to an OPEN that does nothing; a TCB made for it goes again. */
static enum tcp_result open_refused(struct tcp_ctx *x, struct tcb *t, enum tcp_result why, unsigned passive)
{
    call_rec(x, t, CALL_OPEN, why, 0, 0, passive);
    if (t->state == TCP_CLOSED)
        t->flags |= TF_DEAD;
    leave(x, t);
    return why;
}

/* OPEN (3.10.1). */
enum tcp_result tcp_open(struct tcp_ctx *x, struct tcb *t, const struct tcp_open_args *a)
{
    unsigned passive = a->passive ? 1u : 0u;
    if (t->state > TCP_LISTEN || (t->state == TCP_LISTEN && a->passive))
        return open_refused(x, t, RESULT_EXISTS, passive);
    if (!a->passive && (a->e.remote == 0 || a->e.remote_port == 0))
        return open_refused(x, t, RESULT_UNSPECIFIED, passive);
    if (a->dscp != 0xff && a->dscp > 63)
        return open_refused(x, t, RESULT_DIFFSERV, passive);
    call_rec(x, t, CALL_OPEN, RESULT_OK, 0, 0, passive);
    if (a->dscp != 0xff)
        t->dscp = a->dscp;
    if (a->user_timeout >= 0)
        own_settings(x, t)->user_timeout = a->user_timeout;
    for (uint32_t i = 0; i < a->n_preset; i++)
        setting_put(x, t, a->preset[i].what, a->preset[i].value);
    if (a->passive) {
        t->flags |= TF_PASSIVE;
        fsm_fire(x, t, EDGE_OPEN_PASSIVE);
    } else if (t->state == TCP_CLOSED) {
        start_open(x, t, EDGE_OPEN_ACTIVE);
    } else {
        t->e = a->e;
        t->flags &= ~TF_PASSIVE;
        x->ops->bound(x, t, &t->e);
        start_open(x, t, EDGE_LISTEN_OPEN_ACTIVE);
    }
    output_call(x, t);
    user_timer_update(x, t, false);
    leave(x, t);
    return RESULT_OK;
}

static void queue_text(struct tcp_ctx *x, struct tcb *t, uint32_t n, unsigned flags)
{
    t->snd.queued += n;
    t->flags |= TF_SENDS;
    if (flags & SEND_PUSH) {
        if (t->snd.push_first == 0)
            t->snd.push_first = t->snd.queued;
        t->snd.push = t->snd.queued;
    }
    if (flags & SEND_URGENT) { /* SND.UP: the octet after these (3.8.5) */
        cite(x, t, C_URGENT_SEND);
        t->snd.up = seq_add(t->snd.nxt, (uint32_t)snd_waiting(t));
        t->flags |= TF_URG_OUT;
    }
}

static bool takes_send(const struct tcb *t, enum tcp_result *refused)
{
    switch ((enum tcp_state)t->state) {
    case TCP_LISTEN: *refused = RESULT_UNSPECIFIED; return t->e.remote != 0 && t->e.remote_port != 0;
    case TCP_SYN_SENT:
    case TCP_SYN_RECEIVED:
    case TCP_ESTABLISHED:
    case TCP_CLOSE_WAIT: *refused = RESULT_CLOSING; return !(t->flags & TF_CLOSE_QUEUED);
    case TCP_CLOSED: *refused = RESULT_NO_CONNECTION; return false;
    case TCP_FIN_WAIT_1:
    case TCP_FIN_WAIT_2:
    case TCP_CLOSING:
    case TCP_LAST_ACK:
    case TCP_TIME_WAIT:
    case TCP_STATES: *refused = RESULT_CLOSING; return false;
    }
    return false;
}

/* SEND (3.10.2). */
enum tcp_result tcp_send(struct tcp_ctx *x, struct tcb *t, uint32_t len, unsigned flags, uint32_t *taken)
{
    *taken = 0;
    if (!t)
        return no_connection(x, CALL_SEND);
    enum tcp_result r = RESULT_OK;
    if (!takes_send(t, &r)) {
        call_rec(x, t, CALL_SEND, r, 0, t->snd.queued, flags);
        leave(x, t);
        return r;
    }
    uint32_t n = min_u32(len, room(x, t));
    r = n == len ? RESULT_OK : n > 0 ? RESULT_FULL : RESULT_NO_RESOURCES;
    t->flags = n < len ? t->flags | TF_WANT_SPACE : t->flags & ~TF_WANT_SPACE;
    call_rec(x, t, CALL_SEND, r, n, t->snd.queued, flags);
    *taken = n;
    if (t->state == TCP_LISTEN) {
        t->flags &= ~TF_PASSIVE;
        start_open(x, t, EDGE_LISTEN_SEND);
    }
    if (n > 0 || (len == 0 && snd_waiting(t) > 0)) /* an empty pushed SEND pushes what waits */
        queue_text(x, t, n, n == len ? flags : flags & ~(unsigned)SEND_PUSH);
    if (t->state < TCP_ESTABLISHED && n > 0)
        cite(x, t, C_HELD_UNTIL_ESTABLISHED);
    seq32 before = t->snd.nxt;
    output_call(x, t);
    if ((flags & SEND_URGENT) && synchronized(t) && seq_eq(before, t->snd.nxt) && !(t->flags & TF_DEAD)) {
        t->flags |= TF_ACK_NOW; /* nothing could go: the pointer goes alone */
        t->ack_why = C_URGENT_SEND;
        output_call(x, t);
    }
    user_timer_update(x, t, false);
    leave(x, t);
    return r;
}

/* RECEIVE (3.10.3). */
enum tcp_result tcp_receive(struct tcp_ctx *x, struct tcb *t, uint32_t len, enum tcp_receive_mode mode)
{
    if (!t)
        return no_connection(x, CALL_RECEIVE);
    enum tcp_result r = RESULT_QUEUED;
    switch ((enum tcp_state)t->state) {
    case TCP_CLOSED: r = RESULT_NO_CONNECTION; break;
    case TCP_CLOSE_WAIT:
        if (t->rcv.unread == 0)
            r = RESULT_CLOSING;
        break;
    case TCP_CLOSING:
    case TCP_LAST_ACK:
    case TCP_TIME_WAIT:
        /* DEVIATION: 3.10.3 answers "connection closing" here although text may be unread; MUST NOT lose it:
         * deliver first. */
        if (t->rcv.unread == 0)
            r = RESULT_CLOSING;
        break;
    case TCP_LISTEN:
    case TCP_SYN_SENT:
    case TCP_SYN_RECEIVED:
    case TCP_ESTABLISHED:
    case TCP_FIN_WAIT_1:
    case TCP_FIN_WAIT_2:
    case TCP_STATES: break;
    }
    if (r == RESULT_QUEUED && (t->flags & TF_RECEIVE))
        r = RESULT_NO_RESOURCES;
    call_rec(x, t, CALL_RECEIVE, r, len, 0, 0);
    if (r == RESULT_QUEUED) {
        t->rcv.want = len;
        t->flags = (t->flags & ~TF_RECEIVE_ANY) | TF_RECEIVE | (mode == RECEIVE_ANY ? TF_RECEIVE_ANY : 0u);
        try_receive(x, t);
        if (!(t->flags & TF_RECEIVE))
            r = RESULT_OK;
    }
    leave(x, t);
    return r;
}

/* CLOSE with a linger time of zero (option linger): what is queued is thrown away. */
static bool close_abruptly(struct tcp_ctx *x, struct tcb *t)
{
    if (settings(x, t).linger != 0 || (t->flags & TF_CLOSE_QUEUED))
        return false;
    call_rec(x, t, CALL_CLOSE, RESULT_OK, 0, 0, 0);
    send_rst(x, t, t->snd.nxt, C_RST_LINGER);
    die(x, t, edge_of(EG_ABORT, (enum tcp_state)t->state), SIGNAL_NONE);
    return true;
}

/* CLOSE of both directions (option half_duplex_close) is CLOSE; SHUTDOWN ends sending alone. */
static bool ends_reading(const struct tcp_ctx *x, unsigned call)
{
    return call == CALL_CLOSE && x->opt->half_duplex_close;
}

static enum tcp_result close_synchronized(struct tcp_ctx *x, struct tcb *t, unsigned call)
{
    bool est = t->state == TCP_ESTABLISHED;
    if (call == CALL_CLOSE && close_abruptly(x, t))
        return RESULT_OK;
    if (!est && (t->flags & TF_CLOSE_QUEUED))
        return call_rec(x, t, call, RESULT_CLOSING, 0, 0, 0);
    call_rec(x, t, call, RESULT_OK, 0, 0, 0);
    if (ends_reading(x, call) && t->rcv.unread > 0 && !x->opt->close_discards) { /* SHLD-3 */
        send_rst(x, t, t->snd.nxt, C_RST_UNREAD);
        die(x, t, est ? EDGE_EST_CLOSE_UNREAD : EDGE_CW_CLOSE_UNREAD, SIGNAL_NONE);
        return RESULT_OK;
    }
    t->flags |= TF_CLOSE_QUEUED | (ends_reading(x, call) ? TF_READ_CLOSED : 0u);
    if (snd_waiting(t) > 0)
        cite(x, t, C_CLOSE_QUEUED);
    if (est)
        fsm_fire(x, t, EDGE_EST_CLOSE);
    output_call(x, t);
    return RESULT_OK;
}

static enum tcp_result close_syn_received(struct tcp_ctx *x, struct tcb *t, unsigned call)
{
    if (call == CALL_CLOSE && close_abruptly(x, t))
        return RESULT_OK;
    if (t->flags & TF_CLOSE_QUEUED)
        return call_rec(x, t, call, RESULT_CLOSING, 0, 0, 0);
    t->flags |= TF_CLOSE_QUEUED;
    if (t->flags & TF_SENDS) {
        call_rec(x, t, call, RESULT_QUEUED, 0, 0, 0);
        cite(x, t, C_CLOSE_QUEUED);
        return RESULT_QUEUED;
    }
    call_rec(x, t, call, RESULT_OK, 0, 0, 0);
    fsm_fire(x, t, EDGE_SYN_RCVD_CLOSE);
    output_call(x, t);
    return RESULT_OK;
}

/* CLOSE of a connection that SHUTDOWN has ended for sending already: what is unread or still comes is
 * nobody's. */
static enum tcp_result close_again(struct tcp_ctx *x, struct tcb *t, unsigned call)
{
    bool waits = t->state == TCP_FIN_WAIT_1 || t->state == TCP_FIN_WAIT_2;
    if (!waits || !ends_reading(x, call) || (t->flags & TF_READ_CLOSED))
        return call_rec(x, t, call, RESULT_CLOSING, 0, 0, 0);
    call_rec(x, t, call, RESULT_OK, 0, 0, 0);
    if (t->rcv.unread > 0 && !x->opt->close_discards) { /* SHLD-3 */
        send_rst(x, t, t->snd.nxt, C_RST_UNREAD);
        die(x, t, t->state == TCP_FIN_WAIT_1 ? EDGE_FW1_TEXT_AFTER_CLOSE : EDGE_FW2_TEXT_AFTER_CLOSE,
            SIGNAL_NONE);
    } else {
        t->flags |= TF_READ_CLOSED;
    }
    return RESULT_OK;
}

/* CLOSE (3.10.4), and SHUTDOWN, which is the same but that reading goes on whatever the options say. */
static enum tcp_result close_call(struct tcp_ctx *x, struct tcb *t, unsigned call)
{
    if (!t)
        return no_connection(x, call);
    enum tcp_result r = RESULT_OK;
    switch ((enum tcp_state)t->state) {
    case TCP_CLOSED: r = call_rec(x, t, call, RESULT_NO_CONNECTION, 0, 0, 0); break;
    case TCP_LISTEN:
        call_rec(x, t, call, RESULT_OK, 0, 0, 0);
        die(x, t, EDGE_LISTEN_CLOSE, SIGNAL_CLOSED);
        break;
    case TCP_SYN_SENT:
        call_rec(x, t, call, RESULT_OK, 0, 0, 0);
        die(x, t, EDGE_SYN_SENT_CLOSE, SIGNAL_CLOSED);
        break;
    case TCP_SYN_RECEIVED: r = close_syn_received(x, t, call); break;
    case TCP_ESTABLISHED:
    case TCP_CLOSE_WAIT: r = close_synchronized(x, t, call); break;
    case TCP_FIN_WAIT_1:
    case TCP_FIN_WAIT_2:
    case TCP_CLOSING:
    case TCP_LAST_ACK:
    case TCP_TIME_WAIT:
    case TCP_STATES: r = close_again(x, t, call); break;
    }
    leave(x, t);
    return r;
}

enum tcp_result tcp_close(struct tcp_ctx *x, struct tcb *t)
{
    return close_call(x, t, CALL_CLOSE);
}

enum tcp_result tcp_shutdown(struct tcp_ctx *x, struct tcb *t)
{
    return close_call(x, t, CALL_SHUTDOWN);
}

/* ABORT (3.10.5). In CLOSING, LAST-ACK and TIME-WAIT no reset is sent. */
enum tcp_result tcp_abort(struct tcp_ctx *x, struct tcb *t)
{
    if (!t)
        return no_connection(x, CALL_ABORT);
    if (t->state == TCP_CLOSED) {
        enum tcp_result r = call_rec(x, t, CALL_ABORT, RESULT_NO_CONNECTION, 0, 0, 0);
        leave(x, t);
        return r;
    }
    call_rec(x, t, CALL_ABORT, RESULT_OK, 0, 0, 0);
    if (t->state >= TCP_SYN_RECEIVED && t->state <= TCP_CLOSE_WAIT)
        send_rst(x, t, t->snd.nxt, C_RST_ABORT);
    die(x, t, edge_of(EG_ABORT, (enum tcp_state)t->state), SIGNAL_NONE);
    leave(x, t);
    return RESULT_OK;
}

/* FLUSH (3.9.1.7, MAY-14): text not yet segmentized is thrown away; what has a sequence number stays. */
enum tcp_result tcp_flush(struct tcp_ctx *x, struct tcb *t)
{
    if (!t)
        return no_connection(x, CALL_FLUSH);
    uint64_t n = snd_waiting(t);
    call_rec(x, t, CALL_FLUSH, RESULT_OK, n, t->snd.nxt_off, 0);
    t->snd.queued = t->snd.nxt_off;
    t->snd.push = t->snd.push_first = 0;
    if ((t->flags & TF_URG_OUT) && seq_gt(t->snd.up, t->snd.nxt))
        t->snd.up = t->snd.nxt;
    output_call(x, t);
    user_timer_update(x, t, false);
    if (n > 0 && (t->flags & TF_WANT_SPACE)) {
        t->flags &= ~TF_WANT_SPACE;
        x->ops->signal(x, t, SIGNAL_SEND_SPACE, 0);
    }
    leave(x, t);
    return RESULT_OK;
}

static void fill_status(const struct tcb *t, struct tcp_status *s)
{
    *s = (struct tcp_status){(enum tcp_state)t->state, .e = t->e, .snd_wnd = t->snd.wnd};
    s->rcv_wnd = rcv_wnd(t);
    s->unacked = text_in_flight(t) + (uint32_t)snd_waiting(t);
    s->unread = t->rcv.unread;
    s->dscp_received = t->dscp_in;
    if (t->flags & TF_URG_IN) {
        uint32_t fin = (t->flags & TF_PEER_FIN) ? 1 : 0; /* RCV.NXT counts it, the user does not */
        int32_t left = seq_diff(t->rcv.up, seq_sub(t->rcv.nxt, t->rcv.unread + fin));
        s->urgent = left > 0;
        s->urgent_left = left > 0 ? (uint32_t)left : 0;
    }
}

/* STATUS (3.10.6). */
enum tcp_result tcp_status(struct tcp_ctx *x, struct tcb *t, struct tcp_status *s)
{
    if (!t)
        return no_connection(x, CALL_STATUS);
    fill_status(t, s);
    call_rec(x, t, CALL_STATUS, RESULT_OK, 0, 0, 0);
    leave(x, t);
    return RESULT_OK;
}

void tcp_orphan(struct tcp_ctx *x, struct tcb *t)
{
    t->flags |= TF_ORPHAN;
    if (t->state == TCP_FIN_WAIT_2 && x->opt->orphan_timeout > 0)
        spare_set(x, t, TF_ORPHAN_WAIT, x->opt->orphan_timeout);
    leave(x, t);
}
