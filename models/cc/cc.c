/* cc.c: the table of congestion controls, and "none": a window that never holds anything back. */
#include "models/cc/cc.h"

#include <string.h>

#include "models/cc/reno.h"

static void none_init(struct cc_state *c, uint32_t smss, const struct cc_iw *iw, bool syn_lost)
{
    (void)iw;
    (void)syn_lost;
    *c = (struct cc_state){.cwnd = UINT32_MAX, .ssthresh = UINT32_MAX, .smss = smss};
}
static void none_ack(struct cc_state *c, const struct cc_ack *a)
{
    (void)c, (void)a;
}
static void none_enter(struct cc_state *c, uint32_t flight, vtime now)
{
    (void)c, (void)flight, (void)now;
}
static void none_dupack(struct cc_state *c)
{
    (void)c;
}
static void none_partial(struct cc_state *c, uint32_t acked)
{
    (void)c, (void)acked;
}
static void none_idle(struct cc_state *c, const struct cc_iw *iw)
{
    (void)c, (void)iw;
}
static void none_rto(struct cc_state *c, uint32_t flight, bool first, vtime now)
{
    (void)c, (void)flight, (void)first, (void)now;
}

static const struct cc_ops none = {.name = "none",
                                   .init = none_init,
                                   .on_ack = none_ack,
                                   .enter_recovery = none_enter,
                                   .enter_sack = none_enter,
                                   .on_dupack = none_dupack,
                                   .on_partial = none_partial,
                                   .exit_recovery = none_enter,
                                   .on_rto = none_rto,
                                   .on_ecn = none_enter,
                                   .after_idle = none_idle};

const struct cc_ops *cc_get(enum cc_kind kind)
{
    static const struct cc_ops *const table[CC_COUNT] = {[CC_NONE] = &none, [CC_RENO] = &cc_reno};
    CHECK(kind < CC_COUNT);
    return table[kind];
}

int cc_find(const char *name)
{
    for (int i = 0; i < CC_COUNT; i++)
        if (strcmp(cc_get((enum cc_kind)i)->name, name) == 0)
            return i;
    return -1;
}

static const char *const iw_names[CC_IW_COUNT] = {
#define CC_IW_ROW(ID, name) [CC_IW_##ID] = name,
    CC_IW_RULES(CC_IW_ROW)
#undef CC_IW_ROW
};

const char *cc_iw_name(enum cc_iw_rule rule)
{
    return rule < CC_IW_COUNT ? iw_names[rule] : NULL;
}

int cc_iw_find(const char *name)
{
    for (int i = 0; i < CC_IW_COUNT; i++)
        if (strcmp(iw_names[i], name) == 0)
            return i;
    return -1;
}
