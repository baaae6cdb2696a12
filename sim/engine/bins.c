#include "sim/engine/bins.h"

#include <math.h>

int64_t bins_low(uint32_t index)
{
    ASSERT(index < BINS_COUNT);
    if (index < 2u << BINS_BITS) {
        return (int64_t)index;
    }
    const uint32_t shift = (index >> BINS_BITS) - 1;
    const uint64_t mantissa = (index & ((1u << BINS_BITS) - 1)) + (1u << BINS_BITS);
    return (int64_t)(mantissa << shift);
}

int64_t bins_high(uint32_t index)
{
    return index + 1 < BINS_COUNT ? bins_low(index + 1) - 1 : INT64_MAX;
}

double bins_quantile(const uint64_t count[BINS_COUNT], uint64_t missing, double q)
{
    ASSERT(q > 0 && q <= 1);
    uint64_t all = missing;
    for (uint32_t i = 0; i < BINS_COUNT; i++) {
        all += count[i];
    }
    const double wanted = ceil(q * (double)all);
    uint64_t seen = 0;
    for (uint32_t i = 0; i < BINS_COUNT && all > 0; i++) {
        seen += count[i];
        if (count[i] > 0 && (double)seen >= wanted) {
            return ((double)bins_low(i) + (double)bins_high(i)) / 2;
        }
    }
    return (double)NAN;
}
