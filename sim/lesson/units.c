#include "sim/lesson/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct unit {
    const char *name;
    uint64_t scale; /* of the smallest unit */
};

struct quantity {
    const struct unit *unit;
    size_t n_units;
    uint64_t max;
    bool above_zero;
    const char *expected, *fraction, *large;
};

static const uint64_t ten_to[] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
};

struct decimal {
    uint64_t whole;
    uint64_t part; /* digits behind the point, trailing zeros cut */
    size_t part_n; /* how many */
    bool large;    /* whole does not fit */
    bool fine;     /* more digits behind the point than any unit could take */
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 0 or digits without a leading zero, and perhaps a point and digits. Returns what follows, NULL: no number.
 */
static const char *read_decimal(const char *s, struct decimal *out)
{
    struct decimal d = {0};

    if (!digit(*s) || (*s == '0' && digit(s[1])))
        return NULL;
    for (; digit(*s); s++) {
        if (d.whole > (UINT64_MAX - 9) / 10)
            d.large = true;
        else
            d.whole = d.whole * 10 + (uint64_t)(*s - '0');
    }
    if (*s == '.') {
        const char *from = ++s, *end;

        while (digit(*s))
            s++;
        if (s == from)
            return NULL;
        for (end = s; end > from && end[-1] == '0';)
            end--;
        d.part_n = (size_t)(end - from);
        d.fine = d.part_n >= ARRAY_LEN(ten_to);
        for (; !d.fine && from < end; from++)
            d.part = d.part * 10 + (uint64_t)(*from - '0');
    }
    *out = d;
    return s;
}

static const char *parse(const char *text, const struct quantity *q, uint64_t *out)
{
    struct decimal d;
    const char *s = text ? read_decimal(text, &d) : NULL;
    uint64_t scale = 0, part;

    if (!s)
        return q->expected;
    if (*s == ' ')
        s++;
    for (size_t i = 0; i < q->n_units; i++) {
        if (strcmp(s, q->unit[i].name) == 0)
            scale = q->unit[i].scale;
    }
    if (!scale)
        return q->expected;
    if (d.large || d.whole > q->max / scale)
        return q->large;
    if (d.fine)
        return q->fraction;
    part = muldiv_u64(d.part, scale, ten_to[d.part_n]);
    if (part * ten_to[d.part_n] != d.part * scale) /* both modulo 2^64; the rest is smaller than that */
        return q->fraction;
    if (part > q->max - d.whole * scale)
        return q->large;
    if (q->above_zero && d.whole * scale + part == 0)
        return q->expected;
    *out = d.whole * scale + part;
    return NULL;
}

const char *units_time(const char *text, vtime *ns)
{
    static const struct unit unit[] = {
        {"ns", 1},       {"us", NS_PER_US},      {"ms", NS_PER_MS},
        {"s", NS_PER_S}, {"min", 60 * NS_PER_S}, {"h", 3600 * NS_PER_S},
    };
    static const struct quantity q = {unit,
                                      ARRAY_LEN(unit),
                                      VTIME_MAX,
                                      false,
                                      "expected a time such as \"20ms\" (ns, us, ms, s, min or h)",
                                      "does not come to a whole number of nanoseconds",
                                      "too long; virtual time ends after 104 days"};
    uint64_t v;
    const char *wrong = parse(text, &q, &v);

    if (!wrong)
        *ns = (vtime)v;
    return wrong;
}

const char *units_rate(const char *text, uint64_t *bps)
{
    static const struct unit unit[] = {
        {"bit/s", 1},
        {"kbit/s", 1000},
        {"Mbit/s", 1000000},
        {"Gbit/s", 1000000000},
        {"Tbit/s", UINT64_C(1000000000000)},
    };
    static const struct quantity q = {
        unit,
        ARRAY_LEN(unit),
        UINT64_C(1000000000000000),
        true,
        "expected a rate above zero such as \"10Mbit/s\" (bit/s, kbit/s, Mbit/s, Gbit/s or Tbit/s)",
        "does not come to a whole number of bits a second",
        "too fast; at most 1000Tbit/s"};

    return parse(text, &q, bps);
}

const char *units_size(const char *text, uint64_t *bytes)
{
    static const struct unit unit[] = {
        {"B", 1},         {"kB", 1000},     {"MB", 1000000},  {"GB", 1000000000},
        {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
    };
    static const struct quantity q = {
        unit,
        ARRAY_LEN(unit),
        UINT64_C(1) << 50,
        false,
        "expected a size in bytes, or such as \"64kB\" (B, kB, MB, GB of 1000, KiB, MiB, GiB of 1024)",
        "does not come to a whole number of bytes",
        "too large"};

    return parse(text, &q, bytes);
}

const char *units_share(const char *text, uint32_t *ppm)
{
    static const struct unit unit[] = {{"%", 10000}, {"ppm", 1}};
    static const struct quantity q = {unit,
                                      ARRAY_LEN(unit),
                                      1000000,
                                      false,
                                      "expected a share such as \"0.5%\" or \"100ppm\"",
                                      "does not come to a whole number of parts per million",
                                      "more than 100%"};
    uint64_t v;
    const char *wrong = parse(text, &q, &v);

    if (!wrong)
        *ppm = (uint32_t)v;
    return wrong;
}

const char *units_packets(const char *text, uint32_t *packets)
{
    static const struct unit unit[] = {{"packets", 1}, {"packet", 1}};
    static const struct quantity q = {unit,
                                      ARRAY_LEN(unit),
                                      1000000000,
                                      true,
                                      "expected a number such as \"100 packets\"",
                                      "is not a whole number of packets",
                                      "too many packets"};
    uint64_t v;
    const char *wrong = parse(text, &q, &v);

    if (!wrong)
        *packets = (uint32_t)v;
    return wrong;
}

void units_format_time(vtime ns, char out[UNITS_TIME_MAX])
{
    static const struct unit unit[] = {{"s", NS_PER_S}, {"ms", NS_PER_MS}, {"us", NS_PER_US}, {"ns", 1}};
    uint64_t v = ns < 0 ? 0 : (uint64_t)ns, part;
    size_t i = 0;
    int n, digits = 9;

    if (ns == VTIME_NEVER) {
        snprintf(out, UNITS_TIME_MAX, "never");
        return;
    }
    while (v > 0 && i + 1 < ARRAY_LEN(unit) && v < unit[i].scale) {
        i++;
        digits -= 3;
    }
    n = snprintf(out, UNITS_TIME_MAX, "%" PRIu64, v / unit[i].scale);
    part = v % unit[i].scale;
    if (part) {
        n += snprintf(out + n, UNITS_TIME_MAX - (size_t)n, ".%0*" PRIu64, digits, part);
        while (out[n - 1] == '0')
            n--;
    }
    snprintf(out + n, UNITS_TIME_MAX - (size_t)n, "%s", unit[i].name);
}
