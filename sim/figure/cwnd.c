#include "sim/figure/cwnd.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/wire/wire.h"
#include "sim/figure/flow.h"
#include "sim/report/i18n.h"

struct timed { /* a segment whose round trip is measured */
    int64_t end;
    vtime at;
    bool again; /* sent twice: nobody can tell which one the ACK is for */
};

struct maker {
    struct flow flow;
    struct chart *c;
    struct chart_panel *bytes, *times;
    struct timed *timed;
    size_t n_timed, cap_timed, heard; /* heard: those before it are acknowledged */
    int64_t cwnd;
    vtime fired; /* when the retransmission timer did last */
};

static const struct {
    enum rec_var var;
    enum chart_role role;
} curves[] = {{VAR_FLIGHT, CURVE_FLIGHT}, {VAR_SND_WND, CURVE_RWND}, {VAR_SSTHRESH, CURVE_SSTHRESH},
              {VAR_PIPE, CURVE_PIPE},     {VAR_CWND, CURVE_CWND},    {VAR_RTO, CURVE_RTO},
              {VAR_SRTT, CURVE_SRTT}};

/* Of several values at one instant the last one counts. */
static void put(struct chart_panel *p, enum chart_role role, struct chart_point k)
{
    struct chart_series *s = &p->series[role];

    if (s->n && s->point[s->n - 1].at == k.at)
        s->point[s->n - 1] = k;
    else
        chart_put(p, role, k);
}

static void see_vars(struct maker *k, const struct rec_vars *r)
{
    for (size_t i = 0; i < ARRAY_LEN(curves); i++) {
        struct chart_panel *p =
            curves[i].role == CURVE_RTO || curves[i].role == CURVE_SRTT ? k->times : k->bytes;
        int64_t v = r->value[curves[i].var];
        bool zero_says = p->series[curves[i].role].n > 0 && curves[i].role != CURVE_SRTT;

        if (r->changed >> curves[i].var & 1u && (v || zero_says))
            put(p, curves[i].role, (struct chart_point){r->head.at, v, v, r->head.id, NULL});
    }
    if (r->changed >> VAR_CWND & 1u)
        k->cwnd = r->value[VAR_CWND];
}

static void mark(struct maker *k, const struct rec_head *r, const char *letter)
{
    if (k->cwnd)
        chart_put(k->bytes, CURVE_LETTER, (struct chart_point){r->at, k->cwnd, k->cwnd, r->id, letter});
}

static void see_send(struct maker *k, const struct rec_send *r)
{
    int side = flow_side(&k->flow, r);
    int64_t from, n = flow_length(r);

    if (side < 0)
        return;
    from = flow_send(&k->flow, side, r);
    if (side != 0 || !n)
        return;
    if (r->retx_of && r->head.at != k->fired)
        mark(k, &r->head, "R");
    if (k->n_timed && from < k->timed[k->n_timed - 1].end) { /* again, or part of it */
        for (size_t i = k->n_timed; i-- > k->heard && k->timed[i].end > from;)
            k->timed[i].again = true;
        return;
    }
    GROW(k->timed, k->n_timed, k->cap_timed);
    k->timed[k->n_timed++] = (struct timed){from + n, r->head.at, false};
}

static void see_arrive(struct maker *k, const struct rec_arrive *r)
{
    size_t before = k->heard;
    const struct timed *t;
    vtime rtt;

    if (flow_hear(&k->flow, r) != 0)
        return;
    while (k->heard < k->n_timed && k->timed[k->heard].end <= k->flow.side[0].una)
        k->heard++;
    if (k->heard == before)
        return;
    t = &k->timed[k->heard - 1];
    rtt = r->head.at - t->at;
    if (!t->again)
        chart_put(k->times, CURVE_RTT, (struct chart_point){r->head.at, rtt, rtt, r->head.id, NULL});
}

static void see(struct maker *k, const struct rec_head *r)
{
    const void *body = r;
    const struct rec_timer *t = body;
    uint32_t conn = k->flow.side[0].conn;

    if (r->kind == REC_SEND) {
        see_send(k, body);
    } else if (r->kind == REC_ARRIVE) {
        see_arrive(k, body);
    } else if (r->kind == REC_VARS && r->conn == conn) {
        see_vars(k, body);
    } else if (r->kind == REC_TIMER && r->conn == conn && t->timer == TIMER_RETRANSMISSION &&
               t->op == TIMER_OP_FIRED) {
        k->fired = r->at;
        mark(k, r, "RTO");
    }
}

struct chart *cwnd_new(const struct model *m, struct paint *paint, const struct chart_options *o)
{
    struct maker k = {.fired = -1};
    struct chart *c = NULL;

    if (flow_open(&k.flow, m, o->conn) && k.flow.side[0].conn) {
        c = k.c = chart_new(m, o);
        c->name = figure_words(TR_MARK("Congestion window and round-trip time"));
        flow_who(&k.flow, 0, c->who, sizeof c->who);
        c->n_panels = 2;
        k.bytes = &c->panel[0];
        k.times = &c->panel[1];
        *k.bytes = (struct chart_panel){
            .title = figure_words(TR_MARK("window")), .unit = CHART_BYTES, .weight = 1.7};
        *k.times = (struct chart_panel){
            .title = figure_words(TR_MARK("round trip")), .unit = CHART_DURATION, .weight = 1};
        for (size_t i = 0; i < log_count(m->log); i++)
            see(&k, log_at(m->log, i));
        chart_lay(c, paint);
    }
    free(k.timed);
    flow_close(&k.flow);
    return c;
}
