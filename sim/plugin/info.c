/* info.c: struct tcp_info as this system has it. Apart, since the system's names of states are ours, too. */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <string.h>

#include "sim/plugin/info.h"

void plugin_info_make(bool (*look)(void *ctx, const char *field, int64_t *value), void *ctx, void *to,
                      socklen_t *room)
{
    struct tcp_info info;
    int64_t v;
    socklen_t n = *room < sizeof info ? *room : (socklen_t)sizeof info;

    memset(&info, 0, sizeof info);
#define INFO(field)                                                                                          \
    if (look(ctx, #field, &v))                                                                               \
    info.field = (__typeof__(info.field))v
    INFO(tcpi_state);
    INFO(tcpi_rto);
    INFO(tcpi_snd_mss);
    INFO(tcpi_rcv_mss);
    INFO(tcpi_rtt);
    INFO(tcpi_rttvar);
    INFO(tcpi_snd_ssthresh);
    INFO(tcpi_snd_cwnd);
    INFO(tcpi_rcv_space);
#ifdef __linux__
    INFO(tcpi_ca_state);
    INFO(tcpi_retransmits);
    INFO(tcpi_probes);
    INFO(tcpi_backoff);
    INFO(tcpi_ato);
    INFO(tcpi_unacked);
    INFO(tcpi_sacked);
    INFO(tcpi_lost);
    INFO(tcpi_retrans);
    INFO(tcpi_fackets);
    INFO(tcpi_pmtu);
    INFO(tcpi_rcv_ssthresh);
    INFO(tcpi_advmss);
    INFO(tcpi_reordering);
    INFO(tcpi_rcv_rtt);
    INFO(tcpi_total_retrans);
#endif
    if (look(ctx, "tcpi_options", &v))
        info.tcpi_options = (__typeof__(info.tcpi_options))v;
#undef INFO
    memcpy(to, &info, n);
    *room = n;
}
