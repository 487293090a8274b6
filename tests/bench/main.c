/* bench [NAME...]: runs the named benchmarks, or all but the long ones. */
#define _POSIX_C_SOURCE 200809L
#include "tests/bench/bench.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    int (*run)(void);
    int on_demand; /* only when it is named */
} bench[] = {
    {"bulk", bench_bulk, 0},
    {"bulk_small", bench_bulk_small, 0},
    {"flows", bench_flows, 0},
    {"churn", bench_churn, 0},
    {"idle_conns", bench_idle, 0},
    {"hold", bench_hold, 0},
    {"trace", bench_trace, 0},
    {"growth", bench_growth, 1},
};

#define BENCHES (sizeof bench / sizeof bench[0])

double bench_cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

long bench_peak_rss_kb(void)
{
    /* not getrusage: its figure survives exec, so a launcher's size shows in it */
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    long kb = 0;

    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %ld", &kb) == 1)
            break;
    if (f)
        fclose(f);
    return kb;
}

static int run_named(const char *name)
{
    for (size_t i = 0; i < BENCHES; i++)
        if (!strcmp(bench[i].name, name))
            return bench[i].run();
    fprintf(stderr, "bench: no benchmark is called \"%s\"; there are:", name);
    for (size_t i = 0; i < BENCHES; i++)
        fprintf(stderr, " %s", bench[i].name);
    fputc('\n', stderr);
    return 2;
}

int main(int argc, char **argv)
{
    int worst = 0;

    for (int i = 1; i < argc; i++) {
        int code = run_named(argv[i]);

        worst = code > worst ? code : worst;
    }
    for (size_t i = 0; argc < 2 && i < BENCHES; i++) {
        int code = bench[i].on_demand ? 0 : bench[i].run();

        worst = code > worst ? code : worst;
    }
    return worst;
}
