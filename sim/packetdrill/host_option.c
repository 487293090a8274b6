/* host_option.c: options of the host by name, from a script's head. */
#include "sim/packetdrill/host_option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/cc/cc.h"

enum kind { KIND_TIME, KIND_BYTES, KIND_INT, KIND_BOOL, KIND_ISS, KIND_CC, KIND_IW };

static const struct row {
    const char *name;
    enum kind kind;
    size_t at;
    int64_t least, most;
} rows[] = {
#define OPTION(type, name, def, min, max, rfc, doc)                                                          \
    {#name, KIND_##type, offsetof(struct tcp_options, name), min, max},
#include "models/tcp/option.def"
#undef OPTION
};

static const struct row *row_of(const char *text, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strlen(rows[i].name) == n && memcmp(rows[i].name, text, n) == 0)
            return &rows[i];
    return NULL;
}

/* Nanoseconds of one; 0: no unit. */
static int64_t unit(const char *text)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1}, {"us", NS_PER_US}, {"ms", NS_PER_MS}, {"s", NS_PER_S}};

    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (strcmp(units[i].name, text) == 0)
            return units[i].ns;
    return 0;
}

static bool number(const char *text, const struct row *x, int64_t *v)
{
    char *end;
    int64_t ns = 1;

    errno = 0;
    *v = strtoll(text, &end, 0);
    if (errno != 0 || end == text)
        return false;
    if (x->kind == KIND_TIME && !(*v == 0 && *end == '\0')) {
        ns = unit(end);
        if (!ns || *v > x->most / ns || *v < x->least / ns)
            return false;
    } else if (*end) {
        return false;
    }
    *v *= ns;
    return *v >= x->least && *v <= x->most;
}

/* The value of an option, as the field of its kind holds it. NULL: done; else what was expected. */
static const char *read_value(const struct row *x, const char *text, int64_t *v)
{
    switch (x->kind) {
    case KIND_BOOL:
        *v = strcmp(text, "true") == 0;
        return *v || strcmp(text, "false") == 0 ? NULL : "true or false";
    case KIND_CC:
    case KIND_IW:
        *v = x->kind == KIND_CC ? cc_find(text) : cc_iw_find(text);
        return *v >= 0 ? NULL : "a name that a lesson knows for this option";
    case KIND_TIME:
        return number(text, x, v) ? NULL : "a time within the option's limits, with ns, us, ms or s";
    case KIND_BYTES:
    case KIND_INT:
    case KIND_ISS: return number(text, x, v) ? NULL : "a number within the option's limits";
    }
    return NULL;
}

const char *host_option_set(struct tcp_options *o, const char *text)
{
    const char *value = strchr(text, '='), *expected;
    const struct row *x = value ? row_of(text, (size_t)(value - text)) : NULL;
    int64_t v;

    if (!value)
        return "NAME=VALUE, an option of a host and its value";
    if (!x)
        return "the name of a host's option, as a lesson writes it";
    expected = read_value(x, value + 1, &v);
    if (expected)
        return expected;
    if (x->kind == KIND_BOOL)
        *(bool *)((char *)o + x->at) = v != 0;
    else
        memcpy((char *)o + x->at, &v, sizeof v);
    return NULL;
}
