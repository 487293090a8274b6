/* units: quantities as people write them, read exactly: decimals are never floating point, and what does not
 * come out to a whole nanosecond, bit, byte or part per million is refused. Pure functions of the text;
 * English messages. */
#ifndef TCPLAB_LESSON_UNITS_H
#define TCPLAB_LESSON_UNITS_H

#include "sim/core/base.h"

/* All return NULL for "well" and store the value, else a phrase that says what was expected or why it does
 * not fit; nothing is stored then. text may be NULL (then: what was expected). */
const char *units_time(const char *text, vtime *ns); /* "20ms": ns, us, ms, s, min, h; at most VTIME_MAX */
const char *units_rate(const char *text,
                       uint64_t *bps); /* "10Mbit/s": bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s; above 0 */
const char *units_size(const char *text,
                       uint64_t *bytes); /* "64kB": B, kB, MB, GB (1000), KiB, MiB, GiB (1024) */
const char *units_share(const char *text, uint32_t *ppm);       /* "0.5%", "100ppm", at most 100% */
const char *units_packets(const char *text, uint32_t *packets); /* "100 packets", "1 packet" */

/* The shortest way to write a time that units_time reads back: "1.5s", "20ms", "0s". out holds
 * UNITS_TIME_MAX. */
#define UNITS_TIME_MAX 32
void units_format_time(vtime ns, char out[UNITS_TIME_MAX]);

#endif
