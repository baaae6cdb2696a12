/*
 * bins.h - log-linear bins for durations and sizes: every number from 0 to INT64_MAX has a bin at
 * most 1 % wide, and histograms of two runs add up bin by bin.
 *
 * Numbers below 2^BINS_BITS have a bin each; above, every power of two is cut into 2^BINS_BITS
 * equal bins (as H. dynamic range histograms do).
 */
#ifndef SIM_ENGINE_BINS_H
#define SIM_ENGINE_BINS_H

#include "sim/engine/base.h"

enum { BINS_BITS = 7, BINS_COUNT = (64 - BINS_BITS) << BINS_BITS };

/* value is not negative. */
static inline uint32_t bins_index(int64_t value)
{
    const uint64_t v = (uint64_t)value;
    ASSERT(value >= 0);
    if (v < 1u << BINS_BITS) {
        return (uint32_t)v;
    }
    const int shift = 63 - __builtin_clzll(v) - BINS_BITS;
    return ((uint32_t)shift << BINS_BITS) + (uint32_t)(v >> shift);
}

/* The least and the greatest number of a bin. */
int64_t bins_low(uint32_t index);
int64_t bins_high(uint32_t index);

/*
 * The number that a share q of all that was counted is at or below (0 < q <= 1), taken as the
 * middle of its bin; NaN where nothing was counted. missing counts as larger than everything: where
 * q falls among it, NaN.
 */
double bins_quantile(const uint64_t count[BINS_COUNT], uint64_t missing, double q);

#endif
