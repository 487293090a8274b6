/* host_option.c: options of the host by name, from a script's head. */
#include "sim/packetdrill/host_option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
        if (!ns || *v > x->most / ns)
            return false;
    } else if (*end) {
        return false;
    }
    *v *= ns;
    return *v >= x->least && *v <= x->most;
}

const char *host_option_set(struct tcp_options *o, const char *text)
{
    const char *value = strchr(text, '=');
    const struct row *x = value ? row_of(text, (size_t)(value - text)) : NULL;
    bool yes;
    int64_t v;

    if (!value)
        return "NAME=VALUE, an option of a host and its value";
    if (!x || x->kind == KIND_CC || x->kind == KIND_IW)
        return "the name of a host's option whose value is a number, a time, true or false";
    value++;
    if (x->kind == KIND_BOOL) {
        yes = strcmp(value, "true") == 0;
        if (!yes && strcmp(value, "false") != 0)
            return "true or false";
        memcpy((char *)o + x->at, &yes, sizeof yes);
        return NULL;
    }
    if (!number(value, x, &v))
        return x->kind == KIND_TIME ? "a time within the option's limits, with ns, us, ms or s"
                                    : "a number within the option's limits";
    memcpy((char *)o + x->at, &v, sizeof v);
    return NULL;
}
