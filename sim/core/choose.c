#include "sim/core/choose.h"

#include <string.h>

#define PPM 1000000u

uint64_t choose_label(const char *who, uint64_t which, const char *purpose)
{
    return hash_mix(hash_mix(hash_bytes(1, who, strlen(who)), which),
                    hash_bytes(2, purpose, strlen(purpose)));
}

void asker_init(struct asker *a, uint64_t label)
{
    a->label = label;
    a->ordinal = 0;
}

uint64_t choose_seeded(uint64_t seed, uint64_t label, uint64_t ordinal)
{
    return hash_mix(hash_mix(seed, label), ordinal);
}

/* The draw as a fraction of 2^64, times bound. The bias is below bound / 2^64. */
static uint64_t seeded_draw(uint64_t seed, uint64_t label, uint64_t ordinal, uint64_t bound)
{
    uint64_t low;

    return mulhi_u64(choose_seeded(seed, label, ordinal), bound, &low);
}

uint64_t choose(struct world *w, struct asker *a, uint64_t bound)
{
    uint64_t ordinal = a->ordinal++, value;

    CHECK(bound > 0);
    if (!w->chooser)
        return seeded_draw(w->core->seed, a->label, ordinal, bound);
    value = w->chooser->draw(w->chooser->ctx, w->core->seed, a->label, ordinal, bound);
    CHECK(value < bound);
    return value;
}

bool choose_ppm(struct world *w, struct asker *a, uint32_t ppm)
{
    if (ppm == 0 || ppm >= PPM) { /* certain: nothing to draw, but the place in the order is used up */
        a->ordinal++;
        return ppm != 0;
    }
    return choose(w, a, PPM) < ppm;
}

static uint64_t scripted_draw(void *ctx, uint64_t seed, uint64_t label, uint64_t ordinal, uint64_t bound)
{
    const struct scripted_chooser *s = ctx;

    for (size_t i = 0; i < s->n; i++)
        if (s->draw[i].label == label && s->draw[i].ordinal == ordinal)
            return s->draw[i].value < bound ? s->draw[i].value : bound - 1;
    return seeded_draw(seed, label, ordinal, bound);
}

void scripted_chooser_init(struct scripted_chooser *s, const struct scripted_draw *draw, size_t n)
{
    s->driver.draw = scripted_draw;
    s->driver.ctx = s;
    s->draw = draw;
    s->n = n;
}
