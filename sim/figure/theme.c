#include "sim/figure/theme.h"

#include <string.h>

#include "sim/core/base.h"

static const struct theme themes[THEME_COUNT] = {
    [THEME_LIGHT] = {.name = "light",
                     .background = 0xF4F6F9FF,
                     .card = 0xFFFFFFFF,
                     .line = 0xD9E0E8FF,
                     .ink1 = 0x101B26FF,
                     .ink2 = 0x44515FFF,
                     .ink3 = 0x5D6977FF,
                     .on_badge = 0xFFFFFFFF,
                     .focus = 0x0072B2FF,
                     .on_focus = 0xFFFFFFFF,
                     .loss = 0x101B26FF,
                     .hue = {[HUE_SYN] = {0x009E73FF, 0x00704FFF, 0x00704FFF},
                             [HUE_FIN] = {0xD55E00FF, 0xB34F00FF, 0xB34F00FF},
                             [HUE_RST] = {0xA3123AFF, 0x97103AFF, 0xA3123AFF},
                             [HUE_DATA] = {0x2B3846FF, 0x101B26FF, 0x2B3846FF},
                             [HUE_ACK] = {0x0072B2FF, 0x005F96FF, 0x0072B2FF},
                             [HUE_ICMP] = {0x7A4B8CFF, 0x6A3D7CFF, 0x7A4B8CFF}},
                     .phase = {[PHASE_CLOSED] = {0xC9D0D8FF, 0x00000000, 0x8793A0FF},
                               [PHASE_LISTEN] = {0x8793A0FF, 0xE6EAEFFF, 0x8793A0FF},
                               [PHASE_OPENING] = {0x7CCBB3FF, 0xE6F4F0FF, 0x009E73FF},
                               [PHASE_OPEN] = {0x009E73FF, 0xD3EFE6FF, 0x009E73FF},
                               [PHASE_WAITING] = {0xE69F00FF, 0xFCEFD6FF, 0xE69F00FF},
                               [PHASE_HALF] = {0x56B4E9FF, 0xDFF0FBFF, 0x56B4E9FF},
                               [PHASE_TIME_WAIT] = {0xCC79A7FF, 0xF1D8E6FF, 0xCC79A7FF}},
                     .stroke = 1.0},
    [THEME_DARK] = {.name = "dark",
                    .background = 0x0C121CFF,
                    .card = 0x151F2EFF,
                    .line = 0x2B394CFF,
                    .ink1 = 0xF3F6FAFF,
                    .ink2 = 0xBAC6D4FF,
                    .ink3 = 0x8897A8FF,
                    .on_badge = 0x0C121CFF,
                    .focus = 0x6CC5F5FF,
                    .on_focus = 0x0C121CFF,
                    .loss = 0xF3F6FAFF,
                    .hue = {[HUE_SYN] = {0x2CC99BFF, 0x5BDCB7FF, 0x2CC99BFF},
                            [HUE_FIN] = {0xFF8B42FF, 0xFFA469FF, 0xFF8B42FF},
                            [HUE_RST] = {0xFF6B8BFF, 0xFF8CA5FF, 0xFF6B8BFF},
                            [HUE_DATA] = {0xC9D4E0FF, 0xF3F6FAFF, 0xC9D4E0FF},
                            [HUE_ACK] = {0x56B4E9FF, 0x7CCBF7FF, 0x56B4E9FF},
                            [HUE_ICMP] = {0xC9A2DBFF, 0xD9BBE7FF, 0xC9A2DBFF}},
                    .phase = {[PHASE_CLOSED] = {0x3D4857FF, 0x00000000, 0x8C9AABFF},
                              [PHASE_LISTEN] = {0x8C9AABFF, 0x202B3AFF, 0x8C9AABFF},
                              [PHASE_OPENING] = {0x1F7A63FF, 0x12302FFF, 0x2CC99BFF},
                              [PHASE_OPEN] = {0x2CC99BFF, 0x1A4344FF, 0x2CC99BFF},
                              [PHASE_WAITING] = {0xF2B632FF, 0x453E2CFF, 0xF2B632FF},
                              [PHASE_HALF] = {0x6CC5F5FF, 0x264157FF, 0x6CC5F5FF},
                              [PHASE_TIME_WAIT] = {0xE79DC8FF, 0x594661FF, 0xE79DC8FF}},
                    .stroke = 1.0},
    [THEME_PROJECTOR] = {.name = "projector",
                         .background = 0xFFFFFFFF,
                         .card = 0xFFFFFFFF,
                         .line = 0x9AA5B1FF,
                         .ink1 = 0x000000FF,
                         .ink2 = 0x1E2832FF,
                         .ink3 = 0x3A4651FF,
                         .on_badge = 0xFFFFFFFF,
                         .focus = 0x005F96FF,
                         .on_focus = 0xFFFFFFFF,
                         .loss = 0x000000FF,
                         .hue = {[HUE_SYN] = {0x00805DFF, 0x005A40FF, 0x00604AFF},
                                 [HUE_FIN] = {0xC65700FF, 0x943F00FF, 0xA04600FF},
                                 [HUE_RST] = {0x8E0F33FF, 0x7E0C2DFF, 0x8E0F33FF},
                                 [HUE_DATA] = {0x000000FF, 0x000000FF, 0x000000FF},
                                 [HUE_ACK] = {0x00629CFF, 0x004F7DFF, 0x005F96FF},
                                 [HUE_ICMP] = {0x643A75FF, 0x562F66FF, 0x643A75FF}},
                         .phase = {[PHASE_CLOSED] = {0xB4BDC7FF, 0x00000000, 0x5D6977FF},
                                   [PHASE_LISTEN] = {0x5D6977FF, 0xE3E8EDFF, 0x5D6977FF},
                                   [PHASE_OPENING] = {0x5FBDA1FF, 0xDCF1EBFF, 0x00805DFF},
                                   [PHASE_OPEN] = {0x009E73FF, 0xBFE8DBFF, 0x00805DFF},
                                   [PHASE_WAITING] = {0xE69F00FF, 0xFCE4B4FF, 0xB57D00FF},
                                   [PHASE_HALF] = {0x56B4E9FF, 0xCBE7F9FF, 0x2B85B8FF},
                                   [PHASE_TIME_WAIT] = {0xCC79A7FF, 0xEEC9DDFF, 0xA94F82FF}},
                         .stroke = 1.4},
};

const struct theme *theme_get(enum theme_id id)
{
    CHECK((unsigned)id < THEME_COUNT);
    return &themes[id];
}

int theme_find(const char *name)
{
    for (int i = 0; i < THEME_COUNT; i++)
        if (!strcmp(themes[i].name, name))
            return i;
    return -1;
}

enum phase theme_phase_of(enum report_state s)
{
    switch (s) {
    case ST_CLOSED: return PHASE_CLOSED;
    case ST_LISTEN: return PHASE_LISTEN;
    case ST_SYN_SENT:
    case ST_SYN_RECEIVED: return PHASE_OPENING;
    case ST_ESTABLISHED: return PHASE_OPEN;
    case ST_FIN_WAIT_1:
    case ST_CLOSING:
    case ST_LAST_ACK: return PHASE_WAITING;
    case ST_FIN_WAIT_2:
    case ST_CLOSE_WAIT: return PHASE_HALF;
    case ST_TIME_WAIT: return PHASE_TIME_WAIT;
    case ST_COUNT: break;
    }
    CHECK(0 && "a state");
    return PHASE_CLOSED;
}
