#include "sim/lesson/internal.h"

#include <string.h>

enum option_type { OPTION_TIME, OPTION_BYTES, OPTION_INT, OPTION_BOOL, OPTION_ISS, OPTION_CC, OPTION_IW };

struct option_row {
    const char *name;
    enum option_type type;
    size_t offset;
    int64_t min, max;
};

static const struct option_row option_rows[] = {
#define OPTION(type, name, def, min, max, rfc, doc)                                                          \
    {#name, OPTION_##type, offsetof(struct tcp_options, name), min, max},
#include "models/tcp/option.def"
#undef OPTION
};

static bool read_congestion(struct load *ld, const struct json_value *v, int64_t *out)
{
    const char *names[CC_COUNT];
    int i;

    for (unsigned k = 0; k < CC_COUNT; k++)
        names[k] = cc_get((enum cc_kind)k)->name;
    i = read_choice(ld, v, "congestion control", names, CC_COUNT);
    *out = i;
    return i >= 0;
}

static bool read_iw_rule(struct load *ld, const struct json_value *v, int64_t *out)
{
    const char *names[CC_IW_COUNT];
    int i;

    for (unsigned k = 0; k < CC_IW_COUNT; k++)
        names[k] = cc_iw_name((enum cc_iw_rule)k);
    i = read_choice(ld, v, "rule of the initial window", names, CC_IW_COUNT);
    *out = i;
    return i >= 0;
}

static bool read_option(struct load *ld, const struct json_value *v, const struct option_row *r, void *field)
{
    uint64_t size;

    switch (r->type) {
    case OPTION_TIME: return read_time_of(ld, v, r->min, r->max, field);
    case OPTION_BYTES:
        if (!read_size_of(ld, v, (uint64_t)r->min, (uint64_t)r->max, &size))
            return false;
        *(int64_t *)field = (int64_t)size;
        return true;
    case OPTION_INT: return json_want_int(v, r->min, r->max, field, ld->d);
    case OPTION_BOOL: return json_want_bool(v, field, ld->d);
    case OPTION_ISS:
        return json_want_int(v, 0, r->max, field,
                             ld->d); /* the default, "by the clock", is said by leaving it out */
    case OPTION_CC: return read_congestion(ld, v, field);
    case OPTION_IW: return read_iw_rule(ld, v, field);
    }
    return false;
}

bool load_tcp(struct load *ld, const struct json_value *v, struct tcp_options *o)
{
    const char *keys[ARRAY_LEN(option_rows)];

    for (size_t i = 0; i < ARRAY_LEN(option_rows); i++)
        keys[i] = option_rows[i].name;
    if (!read_keys(ld, v, keys, ARRAY_LEN(keys)))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(option_rows); i++) {
        const struct json_value *member = json_get(v, option_rows[i].name);

        if (member && !read_option(ld, member, &option_rows[i], (char *)o + option_rows[i].offset))
            return false;
    }
    if (o->rto_min > o->rto_max)
        return json_error(ld->d, v, "\"rto_min\" is above \"rto_max\"");
    if (o->rto_initial > o->rto_max)
        return json_error(ld->d, v, "\"rto_initial\" is above \"rto_max\"");
    return true;
}
