/* options: the TCP options of one host as a struct, from option.def. Immutable during a run. */
#ifndef TCPLAB_MODELS_TCP_OPTIONS_H
#define TCPLAB_MODELS_TCP_OPTIONS_H

#include "models/cc/cc.h"
#include "sim/core/base.h"

#define OPT_T_TIME vtime
#define OPT_T_BYTES int64_t
#define OPT_T_INT int64_t
#define OPT_T_BOOL bool
#define OPT_T_ISS int64_t
#define OPT_T_CC int64_t
#define OPT_T_IW int64_t

struct tcp_options {
#define OPTION(type, name, def, min, max, rfc, doc) OPT_T_##type name;
#include "models/tcp/option.def"
#undef OPTION
};

/* The defaults of profile "rfc9293-v1". */
void tcp_options_default(struct tcp_options *o);

#endif
