/* options.c: the defaults of a host's TCP options. */
#include "models/tcp/options.h"

void tcp_options_default(struct tcp_options *o)
{
    *o = (struct tcp_options){
#define OPTION(type, name, def, min, max, rfc, doc) .name = def,
#include "models/tcp/option.def"
#undef OPTION
    };
}
