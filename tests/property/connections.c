/* runner: timeout=900
 *
 * Random scenarios by the thousand: no byte is lost, doubled, mixed up or harmed, and once the links are
 * healed and both users have closed, every connection ends. Each scenario is a pure function of its seed
 * (tests/support/lab.h).
 *
 *     connections [--seeds N] [--first N]         N seeds from a first one on; prints TAP, a line for each
 * hundred connections --seed N [--without FEATURE,...] [--trace FILE] [--shrink]
 *
 * A failure prints the command that replays it, with as many features left out as still show it. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/lab_run.h"

enum { GROUP = 100, FAILURES_MAX = 10 };
#ifndef SEEDS
#define SEEDS 4000
#endif

struct options {
    uint64_t first, seeds, without;
    bool one, shrink;
    const char *trace, *program;
};

struct sums {
    uint64_t opened, established, segments, bytes, compared, events, seeds;
};

static void add(struct sums *s, const struct lab_result *r)
{
    s->opened += r->opened;
    s->established += r->established;
    s->segments += r->segments;
    s->bytes += r->bytes;
    s->compared += r->compared;
    s->events += r->events;
    s->seeds++;
}

static void print_features(uint64_t without)
{
    const char *between = " --without ";

    for (int f = 0; f < LAB_COUNT; f++)
        if ((without >> f) & 1u) {
            printf("%s%s", between, lab_feature_name((enum lab_feature)f));
            between = ",";
        }
}

static void run_seed(struct lab *l, uint64_t seed, uint64_t without, const char *trace, struct lab_result *r)
{
    lab_make(l, seed, without);
    lab_run(l, trace, r);
}

static bool read_result(int fd, struct lab_result *r)
{
    size_t n = 0;

    while (n < sizeof *r) {
        ssize_t got = read(fd, (char *)r + n, sizeof *r - n);

        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    return true;
}

/* Runs seeds [first, first + n) in a process of their own, so that a failed check is a result like others.
 * result[] gets them. Returns how many there are: n, or up to the one that broke off, whose `wrong` says how
 * it ended. */
static uint64_t run_apart(struct lab *l, uint64_t first, uint64_t n, uint64_t without, bool quiet,
                          struct lab_result *result)
{
    int fd[2], status = 0;
    uint64_t i = 0;
    pid_t child;

    fflush(stdout);
    CHECK(pipe(fd) == 0);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        if (quiet)
            CHECK(freopen("/dev/null", "w", stderr));
        for (; i < n; i++) {
            struct lab_result r;

            run_seed(l, first + i, without, NULL, &r);
            if (write(fd[1], &r, sizeof r) != (ssize_t)sizeof r)
                _exit(1);
        }
        _exit(0);
    }
    close(fd[1]);
    while (i < n && read_result(fd[0], &result[i]))
        i++;
    close(fd[0]);
    CHECK(waitpid(child, &status, 0) == child);
    if (i < n) {
        memset(&result[i], 0, sizeof result[i]);
        snprintf(result[i].wrong, sizeof result[i].wrong, "the run broke off (%s %d)",
                 WIFSIGNALED(status) ? "signal" : "exit status",
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        i++;
    }
    return i;
}

/* Leaves features out one by one as long as something is still wrong. */
static uint64_t shrink(struct lab *l, uint64_t seed, uint64_t without)
{
    for (int f = 0; f < LAB_COUNT; f++) {
        uint64_t less = without | UINT64_C(1) << f;
        struct lab_result r;

        if (less == without)
            continue;
        run_apart(l, seed, 1, less, true, &r);
        if (!r.ok)
            without = less;
    }
    return without;
}

static void explain(struct lab *l, const struct options *o, uint64_t seed, const struct lab_result *r)
{
    uint64_t without = shrink(l, seed, o->without);
    struct lab_result less;

    printf("# %s\n# again: %s --seed %llu", r->wrong, o->program, (unsigned long long)seed);
    print_features(o->without);
    printf(" --trace trace.json\n");
    if (without == o->without)
        return;
    run_apart(l, seed, 1, without, true, &less);
    printf("# with less: %s --seed %llu", o->program, (unsigned long long)seed);
    print_features(without);
    printf(" --trace trace.json\n# which says: %s\n", less.wrong);
}

