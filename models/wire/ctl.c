#include "models/wire/wire.h"

#include <string.h>

/* In the order of the bits, which is also the order in which Wireshark names them. */
static const char ctl_name[8][4] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};

void ctl_format(uint8_t ctl, char *out)
{
    bool first = true;

    for (unsigned i = 0; i < ARRAY_LEN(ctl_name); i++) {
        if (!((unsigned)ctl >> i & 1u))
            continue;
        if (!first)
            *out++ = ',';
        first = false;
        memcpy(out, ctl_name[i], 3);
        out += 3;
    }
    *out = '\0';
}

bool ctl_parse(const char *text, uint8_t *ctl)
{
    uint8_t bits = 0;

    if (*text == '\0') {
        *ctl = 0;
        return true;
    }
    for (;;) {
        unsigned i = 0;

        while (i < ARRAY_LEN(ctl_name) && strncmp(text, ctl_name[i], 3) != 0)
            i++;
        if (i == ARRAY_LEN(ctl_name) || ((unsigned)bits >> i & 1u))
            return false;
        bits = (uint8_t)(bits | 1u << i);
        text += 3;
        if (*text == '\0')
            break;
        if (*text++ != ',')
            return false;
    }
    *ctl = bits;
    return true;
}
