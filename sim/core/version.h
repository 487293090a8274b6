/* version: the program's version, as `tcplab --version` and the header of a trace say it. Nothing else lives
 * here. */
#ifndef TCPLAB_CORE_VERSION_H
#define TCPLAB_CORE_VERSION_H

#define TCPLAB_VERSION "0.1.0"

#endif
