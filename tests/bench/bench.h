/* bench: the benchmark program's parts. Each prints JSON lines on stdout, one a measurement, with CPU time
 * (never wall time: the cores are shared), and returns 0, or 1 if it could not run. */
#ifndef TCPLAB_TESTS_BENCH_H
#define TCPLAB_TESTS_BENCH_H

/* CPU time of this process so far, seconds. */
double bench_cpu_s(void);
/* Peak resident size of this process, KiB; 0 where it cannot be told. */
long bench_peak_rss_kb(void);

int bench_bulk(void);
int bench_bulk_small(void);
int bench_flows(void);
int bench_churn(void);
int bench_idle(void);
int bench_growth(void);
int bench_hold(void);
int bench_trace(void);

#endif
