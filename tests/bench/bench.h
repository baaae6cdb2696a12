/*
 * bench.h - what the benchmarks share: a clock, a median, and the line that records compare.
 *
 * A benchmark prints a table for people and, for record.sh, one line a figure:
 * "bench NAME VALUE UNIT". Lower is better, whatever the unit.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/engine/base.h"

/* Host seconds that never step back. */
static inline double bench_clock_s(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static inline int bench_compare(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Sorts values in place. */
static inline double bench_median(double *values, size_t count)
{
    ASSERT(count > 0);
    qsort(values, count, sizeof *values, bench_compare);
    return count % 2 == 1 ? values[count / 2] : 0.5 * (values[count / 2 - 1] + values[count / 2]);
}

static inline void bench_line(const char *name, double value, const char *unit)
{
    printf("bench %s %.4g %s\n", name, value, unit);
}

#endif
