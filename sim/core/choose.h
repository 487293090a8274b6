/* choose: all chance in the simulation. Who asks has a label and an ordinal of its own, so one extra draw by
 * one asker never shifts anybody else's fate. A draw of the seeded driver is a pure function of (seed, label,
 * ordinal). Other drivers (scripted, later exhaustive) replace it behind the same call. */
#ifndef TCPLAB_CORE_CHOOSE_H
#define TCPLAB_CORE_CHOOSE_H

#include "sim/core/world.h"

struct asker { /* lies in the arena, in the state of whoever asks */
    uint64_t label;
    uint64_t ordinal; /* draws made so far */
};

struct chooser {
    /* A number in [0, bound), bound > 0, for the ordinal-th draw (from 0) of label. */
    uint64_t (*draw)(void *ctx, uint64_t seed, uint64_t label, uint64_t ordinal, uint64_t bound);
    void *ctx;
};

/* A label from words: who asks, which one, what for: choose_label("link", 3, "loss"). */
uint64_t choose_label(const char *who, uint64_t which, const char *purpose);
void asker_init(struct asker *a, uint64_t label);

/* A number in [0, bound). bound > 0. Consumes one ordinal. */
uint64_t choose(struct world *w, struct asker *a, uint64_t bound);
/* True with probability ppm parts per million. Consumes one ordinal whatever ppm is; no driver is asked when
 * the answer is certain (0, or 1000000 and above). */
bool choose_ppm(struct world *w, struct asker *a, uint32_t ppm);

/* The seeded driver's function itself (for tests and for labelled keys such as the ISN secret). */
uint64_t choose_seeded(uint64_t seed, uint64_t label, uint64_t ordinal);

/* The scripted driver: a table of (label, ordinal) -> value; draws not in it fall to the seeded driver. A
 * value beyond the draw's bound counts as the largest allowed. Meant for short tables: every draw looks
 * through all of it. */
struct scripted_draw {
    uint64_t label, ordinal, value;
};
struct scripted_chooser {
    struct chooser driver; /* give its address to world.chooser */
    const struct scripted_draw *draw;
    size_t n;
};
void scripted_chooser_init(struct scripted_chooser *s, const struct scripted_draw *draw, size_t n);

#endif
