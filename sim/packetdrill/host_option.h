/* host_option: a script's head sets options of the TCP under test by their lesson names (--tcp=NAME=VALUE).
 *
 * Owns nothing; changes the struct it is given and nothing else. */
#ifndef TCPLAB_PACKETDRILL_HOST_OPTION_H
#define TCPLAB_PACKETDRILL_HOST_OPTION_H

#include "models/tcp/options.h"
#include "sim/core/diag.h"

/* text is NAME=VALUE: a name of models/tcp/option.def; VALUE true or false, a number within the option's
 * limits, for a time a number with its unit (ns, us, ms, s), or a name (congestion=none). NULL: done. Else
 * what was expected, and o is unchanged. */
const char *host_option_set(struct tcp_options *o, const char *text);

#endif