static int run_one(struct lab *l, const struct options *o)
{
    struct lab_result r;

    run_seed(l, o->first, o->without, o->trace, &r);
    printf("seed %llu: %s\n", (unsigned long long)o->first, r.ok ? "all is well" : r.wrong);
    printf(
        "%u hosts, %u links, %u apps, %s; %llu connections opened, %llu established, %llu events, %lld ns\n",
        l->sc.n_hosts, l->sc.n_links, l->sc.n_apps, l->strict ? "strict" : "not strict",
        (unsigned long long)r.opened, (unsigned long long)r.established, (unsigned long long)r.events,
        (long long)r.ended);
    if (!r.ok && o->shrink)
        explain(l, o, o->first, &r);
    return r.ok ? 0 : 1;
}

/* Of this process and the ones it waited for. */
static double cpu_s(void)
{
    struct rusage a, b;

    getrusage(RUSAGE_SELF, &a);
    getrusage(RUSAGE_CHILDREN, &b);
    return (double)(a.ru_utime.tv_sec + a.ru_stime.tv_sec + b.ru_utime.tv_sec + b.ru_stime.tv_sec) +
           1e-6 * (double)(a.ru_utime.tv_usec + a.ru_stime.tv_usec + b.ru_utime.tv_usec + b.ru_stime.tv_usec);
}

static int run_many(struct lab *l, const struct options *o)
{
    struct lab_result *result = malloc(GROUP * sizeof *result);
    struct sums s = {0};
    unsigned n = 0, failures = 0;
    uint64_t end = o->first + o->seeds;

    CHECK(result);
    for (uint64_t seed = o->first; seed < end && failures < FAILURES_MAX;) {
        uint64_t got = run_apart(l, seed, end - seed < GROUP ? end - seed : GROUP, o->without, false, result);
        unsigned before = failures;

        for (uint64_t i = 0; i < got && failures < FAILURES_MAX; i++) {
            add(&s, &result[i]);
            if (result[i].ok)
                continue;
            failures++;
            printf("not ok %u - seed %llu\n", ++n, (unsigned long long)(seed + i));
            explain(l, o, seed + i, &result[i]);
        }
        seed += got;
        if (failures == before)
            printf("ok %u - seeds up to %llu\n", ++n, (unsigned long long)(seed - 1));
        fflush(stdout);
    }
    free(result);
    printf("1..%u\n# %llu seeds, %llu connections opened, %llu of them established, %llu segments, %llu "
           "bytes delivered "
           "(%llu compared), %llu events, %.1f s\n",
           n, (unsigned long long)s.seeds, (unsigned long long)s.opened, (unsigned long long)s.established,
           (unsigned long long)s.segments, (unsigned long long)s.bytes, (unsigned long long)s.compared,
           (unsigned long long)s.events, cpu_s());
    return failures ? 1 : 0;
}

static int usage(const char *what)
{
    fprintf(stderr,
            "connections: %s\nusage: connections [--seeds N] [--first N] [--seed N] [--without FEATURE,...] "
            "[--trace FILE] [--shrink]\nfeatures:",
            what);
    for (int f = 0; f < LAB_COUNT; f++)
        fprintf(stderr, " %s", lab_feature_name((enum lab_feature)f));
    fprintf(stderr, "\n");
    return 2;
}

static bool read_features(const char *list, uint64_t *without)
{
    while (*list) {
        size_t n = strcspn(list, ",");
        int f = lab_feature_find(list, n);

        if (f < 0)
            return false;
        *without |= UINT64_C(1) << f;
        list += n + (list[n] == ',');
    }
    return true;
}

static bool read_number(const char *s, uint64_t *v)
{
    char *end;

    if (!s || *s < '0' || *s > '9')
        return false;
    *v = strtoull(s, &end, 10);
    return *end == '\0';
}

int main(int argc, char **argv)
{
    struct options o = {.first = 1, .seeds = SEEDS, .program = argv[0]};
    struct lab *l = malloc(sizeof *l);
    int status;

    CHECK(l);
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        bool ok = true;

        if (!strcmp(argv[i], "--shrink")) {
            o.shrink = true;
            continue;
        }
        if (!strcmp(argv[i], "--seed"))
            ok = o.one = read_number(value, &o.first);
        else if (!strcmp(argv[i], "--seeds"))
            ok = read_number(value, &o.seeds);
        else if (!strcmp(argv[i], "--first"))
            ok = read_number(value, &o.first);
        else if (!strcmp(argv[i], "--without"))
            ok = value && read_features(value, &o.without);
        else if (!strcmp(argv[i], "--trace"))
            ok = (o.trace = value) != NULL;
        else
            ok = false;
        if (!ok) {
            free(l);
            return usage(argv[i]);
        }
        i++;
    }
    status = o.one ? run_one(l, &o) : run_many(l, &o);
    free(l);
    return status;
}
