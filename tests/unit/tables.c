/* The names of the rows in trace records, and the sizes of records. */
#include "models/record.h"
#include "models/tcp/clause.h"
#include "models/tcp/fsm.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* Names lead back to their rows, so they are unique; nothing beyond the ends has a name. */
#define BACK_AND_FORTH(t)                                                                                    \
    static void names_of_##t(void **state)                                                                   \
    {                                                                                                        \
        (void)state;                                                                                         \
        for (unsigned i = 0; i < count_##t(); i++) {                                                         \
            assert_true(name_##t(i)[0] != '\0');                                                             \
            assert_int_equal(find_##t(name_##t(i)), i);                                                      \
        }                                                                                                    \
        assert_string_equal(name_##t(count_##t()), "?");                                                     \
        assert_string_equal(name_##t(~0u), "?");                                                             \
        assert_int_equal(find_##t("?"), -1);                                                                 \
        assert_int_equal(find_##t(""), -1);                                                                  \
        assert_int_equal(find_##t("nonesuch"), -1);                                                          \
    }
TABLE_NAMES(BACK_AND_FORTH)

static void counts(void **state)
{
    (void)state;
    assert_int_equal(count_open(), OPEN_COUNT);
    assert_int_equal(count_drop(), DROP_COUNT);
    assert_int_equal(count_fate(), FATE_COUNT);
    assert_int_equal(count_reject(), REJECT_COUNT);
    assert_int_equal(count_timer(), TIMER_COUNT);
    assert_int_equal(count_timer_op(), TIMER_OP_COUNT);
    assert_int_equal(count_call(), CALL_COUNT);
    assert_int_equal(count_result(), RESULT_COUNT);
    assert_int_equal(count_signal(), SIGNAL_COUNT);
    assert_int_equal(count_deliver(), DELIVER_COUNT);
    assert_int_equal(count_host_event(), HOST_EVENT_COUNT);
    assert_int_equal(count_link_event(), LINK_EVENT_COUNT);
    assert_int_equal(count_end(), END_COUNT);
    assert_int_equal(count_state(), TCP_STATES);
    assert_int_equal(count_edge(), EDGE_COUNT);
    assert_int_equal(count_clause(), C_COUNT);
}

static void some_names(void **state)
{
    (void)state;
    assert_string_equal(name_state(TCP_CLOSED), "CLOSED");
    assert_int_equal(TCP_CLOSED, 0);
    assert_string_equal(name_state(TCP_FIN_WAIT_1), "FIN-WAIT-1");
    assert_string_equal(name_state(TCP_TIME_WAIT), "TIME-WAIT");
    assert_string_equal(name_edge(EDGE_NONE), "none");
    assert_string_equal(name_edge(EDGE_EST_FIN), "est-fin");
    assert_string_equal(name_edge(EDGE_SYN_RCVD_RST_PASSIVE), "syn-rcvd-rst-passive");
    assert_string_equal(name_edge(EDGE_FW1_ACK), "fw1-ack");
    assert_string_equal(name_clause(C_NONE), "none");
    assert_string_equal(name_clause(C_SYN_ACK_SIMULTANEOUS), "syn-ack-simultaneous");
    assert_string_equal(name_drop(DROP_LOSS), "loss");
    assert_string_equal(name_timer_op(TIMER_OP_FIRED), "fired");
    assert_int_equal(find_result("connection closing"), RESULT_CLOSING);
}

static void record_sizes(void **state)
{
    (void)state;
    assert_int_equal(rec_size(REC_NONE), 0);
    for (unsigned kind = REC_NONE + 1; kind < REC_KINDS; kind++)
        assert_true(rec_size(kind) > sizeof(struct rec_head));
    assert_int_equal(rec_size(REC_KINDS), 0);
    assert_int_equal(rec_size(~0u), 0);
    assert_int_equal(rec_size(REC_SEND), sizeof(struct rec_send));
    assert_int_equal(rec_size(REC_VARS), sizeof(struct rec_vars));
    assert_int_equal(rec_size(REC_HOSTEV), sizeof(struct rec_host_event));
    assert_true(REC_KINDS <= 64); /* a bit each in a sink's wishes */
    assert_true(VAR_COUNT <= 32); /* a bit each in rec_vars.changed */
}

int main(void)
{
#define ENTRY(t) cmocka_unit_test(names_of_##t),
    const struct CMUnitTest tests[] = {
        TABLE_NAMES(ENTRY) cmocka_unit_test(counts),
        cmocka_unit_test(some_names),
        cmocka_unit_test(record_sizes),
    };

    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
