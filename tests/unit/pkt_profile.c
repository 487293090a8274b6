/* Profiles of other systems' stacks: every option within its bounds; sysctl names mapped, ignored, refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/packetdrill/host_option.h"
#include "sim/packetdrill/run_internal.h"

static void within_bounds(const struct tcp_options *o)
{
#define OPTION(type, id, otherwise, least, most, rfc, what)                                                  \
    assert_true((int64_t)o->id >= (least));                                                                  \
    assert_true((int64_t)o->id <= (most));
#include "models/tcp/option.def"
#undef OPTION
}

static void profiles_are_within_bounds(void **state)
{
    struct tcp_options o;

    (void)state;
    for (int stack = PKT_STACK_GUESS; stack <= PKT_STACK_FREEBSD; stack++)
        for (int family = PKT_IPV4; family <= PKT_MAPPED; family++) {
            profile_options((enum pkt_stack)stack, (enum pkt_family)family, &o);
            within_bounds(&o);
        }
}

static void rfc_is_a_lessons_default(void **state)
{
    struct tcp_options o, otherwise;

    (void)state;
    tcp_options_default(&otherwise);
    profile_options(PKT_STACK_RFC, PKT_IPV4, &o);
    assert_int_equal(o.rcv_buffer, otherwise.rcv_buffer);
    assert_int_equal(o.sack, otherwise.sack);
    assert_int_equal(o.initial_window, otherwise.initial_window);
    profile_options(PKT_STACK_LINUX, PKT_IPV4, &o);
    assert_true(o.sack && o.timestamps);
    assert_int_equal(o.initial_window, 10);
}

static void names(void **state)
{
    static const struct {
        const char *name, *value;
        enum profile_answer answer;
    } row[] = {
        {"net.inet.tcp.delacktime", "100", PROFILE_MAPPED},
        {"net.inet.tcp.delacktime", "soon", PROFILE_BAD_VALUE},
        {"net.inet.tcp.delacktime", "-1", PROFILE_BAD_VALUE},
        {"net.inet.tcp.blackhole", "0", PROFILE_MAPPED},
        {"net.inet.tcp.blackhole", "2", PROFILE_BAD_VALUE},
        {"net.inet.tcp.hostcache.purgenow", "1", PROFILE_IGNORED},
        {"net.ipv4.tcp_wmem", "4096 262144 4194304", PROFILE_MAPPED},
        {"net.ipv4.tcp_wmem", "4096 262144 4194304 7", PROFILE_BAD_VALUE},
        {"net.ipv4.tcp_congestion_control", "cubic", PROFILE_IGNORED},
        {"net.ipv4.tcp_nonsense", "1", PROFILE_UNKNOWN},
        {"net.inet.tcp", "1", PROFILE_UNKNOWN},
        {"", "", PROFILE_UNKNOWN},
    };
    struct tcp_options o;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        tcp_options_default(&o);
        if (profile_sysctl(&o, row[i].name, row[i].value) != row[i].answer)
            fail_msg("%s=%s", row[i].name, row[i].value);
        within_bounds(&o);
    }
}

static void values(void **state)
{
    struct tcp_options o;

    (void)state;
    tcp_options_default(&o);
    profile_sysctl(&o, "net.inet.tcp.delacktime", "40");
    assert_int_equal(o.delayed_ack, 40 * NS_PER_MS);
    profile_sysctl(&o, "net.inet.tcp.delacktime", "100000"); /* MUST-40: below half a second */
    assert_true(o.delayed_ack < NS_PER_S / 2);
    profile_sysctl(&o, "net.inet.tcp.insecure_rst", "1");
    assert_false(o.rfc5961_rst);
    profile_sysctl(&o, "net.inet.tcp.rfc1323", "0");
    assert_false(o.timestamps);
    assert_int_equal(o.window_scale, -1);
    profile_sysctl(&o, "net.ipv4.tcp_ecn", "1");
    assert_true(o.ecn && o.ecn_ask);
    profile_sysctl(&o, "net.ipv4.tcp_ecn", "2");
    assert_true(o.ecn && !o.ecn_ask);
    profile_sysctl(&o, "net.ipv4.tcp_wmem", "1 2 3000");
    assert_int_equal(o.snd_buffer, 3000);
    profile_sysctl(&o, "net.inet.tcp.recvspace", "65536");
    assert_int_equal(o.rcv_buffer, 65700); /* whole segments */
    profile_sysctl(&o, "net.inet.tcp.msl", "0");
    within_bounds(&o);
}

static void names_as_values(void **state)
{
    struct tcp_options o;

    (void)state;
    tcp_options_default(&o);
    assert_null(host_option_set(&o, "congestion=none"));
    assert_int_equal(o.congestion, CC_NONE);
    assert_null(host_option_set(&o, "initial_window_rule=rfc3390"));
    assert_int_equal(o.initial_window_rule, CC_IW_RFC3390);
    assert_non_null(host_option_set(&o, "congestion="));
    assert_int_equal(o.congestion, CC_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_are_within_bounds),
        cmocka_unit_test(rfc_is_a_lessons_default),
        cmocka_unit_test(names),
        cmocka_unit_test(values),
        cmocka_unit_test(names_as_values),
    };

    return cmocka_run_group_tests_name("pkt_profile", tests, NULL, NULL);
}
