#include "analysis/statistics/trend.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

enum { VALUES_LEAST = 4 }; /* of fewer not even all orders together make a small p */

static int sign_of(double difference)
{
    return (difference > 0) - (difference < 0);
}

/* How many of the values before i equal value i: 0 at the first of each tied group. */
static size_t equals_before(const double *values, size_t i)
{
    size_t equals = 0;
    for (size_t k = 0; k < i; k++) {
        equals += values[k] >= values[i] && values[k] <= values[i];
    }
    return equals;
}

/* The variance of s where order does not matter; each group of t tied values takes some off. */
static double variance_of_s(const double *values, size_t count, size_t n)
{
    const double m = (double)n;
    double sum = m * (m - 1) * (2 * m + 5);
    for (size_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            /* A group's t (t - 1) (2 t + 5), as a sum over its 1st, 2nd, ... t-th value. */
            const double t = (double)equals_before(values, i);
            sum -= (t + 1) * t * (2 * t + 7) - t * (t - 1) * (2 * t + 5);
        }
    }
    return sum / 18;
}

struct trend trend_test(const double *values, size_t count)
{
    struct trend result = {.p_up = 1};
    for (size_t i = 0; i < count; i++) {
        result.n += isnan(values[i]) ? 0 : 1;
        for (size_t k = 0; k < i; k++) {
            result.s += sign_of(values[i] - values[k]); /* NaN is neither above nor below */
        }
    }
    const double variance = variance_of_s(values, count, result.n);
    if (result.n >= VALUES_LEAST && variance > 0) {
        result.z = (double)(result.s - sign_of((double)result.s)) / sqrt(variance);
        result.p_up = gsl_cdf_ugaussian_Q(result.z);
    }
    return result;
}
