/* pace: how the film of a trace runs: which virtual time is shown after so much time of the viewer's clock at
 * speed 1, and back; and the beats at which it stops for a moment. Made once from the model, then only read.
 *
 * Both are nanoseconds. The map is monotone, piecewise linear, and counted in integers: the same everywhere.
 * Its rules:
 * - A flight takes PACE_FLIGHT at constant speed. Of several in the air the shortest sets the speed, so none
 *   of them passes faster than that.
 * - While nothing is in the air, time goes on as in the last flight, but no wait takes more than PACE_WAIT:
 *   2 MSL, a retransmission timeout, a thinking user.
 * - At a beat the playhead stands still for PACE_PAUSE; for less where it has hardly moved since the last one
 *   (a burst would stutter), but for PACE_STATE at least where a state changes.
 * - Who has seen twelve flights knows how they look: of those that follow, the n-th takes 12/n of the time,
 *   at least an eighth, and so do the pauses, until something worth looking at happens: a loss, a
 *   retransmission, a timer that fires, a change of state. Then the count starts anew.
 * - Nothing takes longer than PACE_MOST: if it would, what comes after the first twelve flights is pressed
 *   into the time that is left. And nothing is over before PACE_LEAST: the picture stands at the end.
 * - At the end it stands for PACE_END anyhow.
 *
 * Owns its tables; borrows nothing once made. Knows no pixels, reads no clock. */
#ifndef TCPLAB_FIGURE_PACE_H
#define TCPLAB_FIGURE_PACE_H

#include "sim/figure/model.h"

#define PACE_FLIGHT (1600 * NS_PER_MS)
#define PACE_PAUSE (800 * NS_PER_MS)
#define PACE_STATE (250 * NS_PER_MS)
#define PACE_WAIT (3000 * NS_PER_MS)
#define PACE_END (1600 * NS_PER_MS)
#define PACE_LEAST (10 * NS_PER_S)
#define PACE_MOST (300 * NS_PER_S)

enum pace_what { /* what happens at a beat: bits */
                 PACE_SEND = 1,
                 PACE_ARRIVAL = 2,
                 PACE_LOSS = 4,
                 PACE_TIMER = 8,
                 PACE_CALL = 16,
                 PACE_STATE_CHANGE = 32,
                 PACE_AGAIN = 64, /* one of those sent is a retransmission */
                 PACE_HOST = 128  /* a host crashes, comes back, is cut off */
};

struct pace_beat {
    vtime at;
    uint64_t record; /* the first of them */
    unsigned what;
};

struct pace;

/* The beats are the instants at which something happens that the figure shows: arrivals at routers without a
 * life-line, and the calls RECEIVE, SET and STATUS, make none. */
struct pace *pace_new(const struct model *m);
void pace_free(struct pace *p); /* NULL is allowed */

/* How long the film takes. */
vtime pace_length(const struct pace *p);
/* What is shown after so much presentation time; what is out of range is taken to the nearer end. */
vtime pace_virtual(const struct pace *p, vtime presentation);
/* When this virtual time is first shown: at a beat, the beginning of its pause. The earliest presentation
 * time whose virtual time is not before it. */
vtime pace_presentation(const struct pace *p, vtime virtual_time);

/* In order of time, one for each instant. */
const struct pace_beat *pace_beats(const struct pace *p, size_t *n);
/* The first beat after this virtual time, the last one before it; NULL: there is none. */
const struct pace_beat *pace_beat_after(const struct pace *p, vtime at);
const struct pace_beat *pace_beat_before(const struct pace *p, vtime at);

#endif
