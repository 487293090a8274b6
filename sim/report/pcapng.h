/* pcapng: a trace as a capture file that Wireshark reads. */
#ifndef TCPLAB_REPORT_PCAPNG_H
#define TCPLAB_REPORT_PCAPNG_H

#include <stdio.h>

#include "sim/report/trace_file.h"

/* Writes every packet that a host sends, at the moment it does, with checksums and payload made from the
 * trace; one interface a host. False: out failed, errno says why. */
bool pcapng_write(FILE *out, const struct trace_header *h, const struct log *log);

#endif
