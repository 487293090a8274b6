/* state: the root of all mutable state of a run, in the world's arena (core.model). Holds refs only; each part belongs to the
 * module it is named after. */
#ifndef TCPLAB_MODELS_STATE_H
#define TCPLAB_MODELS_STATE_H

#include "models/app/app.h"
#include "models/host/host.h"
#include "models/net/net.h"
#include "models/wire/stream.h"

enum sim_event_kind { SIM_EV_WORLD = 13, SIM_EV_NOTE }; /* beside those of net.h, app.h and host.h */

struct sim_state {
    ref net, hosts, apps, streams;
    uint32_t ended; /* the END record has been emitted */
    uint32_t full_checks;
};

static inline struct sim_state *sim_state(const struct world *w)
{
    return world_at(w, w->core->model);
}
static inline struct net *sim_net(const struct world *w)
{
    return world_at(w, sim_state(w)->net);
}
static inline struct hosts *sim_hosts(const struct world *w)
{
    return world_at(w, sim_state(w)->hosts);
}
static inline struct apps *sim_apps(const struct world *w)
{
    return world_at(w, sim_state(w)->apps);
}

#endif
