/* bench: what the ns-3 programs share: CPU, wall and memory figures, and one line of JSON. */
#ifndef BENCH_H
#define BENCH_H
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <sys/resource.h>

struct Bench
{
    double wall0, user0, sys0;

    static double Wall()
    {
        using namespace std::chrono;
        return duration<double>(steady_clock::now().time_since_epoch()).count();
    }

    static void Cpu(double& u, double& s)
    {
        struct rusage r;
        getrusage(RUSAGE_SELF, &r);
        u = r.ru_utime.tv_sec + r.ru_utime.tv_usec * 1e-6;
        s = r.ru_stime.tv_sec + r.ru_stime.tv_usec * 1e-6;
    }

    // VmHWM, not ru_maxrss: that one survives exec, so a launcher's size shows in it.
    static long PeakRssKb()
    {
        long kb = 0;
        char line[256];
        FILE* f = fopen("/proc/self/status", "r");
        while (f && fgets(line, sizeof line, f))
            if (sscanf(line, "VmHWM: %ld", &kb) == 1)
                break;
        if (f)
            fclose(f);
        return kb;
    }

    // Resident set now, in KiB (from /proc/self/statm).
    static long RssKb()
    {
        long size = 0, res = 0;
        FILE* f = fopen("/proc/self/statm", "r");
        if (f)
        {
            if (fscanf(f, "%ld %ld", &size, &res) != 2)
                res = 0;
            fclose(f);
        }
        return res * 4;
    }

    void Start()
    {
        wall0 = Wall();
        Cpu(user0, sys0);
    }

    // extra: further JSON members, each beginning with a comma, or "".
    void Report(const char* sim, const char* name, uint64_t packets, uint64_t events,
                double simSeconds, const std::string& extra)
    {
        double u, s, w = Wall() - wall0;
        Cpu(u, s);
        double ur = u - user0, cr = ur + (s - sys0);
        printf("{\"sim\":\"%s\",\"bench\":\"%s\",\"wall_s\":%.4f,\"user_s\":%.4f,\"cpu_s\":%.4f,"
               "\"total_user_s\":%.4f,\"peak_rss_kb\":%ld,\"packets\":%llu,\"pkts_per_cpu_s\":%.0f,"
               "\"events\":%llu,\"events_per_cpu_s\":%.0f,\"sim_s\":%.6f%s}\n",
               sim, name, w, ur, cr, u, PeakRssKb(), (unsigned long long)packets,
               cr > 0 ? packets / cr : 0.0, (unsigned long long)events,
               cr > 0 ? events / cr : 0.0, simSeconds, extra.c_str());
        fflush(stdout);
    }
};
#endif
