/* Every user call in every state (RFC 9293 sec 3.10.1 to 3.10.6). */
#include "tests/support/tcp_rig.h"

static const struct rig_row rows[] = {
    {"open_closed_active", "9293 3.10.1", "OPEN active -> ok; < <SEQ=0><CTL=SYN>; = SYN-SENT; var snd.una 0; var snd.nxt 1"},
    {"open_closed_passive", "9293 3.10.1", "OPEN passive -> ok; = LISTEN"},
};

int main(void)
{
    return rig_run_table("tcp_matrix_calls", rows, ARRAY_LEN(rows));
}
