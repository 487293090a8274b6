#include "sim/packetdrill/names.h"

#include <string.h>

static const struct name {
    const char *word;
    enum pkt_group group;
    int64_t value[2];
} names[PKT_NAMES] = {
#define X(group, name, linux_value, freebsd_value)                                                           \
    [PKT_N_##name] = {#name, PKT_GROUP_##group, {linux_value, freebsd_value}},
#include "sim/packetdrill/names.def"
#undef X
};

static const struct error {
    const char *word;
    int64_t value[2];
    const char *text;
} errors[PKT_ERRNOS] = {
#define X(name, linux_value, freebsd_value, text) [PKT_##name] = {#name, {linux_value, freebsd_value}, text},
#include "sim/packetdrill/errno.def"
#undef X
};

static const struct call {
    const char *word;
    size_t least, most;
} calls[PKT_SYSCALLS] = {
#define X(name, least, most) [PKT_SYS_##name] = {#name, least, most},
#include "sim/packetdrill/calls.def"
#undef X
};

static size_t column(enum pkt_os os)
{
    CHECK(os == PKT_LINUX || os == PKT_FREEBSD);
    return os == PKT_FREEBSD;
}

enum pkt_name pkt_name_find(const char *word)
{
    for (size_t i = 1; i < PKT_NAMES; i++)
        if (strcmp(names[i].word, word) == 0)
            return (enum pkt_name)i;
    return PKT_NAME_NONE;
}

enum pkt_errno pkt_errno_find(const char *word)
{
    for (size_t i = 1; i < PKT_ERRNOS; i++)
        if (strcmp(errors[i].word, word) == 0)
            return (enum pkt_errno)i;
    return PKT_ERRNO_NONE;
}

enum pkt_syscall pkt_syscall_find(const char *word)
{
    for (size_t i = 1; i < PKT_SYSCALLS; i++)
        if (strcmp(calls[i].word, word) == 0)
            return (enum pkt_syscall)i;
    return PKT_SYS_NONE;
}

const char *pkt_name_word(enum pkt_name n)
{
    CHECK(n > PKT_NAME_NONE && n < PKT_NAMES);
    return names[n].word;
}

const char *pkt_errno_word(enum pkt_errno e)
{
    CHECK(e > PKT_ERRNO_NONE && e < PKT_ERRNOS);
    return errors[e].word;
}

const char *pkt_syscall_word(enum pkt_syscall c)
{
    CHECK(c > PKT_SYS_NONE && c < PKT_SYSCALLS);
    return calls[c].word;
}

int64_t pkt_name_value(enum pkt_name n, enum pkt_os os)
{
    CHECK(n > PKT_NAME_NONE && n < PKT_NAMES);
    return names[n].value[column(os)];
}

int64_t pkt_errno_value(enum pkt_errno e, enum pkt_os os)
{
    CHECK(e > PKT_ERRNO_NONE && e < PKT_ERRNOS);
    return errors[e].value[column(os)];
}

enum pkt_group pkt_name_group(enum pkt_name n)
{
    CHECK(n > PKT_NAME_NONE && n < PKT_NAMES);
    return names[n].group;
}

const char *pkt_errno_text(enum pkt_errno e)
{
    CHECK(e > PKT_ERRNO_NONE && e < PKT_ERRNOS);
    return errors[e].text;
}

enum pkt_name pkt_name_of(enum pkt_group g, int64_t value, enum pkt_os os)
{
    for (size_t i = 1; i < PKT_NAMES; i++)
        if (names[i].group == g && names[i].value[column(os)] == value)
            return (enum pkt_name)i;
    return PKT_NAME_NONE;
}

enum pkt_errno pkt_errno_of(int64_t value, enum pkt_os os)
{
    for (size_t i = 1; i < PKT_ERRNOS; i++)
        if (errors[i].value[column(os)] == value)
            return (enum pkt_errno)i;
    return PKT_ERRNO_NONE;
}

void pkt_syscall_args(enum pkt_syscall c, size_t *least, size_t *most)
{
    CHECK(c > PKT_SYS_NONE && c < PKT_SYSCALLS);
    *least = calls[c].least;
    *most = calls[c].most;
}
