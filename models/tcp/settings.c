/* settings.c: what an application changes on its own connection (RFC 9293 sec 3.9.1; setting.def). */
#include "models/tcp/tcb.h"

static const struct {
    const char *name;
    int64_t min, max;
} rows[SETTING_COUNT] = {
#define SETTING(ID, name, type, min, max, rfc, doc) [SET_##ID] = {#name, min, max},
#include "models/tcp/setting.def"
#undef SETTING
};

const char *tcp_setting_name(enum tcp_setting what)
{
    return what < SETTING_COUNT ? rows[what].name : NULL;
}

static void flag_set(struct tcb *t, uint64_t flag, bool on)
{
    t->flags = on ? t->flags | flag : t->flags & ~flag;
}

static void set_cork(struct tcp_ctx *x, struct tcb *t, bool on)
{
    flag_set(t, TF_CORK, on);
    if (on)
        return;
    if (snd_waiting(t) > 0) { /* what was held back counts as pushed */
        t->snd.push = t->snd.queued;
        if (t->snd.push_first == 0)
            t->snd.push_first = t->snd.queued;
    }
    output_call(x, t);
}

static void set_snd_buffer(struct tcp_ctx *x, struct tcb *t, uint32_t bytes)
{
    own_settings(x, t)->snd_buffer = bytes;
    if ((t->flags & TF_WANT_SPACE) && tcp_send_room(x, t) > 0)
        x->ops->signal(x, t, SIGNAL_SEND_SPACE, 0);
}

/* Announced from the next SYN on; what we send obeys at once. */
static void set_mss(struct tcp_ctx *x, struct tcb *t, uint16_t mss)
{
    own_settings(x, t)->mss = mss;
    if (t->state > TCP_LISTEN && mss > 0 && mss < t->snd.mss) {
        t->snd.mss = mss;
        t->cc.smss = eff_mss(t);
    }
}

static void set_timers(struct tcp_ctx *x, struct tcb *t, enum tcp_setting what, int64_t value)
{
    struct settings *own = own_settings(x, t);
    switch (what) {
    case SET_KEEPALIVE_IDLE:
        own->keep_idle = value;
        timer_off(x, t, TM_KEEPALIVE);
        break;
    case SET_KEEPALIVE_INTERVAL: own->keep_interval = value; break;
    case SET_KEEPALIVE_PROBES: own->keep_probes = (int32_t)value; break;
    case SET_USER_TIMEOUT:
        own->user_timeout = value;
        user_timer_update(x, t, true);
        break;
    case SET_R1: own->r1 = (int32_t)value; break;
    case SET_R2: own->r2 = value; break;
    case SET_SYN_RETRIES: own->syn_retries = (uint8_t)value; break;
    case SET_NAGLE:
    case SET_KEEPALIVE:
    case SET_DSCP:
    case SET_REPORTS:
    case SET_TTL:
    case SET_CORK:
    case SET_QUICKACK:
    case SET_LINGER:
    case SET_MSS:
    case SET_RCV_BUFFER:
    case SET_SND_BUFFER:
    case SETTING_COUNT: break;
    }
}

void setting_put(struct tcp_ctx *x, struct tcb *t, enum tcp_setting what, int64_t value)
{
    CHECK(what < SETTING_COUNT);
    value = max_i64(rows[what].min, min_i64(value, rows[what].max));
    switch (what) {
    case SET_NAGLE:
        flag_set(t, TF_NAGLE, value != 0);
        output_call(x, t);
        break;
    case SET_KEEPALIVE: flag_set(t, TF_KEEPALIVE, value != 0); break;
    case SET_DSCP: t->dscp = (uint8_t)value; break;
    case SET_REPORTS: own_settings(x, t)->no_reports = value == 0; break;
    case SET_TTL: own_settings(x, t)->ttl = (uint16_t)value; break;
    case SET_CORK: set_cork(x, t, value != 0); break;
    case SET_QUICKACK:
        own_settings(x, t)->quick = (uint8_t)value;
        flag_set(t, TF_QUICK, value != 0);
        break;
    case SET_LINGER: own_settings(x, t)->linger = (int32_t)value; break;
    case SET_MSS: set_mss(x, t, (uint16_t)value); break;
    case SET_RCV_BUFFER: own_settings(x, t)->rcv_buffer = (uint32_t)value; break;
    case SET_SND_BUFFER: set_snd_buffer(x, t, (uint32_t)value); break;
    case SET_USER_TIMEOUT:
    case SET_R1:
    case SET_R2:
    case SET_KEEPALIVE_IDLE:
    case SET_KEEPALIVE_INTERVAL:
    case SET_KEEPALIVE_PROBES:
    case SET_SYN_RETRIES: set_timers(x, t, what, value); break;
    case SETTING_COUNT: break;
    }
    keepalive_update(x, t);
}

enum tcp_result tcp_set(struct tcp_ctx *x, struct tcb *t, enum tcp_setting what, int64_t value)
{
    if (!t)
        return call_rec(x, NULL, CALL_SET, RESULT_NO_CONNECTION, 0, 0, 0);
    bool bad = what == SET_DSCP && (value < 0 || value > 63);
    call_rec(x, t, CALL_SET, bad ? RESULT_DIFFSERV : RESULT_OK, 0, 0, 0);
    if (!bad)
        setting_put(x, t, what, value);
    leave(x, t);
    return bad ? RESULT_DIFFSERV : RESULT_OK;
}

int64_t tcp_get(const struct tcp_ctx *x, const struct tcb *t, enum tcp_setting what)
{
    const struct tcb none = {.flags = (x->opt->nagle ? TF_NAGLE : 0) |
                                      (x->opt->keepalive ? TF_KEEPALIVE : 0) | (x->opt->cork ? TF_CORK : 0),
                             .dscp = (uint8_t)x->opt->dscp};
    t = t ? t : &none;
    const struct settings own = settings(x, t);
    switch (what) {
    case SET_NAGLE: return (t->flags & TF_NAGLE) != 0;
    case SET_KEEPALIVE: return (t->flags & TF_KEEPALIVE) != 0;
    case SET_CORK: return (t->flags & TF_CORK) != 0;
    case SET_DSCP: return t->dscp;
    case SET_REPORTS: return !own.no_reports;
    case SET_TTL: return own.ttl;
    case SET_QUICKACK: return own.quick;
    case SET_LINGER: return own.linger;
    case SET_MSS: return own.mss;
    case SET_RCV_BUFFER: return own.rcv_buffer;
    case SET_SND_BUFFER: return own.snd_buffer;
    case SET_USER_TIMEOUT: return own.user_timeout;
    case SET_R1: return own.r1;
    case SET_R2: return own.r2 > 0 ? own.r2 : x->opt->r2;
    case SET_KEEPALIVE_IDLE: return own.keep_idle;
    case SET_KEEPALIVE_INTERVAL: return own.keep_interval;
    case SET_KEEPALIVE_PROBES: return own.keep_probes;
    case SET_SYN_RETRIES: return own.syn_retries;
    case SETTING_COUNT: break;
    }
    return 0;
}
