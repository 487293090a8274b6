/* info: the system's struct tcp_info, filled by asking for each of its fields by name. Private to sim/plugin;
 * knows nothing of our TCP, whose names of states are the system's, too. */
#ifndef TCPLAB_PLUGIN_INFO_H
#define TCPLAB_PLUGIN_INFO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Writes at most *room bytes to `to`; *room gets how many. A field for which look says false stays 0. */
void plugin_info_make(bool (*look)(void *ctx, const char *field, int64_t *value), void *ctx, void *to,
                      socklen_t *room);

#endif
