#include "sim/figure/seqplot.h"

#include <stdio.h>

#include "models/wire/wire.h"
#include "sim/figure/flow.h"
#include "sim/report/i18n.h"

static const char *letter_of(const struct rec_send *r)
{
    bool again = r->retx_of != 0;

    if (r->ctl & TCP_RST)
        return "RST";
    if (r->ctl & TCP_SYN)
        return again ? "R SYN" : "SYN";
    if (r->ctl & TCP_FIN)
        return again ? "R FIN" : "FIN";
    if (r->ctl & TCP_URG)
        return again ? "R U" : "U";
    return again ? "R" : NULL;
}

static void put_segment(struct flow *f, struct chart_panel *p, int side, const struct rec_send *r)
{
    int64_t from = flow_send(f, side, r), n = flow_length(r);
    struct chart_point k = {r->head.at, from, from + n, r->head.id, NULL};

    if (!p || (!n && !(r->ctl & TCP_RST)))
        return;
    if (n)
        chart_put(p, r->retx_of ? CURVE_AGAIN : CURVE_SEGMENT, k);
    if (flow_lost(f, r->head.id))
        chart_put(p, CURVE_LOST, k);
    k.letter = letter_of(r);
    if (k.letter)
        chart_put(p, CURVE_LETTER, k);
}

static void put_ack(const struct flow *f, int side, struct chart_panel *p, const struct rec_arrive *r)
{
    const struct flow_side *s = &f->side[side];
    int64_t block[FLOW_SACKS][2];
    unsigned n = flow_sacks(f, side, r, block);
    struct chart_point k = {r->head.at, s->una, s->una, r->head.id, NULL};

    chart_put(p, CURVE_ACK, k);
    chart_put(p, CURVE_ACK_TICK, k);
    k.low = k.high = s->edge;
    chart_put(p, CURVE_WINDOW, k);
    for (unsigned i = 0; i < n; i++)
        chart_put(p, CURVE_SACK,
                  (struct chart_point){r->head.at, block[i][0], block[i][1], r->head.id, NULL});
}

/* A panel for each side that sends bytes; if none does, for the one that begins. */
static void choose_panels(struct chart *c, const struct flow *f, struct chart_panel *panel[2])
{
    for (int i = 0; i < 2; i++) {
        struct chart_panel *p = &c->panel[c->n_panels];

        if (!f->side[i].bytes && (i == 0 ? f->side[1].bytes : c->n_panels))
            continue;
        c->n_panels++;
        panel[i] = p;
        p->unit = CHART_SEQUENCE;
        p->weight = 1;
        p->title = figure_words(TR_MARK("sequence number"));
        flow_who(f, i, p->who, sizeof p->who);
    }
    if (c->n_panels > 1)
        return;
    snprintf(c->who, sizeof c->who, "%s", c->panel[0].who);
    c->panel[0].who[0] = '\0';
}

struct chart *seqplot_new(const struct model *m, struct paint *paint, const struct chart_options *o)
{
    struct chart *c = NULL;
    struct chart_panel *panel[2] = {NULL, NULL};
    struct flow f;

    if (flow_open(&f, m, o->conn)) {
        c = chart_new(m, o);
        c->name = figure_words(TR_MARK("Sequence numbers over time"));
        choose_panels(c, &f, panel);
        for (size_t i = 0; i < log_count(m->log); i++) {
            const struct rec_head *r = log_at(m->log, i);
            const void *body = r;
            int side;

            if (r->kind == REC_SEND) {
                side = flow_side(&f, body);
                if (side >= 0)
                    put_segment(&f, panel[side], side, body);
            } else if (r->kind == REC_ARRIVE) {
                side = flow_hear(&f, body);
                if (side >= 0 && panel[side])
                    put_ack(&f, side, panel[side], body);
            }
        }
        for (int i = 0; i < 2; i++)
            if (panel[i] && o->absolute)
                panel[i]->base = f.side[i].isn;
        chart_lay(c, paint);
    }
    flow_close(&f);
    return c;
}
