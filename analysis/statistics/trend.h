/*
 * trend.h - does a series go up or down? The test of Mann (1945) and Kendall (1975).
 *
 * It counts the pairs of values of which the later one is greater, less those of which it
 * is less, and asks how likely so many are where order does not matter. It assumes no
 * distribution and no shape of the trend, only that values do not depend on each other:
 * so hand over means over stretches that are long against the process's memory.
 *
 * Units: those of the values; p is a probability. NaN is a missing value and left out.
 * Errors: none. Threads: no state.
 */
#ifndef ANALYSIS_STATISTICS_TREND_H
#define ANALYSIS_STATISTICS_TREND_H

#include "sim/engine/base.h"

struct trend {
    size_t n;    /* values that are there */
    int64_t s;   /* pairs that rise less pairs that fall */
    double z;    /* s as a standard normal deviate, corrected for ties and continuity */
    double p_up; /* of a z as high or higher without a trend; 1 below four values or if all tie */
};

/* O(count^2): meant for tens of values. */
struct trend trend_test(const double *values, size_t count);

#endif
