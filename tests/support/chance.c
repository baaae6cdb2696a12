#include "tests/support/chance.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

double chance_even(const uint32_t *count, size_t cells)
{
    double sum = 0;
    double chi2 = 0;
    for (size_t i = 0; i < cells; i++) {
        sum += count[i];
    }
    const double expected = sum / (double)cells;
    for (size_t i = 0; i < cells; i++) {
        chi2 += (count[i] - expected) * (count[i] - expected) / expected;
    }
    return gsl_cdf_chisq_Q(chi2, (double)cells - 1);
}

double chance_hits_z(uint64_t hits, uint64_t tries, double probability)
{
    const double n = (double)tries;
    return ((double)hits - n * probability) / sqrt(n * probability * (1 - probability));
}

static double standard_error(const double *value, size_t count)
{
    return gsl_stats_sd(value, 1, count) / sqrt((double)count);
}

double chance_mean_z(const double *value, size_t count, double expected)
{
    return (gsl_stats_mean(value, 1, count) - expected) / standard_error(value, count);
}

double chance_half_width(const double *value, size_t count, double level)
{
    return gsl_cdf_tdist_Pinv((1 + level) / 2, (double)count - 1) * standard_error(value, count);
}
