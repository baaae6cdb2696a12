#include "analysis/statistics/mser.h"

#include <math.h>

#include "analysis/statistics/stats.h"

static size_t count_present(const double *values, size_t count)
{
    size_t present = 0;
    for (size_t i = 0; i < count; i++) {
        present += isnan(values[i]) ? 0 : 1;
    }
    return present;
}

/* The index of the present value next before i. The caller knows that there is one. */
static size_t step_back(const double *values, size_t i)
{
    do {
        ASSERT(i > 0);
        i--;
    } while (isnan(values[i]));
    return i;
}

/* The mean of the five present values that end before *end, which moves to the first of them. */
static double batch_before(const double *values, size_t *end)
{
    double sum = 0;
    for (int k = 0; k < MSER_BATCH; k++) {
        *end = step_back(values, *end);
        sum += values[*end];
    }
    return sum / MSER_BATCH;
}

/*
 * Goes through the truncations from the longest to the shortest, so that each takes one more batch
 * into a running variance. Batches count from the series' start: a rest of less than five values
 * at its end belongs to none.
 */
struct mser mser_detect(const double *values, size_t count)
{
    const size_t present = count_present(values, count);
    struct mser result = {
        .verdict = MSER_TOO_SHORT,
        .batches = present / MSER_BATCH,
        .mean = (double)NAN,
    };
    if (result.batches < MSER_BATCHES_LEAST) {
        return result;
    }
    size_t at = count;
    for (size_t rest = present % MSER_BATCH; rest > 0; rest--) {
        at = step_back(values, at);
    }
    struct stats_stream kept = {0};
    double least = (double)INFINITY;
    size_t cut = 0; /* batches that the best truncation leaves out */
    for (size_t left_out = result.batches; left_out-- > 0;) {
        stats_add(&kept, batch_before(values, &at));
        const double n = (double)kept.n;
        const double statistic = kept.m2 / (n * n);
        if (4 * kept.n >= result.batches && statistic <= least) {
            least = statistic;
            cut = left_out;
            result.first = left_out > 0 ? at : 0; /* missing values are no warm-up */
            result.mean = stats_mean(&kept);
        }
    }
    result.verdict = 2 * cut <= result.batches ? MSER_STEADY : MSER_NOT_STEADY;
    if (result.verdict == MSER_NOT_STEADY) {
        result.first = 0;
        result.mean = (double)NAN;
    }
    return result;
}
